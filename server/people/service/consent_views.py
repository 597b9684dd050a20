"""Consents and their texts as pages get them."""

from collections.abc import Iterable

from server.core.moments import moment, moment_or_none
from server.core.words import Words
from server.people.queries.consent_texts import Texts
from server.people.queries.consents import OwnConsent
from server.people.rules.consent_texts import REQUIRED_CONSENTS, Version
from server.people.rules.shapes import BothLanguages, ConsentTextView, ConsentView, OwnConsents


def both(words: Words) -> BothLanguages:
    """Write a text in both languages."""
    return {"zh": words.zh, "en": words.en}


def views_of(given: Iterable[OwnConsent]) -> list[ConsentView]:
    """Write consents, in their order."""
    return [
        {
            "kind": one.kind,
            "version": one.version,
            "given_at": moment(one.given_at),
            "withdrawn_at": moment_or_none(one.withdrawn_at),
            "counts": one.counts,
        }
        for one in given
    ]


def text_of(kind: str, version: Version, *, in_force: bool, days: int) -> ConsentTextView:
    """Write a text as guards read it; ``days``: how long positions are kept today, in days."""
    told = version.told(days)
    return {
        "kind": kind,
        "version": version.version,
        "title": both(told.title),
        "text": both(told.text),
        "change": both(version.change) if version.change else None,
        "material": version.material,
        "required": kind in REQUIRED_CONSENTS,
        "in_force": in_force,
        "published_at": moment_or_none(version.published_at),
    }


def in_force(texts: Texts, days: int) -> list[ConsentTextView]:
    """Write the texts in force, one of each kind."""
    return [text_of(kind, versions[-1], in_force=True, days=days) for kind, versions in texts.items()]


def own_consents(given: list[OwnConsent], texts: Texts, days: int) -> OwnConsents:
    """Write what somebody consented to, with the texts in force and those that he agreed to."""
    agreed_to = {(one.kind, one.version) for one in given}
    counting = {one.kind for one in given if one.counts}
    waiting = {one.kind for one in given if one.withdrawn_at is None} - counting
    return {
        "consents": views_of(given),
        "texts": [
            text_of(kind, one, in_force=one is versions[-1], days=days)
            for kind, versions in texts.items()
            for one in versions
            if one is versions[-1] or (kind, one.version) in agreed_to
        ],
        "asks": [kind for kind in texts if kind in waiting],
    }

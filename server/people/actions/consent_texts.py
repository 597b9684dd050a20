"""The texts of consents: read by everybody, written and published by a district's administrators."""

from datetime import datetime
from zoneinfo import ZoneInfo

from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.moments import moment_or_none
from server.core.refused import Refused
from server.core.words import Words
from server.people.queries import consent_texts
from server.people.queries.consent_texts import Draft
from server.people.rules.consent_texts import (
    BUILT_IN,
    CONSENT_KINDS,
    Version,
    Wording,
    check_publishable,
    next_name,
)
from server.people.rules.shapes import TextDesk, TextDesks, TextsList
from server.people.service import consent_views
from server.people.service.consent_desk import desk_of
from server.places.queries import districts
from server.places.rules.post_codes import CodeLimits, CodeStatus, code_standing


def in_force_everywhere(store: Store, *, days: int) -> TextsList:
    """List the texts in force in each district that has its own, and the built-in ones where any has none."""
    built_in = {kind: [BUILT_IN[kind]] for kind in CONSENT_KINDS}
    with store.read() as connection:
        own = consent_texts.of_all(connection)
        without = consent_texts.districts(connection) - len(own)
    items: TextsList = {
        "items": [
            {"district": name, "texts": consent_views.in_force(texts, days)} for name, texts in own.items()
        ]
    }
    if without or not own:
        items["items"].append({"district": None, "texts": consent_views.in_force(built_in, days)})
    return items


def in_force_at(store: Store, *, post_code: str, limits: Limits, days: int, now: datetime) -> TextsList:
    """Give the texts in force where a post's code leads. Raises ``Refused``: ``unknown_post``."""
    with store.read() as connection:
        found = districts.code_of(connection, post_code)
        if (
            found is None
            or code_standing(found.replaced_at, now, limits[CodeLimits]) == CodeStatus.EXPIRED
            or (place := districts.place(connection, found.post_id)) is None
        ):
            raise Refused("unknown_post")
        texts = consent_texts.of_district(connection, place.district_id)
    return {"items": [{"district": None, "texts": consent_views.in_force(texts, days)}]}


def desk(store: Store, *, actor: Actor, days: int) -> TextDesks:
    """Show the actor's district's texts, all versions of them with how many answered how, and the drafts.

    Raises ``Refused``: ``not_your_role``, ``suspended``.
    """
    require(actor, Act.EDIT_CONSENT_TEXTS)
    with store.read() as connection:
        return {"items": [desk_of(connection, actor.district_id, kind, days) for kind in CONSENT_KINDS]}


def change_draft(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    kind: str,
    revision: int,
    wording: Wording | None,
    days: int,
    now: datetime,
) -> TextDesk:
    """Keep what was typed as the draft of a kind, or end the draft (``None``); gives the kind as it is then.

    ``revision`` is of the draft that the page shows.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` for an unknown kind, ``draft_changed``
    (by, changed_at) where somebody else wrote on it, ended or published it meanwhile.
    """
    _require(actor, kind)
    with store.transaction(now) as transaction:
        body = [kind, revision, wording.as_list() if wording else None]
        first = transaction.remember(actor.account_id, request_id, "consent_draft", body)
        if first is None:
            _change(transaction, actor, kind, revision, wording)
            transaction.answer(actor.account_id, request_id, {"kind": kind})
        return desk_of(transaction.connection, actor.district_id, kind, days)


def publish(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    kind: str,
    revision: int,
    change: Words,
    material: bool,
    days: int,
    now: datetime,
) -> TextDesk:
    """Put a draft in force as the next version, from now on; gives the kind as it is then.

    ``change`` says what is new, ``material`` that consents to earlier texts no longer count. Raises ``Refused``:
    ``not_your_role``, ``suspended``, ``not_found``, ``draft_changed`` (by, changed_at),
    ``consent_text_incomplete`` (missing), ``consent_text_unchanged``.
    """
    _require(actor, kind)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [kind, revision, change.zh, change.en, material]
        first = transaction.remember(actor.account_id, request_id, "consent_text", body)
        if first is None:
            draft = consent_texts.drafts(connection, actor.district_id).get(kind)
            # Whoever publishes at the same moment waits here for the other, and hears of it.
            _change(transaction, actor, kind, revision, None)
            if draft is None or draft.wording is None:
                raise Refused("consent_text_incomplete", missing=["title.zh"])
            texts = consent_texts.of_district(connection, actor.district_id)[kind]
            check_publishable(draft.wording, change, texts[-1].wording)
            new = Version("", draft.wording, change, material, now, actor.name, days)
            name = _publish(transaction, actor, kind, new, days)
            audit.record(
                connection,
                now=now,
                actor_id=actor.account_id,
                act="consent_text.published",
                facts={"kind": kind, "version": name, "material": material, "change": change.zh},
            )
            transaction.answer(actor.account_id, request_id, {"kind": kind, "version": name})
        return desk_of(connection, actor.district_id, kind, days)


def _require(actor: Actor, kind: str) -> None:
    require(actor, Act.EDIT_CONSENT_TEXTS)
    if kind not in CONSENT_KINDS:
        raise Refused("not_found")


def _change(
    transaction: Transaction, actor: Actor, kind: str, revision: int, wording: Wording | None
) -> None:
    connection = transaction.connection
    if consent_texts.change_draft(
        connection,
        district_id=actor.district_id,
        kind=kind,
        revision=revision,
        wording=wording,
        by=actor.account_id,
        now=transaction.now,
    ):
        return
    now = consent_texts.drafts(connection, actor.district_id).get(kind) or Draft(kind, 0, None, None, None)
    raise Refused("draft_changed", by=now.edited_by, changed_at=moment_or_none(now.edited_at))


def _publish(transaction: Transaction, actor: Actor, kind: str, new: Version, days: int) -> str:
    """Write the version down under a name that no other district's has."""
    connection, now = transaction.connection, transaction.now
    zone = districts.the_district(connection, actor.district_id).time_zone
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    while True:
        name = next_name(day, consent_texts.names_like(connection, kind, day))
        version = Version(name, new.wording, new.change, new.material, now, new.published_by, days)
        if consent_texts.publish(
            connection,
            district_id=actor.district_id,
            kind=kind,
            version=version,
            days=days,
            by=actor.account_id,
            now=now,
        ):
            return name

"""One kind of consent as its district's administrators see it: all texts, who answered them, and the draft."""

from sqlalchemy import Connection

from server.core.moments import moment_or_none
from server.people.queries import consent_texts, consents
from server.people.queries.consent_texts import Draft
from server.people.queries.consents import Answers
from server.people.rules.consent_texts import REQUIRED_CONSENTS, asks_since
from server.people.rules.shapes import DraftView, PublishedText, TextDesk
from server.people.service.consent_views import both, text_of


def desk_of(connection: Connection, district_id: int, kind: str, days: int) -> TextDesk:
    """Read a kind of a district; ``days``: how long positions are kept today."""
    texts = consent_texts.of_district(connection, district_id)[kind]
    draft = consent_texts.drafts(connection, district_id).get(kind)
    counted = consents.answers(connection, district_id, kind)
    order = {one.version: place for place, one in enumerate(texts)}
    newest = consents.newest_answered(connection, district_id, kind, order)
    versions: list[PublishedText] = []
    for place, one in enumerate(texts):
        since = asks_since(texts[: place + 1])
        answers = counted.get(one.version, Answers(0, 0))
        versions.append(
            {
                **text_of(kind, one, in_force=one is texts[-1], days=days),
                "published_by": one.published_by,
                "days": one.days,
                "raw_title": both(one.wording.title),
                "raw_text": both(one.wording.text),
                "gave": answers.gave,
                "withdrew": answers.withdrew,
                "unanswered": None
                if since == 0
                else sum(number for answered, number in newest.items() if answered < since),
            }
        )
    return {
        "kind": kind,
        "required": kind in REQUIRED_CONSENTS,
        "days": days,
        "agreeing": sum(newest.values()),
        "draft": _draft(draft),
        "versions": versions[::-1],
    }


def _draft(draft: Draft | None) -> DraftView:
    wording = draft.wording if draft else None
    return {
        "revision": draft.revision if draft else 0,
        "title": both(wording.title) if wording else None,
        "text": both(wording.text) if wording else None,
        "edited_at": moment_or_none(draft.edited_at) if draft else None,
        "edited_by": draft.edited_by if draft else None,
    }

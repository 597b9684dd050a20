"""Texts of consents: those in force for anybody, all of them and the drafts for a district's administrators."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, allow_public, current_actor
from server.core.http.tags import unless_known
from server.core.http.typed_fields import PostCode, Text
from server.core.http.wire import HIGHEST_NUMBER, Moment, Wire, platform, request_id
from server.core.words import Words
from server.people.actions import consent_texts
from server.people.api.consent_views import BothLanguages, ConsentTextView
from server.people.rules import shapes
from server.people.rules.consent_texts import CONSENT_KINDS, Wording

blueprint = Blueprint("consent_texts", __name__, url_prefix="/api", description="Texts of consents")

TITLE, TITLE_ENGLISH, TEXT, CHANGE = 60, 120, 2_000, 200


class TextsAsked(Wire):
    """Where: the district of a post, by its poster's code; without one, everywhere."""

    post_code = PostCode(load_default=None)


class TextsOfDistrict(Wire):
    """The texts in force in a district; without a name where it was asked for, or has none of its own."""

    district = fields.String(required=True, allow_none=True)
    texts = fields.List(fields.Nested(ConsentTextView), required=True)


class TextsList(Wire):
    """The texts in force."""

    items = fields.List(fields.Nested(TextsOfDistrict), required=True)


class PublishedText(ConsentTextView):
    """A text with who published it, as it stands in the editor (``raw_``), and how many guards answered how.

    ``gave``: guards who agreed to it; ``withdrew``: those of them who have withdrawn since; ``unanswered``: those who
    agree to an earlier text and have answered neither this nor a later one, null where it asked nobody anew.
    """

    published_by = fields.String(required=True, allow_none=True)
    days = fields.Integer(required=True, allow_none=True)
    raw_title = fields.Nested(BothLanguages, required=True)
    raw_text = fields.Nested(BothLanguages, required=True)
    gave = fields.Integer(required=True)
    withdrew = fields.Integer(required=True)
    unanswered = fields.Integer(required=True, allow_none=True)


class DraftView(Wire):
    """What is written on, as typed; null where nobody writes. ``revision`` counts each change."""

    revision = fields.Integer(required=True)
    title = fields.Nested(BothLanguages, required=True, allow_none=True)
    text = fields.Nested(BothLanguages, required=True, allow_none=True)
    edited_at = Moment(required=True, allow_none=True)
    edited_by = fields.String(required=True, allow_none=True)


class TextDesk(Wire):
    """One kind of consent: its texts, the newest first, and the draft.

    ``days``: how long positions are kept today; ``agreeing``: guards who agree to something of this kind.
    """

    kind = fields.String(required=True, validate=validate.OneOf(CONSENT_KINDS))
    required = fields.Boolean(required=True)
    days = fields.Integer(required=True)
    agreeing = fields.Integer(required=True)
    draft = fields.Nested(DraftView, required=True)
    versions = fields.List(fields.Nested(PublishedText), required=True)


class TextDesks(Wire):
    """All kinds."""

    items = fields.List(fields.Nested(TextDesk), required=True)


class TypedTitle(Wire):
    """A title as typed so far."""

    zh = Text(longest=TITLE, shortest=0, required=True)
    en = Text(longest=TITLE_ENGLISH, shortest=0, required=True)


class TypedText(Wire):
    """A text as typed so far; ``{days}`` stands for the days for which positions are kept."""

    zh = Text(longest=TEXT, shortest=0, lines=True, required=True)
    en = Text(longest=TEXT, shortest=0, lines=True, required=True)


class TypedChange(Wire):
    """A sentence that says what is new."""

    zh = Text(longest=CHANGE, shortest=0, required=True)
    en = Text(longest=CHANGE, shortest=0, required=True)


class OfRevision(Wire):
    """Which draft the page shows."""

    request_id = request_id()
    revision = fields.Integer(strict=True, required=True, validate=validate.Range(0, HIGHEST_NUMBER))


class NewDraft(OfRevision):
    """What was typed."""

    title = fields.Nested(TypedTitle, required=True)
    text = fields.Nested(TypedText, required=True)


class Publication(OfRevision):
    """Puts the draft in force. ``material``: it changes purpose, way or kind of data, and asks everybody anew."""

    change = fields.Nested(TypedChange, required=True)
    material = fields.Boolean(required=True, truthy={True}, falsy={False})


@blueprint.get("/consent-texts")
@allow_public
@blueprint.arguments(TextsAsked, location="query")
@blueprint.response(200, TextsList)
def in_force(asked: dict[str, Any]) -> Mapping[str, Any] | Response:
    """Give the texts in force, for anybody; refused: ``unknown_post``. 304 where the caller has them."""
    here, days = platform(), platform().settings.position_days
    if asked["post_code"] is None:
        return unless_known(consent_texts.in_force_everywhere(here.store, days=days))
    return unless_known(
        consent_texts.in_force_at(
            here.store, post_code=asked["post_code"], limits=here.limits, days=days, now=here.now()
        )
    )


@blueprint.get("/consent-texts/desk")
@allow(Role.DISTRICT_ADMIN)
@blueprint.response(200, TextDesks)
def desk() -> shapes.TextDesks:
    """Show all texts of the caller's district, how many answered each, and the drafts."""
    here = platform()
    return consent_texts.desk(here.store, actor=current_actor(), days=here.settings.position_days)


@blueprint.put("/consent-texts/<kind>/draft")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(NewDraft)
@blueprint.response(200, TextDesk)
def keep_draft(body: dict[str, Any], kind: str) -> shapes.TextDesk:
    """Keep what was typed. Refused: ``draft_changed`` (by, changed_at) where somebody else changed it meanwhile."""
    title, text = body["title"], body["text"]
    return _change(body, kind, Wording(Words(title["zh"], title["en"]), Words(text["zh"], text["en"])))


@blueprint.post("/consent-texts/<kind>/draft/cancellation")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(OfRevision)
@blueprint.response(200, TextDesk)
def drop_draft(body: dict[str, Any], kind: str) -> shapes.TextDesk:
    """Write no more on it. Refused: ``draft_changed`` (by, changed_at)."""
    return _change(body, kind, None)


def _change(body: dict[str, Any], kind: str, wording: Wording | None) -> shapes.TextDesk:
    here = platform()
    return consent_texts.change_draft(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        kind=kind,
        revision=body["revision"],
        wording=wording,
        days=here.settings.position_days,
        now=here.now(),
    )


@blueprint.post("/consent-texts/<kind>/publication")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(Publication)
@blueprint.response(200, TextDesk)
def publish(body: dict[str, Any], kind: str) -> shapes.TextDesk:
    """Put the draft in force as the next version.

    Refused: ``draft_changed`` (by, changed_at), ``consent_text_incomplete`` (missing), ``consent_text_unchanged``.
    """
    here, change = platform(), body["change"]
    return consent_texts.publish(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        kind=kind,
        revision=body["revision"],
        change=Words(change["zh"], change["en"]),
        material=body["material"],
        days=here.settings.position_days,
        now=here.now(),
    )

"""What is kept of people, what for and for how long, for anybody to read."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.http.auth import allow_public
from server.core.http.tags import unless_known
from server.core.http.wire import Wire, platform
from server.core.kept_data import ForDays, KeptData, UntilThen
from server.core.own_data import Words
from server.core.settings import ServerSettings

blueprint = Blueprint("privacy", __name__, url_prefix="/api", description="What is kept of people")

GOES = ("by_age", "by_event", "stays")


class WordsView(Wire):
    """A text in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class KeptDataView(Wire):
    """A kind of data. ``goes``: ``by_age`` after ``days``, ``by_event``, or ``stays``; ``how_long`` says it."""

    name = fields.String(required=True)
    what = fields.Nested(WordsView, required=True)
    whose = fields.Nested(WordsView, required=True)
    purpose = fields.Nested(WordsView, required=True)
    seen_by = fields.Nested(WordsView, required=True)
    goes = fields.String(required=True, validate=validate.OneOf(GOES))
    days = fields.Integer(required=True, allow_none=True)
    how_long = fields.Nested(WordsView, required=True)
    at_erasure = fields.Nested(WordsView, required=True)


class PrivacyView(Wire):
    """All kinds of data that are kept, those first that go by age."""

    items = fields.List(fields.Nested(KeptDataView), required=True)


@blueprint.get("/privacy")
@allow_public
@blueprint.response(200, PrivacyView)
def show() -> Mapping[str, Any] | Response:
    """Tell what is kept, of whom, why and for how long; 304 where the caller has it (``If-None-Match``)."""
    here = platform()
    items = [_told(one, here.settings) for one in here.areas.kept()]
    return unless_known({"items": sorted(items, key=lambda item: GOES.index(item["goes"]))})


def _told(kind: KeptData, settings: ServerSettings) -> dict[str, Any]:
    goes, days, how_long = _how_long(kind, settings)
    return {
        "name": kind.name,
        "what": _both(kind.what),
        "whose": _both(kind.whose),
        "purpose": _both(kind.purpose),
        "seen_by": _both(kind.seen_by),
        "goes": goes,
        "days": days,
        "how_long": _both(how_long),
        "at_erasure": _both(kind.at_erasure),
    }


def _how_long(kind: KeptData, settings: ServerSettings) -> tuple[str, int | None, Words]:
    if isinstance(kind.kept, ForDays):
        return "by_age", kind.kept.days(settings), kind.kept.told(settings)
    if isinstance(kind.kept, UntilThen):
        return "by_event", None, kind.kept.when
    return "stays", None, kind.kept.why


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}

"""What a guard wishes of his weeks: seeing it and saying it."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Wire, number_of, one_of, platform, request_id
from server.roster.actions import wishes
from server.roster.rules.wishes import WEEKDAYS, WeekdayPeak, Wish

blueprint = Blueprint("wishes", __name__, url_prefix="/api/me", description="Wishes for drafts")


class WishedPeakShown(Wire):
    """A peak of a post, and what is wished by weekday, Monday first."""

    peak = fields.String(required=True)
    starts = fields.String(required=True)
    ends = fields.String(required=True)
    weekdays = fields.List(one_of(Wish, required=True, allow_none=True), required=True)


class WishedPostShown(Wire):
    """A post of one's school."""

    post_id = fields.Integer(required=True)
    name = fields.String(required=True)
    peaks = fields.List(fields.Nested(WishedPeakShown), required=True)


class OwnWishesShown(Wire):
    """The posts of one's school, with what one wishes of each."""

    posts = fields.List(fields.Nested(WishedPostShown), required=True)


class WishToSay(Wire):
    """A peak of a post on a weekday (Monday 0), and what is wished of it; null: nothing any more."""

    request_id = request_id()
    post_id = number_of(required=True)
    peak = fields.String(required=True, validate=validate.Length(1, 30))
    weekday = fields.Integer(required=True, strict=True, validate=validate.Range(0, WEEKDAYS - 1))
    wish = one_of(Wish, required=True, allow_none=True)


class WishSaid(Wire):
    """What was said of which peak."""

    post_id = fields.Integer(required=True)
    peak = fields.String(required=True)
    weekday = fields.Integer(required=True)
    wish = one_of(Wish, required=True, allow_none=True)


@blueprint.get("/wishes")
@allow(Role.GUARD)
@blueprint.response(200, OwnWishesShown)
def shown() -> wishes.OwnWishes:
    """Show what one wishes of the peaks of one's school."""
    here = platform()
    return wishes.shown(here.store, actor=current_actor(), now=here.now())


@blueprint.post("/wishes")
@allow(Role.GUARD)
@blueprint.arguments(WishToSay)
@blueprint.response(200, WishSaid)
def say(body: dict[str, Any]) -> wishes.SaidWish:
    """Say what one wishes of a peak on a weekday."""
    here = platform()
    return wishes.say(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        at=WeekdayPeak(body["post_id"], body["peak"], body["weekday"]),
        wish=Wish(body["wish"]) if body["wish"] else None,
        now=here.now(),
    )

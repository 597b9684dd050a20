"""Before a peak: what would be missing if an alarm came now."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Category
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import Moment, PageArguments, Wire, one_of, platform
from server.delivery.actions import readiness
from server.delivery.actions.readiness import StaffingGap
from server.delivery.rules import shapes

blueprint = Blueprint("readiness", __name__, url_prefix="/api", description="Readiness before a peak")


class ReadinessArguments(PageArguments):
    """Which list, and where it goes on."""

    lack = fields.Enum(StaffingGap, by_value=True, load_default=StaffingGap.GUARDS)


class LackCount(Wire):
    """How many are missing, of how many."""

    lack = one_of(StaffingGap, required=True)
    missing = fields.Integer(required=True)
    of = fields.Integer(required=True)


class LackView(Wire):
    """One that is missing: a guard out of reach, a post without roster, a station that nobody watches."""

    id = fields.Integer(required=True)
    account_id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    telephone = fields.String(required=True, allow_none=True)
    peak = fields.String(required=True, allow_none=True)
    starts_at = Moment(required=True, allow_none=True)
    last_at = Moment(required=True, allow_none=True)


class ReadinessView(Wire):
    """The counts, a page of one list, and the cursor of the next one."""

    counts = fields.List(fields.Nested(LackCount), required=True)
    items = fields.List(fields.Nested(LackView), required=True)
    next = fields.Integer(required=True, allow_none=True)


class HeldBack(Wire):
    """An account whose sign-in was held back after too many tries, and when that was last."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    at = Moment(required=True)


class HeldBackList(Wire):
    """The newest of them, and how many there are."""

    items = fields.List(fields.Nested(HeldBack), required=True)
    count = fields.Integer(required=True)


@blueprint.get("/readiness/held-back")
@allow(*CONSOLE)
@blueprint.response(200, HeldBackList)
def held_back() -> shapes.HeldBackList:
    """List the accounts of the caller's scope whose sign-in was held back within the last hour."""
    return readiness.held_back(platform().store, actor=current_actor(), now=platform().now())


@blueprint.get("/readiness")
@allow(*CONSOLE)
@blueprint.arguments(ReadinessArguments, location="query")
@blueprint.response(200, ReadinessView)
def look(asked: dict[str, Any]) -> shapes.ReadinessView:
    """List guards on duty or due next without a channel that works, posts without roster, stations nobody watches."""
    return readiness.look(
        platform().store,
        actor=current_actor(),
        lack=asked["lack"],
        cursor=asked["cursor"],
        limit=asked["limit"],
        limits=platform().limits,
        now=platform().now(),
    )

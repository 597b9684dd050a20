"""Rules of staffing, what each post needs by them, and the areas of seats."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.calendar.actions import staffing
from server.core.access.roles import Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Day, Wire, number_of, one_of, platform, request_id
from server.core.refused import Refused
from server.places.rules.composition import Composition
from server.places.rules.peaks import PeakKind, SchoolKind
from server.places.rules.staffing import MOST_HEADS

blueprint = Blueprint("staffing", __name__, url_prefix="/api/calendar", description="Staffing")

MOST_AREAS = 20


def _heads() -> fields.Integer:
    return fields.Integer(load_default=0, strict=True, validate=validate.Range(0, MOST_HEADS))


class AskedHeads(Wire):
    """Heads by group; a group that is left out is not asked for."""

    staff = _heads()
    security = _heads()
    volunteer = _heads()
    police = _heads()


class HeadsShown(Wire):
    """Heads by group."""

    staff = fields.Integer(required=True)
    security = fields.Integer(required=True)
    volunteer = fields.Integer(required=True)
    police = fields.Integer(required=True)


class AskedBy(Wire):
    """By group the rule that asked for most; none: the post's own from the beginning."""

    staff = fields.Integer(required=True, allow_none=True)
    security = fields.Integer(required=True, allow_none=True)
    volunteer = fields.Integer(required=True, allow_none=True)
    police = fields.Integer(required=True, allow_none=True)


class RuleShown(Wire):
    """A rule: where, at which peak, which heads, since when and until before when, who made it and why."""

    id = fields.Integer(required=True)
    school_kind = one_of(SchoolKind, required=True, allow_none=True)
    post_id = fields.Integer(required=True, allow_none=True)
    peak = fields.String(required=True, allow_none=True)
    heads = fields.Nested(HeadsShown, required=True)
    by_pupils = fields.Boolean(required=True)
    starts_on = fields.String(required=True)
    ends_on = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(("over", "now", "coming")))
    reason = fields.String(required=True)
    version = fields.Integer(required=True)
    changed_by = fields.String(required=True, allow_none=True)


class PeakHeadsShown(Wire):
    """What a post needs at a peak, and who asked for it."""

    peak = fields.String(required=True)
    heads = fields.Nested(HeadsShown, required=True)
    by = fields.Nested(AskedBy, required=True)


class SeatAreas(Wire):
    """What the areas of seats are called, by group, in the order of the seats; an empty text names none."""

    staff = fields.List(Text(shortest=0, longest=60), validate=validate.Length(max=MOST_AREAS))
    security = fields.List(Text(shortest=0, longest=60), validate=validate.Length(max=MOST_AREAS))
    volunteer = fields.List(Text(shortest=0, longest=60), validate=validate.Length(max=MOST_AREAS))
    police = fields.List(Text(shortest=0, longest=60), validate=validate.Length(max=MOST_AREAS))


class PostHeadsShown(Wire):
    """A post, what it asks for from the beginning, what it needs at each peak, and its seats' areas."""

    post_id = fields.Integer(required=True)
    name = fields.String(required=True)
    school_name = fields.String(required=True)
    school_kind = one_of(SchoolKind, required=True)
    pupils = fields.Integer(required=True)
    own = fields.Nested(HeadsShown, required=True)
    peaks = fields.List(fields.Nested(PeakHeadsShown), required=True)
    areas = fields.Nested(SeatAreas, required=True)


class StaffingShown(Wire):
    """All rules, and what each post in scope needs on a date; ``steps`` are pupils and security guards."""

    may_edit = fields.Boolean(required=True)
    earliest = fields.String(required=True)
    on = fields.String(required=True)
    steps = fields.List(fields.List(fields.Integer()), required=True)
    each_further = fields.Integer(required=True)
    rules = fields.List(fields.Nested(RuleShown), required=True)
    posts = fields.List(fields.Nested(PostHeadsShown), required=True)


class StaffingArguments(Wire):
    """For which date; today by default."""

    on = Day(load_default=None)


class NewRule(Wire):
    """A rule from a date on, in the place of another one as it was seen, or beside all."""

    request_id = request_id()
    school_kind = one_of(SchoolKind, load_default=None, allow_none=True)
    post_id = number_of(load_default=None, allow_none=True)
    peak = one_of(PeakKind, load_default=None, allow_none=True)
    heads = fields.Nested(AskedHeads, required=True)
    by_pupils = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    starts_on = Day(required=True)
    reason = Text(shortest=2, longest=200, required=True)
    replaces = number_of(load_default=None, allow_none=True)
    version = fields.Integer(load_default=0, strict=True, validate=validate.Range(0))


class EndRule(Wire):
    """Until before which date a rule holds, as it was seen."""

    request_id = request_id()
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1))
    ends_on = Day(required=True)
    reason = Text(shortest=2, longest=200, required=True)


class NameAreas(Wire):
    """What the areas of a post's seats are called, and what they were called when they were seen."""

    request_id = request_id()
    areas = fields.Nested(SeatAreas, required=True)
    seen = fields.Nested(SeatAreas, required=True)


@blueprint.get("/staffing")
@allow(*CONSOLE)
@blueprint.arguments(StaffingArguments, location="query")
@blueprint.response(200, StaffingShown)
def listed(asked: dict[str, Any]) -> staffing.StaffingView:
    """Show the rules of staffing and what each post in scope needs on a date."""
    here = platform()
    return staffing.listed(
        here.store, actor=current_actor(), on=asked["on"], limits=here.limits, now=here.now()
    )


@blueprint.post("/staffing")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(NewRule)
@blueprint.response(200, StaffingShown)
def change(body: dict[str, Any]) -> staffing.StaffingView:
    """Let a rule hold from a date on.

    Refused: ``nobody_asked``, ``starts_too_early``, ``changed_meanwhile`` (date, by, changed_at),
    ``shift_changes_now``.
    """
    here = platform()
    if body["post_id"] is not None and body["school_kind"] is not None:
        raise Refused("not_found")
    names = ("school_kind", "post_id", "peak", "by_pupils", "starts_on", "reason", "replaces", "version")
    wanted = staffing.RuleEdit(
        heads=Composition.from_dict(body["heads"]), **{name: body[name] for name in names}
    )
    return staffing.change(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=wanted,
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/staffing/<int:rule_id>/end")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(EndRule)
@blueprint.response(200, StaffingShown)
def end(body: dict[str, Any], rule_id: int) -> staffing.StaffingView:
    """Let a rule hold until before a date.

    Refused: ``starts_too_early``, ``changed_meanwhile`` (date, by, changed_at), ``shift_changes_now``.
    """
    here = platform()
    return staffing.end(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        rule_id=rule_id,
        version=body["version"],
        ends_on=body["ends_on"],
        reason=body["reason"],
        limits=here.limits,
        now=here.now(),
    )


@blueprint.put("/posts/<int:post_id>/areas")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(NameAreas)
@blueprint.response(200, StaffingShown)
def name_areas(body: dict[str, Any], post_id: int) -> staffing.StaffingView:
    """Say what the areas of a post's seats are called. Refused: ``changed_meanwhile``."""
    here = platform()
    return staffing.name_areas(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=post_id,
        areas=body["areas"],
        seen=body["seen"],
        limits=here.limits,
        now=here.now(),
    )

"""Weekly patterns of a school, and putting them into coming weeks."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Category, Group, Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Day, Moment, Wire, number_of, one_of, platform, request_id
from server.roster.actions import filling, patterns
from server.roster.api.copies import WHY_LEFT
from server.roster.rules.patterns import EVERY_DAY, Pattern, Weeks

blueprint = Blueprint("roster_patterns", __name__, url_prefix="/api/roster", description="Weekly patterns")

PLANNERS = (Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
_ROW = validate.Range(1, HIGHEST_NUMBER)


class PatternsWanted(Wire):
    """Of which school: one's own by default."""

    school_id = fields.Integer(load_default=None, validate=_ROW)


class PatternShown(Wire):
    """Somebody comes to a peak of a post on these weekdays (bits, Monday 1 to Sunday 64), from a date until a date."""

    id = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    peak = fields.String(required=True)
    account_id = fields.Integer(required=True)
    name = fields.String(required=True, allow_none=True)
    category = one_of(Category, required=True, allow_none=True)
    weekdays = fields.Integer(required=True)
    in_weeks = one_of(Weeks, required=True)
    starts_on = fields.String(required=True)
    ends_on = fields.String(required=True, allow_none=True)
    over = fields.Boolean(required=True)
    problems = fields.List(fields.String(validate=validate.OneOf(WHY_LEFT)), required=True)
    mine = fields.Boolean(required=True)
    changed_at = Moment(required=True)


class PatternPeakShown(Wire):
    """A peak and its times in local clock time."""

    peak = fields.String(required=True)
    starts = fields.String(required=True)
    ends = fields.String(required=True)


class PatternPostShown(Wire):
    """A post and its peaks."""

    post_id = fields.Integer(required=True)
    name = fields.String(required=True)
    peaks = fields.List(fields.Nested(PatternPeakShown), required=True)


class PatternsShown(Wire):
    """The patterns of a school, its posts, today, and the letter of this week."""

    school_id = fields.Integer(required=True)
    school_name = fields.String(required=True)
    today = fields.String(required=True)
    letter = one_of(Weeks, required=True)
    may_plan = fields.List(one_of(Group), required=True)
    posts = fields.List(fields.Nested(PatternPostShown), required=True)
    items = fields.List(fields.Nested(PatternShown), required=True)


class PatternPeopleWanted(Wire):
    """Of which school, and a piece of the name."""

    school_id = fields.Integer(load_default=None, validate=_ROW)
    text = Text(shortest=0, longest=60, load_default="")


class PatternPersonShown(Wire):
    """Somebody whom a pattern may name."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)


class PatternPeopleShown(Wire):
    """The first of those found."""

    items = fields.List(fields.Nested(PatternPersonShown), required=True)


class WritePattern(Wire):
    """Who comes where and when; ``replaces`` is the number of the pattern in whose place it comes.

    ``changed_at``: when that one was changed, as the page shows it.
    """

    request_id = request_id()
    replaces = number_of(load_default=None, allow_none=True)
    changed_at = Moment(load_default=None, allow_none=True)
    post_id = number_of(required=True)
    peak = fields.String(required=True, validate=validate.Length(1, 30))
    account_id = number_of(required=True)
    weekdays = fields.Integer(required=True, strict=True, validate=validate.Range(1, EVERY_DAY))
    in_weeks = one_of(Weeks, required=True)
    starts_on = Day(required=True)
    ends_on = Day(load_default=None, allow_none=True)


class RemovePattern(Wire):
    """Take one out; ``changed_at``: when it was changed, as the page shows it."""

    request_id = request_id()
    changed_at = Moment(required=True)


class PatternWritten(Wire):
    """The number of a pattern."""

    id = fields.Integer(required=True)


class FillWeeks(Wire):
    """The first week, and how many of which school."""

    request_id = request_id()
    school_id = number_of(required=True)
    week = Day(required=True)
    weeks = fields.Integer(required=True, strict=True, validate=validate.Range(1, filling.MOST_WEEKS))


class LeftByPatternShown(Wire):
    """A place that a pattern asks for and that stays open, and why."""

    date = fields.String(required=True)
    peak = fields.String(required=True)
    post_name = fields.String(required=True)
    group = one_of(Group, required=True)
    name = fields.String(required=True, allow_none=True)
    why = fields.String(required=True, validate=validate.OneOf(WHY_LEFT))


class WeeksFilledShown(Wire):
    """How many seats were filled, which stay open (``more``: further ones), and the name of what was filled."""

    seats = fields.Integer(required=True)
    left = fields.List(fields.Nested(LeftByPatternShown), required=True)
    more = fields.Integer(required=True)
    batch = fields.String(required=True)


@blueprint.get("/patterns")
@allow(*CONSOLE)
@blueprint.arguments(PatternsWanted, location="query")
@blueprint.response(200, PatternsShown)
def listed(asked: dict[str, Any]) -> patterns.PatternList:
    """List the weekly patterns of a school."""
    here = platform()
    return patterns.listed(here.store, actor=current_actor(), school_id=asked["school_id"], now=here.now())


@blueprint.get("/patterns/people")
@allow(*PLANNERS)
@blueprint.arguments(PatternPeopleWanted, location="query")
@blueprint.response(200, PatternPeopleShown)
def people(asked: dict[str, Any]) -> dict[str, Any]:
    """Find the people of a school whom a pattern may name."""
    here, text = platform(), asked["text"].strip()
    found = patterns.people_for(
        here.store, actor=current_actor(), school_id=asked["school_id"], text=text, now=here.now()
    )
    return {"items": found}


@blueprint.post("/patterns")
@allow(*PLANNERS)
@blueprint.arguments(WritePattern)
@blueprint.response(200, PatternWritten)
def write(body: dict[str, Any]) -> patterns.PatternWritten:
    """Write a pattern down.

    Refused: ``bad_pattern``, ``no_such_seat`` (date, peak), ``pattern_overlaps``, ``other_unit``, ``person_suspended``
    (name, date, peak, post_name), ``plan_changed``.
    """
    here = platform()
    wanted = Pattern(
        id=body["replaces"] or 0,
        post_id=body["post_id"],
        peak=body["peak"],
        account_id=body["account_id"],
        weekdays=body["weekdays"],
        weeks=Weeks(body["in_weeks"]),
        starts_on=body["starts_on"],
        ends_on=body["ends_on"],
        changed_at=body["changed_at"],
    )
    return patterns.write(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=wanted,
        now=here.now(),
    )


@blueprint.post("/patterns/<int:number>/removal")
@allow(*PLANNERS)
@blueprint.arguments(RemovePattern)
@blueprint.response(200, PatternWritten)
def remove(body: dict[str, Any], number: int) -> patterns.PatternWritten:
    """Take a pattern out; what it filled stays planned. Refused: ``plan_changed``."""
    here = platform()
    return patterns.remove(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        seen=body["changed_at"],
        now=here.now(),
    )


@blueprint.post("/fillings")
@allow(*PLANNERS)
@blueprint.arguments(FillWeeks)
@blueprint.response(200, WeeksFilledShown)
def fill(body: dict[str, Any]) -> filling.WeeksFilled:
    """Put the patterns of a school into some weeks, as a draft. Refused: ``no_patterns``, ``plan_changed``."""
    here = platform()
    return filling.fill(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        school_id=body["school_id"],
        week=body["week"],
        weeks=body["weeks"],
        limits=here.limits,
        now=here.now(),
    )

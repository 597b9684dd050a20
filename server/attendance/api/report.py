"""Figures of attendance, and the closed peaks of which they are made, for consoles."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.attendance.actions import report
from server.attendance.queries.peaks import Only
from server.attendance.rules import shapes
from server.core.access.roles import Group
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Day, Moment, Wire, one_of, platform

blueprint = Blueprint("attendance", __name__, url_prefix="/api/attendance", description="Attendance figures")


def _number() -> fields.Integer:
    return fields.Integer(load_default=None, validate=validate.Range(1, HIGHEST_NUMBER))


class PeaksAsked(Wire):
    """Which days, both included, and what of them; ``weekdays`` are digits, Monday is 0."""

    since = Day(required=True)
    until = Day(required=True)
    station_id = _number()
    school_id = _number()
    post_id = _number()
    peak = Text(longest=30, load_default=None)
    weekdays = fields.String(load_default="", validate=validate.Regexp(r"[0-6]{0,7}\Z"))


class RowsAsked(PeaksAsked):
    """Which rows of them, and after which key."""

    which = fields.Enum(Only, by_value=True, load_default=None)
    after_key = Text(longest=80, load_default=None)


class FiguresView(Wire):
    """Sums over closed peaks; heads of all groups together."""

    peaks = fields.Integer(required=True)
    peaks_planned = fields.Integer(required=True)
    required = fields.Integer(required=True)
    filled = fields.Integer(required=True)
    present = fields.Integer(required=True)
    late = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    planned = fields.Integer(required=True)
    absent = fields.Integer(required=True)
    replaced = fields.Integer(required=True)
    required_minutes = fields.Integer(required=True)
    covered_minutes = fields.Integer(required=True)
    served_minutes = fields.Integer(required=True)


class SchoolFigures(Wire):
    """A school, its number of posts, and their figures."""

    school_id = fields.Integer(required=True)
    school_name = fields.String(required=True)
    station_id = fields.Integer(required=True)
    station_name = fields.String(required=True)
    posts = fields.Integer(required=True)
    figures = fields.Nested(FiguresView, required=True)


class PostFigures(Wire):
    """A post, its school, and its figures."""

    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    school_id = fields.Integer(required=True)
    school_name = fields.String(required=True)
    figures = fields.Nested(FiguresView, required=True)


class AttendanceView(Wire):
    """The figures of some days: together, by school and by post; ``last_closed`` ends the last peak counted."""

    since = fields.String(required=True)
    until = fields.String(required=True)
    last_closed = Moment(required=True, allow_none=True)
    total = fields.Nested(FiguresView, required=True)
    schools = fields.List(fields.Nested(SchoolFigures), required=True)
    posts = fields.List(fields.Nested(PostFigures), required=True)


class MinutesView(Wire):
    """Minutes at full composition, and those that were required."""

    covered = fields.Integer(required=True)
    required = fields.Integer(required=True)


class SchoolWeeks(Wire):
    """A school's minutes, week by week."""

    school_id = fields.Integer(required=True)
    weeks = fields.List(fields.Nested(MinutesView), required=True)


class WeeksView(Wire):
    """Minutes by school and week, whose Mondays are told, and of all schools by weekday, Monday first."""

    mondays = fields.List(fields.String(), required=True)
    schools = fields.List(fields.Nested(SchoolWeeks), required=True)
    weekdays = fields.List(fields.Nested(MinutesView), required=True)


class GroupFiguresView(Wire):
    """Heads of a group, summed over closed peaks."""

    group = one_of(Group, required=True)
    required = fields.Integer(required=True)
    filled = fields.Integer(required=True)
    present = fields.Integer(required=True)
    late = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    planned = fields.Integer(required=True)
    absent = fields.Integer(required=True)
    replaced = fields.Integer(required=True)


class GroupsView(Wire):
    """Heads by group, in the order of seats."""

    items = fields.List(fields.Nested(GroupFiguresView), required=True)


class BandView(Wire):
    """How many of those on duty came from one minute after the start on, and before another; negative: before it."""

    since = fields.Integer(required=True, allow_none=True)
    until = fields.Integer(required=True, allow_none=True)
    people = fields.Integer(required=True)


class ArrivalsView(Wire):
    """Arrivals by band, the earliest first, and of how many of the peaks they are known."""

    peaks = fields.Integer(required=True)
    bands = fields.List(fields.Nested(BandView), required=True)


class HeadsByGroup(Wire):
    """Heads by group."""

    staff = fields.Integer(required=True)
    security = fields.Integer(required=True)
    volunteer = fields.Integer(required=True)
    police = fields.Integer(required=True)


class PeakView(Wire):
    """A closed peak of a post; heads by group, those of a plan empty where there was none."""

    key = fields.String(required=True)
    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    date = fields.String(required=True)
    peak = fields.String(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    required = fields.Nested(HeadsByGroup, required=True)
    present = fields.Nested(HeadsByGroup, required=True)
    late = fields.Nested(HeadsByGroup, required=True)
    waiting = fields.Nested(HeadsByGroup, required=True)
    missing = fields.Nested(HeadsByGroup, required=True)
    planned = fields.Nested(HeadsByGroup, required=True, allow_none=True)
    absent = fields.Nested(HeadsByGroup, required=True, allow_none=True)
    replaced = fields.Nested(HeadsByGroup, required=True, allow_none=True)
    required_minutes = fields.Integer(required=True)
    covered_minutes = fields.Integer(required=True)
    served_minutes = fields.Integer(required=True)
    corrected = fields.Integer(required=True)


class PeakRows(Wire):
    """Some closed peaks, how many there are, and the key to ask on with."""

    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(PeakView), required=True)
    after = fields.String(required=True, allow_none=True)


@blueprint.get("")
@allow(*CONSOLE)
@blueprint.arguments(PeaksAsked, location="query")
@blueprint.response(200, AttendanceView)
def figures(asked: dict[str, Any]) -> shapes.Attendance:
    """Add up the closed peaks of the caller's scope. Refused: ``bad_span`` (days)."""
    return report.figures(platform().store, actor=current_actor(), asked=_asked(asked))


@blueprint.get("/weeks")
@allow(*CONSOLE)
@blueprint.arguments(PeaksAsked, location="query")
@blueprint.response(200, WeeksView)
def weeks(asked: dict[str, Any]) -> shapes.Weeks:
    """Add up covered minutes by school and week, and by weekday. Refused: ``bad_span`` (days)."""
    return report.weeks(platform().store, actor=current_actor(), asked=_asked(asked))


@blueprint.get("/groups")
@allow(*CONSOLE)
@blueprint.arguments(PeaksAsked, location="query")
@blueprint.response(200, GroupsView)
def groups(asked: dict[str, Any]) -> shapes.Groups:
    """Add up heads by group. Refused: ``bad_span`` (days)."""
    return report.groups(platform().store, actor=current_actor(), asked=_asked(asked))


@blueprint.get("/arrivals")
@allow(*CONSOLE)
@blueprint.arguments(PeaksAsked, location="query")
@blueprint.response(200, ArrivalsView)
def arrivals(asked: dict[str, Any]) -> shapes.Arrivals:
    """Add up when people came around the start of their peak. Refused: ``bad_span`` (days)."""
    return report.arrivals(platform().store, actor=current_actor(), asked=_asked(asked))


@blueprint.get("/peaks")
@allow(*CONSOLE)
@blueprint.arguments(RowsAsked, location="query")
@blueprint.response(200, PeakRows)
def peaks(asked: dict[str, Any]) -> shapes.PeakRows:
    """List the closed peaks of the caller's scope, the newest day first. Refused: ``bad_span`` (days)."""
    only, after = asked.pop("which"), asked.pop("after_key")
    return report.rows(platform().store, actor=current_actor(), asked=_asked(asked), only=only, after=after)


def _asked(asked: dict[str, Any]) -> report.Asked:
    weekdays = frozenset(int(one) for one in asked.pop("weekdays"))
    return report.Asked(**asked, weekdays=weekdays)

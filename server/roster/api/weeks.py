"""A school's week as it is planned, changing it, who could take a seat, and publishing it."""

from datetime import date
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.calendar.queries.answers import Answer
from server.core.access.roles import Category, Group, Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Day, Moment, Wire, number_of, one_of, platform, request_id
from server.places.rules.staffing import MOST_HEADS
from server.roster.actions import candidates, planning, publishing, weeks
from server.roster.rules.conflicts import Conflict
from server.roster.rules.open_seats import WhyOpen
from server.roster.rules.seats import SeatEdit, SeatKey
from server.roster.rules.stand_ins import StandInState
from server.roster.rules.week_views import RosterWeek
from server.roster.rules.wishes import Wish

blueprint = Blueprint("roster", __name__, url_prefix="/api/roster", description="Rosters")

PLANNERS = (Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
# A week of a post at four peaks of twelve seats, and then some.
MOST_EDITS = 500
_ROW = validate.Range(1, HIGHEST_NUMBER)


def _peak(**named: Any) -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, 30), **named)


class WeekWanted(Wire):
    """Which week of which school: this week, one's own school by default."""

    school_id = fields.Integer(load_default=None, validate=_ROW)
    week = Day(load_default=None)


class WeekDayShown(Wire):
    """A day of the week."""

    date = fields.String(required=True)
    school_day = fields.Boolean(required=True)
    make_up = fields.Boolean(required=True)
    name = fields.String(required=True, allow_none=True)
    provisional = fields.Boolean(required=True)


class PeakOfPostShown(Wire):
    """A peak of a post on a date, in local clock time."""

    date = fields.String(required=True)
    peak = fields.String(required=True)
    starts = fields.String(required=True)
    ends = fields.String(required=True)
    over = fields.Boolean(required=True)


class PlannedSeat(Wire):
    """A seat: who is planned, who was told to come, and what speaks against whom is planned."""

    date = fields.String(required=True)
    peak = fields.String(required=True)
    group = one_of(Group, required=True)
    seat = fields.Integer(required=True)
    area = fields.String(required=True, allow_none=True)
    needed = fields.Boolean(required=True)
    account_id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    category = one_of(Category, required=True, allow_none=True)
    version = fields.Integer(required=True)
    source = fields.String(required=True, allow_none=True)
    left_by = fields.String(required=True, allow_none=True)
    why = one_of(WhyOpen, required=True, allow_none=True)
    conflicts = fields.List(one_of(Conflict), required=True)
    wish = one_of(Wish, required=True, allow_none=True)
    published_id = fields.Integer(required=True, allow_none=True)
    published_name = fields.String(required=True, allow_none=True)
    answer = one_of(Answer, required=True, allow_none=True)
    answered_at = Moment(required=True, allow_none=True)
    reminded = fields.Boolean(required=True)
    stand_in = one_of(StandInState, required=True, allow_none=True)
    stand_in_id = fields.Integer(required=True, allow_none=True)
    stands_in_for = fields.String(required=True, allow_none=True)


class PostOfWeekShown(Wire):
    """A post of the school: its peaks and its seats."""

    post_id = fields.Integer(required=True)
    name = fields.String(required=True)
    peaks = fields.List(fields.Nested(PeakOfPostShown), required=True)
    seats = fields.List(fields.Nested(PlannedSeat), required=True)


class RosterWeekShown(Wire):
    """A school's week; the fingerprint names its plan as it is shown."""

    school_id = fields.Integer(required=True)
    school_name = fields.String(required=True)
    week = fields.String(required=True)
    today = fields.String(required=True)
    may_plan = fields.List(one_of(Group), required=True)
    fingerprint = fields.String(required=True)
    days = fields.List(fields.Nested(WeekDayShown), required=True)
    posts = fields.List(fields.Nested(PostOfWeekShown), required=True)


class NamedSeat(Wire):
    """What names a seat."""

    post_id = number_of(required=True)
    date = Day(required=True)
    peak = _peak()
    group = one_of(Group, required=True)
    seat = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_HEADS))


class EditedSeat(NamedSeat):
    """Who is to take a seat, none: nobody; and the version that was seen.

    ``on_purpose``: whoever empties it means it to stay empty; else it is open as before.
    """

    account_id = number_of(load_default=None, allow_none=True)
    on_purpose = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    version = fields.Integer(required=True, strict=True, validate=validate.Range(0))


class SeatEdits(Wire):
    """Changes of seats, all of them or none; ``anyway``: more duties a week than usual are meant."""

    request_id = request_id()
    seats = fields.List(fields.Nested(EditedSeat), required=True, validate=validate.Length(1, MOST_EDITS))
    anyway = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class SeatsPlanned(Wire):
    """How many seats were changed."""

    seats = fields.Integer(required=True)


class CandidatesWanted(Wire):
    """For which seat, and a piece of the name."""

    post_id = fields.Integer(required=True, validate=_ROW)
    date = Day(required=True)
    peak = _peak()
    group = one_of(Group, required=True)
    seat = fields.Integer(required=True, validate=validate.Range(1, MOST_HEADS))
    text = Text(shortest=0, longest=60, load_default="")


class CandidateShown(Wire):
    """Somebody for a seat."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    duties = fields.Integer(required=True)
    conflicts = fields.List(one_of(Conflict), required=True)
    post_name = fields.String(required=True, allow_none=True)
    wish = one_of(Wish, required=True, allow_none=True)


class CandidatesShown(Wire):
    """The first of those found, and how many more there are."""

    items = fields.List(fields.Nested(CandidateShown), required=True)
    more = fields.Integer(required=True)


class PublishWeek(Wire):
    """Which week of which school, and the fingerprint of the plan that was seen."""

    request_id = request_id()
    school_id = number_of(required=True)
    week = Day(required=True)
    seen = fields.String(required=True, validate=validate.Length(equal=32))


class PublishedShown(Wire):
    """What publishing changed."""

    given = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    people = fields.Integer(required=True)
    told = fields.Integer(required=True)


class RosterPublished(Wire):
    """A school's week was published: how many seats changed."""

    school_id = fields.Integer(required=True)
    week = fields.String(required=True)
    seats = fields.Integer(required=True)


@blueprint.get("/week")
@allow(*CONSOLE)
@blueprint.arguments(WeekWanted, location="query")
@blueprint.response(200, RosterWeekShown)
def shown(asked: dict[str, Any]) -> RosterWeek:
    """Show a school's week as it is planned."""
    here = platform()
    return weeks.shown(
        here.store,
        actor=current_actor(),
        school_id=asked["school_id"],
        week=asked["week"],
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/seats")
@allow(*PLANNERS)
@blueprint.arguments(SeatEdits)
@blueprint.response(200, SeatsPlanned)
def plan(body: dict[str, Any]) -> planning.Planned:
    """Change who is planned for some seats.

    Refused: ``no_such_seat``, ``peak_over``, ``seat_changed`` (date, peak); ``other_group``, ``other_unit``,
    ``person_suspended``, ``person_pending``, ``no_consent``, ``person_away``, ``two_places``, ``too_many_duties``
    (name, date, peak, post_name).
    """
    here = platform()
    edits = [
        SeatEdit(_key(one), one["account_id"], one["version"], one["on_purpose"]) for one in body["seats"]
    ]
    return planning.plan(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        edits=edits,
        anyway=body["anyway"],
        limits=here.limits,
        now=here.now(),
    )


@blueprint.get("/candidates")
@allow(*PLANNERS)
@blueprint.arguments(CandidatesWanted, location="query")
@blueprint.response(200, CandidatesShown)
def listed(asked: dict[str, Any]) -> candidates.CandidateList:
    """List who could take a seat. Refused: ``no_such_seat`` (date, peak)."""
    here = platform()
    return candidates.listed(
        here.store,
        actor=current_actor(),
        key=_key(asked),
        text=asked["text"].strip(),
        limits=here.limits,
    )


@blueprint.post("/publication")
@allow(*PLANNERS)
@blueprint.arguments(PublishWeek)
@blueprint.response(200, PublishedShown)
def publish(body: dict[str, Any]) -> publishing.Published:
    """Publish a school's week.

    Refused: ``plan_changed``, ``nothing_to_publish``, ``plan_has_conflicts`` (seats, name).
    """
    here = platform()
    return publishing.publish(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        school_id=body["school_id"],
        week=body["week"],
        seen=body["seen"],
        limits=here.limits,
        now=here.now(),
    )


def _key(one: dict[str, Any]) -> SeatKey:
    on: date = one["date"]
    return SeatKey(one["post_id"], on, one["peak"], one["group"], one["seat"])

"""The year's sheet, changing its days, filling years, and what the calendar lacks."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.calendar.actions import days, years
from server.calendar.files.holidays import LONGEST_FILE
from server.core.access.roles import Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Day, Moment, Wire, number_of, one_of, platform, request_id
from server.core.refused import Refused
from server.places.rules.day_edits import FIRST_YEAR, LAST_YEAR, DayEdit, DayKind
from server.places.rules.days import DaySource, Why

blueprint = Blueprint("calendar", __name__, url_prefix="/api/calendar", description="Calendar of school days")

MOST_DAYS = 100
# A demo has one each hour.
MOST_PEAKS = 24


class SheetArguments(Wire):
    """Whose sheet: a school's, else the district's; a school's user sees his own."""

    school_id = fields.Integer(load_default=None, validate=validate.Range(1, HIGHEST_NUMBER))


class SheetDay(Wire):
    """A day of a sheet: what it is, what decided, who changed it and why; ``schools`` have a day of their own."""

    date = fields.String(required=True)
    school_day = fields.Boolean(required=True)
    peaks = fields.List(fields.String(), required=True, allow_none=True)
    why = one_of(Why, required=True)
    name = fields.String(required=True, allow_none=True)
    provisional = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    source = one_of(DaySource, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    changed_by = fields.String(required=True, allow_none=True)
    changed_at = Moment(required=True, allow_none=True)
    schools = fields.Integer(required=True)


class YearSheetView(Wire):
    """A year of the district, or of one school."""

    year = fields.Integer(required=True)
    today = fields.String(required=True)
    school_id = fields.Integer(required=True, allow_none=True)
    school_name = fields.String(required=True, allow_none=True)
    known_by = one_of(DaySource, required=True, allow_none=True)
    may_edit = fields.Boolean(required=True)
    peaks = fields.List(fields.String(), required=True)
    days = fields.List(fields.Nested(SheetDay), required=True)


class EditedDay(Wire):
    """A day, with the version in which it was seen."""

    date = Day(required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(0))


class EditDays(Wire):
    """Days that become something, and why. ``running``: also where a shift that is open now would end by it."""

    request_id = request_id()
    school_id = number_of(load_default=None, allow_none=True)
    days = fields.List(fields.Nested(EditedDay), required=True, validate=validate.Length(1, MOST_DAYS))
    kind = one_of(DayKind, required=True)
    peaks = fields.List(Text(longest=30), load_default=[], validate=validate.Length(max=MOST_PEAKS))
    name = Text(shortest=0, longest=60, load_default="")
    reason = Text(shortest=2, longest=200, required=True)
    running = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class DaysChanged(Wire):
    """How many days were changed."""

    days = fields.Integer(required=True)


class BringHolidays(Wire):
    """A file in holiday-cn's form, as text."""

    request_id = request_id()
    content = fields.String(required=True, validate=validate.Length(1, LONGEST_FILE))


class ConfirmYear(Wire):
    """The year is right as it stands."""

    request_id = request_id()


class FilledYear(Wire):
    """What became of the year: days set, days of people kept, days of before removed."""

    year = fields.Integer(required=True)
    set = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    removed = fields.Integer(required=True)


class CalendarWarnings(Wire):
    """Years to be filled now, the last day of the last term where it is near, and whether today is provisional."""

    years = fields.List(fields.Integer(), required=True)
    terms_end = fields.String(required=True, allow_none=True)
    provisional_now = fields.Boolean(required=True)


def _checked(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("not_found")
    return year


@blueprint.get("/years/<int:year>")
@allow(*CONSOLE)
@blueprint.arguments(SheetArguments, location="query")
@blueprint.response(200, YearSheetView)
def sheet(asked: dict[str, Any], year: int) -> days.YearSheet:
    """Show a year's sheet of the caller's district, or of a school in scope."""
    here = platform()
    school_id = asked["school_id"]
    return days.sheet(
        here.store, actor=current_actor(), year=_checked(year), school_id=school_id, now=here.now()
    )


@blueprint.post("/days")
@allow(Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
@blueprint.arguments(EditDays)
@blueprint.response(200, DaysChanged)
def edit(body: dict[str, Any]) -> days.Changed:
    """Change days of the district or of a school.

    Refused: ``date_is_past`` (date), ``changed_meanwhile`` (date, by, changed_at), ``half_day_peaks``,
    ``shift_running`` (posts).
    """
    here = platform()
    wanted = DayEdit(
        school_id=body["school_id"],
        days={one["date"]: one["version"] for one in body["days"]},
        kind=DayKind(body["kind"]),
        peaks=tuple(sorted(set(body["peaks"]))),
        name=body["name"],
        reason=body["reason"],
        running=body["running"],
    )
    return days.edit(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=wanted,
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/years/<int:year>/holidays")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(BringHolidays)
@blueprint.response(200, FilledYear)
def bring(body: dict[str, Any], year: int) -> years.FilledView:
    """Fill a year from a file.

    Refused: ``not_holidays`` (row), ``other_year`` (year), ``no_holidays``, ``date_is_past`` (date).
    """
    here = platform()
    return years.bring(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        year=_checked(year),
        content=body["content"],
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/years/<int:year>/confirmation")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(ConfirmYear)
@blueprint.response(200, FilledYear)
def confirm(body: dict[str, Any], year: int) -> years.FilledView:
    """Say that a year is right as it stands: it is provisional no longer. Refused: ``date_is_past`` (date)."""
    here = platform()
    return years.confirm(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        year=_checked(year),
        now=here.now(),
    )


@blueprint.get("/warnings")
@allow(*CONSOLE)
@blueprint.response(200, CalendarWarnings)
def warnings() -> years.Warnings:
    """Say what the calendar lacks."""
    here = platform()
    return years.warnings(here.store, actor=current_actor(), now=here.now())

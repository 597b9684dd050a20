"""Timetables of peaks by kind of school, or of one school."""

from datetime import time
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.calendar.actions import peaks
from server.core.access.roles import Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Day, Moment, Wire, number_of, one_of, platform, request_id
from server.core.refused import Refused
from server.places.rules.peaks import Peak, PeakKind, SchoolKind
from server.places.rules.timetables import MOST_PEAKS, MOST_SEASONS, Season

blueprint = Blueprint("peaks", __name__, url_prefix="/api/calendar", description="Peaks")

CLOCK = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z", error="wrong_form")


class PeakTime(Wire):
    """A peak in local clock time."""

    kind = one_of(PeakKind, required=True)
    starts = fields.String(required=True, validate=CLOCK)
    ends = fields.String(required=True, validate=CLOCK)


class SeasonOfYear(Wire):
    """The peaks from a day of each year on."""

    name = Text(shortest=0, longest=30, load_default="")
    month = fields.Integer(required=True, strict=True, validate=validate.Range(1, 12))
    day = fields.Integer(required=True, strict=True, validate=validate.Range(1, 31))
    peaks = fields.List(fields.Nested(PeakTime), required=True, validate=validate.Length(max=MOST_PEAKS))


class PeakShown(Wire):
    """A peak in local clock time; a district may have others than the four that have names."""

    kind = fields.String(required=True)
    starts = fields.String(required=True)
    ends = fields.String(required=True)


class SeasonShown(Wire):
    """The peaks from a day of each year on."""

    name = fields.String(required=True)
    month = fields.Integer(required=True)
    day = fields.Integer(required=True)
    peaks = fields.List(fields.Nested(PeakShown), required=True)


class PlanShown(Wire):
    """A timetable: since when it holds (none: from the beginning), and whether it is over, holds or comes."""

    id = fields.Integer(required=True, allow_none=True)
    starts_on = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(("over", "now", "coming")))
    seasons = fields.List(fields.Nested(SeasonShown), required=True)
    reason = fields.String(required=True, allow_none=True)
    changed_by = fields.String(required=True, allow_none=True)
    changed_at = Moment(required=True, allow_none=True)


class TimetableShown(Wire):
    """The timetables of a kind of school, or of one school; ``seen`` goes with the next change."""

    school_id = fields.Integer(required=True, allow_none=True)
    school_name = fields.String(required=True, allow_none=True)
    school_kind = one_of(SchoolKind, required=True)
    seen = fields.Integer(required=True)
    plans = fields.List(fields.Nested(PlanShown), required=True)


class PeaksShown(Wire):
    """All timetables in sight, and the earliest date from which a change may hold."""

    may_edit = fields.Boolean(required=True)
    earliest = fields.String(required=True)
    items = fields.List(fields.Nested(TimetableShown), required=True)


class ChangePeaks(Wire):
    """Peaks that hold from a date on, of a kind of school or of one school; without seasons that goes by its kind."""

    request_id = request_id()
    school_id = number_of(load_default=None, allow_none=True)
    school_kind = one_of(SchoolKind, load_default=None, allow_none=True)
    starts_on = Day(required=True)
    seasons = fields.List(
        fields.Nested(SeasonOfYear), required=True, validate=validate.Length(max=MOST_SEASONS)
    )
    reason = Text(shortest=2, longest=200, required=True)
    seen = fields.Integer(required=True, strict=True, validate=validate.Range(0))


class CallOffPeaks(Wire):
    """A timetable that has not begun is called off."""

    request_id = request_id()


@blueprint.get("/peaks")
@allow(*CONSOLE)
@blueprint.response(200, PeaksShown)
def listed() -> peaks.PeaksView:
    """Show the timetables of the caller's district; to a school those of its own and its kind."""
    here = platform()
    return peaks.listed(here.store, actor=current_actor(), now=here.now())


@blueprint.post("/peaks")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(ChangePeaks)
@blueprint.response(200, PeaksShown)
def change(body: dict[str, Any]) -> peaks.PeaksView:
    """Let other peaks hold from a date on.

    Refused: ``starts_too_early``, ``bad_season``, ``no_peaks``, ``peak_across_midnight`` (peak),
    ``peaks_overlap`` (peak, other), ``changed_meanwhile`` (date, by, changed_at), ``shift_changes_now``.
    """
    here = platform()
    if (body["school_id"] is None) == (body["school_kind"] is None):
        raise Refused("not_found")
    wanted = peaks.PeaksEdit(
        school_id=body["school_id"],
        school_kind=body["school_kind"],
        starts_on=body["starts_on"],
        seasons=tuple(_season(one) for one in body["seasons"]),
        reason=body["reason"],
        seen=body["seen"],
    )
    return peaks.change(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=wanted,
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/peaks/<int:number>/removal")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(CallOffPeaks)
@blueprint.response(200, PeaksShown)
def remove(body: dict[str, Any], number: int) -> peaks.PeaksView:
    """Call off a timetable that has not begun. Refused: ``starts_too_early``, ``shift_changes_now``."""
    here = platform()
    return peaks.remove(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        limits=here.limits,
        now=here.now(),
    )


def _season(sent: dict[str, Any]) -> Season:
    found = tuple(
        Peak(one["kind"], time.fromisoformat(one["starts"]), time.fromisoformat(one["ends"]))
        for one in sent["peaks"]
    )
    return Season(sent["name"], sent["month"], sent["day"], found)

"""The people of a closed peak, and correcting their records, for consoles."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.attendance.actions import correcting
from server.attendance.actions.correcting import Wish
from server.core.access.roles import Group, Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Day, Moment, Wire, number_of, one_of, platform, request_id

blueprint = Blueprint("correcting", __name__, url_prefix="/api/attendance", description="Corrected records")


class PeakAsked(Wire):
    """Which peak of which post."""

    post_id = fields.Integer(required=True, validate=validate.Range(1, HIGHEST_NUMBER))
    date = Day(required=True)
    peak = Text(longest=30, required=True)


class StayShown(Wire):
    """A stay by the log."""

    came_at = Moment(required=True)
    left_at = Moment(required=True, allow_none=True)
    verified = fields.Boolean(required=True)
    late = fields.Boolean(required=True)
    evidence = fields.String(required=True, validate=validate.OneOf(("phone", "badge", "colleague")))


class CorrectionShown(Wire):
    """A correction, by whom and when; without times: he was not there."""

    came_at = Moment(required=True, allow_none=True)
    left_at = Moment(required=True, allow_none=True)
    reason = fields.String(required=True)
    by = fields.String(required=True)
    at = Moment(required=True)


class PersonOfPeakShown(Wire):
    """Somebody's records at a peak; the last correction counts in place of the log."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    group = one_of(Group, required=True)
    planned_and_missed = fields.Boolean(required=True)
    stays = fields.List(fields.Nested(StayShown), required=True)
    corrections = fields.List(fields.Nested(CorrectionShown), required=True)
    may_correct = fields.Boolean(required=True)


class PeopleOfPeakShown(Wire):
    """The people of a closed peak, by group and name."""

    items = fields.List(fields.Nested(PersonOfPeakShown), required=True)


class NewCorrection(PeakAsked):
    """What counts for somebody from now on; without times: he was not there. ``seen``: corrections that were shown."""

    request_id = request_id()
    post_id = number_of(required=True)
    account_id = number_of(required=True)
    came_at = Moment(required=True, allow_none=True)
    left_at = Moment(required=True, allow_none=True)
    reason = Text(longest=200, required=True)
    seen = fields.Integer(required=True, validate=validate.Range(0, 1_000))


class CorrectedShown(Wire):
    """How many people's records of the peak are corrected by now."""

    corrected = fields.Integer(required=True)


@blueprint.get("/people")
@allow(*CONSOLE)
@blueprint.arguments(PeakAsked, location="query")
@blueprint.response(200, PeopleOfPeakShown)
def people(asked: dict[str, Any]) -> correcting.PeopleOfPeak:
    """List the people of a closed peak with their records; recorded."""
    key = (asked["post_id"], asked["date"], asked["peak"])
    here = platform()
    return correcting.people(here.store, actor=current_actor(), key=key, now=here.now())


@blueprint.post("/corrections")
@allow(Role.SCHOOL_ADMIN, Role.STATION_OFFICER)
@blueprint.arguments(NewCorrection)
@blueprint.response(200, CorrectedShown)
def correct(body: dict[str, Any]) -> correcting.Corrected:
    """Correct somebody's record at a closed peak.

    Refused: ``not_yours_to_correct``, ``too_long_ago`` (days), ``stay_outside_peak``, ``correction_changed``.
    """
    here = platform()
    wish = Wish(
        key=(body["post_id"], body["date"], body["peak"]),
        account_id=body["account_id"],
        came_at=body["came_at"],
        left_at=body["left_at"],
        reason=body["reason"],
        seen=body["seen"],
    )
    return correcting.correct(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wish=wish,
        limits=here.limits,
        now=here.now(),
    )

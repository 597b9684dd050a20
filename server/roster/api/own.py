"""A guard's own duties that are to come."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.calendar.queries.answers import Answer
from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Day, Moment, Wire, one_of, platform, request_id
from server.roster.actions import absences, own
from server.roster.rules.absences import AbsenceKind

blueprint = Blueprint("own_duties", __name__, url_prefix="/api/me", description="Own duties to come")


class OwnDutyShown(Wire):
    """A duty to come; without times where the day is off by now."""

    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    date = fields.String(required=True)
    peak = fields.String(required=True)
    stands = fields.Boolean(required=True)
    provisional = fields.Boolean(required=True)
    opens_at = Moment(required=True, allow_none=True)
    starts_at = Moment(required=True, allow_none=True)
    ends_at = Moment(required=True, allow_none=True)
    area = fields.String(required=True)
    gives_back_until = Moment(required=True, allow_none=True)
    answer = one_of(Answer, required=True, allow_none=True)
    answered_at = Moment(required=True, allow_none=True)
    stand_in_id = fields.Integer(required=True, allow_none=True)
    stand_in_asked = fields.Integer(required=True)


class OwnAbsenceShown(Wire):
    """When somebody is away."""

    id = fields.Integer(required=True)
    first_day = fields.String(required=True)
    last_day = fields.String(required=True)
    kind = one_of(AbsenceKind, required=True)


class OwnDutiesShown(Wire):
    """The duties to come and the absences that are not over, the earliest first."""

    items = fields.List(fields.Nested(OwnDutyShown), required=True)
    absences = fields.List(fields.Nested(OwnAbsenceShown), required=True)
    today = fields.String(required=True)


class NewAbsence(Wire):
    """From when to when somebody is away, and why."""

    request_id = request_id()
    first_day = Day(required=True)
    last_day = Day(required=True)
    kind = one_of(AbsenceKind, required=True)


class AwayShown(Wire):
    """The absence, and how many seats are open now because of it."""

    id = fields.Integer(required=True)
    seats = fields.Integer(required=True)


class AbsenceWithdrawal(Wire):
    """An absence does not hold any more."""

    request_id = request_id()


class WithdrawnShown(Wire):
    """Which absence was withdrawn."""

    id = fields.Integer(required=True)


@blueprint.get("/duties")
@allow(Role.GUARD)
@blueprint.response(200, OwnDutiesShown)
def coming() -> own.OwnDuties:
    """List one's own published duties that are not over."""
    here = platform()
    return own.coming(here.store, actor=current_actor(), limits=here.limits, now=here.now())


@blueprint.post("/absences")
@allow(Role.GUARD)
@blueprint.arguments(NewAbsence)
@blueprint.response(201, AwayShown)
def enter(body: dict[str, Any]) -> absences.Away:
    """Say that one is away; one's seats of these days are open again. Refused: ``bad_absence``."""
    here = platform()
    return absences.enter(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        first=body["first_day"],
        last=body["last_day"],
        kind=AbsenceKind(body["kind"]),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/absences/<int:number>/withdrawal")
@allow(Role.GUARD)
@blueprint.arguments(AbsenceWithdrawal)
@blueprint.response(200, WithdrawnShown)
def withdraw(body: dict[str, Any], number: int) -> absences.BackAgain:
    """Take an absence back; seats that it opened stay open."""
    here = platform()
    return absences.withdraw(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        now=here.now(),
    )

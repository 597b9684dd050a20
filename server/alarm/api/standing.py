"""What a police console decides about an alarm's people and places: who counts, who is aside, where it is."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.alarm.actions import responders, standing
from server.alarm.rules import shapes
from server.alarm.schemas.views import AlarmView
from server.core.access.roles import POLICE_CONSOLE
from server.core.http.auth import allow, current_actor
from server.core.http.turns import ahead_of_the_line
from server.core.http.wire import Wire, number_of, platform, request_id

blueprint = Blueprint(
    "alarm_standing", __name__, url_prefix="/api", description="Who counts in an alarm, and where it is"
)


class NewCounting(Wire):
    """Who is to count."""

    request_id = request_id()
    account_id = number_of(required=True)


class NewAside(Wire):
    """Who is put aside, or with ``aside`` false let back."""

    request_id = request_id()
    account_id = number_of(required=True)
    aside = fields.Boolean(load_default=True, truthy={True}, falsy={False})


class NewPlaceChoice(Wire):
    """The further place where the alarm is; null: where it is told to be."""

    request_id = request_id()
    place_id = number_of(required=True, allow_none=True)


@blueprint.post("/alarms/<int:alarm_id>/counting")
@allow(*POLICE_CONSOLE)
@ahead_of_the_line
@blueprint.arguments(NewCounting)
@blueprint.response(200, AlarmView)
def let_count(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Let a person who was asked to the alarm, or reported it, count in it. Refused: ``account_suspended``."""
    return responders.let_count(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        account_id=body["account_id"],
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/asides")
@allow(*POLICE_CONSOLE)
@ahead_of_the_line
@blueprint.arguments(NewAside)
@blueprint.response(200, AlarmView)
def put_aside(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Put an unapproved reporter aside at the alarm's places, or let him back. Refused: ``account_approved``."""
    return standing.put_aside(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        account_id=body["account_id"],
        aside=body["aside"],
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/place")
@allow(*POLICE_CONSOLE)
@ahead_of_the_line
@blueprint.arguments(NewPlaceChoice)
@blueprint.response(200, AlarmView)
def choose_place(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Choose which of its places an alarm is at."""
    return standing.choose_place(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        place_id=body["place_id"],
        limits=platform().limits,
        now=platform().now(),
    )

"""What people send about alarms."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from server.alarm.rules.alarm import AlarmKind, AlarmState, Outcome
from server.alarm.rules.escalation import TIERS
from server.alarm.rules.response import ResponseState
from server.core.http.typed_fields import PostCode, Text
from server.core.http.wire import FixSchema, Moment, PageArguments, Wire, number_of, one_of, request_id


class NewAlarm(Wire):
    """What a held button sends. Nothing is required: what is missing or wrong never stops an alarm."""

    request_id = fields.UUID(metadata={"description": "Made by the client; the same one on a retry."})
    post_id = number_of(allow_none=True)
    post_code = PostCode(allow_none=True)
    post_scanned_at = Moment(allow_none=True)
    fix = fields.Nested(FixSchema, allow_none=True)
    claimed_at = Moment()
    covert = fields.Boolean(truthy={True}, falsy={False}, allow_none=True)


class NewKind(Wire):
    """What the alarm is about."""

    request_id = request_id()
    kind = one_of(AlarmKind, required=True)


class NewAcknowledgement(Wire):
    """An act at a console that needs no words."""

    request_id = request_id()


SAID_BY_PERSON = (
    ResponseState.RESPONDING,
    ResponseState.DECLINED,
    ResponseState.ON_SCENE,
    ResponseState.LEFT,
    ResponseState.WITHDRAWN,
)


class NewResponseState(Wire):
    """One's own answer, or with ``account_id`` and ``released`` the console's word about somebody."""

    request_id = request_id()
    account_id = number_of()
    state = one_of((*SAID_BY_PERSON, ResponseState.RELEASED), required=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_named: Any) -> None:
        if ("account_id" in data) != (data["state"] == ResponseState.RELEASED):
            raise ValidationError("not_together", "account_id")


class NewResponder(Wire):
    """Whom the console adds."""

    request_id = request_id()
    account_id = number_of(required=True)


class NewNote(Wire):
    """Words for the timeline; a withdrawal needs none."""

    request_id = request_id()
    text = Text(longest=500, shortest=0, lines=True, load_default="")
    withdrawal = fields.Boolean(load_default=False, truthy={True}, falsy={False})

    @validates_schema
    def _check(self, data: dict[str, Any], **_named: Any) -> None:
        if not data["text"] and not data["withdrawal"]:
            raise ValidationError("missing", "text")


class NewResolution(Wire):
    """What it was, and what was found."""

    request_id = request_id()
    outcome = one_of([one for one in Outcome if one is not Outcome.DUPLICATE], required=True)
    finding = Text(longest=2000, lines=True, required=True)


class NewMerging(Wire):
    """The alarm that goes on."""

    request_id = request_id()
    into = number_of(required=True)


class NewEscalation(Wire):
    """The tiers whose next step is not waited for."""

    request_id = request_id()
    tiers = fields.List(
        fields.Integer(strict=True, validate=validate.OneOf(TIERS)),
        required=True,
        validate=validate.Length(1, len(TIERS)),
    )


class AlarmListArguments(PageArguments):
    """Which alarms, and where the list goes on."""

    state = one_of(AlarmState)
    drill = fields.Boolean(truthy={"true"}, falsy={"false"})

"""Signing in and out."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate

from server.core.http.auth import EVERYBODY, allow, allow_public, current_actor
from server.core.http.typed_fields import Phone, Text
from server.core.http.wire import Wire, ignored_device_id, platform
from server.people.actions import sessions
from server.people.api.caller import SignedInView, caller, signed_in_answer, take_cookie_back
from server.people.rules import shapes

blueprint = Blueprint("sessions", __name__, url_prefix="/api", description="Signing in and out")

TOKEN = validate.Regexp(r"[A-Za-z0-9_-]{1,64}\Z", error="wrong_form")


class Password(fields.String):
    """A password as it was typed, up to 128 characters; half a character cannot be hashed."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **named)
        if not 1 <= len(text) <= 128:
            raise ValidationError("wrong_length")
        try:
            text.encode()
        except UnicodeEncodeError as why:
            raise ValidationError("bad_character") from why
        return text


class NewCode(Wire):
    """Whose phone a one-time code goes to."""

    phone = Phone(required=True)


class CodeAsked(Wire):
    """The same for every phone number, registered or not."""

    request = fields.String(required=True, metadata={"description": "Opaque; the code is bound to it."})
    expires_in_s = fields.Integer(required=True)
    resend_after_s = fields.Integer(required=True)


class NewSession(Wire):
    """The code that came, and the request it was asked for with."""

    request = fields.String(required=True, validate=TOKEN)
    code = fields.String(required=True, validate=validate.Regexp(r"[0-9]{6}\Z", error="wrong_form"))
    device_id = ignored_device_id()


class NewConsoleSession(Wire):
    """A console user's name and password."""

    username = Text(longest=40, required=True)
    password = Password(required=True)
    second = fields.String(
        load_default=None,
        validate=validate.Length(1, 40),
        metadata={"description": "The code of a second step, where ``second_step_needed`` asked for it."},
    )


@blueprint.post("/session/codes")
@allow_public
@blueprint.arguments(NewCode)
@blueprint.response(202, CodeAsked)
def ask_for_code(body: dict[str, Any]) -> shapes.CodeAsked:
    """Send a phone number a one-time code. Refused: ``too_many`` (retry_after_s), ``no_code_channel``."""
    here = platform()
    return sessions.ask_for_code(
        here.store, phone=body["phone"], caller=caller(), limits=here.limits, now=here.now()
    )


@blueprint.post("/session")
@allow_public
@blueprint.arguments(NewSession)
@blueprint.response(200, SignedInView)
def sign_in(body: dict[str, Any]) -> dict[str, Any]:
    """Open a session with a code, or give an unknown phone a ticket to register with.

    Refused: ``wrong_code`` (tries_left), ``code_expired``, ``suspended``, ``password_required``.
    """
    here, now = platform(), platform().now()
    signed_in = sessions.sign_in_with_code(
        here.store,
        request=body["request"],
        code=body["code"],
        caller=caller(),
        limits=here.limits,
        now=now,
    )
    return signed_in_answer(signed_in, now)


@blueprint.post("/session/password")
@allow_public
@blueprint.arguments(NewConsoleSession)
@blueprint.response(200, SignedInView)
def sign_in_with_password(body: dict[str, Any]) -> dict[str, Any]:
    """Open a session of a console account.

    Refused: ``wrong_credentials``, ``suspended``, ``closed_unused``, ``not_let_in``, ``too_many``,
    ``second_step_needed``, ``wrong_second_step``.
    """
    here, now = platform(), platform().now()
    signed_in = sessions.sign_in_with_password(
        here.store,
        username=body["username"].lower(),
        password=body["password"],
        second=body["second"],
        caller=caller(),
        limits=here.limits,
        in_real_thread=here.in_real_thread,
        now=now,
    )
    return signed_in_answer(signed_in, now)


@blueprint.delete("/session")
@allow(*EVERYBODY)
@blueprint.response(204)
def sign_out() -> None:
    """End the caller's session; its sockets are closed too."""
    sessions.sign_out(platform().store, actor=current_actor(), now=platform().now())
    take_cookie_back()

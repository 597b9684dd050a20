"""The second step of the caller's own sign-in at a console."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.http.auth import allow, current_actor
from server.core.http.wire import Moment, Wire, platform
from server.people.actions import proofs, second_factors
from server.people.api.caller import caller
from server.people.api.own_account import AT_A_CONSOLE
from server.people.api.sessions import Password
from server.people.rules import user_shapes as shapes

blueprint = Blueprint("second step", __name__, url_prefix="/api/me", description="The caller's second step")


class OwnSecondStep(Wire):
    """Since when the caller is asked for a second step, if he is, and how many recovery codes are left."""

    since = Moment(required=True, allow_none=True)
    codes_left = fields.Integer(required=True)


class OwnPassword(Wire):
    """The caller's password."""

    password = Password(required=True)


class QrSquares(Wire):
    """A QR code: so many squares a side, and its dark runs as row, first column and length."""

    side = fields.Integer(required=True)
    runs = fields.List(fields.List(fields.Integer()), required=True)


class SecondStepBegun(Wire):
    """What an authenticator app reads, as a secret to type and as a QR code."""

    secret = fields.String(required=True)
    address = fields.String(required=True)
    qr = fields.Nested(QrSquares, required=True)


class SecondStepCode(Wire):
    """A code of the app, or a recovery code."""

    code = fields.String(required=True, validate=validate.Length(1, 40))


class SecondStepEnd(SecondStepCode):
    """The caller's password, and a code."""

    password = Password(required=True)


class RecoveryCodes(Wire):
    """Codes that each stand for one sign-in without the app, shown this once."""

    codes = fields.List(fields.String(), required=True)


class OwnProof(OwnPassword):
    """The caller's password, and a code where he has a second step."""

    second = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))


@blueprint.post("/proof")
@allow(*AT_A_CONSOLE)
@blueprint.arguments(OwnProof)
@blueprint.response(204)
def prove(body: dict[str, Any]) -> None:
    """Prove that it is still the caller who sits there.

    Refused: ``wrong_password``, ``second_code_needed``, ``wrong_second_step``, ``too_many``.
    """
    here = platform()
    proofs.prove(
        here.store,
        actor=current_actor(),
        password=body["password"],
        second=body["second"],
        caller=caller(),
        in_real_thread=here.in_real_thread,
        now=here.now(),
    )


@blueprint.get("/second-step")
@allow(*AT_A_CONSOLE)
@blueprint.response(200, OwnSecondStep)
def own() -> shapes.OwnSecondStep:
    """Tell whether the caller is asked for a second step."""
    return second_factors.own(platform().store, actor=current_actor())


@blueprint.post("/second-step")
@allow(*AT_A_CONSOLE)
@blueprint.arguments(OwnPassword)
@blueprint.response(200, SecondStepBegun)
def begin(body: dict[str, Any]) -> shapes.SecondStepBegun:
    """Make the secret for an authenticator app. Refused: ``wrong_password``, ``second_step_is_on``, ``too_many``."""
    here = platform()
    return second_factors.begin(
        here.store,
        actor=current_actor(),
        password=body["password"],
        caller=caller(),
        in_real_thread=here.in_real_thread,
        now=here.now(),
    )


@blueprint.post("/second-step/confirmation")
@allow(*AT_A_CONSOLE)
@blueprint.arguments(SecondStepCode)
@blueprint.response(200, RecoveryCodes)
def confirm(body: dict[str, Any]) -> shapes.RecoveryCodes:
    """Ask for the second step from now on, or make new recovery codes.

    Refused: ``wrong_second_step``, ``second_step_not_begun``, ``too_many``.
    """
    here = platform()
    return second_factors.confirm(here.store, actor=current_actor(), code=body["code"], now=here.now())


@blueprint.post("/second-step/end")
@allow(*AT_A_CONSOLE)
@blueprint.arguments(SecondStepEnd)
@blueprint.response(204)
def end(body: dict[str, Any]) -> None:
    """Ask for no second step any more. Refused: ``wrong_password``, ``wrong_second_step``, ``too_many``."""
    here = platform()
    second_factors.end(
        here.store,
        actor=current_actor(),
        password=body["password"],
        code=body["code"],
        caller=caller(),
        in_real_thread=here.in_real_thread,
        now=here.now(),
    )

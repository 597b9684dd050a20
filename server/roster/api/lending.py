"""Lending a post somebody of another one, in peace."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Group, Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import Wire, number_of, one_of, platform, request_id
from server.duty.rules.lending import LendState
from server.roster.actions import lenders, lending

blueprint = Blueprint("lending", __name__, url_prefix="/api", description="Lending a post somebody")


class LenderPersonShown(Wire):
    """Somebody who could go."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)


class LenderShown(Wire):
    """A post that could lend heads of a group."""

    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    distance_m = fields.Float(required=True)
    group = one_of(Group, required=True)
    spare = fields.Integer(required=True)
    people = fields.List(fields.Nested(LenderPersonShown), required=True)


class LentPersonShown(Wire):
    """Somebody who is asked to come, or on his way."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    post_name = fields.String(required=True)
    state = one_of(LendState, required=True)


class LendersShown(Wire):
    """Which posts could lend somebody, the nearest first, and who is asked to come already."""

    items = fields.List(fields.Nested(LenderShown), required=True)
    asked = fields.List(fields.Nested(LentPersonShown), required=True)
    may_give_word = fields.Boolean(required=True)


class LendAsked(Wire):
    """Ask somebody; ``word``: why his own post may fall short."""

    request_id = request_id()
    account_id = number_of(required=True)
    word = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))


class LendAnswered(Wire):
    """He goes, or not."""

    request_id = request_id()
    accept = fields.Boolean(required=True)


class LendEnded(Wire):
    """He is not needed any more."""

    request_id = request_id()


class LendingShown(Wire):
    """Which one it is, and how far it has come."""

    id = fields.Integer(required=True)
    state = one_of(LendState, required=True)


@blueprint.get("/posts/<int:post_id>/lenders")
@allow(*CONSOLE)
@blueprint.response(200, LendersShown)
def listed(post_id: int) -> lenders.Lenders:
    """List the nearest posts that could lend what a post lacks."""
    here = platform()
    return lenders.listed(
        here.store, actor=current_actor(), post_id=post_id, limits=here.limits, now=here.now()
    )


@blueprint.post("/posts/<int:post_id>/lendings")
@allow(*CONSOLE)
@blueprint.arguments(LendAsked)
@blueprint.response(201, LendingShown)
def ask(body: dict[str, Any], post_id: int) -> lending.LendingState:
    """Ask somebody on duty elsewhere to come. Refused: ``not_lendable``, ``post_falls_below``."""
    here = platform()
    return lending.ask(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=post_id,
        account_id=body["account_id"],
        word=body["word"],
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/lendings/<int:number>/end")
@allow(*CONSOLE)
@blueprint.arguments(LendEnded)
@blueprint.response(200, LendingShown)
def call_off(body: dict[str, Any], number: int) -> lending.LendingState:
    """Take back that somebody is asked to come, or comes. Refused: ``lending_over``."""
    here = platform()
    return lending.call_off(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        now=here.now(),
    )


@blueprint.post("/me/lendings/<int:number>/answer")
@allow(Role.GUARD)
@blueprint.arguments(LendAnswered)
@blueprint.response(200, LendingShown)
def answer(body: dict[str, Any], number: int) -> lending.LendingState:
    """Say whether one goes. Refused: ``lending_over``, ``post_falls_below``."""
    here = platform()
    return lending.answer(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        accept=body["accept"],
        limits=here.limits,
        now=here.now(),
    )

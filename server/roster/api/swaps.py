"""Swaps of duties: offering, taking, stepping back, and a school's word."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Group, Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import HIGHEST_NUMBER, Day, Moment, Wire, number_of, one_of, platform, request_id
from server.roster.actions import swap_lists, swaps
from server.roster.api.open_places import NamedPlace
from server.roster.rules.named_places import PeakOf
from server.roster.rules.swaps import SwapState

blueprint = Blueprint("swaps", __name__, url_prefix="/api", description="Swaps of duties")

MINE = ("offers", "takes", "open")


class SwapDutyShown(Wire):
    """A duty of a swap."""

    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    date = fields.String(required=True)
    peak = fields.String(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class OwnSwapShown(Wire):
    """A swap that concerns somebody: he offers the duty, takes it, or could."""

    id = fields.Integer(required=True)
    mine = fields.String(required=True, validate=validate.OneOf(MINE))
    state = one_of(SwapState, required=True)
    duty = fields.Nested(SwapDutyShown, required=True)
    in_return = fields.Nested(SwapDutyShown, required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    for_nothing = fields.Boolean(required=True)


class OwnSwapsShown(Wire):
    """The swaps that concern somebody, his duties that he may offer or give, and the rules."""

    items = fields.List(fields.Nested(OwnSwapShown), required=True)
    duties = fields.List(fields.Nested(SwapDutyShown), required=True)
    hours = fields.Integer(required=True)
    by_rule = fields.Boolean(required=True)


class ReturnedDuty(Wire):
    """A duty of one's own that is given for another one."""

    post_id = number_of(required=True)
    date = Day(required=True)
    peak = fields.String(required=True, validate=validate.Length(1, 30))


class SwapTaken(Wire):
    """Somebody takes an offered duty, for one of his own or for nothing."""

    request_id = request_id()
    in_return = fields.Nested(ReturnedDuty, load_default=None, allow_none=True)


class SwapActed(Wire):
    """Somebody steps back."""

    request_id = request_id()


class SwapDecided(Wire):
    """A school agrees or not."""

    request_id = request_id()
    agree = fields.Boolean(required=True)


class SwapShown(Wire):
    """Which swap it is, and how far it has come."""

    id = fields.Integer(required=True)
    state = one_of(SwapState, required=True)


class WaitingSwapShown(Wire):
    """A swap that waits for a school's word."""

    id = fields.Integer(required=True)
    group = one_of(Group, required=True)
    name = fields.String(required=True)
    duty = fields.Nested(SwapDutyShown, required=True)
    taker = fields.String(required=True)
    in_return = fields.Nested(SwapDutyShown, required=True, allow_none=True)


class WaitingSwapsShown(Wire):
    """The swaps about which somebody may decide, the earliest first."""

    items = fields.List(fields.Nested(WaitingSwapShown), required=True)


class OfSchool(Wire):
    """Of which school; a school's user has his own."""

    school_id = fields.Integer(load_default=None, validate=validate.Range(1, HIGHEST_NUMBER))


@blueprint.get("/me/swaps")
@allow(Role.GUARD)
@blueprint.response(200, OwnSwapsShown)
def own() -> swap_lists.OwnSwaps:
    """List the swaps that concern one, and one's duties that can be offered."""
    here = platform()
    return swap_lists.own(here.store, actor=current_actor(), limits=here.limits, now=here.now())


@blueprint.post("/me/swaps")
@allow(Role.GUARD)
@blueprint.arguments(NamedPlace)
@blueprint.response(201, SwapShown)
def offer(body: dict[str, Any]) -> swaps.Swapping:
    """Offer one's duty for a swap. Refused: ``swap_offered``, ``too_late_to_swap`` (hours)."""
    here = platform()
    return swaps.offer(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=PeakOf(body["post_id"], body["date"], body["peak"]),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/me/swaps/<int:number>/taking")
@allow(Role.GUARD)
@blueprint.arguments(SwapTaken)
@blueprint.response(200, SwapShown)
def take(body: dict[str, Any], number: int) -> swaps.Swapping:
    """Take an offered duty.

    Refused: ``swap_taken``, ``swap_over``, ``too_late_to_swap`` (hours), ``cannot_take``, ``other_cannot_take``.
    """
    here, back = platform(), body["in_return"]
    return swaps.take(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        returned=PeakOf(back["post_id"], back["date"], back["peak"]) if back else None,
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/me/swaps/<int:number>/withdrawal")
@allow(Role.GUARD)
@blueprint.arguments(SwapActed)
@blueprint.response(200, SwapShown)
def step_back(body: dict[str, Any], number: int) -> swaps.Swapping:
    """End one's own offer, or leave what one took. Refused: ``swap_over``."""
    here = platform()
    return swaps.step_back(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        limits=here.limits,
        now=here.now(),
    )


@blueprint.get("/roster/swaps")
@allow(*CONSOLE)
@blueprint.arguments(OfSchool, location="query")
@blueprint.response(200, WaitingSwapsShown)
def waiting(asked: dict[str, Any]) -> swap_lists.WaitingSwaps:
    """List the swaps at a school that wait for a word."""
    here = platform()
    return swap_lists.waiting(
        here.store, actor=current_actor(), school_id=asked["school_id"], limits=here.limits, now=here.now()
    )


@blueprint.post("/roster/swaps/<int:number>/decision")
@allow(*CONSOLE)
@blueprint.arguments(SwapDecided)
@blueprint.response(200, SwapShown)
def decide(body: dict[str, Any], number: int) -> swaps.Swapping:
    """Agree to a swap, or not.

    Refused: ``swap_over``, ``too_late_to_swap`` (hours), ``cannot_take``, ``other_cannot_take``.
    """
    here = platform()
    return swaps.decide(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        agree=body["agree"],
        limits=here.limits,
        now=here.now(),
    )

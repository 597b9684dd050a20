"""Asking for a stand-in, taking a duty over, and undoing that."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import Moment, Wire, platform, request_id
from server.roster.actions import stand_ins
from server.roster.api.open_places import NamedPlace
from server.roster.rules.named_places import WantedPlace

blueprint = Blueprint("stand_ins", __name__, url_prefix="/api", description="Stand-ins for duties")


class StandInActed(Wire):
    """Something is done about a search."""

    request_id = request_id()


class StandInShown(Wire):
    """Which search it is."""

    id = fields.Integer(required=True)


class OfferShown(Wire):
    """A duty for which somebody is asked to stand in."""

    id = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    date = fields.String(required=True)
    peak = fields.String(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class OffersShown(Wire):
    """The duties that somebody may take over, the earliest first."""

    items = fields.List(fields.Nested(OfferShown), required=True)


@blueprint.post("/me/stand-ins")
@allow(Role.GUARD)
@blueprint.arguments(NamedPlace)
@blueprint.response(201, StandInShown)
def search(body: dict[str, Any]) -> stand_ins.Searching:
    """Ask for somebody who takes one's duty; it stays one's own until then. Refused: ``duty_begun``."""
    here = platform()
    return stand_ins.search(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=WantedPlace(body["post_id"], body["date"], body["peak"]),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.get("/me/stand-ins")
@allow(Role.GUARD)
@blueprint.response(200, OffersShown)
def offered() -> stand_ins.Offers:
    """List the duties that one is asked to take over."""
    here = platform()
    return stand_ins.offered(here.store, actor=current_actor(), limits=here.limits, now=here.now())


@blueprint.post("/me/stand-ins/<int:number>/withdrawal")
@allow(Role.GUARD)
@blueprint.arguments(StandInActed)
@blueprint.response(200, StandInShown)
def withdraw(body: dict[str, Any], number: int) -> stand_ins.Searching:
    """End one's own search."""
    here = platform()
    return stand_ins.withdraw(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/me/stand-ins/<int:number>/taking")
@allow(Role.GUARD)
@blueprint.arguments(StandInActed)
@blueprint.response(200, StandInShown)
def take(body: dict[str, Any], number: int) -> stand_ins.Searching:
    """Take a duty over that one was asked for. Refused: ``stand_in_taken``, ``stand_in_over``, ``cannot_take``."""
    here = platform()
    return stand_ins.take(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/roster/stand-ins/<int:number>/undoing")
@allow(*CONSOLE)
@blueprint.arguments(StandInActed)
@blueprint.response(200, StandInShown)
def undo(body: dict[str, Any], number: int) -> stand_ins.Searching:
    """Give a duty back to who had asked for a stand-in. Refused: ``stand_in_stays``."""
    here = platform()
    return stand_ins.undo(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        limits=here.limits,
        now=here.now(),
    )

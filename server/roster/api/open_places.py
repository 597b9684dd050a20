"""Open places of one's school, for volunteers: seeing them, taking one, giving it back."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Day, Moment, Wire, number_of, platform, request_id
from server.roster.actions import open_places, waiting
from server.roster.rules.named_places import OwnPlace, WantedPlace

blueprint = Blueprint(
    "open_places", __name__, url_prefix="/api/me", description="Open places of one's school"
)


class OpenPlaceShown(Wire):
    """A peak of a post with seats that nobody has."""

    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    date = fields.String(required=True)
    peak = fields.String(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    seats = fields.Integer(required=True)
    provisional = fields.Boolean(required=True)
    week_full = fields.Boolean(required=True)
    waiting = fields.Integer(required=True)
    turn = fields.Integer(required=True, allow_none=True)


class OpenPlacesShown(Wire):
    """The open places, those that are full and can be waited for, the earliest first, and the rules."""

    items = fields.List(fields.Nested(OpenPlaceShown), required=True)
    full = fields.List(fields.Nested(OpenPlaceShown), required=True)
    a_week = fields.Integer(required=True)
    give_back_hours = fields.Integer(required=True)


class NamedPlace(Wire):
    """A peak of a post on a date."""

    request_id = request_id()
    post_id = number_of(required=True)
    date = Day(required=True)
    peak = fields.String(required=True, validate=validate.Length(1, 30))


class OwnPlaceShown(Wire):
    """Which place was taken or given back."""

    post_id = fields.Integer(required=True)
    date = fields.String(required=True)
    peak = fields.String(required=True)


@blueprint.get("/open-places")
@allow(Role.GUARD)
@blueprint.response(200, OpenPlacesShown)
def listed() -> open_places.OpenPlaces:
    """List the open places of a volunteer's school."""
    here = platform()
    return open_places.listed(here.store, actor=current_actor(), limits=here.limits, now=here.now())


@blueprint.post("/places")
@allow(Role.GUARD)
@blueprint.arguments(NamedPlace)
@blueprint.response(201, OwnPlaceShown)
def take(body: dict[str, Any]) -> OwnPlace:
    """Take an open place. Refused: ``place_taken``, ``week_full`` (most), ``cannot_take``."""
    here = platform()
    return open_places.take(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=WantedPlace(body["post_id"], body["date"], body["peak"]),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/places/return")
@allow(Role.GUARD)
@blueprint.arguments(NamedPlace)
@blueprint.response(200, OwnPlaceShown)
def give_back(body: dict[str, Any]) -> OwnPlace:
    """Give a place back that one took by oneself. Refused: ``too_late_to_give_back`` (hours)."""
    here = platform()
    return open_places.give_back(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=WantedPlace(body["post_id"], body["date"], body["peak"]),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/places/waiting")
@allow(Role.GUARD)
@blueprint.arguments(NamedPlace)
@blueprint.response(201, OwnPlaceShown)
def wait(body: dict[str, Any]) -> OwnPlace:
    """Wait for a place that is full.

    Refused: ``place_is_open``, ``too_late_to_wait`` (hours), ``week_full`` (most), ``cannot_take``.
    """
    here = platform()
    return waiting.join(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=WantedPlace(body["post_id"], body["date"], body["peak"]),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/places/waiting/end")
@allow(Role.GUARD)
@blueprint.arguments(NamedPlace)
@blueprint.response(200, OwnPlaceShown)
def wait_no_more(body: dict[str, Any]) -> OwnPlace:
    """Leave the list of who waits for a place."""
    here = platform()
    return waiting.leave(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=WantedPlace(body["post_id"], body["date"], body["peak"]),
        now=here.now(),
    )

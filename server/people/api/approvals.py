"""Approving a selection of guards, and handing on those who wait too long."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Moment, Wire, number_of, platform, request_id
from server.people.actions import approvals
from server.people.api.guards import GuardView
from server.people.rules import shapes
from server.people.rules.approving import MOST_AT_ONCE

blueprint = Blueprint("approvals", __name__, url_prefix="/api", description="Guards who wait for approval")


class ClaimShown(Wire):
    """One of the selection, as the page shows it."""

    account_id = number_of(required=True)
    registered_at = Moment(required=True)


class Selection(Wire):
    """Whom one tap approves."""

    request_id = request_id()
    account_ids = fields.List(number_of(), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE))
    claims = fields.List(
        fields.Nested(ClaimShown),
        load_default=[],
        validate=validate.Length(max=MOST_AT_ONCE),
        metadata={"description": "When each was registered: whoever has registered anew meanwhile is left."},
    )


class SelectionDecided(Wire):
    """Who is approved, and who was left: decided or registered anew meanwhile, or to be asked about first."""

    items = fields.List(fields.Nested(GuardView), required=True)
    left = fields.List(fields.Integer(), required=True)


class WaitingUnit(Wire):
    """Where guards wait: at a school, or police at their station (``school_id`` is null)."""

    school_id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    station_name = fields.String(required=True)
    waiting = fields.Integer(required=True)
    since = Moment(required=True)
    handed_on = fields.Integer(required=True)


class WaitingList(Wire):
    """All of them, the longest waiting first."""

    items = fields.List(fields.Nested(WaitingUnit), required=True)


class HandingOn(Wire):
    """Whose guards their station may approve too."""

    request_id = request_id()
    school_id = number_of(required=True)


class HandedOn(Wire):
    """How many were handed on now."""

    handed_on = fields.Integer(required=True)


@blueprint.post("/guards/approvals")
@allow(Role.SCHOOL_ADMIN, Role.STATION_OFFICER)
@blueprint.arguments(Selection)
@blueprint.response(200, SelectionDecided)
def approve_many(body: dict[str, Any]) -> shapes.SelectionDecided:
    """Approve a selection of those who wait; 404 where one is outside the caller's scope."""
    return approvals.approve_many(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_ids=body["account_ids"],
        claims={one["account_id"]: one["registered_at"] for one in body["claims"]},
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.get("/guards/waiting")
@allow(Role.DISTRICT_ADMIN)
@blueprint.response(200, WaitingList)
def where_they_wait() -> shapes.WaitingList:
    """List where guards wait for approval, the longest waiting first."""
    return approvals.where_they_wait(platform().store, actor=current_actor())


@blueprint.post("/guards/handing-on")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(HandingOn)
@blueprint.response(200, HandedOn)
def hand_on(body: dict[str, Any]) -> shapes.HandedOn:
    """Let a school's station decide on those who wait there; police are never handed on."""
    return approvals.hand_on(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        school_id=body["school_id"],
        now=platform().now(),
    )

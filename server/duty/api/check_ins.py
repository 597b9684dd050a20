"""Check-in, check-out, confirmation."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Category, Group, Role
from server.core.http.auth import allow, current_actor
from server.core.http.turns import waits
from server.core.http.typed_fields import PostCode
from server.core.http.wire import (
    AnyFix,
    Moment,
    Wire,
    ignored_device_id,
    one_of,
    platform,
    request_id,
    written,
)
from server.duty.actions import check_ins, check_outs, confirmations
from server.duty.actions.group_commit import GroupWriter
from server.duty.api.positions import fix_of
from server.duty.rules import shapes
from server.duty.rules.arrival import Verdict
from server.duty.rules.trust import Flag, corrected_time
from server.people.api.device_cookie import device

blueprint = Blueprint("check_ins", __name__, url_prefix="/api", description="Duty at a post")


class ShiftView(Wire):
    """A peak on a date with the moments that matter to a guard."""

    peak = fields.String(required=True)
    date = fields.String(required=True)
    opens_at = Moment(required=True)
    starts_at = Moment(required=True)
    late_after = Moment(required=True)
    ends_at = Moment(required=True)
    check_out_opens_at = Moment(required=True)
    closes_at = Moment(required=True)


class NewCheckIn(Wire):
    """What a phone says when its guard checks in."""

    request_id = request_id()
    post_code = PostCode(required=True)
    fix = AnyFix()
    claimed_at = Moment(any_year=True, required=True)
    queued = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    device_id = ignored_device_id()


class CheckInView(Wire):
    """A check-in as its guard and those over it see it; people stand in it by number."""

    id = fields.Integer(required=True)
    account_id = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    category = one_of(Category, required=True)
    group = one_of(Group, required=True)
    shift = fields.Nested(ShiftView, required=True)
    verdict = one_of(Verdict, required=True)
    minutes_late = fields.Integer(required=True)
    verified = fields.Boolean(required=True)
    flags = fields.List(one_of(Flag), required=True)
    distance_m = fields.Float(required=True, allow_none=True)
    at = Moment(required=True)
    claimed_at = Moment(required=True)
    checked_out_at = Moment(required=True, allow_none=True)
    confirmed_by = fields.Integer(required=True, allow_none=True)
    confirmed_at = Moment(required=True, allow_none=True)


class NewCheckOut(Wire):
    """The end of a duty."""

    request_id = request_id()


class CheckOutView(Wire):
    """The duty that ended, and its minutes."""

    check_in = fields.Nested(CheckInView, required=True)
    minutes = fields.Integer(required=True)


class OnlyRequest(Wire):
    """A write that says nothing but its own number."""

    request_id = request_id()


class ConfirmedView(Wire):
    """The check-ins that were confirmed."""

    confirmed = fields.List(fields.Integer(), required=True)


@blueprint.post("/check-ins")
@allow(Role.GUARD)
@blueprint.arguments(NewCheckIn)
@blueprint.response(201, CheckInView)
@waits
def check_in(body: dict[str, Any]) -> Response:
    """Check the caller in at the post whose QR code was scanned.

    Refused: ``suspended``, ``unknown_post``, ``code_replaced``, ``post_archived``, ``already_on_duty``, ``too_early``,
    ``shift_over``, ``no_shift``.
    """
    actor = current_actor()
    asked = check_ins.CheckInRequest(
        actor=actor,
        request_id=str(body["request_id"]),
        post_code=body["post_code"],
        fix=fix_of(body["fix"]),
        claimed_at=corrected_time(body["claimed_at"], platform().now()),
        queued=body["queued"],
        device_id=device(),
    )
    writer, limits = platform().part(GroupWriter), platform().limits
    return written(writer.write(check_ins.check_in, asked, account_id=actor.account_id, limits=limits), 201)


@blueprint.post("/check-outs")
@allow(Role.GUARD)
@blueprint.arguments(NewCheckOut)
@blueprint.response(201, CheckOutView)
@waits
def check_out(body: dict[str, Any]) -> Response:
    """End the caller's duty. Refused: ``not_on_duty``, ``check_out_too_early``."""
    actor = current_actor()
    asked = check_outs.CheckOutRequest(actor, str(body["request_id"]))
    writer, limits = platform().part(GroupWriter), platform().limits
    return written(writer.write(check_outs.check_out, asked, account_id=actor.account_id, limits=limits), 201)


CONFIRMERS = (Role.GUARD, Role.SCHOOL_ADMIN, Role.STATION_OFFICER)


@blueprint.post("/check-ins/<int:check_in_id>/confirmation")
@allow(*CONFIRMERS)
@blueprint.arguments(OnlyRequest)
@blueprint.response(200, CheckInView)
def confirm(body: dict[str, Any], check_in_id: int) -> shapes.CheckInView:
    """Confirm that a person stands where the phone could not prove it; never oneself."""
    return confirmations.confirm(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        check_in_id=check_in_id,
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/posts/<int:post_id>/confirmations")
@allow(*CONFIRMERS)
@blueprint.arguments(OnlyRequest)
@blueprint.response(200, ConfirmedView)
def confirm_all(body: dict[str, Any], post_id: int) -> shapes.ConfirmedView:
    """Confirm all who wait at a post, but oneself."""
    return confirmations.confirm_all(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=post_id,
        limits=platform().limits,
        now=platform().now(),
    )

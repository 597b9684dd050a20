"""The post that was scanned, and the caller's own duty."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields

from server.calendar.rules import Phase
from server.core.access.roles import Category, Group, Role
from server.core.http.auth import actor_if_any, allow, allow_public, current_actor
from server.core.http.tags import unless_known
from server.core.http.wire import Moment, Wire, one_of, platform
from server.core.typed_text import post_code_of
from server.duty.actions import duty
from server.duty.api.away import AwayState
from server.duty.api.check_ins import CheckInView, ShiftView
from server.duty.api.coverage import Heads, LineView, SeatView
from server.duty.api.hand_overs import HandOverView
from server.duty.api.lending_view import OwnLendingView
from server.duty.rules import shapes
from server.duty.rules.arrival import Verdict
from server.duty.rules.coverage import PostState
from server.duty.rules.trust import Flag

blueprint = Blueprint("posts", __name__, url_prefix="/api", description="The post in front of a guard")


class PostView(Wire):
    """A post as a signed-in guard sees it."""

    id = fields.Integer(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    fence_radius_m = fields.Integer(required=True)
    area = fields.String(required=True)
    telephone = fields.String(required=True, allow_none=True)
    shift = fields.Nested(ShiftView, required=True, allow_none=True)
    next_shift = fields.Nested(ShiftView, required=True, allow_none=True)
    line = fields.Nested(LineView, required=True)
    rostered = fields.Boolean(required=True, allow_none=True)


class ScannedPost(Wire):
    """What a scan shows: school and gate to everybody, ``post`` with a session only."""

    name = fields.String(required=True)
    school_name = fields.String(required=True)
    gate = fields.String(required=True)
    stale = fields.Boolean(required=True)
    post = fields.Nested(PostView, required=True, allow_none=True)


class Colleague(Wire):
    """A person at the caller's own post; whether the caller may confirm him, and with the one tap for all.

    Why somebody waits (``flags``, ``distance_m``, ``new_face``: never verified at this post before) is told to
    whoever confirms there alone.
    """

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    group = one_of(Group, required=True)
    verified = fields.Boolean(required=True)
    verdict = one_of(Verdict, required=True)
    check_in_id = fields.Integer(required=True)
    may_confirm = fields.Boolean(required=True)
    with_all = fields.Boolean(required=True)
    flags = fields.List(one_of(Flag), required=True)
    distance_m = fields.Float(required=True, allow_none=True)
    new_face = fields.Boolean(required=True)


class LineChanges(Wire):
    """What changed of a line beside its seats and no-shows; what is not there has not changed."""

    phase = one_of(Phase)
    state = one_of(PostState)
    peak = fields.String(allow_none=True)
    date = fields.String(allow_none=True)
    opens_at = Moment(allow_none=True)
    starts_at = Moment(allow_none=True)
    ends_at = Moment(allow_none=True)
    required = fields.Nested(Heads)
    present = fields.Nested(Heads)
    waiting = fields.Nested(Heads)
    missing = fields.Nested(Heads)
    since = Moment()
    rostered = fields.Integer()


class SeatNews(SeatView):
    """A seat that is new or has changed; ``name`` is told as it happens, not to whoever catches up."""

    name = fields.String(required=True, allow_none=True)


class PostNewsView(Wire):
    """What changed of a post, told to phones in place of ``coverage.changed`` if they ask for ``lines: short``.

    It fits each line of the post from version ``after`` on, and makes that of ``version`` of it; where ``after`` is
    null, or a line is older, ``GET /api/duty`` has it. ``missed`` became no-shows, ``came`` are none any more. Without
    names (``named`` false) the seats of a line are as many of each group as are present, then those who wait.
    """

    post_id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    after = fields.Integer(required=True, allow_none=True)
    named = fields.Boolean(required=True)
    line = fields.Nested(LineChanges, required=True)
    seats = fields.List(fields.Nested(SeatNews), required=True)
    gone = fields.List(fields.Integer(), required=True)
    missed = fields.List(fields.Integer(), required=True)
    came = fields.List(fields.Integer(), required=True)


class DutyView(Wire):
    """The caller's own duty; all empty off duty."""

    check_in = fields.Nested(CheckInView, required=True, allow_none=True)
    line = fields.Nested(LineView, required=True, allow_none=True)
    post = fields.Nested(PostView, required=True, allow_none=True)
    colleagues = fields.List(fields.Nested(Colleague), required=True)
    may_confirm = fields.Boolean(required=True)
    may_assist = fields.Boolean(required=True)
    # Not there in a page that was made before it was known.
    hand_over = fields.Nested(HandOverView, allow_none=True)
    away = fields.Nested(AwayState, allow_none=True)
    lending = fields.Nested(OwnLendingView, allow_none=True)


@blueprint.get("/posts/<string:code>")
@allow_public
@blueprint.response(200, ScannedPost)
def scanned(code: str) -> shapes.ScannedPost:
    """Show the post of a printed code. Refused: ``unknown_post``, ``code_replaced``."""
    return duty.scanned(
        platform().store,
        actor=actor_if_any(),
        code=post_code_of(code),
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.get("/duty")
@allow(Role.GUARD)
@blueprint.response(200, DutyView)
def own_duty() -> Mapping[str, Any] | Response:
    """Show the caller's own duty; 304 where the caller has it as it is (``If-None-Match``)."""
    here = platform()
    return unless_known(duty.own(here.store, actor=current_actor(), limits=here.limits, now=here.now()))

"""Help for people without a smartphone: by name or badge at the post, and the badges themselves at the console."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server.core.access.roles import Category, Role
from server.core.http.auth import allow, current_actor
from server.core.http.jobs_api import JobView
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Moment, Wire, number_of, one_of, platform, request_id
from server.core.jobs.service import JobView as Job
from server.duty.actions import assisting, badges
from server.duty.api.check_ins import CheckInView
from server.duty.rules import shapes
from server.duty.rules.badges import LONGEST, MOST_ON_A_SHEET
from server.duty.service.assisting import Whom

blueprint = Blueprint("badges", __name__, url_prefix="/api", description="People without a smartphone")
KEEPERS = (Role.SCHOOL_ADMIN, Role.STATION_OFFICER)


class SomebodyHelped(Wire):
    """Whom the caller helps at his own post: by number, or by the badge that was scanned; one of both."""

    request_id = request_id()
    account_id = number_of(load_default=None)
    badge = Text(longest=LONGEST, load_default=None)

    @validates_schema
    def _one_of_both(self, data: dict[str, Any], **_how: Any) -> None:
        if (data.get("account_id") is None) == (data.get("badge") is None):
            raise ValidationError("required", "account_id")


class BadgeScanned(Wire):
    """What stands in the code of a badge."""

    badge = Text(longest=LONGEST, required=True)


class HeldUpView(Wire):
    """Whose badge it is, and whether he is on duty here already."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    on_duty = fields.Boolean(required=True)


class BadgeShown(Wire):
    """A badge; ``reason``: why it is revoked."""

    id = fields.Integer(required=True)
    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    issued_at = Moment(required=True)
    revoked_at = Moment(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class BadgesShown(Wire):
    """Badges, the newest first; ``before`` asks on."""

    items = fields.List(fields.Nested(BadgeShown), required=True)
    before = fields.Integer(required=True, allow_none=True)


class BadgesAsked(Wire):
    """Before which badge."""

    before = fields.Integer(load_default=None, validate=validate.Range(1, HIGHEST_NUMBER))


class SheetWanted(Wire):
    """Whose badges are to be printed."""

    request_id = request_id()
    account_ids = fields.List(
        number_of(), required=True, validate=validate.Length(min=1, max=MOST_ON_A_SHEET)
    )


class BadgeLost(Wire):
    """Why a badge counts no more."""

    request_id = request_id()
    reason = Text(longest=200, required=True)


def _whom(body: dict[str, Any]) -> Whom:
    return Whom(account_id=body["account_id"], badge=body["badge"])


@blueprint.post("/badges/look")
@allow(Role.GUARD)
@blueprint.arguments(BadgeScanned)
@blueprint.response(200, HeldUpView)
def look(body: dict[str, Any]) -> assisting.HeldUp:
    """Tell whose badge was scanned; recorded.

    Refused: ``badge_forged``, ``badge_revoked`` (revoked_at), ``badge_foreign``, ``badge_suspended``, ``too_many``.
    """
    here = platform()
    return assisting.look(here.store, actor=current_actor(), badge=body["badge"], now=here.now())


@blueprint.post("/check-ins/assisted")
@allow(Role.GUARD)
@blueprint.arguments(SomebodyHelped)
@blueprint.response(201, CheckInView)
def check_in_for(body: dict[str, Any]) -> shapes.CheckInView:
    """Check in somebody without a smartphone at the caller's own post. Refused: as ``look``, and the window's."""
    here = platform()
    return assisting.check_in_for(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        whom=_whom(body),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/check-outs/assisted")
@allow(Role.GUARD)
@blueprint.arguments(SomebodyHelped)
@blueprint.response(201, CheckInView)
def check_out_for(body: dict[str, Any]) -> shapes.CheckInView:
    """Check out somebody whom a colleague checked in at the caller's own post.

    Refused: as ``look``, ``not_on_duty``, ``checks_out_himself``, ``check_out_too_early`` (opens_at).
    """
    here = platform()
    return assisting.check_out_for(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        whom=_whom(body),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.get("/badges")
@allow(*KEEPERS)
@blueprint.arguments(BadgesAsked, location="query")
@blueprint.response(200, BadgesShown)
def listed(asked: dict[str, Any]) -> badges.BadgeList:
    """List the badges of the caller's own people."""
    return badges.listed(platform().store, actor=current_actor(), **asked)


@blueprint.post("/badges/sheets")
@allow(*KEEPERS)
@blueprint.arguments(SheetWanted)
@blueprint.response(202, JobView)
def print_sheet(body: dict[str, Any]) -> Job:
    """Ask for badges of the caller's own people as one PDF; who has one keeps it. Refused: ``too_many``."""
    here = platform()
    return badges.print_sheet(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_ids=body["account_ids"],
        now=here.now(),
    )


@blueprint.post("/badges/<int:badge_id>/revocation")
@allow(*KEEPERS)
@blueprint.arguments(BadgeLost)
@blueprint.response(200, BadgeShown)
def revoke(body: dict[str, Any], badge_id: int) -> badges.BadgeView:
    """Let a badge count no more. Refused: ``badge_is_revoked``."""
    here = platform()
    return badges.revoke(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        badge_id=badge_id,
        reason=body["reason"],
        now=here.now(),
    )

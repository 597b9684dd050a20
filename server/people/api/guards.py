"""Registering as a guard, finding guards, approving them."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import AccountStatus, Category, Role
from server.core.http.auth import allow, allow_public, current_actor, proved
from server.core.http.typed_fields import Phone, PostCode, Text
from server.core.http.wire import (
    HIGHEST_NUMBER,
    Moment,
    Wire,
    ignored_device_id,
    one_of,
    platform,
    request_id,
)
from server.people.actions import adding, approvals, erasing, guards
from server.people.actions.sessions import SignedIn
from server.people.api.caller import SignedInView, caller, signed_in_answer
from server.people.api.me import VERSION
from server.people.api.sessions import TOKEN
from server.people.rules import shapes
from server.people.rules.consent_texts import CONSENT_KINDS

blueprint = Blueprint("guards", __name__, url_prefix="/api", description="Guards and their approval")

# Why the district has somebody erased.
ERASURE_REASONS = ("asked", "left", "twice")
VOLUNTEER_KINDS = ("parent", "retired_cadre", "neighbour", "other")


class NewConsentGiven(Wire):
    """A consent, by the version of the text that was shown."""

    kind = fields.String(required=True, validate=validate.OneOf(CONSENT_KINDS))
    version = fields.String(required=True, validate=VERSION)


class NewGuard(Wire):
    """Who registers. Role, status and scope are not asked: they follow from the post and from others."""

    request_id = request_id()
    ticket = fields.String(required=True, validate=TOKEN)
    name = Text(longest=60, required=True)
    category = fields.Enum(Category, by_value=True, required=True)
    volunteer_kind = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(VOLUNTEER_KINDS)
    )
    post_code = PostCode(required=True)
    consents = fields.List(
        fields.Nested(NewConsentGiven), required=True, validate=validate.Length(max=len(CONSENT_KINDS))
    )
    device_id = ignored_device_id()


class GuardView(Wire):
    """A guard as those see him who may."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    claimed_name = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "What he calls himself, like an office; others see ``name`` until approval."
        },
    )
    phone_masked = fields.String(required=True, allow_none=True)
    category = one_of(Category, required=True)
    status = one_of(AccountStatus, required=True)
    school_id = fields.Integer(required=True, allow_none=True)
    school_name = fields.String(required=True, allow_none=True)
    station_id = fields.Integer(required=True, allow_none=True)
    station_name = fields.String(required=True, allow_none=True)
    registered_at = Moment(required=True)
    handed_on_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When the district let the school's station decide, too."},
    )
    may_decide = fields.Boolean(required=True)
    closed = fields.Boolean(
        required=True,
        metadata={"description": "Suspended by himself alone: he closed the account, and may register anew."},
    )
    unused_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When it was closed because nobody used it."},
    )


class Decision(Wire):
    """Whether a guard's claim holds; why somebody is suspended stands in the audit log."""

    request_id = request_id()
    approved = fields.Boolean(required=True, truthy={True}, falsy={False})
    registered_at = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "Of the claim as the page shows it: another one is not approved unseen."},
    )
    reason = Text(longest=120, load_default=None, allow_none=True)


class GuardAdded(Wire):
    """Who is added before he comes himself; the district names his school, a school has its own alone."""

    request_id = request_id()
    name = Text(longest=60, required=True)
    phone = Phone(required=True)
    category = fields.Enum(Category, by_value=True, required=True)
    school_id = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, HIGHEST_NUMBER))


class GuardErasure(Wire):
    """Who is erased and why; the name is typed by the one who decides."""

    request_id = request_id()
    name = Text(longest=60, required=True)
    reason = fields.String(required=True, validate=validate.OneOf(ERASURE_REASONS))


@blueprint.post("/guards")
@allow_public
@blueprint.arguments(NewGuard)
@blueprint.response(201, SignedInView)
def register(body: dict[str, Any]) -> dict[str, Any]:
    """Make an account with a ticket, and sign it in.

    Refused: ``ticket_expired``, ``unknown_post``, ``post_archived``, ``consent_missing`` (kinds),
    ``unknown_consent_text`` (kind), ``already_registered``.
    """
    here, now = platform(), platform().now()
    opened, me = guards.register(
        here.store,
        request_id=str(body["request_id"]),
        ticket=body["ticket"],
        name=body["name"],
        category=body["category"],
        volunteer_kind=body["volunteer_kind"],
        post_code=body["post_code"],
        agreed_to=[(one["kind"], one["version"]) for one in body["consents"]],
        caller=caller(),
        limits=here.limits,
        now=now,
    )
    return signed_in_answer(SignedIn(opened, me, None), now)


@blueprint.post("/guards/listed")
@allow(Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
@blueprint.arguments(GuardAdded)
@blueprint.response(201, GuardView)
def add(body: dict[str, Any]) -> shapes.GuardView:
    """Add a guard who has not come yet, as a row of a list would: he registers and agrees himself, and is let in.

    Refused: ``guard_known`` (name, unit), ``known_elsewhere``, ``many_elsewhere``, ``police_record``,
    ``name_of_office``, ``number_in_name``, ``school_closed``, ``too_many``.
    """
    here = platform()
    return adding.add(
        here.store,
        actor=current_actor(),
        request_id=str(body.pop("request_id")),
        wanted=adding.Wanted(**body),
        now=here.now(),
    )


@blueprint.post("/guards/<int:account_id>/approval")
@allow(Role.SCHOOL_ADMIN, Role.STATION_OFFICER)
@blueprint.arguments(Decision)
@blueprint.response(200, GuardView)
def decide(body: dict[str, Any], account_id: int) -> shapes.GuardView:
    """Approve a guard's claim, or suspend the account; 404 outside the caller's scope.

    Refused: ``claim_changed``, ``reason_missing`` to suspend whoever is approved.
    """
    return approvals.decide(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        approved=body["approved"],
        registered_at=body["registered_at"],
        reason=body["reason"],
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/guards/<int:account_id>/erasure")
@allow(Role.DISTRICT_ADMIN, Role.SECURITY_ADMIN)
@proved
@blueprint.arguments(GuardErasure)
@blueprint.response(202, GuardView)
def erase(body: dict[str, Any], account_id: int) -> shapes.GuardView:
    """Close a guard's account for ever and erase him within minutes; 404 outside the district.

    Refused: ``not_this_person`` where the name is another's, ``person_engaged`` on duty or in an open alarm.
    """
    return erasing.erase_for_district(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        name=body["name"],
        reason=body["reason"],
        limits=platform().limits,
        now=platform().now(),
    )

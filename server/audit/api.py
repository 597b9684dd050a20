"""The audit log, for auditors alone; it is only read here."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.audit import actions as audit_actions
from server.audit.queries.pages import Search
from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, PageArguments, Wire, one_of, platform

blueprint = Blueprint("audit", __name__, url_prefix="/api", description="The audit log")


class AuditSearch(PageArguments):
    """Which rows of the log: an act, a name of who acted or whom it was about, a span of time."""

    act = Text(longest=40, load_default=None)
    name = Text(longest=60, load_default=None)
    since = Moment(load_default=None)
    until = Moment(load_default=None)


class AuditRowView(Wire):
    """One row: who did or looked at what, when, and about whom."""

    id = fields.Integer(required=True)
    at = Moment(required=True)
    act = fields.String(required=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    actor_name = fields.String(required=True, allow_none=True)
    actor_role = one_of(Role, required=True, allow_none=True)
    subject_id = fields.Integer(required=True, allow_none=True)
    subject_name = fields.String(required=True, allow_none=True)
    facts = fields.Dict(required=True)
    names = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "What the numbers among the facts stand for, by the facts' keys."},
    )


class AuditPage(Wire):
    """A page of the log, and the cursor of the next one."""

    items = fields.List(fields.Nested(AuditRowView), required=True)
    next = fields.Integer(required=True, allow_none=True)


class AuditActs(Wire):
    """The acts that stand in the log."""

    items = fields.List(fields.String(), required=True)


@blueprint.get("/audit")
@allow(Role.AUDITOR)
@blueprint.arguments(AuditSearch, location="query")
@blueprint.response(200, AuditPage)
def page(asked: dict[str, Any]) -> audit_actions.AuditPage:
    """List the audit log of the caller's district, the newest first."""
    search = Search(**{name: asked[name] for name in ("act", "name", "since", "until")})
    return audit_actions.page(
        platform().store,
        actor=current_actor(),
        search=search,
        names=platform().areas.audit_names(),
        cursor=asked["cursor"],
        limit=asked["limit"],
    )


@blueprint.get("/audit/acts")
@allow(Role.AUDITOR)
@blueprint.response(200, AuditActs)
def acts() -> audit_actions.AuditActs:
    """List the acts that stand in the log."""
    return audit_actions.acts(platform().store, actor=current_actor())


class LookView(Wire):
    """A look at the caller: who by role and place, and what for: a reason, or an alarm."""

    id = fields.Integer(required=True)
    at = Moment(required=True)
    act = fields.String(required=True)
    role = one_of(Role, required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    words = fields.String(required=True, allow_none=True)
    alarm_id = fields.Integer(required=True, allow_none=True)


class LookPage(Wire):
    """A page of looks, and the cursor of the next one."""

    items = fields.List(fields.Nested(LookView), required=True)
    next = fields.Integer(required=True, allow_none=True)


@blueprint.get("/me/looks")
@allow(Role.GUARD)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, LookPage)
def looks(asked: dict[str, Any]) -> audit_actions.LookPage:
    """List who looked at the caller's telephone, the newest first."""
    return audit_actions.looks(
        platform().store, actor=current_actor(), cursor=asked["cursor"], limit=asked["limit"]
    )


class LookDayView(Wire):
    """How often on a day somebody of a role and place looked at the caller without his telephone."""

    day = fields.String(required=True)
    act = fields.String(required=True)
    role = one_of(Role, required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    times = fields.Integer(required=True)


class LookDays(Wire):
    """Days of looks, and the cursor of the ones before."""

    items = fields.List(fields.Nested(LookDayView), required=True)
    next = fields.Integer(required=True, allow_none=True)


@blueprint.get("/me/look-days")
@allow(Role.GUARD)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, LookDays)
def look_days(asked: dict[str, Any]) -> audit_actions.LookDays:
    """Count by day who saw the caller's name and post, or found him in a search; the newest day first."""
    return audit_actions.look_days(platform().store, actor=current_actor(), cursor=asked["cursor"])

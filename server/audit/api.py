"""The audit log, for auditors alone; it is only read here."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.audit import actions as audit_actions
from server.audit.queries.pages import Search
from server.core.access.roles import Category, Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Moment, PageArguments, Wire, one_of, platform

blueprint = Blueprint("audit", __name__, url_prefix="/api", description="The audit log")


ASKED_FOR = ("act", "name", "actor_id", "subject_id", "since", "until")


class AuditSearch(PageArguments):
    """Which rows of the log: an act, a name of who acted or whom it was about, these by number, a span of time."""

    act = Text(longest=40, load_default=None)
    name = Text(longest=60, load_default=None)
    actor_id = fields.Integer(load_default=None, validate=validate.Range(1, HIGHEST_NUMBER))
    subject_id = fields.Integer(load_default=None, validate=validate.Range(1, HIGHEST_NUMBER))
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
    subject_role = one_of(Role, required=True, allow_none=True)
    shown = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Names of those whom a look showed, ten at most."},
    )
    shown_more = fields.Boolean(required=True)
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
@allow(Role.AUDITOR, Role.SECURITY_ADMIN)
@blueprint.arguments(AuditSearch, location="query")
@blueprint.response(200, AuditPage)
def page(asked: dict[str, Any]) -> audit_actions.AuditPage:
    """List the audit log of the caller's district, the newest first."""
    search = Search(**{name: asked[name] for name in ASKED_FOR})
    return audit_actions.page(
        platform().store,
        actor=current_actor(),
        search=search,
        names=platform().areas.audit_names(),
        cursor=asked["cursor"],
        limit=asked["limit"],
    )


class PersonSearch(Wire):
    """A piece of a name, the number of an account, or the last four digits of a telephone."""

    text = Text(longest=60, required=True)


class PersonToChoose(Wire):
    """Somebody to search the log by."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    role = one_of(Role, required=True)
    category = one_of(Category, required=True, allow_none=True)


class PeopleToChoose(Wire):
    """The first of those who were found."""

    items = fields.List(fields.Nested(PersonToChoose), required=True)


@blueprint.get("/audit/people")
@allow(Role.AUDITOR, Role.SECURITY_ADMIN)
@blueprint.arguments(PersonSearch, location="query")
@blueprint.response(200, PeopleToChoose)
def people(asked: dict[str, Any]) -> audit_actions.PeopleToChoose:
    """Find people to search the log by; recorded. Refused: ``name_too_short`` (shortest), ``too_many``."""
    here = platform()
    return audit_actions.people(here.store, actor=current_actor(), text=asked["text"], now=here.now())


@blueprint.get("/audit/acts")
@allow(Role.AUDITOR, Role.SECURITY_ADMIN)
@blueprint.response(200, AuditActs)
def acts() -> audit_actions.AuditActs:
    """List the acts that stand in the log."""
    return audit_actions.acts(platform().store, actor=current_actor())


class LookView(Wire):
    """A look at the caller: who by role and place then (today's, of an old one), and what for: a reason, an alarm."""

    id = fields.Integer(required=True)
    at = Moment(required=True)
    act = fields.String(required=True)
    role = one_of(Role, required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    as_of_today = fields.Boolean(required=True)
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
    as_of_today = fields.Boolean(required=True)
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

"""Terms of the district and of schools."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.calendar.actions import terms
from server.calendar.api.days import SheetArguments
from server.core.access.roles import Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Day, Wire, number_of, platform, request_id

blueprint = Blueprint("terms", __name__, url_prefix="/api/calendar", description="Terms")


class TermItem(Wire):
    """A term; ``over``: its last day is past."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    first_day = fields.String(required=True)
    last_day = fields.String(required=True)
    version = fields.Integer(required=True)
    over = fields.Boolean(required=True)


class TermListView(Wire):
    """The terms of the district or of a school's own; a school without any has the district's."""

    school_id = fields.Integer(required=True, allow_none=True)
    may_edit = fields.Boolean(required=True)
    items = fields.List(fields.Nested(TermItem), required=True)


class WantedTerm(Wire):
    """A term as it is to be. ``running``: also where a shift that is open now would end by it."""

    request_id = request_id()
    name = Text(longest=60, required=True)
    first_day = Day(required=True)
    last_day = Day(required=True)
    running = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class NewTerm(WantedTerm):
    """A term of the district, or of a school."""

    school_id = number_of(load_default=None, allow_none=True)


class ChangedTerm(WantedTerm):
    """A term as it is to be, with the version in which it was seen."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(1))


class RemovedTerm(Wire):
    """The version in which the term was seen."""

    request_id = request_id()
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1))
    running = fields.Boolean(load_default=False, truthy={True}, falsy={False})


def _edit(body: dict[str, Any]) -> terms.TermEdit:
    return terms.TermEdit(body["name"], body["first_day"], body["last_day"], body["running"])


@blueprint.get("/terms")
@allow(*CONSOLE)
@blueprint.arguments(SheetArguments, location="query")
@blueprint.response(200, TermListView)
def listed(asked: dict[str, Any]) -> terms.TermList:
    """List the terms of the caller's district, or a school's own."""
    here = platform()
    return terms.listed(here.store, actor=current_actor(), school_id=asked["school_id"], now=here.now())


@blueprint.post("/terms")
@allow(Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
@blueprint.arguments(NewTerm)
@blueprint.response(200, TermListView)
def add(body: dict[str, Any]) -> terms.TermList:
    """Add a term.

    Refused: ``bad_term``, ``terms_overlap`` (first, last), ``date_is_past`` (date), ``shift_running`` (posts).
    """
    here = platform()
    return terms.add(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        school_id=body["school_id"],
        wanted=_edit(body),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.put("/terms/<int:term_id>")
@allow(Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
@blueprint.arguments(ChangedTerm)
@blueprint.response(200, TermListView)
def change(body: dict[str, Any], term_id: int) -> terms.TermList:
    """Change a term.

    Refused: ``changed_meanwhile`` (date, by, changed_at), ``bad_term``, ``terms_overlap`` (first, last),
    ``date_is_past`` (date), ``shift_running`` (posts).
    """
    return _change(body, term_id, _edit(body))


@blueprint.post("/terms/<int:term_id>/removal")
@allow(Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
@blueprint.arguments(RemovedTerm)
@blueprint.response(200, TermListView)
def remove(body: dict[str, Any], term_id: int) -> terms.TermList:
    """Remove a term that is not over. Refused: ``changed_meanwhile``, ``date_is_past``, ``shift_running`` (posts)."""
    return _change(body, term_id, None)


def _change(body: dict[str, Any], term_id: int, wanted: terms.TermEdit | None) -> terms.TermList:
    here = platform()
    return terms.change(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        term_id=term_id,
        version=body["version"],
        wanted=wanted,
        running=body["running"],
        limits=here.limits,
        now=here.now(),
    )

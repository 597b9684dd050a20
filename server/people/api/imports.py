"""Lists of guards: sent as a file, looked at, taken over or left."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, send_file
from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Category, Role
from server.core.http.auth import actor_by_now, allow, current_actor
from server.core.http.bodies import sent_bytes
from server.core.http.jobs_api import JobView
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, Platform, Wire, one_of, platform, request_id
from server.people.actions import imports
from server.people.files.guards_file import template
from server.people.rules import import_shapes
from server.people.rules.imports import MOST_BYTES, MOST_PASTED_BYTES, ImportState, Verdict

blueprint = Blueprint("imports", __name__, url_prefix="/api", description="Lists of guards")

WHO = (Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
BYTES = {"schema": {"type": "string", "format": "binary"}}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NewImport(Wire):
    """The client's own number of the file and what it is called; the file is the body."""

    request_id = request_id()
    called = Text(longest=120, required=True)
    pasted_as = fields.Enum(
        Category,
        by_value=True,
        load_default=None,
        metadata={
            "description": "The body is no file but lines that were pasted, of people of this category."
        },
    )


class ImportDecision(Wire):
    """A list is taken over, or left."""

    request_id = request_id()


class ImportCounts(Wire):
    """How many rows make a person, change one, change nothing, or are wrong."""

    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    same = fields.Integer(required=True)
    fault = fields.Integer(required=True)


class GuardImportView(Wire):
    """A list of guards that the caller sent, and the job that reads it or takes it over."""

    id = fields.Integer(required=True)
    called = fields.String(required=True)
    state = one_of(ImportState, required=True)
    counts = fields.Nested(ImportCounts, required=True)
    asked_at = Moment(required=True)
    expires_at = Moment(required=True)
    job = fields.Nested(JobView, required=True, allow_none=True)


class GuardImports(Wire):
    """The caller's newest lists."""

    items = fields.List(fields.Nested(GuardImportView), required=True)


class ImportFault(Wire):
    """What is wrong with a row, in both languages; telephones in ``value`` are masked."""

    column = fields.String(required=True)
    cell = fields.String(required=True)
    value = fields.String(required=True)
    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class ImportRowView(Wire):
    """A row of a list and what it would do; ``was_…`` is what it changes."""

    place = fields.Integer(required=True)
    verdict = one_of(Verdict, required=True)
    sheet = fields.String(required=True)
    row = fields.Integer(required=True)
    name = fields.String(required=True)
    phone_masked = fields.String(required=True, allow_none=True)
    category = one_of(Category, required=True, allow_none=True)
    was_name = fields.String(required=True, allow_none=True)
    was_category = fields.String(required=True, allow_none=True)
    moved = fields.Boolean(required=True)
    faults = fields.List(fields.Nested(ImportFault), required=True)


class ImportRows(Wire):
    """A page of rows, and the cursor of the next one."""

    items = fields.List(fields.Nested(ImportRowView), required=True)
    next = fields.Integer(required=True, allow_none=True)


class ImportRowsAsked(Wire):
    """Which rows."""

    verdict = fields.Enum(Verdict, by_value=True, required=True)
    cursor = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**31 - 1))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


@blueprint.post("/guard-imports")
@allow(*WHO, reads_body=True)
@blueprint.doc(requestBody={"content": {"application/octet-stream": BYTES}, "required": True})
@blueprint.arguments(NewImport, location="query")
@blueprint.response(202, GuardImportView)
def send(asked: dict[str, Any]) -> import_shapes.GuardImportView:
    """Send a list of guards (xlsx, ods or csv, 8 MB at most; 512 KB pasted); a school's is of that school alone.

    Refused: ``import_too_large``, ``import_under_way``, ``too_many``, ``files_away``.
    """
    here = platform()
    most = MOST_BYTES if asked["pasted_as"] is None else MOST_PASTED_BYTES
    return imports.send(
        here.store,
        _shelf(here),
        who=lambda: actor_by_now(*WHO),
        request_id=str(asked["request_id"]),
        sent=imports.Sent(asked["called"], asked["pasted_as"]),
        read=lambda: sent_bytes(most, too_large="import_too_large"),
    )


def _shelf(here: Platform) -> imports.Shelf:
    keep = partial(here.in_real_thread, here.files.put) if here.files.holds_up else here.files.put
    return imports.Shelf(keep, here.now)


@blueprint.get("/guard-imports")
@allow(*WHO)
@blueprint.response(200, GuardImports)
def newest() -> import_shapes.GuardImports:
    """List the caller's newest lists."""
    here = platform()
    return imports.newest(here.store, actor=current_actor(), now=here.now())


@blueprint.get("/guard-imports/template")
@allow(*WHO)
@blueprint.response(200, content_type=XLSX, schema=BYTES["schema"])
def fetch_template() -> Response:
    """Fetch an empty list with headings in both languages."""
    return send_file(
        BytesIO(template()), XLSX, as_attachment=True, download_name="huxue-guards.xlsx", max_age=0
    )


@blueprint.get("/guard-imports/<int:number>")
@allow(*WHO)
@blueprint.response(200, GuardImportView)
def look(number: int) -> import_shapes.GuardImportView:
    """Look at a list of the caller's; 404 for anybody else's, and once it is deleted."""
    here = platform()
    return imports.look(here.store, actor=current_actor(), number=number, now=here.now())


@blueprint.get("/guard-imports/<int:number>/rows")
@allow(*WHO)
@blueprint.arguments(ImportRowsAsked, location="query")
@blueprint.response(200, ImportRows)
def rows(asked: dict[str, Any], number: int) -> import_shapes.ImportRows:
    """Look at what rows of a list would do, in the order of the file."""
    here = platform()
    return imports.rows(here.store, actor=current_actor(), number=number, now=here.now(), **asked)


@blueprint.post("/guard-imports/<int:number>/taking")
@allow(*WHO)
@blueprint.arguments(ImportDecision)
@blueprint.response(202, GuardImportView)
def take_over(body: dict[str, Any], number: int) -> import_shapes.GuardImportView:
    """Take a list over: all of it, or nothing where somebody changed meanwhile.

    Refused: ``import_not_ready``, ``import_has_faults``, ``import_changes_nothing``.
    """
    here = platform()
    return imports.take_over(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        now=here.now(),
    )


@blueprint.post("/guard-imports/<int:number>/dismissal")
@allow(*WHO)
@blueprint.arguments(ImportDecision)
@blueprint.response(200, GuardImportView)
def dismiss(body: dict[str, Any], number: int) -> import_shapes.GuardImportView:
    """Leave a list; one that is just being taken over is undone. Refused: ``import_not_ready``."""
    here = platform()
    return imports.dismiss(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        number=number,
        now=here.now(),
    )

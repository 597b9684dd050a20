"""Long work as whoever asked for it sees it: a list, calling it off, its file."""

import logging
from typing import Any
from urllib.parse import quote

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields

from server.core.files.store import NotKept, NotThere
from server.core.http.auth import EVERYBODY, allow, current_actor
from server.core.http.wire import Moment, PageArguments, Wire, one_of, platform, request_id
from server.core.jobs import actions
from server.core.jobs.rules import Failure, JobState
from server.core.jobs.service import JobView as Job
from server.core.refused import Refused

logger = logging.getLogger("huxue.files")

blueprint = Blueprint("jobs", __name__, url_prefix="/api", description="Long work")


class FileView(Wire):
    """A file that may be fetched until it is deleted."""

    called = fields.String(required=True)
    bytes = fields.Integer(required=True)
    expires_at = Moment(required=True)


class JobView(Wire):
    """A piece of long work that the caller asked for."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    state = one_of(JobState, required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True, allow_none=True)
    purpose = fields.String(required=True, allow_none=True)
    asked_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)
    reason = one_of(Failure, required=True, allow_none=True)
    file = fields.Nested(FileView, required=True, allow_none=True)


class JobPage(Wire):
    """A page of the caller's jobs, and the cursor of the next one."""

    items = fields.List(fields.Nested(JobView), required=True)
    next = fields.Integer(required=True, allow_none=True)


class JobChanged(Wire):
    """How far a job is; the details are for whoever asked."""

    id = fields.Integer(required=True)
    account_id = fields.Integer(required=True, allow_none=True)
    state = one_of(JobState, required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True, allow_none=True)


class Cancellation(Wire):
    """A job is no longer wanted."""

    request_id = request_id()


@blueprint.get("/jobs")
@allow(*EVERYBODY)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, JobPage)
def page(asked: dict[str, Any]) -> actions.JobPage:
    """List the caller's jobs, the newest first."""
    here = platform()
    return actions.page(here.store, here.areas.job_kinds(), actor=current_actor(), now=here.now(), **asked)


@blueprint.post("/jobs/<int:job_id>/cancellation")
@allow(*EVERYBODY)
@blueprint.arguments(Cancellation)
@blueprint.response(200, JobView)
def cancel(body: dict[str, Any], job_id: int) -> Job:
    """Call a job of the caller's off."""
    here = platform()
    return actions.cancel(
        here.store,
        here.areas.job_kinds(),
        actor=current_actor(),
        request_id=str(body["request_id"]),
        job_id=job_id,
        now=here.now(),
    )


@blueprint.get("/jobs/<int:job_id>/file")
@allow(*EVERYBODY)
@blueprint.response(
    200, content_type="application/octet-stream", schema={"type": "string", "format": "binary"}
)
def fetch(job_id: int) -> Response:
    """Fetch the file of a job of the caller's; 404 for anybody else's, and once it is deleted.

    Refused: ``files_away``.
    """
    here = platform()
    kinds = here.areas.job_kinds()
    file = actions.fetch(here.store, kinds, actor=current_actor(), job_id=job_id, now=here.now())
    try:
        # Piece by piece from the store to whoever asked: neither he nor anybody else hears where it lies.
        content = here.files.read(file.name)
    except NotThere as why:
        logger.error("the file of job %s is gone: %s", job_id, why)
        raise Refused("not_found") from why
    except NotKept as why:
        logger.error("the file of job %s: %s", job_id, why)
        raise Refused("files_away") from why
    answer = Response(content, content_type=file.content_type, direct_passthrough=True)
    answer.content_length = file.bytes
    # Never shown in the page's own place, whatever it holds.
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.called)}"
    return answer

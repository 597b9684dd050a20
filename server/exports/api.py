"""Lists of the caller's scope as files."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.exports import ExportFormat, ExportName
from server.core.http.auth import allow, current_actor
from server.core.http.jobs_api import JobView
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, Wire, platform, request_id
from server.core.jobs.service import JobView as Job
from server.exports import actions

blueprint = Blueprint("exports", __name__, url_prefix="/api", description="Lists as files")

LANGUAGES = ("zh-CN", "en")


class ExportWanted(Wire):
    """Which list, of which span of time (none for guards), in which form, and what for."""

    request_id = request_id()
    kind = fields.Enum(ExportName, by_value=True, required=True)
    since = Moment(load_default=None, allow_none=True)
    until = Moment(load_default=None, allow_none=True)
    format = fields.Enum(ExportFormat, by_value=True, load_default=ExportFormat.XLSX)
    language = fields.String(load_default="zh-CN", validate=validate.OneOf(LANGUAGES))
    purpose = Text(shortest=4, longest=120, required=True)
    with_telephones = fields.Boolean(load_default=False, truthy={True}, falsy={False})


@blueprint.post("/exports")
@allow(Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN, Role.AUDITOR)
@blueprint.arguments(ExportWanted)
@blueprint.response(202, JobView)
def ask(body: dict[str, Any]) -> Job:
    """Ask for a list of the caller's scope: a job with a file. Refused: ``bad_span`` (days), ``too_many``."""
    here = platform()
    asked = actions.Asked(
        name=body["kind"],
        **{
            name: body[name]
            for name in ("since", "until", "format", "language", "purpose", "with_telephones")
        },
    )
    return actions.ask(
        here.store,
        here.areas.exports(),
        actor=current_actor(),
        request_id=str(body["request_id"]),
        asked=asked,
        now=here.now(),
    )

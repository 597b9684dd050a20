"""Lists of the caller's scope as files."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server.core import exports
from server.core.access.roles import AccountStatus, Category, Role
from server.core.exports import ExportFormat, ExportName
from server.core.http.auth import allow, current_actor, proved
from server.core.http.jobs_api import JobView
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Day, Moment, Wire, platform, request_id
from server.core.jobs.service import JobView as Job
from server.exports import actions

blueprint = Blueprint("exports", __name__, url_prefix="/api", description="Lists as files")

LANGUAGES = ("zh-CN", "en")


class GuardsOnly(Wire):
    """To whom a list of guards is narrowed; ``away_on`` is a day."""

    status = fields.Enum(AccountStatus, by_value=True, load_default=None, allow_none=True)
    category = fields.Enum(Category, by_value=True, load_default=None, allow_none=True)
    school_id = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, HIGHEST_NUMBER))
    never_served = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    away_on = Day(load_default=None, allow_none=True)


class ExportWanted(Wire):
    """Which list, of which span of time (none for guards), in which form, what for, and of which guards alone."""

    request_id = request_id()
    kind = fields.Enum(ExportName, by_value=True, required=True)
    since = Moment(load_default=None, allow_none=True)
    until = Moment(load_default=None, allow_none=True)
    format = fields.Enum(ExportFormat, by_value=True, load_default=ExportFormat.XLSX)
    language = fields.String(load_default="zh-CN", validate=validate.OneOf(LANGUAGES))
    purpose = Text(shortest=4, longest=120, required=True)
    with_telephones = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    guards = fields.Nested(GuardsOnly, load_default=None, allow_none=True)

    @validates_schema
    def narrowed(self, data: dict[str, Any], **_named: Any) -> None:
        """Let guards alone be narrowed."""
        if data["guards"] is not None and data["kind"] != ExportName.GUARDS:
            raise ValidationError("out_of_range", "guards")


@blueprint.post("/exports")
@allow(Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN, Role.AUDITOR)
@proved
@blueprint.arguments(ExportWanted)
@blueprint.response(202, JobView)
def ask(body: dict[str, Any]) -> Job:
    """Ask for a list of the caller's scope: a job with a file. Refused: ``bad_span`` (days), ``too_many``."""
    here = platform()
    asked = actions.Asked(
        name=body["kind"],
        only=exports.GuardsOnly(**body["guards"]) if body["guards"] else None,
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

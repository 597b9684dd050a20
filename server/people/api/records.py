"""What stands of a guard, changed by hand."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Category, Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Wire, platform, request_id
from server.people.actions import records
from server.people.api.guards import GuardView
from server.people.rules import shapes

blueprint = Blueprint("records", __name__, url_prefix="/api", description="What stands of guards")


class GuardRecord(Wire):
    """Name, category and school; police have none."""

    name = Text(longest=60, required=True)
    category = fields.Enum(Category, by_value=True, required=True)
    school_id = fields.Integer(required=True, allow_none=True)


class RecordChange(Wire):
    """What a guard's record becomes, what the page showed of it, and why."""

    request_id = request_id()
    wanted = fields.Nested(GuardRecord, required=True)
    was = fields.Nested(GuardRecord, required=True)
    reason = Text(shortest=2, longest=120, required=True)


@blueprint.post("/guards/<int:account_id>/record")
@allow(Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
@blueprint.arguments(RecordChange)
@blueprint.response(200, GuardView)
def change(body: dict[str, Any], account_id: int) -> shapes.GuardView:
    """Change a guard's name, category or, by the district, school; 404 outside the caller's scope.

    Refused: ``guard_changed`` where it is not as the page showed it, ``police_record``, ``name_of_office``,
    ``account_suspended``.
    """
    here = platform()
    return records.change(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        wanted=records.Record(**body["wanted"]),
        was=records.Record(**body["was"]),
        reason=body["reason"],
        limits=here.limits,
        now=here.now(),
    )

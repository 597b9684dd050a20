"""What a district still lacks before guards can stand at its gates."""

from functools import partial

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Wire, one_of, platform
from server.operations.actions import checklist
from server.operations.rules.checklist import ChecklistView, Item
from server.operations.service import outside

blueprint = Blueprint("checklist", __name__, url_prefix="/api", description="What is still to be set up")


class ChecklistItem(Wire):
    """Something to be done, whether it is, and the figures that say so (docs/operations.md names them)."""

    name = one_of(Item, required=True)
    done = fields.Boolean(required=True)
    facts = fields.Dict(keys=fields.String(), required=True)


class Checklist(Wire):
    """All items in their order, and how many are still to be done."""

    items = fields.List(fields.Nested(ChecklistItem), required=True)
    open = fields.Integer(required=True)


@blueprint.get("/checklist")
@allow(Role.DISTRICT_ADMIN)
@blueprint.response(200, Checklist)
def look() -> ChecklistView:
    """Tell what the district still lacks."""
    here = platform()
    return checklist.look(
        here.store,
        actor=current_actor(),
        copies=partial(outside.copies, here.settings.backup_folder),
        limits=here.limits,
        now=here.now(),
    )

"""Finding guards by name."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import AccountStatus, Category, Role
from server.core.exports import GuardsOnly
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Day, PageArguments, Wire, platform
from server.duty.actions import guards
from server.people.api.guards import GuardView
from server.people.rules import shapes

blueprint = Blueprint("finding_guards", __name__, url_prefix="/api", description="Finding guards by name")


class GuardSearch(PageArguments):
    """Which guards."""

    status = fields.Enum(AccountStatus, by_value=True, load_default=None)
    name = Text(longest=60, load_default=None)
    category = fields.Enum(Category, by_value=True, load_default=None)
    school_id = fields.Integer(load_default=None, validate=validate.Range(1, HIGHEST_NUMBER))
    never_served = fields.Boolean(load_default=False)
    away_on = Day(load_default=None)


class GuardPage(Wire):
    """A page of guards, and the cursor of the next one."""

    items = fields.List(fields.Nested(GuardView), required=True)
    next = fields.Integer(required=True, allow_none=True)


@blueprint.get("/guards")
@allow(Role.GUARD, *CONSOLE, Role.SECURITY_ADMIN)
@blueprint.arguments(GuardSearch, location="query")
@blueprint.response(200, GuardPage)
def find(search: dict[str, Any]) -> shapes.GuardPage:
    """List guards within the caller's scope, phones masked, at most 60 pages a minute.

    A duty leader or security guard on verified duty finds people of that school by name.
    Refused: ``not_approved``, ``not_on_verified_duty``, ``name_too_short``, ``too_many``.
    """
    return guards.find(
        platform().store,
        actor=current_actor(),
        only=GuardsOnly(
            search["status"],
            search["category"],
            search["school_id"],
            search["never_served"],
            search["away_on"],
        ),
        name=search["name"],
        cursor=search["cursor"],
        limit=search["limit"],
        now=platform().now(),
    )

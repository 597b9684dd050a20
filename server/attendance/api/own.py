"""A guard's own months of service."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.attendance.actions import own
from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Wire, platform

blueprint = Blueprint("own_service", __name__, url_prefix="/api/me", description="Own service")


class OwnMonthView(Wire):
    """A month by its first day; ``minutes`` are of service, ``again``: something of it is not added up yet."""

    month = fields.String(required=True)
    on_time = fields.Integer(required=True)
    late = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    unverified = fields.Integer(required=True)
    no_shows = fields.Integer(required=True)
    again = fields.Boolean(required=True)


class OwnMonthsView(Wire):
    """One's months of service, the newest first."""

    items = fields.List(fields.Nested(OwnMonthView), required=True)


@blueprint.get("/service-months")
@allow(Role.GUARD)
@blueprint.response(200, OwnMonthsView)
def months() -> own.OwnMonths:
    """List one's own months of service."""
    return own.months(platform().store, actor=current_actor())

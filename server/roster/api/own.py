"""A guard's own duties that are to come."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Moment, Wire, platform
from server.roster.actions import own

blueprint = Blueprint("own_duties", __name__, url_prefix="/api/me", description="Own duties to come")


class OwnDutyShown(Wire):
    """A duty to come; without times where the day is off by now."""

    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    date = fields.String(required=True)
    peak = fields.String(required=True)
    stands = fields.Boolean(required=True)
    opens_at = Moment(required=True, allow_none=True)
    starts_at = Moment(required=True, allow_none=True)
    ends_at = Moment(required=True, allow_none=True)
    area = fields.String(required=True)


class OwnDutiesShown(Wire):
    """The duties to come, the earliest first."""

    items = fields.List(fields.Nested(OwnDutyShown), required=True)


@blueprint.get("/duties")
@allow(Role.GUARD)
@blueprint.response(200, OwnDutiesShown)
def coming() -> own.OwnDuties:
    """List one's own published duties that are not over."""
    here = platform()
    return own.coming(here.store, actor=current_actor(), limits=here.limits, now=here.now())

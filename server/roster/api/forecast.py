"""What is at risk in the coming days, by post."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import Wire, platform
from server.roster.actions import forecast

blueprint = Blueprint("forecast", __name__, url_prefix="/api/roster", description="What is at risk")


class AtRiskShown(Wire):
    """Seats needed where a plan is published, and what is at risk of them; of one person the first of these counts."""

    needed = fields.Integer(required=True)
    open = fields.Integer(required=True)
    cannot = fields.Integer(required=True)
    asked = fields.Integer(required=True)
    missed = fields.Integer(required=True)
    first = fields.Integer(required=True)
    unplanned = fields.Integer(required=True)


class DayAtRiskShown(AtRiskShown):
    """A day of a post."""

    date = fields.String(required=True)


class PostAtRiskShown(Wire):
    """A post: all of it, and day by day."""

    post_id = fields.Integer(required=True)
    name = fields.String(required=True)
    school_id = fields.Integer(required=True)
    station_id = fields.Integer(required=True)
    total = fields.Nested(AtRiskShown, required=True)
    days = fields.List(fields.Nested(DayAtRiskShown), required=True)


class ForecastShown(Wire):
    """The posts in scope, those most at risk first, from today on."""

    days = fields.List(fields.String(), required=True)
    posts = fields.List(fields.Nested(PostAtRiskShown), required=True)


@blueprint.get("/forecast")
@allow(*CONSOLE)
@blueprint.response(200, ForecastShown)
def shown() -> forecast.Forecast:
    """Show what is at risk at the posts in scope, today and the six days after."""
    here = platform()
    return forecast.shown(here.store, actor=current_actor(), limits=here.limits, now=here.now())

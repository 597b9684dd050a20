"""A guard's duties in his own calendar."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, allow_public, current_actor
from server.core.http.wire import Moment, Wire, platform, request_id
from server.roster.actions import calendar_links

blueprint = Blueprint("calendar_links", __name__, url_prefix="/api", description="Duties in one's calendar")

LANGUAGES = ("zh-CN", "en")
ICALENDAR = "text/calendar; charset=utf-8"


class NewCalendarLink(Wire):
    """In which language the calendar is to be."""

    request_id = request_id()
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class CalendarLinkAct(Wire):
    """The link is to end."""

    request_id = request_id()


class CalendarLinkShown(Wire):
    """When the link was made and last read; ``path`` is its address, told to whoever makes it and never again."""

    made_at = Moment(required=True, allow_none=True)
    last_read_on = fields.String(required=True, allow_none=True)
    path = fields.String(required=True, allow_none=True)


@blueprint.get("/me/calendar-link")
@allow(Role.GUARD)
@blueprint.response(200, CalendarLinkShown)
def own() -> calendar_links.OwnCalendarLink:
    """Tell of one's own link."""
    return calendar_links.own(platform().store, actor=current_actor())


@blueprint.post("/me/calendar-link")
@allow(Role.GUARD)
@blueprint.arguments(NewCalendarLink)
@blueprint.response(200, CalendarLinkShown)
def make(body: dict[str, Any]) -> calendar_links.OwnCalendarLink:
    """Make one's link; the one that there was ends."""
    here = platform()
    return calendar_links.make(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        language=body["language"],
        now=here.now(),
    )


@blueprint.post("/me/calendar-link/revocation")
@allow(Role.GUARD)
@blueprint.arguments(CalendarLinkAct)
@blueprint.response(200, CalendarLinkShown)
def revoke(body: dict[str, Any]) -> calendar_links.OwnCalendarLink:
    """Take one's link back."""
    here = platform()
    return calendar_links.revoke(
        here.store, actor=current_actor(), request_id=str(body["request_id"]), now=here.now()
    )


@blueprint.get("/calendars/<string:token>.ics")
@allow_public
@blueprint.response(200, content_type="text/calendar", schema={"type": "string"})
def read(token: str) -> Response:
    """Give the duties under a link as an iCalendar file; 404 for one that is no more."""
    here = platform()
    page = f"{here.settings.public_url}/duties"
    file = calendar_links.read(here.store, token=token, page=page, limits=here.limits, now=here.now())
    answer = Response(file, content_type=ICALENDAR)
    answer.headers["Content-Disposition"] = 'attachment; filename="duties.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer

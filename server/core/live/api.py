"""What a client missed: the events of its room after its cursor."""

from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.rooms import room_of
from server.core.database import event_log
from server.core.http.auth import EVERYBODY, allow, current_actor
from server.core.http.wire import HIGHEST_NUMBER, Wire, platform
from server.core.live.catch_up import batch_of, missed_events
from server.core.live.hub import Hub
from server.core.live.news import LINES_SHORT, LINES_WHOLE, batch

blueprint = Blueprint("events", __name__, url_prefix="/api", description="The event log, from a cursor")

PAGE = 500
LONGEST_EPOCH = 100


class Cursor(Wire):
    """Where the client stands; ``lines``: whether its own post is told whole, or ``short`` by what changed of it."""

    after = fields.Integer(required=True, validate=validate.Range(0, HIGHEST_NUMBER))
    epoch = fields.String(required=True, validate=validate.Length(1, LONGEST_EPOCH))
    lines = fields.String(load_default=LINES_WHOLE, validate=validate.OneOf([LINES_WHOLE, LINES_SHORT]))


class EventView(Wire):
    """A past-tense fact with the full state that a client needs."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    data = fields.Dict(required=True)


class Batch(Wire):
    """Events of the caller's room, in the order of the log."""

    epoch = fields.String(required=True)
    prev = fields.Integer(required=True)
    last = fields.Integer(required=True)
    events = fields.List(fields.Nested(EventView), required=True)


@blueprint.get("/events")
@allow(*EVERYBODY)
@blueprint.arguments(Cursor, location="query")
@blueprint.response(200, Batch)
def catch_up(cursor: dict[str, Any]) -> Response:
    """List what happened in the caller's room after an id; ask again from ``last`` on, until there is nothing.

    Refused with 503 ``busy``: come back in a moment.
    Refused with 410 ``epoch_changed`` (a restored database, another role or scope) or ``cursor_too_old``:
    fetch everything anew.
    """
    actor, short = current_actor(), cursor.pop("lines") == LINES_SHORT
    room, as_seen = room_of(actor), platform().areas.events_as_seen
    hub: Hub = current_app.extensions["huxue.hub"]
    is_same = cursor["epoch"] == hub.history(room)
    recent = hub.recent.missed(room, cursor["after"]) if is_same else None
    with platform().store.read() as connection:
        if recent is not None:
            missed = batch_of(connection, actor, as_seen, recent[:PAGE], **cursor, short=short)
        else:
            history = event_log.history(connection, room)
            missed = missed_events(
                connection, actor, as_seen, **cursor, history=history, limit=PAGE, short=short
            )
    told = missed or batch(cursor["epoch"], cursor["after"], cursor["after"], ())
    return Response(told, mimetype="application/json")

"""Notes of a post for its next shift."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, Wire, number_of, platform, request_id
from server.duty.actions import hand_overs
from server.duty.rules.hand_overs import LONGEST, HandOver

blueprint = Blueprint("hand_overs", __name__, url_prefix="/api/duty", description="Notes for the next shift")


class NoteShown(Wire):
    """A note of a shift; names are told to the post's own people alone."""

    id = fields.Integer(required=True)
    text = fields.String(required=True)
    peak = fields.String(required=True)
    date = fields.String(required=True)
    at = Moment(required=True)
    by = fields.String(required=True, allow_none=True)
    read_at = Moment(required=True, allow_none=True)
    read_by = fields.String(required=True, allow_none=True)


class HandOverView(Wire):
    """What the shift before left, and what is left for the next one."""

    received = fields.Nested(NoteShown, required=True, allow_none=True)
    left = fields.Nested(NoteShown, required=True, allow_none=True)


class NoteLeft(Wire):
    """A note for the next shift; an empty one takes it back."""

    request_id = request_id()
    text = Text(longest=LONGEST, shortest=0, lines=True, required=True)


class NoteRead(Wire):
    """Which note was read."""

    request_id = request_id()
    note_id = number_of(required=True)


@blueprint.post("/hand-over")
@allow(Role.GUARD)
@blueprint.arguments(NoteLeft)
@blueprint.response(200, HandOverView)
def leave(body: dict[str, Any]) -> HandOver:
    """Leave a note for the next shift of the post that the caller leads. Refused: ``not_leading``."""
    here = platform()
    return hand_overs.leave(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        text=body["text"],
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/hand-over/reading")
@allow(Role.GUARD)
@blueprint.arguments(NoteRead)
@blueprint.response(200, HandOverView)
def mark_read(body: dict[str, Any]) -> HandOver:
    """Mark the note of the shift before as read. Refused: ``not_on_duty``, ``not_found``."""
    here = platform()
    return hand_overs.mark_read(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        note_id=body["note_id"],
        limits=here.limits,
        now=here.now(),
    )

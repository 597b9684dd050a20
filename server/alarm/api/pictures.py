"""Pictures of an alarm: sent by those who may write a note, shown to those who may read it."""

import logging
from functools import partial
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.alarm.actions import pictures
from server.alarm.service import evidence
from server.alarm.tables.pictures import JPEG
from server.core.access.roles import Role
from server.core.files.clips import MP4, WEBM
from server.core.files.pictures import MOST_BYTES
from server.core.files.places import Busy
from server.core.files.store import NotKept, NotThere
from server.core.http.auth import CONSOLE, actor_by_now, allow, current_actor
from server.core.http.bodies import sent_bytes
from server.core.http.wire import Moment, Platform, Wire, platform, request_id
from server.core.refused import Refused

logger = logging.getLogger("huxue.files")

blueprint = Blueprint("alarm_pictures", __name__, url_prefix="/api", description="Pictures of an alarm")

WITH_PEOPLE = (Role.GUARD, *CONSOLE)
BYTES = {"schema": {"type": "string", "format": "binary"}}


class NewPicture(Wire):
    """The client's own number of the picture; the picture is the body."""

    request_id = request_id()


class PictureView(Wire):
    """A picture or clip that was sent to an alarm: its name in addresses, by whom, when, its type and its size."""

    name = fields.String(required=True)
    account_id = fields.Integer(required=True)
    at = Moment(required=True)
    content_type = fields.String(required=True, validate=validate.OneOf((JPEG, MP4, WEBM)))
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    bytes = fields.Integer(required=True)


class PictureList(Wire):
    """Pictures and clips, the oldest first, and how many bytes a clip may have: a phone need not send one in vain."""

    items = fields.List(fields.Nested(PictureView), required=True)
    clip_bytes = fields.Integer(required=True)


@blueprint.post("/alarms/<int:alarm_id>/pictures")
@allow(*WITH_PEOPLE, reads_body=True)
@blueprint.doc(requestBody={"content": {"application/octet-stream": BYTES}, "required": True})
@blueprint.arguments(NewPicture, location="query")
@blueprint.response(201, PictureView)
def add_picture(asked: dict[str, Any], alarm_id: int) -> evidence.PictureView:
    """Add a picture (JPEG, PNG or WebP, 8 MB and 40 megapixels at most): kept smaller, without what its file tells.

    Refused: ``picture_unreadable``, ``picture_too_large``, ``pictures_enough``, ``pictures_busy``, ``files_away``.
    """
    here = platform()
    try:
        with here.pictures.places.take(current_actor().account_id):
            return pictures.add(
                here.store,
                pictures.Workshop(here.pictures.make, put_of(here), here.now),
                who=lambda: actor_by_now(*WITH_PEOPLE),
                alarm_id=alarm_id,
                request_id=str(asked["request_id"]),
                read=lambda: sent_bytes(MOST_BYTES, too_large="picture_too_large"),
                limits=here.limits,
            )
    except Busy as why:
        raise Refused("pictures_busy") from why


def put_of(here: Platform) -> evidence.Put:
    """Give what keeps a file and lets neighbours run meanwhile."""
    return partial(here.in_real_thread, here.files.put) if here.files.holds_up else here.files.put


@blueprint.get("/alarms/<int:alarm_id>/pictures")
@allow(*WITH_PEOPLE)
@blueprint.response(200, PictureList)
def list_pictures(alarm_id: int) -> pictures.PictureList:
    """List the pictures and clips of an alarm that the caller may look at: all, or of counts alone, his own."""
    here = platform()
    return pictures.listed(here.store, actor=current_actor(), alarm_id=alarm_id, limits=here.limits)


@blueprint.get("/alarms/<int:alarm_id>/pictures/<string:name>")
@allow(*WITH_PEOPLE)
@blueprint.response(200, content_type="image/jpeg", schema=BYTES["schema"])
def look_at_picture(alarm_id: int, name: str) -> Response:
    """Fetch a whole picture; a console's look is in the audit log. Refused: ``files_away``."""
    here = platform()
    one = pictures.look(here.store, actor=current_actor(), alarm_id=alarm_id, name=name, now=here.now())
    return _shown(here, one.picture_file, f"huxue-{alarm_id}-{one.id}.jpg")


@blueprint.get("/alarms/<int:alarm_id>/pictures/<string:name>/preview")
@allow(*WITH_PEOPLE)
@blueprint.response(200, content_type="image/jpeg", schema=BYTES["schema"])
def preview_picture(alarm_id: int, name: str) -> Response:
    """Fetch the preview of a picture. Refused: ``files_away``."""
    here = platform()
    one = pictures.glance(here.store, actor=current_actor(), alarm_id=alarm_id, name=name)
    return _shown(here, one.preview_file, f"huxue-{alarm_id}-{one.id}-preview.jpg")


def _shown(here: Platform, name: str, called: str) -> Response:
    try:
        # A megabyte at most; many pages of one alarm ask at once, and a bucket lets few read at a time.
        with here.pictures.reading:
            content = b"".join(here.files.read(name))
    except NotThere as why:
        logger.error("a picture is gone from the store: %s", why)
        raise Refused("not_found") from why
    except NotKept as why:
        logger.error("a picture cannot be read: %s", why)
        raise Refused("files_away") from why
    answer = Response(content, content_type=JPEG)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = f'inline; filename="{called}"'
    return answer

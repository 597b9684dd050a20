"""Clips of an alarm: sent by those who may write a note, played by those who may read it."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from server.alarm.actions import clips
from server.alarm.api.pictures import BYTES, WITH_PEOPLE, NewPicture, PictureView, put_of
from server.alarm.rules.pictures import PictureLimits
from server.alarm.service import evidence
from server.alarm.tables.pictures import AlarmPicture
from server.core.files.clips import MP4, WEBM
from server.core.files.clips.checker import room_for_one
from server.core.files.places import Busy
from server.core.files.store import NotKept, NotThere
from server.core.http.auth import actor_by_now, allow, current_actor
from server.core.http.bodies import sent_pieces
from server.core.http.wire import Platform, platform
from server.core.refused import Refused

logger = logging.getLogger("huxue.files")

# A poor line (half a megabit) has sent 40 MB by then; nothing of the alarm waits.
WITHIN_S = 600.0
ENDINGS = {MP4: "mp4", WEBM: "webm"}

blueprint = Blueprint("alarm_clips", __name__, url_prefix="/api", description="Clips of an alarm")


@blueprint.post("/alarms/<int:alarm_id>/clips")
@allow(*WITH_PEOPLE, reads_body=True)
@blueprint.doc(requestBody={"content": {"application/octet-stream": BYTES}, "required": True})
@blueprint.arguments(NewPicture, location="query")
@blueprint.response(201, PictureView)
def add_clip(asked: dict[str, Any], alarm_id: int) -> evidence.PictureView:
    """Add a clip (MP4, QuickTime or WebM): kept as it is, with what its file tells of place and device blanked.

    Refused: ``clip_unreadable``, ``clip_too_large``, ``clips_enough``, ``pictures_busy``, ``files_away``.
    """
    here = platform()
    most = here.limits[PictureLimits].clip_bytes
    too_large = Refused("clip_too_large", most_mb=most // 10**6)
    try:
        with here.clips.places.take(current_actor().account_id), room_for_one() as room:
            return clips.add(
                here.store,
                clips.Workshop(here.clips.check, put_of(here), here.now),
                who=lambda: actor_by_now(*WITH_PEOPLE),
                alarm_id=alarm_id,
                request_id=str(asked["request_id"]),
                pieces=sent_pieces(most, too_large=too_large, within_s=WITHIN_S),
                room=room,
                limits=here.limits,
            )
    except Busy as why:
        raise Refused("pictures_busy") from why
    except OSError as why:
        logger.error("no room for a clip: %s", why.strerror)
        raise Refused("files_away") from why


@blueprint.get("/alarms/<int:alarm_id>/clips/<string:name>")
@allow(*WITH_PEOPLE)
@blueprint.response(200, content_type=MP4, schema=BYTES["schema"])
@blueprint.alt_response(206, success=True, content_type=MP4, schema=BYTES["schema"])
def play_clip(alarm_id: int, name: str) -> Response:
    """Fetch a clip, or the part of it that ``Range`` asks for (206); a console's look is in the audit log.

    Refused: ``pictures_busy``, ``files_away``.
    """
    here = platform()
    one = clips.look(here.store, actor=current_actor(), alarm_id=alarm_id, name=name, now=here.now())
    first, end = _asked_for(one.bytes)
    answer = Response(status=200 if end is None else 206, content_type=one.content_type)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Disposition"] = (
        f'inline; filename="huxue-{alarm_id}-{one.id}.{ENDINGS[one.content_type]}"'
    )
    if first >= one.bytes:
        answer.status_code = 416
        answer.headers["Content-Range"] = f"bytes */{one.bytes}"
        return answer
    if end is not None:
        answer.headers["Content-Range"] = f"bytes {first}-{end - 1}/{one.bytes}"
    answer.response = _pieces(here, one, first, (end or one.bytes) - first)
    answer.direct_passthrough = True
    answer.content_length = (end or one.bytes) - first
    return answer


def _asked_for(length: int) -> tuple[int, int | None]:
    """Give the first byte that is asked for, and the one behind the last where a part is asked for.

    Several parts at once, and what nobody understands, are answered with the whole; what begins behind the end begins
    at ``length``.
    """
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return 0, None
    found = asked.range_for_length(length)
    return found if found is not None else (length, length)


def _pieces(here: Platform, one: AlarmPicture, first: int, length: int) -> "Held":
    """Begin to read; whoever plays holds a place until he has it or leaves. Raises ``Refused``."""
    if not here.clips.reading.acquire(blocking=False):
        raise Refused("pictures_busy")
    try:
        return Held(here.files.read(one.picture_file, first, length), here.clips.reading.release)
    except NotThere as why:
        here.clips.reading.release()
        logger.error("a clip is gone from the store: %s", why)
        raise Refused("not_found") from why
    except NotKept as why:
        here.clips.reading.release()
        logger.error("a clip cannot be read: %s", why)
        raise Refused("files_away") from why


class Held(Iterator[bytes]):
    """Pieces of a file, and a place that is given back at their end or when they are closed."""

    def __init__(self, pieces: Iterator[bytes], release: Callable[[], None]) -> None:
        self._pieces, self._release = pieces, release
        self._open = True

    def __next__(self) -> bytes:
        """Give the next piece."""
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the place back."""
        if self._open:
            self._open = False
            self._release()
            self._pieces.close()  # type: ignore[attr-defined]

"""Sending a clip to an open alarm, and playing those that were sent."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO

from server.alarm.queries import alarms
from server.alarm.service import evidence
from server.alarm.service.evidence import CLIP, Content, PictureView, Put, Sent
from server.alarm.tables.pictures import AlarmPicture
from server.core.access.roles import Actor
from server.core.database.transaction import Store
from server.core.files.clips import BadClip
from server.core.files.clips.checker import Checked
from server.core.files.places import Busy
from server.core.files.store import random_name
from server.core.limits import Limits
from server.core.refused import Refused


@dataclass(frozen=True, slots=True)
class Workshop:
    """What looks through clips and keeps files; each may take seconds, and lets neighbours run meanwhile.

    ``check`` blanks in place what a file gives away, and raises ``BadClip`` or ``Busy``; ``keep`` raises ``NotKept``.
    """

    check: Callable[[IO[bytes]], Checked]
    keep: Put
    now: Callable[[], datetime]


def add(
    store: Store,
    shop: Workshop,
    *,
    who: Callable[[], Actor],
    alarm_id: int,
    request_id: str,
    pieces: Iterable[bytes],
    room: IO[bytes],
    limits: Limits,
) -> PictureView:
    """Add a clip to an alarm: looked through, blanked, kept, then told. Nothing of the alarm waits for it.

    ``pieces`` are what is sent; they go into the open file ``room``, never all into memory. ``who`` gives the actor as
    he is by then. Raises ``Refused``: ``not_found``, ``alarm_over``, ``clips_enough`` (most, whose),
    ``clip_unreadable``, ``pictures_busy``, ``files_away``.
    """
    actor = evidence.may_send(who)
    with store.read() as connection:
        alarms.see(connection, alarm_id, actor)
    came = sha256()
    for piece in pieces:
        came.update(piece)
        room.write(piece)
    actor = evidence.may_send(who)
    sent = Sent(alarm_id, request_id, CLIP, [alarm_id, came.hexdigest()])
    with store.read() as connection:
        first = evidence.check_open(connection, actor, sent, limits)
    if first is not None:
        return first
    checked = _checked(shop, room)
    described: evidence.Described = {
        "name": random_name(),
        "content_type": checked.clip.content_type,
        "width": checked.clip.width,
        "height": checked.clip.height,
        "bytes": checked.bytes,
        "sha256": checked.sha256,
        "picture_file": random_name(),
        # No picture is made of it: nothing here decodes one.
        "preview_file": "",
        "preview_bytes": 0,
    }
    content = Content(checked.clip.content_type, checked.bytes, room)
    contents = {described["picture_file"]: content}
    evidence.keep(store, shop.keep, shop.now(), contents)
    return evidence.tell(store, evidence.may_send(who), sent, described, contents, limits, shop.now())


def _checked(shop: Workshop, room: IO[bytes]) -> Checked:
    try:
        return shop.check(room)
    except BadClip as why:
        raise Refused("clip_unreadable") from why
    except Busy as why:
        raise Refused("pictures_busy") from why


def look(store: Store, *, actor: Actor, alarm_id: int, name: str, now: datetime) -> AlarmPicture:
    """Let an actor play a clip; a console's look is recorded, once an hour. Raises ``Refused`` as pictures do."""
    return evidence.look(store, actor=actor, alarm_id=alarm_id, name=name, kind=CLIP, now=now)

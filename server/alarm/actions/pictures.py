"""Sending a picture to an open alarm, and looking at those that were sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import TypedDict

from server.alarm.queries import alarms, pictures
from server.alarm.rules.pictures import PictureLimits
from server.alarm.service import evidence
from server.alarm.service.evidence import PICTURE, Content, PictureView, Put, Sent
from server.alarm.tables.pictures import JPEG, AlarmPicture
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.files.pictures import Made, TooLarge, Unreadable
from server.core.files.places import Busy
from server.core.files.store import random_name
from server.core.limits import Limits
from server.core.refused import Refused


class PictureList(TypedDict):
    """The pictures and clips of an alarm, the oldest first, and how many bytes a clip may have."""

    items: list[PictureView]
    clip_bytes: int


@dataclass(frozen=True, slots=True)
class Workshop:
    """What makes pictures and keeps files; each may take seconds, and lets neighbours run meanwhile.

    ``make`` raises ``Unreadable``, ``TooLarge`` or ``Busy``, ``keep`` raises ``NotKept``.
    """

    make: Callable[[bytes], Made]
    keep: Put
    now: Callable[[], datetime]


def add(
    store: Store,
    shop: Workshop,
    *,
    who: Callable[[], Actor],
    alarm_id: int,
    request_id: str,
    read: Callable[[], bytes],
    limits: Limits,
) -> PictureView:
    """Add a picture to an alarm: made anew, kept, then told. Nothing of the alarm waits for it.

    ``read`` gives what was sent, and is called when it is sure that the actor sees the alarm. ``who`` gives the actor
    as he is by then: a picture may be a minute on its way, in which somebody lost his rights.
    Raises ``Refused``: ``not_found``, ``alarm_over``, ``pictures_enough`` (most, whose), ``picture_unreadable``,
    ``picture_too_large``, ``pictures_busy``, ``files_away``.
    """
    actor = evidence.may_send(who)
    with store.read() as connection:
        alarms.see(connection, alarm_id, actor)
    content = read()
    actor = evidence.may_send(who)
    sent = Sent(alarm_id, request_id, PICTURE, [alarm_id, sha256(content).hexdigest()])
    with store.read() as connection:
        first = evidence.check_open(connection, actor, sent, limits)
    if first is not None:
        return first
    made = _made(shop, content)
    described: evidence.Described = {
        "name": random_name(),
        "content_type": JPEG,
        "width": made.width,
        "height": made.height,
        "bytes": len(made.picture),
        "sha256": sha256(made.picture).hexdigest(),
        "picture_file": random_name(),
        "preview_file": random_name(),
        "preview_bytes": len(made.preview),
    }
    contents = {
        name: Content(JPEG, len(one), BytesIO(one))
        for name, one in (
            (described["picture_file"], made.picture),
            (described["preview_file"], made.preview),
        )
    }
    evidence.keep(store, shop.keep, shop.now(), contents)
    return evidence.tell(store, evidence.may_send(who), sent, described, contents, limits, shop.now())


def _made(shop: Workshop, content: bytes) -> Made:
    try:
        return shop.make(content)
    except Unreadable as why:
        raise Refused("picture_unreadable") from why
    except TooLarge as why:
        raise Refused("picture_too_large") from why
    except Busy as why:
        raise Refused("pictures_busy") from why


def listed(store: Store, *, actor: Actor, alarm_id: int, limits: Limits) -> PictureList:
    """List the pictures and clips of an alarm that an actor may look at.

    Raises ``Refused``: ``not_found``, ``alarm_over`` to those who were asked while it was open.
    """
    require(actor, Act.SEE_ALARMS)
    with store.read() as connection:
        alarm = alarms.see(connection, alarm_id, actor)
        seen = evidence.seen(connection, alarm, actor, pictures.of_alarm(connection, alarm_id))
        return {
            "items": [evidence.view(one) for one in seen],
            "clip_bytes": limits[PictureLimits].clip_bytes,
        }


def look(store: Store, *, actor: Actor, alarm_id: int, name: str, now: datetime) -> AlarmPicture:
    """Let an actor have a picture; a console's look is recorded, once an hour. Raises ``Refused`` as ``listed``."""
    return evidence.look(store, actor=actor, alarm_id=alarm_id, name=name, kind=PICTURE, now=now)


def glance(store: Store, *, actor: Actor, alarm_id: int, name: str) -> AlarmPicture:
    """Let an actor have the preview of a picture. Raises ``Refused`` as ``listed``."""
    return evidence.glance(store, actor=actor, alarm_id=alarm_id, name=name, kind=PICTURE)

"""Sending a picture to an open alarm, and looking at those that were sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import IO, TypedDict

from sqlalchemy import Connection

from server.alarm.queries import alarms, pictures, timelines
from server.alarm.rules.alarm import Entry
from server.alarm.rules.pictures import BEGUN_FOR, FILES_END, PictureLimits, check_room
from server.alarm.rules.sight import Sight
from server.alarm.service import sight, views
from server.alarm.service.written import at_console
from server.alarm.tables.alarms import Alarm
from server.alarm.tables.pictures import AlarmPicture
from server.core import audit
from server.core.access.roles import CONSOLE, Act, Actor, require
from server.core.database import requests
from server.core.database.transaction import Store
from server.core.files.pictures import Made, TooLarge, Unreadable
from server.core.files.pictures.maker import Busy
from server.core.files.store import NotKept, random_name
from server.core.jobs import queries as files
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused

ADD = "add_picture"
JPEG = "image/jpeg"


class PictureView(TypedDict):
    """A picture by its name in addresses, who sent it and when."""

    name: str
    account_id: int
    at: str
    width: int
    height: int


class PictureList(TypedDict):
    """The pictures of an alarm, the oldest first."""

    items: list[PictureView]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What makes pictures and keeps files; each may take seconds, and lets neighbours run meanwhile.

    ``make`` raises ``Unreadable``, ``TooLarge`` or ``Busy``, ``keep`` raises ``NotKept``.
    """

    make: Callable[[bytes], Made]
    keep: Callable[[str, IO[bytes]], int]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A picture as it came; ``body`` tells this request from another under the same number."""

    alarm_id: int
    request_id: str
    body: list[object]


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
    actor = _may_send(who)
    with store.read() as connection:
        alarms.see(connection, alarm_id, actor)
    content = read()
    actor = _may_send(who)
    sent = _Sent(alarm_id, request_id, [alarm_id, sha256(content).hexdigest()])
    with store.read() as connection:
        first = requests.answered(
            connection, account_id=actor.account_id, request_id=request_id, act=ADD, body=sent.body
        )
        alarm = alarms.see(connection, alarm_id, actor)
        if first is not None:
            return _again(connection, alarm, first)
        if alarm.state != alarms.OPEN:
            raise Refused("alarm_over", resolved_at=alarm.resolved_at)
        _check_room(connection, alarm_id, actor, limits)
    made = _made(shop, content)
    kept = _Kept(random_name(), random_name(), random_name(), made)
    _keep(store, shop, kept)
    return _tell(store, _may_send(who), sent, kept, limits, shop.now())


def _may_send(who: Callable[[], Actor]) -> Actor:
    actor = who()
    require(actor, Act.NOTE)
    return actor


@dataclass(frozen=True, slots=True)
class _Kept:
    name: str
    picture_file: str
    preview_file: str
    made: Made


def _made(shop: Workshop, content: bytes) -> Made:
    try:
        return shop.make(content)
    except Unreadable as why:
        raise Refused("picture_unreadable") from why
    except TooLarge as why:
        raise Refused("picture_too_large") from why
    except Busy as why:
        raise Refused("pictures_busy") from why


def _keep(store: Store, shop: Workshop, kept: _Kept) -> None:
    """Write the files down before their first byte: what is not finished is swept away by its row."""
    now = shop.now()
    contents = {kept.picture_file: kept.made.picture, kept.preview_file: kept.made.preview}
    with store.transaction(now) as transaction:
        for name in contents:
            files.add_file(
                transaction.connection,
                {
                    "name": name,
                    "content_type": JPEG,
                    "called": "",
                    "bytes": 0,
                    "made_at": now,
                    "expires_at": now + BEGUN_FOR,
                },
            )
    try:
        for name, content in contents.items():
            shop.keep(name, BytesIO(content))
    except NotKept as why:
        raise Refused("files_away") from why


def _tell(store: Store, actor: Actor, sent: _Sent, kept: _Kept, limits: Limits, now: datetime) -> PictureView:
    made = kept.made
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, sent.request_id, ADD, sent.body)
        if first is not None:
            # A twin of this request was faster.
            files.let_go(connection, [kept.picture_file, kept.preview_file], now)
            return _again(connection, alarms.see(connection, sent.alarm_id, actor), first)
        alarm = alarms.hold(connection, sent.alarm_id, actor)
        _check_room(connection, sent.alarm_id, actor, limits)
        one = pictures.add(
            connection,
            alarm_id=sent.alarm_id,
            account_id=actor.account_id,
            name=kept.name,
            at=now,
            width=made.width,
            height=made.height,
            bytes=len(made.picture),
            sha256=sha256(made.picture).hexdigest(),
            picture_file=kept.picture_file,
            preview_file=kept.preview_file,
            preview_bytes=len(made.preview),
        )
        for name, length in ((one.picture_file, one.bytes), (one.preview_file, one.preview_bytes)):
            files.keep_file(connection, name, length, until=now + FILES_END, now=now)
        facts = {"picture": one.name, "sha256": one.sha256, **at_console(actor)}
        timelines.enter(transaction, sent.alarm_id, act=Entry.PICTURE, actor_id=actor.account_id, facts=facts)
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="add_picture",
            facts={"alarm_id": sent.alarm_id, "picture": one.id},
        )
        views.publish(transaction, alarm, urgent=False)
        transaction.answer(actor.account_id, sent.request_id, {"name": one.name})
        return view(one)


def _again(connection: Connection, alarm: Alarm, first: object) -> PictureView:
    assert isinstance(first, dict)
    one = pictures.by_name(connection, alarm.id, str(first["name"]))
    if one is None:
        raise Refused("not_found")
    return view(one)


def _check_room(connection: Connection, alarm_id: int, actor: Actor, limits: Limits) -> None:
    senders = [one.account_id for one in pictures.of_alarm(connection, alarm_id)]
    check_room(senders, actor.account_id, limits[PictureLimits])


def listed(store: Store, *, actor: Actor, alarm_id: int) -> PictureList:
    """List the pictures of an alarm that an actor may look at.

    Raises ``Refused``: ``not_found``, ``alarm_over`` to those who were asked while it was open.
    """
    require(actor, Act.SEE_ALARMS)
    with store.read() as connection:
        alarm = alarms.see(connection, alarm_id, actor)
        seen = _seen(connection, alarm, actor, pictures.of_alarm(connection, alarm_id))
        return {"items": [view(one) for one in seen]}


def look(store: Store, *, actor: Actor, alarm_id: int, name: str, now: datetime) -> AlarmPicture:
    """Let an actor have a picture; a console's look is recorded, once an hour. Raises ``Refused`` as ``listed``."""
    one = glance(store, actor=actor, alarm_id=alarm_id, name=name)
    if actor.role in CONSOLE:
        facts = {"alarm_id": alarm_id, "picture": one.id}
        with store.transaction(now) as transaction:
            connection, since = transaction.connection, now - audit.ONE_LOOK
            if facts not in audit.facts_since(connection, actor.account_id, "see_picture", since):
                audit.record(connection, now=now, actor_id=actor.account_id, act="see_picture", facts=facts)
    return one


def glance(store: Store, *, actor: Actor, alarm_id: int, name: str) -> AlarmPicture:
    """Let an actor have the preview of a picture. Raises ``Refused`` as ``listed``."""
    require(actor, Act.SEE_ALARMS)
    with store.read() as connection:
        alarm = alarms.see(connection, alarm_id, actor)
        one = pictures.by_name(connection, alarm_id, name)
        if one is None or not _seen(connection, alarm, actor, [one]):
            raise Refused("not_found")
        return one


def _seen(connection: Connection, alarm: Alarm, actor: Actor, some: list[AlarmPicture]) -> list[AlarmPicture]:
    """Give of some pictures those that an actor may look at: his own, and all where he sees everything of the alarm."""
    if sight.sights(connection, [alarm], actor)[alarm.id] is Sight.EVERYTHING:
        return some
    return [one for one in some if one.account_id == actor.account_id]


def view(one: AlarmPicture) -> PictureView:
    """Show a picture's name and size."""
    return {
        "name": one.name,
        "account_id": one.account_id,
        "at": moment(one.at),
        "width": one.width,
        "height": one.height,
    }

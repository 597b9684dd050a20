"""What pictures and clips of an alarm share: who may send and look, keeping the files, telling it in the timeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TypedDict

from sqlalchemy import Connection

from server.alarm.queries import alarms, pictures, timelines
from server.alarm.rules.alarm import Entry
from server.alarm.rules.pictures import BEGUN_FOR, FILES_END, PictureLimits, check_room
from server.alarm.rules.sight import Sight
from server.alarm.service import sight, views
from server.alarm.service.written import at_console
from server.alarm.tables.alarms import Alarm
from server.alarm.tables.pictures import JPEG, AlarmPicture
from server.core import audit
from server.core.access.roles import CONSOLE, Act, Actor, require
from server.core.database import requests
from server.core.database.transaction import Store
from server.core.files.store import NotKept
from server.core.jobs import queries as files
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused


class PictureView(TypedDict):
    """A picture or clip by its name in addresses, who sent it and when, its type, and its size."""

    name: str
    account_id: int
    at: str
    content_type: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Kind:
    """Pictures, or clips: what an entry of the timeline and its fact are called, and the name of sending one."""

    entry: Entry
    add: str


PICTURE = Kind(Entry.PICTURE, "add_picture")
CLIP = Kind(Entry.CLIP, "add_clip")


def kind_of(content_type: str) -> Kind:
    """Tell pictures from clips."""
    return PICTURE if content_type == JPEG else CLIP


@dataclass(frozen=True, slots=True)
class Sent:
    """What came; ``body`` tells this request from another under the same number."""

    alarm_id: int
    request_id: str
    kind: Kind
    body: list[object]


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept under a name of the store: its type and its length."""

    content_type: str
    length: int
    content: IO[bytes]


class Described(TypedDict):
    """The columns of a row that the content decides."""

    name: str
    content_type: str
    width: int
    height: int
    bytes: int
    sha256: str
    picture_file: str
    preview_file: str
    preview_bytes: int


Put = Callable[[str, IO[bytes]], int]


def may_send(who: Callable[[], Actor]) -> Actor:
    """Give the actor as he is by now. Raises ``Refused("not_your_role")``."""
    actor = who()
    require(actor, Act.NOTE)
    return actor


def check_open(connection: Connection, actor: Actor, sent: Sent, limits: Limits) -> PictureView | None:
    """See that an alarm takes one more; what the request was answered before, if it was.

    Raises ``Refused``: ``not_found``, ``alarm_over``, ``pictures_enough`` or ``clips_enough`` (most, whose).
    """
    first = requests.answered(
        connection,
        account_id=actor.account_id,
        request_id=sent.request_id,
        act=sent.kind.add,
        body=sent.body,
    )
    alarm = alarms.see(connection, sent.alarm_id, actor)
    if first is not None:
        return _again(connection, alarm, first)
    if alarm.state != alarms.OPEN:
        raise Refused("alarm_over", resolved_at=alarm.resolved_at)
    _check_room(connection, sent, actor, limits)
    return None


def keep(store: Store, put: Put, now: datetime, contents: Mapping[str, Content]) -> None:
    """Write the files down before their first byte: what is not finished is swept away by its row.

    Raises ``Refused("files_away")``.
    """
    with store.transaction(now) as transaction:
        for name, one in contents.items():
            files.add_file(
                transaction.connection,
                {
                    "name": name,
                    "content_type": one.content_type,
                    "called": "",
                    "bytes": 0,
                    "made_at": now,
                    "expires_at": now + BEGUN_FOR,
                },
            )
    try:
        for name, one in contents.items():
            put(name, one.content)
    except NotKept as why:
        raise Refused("files_away") from why


def tell(
    store: Store,
    actor: Actor,
    sent: Sent,
    described: Described,
    contents: Mapping[str, Content],
    limits: Limits,
    now: datetime,
) -> PictureView:
    """Write down what was kept and tell it in the timeline, all or nothing. Raises ``Refused`` as ``check_open``."""
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, sent.request_id, sent.kind.add, sent.body)
        if first is not None:
            # A twin of this request was faster.
            files.let_go(connection, list(contents), now)
            return _again(connection, alarms.see(connection, sent.alarm_id, actor), first)
        alarm = alarms.hold(connection, sent.alarm_id, actor)
        _check_room(connection, sent, actor, limits)
        one = pictures.add(
            connection, alarm_id=sent.alarm_id, account_id=actor.account_id, at=now, **described
        )
        for name, content in contents.items():
            files.keep_file(connection, name, content.length, until=now + FILES_END, now=now)
        entry = sent.kind.entry
        facts = {entry.value: one.name, "sha256": one.sha256, **at_console(actor)}
        timelines.enter(transaction, sent.alarm_id, act=entry, actor_id=actor.account_id, facts=facts)
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="add_picture" if sent.kind is PICTURE else "add_clip",
            facts=_facts(sent.kind, one),
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


def _check_room(connection: Connection, sent: Sent, actor: Actor, limits: Limits) -> None:
    alike = [
        one.account_id
        for one in pictures.of_alarm(connection, sent.alarm_id)
        if kind_of(one.content_type) is sent.kind
    ]
    check_room(alike, actor.account_id, limits[PictureLimits], clips=sent.kind is CLIP)


def look(store: Store, *, actor: Actor, alarm_id: int, name: str, kind: Kind, now: datetime) -> AlarmPicture:
    """Let an actor have a picture or clip; a console's look is recorded, once an hour. Raises as ``glance``."""
    one = glance(store, actor=actor, alarm_id=alarm_id, name=name, kind=kind)
    if actor.role in CONSOLE:
        act, facts = "see_picture" if kind is PICTURE else "see_clip", _facts(kind, one)
        with store.transaction(now) as transaction:
            connection, since = transaction.connection, now - audit.ONE_LOOK
            if facts not in audit.facts_since(connection, actor.account_id, act, since):
                audit.record(
                    connection,
                    now=now,
                    actor_id=actor.account_id,
                    act="see_picture" if kind is PICTURE else "see_clip",
                    facts=facts,
                )
    return one


def _facts(kind: Kind, one: AlarmPicture) -> dict[str, int]:
    if kind is PICTURE:
        return {"alarm_id": one.alarm_id, "picture": one.id}
    return {"alarm_id": one.alarm_id, "clip": one.id}


def glance(store: Store, *, actor: Actor, alarm_id: int, name: str, kind: Kind) -> AlarmPicture:
    """Find a picture or clip that an actor may look at.

    Raises ``Refused``: ``not_found``, ``alarm_over`` to those who were asked while it was open.
    """
    require(actor, Act.SEE_ALARMS)
    with store.read() as connection:
        alarm = alarms.see(connection, alarm_id, actor)
        one = pictures.by_name(connection, alarm_id, name)
        if one is None or kind_of(one.content_type) is not kind or not seen(connection, alarm, actor, [one]):
            raise Refused("not_found")
        return one


def seen(
    connection: Connection, alarm: Alarm, actor: Actor, some: Sequence[AlarmPicture]
) -> list[AlarmPicture]:
    """Give what an actor may look at: his own, and all where he sees everything of the alarm."""
    if sight.sights(connection, [alarm], actor)[alarm.id] is Sight.EVERYTHING:
        return list(some)
    return [one for one in some if one.account_id == actor.account_id]


def view(one: AlarmPicture) -> PictureView:
    """Show a picture's or clip's name and size."""
    return {
        "name": one.name,
        "account_id": one.account_id,
        "at": moment(one.at),
        "content_type": one.content_type,
        "width": one.width,
        "height": one.height,
        "bytes": one.bytes,
    }

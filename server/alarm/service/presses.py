"""A press of the alarm button: where it comes from, and how it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from server.alarm.queries import alarms, reports, timelines
from server.alarm.queries.posts import AlarmPost
from server.alarm.rules.alarm import AlarmKind, Entry, PlaceFrom, SessionState
from server.alarm.rules.places import AlarmPlace
from server.alarm.tables.alarms import Alarm
from server.core import audit
from server.core.access.roles import AccountStatus
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Transaction
from server.duty.rules.trust import Fix, usable_fix


class Source(StrEnum):
    """Where an alarm comes from."""

    PHONE = "phone"
    CONSOLE = "console"
    DEVICE = "device"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Raising:
    """What is raised at a post, and by whom.

    ``actor_id`` is whose act it is, ``None`` for a device. ``raised_by`` is the account that is in need, as the
    rules ask of it: nobody for a drill, so that whoever starts one may acknowledge it, too. A console speaks for
    others, who may be at several posts: it joins by post alone (``joins_own`` false).
    """

    post: AlarmPost
    source: Source
    actor_id: int | None
    raised_by: int | None
    joins_own: bool = False
    status: AccountStatus | None = None
    # Whether the post names the place, against what the phone's fix says.
    post_names: bool = True
    drill: bool = False
    kind: AlarmKind | None = None
    session_state: SessionState = SessionState.ACTIVE
    # Without a sign on that phone; ``hushes``: nobody beside it is to be called by a sound either.
    covert: bool = False
    hushes: bool = False
    fix: Fix | None = None
    claimed_at: datetime | None = None
    # Told with the press in the timeline.
    facts: Mapping[str, object] = field(default_factory=dict)


def wait(transaction: Transaction, press: Raising) -> None:
    """Let two presses at once of one account, or at one post, queue: the second one finds the first one's alarm."""
    if press.actor_id is not None:
        wait_in(transaction.connection, Queue.ACCOUNT, press.actor_id)
    wait_in(transaction.connection, Queue.POST, press.post.id)


def is_placeless(press: Raising, places: tuple[AlarmPlace, ...]) -> bool:
    """Tell whether a press names no place: its post is a guess, and its phone knows nothing."""
    return not press.post_names and places[0].place_from is PlaceFrom.POST


def report(transaction: Transaction, press: Raising, alarm: Alarm, *, full: bool) -> Alarm:
    """Write a press down as a report of an alarm, which a covert one makes covert; give its row as it is then.

    ``full``: it is of somebody with standing; else it hushes no alarm of full standing.
    """
    fix = usable_fix(press.fix)
    reports.add(
        transaction,
        alarm_id=alarm.id,
        account_id=press.raised_by,
        at=transaction.now,
        latitude=fix.point.latitude if fix else None,
        longitude=fix.point.longitude if fix else None,
        accuracy_m=fix.accuracy_m if fix else None,
        session_state=press.session_state.value,
        post_id=press.post.id,
        covert=press.covert,
    )
    if not press.hushes or alarm.covert or (alarm.full_standing and not full):
        return alarm
    alarms.change(transaction, alarm.id, covert=True)
    return replace(alarm, covert=True)


def enter_raised(transaction: Transaction, press: Raising, alarm: Alarm) -> None:
    """Write into an alarm's timeline that it was raised."""
    facts = {
        "source": press.source.value,
        "session_state": press.session_state.value,
        "place_from": alarm.place_from,
        **({"drill": True, "kind": alarm.kind} if press.drill else {}),
        **press.facts,
    }
    enter(transaction, press, alarm.id, Entry.RAISED, facts)


def enter(
    transaction: Transaction, press: Raising, alarm_id: int, act: Entry, facts: Mapping[str, object]
) -> None:
    """Write a press into the timeline."""
    timelines.enter(
        transaction,
        alarm_id,
        act=act,
        actor_id=press.actor_id,
        facts=facts,
    )


def record(transaction: Transaction, press: Raising, alarm_id: int, *, joined: bool) -> None:
    """Write a press into the audit log."""
    facts: dict[str, object] = {"alarm_id": alarm_id, "session_state": press.session_state.value}
    if press.source in {Source.DEVICE, Source.DRILL}:
        facts |= {"source": press.source.value, **press.facts}
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=press.actor_id,
        act="join_alarm" if joined else "raise_alarm",
        facts=facts,
    )

"""Raising an alarm: whatever the session's state, wherever the phone thinks it is, it is written first."""

from dataclasses import dataclass
from datetime import datetime

from server.alarm.queries import posts
from server.alarm.queries.posts import AlarmPost
from server.alarm.rules.alarm import AlarmLimits, PlaceFrom, SessionState
from server.alarm.rules.places import AlarmPlace, fix_place, is_one_place, scanned_lately
from server.alarm.rules.shapes import AlarmView
from server.alarm.service import views
from server.alarm.service.presses import Raising, Source
from server.alarm.service.raising import raise_or_join
from server.alarm.service.shapes import KeptPress
from server.core.access.roles import CONSOLE, Act, Actor, require
from server.core.access.scope import sees
from server.core.database.transaction import Store, Transaction
from server.core.geo import Point
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.rules.trust import Fix, usable_fix


@dataclass(frozen=True, slots=True)
class AlarmRequest:
    """A held button: the session's state, and what the phone sent. Nothing of that is needed."""

    session_state: SessionState
    request_id: str | None = None
    post_id: int | None = None
    post_code: str | None = None
    post_scanned_at: datetime | None = None
    fix: Fix | None = None
    claimed_at: datetime | None = None
    covert: bool = False
    not_understood: tuple[str, ...] = ()


def raise_alarm(
    store: Store, *, actor: Actor, press: AlarmRequest, limits: Limits, now: datetime
) -> AlarmView:
    """Raise an alarm, or join the open one that the press belongs to; give it as it is now.

    One transaction writes alarm, report, responses, timeline, event and audit row before anything is
    answered. A retry, with whatever body, gives the alarm of the first press. Raises ``Refused``:
    ``place_missing`` where no post at all can be found, ``unknown_post`` for a console beyond its scope.
    """
    require(actor, Act.RAISE_ALARM)
    with store.transaction(now) as transaction:
        first: KeptPress | None = None
        if press.request_id is not None:
            first = transaction.remember(actor.account_id, press.request_id, "alarm", None, shape=KeptPress)
        # A number that some other write used before has another answer, and must not stop an alarm.
        if first is not None and "alarm_id" in first:
            only = first.get("recorded_only", False)
            return _as_seen_by(transaction, actor, press, first["alarm_id"], recorded_only=only)
        post, post_names = _post_of(transaction, actor, press, limits)
        raised = raise_or_join(
            transaction, _raising(actor, press, post, post_names=post_names, limits=limits), limits
        )
        number, only = raised["id"], raised.get("recorded_only", False)
        if press.request_id is not None and first is None:
            kept: KeptPress = {"alarm_id": number, "recorded_only": True} if only else {"alarm_id": number}
            transaction.answer(actor.account_id, press.request_id, kept)
        return _as_seen_by(transaction, actor, press, number, recorded_only=only, whole=raised)


def _as_seen_by(
    transaction: Transaction,
    actor: Actor,
    press: AlarmRequest,
    alarm_id: int,
    *,
    recorded_only: bool,
    whole: AlarmView | None = None,
) -> AlarmView:
    """Give an alarm as whoever pressed sees it; a session that has ended, which may be stolen, sees counts alone."""
    active = press.session_state == SessionState.ACTIVE
    seen = views.seen_now(transaction, alarm_id, actor, active=active, whole=whole)
    return {**seen, "recorded_only": True} if recorded_only else seen


def _raising(
    actor: Actor, press: AlarmRequest, post: AlarmPost, *, post_names: bool, limits: Limits
) -> Raising:
    console = actor.role in CONSOLE
    return Raising(
        post=post,
        source=Source.CONSOLE if console else Source.PHONE,
        actor_id=actor.account_id,
        raised_by=actor.account_id,
        joins_own=not console,
        status=actor.status,
        post_names=post_names,
        session_state=press.session_state,
        # A console names the post; where its own browser stands says nothing of where the alarm is.
        fix=None if console and post_names else press.fix,
        claimed_at=press.claimed_at,
        covert=press.covert,
        hushes=press.covert and limits[AlarmLimits].covert_press,
        facts={"not_understood": list(press.not_understood)} if press.not_understood else {},
    )


def _post_of(
    transaction: Transaction, actor: Actor, press: AlarmRequest, limits: Limits
) -> tuple[AlarmPost, bool]:
    """Find the post, and whether it names the place: by code or number, by the open duty, by the phone's place.

    A post scanned long ago, or named by its number and never scanned, gives way to where the phone is, unless its
    raiser is on duty there.
    """
    connection, now = transaction.connection, transaction.now
    named = posts.by_code(connection, press.post_code, actor.district_id) if press.post_code else None
    of_code = named is not None
    if named is None and press.post_id is not None:
        named = posts.by_id(connection, press.post_id, actor.district_id)
    if actor.role in CONSOLE and (named is not None or press.post_id is not None):
        if named is None or not sees(actor, named):
            raise Refused("unknown_post")
        return named, True
    fixed = fix_place(press.fix, now=now, limits=limits[AlarmLimits])
    # An older phone does not say when it scanned a code.
    scanned = of_code or press.post_scanned_at is not None or fixed is None
    if (
        named is not None
        and scanned
        and scanned_lately(press.post_scanned_at, now=now, limits=limits[AlarmLimits])
    ):
        return named, True
    duty = posts.of_duty(connection, actor.account_id, now)
    if duty is not None:
        return duty, True
    if fixed is not None and (named is None or not _stands_at(named, fixed, limits)):
        named = posts.nearest(connection, actor.district_id, fixed.point)
    if named is None:
        fix = usable_fix(press.fix)
        named = posts.of_account(connection, actor, fix.point if fix else None)
    if named is None:
        raise Refused("place_missing")
    return named, False


def _stands_at(post: AlarmPost, fixed: AlarmPlace, limits: Limits) -> bool:
    at_post = AlarmPlace(Point(post.latitude, post.longitude), None, PlaceFrom.POST)
    return is_one_place(at_post, fixed, limits[AlarmLimits])

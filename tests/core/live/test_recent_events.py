"""The end of the log in memory tells each page what the log itself would tell it, or that it does not know."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy.event
from hypothesis import given
from hypothesis import strategies as st

from server.core.access.rooms import account_room
from server.core.database import event_log
from server.core.database.event_circles import Circle
from server.core.database.event_log import Event
from server.core.database.kept_rows import KeptRows
from server.core.database.transaction import Store
from server.core.live.recent_events import RecentEvents

NOW = datetime(2026, 9, 7, 7, 30, tzinfo=UTC)
ROOMS = ("district:1", "station:2", "account:3")
ACCOUNTS = ("3", "4", "15")


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """Draw a log: numbers with gaps, each event for some rooms and accounts, some twice for those who hear less."""
    found, number = list[Event](), 0
    for _each in range(draw(st.integers(0, 12))):
        number += draw(st.integers(1, 3))
        text = '{"id":1}' * draw(st.integers(1, 4))
        rooms = tuple(draw(st.sets(st.sampled_from(ROOMS))))
        accounts = draw(st.lists(st.sampled_from(ACCOUNTS), unique=True))
        found.append(Event(number, "told", text, rooms, urgent=False, accounts=accounts[:1]))
        if accounts[1:]:
            found.append(Event(number, "told", text, (), urgent=False, accounts=accounts[1:], reduced=True))
    return found


@given(logs(), st.integers(500, 6_000), st.sampled_from([*ROOMS, account_room("4")]), st.integers(0, 40))
def test_it_tells_what_was_heard_after_an_event_or_that_it_does_not_know(
    log: list[Event], most_bytes: int, room: str, after: int
) -> None:
    recent = RecentEvents(KeptRows(), most_bytes)
    for one in log:
        recent.take(one)
    heard = [one for one in log if room in {*one.rooms, *map(account_room, one.accounts)}]
    told = recent.heard(room, after)
    assert told in (None, [one for one in heard if one.id > after])
    if told is not None:
        assert after in {one.id for one in heard}


@given(logs(), st.sampled_from(ROOMS))
def test_with_room_for_all_it_knows_all(log: list[Event], room: str) -> None:
    recent = RecentEvents(KeptRows())
    for one in log:
        recent.take(one)
    heard = [one for one in log if room in {*one.rooms, *map(account_room, one.accounts)}]
    for before, _next in pairwise(heard):
        assert recent.heard(room, before.id) == [one for one in heard if one.id > before.id]


@pytest.fixture
def log(store: Store) -> Store:
    """Give a log of eight events: each is for a district, every second one for account 3 and for 4 reduced."""
    for number in range(8):
        with store.transaction(NOW + timedelta(seconds=number)) as transaction:
            circles = (Circle("post:1", {3}), Circle("post:1", {4}, reduced=True)) if number % 2 else ()
            transaction.publish("told", {"number": number}, ("district:1",), circles=circles)
    return store


def test_a_start_takes_up_the_end_of_the_log_and_no_more_than_the_hub_has_read(log: Store) -> None:
    recent = RecentEvents(log.kept)
    with log.read() as connection:
        ids = list(range(1, 9))
        recent.begin(connection, ids[6])
    told = recent.heard("district:1", ids[0])
    assert told is not None
    assert [one.id for one in told] == ids[1:7]
    own = recent.heard("account:4", ids[1])
    assert own is not None
    assert [(one.id, one.reduced) for one in own] == [(ids[3], True), (ids[5], True)]


def test_what_is_in_memory_answers_only_while_the_log_was_just_read_to_its_end(log: Store) -> None:
    at = [100.0]
    kept = KeptRows(lambda: at[0])
    recent = RecentEvents(kept)
    with log.read() as connection:
        recent.begin(connection, 8)
    assert recent.missed("district:1", 7) is None
    kept.heard(at[0])
    recent.is_complete = True
    found = recent.missed("district:1", 7)
    assert found is not None
    assert [one.id for one in found] == [8]
    at[0] += 2.1
    assert recent.missed("district:1", 7) is None
    kept.heard(at[0])
    recent.is_complete = False
    assert recent.missed("district:1", 7) is None


def test_who_asks_while_the_log_is_taken_up_anew_hears_that_it_is_not_known(log: Store) -> None:
    """A part of it was told as all, and what came in between was lost without a gap."""
    recent, told = RecentEvents(log.kept), list[list[Event] | None]()
    with log.read() as connection:
        listens = "before_cursor_execute", lambda *_all: told.append(recent.heard("district:1", 1))
        sqlalchemy.event.listen(connection, *listens)
        recent.begin(connection, 8, at_once=3)
        sqlalchemy.event.remove(connection, *listens)
    assert len(told) > 3
    assert set(map(str, told)) == {"None"}
    found = recent.heard("district:1", 1)
    assert found is not None
    assert [one.id for one in found] == [*range(2, 9)]


def test_what_was_taken_more_than_an_hour_ago_is_forgotten(log: Store) -> None:
    at = [0.0]
    recent = RecentEvents(log.kept, monotonic=lambda: at[0])
    with log.read() as connection:
        recent.begin(connection, 4)
        at[0] = 3_000.0
        for one in event_log.since(connection, 4):
            recent.take(one)
    at[0] = 3_601.0
    recent.forget_old()
    assert recent.heard("district:1", 4) is None
    found = recent.heard("district:1", 5)
    assert found is not None
    assert [one.id for one in found] == [6, 7, 8]
    at[0] = 6_601.0
    recent.forget_old()
    assert recent.heard("district:1", 5) is None


@given(logs(), st.integers(500, 6_000), st.lists(st.integers(0, 12), max_size=4))
def test_when_pages_asked_before_changes_nothing(log: list[Event], most_bytes: int, asked: list[int]) -> None:
    """By room events are listed when somebody asks: before, between or after what was forgotten."""
    often, once = RecentEvents(KeptRows(), most_bytes), RecentEvents(KeptRows(), most_bytes)
    for number, one in enumerate(log):
        often.take(one)
        once.take(one)
        if number in asked:
            often.heard(ROOMS[0], 0)
    for room in (*ROOMS, account_room("4")):
        for after in range(40):
            assert often.heard(room, after) == once.heard(room, after)

"""Many who wait are one set and share a commit: each has an outcome of his own, and a failing commit reaches all."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count as count_from
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from server.core.database.event_log import event as logged
from server.core.database.event_log import log_epoch
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.actions import group_commit
from server.duty.actions.group_commit import GroupWriter
from server.places.tables import district as district_table
from tests.tools.client import Caller
from tests.tools.clock import WoundClock

SignIn = Callable[[int | None], Caller]
Work = Callable[[Transaction], dict[str, Any]]
WITHIN_S = 30


def each(transaction: Transaction, works: Sequence[Work], _limits: Limits) -> list[Any]:
    """Handle a set whose members are actions: what refuses one has written nothing."""
    outcomes: list[Any] = []
    for work in works:
        try:
            outcomes.append(work(transaction))
        except Refused as refusal:
            outcomes.append(refusal)
    return outcomes


numbers = count_from(1)


def write(writer: GroupWriter, work: Work, account_id: int | None = None) -> Any:
    """Let an action be written, by default of an account that asks nothing else."""
    return writer.write(each, work, account_id=account_id or next(numbers), limits=Limits())


class Gate:
    """An action that holds the shared transaction until the gate is opened, so that others must wait."""

    def __init__(self) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()

    def hold(self, _transaction: Transaction) -> dict[str, Any]:
        """Stand in the transaction."""
        self.entered.set()
        assert self.opened.wait(WITHIN_S)
        return {}


def named(name: str) -> Work:
    """Make an action that writes a district and an event."""

    def work(transaction: Transaction) -> dict[str, Any]:
        transaction.connection.execute(
            insert(district_table).values(name=name, time_zone="Asia/Shanghai", demo=True)
        )
        transaction.publish("coverage.changed", {"name": name}, ("nobody",))
        return {"name": name}

    return work


def refused(_transaction: Transaction) -> dict[str, Any]:
    """Be refused before anything is written."""
    raise Refused("too_early")


def break_at_the_end(transaction: Transaction) -> dict[str, Any]:
    """Let the database fail after all actions are done: its disk is full, or its process is ended."""

    def work(transaction: Transaction) -> None:
        if transaction.connection.dialect.name == "postgresql":
            transaction.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            return
        pages = transaction.connection.execute(text("PRAGMA page_count")).scalar_one()
        transaction.connection.execute(text(f"PRAGMA max_page_count={pages}"))
        try:
            transaction.connection.execute(text("CREATE TABLE heavy AS SELECT zeroblob(5000000) AS weight"))
        finally:
            transaction.connection.execute(text("PRAGMA max_page_count=1000000"))

    transaction.at_the_end(("break", 0), work)
    return {}


def outcome(writer: GroupWriter, work: Work) -> Any:
    """Give the answer, or the failure, of an action that waits for its commit."""
    try:
        return write(writer, work)
    except (Refused, DBAPIError) as failure:
        return failure


def together(writer: GroupWriter, works: list[Work], queued: Callable[[int], None]) -> list[Any]:
    """Let all actions wait behind one that holds the transaction, then open; gives their outcomes."""
    gate = Gate()
    with ThreadPoolExecutor(len(works) + 1) as pool:
        first = pool.submit(write, writer, gate.hold)
        assert gate.entered.wait(WITHIN_S)
        outcomes = [pool.submit(outcome, writer, work) for work in works]
        queued(len(works))
        gate.opened.set()
        first.result(WITHIN_S)
        return [one.result(WITHIN_S) for one in outcomes]


class Watched(GroupWriter):
    """A writer whose queue can be looked at."""

    def until_waiting(self, number: int) -> None:
        """Return once so many actions wait."""
        tick = threading.Event()
        for _ in range(WITHIN_S * 100):
            if self.waiting() == number:
                return
            tick.wait(0.01)
        raise AssertionError(f"{self.waiting()} of {number} wait")


@pytest.fixture
def writer(store: Store, clock: WoundClock) -> Watched:
    """Run a writer as a serving process does."""
    writer = Watched(store, clock.now)
    threading.Thread(target=writer.run, daemon=True).start()
    assert writer.running.wait(WITHIN_S)
    return writer


@pytest.fixture
def commits(store: Store) -> Iterator[list[int]]:
    """Count the commits of the writing engine."""
    seen: list[int] = []

    def note(_connection: Any) -> None:
        seen.append(1)

    event.listen(store.engine, "commit", note)
    yield seen
    event.remove(store.engine, "commit", note)


def names(store: Store) -> list[str]:
    with store.read() as connection:
        return sorted(connection.execute(select(district_table.c.name)).scalars())


def told(store: Store) -> int:
    """Count what the actions told."""
    with store.read() as connection:
        return len(connection.execute(select(logged.c.id).where(logged.c.name == "coverage.changed")).all())


def test_sixty_that_wait_are_one_commit(store: Store, writer: Watched, commits: list[int]) -> None:
    wanted = [f"{number:02}" for number in range(60)]
    answers = together(writer, [named(name) for name in wanted], writer.until_waiting)
    assert answers == [{"name": name} for name in wanted]
    assert names(store) == wanted
    assert len(commits) == 2, "the one that held the door, and all the others"


def test_one_refused_among_good_ones_leaves_no_trace(
    store: Store, writer: Watched, commits: list[int]
) -> None:
    works = [named("a"), refused, named("b"), refused, named("c")]
    answers = together(writer, works, writer.until_waiting)
    assert [one for one in answers if isinstance(one, dict)] == [{"name": name} for name in "abc"]
    assert [one.code for one in answers if isinstance(one, Refused)] == ["too_early"] * 2
    assert names(store) == ["a", "b", "c"]
    assert len(commits) == 2
    assert told(store) == 3


def test_a_commit_that_fails_reaches_all_and_stores_nothing(store: Store, writer: Watched) -> None:
    works = [named("a"), named("b"), break_at_the_end, refused, named("c")]
    answers = together(writer, works, writer.until_waiting)
    assert [type(one) for one in answers] == [OperationalError] * 5
    assert names(store) == []
    assert told(store) == 0
    assert write(writer, named("later")) == {"name": "later"}, "the next commit works again"


def test_who_gave_up_waiting_is_not_stored_afterwards(
    store: Store, clock: WoundClock, commits: list[int]
) -> None:
    writer = Watched(store, clock.now, give_up_after_s=0.05)
    threading.Thread(target=writer.run, daemon=True).start()
    assert writer.running.wait(WITHIN_S)
    gate = Gate()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(outcome, writer, gate.hold)
        assert gate.entered.wait(WITHIN_S)
        given_up = outcome(writer, named("too late"))
        gate.opened.set()
        first.result(WITHIN_S)
    assert isinstance(given_up, Refused)
    assert given_up.code == "cannot_write_now"
    write(writer, named("next"))
    assert names(store) == ["next"], "a guard who was told *not stored* is not stored"


def test_one_that_the_database_does_not_take_costs_the_others_nothing(
    store: Store, writer: Watched, commits: list[int]
) -> None:
    """The set is halved, down to the one that is at fault."""

    def at_fault(transaction: Transaction) -> dict[str, Any]:
        for name in ("twin", "twin"):
            transaction.connection.execute(insert(log_epoch).values(id=7, epoch=name))
        return {}

    wanted = [f"{number:02}" for number in range(16)]
    works = [named(name) for name in wanted]
    answers = together(writer, [*works[:5], at_fault, *works[5:]], writer.until_waiting)
    assert isinstance(answers.pop(5), IntegrityError)
    assert answers == [{"name": name} for name in wanted]
    assert names(store) == wanted
    assert told(store) == 16, "nothing of the sets that were halved is told"


def test_a_deadlock_is_tried_once_more_by_itself(store: Store, writer: Watched) -> None:
    tries: list[int] = []

    def locked_crosswise(transaction: Transaction) -> dict[str, Any]:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("SELECT 1", {}, Crosswise())
        return named("through")(transaction)

    assert write(writer, locked_crosswise) == {"name": "through"}
    assert names(store) == ["through"]


class Crosswise(Exception):
    """What the driver says when two transactions wait for each other."""

    sqlstate = "40P01"


def test_an_account_that_asks_twice_is_in_two_sets_in_the_order_in_which_it_asked(
    store: Store, writer: Watched
) -> None:
    sets: list[list[str]] = []

    def noted(_transaction: Transaction, asked: Sequence[str], _limits: Limits) -> list[str]:
        sets.append(list(asked))
        return list(asked)

    gate = Gate()
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(write, writer, gate.hold)
        assert gate.entered.wait(WITHIN_S)
        later = []
        for waiting, (one, account_id) in enumerate((("a", 1), ("b", 2), ("a again", 1)), start=1):
            later.append(pool.submit(writer.write, noted, one, account_id=account_id, limits=Limits()))
            writer.until_waiting(waiting)
        gate.opened.set()
        assert [one.result(WITHIN_S) for one in later] == ["a", "b", "a again"]
        first.result(WITHIN_S)
    assert sets == [["a", "b"], ["a again"]]


def test_a_full_queue_refuses_at_once(store: Store, writer: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST_WAITING", 3)
    gate = Gate()
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(write, writer, gate.hold)
        assert gate.entered.wait(WITHIN_S)
        waiting = [pool.submit(outcome, writer, named(name)) for name in "abc"]
        writer.until_waiting(3)
        turned_away = outcome(writer, named("too many"))
        gate.opened.set()
        first.result(WITHIN_S)
        assert [one.result(WITHIN_S) for one in waiting] == [{"name": name} for name in "abc"]
    assert isinstance(turned_away, Refused)
    assert turned_away.code == "cannot_write_now"
    assert names(store) == ["a", "b", "c"]

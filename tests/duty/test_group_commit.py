"""Many who wait share one commit: each has an outcome of his own, and a failing commit reaches all of them."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import OperationalError

from server.core.database.event_log import event as logged
from server.core.database.transaction import Store, Transaction
from server.core.refused import Refused
from server.duty.actions.group_commit import GroupWriter
from server.duty.tables import check_in
from server.places.tables import district as district_table
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, STEP, SmallDistrict
from tests.tools.duty import count
from tests.tools.faults import failing_commits

SignIn = Callable[[int | None], Caller]
Work = Callable[[Transaction], dict[str, Any]]
WITHIN_S = 30


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


def refused(transaction: Transaction) -> dict[str, Any]:
    """Write, and then think better of it."""
    named("half")(transaction)
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

    transaction.at_the_end("break", work)
    return {}


def outcome(writer: GroupWriter, work: Work) -> Any:
    """Give the answer, or the failure, of an action that waits for its commit."""
    try:
        return writer.write(work)
    except (Refused, OperationalError) as failure:
        return failure


def together(writer: GroupWriter, works: list[Work], queued: Callable[[int], None]) -> list[Any]:
    """Let all actions wait behind one that holds the transaction, then open; gives their outcomes."""
    gate = Gate()
    with ThreadPoolExecutor(len(works) + 1) as pool:
        first = pool.submit(writer.write, gate.hold)
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
    assert count(store, logged) == 3


def test_a_commit_that_fails_reaches_all_and_stores_nothing(store: Store, writer: Watched) -> None:
    works = [named("a"), named("b"), break_at_the_end, refused, named("c")]
    answers = together(writer, works, writer.until_waiting)
    assert [type(one) for one in answers] == [OperationalError] * 3 + [Refused] + [OperationalError]
    assert names(store) == []
    assert count(store, logged) == 0
    assert writer.write(named("later")) == {"name": "later"}, "the next commit works again"


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
    writer.write(named("next"))
    assert names(store) == ["next"], "a guard who was told *not stored* is not stored"


@pytest.fixture
def live(app: Flask) -> Flask:
    """Let the application's own group writer run, as it does in a serving process."""
    threading.Thread(target=app.extensions["huxue.start"][0], daemon=True).start()
    return app


def test_twenty_phones_of_one_account_through_the_running_writer_make_one_duty(
    live: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    phones = [caller(district.guards[0][0]) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda one: one[1].post(
                    "/api/check-ins", body(district.codes[0], clock.now(), device_id=f"device-{one[0]}")
                ),
                enumerate(phones),
            )
        )
    told = sorted((answer.status_code, answer.json.get("code", "")) for answer in answers)
    assert told == [(201, ""), *[(409, "already_on_duty")] * 19]
    assert count(app_store, check_in) == 1


def test_two_check_ins_at_once_at_two_posts_leave_one_duty_and_true_lines(
    live: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    """The same guard from two phones at two gates in the same moment; a third guard's check-in is unharmed."""
    phones = [caller(district.guards[0][0]), caller(district.guards[0][0]), caller(district.guards[1][0])]
    posts = (0, 1, 1)
    with ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(
                lambda one: one[0].post(
                    "/api/check-ins",
                    body(
                        district.codes[one[1]],
                        clock.now(),
                        device_id=str(uuid4()),
                        fix={
                            "latitude": LATITUDE + one[1] * STEP,
                            "longitude": 117.25,
                            "accuracy_m": 9.0,
                            "at": clock.now().isoformat(),
                        },
                    ),
                ),
                zip(phones, posts, strict=True),
            )
        )
    assert sorted(one.status_code for one in answers[:2]) == [201, 409]
    assert answers[2].status_code == 201
    assert count(app_store, check_in) == 2
    seats = {
        line["post_id"]: [seat["account_id"] for seat in line["seats"]]
        for line in caller(district.consoles["dispatcher"]).get("/api/coverage").json["posts"]
    }
    assert sorted(one for people in seats.values() for one in people) == sorted(
        [district.guards[0][0], district.guards[1][0]]
    )


def test_a_failing_commit_is_503_for_every_phone_and_the_retry_is_made(
    live: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    guards = [caller(district.guards[0][seat]) for seat in range(6)]
    asked = [
        body(district.codes[0], clock.now(), device_id=str(number) * 8, request_id=str(uuid4()))
        for number in range(6)
    ]
    with failing_commits(app_store), ThreadPoolExecutor(6) as pool:
        first = list(
            pool.map(lambda one: one[0].post("/api/check-ins", one[1]), zip(guards, asked, strict=True))
        )
    assert {(one.status_code, one.json["code"]) for one in first} == {(503, "cannot_write_now")}
    assert {one.headers["Retry-After"] for one in first} == {"2"}
    assert count(app_store, check_in) == 0
    second = [guard.post("/api/check-ins", one) for guard, one in zip(guards, asked, strict=True)]
    assert [one.status_code for one in second] == [201] * 6
    assert count(app_store, check_in) == 6

"""Long work on both databases: asked for, done, called off, failed, lost."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core import audit
from server.core.area import Areas
from server.core.clock.row_retry import RowRetry
from server.core.database import event_rooms
from server.core.database.transaction import Store, Transaction
from server.core.http.wire import Platform
from server.core.jobs import queries, rules, service, sweeping
from server.core.jobs.desk import NotYours
from server.core.jobs.kinds import JobKind, Piece, Work
from server.core.jobs.rules import JobState, without_its_worker
from server.core.jobs.tables import Job, job, stored_file
from server.core.limits import Limits
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.jobs import desk_of, work_off, worker_of
from tests.tools.statements import counted

SignIn = Callable[[int | None], Caller]


@dataclass(frozen=True)
class Count:
    """Count to a number."""

    to: int


class Counting:
    """A kind that writes a file and hands rows over, and does at each step what a test says."""

    def __init__(self, at_step: Callable[[int, Work], None] = lambda _step, _work: None) -> None:
        self.at_step = at_step
        self.written: list[Piece] = []
        kind = JobKind("count", Count, self.run, write=self.write)
        self.kinds = {"count": kind}

    def run(self, work: Work, asked: Count) -> None:
        with work.file("count.txt", "text/plain") as out:
            for step in range(asked.to):
                self.at_step(step, work)
                work.progress(step, asked.to)
                out.write(b"%d\n" % step)
        work.hand_over([{"steps": asked.to}])

    def write(self, transaction: Transaction, _limits: Limits, _job: Job, rows: Piece) -> None:
        self.written.append(rows)


@pytest.fixture
def ask(app: Flask, district: SmallDistrict, clock: WoundClock, caller: SignIn) -> Callable[..., int]:
    """Give a function by which the first guard asks for a count; gives the job's number."""
    here: Platform = app.extensions["huxue"]

    def ask(to: int = 3) -> int:
        token = caller(district.guards[0][0])
        with here.store.read() as connection:
            session = here.areas.find_session(connection, token.token)
        assert session is not None
        with here.store.transaction(clock.now()) as transaction:
            return service.ask(transaction, "count", Count(to), actor=session.actor).id

    return ask


def read(app: Flask, number: int) -> Job:
    with app.extensions["huxue"].store.read() as connection:
        found = queries.by_id(connection, number)
    assert found is not None
    return found


def told(app: Flask, account_id: int) -> list[str]:
    """Give the states that an account heard of, in order."""
    with app.extensions["huxue"].store.read() as connection:
        events = event_rooms.in_room(connection, f"account:{account_id}", 0)
    return [one["data"]["state"] for one in events if one["name"] == "job.changed"]


def test_a_job_is_done_its_asker_hears_of_it_and_gets_the_file(
    app: Flask, ask: Callable[..., int], caller: SignIn, district: SmallDistrict
) -> None:
    counting, guard = Counting(), district.guards[0][0]
    number = ask()
    assert work_off(app, counting.kinds) == 1
    assert read(app, number).state == JobState.DONE
    assert counting.written == [[{"steps": 3}]]
    assert told(app, guard)[0] == "waiting"
    assert told(app, guard)[-1] == "done"
    mine = caller(guard)
    view = mine.get("/api/jobs").json["items"][0]
    assert (view["id"], view["state"], view["file"]["called"]) == (number, "done", "count.txt")
    assert view["done"] == view["total"] == 3
    file = mine.get(f"/api/jobs/{number}/file")
    assert (file.status_code, file.data, file.content_length) == (200, b"0\n1\n2\n", 6)
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''count.txt"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "no-store"
    assert file.content_type.startswith("text/plain")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_long_work_asks_as_much_of_the_server_however_long_it_is(
    app: Flask,
    ask: Callable[..., int],
    app_store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Word of how far it is comes once a second, however fast a machine counts.
    monkeypatch.setattr("server.core.jobs.worker.TOLD_EVERY_S", 1e9)
    written = []
    for steps in (3, 30_000):
        ask(steps)
        with counted(app_store) as heard:
            work_off(app, Counting().kinds)
        written.append(len(heard.work))
    assert written[0] == written[1] < 60


def test_a_job_is_nobody_elses(
    app: Flask, ask: Callable[..., int], caller: SignIn, district: SmallDistrict
) -> None:
    number = ask()
    work_off(app, Counting().kinds)
    for other in (district.guards[0][1], *district.consoles.values()):
        stranger = caller(other)
        assert stranger.get("/api/jobs").json["items"] == []
        assert code(stranger.get(f"/api/jobs/{number}/file")) == (404, "not_found")
        assert code(stranger.post(f"/api/jobs/{number}/cancellation")) == (404, "not_found")


def test_one_that_waits_is_called_off_at_once(
    app: Flask, ask: Callable[..., int], caller: SignIn, district: SmallDistrict
) -> None:
    number = ask()
    answer = caller(district.guards[0][0]).post(f"/api/jobs/{number}/cancellation")
    assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    assert work_off(app, Counting().kinds) == 0


def test_one_that_runs_ends_when_its_worker_hears_that_it_is_called_off(
    app: Flask,
    ask: Callable[..., int],
    caller: SignIn,
    district: SmallDistrict,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.core.jobs.worker.TOLD_EVERY_S", 0.0)
    mine = caller(district.guards[0][0])
    number = ask(5)
    steps: list[int] = []

    def call_off(step: int, _work: Work) -> None:
        steps.append(step)
        if step == 1:
            assert mine.post(f"/api/jobs/{number}/cancellation").json["state"] == "running"

    counting = Counting(call_off)
    work_off(app, counting.kinds)
    assert steps == [0, 1]
    assert (read(app, number).state, counting.written) == (JobState.CANCELLED, [])
    assert code(mine.get(f"/api/jobs/{number}/file")) == (404, "not_found")


def test_one_that_fails_says_so_and_leaves_no_file(
    app: Flask, ask: Callable[..., int], caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    def fail(_step: int, _work: Work) -> None:
        raise ValueError("what somebody typed")

    number = ask()
    work_off(app, Counting(fail).kinds)
    view = caller(district.guards[0][0]).get("/api/jobs").json["items"][0]
    assert (view["id"], view["state"], view["reason"], view["file"]) == (number, "failed", "error", None)
    assert work_off(app, Counting().kinds) == 0


def test_a_job_whose_worker_is_gone_goes_on_elsewhere_and_the_lost_worker_is_not_believed(
    app: Flask, ask: Callable[..., int], clock: WoundClock
) -> None:
    counting, number = Counting(), ask()
    lost = desk_of(app, counting.kinds)
    taken = lost.take("lost")
    assert taken is not None
    assert taken.id == number
    lost.begin_file(number, "lost", "count.txt", "text/plain")
    lost.lose("lost")
    assert read(app, number).state == JobState.WAITING
    with pytest.raises(NotYours):
        lost.finish(number, "lost", {})
    assert work_off(app, counting.kinds) == 1
    done = read(app, number)
    assert (done.state, done.tries) == (JobState.DONE, 2)


def test_a_job_that_no_worker_survives_fails_in_the_end(app: Flask, ask: Callable[..., int]) -> None:
    desk, number = desk_of(app, Counting().kinds), ask()
    for _ in range(rules.MOST_TRIES):
        assert desk.take("weak") is not None
        desk.lose("weak")
    found = read(app, number)
    assert (found.state, found.reason) == (JobState.FAILED, "worker_lost")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_a_silent_worker_loses_its_job(
    app: Flask, ask: Callable[..., int], clock: WoundClock
) -> None:
    desk, number = desk_of(app, Counting().kinds), ask()
    assert desk.take("silent") is not None
    clock.wind(seconds=rules.GONE_AFTER.total_seconds() - 1)
    assert desk.take("other") is None
    clock.wind(seconds=2)
    other = desk.take("other")
    assert other is not None
    assert (other.id, other.tries) == (number, 2)


def test_a_kind_that_this_program_does_not_know_fails(app: Flask, ask: Callable[..., int]) -> None:
    number = ask()
    work_off(app, {})
    assert read(app, number).reason == "unknown_kind"


def test_who_called_a_job_off_gets_it_back_from_no_lost_worker() -> None:
    assert without_its_worker(tries=1, cancel_asked=True) == JobState.CANCELLED


def test_files_go_when_their_time_is_over_with_proof_and_so_do_those_that_no_row_knows(
    app: Flask, app_store: Store, ask: Callable[..., int], clock: WoundClock
) -> None:
    files = app.extensions["huxue"].files
    ask()
    work_off(app, Counting().kinds)
    kept = [one.name for one in files.names()]
    assert len(kept) == 1
    assert sweeping.sweep(app_store, files, clock.now(), RowRetry("files")) == 0
    clock.wind(minutes=24 * 60 + 1)
    assert sweeping.sweep(app_store, files, clock.now(), RowRetry("files")) == 1
    assert list(files.names()) == []
    with app_store.read() as connection:
        assert connection.execute(select(stored_file.c.id)).all() == []
        proof = connection.execute(select(audit.audit_row.c.facts).where(audit.audit_row.c.act == "purge"))
        assert proof.scalars().all() == [{"stored_file": 1}]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_handler_cannot_write(app: Flask, ask: Callable[..., int]) -> None:
    def try_to_write(_step: int, work: Work) -> None:
        with work.read() as connection:
            connection.execute(update(job).values(done=99))

    number = ask()
    with pytest.raises(Exception, match="readonly"):
        worker_of(app, Counting(try_to_write).kinds).do_one()
    assert read(app, number).done == 0


def test_every_kind_has_a_name_of_its_own_and_parameters_that_json_keeps(app: Flask) -> None:
    areas: Areas = app.extensions["huxue"].areas
    named = [kind.name for area in areas if area.job_kinds for kind in area.job_kinds(areas)]
    assert len(named) == len(set(named)) > 0

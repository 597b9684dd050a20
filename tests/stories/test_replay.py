"""Any old state plus the events after it equals a fresh fetch."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.app import create_app
from server.config import read_settings
from server.duty.jobs import Openings, close_overdue
from server.duty.tables import check_in
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict, make_district

RECORDED = Path(__file__).parents[2] / "pwa" / "tests" / "core" / "recorded-log.json"

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.integers(0, 2), st.integers(0, 6), st.booleans()),
        st.tuples(st.just("go"), st.integers(0, 2), st.integers(0, 6), st.booleans()),
        st.tuples(st.just("confirm"), st.integers(0, 0), st.integers(0, 0), st.booleans()),
        st.tuples(st.just("wind"), st.integers(1, 25), st.integers(0, 0), st.booleans()),
    ),
    max_size=25,
)


class Peak:
    """A peak played over HTTP, with its console looking on."""

    def __init__(self, app: Flask, clock: WoundClock, district: SmallDistrict) -> None:
        self.app, self.clock, self.district = app, clock, district
        self.platform = app.extensions["huxue"]
        self.openings = Openings(self.platform.store, self.platform.limits)
        self.callers: dict[int, Caller] = {}
        self.console = self.caller(district.consoles["dispatcher"])
        self.tick()

    def caller(self, account_id: int) -> Caller:
        """Sign an account in once."""
        if account_id not in self.callers:
            self.callers[account_id] = Caller(self.app, account_id, self.clock.now())
        return self.callers[account_id]

    def tick(self) -> None:
        """Let the clock's duties do what is due."""
        list(self.openings.work(self.clock.now()))
        close_overdue(self.platform.store, self.platform.limits, self.clock.now())

    def play(self, step: tuple[str, int, int, bool]) -> None:
        """Do one step; refusals are part of the play."""
        what, first, second, verified = step
        if what == "wind":
            self.clock.wind(minutes=first)
            self.tick()
        elif what == "confirm":
            self.caller(self.district.consoles["station_officer"]).post(
                f"/api/posts/{self.district.posts[0]}/confirmations"
            )
        elif what == "go":
            self.caller(self.district.guards[first][second]).post("/api/check-outs")
        else:
            guard = self.district.guards[first][second]
            more: dict[str, Any] = {} if verified else {"fix": None}
            asked = body(self.district.codes[first], self.clock.now(), device_id=f"device-{guard}", **more)
            self.caller(guard).post("/api/check-ins", asked)

    def fetch(self) -> dict[str, Any]:
        """Fetch the whole coverage."""
        found: dict[str, Any] = self.console.get("/api/coverage").json
        return found

    def at(self, post_id: int) -> list[int]:
        """Fetch who is at a post as its panel shows them: in its seats, and from a shift that is over."""
        told = self.console.get(f"/api/coverage/{post_id}").json
        return sorted(one["account_id"] for one in (*told["people"], *told["staying"]))

    def on_duty(self, post_id: int) -> list[int]:
        """Read who is on duty at a post."""
        with self.platform.store.read() as connection:
            of_post = (check_in.c.post_id == post_id, check_in.c.checked_out_at.is_(None))
            return sorted(connection.execute(select(check_in.c.account_id).where(*of_post)).scalars())

    def events(self, before: dict[str, Any]) -> list[dict[str, Any]]:
        """Fetch all events after a state, page by page."""
        found: list[dict[str, Any]] = []
        after = before["last"]
        while page := self.console.get("/api/events", after=after, epoch=before["epoch"]).json["events"]:
            found += page
            after = page[-1]["id"]
        return found


def apply(state: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """Put a line in place of the older one of its post, as the PWA's ``apply`` does."""
    line = event["data"]
    posts = [line if one["post_id"] == line["post_id"] else one for one in state["posts"]]
    return {**state, "posts": posts, "last": event["id"]}


@given(steps=STEPS, look_at=st.integers(0, 25))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_old_state_plus_events_is_a_fresh_fetch(peak: Callable[[], Peak], steps: Any, look_at: int) -> None:
    played = peak()
    before = played.fetch()
    for number, step in enumerate(steps):
        if number == look_at:
            before = played.fetch()
        played.play(step)
    state = before
    for event in played.events(before):
        if event["name"] == "coverage.changed":
            state = apply(state, event)
    assert state["posts"] == played.fetch()["posts"]
    for line in state["posts"]:
        assert all(heads >= 0 for name in ("present", "waiting", "missing") for heads in line[name].values())
        assert sum(line["present"].values()) + sum(line["waiting"].values()) == len(line["seats"])
        assert played.at(line["post_id"]) == played.on_duty(line["post_id"]), (
            "nobody on duty is lost, nor told twice"
        )


def test_the_recorded_log_that_the_pwa_replays_is_current(peak: Callable[[], Peak]) -> None:
    played = peak()
    before = played.fetch()
    for team in range(3):
        for seat in range(7):
            played.play(("come", team, seat, (team + seat) % 3 != 0))
    played.play(("confirm", 0, 0, True))
    for minutes in (12, 25, 20):
        played.play(("wind", minutes, 0, True))
        played.play(("go", 0, 1, True))
    record = {"before": before, "events": played.events(before), "after": played.fetch()}
    record = json.loads(json.dumps(record).replace(before["epoch"], "recorded"))
    if not RECORDED.exists():
        RECORDED.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    assert json.loads(RECORDED.read_text()) == record, f"delete {RECORDED} to record it anew"


@pytest.fixture
def peak(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[], Peak]:
    """Give a function that begins a peak in a database of its own."""

    def begin() -> Peak:
        path = tmp_path_factory.mktemp("replay") / "huxue.db"
        path.write_bytes(sqlite_template.read_bytes())
        clock = WoundClock(datetime(2026, 11, 22, 23, 0, tzinfo=UTC))
        environment = {
            "HUXUE_MODE": "demo",
            "HUXUE_DATABASE_URL": f"sqlite:///{path}",
            "HUXUE_ENGINE": "threads",
        }
        app = create_app(read_settings(environment), now=clock.now)
        store = app.extensions["huxue"].store
        request.addfinalizer(store.close)
        return Peak(app, clock, make_district(store, clock.now()))

    return begin

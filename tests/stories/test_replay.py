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
from server.core.access.rooms import account_room
from server.core.live.hub import SHORT_EVERY_S, Hub
from server.core.live.news import short_room
from server.duty.jobs import Openings, close_overdue
from server.duty.tables import check_in
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict, make_district
from tests.tools.post_news import duty_after

PWA_TESTS = Path(__file__).parents[2] / "pwa" / "tests"
RECORDED = PWA_TESTS / "core" / "recorded-log.json"
RECORDED_DUTY = PWA_TESTS / "duty" / "recorded-duty.json"

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
    is_current(RECORDED, json.loads(json.dumps(record).replace(before["epoch"], "recorded")))


def is_current(path: Path, record: Any) -> None:
    """Compare a recording with what there is now; one that is not there is made."""
    if not path.exists():
        path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    assert json.loads(path.read_text()) == record, f"delete {path} to record it anew"


class Phone:
    """A phone that asks for what changed of its post alone, on the socket of a hub."""

    def __init__(self, played: Peak, account_id: int) -> None:
        self.account_id, self.caller = account_id, played.caller(account_id)
        self.heard: list[dict[str, Any]] = []
        self.batches: list[dict[str, Any]] = []
        self.duty = self.fetch()
        self.asked = 0
        nobody: dict[str, Any] = {"end_session": lambda _session: None, "wall_clock": str}
        self.hub, self.at = Hub(played.platform.store, self, **nobody), 0.0
        self.hub.start()
        self.hub.enter(short_room(account_room(account_id)))

    def fetch(self) -> dict[str, Any]:
        """Fetch the duty anew."""
        found: dict[str, Any] = self.caller.get("/api/duty").json
        return found

    def send(self, event: str, text: str, *, to: str) -> None:
        """Keep a batch: the hub's emitter."""
        if event == "batch":
            self.batches.append(json.loads(text))

    def hear(self) -> None:
        """Take what the hub sends two seconds later."""
        self.at += SHORT_EVERY_S
        self.hub.round(self.at)
        told, self.batches = [one for batch in self.batches for one in batch["events"]], []
        self.heard += told
        for event in told:
            ask = event["name"] != "post.changed" and event["data"]["account_id"] == self.account_id
            if event["name"] == "post.changed":
                self.duty, ask = duty_after(self.duty, event["data"])
            if ask:
                self.asked += 1
                self.duty = self.fetch()


@given(
    steps=STEPS,
    seat=st.integers(0, 6),
    where=st.sampled_from(["here", "no fix", "far"]),
    hears=st.integers(1, 4),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_phone_hears_of_its_post_keeps_its_duty_as_a_fresh_fetch_has_it(
    peak: Callable[[], Peak], steps: Any, seat: int, where: str, hears: int
) -> None:
    """Who stands there, who waits and is missing, and why for whoever confirms; with names, and without."""
    played = peak()
    phone = Phone(played, played.district.guards[0][seat])
    far = {"latitude": LATITUDE + 0.02, "longitude": LONGITUDE, "accuracy_m": 9.0}
    fix: dict[str, Any] = {
        "here": {},
        "no fix": {"fix": None},
        "far": {"fix": {**far, "at": played.clock.now().isoformat()}},
    }[where]
    phone.caller.post(
        "/api/check-ins", body(played.district.codes[0], played.clock.now(), device_id="own", **fix)
    )
    phone.hear()
    for number, step in enumerate(steps):
        played.play(step)
        if number % hears == 0:
            phone.hear()
    for _round in range(2):
        phone.hear()
    fresh = phone.fetch()
    # Once the peak is over nobody holds a seat, and nobody hears of it.
    if fresh["line"] is None or fresh["line"]["peak"] is not None:
        of_the_clock = {"shift", "next_shift", "rostered"}
        for duty in (phone.duty, fresh):
            post = duty["post"] or {}
            duty["post"] = {key: value for key, value in post.items() if key not in of_the_clock}
        assert phone.duty == fresh


def test_the_recorded_news_of_a_post_that_the_pwa_replays_is_current(peak: Callable[[], Peak]) -> None:
    played = peak()
    for seat in (1, 2):
        played.play(("come", 0, seat, True))
    phone = Phone(played, played.district.guards[0][1])
    before = phone.duty
    for seat in (0, 3, 4, 5):
        played.play(("come", 0, seat, seat != 4))
        phone.hear()
    played.play(("confirm", 0, 0, True))
    phone.hear()
    for minutes in (12, 25):
        played.play(("wind", minutes, 0, True))
        phone.hear()
    played.play(("come", 0, 6, True))
    played.play(("go", 0, 2, True))
    phone.hear()
    assert phone.asked == 1, "as the peak began"
    record = {"before": before, "events": phone.heard, "after": phone.fetch()}
    is_current(RECORDED_DUTY, record)


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

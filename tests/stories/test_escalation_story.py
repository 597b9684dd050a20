"""Alarms that nobody answers, with the clock wound by hand: each step in its time, each tier for itself."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from server.alarm.jobs.escalation import take_due
from server.core.access.roles import Group
from server.core.database.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import asked, close_pages, open_pages

SignIn = Callable[[int | None], Caller]
RAISED = "2026-11-22T23:15:00.000Z"


class Story:
    """An alarm at the first post, and who is around it."""

    def __init__(
        self, app: Flask, caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock
    ) -> None:
        self.store: Store = app.extensions["huxue"].store
        self.limits = app.extensions["huxue"].limits
        self.caller, self.district, self.team, self.clock = caller, district, team, clock
        self.dispatcher = caller(district.consoles["dispatcher"])

    def raise_alarm(self) -> dict[str, Any]:
        told: dict[str, Any] = self.caller(self.team[0][0]).post("/api/alarms").json
        self.path = f"/api/alarms/{told['id']}"
        return told

    def wind(self, seconds: float) -> int:
        self.clock.wind(seconds=seconds)
        return take_due(self.store, self.limits, self.clock.now())

    def alarm(self) -> dict[str, Any]:
        told: dict[str, Any] = self.dispatcher.get(self.path).json
        return told

    def answer(self, account_id: int, state: str) -> dict[str, Any]:
        answer = self.caller(account_id).post(f"{self.path}/responses", {"state": state})
        assert answer.status_code == 200, answer.json
        told: dict[str, Any] = answer.json
        return told

    def phase(self, tier: int) -> str:
        phase: str = self.alarm()["ladders"][tier - 1]["phase"]
        return phase

    def steps(self, tier: int) -> list[tuple[str, int]]:
        """Give when each step of a tier was taken, in seconds, and why."""
        lines = [line for line in self.alarm()["timeline"] if line["act"] == "called"]
        return [
            (line["facts"]["cause"], _second(line["at"])) for line in lines if line["facts"]["tier"] == tier
        ]


def _second(at: str) -> int:
    minutes, seconds = at[14:16], at[17:19]
    return (int(minutes) - 15) * 60 + int(seconds)


@pytest.fixture
def story(
    app: Flask, caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock
) -> Story:
    """Set the scene: five people at each of three posts, each with the page open."""
    return Story(app, caller, district, team, clock)


def test_nobody_answers_and_the_steps_go_on_for_ever(story: Story) -> None:
    told = story.raise_alarm()
    assert [(one["tier"], one["phase"], one["happened"]) for one in told["ladders"]] == [
        (1, "calling", 1),
        (2, "calling", 1),
        (3, "calling", 1),
    ]
    assert story.wind(29.9) == 0
    assert story.wind(0.1) == 3
    assert story.wind(0) == 0, "each step once"
    for _ in range(3):
        assert story.wind(30) == 3
    for tier in (1, 2, 3):
        assert story.steps(tier) == [
            ("raised", 0),
            ("no_acknowledgement", 30),
            ("no_acknowledgement", 60),
            ("repeated", 90),
            ("repeated", 120),
        ]


def test_each_tier_asks_for_its_own_acknowledgement(story: Story) -> None:
    told = story.raise_alarm()
    story.answer(story.team[0][1], "responding")
    assert [story.phase(tier) for tier in (1, 2, 3)] == ["there", "calling", "calling"]
    neighbour = asked(told, tier=2)[0]
    story.answer(neighbour, "responding")
    assert [story.phase(tier) for tier in (1, 2, 3)] == ["there", "coming", "calling"]
    # The school takes notice: that is not the police.
    story.caller(story.district.consoles["school_admin"]).post(f"{story.path}/acknowledgement")
    assert story.phase(3) == "calling"
    story.caller(story.district.consoles["station_officer"]).post(f"{story.path}/acknowledgement")
    assert story.phase(3) == "coming"
    story.wind(31)
    assert [len(story.steps(tier)) for tier in (1, 2, 3)] == [1, 1, 1]


def test_the_raiser_stops_nothing(story: Story) -> None:
    story.raise_alarm()
    before = story.alarm()["ladders"]
    raiser = story.caller(story.team[0][0])
    raiser.post(f"{story.path}/notes", {"withdrawal": True})
    assert raiser.post(f"{story.path}/responses", {"state": "responding"}).status_code == 403
    assert story.alarm()["ladders"] == before
    assert story.wind(30) == 3


def test_coming_but_not_there_by_the_target_is_called_again_and_wider(story: Story) -> None:
    told = story.raise_alarm()
    neighbour = asked(told, tier=2)[0]
    story.answer(neighbour, "responding")
    story.caller(story.district.consoles["dispatcher"]).post(f"{story.path}/acknowledgement")
    story.answer(story.team[0][1], "responding")
    assert story.wind(179) == 0
    before = asked(story.alarm(), tier=2)
    assert story.wind(1) == 1
    assert story.steps(2)[-1] == ("target_missed", 180)
    after = asked(story.alarm(), tier=2)
    assert set(before) <= set(after), "a replacement adds"
    assert story.wind(60) == 1, "again after a minute"
    story.answer(neighbour, "on_scene")
    assert story.phase(2) == "there"
    assert story.wind(60) == 1
    assert [step[0] for step in story.steps(3)] == ["raised", "target_missed"], "police have five minutes"


def test_who_takes_back_what_he_said_puts_his_tier_back(story: Story) -> None:
    told = story.raise_alarm()
    neighbour = asked(told, tier=2)[0]
    story.answer(neighbour, "responding")
    story.wind(40)
    story.answer(neighbour, "withdrawn")
    assert story.phase(2) == "calling"
    assert story.wind(29) >= 0
    before = len(story.steps(2))
    story.wind(1)
    assert len(story.steps(2)) == before + 1


def test_a_step_that_reaches_nobody_is_not_waited_for(story: Story, app_store: Store) -> None:
    """Locked phones: the first step knows only open pages, so the next one follows in the same moment."""
    close_pages(app_store, [number for post in story.team for number in post], story.clock.now())
    story.raise_alarm()
    for tier in (1, 2, 3):
        assert story.steps(tier)[:2] == [("raised", 0), ("no_acknowledgement", 0)]
    told = story.alarm()
    assert {one["channel"] for one in told["deliveries"]} == {"sms"}
    assert story.wind(29) == 0


def test_an_open_console_is_called_with_the_third_tier(story: Story, app_store: Store) -> None:
    officer, dispatcher = story.district.consoles["station_officer"], story.district.consoles["dispatcher"]
    open_pages(app_store, [officer, dispatcher], story.clock.now())
    told = story.raise_alarm()
    called = {one["account_id"] for one in told["deliveries"] if one["tier"] == 3}
    assert {officer, dispatcher} <= called


def test_an_answer_shows_that_the_call_arrived(story: Story) -> None:
    told = story.raise_alarm()
    colleague = story.team[0][1]
    before = {one["account_id"]: one["state"] for one in told["deliveries"]}
    assert before[colleague] == "waiting"
    after = {one["account_id"]: one["state"] for one in story.answer(colleague, "responding")["deliveries"]}
    assert after[colleague] == "delivered"


def test_who_is_asked_later_is_called_by_all_ways_used_so_far(story: Story) -> None:
    told = story.raise_alarm()
    story.wind(30)
    story.answer(asked(told, tier=2)[0], "declined")
    later = [one["account_id"] for one in story.alarm()["responses"] if one["replaces"]]
    for account_id in later:
        ways = {one["channel"] for one in story.alarm()["deliveries"] if one["account_id"] == account_id}
        assert ways == {"socket", "sms"}


def test_an_alarm_that_everybody_came_to_still_reminds_of_its_end(story: Story) -> None:
    told = story.raise_alarm()
    story.answer(story.team[0][1], "responding")
    story.answer(asked(told, tier=2)[0], "on_scene")
    story.answer(asked(told, tier=3)[0], "on_scene")
    assert story.wind(599) == 0
    assert story.wind(1) == 1
    assert story.steps(3)[-1][0] == "still_open"
    story.dispatcher.post(f"{story.path}/resolution", {"outcome": "real", "finding": "x"})
    assert story.wind(6000) == 0


def test_a_console_does_not_wait(story: Story) -> None:
    told = story.raise_alarm()
    assert told["ladders"][1]["happened"] == 1
    path = f"{story.path}/escalation"
    request_id = "7b3c1a52-6a5e-4a1f-9c37-1e9c39a0a001"
    body = {"tiers": [2], "request_id": request_id}
    told = story.dispatcher.post(path, body).json
    assert [one["happened"] for one in told["ladders"]] == [1, 2, 1]
    assert story.dispatcher.post(path, body).json["ladders"] == told["ladders"], "a retry does nothing"
    assert story.steps(2)[-1] == ("by_console", 0)
    assert story.caller(story.district.consoles["school_admin"]).post(path, {"tiers": [1]}).status_code == 403
    assert story.dispatcher.post(path, {"tiers": [4]}).status_code == 422
    story.dispatcher.post(f"{story.path}/resolution", {"outcome": "real", "finding": "x"})
    over = story.dispatcher.post(path, {"tiers": [2]})
    assert (over.status_code, over.json["code"]) == (409, "alarm_over")


def test_a_kind_that_is_told_after_the_press_has_its_own_first_step(
    story: Story, caller: SignIn, district: SmallDistrict
) -> None:
    """A fire calls by SMS at once; what the press has called is not called again, what comes next keeps its time."""
    everything, open_page = ["socket", "push", "sms"], ["socket", "push"]
    first = {"after_s": 0, "channels": everything, "groups": ["staff", "security"], "roles": [], "more": 0}
    later = {**first, "after_s": 45, "channels": everything, "groups": list(map(str, Group))}
    others = [
        {**first, "tier": tier, "channels": open_page, "groups": groups, "roles": roles}
        for tier, groups, roles in (
            (2, list(map(str, Group)), []),
            (3, ["police"], ["station_officer", "dispatcher", "district_admin"]),
        )
    ]
    admin = caller(district.consoles["district_admin"])
    steps = [{**first, "tier": 1}, {**later, "tier": 1}, *others]
    kept = admin.put("/api/escalation-plans/fire", {"steps": steps})
    assert kept.status_code == 200, kept.json
    story.raise_alarm()
    story.wind(10)
    told = story.caller(story.team[0][0]).post(f"{story.path}/kind", {"kind": "fire"}).json
    assert story.steps(1) == [("raised", 0), ("no_acknowledgement", 10)]
    assert [len(story.steps(tier)) for tier in (2, 3)] == [1, 1], (
        "the press has done all that the fire asks for"
    )
    by_sms = [one for one in told["deliveries"] if one["channel"] == "sms"]
    groups = {one["account_id"]: one["group"] for one in told["responses"]}
    assert {groups[one["account_id"]] for one in by_sms} == {"staff", "security"}
    again = story.caller(story.team[0][0]).post(f"{story.path}/kind", {"kind": "fire"}).json
    assert again["ladders"] == told["ladders"]
    story.wind(34.9)
    assert len(story.steps(1)) == 2
    story.wind(0.1)
    assert story.steps(1)[2:] == [("no_acknowledgement", 45)]


def test_a_kind_without_steps_of_its_own_changes_nothing(story: Story) -> None:
    story.raise_alarm()
    before = story.alarm()["ladders"]
    story.wind(10)
    told = story.caller(story.team[0][0]).post(f"{story.path}/kind", {"kind": "fire"}).json
    assert told["ladders"] == before

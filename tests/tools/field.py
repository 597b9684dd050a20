"""A morning in the small district for stories of who counts: its people, its clock, its alarms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from server.alarm.jobs.escalation import take_due
from server.alarm.jobs.unanswered import time_out_due
from server.core.database.transaction import Store
from server.core.limits import Limits
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.insiders import Client, Insiders

SignIn = Callable[[int | None], Caller]
A_METRE = 1 / 111_195


@dataclass
class Morning:
    """Five approved people at each of three posts, whoever else comes, and a clock that is wound."""

    app: Flask
    caller: SignIn
    district: SmallDistrict
    team: list[list[int]]
    clock: WoundClock
    insiders: Insiders

    @property
    def store(self) -> Store:
        store: Store = self.app.extensions["huxue"].store
        return store

    @property
    def limits(self) -> Limits:
        limits: Limits = self.app.extensions["huxue"].limits
        return limits

    def console(self, role: str = "dispatcher") -> Caller:
        return self.caller(self.district.consoles[role])

    def press(self, one: Client, *, post: int | None = None, metres: float | None = None) -> dict[str, Any]:
        """Press the button: a post is scanned, or a phone says how far north of the first post it is, or both."""
        body: dict[str, Any] = {}
        if post is not None:
            body["post_code"] = self.district.codes[post]
        if metres is not None:
            body["fix"] = self.fix(metres)
        answer = one.post("/api/alarms", body)
        assert answer.status_code == 201, answer.json
        told: dict[str, Any] = answer.json
        return told

    def fix(self, metres: float, accuracy_m: float = 10.0) -> dict[str, Any]:
        """Give a place so far north of the first post, as a phone says it now."""
        place = {"latitude": LATITUDE + metres * A_METRE, "longitude": LONGITUDE, "accuracy_m": accuracy_m}
        return {**place, "at": self.clock.now().isoformat()}

    def answer(self, one: Client, alarm: dict[str, Any], state: str) -> None:
        answer = one.post(f"/api/alarms/{alarm['id']}/responses", {"state": state})
        assert answer.status_code == 200, answer.json

    def seen(self, alarm: dict[str, Any]) -> dict[str, Any]:
        """Give an alarm as the district's console sees it now."""
        told: dict[str, Any] = self.console().get(f"/api/alarms/{alarm['id']}").json
        return told

    def pass_by(self, seconds: int, each_s: int = 5) -> None:
        """Let time pass, and do what is due."""
        for _ in range(0, seconds, each_s):
            self.clock.wind(seconds=each_s)
            time_out_due(self.store, self.limits, self.clock.now())
            take_due(self.store, self.limits, self.clock.now())


def called(alarm: dict[str, Any], *, tier: int | None = None) -> dict[int, str]:
    """Give who was asked, and when, of a tier if told."""
    return {
        one["account_id"]: one["notified_at"] for one in alarm["responses"] if tier in {None, one["tier"]}
    }


def doubts(alarm: dict[str, Any]) -> dict[int, str | None]:
    """Give why each of those asked does not count."""
    return {one["account_id"]: one["doubt"] for one in alarm["responses"]}


def acts(alarm: dict[str, Any]) -> list[str]:
    """Give what the timeline tells, in its order."""
    return [line["act"] for line in alarm["timeline"]]

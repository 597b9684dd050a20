"""An alarm at the first post of the small district, with somebody to spare at the others, and nobody who answers."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from server.alarm.jobs.escalation import take_due
from server.alarm.jobs.unanswered import time_out_due
from server.alarm.queries import posts
from server.alarm.service.presses import Raising, Source
from server.alarm.service.raising import raise_or_join
from server.core.database.transaction import Store
from server.delivery.tables import message
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_2, STAFF_1, put_on_duty

SignIn = Callable[[int | None], Caller]


class Silence:
    """An alarm at the first post, with somebody to spare at the others, and nobody who answers."""

    def __init__(
        self, app: Flask, caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock
    ) -> None:
        self.store: Store = app.extensions["huxue"].store
        self.limits = app.extensions["huxue"].limits
        self.caller, self.team, self.clock = caller, team, clock
        self.dispatcher = caller(district.consoles["dispatcher"])
        self.began = clock.now()
        for post in (1, 2):
            put_on_duty(self.store, district, post=post, seats=[SECURITY_2], now=self.began)

    def raise_alarm(self) -> dict[str, Any]:
        told: dict[str, Any] = self.caller(self.team[0][STAFF_1]).post("/api/alarms").json
        self.path = f"/api/alarms/{told['id']}"
        return told

    def raise_at(self, district: SmallDistrict, *, post: int) -> None:
        """Raise by the rules of this story, which the server does not have."""
        with self.store.transaction(self.began) as transaction:
            row = posts.by_id(transaction.connection, district.posts[post], district.district_id)
            assert row is not None
            press = Raising(post=row, source=Source.CONSOLE, actor_id=None, raised_by=None)
            self.path = f"/api/alarms/{raise_or_join(transaction, press, self.limits)['id']}"

    def pass_by(self, seconds: int, each_s: int = 15) -> None:
        for _ in range(0, seconds, each_s):
            self.clock.wind(seconds=each_s)
            time_out_due(self.store, self.limits, self.clock.now())
            take_due(self.store, self.limits, self.clock.now())

    def answer(self, account_id: int, state: str) -> None:
        answer = self.caller(account_id).post(f"{self.path}/responses", {"state": state})
        assert answer.status_code == 200, answer.json

    def alarm(self) -> dict[str, Any]:
        told: dict[str, Any] = self.dispatcher.get(self.path).json
        return told

    def called_at(self, channel: str, **columns: Any) -> list[int]:
        """Give the seconds at which somebody, or a room, was called by a channel."""
        query = select(message.c.created_at).where(message.c.channel == channel).order_by(message.c.id)
        for name, value in columns.items():
            query = query.where(message.c[name] == value)
        with self.store.read() as connection:
            times = connection.execute(query).scalars()
            return [int((at - self.began).total_seconds()) for at in times]

    def steps(self) -> list[dict[str, Any]]:
        return [line["facts"] for line in self.alarm()["timeline"] if line["act"] == "called"]

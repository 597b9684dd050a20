"""A step whose calls all fail for good reached nobody: the next one does not wait for its time."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server.alarm.jobs.escalation import take_due
from server.alarm.tables import escalation
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery.channels.registry import Channels
from server.delivery.queries.messages import delivered
from server.delivery.rules.channels import SHOWN_WITHIN, ChannelName
from tests.conftest import SignIn
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import asked, close_pages
from tests.tools.gateway import Gateway
from tests.tools.outward import add_subscription, encoded, new_browser, send_all

SOON = timedelta(seconds=2)


class Alarm:
    """An alarm with real channels, and the clock's duties on a wound clock."""

    def __init__(self, app: Flask, channels: Channels, clock: WoundClock, told: dict[str, object]) -> None:
        self.store: Store = app.extensions["huxue"].store
        self.limits: Limits = app.extensions["huxue"].limits
        self.channels, self.clock, self.told = channels, clock, told

    def beat(self) -> None:
        """Let the clock's duties work until nothing is left to do now."""
        while send_all(self.store, self.channels, self.clock.now()) + take_due(
            self.store, self.limits, self.clock.now()
        ):
            continue

    def steps(self, tier: int) -> list[tuple[int, datetime]]:
        """Give the rungs of a tier that were taken, and when."""
        step = escalation.ladder_step.c
        query = select(step.rung, step.taken_at).where(step.tier == tier).order_by(step.number)
        with self.store.read() as connection:
            return [(row.rung, row.taken_at) for row in connection.execute(query)]


@pytest.fixture
def phones(
    app_store: Store, team: list[list[int]], gateway: Gateway, clock: WoundClock
) -> dict[int, list[int]]:
    """Let everybody have put his phone away; each has agreed to pushes."""
    everybody = [one for post in team for one in post]
    close_pages(app_store, everybody, clock.now())
    return {
        one: [add_subscription(app_store, one, gateway, clock.now(), encoded(new_browser()[1]))]
        for one in everybody
    }


@pytest.fixture
def alarm(
    app: Flask,
    caller: SignIn,
    team: list[list[int]],
    phones: dict[int, list[int]],
    channels: Channels,
    clock: WoundClock,
) -> Alarm:
    """Raise one."""
    assert phones
    return Alarm(app, channels, clock, caller(team[0][0]).post("/api/alarms").json)


def test_pushes_that_are_gone_bring_the_next_step_at_once(
    alarm: Alarm, gateway: Gateway, clock: WoundClock, district: SmallDistrict, caller: SignIn
) -> None:
    raised_at = clock.now()
    before = asked(alarm.told, tier=1)
    gateway.how = "410"
    clock.wind(seconds=1)
    send_all(alarm.store, alarm.channels, clock.now())
    gateway.how = "200"
    take_due(alarm.store, alarm.limits, clock.now())
    assert [rung for rung, _at in alarm.steps(1)] == [0, 1]
    assert alarm.steps(1)[1][1] - raised_at < SOON
    now = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{alarm.told['id']}").json
    assert set(asked(now, tier=2)) == set(asked(alarm.told, tier=2)), "nobody has had his time to answer"
    assert set(asked(now, tier=1)) == set(before)
    alarm.beat()
    assert [rung for rung, _at in alarm.steps(1)] == [0, 1], "that one has reached somebody"
    clock.wind(seconds=29)
    alarm.beat()
    assert [rung for rung, _at in alarm.steps(1)] == [0, 1]
    clock.wind(seconds=1)
    alarm.beat()
    assert [rung for rung, _at in alarm.steps(1)] == [0, 1, 2]


def test_a_gateway_that_refuses_everything_ends_on_the_last_step_which_keeps_its_time(
    alarm: Alarm, gateway: Gateway, clock: WoundClock
) -> None:
    gateway.how = "404"
    for _ in range(4):
        clock.wind(seconds=0.4)
        alarm.beat()
    for tier in (1, 2, 3):
        taken = alarm.steps(tier)
        assert [rung for rung, _at in taken] == [0, 1, 2]
        assert taken[-1][1] - taken[0][1] < SOON
    clock.wind(seconds=27)
    alarm.beat()
    assert len(alarm.steps(1)) == 3, "nothing in a hurry that cannot get anywhere"
    clock.wind(seconds=3)
    alarm.beat()
    assert len(alarm.steps(1)) == 4


def test_pages_that_show_nothing_bring_the_next_step_after_ten_seconds(
    app: Flask, caller: SignIn, team: list[list[int]], channels: Channels, clock: WoundClock
) -> None:
    alarm = Alarm(app, channels, clock, caller(team[0][0]).post("/api/alarms").json)
    clock.wind(seconds=SHOWN_WITHIN.total_seconds() - 0.1)
    alarm.beat()
    assert len(alarm.steps(1)) == 1
    clock.wind(seconds=0.1)
    alarm.beat()
    assert [at - alarm.steps(1)[0][1] for _rung, at in alarm.steps(1)] == [timedelta(), SHOWN_WITHIN]


@pytest.mark.parametrize("sign", ["shown", "going"])
def test_one_who_was_reached_has_his_time_to_answer(
    app: Flask, caller: SignIn, team: list[list[int]], channels: Channels, clock: WoundClock, sign: str
) -> None:
    alarm = Alarm(app, channels, clock, caller(team[0][0]).post("/api/alarms").json)
    if sign == "going":
        caller(team[0][1]).post(f"/api/alarms/{alarm.told['id']}/responses", {"state": "responding"})
    else:
        with alarm.store.transaction(clock.now()) as transaction:
            delivered(
                transaction.connection,
                alarm_id=alarm.told["id"],  # type: ignore[arg-type]
                account_id=team[0][1],
                channels=[ChannelName.SOCKET],
                now=clock.now(),
            )
    clock.wind(seconds=SHOWN_WITHIN.total_seconds())
    alarm.beat()
    assert len(alarm.steps(1)) == 1

"""An alarm that nobody answers for half an hour: it never stops calling, and it stays bearable."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert

from server.core.database.transaction import Store
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.delivery.tables import hook, message
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import VOLUNTEER_1, asked, close_pages, open_pages, put_on_duty
from tests.tools.silent_alarm import Silence

SignIn = Callable[[int | None], Caller]
HALF_AN_HOUR_S = 1800


@pytest.fixture
def silence(
    app: Flask, caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock
) -> Silence:
    """Set the scene: five people at each of three posts, each with the page open."""
    return Silence(app, caller, district, team, clock)


def test_the_same_phone_is_paid_for_with_growing_pauses_while_its_page_keeps_ringing(
    silence: Silence,
) -> None:
    told = silence.raise_alarm()
    silence.pass_by(HALF_AN_HOUR_S, each_s=30)
    for tier in (1, 2, 3):
        who = asked(told, tier=tier)[0]
        every_thirty = list(range(0, HALF_AN_HOUR_S + 1, 30))
        assert silence.called_at("socket", account_id=who) == every_thirty
        sms = silence.called_at("sms", account_id=who)
        assert sms == [30, 60, 120, 240, 540, 840, 1140, 1440, 1740], "it never stops"


def test_a_chat_room_rests_as_a_phone_does_and_a_machine_does_not(
    silence: Silence, district: SmallDistrict, app_store: Store
) -> None:
    rooms = [
        {"channel": "chat", "format": "wecom", "name": "群", "url": "https://a.example/"},
        {"channel": "webhook", "format": "plain", "name": "机", "url": "https://b.example/"},
    ]
    common = {
        "district_id": district.district_id,
        "enabled": True,
        "changed_at": silence.began,
        "failures": 0,
    }
    with app_store.transaction(silence.began) as transaction:
        transaction.connection.execute(insert(hook), [common | one for one in rooms])
    silence.raise_alarm()
    silence.pass_by(600, each_s=30)
    assert silence.called_at("chat") == [60, 90, 150, 270, 570], "once for all tiers"
    assert len(silence.called_at("webhook")) == 3 * 19


def test_what_failed_rang_nobody_and_is_called_again_without_a_pause(
    silence: Silence, app_store: Store
) -> None:
    told = silence.raise_alarm()
    who = asked(told, tier=2)[0]
    for _ in range(6):
        silence.pass_by(30, each_s=30)
        with app_store.transaction(silence.clock.now()) as transaction:
            transaction.connection.execute(
                message.update().where(message.c.channel == "sms").values(state="failed")
            )
    assert silence.called_at("sms", account_id=who) == [30, 60, 90, 120, 150, 180]


def test_a_console_that_does_not_wait_breaks_the_pause(silence: Silence) -> None:
    told = silence.raise_alarm()
    who = asked(told, tier=2)[0]
    silence.pass_by(90)
    silence.clock.wind(seconds=10)
    silence.dispatcher.post(f"{silence.path}/escalation", {"tiers": [2]})
    assert silence.called_at("sms", account_id=who)[-1] == 100


def test_a_step_says_by_what_it_called_and_who_rests(silence: Silence) -> None:
    silence.raise_alarm()
    silence.pass_by(300)
    last = [step for step in silence.steps() if step["tier"] == 2][-1]
    assert "sms" not in last["channels"]
    assert last["reached"] > 0
    assert last["resting"] == 0, "their pages were called"


def test_a_step_whose_people_all_rest_is_no_step_that_reached_nobody(
    silence: Silence, app_store: Store
) -> None:
    close_pages(app_store, [number for post in silence.team for number in post], silence.began)
    silence.raise_alarm()
    silence.pass_by(120)
    resting = [step for step in silence.steps() if step["tier"] == 2 and step["resting"]]
    assert resting
    ladder = silence.alarm()["ladders"][1]
    assert ladder["happened"] < 8, "each is waited for"


def test_locked_phones_at_night_are_called_by_the_next_step_and_nobody_else_is(
    silence: Silence, app_store: Store
) -> None:
    """The first step knows open pages only. Skipping it gives nobody's time to answer away: nobody is added."""
    close_pages(app_store, [number for post in silence.team for number in post], silence.began)
    silence.raise_alarm()
    steps = silence.steps()
    assert [(step["tier"], step["step"]) for step in steps] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
        (3, 1),
        (3, 2),
    ]
    assert [step["asked"] for step in steps] == [0] * 6
    silence.pass_by(30, each_s=30)
    widened = [step for step in silence.steps() if step["tier"] == 2 and step["step"] == 3]
    assert widened, "after that step's own time the third one follows"


def test_where_no_way_leads_to_those_asked_the_next_step_asks_others_at_once(
    silence: Silence, district: SmallDistrict, app_store: Store
) -> None:
    """Pages only, all shut, but for somebody a little farther off."""
    silence.limits = silence.limits.but(AvailableChannels(frozenset({ChannelName.SOCKET})))
    farther = put_on_duty(app_store, district, post=1, seats=[VOLUNTEER_1 + 1], now=silence.began)
    close_pages(app_store, [number for post in silence.team for number in post], silence.began)
    open_pages(app_store, farther, silence.began)
    silence.raise_at(district, post=0)
    second = next(step for step in silence.steps() if (step["tier"], step["step"]) == (2, 2))
    assert second["asked"] >= 1

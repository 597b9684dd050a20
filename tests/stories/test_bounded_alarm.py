"""An alarm calls so many by itself, and then the same ones again: it does not go through the whole district."""

from collections.abc import Callable

import pytest
from flask import Flask

from server.config import Settings, read_settings
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import asked
from tests.tools.keys import TEST_KEYS
from tests.tools.silent_alarm import Silence

SignIn = Callable[[int | None], Caller]
MOST = 5


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Let an alarm call five of a tier by itself."""
    return read_settings(
        {
            "HUXUE_MODE": "demo",
            "HUXUE_KEYS": TEST_KEYS,
            "HUXUE_DATABASE_URL": database_url,
            "HUXUE_ENGINE": "threads",
            "HUXUE_MOST_CALLED": str(MOST),
        }
    )


@pytest.fixture
def silence(
    app: Flask, caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock
) -> Silence:
    """Set the scene: five people and more at each of three posts, each with the page open."""
    return Silence(app, caller, district, team, clock)


def test_an_alarm_calls_so_many_and_then_the_same_ones_again(silence: Silence) -> None:
    first = silence.raise_alarm()
    assert len(asked(first, tier=2)) < MOST
    silence.pass_by(600)
    told = silence.alarm()
    assert len(asked(told, tier=2)) == MOST
    assert len(asked(told, tier=1)) == len(asked(first, tier=1))
    repeated = [step for step in silence.steps() if step["tier"] == 2][-1]
    assert (repeated["cause"], repeated["reached"]) == ("repeated", MOST)


def test_whoever_declines_makes_room_for_another(silence: Silence) -> None:
    silence.raise_alarm()
    silence.pass_by(60)
    called = asked(silence.alarm(), tier=2)
    assert len(called) == MOST
    silence.answer(called[0], "declined")
    assert len(asked(silence.alarm(), tier=2)) == MOST + 1
    silence.pass_by(300)
    assert len(asked(silence.alarm(), tier=2)) == MOST + 1


def test_whoever_comes_is_widened_at_the_target_only_as_far_as_there_is_room(silence: Silence) -> None:
    silence.raise_alarm()
    silence.pass_by(60)
    silence.answer(asked(silence.alarm(), tier=2)[0], "responding")
    silence.pass_by(600)
    assert {step["cause"] for step in silence.steps() if step["tier"] == 2} >= {"target_missed"}
    assert len(asked(silence.alarm(), tier=2)) == MOST


def test_a_console_goes_beyond(silence: Silence) -> None:
    silence.raise_alarm()
    silence.pass_by(60)
    silence.dispatcher.post(f"{silence.path}/escalation", {"tiers": [2]})
    assert len(asked(silence.alarm(), tier=2)) > MOST

"""A covert press: the alarm says so to all, and nobody beside the raiser is called by a sound."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.channels import words
from server.config import read_settings
from server.store.messages import message
from server.store.transaction import Store
from tests.tools.client import Caller

SignIn = Callable[[int | None], Caller]


def calls(store: Store, alarm_id: int) -> list[tuple[int, dict[str, object]]]:
    """Give what the calls of an alarm say, each with its tier."""
    settings = read_settings({"HUXUE_MODE": "demo"})
    with store.read() as connection:
        rows = connection.execute(
            select(message.c.tier, message.c.body).where(message.c.alarm_id == alarm_id)
        ).all()
    return [(row.tier, words.facts_of("alarm_call", row.body, settings)) for row in rows]


def test_what_is_called_to_a_covert_alarm_says_so_and_is_silent_on_the_spot_alone(
    caller: SignIn, team: list[list[int]], app_store: Store
) -> None:
    raised = caller(team[0][0]).post("/api/alarms", {"covert": True, "fix": None}).json
    assert raised["covert"] is True
    told = calls(app_store, raised["id"])
    assert {tier for tier, _facts in told} >= {1, 2}
    for tier, facts in told:
        assert facts["covert"] is True
        assert facts["silent"] == (tier == 1)
        assert "不要回拨" in str(facts["text"]) and "不要回拨" in str(facts["line"])
        assert str(facts["title"]).startswith("【隐蔽】")


def test_an_open_press_says_nothing_of_it(caller: SignIn, team: list[list[int]], app_store: Store) -> None:
    raised = caller(team[0][0]).post("/api/alarms", {"fix": None}).json
    assert raised["covert"] is False
    assert [
        facts for _tier, facts in calls(app_store, raised["id"]) if facts["covert"] or facts["silent"]
    ] == []


@pytest.mark.usefixtures("team")
def test_a_covert_press_that_joins_makes_the_alarm_covert_and_a_wrong_word_stops_nothing(
    caller: SignIn, team: list[list[int]]
) -> None:
    first, second = caller(team[0][0]), caller(team[0][1])
    raised = first.post("/api/alarms", {"covert": "perhaps", "fix": None})
    assert (raised.status_code, raised.json["covert"]) == (201, False)
    body = {"covert": True, "fix": None, "request_id": str(uuid4())}
    for _time in range(2):
        joined = second.post("/api/alarms", body).json
        assert (joined["id"], joined["covert"]) == (raised.json["id"], True)
    assert json.dumps(first.get(f"/api/alarms/{joined['id']}").json["covert"]) == "true"

"""A covert press: the alarm says so to all, and nobody beside the raiser is called by a sound."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.config import read_settings
from server.core.database.transaction import Store
from server.delivery.channels import words
from server.delivery.tables import message
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import open_pages
from tests.tools.insiders import Insiders

SignIn = Callable[[int | None], Caller]
pytestmark = pytest.mark.usefixtures("covert_presses")


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
    # Each phone shows or hides its alarm by its own press.
    pressed = {one["account_id"]: one["covert"] for one in joined["reporters"]}
    assert pressed == {team[0][0]: False, team[0][1]: True}
    assert json.dumps(first.get(f"/api/alarms/{joined['id']}").json["covert"]) == "true"


@pytest.mark.parametrize("covert", ["main", "double"])
def test_what_two_alarms_become_is_covert_if_either_was(
    caller: SignIn, team: list[list[int]], district: SmallDistrict, covert: str
) -> None:
    raisers = {"main": team[0][0], "double": team[1][0]}
    main, double = (
        caller(raisers[name]).post("/api/alarms", {"covert": name == covert, "fix": None}).json
        for name in ("main", "double")
    )
    path = f"/api/alarms/{double['id']}/merging"
    told = caller(district.consoles["dispatcher"]).post(path, {"into": main["id"]}).json
    assert (told["id"], told["covert"]) == (main["id"], True)
    pressed = {one["account_id"]: one["covert"] for one in told["reporters"]}
    assert pressed == {number: name == covert for name, number in raisers.items()}


def test_neighbours_whom_a_merged_covert_alarm_frees_are_called_covertly(
    caller: SignIn,
    team: list[list[int]],
    district: SmallDistrict,
    insiders: Insiders,
    app_store: Store,
    clock: WoundClock,
) -> None:
    """An alarm of a stranger, whose neighbours wait for the console, takes a covert one of full standing over."""
    open_pages(app_store, [district.consoles["dispatcher"]], clock.now())
    stranger = insiders.stranger("volunteer", on_duty=False)
    main = stranger.post("/api/alarms", {"post_code": district.codes[0], "fix": None}).json
    assert main["held_until"] is not None
    double = caller(team[1][0]).post("/api/alarms", {"covert": True, "fix": None}).json
    path = f"/api/alarms/{double['id']}/merging"
    assert caller(district.consoles["dispatcher"]).post(path, {"into": main["id"]}).status_code == 200
    freed = [facts for tier, facts in calls(app_store, main["id"]) if tier == 2]
    assert freed and all(facts["covert"] for facts in freed)

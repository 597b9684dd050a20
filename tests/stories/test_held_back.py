"""An alarm of somebody without standing: its neighbours wait for a live console, and a console may put him aside."""

from typing import Any

import pytest

from tests.tools.client import Caller, code
from tests.tools.duty import asked, close_pages, open_pages, suspend
from tests.tools.field import Morning, acts
from tests.tools.insiders import Client


@pytest.fixture
def stranger(morning: Morning) -> Client:
    """Let a stranger register who is not on duty."""
    return morning.insiders.stranger("volunteer", on_duty=False)


@pytest.fixture
def watching(morning: Morning) -> Caller:
    """Let the district's console have its page in sight."""
    open_pages(morning.store, [morning.district.consoles["dispatcher"]], morning.clock.now())
    return morning.console()


def _receipt(console: Caller, alarm: dict[str, Any]) -> None:
    answer = console.post(f"/api/alarms/{alarm['id']}/receipts", {"channel": "socket"})
    assert answer.status_code == 200, answer.json


def _why(alarm: dict[str, Any]) -> str:
    return str(next(line["facts"]["why"] for line in alarm["timeline"] if line["act"] == "neighbours_called"))


def test_without_a_live_console_nobody_waits(morning: Morning, stranger: Client) -> None:
    alarm = morning.press(stranger, post=0)
    assert (alarm["full_standing"], alarm["held_until"]) == (False, None)
    assert asked(morning.seen(alarm), tier=2)


def test_a_console_that_looks_holds_neighbours_back_for_twenty_seconds(
    morning: Morning, stranger: Client, watching: Caller
) -> None:
    """Whoever is on the spot and the police are called at once, without waiting for anybody."""
    alarm = morning.seen(morning.press(stranger, post=0))
    assert set(morning.team[0]) <= set(asked(alarm, tier=1))
    assert asked(alarm, tier=3)
    assert asked(alarm, tier=2) == []
    _receipt(watching, alarm)
    morning.pass_by(19, each_s=1)
    assert asked(morning.seen(alarm), tier=2) == []
    morning.pass_by(1, each_s=1)
    told = morning.seen(alarm)
    assert (told["held_until"], _why(told)) == (None, "time_is_up")
    assert asked(told, tier=2)


def test_no_receipt_within_three_seconds_calls_them(
    morning: Morning, stranger: Client, watching: Caller
) -> None:
    alarm = morning.press(stranger, post=0)
    morning.pass_by(2, each_s=1)
    assert asked(morning.seen(alarm), tier=2) == []
    morning.pass_by(1, each_s=1)
    told = morning.seen(alarm)
    assert (_why(told), bool(asked(told, tier=2))) == ("nobody_looks", True)


def test_a_console_that_turns_away_calls_them(morning: Morning, stranger: Client, watching: Caller) -> None:
    alarm = morning.press(stranger, post=0)
    _receipt(watching, alarm)
    morning.pass_by(6, each_s=1)
    assert asked(morning.seen(alarm), tier=2) == []
    close_pages(morning.store, [morning.district.consoles["dispatcher"]], morning.clock.now())
    morning.pass_by(3, each_s=1)
    assert asked(morning.seen(alarm), tier=2)


def test_one_who_counts_and_goes_ends_the_wait(morning: Morning, stranger: Client, watching: Caller) -> None:
    alarm = morning.press(stranger, post=0)
    other = morning.insiders.stranger("security")
    assert watching.post(f"/api/alarms/{alarm['id']}/responders", {"account_id": other.account_id}).json
    morning.answer(other, alarm, "responding")
    assert asked(morning.seen(alarm), tier=2) == [], "a stranger's word ends nothing"
    morning.answer(morning.caller(morning.team[0][1]), alarm, "responding")
    told = morning.seen(alarm)
    assert (_why(told), bool(asked(told, tier=2))) == ("answered", True)


def test_a_consoles_word_ends_the_wait(morning: Morning, stranger: Client, watching: Caller) -> None:
    alarm = morning.press(stranger, post=0)
    assert watching.post(f"/api/alarms/{alarm['id']}/escalation", {"tiers": [2]}).status_code == 200
    told = morning.seen(alarm)
    assert (_why(told), bool(asked(told, tier=2))) == ("console", True)


def test_where_nobody_who_counts_is_on_duty_nobody_waits(
    morning: Morning, stranger: Client, watching: Caller
) -> None:
    """At the posts of that station: the third post belongs to another one."""
    for number in (*morning.team[0], *morning.team[1]):
        suspend(morning.store, number, morning.clock.now())
    assert morning.seen(morning.press(stranger, post=0))["held_until"] is None
    assert morning.seen(morning.press(stranger, post=2))["id"]


@pytest.mark.parametrize("who", ["off duty", "signed out", "device"])
def test_whoever_has_standing_waits_for_nobody(morning: Morning, watching: Caller, who: str) -> None:
    """An approved account off duty or signed out has it, and a press that joins brings it."""
    off_duty = morning.district.guards[0][3]
    one = (
        morning.insiders.signed_out(off_duty, on_duty=False)
        if who == "signed out"
        else morning.caller(off_duty)
    )
    alarm = (
        morning.press(morning.insiders.stranger("volunteer", on_duty=False), post=0)
        if who == "device"
        else None
    )
    told = morning.press(one, post=0)
    assert told["full_standing"] is True
    if alarm is not None:
        assert told["id"] == alarm["id"]
        assert _why(morning.seen(told)) == "full_standing"
    assert asked(morning.seen(told), tier=2)


def test_aside_calls_nobody_until_another_account_presses(
    morning: Morning, stranger: Client, watching: Caller
) -> None:
    """Further presses at the place are recorded, heard once at the console, and the phone is told so."""
    alarm = morning.press(stranger, post=0)
    path, body = f"/api/alarms/{alarm['id']}/asides", {"account_id": stranger.account_id}
    put = watching.post(path, body).json
    assert [one["account_id"] for one in put["asides"]] == [stranger.account_id]
    before = morning.seen(alarm)
    first, second = (morning.press(stranger, post=0) for _ in range(2))
    assert (first["id"], first["recorded_only"], second["recorded_only"]) == (alarm["id"], True, True)
    told = morning.seen(alarm)
    assert told["version"] == before["version"] + 1, "consoles hear of it once"
    assert len(told["responses"]) == len(before["responses"])
    assert told["asides"][0]["presses"] == 2, "each is counted"
    # One aside covers all: a place elsewhere is easily made up.
    elsewhere = morning.press(stranger, post=2)
    assert (elsewhere["id"], elsewhere["recorded_only"], elsewhere["places"]) == (alarm["id"], True, [])
    assert len(morning.seen(alarm)["responses"]) == len(before["responses"])
    other = morning.insiders.stranger("volunteer", on_duty=False)
    joined = morning.press(other, post=0)
    assert morning.seen(alarm)["asides"] == []
    assert "let_back" in acts(morning.seen(alarm))
    assert joined["id"] == alarm["id"]
    assert "recorded_only" not in morning.press(stranger, post=0)


def test_aside_ends_with_the_alarm_and_after_half_an_hour(
    morning: Morning, stranger: Client, watching: Caller
) -> None:
    alarm = morning.press(stranger, post=0)
    path, body = f"/api/alarms/{alarm['id']}/asides", {"account_id": stranger.account_id}
    watching.post(path, body)
    morning.clock.wind(seconds=1799)
    assert morning.press(stranger, post=0)["recorded_only"] is True
    morning.clock.wind(seconds=1)
    assert "recorded_only" not in morning.press(stranger, post=0)
    again = watching.post(path, body).json
    assert [one["presses"] for one in again["asides"]] == [0], "he may be put aside again"
    assert morning.press(stranger, post=0)["recorded_only"] is True
    morning.clock.wind(seconds=1800)
    assert watching.post(path, body | {"aside": False}).json["asides"] == []
    finding = {"outcome": "false", "finding": "测试"}
    assert watching.post(f"/api/alarms/{alarm['id']}/resolution", finding).status_code == 200
    again = morning.press(stranger, post=0)
    assert (again["id"] != alarm["id"], "recorded_only" in again) == (True, False)


def test_only_a_police_console_puts_aside_and_only_an_unapproved_reporter(
    morning: Morning, stranger: Client, watching: Caller
) -> None:
    alarm = morning.press(stranger, post=0)
    path = f"/api/alarms/{alarm['id']}/asides"
    body = {"account_id": stranger.account_id}
    assert code(morning.console("school_admin").post(path, body)) == (403, "not_your_role")
    raiser = morning.team[0][0]
    morning.press(morning.caller(raiser), post=0)
    assert code(watching.post(path, {"account_id": raiser})) == (409, "account_approved")
    assert code(watching.post(path, {"account_id": morning.team[1][0]})) == (404, "not_found")
    for _ in range(2):
        assert watching.post(path, body).status_code == 200
    assert acts(morning.seen(alarm)).count("put_aside") == 1
    back = watching.post(path, body | {"aside": False}).json
    assert back["asides"] == []

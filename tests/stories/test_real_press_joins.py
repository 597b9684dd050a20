"""A real press joins what was only a stranger's until then: it calls whom it would have called alone, and as soon."""

import json

import pytest
from sqlalchemy import select

from server.delivery.tables import message
from tests.tools.duty import asked
from tests.tools.field import Morning, acts
from tests.tools.gate import Gate, issued
from tests.tools.insiders import Client


def prank(morning: Morning) -> tuple[Client, dict[str, object]]:
    stranger = morning.insiders.stranger("volunteer", on_duty=False)
    return stranger, morning.press(stranger, post=0)


def ladders(alarm: dict[str, object]) -> list[tuple[int, str]]:
    found: list[dict[str, object]] = alarm["ladders"]  # type: ignore[assignment]
    return [(int(str(one["tier"])), str(one["phase"])) for one in found]


def acknowledge(morning: Morning, alarm: dict[str, object]) -> None:
    answer = morning.console().post(f"/api/alarms/{alarm['id']}/acknowledgement", {})
    assert answer.status_code == 200, answer.json


def test_who_declined_for_a_stranger_is_asked_again_and_no_acknowledgement_before_counts(
    morning: Morning,
) -> None:
    _stranger, alarm = prank(morning)
    raiser, *colleagues = morning.team[0]
    on_the_way, *neighbours = asked(morning.seen(alarm), tier=2)
    for number in [*colleagues, *neighbours]:
        morning.answer(morning.caller(number), alarm, "declined")
    morning.answer(morning.caller(on_the_way), alarm, "responding")
    acknowledge(morning, alarm)
    assert (3, "coming") in ladders(morning.seen(alarm))
    morning.clock.wind(seconds=10)

    told = morning.press(morning.caller(raiser), post=0)
    assert told["id"] == alarm["id"]
    seen = morning.seen(alarm)
    now = {one["account_id"]: one["state"] for one in seen["responses"]}
    assert {now[number] for number in colleagues} == {"notified"}
    assert not [
        one for one in seen["responses"] if one["state"] == "declined" and one["account_id"] != raiser
    ]
    assert now[on_the_way] == "responding", "who is on the way stays so"
    assert (seen["acknowledged_by"], seen["raised_by"]) == (on_the_way, raiser)
    assert acts(seen).count("full_standing") == 1


def test_a_consoles_word_on_a_prank_keeps_no_police_from_being_called_and_it_may_say_it_anew(
    morning: Morning,
) -> None:
    """Alone, a press of 10 s later has its second step, by SMS, 30 s after it at the latest."""
    _stranger, alarm = prank(morning)
    acknowledge(morning, alarm)
    assert (3, "coming") in ladders(morning.seen(alarm))
    morning.clock.wind(seconds=10)
    morning.press(morning.caller(morning.team[0][0]), post=0)
    seen = morning.seen(alarm)
    assert (3, "calling") in ladders(seen)
    assert (seen["acknowledged_at"], seen["acknowledged_by"]) == (None, None)
    steps = [
        one["facts"]["step"]
        for one in seen["timeline"]
        if one["act"] == "called" and one["facts"]["tier"] == 3
    ]
    assert steps == [1, 2], "the next step is taken at once"

    acknowledge(morning, alarm)
    again = morning.seen(alarm)
    assert (3, "coming") in ladders(again)
    assert again["acknowledged_by"] == morning.district.consoles["dispatcher"]
    assert acts(again).count("acknowledged") == 2


def test_the_first_who_has_standing_is_the_raiser_and_he_alone_may_call_it_a_mistake(
    morning: Morning,
) -> None:
    stranger, alarm = prank(morning)
    real = morning.caller(morning.team[0][0])
    path, body = f"/api/alarms/{alarm['id']}/notes", {"withdrawal": True, "text": "按错了"}
    morning.press(real, post=0)
    refused = stranger.post(path, body)
    assert (refused.status_code, refused.json["code"]) == (403, "not_your_alarm")
    assert real.post(path, body).status_code == 200
    morning.clock.wind(seconds=120)
    for one in (stranger, real):
        assert morning.press(one, post=0)["id"] == alarm["id"], "it stays the one alarm of both"


def test_a_device_that_joins_a_strangers_alarm_is_what_it_comes_from(
    morning: Morning,
) -> None:
    """Whoever was first has no word in it any more, though a device has no account."""
    stranger, alarm = prank(morning)
    device = issued(morning.console("district_admin"), morning.district.posts[0])
    assert Gate(morning.app, device["key"]).press().json["alarm_id"] == alarm["id"]
    seen = morning.seen(alarm)
    assert (seen["source"], seen["raised_by"], seen["full_standing"]) == ("device", None, True)
    body = {"withdrawal": True, "text": "按错了"}
    assert stranger.post(f"/api/alarms/{alarm['id']}/notes", body).status_code == 403


def sms(morning: Morning, alarm: dict[str, object]) -> list[tuple[int, bool]]:
    """Give to whom an alarm's SMS went, and whether each says that it is covert."""
    query = select(message.c.account_id, message.c.body).where(
        message.c.alarm_id == alarm["id"], message.c.channel == "sms"
    )
    with morning.store.read() as connection:
        return [(row.account_id, json.loads(row.body)["covert"]) for row in connection.execute(query)]


@pytest.mark.usefixtures("covert_presses")
@pytest.mark.parametrize("when", ["before", "after", "never"])
def test_a_strangers_covert_press_keeps_no_sms_from_whoever_stands_beside_a_loud_one(
    morning: Morning, when: str
) -> None:
    raiser, *beside = morning.team[0]
    stranger = morning.insiders.stranger("volunteer", on_duty=False)
    covert = {"post_code": morning.district.codes[0], "fix": None, "covert": True}
    if when == "before":
        opened = stranger.post("/api/alarms", covert).json
        assert (opened["covert"], sms(morning, opened)) == (True, [])
    alarm = morning.press(morning.caller(raiser), post=0)
    if when == "after":
        assert stranger.post("/api/alarms", covert).json["id"] == alarm["id"]
    assert morning.seen(alarm)["covert"] is False
    morning.pass_by(30)
    called = sms(morning, alarm)
    assert set(beside) <= {number for number, _covert in called}
    assert not [covert for _number, covert in called if covert]


@pytest.mark.usefixtures("covert_presses")
@pytest.mark.parametrize("covert", [True, False])
def test_an_alarm_that_a_strangers_report_hushed_is_loud_once_somebody_beside_him_is_approved(
    morning: Morning, covert: bool
) -> None:
    first, second = (morning.insiders.stranger("volunteer", on_duty=False) for _ in range(2))
    place = {"post_code": morning.district.codes[0], "fix": None}
    alarm = first.post("/api/alarms", {**place, "covert": True}).json
    assert second.post("/api/alarms", {**place, "covert": covert}).json["covert"] is True
    path = f"/api/guards/{second.account_id}/approval"
    approved = morning.console("school_admin").post(path, {"approved": True})
    assert approved.status_code == 200, approved.json
    seen = morning.seen(alarm)
    assert (seen["full_standing"], seen["covert"], seen["raised_by"]) == (True, covert, second.account_id)


def test_where_covert_presses_are_switched_off_one_calls_like_any_other_and_its_phone_stays_dark(
    morning: Morning,
) -> None:
    body = {"fix": None, "covert": True}
    alarm = morning.caller(morning.team[0][0]).post("/api/alarms", body).json
    assert (alarm["covert"], [one["covert"] for one in alarm["reporters"]]) == (False, [True])
    morning.pass_by(30)
    assert set(morning.team[0][1:]) <= {number for number, _covert in sms(morning, alarm)}


@pytest.mark.usefixtures("covert_presses")
def test_merging_a_strangers_covert_alarm_into_a_real_one_hushes_nothing(morning: Morning) -> None:
    main = morning.press(morning.caller(morning.team[0][0]), post=0)
    stranger = morning.insiders.stranger("volunteer", on_duty=False)
    body = {"post_code": morning.district.codes[1], "fix": None, "covert": True}
    double = stranger.post("/api/alarms", body).json
    assert double["covert"] is True
    merged = morning.console().post(f"/api/alarms/{double['id']}/merging", {"into": main["id"]})
    assert (merged.status_code, merged.json["covert"]) == (200, False)

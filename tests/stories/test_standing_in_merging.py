"""Two alarms that turn out to be one: who counts, who is aside, where it is and who waits is as it was at either."""

from typing import Any

import pytest

from tests.tools.client import Caller
from tests.tools.duty import answer_of, asked, open_pages
from tests.tools.field import Morning, acts
from tests.tools.insiders import Client


@pytest.fixture
def stranger(morning: Morning) -> Client:
    """Let a stranger register who is not on duty."""
    return morning.insiders.stranger("volunteer", on_duty=False)


@pytest.fixture
def console(morning: Morning) -> Caller:
    """Sign the district's console in."""
    return morning.console()


def _merge(console: Caller, double: dict[str, Any], main: dict[str, Any]) -> dict[str, Any]:
    answer = console.post(f"/api/alarms/{double['id']}/merging", {"into": main["id"]})
    assert answer.status_code == 200, answer.json
    told: dict[str, Any] = answer.json
    return told


def test_the_places_of_the_double_are_places_of_the_one_that_goes_on(
    morning: Morning, console: Caller
) -> None:
    """Its station goes on seeing it; a place that is known is not told twice."""
    main = morning.press(morning.caller(morning.team[0][0]), post=0)
    double = morning.press(morning.caller(morning.team[2][0]), post=2, metres=4_000)
    told = _merge(console, double, main)
    places = [(one["post_id"], one["place_from"]) for one in told["places"]]
    assert places == [(double["post_id"], "post"), (double["places"][0]["post_id"], "fix")]
    assert [one["account_id"] for one in told["places"]] == [morning.team[2][0]] * 2
    second = morning.caller(
        morning.insiders.console("station_officer", station_id=morning.district.stations[1])
    )
    assert second.get(f"/api/alarms/{main['id']}").status_code == 200
    morning.clock.wind(seconds=61)
    again = _merge(console, morning.press(morning.caller(morning.team[2][1]), post=2), main)
    assert len(again["places"]) == 2


def test_a_strangers_place_never_leads_before_a_real_one(
    morning: Morning, console: Caller, stranger: Client
) -> None:
    """The console folded the real alarm into the stranger's: whoever goes would seek the wrong place."""
    decoy = morning.press(stranger, post=1)
    real = morning.press(morning.caller(morning.team[2][0]), post=2)
    told = _merge(console, real, decoy)
    assert (told["id"], told["post_id"], told["place_name"]) == (
        decoy["id"],
        real["post_id"],
        real["place_name"],
    )
    assert [(one["post_id"], one["account_id"]) for one in told["places"]] == [
        (decoy["post_id"], stranger.account_id)
    ]


@pytest.mark.parametrize("folded", ["his own post's", "the other one"])
def test_whoever_stands_on_the_spot_of_either_stays_there(
    morning: Morning, console: Caller, folded: str
) -> None:
    """Asked to both he answered as a neighbour: he is of tier 1, and no 580 m away, whichever goes on."""
    far = morning.press(morning.caller(morning.team[1][0]), post=1)
    (going,) = [one for one in asked(far, tier=2) if one in morning.team[0]][:1]
    police = next(one for one in asked(far, tier=3) if one in morning.team[0])
    morning.answer(morning.caller(going), far, "responding")
    raiser = next(one for one in morning.team[0] if one not in {going, police})
    here = morning.press(morning.caller(raiser), post=0)
    assert answer_of(here, going)["tier"] == 1
    double, main = (here, far) if folded == "his own post's" else (far, here)
    told = _merge(console, double, main)
    mine = answer_of(told, going)
    assert (mine["state"], mine["tier"], mine["why"]) == ("responding", 1, "on_post")
    assert mine["distance_m"] < 50 and mine["bearing_deg"] is None
    # Whoever stands at neither is as far off as he was.
    assert all(
        one["tier"] == 2 or one["account_id"] != going for one in told["responses"] if one["distance_m"] > 50
    )
    assert answer_of(told, police)["distance_m"] < 50


def test_a_report_keeps_the_kind_that_was_told_with_it(morning: Morning, console: Caller) -> None:
    main = morning.press(morning.caller(morning.team[0][0]))
    raiser = morning.caller(morning.team[1][0])
    double = morning.press(raiser)
    assert raiser.post(f"/api/alarms/{double['id']}/kind", {"kind": "fire"}).status_code == 200
    told = _merge(console, double, main)
    kinds = {one["account_id"]: one["kind"] for one in told["reporters"]}
    assert kinds == {morning.team[0][0]: None, morning.team[1][0]: "fire"}


def test_who_was_let_count_at_the_double_goes_on_counting(morning: Morning, console: Caller) -> None:
    main = morning.press(morning.caller(morning.team[0][0]))
    helper = morning.insiders.stranger("security", post=1)
    double = morning.press(morning.caller(morning.team[1][0]))
    path = f"/api/alarms/{double['id']}"
    if helper.account_id not in asked(double):
        console.post(f"{path}/responders", {"account_id": helper.account_id})
    assert console.post(f"{path}/counting", {"account_id": helper.account_id}).status_code == 200
    _merge(console, double, main)
    morning.answer(helper, main, "responding")
    told = morning.seen(main)
    assert answer_of(told, helper.account_id)["doubt"] is None
    assert told["acknowledged_by"] == helper.account_id


def test_who_is_aside_at_the_double_stays_so(morning: Morning, console: Caller, stranger: Client) -> None:
    double = morning.press(stranger, post=0)
    body = {"account_id": stranger.account_id}
    put = console.post(f"/api/alarms/{double['id']}/asides", body).json["asides"]
    morning.clock.wind(seconds=61)
    main = morning.press(morning.insiders.stranger("volunteer", on_duty=False), metres=400)
    told = _merge(console, double, main)
    assert told["asides"] == put
    assert console.post(f"/api/alarms/{main['id']}/asides", body | {"aside": False}).json["asides"] == []


def test_an_answer_to_the_double_ends_the_wait_of_the_one_that_goes_on(
    morning: Morning, console: Caller, stranger: Client
) -> None:
    """Its neighbours would be held back for ever: a tier that is acknowledged has no look due."""
    open_pages(morning.store, [morning.district.consoles["dispatcher"]], morning.clock.now())
    main = morning.press(stranger, post=0)
    assert main["held_until"] is not None
    double = morning.press(morning.insiders.stranger("volunteer", on_duty=False), post=2)
    morning.answer(morning.caller(morning.team[2][1]), double, "responding")
    told = _merge(console, double, main)
    assert told["held_until"] is None
    why = [one["facts"]["why"] for one in told["timeline"] if one["act"] == "neighbours_called"]
    assert why == ["answered"]
    assert asked(told, tier=2)


def test_one_judgement_calls_neighbours_once(morning: Morning, stranger: Client) -> None:
    """A stranger goes and presses, too; confirmed, he counts both as one who goes and as one who reported."""
    open_pages(morning.store, [morning.district.consoles["dispatcher"]], morning.clock.now())
    alarm = morning.press(stranger, post=0)
    helper = morning.insiders.stranger("security")
    morning.console().post(f"/api/alarms/{alarm['id']}/responders", {"account_id": helper.account_id})
    morning.answer(helper, alarm, "responding")
    assert morning.press(helper, post=0)["id"] == alarm["id"]
    assert morning.seen(alarm)["held_until"] is not None
    school = morning.console("school_admin")
    approved = school.post(f"/api/guards/{helper.account_id}/approval", {"approved": True})
    assert approved.status_code == 200, approved.json
    told = morning.seen(alarm)
    assert (told["full_standing"], told["held_until"]) == (True, None)
    assert acts(told).count("neighbours_called") == 1


def test_whoever_closes_his_account_on_the_way_meets_nothing_any_more(morning: Morning) -> None:
    alarm = morning.press(morning.caller(morning.team[0][0]))
    officer = morning.team[0][4]
    phone = morning.caller(officer)
    morning.answer(phone, alarm, "on_scene")
    assert morning.seen(alarm)["tiers"][2]["met_by"] == officer
    consent = {"kind": "account", "version": "2026-11", "given": False}
    assert phone.post("/api/me/consents", consent).status_code == 200
    told = morning.seen(alarm)
    assert answer_of(told, officer)["doubt"] == "suspended"
    assert (told["tiers"][2]["met_by"], told["acknowledged_by"]) == (None, None)

"""A press that joins: nobody's made-up place takes it from the school and the station where it was pressed."""

from typing import Any

import pytest
from sqlalchemy import update

from server.places.tables import post
from tests.tools.client import Caller
from tests.tools.district import LATITUDE, STEP
from tests.tools.duty import asked
from tests.tools.field import A_METRE, Morning
from tests.tools.gate import Gate, issued

# The third post belongs to another station than the two before it; half way to it from the second.
HERE, BETWEEN_M = 2, 1.5 * STEP / A_METRE


@pytest.fixture
def its_consoles(morning: Morning) -> list[Caller]:
    """Sign the consoles of the third post's school and station in."""
    of = morning.district
    return [
        morning.caller(morning.insiders.console("school_admin", school_id=of.schools[2])),
        morning.caller(morning.insiders.console("station_officer", station_id=of.stations[1])),
    ]


def _coarse(morning: Morning, one: Any) -> dict[str, Any]:
    """Press with the second post's code and a place half way to the third that reaches both."""
    body = {"post_code": morning.district.codes[1], "fix": morning.fix(BETWEEN_M, 500.0)}
    told: dict[str, Any] = one.post("/api/alarms", body).json
    return told


def _is_seen(alarm: dict[str, Any], consoles: list[Caller]) -> None:
    for console in consoles:
        assert console.get(f"/api/alarms/{alarm['id']}").status_code == 200
        listed = console.get("/api/alarms", state="open").json["items"]
        assert alarm["id"] in [one["id"] for one in listed]


def test_a_coarse_prank_swallows_no_press_with_standing(morning: Morning, its_consoles: list[Caller]) -> None:
    prank = _coarse(morning, morning.insiders.stranger("volunteer", on_duty=False))
    morning.clock.wind(seconds=1)
    alarm = morning.press(morning.caller(morning.team[HERE][0]), post=HERE)
    assert alarm["id"] != prank["id"]
    assert (alarm["post_id"], alarm["full_standing"]) == (morning.district.posts[HERE], True)
    assert set(morning.team[HERE][1:]) <= set(asked(alarm, tier=1))
    _is_seen(alarm, its_consoles)


def test_a_coarse_prank_swallows_no_press_of_a_gate(morning: Morning, its_consoles: list[Caller]) -> None:
    key = issued(morning.console("district_admin"), morning.district.posts[HERE])["key"]
    prank = _coarse(morning, morning.insiders.stranger("volunteer", on_duty=False))
    alarm = morning.seen({"id": Gate(morning.app, key).press().json["alarm_id"]})
    assert (alarm["id"] != prank["id"], alarm["post_id"]) == (True, morning.district.posts[HERE])
    assert set(morning.team[HERE]) <= set(asked(alarm, tier=1))
    _is_seen(alarm, its_consoles)


@pytest.mark.parametrize("who", ["guard", "device"])
def test_a_coarse_place_of_an_approved_liar_hides_no_press_that_joins(
    morning: Morning, its_consoles: list[Caller], who: str
) -> None:
    """The press becomes a place of the alarm: all who are there are called, its neighbours too."""
    key = issued(morning.console("district_admin"), morning.district.posts[HERE])["key"]
    first = _coarse(morning, morning.caller(morning.district.guards[1][5]))
    presser = morning.team[HERE][0] if who == "guard" else None
    if presser is None:
        assert Gate(morning.app, key).press().json["alarm_id"] == first["id"]
    else:
        assert morning.press(morning.caller(presser), post=HERE)["id"] == first["id"]
    told = morning.seen(first)
    assert [one["post_id"] for one in told["places"]] == [morning.district.posts[HERE]]
    assert set(morning.team[HERE]) - {presser} <= set(asked(told))
    _is_seen(first, its_consoles)


@pytest.mark.parametrize("metres", [100, 0])
def test_the_second_of_two_near_gates_is_seen_by_its_own_school_and_station(
    morning: Morning, its_consoles: list[Caller], metres: int
) -> None:
    """Nobody lies: two gates stand side by side, and a teacher of each presses within the minute."""
    at_gate = update(post).where(post.c.id == morning.district.posts[HERE])
    with morning.store.transaction(morning.clock.now()) as transaction:
        place = LATITUDE + STEP + metres * A_METRE
        transaction.connection.execute(at_gate.values(latitude=place))
    first = morning.press(morning.caller(morning.team[1][0]), post=1)
    joined = [morning.press(morning.caller(morning.team[HERE][number]), post=HERE) for number in (0, 1)]
    assert {one["id"] for one in joined} == {first["id"]}
    told = morning.seen(first)
    assert [one["post_id"] for one in told["places"]] == [morning.district.posts[HERE]], "once"
    assert {*morning.team[1][1:], *morning.team[HERE][2:]} <= set(asked(told))
    _is_seen(first, its_consoles)
    assert len(asked(told, tier=2)) == len(asked(first, tier=2)), "it is called for once"


def test_whoever_has_no_standing_and_joins_from_another_school_warns_there_alone(
    morning: Morning, its_consoles: list[Caller]
) -> None:
    first = _coarse(morning, morning.caller(morning.district.guards[1][5]))
    before = set(asked(morning.seen(first), tier=2))
    joined = morning.press(morning.insiders.stranger("volunteer", on_duty=False), post=HERE)
    told = morning.seen(first)
    assert joined["id"] == first["id"]
    assert set(morning.team[HERE]) <= set(asked(told))
    assert set(asked(told, tier=2)) == before
    _is_seen(first, its_consoles)


def test_the_double_of_another_school_stays_seen_by_it(morning: Morning, its_consoles: list[Caller]) -> None:
    """Two alarms that are one place for their accuracies, and two schools."""
    main = _coarse(morning, morning.caller(morning.district.guards[1][5]))
    morning.clock.wind(seconds=61)
    double = morning.press(morning.caller(morning.team[HERE][0]), post=HERE)
    assert double["id"] != main["id"]
    merged = morning.console().post(f"/api/alarms/{double['id']}/merging", {"into": main["id"]}).json
    assert [one["post_id"] for one in merged["places"]] == [morning.district.posts[HERE]]
    _is_seen(main, its_consoles)

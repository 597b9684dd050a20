"""What a phone says of its place: nothing refuses an act, nothing made up makes it verified, a better fix turns it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.core.database.transaction import Store
from server.duty.tables import position
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import BESIDE, LATITUDE, LONGITUDE, SmallDistrict

SignIn = Callable[[int | None], Caller]
SINCE_2001 = timedelta(days=11_323)
RULES_OUT = [
    {"accuracy_m": 1_000_000},
    {"accuracy_m": None},
    {"accuracy_m": 0},
    {"accuracy_m": -5},
    {"latitude": 181},
    {"longitude": "NaN"},
    {"latitude": [], "longitude": {}},
    {"latitude": True},
    {"at": None},
    {"at": "soon"},
    {"at": "1995-03-01T00:00:00Z"},
    {"at": "2150-01-01T00:00:00Z"},
    {"at": "+058000-01-01T00:00:00Z"},
    {"latitude": LATITUDE + BESIDE},
]


def fix(now: datetime, **more: Any) -> dict[str, Any]:
    """Make a good fix at the first gate."""
    good = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 12.0, "at": now.isoformat()}
    return {**good, **more}


@pytest.mark.parametrize("wrong", RULES_OUT, ids=str)
def test_a_fix_that_makes_no_sense_or_proves_nothing_never_refuses_a_check_in(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, wrong: dict[str, Any]
) -> None:
    guard = caller(district.guards[0][0])
    asked = body(district.codes[0], clock.now(), fix=fix(clock.now(), **wrong))
    answer = guard.post("/api/check-ins", asked)
    assert (answer.status_code, answer.json["flags"], answer.json["distance_m"]) == (201, ["no_fix"], None)
    again = guard.post("/api/check-ins", asked)
    assert again.json == answer.json


@pytest.mark.parametrize("whole", ["nowhere", 7, [], {}, [{"latitude": 1}]], ids=str)
def test_what_is_no_fix_at_all_refuses_neither_check_in_nor_check_out(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, whole: Any
) -> None:
    guard = caller(district.guards[0][0])
    answer = guard.post("/api/check-ins", body(district.codes[0], clock.now(), fix=whole))
    assert (answer.status_code, answer.json["flags"]) == (201, ["no_fix"])
    clock.wind(minutes=40)
    assert guard.post("/api/check-outs", {"fix": whole}).status_code == 201


@pytest.mark.parametrize("behind", [SINCE_2001, timedelta(weeks=1024)], ids=["2001", "1,024 weeks"])
def test_a_phone_that_counts_from_a_known_wrong_day_is_verified(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store, behind: timedelta
) -> None:
    wrong = clock.now() - behind
    guard = caller(district.guards[0][0])
    asked = body(district.codes[0], clock.now(), fix=fix(wrong))
    assert guard.post("/api/check-ins", asked).json["flags"] == []
    sent = guard.post("/api/positions", {"fixes": [fix(wrong)]})
    assert (sent.status_code, sent.json) == (200, {"kept": 1, "dropped": 0, "next_after_s": 30})
    with app_store.read() as connection:
        assert set(connection.execute(select(position.c.at)).scalars()) == {clock.now()}


def test_one_bad_fix_in_a_batch_drops_itself_alone(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][0])
    guard.post("/api/check-ins", body(district.codes[0], clock.now()))
    clock.wind(seconds=30)
    for wrong in ({"accuracy_m": None}, {"accuracy_m": 1_000_000}, {"at": "2150-01-01T00:00:00Z"}):
        sent = guard.post("/api/positions", {"fixes": [fix(clock.now(), **wrong), fix(clock.now()), None]})
        assert (sent.status_code, sent.json) == (200, {"kept": 1, "dropped": 2, "next_after_s": 30})


def test_an_alarm_takes_the_fix_of_a_phone_with_a_wrong_epoch_and_none_stops_it(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][0])
    there = {"latitude": LATITUDE + 0.003}
    scanned = {"post_code": district.codes[0], "post_scanned_at": clock.now().isoformat()}
    sent = {**scanned, "fix": fix(clock.now() - SINCE_2001, **there)}
    raised = guard.post("/api/alarms", sent).json
    assert (raised["place_from"], [one["place_from"] for one in raised["places"]]) == ("post", ["fix"])
    other = caller(district.guards[1][0])
    for wrong in RULES_OUT[:3]:
        answer = other.post("/api/alarms", {"post_id": district.posts[1], "fix": fix(clock.now(), **wrong)})
        assert answer.status_code == 201


def waiting(caller: SignIn, district: SmallDistrict, clock: WoundClock, sent: Any) -> Caller:
    """Check somebody in who waits for want of a good fix."""
    guard = caller(district.guards[0][0])
    answer = guard.post("/api/check-ins", body(district.codes[0], clock.now(), fix=sent))
    assert answer.json["flags"] in (["poor_fix"], ["no_fix"])
    assert not answer.json["verified"]
    return guard


def heads(guard: Caller) -> tuple[int, int]:
    line = guard.get("/api/duty").json["line"]
    return line["present"]["staff"], line["waiting"]["staff"]


@pytest.mark.parametrize("coarse", [True, False])
def test_a_better_fix_within_five_minutes_turns_a_check_in_by_itself(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, coarse: bool
) -> None:
    sent = fix(clock.now(), latitude=LATITUDE + 0.006, accuracy_m=900) if coarse else None
    guard = waiting(caller, district, clock, sent)
    assert heads(guard) == (0, 1)
    clock.wind(minutes=5)
    guard.post("/api/positions", {"fixes": [fix(clock.now())]})
    turned = guard.get("/api/duty").json["check_in"]
    assert (turned["verified"], turned["flags"]) == (True, [])
    assert turned["distance_m"] < 20
    assert heads(guard) == (1, 0)


@pytest.mark.parametrize(
    ("after_minutes", "wrong"),
    [
        (5.1, {}),
        (1, {"accuracy_m": 250}),
        (1, {"latitude": LATITUDE + 0.02}),
        (1, {"latitude": LATITUDE + BESIDE}),
        (1, {"accuracy_m": 0}),
    ],
)
def test_a_later_or_no_better_fix_turns_nothing(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, after_minutes: float, wrong: dict[str, Any]
) -> None:
    guard = waiting(caller, district, clock, None)
    clock.wind(seconds=int(after_minutes * 60))
    guard.post("/api/positions", {"fixes": [fix(clock.now(), **wrong)]})
    assert guard.get("/api/duty").json["check_in"]["flags"] == ["no_fix"]
    assert heads(guard) == (0, 1)


def test_a_better_fix_takes_away_no_other_doubt(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[1][0])
    guard.post("/api/check-ins", body(district.codes[0], clock.now(), fix=None))
    guard.post("/api/positions", {"fixes": [fix(clock.now())]})
    check_in = guard.get("/api/duty").json["check_in"]
    assert (check_in["flags"], check_in["verified"]) == (["not_rostered"], False)

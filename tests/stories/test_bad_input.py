"""What goes wrong at a school gate, told as it happens: a clear refusal, nothing lost, nothing counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from server.core.database.transaction import Store
from server.duty.tables import check_in
from server.people.tables import account
from server.places.actions import post_codes
from server.places.tables import district as district_table
from server.places.tables import peak, post, post_code, school, station
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


def _entries(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(check_in)).scalar_one())


def test_the_poster_of_yesterday_still_counts_for_its_days_and_then_no_more(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    post_codes.reissue(app_store, post=str(district.posts[0]), now=clock.now())
    guard = caller(district.guards[0][0])
    view = guard.post("/api/check-ins", body(district.codes[0], clock.now())).json
    assert (view["flags"], view["verified"]) == (["stale_code"], False)
    clock.wind(minutes=60 * 24 * 14 + 1)
    late = caller(district.guards[0][1]).post("/api/check-ins", body(district.codes[0], clock.now()))
    assert (late.status_code, late.json["code"]) == (404, "unknown_post")


def test_a_post_of_another_district_is_as_unknown_as_none(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection

        def add(table: Any, **values: Any) -> int:
            return int(connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())

        other = add(district_table, name="远山区", time_zone="Asia/Shanghai", demo=True)
        its_station = add(
            station, district_id=other, name="远山派出所", latitude=30.0, longitude=116.0, telephone=None
        )
        its_school = add(
            school, district_id=other, station_id=its_station, name="远山小学", kind="primary", pupils=100
        )
        its_post = add(
            post,
            school_id=its_school,
            district_id=other,
            station_id=its_station,
            name="远山小学 正门",
            gate="正门",
            latitude=30.0,
            longitude=116.0,
            fence_radius_m=150,
            composition={},
        )
        connection.execute(
            insert(post_code).values(code="FARAWAYPST", post_id=its_post, issued_at=clock.now())
        )
    guard = caller(district.guards[0][0])
    refused = guard.post("/api/check-ins", body("FARAWAYPST", clock.now()))
    assert (refused.status_code, refused.json["code"]) == (404, "unknown_post")
    assert _entries(app_store) == 0


def test_a_suspended_guard_gets_no_further(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    guard = caller(district.guards[0][0])
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account).where(account.c.id == district.guards[0][0]).values(status="suspended")
        )
    refused = guard.post("/api/check-ins", body(district.codes[0], clock.now()))
    assert (refused.status_code, refused.json["code"]) == (403, "suspended")
    assert _entries(app_store) == 0


def test_twenty_phones_of_one_account_at_once_make_one_duty(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    """Whichever sessions are still good, one check-in stands, and every other phone is told why not."""
    phones = [caller(district.guards[0][0]) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda one: one[1].post(
                    "/api/check-ins", body(district.codes[0], clock.now(), device_id=f"device-{one[0]}")
                ),
                enumerate(phones),
            )
        )
    told = sorted((answer.status_code, answer.json.get("code", "")) for answer in answers)
    assert told == [(201, ""), *[(409, "already_on_duty")] * 19]
    assert _entries(app_store) == 1


def test_one_request_sent_ten_times_at_once_is_one_check_in_with_one_answer(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    guard = caller(district.guards[0][0])
    asked = body(district.codes[0], clock.now())
    headers = {"X-CSRF-Token": guard.csrf_token}
    cookie = {"Cookie": "huxue=" + guard.client.get_cookie("huxue").value}
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(
                lambda _: guard.client.application.test_client(use_cookies=False).post(
                    "/api/check-ins", json=asked, headers=headers | cookie
                ),
                range(10),
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert _entries(app_store) == 1


@pytest.mark.parametrize("code", ["\x00", "\u202e", "T" * 10_000, "", 7, None, ["TESTPOST01"]])
def test_what_no_poster_says_is_refused_and_nothing_kept(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store, code: Any
) -> None:
    answer = caller(district.guards[0][0]).post("/api/check-ins", body(code, clock.now()))
    assert (answer.status_code, answer.json["code"]) == (422, "bad_input")
    assert "post_code" in answer.json["fields"]
    assert _entries(app_store) == 0


def test_a_body_nested_a_hundred_thousand_deep_is_a_broken_body(
    caller: SignIn, district: SmallDistrict
) -> None:
    guard = caller(district.guards[0][0])
    deep = b'{"request_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = guard.client.post(
        "/api/check-ins",
        data=deep,
        headers={"X-CSRF-Token": guard.csrf_token},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


def test_a_peak_over_midnight_is_one_shift_of_the_evenings_date(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    """An evening school lets out at 23:50; who comes at 00:05 is late for yesterday's shift, in local time."""
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(peak)
            .where(peak.c.kind == "afternoon_dismissal")
            .values(
                starts=datetime(2026, 1, 1, 23, 50, tzinfo=UTC).time(),
                ends=datetime(2026, 1, 1, 0, 30, tzinfo=UTC).time(),
            )
        )
    clock.set(datetime(2026, 11, 23, 16, 5, tzinfo=UTC))  # Tuesday 00:05 in Shanghai
    view = caller(district.guards[0][0]).post("/api/check-ins", body(district.codes[0], clock.now())).json
    assert (view["shift"]["date"], view["verdict"], view["minutes_late"]) == ("2026-11-23", "late", 15)

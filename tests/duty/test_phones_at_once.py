"""Phones that check in at the same moment, through the writer of a serving process."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask import Flask

from server.core.database.transaction import Store
from server.duty.tables import check_in
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, STEP, SmallDistrict
from tests.tools.duty import count
from tests.tools.faults import failing_commits

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def live(app: Flask) -> Flask:
    """Let the application's own group writer run, as it does in a serving process."""
    threading.Thread(target=app.extensions["huxue.start"][0], daemon=True).start()
    return app


def test_twenty_phones_of_one_account_through_the_running_writer_make_one_duty(
    live: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
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
    assert count(app_store, check_in) == 1


def test_two_check_ins_at_once_at_two_posts_leave_one_duty_and_true_lines(
    live: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    """The same guard from two phones at two gates in the same moment; a third guard's check-in is unharmed."""
    phones = [caller(district.guards[0][0]), caller(district.guards[0][0]), caller(district.guards[1][0])]
    posts = (0, 1, 1)
    with ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(
                lambda one: one[0].post(
                    "/api/check-ins",
                    body(
                        district.codes[one[1]],
                        clock.now(),
                        device_id=str(uuid4()),
                        fix={
                            "latitude": LATITUDE + one[1] * STEP,
                            "longitude": 117.25,
                            "accuracy_m": 9.0,
                            "at": clock.now().isoformat(),
                        },
                    ),
                ),
                zip(phones, posts, strict=True),
            )
        )
    assert sorted(one.status_code for one in answers[:2]) == [201, 409]
    assert answers[2].status_code == 201
    assert count(app_store, check_in) == 2
    seats = {
        line["post_id"]: [seat["account_id"] for seat in line["seats"]]
        for line in caller(district.consoles["dispatcher"]).get("/api/coverage").json["posts"]
    }
    assert sorted(one for people in seats.values() for one in people) == sorted(
        [district.guards[0][0], district.guards[1][0]]
    )


def test_a_failing_commit_is_503_for_every_phone_and_the_retry_is_made(
    live: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    guards = [caller(district.guards[0][seat]) for seat in range(6)]
    asked = [
        body(district.codes[0], clock.now(), device_id=str(number) * 8, request_id=str(uuid4()))
        for number in range(6)
    ]
    with failing_commits(app_store), ThreadPoolExecutor(6) as pool:
        first = list(
            pool.map(lambda one: one[0].post("/api/check-ins", one[1]), zip(guards, asked, strict=True))
        )
    assert {(one.status_code, one.json["code"]) for one in first} == {(503, "cannot_write_now")}
    assert {one.headers["Retry-After"] for one in first} == {"2"}
    assert count(app_store, check_in) == 0
    second = [guard.post("/api/check-ins", one) for guard, one in zip(guards, asked, strict=True)]
    assert [one.status_code for one in second] == [201] * 6
    assert count(app_store, check_in) == 6

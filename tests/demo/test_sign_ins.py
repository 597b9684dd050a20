"""One-click sign-ins: in demo mode, on this machine, on a demo's database, and nowhere else."""

from collections.abc import Callable

import pytest
from flask import Flask

from server.app import create_app
from server.config import read_settings
from server.places.tables import district as district_table
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.keys import TEST_KEYS
from tests.tools.proxies import trust

WHO = ["guard", "duty_leader", "school", "station", "dispatcher", "district"]


def test_lists_six_people(app: Flask, district: SmallDistrict) -> None:
    people = app.test_client().get("/api/demo/people").json["people"]
    assert [one["who"] for one in people] == WHO
    assert people[0]["category"] == "security" and people[0]["post_code"] == district.codes[0]
    assert people[2] == {
        "who": "school",
        "name": "测试school_admin",
        "role": "school_admin",
        "category": None,
        "post_code": None,
    }


@pytest.mark.parametrize("who", WHO)
def test_signs_in(app: Flask, district: SmallDistrict, who: str) -> None:
    client = app.test_client()
    answer = client.post("/api/demo/sessions", json={"who": who})
    assert answer.status_code == 200 and answer.json["me"]["demo"] is True
    me = client.get("/api/me").json
    assert me["account"]["id"] == answer.json["me"]["account"]["id"]


def test_the_guard_can_check_in(app: Flask, district: SmallDistrict, clock: WoundClock) -> None:
    client = app.test_client()
    me = client.post("/api/demo/sessions", json={"who": "guard"}).json["me"]
    assert me["account"]["id"] == district.guards[0][2]
    post = client.get(f"/api/posts/{district.codes[0]}").json["post"]
    assert post["rostered"] is True


def test_signs_in_as_any_account(app: Flask, district: SmallDistrict) -> None:
    client = app.test_client()
    number = district.guards[2][5]
    answer = client.post("/api/demo/sessions", json={"who": f"account:{number}"})
    assert answer.json["me"]["account"]["id"] == number
    assert client.post("/api/demo/sessions", json={"who": "account:999999"}).json["code"] == "not_found"
    for who in ("account:", "account:-1", "account:१", "auditor", "", None, 7):
        assert client.post("/api/demo/sessions", json={"who": who}).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-For": ""},
        {"X-Real-IP": "::1"},
        {"Forwarded": "for=x"},
    ],
)
def test_refuses_whoever_comes_through_a_proxy(
    app: Flask, district: SmallDistrict, headers: dict[str, str]
) -> None:
    client = app.test_client()
    answer = client.post("/api/demo/sessions", json={"who": "guard"}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "loopback_only")
    assert client.get("/api/demo/people", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Forwarded-For": "127.0.0.1"}, 200),
        ({"X-Forwarded-For": "::1"}, 200),
        ({"X-Forwarded-For": "203.0.113.7"}, 403),
        # Another proxy in front of the named one heard from elsewhere; or somebody claims to be here.
        ({"X-Forwarded-For": "203.0.113.7, 127.0.0.1"}, 403),
        ({"X-Forwarded-For": "127.0.0.1, 203.0.113.7"}, 403),
        ({"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}, 403),
        ({"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}, 403),
        ({"X-Forwarded-For": ""}, 403),
        ({"X-Forwarded-For": "127.0.0.1,"}, 403),
    ],
)
def test_a_named_proxy_is_believed_about_whom_it_heard_from(
    app: Flask, district: SmallDistrict, headers: dict[str, str], status: int
) -> None:
    assert app.test_client().get("/api/demo/people", headers=headers).status_code == 403
    trust(app, "127.0.0.0/8")
    assert app.test_client().get("/api/demo/people", headers=headers).status_code == status
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    answer = app.test_client().get("/api/demo/people", headers=headers, environ_base=elsewhere)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("address", "status"), [("::1", 200), ("127.0.0.9", 200), ("192.0.2.7", 403), ("", 403)]
)
def test_answers_this_machine_alone(app: Flask, district: SmallDistrict, address: str, status: int) -> None:
    answer = app.test_client().get("/api/demo/people", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_refuses_a_real_district(
    app: Flask, district: SmallDistrict, clock: WoundClock, caller: Callable[[int | None], Caller]
) -> None:
    with app.extensions["huxue"].store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            district_table.insert().values(name="麦浪区", time_zone="Asia/Shanghai")
        )
    client = app.test_client()
    assert client.get("/api/demo/people").json["code"] == "not_a_demo"
    assert client.post("/api/demo/sessions", json={"who": "guard"}).json["code"] == "not_a_demo"


def test_is_not_there_outside_demo_mode(sqlite_url: str, clock: WoundClock) -> None:
    settings = read_settings(
        {
            "HUXUE_DATABASE_URL": sqlite_url,
            "HUXUE_ENGINE": "threads",
            "HUXUE_PUBLIC_URL": "https://huxue.example",
            "HUXUE_KEYS": TEST_KEYS,
        }
    )
    client = create_app(settings, now=clock.now).test_client()
    assert client.get("/api/demo/people").status_code == 404
    assert client.post("/api/demo/sessions", json={"who": "guard"}).status_code == 404


def test_before_the_peak_the_next_one_counts(app: Flask, district: SmallDistrict, clock: WoundClock) -> None:
    clock.wind(minutes=-300)
    who = app.test_client().get("/api/demo/people").json["people"][0]["who"]
    assert who == "guard"

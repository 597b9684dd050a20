"""Somebody is erased: nothing that names him is left, and the figures are what they were."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from server.alarm.service.verifying import verify_timelines
from server.areas import metadata
from server.core.audit import audit_row
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.http.wire import Platform
from server.core.jobs import sweeping
from server.core.jobs.kinds import JobKind
from server.delivery.tables import message, push_subscription
from server.duty.tables import check_in, position
from server.people.jobs import erasures as jobs
from server.people.rules.erasing import without
from server.people.service import erasing
from server.people.service.erasing import EraseOf
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.jobs import work_off
from tests.tools.phone import Phone

SignIn = Callable[[int | None], Caller]
NAME, NUMBER = "欧阳抹除", "19900007788"
ENDPOINT = "https://push.example/of-one-browser"


def everything(store: Store) -> str:
    """Write down each row of each table as one text."""
    with store.read() as connection:
        return "\n".join(
            f"{table.name}: {json.dumps([str(value) for value in row], ensure_ascii=False)}"
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        )


def of_files(folder: Path) -> bytes:
    return b"".join(place.read_bytes() for place in folder.rglob("*") if place.is_file())


def figures(store: Store) -> list[tuple[Any, ...]]:
    """Count duties by post, day, category, verdict and whether they count: what a district's report is made of."""
    columns = (
        check_in.c.post_id,
        check_in.c.date,
        check_in.c.category,
        check_in.c.verdict,
        check_in.c.verified,
    )
    with store.read() as connection:
        rows = connection.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns))
        return [tuple(row) for row in rows]


def leave_traces(store: Store, number: int, duty_id: int, clock: WoundClock) -> None:
    """Leave a trail, a browser that is woken, and a message that went to him."""
    with store.transaction(clock.now()) as transaction:
        place = {"account_id": number, "check_in_id": duty_id, "latitude": 31.0, "longitude": 117.0}
        transaction.connection.execute(insert(position).values(**place, accuracy_m=5.0, at=clock.now()))
        browser = {
            "account_id": number,
            "endpoint_hash": "x",
            "endpoint": ENDPOINT,
            "p256dh": "p",
            "auth": "a",
        }
        transaction.connection.execute(
            insert(push_subscription).values(**browser, created_at=clock.now(), failures=0)
        )
        sent = {
            "channel": "sms",
            "purpose": "alarm_call",
            "address": NUMBER,
            "reference": "r",
            "state": "sent",
        }
        times = {"created_at": clock.now(), "due_at": clock.now(), "expires_at": clock.now()}
        transaction.connection.execute(insert(message).values(**sent, **times, account_id=number, alarm_id=1))


@pytest.fixture
def guard(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> tuple[Phone, int]:
    """Let somebody register, be approved, stand on duty, be reached, raise an alarm, take his data and go home."""
    phone = Phone(app, NUMBER)
    number: int = phone.register(district.codes[0], name=NAME).json["me"]["account"]["id"]
    school = caller(district.consoles["school_admin"])
    assert school.post(f"/api/guards/{number}/approval", {"approved": True}).status_code == 200
    fix = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 9, "at": clock.now().isoformat()}
    begun = phone.post(
        "/api/check-ins",
        {
            "request_id": str(uuid4()),
            "post_code": district.codes[0],
            "fix": fix,
            "claimed_at": clock.now().isoformat(),
        },
    )
    assert begun.status_code == 201, begun.json
    leave_traces(app_store, number, begun.json["id"], clock)
    alarm = phone.post("/api/alarms", {"request_id": str(uuid4()), "fix": fix})
    assert alarm.status_code == 201
    assert phone.post("/api/me/own-data", {"request_id": str(uuid4()), "language": "en"}).status_code == 202
    work_off(app)
    dispatcher = caller(district.consoles["dispatcher"])
    ending = {"outcome": "test", "finding": "Ended."}
    assert code_of(phone.post("/api/me/erasure", {"request_id": str(uuid4())})) == "erasure_hindered"
    assert dispatcher.post(f"/api/alarms/{alarm.json['id']}/resolution", ending).status_code == 200
    clock.wind(minutes=45)
    assert code_of(phone.post("/api/me/erasure", {"request_id": str(uuid4())})) == "erasure_hindered"
    assert phone.post("/api/check-outs", {"request_id": str(uuid4())}).status_code == 201
    return phone, number


def code_of(answer: Any) -> str:
    found: str = answer.json["code"]
    return found


def test_nothing_that_names_him_is_left_and_the_figures_stay(
    app: Flask,
    app_store: Store,
    caller: SignIn,
    guard: tuple[Phone, int],
    clock: WoundClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    phone, number = guard
    device = phone.client.get_cookie("huxue_device")
    words = [NAME, NUMBER, "199****7788", ENDPOINT, *([device.value.split(".")[0]] if device else [])]
    before, counted = everything(app_store), figures(app_store)
    assert [word for word in words if word not in before] == []
    assert of_files(tmp_path / "files")
    with caplog.at_level(logging.DEBUG):
        assert phone.post("/api/me/erasure", {"request_id": str(uuid4())}).json == {"erased": True}
        assert phone.get("/api/me").status_code == 401
        assert work_off(app) == 1
    here: Platform = app.extensions["huxue"]
    assert sweeping.sweep(app_store, here.files, clock.now(), RowRetry("files")) == 1
    after = everything(app_store)
    assert [line for line in after.splitlines() if any(word in line for word in words)] == []
    assert of_files(tmp_path / "files") == b""
    assert [word for word in words if word in caplog.text] == []
    assert figures(app_store) == counted
    with app_store.read() as connection:
        left = connection.execute(select(account).where(account.c.id == number)).mappings().one()
        assert verify_timelines(connection) is False
        kept = connection.execute(select(func.count()).where(check_in.c.account_id == number)).scalar_one()
    assert (left["name"], left["phone_sealed"], left["status"], kept) == ("—", None, "suspended", 1)


def test_the_same_telephone_registers_anew_as_somebody_else(
    app: Flask, guard: tuple[Phone, int], district: SmallDistrict
) -> None:
    phone, number = guard
    phone.post("/api/me/erasure", {"request_id": str(uuid4())})
    work_off(app)
    again = Phone(app, NUMBER).register(district.codes[0], name="另一个人")
    assert again.status_code == 201
    assert again.json["me"]["account"]["id"] != number


def test_a_worker_that_dies_before_the_end_has_erased_nothing_by_halves_and_the_clock_asks_again(
    app: Flask, app_store: Store, guard: tuple[Phone, int], clock: WoundClock
) -> None:
    phone, number = guard
    phone.post("/api/me/erasure", {"request_id": str(uuid4())})

    def fails(_work: object, _asked: EraseOf) -> None:
        raise ValueError

    assert work_off(app, {erasing.ERASE: JobKind(erasing.ERASE, EraseOf, fails)}) == 1
    with app_store.read() as connection:
        assert connection.execute(select(account.c.name).where(account.c.id == number)).scalar_one() == NAME
    rows = RowRetry("erasures")
    assert jobs.ask_again(app_store, clock.now(), rows) == 1
    assert jobs.ask_again(app_store, clock.now() + timedelta(minutes=1), rows) == 0
    work_off(app)
    with app_store.read() as connection:
        assert connection.execute(select(account.c.name).where(account.c.id == number)).scalar_one() == "—"
    assert jobs.ask_again(app_store, clock.now() + timedelta(minutes=2), rows) == 0


def test_the_district_has_somebody_erased_by_a_command(
    app: Flask, app_store: Store, guard: tuple[Phone, int], district: SmallDistrict
) -> None:
    _phone, number = guard
    done = app.test_cli_runner().invoke(args=["erase-guard", str(number)])
    assert done.output.endswith(f"Account {number} is closed, and its person will be erased.\n")
    work_off(app)
    assert NAME not in everything(app_store)
    refused = app.test_cli_runner().invoke(args=["erase-guard", str(district.consoles["dispatcher"])])
    assert refused.exit_code == 1


def test_consoles_are_not_erased(caller: SignIn, district: SmallDistrict) -> None:
    assert code(caller(district.consoles["school_admin"]).post("/api/me/erasure")) == (403, "not_your_role")


def test_only_what_names_him_is_replaced_however_deep_it_lies() -> None:
    kept = {
        "items": [
            {"id": 3, "name": "李四", "phone_masked": "199****7788", "status": "李四"},
            {"id": 4, "name": "李四"},
        ],
        "said": "李四",
        "more": {"account_id": 3, "name": "李四光"},
    }
    assert without(kept, 3, frozenset({"李四", "199****7788"}), "—") == {
        "items": [{"id": 3, "name": "—", "phone_masked": "—", "status": "李四"}, {"id": 4, "name": "李四"}],
        "said": "李四",
        "more": {"account_id": 3, "name": "李四光"},
    }


def test_a_guard_who_is_called_like_a_state_takes_nothing_out_of_the_answers_of_others(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    colleague = caller(district.guards[0][0])
    sent = {"post_code": district.codes[0], "claimed_at": clock.now().isoformat(), "request_id": str(uuid4())}
    first = colleague.post("/api/check-ins", sent)
    assert (first.status_code, first.json["category"]) == (201, "duty_leader")
    liar = Phone(app, "19900007799")
    liar.register(district.codes[0], name=first.json["category"])
    assert liar.post("/api/me/erasure", {"request_id": str(uuid4())}).status_code == 202
    work_off(app)
    assert colleague.post("/api/check-ins", sent).json == first.json


def test_whoever_is_erased_is_not_approved_once_more(
    app: Flask, guard: tuple[Phone, int], caller: SignIn, district: SmallDistrict
) -> None:
    """Between his wish and the end of the job he would have come back for a moment, and been blanked on duty."""
    phone, number = guard
    school = caller(district.consoles["school_admin"])
    phone.post("/api/me/erasure", {"request_id": str(uuid4())})
    for _before_and_after in range(2):
        again = school.post(f"/api/guards/{number}/approval", {"approved": True})
        assert (again.status_code, again.json["code"]) == (404, "not_found")
        work_off(app)


def test_the_district_has_a_guard_erased_by_his_name(
    app: Flask, app_store: Store, caller: SignIn, guard: tuple[Phone, int], district: SmallDistrict
) -> None:
    phone, number = guard
    admin, officer = (caller(district.consoles[role]) for role in ("district_admin", "station_officer"))
    path, body = f"/api/guards/{number}/erasure", {"request_id": str(uuid4()), "name": NAME, "reason": "left"}
    assert code(officer.post(path, body)) == (403, "not_your_role")
    assert code(admin.post("/api/guards/999999/erasure", body)) == (404, "not_found")
    for other in ("", "别人", NAME[:-1]):
        assert admin.post(path, {**body, "name": other}).status_code in {409, 422}
    assert admin.post(path, {**body, "reason": "because"}).status_code == 422
    assert phone.get("/api/me").status_code == 200
    answers = [admin.post(path, body) for _try in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].json == answers[1].json
    assert answers[0].json["closed"] is True
    assert phone.get("/api/me").status_code == 401
    work_off(app)
    with app_store.read() as connection:
        asked = connection.execute(select(audit_row).where(audit_row.c.act == "erasure.asked")).all()
    assert [(one.actor_id, one.subject_id, one.facts) for one in asked] == [
        (district.consoles["district_admin"], number, {"reason": "left"})
    ]
    assert [line for line in everything(app_store).splitlines() if NAME in line or NUMBER in line] == []


def test_whoever_stands_at_a_gate_is_not_erased_by_the_district(
    app_store: Store, caller: SignIn, district: SmallDistrict, team: list[list[int]]
) -> None:
    number = team[0][0]
    with app_store.read() as connection:
        name = connection.execute(select(account.c.name).where(account.c.id == number)).scalar_one()
    body = {"request_id": str(uuid4()), "name": name, "reason": "asked"}
    answer = caller(district.consoles["district_admin"]).post(f"/api/guards/{number}/erasure", body)
    assert code(answer) == (409, "person_engaged")

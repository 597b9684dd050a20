"""Whereabouts are kept with consent alone, and only while it holds."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.duty.actions.positions import MOST_KEPT, PHONES_COUNTED_OVER_S, PositionBuffer
from server.duty.api.positions import PeoplePage
from server.duty.rules.position_pace import A_SECOND, MANY_WAITING, next_after_s
from server.duty.tables import Position, check_in, last_position, position
from server.people.tables import consent
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import count
from tests.tools.faults import failing_commits
from tests.tools.statements import counted

SignIn = Callable[[int | None], Caller]


def here(clock: WoundClock, **more: Any) -> dict[str, Any]:
    return {
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
        "accuracy_m": 8,
        "at": clock.now().isoformat(),
        **more,
    }


def agree(guard: Caller, given: bool, kind: str = "position") -> None:
    answer = guard.post("/api/me/consents", {"kind": kind, "version": "2026-11", "given": given})
    assert answer.status_code == 200


def flush(app: Flask, clock: WoundClock) -> int:
    written: int = app.extensions["huxue"].part(PositionBuffer).flush(clock.now())
    return written


@pytest.fixture
def on_duty(caller: SignIn, district: SmallDistrict, clock: WoundClock) -> Caller:
    """Check a guard in who agreed to share positions."""
    guard = caller(district.guards[0][0])
    assert guard.post("/api/check-ins", body(district.codes[0], clock.now())).status_code == 201
    return guard


def test_a_place_without_consent_is_refused_and_not_kept(
    app: Flask, on_duty: Caller, clock: WoundClock, app_store: Store
) -> None:
    assert on_duty.post("/api/positions", {"fixes": [here(clock)]}).status_code == 200
    agree(on_duty, False)
    refused = on_duty.post("/api/positions", {"fixes": [here(clock)]})
    assert (refused.status_code, refused.json["code"]) == (403, "no_position_consent")
    agree(on_duty, True)
    assert on_duty.post("/api/positions", {"fixes": [here(clock)]}).status_code == 200


def test_an_account_that_was_never_asked_has_not_agreed(
    on_duty: Caller, clock: WoundClock, app_store: Store
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(consent.delete().where(consent.c.account_id == on_duty.account_id))
    assert on_duty.post("/api/positions", {"fixes": [here(clock)]}).json["code"] == "no_position_consent"


def test_consent_to_something_else_is_none(on_duty: Caller, clock: WoundClock, app_store: Store) -> None:
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(consent)
            .where(consent.c.account_id == on_duty.account_id, consent.c.kind == "position")
            .values(withdrawn_at=clock.now())
        )
    assert on_duty.post("/api/positions", {"fixes": [here(clock)]}).json["code"] == "no_position_consent"


@pytest.mark.parametrize("agreed", [True, False])
def test_a_check_in_is_judged_by_its_fix_and_keeps_it_with_consent_alone(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store, agreed: bool
) -> None:
    guard = caller(district.guards[0][0])
    agree(guard, agreed)
    view = guard.post("/api/check-ins", body(district.codes[0], clock.now())).json
    assert (view["verified"], view["flags"], view["distance_m"]) == (True, [], pytest.approx(3.3, abs=0.1))
    with app_store.read() as connection:
        row = connection.execute(
            select(check_in.c.latitude, check_in.c.longitude, check_in.c.accuracy_m)
        ).one()
    assert tuple(row) == ((LATITUDE, LONGITUDE, 12.0) if agreed else (None, None, None))
    assert count(app_store, position) == count(app_store, last_position) == int(agreed)


def test_who_withdraws_is_off_the_map_at_once_also_with_what_was_on_its_way(
    app: Flask, caller: SignIn, district: SmallDistrict, on_duty: Caller, clock: WoundClock, app_store: Store
) -> None:
    other = caller(district.guards[0][1])
    other.post("/api/check-ins", body(district.codes[0], clock.now(), device_id="device-2"))
    for guard in (on_duty, other):
        guard.post("/api/positions", {"fixes": [here(clock)]})
    agree(on_duty, False)
    assert flush(app, clock) == 1
    whole = {"south": LATITUDE - 1, "north": LATITUDE + 1, "west": LONGITUDE - 1, "east": LONGITUDE + 1}
    people = caller(district.consoles["dispatcher"]).get("/api/positions", **whole).json["items"]
    assert [one["account_id"] for one in people] == [other.account_id]
    assert count(app_store, position, account_id=on_duty.account_id) == 0


def test_a_crowd_on_the_map_comes_in_pages(
    app: Flask, caller: SignIn, district: SmallDistrict, on_duty: Caller, clock: WoundClock, app_store: Store
) -> None:
    others = [caller(account_id) for account_id in district.guards[0][1:4]]
    for number, guard in enumerate(others):
        guard.post("/api/check-ins", body(district.codes[0], clock.now(), device_id=f"device-{number + 2}"))
    for guard in (on_duty, *others):
        guard.post("/api/positions", {"fixes": [here(clock)]})
    flush(app, clock)
    whole = {"south": LATITUDE - 1, "north": LATITUDE + 1, "west": LONGITUDE - 1, "east": LONGITUDE + 1}
    console = caller(district.consoles["dispatcher"])
    seen, cursor = [], 0
    for _page in range(2):
        page = console.get("/api/positions", **whole, limit=2, cursor=cursor).json
        seen += [one["account_id"] for one in page["items"]]
        cursor = page["next"]
    assert cursor is None
    assert seen == sorted(one.account_id for one in (on_duty, *others) if one.account_id)
    assert console.get("/api/positions", **whole, limit=501).status_code == 422
    assert count(app_store, audit_row, act="watch_positions") == 1


def many(app: Flask, on_duty: Caller, clock: WoundClock, calls: int) -> None:
    """Let a phone send so many places, one a call."""
    for _call in range(calls):
        clock.wind(seconds=1)
        assert on_duty.post("/api/positions", {"fixes": [here(clock)]}).status_code == 200


def test_a_second_of_places_is_one_transaction(
    app: Flask, on_duty: Caller, clock: WoundClock, app_store: Store
) -> None:
    before, begun = count(app_store, position), []
    many(app, on_duty, clock, 40)
    assert count(app_store, position) == before, "nothing is written while a phone waits for its answer"
    listener: Callable[[Any], None] = begun.append
    event.listen(app_store.engine, "commit", listener)
    assert flush(app, clock) == 40
    event.remove(app_store.engine, "commit", listener)
    assert len(begun) == 1
    assert count(app_store, position) == before + 40
    with app_store.read() as connection:
        assert connection.execute(select(last_position.c.at)).scalar_one() == clock.now()
    assert flush(app, clock) == 0


def test_a_failing_database_loses_no_place_that_was_taken(
    app: Flask, on_duty: Caller, clock: WoundClock, app_store: Store
) -> None:
    before = count(app_store, position)
    many(app, on_duty, clock, 3)
    with failing_commits(app_store):
        for _try in range(3):
            with pytest.raises(OperationalError):
                flush(app, clock)
            assert on_duty.post("/api/positions", {"fixes": [here(clock)]}).status_code == 200
    assert count(app_store, position) == before
    assert flush(app, clock) == 6
    assert count(app_store, position) == before + 6
    with app_store.read() as connection:
        times = connection.execute(select(position.c.at).order_by(position.c.id)).scalars().all()
    assert times == sorted(times), "in the order in which they were taken"


def test_beyond_what_memory_holds_the_oldest_go_first(app: Flask, on_duty: Caller, clock: WoundClock) -> None:
    buffer = app.extensions["huxue"].part(PositionBuffer)
    assert on_duty.account_id is not None
    here = Position(on_duty.account_id, 1, 1.0, 1.0, 0.0, clock.now())
    buffer.put(replace(here, accuracy_m=float(number)) for number in range(MOST_KEPT + 5))
    assert flush(app, clock) == MOST_KEPT


def test_a_second_of_places_of_many_phones_is_a_statement_a_table(
    app: Flask, caller: SignIn, district: SmallDistrict, on_duty: Caller, clock: WoundClock, app_store: Store
) -> None:
    others = [caller(account_id) for account_id in district.guards[0][1:6]]
    for number, guard in enumerate(others):
        guard.post("/api/check-ins", body(district.codes[0], clock.now(), device_id=f"device-{number + 2}"))
    for phones in ([on_duty], [on_duty, *others]):
        for guard in phones:
            assert guard.post("/api/positions", {"fixes": [here(clock), here(clock)]}).status_code == 200
        with counted(app_store) as asked:
            assert flush(app, clock) == 2 * len(phones)
        assert (asked.writes_of("position"), asked.writes_of("last_position")) == (1, 1)
        assert len(asked.work) == 3


def test_a_console_that_asks_for_dots_gets_what_its_map_draws_in_a_quarter_of_the_bytes(
    app: Flask, caller: SignIn, district: SmallDistrict, on_duty: Caller, clock: WoundClock
) -> None:
    other = caller(district.guards[0][1])
    other.post("/api/check-ins", body(district.codes[0], clock.now(), device_id="device-2"))
    for guard in (on_duty, other):
        guard.post("/api/positions", {"fixes": [here(clock, latitude=LATITUDE + 0.00123456789)]})
    flush(app, clock)
    console = caller(district.consoles["dispatcher"])
    whole = {"south": LATITUDE - 1, "north": LATITUDE + 1, "west": LONGITUDE - 1, "east": LONGITUDE + 1}
    objects, dots = (
        console.get("/api/positions", **whole),
        console.get("/api/positions", **whole, shape="dots"),
    )
    assert PeoplePage().dump(dots.json) == dots.json
    assert dots.json["items"] == []
    seen = [[one["account_id"], round(one["latitude"], 6), one["longitude"]] for one in objects.json["items"]]
    assert dots.json["dots"] == seen
    a_person = [len(json.dumps(row, separators=(",", ":"))) for row in (objects.json["items"][0], seen[0])]
    assert a_person[1] * 4 < a_person[0] + 4
    pages = [
        console.get("/api/positions", **whole, shape="dots", limit=1, cursor=of).json
        for of in (0, seen[0][0])
    ]
    assert [page["dots"] for page in pages] == [[one] for one in seen]
    assert [page["next"] for page in pages] == [seen[0][0], None]
    elsewhere = {**whole, "south": LATITUDE + 0.5}
    assert console.get("/api/positions", **elsewhere, shape="dots").json["dots"] == []
    assert console.get("/api/positions", **whole, shape="dots", limit=5_001).status_code == 422


@given(phones=st.integers(0, 60_000), waiting=st.integers(0, 5_000))
def test_phones_send_every_30_s_and_more_seldom_the_more_they_are(phones: int, waiting: int) -> None:
    after = next_after_s(phones=phones, check_ins_waiting=waiting)
    assert 30 <= after <= 120
    assert after <= next_after_s(phones=phones + 1, check_ins_waiting=waiting)
    assert after <= next_after_s(phones=phones, check_ins_waiting=waiting + 1)
    if phones <= 33_000:
        assert phones / after <= A_SECOND, "what one process takes"
    if phones <= 30 * A_SECOND and waiting < MANY_WAITING:
        assert after == 30
    if waiting >= MANY_WAITING:
        assert after == 120


def test_the_answer_says_when_to_send_again_by_how_many_phones_do(
    app: Flask, on_duty: Caller, clock: WoundClock
) -> None:
    buffer, sent = app.extensions["huxue"].part(PositionBuffer), {"fixes": [here(clock)]}
    assert on_duty.post("/api/positions", sent).json == {"kept": 1, "dropped": 0, "next_after_s": 30}
    for account_id in range(100_000, 116_500):
        buffer.phones(account_id)
    assert on_duty.post("/api/positions", sent).json["next_after_s"] == 61


def test_phones_that_send_no_more_are_counted_no_more(app_store: Store) -> None:
    at = [0.0]
    buffer = PositionBuffer(app_store, lambda: at[0])
    assert [buffer.phones(of) for of in (1, 2, 2, 3)] == [1, 2, 2, 3]
    at[0] += PHONES_COUNTED_OVER_S
    assert [buffer.phones(of) for of in (1, 2)] == [3, 3], "the others send later"
    at[0] += PHONES_COUNTED_OVER_S
    assert buffer.phones(1) == 2

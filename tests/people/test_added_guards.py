"""Adding one guard by a form: what a list would do with his row, at once and once."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from server.core.audit import audit_look, audit_row
from server.core.database.sealing import telephones
from server.core.database.transaction import Store
from server.people.actions import adding
from server.people.rules.imports import ELSEWHERE_TOLD
from server.people.tables import account
from server.places import tables as places
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.guard_lists import SCHOOL, guards_file, read_list
from tests.tools.phone import Phone

SignIn = Callable[[int | None], Caller]
HIM = {"name": "张新", "phone": "199 0001-0001", "category": "teacher"}


@pytest.fixture
def school(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def _add(one: Caller, **changes: Any) -> Any:
    return one.post("/api/guards/listed", HIM | changes)


def _people(store: Store) -> int:
    with store.read() as connection:
        number: int = connection.execute(select(func.count()).select_from(account)).scalar_one()
    return number


def _facts(store: Store, act: str) -> list[Any]:
    with store.read() as connection:
        rows = select(audit_row.c.facts).where(audit_row.c.act == act).order_by(audit_row.c.id)
        return list(connection.execute(rows).scalars())


def _registered_elsewhere(
    store: Store, district: SmallDistrict, clock: WoundClock, phones: list[str]
) -> None:
    values = {
        "role": "guard",
        "status": "approved",
        "category": "teacher",
        "district_id": district.district_id,
        "school_id": district.schools[1],
        "registered_at": clock.now(),
    }
    with store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        for number, phone in enumerate(phones):
            written = telephones.written(connection, account, phone)
            name = f"别处{chr(0x4E00 + number)}"
            connection.execute(insert(account).values(**values, name=name, **written))


def test_a_school_adds_somebody_who_registers_agrees_and_is_let_in(
    app: Flask, school: Caller, district: SmallDistrict
) -> None:
    added = _add(school)
    assert added.status_code == 201, added.json
    assert (added.json["status"], added.json["school_name"]) == ("approved", SCHOOL)
    assert added.json["phone_masked"] == "199****0001"
    # A code alone opens nothing: he has not agreed to anything yet.
    assert Phone(app, "19900010001").sign_in().json["ticket"]
    came = Phone(app, "19900010001").register(district.codes[0], name="张新", category="teacher")
    me = came.json["me"]["account"]
    assert (me["id"], me["status"]) == (added.json["id"], "approved")


def test_whoever_comes_otherwise_than_he_was_added_waits(
    app: Flask, school: Caller, district: SmallDistrict
) -> None:
    assert _add(school).status_code == 201
    came = Phone(app, "19900010001").register(district.codes[2], name="张新", category="teacher")
    assert came.json["me"]["account"]["status"] == "pending"


def test_the_district_adds_to_any_school_that_it_names(desk: Caller, district: SmallDistrict) -> None:
    added = _add(desk, school_id=district.schools[2])
    assert (added.status_code, added.json["school_name"]) == (201, "青禾第3小学")
    assert code(_add(desk, phone="19900010002")) == (404, "not_found")
    assert code(_add(desk, phone="19900010002", school_id=1_000_000)) == (404, "not_found")


def test_a_school_adds_to_itself_alone(school: Caller, district: SmallDistrict, app_store: Store) -> None:
    before = _people(app_store)
    assert code(_add(school, school_id=district.schools[1])) == (404, "not_found")
    assert _people(app_store) == before
    assert _add(school, school_id=district.schools[0]).status_code == 201


def test_nobody_is_added_to_a_closed_school(
    desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        closed = update(places.school).where(places.school.c.id == district.schools[2])
        transaction.connection.execute(closed.values(archived_at=clock.now()))
    assert code(_add(desk, school_id=district.schools[2])) == (409, "school_closed")


def test_a_retry_adds_once_and_another_body_is_refused(
    school: Caller, app_store: Store, district: SmallDistrict
) -> None:
    before, number = _people(app_store), str(uuid4())
    first = _add(school, request_id=number)
    assert _add(school, request_id=number).json == first.json
    assert code(_add(school, request_id=number, phone="19900010002")) == (409, "request_id_reused")
    assert _people(app_store) == before + 1
    assert _facts(app_store, "guard.added") == [{"category": "teacher"}]
    with app_store.read() as connection:
        [row] = connection.execute(select(audit_row).where(audit_row.c.act == "guard.added")).mappings()
    assert (row["actor_id"], row["subject_id"]) == (district.consoles["school_admin"], first.json["id"])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"category": "police"}, (409, "police_record")),
        ({"name": "110指挥中心"}, (422, "name_of_office")),
        ({"name": "张新19900010001"}, (422, "number_in_name")),
        ({"phone": "1990001"}, (422, "bad_input")),
        ({"phone": "0551-1234567"}, (422, "bad_input")),
        ({"name": "  "}, (422, "bad_input")),
        ({"category": "mayor"}, (422, "bad_input")),
    ],
)
def test_what_a_list_would_call_a_fault_is_refused(
    school: Caller, app_store: Store, changes: dict[str, Any], why: tuple[int, str]
) -> None:
    before = _people(app_store)
    assert code(_add(school, **changes)) == why
    assert _people(app_store) == before


def test_whoever_is_there_already_is_named_and_stays_as_he_is(
    app: Flask, school: Caller, desk: Caller, district: SmallDistrict
) -> None:
    twice = _add(school, phone="+86 199 0000 0001", name="另一个名字")
    assert code(twice) == (409, "guard_known")
    assert (twice.json["facts"]["name"], twice.json["facts"]["unit"]) == ("测试12", SCHOOL)
    # The district sees all of them, whichever school it names.
    found = _add(desk, phone="19900000001", school_id=district.schools[2])
    assert (code(found), found.json["facts"]["unit"]) == ((409, "guard_known"), SCHOOL)
    assert _add(school).status_code == 201
    assert code(_add(school)) == (409, "guard_known")
    # A list says the same of him.
    assert (
        read_list(app, school, guards_file(["张新", "19900010001", "教职工", "", ""]))["counts"]["same"] == 1
    )


def test_of_somebody_elsewhere_a_school_hears_no_more_than_that_and_he_sees_the_look(
    school: Caller, app_store: Store, district: SmallDistrict
) -> None:
    found = _add(school, phone="19900000100")
    assert (code(found), found.json["facts"]) == ((409, "known_elsewhere"), {})
    assert code(_add(school, phone="19900000100")) == (409, "known_elsewhere")
    [fact] = _facts(app_store, "guards.import_elsewhere")
    assert len(fact["account_ids"]) == 1
    with app_store.read() as connection:
        looks = select(audit_look.c.account_id).join(audit_row, audit_row.c.id == audit_look.c.row_id)
        seen = connection.execute(looks.where(audit_row.c.act == "guards.import_elsewhere")).scalars().all()
    assert seen == fact["account_ids"]


def test_the_form_and_the_lists_share_the_twenty_of_a_day(
    app: Flask, school: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    """Else the form would be a way to try telephones out."""
    phones = [f"1990005{number:04}" for number in range(ELSEWHERE_TOLD + 1)]
    _registered_elsewhere(app_store, district, clock, phones)
    listed = [
        [f"别处{chr(0x4E00 + one)}", phones[one], "教职工", "", ""] for one in range(ELSEWHERE_TOLD - 1)
    ]
    read_list(app, school, guards_file(*listed))
    assert code(_add(school, phone=phones[-2])) == (409, "known_elsewhere")
    assert code(_add(school, phone=phones[-1])) == (409, "many_elsewhere")
    # From then on not even whether there was one, for a form as for a list.
    assert code(_add(school)) == (409, "many_elsewhere")
    assert (
        read_list(app, school, guards_file(["李新", "19900010002", "教职工", "", ""]))["counts"]["new"] == 0
    )
    clock.wind(seconds=25 * 3600)
    assert _add(school).status_code == 201


def test_a_guard_of_another_district_or_a_console_user_is_elsewhere_to_the_district_too(
    desk: Caller, app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        connection.execute(
            insert(account).values(
                role="dispatcher",
                username="second",
                name="测试值班",
                status="approved",
                district_id=district.district_id,
                registered_at=clock.now(),
                **telephones.written(connection, account, "19900050000"),
            )
        )
    found = _add(desk, phone="19900050000", school_id=district.schools[0])
    assert (code(found), found.json["facts"]) == ((409, "known_elsewhere"), {})


def test_so_many_are_added_in_an_hour(
    school: Caller, monkeypatch: pytest.MonkeyPatch, clock: WoundClock
) -> None:
    monkeypatch.setattr(adding, "ADDED", adding.rate_limits.Limit(2, adding.timedelta(hours=1)))
    for number in (1, 2):
        assert _add(school, phone=f"1990001000{number}").status_code == 201
    assert code(_add(school, phone="19900010003")) == (429, "too_many")
    clock.wind(seconds=3601)
    assert _add(school, phone="19900010003").status_code == 201


def test_others_add_nobody_and_no_log_holds_the_telephone(
    caller: SignIn, district: SmallDistrict, school: Caller, app_store: Store
) -> None:
    for role in ("station_officer", "dispatcher", "auditor"):
        assert code(_add(caller(district.consoles[role]))) == (403, "not_your_role")
    assert _add(school).status_code == 201
    with app_store.read() as connection:
        facts = connection.execute(select(audit_row.c.facts)).scalars().all()
    assert "19900010001" not in str(facts)

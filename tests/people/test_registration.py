"""Registering with a ticket, and consents."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from server.calendar.tables import roster
from server.core.database import event_log
from server.core.database.sealing import telephones
from server.core.database.transaction import Store
from server.people.tables import account, consent
from server.places.tables import post, post_code
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.keys import sealed
from tests.tools.phone import CONSENTS, Phone

SignIn = Callable[[int | None], Caller]
NEW = "19900008888"


@pytest.fixture
def data(app: Flask, district: SmallDistrict) -> Store:
    """Give the application's store, with the small district in it."""
    store: Store = app.extensions["huxue"].store
    return store


def _told(store: Store, name: str) -> list[event_log.Event]:
    with store.read() as connection:
        return [one for one in event_log.since(connection, 0) if one.name == name]


@pytest.mark.parametrize("category", ["duty_leader", "teacher", "security", "volunteer", "police"])
def test_a_newcomer_registers_at_a_post_and_waits_for_approval(
    app: Flask, data: Store, district: SmallDistrict, category: str
) -> None:
    """School and station are the post's; every category is only a claim."""
    phone = Phone(app, NEW)
    answer = phone.register(district.codes[2], category=category)
    assert answer.status_code == 201, answer.json
    mine = answer.json["me"]["account"]
    police = category == "police"
    assert (mine["role"], mine["status"], mine["category"]) == ("guard", "pending", category)
    assert mine["school_id"] == (None if police else district.schools[2])
    assert mine["station_id"] == (district.stations[1] if police else None)
    assert phone.get("/api/me").json["account"] == mine
    (told,) = _told(data, "guard.changed")
    assert told.data == {"account_id": mine["id"], "status": "pending"}
    assert set(told.rooms) == {
        f"account:{mine['id']}",
        f"district:{district.district_id}",
        f"station:{district.stations[1]}",
        *([] if police else [f"school:{district.schools[2]}"]),
    }
    assert Phone(app, NEW).sign_in().json["me"]["account"] == mine


def test_consents_are_kept_with_their_versions(app: Flask, data: Store, district: SmallDistrict) -> None:
    """Position may be left out, account and identity may not; a refusal does not spend the ticket."""
    phone = Phone(app, NEW)
    ticket = phone.sign_in().json["ticket"]
    body = phone.registration(ticket, district.codes[0], consents=CONSENTS[1:])
    answer = phone.post("/api/guards", body)
    assert (answer.status_code, answer.json["code"]) == (422, "consent_missing")
    assert answer.json["facts"] == {"kinds": ["account"]}
    registered = phone.post("/api/guards", {**body, "consents": CONSENTS[:2]})
    assert registered.status_code == 201
    mine = consent.c.account_id == registered.json["me"]["account"]["id"]
    with data.read() as connection:
        kept = connection.execute(
            select(consent.c.kind, consent.c.version).where(mine).order_by(consent.c.kind)
        ).all()
    assert [tuple(row) for row in kept] == [("account", "2026-11"), ("identity", "2026-11")]


def test_what_a_body_may_not_say_is_ignored(app: Flask, data: Store, district: SmallDistrict) -> None:
    """Role, status, scope, phone and names of columns come from nobody's body."""
    answer = Phone(app, NEW).register(
        district.codes[0],
        role="district_admin",
        status="approved",
        district_id=99,
        school_id=district.schools[2],
        station_id=district.stations[1],
        phone="19900000000",
        id=1,
        username="root",
        password_hash="x",
        approved_by=1,
        account={"role": "dispatcher"},
    )
    assert answer.status_code == 201
    with data.read() as connection:
        same = telephones.is_number(connection, account, NEW)
        row = connection.execute(select(account).where(same)).mappings().one()
    assert (row["role"], row["status"], row["school_id"]) == ("guard", "pending", district.schools[0])
    assert (row["username"], row["password_hash"], row["approved_by"]) == (None, None, None)
    decided = {"request_id": str(uuid4()), "approved": True, "role": "dispatcher", "category": "police"}
    admin = Caller(app, district.consoles["school_admin"], app.extensions["huxue"].now())
    assert admin.post(f"/api/guards/{row['id']}/approval", decided).json["category"] == "teacher"


def test_only_a_volunteer_has_a_kind(app: Flask, data: Store, district: SmallDistrict) -> None:
    """It is dropped elsewhere, and must be one of those known."""
    phone = Phone(app, NEW)
    assert phone.register(district.codes[0], volunteer_kind="uncle").status_code == 422
    assert phone.register(district.codes[0], category="volunteer", volunteer_kind="parent").status_code == 201
    Phone(app, "19900008887").register(district.codes[0], category="teacher", volunteer_kind="parent")
    with data.read() as connection:
        kinds = connection.execute(
            select(account.c.volunteer_kind).order_by(account.c.id.desc()).limit(2)
        ).scalars()
        assert list(kinds) == [None, "parent"]


def test_a_ticket_registers_once(app: Flask, data: Store, district: SmallDistrict, clock: WoundClock) -> None:
    """The same request again gets its answer with a session; another does not; ten minutes end it."""
    phone = Phone(app, NEW)
    ticket = phone.sign_in().json["ticket"]
    body = phone.registration(ticket, district.codes[0])
    first = phone.post("/api/guards", body)
    again = app.test_client().post("/api/guards", json=body)
    assert (again.status_code, again.json["me"]["account"]) == (201, first.json["me"]["account"])
    assert phone.get("/api/me").status_code == 401  # the retry's session took its place
    other = phone.post("/api/guards", {**body, "name": "测试别名"})
    assert (other.status_code, other.json["code"]) == (409, "request_id_reused")
    fresh = phone.post("/api/guards", {**body, "request_id": str(uuid4())})
    assert (fresh.status_code, fresh.json["code"]) == (409, "ticket_expired")
    clock.wind(minutes=10)
    assert phone.post("/api/guards", body).json["code"] == "ticket_expired"
    assert phone.post("/api/guards", {**body, "ticket": "unknown"}).json["code"] == "ticket_expired"


def test_ten_registrations_at_once_make_one_account(app: Flask, data: Store, district: SmallDistrict) -> None:
    """With one ticket and two, at the same moment."""
    phone = Phone(app, NEW)
    tickets = [phone.sign_in().json["ticket"] for _ in range(2)]
    bodies = [phone.registration(tickets[number % 2], district.codes[0]) for number in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda body: app.test_client().post("/api/guards", json=body), bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert {answer.json.get("code") for answer in answers} <= {None, "ticket_expired", "already_registered"}
    with data.read() as connection:
        same = telephones.is_number(connection, account, NEW)
        assert connection.execute(select(func.count()).where(same)).scalar() == 1


def test_a_stale_code_registers_for_its_days_and_an_unknown_one_never(
    app: Flask, data: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    """Fourteen days after it was replaced."""
    with data.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(post_code).where(post_code.c.code == district.codes[0]).values(replaced_at=clock.now())
        )
        transaction.connection.execute(
            insert(post_code).values(code="NEWCODE001", post_id=district.posts[0], issued_at=clock.now())
        )
    clock.wind(minutes=14 * 24 * 60)
    assert Phone(app, NEW).register(district.codes[0].lower()).status_code == 201
    clock.wind(minutes=1)
    for code in (district.codes[0], "NOSUCHCODE"):
        answer = Phone(app, "19900008886").register(code)
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_post")


def test_nobody_registers_at_an_archived_post(
    app: Flask, data: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    with data.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(post).where(post.c.id == district.posts[0]).values(archived_at=clock.now())
        )
    answer = Phone(app, NEW).register(district.codes[0])
    assert (answer.status_code, answer.json["code"]) == (409, "post_archived")
    assert Phone(app, NEW).register(district.codes[1]).status_code == 201


def test_a_newcomer_is_put_on_the_roster_by_his_phone(
    app: Flask, data: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    """The roster was written before he came."""
    with data.transaction(clock.now()) as transaction:
        connection = transaction.connection
        row = {"post_id": district.posts[1], "phone": NEW, "name": "测试新人", "category": "teacher"}
        connection.execute(
            insert(roster).values(**sealed(connection, roster, **row), peak="morning_arrival", weekdays=31)
        )
    account_id = Phone(app, NEW).register(district.codes[1]).json["me"]["account"]["id"]
    with data.read() as connection:
        same = telephones.is_number(connection, roster, NEW)
        found = connection.execute(select(roster.c.account_id).where(same)).scalar()
    assert found == account_id


def test_consents_are_withdrawn_as_easily_as_given(
    app: Flask, data: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    """Position alone may go; without identity the account is closed, and the phone may register anew."""
    phone = Phone(app, NEW)
    account_id = phone.register(district.codes[0]).json["me"]["account"]["id"]

    def change(kind: str, given: bool) -> Any:
        body = {"request_id": str(uuid4()), "kind": kind, "version": "2026-11", "given": given}
        return phone.post("/api/me/consents", body)

    withdrawn = {one["kind"]: one["withdrawn_at"] for one in change("position", False).json["consents"]}
    assert withdrawn["position"]
    assert not withdrawn["account"]
    given = {one["kind"]: one["withdrawn_at"] for one in change("position", True).json["consents"]}
    assert not any(given.values())
    assert phone.get("/api/me/consents").json["consents"]
    assert change("identity", False).status_code == 200
    assert phone.get("/api/me").status_code == 401
    assert [one.data["status"] for one in _told(data, "guard.changed")] == ["pending", "suspended"]

    clock.wind(minutes=61)
    back = Phone(app, NEW).register(district.codes[2], name="测试回来")
    assert back.status_code == 201
    mine = back.json["me"]["account"]
    assert (mine["id"], mine["name"], mine["status"]) == (account_id, "测试回来", "pending")
    assert mine["school_id"] == district.schools[2]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "测试\x00"),
        ("name", "测试\u202e"),
        ("name", "测" * 10_000),
        ("name", "  "),
        ("name", 5),
        ("category", "principal"),
        ("category", ["police"]),
        ("consents", [{"kind": "account"}]),
        ("consents", [{"kind": "all", "version": "1"}]),
        ("consents", "account"),
        ("ticket", "\ud800"),
        ("request_id", "1"),
        ("post_code", "\x00"),
    ],
)
def test_bad_input_is_named_and_spends_nothing(
    app: Flask, data: Store, district: SmallDistrict, field: str, value: Any
) -> None:
    """422 with the field; the ticket is still good."""
    phone = Phone(app, NEW)
    ticket = phone.sign_in().json["ticket"]
    answer = phone.post("/api/guards", phone.registration(ticket, district.codes[0], **{field: value}))
    assert (answer.status_code, answer.json["code"]) == (422, "bad_input")
    assert any(name.startswith(field) for name in answer.json["fields"])
    assert phone.post("/api/guards", phone.registration(ticket, district.codes[0])).status_code == 201

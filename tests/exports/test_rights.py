"""Whoever may not have a list any more gets none, whenever that came about; a retry changes nothing."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.areas import AREAS
from server.core.access.roles import roles_of
from server.core.audit import audit_look, audit_row
from server.core.database.transaction import Store
from server.core.exports import ExportKind
from server.core.jobs.tables import job
from server.people.tables import account, erasure
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.exports import PURPOSE, ask, asked, file_of, job_of, read_xlsx
from tests.tools.jobs import desk_of, work_off, worker_of

SignIn = Callable[[int | None], Caller]
Change = Callable[..., None]

CHANGES: dict[str, tuple[str, Callable[[SmallDistrict], dict[str, Any]]]] = {
    "demoted": ("district_admin", lambda _d: {"role": "dispatcher"}),
    "moved to another school": ("school_admin", lambda d: {"school_id": d.schools[1]}),
    "moved to another station": ("station_officer", lambda d: {"station_id": d.stations[1]}),
    "suspended": ("district_admin", lambda _d: {"status": "suspended"}),
    "made a school's": (
        "district_admin",
        lambda d: {"role": "school_admin", "school_id": d.schools[0]},
    ),
}


@pytest.fixture
def change(app_store: Store, clock: WoundClock) -> Change:
    """Give a function that changes an account as whoever runs the server does."""

    def change(account_id: int, **values: Any) -> None:
        with app_store.transaction(clock.now()) as transaction:
            transaction.connection.execute(update(account).where(account.c.id == account_id).values(**values))

    return change


@pytest.mark.parametrize("what", CHANGES)
def test_whoever_changes_between_asking_and_making_gets_nothing_and_is_told_why(
    app: Flask, caller: SignIn, district: SmallDistrict, change: Change, what: str
) -> None:
    role, values = CHANGES[what]
    mine = caller(district.consoles[role])
    number = asked(mine)
    change(district.consoles[role], **values(district))
    work_off(app)
    told = job_of(mine, number)
    assert (told["state"], told["reason"], told["file"]) == ("failed", "not_allowed", None)
    assert code(mine.get(f"/api/jobs/{number}/file")) == (404, "not_found")


@pytest.mark.parametrize("what", CHANGES)
def test_whoever_changes_between_making_and_fetching_has_no_file_until_it_is_taken_back(
    app: Flask, caller: SignIn, district: SmallDistrict, change: Change, app_store: Store, what: str
) -> None:
    role, values = CHANGES[what]
    mine, account_id = caller(district.consoles[role]), district.consoles[role]
    number = asked(mine)
    work_off(app)
    with app_store.read() as connection:
        before = dict(connection.execute(select(account).where(account.c.id == account_id)).mappings().one())
    new = values(district)
    change(account_id, **new)
    assert code(mine.get(f"/api/jobs/{number}/file")) == (404, "not_found")
    assert job_of(mine, number)["file"] is None
    assert mine.post(f"/api/jobs/{number}/cancellation").json["file"] is None
    change(account_id, **{name: before[name] for name in new})
    assert mine.get(f"/api/jobs/{number}/file").status_code == 200


def test_rights_that_end_in_the_middle_end_the_list(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    change: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("server.duty.exports", "server.exports.service"):
        monkeypatch.setattr(f"{module}.ROWS_AT_ONCE", 7)
    mine = caller(district.consoles["district_admin"])
    number = asked(mine)
    worker = worker_of(app)
    told: list[int] = []
    progress = worker.desk.progress

    def demote(*values: Any) -> bool:
        told.append(1)
        change(district.consoles["district_admin"], role="dispatcher")
        return progress(*values)

    monkeypatch.setattr(type(worker.desk), "progress", lambda _desk, *values: demote(*values))
    worker.do_one()
    assert told
    assert job_of(mine, number)["reason"] == "not_allowed"


def test_the_same_request_is_the_same_job_and_another_wish_under_it_is_refused(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict
) -> None:
    mine, request_id = caller(district.consoles["district_admin"]), str(uuid4())
    first = ask(mine, request_id=request_id)
    assert (ask(mine, request_id=request_id).json, first.json["kind"]) == (first.json, "export_guards")
    assert code(ask(mine, request_id=request_id, format="csv")) == (409, "request_id_reused")
    assert work_off(app) == 1
    assert count(app_store, audit_row, act="export.asked") == 1


def test_a_purpose_is_wanted_in_words(caller: SignIn, district: SmallDistrict) -> None:
    mine = caller(district.consoles["district_admin"])
    for purpose in ("", "核对", "   核对 ", "字" * 121, "核对\u202e名单", None):
        assert code(ask(mine, purpose=purpose)) == (422, "bad_input")
    assert ask(mine, purpose="  核对名单  ").json["purpose"] == "核对名单"


def test_ten_lists_an_hour_and_three_with_telephones_a_day_are_enough(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    mine = caller(district.consoles["district_admin"])
    for _ in range(3):
        assert ask(mine, with_telephones=True).status_code == 202
    assert code(ask(mine, with_telephones=True)) == (429, "too_many")
    for _ in range(7):
        assert ask(mine).status_code == 202
    assert code(ask(mine)) == (429, "too_many")
    clock.wind(minutes=61)
    assert ask(mine).status_code == 202
    assert code(ask(mine, with_telephones=True)) == (429, "too_many")


def test_a_worker_that_dies_in_the_middle_records_no_look_twice(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.exports.service.PIECE_ROWS", 8)
    mine = caller(district.consoles["district_admin"])
    number = asked(mine, with_telephones=True)
    desk = desk_of(app)
    assert desk.take("lost") is not None
    # It had written one piece when it died.
    desk.write(number, "lost", [{"account_id": one} for one in district.guards[0]])
    desk.lose("lost")
    work_off(app)
    assert job_of(mine, number)["state"] == "done"
    with app_store.read() as connection:
        rows = connection.execute(select(audit_row.c.id).where(audit_row.c.act == "export.telephones")).all()
        looks = connection.execute(select(audit_look.c.account_id)).scalars().all()
    assert len(rows) == 1
    assert sorted(looks) == sorted(one for post in district.guards for one in post)


def test_whoever_is_erased_is_in_no_list_made_afterwards_and_in_no_file_with_his_number_fetched_since(
    app: Flask, caller: SignIn, district: SmallDistrict
) -> None:
    desk, person = caller(district.consoles["district_admin"]), district.guards[1][3]
    with_number = asked(desk, with_telephones=True)
    work_off(app)
    assert desk.get(f"/api/jobs/{with_number}/file").status_code == 200
    assert caller(person).post("/api/me/erasure").status_code == 202
    # Before the job that blanks him has begun.
    assert code(desk.get(f"/api/jobs/{with_number}/file")) == (404, "not_found")
    work_off(app)
    after = read_xlsx(file_of(app, desk, with_telephones=True))
    assert len(after.rows) == 20
    assert "19900000103" not in after.column("手机号")
    assert "测试24" not in after.column("姓名")


def test_nothing_personal_stands_in_the_log_of_the_server(
    app: Flask,
    app_store: Store,
    caller: SignIn,
    district: SmallDistrict,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = caller(district.consoles["district_admin"])
    file_of(app, mine, with_telephones=True)
    number = asked(mine, with_telephones=True)

    def fail(_out: object, table: Any) -> None:
        raise ValueError(next(iter(table.rows)))

    monkeypatch.setattr("server.exports.service.write_long_xlsx", fail)
    work_off(app)
    assert job_of(mine, number)["reason"] == "error"
    assert "ValueError" in caplog.text
    for secret in ("199000", "测试", PURPOSE):
        assert secret not in caplog.text
    with app_store.read() as connection:
        kept = connection.execute(select(job.c.parameters)).scalars().all()
        assert connection.execute(select(erasure)).all() == []
    assert "199" not in str(kept)


@pytest.mark.parametrize("kind", AREAS.exports(), ids=lambda kind: kind.name.value)
def test_who_may_have_a_list_is_the_same_where_the_three_roles_are_separate(kind: ExportKind) -> None:
    """The worker reads who asked from the database, and knows nothing of the setting (``exports.queries.asker``)."""
    for act in (kind.act, kind.telephones):
        assert act is None or roles_of(act, separate=True) == roles_of(act, separate=False)

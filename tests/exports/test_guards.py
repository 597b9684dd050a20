"""The list of guards as a file: whose, with what in it, and who hears that his telephone was."""

from collections.abc import Callable
from dataclasses import fields

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.core.jobs.tables import job
from server.exports.service import ExportOf
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1, put_on_duty
from tests.tools.exports import PURPOSE, ask, asked, file_of, job_of, read_csv, read_xlsx, sheet_of
from tests.tools.jobs import work_off

SignIn = Callable[[int | None], Caller]

SCOPES = {
    "school_admin": [(0, seat) for seat in range(6)],
    "station_officer": [(0, 6), (1, 6)],
    "district_admin": [(post, seat) for post in range(3) for seat in range(7)],
}


@pytest.mark.parametrize("role", SCOPES)
def test_a_console_gets_the_guards_of_its_scope_with_masked_telephones(
    app: Flask, caller: SignIn, district: SmallDistrict, role: str
) -> None:
    found = read_xlsx(file_of(app, caller(district.consoles[role])))
    assert found.title == "护学岗人员"
    assert sorted(found.column("姓名")) == [f"测试{post + 1}{seat + 1}" for post, seat in SCOPES[role]]
    masked = [f"199****{post:02}{seat:02}" for post, seat in SCOPES[role]]
    assert sorted(found.column("手机号")) == masked
    assert set(found.column("状态")) == {"已通过"}


def test_a_row_says_where_somebody_belongs_is_planned_and_last_came(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=clock.now())
    found = read_csv(file_of(app, caller(district.consoles["district_admin"]), format="csv"))
    first = found.rows[0]
    assert list(first.values()) == [
        "测试11",
        "带班领导",
        "青禾第1小学",
        "第1派出所",
        "青禾第1小学 南门",
        "已通过",
        "2026-11-23 07:15:00",
        "2026-11-23 07:15:00",
        "青禾第1小学 南门",
        "199****0000",
        str(district.guards[0][STAFF_1]),
    ]
    police = next(row for row in found.rows if row["类别"] == "民警")
    assert (police["学校"], police["派出所"], police["最近签到时间"]) == ("", "第1派出所", "")


def test_whose_file_it_is_stands_above_and_on_each_printed_page(
    app: Flask, caller: SignIn, district: SmallDistrict
) -> None:
    mine = caller(district.consoles["district_admin"])
    number = asked(mine, purpose="A&B 核对")
    work_off(app)
    content = mine.get(f"/api/jobs/{number}/file").data
    mark, care = read_xlsx(content).marks
    assert mark == (
        f"导出人：区管理员 district_admin；时间：2026-11-23 07:15:00；任务编号：{number}；用途：A&B 核对"
    )
    assert "Asia/Shanghai" in care and "用毕即删" in care
    page = sheet_of(content)
    assert page.oddHeader.center.text == f"护学岗人员\n{mark}".replace("&", "&&")
    assert mark.replace("&", "&&") in page.oddFooter.left.text
    assert (page.freeze_panes, page.print_title_rows) == ("A5", "$4:$4")
    english = read_csv(file_of(app, mine, format="csv", language="en"))
    assert english.marks[0].startswith(
        "Taken by District administrator district_admin at 2026-11-23 07:15:00"
    )
    assert english.headings[0] == "Name"


def test_whole_telephones_are_looks_that_each_subject_sees_with_the_purpose(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict
) -> None:
    desk = caller(district.consoles["district_admin"])
    found = read_xlsx(file_of(app, desk, with_telephones=True))
    numbers = [f"1990000{post:02}{seat:02}" for post in range(3) for seat in range(7)]
    assert sorted(found.column("手机号")) == numbers
    for guard in (district.guards[0][0], district.guards[2][6]):
        look = caller(guard).get("/api/me/looks").json["items"]
        assert [(one["act"], one["role"], one["reason"], one["words"]) for one in look] == [
            ("export.telephones", "district_admin", None, PURPOSE)
        ]
    with app_store.read() as connection:
        rows = connection.execute(select(audit_row).where(audit_row.c.act == "export.telephones")).all()
    assert [row.facts["purpose"] for row in rows] == [PURPOSE]


def test_a_station_gets_whole_telephones_of_those_alone_whom_it_may_ring_up(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    # Handed on to the station, but on no roster and no duty at its posts.
    handed_on = district.guards[0][4]
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account).where(account.c.id == handed_on).values(handed_on_at=clock.now())
        )
        transaction.connection.exec_driver_sql(f"DELETE FROM roster WHERE account_id = {handed_on}")
    found = read_xlsx(file_of(app, caller(district.consoles["station_officer"]), with_telephones=True))
    told = dict(zip(found.column("姓名"), found.column("手机号"), strict=True))
    assert told == {"测试15": "199****0004", "测试17": "19900000006", "测试27": "19900000106"}
    assert caller(handed_on).get("/api/me/looks").json["items"] == []
    assert len(caller(district.guards[0][6]).get("/api/me/looks").json["items"]) == 1


def test_a_school_gets_no_whole_telephones_and_a_dispatcher_no_list(
    caller: SignIn, district: SmallDistrict
) -> None:
    school = caller(district.consoles["school_admin"])
    assert code(ask(school, with_telephones=True)) == (403, "not_your_role")
    for role in ("dispatcher", "auditor"):
        assert code(ask(caller(district.consoles[role]))) == (403, "not_your_role")
    assert code(ask(caller(district.guards[0][0]))) == (403, "not_your_role")


def test_names_that_begin_like_formulas_stay_text(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    evil = ["=1+1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1"]
    with app_store.transaction(clock.now()) as transaction:
        for number, name in zip(district.guards[0], evil, strict=False):
            transaction.connection.execute(update(account).where(account.c.id == number).values(name=name))
    desk = caller(district.consoles["district_admin"])
    purpose = "=cmd|' /C calc'!A0"
    book = sheet_of(file_of(app, desk, purpose=purpose))
    cells = [cell for row in book.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert set(evil) <= {cell.value for cell in cells}
    read = read_csv(file_of(app, desk, format="csv", purpose=purpose))
    assert [name for name in read.column("姓名") if name in {f"'{one}" for one in evil}] == [
        f"'{one}" for one in evil
    ]
    assert not any(
        value.startswith(("=", "+", "-", "@", "\t")) for row in read.rows for value in row.values()
    )


def test_the_list_is_made_of_all_pages(
    app: Flask, caller: SignIn, district: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("server.duty.exports", "server.exports.service"):
        monkeypatch.setattr(f"{module}.ROWS_AT_ONCE", 7)
    found = read_xlsx(file_of(app, caller(district.consoles["district_admin"])))
    assert len(found.rows) == len(set(found.column("姓名"))) == 21


def test_of_more_rows_than_one_file_holds_it_is_said(
    app: Flask, caller: SignIn, district: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.exports.service.MOST_ROWS", 20)
    desk = caller(district.consoles["district_admin"])
    number = asked(desk)
    work_off(app)
    told = job_of(desk, number)
    assert (told["state"], told["reason"], told["file"]) == ("failed", "too_many_rows", None)


def test_a_narrowed_list_has_those_alone_and_says_so(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    put_on_duty(app_store, district, post=0, seats=[SECURITY_1], now=clock.now())
    away = {"first_day": "2026-11-24", "last_day": "2026-11-25", "kind": "ill"}
    assert caller(district.guards[1][STAFF_1]).post("/api/me/absences", away).status_code == 201
    admin = caller(district.consoles["district_admin"])

    def found(who: Caller = admin, **only: object) -> tuple[list[str], str]:
        read = read_xlsx(file_of(app, who, guards=only))
        return sorted(read.column("姓名")), read.marks[1]

    school = district.schools[0]
    names, mark = found(category="security", school_id=school, never_served=True, status="approved")
    assert names == ["测试14"]
    assert "仅含：已通过 · 专职保安 · 青禾第1小学 · 还没值过班。" in mark
    names, mark = found(away_on="2026-11-25")
    assert (names, "仅含：2026-11-25 请假。" in mark) == (["测试21"], True)
    assert found(away_on="2026-11-26")[0] == []
    # What a school may not see no filter shows; one that is empty is a list of all.
    assert found(caller(district.consoles["school_admin"]), school_id=district.schools[1])[0] == []
    names, mark = found()
    assert (len(names), "仅含" in mark) == (21, False)
    with app_store.read() as connection:
        rows = select(audit_row.c.facts).where(audit_row.c.act == "export.asked").order_by(audit_row.c.id)
        first = connection.execute(rows).scalars().first()
    assert first is not None
    assert (first["narrowed"], first["category"], first["school_id"]) == (True, "security", school)


def test_a_list_of_all_is_a_job_that_a_server_of_an_earlier_release_makes(
    app_store: Store, caller: SignIn, district: SmallDistrict
) -> None:
    admin = caller(district.consoles["district_admin"])
    asked(admin)
    asked(admin, guards={"category": "security"})
    with app_store.read() as connection:
        whole, some = connection.execute(select(job.c.parameters).order_by(job.c.id)).scalars()
    assert sorted(whole) == sorted(field.name for field in fields(ExportOf))
    assert some["only"] == {"category": "security"}


def test_no_other_list_is_narrowed_to_guards(caller: SignIn, district: SmallDistrict) -> None:
    admin = caller(district.consoles["district_admin"])
    assert code(ask(admin, "places", guards={"category": "security"})) == (422, "bad_input")
    assert code(ask(admin, guards={"category": "mayor"})) == (422, "bad_input")

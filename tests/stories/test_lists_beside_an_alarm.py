"""A list of people that is taken over while somebody whom it changes stands in an open alarm."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select, update

from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import answer_of
from tests.tools.guard_lists import HEADINGS, guards_file, read_list, take_over

SignIn = Callable[[int | None], Caller]
NUMBERED = [*HEADINGS, "编号"]


def test_whoever_becomes_police_by_a_list_counts_for_nothing_from_then_on(
    app: Flask, caller: SignIn, district: SmallDistrict, team: list[list[int]]
) -> None:
    """His station has not decided on him yet: his answer met a step of the alarm, and his duty was a teacher's."""
    desk, his = caller(district.consoles["district_admin"]), team[0][1]
    alarm = caller(team[0][0]).post("/api/alarms").json
    caller(his).post(f"/api/alarms/{alarm['id']}/responses", {"state": "responding"})
    assert desk.get(f"/api/alarms/{alarm['id']}").json["acknowledged_by"] == his
    content = guards_file(["测试12", "", "民警", "", "第1派出所", his], headings=NUMBERED)
    assert take_over(app, desk, read_list(app, desk, content)["id"])["state"] == "taken"
    told = desk.get(f"/api/alarms/{alarm['id']}").json
    assert told["acknowledged_by"] is None
    assert [tier["met_by"] for tier in told["tiers"]] == [None, None, None]
    assert answer_of(told, his)["doubt"] == "not_approved"
    assert caller(his).get("/api/duty").json["check_in"] is None


def test_a_name_that_was_claimed_does_not_come_back_after_a_list_has_mended_it(
    app: Flask, caller: SignIn, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    school, his = caller(district.consoles["school_admin"]), district.guards[0][1]
    with app_store.transaction(clock.now()) as transaction:
        waits = {"status": "pending", "name": "教职工", "claimed_name": "110指挥中心"}
        transaction.connection.execute(update(account).where(account.c.id == his).values(**waits))
    content = guards_file(["张样例", "", "教职工", "", "", his], headings=NUMBERED)
    assert take_over(app, school, read_list(app, school, content)["id"])["state"] == "taken"
    waiting = school.get("/api/guards", status="pending").json["items"]
    shown = next(one["registered_at"] for one in waiting if one["id"] == his)
    decided = {"approved": True, "registered_at": shown}
    assert school.post(f"/api/guards/{his}/approval", decided).status_code == 200
    with app_store.read() as connection:
        query = select(account.c.name, account.c.claimed_name).where(account.c.id == his)
        assert tuple(connection.execute(query).one()) == ("张样例", None)

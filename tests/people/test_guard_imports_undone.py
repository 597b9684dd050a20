"""A list of guards that is not taken over whole leaves everything as it was."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.guard_lists import (
    guards_file,
    read_list,
    take_over,
)
from tests.tools.jobs import desk_of, worker_of

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def school(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def _named(number: int) -> str:
    """Give a name without digits, which might be an office's."""
    return f"新人{chr(0x4E00 + number)}"


def _people(store: Store) -> int:
    with store.read() as connection:
        number: int = connection.execute(select(func.count()).select_from(account)).scalar_one()
    return number


def test_what_changed_meanwhile_is_not_written_over_and_nothing_is_taken(
    app: Flask, school: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    before = _people(app_store)
    found = read_list(
        app,
        school,
        guards_file(["张新", "19900010001", "教职工", "", ""], ["测试改名", "19900000001", "教职工", "", ""]),
    )
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == district.guards[0][1]
        transaction.connection.execute(update(account).where(his).values(name="别的名字"))
    taken = take_over(app, school, found["id"])
    assert taken["state"] == "undone"
    assert taken["job"]["reason"] == "changed_meanwhile"
    assert _people(app_store) == before


def test_a_change_in_the_middle_undoes_what_went_before(
    app: Flask, school: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    before = _people(app_store)
    rows: list[list[Any]] = [["测试改名", "19900000000", "带班领导", "", ""]]
    rows += [[_named(number), f"1990002{number:04}", "志愿者", "", ""] for number in range(250)]
    rows.append(["测试改名", "19900000001", "教职工", "", ""])
    found = read_list(app, school, guards_file(*rows))
    assert found["counts"]["new"] == 250
    assert school.post(f"/api/guard-imports/{found['id']}/taking").status_code == 202
    desk = desk_of(app)
    worker = worker_of(app)
    write, pieces = desk.write, 0

    class Between:
        """A desk at which somebody else changes a person between the first piece and the second."""

        def __getattr__(self, name: str) -> Any:
            return getattr(desk, name)

        def write(self, number: int, name: str, piece: Any) -> None:
            nonlocal pieces
            write(number, name, piece)
            pieces += 1
            if pieces == 1:
                assert _people(app_store) > before
                with app_store.transaction(clock.now()) as transaction:
                    his = account.c.id == district.guards[0][1]
                    transaction.connection.execute(update(account).where(his).values(name="别的名字"))

    worker.desk = Between()  # type: ignore[assignment]
    worker.do_one()
    taken = school.get(f"/api/guard-imports/{found['id']}").json
    assert (taken["state"], taken["job"]["reason"]) == ("undone", "changed_meanwhile")
    assert _people(app_store) == before
    names = [one["name"] for one in school.get("/api/guards", status="approved", limit=100).json["items"]]
    assert "测试11" in names and "测试改名" not in names and "别的名字" in names


def test_a_list_that_is_called_off_in_the_middle_is_undone(
    app: Flask, school: Caller, app_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.core.jobs.worker.TOLD_EVERY_S", 0.0)
    before = _people(app_store)
    rows = [[_named(number), f"1990002{number:04}", "志愿者", "", ""] for number in range(450)]
    found = read_list(app, school, guards_file(*rows))
    assert school.post(f"/api/guard-imports/{found['id']}/taking").status_code == 202
    desk = desk_of(app)
    worker = worker_of(app)

    class Between:
        """A desk whose worker hears after the first piece that the job is not wanted any more."""

        def __getattr__(self, name: str) -> Any:
            return getattr(desk, name)

        def write(self, number: int, name: str, piece: Any) -> None:
            desk.write(number, name, piece)
            school.post(f"/api/guard-imports/{found['id']}/dismissal")

    worker.desk = Between()  # type: ignore[assignment]
    worker.do_one()
    assert _people(app_store) == before
    assert school.get(f"/api/guard-imports/{found['id']}").json["state"] == "undone"

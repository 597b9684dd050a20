"""No page of the demo is empty at first sight: devices, a test behind them, drills, a report whose chain holds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from server.alarm.actions import reports
from server.alarm.queries import alarms
from server.alarm.tables import alarms as alarm_alarms
from server.core.access.roles import AccountStatus, Actor, Role
from server.core.database.migrate import upgrade
from server.core.database.transaction import Store
from server.delivery.queries import messages
from server.demo.district import DISTRICT_ID
from server.demo.seed import seed
from server.duty.tables import check_in
from server.exercise.actions import device_tests, devices, drills
from server.exercise.tables import drill
from server.people.tables import account
from tests.tools.keys import open_store

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


# PostgreSQL has the same demo in test_district and test_cluster; looked through once more it is for the long run.
@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.hard)])
def seeded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give a store of each kind with the demo district in it, made once: nothing here changes it."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_server").fresh_url()
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('exercises') / 'huxue.db'}"
        upgrade(url)
    store = open_store(url)
    seed(store, now=NOW)
    yield store
    store.close()


def _actor(store: Store, role: Role) -> Actor:
    with store.read() as connection:
        row = connection.execute(select(account).where(account.c.role == role.value)).mappings().first()
    assert row is not None
    return Actor(
        account_id=row["id"],
        role=role,
        category=None,
        status=AccountStatus.APPROVED,
        district_id=DISTRICT_ID,
        station_id=row["station_id"],
        school_id=row["school_id"],
        session_id=1,
        name=row["name"],
    )


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.STATION_OFFICER, Role.DISTRICT_ADMIN])
def test_everybody_who_looks_finds_something(seeded: Store, role: Role) -> None:
    actor = _actor(seeded, role)
    items = drills.page(seeded, actor=actor, cursor=0, limit=50, now=NOW)["items"]
    assert [one["state"] for one in items] == ["held", "planned"]
    held = items[0]
    assert [one["mark"] for one in held["judgement"]] == ["met", "met", "late"]
    report = reports.report(seeded, actor=actor, alarm_id=held["alarm_id"], now=NOW)
    assert report["chain"]["faults"] == []
    assert {one["state"] for one in report["told"]} <= {"sent", "delivered"}
    assert len(report["follow_ups"]) == 1
    heard = [one for one in devices.listed(seeded, actor=actor)["items"] if one["last_signal_at"]]
    assert heard
    test = device_tests.planned(seeded, actor=actor)["items"][0]
    results = device_tests.report(seeded, actor=actor, test_id=test["id"])
    assert {one["result"] for one in results["items"] if one["result"]} == {"passed", "failed", "not_tested"}


def test_nothing_of_it_goes_on(seeded: Store) -> None:
    with seeded.read() as connection:
        open_alarms = select(func.count()).where(alarm_alarms.alarm.c.state == alarms.OPEN)
        assert connection.execute(open_alarms).scalar() == 0
        assert (
            connection.execute(select(func.count()).where(check_in.c.checked_out_at.is_(None))).scalar() == 0
        )
        assert messages.due_lanes(connection, NOW) == set()


def test_it_is_made_once(seeded: Store) -> None:
    seed(seeded, now=NOW + timedelta(days=3))
    with seeded.read() as connection:
        assert connection.execute(select(func.count()).select_from(drill)).scalar() == 2

"""``flask school-day``: a date is switched, the lines of the posts follow at once, and it is recorded."""

from datetime import date

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select

from server.core.audit import audit_row
from server.core.database.event_log import event
from server.core.database.transaction import Store
from server.duty.jobs import Openings
from server.duty.queries import coverage
from server.places.tables import calendar_day
from server.places.tables import district as district_table
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

TODAY = "2026-11-23"


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["school-day", *arguments])


@pytest.fixture
def store(app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock) -> Store:
    """Give the store after the clock has looked at all posts: it is 07:15 and they wait for people."""
    for _step in Openings(app_store, app.extensions["huxue"].limits).work(clock.now()):
        continue
    assert states(app_store) == ["uncovered"] * 3
    return app_store


def states(store: Store) -> list[str]:
    with store.read() as connection:
        return [line["state"] for line in coverage.lines(connection)]


def test_off_and_on_again_take_effect_at_once(app: Flask, store: Store) -> None:
    done = run(app, TODAY, "off")
    assert (done.exit_code, done.stdout) == (0, "青禾区: 2026-11-23 is a day off.\n")
    assert states(store) == ["off_duty"] * 3
    with store.read() as connection:
        last = connection.execute(select(event.c.data).order_by(event.c.id.desc()).limit(3)).scalars()
        assert {line["state"] for line in last} == {"off_duty"}, "consoles hear it"
    done = run(app, TODAY, "on", "--district", "青禾区")
    assert (done.exit_code, done.stdout) == (0, "青禾区: 2026-11-23 is a school day.\n")
    assert states(store) == ["uncovered"] * 3
    with store.read() as connection:
        assert connection.execute(select(calendar_day.c.date, calendar_day.c.school_day)).all() == [
            (date(2026, 11, 23), True)
        ]
        facts = list(
            connection.execute(
                select(audit_row.c.facts).where(audit_row.c.act == "school_day").order_by(audit_row.c.id)
            ).scalars()
        )
    assert [(one["from"], one["to"]) for one in facts] == [(None, False), (False, True)]


def test_a_school_with_a_day_of_its_own_keeps_it(app: Flask, store: Store, district: SmallDistrict) -> None:
    with store.transaction(app.extensions["huxue"].now()) as transaction:
        transaction.connection.execute(
            insert(calendar_day).values(
                district_id=district.district_id,
                school_id=district.schools[1],
                date=date(2026, 11, 23),
                school_day=True,
            )
        )
    assert run(app, TODAY, "off").exit_code == 0
    assert states(store) == ["off_duty", "uncovered", "off_duty"]


def test_another_date_changes_nothing_today(app: Flask, store: Store) -> None:
    assert run(app, "2026-11-28", "on").exit_code == 0
    assert states(store) == ["uncovered"] * 3


def test_several_districts_must_be_told_apart(app: Flask, store: Store, clock: WoundClock) -> None:
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            insert(district_table).values(name="远山区", time_zone="Asia/Shanghai", demo=True)
        )
    for more in ((), ("--district", "nowhere")):
        done = run(app, TODAY, "off", *more)
        assert done.exit_code == 1
        assert "青禾区, 远山区" in done.output
    assert states(store) == ["uncovered"] * 3
    assert run(app, TODAY, "off", "--district", "青禾区").exit_code == 0
    assert states(store) == ["off_duty"] * 3


@pytest.mark.parametrize("arguments", [("2026-11-31", "off"), ("today", "off"), (TODAY, "maybe"), (TODAY,)])
def test_what_is_no_date_or_switch_is_refused(app: Flask, store: Store, arguments: tuple[str, ...]) -> None:
    assert run(app, *arguments).exit_code == 2
    assert states(store) == ["uncovered"] * 3

"""``flask demo`` and ``flask simulate``."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from server.app import create_app
from server.config import read_settings
from server.demo.simulate import DEMO_ALONE, REAL_DISTRICT
from server.duty.tables import check_in
from server.people.rules.consent_texts import POSITION_CONSENT
from server.people.tables import account, consent
from server.places.tables import district as district_table
from server.places.tables import post
from tests.tools.clock import WoundClock
from tests.tools.demo_run import WITHIN_S, Run
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.server import ROOT, serving


@pytest.fixture
def empty(sqlite_url: str, clock: WoundClock) -> Iterator[Flask]:
    """Make a demo application on a database without a district."""
    app = create_app(read_settings({"HUXUE_MODE": "demo", "HUXUE_DATABASE_URL": sqlite_url}), now=clock.now)
    yield app
    app.extensions["huxue"].store.close()


def counts(app: Flask) -> list[int]:
    with app.extensions["huxue"].store.read() as connection:
        agreed = select(func.count()).select_from(consent).where(consent.c.kind == POSITION_CONSENT)
        return [
            connection.execute(select(func.count()).select_from(post)).scalar_one(),
            connection.execute(
                select(func.count()).select_from(account).where(account.c.role == "guard")
            ).scalar_one(),
            connection.execute(agreed).scalar_one(),
        ]


def test_the_demo_district_is_made_once(empty: Flask) -> None:
    run = empty.test_cli_runner().invoke
    first = run(args=["demo"])
    assert first.exit_code == 0 and first.output.endswith("The demo district is made.\n")
    assert counts(empty) == [201, 33_000, 33_000], "and everybody agreed to what a real guard is asked"
    again = run(args=["demo"])
    assert (again.exit_code, again.stdout) == (0, "The demo district is there already.\n")
    assert counts(empty) == [201, 33_000, 33_000]


def test_a_real_district_is_left_alone(empty: Flask, clock: WoundClock) -> None:
    with empty.extensions["huxue"].store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            insert(district_table).values(name="远山区", time_zone="Asia/Shanghai", demo=False)
        )
    refused = empty.test_cli_runner().invoke(args=["demo"])
    assert refused.exit_code == 1
    assert "not a demo" in refused.output
    assert counts(empty) == [0, 0, 0]


def test_not_outside_demo_mode(sqlite_url: str, clock: WoundClock) -> None:
    environment = {
        "HUXUE_PUBLIC_URL": "https://huxue.example",
        "HUXUE_DATABASE_URL": sqlite_url,
    }
    app = create_app(read_settings(environment), now=clock.now)
    refused = app.test_cli_runner().invoke(args=["demo"])
    assert refused.exit_code == 1
    assert "HUXUE_MODE=demo" in refused.output
    app.extensions["huxue"].store.close()


def test_past_days_are_written_without_a_server(empty: Flask) -> None:
    run = empty.test_cli_runner().invoke
    assert run(args=["demo"]).exit_code == 0
    made = run(args=["simulate", "--history", "3"])
    assert (made.exit_code, made.stdout.partition(":")[0]) == (0, "history"), made.output
    assert count(empty.extensions["huxue"].store, check_in) > 5_000
    with empty.extensions["huxue"].store.transaction(empty.extensions["huxue"].now()) as transaction:
        transaction.connection.execute(update(district_table).values(demo=False))
    refused = run(args=["simulate", "--history", "1"])
    assert refused.exit_code != 0 and REAL_DISTRICT in refused.output


def test_simulated_guards_check_in_through_the_api_of_a_running_server(
    empty: Flask, sqlite_url: str, tmp_path: Path
) -> None:
    """The command plays against a server that it finds by its address, until it is ended."""
    store = empty.extensions["huxue"].store
    assert empty.test_cli_runner().invoke(args=["demo"]).exit_code == 0
    # Its keys stand beside the database.
    with serving(sqlite_url, tmp_path / "server.log", HUXUE_KEYS="") as server:
        command = ("flask", "--app", "wsgi", "simulate", "--url", server.url)
        more = {"HUXUE_MODE": "demo", "HUXUE_DATABASE_URL": sqlite_url}
        run = Run(tmp_path, server.port, *command, "--guards", "40", "--speed", "100", **more)
        try:
            for _look in range(int(WITHIN_S)):
                if count(store, check_in) >= 5:
                    break
                assert run.process.poll() is None, run.said()
                run.pause()
            assert count(store, check_in) >= 5
        finally:
            run.process.kill()
            run.process.wait()


def test_outside_a_demo_nobody_is_simulated(sqlite_url: str) -> None:
    """Neither by the command nor by the process that the demo starts."""
    real = {"HUXUE_DATABASE_URL": sqlite_url, "HUXUE_PUBLIC_URL": "https://huxue.example"}
    app = create_app(read_settings(real))
    done = app.test_cli_runner().invoke(args=["simulate", "--guards", "1"])
    app.extensions["huxue"].store.close()
    assert (done.exit_code, done.output) == (1, f"Error: {DEMO_ALONE}\n")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HUXUE_")}
    process = subprocess.run(
        [sys.executable, "-m", "server.demo.simulate_command"],
        cwd=ROOT,
        env={**plain, **real},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (1, f"{DEMO_ALONE}\n")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_is_simulated_beside_a_real_district(app: Flask, district: SmallDistrict) -> None:
    with app.extensions["huxue"].store.engine.begin() as connection:
        real = update(district_table).where(district_table.c.id == district.district_id).values(demo=False)
        connection.execute(real)
    done = app.test_cli_runner().invoke(args=["simulate", "--guards", "1"])
    assert (done.exit_code, done.output) == (1, f"Error: {REAL_DISTRICT}\n")

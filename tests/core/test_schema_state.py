"""A program and a schema that do not belong together never serve, and each says in a sentence what helps."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from server.core.database.migrate import HEAD
from server.core.database.schema_rules import RELEASE
from server.core.database.transaction import Store
from server.core.http import health
from tests.tools.server import refused_start


def start(url: str) -> tuple[int, str]:
    """Start a server that must not serve; give its exit code and what it said."""
    return refused_start(HUXUE_DATABASE_URL=url)


def write_state(store: Store, *, revision: str, oldest_release: int) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        connection.execute(
            text("UPDATE schema_state SET oldest_release = :oldest"), {"oldest": oldest_release}
        )


def test_a_path_that_holds_no_database_is_said_and_no_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "mistyped.db"
    code, said = start(f"sqlite:///{path}")
    assert (code, said) == (
        1,
        f"huxue: sqlite:///{path} holds no tables yet. Run: flask --app wsgi migrate",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_schema_that_is_behind_names_the_command(store: Store, database_url: str) -> None:
    write_state(store, revision="0010", oldest_release=1)
    code, said = start(database_url)
    assert code == 1
    assert said.endswith(f"is at 0010, and this program needs {HEAD}. Run: flask --app wsgi migrate")
    assert said.count("\n") == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_newer_schema_that_this_program_may_not_serve(store: Store, database_url: str) -> None:
    write_state(store, revision="9999", oldest_release=RELEASE + 1)
    code, said = start(database_url)
    assert code == 1
    assert f"is at 9999, which needs release {RELEASE + 1} or newer" in said


def test_ready_only_while_the_schema_fits(
    app: Flask, app_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "READY_FOR_S", 0.0)
    client = app.test_client()
    write_state(app_store, revision="0010", oldest_release=1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["code"]) == (503, "schema_mismatch")
    assert answer.json["facts"] == {"fault": "behind"}
    write_state(app_store, revision="9999", oldest_release=RELEASE)
    assert client.get("/readyz").status_code == 200, "this release may still serve it"


def test_not_ready_without_a_table_that_an_alarm_needs(app: Flask, app_store: Store) -> None:
    with app_store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE alarm_report RENAME TO elsewhere"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["code"]) == (503, "schema_mismatch")
    assert answer.json["facts"] == {"fault": "incomplete"}


def test_commands_name_their_database_and_refuse_a_schema_that_does_not_fit(
    app: Flask, app_store: Store
) -> None:
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (done.exit_code, done.stderr) == (0, f"Database: {app_store.url.render_as_string()}\n")
    write_state(app_store, revision="0010", oldest_release=1)
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1
    assert "is at 0010" in done.stderr
    assert "Run: flask --app wsgi migrate" in done.stderr

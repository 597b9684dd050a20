"""The numbered migrations make exactly the tables of the code, on both databases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from deploy.programs import postgres
from server.areas import metadata
from server.core import audit
from server.core.database import event_log, schema_state
from server.core.database.migrate import FOLDER, HEAD, configuration, heads, oldest_release, upgrade
from server.core.database.schema_rules import RELEASE
from server.core.database.sealing.state import FIRST_RELEASE
from server.core.database.transaction import Store
from server.people.tables import account, consent, suspension
from server.places.queries import districts
from server.places.tables import school
from tests.tools.district import make_district


def test_upgrade_from_empty_equals_the_tables_in_code(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD


def test_there_is_one_head_and_it_is_the_pinned_one() -> None:
    assert heads() == [HEAD]


def test_upgrading_again_changes_nothing_and_keeps_the_epoch(database_url: str) -> None:
    def epoch() -> str:
        store = Store(database_url)
        with store.read() as connection:
            found: str = connection.execute(select(event_log.log_epoch.c.epoch)).scalar_one()
        store.close()
        return found

    before = epoch()
    upgrade(database_url)
    assert epoch() == before


def test_every_migration_names_the_oldest_release_that_may_still_serve_it() -> None:
    scripts = list(ScriptDirectory.from_config(configuration()).walk_revisions())
    named = [script.module.oldest_release for script in reversed(scripts)]
    assert named == sorted(named), "a later schema is never served by an older program than the one before it"
    assert max(named) < RELEASE, "the program of the release before goes on while workers are restarted"


def test_upgrading_keeps_what_the_migrations_say(store: Store) -> None:
    with store.read() as connection:
        # A new database holds no number in clear, which programs of before need.
        assert schema_state.state(connection) == schema_state.SchemaState(HEAD, FIRST_RELEASE)
        assert oldest_release() < FIRST_RELEASE


def columns(connection: Connection) -> dict[tuple[str, str], bool]:
    """Give each column of each table, and whether a row can be written without naming it."""
    found = {}
    seen = inspect(connection)
    for table in seen.get_table_names():
        for column in seen.get_columns(table):
            free = column["nullable"] or column["default"] is not None or bool(column.get("autoincrement"))
            found[table, column["name"]] = free
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_came_since_the_last_release_only_expands(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if kind == "postgresql":
        server: postgres.Server = request.getfixturevalue("postgres_server")
        url = server.empty_url()
    else:
        url = f"sqlite:///{tmp_path / 'last.db'}"
    store = Store(url)
    try:
        with store.engine.begin() as connection:
            settings = configuration()
            settings.attributes["connection"] = connection
            command.upgrade(settings, (FOLDER / "LAST_RELEASE").read_text().strip())
            before = columns(connection)
            command.upgrade(settings, HEAD)
            after = columns(connection)
    finally:
        store.close()
    assert sorted(set(before) - set(after)) == [], (
        "dropped a release later, when no program reads it any more"
    )
    tables = {table for table, _column in before}
    stricter = {column for column, free in after.items() if column[0] in tables and not free} - {
        column for column, free in before.items() if not free
    }
    assert sorted(stricter) == [], "a program of the last release must still be able to write its rows"


def test_schools_with_all_that_refers_to_them_stay_when_their_table_is_made_anew(tmp_path: Path) -> None:
    """SQLite cannot let a constraint go: the table is copied under its posts, accounts and peaks."""
    url = f"sqlite:///{tmp_path / 'before.db'}"
    store = Store(url)
    with store.engine.begin() as connection:
        settings = configuration()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0017")
    made = make_district(store, datetime(2026, 11, 23, tzinfo=UTC), sealed=False)
    since = {"archived_at", "version", "changed_by", "changed_at"}
    query = select(*(one for one in school.c if one.name not in since)).order_by(school.c.id)
    with store.read() as connection:
        before = connection.execute(query).all()
    store.close()
    upgrade(url)
    store = Store(url)
    with store.read() as connection:
        assert connection.execute(query).all() == before
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert [one.school_id for one in districts.places(connection)] == made.schools
    # References are kept again by whoever opens it next.
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(delete(school))
    first = before[0]._mapping
    with store.engine.begin() as connection:
        other = next(one for one in made.stations if one != first["station_id"])
        connection.execute(insert(school).values({**first, "id": None, "station_id": other}))
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(insert(school).values({**first, "id": None}))
    store.close()


def test_a_suspension_in_force_is_carried_and_an_account_that_its_guard_closed_is_none(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'before.db'}"
    store = Store(url)
    with store.engine.begin() as connection:
        settings = configuration()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0018")
    now = datetime(2026, 11, 23, tzinfo=UTC)
    made = make_district(store, now, sealed=False)
    suspended, forgotten, closed = made.guards[0][:3]
    with store.engine.begin() as connection:
        three = account.c.id.in_([suspended, forgotten, closed])
        connection.execute(update(account).where(three).values(status="suspended"))
        audit.record(
            connection,
            now=now,
            actor_id=made.consoles["school_admin"],
            act="guard.suspended",
            subject_id=suspended,
        )
        gone = (consent.c.account_id == closed) & (consent.c.kind == "identity")
        assert connection.execute(update(consent).where(gone).values(withdrawn_at=now)).rowcount == 1
    store.close()
    upgrade(url)
    store = Store(url)
    with store.read() as connection:
        kept = connection.execute(select(suspension.c.account_id, suspension.c.by)).all()
    store.close()
    assert [tuple(row) for row in kept] == [(suspended, made.consoles["school_admin"]), (forgotten, None)]

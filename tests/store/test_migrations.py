"""The numbered migrations make exactly the tables of the code, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from server.store import event_log
from server.store.migrate import HEAD, heads, upgrade
from server.store.tables import metadata
from server.store.transaction import Store


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

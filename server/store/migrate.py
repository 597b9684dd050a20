"""Bringing a database to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from server.store import event_log
from server.store.transaction import Store

FOLDER = Path(__file__).parents[2] / "migrations"
HEAD = (FOLDER / "HEAD").read_text().strip()


def upgrade(url: str) -> None:
    """Upgrade a database to the pinned head, making its file and its epoch when there are none."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    store = Store(url)
    try:
        with store.engine.begin() as connection:
            if not store.is_sqlite:
                # A new index takes as long as it takes.
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            settings = configuration()
            settings.attributes["connection"] = connection
            command.upgrade(settings, HEAD)
            if event_log.epoch_if_any(connection) is None:
                event_log.begin_epoch(connection)
    finally:
        store.close()


def configuration() -> Config:
    """Give alembic's configuration, without a file of its own."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    return settings


def heads() -> list[str]:
    """List the newest migrations on disk: exactly one, the pinned one."""
    return list(ScriptDirectory.from_config(configuration()).get_heads())

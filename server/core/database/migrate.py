"""Bringing a database to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from server.core.database import event_log, schema_state
from server.core.database.schema_rules import RELEASE, SchemaFault, SchemaState, schema_fault
from server.core.database.sealing import state as sealing_state
from server.core.database.transaction import Store
from server.core.faults import driver_sentence

FOLDER = Path(__file__).parents[3] / "migrations"
HEAD = (FOLDER / "HEAD").read_text().strip()


def upgrade(url: str) -> None:
    """Upgrade a database to the pinned head, making its file and its epoch when there are none."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    store = Store(url)
    try:
        if store.is_sqlite:
            _leave_references_alone(store)
        with store.engine.begin() as connection:
            if not store.is_sqlite:
                # A new index takes as long as it takes.
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            settings = configuration()
            settings.attributes["connection"] = connection
            command.upgrade(settings, HEAD)
            oldest = sealing_state.FIRST_RELEASE if sealing_state.read(connection).finished else 0
            schema_state.keep_state(connection, oldest_release=max(oldest, oldest_release()))
            if event_log.epoch_if_any(connection) is None:
                event_log.begin_epoch(connection)
    finally:
        store.close()


def _leave_references_alone(store: Store) -> None:
    """Let SQLite make a table anew under others that refer to it; within a transaction it would not listen.

    https://www.sqlite.org/lang_altertable.html#otheralter asks for it, and for the check that such a migration makes.
    """
    connection = store.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA foreign_keys=OFF")
    finally:
        connection.close()


def configuration() -> Config:
    """Give alembic's configuration, without a file of its own."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    return settings


def heads() -> list[str]:
    """List the newest migrations on disk: exactly one, the pinned one."""
    return list(ScriptDirectory.from_config(configuration()).get_heads())


def oldest_release() -> int:
    """Give the oldest release that may serve the schema at the head: what the strictest of its migrations asks for."""
    scripts = ScriptDirectory.from_config(configuration()).walk_revisions()
    return max(getattr(script.module, "oldest_release", RELEASE) for script in scripts)


def known() -> frozenset[str]:
    """Give the numbers of all migrations of this program."""
    return frozenset(
        script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()
    )


def name_of(store: Store) -> str:
    """Name a database as its setting does, without its password."""
    return store.url.render_as_string(hide_password=True)


def unusable(store: Store, failure: DBAPIError) -> str:
    """Say in a sentence which database cannot be used and why."""
    return f"{name_of(store)} cannot be used: {driver_sentence(failure)}."


class SchemaMismatch(Exception):
    """A program and a schema that do not belong together; the text says what to do."""

    def __init__(self, fault: SchemaFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


def check(store: Store) -> SchemaState:
    """Give the state of a database's schema, where this program may serve it; makes no file.

    Raises ``SchemaMismatch``, and ``sqlalchemy.exc.DBAPIError`` where the database cannot be used.
    """
    found = _state(store)
    fault = schema_fault(found, head=HEAD, known=known() if found.revision not in {None, HEAD} else ())
    if fault is not None:
        raise SchemaMismatch(fault, _sentence(fault, found, store))
    return found


def _state(store: Store) -> SchemaState:
    if store.is_sqlite and not Path(store.url.database or "").exists():
        return SchemaState(None, None)
    with store.read() as connection:
        return schema_state.state(connection)


def _sentence(fault: SchemaFault, found: SchemaState, store: Store) -> str:
    name = name_of(store)
    if fault is SchemaFault.EMPTY:
        no_folder = store.is_sqlite and not Path(store.url.database or "").parent.is_dir()
        return f"{name} holds no tables yet{', and its folder is missing' * no_folder}. Run: flask --app wsgi migrate"
    if fault is SchemaFault.BEHIND:
        return f"{name} is at {found.revision}, and this program needs {HEAD}. Run: flask --app wsgi migrate"
    needed = f"release {found.oldest_release} or newer" if found.oldest_release else "another program"
    return f"{name} is at {found.revision}, which needs {needed}. This is release {RELEASE}: start the newer program."

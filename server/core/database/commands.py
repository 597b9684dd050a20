"""Commands of upkeep: bringing the database up to date, and a new history after a restore."""

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.database import event_log
from server.core.database.migrate import HEAD, upgrade


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the tables of this version."""
    upgrade(current_app.config["HUXUE"].database_url)
    click.echo(f"The database is at {HEAD}.")


@click.command("new-epoch")
@with_appcontext
def new_epoch() -> None:
    """Start a new history after a restore, so that every client fetches everything anew."""
    platform = current_app.extensions["huxue"]
    with platform.store.transaction(platform.now()) as transaction:
        epoch = event_log.begin_epoch(transaction.connection)
    click.echo(f"The history is now {epoch}. Restart the server.")

"""What a command says of the database that it works on: which one, and why it cannot be used."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InternalError

from server.core import audit
from server.core.database import migrate
from server.core.database.sealing.ring import KeyFault
from server.core.database.sealing.state import check_keys
from server.core.terminal.locked import clear_when_locked
from server.core.terminal.operator import operator

ASK = "Is HUXUE_DATABASE_URL the right one, and has `flask migrate` been run on it?"
WITHOUT_DATABASE = {"settings", "simulate", "make-keys", "make", "worker-ready"}
MAKES_TABLES = {"migrate"}
# What reads and writes no telephone: it must go on where the keys are lost.
WITHOUT_KEYS = {"auditor", "check-store", "demo", "new-epoch", "verify", "status"}
NO_TEXT = "What was typed holds bytes that are no text in UTF-8."


def spoken(command: click.Command) -> click.Command:
    """Let a command, or each of a group, name its database and end with a sentence in place of a traceback."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            spoken(one)
    elif command.callback is not None and command.name not in WITHOUT_DATABASE:
        checked = command.name not in MAKES_TABLES
        keyed = checked and command.name not in WITHOUT_KEYS
        command.callback = with_appcontext(_clear(command.callback, checked=checked, keyed=keyed))
    return command


def _clear(callback: Callable[..., Any], *, checked: bool, keyed: bool) -> Callable[..., Any]:
    @wraps(callback)
    def clear(*arguments: Any, **named: Any) -> Any:
        store = current_app.extensions["huxue"].store
        click.echo(f"Database: {migrate.name_of(store)}", err=True)
        try:
            if checked:
                migrate.check(store)
            if keyed:
                with clear_when_locked():
                    check_keys(store)
            with audit.by_operator(operator()):
                return callback(*arguments, **named)
        except (KeyFault, migrate.SchemaMismatch) as why:
            raise click.ClickException(str(why)) from why
        except DatabaseError as why:
            if isinstance(why, (IntegrityError, DataError, InternalError)):
                raise
            raise click.ClickException(f"{migrate.unusable(store, why)} {ASK}") from why
        except UnicodeEncodeError as why:
            if "surrogates" not in why.reason:
                raise
            raise click.ClickException(NO_TEXT) from why

    return clear

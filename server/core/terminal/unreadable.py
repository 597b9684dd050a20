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
from server.core.terminal.operator import operator

ASK = "Is HUXUE_DATABASE_URL the right one, and has `flask migrate` been run on it?"
WITHOUT_DATABASE = {"settings", "simulate", "make-keys", "worker-ready"}
MAKES_TABLES = {"migrate"}
NO_TEXT = "What was typed holds bytes that are no text in UTF-8."


def spoken(command: click.Command) -> click.Command:
    """Let a command, or each of a group, name its database and end with a sentence in place of a traceback."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            spoken(one)
    elif command.callback is not None and command.name not in WITHOUT_DATABASE:
        checked = command.name not in MAKES_TABLES
        command.callback = with_appcontext(_clear(command.callback, checked=checked))
    return command


def _clear(callback: Callable[..., Any], *, checked: bool) -> Callable[..., Any]:
    @wraps(callback)
    def clear(*arguments: Any, **named: Any) -> Any:
        store = current_app.extensions["huxue"].store
        click.echo(f"Database: {migrate.name_of(store)}", err=True)
        try:
            if checked:
                migrate.check(store)
            with audit.by_operator(operator()):
                return callback(*arguments, **named)
        except migrate.SchemaMismatch as why:
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

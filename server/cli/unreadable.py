"""What a command says where the database is not there, is another one, or cannot take what was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

UNREADABLE = (
    "The database cannot be used: {why}. Is HUXUE_DATABASE_URL the right one, "
    "and has `flask migrate` been run on it?"
)
NO_TEXT = "What was typed holds bytes that are no text in UTF-8."


def spoken(command: click.Command) -> click.Command:
    """Let a command, or each of a group, end with a sentence in place of a traceback."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            spoken(one)
    elif command.callback is not None:
        command.callback = _clear(command.callback)
    return command


def _clear(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def clear(*arguments: Any, **named: Any) -> Any:
        try:
            return callback(*arguments, **named)
        except (OperationalError, ProgrammingError) as why:
            # The first line alone: PostgreSQL's further ones may show what stands in a row.
            said = (str(why.orig).strip().splitlines() or [type(why).__name__])[0]
            raise click.ClickException(UNREADABLE.format(why=said.rstrip("."))) from why
        except UnicodeEncodeError as why:
            if "surrogates" not in why.reason:
                raise
            raise click.ClickException(NO_TEXT) from why

    return clear

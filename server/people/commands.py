"""Commands about users."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.access.roles import Role
from server.core.http.wire import Platform
from server.core.refused import Refused
from server.core.terminal.locked import clear_when_locked
from server.people.actions import erasing, users
from server.people.rules.separate import SeparateRoles


@click.command("create-user")
@with_appcontext
@click.option(
    "--role",
    type=click.Choice([role.value for role in users.SCOPE_OF]),
    required=True,
    help="What the user may do.",
)
@click.option(
    "--scope",
    required=True,
    help="What the user sees: a school (school_admin), a station (station_officer), "
    "else a district; its number or its exact name.",
)
@click.option("--username", required=True, help="What the user signs in with.")
@click.option("--name", default="", help="The name that others see; the user name when left out.")
def create_user(role: str, scope: str, username: str, name: str) -> None:
    """Make a console account. The password is asked for, or read as a line from standard input."""
    platform = current_app.extensions["huxue"]
    password = _password()
    with _refusals():
        number = users.create_user(
            platform.store,
            role=Role(role),
            scope=scope,
            username=username,
            name=name or username,
            password=password,
            rules=platform.limits[SeparateRoles],
            now=platform.now(),
        )
    _tell(platform, number, f"can sign in at /console/sign-in as {username.strip().lower()}")


@click.command("set-password")
@with_appcontext
@click.argument("username")
def set_password(username: str) -> None:
    """Give a console account another password and sign it out everywhere; asked for as in create-user."""
    platform = current_app.extensions["huxue"]
    password = _password()
    with _refusals():
        number = users.set_password(
            platform.store,
            username=username,
            password=password,
            rules=platform.limits[SeparateRoles],
            now=platform.now(),
        )
    _tell(platform, number, "has a new password and is signed out everywhere")


@click.command("close-user")
@with_appcontext
@click.argument("username")
def close_user(username: str) -> None:
    """Close the console account of somebody who leaves: it is signed out and cannot sign in."""
    platform = current_app.extensions["huxue"]
    with _refusals():
        number = users.set_closed(
            platform.store,
            username=username,
            closed=True,
            rules=platform.limits[SeparateRoles],
            now=platform.now(),
        )
    click.echo(f"Account {number} is closed and signed out everywhere.")


@click.command("reopen-user")
@with_appcontext
@click.argument("username")
def reopen_user(username: str) -> None:
    """Open a closed console account again, with the password that it had."""
    platform = current_app.extensions["huxue"]
    with _refusals():
        number = users.set_closed(
            platform.store,
            username=username,
            closed=False,
            rules=platform.limits[SeparateRoles],
            now=platform.now(),
        )
    _tell(platform, number, "can sign in again")


@click.command("end-second-step")
@with_appcontext
@click.argument("username")
def end_second_step(username: str) -> None:
    """Ask a console account for no second step any more, whose owner lost his telephone and his recovery codes."""
    platform = current_app.extensions["huxue"]
    with _refusals():
        number = users.end_second_step(
            platform.store, username=username, rules=platform.limits[SeparateRoles], now=platform.now()
        )
    _tell(platform, number, "is asked for no second step")


def _tell(platform: Platform, number: int, done: str) -> None:
    """Say what was done, and whether it takes effect at once."""
    if users.waits(platform.store, number):
        click.echo(f"Account {number} {done}, once the security administrator has let it in.")
    else:
        click.echo(f"Account {number} {done}.")


def _password() -> str:
    if sys.stdin.isatty():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")


@contextmanager
def _refusals() -> Iterator[None]:
    """Say in words what was refused."""
    try:
        with clear_when_locked():
            yield
    except Refused as why:
        facts = ", ".join(f"{key}: {value}" for key, value in why.facts.items())
        raise click.ClickException(f"{USER_REFUSALS[why.code]}{f' ({facts})' if facts else ''}") from why


USER_REFUSALS = {
    "password_too_short": "The password is too short.",
    "password_too_common": "The password is one of those that are tried first: take several words, or a random one.",
    "unknown_scope": "No such school, station or district.",
    "ambiguous_scope": "Several have that name: give the number instead.",
    "unknown_user": "No console account has that user name.",
    "username_taken": "That user name is taken.",
    "bad_username": "A user name has 2 to 40 letters, digits, dots, hyphens or underscores.",
    "holds_another_role": "Somebody of that name has another of the three separate roles.",
    "security_admin_erases": "Where the roles are separate, the security administrator erases guards, at the console.",
    "security_admin_closes": "Where the roles are separate, a security administrator or an auditor is locked at the "
    "console, by a security administrator.",
    "bad_name": "A name has 1 to 60 characters.",
}


@click.command("erase-guard")
@with_appcontext
@click.argument("number", type=int)
def erase_guard(number: int) -> None:
    """Erase a guard who asked the district for it, by the number of his account; there is no way back.

    His account is closed now; what names him goes within minutes, what only counts him stays.
    """
    platform = current_app.extensions["huxue"]
    with _refusals():
        erasing.erase_guard(platform.store, account_id=number, limits=platform.limits, now=platform.now())
    click.echo(f"Account {number} is closed, and its person will be erased.")


COMMANDS = (erase_guard, create_user, set_password, close_user, reopen_user, end_second_step)

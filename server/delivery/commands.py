"""Commands about channels: keys of Web Push, and tests by the very path of a real alarm."""

import time
from typing import Any
from uuid import uuid4

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection

from server.core.access.roles import AccountStatus, Actor, Category, Role
from server.core.refused import Refused
from server.core.terminal.locked import clear_when_locked
from server.delivery.actions import channel_tests
from server.delivery.channels.push import new_keys
from server.delivery.channels.registry import channels_of
from server.delivery.channels.settings import ChannelSettings
from server.delivery.jobs.messages import send_due
from server.delivery.queries import hooks
from server.people.queries import accounts

UNDER_WAY = {"waiting", "sending"}
LOOK_EVERY_S = 0.5
# A running server takes what is due within a second; where none does, the command sends by itself.
SERVER_TAKES_WITHIN_S = 3.0
PATIENCE_S = 60.0

CHANNEL_REFUSALS = {
    "no_channel": "No way leads there: no channel is set up for it, or no page is open.",
    "not_found": "No such webhook.",
    "too_many": "Too many tests lately: wait some minutes.",
    "suspended": "That account is suspended.",
    "not_your_role": "That account receives no alarms.",
}


@click.group("channels")
def channels() -> None:
    """Set channels up and try them."""


@channels.command("make-keys")
def make_keys() -> None:
    """Make a pair of keys for Web Push, as lines for the environment."""
    public, private = new_keys()
    click.echo(f"HUXUE_PUSH_PUBLIC_KEY={public}\nHUXUE_PUSH_PRIVATE_KEY={private}")
    click.echo("HUXUE_PUSH_SUBJECT=mailto:YOU@YOUR.DOMAIN")


@channels.command("test")
@with_appcontext
@click.option("--user", default=None, help="A console account, by its user name.")
@click.option("--phone", default=None, help="A guard, by his phone number.")
@click.option(
    "--hook", "hook_id", type=click.IntRange(1, 2**63 - 1), default=None, help="A webhook, by its number."
)
def test(user: str | None, phone: str | None, hook_id: int | None) -> None:
    """Send a marked test to one receiver, and show each result as it comes."""
    platform = current_app.extensions["huxue"]
    if sum(one is not None for one in (user, phone, hook_id)) != 1:
        raise click.UsageError("Name one receiver: --user, --phone or --hook.")
    with platform.store.read() as connection:
        actor = _actor(connection, user=user, phone=phone, hook_id=hook_id)
    test_id = str(uuid4())
    try:
        with clear_when_locked():
            channel_tests.begin(
                platform.store,
                actor=actor,
                request_id=test_id,
                hook_id=hook_id,
                limits=platform.limits,
                now=platform.now(),
            )
    except Refused as why:
        raise click.ClickException(CHANNEL_REFUSALS.get(why.code, why.code)) from why
    if not _watch(platform, actor, test_id):
        raise click.ClickException("Not everything arrived.")


def _actor(connection: Connection, *, user: str | None, phone: str | None, hook_id: int | None) -> Actor:
    """Give the account that is called; a webhook is tested in the name of its district."""
    if hook_id is not None:
        hook = hooks.by_id(connection, hook_id)
        if hook is None:
            raise click.ClickException(CHANNEL_REFUSALS["not_found"])
        return Actor(
            account_id=0,
            role=Role.DISTRICT_ADMIN,
            category=None,
            status=AccountStatus.APPROVED,
            district_id=hook.district_id,
            station_id=None,
            school_id=None,
            session_id=0,
            name="",
        )
    row = accounts.by_username(connection, user) if user else accounts.by_phone(connection, phone or "")
    if row is None:
        raise click.ClickException("No such account.")
    return Actor(
        account_id=row.id,
        role=Role(row.role),
        category=Category(row.category) if row.category else None,
        status=AccountStatus(row.status),
        district_id=row.district_id,
        station_id=row.station_id,
        school_id=row.school_id,
        session_id=0,
        name=row.name,
    )


def _watch(platform: Any, actor: Actor, test_id: str) -> bool:
    """Print each result once it is there; tells whether all were taken or arrived."""
    ways = channels_of(platform.limits[ChannelSettings], platform.store)
    begin, printed = time.monotonic(), dict[int, str]()
    while time.monotonic() - begin < PATIENCE_S:
        found = channel_tests.one(platform.store, actor=actor, test_id=test_id)["items"]
        for number, one in enumerate(found):
            why = f" ({one['reason']})" if one["reason"] else ""
            said = f"{one['channel']}: {one['state']}{why}"
            if printed.get(number) != said:
                printed[number] = said
                click.echo(said)
        if not any(one["state"] in UNDER_WAY for one in found):
            return all(one["state"] != "failed" for one in found)
        if time.monotonic() - begin > SERVER_TAKES_WITHIN_S:
            for task in send_due(platform.store, ways, platform.now()):
                task.join(PATIENCE_S)
        time.sleep(LOOK_EVERY_S)
    return False


COMMANDS = (channels,)

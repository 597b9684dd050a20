"""Commands about gate devices. A key is printed once; only its hash is kept."""

from collections.abc import Callable
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.refused import Refused
from server.core.terminal.locked import clear_when_locked
from server.core.typed_text import visible
from server.exercise.actions import devices
from server.exercise.rules.shapes import DeviceWithKey

REFUSALS = {
    "unknown_post": "No such post. Give its name, its number or its code.",
    "not_found": "No such device. `flask device list` lists them.",
    "device_revoked": "That device's key was revoked: issue a new device.",
}

# What a database can hold.
NUMBER = click.IntRange(1, 2**63 - 1)
LONGEST_LABEL = 60


@click.group("device")
def device() -> None:
    """Issue, rotate and revoke the keys of gate devices."""


@device.command("issue")
@with_appcontext
@click.argument("post")
@click.option("--label", required=True, help="What the device is called, such as its place or its number.")
def issue(post: str, label: str) -> None:
    """Make a device at POST (name, number or code), and print its key."""
    store, label = current_app.extensions["huxue"].store, visible(label)
    if not 1 <= len(label) <= LONGEST_LABEL or not label.isprintable():
        raise click.BadParameter("one line of 1 to 60 characters", param_hint="--label")
    _tell(
        lambda now: devices.issue(
            store,
            actor=None,
            request_id=None,
            post_id=devices.find_post(store, post),
            label=label,
            now=now,
        )
    )


@device.command("rotate")
@with_appcontext
@click.argument("number", type=NUMBER)
def rotate(number: int) -> None:
    """Give device NUMBER another key and print it; the old one is good for nothing from now."""
    store = current_app.extensions["huxue"].store
    _tell(lambda now: devices.rotate(store, actor=None, request_id=None, device_id=number, now=now))


@device.command("revoke")
@with_appcontext
@click.argument("number", type=NUMBER)
def revoke(number: int) -> None:
    """Take the key of device NUMBER away for good."""
    store = current_app.extensions["huxue"].store
    _tell(lambda now: devices.revoke(store, actor=None, request_id=None, device_id=number, now=now))


@device.command("list")
@with_appcontext
def list_devices() -> None:
    """List the devices: number, post, label, whether revoked, when last heard."""
    for one in devices.all_listed(current_app.extensions["huxue"].store):
        state = "revoked" if one["revoked_at"] else "in use"
        heard = one["last_signal_at"] or "never heard"
        click.echo(f"{one['id']}\t{one['post_name']}\t{one['label']}\t{state}\t{heard}")


def _tell(act: Callable[[datetime], DeviceWithKey]) -> None:
    try:
        with clear_when_locked():
            made = act(current_app.extensions["huxue"].now())
    except Refused as why:
        raise click.ClickException(REFUSALS[why.code]) from why
    one = made["device"]
    click.echo(f"Device {one['id']} at {one['post_name']}: {one['label']}")
    if made["key"]:
        click.echo(f"Key (shown this once): {made['key']}")
    elif one["revoked_at"]:
        click.echo("Its key is revoked.")


COMMANDS = (device,)

"""The commands about keys: made, looked at, changed while the server serves, and the end of numbers in clear."""

from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core import audit
from server.core.database.sealing import reseal, rotation
from server.core.database.sealing.keys import Suite
from server.core.database.sealing.ring import KeyFault, make_file
from server.core.http.wire import Platform
from server.core.terminal.progress import Progress


@click.group("keys")
def keys() -> None:
    """Look after the keys that seal telephones."""


@keys.command("make")
@click.argument("path")
@with_appcontext
def make(path: str) -> None:
    """Make a key file with one key at PATH, for its owner alone."""
    try:
        key = make_file(path, Suite(_platform().settings.ciphers))
    except KeyFault as why:
        raise click.ClickException(str(why)) from why
    click.echo(
        f"{path} holds the key {key.id}. Set HUXUE_KEY_FILE={path}, and keep a copy of it apart from the backups."
    )


@keys.command("status")
@with_appcontext
def status() -> None:
    """Say which keys there are, how many telephones each seals, and how many stand in clear."""
    store = _platform().store
    try:
        known = set(store.sealing.ring.keys)
    except KeyFault as why:
        click.echo(str(why))
        known = set()
    with store.read() as connection:
        found = store.sealing.look(connection)
        needed = set(rotation.needed(connection))
        for key_id in sorted(known | needed):
            rows = sum(reseal.count(connection, place, place.of(key_id)) for place in reseal.places())
            words = [f"{rows} telephones"]
            words += ["seals"] if key_id == found.current else []
            words += ["MISSING"] if key_id not in known else []
            words += ["may be taken out"] if key_id not in needed else []
            click.echo(f"{key_id}: {', '.join(words)}")
        clear = sum(reseal.count(connection, place, place.in_clear) for place in reseal.places())
    click.echo(
        f"In clear: {clear} telephones{'' if found.finished else '; run: flask --app wsgi keys finish'}"
    )


@keys.command("rotate")
@with_appcontext
def rotate() -> None:
    """Let a new key seal, and seal all telephones with it, while the server serves."""
    work, progress = _work()
    key_id, unopened = _done(lambda: rotation.rotate(work), progress)
    _record(work, "keys.rotated")
    click.echo(f"All telephones are sealed with {key_id}.")
    _say_unopened(unopened)
    if not unopened:
        click.echo(
            "The keys before it may be taken out of the file, but copies of the database still need them."
        )


@keys.command("finish")
@click.option("--only-this-release", is_flag=True, help="No program of an earlier release serves any more.")
@with_appcontext
def finish(*, only_this_release: bool) -> None:
    """Blank the telephones that stand in clear for earlier releases, and write the tables anew without them."""
    work, progress = _work()
    unopened = _done(lambda: rotation.finish(work, only_this_release=only_this_release), progress)
    _record(work, "keys.finished")
    click.echo("No telephone stands in clear. Copies that were made before still hold them: delete those.")
    _say_unopened(unopened)


def _platform() -> Platform:
    platform: Platform = current_app.extensions["huxue"]
    return platform


def _work() -> tuple[rotation.Work, Progress]:
    here, progress = _platform(), Progress()
    return rotation.Work(here.store, here.now, here.areas.name_anew(), progress.tell), progress


def _done(work: Callable[[], Any], progress: Progress) -> Any:
    try:
        return work()
    except (KeyFault, rotation.NotFinished) as why:
        raise click.ClickException(str(why)) from why
    finally:
        progress.clear()


def _record(work: rotation.Work, act: str) -> None:
    with work.store.transaction(work.now()) as transaction:
        audit.record(transaction.connection, now=transaction.now, actor_id=None, act=act)


def _say_unopened(unopened: int) -> None:
    if unopened:
        click.echo(f"{unopened} telephones cannot be opened with the keys at hand and were left as they are.")

"""A command about the place of made files."""

import click
from flask import current_app

from server.core.files.store import NotKept, try_out


@click.group()
def files() -> None:
    """Look after the place of made files."""


@files.command("check-store")
def check_store() -> None:
    """Write a small file where made files are kept, read it, list what lies there, and delete it."""
    here = current_app.extensions["huxue"]
    where = here.settings.files or "the folder of made files"
    try:
        try_out(here.files)
    except NotKept as why:
        raise click.ClickException(f"{where}: {why}.") from why
    click.echo(f"{where}: a file could be written, read, listed and deleted.")

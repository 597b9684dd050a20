"""The auditor's process."""

import time

import click
from flask import current_app
from flask.cli import with_appcontext

from server.channels.auditor import cry_of, watchdog_of
from server.jobs.auditor import LOOK_EVERY_S, Auditor, Ways


@click.command("auditor")
@click.option("--once", is_flag=True, help="Look once; the exit code is 1 when something is wrong.")
@with_appcontext
def auditor(*, once: bool) -> None:
    """Watch from outside that the steps of alarms are taken; runs beside the server, for ever."""
    settings, platform = current_app.config["HUXUE"], current_app.extensions["huxue"]
    watching = Auditor(platform.store, platform.now, Ways(cry_of(settings), watchdog_of(settings)))
    while True:
        found = watching.look()
        if once:
            click.echo(found["problem"] or "all is well")
            raise SystemExit(found["problem"] is not None)
        time.sleep(LOOK_EVERY_S)

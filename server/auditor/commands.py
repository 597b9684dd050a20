"""The auditor's process."""

import time

import click
from flask import current_app
from flask.cli import with_appcontext

from server.auditor.process import LOOK_EVERY_S, Auditor, AuditorChannels
from server.auditor.webhooks import anchor_of, cry_of, watchdog_of


@click.command("auditor")
@click.option("--once", is_flag=True, help="Look once; the exit code is 1 when something is wrong.")
@with_appcontext
def auditor(*, once: bool) -> None:
    """Watch from outside that steps, time-outs and messages are not late; runs beside the server, for ever."""
    settings, platform = current_app.config["HUXUE"], current_app.extensions["huxue"]
    ways = AuditorChannels(cry_of(settings), watchdog_of(settings), anchor_of(settings))
    watching = Auditor(platform.store, platform.now, ways, platform.limits)
    while True:
        found = watching.look()
        if once:
            click.echo("\n".join(one["problem"] for one in found) or "all is well")
            raise SystemExit(bool(found))
        time.sleep(LOOK_EVERY_S)


COMMANDS = (auditor,)

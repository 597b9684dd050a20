"""The worker's process beside servers on PostgreSQL."""

import logging
import os
import signal
import socket
import time
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.clock.row_retry import DATABASE_AWAY
from server.core.faults import named
from server.core.jobs.desk import Desk
from server.core.jobs.worker import Worker

logger = logging.getLogger("huxue.jobs")

LOOKS_EVERY_S = 1.0
RESTS_S = 5.0


@click.command("worker")
@click.option("--once", is_flag=True, help="End when nothing waits.")
@with_appcontext
def worker(*, once: bool) -> None:
    """Do long work (exports, copies of own data) beside servers on PostgreSQL, for ever; several may run.

    On SQLite the server starts its worker by itself.
    """
    here = current_app.extensions["huxue"]
    if here.store.is_sqlite:
        raise click.ClickException(
            "On SQLite the server starts its worker by itself: there is nothing to do here."
        )
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    kinds = here.areas.job_kinds()
    desk = Desk(here.store, here.now, kinds, here.limits)
    name = f"{socket.gethostname()[:24]}-{os.getpid()}"
    one = Worker(name, desk, read=here.store.read, files=here.files, kinds=kinds, now=here.now)
    try:
        while True:
            if not _do_one(one):
                if once:
                    return
                time.sleep(LOOKS_EVERY_S)
    finally:
        # What it was doing goes to another at once.
        desk.lose(name)


def _do_one(one: Worker) -> bool:
    try:
        return one.do_one()
    except DATABASE_AWAY as why:
        logger.error("database: %s", named(why))
        time.sleep(RESTS_S)
        return True


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit

"""Doing long work in the test's own process, and looking at the worker of a real server."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from server.core.http.wire import Platform
from server.core.jobs.desk import Desk
from server.core.jobs.kinds import AnyKind
from server.core.jobs.worker import Worker
from tests.tools.world import World


def desk_of(app: Flask, kinds: Mapping[str, AnyKind] | None = None) -> Desk:
    """Give the desk of an application; other kinds than its own may be named."""
    here: Platform = app.extensions["huxue"]
    return Desk(here.store, here.now, here.areas.job_kinds() if kinds is None else kinds, here.limits)


def worker_of(app: Flask, kinds: Mapping[str, AnyKind] | None = None, name: str = "test") -> Worker:
    """Make a worker that works at an application's desk."""
    here: Platform = app.extensions["huxue"]
    desk = desk_of(app, kinds)
    return Worker(name, desk, read=here.store.read, files=here.files, kinds=desk.kinds, now=here.now)


def work_off(app: Flask, kinds: Mapping[str, AnyKind] | None = None) -> int:
    """Do all that waits; give how many jobs it was."""
    worker, count = worker_of(app, kinds), 0
    while worker.do_one():
        count += 1
    return count


def newest_job(world: World, account_id: int) -> dict[str, Any]:
    """Read the newest job of an account."""
    found: dict[str, Any] = world.get(account_id, "/api/jobs").json()["items"][0]
    return found


def wait_for_job(world: World, account_id: int, *states: str, within_s: float = 60) -> dict[str, Any]:
    """Wait until an account's newest job is in one of some states."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        found = newest_job(world, account_id)
        if found["state"] in states:
            return found
    raise AssertionError(f"the job is still {found['state']}, and not {states}")


def children_named(word: str) -> list[int]:
    """Give the processes of this machine whose command has a word."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in place.read_bytes():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


def worker_child(world: World, within_s: float = 30) -> int:
    """Give the process that works for a server."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        for number in children_named("server.worker"):
            try:
                status = Path(f"/proc/{number}/status").read_text()
            except OSError:
                continue
            if f"PPid:\t{world.server.process.pid}\n" in status:
                return number
    raise AssertionError("the server has no worker")

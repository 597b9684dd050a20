"""The worker of a server on SQLite: ``python -m server.worker`` with an end of a pipe and its name.

It reads by connections that cannot write, and says over the pipe what is to be written. It ends when the server does.
"""

import json
import logging
import os
import socket
import sys
import threading
import time
from datetime import UTC, datetime

from server.areas import AREAS, open_store
from server.core.database.sealing.ring import KeyRing, KeySource
from server.core.files.store.opening import FileSettings, open_files
from server.core.jobs.pipe import FarDesk, ServerGone
from server.core.jobs.worker import Worker

# So long it waits for another job before it gives its memory back.
IDLE_S = 30.0
LOOKS_EVERY_S = 0.5
NICE = 10


def main(arguments: list[str]) -> int:
    """Do jobs until there are none for a while; give the exit code."""
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    # Whoever waits for an answer goes first.
    os.nice(NICE)
    channel, name = socket.socket(fileno=int(arguments[0])), arguments[1]
    # A server on eventlet or gevent made it one that never waits.
    channel.setblocking(True)
    told = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    store = open_store(told["database_url"], KeyRing(KeySource(**told["keys"])))
    worker = Worker(
        name,
        FarDesk(channel),
        read=store.read,
        files=open_files(FileSettings(**told["files"]), told["database_url"]),
        kinds=AREAS.job_kinds(),
        now=lambda: datetime.now(UTC),
    )
    idle_since = time.monotonic()
    try:
        while time.monotonic() - idle_since < IDLE_S:
            if worker.do_one():
                idle_since = time.monotonic()
            else:
                time.sleep(LOOKS_EVERY_S)
    except ServerGone:
        return 1
    return 0


def _end_with_the_server() -> None:
    """End at once when the server is gone, whatever a handler computes: its input ends then."""
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How green threads wait for PostgreSQL: in place for what is there at once, beside others for what takes longer."""

import json
import subprocess
import sys
from collections.abc import Generator

import pytest
from psycopg.waiting import Ready, Wait

from deploy.programs.postgres import Server
from server.core.database import psycopg_waits
from server.core.database.psycopg_waits import GreenWait
from tests.tools.server import ROOT

# Runs in a process of its own, since an engine changes the whole of it; says what it saw as JSON.
SEEN = """
import sys
from server import engine
engine.patch(sys.argv[1])
import json, threading, time
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from server.app import create_app
from server.config import read_settings
from server.core.database import psycopg_waits

settings = {"HUXUE_ENGINE": sys.argv[1], "HUXUE_DATABASE_URL": sys.argv[2], "HUXUE_MODE": "demo"}
app = create_app(read_settings(settings))
store = app.extensions["huxue"].store
turns = []

def others():
    while True:
        turns.append(1)
        time.sleep(0)

def during(statement, **values):
    with store.read() as connection:
        connection.execute(text("SELECT 1")).all()
        before = len(turns)
        answer = connection.execute(text(statement), values).scalar()
        return [answer, len(turns) - before]

threading.Thread(target=others, daemon=True).start()
time.sleep(0)
def seen_in(milliseconds):
    psycopg_waits.IN_PLACE_MS = psycopg_waits.AHEAD_IN_PLACE_MS = milliseconds
    seen = {
        "short": during("SELECT 7"),
        "long": during("SELECT 8 FROM pg_sleep(0.2)"),
        "large": during("SELECT length(:text)", text="x" * 20_000_000)[0],
    }
    with store.read() as connection:
        seen["whole"] = len(connection.execute(text("SELECT repeat('y', 20000000)")).scalar())
    try:
        during("SELECT pg_terminate_backend(pg_backend_pid())")
    except DBAPIError as gone:
        seen["ended"] = type(gone).__name__
    return seen | {"again": during("SELECT 9")}

print(json.dumps([seen_in(100), seen_in(0)]))
"""


@pytest.mark.parametrize("engine", ["eventlet", "gevent"])
def test_a_short_answer_is_waited_for_in_place_and_a_long_one_beside_others(
    engine: str, postgres_server: Server
) -> None:
    command = [sys.executable, "-c", SEEN, engine, postgres_server.fresh_url()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    in_place, beside = json.loads(done.stdout)
    assert (in_place["short"], in_place["again"]) == ([7, 0], [9, 0])
    assert in_place["long"][1] > 0
    for found in (in_place, beside):
        assert [found[name][0] for name in ("short", "long", "again")] == [7, 8, 9]
        assert found["large"] == found["whole"] == 20_000_000
        assert found["ended"] == "OperationalError"


class NeverReady:
    """A descriptor that has no answer; notes for how long others were kept waiting in place."""

    def __init__(self) -> None:
        self.in_place_ms: list[int] = []

    def register(self, *_what: int) -> None:
        """Take the descriptor."""

    def poll(self, ms: int) -> list[tuple[int, int]]:
        """Find nothing."""
        self.in_place_ms.append(ms)
        return []


def test_who_waits_long_for_a_lock_stops_the_process_once() -> None:
    line = NeverReady()

    def timed_out(_descriptor: int, _seconds: float) -> None:
        raise TimeoutError

    def asks(times: int) -> Generator[Wait, Ready | int, str]:
        for _time in range(times):
            assert (yield Wait.R) == Ready.NONE
        return "answered"

    drive = psycopg_waits.waits(GreenWait(lambda: line, timed_out, timed_out))  # type: ignore[arg-type, return-value]
    assert drive(asks(5), 7, 0.1) == "answered"
    assert sum(ms > 0 for ms in line.in_place_ms) == 1

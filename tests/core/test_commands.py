"""Commands as whoever runs the server types them: without the server's engine, and without a word about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.server import ROOT


@pytest.mark.parametrize("engine", ["eventlet", "gevent"])
def test_a_command_says_what_it_is_asked_and_nothing_else(
    engine: str, sqlite_url: str, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "HUXUE_MODE": "demo",
        "HUXUE_ENGINE": engine,
        "HUXUE_DATABASE_URL": sqlite_url,
        "HUXUE_PUBLIC_URL": "http://127.0.0.1:8000",
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "audit", "verify"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == (f"Database: {sqlite_url}\n", 0)
    assert done.stdout.splitlines() == [
        "0 timelines with 0 lines are as they were written.",
        "0 rows of the audit log are as they were sealed, 0 wait.",
    ]

"""Closing a database while other threads use it, as at the end of a process: they fail, the process does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.server import ROOT

CLOSE_UNDER_USE = """
import sys, threading
from datetime import UTC, datetime
from sqlalchemy import text
from server.core.database.transaction import Store

LONG = text("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000) SELECT count(*) FROM c")

def use(store, begun):
    for _turn in range(10):
        with store.transaction(datetime.now(UTC)) as transaction:
            begun.set()
            transaction.connection.execute(LONG).all()

for number in range(8):
    store, begun = Store(f"sqlite:///{sys.argv[1]}/{number}.db"), threading.Event()
    with store.transaction(datetime.now(UTC)):
        pass
    threading.excepthook = lambda _failure: None
    threads = [threading.Thread(target=use, args=(store, begun)) for _each in range(3)]
    for thread in threads:
        thread.start()
    begun.wait()
    store.close()
    for thread in threads:
        thread.join()
print("closed")
"""


@pytest.mark.timeout(120)
def test_the_process_lives_on(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSE_UNDER_USE, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "closed"), done.stderr[-2000:]

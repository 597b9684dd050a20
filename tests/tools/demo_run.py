"""The demo's commands as child processes, as somebody at a terminal starts and ends them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
WITHIN_S = 600.0


class Run:
    """The demo as a child process, with what it printed."""

    def __init__(self, folder: Path, port: int, *command: str, **settings: str) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HUXUE_")}
        environment |= {
            "HUXUE_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
            "HUXUE_PORT": str(port),
            "FOLDER_OF_THE_TEST": str(folder),
            **settings,
        }
        self.out = folder / "out.txt"
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.out.read_text(encoding="utf-8")

    def wait_for(self, text: str) -> str:
        limit = time.monotonic() + WITHIN_S
        while text not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < limit, self.said()
            self.pause()
        return self.said()

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def pause(self) -> None:
        try:
            self.process.wait(0.2)
        except subprocess.TimeoutExpired:
            return


@contextmanager
def running(
    folder: Path, port: int, *arguments: str, module: str = "server.demo.run", **settings: str
) -> Iterator[Run]:
    """Run ``make run`` or another command of the demo; it ends with the test."""
    run = Run(folder, port, module, *arguments, **settings)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)


def processes_of(folder: Path) -> list[str]:
    """Find processes, whoever their parent is, whose environment names this test's folder."""
    mark = str(folder).encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if mark in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    return found

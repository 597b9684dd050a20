"""An SQLite database on a disk that runs full while people write, and gets room again.

Nothing acknowledged may be lost, what cannot be kept is refused with 503, and all goes on by itself.
Run as root: .venv/bin/python -m bench.full_disk
"""

import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from bench.bench_district import BenchDistrict, bench_district, load
from bench.writing import Writing

DISK, STEADY_S, FULL_S = "600m", 10.0, 30.0


@contextmanager
def small_disk() -> Iterator[Path]:
    """Mount a small disk in memory, where temporary files go as long as it is there."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", name], check=True)
        before, tempfile.tempdir = tempfile.tempdir, name
        try:
            yield Path(name)
        finally:
            tempfile.tempdir = before
            subprocess.run(["umount", "--lazy", name], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left, to the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            while True:
                try:
                    file.write(b"\0" * size)
                except OSError:
                    break
    return filler


def status(here: BenchDistrict, path: str) -> int:
    """Ask how it is."""
    return requests.get(here.server.url + path, timeout=10).status_code


def main() -> None:
    """Write, fill the disk, empty it, and count."""
    print(load())
    with small_disk() as disk, bench_district() as here:
        writing = Writing((here, here))
        writing.begin()
        time.sleep(STEADY_S)
        before = Counter(writing.tries)
        filler = fill(disk)
        full: Counter[str] = Counter()
        until = time.monotonic() + FULL_S
        while time.monotonic() < until:
            full.update(f"{path} {status(here, path)}" for path in ("/healthz", "/readyz", "/"))
            time.sleep(1)
        meanwhile = Counter(writing.tries) - before
        filler.unlink()
        emptied = time.monotonic()
        while status(here, "/readyz") != 200:
            time.sleep(0.05)
        ready_s = time.monotonic() - emptied
        time.sleep(STEADY_S)
        whole = writing.pause(60)
        print(
            f"full for {FULL_S:g} s: writes {dict(meanwhile)}, looks {dict(full)}; writes again after {ready_s:.1f} s; "
            f"{len(writing.check_ins)} check-ins and {len(writing.alarms)} alarms acknowledged, "
            f"{len(writing.lost())} lost, all writes ended: {whole}, slowest {max(writing.took_s):.1f} s"
        )
    print(load())


if __name__ == "__main__":
    main()

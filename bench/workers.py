"""Check-ins a second of two workers over one PostgreSQL beside those of one of them, in turns, and whose time it took.

Run: .venv/bin/python -m bench.workers [--json FILE]
"""

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.bench_district import BenchDistrict, cpu_s, furnish, load
from bench.check_ins import A_CROWDED_POST, mixed
from bench.hammer import hammer
from deploy.programs import postgres, redis
from server.core.database.migrate import upgrade
from tests.tools.server import serving

PIECES, CONNECTIONS = 8, 32


@dataclass(frozen=True)
class Piece:
    """One piece of the run: check-ins a second, and the processor time of each in microseconds, by who used it."""

    workers: int
    a_second: float
    workers_us: float
    database_us: float
    generator_us: float


@contextmanager
def served() -> Iterator[tuple[list[BenchDistrict], int]]:
    """Serve the demo district by two workers; gives them and the number of PostgreSQL's first process."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(postgres.running(folder, durable=True))
        upgrade(database.template_url())
        url = database.fresh_url()
        bell = stack.enter_context(redis.running())
        store, paper, passes = furnish(url)
        stack.callback(store.close)
        heres = []
        for number in (1, 2):
            log = folder / f"{number}.log"
            server = stack.enter_context(serving(url, log, HUXUE_REDIS_URL=bell.url))
            heres.append(BenchDistrict(server, store, paper, passes))
        yield heres, database.process.pid


def below(pid: int) -> list[int]:
    """List a process and all that it started, and those that they started."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found


def send(port: int, requests: list[bytes]) -> None:
    """Send a worker its part, in a process of its own."""
    statuses = hammer(port, requests, CONNECTIONS).statuses
    assert set(statuses) == {201}, statuses


def piece(heres: Sequence[BenchDistrict], databases: Sequence[int], requests: list[bytes]) -> Piece:
    """Let some workers share check-ins."""
    sent = [
        multiprocessing.Process(target=send, args=(here.server.port, requests[number :: len(heres)]))
        for number, here in enumerate(heres)
    ]
    pids = [here.server.process.pid for here in heres]
    before, database, of_children = sum(map(cpu_s, pids)), sum(map(cpu_s, databases)), os.times()
    began = time.perf_counter()
    for one in sent:
        one.start()
    for one in sent:
        one.join()
    seconds, each = time.perf_counter() - began, 1e6 / len(requests)
    now = os.times()
    generator = (
        now.children_user + now.children_system - of_children.children_user - of_children.children_system
    )
    assert all(one.exitcode == 0 for one in sent)
    return Piece(
        workers=len(heres),
        a_second=len(requests) / seconds,
        workers_us=(sum(map(cpu_s, pids)) - before) * each,
        database_us=(sum(map(cpu_s, databases)) - database) * each,
        generator_us=generator * each,
    )


def measure() -> list[Piece]:
    """Let one worker and both take turns."""
    with served() as (heres, postgres_pid):
        people = heres[0].guards_by_post()
        opened = {guard for guards in people.values() for guard in guards[:A_CROWDED_POST]}
        for here in heres:
            hammer(here.server.port, [here.opening(guard) for guard in opened])
        databases = below(postgres_pid)
        requests = mixed(heres[0], people, 0, A_CROWDED_POST)
        some = [
            requests[at * len(requests) // PIECES : (at + 1) * len(requests) // PIECES]
            for at in range(PIECES)
        ]
        return [piece(heres[: 1 + number % 2], databases, part) for number, part in enumerate(some)]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--json", type=Path)
    wanted = asked.parse_args()
    print(load())
    pieces = measure()
    for one in pieces:
        print(
            f"{one.workers} workers: {one.a_second:5.0f} a second; processor time of each check-in: workers "
            f"{one.workers_us:5.0f} µs, PostgreSQL {one.database_us:5.0f} µs, load generator {one.generator_us:4.0f} µs"
        )
    rates = [statistics.median(one.a_second for one in pieces if one.workers == number) for number in (1, 2)]
    print(f"two workers to one: {rates[1] / rates[0]:.2f}")
    if wanted.json:
        found = {"load": load(), "ratio": rates[1] / rates[0], "pieces": [asdict(one) for one in pieces]}
        wanted.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()

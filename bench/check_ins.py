"""Check-ins a second (session, rules, durable commit, event) next to a bare Flask hello on the same engine.

Each phone has opened its page before, as it must to check in: that is not measured. ``--all`` adds a third part, of
everybody in the district who may come: up to some 130 heads a post.

Run: .venv/bin/python -m bench.check_ins [sqlite | postgresql] [eventlet | gevent | threads] [--all] [--json FILE]
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from bench.bench_district import BenchDistrict, bench_district, cpu_s, load, quantile
from bench.hammer import Result, hammer
from deploy.programs.children import free_port
from tests.tools.server import ROOT

HELLOS = 8_000
# The seven seats of each post, as at a real peak; then many more than a peak has, at posts that overflow.
A_POST, A_CROWDED_POST = 7, 33


@contextmanager
def hello(engine: str) -> Iterator[tuple[int, int]]:
    """Serve the hello; gives its port and its process."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.hello", str(port), engine], cwd=ROOT)
    try:
        for _try in range(100):
            try:
                hammer(port, [one_hello(port)])
                break
            except ConnectionError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.kill()
        process.wait()


def one_hello(port: int) -> bytes:
    """Write the request for the ceiling."""
    return f"POST /hello HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n\r\n".encode()


def timed(port: int, pid: int, requests: list[bytes]) -> tuple[Result, float]:
    """Send requests; gives what came back and the server's CPU for each, in microseconds."""
    before = cpu_s(pid)
    result = hammer(port, requests)
    return result, (cpu_s(pid) - before) / len(requests) * 1e6


@dataclass(frozen=True)
class Part:
    """What a part of the run brought; processor time is the server's."""

    name: str
    requests: int
    a_second: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]

    def say(self) -> None:
        """Print one line."""
        print(
            f"{self.name:24} {self.a_second:7.0f} a second, {self.cpu_us:5.0f} µs CPU each, "
            f"answer p50 {self.p50_ms:.1f} ms, p99 {self.p99_ms:.1f} ms, {self.statuses}"
        )


def measured(name: str, port: int, pid: int, requests: list[bytes]) -> Part:
    """Send requests; gives what came back and the server's CPU for each, in microseconds."""
    result, cpu_us = timed(port, pid, requests)
    p50, p99 = (quantile(result.latencies_ms, share) for share in (0.5, 0.99))
    statuses = {str(status): number for status, number in result.statuses.items()}
    return Part(name, len(requests), result.a_second, cpu_us, p50, p99, statuses)


def measure(kind: str, engine: str, *, everybody: bool) -> tuple[list[Part], list[Part]]:
    """Measure the ceiling, the check-ins, and the ceiling once more; gives the hellos and the check-ins."""
    ends = [A_POST, A_CROWDED_POST]
    with bench_district(kind, HUXUE_ENGINE=engine) as here, hello(engine) as (port, pid):
        people = here.guards_by_post()
        if everybody:
            ends.append(max(map(len, people.values())))
        hellos = [one_hello(port)] * HELLOS
        before = measured("hello, before", port, pid, hellos)
        opened = {guard for guards in people.values() for guard in guards[: ends[-1]]}
        assert set(hammer(here.server.port, [here.opening(guard) for guard in opened]).statuses) == {200}
        server, at, parts = here.server.process.pid, here.server.port, []
        for first, last in zip([0, *ends], ends, strict=False):
            name = f"heads {first + 1} to {last}, {kind}"
            parts.append(measured(name, at, server, mixed(here, people, first, last)))
        return [before, measured("hello, after", port, pid, hellos)], parts


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("kind", nargs="?", default="sqlite")
    asked.add_argument("engine", nargs="?", default="eventlet")
    asked.add_argument("--all", action="store_true")
    asked.add_argument("--json", type=Path)
    wanted = asked.parse_args()
    print(load())
    hellos, parts = measure(wanted.kind, wanted.engine, everybody=wanted.all)
    ceiling, hello_us = (
        sum(of) / 2 for of in zip(*((one.a_second, one.cpu_us) for one in hellos), strict=True)
    )
    for one in (*hellos, *parts):
        one.say()
    ratios = {one.name: (hello_us / one.cpu_us, one.a_second / ceiling) for one in parts}
    for name, (of_cpu, of_rates) in ratios.items():
        print(f"{name}: {of_cpu:.3f} of a hello by processor time, {of_rates:.3f} by the rates")
    if wanted.json:
        found = {"load": load(), "parts": [asdict(one) for one in (*hellos, *parts)], "ratios": ratios}
        wanted.json.write_text(json.dumps(found, indent=1))
    assert {status for one in parts for status in one.statuses} == {"201"}


def mixed(here: BenchDistrict, people: dict[int, list[int]], first: int, last: int) -> list[bytes]:
    """Write the check-ins of some guards of each post, in no order of posts."""
    pairs = [(guard, post) for post, guards in people.items() for guard in guards[first:last]]
    Random(1).shuffle(pairs)
    return [here.check_in(guard, post) for guard, post in pairs]


if __name__ == "__main__":
    main()

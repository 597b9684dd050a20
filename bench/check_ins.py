"""Check-ins a second (session, rules, durable commit, event) next to a bare Flask hello on the same engine.

Each phone has opened its page before, as it must to check in: that is not measured.

Run: .venv/bin/python -m bench.check_ins [sqlite | postgresql] [eventlet | gevent | threads]
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
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


def say(name: str, result: Result, cpu_us: float) -> None:
    """Print one line."""
    p50, p99 = (quantile(result.latencies_ms, share) for share in (0.5, 0.99))
    print(
        f"{name:24} {result.a_second:7.0f} a second, {cpu_us:5.0f} µs CPU each, "
        f"answer p50 {p50:.1f} ms, p99 {p99:.1f} ms, {dict(result.statuses)}"
    )


def main(kind: str = "sqlite", engine: str = "eventlet") -> None:
    """Measure the ceiling, the check-ins, and the ceiling once more."""
    print(load())
    with bench_district(kind, HUXUE_ENGINE=engine) as here, hello(engine) as (port, pid):
        people = here.guards_by_post()
        hellos = [one_hello(port)] * HELLOS
        first, first_cpu = timed(port, pid, hellos)
        opened = {guard for guards in people.values() for guard in guards[:A_CROWDED_POST]}
        assert set(hammer(here.server.port, [here.opening(guard) for guard in opened]).statuses) == {200}
        server, at = here.server.process.pid, here.server.port
        peak, peak_cpu = timed(at, server, mixed(here, people, 0, A_POST))
        crowd, crowd_cpu = timed(at, server, mixed(here, people, A_POST, A_CROWDED_POST))
        last, last_cpu = timed(port, pid, hellos)
    say("hello, before", first, first_cpu)
    say(f"a peak, {kind}, {engine}", peak, peak_cpu)
    say(f"a crowd, {kind}, {engine}", crowd, crowd_cpu)
    say("hello, after", last, last_cpu)
    ceiling = (first.a_second + last.a_second) / 2
    print(
        f"ratio of check-ins to hellos: {peak.a_second / ceiling:.3f} in a peak, {crowd.a_second / ceiling:.3f}"
    )
    hello_cpu = (first_cpu + last_cpu) / 2
    print(f"of their CPU: {hello_cpu / peak_cpu:.3f} in a peak, {hello_cpu / crowd_cpu:.3f}")
    assert {*peak.statuses, *crowd.statuses} == {201}


def mixed(here: BenchDistrict, people: dict[int, list[int]], first: int, last: int) -> list[bytes]:
    """Write the check-ins of some guards of each post, in no order of posts."""
    pairs = [(guard, post) for post, guards in people.items() for guard in guards[first:last]]
    Random(1).shuffle(pairs)
    return [here.check_in(guard, post) for guard, post in pairs]


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What a check-in costs a server whose database is larger: 16 times the guards and posts, and a year of history.

Three servers on SQLite take turns in pieces, so that what else the machine does falls on all of them: the demo
district, one of sixteen times its posts and people, and the demo district a year later. Aim: 1.1 times the first one's.
Run: .venv/bin/python -m bench.growth [--json FILE]
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

from sqlalchemy import Connection

from bench.bench_district import BenchDistrict, cpu_s, furnish, load, sign_in
from bench.hammer import hammer
from bench.large_district import APART, add_a_year, add_copies, code_of
from server.core.database.migrate import upgrade
from server.demo.district import DemoDistrict
from tests.tools.server import serving

A_POST, TIMES, PIECES = 7, 16, 6
Fill = Callable[[Connection, DemoDistrict], None]


def nothing(_connection: Connection, _paper: DemoDistrict) -> None:
    """Leave the district as it is."""


def sixteen(connection: Connection, _paper: DemoDistrict) -> None:
    """Let the district have sixteen times its posts and people."""
    add_copies(connection, TIMES - 1)


def a_year(connection: Connection, paper: DemoDistrict) -> None:
    """Let seven guards of each post have come twice a school day."""
    seats: dict[int, list[int]] = {}
    post_of = {row["school_id"]: row["id"] for row in paper.post}
    for row in paper.account:
        if row["role"] == "guard" and row["school_id"] in post_of:
            seats.setdefault(post_of[row["school_id"]], []).append(row["id"])
    add_a_year(connection, [(guard, post) for post, guards in seats.items() for guard in guards[-A_POST:]])


@contextmanager
def served(fill: Fill) -> Iterator[BenchDistrict]:
    """Serve the demo district with what is filled in beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'district.db'}"
        upgrade(url)
        store, paper, passes = furnish(url)
        with store.engine.begin() as connection:
            fill(connection, paper)
        with serving(url, folder / "server.log") as server:
            yield BenchDistrict(server, store, paper, passes)
            store.close()


def check_ins(here: BenchDistrict, copies: int) -> list[bytes]:
    """Write the check-ins of seven guards of each post, of its copies alike, after they opened their pages."""
    pairs = [(guard, post) for post, guards in here.guards_by_post().items() for guard in guards[:A_POST]]
    everybody = [(guard, post, copy) for copy in range(copies) for guard, post in pairs]
    further = [guard + copy * APART for guard, _post, copy in everybody if copy]
    here.passes.update(zip(further, sign_in(here.store, further), strict=True) if further else ())
    Random(1).shuffle(everybody)
    hammer(here.server.port, [here.opening(guard + copy * APART) for guard, _post, copy in everybody])
    return [request(here, *one) for one in everybody]


def request(here: BenchDistrict, guard: int, post: int, copy: int) -> bytes:
    """Write one check-in at the post of a copy of the district."""
    body = here.check_in_body(guard, post)
    account = guard + copy * APART
    changed = {"post_code": code_of(body["post_code"], copy), "device_id": f"bench-{account}"}
    return here.request(account, "/api/check-ins", {**body, **changed})


def piece(here: BenchDistrict, requests: list[bytes]) -> float:
    """Send some; gives the server's processor time for each, in microseconds."""
    before = cpu_s(here.server.process.pid)
    statuses = hammer(here.server.port, requests).statuses
    assert set(statuses) == {201}, statuses
    return (cpu_s(here.server.process.pid) - before) / len(requests) * 1e6


def measure() -> dict[str, float]:
    """Give the median processor time of a check-in in each of the three, in microseconds."""
    kinds: dict[str, tuple[Fill, int]] = {
        "a district": (nothing, 1),
        f"{TIMES} times it": (sixteen, TIMES),
        "after a year": (a_year, 1),
    }
    with ExitStack() as stack:
        heres = {name: stack.enter_context(served(fill)) for name, (fill, _copies) in kinds.items()}
        waiting = {name: check_ins(here, kinds[name][1]) for name, here in heres.items()}
        taken: dict[str, list[float]] = {name: [] for name in kinds}
        for number in range(PIECES):
            for name, here in heres.items():
                some = waiting[name]
                taken[name].append(
                    piece(here, some[number * len(some) // PIECES : (number + 1) * len(some) // PIECES])
                )
    return {name: statistics.median(of) for name, of in taken.items()}


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--json", type=Path)
    wanted = asked.parse_args()
    print(load())
    found = measure()
    first = found["a district"]
    for name, cpu_us in found.items():
        print(
            f"{name:14} {cpu_us:5.0f} µs of processor time a check-in, {cpu_us / first:.2f} times the first"
        )
    if wanted.json:
        wanted.json.write_text(json.dumps({"load": load(), "cpu_us": found}, indent=1))


if __name__ == "__main__":
    main()

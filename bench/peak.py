"""The worst minute: a district checks in within 60 seconds, with positions, sockets and an alarm each 10 seconds.

Check-ins come at moments that are fixed beforehand, and each is timed from its moment: a server that falls behind is
not spared. Afterwards every acknowledged check-in must be stored once, and consoles must read all of them.
Run: .venv/bin/python -m bench.peak [sqlite | postgresql] [CHECK_INS] [--json FILE]
"""

import argparse
import json
import multiprocessing
import selectors
import socket
import threading
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from bench.bench_district import BenchDistrict, bench_district, cpu_s, load, quantile
from bench.crowd import SHORT_GREETING, Crowd, many_files
from bench.hammer import hammer
from bench.latency import school_of, write
from bench.listeners import PHONE, Listener, raised
from server.duty.tables import check_in

SECONDS, EVERYBODY = 60, 33_000
CONSOLES, PHONES, ALARM_EVERY_S = 50, 2_000, 10
CONNECTIONS = 256
# Whoever stands there already sends where he is each 30 s.
POSITION_EVERY_S = 30


@dataclass
class Minute:
    """What the minute brought: times in milliseconds, processor time in seconds, of the server and of what asks it."""

    check_ins: int
    seconds: float
    p50_ms: float
    p99_ms: float
    most_ms: float
    statuses: dict[str, int]
    tried_again: int
    alarm_answers_ms: list[float]
    alarm_last_phones_ms: list[float]
    positions: int
    server_cpu_s: float
    stored: int
    seated: int
    generator_cpu_s: float = 0.0
    pages_cpu_s: float = 0.0


class Paced:
    """Sends each request at its moment over kept connections; one that is told *not now* is sent again after 2 s."""

    def __init__(self, port: int, requests: list[bytes], seconds: float) -> None:
        self.port, self.seconds = port, seconds
        self.taken_ms: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.again = 0
        self._due = deque((number * seconds / len(requests), one) for number, one in enumerate(requests))
        self._later: deque[tuple[float, float, bytes]] = deque()
        self._left = len(requests)

    def run(self) -> float:
        """Send all; gives the seconds until the last answer."""
        selector = selectors.DefaultSelector()
        idle = []
        for _number in range(CONNECTIONS):
            link = socket.create_connection(("127.0.0.1", self.port))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(link, selectors.EVENT_READ)
            idle.append(link)
        under_way: dict[socket.socket, tuple[float, bytes]] = {}
        began = time.perf_counter()
        while self._left:
            passed = time.perf_counter() - began
            while idle and (one := self._next(passed)) is not None:
                link = idle.pop()
                under_way[link] = one
                link.sendall(one[1])
            for key, _events in selector.select(0.002):
                link = key.fileobj
                heard = link.recv(65536)
                if not heard:
                    raise ConnectionError("the server closed a connection")
                self._note(int(heard[9:12]), *under_way.pop(link), time.perf_counter() - began)
                idle.append(link)
        for link in idle:
            link.close()
        return time.perf_counter() - began

    def _next(self, passed: float) -> tuple[float, bytes] | None:
        if self._later and self._later[0][0] <= passed:
            _at, due, one = self._later.popleft()
            return due, one
        if self._due and self._due[0][0] <= passed:
            return self._due.popleft()
        return None

    def _note(self, status: int, due: float, asked: bytes, passed: float) -> None:
        if status == 503:
            self.again += 1
            self._later.append((passed + 2, due, asked))
            return
        self.statuses[status] += 1
        self.taken_ms.append((passed - due) * 1000)
        self._left -= 1


def pages(port: int, cookies: list[str], ready: "multiprocessing.Queue[float]", seconds: float) -> None:
    """Keep sockets open, in a process of its own."""
    many_files(len(cookies) + 1_000)
    # The consoles among them hear whole lines all the same.
    crowd = Crowd(port, greeting=SHORT_GREETING)
    ready.put(crowd.open(("", cookie) for cookie in cookies))
    crowd.idle(seconds, lost=lambda: print("a page's socket was closed", flush=True))


def positions(here: BenchDistrict, standing: list[tuple[int, int]]) -> list[bytes]:
    """Write where those who stand there already are, for the whole minute."""
    rounds = SECONDS // POSITION_EVERY_S
    return [
        here.request(guard, "/api/positions", {"fixes": [here.check_in_body(guard, post)["fix"]]})
        for _round in range(rounds)
        for guard, post in standing
    ]


def alarms(here: BenchDistrict, raisers: list[int], phones: dict[int, Listener], found: Minute) -> None:
    """Raise an alarm each 10 seconds."""
    began = time.perf_counter()
    for number, raiser in enumerate(raisers):
        time.sleep(max(0.0, began + (number + 0.5) * ALARM_EVERY_S - time.perf_counter()))
        post = next(row["id"] for row in here.paper.post if row["school_id"] == school_of(here, raiser))
        body = {"request_id": f"00000000-0000-4000-8000-{raiser:012}", "post_id": post, "fix": None}
        pressed = time.perf_counter()
        alarm = write(here, raiser, "/api/alarms", body)
        found.alarm_answers_ms.append((time.perf_counter() - pressed) * 1000)
        asked = [one["account_id"] for one in alarm["responses"] if one["account_id"] in phones]
        came = [phones[account].wait_for(alarm["id"], 30) for account in asked]
        if came:
            found.alarm_last_phones_ms.append((max(came) - pressed) * 1000)


def measure(kind: str, number: int) -> Minute:
    """Let the minute pass."""
    with bench_district(kind) as here:
        began = datetime.now(UTC)
        by_post = here.guards_by_post()
        standing = [(guard, post) for post, guards in by_post.items() for guard in guards[:7]]
        hammer(here.server.port, [here.check_in(guard, post) for guard, post in standing])
        coming = [(guard, post) for post, guards in by_post.items() for guard in guards[7:]]
        Random(3).shuffle(coming)
        coming = coming[:number]
        posts = list(by_post.values())[:: len(by_post) // 6][: SECONDS // ALARM_EVERY_S]
        phones = {
            guard: Listener(here.server.url, here.passes[guard][0], raised, PHONE)
            for guards in posts
            for guard in guards[:7]
        }
        away = [guard for guard, _post in standing + coming if guard not in phones][:PHONES]
        found = Minute(len(coming), 0, 0, 0, 0, {}, 0, [], [], 0, 0, 0, 0)
        open_pages = kept_open(here, [*consoles(here), *away])
        own, of_pages = time.process_time(), cpu_s(open_pages.pid)
        pass_minute(here, coming, standing, phones, found)
        found.generator_cpu_s, found.pages_cpu_s = time.process_time() - own, cpu_s(open_pages.pid) - of_pages
        check(here, coming, began, found)
        open_pages.kill()
        for one in phones.values():
            one.client.disconnect()
    assert found.seated == found.stored + len(standing), "consoles read all of them"
    return found


def consoles(here: BenchDistrict) -> list[int]:
    """Give the accounts at consoles."""
    at_consoles = {"dispatcher", "district_admin", "station_officer", "school_admin"}
    return [row["id"] for row in here.paper.account if row["role"] in at_consoles][:CONSOLES]


def kept_open(here: BenchDistrict, accounts: list[int]) -> multiprocessing.Process:
    """Open the pages of some accounts, in a process of their own."""
    ready: multiprocessing.Queue[float] = multiprocessing.Queue()
    cookies = [f"huxue={here.passes[account][0]}" for account in accounts]
    process = multiprocessing.Process(
        target=pages, args=(here.server.port, cookies, ready, 10 * SECONDS), daemon=True
    )
    process.start()
    ready.get(timeout=180)
    return process


def pass_minute(
    here: BenchDistrict,
    coming: list[tuple[int, int]],
    standing: list[tuple[int, int]],
    phones: dict[int, Listener],
    found: Minute,
) -> None:
    """Send all that comes, and note how it was answered."""
    paced = Paced(here.server.port, [here.check_in(*one) for one in coming], SECONDS)
    beside = Paced(here.server.port, positions(here, standing), SECONDS)
    raisers = list(phones)[2::7]
    others = [
        threading.Thread(target=alarms, args=(here, raisers, phones, found)),
        threading.Thread(target=beside.run),
    ]
    before = cpu_s(here.server.process.pid)
    for other in others:
        other.start()
    found.seconds = paced.run()
    for other in others:
        other.join()
    found.server_cpu_s = cpu_s(here.server.process.pid) - before
    found.p50_ms, found.p99_ms = (quantile(paced.taken_ms, share) for share in (0.5, 0.99))
    found.most_ms = max(paced.taken_ms)
    found.statuses = {str(status): count for status, count in paced.statuses.items()}
    found.tried_again, found.positions = paced.again, beside.statuses[200]


def check(here: BenchDistrict, coming: list[tuple[int, int]], began: datetime, found: Minute) -> None:
    """Look whether each check-in is stored once, and whether consoles read it."""
    with here.store.read() as connection:
        # The district has a history of its own.
        count = select(check_in.c.account_id, func.count()).where(check_in.c.at >= began)
        count = count.group_by(check_in.c.account_id)
        stored = dict(connection.execute(count).all())
    otherwise = sum(stored.get(guard) != 1 for guard, _post in coming)
    assert not otherwise, f"each is stored once; {otherwise} are not, answered {found.statuses}"
    found.stored = len(coming)
    found.seated = seats(here)


def seats(here: BenchDistrict) -> int:
    """Count the heads that a console reads."""
    import requests

    token, _csrf = here.passes[here.console("dispatcher")]
    answer = requests.get(here.server.url + "/api/coverage", headers={"Cookie": f"huxue={token}"}, timeout=30)
    return sum(len(line["seats"]) for line in answer.json()["posts"])


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("kind", nargs="?", default="sqlite")
    asked.add_argument("check_ins", nargs="?", type=int, default=EVERYBODY)
    asked.add_argument("--json", type=Path)
    wanted = asked.parse_args()
    many_files(20_000)
    print(load())
    found = measure(wanted.kind, wanted.check_ins)
    for name, value in asdict(found).items():
        print(f"{name:22} {value}")
    if wanted.json:
        wanted.json.write_text(json.dumps(asdict(found), indent=1))


if __name__ == "__main__":
    main()

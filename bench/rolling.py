"""Two workers behind our own nginx.conf are restarted one after the other, as systemd does it, while people go on.

The commands are those of deploy/huxue@.service. Is a single request lost?

Run: .venv/bin/python -m bench.rolling [REQUESTS]
"""

import itertools
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import requests

from bench.bench_district import BenchDistrict, furnish, load, quantile
from deploy.programs import nginx, postgres, redis
from deploy.programs.children import free_port, private_folder, unprivileged_user
from server.core.database.migrate import upgrade
from tests.tools.server import ROOT, Server, serving

UNIT = ROOT / "deploy" / "huxue@.service"
PEOPLE, A_SECOND, ANSWER_WITHIN_S = 16, 80.0, 20.0


@dataclass
class Going:
    """Everybody asks nginx once and never again: what came back, and how long it took."""

    front: str
    district: BenchDistrict
    statuses: Counter = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)
    over: bool = False

    def begin(self) -> list[threading.Thread]:
        """Let people read, check in and raise alarms, each in a thread with a kept connection."""
        by_post = self.district.guards_by_post()
        guards = [(guard, post) for post, there in by_post.items() for guard in there]
        people = [
            threading.Thread(target=self._go_on, args=(guards[number::PEOPLE], number))
            for number in range(PEOPLE)
        ]
        for one in people:
            one.start()
        return people

    def _go_on(self, guards: list[tuple[int, int]], number: int) -> None:
        line = requests.Session()
        time.sleep(number / A_SECOND)
        for turn, (guard, post) in enumerate(itertools.cycle(guards)):
            if self.over:
                return
            began = time.monotonic()
            self._ask(line, turn, number, guard, post)
            time.sleep(max(0.0, PEOPLE / A_SECOND - (time.monotonic() - began)))

    def _ask(self, line: requests.Session, turn: int, number: int, guard: int, post: int) -> None:
        token, csrf = self.district.passes[guard]
        headers = {"Cookie": f"huxue={token}", "X-CSRF-Token": csrf}
        asked, body = "GET /api/me", None
        if turn % 4 == 1:
            asked, body = "POST /api/check-ins", self.district.check_in_body(guard, post)
        elif (turn + 25 * number) % 400 == 2:
            asked, body = "POST /api/alarms", {"request_id": str(uuid4()), "post_id": post, "fix": None}
        began = time.monotonic()
        method, path = asked.split()
        try:
            answer = line.request(
                method, self.front + path, json=body, headers=headers, timeout=ANSWER_WITHIN_S
            )
            answer.content  # noqa: B018 - read to its end
        except requests.RequestException as why:
            self.lost.append(f"{asked}: {type(why).__name__}")
            return
        self.took_s.append(time.monotonic() - began)
        self.statuses[f"{asked} {answer.status_code}"] += 1
        if answer.status_code >= 500:
            self.lost.append(f"{asked}: {answer.status_code} {answer.text[:80]}")


def restart(worker: Server) -> float:
    """Do what `systemctl restart` does with the unit file; gives the seconds until it comes back."""
    began = time.monotonic()
    os.killpg(worker.process.pid, signal.SIGTERM)
    worker.process.wait()
    text = UNIT.read_text()
    after = re.search(r"^ExecStartPost=/opt/huxue/\.venv/bin/(.+)$", text, re.MULTILINE)
    assert after is not None
    environment = {**os.environ, **worker._environment}
    with worker._log.open("ab") as log:
        worker.process = subprocess.Popen(
            [sys.executable, "wsgi.py"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    words = [f"{Path(sys.executable).parent}/{after[1].split()[0]}", *shlex.split(after[1])[1:]]
    subprocess.run(words, cwd=ROOT, env=environment, check=True)
    return time.monotonic() - began


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    print(f"before: {load()}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        front_port = free_port()
        front = f"http://127.0.0.1:{front_port}"
        district, workers = two_workers(stack, folder, front)
        run_nginx(stack, folder, front_port, workers)
        going = Going(front, district)
        people = going.begin()
        took_s = []
        while len(going.took_s) + len(going.lost) < wanted:
            took_s += [restart(one) for one in workers]
        going.over = True
        for person in people:
            person.join()
        report(going, took_s, (folder / "nginx.log").read_text())


def two_workers(stack: ExitStack, folder: Path, front: str) -> tuple[BenchDistrict, list[Server]]:
    database = stack.enter_context(postgres.running(folder, durable=True))
    bell = stack.enter_context(redis.running())
    url = database.empty_url()
    upgrade(url)
    store, paper, passes = furnish(url)
    stack.callback(store.close)
    settings = {
        "HUXUE_REDIS_URL": bell.url,
        "HUXUE_TRUSTED_PROXIES": "127.0.0.1",
        "HUXUE_PUBLIC_URL": front,
    }
    workers = [
        stack.enter_context(serving(url, folder / f"{name}.log", **settings)) for name in ("one", "two")
    ]
    return BenchDistrict(workers[0], store, paper, passes), workers


def run_nginx(stack: ExitStack, folder: Path, port: int, workers: list[Server]) -> None:
    site = stack.enter_context(private_folder("nginx", unprivileged_user()))
    command = nginx.command(site, port=port, workers=[one.port for one in workers])
    with (folder / "nginx.log").open("ab") as log:
        proxy = subprocess.Popen(command, stdout=log, stderr=log)
    stack.callback(proxy.wait)
    stack.callback(proxy.terminate)


def report(going: Going, took_s: list[float], log: str) -> None:
    asked = len(going.took_s) + len(going.lost)
    print(f"{len(took_s)} restarts of 2 workers, {min(took_s):.1f} to {max(took_s):.1f} s each")
    print(f"{asked:,} requests, lost: {len(going.lost)}")
    for kind, number in sorted(going.statuses.items()):
        print(f"  {number:6,}  {kind}")
    for kind, number in Counter(going.lost).most_common():
        print(f"  LOST {number}: {kind}")
    refused = len(re.findall("Connection refused", log))
    print(
        f"nginx asked the other worker for {refused + len(re.findall('prematurely|reset by peer', log))} of them"
    )
    print(f"no live upstreams: {len(re.findall('no live upstreams', log))} times")
    p50, p99, most = (quantile(going.took_s, share) * 1000 for share in (0.5, 0.99, 1.0))
    print(f"answered within {p50:.0f} ms p50, {p99:.0f} ms p99, {most:.0f} ms at most")


if __name__ == "__main__":
    main()

"""How long an alarm's answer takes while somebody floods the server, each flood alone and all at once.

A hundred alarms, each ended by the console before the next one.

Four sockets of own sessions that send as fast as they can; 4,000 connections that say nothing; 40 passwords guessed
side by side; 2,000 messages a second of 1,000 sockets within their budget; 2,000 pages that come back after a restart.
Then all of them against two workers behind nginx. The floods run in a process of their own on the same two cores.

Run: .venv/bin/python -m bench.floods [one | two]
"""

import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import requests

from bench.bench_district import BenchDistrict, bench_district, load, quantile
from bench.flooders import FLOODERS, FLOODS, HERD, TALKERS, flooding
from bench.hammer import hammer
from bench.pair import pair
from deploy.programs import nginx
from deploy.programs.children import free_port, private_folder, unprivileged_user
from tests.tools.server import Server

ALARMS, PAUSE_S, SETTLES_S = 100, 0.25, 5.0
ON_DUTY = 3


def press(
    here: BenchDistrict, url: str, raisers: Iterator[tuple[int, int]], told: str, counts: dict[str, int]
) -> None:
    """Press one button after another, each from a phone of its own, and say how long the answers took."""
    took_ms: list[float] = []
    statuses: Counter[object] = Counter()
    for _alarm in range(ALARMS):
        guard, post = next(raisers)
        token, csrf = here.passes[guard]
        began = time.perf_counter()
        answer = requests.Response()
        try:
            answer = requests.post(
                f"{url}/api/alarms",
                json={"request_id": str(uuid4()), "post_id": post, "fix": None},
                headers={"Cookie": f"huxue={token}", "X-CSRF-Token": csrf},
                timeout=60,
            )
            statuses[answer.status_code] += 1
        except requests.RequestException as why:
            statuses[type(why).__name__] += 1
        took_ms.append((time.perf_counter() - began) * 1000)
        time.sleep(PAUSE_S)
        _end(here, url, answer)
    p50, p99 = quantile(took_ms, 0.5), quantile(took_ms, 0.99)
    slowest = sorted(range(len(took_ms)), key=lambda number: -took_ms[number])[:5]
    print("slowest:", [(number, round(took_ms[number])) for number in slowest])
    print(
        f"| {told} | {p50:.0f} ms | {p99:.0f} ms | {max(took_ms):.0f} ms | {dict(statuses)} |  {dict(counts)} {load()}",
        flush=True,
    )


def _end(here: BenchDistrict, url: str, answer: requests.Response) -> None:
    """Let the console end an alarm, so that the next one is not the hundredth that is open; not measured."""
    if answer.status_code != requests.codes.created:
        return
    token, csrf = here.passes[here.console("dispatcher")]
    requests.post(
        f"{url}/api/alarms/{answer.json()['id']}/resolution",
        json={"request_id": str(uuid4()), "outcome": "test", "finding": "A measurement."},
        headers={"Cookie": f"huxue={token}", "X-CSRF-Token": csrf},
        timeout=60,
    )


def prepare(here: BenchDistrict, url: str) -> tuple[Iterator[tuple[int, int]], list[str]]:
    """Check some guards of each post in; gives who presses, each once, and the sessions of others."""
    people = here.guards_by_post()
    asked = [here.check_in(guard, post) for post, guards in people.items() for guard in guards[:ON_DUTY]]
    host, port = url.removeprefix("http://").split(":")
    done = hammer(int(port), asked, host=host)
    print(f"checked in: {dict(done.statuses)}", flush=True)
    raisers = iter(
        [(guards[row], post) for row in range(ON_DUTY, ON_DUTY + 5) for post, guards in people.items()]
    )
    others = [here.passes[guard][0] for guards in people.values() for guard in guards[ON_DUTY + 5 :]]
    return raisers, others[: FLOODERS + TALKERS + HERD]


def restart(server: Server) -> None:
    server.kill()
    server.restart()


def one_worker() -> None:
    """Each flood alone against one process on SQLite, then all of them."""
    with bench_district(HUXUE_TRUSTED_PROXIES="127.0.0.1") as here:
        url, port = here.server.url, here.server.port
        raisers, tokens = prepare(here, url)
        press(here, url, raisers, "nothing", {})
        for names in ([name] for name in FLOODS):
            with flooding(names, "127.0.0.1", port, tokens) as counts:
                time.sleep(SETTLES_S + 15 * ("herd" in names or "2,000 messages/s" in names))
                if "herd" in names:
                    restart(here.server)
                press(here, url, raisers, ", ".join(names), counts)
            print(closed(url), flush=True)
        with flooding(list(FLOODS), "127.0.0.1", port, tokens) as counts:
            time.sleep(SETTLES_S + 20)
            restart(here.server)
            press(here, url, raisers, "all", counts)
        print(closed(url), flush=True)


def two_workers() -> None:
    """All floods against two workers over PostgreSQL and Redis behind nginx."""
    with (
        pair(HUXUE_TRUSTED_PROXIES="0.0.0.0/0") as here,
        private_folder("nginx", unprivileged_user()) as folder,
    ):
        port = free_port()
        # Each worker has an address of its own; ports that nobody has stand for them until then.
        command = nginx.command(folder, port=port, workers=[1, 2])
        site = folder / "site.conf"
        text = site.read_text()
        for which in (0, 1):
            host = here.districts[which].server.url.removeprefix("http://")
            text = re.sub(rf"127\.0\.0\.1:{which + 1}(?=[ /])", host, text)
        site.write_text(text)
        # It has a line for each connection that a worker let go of: gigabytes.
        front = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(front, port)
            raisers, tokens = prepare(here.districts[0], url)
            press(here.districts[0], url, raisers, "two workers, nothing", {})
            with flooding(list(FLOODS), "127.0.0.1", port, tokens) as counts:
                time.sleep(SETTLES_S + 20)
                threading.Timer(
                    1.0, lambda: (here.districts[1].server.kill(), here.restart_worker(1))
                ).start()
                press(here.districts[0], url, raisers, "two workers, all", counts)
            for one in here.districts:
                print(closed(one.server.url), flush=True)
        finally:
            front.terminate()
            front.wait()


def closed(url: str) -> str:
    """Read what the server counted."""
    try:
        lines = requests.get(f"{url}/metrics", timeout=60).text.splitlines()
    except requests.RequestException as why:
        return type(why).__name__
    return " ".join(one for one in lines if one.startswith("huxue_sockets"))


def _wait(front: subprocess.Popen[bytes], port: int) -> None:
    while front.poll() is None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
    raise RuntimeError("nginx did not start")


if __name__ == "__main__":
    print(load(), flush=True)
    which = sys.argv[1] if len(sys.argv) > 1 else "both"
    if which != "two":
        one_worker()
    if which != "one":
        two_workers()

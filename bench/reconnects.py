"""4,000 sockets come back after their worker was killed and started again, and each has missed something.

Nineteen guards on duty at each of 201 posts and 181 consoles hang on one of two workers over PostgreSQL and Redis. It
is killed; at the other a further guard comes to each post; it is started again. How many pages ask only for what they
missed, how many fetch everything, when are all current, and what does an alarm wait meanwhile?

Run: .venv/bin/python -m bench.reconnects
"""

import asyncio
import resource
import threading
import time
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from bench.bench_district import cpu_s, load, quantile, sign_in
from bench.hammer import hammer
from bench.herd import Herd, Page
from bench.pair import Pair, pair
from server.core.access.rooms import account_room, district_room
from server.core.database import event_rooms

SOCKETS, STANDING, WITHIN_S = 4_000, 19, 100.0
ALARM_EVERY_S, SAID_EVERY_S = 3.0, 5.0


def open_pages(here: Pair, herd: Herd, people: dict[int, list[int]]) -> None:
    """Make a page for each guard on duty, and consoles up to the full number."""
    district = here.districts[0]
    guards = [guard for standing in people.values() for guard in standing[:STANDING]]
    herd.pages = [Page(herd, district.passes[guard][0], console=False) for guard in guards[:SOCKETS]]
    consoles = sign_in(district.store, [district.console("dispatcher")] * (SOCKETS - len(herd.pages)))
    herd.pages += [Page(herd, token, console=True) for token, _csrf in consoles]


async def live(herd: Herd) -> None:
    """Let all pages live, in the loop of a thread of their own; they come over ten seconds at first."""
    for page in herd.pages:
        asyncio.create_task(page.stay()).add_done_callback(lambda _task: None)
        asyncio.create_task(page.poll()).add_done_callback(lambda _task: None)
        await asyncio.sleep(10 / SOCKETS)
    await asyncio.Event().wait()


def come(here: Pair, worker: int, people: dict[int, list[int]], first: int, last: int) -> None:
    """Check some guards of each post in over one of the workers."""
    district = here.districts[worker]
    host, port = urlsplit(district.server.url).hostname, district.server.port
    asked = [
        district.check_in(guard, post) for post, guards in people.items() for guard in guards[first:last]
    ]
    done = hammer(port, asked, host=str(host))
    assert set(done.statuses) == {201}, done.statuses


def wait(herd: Herd, true, since: float) -> float | None:
    """Wait until something is true of every page, saying of how many it is; gives the seconds since a moment."""
    said = 0.0
    while (waited := time.monotonic() - since) < WITHIN_S:
        count = sum(bool(true(page)) for page in herd.pages)
        if count == len(herd.pages):
            return waited
        if waited - said >= SAID_EVERY_S:
            said = waited
            opened = sum(page.live for page in herd.pages)
            print(f"  {waited:3.0f} s: {count} of {len(herd.pages)}, {opened} sockets open", flush=True)
        time.sleep(0.05)
    return None


def raise_alarms(
    here: Pair, raisers: list[tuple[int, int]], over: threading.Event, took_ms: list[float]
) -> None:
    """Raise an alarm now and then at the worker that everybody comes back to, and note how long each took."""
    district = here.districts[0]
    for guard, post in raisers:
        if over.wait(ALARM_EVERY_S):
            return
        token, csrf = district.passes[guard]
        began = time.monotonic()
        try:
            answer = requests.post(
                f"{district.server.url}/api/alarms",
                json={"request_id": str(uuid4()), "post_id": post, "fix": None},
                headers={"Cookie": f"huxue={token}", "X-CSRF-Token": csrf},
                timeout=30,
            )
            answer.raise_for_status()
        except requests.RequestException as why:
            print(f"an alarm got {type(why).__name__} after {time.monotonic() - began:.1f} s", flush=True)
            continue
        took_ms.append((time.monotonic() - began) * 1000)


def main() -> None:
    """Open the sockets, kill, let things happen, start again, and measure."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 3 * SOCKETS)), hard))
    print(load(), flush=True)
    with pair() as here:
        people = here.districts[0].guards_by_post()
        come(here, 1, people, 0, STANDING)
        worker = here.districts[0].server
        herd = Herd(str(urlsplit(worker.url).hostname), worker.port)
        open_pages(here, herd, people)
        threading.Thread(target=lambda: asyncio.run(live(herd)), daemon=True).start()
        print(
            f"{len(herd.pages)} sockets open after {wait(herd, lambda page: page.live, time.monotonic())} s"
        )
        worker.kill()
        come(here, 1, people, STANDING, STANDING + 1)
        wanted = newest(here, people, herd)
        print(f"missed by {sum(page.last < wanted[page.token] for page in herd.pages)} pages", flush=True)
        herd.counts.clear()
        began = time.monotonic()
        here.restart_worker(0)
        ready = time.monotonic()
        over, alarms_ms = threading.Event(), []
        raisers = [(guards[1], post) for post, guards in people.items()]
        alarms = threading.Thread(target=raise_alarms, args=(here, raisers, over, alarms_ms))
        alarms.start()
        current = wait(herd, lambda page: page.last >= wanted[page.token], ready)
        connected = wait(herd, lambda page: page.live, ready)
        used = cpu_s(worker.process.pid)
        over.set()
        alarms.join()
        print(f"worker ready {ready - began:.1f} s after its start")
        print(
            f"all current {current} s after that, all sockets open {connected} s; CPU of the worker {used:.1f} s"
        )
        tell_times(herd, alarms_ms or [float("nan")])
    print(load())


def tell_times(herd: Herd, alarms_ms: list[float]) -> None:
    """Print what the pages asked for, and how long that and the alarms took."""
    print(dict(herd.counts))
    p50, p99 = quantile(herd.took_ms, 0.5), quantile(herd.took_ms, 0.99)
    print(f"a catch-up takes p50 {p50:.0f} ms, p99 {p99:.0f} ms, most {max(herd.took_ms):.0f} ms")
    print(
        f"alarms meanwhile: {len(alarms_ms)}, p50 {quantile(alarms_ms, 0.5):.0f} ms, most {max(alarms_ms):.0f} ms"
    )


def newest(here: Pair, people: dict[int, list[int]], herd: Herd) -> dict[str, int]:
    """Read by each page's token where its room's news ends."""
    district = here.districts[0]
    with district.store.read() as connection:
        found = {
            district.passes[guard][0]: event_rooms.last_in_room(connection, account_room(guard))
            for guards in people.values()
            for guard in guards[:STANDING]
        }
        room = district_room(district.paper.district[0]["id"])
        of_district = event_rooms.last_in_room(connection, room)
    return found | {page.token: of_district for page in herd.pages if page.console}


if __name__ == "__main__":
    main()

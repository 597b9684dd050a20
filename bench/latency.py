"""How long news takes while a peak goes on: a tap to the console, an alarm to the ten phones it asks.

300 check-ins a minute go on all the time, or as many as are asked for: ten times as many are the flood in which an
alarm is still to be answered within a second. Run: .venv/bin/python -m bench.latency [sqlite | postgresql] [A_MINUTE]
"""

import json
import sys
import threading
import time
from random import Random

from bench.bench_district import BenchDistrict, bench_district, cpu_s, load, quantile
from bench.hammer import hammer
from bench.listeners import PHONE, Listener, raised, seated

A_MINUTE, FOR_S, ALARMS, PHONES, TAPPERS = 300, 60, 40, 10, 10


def stream(
    here: BenchDistrict,
    people: list[tuple[int, int]],
    begin: float,
    a_minute: float,
    console: Listener,
    taken: list[float],
) -> None:
    """Check people in, so many a minute from a moment on, and note how long the console took to hear of each."""
    waiting: list[tuple[int, float]] = []
    for number, (guard, post) in enumerate(people):
        time.sleep(max(0.0, begin + number * 60 / a_minute - time.perf_counter()))
        tapped = time.perf_counter()
        done = hammer(here.server.port, [here.check_in(guard, post)], 1)
        assert set(done.statuses) == {201}, done.statuses
        waiting.append((guard, tapped))
    taken.extend((console.wait_for(guard) - tapped) * 1000 for guard, tapped in waiting)


def alarms(
    here: BenchDistrict, raisers: list[int], everybody: dict[int, Listener]
) -> tuple[list[float], list[float]]:
    """Raise alarms one after the other; gives the answers' times and those of the last of ten phones."""
    answers, phones = [], []
    for raiser in raisers:
        post = next(row["id"] for row in here.paper.post if row["school_id"] == school_of(here, raiser))
        number = f"00000000-0000-4000-8000-{raiser:012}"
        body = {"request_id": number, "post_id": post, "fix": None}
        begin = time.perf_counter()
        alarm = write(here, raiser, "/api/alarms", body)
        answers.append((time.perf_counter() - begin) * 1000)
        asked = [one["account_id"] for one in alarm["responses"] if one["account_id"] in everybody]
        came = [everybody[account].wait_for(alarm["id"]) for account in asked[:PHONES]]
        phones.append((max(came) - begin) * 1000)
        finding = {"request_id": number, "outcome": "test", "finding": "A measurement."}
        write(here, here.console("dispatcher"), f"/api/alarms/{alarm['id']}/resolution", finding)
    return answers, phones


def write(here: BenchDistrict, account: int, path: str, body: dict) -> dict:
    """POST and give the answer."""
    import requests

    token, csrf = here.passes[account]
    answer = requests.post(
        here.server.url + path,
        data=json.dumps(body),
        headers={"Cookie": f"huxue={token}", "X-CSRF-Token": csrf, "Content-Type": "application/json"},
        timeout=30,
    )
    assert answer.ok, answer.text
    return answer.json()


def school_of(here: BenchDistrict, account: int) -> int:
    """Give the school of a guard."""
    return here.paper.account[account - 1]["school_id"]


def say(name: str, milliseconds: list[float]) -> None:
    """Print one line."""
    p50, p99 = quantile(milliseconds, 0.5), quantile(milliseconds, 0.99)
    print(
        f"{name:36} p50 {p50:6.1f} ms, p99 {p99:6.1f} ms, most {max(milliseconds):6.1f} ms of {len(milliseconds)}"
    )


def main(kind: str = "sqlite", a_minute: str = str(A_MINUTE)) -> None:
    """Fill posts, open the sockets, and measure."""
    print(load())
    with bench_district(kind) as here:
        by_post = here.guards_by_post()
        # Seven stand at each of 40 posts with their phones open; the others come one by one.
        manned = list(by_post)[:40]
        hammer(
            here.server.port, [here.check_in(guard, post) for post in manned for guard in by_post[post][:7]]
        )
        standing = [guard for post in manned for guard in by_post[post][:7]]
        console = Listener(here.server.url, here.passes[here.console("dispatcher")][0], seated)
        phones = {
            guard: Listener(here.server.url, here.passes[guard][0], raised, PHONE) for guard in standing
        }
        coming = [(guard, post) for post, guards in by_post.items() for guard in guards[7:33]]
        Random(2).shuffle(coming)
        coming = coming[: int(a_minute) * FOR_S // 60]
        taken: list[float] = []
        each = int(a_minute)
        before, begin = cpu_s(here.server.process.pid), time.perf_counter()
        peak = [
            threading.Thread(
                target=stream,
                # One after the other, as people come: not ten in the same moment.
                args=(here, people, begin + tapper * 60 / each, each / TAPPERS, console, taken),
            )
            for tapper, people in enumerate(coming[tapper::TAPPERS] for tapper in range(TAPPERS))
        ]
        for tapping in peak:
            tapping.start()
        answers, last_phones = alarms(here, [by_post[post][2] for post in manned[:ALARMS]], phones)
        for tapping in peak:
            tapping.join()
        used = (cpu_s(here.server.process.pid) - before) / (time.perf_counter() - begin)
        for one in (console, *phones.values()):
            one.client.disconnect()
    say("check-in, tap to console", taken)
    say("alarm, its answer", answers)
    say(f"alarm, to the last of {PHONES} phones", last_phones)
    print(f"{len(standing) + 1} sockets open; the server used {used:.0%} of a core")


if __name__ == "__main__":
    main(*sys.argv[1:])

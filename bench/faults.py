"""Faults while people write and screens follow, with two workers over PostgreSQL and Redis.

After each: is anything lost that was acknowledged, was a step told twice, and when are all screens right again?

Run: .venv/bin/python -m bench.faults [NAME …]   (as root, for the faults of the network)
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bench.bench_district import load
from bench.pair import Pair, pair
from bench.writing import Writing
from server.alarm.rules.alarm import Entry
from server.alarm.tables.escalation import ladder_step
from server.alarm.tables.timelines import alarm_entry
from server.core.access.rooms import account_room, district_room, station_room
from server.core.database import event_rooms
from server.delivery.tables import message
from server.duty.tables import check_in
from tests.tools.screen import Screen

STEADY_S, AFTER_S, RIGHT_WITHIN_S = 12.0, 4.0, 30.0
PHONES, OLD_S = 4, 10.0


@dataclass(frozen=True)
class Fault:
    """What happens, for how long, and how it ends."""

    name: str
    begin: Callable[[Pair], None]
    hold_s: float
    end: Callable[[Pair], None]
    cuts: bool = False


FAULTS = (
    Fault("Redis stopped", lambda here: here.bell.vanish(), 10, Pair.restart_bell),
    Fault("Redis hung", lambda here: here.bell.hang(), 20, lambda here: here.bell.wake()),
    Fault("PostgreSQL crashed", lambda here: here.database.crash(), 5, Pair.restart_database),
    Fault(
        "worker b killed",
        lambda here: here.districts[1].server.kill(),
        3,
        lambda here: here.restart_worker(1),
    ),
    Fault(
        "b does not hear Redis",
        lambda here: here.network.deafen("b", "bell"),
        15,
        lambda here: here.network.undeafen("b", "bell"),
        cuts=True,
    ),
    Fault(
        "b cut off from all",
        lambda here: here.network.pull("b"),
        20,
        lambda here: here.network.plug("b"),
        cuts=True,
    ),
    Fault(
        "b does not hear PostgreSQL",
        lambda here: here.network.deafen("b", "database"),
        15,
        lambda here: here.network.undeafen("b", "database"),
        cuts=True,
    ),
    Fault(
        "PostgreSQL cut off",
        lambda here: here.network.pull("database"),
        15,
        lambda here: here.network.plug("database"),
        cuts=True,
    ),
)


@dataclass(frozen=True)
class Seat:
    """A screen, and the room whose news it hears."""

    screen: Screen
    room: str


def open_screens(here: Pair, standing: list[tuple[int, int]]) -> list[Seat]:
    """Open two consoles and some phones at each worker."""
    paper = here.districts[0].paper
    officer = next(row for row in paper.account if row["role"] == "station_officer")
    people = [
        (here.districts[0].console("dispatcher"), district_room(paper.district[0]["id"]), True),
        (officer["id"], station_room(officer["station_id"]), True),
        *((guard, account_room(guard), False) for guard, _post in standing[:PHONES]),
    ]
    return [
        Seat(Screen(district.server.url, district.passes[who][0], console=console), room)
        for district in here.districts
        for who, room, console in people
    ]


def marks(here: Pair, seats: list[Seat]) -> dict[str, int]:
    """Read where each room's news ends, past all workers: over PostgreSQL's own socket."""
    rooms = {seat.room for seat in seats}
    with here.districts[0].store.read() as connection:
        return {room: event_rooms.last_in_room(connection, room) for room in rooms}


def behind(seats: list[Seat], wanted: dict[str, int]) -> list[Screen]:
    """List the screens that do not show all that was told by then."""
    return [seat.screen for seat in seats if seat.screen.last < wanted[seat.room]]


def seconds_until(true: Callable[[], bool], since: float, within_s: float = RIGHT_WITHIN_S) -> float | None:
    """Wait until something is true; gives the seconds since a moment, None when it takes too long."""
    while time.monotonic() - since < within_s:
        if true():
            return time.monotonic() - since
        time.sleep(0.05)
    return None


def unlike_fresh(seats: list[Seat]) -> set[str]:
    """Name what differs between a screen and a fresh fetch; the clock may move something, so each has three tries."""
    found: set[str] = set()
    for seat in seats:
        for _try in range(3):
            differences = unlike(seat.screen)
            if not differences:
                break
            time.sleep(1.0)
        found |= differences
    return found


def unlike(screen: Screen) -> set[str]:
    """Name the kinds of rows, and the fields of them, that differ from a fresh fetch."""
    try:
        fresh, shown = screen.fresh(), screen.shown()
    except (OSError, ValueError, KeyError) as why:
        return {f"no fresh fetch: {type(why).__name__}"}
    found: set[str] = set()
    for kind, new, old in zip(("line", "alarm"), fresh, shown, strict=True):
        found |= {f"{kind} missing" for _key in new.keys() - old.keys()}
        found |= {f"{kind} too many" for _key in old.keys() - new.keys()}
        for key in new.keys() & old.keys():
            fields = new[key].keys() | old[key].keys()
            found |= {f"{kind}.{one}" for one in fields if new[key].get(one) != old[key].get(one)}
    return found


def twice(here: Pair, seats: list[Seat]) -> int:
    """Count what was done or told twice: duties, steps, calls, and versions that a screen took over again."""
    called = (message.c.reference, message.c.channel, message.c.address)
    with here.districts[0].store.read() as connection:
        # Not those of the drill in the demo's past.
        today = check_in.c.at > datetime.now(UTC) - timedelta(hours=1)
        duties = Counter(connection.execute(select(check_in.c.account_id).where(today)).scalars())
        steps = connection.execute(select(func.count()).select_from(ladder_step)).scalar_one()
        entries = connection.execute(
            select(func.count()).where(alarm_entry.c.act == Entry.CALLED.value)
        ).scalar_one()
        calls = len(
            connection.execute(
                select(*called)
                .where(message.c.alarm_id.is_not(None))
                .group_by(*called)
                .having(func.count() > 1)
            ).all()
        )
    again = sum(len(seat.screen.versions) - len(set(seat.screen.versions)) for seat in seats)
    return sum(count - 1 for count in duties.values()) + abs(entries - steps) + calls + again


def steps_since(here: Pair, since: datetime) -> tuple[int, float]:
    """Count the steps taken since a moment, and give the seconds by which the latest of them was late."""
    late = func.max(ladder_step.c.taken_at - ladder_step.c.due_at)
    with here.districts[0].store.read() as connection:
        count, most = connection.execute(
            select(func.count(), late).where(ladder_step.c.taken_at >= since)
        ).one()
    return count, most.total_seconds() if most else 0.0


def answered(tries: Counter[str]) -> int:
    """Count the tries that were done."""
    return sum(number for code, number in tries.items() if code.startswith("2"))


def failed(tries: Counter[str]) -> str:
    """Say how often each other end came."""
    others = {code: number for code, number in sorted(tries.items()) if not code.startswith("2")}
    return ", ".join(f"{number} × {code}" for code, number in others.items())


def suffer(here: Pair, fault: Fault, writing: Writing, seats: list[Seat]) -> str:
    """Let one fault happen and end; gives its line of the table."""
    writing.paused = False
    time.sleep(STEADY_S)
    began, tries, took = datetime.now(UTC), Counter(writing.tries), len(writing.took_s)
    fetched = sum((seat.screen.counts for seat in seats), Counter())
    fault.begin(here)
    time.sleep(max(0.0, fault.hold_s - OLD_S))
    old: dict[str, int] = {}
    with suppress(Exception):
        old = marks(here, seats)
    time.sleep(min(fault.hold_s, OLD_S))
    silent = sum(one.console and one.stale_since is None for one in behind(seats, old)) if old else 0
    fault.end(here)
    ended = time.monotonic()
    wanted = marks(here, seats)
    right = seconds_until(
        lambda: not behind(seats, wanted) and all(seat.screen.stale_since is None for seat in seats), ended
    )
    live = seconds_until(lambda: all(seat.screen.mode == "live" for seat in seats), ended)
    time.sleep(AFTER_S)
    whole = writing.pause()
    differences = unlike_fresh(seats)
    new = writing.tries - tries
    fetched = sum((seat.screen.counts for seat in seats), Counter()) - fetched
    count, latest = steps_since(here, began)
    cells = (
        fault.name,
        f"{fault.hold_s:g} s",
        f"{answered(new)}, slowest {max(writing.took_s[took:], default=0):.1f} s",
        failed(new) or "none",
        str(len(writing.lost())),
        f"{count}, {latest:.1f} s late",
        str(twice(here, seats)),
        str(silent),
        f"{right:.1f} s" if right is not None else f"NOT in {RIGHT_WITHIN_S:g} s",
        f"{live:.1f} s" if live is not None else f"NOT in {RIGHT_WITHIN_S:g} s",
        (", ".join(sorted(differences)) or "yes") + ("" if whole else ", writes still under way"),
        f"{fetched['full fetches']}, {fetched['catch-ups']}",
    )
    return f"| {' | '.join(cells)} |"


HEADINGS = (
    "fault",
    "held",
    "answered 2xx",
    "tries that failed",
    "lost",
    "steps taken",
    "twice",
    "consoles behind and silent",
    "screens right after",
    "sockets back after",
    "equal to a fresh fetch",
    "full fetches, catch-ups",
)


def main(*names: str) -> None:
    """Run all faults, or those that are named, one after the other; prints the table."""
    print(load(), flush=True)
    with pair() as here:
        writing = Writing(here.districts)
        writing.begin()
        seats = open_screens(here, writing.standing)
        print(f"| {' | '.join(HEADINGS)} |\n|{' --- |' * len(HEADINGS)}", flush=True)
        for fault in FAULTS:
            if (not names or fault.name in names) and (here.network.can_cut or not fault.cuts):
                print(suffer(here, fault, writing, seats), flush=True)
        for place in "ab":
            log = (here.folder / f"{place}.log").read_text(errors="replace")
            print(f"worker {place}: {log.count('Traceback')} tracebacks in its log")
            if "--logs" in sys.argv:
                print(log[-20_000:])
        for seat in seats:
            seat.screen.close()
    print(load())


if __name__ == "__main__":
    main(*(word for word in sys.argv[1:] if word != "--logs"))

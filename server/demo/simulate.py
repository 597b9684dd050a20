"""A district at work, played through the real HTTP API: ``flask simulate``, or in the background of the demo.

Hour after hour guards sign in, come to their posts, walk about, have their check-ins confirmed and go. Started
in the middle of a peak, the play first catches up within a minute.
"""

import os
import signal
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from server.calendar.rules import Shift, Window, shifts_around
from server.demo.district import SEED, DemoDistrict, make_district
from server.demo.guard import POSITION_EVERY_S, Guard, Tally
from server.demo.people import Row
from server.demo.phone import Connection
from server.demo.script import SimulationSize, parts
from server.demo.stage import Deed, Scheduler, now
from server.places.rules.peaks import Peak

CATCH_UP_S = 55.0
SAY_EVERY = timedelta(seconds=20)
LOOK_AHEAD = timedelta(minutes=1)
DEMO_ALONE = "Set HUXUE_MODE=demo: guards are only ever simulated in the demo district."
REAL_DISTRICT = "This database holds a real district: guards are only ever simulated in the demo district."


class Timetable:
    """Which shifts come, and who sits where at them, read from the demo district on paper."""

    def __init__(self, made: DemoDistrict) -> None:
        self.posts = {row["id"]: row for row in made.post}
        self.codes = {row["post_id"]: row["code"] for row in made.post_code}
        self._zone = ZoneInfo(made.district[0]["time_zone"])
        self._peaks = tuple(
            {row["kind"]: Peak(row["kind"], row["starts"], row["ends"]) for row in made.peak}.values()
        )
        self._seats: dict[str, list[Row]] = {}
        for row in made.roster:
            self._seats.setdefault(row["peak"], []).append(row)

    def open_shifts(self, at: datetime) -> list[Shift]:
        """List the shifts whose window is open or about to open."""
        around = shifts_around(lambda _on: self._peaks, at, self._zone, Window())
        return [shift for shift in around if shift.opens_at - LOOK_AHEAD <= at < shift.ends_at]

    def seats(self, shift: Shift) -> list[Row]:
        """List the roster of a shift's date."""
        return [row for row in self._seats[shift.peak] if row["weekdays"] >> shift.date.weekday() & 1]


class PeakSimulation:
    """Puts each peak on the stage, one after the other."""

    def __init__(self, stage: Scheduler, timetable: Timetable, cast: SimulationSize, tally: Tally) -> None:
        self._stage, self._timetable, self._cast, self._tally = stage, timetable, cast, tally
        self._played: set[tuple[str, date]] = set()
        self._leaders: dict[tuple[int, str, date], Guard] = {}
        self._late_comers = Random(cast.seed)

    def look(self, _line: Connection) -> datetime:
        """Put the shifts on the stage whose time has come; look again in some seconds."""
        at = now()
        for shift in self._timetable.open_shifts(at):
            if shift.key not in self._played:
                self._played.add(shift.key)
                self._put_on(shift, at)
        return at + timedelta(seconds=10)

    def _put_on(self, shift: Shift, at: datetime) -> None:
        self._leaders = {key: one for key, one in self._leaders.items() if one.part.shift.closes_at > at}
        for part in parts(self._timetable.seats(shift), shift, self._cast):
            post = self._timetable.posts[part.post_id]
            guard = Guard(part, post, self._timetable.codes[part.post_id], self._cast.seed, self._tally)
            if part.category == "duty_leader":
                self._leaders[part.post_id, shift.peak, shift.date] = guard
            comes_at = part.comes_at
            if comes_at < at:
                comes_at = at + timedelta(seconds=self._late_comers.uniform(0, CATCH_UP_S))
            self._stage.put(comes_at, self._coming(guard, part.comes_at))

    def _coming(self, guard: Guard, planned: datetime) -> Deed:
        def come(line: Connection) -> None:
            verified = guard.come(line)
            if guard.gone:
                return
            part, at = guard.part, now()
            if part.walks:
                self._stage.put(at + timedelta(seconds=guard.part.account_id % POSITION_EVERY_S), guard.walk)
            if part.leaves_at is not None:
                self._stage.put(part.leaves_at, guard.leave)
            if not verified and part.confirmed_at is not None:
                self._stage.put(at + (part.confirmed_at - planned), self._confirming(guard))

        return come

    def _confirming(self, guard: Guard) -> Deed:
        def confirm(line: Connection) -> datetime | None:
            shift = guard.part.shift
            leader = self._leaders.get((guard.part.post_id, shift.peak, shift.date))
            if leader is None or leader is guard or leader.gone or guard.gone or now() >= shift.ends_at:
                return None
            if leader.check_in_id is None:
                return now() + timedelta(seconds=20)
            leader.confirm(line, guard)
            return None

        return confirm


def simulate(
    url: str,
    *,
    guards: int,
    speed: int,
    seed: int = SEED,
    certificates: str = "",
    say: Callable[[str], None] = lambda _text: None,
) -> None:
    """Play until this process is told to end, or its parent has ended."""
    tally = Tally()
    stage = Scheduler(lambda: Connection(url, certificates))
    parent = os.getppid()

    said_at = now()

    def watch() -> None:
        # Not a deed: it must not stand in line behind thousands of them on a machine that is too slow.
        nonlocal said_at
        if os.getppid() != parent:
            stage.stop()
        if now() - said_at >= SAY_EVERY:
            said_at = now()
            say(str(tally) or "nobody on duty yet")

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stage.stop())
    play = PeakSimulation(stage, Timetable(make_district(seed)), SimulationSize(guards, speed, seed), tally)
    stage.put(now(), play.look)
    stage.run(watch)

"""Gives people to places: as many as can be, duties spread evenly, who knows a place first. A minimum-cost flow.

Who never served goes only where somebody stands who has.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date  # noqa: N812 -- a field has its name

from server.roster.rules.program import Program

# An empty place is dearer than any number of duties of one person; to know a place is worth less than a fair share.
EMPTY, GAPS_APART, KNOWN = 10_000.0, 0.1, 0.25


@dataclass(frozen=True, slots=True)
class FlowPlace:
    """A peak of a post on a date that lacks some people; ``week`` is the Monday of its week.

    ``led``: somebody who has served before stands there then, so that whoever has not may come, too.
    """

    post_id: int
    date: Date
    peak: str
    week: Date
    lacks: int
    led: bool = True


@dataclass(frozen=True, slots=True)
class FlowPerson:
    """Somebody: the places that he can take by their position, his duties before, how many more he may have by week.

    ``knows`` are posts and peaks where he stood of late. ``new``: he must not stand without anybody who has served.
    ``likes`` and ``rather_not`` are places of his, by their position.
    """

    account_id: int
    places: frozenset[int]
    served: int
    room: Mapping[Date, int]
    knows: frozenset[tuple[int, str]]
    new: bool = False
    likes: frozenset[int] = frozenset()
    rather_not: frozenset[int] = frozenset()

    def wish(self, place: int) -> int:
        """Give what a place costs him: -1 where he likes it, 1 where he would rather not."""
        return (place in self.rather_not) - (place in self.likes)


def give_out(places: Sequence[FlowPlace], people: Sequence[FlowPerson]) -> dict[int, list[int]]:
    """Give the accounts that take each place, by its position; nobody is twice at one peak or over his weeks' room.

    Where nobody stands who has served before, somebody who has comes, or nobody who is ``new``: as many places as can
    be are led so, then the others are given out without who is new. Wishes decide where and when somebody stands, never
    how often, and which places stay open as little: they are kept as far as that goes, and before who knows a place.
    """
    if not places:
        return {}
    new = {one.account_id for one in people if one.new}
    unled = {place for one in people if one.new for place in one.places if not places[place].led}
    found = _solved(places, people, _Given(wanted=unled))
    alone = {place for place in unled if new.issuperset(found[place])}
    led = _Given(kept=unled - alone, closed=alone)
    if any(found[place] for place in alone):
        found = _solved(places, people, led)
    if not any(found.values()) or not any(one.likes or one.rather_not for one in people):
        return found
    wished = _solved(places, people, replace(led, before=found))
    return wished if _unkept(wished, people) < _unkept(found, people) else found


def _unkept(found: Mapping[int, Sequence[int]], people: Sequence[FlowPerson]) -> int:
    """Say how little wishes are kept: the less, the better."""
    by_account = {one.account_id: one for one in people}
    return sum(by_account[who].wish(place) for place, some in found.items() for who in some)


@dataclass(frozen=True, slots=True)
class _Given:
    """Places that should be led by who has served, that must be, and that are closed to whoever is new.

    ``before``: how it was given out without wishes; how often somebody comes, and how many to a place, stays.
    """

    wanted: Collection[int] = ()
    kept: Collection[int] = ()
    closed: Collection[int] = ()
    before: Mapping[int, Sequence[int]] | None = None


def _solved(places: Sequence[FlowPlace], people: Sequence[FlowPerson], led: _Given) -> dict[int, list[int]]:
    """Solve the program: one of a network, so that the solution at a corner is in whole numbers."""
    program = Program()
    takes = _columns(program, places, people, led)
    values = program.best()
    found: dict[int, list[int]] = {at: [] for at in range(len(places))}
    for (person, place), column in takes.items():
        if values[column] > 0.5:
            found[place].append(people[person].account_id)
    return found


def _columns(
    program: Program, places: Sequence[FlowPlace], people: Sequence[FlowPerson], led: _Given
) -> dict[tuple[int, int], int]:
    takes: dict[tuple[int, int], int] = {}
    filled: defaultdict[int, dict[int, float]] = defaultdict(dict)
    leaders: defaultdict[int, dict[int, float]] = defaultdict(dict)
    loads = None if led.before is None else Counter(who for some in led.before.values() for who in some)
    for at, person in enumerate(people):
        mine = {}
        for place in sorted(person.places):
            if person.new and place in led.closed:
                continue
            one = places[place]
            known = (one.post_id, one.peak) in person.knows
            cost = (-KNOWN if known else 0.0) + (0.0 if loads is None else float(person.wish(place)))
            takes[at, place] = mine[place] = program.column(cost, 1.0)
            filled[place][mine[place]] = 1.0
            if not person.new:
                leaders[place][mine[place]] = 1.0
        if loads is None:
            _share(program, person, list(mine.values()))
        else:
            load = float(loads[person.account_id])
            program.row(load, load, dict.fromkeys(mine.values(), 1.0))
        _bounds(program, person, places, mine)
    for place, one in enumerate(places):
        if led.before is not None:
            program.row(len(led.before[place]), len(led.before[place]), filled[place])
        else:
            _seats(program, one, filled[place])
        if place in led.kept:
            program.row(1.0, float(one.lacks), leaders[place])
        elif place in led.wanted:
            # Dearer than all its seats: led by one, it may take who is new.
            nobody = program.column(EMPTY * (1 + one.lacks), 1.0)
            program.row(1.0, float(one.lacks), {**leaders[place], nobody: 1.0})
    return takes


def _seats(program: Program, place: FlowPlace, takers: Mapping[int, float]) -> None:
    """Let each further empty seat of a place be dearer than the one before, so that gaps spread."""
    empty = [program.column(EMPTY * (1 + GAPS_APART * step), 1.0) for step in range(place.lacks)]
    program.row(place.lacks, place.lacks, {**takers, **dict.fromkeys(empty, 1.0)})


def _share(program: Program, person: FlowPerson, mine: list[int]) -> None:
    """Let each further duty of somebody cost more than the one before."""
    most = min(len(mine), sum(person.room.values()))
    steps = {program.column(float(person.served + step), 1.0): -1.0 for step in range(1, most + 1)}
    program.row(0.0, 0.0, {**dict.fromkeys(mine, 1.0), **steps})


def _bounds(
    program: Program, person: FlowPerson, places: Sequence[FlowPlace], mine: Mapping[int, int]
) -> None:
    weeks: defaultdict[Date, list[int]] = defaultdict(list)
    peaks: defaultdict[tuple[Date, str], list[int]] = defaultdict(list)
    for place, column in mine.items():
        weeks[places[place].week].append(column)
        peaks[places[place].date, places[place].peak].append(column)
    for week, columns in weeks.items():
        program.row(0.0, float(person.room.get(week, 0)), dict.fromkeys(columns, 1.0))
    for columns in peaks.values():
        if len(columns) > 1:
            program.row(0.0, 1.0, dict.fromkeys(columns, 1.0))

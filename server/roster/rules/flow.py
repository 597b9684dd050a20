"""Gives people to places: as many as can be, duties spread evenly, who knows a place first. A minimum-cost flow."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812 -- a field has its name
from typing import Any

import numpy as np

# An empty place is dearer than any number of duties of one person; to know a place is worth less than a fair share.
EMPTY, GAPS_APART, KNOWN = 10_000.0, 0.1, 0.25


@dataclass(frozen=True, slots=True)
class FlowPlace:
    """A peak of a post on a date that lacks some people; ``week`` is the Monday of its week."""

    post_id: int
    date: Date
    peak: str
    week: Date
    lacks: int


@dataclass(frozen=True, slots=True)
class FlowPerson:
    """Somebody: the places that he can take by their position, his duties before, how many more he may have by week.

    ``knows`` are posts and peaks where he stood of late.
    """

    account_id: int
    places: frozenset[int]
    served: int
    room: Mapping[Date, int]
    knows: frozenset[tuple[int, str]]


@dataclass(slots=True)
class _Program:
    """A linear program by columns: costs and upper bounds, and the entries of its rows."""

    costs: list[float] = field(default_factory=list)
    tops: list[float] = field(default_factory=list)
    rows: list[tuple[float, float]] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)

    def column(self, cost: float, top: float) -> int:
        self.costs.append(cost)
        self.tops.append(top)
        return len(self.costs) - 1

    def row(self, low: float, high: float, entries: Mapping[int, float]) -> None:
        self.rows.append((low, high))
        self.entries += [(column, len(self.rows) - 1, value) for column, value in entries.items()]


def give_out(places: Sequence[FlowPlace], people: Sequence[FlowPerson]) -> dict[int, list[int]]:
    """Give the accounts that take each place, by its position; nobody is twice at one peak or over his weeks' room.

    Its program is one of a network, so that the solution at a corner is in whole numbers.
    """
    if not places:
        return {}
    program = _Program()
    takes = _columns(program, places, people)
    values = _solved(program)
    found: dict[int, list[int]] = {at: [] for at in range(len(places))}
    for (person, place), column in takes.items():
        if values[column] > 0.5:
            found[place].append(people[person].account_id)
    return found


def _columns(
    program: _Program, places: Sequence[FlowPlace], people: Sequence[FlowPerson]
) -> dict[tuple[int, int], int]:
    takes: dict[tuple[int, int], int] = {}
    filled: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for at, person in enumerate(people):
        mine = {}
        for place in sorted(person.places):
            one = places[place]
            known = (one.post_id, one.peak) in person.knows
            takes[at, place] = mine[place] = program.column(-KNOWN if known else 0.0, 1.0)
            filled[place][mine[place]] = 1.0
        _share(program, person, list(mine.values()))
        _bounds(program, person, places, mine)
    for place, one in enumerate(places):
        # A further empty seat of the same place is dearer, so that gaps spread.
        empty = [program.column(EMPTY * (1 + GAPS_APART * step), 1.0) for step in range(one.lacks)]
        program.row(one.lacks, one.lacks, {**filled[place], **dict.fromkeys(empty, 1.0)})
    return takes


def _share(program: _Program, person: FlowPerson, mine: list[int]) -> None:
    """Let each further duty of somebody cost more than the one before."""
    most = min(len(mine), sum(person.room.values()))
    steps = {program.column(float(person.served + step), 1.0): -1.0 for step in range(1, most + 1)}
    program.row(0.0, 0.0, {**dict.fromkeys(mine, 1.0), **steps})


def _bounds(
    program: _Program, person: FlowPerson, places: Sequence[FlowPlace], mine: Mapping[int, int]
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


def _solved(program: _Program) -> Sequence[float]:
    # Only the worker needs it: loading it takes longer than most requests.
    import highspy  # noqa: PLC0415

    entries = sorted(program.entries)
    starts = np.searchsorted([column for column, _row, _value in entries], np.arange(len(program.costs)))
    one: Any = highspy.HighsLp()
    one.num_col_, one.num_row_ = len(program.costs), len(program.rows)
    one.col_cost_, one.col_upper_ = np.array(program.costs), np.array(program.tops)
    one.col_lower_ = np.zeros(len(program.costs))
    one.row_lower_ = np.array([low for low, _high in program.rows])
    one.row_upper_ = np.array([high for _low, high in program.rows])
    one.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    one.a_matrix_.start_ = np.append(starts, len(entries)).astype(np.int32)
    one.a_matrix_.index_ = np.array([row for _column, row, _value in entries], dtype=np.int32)
    one.a_matrix_.value_ = np.array([value for _column, _row, value in entries])
    make: Any = highspy.Highs
    solver = make()
    solver.setOptionValue("output_flag", False)
    # A corner of the solutions, always the same one: whole numbers.
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("threads", 1)
    solver.passModel(one)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError("a proposal has no solution, although all places may stay empty")
    values: Sequence[float] = solver.getSolution().col_value
    return values

"""A linear program, made column by column and row by row, and its best values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(slots=True)
class Program:
    """Costs and upper bounds of columns, each at least 0, and bounds of rows with the entries of each."""

    costs: list[float] = field(default_factory=list)
    tops: list[float] = field(default_factory=list)
    rows: list[tuple[float, float]] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)

    def column(self, cost: float, top: float) -> int:
        """Add a column; gives its number."""
        self.costs.append(cost)
        self.tops.append(top)
        return len(self.costs) - 1

    def row(self, low: float, high: float, entries: Mapping[int, float]) -> None:
        """Add a row by its columns' factors."""
        self.rows.append((low, high))
        self.entries += [(column, len(self.rows) - 1, value) for column, value in entries.items()]

    def best(self) -> Sequence[float]:
        """Give the values of the columns that cost least: a corner of the solutions, always the same one.

        Where the rows are those of a network, a corner is in whole numbers. Raises ``RuntimeError`` without a solution.
        """
        # Only the worker needs it: loading it takes longer than most requests.
        import highspy  # noqa: PLC0415

        make: Any = highspy.Highs
        solver = make()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("solver", "simplex")
        solver.setOptionValue("threads", 1)
        solver.passModel(self._model(highspy))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError("a proposal has no solution, although all places may stay empty")
        values: Sequence[float] = solver.getSolution().col_value
        return values

    def _model(self, highspy: Any) -> Any:
        entries = sorted(self.entries)
        starts = np.searchsorted([column for column, _row, _value in entries], np.arange(len(self.costs)))
        one = highspy.HighsLp()
        one.num_col_, one.num_row_ = len(self.costs), len(self.rows)
        one.col_cost_, one.col_upper_ = np.array(self.costs), np.array(self.tops)
        one.col_lower_ = np.zeros(len(self.costs))
        one.row_lower_ = np.array([low for low, _high in self.rows])
        one.row_upper_ = np.array([high for _low, high in self.rows])
        one.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        one.a_matrix_.start_ = np.append(starts, len(entries)).astype(np.int32)
        one.a_matrix_.index_ = np.array([row for _column, row, _value in entries], dtype=np.int32)
        one.a_matrix_.value_ = np.array([value for _column, _row, value in entries])
        return one

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
    bottoms_of_rows: list[float] = field(default_factory=list)
    tops_of_rows: list[float] = field(default_factory=list)
    # Row by row: where each begins, the columns of its entries, their factors.
    starts: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)

    def column(self, cost: float, top: float) -> int:
        """Add a column; gives its number."""
        self.costs.append(cost)
        self.tops.append(top)
        return len(self.costs) - 1

    def row(self, low: float, high: float, entries: Mapping[int, float]) -> None:
        """Add a row by its columns' factors."""
        self.bottoms_of_rows.append(low)
        self.tops_of_rows.append(high)
        self.starts.append(len(self.columns))
        self.columns.extend(entries)
        self.factors.extend(entries.values())

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
        one = highspy.HighsLp()
        one.num_col_, one.num_row_ = len(self.costs), len(self.starts)
        one.col_cost_, one.col_upper_ = np.array(self.costs), np.array(self.tops)
        one.col_lower_ = np.zeros(len(self.costs))
        one.row_lower_, one.row_upper_ = np.array(self.bottoms_of_rows), np.array(self.tops_of_rows)
        one.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        one.a_matrix_.start_ = np.array([*self.starts, len(self.columns)], dtype=np.int32)
        one.a_matrix_.index_ = np.array(self.columns, dtype=np.int32)
        one.a_matrix_.value_ = np.array(self.factors)
        return one

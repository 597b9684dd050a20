"""How much of something is granted: so much at once, and so much a second after that."""

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is granted: ``most`` at once, and ``a_second`` after that."""

    most: float
    a_second: float


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of an allowance at a moment; moments are seconds of a clock that only goes forward."""

    allowance: Allowance
    left: float
    at: float

    @classmethod
    def full(cls, allowance: Allowance, at: float) -> "Budget":
        """Make the budget of somebody who has taken nothing yet."""
        return cls(allowance, allowance.most, at)

    def spend(self, amount: float, at: float) -> "tuple[Budget, float]":
        """Take an amount; gives the budget then, and for how many seconds there is too little: 0 if it was taken.

        Where there is too little, nothing is taken: whoever waits so long gets it.
        """
        filled = self.at_moment(at)
        if filled.left >= amount:
            return Budget(self.allowance, filled.left - amount, filled.at), 0.0
        return filled, (amount - filled.left) / self.allowance.a_second

    def at_moment(self, at: float) -> "Budget":
        """Give it as it stands at a later moment; an earlier one counts as the same."""
        now = max(at, self.at)
        left = min(self.allowance.most, self.left + (now - self.at) * self.allowance.a_second)
        return Budget(self.allowance, left, now)


class Budgets:
    """The budgets of many, by key. Who has taken nothing for long is forgotten, without a look at all the others."""

    def __init__(self, full_after_s: float) -> None:
        """``full_after_s``: after so long every budget is full again, whatever was taken of it."""
        self._full_after_s = full_after_s
        self._began = 0.0
        self._newer: dict[Hashable, Budget] = {}
        self._older: dict[Hashable, Budget] = {}

    def spend(self, key: Hashable, allowance: Allowance, at: float) -> float:
        """Take one; gives for how many seconds there is too little, 0 if it was taken."""
        if at - self._began > self._full_after_s:
            self._older, self._newer, self._began = self._newer, {}, at
        budget = self._newer.get(key) or self._older.get(key) or Budget.full(allowance, at)
        self._newer[key], missing_s = budget.spend(1, at)
        return missing_s

    def __len__(self) -> int:
        """Count the budgets that are kept."""
        return len(self._newer.keys() | self._older.keys())

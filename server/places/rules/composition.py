"""How many heads of each group a post asks for, or has."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.core.access.roles import Group

_GROUPS = {group.value for group in Group}


@dataclass(frozen=True, slots=True)
class Composition:
    """Heads by group; leaders and teachers fill one group, ``staff``."""

    staff: int = 0
    security: int = 0
    volunteer: int = 0
    police: int = 0

    @property
    def total(self) -> int:
        """Sum the heads of all groups."""
        return self.staff + self.security + self.volunteer + self.police

    def of(self, group: Group) -> int:
        """Give the heads of one group."""
        return int(getattr(self, group.value))

    def missing(self, present: "Composition") -> "Composition":
        """Give what is missing of this requirement; too many of one group never stand in for another."""
        return Composition(
            staff=max(0, self.staff - present.staff),
            security=max(0, self.security - present.security),
            volunteer=max(0, self.volunteer - present.volunteer),
            police=max(0, self.police - present.police),
        )

    def filled(self, present: "Composition") -> "Composition":
        """Give how much of this requirement is filled; heads beyond it do not count."""
        return Composition(
            staff=min(self.staff, present.staff),
            security=min(self.security, present.security),
            volunteer=min(self.volunteer, present.volunteer),
            police=min(self.police, present.police),
        )

    def as_dict(self) -> dict[str, int]:
        """Write the heads by the names of the groups, as the API does."""
        return {
            "staff": self.staff,
            "security": self.security,
            "volunteer": self.volunteer,
            "police": self.police,
        }

    @classmethod
    def from_dict(cls, heads: Mapping[str, Any]) -> "Composition":
        """Read heads by the names of the groups; a group not named has none.

        Raises ``ValueError`` for an unknown group, or heads that are not whole or are negative.
        """
        unknown = heads.keys() - _GROUPS
        if unknown:
            raise ValueError(f"unknown group: {', '.join(sorted(unknown))}")
        for number in heads.values():
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise ValueError("heads are whole numbers from 0")
        return cls(**heads)

    @classmethod
    def count(cls, groups: Iterable[Group]) -> "Composition":
        """Count heads, given the group of each."""
        heads = Counter(groups)
        return cls(**{group.value: number for group, number in heads.items()})


# docs/sources.md, "staffing standard of a post at a peak".
STANDARD = Composition(staff=2, security=2, volunteer=2, police=1)

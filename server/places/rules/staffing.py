"""How many heads a post needs at a peak: the strictest of all rules that hold there, by group, and which asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from server.core.access.roles import Group
from server.core.refused import Refused
from server.places.rules.composition import Composition

MOST_HEADS = 50


@dataclass(frozen=True, slots=True)
class SecuritySteps:
    """Security guards by pupils: so many from a number of pupils on, and one more for each so many further ones.

    Source: docs/sources.md, GB/T 29315-2022; the step between 100 and 1,000 is a choice.
    """

    security_steps: tuple[tuple[int, int], ...] = ((0, 1), (100, 2), (1000, 3))
    security_each_further: int = 500

    def heads(self, pupils: int) -> int:
        """Count the guards that a number of pupils asks for."""
        found = max((one for one in self.security_steps if one[0] <= pupils), default=(0, 0))
        last = self.security_steps[-1][0]
        further = (pupils - last) // self.security_each_further if self.security_each_further else 0
        return found[1] + max(0, further)


@dataclass(frozen=True, slots=True)
class StaffingRule:
    """Heads that are asked for: everywhere, at a kind of school or at a post; at each peak or at one; for some time.

    ``by_pupils``: security by the number of the school's pupils, shared among its posts, in place of ``heads``.
    """

    id: int
    heads: Composition
    starts_on: date
    ends_on: date | None = None
    school_kind: str | None = None
    post_id: int | None = None
    peak: str | None = None
    by_pupils: bool = False

    def holds(self, *, post_id: int, school_kind: str, peak: str | None, when: date) -> bool:
        """Tell whether it asks for heads at a post's peak on a date; without a peak: at any."""
        return (
            self.starts_on <= when
            and (self.ends_on is None or when < self.ends_on)
            and self.post_id in {None, post_id}
            and self.school_kind in {None, school_kind}
            and (self.peak is None or peak is None or self.peak == peak)
        )


@dataclass(frozen=True, slots=True)
class PostStaffing:
    """All that decides how many a post needs: what it asks for from the beginning, the rules, its school."""

    post_id: int
    own: Composition
    school_kind: str = ""
    pupils: int = 0
    posts_of_school: int = 1
    rules: tuple[StaffingRule, ...] = ()

    def required(self, peak: str | None, when: date, steps: SecuritySteps) -> "Required":
        """Give the heads for a peak of a date, and for each group the rule that asked for most (``None``: its own).

        A rule of this very post takes the place of what it asked for from the beginning; so it may ask for less.
        """
        if not self.rules:
            return Required(self.own, {group.value: None for group in Group})
        holding = [
            rule
            for rule in self.rules
            if rule.holds(post_id=self.post_id, school_kind=self.school_kind, peak=peak, when=when)
        ]
        of_post = any(rule.post_id is not None and not rule.by_pupils for rule in holding)
        asked: list[tuple[int | None, Composition]] = [] if of_post else [(None, self.own)]
        asked += [(rule.id, self._asked_by(rule, steps)) for rule in holding]
        heads, by = dict[str, int](), dict[str, int | None]()
        for group in Group:
            # The first of equals is named: the post's own before a rule.
            rule_id, composition = max(asked, key=lambda one: one[1].of(group))
            heads[group.value], by[group.value] = composition.of(group), rule_id
        return Required(Composition.from_dict(heads), by)

    def _asked_by(self, rule: StaffingRule, steps: SecuritySteps) -> Composition:
        if not rule.by_pupils:
            return rule.heads
        share = -(-steps.heads(self.pupils) // max(1, self.posts_of_school))
        return Composition(security=share)


@dataclass(frozen=True, slots=True)
class Required:
    """Heads by group, and by which rule: ``None`` is the post's own."""

    heads: Composition
    by: Mapping[str, int | None] = field(default_factory=dict)


def check_rule(heads: Composition, *, by_pupils: bool) -> None:
    """Let a rule stand that asks for somebody. Raises ``Refused``: ``nobody_asked``."""
    if not by_pupils and heads.total == 0:
        raise Refused("nobody_asked")

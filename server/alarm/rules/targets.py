"""How an alarm's tiers did against their targets of 1, 3 and 5 minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from server.alarm.rules.alarm import Tier


class TargetMark(StrEnum):
    """How a tier did: in time, too late, not at all, or the drill ended before its time was up."""

    MET = "met"
    LATE = "late"
    MISSED = "missed"
    CUT_SHORT = "cut_short"


class WrittenJudgement(TypedDict):
    """A judgement as a drill's row keeps it and the API shows it."""

    tier: int
    target_s: int
    mark: str
    took_s: float | None
    late_s: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A tier against its target; seconds with their fractions, ``None`` where there is nothing to count."""

    tier: int
    target_s: int
    mark: TargetMark
    took_s: float | None
    late_s: float | None

    def as_dict(self) -> WrittenJudgement:
        """Write the judgement as the API does."""
        return {
            "tier": self.tier,
            "target_s": self.target_s,
            "mark": self.mark.value,
            "took_s": self.took_s,
            "late_s": self.late_s,
        }


def judge(tiers: Iterable[Tier], *, raised_at: datetime, ended_at: datetime) -> tuple[Judged, ...]:
    """Judge each tier of an alarm against its target, from when it was stored to when it ended.

    A target met exactly when it is due is met. One not met by the end is missed if its time was up by then, else
    the drill was cut short for it: that is no fault of those who were on their way.
    """
    return tuple(_judge_one(tier, raised_at, ended_at) for tier in tiers)


def _judge_one(tier: Tier, raised_at: datetime, ended_at: datetime) -> Judged:
    if tier.met_at is None:
        mark = TargetMark.MISSED if ended_at > tier.due_at else TargetMark.CUT_SHORT
        return Judged(tier.tier, tier.target_s, mark, None, None)
    took_s = (tier.met_at - raised_at).total_seconds()
    if tier.met_at <= tier.due_at:
        return Judged(tier.tier, tier.target_s, TargetMark.MET, took_s, None)
    late_s = (tier.met_at - tier.due_at).total_seconds()
    return Judged(tier.tier, tier.target_s, TargetMark.LATE, took_s, late_s)

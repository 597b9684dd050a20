"""What publishing a plan tells each person: the duties that he has now and those that he has no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.roster.rules.conflicts import Standing

# So many of each stand in a message; the page has all.
MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class DutyNews:
    """What changes for somebody, the earliest first."""

    given: tuple[Standing, ...]
    taken: tuple[Standing, ...]

    @property
    def all(self) -> tuple[Standing, ...]:
        """Give every duty that changes."""
        return (*self.given, *self.taken)

    def first_starts(self) -> datetime:
        """Give when the first of them starts."""
        return min(one.starts_at for one in self.all)

    def of_use_until(self) -> datetime:
        """Give when the last of them is over."""
        return max(one.ends_at for one in self.all)

    def more(self) -> int:
        """Count those that a message does not name."""
        return len(self.all) - len(self.given[:MOST_NAMED]) - len(self.taken[:MOST_NAMED])


def news_of(
    given: Iterable[tuple[int, Standing]], taken: Iterable[tuple[int, Standing]]
) -> dict[int, DutyNews]:
    """Give what changes for each person, by account; who only changes his seat at a post and peak hears nothing."""
    gained, lost = set(given), set(taken)
    places_gained = {(who, _where(one)) for who, one in gained}
    places_lost = {(who, _where(one)) for who, one in lost}
    gained = {(who, one) for who, one in gained if (who, _where(one)) not in places_lost}
    lost = {(who, one) for who, one in lost if (who, _where(one)) not in places_gained}
    people = {who for who, _one in gained | lost}
    return {who: DutyNews(_of(who, gained), _of(who, lost)) for who in sorted(people)}


def _where(one: Standing) -> tuple[int, datetime, str]:
    return one.key.post_id, one.starts_at, one.key.peak


def _of(who: int, all_of: Iterable[tuple[int, Standing]]) -> tuple[Standing, ...]:
    return tuple(sorted((one for whose, one in all_of if whose == who), key=lambda one: one.starts_at))

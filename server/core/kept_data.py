"""What is kept of people, why and for how long: each area says it once, for the purge, the page and the documents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Delete, Table

from server.core.own_data import Words
from server.core.settings import ServerSettings

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ForDays:
    """Deleted by age: whole days after ``since`` (the last time that counts), by the purge that reads the same number.

    ``deletes`` make the deletion of what was before a moment, in an order that references allow; none where something
    other than the purge deletes at that age. ``settings`` are the environment's names of what decides it.
    """

    time: Callable[[ServerSettings], timedelta]
    since: Words
    deletes: tuple[Callable[[datetime], Delete], ...]
    settings: tuple[str, ...] = ()

    def told(self, settings: ServerSettings) -> Words:
        """Say it: ``7 days after they were measured``."""
        days = self.days(settings)
        return Words(f"{self.since.zh} {days} 天", f"{days} {'day' if days == 1 else 'days'} {self.since.en}")

    def days(self, settings: ServerSettings) -> int:
        """Give the days."""
        return self.time(settings) // DAY


@dataclass(frozen=True, slots=True)
class UntilThen:
    """Deleted when something happens, whatever its age."""

    when: Words


@dataclass(frozen=True, slots=True)
class Stays:
    """Never deleted by age, and why not."""

    why: Words


@dataclass(frozen=True, slots=True)
class KeptData:
    """A kind of data: what it is, of whom, what for, who sees it, how long it stays, and what erasure does to it.

    ``name`` is stable; ``tables`` are those whose rows it is. A table may hold several kinds. People read
    those with the lowest ``order`` first.
    """

    name: str
    tables: tuple[Table, ...]
    what: Words
    whose: Words
    purpose: Words
    seen_by: Words
    kept: ForDays | UntilThen | Stays
    at_erasure: Words
    order: int = 9


def old_rows(kinds: Iterable[KeptData], settings: ServerSettings, now: datetime) -> list[Delete]:
    """Give what retention deletes of some kinds, in their order."""
    return [
        delete(now - one.kept.time(settings))
        for one in kinds
        if isinstance(one.kept, ForDays)
        for delete in one.kept.deletes
    ]

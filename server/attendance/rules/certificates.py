"""Certificates of service: their numbers, and what one is made of."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from server.attendance.rules.figures import next_month
from server.attendance.rules.outcomes import MonthFigures
from server.core.refused import Refused

# Crockford's: no I, L, O and U, since a number is read from paper. Twenty of 32 characters: 100 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, IN_A_GROUP = 20, 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class Whose:
    """What a certificate says of its guard, as it stands when the certificate is made."""

    account_id: int
    name: str
    category: str
    unit: str


@dataclass(frozen=True, slots=True)
class Service:
    """What a certificate says of some months, from the first day of one to the last day of another that is counted."""

    since: date
    until: date
    minutes: int
    on_time: int
    late: int

    @property
    def duties(self) -> int:
        """Give how many duties there were."""
        return self.on_time + self.late


def new_number() -> str:
    """Make a number that nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _character in range(LENGTH))


def number_of(typed: str) -> str | None:
    """Read a number as somebody typed it, in any letter case, in groups or not; ``None`` for what is none."""
    text = "".join(one for one in typed if one not in " -—–").upper().translate(_READ_AS)
    return text if len(text) == LENGTH and set(text) <= set(ALPHABET) else None


def grouped(number: str) -> str:
    """Write a number in groups, as people read it."""
    return "-".join(number[start : start + IN_A_GROUP] for start in range(0, len(number), IN_A_GROUP))


def service_of(
    months: Iterable[tuple[date, MonthFigures, bool]], *, first: date, last: date, today: date
) -> Service:
    """Add up the months from one to another, both included: the same sum as *My hours* has.

    ``months`` are (first day, figures, whether it is to be added up anew). The period begins with the first of them
    that has minutes: before it nobody served, whichever month was asked for. Raises ``Refused``: ``bad_months`` where
    they come in the wrong order or lie ahead, ``still_adding_up``, ``no_service`` where there are no minutes.
    """
    first, last = first.replace(day=1), last.replace(day=1)
    if not first <= last <= today:
        raise Refused("bad_months")
    chosen = [(month, figures, again) for month, figures, again in months if first <= month <= last]
    if any(again for _month, _figures, again in chosen):
        raise Refused("still_adding_up")
    served = [month for month, figures, _again in chosen if figures.minutes]
    if not served:
        raise Refused("no_service")
    return Service(
        since=min(served),
        until=min(next_month(last) - timedelta(days=1), today),
        minutes=sum(one.minutes for _month, one, _again in chosen),
        on_time=sum(one.on_time for _month, one, _again in chosen),
        late=sum(one.late for _month, one, _again in chosen),
    )

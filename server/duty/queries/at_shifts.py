"""Who stands at posts in a shift, and who came for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import Connection, String, Text, bindparam, cast, select

from server.calendar.rules import ShiftKey
from server.core import json_text
from server.core.access.roles import Category, group_of
from server.duty.rules.arrival import Verdict
from server.duty.rules.coverage import Seat
from server.duty.tables import check_in

_CATEGORIES = {category.value: category for category in Category}
_GROUPS = {category.value: group_of(category) for category in Category}
_VERDICTS = {verdict.value: verdict for verdict in Verdict}
_at_shifts = (
    select(
        check_in.c.post_id,
        check_in.c.peak,
        # As text: to make a date of each row's takes longer than all else of it.
        cast(check_in.c.date, String),
        check_in.c.id,
        check_in.c.account_id,
        check_in.c.category,
        check_in.c.verified,
        check_in.c.verdict,
        # As text too: at a post most rows have the same few.
        cast(check_in.c.flags, Text).label("flags"),
        check_in.c.checked_out_at.is_(None).label("is_open"),
    )
    .where(
        check_in.c.post_id.in_(bindparam("post_ids", expanding=True)),
        check_in.c.date.in_(bindparam("dates", expanding=True)),
        check_in.c.peak.in_(bindparam("peaks", expanding=True)),
    )
    .order_by(check_in.c.id)
)


@dataclass(frozen=True, slots=True)
class AtShift:
    """Who is on duty at a post for a shift, in the order of their coming, and who came for it, still there or gone."""

    seats: list[Seat] = field(default_factory=list)
    came: set[int] = field(default_factory=set)


@lru_cache(maxsize=500)
def _flags(text: str) -> tuple[str, ...]:
    return tuple(json_text.read(text))


def read(connection: Connection, shifts: Mapping[int, ShiftKey]) -> dict[int, AtShift]:
    """Read who stands at posts in their shifts, given by post; a post where nobody came is left out."""
    if not shifts:
        return {}
    asked = {
        "post_ids": list(shifts),
        "dates": list({on for _peak, on in shifts.values()}),
        "peaks": list({peak for peak, _on in shifts.values()}),
    }
    found: dict[int, AtShift] = {}
    keys = {post_id: (peak, on.isoformat()) for post_id, (peak, on) in shifts.items()}
    rows = connection.execute(_at_shifts, asked).all()
    for post_id, peak, on, number, account_id, category, verified, verdict, flags, is_open in rows:
        if (peak, on) != keys[post_id]:
            continue
        here = found.setdefault(post_id, AtShift())
        here.came.add(account_id)
        if is_open:
            here.seats.append(
                Seat(
                    check_in_id=number,
                    account_id=account_id,
                    category=_CATEGORIES[category],
                    group=_GROUPS[category],
                    verified=verified,
                    verdict=_VERDICTS[verdict],
                    flags=_flags(flags),
                )
            )
    return found

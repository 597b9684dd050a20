"""The log of which figures are made: stays at posts, who was planned, and who of them did not come."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, bindparam, cast, func, select

from server.attendance.queries import corrections
from server.attendance.rules.corrections import corrected
from server.attendance.rules.outcomes import PeakKey, Presence
from server.attendance.tables import no_show
from server.calendar.rules import Shift, weekday_bit
from server.calendar.tables import published_duty, roster
from server.core import json_text
from server.core.access.roles import Group, group_of
from server.core.database.many_rows import ManyRows
from server.duty.rules.arrival import CheckOutHow, Verdict
from server.duty.rules.trust import Flag
from server.duty.tables import check_in

Stays = dict[PeakKey, list[Presence]]

# A check-in is received at most a day after its peak, and a peak begins at most a day after its date.
RECEIVED_WITHIN = timedelta(days=3)

_stays = select(
    check_in.c.post_id,
    check_in.c.date,
    check_in.c.peak,
    check_in.c.account_id,
    check_in.c.category,
    check_in.c.verified,
    check_in.c.verdict,
    # As text: what stands in it is asked for seldom.
    cast(check_in.c.flags, Text).label("flags"),
    cast(check_in.c.shift, Text).label("shift"),
    check_in.c.starts_at,
    check_in.c.ends_at,
    check_in.c.at,
    check_in.c.claimed_at,
    check_in.c.checked_out_at,
    check_in.c.checked_out_how,
)
_of_peaks = _stays.where(
    check_in.c.post_id.in_(bindparam("post_ids", expanding=True)),
    check_in.c.date.in_(bindparam("dates", expanding=True)),
    check_in.c.peak.in_(bindparam("peaks", expanding=True)),
)
_of_people = _stays.where(
    check_in.c.account_id.in_(bindparam("account_ids", expanding=True)),
    check_in.c.at >= bindparam("since"),
    check_in.c.at < bindparam("until"),
    check_in.c.date.between(bindparam("first"), bindparam("last")),
)


def stays_at(connection: Connection, peaks: Collection[PeakKey]) -> Stays:
    """Read the stays at posts for some peaks, as they were corrected; a peak that nobody came for is left out."""
    if not peaks:
        return {}
    asked = {
        "post_ids": sorted({post_id for post_id, _on, _peak in peaks}),
        "dates": sorted({on for _post_id, on, _peak in peaks}),
        "peaks": sorted({peak for _post_id, _on, peak in peaks}),
    }
    wanted = set(peaks)
    logged = {key: stays for key, stays in _read(connection, _of_peaks, asked).items() if key in wanted}
    return corrected(logged, corrections.at_peaks(connection, wanted))


def stays_of(
    connection: Connection, account_ids: Collection[int], first: date, last: date
) -> dict[int, Stays]:
    """Read the stays of some people for peaks of some dates, as corrected, by person and by the post's peak."""
    asked = {
        "account_ids": sorted(account_ids),
        "since": _begin(first) - RECEIVED_WITHIN,
        "until": _begin(last) + RECEIVED_WITHIN,
        "first": first,
        "last": last,
    }
    found: defaultdict[int, Stays] = defaultdict(dict)
    logged = _read(connection, _of_people, asked)
    stays_of_all = corrected(logged, corrections.of_people(connection, account_ids, first, last))
    for key, stays in stays_of_all.items():
        for one in stays:
            found[one.account_id].setdefault(key, []).append(one)
    return found


def first_dates(connection: Connection, post_ids: Collection[int]) -> dict[int, date]:
    """Read on which date somebody first came to some posts, as far back as check-ins are kept."""
    query = (
        select(check_in.c.post_id, func.min(check_in.c.date).label("first"))
        .where(check_in.c.post_id.in_(post_ids))
        .group_by(check_in.c.post_id)
    )
    return {row.post_id: row.first for row in connection.execute(query)}


def _begin(on: date) -> datetime:
    return datetime.fromisoformat(f"{on.isoformat()}T00:00:00+00:00")


def _read(connection: Connection, query: Select[Any], asked: dict[str, Any]) -> Stays:
    found: defaultdict[PeakKey, list[Presence]] = defaultdict(list)
    for row in connection.execute(query, asked):
        found[(row.post_id, row.date, row.peak)].append(_presence(row))
    return dict(found)


def _presence(row: Row[Any]) -> Presence:
    # One that waited in a phone is judged on the time that it claims.
    waited = Flag.LATE_SYNC in json_text.read(row.flags)
    return Presence(
        account_id=row.account_id,
        group=group_of(row.category),
        verified=row.verified,
        late=row.verdict == Verdict.LATE,
        starts_at=row.starts_at,
        arrived_at=min(row.claimed_at, row.at) if waited else row.at,
        left_at=_left_at(row),
    )


def _left_at(row: Row[Any]) -> datetime:
    """Give until when somebody stood there: to the end of the peak where he did not check out."""
    left: datetime | None = row.checked_out_at
    ends: datetime = row.ends_at
    if left is None or row.checked_out_how == CheckOutHow.NO_CHECK_OUT:
        return ends
    # What came once the peak was closed changes nothing: the clock closes duties then, at once or when it is back.
    if left > ends and left >= Shift.from_dict(json_text.read(row.shift)).closes_at:
        return ends
    return left


_listed = select(
    roster.c.post_id, roster.c.peak, roster.c.weekdays, roster.c.account_id, roster.c.category
).where(
    roster.c.post_id.in_(bindparam("post_ids", expanding=True)),
    roster.c.peak.in_(bindparam("peaks", expanding=True)),
    roster.c.account_id.is_not(None),
)
_published = select(
    published_duty.c.post_id,
    published_duty.c.date,
    published_duty.c.peak,
    published_duty.c.account_id,
    published_duty.c.seat_group,
).where(
    published_duty.c.post_id.in_(bindparam("post_ids", expanding=True)),
    published_duty.c.date.in_(bindparam("dates", expanding=True)),
    published_duty.c.peak.in_(bindparam("peaks", expanding=True)),
)


def planned_at(
    connection: Connection, peaks: Collection[PeakKey], *, fresh: Collection[PeakKey]
) -> dict[PeakKey, dict[int, Group]]:
    """Read who is planned for some peaks, each with the group of his seat; a peak without a plan is left out.

    That is a published plan where there is one. Else it is the list of the post, which names no dates, and so tells
    of ``fresh`` peaks alone.
    """
    if not peaks:
        return {}
    asked = {
        "post_ids": sorted({post_id for post_id, _on, _peak in peaks}),
        "dates": sorted({on for _post_id, on, _peak in peaks}),
        "peaks": sorted({peak for _post_id, _on, peak in peaks}),
    }
    wanted = set(peaks)
    found: defaultdict[PeakKey, dict[int, Group]] = defaultdict(dict)
    for row in connection.execute(_published, asked):
        if (key := (row.post_id, row.date, row.peak)) in wanted:
            found[key][row.account_id] = Group(row.seat_group)
    unplanned = [key for key in fresh if key not in found]
    by_list = {name: asked[name] for name in ("post_ids", "peaks")}
    rows = connection.execute(_listed, by_list).all() if unplanned else []
    for key in unplanned:
        post_id, on, peak = key
        for row in rows:
            if (row.post_id, row.peak) == (post_id, peak) and row.weekdays & weekday_bit(on):
                found[key][row.account_id] = group_of(row.category)
    return dict(found)


_NO_SHOW = ("post_id", "date", "peak", "account_id", "seat_group")
_note = ManyRows(no_show, _NO_SHOW, "ON CONFLICT (post_id, date, peak, account_id) DO NOTHING")


def note_missed(connection: Connection, missed: Iterable[tuple[PeakKey, int, Group]]) -> None:
    """Note who was planned for peaks and had not come when they were closed."""
    rows = [(*key, account_id, group.value) for key, account_id, group in missed]
    if rows:
        _note.write(connection, rows)


def missed_at(connection: Connection, peaks: Collection[PeakKey]) -> dict[PeakKey, list[tuple[int, Group]]]:
    """Read who had not come to some peaks when they were closed."""
    query = select(no_show).where(
        no_show.c.post_id.in_({post_id for post_id, _on, _peak in peaks}),
        no_show.c.date.in_({on for _post_id, on, _peak in peaks}),
    )
    found: defaultdict[PeakKey, list[tuple[int, Group]]] = defaultdict(list)
    for row in connection.execute(query):
        found[(row.post_id, row.date, row.peak)].append((row.account_id, Group(row.seat_group)))
    return found


def missed_of(
    connection: Connection, account_ids: Collection[int], first: date, last: date
) -> dict[int, set[tuple[date, str]]]:
    """Read for which peaks of some dates some people had not come when they were closed, whatever the post."""
    query = select(no_show.c.account_id, no_show.c.date, no_show.c.peak).where(
        no_show.c.account_id.in_(account_ids), no_show.c.date.between(first, last)
    )
    found: defaultdict[int, set[tuple[date, str]]] = defaultdict(set)
    for row in connection.execute(query):
        found[row.account_id].add((row.date, row.peak))
    return found

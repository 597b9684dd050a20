"""Rosters of a file, whose telephones are sealed and found again by their index; its peaks, and from when they hold."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, insert, select

from server.calendar.queries import timetables
from server.calendar.tables import roster
from server.core.database.sealing import reseal, telephones
from server.core.database.transaction import Transaction
from server.duty.tables import check_in
from server.places.queries import timetables as timings
from server.places.rules.peaks import Peak
from server.places.rules.timetables import Timing
from server.places.tables import peak, post
from server.setup.files.district_rows import Parsed
from server.setup.files.new_rows import NewPeak, NewRostered
from server.setup.queries import imports as setup_queries
from server.setup.queries.imports import Counts


def rosters(connection: Connection, district_id: int, parsed: Parsed, *, replace: bool) -> Counts:
    """Bring the rosters of a file in; ``replace``: what it does not repeat goes, at the posts that are in it."""
    posts = setup_queries.known_names(connection, post, district_id)
    accounts = setup_queries.accounts_of_phones(connection, (row.phone for row in parsed.rosters))
    numbers = {
        one: telephones.written(connection, roster, one) for one in {row.phone for row in parsed.rosters}
    }
    rows: list[NewRostered] = [
        {
            "post_id": posts[row.post],
            "account_id": accounts.get(row.phone),
            "phone": numbers[row.phone]["phone"],
            "phone_sealed": numbers[row.phone]["phone_sealed"],
            "phone_index": numbers[row.phone]["phone_index"],
            "name": row.name,
            "category": row.category.value,
            "peak": row.peak.value,
            "weekdays": row.weekdays,
        }
        for row in parsed.rosters
    ]
    key = ("post_id", "phone_index", "peak")
    scope = setup_queries.at_posts({row["post_id"] for row in rows})
    # What was written with another key, or by a program before release 4, would not be found by the index.
    reseal.bring_up(connection, roster, scope)
    counts = setup_queries.upsert(
        connection, roster, rows, key=key, scope=scope, fresh=("phone", "phone_sealed")
    )
    if replace and rows:
        counts += setup_queries.remove_other(connection, roster, rows, key=key, scope=scope)
    return counts


def peaks(transaction: Transaction, district_id: int, parsed: Parsed, *, filename: str) -> Counts:
    """Bring the peaks of a file in: what has peaks there has those alone, a kind without any gets the usual ones.

    Where nobody ever checked in they hold from the beginning. Else the days that were keep theirs: other ones hold
    from tomorrow on, as those that a desk changes.
    """
    connection = transaction.connection
    schools = setup_queries.schools_by_key(connection, district_id)
    rows: list[NewPeak] = [
        {
            "district_id": district_id,
            "school_id": schools[row.station, row.school].id if row.school is not None else None,
            "school_kind": row.school_kind.value if row.school_kind is not None else None,
            "kind": row.kind.value,
            "starts": row.starts,
            "ends": row.ends,
        }
        for row in parsed.peaks
    ]
    if _has_served(connection, district_id):
        counts = _from_tomorrow(transaction, district_id, rows, filename)
        setup_queries.add_default_peaks(connection, district_id)
        return counts
    return _from_the_beginning(connection, district_id, rows)


def _has_served(connection: Connection, district_id: int) -> bool:
    query = select(check_in.c.id).join(post, check_in.c.post_id == post.c.id)
    return connection.execute(query.where(post.c.district_id == district_id).limit(1)).first() is not None


def _from_the_beginning(connection: Connection, district_id: int, rows: list[NewPeak]) -> Counts:
    key = ("school_id", "school_kind", "kind")
    ours: ColumnElement[bool] = peak.c.district_id == district_id
    counts = setup_queries.upsert(connection, peak, rows, key=key, scope=ours)
    setup_queries.add_default_peaks(connection, district_id)
    of_schools = {row["school_id"] for row in rows if row["school_id"] is not None}
    of_kinds = {row["school_kind"] for row in rows if row["school_kind"] is not None}
    scope = ours & (peak.c.school_id.in_(of_schools) | peak.c.school_kind.in_(of_kinds))
    return counts + setup_queries.remove_other(connection, peak, rows, key=key, scope=scope)


def _from_tomorrow(transaction: Transaction, district_id: int, rows: list[NewPeak], filename: str) -> Counts:
    connection, counts = transaction.connection, Counts()
    there = timings.timetable(connection, district_id)
    tomorrow = setup_queries.tomorrow_of(connection, district_id, transaction.now)
    for (school_id, kind), some in groupby(sorted(rows, key=_owner), key=_owner):
        own = list(some)
        timing = there.of_school.get(school_id) if school_id else there.of_kind.get(kind)
        if timing is None:
            connection.execute(insert(peak), own)
            counts += Counts(new=len(own))
            continue
        became = _became(timing, own, tomorrow)
        counts += became
        if became.new or became.changed or became.removed:
            timetables.add(connection, _timetable(district_id, own, tomorrow, filename, transaction))
    return counts


def _owner(row: NewPeak) -> tuple[int, str]:
    return row["school_id"] or 0, row["school_kind"] or ""


def _became(timing: Timing, own: Iterable[NewPeak], tomorrow: date) -> Counts:
    """Compare the peaks of a file with those that hold tomorrow; a school that goes by its kind then has none."""
    holds = {str(one.kind): one for one in timing.on(tomorrow) or ()}
    wanted = {row["kind"]: Peak(row["kind"], row["starts"], row["ends"]) for row in own}
    same = sum(holds.get(kind) == one for kind, one in wanted.items())
    new = len(wanted.keys() - holds.keys())
    return Counts(new, len(wanted) - new - same, same, len(holds.keys() - wanted.keys()))


def _timetable(
    district_id: int, own: list[NewPeak], tomorrow: date, filename: str, transaction: Transaction
) -> dict[str, object]:
    peaks_of_day = [
        {"kind": row["kind"], "starts": f"{row['starts']:%H:%M}", "ends": f"{row['ends']:%H:%M}"}
        for row in sorted(own, key=lambda row: row["starts"])
    ]
    return {
        "district_id": district_id,
        "school_id": own[0]["school_id"],
        "school_kind": own[0]["school_kind"],
        "starts_on": tomorrow,
        "seasons": [{"name": "", "month": 1, "day": 1, "peaks": peaks_of_day}],
        "reason": f"flask import {filename}"[:200],
        "changed_by": None,
        "changed_at": transaction.now,
    }

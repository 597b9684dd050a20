"""Reading the figures of attendance, and the closed peaks of which they are made."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby

from server.attendance.queries import peaks, sums
from server.attendance.queries.peaks import ListedPeak, Only
from server.attendance.queries.sums import PostFigures, Wanted
from server.attendance.rules import shapes
from server.attendance.rules.arrivals import BANDS, edges_of
from server.attendance.rules.figures import (
    Figures,
    Minutes,
    added_up,
    by_week,
    check_days,
    dates_of,
    weeks_of,
)
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.places.rules.composition import Composition

ROWS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days, both ends included, and which posts, peak and weekdays (Monday is 0; none: all) of them."""

    since: date
    until: date
    station_id: int | None = None
    school_id: int | None = None
    post_id: int | None = None
    peak: str | None = None
    weekdays: frozenset[int] = frozenset()


def figures(store: Store, *, actor: Actor, asked: Asked) -> shapes.Attendance:
    """Add up the closed peaks of the actor's scope. Raises ``Refused``: ``not_your_role``, ``bad_span`` (days)."""
    require(actor, Act.SEE_ATTENDANCE)
    wanted = _wanted(actor, asked)
    with store.read() as connection:
        posts, last_closed = sums.by_post(connection, wanted)
    return {
        "since": asked.since.isoformat(),
        "until": asked.until.isoformat(),
        "last_closed": moment_or_none(last_closed),
        "total": view_of(added_up(one.figures for one in posts)),
        "schools": [_school(list(some)) for _key, some in groupby(posts, key=lambda one: one.school_id)],
        "posts": [
            {
                "post_id": one.post_id,
                "post_name": one.post_name,
                "school_id": one.school_id,
                "school_name": one.school_name,
                "figures": view_of(one.figures),
            }
            for one in posts
        ],
    }


def rows(
    store: Store, *, actor: Actor, asked: Asked, only: Only | None, after: str | None
) -> shapes.PeakRows:
    """List closed peaks of the actor's scope, the newest day first, ``ROWS_AT_ONCE`` after a key.

    Raises ``Refused``: ``not_your_role``, ``bad_span`` (days), ``not_found`` for what is no key.
    """
    require(actor, Act.SEE_ATTENDANCE)
    wanted = _wanted(actor, asked)
    try:
        key = None if after is None else peaks.key_of(after)
    except ValueError as wrong:
        raise Refused("not_found") from wrong
    with store.read() as connection:
        total = peaks.count(connection, wanted, only=only)
        found = peaks.listed(connection, wanted, only=only, after=key, limit=ROWS_AT_ONCE + 1)
    items = [_peak(one) for one in found[:ROWS_AT_ONCE]]
    return {"total": total, "items": items, "after": items[-1]["key"] if len(found) > ROWS_AT_ONCE else None}


def weeks(store: Store, *, actor: Actor, asked: Asked) -> shapes.Weeks:
    """Add up covered minutes by school and week. Raises ``Refused``: ``not_your_role``, ``bad_span`` (days)."""
    require(actor, Act.SEE_ATTENDANCE)
    wanted = _wanted(actor, asked)
    mondays = weeks_of(asked.since, asked.until)
    with store.read() as connection:
        schools, _none = by_week(sums.by_school_and_week(connection, wanted, mondays[0]), mondays)
        _all, weekdays = by_week(sums.by_weekday(connection, wanted, mondays[0]), mondays)
    return {
        "mondays": [one.isoformat() for one in mondays],
        "schools": [
            {"school_id": number, "weeks": [_minutes(one) for one in own]}
            for number, own in sorted(schools.items())
        ],
        "weekdays": [_minutes(one) for one in weekdays],
    }


def groups(store: Store, *, actor: Actor, asked: Asked) -> shapes.Groups:
    """Add up heads by group. Raises ``Refused``: ``not_your_role``, ``bad_span`` (days)."""
    require(actor, Act.SEE_ATTENDANCE)
    wanted = _wanted(actor, asked)
    with store.read() as connection:
        found = sums.by_group(connection, wanted)
    return {"items": [{"group": group.value, **asdict(one)} for group, one in found.items()]}  # type: ignore[typeddict-item]


def arrivals(store: Store, *, actor: Actor, asked: Asked) -> shapes.Arrivals:
    """Add up when people came. Raises ``Refused``: ``not_your_role``, ``bad_span`` (days)."""
    require(actor, Act.SEE_ATTENDANCE)
    wanted = _wanted(actor, asked)
    with store.read() as connection:
        peaks, counts = sums.by_band(connection, wanted)
    edges = (edges_of(band) for band in range(BANDS))
    return {
        "peaks": peaks,
        "bands": [
            {"since": since, "until": until, "people": people}
            for (since, until), people in zip(edges, counts, strict=True)
        ],
    }


def _minutes(one: Minutes) -> shapes.MinutesView:
    return {"covered": one.covered, "required": one.required}


def view_of(figures: Figures) -> shapes.FiguresView:
    """Write figures as the API does."""
    view: shapes.FiguresView = asdict(figures)  # type: ignore[assignment]
    return view


def _wanted(actor: Actor, asked: Asked) -> Wanted:
    check_days(asked.since, asked.until)
    return Wanted(
        actor,
        asked.since,
        asked.until,
        station_id=asked.station_id,
        school_id=asked.school_id,
        post_id=asked.post_id,
        peak=asked.peak,
        dates=dates_of(asked.since, asked.until, asked.weekdays) if asked.weekdays else None,
    )


def _school(posts: Iterable[PostFigures]) -> shapes.SchoolFigures:
    own = list(posts)
    first = own[0]
    return {
        "school_id": first.school_id,
        "school_name": first.school_name,
        "station_id": first.station_id,
        "station_name": first.station_name,
        "posts": len(own),
        "figures": view_of(added_up(one.figures for one in own)),
    }


def _peak(one: ListedPeak) -> shapes.PeakView:
    row, outcome = one.row, one.row.outcome
    return {
        "key": f"{row.post_id} {row.date.isoformat()} {row.peak}",
        "post_id": row.post_id,
        "post_name": one.post_name,
        "date": row.date.isoformat(),
        "peak": row.peak,
        "starts_at": moment(row.starts_at),
        "ends_at": moment(row.ends_at),
        "required": outcome.required.as_dict(),
        "present": outcome.present.as_dict(),
        "late": outcome.late.as_dict(),
        "waiting": outcome.waiting.as_dict(),
        "missing": outcome.required.missing(outcome.present).as_dict(),
        "planned": _or_none(outcome.planned),
        "absent": _or_none(outcome.absent),
        "replaced": _or_none(outcome.replaced),
        "required_minutes": outcome.required_minutes,
        "covered_minutes": outcome.covered_minutes,
        "served_minutes": outcome.served_minutes,
        "corrected": outcome.corrected,
    }


def _or_none(heads: Composition | None) -> dict[str, int] | None:
    return None if heads is None else heads.as_dict()

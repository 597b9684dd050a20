"""Peaks by kind of school, or of one school: which hold and will hold, and changing them from a date on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from server.calendar.queries import days
from server.calendar.queries import timetables as queries
from server.calendar.service import posts
from server.core import audit
from server.core.access.roles import Act, Actor, Role, may, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.timetables import seasons_of, timetable
from server.places.rules.peaks import Peak, SchoolKind
from server.places.rules.timetables import Season, Timing, check_seasons, check_start
from server.places.tables import School, TimetableRow


class PeakView(TypedDict):
    """A peak in local clock time, ``07:20``."""

    kind: str
    starts: str
    ends: str


class SeasonView(TypedDict):
    """The peaks from a day of each year on."""

    name: str
    month: int
    day: int
    peaks: list[PeakView]


class PlanView(TypedDict):
    """A timetable: since when it holds (``None``: from the beginning), whether it is over, holds or comes."""

    id: int | None
    starts_on: str | None
    state: str
    seasons: list[SeasonView]
    reason: str | None
    changed_by: str | None
    changed_at: str | None


class TimetableView(TypedDict):
    """The timetables of a kind of school, or of one school; ``seen``: the newest, for the next change."""

    school_id: int | None
    school_name: str | None
    school_kind: str
    seen: int
    plans: list[PlanView]


class PeaksView(TypedDict):
    """All timetables in sight, and the earliest date from which a change may hold."""

    may_edit: bool
    earliest: str
    items: list[TimetableView]


@dataclass(frozen=True, slots=True)
class PeaksEdit:
    """Peaks that hold from a date on, of a kind of school or of one school.

    Without seasons a school goes by its kind again. ``seen`` is the newest timetable that the editor saw, 0 for none.
    """

    school_id: int | None
    school_kind: str | None
    starts_on: date
    seasons: tuple[Season, ...]
    reason: str
    seen: int


def listed(store: Store, *, actor: Actor, now: datetime) -> PeaksView:
    """Show the timetables of the actor's district, to a school's user those of his school and its kind."""
    require(actor, Act.SEE_CALENDAR)
    with store.read() as connection:
        return _view(connection, actor, now)


def change(
    store: Store, *, actor: Actor, request_id: str, wanted: PeaksEdit, limits: Limits, now: datetime
) -> PeaksView:
    """Let other peaks hold from a date on; the days before keep theirs. Gives all timetables after it.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``starts_too_early``, ``bad_season``, ``no_peaks``,
    ``peak_across_midnight`` (peak), ``peaks_overlap`` (peak, other), ``changed_meanwhile`` (date, by, changed_at),
    ``shift_changes_now`` for a shift whose window is open already.
    """
    require(actor, Act.EDIT_CALENDAR)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        seasons = kept(wanted.seasons)
        body = [wanted.school_id, wanted.school_kind, wanted.starts_on.isoformat(), seasons, wanted.reason]
        first = transaction.remember(actor.account_id, request_id, "change_peaks", body, shape=PeaksView)
        if first is not None:
            return first
        _check(connection, actor, wanted, now)
        open_before = posts.open_now(connection, actor.district_id, limits, now)
        new = {
            "district_id": actor.district_id,
            "school_id": wanted.school_id,
            "school_kind": wanted.school_kind,
            "starts_on": wanted.starts_on,
            "seasons": seasons,
            "reason": wanted.reason,
            "changed_by": actor.account_id,
            "changed_at": now,
        }
        queries.add(connection, new)
        _check_open(connection, actor, open_before, limits, now)
        whose = {"school_id": wanted.school_id} if wanted.school_id else {"school_kind": wanted.school_kind}
        facts = {**whose, "starts_on": wanted.starts_on.isoformat(), "reason": wanted.reason}
        audit.record(connection, now=now, actor_id=actor.account_id, act="change_peaks", facts=facts)
        return transaction.answer(actor.account_id, request_id, _view(connection, actor, now))


def remove(
    store: Store, *, actor: Actor, request_id: str, number: int, limits: Limits, now: datetime
) -> PeaksView:
    """Call off a timetable that has not begun. Raises ``Refused``: as ``change``, and ``not_found``."""
    require(actor, Act.EDIT_CALENDAR)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "remove_peaks", number, shape=PeaksView)
        if first is not None:
            return first
        rows = {row.id: row for row in queries.all_of(connection, actor.district_id)}
        if number not in rows:
            raise Refused("not_found")
        check_start(rows[number].starts_on, _today(connection, actor, now))
        open_before = posts.open_now(connection, actor.district_id, limits, now)
        queries.remove(connection, number)
        _check_open(connection, actor, open_before, limits, now)
        row = rows[number]
        whose = {"school_id": row.school_id} if row.school_id else {"school_kind": row.school_kind}
        facts = {**whose, "starts_on": row.starts_on.isoformat()}
        audit.record(connection, now=now, actor_id=actor.account_id, act="remove_peaks", facts=facts)
        return transaction.answer(actor.account_id, request_id, _view(connection, actor, now))


def kept(seasons: Iterable[Season]) -> list[SeasonView]:
    """Write seasons as they are kept and told."""
    return [
        {"name": one.name, "month": one.month, "day": one.day, "peaks": [_peak(each) for each in one.peaks]}
        for one in seasons
    ]


def _peak(one: Peak) -> PeakView:
    return {"kind": str(one.kind), "starts": f"{one.starts:%H:%M}", "ends": f"{one.ends:%H:%M}"}


def _today(connection: Connection, actor: Actor, now: datetime) -> date:
    return posts.today_of(districts.the_district(connection, actor.district_id), now)


def _check(connection: Connection, actor: Actor, wanted: PeaksEdit, now: datetime) -> None:
    school_id = wanted.school_id
    if school_id is not None and days.one_school(connection, actor.district_id, school_id) is None:
        raise Refused("not_found")
    if not wanted.seasons and school_id is None:
        raise Refused("no_peaks")
    check_seasons(wanted.seasons)
    check_start(wanted.starts_on, _today(connection, actor, now))
    same = [
        row
        for row in queries.all_of(connection, actor.district_id)
        if (row.school_id, row.school_kind) == (school_id, wanted.school_kind)
    ]
    newest = max(same, key=lambda row: row.id, default=None)
    if (newest.id if newest else 0) != wanted.seen:
        by = days.names(connection, [newest.changed_by]).get(newest.changed_by or 0) if newest else None
        on = (newest.starts_on if newest else wanted.starts_on).isoformat()
        raise Refused("changed_meanwhile", date=on, by=by, changed_at=newest.changed_at if newest else None)


def _check_open(
    connection: Connection, actor: Actor, open_before: posts.OpenShifts, limits: Limits, now: datetime
) -> None:
    """Refuse to change a shift whose window is open, as that of a peak just after midnight is the evening before."""
    if posts.open_now(connection, actor.district_id, limits, now) != open_before:
        raise Refused("shift_changes_now")


def _view(connection: Connection, actor: Actor, now: datetime) -> PeaksView:
    today = _today(connection, actor, now)
    times = timetable(connection, actor.district_id)
    rows = queries.all_of(connection, actor.district_id)
    names = days.names(connection, (row.changed_by for row in rows))
    schools = _schools(connection, actor)
    own = {row.school_id for row in rows if row.school_id} | times.of_school.keys()
    kinds = [
        kind.value
        for kind in SchoolKind
        if actor.role != Role.SCHOOL_ADMIN or kind in {one.kind for one in schools}
    ]
    items = [
        _timetable(
            times.of_kind.get(kind),
            None,
            kind,
            [row for row in rows if row.school_kind == kind],
            names,
            today,
        )
        for kind in kinds
    ]
    items += [
        _timetable(
            times.of_school.get(one.id),
            one,
            one.kind,
            [row for row in rows if row.school_id == one.id],
            names,
            today,
        )
        for one in schools
        if one.id in own
    ]
    return {
        "may_edit": may(actor, Act.EDIT_CALENDAR),
        "earliest": (today + timedelta(days=1)).isoformat(),
        "items": items,
    }


def _schools(connection: Connection, actor: Actor) -> list[School]:
    found = districts.schools(connection, actor.district_id)
    if actor.role == Role.SCHOOL_ADMIN:
        return [one for one in found if one.id == actor.school_id]
    if actor.role == Role.STATION_OFFICER:
        return [one for one in found if one.station_id == actor.station_id]
    return found


def _timetable(
    timing: Timing | None,
    school: School | None,
    kind: str,
    rows: Sequence[TimetableRow],
    names: dict[int, str],
    today: date,
) -> TimetableView:
    begun = [row.starts_on for row in rows if row.starts_on <= today]
    plans: list[PlanView] = []
    if timing is not None and timing.base:
        whole_year = Season("", 1, 1, timing.base)
        plans.append(
            {
                "id": None,
                "starts_on": None,
                "state": "over" if begun else "now",
                "seasons": kept([whole_year]),
                "reason": None,
                "changed_by": None,
                "changed_at": None,
            }
        )
    for row in rows:
        state = "coming" if row.starts_on > today else "now" if row.starts_on == max(begun) else "over"
        plans.append(
            {
                "id": row.id,
                "starts_on": row.starts_on.isoformat(),
                "state": state,
                "seasons": kept(seasons_of(row.seasons)),
                "reason": row.reason,
                "changed_by": names.get(row.changed_by or 0),
                "changed_at": moment(row.changed_at),
            }
        )
    return {
        "school_id": school.id if school else None,
        "school_name": school.name if school else None,
        "school_kind": kind,
        "seen": max((row.id for row in rows), default=0),
        "plans": plans,
    }

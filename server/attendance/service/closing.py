"""Writing what became of peaks once they are closed, and the months of those who had a part in them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from server.attendance.queries import certificates, corrections, log, outcomes
from server.attendance.queries.outcomes import PersonMonth
from server.attendance.rules.figures import next_month
from server.attendance.rules.outcomes import (
    ClosedPeak,
    MonthFigures,
    PeakKey,
    PeakOutcome,
    Plan,
    Presence,
    month_of,
    outcome_of,
)
from server.calendar import rules as calendar
from server.calendar.facts import PostTakenBack
from server.calendar.queries import shifts
from server.calendar.rules import Shift, Window
from server.core.access.roles import Group
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.duty.facts import ClosedPeakChanged
from server.duty.queries import coverage
from server.people.facts import PersonErased
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.composition import Composition

# So many peaks of a post in one transaction: an alarm never waits for more than these.
MOST_PEAKS = 4
# A post's list tells who was to come on a day as long as that day is fresh; later it is another one.
PLAN_STAYS = timedelta(days=2)
# What is closed is noted at the latest by then, so that nobody looks through a summer's days again and again.
NOTE_AFTER = timedelta(days=2)
DAY = timedelta(days=1)


def close_peaks(
    transaction: Transaction, post_ids: Collection[int], limits: Limits, now: datetime
) -> dict[int, datetime]:
    """Write what became of some peaks of posts that are closed; gives when each post is to be looked at again.

    That is at once where more than ``MOST_PEAKS`` are closed. A post that was never looked at begins with the day on
    which somebody first came to it, or now.
    """
    coverage.lock(transaction.connection, post_ids)
    places = districts.places_in(transaction, post_ids)
    untils = _untils(transaction, places, now)
    found: list[tuple[Place, Shift]] = []
    kept, again = dict[int, datetime](), dict[int, datetime]()
    for post_id, place in places.items():
        closed = _closed(place, limits[Window], untils[post_id], now)
        some = _some(closed)
        found += [(place, shift) for shift in some]
        if some:
            kept[post_id] = some[-1].closes_at
        elif now - untils[post_id] > NOTE_AFTER:
            kept[post_id] = now - DAY
        again[post_id] = now if len(some) < len(closed) else _next(place, limits, now)
    _write_first(transaction, found, limits, now)
    outcomes.keep_untils(transaction.connection, kept)
    return again


def work_out_again(transaction: Transaction, peaks: Collection[PeakKey], now: datetime) -> None:
    """Work out anew what became of peaks whose log changed after they were closed, as they were required then."""
    connection = transaction.connection
    coverage.lock(connection, {post_id for post_id, _on, _peak in peaks})
    stays, missed = log.stays_at(connection, peaks), log.missed_at(connection, peaks)
    made = {(one.key, one.account_id) for one in corrections.at_peaks(connection, peaks)}
    counted = Counter(key for key, _account_id in made)
    rows = []
    for one in outcomes.read(connection, peaks):
        key = (one.post_id, one.date, one.peak)
        before = one.outcome
        plan = None if before.planned is None else Plan(before.planned, tuple(missed.get(key, ())))
        peak = ClosedPeak(one.starts_at, one.ends_at, before.required)
        outcome = replace(outcome_of(peak, plan, stays.get(key, ())), corrected=counted[key])
        rows.append(PeakOutcome(*key, one.starts_at, one.ends_at, outcome))
    outcomes.write(connection, rows, now)
    _mark_months(transaction, stays, missed)
    outcomes.mark_months(connection, {(account_id, key[1].replace(day=1)) for key, account_id in made})


def changed(transaction: Transaction, fact: ClosedPeakChanged) -> None:
    """Let a peak that was closed already be worked out anew; once its post is locked, as ``close_peaks`` locks it."""
    key = (fact.post_id, fact.date, fact.peak)
    name = f"peak outcome {fact.date} {fact.peak}"
    transaction.at_the_end((name, fact.post_id), lambda at: outcomes.mark_again(at.connection, key))


def taken_back(transaction: Transaction, fact: PostTakenBack) -> None:
    """Let peaks that began while a post was archived count for nobody, once those before are written."""
    place, archived_at, now = fact.place, fact.place.archived_at, transaction.now
    while close_peaks(transaction, [place.post_id], fact.limits, now)[place.post_id] <= now:
        pass
    running = (
        one.closes_at
        for one in shifts.around(replace(place, archived_at=None), fact.limits, now)
        if archived_at is not None and archived_at <= one.starts_at < now
    )
    outcomes.keep_untils(transaction.connection, {place.post_id: max((now, *running))})


def erased(transaction: Transaction, fact: PersonErased) -> None:
    """Blank why the records of somebody who is erased were corrected, and his name on certificates."""
    corrections.blank_reasons(transaction.connection, fact.account_id)
    certificates.blank(transaction.connection, fact.account_id)


def add_up_months(transaction: Transaction, most: int) -> int:
    """Add up some months of people that are due, out of the log; tells how many."""
    connection = transaction.connection
    months = outcomes.months_due(connection, most, lock=True)
    by_month: defaultdict[date, set[int]] = defaultdict(set)
    for account_id, month in months:
        by_month[month].add(account_id)
    figures: list[tuple[PersonMonth, MonthFigures]] = []
    for month, people in sorted(by_month.items()):
        last = next_month(month) - DAY
        stays = log.stays_of(connection, people, month, last)
        missed = log.missed_of(connection, people, month, last)
        for account_id in sorted(people):
            own = stays.get(account_id, {})
            came = {(on, peak) for _post_id, on, peak in own}
            no_shows = len(missed.get(account_id, set()) - came)
            figures.append(((account_id, month), month_of(own.values(), no_shows=no_shows)))
    outcomes.write_months(connection, figures)
    return len(months)


def _untils(transaction: Transaction, places: Mapping[int, Place], now: datetime) -> dict[int, datetime]:
    connection = transaction.connection
    known = outcomes.closed_untils(connection, places)
    new = {post_id: place for post_id, place in places.items() if post_id not in known}
    first = log.first_dates(connection, new) if new else {}
    begun = {
        post_id: _begin(place, first[post_id]) if post_id in first else now for post_id, place in new.items()
    }
    outcomes.keep_untils(connection, begun)
    return known | begun


def _begin(place: Place, on: date) -> datetime:
    return datetime.combine(on, datetime.min.time(), place.zone)


def _closed(place: Place, window: Window, after: datetime, now: datetime) -> list[Shift]:
    """List some peaks of a post that were closed after a time and by now, in the order of their closing."""
    found: list[Shift] = []
    on, today = after.astimezone(place.zone).date() - DAY, now.astimezone(place.zone).date()
    while on <= today and len(found) <= 2 * MOST_PEAKS:
        found += [
            one
            for one in calendar.shifts_on(place.peaks_on(on), on, place.zone, window)
            if after < one.closes_at <= now
        ]
        on += DAY
    return sorted(found, key=lambda one: one.closes_at)


def _some(closed: list[Shift]) -> list[Shift]:
    """Give the first peaks, and those that closed with the last of them."""
    if len(closed) <= MOST_PEAKS:
        return closed
    last = closed[MOST_PEAKS - 1].closes_at
    return [one for one in closed if one.closes_at <= last]


def _next(place: Place, limits: Limits, now: datetime) -> datetime:
    coming = (one.closes_at for one in shifts.around(place, limits, now) if one.closes_at > now)
    return min(coming, default=now + DAY)


def _write_first(
    transaction: Transaction, closed: Iterable[tuple[Place, Shift]], limits: Limits, now: datetime
) -> None:
    connection = transaction.connection
    by_key = {(place.post_id, shift.date, shift.peak): (place, shift) for place, shift in closed}
    stays = log.stays_at(connection, by_key)
    fresh = [key for key, (_place, shift) in by_key.items() if now - shift.closes_at <= PLAN_STAYS]
    plans = dict(_plans(log.planned_at(connection, by_key, fresh=fresh), stays))
    rows = [
        PeakOutcome(
            *key,
            shift.starts_at,
            shift.ends_at,
            outcome_of(
                ClosedPeak(shift.starts_at, shift.ends_at, shifts.required(place, shift, limits)),
                plans.get(key),
                stays.get(key, ()),
            ),
        )
        for key, (place, shift) in by_key.items()
    ]
    outcomes.write(connection, rows, now)
    missed = {key: list(plan.missed) for key, plan in plans.items()}
    log.note_missed(connection, [(key, *one) for key, people in missed.items() for one in people])
    _mark_months(transaction, stays, missed)


def _plans(
    planned: Mapping[PeakKey, Mapping[int, Group]], stays: Mapping[PeakKey, list[Presence]]
) -> Iterator[tuple[PeakKey, Plan]]:
    for key, people in planned.items():
        came = {one.account_id for one in stays.get(key, ())}
        missed = tuple((one, group) for one, group in sorted(people.items()) if one not in came)
        yield key, Plan(Composition.count(people.values()), missed)


def _mark_months(
    transaction: Transaction,
    stays: Mapping[PeakKey, list[Presence]],
    missed: Mapping[PeakKey, list[tuple[int, Group]]],
) -> None:
    came = {(one.account_id, key[1]) for key, people in stays.items() for one in people}
    away = {(account_id, key[1]) for key, people in missed.items() for account_id, _group in people}
    months = {(account_id, on.replace(day=1)) for account_id, on in came | away}
    outcomes.mark_months(transaction.connection, months)

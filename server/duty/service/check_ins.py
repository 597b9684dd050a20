"""Arrivals: whose shift and roster somebody comes for, and the duty that begins and ends with the account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from server.calendar.queries import shifts
from server.calendar.queries.rosters import PostPeak
from server.calendar.rules import OnRoster, Shift, on_roster_of, shift_for
from server.core.access.roles import Category, group_of
from server.core.access.rooms import account_room
from server.core.database.transaction import Transaction
from server.core.event_names import EventName
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty import tables as duty_tables
from server.duty.facts import ClosedPeakChanged, DutyBegun
from server.duty.queries import check_ins
from server.duty.queries.check_ins import Duty
from server.duty.rules.arrival import Arrival, CheckOutHow
from server.duty.rules.coverage import Seat
from server.duty.rules.shapes import CheckInView
from server.duty.rules.trust import Fix
from server.duty.service import coverage as post_coverage
from server.places.queries.districts import Place


def shift_of(
    place: Place,
    on_rosters: Mapping[PostPeak, Sequence[OnRoster]],
    *,
    account_id: int,
    belongs: bool,
    at: datetime,
    now: datetime,
    limits: Limits,
) -> tuple[Shift, bool | None]:
    """Choose the shift that an arrival at a time belongs to, and tell whether somebody is on its roster.

    ``on_rosters`` are those of the post's open shifts; one's own shift by them comes first. ``None``: the shift has no
    roster, and he ``belongs`` at the post. Raises ``Refused``: ``too_early``, ``shift_over``, ``no_shift``.
    """
    on_roster = {
        shift.key: on_roster_of(on_rosters.get((place.post_id, shift.peak), ()), shift.date)
        for shift in shifts.open_at(place, limits, at, now=now)
    }
    preferred = {key for key, people in on_roster.items() if account_id in people}
    # When the next one opens is told by a refusal alone.
    upcoming = None if on_roster else shifts.upcoming(place, limits, now)
    in_question = shifts.open_at(place, limits, at, now=now) or shifts.around(place, limits, now)
    shift = shift_for(in_question, at, preferred, upcoming)
    if shift.key in preferred:
        return shift, True
    return shift, False if on_roster[shift.key] or not belongs else None


def belongs(place: Place, *, category: str | None, school_id: int | None, station_id: int | None) -> bool:
    """Tell whether a post is of somebody's own school, for police of their own station."""
    return station_id == place.station_id if category == Category.POLICE else school_id == place.school_id


@dataclass(frozen=True, slots=True)
class NewDuty:
    """A duty that begins: whose, where, in which shift, and how the arrival was judged."""

    account_id: int
    category: str
    place: Place
    shift: Shift
    arrival: Arrival
    claimed_at: datetime
    fix: Fix | None = None
    device_id: str | None = None
    assisted_by: int | None = None

    def duty(self, now: datetime) -> Duty:
        """Give the duty that begins now, before it has a number."""
        arrival, fix, shift = self.arrival, self.fix, self.shift
        return Duty(
            id=0,
            account_id=self.account_id,
            post_id=self.place.post_id,
            post_name=self.place.name,
            category=self.category,
            peak=shift.peak,
            date=shift.date,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            shift=shift.as_dict(),
            at=now,
            claimed_at=self.claimed_at,
            verdict=arrival.verdict.value,
            minutes_late=arrival.minutes_late,
            flags=[flag.value for flag in arrival.flags],
            verified=arrival.verified,
            latitude=fix.point.latitude if fix else None,
            longitude=fix.point.longitude if fix else None,
            accuracy_m=fix.accuracy_m if fix else None,
            distance_m=arrival.distance_m,
            device_id=self.device_id,
            assisted_by=self.assisted_by,
            confirmed_by=None,
            confirmed_at=None,
            checked_out_at=None,
            checked_out_how=None,
        )

    def seat(self, check_in_id: int) -> Seat:
        """Give the seat that it takes, under its number."""
        arrival, category = self.arrival, Category(self.category)
        return Seat(
            check_in_id=check_in_id,
            account_id=self.account_id,
            category=category,
            group=group_of(category),
            verified=arrival.verified,
            verdict=arrival.verdict,
            flags=arrival.flags,
        )


def begin(transaction: Transaction, duties: Sequence[NewDuty], limits: Limits) -> list[CheckInView]:
    """Begin duties of accounts that are on none, of each account one; tell the guards, the posts and the areas above.

    Gives them in their order as clients see them.
    Raises ``IntegrityError`` where an account is on duty already: another process took it meanwhile.
    """
    if not duties:
        return []
    begun = check_ins.begin(transaction.connection, (one.duty(transaction.now) for one in duties))
    views = []
    for one, duty in zip(duties, begun, strict=True):
        views.append(tell_own(transaction, duty))
        post_coverage.add_at_the_end(
            transaction, duty.post_id, limits, shift=one.shift.key, seat=one.seat(duty.id)
        )
        transaction.announce(DutyBegun(one.place, limits))
        if one.shift.closes_at <= transaction.now:
            transaction.announce(ClosedPeakChanged(duty.post_id, duty.date, duty.peak))
    return views


def require_free(duty: Duty | None, *, post_id: int, at: datetime, himself: bool) -> None:
    """Let a duty begin at a post beside the one that is open, if any, or raise ``Refused("already_on_duty")``.

    One that somebody else began elsewhere ends (``give_way``) for whoever comes ``himself``.
    """
    if duty is not None and not (himself and _gives_way(duty, post_id, at)):
        raise Refused("already_on_duty", check_in_id=duty.id, post_name=duty.post_name)


def give_way(transaction: Transaction, account_id: int, limits: Limits) -> None:
    """End the duty that somebody else began for whoever comes to another post himself."""
    end(transaction, account_id, limits, how=CheckOutHow.OWN_CHECK_IN)


def _gives_way(duty: Duty, post_id: int, at: datetime) -> bool:
    """Tell whether a duty ends for one's own check-in elsewhere: a queued one from before leaves a later duty alone."""
    return duty.assisted_by is not None and duty.post_id != post_id and duty.at <= at


def view_of(transaction: Transaction, check_in_id: int) -> CheckInView:
    """Read a check-in as clients see it."""
    row = check_ins.by_id(transaction.connection, check_in_id)
    assert row is not None
    return check_ins.view(row)


def publish_own(transaction: Transaction, check_in_id: int) -> CheckInView:
    """Tell a guard what his check-in is now, and give it as it was told."""
    row = check_ins.by_id(transaction.connection, check_in_id)
    assert row is not None
    return tell_own(transaction, row)


def tell_own(transaction: Transaction, duty: Duty) -> CheckInView:
    """Tell a guard what his check-in is, and give it as it was told."""
    view = check_ins.view(duty)
    transaction.publish(EventName.CHECK_IN_CHANGED, view, (account_room(view["account_id"]),))
    return view


def end(transaction: Transaction, account_id: int, limits: Limits, *, how: CheckOutHow) -> None:
    """End the duty that an account is on, if any, because of what happens to the account."""
    duty = check_ins.open_of_account(transaction.connection, account_id)
    if duty is not None and check_ins.check_out(
        transaction.connection, duty.id, at=transaction.now, how=how.value
    ):
        _tell(transaction, duty.id, limits)


def resume(transaction: Transaction, account_id: int, limits: Limits) -> None:
    """Let the duty go on that a suspension ended, as long as its shift lasts: the suspension was taken back."""
    table, connection = duty_tables.check_in, transaction.connection
    duty = check_ins.newest_of_account(connection, account_id)
    if duty is None or duty.checked_out_how != CheckOutHow.SUSPENDED:
        return
    if transaction.now < Shift.from_dict(duty.shift).closes_at:
        goes_on = {"checked_out_at": None, "checked_out_how": None}
        connection.execute(update(table).where(table.c.id == duty.id).values(goes_on))
        _tell(transaction, duty.id, limits)


def _tell(transaction: Transaction, check_in_id: int, limits: Limits) -> None:
    view = publish_own(transaction, check_in_id)
    post_coverage.publish_at_the_end(transaction, view["post_id"], limits, also=view["account_id"])

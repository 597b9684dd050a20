"""Arrivals: whose shift and roster somebody comes for, and the duty that begins and ends with the account."""

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from server.calendar.queries import rosters, shifts
from server.calendar.rules import Shift, includes, shift_for
from server.core.access.roles import Category
from server.core.access.rooms import account_room
from server.core.database.transaction import Transaction
from server.core.event_names import EventName
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty import tables as duty_tables
from server.duty.queries import check_ins
from server.duty.queries.check_ins import Duty
from server.duty.rules.arrival import Arrival, CheckOutHow
from server.duty.rules.shapes import CheckInView
from server.duty.rules.trust import Fix
from server.duty.service import coverage as post_coverage
from server.places.queries.districts import Place

_insert_check_in = insert(duty_tables.check_in).returning(duty_tables.check_in.c.id)


def shift_of(
    transaction: Transaction, place: Place, *, account_id: int, belongs: bool, at: datetime, limits: Limits
) -> tuple[Shift, bool | None]:
    """Choose the shift that an arrival at a time belongs to, and tell whether somebody is on its roster.

    One's own by the roster comes first. ``None``: the shift has no roster, and he ``belongs`` at the post.
    Raises ``Refused``: ``too_early``, ``shift_over``, ``no_shift``.
    """
    mine = rosters.of_account(transaction.connection, account_id)
    around = shifts.around(place, limits, transaction.now)
    preferred = {
        shift.key
        for shift in around
        if shift.opens_at <= at < shift.ends_at and includes(mine, place.post_id, shift)
    }
    shift = shift_for(around, at, preferred, shifts.upcoming(place, limits, transaction.now))
    if includes(mine, place.post_id, shift):
        return shift, True
    if not belongs:
        return shift, False
    exists = rosters.exists(transaction.connection, post_id=place.post_id, peak=shift.peak, on=shift.date)
    return shift, False if exists else None


def belongs(place: Place, *, category: str | None, school_id: int | None, station_id: int | None) -> bool:
    """Tell whether a post is of somebody's own school, for police of their own station."""
    return station_id == place.station_id if category == Category.POLICE else school_id == place.school_id


def begin(
    transaction: Transaction,
    *,
    account_id: int,
    category: str,
    place: Place,
    shift: Shift,
    arrival: Arrival,
    claimed_at: datetime,
    fix: Fix | None = None,
    device_id: str | None = None,
    assisted_by: int | None = None,
    makes_way: Limits | None = None,
) -> int:
    """Begin a duty and give its number.

    Somebody who comes himself (``makes_way``) ends a duty that somebody else began for him at another post.
    Raises ``Refused("already_on_duty")``.
    """
    duty = check_ins.open_of_account(transaction.connection, account_id)
    if duty is not None and makes_way is not None and _gives_way(duty, place.post_id, arrival.at):
        end(transaction, account_id, makes_way, how=CheckOutHow.OWN_CHECK_IN)
    elif duty is not None:
        raise Refused("already_on_duty", check_in_id=duty.id, post_name=duty.post_name)
    values = {
        "account_id": account_id,
        "post_id": place.post_id,
        "category": category,
        "peak": shift.peak,
        "date": shift.date,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "shift": shift.as_dict(),
        "at": transaction.now,
        "claimed_at": claimed_at,
        "verdict": arrival.verdict.value,
        "minutes_late": arrival.minutes_late,
        "flags": [flag.value for flag in arrival.flags],
        "verified": arrival.verified,
        "latitude": fix.point.latitude if fix else None,
        "longitude": fix.point.longitude if fix else None,
        "accuracy_m": fix.accuracy_m if fix else None,
        "distance_m": arrival.distance_m,
        "device_id": device_id,
        "assisted_by": assisted_by,
    }
    try:
        with transaction.connection.begin_nested():
            row_id: int = transaction.connection.execute(_insert_check_in, values).scalar_one()
    except IntegrityError as twin:
        # Another process took the one open duty between our look and our write.
        raise Refused("already_on_duty", check_in_id=None, post_name=None) from twin
    return row_id


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
    view = view_of(transaction, check_in_id)
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

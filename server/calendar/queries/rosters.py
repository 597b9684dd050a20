"""Rosters: who stands at which post at which peak on which weekdays."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    Connection,
    Date,
    Integer,
    and_,
    bindparam,
    delete,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)

from server.calendar.rules import OnRoster, Rostered, weekday_bit
from server.calendar.tables import KEPT_ROSTER, published_duty, roster
from server.core.database.sealing import telephones
from server.core.database.transaction import Transaction
from server.people.queries.waiting import waits
from server.people.tables import Account, account
from server.places.tables import post


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody on the roster of a post; without a number before he registers."""

    account_id: int | None
    name: str
    category: str


# A post by its number, and one of its peaks.
PostPeak = tuple[int, str]

_of_shift = (
    roster.c.post_id == bindparam("post_id"),
    roster.c.peak == bindparam("peak"),
    roster.c.weekdays.op("&")(bindparam("bit", type_=Integer)) != 0,
)
_rostered = union_all(
    select(roster.c.account_id, roster.c.name, roster.c.category, null().label("seat")).where(*_of_shift),
    select(account.c.id, account.c.name, account.c.category, published_duty.c.seat)
    .join_from(published_duty, account, published_duty.c.account_id == account.c.id)
    .where(
        published_duty.c.post_id == bindparam("post_id"),
        published_duty.c.date == bindparam("on", type_=Date),
        published_duty.c.peak == bindparam("peak"),
    ),
)
# Whoever asks comes for a shift of these days.
_SINCE = timedelta(days=3)
_of_account = union_all(
    select(roster.c.post_id, roster.c.peak, roster.c.weekdays, null().cast(Date).label("only_on")).where(
        roster.c.account_id == bindparam("account_id")
    ),
    select(published_duty.c.post_id, published_duty.c.peak, literal(0), published_duty.c.date).where(
        published_duty.c.account_id == bindparam("account_id"),
        published_duty.c.date >= bindparam("since", type_=Date),
    ),
)


def rostered(connection: Connection, *, post_id: int, peak: str, on: date) -> list[Named]:
    """Read who is expected at a post at a peak of a date: by a published plan where there is one, else by the list."""
    asked = {"post_id": post_id, "peak": peak, "bit": weekday_bit(on), "on": on}
    rows = connection.execute(_rostered, asked).all()
    planned = [row for row in rows if row.seat is not None]
    return [Named(row.account_id, row.name, row.category) for row in planned or rows]


def of_account(connection: Connection, account_id: int, now: datetime) -> list[Rostered]:
    """Read where and when an account is on the roster, by published plans of these days and of later."""
    asked = {"account_id": account_id, "since": (now - _SINCE).date()}
    return [Rostered(**row) for row in connection.execute(_of_account, asked).mappings()]


_at_peaks = union_all(
    select(roster.c.account_id, roster.c.post_id, roster.c.peak, roster.c.weekdays, null().cast(Date)).where(
        roster.c.post_id.in_(bindparam("post_ids", expanding=True)),
        roster.c.peak.in_(bindparam("peaks", expanding=True)),
    ),
    select(
        published_duty.c.account_id,
        published_duty.c.post_id,
        published_duty.c.peak,
        literal(0),
        published_duty.c.date,
    ).where(
        published_duty.c.post_id.in_(bindparam("post_ids", expanding=True)),
        published_duty.c.peak.in_(bindparam("peaks", expanding=True)),
        published_duty.c.date >= bindparam("since", type_=Date),
    ),
)


def at_peaks(
    connection: Connection, peaks: Iterable[PostPeak], now: datetime
) -> dict[PostPeak, list[OnRoster]]:
    """Read the rosters of some posts at some peaks of theirs; those that have none are left out.

    Of published plans there are those of these days and of later.
    """
    wanted = set(peaks)
    if not wanted:
        return {}
    asked = {
        "post_ids": sorted({post_id for post_id, _peak in wanted}),
        "peaks": sorted({peak for _post_id, peak in wanted}),
        "since": (now - _SINCE).date(),
    }
    found: dict[PostPeak, list[OnRoster]] = {}
    for account_id, post_id, peak, weekdays, on in connection.execute(_at_peaks, asked).all():
        if (post_id, peak) in wanted:
            found.setdefault((post_id, peak), []).append(OnRoster(account_id, weekdays, on))
    return found


def at_peaks_in(transaction: Transaction, peaks: Iterable[PostPeak]) -> dict[PostPeak, Sequence[OnRoster]]:
    """Give rosters as ``at_peaks`` does, as this process keeps them; those that have none are empty."""

    def read(missing: list[PostPeak]) -> dict[PostPeak, Sequence[OnRoster]]:
        found = at_peaks(transaction.connection, missing, transaction.now)
        return {peak: found.get(peak, ()) for peak in missing}

    return transaction.kept(KEPT_ROSTER, peaks, read)


def on_rosters(
    connection: Connection, district_id: int, account_ids: Collection[int] | None = None
) -> dict[int, tuple[Account, set[str]]]:
    """Read who waits and is on a roster of his own school by his telephone: the account, and as what he is on it.

    Whose telephone a roster has stands beside it as his account: ``match_rosters`` and each import see to that.
    """
    query = (
        select(account, roster.c.category.label("rostered_as"))
        .join(roster, roster.c.account_id == account.c.id)
        .join(post, and_(roster.c.post_id == post.c.id, post.c.school_id == account.c.school_id))
        .where(waits, account.c.district_id == district_id)
        .order_by(account.c.id)
    )
    if account_ids is not None:
        query = query.where(account.c.id.in_(account_ids))
    found: dict[int, tuple[Account, set[str]]] = {}
    for row in connection.execute(query).mappings():
        columns = dict(row)
        rostered_as = columns.pop("rostered_as")
        found.setdefault(row["id"], (Account(**columns), set()))[1].add(rostered_as)
    return found


def match_rosters(connection: Connection, *, account_id: int, phone: str) -> None:
    """Put an account's number on the roster rows that were written for its phone before it registered."""
    same = telephones.is_number(connection, roster, phone)
    connection.execute(update(roster).where(same).values(account_id=account_id))


def match_many(connection: Connection, made: Collection[tuple[int, str]]) -> None:
    """Do the same for some accounts at once, most of which are on no roster yet."""
    phones = {phone: account_id for account_id, phone in made}
    if not phones:
        return
    by_index = telephones.numbers_by_index(connection, phones)
    query = select(roster.c.phone, roster.c.phone_index).where(
        telephones.is_one_of(connection, roster, phones), roster.c.account_id.is_(None)
    )
    for phone in {by_index.get(row.phone_index) or row.phone for row in connection.execute(query)}:
        match_rosters(connection, account_id=phones[phone], phone=phone)


def unmatch(connection: Connection, account_id: int) -> None:
    """Take an account's number off its roster rows; name and telephone stay planned."""
    his = roster.c.account_id == account_id
    connection.execute(update(roster).where(his).values(account_id=None))


def forget(connection: Connection, account_id: int, phone: str | None) -> None:
    """Delete the lines and the published duties of a person, by his account and by his telephone."""
    connection.execute(delete(published_duty).where(published_duty.c.account_id == account_id))
    his = roster.c.account_id == account_id
    if phone is not None:
        his = or_(his, telephones.is_number(connection, roster, phone))
    connection.execute(delete(roster).where(his))

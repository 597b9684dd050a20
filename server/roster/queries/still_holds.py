"""Which messages about duties say what no longer holds: their duties, or what they ask for, are gone."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, and_, delete, exists, select

from server.calendar.queries.answers import Answer
from server.calendar.tables import duty_answer, published_duty
from server.delivery.facts import DutyMessage
from server.duty.rules.lending import LendState
from server.duty.tables import check_in, lending
from server.roster.rules.stand_ins import StandInState
from server.roster.tables import duty_reminder, stand_in

_SAME = ("account_id", "date", "peak", "post_id")
_holds = exists().where(and_(*(published_duty.c[name] == duty_reminder.c[name] for name in _SAME)))
_comes_not = exists().where(
    and_(*(duty_answer.c[name] == duty_reminder.c[name] for name in _SAME)),
    duty_answer.c.answer == Answer.CANNOT.value,
)


def stale_reminders(connection: Connection, reminders: Collection[DutyMessage]) -> set[int]:
    """Give which reminders name a duty that was withdrawn, or to which somebody said that he cannot come.

    What else such a message named is as if nobody had been reminded of it: the clock writes it anew.
    """
    if not reminders:
        return set()
    written = {one.written_at for one in reminders}
    query = select(duty_reminder, and_(_holds, ~_comes_not).label("holds")).where(
        duty_reminder.c.account_id.in_(sorted({one.account_id for one in reminders})),
        duty_reminder.c.reminded_at.in_(sorted(written)),
    )
    rows = defaultdict(list)
    for row in connection.execute(query):
        rows[row.account_id, row.reminded_at].append(row)
    stale = {
        one
        for one in reminders
        if not all(row.holds for row in rows[one.account_id, one.written_at])
        or not rows[one.account_id, one.written_at]
    }
    for one in {(each.account_id, each.written_at) for each in stale}:
        if any(row.holds for row in rows[one]):
            connection.execute(
                delete(duty_reminder).where(
                    duty_reminder.c.account_id == one[0], duty_reminder.c.reminded_at == one[1]
                )
            )
    return {one.id for one in stale}


def stale_offers(connection: Connection, offers: Collection[DutyMessage]) -> set[int]:
    """Give which offers to stand in are about a search that has ended."""
    searches = {one.id: int(one.reference.split(":")[1]) for one in offers}
    if not searches:
        return set()
    query = select(stand_in.c.id).where(
        stand_in.c.id.in_(sorted(set(searches.values()))), stand_in.c.state == StandInState.OPEN.value
    )
    open_ones = set(connection.execute(query).scalars())
    return {number for number, search in searches.items() if search not in open_ones}


def stale_lendings(connection: Connection, asked: Collection[DutyMessage]) -> set[int]:
    """Give which messages ask somebody to come who has answered, has gone, or is not needed any more."""
    lent = {one.id: int(one.reference.split(":")[1]) for one in asked}
    if not lent:
        return set()
    query = (
        select(lending.c.id)
        .join(check_in, check_in.c.id == lending.c.check_in_id)
        .where(
            lending.c.id.in_(sorted(set(lent.values()))),
            lending.c.state == LendState.ASKED.value,
            check_in.c.checked_out_at.is_(None),
        )
    )
    open_ones = set(connection.execute(query).scalars())
    return {number for number, one in lent.items() if one not in open_ones}

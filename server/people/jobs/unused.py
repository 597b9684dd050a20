"""Accounts that nobody uses: noticed, closed, erased, in pieces between which an alarm goes first.

Nothing is written where nothing changed, and each change looks at its row again: twice, or by two workers, it is
done once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.core import audit
from server.core.access.roles import Role
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.people.facts import LastDutiesWanted, UnusedNotice, UnusedNoticed
from server.people.queries import account_uses, accounts
from server.people.queries.account_uses import Looked
from server.people.rules.unused import LOOKED_AT_AFTER, UnusedLimits, Verdict, closing_at, judge, notice_falls
from server.people.service import erasing, unused

# A piece, and then everything else that the clock does: what moves an alarm waits for one piece at most.
EVERY_S = 2.0
ROUND = timedelta(hours=1)
# Each costs a look into two indexes.
AT_ONCE = 50
# A notice is a row of the audit log and messages, a closing or an erasure a transaction: some milliseconds each.
ACTS_AT_ONCE = 10
# One queue of jobs serves everybody on SQLite: so many erasures an hour leave room in it.
ERASED_IN_A_ROUND = 50


class UnusedAccounts:
    """Looks at all accounts without a known use in rounds, one an hour, a piece at a time."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store, self._limits, self._numbers = store, limits, limits[UnusedLimits]
        self._began_at: datetime | None = None
        # The account up to which a round has come, and how many it had erased; ``None`` between rounds.
        self._after: int | None = None
        self._erased = 0

    def work(self, now: datetime, rows: RowRetry) -> bool:
        """Do the next piece of a round, or begin one that is due; tells whether the round goes on."""
        if self._after is None:
            if self._began_at is not None and self._began_at <= now < self._began_at + ROUND:
                return False
            self._began_at, self._after, self._erased = now, 0, 0
        with self._store.transaction(now) as transaction:
            since = account_uses.watch(transaction.connection, now)
            # All accounts are read for it: at the beginning of a round, not with each piece.
            if self._after == 0 and account_uses.begin(transaction.connection, now, AT_ONCE) == AT_ONCE:
                return True
        if self._look(since, now, rows) or self._erase(now, rows):
            return True
        self._after = None
        return False

    def _look(self, since: datetime, now: datetime, rows: RowRetry) -> bool:
        """Look at the next accounts; tells whether there were any."""
        assert self._after is not None
        with self._store.transaction(now) as transaction:
            looked = account_uses.not_used_since(
                transaction.connection, now - LOOKED_AT_AFTER, after=self._after, most=AT_ONCE
            )
            due, last = self._judged(transaction, looked, since)
        rows.each(due, lambda number: self._close(number, since, now), now)
        self._after = max(self._after, last)
        return bool(looked)

    def _judged(
        self, transaction: Transaction, looked: Sequence[Looked], since: datetime
    ) -> tuple[list[int], int]:
        """Note later uses, give notices, and tell who is to be closed, and up to whom this came."""
        now, connection = transaction.now, transaction.connection
        used = _later_uses(transaction, looked)
        account_uses.note_used(connection, used)
        notices, due, last = list[UnusedNotice](), list[int](), 0
        for one in looked:
            if len(notices) + len(due) == ACTS_AT_ONCE:
                break
            last = one.account_id
            if one.account_id in used:
                continue
            if notice_falls(one, self._numbers, since=since, now=now):
                account_uses.drop_notice(connection, one)
                continue
            verdict = judge(one, self._numbers, since=since, now=now)
            if verdict == Verdict.CLOSE:
                due.append(one.account_id)
            elif verdict == Verdict.NOTICE and not self._stays(transaction, one):
                notices += self._noticed(transaction, one)
        if notices:
            transaction.announce(UnusedNoticed(tuple(notices), self._limits))
        return due, last

    def _noticed(self, transaction: Transaction, one: Looked) -> list[UnusedNotice]:
        """Write a notice down; none where somebody else did, or the account was used meanwhile."""
        connection, now = transaction.connection, transaction.now
        closes_at = closing_at(one, self._numbers, now)
        if not account_uses.give_notice(connection, one, closes_at=closes_at, now=now):
            return []
        day = closes_at.astimezone(ZoneInfo(one.time_zone)).date()
        facts = {"date": day.isoformat()}
        audit.record(
            connection,
            now=now,
            actor_id=None,
            act="account.unused_notice",
            subject_id=one.account_id,
            facts=facts,
        )
        return [UnusedNotice(one.account_id, day, self._numbers.months)]

    def _stays(self, transaction: Transaction, one: Looked) -> bool:
        return Role(one.role) in unused.KEPT_ROLES and account_uses.is_last_of_role(
            transaction.connection, one
        )

    def _close(self, account_id: int, since: datetime, now: datetime) -> int:
        """Close an account that is still due, and on no duty and in no alarm."""
        with self._store.transaction(now) as transaction:
            connection = transaction.connection
            account_uses.of(connection, account_id, lock=True)
            one = account_uses.looked(connection, account_id)
            if one is None or _later_uses(transaction, [one]) or self._stays(transaction, one):
                return 0
            if judge(one, self._numbers, since=since, now=now) != Verdict.CLOSE:
                return 0
            if erasing.is_hindered(transaction, account_id):
                return 0
            row = accounts.by_id(connection, account_id)
            assert row is not None
            unused.close(transaction, row, self._limits)
        return 1

    def _erase(self, now: datetime, rows: RowRetry) -> bool:
        """Have some guards erased whose time after the closing is over; each is in the proof. Tells whether it did."""
        if self._erased >= ERASED_IN_A_ROUND:
            return False
        with self._store.read() as connection:
            due = account_uses.to_erase(connection, now - self._numbers.erased_after, ACTS_AT_ONCE)

        def erase(account_id: int) -> int:
            with self._store.transaction(now) as transaction:
                if erasing.is_hindered(transaction, account_id):
                    return 0
                erasing.ask(transaction, account_id, self._limits, by=None, reason="unused")
            return 1

        count = rows.each(due, erase, now)
        self._erased += count
        if count:
            with self._store.transaction(now) as transaction:
                audit.record(
                    transaction.connection, now=now, actor_id=None, act="purge", facts={"account": count}
                )
        return count > 0


def _later_uses(transaction: Transaction, looked: Sequence[Looked]) -> dict[int, datetime]:
    """Find the duties and sign-ins of some accounts that are later than the use that is known."""
    numbers = [one.account_id for one in looked]
    duties = {
        account_id: at
        for found in (transaction.ask(LastDutiesWanted(numbers)) if numbers else [])
        for account_id, at in found.items()
    }
    later = {
        one.account_id: max(times)
        for one in looked
        if (times := [at for at in (one.signed_in_at, duties.get(one.account_id)) if at is not None])
    }
    # A time that lies ahead was written by a clock that jumped, and is no later than now.
    known = {one.account_id: one.used_at for one in looked}
    capped = {number: min(at, transaction.now) for number, at in later.items()}
    return {number: at for number, at in capped.items() if at - known[number] > timedelta()}

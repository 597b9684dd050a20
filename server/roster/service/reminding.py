"""Reminders of published duties: who gets one now, and the message."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection

from server.calendar.rules import Shift
from server.calendar.tables import PublishedDuty
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.delivery.queries import deliverability, messages
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import DutyReminderBody
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.delivery.rules.quiet import QuietHours, waits_until
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import plans, reminders
from server.roster.queries.reminders import PeakOn
from server.roster.rules.conflicts import Standing
from server.roster.rules.reminders import MOST_NAMED, ReminderKind, ReminderLimits, kind_due
from server.roster.service import news, rolls

PURPOSE = "duty_reminder"
# In the queue of choices no alarm and no person has this number.
QUEUE_NUMBER = -1


@dataclass(frozen=True, slots=True)
class DuePeak:
    """A peak of a post of which people are to be reminded: its shift, and since when it is due."""

    place: Place
    shift: Shift
    since: datetime


@dataclass(frozen=True, slots=True)
class DueReminders:
    """The peaks of which one kind of reminder is due now."""

    kind: ReminderKind
    peaks: Mapping[PeakOn, DuePeak]

    def some_posts(self, at_once: int) -> "Iterator[DueReminders]":
        """Give the same by some posts at a time."""
        posts = sorted({post_id for post_id, _on, _peak in self.peaks})
        for start in range(0, len(posts), at_once):
            some = set(posts[start : start + at_once])
            yield DueReminders(self.kind, {key: one for key, one in self.peaks.items() if key[0] in some})


def posts(connection: Connection) -> list[int]:
    """Give the numbers of all posts."""
    return sorted(districts.numbers(connection))


def due(
    connection: Connection, numbers: Collection[int], limits: Limits, now: datetime
) -> list[DueReminders]:
    """Find of which peaks of some posts people are to be reminded now; ``people`` says whom."""
    day = timedelta(days=1)
    # Dates differ around the earth; the evening before is the longest a reminder comes ahead.
    published = reminders.peaks(connection, numbers, now.date() - day, now.date() + 2 * day)
    if not published:
        return []
    places = districts.some_places(connection, {post_id for post_id, _on, _peak in published})
    found: dict[ReminderKind, dict[PeakOn, DuePeak]] = {kind: {} for kind in ReminderKind}
    for post_id, on, peak in published:
        place = places[post_id]
        shift = rolls.shift_of(place, on, peak, limits)
        one = kind_due(shift.starts_at, place.zone, now, limits[ReminderLimits]) if shift else None
        if shift is None or one is None:
            continue
        if waits_until(limits[QuietHours], now.astimezone(place.zone), shift.starts_at) is None:
            found[one[0]][post_id, on, peak] = DuePeak(place, shift, one[1])
    return [DueReminders(kind, peaks) for kind, peaks in found.items() if peaks]


def together(some: Iterable[DueReminders]) -> list[DueReminders]:
    """Put what was found at some posts at a time together, by kind."""
    found: dict[ReminderKind, dict[PeakOn, DuePeak]] = {kind: {} for kind in ReminderKind}
    for one in some:
        found[one.kind].update(one.peaks)
    return [DueReminders(kind, peaks) for kind, peaks in found.items() if peaks]


def people(connection: Connection, due: DueReminders) -> set[int]:
    """Read who is to be reminded of some peaks."""
    return {row.account_id for row in _due_rows(connection, due.kind, due.peaks)}


def _due_rows(
    connection: Connection,
    kind: ReminderKind,
    peaks: Mapping[PeakOn, DuePeak],
    account_ids: Collection[int] = (),
) -> list[PublishedDuty]:
    """Read the duties; who was given one after the reminder was due has just been told of it."""
    rows = reminders.unreminded(connection, kind, peaks.keys(), account_ids)
    return [row for row in rows if row.published_at < peaks[row.post_id, row.date, row.peak].since]


def remind(transaction: Transaction, due: DueReminders, account_ids: Sequence[int], limits: Limits) -> int:
    """Remind some people, one message each, of all their duties that are due; gives how many are reminded.

    What was withdrawn, answered or reminded of meanwhile is left out: the duties are read anew, one process at a time.
    """
    connection, now = transaction.connection, transaction.now
    wait_in(connection, Queue.CHOICE, QUEUE_NUMBER)
    rows = _due_rows(connection, due.kind, due.peaks, account_ids)
    of = {who: list(his) for who, his in groupby(rows, key=lambda row: row.account_id)}
    ways = deliverability.to_people(
        connection,
        of,
        open_channels=limits[AvailableChannels].names & {ChannelName.PUSH, ChannelName.SMS},
        now=now,
    )
    drafts = [
        _draft(due, way.account_id or 0, of, number, way)
        for account_id, found in sorted(ways.items())
        for number, way in enumerate(deliverability.browsers_or_telephone(found))
        if account_id in of
    ]
    reminders.note(connection, due.kind, rows, ways.keys(), now)
    messages.put(connection, drafts, now)
    return len(of)


def _draft(
    due: DueReminders,
    account_id: int,
    of: Mapping[int, Sequence[PublishedDuty]],
    number: int,
    way: deliverability.DeliveryTarget,
) -> Draft:
    peaks = {(row.post_id, row.date, row.peak): row for row in of[account_id]}
    duties = sorted(
        (
            Standing(
                plans.key_of(row),
                due.peaks[key].place.name,
                due.peaks[key].shift.starts_at,
                due.peaks[key].shift.ends_at,
            )
            for key, row in peaks.items()
        ),
        key=lambda one: one.starts_at,
    )
    places = {key[0]: due.peaks[key].place for key in peaks}
    body: DutyReminderBody = {
        "duties": [news.line_of(one, places) for one in duties[:MOST_NAMED]],
        "more": len(duties[MOST_NAMED:]),
        "page": news.PAGE,
    }
    first = duties[0]
    return Draft(
        channel=way.channel.value,
        purpose=PURPOSE,
        address=way.address,
        telephone=way.telephone,
        reference=f"remind:{due.kind.value}:{account_id}:{first.starts_at:%y%m%d%H%M}:{number}",
        body=json.dumps(body),
        expires_at=first.starts_at,
        account_id=account_id,
    )

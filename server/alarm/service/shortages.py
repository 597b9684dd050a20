"""What an alarm is short of, as its row keeps it. Only people who count fill a need."""

from dataclasses import replace

from server.alarm.queries import alarms
from server.alarm.rules.needs import Shortage, ShortageReason
from server.core.access.roles import Group
from server.core.database.transaction import Transaction


def of_alarm(transaction: Transaction, alarm_id: int) -> list[Shortage]:
    """Give what an alarm is short of."""
    waiting = alarms.waiting_changes(transaction, alarm_id)
    row = None if "shortages" in waiting else alarms.by_id(transaction.connection, alarm_id)
    return [
        Shortage(
            tier=one["tier"],
            group=Group(one["group"]),
            wanted=one["wanted"],
            found=one["found"],
            reason=ShortageReason(one["reason"]),
        )
        for one in (row.shortages if row else waiting.get("shortages", []))
    ]


def keep(transaction: Transaction, alarm_id: int, short: list[Shortage]) -> None:
    """Keep what an alarm is short of; what is filled is left out."""
    written = [one.as_dict() for one in short if one.found < one.wanted]
    alarms.change_later(transaction, alarm_id, shortages=written)


def fill_shortage(transaction: Transaction, alarm_id: int, *, tier: int, group: str) -> None:
    """Count somebody whom no choice found, so that a shortage he fills is no longer shown."""
    short = [
        replace(one, found=one.found + 1) if (one.tier, one.group) == (tier, group) else one
        for one in of_alarm(transaction, alarm_id)
    ]
    keep(transaction, alarm_id, short)


def one_fewer(short: list[Shortage], none_short: Shortage) -> list[Shortage]:
    """Count one fewer found in a tier's group; ``none_short`` is what holds where nothing was short yet."""
    key = (none_short.tier, none_short.group)
    others = [one for one in short if (one.tier, one.group) != key]
    before = next((one for one in short if (one.tier, one.group) == key), none_short)
    return [*others, replace(before, found=max(0, before.found - 1), reason=none_short.reason)]


def with_standing(short: Shortage, standing: int) -> Shortage:
    """Add those who were asked before and still stand."""
    return replace(short, wanted=short.wanted + standing, found=short.found + standing)

"""What an alarm is short of, as its row keeps it. Only people who count fill a need."""

from dataclasses import replace

from sqlalchemy import Connection

from server.alarm.queries import alarms
from server.alarm.rules.needs import Shortage, ShortageReason
from server.core.access.roles import Group


def of_alarm(connection: Connection, alarm_id: int) -> list[Shortage]:
    """Read what an alarm is short of."""
    row = alarms.by_id(connection, alarm_id)
    return [
        Shortage(
            tier=one["tier"],
            group=Group(one["group"]),
            wanted=one["wanted"],
            found=one["found"],
            reason=ShortageReason(one["reason"]),
        )
        for one in (row.shortages if row else [])
    ]


def keep(connection: Connection, alarm_id: int, short: list[Shortage]) -> None:
    """Keep what an alarm is short of; what is filled is left out."""
    alarms.change(connection, alarm_id, shortages=[one.as_dict() for one in short if one.found < one.wanted])


def fill_shortage(connection: Connection, alarm_id: int, *, tier: int, group: str) -> None:
    """Count somebody whom no choice found, so that a shortage he fills is no longer shown."""
    short = [
        replace(one, found=one.found + 1) if (one.tier, one.group) == (tier, group) else one
        for one in of_alarm(connection, alarm_id)
    ]
    keep(connection, alarm_id, short)


def one_fewer(short: list[Shortage], none_short: Shortage) -> list[Shortage]:
    """Count one fewer found in a tier's group; ``none_short`` is what holds where nothing was short yet."""
    key = (none_short.tier, none_short.group)
    others = [one for one in short if (one.tier, one.group) != key]
    before = next((one for one in short if (one.tier, one.group) == key), none_short)
    return [*others, replace(before, found=max(0, before.found - 1), reason=none_short.reason)]


def with_standing(short: Shortage, standing: int) -> Shortage:
    """Add those who were asked before and still stand."""
    return replace(short, wanted=short.wanted + standing, found=short.found + standing)

"""What the numbers in rows of the audit log stand for: posts, schools, stations, units, chat rooms, devices by name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Connection, select

from server.alarm.queries.units import unit
from server.delivery.queries.hooks import hook
from server.exercise.queries.devices import gate_device
from server.places.queries.districts import district, post, school, station

_NAMES: dict[str, Column[Any]] = {
    "district_id": district.c.name,
    "station_id": station.c.name,
    "school_id": school.c.name,
    "post_id": post.c.name,
    "unit_id": unit.c.name,
    "lead_unit_id": unit.c.name,
    "hook_id": hook.c.name,
    "device_id": gate_device.c.label,
}


def of_rows(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Name what the facts of each row point to, by the facts' keys; what is gone has no name."""
    pointing = [
        {key: value for key, value in row["facts"].items() if key in _NAMES and isinstance(value, int)}
        for row in rows
    ]
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in pointing:
        for key, number in one.items():
            wanted[key].add(number)
    known = {key: _read(connection, _NAMES[key], numbers) for key, numbers in wanted.items()}
    return [
        {key: known[key][number] for key, number in one.items() if number in known[key]} for one in pointing
    ]


def _read(connection: Connection, name: Column[Any], numbers: set[int]) -> dict[int, str]:
    number = name.table.c.id
    return {row[0]: row[1] for row in connection.execute(select(number, name).where(number.in_(numbers)))}

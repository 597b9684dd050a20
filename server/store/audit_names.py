"""What the numbers in rows of the audit log stand for: posts, schools, stations, units, chat rooms, devices by name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Connection, select

from server.store.devices import gate_device
from server.store.districts import district, post, school, station
from server.store.hooks import hook
from server.store.units import unit

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
    facts = [row["facts"] for row in rows]
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in facts:
        for key in one.keys() & _NAMES.keys():
            if isinstance(one[key], int):
                wanted[key].add(one[key])
    known = {key: _read(connection, _NAMES[key], numbers) for key, numbers in wanted.items()}
    return [
        {key: name for key, names in known.items() if (name := names.get(one.get(key))) is not None}
        for one in facts
    ]


def _read(connection: Connection, name: Column[Any], numbers: set[int]) -> dict[int, str]:
    number = name.table.c.id
    return {row[0]: row[1] for row in connection.execute(select(number, name).where(number.in_(numbers)))}

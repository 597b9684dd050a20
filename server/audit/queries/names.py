"""What the numbers in rows of the audit log stand for: posts, schools, stations, units, chat rooms, devices by name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Connection, select


def of_facts(
    connection: Connection, found: Iterable[Mapping[str, object]], columns: Mapping[str, Column[Any]]
) -> list[dict[str, str]]:
    """Name what the facts of each of some rows point to, by the facts' keys; what is gone has no name.

    ``columns`` are those that hold the names, by fact.
    """
    pointing = [
        {key: value for key, value in facts.items() if key in columns and isinstance(value, int)}
        for facts in found
    ]
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in pointing:
        for key, number in one.items():
            wanted[key].add(number)
    known = {key: _read(connection, columns[key], numbers) for key, numbers in wanted.items()}
    return [
        {key: known[key][number] for key, number in one.items() if number in known[key]} for one in pointing
    ]


def _read(connection: Connection, name: Column[Any], numbers: set[int]) -> dict[int, str]:
    number = name.table.c.id
    return {row[0]: row[1] for row in connection.execute(select(number, name).where(number.in_(numbers)))}

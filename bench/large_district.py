"""The demo district made larger, in a database on SQLite: further posts with their people, and a year of history."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, text

from server.areas import metadata

# More than the demo has rows of anything.
APART = 1_000_000
# What a copy of the district's posts and people consists of, in the order in which it can be stored.
COPIED = ("station", "school", "post", "post_code", "account", "roster", "consent")
# Whose names are known once in a district.
NAMED = ("station", "school", "post")
# School days of a year, and peaks of a day at which the seven seats of each post are taken.
DAYS, PEAKS_A_DAY = 200, 2
DAY_US = 86_400_000_000
# As long as events and positions are kept (docs/settings.md), and how often a phone says where it is in a duty.
EVENT_DAYS, POSITION_DAYS, POSITIONS_A_DUTY = 7, 30, 30


def add_copies(connection: Connection, number: int) -> None:
    """Put so many copies of all posts and people into the district; the ids of each lie ``APART`` further."""
    for copy in range(1, number + 1):
        for name in COPIED:
            _copy(connection, metadata.tables[name], copy)
    connection.execute(text("ANALYZE"))


def code_of(code: str, copy: int) -> str:
    """Give the printed code of a post of a copy, by that of the post that was copied."""
    return f"K{copy}{code}" if copy else code


def _copy(connection: Connection, table: Table, copy: int) -> None:
    columns = [column.name for column in table.columns]
    values = ", ".join(_value(table, name, copy) for name in columns)
    of_the_first = f"{_first_key(table)} < {APART}"
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {values} FROM {table.name} WHERE {of_the_first}"
        )
    )


def _first_key(table: Table) -> str:
    return "id" if "id" in table.columns else "post_id"


def _value(table: Table, name: str, copy: int) -> str:
    if name in {"phone", "phone_sealed", "phone_index", "phone_ending"}:
        return "NULL"
    if name in {"code", "username"} or (name == "name" and table.name in NAMED):
        return f"'K{copy}' || {name}"
    column = table.columns[name]
    is_number = name == "id" or any(key.column.table.name in COPIED for key in column.foreign_keys)
    return f"{name} + {copy * APART}" if is_number else name


def add_a_year(connection: Connection, people: Iterable[tuple[int, int]]) -> None:
    """Let guards, each given with his post, have stood there at two peaks of each school day for a year."""
    connection.execute(text("CREATE TEMP TABLE stood (account_id INTEGER, post_id INTEGER)"))
    connection.execute(
        text("INSERT INTO stood VALUES (:account_id, :post_id)"),
        [{"account_id": account, "post_id": post} for account, post in people],
    )
    limits = {
        "days": DAYS,
        "peaks": PEAKS_A_DAY,
        "day": DAY_US,
        "events": EVENT_DAYS,
        "positions": POSITION_DAYS,
        "points": POSITIONS_A_DUTY,
    }
    for statement in _YEAR:
        connection.execute(text(statement), {key: limits[key] for key in limits if f":{key}" in statement})
    connection.execute(text("DROP TABLE stood"))
    connection.execute(text("ANALYZE"))


_NOW = "(CAST(strftime('%s', 'now') AS INTEGER) * 1000000)"
_COUNTED = "WITH RECURSIVE day(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM day WHERE n < :days)"
_PEAK = ", peak(p) AS (SELECT 1 UNION ALL SELECT p + 1 FROM peak WHERE p < :peaks)"
_YEAR = (
    f"""INSERT INTO check_in (account_id, post_id, category, peak, date, starts_at, ends_at, shift, at, claimed_at,
        verdict, minutes_late, flags, verified, latitude, longitude, accuracy_m, distance_m, device_id, checked_out_at,
        checked_out_how)
    {_COUNTED}{_PEAK}
    SELECT account_id, post_id, 'volunteer', 'hour_0' || (6 + p), date('now', '-' || n || ' days'),
        {_NOW} - n * :day, {_NOW} - n * :day + 3600000000, json_object('peak', 'hour_0' || (6 + p),
        'date', '2026-01-01', 'opens_at', '2026-01-01T00:00:00Z', 'starts_at', '2026-01-01T00:00:00Z',
        'late_after', '2026-01-01T00:00:00Z', 'ends_at', '2026-01-01T00:00:00Z',
        'check_out_opens_at', '2026-01-01T00:00:00Z', 'closes_at', '2026-01-01T00:00:00Z'),
        {_NOW} - n * :day + p, {_NOW} - n * :day, 'on_time', 0, '[]', 1, 31.8, 117.2, 12, 6, 'bench-' || account_id,
        {_NOW} - n * :day + 3600000000, 'own'
    FROM day, peak, stood ORDER BY n DESC""",
    f"""INSERT INTO request (account_id, request_id, body_hash, answer, at)
    SELECT account_id, 'year-' || id, hex(randomblob(32)), shift, at FROM check_in
    WHERE at > {_NOW} - :events * :day AND id IN (SELECT id FROM check_in WHERE device_id LIKE 'bench-%')""",
    f"""INSERT INTO event (name, data, urgent, at)
    SELECT 'check_in.changed', json_object('id', id, 'account_id', account_id, 'post_id', post_id), 0, at FROM check_in
    WHERE at > {_NOW} - :events * :day""",
    f"""INSERT INTO event (name, data, urgent, at)
    SELECT 'coverage.changed', (SELECT line FROM coverage WHERE coverage.post_id = check_in.post_id), 0, at
    FROM check_in WHERE at > {_NOW} - :events * :day AND post_id IN (SELECT post_id FROM coverage)""",
    """INSERT OR IGNORE INTO event_room (room, event_id)
    SELECT 'account:' || json_extract(data, '$.account_id'), id FROM event WHERE name = 'check_in.changed'""",
    """INSERT OR IGNORE INTO event_room (room, event_id)
    SELECT 'district:1', id FROM event WHERE name = 'coverage.changed'""",
    f"""INSERT INTO position (account_id, check_in_id, latitude, longitude, accuracy_m, at)
    WITH RECURSIVE point(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM point WHERE n < :points)
    SELECT account_id, id, latitude, longitude, 12, at + n FROM check_in, point
    WHERE at > {_NOW} - :positions * :day AND device_id LIKE 'bench-%'""",
)

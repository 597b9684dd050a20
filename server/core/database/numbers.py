"""Numbers of rows that are known before the rows are written, so that many rows are one statement.

A database gives numbers as it inserts, and promises no order for many rows at once: whoever asks for the numbers in
the order of the rows gets a statement for each of them.
"""

from sqlalchemy import Connection, Table, func, select, text

_OF_SEQUENCE = text(
    "SELECT nextval(pg_get_serial_sequence(:of, 'id')) FROM generate_series(1, :count) AS taken"
)
_LAST_EVER = text("SELECT seq FROM sqlite_sequence WHERE name = :of")


def take(connection: Connection, table: Table, count: int) -> list[int]:
    """Take numbers for new rows of a table, ascending; to be inserted in this transaction as their ``id``.

    SQLite has one writer, so that its next numbers are nobody else's until the commit.
    """
    if connection.dialect.name == "postgresql":
        asked = {"of": table.name, "count": count}
        return sorted(connection.execute(_OF_SEQUENCE, asked).scalars())
    if table.dialect_options["sqlite"]["autoincrement"]:
        last = connection.execute(_LAST_EVER, {"of": table.name}).scalar() or 0
    else:
        last = connection.execute(select(func.max(table.c.id))).scalar() or 0
    return list(range(last + 1, last + 1 + count))

"""Rows that are written past SQLAlchemy are the rows that SQLAlchemy would write, on both databases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
)

from server.core.database.base import UtcTime
from server.core.database.given_rows import OverRows
from server.core.database.many_rows import ManyRows, batched
from server.core.database.transaction import Store
from server.core.json_text import JsonText, read, with_one_more, write
from server.people.tables import session
from tests.tools.statements import counted

apart = MetaData()
one_of_each = Table(
    "one_of_each",
    apart,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(40)),
    Column("heads", Integer),
    Column("verified", Boolean),
    Column("metres", Float),
    Column("at", UtcTime),
    Column("on_day", Date),
    Column("data", JSON),
)
NAMES = tuple(column.name for column in one_of_each.c)
MANY = ManyRows(one_of_each, NAMES, "RETURNING id")
OR_NEWER = ManyRows(
    one_of_each, ["id", "heads"], "ON CONFLICT (id) DO UPDATE SET heads = excluded.heads RETURNING id"
)
GIVEN = OverRows(
    {"id": BigInteger, "heads": Integer},
    lambda given: select(one_of_each.c.id, given.c.heads).join(given, one_of_each.c.id == given.c.id),
)

letters = st.characters(exclude_categories=["Cs", "Cc"])
texts = st.text(letters, max_size=30)
finite = st.floats(
    allow_nan=False, allow_infinity=False, allow_subnormal=False, min_value=-1e9, max_value=1e9
)
json_values = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | finite | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
of_a_row = st.tuples(
    st.none() | texts,
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.booleans(),
    st.none() | finite,
    st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.none() | st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    st.dictionaries(texts, json_values, max_size=3) | st.lists(json_values, max_size=3),
)


@pytest.fixture
def table(store: Store) -> Store:
    """Give a store with the table in it."""
    apart.create_all(store.engine)
    return store


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(of_a_row, min_size=1, max_size=4), as_text=st.booleans())
def test_they_are_what_sqlalchemy_would_have_written(
    table: Store, values: list[tuple[Any, ...]], as_text: bool
) -> None:
    rows = [(number, *one) for number, one in enumerate(values, start=1)]
    given = [(*row[:-1], JsonText(write(row[-1]))) for row in rows] if as_text else rows
    with table.engine.begin() as connection:
        connection.execute(insert(one_of_each), [dict(zip(NAMES, row, strict=True)) for row in rows])
        in_order = select(one_of_each).order_by(one_of_each.c.id)
        wanted = connection.execute(in_order).all()
        connection.execute(delete(one_of_each))
        numbers = {row.id for row in MANY.write(connection, given)}
        found = connection.execute(in_order).all()
        connection.execute(delete(one_of_each))
    assert found == wanted
    assert numbers == {row[0] for row in rows}


def test_a_row_that_is_there_is_taken_over_with_one_statement(table: Store) -> None:
    with table.engine.begin() as connection:
        OR_NEWER.write(connection, [(1, 10), (2, 20)])
    with counted(table) as seen, table.engine.begin() as connection:
        OR_NEWER.write(connection, [(2, 21), (3, 30)])
    with table.engine.begin() as connection:
        heads = connection.execute(select(one_of_each.c.id, one_of_each.c.heads)).all()
        given = GIVEN.run(connection, [(1, 5), (3, 6), (4, 7)]).all()
    assert sorted(tuple(row) for row in heads) == [(1, 10), (2, 21), (3, 30)]
    assert sorted(tuple(row) for row in given) == [(1, 5), (3, 6)]
    assert len(seen.work) == 1


def test_what_sqlite_cannot_take_at_once_is_divided(table: Store) -> None:
    rows = [(number, number) for number in range(OR_NEWER.most + 1)]
    with table.engine.begin() as connection:
        for some in batched(rows, OR_NEWER.most):
            OR_NEWER.write(connection, some)
        found = connection.execute(select(one_of_each.c.id)).scalars().all()
    assert len(found) == len(rows)


def test_a_time_without_a_zone_is_not_written(table: Store) -> None:
    row = (1, "", 0, True, 0.0, datetime(2026, 11, 30), None, {})  # noqa: DTZ001 - this is what it is about
    with (
        table.engine.connect() as connection,
        pytest.raises((ValueError, TypeError), match=r"without a zone|serializable"),
    ):
        MANY.write(connection, [row])


def test_what_processes_keep_is_not_written_past_them() -> None:
    with pytest.raises(AssertionError):
        ManyRows(session, ["id"])


@given(value=st.dictionaries(texts, json_values, min_size=1, max_size=3), more=json_values)
def test_a_value_that_is_written_already_stands_for_itself(value: dict[str, Any], more: Any) -> None:
    text = JsonText(write(value))
    assert write(text) is text
    assert read(with_one_more(text, "short", more)) == {**value, "short": more}

"""Rate limits under a crowd: what is counted, forgotten and begun anew at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from server.core.database import rate_limits
from server.core.database.base import BEGIN, MICROSECOND
from server.core.database.transaction import Store
from server.core.refused import Refused

NOW = datetime(2026, 11, 23, tzinfo=UTC)
WIDE = rate_limits.Limit(1_000, timedelta(minutes=15))
NARROW = rate_limits.Limit(20, timedelta(minutes=15))


def _at_once(store: Store, acts: list[Callable[[object], None]]) -> list[str]:
    def run(act: Callable[[object], None]) -> str:
        try:
            with store.transaction(NOW) as transaction:
                act(transaction.connection)
        except Refused as why:
            return why.code
        return ""

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(run, acts))


def test_a_count_that_is_cleared_meanwhile_begins_anew(store: Store) -> None:
    """Two people sign in under one name: the first one's right password clears what the second one counts."""
    acts: list[Callable[[object], None]] = [
        (lambda link: rate_limits.clear(link, "one"))  # type: ignore[arg-type]
        if number % 3 == 0
        else (lambda link: rate_limits.take(link, "one", WIDE, NOW))  # type: ignore[arg-type]
        for number in range(150)
    ]
    assert set(_at_once(store, acts)) == {""}


def test_what_others_count_meanwhile_stays_when_a_hit_is_given_back(store: Store) -> None:
    mine, theirs = NOW, NOW + timedelta(microseconds=1)
    with store.transaction(NOW) as transaction:
        rate_limits.take(transaction.connection, "one", WIDE, mine)
    acts: list[Callable[[object], None]] = [
        (lambda link: rate_limits.give_back(link, "one", mine))  # type: ignore[arg-type]
        if number == 30
        else (lambda link: rate_limits.take(link, "one", WIDE, theirs))  # type: ignore[arg-type]
        for number in range(61)
    ]
    assert set(_at_once(store, acts)) == {""}
    with store.read() as connection:
        kept = connection.execute(select(rate_limits.rate_limit.c.hits)).scalar_one()
    assert kept == [(theirs - BEGIN) // MICROSECOND] * 60


def test_a_crowd_gets_as_many_as_the_limit_says(store: Store) -> None:
    acts: list[Callable[[object], None]] = [
        lambda link: rate_limits.take(link, "one", NARROW, NOW)  # type: ignore[arg-type]
    ] * 60
    assert sorted(_at_once(store, acts)) == [""] * 20 + ["too_many"] * 40

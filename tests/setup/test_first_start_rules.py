"""The link to the first administrator: what its secret says, how long it lasts, and which database still takes it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.database.sealing.keys import Suite, new_key
from server.core.database.sealing.ring import KeyRing, KeySource
from server.setup.rules import first_start as rules
from server.setup.rules.first_start import Found
from server.setup.service import first_start as service

NOW = datetime(2026, 11, 22, 23, 15, 7, 250_000, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def ring(*suites: Suite) -> KeyRing:
    return KeyRing(KeySource(text=";".join(new_key(one).line for one in suites)))


@given(now=MOMENTS, suite=st.sampled_from(Suite), age=st.timedeltas(timedelta(), timedelta(hours=72)))
def test_a_link_lasts_a_day_and_no_longer(now: datetime, suite: Suite, age: timedelta) -> None:
    keys = ring(suite)
    token = service.made(keys, now)
    ends_at = service.ends_at(keys, token, now + age)
    assert (ends_at is not None) == (now + age < (now + rules.LASTS).replace(microsecond=0))
    assert len(token) <= rules.LONGEST_TOKEN


@given(place=st.integers(0, 200), other=st.sampled_from("0aZ_-"))
def test_no_letter_of_it_may_be_another(place: int, other: str) -> None:
    keys = ring(Suite.AES)
    token = service.made(keys, NOW)
    place %= len(token)
    changed = token[:place] + other + token[place + 1 :]
    assert (service.ends_at(keys, changed, NOW) is not None) == (changed == token)


@given(text=st.text(max_size=100))
def test_whatever_else_is_sent_is_no_link(text: str) -> None:
    assert service.ends_at(ring(Suite.AES), text, NOW) is None


def test_a_link_of_another_server_is_none_here_and_one_of_the_key_before_still_is() -> None:
    before, after = new_key(Suite.AES), new_key(Suite.SM)
    token = service.made(KeyRing(KeySource(text=before.line)), NOW)
    assert service.ends_at(ring(Suite.AES), token, NOW) is None
    rotated = KeyRing(KeySource(text=f"{before.line};{after.line}"))
    assert service.ends_at(rotated, token, NOW) == (NOW + rules.LASTS).replace(microsecond=0)


def test_what_proves_something_else_proves_no_link() -> None:
    keys = ring(Suite.AES)
    ends_at = NOW + timedelta(hours=1)
    foreign = keys.newest.index("person", rules.indexed(ends_at), rules.INDEX_BYTES)
    assert service.ends_at(keys, rules.written(ends_at, foreign), NOW) is None


@pytest.mark.parametrize(
    ("found", "separate", "takes"),
    [
        (Found(administrator=False, districts=0, demo=False), False, True),
        (Found(administrator=False, districts=1, demo=False), False, True),
        (Found(administrator=True, districts=1, demo=False), False, False),
        (Found(administrator=True, districts=0, demo=False), False, False),
        (Found(administrator=False, districts=2, demo=False), False, False),
        (Found(administrator=False, districts=1, demo=True), False, False),
        (Found(administrator=False, districts=0, demo=False), True, False),
    ],
)
def test_it_is_taken_while_nobody_ever_administered_anything(
    found: Found, separate: bool, takes: bool
) -> None:
    assert rules.takes_first(found, separate=separate) == takes


def test_the_secret_stands_where_browsers_send_it_to_nobody() -> None:
    line = rules.announced("https://huxue.example/", "secret")
    assert line.endswith("https://huxue.example/console/setup#secret") and "\n" not in line
    assert "管理员" in line and "administrator" in line

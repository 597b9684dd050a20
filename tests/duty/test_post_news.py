"""What changed of a post makes of each line the one after it, and is small."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.core.access.roles import Category, group_of
from server.core.access.rooms import account_room
from server.core.database.short_events import SHORT
from server.core.database.transaction import Store
from server.core.event_names import EventName
from server.core.live.hub import Hub
from server.core.live.news import short_room
from server.duty.rules.arrival import Verdict
from server.duty.rules.colleagues import without_names
from server.duty.rules.coverage import Seat, continued
from server.duty.rules.post_news import changes, joined, nameless, unknown
from server.duty.rules.shapes import LineView, PostNews
from server.places.rules.composition import STANDARD
from tests.alarm.strategies import NOW, crews
from tests.duty.test_coverage import line_of
from tests.tools.post_news import line_after

HEADS = 164
LATER = timedelta(minutes=1)


def one_after_the_other(moments: list[tuple[list[Seat], int]]) -> Iterator[LineView]:
    """Give the lines of a post with those crews, and with those who are on its roster, each with its version."""
    before: LineView | None = None
    for number, (crew, rostered) in enumerate(moments):
        line = line_of(crew, composition=STANDARD, roster=range(rostered), now=NOW + number * LATER).as_dict()
        before = continued(line, before)
        yield before


mornings = st.lists(st.tuples(crews, st.integers(0, 6)), min_size=2, max_size=7).map(
    lambda moments: list(one_after_the_other(moments))
)


def wire(told: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(told))
    return found


@given(lines=mornings)
def test_each_news_and_any_of_them_joined_make_the_line_that_a_fetch_gives(lines: list[LineView]) -> None:
    told = [changes(line, before) for before, line in pairwise(lines) if line is not before]
    kept = [line for before, line in pairwise(lines) if line is not before]
    for first, old in enumerate([lines[0], *kept]):
        for last in range(first + 1, len(told) + 1):
            for news, shown in (
                (told, lambda line: line),
                ([nameless(one) for one in told], without_names),
            ):
                together: PostNews = reduce(joined, news[first:last])
                assert line_after(wire(shown(old)), wire(together)) == wire(shown(kept[last - 1]))


@given(lines=mornings)
def test_news_that_begin_earlier_than_the_line_make_the_same_of_it(lines: list[LineView]) -> None:
    """A page that has caught up by a fetch hears some of it again."""
    kept = [lines[0], *(line for before, line in pairwise(lines) if line is not before)]
    told = [changes(line, before) for before, line in pairwise(kept)]
    if told:
        together = wire(reduce(joined, told))
        for line in kept:
            assert line_after(wire(line), together) == wire(kept[-1])


def test_what_does_not_follow_is_not_made_up() -> None:
    lines = list(one_after_the_other([(crew_of(number), 0) for number in range(4)]))
    first, second, third = (changes(line, before) for before, line in pairwise(lines))
    lost = wire(unknown(lines[3]))
    assert (lost["after"], lost["version"]) == (None, lines[3]["version"])
    assert wire(joined(first, third)) == lost, "one between them is missing"
    assert wire(joined(nameless(second), third)) == lost, "who sees names now saw none before"
    assert wire(joined(joined(first, third), third)) == lost
    assert wire(changes(lines[3], None)) == lost, "the first line of a post"
    assert line_after(wire(lines[0]), wire(third)) is None, "news is missing"
    assert line_after(wire(without_names(lines[2])), wire(third)) is None


def test_without_names_nobody_is_told_apart() -> None:
    lines = list(one_after_the_other([(crew_of(3), 5), (crew_of(5), 5)]))
    told = nameless(changes(lines[1], lines[0]))
    assert told["line"]["present"]["volunteer"] == 5
    assert [told[key] for key in ("seats", "gone", "missed", "came")] == [[]] * 4  # type: ignore[literal-required]


def crew_of(heads: int) -> list[Seat]:
    volunteer = Category.VOLUNTEER
    return [
        Seat(40_000 + of, 30_000 + of, volunteer, group_of(volunteer), True, Verdict.ON_TIME, ())
        for of in range(heads)
    ]


class Wire:
    """Keeps how many bytes each room was sent as batches."""

    def __init__(self) -> None:
        self.bytes: dict[str, int] = {}

    def send(self, event: str, text: str, *, to: str) -> None:
        if event == "batch":
            self.bytes[to] = self.bytes.get(to, 0) + len(text)


def test_a_phone_at_a_post_of_164_heads_hears_a_hundredth_of_what_a_console_does(store: Store) -> None:
    crew, wire = crew_of(HEADS), Wire()
    lines = list(one_after_the_other([(crew[:-1], 7), (crew, 7)]))
    waits = replace(crew[0], verified=False, flags=("no_fix",))
    lines.append(continued(line_of([waits, *crew[1:]], roster=range(7), now=NOW).as_dict(), lines[-1]))
    hub = Hub(store, wire, end_session=lambda _session: None, wall_clock=str)
    hub.start()
    whole, short = account_room(1), short_room(account_room(1))
    for at, (before, line) in enumerate(pairwise(lines)):
        for room in (whole, short):
            hub.enter(room)
        with store.transaction(NOW) as transaction:
            told = {**line, SHORT: changes(line, before)}
            transaction.publish(EventName.COVERAGE_CHANGED, told, (whole,))
        hub.round(10.0 * at + 10)
        assert wire.bytes[whole] > 22_000
        assert wire.bytes[short] < 500
        wire.bytes.clear()

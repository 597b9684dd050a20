"""Places are given out as far as people reach, evenly, and nobody is twice at one peak or over his week."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from server.roster.rules.flow import FlowPerson, FlowPlace, give_out
from server.roster.rules.newcomers import Newcomers, newcomers

MONDAY = date(2026, 11, 30)


def places(days: int, lacks: int, posts: int = 1) -> list[FlowPlace]:
    found = []
    for day in range(days):
        on = MONDAY + timedelta(days=day)
        found += [FlowPlace(post, on, "morning_arrival", MONDAY, lacks) for post in range(posts)]
    return found


def person(
    number: int, free: set[int], *, served: int = 0, room: int = 10, knows: int | None = None
) -> FlowPerson:
    known = frozenset() if knows is None else frozenset({(knows, "morning_arrival")})
    return FlowPerson(number, frozenset(free), served, {MONDAY: room}, known)


def test_duties_are_spread_evenly_and_who_served_much_gets_less() -> None:
    wanted = places(5, 2)
    people = [person(number, set(range(5))) for number in range(5)]
    given_out = give_out(wanted, people)
    assert Counter(who for some in given_out.values() for who in some) == dict.fromkeys(range(5), 2)
    people[0] = person(0, set(range(5)), served=10)
    loads = Counter(who for some in give_out(wanted, people).values() for who in some)
    assert loads[0] == 0
    assert sorted(loads.values()) == [2, 2, 3, 3]


def test_gaps_are_spread_over_the_places() -> None:
    people = [person(number, set(range(4)), room=2) for number in range(2)]
    assert {at: len(takers) for at, takers in give_out(places(4, 2), people).items()} == dict.fromkeys(
        range(4), 1
    )


def test_who_knows_a_post_goes_there() -> None:
    wanted = places(1, 1, posts=2)
    people = [person(1, {0, 1}, knows=1), person(2, {0, 1}, knows=0)]
    assert give_out(wanted, people) == {0: [2], 1: [1]}


def test_nobody_is_asked_for_nothing() -> None:
    assert give_out([], [person(1, set())]) == {}
    assert give_out(places(1, 2), []) == {0: []}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_place_has_too_many_no_person_too_much_and_no_more_could_be_filled(data: st.DataObject) -> None:
    wanted = places(
        data.draw(st.integers(1, 4)), data.draw(st.integers(1, 3)), posts=data.draw(st.integers(1, 2))
    )
    every = list(range(len(wanted)))
    people = [
        person(
            number,
            data.draw(st.sets(st.sampled_from(every))),
            served=data.draw(st.integers(0, 3)),
            room=data.draw(st.integers(0, 3)),
        )
        for number in range(data.draw(st.integers(0, 6)))
    ]
    given_out = give_out(wanted, people)
    loads: Counter[int] = Counter()
    at_peak: Counter[tuple[int, date]] = Counter()
    for at, takers in given_out.items():
        assert len(takers) == len(set(takers)) <= wanted[at].lacks
        for who in takers:
            assert at in people[who].places
            loads[who] += 1
            at_peak[who, wanted[at].date] += 1
    assert all(loads[one.account_id] <= one.room[MONDAY] for one in people)
    assert max(at_peak.values(), default=0) <= 1
    # Where a place lacks somebody, whoever could take it is there at that peak, or has a full week.
    for at, one in enumerate(wanted):
        if len(given_out[at]) < one.lacks:
            for who in people:
                if at in who.places and at_peak[who.account_id, one.date] == 0:
                    assert loads[who.account_id] == who.room[MONDAY]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_who_is_new_stands_only_where_somebody_has_served(data: st.DataObject) -> None:
    wanted = [
        replace(one, led=data.draw(st.booleans()))
        for one in places(data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3)), posts=2)
    ]
    every = list(range(len(wanted)))
    people = [
        replace(
            person(
                number,
                data.draw(st.sets(st.sampled_from(every))),
                served=data.draw(st.integers(0, 3)),
                room=data.draw(st.integers(0, 4)),
            ),
            new=data.draw(st.booleans()),
        )
        for number in range(data.draw(st.integers(0, 6)))
    ]
    given_out = give_out(wanted, people)
    assert given_out == give_out(wanted, people)
    for at, takers in given_out.items():
        assert len(takers) == len(set(takers)) <= wanted[at].lacks
        if not wanted[at].led and takers:
            assert not all(people[who].new for who in takers)
    for somebody in people:
        mine = [at for at, takers in given_out.items() if somebody.account_id in takers]
        assert len(mine) <= somebody.room[MONDAY]
        assert len({wanted[at].date for at in mine}) == len(mine)
    # Where nobody is new, or all places are led, nothing changes.
    led = [replace(one, led=True) for one in wanted]
    assert give_out(led, people) == give_out(led, [replace(somebody, new=False) for somebody in people])


def test_who_has_served_is_spread_over_the_places() -> None:
    wanted = [replace(one, led=False) for one in places(1, 3, posts=2)]
    served = [person(number, {0, 1}) for number in range(2)]
    new = [replace(person(number, {0, 1}), new=True) for number in range(2, 6)]
    found = give_out(wanted, served + new)
    assert [len(takers) for takers in found.values()] == [3, 3]
    assert all(len({0, 1} & set(takers)) == 1 for takers in found.values())
    # One of them alone leads one place; the other one stays empty.
    found = give_out(wanted, served[:1] + new)
    assert sorted(len(takers) for takers in found.values()) == [0, 3]


def test_newcomers_are_those_who_never_served_unless_nobody_has() -> None:
    assert newcomers({1, 2, 3}, {2}) == Newcomers(frozenset({1, 3}), all_new=False)
    assert newcomers({1, 2}, set()) == Newcomers(frozenset(), all_new=True)
    assert newcomers({1}, {1, 2}) == newcomers((), ()) == Newcomers(frozenset(), all_new=False)


def test_a_wish_moves_somebody_and_gives_nobody_more_or_less() -> None:
    wanted = places(2, 1)
    people = [person(1, {0, 1}), replace(person(2, {0, 1}), rather_not=frozenset({0, 1}))]
    loads = Counter(who for some in give_out(wanted, people).values() for who in some)
    assert loads == {1: 1, 2: 1}
    people = [replace(people[0], likes=frozenset({1})), replace(people[1], rather_not=frozenset({1}))]
    assert give_out(wanted, people) == {0: [2], 1: [1]}
    # Who knows a place goes there unless a wish says otherwise.
    wanted = places(1, 1, posts=2)
    known = [person(1, {0, 1}, knows=0), replace(person(2, {0, 1}, knows=1), likes=frozenset({0}))]
    assert give_out(wanted, known) == {0: [2], 1: [1]}


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_wishes_change_where_and_never_how_often(data: st.DataObject) -> None:
    wanted = [
        replace(one, led=data.draw(st.booleans()))
        for one in places(data.draw(st.integers(1, 3)), data.draw(st.integers(1, 2)), posts=2)
    ]
    every = list(range(len(wanted)))
    without = [
        replace(
            person(
                number,
                data.draw(st.sets(st.sampled_from(every))),
                served=data.draw(st.integers(0, 2)),
                room=data.draw(st.integers(0, 3)),
            ),
            new=data.draw(st.booleans()),
        )
        for number in range(data.draw(st.integers(0, 5)))
    ]
    people = [
        replace(
            one,
            likes=frozenset(data.draw(st.sets(st.sampled_from(every)))),
            rather_not=frozenset(data.draw(st.sets(st.sampled_from(every)))),
        )
        for one in without
    ]
    before, found = give_out(wanted, without), give_out(wanted, people)
    assert found == give_out(wanted, people)
    assert {at: len(takers) for at, takers in found.items()} == {
        at: len(takers) for at, takers in before.items()
    }
    loads = [Counter(who for some in one.values() for who in some) for one in (before, found)]
    assert loads[0] == loads[1]
    at_peak = Counter((who, wanted[at].date) for at, takers in found.items() for who in takers)
    assert max(at_peak.values(), default=0) <= 1
    for at, takers in found.items():
        assert all(at in people[who].places for who in takers)
        if takers and not wanted[at].led:
            assert not all(people[who].new for who in takers)
    unkept = [
        sum(people[who].wish(at) for at, takers in one.items() for who in takers) for one in (before, found)
    ]
    assert unkept[1] <= unkept[0]
    # Where all wish the same, it is as if nobody wished anything.
    some = frozenset(data.draw(st.sets(st.sampled_from(every))))
    assert give_out(wanted, [replace(one, likes=some) for one in without]) == before

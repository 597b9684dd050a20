"""What became of a peak: the same figures for any order of the log, and for any division of a stay."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.attendance.rules.arrivals import BANDS, band_of, edges_of
from server.attendance.rules.outcomes import (
    ClosedPeak,
    Outcome,
    Plan,
    Presence,
    month_of,
    outcome_of,
    service_of,
)
from server.core.access.roles import Group
from server.places.rules.composition import STANDARD, Composition

STARTS = datetime(2026, 11, 22, 23, 20, tzinfo=UTC)
ENDS = STARTS + timedelta(minutes=40)
PEAK = ClosedPeak(STARTS, ENDS, STANDARD)
SECOND = timedelta(seconds=1)
GROUPS = [
    Group.STAFF,
    Group.STAFF,
    Group.SECURITY,
    Group.SECURITY,
    Group.VOLUNTEER,
    Group.VOLUNTEER,
    Group.POLICE,
]


def stay(
    person: int,
    group: Group,
    *,
    since: float = -5,
    until: float = 40,
    verified: bool = True,
    late: bool = False,
) -> Presence:
    """Let somebody stand there from one minute of the peak to another."""
    return Presence(
        person,
        group,
        verified=verified,
        late=late,
        starts_at=STARTS,
        arrived_at=STARTS + timedelta(minutes=since),
        left_at=STARTS + timedelta(minutes=until),
    )


def crew() -> list[Presence]:
    """Give a whole composition that stays from before the start to the end."""
    return [stay(person, group) for person, group in enumerate(GROUPS)]


@st.composite
def stays(draw: st.DrawFn) -> list[Presence]:
    """Make people, each with some stays one after the other, verified or not."""
    found: list[Presence] = []
    for person in range(draw(st.integers(0, 9))):
        group = draw(st.sampled_from(list(Group)))
        marks = sorted(draw(st.lists(st.integers(-1_800, 4_200), min_size=2, max_size=6, unique=True)))
        for begin, end in zip(marks[::2], marks[1::2], strict=False):
            found.append(
                Presence(
                    person,
                    group,
                    verified=draw(st.booleans()),
                    late=begin > 300,
                    starts_at=STARTS,
                    arrived_at=STARTS + begin * SECOND,
                    left_at=STARTS + end * SECOND,
                )
            )
    return found


compositions = st.builds(Composition, *(st.integers(0, 3) for _group in range(len(Group))))


@st.composite
def plans(draw: st.DrawFn) -> Plan | None:
    """Make a plan of whom some had not come when the peak was closed, or none."""
    if draw(st.booleans()):
        return None
    missed = draw(
        st.lists(st.tuples(st.integers(0, 12), st.sampled_from(list(Group))), unique_by=lambda one: one[0])
    )
    heads = Composition.count(
        [group for _person, group in missed] + draw(st.lists(st.sampled_from(list(Group))))
    )
    return Plan(heads, tuple(missed))


def divided(log: Sequence[Presence], seed: int) -> list[Presence]:
    """Divide each stay at some moment within it; the second part begins late, as it would be judged."""
    chance, found = Random(seed), list[Presence]()
    for one in log:
        seconds = (one.left_at - one.arrived_at) // SECOND
        middle = one.arrived_at + chance.randint(0, seconds) * SECOND
        if one.arrived_at < middle < one.left_at:
            found += [replace(one, left_at=middle), replace(one, arrived_at=middle, late=True)]
        else:
            found.append(one)
    return found


@given(log=stays(), plan=plans(), required=compositions, seed=st.integers(0, 2**32))
def test_the_figures_are_the_same_for_any_order_and_any_division_of_the_log(
    log: list[Presence], plan: Plan | None, required: Composition, seed: int
) -> None:
    peak = ClosedPeak(STARTS, ENDS, required)
    first = outcome_of(peak, plan, log)
    shuffled = divided(log, seed)
    Random(seed).shuffle(shuffled)
    assert outcome_of(peak, plan, shuffled) == first


@given(log=stays(), required=compositions)
def test_covered_minutes_are_those_that_a_look_at_each_second_counts(
    log: list[Presence], required: Composition
) -> None:
    seconds = 0
    for second in range(40 * 60):
        at = STARTS + second * SECOND
        here = {
            (one.account_id, one.group) for one in log if one.verified and one.arrived_at <= at < one.left_at
        }
        seconds += required.missing(Composition.count(group for _one, group in here)).total == 0
    found = outcome_of(ClosedPeak(STARTS, ENDS, required), None, log)
    assert found.covered_minutes == (seconds // 60 if required.total else 0)
    assert found.covered_minutes <= found.required_minutes


@given(log=stays())
def test_everybody_on_duty_arrived_in_one_band_by_when_he_first_came(log: list[Presence]) -> None:
    outcome = outcome_of(PEAK, None, log)
    assert outcome.arrivals is not None
    assert sum(outcome.arrivals) == outcome.present.total
    expected = [0] * BANDS
    for person in {one.account_id for one in log}:
        own = [one for one in log if one.account_id == person and one.verified]
        if any(one.stood for one in own):
            minutes = (min(one.arrived_at for one in own) - STARTS) / timedelta(minutes=1)
            [band] = [
                band
                for band, (since, until) in enumerate(map(edges_of, range(BANDS)))
                if (since is None or since <= minutes) and (until is None or minutes < until)
            ]
            expected[band] += 1
    assert list(outcome.arrivals) == expected


def test_a_band_begins_with_its_minute() -> None:
    bands = [
        band_of(STARTS + timedelta(seconds=seconds), STARTS)
        for seconds in (-1_801, -1_201, -1_200, -1, 0, 299, 300, 1_199, 1_200, 9_000)
    ]
    assert bands == [0, 0, 1, 4, 5, 5, 6, 8, 9, 9]


@given(log=stays(), plan=plans())
def test_heads_add_up(log: list[Presence], plan: Plan | None) -> None:
    found = outcome_of(PEAK, plan, log)
    people = {one.account_id for one in log}
    assert found.present.missing(found.late).total == found.present.total - found.late.total
    assert found.present.total + found.waiting.total <= len(people)
    if plan is None:
        assert (found.planned, found.absent, found.replaced) == (None, None, None)
    else:
        assert found.absent is not None
        assert found.replaced is not None
        for group in Group:
            assert 0 <= found.replaced.of(group) <= found.absent.of(group) <= plan.heads.of(group)


@given(logs=st.lists(stays(), max_size=4))
def test_the_minutes_of_posts_are_the_minutes_of_their_people(logs: list[list[Presence]]) -> None:
    outcomes = [outcome_of(PEAK, None, log) for log in logs]
    months = [
        month_of([[one for one in log if one.account_id == person] for log in logs], no_shows=0)
        for person in range(10)
    ]
    assert sum(one.served_minutes for one in outcomes) == sum(one.minutes for one in months)
    assert sum(one.present.total for one in outcomes) == sum(one.duties for one in months)
    assert sum(one.late.total for one in outcomes) == sum(one.late for one in months)
    assert sum(one.waiting.total for one in outcomes) == sum(one.unverified for one in months)


def figures(outcome: Outcome) -> tuple[int, int]:
    return outcome.covered_minutes, outcome.required_minutes


def test_a_whole_crew_covers_the_whole_peak_and_serves_from_its_arrival() -> None:
    found = outcome_of(PEAK, None, crew())
    assert figures(found) == (40, 40)
    assert found.served_minutes == 7 * 45


def test_a_gap_of_one_group_uncovers_and_too_many_of_another_do_not_help() -> None:
    log = [*crew()[:-1], stay(7, Group.STAFF), stay(8, Group.POLICE, since=10)]
    assert figures(outcome_of(PEAK, None, log)) == (30, 40)


def test_an_unverified_head_covers_nothing_and_serves_no_minute() -> None:
    log = [*crew()[:-1], stay(6, Group.POLICE, verified=False)]
    found = outcome_of(PEAK, None, log)
    assert figures(found) == (0, 40)
    assert (found.waiting.police, found.present.police, found.served_minutes) == (1, 0, 6 * 45)


def test_where_nobody_is_required_no_minute_is_required() -> None:
    found = outcome_of(ClosedPeak(STARTS, ENDS, Composition()), None, crew())
    assert figures(found) == (0, 0)


def test_who_leaves_before_the_start_was_not_on_duty() -> None:
    assert service_of([stay(1, Group.STAFF, since=-20, until=-1)]) is None
    assert outcome_of(PEAK, None, [stay(1, Group.STAFF, since=-20, until=-1)]).present.total == 0


def test_a_replacement_counts_for_the_post_and_the_no_show_stays() -> None:
    plan = Plan(Composition.count(GROUPS), ((6, Group.POLICE),))
    found = outcome_of(PEAK, plan, [*crew()[:-1], stay(60, Group.POLICE, since=12)])
    assert found.absent == Composition(police=1)
    assert found.replaced == Composition(police=1)
    assert figures(found) == (28, 40)


def test_somebody_of_another_group_replaces_nobody() -> None:
    plan = Plan(Composition.count(GROUPS), ((6, Group.POLICE),))
    found = outcome_of(PEAK, plan, [*crew()[:-1], stay(60, Group.STAFF)])
    assert (found.absent, found.replaced) == (Composition(police=1), Composition())


def test_who_was_missed_at_the_closing_and_came_after_all_is_no_no_show() -> None:
    plan = Plan(Composition.count(GROUPS), ((6, Group.POLICE),))
    found = outcome_of(PEAK, plan, crew())
    assert (found.absent, found.replaced) == (Composition(), Composition())

"""The chain of a timeline: whatever is changed in it is found, and where."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.alarm.rules.timeline_chain import START, Anchor, Fault, FaultKind, TimelineEntry, faults_of, seal
from tests.alarm.strategies import NOW

ALARM = 7
facts = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(-1e6, 1e6) | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=3,
)


def chained(told: list[tuple[int, int | None, str, Any]]) -> list[TimelineEntry]:
    lines: list[TimelineEntry] = []
    head = START
    for ordinal, (microseconds, actor_id, act, facts) in enumerate(told, start=1):
        at = NOW + timedelta(microseconds=microseconds)
        named = {"ordinal": ordinal, "at": at, "actor_id": actor_id, "act": act, "facts": facts}
        previous, head = head, seal(alarm_id=ALARM, previous=head, **named)
        lines.append(TimelineEntry(**named, previous_hash=previous, hash=head))
    return lines


def end_of(lines: list[TimelineEntry]) -> Anchor:
    return Anchor(len(lines), lines[-1].hash if lines else START)


chains = st.lists(
    st.tuples(
        st.integers(0, 10**9),
        st.none() | st.integers(1, 99),
        st.sampled_from(["raised", "note", "resolved"]),
        st.dictionaries(st.text(max_size=4), facts, max_size=3),
    ),
    min_size=1,
    max_size=8,
).map(chained)


@given(lines=chains)
def test_what_was_only_added_to_has_no_fault(lines: list[TimelineEntry]) -> None:
    # Also against what the audit log wrote down at any time in between.
    anchors = [end_of(lines[:count]) for count in range(1, len(lines) + 1)]
    assert faults_of(ALARM, lines, kept=end_of(lines), anchors=anchors) == []


CHANGES: dict[str, Callable[[TimelineEntry], TimelineEntry]] = {
    "at": lambda line: replace(line, at=line.at + timedelta(microseconds=1)),
    "actor_id": lambda line: replace(line, actor_id=(line.actor_id or 0) + 1),
    "act": lambda line: replace(line, act=line.act + "x"),
    "facts": lambda line: replace(line, facts=line.facts | {"new": 1}),
    "previous_hash": lambda line: replace(line, previous_hash="0" * 64),
    "hash": lambda line: replace(line, hash="0" * 64),
}


@pytest.mark.parametrize("what", CHANGES)
@given(lines=chains, data=st.data())
def test_any_edit_is_found_at_its_line(what: str, lines: list[TimelineEntry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    edited = [*lines[:at], CHANGES[what](lines[at]), *lines[at + 1 :]]
    found = faults_of(ALARM, edited, kept=end_of(lines))
    assert found[0].ordinal == at + 1


@given(lines=chains, data=st.data())
def test_an_edit_that_is_sealed_anew_breaks_what_follows(
    lines: list[TimelineEntry], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    one = replace(lines[at], act="forged")
    named = {name: getattr(one, name) for name in ("ordinal", "at", "actor_id", "act", "facts")}
    one = replace(one, hash=seal(alarm_id=ALARM, previous=one.previous_hash, **named))
    edited = [*lines[:at], one, *lines[at + 1 :]]
    last = at == len(lines) - 1
    expected = Fault(at + 1, FaultKind.OTHER_HEAD) if last else Fault(at + 2, FaultKind.UNLINKED)
    assert expected in faults_of(ALARM, edited, kept=end_of(lines))


@given(lines=chains, data=st.data())
def test_any_line_taken_out_is_found(lines: list[TimelineEntry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    found = faults_of(ALARM, [*lines[:at], *lines[at + 1 :]], kept=end_of(lines))
    kind = FaultKind.CUT if at == len(lines) - 1 else FaultKind.REMOVED
    assert Fault(at + 1, kind) in found


@given(lines=chains, count=st.integers(0, 7))
def test_a_cut_tail_is_found(lines: list[TimelineEntry], count: int) -> None:
    assume(count < len(lines))
    kept = faults_of(ALARM, lines[:count], kept=end_of(lines))
    assert kept == [Fault(count + 1, FaultKind.CUT)]
    # With the alarm's row cut to match, the audit log still knows better.
    anchored = faults_of(ALARM, lines[:count], kept=end_of(lines[:count]), anchors=[end_of(lines)])
    assert anchored == [Fault(len(lines), FaultKind.OTHER_HEAD)]


@given(lines=chains, data=st.data())
def test_a_line_put_in_is_found(lines: list[TimelineEntry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    twice = [*lines[: at + 1], replace(lines[at], act="forged"), *lines[at + 1 :]]
    assert Fault(at + 1, FaultKind.INSERTED) in faults_of(ALARM, twice, kept=end_of(lines))


@given(lines=chains, more=chains)
def test_lines_added_without_the_alarm_knowing_are_found(
    lines: list[TimelineEntry], more: list[TimelineEntry]
) -> None:
    longer = chained([_told(line) for line in [*lines, *more]])
    found = faults_of(ALARM, longer, kept=end_of(lines))
    assert {one.ordinal for one in found} == set(range(len(lines) + 1, len(longer) + 1))


@given(lines=chains)
def test_lines_of_another_alarm_do_not_fit(lines: list[TimelineEntry]) -> None:
    assert faults_of(ALARM + 1, lines, kept=end_of(lines)) != []


@given(first=chains, second=chains)
def test_a_chain_made_anew_as_a_whole_is_found_by_the_audit_log(
    first: list[TimelineEntry], second: list[TimelineEntry]
) -> None:
    # A chain that only goes on from the first is none made anew.
    assume(end_of(second[: len(first)]) != end_of(first))
    assert faults_of(ALARM, second, kept=end_of(second), anchors=[end_of(first)]) != []


def _told(line: TimelineEntry) -> tuple[int, int | None, str, Any]:
    return ((line.at - NOW) // timedelta(microseconds=1), line.actor_id, line.act, line.facts)

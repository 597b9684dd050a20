"""What somebody may see of an alarm."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.sight import Sight, Viewer, as_told, counts_of, for_accounts, shown, sight

viewers = st.builds(
    Viewer,
    active=st.booleans(),
    in_scope=st.booleans(),
    beside=st.booleans(),
    reported=st.booleans(),
    asked=st.booleans(),
    counts=st.booleans(),
)
ACCOUNTS = st.integers(1001, 1006)
STATES = st.sampled_from(["notified", "responding", "on_scene", "declined"])


def an_answer(number: int, account_id: int, state: str) -> dict[str, Any]:
    return {
        "id": 7000 + number,
        "account_id": account_id,
        "tier": 1 + number % 3,
        "category": "security",
        "group": "security",
        "state": state,
        "why": "nearest",
        "distance_m": 300.25 + number,
        "bearing_deg": 45.5,
        "from_post_id": 9000 + number,
        "counts": True,
        "doubt": "not_approved",
        "off_scene_m": 444.5,
        "off_scene": state == "on_scene",
        "replaces": 7000,
        "notified_at": "t1",
        "responded_at": None,
        "on_scene_at": None,
        "ended_at": None,
        "answer_due_at": "t2",
    }


@st.composite
def views(draw: st.DrawFn) -> dict[str, Any]:
    """Make an alarm in which each account has an answer, a press, a call, a line and an aside of its own."""
    asked = draw(st.lists(ACCOUNTS, unique=True))
    reported = draw(st.lists(ACCOUNTS, unique=True, min_size=1))
    return {
        "id": 1,
        "raised_by": reported[0],
        "acknowledged_by": draw(st.none() | ACCOUNTS),
        "resolved_by": None,
        "finding": "SECRET",
        "outcome": draw(st.sampled_from([None, "real", "false"])),
        "tiers": [{"tier": 1, "met_by": draw(st.none() | ACCOUNTS)}],
        "responses": [an_answer(n, number, draw(STATES)) for n, number in enumerate(asked)],
        "reporters": [{"account_id": number, "at": f"p{number % 2}", "kind": None} for number in reported],
        "deliveries": [{"account_id": number, "channel": "socket"} for number in asked],
        "joint_tasks": [{"name": "SECRET"}],
        "timeline": [
            {"id": 1, "actor_id": number, "act": "note", "facts": {"text": f"SECRET {number}"}}
            for number in asked
        ],
        "places": [{"post_id": 2, "account_id": number} for number in reported],
        "asides": [{"account_id": number, "by": 1009} for number in reported],
    }


@given(viewer=viewers, is_open=st.booleans())
def test_everything_is_for_consoles_in_scope_and_while_it_is_open_for_those_who_count(
    viewer: Viewer, is_open: bool
) -> None:
    seen = sight(viewer, is_open=is_open)
    takes_part = viewer.reported or viewer.asked
    whole = viewer.active and (viewer.in_scope or (viewer.counts and takes_part and is_open))
    assert (seen is Sight.EVERYTHING) == whole
    if not viewer.active or not viewer.counts:
        assert seen is not Sight.EVERYTHING or viewer.in_scope
    if seen is Sight.NOTHING:
        assert not viewer.reported
        assert not (viewer.active and viewer.beside)
        assert not (viewer.asked and is_open)


@given(view=views(), account_id=ACCOUNTS, seen=st.sampled_from([Sight.COUNTS, Sight.NOTHING]))
def test_whoever_does_not_see_everything_reads_nobody_but_himself(
    view: dict[str, Any], account_id: int, seen: Sight
) -> None:
    told = shown(view, seen, account_id)
    text = json.dumps(told)
    assert set(told) == set(view)
    assert told["outcome"] == view["outcome"], "how it ended is told to all who took part"
    others = set(range(1001, 1010)) - {account_id}
    assert not [number for number in others if str(number) in text]
    own_line = any(line["actor_id"] == account_id for line in view["timeline"])
    assert ("SECRET" in text) == own_line
    for one in told["responses"]:
        assert set(one) == set(an_answer(0, 0, ""))
        if one["account_id"] is None:
            assert [one[name] for name in ("distance_m", "bearing_deg", "from_post_id", "why", "doubt")] == [
                None
            ] * 5
    mine = [one for one in view["responses"] if one["account_id"] == account_id]
    assert [one for one in told["responses"] if one["account_id"] == account_id] == mine
    if seen is Sight.COUNTS:
        states = sorted((one["tier"], one["state"]) for one in view["responses"])
        assert sorted((one["tier"], one["state"]) for one in told["responses"]) == states
        assert len(told["reporters"]) == len(view["reporters"])
    else:
        assert told["responses"] == mine


@given(view=views(), seen=st.dictionaries(ACCOUNTS, st.sampled_from([Sight.COUNTS, Sight.NOTHING])))
def test_the_event_for_several_accounts_tells_each_in_its_room_what_a_fetch_would(
    view: dict[str, Any], seen: dict[int, Sight]
) -> None:
    event = json.loads(json.dumps(for_accounts(view, seen)))
    for number, one in seen.items():
        assert as_told(event, f"account:{number}") == shown(view, one, number)
        # Read again from the log, by whoever may see no more of it by now.
        assert shown(as_told(event, f"account:{number}"), Sight.NOTHING, number) == shown(
            view, Sight.NOTHING, number
        )
    assert as_told(event, "account:1") == counts_of(view)
    assert as_told(view, "district:1") == view

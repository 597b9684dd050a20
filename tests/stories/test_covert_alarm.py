"""Covert presses as the alarm goes on: nobody beside the raiser is called by a sound, however it became covert."""

import json
from typing import Any

import pytest
from sqlalchemy import insert, select

from server.alarm.queries import alarms
from server.alarm.service import calls as alarm_calls
from server.delivery.rules.channels import ChannelName
from server.delivery.tables import hook, message
from tests.tools.duty import asked, open_pages
from tests.tools.field import Morning
from tests.tools.insiders import Client

pytestmark = pytest.mark.usefixtures("covert_presses")

# The three steps of each tier, and one more that repeats.
ALL_STEPS_S = 120


def press(morning: Morning, one: Client, **body: Any) -> dict[str, Any]:
    answer = one.post("/api/alarms", {"fix": None, **body})
    assert answer.status_code == 201, answer.json
    told: dict[str, Any] = answer.json
    return told


def calls(morning: Morning, alarm: dict[str, Any], *, after: int = 0) -> list[dict[str, Any]]:
    """Give the calls of an alarm that came after one of them: to whom, how, and what they say."""
    query = select(message).where(message.c.alarm_id == alarm["id"], message.c.id > after)
    with morning.store.read() as connection:
        rows = connection.execute(query.order_by(message.c.id)).mappings().all()
    return [{**row, **json.loads(row["body"] or "{}")} for row in rows]


def add_chat_room(morning: Morning) -> None:
    with morning.store.transaction(morning.clock.now()) as transaction:
        transaction.connection.execute(
            insert(hook).values(
                district_id=morning.district.district_id,
                channel="chat",
                format="wecom",
                name="门岗群",
                url="https://chat.example/send",
                enabled=True,
                changed_at=morning.clock.now(),
            )
        )


@pytest.mark.parametrize("covert", [True, False])
def test_whoever_stands_beside_a_covert_raiser_gets_no_sms_by_any_step(
    morning: Morning, covert: bool
) -> None:
    add_chat_room(morning)
    alarm = press(morning, morning.caller(morning.team[0][0]), covert=covert)
    morning.pass_by(ALL_STEPS_S, each_s=30)
    console = morning.console()
    assert console.post(f"/api/alarms/{alarm['id']}/escalation", {"tiers": [1]}).status_code == 200
    beside = set(asked(morning.seen(alarm), tier=1))
    told = calls(morning, alarm)
    sms = {one["account_id"] for one in told if one["channel"] == "sms"}
    assert beside and (beside & sms == set()) == covert
    assert beside <= {one["account_id"] for one in told if one["channel"] == "socket"}
    assert set(asked(morning.seen(alarm), tier=3)) & sms, "the police are called by all ways"
    assert any(one["channel"] == "chat" for one in told) != covert, "his own phone may be in that room"


@pytest.mark.parametrize(("tier", "by_chat"), [(1, 0), (2, 0), (3, 1)])
def test_a_chat_room_hears_of_a_covert_alarm_only_where_no_police_can_be_called_otherwise(
    morning: Morning, tier: int, by_chat: int
) -> None:
    add_chat_room(morning)
    raised = press(morning, morning.caller(morning.team[0][0]), covert=True)
    chat = frozenset({ChannelName.CHAT})
    with morning.store.transaction(morning.clock.now()) as transaction:
        alarm = alarms.by_id(transaction.connection, raised["id"])
        assert alarm is not None
        told = alarm_calls.call(
            transaction, alarm, [], tier=tier, channels=chat, limits=morning.limits, rooms=True
        )
    assert (told.receivers, told.resting, told.quiet) == (by_chat, 0, frozenset() if by_chat else chat)


def test_what_a_covert_press_calls_by_joining_an_open_alarm_says_that_it_is_covert(
    morning: Morning,
) -> None:
    """Whoever is at the place that it adds is beside its raiser, and may be called aloud by nothing."""
    raiser = morning.caller(morning.team[0][0])
    alarm = press(morning, raiser)
    before = max(one["id"] for one in calls(morning, alarm))
    joined = press(morning, raiser, covert=True, fix=morning.fix(1_112))
    assert (joined["id"], len(joined["places"])) == (alarm["id"], 1)
    told = calls(morning, alarm, after=before)
    assert {one["account_id"] for one in told} & set(morning.team[1])
    assert [one for one in told if not one["covert"] or one["silent"] != (one["tier"] == 1)] == []


def test_neighbours_whom_a_covert_press_frees_hear_that_it_is_covert(morning: Morning) -> None:
    open_pages(morning.store, [morning.district.consoles["dispatcher"]], morning.clock.now())
    stranger = morning.insiders.stranger("volunteer", on_duty=False)
    alarm = press(morning, stranger, post_code=morning.district.codes[0])
    assert asked(morning.seen(alarm), tier=2) == []
    before = max(one["id"] for one in calls(morning, alarm))
    press(morning, morning.caller(morning.team[0][0]), covert=True)
    told = calls(morning, alarm, after=before)
    assert {one["tier"] for one in told} >= {2}
    assert [one for one in told if not one["covert"]] == []

"""What became of messages is written down for each of them, whatever is wrong with an alarm or with one of them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from server.alarm.tables.alarms import Alarm
from server.alarm.tables.escalation import ladder
from server.config import Settings
from server.core.database.transaction import Store
from server.core.live.presence_rows import presence
from server.delivery import tables as delivery_tables
from server.delivery.channels.base import NotSent, Outcome
from server.delivery.channels.registry import Channels
from server.delivery.jobs.messages import send_due
from server.delivery.jobs.outcomes import keep
from server.delivery.queries import messages
from server.delivery.queries.messages import Draft
from server.delivery.tables import Message
from tests.conftest import SignIn
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.gateway import Gateway
from tests.tools.outward import call_by_all_channels, messages_in, send_all
from tests.tools.units import add_unit
from tests.tools.world import WAIT_S


def test_messages_of_an_alarm_that_cannot_be_told_do_not_go_out_again(
    app_store: Store,
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    team: list[list[int]],
    clock: WoundClock,
) -> None:
    """A ladder in a phase that this version does not know: what was sent is still written down as sent."""
    with app_store.engine.begin() as connection:
        connection.execute(update(ladder).where(ladder.c.alarm_id == alarm.id).values(phase="standing_by"))
    call_by_all_channels(app_store, alarm, [team[0][1]], real, clock.now())
    send_all(app_store, channels, clock.now())
    assert [row["state"] for row in messages_in(app_store) if row["channel"] == "sms"] == ["sent"]
    clock.wind(minutes=2)
    send_all(app_store, channels, clock.now())
    assert len(gateway.calls) == 1


def test_an_outcome_that_cannot_be_written_loses_none_of_the_others(
    app_store: Store, real: Settings, channels: Channels, gateway: Gateway, clock: WoundClock
) -> None:
    """A webhook's number that is none, as an import by hand may have left it."""
    drafts = [
        Draft("chat", "channel_test", "no number", "a", "{}", clock.now() + timedelta(minutes=5)),
        Draft("sms", "sign_in_code", "19900000001", "b", "123456", clock.now() + timedelta(minutes=5)),
    ]
    with app_store.transaction(clock.now()) as transaction:
        messages.put(transaction.connection, drafts, clock.now())
    claimed = []
    with app_store.transaction(clock.now()) as transaction:
        for lane in (("chat", False), ("sms", False)):
            claimed += messages.claim_due(
                transaction.connection, lane, now=clock.now(), dead_at=clock.now(), most=1
            )
    channels.outcomes.append(Outcome(claimed[0], None, clock.now()))
    keep(app_store, channels, Outcome(claimed[1], None, clock.now()))
    assert [row["state"] for row in messages_in(app_store)] == ["sending", "sent"]


@pytest.mark.parametrize("how", ["resolution", "merging"])
def test_what_was_on_its_way_when_its_alarm_ended_is_not_sent_once_more(
    app_store: Store,
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    team: list[list[int]],
    clock: WoundClock,
    caller: SignIn,
    district: SmallDistrict,
    how: str,
) -> None:
    other = caller(team[1][0]).post("/api/alarms").json
    _forget(app_store)
    call_by_all_channels(app_store, alarm, [team[0][1]], real, clock.now())
    [on_its_way] = _taken(app_store, ("sms", True), clock)
    ends = {"resolution": {"outcome": "false", "finding": "x"}, "merging": {"into": other["id"]}}
    caller(district.consoles["dispatcher"]).post(f"/api/alarms/{alarm.id}/{how}", ends[how])
    keep(app_store, channels, Outcome(on_its_way, NotSent("status_503", again=True), clock.now()))
    [row] = [row for row in messages_in(app_store) if row["id"] == on_its_way.id]
    assert (row["state"], row["reason"], row["body"]) == ("failed", "alarm_over", None)
    clock.wind(minutes=2)
    send_all(app_store, channels, clock.now())
    assert gateway.calls == []


def test_what_a_process_took_and_died_is_not_sent_after_the_end(
    app_store: Store,
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    team: list[list[int]],
    clock: WoundClock,
    caller: SignIn,
    district: SmallDistrict,
) -> None:
    call_by_all_channels(app_store, alarm, [team[0][1]], real, clock.now())
    _taken(app_store, ("sms", True), clock)
    end = {"outcome": "false", "finding": "x"}
    caller(district.consoles["dispatcher"]).post(f"/api/alarms/{alarm.id}/resolution", end)
    clock.wind(seconds=60)
    send_all(app_store, channels, clock.now())
    assert gateway.calls == []
    [row] = [row for row in messages_in(app_store) if row["channel"] == "sms"]
    assert (row["state"], row["reason"]) == ("failed", "alarm_over")


def test_a_units_link_on_its_way_goes_on_with_the_alarm_that_goes_on(
    app_store: Store,
    alarm: Alarm,
    channels: Channels,
    team: list[list[int]],
    clock: WoundClock,
    caller: SignIn,
    district: SmallDistrict,
) -> None:
    other = caller(team[1][0]).post("/api/alarms").json
    admin, dispatcher = caller(district.consoles["district_admin"]), caller(district.consoles["dispatcher"])
    unit = add_unit(admin, "青禾消防站")
    dispatcher.post(f"/api/alarms/{alarm.id}/units", {"unit_id": unit})
    [link] = [one for one in _taken(app_store, ("demo", True), clock) if one.purpose == "joint_task"]
    dispatcher.post(f"/api/alarms/{alarm.id}/merging", {"into": other["id"]})
    keep(app_store, channels, Outcome(link, NotSent("status_503", again=True), clock.now()))
    [row] = [row for row in messages_in(app_store) if row["id"] == link.id]
    assert (row["state"], row["alarm_id"]) == ("waiting", other["id"])


@pytest.mark.parametrize(("of_alarm", "seconds"), [(True, 15), (False, 60)])
def test_what_a_killed_process_was_sending_is_taken_again_soon_where_it_is_an_alarms(
    app_store: Store,
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    team: list[list[int]],
    clock: WoundClock,
    *,
    of_alarm: bool,
    seconds: float,
) -> None:
    _forget(app_store)
    draft = Draft("sms", "sign_in_code", "19900000001", "b", "123456", clock.now() + timedelta(minutes=5))
    if of_alarm:
        with app_store.engine.begin() as connection:
            connection.execute(delete(presence))
        call_by_all_channels(app_store, alarm, [team[0][1]], real, clock.now())
    else:
        with app_store.transaction(clock.now()) as transaction:
            messages.put(transaction.connection, [draft], clock.now())
    gateway.how = "hang"
    hanging = send_due(app_store, channels, clock.now())
    assert len(hanging) == 1
    clock.wind(seconds=seconds - 0.1)
    assert send_due(app_store, channels, clock.now()) == []
    clock.wind(seconds=0.1)
    hanging += send_due(app_store, channels, clock.now())
    assert len(hanging) == 2
    gateway.stopping.set()
    for one in hanging:
        one.join(WAIT_S)


def _forget(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(delivery_tables.message.delete())


def _taken(store: Store, lane: tuple[str, bool], clock: WoundClock) -> list[Message]:
    """Take what is due of a lane, as a process does that then sends it."""
    with store.transaction(clock.now()) as transaction:
        dead_at = clock.now() + timedelta(seconds=15)
        return messages.claim_due(transaction.connection, lane, now=clock.now(), dead_at=dead_at, most=16)

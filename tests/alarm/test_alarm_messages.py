"""What alarms send, through real channels to a real gateway: side by side, told, spared by breakers; drills nowhere."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from server.alarm.service import views
from server.alarm.tables.alarms import Alarm
from server.config import Settings, read_settings
from server.core.database import event_log
from server.core.database.transaction import Store
from server.delivery.channels.outside import Bounds
from server.delivery.channels.registry import Channels
from server.delivery.channels.sms import SmsWebhook
from server.delivery.jobs.messages import AT_ONCE, send_due
from server.delivery.jobs.outcomes import HELD_S
from server.delivery.queries import alarm_calls, hooks, messages, push_subscriptions
from server.delivery.queries.messages import Draft
from server.delivery.rules.channels import ChannelName
from server.delivery.tables import last_reached
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.gateway import Gateway
from tests.tools.outward import (
    add_hook,
    add_subscription,
    call_by_all_channels,
    encoded,
    messages_in,
    new_browser,
    real_channels,
    send_all,
)

SignIn = Callable[[int | None], Caller]
KINDS = ("wecom", "dingtalk", "feishu", "plain")


@pytest.fixture
def hook_ids(app_store: Store, district: SmallDistrict, gateway: Gateway, clock: WoundClock) -> list[int]:
    """Give the district a webhook of each format."""
    return [add_hook(app_store, district.district_id, gateway, clock.now(), format=kind) for kind in KINDS]


def _subscribe(store: Store, account_id: int, gateway: Gateway, clock: WoundClock) -> int:
    return add_subscription(store, account_id, gateway, clock.now(), encoded(new_browser()[1]))


def test_one_call_goes_by_all_channels_side_by_side_and_is_told(
    app_store: Store,
    team: list[list[int]],
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    hook_ids: list[int],
    clock: WoundClock,
) -> None:
    who = team[0][1]
    _subscribe(app_store, who, gateway, clock)
    call_by_all_channels(app_store, alarm, [who], real, clock.now())
    with app_store.read() as connection:
        before = event_log.last(connection)
        version = views.view(connection, alarm.id)["version"]
    assert send_all(app_store, channels, clock.now()) == 2 + len(KINDS), (
        "the open page has ten seconds of its own"
    )
    assert len(gateway.calls) == 2 + len(KINDS)
    with app_store.read() as connection:
        told = views.view(connection, alarm.id)
        assert event_log.last(connection) > before
    assert told["version"] > version
    states = {(one["channel"], one["room"]): one["state"] for one in told["deliveries"]}
    assert states.pop(("socket", None)) == "waiting"
    assert len(states) == 2 + len(KINDS)
    assert set(states.values()) == {"sent"}
    with app_store.read() as connection:
        hook = hooks.by_id(connection, hook_ids[0])
    assert hook is not None
    assert hook.last_ok_at == clock.now()
    assert count(app_store, last_reached, account_id=who) == 2


@pytest.mark.parametrize("how", ["drill", "demo"])
def test_a_drill_and_a_demo_touch_no_real_channel(
    app_store: Store,
    team: list[list[int]],
    alarm: Alarm,
    real: Settings,
    gateway: Gateway,
    hook_ids: list[int],
    clock: WoundClock,
    how: str,
) -> None:
    """Not one call, though everything is set up; the texts stay for the page that shows them, marked."""
    settings = real if how == "drill" else read_settings({"HUXUE_MODE": "demo"})
    who = team[0][1]
    _subscribe(app_store, who, gateway, clock)
    call_by_all_channels(app_store, replace(alarm, drill=how == "drill"), [who], settings, clock.now())
    channels = real_channels(settings, app_store)
    assert {row["channel"] for row in messages_in(app_store)} == set(ChannelName)
    for _ in range(5):
        send_all(app_store, channels, clock.now())
        clock.wind(seconds=15)
    assert gateway.calls == []
    rows = messages_in(app_store)
    assert {row["channel"]: row["state"] for row in rows} == {
        **dict.fromkeys(["push", "sms", "chat", "webhook"], "sent"),
        "socket": "failed",
    }
    with app_store.read() as connection:
        texts = alarm_calls.texts_of_alarm(connection, alarm.id)
    assert len(texts) == 2 + len(KINDS)
    if how == "drill":
        said = [channels.said(channels.list_only, one.purpose, one.body) for one in texts]
        assert all("【演练】" in one for one in said)
    assert count(app_store, last_reached, account_id=who) == 0, "a list proves no channel"


def test_five_failures_open_the_breaker_of_that_target_alone(
    app_store: Store,
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    district: SmallDistrict,
    clock: WoundClock,
) -> None:
    """The next message fails fast, waits, and is sent when the target answers again; another room never waits."""
    broken = add_hook(app_store, district.district_id, gateway, clock.now(), format="wecom")
    gateway.how = "503"
    for _ in range(5):
        call_by_all_channels(app_store, alarm, [], real, clock.now())
        send_all(app_store, channels, clock.now())
        clock.wind(seconds=1)
    called = len(gateway.calls)
    gateway.how = "200"
    fine = add_hook(app_store, district.district_id, gateway, clock.now(), format="feishu")
    call_by_all_channels(app_store, alarm, [], real, clock.now())
    send_all(app_store, channels, clock.now())
    newest = {row["address"]: row for row in messages_in(app_store)}
    assert (newest[str(broken)]["state"], newest[str(broken)]["reason"]) == ("waiting", "breaker_open")
    assert newest[str(fine)]["state"] == "sent"
    assert len(gateway.calls) == called + 1
    clock.wind(seconds=HELD_S)
    while send_all(app_store, channels, clock.now()):
        clock.wind(seconds=HELD_S)
    newest = {row["address"]: row for row in messages_in(app_store)}
    assert newest[str(broken)]["state"] == "sent"
    assert newest[str(broken)]["held"] >= 1


def test_a_message_that_only_waited_for_a_breaker_keeps_all_its_tries(
    app_store: Store,
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    district: SmallDistrict,
    clock: WoundClock,
) -> None:
    add_hook(app_store, district.district_id, gateway, clock.now(), format="wecom")
    gateway.how = "503"
    for _ in range(6):
        call_by_all_channels(app_store, alarm, [], real, clock.now())
        send_all(app_store, channels, clock.now())
    while any(row["state"] == "waiting" for row in messages_in(app_store)):
        clock.wind(seconds=10)
        send_all(app_store, channels, clock.now())
        assert len(messages_in(app_store)) == 6
    last = messages_in(app_store)[-1]
    assert (last["state"], last["reason"]) == ("failed", "status_503")
    assert last["tries"] - last["held"] == 5


def test_a_channel_that_hangs_takes_no_room_of_others_and_codes_none_of_alarms(
    app_store: Store,
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    team: list[list[int]],
    hook_ids: list[int],
    clock: WoundClock,
) -> None:
    """Forty codes hang in the SMS gateway; the alarm's own SMS and its rooms leave at once."""
    # With patience for a busy machine: calls that time out would open the breaker, which is not asked here.
    bounds = Bounds(hosts=real.sms_hosts, private=True, connect_s=60, total_s=120)
    channels.by_name["sms"] = SmsWebhook(real.sms_url, real.sms_secret, bounds)
    gateway.how = "hang"
    expires_at = clock.now() + timedelta(minutes=5)
    with app_store.transaction(clock.now()) as transaction:
        codes = [
            Draft("sms", "sign_in_code", "19900000001", f"code:{number}", "123456", expires_at)
            for number in range(40)
        ]
        messages.put(transaction.connection, codes, clock.now())
    hanging = send_due(app_store, channels, clock.now())
    assert len(hanging) == AT_ONCE
    gateway.wait_for_calls(AT_ONCE)
    assert len(gateway.calls) == AT_ONCE
    gateway.how = "200"
    call_by_all_channels(app_store, alarm, team[0], real, clock.now())
    sent = send_due(app_store, channels, clock.now())
    for task in sent:
        task.join(60)
    assert len(sent) == len(team[0]) + len(KINDS)
    alarm_rows = [row for row in messages_in(app_store) if row["alarm_id"] and row["channel"] != "socket"]
    assert {row["state"] for row in alarm_rows} == {"sent"}
    gateway.stopping.set()
    for task in hanging:
        task.join(60)
    assert channels.under_way.total() == 0


def test_a_push_service_that_knows_the_browser_no_more_ends_its_subscription(
    app_store: Store,
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    team: list[list[int]],
    clock: WoundClock,
) -> None:
    who = team[0][1]
    number = _subscribe(app_store, who, gateway, clock)
    gateway.how = "410"
    call_by_all_channels(app_store, alarm, [who], real, clock.now())
    send_all(app_store, channels, clock.now())
    with app_store.read() as connection:
        assert push_subscriptions.by_id(connection, number) is None
    gone = next(row for row in messages_in(app_store) if row["channel"] == "push")
    assert (gone["state"], gone["reason"], gone["tries"]) == ("failed", "gone", 1)


def test_many_outcomes_of_one_alarm_are_told_in_fewer_events(
    app_store: Store,
    alarm: Alarm,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    team: list[list[int]],
    clock: WoundClock,
) -> None:
    """Whole states: as many as there were transactions, never one for each message that others waited beside."""
    call_by_all_channels(app_store, alarm, [*team[0], *team[1]], real, clock.now())
    with app_store.read() as connection:
        before = views.view(connection, alarm.id)["version"]
    sent = send_all(app_store, channels, clock.now())
    with app_store.read() as connection:
        after = views.view(connection, alarm.id)["version"]
    assert sent == 10
    assert 1 <= after - before <= sent
    texts = [json.loads(body) for _headers, body in gateway.calls]
    assert len({one["reference"] for one in texts}) == sent

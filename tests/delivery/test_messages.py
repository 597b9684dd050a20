"""Messages on their way out, against a real gateway, with the clock wound forward."""

import json
import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.config import Settings, read_settings
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.delivery.channels.outside import Bounds
from server.delivery.channels.registry import Channels, channels_of
from server.delivery.channels.sms import SmsWebhook
from server.delivery.jobs.messages import RETRY_AFTER_S, send_due, tidy
from server.delivery.queries import messages
from server.delivery.tables import message
from server.people.actions import sessions
from tests.tools import gateway as gateways
from tests.tools.clock import WoundClock
from tests.tools.gateway import Gateway
from tests.tools.outward import send_all

SECRET = "a secret of the tests, of at least 32 characters"
PHONE = "19900000001"
CODES = ("sms", False)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Run a gateway on loopback."""
    with gateways.running() as one:
        yield one


@pytest.fixture
def real(gateway: Gateway) -> Settings:
    """Give settings of real use, with that gateway."""
    return read_settings(
        {
            "HUXUE_PUBLIC_URL": "https://huxue.example",
            "HUXUE_DATABASE_URL": "sqlite:////var/lib/huxue/huxue.db",
            "HUXUE_SMS_URL": gateway.url,
            "HUXUE_SMS_SECRET": SECRET,
            "HUXUE_SMS_HOSTS": "127.0.0.1",
            "HUXUE_SMS_PRIVATE": "1",
        }
    )


@pytest.fixture
def channels(real: Settings, store: Store) -> Channels:
    """Make the channels of real use, with patience for a busy machine."""
    made = channels_of(real, store)
    bounds = Bounds(hosts=real.sms_hosts, private=True, connect_s=20, total_s=30)
    made.by_name["sms"] = SmsWebhook(real.sms_url, real.sms_secret, bounds)
    return made


def _ask(store: Store, real: Settings, clock: WoundClock) -> str:
    answer = sessions.ask_for_code(
        store, phone=PHONE, caller=sessions.Caller(), limits=real.limits(), now=clock.now()
    )
    request: str = answer["request"]
    return request


def _row(store: Store) -> Any:
    with store.read() as connection:
        return connection.execute(select(message).order_by(message.c.id.desc())).mappings().first()


def test_a_code_leaves_as_an_sms_and_is_then_forgotten(
    store: Store,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    clock: WoundClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Once, signed, with the text of the settings; the row keeps no body, the log no code."""
    caplog.set_level(logging.DEBUG)
    request = _ask(store, real, clock)
    code = _row(store)["body"]
    assert send_all(store, channels, clock.now()) == 1
    ((_headers, body),) = gateway.calls
    sent = json.loads(body)
    assert sent["to"] == PHONE
    assert sent["text"] == f"【护学】验证码 {code}，5 分钟内有效，请勿告诉他人。"
    row = _row(store)
    assert (row["state"], row["body"], row["tries"], row["sent_at"]) == ("sent", None, 1, clock.now())
    assert sent["reference"] == row["reference"]
    assert send_all(store, channels, clock.now()) == 0
    assert code not in caplog.text
    assert request not in caplog.text
    signed_in = sessions.sign_in_with_code(
        store, request=request, code=code, caller=sessions.Caller(), limits=real.limits(), now=clock.now()
    )
    assert signed_in.ticket


def test_a_failing_gateway_is_tried_again_until_it_takes_the_message(
    store: Store, real: Settings, channels: Channels, gateway: Gateway, clock: WoundClock
) -> None:
    """With the same reference, so that it can drop doubles; the reason of each failure is kept."""
    _ask(store, real, clock)
    gateway.how = "503"
    for number, pause in enumerate(RETRY_AFTER_S[:3], start=1):
        assert send_all(store, channels, clock.now()) == 1
        row = _row(store)
        assert (row["state"], row["tries"], row["reason"]) == ("waiting", number, "status_503")
        assert row["due_at"] == clock.now() + timedelta(seconds=pause)
        assert send_all(store, channels, clock.now()) == 0
        clock.wind(seconds=pause)
    gateway.how = "200"
    assert send_all(store, channels, clock.now()) == 1
    assert (_row(store)["state"], _row(store)["reason"]) == ("sent", None)
    assert len({json.loads(body)["reference"] for _headers, body in gateway.calls}) == 1


@pytest.mark.parametrize(("how", "tries"), [("500", 5), ("400", 1), ("redirect", 1)])
def test_a_message_is_given_up_with_its_reason_and_erased(
    store: Store,
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    clock: WoundClock,
    how: str,
    tries: int,
) -> None:
    """After five tries, or at once when another would be no better."""
    _ask(store, real, clock)
    gateway.how = how
    for _ in range(10):
        send_all(store, channels, clock.now())
        clock.wind(seconds=60)
    row = _row(store)
    assert (row["state"], row["body"], row["tries"]) == ("failed", None, tries)
    assert len(gateway.calls) == tries
    assert gateway.redirected == []


def test_a_code_that_came_too_late_is_not_sent(
    store: Store, real: Settings, channels: Channels, gateway: Gateway, clock: WoundClock
) -> None:
    """The process was down for its five minutes."""
    _ask(store, real, clock)
    clock.wind(minutes=5)
    send_all(store, channels, clock.now())
    assert (_row(store)["state"], _row(store)["reason"], _row(store)["body"]) == ("failed", "too_late", None)
    assert gateway.calls == []


def test_a_gateway_that_hangs_holds_nobody_up(
    store: Store, real: Settings, channels: Channels, gateway: Gateway, clock: WoundClock
) -> None:
    """The clock's loop goes on at once, and only so many messages hang at a time."""
    gateway.how = "hang"
    with store.transaction(clock.now()) as transaction:
        drafts = [
            messages.Draft(
                channel="sms",
                purpose="sign_in_code",
                address=PHONE,
                reference=str(number),
                body="123456",
                expires_at=clock.now() + timedelta(minutes=5),
            )
            for number in range(40)
        ]
        messages.put(transaction.connection, drafts, clock.now())
    begin = time.monotonic()
    first = send_due(store, channels, clock.now())
    second = send_due(store, channels, clock.now())
    assert time.monotonic() - begin < 20
    assert (len(first), len(second)) == (16, 0)
    gateway.stopping.set()
    for task in first:
        task.join(60)
    assert channels.under_way.total() == 0


def test_a_sender_that_died_is_replaced_and_a_late_one_overrules_nobody(
    store: Store, real: Settings, channels: Channels, gateway: Gateway, clock: WoundClock
) -> None:
    """At least once: what was taken and not settled is taken again after a minute."""
    _ask(store, real, clock)
    with store.transaction(clock.now()) as transaction:
        (dead,) = messages.claim_due(
            transaction.connection,
            CODES,
            now=clock.now(),
            dead_at=clock.now() + timedelta(seconds=60),
            most=9,
        )
    assert send_all(store, channels, clock.now()) == 0
    clock.wind(seconds=60)
    assert send_all(store, channels, clock.now()) == 1
    with store.transaction(clock.now()) as transaction:
        messages.failed(transaction.connection, dead, reason="timed_out")
    assert (_row(store)["state"], _row(store)["tries"]) == ("sent", 2)


def test_two_processes_never_take_the_same_message(
    store: Store, real: Settings, channels: Channels, gateway: Gateway, clock: WoundClock
) -> None:
    """Nor waits one for the other on PostgreSQL."""
    if store.is_sqlite:
        pytest.skip("SQLite has one writer")
    _ask(store, real, clock)
    with store.transaction(clock.now()) as one:
        dead_at = clock.now() + timedelta(seconds=60)
        assert len(messages.claim_due(one.connection, CODES, now=clock.now(), dead_at=dead_at, most=9)) == 1
        with store.transaction(clock.now()) as other:
            assert messages.claim_due(other.connection, CODES, now=clock.now(), dead_at=dead_at, most=9) == []


def test_without_a_gateway_no_code_is_promised(store: Store, clock: WoundClock) -> None:
    """Real use without a gateway says so instead of letting people wait."""
    settings = read_settings(
        {"HUXUE_PUBLIC_URL": "https://huxue.example", "HUXUE_DATABASE_URL": "sqlite:///var/huxue.db"}
    )
    with pytest.raises(Refused) as refused:
        _ask(store, settings, clock)
    assert refused.value.code == "no_code_channel"
    assert set(channels_of(settings, store).by_name) == {"socket", "chat", "webhook"}


def test_what_a_message_said_is_erased_when_it_is_of_no_use(store: Store, clock: WoundClock) -> None:
    """The demo's list keeps a code for its five minutes only."""
    demo = read_settings({"HUXUE_MODE": "demo"})
    _ask(store, demo, clock)
    send_all(store, channels_of(demo, store), clock.now())
    assert (_row(store)["state"], len(_row(store)["body"])) == ("sent", 6)
    tidy(store, clock.now())
    assert _row(store)["body"]
    clock.wind(minutes=5)
    tidy(store, clock.now())
    assert _row(store)["body"] is None


def test_an_unknown_channel_fails_and_never_blocks(
    store: Store, real: Settings, channels: Channels, clock: WoundClock
) -> None:
    """A row from another version or mode."""
    _ask(store, real, clock)
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(message).values(channel="pigeon"))
    send_all(store, channels, clock.now())
    assert (_row(store)["state"], _row(store)["reason"]) == ("failed", "no_channel")

"""SMS of a month, quiet hours that begin while something waits, and how long a push is kept."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server.core import audit
from server.core.database.transaction import Store
from server.delivery.channels.registry import Channels
from server.delivery.jobs import held_back
from server.delivery.jobs.messages import send_due
from server.delivery.queries import messages, sms_use
from server.delivery.queries.messages import Draft
from server.delivery.rules.budget import SmsBudget, granted
from server.delivery.rules.quiet import QuietHours, held_until
from server.delivery.tables import message
from tests.tools import gateway as gateways
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.gateway import Gateway
from tests.tools.outward import real_channels, real_settings, send_all

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NUDGE = json.dumps({"place": "青禾第1小学 南门", "starts": "07:20", "page": "/"})


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Run a gateway on loopback."""
    with gateways.running() as one:
        yield one


@given(st.integers(0, 500), st.integers(0, 5000), st.integers(0, 5000))
def test_no_more_goes_than_the_budget_and_all_of_it_where_there_is_none(
    wanted: int, sent: int, a_month: int
) -> None:
    go = granted(wanted, sent, SmsBudget(a_month))
    assert 0 <= go <= wanted
    assert not a_month or go == 0 or sent + go <= a_month
    assert a_month or go == wanted


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 2880))
def test_what_is_held_is_let_go_outside_the_quiet_hours_and_still_of_use(
    first: int, last: int, at: int, useful: int
) -> None:
    quiet = QuietHours(*(time(one // 60, one % 60) for one in (first, last)))
    local = datetime(2026, 11, 24, at // 60, at % 60, tzinfo=SHANGHAI)
    until = held_until(quiet, local, local - timedelta(days=2), local + timedelta(minutes=useful))
    if until is not None:
        assert quiet.over_at(until) is None
        assert local < until < local + timedelta(minutes=useful)


def put(
    store: Store, who: int, channel: str = "sms", *, now: datetime, useful: timedelta, **more: object
) -> None:
    with store.transaction(now) as transaction:
        draft = Draft(
            channel=channel,
            purpose=str(more.get("purpose", "duty_nudge")),
            address="account",
            telephone="19900000001",
            reference=str(more.get("reference", f"r:{now}")),
            body=str(more.get("body", NUDGE)),
            expires_at=now + useful,
            account_id=who,
        )
        messages.put(transaction.connection, [draft], now)


def states(store: Store) -> list[tuple[str, str | None]]:
    with store.read() as connection:
        return [
            tuple(row)
            for row in connection.execute(select(message.c.state, message.c.reason).order_by(message.c.id))
        ]


def test_beyond_the_budget_duties_are_held_back_and_counted_and_a_code_and_a_new_month_go(
    store: Store,
    district: SmallDistrict,
    caller: Callable[[int | None], Caller],
    gateway: Gateway,
    clock: WoundClock,
) -> None:
    channels: Channels = real_channels(real_settings(gateway, HUXUE_SMS_A_MONTH="2"), store)
    clock.set(NOON)
    who = district.guards[0][0]
    for at in range(4):
        put(store, who, now=NOON, useful=timedelta(hours=1), reference=f"n:{at}")
    put(store, who, now=NOON, useful=timedelta(hours=1), purpose="sign_in_code", body="123456")
    send_all(store, channels, NOON)
    over = ("failed", "over_budget")
    assert states(store) == [("sent", None), ("sent", None), over, over, ("sent", None)]
    assert len(gateway.calls) == 3
    with store.read() as connection:
        assert sms_use.of_month(connection, district.district_id, "2026-11") == sms_use.Used(2, 2)
        rows = list(
            connection.execute(
                select(audit.audit_row.c.facts).where(audit.audit_row.c.act == "sms_budget_used_up")
            ).scalars()
        )
        assert rows == [{"month": "2026-11", "budget": 2}], "once a month, whatever is held back"
        assert not connection.execute(
            select(audit.audit_row.c.id).where(audit.audit_row.c.act == "sms_failed")
        ).all()
    december = datetime(2026, 11, 30, 16, 1, tzinfo=UTC)
    clock.set(december)
    put(store, who, now=december, useful=timedelta(hours=1))
    send_all(store, channels, december)
    assert states(store)[-1] == ("sent", None), "the month begins at local midnight"


def test_the_console_shows_what_is_used(
    app_store: Store, district: SmallDistrict, caller: Callable[[int | None], Caller], clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        sms_use.take(transaction.connection, district.district_id, "2026-11", 5, SmsBudget(3))
    shown = caller(district.consoles["district_admin"]).get("/api/channels/sms-use").json
    assert shown == {"month": "2026-11", "budget": 0, "sent": 3, "held": 2}


def test_what_still_waits_when_quiet_hours_begin_waits_for_their_end(
    store: Store, district: SmallDistrict, gateway: Gateway
) -> None:
    channels = real_channels(real_settings(gateway), store)
    who, written = district.guards[0][0], datetime(2026, 11, 24, 12, 59, tzinfo=UTC)
    change = json.dumps({"given": [], "taken": [], "more": 1, "page": "/duties"})
    put(store, who, now=written, useful=timedelta(hours=30), purpose="duty_change", body=change)
    for task in send_due(store, channels, written + timedelta(minutes=2)):
        task.join()
    assert (states(store), gateway.calls) == ([("waiting", "quiet_hours")], [])
    morning = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    send_all(store, channels, morning)
    assert states(store) == [("sent", None)]


def test_a_gateway_that_rests_costs_a_message_no_second_share_of_the_budget(
    store: Store, district: SmallDistrict, gateway: Gateway
) -> None:
    channels = real_channels(real_settings(gateway, HUXUE_SMS_A_MONTH="2"), store)
    put(store, district.guards[0][0], now=NOON, useful=timedelta(hours=1))
    for minute in range(5):
        with store.transaction(NOON) as transaction:
            lane = ("sms", False)
            at = NOON + timedelta(minutes=minute)
            taken = messages.claim_due(transaction.connection, lane, now=at, dead_at=at, most=1)
            _tried, why = held_back.of_others(transaction, taken, channels.settings)
            assert why == {}, minute
            rest = {"due_at": at + timedelta(seconds=20), "reason": "breaker_open", "held": True}
            assert messages.again(transaction.connection, taken[0], **rest)
    with store.read() as connection:
        assert sms_use.of_month(connection, district.district_id, "2026-11") == sms_use.Used(1, 0)

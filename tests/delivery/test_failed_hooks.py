"""A room or a machine that answers nonsense: its messages fail with a reason, it is written down, the alarm goes on."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from server.alarm.queries import alarms
from server.alarm.service import calls, views
from server.core import audit
from server.core.database.transaction import Store
from server.delivery.channels.registry import Channels
from server.delivery.jobs.messages import RETRY_AFTER_S, send_due
from server.delivery.queries import hooks
from server.delivery.rules.channels import ChannelName
from tests.tools import gateway as gateways
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.gateway import Gateway
from tests.tools.outward import add_hook, real_channels, real_settings
from tests.tools.world import WAIT_S

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Run a gateway on loopback."""
    with gateways.running() as one:
        yield one


def _try_to_the_end(store: Store, channels: Channels, clock: WoundClock) -> None:
    for _time in range(len(RETRY_AFTER_S) + 2):
        for task in send_due(store, channels, clock.now()):
            task.join(WAIT_S)
        clock.wind(seconds=RETRY_AFTER_S[-1])


@pytest.mark.parametrize(("how", "reason"), [("html", "not_json"), ("huge", "answer_too_large")])
def test_a_webhook_that_answers_a_page_or_a_flood_is_written_down_and_stops_nothing(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    clock: WoundClock,
    gateway: Gateway,
    how: str,
    reason: str,
) -> None:
    gateway.how = how
    hook_id = add_hook(app_store, district.district_id, gateway, clock.now(), format="wecom")
    raised = caller(team[0][0]).post("/api/alarms").json
    settings = real_settings(gateway)
    channels = real_channels(settings, app_store)
    with app_store.transaction(clock.now()) as transaction:
        row = alarms.by_id(transaction.connection, raised["id"])
        assert row is not None
        chat = frozenset({ChannelName.CHAT})
        calls.call(transaction, row, [], tier=1, channels=chat, limits=settings.limits(), rooms=True)
    _try_to_the_end(app_store, channels, clock)
    with app_store.read() as connection:
        hook = hooks.by_id(connection, hook_id)
        query = select(audit.audit_row.c.facts).where(audit.audit_row.c.act == "hook_failed")
        written = list(connection.execute(query).scalars())
        alarm = alarms.by_id(connection, raised["id"])
    assert hook is not None
    assert alarm is not None
    assert hook.last_reason == reason
    assert {tuple(sorted(one.items())) for one in written} == {
        (("alarm_id", raised["id"]), ("hook_id", hook_id), ("reason", reason))
    }
    assert alarm.state == alarms.OPEN


@pytest.mark.parametrize(
    ("how", "reason"), [("html", "not_json"), ("huge", "answer_too_large"), ("403", "status_403")]
)
def test_an_sms_gateway_that_answers_a_page_or_a_flood_has_sent_nothing_and_is_written_down(
    caller: SignIn,
    team: list[list[int]],
    app_store: Store,
    clock: WoundClock,
    gateway: Gateway,
    how: str,
    reason: str,
) -> None:
    gateway.how = how
    raised = caller(team[0][0]).post("/api/alarms").json
    settings = real_settings(gateway)
    with app_store.transaction(clock.now()) as transaction:
        row = alarms.by_id(transaction.connection, raised["id"])
        assert row is not None
        sms = frozenset({ChannelName.SMS})
        calls.call(transaction, row, [team[0][1]], tier=1, channels=sms, limits=settings.limits())
    _try_to_the_end(app_store, real_channels(settings, app_store), clock)
    with app_store.read() as connection:
        query = select(audit.audit_row.c.facts).where(audit.audit_row.c.act == "sms_failed")
        assert list(connection.execute(query).scalars()) == [{"alarm_id": raised["id"], "reason": reason}]
        told = views.view(connection, raised["id"])
    [sms_state] = [one for one in told["deliveries"] if one["channel"] == "sms"]
    assert (sms_state["state"], sms_state["reason"]) == ("failed", reason)

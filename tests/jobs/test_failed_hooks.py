"""A room or a machine that answers nonsense: its messages fail with a reason, it is written down, the alarm goes on."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from server.domain.channels import ChannelName
from server.jobs.messages import RETRY_AFTER_S, send_due
from server.store import alarm_calls, alarms, audit, hooks
from server.store.transaction import Store
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
        alarm_calls.call(transaction, row, [], tier=1, channels=chat, rules=settings.rules(), rooms=True)
    for _time in range(len(RETRY_AFTER_S) + 2):
        for task in send_due(app_store, channels, clock.now()):
            task.join(WAIT_S)
        clock.wind(seconds=RETRY_AFTER_S[-1])
    with app_store.read() as connection:
        hook = hooks.by_id(connection, hook_id)
        query = select(audit.audit_row.c.facts).where(audit.audit_row.c.act == "hook_failed")
        written = list(connection.execute(query).scalars())
        alarm = alarms.by_id(connection, raised["id"])
    assert hook is not None
    assert alarm is not None
    assert hook["last_reason"] == reason
    assert {tuple(sorted(one.items())) for one in written} == {
        (("alarm_id", raised["id"]), ("hook_id", hook_id), ("reason", reason))
    }
    assert alarm["state"] == alarms.OPEN

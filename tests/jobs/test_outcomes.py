"""What became of messages is written down for each of them, whatever is wrong with an alarm or with one of them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from server.channels.registry import Channels
from server.config import Settings
from server.jobs.outcomes import Outcome, keep
from server.store import messages
from server.store.ladders import ladder
from server.store.messages import Draft
from server.store.transaction import Store
from tests.jobs.test_alarm_messages import _call, _rows, _send
from tests.tools.clock import WoundClock
from tests.tools.gateway import Gateway


def test_messages_of_an_alarm_that_cannot_be_told_do_not_go_out_again(
    app_store: Store,
    alarm: dict[str, Any],
    real: Settings,
    channels: Channels,
    gateway: Gateway,
    team: list[list[int]],
    clock: WoundClock,
) -> None:
    """A ladder in a phase that this version does not know: what was sent is still written down as sent."""
    with app_store.engine.begin() as connection:
        connection.execute(update(ladder).where(ladder.c.alarm_id == alarm["id"]).values(phase="standing_by"))
    _call(app_store, alarm, [team[0][1]], real, clock)
    _send(app_store, channels, clock)
    assert [row["state"] for row in _rows(app_store) if row["channel"] == "sms"] == ["sent"]
    clock.wind(minutes=2)
    _send(app_store, channels, clock)
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
    assert [row["state"] for row in _rows(app_store)] == ["sending", "sent"]

"""Real channels to a real gateway, and an alarm to call people to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from server.alarm.queries import alarms
from server.config import Settings
from server.core.database.transaction import Store
from server.delivery.channels.registry import Channels
from server.delivery.queries.messages import message
from tests.tools import gateway as gateways
from tests.tools.client import Caller
from tests.tools.gateway import Gateway
from tests.tools.outward import real_channels, real_settings

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Run a gateway on loopback that takes whatever any service would."""
    with gateways.running() as one:
        one.answer = b'{"errcode":0,"code":0}'
        yield one


@pytest.fixture
def real(gateway: Gateway) -> Settings:
    """Give settings of real use, with all channels on that gateway."""
    return real_settings(gateway)


@pytest.fixture
def channels(real: Settings, app_store: Store) -> Channels:
    """Make the real channels."""
    return real_channels(real, app_store)


@pytest.fixture
def alarm(caller: SignIn, team: list[list[int]], app_store: Store) -> dict[str, Any]:
    """Raise an alarm, and forget the calls of its first step: each test makes its own."""
    raised: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    with app_store.engine.begin() as connection:
        connection.execute(message.delete())
        row = alarms.by_id(connection, raised["id"])
    assert row is not None
    return dict(row)

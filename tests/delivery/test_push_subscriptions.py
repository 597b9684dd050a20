"""Browsers that take pushes: whose they are, how many, and which addresses are refused."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.delivery.queries import push_subscriptions
from server.delivery.tables import push_subscription
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.duty import count
from tests.tools.outward import APPLE, subscription

SignIn = Callable[[int | None], Caller]
pytestmark = pytest.mark.usefixtures("resolved")


def _leave(who: Caller, endpoint: str = APPLE) -> TestResponse:
    return who.client.delete(
        "/api/push-subscriptions",
        json={"request_id": str(uuid4()), "endpoint": endpoint},
        headers={"X-CSRF-Token": who.csrf_token},
    )


def test_a_browser_is_kept_once_and_belongs_to_who_signed_in_last(
    caller: SignIn, team: list[list[int]], app_store: Store
) -> None:
    first, second = caller(team[0][0]), caller(team[0][1])
    made = first.post("/api/push-subscriptions", subscription())
    assert made.status_code == 201
    assert second.post("/api/push-subscriptions", subscription()).json == made.json
    assert count(app_store, push_subscription, account_id=team[0][1]) == 1
    assert count(app_store, push_subscription) == 1


def test_a_subscription_is_removed_by_its_owner_alone(
    caller: SignIn, team: list[list[int]], app_store: Store
) -> None:
    owner, other = caller(team[0][0]), caller(team[0][1])
    owner.post("/api/push-subscriptions", subscription())

    assert (_leave(other).status_code, count(app_store, push_subscription)) == (204, 1)
    assert (_leave(owner).status_code, count(app_store, push_subscription)) == (204, 0)
    assert _leave(owner).status_code == 204


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ("https://127.0.0.1/push", "host_not_allowed"),
        ("https://[::1]/push", "host_not_allowed"),
        ("https://169.254.169.254/latest/meta-data", "host_not_allowed"),
        ("https://evil.example/push", "host_not_allowed"),
        ("https://push.apple.com.evil.example/push", "host_not_allowed"),
        ("https://evilpush.apple.com/push", "host_not_allowed"),
        ("https://user@web.push.apple.com/push", "host_not_allowed"),
        ("https://web.push.apple.com:99999/push", "host_not_allowed"),
        ("http://web.push.apple.com/push", "not_https"),
        ("https://inside.push.apple.com/push", "private_address"),
    ],
)
def test_an_endpoint_inside_or_elsewhere_is_refused_and_recorded(
    caller: SignIn,
    team: list[list[int]],
    app_store: Store,
    resolved: dict[str, str],
    endpoint: str,
    reason: str,
) -> None:
    resolved["inside.push.apple.com"] = "10.0.0.7"
    answer = caller(team[0][0]).post("/api/push-subscriptions", subscription(endpoint=endpoint))
    assert code(answer) == (422, "push_refused")
    assert answer.json["facts"] == {"reason": reason}
    assert count(app_store, push_subscription) == 0
    assert count(app_store, audit_row, act="push_refused", actor_id=team[0][0]) == 1


def test_malformed_keys_are_bad_input(caller: SignIn, team: list[list[int]]) -> None:
    guard = caller(team[0][0])
    for wrong in ({"p256dh": "short"}, {"auth": "x" * 23}, {"endpoint": ""}, {"endpoint": "x" * 1001}):
        assert code(guard.post("/api/push-subscriptions", subscription(**wrong))) == (422, "bad_input")


@pytest.mark.parametrize("part", ["\ud800", "\x00", "号", " ", "\r\nX-Other: 1", "\\", "#part"])
def test_an_endpoint_that_no_request_could_carry_is_bad_input(
    caller: SignIn, team: list[list[int]], app_store: Store, part: str
) -> None:
    guard, sent = caller(team[0][0]), subscription(endpoint=f"{APPLE}{part}x")
    assert code(guard.post("/api/push-subscriptions", sent)) == (422, "bad_input")
    assert code(_leave(guard, sent["endpoint"])) == (422, "bad_input")
    assert count(app_store, push_subscription) == 0


def test_an_account_keeps_its_five_newest_browsers(
    caller: SignIn, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    guard = caller(team[0][0])
    for number in range(7):
        guard.post("/api/push-subscriptions", subscription(endpoint=f"{APPLE}/{number}"))
        clock.wind(seconds=1)
    with app_store.read() as connection:
        kept = {row.endpoint[-1] for row in connection.execute(select(push_subscription))}
    assert kept == set("23456")
    assert push_subscriptions.MOST == 5

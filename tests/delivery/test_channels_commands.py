"""``flask channels``: keys that fit, and a test whose results are shown as they come."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from server.core.database.transaction import Store
from server.delivery.channels.outside import Bounds
from server.delivery.channels.push import PushService
from tests.tools.district import SmallDistrict
from tests.tools.gateway import Gateway
from tests.tools.outward import add_hook


def test_the_keys_that_it_makes_belong_together(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["channels", "make-keys"])
    made = dict(line.split("=", 1) for line in done.stdout.splitlines())
    keys = made["HUXUE_PUSH_PUBLIC_KEY"], made["HUXUE_PUSH_PRIVATE_KEY"]
    PushService(lambda _: None, Bounds(hosts=frozenset()), keys=keys, subject="", wall_clock_s=lambda: 0)
    assert (len(keys[0]), len(keys[1])) == (87, 43)


def test_a_test_of_a_webhook_shows_each_result_without_a_server_running(
    app: Flask, app_store: Store, district: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.delivery.commands.SERVER_TAKES_WITHIN_S", 0.0)
    number = add_hook(app_store, district.district_id, Gateway(port=1), datetime.now(UTC), format="feishu")
    done = app.test_cli_runner().invoke(args=["channels", "test", "--hook", str(number)])
    assert (done.exit_code, done.stdout.splitlines()) == (0, ["chat: waiting", "chat: sent"])


def test_a_receiver_that_is_not_there_is_said_in_a_sentence(app: Flask, district: SmallDistrict) -> None:
    run = app.test_cli_runner().invoke
    assert "Name one receiver" in run(args=["channels", "test"]).output
    assert "No such webhook" in run(args=["channels", "test", "--hook", "9"]).output
    assert "No such account" in run(args=["channels", "test", "--user", "nobody"]).output
    assert "No way leads there" in run(args=["channels", "test", "--user", "dispatcher"]).output

"""Whoever's role or scope changed, or whose session ran out, hears nothing any more that is not his."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import update

from server.people.queries.sessions import hashed
from server.people.tables import account, session
from tests.tools.listener import Listener
from tests.tools.world import WAIT_S, World, living


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district."""
    with living(sqlite_url, tmp_path / "server.log") as world:
        yield world


def fetch(world: World, account_id: int, path: str, **query: Any) -> requests.Response:
    """Read as an account, with a query."""
    cookie = {"Cookie": f"huxue={world.token(account_id)[0]}"}
    return requests.get(world.server.url + path, query, headers=cookie, timeout=WAIT_S)


def test_another_scope_closes_the_socket_and_makes_the_cursor_void(world: World) -> None:
    district = world.district
    officer = district.consoles["station_officer"]
    before = fetch(world, officer, "/api/coverage").json()
    page = Listener(world.server.url, world.token(officer)[0])
    assert page.wait_for("hello")["epoch"] == before["epoch"]
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(
            update(account).where(account.c.id == officer).values(station_id=district.stations[1])
        )
    page.wait_for("closed")

    old = fetch(world, officer, "/api/events", after=before["last"], epoch=before["epoch"])
    assert (old.status_code, old.json()["code"]) == (410, "epoch_changed")
    again = Listener(world.server.url, world.token(officer)[0])
    after = fetch(world, officer, "/api/coverage").json()
    assert again.wait_for("hello")["epoch"] == after["epoch"] != before["epoch"]
    assert {line["post_id"] for line in after["posts"]} == {district.posts[2]}
    again.client.disconnect()


def test_a_session_that_ran_out_is_not_listened_to_any_longer(world: World) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    token = world.token(dispatcher)[0]
    page = Listener(world.server.url, token)
    other = Listener(world.server.url, world.token(world.district.consoles["district_admin"])[0])
    page.wait_for("hello")
    now = datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        transaction.connection.execute(
            update(session).where(session.c.token_hash == hashed(token)).values(expires_at=now)
        )
    page.wait_for("closed")
    # Those whose session and scope are as they were go on listening in the same room.
    other.wait_for("heartbeat")
    assert all(name != "closed" for name, _data in list(other.heard.queue))
    other.client.disconnect()

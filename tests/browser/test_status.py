"""The district's administrator sees how the server does, what wants a look first, in words without codes."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from server.core.database import schema_state
from tests.tools.cast import Cast
from tests.tools.pressing import follow
from tests.tools.world import World, living

PARTS = 11


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("status")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_what_wants_a_look_stands_first(world: World, browser: Browser, size: tuple[int, int]) -> None:
    with world.store.transaction(datetime.now(UTC)) as transaction:
        silent = datetime.now(UTC) - timedelta(minutes=5)
        schema_state.try_write(transaction.connection, "auditor", silent)
    admin = world.district.consoles["district_admin"]
    page = Cast(browser, world).context(admin, phone=False, size=size).new_page()
    page.goto(f"{world.server.url}/console")
    follow(page, "服务器状态", "/console/status")
    parts = page.locator("li[data-part]")
    expect(parts).to_have_count(PARTS)
    auditor = page.locator('[data-part="auditor"]')
    expect(auditor).to_have_attribute("data-health", "wrong")
    expect(auditor).to_contain_text("已 5 分钟 没有动静")
    expect(page.get_by_role("status").filter(has_text="需要看一下")).to_be_visible()
    ranks = ["wrong", "soon", "off", "fine"]
    shown = [ranks.index(one.get_attribute("data-health") or "") for one in parts.all()]
    assert shown == sorted(shown)
    words = "".join(parts.all_inner_texts())
    assert not re.search(r"\{\w+\}|console\.|undefined|NaN", words), words
    wide = "document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(wide)

"""A desk looks at the coming week by post, narrows it down, and opens the roster of a post."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.tools.cast import Cast
from tests.tools.plans import MORNING_PEAK, edit
from tests.tools.pressing import follow
from tests.tools.roster_desk import TODAY, desk
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("forecast")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def test_what_is_at_risk_is_seen_by_post_and_leads_to_its_roster(world: World, browser: Browser) -> None:
    admin, guards = world.district.consoles["district_admin"], world.district.guards[0]
    # There is school tomorrow, whatever the day.
    on = TODAY + timedelta(days=1)
    seats = [edit(1, str(on), "staff", one, number=at + 1) for at, one in enumerate(guards[:2])]
    world.write(admin, "/api/roster/seats", seats=seats, anyway=True)
    monday = str(on - timedelta(days=on.weekday()))
    seen = world.get(admin, f"/api/roster/week?school_id=1&week={monday}").json()["fingerprint"]
    world.write(admin, "/api/roster/publication", school_id=1, week=monday, seen=seen)
    page = desk(world, browser, "district_admin")
    follow(page, "一周预报", "/console/roster/forecast")
    rows = page.locator("tbody tr:not(.all)")
    expect(rows).to_have_count(3)
    mine = rows.first
    expect(mine).to_contain_text("青禾第1小学")
    expect(mine.locator("td.day").nth(1)).to_contain_text("缺人 5")
    expect(mine.locator("td.day").nth(1)).to_contain_text("?2")
    path = "/api/me/duties/answers"
    world.write(guards[0], path, post_id=1, date=str(on), peak=MORNING_PEAK, answer="cannot")
    # The page hears it.
    expect(mine.locator("td.day").nth(1)).to_contain_text("来不了 1")
    page.get_by_label("派出所").select_option(
        label=page.get_by_label("派出所").locator("option").nth(2).inner_text()
    )
    expect(rows.filter(has_text="青禾第1小学")).to_have_count(0)
    page.get_by_label("派出所").select_option(label="全部")
    page.get_by_label("学校").select_option(label="青禾第1小学")
    expect(rows).to_have_count(1)
    mine.get_by_role("link").click()
    page.wait_for_url("**/console/roster?school=1&week=**")
    page.locator(".roster-page .seat").first.wait_for()
    follow(page, "一周预报", "/console/roster/forecast")
    follow(page, "去排班", "/console/roster**")


def test_a_school_sees_its_own_posts_alone(world: World, browser: Browser) -> None:
    school = world.district.consoles["school_admin"]
    for locale in ("zh-CN", "en"):
        page = Cast(browser, world).context(school, phone=False, locale=locale).new_page()
        page.goto(f"{world.server.url}/console/roster/forecast")
        expect(page.locator("tbody tr:not(.all)")).to_have_count(1)
        expect(page.locator("form.filters")).to_have_count(0)

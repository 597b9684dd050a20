"""The bar of notices at a desk: readiness before a peak, device tests, drills, sign-ins held back; the quarter."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.core import audit
from server.delivery.queries import last_delivery
from tests.tools.cast import WAIT_MS, Cast
from tests.tools.looks import SETTLED, faults, keep
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district whose peak begins in 20 minutes: an SMS reached one person, a device is at one post."""
    folder = tmp_path_factory.mktemp("notices")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", peak_in_minutes=20) as world:
        now = datetime.now(UTC)
        with world.store.transaction(now) as transaction:
            last_delivery.note(transaction.connection, world.district.guards[0][0], "sms", now)
        admin = world.district.consoles["district_admin"]
        world.write(admin, "/api/devices", post_id=world.district.posts[0], label="Gatehouse")
        yield world


def open_desk(world: World, browser: Browser, role: str, **more: object) -> Page:
    context = Cast(browser, world).context(world.district.consoles[role], phone=False, **more)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{world.server.url}/console")
    return page


@pytest.mark.parametrize(
    ("role", "counts"),
    [
        ("school_admin", "6/7 人联系不上，0/1 个岗位没有排班，1/1 个派出所"),
        ("dispatcher", "20/21 人联系不上，0/3 个岗位没有排班，2/2 个派出所"),
    ],
)
def test_before_a_peak_the_bar_counts_who_is_out_of_reach_and_leads_to_the_list(
    world: World, browser: Browser, role: str, counts: str
) -> None:
    page = open_desk(world, browser, role)
    notice = page.locator(".notices li", has_text="高峰前检查")
    expect(notice).to_contain_text(counts, timeout=WAIT_MS)
    notice.get_by_role("link", name="查看").click()
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("测试12")
    expect(row).to_contain_text("青禾第1小学 南门")
    expect(row).to_contain_text("早高峰")
    keep(page, f"readiness-{role}")
    page.context.close()


def test_a_new_test_is_told_at_each_console_until_somebody_there_has_looked(
    world: World, browser: Browser
) -> None:
    desks = [open_desk(world, browser, role) for role in ("station_officer", "dispatcher")]
    for page in desks:
        page.locator(".gap-list").wait_for()
    starts = datetime.now(UTC) + timedelta(days=9)
    window = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
    world.write(world.district.consoles["district_admin"], "/api/device-tests", **window)
    told = [page.locator(".notices li", has_text="报警装置测试") for page in desks]
    for one in told:
        expect(one).to_contain_text("全区", timeout=WAIT_MS)

    officer = desks[0]
    told[0].get_by_role("link", name="查看").click()
    quarter = officer.get_by_role("region", name="本季度")
    expect(quarter).to_contain_text("1/1 个有装置的岗位还没有通过测试")
    expect(quarter).to_contain_text("Gatehouse")
    keep(officer, "quarter")
    expect(told[0]).to_have_count(0)
    officer.goto(f"{world.server.url}/console")
    officer.locator(".gap-list").wait_for()
    expect(officer.locator(".notices li", has_text="高峰前检查")).to_be_visible(timeout=WAIT_MS)
    expect(told[0]).to_have_count(0)
    # The other desk has not looked.
    expect(told[1]).to_be_visible()
    for page in desks:
        page.context.close()


def test_an_announced_drill_is_told_the_day_before_and_not_at_the_school(
    world: World, browser: Browser
) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    plan = {"post_id": world.district.posts[0], "kind": "fire", "scenario": "Smoke in the kitchen"}
    ahead = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    world.write(dispatcher, "/api/drills", **plan, notice=True, planned_for=ahead)
    world.write(dispatcher, "/api/drills", **plan, notice=False, planned_for=ahead)
    page = open_desk(world, browser, "station_officer")
    expect(page.locator(".notices li", has_text="演练预告")).to_have_count(1, timeout=WAIT_MS)
    page.context.close()
    school = open_desk(world, browser, "school_admin")
    expect(school.locator(".notices li")).to_have_count(1, timeout=WAIT_MS)
    school.context.close()


def test_a_desk_is_told_whose_sign_in_was_held_back(world: World, browser: Browser) -> None:
    now = datetime.now(UTC)
    facts = {"how": "code", "by": "strangers", "network": "203.0.113.0"}
    subject = world.district.guards[2][0]
    with world.store.transaction(now) as transaction:
        audit.record(
            transaction.connection,
            now=now,
            actor_id=None,
            act="sign_in.locked",
            subject_id=subject,
            facts=facts,
        )
    page = open_desk(world, browser, "dispatcher")
    told = page.locator(".notices li", has_text="暂停登录")
    expect(told).to_contain_text("暂停登录 1 人：测试31", timeout=WAIT_MS)
    page.context.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [(390, 844), pytest.param((1366, 768), marks=pytest.mark.hard)])
def test_the_bar_and_the_pages_behind_it_are_whole(
    world: World, browser: Browser, locale: str, size: tuple[int, int]
) -> None:
    page, found = open_desk(world, browser, "district_admin", locale=locale, size=size), []
    for path in ("", "channels", "devices"):
        page.goto(f"{world.server.url}/console/{path}")
        page.locator(".notices li").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(SETTLED)
        keep(page, f"notices-{path or 'live'}-{size[0]}-{locale}")
        found += [f"{path}: {one}" for one in faults(page, english=locale == "en")]
    page.context.close()
    assert found == []

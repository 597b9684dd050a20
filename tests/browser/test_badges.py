"""A school prints badges, and a duty leader's camera reads one: a real QR code in a real browser."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from sqlalchemy import insert, select, update

from server.duty.service.badges import signed
from server.duty.tables import badge, check_in
from server.people.tables import account
from tests.tools.cast import Cast, film_of, launched
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, VOLUNTEER_1, put_on_duty
from tests.tools.looks import keep
from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district in which a duty leader and a guard with a phone stand at the first post."""
    folder = tmp_path_factory.mktemp("badges")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        now = datetime.now(UTC)
        put_on_duty(world.store, world.district, post=0, seats=[STAFF_1, SECURITY_2], now=now)
        leader = world.district.guards[0][STAFF_1]
        with world.store.transaction(now) as transaction:
            duty_leader = update(account).where(account.c.id == leader).values(category="duty_leader")
            transaction.connection.execute(duty_leader)
        yield world


def made(world: World, account_id: int, **more: object) -> str:
    """Give somebody a badge, and what its QR code holds."""
    now = datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        values = {"account_id": account_id, "issued_by": account_id, "issued_at": now, **more}
        found = transaction.connection.execute(insert(badge).values(values).returning(badge.c.id))
        return signed(transaction.connection, found.scalar_one())


def scanning(playwright: Playwright, world: World, folder: Path, text: str) -> Iterator[Page]:
    """Open the leader's sheet with a camera that sees a code."""
    with launched(playwright, film_of(text, folder)) as browser:
        page = Cast(browser, world).context(world.district.guards[0][STAFF_1], phone=True).new_page()
        page.context.grant_permissions(["camera", "geolocation"])
        page.goto(world.server.url)
        press(page, "帮没带手机的人签到")
        press(page, "扫胸牌")
        yield page


def name_of(world: World, account_id: int) -> str:
    with world.store.read() as connection:
        return connection.execute(select(account.c.name).where(account.c.id == account_id)).scalar_one()


def end_shift(world: World, account_id: int) -> None:
    """Let the shift of somebody's duty be over, so that he may go."""
    with world.store.transaction(datetime.now(UTC)) as transaction:
        mine = check_in.c.account_id == account_id
        shift = transaction.connection.execute(select(check_in.c.shift).where(mine)).scalar_one()
        past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        ended = update(check_in).where(mine).values(shift={**shift, "check_out_opens_at": past})
        transaction.connection.execute(ended)


def test_a_badge_is_read_by_the_camera_and_its_owner_comes_and_goes(
    playwright: Playwright, world: World, tmp_path: Path
) -> None:
    helped = world.district.guards[0][SECURITY_1]
    name = name_of(world, helped)
    for page in scanning(playwright, world, tmp_path, made(world, helped)):
        sheet = page.get_by_role("dialog")
        expect(sheet.locator(".held-up")).to_contain_text(name)
        keep(page, "badge-scanned")
        sends(page, "/api/check-ins/assisted", sheet.get_by_role("button", name="签到", exact=True).click)
        expect(sheet).to_contain_text(f"{name} 已凭胸牌签到")
        press(page, "扫下一个")
        out = sheet.get_by_role("button", name="签退", exact=True)
        is_refused(page, "/api/check-outs/assisted", out.click, "check_out_too_early")
        end_shift(world, helped)
        sends(page, "/api/check-outs/assisted", out.click)
        expect(sheet).to_contain_text(f"{name} 已签退")


@pytest.mark.parametrize("wrong", ["badge_forged", "badge_revoked", "badge_foreign", "badge_suspended"])
def test_what_counts_no_more_or_is_none_of_ours_is_refused_in_words(
    playwright: Playwright, world: World, tmp_path: Path, wrong: str
) -> None:
    mine, foreign = world.district.guards[0][VOLUNTEER_1], world.district.guards[2][SECURITY_1]
    text = f"{world.server.url}/p/{world.district.codes[0]}"
    if wrong == "badge_revoked":
        text = made(world, mine, revoked_at=datetime.now(UTC))
    elif wrong == "badge_foreign":
        text = made(world, foreign)
    elif wrong == "badge_suspended":
        text = made(world, mine)
        with world.store.transaction(datetime.now(UTC)) as transaction:
            gone = update(account).where(account.c.id == mine).values(status="suspended")
            transaction.connection.execute(gone)
    for page in scanning(playwright, world, tmp_path, text):
        alert = page.get_by_role("dialog").get_by_role("alert")
        expect(alert).to_be_visible()
        # The badge stays before the camera: it is asked about again on the next press alone.
        is_refused(page, "/api/badges/look", lambda page=page: press(page, "扫下一个"), wrong)
        expect(alert).to_be_visible()


def test_who_has_a_phone_of_his_own_checks_out_himself(world: World, browser: Browser) -> None:
    page = Cast(browser, world).context(world.district.guards[0][STAFF_1], phone=True).new_page()
    page.goto(world.server.url)
    press(page, "帮没带手机的人签到")
    press(page, "扫胸牌")
    expect(page.get_by_role("dialog")).to_contain_text("请按姓名查找")
    press(page, "按姓名查找")
    name = name_of(world, world.district.guards[0][SECURITY_2])
    page.get_by_role("textbox", name="输入姓名").fill(name)
    press(page, "查找")
    out = page.get_by_role("button", name=f"签退 {name}")
    is_refused(page, "/api/check-outs/assisted", out.click, "checks_out_himself")


def test_a_school_prints_badges_and_revokes_a_lost_one(world: World, browser: Browser) -> None:
    page = Cast(browser, world).context(world.district.consoles["school_admin"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/guards")
    follow(page, "胸牌", "/console/guards/badges")
    name = name_of(world, world.district.guards[0][SECURITY_2])
    page.get_by_role("searchbox", name="姓名").fill(name)
    press(page, "查找")
    people = page.get_by_role("list", name="选人打印")
    expect(people.locator("li")).to_have_count(1)
    people.get_by_role("checkbox", name=f"选择{name}").check()
    sends(page, "/api/badges/sheets", lambda: press(page, "打印选中的 1 张"))
    link = page.get_by_role("link", name="的胸牌")
    link.wait_for(timeout=60_000)
    with page.expect_download() as caught:
        link.click()
    assert caught.value.path().read_bytes().startswith(b"%PDF")
    row = page.locator(".made tbody tr", has_text=name)
    row.get_by_role("button", name=f"作废{name}的胸牌").click()
    press(page, "确认作废")
    expect(row.get_by_role("alert")).to_contain_text("请写明原因")
    row.get_by_role("textbox").fill("本人遗失")
    keep(page, "badges-desk")
    twin = page.context.new_page()
    twin.goto(f"{world.server.url}/console/guards/badges")
    other = twin.locator(".made tbody tr", has_text=name)
    other.get_by_role("button", name=f"作废{name}的胸牌").click()
    other.get_by_role("textbox").fill("也是")
    sends(page, "/revocation", lambda: press(page, "确认作废"))
    expect(row).to_contain_text("本人遗失")
    is_refused(twin, "/revocation", lambda: press(twin, "确认作废"), "badge_is_revoked")
    follow(page, "返回人员", "/console/guards")

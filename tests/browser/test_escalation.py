"""The faces of escalation in a real Chromium: not waiting, doubles, and a district that changes its steps."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import Cast
from tests.tools.pressing import follow
from tests.tools.world import World, living

pytestmark = pytest.mark.waits


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district with two guards on duty at each of two posts."""
    with living(sqlite_url, tmp_path / "server.log") as world:
        for post in (0, 1):
            for seat in (0, 2):
                world.check_in(post, seat)
        yield world


def raise_alarm(world: World, post: int) -> int:
    """Press the button of a post's security guard."""
    body = {"request_id": str(uuid4()), "post_id": world.district.posts[post], "fix": None}
    answer = world.post(world.district.guards[post][2], "/api/alarms", body)
    answer.raise_for_status()
    number: int = answer.json()["id"]
    return number


def acknowledge(world: World, number: int) -> None:
    path, body = f"/api/alarms/{number}/acknowledgement", {"request_id": str(uuid4())}
    world.post(world.district.consoles["dispatcher"], path, body).raise_for_status()


def alarm(world: World, number: int) -> dict[str, Any]:
    told: dict[str, Any] = world.get(world.district.consoles["dispatcher"], f"/api/alarms/{number}").json()
    return told


def desk(world: World, browser: Browser, role: str, path: str) -> Page:
    page = Cast(browser, world).context(world.district.consoles[role], phone=False).new_page()
    page.goto(world.server.url + path)
    return page


def test_two_keys_escalate_and_two_merge(world: World, browser: Browser) -> None:
    main, double = raise_alarm(world, 0), raise_alarm(world, 1)
    acknowledge(world, main)
    acknowledge(world, double)
    page = desk(world, browser, "dispatcher", f"/console/alarms/{double}")
    # The console stands for the police: theirs is coming, the others are still called.
    waits = page.locator(".waits")
    expect(waits.nth(0)).to_contain_text(re.compile(r"(等|无人)应答.*\d+ (秒|分钟)后"))
    expect(waits.nth(2)).to_contain_text("等民警到场")
    before = [one["happened"] for one in alarm(world, double)["ladders"]]

    page.keyboard.press("u")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="马上升级")).to_be_focused()
    assert [box.is_checked() for box in dialog.get_by_role("checkbox").all()] == [True, True, False]
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    timeline = page.locator(".timeline")
    expect(timeline).to_contain_text("不再等待，立即升级同岗、邻岗")
    expect(timeline).to_contain_text("指挥台立即升级")
    after = [one["happened"] for one in alarm(world, double)["ladders"]]
    assert [now > then for now, then in zip(after, before, strict=True)] == [True, True, False]

    page.keyboard.press("g")
    expect(dialog.get_by_role("radio")).to_be_focused()
    expect(dialog).to_contain_text("相距 1.1 公里")
    dialog.get_by_role("button", name="并入这一起").click()
    page.wait_for_url(f"**/console/alarms/{main}")
    expect(timeline).to_contain_text("并入一起重复报警")
    timeline.get_by_role("link", name="查看那一起").click()
    page.wait_for_url(f"**/console/alarms/{double}")
    page.locator("footer").get_by_role("link", name=re.compile("并入 青禾第1小学")).click()
    page.wait_for_url(f"**/console/alarms/{main}")
    assert (alarm(world, double)["merged_into"], alarm(world, main)["state"]) == (main, "open")
    page.context.close()


def test_a_school_sees_what_is_waited_for_and_may_not_hurry_it(world: World, browser: Browser) -> None:
    number = raise_alarm(world, 0)
    page = desk(world, browser, "school_admin", f"/console/alarms/{number}")
    expect(page.locator(".waits").first).to_contain_text(re.compile("(等|无人)应答"))
    expect(page.get_by_role("button", name=re.compile("立即升级"))).to_have_count(0)
    page.keyboard.press("u")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.context.close()


def steps_of(world: World, kind: str) -> dict[str, Any]:
    plans = world.get(world.district.consoles["dispatcher"], "/api/escalation-plans").json()["items"]
    found: dict[str, Any] = next(one for one in plans if one["kind"] == kind)
    return found


def test_a_district_changes_its_steps_and_loses_none_of_its_typing(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin", "/console/escalation")
    kinds = page.get_by_role("navigation", name="报警类型")
    kinds.get_by_role("button", name=re.compile("火情")).click()
    first = page.get_by_role("region", name="第 1 级 自救")
    wait = first.get_by_role("spinbutton").nth(1)
    wait.fill("3")
    expect(first.get_by_role("alert")).to_have_text("请填 5 到 900 秒。")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(wait).to_be_focused()
    assert not steps_of(world, "fire")["own"]

    wait.fill("20")
    page.get_by_role("link", name="人员").click()
    page.get_by_role("dialog").get_by_role("button", name="接着改").click()
    expect(wait).to_have_value("20")
    page.get_by_role("link", name="人员").click()
    page.get_by_role("dialog").get_by_role("button", name="先离开，留着改动").click()
    page.wait_for_url("**/console/guards")
    follow(page, "升级步骤", "/console/escalation")
    expect(kinds.get_by_role("button", name=re.compile("火情"))).to_contain_text("未保存")
    kinds.get_by_role("button", name=re.compile("火情")).click()
    expect(wait).to_have_value("20")

    # An alarm changes nothing on the page; whoever goes to it is asked nothing, and nothing is lost either.
    raise_alarm(world, 0)
    expect(page.locator(".open-alarms.ringing")).to_be_visible()
    expect(wait).to_have_value("20")
    page.locator(".open-alarms .one").first.click()
    page.wait_for_url("**/console/alarms/1")
    follow(page, "升级步骤", "/console/escalation")
    kinds.get_by_role("button", name=re.compile("火情")).click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()
    saved = steps_of(world, "fire")
    assert (saved["own"], [one["after_s"] for one in saved["steps"] if one["tier"] == 1]) == (
        True,
        [0, 20, 30],
    )

    for answer in ("不改", "改回去"):
        page.get_by_role("button", name="改回“所有类型”的步骤").click()
        page.get_by_role("dialog").get_by_role("button", name=answer).click()
    expect(page.get_by_role("button", name="改回“所有类型”的步骤")).to_have_count(0)
    assert not steps_of(world, "fire")["own"]
    page.context.close()


def test_the_police_read_the_steps_only(world: World, browser: Browser) -> None:
    page = desk(world, browser, "station_officer", "/console/escalation")
    expect(page.get_by_text("由区管理员修改，这里只能查看。")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("0 秒、30 秒、60 秒"))).to_have_count(3)
    expect(page.get_by_role("spinbutton")).to_have_count(0)
    expect(page.get_by_role("button", name="保存", exact=True)).to_have_count(0)
    page.context.close()

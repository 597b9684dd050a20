"""Drills and devices at the desk: a drill from its plan to its report on paper, a device from its key to its test."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import WAIT_MS, Cast
from tests.tools.district import LATITUDE, LONGITUDE
from tests.tools.duty import put_at
from tests.tools.looks import SETTLED, keep
from tests.tools.pressing import settled
from tests.tools.world import WAIT_S, World, living

PLACE = "青禾第1小学 南门"
SCENARIO = "A stranger at the gate, played by a colleague"
# What stands on the screen and not on paper, as the text of its elements, less forms and buttons.
NOT_PRINTED = """() => [...document.querySelectorAll('main *')]
  .filter((one) => one.children.length === 0 && one.textContent.trim() && one.getClientRects().length === 0)
  .filter((one) => !one.closest('nav, form, .button'))
  .map((one) => one.textContent.trim())"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with a full team at its first post."""
    folder = tmp_path_factory.mktemp("exercises")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        for seat in range(7):
            world.check_in(0, seat)
        yield world


def open_desk(world: World, browser: Browser, path: str, role: str = "dispatcher") -> Page:
    page = Cast(browser, world).context(world.district.consoles[role], phone=False).new_page()
    page.goto(world.server.url + path)
    return page


def read(world: World, path: str) -> dict[str, Any]:
    told: dict[str, Any] = world.get(world.district.consoles["dispatcher"], path).json()
    return told


def choose_post(page: Page) -> None:
    page.get_by_role("combobox", name="岗位").click()
    page.get_by_role("option", name=PLACE).click()


def test_a_drill_is_planned_started_marked_ended_and_reported(world: World, browser: Browser) -> None:
    page = open_desk(world, browser, "/console/drills")
    choose_post(page)
    page.get_by_label("设定").fill(SCENARIO)
    page.get_by_role("button", name="列入计划").click()
    row = page.locator("tbody tr", has_text=SCENARIO)
    expect(row).to_contain_text("已计划")
    (planned,) = read(world, "/api/drills")["items"]
    assert (planned["scenario"], planned["state"], planned["notice"]) == (SCENARIO, "planned", True)

    # By the keyboard: the question comes where the button was, and one step leads to its answer.
    row.get_by_role("button", name=f"开始演练：{PLACE}").press("Enter")
    expect(row.get_by_role("group")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row.get_by_role("button", name=f"开始演练：{PLACE}")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/alarms/*")
    expect(page.locator(".drill-band")).to_contain_text("演练")
    expect(page.locator(".alarm-head")).to_have_class("alarm-head on-dark drill")
    # Nobody dials 110 in a drill, also where it finds nobody.
    expect(page.locator(".tiers")).to_contain_text("演练")
    expect(page.locator(".tiers")).not_to_contain_text("110")
    expect(page.locator(".tiers")).not_to_contain_text("请打电话")
    keep(page, "drill-going-on")
    number = int(page.url.rsplit("/", 1)[1])
    assert read(world, f"/api/alarms/{number}")["drill"] is True
    page.goto(f"{world.server.url}/console/drills")
    row.get_by_role("link", name="查看处置").click()
    page.wait_for_url(f"**/console/alarms/{number}")

    settled(page).keyboard.press("q")
    page.get_by_role("button", name="结束报警").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("textbox").fill("All came in time")
    dialog.get_by_role("button", name="结束报警").click()
    page.get_by_role("link", name="报告", exact=True).click()
    page.wait_for_url(f"**/console/alarms/{number}/report")
    expect(page.locator(".report")).to_contain_text(SCENARIO)
    expect(page.locator(".report")).to_contain_text("All came in time")
    expect(page.locator(".report footer")).to_contain_text("记录完整")
    page.emulate_media(media="print")
    assert len(pypdfium2.PdfDocument(page.pdf(format="A4"))) <= 2
    page.emulate_media(media="screen")
    (held,) = read(world, "/api/drills")["items"]
    assert (held["state"], len(held["judgement"])) == ("held", 3)
    page.goto(f"{world.server.url}/console/drills")
    expect(row).to_contain_text("已完成，没有叫到人，不计入")
    keep(page, "drill-called-nobody")
    row.get_by_role("link", name="报告").click()
    page.wait_for_url(f"**/console/alarms/{number}/report")
    page.context.close()


def test_a_report_goes_onto_paper_and_into_a_file(world: World, browser: Browser) -> None:
    raiser, dispatcher = world.district.guards[0][2], world.district.consoles["dispatcher"]
    alarm = world.write(raiser, "/api/alarms", post_id=world.district.posts[0], fix=None)["id"]
    # Somebody says that he is on scene while his phone is a kilometre away: here, too, that does not count.
    far = world.district.guards[0][3]
    place = {"latitude": LATITUDE + 0.01, "longitude": LONGITUDE}
    put_at(world.store, far, **place, at=datetime.now(UTC))
    world.write(far, f"/api/alarms/{alarm}/responses", state="on_scene")
    desk = open_desk(world, browser, f"/console/alarms/{alarm}")
    expect(desk.locator(".alarm-head .standing")).to_contain_text("指挥台未接警 ・ 1 人报到场未核实")
    expect(desk.locator(".responder.unproven .chip")).to_contain_text("到场未核实")
    expect(desk.locator(".responder-spot.is-unproven")).to_contain_text("到场未核实")
    expect(desk.locator(".responder-spot.is-on_scene")).to_have_count(0)
    keep(desk, "on-scene-from-afar")
    desk.context.close()
    world.write(dispatcher, f"/api/alarms/{alarm}/acknowledgement")
    for number in range(40):
        world.write(dispatcher, f"/api/alarms/{alarm}/notes", text=f"What was seen, {number}")
    world.write(dispatcher, f"/api/alarms/{alarm}/resolution", outcome="real", finding="Led away")
    page = open_desk(world, browser, f"/console/alarms/{alarm}/report")
    page.locator(".report footer").wait_for()
    page.evaluate(SETTLED)
    shown = page.locator("main").inner_text()
    assert "外报到场：未核实，不计入" in shown

    with page.expect_download() as download:
        page.get_by_role("button", name="下载 JSON").click()
    assert download.value.suggested_filename == f"huxue-alarm-{alarm}.json"
    written = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    told = read(world, f"/api/alarms/{alarm}/report")
    assert written | {"made_at": told["made_at"]} == told
    notes = [entry["facts"]["text"] for entry in written["alarm"]["timeline"] if entry["act"] == "note"]
    people = [one["name"] for one in written["people"]]
    words = [
        *notes,
        *people,
        written["alarm"]["finding"],
        written["chain"]["head"],
        written["place"]["post_name"],
    ]
    assert len(notes) == 40
    assert [word for word in words if word not in shown] == []

    page.emulate_media(media="print")
    expect(page.locator("header.bar")).to_be_hidden()
    expect(page.locator("main nav")).to_be_hidden()
    assert page.evaluate(NOT_PRINTED) == []
    paper = pypdfium2.PdfDocument(page.pdf(format="A4"))
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in paper).replace("\r\n", "")
    # Messages are counts and the course stands in two columns: forty notes are one sheet more than an ordinary alarm.
    assert 1 < len(paper) <= 3
    assert [word for word in (*notes, "Led away") if word not in text] == []
    page.context.close()


def test_a_device_gets_its_key_is_heard_and_passes_its_test(world: World, browser: Browser) -> None:
    page = open_desk(world, browser, "/console/devices", "station_officer")
    keys = []
    for label in ("Gatehouse 1", "Gatehouse 2"):
        choose_post(page)
        page.get_by_label("名称").fill(label)
        page.get_by_role("button", name="发放密钥").click()
        keys.append(page.locator("code.key").inner_text())
        page.get_by_role("button", name="已写进装置").click()
        expect(page.get_by_role("dialog")).to_have_count(0)

    now = datetime.now(UTC)
    officer, station = world.district.consoles["station_officer"], world.district.stations[0]
    page.get_by_label("开始", exact=True).fill(local(now - timedelta(minutes=5)))
    page.get_by_label("结束", exact=True).fill(local(now + timedelta(hours=1)))
    announce(page)
    expect(page.locator(".tests li")).to_contain_text("进行中")
    result = page.locator(".report tbody tr")
    expect(result).to_contain_text("未测")

    # The documented call, in curl's own words.
    assert signal(world, keys[0], test=True) == (201, {"alarm_id": None})
    page.locator(".tests .pick").click()
    expect(result).to_contain_text("Gatehouse 1")
    expect(result.locator(".chip")).to_have_text("未测")
    assert signal(world, keys[1], test=True) == (201, {"alarm_id": None})
    page.locator(".tests .pick").click()
    expect(result.locator(".chip")).to_have_text("通过")
    keep(page, "device-test-passed")
    (test,) = world.get(officer, "/api/device-tests").json()["items"]
    assert test["station_id"] == station
    assert not any(one["source"] == "device" for one in read(world, "/api/alarms")["items"])
    page.reload()
    heard = page.locator("tbody tr", has_text="Gatehouse 1").first
    expect(heard).not_to_contain_text("没有信号")

    # Its key replaced, the device goes on with the old one: in vain, and the next test says so.
    heard.get_by_role("button", name="换密钥：Gatehouse 1").click()
    heard.get_by_role("button", name="换密钥", exact=True).click()
    page.locator("code.key").wait_for()
    page.get_by_role("button", name="已写进装置").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("开始", exact=True).fill(local(now - timedelta(minutes=4)))
    page.get_by_label("结束", exact=True).fill(local(now + timedelta(hours=2)))
    announce(page)
    expect(page.locator(".tests li")).to_have_count(2)
    # The new test is the one that is looked at.
    expect(page.locator(".tests li").first).to_have_class("chosen")
    assert signal(world, keys[0], test=True)[0] == 401
    page.locator(".tests .pick").first.click()
    expect(result.locator(".chip")).to_have_text("未通过", timeout=WAIT_MS)
    expect(result).to_contain_text("用了旧密钥")
    page.context.close()


def announce(page: Page) -> None:
    page.get_by_role("button", name="计划并公告").click()
    page.get_by_role("button", name="立即公告").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def local(at: datetime) -> str:
    return (at + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")


def signal(world: World, key: str, **body: object) -> tuple[int, dict[str, Any]]:
    answer = requests.post(
        f"{world.server.url}/api/device-alarms",
        json=body,
        headers={"Authorization": f"Bearer {key}"},
        timeout=WAIT_S,
    )
    return answer.status_code, answer.json()

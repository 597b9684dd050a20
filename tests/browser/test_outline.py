"""A console's map: its outline, drawn around the posts and said so or from a file; the bar above covers no card."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.places.actions import outlines
from server.places.rules.outlines import NamedArea
from tests.tools.cast import Cast
from tests.tools.district import LATITUDE, LONGITUDE
from tests.tools.looks import keep
from tests.tools.world import World, living

WIDE = 0.05
OWN = NamedArea(
    "青禾区",
    (
        (
            (
                (LONGITUDE - WIDE, LATITUDE - WIDE),
                (LONGITUDE + WIDE, LATITUDE - WIDE),
                (LONGITUDE, LATITUDE + WIDE),
                (LONGITUDE - WIDE, LATITUDE - WIDE),
            ),
        ),
    ),
)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("outline")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def desk(world: World, browser: Browser, locale: str, size: tuple[int, int]) -> Page:
    context = Cast(browser, world).context(
        world.district.consoles["dispatcher"], phone=False, locale=locale, size=size
    )
    page = context.new_page()
    page.goto(f"{world.server.url}/console")
    return page


@pytest.mark.parametrize(
    ("locale", "size", "said"),
    [
        ("zh-CN", (1440, 900), "按岗位画的示意边界"),
        ("en", (1280, 800), "Outline drawn from the posts"),
    ],
)
def test_a_map_never_stands_without_an_outline_and_says_which_it_is(
    world: World, browser: Browser, locale: str, size: tuple[int, int], said: str
) -> None:
    outlines.take_away(world.store, district=None, now=datetime.now(UTC))
    world.until_heard()
    page = desk(world, browser, locale, size)
    expect(page.locator("path.map-outline.is-drawn")).to_have_count(1)
    expect(page.locator(".legend")).to_contain_text(said)
    keep(page, f"outline-drawn-{locale}")
    legend, scale = (page.locator(f".map-space {name}").bounding_box() for name in (".legend", ".scale"))
    assert legend and scale and legend["x"] + legend["width"] <= scale["x"]

    outlines.give(world.store, district=None, areas=[OWN], now=datetime.now(UTC))
    world.until_heard()
    page.reload()
    expect(page.locator("path.map-outline:not(.is-drawn)")).to_have_count(1)
    expect(page.locator(".legend")).not_to_contain_text(said)


def test_the_bar_of_filters_covers_no_card_on_the_map(world: World, browser: Browser) -> None:
    page = desk(world, browser, "zh-CN", (1120, 560))
    page.locator(".filters input").first.fill("青禾第3小学")
    expect(page.get_by_role("button", name="清除筛选").first).to_be_visible()
    page.locator(".gap-list .row").first.click()
    expect(page.locator(".callout")).to_be_visible()
    bar, card = page.locator(".map-space .over").bounding_box(), page.locator(".callout").bounding_box()
    assert bar and card
    assert bar["height"] > 80, "two lines of filters"
    assert card["y"] >= bar["y"] + bar["height"] - 8
    keep(page, "callout-below-filters")

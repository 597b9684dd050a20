"""What may be wrong with the look of any page: accessibility, width, words, errors of the browser."""

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
KEY = re.compile(
    r"\b(?:phone|console|alarm|refusals|verdict|flag|category|group|state)\.[a-z]\w*(?:\.\w+)*\b"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# A person's, a school's or a district's own name stays as it is in every language; so does the other language's.
NAMES = re.compile(r"青禾第?\w* ?(?:小学|区)?(?: ?南门)?|第\d(?:派出所)?|测试\w*|中文|林一鸣|南门")

# Run in a page: waits until it has stood still for a moment.
SETTLED = """() => new Promise((resolve) => {
  let timer = setTimeout(resolve, 150)
  const again = () => { clearTimeout(timer); timer = setTimeout(resolve, 150) }
  new MutationObserver(again).observe(document.body, { childList: true, subtree: true })
  setTimeout(resolve, 1500)
})"""


def faults(page: Page, *, english: bool) -> list[str]:
    """List what is wrong with a page as it stands now."""
    found = [f"sideways: {one}" for one in _sideways(page)]
    text = page.inner_text("body")
    found += [f"bare key: {key}" for key in KEY.findall(text)]
    if english:
        found += [f"Chinese: {word}" for word in CHINESE.findall(NAMES.sub("", text))]
    return found + _axe(page)


def keep(page: Page, name: str) -> None:
    """Keep a picture of the page in the folder of ``HUXUE_LOOK``, for a person to look at."""
    folder = os.environ.get("HUXUE_LOOK")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")


def _sideways(page: Page) -> list[str]:
    """Name what reaches over the right edge, if the page scrolls sideways."""
    widest: list[str] = page.evaluate(
        """() => {
          const root = document.documentElement
          if (root.scrollWidth <= root.clientWidth) return []
          const over = [...document.body.querySelectorAll('*')]
            .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1)
            .map((one) => `${one.tagName.toLowerCase()}.${one.className} to ${one.getBoundingClientRect().right}`)
          return [`${root.scrollWidth} of ${root.clientWidth}`, ...over.slice(0, 5)]
        }"""
    )
    return widest


def _axe(page: Page) -> list[str]:
    """Name what axe calls serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:4]
    ]

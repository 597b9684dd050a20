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

# From this width on nothing is so narrow that a word would have to be broken.
DESK_PX = 1280
WORD = "[A-Za-z]{2,}"
TIME = "\\d\\d:\\d\\d(:\\d\\d)?(\u2013\u2060?\\d\\d:\\d\\d)?"
# Run in a page: gives what matches a pattern and does not stand on one line, or lies over another of its list.
BROKEN = """(pattern) => {
  const found = [], boxes = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('script, style, svg, .leaflet-container, .spoken')) continue
    for (const match of node.data.matchAll(new RegExp(pattern, 'g'))) {
      const range = document.createRange()
      range.setStart(node, match.index)
      range.setEnd(node, match.index + match[0].length)
      const parts = [...range.getClientRects()].filter((one) => one.width > 1)
      if (parts.length === 0) continue
      const [box] = parts
      const list = node.parentElement.closest('ol, ul, dl')
      const over = boxes.some((one) => list && one.list === list &&
        Math.min(one.box.right, box.right) - Math.max(one.box.left, box.left) > 2 &&
        Math.min(one.box.bottom, box.bottom) - Math.max(one.box.top, box.top) > 8)
      if (over || parts.some((one) => one.top > box.top + 4)) found.push(match[0])
      boxes.push({ box, list })
    }
  }
  return found
}"""

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
        found += [f"word broken: {word}" for word in _broken(page, WORD) if _width(page) >= DESK_PX]
    found += [f"time broken: {time}" for time in _broken(page, TIME)]
    return found + _axe(page)


def keep(page: Page, name: str) -> None:
    """Keep a picture of the page in the folder of ``TESTS_LOOK``, for a person to look at."""
    folder = os.environ.get("TESTS_LOOK")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")


def _width(page: Page) -> int:
    width: int = page.evaluate("() => innerWidth")
    return width


def _broken(page: Page, pattern: str) -> list[str]:
    """Name what of a pattern stands on two lines or under something like it."""
    found: list[str] = page.evaluate(BROKEN, pattern)
    return found


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

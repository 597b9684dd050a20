"""People with browsers: a real Chromium, phones at a gate and desks at a station.

``TESTS_PICTURES=1`` keeps the screenshots in ``docs/pictures``.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.tools.chromium import launch_options
from tests.tools.district import LATITUDE, LONGITUDE, STEP
from tests.tools.presses import note_presses
from tests.tools.qr_pictures import qr_png
from tests.tools.world import World

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PHONE = (390, 844)
DESK = (1440, 900)
WAIT_MS = 30_000


@contextmanager
def launched(playwright: Playwright, film: Path | None = None, *, windows: bool = False) -> Iterator[Browser]:
    """Run Chromium; a film stands for what its camera sees; one with ``windows`` has notices, too."""
    # Waiting longer costs nothing where the page is right; a machine on which all tests run at once needs it.
    expect.set_options(timeout=20_000)
    browser = playwright.chromium.launch(**launch_options(camera=film, windows=windows))  # type: ignore[arg-type]
    yield browser
    browser.close()


def film_of(address: str, folder: Path) -> Path:
    """Make the film of a camera that looks, a little askew, at the QR code of an address."""
    code = Image.open(BytesIO(qr_png(address))).convert("RGB").resize((420, 420), Image.Resampling.NEAREST)
    scene = Image.new("RGB", (1280, 720), "#8a8f86")
    scene.paste(code.rotate(6, expand=True, fillcolor="#8a8f86"), (430, 130))
    frame = BytesIO()
    scene.save(frame, "JPEG", quality=85)
    film = folder / "poster.mjpeg"
    film.write_bytes(frame.getvalue() * 2)
    return film


def press_alarm(page: Page) -> None:
    """Put the finger on the alarm button; ``page.mouse.up()`` takes it away."""
    # It waits until the button stands still: a page that comes moves it away under the finger.
    page.locator("button.alarm").first.hover()
    page.mouse.down()


class Cast:
    """People at gates and desks: each a browser context of their own."""

    def __init__(self, browser: Browser, world: World) -> None:
        self.browser, self.world = browser, world
        self.step = 0

    def context(
        self,
        account_id: int | None,
        *,
        phone: bool,
        post: int = 0,
        locale: str = "zh-CN",
        size: tuple[int, int] | None = None,
        installs: bool = False,
    ) -> BrowserContext:
        """Open a phone at a post's gate, or a desk.

        ``installs``: with the service worker, which fetches and keeps all pages. That costs a third of a test's
        processor time, and most of what is tested is the same without.
        """
        width, height = size or (PHONE if phone else DESK)
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            timezone_id="Asia/Shanghai",
            has_touch=phone,
            is_mobile=phone,
            geolocation={"latitude": LATITUDE + post * STEP, "longitude": LONGITUDE, "accuracy": 12},
            permissions=["geolocation", "camera"],
            service_workers="allow" if installs else "block",
        )
        context.set_default_timeout(WAIT_MS)
        note_presses(context)
        if account_id is not None:
            token, _csrf = self.world.token(account_id)
            context.add_cookies([{"name": "huxue", "value": token, "url": self.world.server.url}])
        return context

    def installed(self, page: Page) -> None:
        """Wait until the service worker of a context that installs it has the page for a start without network."""
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def picture(self, page: Page, name: str) -> None:
        """Keep what a page shows now."""
        self.step += 1
        if os.environ.get("TESTS_PICTURES"):
            page.screenshot(path=PICTURES / f"{self.step:02}-{name}.png")

"""A page in the engine that Debian carries: QtWebEngine 5.15, which is Chromium 87.

Run by Debian's own Python, since PyQt5 with QtWebEngine comes from there (apt install python3-pyqt5.qtwebengine):
``/usr/bin/python3 bench/old_engine.py < journey.json``. The journey names ``url``, ``cookies`` (name → value),
``picture`` (a file or null) and ``steps``: JavaScript each, tried until it gives something true; ``hold SELECTOR``
presses the mouse on an element for 1.8 s. Prints what the engine is and what each step gave, as JSON.
"""

import json
import os
import sys
from importlib import import_module
from typing import Any

EVERY_MS = 200
PATIENCE_MS = 30_000
HOLD_MS = 1_800
MIDDLE = """(() => {
  const one = document.querySelector(%s)
  if (!one) return null
  one.scrollIntoView({ block: 'center' })
  const box = one.getBoundingClientRect()
  return [box.x + box.width / 2, box.y + box.height / 2]
})()"""


class Journey:
    """The steps of a page, one after the other, on Qt's clock."""

    def __init__(self, view: Any, asked: dict[str, Any], parts: Any) -> None:
        self.view, self.asked, self.parts = view, asked, parts
        self.given: list[Any] = []
        self.waited_ms = 0

    def later(self, work: Any, after_ms: int = EVERY_MS) -> None:
        """Do something soon."""
        self.parts.core.QTimer.singleShot(after_ms, work)

    def go_on(self) -> None:
        """Try the step at hand."""
        if len(self.given) == len(self.asked["steps"]):
            self.end()
            return
        step = self.asked["steps"][len(self.given)]
        if step.startswith("hold "):
            self.view.page().runJavaScript(MIDDLE % json.dumps(step.removeprefix("hold ")), self.hold)
        else:
            self.view.page().runJavaScript(step, self.take)

    def take(self, found: Any) -> None:
        """Keep what a step gave, or try it again."""
        if found:
            self.given.append(found)
            self.waited_ms = 0
        else:
            self.waited_ms += EVERY_MS
        if self.waited_ms > PATIENCE_MS:
            self.view.page().runJavaScript("document.body.innerText", lambda text: self.end(stuck_at=text))
            return
        self.later(self.go_on)

    def hold(self, middle: Any) -> None:
        """Press the mouse on an element, and let go."""
        if middle is None:
            self.take(None)
            return
        where = self.parts.core.QPoint(round(middle[0]), round(middle[1]))
        left, none = self.parts.core.Qt.LeftButton, self.parts.core.Qt.NoModifier
        target = self.view.focusProxy()
        self.parts.test.QTest.mousePress(target, left, none, where)
        self.later(lambda: self.release(target, left, none, where), HOLD_MS)

    def release(self, target: Any, left: Any, none: Any, where: Any) -> None:
        """Let go."""
        self.parts.test.QTest.mouseRelease(target, left, none, where)
        self.take("held")

    def end(self, *, stuck_at: str | None = None) -> None:
        """Print what was found, and leave."""
        if self.asked.get("picture"):
            self.view.grab().save(self.asked["picture"])
        engine = self.view.page().profile().httpUserAgent()
        print(json.dumps({"engine": engine, "given": self.given, "stuck_at": stuck_at}), flush=True)
        os._exit(0)


class Parts:
    """Qt, as far as it is needed; from Debian's Python alone, so nothing here is imported by name."""

    def __init__(self) -> None:
        self.web = import_module("PyQt5.QtWebEngineWidgets")
        self.widgets = import_module("PyQt5.QtWidgets")
        self.core = import_module("PyQt5.QtCore")
        self.network = import_module("PyQt5.QtNetwork")
        self.test = import_module("PyQt5.QtTest")


def main() -> None:
    """Read the journey and make it."""
    asked = json.load(sys.stdin)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    # Its sandbox does not run as root, and a test page is our own.
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    parts = Parts()
    app = parts.widgets.QApplication(["old_engine", "--disable-gpu"])
    view = parts.web.QWebEngineView()
    view.resize(390, 844)
    view.page().profile().setHttpAcceptLanguage("zh-CN")
    store = view.page().profile().cookieStore()
    for name, value in asked["cookies"].items():
        cookie = parts.network.QNetworkCookie(name.encode(), value.encode())
        cookie.setPath("/")
        store.setCookie(cookie, parts.core.QUrl(asked["url"]))
    page = view.page()
    page.featurePermissionRequested.connect(
        lambda origin, feature: page.setFeaturePermission(origin, feature, page.PermissionDeniedByUser)
    )
    journey = Journey(view, asked, parts)
    view.show()
    view.load(parts.core.QUrl(asked["url"]))
    journey.later(journey.go_on, 1_000)
    app.exec_()


if __name__ == "__main__":
    main()

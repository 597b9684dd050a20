"""Install what the tests need and PyPI has not: Chromium, Chinese fonts, PostgreSQL, Redis, nginx.

    python -m tests.tools.prepare [hard]

``hard`` adds what only the hard tests need: QtWebEngine.
"""

import shutil
import subprocess
import sys

from deploy.programs.debian import NGINX, POSTGRES, REDIS, Need, provide
from tests.tools import chromium
from tests.tools.old_engine import has_engine


def has_chinese_font() -> bool:
    """Tell whether a page could show Chinese."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.check_output(["fc-list", ":lang=zh", "family"], text=True).strip())


NEEDS = (
    Need(
        "Chromium without a window",
        chromium.find_without_window,
        (chromium.WITHOUT_WINDOW,),
        "Install chromium-headless-shell, or go on with a Chromium that has windows.",
        skipped="a faster browser for the tests",
    ),
    Need(
        "Chromium",
        chromium.find_chromium,
        ("chromium",),
        "Install Chromium or Chrome so that `chromium` or `google-chrome` is on the PATH.",
    ),
    Need(
        "a font with Chinese",
        has_chinese_font,
        ("fontconfig", "fonts-noto-cjk"),
        "Install a font with Chinese, Noto Sans CJK for example (checked with fc-list :lang=zh).",
    ),
    POSTGRES,
    REDIS,
    NGINX,
)
HARD = (
    Need(
        "QtWebEngine 5.15",
        has_engine,
        ("python3-pyqt5.qtwebengine",),
        "Install PyQt5 with QtWebEngine for /usr/bin/python3.",
        skipped="the phone's pages in Chromium 87",
    ),
)


def main() -> int:
    """Install what the tests need; 1 when something is missing without which they cannot run."""
    return int(any(not need.skipped for need in provide(NEEDS + (HARD if "hard" in sys.argv else ()))))


if __name__ == "__main__":
    sys.exit(main())

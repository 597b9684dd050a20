"""Where Chromium is, and how the tests start it."""

import shutil
from pathlib import Path

# It draws no window around its pages and shows no notices: tests in it take two thirds of the processor time.
WITHOUT_WINDOW = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# The first two: Chromium as root, and in a container with a small /dev/shm. The others: no traffic of its own.
QUIET = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-quic",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_without_window() -> str | None:
    """Find the Chromium that draws no window; None without it."""
    return shutil.which(WITHOUT_WINDOW)


def find_chromium() -> str | None:
    """Find Chromium (or Chrome) with windows on the PATH; None without one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch_options(camera: Path | None = None, *, windows: bool = False) -> dict[str, object]:
    """Give the options of Playwright's ``chromium.launch``, of the one without a window where it will do.

    ``camera``: a film (.mjpeg: a JPEG, twice, one after the other) that stands for what the phone's camera
    sees. The context must still be granted ``camera``.
    """
    found = (None if windows else find_without_window()) or find_chromium()
    if found is None:
        raise RuntimeError("No Chromium: make test installs it, or says how.")
    arguments = list(QUIET)
    if camera:
        arguments += [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={camera.resolve()}",
        ]
    return {"executable_path": found, "args": arguments, "headless": True}

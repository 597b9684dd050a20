"""Where an engine of the phone's oldest age is: Debian's QtWebEngine, for Debian's own Python."""

import subprocess

DEBIANS_PYTHON = "/usr/bin/python3"


def has_engine() -> bool:
    """Tell whether QtWebEngine is installed."""
    asked = [DEBIANS_PYTHON, "-c", "import PyQt5.QtWebEngineWidgets"]
    try:
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False

"""Notes what the browsers of a test run see and press, for ``tests.tools.pressed`` to compare.

Nothing is noted without ``TESTS_PRESSES=FOLDER``. ``make test`` sets it; each process writes a file of its own there.
"""

import json
import os
from functools import cache
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.tools.press_lists import sentences

FOLDER = "TESTS_PRESSES"
SCRIPT = Path(__file__).with_suffix(".js")

_noted: set[str] = set()


def note_presses(context: BrowserContext) -> None:
    """Note whatever is seen, pressed and sent in a browser's pages."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    file = Path(folder) / f"{os.getpid()}.jsonl"
    context.expose_function("notePress", lambda record: _write(file, record))
    context.add_init_script(script=_script())


@cache
def _script() -> str:
    return f"window.refusalSentences = {json.dumps(sentences())};\n{SCRIPT.read_text('utf-8')}"


def _write(file: Path, record: str) -> None:
    """Write a record down once, and once the file of the test that made it."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split("::")[0]
    for line in (record, json.dumps(["", "file", test])):
        if line not in _noted:
            _noted.add(line)
            with file.open("a", encoding="utf-8") as notes:
                notes.write(line + "\n")

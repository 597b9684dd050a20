"""The page about import files says which word of a file stands for which peak, and what the screens call it."""

import re
from pathlib import Path

from server.setup.commands.imports import import_file
from server.setup.files.district_words import PEAKS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/import.md").read_text(encoding="utf-8")


def screen_word(kind: str, language: str) -> str:
    """Read what the screens call a peak."""
    text = (ROOT / f"pwa/src/words/core/common.{language}.ts").read_text(encoding="utf-8")
    found = re.search(rf"{kind}: '([^']+)'", text.partition("peak: {")[2])
    assert found is not None
    return found[1]


def test_every_word_for_a_peak_stands_beside_what_the_screens_show() -> None:
    for kind, words in PEAKS.items():
        shown = f"{screen_word(kind, 'zh-CN')} · {screen_word(kind, 'en')}"
        assert f"| {kind} | {' · '.join(words)} | {shown} |" in PAGE


def test_every_option_is_explained() -> None:
    options = {name for parameter in import_file.params for name in parameter.opts if name.startswith("--")}
    assert len(options) >= 5
    assert sorted(option for option in options if option not in PAGE) == []

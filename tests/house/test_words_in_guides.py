"""What the guides quote from the screens stands on the screens: *italics* in English, 「…」 in Chinese."""

import re
from pathlib import Path

import pytest

from tests.tools.press_lists import screen_texts

ROOT = Path(__file__).parents[2]


def stands(quoted: str, texts: list[str]) -> bool:
    """Tell whether a quoted text is one of the screen's; … or a filled-in place stands for what is put in."""
    wanted = re.sub(r"\s+", " ", quoted).strip()
    for text in texts:
        pattern = re.escape(text)
        pattern = re.sub(r"(\\ )?\\\{\w+\\\}(\\ )?", "( ?.{1,9} ?)?", pattern)
        if text and not re.fullmatch(r"\W*(\{\w+\}\W*)+", text) and re.fullmatch(pattern, wanted):
            return True
    return False


def quoted_in(name: str, pattern: str) -> list[str]:
    """List what a guide quotes, its tables and headings included."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return sorted({" ".join(quoted.split()) for quoted in re.findall(pattern, text)} - {"italics"})


@pytest.mark.parametrize(
    ("name", "language", "pattern"),
    [
        ("guide.md", "en", r"(?<!\*)\*([^*\s][^*]*)\*(?!\*)"),
        ("guide.zh-CN.md", "zh-CN", r"「([^」]+)」"),
    ],
)
def test_every_quoted_word_stands_on_a_screen(name: str, language: str, pattern: str) -> None:
    texts = screen_texts(language)
    quoted = quoted_in(name, pattern)
    assert len(quoted) > 35
    assert [one for one in quoted if not stands(one, texts)] == []

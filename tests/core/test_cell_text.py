"""Texts that a spreadsheet would run, and characters that nobody sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.files.cell_text import forbidden_character, plain_cell, safe_cell, shown


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from("'=+-@\t\r\n")))
def test_a_safe_cell_never_begins_like_a_formula_and_can_be_undone(text):
    safe = safe_cell(text)
    assert not safe.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not safe.startswith(("\t", "\r", "\n"))
    if "\ufffd" not in safe:
        assert plain_cell(safe) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+86 199", "'+86 199"),
        ("-5", "'-5"),
        ("@sum", "'@sum"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("O'Neill", "O'Neill"),
        ("张三", "张三"),
        ("a\x00b\x1f", "a\ufffdb\ufffd"),
    ],
)
def test_known_cells(text, safe):
    assert safe_cell(text) == safe


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\n", "\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\ud800", "\uffff"]
)
def test_invisible_characters_are_found_and_never_shown(character):
    text = f"南门{character}岗"
    assert forbidden_character(text) == f"U+{ord(character):04X}"
    assert character not in shown(text)
    assert shown(text).isprintable()


def test_a_long_value_is_cut_for_the_report():
    assert shown("长" * 10_000) == "长" * 60 + "…"

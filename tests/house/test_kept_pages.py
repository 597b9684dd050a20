"""The pages about security say what is kept as the one table of it has it."""

import pytest

from tests.tools.kept_pages import BEGIN, DOCS, END, PAGES, page


@pytest.mark.parametrize("name", PAGES)
def test_the_tables_of_what_is_kept_are_the_codes(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert BEGIN in text
    assert END in text
    assert text == page(text, PAGES[name]), "run python -m tests.tools.kept_pages"

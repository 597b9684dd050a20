"""Each file that a document names is there, and each test as its proof: ``people/test_erasure`` stands in ``tests``."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    str(place.relative_to(ROOT))
    for place in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md"))
)
NAMED = re.compile(r"`(?:tests/)?((?:[a-z_]+/)+test_\w+)(?:\.py)?`")


def named_in(document: str) -> set[str]:
    return set(NAMED.findall((ROOT / document).read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", [one for one in DOCUMENTS if named_in(one)])
def test_every_test_that_a_document_names_is_there(document: str) -> None:
    assert sorted(one for one in named_in(document) if not (ROOT / "tests" / f"{one}.py").exists()) == []


# The page builds an area that is not there; a log of changes names what was.
PLACES = [one for one in DOCUMENTS if one not in {"docs/adding-an-area.md", "CHANGELOG.md"}]
PLACE = re.compile(r"`((?:server|migrations|deploy|bench)/[\w./*-]+)`")
NOT_YET = {"migrations/versions/NNNN_what_it_does.py"}


@pytest.mark.parametrize("document", PLACES)
def test_every_file_that_a_document_names_is_there(document: str) -> None:
    named = set(PLACE.findall((ROOT / document).read_text(encoding="utf-8"))) - NOT_YET
    missing = [one for one in named if not [*ROOT.glob(one), *ROOT.glob(f"{one}.py")]]
    assert sorted(missing) == []


def test_the_table_of_attacks_names_the_same_tests_in_both_languages() -> None:
    english, chinese = named_in("docs/security.md"), named_in("docs/security.zh-CN.md")
    assert len(english) > 40
    assert english == chinese

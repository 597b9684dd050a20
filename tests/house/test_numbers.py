"""Decisions and migrations are numbered: no number is given twice."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("folder", "name"),
    [("docs/decisions", r"(\d{4})-[a-z0-9-]+\.md"), ("migrations/versions", r"(\d{4})_\w+\.py")],
)
def test_no_number_is_given_twice(folder: str, name: str) -> None:
    found = [re.fullmatch(name, path.name) for path in (ROOT / folder).iterdir()]
    numbers = Counter(one[1] for one in found if one)
    assert len(numbers) > 20
    assert [number for number, times in numbers.items() if times > 1] == []


def test_every_migration_calls_itself_by_the_number_of_its_file() -> None:
    for path in (ROOT / "migrations/versions").glob("[0-9]*.py"):
        said = re.search(r'^revision = "(\d{4})"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        assert said, path.name
        assert said[1] == path.name[:4], path.name

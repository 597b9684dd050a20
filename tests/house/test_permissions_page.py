"""The pages about security name every role and every permission as the one table has them."""

import re
from pathlib import Path

import pytest

from server.core.access.roles import MAY, Act, Role

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ["security.md", "security.zh-CN.md"]


def cells(line: str) -> list[str]:
    """Split a row of a table."""
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


@pytest.mark.parametrize("name", PAGES)
def test_the_table_of_permissions_is_the_codes(name: str) -> None:
    lines = (DOCS / name).read_text(encoding="utf-8").splitlines()
    head = next(cells(line) for line in lines if re.match(r"\|[^|]+\|[^|]+\| `guard` \|", line))
    assert head[2:] == [role.value for role in Role]
    acts = {act.value for act in Act}
    told = {
        row[0]: {role for role, mark in zip(head[2:], row[2:], strict=True) if mark}
        for row in map(cells, lines)
        if row[0] in acts
    }
    assert told == {act.value: {role.value for role in roles} for act, roles in MAY.items()}


@pytest.mark.parametrize("name", PAGES)
def test_every_role_has_its_row(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert [role for role in Role if f"\n| `{role}` | " not in text] == []

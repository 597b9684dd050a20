"""The pages about security name every role and every permission as the one table has them."""

import re
from pathlib import Path

import pytest

from server.core.access.roles import MAY, MAY_SEPARATE, SEPARATE, Act, Role

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ["security.md", "security.zh-CN.md"]


def cells(line: str) -> list[str]:
    """Split a row of a table."""
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def tables(name: str) -> list[dict[str, set[str]]]:
    """Read the tables of a page whose columns are the roles: who may do which act."""
    found: list[dict[str, set[str]]] = []
    for line in (DOCS / name).read_text(encoding="utf-8").splitlines():
        row = cells(line)
        if re.match(r"\|[^|]+\|[^|]+\| `guard` \|", line):
            assert row[2:] == [role.value for role in Role]
            found.append({})
        elif found and row[0] in {act.value for act in Act}:
            marks = zip(Role, row[2:], strict=True)
            found[-1][row[0]] = {role.value for role, mark in marks if mark}
    return found


@pytest.mark.parametrize("name", PAGES)
def test_the_tables_of_permissions_are_the_codes(name: str) -> None:
    plain, separate = tables(name)
    assert plain == {act.value: {role.value for role in roles} for act, roles in MAY.items()}
    assert separate == {act.value: {role.value for role in MAY_SEPARATE[act]} for act in SEPARATE}


@pytest.mark.parametrize("name", PAGES)
def test_every_role_has_its_row(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert [role for role in Role if f"\n| `{role}` | " not in text] == []

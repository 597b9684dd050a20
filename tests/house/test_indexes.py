"""Lists that stand in documents are complete: decisions, benches, folders."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What is made or belongs to tools: no part of the project's tree.
MADE = {"var", "node_modules", "__pycache__"}


def test_every_decision_stands_in_the_list_under_its_own_number() -> None:
    folder = ROOT / "docs/decisions"
    listed = dict(
        re.findall(r"^\| \[(\d+)\]\(([\w-]+\.md)\)", (folder / "README.md").read_text(), re.MULTILINE)
    )
    assert {number: name for number, name in listed.items() if int(name[:4]) != int(number)} == {}
    assert sorted(listed.values()) == sorted(page.name for page in folder.glob("0*.md"))


def test_every_bench_stands_in_its_list() -> None:
    text = (ROOT / "bench/README.md").read_text()
    assert [file.stem for file in (ROOT / "bench").glob("*.py") if f"| `{file.stem}` |" not in text] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_tree_names_every_folder_and_every_part_of_the_server(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    trees = re.findall(r"^```\n(wsgi\.py.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert len(trees) == 1
    folders = {one.name for one in ROOT.iterdir() if one.is_dir() and not one.name.startswith(".")} - MADE
    parts = {one.stem for one in (ROOT / "server").iterdir() if not one.name.startswith("__")} - MADE
    assert sorted(one for one in folders | parts if not re.search(rf"\b{one}\b", trees[0])) == []

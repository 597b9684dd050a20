"""Rows have types in the layers where a renamed column must fail the types.

A dictionary of anything (``dict[str, Any]``, ``Mapping[str, Any]``, ``Any`` in the place of a row, or a name for one)
says nothing of the columns that it has.
"""

import ast
import importlib
import pkgutil
from collections import Counter
from dataclasses import is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

from sqlalchemy import Table

import server

SERVER = Path(__file__).parents[2] / "server"
LAYERS = {"service", "actions", "jobs"}
OPEN = {"dict", "Mapping", "MutableMapping", "Row", "RowMapping"}


def is_untyped(annotation: ast.expr, aliases: set[str]) -> bool:
    """Tell whether an annotation is, or names, a mapping of strings to anything."""
    if isinstance(annotation, ast.Name):
        return annotation.id in aliases
    if not isinstance(annotation, ast.Subscript):
        return False
    base = annotation.value.id if isinstance(annotation.value, ast.Name) else ""
    inside = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    anything = any(isinstance(one, ast.Name) and one.id == "Any" for one in inside)
    return base in OPEN and anything


def untyped(path: Path) -> int:
    """Count the annotations of a file that say nothing of their columns."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aliases = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and is_untyped(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    aliases |= {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.name == "Row"
    }
    parts = (one for node in ast.walk(tree) for one in annotations(node))
    return sum(
        is_untyped(inner, aliases) for one in parts for inner in ast.walk(one) if isinstance(inner, ast.expr)
    )


def annotations(node: ast.AST) -> list[ast.expr]:
    """Give the annotations that a node itself carries."""
    if isinstance(node, ast.arg | ast.AnnAssign):
        return [node.annotation] if node.annotation is not None else []
    if isinstance(node, ast.FunctionDef):
        return [node.returns] if node.returns is not None else []
    return []


def counted() -> Counter[str]:
    """Count them by area."""
    found: Counter[str] = Counter()
    for path in SERVER.rglob("*.py"):
        area, *inside = path.relative_to(SERVER).with_suffix("").parts
        if inside and inside[0] in LAYERS and area not in {"core", "demo"}:
            found[area] += untyped(path)
    return found


def test_no_row_is_a_dictionary_of_anything() -> None:
    assert +counted() == {}, "type these rows, as tables declare them"


def test_an_alias_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text("Row = Mapping[str, Any]\ndef a(one: Row, two: dict[int, Row]) -> dict[str, Any]: ...\n")
    assert untyped(path) == 3


def test_a_row_has_the_columns_of_its_table_and_may_be_null_where_they_may() -> None:
    modules = [one.name for one in pkgutil.walk_packages(server.__path__, "server.") if ".tables" in one.name]
    compared = 0
    for module in map(importlib.import_module, modules):
        tables = [one for one in vars(module).values() if isinstance(one, Table)]
        for row in vars(module).values():
            if (
                not isinstance(row, type)
                or not is_dataclass(row)
                or row.__module__ != module.__name__
                or not tables
            ):
                continue
            nullable = {name: type(None) in get_args(hint) for name, hint in get_type_hints(row).items()}
            assert nullable in [{one.name: one.nullable for one in table.columns} for table in tables], row
            compared += 1
    assert compared > 20

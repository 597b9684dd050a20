"""Rows without types: how many are left in the layers where a renamed column must fail the types.

A dictionary of anything (``dict[str, Any]``, ``Mapping[str, Any]``, ``Any`` in the place of a row, or a name for one)
says nothing of the columns that it has. The allowance of an area only ever goes down; at zero it goes away.
"""

import ast
from collections import Counter
from pathlib import Path

SERVER = Path(__file__).parents[2] / "server"
LAYERS = {"service", "actions", "jobs"}
OPEN = {"dict", "Mapping", "MutableMapping", "Row", "RowMapping"}
ALLOWED = {
    "alarm": 249,
}


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


def test_rows_without_types_only_become_fewer() -> None:
    found = +counted()
    more = {area: number for area, number in found.items() if number > ALLOWED.get(area, 0)}
    assert more == {}, "type these rows, as tables declare them"
    fewer = {area: number for area, number in ALLOWED.items() if found[area] < number}
    assert fewer == {}, f"fewer are left: write {dict(found)} as the allowance"


def test_an_alias_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text("Row = Mapping[str, Any]\ndef a(one: Row, two: dict[int, Row]) -> dict[str, Any]: ...\n")
    assert untyped(path) == 3

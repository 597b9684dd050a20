"""What a reader has to hold in the head at once stays small: files, functions and styles."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE_LINES, FUNCTION_LINES, STYLE_LINES = 300, 40, 100
FOLDERS = ("server", "tests", "bench", "deploy")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> list[Path]:
    """List what people wrote: Python, and the pages' TypeScript and style without what is made of other files."""
    python = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    pages = [path for path in (ROOT / "pwa/src").rglob("*") if path.suffix in {".ts", ".tsx", ".css"}]
    return [path for path in [*python, *pages] if path.name != "api.d.ts"]


def functions(node: ast.AST) -> Iterator[Function]:
    """Give every function of a file, those within others too."""
    yield from (one for one in ast.walk(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def own_lines(function: Function) -> int:
    """Count the lines of a function's body: no signature, no docstring, and none of the functions within it."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    inner = [one for statement in body for one in outermost(statement)]
    return lines(body[0], body[-1]) - sum(lines(one, one) for one in inner)


def outermost(node: ast.AST) -> Iterator[Function]:
    """Give the functions below a node that stand in no other one below it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from outermost(child)


def lines(first: ast.stmt, last: ast.stmt) -> int:
    """Count the lines from one statement to another, both with them."""
    return (last.end_lineno or last.lineno) - first.lineno + 1


def test_no_file_is_longer_than_300_lines() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources()
    }
    assert len(found) > 500
    assert {name: length for name, length in found.items() if length > FILE_LINES} == {}


def test_no_component_carries_more_than_100_lines_of_style() -> None:
    """Past that, some of what it shows is a part of its own."""
    blocks = {
        path.relative_to(ROOT).as_posix(): block.count("\n") - 1
        for path in (ROOT / "pwa/src").rglob("*.vue")
        for block in re.findall(r"<style[^>]*>(.*?)</style>", path.read_text(encoding="utf-8"), re.DOTALL)
    }
    assert len(blocks) > 100
    assert {name: length for name, length in blocks.items() if length > STYLE_LINES} == {}


def test_no_function_does_more_than_40_lines_say() -> None:
    """A test that tells a story from its beginning to its end may be as long as the story."""
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{function.name}": own_lines(function)
        for path in sources()
        if path.suffix == ".py"
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
        if not function.name.startswith("test_")
    }
    assert len(found) > 2000
    assert {name: length for name, length in found.items() if length > FUNCTION_LINES} == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f():\n    a = 1\n    return a", 2),
        ("def f(\n    a,\n):\n    '''Say.\n\n    More.\n    '''\n    return a", 1),
        ("def f():\n    def g():\n        b = 1\n        return b\n\n    return g", 2),
        ("def f():\n    '''Say.'''", 0),
    ],
)
def test_a_body_is_counted_without_what_stands_around_and_in_it(text: str, expected: int) -> None:
    assert own_lines(next(functions(ast.parse(text)))) == expected

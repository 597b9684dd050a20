"""Every refusal that the code can raise stands in the one list, and everything in the list can be raised."""

import ast
from collections.abc import Iterator
from pathlib import Path

from server.core.http.refusals import REFUSALS
from server.people.commands import USER_REFUSALS
from server.setup.commands.import_words import REFUSALS as IMPORT_REFUSALS
from server.setup.commands.import_words import SENTENCES
from server.setup.commands.outlines import OUTLINE_REFUSALS

SERVER = Path(__file__).parents[2] / "server"
NOT_OF_THE_API = ("auditor/", "cli/", "config/", "engine/")
OF_COMMANDS = {
    *IMPORT_REFUSALS,
    *OUTLINE_REFUSALS,
    *SENTENCES,
    *USER_REFUSALS,
}  # their sentences stand beside the commands


def trees() -> Iterator[ast.AST]:
    """Parse every file of the server that the API runs through."""
    for path in SERVER.rglob("*.py"):
        part = path.relative_to(SERVER).as_posix()
        if part != "core/http/refusals.py" and not part.startswith(NOT_OF_THE_API):
            yield ast.parse(path.read_text(encoding="utf-8"))


def strings(tree: ast.AST) -> set[str]:
    """Collect every string of a tree."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def raised(tree: ast.AST) -> set[str]:
    """Collect the literal codes of every ``Refused(...)`` in a tree."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "Refused"
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_code_that_is_raised_is_listed() -> None:
    codes = set[str]().union(*map(raised, trees()))
    assert len(codes) > 20
    assert sorted(codes - OF_COMMANDS - set(REFUSALS)) == []


def test_every_listed_code_is_raised_somewhere() -> None:
    assert sorted(set(REFUSALS) - set[str]().union(*map(strings, trees()))) == []

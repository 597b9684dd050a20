"""Every act that is written into the audit log has its words in both languages, and no word is left over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.roles import AccountStatus

ROOT = Path(__file__).parents[2]
# What somebody's claim becomes when it is decided; nobody goes back to waiting.
DECIDED = {f"guard.{status}" for status in AccountStatus if status != AccountStatus.PENDING}


class Module:
    """One file of the server: its functions, and who calls whom with what."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.functions = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        ]

    def acts(self) -> set[str]:
        """Collect what ``audit.record`` is given as act, also through functions that hand it on."""
        found = set[str]()
        for function, call in self.calls("record", of="audit"):
            found |= self.values(argument(call, "act"), function)
        return found

    def calls(self, name: str, of: str | None = None) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
        """Give the calls of a function, each with the function that it stands in."""
        for function in self.functions:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and called(node) == (of, name):
                    yield function, node

    def values(self, value: ast.expr | None, function: ast.FunctionDef) -> set[str]:
        """Give every text that an expression of a function can be."""
        if isinstance(value, ast.Constant):
            return {str(value.value)}
        if isinstance(value, ast.IfExp):
            return self.values(value.body, function) | self.values(value.orelse, function)
        if isinstance(value, ast.JoinedStr) and ast.unparse(value) == "f'guard.{status.value}'":
            return DECIDED
        names = [one.arg for one in function.args.args]
        if isinstance(value, ast.Name) and value.id in names:
            return {
                text
                for caller, call in self.calls(function.name)
                for text in self.values(argument(call, value.id, names.index(value.id)), caller)
            }
        if isinstance(value, ast.Name) and (given := assigned(function, value.id)):
            return set[str]().union(*(self.values(one, function) for one in given))
        raise AssertionError(f"{self.path}: what act is {value and ast.unparse(value)}?")


def called(call: ast.Call) -> tuple[str | None, str]:
    """Name what is called: module and function."""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        return call.func.value.id, call.func.attr
    return None, call.func.id if isinstance(call.func, ast.Name) else ""


def assigned(function: ast.FunctionDef, name: str) -> list[ast.expr]:
    """List what a function puts into a variable."""
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
    ]


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """Give an argument of a call by its name, or by its place."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position] if position is not None and position < len(call.args) else None


def written() -> set[str]:
    """Collect every act that the server writes down."""
    return set[str]().union(*(Module(path).acts() for path in (ROOT / "server").rglob("*.py")))


def worded(language: str) -> set[str]:
    """Read the acts that have words in a language."""
    text = (ROOT / f"pwa/src/words/console-audit.{language}.ts").read_text(encoding="utf-8")
    acts = text.partition("acts: {")[2]
    return {
        quoted or plain
        for quoted, plain in re.findall(r"^\s+(?:'([\w.]+)'|(\w+)): ['\"]", acts, re.MULTILINE)
    }


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_act_of_the_audit_log_has_its_words(language: str) -> None:
    acts = written()
    assert len(acts) > 45
    assert sorted(acts - worded(language)) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_words_are_left_over(language: str) -> None:
    assert sorted(worded(language) - written()) == []

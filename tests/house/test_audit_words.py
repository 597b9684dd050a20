"""Every act and fact that is written into the audit log has its words in both languages, and no act's are left over."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.alarm.rules.unit_shapes import PlanView
from server.areas import AREAS
from server.config.settings import read_settings
from server.core.access.roles import AccountStatus
from server.demo.seed import IMPORTED

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

    def keys(self, value: ast.expr | None, function: ast.FunctionDef) -> set[str]:
        """Give every name of a fact that an expression of a function may hold."""
        if isinstance(value, ast.Dict):
            plain = {str(key.value) for key in value.keys if isinstance(key, ast.Constant)}
            spread = [one for key, one in zip(value.keys, value.values, strict=True) if key is None]
            return plain.union(*(self.keys(one, function) for one in spread))
        if isinstance(value, ast.IfExp):
            return self.keys(value.body, function) | self.keys(value.orelse, function)
        if isinstance(value, ast.BoolOp | ast.BinOp):
            parts = value.values if isinstance(value, ast.BoolOp) else [value.left, value.right]
            return set[str]().union(*(self.keys(one, function) for one in parts))
        if not isinstance(value, ast.Name):
            return set()
        if function.args.kwarg is not None and function.args.kwarg.arg == value.id:
            known = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
            calls = [call for _caller, call in self.calls(function.name)]
            return {one.arg for call in calls for one in call.keywords if one.arg and one.arg not in known}
        names = [one.arg for one in function.args.args]
        found = set[str]().union(*(self.keys(one, function) for one in assigned(function, value.id)))
        if value.id in names:
            for caller, call in self.calls(function.name):
                found |= self.keys(argument(call, value.id, names.index(value.id)), caller)
        return found


def key_of(act: str) -> str:
    """Give the key under which the PWA has an act's words: a dot in a key would be a path."""
    return act.replace(".", "_")


def called(call: ast.Call) -> tuple[str | None, str]:
    """Name what is called: module and function."""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        return call.func.value.id, call.func.attr
    return None, call.func.id if isinstance(call.func, ast.Name) else ""


def assigned(function: ast.FunctionDef, name: str) -> list[ast.expr]:
    """List what a function puts into a variable."""
    found = list[ast.expr]()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            found += _to(name, *(part for target in node.targets for part in _pairs(target, node.value)))
        elif isinstance(node, ast.AnnAssign | ast.AugAssign) and node.value is not None:
            found += _to(name, (node.target, node.value))
    return found


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=True)
    else:
        yield target, value


def _to(name: str, *pairs: tuple[ast.expr, ast.expr]) -> list[ast.expr]:
    return [value for target, value in pairs if isinstance(target, ast.Name) and target.id == name]


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
    text = (ROOT / f"pwa/src/words/audit/console-acts.{language}.ts").read_text(encoding="utf-8")
    return set(re.findall(r"^\s+(\w+): ['\"]", text, re.MULTILINE))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_act_of_the_audit_log_has_its_words(language: str) -> None:
    acts = written()
    assert len(acts) > 45
    assert sorted({key_of(act) for act in acts} - worded(language)) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_words_are_left_over(language: str) -> None:
    assert sorted(worded(language) - {key_of(act) for act in written()}) == []


# Facts whose names are no constants beside their act: handed on with a press, of a plan's columns, an end of a chain.
HANDED_ON = {
    "device_id",
    "label",
    "not_understood",
    "drill_id",
    *PlanView.__annotations__,
    "entries",
    "head",
} - {"id"}
# Not said among the facts: a part of a map; the operator, who stands where an account's name would.
UNSAID = {"box", "os_user", "sudo_user"}


def facts_written() -> set[str]:
    """Collect the names of facts: the keys of each dictionary that goes into a row, followed as far as names go."""
    found = set(HANDED_ON)
    for path in (ROOT / "server").rglob("*.py"):
        module = Module(path)
        for function, call in module.calls("record", of="audit"):
            found |= module.keys(argument(call, "facts"), function)
    return found


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_fact_of_the_audit_log_has_its_words(language: str) -> None:
    text = (ROOT / f"pwa/src/words/audit/console-audit.{language}.ts").read_text(encoding="utf-8")
    facts = text.partition("\n  fact: {")[2].partition("\n  },")[0]
    words = set(re.findall(r"^\s+(\w+?)(?:_yes|_no|_none)?: '", facts, re.MULTILINE))
    written = facts_written()
    assert len(written) > 50
    assert sorted(written - words - UNSAID) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_is_imported_and_purged_has_its_words(language: str) -> None:
    text = (ROOT / f"pwa/src/words/audit/console-audit.{language}.ts").read_text(encoding="utf-8")
    purged = (ROOT / f"pwa/src/words/audit/console-purged.{language}.ts").read_text(encoding="utf-8")
    gone = {
        str(one.table.name)
        for one in AREAS.old_rows(read_settings({"HUXUE_MODE": "demo"}), datetime.now(UTC))
    }
    assert sorted(gone - set(re.findall(r"^\s+(\w+): '", purged, re.MULTILINE))) == []
    imported = text.partition("\n  imported: {")[2].partition("\n  },")[0]
    assert sorted(set(IMPORTED) - set(re.findall(r"^\s+(\w+): '", imported, re.MULTILINE))) == []

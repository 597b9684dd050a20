"""Every direct dependency has its reason; every installed file has its hash; short inputs and pins agree."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINNED = {"base": "requirements.txt", "build": "requirements/build.txt", "dev": "requirements/dev.txt"}


def plain(name: str) -> str:
    """Write a package's name the one way that PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct(kind: str) -> set[str]:
    lines = (ROOT / f"requirements/{kind}.in").read_text().splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines)
    return {plain(name[0]) for name in names if name}


def node_packages() -> set[str]:
    package = json.loads((ROOT / "pwa/package.json").read_text())
    return {*package.get("dependencies", {}), *package.get("devDependencies", {})}


def reasons() -> dict[str, str]:
    """Read the documented packages: ``- `name`: reason``."""
    text = (ROOT / "docs/dependencies.md").read_text()
    return dict(re.findall(r"^- `([^`]+)`: (.+)$", text, re.MULTILINE))


def pins(kind: str) -> list[str]:
    """Give each pin with its hashes as one line."""
    text = (ROOT / PINNED[kind]).read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]


def test_every_direct_dependency_has_its_reason_and_no_other_is_listed():
    wanted = direct("base") | direct("build") | direct("dev") | node_packages()
    assert wanted - reasons().keys() == set(), "lines missing in docs/dependencies.md"
    assert reasons().keys() - wanted == set(), "lines in docs/dependencies.md for what is no longer used"


@pytest.mark.parametrize("kind", PINNED)
def test_every_pin_is_exact_and_hashed(kind):
    assert pins(kind)
    for pin in pins(kind):
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", pin), pin


@pytest.mark.parametrize("kind", PINNED)
def test_every_direct_dependency_is_pinned(kind):
    pinned = {plain(re.split(r"[=\[]", pin)[0]) for pin in pins(kind)}
    assert direct(kind) - pinned == set(), "run make requirements"


def test_the_files_agree_on_every_version():
    # One file may give a package two versions, each for some versions of Python.
    chosen: dict[str, dict[str, set[str]]] = {}
    for kind in PINNED:
        for pin in pins(kind):
            name, _, rest = pin.partition("==")
            by_kind = chosen.setdefault(plain(name.partition("[")[0]), {})
            by_kind.setdefault(kind, set()).add(rest.split()[0])
    for name, by_kind in chosen.items():
        assert len({frozenset(versions) for versions in by_kind.values()}) == 1, name


def test_node_packages_are_locked_to_one_version():
    lock = json.loads((ROOT / "pwa/package-lock.json").read_text())["packages"]
    package = json.loads((ROOT / "pwa/package.json").read_text())
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+(-\S+)?", version), f"{name} is not pinned"
        assert lock[f"node_modules/{name}"]["version"] == version

"""Which test files a change may touch: by imports, and by the names of files and modules that a file quotes."""

import ast
import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

FOLDERS = ("server", "tests", "deploy", "bench", "migrations")
# What imports nearly everything: what is reached through these alone is far.
ROOTS = frozenset({"wsgi.py", "server/app.py", "server/demo/run.py", "server/demo/running.py"})
FAR = 10
# Where a test takes long, it comes after others that are as near.
SLOW = {"tests/browser": 6, "tests/demo": 4, "tests/live": 3, "tests/stories": 2, "tests/house": 1}
SAME_NAME = 16
PLAIN_WORDS = frozenset({"test", "tests", "init", "py", "the", "a", "of"})


def sources(root: Path) -> list[str]:
    """List the Python files that count, by their path from the root."""
    found = [path for folder in FOLDERS for path in (root / folder).rglob("*.py")]
    return sorted(path.relative_to(root).as_posix() for path in (*found, *root.glob("*.py")))


def users(root: Path, files: Iterable[str], changed: Iterable[str] = ()) -> dict[str, set[str]]:
    """Give the files that use each file: import it, quote the name of its module, or quote its own name.

    ``changed`` names files that are no Python source, to be looked for in what is quoted.
    """
    files = list(files)
    modules = {_module(name): name for name in files}
    by_name = {PurePosixPath(name).name: name for name in changed} | {"wsgi.py": "wsgi.py"}
    found: dict[str, set[str]] = defaultdict(set)
    for name in files:
        for used in _used(name, (root / name).read_text(encoding="utf-8"), modules, by_name):
            if used != name:
                found[used].add(name)
        folder = PurePosixPath(name).parent
        for above in (folder, *folder.parents):
            if str(above).startswith("tests") and (root / above / "conftest.py").is_file():
                found[f"{above}/conftest.py"].add(name)
    return found


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _used(name: str, text: str, modules: Mapping[str, str], by_name: Mapping[str, str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        quoted: list[str] = []
        if isinstance(node, ast.Import):
            quoted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            quoted = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            file = by_name.get(PurePosixPath(node.value).name)
            if file is not None:
                yield file
            quoted = [node.value] if "." in node.value else []
        yield from (modules[one] for one in quoted if one in modules)


def distances(changed: Iterable[str], uses: Mapping[str, set[str]]) -> dict[str, int]:
    """Give the steps from what changed to each file that uses it, at however many removes."""
    nearest: dict[str, int] = {}
    waiting = [(0, name) for name in changed]
    heapq.heapify(waiting)
    while waiting:
        steps, name = heapq.heappop(waiting)
        if name in nearest:
            continue
        nearest[name] = steps
        for one in uses.get(name, ()):
            heapq.heappush(waiting, (steps + (FAR if name in ROOTS else 1), one))
    return nearest


def _words(name: str) -> set[str]:
    parts = re.findall("[A-Z]?[a-z0-9]+|[A-Z]+", PurePosixPath(name).stem)
    return {word.lower().removesuffix("s") for word in parts} - PLAIN_WORDS


def likeness(name: str, changed: Iterable[str]) -> float:
    """Tell how far the name of a file is that of something that changed: from 0 to 1."""
    own = _words(name)
    others = [_words(one) for one in changed]
    return max((len(own & other) / len(own | other) for other in others if own & other), default=0.0)


def touched_tests(root: Path, changed: Iterable[str]) -> list[str]:
    """List the test files that a change touches, the nearest first.

    A test of the same name counts as nearer, and a slow one as farther. ``changed`` has paths from the root; files
    that are gone are found by what still names them.
    """
    changed = list(changed)
    files = sources(root)
    found = distances(changed, users(root, files, changed))
    # What holds for the project itself is asked after every change, and browsers show what the PWA became.
    everywhere = {"tests/house/": FAR}
    if any(name.startswith("pwa/src/") for name in changed):
        everywhere["tests/browser/"] = 1
    for folder, steps in everywhere.items():
        for name in files:
            if name.startswith(folder):
                found.setdefault(name, steps)

    def rank(name: str) -> tuple[float, str]:
        slow = next((more for folder, more in SLOW.items() if name.startswith(folder)), 0)
        own = 0 if name in changed else slow - SAME_NAME * likeness(name, changed)
        return found[name] + own, name

    return sorted((name for name in found if _is_test(name) and (root / name).is_file()), key=rank)


def _is_test(name: str) -> bool:
    path = PurePosixPath(name)
    return path.parts[0] == "tests" and path.name.startswith("test_") and path.suffix == ".py"

"""What must be pressed in a browser, as the project itself says it: write routes, call sites in the PWA, keys."""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.tools.api_types import ROOT, document

SOURCES = ROOT / "pwa/src"
WRITES = ("post", "put", "patch", "delete")
# A path in the PWA's code, `${…}` for its numbers; and a part of a path that is put in.
PATH_IN_CODE = re.compile(r"[`'](/api/[^`']*)[`']")
PART = re.compile(r"\$?\{[^}]*\}")
READS = re.compile(r"\b(?:get|all)(?:<[^(]*>)?\($")
# The keys of a page: `useKeys({ q: …, '/': … })`, and those that its buttons show.
KEYS = re.compile(r"useKeys\(\{\n(.*?)\n\}\)", re.DOTALL)
KEY = re.compile(r"^ {2}'?([a-z/]+)'?:", re.MULTILINE)
SHOWN_KEY = re.compile(r"<kbd[^>]*>(\w+)</kbd>")
CHOICE = re.compile(
    r"^ {2,4}(alarmKind|group|seat|role|channel|postState|calls): \{(.*?)\}", re.DOTALL | re.MULTILINE
)
WORDS_OF_REFUSALS = r"^(?: {2,4}(?:refusals|closed): |export const refusals = )\{\n(.*?)^ {0,4}\}"
REFUSED = re.compile(WORDS_OF_REFUSALS, re.DOTALL | re.MULTILINE)
PAGE = re.compile(r"path: '([^']*)'[^\n]*import\('@/console/([\w/-]+)/\w+\.vue")

Route = tuple[str, str]  # method and path


def write_routes() -> set[Route]:
    """List the write routes of the OpenAPI document."""
    paths = json.loads(document())["paths"]
    return {(method.upper(), path) for path, known in paths.items() for method in WRITES if method in known}


def route_of(method: str, path: str, routes: Iterable[Route]) -> Route | None:
    """Find the route that answers a path; a fixed word goes before a part that is put in."""
    fitting = [
        route for route in routes if route[0] == method and re.fullmatch(PART.sub("[^/]+", route[1]), path)
    ]
    return min(fitting, key=lambda route: route[1].count("{"), default=None)


def face_of(page: str) -> str:
    """Tell which face a page belongs to."""
    return "console" if page.startswith("/console") else "phone"


def written_in_code(routes: set[Route]) -> set[tuple[str, str]]:
    """List the paths that each face's own files write to, by the paths in their code; (face, path)."""
    shapes = {PART.sub("{}", path): path for _method, path in routes}
    found = set()
    for file in SOURCES.rglob("*"):
        if file.suffix not in {".ts", ".vue"} or file.name == "api.d.ts":
            continue
        code = file.read_text(encoding="utf-8")
        for place in PATH_IN_CODE.finditer(code):
            path = shapes.get(PART.sub("{}", place[1]))
            if path and not READS.search(code[: place.start()]):
                found.add(("console" if SOURCES / "console" in file.parents else "phone", path))
    return found


def console_keys() -> set[tuple[str, str]]:
    """List the keys of the console's pages; (folder of the page, key)."""
    found = set()
    console = SOURCES / "console"
    for file in console.rglob("*.vue"):
        code = file.read_text(encoding="utf-8")
        keys = [key for block in KEYS.findall(code) for key in KEY.findall(block)]
        folder = file.parent.relative_to(console).as_posix()
        found |= {(folder, key.lower()) for key in (*keys, *SHOWN_KEY.findall(code))}
    return found


@cache
def folder_of(page: str) -> str:
    """Tell from which folder of the console a page comes; empty for others."""
    routes = (SOURCES / "console/core/routes.ts").read_text(encoding="utf-8")
    for path, folder in PAGE.findall(routes):
        address = f"/console/{path}".rstrip("/")
        if re.fullmatch(re.sub(r":\w+", "[^/]+", address), page.rstrip("/")):
            return str(folder)
    return ""


@cache
def page_of(page: str) -> str:
    """Give the address of a page as the router has it: ``/console/alarms/:id`` for an alarm's."""
    parts = ("router.ts", "phone/core/later-routes.ts")
    router = "".join((SOURCES / part).read_text(encoding="utf-8") for part in parts)
    phone = re.findall(r"path: '(/[\w/:]*)', name", router)
    routes = (SOURCES / "console/core/routes.ts").read_text(encoding="utf-8")
    console = [f"/console/{path}".rstrip("/") for path, _folder in PAGE.findall(routes)]
    for address in (*phone, "/console/sign-in", *console):
        if re.fullmatch(re.sub(r":\w+", "[^/]+", address), page.rstrip("/") or "/"):
            return address
    return "another page"


def screen_texts(language: str) -> list[str]:
    """Read every text of a language out of the word files; a sentence of several lines counts line by line."""
    found: list[str] = []
    for file in (SOURCES / "words").rglob(f"*{language}.ts"):
        for single, double in re.findall(
            r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"", file.read_text("utf-8")
        ):
            found += (single or double).replace("\\'", "'").split("\\n")
    return found


def sentences() -> dict[str, list[str]]:
    """Give, for each refusal code, the patterns of what a page says of it in Chinese."""
    found: dict[str, list[str]] = {}
    for file in sorted((SOURCES / "words").rglob("*.zh-CN.ts")):
        words = file.read_text("utf-8")
        blocks = [words] if file.name.endswith("refusals.zh-CN.ts") else REFUSED.findall(words)
        for code, sentence in re.findall(
            r"^ +(\w+): (?:\{ title: )?'([^']*)'", "".join(blocks), re.MULTILINE
        ):
            found.setdefault(code, []).append(pattern_of(sentence))
    return found


def pattern_of(text: str) -> str:
    """Give the pattern of a text of the word files as it may stand on a screen, its values put in."""
    return ".+?".join(map(re.escape, PART.split(text)))


def choices() -> dict[str, str]:
    """Give the words of what is chosen from one list, each with the name of its list: one button in the code."""
    found = {}
    for name in ("core/common", "alarm/console-escalation", "alarm/respond"):
        words = (SOURCES / f"words/{name}.zh-CN.ts").read_text("utf-8")
        for kind, inside in CHOICE.findall(words):
            found |= dict.fromkeys(re.findall(r": '([^']*)'", inside), f"one {kind}")
    return found


def journey_files() -> set[str]:
    """List the files of the browser tests that open our pages and run in ``make test``."""
    files = {path: path.read_text("utf-8") for path in (ROOT / "tests/browser").glob("test_*.py")}
    return {
        path.relative_to(ROOT).as_posix()
        for path, code in files.items()
        if "Cast(" in code and "pytestmark = pytest.mark.hard" not in code
    }


def records(folder: Path) -> list[list[object]]:
    """Read what the processes of a run noted."""
    lines = (line for file in folder.glob("*.jsonl") for line in file.read_text("utf-8").splitlines())
    return [json.loads(line) for line in dict.fromkeys(lines)]

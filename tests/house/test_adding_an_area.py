"""The page about adding an area is true: what stands there builds, keeps the contract and answers."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"

ANSWERS = """
from tests.tools.client import Caller, code
from tests.conftest import MORNING
from tests.tools.clock import WoundClock
from tests.tools.district import make_district
from server.app import create_app
from server.areas import AREAS, metadata
from server.config import read_settings
from server.core.database.migrate import upgrade
from server.found_things import queries

assert {table.name for table in metadata.sorted_tables} > {"found_thing", "post"}
url = "sqlite:///huxue.db"
upgrade(url)
clock = WoundClock(MORNING)
settings = read_settings({"HUXUE_MODE": "demo", "HUXUE_DATABASE_URL": url, "HUXUE_ENGINE": "threads"})
app = create_app(settings, now=clock.now)
store = app.extensions["huxue"].store
district = make_district(store, clock.now())
with store.transaction(clock.now()) as transaction:
    number = queries.add(transaction.connection, post_id=district.posts[0], what="umbrella", found_at=clock.now())
desk = Caller(app, district.consoles["dispatcher"], clock.now())
path = f"/api/posts/{district.posts[0]}/found-things"
assert [one["what"] for one in desk.get(path).json["items"]] == ["umbrella"]
assert desk.post(f"/api/found-things/{number}/handover").json == {"id": number}
assert code(desk.post(f"/api/found-things/{number}/handover")) == (409, "already_fetched")
assert desk.get(path).json["items"][0]["fetched_at"]
assert code(Caller(app, None, clock.now()).get(path)) == (401, "no_session")
assert code(Caller(app, district.guards[0][0], clock.now()).get(path)) == (403, "not_your_role")
print("answers")
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the server and do what the page says."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("server", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    page = (ROOT / "docs/adding-an-area.md").read_text(encoding="utf-8")
    head = (ROOT / "migrations/HEAD").read_text(encoding="utf-8").strip()
    for name, text in re.findall(
        r"^`((?:server|migrations)/\S+\.py)`\n\n```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace('"HEAD"', f'"{head}"'), encoding="utf-8")
    (tmp_path / "migrations/HEAD").write_text("9999\n")
    for name, lines in re.findall(r"^```diff (\S+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        text = (tmp_path / name).read_text(encoding="utf-8")
        for before, added in re.findall(r"^ (.*)\n\+(.*)$", lines, re.MULTILINE):
            assert text.count(f"{before}\n") == 1, f"{name}: {before}"
            text = text.replace(f"{before}\n", f"{before}\n{added}\n")
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_an_area_that_is_added_as_the_page_says_keeps_the_contract_and_answers(copy: Path) -> None:
    assert len(list((copy / "server/found_things").glob("*.py"))) == 8
    linted = subprocess.run(
        [LINTER, "--no-cache", "--no-logo"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout
    environment = {"PYTHONPATH": f"{copy}:{ROOT}", "PATH": "/usr/bin:/bin"}
    served = subprocess.run(
        [sys.executable, "-c", ANSWERS],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert served.stdout == "answers\n", served.stderr

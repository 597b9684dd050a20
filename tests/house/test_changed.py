"""What a change touches: the nearest test files first, and only those that can tell."""

import subprocess
from pathlib import Path

import pytest

from tests.tools.changed import changed_files, pwa_command
from tests.tools.import_graph import touched_tests
from tests.tools.run_all import ROOT

FILES = {
    "wsgi.py": "from server.app import create_app",
    "server/app.py": "from server.alarm.api import alarms\nfrom server.duty.api import duty",
    "server/core/geo.py": "",
    "server/duty/rules/coverage.py": "from server.core.geo import distance",
    "server/alarm/api/alarms.py": "from server.core import geo",
    "server/duty/api/duty.py": "",
    "tests/conftest.py": "from server.app import create_app",
    "tests/tools/server.py": "START = ['python', 'wsgi.py']",
    "tests/core/test_geo.py": "from server.core.geo import distance",
    "tests/duty/test_coverage.py": "import server.duty.rules.coverage",
    "tests/alarm/test_alarms.py": "",
    "tests/duty/test_duty.py": "",
    "tests/core/live/test_sockets.py": "from tests.tools import server",
    "tests/house/test_twins.py": "PAGE = 'docs/guide.md'",
    "tests/browser/test_guide.py": "",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Lay out a small project."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def stems(root: Path, *changed: str) -> list[str]:
    return [Path(name).stem.removeprefix("test_") for name in touched_tests(root, changed)]


def test_what_imports_a_change_comes_before_what_reaches_it_through_the_whole_application(tree: Path) -> None:
    found = stems(tree, "server/core/geo.py")
    assert found[:2] == ["geo", "coverage"]
    assert set(found[2:]) == {"alarms", "duty", "sockets", "twins", "guide"}


def test_a_test_of_the_same_name_is_nearer(tree: Path) -> None:
    assert stems(tree, "server/alarm/api/alarms.py")[0] == "alarms"
    assert stems(tree, "server/duty/api/duty.py")[0] == "duty"


def test_a_test_file_touches_itself_and_the_rules_about_the_project_alone(tree: Path) -> None:
    assert stems(tree, "tests/core/test_geo.py") == ["geo", "twins"]


def test_a_tool_touches_what_uses_it(tree: Path) -> None:
    assert stems(tree, "tests/tools/server.py") == ["sockets", "twins"]


def test_a_document_is_found_by_those_who_quote_its_name(tree: Path) -> None:
    assert stems(tree, "docs/guide.md") == ["twins"]


def test_a_page_is_looked_at_in_browsers_and_a_file_that_is_gone_is_no_test(tree: Path) -> None:
    assert stems(tree, "pwa/src/phone/GuidePage.vue", "tests/core/test_gone.py") == ["guide", "twins"]


def test_what_is_not_committed_counts_and_on_a_clean_tree_the_last_commit(tree: Path) -> None:
    def git(*words: str) -> None:
        author = ("-c", "user.name=Test", "-c", "user.email=test@huxue.example")
        subprocess.run(["git", *author, *words], cwd=tree, check=True, capture_output=True)

    git("init", "-q")
    for name in ("server", "."):
        git("add", name)
        git("commit", "-qm", name)
    assert "tests/conftest.py" in changed_files(tree, None)
    assert "server/app.py" not in changed_files(tree, None)
    (tree / "server/app.py").write_text("")
    (tree / "server/ new.py").write_text("")
    assert changed_files(tree, None) == ["server/ new.py", "server/app.py"]
    assert "tests/conftest.py" in changed_files(tree, "HEAD~1")


def test_a_file_of_the_pwa_runs_what_imports_it() -> None:
    assert pwa_command(["server/app.py", "docs/guide.md", "pwa/src/gone.ts"]) == []
    assert pwa_command(["pwa/src/lib/outbox.ts"])[-1] == "src/lib/outbox.ts"


def test_the_real_tree_has_a_nearest_test_for_a_rule() -> None:
    assert touched_tests(ROOT, ["server/core/geo.py"])[0] == "tests/core/test_geo.py"

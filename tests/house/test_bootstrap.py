"""The set-up does what is needed, and nothing twice."""

import sys
import threading
from pathlib import Path

import pytest

from deploy import bootstrap

PYTHON = Path(sys.executable)
ran: list[list[str]] = []


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out a checkout whose commands are written down instead of run."""
    for name in bootstrap.DEV_REQUIREMENTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("thing==1")
    (tmp_path / ".venv").mkdir()
    (tmp_path / "pwa/src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "src/main.ts", "src/other.ts"):
        (tmp_path / "pwa" / name).write_text(name)
    ran.clear()

    def run(command, *, cwd, advice, env=None):
        ran.append(command)
        if command[:2] == ["npm", "ci"]:
            (cwd / "node_modules").mkdir(exist_ok=True)
        if command[:3] == ["npm", "run", "build"]:
            (cwd / "dist/assets").mkdir(parents=True, exist_ok=True)
            (cwd / "dist/assets/page.js").write_text((cwd / "src/main.ts").read_text())

    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setattr(bootstrap, "link_node", lambda root, python: None)
    return tmp_path


def environment(root: Path, version: str) -> Path:
    """Lay out a finished environment that was made with some Python."""
    (root / ".venv/bin").mkdir(exist_ok=True)
    for name in ("bin/python", "bin/pip"):
        (root / ".venv" / name).touch()
    (root / ".venv/pyvenv.cfg").write_text(f"home = /usr/bin\n{version}\n")
    return root / ".venv/bin/python"


@pytest.mark.parametrize("key", ["version", "version_info"])
def test_an_environment_of_this_python_is_kept(checkout, key):
    python = environment(checkout, f"{key} = {sys.version_info[0]}.{sys.version_info[1]}.99")
    assert bootstrap.make_environment(checkout) == python
    assert ran == []


@pytest.mark.parametrize("version", ["version = 3.9.2", "version_info = 3.10.4", "no version"])
def test_an_environment_of_another_python_is_made_anew(checkout, version, capsys):
    environment(checkout, version)
    bootstrap.make_environment(checkout)
    assert ran == [[sys.executable, "-m", "venv", "--clear", str(checkout / ".venv")]]
    wanted = f"of Python {sys.version_info[0]}.{sys.version_info[1]} instead of 3."
    assert (wanted in capsys.readouterr().out) is ("=" in version)


def test_an_environment_whose_python_is_gone_is_made_anew(checkout):
    python = environment(checkout, f"version = {sys.version_info[0]}.{sys.version_info[1]}.2")
    python.unlink()
    python.symlink_to(checkout / "gone")
    bootstrap.make_environment(checkout)
    assert len(ran) == 1


def test_packages_are_installed_once(checkout):
    for _ in range(3):
        bootstrap.install_requirements(checkout, PYTHON, bootstrap.FOR_RUNNING)
    assert len(ran) == 1
    assert "--require-hashes" in ran[0]
    assert "requirements/dev.txt" not in ran[0]


def test_the_developers_packages_contain_the_others(checkout):
    for packages in (bootstrap.FOR_TESTS, bootstrap.FOR_RUNNING, bootstrap.NODE):
        bootstrap.install_requirements(checkout, PYTHON, packages)
    assert len(ran) == 1


def test_node_comes_first_and_alone(checkout):
    for packages in (bootstrap.NODE, bootstrap.FOR_TESTS):
        bootstrap.install_requirements(checkout, PYTHON, packages)
    assert [[word for word in command if word.endswith(".txt")] for command in ran] == [
        ["requirements/build.txt"],
        ["requirements.txt", "requirements/build.txt", "requirements/dev.txt"],
    ]


def test_a_changed_pin_is_installed(checkout):
    bootstrap.install_requirements(checkout, PYTHON, bootstrap.FOR_TESTS)
    (checkout / "requirements.txt").write_text("thing==2")
    bootstrap.install_requirements(checkout, PYTHON, bootstrap.FOR_TESTS)
    bootstrap.install_requirements(checkout, PYTHON, bootstrap.FOR_TESTS)
    assert len(ran) == 2


def test_node_packages_are_installed_once_and_again_when_the_lock_changes(checkout):
    bootstrap.install_node_packages(checkout)
    bootstrap.install_node_packages(checkout)
    assert len(ran) == 1
    (checkout / "pwa/package-lock.json").write_text("changed")
    bootstrap.install_node_packages(checkout)
    assert len(ran) == 2


def test_the_build_is_made_when_a_source_changes_and_the_one_before_is_kept(checkout):
    pwa = checkout / "pwa"
    bootstrap.build_pwa(checkout)
    bootstrap.build_pwa(checkout)
    assert len(ran) == 1
    assert not (pwa / "dist-previous").exists()
    (pwa / "src/main.ts").write_text("second")
    bootstrap.build_pwa(checkout)
    assert len(ran) == 2
    assert (pwa / "dist/assets/page.js").read_text() == "second"
    assert (pwa / "dist-previous/assets/page.js").read_text() == "src/main.ts"


def test_a_removed_source_is_a_change(checkout):
    bootstrap.build_pwa(checkout)
    (checkout / "pwa/src/other.ts").unlink()
    bootstrap.build_pwa(checkout)
    assert len(ran) == 2


def test_a_build_that_failed_is_tried_again(checkout, monkeypatch):
    def fail(command, **_named):
        raise bootstrap.StepFailed(str(command))

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "run", fail)
        with pytest.raises(bootstrap.StepFailed):
            bootstrap.build_pwa(checkout)
    bootstrap.build_pwa(checkout)
    assert len(ran) == 1


def test_a_failing_command_tells_its_end_and_what_to_do(tmp_path):
    with pytest.raises(bootstrap.StepFailed, match=r"(?s)last words.*Ask someone"):
        bootstrap.run(
            [sys.executable, "-c", "print('last words'); raise SystemExit(3)"],
            cwd=tmp_path,
            advice="Ask someone.",
        )


@pytest.fixture
def start(checkout, monkeypatch):
    """Give a function that sets a fresh checkout up, and then tells how that ended."""
    environment(checkout, f"version = {sys.version_info[0]}.{sys.version_info[1]}.1")
    monkeypatch.setattr(bootstrap, "ROOT", checkout)
    return lambda: bootstrap.main(["--dev"])


def during(monkeypatch, what):
    """Let something happen within each command."""
    command_runs = bootstrap.run

    def run(command, **named):
        what(command)
        command_runs(command, **named)

    monkeypatch.setattr(bootstrap, "run", run)


def test_the_pwa_is_made_while_the_packages_for_tests_are_installed(start, monkeypatch, capsys):
    both = threading.Barrier(2)

    def meet(command):
        if "requirements/dev.txt" in command or command[:2] == ["npm", "ci"]:
            both.wait(20)

    during(monkeypatch, meet)
    assert start() == 0
    first, *others = [" ".join(command) for command in ran]
    assert first.endswith("-r requirements/build.txt")
    npm = [command for command in others if command.startswith("npm")]
    assert npm == ["npm ci --no-audit --no-fund --loglevel=error", "npm run build"]
    assert len(others) == 3
    lines = capsys.readouterr().out.splitlines()
    for title in ("Python packages for tests", "npm packages", "PWA"):
        begun, over = [number for number, line in enumerate(lines) if line.startswith(f"  {title}")]
        assert lines[begun] == f"  {title} …"
        assert lines[over].endswith(" s")


@pytest.mark.parametrize(
    ("failing", "unharmed"),
    [
        (("requirements/dev.txt",), ("npm packages", "PWA")),
        (("ci",), ("Python packages for tests",)),
        (("requirements/dev.txt", "build"), ("npm packages",)),
    ],
)
def test_what_failed_is_told_and_what_runs_beside_it_is_finished(
    start, monkeypatch, capsys, failing, unharmed
):
    def fail(command):
        for word in failing:
            if word in command:
                raise bootstrap.StepFailed(f"{word} did not work")

    with monkeypatch.context() as patch:
        during(patch, fail)
        assert start() == 1
    told = capsys.readouterr()
    assert [word for word in ("requirements/dev.txt", "ci", "build") if word in told.err] == list(failing)
    assert told.out.count("failed") == len(failing)
    for title in unharmed:
        assert f"  {title}: 0" in told.out
    done = len(ran)
    assert start() == 0
    assert len(ran) - done == {("ci",): 2}.get(failing, len(failing))

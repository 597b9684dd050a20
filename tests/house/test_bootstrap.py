"""The set-up does what is needed, and nothing twice."""

import sys
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
        bootstrap.install_requirements(checkout, PYTHON, dev=False)
    assert len(ran) == 1
    assert "--require-hashes" in ran[0]
    assert "requirements/dev.txt" not in ran[0]


def test_the_developers_packages_contain_the_others(checkout):
    bootstrap.install_requirements(checkout, PYTHON, dev=True)
    bootstrap.install_requirements(checkout, PYTHON, dev=False)
    assert len(ran) == 1


def test_a_changed_pin_is_installed(checkout):
    bootstrap.install_requirements(checkout, PYTHON, dev=True)
    (checkout / "requirements.txt").write_text("thing==2")
    bootstrap.install_requirements(checkout, PYTHON, dev=True)
    bootstrap.install_requirements(checkout, PYTHON, dev=True)
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

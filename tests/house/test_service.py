"""What the guide lets one install: unit files, the settings' file as systemd reads it, nginx and its time to wait."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.command import read_environment
from deploy.programs import nginx
from server.config import read_settings
from server.config.table import SETTINGS
from server.core.http import worker_ready
from tests.tools.server import ROOT

UNITS = sorted((ROOT / "deploy").glob("*.service"))
GUIDES = ("operations.md", "operations.zh-CN.md", "several-workers.md")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A=1\nB=2", {"A": "1", "B": "2"}),
        ("# A=1\n; B=2\n\n  C=3\n", {"C": "3"}),
        ("# a comment that goes on \\\nA=1\nB=2\n", {"B": "2"}),
        ("no equals sign\nA=1\n", {"A": "1"}),
        ("A = a b \t\n", {"A": "a b"}),
        ("A=\nB=''\n", {"A": "", "B": ""}),
        (
            "URL=postgresql+psycopg:///huxue?host=/run/postgresql&port=5433\n",
            {"URL": "postgresql+psycopg:///huxue?host=/run/postgresql&port=5433"},
        ),
        ("A=$HOME `id` a#b;c\n", {"A": "$HOME `id` a#b;c"}),
        ("A=\"b c \"\nB=' d '\n", {"A": "b c ", "B": " d "}),
        ('A="{\\"kind\\": 1} \\$x \\n"\n', {"A": '{"kind": 1} $x \\n'}),
        ("A='{\"kind\": \\1}'\n", {"A": '{"kind": \\1}'}),
        ('A="one\ntwo"\n', {"A": "one\ntwo"}),
        ("A=one\\\ntwo\n", {"A": "onetwo"}),
        ("A=a\\ \\b\n", {"A": "a b"}),
        ('A=a"b"\n', {"A": 'a"b"'}),
        ("A=1\nA=2\r\n", {"A": "2"}),
        ('A="open', {"A": "open"}),
    ],
)
def test_the_settings_are_read_as_systemd_reads_them(text: str, found: dict[str, str]) -> None:
    assert read_environment(text) == found


def command(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HUXUE_")}
    run = [sys.executable, str(ROOT / "deploy/command.py"), *words]
    return subprocess.run(run, cwd=cwd, env=plain, capture_output=True, text=True, check=False)


def test_a_command_takes_the_settings_of_the_service_and_stays_where_it_was_called(
    tmp_path: Path, sqlite_url: str
) -> None:
    settings = tmp_path / "huxue.env"
    settings.write_text(f"HUXUE_MODE=demo\nHUXUE_DATABASE_URL={sqlite_url}\nHUXUE_SMS_SIGNATURE=【A & B】\n")
    done = command("--settings", str(settings), "import", "empty.csv", "--template", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"Database: {sqlite_url}\nError: A csv file holds one sheet, and its name says"
    )
    done = command("--settings", str(settings), "import", "posts.csv", "--template", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "posts.csv").stat().st_mode & 0o77 == 0


def test_settings_that_are_not_there_are_named(tmp_path: Path) -> None:
    done = command("--settings", str(tmp_path / "none.env"), "migrate", cwd=tmp_path)
    assert done.returncode == 1
    assert (
        done.stderr == f"{tmp_path}/none.env cannot be read: No such file or directory. Its user is huxue.\n"
    )


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_file_starts_what_is_there(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    started = re.findall(r"^Exec\w+=/opt/huxue/\.venv/bin/(.+)$", text, re.MULTILINE)
    assert len(started) == len(re.findall("^Exec", text, re.MULTILINE)) > 0
    for one in started:
        assert one == "python wsgi.py" or one.removeprefix("flask --app wsgi ") in {
            "worker-ready",
            "auditor",
            "worker",
        }
    serves = any(one == "python wsgi.py" for one in started)
    assert ("ExecStartPost=/opt/huxue/.venv/bin/flask --app wsgi worker-ready" in text) is serves
    restart_s = re.search(r"^RestartSec=(\d+)$", text, re.MULTILINE)
    # Five starts within 10 s, and systemd gives up for ever: a database may be away for longer.
    assert restart_s is not None
    assert int(restart_s[1]) * 4 > 10


def test_a_worker_is_ready_only_when_nginx_no_longer_leaves_it_out() -> None:
    left_out = set(re.findall(r"max_fails=1 fail_timeout=(\d+)s", nginx.SITE.read_text()))
    # It counts whole seconds: what failed at 0.9 is still left out at 3.1 less one.
    assert {int(one) + 1.0 for one in left_out} == {worker_ready.LEFT_OUT_S}


@pytest.mark.parametrize("guide", GUIDES)
def test_the_settings_in_a_guide_are_right(guide: str) -> None:
    """Each line of settings in a block of code is read, and each block with a database is a server's own."""
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    blocks = [read_environment(block) for block in re.findall(r"```\n(.*?)```", text, re.DOTALL)]
    settings = [{key: value for key, value in one.items() if key in VARIABLES} for one in blocks]
    complete = [one for one in settings if "HUXUE_DATABASE_URL" in one]
    assert complete
    for one in settings:
        for key, value in one.items():
            VARIABLES[key].read(value)
    for one in complete:
        read_settings({"HUXUE_PUBLIC_URL": "https://huxue.example", **one})


VARIABLES = {one.variable: one for one in SETTINGS.values()}

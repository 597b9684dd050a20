"""Commands typed at the wrong database, or with what no database takes: a sentence each, never a traceback."""

from pathlib import Path

import pytest
from flask import Flask

from server.app import create_app
from server.config import read_settings

AT_ANY = [
    ["device", "list"],
    ["device", "issue", "南门", "--label", "门卫室"],
    ["channels", "test", "--hook", "1"],
    ["audit", "verify"],
    ["close-user", "nobody"],
    ["new-epoch"],
]


@pytest.mark.parametrize("words", AT_ANY, ids=" ".join)
def test_a_database_without_tables_is_said_in_a_sentence(words: list[str], tmp_path: Path) -> None:
    settings = {"HUXUE_MODE": "demo", "HUXUE_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    done = create_app(read_settings(settings)).test_cli_runner().invoke(args=words)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 2)
    assert "holds no tables yet" in done.stderr
    assert "flask --app wsgi migrate" in done.stderr
    assert list(tmp_path.iterdir()) == [], "a mistyped path makes no file"


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["device", "rotate", "9" * 30], "not in the range"),
        (["device", "revoke", "0"], "not in the range"),
        (["device", "issue", "1", "--label", "一" * 61], "one line of 1 to 60 characters"),
        (["device", "issue", "1", "--label", "  "], "one line of 1 to 60 characters"),
        (["device", "issue", "1", "--label", "\udcff"], "one line of 1 to 60 characters"),
        (["channels", "test", "--hook", "9" * 30], "not in the range"),
        (["channels", "test", "--user", "\udcff"], "no text in UTF-8"),
    ],
)
def test_what_no_database_takes_is_said_in_a_sentence(app: Flask, words: list[str], said: str) -> None:
    done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code in {1, 2}
    assert said in done.output

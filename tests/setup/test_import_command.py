"""``flask import`` as it is typed: templates, reports in two languages, a busy database."""

import re
from pathlib import Path

import pytest
from flask import Flask

from server.app import create_app
from server.areas import open_store
from server.config import read_settings
from server.core.files.sheet_kinds import RowError
from server.setup.commands.import_words import SENTENCES, sentences, where
from tests.tools.clock import WoundClock
from tests.tools.import_file import sheets, workbook

SERVER = Path(__file__).parents[2] / "server"
FILES = [*(SERVER / "setup/files").glob("*.py"), *(SERVER / "core/files").glob("*.py")]


@pytest.fixture
def on_sqlite(sqlite_url: str, clock: WoundClock) -> Flask:
    """Make the application on SQLite, where a lock can be in the way."""
    given = {"HUXUE_MODE": "demo", "HUXUE_DATABASE_URL": sqlite_url, "HUXUE_ENGINE": "threads"}
    return create_app(read_settings(given), now=clock.now)


def test_template_can_be_imported_back(on_sqlite: Flask, tmp_path: Path) -> None:
    run = on_sqlite.test_cli_runner().invoke
    file = str(tmp_path / "new.xlsx")
    assert run(args=["import", file, "--template"]).exit_code == 0
    assert "there already" in run(args=["import", file, "--template"]).output
    done = run(args=["import", file, "--district", "青禾区"])
    assert done.exit_code == 1
    assert "Not one row was read" in done.output
    assert "stored." in done.output and "青禾区" not in done.output
    assert run(args=["import", str(tmp_path / "排班.csv"), "--template"]).exit_code == 0
    assert "stations.csv" in run(args=["import", str(tmp_path / "else.csv"), "--template"]).output


def test_reports_every_wrong_row_in_two_languages(on_sqlite: Flask, tmp_path: Path) -> None:
    content = sheets()
    content["排班 rosters"][1][1] = "123"
    content["排班 rosters"][2][5] = "never"
    file = tmp_path / "district.xlsx"
    file.write_bytes(workbook(content))
    done = on_sqlite.test_cli_runner().invoke(args=["import", str(file), "--district", "青禾区"])
    assert done.exit_code == 1
    assert "排班 rosters · B2 · 手机号 phone = “123”" in done.output
    assert "应为 11 位手机号。 Not a mobile number of 11 digits." in done.output
    assert "F3" in done.output and "2 faults: nothing was stored." in done.output


def test_counts_what_became_of_the_rows(on_sqlite: Flask, tmp_path: Path) -> None:
    file = tmp_path / "district.xlsx"
    file.write_bytes(workbook())
    run = on_sqlite.test_cli_runner().invoke
    assert "nothing was stored" in run(args=["import", str(file), "--district", "青禾区", "--dry-run"]).output
    assert (
        "rosters   4 new · 0 changed · 0 same"
        in run(args=["import", str(file), "--district", "青禾区"]).output
    )
    assert "rosters   0 new · 0 changed · 4 same" in run(args=["import", str(file)]).output
    assert "no such file" in run(args=["import", str(tmp_path / "none.xlsx")]).output


def test_says_that_the_database_is_busy(
    on_sqlite: Flask, sqlite_url: str, clock: WoundClock, tmp_path: Path
) -> None:
    file = tmp_path / "district.xlsx"
    file.write_bytes(workbook())
    other = open_store(sqlite_url)
    try:
        with other.transaction(clock.now()):
            done = on_sqlite.test_cli_runner().invoke(args=["import", str(file), "--district", "青禾区"])
    finally:
        other.close()
    assert done.exit_code == 1 and "Another program is writing into this database" in done.output


def test_every_code_has_its_sentences() -> None:
    found: set[str] = set()
    for path in FILES:
        if path.name.startswith(("district", "tables", "archive")):
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r"(?:Wrong|Refused)\(\s*\"([a-z_0-9]+)\"", text))
            found |= set(
                re.findall(
                    r"(?:wrong|WrongAt)\(\s*(?:[\w. ]+|\"[a-z ]+\"), (?:heading, |column\.heading, )?\"([a-z_0-9]+)\"",
                    text,
                )
            )
            found |= set(re.findall(r"header\.number, \"\", \"\", \"\", \"([a-z_]+)\"", text))
    assert len(found) > 25
    assert found <= set(SENTENCES), found - set(SENTENCES)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_sentences_name_only_facts_and_end(code: str) -> None:
    chinese, english = SENTENCES[code]
    assert chinese.endswith("。") and english.endswith(".")
    assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", english))
    error = RowError("排班 rosters", 0, "", "", "", code, {})
    assert all(sentences(error)) and where(error) == "排班 rosters"

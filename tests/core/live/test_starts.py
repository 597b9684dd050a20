"""A server that cannot serve says why in one sentence and ends; one that can says in one line what it serves."""

import socket
from pathlib import Path

import pytest

from deploy.programs.children import free_port
from server.core.database.schema_rules import RELEASE
from tests.tools.server import refused_start, serving


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_port_that_is_taken_is_named(database_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = refused_start(
            HUXUE_DATABASE_URL=database_url, HUXUE_ENGINE="eventlet", HUXUE_PORT=str(port)
        )
    assert (code, said) == (
        1,
        f"huxue: 127.0.0.1:{port} is taken by another program. End it, or set HUXUE_PORT to a free port.",
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_address_that_this_machine_has_not_is_named(database_url: str) -> None:
    code, said = refused_start(HUXUE_DATABASE_URL=database_url, HUXUE_HOST="192.0.2.1")
    assert code == 1
    assert (
        said == "huxue: HUXUE_HOST=192.0.2.1 is no address of this machine (Cannot assign requested address)."
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_certificate_that_is_missing_or_none_is_named(database_url: str, tmp_path: Path) -> None:
    missing, no_certificate = tmp_path / "missing.crt", tmp_path / "letter.crt"
    no_certificate.write_text("Dear reader\n")
    for path, why in (
        (missing, "cannot be read: No such file or directory."),
        (no_certificate, "and HUXUE_CERT"),
    ):
        code, said = refused_start(
            HUXUE_DATABASE_URL=database_url,
            HUXUE_CERTIFICATE=str(path),
            HUXUE_CERTIFICATE_KEY=str(no_certificate),
        )
        assert code == 1
        assert said.startswith(f"huxue: HUXUE_CERTIFICATE={path} {why}")
        assert "\n" not in said
    assert "are no PEM certificate with its key" in said


def test_a_database_that_is_away_is_named_without_its_password() -> None:
    port = free_port()
    code, said = refused_start(HUXUE_DATABASE_URL=f"postgresql+psycopg://huxue:geheim@127.0.0.1:{port}/huxue")
    assert code == 1
    assert said.startswith(f"huxue: postgresql+psycopg://huxue:***@127.0.0.1:{port}/huxue cannot be used: ")
    assert "Connection refused" in said
    assert "\n" not in said
    assert "geheim" not in said


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "huxue.db"
    path.write_text("Dear reader, this is a letter and not a database.\n" * 99)
    before = path.read_bytes()
    code, said = refused_start(HUXUE_DATABASE_URL=f"sqlite:///{path}")
    assert (code, said) == (1, f"huxue: sqlite:///{path} cannot be used: file is not a database.")
    assert path.read_bytes() == before


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mistyped" / "huxue.db"
    code, said = refused_start(HUXUE_DATABASE_URL=f"sqlite:///{path}")
    assert (code, said) == (
        1,
        f"huxue: sqlite:///{path} holds no tables yet, and its folder is missing. Run: flask --app wsgi migrate",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_line_says_what_is_served(database_url: str, tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    with serving(database_url, log) as server:
        assert log.read_text().splitlines()[0] == (
            f"huxue: release {RELEASE} serves {server.url.removeprefix('http://')} on {database_url} in demo mode"
        )

"""SQLite is served by one process: a second one ends by itself and says what to do, and the first goes on."""

from pathlib import Path

import pytest
import requests

from deploy.programs.children import free_port
from tests.tools.keys import TEST_KEYS
from tests.tools.server import Server, serving


def test_a_second_process_on_the_same_file_is_refused_and_the_first_goes_on(
    sqlite_url: str, tmp_path: Path
) -> None:
    with serving(sqlite_url, tmp_path / "first.log") as first:
        settings = {
            "HUXUE_MODE": "demo",
            "HUXUE_KEYS": TEST_KEYS,
            "HUXUE_DATABASE_URL": sqlite_url,
            "HUXUE_PORT": str(free_port()),
        }
        second = Server(settings, tmp_path / "second.log")
        assert second.process.wait(60) == 1
        said = (tmp_path / "second.log").read_text()
        file = sqlite_url.removeprefix("sqlite:///")
        assert said.strip().splitlines()[-1] == (
            f"huxue: {file} is served by another process. SQLite takes one: stop the other, or use PostgreSQL."
        )
        assert "Traceback" not in said
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{second.url}/healthz", timeout=5)
        assert requests.get(f"{first.url}/readyz", timeout=30).status_code == 200


def test_the_lock_goes_with_the_process_that_held_it(sqlite_url: str, tmp_path: Path) -> None:
    """A power cut leaves no lock behind that somebody would have to remove by hand."""
    with serving(sqlite_url, tmp_path / "server.log") as server:
        server.kill()
        server.restart()
        assert requests.get(f"{server.url}/readyz", timeout=30).status_code == 200

"""Waiting for a worker that was just started."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.programs.children import free_port
from tests.tools.server import ROOT, Server, serving


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an empty database."""
    folder = tmp_path_factory.mktemp("served")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with serving(f"sqlite:///{database}", folder / "server.log") as served:
        yield served


def test_a_worker_that_serves_is_waited_for_until_nginx_has_noticed(server: Server) -> None:
    assert server.command("worker-ready") == (
        f"127.0.0.1:{server.port} takes requests, and nginx sends it some.\n"
    )


def test_a_worker_that_is_not_there_is_said_to_be_so() -> None:
    port = free_port()
    run = [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "wsgi",
        "worker-ready",
        "--within",
        "1",
        "--port",
        str(port),
    ]
    environment = {**os.environ, "HUXUE_MODE": "demo"}
    done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        f"Error: 127.0.0.1:{port} takes no requests after 1 s: [Errno 111] Connection refused.\n"
    )

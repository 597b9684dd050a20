"""``make cluster`` as it is: two workers behind nginx, one of them killed, and nothing left after Ctrl-C."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
import requests

from deploy.programs import nginx
from deploy.programs.children import free_port
from tests.tools.demo_run import processes_of, running
from tests.tools.listener import Listener

needs_nginx = pytest.mark.skipif(nginx.find_binary() is None, reason="no nginx: make test says how to get it")


def alive(process: Path) -> bool:
    """Tell whether a process runs: one that was killed stays in /proc until its parent has looked."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@needs_nginx
def test_the_site_file_is_right_for_nginx(tmp_path: Path) -> None:
    command = nginx.command(tmp_path, port=8000, workers=[8001, 8002])
    done = subprocess.run([*command, "-t"], check=False, capture_output=True, text=True)
    assert "syntax is ok" in done.stderr, done.stderr


@needs_nginx
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for left-over processes in /proc")
def test_two_workers_behind_nginx(tmp_path: Path) -> None:
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    with running(tmp_path, port, module="deploy.cluster", HUXUE_SIMULATE="0") as run:
        said = run.wait_for("Ctrl-C ends everything")
        assert "dispatcher" in said
        with requests.Session() as browser:
            signed_in = browser.post(f"{here}/api/demo/sessions", json={"who": "dispatcher"}, timeout=30)
            assert signed_in.status_code == 200
            elsewhere = {"X-Forwarded-For": "203.0.113.7"}
            assert browser.get(f"{here}/api/demo/people", headers=elsewhere, timeout=30).status_code == 403
            console = Listener(here, browser.cookies["huxue"])
            console.wait_for("hello")
            console.client.disconnect()
            worker = re.search(r"worker-1 +process (\d+)", said)
            assert worker
            os.kill(int(worker[1]), signal.SIGKILL)
            answers = {browser.get(f"{here}/api/me", timeout=30).status_code for _call in range(10)}
            assert answers == {200}
            auditor = re.search(r"auditor +process (\d+)", said)
            assert auditor
            assert alive(Path("/proc", auditor[1]))
        run.wait_for("the worker-1 has ended")
        # nginx, PostgreSQL and Redis write their titles over what /proc would show of their environment.
        started = [Path("/proc", number) for number in re.findall(r"process (\d+)", said)]
        assert sum(alive(one) for one in started) == len(started) - 1 == 5
        assert run.end(signal.SIGINT) == 0
    assert processes_of(tmp_path) == []
    assert not any(one.exists() for one in started)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{here}/healthz", timeout=5)

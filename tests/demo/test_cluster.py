"""``make cluster`` as it is: two workers behind nginx, one of them killed, and nothing left after Ctrl-C."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

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


def copy_of_own_data(phone: requests.Session, here: str) -> dict[str, Any]:
    """Let a guard take a copy of his data, and wait for the worker of long work to make it."""
    headers = {"X-CSRF-Token": phone.get(f"{here}/api/me", timeout=30).json()["csrf_token"]}
    wish = {"request_id": str(uuid4()), "language": "zh-CN"}
    asked = phone.post(f"{here}/api/me/own-data", json=wish, headers=headers, timeout=30)
    assert asked.status_code == 202, asked.text
    until = time.monotonic() + 60
    while True:
        job: dict[str, Any] = phone.get(f"{here}/api/jobs", timeout=30).json()["items"][0]
        if job["state"] not in {"waiting", "running"} or time.monotonic() > until:
            return job


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
        with requests.Session() as phone:
            assert (
                phone.post(f"{here}/api/demo/sessions", json={"who": "guard"}, timeout=30).status_code == 200
            )
            assert copy_of_own_data(phone, here)["state"] == "done"
            auditor = re.search(r"auditor +process (\d+)", said)
            assert auditor
            assert alive(Path("/proc", auditor[1]))
        run.wait_for("the worker-1 has ended")
        # nginx, PostgreSQL and Redis write their titles over what /proc would show of their environment.
        started = [Path("/proc", number) for number in re.findall(r"process (\d+)", said)]
        assert sum(alive(one) for one in started) == len(started) - 1 == 6
        assert run.end(signal.SIGINT) == 0
    assert processes_of(tmp_path) == []
    assert not any(one.exists() for one in started)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{here}/healthz", timeout=5)

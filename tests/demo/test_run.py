"""``make run`` as it is: a district, a server, a peak that plays; and nothing left after Ctrl-C."""

import json
import signal
import socket
import time
import urllib.request
from pathlib import Path

import pytest

from deploy.programs.children import free_port
from tests.tools.demo_run import WITHIN_S, processes_of, running


def on_duty(port: int) -> int:
    """Count who is on duty, as the dispatcher's console sees it."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(), urllib.request.ProxyHandler({})
    )
    here = f"http://127.0.0.1:{port}/api"
    request = urllib.request.Request(
        f"{here}/demo/sessions", b'{"who":"dispatcher"}', {"Content-Type": "application/json"}
    )
    opener.open(request, timeout=60).read()
    posts = json.loads(opener.open(f"{here}/coverage", timeout=60).read())["posts"]
    return sum(len(post["seats"]) for post in posts)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for left-over processes in /proc")
def test_runs_plays_ends_and_starts_again(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as run:
        said = run.wait_for("Ctrl-C ends everything")
        assert f"http://127.0.0.1:{port}/p/HXGATE2222" in said and "ARGUMENTS=--quiet" in said
        for who in ("guard", "duty_leader", "school", "station", "dispatcher", "district"):
            assert f"http://127.0.0.1:{port}/demo?as={who}\n" in said
        assert "roster: 42,648 of 42,648" in said and "▀" in said
        limit = time.monotonic() + WITHIN_S
        while on_duty(port) < 20:
            assert time.monotonic() < limit, (tmp_path / "log" / "simulation.log").read_text()
        assert len(processes_of(tmp_path)) == 3
        assert run.end(signal.SIGINT) == 0
    assert processes_of(tmp_path) == []
    # The options count more than the environment, which names another port here.
    with running(tmp_path, free_port(), "--quiet", "--port", str(port), HUXUE_SIMULATE="1") as run:
        said = run.wait_for("Ctrl-C ends everything")
        assert f"http://127.0.0.1:{port}/console" in said
        assert "inventing" not in said and "simulated" not in said
        assert len(processes_of(tmp_path)) == 2
        with running(tmp_path, port) as second:
            assert second.process.wait(WITHIN_S) == 1
            assert f"port {port} is in use" in second.said()
        run.process.kill()
        run.process.wait()
        limit = time.monotonic() + 60
        while processes_of(tmp_path):
            assert time.monotonic() < limit


def test_help_names_every_option_and_starts_nothing(tmp_path: Path) -> None:
    with running(tmp_path, free_port(), "--help") as run:
        assert run.process.wait(WITHIN_S) == 0
        said = run.said()
    assert all(option in said for option in ("--lan", "--port", "--quiet", "var/demo.db", "docs/settings.md"))
    assert not (tmp_path / "demo.db").exists()


def test_says_which_setting_is_wrong(tmp_path: Path) -> None:
    with running(tmp_path, free_port(), HUXUE_SIMULATE="maybe") as run:
        assert run.process.wait(WITHIN_S) == 1
        assert "HUXUE_SIMULATE='maybe'" in run.said() and "Traceback" not in run.said()


def test_lan_over_https(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine is in no network")
    port = free_port()
    with running(tmp_path, port, "--lan", HUXUE_SIMULATE="0") as run:
        said = run.wait_for("Ctrl-C ends everything")
        assert f":{port}/p/HXGATE2222" in said and "https://" in said and "unknown certificate" in said
        assert run.end(signal.SIGTERM) == 0
    assert (tmp_path / "lan" / "certificate.key").stat().st_mode & 0o77 == 0

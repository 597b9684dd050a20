"""nginx with the project's own site file: what it holds back, and that it never holds back an alarm."""

import http.client
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import Popen
from uuid import uuid4

import pytest
import requests

from deploy.programs import nginx
from deploy.programs.children import free_port, private_folder, unprivileged_user
from tests.tools.world import WAIT_S, World, living

pytestmark = pytest.mark.skipif(nginx.find_binary() is None, reason="no nginx: make test says how to get it")

BURST = 8


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a small district."""
    folder = tmp_path_factory.mktemp("front")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    settings = {"HUXUE_TRUSTED_PROXIES": "127.0.0.1"}
    with living(f"sqlite:///{database}", folder / "server.log", **settings) as world:
        yield world


@contextmanager
def before(workers: Sequence[int], change: Callable[[str], str] = str) -> Iterator[str]:
    """Run nginx in front of workers with the project's site file, which may be changed; gives its address."""
    port = free_port()
    with private_folder("nginx", unprivileged_user()) as folder:
        command = nginx.command(folder, port=port, workers=workers)
        site = folder / "site.conf"
        site.write_text(change(site.read_text()))
        process = Popen(command)
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    assert process.poll() is None
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def few(site: str) -> str:
    """Let limits begin at so few that a busy machine, too, asks faster: which stands where is what is tested."""
    site, rates = re.subn(r"rate=\d+r/s", "rate=1r/s", site)
    site, bursts = re.subn(r"burst=\d+", f"burst={BURST}", site)
    assert (rates, bursts) == (2, 5)
    return site


@pytest.fixture(scope="module")
def front(world: World) -> Iterator[str]:
    """Run nginx in front of it with low limits; gives its address."""
    with before([world.server.port] * 2, few) as address:
        yield address


def press(world: World, front: str, body: bytes) -> int:
    """Press the button of a guard through nginx."""
    token, csrf = world.token(world.district.guards[0][2])
    headers = {"Cookie": f"huxue={token}", "X-CSRF-Token": csrf, "Content-Type": "application/json"}
    return requests.post(f"{front}/api/alarms", body, headers=headers, timeout=WAIT_S).status_code


def flood(front: str, path: str, times: int) -> Counter[int]:
    """Ask without waiting for answers; gives the statuses."""
    host, port = front.removeprefix("http://").split(":")
    head = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
    with socket.create_connection((host, int(port)), timeout=WAIT_S) as line:
        line.sendall((f"{head}\r\n" * (times - 1) + f"{head}Connection: close\r\n\r\n").encode())
        heard = b"".join(iter(lambda: line.recv(1 << 16), b""))
    return Counter(int(one[:3]) for one in heard.split(b"HTTP/1.1 ")[1:])


def test_a_machine_that_asks_without_end_is_held_back_and_its_alarms_are_not(
    world: World, front: str
) -> None:
    assert flood(front, "/healthz", 10 * BURST)[429] > 5 * BURST
    assert flood(front, "/socket.io/", 10 * BURST)[429] > 5 * BURST
    pressed = [press(world, front, b"{}") for _press in range(3 * BURST)]
    assert set(pressed) <= {200, 201}
    number = world.get(world.district.consoles["dispatcher"], "/api/alarms").json()["items"][0]["id"]
    token, csrf = world.token(world.district.consoles["dispatcher"])
    headers = {"Cookie": f"huxue={token}", "X-CSRF-Token": csrf}
    body = {"request_id": str(uuid4())}
    acknowledged = requests.post(
        f"{front}/api/alarms/{number}/acknowledgement", json=body, headers=headers, timeout=WAIT_S
    )
    assert acknowledged.status_code == 200
    assert flood(front, "/healthz", 10)[429]


def test_a_large_body_is_refused_and_a_press_with_one_is_an_alarm(world: World, front: str) -> None:
    large = b'{"x": "' + b"x" * 600_000 + b'"}'
    token, csrf = world.token(world.district.guards[0][3])
    headers = {"Cookie": f"huxue={token}", "X-CSRF-Token": csrf, "Content-Type": "application/json"}
    refused = requests.post(f"{front}/api/check-outs", large, headers=headers, timeout=WAIT_S)
    assert refused.status_code == 413
    assert press(world, front, large) in {200, 201}


def test_long_headers_are_refused(front: str) -> None:
    answer = requests.get(f"{front}/healthz", headers={"X-Long": "x" * 40_000}, timeout=WAIT_S)
    assert answer.status_code in {400, 431}


def test_each_workers_figures_are_for_this_machine_alone(front: str) -> None:
    """As nginx lets in whom its file names, another address of the machine stands for one elsewhere."""
    for number in (1, 2):
        told = requests.get(f"{front}/metrics/{number}", timeout=WAIT_S)
        assert told.status_code == 200
        assert "huxue_last_event_id" in told.text
        line = http.client.HTTPConnection(
            front.removeprefix("http://"), source_address=("127.0.0.2", 0), timeout=WAIT_S
        )
        line.request("GET", f"/metrics/{number}", headers={"X-Forwarded-For": "127.0.0.1"})
        assert line.getresponse().status == 403
        line.close()
    # Whose would they be?
    assert requests.get(f"{front}/metrics", timeout=WAIT_S).status_code == 404


def test_what_is_counted_is_an_address_and_of_ipv6_a_network() -> None:
    """Every path of an alarm stands apart from the limits, but those of its pictures and clips."""
    site = nginx.SITE.read_text()
    places = {part.partition(" {")[0]: part for part in site.split("location ")[1:]}
    free = {name for name, text in places.items() if "limit_" not in text.partition("}")[0]}
    here_alone = {name for name in free if name.startswith("= /metrics")}
    assert free - here_alone == {"@either", "= /api/alarms", "= /api/device-alarms", "/api/alarms/"}
    assert {name for name in here_alone if "deny all;" not in places[name]} == {"= /metrics"}
    assert "limit_" not in site.partition("server {")[2].partition("location ")[0]


class Worker(BaseHTTPRequestHandler):
    """A stranger's server that answers with its own port."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        port = str(self.connection.getsockname()[1]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(port)))
        self.end_headers()
        self.wfile.write(port)

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


class Flooded(Worker):
    """The same, but it lets go of each handshake of a socket."""

    def answer(self) -> None:
        if self.path.startswith("/socket.io/"):
            self.close_connection = True
        else:
            super().answer()


def test_sockets_that_a_worker_lets_go_of_take_it_away_from_no_alarm() -> None:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), kind)) for kind in (Flooded, Worker)
        ]
        for server in servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        ports = [server.server_address[1] for server in servers]
        address = stack.enter_context(before(ports))
        headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
        for _handshake in range(4):
            shaken = requests.get(f"{address}/socket.io/", headers=headers, timeout=WAIT_S)
            assert shaken.text == str(ports[1])
            taken = [requests.post(f"{address}/api/alarms", timeout=WAIT_S).text for _press in range(4)]
            assert Counter(taken) == Counter([str(port) for port in ports] * 2)

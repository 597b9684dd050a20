"""Own TLS before clients that end the handshake: a line a minute, and nobody else waits for them."""

import json
import os
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
import websocket

from server.demo.local_certificate import Certificate, certificate_for
from tests.tools.server import Server, serving
from tests.tools.world import WAIT_S, living

CLIENTS = 40


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Make a certificate of an authority that nobody trusts by itself."""
    return certificate_for(("127.0.0.1", "localhost"), tmp_path_factory.mktemp("certificate"))


@pytest.fixture(params=["eventlet", "gevent", "threads"])
def server(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path, certificate: Certificate
) -> Iterator[Server]:
    """Serve HTTPS on each engine."""
    database = tmp_path / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    settings = {
        "HUXUE_ENGINE": request.param,
        "HUXUE_CERTIFICATE": str(certificate.certificate),
        "HUXUE_CERTIFICATE_KEY": str(certificate.key),
    }
    with serving(f"sqlite:///{database}", tmp_path / "server.log", **settings) as served:
        yield served


@pytest.mark.parametrize("engine", ["eventlet", pytest.param("gevent", marks=pytest.mark.hard), "threads"])
def test_news_comes_whole_over_own_tls(
    sqlite_url: str, tmp_path: Path, certificate: Certificate, engine: str
) -> None:
    settings = {
        "HUXUE_ENGINE": engine,
        "HUXUE_CERTIFICATE": str(certificate.certificate),
        "HUXUE_CERTIFICATE_KEY": str(certificate.key),
    }
    with living(sqlite_url, tmp_path / "server.log", **settings) as world:
        line = websocket.create_connection(
            world.server.url.replace("https", "wss") + "/socket.io/?EIO=4&transport=websocket",
            cookie=f"huxue={world.token(world.district.consoles['dispatcher'])[0]}",
            sslopt={"ca_certs": str(certificate.authority)},
            timeout=WAIT_S,
        )
        line.send("40")
        while '["hello"' not in line.recv():
            continue
        now, room = datetime.now(UTC), f"district:{world.district.district_id}"
        with world.store.transaction(now) as transaction:
            transaction.publish("long.news", {"text": "护" * 30_000}, (room,))
        while '"long.news"' not in (said := line.recv()):
            continue
        assert json.loads(said[2:])[1]["events"][-1]["data"] == {"text": "护" * 30_000}
        line.close()


def end_the_handshake(port: int) -> None:
    """Connect as a browser that does not know the authority: it says so to the server and goes."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as line:
        context = ssl.create_default_context()
        with pytest.raises(ssl.SSLCertVerificationError):
            context.wrap_socket(line, server_hostname="localhost")


def test_clients_that_do_not_trust_it_are_one_line(
    server: Server, certificate: Certificate, tmp_path: Path
) -> None:
    # One says nothing at all: its handshake is nobody else's.
    with (
        socket.create_connection(("127.0.0.1", server.port)),
        socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as plain,
    ):
        for _number in range(CLIENTS):
            end_the_handshake(server.port)
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with suppress(ConnectionResetError):
            while plain.recv(4_096):
                pass
        told = requests.get(
            f"https://127.0.0.1:{server.port}/healthz", verify=str(certificate.authority), timeout=WAIT_S
        )
    assert told.json() == {"alive": True}
    # Besides its start, and the link of a server that nobody administers yet.
    lines = [line for line in (tmp_path / "server.log").read_text().splitlines() if "TLS" in line]
    assert len(lines) == 1
    assert "TLS: 1 connection without a handshake" in lines[0]
    assert "the client does not trust HUXUE_CERTIFICATE" in lines[0]


def test_a_server_with_a_certificate_of_its_own_ends_without_a_fault(server: Server, tmp_path: Path) -> None:
    os.kill(server.process.pid, signal.SIGTERM)
    server.process.wait(WAIT_S)
    assert "Traceback" not in (tmp_path / "server.log").read_text()

"""The status page tells of rows, disks and certificates as they are, and only the district's administrator."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from deploy.programs.children import free_port
from server.core import audit
from server.core.database import schema_state
from server.core.database.transaction import Store
from server.delivery.queries import messages
from server.delivery.queries.messages import Draft
from server.demo.local_certificate import LASTS, certificate_for
from server.operations.service.outside import PublicCertificate, spaces
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def look(caller: SignIn, district: SmallDistrict) -> Callable[[], dict[str, dict[str, Any]]]:
    def looked() -> dict[str, dict[str, Any]]:
        answer = caller(district.consoles["district_admin"]).get("/api/status")
        assert answer.status_code == 200
        return {one["name"]: one for one in answer.json["items"]}

    return looked


Look = Callable[[], dict[str, dict[str, Any]]]


@pytest.mark.parametrize("role", ["school_admin", "station_officer", "dispatcher", "auditor"])
def test_nobody_else_is_told(caller: SignIn, district: SmallDistrict, role: str) -> None:
    assert code(caller(district.consoles[role]).get("/api/status")) == (403, "not_your_role")


def test_a_server_that_has_just_been_made_says_what_is_not_set_up(look: Look, app_store: Store) -> None:
    found = look()
    assert found["auditor"]["health"] == "off"
    assert found["certificate"]["health"] == "off", "it is reached without HTTPS"
    assert found["messages"] == {
        "name": "messages",
        "health": "fine",
        "facts": {"waiting": 0, "of_alarms": 0, "oldest_s": 0},
    }
    facts = found["database"]["facts"]
    assert facts["kind"] == ("sqlite" if app_store.is_sqlite else "postgresql")
    assert facts["size_bytes"] > 100_000
    assert 0 < found["disk"]["facts"]["free_bytes"] < found["disk"]["facts"]["total_bytes"]


def test_it_tells_when_the_auditor_fell_silent(look: Look, app_store: Store, clock: WoundClock) -> None:
    with app_store.transaction(clock.now()) as transaction:
        schema_state.try_write(transaction.connection, "auditor", clock.now())
    assert look()["auditor"]["health"] == "fine"
    clock.wind(minutes=3)
    assert (look()["auditor"]["health"], look()["auditor"]["facts"]["silent_s"]) == ("wrong", 180)


def test_it_tells_of_messages_that_do_not_leave(look: Look, app_store: Store, clock: WoundClock) -> None:
    now = clock.now()
    draft = Draft(
        channel="sms",
        purpose="duty_changed",
        address="",
        telephone=None,
        reference="one",
        body="{}",
        expires_at=now + timedelta(days=1),
    )
    with app_store.transaction(now) as transaction:
        messages.put(transaction.connection, [draft], now)
    clock.wind(minutes=6)
    found = look()["messages"]
    assert (found["health"], found["facts"]) == ("soon", {"waiting": 1, "of_alarms": 0, "oldest_s": 360})


def test_it_counts_wrong_passwords_of_a_day(look: Look, app_store: Store, clock: WoundClock) -> None:
    with app_store.transaction(clock.now()) as transaction:
        for act in ("sign_in.failed", "sign_in.failed", "sign_in.locked"):
            audit.record(transaction.connection, now=clock.now(), actor_id=None, act=act, facts={})
    assert look()["sign_ins"] == {"name": "sign_ins", "health": "soon", "facts": {"failed": 2, "locked": 1}}
    clock.wind(minutes=25 * 60)
    assert look()["sign_ins"]["facts"] == {"failed": 0, "locked": 0}


def test_it_says_which_duties_of_the_clock_failed(look: Look, app: Flask) -> None:
    app.extensions["huxue.clockworks"][0].failures["openings"] += 1
    assert (look()["clock"]["health"], look()["clock"]["facts"]["failing"]) == ("soon", ["openings"])


def test_a_folder_that_is_not_there_yet_is_measured_where_it_will_be(tmp_path: Path) -> None:
    assert spaces([str(tmp_path / "not" / "there")])[0].total == spaces([str(tmp_path)])[0].total


@pytest.fixture
def https(tmp_path: Path) -> Iterator[int]:
    """Serve handshakes with a certificate of our own; gives the port."""
    made = certificate_for(("127.0.0.1",), tmp_path, datetime.now(UTC))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                one, _address = listening.accept()
                with suppress(OSError), context.wrap_socket(one, server_side=True):
                    pass

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def test_the_end_of_the_certificate_at_the_public_address_is_seen(https: int) -> None:
    seen = PublicCertificate(f"https://127.0.0.1:{https}").seen()
    assert seen.why is None
    assert seen.ends_at is not None
    assert timedelta() < seen.ends_at - datetime.now(UTC) <= LASTS


def test_many_who_call_at_once_are_one_look_also_where_it_fails() -> None:
    callers, looks = 8, list[object]()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        public = PublicCertificate(f"https://127.0.0.1:{listening.getsockname()[1]}")

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    one, address = listening.accept()
                    looks.append(address)
                    one.close()

        threading.Thread(target=hang_up, daemon=True).start()
        with ThreadPoolExecutor(callers) as pool:
            seen = list(pool.map(lambda _one: public.seen().why, range(callers)))
        assert public.seen().why == "unreachable"
    assert (seen, len(looks)) == (["unreachable"] * callers, 1)


def test_an_address_that_does_not_answer_is_said(https: int) -> None:
    public = PublicCertificate(f"https://127.0.0.1:{free_port()}")
    assert public.seen().why == "unreachable"
    assert public.wanted
    assert not PublicCertificate("http://127.0.0.1").wanted

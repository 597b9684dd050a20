"""What all tests share: a wound clock, real databases, a small district, signed-in clients."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from deploy.programs import postgres
from server.alarm.queries import alarms
from server.alarm.tables.alarms import Alarm
from server.app import create_app
from server.config import Settings, read_settings
from server.core.database.migrate import upgrade
from server.core.database.transaction import Store
from server.delivery.channels.registry import Channels
from server.delivery.tables import message
from tests.tools import gateway as gateways
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.databases import Copies
from tests.tools.district import SmallDistrict, make_district
from tests.tools.duty import put_on_duty
from tests.tools.gateway import Gateway
from tests.tools.insiders import Insiders, of_app
from tests.tools.keys import TEST_KEYS, open_store
from tests.tools.order import arrange
from tests.tools.outward import real_channels, real_settings
from tests.tools.routes import compile_once

# The morning on which every test begins: 07:15 of a school Monday in Shanghai.
MORNING = datetime(2026, 11, 22, 23, 15, tzinfo=UTC)

# The machine may be busy, so no example is judged by its time.
hypothesis_settings.register_profile(
    "fast", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "hard", parent=hypothesis_settings.get_profile("fast"), max_examples=2000
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def pytest_configure() -> None:
    """Let the applications of all tests share what is the same in each."""
    compile_once()


def pytest_collection_finish() -> None:
    """Leave what all tests have loaded out of each search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files in the order in which they go to the workers."""
    arrange(items)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """Run a real PostgreSQL for the tests of a session."""
    with postgres.running(tmp_path_factory.mktemp("postgres")) as server:
        upgrade(server.template_url())
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file, to be copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[Path, SmallDistrict]:
    """Put the small district into one SQLite file, to be copied for each test that asks for it."""
    path = tmp_path_factory.mktemp("peopled") / "template.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path, _people(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def peopled_postgres(postgres_server: postgres.Server) -> tuple[str, SmallDistrict]:
    """Put the small district into one database of PostgreSQL, to be copied for tests that ask for it."""
    url = postgres_server.fresh_url()
    return url, _people(url)


@pytest.fixture(scope="session")
def peopled_copies(
    peopled_postgres: tuple[str, SmallDistrict], postgres_server: postgres.Server
) -> Iterator[Copies]:
    """Keep copies of that for one test after the other."""
    with closing(Copies(postgres_server, peopled_postgres[0])) as copies:
        yield copies


@pytest.fixture(scope="session")
def empty_copies(postgres_server: postgres.Server) -> Iterator[Copies]:
    """Keep migrated databases without anybody for one test after the other."""
    with closing(Copies(postgres_server, postgres_server.fresh_url())) as copies:
        yield copies


def _people(url: str) -> SmallDistrict:
    store = open_store(url)
    made = make_district(store, MORNING)
    store.close()
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh, migrated database of each kind, with the district where the test has one."""
    if request.param == "sqlite":
        yield _sqlite(request, tmp_path)
        return
    with_people = "district" in request.fixturenames
    copies: Copies = request.getfixturevalue("peopled_copies" if with_people else "empty_copies")
    with copies.one() as url:
        yield url


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a fresh, migrated SQLite database, with the district where the test has one."""
    return _sqlite(request, tmp_path)


def _sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    with_people = "district" in request.fixturenames
    template: Path = (
        request.getfixturevalue("peopled")[0] if with_people else request.getfixturevalue("sqlite_template")
    )
    path = tmp_path / "huxue.db"
    path.write_bytes(template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def clock() -> WoundClock:
    """Give a clock that stands at 07:15 of a school Monday in Shanghai until it is wound."""
    return WoundClock(MORNING)


@pytest.fixture
def settings(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Settings:
    """Give demo settings on a fresh database, so that plain HTTP works."""
    return read_settings(
        {
            "HUXUE_MODE": "demo",
            "HUXUE_KEYS": TEST_KEYS,
            "HUXUE_DATABASE_URL": database_url,
            "HUXUE_FILES_FOLDER": str(tmp_path / "files"),
            "HUXUE_ENGINE": "threads",
            "HUXUE_COVERT_PRESS": "1" if "covert_presses" in request.fixturenames else "0",
        }
    )


@pytest.fixture
def covert_presses() -> None:
    """Let the test's district take covert presses."""


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Open a store on a fresh, migrated database of each kind."""
    store = open_store(database_url)
    yield store
    store.close()


@pytest.fixture
def app(settings: Settings, clock: WoundClock) -> Iterator[Flask]:
    """Make the application with the wound clock; nothing runs in its background."""
    app = create_app(settings, now=clock.now)
    yield app
    app.extensions["huxue"].store.close()


@pytest.fixture
def district(request: pytest.FixtureRequest, app: Flask) -> SmallDistrict:
    """Give the small invented district of the application's database, which was copied with it."""
    store: Store = app.extensions["huxue"].store
    made: SmallDistrict = request.getfixturevalue("peopled" if store.is_sqlite else "peopled_postgres")[1]
    return deepcopy(made)


@pytest.fixture
def caller(app: Flask, clock: WoundClock, district: SmallDistrict) -> Callable[[int | None], Caller]:
    """Give a function that signs an account in (``None``: nobody) and returns a client for it."""
    return lambda account_id: Caller(app, account_id, clock.now())


@pytest.fixture
def app_store(app: Flask) -> Store:
    """Give the application's own store."""
    store: Store = app.extensions["huxue"].store
    return store


@pytest.fixture
def team(app_store: Store, district: SmallDistrict, clock: WoundClock) -> list[list[int]]:
    """Put five people of each post on duty, and give them: two staff, security, volunteer, police."""
    return [
        put_on_duty(app_store, district, post=post, seats=[0, 1, 2, 4, 6], now=clock.now())
        for post in range(3)
    ]


@pytest.fixture
def insiders(app: Flask, district: SmallDistrict) -> Insiders:
    """Make people whom nobody should trust: strangers, and those whose trust was taken away."""
    return of_app(app, district)


SignIn = Callable[[int | None], Caller]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Run a gateway on loopback that takes whatever any service would."""
    with gateways.running() as one:
        one.answer = b'{"errcode":0,"code":0}'
        yield one


@pytest.fixture
def real(gateway: Gateway) -> Settings:
    """Give settings of real use, with all channels on that gateway."""
    return real_settings(gateway)


@pytest.fixture
def channels(real: Settings, app_store: Store) -> Channels:
    """Make the real channels."""
    return real_channels(real, app_store)


@pytest.fixture
def alarm(caller: SignIn, team: list[list[int]], app_store: Store) -> Alarm:
    """Raise an alarm, and forget the calls of its first step: each test makes its own."""
    raised: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    with app_store.engine.begin() as connection:
        connection.execute(message.delete())
        row = alarms.by_id(connection, raised["id"])
    assert row is not None
    return row


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let every name resolve to a public address, save those that a test says otherwise of."""
    addresses: dict[str, str] = {}

    def resolve(host: str, port: int, **_named: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (addresses.get(host, "93.184.215.14"), port))]

    monkeypatch.setattr("server.delivery.channels.outside.socket.getaddrinfo", resolve)
    return addresses

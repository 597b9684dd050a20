"""The servers that the tests rely on start, answer, survive what they are put through, and go."""

import psycopg
import pytest
from sqlalchemy import create_engine, text

from deploy.programs import postgres, redis
from tests.tools import chromium


@pytest.fixture(scope="module")
def server() -> postgres.Server:
    """Run a PostgreSQL."""
    with postgres.running(durable=True) as server:
        yield server


def test_postgres_gives_fresh_copies(server):
    engine = create_engine(server.template_url())
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (id integer)"))
    engine.dispose()
    first, second = server.fresh_url(), server.fresh_url()
    assert first != second
    for url in (first, second):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO thing VALUES (1)"))
            assert connection.scalar(text("SELECT count(*) FROM thing")) == 1
        engine.dispose()
        server.drop(url)


def test_postgres_comes_back_after_a_crash_with_what_was_committed(server):
    engine = create_engine(server.empty_url())
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept AS SELECT 7 AS value"))
    server.crash()
    with pytest.raises(psycopg.OperationalError):
        server.execute("SELECT 1")
    server.restart()
    engine.dispose()
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT value FROM kept")) == 7
    engine.dispose()


def test_redis_hangs_wakes_vanishes_and_returns():
    with redis.running() as server:
        assert server.answers()
        server.hang()
        assert not server.answers()
        server.wake()
        assert server.answers()
        server.vanish()
        assert not server.answers()
        server.restart()
        assert server.answers()
        folder = server.folder
    assert not folder.exists()


def test_chromium_is_found():
    assert chromium.find_chromium()

"""What the documents say in numbers is what the code does."""

import re
from pathlib import Path

from server.core.database import admission_queue
from server.core.live import recent_events, reconnect_throttle

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    """Read a page as one line, so that a sentence may be broken anywhere."""
    return " ".join((ROOT / "docs" / name).read_text(encoding="utf-8").split())


def seconds(source: str, name: str) -> str:
    """Read a constant in milliseconds out of a TypeScript file, as seconds without idle zeros."""
    text = (ROOT / "pwa/src/lib" / source).read_text(encoding="utf-8")
    found = re.search(rf"const {name} = ([\d_]+)", text)
    assert found is not None, f"{source} has no {name}"
    return f"{int(found[1].replace('_', '')) / 1000:g} s"


def test_how_many_are_let_in_at_a_time_and_how_long_others_wait() -> None:
    text = page("several-workers.md")
    for said in (
        f"shakes hands with {reconnect_throttle.HANDSHAKES_AT_ONCE} sockets at a time",
        f"lets {reconnect_throttle.ENTRIES_AT_ONCE} into their rooms at a time",
        f"the last {recent_events.MOST_BYTES // 1024**2} MB of the log",
        f"answers {admission_queue.AT_ONCE} catch-ups at a time",
        (
            f"at most {reconnect_throttle.MOST_SOCKETS_WAITING} sockets, "
            f"for up to {reconnect_throttle.SOCKET_PATIENCE_S:g} s"
        ),
        f"at most {admission_queue.MOST_WAITING} catch-ups, for up to {admission_queue.PATIENCE_S:g} s",
        f"nobody of the line goes on (for {admission_queue.HELD_UP_S:g} s at most)",
    ):
        assert said in text


def test_how_a_page_comes_back() -> None:
    text = page("several-workers.md")
    for said in (
        f"connects again after {seconds('socket.ts', 'RETRY_FIRST_MS')}",
        f"{seconds('socket.ts', 'RETRY_MOST_MS')} at most",
        f"asks over HTTP, within {seconds('feed.ts', 'JITTER_MS')} at random",
    ):
        assert said in text


def test_how_long_a_worker_waits_for_its_database() -> None:
    source = (ROOT / "server/core/database/engines.py").read_text(encoding="utf-8")
    text = page("several-workers.md")
    for pattern, said in (
        (r"_CONNECT_WITHIN_S = (\d+)", "{} s to connect"),
        (r"_SILENT_MS = (\d)_000", "{} s without a sign from the other side"),
        (r'"lock_timeout": "(\d+)s"', "{} s for a lock"),
        (r'"statement_timeout": "(\d+)s"', "{} s for a statement"),
        (
            r'"idle_in_transaction_session_timeout": "(\d+)s"',
            "{} s for a transaction in which nothing happens",
        ),
    ):
        found = re.search(pattern, source)
        assert found is not None, pattern
        assert said.format(found[1]) in text

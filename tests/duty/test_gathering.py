"""Requests that come while a set is taken up are in it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.core.database.transaction import Store
from tests.duty.test_group_commit import WITHIN_S, Watched, commits, named, names, write
from tests.tools.clock import WoundClock

__all__ = ["commits"]


def test_whoever_comes_in_the_turns_of_the_others_is_in_the_set_that_is_taken_up(
    store: Store, clock: WoundClock, commits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, coming = Watched(store, clock.now), iter(("second", "third"))
    with ThreadPoolExecutor(3) as pool:

        def turn(_seconds: float) -> None:
            name = next(coming, None)
            if name is not None:
                before = writer.waiting()
                pool.submit(write, writer, named(name))
                writer.until_waiting(before + 1)

        monkeypatch.setattr("server.duty.actions.group_commit.time.sleep", turn)
        threading.Thread(target=writer.run, daemon=True).start()
        assert writer.running.wait(WITHIN_S)
        assert pool.submit(write, writer, named("first")).result(WITHIN_S) == {"name": "first"}
    assert names(store) == ["first", "second", "third"]
    assert len(commits) == 1

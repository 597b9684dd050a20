"""Everybody does anything at once for a while, on a real server: no 5xx, no duty and no seat twice."""

import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.tools.world import World, living

pytestmark = pytest.mark.hard
THREADS, FOR_S = 12, 20


def deeds(world: World, dice: random.Random, account: int) -> list[tuple[str, dict[str, Any]]]:
    """Give one of each write that somebody may try, at a post and an alarm of the dice's choice."""
    district, post = world.district, dice.randrange(3)
    body, alarm = {"request_id": str(uuid4())}, f"/api/alarms/{dice.randrange(1, 6)}"
    here = world.check_in_body(post, account)
    state = dice.choice(["responding", "declined", "on_scene", "left"])
    return [
        ("/api/check-ins", here),
        ("/api/check-outs", body),
        ("/api/positions", {"fixes": [here["fix"]]}),
        ("/api/alarms", {**body, "post_id": district.posts[post], "fix": None}),
        (f"/api/posts/{district.posts[post]}/confirmations", body),
        (f"{alarm}/responses", {**body, "state": state}),
        (f"{alarm}/kind", {**body, "kind": dice.choice(["fight", "fire", "medical"])}),
        (f"{alarm}/acknowledgement", body),
        (f"{alarm}/responders", {**body, "account_id": dice.choice(district.guards[post])}),
        (f"{alarm}/resolution", {**body, "outcome": "test", "finding": "storm"}),
    ]


def test_nothing_breaks_when_everybody_does_anything(database_url: str, tmp_path: Path) -> None:
    with living(database_url, tmp_path / "server.log") as world:
        people = [*(one for post in world.district.guards for one in post), *world.district.consoles.values()]
        for account in people:
            world.token(account)
        statuses: Counter[int] = Counter()
        until = time.monotonic() + FOR_S

        def rage(number: int) -> None:
            dice = random.Random(number)
            while time.monotonic() < until:
                account = dice.choice(people)
                path, body = dice.choice(deeds(world, dice, account))
                if path.endswith("resolution") and dice.random() < 0.9:
                    continue
                statuses[world.post(account, path, body).status_code] += 1

        threads = [threading.Thread(target=rage, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = world.get(world.district.consoles["dispatcher"], "/api/coverage").json()["posts"]
    print(dict(statuses))
    assert {status for status in statuses if status >= 500} == set()
    assert statuses[201] > 0
    seated = [seat["account_id"] for line in lines for seat in line["seats"]]
    assert len(seated) == len(set(seated))
    assert "Traceback" not in (tmp_path / "server.log").read_text()

"""What an alarm waits for its answer while a district brings in a list of 33,000 people, and how long that takes.

A server on its default engine in a process of its own, with the worker that it has in use. Each quarter of a second an
alarm is raised and ended: without the list, while it is read and compared, and while it is taken over.

Run: .venv/bin/python -m bench.imports [sqlite | postgresql] [PEOPLE]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from bench.bench_district import load
from bench.long_work import alarms, say, served
from server.core.files.table_writing import Heading, NewSheet, write_xlsx
from tests.tools.world import World

PEOPLE = 33_000
QUIET_S = 20.0
MOST_S = 600.0
CATEGORIES = ("志愿者", "教职工", "专职保安", "带班领导")


def written(people: int) -> bytes:
    """Write a list of so many people as an office would."""
    rows = (
        (
            f"新人{chr(0x4E00 + one % 20_000)}",
            f"197{one:08}",
            CATEGORIES[one % len(CATEGORIES)],
            f"青禾第{one % 3 + 1}小学",
        )
        for one in range(people)
    )
    headings = tuple(Heading(text) for text in ("姓名", "手机号", "类别", "学校"))
    return write_xlsx([NewSheet("人员", headings, rows)])


class District:
    """The desk of the district administrator, who brings the list in."""

    def __init__(self, world: World) -> None:
        self.world, self.desk = world, world.district.consoles["district_admin"]
        self.number = 0

    def send(self, content: bytes) -> None:
        """Send the list."""
        token, csrf = self.world.token(self.desk)
        answer = requests.post(
            f"{self.world.server.url}/api/guard-imports",
            params={"request_id": str(uuid4()), "called": "list.xlsx"},
            data=content,
            headers={
                "Cookie": f"{self.world.cookie}={token}",
                "X-CSRF-Token": csrf,
                "Content-Type": "application/octet-stream",
            },
            timeout=60,
        )
        answer.raise_for_status()
        self.number = answer.json()["id"]

    def look(self) -> dict[str, Any]:
        """Look how far it is."""
        found: dict[str, Any] = self.world.get(self.desk, f"/api/guard-imports/{self.number}").json()
        return found

    def while_it_is(self, state: str) -> Callable[[], bool]:
        """Tell, each time it is asked, whether the list still is in a state."""
        began = time.monotonic()
        return lambda: self.look()["state"] == state and time.monotonic() - began < MOST_S


def main() -> None:
    kind = "postgresql" if "postgresql" in sys.argv else "sqlite"
    people = next((int(one) for one in sys.argv[1:] if one.isdecimal()), PEOPLE)
    content = written(people)
    with tempfile.TemporaryDirectory() as place, served(kind, Path(place)) as world:
        print(f"{kind}, a list of {people:,} people, {len(content) / 1e6:.1f} MB; {load()}")
        until = time.monotonic() + QUIET_S
        say("without a list", alarms(world, lambda: time.monotonic() < until))
        district = District(world)
        began = time.monotonic()
        district.send(content)
        say("while it is read", alarms(world, district.while_it_is("reading")))
        read = time.monotonic()
        print(f"read in {read - began:.1f} s: {district.look()['counts']}")
        world.write(district.desk, f"/api/guard-imports/{district.number}/taking")
        say("while it is taken over", alarms(world, district.while_it_is("taking")))
        print(f"taken over in {time.monotonic() - read:.1f} s: {district.look()['state']}; {load()}")


if __name__ == "__main__":
    main()

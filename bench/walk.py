"""Through which rooms of the house one request walks, and how often it comes back to one that it left.

A room is a module of an area (``duty.service.check_ins``), or, with ``--layers``, a layer of an area
(``duty.service``). A walk enters a room when something in another room calls it; going back to the caller is not
counted, coming in anew is a return. Only with ``--whole`` are ``server.core`` and what merely says what things are and
how they are judged (``rules``, ``facts``, ``tables``) rooms, too.

Run: .venv/bin/python -m bench.walk [--layers] [--whole]
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from server.app import create_app
from server.config import read_settings
from server.core.database.migrate import upgrade
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict, make_district
from tests.tools.duty import put_on_duty
from tests.tools.keys import TEST_KEYS

SERVER = str(Path(__file__).parents[1] / "server") + "/"
# 07:15 of a school Monday in Shanghai.
MORNING = datetime(2026, 11, 22, 23, 15, tzinfo=UTC)
BOOKS = {"rules", "facts", "tables"}
NOBODYS = {"areas", "app", "config", "engine"}


def room_of(file: str, *, layers: bool, whole: bool) -> str | None:
    """Name the room of a file; ``None``: none that counts."""
    if not file.startswith(SERVER):
        return None
    area, *inside = Path(file.removeprefix(SERVER)).with_suffix("").parts
    if not whole and (area == "core" or area in NOBODYS or not BOOKS.isdisjoint(inside)):
        return None
    return ".".join([area, *(inside[:1] if layers else inside)])


class Walk:
    """Notes the rooms in the order in which they are entered, each time that a call comes in from another one."""

    def __init__(self, room: Callable[[str], str | None]) -> None:
        self.entered: list[str] = []
        self._room, self._rooms = room, dict[str, str | None]()

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        """Take what Python tells of a call."""
        if event != "call" or frame.f_code.co_name.startswith("<"):
            return
        file = frame.f_code.co_filename
        if file not in self._rooms:
            self._rooms[file] = self._room(file)
        room = self._rooms[file]
        if room is not None and room != self._caller(frame):
            self.entered.append(room)

    def _caller(self, frame: FrameType) -> str | None:
        """Give the room from which a call comes, whatever lies between."""
        before = frame.f_back
        while before is not None:
            room = self._rooms.get(before.f_code.co_filename)
            if room is not None:
                return room
            before = before.f_back
        return None

    def told(self) -> str:
        """Say how many rooms there were and how often the walk came back, then each room with its entries."""
        # A caller that calls the same room several times on end has not gone anywhere in between.
        straight = [room for at, room in enumerate(self.entered) if at == 0 or room != self.entered[at - 1]]
        times = Counter(straight)
        returns = sum(times.values()) - len(times)
        rooms = "\n".join(
            f"  {room}{f'  {number} times' if number > 1 else ''}" for room, number in times.items()
        )
        return f"{len(times)} rooms, {returns} returns\n{rooms}"


def walked(work: Callable[[], Any], room: Callable[[str], str | None]) -> Walk:
    """Let some work be done and watched."""
    walk = Walk(room)
    sys.setprofile(walk)
    try:
        work()
    finally:
        sys.setprofile(None)
    return walk


def check_in_body(district: SmallDistrict, clock: WoundClock) -> dict[str, Any]:
    """Make a check-in some metres from the post."""
    now = clock.now().isoformat()
    fix = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 12.0, "at": now}
    return {"post_code": district.codes[0], "fix": fix, "claimed_at": now}


def main() -> None:
    """Walk a check-in and an alarm."""
    layers, whole = "--layers" in sys.argv, "--whole" in sys.argv

    def room(file: str) -> str | None:
        return room_of(file, layers=layers, whole=whole)

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/huxue.db"
        upgrade(url)
        clock = WoundClock(MORNING)
        settings = {
            "HUXUE_MODE": "demo",
            "HUXUE_KEYS": TEST_KEYS,
            "HUXUE_DATABASE_URL": url,
            "HUXUE_ENGINE": "threads",
        }
        app = create_app(read_settings(settings), now=clock.now)
        store = app.extensions["huxue"].store
        district = make_district(store, clock.now())
        team = put_on_duty(store, district, post=1, seats=[0, 1, 2, 4], now=clock.now())
        # The first of each loads what is loaded once.
        first, guard = (Caller(app, district.guards[0][seat], clock.now()) for seat in (1, 0))
        body = check_in_body(district, clock)
        assert first.post("/api/check-ins", body).status_code == 201
        # A phone has its device cookie by the time at which its guard checks in.
        assert guard.get("/api/me").status_code == 200
        print("one check-in:", walked(lambda: guard.post("/api/check-ins", body), room).told())
        raiser = Caller(app, team[0], clock.now())
        assert raiser.post("/api/alarms", {"post_code": district.codes[1]}).status_code == 201
        print(
            "one alarm:",
            walked(lambda: guard.post("/api/alarms", {"post_code": district.codes[0]}), room).told(),
        )
        store.close()


if __name__ == "__main__":
    main()

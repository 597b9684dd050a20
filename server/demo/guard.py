"""One simulated guard: signs in, checks in, walks about, is confirmed, goes."""

import threading
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from server.demo.people import Row
from server.demo.phone import Connection, Pass
from server.demo.script import CheckInManner, PeakPart
from server.demo.shapes import Plane
from server.demo.stage import now

POSITION_EVERY_S = 30.0
STEP_M, WALK_RADIUS_M = 18.0, 80.0
FAR_M = (320.0, 1_400.0)


class Tally:
    """Counts what happens, for the line on the screen."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(self, what: str, number: int) -> None:
        """Count."""
        with self._lock:
            self._counts[what] = self._counts.get(what, 0) + number

    def __str__(self) -> str:
        """Write the counts in one line."""
        with self._lock:
            return " · ".join(f"{number:,} {what}" for what, number in self._counts.items() if number)


class Guard:
    """One part as it is played: signs in, checks in, walks, checks out."""

    def __init__(self, part: PeakPart, post: Row, code: str, seed: int, tally: Tally) -> None:
        self.part = part
        self.own: Pass | None = None
        self.check_in_id: int | None = None
        self.gone = False
        self._tally = tally
        self._code = code
        self._plane = Plane(post["latitude"], post["longitude"])
        self._random = Random(f"{seed} {part.account_id} {part.shift.date} {part.shift.peak}")
        self._numbers = {deed: self._number() for deed in ("come", "leave", "confirm")}
        self._spot = (self._random.uniform(-35, 35), self._random.uniform(-35, 35))

    def come(self, line: Connection) -> bool:
        """Sign in and check in; tell whether the guard is on duty now and waits for nobody."""
        if self.own is None and not self._sign_in(line):
            return self._end()
        at = now()
        if at >= self.part.shift.ends_at:
            return self._end()
        answer = line.call(
            "POST",
            "/api/check-ins",
            {
                "request_id": self._numbers["come"],
                "post_code": self._code,
                "fix": self._fix(at),
                "claimed_at": at.isoformat(),
                "queued": False,
                "device_id": f"demo-{self.part.account_id}",
            },
            self.own,
        )
        if answer.status == 201:
            self.check_in_id = answer.body["id"]
            self._tally.add("on duty", 1)
            return bool(answer.body["verified"])
        if answer.code == "already_on_duty":
            # This play was started again while the guard stood at the post.
            self.check_in_id = answer.body["facts"]["check_in_id"]
            return True
        return self._end()

    def walk(self, line: Connection) -> datetime | None:
        """Send a position and come back in half a minute, until it is time to go."""
        at = now()
        if self.gone or self.own is None or at >= (self.part.leaves_at or self.part.shift.closes_at):
            return None
        self._step()
        answer = line.call("POST", "/api/positions", {"fixes": [self._fix(at, near=True)]}, self.own)
        if answer.status >= 400:
            self.gone = True
            return None
        return at + timedelta(seconds=POSITION_EVERY_S + self._random.uniform(-2, 2))

    def confirm(self, line: Connection, other: "Guard") -> None:
        """Confirm another one's check-in, as the duty leader of the post."""
        if self.own is not None and other.check_in_id is not None:
            path = f"/api/check-ins/{other.check_in_id}/confirmation"
            line.call("POST", path, {"request_id": other.number_of_confirmation}, self.own)

    def leave(self, line: Connection) -> None:
        """Check out and sign out."""
        if self.own is None or self.gone:
            return
        body = {"request_id": self._numbers["leave"], "fix": None}
        if line.call("POST", "/api/check-outs", body, self.own).status == 201:
            self._tally.add("on duty", -1)
        line.call("DELETE", "/api/session", None, self.own)
        self._end()

    @property
    def number_of_confirmation(self) -> str:
        """Give the request number with which this guard's check-in is confirmed."""
        return self._numbers["confirm"]

    def _sign_in(self, line: Connection) -> bool:
        answer = line.call("POST", "/api/demo/sessions", {"who": f"account:{self.part.account_id}"})
        if answer.status != 200 or answer.cookie is None:
            self._tally.add(f"refused {answer.code}", 1)
            return False
        self.own = Pass(answer.cookie, answer.body["me"]["csrf_token"])
        return True

    def _end(self) -> bool:
        self.gone = True
        self.own = None
        return False

    def _fix(self, at: datetime, *, near: bool = False) -> dict[str, object] | None:
        manner = CheckInManner.WELL if near else self.part.manner
        if manner == CheckInManner.NO_FIX:
            return None
        spot = self._spot
        if manner == CheckInManner.FAR:
            away = self._random.uniform(*FAR_M)
            spot = (spot[0] + away, spot[1] - away / 2)
        longitude, latitude = self._plane.degrees(spot)
        accuracy = (
            self._random.uniform(60, 140) if manner == CheckInManner.POOR else self._random.uniform(4, 30)
        )
        return {
            "latitude": latitude,
            "longitude": longitude,
            "accuracy_m": round(accuracy, 1),
            "at": at.isoformat(),
        }

    def _step(self) -> None:
        east, north = (
            max(-WALK_RADIUS_M, min(WALK_RADIUS_M, metres + self._random.uniform(-STEP_M, STEP_M)))
            for metres in self._spot
        )
        self._spot = (east, north)

    def _number(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

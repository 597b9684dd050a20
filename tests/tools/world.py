"""A real server with a small district in a peak that is going on, whatever the hour."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests
from sqlalchemy import delete, insert, select, update

from server.calendar.tables import roster
from server.core.database import event_log
from server.core.database.transaction import Store
from server.people.queries.sessions import hashed
from server.people.tables import session
from server.places.rules.peaks import PeakKind
from server.places.tables import calendar_day, calendar_year, district, peak
from tests.tools.district import LATITUDE, LONGITUDE, STEP, SmallDistrict, make_district
from tests.tools.keys import open_store
from tests.tools.server import ROOT, Server, serving

WAIT_S = 30


class World:
    """A server with a small district in a peak that began ten minutes ago, and its sessions."""

    def __init__(self, server: Server, store: Store, district: SmallDistrict) -> None:
        self.server, self.store, self.district = server, store, district
        self.tokens: dict[int, tuple[str, str]] = {}
        # What the server calls it where it is told that it is reached over HTTPS: ``__Host-huxue``.
        self.cookie = "huxue"

    def token(self, account_id: int) -> tuple[str, str]:
        """Sign an account in: its cookie and its CSRF token."""
        if account_id in self.tokens:
            return self.tokens[account_id]
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        now = datetime.now(UTC)
        with self.store.transaction(now) as transaction:
            transaction.connection.execute(
                insert(session).values(
                    token_hash=hashed(token),
                    csrf_token=csrf,
                    account_id=account_id,
                    created_at=now,
                    expires_at=now + timedelta(days=1),
                )
            )
        self.tokens[account_id] = token, csrf
        return token, csrf

    def post(self, account_id: int, path: str, body: dict[str, Any]) -> requests.Response:
        """Write as an account."""
        token, csrf = self.token(account_id)
        return requests.post(
            self.server.url + path,
            json=body,
            headers={"Cookie": f"{self.cookie}={token}", "X-CSRF-Token": csrf},
            timeout=WAIT_S,
        )

    def write(self, account_id: int, path: str, /, **body: Any) -> dict[str, Any]:
        """Write as an account, under a request id of its own; what is refused fails the test."""
        answer = self.post(account_id, path, {"request_id": str(uuid4()), **body})
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def get(self, account_id: int, path: str) -> requests.Response:
        """Read as an account."""
        token, _csrf = self.token(account_id)
        return requests.get(
            self.server.url + path, headers={"Cookie": f"{self.cookie}={token}"}, timeout=WAIT_S
        )

    def until_heard(self) -> None:
        """Return once the server has read the log to its end: it keeps nothing of before by then."""
        with self.store.read() as connection:
            last = event_log.last(connection)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            told = requests.get(f"{self.server.url}/metrics", timeout=20).text
            if int(float(told.partition("\nhuxue_log_read_to ")[2].partition("\n")[0])) >= last:
                return
        raise AssertionError(f"the server has not heard of event {last}")

    def end_alarms(self) -> None:
        """End all alarms that go on, so that nobody is called to them any more."""
        dispatcher = self.district.consoles["dispatcher"]
        for one in self.get(dispatcher, "/api/alarms?state=open").json()["items"]:
            self.write(dispatcher, f"/api/alarms/{one['id']}/resolution", outcome="test", finding="Ended.")

    def check_in(self, post: int, seat: int) -> None:
        """Check a guard of a post in, inside its fence."""
        guard = self.district.guards[post][seat]
        self.post(guard, "/api/check-ins", self.check_in_body(post, guard)).raise_for_status()

    def check_in_body(self, post: int, guard: int) -> dict[str, Any]:
        """Make what a phone at a post's gate sends."""
        now = datetime.now(UTC).isoformat()
        return {
            "request_id": str(uuid4()),
            "post_code": self.district.codes[post],
            "fix": {"latitude": LATITUDE + post * STEP, "longitude": LONGITUDE, "accuracy_m": 9, "at": now},
            "claimed_at": now,
            "device_id": f"device-{guard}",
        }


def begin_peak(store: Store, now: datetime, *, in_minutes: int = -1) -> None:
    """Let the one peak of the day have begun a minute ago, whatever the hour, with everybody on its roster.

    ``in_minutes``: let it begin then instead.
    """
    local = now + timedelta(hours=8)
    starts = (local + timedelta(minutes=in_minutes)).time()
    ends = (local + timedelta(minutes=in_minutes + 51)).time()
    with store.transaction(now) as transaction:
        connection = transaction.connection
        # Another peak would overlap with it at some hours.
        connection.execute(delete(peak).where(peak.c.kind != PeakKind.MORNING_ARRIVAL))
        connection.execute(update(peak).values(starts=starts, ends=ends))
        days = [(local + timedelta(days=step)).date() for step in (-1, 0, 1)]
        district_id = connection.execute(select(district.c.id)).scalar_one()
        connection.execute(
            insert(calendar_day),
            [{"district_id": district_id, "date": day, "school_day": True} for day in days],
        )
        # No warning of a year that nobody has filled, in whichever month the tests run.
        known = {"district_id": district_id, "source": "console", "changed_at": now}
        connection.execute(insert(calendar_year), [known | {"year": local.year + step} for step in (0, 1)])
        connection.execute(update(roster).values(weekdays=127))


@contextmanager
def living(
    url: str, log: Path, root: Path = ROOT, *, peak_in_minutes: int = -1, **settings: str
) -> Iterator[World]:
    """Serve a small district whose peak began a minute ago, or begins in some minutes."""
    store = open_store(url)
    now = datetime.now(UTC)
    made = make_district(store, now)
    begin_peak(store, now, in_minutes=peak_in_minutes)
    store.close()
    with serving(url, log, root, **settings) as server:
        store = open_store(url)
        yield World(server, store, made)
        store.close()


@contextmanager
def living_twice(
    url: str, folder: Path, *, engines: tuple[str, str], **settings: str
) -> Iterator[tuple[World, World]]:
    """Serve a small district by two workers on one database, each on its engine; both know the same sessions."""
    with (
        living(url, folder / "first.log", HUXUE_ENGINE=engines[0], **settings) as first,
        serving(url, folder / "second.log", HUXUE_ENGINE=engines[1], **settings) as server,
    ):
        second = World(server, first.store, first.district)
        second.tokens = first.tokens
        yield first, second

"""The demo district behind a real server, with everybody signed in: what the figures are measured on."""

import json
import os
import secrets
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from deploy.programs import postgres
from server.core.database.migrate import upgrade
from server.core.database.transaction import Store
from server.demo.district import DemoDistrict, make_district
from server.demo.people import peak_kind
from server.demo.seed import seed
from server.people.api.device_cookie import signature
from server.people.queries import device_keys
from server.people.queries.sessions import hashed
from server.people.tables import session
from tests.tools.keys import open_store
from tests.tools.server import Server, serving

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class BenchDistrict:
    """A served demo district; ``passes`` gives each account's cookie and CSRF token."""

    server: Server
    store: Store
    paper: DemoDistrict
    passes: dict[int, tuple[str, str]]

    @cached_property
    def device_key(self) -> bytes:
        """Read the key with which this database signs the names of browsers."""
        return device_keys.signing_key(self.store, datetime.now(UTC))

    def guards_by_post(self) -> dict[int, list[int]]:
        """List approved guards of each post by its number: no police, and nobody whose own peak is near.

        Whoever is on the next peak's roster checks in for that one, which the board shows only later.
        """
        post_of = {row["school_id"]: row["id"] for row in self.paper.post}
        hour = datetime.now(ZoneInfo(self.paper.district[0]["time_zone"])).hour
        near = {peak_kind((hour + step) % 24) for step in (-1, 0, 1, 2)}
        soon = {row["account_id"] for row in self.paper.roster if row["peak"] in near}
        found = defaultdict(list)
        for row in self.paper.account:
            if (
                row["role"] == "guard"
                and row["status"] == "approved"
                and row["school_id"] in post_of
                and row["id"] not in soon
            ):
                found[post_of[row["school_id"]]].append(row["id"])
        return found

    def console(self, role: str) -> int:
        """Give the account of a console role."""
        return next(row["id"] for row in self.paper.account if row["role"] == role)

    def check_in_body(self, account: int, post: int) -> dict:
        """Make a check-in at a post, some metres from its middle."""
        row = self.paper.post[post - 1]
        code = next(one["code"] for one in self.paper.post_code if one["post_id"] == post)
        now = datetime.now(UTC).isoformat()
        fix = {
            "latitude": row["latitude"] + 0.00005,
            "longitude": row["longitude"],
            "accuracy_m": 12,
            "at": now,
        }
        return {
            "request_id": str(uuid4()),
            "post_code": code,
            "fix": fix,
            "claimed_at": now,
            "device_id": f"bench-{account}",
        }

    def request(self, account: int, path: str, body: dict) -> bytes:
        """Write a POST as a browser on a kept connection sends it."""
        token, csrf = self.passes[account]
        text = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\nContent-Type: application/json\r\n"
            f"Cookie: huxue={token}; huxue-device={self.device(account)}\r\nX-CSRF-Token: {csrf}\r\n"
            f"Content-Length: {len(text)}\r\n\r\n"
        )
        return head.encode() + text

    def device(self, account: int) -> str:
        """Give the cookie that a phone has had since its first contact."""
        name = f"bench-{account}"
        return f"{name}.{signature(self.device_key, name)}"

    def opening(self, account: int) -> bytes:
        """Write what a page asks first when it is opened."""
        token, _csrf = self.passes[account]
        head = f"GET /api/me HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\n"
        return f"{head}Cookie: huxue={token}; huxue-device={self.device(account)}\r\n\r\n".encode()

    def check_in(self, account: int, post: int) -> bytes:
        """Write a check-in as a browser on a kept connection sends it."""
        return self.request(account, "/api/check-ins", self.check_in_body(account, post))


@contextmanager
def bench_district(kind: str = "sqlite", **settings: str) -> Iterator[BenchDistrict]:
    """Serve the demo district on ``sqlite`` or ``postgresql``, nothing simulated."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "sqlite":
            yield from _served(f"sqlite:///{folder / 'district.db'}", folder, settings)
            return
        with postgres.running(folder, durable=True) as server:
            upgrade(server.template_url())
            yield from _served(server.fresh_url(), folder, settings)


def furnish(url: str) -> tuple[Store, DemoDistrict, dict[int, tuple[str, str]]]:
    """Make the demo district in a migrated database, with everybody signed in."""
    store = open_store(url)
    now = datetime.now(UTC)
    seed(store, now=now)
    paper = make_district()
    accounts = [row["id"] for row in paper.account]
    passes = dict(zip(accounts, sign_in(store, accounts), strict=True))
    return store, paper, passes


def sign_in(store: Store, accounts: Iterable[int]) -> list[tuple[str, str]]:
    """Sign accounts in, each as often as it is named; gives the cookie and the CSRF token of each session."""
    now = datetime.now(UTC)
    signed_in = [(account, secrets.token_urlsafe(32), secrets.token_urlsafe(16)) for account in accounts]
    rows = [
        {
            "token_hash": hashed(token),
            "csrf_token": csrf,
            "account_id": account,
            "created_at": now,
            "expires_at": now + timedelta(days=1),
        }
        for account, token, csrf in signed_in
    ]
    with store.transaction(now) as transaction:
        transaction.connection.execute(insert(session), rows)
    return [(token, csrf) for _account, token, csrf in signed_in]


def _served(url: str, folder: Path, settings: dict[str, str]) -> Iterator[BenchDistrict]:
    upgrade(url)
    store, paper, passes = furnish(url)
    with serving(url, folder / "server.log", **settings) as server:
        yield BenchDistrict(server, store, paper, passes)
        store.close()


def cpu_s(pid: int) -> float:
    """Read how many seconds of CPU a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def quantile(values: list[float], share: float) -> float:
    """Give the value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def load() -> str:
    """Tell what else the machine was doing, for the report."""
    one, five, _fifteen = os.getloadavg()
    return f"load average {one:.1f} (1 min), {five:.1f} (5 min), {os.cpu_count()} cores"

"""People inside whom nobody should trust, at hand as the honest cast is, in the application and on a real server.

A *stranger* registered by SMS code over the API with a category of his own choice, was approved by nobody and checked
in with a made-up place. *Suspended*, *moved*, *demoted* and *scopeless* people lost something while their session
lives and while they stand on duty; *signed out* and *closed* ones still have their cookie. ``everyone`` makes
one of each. The fixture ``insiders`` makes them in the application; ``of_world`` on a server, where what they give
back also acts through ``world.post(account_id, …)`` and in a browser of ``Cast.context(account_id, …)``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

from flask import Flask

from server.core.database.transaction import Store
from server.duty.queries import check_ins
from server.people.actions import users
from server.people.queries import accounts, sessions
from tests.tools.client import Caller
from tests.tools.district import LATITUDE, LONGITUDE, STEP, SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, SECURITY_2, STAFF_1, STAFF_2, VOLUNTEER_1, put_on_duty
from tests.tools.phone import CONSENTS
from tests.tools.web import WebCaller
from tests.tools.world import World

Client = Caller | WebCaller
# One row of numbers for all tests of a process: a server may be shared by several.
NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Insiders:
    """Makes them. ``enter`` signs an account in, or gives a browser without a session for ``None``."""

    store: Store
    district: SmallDistrict
    now: Callable[[], datetime]
    enter: Callable[[int | None], Client]
    entered: Callable[[Client], None]

    def stranger(self, category: str = "police", *, post: int = 0, on_duty: bool = True) -> Client:
        """Let somebody register with a category that nobody looked at, and check in with a made-up place."""
        one, number = self.enter(None), next(NUMBERS)
        asked = one.post("/api/session/codes", {"phone": f"1991{number:07}"}).json["request"]
        shown = one.get("/api/demo/messages", request=asked).json["messages"]
        signed_in = one.post("/api/session", {"request": asked, "code": shown[-1]["code"]}).json
        body = {
            "ticket": signed_in["ticket"],
            "name": f"路人{number}",
            "category": category,
            "post_code": self.district.codes[post],
            "consents": CONSENTS,
        }
        registered = one.post("/api/guards", body)
        assert registered.status_code == 201, registered.json
        me = registered.json["me"]
        one.account_id, one.csrf_token = me["account"]["id"], me["csrf_token"]
        self.entered(one)
        if on_duty:
            self.check_in(one, post=post)
        return one

    def crowd(
        self, many: int, category: str = "police", *, post: int = 0, on_duty: bool = True
    ) -> list[Client]:
        """Let so many strangers come."""
        return [self.stranger(category, post=post, on_duty=on_duty) for _ in range(many)]

    def confirmed_stranger(self, category: str = "police", *, post: int = 0) -> Client:
        """Let the first station confirm that a stranger is there, which approves nobody (post 0 or 1)."""
        one = self.stranger(category, post=post, on_duty=False)
        duty = self.check_in(one, post=post)
        officer = self.enter(self.district.consoles["station_officer"])
        confirmed = officer.post(f"/api/check-ins/{duty['id']}/confirmation")
        assert confirmed.status_code == 200, confirmed.json
        return one

    def check_in(self, one: Client, *, post: int = 0) -> dict[str, Any]:
        """Check somebody in at a post with a made-up place: 20 m beside it, as an honest phone would say."""
        answer = one.post("/api/check-ins", made_up_check_in(self.district, post, self.now()))
        assert answer.status_code == 201, answer.json
        told: dict[str, Any] = answer.json
        return told

    def suspended(self, account_id: int, *, on_duty: bool = True) -> Client:
        """Suspend somebody whose session goes on: as if the request were under way at that moment."""
        return self.changed(account_id, on_duty=on_duty, status="suspended")

    def moved(self, account_id: int, *, on_duty: bool = True, **to: int) -> Client:
        """Move somebody to another ``school_id`` or ``station_id`` while he stands at the gate."""
        return self.changed(account_id, on_duty=on_duty, **to)

    def demoted(self, account_id: int, *, on_duty: bool = True, **to: str) -> Client:
        """Give somebody a lesser ``category`` or ``role`` while he stands at the gate, or sits at the console."""
        return self.changed(account_id, on_duty=on_duty, **to)

    def scopeless(self, account_id: int) -> Client:
        """Take a console's school and station away."""
        return self.changed(account_id, on_duty=False, school_id=None, station_id=None)

    def signed_out(self, account_id: int, *, on_duty: bool = True) -> Client:
        """Let somebody sign out; his browser keeps the cookie that it had."""
        one = self._on(account_id, on_duty=on_duty)
        with self.store.transaction(self.now()) as transaction:
            sessions.end_all(transaction, account_id)
        return one

    def closed(self, account_id: int, *, on_duty: bool = True) -> Client:
        """Let a guard close his own account, or whoever runs the server a console's; the cookie stays."""
        one = self._on(account_id, on_duty=on_duty)
        names = [name for name, number in self.district.consoles.items() if number == account_id]
        if names:
            users.set_closed(self.store, username=names[0], closed=True, now=self.now())
            return one
        gone = one.post("/api/me/consents", {"kind": "identity", "version": "2026-11", "given": False})
        assert gone.status_code == 200, gone.json
        return one

    def console(self, role: str, **scope: int) -> int:
        """Make another console account of a role, with a ``school_id`` or ``station_id`` or without."""
        with self.store.transaction(self.now()) as transaction:
            number = accounts.add(
                transaction.connection,
                district_id=self.district.district_id,
                username=f"another-{role}-{next(NUMBERS)}",
                name="测试",
                role=role,
                status="approved",
                registered_at=self.now(),
                **scope,
            )
        assert number is not None
        return number

    def changed(self, account_id: int, *, on_duty: bool, **columns: Any) -> Client:
        """Sign somebody in, put a guard on duty, then change the account's row."""
        one = self._on(account_id, on_duty=on_duty)
        with self.store.transaction(self.now()) as transaction:
            accounts.change(transaction.connection, account_id, **columns)
        return one

    def _on(self, account_id: int, *, on_duty: bool) -> Client:
        for post, seats in enumerate(self.district.guards):
            if on_duty and account_id in seats and not self._stands(account_id):
                seat = seats.index(account_id)
                put_on_duty(self.store, self.district, post=post, seats=[seat], now=self.now())
        return self.enter(account_id)

    def _stands(self, account_id: int) -> bool:
        with self.store.read() as connection:
            return check_ins.open_of_account(connection, account_id) is not None


def made_up_check_in(district: SmallDistrict, post: int, now: datetime) -> dict[str, Any]:
    """Make the check-in of somebody who sits at home: a place 20 m beside the post, of a device of its own."""
    place = {"latitude": LATITUDE + post * STEP + 0.000_18, "longitude": LONGITUDE, "accuracy_m": 9.0}
    return {
        "post_code": district.codes[post],
        "fix": {**place, "at": now.isoformat()},
        "claimed_at": now.isoformat(),
        "device_id": f"made-up-{uuid4()}",
    }


# What each of them is called in tables of tests, and how he is made out of the small district.
EVERYONE: dict[str, Callable[[Insiders], Client]] = {
    "stranger, police": lambda make: make.stranger("police"),
    "stranger, leader": lambda make: make.stranger("duty_leader"),
    "stranger, off duty": lambda make: make.stranger("volunteer", on_duty=False),
    "stranger, confirmed": lambda make: make.confirmed_stranger("duty_leader"),
    "suspended guard": lambda make: make.suspended(make.district.guards[0][STAFF_1]),
    "suspended officer": lambda make: make.suspended(make.district.consoles["station_officer"]),
    "moved guard": lambda make: make.moved(
        make.district.guards[0][SECURITY_1], school_id=make.district.schools[2]
    ),
    "moved police": lambda make: make.moved(
        make.district.guards[0][POLICE], station_id=make.district.stations[1]
    ),
    "moved school": lambda make: make.moved(
        make.district.consoles["school_admin"], school_id=make.district.schools[2]
    ),
    "demoted leader": lambda make: make.demoted(make.district.guards[0][STAFF_2], category="volunteer"),
    "demoted dispatcher": lambda make: make.demoted(make.district.consoles["dispatcher"], role="auditor"),
    "scopeless officer": lambda make: make.scopeless(
        make.console("station_officer", station_id=make.district.stations[0])
    ),
    "signed out": lambda make: make.signed_out(make.district.guards[0][SECURITY_2]),
    "closed guard": lambda make: make.closed(make.district.guards[0][VOLUNTEER_1]),
    "closed console": lambda make: make.closed(make.district.consoles["district_admin"]),
}


def everyone(make: Insiders) -> dict[str, Client]:
    """Make one of each, all at the first post or of its school and station."""
    return {name: made(make) for name, made in EVERYONE.items()}


def of_app(app: Flask, district: SmallDistrict) -> Insiders:
    """Make them in an application."""
    here = app.extensions["huxue"]

    def entered(one: Client) -> None:
        assert isinstance(one, Caller)
        with here.store.read() as connection:
            row = sessions.by_token(connection, one.client.get_cookie("huxue").value)
        assert row is not None
        one.session_id = row.actor.session_id

    return Insiders(here.store, district, here.now, lambda account: Caller(app, account, here.now()), entered)


def of_world(world: World, now: Callable[[], datetime]) -> Insiders:
    """Make them on a real server; they may be used by number from there on."""

    def entered(one: Client) -> None:
        assert isinstance(one, WebCaller)
        world.tokens[one.account_id] = one.cookie, one.csrf_token

    return Insiders(world.store, world.district, now, lambda account: WebCaller(world, account), entered)

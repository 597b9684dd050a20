"""One's own account at a console: sessions that were left open, and another password."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.people.rules.sign_in_places import browser_of, network_of
from server.people.service import passwords
from server.people.tables import account
from tests.tools.client import code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

OLD, NEW = "invented-password-1", "seven copper kettles sing"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"


class Desk:
    """A browser that signed in as a console user."""

    def __init__(self, app: Flask, username: str, password: str = OLD, user_agent: str = EDGE) -> None:
        self.client: FlaskClient = app.test_client()
        answer = self.client.post(
            "/api/session/password",
            json={"username": username, "password": password},
            headers={"User-Agent": user_agent},
            environ_base={"REMOTE_ADDR": "203.0.113.9"},
        )
        assert answer.status_code == 200, answer.text
        self.token = answer.json["me"]["csrf_token"]

    def sessions(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.client.get("/api/me/sessions").json["items"]
        return found

    def end(self, number: object = None) -> int:
        path = "/api/me/sessions" if number is None else f"/api/me/sessions/{number}"
        return self.client.delete(path, headers={"X-CSRF-Token": self.token}).status_code

    def change(self, old: str, new: str) -> tuple[int, str]:
        answer = self.client.put(
            "/api/me/password", json={"old": old, "new": new}, headers={"X-CSRF-Token": self.token}
        )
        return (204, "") if answer.status_code == 204 else code(answer)

    def is_in(self) -> bool:
        return self.client.get("/api/me").status_code == 200


@pytest.fixture(autouse=True)
def _passwords(app: Flask, district: SmallDistrict, clock: WoundClock) -> None:
    store: Store = app.extensions["huxue"].store
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account)
            .where(account.c.username.is_not(None))
            .values(password_hash=passwords.hash_password(OLD))
        )


def acts(app: Flask) -> list[str]:
    with app.extensions["huxue"].store.read() as connection:
        return list(connection.execute(select(audit_row.c.act).order_by(audit_row.c.id)).scalars())


def test_each_session_says_where_it_was_opened_and_which_one_asks(app: Flask) -> None:
    first, second = Desk(app, "dispatcher"), Desk(app, "dispatcher", user_agent="curl/8")
    newest, oldest = second.sessions()
    assert (oldest["browser"], oldest["network"], oldest["here"]) == (
        "Edge, Windows",
        "203.0.113.0/24",
        False,
    )
    assert (newest["browser"], newest["here"]) == (None, True)
    assert [one["here"] for one in first.sessions()] == [False, True]


def test_one_is_ended_from_another_and_all_others_at_once(app: Flask) -> None:
    desks = [Desk(app, "dispatcher") for _ in range(4)]
    number = desks[0].sessions()[0]["id"]
    assert desks[0].end(number) == 204
    assert [desk.is_in() for desk in desks] == [True, True, True, False]
    assert desks[0].end(number) == 204, "a retry is harmless"
    assert desks[0].end() == 204
    assert [desk.is_in() for desk in desks] == [True, False, False, False]
    assert acts(app).count("sessions.ended") == 2


def test_nobody_ends_the_session_of_somebody_else(app: Flask) -> None:
    mine, other = Desk(app, "dispatcher"), Desk(app, "school_admin")
    assert mine.end(other.sessions()[0]["id"]) == 204
    assert mine.end() == 204
    assert other.is_in()
    assert "sessions.ended" not in acts(app)


def test_a_new_password_ends_the_other_sessions_and_the_old_one_is_over(app: Flask) -> None:
    here, there = Desk(app, "dispatcher"), Desk(app, "dispatcher")
    assert here.change(OLD, NEW) == (204, "")
    assert here.is_in()
    assert not there.is_in()
    assert here.change(OLD, NEW) == (204, ""), "a retry is harmless"
    assert acts(app).count("password.changed") == 1
    assert Desk(app, "dispatcher", NEW).is_in()
    with pytest.raises(AssertionError, match="wrong_credentials"):
        Desk(app, "dispatcher", OLD)


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ("not this one", NEW, "wrong_password"),
        (OLD, OLD, "same_password"),
        (OLD, "short", "password_too_short"),
        (OLD, "password1234", "password_too_common"),
        (OLD, "dispatcher1", "password_too_common"),
    ],
)
def test_what_is_refused_changes_nothing(app: Flask, old: str, new: str, refused: str) -> None:
    here, there = Desk(app, "dispatcher"), Desk(app, "dispatcher")
    assert here.change(old, new)[1] == refused
    assert there.is_in()
    assert Desk(app, "dispatcher", OLD).is_in()


def test_whoever_sits_at_an_open_desk_cannot_guess_the_password(app: Flask) -> None:
    desk = Desk(app, "dispatcher")
    answers = [desk.change(f"guess number {n}", NEW)[1] for n in range(11)]
    assert answers == ["wrong_password"] * 10 + ["too_many"]
    assert desk.change(OLD, NEW)[1] == "too_many"
    assert acts(app).count("sign_in.failed") == 10


def test_a_try_looks_at_one_password_alone(app: Flask) -> None:
    """The right one in the place of the new one was answered as if it had been done."""
    desk = Desk(app, "dispatcher")
    assert desk.change("guess number one", OLD)[1] == "wrong_password"


def test_right_ones_that_are_refused_for_the_new_one_are_no_guesses(app: Flask) -> None:
    desk = Desk(app, "dispatcher")
    assert {desk.change(OLD, "short")[1] for _ in range(12)} == {"password_too_short"}
    assert desk.change(OLD, NEW) == (204, "")


@pytest.mark.parametrize(
    ("user_agent", "named"),
    [
        (EDGE, "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 12; HarmonyOS) Chrome/99 MicroMessenger/8.0", "微信, HarmonyOS"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) Version/16.5 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux"),
        ("curl/8.5", None),
        ("", None),
        (None, None),
        ("wxwork" * 4000, "企业微信"),
    ],
)
def test_a_browser_is_named(user_agent: str | None, named: str | None) -> None:
    assert browser_of(user_agent) == named


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("2001:db8:1::/48", "2001:db8:1::/48"),
        ("not an address", None),
        (None, None),
    ],
)
def test_an_address_is_cut_down_to_its_network(address: str | None, network: str | None) -> None:
    assert network_of(address) == network

"""Every readable route for everybody: which telephones and names stand anywhere in the answers."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from server.core import audit
from server.core.database import event_log
from server.core.database.transaction import Store
from server.people.queries import accounts, sessions
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SEATS, SmallDistrict
from tests.tools.duty import asked, put_on_duty, suspend

SignIn = Callable[[int | None], Caller]
TELEPHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
NAME = re.compile(r"测试\d\d")
POSTS = range(3)


def everything(app: Flask, one: Caller, district: SmallDistrict) -> str:
    """Read every route with every post, alarm and code that there is; give all the text that came."""
    box = {"south": -90, "west": -180, "north": 90, "east": 180}
    asked_for: dict[str, dict[str, Any]] = {
        "/api/positions": box,
        "/api/events": {"after": 0, "epoch": epoch_of(app, one)},
        "/api/guards": {"status": "approved", "limit": 100},
        "/api/people": {"name": "测试"},
    }
    texts = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.rule.startswith("/api/"):
            continue
        if rule.rule.startswith(("/api/demo", "/api/openapi", "/api/<")):
            continue
        for number in range(1, 5):
            path = re.sub(r"<int:\w+>", str(number), rule.rule)
            path = re.sub(r"<string:\w+>", f"TESTPOST0{number}", path)
            answer = one.get(path, **asked_for.get(rule.rule, {})).json
            texts.append(json.dumps(answer, ensure_ascii=False))
    return "\n".join(texts)


def epoch_of(app: Flask, one: Caller) -> str:
    """Give the epoch that somebody's page would come with."""
    here = app.extensions["huxue"]
    with here.store.read() as connection:
        rooms = sessions.rooms(connection, [one.session_id], here.now()) if one.account_id else {0: "nowhere"}
        return event_log.history(connection, *rooms.values())


def phone_of(district: SmallDistrict, account: int) -> str:
    post, seat = next(
        (post, seats.index(account)) for post, seats in enumerate(district.guards) if account in seats
    )
    return f"1990000{post:02}{seat:02}"


def name_of(district: SmallDistrict, account: int) -> str:
    post, seat = next(
        (post, seats.index(account)) for post, seats in enumerate(district.guards) if account in seats
    )
    return f"测试{post + 1}{seat + 1}"


@pytest.fixture
def alarm(caller: SignIn, district: SmallDistrict, team: list[list[int]]) -> dict[str, Any]:
    """Let somebody of the first post raise an alarm."""
    body = {"request_id": str(uuid4()), "post_id": district.posts[0], "fix": None}
    answer: dict[str, Any] = caller(team[0][0]).post("/api/alarms", body).json
    return answer


def test_who_sees_which_telephones(
    app: Flask, caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any]
) -> None:
    called = {team[0][0], *asked(alarm)}
    of_school = {one for one in team[0] if SEATS[district.guards[0].index(one)] != "police"}
    expected: dict[str, set[int]] = {
        # At an open alarm alone, whose reason it is; anybody else's is masked until he is to be rung up.
        "school_admin": of_school & called,
        "station_officer": called,
        "dispatcher": called,
        "district_admin": called,
        "auditor": set(),
    }
    viewers = {name: district.consoles[name] for name in expected}
    # On the spot, called from another post, not on duty at all.
    guards = {"asked": team[0][1], "on_duty": team[2][3], "off_duty": district.guards[2][3]}
    found = {
        name: set(TELEPHONE.findall(everything(app, caller(account), district)))
        for name, account in {**viewers, **guards}.items()
    }
    wanted = {name: {phone_of(district, one) for one in people} for name, people in expected.items()}
    for name, telephones in found.items():
        assert telephones == wanted.get(name, set()), name


def test_who_sees_which_names(
    app: Flask, caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any]
) -> None:
    called = {team[0][0], *asked(alarm)}
    stranger = district.guards[2][3]
    bystander = next(one for one in team[2] if one not in called)
    own_school = {one for one in district.guards[0] if SEATS[district.guards[0].index(one)] != "police"}
    expected = {
        # Colleagues of the post, and those of the alarm in which he takes part.
        team[0][1]: {*team[0], *called},
        bystander: set(team[2]),
        stranger: {stranger},
        # Its own people, those on duty at its gate, those whom its alarm called.
        district.consoles["school_admin"]: {*own_school, *team[0], *called},
    }
    for viewer, people in expected.items():
        found = set(NAME.findall(everything(app, caller(viewer), district)))
        assert found == {name_of(district, one) for one in people}, viewer


@pytest.mark.usefixtures("alarm")
def test_an_auditor_reads_the_names_of_those_who_did_something_that_is_recorded(
    app: Flask, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    raiser, acted, confirmed = district.guards[0][0], district.guards[2][3], district.guards[2][4]
    with app_store.transaction(clock.now()) as transaction:
        audit.record(
            transaction.connection,
            now=clock.now(),
            actor_id=acted,
            act="confirm_check_in",
            subject_id=confirmed,
        )
    found = set(NAME.findall(everything(app, caller(district.consoles["auditor"]), district)))
    assert found == {name_of(district, one) for one in (raiser, acted, confirmed)}


def test_a_stranger_without_a_session_reads_no_person(
    app: Flask, caller: SignIn, district: SmallDistrict, alarm: dict[str, Any]
) -> None:
    text = everything(app, caller(None), district)
    assert (TELEPHONE.findall(text), NAME.findall(text)) == ([], [])
    assert alarm["id"]


@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize(
    "role", ["school_admin", "station_officer", "dispatcher", "district_admin", "auditor", "guard"]
)
def test_a_suspended_account_whose_session_still_lives_reads_only_itself(
    app: Flask, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock, role: str
) -> None:
    # A guard who took part in an alarm goes on hearing of that one; this one takes part in none.
    account = district.guards[2][3] if role == "guard" else district.consoles[role]
    suspend(app_store, account, clock.now())
    text = everything(app, caller(account), district)
    own = {name_of(district, account)} if role == "guard" else set()
    assert (TELEPHONE.findall(text), set(NAME.findall(text))) == ([], own)
    for secret in ("0551-0000000", '"latitude"', '"people"'):
        assert secret not in text, secret


def test_a_stranger_with_a_photograph_of_the_poster_learns_no_name(
    app: Flask, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    """He registers with a telephone of his own and checks in from home: nobody has looked at him yet."""
    put_on_duty(app_store, district, post=0, seats=range(4), now=clock.now())
    stranger = district.guards[0][4]
    put_on_duty(app_store, district, post=0, seats=[4], now=clock.now(), verified=False)
    _set_status(app_store, stranger, "pending", clock.now())
    own = {name_of(district, stranger)}
    assert set(NAME.findall(everything(app, caller(stranger), district))) == own
    _set_status(app_store, stranger, "approved", clock.now())
    assert len(set(NAME.findall(everything(app, caller(stranger), district)))) == 5


def test_once_somebody_at_the_gate_has_confirmed_him_he_sees_with_whom_he_stands(
    app: Flask, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    put_on_duty(app_store, district, post=0, seats=range(5), now=clock.now())
    newcomer = district.guards[0][4]
    _set_status(app_store, newcomer, "pending", clock.now())
    assert len(set(NAME.findall(everything(app, caller(newcomer), district)))) == 5


def _set_status(store: Store, account_id: int, status: str, now: datetime) -> None:
    with store.transaction(now) as transaction:
        accounts.change(transaction.connection, account_id, status=status)

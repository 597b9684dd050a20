"""A code that came by SMS and was typed in shows that SMS reaches this person."""

from uuid import uuid4

from sqlalchemy import select

from server.core.access.roles import Category
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery.tables import last_reached, message
from server.people.actions import guards, sessions
from server.people.actions.sessions import Caller, SignedIn
from server.people.rules.sign_in import SignInLimits
from tests.tools.clock import WoundClock
from tests.tools.district import make_district

KNOWN, UNKNOWN = "19900000000", "19900009999"


def sign_in(store: Store, clock: WoundClock, phone: str, channel: str) -> SignedIn:
    limits = Limits(SignInLimits(code_channel=channel))
    request = sessions.ask_for_code(store, phone=phone, caller=Caller(), limits=limits, now=clock.now())
    with store.read() as connection:
        sent = select(message.c.body).order_by(message.c.id.desc()).limit(1)
        code = connection.execute(sent).scalar_one()
    return sessions.sign_in_with_code(
        store,
        request=request["request"],
        code=code,
        caller=Caller(),
        limits=limits,
        now=clock.now(),
    )


def reached(store: Store) -> list[tuple[int, str]]:
    with store.read() as connection:
        rows = connection.execute(select(last_reached.c.account_id, last_reached.c.channel))
        return [(row.account_id, row.channel) for row in rows]


def test_signing_in_with_a_code_shows_that_sms_works(store: Store, clock: WoundClock) -> None:
    district = make_district(store, clock.now())
    sign_in(store, clock, KNOWN, "sms")
    assert reached(store) == [(district.guards[0][0], "sms")]


def test_so_does_registering_with_one(store: Store, clock: WoundClock) -> None:
    district = make_district(store, clock.now())
    ticket = sign_in(store, clock, UNKNOWN, "sms").ticket
    assert reached(store) == []
    _opened, me = guards.register(
        store,
        request_id=str(uuid4()),
        ticket=ticket or "",
        name="测试新人",
        category=Category.TEACHER,
        volunteer_kind=None,
        post_code=district.codes[0],
        agreed_to=[(kind, "2026-11") for kind in ("account", "identity", "position")],
        caller=Caller(),
        limits=Limits(SignInLimits(code_channel="sms")),
        now=clock.now(),
    )
    assert reached(store) == [(me["account"]["id"], "sms")]


def test_a_list_proves_nothing(store: Store, clock: WoundClock) -> None:
    make_district(store, clock.now())
    assert sign_in(store, clock, KNOWN, "demo").opened is not None
    assert reached(store) == []

"""Whoever asks at the same moment is one set: however a morning is divided into sets, the same comes of it."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, insert, select, update

from server.core.access.roles import AccountStatus, Actor, Category, Role
from server.core.database.event_log import event
from server.core.database.requests import request
from server.core.database.transaction import Store, Transaction
from server.core.geo import Point
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.actions import check_ins, check_outs
from server.duty.actions.check_ins import CheckInRequest
from server.duty.actions.check_outs import CheckOutRequest
from server.duty.rules.trust import Fix
from server.duty.tables import check_in, coverage, last_position, position
from server.people.tables import account, consent
from server.places.queries import districts
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SEATS, STEP, SmallDistrict
from tests.tools.statements import counted

LIMITS = Limits()
# Locks, and what begins and ends the transaction, apart.
MOST_STATEMENTS = 14

Asked = CheckInRequest | CheckOutRequest


def guard(district: SmallDistrict, post: int, seat: int) -> Actor:
    """Give a guard of the district as his session does."""
    police = SEATS[seat] == Category.POLICE
    return Actor(
        account_id=district.guards[post][seat],
        role=Role.GUARD,
        category=Category(SEATS[seat]),
        status=AccountStatus.APPROVED,
        district_id=district.district_id,
        station_id=district.stations[0] if police else None,
        school_id=None if police else district.schools[post],
        session_id=1,
        name="样例",
    )


@st.composite
def one_asked(draw: st.DrawFn) -> Callable[[SmallDistrict, datetime], Asked]:
    """Draw what somebody asks: where he belongs, at which post, with which fix and device; or to go again."""
    home, seat = draw(st.integers(0, 2)), draw(st.integers(0, 6))
    number = draw(st.uuids(version=4) | st.just(UUID(int=7, version=4)))
    code = draw(st.sampled_from([0, 0, 1, 2, None]))
    metres = draw(st.sampled_from([None, 0, 90, 2_000]))
    queued, minutes_ago = draw(st.booleans()), draw(st.sampled_from([0, 3, 40]))
    device = draw(st.sampled_from("ab"))
    goes = draw(st.integers(0, 4)) == 0

    def ask(district: SmallDistrict, now: datetime) -> Asked:
        actor = guard(district, home, seat)
        if goes:
            return CheckOutRequest(actor, str(number))
        at = now - timedelta(minutes=minutes_ago)
        north = LATITUDE + (code or 0) * STEP + (metres or 0) / 111_000
        return CheckInRequest(
            actor=actor,
            request_id=str(number),
            post_code="NOBODYS" if code is None else district.codes[code],
            fix=None if metres is None else Fix(Point(north, LONGITUDE), 12.0, at),
            claimed_at=at,
            queued=queued,
            device_id=f"device-{device}",
        )

    return ask


def sets(asked: Sequence[Asked], ends: set[int]) -> Iterator[list[Asked]]:
    """Divide what is asked as the writer does: a set is of one kind, and has each account once."""
    one: list[Asked] = []
    for number, this in enumerate(asked):
        is_other = bool(one) and type(one[0]) is not type(this)
        if one and (
            number in ends or is_other or any(that.actor.account_id == this.actor.account_id for that in one)
        ):
            yield one
            one = []
        one.append(this)
    if one:
        yield one


def outcome(what: Any) -> Any:
    return (what.code, what.facts) if isinstance(what, Refused) else what


def handled(store: Store, connection: Connection, now: datetime, some: list[Any]) -> list[Any]:
    """Handle a set in a transaction of its own, as far as its rows go."""
    transaction = Transaction(connection, now, store.kept, store._reactions)
    handle: Any = check_ins.check_in if isinstance(some[0], CheckInRequest) else check_outs.check_out
    outcomes = [outcome(one) for one in handle(transaction, some, LIMITS)]
    transaction.finish()
    return outcomes


@contextmanager
def undone(store: Store) -> Iterator[Connection]:
    """Give a connection whose writes leave no trace; the second volunteers wait for approval in it."""
    waits = account.c.name.like("测试_6")
    with store.engine.connect() as connection, connection.begin() as transaction:
        connection.execute(update(account).where(waits).values(status=AccountStatus.PENDING.value))
        yield connection
        transaction.rollback()


def rows(connection: Connection, table: Table, *names: str) -> list[tuple[Any, ...]]:
    """Read columns of a table in an order that does not hang on the numbers of rows."""
    found = connection.execute(select(*(table.c[name] for name in names))).all()
    return sorted((tuple(row) for row in found), key=repr)


def state(connection: Connection) -> list[Any]:
    """Give what a morning leaves behind; numbers of rows, versions of lines and how often a line was told apart."""
    duties = [column.name for column in check_in.c if column.name != "id"]
    places = ("account_id", "latitude", "longitude", "accuracy_m", "at")
    lines = connection.execute(select(coverage.c.line).order_by(coverage.c.post_id)).scalars()
    told = select(event.c.data).where(event.c.name == "check_in.changed").order_by(event.c.id)
    return [
        rows(connection, check_in, *duties),
        rows(connection, position, *places),
        rows(connection, last_position, *places),
        rows(connection, request, "account_id", "request_id", "body_hash"),
        [without_numbers(line) for line in lines],
        [without_numbers(data) for data in connection.execute(told).scalars()],
    ]


def without_numbers(what: Any) -> Any:
    """Leave out what hangs on how the morning was divided or on a sequence that is not set back."""
    if isinstance(what, dict):
        apart = {"version", "check_in_id", "id"}
        return {key: without_numbers(value) for key, value in what.items() if key not in apart}
    if isinstance(what, list | tuple):
        return [without_numbers(one) for one in what]
    return what


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(one_asked(), min_size=2, max_size=9), ends=st.sets(st.integers(1, 8)))
def test_any_division_into_sets_gives_the_same_rows_and_answers_and_a_retry_changes_nothing(
    app_store: Store, district: SmallDistrict, clock: WoundClock, asked: list[Any], ends: set[int]
) -> None:
    now = clock.now()
    wanted = [ask(district, now) for ask in asked]
    with undone(app_store) as connection:
        singly = [handled(app_store, connection, now, [one])[0] for one in wanted]
        left_singly = state(connection)
    with undone(app_store) as connection:
        in_sets = [one for some in sets(wanted, ends) for one in handled(app_store, connection, now, some)]
        left = state(connection)
        made = [one for one, given in zip(wanted, in_sets, strict=True) if isinstance(given, dict)]
        answers = [given for given in in_sets if isinstance(given, dict)]
        again = [one for some in sets(made, set()) for one in handled(app_store, connection, now, some)]
        left_again = state(connection)
    assert without_numbers(in_sets) == without_numbers(singly)
    assert left == left_singly
    assert again == answers
    assert left_again == left


def crowd(store: Store, district: SmallDistrict, now: datetime, number: int) -> list[Actor]:
    """Give so many guards: those of the district, and further ones of its first school."""
    people = [guard(district, post, seat) for post in range(3) for seat in range(7)]
    further = [
        {
            "district_id": district.district_id,
            "school_id": district.schools[0],
            "role": "guard",
            "status": "approved",
            "category": "volunteer",
            "name": f"测试{one}",
            "phone": f"199001{one:05}",
            "registered_at": now,
        }
        for one in range(number)
    ]
    with store.transaction(now) as transaction:
        connection = transaction.connection
        made = connection.execute(insert(account).returning(account.c.id), further).scalars().all()
        given = [
            {"account_id": one, "kind": "position", "version": "2026-11", "given_at": now} for one in made
        ]
        connection.execute(insert(consent), given)
    volunteer = guard(district, 0, 4)
    return [*people, *(replace(volunteer, account_id=one) for one in made)][:number]


def comes(district: SmallDistrict, actor: Actor, post: int, now: datetime) -> CheckInRequest:
    """Let a guard ask at a post, with a fix at it, on a phone of his own."""
    return CheckInRequest(
        actor=actor,
        request_id=str(uuid4()),
        post_code=district.codes[post],
        fix=Fix(Point(LATITUDE + post * STEP, LONGITUDE), 12.0, now),
        claimed_at=now,
        queued=False,
        device_id=f"device-{actor.account_id}",
    )


@pytest.mark.parametrize("number", [1, 100])
def test_a_set_costs_the_same_statements_however_many_are_in_it(
    app_store: Store, district: SmallDistrict, clock: WoundClock, number: int
) -> None:
    people = crowd(app_store, district, clock.now(), number + 1)
    first, *asked = [comes(district, one, at % 3, clock.now()) for at, one in enumerate(people)]
    with app_store.transaction(clock.now()) as transaction:
        check_ins.check_in(transaction, [first], LIMITS)
    # What hardly changes is kept while the log is read.
    app_store.kept.heard(time.monotonic())
    with app_store.transaction(clock.now()) as transaction:
        districts.places_in(transaction, district.posts)
        districts.printed_codes_in(transaction, district.codes)
    with counted(app_store) as ins, app_store.transaction(clock.now()) as transaction:
        came = check_ins.check_in(transaction, asked, LIMITS)
    clock.wind(minutes=45)
    with counted(app_store) as outs, app_store.transaction(clock.now()) as transaction:
        going = [CheckOutRequest(one.actor, str(uuid4())) for one in asked]
        went = check_outs.check_out(transaction, going, LIMITS)
    assert not [one for one in (*came, *went) if isinstance(one, Refused)]
    assert len(ins.work) <= MOST_STATEMENTS, ins.told()
    assert len(outs.work) <= MOST_STATEMENTS, outs.told()


def test_what_an_account_is_by_now_counts_and_not_what_its_session_was_when_it_was_read(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    actor, now = guard(district, 0, 0), clock.now()

    def becomes(status: AccountStatus) -> list[Any]:
        asked = [comes(district, actor, 0, now), comes(district, guard(district, 0, 1), 0, now)]
        with app_store.engine.connect() as connection, connection.begin() as transaction:
            of = update(account).where(account.c.id == actor.account_id)
            connection.execute(of.values(status=status.value))
            outcomes = handled(app_store, connection, now, asked)
            transaction.rollback()
        return outcomes

    suspended, beside = becomes(AccountStatus.SUSPENDED)
    assert suspended == ("suspended", {})
    assert beside["verified"]
    pending, _beside = becomes(AccountStatus.PENDING)
    assert pending["flags"] == ["not_approved"]

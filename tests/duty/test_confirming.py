"""Confirming that somebody stands there: by whom, for whom, and what one tap for all takes. It approves nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.duty.tables import check_in
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, STAFF_1, STAFF_2, VOLUNTEER_1, VOLUNTEER_2, put_on_duty

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def post(app_store: Store, district: SmallDistrict, clock: WoundClock) -> list[int]:
    """Put all of the first post there, each waiting for want of a fix, but its verified duty leader."""
    guards = district.guards[0]
    put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=clock.now())
    put_on_duty(app_store, district, post=0, seats=range(1, 7), now=clock.now(), verified=False)
    return guards


def claim(store: Store, clock: WoundClock, account_id: int, *flags: str) -> None:
    """Let somebody be registered only, whom nobody has approved."""
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account).where(account.c.id == account_id).values(status="pending")
        )
    flag(store, clock, account_id, "not_approved", *flags)


def flag(store: Store, clock: WoundClock, account_id: int, *flags: str) -> None:
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(check_in).where(check_in.c.account_id == account_id).values(flags=list(flags))
        )


def number_of(store: Store, account_id: int) -> int:
    with store.read() as connection:
        query = select(check_in.c.id).where(check_in.c.account_id == account_id)
        return int(connection.execute(query).scalar_one())


def confirm(by: Caller, store: Store, account_id: int) -> tuple[int, str]:
    answer = by.post(f"/api/check-ins/{number_of(store, account_id)}/confirmation")
    return (200, "verified") if answer.status_code == 200 and answer.json["verified"] else code(answer)


def test_a_duty_leader_whom_nobody_approved_confirms_nobody_though_his_presence_was_confirmed(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store, post: list[int]
) -> None:
    """He is anybody with a photograph of the poster who says that he leads; a school saw him standing there."""
    claim(app_store, clock, post[STAFF_1])
    leader = caller(post[STAFF_1])
    assert confirm(leader, app_store, post[SECURITY_1]) == (403, "not_yours_to_confirm")
    assert code(leader.post(f"/api/posts/{district.posts[0]}/confirmations"))[1] == "not_yours_to_confirm"
    helped = leader.post("/api/check-ins/assisted", {"account_id": post[VOLUNTEER_1]})
    assert code(helped) == (403, "not_yours_to_confirm")
    duty = leader.get("/api/duty").json
    assert (duty["may_confirm"], duty["may_assist"]) == (False, False)
    assert not any(one["may_confirm"] for one in duty["colleagues"])


@pytest.mark.parametrize("who", ["duty_leader", "school_admin", "station_officer"])
def test_whoever_says_that_he_is_of_the_police_is_confirmed_by_the_station_alone(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store, post: list[int], who: str
) -> None:
    claim(app_store, clock, post[POLICE])
    by = caller(post[STAFF_1] if who == "duty_leader" else district.consoles[who])
    expected = (200, "verified") if who == "station_officer" else (403, "station_confirms")
    assert confirm(by, app_store, post[POLICE]) == expected
    with app_store.read() as connection:
        status = connection.execute(select(account.c.status).where(account.c.id == post[POLICE])).scalar_one()
        recorded = connection.execute(
            select(audit_row.c.subject_id).where(audit_row.c.act == "confirm")
        ).scalars()
        assert list(recorded) == ([post[POLICE]] if who == "station_officer" else [])
    assert status == "pending"


def test_police_whom_their_station_approved_are_confirmed_like_anybody(
    caller: SignIn, app_store: Store, post: list[int]
) -> None:
    assert confirm(caller(post[STAFF_1]), app_store, post[POLICE]) == (200, "verified")


@pytest.mark.parametrize("who", ["duty_leader", "school_admin", "station_officer"])
def test_one_tap_for_all_takes_those_alone_whom_a_poor_phone_explains(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store, post: list[int], who: str
) -> None:
    flag(app_store, clock, post[STAFF_2], "late_sync", "clock_skew")
    flag(app_store, clock, post[SECURITY_1], "no_fix", "poor_fix")
    flag(app_store, clock, post[3], "no_fix", "shared_device")
    flag(app_store, clock, post[VOLUNTEER_1], "outside_fence")
    claim(app_store, clock, post[VOLUNTEER_2], "no_fix")
    claim(app_store, clock, post[POLICE], "no_fix")
    by = caller(post[STAFF_1] if who == "duty_leader" else district.consoles[who])
    if who == "duty_leader":
        offered = {one["account_id"]: one for one in by.get("/api/duty").json["colleagues"]}
        assert {number for number, one in offered.items() if one["with_all"]} == {
            post[STAFF_2],
            post[SECURITY_1],
        }
        assert {number for number, one in offered.items() if one["may_confirm"]} == set(post[1:6])
    else:
        people = by.get(f"/api/coverage/{district.posts[0]}").json["people"]
        expected = set(post[1:7] if who == "station_officer" else post[1:6])
        assert {one["account_id"] for one in people if one["may_confirm"]} == expected
    taken = by.post(f"/api/posts/{district.posts[0]}/confirmations").json["confirmed"]
    assert taken == [number_of(app_store, post[STAFF_2]), number_of(app_store, post[SECURITY_1])]
    assert confirm(by, app_store, post[VOLUNTEER_1]) == (200, "verified")


def test_whoever_confirms_sees_why_each_one_waits_and_nobody_else_does(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store, post: list[int]
) -> None:
    """Flags with the distance, a new face; also at the console."""
    flag(app_store, clock, post[STAFF_2], "outside_fence")
    claim(app_store, clock, post[POLICE], "not_rostered")
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(check_in).where(check_in.c.account_id == post[STAFF_2]).values(distance_m=420.0)
        )
        earlier = dict(
            transaction.connection.execute(select(check_in).where(check_in.c.account_id == post[SECURITY_1]))
            .mappings()
            .one()
        )
        del earlier["id"]
        earlier |= {"verified": True, "checked_out_at": clock.now(), "checked_out_how": "check_out"}
        transaction.connection.execute(insert(check_in).values(**earlier))
    seen = {one["account_id"]: one for one in caller(post[STAFF_1]).get("/api/duty").json["colleagues"]}
    why = {number: (seen[number]["flags"], seen[number]["distance_m"]) for number in seen}
    assert why[post[STAFF_2]] == (["outside_fence"], 420.0)
    assert why[post[SECURITY_1]] == (["no_fix"], None)
    assert why[post[POLICE]] == (["not_approved", "not_rostered"], None)
    new = {number for number, one in seen.items() if one["new_face"]}
    assert new == set(post[1:]) - {post[SECURITY_1]}

    caller(post[STAFF_1]).post(f"/api/check-ins/{number_of_open(app_store, post[SECURITY_1])}/confirmation")
    told = caller(post[SECURITY_1]).get("/api/duty").json["colleagues"]
    assert all((one["flags"], one["distance_m"], one["new_face"]) == ([], None, False) for one in told)
    school = caller(district.consoles["school_admin"])
    people = school.get(f"/api/coverage/{district.posts[0]}").json["people"]
    assert {one["account_id"] for one in people if one["new_face"]} == new


def number_of_open(store: Store, account_id: int) -> int:
    query = select(check_in.c.id).where(
        check_in.c.account_id == account_id, check_in.c.checked_out_at.is_(None)
    )
    with store.read() as connection:
        return int(connection.execute(query).scalar_one())


@pytest.mark.parametrize(
    ("who", "ended_hours_ago", "expected"),
    [
        ("duty_leader", None, (200, "verified")),
        ("duty_leader", 0.1, (409, "duty_over")),
        ("school_admin", 23, (200, "verified")),
        ("school_admin", 25, (409, "duty_over")),
        ("station_officer", 72, (409, "duty_over")),
    ],
)
def test_a_leader_vouches_for_whom_he_sees_and_a_console_for_the_late_entries_of_a_day(
    caller: SignIn,
    district: SmallDistrict,
    clock: WoundClock,
    app_store: Store,
    post: list[int],
    who: str,
    ended_hours_ago: float | None,
    expected: tuple[int, str],
) -> None:
    """A queued check-in comes up to 24 hours late, when its duty has ended: the school confirms it, no colleague."""
    if ended_hours_ago is not None:
        ended = clock.now() - timedelta(hours=ended_hours_ago)
        with app_store.transaction(clock.now()) as transaction:
            mine = check_in.c.account_id == post[VOLUNTEER_1]
            transaction.connection.execute(
                update(check_in).where(mine).values(checked_out_at=ended, checked_out_how="no_check_out")
            )
    by = caller(post[STAFF_1] if who == "duty_leader" else district.consoles[who])
    assert confirm(by, app_store, post[VOLUNTEER_1]) == expected

"""A post's leader leaves a note, which the very next shift of that post reads, and nobody else."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from server.calendar.rules import Window, shifts_on
from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.duty.queries import hand_overs
from server.duty.rules.hand_overs import LONGEST, MOST_LINES, is_for, written
from server.duty.tables import check_in, hand_over_note
from server.people.tables import account
from server.places.rules.peaks import Peak
from server.places.tables import calendar_day
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1, STAFF_2, VOLUNTEER_1, put_on_duty, suspend

SignIn = Callable[[int | None], Caller]
PATH = "/api/duty/hand-over"
ZONE = ZoneInfo("Asia/Shanghai")
PEAKS = (
    Peak("morning_arrival", time(7, 20), time(8, 0)),
    Peak("afternoon_dismissal", time(16, 30), time(17, 10)),
)


@given(days_off=st.sets(st.integers(1, 9)), peak=st.integers(0, 1))
def test_a_note_is_for_the_very_next_shift_whatever_days_are_off(days_off: set[int], peak: int) -> None:
    first = date(2026, 11, 23)

    def peaks(on: date) -> tuple[Peak, ...]:
        return () if (on - first).days in days_off else PEAKS

    shifts = [
        shift
        for step in range(12)
        for shift in shifts_on(
            peaks(first + timedelta(days=step)), first + timedelta(days=step), ZONE, Window()
        )
    ]
    starts_at = shifts[peak].starts_at
    told = [
        one.key
        for one in shifts
        if is_for(one, of_starts_at=starts_at, peaks=peaks, zone=ZONE, window=Window())
    ]
    assert told == [shifts[peak + 1].key]


@given(text=st.text(alphabet="一 \n\u200b\u3164a", max_size=LONGEST))
def test_a_note_is_kept_in_ten_lines_that_can_be_seen(text: str) -> None:
    kept = written(text)
    assert len(kept) <= len(text)
    assert kept.count("\n") < MOST_LINES
    assert all(line.strip() for line in kept.split("\n")) or kept == ""
    assert written(kept) == kept
    assert [one for one in kept if one in "一a"] == [one for one in text if one in "一a"]


def on_duty(store: Store, district: SmallDistrict, now: datetime, seat: int, post: int = 0) -> None:
    """Let somebody stand at a post in the shift that its timetable has now."""
    put_on_duty(store, district, post=post, seats=[seat], now=now)
    local = now.astimezone(ZONE)
    peak = PEAKS[local.hour >= 12]
    [shift] = [one for one in shifts_on(PEAKS, local.date(), ZONE, Window()) if one.peak == peak.kind]
    real = {"shift": shift.as_dict(), "peak": shift.peak, "date": shift.date, "starts_at": shift.starts_at}
    with store.transaction(now) as transaction:
        mine = check_in.c.account_id == district.guards[post][seat]
        transaction.connection.execute(
            update(check_in)
            .where(mine, check_in.c.checked_out_at.is_(None))
            .values(**real, ends_at=shift.ends_at)
        )


def shown(one: Caller) -> Any:
    return one.get("/api/duty").json["hand_over"]


@pytest.fixture
def morning(district: SmallDistrict, app_store: Store, clock: WoundClock) -> SmallDistrict:
    """Give the district ten minutes after the start, its first post with a leader and a teacher."""
    clock.wind(minutes=15)
    for seat in (STAFF_1, STAFF_2):
        on_duty(app_store, district, clock.now(), seat)
    return district


def in_the_afternoon(store: Store, clock: WoundClock) -> None:
    """End all duties, and let it be afternoon."""
    clock.wind(minutes=9 * 60 + 5)
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(check_in).values(checked_out_at=clock.now(), checked_out_how="self")
        )


def test_the_next_shift_reads_it_and_the_one_after_does_not(
    morning: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    leader, guards = caller(morning.guards[0][STAFF_1]), morning.guards[0]
    answer = leader.post(PATH, {"text": "南门路灯坏了。\n14 路车让行。"})
    assert answer.status_code == 200, answer.json
    assert answer.json["left"]["text"] == "南门路灯坏了。\n14 路车让行。"
    assert answer.json["received"] is None
    assert shown(caller(guards[STAFF_2]))["left"]["by"] == "测试11"
    in_the_afternoon(app_store, clock)
    on_duty(app_store, morning, clock.now(), SECURITY_1)
    guard = caller(guards[SECURITY_1])
    received = shown(guard)["received"]
    assert (received["peak"], received["by"], received["read_at"]) == ("morning_arrival", "测试11", None)
    done = guard.post(f"{PATH}/reading", {"note_id": received["id"]}).json
    assert done["received"]["read_by"] == "测试13"
    on_duty(app_store, morning, clock.now(), VOLUNTEER_1)
    other = caller(guards[VOLUNTEER_1])
    assert other.post(f"{PATH}/reading", {"note_id": received["id"]}).json["received"]["read_by"] == "测试13"
    clock.wind(minutes=-9 * 60 - 5)
    in_the_afternoon(app_store, clock)
    clock.wind(minutes=15 * 60)
    on_duty(app_store, morning, clock.now(), SECURITY_1)
    assert shown(guard)["received"] is None
    assert code(guard.post(f"{PATH}/reading", {"note_id": received["id"]})) == (404, "not_found")


def test_a_day_that_is_off_hands_the_note_on(
    morning: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    in_the_afternoon(app_store, clock)
    on_duty(app_store, morning, clock.now(), STAFF_1)
    caller(morning.guards[0][STAFF_1]).post(PATH, {"text": "门锁换了。"})
    with app_store.transaction(clock.now()) as transaction:
        off = {"district_id": morning.district_id, "date": date(2026, 11, 24), "school_day": False}
        transaction.connection.execute(insert(calendar_day).values(**off))
        transaction.connection.execute(update(check_in).values(checked_out_at=clock.now()))
    clock.wind(minutes=(24 + 15) * 60)
    on_duty(app_store, morning, clock.now(), SECURITY_1)
    assert shown(caller(morning.guards[0][SECURITY_1]))["received"]["text"] == "门锁换了。"


def test_one_note_a_shift_is_changed_and_taken_back_and_the_log_says_who(
    morning: SmallDistrict, caller: SignIn, app_store: Store
) -> None:
    leader = caller(morning.guards[0][STAFF_1])
    body = {"request_id": "11111111-1111-4111-8111-111111111111", "text": "一"}
    first = leader.post(PATH, body).json
    assert leader.post(PATH, {"text": "二"}).json["left"]["text"] == "二"
    assert leader.post(PATH, body).json == first, "a retry changes nothing"
    assert shown(leader)["left"]["text"] == "二"
    for _again in range(2):
        assert leader.post(PATH, {"text": ""}).json["left"] is None
    with app_store.read() as connection:
        assert connection.execute(select(hand_over_note)).all() == []
        rows = connection.execute(
            select(audit_row.c.actor_id, audit_row.c.act).where(audit_row.c.act.like("hand_over%"))
        ).all()
    assert [tuple(row) for row in rows] == [
        (leader.account_id, "hand_over"),
        (leader.account_id, "hand_over"),
        (leader.account_id, "hand_over_taken_back"),
    ]


def test_a_text_that_nobody_sees_is_none(morning: SmallDistrict, caller: SignIn) -> None:
    leader = caller(morning.guards[0][STAFF_1])
    leader.post(PATH, {"text": "一"})
    assert leader.post(PATH, {"text": "\u200b \u2800\n\u3164"}).json["left"] is None


@pytest.mark.parametrize("text", ["字" * (LONGEST + 1), "a\u202eb", "a\x00b", 7, None])
def test_a_text_that_lies_or_is_too_long_is_refused(
    morning: SmallDistrict, caller: SignIn, text: object
) -> None:
    assert code(caller(morning.guards[0][STAFF_1]).post(PATH, {"text": text})) == (422, "bad_input")


def test_nobody_but_the_confirmed_leader_of_the_post_writes(
    morning: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    leader = caller(morning.guards[0][STAFF_1])
    assert code(caller(morning.guards[0][STAFF_2]).post(PATH, {"text": "一"})) == (403, "not_leading")
    assert code(caller(morning.guards[1][STAFF_1]).post(PATH, {"text": "一"})) == (403, "not_leading")
    assert code(caller(morning.consoles["school_admin"]).post(PATH, {"text": "一"})) == (403, "not_your_role")
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(check_in).values(verified=False))
    assert code(leader.post(PATH, {"text": "一"})) == (403, "not_leading")
    suspend(app_store, leader.account_id, clock.now())
    assert code(leader.post(PATH, {"text": "一"})) == (403, "suspended")


def test_another_post_and_whoever_may_sit_at_home_read_nothing(
    morning: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    note = caller(morning.guards[0][STAFF_1]).post(PATH, {"text": "一"}).json["left"]["id"]
    in_the_afternoon(app_store, clock)
    on_duty(app_store, morning, clock.now(), SECURITY_1, post=1)
    on_duty(app_store, morning, clock.now(), SECURITY_1)
    with app_store.transaction(clock.now()) as transaction:
        his = check_in.c.account_id == morning.guards[0][SECURITY_1]
        transaction.connection.execute(
            update(check_in).where(his).values(verified=False, flags=["outside_fence"])
        )
    elsewhere, home = caller(morning.guards[1][SECURITY_1]), caller(morning.guards[0][SECURITY_1])
    assert shown(elsewhere) == {"received": None, "left": None}
    assert shown(home) is None
    for one in (elsewhere, home):
        assert code(one.post(f"{PATH}/reading", {"note_id": note})) == (404, "not_found")
    assert code(caller(morning.guards[2][STAFF_1]).post(f"{PATH}/reading", {"note_id": note})) == (
        409,
        "not_on_duty",
    )


def test_a_console_of_the_post_reads_it_without_names(morning: SmallDistrict, caller: SignIn) -> None:
    caller(morning.guards[0][STAFF_1]).post(PATH, {"text": "一"})
    post = f"/api/coverage/{morning.posts[0]}"
    told = caller(morning.consoles["school_admin"]).get(post).json["hand_over"]
    assert (told["text"], told["by"], told["read_by"]) == ("一", None, None)
    assert (
        caller(morning.consoles["dispatcher"]).get(post[:-1] + str(morning.posts[1])).json["hand_over"]
        is None
    )


def test_whoever_is_erased_takes_his_note_with_him_and_his_name_from_others(
    morning: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    writer, reader = morning.guards[0][:2]
    at = {"post_id": morning.posts[0], "peak": "morning_arrival", "starts_at": clock.now(), "text": "一"}
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        for day, by, read_by in ((1, writer, reader), (2, reader, writer)):
            row = {**at, "date": date(2026, 11, day), "written_by": by, "written_at": clock.now()}
            connection.execute(insert(hand_over_note).values(**row, read_by=read_by, read_at=clock.now()))
        hand_overs.forget_person(connection, writer)
        [left] = connection.execute(select(hand_over_note)).mappings().all()
    assert (left["written_by"], left["read_by"], left["read_at"]) == (reader, None, clock.now())


def test_a_leader_who_leads_no_more_writes_nothing(
    morning: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    leader = caller(morning.guards[0][STAFF_1])
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == leader.account_id
        transaction.connection.execute(update(account).where(his).values(category="teacher"))
    assert code(leader.post(PATH, {"text": "一"})) == (403, "not_leading")

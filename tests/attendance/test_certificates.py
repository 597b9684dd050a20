"""A guard makes a certificate of his service, anybody asks whether it is genuine, the district revokes it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from server.attendance.queries import outcomes
from server.attendance.rules.certificates import ALPHABET, grouped, new_number, number_of, service_of
from server.attendance.rules.outcomes import MonthFigures
from server.attendance.service import closing
from server.attendance.tables import certificate
from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.people.facts import PersonErased
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1
from tests.tools.jobs import work_off

SignIn = Callable[[int | None], Caller]
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
MINE = "/api/me/certificates"
months_of_people = st.lists(
    st.tuples(
        st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(lambda on: on.replace(day=1)),
        st.builds(
            MonthFigures, on_time=st.integers(0, 40), late=st.integers(0, 9), minutes=st.integers(0, 3000)
        ),
        st.just(False),
    ),
    unique_by=lambda month: month[0],
    max_size=20,
)


@given(
    months=months_of_people, first=st.dates(date(2025, 1, 1), date(2027, 6, 1)), length=st.integers(0, 400)
)
def test_a_certificate_has_the_sum_of_its_months_and_of_no_others(
    months: list[tuple[date, MonthFigures, bool]], first: date, length: int
) -> None:
    last, today = first + timedelta(days=length), date(2029, 1, 1)
    inside = [one for month, one, _again in months if first.replace(day=1) <= month <= last.replace(day=1)]
    if not sum(one.minutes for one in inside):
        with pytest.raises(Refused, match="no_service"):
            service_of(months, first=first, last=last, today=today)
        return
    made = service_of(months, first=first, last=last, today=today)
    assert made.minutes == sum(one.minutes for one in inside)
    assert made.duties == sum(one.on_time + one.late for one in inside)
    served = [month for month, one, _again in months if one.minutes and month >= first.replace(day=1)]
    assert made.since == min(served)
    assert last <= made.until <= today


def test_the_days_of_a_month_that_runs_end_today_and_a_month_ahead_is_refused() -> None:
    months = [(NOVEMBER, MonthFigures(on_time=1, minutes=60), False)]
    assert service_of(months, first=NOVEMBER, last=NOVEMBER, today=date(2026, 11, 12)).until == date(
        2026, 11, 12
    )
    for first, last in ((date(2026, 12, 1), date(2026, 12, 1)), (NOVEMBER, OCTOBER)):
        with pytest.raises(Refused, match="bad_months"):
            service_of(months, first=first, last=last, today=date(2026, 11, 12))
    with pytest.raises(Refused, match="still_adding_up"):
        service_of(
            [(NOVEMBER, MonthFigures(), True)], first=NOVEMBER, last=NOVEMBER, today=date(2026, 11, 12)
        )


@given(seed=st.integers(0, 2**16))
def test_a_number_is_read_however_it_is_written(seed: int) -> None:
    number = new_number()
    written = grouped(number)
    spoken = (
        written.replace("0", "oO"[seed % 2])
        .replace("1", "iIlL"[seed % 4])
        .lower()
        .replace("-", " -"[seed % 2])
    )
    assert number_of(written) == number_of(spoken) == number
    assert set(number) <= set(ALPHABET)
    assert number_of(number[:-1]) is number_of(f"{number}0") is number_of("U" * 20) is None


@pytest.fixture
def served(app_store: Store, district: SmallDistrict, clock: WoundClock) -> int:
    """Let a guard have served in October and November; gives his number."""
    mine = district.guards[0][STAFF_1]
    with app_store.transaction(clock.now()) as transaction:
        months = [
            ((mine, OCTOBER), MonthFigures(on_time=20, late=1, minutes=907)),
            ((mine, NOVEMBER), MonthFigures(on_time=3, minutes=130)),
        ]
        outcomes.write_months(transaction.connection, months)
    return mine


def wish(first: date = OCTOBER, last: date = NOVEMBER) -> dict[str, str]:
    return {"first_month": first.isoformat(), "last_month": last.isoformat()}


def made(one: Caller, first: date = OCTOBER, last: date = NOVEMBER) -> dict[str, object]:
    answer = one.post(MINE, wish(first, last))
    assert answer.status_code == 201, answer.json
    found: dict[str, object] = answer.json["certificate"]  # type: ignore[index]
    return found


def test_the_hours_of_a_certificate_are_those_of_my_hours_and_its_paper_is_a_pdf(
    app: Flask, caller: SignIn, served: int
) -> None:
    guard = caller(served)
    answer = guard.post(MINE, wish())
    told = answer.json
    assert told is not None
    hours = guard.get("/api/me/service-months").json["items"]  # type: ignore[index]
    assert told["certificate"]["minutes"] == sum(one["minutes"] for one in hours) == 1037
    assert told["certificate"]["duties"] == 24
    work_off(app)
    paper = guard.get(f"/api/jobs/{told['job']['id']}/file")
    assert paper.data.startswith(b"%PDF")
    assert guard.get(MINE).json["items"] == [told["certificate"]]  # type: ignore[index]


def test_what_is_said_already_gets_no_second_number_and_what_grew_gets_one(
    caller: SignIn, served: int, app_store: Store, clock: WoundClock
) -> None:
    guard = caller(served)
    first = made(guard)
    assert made(guard) == first
    assert made(guard, OCTOBER, OCTOBER)["number"] != first["number"]
    with app_store.transaction(clock.now()) as transaction:
        more = [((served, NOVEMBER), MonthFigures(on_time=4, minutes=190))]
        outcomes.write_months(transaction.connection, more)
    grown = made(guard)
    assert (grown["minutes"], grown["number"] != first["number"]) == (1097, True)
    # What was made stays as it was.
    assert first in guard.get(MINE).json["items"]  # type: ignore[index]


def test_without_service_or_before_it_is_added_up_there_is_none(
    caller: SignIn, served: int, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    guard = caller(served)
    assert code(guard.post(MINE, wish(SEPTEMBER, SEPTEMBER))) == (409, "no_service")
    assert code(guard.post(MINE, wish(NOVEMBER, OCTOBER))) == (422, "bad_months")
    assert code(caller(district.guards[0][SECURITY_1]).post(MINE, wish())) == (409, "no_service")
    with app_store.transaction(clock.now()) as transaction:
        outcomes.mark_months(transaction.connection, [(served, NOVEMBER)])
    assert code(guard.post(MINE, wish())) == (409, "still_adding_up")


@pytest.mark.parametrize("status", ["pending", "suspended"])
def test_who_registered_anew_has_no_paper_about_a_claim_that_nobody_approved(
    caller: SignIn, served: int, app_store: Store, clock: WoundClock, status: str
) -> None:
    guard = caller(served)
    with app_store.transaction(clock.now()) as transaction:
        claims = {"category": "duty_leader", "status": status}
        transaction.connection.execute(update(account).where(account.c.id == served).values(**claims))
    assert code(guard.post(MINE, wish())) in {(403, "not_approved"), (403, "suspended")}
    with app_store.read() as connection:
        assert connection.execute(select(func.count()).select_from(certificate)).scalar_one() == 0


@pytest.mark.parametrize("values", [{"category": "volunteer"}, {"school": 1}, {"name": "改了的名"}])
def test_who_is_somebody_else_by_now_gets_a_paper_that_says_so(
    app_store: Store,
    caller: SignIn,
    served: int,
    district: SmallDistrict,
    clock: WoundClock,
    values: dict[str, object],
) -> None:
    guard = caller(served)
    before = made(guard)
    with app_store.transaction(clock.now()) as transaction:
        of = {"school_id": district.schools[1]} if "school" in values else values
        transaction.connection.execute(update(account).where(account.c.id == served).values(**of))
    after = made(guard)
    assert after["number"] != before["number"]
    with app_store.read() as connection:
        rows = connection.execute(select(certificate).order_by(certificate.c.id)).all()
    assert (rows[0].name, rows[0].category, rows[0].unit) != (rows[1].name, rows[1].category, rows[1].unit)
    assert made(guard) == after


def test_no_paper_says_that_somebody_served_before_he_did(caller: SignIn, served: int) -> None:
    assert made(caller(served), date(2000, 1, 1), NOVEMBER)["since"] == OCTOBER.isoformat()


def test_anybody_hears_that_it_is_genuine_and_nothing_else(
    caller: SignIn, served: int, clock: WoundClock
) -> None:
    one = made(caller(served))
    stranger = caller(None)
    for typed in (str(one["number"]), str(one["number"]).replace("-", "").lower()):
        answer = stranger.get(f"/api/certificates/genuine/{typed}")
        assert answer.status_code == 200
        assert set(answer.json) == {"issued_on", "revoked_on"}  # type: ignore[arg-type]
        assert answer.json["revoked_on"] is None  # type: ignore[index]
    wrong = ("A" if str(one["number"])[0] != "A" else "B") + str(one["number"])[1:]
    assert code(stranger.get(f"/api/certificates/genuine/{wrong}")) == (404, "unknown_certificate")


def test_a_revoked_one_says_since_when_and_its_paper_is_made_no_more(
    app: Flask, caller: SignIn, served: int, district: SmallDistrict, app_store: Store
) -> None:
    guard, admin = caller(served), caller(district.consoles["district_admin"])
    answer = guard.post(MINE, wish()).json
    assert answer is not None
    work_off(app)
    number, key = answer["certificate"]["number"], answer["certificate"]["id"]
    assert admin.get("/api/certificates", text=number.lower()).json["items"] == [answer["certificate"]]  # type: ignore[index]
    revoked = admin.post(f"/api/certificates/{key}/revocation", {"reason": "考勤更正，重新开具"})
    assert revoked.json["reason"] == "考勤更正，重新开具"  # type: ignore[index]
    told = caller(None).get(f"/api/certificates/genuine/{number}").json
    assert told is not None
    assert told["revoked_on"] is not None
    assert "reason" not in told
    assert code(guard.post(f"{MINE}/{key}/paper", {})) == (409, "certificate_revoked")
    assert code(guard.get(f"/api/jobs/{answer['job']['id']}/file")) == (404, "not_found")
    again = admin.post(f"/api/certificates/{key}/revocation", {"reason": "再来"})
    assert code(again) == (409, "already_revoked")
    assert made(guard)["number"] != number
    with app_store.read() as connection:
        acts = select(audit_row.c.act).where(audit_row.c.act.startswith("certificate"))
        found = list(connection.execute(acts.order_by(audit_row.c.id)).scalars())
    assert found == ["certificate.made", "certificate.revoked", "certificate.made"]


def test_nobody_takes_or_revokes_anothers(caller: SignIn, served: int, district: SmallDistrict) -> None:
    key = made(caller(served))["id"]
    other = caller(district.guards[0][SECURITY_1])
    assert code(other.post(f"{MINE}/{key}/paper", {})) == (404, "not_found")
    assert other.get(MINE).json["items"] == []  # type: ignore[index]
    for role in ("school_admin", "station_officer", "dispatcher"):
        console = caller(district.consoles[role])
        assert code(console.get("/api/certificates")) == (403, "not_your_role")
        refused = console.post(f"/api/certificates/{key}/revocation", {"reason": "x"})
        assert code(refused) == (403, "not_your_role")


def test_guessing_ends_after_some_misses_also_for_what_is_right(
    caller: SignIn, served: int, clock: WoundClock
) -> None:
    number = made(caller(served))["number"]
    stranger = caller(None)
    for _miss in range(20):
        answer = stranger.get(f"/api/certificates/genuine/{new_number()}")
        assert code(answer) == (404, "unknown_certificate")
    assert code(stranger.get(f"/api/certificates/genuine/{number}")) == (429, "too_many")
    clock.wind(minutes=11)
    assert stranger.get(f"/api/certificates/genuine/{number}").status_code == 200


def test_ten_a_day(caller: SignIn, served: int) -> None:
    guard = caller(served)
    for _turn in range(10):
        made(guard)
    assert code(guard.post(MINE, wish())) == (429, "too_many")


def test_who_is_erased_leaves_the_number_alone(
    caller: SignIn, served: int, app_store: Store, clock: WoundClock
) -> None:
    number = made(caller(served))["number"]
    with app_store.transaction(clock.now()) as transaction:
        closing.erased(transaction, PersonErased(served, None))
    with app_store.read() as connection:
        row = connection.execute(select(certificate)).one()
        count = connection.execute(select(func.count()).select_from(certificate)).scalar_one()
    assert (row.name, row.unit, row.reason, count) == ("—", "", None, 1)
    assert caller(None).get(f"/api/certificates/genuine/{number}").status_code == 200

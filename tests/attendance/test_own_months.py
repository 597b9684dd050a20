"""A guard reads his own months of service, and nobody else's."""

from collections.abc import Callable
from datetime import date

from server.attendance.queries import outcomes
from server.attendance.rules.outcomes import MonthFigures
from server.core.database.transaction import Store
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1

SignIn = Callable[[int | None], Caller]
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def test_months_are_told_the_newest_first_to_whom_they_belong(
    app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    mine, other = district.guards[0][STAFF_1], district.guards[0][SECURITY_1]
    with app_store.transaction(clock.now()) as transaction:
        months = [
            ((mine, OCTOBER), MonthFigures(on_time=20, late=1, minutes=900, unverified=2, no_shows=1)),
            ((mine, NOVEMBER), MonthFigures(on_time=3, minutes=130)),
            ((other, NOVEMBER), MonthFigures(on_time=7, minutes=300)),
        ]
        outcomes.write_months(transaction.connection, months)
        outcomes.mark_months(transaction.connection, [(mine, NOVEMBER)])
    empty = {"late": 0, "unverified": 0, "no_shows": 0}
    assert caller(mine).get("/api/me/service-months").json == {
        "items": [
            {"month": "2026-11-01", "on_time": 3, "minutes": 130, **empty, "again": True},
            {
                "month": "2026-10-01",
                "on_time": 20,
                "late": 1,
                "minutes": 900,
                "unverified": 2,
                "no_shows": 1,
                "again": False,
            },
        ]
    }
    answer = caller(district.consoles["school_admin"]).get("/api/me/service-months")
    assert code(answer) == (403, "not_your_role")

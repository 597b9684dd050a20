"""What a planner learns of people whom he does not plan: nothing, whatever he writes."""

from collections.abc import Callable

import pytest

from tests.tools.client import Caller, code
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1
from tests.tools.plans import edit, planned

TUESDAY = "2026-12-01"


@pytest.mark.parametrize("role", ["school_admin", "station_officer"])
@pytest.mark.parametrize("stranger", [SECURITY_1, STAFF_1])
def test_of_other_people_neither_name_nor_standing_is_told(
    caller: Callable[[int | None], Caller], district: SmallDistrict, role: str, stranger: int
) -> None:
    group = "security" if role == "school_admin" else "police"
    wanted = edit(district.posts[0], TUESDAY, group, district.guards[1][stranger])
    answer = planned(caller(district.consoles[role]), wanted)
    assert code(answer) == (404, "not_found")
    assert answer.json is not None
    assert answer.json["facts"] == {}


def test_the_district_is_told_that_somebody_belongs_elsewhere(
    caller: Callable[[int | None], Caller], district: SmallDistrict
) -> None:
    wanted = edit(district.posts[0], TUESDAY, "security", district.guards[1][SECURITY_1])
    answer = planned(caller(district.consoles["district_admin"]), wanted)
    assert code(answer) == (409, "other_unit")

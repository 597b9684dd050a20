"""The audit log as its auditor reads it: the newest first, filtered, of his district, by nobody else."""

from collections.abc import Callable

import pytest

from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def auditor(caller: SignIn, district: SmallDistrict) -> Caller:
    """Sign the auditor in."""
    return caller(district.consoles["auditor"])


@pytest.fixture
def looked(caller: SignIn, district: SmallDistrict, clock: WoundClock) -> list[int]:
    """Let a dispatcher look at two telephones, a minute apart."""
    desk, guards = caller(district.consoles["dispatcher"]), [district.guards[0][0], district.guards[1][1]]
    for guard in guards:
        desk.post(f"/api/guards/{guard}/telephone", {"reason": "absent"})
        clock.wind(seconds=60)
    return guards


def test_the_newest_row_comes_first_with_names_and_pages_go_back(
    auditor: Caller, looked: list[int], district: SmallDistrict
) -> None:
    first = auditor.get("/api/audit", act="see_telephone", limit=1).json
    assert [(row["subject_id"], row["facts"]) for row in first["items"]] == [
        (looked[1], {"reason": "absent"})
    ]
    assert first["items"][0]["actor_id"] == district.consoles["dispatcher"]
    assert first["items"][0]["actor_role"] == "dispatcher"
    assert first["items"][0]["subject_name"]
    second = auditor.get("/api/audit", act="see_telephone", limit=1, cursor=first["next"]).json
    assert ([row["subject_id"] for row in second["items"]], second["next"]) == ([looked[0]], None)


def test_rows_are_found_by_name_and_by_time(auditor: Caller, looked: list[int]) -> None:
    newest = auditor.get("/api/audit", act="see_telephone").json["items"]
    name = newest[0]["subject_name"]
    named = auditor.get("/api/audit", act="see_telephone", name=name).json["items"]
    assert newest[0]["id"] in [row["id"] for row in named]
    assert auditor.get("/api/audit", act="see_telephone", name="没有这个人").json["items"] == []
    since = auditor.get("/api/audit", act="see_telephone", since=newest[0]["at"])
    until = auditor.get("/api/audit", act="see_telephone", until=newest[0]["at"])
    assert [row["id"] for row in since.json["items"]] == [newest[0]["id"]]
    assert [row["id"] for row in until.json["items"]] == [newest[1]["id"]]
    assert auditor.get("/api/audit", act="nothing").json == {"items": [], "next": None}
    assert "see_telephone" in auditor.get("/api/audit/acts").json["items"]


def test_numbers_among_the_facts_come_with_names(
    auditor: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    caller(district.consoles["dispatcher"]).get(f"/api/coverage/{district.posts[1]}")
    row = auditor.get("/api/audit", act="see_people").json["items"][0]
    assert (row["facts"], row["names"]) == (
        {"post_id": district.posts[1]},
        {"post_id": "青禾第2小学 南门"},
    )


@pytest.mark.parametrize("role", ["dispatcher", "district_admin", "station_officer", "school_admin"])
def test_nobody_else_reads_it(caller: SignIn, district: SmallDistrict, role: str) -> None:
    one = caller(district.consoles[role])
    for path in ("/api/audit", "/api/audit/acts"):
        answer = one.get(path)
        assert (answer.status_code, answer.json["code"]) == (403, "not_your_role")

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
    for path in ("/api/audit", "/api/audit/acts", "/api/audit/people"):
        answer = one.get(path)
        assert (answer.status_code, answer.json["code"]) == (403, "not_your_role")


def test_rows_are_found_by_whom_they_were_about_and_by_who_acted(
    auditor: Caller, caller: SignIn, looked: list[int], district: SmallDistrict
) -> None:
    """A row is about whom it names, and about whom a search or a post's page showed."""
    desk, school = caller(district.consoles["dispatcher"]), caller(district.consoles["school_admin"])
    desk.get("/api/people", name="测试1")
    school.get(f"/api/coverage/{district.posts[0]}")
    about = auditor.get("/api/audit", subject_id=looked[0]).json["items"]
    assert [one["act"] for one in about] == ["see_people", "find_people", "see_telephone"]
    assert [len(one["shown"]) for one in about] == [7, 7, 1]
    assert not any(one["shown_more"] for one in about)
    desk.get("/api/people", name="测试")
    (many,) = auditor.get("/api/audit", act="find_people", limit=1).json["items"]
    assert (len(many["shown"]), many["shown_more"]) == (10, True)
    assert about[1]["shown"] == [f"测试1{seat}" for seat in range(1, 8)]
    assert (about[2]["subject_name"], about[2]["subject_role"]) == ("测试11", "guard")
    mine = auditor.get("/api/audit", subject_id=looked[0], actor_id=school.account_id).json["items"]
    assert [one["act"] for one in mine] == ["see_people"]
    mine = auditor.get("/api/audit", subject_id=looked[0], act="see_telephone").json["items"]
    assert [one["subject_id"] for one in mine] == [looked[0]]
    newest = about[0]["at"]
    older = auditor.get("/api/audit", subject_id=looked[0], until=newest).json["items"]
    assert [one["id"] for one in older] == [one["id"] for one in about if one["at"] < newest]
    acted = auditor.get("/api/audit", actor_id=desk.account_id).json["items"]
    assert [one["act"] for one in acted] == ["find_people", "find_people", "see_telephone", "see_telephone"]
    for wanted in ("actor_id", "subject_id"):
        answer = auditor.get("/api/audit", **{wanted: 999_999})
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_pages_about_somebody_leave_no_row_out_whichever_way_it_is_about_him(
    auditor: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    desk, guard = caller(district.consoles["dispatcher"]), district.guards[0][0]
    for _again in range(4):
        desk.get("/api/people", name="测试11")
        desk.post(f"/api/guards/{guard}/telephone", {"reason": "absent"})
    whole = [one["id"] for one in auditor.get("/api/audit", subject_id=guard).json["items"]]
    paged, cursor = [], 0
    while cursor is not None:
        page = auditor.get("/api/audit", subject_id=guard, limit=3, cursor=cursor).json
        paged += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert (len(whole), paged) == (8, whole)


def test_whom_to_search_for_is_found_by_name_number_and_last_four_digits(
    auditor: Caller, district: SmallDistrict
) -> None:
    guard = district.guards[0][2]
    for text in ("测试13", str(guard), f"#{guard}", "0002"):
        found = auditor.get("/api/audit/people", text=text).json["items"]
        assert {"id": guard, "name": "测试13", "role": "guard", "category": "security"} in found
    assert "199" not in str(found)
    assert auditor.get("/api/audit/people", text="z").json["code"] == "name_too_short"
    rows = auditor.get("/api/audit", actor_id=auditor.account_id, subject_id=guard).json["items"]
    assert [one["act"] for one in rows] == ["find_people"] * 4

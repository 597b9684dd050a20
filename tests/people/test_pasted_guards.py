"""Names and telephones pasted from a chat."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as texts

from server.core.access.roles import Category
from server.people.files.pasted import pasted_lines
from tests.tools.client import Caller
from tests.tools.district import SmallDistrict
from tests.tools.guard_lists import rows_of
from tests.tools.jobs import work_off

SignIn = Callable[[int | None], Caller]


@pytest.mark.parametrize(
    "line",
    [
        "张三 19900010001",
        "张三19900010001",
        "1. 张三，199 0001 0001",
        "2、19900010001 张三",
        "姓名：张三；电话：+86 199-0001-0001",
        "张三\t１９９０００１０００１",
        "张三|8619900010001",
        "（3）张三 199.0001.0001",
    ],
)
def test_a_line_is_read_whatever_stands_between(line: str) -> None:
    (found,) = pasted_lines(line, Category.VOLUNTEER)
    assert found.guard is not None, found.faults
    assert (found.guard.name, found.guard.phone) == ("张三", "19900010001")
    assert found.guard.category == Category.VOLUNTEER


def test_a_word_for_a_category_counts_for_its_line_alone() -> None:
    text = "各位老师好：\n张三（保安）19900010001\n\n李四 19900010002"
    found = [
        (one.row, one.guard.name, one.guard.category)
        for one in pasted_lines(text, Category.TEACHER)
        if one.guard
    ]
    assert found == [(2, "张三", Category.SECURITY), (4, "李四", Category.TEACHER)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("张三 1990001", "not_a_mobile_number"),
        ("张三 19900010001 李四 19900010002", "several_phones"),
        ("19900010001", "no_name"),
    ],
)
def test_what_is_missing_in_a_line_is_named(line: str, code: str) -> None:
    (found,) = pasted_lines(line, Category.VOLUNTEER)
    assert [one.code for one in found.faults] == [code]
    assert "19900010001" not in str(found.faults)


@given(texts.text(max_size=200))
def test_any_text_at_all_becomes_people_or_faults(text: str) -> None:
    found = pasted_lines(text, Category.VOLUNTEER)
    assert found
    assert all((one.guard is None) == bool(one.faults) for one in found)


def test_a_school_pastes_its_people(app: Flask, caller: SignIn, district: SmallDistrict) -> None:
    school = caller(district.consoles["school_admin"])
    sent = school.client.post(
        "/api/guard-imports",
        query_string={"request_id": str(uuid4()), "called": "粘贴", "pasted_as": "volunteer"},
        data="张三 19900010001\n测试12 19900000001 教师\n李四".encode(),
        content_type="application/octet-stream",
        headers={"X-CSRF-Token": school.csrf_token},
    )
    assert sent.status_code == 202, sent.json
    work_off(app)
    found = school.get(f"/api/guard-imports/{sent.json['id']}").json
    assert found["counts"] == {"new": 1, "changed": 0, "same": 1, "fault": 0}
    assert [one["name"] for one in rows_of(school, found["id"], "new")] == ["张三"]

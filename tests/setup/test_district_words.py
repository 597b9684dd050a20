"""How people write times, dates, weekdays and phones."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.access.roles import Category
from server.core.files.sheet_words import Wrong, read_mobile, whole_reader, word_reader
from server.people.files.words import CATEGORIES
from server.places.rules.peaks import PeakKind, SchoolKind
from server.setup.files.district_words import (
    DATUMS,
    OPEN_WORDS,
    PEAKS,
    SCHOOL_KINDS,
    degrees_reader,
    read_date,
    read_telephone,
    read_time,
    read_weekdays,
)


def bits(*days):
    return sum(1 << (day - 1) for day in days)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1-5", (1, 2, 3, 4, 5)),
        ("一至五", (1, 2, 3, 4, 5)),
        ("周一到周五", (1, 2, 3, 4, 5)),
        ("周一 至 周五", (1, 2, 3, 4, 5)),
        ("１～５", (1, 2, 3, 4, 5)),
        ("1,3,5", (1, 3, 5)),
        ("1，3，5", (1, 3, 5)),
        ("135", (1, 3, 5)),
        ("一三五", (1, 3, 5)),
        ("周一、周三", (1, 3)),
        ("星期二和星期四", (2, 4)),
        ("周六日", (6, 7)),
        ("礼拜天", (7,)),
        ("1-3, 5", (1, 2, 3, 5)),
        ("Mon-Fri", (1, 2, 3, 4, 5)),
        ("mon, wednesday", (1, 3)),
        ("Monday to Thursday", (1, 2, 3, 4)),
        ("每天", (1, 2, 3, 4, 5, 6, 7)),
        ("工作日", (1, 2, 3, 4, 5)),
        ("7", (7,)),
    ],
)
def test_weekdays(text, days):
    assert read_weekdays(text) == bits(*days)


@pytest.mark.parametrize(
    "text", ["0", "8", "5-1", "1-1-1", "531", "一二三四五六七八", "x", "1-", ",", "11", "monkey day"]
)
def test_no_weekdays(text):
    with pytest.raises(Wrong, match="not_weekdays"):
        read_weekdays(text)


@pytest.mark.parametrize("text", ["2026-01-05", "2026-01-05 00:00:00", "1月5日", "5-Jan", "Jan-5"])
def test_a_date_made_of_weekdays_by_a_spreadsheet_has_its_own_code(text):
    with pytest.raises(Wrong, match="weekdays_became_date"):
        read_weekdays(text)


@given(st.sets(st.integers(1, 7), min_size=1), st.sampled_from([",", "、", " ", "/", ""]))
def test_every_set_of_weekdays_can_be_written(days, joint):
    assert read_weekdays(joint.join(str(day) for day in sorted(days))) == bits(*days)


@pytest.mark.parametrize("text", ["07:20", "7:20", "７：２０", "7点20分", "07:20:00", " 7 : 20 ", "7时20"])
def test_times(text):
    assert read_time(text) == time(7, 20)


@pytest.mark.parametrize("text", ["24:00", "7:60", "0720", "7.20", "-1:00", "", "7:20:61", "07:20 PM"])
def test_no_times(text):
    with pytest.raises(Wrong, match="not_a_time"):
        read_time(text)


@pytest.mark.parametrize("text", ["2026-10-01", "2026/10/1", "2026.10.1", "2026年10月1日", "20261001"])
def test_dates(text):
    assert read_date(text) == date(2026, 10, 1)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "10/1", "1999-01-01", "2101-01-01", "2026-13-01", "x", "46296"]
)
def test_no_dates(text):
    with pytest.raises(Wrong):
        read_date(text)


@pytest.mark.parametrize(
    "text", ["19900001234", "199 0000 1234", "+86 199-0000-1234", "１９９００００１２３４"]
)
def test_mobiles(text):
    assert read_mobile(text) == "19900001234"


@pytest.mark.parametrize("text", ["1990000123", "199000012345", "29900001234", "199O0001234", "1.99E+10"])
def test_no_mobiles(text):
    with pytest.raises(Wrong, match="not_a_mobile_number"):
        read_mobile(text)


def test_a_landline_is_no_mobile():
    with pytest.raises(Wrong, match="landline"):
        read_mobile("0551-62345678")


def test_telephones():
    assert read_telephone("（0551）0000000转12") == "(0551)0000000转12"
    with pytest.raises(Wrong):
        read_telephone("call me")


def test_words_of_both_languages_and_the_values_themselves():
    category, kind, peak = word_reader(CATEGORIES), word_reader(SCHOOL_KINDS), word_reader(PEAKS)
    assert category("保安") == category("Security") == category("专职 保安") == Category.SECURITY
    assert kind("九年一贯制") == kind("nine_year") == kind("Nine Year") == SchoolKind.NINE_YEAR
    assert peak("晚放学") == peak("afternoon dismissal") == PeakKind.AFTERNOON_DISMISSAL
    assert word_reader(DATUMS)("gcj-02") == "gcj02"
    assert word_reader(OPEN_WORDS)("停课") is False
    assert word_reader(OPEN_WORDS)("补班") is True
    with pytest.raises(Wrong) as wrong:
        category("校长")
    assert wrong.value.facts["allowed"] == ["民警", "带班领导", "教职工", "专职保安", "志愿者"]


@given(st.text())
def test_any_text_is_read_or_has_a_code(text):
    readers = [
        read_time, read_date, read_mobile, read_telephone, read_weekdays, degrees_reader(90), whole_reader(0, 9),
        word_reader(PEAKS),
    ]  # fmt: skip
    for read in readers:
        try:
            read(text)
        except Wrong as wrong:
            assert wrong.code  # noqa: PT017 -- either outcome is fine, a crash is not

"""Lists of guards as files of all kinds: what comes in is told clearly, and an exported list comes in unchanged."""

import csv
import zipfile
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from server.people.files.guards_file import ListedGuard, lines_of, template
from tests.tools import open_document
from tests.tools.client import Caller
from tests.tools.district import SmallDistrict
from tests.tools.exports import file_of
from tests.tools.guard_lists import HEADINGS, guards_file, read_list, rows_of

SignIn = Callable[[int | None], Caller]
ROW = ["张新", "19900010001", "教职工", "青禾第1小学", ""]


def _codes(content: bytes, called: str = "名单.xlsx") -> list[tuple[int, str]]:
    return [(fault.row, fault.code) for line in lines_of(content, called) for fault in line.faults]


def _guards(content: bytes, called: str = "名单.xlsx") -> list[ListedGuard]:
    assert _codes(content, called) == []
    return [line.guard for line in lines_of(content, called) if line.guard]


def _saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _book(*rows: list[object]) -> Workbook:
    return load_workbook(BytesIO(guards_file(*rows)))


def _csv(encoding: str, delimiter: str = ",") -> bytes:
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([HEADINGS, ROW])
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("role", ["school_admin", "district_admin"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_exported_list_comes_in_without_a_change(
    app: Flask, caller: SignIn, district: SmallDistrict, role: str, form: str, language: str
) -> None:
    one = caller(district.consoles[role])
    content = file_of(app, one, "guards", format=form, language=language)
    found = read_list(app, one, content, called=f"export.{form}")
    people = 6 if role == "school_admin" else 21
    assert rows_of(one, found["id"], "fault") == []
    assert found["counts"] == {"new": 0, "changed": 0, "same": people, "fault": 0}


def test_a_name_that_is_mended_in_an_exported_list_is_the_only_change(
    app: Flask, caller: SignIn, district: SmallDistrict
) -> None:
    one = caller(district.consoles["school_admin"])
    book = load_workbook(BytesIO(file_of(app, one, "guards")))
    cell = next(cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "测试12")
    cell.value = "测试改名"
    book.worksheets[0].append(["新人", "志愿者", None, None, None, None, None, None, None, "19900010001"])
    found = read_list(app, one, _saved(book))
    assert found["counts"] == {"new": 1, "changed": 1, "same": 5, "fault": 0}
    assert rows_of(one, found["id"], "changed")[0]["was_name"] == "测试12"


def test_the_template_is_filled_in_and_comes_in() -> None:
    book = load_workbook(BytesIO(template()))
    book.worksheets[0].append(["张新", "19900010001", "教职工", "青禾第1小学", None])
    (guard,) = _guards(_saved(book))
    assert (guard.name, guard.phone, guard.school) == ("张新", "19900010001", "青禾第1小学")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_text_table_of_any_encoding_is_read(encoding: str, delimiter: str) -> None:
    (guard,) = _guards(_csv(encoding, delimiter), "名单.csv")
    assert (guard.name, guard.phone) == ("张新", "19900010001")


def test_what_libreoffice_and_wps_write_is_read() -> None:
    rows = [open_document.row(*map(open_document.cell, line)) for line in (HEADINGS, ROW)]
    sheets = [
        open_document.sheet("旧名单", [open_document.row(open_document.cell("别看"))], hidden=True),
        open_document.sheet("人员", rows),
    ]
    (guard,) = _guards(open_document.document(*sheets), "名单.ods")
    assert guard.name == "张新"


def test_telephones_are_read_however_a_program_kept_them() -> None:
    kept = [19900010001, 19900010002.0, "+86 199-0001-0003", "１９９０００１０００４", "1.9900010005E10"]
    found = _guards(
        guards_file(*([f"张{one}", value, "教职工"] for one, value in zip("甲乙丙丁戊", kept, strict=True)))
    )
    assert [one.phone for one in found] == [f"1990001000{number}" for number in range(1, 6)]


def test_a_title_above_and_remarks_below_the_list_are_left_alone() -> None:
    book = Workbook()
    for row in (["青禾第1小学护学岗名单"], [], HEADINGS, ROW, ["合计：1 人"], ["填表人：李某"]):
        book.worksheets[0].append(row)
    assert [one.name for one in _guards(_saved(book))] == ["张新"]


def test_columns_that_nobody_asked_for_are_left_alone() -> None:
    (guard,) = _guards(guards_file(["1", *ROW, "男"], headings=["序号", *HEADINGS, "性别"]))
    assert guard.phone == "19900010001"


def test_merged_cells_hold_for_their_rows_and_never_for_a_neighbour() -> None:
    book = _book(ROW, ["李新", "19900010002", "", "", ""])
    book.worksheets[0].merge_cells("C2:C3")
    assert [one.category for one in _guards(_saved(book))] == ["teacher", "teacher"]
    book = _book(ROW, ["王新", "19900010003", "教职工", "", ""])
    book.worksheets[0].merge_cells("A2:B2")
    assert _codes(_saved(book)) == [(2, "merged")]


def test_formulas_are_named_and_not_computed() -> None:
    assert _codes(guards_file(["张新", "=19900010000+1", "教职工"])) == [(2, "formula")]


def test_a_million_rows_that_are_only_formatted_say_nothing() -> None:
    book = _book(ROW)
    for row in range(900_000, 900_200):
        book.worksheets[0].cell(row, 1).value = " "
    book.worksheets[0].cell(1_048_576, 3).value = ""
    assert [one.name for one in _guards(_saved(book))] == ["张新"]


def test_a_hidden_sheet_is_not_read() -> None:
    book = _book(ROW)
    hidden = book.create_sheet("去年")
    hidden.append(HEADINGS)
    hidden.append(["李新", "19900010002", "教职工"])
    hidden.sheet_state = "hidden"
    assert [one.name for one in _guards(_saved(book))] == ["张新"]


def test_a_book_that_counts_days_from_1904_is_read() -> None:
    book = _book(ROW)
    book.epoch = CALENDAR_MAC_1904
    assert [one.phone for one in _guards(_saved(book))] == ["19900010001"]


def test_a_sheet_of_something_else_is_named() -> None:
    book = Workbook()
    book.worksheets[0].append(["商品", "价格"])
    book.worksheets[0].append(["粉笔", 3])
    assert _codes(_saved(book)) == [(1, "unknown_sheet")]


def test_a_list_without_categories_is_told_which_column_is_missing() -> None:
    assert _codes(guards_file(["张新", "19900010001"], headings=["姓名", "手机号"])) == [
        (1, "missing_column")
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "file_old_or_protected"),
        (b"PK\x03\x04broken", "file_broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 600, "file_type_unknown"),
    ],
)
def test_what_cannot_be_read_is_told_why(content: bytes, why: str) -> None:
    assert _codes(content) == [(0, why)]


def test_a_zip_bomb_is_refused_unread() -> None:
    out = BytesIO(guards_file(ROW))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", b"\x00" * (64 * 2**20))
    assert _codes(out.getvalue()) == [(0, "file_unsafe")]


def test_a_macro_is_neither_run_nor_in_the_way() -> None:
    out = BytesIO(guards_file(ROW))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    assert [one.name for one in _guards(out.getvalue(), "名单.xlsm")] == ["张新"]


def test_rare_characters_stay_and_invisible_ones_are_named() -> None:
    assert [one.name for one in _guards(guards_file(["㛃𠮷", "19900010001", "教职工"]))] == ["㛃𠮷"]
    assert _codes(guards_file(["张\u202e新", "19900010001", "教职工"])) == [(2, "forbidden_character")]


def test_a_telephone_in_the_name_is_a_fault() -> None:
    assert _codes(guards_file(["张新19900010001", "19900010001", "教职工"])) == [(2, "number_in_name")]


def test_no_fault_shows_a_whole_number_in_whichever_column_it_stands() -> None:
    lines = lines_of(guards_file(["19900010001", "张新", "19900010001 教职工", "", ""]), "名单.xlsx")
    told = [(line.name, fault.value) for line in lines for fault in line.faults]
    assert told
    assert "19900010001" not in str(told)

"""Workbooks as other programs and other people leave them; all people in them are invented."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from server.core.files.tables import MAX_COLUMNS, read_tables
from server.setup.files.district_file import parse
from tests.tools.import_file import sheets, workbook

CASES = sorted((Path(__file__).parent / "cases").glob("*.xlsx"))
WITHOUT_ROSTER = {"carriage-return-in-post-name-stored"}
Edit = Callable[[str, str], tuple[str, str]]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_what_people_did_to_a_file_is_understood(case: Path) -> None:
    parsed = parse(case.read_bytes(), case.name)
    assert parsed.errors == ()
    assert [post.name for post in parsed.posts] == ["样例小学南门岗"]
    people = [(one.name, one.phone, one.post) for one in parsed.rosters]
    expected = [("张样例", "19900000001", "样例小学南门岗"), ("李样例", "19900000002", "样例小学南门岗")]
    assert people == ([] if case.stem in WITHOUT_ROSTER else expected)


def edited(edit: Edit, content: bytes | None = None) -> bytes:
    """Change names and texts of the parts of a workbook."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content or workbook())) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(*edit(name, source.read(name).decode()))
    return out.getvalue()


def without_places(name: str, text: str) -> tuple[str, str]:
    return name, re.sub(r' r="[A-Z]*[0-9]+"', "", text) if "worksheets" in name else text


def with_prefixes(name: str, text: str) -> tuple[str, str]:
    if "worksheets" in name:
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")
    return name, text


def broken_styles(name: str, text: str) -> tuple[str, str]:
    return name, "<styleSheet><fills><fill" if name.endswith("styles.xml") else text


@pytest.mark.parametrize(
    "edit",
    [
        lambda name, text: (name.upper(), text),
        lambda name, text: (name.replace("/", "\\"), text),
        lambda name, text: (f"/{name}", text),
        without_places,
        with_prefixes,
        broken_styles,
        lambda name, text: (name, text.replace('Target="/xl/', 'Target="')),
    ],
    ids=["capitals", "backslashes", "slash before", "no places", "prefixes", "broken styles", "relative"],
)
def test_how_an_archive_is_written_decides_nothing(edit: Edit) -> None:
    assert parse(edited(edit), "x.xlsx") == parse(workbook(), "x.xlsx")


def changed(change: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(BytesIO(workbook()))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def roster_errors(content: bytes) -> list[tuple[str, str]]:
    return [(one.cell, one.code) for one in parse(content, "x.xlsx").errors]


def test_an_escape_is_decoded_before_the_checks() -> None:
    content = sheets()
    content["排班 rosters"][1][0] = "张_x200B_样例"
    content["排班 rosters"][2][0] = content["排班 rosters"][3][0] = "李_x005F_x000D_样例"
    parsed = parse(workbook(content), "x.xlsx")
    assert [(one.cell, one.code, one.facts["character"]) for one in parsed.errors] == [
        ("A2", "forbidden_character", "U+200B")
    ]
    del content["排班 rosters"][1]
    assert parse(workbook(content), "x.xlsx").rosters[0].name == "李_x000D_样例"


def test_a_hidden_sheet_is_passed_over_even_with_a_known_name() -> None:
    def hide(book: Workbook) -> None:
        book["排班 rosters"].sheet_state = "veryHidden"

    parsed = parse(changed(hide), "x.xlsx")
    assert (parsed.errors, parsed.rosters) == ((), ())
    assert len(parsed.posts) == 2


def test_cells_that_are_merged_downwards_hold_for_all_rows_and_with_their_left_are_named() -> None:
    def down(book: Workbook) -> None:
        book["排班 rosters"].merge_cells("D2:D4")

    def across(book: Workbook) -> None:
        book["排班 rosters"].merge_cells("D2:E2")

    parsed = parse(changed(down), "x.xlsx")
    assert parsed.errors == ()
    assert [one.post for one in parsed.rosters][:3] == ["青禾小学南门岗"] * 3
    assert roster_errors(changed(across)) == [("E2", "merged")]


def test_a_merge_beyond_the_columns_that_are_read_marks_none_of_them() -> None:
    def far_right(book: Workbook) -> None:
        book["排班 rosters"]["BK1"] = "备注"
        book["排班 rosters"].merge_cells("BK1:CZ1")

    [first] = [one.rows[0] for one in read_tables(changed(far_right), "x.xlsx") if one.name == "排班 rosters"]
    assert (len(first.cells), first.bad) == (MAX_COLUMNS, {MAX_COLUMNS - 1: "merged"})


def test_headings_below_a_title_and_merged_over_two_rows_are_found() -> None:
    def title(book: Workbook) -> None:
        for sheet in book.worksheets:
            sheet.insert_rows(1, 3)
            sheet["A1"] = "青禾区 2026 年秋季"
            sheet.merge_cells("A1:D1")
        sheet = book["校历 calendar"]
        for column in "ABC":
            sheet[f"{column}3"] = sheet[f"{column}4"].value
            sheet.merge_cells(f"{column}3:{column}4")

    parsed, plain = parse(changed(title), "x.xlsx"), parse(workbook(), "x.xlsx")
    assert parsed == plain


def test_a_fault_below_a_title_has_the_place_that_a_person_sees() -> None:
    content = sheets()
    content["排班 rosters"].insert(0, ["排班表"])
    content["排班 rosters"][2][1] = "1990000"
    assert roster_errors(workbook(content)) == [("B3", "not_a_mobile_number")]


def test_numbers_that_were_stored_as_text_are_numbers() -> None:
    content = {
        name: [rows[0], *([str(cell) for cell in row] for row in rows[1:])] for name, rows in sheets().items()
    }
    assert parse(workbook(content), "x.xlsx") == parse(workbook(), "x.xlsx")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (workbook({"随便": []}), "x.xlsx"),
        (workbook({"学校": [["学校", "派出所", "类型"]]}), "x.xlsx"),
        (b" \n,\n", "x.csv"),
    ],
)
def test_a_file_from_which_nothing_was_read_is_refused(content: bytes, name: str) -> None:
    assert [(one.row, one.code) for one in parse(content, name).errors] == [(0, "file_nothing_read")]


def test_rows_that_are_only_formatted_do_not_count_as_rows() -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(210_000, 212_000))

    def edit(name: str, text: str) -> tuple[str, str]:
        return name, text.replace("</sheetData>", f"{rows}</sheetData>") if name.endswith(
            "sheet6.xml"
        ) else text

    found = read_tables(edited(edit), "x.xlsx")
    assert [len(sheet.rows) for sheet in found] == [3, 3, 3, 4, 5, 3]

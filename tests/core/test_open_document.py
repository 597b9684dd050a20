"""OpenDocument spreadsheets: read like any workbook, with the same faults named."""

import pytest

from server.core.files.tables import MAX_COLUMNS, MAX_ROWS, Row, read_tables
from server.core.refused import Refused
from server.setup.files.district_file import parse
from tests.tools.import_file import sheets, workbook
from tests.tools.open_document import cell, document, plain_document, row, sheet


def typed(kind: str, shown: str, **values: str) -> str:
    attributes = "".join(f' office:{name.replace("_", "-")}="{text}"' for name, text in values.items())
    return f'<table:table-cell office:value-type="{kind}"{attributes}><text:p>{shown}</text:p></table:table-cell>'


def rows_of(*rows: str) -> tuple[Row, ...]:
    (only,) = read_tables(document(sheet("表", rows)), "x.ods")
    return only.rows


def test_a_district_is_read_as_from_a_workbook() -> None:
    as_document = parse(plain_document(sheets()), "district.ods")
    assert as_document.errors == ()
    assert as_document == parse(workbook(), "district.xlsx")


def test_every_type_becomes_what_people_see() -> None:
    (only,) = rows_of(
        row(
            typed("float", "1.99E+10", value="19900000001"),
            typed("float", "31,88", value="31.88"),
            typed("date", "1.10.26", date_value="2026-10-01"),
            typed("date", "1.10.26 07:20", date_value="2026-10-01T07:20:00"),
            typed("time", "07:20", time_value="PT07H20M00S"),
            typed("boolean", "WAHR", boolean_value="true"),
            typed("percentage", "50 %", value="0.5"),
            '<table:table-cell office:value-type="string"><office:annotation><text:p>说明</text:p></office:annotation>'
            '<text:p>一<text:s text:c="2"/>二<text:span>三<text:tab/></text:span>四</text:p><text:p>五</text:p>'
            "</table:table-cell>",
        )
    )
    assert only.cells == (
        "19900000001",
        "31.88",
        "2026-10-01",
        "2026-10-01 07:20:00",
        "07:20",
        "true",
        "0.5",
        "一  二三\t四\n五",
    )


def test_what_repeats_is_there_as_often_and_empty_rows_are_none() -> None:
    found = rows_of(
        row(cell("a", number_columns_repeated="3"), cell("b")),
        row(cell("", number_columns_repeated="1024"), repeated=5),
        row(cell(" "), cell("")),
        row(cell("", number_columns_repeated="2"), cell("c"), repeated=2),
        row(cell("d", number_columns_repeated="16384")),
    )
    assert found[:3] == (Row(1, ("a", "a", "a", "b")), Row(8, ("", "", "c")), Row(9, ("", "", "c")))
    assert (found[3].number, len(found[3].cells)) == (10, MAX_COLUMNS)


def test_merged_cells_hold_for_each_of_their_rows() -> None:
    covered = "<table:covered-table-cell/>"
    found = rows_of(
        row(cell("岗", number_rows_spanned="2"), cell("甲", number_columns_spanned="2"), covered),
        row(covered, cell("乙"), cell("丙")),
    )
    assert found == (Row(1, ("岗", "甲", ""), {2: "merged"}), Row(2, ("岗", "乙", "丙")))


def test_formulas_and_errors_are_told_with_their_place() -> None:
    content = sheets()
    written = {name: [row(*map(cell, values)) for values in rows] for name, rows in content.items()}
    pupils = cell(1200, formula="of:=SUM([.A1:.A9])")
    written["学校 schools"][1] = row(cell("青禾小学"), cell("青禾派出所"), cell("小学"), pupils)
    parsed = parse(document(*(sheet(name, rows) for name, rows in written.items())), "district.ods")
    assert [(one.sheet, one.cell, one.value, one.code) for one in parsed.errors] == [
        ("学校 schools", "D2", "=SUM([.A1:.A9])", "formula")
    ]


def test_hidden_sheets_decide_nothing() -> None:
    found = read_tables(
        document(sheet("见", [row(cell("1"))]), sheet("藏", [row(cell("2"))], hidden=True)), ""
    )
    assert [one.name for one in found] == ["见"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (document(sheet("x", []), manifest="<encryption-data/>"), "file_old_or_protected"),
        (document(sheet("x", [row(typed("date", "?", date_value="gestern"))])), "file_broken"),
        (document("<table:table>"), "file_broken"),
        (document(sheet("x", [row(cell("1"), repeated=MAX_ROWS + 1)])), "file_too_many_rows"),
        (document("<!DOCTYPE x>"), "file_unsafe"),
        (document(sheet("x", []), mime_type="application/vnd.oasis.opendocument.text"), "file_broken"),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_tables(content, "x.ods")
    assert refused.value.code == code

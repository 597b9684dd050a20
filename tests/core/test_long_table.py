"""Long tables: read back as they were written, nothing in them runs, and their length costs no memory."""

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from server.core.files.cell_text import plain_cell, xml_text
from server.core.files.long_table import LongTable, Value, write_long_csv, write_long_xlsx
from tests.tools.exports import read_csv, read_xlsx, sheet_of

HEADINGS = [("姓名", 10), ("次数", 8), ("备注", 30)]
# What no csv module keeps apart from a blank, and what no xlsx cell holds.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00"), max_size=30)
rows_of = st.lists(st.tuples(texts, st.integers(-(10**9), 10**9), texts), max_size=8)


def table(rows: list[tuple[Value, ...]], title: str = "值守/记录", mark: str = "由 A&B 导出") -> LongTable:
    return LongTable(title, (mark, "时间均为 Asia/Shanghai。"), HEADINGS, iter(rows))


@given(rows=rows_of)
def test_a_spreadsheet_is_read_back_as_it_was_written_and_every_text_is_text(
    rows: list[tuple[Value, ...]],
) -> None:
    out = BytesIO()
    write_long_xlsx(out, table(rows))
    sheet = sheet_of(out.getvalue())
    assert sheet.title == "值守 记录"
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    wanted = [[xml_text(one) if isinstance(one, str) else one for one in row] for row in rows]
    assert [["" if one is None else one for one in row] for row in found] == wanted
    kinds = {
        cell.data_type for row in sheet.iter_rows(min_row=5) for cell in row if isinstance(cell.value, str)
    }
    assert kinds <= {"s", "inlineStr"}


@given(rows=rows_of)
def test_a_text_table_is_read_back_as_it_was_written_and_no_cell_of_it_runs(
    rows: list[tuple[Value, ...]],
) -> None:
    out = BytesIO()
    write_long_csv(out, table(rows))
    found = read_csv(out.getvalue())
    assert found.headings == [heading for heading, _width in HEADINGS]
    for row, read in zip(rows, found.rows, strict=True):
        name, count, note = read.values()
        assert (plain_cell(name), int(count), plain_cell(note)) == (
            xml_text(str(row[0])),
            row[1],
            xml_text(str(row[2])),
        )
        assert not name.lstrip().startswith(("=", "+", "-", "@", "\t"))


def test_marks_stand_above_the_headings_and_on_each_page() -> None:
    out = BytesIO()
    write_long_xlsx(out, table([("甲", 1, "")]))
    found = read_xlsx(out.getvalue())
    assert (found.title, found.marks[0], found.rows) == (
        "值守/记录",
        "由 A&B 导出",
        [{"姓名": "甲", "次数": "1", "备注": ""}],
    )
    page = load_workbook(BytesIO(out.getvalue())).worksheets[0]
    assert page.oddHeader.center.text == "值守/记录\n由 A&&B 导出"


@pytest.mark.parametrize(
    "purpose",
    ["核对\uffff名单\ufffe", "&" * 120, "𠮷" * 120, "名" * 120, "x" + "&" * 119, "A&R 核对"],
    ids=["not of XML", "ampersands", "beyond 16 bits", "long", "cut within an ampersand", "like a code"],
)
def test_no_mark_makes_a_file_that_a_program_calls_damaged(purpose: str) -> None:
    out = BytesIO()
    write_long_xlsx(
        out, table([("甲", 1, "")], mark=f"由 A&B 于 2026-11-23 07:15:00 导出，任务 12，用途：{purpose}")
    )
    assert read_xlsx(out.getvalue()).marks[0].endswith(xml_text(purpose))
    with ZipFile(out) as parts:
        page = fromstring(parts.read("xl/worksheets/sheet1.xml"))
    printed = {one: page.findtext(f".//{{*}}{one}") or "" for one in ("oddHeader", "oddFooter")}
    assert max(len(one.encode("utf-16-le")) // 2 for one in printed.values()) <= 255
    # Each code is one of ours: what people wrote has its ampersands doubled.
    codes = {name: re.findall("&[^&]", text.replace("&&", "")) for name, text in printed.items()}
    assert codes == {"oddHeader": ["&C"], "oddFooter": ["&L", "&R", "&P", "&N"]}


def test_a_list_that_fails_in_the_middle_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def rows() -> object:
        yield ("甲", 1, "")
        assert list(tmp_path.iterdir()) == []
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_long_xlsx(BytesIO(), LongTable("名单", ("由甲导出",), HEADINGS, rows()))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


# Gives the memory (KB) that a process had at most when it had written so many rows.
WRITES = """
import resource, sys
from tempfile import TemporaryFile
from server.core.files.long_table import LongTable, write_long_csv, write_long_xlsx
count, write = int(sys.argv[1]), {"xlsx": write_long_xlsx, "csv": write_long_csv}[sys.argv[2]]
rows = ([f"测试{number}", number, "青禾第1小学 南门", "已通过"] * 2 for number in range(count))
with TemporaryFile() as out:
    write(out, LongTable("名单", ("由甲导出",), [("列", 10)] * 8, rows))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_guards_of_a_whole_district_take_no_more_memory_than_few(form: str) -> None:
    most = [
        int(
            subprocess.run(
                [sys.executable, "-c", WRITES, str(count), form], capture_output=True, check=True
            ).stdout
        )
        for count in (1_000, 33_000)
    ]
    assert most[1] - most[0] < 8_000

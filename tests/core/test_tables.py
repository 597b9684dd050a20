"""Tables of every origin: xlsx, csv in three encodings, bombs and garbage."""

import zipfile
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from server.core.files import archive
from server.core.files import tables as files_tables
from server.core.files.cell_text import xml_text
from server.core.files.table_writing import Heading, NewSheet, write_csv, write_xlsx
from server.core.files.tables import read_tables
from server.core.refused import Refused

NASTY = st.text(
    alphabet=st.characters(blacklist_categories=["Cs"]) | st.sampled_from("=+-@'\",;\t\r\n｜中文\U0002a6a5")
)
# What a cell of XML can hold at all; a bare CR is read as LF by every XML parser.
NASTY_XML = st.text(
    alphabet=st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff")
    | st.sampled_from("=+-@'\",;\t\n中文\U0002a6a5"),
)


def workbook(*rows, edit=None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if edit:
        edit(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def refused(content, filename="file.xlsx"):
    with pytest.raises(Refused) as refusal:
        read_tables(content, filename)
    return refusal.value


def texts(sheet):
    return [row.cells for row in sheet.rows]


@given(st.lists(st.lists(NASTY, min_size=2, max_size=4), max_size=6))
def test_csv_round_trip(rows):
    written = [["编号", "名称", "备注", "x"], *rows]
    (sheet,) = read_tables(write_csv(written), "a/b\\名单.csv")
    assert sheet.name == "名单"
    # A row of stray blanks is none.
    kept = [tuple(xml_text(cell) for cell in row) for row in written]
    assert texts(sheet) == [row for row in kept if any(cell.strip() for cell in row)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(NASTY_XML, min_size=2, max_size=3), max_size=4))
def test_xlsx_round_trip(rows):
    content = write_xlsx([NewSheet("名单 list", (Heading("甲"), Heading("乙"), Heading("丙")), rows)])
    (sheet,) = read_tables(content, "x.xlsx")
    assert sheet.name == "名单 list"
    assert not any(row.bad for row in sheet.rows)
    got = [_without_tail(row) for row in texts(sheet)[1:]]
    # A row of stray blanks is none.
    assert got == [_without_tail(row) for row in rows if any(cell.strip() for cell in row)]


def _without_tail(row):
    row = list(row)
    while row and not row[-1]:
        row.pop()
    return row


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding, delimiter):
    rows = [
        ["学校", "派出所", "类型"],
        ["寿样小学", "样例,派;出所", "小学"],
        ["𠮷样幼儿园", "二\n行", "“引”"],
    ]
    content = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows).encode(encoding)
    (sheet,) = read_tables(content, "学校.csv")
    assert [list(row) for row in texts(sheet)] == rows


def test_a_gb18030_text_that_is_valid_utf8_by_chance_is_still_chinese():
    text = "学校,学校\n学校,学校\n"
    content = text.encode("gb18030")
    assert content.decode() != text  # the trap: no error, but Cyrillic
    assert texts(read_tables(content, "a.csv")[0])[0] == ("学校", "学校")


def test_row_numbers_are_those_of_the_lines_a_person_sees():
    (sheet,) = read_tables(b'a,b\n\n"one\ntwo",c\n,\nd,e\n', "a.csv")
    assert [row.number for row in sheet.rows] == [1, 3, 6]


def test_every_kind_of_xlsx_value_becomes_the_text_one_reads():
    row = [
        1, 19900000001.0, 31.5, True, time(7, 20), time(7, 20, 5), timedelta(hours=7, minutes=20),
        date(2026, 11, 23), datetime.fromisoformat("2026-11-23T07:20"), None, "文",
    ]  # fmt: skip
    (sheet,) = read_tables(workbook(row), "x.xlsx")
    assert texts(sheet)[0] == (
        "1", "19900000001", "31.5", "true", "07:20", "07:20:05", "07:20",
        "2026-11-23", "2026-11-23 07:20:00", "", "文",
    )  # fmt: skip


def test_formulas_and_errors_are_marked():
    (sheet,) = read_tables(workbook(["a", "=1+1", "#N/A", "'=2"]), "x.xlsx")
    assert dict(sheet.rows[0].bad) == {1: "formula", 2: "cell_error"}


def test_a_written_formula_stays_text():
    (sheet,) = read_tables(write_xlsx([NewSheet("s", (Heading("=1"),), [["=cmd|'/c calc'!A1"]])]), "x.xlsx")
    assert [(row.cells, dict(row.bad)) for row in sheet.rows] == [
        (("=1",), {}),
        (("=cmd|'/c calc'!A1",), {}),
    ]


def test_progress_rises_to_the_end():
    told = []
    read_tables(
        write_csv([["x", str(number)] for number in range(1000)]), "a.csv", lambda *at: told.append(at)
    )
    assert [done for done, _ in told] == [200, 400, 600, 800, 1000]
    assert all(done <= total for done, total in told)


def zipped(entries, **options):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as target:
        for name, content in entries:
            target.writestr(name, content)
    return out.getvalue()


def test_bombs_are_refused_unread():
    flat = zipped([("xl/worksheets/sheet1.xml", b"0" * (30 * 2**20))])
    assert refused(flat).facts["reason"] == "ratio"
    many = zipped([(f"{number}.xml", b"") for number in range(archive.MAX_ENTRIES + 1)])
    assert refused(many).facts["reason"] == "entries"
    big = zipped([("a.xml", bytes(range(256)) * 4096)])
    declared = big.replace((2**20).to_bytes(4, "little"), (2**30).to_bytes(4, "little"))
    assert refused(declared).code == "file_unsafe"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding):
    lol = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
    with zipfile.ZipFile(BytesIO(workbook(["a"]))) as source:
        entries = [(name, source.read(name)) for name in source.namelist()]
    trick = [(n, lol.encode(encoding) if n.endswith("sheet1.xml") else c) for n, c in entries]
    assert refused(zipped(trick)).facts["reason"] == "entity"


def test_other_refusals():
    assert refused(b"").code == "file_empty"
    assert refused(b"\xd0\xcf\x11\xe0" + b"\x00" * 100).code == "file_old_or_protected"
    assert refused(zipped([("hello.txt", b"hi")])).code == "file_broken"
    assert refused(workbook(["a"])[:-40]).code == "file_broken"
    assert refused(b'a,b\n"open,1\n', "a.csv").code == "file_broken"
    assert refused(b"x" * (files_tables.MAX_FILE_BYTES + 1), "a.csv").code == "file_too_large"
    assert refused(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, "a.png").code in {
        "file_type_unknown",
        "file_broken",
    }
    assert refused(b"a\n" * (files_tables.MAX_ROWS + 1), "a.csv").code == "file_too_many_rows"


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_garbage_is_refused_or_read_but_never_a_crash(garbage, start):
    try:
        read_tables(start + garbage, "g")
    except Refused as refusal:
        assert refusal.code.startswith("file_")  # noqa: PT017 -- either outcome is fine


_BOOK = workbook(["名称", "a"], ["一", 2], ["=1", 0.5])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_refused_or_read_but_never_a_crash(data):
    with zipfile.ZipFile(BytesIO(_BOOK)) as source:
        entries = [(name, source.read(name)) for name in source.namelist()]
    victim = data.draw(st.integers(0, len(entries) - 1))
    name, content = entries[victim]
    at = data.draw(st.integers(0, len(content)))
    cut = data.draw(st.integers(0, 40))
    entries[victim] = (name, content[:at] + data.draw(st.binary(max_size=20)) + content[at + cut :])
    try:
        read_tables(zipped(entries), "g.xlsx")
    except Refused as refusal:
        assert refusal.code.startswith("file_")  # noqa: PT017 -- either outcome is fine

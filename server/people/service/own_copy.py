"""A person's copy of what is held of him: JSON for machines, csv for spreadsheets, a PDF to read, in one zip."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO
from zoneinfo import ZoneInfo

from server.core import json_text
from server.core.files.listing import Section, write_listing
from server.core.files.table_writing import write_csv
from server.core.moments import moment
from server.core.own_data import OwnPart, OwnRow, Value
from server.core.words import NO, YES, Words

OWN_DATA = "own_data"
# More rows of one kind nobody reads on paper; the csv has them all.
ON_PAPER = 200

TITLE = Words("护学岗：您的个人数据", "Huxue: your data")
MARK = Words("{name} · 编号 {number} · {at}", "{name} · number {number} · {at}")
NOTHING = Words("没有记录。", "Nothing.")
MORE = Words("另有 {count} 条，见 csv 文件夹。", "{count} more in the folder csv.")
EXPLAINED = Words(
    "own-data.json：供程序读取。csv：可用表格软件打开。own-data.pdf：供阅读。\n"
    "时间在 JSON 中为世界时，在其他文件中为 {zone}。\n"
    "此文件包含您的个人信息，请妥善保管。\n",
    "own-data.json is for programs, csv for spreadsheets, own-data.pdf to read.\n"
    "Times are UTC in the JSON and {zone} elsewhere.\n"
    "These files hold your personal data: keep them safe.\n",
)


@dataclass(frozen=True, slots=True)
class OwnDataOf:
    """What the job is asked for: whose copy, and in which language."""

    account_id: int
    language: str


@dataclass(slots=True)
class OwnCopy:
    """What was read of one person so far."""

    account_id: int
    name: str
    language: str
    time_zone: str
    at: datetime
    parts: list[tuple[OwnPart, list[OwnRow]]] = field(default_factory=list)

    def write(self, out: IO[bytes], files: Iterable[tuple[str, Iterable[bytes]]] = ()) -> None:
        """Write the zip; ``files`` are those that he sent, each under its name and in pieces."""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", EXPLAINED.of(self.language).format(zone=self.time_zone))
            archive.writestr("own-data.json", json_text.write(self._json()))
            for part, rows in self.parts:
                archive.writestr(f"csv/{part.name}.csv", write_csv(self._table(part, rows)))
            archive.writestr("own-data.pdf", self._pdf())
            for called, content in files:
                with archive.open(called, "w") as inside:
                    inside.writelines(content)

    def _json(self) -> dict[str, object]:
        return {
            "account_id": self.account_id,
            "made_at": moment(self.at),
            **{
                part.name: [dict(zip(part.names(), map(_plain, row.values), strict=True)) for row in rows]
                for part, rows in self.parts
            },
        }

    def _table(self, part: OwnPart, rows: Sequence[OwnRow]) -> Iterator[list[str]]:
        yield self._headings(part)
        for row in rows:
            yield [self._text(value) for value in row.values]

    def _pdf(self) -> bytes:
        at = self.at.astimezone(ZoneInfo(self.time_zone)).strftime("%Y-%m-%d %H:%M")
        mark = MARK.of(self.language).format(name=self.name, number=self.account_id, at=at)
        sections = [
            Section(part.title.of(self.language), self._lines(part, rows)) for part, rows in self.parts
        ]
        return write_listing(TITLE.of(self.language), sections, mark=mark)

    def _lines(self, part: OwnPart, rows: Sequence[OwnRow]) -> list[str]:
        if not rows:
            return [NOTHING.of(self.language)]
        colon, dot = ("：", "；") if self.language != "en" else (": ", "; ")
        lines = [
            dot.join(
                f"{heading}{colon}{self._text(value)}"
                for heading, value in zip(self._headings(part), row.values, strict=True)
                if value is not None
            )
            for row in rows[-ON_PAPER:]
        ]
        if len(rows) > ON_PAPER:
            lines.append(MORE.of(self.language).format(count=len(rows) - ON_PAPER))
        return lines

    def _headings(self, part: OwnPart) -> list[str]:
        return [one.of(self.language) for one in part.headings()]

    def _text(self, value: Value) -> str:
        if isinstance(value, bool):
            return (YES if value else NO).of(self.language)
        if isinstance(value, datetime):
            return value.astimezone(ZoneInfo(self.time_zone)).strftime("%Y-%m-%d %H:%M:%S")
        if isinstance(value, list):
            return " ".join(str(one) for one in value)
        return "" if value is None else str(value)


def _plain(value: Value) -> Value:
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value

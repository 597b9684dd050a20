"""The parts of an xlsx archive, whichever program wrote it: sheets, shared texts, which formats are dates.

Names of parts are compared without regard to letter case and kind of slash, and elements without their namespace, so
that Strict Open XML reads like the transitional kind. Styles count only for whether a number is a date.

``archive.check_archive`` has refused document types, and with them entities, before anything here parses.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_TRUE = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class WorkbookPart:
    """A worksheet that people see: its name, and its part's name in the archive."""

    title: str
    name: str


def local(tag: str) -> str:
    """Give a tag or attribute without its namespace."""
    return tag.rpartition("}")[2]


def decoded(text: str) -> str:
    """Put characters in place of their escapes: ``_x000D_`` is a carriage return, ``_x005F_`` an underscore."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    # Characters beyond U+FFFF are escaped as two halves.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def text_of(element: Element) -> str:
    """Read a text with its runs, without the phonetic hints that stand beside it."""
    parts = []
    for child in element:
        if local(child.tag) == "t":
            parts.append(child.text or "")
        elif local(child.tag) == "r":
            parts += [one.text or "" for one in child if local(one.tag) == "t"]
    return decoded("".join(parts))


class Workbook:
    """An opened workbook; a file without one raises whatever ``zipfile`` and XML say, or ``KeyError``."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(BytesIO(content))
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._archive.infolist():
            self._entries.setdefault(_plain(entry.filename), entry)
        top = self._related("")
        name = next((target for kind, target in top.values() if kind == "officeDocument"), "xl/workbook.xml")
        book = self._tree(name)
        related = self._related(name)
        self.epoch: datetime = WINDOWS_EPOCH
        self.sheets: list[WorkbookPart] = []
        for element in book.iter():
            kind = local(element.tag)
            if kind == "workbookPr" and element.get("date1904", "") in _TRUE:
                self.epoch = MAC_EPOCH
            elif kind == "sheet" and element.get("state", "visible") == "visible":
                self._add_sheet(element, related)
        by_kind = dict(related.values())
        self.texts = self._texts(by_kind.get("sharedStrings"))
        self.date_styles = self._date_styles(by_kind.get("styles"))

    def _add_sheet(self, element: Element, related: Mapping[str, tuple[str, str]]) -> None:
        number = next((value for name, value in element.attrib.items() if local(name) == "id"), "")
        kind, target = related[number]
        # A sheet that is one chart, or a macro of old, has no cells.
        if kind == "worksheet":
            self.sheets.append(WorkbookPart(element.get("name", ""), target))

    def open(self, part: str) -> IO[bytes]:
        """Open a part of the archive by its name."""
        return self._archive.open(self._entries[_plain(part)])

    def size(self, part: str) -> int:
        """Tell how many bytes a part has."""
        return self._entries[_plain(part)].file_size

    def _tree(self, part: str) -> Element:
        with self.open(part) as stream:
            return ET.parse(stream).getroot()  # noqa: S314 - document types are refused before

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Give what a part refers to: by its number the kind and the name of the other part."""
        folder, name = posixpath.split(part)
        list_name = posixpath.join(folder, "_rels", f"{name}.rels")
        if _plain(list_name) not in self._entries:
            return {}
        found = {}
        for one in self._tree(list_name):
            if one.get("TargetMode") != "External":
                target = posixpath.join("/", folder, one.get("Target", "").replace("\\", "/"))
                kind = one.get("Type", "").rpartition("/")[2]
                found[one.get("Id", "")] = kind, posixpath.normpath(target).lstrip("/")
        return found

    def _texts(self, part: str | None) -> list[str]:
        if part is None or _plain(part) not in self._entries:
            return []
        with self.open(part) as stream:
            return list(_shared(stream))

    def _date_styles(self, part: str | None) -> dict[int, bool]:
        """Give the styles of cells whose numbers are dates or times; ``True``: a span of time."""
        if part is None or _plain(part) not in self._entries:
            return {}
        try:
            tree = self._tree(part)
        except ET.ParseError:
            return {}
        formats = dict(BUILTIN_FORMATS)
        for one in tree.iter():
            if local(one.tag) == "numFmt":
                formats[int(one.get("numFmtId", "0"))] = one.get("formatCode", "")
        styles = next((one for one in tree if local(one.tag) == "cellXfs"), None)
        codes = [
            formats.get(int(one.get("numFmtId", "0")), "") for one in (styles if styles is not None else ())
        ]
        return {
            number: is_timedelta_format(code) for number, code in enumerate(codes) if is_date_format(code)
        }


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _shared(stream: IO[bytes]) -> Iterator[str]:
    root: Element | None = None
    for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314 - document types are refused before
        if root is None:
            root = element
        if event == "end" and local(element.tag) == "si":
            yield text_of(element)
            root.clear()

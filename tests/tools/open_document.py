"""Spreadsheets in OpenDocument, as LibreOffice lays them out: each value typed, what repeats written once."""

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from xml.sax.saxutils import escape

NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short if short != "of" else "of:1.2"}:1.0"'
    for short in ("office", "table", "text", "style")
)
MIME_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
STYLES = (
    '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>'
    '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def cell(value: object, **attributes: str) -> str:
    """Write a cell; ``attributes`` are of the table, with ``_`` for ``-``."""
    more = "".join(f' table:{name.replace("_", "-")}="{escape(text)}"' for name, text in attributes.items())
    if value in {"", None}:
        return f"<table:table-cell{more}/>"
    if isinstance(value, int | float):
        kind = f' office:value-type="float" office:value="{value}"'
    else:
        kind = ' office:value-type="string"'
    return f"<table:table-cell{more}{kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def row(*cells: str, repeated: int = 1) -> str:
    """Write a row of written cells."""
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{times}>{''.join(cells)}</table:table-row>"


def sheet(name: str, rows: Iterable[str], *, hidden: bool = False) -> str:
    """Write a sheet of written rows, which ends as each does: with a million empty ones."""
    style = "ta2" if hidden else "ta1"
    end = row('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1_048_000)
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}{end}</table:table>'


def document(*sheets: str, mime_type: str = MIME_TYPE, manifest: str = "") -> bytes:
    """Pack written sheets into a file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mime_type, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES}>'
            f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:spreadsheet>"
            f"{''.join(sheets)}</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def plain_document(content: Mapping[str, Iterable[Iterable[object]]]) -> bytes:
    """Write sheets of plain values."""
    return document(
        *(sheet(name, [row(*map(cell, values)) for values in rows]) for name, rows in content.items())
    )

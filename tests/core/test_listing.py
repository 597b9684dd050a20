"""Lists on paper: what stands in them is there, however many were written before by the same process."""

import pypdfium2
from reportlab.pdfbase import pdfmetrics

from server.core.files.listing import Section, write_listing


def text_of(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def test_each_document_of_a_process_has_its_own_characters() -> None:
    before = len(pdfmetrics._dynFaceNames)
    for title, line in (("样例学校", "护学岗"), ("我的数据", "姓名：测试甲"), ("样例学校", "护学岗")):
        said = text_of(write_listing(title, [Section("账号", [line])], mark="标记 2026"))
        assert all(part in said for part in (title, line, "账号", "标记 2026"))
    assert len(pdfmetrics._dynFaceNames) == before

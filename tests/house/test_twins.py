"""A page in both languages has the same headings in both, each names the other, and no link leads nowhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")]
TWINS = sorted(page for page in PAGES if page.name.endswith(".zh-CN.md"))


def english(chinese: Path) -> Path:
    """Give the English page of a Chinese one."""
    return chinese.with_name(chinese.name.replace(".zh-CN.md", ".md"))


def without_code(page: Path) -> str:
    """Read a page without its blocks of code, where a hash is no heading."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def headings(page: Path) -> list[int]:
    """List the levels of a page's headings in their order."""
    return [len(hashes) for hashes in re.findall(r"^(#+) ", without_code(page), re.MULTILINE)]


def links(page: Path) -> set[str]:
    """List where a page's links lead, those to other sites left out."""
    found = re.findall(r"\]\(([^)\s]+)\)", without_code(page))
    return {link for link in found if not link.startswith(("http://", "https://", "mailto:"))}


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page as GitHub makes them of its headings, and those set by hand."""
    text = without_code(page)
    made = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    return made | set(re.findall(r'<a id="([^"]+)"', text))


def test_the_pages_for_whoever_runs_it_are_there_in_chinese() -> None:
    named = {page.name.removesuffix(".zh-CN.md") for page in TWINS}
    assert {"README", "guide", "security", "operations", "gate-devices", "drills"} <= named
    assert {"joint-response", "sms-webhook"} <= named


@pytest.mark.parametrize("chinese", TWINS, ids=lambda page: page.name)
def test_twins_have_the_same_headings_and_name_each_other(chinese: Path) -> None:
    other = english(chinese)
    assert headings(chinese) == headings(other)
    assert other.name in links(chinese)
    assert chinese.name in links(other)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("page", TWINS, ids=lambda page: page.name)
def test_a_chinese_page_says_where_a_link_leads_to_english(page: Path) -> None:
    """A page under docs/ that has no Chinese twin is marked 英文; the import page is in both languages."""
    text = without_code(page)
    for link, after in re.findall(r"\]\(([^)\s]+)\)(.{0,5})", text.replace("\n", "")):
        target = (page.parent / link.partition("#")[0]).resolve()
        alone = target.suffix == ".md" and not target.name.endswith(".zh-CN.md") and target != english(page)
        if alone and target.name != "import.md":
            assert "英文" in after, f"{link} leads to an English page"

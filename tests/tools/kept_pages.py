"""Writes the tables of what is kept into the pages about security: ``python -m tests.tools.kept_pages``."""

from pathlib import Path

from server.areas import AREAS
from server.config import read_settings
from server.core.kept_data import ForDays, KeptData, Stays
from server.core.own_data import Words

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"security.md": "en", "security.zh-CN.md": "zh-CN"}
BEGIN, END = "<!-- kept: python -m tests.tools.kept_pages -->", "<!-- /kept -->"
GOES = Words("| 数据 | 保存 | 设置 |", "| data | kept | setting |")
STAYS = Words("| 数据 | 为什么保留 |", "| data | why it stays |")
BETWEEN = Words(
    "天数是设置的默认值。\n\n**不会因到期而删除的**，登记之前就要告诉本人：",
    "The numbers in days are the settings' defaults.\n\n**Never deleted by age**, so it has to be said before anybody "
    "registers:",
)


def tables(language: str) -> str:
    """Give both tables in a language, with the settings' defaults."""
    settings = read_settings({"HUXUE_MODE": "demo"})
    goes, stays = [GOES.of(language), "| --- | --- | --- |"], [STAYS.of(language), "| --- | --- |"]
    for kind in AREAS.kept():
        what = kind.what.of(language)
        if isinstance(kind.kept, Stays):
            stays.append(f"| {what} | {kind.kept.why.of(language)} |")
            continue
        told = kind.kept.told(settings) if isinstance(kind.kept, ForDays) else kind.kept.when
        goes.append(f"| {what} | {told.of(language)} | {_settings(kind, language)} |")
    return "\n".join([*goes, "", BETWEEN.of(language), "", *stays])


def _settings(kind: KeptData, language: str) -> str:
    names = kind.kept.settings if isinstance(kind.kept, ForDays) else ()
    return ("、" if language == "zh-CN" else ", ").join(f"`{name}`" for name in names)


def page(text: str, language: str) -> str:
    """Give a page with its tables as they are now."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{tables(language)}\n\n{END}{tail}"


def main() -> None:
    """Write both pages."""
    for name, language in PAGES.items():
        path = DOCS / name
        path.write_text(page(path.read_text(encoding="utf-8"), language), encoding="utf-8")


if __name__ == "__main__":
    main()

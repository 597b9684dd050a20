"""Names that imitate an office."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.access.roles import Category
from server.people.rules.claimed_names import SHOWN_INSTEAD, imitates_office

OWN = ["青禾消防救援站", "第1派出所", "青禾第1小学", "区教育局值班室", "河西街道办"]


@pytest.mark.parametrize(
    "name",
    ["11○", "11◯", "❶①⓿", "١١٠",
     "110", "１１０", "1 1 0", "一一〇", "1-1-0", "报警110", "119", "指挥中心", "区指挥台", "指 挥 中 心", "派出所民警",
     "指揮中心", "報警中心", "管理員", "接警員", "局長", "王所长", "協警", "派岀所", "民瞥", "青禾第1小學", "區教育局",
     "II0", "ІІ0", "么么零", "丨丨0", "11О", "рolice", "Pоlice", "ᴘolice", "p0lice", "po1ice", "Pölice", "adm1n",
     "Police", "ＰＯＬＩＣＥ", "Admin", "河西街道办", "河西街道", "河西街道办老王", "青禾第1小学", "青禾第1小"],
)  # fmt: skip
def test_what_sounds_like_an_office_is_claimed(name: str) -> None:
    assert imitates_office(name, OWN)


@pytest.mark.parametrize(
    "name",
    [
        "王小明",
        "阿依古丽·买买提",
        "欧阳一一",
        "张青禾",
        "Li Wei",
        "测试11",
        "测试1100",
        "李河",
        "张一二",
        "𠮷野",
        "王华",
        "王華",
        "Julio",
        "Lionel Elliot",
        "Ilona Li",
        "Виолета Илиева",
        "么红",
        "李学长",
    ],
)
def test_a_person_is_none(name: str) -> None:
    assert not imitates_office(name, OWN)


@given(name=st.text(), offices=st.lists(st.text()))
def test_any_text_is_judged(name: str, offices: list[str]) -> None:
    assert imitates_office(name, offices) in (True, False)


def test_each_category_has_words_to_show_instead() -> None:
    assert set(SHOWN_INSTEAD) == set(Category)
    assert not any(imitates_office(words, []) for words in set(SHOWN_INSTEAD.values()) - {"民警"})

"""What people type, paste and import."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.typed_text import NotMobile, is_invisible, mobile_of, normalized, post_code_of, visible

NOBODY_SEES = "\u200b\u2060\ufeff\u00ad\u2028\u2029\u3164\u202a\u202c\u2066\u200e\u115f\u2800\u034f"
WIDE = str.maketrans("0123456789+-", "０１２３４５６７８９＋－")
numbers = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
before = st.sampled_from(
    ["", "+86", "86", "0086", "+86 ", "86-", "(+86)", "+0086", "tel:+86-", "0", " ", "+86\u00a0"]
)
between = st.text(
    st.sampled_from([*NOBODY_SEES, " ", "-", "\u3000", "\u2013", "\u2212", "\u00a0"]), max_size=3
)


@given(number=numbers, prefix=before, marks=st.lists(between, min_size=3, max_size=3), wide=st.booleans())
def test_a_mobile_number_is_its_eleven_digits_however_it_came(
    number: str, prefix: str, marks: list[str], wide: bool
) -> None:
    first, second, end = marks
    text = f"{prefix}{number[:3]}{first}{number[3:7]}{second}{number[7:]}{end}"
    assert mobile_of(text.translate(WIDE) if wide else text) == number


@given(number=numbers)
def test_what_spreadsheets_make_of_it(number: str) -> None:
    assert mobile_of(f"{number}.0") == mobile_of(f"{number}.") == number
    assert mobile_of(f"{number[0]}.{number[1:]}E10") == mobile_of(f"{number[0]}.{number[1:]}e+10") == number
    assert mobile_of("1.39E10") == "13900000000"


@pytest.mark.parametrize(
    "text",
    ["0551-12345678", "055112345678", "+86 551 12345678", "86-0551-12345678", "010 12345678", "62345678",
     "6234567", "400-123-4567", "８００ 1234567", "(0551)1234567", "0086 21 12345678"],
)  # fmt: skip
def test_a_landline_has_a_word_of_its_own(text: str) -> None:
    with pytest.raises(NotMobile) as refused:
        mobile_of(text)
    assert refused.value.code == "landline"


@pytest.mark.parametrize(
    "text",
    ["", "1390000000", "139000000000", "13900000000a", "a13900000000", "13900000000,13900000001", "110",
     "13900000000.5", "1.39E9", "1.39E99", "+1 13900000000", "²3900000000", "1390000000E", "1.39E+10",
     "٣١٣٩٠٠٠٠٠٠٠", "+"],
)  # fmt: skip
def test_what_is_no_number_is_bad(text: str) -> None:
    with pytest.raises(NotMobile) as refused:
        mobile_of(text)
    assert refused.value.code == "bad_phone"


@given(text=st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        found = mobile_of(text)
    except NotMobile as refused:
        found, code = "19900000000", refused.code
    else:
        code = "bad_phone"
    assert mobile_of(found) == found
    assert code in {"bad_phone", "landline"}


@given(
    words=st.lists(st.text(st.sampled_from("王小明ab"), min_size=1), min_size=1, max_size=3), data=st.data()
)
def test_nobody_sees_is_taken_away_and_blanks_are_one_space(words: list[str], data: st.DataObject) -> None:
    hidden = st.text(st.sampled_from(NOBODY_SEES), max_size=3)
    text = "\u3000 ".join(data.draw(hidden) + word + data.draw(hidden) for word in words)
    assert visible(f" {text}\u00a0") == " ".join(words)
    assert visible(NOBODY_SEES) == ""


def test_letters_of_any_script_are_seen() -> None:
    for text in ("王小明", "𠮷野", "阿依古丽·买买提", "ئايگۈل", "Zoë O'Neill", "\U00030000"):
        assert visible(text) == text
        assert not any(is_invisible(one) for one in text)


@given(code=st.from_regex(r"[0-9A-Z]{4,20}", fullmatch=True))
def test_the_code_of_a_post_in_any_case_and_width(code: str) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) for one in code)
    for text in (code, code.lower(), wide, f"\u200b{code[:2]} {code[2:]}\u202c", f" {code}\n"):
        assert post_code_of(text) == code


@given(text=st.text(max_size=200))
def test_what_somebody_types_is_normalized(text: str) -> None:
    assert normalized(text) == unicodedata.normalize("NFKC", text)
    assert normalized(text, "NFC") == unicodedata.normalize("NFC", text)

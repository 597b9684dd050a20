"""Passwords that are tried first."""

import pytest

from server.people.rules.password_guessing import tried_early


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password123!",
        "P@ssw0rd1234",
        "1234567890",
        "0987654321",
        "qwertyuiop",
        "1qaz2wsx3edc",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "woaini1314",
        "5201314520",
        "iloveyou123",
        "19900101199",
        "huxue123456",
    ],
)
def test_what_everybody_tries_first_is_known(password: str) -> None:
    assert tried_early(password)


@pytest.mark.parametrize(
    "password", ["invented-password-1", "vier lampen im wald", "kH7#tq9ZpL", "校门口的三棵梧桐树开花了"]
)
def test_what_nobody_tries_early_is_let_be(password: str) -> None:
    assert not tried_early(password)


def test_words_of_the_account_are_tried_first() -> None:
    assert not tried_early("qingchuan-lu-2211")
    assert tried_early("qingchuan-lu-2211", about=["Qingchuan-Lu-2211"])
    assert tried_early("chengdong2026", about=["chengdong"])


def test_a_very_long_one_is_judged_by_its_beginning() -> None:
    assert not tried_early("fluss " + "x7Kq" * 5_000)

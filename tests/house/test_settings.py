"""Settings are checked at start, and their page is made from the one table."""

from pathlib import Path

import pytest

from server.config import SETTINGS, BadSetting, read_settings, settings_page

ROOT = Path(__file__).parents[2]
GOOD = {"HUXUE_SECRET_KEY": "x" * 32, "HUXUE_PUBLIC_URL": "https://huxue.example"}


def test_the_page_is_current() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    assert page == settings_page(), "make it anew with: flask --app wsgi settings > docs/settings.md"


def test_production_needs_a_secret_key_and_says_how_to_make_one() -> None:
    with pytest.raises(BadSetting, match=r"HUXUE_SECRET_KEY.*token_urlsafe"):
        read_settings({**GOOD, "HUXUE_SECRET_KEY": ""})
    assert len(read_settings({"HUXUE_MODE": "demo"}).secret_key) >= 32


def test_production_needs_https() -> None:
    with pytest.raises(BadSetting, match="HUXUE_PUBLIC_URL"):
        read_settings({**GOOD, "HUXUE_PUBLIC_URL": "http://huxue.example"})


def test_a_wrong_value_and_an_unknown_name_are_refused_by_name() -> None:
    with pytest.raises(BadSetting, match="HUXUE_PORT='99999'"):
        read_settings({**GOOD, "HUXUE_PORT": "99999"})
    with pytest.raises(BadSetting, match="HUXUE_PROT"):
        read_settings({**GOOD, "HUXUE_PROT": "8000"})


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_a_sentence_and_a_default_that_can_be_read(name: str) -> None:
    setting = SETTINGS[name]
    assert setting.sentence.endswith((".", ":"))
    assert setting.variable == f"HUXUE_{name.upper()}"
    setting.read(setting.default)


def test_the_numbers_of_the_rules_come_from_the_settings() -> None:
    rules = read_settings({**GOOD, "HUXUE_GRACE_MINUTES": "9", "HUXUE_ANSWER_WITHIN_S": "20"}).rules()
    assert (rules.window.grace_minutes, rules.dispatch.answer_within_s) == (9, 20)

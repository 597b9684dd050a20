"""Settings are checked at start, and their page is made from the one table."""

import re
from pathlib import Path

import pytest

from server.alarm.rules.alarm import AlarmLimits
from server.alarm.rules.needs import DispatchLimits
from server.calendar.rules import Window
from server.config import SETTINGS, BadSetting, read_settings, settings_page
from server.core.limits import Limits
from server.duty.rules.trust import TrustLimits
from server.people.rules.sign_in import SignInLimits
from server.places.rules.post_codes import CodeLimits
from server.places.rules.staffing import SecuritySteps

ROOT = Path(__file__).parents[2]
GOOD = {
    "HUXUE_PUBLIC_URL": "https://huxue.example",
    "HUXUE_DATABASE_URL": "sqlite:////var/lib/huxue/huxue.db",
}


def test_the_page_is_current() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    assert page == settings_page(), "make it anew with: make settings"


def test_production_needs_https() -> None:
    with pytest.raises(BadSetting, match="HUXUE_PUBLIC_URL"):
        read_settings({**GOOD, "HUXUE_PUBLIC_URL": "http://huxue.example"})


def test_a_wrong_value_and_an_unknown_name_are_refused_by_name() -> None:
    with pytest.raises(BadSetting, match="HUXUE_PORT='99999'"):
        read_settings({**GOOD, "HUXUE_PORT": "99999"})
    with pytest.raises(BadSetting, match="HUXUE_PROT"):
        read_settings({**GOOD, "HUXUE_PROT": "8000"})


@pytest.mark.parametrize(
    "url",
    [
        "postgres://huxue:geheim@db/huxue",
        "mysql://huxue:geheim@db/huxue",
        "postgresql://huxue:geheim@db/huxue",
        "postgresql+psycopg://huxue:geheim@db:port/huxue",
        "var/geheim.db",
        "sqlite://",
    ],
)
def test_a_database_of_another_kind_is_refused_and_its_password_not_shown(url: str) -> None:
    with pytest.raises(
        BadSetting, match=r"HUXUE_DATABASE_URL: must be sqlite:///PATH or postgresql"
    ) as refused:
        read_settings({**GOOD, "HUXUE_DATABASE_URL": url})
    assert "geheim" not in str(refused.value)


def test_production_names_its_database() -> None:
    with pytest.raises(BadSetting, match="HUXUE_DATABASE_URL is required"):
        read_settings({"HUXUE_PUBLIC_URL": "https://huxue.example"})


@pytest.mark.parametrize("alone", ["HUXUE_CERTIFICATE", "HUXUE_CERTIFICATE_KEY"])
def test_a_certificate_and_its_key_come_together(alone: str) -> None:
    with pytest.raises(BadSetting, match="set both or none"):
        read_settings({**GOOD, alone: "/etc/ssl/huxue"})


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_a_sentence_and_a_default_that_can_be_read(name: str) -> None:
    setting = SETTINGS[name]
    assert setting.sentence.endswith((".", ":"))
    assert setting.variable == f"HUXUE_{name.upper()}"
    setting.read(setting.default)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_page_says_truly_what_is_allowed(name: str) -> None:
    setting = SETTINGS[name]
    if bounds := re.fullmatch(r"(\d+) to (\d+)", setting.read.allowed):
        low, high = int(bounds[1]), int(bounds[2])
        assert (setting.read(str(low)), setting.read(str(high))) == (low, high)
        for outside in (low - 1, high + 1):
            with pytest.raises(ValueError, match=f"between {low} and {high}"):
                setting.read(str(outside))
    elif re.fullmatch(r"`\w+`(, `\w+`)+", setting.read.allowed):
        for word in re.findall(r"\w+", setting.read.allowed):
            setting.read(word)
        with pytest.raises(ValueError, match=r"one of|0 or 1"):
            setting.read("neither")


NUMBERS = {
    "HUXUE_OPENS_BEFORE_MINUTES": (Window, "opens_before_minutes", 31),
    "HUXUE_GRACE_MINUTES": (Window, "grace_minutes", 9),
    "HUXUE_CHECK_OUT_BEFORE_MINUTES": (Window, "check_out_before_minutes", 11),
    "HUXUE_CLOSE_AFTER_MINUTES": (Window, "close_after_minutes", 31),
    "HUXUE_QUEUED_MAX_AGE_H": (Window, "queued_max_age_h", 25),
    "HUXUE_HIGHEST_SPEED_M_S": (TrustLimits, "highest_speed_m_s", 51),
    "HUXUE_STALE_CODE_DAYS": (CodeLimits, "stale_code_days", 15),
    "HUXUE_SECURITY_EACH_FURTHER": (SecuritySteps, "security_each_further", 400),
    "HUXUE_ANSWER_WITHIN_S": (DispatchLimits, "answer_within_s", 20),
    "HUXUE_FLOOR_HEADS": (DispatchLimits, "floor_heads", 2),
    "HUXUE_ON_SPOT_M": (DispatchLimits, "on_spot_m", 51),
    "HUXUE_ACKNOWLEDGE_TARGET_S": (AlarmLimits, "acknowledge_s", 61),
    "HUXUE_NEIGHBOUR_TARGET_S": (AlarmLimits, "neighbour_s", 181),
    "HUXUE_POLICE_TARGET_S": (AlarmLimits, "police_s", 301),
    "HUXUE_JOIN_WITHIN_S": (AlarmLimits, "join_within_s", 61),
    "HUXUE_CODE_TRIES": (SignInLimits, "code_tries", 6),
    "HUXUE_CODES_PER_HOUR": (SignInLimits, "codes_per_hour", 6),
}


@pytest.mark.parametrize("variable", NUMBERS)
def test_each_number_of_the_rules_comes_from_its_setting(variable: str) -> None:
    kind, name, value = NUMBERS[variable]
    changed = read_settings({**GOOD, variable: str(value)}).limits()
    usual = read_settings(GOOD).limits()
    assert getattr(changed[kind], name) == value
    assert getattr(usual[kind], name) == getattr(Limits()[kind], name), "its default is the rule's own"


def test_the_age_of_a_place_is_one_for_the_choice_and_for_the_alarm_itself() -> None:
    limits = read_settings({**GOOD, "HUXUE_FIX_MAX_AGE_S": "99"}).limits()
    assert (limits[DispatchLimits].fix_max_age_s, limits[AlarmLimits].oldest_fix_s) == (99, 99)


def test_targets_that_do_not_rise_are_refused() -> None:
    with pytest.raises(BadSetting, match="HUXUE_NEIGHBOUR_TARGET_S"):
        read_settings({**GOOD, "HUXUE_NEIGHBOUR_TARGET_S": "30"})


def test_every_setting_that_the_sources_name_exists() -> None:
    named = set(re.findall(r"HUXUE_[A-Z_]+", (ROOT / "docs" / "sources.md").read_text()))
    assert len(named) > 15
    assert named <= {setting.variable for setting in SETTINGS.values()}


@pytest.mark.parametrize(
    ("variable", "text", "says"),
    [
        ("HUXUE_ALARM_TEXT", "{place} {who} {link}", r"\{who\} is unknown; only \{signature\}, \{place\}"),
        ("HUXUE_ALARM_TEXT", "{place.name} {link}", "unknown"),
        ("HUXUE_ALARM_TEXT", "{} {link}", "unknown"),
        ("HUXUE_ALARM_TEXT", "{link!r}", "unknown"),
        ("HUXUE_ALARM_TEXT", "{place} {kind}", r"\{link\} is missing"),
        ("HUXUE_ALARM_TEXT", "{place} {link", "brace"),
        ("HUXUE_DRILL_TEXT", "{place} {kind} {link}", "演练 is missing"),
        ("HUXUE_TEST_TEXT", "{signature}通道", "测试 is missing"),
        ("HUXUE_JOINT_TEXT", "{place}", r"\{link\} is missing"),
        ("HUXUE_SMS_TEXT", "{minutes}", r"\{code\} is missing"),
        ("HUXUE_SMS_SIGNATURE", "护学", "in 【】"),
        ("HUXUE_SMS_SIGNATURE", "【护{学】", "in 【】"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_refused_at_start(variable: str, text: str, says: str) -> None:
    with pytest.raises(BadSetting, match=f"^{variable}.*{says}"):
        read_settings({**GOOD, variable: text})

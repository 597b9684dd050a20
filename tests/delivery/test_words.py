"""What leaves the house is what was registered with the gateway: each text and the signature are settings."""

import json

import pytest

from server.config import read_settings
from server.delivery.channels.words import facts_of, text_of

BASE = {
    "HUXUE_PUBLIC_URL": "https://huxue.example",
    "HUXUE_DATABASE_URL": "sqlite:////var/lib/huxue/huxue.db",
}

CALL = {"alarm_id": 7, "kind": "fire", "place": "青禾{小学} 南门", "page": "/respond/7", "drill": False}
UNIT = {"kind": None, "place": "南门", "part": "lead", "token": "abc", "drill": False}
UNUSED = {"closes_on": "2027-01-05", "months": 12, "page": "/"}
LINE = {"date": "2026-12-01", "peak": "morning_arrival", "starts": "07:20", "place": "南门"}
NUDGE = {"place": "青禾{小学} 南门", "starts": "07:20", "page": "/"}
CHANGE = {"given": [LINE], "taken": [LINE | {"starts": "08:00"}], "more": 3, "page": "/duties"}
TEST = {"test_id": 3, "page": "/console"}
SETTINGS = {
    "HUXUE_SMS_SIGNATURE": "【青禾公安】",
    "HUXUE_SMS_TEXT": "{signature}{code}",
    "HUXUE_ALARM_TEXT": "{signature}模板一：{kind}/{place}/{link}",
    "HUXUE_DRILL_TEXT": "{link} 演练 {kind}{signature}",
    "HUXUE_TEST_TEXT": "{signature}测试{{1}}",
    "HUXUE_UNUSED_TEXT": "{signature}{months}/{date}/{link}",
    "HUXUE_DUTY_TEXT": "{signature}{changes}/{link}",
    "HUXUE_NUDGE_TEXT": "{signature}{place}/{time}/{link}",
    "HUXUE_REMIND_TEXT": "{signature}{duties}/{link}",
    "HUXUE_STAND_IN_TEXT": "{signature}{duty}/{link}",
    "HUXUE_JOINT_TEXT": "{part} {link}{signature}",
}


@pytest.mark.parametrize(
    ("purpose", "body", "text"),
    [
        ("sign_in_code", "123456", "【青禾公安】123456"),
        (
            "alarm_call",
            json.dumps(CALL),
            "【青禾公安】模板一：火情/青禾{小学} 南门/https://huxue.example/respond/7",
        ),
        (
            "alarm_call",
            json.dumps(CALL | {"drill": True, "kind": None}),
            "https://huxue.example/respond/7 演练 情况未明【青禾公安】",
        ),
        ("channel_test", json.dumps(TEST), "【青禾公安】测试{1}"),
        ("unused_notice", json.dumps(UNUSED), "【青禾公安】12/2027年1月5日/https://huxue.example/"),
        (
            "duty_change",
            json.dumps(CHANGE),
            "【青禾公安】新增12月1日 07:20 早高峰（南门）；取消12月1日 08:00 早高峰（南门）；另有 3 个/https://huxue.example/duties",
        ),
        ("duty_nudge", json.dumps(NUDGE), "【青禾公安】青禾{小学} 南门/07:20/https://huxue.example/"),
        (
            "stand_in_offer",
            json.dumps({"duty": LINE, "page": "/duties"}),
            "【青禾公安】12月1日 07:20 早高峰（南门）/https://huxue.example/duties",
        ),
        (
            "duty_reminder",
            json.dumps({"duties": [LINE], "more": 1, "page": "/duties"}),
            "【青禾公安】12月1日 07:20 早高峰（南门）、另有 1 个/https://huxue.example/duties",
        ),
        ("joint_task", json.dumps(UNIT), "牵头 https://huxue.example/j/abc【青禾公安】"),
    ],
)
def test_every_text_is_the_settings(purpose: str, body: str, text: str) -> None:
    assert text_of(purpose, body, read_settings(BASE | SETTINGS)) == text


@pytest.mark.parametrize("signature", ["【护学】", ""])
def test_the_signature_comes_first_or_not_at_all(signature: str) -> None:
    settings = read_settings(BASE | {"HUXUE_SMS_SIGNATURE": signature})
    bodies = {"sign_in_code": "1", "alarm_call": json.dumps(CALL), "joint_task": json.dumps(UNIT)}
    bodies |= {"unused_notice": json.dumps(UNUSED), "duty_change": json.dumps(CHANGE)}
    bodies |= {"duty_nudge": json.dumps(NUDGE)}
    bodies |= {"duty_reminder": json.dumps({"duties": [LINE], "more": 0, "page": "/duties"})}
    for purpose, body in (bodies | {"channel_test": json.dumps(TEST)}).items():
        text = text_of(purpose, body, settings)
        assert text.startswith(signature)
        assert text.count("【护学】") == bool(signature)


def test_a_text_of_ones_own_keeps_its_own_signature() -> None:
    """As it was set before there was a setting for the signature."""
    settings = read_settings(BASE | {"HUXUE_SMS_TEXT": "【旧签名】{code}"})
    assert text_of("sign_in_code", "1", settings) == "【旧签名】1"


def test_a_push_says_the_same_as_ever() -> None:
    facts = facts_of("alarm_call", json.dumps(CALL), read_settings(BASE | SETTINGS))
    assert (facts["title"], facts["line"]) == ("一键报警：火情", CALL["place"])

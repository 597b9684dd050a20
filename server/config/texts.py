"""What leaves the house by SMS and in chat rooms. Gateways on the mainland let through what is registered alone."""

import re
from string import Formatter

from server.config.reading import Reader, Setting, switch

_PLACE, _KIND, _LINK = "{place}", "{kind}", "{link}"


def _signature(value: str) -> str:
    """Read what stands in 【】 and names the sender; empty where the gateway puts it there itself."""
    if value and not re.fullmatch(r"【[^【】{}]{1,20}】", value):
        raise ValueError("1 to 20 characters in 【】, or empty")
    return value


def text_with(*known: str, needs: str = "", marked: str = "") -> Reader:
    """Make a reader of texts in which only ``known`` names may stand in braces and ``needs`` must; so must a mark."""
    every = ("{signature}", *known)

    def read(value: str) -> str:
        try:
            parts = list(Formatter().parse(value))
        except ValueError as why:
            raise ValueError("a brace has no partner; {{ and }} stand for braces") from why
        for _before, name, form, conversion in parts:
            if name is not None and (f"{{{name}}}" not in every or form or conversion):
                raise ValueError(f"{{{name}}} is unknown; only {', '.join(every)} may stand in braces")
        if needs and needs[1:-1] not in {name for _before, name, _form, _conversion in parts}:
            raise ValueError(f"{needs} is missing")
        if marked not in value:
            raise ValueError(f"{marked} is missing: nobody may take it for a real call")
        return value

    return Reader(
        " and ".join(filter(None, (needs and f"with `{needs}`", marked and f"with {marked}"))), read
    )


_signature_reader = Reader("1 to 20 characters in 【】", _signature)
_CALL_NAMES = "`{signature}`, `{place}`, `{kind}` and `{link}` are filled in."

TEXTS: dict[str, Setting] = {
    "sms_signature": Setting(
        "HUXUE_SMS_SIGNATURE",
        "text",
        "【护学】",
        "The signature that is registered with the SMS gateway, in 【】: it takes the place of `{signature}` in the "
        "texts; empty where the gateway adds it.",
        _signature_reader,
    ),
    "sms_text": Setting(
        "HUXUE_SMS_TEXT",
        "text",
        "{signature}验证码 {code}，{minutes} 分钟内有效，请勿告诉他人。",
        "The SMS with a one-time code; `{signature}`, `{code}` and `{minutes}` are filled in.",
        text_with("{code}", "{minutes}", needs="{code}"),
    ),
    "alarm_text": Setting(
        "HUXUE_ALARM_TEXT",
        "text",
        "{signature}{place} 一键报警：{kind}。请打开 {link} 回复是否前往。",
        f"The SMS and the words in a chat room that call to an alarm; {_CALL_NAMES}",
        text_with(_PLACE, _KIND, _LINK, needs=_LINK),
    ),
    "covert_press": Setting(
        "HUXUE_COVERT_PRESS",
        "0 or 1",
        "0",
        "With 1, three taps on the heading of a phone page raise an alarm without sound, light or change of the page.",
        switch,
    ),
    "drill_text": Setting(
        "HUXUE_DRILL_TEXT",
        "text",
        "{signature}【演练】{place} 一键报警：{kind}。请打开 {link} 回复是否前往。",
        f"The same of a drill, which is only shown and never sent; it must say 演练. {_CALL_NAMES}",
        text_with(_PLACE, _KIND, _LINK, needs=_LINK, marked="演练"),
    ),
    "test_text": Setting(
        "HUXUE_TEST_TEXT",
        "text",
        "{signature}【测试】通道测试：收到说明通道可用，不用处理。",
        "The words of a test of a way out; it must say 测试. `{signature}` is filled in.",
        text_with(marked="测试"),
    ),
    "unused_text": Setting(
        "HUXUE_UNUSED_TEXT",
        "text",
        "{signature}您的护学岗账号 {months} 个月没有使用，{date} 将关闭。如需保留，请在此之前打开 {link} 登录一次。",
        "The SMS to somebody whose account closes because nobody used it; `{signature}`, `{months}`, `{date}` and "
        "`{link}` are filled in.",
        text_with("{months}", "{date}", _LINK, needs="{date}"),
    ),
    "duty_text": Setting(
        "HUXUE_DUTY_TEXT",
        "text",
        "{signature}您的护学值守班次有变动：{changes}。请打开 {link} 查看。",
        "The SMS to somebody whose published duties changed; `{signature}`, `{changes}` and `{link}` are filled in.",
        text_with("{changes}", _LINK, needs=_LINK),
    ),
    "nudge_text": Setting(
        "HUXUE_NUDGE_TEXT",
        "text",
        "{signature}{place} {time} 已开始值守，还没有您的签到，请尽快到岗扫码；来不了请告知带班领导。{link}",
        "The SMS to somebody who is expected at a post and has not come; `{signature}`, `{place}`, `{time}` and "
        "`{link}` are filled in.",
        text_with(_PLACE, "{time}", _LINK, needs=_PLACE),
    ),
    "remind_text": Setting(
        "HUXUE_REMIND_TEXT",
        "text",
        "{signature}值守提醒：{duties}。请打开 {link} 回答“我会到岗”或“我不能到岗”。",
        "The SMS that reminds somebody of his duties; `{signature}`, `{duties}` and `{link}` are filled in.",
        text_with("{duties}", _LINK, needs=_LINK),
    ),
    "stand_in_text": Setting(
        "HUXUE_STAND_IN_TEXT",
        "text",
        "{signature}有人来不了，请您顶班：{duty}。能来请打开 {link} 点“我来顶班”，先点先得。",
        "The SMS that asks somebody to take a duty over; `{signature}`, `{duty}` and `{link}` are filled in.",
        text_with("{duty}", _LINK, needs=_LINK),
    ),
    "swap_text": Setting(
        "HUXUE_SWAP_TEXT",
        "text",
        "{signature}换班没有成：{duty}仍由原来的人值守。详见 {link}",
        "The SMS about a swap that does not come about; `{signature}`, `{duty}` and `{link}` are filled in.",
        text_with("{duty}", _LINK, needs=_LINK),
    ),
    "lend_text": Setting(
        "HUXUE_LEND_TEXT",
        "text",
        "{signature}{place} 缺人，离您约 {meters} 米，请您支援。去不去请打开 {link} 回答。",
        "The SMS to somebody on duty who is asked to go to another post; `{signature}`, `{place}`, `{meters}` and "
        "`{link}` are filled in.",
        text_with(_PLACE, "{meters}", _LINK, needs=_LINK),
    ),
    "joint_text": Setting(
        "HUXUE_JOINT_TEXT",
        "text",
        "{signature}{place} 一键报警：{kind}。贵单位为{part}单位，请点开 {link} 回复，{hours} 小时内有效。",
        "The SMS to a unit of the joint response; `{signature}`, `{place}`, `{kind}`, `{part}`, `{link}` and `{hours}` "
        "are filled in, and a drill's begins with 【演练】.",
        text_with(_PLACE, _KIND, "{part}", _LINK, "{hours}", needs=_LINK),
    ),
}

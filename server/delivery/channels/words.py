"""What leaves the house: the texts for people, and the facts for programs. In Chinese: receivers have no setting."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256

from server.core.exports import PEAKS
from server.delivery.channels.settings import ChannelSettings
from server.delivery.rules.bodies import (
    AlarmCallBody,
    ChannelTestBody,
    DutyChangeBody,
    DutyLine,
    DutyNudgeBody,
    DutyReminderBody,
    JointTaskBody,
    LendBody,
    StandInOfferBody,
    SwapOffBody,
    UnusedNoticeBody,
)

KINDS = {
    "intruder": "有人闯入或施暴",
    "fight": "打架斗殴",
    "traffic": "交通事故",
    "medical": "急病受伤",
    "fire": "火情",
    "missing_child": "学生走失",
    "crowding": "拥挤",
    "suspicious": "可疑人员或车辆",
    "other": "其他情况",
}
COVERT = "（隐蔽报警，不要回拨、不要出声）"
PARTS = {"lead": "牵头", "support": "配合"}


def text_of(purpose: str, body: str, settings: ChannelSettings) -> str:
    """Write the text of a message; an unknown purpose raises ``KeyError``."""
    if purpose in MADE:
        return str(facts_of(purpose, body, settings)["text"])
    if purpose == "joint_task":
        return _joint_task(body, settings)
    return {"sign_in_code": settings.sms_text}[purpose].format(
        signature=settings.sms_signature, code=body, minutes=settings.code_minutes
    )


def facts_of(purpose: str, body: str, settings: ChannelSettings) -> dict[str, object]:
    """Give what a message says as facts, its text among them; nothing of a person is in them.

    An unknown purpose raises ``KeyError``.
    """
    return MADE[purpose](body, settings)


def mark_of(reference: str) -> str:
    """Give a short mark of a message, by which a reader knows a text that came twice."""
    return sha256(reference.encode()).hexdigest()[:6]


def _alarm_call(body: str, settings: ChannelSettings) -> dict[str, object]:
    facts: AlarmCallBody = json.loads(body)
    url = f"{settings.public_url}{facts['page']}"
    text = settings.drill_text if facts.get("drill") else settings.alarm_text
    kind = KINDS.get(str(facts["kind"]), "情况未明")
    covert = bool(facts.get("covert"))
    marked = ("【演练】" if facts.get("drill") else "") + ("【隐蔽】" if covert else "")
    # In the place of a text's place: gateways let through what is registered alone, and its places are blanks.
    place = f"{facts['place']}{COVERT}" if covert else facts["place"]
    return {
        "purpose": "alarm_call",
        "page": facts["page"],
        "url": url,
        "alarm_id": facts["alarm_id"],
        "kind": facts["kind"],
        "place": facts["place"],
        "drill": bool(facts.get("drill")),
        "covert": covert,
        "silent": bool(facts.get("silent")),
        "test": False,
        "title": f"{marked}一键报警：{kind}",
        "line": place,
        "text": text.format(signature=settings.sms_signature, place=place, kind=kind, link=url),
    }


def _channel_test(body: str, settings: ChannelSettings) -> dict[str, object]:
    facts: ChannelTestBody = json.loads(body)
    return {
        "purpose": "channel_test",
        "page": facts["page"],
        "url": f"{settings.public_url}{facts['page']}",
        "test_id": facts["test_id"],
        "drill": False,
        "test": True,
        "title": "【测试】通道测试",
        "line": "收到说明通道可用，不用处理。",
        "text": settings.test_text.format(signature=settings.sms_signature),
    }


def _unused_notice(body: str, settings: ChannelSettings) -> dict[str, object]:
    facts: UnusedNoticeBody = json.loads(body)
    year, month, day = (int(part) for part in facts["closes_on"].split("-"))
    when, url = f"{year}年{month}月{day}日", f"{settings.public_url}{facts['page']}"
    return {
        "purpose": "unused_notice",
        "page": facts["page"],
        "url": url,
        "drill": False,
        "test": False,
        "title": f"账号将于 {when} 关闭",
        "line": f"{facts['months']} 个月没有使用。登录一次即可保留。",
        "text": settings.unused_text.format(
            signature=settings.sms_signature, months=facts["months"], date=when, link=url
        ),
    }


def _duty_change(body: str, settings: ChannelSettings) -> dict[str, object]:
    facts: DutyChangeBody = json.loads(body)
    url = f"{settings.public_url}{facts['page']}"
    parts = [f"{what}{'、'.join(map(_duty, lines))}" for what, lines in _changes(facts) if lines]
    changes = "；".join([*parts, *([f"另有 {facts['more']} 个"] if facts["more"] else [])])
    return {
        "purpose": "duty_change",
        "page": facts["page"],
        "url": url,
        "drill": False,
        "test": False,
        "title": "班次有变动",
        "line": f"{changes}。",
        "text": settings.duty_text.format(signature=settings.sms_signature, changes=changes, link=url),
    }


def _duty_reminder(body: str, settings: ChannelSettings) -> dict[str, object]:
    facts: DutyReminderBody = json.loads(body)
    url = f"{settings.public_url}{facts['page']}"
    more = [f"另有 {facts['more']} 个"] if facts["more"] else []
    duties = "、".join([*map(_duty, facts["duties"]), *more])
    return {
        "purpose": "duty_reminder",
        "page": facts["page"],
        "url": url,
        "drill": False,
        "test": False,
        "title": "值守提醒：您会到岗吗？",
        "line": f"{duties}。请点开回答。",
        "text": settings.remind_text.format(signature=settings.sms_signature, duties=duties, link=url),
    }


def _stand_in_offer(body: str, settings: ChannelSettings) -> dict[str, object]:
    facts: StandInOfferBody = json.loads(body)
    url, duty = f"{settings.public_url}{facts['page']}", _duty(facts["duty"])
    return {
        "purpose": "stand_in_offer",
        "page": facts["page"],
        "url": url,
        "drill": False,
        "test": False,
        "title": "请您顶班",
        "line": f"{duty}。能来请点开，先点先得。",
        "text": settings.stand_in_text.format(signature=settings.sms_signature, duty=duty, link=url),
    }


def _duty_lend(body: str, settings: ChannelSettings) -> dict[str, object]:
    facts: LendBody = json.loads(body)
    url = f"{settings.public_url}{facts['page']}"
    return {
        "purpose": "duty_lend",
        "page": facts["page"],
        "url": url,
        "drill": False,
        "test": False,
        "title": "附近岗位缺人，请您支援",
        "line": f"{facts['place']}，约 {facts['meters']} 米。请点开回答去不去。",
        "text": settings.lend_text.format(
            signature=settings.sms_signature, place=facts["place"], meters=facts["meters"], link=url
        ),
    }


def _swap_off(body: str, settings: ChannelSettings) -> dict[str, object]:
    facts: SwapOffBody = json.loads(body)
    url, duty = f"{settings.public_url}{facts['page']}", _duty(facts["duty"])
    line = f"{duty}仍由原来的人值守。"
    text = settings.swap_text.format(signature=settings.sms_signature, duty=duty, link=url)
    if facts.get("withdrawn"):
        line = f"{duty}已从排班中取消，不用再换。"
        text = settings.duty_text.format(
            signature=settings.sms_signature, changes=f"取消（换班不再进行）{duty}", link=url
        )
    return {
        "purpose": "swap_off",
        "page": facts["page"],
        "url": url,
        "drill": False,
        "test": False,
        "title": "换班没有成",
        "line": line,
        "text": text,
    }


def _changes(facts: DutyChangeBody) -> tuple[tuple[str, list[DutyLine]], ...]:
    return ("新增", facts["given"]), ("取消", facts["taken"])


def _duty(line: DutyLine) -> str:
    _year, month, day = (int(part) for part in line["date"].split("-"))
    peak = PEAKS[line["peak"]].zh if line["peak"] in PEAKS else ""
    return f"{month}月{day}日 {line['starts']} {peak}（{line['place']}）"


def _duty_nudge(body: str, settings: ChannelSettings) -> dict[str, object]:
    facts: DutyNudgeBody = json.loads(body)
    url = f"{settings.public_url}{facts['page']}"
    return {
        "purpose": "duty_nudge",
        "page": facts["page"],
        "url": url,
        "drill": False,
        "test": False,
        "title": "请到岗签到",
        "line": f"{facts['place']} {facts['starts']} 开始，还没有您的签到。",
        "text": settings.nudge_text.format(
            signature=settings.sms_signature, place=facts["place"], time=facts["starts"], link=url
        ),
    }


def _joint_task(body: str, settings: ChannelSettings) -> str:
    facts: JointTaskBody = json.loads(body)
    text = settings.joint_text.format(
        signature=settings.sms_signature,
        place=facts["place"],
        kind=KINDS.get(str(facts["kind"]), "情况未明"),
        part=PARTS[facts["part"]],
        link=f"{settings.public_url}/j/{facts['token']}",
        hours=settings.joint_link_hours,
    )
    return f"【演练】{text}" if facts["drill"] else text


MADE: Mapping[str, Callable[[str, ChannelSettings], dict[str, object]]] = {
    "alarm_call": _alarm_call,
    "channel_test": _channel_test,
    "unused_notice": _unused_notice,
    "duty_change": _duty_change,
    "duty_lend": _duty_lend,
    "duty_nudge": _duty_nudge,
    "duty_reminder": _duty_reminder,
    "stand_in_offer": _stand_in_offer,
    "swap_off": _swap_off,
}
# Whoever is suspended meanwhile gets none of these.
OF_DUTIES = frozenset(
    {"duty_change", "duty_lend", "duty_nudge", "duty_reminder", "stand_in_offer", "swap_off"}
)

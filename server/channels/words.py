"""The texts that leave the house: what a purpose says, with the row's body filled in."""

import json

from server.config import Settings

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
PARTS = {"lead": "牵头", "support": "配合"}


def text_of(purpose: str, body: str, settings: Settings) -> str:
    """Write the text of a message; an unknown purpose raises ``KeyError``."""
    if purpose == "alarm_call":
        return _alarm_call(json.loads(body), settings)
    if purpose == "joint_task":
        return _joint_task(json.loads(body), settings)
    return {"sign_in_code": settings.sms_text}[purpose].format(code=body, minutes=settings.code_minutes)


def _alarm_call(facts: dict[str, object], settings: Settings) -> str:
    kind = KINDS.get(str(facts["kind"]), "情况未明")
    return (
        f"【护学】{'【演练】' if facts.get('drill') else ''}{facts['place']} 一键报警：{kind}。"
        f"请打开 {settings.public_url}{facts['page']} 回复是否前往。"
    )


def _joint_task(facts: dict[str, object], settings: Settings) -> str:
    text = settings.joint_text.format(
        place=facts["place"],
        kind=KINDS.get(str(facts["kind"]), "情况未明"),
        part=PARTS[str(facts["part"])],
        link=f"{settings.public_url}/j/{facts['token']}",
        hours=settings.joint_link_hours,
    )
    return f"【演练】{text}" if facts["drill"] else text

"""Chat robots of WeCom, DingTalk and Feishu: how each wants a message written and signed, and what it answers."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus, urlsplit

from server.channels.base import NotSent
from server.domain.channels import HookFormat

# Too many messages for now; every other code says that the same message would be refused again.
TOO_FAST = {45009, 130101, 410100, 9499, 11232}
# An answer without a line of the service is a proxy's or a sign-in page's.
CODE_OF = {
    HookFormat.WECOM: ("errcode",),
    HookFormat.DINGTALK: ("errcode",),
    HookFormat.FEISHU: ("code", "StatusCode"),
}


def written(
    format: HookFormat, *, url: str, secret: str | None, text: str, at_s: float
) -> tuple[str, dict[str, Any]]:
    """Write a text as a robot takes it: the address to call, and the body.

    DingTalk signs in the address, with milliseconds; Feishu in the body, with seconds; WeCom not at all. Marks with
    which some of them call people by name (``<at …>``, ``<@…>``) are made harmless: a place may be called anything.
    """
    text = text.replace("<", "＜")
    if format is HookFormat.WECOM:
        return url, {"msgtype": "text", "text": {"content": text}}
    if format is HookFormat.DINGTALK:
        return _dingtalk_address(url, secret, str(int(at_s * 1000))), {
            "msgtype": "text",
            "text": {"content": text},
            "at": {"isAtAll": True},
        }
    signed = _feishu_signature(secret, str(int(at_s))) if secret else {}
    return url, signed | {"msg_type": "text", "content": {"text": text}}


def judge(format: HookFormat, answer: bytes) -> None:
    """Let an answer pass that says the robot has taken the message; a 200 alone does not say so.

    Raises ``NotSent``: ``code_…`` as the robot gave it, ``not_json`` for anything else.
    """
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError) as why:
        raise NotSent("not_json", again=True) from why
    codes = [said[name] for name in CODE_OF[format] if name in said] if isinstance(said, dict) else []
    if not codes or not isinstance(codes[0], int):
        raise NotSent("not_json", again=True)
    if codes[0] != 0:
        raise NotSent(f"code_{codes[0]}"[:60], again=codes[0] in TOO_FAST)


def _dingtalk_address(url: str, secret: str | None, timestamp: str) -> str:
    if not secret:
        return url
    sign = _b64(hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), sha256).digest())
    return f"{url}{'&' if urlsplit(url).query else '?'}timestamp={timestamp}&sign={quote_plus(sign)}"


def _feishu_signature(secret: str, timestamp: str) -> dict[str, str]:
    # The service's own way: the text to sign is the key, and what is signed is empty.
    sign = hmac.new(f"{timestamp}\n{secret}".encode(), b"", sha256).digest()
    return {"timestamp": timestamp, "sign": _b64(sign)}


def _b64(raw: bytes) -> str:
    return b64encode(raw).decode()

"""Chat robots of WeCom, DingTalk and Feishu: how each wants a message written and signed, and what it answers."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256
from urllib.parse import quote_plus, urlsplit

from server.delivery.channels.base import NotSent
from server.delivery.channels.outside import Answer
from server.delivery.rules.channels import HookFormat

# Codes after which the same message may be taken later. Every other one says that it would be refused again, as a wrong
# key (93000, 300001, 19001) or a wrong signature (310000, 19021) is. Sources: docs/channels.md, "Formats".
BUSY: dict[HookFormat, frozenset[int]] = {
    HookFormat.WECOM: frozenset({-1}),
    HookFormat.DINGTALK: frozenset({-1}),
    HookFormat.FEISHU: frozenset(),
}
TOO_FAST: dict[HookFormat, frozenset[int]] = {
    HookFormat.WECOM: frozenset({45009, 45033}),
    HookFormat.DINGTALK: frozenset({130101, 410100}),
    HookFormat.FEISHU: frozenset({9499, 11232, 99991400}),
}
# They count by the minute: a try two seconds later only uses up one more.
REST_S = 15
# An answer without a line of the service is a proxy's or a sign-in page's.
CODE_OF = {
    HookFormat.WECOM: ("errcode",),
    HookFormat.DINGTALK: ("errcode",),
    HookFormat.FEISHU: ("code", "StatusCode"),
}


def written(
    format: HookFormat, *, url: str, secret: str | None, text: str, at_s: float
) -> tuple[str, dict[str, object]]:
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


def judge(format: HookFormat, answer: Answer) -> None:
    """Let an answer pass that says the robot has taken the message; a 200 alone does not say so.

    The code in the body counts before the status: Feishu says with a 400 that it was asked too often. Raises
    ``NotSent``: ``code_…`` as the robot gave it, ``status_…`` or ``not_json`` where the body has no code.
    """
    code = _code(format, answer.body)
    if code is not None and code != 0:
        too_fast = code in TOO_FAST[format]
        rest_s = max(answer.rest_s, REST_S) if too_fast else answer.rest_s
        raise NotSent(f"code_{code}"[:60], again=too_fast or code in BUSY[format], after_s=rest_s)
    answer.require_success()
    if code is None:
        raise NotSent("not_json", again=True)


def _code(format: HookFormat, body: bytes) -> int | None:
    """Read the code that a robot gave; ``None``: the answer is not the service's."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    codes = [said[name] for name in CODE_OF[format] if name in said] if isinstance(said, dict) else []
    return codes[0] if codes and isinstance(codes[0], int) and not isinstance(codes[0], bool) else None


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

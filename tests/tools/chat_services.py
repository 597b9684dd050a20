"""Doubles of WeCom, DingTalk and Feishu on loopback.

Each checks key and signature, counts, and answers as the service does. Answers and codes are those that the services
document (docs/channels.md, "Formats"). Time is an argument, so limits are tested with a clock that is wound.
"""

import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from server.delivery.rules.channels import HookFormat

KEY, SECRET = "key-of-a-double", "secret of a double, of at least 32 characters"
WINDOW_S = 60
Said = tuple[int, dict[str, Any], dict[str, str]]


def _said(status: int, body: dict[str, Any], **headers: str) -> Said:
    return status, body, headers


@dataclass
class ChatService:
    """One service with one robot. ``most`` messages a minute are taken; ``busy`` calls are answered *try again*."""

    format: HookFormat
    now_s: Callable[[], float]
    most: int = 20
    busy: int = 0
    # Seconds that a refusal for too many calls names in its header; none where it is 0.
    names_rest_s: int = 0
    port: int = 0
    taken: list[str] = field(default_factory=list)
    asked_at_s: list[float] = field(default_factory=list)

    PATHS: ClassVar[dict[HookFormat, str]] = {
        HookFormat.WECOM: "/cgi-bin/webhook/send?key={key}",
        HookFormat.DINGTALK: "/robot/send?access_token={key}",
        HookFormat.FEISHU: "/open-apis/bot/v2/hook/{key}",
    }

    def url(self, key: str = KEY) -> str:
        """Give the address of a robot."""
        return f"http://127.0.0.1:{self.port}{self.PATHS[self.format].format(key=key)}"

    def answer(self, address: str, body: dict[str, Any]) -> Said:
        """Judge a call as the service does: key, signature, form, limit, in this order."""
        self.asked_at_s.append(self.now_s())
        return {
            HookFormat.WECOM: self._wecom,
            HookFormat.DINGTALK: self._dingtalk,
            HookFormat.FEISHU: self._feishu,
        }[self.format](address, body)

    def _too_many(self, text: str) -> bool:
        recent = [at for at in self.asked_at_s if self.now_s() - at < WINDOW_S]
        if len(recent) > self.most:
            return True
        self.taken.append(text)
        return False

    def _is_busy(self) -> bool:
        self.busy -= 1
        return self.busy >= 0

    def _rest(self) -> dict[str, str]:
        name = "x-ogw-ratelimit-reset" if self.format is HookFormat.FEISHU else "Retry-After"
        return {name: str(self.names_rest_s)} if self.names_rest_s else {}

    def _wecom(self, address: str, body: dict[str, Any]) -> Said:
        if parse_qs(urlsplit(address).query).get("key") != [KEY]:
            return _said(200, {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1]"})
        if self._is_busy():
            return _said(200, {"errcode": -1, "errmsg": "system error"})
        if self._too_many(body["text"]["content"]):
            return _said(200, {"errcode": 45009, "errmsg": "api freq out of limit"}, **self._rest())
        return _said(200, {"errcode": 0, "errmsg": "ok"})

    def _dingtalk(self, address: str, body: dict[str, Any]) -> Said:
        asked = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        if asked.get("access_token") != KEY:
            return _said(200, {"errcode": 300001, "errmsg": "token is not exist"})
        stamp = asked.get("timestamp", "0")
        wanted = b64encode(hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), sha256)).decode()
        if asked.get("sign") != wanted or abs(int(stamp) / 1000 - self.now_s()) > 3600:
            return _said(200, {"errcode": 310000, "errmsg": "sign not match"})
        if self._is_busy():
            return _said(200, {"errcode": -1, "errmsg": "系统繁忙"})
        if self._too_many(body["text"]["content"]):
            return _said(200, {"errcode": 130101, "errmsg": "send too fast"}, **self._rest())
        return _said(200, {"errcode": 0, "errmsg": "ok"})

    def _feishu(self, address: str, body: dict[str, Any]) -> Said:
        if not urlsplit(address).path.endswith(f"/{KEY}"):
            return _said(400, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"})
        stamp = str(body.get("timestamp", "0"))
        wanted = b64encode(hmac.digest(f"{stamp}\n{SECRET}".encode(), b"", sha256)).decode()
        if body.get("sign") != wanted or abs(int(stamp) - self.now_s()) > 3600:
            return _said(400, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"})
        if self._is_busy():
            return _said(400, {"code": 9499, "msg": "Bad Request", "data": {}})
        if self._too_many(body["content"]["text"]):
            return _said(400, {"code": 11232, "msg": "frequency limited"}, **self._rest())
        return _said(200, {"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success"})


class _Handler(BaseHTTPRequestHandler):
    service: ChatService

    def do_POST(self) -> None:
        """Take a call and answer it."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, said, headers = self.service.answer(self.path, body)
        told = json.dumps(said).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(told))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def running(format: HookFormat, now_s: Callable[[], float]) -> Iterator[ChatService]:
    """Run a service on a free port of loopback."""
    service = ChatService(format, now_s)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service}))
    server.daemon_threads = True
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

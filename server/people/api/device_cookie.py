"""The device: a browser's name in a cookie that we sign, set at first contact and kept when somebody signs out."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta

from flask import after_this_request, current_app, g, request
from flask.wrappers import Response

from server.core.http.wire import platform
from server.people.queries import device_keys

# As long as browsers keep a cookie.
LASTS = timedelta(days=400)


def device_cookie_name() -> str:
    """Give the cookie's name: browsers take the ``__Host-`` prefix over HTTPS only."""
    return "__Host-huxue-device" if platform().settings.secure else "huxue-device"


def device() -> str:
    """Give the name of the calling browser; one without a cookie of ours gets a new one with this answer."""
    if "browser" not in g:
        g.browser_is_new = False
        g.browser = _named(request.cookies.get(device_cookie_name(), "")) or _new_device()
    name: str = g.browser
    return name


def is_new_device() -> bool:
    """Tell whether the calling browser came without a name of ours."""
    device()
    return bool(g.browser_is_new)


def _named(cookie: str) -> str | None:
    name, _dot, mark = cookie.partition(".")
    fits = hmac.compare_digest(mark.encode(), _mark(name).encode())
    return name if name and fits else None


def _new_device() -> str:
    name = secrets.token_urlsafe(16)
    cookie = f"{name}.{_mark(name)}"
    g.browser_is_new = True

    @after_this_request
    def _set(answer: Response) -> Response:
        answer.set_cookie(
            device_cookie_name(),
            cookie,
            max_age=int(LASTS.total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=platform().settings.secure,
        )
        return answer

    return name


def _mark(name: str) -> str:
    """Sign a name: the same in every process that serves this database."""
    keys = current_app.extensions
    if "huxue.device_key" not in keys:
        keys["huxue.device_key"] = device_keys.signing_key(platform().store, platform().now())
    return signature(keys["huxue.device_key"], name)


def signature(key: bytes, name: str) -> str:
    """Sign a browser's name with a database's key."""
    return urlsafe_b64encode(hmac.digest(key, name.encode(), "sha256")).decode().rstrip("=")

"""Routes that gate devices alone may call, by their key."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request

from server.core.http.proxies import caller_address
from server.core.http.wire import platform
from server.exercise.actions import devices

View = TypeVar("View", bound=Callable[..., Any])


def allow_device(view: View) -> View:
    """Let only gate devices call a route: by the key in ``Authorization``, without a session.

    No cookie is read, so no other site's page has anything to misuse. Raises ``Refused``: ``unknown_device``,
    ``too_many`` for wrong keys alone.
    """

    @wraps(view)
    def checked(*arguments: Any, **named: Any) -> Any:
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        here = platform()
        g.device = devices.recognise(
            here.store,
            key=key.strip() if scheme.lower() == "bearer" else "",
            address=caller_address(),
            now=here.now(),
        )
        return view(*arguments, **named)

    checked.allowed = "device"  # type: ignore[attr-defined]
    return checked  # type: ignore[return-value]


def current_device() -> devices.Device:
    """Give the gate device that calls; only within a route that declared ``allow_device``."""
    device: devices.Device = g.device
    return device

"""Whose turn it is among those who ask at the same moment."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from server.core.http.wire import platform

View = TypeVar("View", bound=Callable[..., Any])
WAITS = "waits"


def ahead_of_the_line(view: View) -> View:
    """Let a call of an alarm be served before all pages that are just coming back."""

    @wraps(view)
    def ahead(*arguments: Any, **named: Any) -> Any:
        with platform().store.admission.ahead():
            return view(*arguments, **named)

    return ahead  # type: ignore[return-value]


def waits(view: View) -> View:
    """Say that a route lets others run while it waits: it need not let them go first."""
    setattr(view, WAITS, True)
    return view

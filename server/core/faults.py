"""How a fault of our own is written into a log: its kind and its place, not what somebody typed."""

from types import TracebackType
from typing import Any

# Their text may hold a value; without it they still say what kind of fault it was.
_BARE = {KeyError, ValueError, TypeError, AttributeError, IndexError, AssertionError}

Traced = tuple[type[BaseException], BaseException, TracebackType | None]


def driver_sentence(failure: BaseException) -> str | None:
    """Give what a database's driver says of a failure, on one line and without values; nothing of other failures.

    PostgreSQL's primary message names tables and rules, except of class 22 (data), which quotes what was written;
    its details are left out, since they show rows. SQLite's messages hold no values.
    Source: PostgreSQL 15, appendix A and section 55.8.
    """
    driver: Any = getattr(failure, "orig", None)
    if driver is None:
        return None
    code = getattr(driver, "sqlstate", None)
    if code is not None and code.startswith("22"):
        return f"SQLSTATE {code}"
    primary = getattr(getattr(driver, "diag", None), "message_primary", None)
    lines = (primary or str(driver)).strip().splitlines()
    return lines[0].rstrip(".") if lines else None


def named(failure: BaseException) -> str:
    """Name a failure for a log: its kind, and of a database's the driver's sentence."""
    sentence = driver_sentence(failure)
    kind = type(getattr(failure, "orig", None) or failure).__name__
    return kind if sentence is None else f"{kind}: {sentence}"


def without_values(failure: BaseException) -> Traced:
    """Make of a failure what ``logging`` takes as ``exc_info``, without its text and those of its causes."""
    kind = type(failure)
    bare = kind() if kind in _BARE else Exception(named(failure))
    return kind, bare, failure.__traceback__

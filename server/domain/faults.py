"""How a fault of our own is written into a log: its kind and its place, not what somebody typed."""

from types import TracebackType

# Their text may hold a value; without it they still say what kind of fault it was.
_BARE = {KeyError, ValueError, TypeError, AttributeError, IndexError, AssertionError}

Traced = tuple[type[BaseException], BaseException, TracebackType | None]


def without_values(failure: BaseException) -> Traced:
    """Make of a failure what ``logging`` takes as ``exc_info``, without its text and those of its causes."""
    kind = type(failure)
    bare = kind() if kind in _BARE else Exception(kind.__name__)
    return kind, bare, failure.__traceback__

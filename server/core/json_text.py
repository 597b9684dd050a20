"""JSON, written and read fast: as events, answers and rows keep it."""

import json
from typing import Any

import orjson


def write(value: object) -> str:
    """Write a value as JSON; what the fast library does not know (halves of characters) by Python's own."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(value)


def read(text: str | bytes) -> Any:
    """Read JSON. Raises ``ValueError`` for what is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        # Python's own takes what it once wrote: halves of characters, numbers that are none.
        return json.loads(text)

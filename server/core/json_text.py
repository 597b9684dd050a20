"""JSON, written and read fast: as events, answers and rows keep it."""

import json
from typing import Any

import orjson


class JsonText(str):
    """A value that is written as JSON already; wherever a value is written, it stands for itself."""

    __slots__ = ()


def write(value: object) -> str:
    """Write a value as JSON; what the fast library does not know (halves of characters) by Python's own."""
    if type(value) is JsonText:
        return value
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(value)


def with_one_more(written: str, name: str, value: object) -> JsonText:
    """Give an object that is written already, and has something in it, with one more value in it."""
    return JsonText(f'{written[:-1]},"{name}":{write(value)}}}')


def read(text: str | bytes) -> Any:
    """Read JSON. Raises ``ValueError`` for what is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        # Python's own takes what it once wrote: halves of characters, numbers that are none.
        return json.loads(text)


def read_fast(text: bytes) -> Any:
    """Read JSON as the standard has it. Raises ``ValueError`` for all else, also for what ``read`` still takes."""
    return orjson.loads(text)

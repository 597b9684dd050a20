"""Bodies of which nothing may be refused: what of an alarm's is right is taken, and what is not is named."""

from typing import Any

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge


def sent_json(*, without: Any = None) -> Any:
    """Give the body as JSON whatever it says it is; ``without`` where none came, ``None`` where it cannot be read."""
    try:
        if not request.get_data(cache=True):
            return without
        return request.get_json(force=True, silent=True)
    except (RecursionError, RequestEntityTooLarge):
        return None


def understood(schema: Schema, sent: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Load the fields that are right, and name those that are not: nothing in a body stops an alarm."""
    if not isinstance(sent, dict):
        return {}, ("body",)
    try:
        return schema.load(sent), ()
    except ValidationError as wrong:
        right = wrong.valid_data if isinstance(wrong.valid_data, dict) else {}
        names = set(wrong.messages_dict)
        return {key: value for key, value in right.items() if key not in names}, tuple(sorted(names))

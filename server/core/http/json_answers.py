"""How answers are written as JSON."""

from typing import Any

from flask.json.provider import DefaultJSONProvider

from server.core import json_text


class JsonAnswers(DefaultJSONProvider):
    """Writes answers as events and rows are written."""

    def dumps(self, obj: Any, **_how: Any) -> str:
        """Write an answer."""
        return json_text.write(obj)

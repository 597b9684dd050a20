"""Answers that are not sent again to whoever has them as they are (``If-None-Match``, 304).

The tag is made of what is told, so no change can be forgotten in it. A browser keeps none of it: a page that asks so
has kept the answer itself, and forgets it with the session.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from flask import Response, after_this_request, request

from server.core import json_text


def unless_known(told: Mapping[str, Any], *, but: Collection[str] = ()) -> Mapping[str, Any] | Response:
    """Give what is told with its tag, or 304 where the caller has it; ``but`` are parts that are new each time."""
    lasting = {name: value for name, value in told.items() if name not in but}
    tag = sha256(json_text.write(lasting).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        return tagged(Response(status=304), tag)

    @after_this_request
    def _tag(answer: Response) -> Response:
        return tagged(answer, tag) if answer.status_code == 200 else answer

    return told


def tagged(answer: Response, tag: str) -> Response:
    """Put a tag on an answer; weak, since the bytes may differ where what they say does not."""
    answer.set_etag(tag, weak=True)
    return answer

"""How long a body is, said once: what stands behind it would else be the next request."""

import re
from typing import Any

_LENGTH = re.compile(r"[0-9]+")


def is_one(headers: Any) -> bool:
    """Tell whether the head of a request says one length at most, as a plain number."""
    lengths = {one.strip() for one in headers.get_all("content-length", ())}
    return len(lengths) < 2 and all(_LENGTH.fullmatch(one) for one in lengths)


class OneLength:
    """Refuses a request whose lengths differ, or are no plain number: a proxy may have read another one.

    It stands before a handler of the standard library's kind. Source: RFC 9112, section 6.3.
    """

    headers: Any
    close_connection: Any

    def parse_request(self) -> bool:
        """Read the head of a request; tells whether there is one to be answered."""
        if not super().parse_request():  # type: ignore[misc]
            return False
        if is_one(self.headers):
            return True
        self.close_connection = True
        self.send_error(400)  # type: ignore[attr-defined]
        return False

"""The printed code of a post as the page of places shows it."""

from typing import TypedDict

# So many posts are chosen one by one; more are all of them.
MOST_CHOSEN = 300


class CodeView(TypedDict):
    """A post's current code, the address that its QR code holds, and the code's dark runs (row, column, length)."""

    post_id: int
    post_name: str
    code: str
    url: str
    issued_at: str
    version: int
    side: int
    runs: list[list[int]]

"""What is told of an outline that was brought in at the console."""

from typing import TypedDict

# A file of a district has some hundred KB; larger ones take the command.
MOST_BYTES = 2 * 2**20


class OutlineView(TypedDict):
    """Corners of the outline (0: the file has none), stations with an area and all, posts and those outside."""

    corners: int
    areas: int
    stations: int
    posts: int
    outside: list[str]

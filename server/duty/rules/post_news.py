"""What changed of a post: what phones that ask for it hear in place of its whole line.

Everything in it is as it is at ``version``, so it fits each line from ``after`` on, and two that follow each other make
one. Seats without names are not told: they follow from the heads.
"""

from server.duty.rules.colleagues import without_names
from server.duty.rules.shapes import LineChanges, LineView, PostNews, SeatNews, ToldLine

_TOLD_APART = {"post_id", "version", "seats", "no_shows"}


def changes(line: LineView, before: LineView | None) -> PostNews:
    """Tell what changed of a line, with the numbers of those who stand there; all of it where there was none."""
    if before is None:
        return unknown(line)
    old = {seat["check_in_id"]: seat for seat in before["seats"]}
    changed: list[SeatNews] = [
        {**seat, "name": None}
        for seat in line["seats"]
        # A line in hand goes on with the very seats that it had: those need no look at what is in them.
        if (had := old.pop(seat["check_in_id"], None)) is not seat and had != seat
    ]
    missed, came = set(line["no_shows"]), set(before["no_shows"])
    return {
        "post_id": line["post_id"],
        "version": line["version"],
        "after": before["version"],
        "named": True,
        "line": _changed(line, before),
        "seats": changed,
        "gone": [number for number in old if number is not None],
        "missed": sorted(missed - came),
        "came": sorted(came - missed),
    }


def unknown(line: LineView) -> PostNews:
    """Tell that a line changed, of which nobody has noted what: whoever shows it asks for it."""
    return _lost(post_id=line["post_id"], version=line["version"])


def nameless(news: PostNews) -> PostNews:
    """Tell what changed with heads by group alone."""
    return {**news, "named": False, "seats": [], "gone": [], "missed": [], "came": []}


def told_without_names(told: ToldLine) -> ToldLine:
    """Give what those hear of a post's line who may not know who stands there, out of what the others hear."""
    line: ToldLine = {**told, **without_names(told)}
    if "short" in told:
        line["short"] = nameless(told["short"])
    return line


def joined(first: PostNews, then: PostNews) -> PostNews:
    """Make one of two that follow each other; of two that do not, one that only says that the line changed."""
    follows = first["after"] is not None and then["after"] == first["version"]
    if not follows or first["named"] != then["named"]:
        return _lost(post_id=then["post_id"], version=then["version"])
    left = set(then["gone"])
    seats = {seat["check_in_id"]: seat for seat in (*first["seats"], *then["seats"])}
    back, came = {seat["check_in_id"] for seat in then["seats"]}, set(then["came"])
    return {
        **then,
        "after": first["after"],
        "line": {**first["line"], **then["line"]},
        "seats": [seat for number, seat in seats.items() if number not in left],
        "gone": sorted(left.union(number for number in first["gone"] if number not in back)),
        "missed": sorted(set(then["missed"]).union(first["missed"]) - came),
        "came": sorted(came.union(first["came"]) - set(then["missed"])),
    }


def _changed(line: LineView, before: LineView) -> LineChanges:
    changed = {name: value for name, value in line.items() if before.get(name) != value}
    return {name: value for name, value in changed.items() if name not in _TOLD_APART}  # type: ignore[return-value]


def _lost(*, post_id: int, version: int) -> PostNews:
    return {
        "post_id": post_id,
        "version": version,
        "after": None,
        "named": False,
        "line": {},
        "seats": [],
        "gone": [],
        "missed": [],
        "came": [],
    }

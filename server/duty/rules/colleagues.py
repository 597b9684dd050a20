"""Who at a post learns by whom it is held, and what anybody else sees of it."""

from collections.abc import Iterable

from server.core.access.roles import Group
from server.duty.rules.shapes import LineView, SeatView
from server.duty.rules.trust import FOR_INFORMATION, Flag

# What a poor phone, a dead spot or an old poster explains. Anything else may be somebody with a photograph of the
# poster, at home.
EXPLAINED = FOR_INFORMATION | {Flag.NO_FIX, Flag.POOR_FIX, Flag.LATE_SYNC, Flag.STALE_CODE}


def sees_who_stands_there(*, verified: bool, flags: Iterable[str]) -> bool:
    """Tell whether somebody on duty sees who else is at his post: verified, or only his phone is poor."""
    return verified or EXPLAINED.issuperset(flags)


def without_names(line: LineView) -> LineView:
    """Give a post's line with heads by group alone: nothing in it tells who somebody is, not even his place.

    Of each group those come first who are verified, so that the seats follow from the counts.
    """
    seats = [
        seat
        for group in Group
        for verified, heads in ((True, line["present"]), (False, line["waiting"]))
        for seat in [_nameless(group.value, verified=verified)] * heads[group.value]
    ]
    return {**line, "seats": seats, "no_shows": []}


def _nameless(group: str, *, verified: bool) -> SeatView:
    return {
        "check_in_id": None,
        "account_id": None,
        "category": None,
        "group": group,
        "verified": verified,
        "verdict": None,
        "flags": [],
    }

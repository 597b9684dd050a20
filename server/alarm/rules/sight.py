"""What somebody may see of an alarm: everything, counts and states only, or nothing.

One function decides (``sight``), for every answer, event, list and retry; two make the smaller views. They keep
today's shape, with null where something would tell of another person: pages in the field run earlier builds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.alarm.rules.alarm import Entry

View = Mapping[str, Any]

# Where an event for those who do not see everything keeps what is each one's own (``server.core.database.event_log``).
OWN = "own"


class Sight(StrEnum):
    """How much of an alarm somebody sees."""

    EVERYTHING = "everything"
    COUNTS = "counts"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody before an alarm.

    ``active``: session and account are in order; ``in_scope``: a console in whose scope it lies; ``beside``: a
    school's, in whose scope only a further place of it lies; ``counts``: by ``server.alarm.rules.standing``.
    """

    active: bool = True
    in_scope: bool = False
    beside: bool = False
    reported: bool = False
    asked: bool = False
    counts: bool = False


def sight(viewer: Viewer, *, is_open: bool) -> Sight:
    """Decide what somebody may see of an alarm.

    Consoles see what lies in their scope, a school that has only a further place of it counts and states: anybody may
    name one. Those who reported it or were asked to it see each other while it is
    open and they count; else counts and states: who reported it for ever, who was asked until its end.
    """
    if viewer.active and viewer.in_scope:
        return Sight.EVERYTHING
    if viewer.active and viewer.counts and is_open and (viewer.reported or viewer.asked):
        return Sight.EVERYTHING
    if viewer.reported or (viewer.active and viewer.beside) or (viewer.asked and is_open):
        return Sight.COUNTS
    return Sight.NOTHING


def shown(
    view: View, seen: Sight, account_id: int | None, there: Collection[int] | None = None
) -> dict[str, Any]:
    """Give of an alarm's whole view what somebody sees; of one that he may see no more, that it has ended.

    ``account_id`` is whose own part stays as it is; ``None``: nobody's, where a session is not active. ``there`` are
    the people at a further place, for their school's console.
    """
    if seen is Sight.EVERYTHING:
        return dict(view)
    if there is not None:
        return with_own(counts_of(view), parts_there(view, there), seen)
    return with_own(counts_of(view), own_parts(view, account_id) if account_id is not None else {}, seen)


_OF_ANSWERS = (
    *("tier", "category", "group", "state", "off_scene", "counts"),
    *("notified_at", "responded_at", "on_scene_at", "ended_at"),
)


def counts_of(view: View) -> dict[str, Any]:
    """Give place, kind, counts and states of an alarm, and nothing of any person.

    The answers stand in an order of their own: that in which people were asked tells who is nearer.
    """
    answers = sorted(view["responses"], key=lambda one: [str(one[name]) for name in _OF_ANSWERS])
    return {
        **view,
        **dict.fromkeys(("raised_by", "acknowledged_by", "resolved_by", "finding")),
        "tiers": [{**tier, "met_by": None} for tier in view["tiers"]],
        "responses": [
            {**dict.fromkeys(one), **{name: one[name] for name in _OF_ANSWERS}, "id": -number}
            for number, one in enumerate(answers, start=1)
        ],
        "reporters": [{**one, "account_id": None} for one in view["reporters"]],
        "places": [{**one, "account_id": None} for one in view["places"]],
        **{name: [] for name in ("asides", "deliveries", "joint_tasks", "timeline")},
    }


def own_parts(view: View, account_id: int) -> dict[str, Any]:
    """Give what of an alarm's whole view is one account's own: its answer, calls, press and lines."""
    return {
        "account_id": account_id,
        "names": [
            name for name in ("raised_by", "acknowledged_by", "resolved_by") if view[name] == account_id
        ],
        "reporters": [one for one in view["reporters"] if one["account_id"] == account_id],
        "responses": [one for one in view["responses"] if one["account_id"] == account_id],
        "deliveries": [one for one in view["deliveries"] if one["account_id"] == account_id],
        "asides": [{**one, "by": None} for one in view["asides"] if one["account_id"] == account_id],
        "timeline": [one for one in view["timeline"] if one["actor_id"] == account_id],
    }


def parts_there(view: View, people: Collection[int]) -> dict[str, Any]:
    """Give what of an alarm's whole view concerns the people of a school that has only a further place of it.

    That somebody at a console has acknowledged it is told without his name: its page rings until then.
    """
    names = ("raised_by", "acknowledged_by", "resolved_by")
    lines = [
        one if one["actor_id"] in people else {**one, "actor_id": None}
        for one in view["timeline"]
        if one["actor_id"] in people or (one["act"] == Entry.ACKNOWLEDGED and one["facts"].get("at_console"))
    ]
    return {
        "account_id": None,
        "names": [],
        "named": {name: view[name] for name in names if view[name] in people},
        **{
            name: [one for one in view[name] if one["account_id"] in people]
            for name in ("reporters", "responses", "deliveries")
        },
        "asides": [],
        "timeline": lines,
    }


def with_own(counts: View, own: View, seen: Sight) -> dict[str, Any]:
    """Put somebody's own part into the counts of an alarm; of one that he sees no more, only that and its end."""
    if not own:
        return dict(counts)
    answers = counts["responses"] if seen is Sight.COUNTS else []
    return {
        **counts,
        **dict.fromkeys(own["names"], own["account_id"]),
        **own.get("named", {}),
        "responses": _in_its_place(answers, own["responses"], _OF_ANSWERS),
        "reporters": _in_its_place(counts["reporters"], own["reporters"], ("at", "kind")),
        **{name: own[name] for name in ("asides", "deliveries", "timeline")},
    }


def for_accounts(
    view: View, seen: Mapping[int, Sight], there: Mapping[str, Collection[int]] | None = None
) -> dict[str, Any]:
    """Make the one event for those who do not see everything: the counts, and beside them the own part of each.

    ``there`` are the people at further places, by the rooms of their schools. ``as_told`` makes of it what goes to each
    of the rooms.
    """
    own = {str(number): {**own_parts(view, number), "seen": one.value} for number, one in seen.items()}
    for room, people in (there or {}).items():
        own[room] = {**parts_there(view, people), "seen": Sight.COUNTS.value}
    return {**counts_of(view), OWN: own}


def as_told(data: View, room: str) -> dict[str, Any]:
    """Give an event as it goes into a room: of one for several accounts, only what is for that one."""
    if OWN not in data:
        return dict(data)
    counts = {name: value for name, value in data.items() if name != OWN}
    own = data[OWN].get(room.removeprefix("account:"))
    return counts if own is None else with_own(counts, own, Sight(own["seen"]))


def _in_its_place(rows: list[View], own: list[View], same: tuple[str, ...]) -> list[View]:
    """Put somebody's own rows for nameless ones that count them already; besides, where there are none."""
    found = list(rows)
    for mine in own:
        # What was written by an earlier release has fewer names.
        places = (n for n, one in enumerate(found) if all(one.get(name) == mine.get(name) for name in same))
        place = next(places, None)
        if place is None:
            found.append(mine)
        else:
            found[place] = mine
    return found

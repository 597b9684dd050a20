"""What somebody may see of an alarm: everything, counts and states only, or nothing.

One function decides (``sight``), for every answer, event, list and retry; two make the smaller views. They keep
today's shape, with null where something would tell of another person: pages in the field run earlier builds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast

from server.alarm.rules.alarm import Entry
from server.alarm.rules.shapes import (
    AlarmForAccounts,
    AlarmView,
    EntryView,
    OwnParts,
    OwnPartsInEvent,
    ReporterView,
    ResponseView,
)

Named = TypeVar("Named", ReporterView, ResponseView)

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
    view: AlarmView, seen: Sight, account_id: int | None, there: Collection[int] | None = None
) -> AlarmView:
    """Give of an alarm's whole view what somebody sees; of one that he may see no more, that it has ended.

    ``account_id`` is whose own part stays as it is; ``None``: nobody's, where a session is not active. ``there`` are
    the people at a further place, for their school's console.
    """
    if seen is Sight.EVERYTHING:
        return {**view}
    if there is not None:
        return with_own(counts_of(view), parts_there(view, there), seen)
    return with_own(counts_of(view), own_parts(view, account_id) if account_id is not None else None, seen)


_OF_ANSWERS = (
    *("tier", "category", "group", "state", "off_scene", "counts"),
    *("notified_at", "responded_at", "on_scene_at", "ended_at"),
)


def counts_of(view: AlarmView) -> AlarmView:
    """Give place, kind, counts and states of an alarm, and nothing of any person.

    The answers stand in an order of their own: that in which people were asked tells who is nearer.
    """
    return {
        **view,
        "raised_by": None,
        "acknowledged_by": None,
        "resolved_by": None,
        "finding": None,
        "tiers": [{**tier, "met_by": None} for tier in view["tiers"]],
        "responses": [
            _counted(number, one) for number, one in enumerate(sorted(view["responses"], key=_order), start=1)
        ],
        "reporters": [{**one, "account_id": None} for one in view["reporters"]],
        "places": [{**one, "account_id": None} for one in view["places"]],
        "asides": [],
        "deliveries": [],
        "joint_tasks": [],
        "timeline": [],
    }


def _order(answer: Mapping[str, object]) -> list[str]:
    return [str(answer[name]) for name in _OF_ANSWERS]


def _counted(number: int, one: ResponseView) -> ResponseView:
    """Give an answer without anything that tells whose it is."""
    return {
        "id": -number,
        "account_id": None,
        "tier": one["tier"],
        "category": one["category"],
        "group": one["group"],
        "state": one["state"],
        "why": None,
        "distance_m": None,
        "bearing_deg": None,
        "from_post_id": None,
        "replaces": None,
        "doubt": None,
        "off_scene_m": None,
        "counts": one["counts"],
        "off_scene": one["off_scene"],
        "notified_at": one["notified_at"],
        "answer_due_at": None,
        "responded_at": one["responded_at"],
        "on_scene_at": one["on_scene_at"],
        "ended_at": one["ended_at"],
    }


def own_parts(view: AlarmView, account_id: int) -> OwnParts:
    """Give what of an alarm's whole view is one account's own: its answer, calls, press and lines."""
    return {
        "account_id": account_id,
        "names": [name for name, number in _named(view).items() if number == account_id],
        "reporters": [one for one in view["reporters"] if one["account_id"] == account_id],
        "responses": [one for one in view["responses"] if one["account_id"] == account_id],
        "deliveries": [one for one in view["deliveries"] if one["account_id"] == account_id],
        "asides": [{**one, "by": None} for one in view["asides"] if one["account_id"] == account_id],
        "timeline": [one for one in view["timeline"] if one["actor_id"] == account_id],
    }


def _named(view: AlarmView) -> dict[str, int | None]:
    """Give whom an alarm itself names, by the field."""
    return {
        "raised_by": view["raised_by"],
        "acknowledged_by": view["acknowledged_by"],
        "resolved_by": view["resolved_by"],
    }


def parts_there(view: AlarmView, people: Collection[int]) -> OwnParts:
    """Give what of an alarm's whole view concerns the people of a school that has only a further place of it.

    That somebody at a console has acknowledged it is told without his name: its page rings until then.
    """
    lines: list[EntryView] = [
        one if one["actor_id"] in people else {**one, "actor_id": None}
        for one in view["timeline"]
        if one["actor_id"] in people or (one["act"] == Entry.ACKNOWLEDGED and one["facts"].get("at_console"))
    ]
    return {
        "account_id": None,
        "names": [],
        "named": {name: number for name, number in _named(view).items() if number in people},
        "reporters": [one for one in view["reporters"] if one["account_id"] in people],
        "responses": [one for one in view["responses"] if one["account_id"] in people],
        "deliveries": [one for one in view["deliveries"] if one["account_id"] in people],
        "asides": [],
        "timeline": lines,
    }


def with_own(counts: AlarmView, own: OwnParts | None, seen: Sight) -> AlarmView:
    """Put somebody's own part into the counts of an alarm; of one that he sees no more, only that and its end."""
    if own is None:
        return {**counts}
    named = {**_named(counts), **dict.fromkeys(own["names"], own["account_id"]), **own.get("named", {})}
    return {
        **counts,
        "raised_by": named["raised_by"],
        "acknowledged_by": named["acknowledged_by"],
        "resolved_by": named["resolved_by"],
        "responses": _in_its_place(
            counts["responses"] if seen is Sight.COUNTS else [], own["responses"], _OF_ANSWERS
        ),
        "reporters": _in_its_place(counts["reporters"], own["reporters"], ("at", "kind")),
        "asides": own["asides"],
        "deliveries": own["deliveries"],
        "timeline": own["timeline"],
    }


def for_accounts(
    view: AlarmView, seen: Mapping[int, Sight], there: Mapping[str, Collection[int]] | None = None
) -> AlarmForAccounts:
    """Make the one event for those who do not see everything: the counts, and beside them the own part of each.

    ``there`` are the people at further places, by the rooms of their schools. ``as_told`` makes of it what goes to each
    of the rooms.
    """
    own: dict[str, OwnPartsInEvent] = {
        str(number): {**own_parts(view, number), "seen": one.value} for number, one in seen.items()
    }
    for room, people in (there or {}).items():
        own[room] = {**parts_there(view, people), "seen": Sight.COUNTS.value}
    return {**counts_of(view), "own": own}


def as_told(data: Mapping[str, Any], room: str) -> dict[str, Any]:
    """Give an event as it goes into a room: of one for several accounts, only what is for that one."""
    if OWN not in data:
        return dict(data)
    counts = {name: value for name, value in data.items() if name != OWN}
    own = data[OWN].get(room.removeprefix("account:"))
    return counts if own is None else {**with_own(cast(AlarmView, counts), own, Sight(own["seen"]))}


def _in_its_place(rows: list[Named], own: list[Named], same: tuple[str, ...]) -> list[Named]:
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

"""Where an alarm is: what a press names, which open alarm it joins, and who is on scene.

A press may name two places: the post, where it was scanned lately or the raiser is on duty, and the phone's fix,
where it is fresh and not too coarse. Where they are one place the fix says it better; where they are not, the
post comes first and both are told. *One place* is a distance of 150 m beyond both accuracies.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from server.alarm.rules.alarm import AlarmLimits, PlaceFrom
from server.core.geo import Point, distance_m
from server.duty.rules.trust import Fix, usable_fix


@dataclass(frozen=True, slots=True)
class AlarmPlace:
    """Where an alarm is, and whose word that is."""

    point: Point
    accuracy_m: float | None
    place_from: PlaceFrom


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An open alarm, as far as joining asks."""

    alarm_id: int
    raised_by: int | None
    raised_at: datetime
    drill: bool
    places: tuple[AlarmPlace, ...]
    post_id: int
    full_standing: bool


@dataclass(frozen=True, slots=True)
class Joining:
    """What a press belongs to: an alarm that it joins, its raiser's own one elsewhere; ``new`` places of it."""

    joins: int | None = None
    own_elsewhere: int | None = None
    new: tuple[AlarmPlace, ...] = ()


def fix_place(fix: Fix | None, *, now: datetime, limits: AlarmLimits) -> AlarmPlace | None:
    """Give the place that a fix names; ``None`` for one that is too old, from the future, too coarse, or none."""
    fix = usable_fix(fix)
    if (
        fix is None
        or fix.accuracy_m > limits.coarsest_fix_m
        or abs((now - fix.at).total_seconds()) > limits.oldest_fix_s
    ):
        return None
    return AlarmPlace(fix.point, fix.accuracy_m, PlaceFrom.FIX)


def scanned_lately(scanned_at: datetime | None, *, now: datetime, limits: AlarmLimits) -> bool:
    """Tell whether a post still names the place against a fix; an older phone does not say when it scanned."""
    return scanned_at is None or (now - scanned_at).total_seconds() <= limits.scanned_within_s


def named_places(
    fixed: AlarmPlace | None, *, post: Point, post_names: bool, limits: AlarmLimits
) -> tuple[AlarmPlace, ...]:
    """Give the places that a press names, the first one leading; ``post_names``: the post is to be believed."""
    at_post = AlarmPlace(post, None, PlaceFrom.POST)
    if fixed is None:
        return (at_post,)
    if not post_names or is_one_place(fixed, at_post, limits):
        return (fixed,)
    return at_post, fixed


def is_one_place(one: AlarmPlace, other: AlarmPlace, limits: AlarmLimits) -> bool:
    """Tell whether two places are one, as far as their accuracies let anybody say."""
    beyond_m = distance_m(one.point, other.point) - (one.accuracy_m or 0) - (other.accuracy_m or 0)
    return beyond_m <= limits.join_within_m


def joining(
    open_alarms: Iterable[OpenAlarm],
    *,
    account_id: int | None,
    places: Collection[AlarmPlace],
    post_id: int,
    placeless: bool,
    standing: bool,
    now: datetime,
    drill: bool,
    limits: AlarmLimits,
) -> Joining:
    """Find the open alarm that a press joins, or its account's own one elsewhere.

    First the account's own at one of the places, however old; then the newest of the last 60 s where all the
    places are. A press that names no place of its own (``placeless``) joins the account's own alarm. A press with
    ``standing`` joins another's alarm without only at that one's own post. A drill is never joined and joins nothing.
    """
    if drill:
        return Joining()
    real = sorted(
        (one for one in open_alarms if not one.drill), key=lambda one: (one.raised_at, one.alarm_id)
    )

    def new_at(alarm: OpenAlarm) -> tuple[AlarmPlace, ...]:
        return tuple(
            place for place in places if not any(is_one_place(place, known, limits) for known in alarm.places)
        )

    own = [one for one in reversed(real) if account_id is not None and one.raised_by == account_id]
    if own and placeless:
        return Joining(own[0].alarm_id)
    for one in own:
        new = new_at(one)
        if len(new) < len(places):
            return Joining(one.alarm_id, new=new)
    recent = timedelta(seconds=limits.join_within_s)
    for one in reversed(real):
        of_another = account_id is None or one.raised_by != account_id
        wary = standing and not one.full_standing
        elsewhere = new_at(_exact(one)) or one.post_id != post_id if wary else new_at(one)
        if of_another and now - one.raised_at <= recent and not elsewhere:
            return Joining(one.alarm_id, own[0].alarm_id if own else None)
    return Joining(None, own[0].alarm_id if own else None, tuple(places))


def _exact(alarm: OpenAlarm) -> OpenAlarm:
    """Give an alarm without its accuracies: how coarse a place is said to be swallows no press with standing."""
    return replace(alarm, places=tuple(replace(place, accuracy_m=None) for place in alarm.places))


def off_scene_m(
    places: Iterable[AlarmPlace], fix: Fix | None, *, now: datetime, good_within_m: float, limits: AlarmLimits
) -> float | None:
    """Give how far off somebody is who says that he is on scene; ``None``: near enough, or nobody can tell.

    Only a good fix speaks against him: fresh, with an accuracy of at most ``good_within_m``.
    """
    fixed = fix_place(fix, now=now, limits=limits)
    known = list(places)
    if fixed is None or not known or (fixed.accuracy_m or 0) > good_within_m:
        return None
    if any(is_one_place(fixed, place, limits) for place in known):
        return None
    return round(min(distance_m(fixed.point, place.point) for place in known), 1)

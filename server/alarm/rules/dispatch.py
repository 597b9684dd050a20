"""Choosing responders: who is told of an alarm, in three tiers, and what falls short and why.

Tier 1 is everybody checked in at the alarm's post or within 50 m, whoever he is: they are warned, so neither being
busy nor the floor of a post matters. Tier 2 are the nearest of other posts, in the numbers that the alarm's kind
asks for; tier 3 the nearest police. Who of them goes first: ``server.alarm.rules.search``.

Two fields are searched. The *people* are approved, or confirmed on this duty: they are chosen as if nobody else
were there. The *strangers* are pending accounts, of which anybody can make any number: they are told besides, on
the spot and where those who count near do not fill the need (``Choice.wants``), and never more than the room
that is left for them.

The people given may be those near the alarm alone (``Field.reach_m``). A choice that is *needs_wider_search* then says
nothing: a wider field decides. One that is not is the same as among everybody on duty.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from server.alarm.rules.engagement import Pool, pool_of
from server.alarm.rules.nearest import Field, Mask
from server.alarm.rules.needs import DispatchLimits, Shortage, ShortageReason
from server.alarm.rules.search import Call, Responder, Search
from server.alarm.rules.standing import Doubt
from server.core.access.roles import Group


@dataclass(frozen=True, slots=True)
class Wants:
    """How many strangers of a group a tier tells besides: too few near ones count, or they are on the spot (tier 1)."""

    tier: int
    group: Group
    heads: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is told, tier by tier with the nearest first, and what falls short."""

    responders: tuple[Responder, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    # The groups of which too few near ones were found within the field's reach.
    needs_wider_search: frozenset[Group] = frozenset()
    # How many strangers there is a use for.
    wants: tuple[Wants, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldPlaces:
    """How many of a tier's group were asked before and still stand: who count, those of them near, and others."""

    counting: int = 0
    near: int = 0
    others: int = 0


NOBODY = HeldPlaces()


def choose(people: Field, call: Call, *, asked: Collection[int] = (), limits: DispatchLimits) -> Choice:
    """Choose whom a new alarm is told to.

    ``asked`` are never chosen: the raiser and the further reporters, who know already.
    """
    search = Search(people, call, asked, limits)
    return _joined([_on_the_spot(search, set(Group)), *_by_needs(search, {})])


def on_the_spot(people: Field, call: Call, *, asked: Collection[int], limits: DispatchLimits) -> Choice:
    """Choose everybody on the spot who was not asked yet."""
    return _on_the_spot(Search(people, call, asked, limits), set(Group))


def complete_for_kind(
    people: Field,
    call: Call,
    *,
    asked: Collection[int],
    standing: Mapping[tuple[int, Group], HeldPlaces],
    limits: DispatchLimits,
) -> Choice:
    """Choose those who are still wanted once the kind is told.

    ``standing`` counts those asked before who still stand (``response.STANDING``), ``asked`` are all
    asked before, with the raiser and the reporters. Nobody is let go because a kind asks for fewer.
    """
    return _joined(_by_needs(Search(people, call, asked, limits), standing))


def next_responder(
    people: Field,
    call: Call,
    *,
    tier: int,
    group: Group,
    asked: Collection[int],
    limits: DispatchLimits,
    pool: Pool = Pool.COUNTING,
) -> Choice:
    """Choose one more of the same tier and group, for one who did not answer or declined.

    ``pool`` is that of the one who is replaced: for somebody who does not count another such one is told.
    In tier 1 that is somebody who came to the spot since; there is no shortage to tell, all there were asked.
    """
    search = Search(people, call, asked, limits)
    if tier == 1:
        there = _on_the_spot(search, {group})
        return Choice(there.responders[:1], wants=() if there.responders else (Wants(1, group, 1),))
    if pool is Pool.COUNTING:
        return _pick(search, tier, group, 1)
    if pool is Pool.PENDING:
        return Choice(wants=(Wants(tier, group, 1),))
    return _besides(search, tier, group, search.take_others(group, 1), 1)


def more_responders(
    people: Field,
    call: Call,
    *,
    tier: int,
    groups: Collection[Group],
    heads: int,
    asked: Collection[int],
    limits: DispatchLimits,
) -> Choice:
    """Choose so many more heads of each of some groups of a tier; in tier 1 all who came to the spot since.

    No shortage is told: these come on top of what the alarm's kind asks for.
    """
    search = Search(people, call, asked, limits)
    if tier == 1:
        return _on_the_spot(search, groups)
    of_tier = [group for group in Group if group in groups and (group == Group.POLICE) == (tier == 3)]
    return replace(_joined([_pick(search, tier, group, heads) for group in of_tier]), shortages=())


def with_strangers(
    choice: Choice,
    people: Field,
    strangers: Field,
    call: Call,
    *,
    asked: Collection[int],
    room: Mapping[int, int],
    first: Collection[int] = (),
    limits: DispatchLimits,
) -> Choice:
    """Add pending accounts where a choice has a use for them, those ``first`` whose presence was confirmed before.

    ``room`` is how many more of each tier may be told. What is not met of tiers 2 and 3 stays in ``wants``.
    """
    if not len(strangers):
        return replace(choice, wants=tuple(_unmet(choice, room)))
    known_there = Search(people, call, asked, limits).heads_at_posts()
    chosen = {one.account_id for one in choice.responders}
    search = Search(strangers, call, chosen.union(asked), limits, heads=known_there)
    known = strangers.having(first)
    added: list[Responder] = []
    unmet: list[Wants] = []
    for want in choice.wants:
        heads = min(want.heads, room.get(want.tier, 0) - _pending(choice.responders, added, tier=want.tier))
        if heads <= 0:
            continue
        if want.tier == 1:
            added.extend(_first(search, want.group, known)[:heads])
            continue
        indices = search.take_others(want.group, heads, first=known)
        added.extend(search.responders(indices, want.tier))
        if len(indices) < heads:
            unmet.append(replace(want, heads=heads - len(indices)))
    return replace(choice, responders=(*choice.responders, *added), wants=tuple(unmet))


def _unmet(choice: Choice, room: Mapping[int, int]) -> Iterable[Wants]:
    """Give what stays wanted where there are no strangers: what there is room for beyond the spot."""
    for want in choice.wants:
        heads = min(want.heads, room.get(want.tier, 0) - _pending(choice.responders, tier=want.tier))
        if heads > 0 and want.tier != 1:
            yield replace(want, heads=heads)


def _pending(*chosen: Iterable[Responder], tier: int) -> int:
    return sum(one.tier == tier and one.doubt is Doubt.NOT_APPROVED for several in chosen for one in several)


def _first(search: Search, group: Group, first: Mask) -> list[Responder]:
    """Give the strangers of a group on the spot, those whose presence was confirmed before at the head."""
    ahead = {int(number) for number in search.people.account_ids[first]}
    there = [one for one in search.on_the_spot() if one.group == group]
    return sorted(there, key=lambda one: one.account_id not in ahead)


def of_tiers(choice: Choice, tiers: Collection[int]) -> Choice:
    """Leave of a choice what concerns some tiers."""
    return replace(
        choice,
        responders=tuple(one for one in choice.responders if one.tier in tiers),
        shortages=tuple(one for one in choice.shortages if one.tier in tiers),
        wants=tuple(one for one in choice.wants if one.tier in tiers),
    )


def within_room(choice: Choice, room: Mapping[Pool, int]) -> Choice:
    """Cut a choice to so many people of each pool, the nearest of them."""
    ranked = sorted(choice.responders, key=lambda one: (one.distance_m, one.account_id))
    kept: set[int] = set()
    for pool in Pool:
        of_pool = [one.account_id for one in ranked if pool_of(one.doubt) is pool]
        kept |= set(of_pool[: max(0, room.get(pool, 0))])
    return replace(choice, responders=tuple(one for one in choice.responders if one.account_id in kept))


def _by_needs(search: Search, standing: Mapping[tuple[int, Group], HeldPlaces]) -> list[Choice]:
    """Choose for each group of tiers 2 and 3.

    Two groups may want people of one post of which its floor lets one go. Who goes first decides then how many
    there are in all, since others are told in place of the one group and not of the other: the order that tells
    most free people is taken, and the usual one among equals.
    """
    neighbours = [group for group in Group if group != Group.POLICE]
    usual = _in_order(search, neighbours, standing)
    if not any(one.reason is ShortageReason.FLOOR for choice in usual for one in choice.shortages):
        return usual
    return max(usual, _in_order(search, neighbours[::-1], standing), key=_free)


def _in_order(
    search: Search, neighbours: Collection[Group], standing: Mapping[tuple[int, Group], HeldPlaces]
) -> list[Choice]:
    search.start_over()
    needs = search.limits.needs[search.call.kind]
    return [
        _pick(search, tier, group, needs.of(group), standing.get((tier, group), NOBODY))
        for tier, group in [*((2, group) for group in neighbours), (3, Group.POLICE)]
    ]


def _free(choices: Collection[Choice]) -> int:
    return sum(not one.busy for choice in choices for one in choice.responders)


def _on_the_spot(search: Search, groups: Collection[Group]) -> Choice:
    there = tuple(one for one in search.on_the_spot() if one.group in groups)
    everybody = search.limits.most_called
    return Choice(there, wants=tuple(Wants(1, group, everybody) for group in Group if group in groups))


def _pick(search: Search, tier: int, group: Group, needed: int, before: HeldPlaces = NOBODY) -> Choice:
    """Take the nearest of a group up to a number, and others besides where too few near ones count."""
    wanted = max(0, needed - before.counting)
    taken = search.take(group, wanted)
    others_wanted = max(0, needed - before.near - taken.near - before.others)
    if wanted == 0 and others_wanted == 0:
        return Choice()
    others = search.take_others(group, others_wanted)
    choice = _besides(search, tier, group, others, others_wanted)
    chosen = (*search.responders(taken.indices, tier), *choice.responders)
    if taken.free == wanted:
        wider = taken.near_free < wanted or others_wanted > 0
        return replace(choice, responders=chosen, needs_wider_search=frozenset({group} if wider else ()))
    reason = ShortageReason.BUSY if taken.some_busy else ShortageReason.NOBODY_ON_DUTY
    reason = ShortageReason.FLOOR if taken.barred else reason
    return replace(
        choice,
        responders=chosen,
        shortages=(Shortage(tier, group, wanted, taken.free, reason),),
        needs_wider_search=frozenset({group}),
    )


def _besides(search: Search, tier: int, group: Group, others: list[int], wanted: int) -> Choice:
    """Describe others who are told besides, and how many strangers there is a use for."""
    left = wanted - len(others)
    wants = (Wants(tier, group, left),) if left > 0 else ()
    return Choice(
        search.responders(others, tier),
        needs_wider_search=frozenset({group} if left > 0 else ()),
        wants=wants,
    )


def _joined(choices: list[Choice]) -> Choice:
    return Choice(
        tuple(one for choice in choices for one in choice.responders),
        tuple(one for choice in choices for one in choice.shortages),
        needs_wider_search=frozenset().union(*(choice.needs_wider_search for choice in choices)),
        wants=tuple(one for choice in choices for one in choice.wants),
    )

"""Gives out the open seats of a school: by a flow for each group, every seat left open says why."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from server.calendar.rules import Shift
from server.core.limits import Limits
from server.places.queries.districts import Place
from server.roster.rules.conflicts import Conflict
from server.roster.rules.flow import FlowPerson, FlowPlace, give_out
from server.roster.rules.newcomers import Newcomers
from server.roster.rules.open_seats import WhyOpen, most_of, of_conflict
from server.roster.rules.seats import RosterLimits, SeatKey, monday_of
from server.roster.rules.wishes import WeekdayPeak, Wish
from server.roster.service.rolls import Roll

Peak = tuple[int, date, str]


@dataclass(frozen=True, slots=True)
class Open:
    """The open seats of a group at a peak of a post."""

    place: Place
    shift: Shift
    seats: tuple[SeatKey, ...]

    @property
    def on(self) -> date:
        """Give its date."""
        return self.shift.date

    @property
    def peak(self) -> Peak:
        """Give its post, date and peak."""
        return (self.place.post_id, self.shift.date, self.shift.peak)

    @property
    def weekday_peak(self) -> WeekdayPeak:
        """Give of what somebody may wish something."""
        return WeekdayPeak.on(self.place.post_id, self.shift.peak, self.on)

    @property
    def at(self) -> tuple[date, str]:
        """Give when it is: nobody is twice at one of them."""
        return (self.shift.date, self.shift.peak)


@dataclass(frozen=True, slots=True)
class GroupOpen:
    """What is open of a group, and its people: what speaks against each at each place, where each stood of late.

    ``given`` are those who take each place by the draft, in the order in which they were given to it.
    """

    wanted: Sequence[Open]
    roll: Roll
    before: Mapping[int, Sequence[tuple[int, str]]]
    against: Mapping[int, Sequence[WhyOpen | None]]
    given: Mapping[int, list[int]]
    wishes: Mapping[int, Mapping[WeekdayPeak, Wish]]

    @classmethod
    def of(
        cls,
        wanted: Sequence[Open],
        roll: Roll,
        before: Mapping[int, Sequence[tuple[int, str]]],
        wishes: Mapping[int, Mapping[WeekdayPeak, Wish]],
    ) -> "GroupOpen":
        """Look what speaks against whom."""
        against = {who: _against(roll, who, wanted) for who in roll.people}
        return cls(wanted, roll, before, against, {at: [] for at in range(len(wanted))}, wishes)

    def able(self) -> Iterator[int]:
        """Give whoever could take some place."""
        return (who for who, his in self.against.items() if None in his)

    def wished(self, who: int, peaks: Sequence[WeekdayPeak], wish: Wish) -> frozenset[int]:
        """Give of which of some peaks somebody wishes this, by their position among these."""
        said = self.wishes.get(who)
        if not said:
            return frozenset()
        return frozenset(n for n, peak in enumerate(peaks) if said.get(peak) == wish)

    def loads(self) -> Counter[tuple[int, date]]:
        """Count what the draft gives to whom, by week."""
        return Counter(
            (who, monday_of(self.wanted[at].on)) for at, some in self.given.items() for who in some
        )

    def taken(self) -> set[tuple[int, tuple[date, str]]]:
        """Give who is where by the draft, by time."""
        return {(who, self.wanted[at].at) for at, some in self.given.items() for who in some}


@dataclass(slots=True)
class Draft:
    """A draft of a school: the groups that it fills, who must not stand alone, who stands at which peak already."""

    groups: Sequence[GroupOpen]
    newcomers: Newcomers
    there: Mapping[Peak, Collection[int]]
    limits: Limits
    # The peaks where somebody stands who has served before.
    led: set[Peak] = field(default_factory=set)

    def give_out(self) -> None:
        """Fill what can be filled.

        Groups without newcomers come first. Where a later group leads a peak that an earlier one had to leave to
        nobody, the earlier one fills it after all.
        """
        new = self.newcomers.new
        self.led = {peak for peak, some in self.there.items() if set(some) - new}
        for group in sorted(self.groups, key=lambda one: not new.isdisjoint(one.roll.people)):
            self._fill(group, range(len(group.wanted)))
        if new:
            for group in self.groups:
                self._fill(group, [at for at in self._kept_from(group) if group.wanted[at].peak in self.led])

    def rows(self, group: GroupOpen) -> Iterator[Mapping[str, object]]:
        """Give who takes each seat of a group, and why each other one stays open."""
        for at, one in enumerate(group.wanted):
            takers = group.given[at]
            for key, who in zip(one.seats, takers, strict=False):
                yield _row(key, who, WhyOpen.ALL_NEW if self.newcomers.all_new else None)
            if len(takers) < len(one.seats):
                why = self._why_open(group, at)
                for key in one.seats[len(takers) :]:
                    yield _row(key, None, why)

    def _fill(self, group: GroupOpen, places: Sequence[int]) -> None:
        """Give out some places of a group, by their positions; what it has been given stays."""
        if not places:
            return
        wanted = [group.wanted[at] for at in places]
        peaks = [one.weekday_peak for one in wanted]
        loads, taken = group.loads(), group.taken()
        weeks = {monday_of(one.on) for one in wanted}
        flow_people = [
            FlowPerson(
                account_id=who,
                places=frozenset(
                    n
                    for n, at in enumerate(places)
                    if his[at] is None and (who, group.wanted[at].at) not in taken
                ),
                served=len(group.before.get(who, ())) + sum(loads[who, week] for week in weeks),
                room={week: self._room(group, who, week) - loads[who, week] for week in weeks},
                knows=frozenset(group.before.get(who, ())),
                new=who in self.newcomers.new,
                likes=group.wished(who, peaks, Wish.LIKE),
                rather_not=group.wished(who, peaks, Wish.RATHER_NOT),
            )
            for who, his in group.against.items()
        ]
        flow_places = [
            FlowPlace(
                one.place.post_id,
                one.on,
                one.shift.peak,
                monday_of(one.on),
                len(one.seats) - len(group.given[at]),
                one.peak in self.led,
            )
            for at, one in zip(places, wanted, strict=True)
        ]
        for n, takers in give_out(flow_places, flow_people).items():
            group.given[places[n]].extend(takers)
            if set(takers) - self.newcomers.new:
                self.led.add(wanted[n].peak)

    def _room(self, group: GroupOpen, who: int, week: date) -> int:
        most = self.limits[RosterLimits].duties_a_week.of(group.roll.people[who].group)
        return max(0, most - group.roll.duties_in_week(who, week))

    def _kept_from(self, group: GroupOpen) -> list[int]:
        """Give the places of a group that are open although somebody new is free."""
        return [at for at in group.given if WhyOpen.ONLY_NEW in self._whys(group, at)]

    def _why_open(self, group: GroupOpen, at: int) -> WhyOpen:
        whys = self._whys(group, at)
        if WhyOpen.ONLY_NEW in whys:
            return WhyOpen.ONLY_NEW
        # Who is at the same peak already is why a second seat of it stays open.
        return most_of(whys or [WhyOpen.ELSEWHERE for _who in group.given[at]])

    def _whys(self, group: GroupOpen, at: int) -> list[WhyOpen]:
        """Say of each who does not take a place that lacks somebody why he does not."""
        one = group.wanted[at]
        if len(group.given[at]) == len(one.seats):
            return []
        week = monday_of(one.on)
        loads, taken = group.loads(), group.taken()
        found = []
        for who, his in group.against.items():
            why = his[at]
            if who in group.given[at]:
                continue
            if why is None:
                full = loads[who, week] >= self._room(group, who, week)
                why = WhyOpen.ELSEWHERE if (who, one.at) in taken or not full else WhyOpen.WEEK_FULL
                if who in self.newcomers.new and not full and (who, one.at) not in taken:
                    why = WhyOpen.ONLY_NEW
            found.append(why)
        return found


def _against(roll: Roll, who: int, wanted: Sequence[Open]) -> list[WhyOpen | None]:
    """Say for each place what speaks against somebody; his share of the week is the flow's business."""
    if not roll.people[who].away and not roll.standings.get(who):
        # All places are of one school and one group: what speaks against him at one does at each.
        return [_why(roll, who, wanted[0])] * len(wanted)
    return [_why(roll, who, one) for one in wanted]


def _why(roll: Roll, who: int, one: Open) -> WhyOpen | None:
    found = (why.conflict for why in roll.against(who, one.place, one.seats[0], one.shift))
    hard = next((conflict for conflict in found if conflict != Conflict.TOO_MANY), None)
    return None if hard is None else of_conflict(hard) or WhyOpen.NOT_READY


def _row(key: SeatKey, account_id: int | None, why: WhyOpen | None) -> Mapping[str, object]:
    return {
        "post_id": key.post_id,
        "date": key.date.isoformat(),
        "peak": key.peak,
        "group": key.group,
        "seat": key.seat,
        "account_id": account_id,
        "why": why.value if why else None,
    }

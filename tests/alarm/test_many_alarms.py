"""Several alarms and drills at once, played at random: whom each takes from the others, and what leaves the house."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.dispatch import (
    Choice,
    choose,
    complete_for_kind,
    more_responders,
    next_responder,
    within_room,
)
from server.alarm.rules.engagement import Binding, Bound, Pool, binding, kept_away, pool_of, room_left
from server.alarm.rules.escalation import DEFAULT_PLAN, TIERS
from server.alarm.rules.nearest import Candidate, Field
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.response import CALLED, REPLACED, STANDING, Mover, ResponseState, move
from server.alarm.rules.search import Call, Responder
from server.core.access.roles import Group
from server.core.geo import distance_m
from server.delivery.rules.channels import ChannelName, leaves_the_house
from tests.alarm.moves import tried
from tests.alarm.strategies import NOW, POSTS, fields_of_people, kinds

LIMITS = DispatchLimits(most_called=6)
SAYS = [state for state in ResponseState if state not in {ResponseState.NOTIFIED, ResponseState.RELEASED}]


@dataclass
class Going:
    """An alarm or a drill that goes on, and how those asked to it stand."""

    call: Call
    drill: bool
    asked: dict[int, tuple[Responder, ResponseState]] = field(default_factory=dict)

    full: bool = True

    def standing(self) -> set[int]:
        """Give whom it binds: who is asked, counts, and is not out of it."""
        return {one.account_id for one in self.bindings()}

    def bindings(self) -> list[Binding]:
        """Give how it binds them; an alarm of a raiser without standing binds nobody."""
        return [
            Binding(number, self.drill, binding(tier=one.tier, state=state))
            for number, (one, state) in self.asked.items()
            if self.full and state in STANDING and one.doubt is None
        ]

    def taking_part(self) -> set[int]:
        """Give who was asked and is not out of it, whether he counts or not."""
        return {number for number, (_one, state) in self.asked.items() if state in CALLED}


class ManyAlarms(RuleBasedStateMachine):
    """Alarms and drills begin, widen and end; people answer as they like. What is judged is said anew here."""

    kept_away = staticmethod(kept_away)
    move = staticmethod(move)
    next_responder = staticmethod(next_responder)
    leaves_the_house = staticmethod(leaves_the_house)
    room_left = staticmethod(room_left)

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[int, Candidate] = {}
        self.going: list[Going] = []
        self.sent: list[tuple[bool, ChannelName, bool]] = []

    @initialize(people=fields_of_people)
    def on_duty(self, people: list[Candidate]) -> None:
        """Put people on duty, all free."""
        self.people = {one.account_id: replace(one, bound=Bound.FREE) for one in people}

    @precondition(lambda self: len(self.going) < 4)
    @rule(post_id=st.sampled_from(sorted(POSTS)), kind=kinds, drill=st.booleans(), full=st.booleans())
    def raised(self, post_id: int, kind: AlarmKind | None, drill: bool, full: bool) -> None:
        """Raise an alarm, of full standing or by somebody whom nobody knows, or start a drill."""
        one = Going(Call(POSTS[post_id], post_id, kind, NOW), drill, full=full or drill)
        self.going.append(one)
        self.take(one, choose(self.field(one), one.call, limits=LIMITS))

    @precondition(lambda self: self.going)
    @rule(which=st.integers(0, 3), who=st.integers(0, 29), says=st.sampled_from(SAYS))
    def somebody_answers(self, which: int, who: int, says: ResponseState) -> None:
        """Let somebody answer or fall silent; one more is asked as the rules have it."""
        one = self.going[which % len(self.going)]
        if not one.asked:
            return
        number = sorted(one.asked)[who % len(one.asked)]
        responder, before = one.asked[number]
        silent = says is ResponseState.TIMED_OUT
        after = tried(self.move, before, says, Mover.CLOCK if silent else Mover.PERSON)
        if after is None:
            return
        one.asked[number] = (responder, after)
        asked = set(one.asked)
        if before in STANDING and after in REPLACED:
            instead = self.next_responder(
                self.field(one),
                one.call,
                tier=responder.tier,
                group=responder.group,
                asked=set(one.asked),
                limits=LIMITS,
                pool=pool_of(responder.doubt),
            )
            self.adds_one_where_one_is_free(one, responder, instead)
            if silent:
                self.take_by_itself(one, responder.tier, instead)
            else:
                self.take(one, instead)
        assert asked <= set(one.asked), "whoever is replaced may still come, and so may who stands in for him"

    @precondition(lambda self: self.going)
    @rule(which=st.integers(0, 3), tier=st.sampled_from(TIERS))
    def a_step_is_taken(self, which: int, tier: int) -> None:
        """Let a step ask more people while there is room."""
        one = self.going[which % len(self.going)]
        wider = more_responders(
            self.field(one),
            one.call,
            tier=tier,
            groups=set(Group),
            heads=1,
            asked=set(one.asked),
            limits=LIMITS,
        )
        self.take_by_itself(one, tier, wider)

    @precondition(lambda self: self.going)
    @rule(which=st.integers(0, 3), kind=st.sampled_from(AlarmKind))
    def the_kind_is_told(self, which: int, kind: AlarmKind) -> None:
        """Let somebody say what happens."""
        one = self.going[which % len(self.going)]
        one.call = replace(one.call, kind=kind)
        more = complete_for_kind(self.field(one), one.call, asked=set(one.asked), standing={}, limits=LIMITS)
        self.take(one, more)

    @precondition(lambda self: self.going)
    @rule(which=st.integers(0, 3))
    def it_ends(self, which: int) -> None:
        """End an alarm: its people are free."""
        self.going.pop(which % len(self.going))

    def take_by_itself(self, one: Going, tier: int, choice: Choice) -> None:
        """Ask those whom the alarm itself asks since others are silent: never more than its bound in each pool."""
        before = {pool: self.called(one, tier, pool) for pool in Pool}
        room = {pool: self.room_left(tier, states, LIMITS, pool) for pool, states in before.items()}
        self.take(one, within_room(choice, room))
        for pool, states in before.items():
            bound = max(len(states), LIMITS.most_called)
            assert tier == 1 or len(self.called(one, tier, pool)) <= bound, "not through the whole district"

    def called(self, one: Going, tier: int, pool: Pool) -> list[ResponseState]:
        """Give how those of a tier and pool stand who neither refused nor went."""
        gone = {ResponseState.DECLINED, ResponseState.WITHDRAWN, ResponseState.LEFT, ResponseState.RELEASED}
        return [
            state
            for asked, state in one.asked.values()
            if asked.tier == tier and state not in gone and pool_of(asked.doubt) is pool
        ]

    def field(self, one: Going) -> Field:
        """Give the people on duty as the rules show them to an alarm."""
        bindings = [binds for other in self.going for binds in other.bindings()]
        real = [other.taking_part() for other in self.going if not other.drill]
        away = self.kept_away(bindings, drill=one.drill, at_alarms=set().union(*real))
        return Field(
            replace(person, bound=away.bound.get(number, Bound.FREE))
            for number, person in self.people.items()
            if number not in away.left_out
        )

    def take(self, one: Going, choice: Choice) -> None:
        """Judge a choice by whom it leaves, then ask the people chosen and send what the first step sends."""
        at_alarms = {
            number
            for other in self.going
            if not other.drill and other is not one
            for number in other.standing()
        }
        chosen = {responder.account_id for responder in choice.responders}
        real = [other.taking_part() for other in self.going if not other.drill]
        assert not one.drill or not chosen & set().union(*real), (
            "a drill asks nobody who takes part in an alarm, whoever raised it"
        )
        assert not chosen & set(one.asked), "nobody is asked twice to the same alarm"
        for responder in choice.responders:
            taken_away = responder.account_id in at_alarms
            assert not (one.drill and taken_away), "a drill takes nobody from an alarm"
            if taken_away and responder.tier > 1 and responder.doubt is None:
                self.nobody_else_would_do(one, responder.group, at_alarms | chosen)
            one.asked[responder.account_id] = (responder, ResponseState.NOTIFIED)
            for channel in DEFAULT_PLAN[responder.tier][-1].channels:
                self.sent.append((one.drill, channel, self.leaves_the_house(channel, drill=one.drill)))

    def nobody_else_would_do(self, one: Going, group: Group, not_free: set[int]) -> None:
        """Check that nobody near of a group was free who could have gone instead; the floor is judged elsewhere."""
        spots = {other.call.post_id for other in self.going if other.full and not other.drill}
        free = [
            person.account_id
            for person in self.people.values()
            if person.group == group
            and person.doubt is None
            and person.account_id not in not_free | set(one.asked)
            and person.post_id not in spots | {one.call.post_id}
            and self.away(person, one.call) > LIMITS.on_spot_m + 0.3
            and self.away(person, one.call) < LIMITS.near_m - 0.3
        ]
        assert not free, "somebody was called away from an alarm while another one was free"

    @staticmethod
    def away(person: Candidate, call: Call) -> float:
        return distance_m(person.place(NOW, LIMITS.fix_max_age_s), call.point)

    def adds_one_where_one_is_free(self, one: Going, gone: Responder, choice: Choice) -> None:
        """Check that one more of the same tier and group is asked wherever somebody free may leave his post."""
        assert {(each.tier, each.group) for each in choice.responders} <= {(gone.tier, gone.group)}
        counting = [each for each in choice.responders if each.doubt is None]
        assert len(counting) <= 1
        assert len(choice.responders) - len(counting) <= 1
        assert gone.doubt is None or gone.tier == 1 or not counting, (
            "whoever does not count calls nobody who does"
        )
        # Staff and security may be kept by the floor of their posts, which is judged elsewhere.
        if (
            gone.tier > 1
            and gone.doubt is None
            and gone.group in {Group.VOLUNTEER, Group.POLICE}
            and not counting
        ):
            taken = {number for other in self.going for number in other.standing()}
            if one.drill:
                # A drill asks nobody who takes part in an alarm, whoever raised that.
                taken = taken.union(*(other.taking_part() for other in self.going if not other.drill))
            self.nobody_else_would_do(one, gone.group, taken)

    @invariant()
    def nobody_is_bound_by_whoever_has_no_standing(self) -> None:
        """Alarms of raisers without standing bind nobody, nor do those who do not count take anybody's place."""
        assert not any(one.bindings() for one in self.going if not one.full)

    @invariant()
    def no_drill_touches_a_real_channel(self) -> None:
        """Only the open page hears of a drill; an alarm goes out by all."""
        for drill, channel, leaves in self.sent:
            assert leaves == (not drill or channel is ChannelName.SOCKET)


TestManyAlarms = ManyAlarms.TestCase
TestManyAlarms.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@pytest.mark.hard
def test_five_thousand_days_with_many_alarms() -> None:
    hard = settings(max_examples=5_000, stateful_step_count=50, deadline=None)
    run_state_machine_as_test(ManyAlarms, settings=hard)

"""What is read of a district for a choice is enough: the choice is the one among everybody on duty."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from server.alarm.queries.nearby import Nearby, people_on_duty
from server.alarm.rules.dispatch import choose, more_responders, next_responder, on_the_spot
from server.alarm.rules.nearest import Field
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.search import Call
from server.core.access.roles import Group
from server.core.database.transaction import Store
from server.core.geo import Point
from server.duty.queries import positions
from server.duty.rules.trust import COARSEST_FIX_M
from server.duty.tables import Position, check_in
from server.people.tables import account
from server.places.tables import post
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, STEP, SmallDistrict, make_district
from tests.tools.duty import POLICE, SECURITY_1, SECURITY_2, STAFF_1, STAFF_2, put_at, put_on_duty
from tests.tools.statements import counted

LIMITS = DispatchLimits()
POSTS, A_POST = 40, 12
# Nine of ten are verified; of the others one in three counts all the same.
STANDINGS = (
    *[{"verified": True}] * 27,
    {"verified": False, "flags": ["no_fix"]},
    *[{"verified": False, "flags": ["outside_fence"]}] * 2,
)
CATEGORIES = ("teacher", "security", "volunteer", "police")


def _furnish(store: Store, clock: WoundClock, dice: random.Random) -> tuple[int, list[tuple[int, Point]]]:
    """Put some 480 people on duty at forty posts, most with a fix, some far from their post; one is suspended."""
    district = make_district(store, clock.now())
    with store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        common = dict(connection.execute(select(post).where(post.c.id == district.posts[0])).mappings().one())
        made = []
        for number in range(POSTS):
            place = Point(LATITUDE + dice.random() * 0.1, LONGITUDE + dice.random() * 0.1)
            values = common | {"id": 100 + number, "latitude": place.latitude, "longitude": place.longitude}
            connection.execute(insert(post).values(values | {"name": f"岗{number}"}))
            made.append((100 + number, place))
        fixes = []
        for number in range(POSTS * A_POST):
            post_id, place = made[number % POSTS]
            category = dice.choice(CATEGORIES)
            values = _person(district.district_id, number, category, clock)
            account_id = connection.execute(
                insert(account).values(values).returning(account.c.id)
            ).scalar_one()
            duty = _duty(account_id, post_id, category, clock) | dice.choice(STANDINGS)
            duty_id = connection.execute(insert(check_in).values(duty).returning(check_in.c.id)).scalar_one()
            spread = 0.03 if dice.random() < 0.1 else 0.0005
            if dice.random() < 0.7:
                fixes.append(
                    Position(
                        account_id=account_id,
                        check_in_id=duty_id,
                        latitude=place.latitude + dice.gauss(0, spread),
                        longitude=place.longitude + dice.gauss(0, spread),
                        accuracy_m=10.0,
                        at=clock.now() - timedelta(seconds=dice.randrange(500)),
                    )
                )
        positions.keep(connection, fixes)
        connection.execute(update(account).where(account.c.id == account_id).values(status="suspended"))
    return district.district_id, made


def _person(district_id: int, number: int, category: str, clock: WoundClock) -> dict[str, object]:
    return {
        "district_id": district_id,
        "phone": f"1980000{number:04}",
        "name": f"测试{number}",
        "category": category,
        "role": "guard",
        "status": "approved",
        "registered_at": clock.now(),
    }


def _duty(account_id: int, post_id: int, category: str, clock: WoundClock) -> dict[str, object]:
    now = clock.now()
    return {
        "account_id": account_id,
        "post_id": post_id,
        "category": category,
        "peak": "morning_arrival",
        "shift": {},
        "date": now.date(),
        "starts_at": now,
        "ends_at": now + timedelta(hours=1),
        "at": now,
        "claimed_at": now,
        "verdict": "on_time",
        "minutes_late": 0,
        "flags": [],
    }


@pytest.mark.parametrize(("accuracy_m", "away_m"), [(500.0, 6_000), (500.5, STEP * 111_000)])
def test_where_a_place_is_as_coarse_as_a_cell_towers_the_post_stands_in(
    app_store: Store, district: SmallDistrict, clock: WoundClock, accuracy_m: float, away_m: float
) -> None:
    """The guards of the next post say that they are 6 km off; those of the post after it send good places."""
    now, seats = clock.now(), [STAFF_1, STAFF_2, SECURITY_1, SECURITY_2, POLICE]
    neighbours = put_on_duty(app_store, district, post=1, seats=seats, now=now)
    put_on_duty(app_store, district, post=2, seats=seats, now=now)
    for one in neighbours:
        put_at(app_store, one, latitude=LATITUDE, longitude=LONGITUDE + 0.063, at=now, accuracy_m=accuracy_m)
    call = Call(Point(LATITUDE, LONGITUDE), district.posts[0], None, now)
    with app_store.read() as connection:
        nearby = Nearby(connection, call, LIMITS, district_id=district.district_id, drill=False)
        whole = people_on_duty(connection, district.district_id, drill=False)
        chosen = {
            one.account_id
            for one in nearby.choose(lambda field: choose(field, call, limits=LIMITS)).responders
        }
    for people in (nearby.people, whole):
        distances = people.distances_m(call.point, now, LIMITS.fix_max_age_s)
        assert list(distances[people.having(neighbours)]) == pytest.approx([away_m] * 5, rel=0.02)
    first = chosen & set(neighbours)
    assert bool(first & {neighbours[0], neighbours[1]}) == (accuracy_m > COARSEST_FIX_M)


def test_what_is_read_is_enough(store: Store, clock: WoundClock) -> None:
    dice = random.Random(3)
    district_id, made = _furnish(store, clock, dice)
    parts = 0
    with store.read() as connection:
        whole = people_on_duty(connection, district_id, drill=False)
        assert len(whole) == POSTS * A_POST - 1, "nobody sends a suspended account"
        for post_id, place in made:
            call = Call(place, post_id, None, clock.now())
            asked = set(dice.sample(range(1, POSTS * A_POST), dice.choice([0, 50, 400])))
            tier, group = dice.choice([(2, Group.STAFF), (2, Group.SECURITY), (3, Group.POLICE)])

            def first(people: Field, call: Call = call) -> object:
                return choose(people, call, limits=LIMITS)

            def one_more(
                people: Field,
                call: Call = call,
                tier: int = tier,
                group: Group = group,
                asked: set[int] = asked,
            ) -> object:
                return next_responder(people, call, tier=tier, group=group, asked=asked, limits=LIMITS)

            def wider(people: Field, call: Call = call, tier: int = tier, asked: set[int] = asked) -> object:
                return more_responders(
                    people, call, tier=tier, groups=set(Group), heads=5, asked=asked, limits=LIMITS
                )

            for rule in (first, one_more, wider):
                nearby = Nearby(connection, call, LIMITS, district_id=district_id, drill=False)
                assert nearby.choose(rule) == rule(whole)
                parts += not nearby.people.whole
            with counted(store) as read:
                nearby = Nearby(
                    connection, call, LIMITS, district_id=district_id, drill=False, on_the_spot=True
                )
            there = on_the_spot(nearby.people, call, asked=asked, limits=LIMITS)
            assert there == on_the_spot(whole, call, asked=asked, limits=LIMITS)
            assert "GROUP BY" not in read.told(), "the district is not counted for it"
    assert parts > POSTS, "most choices read a part"

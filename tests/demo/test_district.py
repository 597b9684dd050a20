"""The demo district: the same from the same seed, inside its outline, with the seats that it promises."""

import math
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, literal, select, update

from server.alarm.queries import units
from server.alarm.rules.alarm import AlarmKind
from server.attendance.tables import ARRIVALS, heads_of, peak_outcome
from server.calendar.queries import rosters
from server.calendar.rules import Window, current_shift, shifts_around
from server.calendar.tables import duty_answer, published_duty
from server.core.database.transaction import Store
from server.core.geo import Point
from server.demo.district import DISTRICT_ID, FIRST_CODE, DemoDistrict, make_district
from server.demo.layout import FROM_EDGE_M, SPACING_M
from server.demo.people import GUARDS, PEAKS
from server.demo.script import VISITORS_CATEGORIES
from server.demo.seed import NotADemo, seed
from server.demo.shapes import area, distance_to_edge, inside, read_outline
from server.people.tables import account
from server.places import tables as places_tables
from server.places.queries import districts
from server.places.queries.post_codes import ALPHABET
from server.places.rules.peaks import Peak
from tests.tools.areas import in_area

NOW = datetime(2026, 11, 22, 23, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def made() -> DemoDistrict:
    """Make the demo district once."""
    return make_district()


def test_same_seed_same_district(made: DemoDistrict) -> None:
    assert make_district().digest() == made.digest()


def test_other_seed_other_district(made: DemoDistrict) -> None:
    assert make_district(7).digest() != made.digest()


def test_counts(made: DemoDistrict) -> None:
    guards = [row for row in made.account if row["role"] == "guard"]
    assert (len(made.post), len(made.school), len(made.station), len(guards)) == (201, 201, 12, GUARDS)
    assert Counter(row["role"] for row in made.account) == {
        "guard": GUARDS,
        **dict.fromkeys(("school_admin", "station_officer", "dispatcher", "district_admin", "auditor"), 1),
    }
    kinds = Counter(row["kind"] for row in made.school)
    assert kinds["kindergarten"] > kinds["primary"] > kinds["junior"] > kinds["special"] >= 1


def test_names_and_phones_are_unique_and_invented(made: DemoDistrict) -> None:
    phones = [row["phone"] for row in made.account if row["phone"]]
    assert len(set(phones)) == GUARDS
    assert min(phones) == "19900000000" and max(phones) == "19900032999"
    for rows in (made.school, made.post, made.station):
        assert len({row["name"] for row in rows}) == len(rows)
    assert all(1 < len(row["name"]) <= 4 for row in made.account)


def test_every_post_lies_inside_and_apart(made: DemoDistrict) -> None:
    outline, plane, ring = read_outline()
    spots = [plane.flat(row["longitude"], row["latitude"]) for row in made.post]
    for row, spot in zip(made.post, spots, strict=True):
        assert in_area(Point(row["latitude"], row["longitude"]), outline)
        assert inside(ring, spot)
        assert distance_to_edge(ring, spot) > FROM_EDGE_M - 1
    nearest = min(math.dist(one, other) for number, one in enumerate(spots) for other in spots[:number])
    assert nearest > SPACING_M - 1


def test_denser_in_the_south_east(made: DemoDistrict) -> None:
    middle = read_outline()[1]
    south_east = [
        row for row in made.post if row["longitude"] > middle.longitude and row["latitude"] < middle.latitude
    ]
    assert len(south_east) > len(made.post) / 2


def test_station_areas_cover_the_district_and_hold_their_posts(made: DemoDistrict) -> None:
    _, plane, ring = read_outline()
    areas = {row["id"]: row["area"] for row in made.station}
    covered = sum(
        area([plane.flat(*corner) for corner in one["coordinates"][0][:-1]]) for one in areas.values()
    )
    assert 0.99 < covered / area(ring) < 1.001
    assert all(one["coordinates"][0][0] == one["coordinates"][0][-1] for one in areas.values())
    for row in made.post:
        assert in_area(Point(row["latitude"], row["longitude"]), areas[row["station_id"]])


def test_each_peak_of_each_weekday_has_1407_seats(made: DemoDistrict) -> None:
    for weekday in range(7):
        seats = Counter(row["peak"] for row in made.roster if row["weekdays"] >> weekday & 1)
        assert len(seats) == 24
        assert set(seats.values()) == {1407}
    heads = Counter(
        (row["post_id"], row["peak"], row["category"]) for row in made.roster if row["weekdays"] & 1
    )
    assert set(heads.values()) == {1, 2}
    assert {category for (_, _, category), count in heads.items() if count == 2} == {"security", "volunteer"}


def test_nobody_has_two_seats_within_an_hour_of_each_other(made: DemoDistrict) -> None:
    hours: dict[tuple[int, int], list[int]] = {}
    for row in made.roster:
        for weekday in range(7):
            if row["weekdays"] >> weekday & 1:
                hours.setdefault((row["account_id"], weekday), []).append(int(row["peak"][-2:]))
    assert max(map(len, hours.values())) == 2
    assert {abs(two[0] - two[1]) for two in hours.values() if len(two) == 2} == {12}
    assert len({account_id for account_id, _ in hours}) == GUARDS


def test_a_peak_is_always_going_on(made: DemoDistrict) -> None:
    peaks = [
        Peak(row["kind"], row["starts"], row["ends"]) for row in made.peak if row["school_kind"] == "primary"
    ]
    zone = ZoneInfo(made.district[0]["time_zone"])
    for minute in range(0, 24 * 60 + 1, 5):
        now = NOW + timedelta(minutes=minute)
        running = current_shift(shifts_around(lambda _: tuple(peaks), now, zone, Window()), now)
        assert running is not None and running.starts_at <= now < running.ends_at


def test_codes_can_be_read_out(made: DemoDistrict) -> None:
    codes = [row["code"] for row in made.post_code]
    assert len(set(codes)) == 201 and codes[0] == FIRST_CODE
    assert all(len(code) == 10 and set(code) <= set(ALPHABET) for code in codes)


def test_is_stored_once_and_kept_going(store: Store) -> None:
    lines: list[str] = []
    assert seed(store, now=NOW, progress=lines.append)
    assert any("33,005 of 33,005" in line for line in lines)
    assert not seed(store, now=NOW + timedelta(days=30))
    with store.read() as connection:
        places = districts.places(connection)
        assert len(places) == 201
        saturday = datetime(2026, 11, 28, tzinfo=UTC).date()
        days = places[0].days
        assert days.on(saturday).school_day and days.on(saturday + timedelta(weeks=7)).school_day
        seats = rosters.rostered(connection, post_id=1, peak="hour_07", on=saturday)
        assert len(seats) == 7
    with store.read() as connection:
        # Each of the past peaks says when its people came.
        came = sum((peak_outcome.c[name] for name in ARRIVALS), literal(0))
        present = sum((peak_outcome.c[name] for name in heads_of("present")), literal(0))
        counts = select(func.count(), func.count().filter(came == present))
        past, told = connection.execute(counts.select_from(peak_outcome)).one()
        assert past == told > 20_000
    with store.read() as connection:
        # The week of each start and the next one are published at two posts, with a few open seats.
        told = select(published_duty.c.date, func.count()).where(published_duty.c.post_id == 1)
        by_day = dict(connection.execute(told.group_by(published_duty.c.date)).tuples().all())
        assert min(by_day) == date(2026, 11, 23)
        assert len(by_day) == 28
        assert all(150 <= seats <= 168 for seats in by_day.values())
        said = set(connection.execute(select(duty_answer.c.answer).distinct()).scalars())
        assert said == {"coming", "cannot"}
    with store.read() as connection:
        # Whom a visitor may sign in as stands at the first post at each peak of each day.
        whom = (
            select(published_duty.c.date, published_duty.c.peak, account.c.category)
            .join_from(published_duty, account, account.c.id == published_duty.c.account_id)
            .where(published_duty.c.post_id == 1, account.c.category.in_(VISITORS_CATEGORIES))
        )
        assert len(set(connection.execute(whom))) == 28 * PEAKS * len(VISITORS_CATEGORIES)
    with store.read() as connection:
        known = {row.id: row for row in units.of_district(connection, DISTRICT_ID)}
        plans = units.plans_for(connection, district_id=DISTRICT_ID, school_id=1, kind="fire")
        assert len(known) == 5 and {plan.kind for plan in plans} == {None, AlarmKind.FIRE}
        assert all(unit in known for plan in plans for unit in plan.units)
        assert all("演示" in row.name and (row.number or "").startswith("1990009") for row in known.values())
    with store.transaction(NOW) as transaction:
        # The next number must be free, or nobody could register.
        number = transaction.connection.execute(
            account.insert().values(
                district_id=1,
                phone="19900099999",
                name="测试",
                role="guard",
                status="pending",
                registered_at=NOW,
            )
        ).inserted_primary_key
        assert number is not None and number[0] == GUARDS + 6
        assert (
            transaction.connection.execute(select(func.count()).select_from(account)).scalar() == GUARDS + 6
        )


def test_refuses_a_database_that_is_not_a_demo(store: Store) -> None:
    with store.transaction(NOW) as transaction:
        transaction.connection.execute(
            places_tables.district.insert().values(name="青禾区", time_zone="Asia/Shanghai")
        )
        transaction.connection.execute(update(places_tables.district).values(demo=False))
    with pytest.raises(NotADemo):
        seed(store, now=NOW)

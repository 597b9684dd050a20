"""The import: all or nothing, and nothing new the second time."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from server.calendar.queries import rosters
from server.calendar.tables import roster
from server.core.audit import audit_row
from server.core.database import event_log
from server.core.database.kept_rows import KEPT_CHANGED
from server.core.database.transaction import Store
from server.core.geo import Point, gcj02_to_wgs84
from server.core.refused import Refused
from server.duty.tables import check_in
from server.people.tables import account
from server.places.queries import districts
from server.places.tables import calendar_day, district, peak, post, post_code, school, station
from server.setup.actions.imports import Imported, ImportRequest, import_file
from server.setup.queries.imports import Counts
from tests.tools.district import SmallDistrict
from tests.tools.duty import duty_row
from tests.tools.import_file import sheets, workbook
from tests.tools.keys import sealed

NOW = datetime(2026, 11, 22, 23, 15, tzinfo=UTC)
TABLES = (district, station, school, post, post_code, peak, roster, calendar_day, event_log.event, audit_row)


def take(store: Store, content: dict[str, list[list[Any]]] | None = None, **named: Any) -> Imported:
    wanted = ImportRequest(
        content=workbook(content), filename="district.xlsx", **{"district": "青禾区", **named}
    )
    return import_file(store, wanted=wanted, now=NOW)


def rows_in(store: Store) -> dict[str, list[Any]]:
    """Read all rows; that kept ones are forgotten is told each time, and is no change."""
    with store.read() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key))
                if KEPT_CHANGED not in row
            ]
            for table in TABLES
        }


def test_a_whole_district(store: Store) -> None:
    steps: list[str] = []
    wanted = ImportRequest(content=workbook(), filename="district.xlsx", district="青禾区")
    done = import_file(store, wanted=wanted, now=NOW, on_step=lambda what, _done, _total: steps.append(what))
    assert done.errors == () and done.district_is_new
    assert done.counts == {
        "stations": Counts(new=2),
        "schools": Counts(new=2),
        "posts": Counts(new=2),
        "peaks": Counts(new=3),
        "rosters": Counts(new=4),
        "calendar": Counts(new=2),
    }
    assert steps[0] == "read" and steps[-1] == "commit"
    with store.read() as connection:
        south, main = districts.places(connection)
        assert (south.name, south.fence_radius_m, south.composition.staff) == ("青禾小学南门岗", 120, 3)
        assert main.composition.total == 7 and main.fence_radius_m == 150
        assert main.point == gcj02_to_wgs84(Point(31.901, 117.261))
        assert [one.starts for one in south.peaks_on(date(2026, 11, 23))] == [time(7, 10), time(16, 40)]
        assert [one.kind for one in main.peaks_on(date(2026, 11, 23))] == ["morning_arrival"]
        school_days = {on: south.days.on(on).school_day for on in (date(2026, 10, 1), date(2026, 11, 28))}
        assert school_days == {date(2026, 10, 1): False, date(2026, 11, 28): True}
        assert not any(main.days.on(on).school_day for on in school_days)
        assert len(districts.current_codes(connection, [south.post_id, main.post_id])) == 2
        monday = date(2026, 11, 23)
        seats = rosters.rostered(connection, post_id=south.post_id, peak="morning_arrival", on=monday)
        assert [row.name for row in seats] == ["张样例", "李样例"]
        # Kinds of schools without peaks in the file have the usual ones.
        assert connection.execute(select(func.count()).where(peak.c.school_kind == "junior")).scalar() == 4


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    take(store)
    before = rows_in(store)
    again = take(store)
    assert all(one.new == one.changed == one.removed == 0 for one in again.counts.values())
    assert again.counts["rosters"].same == 4
    assert rows_in(store) == before


def test_the_same_file_without_naming_the_district(store: Store) -> None:
    take(store)
    assert take(store, district=None).district == "青禾区"


def test_one_wrong_row_and_nothing_is_stored(store: Store) -> None:
    content = sheets()
    content["排班 rosters"][2][1] = "123"
    content["护学岗 posts"][1][4] = "somewhere"
    before = rows_in(store)
    done = take(store, content)
    assert [(error.sheet, error.row, error.code) for error in done.errors] == [
        ("护学岗 posts", 2, "not_degrees"),
        ("排班 rosters", 3, "not_a_mobile_number"),
    ]
    assert rows_in(store) == before


def test_a_dry_run_counts_and_stores_nothing(store: Store) -> None:
    before = rows_in(store)
    assert take(store, dry_run=True).counts["posts"] == Counts(new=2)
    assert rows_in(store) == before
    take(store)
    assert take(store, dry_run=True).counts["posts"] == Counts(same=2)


def test_changed_rows_are_changed_and_posts_follow_their_school(store: Store) -> None:
    take(store)
    content = sheets()
    content["学校 schools"][1][1] = "麦浪派出所"
    content["护学岗 posts"] = content["护学岗 posts"][:1]
    content["排班 rosters"][1][5] = "每天"
    done = take(store, content)
    assert done.counts["schools"] == Counts(changed=1, same=1)
    assert done.counts["rosters"] == Counts(changed=1, same=3)
    with store.read() as connection:
        south = districts.places(connection)[0]
        name = connection.execute(select(station.c.name).where(station.c.id == south.station_id)).scalar()
        assert name == "麦浪派出所"
        told = [one.name for one in event_log.since(connection, 0)]
        assert told.count("directory.changed") == 2


def test_a_second_school_of_the_name_stands_beside_the_first(store: Store) -> None:
    take(store)
    content = sheets()
    content["学校 schools"].append(["青禾小学", "麦浪派出所", "小学", 300, 0, ""])
    for row, at in zip(content["护学岗 posts"], ("派出所", "青禾派出所", ""), strict=True):
        row.append(at)
    far = ["青禾小学东门岗", "青禾小学", "东门", "", 31.902, 117.262, "WGS84", "", "", "", "麦浪派出所"]
    content["护学岗 posts"].append(far)
    content["校历 calendar"] = [
        ["日期", "上课", "学校", "派出所"],
        ["2026-11-28", "上课", "青禾小学", "麦浪派出所"],
    ]
    done = take(store, content)
    assert done.errors == ()
    assert done.counts["schools"] == Counts(new=1, same=2)
    assert done.counts["posts"] == Counts(new=1, same=2)
    assert take(store, content).counts["schools"] == Counts(same=3)
    with store.read() as connection:
        by_name = {one.name: one for one in districts.places(connection)}
        south, east = by_name["青禾小学南门岗"], by_name["青禾小学东门岗"]
        assert south.school_name == east.school_name and south.school_id != east.school_id
        names = dict(connection.execute(select(station.c.id, station.c.name)).all())
        assert (names[south.station_id], names[east.station_id]) == ("青禾派出所", "麦浪派出所")
        assert east.days.on(date(2026, 11, 28)).school_day
        assert not south.days.on(date(2026, 10, 1)).school_day


def test_what_has_peaks_in_the_file_has_those_alone(store: Store) -> None:
    take(store)
    content = {"高峰 peaks": sheets()["高峰 peaks"][:2]}
    assert take(store, content).counts["peaks"] == Counts(same=1, removed=1)
    with store.read() as connection:
        assert [one.kind for one in districts.places(connection)[0].peaks_on(date(2026, 11, 23))] == [
            "morning_arrival"
        ]
        assert len(districts.places(connection)[1].peaks_on(date(2026, 11, 23))) == 1


def test_rosters_find_the_registered_and_may_be_replaced(store: Store) -> None:
    take(store)
    with store.transaction(NOW) as transaction:
        row = sealed(
            transaction.connection,
            account,
            district_id=1,
            phone="19900000001",
            name="张样例",
            category="teacher",
            role="guard",
            status="approved",
            registered_at=NOW,
        )
        number = transaction.connection.execute(
            account.insert().values(row).returning(account.c.id)
        ).scalar_one()
    content = {"排班 rosters": sheets()["排班 rosters"][:2]}
    assert take(store, content).counts["rosters"] == Counts(changed=1)
    assert take(store, content, replace_rosters=True).counts["rosters"] == Counts(same=1, removed=2)
    with store.read() as connection:
        left = connection.execute(select(roster.c.name, roster.c.account_id).order_by(roster.c.id)).all()
        assert [tuple(row) for row in left] == [("张样例", number), ("王样例", None)]


def test_csv_of_one_sheet_in_gb18030(store: Store) -> None:
    take(store)
    text = "姓名,手机号,类别,护学岗,高峰,星期\n赵样例,19900000009,民警,青禾小学南门岗,早上学,一至五\n"
    wanted = ImportRequest(content=text.encode("gb18030"), filename="rosters.csv")
    assert import_file(store, wanted=wanted, now=NOW).counts["rosters"] == Counts(new=1)


@pytest.mark.parametrize(
    ("named", "code"),
    [({"district": None}, "district_needed"), ({"time_zone": "Mars/Base"}, "unknown_time_zone")],
)
def test_refusals_without_a_district(store: Store, named: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        take(store, **named)
    assert refused.value.code == code


def test_refusals_with_other_districts(store: Store) -> None:
    take(store)
    take(store, district="麦浪区")
    with pytest.raises(Refused) as refused:
        take(store, district=None)
    assert refused.value.facts == {"names": ["青禾区", "麦浪区"]}
    with store.transaction(NOW) as transaction:
        transaction.connection.execute(district.update().values(demo=True))
    with pytest.raises(Refused) as refused:
        take(store, district="新区")
    assert refused.value.code == "demo_database"


def test_where_somebody_has_stood_already_other_peaks_hold_from_tomorrow(store: Store) -> None:
    """The days that were keep theirs: they were rewritten from the beginning, and who was late with them."""
    take(store)
    post_id = _stand_somebody(store)
    headings, morning, _evening, kindergarten = sheets()["高峰 peaks"]
    earlier = {"高峰 peaks": [headings, [*morning[:3], "07:00", "07:40"], kindergarten]}
    assert take(store, earlier).counts["peaks"] == Counts(changed=1, same=1, removed=1)
    with store.read() as connection:
        place = districts.place(connection, post_id)
        assert place is not None
        assert [f"{one.starts:%H:%M}" for one in place.peaks_on(date(2026, 11, 23))] == ["07:10", "16:40"]
        assert [f"{one.starts:%H:%M}" for one in place.peaks_on(date(2026, 11, 24))] == ["07:00"]
    # The same file once more changes nothing, and rosters go by what holds by then.
    assert take(store, earlier).counts["peaks"] == Counts(same=2)
    gone = {"排班 rosters": [sheets()["排班 rosters"][0], sheets()["排班 rosters"][3]]}
    assert [one.code for one in take(store, gone).errors] == ["peak_not_at_school"]


def _stand_somebody(store: Store) -> int:
    """Let somebody have been on duty at a post of the file; gives its number."""
    with store.transaction(NOW) as transaction:
        connection = transaction.connection
        post_id, district_id, school_id = connection.execute(
            select(post.c.id, post.c.district_id, post.c.school_id).where(post.c.name == "青禾小学南门岗")
        ).one()
        person = {"role": "guard", "status": "approved", "category": "teacher", "registered_at": NOW}
        own = {**person, "name": "张样例", "district_id": district_id, "school_id": school_id}
        number = connection.execute(insert(account).values(own).returning(account.c.id)).scalar_one()
        there = SmallDistrict(0, [], [], [post_id], [], [[number]], {})
        connection.execute(insert(check_in).values(duty_row(there, post=0, seat=0, now=NOW)))
    return int(post_id)

"""What is kept of people is said once: no table is forgotten; page, purge and documents say the same."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, Connection, Table, Text, func, insert, select

from server.areas import AREAS, metadata
from server.attendance.tables import correction, no_show
from server.calendar.tables import duty_answer, published_duty
from server.config import read_settings
from server.core.audit import audit_row
from server.core.clock import retention
from server.core.database.transaction import Store
from server.core.jobs.tables import job
from server.core.kept_data import ForDays, KeptData
from server.delivery.queries import messages
from server.duty.tables import badge, badge_use, check_in, hand_over_note, lending, position
from server.people.tables import account, known_device
from server.people.tables.absences import absence
from server.people.tables.imports import guard_import, guard_import_row
from server.places.tables import post
from server.roster.tables import (
    duty_reminder,
    place_wait,
    planned_duty,
    stand_in,
    stand_in_asked,
    swap,
)
from tests.core.test_retention import on_duty_with_places
from tests.tools.clock import WoundClock

SETTINGS = read_settings({"HUXUE_MODE": "demo"})

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
# What a column is called that tells of a person, besides those that name an account.
TELLING = {
    *("name", "claimed_name", "username", "address", "phone", "telephone", "latitude", "longitude"),
    *("device_id", "endpoint", "account_id", "actor_id", "subject_id", "by", "owner"),
}
# They run the server, and tell of nobody: keys, seals of the audit log, counts of a post.
OF_NOBODY = {
    *(
        "audit_seal",
        "coverage",
        "log_epoch",
        "nudge",
        "schema_state",
        "sealing_key",
        "sealing_state",
        "server_key",
    ),
    "unused_watch",
    "write_probe",
}


def tells_of_people(column: Column[object]) -> bool:
    """Tell whether a column names an account or a person, or holds text that may."""
    return (
        column.name in TELLING
        or column.name.startswith(("phone_", "telephone_"))
        or column.name.endswith("_by")
        or isinstance(column.type, JSON | Text)
        or any(key.column.table.name == "account" for key in column.foreign_keys)
    )


def named() -> set[Table]:
    return {table for kind in AREAS.kept() for table in kind.tables}


def test_every_table_about_people_is_in_the_list_of_what_is_kept() -> None:
    known = {table.name for table in named()}
    about = {table.name for table in metadata.sorted_tables if any(map(tells_of_people, table.columns))}
    assert sorted(about - known - OF_NOBODY) == []


def test_every_other_table_is_said_to_be_of_nobody() -> None:
    every = {table.name for table in metadata.sorted_tables}
    assert sorted(every - {table.name for table in named()}) == sorted(OF_NOBODY)


@pytest.mark.parametrize("kind", AREAS.kept(), ids=lambda kind: kind.name)
def test_a_kind_says_everything_in_both_languages(kind: KeptData) -> None:
    for words in (kind.what, kind.whose, kind.purpose, kind.seen_by, kind.at_erasure):
        assert words.zh and words.en
    if isinstance(kind.kept, ForDays):
        assert kind.kept.days(SETTINGS) >= 1
        assert kind.kept.time(SETTINGS) % timedelta(days=1) == timedelta()


def test_kinds_have_names_of_their_own() -> None:
    names = [kind.name for kind in AREAS.kept()]
    assert len(set(names)) == len(names)


def test_what_goes_by_age_is_purged_but_files_which_are_swept_and_people_who_are_erased() -> None:
    aged = {kind.name: kind.kept for kind in AREAS.kept() if isinstance(kind.kept, ForDays)}
    unpurged = {name for name, kept in aged.items() if not kept.deletes}
    assert unpurged == {"alarm_pictures", "files", "unused_account"}
    purged = {delete.table for delete in AREAS.old_rows(SETTINGS, NOW)}
    of_kinds = {table for kind in AREAS.kept() if kind.name in aged for table in kind.tables}
    # Rooms go with their events; a duty lets pictures go, since their files go first.
    left = {"account_use", "alarm_picture", "event_room", "stored_file"}
    assert {table.name for table in of_kinds - purged} == left


def test_another_setting_is_another_number_on_the_page_and_another_purge() -> None:
    longer = replace(SETTINGS, position_days=9)
    positions = next(kind.kept for kind in AREAS.kept() if kind.name == "positions")
    assert isinstance(positions, ForDays)
    assert positions.told(longer).en == "9 days after they were measured"
    assert positions.told(longer).zh == "采集后 9 天"

    def before(days: int) -> list[object]:
        deletes = AREAS.old_rows(replace(SETTINGS, position_days=days), NOW)
        return [
            value
            for one in deletes
            if one.table is position
            for value in one.compile().params.values()
            if isinstance(value, datetime)
        ]

    assert before(9) == [NOW - timedelta(days=9)]
    assert before(7) == [NOW - timedelta(days=7)]


def test_settings_that_decide_are_settings_of_the_server() -> None:
    names = {name for kind in AREAS.kept() if isinstance(kind.kept, ForDays) for name in kind.kept.settings}
    assert [name for name in names if not hasattr(SETTINGS, name.removeprefix("HUXUE_").lower())] == []


def test_anybody_may_read_it_and_gets_it_once(app: Flask) -> None:
    stranger = app.test_client()
    answer = stranger.get("/api/privacy")
    assert answer.status_code == 200
    assert answer.json is not None
    items = answer.json["items"]
    assert {one["name"] for one in items} == {kind.name for kind in AREAS.kept()}
    first = items[0]
    assert (first["name"], first["goes"], first["days"]) == ("positions", "by_age", 7)
    assert first["how_long"] == {"zh": "采集后 7 天", "en": "7 days after they were measured"}
    assert {one["days"] is None for one in items if one["goes"] != "by_age"} == {True}
    known = stranger.get("/api/privacy", headers={"If-None-Match": answer.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")


def old_rows_of_each_kind(store: Store, clock: WoundClock) -> None:
    """Write rows of each kind that goes by age: those of a duty, and messages, a device and a job besides."""
    on_duty_with_places(store, clock)
    draft = messages.Draft("sms", "sign_in_code", "19900000001", "a", "1", clock.now())
    with store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        of_alarm = [replace(draft, alarm_id=1, reference=one) for one in "bcd"]
        messages.put(connection, [draft, *of_alarm], clock.now())
        missed = {"post_id": 1, "date": clock.now().date(), "peak": "morning_arrival", "account_id": 1}
        connection.execute(insert(no_show).values(seat_group="staff", **missed))
        changed = {"starts_at": clock.now(), "late": False, "reason": "r", "corrected_at": clock.now()}
        of = {**missed, **changed, "seat_group": "staff", "corrected_by": 1}
        connection.execute(insert(correction).values(of))
        connection.execute(insert(known_device).values(whose="w", device_id="d", seen_at=clock.now()))
        done = {"kind": "own_data", "parameters": {}, "state": "done", "done": 1, "tries": 1}
        connection.execute(insert(job).values(asked_at=clock.now(), **done))
        transaction.publish("coverage.changed", {"number": 1}, ("district:1",))
        _plans(connection, clock.now())
        _list(connection, clock.now())


def _plans(connection: Connection, now: datetime) -> None:
    """Write a seat as it is planned and published, and an absence."""
    number = connection.execute(select(account.c.id)).scalars().first()
    at = {"post_id": connection.execute(select(post.c.id)).scalars().first(), "date": now.date()}
    seat = {**at, "peak": "morning_arrival", "seat_group": "staff", "seat": 1, "account_id": number}
    written = {"source": "hand", "version": 1, "changed_at": now}
    connection.execute(insert(planned_duty).values(**seat, **written))
    connection.execute(insert(published_duty).values(**seat, published_at=now))
    note = {**at, "peak": "morning_arrival", "starts_at": now, "text": "门灯坏了", "written_by": number}
    connection.execute(insert(hand_over_note).values(**note, written_at=now))
    mine = {"account_id": note["written_by"], "issued_by": note["written_by"], "issued_at": now}
    made = connection.execute(insert(badge).values(**mine).returning(badge.c.id)).scalar_one()
    connection.execute(insert(badge_use).values(check_in_id=1, badge_id=made, at=now))
    away = {"account_id": number, "first_day": now.date(), "last_day": now.date(), "kind": "ill"}
    connection.execute(insert(absence).values(**away, entered_at=now))
    duty = {name: seat[name] for name in ("post_id", "date", "peak")} | {"account_id": away["account_id"]}
    connection.execute(insert(duty_answer).values(**duty, answer="coming", answered_at=now))
    connection.execute(insert(duty_reminder).values(**duty, kind="evening", reminded_at=now, sent=True))
    search = {"id": 1, "state": "open", "asked_at": now, "next_wave_at": now}
    connection.execute(insert(stand_in).values(**duty, **search))
    lent = {"account_id": number, "check_in_id": connection.execute(select(check_in.c.id)).scalars().first()}
    lent |= {"from_post_id": at["post_id"], "to_post_id": at["post_id"], "seat_group": "staff"}
    connection.execute(insert(lending).values(**lent, state="asked", asked_at=now))
    connection.execute(insert(place_wait).values(**duty, since=now))
    connection.execute(insert(swap).values(**duty, state="open", offered_at=now))
    asked = {"stand_in_id": 1, "account_id": number, "asked_at": now}
    connection.execute(insert(stand_in_asked).values(asked))


def _list(connection: Connection, now: datetime) -> None:
    """Write a list that was brought in, with a row of it."""
    ends = {"asked_at": now, "expires_at": now, "counts": {}, "state": "read"}
    whose = {
        "account_id": 1,
        "district_id": connection.execute(select(account.c.district_id)).scalars().first(),
    }
    number = connection.execute(
        insert(guard_import).values(called="a", file="a", **whose, **ends).returning(guard_import.c.id)
    ).scalar_one()
    told = {"place": 1, "verdict": "new", "sheet": "a", "row": 2, "name": "测试", "was": {}, "faults": []}
    connection.execute(insert(guard_import_row).values(import_id=number, **told))


def counts(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            one.table.description: connection.execute(
                select(func.count()).select_from(one.table)
            ).scalar_one()
            for one in AREAS.old_rows(SETTINGS, NOW)
        }


def test_each_kind_that_goes_by_age_leaves_an_audit_row_with_its_count(
    store: Store, clock: WoundClock
) -> None:
    old_rows_of_each_kind(store, clock)
    before = counts(store)
    assert [name for name, number in before.items() if not number] == []
    clock.wind(minutes=500 * 24 * 60)
    retention.purge(store, AREAS.old_rows(SETTINGS, clock.now()), clock.now())
    with store.read() as connection:
        rows = connection.execute(select(audit_row.c.facts).where(audit_row.c.act == "purge"))
        proven: Counter[str] = Counter()
        for (facts,) in rows:
            proven.update(facts)
    assert dict(proven) == before
    # That sessions went is an event itself, which every process hears: the newest one, at which cursors stand.
    assert counts(store) == {**dict.fromkeys(before, 0), "event": 1}

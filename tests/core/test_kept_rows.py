"""What a process keeps of rows that hardly change: how long it counts, and what makes it forget."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import delete, insert, select, text, update

from server.areas import metadata
from server.calendar.queries import rosters
from server.calendar.tables import KEPT_ROSTER
from server.core.access.sessions import KEPT_SESSION
from server.core.database.event_log import event
from server.core.database.kept_rows import HEARD_WITHIN_S, KEPT_CHANGED, KeptRows, fed_by
from server.core.database.transaction import Store, Transaction
from server.core.live.hub import Hub
from server.people.queries.sessions import by_token
from server.people.tables import account, session
from server.places.queries import districts
from server.places.tables import PLACE, PRINTED_CODE, peak, post, post_code, station
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.keys import open_store
from tests.tools.statements import counted

SignIn = Callable[[int | None], Caller]


class Nobody:
    """Sends nothing."""

    def send(self, _event: str, _text: str, *, to: str) -> None:
        """Leave it."""


def hub_of(store: Store) -> Hub:
    hub = Hub(store, Nobody(), end_session=lambda _session: None, wall_clock=str)
    hub.start()
    return hub


def times_told(store: Store) -> int:
    with store.read() as connection:
        return len(connection.execute(select(event.c.id).where(event.c.name == KEPT_CHANGED)).all())


def test_what_is_kept_counts_for_two_seconds_after_the_log_was_read() -> None:
    now = [100.0]
    kept, asked = KeptRows(lambda: now[0]), list[list[str]]()

    def read(keys: list[str]) -> dict[str, str]:
        asked.append(keys)
        return {key: key.upper() for key in keys if key != "nobody"}

    assert kept.each("letter", ["a"], read) == {"a": "A"}
    kept.heard(now[0])
    for _time in range(2):
        assert kept.each("letter", ["a", "b", "nobody"], read) == {"a": "A", "b": "B"}
    now[0] += HEARD_WITHIN_S
    assert kept.each("letter", ["b"], read) == {"b": "B"}
    assert asked == [["a"], ["a", "b", "nobody"], ["nobody"]], "what is not there is asked for each time"
    now[0] += 0.1
    assert kept.each("letter", ["b"], read) == {"b": "B"}
    kept.heard(now[0])
    kept.forget()
    assert kept.each("letter", ["b"], read) == {"b": "B"}
    assert asked[3:] == [["b"], ["b"]]


def test_what_was_read_while_something_changed_is_not_kept() -> None:
    kept = KeptRows(lambda: 0.0)
    kept.heard(0.0)

    def read(_keys: list[str]) -> dict[str, str]:
        kept.forget()
        return {"a": "before the change"}

    assert kept.each("letter", ["a"], read) == {"a": "before the change"}
    assert kept.each("letter", ["a"], lambda _keys: {"a": "after it"}) == {"a": "after it"}


def test_a_change_of_kept_rows_is_told_by_itself(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    before = times_told(app_store)
    changes = [
        (update(post).where(post.c.id == district.posts[0]).values(name="另一门"), 1),
        (update(post).where(post.c.id == 0).values(name="没有"), 0),
        (delete(session).where(session.c.id == 0), 0),
        (update(account).where(account.c.id == district.guards[0][0]).values(name="改名"), 1),
    ]
    for statement, told in changes:
        with app_store.transaction(clock.now()) as transaction:
            transaction.connection.execute(statement)
        assert times_told(app_store) == before + told
        before += told
    with app_store.transaction(clock.now()) as transaction:
        signed_in = {
            "token_hash": "a" * 64,
            "csrf_token": "b",
            "account_id": district.guards[0][0],
            "created_at": clock.now(),
            "expires_at": clock.now() + timedelta(days=1),
        }
        transaction.connection.execute(insert(session), signed_in)
    assert times_told(app_store) == before, "a new session changes none that is kept"


def test_what_is_forgotten_is_what_the_written_table_feeds(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    """Each confirmation of a newcomer writes his account: no post of the district is read anew for that."""
    hub = hub_of(app_store)
    guard = caller(district.guards[0][0])
    number, code = district.posts[0], district.codes[0]
    places, codes, sessions = "FROM post JOIN school", "FROM post_code", "FROM session JOIN account"
    writes = [
        (None, set()),
        (update(account).where(account.c.id == guard.account_id).values(name="改名"), {sessions}),
        (update(session).where(session.c.id == guard.session_id).values(device_id="d"), {sessions}),
        (update(post).where(post.c.id == number).values(gate="北门"), {places}),
        (update(post_code).where(post_code.c.code == code).values(issued_at=clock.now()), {codes}),
        (update(station).where(station.c.id == district.stations[0]).values(telephone="110"), set()),
    ]
    for elsewhere in (False, True):
        writer = open_store(app_store.url.render_as_string(hide_password=False)) if elsewhere else app_store
        hub.read()
        for statement, forgotten in writes:
            look(guard, app_store, clock, number, code)
            if statement is not None:
                with writer.transaction(clock.now()) as transaction:
                    transaction.connection.execute(statement)
            if elsewhere:
                hub.read()
            app_store.kept.heard(time.monotonic())
            with counted(app_store) as asked:
                look(guard, app_store, clock, number, code)
            assert {one for one in (places, codes, sessions) if one in " ".join(asked.work)} == forgotten
    writer.close()


def look(guard: Caller, store: Store, clock: WoundClock, post_id: int, code: str) -> None:
    """Use each kind that is kept."""
    store.kept.heard(time.monotonic())
    assert guard.get("/api/me/consents").status_code == 200
    with store.transaction(clock.now()) as transaction:
        assert districts.places_in(transaction, [post_id])
        assert districts.printed_codes_in(transaction, [code])


def test_each_kind_is_fed_by_all_tables_that_its_reading_reads(
    app_store: Store, district: SmallDistrict, caller: SignIn, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][0])
    app_store.kept.heard(float("-inf"))
    readings: dict[str, Callable[[Transaction], object]] = {
        PLACE: lambda one: districts.places_in(one, [district.posts[0]]),
        PRINTED_CODE: lambda one: districts.printed_codes_in(one, [district.codes[0]]),
        KEPT_SESSION: lambda one: by_token(one.connection, guard.token),
        KEPT_ROSTER: lambda one: rosters.at_peaks_in(one, [(district.posts[0], "morning")]),
    }
    for kind, read in readings.items():
        with app_store.transaction(clock.now()) as transaction, counted(app_store) as asked:
            assert read(transaction)
        tables = set(re.findall(r"(?:FROM|JOIN) (\w+)", " ".join(asked.work)))
        assert tables == {table.name for table in metadata.sorted_tables if kind in fed_by(table)}, kind


def test_what_a_release_before_tells_of_a_change_forgets_all(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    hub = hub_of(app_store)
    for data, kept in (({"kinds": ["session"]}, "南门"), ({}, "北门")):
        app_store.kept.heard(time.monotonic())
        with app_store.transaction(clock.now()) as transaction:
            districts.places_in(transaction, [district.posts[0]])
            # Past what watches, as another process would.
            transaction.connection.execute(text("UPDATE post SET gate = '北门'"))
            transaction.publish(KEPT_CHANGED, data, ())
        hub.read()
        with app_store.transaction(clock.now()) as transaction:
            assert districts.places_in(transaction, [district.posts[0]])[district.posts[0]].gate == kept


def test_the_calendar_of_a_district_is_read_once_for_all_its_posts_and_anew_when_it_changed(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    app_store.kept.forget()
    app_store.kept.heard(time.monotonic())

    def reads_it(number: int) -> bool:
        with counted(app_store) as asked, app_store.transaction(clock.now()) as transaction:
            districts.places_in(transaction, [number])
        return "FROM calendar_day" in asked.told()

    first, second, _third = district.posts
    assert [reads_it(first), reads_it(second), reads_it(first)] == [True, False, False]
    with app_store.transaction(clock.now()) as transaction:
        of_it = peak.c.district_id == district.district_id
        transaction.connection.execute(update(peak).where(of_it).values(ends=peak.c.ends))
    assert [reads_it(second), reads_it(first)] == [True, False]


def test_a_transaction_sees_what_it_changed_itself(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    app_store.kept.heard(time.monotonic())
    number = district.posts[0]
    with app_store.transaction(clock.now()) as transaction:
        assert districts.places_in(transaction, [number])[number].gate == "南门"
        transaction.connection.execute(update(post).where(post.c.id == number).values(gate="北门"))
        assert districts.places_in(transaction, [number])[number].gate == "北门"
    with app_store.transaction(clock.now()) as transaction:
        assert districts.places_in(transaction, [number])[number].gate == "北门"


def test_a_session_that_another_worker_ended_holds_until_the_log_is_read_and_for_two_seconds_at_most(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    other_worker = open_store(app_store.url.render_as_string(hide_password=False))
    hub = hub_of(app_store)
    for stalled in (False, True):
        guard = caller(district.guards[0][0])
        app_store.kept.heard(time.monotonic())
        assert guard.get("/api/me").status_code == 200
        with other_worker.transaction(clock.now()) as transaction:
            ends = update(session).where(session.c.id == guard.session_id).values(ended_at=clock.now())
            transaction.connection.execute(ends)
        assert guard.get("/api/me").status_code == 200, "it is kept"
        if stalled:
            # A hub that hangs reads nothing: then nothing that is kept counts.
            app_store.kept.heard(time.monotonic() - HEARD_WITHIN_S - 0.1)
        else:
            hub.read()
        assert guard.get("/api/me").json["code"] == "no_session"
    other_worker.close()


def test_who_signs_out_is_signed_out_at_once(
    app_store: Store, caller: SignIn, district: SmallDistrict
) -> None:
    guard = caller(district.guards[0][0])
    app_store.kept.heard(time.monotonic())
    assert guard.get("/api/me").status_code == 200
    assert guard.delete("/api/session").status_code == 204
    guard.client.set_cookie("huxue", guard.token)
    assert guard.get("/api/me").json["code"] == "no_session"


def test_where_it_is_made_a_change_of_rights_holds_at_once(
    app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    app_store.kept.heard(time.monotonic())
    console = caller(district.consoles["dispatcher"])
    assert console.get("/api/coverage").status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        demoted = update(account).where(account.c.id == district.consoles["dispatcher"])
        transaction.connection.execute(demoted.values(role="auditor"))
    assert console.get("/api/coverage").json["code"] == "not_your_role"

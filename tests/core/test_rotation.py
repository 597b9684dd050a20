"""Another key, and the end of numbers in clear: resumable, whole, and with nothing left to be read without keys."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, insert, select

from deploy.programs import postgres
from server.alarm.queries import units
from server.alarm.tables.joint_response import unit
from server.areas import open_store as open_with
from server.calendar.queries import rosters
from server.calendar.tables import roster
from server.core.database import schema_state
from server.core.database.migrate import configuration, upgrade
from server.core.database.requests import request as kept_request
from server.core.database.sealing import reseal, rotation, state
from server.core.database.sealing.keys import Suite
from server.core.database.sealing.ring import KeyFault, KeyRing, KeySource, make_file, read_file
from server.core.database.transaction import Store
from server.delivery.queries import deliverability, messages
from server.delivery.queries.messages import Draft
from server.delivery.rules.channels import ChannelName
from server.delivery.tables import message
from server.people.queries import accounts, codes, device_keys, keyed_names
from server.people.queries.sessions import hashed
from server.people.tables import known_device, sign_in_code, ticket
from tests.tools.district import SmallDistrict, make_district
from tests.tools.keys import TEST_KEYS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
OWN, STRANGER, DESK = "19900000103", "19900007777", "19900097531"
DEVICE = "a-device-of-the-tests"
HOOKS = (keyed_names.name_anew, units.forget_answers)


def silent(_seconds: float) -> None:
    """Wait for nobody: there is no other process."""


def work_on(store: Store, **more: object) -> rotation.Work:
    return rotation.Work(store, lambda: NOW, HOOKS, pause=silent, **more)  # type: ignore[arg-type]


def fill(connection: Connection, made: SmallDistrict) -> None:
    """Write a telephone wherever one may stand, as the program does."""
    later = NOW + timedelta(hours=1)
    values = {"kind": "fire", "desk": "值班室"}
    units.add(connection, made.district_id, now=NOW, name="消防站", telephone=DESK, **values)  # type: ignore[arg-type]
    codes.keep_code(
        connection, request="r", phone=STRANGER, code="123456", tries=3, now=NOW, expires_at=later
    )
    codes.keep_ticket(connection, token="t", phone=STRANGER, expires_at=later)
    whose = keyed_names.names_of(connection, "phone", OWN)[0]
    device_keys.remember(connection, whose=whose, device_id=DEVICE, now=NOW)
    draft = Draft("sms", "sign_in_code", "code:", "reference", "123456", later, telephone=STRANGER)
    messages.put(connection, [draft], NOW)


def is_whole(store: Store, made: SmallDistrict) -> None:
    """Hold that each look for a telephone finds what it found before."""
    with store.transaction(NOW) as transaction:
        connection = transaction.connection
        own = accounts.by_phone(connection, OWN)
        assert own is not None and (own.id, own.telephone) == (made.guards[1][3], OWN)
        names = keyed_names.names_of(connection, "phone", OWN)
        assert device_keys.is_known(connection, names=names, device_id=DEVICE)
        assert [one.number for one in units.of_district(connection, made.district_id)] == [DESK]
        rosters.match_rosters(connection, account_id=own.id, phone=OWN)
        assert len(rosters.of_account(connection, own.id)) == 1
        ways = deliverability.to_people(connection, [own.id], open_channels=[ChannelName.SMS], now=NOW)
        assert [one.telephone for one in ways[own.id]] == [OWN]
        due = messages.claim_due(connection, ("sms", False), now=NOW, dead_at=NOW, most=5)
        assert [one.to for one in due] == [STRANGER]
        tried = codes.try_code(connection, request="r", code="000000", now=NOW)
        assert tried.number == STRANGER
        codes.spend_tries(connection, tried, now=NOW)
        assert codes.use_ticket(connection, token="t", now=NOW) == (STRANGER, True)
        assert connection.execute(select(sign_in_code.c.tries_left)).scalar_one() == 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Make a key file."""
    make_file(str(tmp_path / "keys"), Suite.AES)
    return tmp_path / "keys"


@pytest.fixture
def keyed(store: Store, file: Path) -> Iterator[tuple[Store, SmallDistrict]]:
    """Open a fresh database with the keys of the file, and put telephones everywhere."""
    url = store.url.render_as_string(hide_password=False)
    with closing(open_with(url, KeyRing(KeySource(path=str(file))))) as opened:
        made = make_district(opened, NOW)
        with opened.transaction(NOW) as transaction:
            fill(transaction.connection, made)
        yield opened, made


def test_after_a_rotation_the_old_key_may_go(keyed: tuple[Store, SmallDistrict], file: Path) -> None:
    store, made = keyed
    key_id, unopened = rotation.rotate(work_on(store))
    assert unopened == 0
    old, new = read_file(str(file))
    assert key_id == new.id
    with store.read() as connection:
        assert rotation.needed(connection) == [new.id]
        for place in reseal.places():
            assert reseal.count(connection, place, place.of(old.id)) == 0
    file.write_text(f"{new.line}\n")
    with closing(
        open_with(str(store.url.render_as_string(hide_password=False)), KeyRing(KeySource(path=str(file))))
    ) as alone:
        state.check_keys(alone)
        is_whole(alone, made)


class BrokenOff(Exception):
    pass


def test_a_rotation_that_was_broken_off_goes_on_with_the_same_key(
    keyed: tuple[Store, SmallDistrict], file: Path
) -> None:
    store, made = keyed

    def break_off(_what: str, _done: int, _total: int) -> None:
        raise BrokenOff

    with pytest.raises(BrokenOff):
        rotation.rotate(work_on(store, tell=break_off))
    both = read_file(str(file))
    with store.read() as connection:
        assert sorted(rotation.needed(connection)) == sorted(one.id for one in both)
    with store.read() as connection:
        assert accounts.by_phone(connection, OWN) is not None, "found while two keys seal"
    assert rotation.rotate(work_on(store)) == (both[1].id, 0)
    assert [one.id for one in read_file(str(file))] == [one.id for one in both]
    is_whole(store, made)


def test_what_no_key_opens_is_counted_and_keeps_its_key(
    keyed: tuple[Store, SmallDistrict], file: Path
) -> None:
    store, _made = keyed
    (first,) = read_file(str(file))
    lost = "klost.AAAA"
    with store.transaction(NOW) as transaction:
        transaction.connection.execute(
            insert(ticket).values(token_hash="x", phone_sealed=lost, expires_at=NOW, used=False)
        )
    key_id, unopened = rotation.rotate(work_on(store))
    assert unopened == 1 and key_id != first.id
    with store.read() as connection:
        assert first.id in rotation.needed(connection)


def test_keys_of_the_environment_are_rotated_by_whoever_sets_it(store: Store) -> None:
    url = store.url.render_as_string(hide_password=False)
    with closing(open_with(url, KeyRing(KeySource(TEST_KEYS)))) as opened:
        make_district(opened, NOW)
        with pytest.raises(KeyFault, match="put a new key behind the others in HUXUE_KEYS of every process"):
            rotation.rotate(work_on(opened))


@pytest.fixture
def of_before(
    request: pytest.FixtureRequest, tmp_path: Path, file: Path
) -> Iterator[tuple[Store, SmallDistrict]]:
    """Give a database that a program of before has filled, with every number in clear, brought to the newest tables."""
    server: postgres.Server | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
    url = server.empty_url() if server else f"sqlite:///{tmp_path / 'before.db'}"
    with closing(Store(url)) as before:
        with before.engine.begin() as connection:
            settings = configuration()
            settings.attributes["connection"] = connection
            command.upgrade(settings, "0019")
        made = make_district(before, NOW, sealed=False)
        with before.transaction(NOW) as transaction:
            fill_in_clear(transaction.connection, made)
    upgrade(url)
    with closing(open_with(url, KeyRing(KeySource(path=str(file))))) as store:
        yield store, made


def fill_in_clear(connection: Connection, made: SmallDistrict) -> None:
    later, shared = NOW + timedelta(hours=1), {"expires_at": NOW + timedelta(hours=1), "used": False}
    connection.execute(
        insert(unit).values(
            district_id=made.district_id,
            name="消防站",
            kind="fire",
            telephone=DESK,
            desk="",
            archived=False,
            changed_at=NOW,
        )
    )
    connection.execute(
        insert(sign_in_code).values(
            request_hash=hashed("r"), phone=STRANGER, code_hash="c", created_at=NOW, tries_left=3, **shared
        )
    )
    connection.execute(insert(ticket).values(token_hash=hashed("t"), phone=STRANGER, **shared))
    connection.execute(
        insert(known_device).values(whose=hashed(f"phone:{OWN}"), device_id=DEVICE, seen_at=NOW)
    )
    waiting = {
        "channel": "sms",
        "purpose": "sign_in_code",
        "address": STRANGER,
        "reference": "m",
        "body": "1",
        "state": "waiting",
        "created_at": NOW,
        "due_at": NOW,
        "expires_at": later,
    }
    connection.execute(insert(message).values(**waiting))
    connection.execute(
        insert(message).values(
            **waiting | {"state": "sent", "channel": "demo", "body": None, "address": DESK}
        )
    )
    connection.execute(
        insert(message).values(**waiting | {"state": "sent", "channel": "chat", "body": None, "address": "7"})
    )
    answer = {"id": 1, "name": "消防站", "kind": "fire", "telephone": DESK, "desk": "", "archived": False}
    connection.execute(
        insert(kept_request).values(account_id=1, request_id="q", body_hash="b", answer=answer, at=NOW)
    )


def everything(store: Store) -> bytes:
    """Give all that somebody reads who has the database: its files, and what a dump writes."""
    url = store.url
    if store.is_sqlite:
        path = Path(url.database or "")
        with closing(sqlite3.connect(path)) as connection:
            dumped = "\n".join(connection.iterdump()).encode()
        files = [
            one.read_bytes() for one in path.parent.glob(f"{path.name}*") if not one.name.endswith(".keys")
        ]
        return b"\n".join([dumped, *files])
    binaries = postgres.find_binaries()
    assert binaries is not None
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([binaries / "pg_dump", address], capture_output=True, check=True).stdout


@pytest.mark.parametrize("of_before", ["sqlite", "postgresql"], indirect=True)
def test_after_finish_nothing_of_a_database_of_before_can_be_read_without_keys(
    of_before: tuple[Store, SmallDistrict],
) -> None:
    store, made = of_before
    numbers = [one.encode() for one in (OWN, STRANGER, DESK, "19900000000")]
    assert all(one in everything(store) for one in numbers)
    with pytest.raises(rotation.NotFinished, match="programs before release 4 may still serve this database"):
        rotation.finish(work_on(store), only_this_release=False)
    assert all(one in everything(store) for one in numbers)
    assert rotation.finish(work_on(store), only_this_release=True) == 0
    found = everything(store)
    assert [one for one in numbers if one in found] == []
    is_whole(store, made)
    with store.read() as connection:
        assert (schema_state.state(connection).oldest_release or 0) >= state.FIRST_RELEASE
        assert sorted(connection.execute(select(message.c.address)).scalars()) == ["7", "sealed:", "sealed:"]
        assert connection.execute(select(kept_request.c.answer)).scalar_one() == {"id": 1}
    # Begun again it finds nothing to do.
    assert rotation.finish(work_on(store), only_this_release=False) == 0
    upgrade(store.url.render_as_string(hide_password=False))
    with store.read() as connection:
        assert (schema_state.state(connection).oldest_release or 0) >= state.FIRST_RELEASE


@pytest.mark.parametrize("of_before", ["sqlite"], indirect=True)
def test_a_program_of_before_that_still_writes_is_found_out(of_before: tuple[Store, SmallDistrict]) -> None:
    store, _made = of_before

    def write(_what: str, _done: int, _total: int) -> None:
        with store.engine.begin() as connection:
            row = {"token_hash": hashed(str(datetime.now(UTC))), "expires_at": NOW, "used": False}
            connection.execute(insert(ticket).values(phone=STRANGER, **row))

    with pytest.raises(rotation.NotFinished, match="telephones stand in clear again"):
        rotation.finish(work_on(store, tell=write), only_this_release=True)


def test_a_new_database_never_holds_a_number_in_clear(keyed: tuple[Store, SmallDistrict]) -> None:
    store, _made = keyed
    found = everything(store)
    assert b"phone_sealed" in found
    assert [one for one in (OWN, STRANGER, DESK) if one.encode() in found] == []
    with store.read() as connection:
        assert all(reseal.count(connection, place, place.in_clear) == 0 for place in reseal.places())
        assert connection.execute(select(roster.c.phone)).scalars().all() == [None] * 21

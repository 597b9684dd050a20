"""Another key, and the end of numbers in clear: resumable, whole, and with nothing left to be read without keys."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, insert, select

from deploy.programs import postgres
from server.alarm.queries import units
from server.areas import open_store as open_with
from server.calendar.tables import roster
from server.core.database import schema_state
from server.core.database.migrate import configuration, upgrade
from server.core.database.requests import request as kept_request
from server.core.database.sealing import reseal, rotation, state
from server.core.database.sealing.keys import Suite
from server.core.database.sealing.ring import KeyFault, KeyRing, KeySource, make_file, read_file
from server.core.database.transaction import Store
from server.delivery.tables import message
from server.people.queries import accounts, guard_pages, keyed_names, second_factors
from server.people.queries.sessions import hashed
from server.people.rules.second_factors import new_secret
from server.people.tables import account, ticket
from tests.tools.district import SmallDistrict, make_district
from tests.tools.keys import TEST_KEYS
from tests.tools.telephones import DESK, NOW, OWN, STRANGER, everything, fill, fill_in_clear, is_whole

HOOKS = (keyed_names.name_anew, units.forget_answers)


def silent(_seconds: float) -> None:
    """Wait for nobody: there is no other process."""


def work_on(store: Store, **more: object) -> rotation.Work:
    return rotation.Work(store, lambda: NOW, HOOKS, pause=silent, **more)  # type: ignore[arg-type]


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


def test_what_an_authenticator_app_shares_is_sealed_anew_too(
    keyed: tuple[Store, SmallDistrict], file: Path
) -> None:
    """Else nobody with a second step could sign in once the old key has gone."""
    store, made = keyed
    number, secret = made.consoles["dispatcher"], new_secret()
    with store.transaction(NOW) as transaction:
        second_factors.begin(transaction.connection, number, secret, NOW)
    rotation.rotate(work_on(store))
    _old, new = read_file(str(file))
    file.write_text(f"{new.line}\n")
    url = store.url.render_as_string(hide_password=False)
    with closing(open_with(url, KeyRing(KeySource(path=str(file))))) as alone, alone.read() as connection:
        factor = second_factors.of(connection, number)
    assert factor is not None
    assert factor.secret_sealed is not None
    assert (factor.secret, factor.secret_sealed.open()) == (None, secret)


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


def test_the_last_four_digits_find_people_while_two_keys_seal(
    keyed: tuple[Store, SmallDistrict],
) -> None:
    """Somebody of before stands there by the old key, and whoever registers meanwhile by the new one."""
    store, made = keyed

    def break_off(_what: str, _done: int, _total: int) -> None:
        raise BrokenOff

    with pytest.raises(BrokenOff):
        rotation.rotate(work_on(store, tell=break_off))
    new = {"name": "新来的", "category": "volunteer", "status": "pending", "registered_at": NOW}
    with store.transaction(NOW) as transaction:
        connection = transaction.connection
        came = accounts.register(
            connection, phone=f"1990099{OWN[-4:]}", role="guard", district_id=made.district_id, **new
        )
        keys = connection.execute(select(account.c.phone_sealed).where(account.c.role == "guard")).scalars()
        assert len({one.text.partition(".")[0] for one in keys if one is not None}) == 2
    by = select(account.c.id).order_by(account.c.id)
    with store.read() as connection:
        found = by.where(guard_pages.found_by(connection, OWN[-4:]))
        assert list(connection.execute(found).scalars()) == [made.guards[1][3], came]
    rotation.rotate(work_on(store))
    with store.read() as connection:
        found = by.where(guard_pages.found_by(connection, OWN[-4:]))
        assert list(connection.execute(found).scalars()) == [made.guards[1][3], came]


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
            command.upgrade(settings, "0020")
        made = make_district(before, NOW, sealed=False)
        with before.transaction(NOW) as transaction:
            fill_in_clear(transaction.connection, made)
    upgrade(url)
    with closing(open_with(url, KeyRing(KeySource(path=str(file))))) as store:
        yield store, made


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
        assert connection.execute(select(kept_request.c.answer)).scalar_one() == {
            "id": 1,
            "name": "消防站",
            "kind": "fire",
            "desk": "",
            "archived": False,
        }
    # Begun again it finds nothing to do.
    assert rotation.finish(work_on(store), only_this_release=False) == 0
    upgrade(store.url.render_as_string(hide_password=False))
    with store.read() as connection:
        assert (schema_state.state(connection).oldest_release or 0) >= state.FIRST_RELEASE


@pytest.mark.parametrize("of_before", ["sqlite"], indirect=True)
def test_a_program_of_before_that_still_writes_is_found_out(of_before: tuple[Store, SmallDistrict]) -> None:
    store, _made = of_before

    def write(connection: Connection, _after: int) -> None:
        row = {"token_hash": hashed("late"), "phone": STRANGER, "expires_at": NOW, "used": False}
        connection.execute(insert(ticket).values(row))

    late = rotation.Work(store, lambda: NOW, (write,), pause=silent)
    with pytest.raises(rotation.NotFinished, match="telephones stand in clear again"):
        rotation.finish(late, only_this_release=True)


def test_a_new_database_never_holds_a_number_in_clear(keyed: tuple[Store, SmallDistrict]) -> None:
    store, _made = keyed
    found = everything(store)
    assert b"phone_sealed" in found
    assert [one for one in (OWN, STRANGER, DESK) if one.encode() in found] == []
    with store.read() as connection:
        assert all(reseal.count(connection, place, place.in_clear) == 0 for place in reseal.places())
        assert connection.execute(select(roster.c.phone)).scalars().all() == [None] * 21

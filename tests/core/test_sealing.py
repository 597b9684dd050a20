"""Telephones at rest: what a key seals only it opens, equal numbers are found, and nobody reads them without keys."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update

from server.areas import metadata
from server.areas import open_store as open_with
from server.core.database.sealing import reseal, state, telephones
from server.core.database.sealing.keys import Key, Suite, new_key, read_key
from server.core.database.sealing.reseal import Place
from server.core.database.sealing.ring import (
    KeyFault,
    KeyRing,
    KeySource,
    add_to_file,
    make_file,
    of_demo,
    read_file,
)
from server.core.database.sealing.state import check_keys, sealing_state
from server.core.database.transaction import Store
from server.people.queries import accounts
from server.people.tables import account
from tests.tools.district import make_district
from tests.tools.keys import TEST_KEYS
from tests.tools.server import refused_start, serving

NUMBER = "19900000000"
WHERE = "account.phone"
SUITES = list(Suite)
NUMBERS = st.text("0123456789-+", min_size=3, max_size=20)


def keys_of(*keys: Key) -> KeyRing:
    return KeyRing(KeySource(";".join(one.line for one in keys)))


@given(number=NUMBERS, other=NUMBERS, suite=st.sampled_from(SUITES))
def test_a_key_opens_what_it_sealed_and_tells_equal_numbers_by_their_index(
    number: str, other: str, suite: Suite
) -> None:
    key = new_key(suite)
    again = read_key(key.line)
    sealed = key.seal(number, WHERE)
    assert number not in sealed and sealed != key.seal(number, WHERE)
    assert sealed.startswith(f"{key.id}.") and again.open(sealed, WHERE) == number
    assert (key.index("number", number, 24) == again.index("number", other, 24)) == (number == other)


@pytest.mark.parametrize("suite", SUITES)
def test_what_was_changed_moved_or_sealed_by_another_opens_nowhere(suite: Suite) -> None:
    key = new_key(suite)
    sealed = key.seal(NUMBER, WHERE)
    head, _, body = sealed.partition(".")
    flipped = f"{head}.{body[:20]}{'A' if body[20] != 'A' else 'B'}{body[21:]}"
    namesake = read_key(f"{key.id} {suite.value} {new_key(suite).line.split()[2]}")
    assert key.open(flipped, WHERE) is None
    assert key.open(sealed, "roster.phone") is None
    assert namesake.open(sealed, WHERE) is None
    assert key.open("no sealed text", WHERE) is None
    assert key.open(sealed[:30], WHERE) is None


# Made once, by release 4: line of the key, sealed text, index of the number and of its ending.
MADE_ONCE = [
    (
        "kmadeaes aes aHV4dWUgdGVzdHMgaHV4dWUgdGVzdHMgaHV4dWUgMDE",
        "kmadeaes.Hf7xbDWQqMawh3jIgX5WgAO6vFsJqFISi11Ld8JY0lA7VPdstL22",
        "kmadeaes.z5FtYS6__3GnXCeNe5zO0JL4YYui0LY5",
        "kmadeaes.TuYnh_nHMvRu084F",
    ),
    (
        "kmadesm sm aHV4dWUgdGVzdHMgaHV4dWUgdGVzdHMgaHV4dWUgMDE",
        "kmadesm.gQnbePtHWNOc5gO7ZfzgjBxV_TDEVl2d-AMyKtrIvTOB19zf5qxP",
        "kmadesm.t7iDyKlQzRCqzIzRMg0XTMUAaNJoezBW",
        "kmadesm.50iYKwvXxNcNkXhz",
    ),
]


@pytest.mark.parametrize(("line", "sealed", "index", "ending"), MADE_ONCE, ids=SUITES)
def test_what_an_earlier_release_sealed_is_opened_and_found(
    line: str, sealed: str, index: str, ending: str
) -> None:
    """Whoever changes how keys are derived, what is bound or how an index is cut loses every telephone."""
    key = read_key(line)
    assert key.open(sealed, WHERE) == NUMBER
    assert telephones.index_of(key, NUMBER) == index
    assert telephones.sealed_with(key, account, NUMBER)["phone_ending"] == ending


# They hang at the doors of schools and stations.
IN_CLEAR = {"school.telephone", "station.telephone"}


def test_each_column_that_is_named_after_a_telephone_is_sealed_but_those_of_offices() -> None:
    named = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.removesuffix("_number").endswith(("phone", "mobile"))
    }
    sealed = {f"{place.table.name}.{place.name}" for place in reseal.places()}
    assert named - sealed == IN_CLEAR


def test_a_key_file_is_its_owners_alone_and_only_grows(tmp_path: Path) -> None:
    path = str(tmp_path / "keys")
    first = make_file(path, Suite.AES)
    assert Path(path).stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFault, match="cannot be made: File exists"):
        make_file(path, Suite.AES)
    second = add_to_file(path, Suite.SM)
    assert [(one.id, one.suite) for one in read_file(path)] == [(first.id, "aes"), (second.id, "sm")]
    assert [one.name for one in tmp_path.iterdir()] == ["keys"] and Path(path).stat().st_mode & 0o777 == 0o600
    Path(path).chmod(0o640)
    with pytest.raises(KeyFault, match=f"may be read by others .mode 0640.. Run: chmod 600 {path}"):
        read_file(path)


@pytest.mark.parametrize("content", ["", "# a comment alone\n", "one two three\n", "kshort aes AAAA\n"])
def test_a_file_without_keys_says_how_to_make_one(content: str, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(KeyFault, match="flask --app wsgi keys make PATH"):
        read_file(str(path))


def test_a_demo_makes_its_own_keys_beside_its_database_once(tmp_path: Path) -> None:
    source = of_demo(f"sqlite:///{tmp_path}/var/demo.db")
    made = KeyRing(source).newest.id
    assert (tmp_path / "var/demo.db.keys").stat().st_mode & 0o777 == 0o600
    assert KeyRing(source).newest.id == made


def test_a_number_is_found_by_itself_and_by_its_last_digits_under_each_key(store: Store) -> None:
    url = store.url.render_as_string(hide_password=False)
    old, new = new_key(Suite.AES), new_key(Suite.SM)
    before = open_with(url, keys_of(old))
    made = make_district(before, datetime(2026, 11, 23, tzinfo=UTC))
    before.close()
    both = open_with(url, keys_of(old, new))
    with both.read() as connection:
        found = accounts.by_phone(connection, "19900000103")
        assert found is not None and found.id == made.guards[1][3]
        assert (found.phone, found.telephone) == (None, "19900000103")
        assert accounts.by_phone(connection, "19900000199") is None
        ending = telephones.ends_with(connection, account, "0103")
        assert list(connection.execute(select(account.c.id).where(ending)).scalars()) == [found.id]
        for digits in ("103", "00103", "x103", "9999"):
            none = telephones.ends_with(connection, account, digits)
            assert connection.execute(select(account.c.id).where(none)).first() is None
    both.close()


def test_the_same_number_registers_once_whichever_key_sealed_it(store: Store) -> None:
    url = store.url.render_as_string(hide_password=False)
    old, new = new_key(Suite.AES), new_key(Suite.AES)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    before = open_with(url, keys_of(old))
    made = make_district(before, now)
    before.close()
    both = open_with(url, keys_of(old, new))
    values = {"district_id": made.district_id, "name": "测试", "role": "guard", "status": "pending"}
    with both.transaction(now) as transaction:
        connection = transaction.connection
        let_seal(connection, new)
        assert accounts.register(connection, phone="19900000001", registered_at=now, **values) is None
        assert accounts.register(connection, phone="19900000999", registered_at=now, **values) is not None
    both.close()


def let_seal(connection: Connection, key: Key) -> None:
    """Let another key seal, and nothing be sealed anew yet."""
    state.announce(connection, key)
    state.seals_from_now(connection, key.id, datetime(2026, 11, 24, tzinfo=UTC))
    state.sealing_of(connection.dialect).look(connection)


def test_without_its_key_a_number_is_missing_and_everything_else_is_there(store: Store) -> None:
    url = store.url.render_as_string(hide_password=False)
    before = open_with(url, keys_of(new_key(Suite.AES)))
    made = make_district(before, datetime(2026, 11, 23, tzinfo=UTC))
    before.close()
    without = open_with(url, keys_of(new_key(Suite.AES)))
    with without.read() as connection:
        found = accounts.by_id(connection, made.guards[0][0])
        assert found is not None and (found.name, found.telephone) == ("测试11", None)
        assert accounts.as_item(found, decides=True)["phone_masked"] is None
    with pytest.raises(
        KeyFault, match="with which telephones of this database are sealed, is not among the keys"
    ):
        check_keys(without)
    without.close()


def test_what_a_program_of_before_writes_in_clear_is_read_found_and_sealed(store: Store) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    with store.engine.begin() as connection:
        connection.execute(update(sealing_state).values(finished=False))
    made = make_district(store, now)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        both = connection.execute(select(account).where(account.c.id == made.guards[0][0])).one()
        assert both.phone == "19900000000" and both.phone_sealed is not None
        row = {"district_id": made.district_id, "name": "旧", "role": "guard", "status": "pending"}
        number = connection.execute(
            insert(account).values(**row, phone="19900000888", registered_at=now).returning(account.c.id)
        ).scalar_one()
        found = accounts.by_phone(connection, "19900000888")
        assert found is not None and (found.id, found.telephone) == (number, "19900000888")
        ending = telephones.ends_with(connection, account, "0888")
        assert list(connection.execute(select(account.c.id).where(ending)).scalars()) == [number]
        went = reseal.piece(connection, Place(account, "phone"))
        assert (went.last, went.sealed, went.unopened) == (number, 1, 0)
        sealed = connection.execute(select(account).where(account.c.id == number)).one()
        assert sealed.phone == "19900000888" and sealed.phone_sealed.open() == "19900000888"
        assert reseal.piece(connection, Place(account, "phone")).last is None


def test_production_without_keys_does_not_start_and_says_what_to_do(sqlite_url: str) -> None:
    real = {"HUXUE_MODE": "production", "HUXUE_PUBLIC_URL": "https://huxue.example", "HUXUE_KEYS": ""}
    said = (
        "huxue: HUXUE_KEY_FILE is required outside demo mode: telephones are sealed with it. Make one: "
        "flask --app wsgi keys make PATH"
    )
    assert refused_start(HUXUE_DATABASE_URL=sqlite_url, **real) == (1, said)


def test_a_wrong_key_does_not_start_and_says_which_one_is_missing(sqlite_url: str, tmp_path: Path) -> None:
    with serving(sqlite_url, tmp_path / "server.log"):
        pass
    other = {"HUXUE_KEYS": new_key(Suite.AES).line}
    said = (
        "huxue: the key ktests, with which telephones of this database are sealed, is not among the keys: bring the "
        "key file back from where it was kept (docs/operations.md)."
    )
    assert refused_start(HUXUE_DATABASE_URL=sqlite_url, **other) == (1, said)
    namesake = f"{TEST_KEYS.rsplit(' ', 1)[0]} {new_key(Suite.AES).line.split()[2]}"
    code, said_of_namesake = refused_start(HUXUE_DATABASE_URL=sqlite_url, HUXUE_KEYS=namesake)
    assert (code, said_of_namesake) == (
        1,
        "huxue: the key ktests is another one than that of this database: bring the right file back.",
    )

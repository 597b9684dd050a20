"""What a log says of a fault of our own."""

import traceback

import pytest

from server.core.faults import named, without_values

PHONE = "19912345678"


class Strange(Exception):
    """A fault of a library, with a text of its own."""


def _fails(kind: type[Exception]) -> None:
    try:
        int(PHONE + "x")
    except ValueError as cause:
        raise kind(PHONE) from cause


@pytest.mark.parametrize("kind", [KeyError, ValueError, Strange])
def test_the_kind_and_the_place_are_told_and_no_value(kind: type[Exception]) -> None:
    with pytest.raises(kind) as failed:
        _fails(kind)
    said = "".join(traceback.format_exception(*without_values(failed.value)))
    assert PHONE not in said
    assert kind.__name__ in said
    assert "test_faults.py" in said


class FromDriver(Exception):
    """A fault that carries the driver's, as SQLAlchemy's do."""

    def __init__(self, orig: Exception) -> None:
        super().__init__(str(orig))
        self.orig = orig


class Diagnosis:
    """What PostgreSQL says in parts."""

    message_primary = 'duplicate key value violates unique constraint "uq_account_phone"'


class FromPostgres(Exception):
    """An error of PostgreSQL with its state, its text in parts and as a whole."""

    def __init__(self, sqlstate: str, text: str, diag: object = None) -> None:
        super().__init__(text)
        self.sqlstate, self.diag = sqlstate, diag


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        (OSError("database or disk is full"), "OSError: database or disk is full"),
        (
            FromPostgres("23505", f"duplicate key value\nDETAIL: Key (phone)=({PHONE}) exists", Diagnosis()),
            f"FromPostgres: {Diagnosis.message_primary}",
        ),
        (FromPostgres("22P02", f'invalid input syntax: "{PHONE}"'), "FromPostgres: SQLSTATE 22P02"),
        (
            FromPostgres("57P03", "the database system is starting up\n"),
            "FromPostgres: the database system is starting up",
        ),
        (OSError(), "OSError"),
    ],
)
def test_of_a_database_the_drivers_sentence_is_told_and_no_value(driver: Exception, said: str) -> None:
    failure = FromDriver(driver)
    assert named(failure) == said
    assert PHONE not in "".join(traceback.format_exception(*without_values(failure)))

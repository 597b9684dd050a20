"""Which program may serve which schema."""

from hypothesis import given
from hypothesis import strategies as st

from server.core.database.schema_rules import SchemaFault, SchemaState, schema_fault

KNOWN = ("0001", "0002", "0003")


def fault(revision: str | None, oldest: int | None = None, release: int = 5) -> SchemaFault | None:
    return schema_fault(SchemaState(revision, oldest), head="0003", known=KNOWN, release=release)


def test_only_its_own_schema_or_one_that_names_it_is_served() -> None:
    assert fault(None) is SchemaFault.EMPTY
    assert fault("0002", 1) is SchemaFault.BEHIND, (
        "even where an older program may: this one needs the new tables"
    )
    assert fault("0003", 9) is None, "its own"
    assert fault("0004", 5) is None
    assert fault("0004", 6) is SchemaFault.AHEAD
    assert fault("0004") is SchemaFault.AHEAD, "a schema that names nobody is served by nobody else"


@given(oldest=st.integers(1, 20), release=st.integers(1, 20))
def test_a_newer_schema_is_served_from_the_release_on_that_it_names(oldest: int, release: int) -> None:
    assert (fault("9999", oldest, release) is None) == (release >= oldest)

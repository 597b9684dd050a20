"""What a log says of a fault of our own."""

import traceback

import pytest

from server.domain.faults import without_values

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

"""What is right is read straight; it is read as the library would, and refused as the library would."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields

from server.core.http.wire import Day, Moment, schema_of
from server.duty.api.check_ins import NewCheckIn

MOMENTS = st.sampled_from(
    [
        "2026-11-30T07:15:00.123Z",
        "2026-11-30T07:15:00+08:00",
        "2026-11-30T07:15:00",
        "2026-11-30",
        "20261130T071500Z",
        "2026-W48-1",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "soon",
        "",
        7,
        True,
        None,
    ]
)
NUMBERS = st.sampled_from([0, 31.87, 117.29, -91, 181, "31.87", "far", True, None, 1e300])


@st.composite
def some_of(draw: st.DrawFn, fields_of: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Draw an object in which anything may be missing."""
    return {name: draw(of) for name, of in fields_of.items() if draw(st.integers(0, 5))}


FIXES = some_of({"latitude": NUMBERS, "longitude": NUMBERS, "accuracy_m": NUMBERS, "at": MOMENTS})
BODIES = some_of(
    {
        "request_id": st.sampled_from(
            ["00000000-0000-4000-8000-000000000001", "0" * 32, "none", 1, None, "{}"]
        ),
        "post_code": st.sampled_from(
            ["TESTPOST01", "testpost01", " te st ", "ＡＢＣ", "", "x" * 21, "a-b", 5, None]
        ),
        "fix": st.none() | FIXES | st.sampled_from(["here", [], 3]),
        "claimed_at": MOMENTS,
        "queued": st.sampled_from([True, False, "true", 1, 0, None]),
        "device_id": st.sampled_from(["a", None, 7, {}]),
        "unknown": st.none(),
    }
)


def outcome(load: Callable[[Any], Any], body: Any) -> Any:
    try:
        return load(body)
    except ValidationError as wrong:
        return ("refused", wrong.messages)


@given(body=BODIES | st.sampled_from([None, [], "text", 5]))
def test_a_body_is_read_as_the_library_reads_it(body: Any) -> None:
    schema = schema_of(NewCheckIn)
    assert outcome(schema.load, body) == outcome(lambda sent: Schema.load(schema, sent), body)


@given(text=MOMENTS | st.text("0123456789-:TZ+.W ", max_size=30))
def test_a_moment_is_the_one_that_the_library_reads(text: Any) -> None:
    ours = outcome(Moment(any_year=True).deserialize, text)
    theirs = outcome(
        fields.AwareDateTime(format="iso", default_timezone=Moment().default_timezone).deserialize, text
    )
    if isinstance(theirs, tuple):
        assert ours == theirs
    else:
        assert ours in (theirs, ("refused", ["bad_time"]))


def test_every_date_that_comes_in_is_one_from_which_can_be_counted() -> None:
    """The day after 9999-12-31 is none: a field of the library's own lets it in, and its route answers 500."""
    server = Path(__file__).resolve().parents[2] / "server"
    own = server / "core" / "http" / "wire.py"
    found = [path.name for path in server.rglob("*.py") if "fields.Date(" in path.read_text() and path != own]
    assert found == []
    for text in ("0001-01-01", "1999-12-31", "2201-01-01", "9999-12-31"):
        with pytest.raises(ValidationError):
            Day().deserialize(text)
    assert Day().deserialize("2200-12-31") == date(2200, 12, 31)

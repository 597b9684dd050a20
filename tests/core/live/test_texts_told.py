"""What is told of an event without reading its data is what reading them would have told."""

from hypothesis import given
from hypothesis import strategies as st

from server.core import json_text
from server.core.database import whole_states
from server.core.database.event_log import Event
from server.core.database.event_tailors import OWN, told_in
from server.core.database.short_events import SHORT
from server.core.event_names import EventName
from server.core.live.news import News

# Words that a text could be mistaken by, beside any others.
TRAPS = [
    SHORT,
    OWN,
    f',"{SHORT}":',
    f'"{SHORT}"',
    f'{{"{SHORT}":1}}',
    "post_id",
    '{"post_id":7,',
    "\\",
    '"',
    "}",
]
words = st.sampled_from(TRAPS) | st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)
objects = st.dictionaries(words.filter(lambda word: word != OWN), values, min_size=1, max_size=4)


def told(text: str, *, reduced: bool = False, name: str = "school.renamed") -> str:
    return News(Event(5, name, text, ("district:1",), urgent=False, reduced=reduced)).text("district:1")


@given(objects, values, st.booleans())
def test_what_a_room_hears_whole_is_all_but_what_is_told_short(
    data: dict[str, object], short: object, has_short: bool
) -> None:
    written = json_text.write(data)
    text = json_text.with_one_more(written, SHORT, short) if has_short else written
    whole = told_in("school.renamed", json_text.read(text), "district:1")
    assert json_text.read(told(text)) == {"id": 5, "name": "school.renamed", "data": whole}


@given(st.integers(0, 2**53), objects, st.booleans())
def test_of_which_thing_it_is_the_state_stands_wherever_its_key_stands(
    number: int, data: dict[str, object], first: bool
) -> None:
    data.pop("post_id", None)
    whole = {"post_id": number, **data} if first else {**data, "post_id": number}
    for text in (json_text.write(whole), json_text.write(whole).replace('{"post_id":', '{ "post_id" : ', 1)):
        expected = (EventName.COVERAGE_CHANGED, number)
        assert (
            json_text.read(text) != whole or whole_states.about(EventName.COVERAGE_CHANGED, text) == expected
        )
    assert whole_states.about("school.renamed", "no JSON") is None

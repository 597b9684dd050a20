"""Who at a post learns by whom it is held."""

from hypothesis import given
from hypothesis import strategies as st

from server.core.access.roles import Group
from server.duty.rules.colleagues import sees_who_stands_there, without_names
from server.duty.rules.coverage import Seat
from server.duty.rules.trust import Flag
from server.places.rules.composition import STANDARD
from tests.alarm.strategies import crews
from tests.duty.test_coverage import line_of

SOMEWHERE_ELSE = {
    Flag.OUTSIDE_FENCE,
    Flag.IMPOSSIBLE_SPEED,
    Flag.SHARED_DEVICE,
    Flag.NOT_APPROVED,
    Flag.NOT_ROSTERED,
}


@given(verified=st.booleans(), flags=st.frozensets(st.sampled_from(Flag)))
def test_whoever_may_be_somewhere_else_sees_nobody_until_he_is_verified(
    verified: bool, flags: frozenset[Flag]
) -> None:
    assert sees_who_stands_there(verified=verified, flags=flags) == (verified or not flags & SOMEWHERE_ELSE)


def test_a_flag_of_a_later_release_opens_nothing() -> None:
    assert not sees_who_stands_there(verified=False, flags=["of_tomorrow"])


@given(crew=crews)
def test_a_line_without_names_keeps_its_counts_and_tells_nobody_apart(crew: list[Seat]) -> None:
    line = line_of(crew, composition=STANDARD, roster=[1, 2, 3]).as_dict()
    shown = without_names(line)
    assert {key: shown[key] for key in shown.keys() - {"seats", "no_shows"}} == {
        key: line[key] for key in line.keys() - {"seats", "no_shows"}
    }
    assert [(seat["group"], seat["verified"]) for seat in shown["seats"]] == [
        (group, verified)
        for group in map(str, Group)
        for heads, verified in ((line["present"], True), (line["waiting"], False))
        for _head in range(heads[group])
    ], "not even by where somebody stands in the list"
    assert all(seat.keys() == {*Seat.__dataclass_fields__} for seat in shown["seats"])
    assert not any(shown["no_shows"])
    others = dict.fromkeys(("check_in_id", "account_id", "category", "verdict")) | {"flags": []}
    assert all(seat | others == seat for seat in shown["seats"])

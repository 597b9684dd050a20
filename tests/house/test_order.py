"""Files of tests go to the workers in an order that keeps the processors busy."""

from pathlib import Path

from tests.tools.order import SPREAD_OVER, places_of


def test_what_waits_is_spread_over_the_first_part_and_what_computes_for_long_begins_first():
    waiting = [Path("tests/demo", f"test_{number}.py") for number in range(4)]
    quick = [Path("tests/alarm", f"test_{number}.py") for number in range(16)]
    long = [Path("tests/browser", f"test_{number}.py") for number in range(4)]
    places = places_of(dict.fromkeys(quick + long, False) | dict.fromkeys(waiting, True))
    order = sorted(places, key=places.__getitem__)
    assert len(order) == 24
    assert [path for path in order if path not in waiting] == [*long, *quick]
    between = [order.index(path) for path in waiting]
    assert between == [0, 4, 8, 12]
    assert between[-1] < SPREAD_OVER * len(order)


def test_where_nothing_waits_or_everything_does_the_order_stays():
    files = [Path("tests/duty", f"test_{number}.py") for number in range(3)]
    for waits in (True, False):
        places = places_of(dict.fromkeys(files, waits))
        assert sorted(places, key=places.__getitem__) == files

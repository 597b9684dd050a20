"""A budget grants so much at once and so much a second, however it is asked for."""

from hypothesis import given
from hypothesis import strategies as st

from server.core.budgets import Allowance, Budget, Budgets

AMOUNTS = st.floats(0.1, 50)
ALLOWANCES = st.builds(Allowance, st.floats(1, 500), st.floats(0.1, 50))
TAKES = st.lists(st.tuples(AMOUNTS, st.floats(0, 30)), max_size=40)


@given(allowance=ALLOWANCES, takes=TAKES)
def test_no_more_is_ever_taken_than_was_granted(
    allowance: Allowance, takes: list[tuple[float, float]]
) -> None:
    budget, at, taken = Budget.full(allowance, 0.0), 0.0, 0.0
    for amount, later in takes:
        at += later
        budget, missing_s = budget.spend(amount, at)
        taken += 0 if missing_s else amount
        assert taken <= allowance.most + allowance.a_second * at + 1e-6


@given(allowance=ALLOWANCES, takes=TAKES, amount=AMOUNTS)
def test_whoever_waits_as_long_as_he_is_told_gets_what_he_asked_for(
    allowance: Allowance, takes: list[tuple[float, float]], amount: float
) -> None:
    budget, at = Budget.full(allowance, 0.0), 0.0
    for one, later in takes:
        at += later
        budget, _missing_s = budget.spend(min(one, allowance.most), at)
    amount = min(amount, allowance.most)
    budget, missing_s = budget.spend(amount, at)
    if missing_s:
        budget, missing_s = budget.spend(amount, at + missing_s + 1e-6)
    assert missing_s == 0


def test_a_clock_that_stands_or_goes_back_grants_nothing() -> None:
    budget, _missing_s = Budget.full(Allowance(2, 1), 100.0).spend(2, 100.0)
    assert budget.spend(1, 90.0)[1] == 1.0
    assert budget.spend(2, 101.0)[1] == 1.0
    assert budget.spend(2, 102.0)[1] == 0.0


@given(takes=st.lists(st.tuples(st.integers(0, 5), st.floats(0, 30)), max_size=60))
def test_whoever_is_forgotten_would_have_had_as_much(takes: list[tuple[int, float]]) -> None:
    allowance = Allowance(4, 0.1)
    many, kept, at = Budgets(allowance.most / allowance.a_second), dict[int, Budget](), 1000.0
    for key, later in takes:
        at += later
        missing_s = many.spend(key, allowance, at)
        kept[key], wanted_s = kept.get(key, Budget.full(allowance, at)).spend(1, at)
        assert (missing_s > 0) == (wanted_s > 0)
    many.spend("other", allowance, at + 41)
    many.spend("other", allowance, at + 82)
    assert len(many) == 1

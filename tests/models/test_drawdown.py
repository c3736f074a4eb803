"""Draws, the borrowing base, repayment, the waterfall, yields, weighted average life and covenants."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import computefi
from computefi.errors import Code, DomainError, InputError, NoSolution
from computefi.spec import REGISTRY, call

FILED_BASE = ([1000, 1000, 500, 400], [0, 12, 0, 0], 72, [0.9, 0.9, 0.6, 0.9])
TWO_DRAWS = [40, 0, 60]
TWENTY = [0, 0, 0] + [5] * 20
STYLES = ("annuity", "straight", "bullet")


def cells(name: str, *arguments: object) -> list[list[object]]:
    return call(REGISTRY[name], arguments).cells()


# --- gate ----------------------------------------------------------------------------------------


def test_gate_names_the_first_failing_test() -> None:
    flags = [[1, 1, 1], [1, 0, 0], [0, 1, 1], [1, 1, 0]]
    assert computefi.draw_gate(flags).tolist() == [[1, 0], [0, 2], [0, 1], [0, 3]]


def test_gate_takes_truth_values() -> None:
    assert cells("CFI_DRAW_GATE", ((True, False), (True, True))) == [[0, 2], [1, 0]]


def test_one_row_is_one_asset_and_one_column_one_test() -> None:
    assert cells("CFI_DRAW_GATE", ((1, 1, 0),)) == [[0, 3]]
    assert cells("CFI_DRAW_GATE", ((1,), (0,))) == [[1, 0], [0, 1]]


def test_a_flag_is_zero_or_one() -> None:
    assert cells("CFI_DRAW_GATE", ((1, 0.5),)) == [[Code.NUM]]
    assert cells("CFI_DRAW_GATE", ((1, None),)) == [[Code.VALUE]]
    assert cells("CFI_DRAW_GATE", ((1, Code.NA),)) == [[Code.NA]]


def test_gate_feeds_the_borrowing_base() -> None:
    eligible = computefi.draw_gate([[1, 1], [1, 1], [1, 1], [1, 0]])[:, 0]
    assert computefi.borrowing_base(*FILED_BASE, eligible) == pytest.approx(1950, rel=1e-15)


# --- borrowing base ------------------------------------------------------------------------------


def test_base_of_six_year_lives() -> None:
    assert computefi.borrowing_base(*FILED_BASE, [1, 1, 1, 0]) == pytest.approx(900 + 750 + 300, rel=1e-15)


def test_base_is_the_lower_of_book_and_market_after_haircut() -> None:
    assert computefi.borrowing_base([100, 100], 0, 72, 0.5, 1, [200, 80], [0.4, 0.25]) == pytest.approx(50 + 30)


def test_an_asset_past_its_life_counts_nothing() -> None:
    assert computefi.borrowing_base(1000, 100, 72, 0.9, 1) == 0


def test_without_market_values_a_haircut_has_nothing_to_act_on() -> None:
    for haircut in (0, 0.4, 1):
        assert computefi.borrowing_base(1000, 0, 72, 0.9, 1, haircut=haircut) == pytest.approx(900)


def test_a_full_haircut_leaves_nothing() -> None:
    assert computefi.borrowing_base(1000, 0, 72, 0.9, 1, 800, 1) == 0


def test_a_block_of_costs_is_a_base_per_row() -> None:
    blocks = np.array([[1000, 1000, 500, 400], [10, 20, 30, 40]])
    bases = computefi.borrowing_base(blocks, [0, 12, 0, 0], 72, [0.9, 0.9, 0.6, 0.9], [1, 1, 1, 0])
    assert list(bases) == [computefi.borrowing_base(row, *FILED_BASE[1:], [1, 1, 1, 0]) for row in blocks]


def test_base_faults() -> None:
    assert cells("CFI_BORROWING_BASE", 100, 0, 0, 0.9, 1) == [[Code.DIV0]]
    assert cells("CFI_BORROWING_BASE", -1, 0, 72, 0.9, 1) == [[Code.NUM]]
    assert cells("CFI_BORROWING_BASE", 100, 0, 72, 0.9, 2) == [[Code.NUM]]
    assert cells("CFI_BORROWING_BASE", 100, 0, 72, 0.9, True) == [[90]]
    with pytest.raises(InputError, match="age_months must have 2 entries like cost; got 3"):
        computefi.borrowing_base([1, 2], [1, 2, 3], 72, 0.9, 1)


# --- draw ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((1, 100, 40, 200, 0.9, 150), [60, 1]),
        ((1, 100, 40, 90, 0.9, 85), [41, 2]),
        ((1, 100, 40, 90, 0.9, 70), [30, 3]),
        ((1, 100, 40, 90, 0.9), [41, 2]),
        ((0, 100, 40, 90, 0.9, 85), [0, 0]),
        ((1, 100, 40, 30, 0.9, 85), [0, 2]),
        ((1, 100, 40, 200, 0.5, 100), [60, 1]),  # a tie goes to the lowest number
    ],
)
def test_a_draw_is_the_least_of_three_tests(arguments: tuple[float, ...], expected: list[float]) -> None:
    assert computefi.draw(*arguments) == pytest.approx(expected, rel=1e-15)


def test_successive_draws_end_at_the_binding_test() -> None:
    drawn = 0.0
    for eligible_cost in (10, 40, 90, 130):
        drawn += computefi.draw(1, 100, drawn, eligible_cost, 0.9, 95)[0]
    assert drawn == pytest.approx(95)


# --- amortisation --------------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("rate", [0, 0.0917 / 12, 0.5, -0.01])
@pytest.mark.parametrize("periods", [1, 2, 60])
def test_amortisation_ends_at_zero(style: str, rate: float, periods: int) -> None:
    interest, principal, balance = computefi.amortise(100, rate, periods, style).T
    opening = np.r_[100, balance[:-1]]
    assert balance[-1] == 0
    assert principal.sum() == pytest.approx(100, rel=1e-13)
    assert interest == pytest.approx(rate * opening, rel=1e-15, abs=1e-300)
    assert opening - principal == pytest.approx(balance, abs=1e-12)


@pytest.mark.parametrize("style", STYLES)
def test_every_loan_is_worth_its_principal_at_its_own_rate(style: str) -> None:
    interest, principal, _ = computefi.amortise(100, 0.03, 24, style).T
    assert ((interest + principal) / 1.03 ** np.arange(1, 25)).sum() == pytest.approx(100, rel=1e-13)


def test_annuity_payment_is_level_and_known() -> None:
    interest, principal, _ = computefi.amortise(309.38663133, 0.08, 5).T
    assert interest + principal == pytest.approx([77.4878787733] * 5, rel=1e-11)


def test_minimum_dscr_under_the_annuity() -> None:
    interest, principal, _ = computefi.amortise(309.38663133, 0.08, 5).T
    ratios = computefi.dscr([80, 120, 110, 90, 60], interest, principal)
    assert ratios.min() == pytest.approx(0.774314653464, rel=1e-10)
    assert ratios.min() < ratios.mean()


def test_styles_differ_as_they_should() -> None:
    assert np.ptp(computefi.amortise(100, 0.02, 8, "straight")[:, 1]) < 1e-12
    bullet = computefi.amortise(100, 0.02, 8, "bullet")
    assert bullet[:-1, 1].tolist() == [0] * 7
    assert bullet[:, 0].tolist() == [2] * 8


def test_at_rate_zero_an_annuity_is_the_straight_line() -> None:
    level, straight = (computefi.amortise(100, 0, 7, style) for style in ("annuity", "straight"))
    assert np.array_equal(level, straight)
    assert computefi.amortise(100, 1e-14, 7) == pytest.approx(straight, rel=1e-10, abs=1e-11)


def test_the_filed_tail_at_month_36() -> None:
    balances = [100, *computefi.amortise(100, 0.0917 / 12, 60)[:, 2]]
    assert computefi.tail_exposure(balances, 36) == pytest.approx(0.45541, abs=5e-6)
    straight = [100, *computefi.amortise(100, 0.0917 / 12, 60, "straight")[:, 2]]
    assert computefi.tail_exposure(straight, 36) == pytest.approx(0.4, rel=1e-14)


def test_yearly_balances_of_ddtl_4() -> None:
    balances = computefi.amortise(90, 0.059 / 4, 23)[:, 2]
    assert balances[3::4] == pytest.approx([76.443, 62.068, 46.825, 30.664, 13.527], abs=5e-4)


def test_amortisation_faults() -> None:
    assert cells("CFI_AMORTISE", 100, 0.01, 2.5) == [[Code.NUM]]
    assert cells("CFI_AMORTISE", 100, 0.01, 0) == [[Code.NUM]]
    assert cells("CFI_AMORTISE", 100, 0.01, 1e9) == [[Code.NUM]]
    assert cells("CFI_AMORTISE", 100, -1, 5) == [[Code.NUM]]
    assert cells("CFI_AMORTISE", 100, 0.01, 5, "level") == [[Code.VALUE]]
    assert cells("CFI_AMORTISE", ((100,), (200,)), 0.01, 5) == [[Code.VALUE]]
    assert cells("CFI_AMORTISE", 0, 0.01, 2) == [[0, 0, 0], [0, 0, 0]]


# --- waterfall -----------------------------------------------------------------------------------


def test_waterfall_pays_in_order() -> None:
    assert computefi.waterfall(100, [30, 2, 18, 35, 10]).tolist() == [30, 2, 18, 35, 10, 5]
    assert computefi.waterfall(60, [30, 2, 18, 35, 10]).tolist() == [30, 2, 18, 10, 0, 0]
    assert computefi.waterfall(0, [30, 2]).tolist() == [0, 0, 0]


def test_waterfall_conserves_cash_and_pays_seniors_first() -> None:
    rng = np.random.default_rng(5)
    dues, cash = rng.uniform(0, 40, (500, 6)), rng.uniform(-20, 200, 500)
    answer = computefi.waterfall(cash, dues)
    paid, left = answer[:, :-1], answer[:, -1]
    assert answer.sum(axis=1) == pytest.approx(cash, abs=1e-11)
    assert ((paid >= 0) & (paid <= dues)).all()
    short = paid < dues - 1e-12
    assert (paid[:, 1:][short[:, :-1]] == 0).all()
    assert (left[short.any(axis=1)] <= 0).all()
    assert np.array_equal(answer[7], computefi.waterfall(cash[7], dues[7]))


def test_negative_cash_pays_nothing() -> None:
    assert computefi.waterfall(-5, [1, 2]).tolist() == [0, 0, -5]


def test_a_row_and_a_column_of_dues_are_the_same() -> None:
    assert cells("CFI_WATERFALL", 40, ((30, 20),)) == cells("CFI_WATERFALL", 40, ((30,), (20,))) == [[30, 10, 0]]


def test_a_negative_due_is_refused() -> None:
    with pytest.raises(DomainError, match="dues must be at least 0; got -1 at row 2"):
        computefi.waterfall(10, [1, -1])


# --- all-in yield --------------------------------------------------------------------------------


def flows(
    draws: list[float], repayments: list[float], rate: float, upfront: float, fee: float, per_year: float
) -> list[mpmath.mpf]:
    """The lender's cash, period by period, in exact arithmetic."""
    rate, upfront, fee = mpmath.mpf(str(rate)), mpmath.mpf(str(upfront)), mpmath.mpf(str(fee))
    length = max(len(draws), len(repayments))
    drawn = [mpmath.mpf(d) for d in draws] + [mpmath.mpf(0)] * (length - len(draws))
    repaid = [mpmath.mpf(r) for r in repayments] + [mpmath.mpf(0)] * (length - len(repayments))
    balance, undrawn, cash = mpmath.mpf(0), sum(drawn), []
    for period, (out, back) in enumerate(zip(drawn, repaid, strict=True)):
        income = balance * rate / per_year + (undrawn * fee / per_year if period else 0)
        cash.append(back - out * (1 - upfront) + income)
        balance, undrawn = balance + out - back, undrawn - out
    return cash


def test_the_lender_flows_of_the_published_case() -> None:
    cash = flows(TWO_DRAWS, TWENTY, 0.08, 0.015, 0.005, 4)
    assert [float(c) for c in cash[:6]] == pytest.approx([-39.4, 0.875, -58.225, 7.0, 6.9, 6.8], rel=1e-14)


def test_published_delayed_draw_yield() -> None:
    nominal, effective = computefi.all_in_yield(TWO_DRAWS, TWENTY, 0.08, 0.015, 0.005)
    assert nominal == pytest.approx(0.08683076039, abs=1e-11)
    assert effective == pytest.approx(0.08969924202, abs=1e-11)


def test_ddtl_5_5_yields_10_57_percent() -> None:
    monthly = computefi.all_in_yield([100], [0] + [100 / 60] * 60, 0.0917, 0.03, 0, 12)
    assert monthly[0] == pytest.approx(0.105742101715, abs=1e-12)
    quarterly = computefi.all_in_yield([100], [0] + [5] * 20, 0.0917, 0.03)
    assert quarterly[0] == pytest.approx(0.105425102119, abs=1e-12)
    assert monthly[0] == pytest.approx(0.1044, abs=0.0025)  # the press's yield to maturity


@pytest.mark.parametrize(
    "case",
    [
        (TWO_DRAWS, TWENTY, 0.08, 0.015, 0.005, 4),
        ([0, 10, 0, 90], [0] * 8 + [100], 0.0, 0.05, 0.03, 12),
        ([100], [0, 100], 0.2, 0.5, 0.0, 1),
        ([1, 0, 0, 99], [0] * 4 + [25] * 4, 0.12, 0.02, 0.01, 2),
        ([100], [0] * 40 + [100], -0.01, 0.1, 0.0, 4),
    ],
)
def test_flows_are_worth_nothing_at_the_yield(
    case: tuple[list[float], list[float], float, float, float, float],
) -> None:
    nominal, effective = computefi.all_in_yield(*case)
    per_period = mpmath.mpf(float(nominal)) / case[5]
    value = sum(cash / (1 + per_period) ** t for t, cash in enumerate(flows(*case)))
    assert abs(value) < 1e-9
    assert effective == pytest.approx((1 + nominal / case[5]) ** case[5] - 1, rel=1e-12)


def test_without_fees_the_yield_is_the_coupon() -> None:
    assert computefi.all_in_yield(TWO_DRAWS, TWENTY, 0.08)[0] == 0.08
    assert computefi.all_in_yield([100], [0, 100], 0.0).tolist() == [0, 0]


def test_every_fee_raises_the_yield() -> None:
    base = computefi.all_in_yield(TWO_DRAWS, TWENTY, 0.08, 0.015, 0.005)[0]
    assert computefi.all_in_yield(TWO_DRAWS, TWENTY, 0.08, 0.02, 0.005)[0] > base
    assert computefi.all_in_yield(TWO_DRAWS, TWENTY, 0.08, 0.015, 0.01)[0] > base
    assert computefi.all_in_yield(TWO_DRAWS, TWENTY, 0.09, 0.015, 0.005)[0] > base


def test_yield_does_not_depend_on_the_currency() -> None:
    small = computefi.all_in_yield(TWO_DRAWS, TWENTY, 0.08, 0.015, 0.005)
    large = computefi.all_in_yield([x * 1e7 for x in TWO_DRAWS], [x * 1e7 for x in TWENTY], 0.08, 0.015, 0.005)
    assert large == pytest.approx(small, rel=1e-12)


def test_a_block_yields_row_by_row() -> None:
    draws = np.array([TWO_DRAWS, [100, 0, 0], [10, 40, 50]])
    repayments = np.array([TWENTY, [0] * 22 + [100], TWENTY])
    rates, fees = [0.08, 0.05, 0.1], [0.015, 0.0, 0.03]
    block = computefi.all_in_yield(draws, repayments, rates, fees, 0.005)
    for row, *case in zip(block, draws, repayments, rates, fees, strict=True):
        assert list(row) == list(computefi.all_in_yield(*case, 0.005))


def test_one_set_of_draws_against_a_column_of_coupons() -> None:
    block = computefi.all_in_yield(TWO_DRAWS, TWENTY, np.linspace(0.01, 0.2, 30), 0.015, 0.005)
    assert block.shape == (30, 2)
    assert (np.diff(block[:, 0]) > 0).all()


def test_the_shorter_series_is_padded() -> None:
    short = computefi.all_in_yield([40, 0, 60], TWENTY, 0.08, 0.01)
    assert list(short) == list(computefi.all_in_yield([40, 0, 60] + [0] * 30, TWENTY, 0.08, 0.01))


def test_yield_faults() -> None:
    assert cells("CFI_ALL_IN_YIELD", (100,), (0, 99), 0.08) == [[Code.NUM, Code.NUM]]
    assert cells("CFI_ALL_IN_YIELD", (0, 0), (0, 0), 0.08) == [[Code.DIV0, Code.DIV0]]
    assert cells("CFI_ALL_IN_YIELD", (0, 100), (100, 0), 0.08) == [[Code.NUM, Code.NUM]]
    assert cells("CFI_ALL_IN_YIELD", (100,), (0, 100), 0.08, 1) == [[Code.NUM, Code.NUM]]
    assert cells("CFI_ALL_IN_YIELD", (100,), (0, 100), -0.9, 0, 0, 0.5) == [[Code.NUM, Code.NUM]]
    with pytest.raises(DomainError, match="repayments must sum to the same as draws"):
        computefi.all_in_yield([100], [0, 50], 0.08)
    with pytest.raises(NoSolution, match="no yield solves"):
        computefi.all_in_yield([100], [100], 0.08)


def test_a_bad_loan_spoils_only_its_own_row() -> None:
    rows = cells("CFI_ALL_IN_YIELD", ((100, 0), (100, 0)), ((0, 100), (0, 90)), 0.08)
    assert rows[1] == [Code.NUM, Code.NUM]
    assert rows[0][0] == pytest.approx(0.08)


# --- weighted average life -----------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 5, 60])
def test_level_principal_lives_half_of_n_plus_one(n: int) -> None:
    assert computefi.wal([7.0] * n) == pytest.approx((n + 1) / 2, rel=1e-14)


def test_published_lives() -> None:
    assert computefi.wal([1] * 60, 12) == pytest.approx(2.54166666667, abs=1e-11)
    assert computefi.wal([1] * 20, 4) == pytest.approx(2.625, rel=1e-15)


def test_ddtl_4_lives_3_16_years_against_3_14_filed() -> None:
    life = computefi.wal(computefi.amortise(90, 0.059 / 4, 23)[:, 1], 4)
    assert life == pytest.approx(3.160760835, abs=1e-9)
    assert life == pytest.approx(3.14, abs=0.05)


def test_a_bullet_lives_to_its_end() -> None:
    assert computefi.wal(computefi.amortise(100, 0.05, 9, "bullet")[:, 1]) == 9


def test_wal_faults() -> None:
    assert cells("CFI_WAL", (0, 0)) == [[Code.DIV0]]
    assert cells("CFI_WAL", (1, -1)) == [[Code.NUM]]
    assert cells("CFI_WAL", (1, 1), 0) == [[Code.NUM]]
    assert cells("CFI_WAL", ((1, 3), (0, 0), (3, 1))) == [[1.75], [Code.DIV0], [1.25]]


# --- covenant ------------------------------------------------------------------------------------


def test_covenant_gives_worst_headroom_and_first_breach() -> None:
    assert computefi.covenant([1.4, 1.1, 1.0, 1.3], 1.15) == pytest.approx([1.0 / 1.15 - 1, 2], rel=1e-15)
    assert computefi.covenant([0.5, 0.9, 1.2], 0.8, "max") == pytest.approx([1 - 1.2 / 0.8, 2], rel=1e-15)


def test_equality_passes() -> None:
    for sense in ("min", "max"):
        assert list(computefi.covenant([1.15, 1.15], 1.15, sense)) == [0, 0]


def test_a_limit_may_step_by_period() -> None:
    assert computefi.covenant([1.2, 1.2], [1.15, 1.3]) == pytest.approx([1.2 / 1.3 - 1, 2], rel=1e-15)


def test_the_iris_spvs_were_in_breach() -> None:
    headroom, breach = computefi.covenant([computefi.dscr(2, 3, 4)], 1)
    assert headroom == pytest.approx(2 / 7 - 1, rel=1e-15)
    assert breach == 1


def test_covenants_row_by_row() -> None:
    block = computefi.covenant([[1.4, 1.1], [1.2, 1.3]], 1.15, "MIN")
    assert block == pytest.approx(np.array([[1.1 / 1.15 - 1, 2], [1.2 / 1.15 - 1, 0]]), rel=1e-14)


def test_covenant_faults() -> None:
    assert cells("CFI_COVENANT", (1, 2), 0) == [[Code.DIV0, Code.DIV0]]
    assert cells("CFI_COVENANT", (1, 2), -1) == [[Code.NUM, Code.NUM]]
    assert cells("CFI_COVENANT", (1, 2), 1, "least") == [[Code.VALUE]]
    with pytest.raises(InputError, match="limit must have 3 entries like actual; got 2"):
        computefi.covenant([1, 2, 3], [1, 2])
    with pytest.raises(InputError, match="actual must not be empty"):
        computefi.covenant([], 1)

"""What a loan can take: less cash, a new lender, a lower rent, an empty reserve, a busy customer, a lost operator."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import DomainError, InputError, MissingData, ZeroDivisor

UNEVEN = (80, 120, 110, 90, 60)
PLANT = (2.5, 1000, [0, 0.25, 0.7, 1], 1.4, 1.2, 0.06, 0.3, 0.4)


def test_cash_lower_by_the_breakeven_fall_just_repays_the_debt() -> None:
    for debt, cash in ((309.38663133, 0), (250, 30), (500, 0)):
        fall = computefi.breakeven_cfads(UNEVEN, debt, 0.08, cash)
        balance = debt - cash
        for flow in UNEVEN:
            balance = balance * 1.08 - (1 - fall) * flow
        assert balance == pytest.approx(0, abs=1e-10)


def test_the_breakeven_fall_is_what_llcr_leaves() -> None:
    assert computefi.breakeven_cfads(UNEVEN, 200, 0.08) == pytest.approx(1 - 1 / computefi.llcr(UNEVEN, 200, 0.08))
    assert computefi.breakeven_cfads(UNEVEN, computefi.sculpt_debt(UNEVEN, 1.25, 0.08), 0.08) == pytest.approx(0.2)
    assert computefi.breakeven_cfads(UNEVEN, 1000, 0.08) < 0
    assert computefi.breakeven_cfads(UNEVEN, 0, 0.08) == computefi.breakeven_cfads(UNEVEN, 10, 0.08, 10) == 1


def test_cash_that_is_worth_nothing_has_no_breakeven() -> None:
    with pytest.raises(ZeroDivisor):
        computefi.breakeven_cfads((0, 0), 10, 0.08)
    with pytest.raises(DomainError, match="above 0"):
        computefi.breakeven_cfads((-1, -2), 10, 0.08)


def test_a_sculpted_loan_refinanced_level_has_its_cover_in_level_cash() -> None:
    balance = computefi.sculpt_debt((20,) * 4, 1.3, 0.08)
    assert computefi.refinance_dscr(balance, 20, 0.08, 4) == pytest.approx([1.3, 1.3, 20 / 1.3])


def test_refinancing_counts_only_the_years_of_the_new_loan() -> None:
    tail = (20, 18, 16, 1)
    minimum, average, service = computefi.refinance_dscr(40, tail, 0.08, 3)
    assert service == pytest.approx(-(40 * 0.08) / (1.08**-3 - 1))
    assert (minimum, average) == pytest.approx((16 / service, 18 / service))
    assert computefi.refinance_dscr(40, tail, 0.08, 4)[0] == pytest.approx(
        1 / computefi.refinance_dscr(40, tail, 0.08, 4)[2]
    )


def test_refinancing_beyond_the_cash_or_of_nothing_is_refused() -> None:
    with pytest.raises(MissingData, match="end of the new loan"):
        computefi.refinance_dscr(40, (20, 18), 0.08, 3)
    with pytest.raises(ZeroDivisor, match="nothing to refinance"):
        computefi.refinance_dscr(0, (20, 18), 0.08, 2)
    assert np.isfinite(computefi.refinance_dscr(40, 20, 0.08, 1e9)).all()


def test_machines_re_let_at_the_rate_are_worth_the_balance() -> None:
    for decay in (0, 0.17, 1.5):
        rent, _ = computefi.relet_rate(12e6, 1000, 2, 0.09, 0.6, 0.7, decay)
        value = computefi.gpu_value(0, 0, rent, decay, 0.6, 0.7, 2, 0.09)[0]
        assert 1000 * value == pytest.approx(12e6, rel=1e-10)


def test_a_larger_balance_on_fewer_machines_needs_a_higher_rent() -> None:
    assert (np.diff(computefi.relet_rate([0, 1e6, 5e6, 2e7], 1000, 2, 0.09, 0.6, 0.7)[:, 0]) > 0).all()
    assert (np.diff(computefi.relet_rate(5e6, [500, 1000, 2000], 2, 0.09, 0.6, 0.7)[:, 0]) < 0).all()
    assert computefi.relet_rate(0, 1000, 2, 0.09, 0.6, 0.75)[0] == pytest.approx(0.8)


def test_a_reserve_is_measured_by_the_peak_and_not_by_the_next_payment() -> None:
    assert computefi.reserve_months(30, (5, 10, 8, 9, 9, 9)) == pytest.approx([3, 20])
    assert computefi.reserve_months(30, (15, 30, 24), 3, 4) == pytest.approx([3, 0])
    months, shortfall = computefi.reserve_months(17, (5, 10, 8, 9), 3)
    assert computefi.reserve_months(17 + shortfall, (5, 10, 8, 9), 3) == pytest.approx([3, 0])
    assert months < 3
    with pytest.raises(ZeroDivisor):
        computefi.reserve_months(30, (0, 0), 2)


def test_a_reserve_never_needs_more_than_is_still_due() -> None:
    assert computefi.reserve_months(12, (8, 10, 9, 0, 0, 0)) == pytest.approx([1.2, 15])
    assert computefi.reserve_months(27, (8, 10, 9, 0, 0, 0)) == pytest.approx([2.7, 0])
    assert computefi.reserve_months([12, 12], (8, 10, 9), [3, 2]) == pytest.approx(np.array([[1.2, 15], [1.2, 8]]))


def test_under_take_or_pay_cash_falls_as_the_customer_uses_more() -> None:
    answer = computefi.usage_cfads(*PLANT)
    assert (np.diff(answer[:, 0]) < 0).all()
    assert (np.diff(answer[:, 1]) == 0).all()
    slope = np.diff(answer[:, 0]) / np.diff(PLANT[2])  # type: ignore[arg-type]
    assert slope == pytest.approx(np.full(3, -8760 * 1000 * 0.7 * 1.4 * 1.2 * 0.06))


def test_on_demand_cash_rises_with_use_and_meets_take_or_pay_at_full_use() -> None:
    answer = computefi.usage_cfads(*PLANT, 0)
    assert (np.diff(answer[:, 0]) > 0).all()
    assert answer[-1] == pytest.approx(computefi.usage_cfads(*PLANT)[-1])
    between = computefi.usage_cfads(*PLANT, 0.5)[:, 1]
    assert between == pytest.approx(21.9e6 * np.array([0.5, 0.5, 0.7, 1]))


def test_cash_is_revenue_less_what_is_spent() -> None:
    cash, revenue, electricity, other = computefi.usage_cfads(*PLANT).T
    assert cash == pytest.approx(revenue - electricity - other)


def test_each_missing_condition_lowers_assignability_and_a_direct_agreement_most() -> None:
    complete = computefi.assignability((1, 1, 1, 1))
    assert complete == 0.9
    missing = computefi.assignability(1 - np.eye(4))
    assert (missing < complete).all()
    assert (np.diff(missing) > 0).all()
    assert computefi.assignability((0, 0, 0, 0)) == pytest.approx(0.9 * 0.5 * 0.6 * 0.7 * 0.8)


def test_assignability_takes_own_weights_and_raises_the_deals_loss_where_it_falls() -> None:
    assert computefi.assignability((0, 1, 1, 1), (1, 0, 0, 0)) == 0
    assert computefi.assignability((0, 0, 0, 0), (0, 0, 0, 0), 0.7) == 0.7
    chances = computefi.assignability(((1, 1, 1, 1), (0, 1, 1, 1), (0, 0, 0, 0)))
    losses = [computefi.deal_loss(90, 100, 95, 0.02, 0.0005, a, 0.3, 0.2, 0.5, 0.3, 1, -0.3, 0.25)[0] for a in chances]
    assert losses == sorted(losses)
    with pytest.raises(InputError, match="4 entries"):
        computefi.assignability((1, 1, 1))

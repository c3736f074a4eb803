"""Several assets behind one loan, and one loan through its years."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import Code, DomainError, InputError
from computefi.spec import REGISTRY, call, call_many

VALUES, DRIFTS, VOLATILITIES, RHOS = (60, 30, 10), (-0.26, -0.15, 0), (0.3, 0.28, 0.6), (0.2, 0.15, 0.7)
CORRELATION = np.array([[1, 0.6, 0.2], [0.6, 1, 0.1], [0.2, 0.1, 1]])
POOL = (VALUES, DRIFTS, VOLATILITIES, RHOS, CORRELATION, 0.05, 1)
IMPOSSIBLE = (0.9, -0.9, 0.7)  # two assets at .6 cannot be so far apart
BALANCES = (100, 80, 60, 40, 20)
YEARS = np.arange(1, 6)
PATH = (BALANCES, 0.98 ** (YEARS - 1) - 0.98**YEARS, 1000 / 9 * np.exp(-0.26 * YEARS), 0.2, 0.3, 0.06, 0.25)


def test_pool_has_the_published_moments_and_matched_loss() -> None:
    answer = computefi.pool_in_default(*POOL, 70)
    assert answer == pytest.approx([68.3681757663, 17.3042474891, 0.110090489322], abs=1e-10)


def test_pool_mean_is_the_sum_of_its_assets() -> None:
    parts = [
        computefi.value_in_default(v, 0.05, r, s, 1, m)
        for v, m, s, r in zip(VALUES, DRIFTS, VOLATILITIES, RHOS, strict=True)
    ]
    assert parts == pytest.approx([40.8141014817, 23.6603890882, 3.89368519638], abs=1e-10)
    assert computefi.pool_in_default(*POOL)[0] == pytest.approx(sum(parts), abs=1e-12)


def test_pool_without_a_loan_has_a_blank_third_answer() -> None:
    assert call(REGISTRY["CFI_POOL_IN_DEFAULT"], POOL).cells()[0][2] == ""
    assert call(REGISTRY["CFI_POOL_IN_DEFAULT"], [*POOL, None]).cells()[0][2] == ""


def test_a_blank_loan_in_a_column_is_no_loan_and_spoils_no_other() -> None:
    both = call(REGISTRY["CFI_POOL_IN_DEFAULT"], [(VALUES, VALUES), *POOL[1:], ((70,), (None,))]).cells()
    assert both[0][2] == pytest.approx(0.110090489322, abs=1e-10)
    assert both[1][2] == ""
    assert both[0][:2] == both[1][:2]


def test_pool_of_one_asset_is_the_asset() -> None:
    mean, deviation, loss = computefi.pool_in_default(100, 0, 0.4, 0.5, 1, 0.05, 1, 70)
    assert mean == pytest.approx(computefi.value_in_default(100, 0.05, 0.5, 0.4, 1), abs=1e-12)
    # E[V²|D] = V²·e^{a²}·Φ(d − 2ρa)/pd, with twice the spread in the tail factor
    square = np.exp(0.16) * 100 * computefi.value_in_default(100, 0.05, 0.5, 0.8, 1)
    assert deviation == pytest.approx(np.sqrt(square - mean**2), abs=1e-10)
    assert loss == pytest.approx(computefi.corr_lgd(70, 100, 0.05, 0.5, 0.4, 1), abs=1e-4)


def test_identical_comonotone_assets_are_one_asset() -> None:
    split = computefi.pool_in_default((50, 30, 20), 0, 0.4, 0.5, np.ones((3, 3)), 0.05, 1, 70)
    assert split == pytest.approx(computefi.pool_in_default(100, 0, 0.4, 0.5, 1, 0.05, 1, 70), abs=1e-10)


def test_at_pd_1_the_pool_is_unconditional_and_the_matched_loss_of_one_asset_exact() -> None:
    _, _, loss = computefi.pool_in_default(100, -0.26, 0.4, 0.5, 1, 1, 1, 70)
    assert loss == pytest.approx(computefi.corr_lgd(70, 100, 1, 0.5, 0.4, 1, -0.26), abs=1e-14)


def test_a_row_of_a_block_is_the_pool_alone() -> None:
    rng = np.random.default_rng(3)
    values, rhos = rng.uniform(0, 80, (40, 3)), rng.uniform(0, 0.5, (40, 3))
    pds, loans = rng.uniform(0.01, 1, 40), rng.uniform(0, 150, 40)
    block = computefi.pool_in_default(values, DRIFTS, VOLATILITIES, rhos, CORRELATION, pds, 1, loans)
    for i in (0, 7, 39):
        alone = computefi.pool_in_default(values[i], DRIFTS, VOLATILITIES, rhos[i], CORRELATION, pds[i], 1, loans[i])
        assert alone == pytest.approx(block[i], abs=1e-11)


def test_pool_without_volatility_or_time_has_no_deviation() -> None:
    total = float((np.array(VALUES) * np.exp(DRIFTS)).sum())
    still = computefi.pool_in_default(VALUES, DRIFTS, 0, RHOS, CORRELATION, 0.05, 1, 90)
    assert still == pytest.approx([total, 0, 1 - total / 90], abs=1e-12)
    assert computefi.pool_in_default(*POOL[:6], 0, 70) == pytest.approx([100, 0, 0], abs=1e-12)


def test_pool_limits_of_loan_and_value() -> None:
    assert computefi.pool_in_default(*POOL, 0)[2] == 0
    assert computefi.pool_in_default((0, 0, 0), *POOL[1:], 70).tolist() == [0, 0, 1]
    assert computefi.pool_in_default((0, 0, 0), *POOL[1:], 0).tolist() == [0, 0, 0]


def test_a_matrix_that_is_not_semidefinite_is_refused_with_its_eigenvalue() -> None:
    bad = np.array([[1, 0.9, 0.2], [0.9, 1, -0.9], [0.2, -0.9, 1]])
    bordered = np.block([[np.ones((1, 1)), np.array([RHOS])], [np.array([RHOS]).T, bad]])
    smallest = np.linalg.eigvalsh(bordered)[0]
    with pytest.raises(DomainError, match=f"smallest eigenvalue is {smallest:.6g}"):
        computefi.pool_in_default(VALUES, DRIFTS, VOLATILITIES, RHOS, bad, 0.05, 1)


def test_rhos_that_do_not_fit_the_matrix_are_refused() -> None:
    with pytest.raises(DomainError, match=r"positive semidefinite together; the smallest eigenvalue is -0\.7003"):
        computefi.pool_in_default(VALUES, DRIFTS, VOLATILITIES, IMPOSSIBLE, CORRELATION, 0.05, 1)


def test_an_impossible_row_spoils_only_itself_and_says_why() -> None:
    outcome = call(REGISTRY["CFI_POOL_IN_DEFAULT"], [*POOL[:3], (RHOS, IMPOSSIBLE, RHOS), *POOL[4:], 70])
    rows = outcome.cells()
    assert rows[1] == [Code.NUM] * 3
    assert rows[0] == rows[2] == pytest.approx([68.3681757663, 17.3042474891, 0.110090489322], abs=1e-10)
    assert str(outcome.first_error()).endswith("the smallest eigenvalue is -0.700312 at row 2")


def test_calls_run_together_answer_as_each_alone() -> None:
    spec, matrix = REGISTRY["CFI_POOL_IN_DEFAULT"], tuple(map(tuple, CORRELATION.tolist()))
    good, bad, worse = ([*POOL[:3], rhos, matrix, 0.05, 1, 70] for rhos in (RHOS, IMPOSSIBLE, (0.95, -0.95, 0)))
    for calls in ([good, bad], [bad, worse], [bad, good, worse]):
        together = call_many(spec, calls)
        for outcome, alone in zip(together, (call(spec, arguments) for arguments in calls), strict=True):
            assert outcome.cells()[0][0] == alone.cells()[0][0]
            assert str(outcome.first_error()) == str(alone.first_error())


def test_rho_of_1_with_the_matrix_that_goes_with_it_is_accepted() -> None:
    rhos = (1, 0.6, 0.2)  # the driver is the first asset
    assert np.isfinite(computefi.pool_in_default(VALUES, DRIFTS, VOLATILITIES, rhos, CORRELATION, 0.05, 1)[0])
    with pytest.raises(DomainError):
        computefi.pool_in_default(VALUES, DRIFTS, VOLATILITIES, (1, 0.6, 0.21), CORRELATION, 0.05, 1)


@pytest.mark.parametrize("entry", [(0, 1, 0.5), (2, 2, 0.9)])
def test_an_asymmetric_matrix_or_another_diagonal_is_refused(entry: tuple[int, int, float]) -> None:
    row, column, value = entry
    matrix = CORRELATION.copy()
    matrix[row, column] = value
    with pytest.raises(DomainError, match="symmetric with ones on its diagonal"):
        computefi.pool_in_default(VALUES, DRIFTS, VOLATILITIES, RHOS, matrix, 0.05, 1)


def test_wrong_lengths_are_named_with_both_lengths() -> None:
    with pytest.raises(InputError, match="rhos must have 3 entries like values; got 2"):
        computefi.pool_in_default(VALUES, DRIFTS, VOLATILITIES, (0.2, 0.1), CORRELATION, 0.05, 1)
    with pytest.raises(InputError, match="correlation must have 3 entries like values; got 2"):
        computefi.pool_in_default(VALUES, DRIFTS, VOLATILITIES, RHOS, np.eye(2), 0.05, 1)


def test_pool_with_pd_0_is_an_error() -> None:
    with pytest.raises(DomainError, match="pd"):
        computefi.pool_in_default(*POOL[:5], 0, 1)


def test_loss_path_has_the_published_total_and_parts() -> None:
    answer = computefi.el_path(*PATH)
    assert answer[0] == pytest.approx(2.326063121542, abs=1e-10)
    assert answer[1:] == pytest.approx([0.84352, 0.67289, 0.47007, 0.26186, 0.07772], abs=5e-6)
    assert answer[0] == pytest.approx(answer[1:].sum(), abs=1e-14)


def test_loss_in_a_year_is_what_was_lost_by_its_end_less_by_its_opening() -> None:
    given = [computefi.corr_lgd(BALANCES[t - 1], PATH[2][t - 1], 1 - 0.98**t, 0.2, 0.3, t, 0, 0.25) for t in YEARS]
    assert given == pytest.approx([0.44706, 0.49285, 0.50121, 0.45862, 0.30357], abs=5e-6)
    before = [
        computefi.corr_el(BALANCES[t - 1], PATH[2][t - 1], 1 - 0.98 ** (t - 1), 0.2, 0.3, t, 0, 0.25) for t in YEARS
    ]
    lost = (1 - 0.98 ** YEARS.astype(float)) * given - before
    expected = 1.06 ** -YEARS.astype(float) * BALANCES * lost
    assert computefi.el_path(*PATH)[1:] == pytest.approx(expected, abs=1e-13)


def test_default_in_a_year_loses_less_than_pd_times_the_loss_of_all_defaults_so_far() -> None:
    years = np.arange(1.0, 5)
    case = ((40, 30, 20, 10), (0.2, 0.16, 0.128, 0.1024), 100 * np.exp(-0.26 * years))
    total, *parts = computefi.el_path(*case, 0.7, 0.4, 0.1, 0.1)
    assert total == pytest.approx(0.932483098489, abs=1e-12)
    by = [
        computefi.corr_lgd(b, v, p, 0.7, 0.4, t, 0, 0.1)
        for b, v, p, t in zip(*case[::2], np.cumsum(case[1]), years, strict=True)
    ]
    old = 1.1**-years * case[1] * np.array(case[0]) * by
    assert old.sum() == pytest.approx(1.408, abs=5e-4)
    assert (np.array(parts[1:]) < old[1:]).all()
    assert parts[0] == pytest.approx(old[0])


def test_a_path_takes_months_lag_recovery_and_the_middle_of_a_period() -> None:
    month = computefi.el_path(90, 0.01, 80, 0.3, 0.5, 0.08, 0.1, 0.5, 0.25, 12)
    expected = 90 * computefi.corr_el(90, 80, 0.01, 0.3, 0.5, 1 / 12, 0, 0.1, 0.5, 0.25) * 1.08 ** (-1 / 12)
    assert month == pytest.approx([expected, expected], rel=1e-12)
    middle = computefi.el_path((100, 80), (0.01, 0.01), 0, 0.3, 0.5, 0.08, mid_period=1)
    assert middle[1:] == pytest.approx([90 * 0.01 * 1.08**-0.5, 40 * 0.01 * 1.08**-1.5], rel=1e-12)


def test_the_deal_without_contract_and_offtaker_has_the_path_of_its_chips() -> None:
    chips = computefi.el_path(*PATH[:3], 0.2, 0.3, 0.06, 0.25, 0.5, 0.3, 2, 1)
    deal = computefi.deal_loss_path(PATH[0], PATH[2], 0, PATH[1], 0, 0, 0.4, 0.2, 0.5, 0.3, 0.06, 0.25, 0.5, 0.3, 2, 1)
    assert deal == pytest.approx(chips, rel=1e-11)


def test_a_year_without_default_adds_nothing() -> None:
    answer = computefi.el_path((100, 80, 60), (0, 0.02, 0), (90, 80, 70), 0.2, 0.3, 0.06)
    assert answer[1] == answer[3] == 0
    assert answer[2] > 0
    assert computefi.el_path((100, 80), 0, (90, 80), 0.2, 0.3, 0.06).tolist() == [0, 0, 0]


def test_a_year_without_balance_adds_nothing_and_without_value_loses_all() -> None:
    answer = computefi.el_path((0, 100), (0.02, 0.02), (50, 0), 0.2, 0.3, 0)
    assert answer == pytest.approx([2, 0, 2])


def test_a_block_has_one_loan_per_row() -> None:
    block = computefi.el_path((BALANCES, np.array(BALANCES) * 2), *PATH[1:2], (PATH[2], PATH[2] * 2), *PATH[3:])
    assert block.shape == (2, 6)
    assert block[1] == pytest.approx(2 * block[0], abs=1e-12)


def test_pds_that_add_up_to_1_pass_and_to_more_do_not() -> None:
    assert np.isfinite(computefi.el_path((10,) * 10, (0.1,) * 10, (5,) * 10, 0.2, 0.3, 0.06)).all()
    with pytest.raises(DomainError, match="must not add up to more than 1"):
        computefi.el_path((10, 10), (0.6, 0.5), (5, 5), 0.2, 0.3, 0.06)


def test_series_of_two_lengths_are_named() -> None:
    with pytest.raises(InputError, match="pds must have 3 entries like balances; got 2"):
        computefi.el_path((3, 2, 1), (0.1, 0.1), (1, 1, 1), 0.2, 0.3, 0.06)

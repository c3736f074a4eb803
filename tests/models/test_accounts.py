"""A loan's accounts: nothing is lost or made, the sheet's rows are the path, and limits do what they say."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

import computefi
from computefi.errors import Code, ModelError
from computefi.models.accounts import ACCOUNTS, FLOWS
from computefi.spec import REGISTRY, call

FRESH = [100.0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0]
SOURCES, USES = slice(1, 6), slice(6, 14)
NAMES = [column.name.replace(" ", "_") for column in (*FLOWS, *ACCOUNTS)]


def drawn_paths(seed: int, cases: int) -> list[list[Any]]:
    """Loans in every kind of trouble: negative cash, letters, traps, sweeps, cures and their limits."""
    random = np.random.default_rng(seed)
    paths = []
    for _ in range(cases):
        periods = int(random.integers(1, 24))
        principal = random.uniform(0, 12, periods)
        lockup = random.choice([0, 1.1, 1.3])
        paths.append([
            random.uniform(random.choice([-8, 0, 8]), 30, periods), principal.sum() * random.choice([1, 1.3]) + 1,
            random.uniform(-0.002, 0.03, periods), principal, random.integers(0, periods + 1),
            random.choice([0, 15]), random.choice([0, 10, 100]), lockup, lockup + random.choice([0, 0.2]),
            random.integers(1, 4), [0, 1.2, 1.5], sorted(random.uniform(0, 1, 3))[::-1],
            random.choice([0, 1.05, 1.2]), random.integers(0, 4), random.choice([5, 1e9]), random.integers(1, 3),
        ])  # fmt: skip
    return paths


def rows_of(arguments: list[Any]) -> np.ndarray[Any, Any]:
    return np.atleast_2d(np.asarray(computefi.waterfall_path(*arguments, errors="nan")))


@pytest.mark.parametrize("seed", range(3))
def test_sources_are_uses_to_the_cent_in_every_period(seed: int) -> None:
    for arguments in drawn_paths(seed, 40):
        rows = rows_of(arguments)
        assert rows[:, SOURCES].sum(axis=1) == pytest.approx(rows[:, USES].sum(axis=1), abs=1e-9 * arguments[1])


def test_every_account_is_what_it_was_with_what_came_in_and_went_out() -> None:
    for arguments in drawn_paths(7, 60):
        column = dict(zip(NAMES, rows_of(arguments).T, strict=True))
        before = {name: np.append(start, column[name][:-1]) for name, start in (
            ("balance", arguments[1]), ("reserve", arguments[5]), ("trapped", 0), ("letter_drawn", 0), ("cured", 0)
        )}  # fmt: skip
        moved = {
            "balance": -column["principal"] - column["sweep"],
            "reserve": column["to_reserve"] - column["from_reserve"],
            "trapped": column["to_trap"] - column["from_trap"],
            "letter_drawn": column["from_letter"] - column["letter_repaid"],
            "cured": column["cure"],
        }
        for name, change in moved.items():
            assert column[name] == pytest.approx(before[name] + change, abs=1e-9 * arguments[1])
            assert (column[name] >= 0).all()


def test_a_sheet_with_a_row_per_month_computes_the_path() -> None:
    """The last eleven columns of a row are the next row's state; targets are the debt service to come."""
    for arguments in drawn_paths(11, 25):
        cfads, loan, rate, principal, ahead, reserve, *terms = arguments
        state = [loan, reserve, *[0.0] * 9]
        for period, expected in enumerate(rows_of(arguments)):
            owed, target = max(0.0, state[0] - principal[period] - state[5]), 0.0
            for later in range(period + 1, min(len(cfads), period + 1 + int(ahead))):
                target += rate[later] * owed + min(owed, principal[later])
                owed -= min(owed, principal[later])
            step = computefi.waterfall_step(
                state, cfads[period], rate[period], principal[period], max(0.0, target), *terms, errors="nan"
            )
            assert np.array(step) == pytest.approx(expected, rel=1e-9, abs=1e-9 * loan, nan_ok=True)
            state = list(expected[len(FLOWS) :])


def test_without_accounts_it_is_the_plain_waterfall() -> None:
    for cash in (0, 5, 10.5, 20):
        step = computefi.waterfall_step([100, *[0] * 10], cash, 0.01, 10)
        paid = computefi.waterfall(cash, [1, 10])
        assert [step.interest, step.principal, step.distribution] == pytest.approx(list(np.ravel(paid)))


def test_many_months_at_once_are_each_alone() -> None:
    states = np.array([[100, r, 0, 0, 0, 0, 0, 0, 0, 0, 0] for r in (0, 5, 12)])
    together = computefi.waterfall_step(states, [20, 8, -3], 0.01, 10, 12, 5, 1.15)
    for case, (state, cash) in enumerate(zip(states, (20, 8, -3), strict=True)):
        alone = computefi.waterfall_step(state, cash, 0.01, 10, 12, 5, 1.15)
        assert np.asarray(together)[case] == pytest.approx(np.asarray(alone))


def test_a_letter_of_credit_leaves_the_reserves_cash_to_the_sponsor() -> None:
    funded = computefi.waterfall_path([20] * 6, 60, 0.01, [10] * 6, 3, 0)
    letter = computefi.waterfall_path([20] * 6, 60, 0.01, [10] * 6, 3, 0, 100)
    assert funded.to_reserve.sum() > 20
    assert not letter.to_reserve.any()
    assert letter.distribution[0] > funded.distribution[0]
    assert letter.distribution.sum() == pytest.approx(funded.distribution.sum())


def test_a_letter_that_is_drawn_is_repaid_before_anything_is_distributed() -> None:
    path = computefi.waterfall_path([20, 4, 13, 20, 20], 50, 0.01, [10] * 5, 2, 0, 100)
    assert path.from_letter[1] > 0
    assert path.letter_repaid.sum() == pytest.approx(path.from_letter.sum())
    assert path.distribution[2] == 0 or path.letter_drawn[2] == 0


def test_cash_is_trapped_until_the_release_test_is_met_often_enough() -> None:
    cover = [1.1, 1.4, 1.2, 1.4, 1.4, 1.4]
    principal = [10.0] * 6
    owed = np.array([60, 50, 40, 30, 20, 10])
    cash = np.array(cover) * (0.01 * owed + 10)
    path = computefi.waterfall_path(cash, 60, 0.01, principal, 0, 0, 0, 1.15, 1.3, 2)
    assert list(path.locked) == [1, 1, 1, 1, 0, 0]
    assert not path.distribution[:4].any()
    assert path.from_trap[4] == pytest.approx(path.to_trap.sum())


def test_trapped_cash_pays_before_the_reserve() -> None:
    path = computefi.waterfall_path([11, 5, 30], 30, 0.01, [10, 10, 10], 0, 0, 0, 1.2)
    assert path.to_trap[0] > 0
    assert path.from_trap[1] == pytest.approx(path.to_trap[0])


@pytest.mark.parametrize(("cover", "share"), [(1.0, 1.0), (1.19, 1.0), (1.2, 0.5), (1.49, 0.5), (1.5, 0.25), (3, 0.25)])
def test_the_sweep_is_read_off_its_table_as_lookup_reads_it(cover: float, share: float) -> None:
    step = computefi.waterfall_step(
        [100, *[0] * 10], cover * 11, 0.01, 10, 0, 0, 0, None, 1, [0, 1.2, 1.5], [1, 0.5, 0.25]
    )
    assert step.sweep == pytest.approx(share * (cover * 11 - 11), abs=1e-12)


def test_a_cure_stops_at_each_of_its_limits() -> None:
    terms = (0, 0, 0, None, 1, 0, 0, 1.05)
    cures = {
        "none allowed": ([100, *[0] * 10], (0,), 0),
        "one allowed": ([100, *[0] * 10], (1,), 1.55),
        "all used": ([100, *[0] * 7, 2, 0, 3], (2,), 0),
        "amount used": ([100, *[0] * 7, 1, 0, 4], (5, 5), 0),
        "in a row": ([100, *[0] * 7, 1, 1, 1], (5, 99, 1), 0),
        "two in a row": ([100, *[0] * 7, 1, 1, 1], (5, 99, 2), 1.55),
    }
    for name, (state, limits, expected) in cures.items():
        assert computefi.waterfall_step(state, 10, 0.01, 10, *terms, *limits).cure == pytest.approx(expected), name


def test_a_cured_loan_pays_in_full_and_stays_locked() -> None:
    step = computefi.waterfall_step([100, *[0] * 10], 10, 0.01, 10, 0, 0, 1.15, None, 1, 0, 0, 1.05, 1)
    assert step.interest + step.principal == pytest.approx(11)
    assert step.locked == 1
    assert step.cures == 1


REFUSED = [
    (([20, 8], 20, 0.01, [10, 10], 3), "beyond the schedule"),
    (([20, 8], 15, 0.01, [10, 10]), "more than the loan"),
    (([20, 8], 20, 0.01, [10, 10], 1, 0, 0, 1.2, 1.1), "below lockup"),
    (([20, 8], 20, 0.01, [10, 10], 1, 0, 0, 1.2, None, 0), "at least 1"),
    (([20, 8], 20, 0.01, [10, 10], 1, 0, 0, 0, None, 1, [0, 1.5, 1.2], [1, 0.5, 0.2]), "must rise from 0"),
    (([20, 8], 20, 0.01, [10, 10], 1, 0, 0, 0, None, 1, [1, 1.5], [1, 0.5]), "must rise from 0"),
    (([20, 8], 20, 0.01, [10, 10], 1, 0, 0, 0, None, 1, [0, 1.2], [0.2, 0.5]), "must not rise"),
    (([20, 8], 20, 0.01, [10, 10], 1, 0, 0, 0, None, 1, [0, 1.2], [1.5, 0.5]), "between 0 and 1"),
    (([20, 8], 20, 0.01, [10, 10], 1, 0, 0, 0, None, 1, [0, 1.2, 1.4], [1, 0.5]), "entries like"),
    (([20, 8], 20, 0.01, [10, -1]), "at least 0"),
    (([20, 8, 7], 20, 0.01, [10, 10]), "entries like"),
    (([1.0] * 1300, 20, 0.01, [0.0] * 1300), "1,200"),
]


@pytest.mark.parametrize(("arguments", "reason"), REFUSED)
def test_terms_that_contradict_themselves_say_why(arguments: tuple[Any, ...], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        computefi.waterfall_path(*arguments)


def test_a_period_in_which_nothing_is_due_has_no_cover_and_all_else() -> None:
    cells = call(REGISTRY["CFI_WATERFALL_STEP"], [(tuple(FRESH),), 20, 0, 0]).cells()[0]
    assert cells[0] is Code.DIV0
    assert cells[13] == 32.0


def test_an_independent_engine_pays_the_same() -> None:
    """The PyPI package waterfall-py, where it has the case: one senior loan, a funded reserve, one sweep for all."""
    engine = pytest.importorskip("waterfall", reason="waterfall-py is not installed (extra test)")
    principal, cash = [10.0] * 8, [14.0, 11, 9, 8, 16, 20, 12, 30]
    deal = engine.Deal(
        deal_close_date=date(2024, 1, 1), operations_start_date=date(2024, 1, 1), period_frequency="M", deal_type="PF",
        tranches=[
            engine.Tranche(
                name="Loan", tranche_type="senior", principal=80.0, coupon=0.12, day_count="30/360",
                amort_type="custom", custom_principal=principal, term_periods=8, recompute_on_prepayment=False,
            ),
            engine.Tranche(name="Equity", tranche_type="equity", principal=20.0),
        ],
        cfads_stream=cash, data_currency="USD", reporting_basis="calendar",
        reserves=[engine.ReserveConfig(reserve_type="DSRA", target_amount=12.0, opening_balance=12.0)],
        sweep=engine.SweepConfig(default_sweep_pct=0.5),
    )  # fmt: skip
    state = [80.0, 12.0, *[0.0] * 9]
    for theirs, money in zip(engine.run(deal).periods[:7], cash, strict=False):
        ours = computefi.waterfall_step(state, money, 0.01, 10, 12, 0, 0, None, 1, 0, 0.5)
        assert ours.interest == pytest.approx(sum(theirs.interest_by_tranche.values()), abs=1e-9)
        assert ours.principal + ours.sweep == pytest.approx(sum(theirs.principal_by_tranche.values()), abs=1e-9)
        assert ours.sweep == pytest.approx(theirs.sweep_amount, abs=1e-9)
        assert ours.from_reserve == pytest.approx(theirs.reserve_draws, abs=1e-9)
        assert ours.reserve == pytest.approx(theirs.reserve_balances["DSRA"], abs=1e-9)
        assert ours.distribution == pytest.approx(theirs.equity_distribution, abs=1e-9)
        assert ours.cover == pytest.approx(theirs.dscr)
        state = list(ours)[len(FLOWS) :]

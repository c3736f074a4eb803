"""Tenor overlap, remaining term and the roll-forward of backlog."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import Code, DomainError, InputError, ZeroDivisor
from computefi.spec import REGISTRY, call

TWO_CONTRACTS = [16, 16, 16, 10, 10, 10]


def cells(name: str, *arguments: object) -> list[list[object]]:
    return call(REGISTRY[name], arguments).cells()


# --- tenor overlap -------------------------------------------------------------------------------


def test_overlap_is_the_revenue_inside_the_loan_over_all_revenue() -> None:
    assert computefi.tenor_overlap(TWO_CONTRACTS, 5) == pytest.approx(68 / 78, rel=1e-15)


def test_a_loan_that_outlives_the_contracts_overlaps_wholly() -> None:
    assert computefi.tenor_overlap(TWO_CONTRACTS, 6) == 1
    assert computefi.tenor_overlap(TWO_CONTRACTS, 60) == 1


def test_overlap_of_no_revenue_divides_by_zero() -> None:
    assert cells("CFI_TENOR_OVERLAP", (0, 0, 0), 2) == [[Code.DIV0]]


@pytest.mark.parametrize("periods", [0, -1, 2.5])
def test_a_loan_has_a_whole_number_of_periods(periods: float) -> None:
    assert cells("CFI_TENOR_OVERLAP", (1, 2), periods) == [[Code.NUM]]


def test_overlap_of_a_row_of_a_column_and_of_a_block() -> None:
    row = computefi.tenor_overlap(np.array([TWO_CONTRACTS]), 3)
    assert row == computefi.tenor_overlap(TWO_CONTRACTS, 3)
    block = computefi.tenor_overlap([TWO_CONTRACTS, [1, 1, 1, 1, 1, 1]], [3, 2])
    assert block == pytest.approx([row, 1 / 3], rel=1e-15)


# --- remaining term ------------------------------------------------------------------------------


def test_value_weighted_term_of_the_two_contracts() -> None:
    assert computefi.remaining_term([60, 18], [6, 3]) == pytest.approx(5.3076923077, abs=1e-10)


def test_equal_terms_are_their_own_mean() -> None:
    assert computefi.remaining_term([1, 2, 3], 4) == pytest.approx(4, rel=1e-15)


def test_remaining_term_without_value_divides_by_zero() -> None:
    with pytest.raises(ZeroDivisor, match="values must not sum to 0"):
        computefi.remaining_term([0, 0], [1, 2])


def test_lengths_that_differ_are_both_named() -> None:
    with pytest.raises(InputError, match="terms must have 2 entries like values; got 3"):
        computefi.remaining_term([1, 2], [1, 2, 3])


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(DomainError, match="terms must be at least 0; got -1 at row 2"):
        computefi.remaining_term([1, 2], [1, -1])


# --- roll-forward --------------------------------------------------------------------------------


def test_backlog_rolls_forward() -> None:
    assert computefi.backlog_roll(100, 40, 20, 5, 3) == pytest.approx([118, 38 / 20], rel=1e-15)
    assert computefi.backlog_roll(100, 40, 20, 5, -3) == pytest.approx([112, 32 / 20], rel=1e-15)


def test_backlog_keeps_its_level_at_a_book_to_bill_of_one() -> None:
    closing, book_to_bill = computefi.backlog_roll(100, 25, 20, 5)
    assert (closing, book_to_bill) == (100, 1)


def test_a_chain_of_periods_is_the_sum_of_its_moves() -> None:
    opening = 50.0
    moves = np.array([[10, 4, 1, 0.5], [0, 6, 2, -1], [30, 8, 0, 0]])
    for signed, recognised, cancelled, repriced in moves:
        opening = computefi.backlog_roll(opening, signed, recognised, cancelled, repriced)[0]
    assert opening == pytest.approx(50 + (moves @ [1, -1, -1, 1]).sum(), rel=1e-15)


def test_without_recognised_revenue_only_the_ratio_fails() -> None:
    assert cells("CFI_BACKLOG_ROLL", 100, 40, 0) == [[140, Code.DIV0]]


def test_no_more_can_leave_the_backlog_than_was_in_it() -> None:
    assert cells("CFI_BACKLOG_ROLL", 10, 5, 12, 4) == [[Code.NUM, Code.NUM]]
    assert cells("CFI_BACKLOG_ROLL", 10, 5, 12, 3) == [[0, (5 - 3) / 12]]


def test_a_bad_period_spoils_only_itself() -> None:
    block = cells("CFI_BACKLOG_ROLL", ((100,), (100,), (100,)), 40, ((20,), (-1,), (10,)))
    assert block == [[120, 2], [Code.NUM, Code.NUM], [130, 4]]

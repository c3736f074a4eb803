"""Expected loss of each loan of a book, factor by factor or in closed form.

A loan depends on no more than the drivers of its operator and offtaker and the score of its collateral, so on any
number of factors its expected loss is that of CFI_DEAL_LOSS_PATH with the correlations that the loadings make. A
guarantor is a fourth: on one factor all are integrated together, on several his loans are averaged over samples.
"""

from __future__ import annotations

import numpy as np

from computefi.kernels.collateral import shortfall_in_both
from computefi.kernels.normal import bivariate_normal_cdf
from computefi.kernels.quadrature import integrate
from computefi.models.portfolio import Book, Systematic, expected_given
from computefi.models.portfolio_nodes import REACH, means_by_sample, on_factor
from computefi.spec.kinds import FloatArray

Pair = tuple[FloatArray, FloatArray]


def expected_losses(book: Book) -> FloatArray:
    """Expected loss of each loan."""
    return expected_with_error(book)[0]


def expected_with_error(book: Book) -> tuple[FloatArray, float]:
    """Expected loss of each loan, and the standard error of their sum: 0 but for guarantees on several factors."""
    if book.on_one_factor():
        return integrated(book), 0.0
    losses, guaranteed = closed_form(book), np.flatnonzero(book.loans.guaranteed > 0)
    if not guaranteed.size:
        return losses, 0.0
    means = means_by_sample(book.taking(guaranteed))
    losses[guaranteed] = means.mean(axis=0)
    return losses, float(means.sum(axis=1).std(ddof=1) / np.sqrt(len(means)))


def closed_form(book: Book) -> FloatArray:
    """Expected loss of each loan without its guarantor, a year of failure at a time."""
    loans = book.loans
    names = np.concatenate([book.name_loading, np.zeros((1, book.factors))])[book.offtaker]
    apart = -(book.loading * names).sum(axis=1)
    to_operator = (book.loading * book.collateral_loading).sum(axis=1)
    # The rests' part, as of the years: `coupling` is a correlation, here it is what it adds to one of the whole.
    rests = loans.coupling * np.sqrt(loans.own) * loans.rest[:, None]
    to_offtaker = (names * book.collateral_loading).sum(axis=1)

    def alone(x: FloatArray, y: FloatArray, rho_x: FloatArray, rho_y: FloatArray, year: int) -> Pair:
        """P and E[(1 − V/K)⁺] of a driver below x while the other is not below y."""
        chance = bivariate_normal_cdf(x, -y, apart)
        claim, mean, spread = (part[:, year] for part in (loans.claim, loans.mean, loans.spread))
        return chance, shortfall_in_both(claim, mean, spread, x, -y, apart, rho_x, -rho_y, chance)

    total = np.zeros(len(apart))
    before = np.full(len(apart), -np.inf)
    operator_before = offtaker_before = before
    for year in range(loans.years):
        operator, offtaker = loans.bound[:, year], loans.offtaker_bound[:, year]
        own = to_operator * loans.dilution[:, year] + rests[:, year]
        other = to_offtaker * loans.dilution[:, year]
        first, sold = np.subtract(
            alone(operator, offtaker, own, other, year), alone(operator_before, offtaker, own, other, year)
        )
        second, ended = np.subtract(
            alone(offtaker, operator_before, other, own, year),
            alone(offtaker_before, operator_before, other, own, year),
        )
        cost, assigned = loans.sale_cost[:, year], loans.assigned_cost[:, year]
        lost = loans.assignable * (assigned + loans.owed[:, year] * loans.short[:, year]) * first
        lost += (1 - loans.assignable) * (cost * first + loans.sold[:, year] * sold)
        total += np.maximum(lost + cost * second + loans.sold[:, year] * ended, 0.0)
        operator_before, offtaker_before = operator, offtaker
    return total


def integrated(book: Book) -> FloatArray:
    """Expected loss of each loan on one factor, to about 1e-12."""
    loans, one = book.loans, np.ones(len(book.offtaker))
    axis = on_factor(book, np.ones(1))
    names = np.append(book.name_loading @ axis[0], 0.0)
    slopes = (
        book.loading @ axis[0], book.collateral_loading @ axis[0], names[book.offtaker], names[book.guarantor],
    )  # fmt: skip
    scale = np.maximum(loans.largest(), np.finfo(float).tiny)

    def lost(place: FloatArray, number: FloatArray) -> FloatArray:
        rows = number.astype(np.intp)
        at = Systematic(*(slope[rows] * place for slope in slopes))
        density = np.exp(-(place**2) / 2) / np.sqrt(2 * np.pi)
        return expected_given(loans.take(rows), at) / scale[rows] * density

    numbers = np.arange(len(book.offtaker), dtype=np.float64)
    total: FloatArray = sum(
        (integrate(lost, low * one, (low + REACH / 2) * one, numbers) for low in (-REACH, -REACH / 2, 0, REACH / 2)),
        np.zeros(len(one)),
    )
    return total * scale

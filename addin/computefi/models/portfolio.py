"""A book of loans on common factors, and what it loses given them.

Factors F are standard normal with correlation matrix C. Loan i's operator has the driver Xᵢ = bᵢ·F + rest, its offtaker
Y = h·F + rest, its guarantor likewise, and its collateral the score Zᵢ = gᵢ·F + rest; the rests are independent, one
per operator, per collateral and per name, so an offtaker of several loans fails for all of them at once. Who fails by
year t is below Φ⁻¹ of the probability cumulated to t. A loan ends with the first failure of operator and offtaker,
both in one year being the offtaker's:

    operator first     the contract passes to a replacement (probability `assignable`) and the loan loses
                       exposure·(1 − unsecured)·(1 − contract/exposure)⁺, or the collateral is sold
    offtaker first     the collateral is sold: exposure·(1 − unsecured)·(1 − V/K)⁺, K = exposure/(1 − sale_cost)
    guaranteed share   of either is made good where the guarantor stands at the end of that year

which are the states of CFI_DEAL_LOSS and CFI_DEAL_LOSS_PATH, with link = b·C·h, rho_operator = b·C·g and
rho_offtaker = g·C·h. Given F everything but the shared names is independent from loan to loan.

Sources: O. A. Vasicek, Loan portfolio value, Risk 15(12) (2002) 160–162; D. X. Li, On default correlation, Journal of
Fixed Income 9(4) (2000) 43–54, for the time of default; J. Frye, Collateral damage, Risk 13(4) (2000) 91–94, and
M. Pykhtin, Unexpected recovery risk, Risk 16(8) (2003) 74–78, for collateral on the same factors.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from computefi.errors import DomainError, InputError
from computefi.kernels.collateral import unconditional_shortfall_share
from computefi.kernels.correlation import ROUNDING, is_symmetric_with_unit_diagonal
from computefi.kernels.special import ndtr, ndtri
from computefi.spec.kinds import FloatArray

LEAST_REST = 1e-12  # below, a driver is all factor: it fails on one side of a step
IntArray = NDArray[np.intp]
NOBODY = -1


@dataclass(slots=True)
class Loans:
    """Loans by row and years by column, as the laws given the factors need them; every array has a row per loan."""

    bound: FloatArray  # of the operator's driver by year
    rest: FloatArray  # what the factors leave of the driver
    offtaker_bound: FloatArray
    offtaker_rest: FloatArray
    guarantor_bound: FloatArray
    guarantor_rest: FloatArray
    guaranteed: FloatArray
    own_guarantor: NDArray[np.bool_]  # the offtaker itself
    assignable: FloatArray
    owed: FloatArray  # exposure·(1 − unsecured), by year
    short: FloatArray  # lost share of it where the contract is assigned, by year
    claim: FloatArray  # by year
    mean: FloatArray  # of the collateral at its sale, by year
    spread: FloatArray  # of its logarithm, by year
    dilution: FloatArray  # of the collateral's score by the lag, by year
    own: FloatArray  # variance of that score given the factors, by year

    def take(self, rows: IntArray) -> Loans:
        """Some of the loans."""
        return Loans(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def years(self) -> int:
        return self.bound.shape[1]

    def largest(self) -> FloatArray:
        """The most that each loan can lose."""
        largest: FloatArray = self.owed.max(axis=1)
        return largest


@dataclass(slots=True)
class Systematic:
    """What the factors add to each driver: rows of points, columns of loans."""

    operator: FloatArray
    collateral: FloatArray
    offtaker: FloatArray
    guarantor: FloatArray


@dataclass(slots=True)
class Book:
    """Loans, the names that they share, and how all of them hang on the factors."""

    loans: Loans
    offtaker: IntArray  # number of the name from 0, or NOBODY
    guarantor: IntArray
    name_bound: FloatArray  # by name and year
    name_rest: FloatArray
    loading: FloatArray  # of the operators, by loan and independent factor
    collateral_loading: FloatArray
    name_loading: FloatArray
    root: FloatArray  # of the factors' correlation matrix: F = root @ independent factors

    @property
    def factors(self) -> int:
        return self.root.shape[0]

    def on_one_factor(self) -> bool:
        """Whether a single independent factor moves everything."""
        moved = sum(np.abs(x).max(axis=0, initial=0.0) for x in (self.loading, self.collateral_loading))
        moved = moved + np.abs(self.name_loading).max(axis=0, initial=0.0)
        return bool(np.count_nonzero(moved) <= 1)

    def systematic(self, points: FloatArray) -> Systematic:
        """At points of the independent factors (rows)."""
        names = np.concatenate([points @ self.name_loading.T, np.zeros((len(points), 1))], axis=1)
        return Systematic(
            points @ self.loading.T, points @ self.collateral_loading.T, names[:, self.offtaker],
            names[:, self.guarantor],
        )  # fmt: skip

    def expected_given(self, points: FloatArray) -> FloatArray:
        """Expected loss of each loan (column) at points of the independent factors (rows)."""
        return expected_given(self.loans, self.systematic(points))

    def without(self, number: int) -> Book:
        """The book less one loan."""
        return self.taking(np.delete(np.arange(len(self.offtaker)), number))

    def taking(self, rows: IntArray) -> Book:
        """The book of some of its loans."""
        return replace(
            self, loans=self.loans.take(rows), offtaker=self.offtaker[rows], guarantor=self.guarantor[rows],
            loading=self.loading[rows], collateral_loading=self.collateral_loading[rows],
        )  # fmt: skip

    def without_wrong_way(self) -> Book:
        """The same book with collateral that goes with no factor, and so with nobody's failure."""
        return replace(
            self, collateral_loading=np.zeros_like(self.collateral_loading),
            loans=replace(self.loans, own=np.ones_like(self.loans.own)),
        )  # fmt: skip


def standardised(bound: FloatArray, mean: FloatArray, rest: FloatArray) -> FloatArray:
    """(bound − mean)/rest."""
    return (bound - mean) / np.maximum(rest, LEAST_REST)


def sale_shortfall(loans: Loans, collateral: FloatArray, year: int) -> FloatArray:
    """E[(1 − V/K)⁺ | F] at the sale after a failure in a year."""
    claim, mean, spread, dilution, own = (
        x[:, year] for x in (loans.claim, loans.mean, loans.spread, loans.dilution, loans.own)
    )
    moved = mean * np.exp(spread * dilution * collateral - spread**2 * (1 - own) / 2)
    return unconditional_shortfall_share(claim, moved, np.broadcast_to(spread * np.sqrt(own), moved.shape))


def failed_by(bound: FloatArray, mean: FloatArray, rest: FloatArray) -> list[FloatArray]:
    """P(failed by the end of year t | F) for t = 0, 1, … years."""
    years = [ndtr(standardised(bound[:, year], mean, rest)) for year in range(bound.shape[1])]
    return [np.zeros_like(years[0]), *years]


def expected_given(loans: Loans, at: Systematic) -> FloatArray:
    """Expected loss of each loan given the factors."""
    operator = failed_by(loans.bound, at.operator, loans.rest)
    offtaker = failed_by(loans.offtaker_bound, at.offtaker, loans.offtaker_rest)
    guarantor = failed_by(loans.guarantor_bound, at.guarantor, loans.guarantor_rest)
    total = np.zeros_like(at.operator)
    for year in range(loans.years):
        sale = sale_shortfall(loans, at.collateral, year)
        stands = 1 - offtaker[year + 1]
        lost = loans.assignable * loans.short[:, year] + (1 - loans.assignable) * sale
        uncovered = 1 - loans.guaranteed * (1 - guarantor[year + 1])
        first = np.where(loans.own_guarantor, 1 - loans.guaranteed, uncovered)
        second = np.where(loans.own_guarantor, 1.0, uncovered)
        by_operator = (operator[year + 1] - operator[year]) * stands * lost * first
        by_offtaker = (offtaker[year + 1] - offtaker[year]) * (1 - operator[year]) * sale * second
        total += loans.owed[:, year] * (by_operator + by_offtaker)
    return total


def factor_root(correlation: FloatArray, factors: int) -> FloatArray:
    """A root of the factors' correlation matrix, which must be one; a single 0 means that they are independent."""
    if correlation.size == 1 and (factors > 1 or correlation.item() != 1):
        matrix = np.full((factors, factors), correlation.item())
        np.fill_diagonal(matrix, 1.0)
    else:
        matrix = correlation
    if matrix.shape != (factors, factors):
        rows, columns = matrix.shape
        raise InputError("correlation", f"must be {factors}×{factors}, a row per factor", f"{rows}×{columns}")
    if not is_symmetric_with_unit_diagonal(matrix):
        raise DomainError("correlation", "must be symmetric with ones on its diagonal")
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -ROUNDING:
        raise DomainError("correlation", f"must be positive semidefinite; the smallest eigenvalue is {values[0]:.6g}")
    if np.array_equal(matrix, np.eye(factors)):
        return matrix
    root: FloatArray = vectors * np.sqrt(np.where(values > ROUNDING, values, 0.0))
    return root


def rest_of(loadings: FloatArray, what: str) -> FloatArray:
    """√(1 − Σ loadings²) per row of independent loadings; an error names the first row whose squares exceed one."""
    explained = (loadings**2).sum(axis=1)
    beyond = (explained > 1 + ROUNDING).nonzero()[0]
    if beyond.size:
        row = int(beyond[0])
        rule = "must explain at most 1 of the variance: the squares add up, with the factors' correlation, to more"
        raise DomainError(what, rule, float(explained[row]), f"row {row + 1}")
    rest: FloatArray = np.sqrt(np.maximum(1 - explained, 0.0))
    return rest


def make_book(
    *, exposure: FloatArray, value: FloatArray, contract: FloatArray, pd: FloatArray, offtaker: IntArray,
    guarantor: IntArray, name_pd: FloatArray, assignable: FloatArray, loading: FloatArray,
    collateral_loading: FloatArray, name_loading: FloatArray, volatility: FloatArray, times: FloatArray,
    drift: FloatArray, sale_cost: FloatArray, lag: FloatArray, unsecured: FloatArray, guaranteed: FloatArray,
    correlation: FloatArray,
) -> Book:  # fmt: skip
    """A book out of its columns: those by year are (loan, year) or (name, year), loadings (loan or name, factor).

    `offtaker` and `guarantor` are numbers of names from 0, NOBODY for none; pds are cumulative.
    """
    root = factor_root(correlation, loading.shape[1])
    operators, chips, names = loading @ root, collateral_loading @ root, name_loading @ root
    rest, name_rest = rest_of(operators, "loading"), rest_of(names, "name_loading")
    rest_of(chips, "value_loading")
    total = times + lag[:, None]
    dilution = np.sqrt(times / np.where(total > 0, total, 1.0))
    nobody = np.full((1, pd.shape[1]), -np.inf)
    name_bound = ndtri(name_pd)
    claim = exposure / (1 - sale_cost[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        short = np.where(exposure > 0, np.maximum(1 - contract / exposure, 0.0), 0.0)
    loans = Loans(
        bound=ndtri(pd), rest=rest,
        offtaker_bound=np.concatenate([name_bound, nobody])[offtaker],
        offtaker_rest=np.append(name_rest, 1.0)[offtaker],
        guarantor_bound=np.concatenate([name_bound, -nobody])[guarantor],
        guarantor_rest=np.append(name_rest, 1.0)[guarantor],
        guaranteed=np.where(guarantor == NOBODY, 0.0, guaranteed),
        own_guarantor=(guarantor == offtaker) & (guarantor != NOBODY),
        assignable=assignable, owed=exposure * (1 - unsecured[:, None]), short=short, claim=claim,
        mean=value * np.exp(drift[:, None] * total), spread=volatility[:, None] * np.sqrt(total), dilution=dilution,
        own=np.maximum(1 - dilution**2 * (chips**2).sum(axis=1)[:, None], 0.0),
    )  # fmt: skip
    return Book(loans, offtaker, guarantor, name_bound, name_rest, operators, chips, names, root)

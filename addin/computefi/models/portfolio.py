"""A book of loans on common factors, and what it loses given them.

Factors F are standard normal with correlation matrix C. Loan i's operator has the driver Xᵢ = bᵢ·F + rest, its offtaker
Y = h·F + rest, its guarantor likewise, and its collateral the score Zᵢ = gᵢ·F + rest; the rests are independent, one
per operator, per collateral and per name, so an offtaker of several loans fails for all of them at once. Only the rests
of a loan's own operator and collateral go together, with correlation γ. Who fails by year t is below Φ⁻¹ of the
probability cumulated to t. A loan ends with the first failure of operator and offtaker, both in one year being the
offtaker's. With due = exposure·(1 + accrued_interest), v = (1 + discount_rate)^−lag and u = unsecured it loses

    operator first     with probability `assignable` the contract, lognormal, passes to a replacement:
                       due·(1 − u)·(1 − contract/due)⁺ + exposure·workout_cost; else the collateral is sold
    offtaker first     the collateral is sold: due·(1 − v) + due·v·(1 − u)·(1 − V/K)⁺ + exposure·workout_cost,
                       K = due/(1 − sale_cost)
    guaranteed share   of either is made good where the guarantor stands at the end of that year

which are the states of CFI_DEAL_LOSS and CFI_DEAL_LOSS_PATH, with link = b·C·h, rho_offtaker = g·C·h and
rho_operator = b·C·g + γ·√(1 − b·C·b)·√(1 − g·C·g). Given F all is independent from loan to loan but the shared names.

Sources: O. A. Vasicek, Loan portfolio value, Risk 15(12) (2002) 160–162; D. X. Li, On default correlation, Journal of
Fixed Income 9(4) (2000) 43–54, for the time of default; J. Frye, Collateral damage, Risk 13(4) (2000) 91–94, and
M. Pykhtin, Unexpected recovery risk, Risk 16(8) (2003) 74–78, for collateral on the same factors and on the borrower's
own fate.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from computefi.errors import DomainError, InputError
from computefi.kernels.collateral import delayed, lost_below, unconditional_shortfall_share
from computefi.kernels.correlation import ROUNDING, is_symmetric_with_unit_diagonal
from computefi.kernels.normal import bivariate_normal_cdf_by_owen
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
    owed: FloatArray  # due·(1 − unsecured), by year
    due: FloatArray  # by year
    contract: FloatArray  # expected worth, by year
    contract_spread: FloatArray  # of its logarithm, by year
    short: FloatArray  # expected share of `owed` that is lost where the contract is assigned, by year
    assigned_cost: FloatArray  # what an assignment costs whatever the contract brings, by year
    sold: FloatArray  # `owed` as it counts where the collateral is sold after the lag, by year
    sale_cost: FloatArray  # what a sale costs whatever it brings, by year
    claim: FloatArray  # by year
    mean: FloatArray  # of the collateral at its sale, by year
    spread: FloatArray  # of its logarithm, by year
    dilution: FloatArray  # of the collateral's score by the lag, by year
    own: FloatArray  # variance of that score given the factors, by year
    coupling: FloatArray  # correlation of what the factors leave of that score and of the operator's driver, by year

    def take(self, rows: IntArray) -> Loans:
        """Some of the loans."""
        return Loans(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def years(self) -> int:
        return self.bound.shape[1]

    def largest(self) -> FloatArray:
        """The most that each loan can lose: what is sold counts for no less than what is assigned."""
        largest: FloatArray = (self.sale_cost + self.sold).max(axis=1)
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
            loans=replace(
                self.loans, own=np.ones_like(self.loans.own), coupling=np.zeros_like(self.loans.coupling)
            ),
        )  # fmt: skip


def standardised(bound: FloatArray, mean: FloatArray, rest: FloatArray) -> FloatArray:
    """(bound − mean)/rest."""
    return (bound - mean) / np.maximum(rest, LEAST_REST)


def moved_mean(loans: Loans, collateral: FloatArray, year: int) -> FloatArray:
    """E[V | F] at the sale after a failure in a year."""
    spread = loans.spread[:, year]
    moved: FloatArray = loans.mean[:, year] * np.exp(
        spread * loans.dilution[:, year] * collateral - spread**2 * (1 - loans.own[:, year]) / 2
    )
    return moved


def drivers_by(bound: FloatArray, mean: FloatArray, rest: FloatArray) -> list[FloatArray]:
    """What is left of a driver is below the t-th of these where it failed by the end of year t = 0, 1, …."""
    years = [standardised(bound[:, year], mean, rest) for year in range(bound.shape[1])]
    return [np.full_like(years[0], -np.inf), *years]


def shortfall_below(
    claim: FloatArray, mean: FloatArray, spread: FloatArray, coupling: FloatArray, thresholds: list[FloatArray]
) -> list[FloatArray]:
    """E[(1 − V/K)⁺; what is left of the operator's driver < threshold | F] for each of some thresholds."""
    share = unconditional_shortfall_share(claim, mean, spread)
    coupled = (coupling != 0) & (spread > 0) & (claim > 0) & (mean > 0)
    answers = [ndtr(threshold) * share for threshold in thresholds]
    if coupled.any():
        for answer, threshold in zip(answers, thresholds, strict=True):
            # Below −∞ there is nobody, below ∞ everybody: no other driver is asked about then.
            at = np.broadcast_to(coupled & np.isfinite(threshold), answer.shape)
            some = [np.broadcast_to(part, answer.shape)[at] for part in (claim, mean, spread, threshold, coupling)]
            lost = lost_below(some[0], some[1], some[2], some[3], some[4], bivariate_normal_cdf_by_owen)
            answer[at] = np.clip(lost, 0.0, ndtr(some[3]))
    return answers


def expected_given(loans: Loans, at: Systematic) -> FloatArray:
    """Expected loss of each loan given the factors."""
    drivers = drivers_by(loans.bound, at.operator, loans.rest)
    operator = [ndtr(driver) for driver in drivers]
    offtaker = [ndtr(driver) for driver in drivers_by(loans.offtaker_bound, at.offtaker, loans.offtaker_rest)]
    guarantor = [ndtr(driver) for driver in drivers_by(loans.guarantor_bound, at.guarantor, loans.guarantor_rest)]
    total, whoever = np.zeros_like(at.operator), np.full_like(at.operator, np.inf)
    for year in range(loans.years):
        own = loans.spread[:, year] * np.sqrt(loans.own[:, year])
        before, by, ever = shortfall_below(
            loans.claim[:, year], moved_mean(loans, at.collateral, year), own, loans.coupling[:, year],
            [drivers[year], drivers[year + 1], whoever],
        )  # fmt: skip
        stands, chance = 1 - offtaker[year + 1], operator[year + 1] - operator[year]
        sold, cost = loans.sold[:, year], loans.sale_cost[:, year]
        assigned = chance * (loans.assigned_cost[:, year] + loans.owed[:, year] * loans.short[:, year])
        lost = loans.assignable * assigned + (1 - loans.assignable) * (cost * chance + sold * (by - before))
        uncovered = 1 - loans.guaranteed * (1 - guarantor[year + 1])
        first = np.where(loans.own_guarantor, 1 - loans.guaranteed, uncovered)
        second = np.where(loans.own_guarantor, 1.0, uncovered)
        ended = cost * (1 - operator[year]) + sold * (ever - before)
        total += stands * lost * first + (offtaker[year + 1] - offtaker[year]) * ended * second
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
    correlation: FloatArray, gamma: FloatArray, contract_volatility: FloatArray, discount_rate: FloatArray,
    workout_cost: FloatArray, accrued_interest: FloatArray,
) -> Book:  # fmt: skip
    """A book out of its columns: those by year are (loan, year) or (name, year), loadings (loan or name, factor).

    `offtaker` and `guarantor` are numbers of names from 0, NOBODY for none; pds are cumulative.
    """
    root = factor_root(correlation, loading.shape[1])
    operators, chips, names = loading @ root, collateral_loading @ root, name_loading @ root
    rest, name_rest = rest_of(operators, "loading"), rest_of(names, "name_loading")
    chips_rest = rest_of(chips, "value_loading")
    total = times + lag[:, None]
    dilution = np.sqrt(times / np.where(total > 0, total, 1.0))
    nobody = np.full((1, pd.shape[1]), -np.inf)
    name_bound = ndtri(name_pd)
    due = exposure * (1 + accrued_interest[:, None])
    contract_spread = contract_volatility[:, None] * np.sqrt(times)
    owed = due * (1 - unsecured[:, None])
    received, waited = (part[:, None] for part in delayed(lag, discount_rate))
    workout = exposure * workout_cost[:, None]
    own = np.maximum(1 - dilution**2 * (chips**2).sum(axis=1)[:, None], 0.0)
    # A driver that is all factor has no rest for the collateral to go with.
    shared = np.where(rest > LEAST_REST, gamma * chips_rest, 0.0)[:, None] * dilution
    loans = Loans(
        bound=ndtri(pd), rest=rest,
        offtaker_bound=np.concatenate([name_bound, nobody])[offtaker],
        offtaker_rest=np.append(name_rest, 1.0)[offtaker],
        guarantor_bound=np.concatenate([name_bound, -nobody])[guarantor],
        guarantor_rest=np.append(name_rest, 1.0)[guarantor],
        guaranteed=np.where(guarantor == NOBODY, 0.0, guaranteed),
        own_guarantor=(guarantor == offtaker) & (guarantor != NOBODY),
        assignable=assignable, owed=owed, due=due, contract=np.broadcast_to(contract, due.shape),
        contract_spread=contract_spread, short=unconditional_shortfall_share(due, contract, contract_spread),
        assigned_cost=workout, sold=owed * received,
        sale_cost=workout + due * waited, claim=due / (1 - sale_cost[:, None]),
        mean=value * np.exp(drift[:, None] * total), spread=volatility[:, None] * np.sqrt(total), dilution=dilution,
        own=own, coupling=np.clip(np.where(own > 0, shared / np.sqrt(own), 0.0), -1.0, 1.0),
    )  # fmt: skip
    return Book(loans, offtaker, guarantor, name_bound, name_rest, operators, chips, names, root)

"""What a book on any number of factors loses, by simulation in blocks of paths.

A block has 256 paths and its own generator, made from the seed and the block's number: it is the same whoever draws
it, and in whatever order. Results are added in the order of the blocks. So no number depends on workers.

Within a block the factors are points of a randomly shifted lattice, each with its mirror image (antithetic). Half of
them are drawn about the bad state of the factors and all are weighted by the mixture's density (importance sampling
with a defence: no weight is above 2). With nu above 0 operators, names and collateral share one mixing variable, which
makes their copula Student's t; the collateral stays lognormal. The block's averages are independent of each other, so
their spread gives the standard errors.

Sources: P. Glasserman and J. Li, Importance sampling for portfolio credit risk, Management Science 51(11) (2005)
1643–1656; T. Hesterberg, Technometrics 37 (1995) 185–194, for the defensive mixture; J. K. Salmon and others, Parallel
random numbers: as easy as 1, 2, 3 (2011), for streams by number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computefi.kernels.cells import Cells
from computefi.kernels.simulation import SMALLEST, primes
from computefi.kernels.special import ndtri, stdtr
from computefi.kernels.student import student_of_score
from computefi.models.portfolio import LEAST_REST, NOBODY, Book, IntArray
from computefi.spec.kinds import FloatArray

BLOCK = 256
QUARTER = BLOCK // 4
FEWEST_BLOCKS = 16
LOANS_AT_ONCE = 256
SEARCHED = 2_000_000  # loans times points with which the bad state is looked for
DENSE = 0.12  # share of paths and loans that fail from which a table of all is added up faster than its entries
WORST = 0.05  # share of the points that it is the middle of
NORMAL_95 = 1.959963984540054


@dataclass(slots=True)
class Block:
    """What the paths of one block lose, their weights, and the weighted sum of what each loan loses in it."""

    losses: FloatArray
    weights: FloatArray
    by_loan: FloatArray


@dataclass(slots=True)
class Estimate:
    """A number with its standard error."""

    value: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The interval that holds the true number nineteen times in twenty."""
        return self.value - NORMAL_95 * self.error, self.value + NORMAL_95 * self.error


@dataclass(slots=True)
class Common:
    """What the paths of a block have in common for all loans; every array has a column per path."""

    stream: np.random.Generator
    weights: FloatArray
    points: FloatArray  # of the independent factors, a row each
    leads: FloatArray  # the mixing variable, then the points
    failed: NDArray[np.int8]  # year in which each name fails, a row each and one for nobody; the years' number is never


@dataclass(slots=True)
class Simulation:
    """A book made ready to be drawn: what is the same in every block.

    The limits of an operator are divided by what the factors leave of its driver. `worth` is the logarithm of the
    collateral over the claim without noise, and what the factors and its own score add.
    """

    book: Book
    seed: int
    nu: float
    shift: FloatArray  # the bad state, in independent factors
    limits: (
        FloatArray  # of the operators' rests by the last year: the bound, then less what each factor adds; a row each
    )
    earlier: FloatArray  # how far the bounds of the other years lie below it, by year and loan
    names: FloatArray  # bounds by year and name
    worth: FloatArray  # by loan and year
    worth_slopes: FloatArray  # by year, loan and factor
    worth_noise: FloatArray  # by loan and year

    def block(self, number: int, at_risk: float | None = None) -> Block:
        """Draw a block; with `at_risk` loans are counted in paths that lose at least so much only."""
        common = self._common(number)
        losses, loans = np.zeros(BLOCK), len(self.book.offtaker)
        parts: list[tuple[slice, IntArray, FloatArray]] = []
        for start in range(0, loans, LOANS_AT_ONCE):
            some = slice(start, min(start + LOANS_AT_ONCE, loans))
            place, lost = self._lost(common, some)
            losses += summed_by_path(place, lost, some.stop - some.start)
            parts.append((some, place, lost))
        counted = common.weights if at_risk is None else np.where(losses >= at_risk, common.weights, 0.0)
        by_loan = np.empty(loans)
        for some, place, lost in parts:
            by_loan[some] = summed_by_loan(place, lost, counted, some.stop - some.start)
        return Block(losses, common.weights, by_loan)

    def _common(self, number: int) -> Common:
        """The stream of a block, its factors and mixing variable, and when its names fail."""
        stream = np.random.Generator(np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(number,))))
        points, weights = self._factors(stream)
        mixing = np.sqrt(stream.chisquare(self.nu, BLOCK) / self.nu) if self.nu else np.ones(BLOCK)
        book, years = self.book, self.book.loans.years
        count = len(book.name_rest)
        failed = np.full((count + 1, BLOCK), years, dtype=np.int8)
        if count:
            score = book.name_loading @ points + stream.standard_normal((count, BLOCK)) * book.name_rest[:, None]
            for year in range(years - 1, -1, -1):
                failed[:-1][score < mixing * self.names[year][:, None]] = year
        return Common(stream, weights, points, np.concatenate([mixing[None], points]), failed)

    def _factors(self, stream: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Points of the independent factors and the weights of their paths."""
        axes = self.book.factors
        shifts = stream.random((2, axes))
        lattice = np.arange(1, QUARTER + 1)[:, None] * (np.sqrt(primes(axes)) % 1)
        drawn = [ndtri(np.clip((lattice + shift) % 1, SMALLEST, 1 - SMALLEST)) for shift in shifts]
        points = np.concatenate([drawn[0], -drawn[0], self.shift + drawn[1], self.shift - drawn[1]])
        lean = np.exp(np.minimum(points @ self.shift - self.shift @ self.shift / 2, 700.0))
        return np.ascontiguousarray(points.T), 2 / (1 + lean)

    def _lost(self, common: Common, some: slice) -> tuple[IntArray, FloatArray]:
        """Where some loans fail in the paths, as places in rows of loans, and what they lose."""
        loans, years, stream = self.book.loans, self.book.loans.years, common.stream
        offtaker = self.book.offtaker[some]
        limits = self.limits[some] @ common.leads
        rests = Cells(stream, *limits.shape)
        fails = rests.may_lie_below(limits)
        if (offtaker != NOBODY).any():
            fails |= (common.failed < years).take(offtaker, axis=0)
        place = np.flatnonzero(fails)
        loan = place // BLOCK
        path = place - loan * BLOCK
        number, last = loan + some.start, limits.ravel().take(place)
        bounds = [last + common.leads[0].take(path) * gap[some].take(loan) for gap in self.earlier] + [last]
        coupled = bool(loans.coupling[some].any())
        own = rests.exactly(place) if coupled else np.empty(0)
        by_operator = np.sum([own >= bound for bound in bounds], axis=0) if coupled else rests.not_below(place, bounds)
        # Nobody stands in the last row.
        by_offtaker = common.failed.ravel().take((offtaker % len(common.failed)).take(loan) * BLOCK + path)
        first = np.minimum(by_operator, by_offtaker)
        at = number * years + np.minimum(first, years - 1)
        lost, sold = np.zeros(len(place)), first < years
        if loans.assignable[some].any():
            assigned = (by_operator < by_offtaker) & (stream.random(len(place)) < loans.assignable.take(number))
            here = np.flatnonzero(assigned)
            lost[here] = self._assigned(stream, at.take(here))
            sold &= ~assigned
        here = np.flatnonzero(sold)
        lost[here] = self._sold(common, place.take(here), at.take(here), some, own.take(here) if coupled else None)
        if loans.guaranteed[some].any():
            stands_by = common.failed[self.book.guarantor.take(number), path] > first
            lost *= 1 - np.where(stands_by, loans.guaranteed.take(number), 0.0)
        return place, lost

    def _assigned(self, stream: np.random.Generator, at: IntArray) -> FloatArray:
        """What is lost where the contract is assigned, at flat places of loans and years."""
        loans = self.book.loans
        share = loans.short.ravel().take(at)
        if loans.contract_spread.any():
            spread = loans.contract_spread.ravel().take(at)
            worth = loans.contract.ravel().take(at) * np.exp(spread * stream.standard_normal(len(at)) - spread**2 / 2)
            share = np.maximum(1 - worth / loans.due.ravel().take(at), 0.0)
        lost = loans.owed.ravel().take(at) * share
        return lost + loans.assigned_cost.ravel().take(at) if loans.assigned_cost.any() else lost

    def _sold(
        self, common: Common, place: IntArray, at: IntArray, some: slice, own: FloatArray | None
    ) -> FloatArray:  # fmt: skip
        """What is lost where the collateral is sold; `own` is the operator's rest where the two go together."""
        loans, years = self.book.loans, self.book.loans.years
        score = common.stream.standard_normal(len(place))
        if own is not None:
            coupling = loans.coupling.ravel().take(at)
            score = coupling * own + np.sqrt(1 - coupling**2) * score
        moved = np.empty(len(place))
        year = at % years if years > 1 else None
        for when in range(years):
            here = slice(None) if year is None else np.flatnonzero(year == when)
            moved[here] = (self.worth_slopes[when, some] @ common.points).ravel().take(place[here])
        moved += self.worth_noise.ravel().take(at) * score
        if self.nu:
            spread, mixing = loans.spread.ravel().take(at), common.leads[0].take(place % BLOCK)
            tail = ndtri(stdtr(self.nu, -np.abs(moved) / np.where(spread > 0, spread, 1.0) / mixing))
            moved = spread * np.copysign(tail, moved)
        # exp is four times as fast as expm1, and a share of a loan needs no more digits.
        share = 1 - np.exp(np.minimum(self.worth.ravel().take(at) + moved, 0.0))
        lost = loans.sold.ravel().take(at) * share
        return lost + loans.sale_cost.ravel().take(at) if loans.sale_cost.any() else lost


def summed_by_path(place: IntArray, lost: FloatArray, loans: int) -> FloatArray:
    """Losses at flat places of loans by paths, added up by path."""
    if len(place) > BLOCK * loans * DENSE:
        path: FloatArray = _spread_out(place, lost, loans).sum(axis=0)
        return path
    return np.asarray(np.bincount(place % BLOCK, weights=lost, minlength=BLOCK), dtype=np.float64)


def summed_by_loan(place: IntArray, lost: FloatArray, weights: FloatArray, loans: int) -> FloatArray:
    """The same weighted by path and added up by loan."""
    if len(place) > BLOCK * loans * DENSE:
        return _spread_out(place, lost, loans) @ weights
    weighted = lost * weights.take(place % BLOCK)
    return np.asarray(np.bincount(place // BLOCK, weights=weighted, minlength=loans), dtype=np.float64)


def _spread_out(place: IntArray, lost: FloatArray, loans: int) -> FloatArray:
    spread = np.zeros((loans, BLOCK))
    spread.ravel()[place] = lost
    return spread


def bad_state(book: Book, level: float) -> FloatArray:
    """The independent factors about which half of the paths are drawn: towards the worst points, as far as the level.

    The worst are those at which the book's expected loss given the factors is highest.
    """
    points = int(np.clip(SEARCHED // len(book.offtaker), 256, 4096))
    lattice = np.arange(1, points + 1)[:, None] * (np.sqrt(primes(book.factors)) % 1) % 1
    drawn = ndtri(np.clip(lattice, SMALLEST, 1 - SMALLEST))
    lost = np.concatenate([book.expected_given(some).sum(axis=1) for some in np.array_split(drawn, 16)])
    if not np.ptp(lost) > 0:
        return np.zeros(book.factors)
    direction: FloatArray = drawn[np.argsort(lost, kind="stable")[-max(int(points * WORST), 1) :]].mean(axis=0)
    length = np.sqrt(direction @ direction)
    return direction / length * float(ndtri(max(level, 0.5))) if length > 0 else direction


def simulation(book: Book, seed: int, nu: float, level: float) -> Simulation:
    """A book made ready to be drawn, with importance for losses at that level."""
    loans = book.loans
    bounds, names = (student_of_score(x.T, nu) if nu else x.T for x in (loans.bound, book.name_bound))
    rest = np.maximum(loans.rest, LEAST_REST)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(loans.claim > 0, np.log(loans.mean / loans.claim) - loans.spread**2 / 2, np.inf)
    limits = np.concatenate([bounds[-1:], -book.loading.T]) / rest
    with np.errstate(invalid="ignore"):
        earlier = np.where(bounds[:-1] == bounds[-1], 0.0, (bounds[:-1] - bounds[-1]) / rest)
    slopes = (loans.spread * loans.dilution).T[:, :, None] * book.collateral_loading
    return Simulation(
        book, seed, nu, bad_state(book, level), np.ascontiguousarray(limits.T), earlier, names, worth, slopes,
        loans.spread * np.sqrt(loans.own),
    )  # fmt: skip


def blocks_of(paths: int) -> int:
    """Blocks for so many paths, at least sixteen."""
    return max(FEWEST_BLOCKS, -(-paths // BLOCK))


@dataclass(slots=True)
class Tail:
    """A level with its value at risk and expected shortfall."""

    level: float
    at_risk: Estimate
    shortfall: Estimate


@dataclass(slots=True)
class Losses:
    """What all paths lose, a row per block, and the estimates read from it."""

    losses: FloatArray
    weights: FloatArray

    @property
    def expected(self) -> Estimate:
        return self._mean(self.losses)

    @property
    def deviation(self) -> float:
        """Standard deviation of the loss."""
        mean = self.expected.value
        return float(np.sqrt(max((self.weights * (self.losses - mean) ** 2).mean(), 0.0)))

    def _mean(self, values: FloatArray) -> Estimate:
        averages = (self.weights * values).mean(axis=1)
        return Estimate(float(averages.mean()), float(averages.std(ddof=1) / np.sqrt(len(averages))))

    def _quantile(self, above: float) -> float:
        """The smallest loss beyond which lie at most so many of the paths, by weight."""
        order = np.argsort(self.losses, axis=None, kind="stable")[::-1]
        losses = self.losses.ravel()[order]
        beyond = np.cumsum(self.weights.ravel()[order]) / self.losses.size
        place = int(np.searchsorted(beyond, max(above, 0.0), side="right"))
        return float(losses[min(place, len(losses) - 1)])

    def tail(self, level: float) -> Tail:
        """Value at risk with the error of its probability turned into money; expected shortfall by its influence."""
        value = self._quantile(1 - level)
        error = self._mean((self.losses > value).astype(np.float64)).error
        low, high = (self._quantile(1 - level + sign * NORMAL_95 * error) for sign in (1, -1))
        excess = self._mean(np.maximum(self.losses - value, 0.0) / (1 - level))
        at_risk = Estimate(value, (high - low) / (2 * NORMAL_95))
        return Tail(level, at_risk, Estimate(value + excess.value, excess.error))


def gathered(blocks: Iterable[Block]) -> tuple[Losses, FloatArray]:
    """All blocks in their order, and what each loan loses in the average path."""
    losses, weights, by_loan, count = [], [], np.zeros(0), 0
    for block in blocks:
        losses.append(block.losses)
        weights.append(block.weights)
        by_loan = block.by_loan if not count else by_loan + block.by_loan
        count += 1
    return Losses(np.array(losses), np.array(weights)), by_loan / (count * BLOCK)

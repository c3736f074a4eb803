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
class Simulation:
    """A book made ready to be drawn: what is the same in every block.

    Bounds and slopes of an operator are divided by what the factors leave of its driver. `worth` is the logarithm of
    the collateral over the claim without noise, and what the factors and its own score add.
    """

    book: Book
    seed: int
    nu: float
    shift: FloatArray  # the bad state, in independent factors
    bounds: FloatArray  # by year and loan
    slopes: FloatArray  # by factor and loan
    names: FloatArray  # bounds by year and name
    worth: FloatArray  # by year and loan
    worth_slopes: FloatArray  # by year, factor and loan
    worth_noise: FloatArray  # by year and loan
    costs: bool  # whether a sale costs something whatever it brings

    def block(self, number: int, at_risk: float | None = None) -> Block:
        """Draw a block; with `at_risk` loans are counted in paths that lose at least so much only."""
        stream = np.random.Generator(np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(number,))))
        points, weights = self._factors(stream)
        mixing = np.sqrt(stream.chisquare(self.nu, BLOCK) / self.nu) if self.nu else np.ones(BLOCK)
        failed = self._name_years(stream, points, mixing)
        losses, loans = np.zeros(BLOCK), len(self.book.offtaker)
        parts: list[tuple[slice, IntArray, FloatArray]] = []
        for start in range(0, loans, LOANS_AT_ONCE):
            some = slice(start, min(start + LOANS_AT_ONCE, loans))
            place, lost = self._lost(stream, points, mixing, failed, some)
            losses += summed_by_path(place, lost, some.stop - some.start)
            parts.append((some, place, lost))
        counted = weights if at_risk is None else np.where(losses >= at_risk, weights, 0.0)
        by_loan = np.empty(loans)
        for some, place, lost in parts:
            by_loan[some] = summed_by_loan(place, lost, counted, some.stop - some.start)
        return Block(losses, weights, by_loan)

    def _factors(self, stream: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Points of the independent factors and the weights of their paths."""
        axes = self.book.factors
        shifts = stream.random((2, axes))
        lattice = np.arange(1, QUARTER + 1)[:, None] * (np.sqrt(primes(axes)) % 1)
        drawn = [ndtri(np.clip((lattice + shift) % 1, SMALLEST, 1 - SMALLEST)) for shift in shifts]
        points = np.concatenate([drawn[0], -drawn[0], self.shift + drawn[1], self.shift - drawn[1]])
        lean = np.exp(np.minimum(points @ self.shift - self.shift @ self.shift / 2, 700.0))
        return points, 2 / (1 + lean)

    def _name_years(self, stream: np.random.Generator, points: FloatArray, mixing: FloatArray) -> IntArray:
        """The year in which each name fails, a column per name and one for nobody; the number of years is never."""
        book = self.book
        years, count = book.loans.years, len(book.name_rest)
        failed = np.full((BLOCK, count + 1), years)
        if count:
            score = points @ book.name_loading.T + stream.standard_normal((BLOCK, count)) * book.name_rest
            for year in range(years - 1, -1, -1):
                failed[:, :-1][score < mixing[:, None] * self.names[year]] = year
        return failed

    def _lost(
        self, stream: np.random.Generator, points: FloatArray, mixing: FloatArray, failed: IntArray, some: slice
    ) -> tuple[IntArray, FloatArray]:
        """Where some loans fail in their paths, as places in rows of paths, and what they lose."""
        book, loans, years = self.book, self.book.loans, self.book.loans.years
        width = some.stop - some.start
        rests = stream.standard_normal((BLOCK, width))
        own = points @ self.slopes[:, some]
        own += rests
        scale: FloatArray | float = mixing[:, None] if self.nu else 1.0
        stands = [own >= scale * self.bounds[year, some] for year in range(years)]
        fails = ~stands[-1]
        named = (book.offtaker[some] != NOBODY).nonzero()[0]
        if named.size:
            fails[:, named] |= failed[:, book.offtaker[some][named]] < years
        place = np.flatnonzero(fails)
        rows, columns = np.divmod(place, width)
        number = columns + some.start
        by_operator = np.sum([stand.ravel().take(place) for stand in stands], axis=0)
        # Flat places are read faster than pairs; nobody stands in the last column.
        by_offtaker = failed.ravel().take(rows * failed.shape[1] + (book.offtaker.take(number) % failed.shape[1]))
        year = np.minimum(by_operator, by_offtaker)
        score = stream.standard_normal(len(place))
        at = number * years + year
        if loans.coupling[some].any():
            coupling = loans.coupling.ravel().take(at)
            score = coupling * rests.ravel().take(place) + np.sqrt(1 - coupling**2) * score
        lost = loans.sold.ravel().take(at) * self._sold(points, mixing, (place, rows, columns), some, year, score)
        if self.costs:
            lost += loans.sale_cost.ravel().take(at)
        if loans.assignable[some].any():
            assigned = (by_operator < by_offtaker) & (stream.random(len(rows)) < loans.assignable.take(number))
            lost[assigned] = self._assigned(stream, at[assigned])
        if loans.guaranteed[some].any():
            stands_by = failed[rows, book.guarantor[number]] > year
            lost *= 1 - np.where(stands_by, loans.guaranteed[number], 0.0)
        return place, lost

    def _assigned(self, stream: np.random.Generator, at: IntArray) -> FloatArray:
        """What is lost where the contract is assigned, at flat places of loans and years."""
        loans = self.book.loans
        share = loans.short.ravel().take(at)
        if loans.contract_spread.any():
            spread = loans.contract_spread.ravel().take(at)
            worth = loans.contract.ravel().take(at) * np.exp(spread * stream.standard_normal(len(at)) - spread**2 / 2)
            share = np.maximum(1 - worth / loans.due.ravel().take(at), 0.0)
        return loans.assigned_cost.ravel().take(at) + loans.owed.ravel().take(at) * share

    def _sold(
        self, points: FloatArray, mixing: FloatArray, where: tuple[IntArray, IntArray, IntArray], some: slice,
        year: IntArray, score: FloatArray,
    ) -> FloatArray:  # fmt: skip
        """(1 − V/K)⁺ of the collateral of those that fail, were it sold; `score` is what the factors leave of its."""
        years = self.book.loans.years
        share = np.empty(len(year))
        for when in range(years):
            here = (year == when).nonzero()[0] if years > 1 else slice(None)
            place, rows, columns = (one[here] for one in where)
            moved = (points @ self.worth_slopes[when, :, some]).ravel().take(place)
            moved += self.worth_noise[when, some].take(columns) * score[here]
            if self.nu:
                spread = self.book.loans.spread[some, when][columns]
                tail = ndtri(stdtr(self.nu, -np.abs(moved) / np.where(spread > 0, spread, 1.0) / mixing[rows]))
                moved = spread * np.copysign(tail, moved)
            # exp is four times as fast as expm1, and a share of a loan needs no more digits.
            share[here] = 1 - np.exp(np.minimum(self.worth[when, some].take(columns) + moved, 0.0))
        return share


def summed_by_path(place: IntArray, lost: FloatArray, width: int) -> FloatArray:
    """Losses at flat places of paths by loans, added up by path."""
    if len(place) > BLOCK * width * DENSE:
        path: FloatArray = _spread_out(place, lost, width).sum(axis=1)
        return path
    return np.asarray(np.bincount(place // width, weights=lost, minlength=BLOCK), dtype=np.float64)


def summed_by_loan(place: IntArray, lost: FloatArray, weights: FloatArray, width: int) -> FloatArray:
    """The same weighted by path and added up by loan."""
    if len(place) > BLOCK * width * DENSE:
        return weights @ _spread_out(place, lost, width)
    rows, columns = np.divmod(place, width)
    return np.asarray(np.bincount(columns, weights=lost * weights[rows], minlength=width), dtype=np.float64)


def _spread_out(place: IntArray, lost: FloatArray, width: int) -> FloatArray:
    spread = np.zeros((BLOCK, width))
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
    slopes = (loans.spread * loans.dilution).T[:, None, :] * book.collateral_loading.T
    noise = (loans.spread * np.sqrt(loans.own)).T
    return Simulation(
        book,
        seed,
        nu,
        bad_state(book, level),
        bounds / rest,
        book.loading.T / rest,
        names,
        worth.T,
        slopes,
        noise,
        bool(loans.sale_cost.any()),
    )


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

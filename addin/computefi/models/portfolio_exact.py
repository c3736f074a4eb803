"""What a book loses, without simulation: its distribution, its tail, and each loan's part of both.

Given the factor loans are independent but for the names that several of them share. Those that loans tie together
(one is the offtaker, the other the guarantor) are taken through all their states at once, 2 to the power of the names
for one year, which is exact and is why more than eight in a knot are refused; knots that no loan ties are independent
given the factor and multiply nothing. A loan's loss is put on a lattice of 4,096 units over the most that the book can
lose, by the second difference of its expected excess, which keeps every mean; sums are convolved; the factors are
integrated as portfolio_nodes says.

On one factor the most likely error is that of the lattice, one unit of VaR. Expected losses are integrated apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from computefi.errors import InputError
from computefi.kernels.collateral import unconditional_shortfall_share
from computefi.kernels.lattice import Sum, pulled_back, summed
from computefi.kernels.quadrature import integrate
from computefi.kernels.special import ndtr, ndtri
from computefi.models.portfolio import NOBODY, Book, IntArray, drivers_by, moved_mean, shortfall_below
from computefi.models.portfolio_nodes import REACH, SAMPLES, nodes, on_factor
from computefi.spec.kinds import FloatArray

UNITS = 4096
MOST_STATES = 2**8
NODES_AT_ONCE = 128
ATOM = 4.0  # a probability that stands so far above its neighbours' is a single loss, not a density
NEARLY = 1e-12
OF_FEW = 1.207  # nineteen in twenty of Student's t with seven degrees of freedom, which eight samples have, as normal
LIMIT_GRID = 4001


@dataclass(slots=True)
class Distribution:
    """Probabilities of losses of 0, 1, 2 … units."""

    unit: float
    probabilities: FloatArray
    samples: list[FloatArray]  # the same by each sample of points alone; one on one factor

    def errors(self, level: float) -> tuple[float, float]:
        """Errors of value at risk and shortfall: the unit, and how far the samples lie apart."""
        alone = [Distribution(self.unit, part, []).at(level)[:2] for part in self.samples]
        if len(alone) == 1:
            return self.unit, self.unit
        spread = OF_FEW * np.std(alone, axis=0, ddof=1) / np.sqrt(len(alone))
        # No error is known to more digits, and those after them would tell one processor from another.
        at_risk, shortfall = (float(f"{error:.6g}") for error in np.hypot(self.unit, spread))
        return at_risk, shortfall

    def at(self, level: float) -> tuple[float, float, FloatArray]:
        """Value at risk, expected shortfall, and the weight of each loss in the tail, which add to 1 − level."""
        below = np.maximum.accumulate(np.cumsum(self.probabilities))
        place = int(np.searchsorted(below, level - NEARLY))
        place = min(place, len(below) - 1)
        chance = self.probabilities
        weights = np.where(np.arange(len(chance)) > place, 1.0, 0.0)
        here = chance[place]
        weights[place] = max(below[place] - level, 0.0) / here if here > 0 else 0.0
        shortfall = float(self.unit * (np.arange(len(chance)) * chance * weights).sum() / (1 - level))
        return self._quantile(place, level - (below[place] - here)), shortfall, weights

    def _quantile(self, place: int, inside: float) -> float:
        """A loss that stands alone as it is; in a density the place within the unit."""
        chance = np.pad(self.probabilities, 1)
        here = chance[place + 1]
        if here > ATOM * max(chance[place], chance[place + 2]):
            return self.unit * place
        return self.unit * max(place - 0.5 + float(np.clip(inside / here, 0.0, 1.0)), 0.0)


@dataclass(slots=True)
class Knot:
    """One state of names that hang together: how likely it is at each node, and the sum of their loans in it."""

    chance: FloatArray
    loans: list[tuple[int, FloatArray]]
    total: Sum


def knots(book: Book) -> list[tuple[IntArray, IntArray]]:
    """Shared names that loans tie together, with the loans that depend on them; too many in one are refused."""
    used: dict[int, set[int]] = {}
    losing = book.loans.largest() > 0
    for loan, pair in enumerate(zip(book.offtaker.tolist(), book.guarantor.tolist(), strict=True)):
        for name in pair:
            if losing[loan] and name != NOBODY and book.name_bound[name].max() > -np.inf:
                used.setdefault(name, set()).add(loan)
    found: list[tuple[set[int], set[int]]] = []
    for name, loans in sorted(used.items()):
        if len(loans) == 1:
            continue
        together, members, apart = {name}, set(loans), []
        for names, others in found:
            if others & members:
                together, members = together | names, members | others
            else:
                apart.append((names, others))
        found = [*apart, (together, members)]
    for names, _ in found:
        states = (book.loans.years + 1) ** len(names)
        if states > MOST_STATES:
            rule = (
                f"and guarantor tie {len(names)} shared names to one another, whose joint states the exact method goes "
                f"through one by one, at most {MOST_STATES}: give paths"
            )
            raise InputError("offtaker", rule, f"{states} states")
    return [(np.array(sorted(names)), np.array(sorted(loans))) for names, loans in found]


class Laws:
    """Laws of loans on the lattice at some nodes of the factor, a row per node."""

    def __init__(self, book: Book, points: FloatArray, unit: float) -> None:
        self.book, self.unit = book, unit
        self.at = book.systematic(points)
        loans = book.loans
        self.drivers = drivers_by(loans.bound, self.at.operator, loans.rest)
        self.means = [moved_mean(loans, self.at.collateral, year) for year in range(loans.years)]
        named = points @ book.name_loading.T
        by = [ndtr(x) for x in drivers_by(book.name_bound, named, book.name_rest)] if len(book.name_rest) else []
        # By name and state: failed in year 0, 1, …, or never.
        self.state = [b - a for a, b in pairwise(by)] + ([1 - by[-1]] if by else [])
        # Steps of the lattice up to a loan's largest loss, and the one beyond, where nothing is left.
        self.sizes = np.maximum(np.ceil(loans.largest() / unit - NEARLY), 1).astype(int) + 2

    def _left(self, loan: int, cost: float, most: float) -> tuple[FloatArray, FloatArray]:
        """What `cost` is above 0, 1, … units, and the share of `most` that is not yet reached by the units above it."""
        over = cost - np.arange(self.sizes[loan]) * self.unit
        left = 1 + np.minimum(over, 0.0) / most if most > 0 else np.zeros_like(over)
        return np.maximum(over, 0.0), np.maximum(left, 0.0)

    def of_sale(self, loan: int, year: int, scale: float, before: FloatArray, by: FloatArray) -> FloatArray:
        """E[(loss − units)⁺; the rest of the driver from `before` to `by`] of a sale, for 0, 1, … units."""
        loans, most = self.book.loans, float(self.book.loans.sold[loan, year] * scale)
        over, left = self._left(loan, float(loans.sale_cost[loan, year] * scale), most)
        claim, own = loans.claim[loan, year] * left, loans.spread[loan, year] * np.sqrt(loans.own[loan, year])
        earlier, in_all = shortfall_below(
            claim, self.means[year][:, loan, None], np.full_like(claim, own), loans.coupling[loan, year], [before, by]
        )
        return (ndtr(by) - ndtr(before)) * over + most * left * (in_all - earlier)

    def of_assignment(self, loan: int, year: int, scale: float) -> FloatArray:
        """E[(loss − units)⁺] of a contract that passes to a replacement."""
        loans, most = self.book.loans, float(self.book.loans.owed[loan, year] * scale)
        over, left = self._left(loan, float(loans.assigned_cost[loan, year] * scale), most)
        worth, spread = (np.full_like(left, part[loan, year]) for part in (loans.contract, loans.contract_spread))
        lost = unconditional_shortfall_share(loans.due[loan, year] * left, worth, spread)
        return (over + most * left * lost)[None, :]

    def excess(self, loan: int, offtaker: int, guarantor: int) -> FloatArray:
        """E[(loss − units)⁺ | F, the names' states] of a loan."""
        loans, years = self.book.loans, self.book.loans.years
        share, sure = float(loans.guaranteed[loan]), float(loans.assignable[loan])
        drivers = [driver[:, loan, None] for driver in self.drivers]
        total = np.zeros((len(self.at.operator), self.sizes[loan]))
        for year in range(min(offtaker + 1, years)):
            scale = 1 - share if guarantor > year else 1.0
            if year == offtaker:
                total += self.of_sale(loan, year, scale, drivers[year], np.full_like(drivers[year], np.inf))
                continue
            before, by = drivers[year : year + 2]
            if sure < 1:
                total += (1 - sure) * self.of_sale(loan, year, scale, before, by)
            if sure > 0:
                total += sure * (ndtr(by) - ndtr(before)) * self.of_assignment(loan, year, scale)
        return total

    def law(self, loan: int, known: dict[int, int]) -> FloatArray:
        """Probabilities of a loss of 0, 1, … units given the factor and the states of the names that are known."""
        total = np.zeros((len(self.at.operator), self.sizes[loan]))
        for chance, offtaker, guarantor in self._states(loan, known):
            total += chance * self.excess(loan, offtaker, guarantor)
        chances = np.empty((len(total), self.sizes[loan] - 1))
        chances[:, 1:] = (total[:, :-2] - 2 * total[:, 1:-1] + total[:, 2:]) / self.unit
        chances[:, 0] = 1 - chances[:, 1:].sum(axis=1)
        return chances

    def _states(self, loan: int, known: dict[int, int]) -> Iterator[tuple[FloatArray | float, int, int]]:
        """The states that a loan's names may be in, with their probabilities."""
        never = self.book.loans.years
        offtaker, guarantor = int(self.book.offtaker[loan]), int(self.book.guarantor[loan])
        open_names = [name for name in dict.fromkeys((offtaker, guarantor)) if name != NOBODY and name not in known]
        for states in product(range(never + 1), repeat=len(open_names)):
            here = {NOBODY: never, **known, **dict(zip(open_names, states, strict=True))}
            chance: FloatArray | float = 1.0
            for name, state in zip(open_names, states, strict=True):
                chance = chance * self.state[state][:, name][:, None]
            yield chance, here[offtaker], here[guarantor]


@dataclass(slots=True)
class Tree:
    """The book's loss at some nodes, the loans that stand alone in it, and the knots with their sums."""

    total: Sum
    alone: list[tuple[int, FloatArray]]
    knots: list[tuple[list[Knot], FloatArray]]


def tree(book: Book, points: FloatArray, unit: float) -> Tree:
    """The sum of all loans at some nodes."""
    laws = Laws(book, points, unit)
    tied = knots(book)
    in_knots = {int(loan) for _, loans in tied for loan in loans}
    losing = np.flatnonzero(book.loans.largest() > 0).tolist() or [0]  # a loan that can lose nothing adds nothing
    alone = [(loan, laws.law(loan, {})) for loan in losing if loan not in in_knots]
    groups = []
    for names, loans in tied:
        states = []
        for combination in product(range(book.loans.years + 1), repeat=len(names)):
            known = dict(zip(names.tolist(), combination, strict=True))
            chance = np.ones(len(points))
            for name, state in known.items():
                chance = chance * laws.state[state][:, name]
            members = [(int(loan), laws.law(int(loan), known)) for loan in loans]
            states.append(Knot(chance, members, summed([law for _, law in members])))
        mixed = np.sum([knot.chance[:, None] * knot.total.probabilities for knot in states], axis=0)
        groups.append((states, mixed))
    return Tree(summed([*(law for _, law in alone), *(mixed for _, mixed in groups)]), alone, groups)


def unit_of(book: Book) -> float:
    """The lattice's unit of money; 1 for a book that can lose nothing."""
    most = float(book.loans.largest().sum())
    return most / UNITS if most > 0 else 1.0


def chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, NODES_AT_ONCE):
        yield slice(start, start + NODES_AT_ONCE)


def distribution(book: Book) -> Distribution:
    """The distribution of what the book loses."""
    points, weight = nodes(book)
    unit, samples = unit_of(book), 1 if book.on_one_factor() else SAMPLES
    # A row for each sample; points of all are taken together.
    shares = np.repeat(np.eye(samples), len(points) // samples, axis=1) * weight * samples
    parts = (shares[:, some] @ tree(book, points[some], unit).total.probabilities for some in chunks(len(points)))
    sums: FloatArray = np.sum(list(parts), axis=0)
    return Distribution(unit, sums.mean(axis=0), list(sums))


def tail_parts(book: Book, weights: FloatArray, unit: float) -> FloatArray:
    """E[loss of a loan; weight of the book's loss in the tail], one per loan."""
    points, weight = nodes(book)
    parts = np.zeros(len(book.offtaker))

    def add(members: Sequence[tuple[int, FloatArray]], slopes: dict[int, FloatArray]) -> None:
        for loan, law in members:
            parts[loan] += unit * float((np.arange(law.shape[1]) * law * slopes[id(law)]).sum())

    for some in chunks(len(points)):
        built = tree(book, points[some], unit)
        slopes = pulled_back(built.total, weight[some][:, None] * weights[None, :])
        add(built.alone, slopes)
        for states, mixed in built.knots:
            for knot in states:
                add(knot.loans, pulled_back(knot.total, knot.chance[:, None] * slopes[id(mixed)]))
    return parts


def large_pool(book: Book, level: float) -> tuple[float, float]:
    """VaR and expected shortfall of the book cut into infinitely many loans and names: of its expected loss given F.

    Where that falls in the factor throughout it is the loss at F = Φ⁻¹(1 − level), which is Basel's formula.
    """

    def lost(place: FloatArray) -> FloatArray:
        return book.expected_given(on_factor(book, place)).sum(axis=1)

    edges = np.linspace(-REACH, REACH, LIMIT_GRID)
    values = np.concatenate([lost(edges[some]) for some in chunks(LIMIT_GRID)])
    scale = max(float(values.max()), np.finfo(float).tiny)
    if (np.diff(values) <= NEARLY * scale).all():
        worst = float(ndtri(1 - level))

        def tail(place: FloatArray) -> FloatArray:
            density = np.exp(-(place**2) / 2) / np.sqrt(2 * np.pi) / (1 - level)
            return lost(place.ravel()).reshape(place.shape) / scale * density

        panels = np.linspace(-REACH - 1, worst, 9)
        return float(lost(np.array([worst]))[0]), float(integrate(tail, panels[:-1], panels[1:]).sum()) * scale
    weight = np.exp(-(edges**2) / 2)
    order = np.argsort(values)
    below = np.cumsum(weight[order]) / weight.sum()
    at_risk = float(values[order][min(int(np.searchsorted(below, level)), LIMIT_GRID - 1)])
    excess = np.maximum(values - at_risk, 0.0) @ weight / weight.sum() / (1 - level)
    return at_risk, at_risk + float(excess)

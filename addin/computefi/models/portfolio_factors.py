"""What the factors do to a book: its expected loss in a state of theirs, and the states that are worst or nearest.

g(F) is the sum of the loans' expected losses given the factors: smooth, and known in closed form, so that no path is
drawn whatever the number of factors.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from computefi.kernels.normal import gauss_legendre
from computefi.kernels.root import find_root
from computefi.kernels.special import ndtri
from computefi.models.portfolio import NOBODY, Book
from computefi.spec.kinds import FloatArray

STEP = 3e-3  # of the slopes, whose four points leave an error of the step's fourth power
POINTS = np.array([-2.0, -1.0, 1.0, 2.0]) * STEP
WEIGHTS = np.array([1.0, -8.0, 8.0, -1.0]) / (12 * STEP)
MOST_TURNS, STILL = 100, 1e-11
FARTHEST = 8.0
LINE_NODES = 40


def lost(book: Book, points: FloatArray) -> FloatArray:
    """g at points of the independent factors."""
    total: FloatArray = book.expected_given(points).sum(axis=1)
    return total


def slopes(book: Book, points: FloatArray) -> FloatArray:
    """∂g by each independent factor at points (rows)."""
    answer = np.empty_like(points)
    for factor in range(book.factors):
        moved = points[:, None, :] + POINTS[:, None] * np.eye(book.factors)[factor]
        answer[:, factor] = lost(book, moved.reshape(-1, book.factors)).reshape(-1, len(POINTS)) @ WEIGHTS
    return answer


def worst_on(book: Book, radius: float, start: FloatArray) -> FloatArray:
    """The point at that distance at which g is highest, by turning towards its slope."""
    point = start
    for _ in range(MOST_TURNS):
        slope = slopes(book, point[None])[0]
        steepness = np.sqrt(slope @ slope)
        if not steepness > 0:
            return point
        turned = slope / steepness * radius
        if lost(book, turned[None])[0] < lost(book, point[None])[0]:
            turned = turned + point
            turned *= radius / np.sqrt(turned @ turned)
        moved, point = turned - point, turned
        if moved @ moved < (STILL * radius) ** 2:
            break
    return point


def _start(book: Book, radius: float) -> FloatArray:
    """The worst of the directions of each factor's fall or rise, of all together, and of the slope in the middle."""
    axes = np.concatenate([np.eye(book.factors), np.ones((1, book.factors)), slopes(book, np.zeros((1, book.factors)))])
    directions = np.concatenate([axes, -axes])
    lengths = np.sqrt((directions**2).sum(axis=1, keepdims=True))
    tried = directions / np.where(lengths > 0, lengths, 1.0) * radius
    return tried[int(lost(book, tried).argmax())]


def worst_at(book: Book, level: float) -> FloatArray:
    """The worst point at the distance of a level."""
    radius = float(ndtri(level))
    return worst_on(book, radius, _start(book, radius)) if radius > 0 else np.zeros(book.factors)


def along(book: Book, direction: FloatArray, loss: float) -> float:
    """How far in a direction g is a given loss, between 0 and the farthest; NaN where it is not that far."""

    def excess(far: FloatArray) -> FloatArray:
        return lost(book, far[:, None] * direction) - loss

    ends = np.array([0.0]), np.array([FARTHEST])
    return float(find_root(excess, *ends, absolute=1e-12, relative=1e-12, steps=200)[0])


def worst_for(book: Book, loss: float) -> FloatArray:
    """The point nearest to 0 at which g is a given loss; NaN where there is none within reach.

    The direction turns to the slope of g where the loss is reached in it, for as long as that is nearer.
    """
    if lost(book, np.zeros((1, book.factors)))[0] >= loss:
        return np.zeros(book.factors)
    direction = _start(book, FARTHEST) / FARTHEST
    distance = along(book, direction, loss)
    for _ in range(MOST_TURNS):
        slope = slopes(book, direction[None] * distance)[0]
        steepness = np.sqrt(slope @ slope)
        if not steepness > 0:
            break
        turned = slope / steepness
        further = along(book, turned, loss)
        if not further <= distance:
            turned = direction + turned
            turned /= np.sqrt(turned @ turned)
            further = along(book, turned, loss)
        moved, direction, distance = turned - direction, turned, further
        if moved @ moved < STILL**2:
            break
    return direction * distance


def attributed(book: Book, point: FloatArray) -> FloatArray:
    """Rows of move, loss and share of each factor at a point of the independent ones."""
    moves = book.root @ point
    nodes, weights = gauss_legendre(LINE_NODES)
    along = weights @ slopes(book, nodes[:, None] * point)
    # By factor, not by independent factor: g's slope by F where F = root·G.
    by_factor = np.linalg.lstsq(book.root.T, along, rcond=None)[0] * moves
    total = by_factor.sum()
    return np.stack([moves, by_factor, by_factor / total if total != 0 else 0 * by_factor], axis=-1)


def given_failure(book: Book, point: FloatArray, name: int) -> FloatArray:
    """Expected loss of each loan at a point, where one name, if any, fails in the first year."""
    if name == NOBODY:
        return book.expected_given(point)[0]
    certain = np.full(book.loans.years, np.inf)
    loans = replace(
        book.loans,
        offtaker_bound=np.where((book.offtaker == name)[:, None], certain, book.loans.offtaker_bound),
        guarantor_bound=np.where((book.guarantor == name)[:, None], certain, book.loans.guarantor_bound),
    )
    return replace(book, loans=loans).expected_given(point)[0]

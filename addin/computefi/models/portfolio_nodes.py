"""The points of the factors at which the exact method takes a book, and their weights.

On one factor they lie on panels, by Gauss and Legendre. On several the same panels lie in the direction of the book's
bad state, and across it each point is one of a shifted lattice: where the tail is made the integration is fine, and
what is across is averaged. Independent lattices say by their spread how far that average may be off.
"""

from __future__ import annotations

import numpy as np

from computefi.kernels.normal import gauss_legendre
from computefi.kernels.simulation import SMALLEST, primes
from computefi.kernels.special import ndtri
from computefi.models.portfolio import Book
from computefi.models.portfolio_paths import bad_state
from computefi.spec.kinds import FloatArray

REACH = 8.5  # of the factor: what lies beyond has a probability below 2e-17
REACH_OF_SEVERAL = 6.0  # below 2e-9, far within what the lattices leave uncertain
PANEL_NODES = 16
NARROWEST, WIDEST = 0.05, 1.0  # steps of a conditional probability of default that decide the panels
FINER = 2  # panels on several factors, so that enough points of a lattice fall into the tail
LATTICES, MOST_LATTICES = 4, 64
POINTS_TIMES_LOANS = 1_000_000
TOWARDS = 0.99  # the level of the bad state that the panels lie towards; its direction hardly depends on it


def along(book: Book, direction: FloatArray, reach: float, finer: int) -> tuple[FloatArray, FloatArray]:
    """Places on a line through the factors and their weights, closer together the more sharply somebody fails."""
    sharpest, moving = WIDEST, bool((book.collateral_loading @ direction).any())
    for loading, rest in ((book.loading, book.loans.rest), (book.name_loading, book.name_rest)):
        slope = np.abs(loading @ direction)
        moved = slope > 0
        moving |= bool(moved.any())
        sharpest = min(sharpest, float((rest[moved] / slope[moved]).min(initial=WIDEST)))
    if not moving:
        return np.zeros(1), np.ones(1)
    panels = finer * int(np.ceil(2 * reach / (3 * max(sharpest, NARROWEST))))
    edges = np.linspace(-reach, reach, panels + 1)
    points, weights = gauss_legendre(PANEL_NODES)
    width = edges[1] - edges[0]
    place = (edges[:-1, None] + width * points).ravel()
    weight = np.tile(width * weights, panels) * np.exp(-(place**2) / 2) / np.sqrt(2 * np.pi)
    return place, weight / weight.sum()


def only_factor(book: Book) -> FloatArray:
    """The direction of the one factor that moves the book."""
    moved = np.abs(np.concatenate([book.loading, book.collateral_loading, book.name_loading])).max(axis=0)
    axis: FloatArray = np.eye(book.factors)[int(moved.argmax())]
    return axis


def on_factor(book: Book, place: FloatArray) -> FloatArray:
    """Values of the one factor that moves the book as points of all of them."""
    return place[:, None] * only_factor(book)


def nodes(book: Book) -> tuple[FloatArray, FloatArray]:
    """Points of the independent factors (rows) and their weights; on several factors one lattice after the other."""
    if book.on_one_factor():
        place, weight = along(book, only_factor(book), REACH, 1)
        return on_factor(book, place), weight
    points, weight = lattices(book, LATTICES)
    return points.reshape(-1, book.factors), np.tile(weight, LATTICES) / LATTICES


def lattices(book: Book, count: int) -> tuple[FloatArray, FloatArray]:
    """So many lattices of points, lattice by point by factor, and the weights of the points of each."""
    worst = bad_state(book, TOWARDS)
    length = np.sqrt(worst @ worst)
    direction = worst / length if length > 0 else np.eye(book.factors)[0]
    across = np.linalg.qr(np.column_stack([direction, np.eye(book.factors)]))[0][:, 1:]
    place, weight = along(book, direction, REACH_OF_SEVERAL, FINER)
    shifts = np.random.Generator(np.random.PCG64(0)).random((count, 1, book.factors - 1))
    lattice = (np.arange(1, len(place) + 1)[:, None] * (np.sqrt(primes(book.factors - 1)) % 1) + shifts) % 1
    beside = ndtri(np.clip(lattice, SMALLEST, 1 - SMALLEST)) @ across.T
    return place[:, None] * direction + beside, weight


def means_by_lattice(book: Book) -> FloatArray:
    """Expected loss of each loan (column) on several factors, a row for each of as many lattices as time allows."""
    points, weight = lattices(book, LATTICES)
    count = int(np.clip(POINTS_TIMES_LOANS // (len(weight) * len(book.offtaker)), LATTICES, MOST_LATTICES))
    points, weight = lattices(book, count)
    return np.array([weight @ book.expected_given(own) for own in points])

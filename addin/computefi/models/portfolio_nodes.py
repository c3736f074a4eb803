"""The points of the factors at which the exact method takes a book, and their weights.

On one factor they lie on panels, by Gauss and Legendre. On several, many candidates are drawn, about the middle,
towards the book's bad state and farther out on all sides, and ranked by what the book is expected to lose there. From
each layer of that ranking one is taken, for all of the layer: layers are thin where losses are rare, so that any tail
has points enough, whichever factors make it. Independent samples say by their spread how far the average may be off.
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
PANEL_NODES = 16
NARROWEST, WIDEST = 0.05, 1.0  # steps of a conditional probability of default that decide the panels
SAMPLES, SEED = 8, 0
CANDIDATES, FEWEST_CANDIDATES = 2048, 256  # in each sample
CANDIDATES_TIMES_LOANS = 1_000_000
# Two layers in three lie evenly in the logarithm of the share of states that are worse, one evenly in the share itself.
RAREST, RARE, RARE_LAYERS, USUAL_LAYERS = 1e-5, 0.1, 32, 16
LAYERS = np.concatenate([[0.0], np.geomspace(RAREST, RARE, RARE_LAYERS), np.linspace(RARE, 1, USUAL_LAYERS + 1)[1:]])
RANKED_BY = 64  # loans that stand for all where states are ranked
# Candidates are normal, as many about each of these centres in the bad state's direction, this many times as wide.
PLACES = ((0.0, 1.0), (1.5, 1.0), (3.0, 1.0), (4.5, 1.0), (0.0, 2.0))
TOWARDS = 0.99  # the level of the bad state; its direction hardly depends on it


def along(book: Book, direction: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Places on a line through the factors and their weights, closer together the more sharply somebody fails."""
    sharpest, moving = WIDEST, bool((book.collateral_loading @ direction).any())
    for loading, rest in ((book.loading, book.loans.rest), (book.name_loading, book.name_rest)):
        slope = np.abs(loading @ direction)
        moved = slope > 0
        moving |= bool(moved.any())
        sharpest = min(sharpest, float((rest[moved] / slope[moved]).min(initial=WIDEST)))
    if not moving:
        return np.zeros(1), np.ones(1)
    panels = int(np.ceil(2 * REACH / (3 * max(sharpest, NARROWEST))))
    edges = np.linspace(-REACH, REACH, panels + 1)
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
    """Points of the independent factors (rows) and their weights; on several factors one sample after the other."""
    if book.on_one_factor():
        place, weight = along(book, only_factor(book))
        return on_factor(book, place), weight
    sample, share = ranking_sample(book)
    random = np.random.Generator(np.random.PCG64(SEED))
    points = []
    for drawn, weight in zip(*candidates(sample, random, CANDIDATES), strict=True):
        order = np.argsort(-(sample.expected_given(drawn) @ share), kind="stable")
        worse = np.cumsum(weight[order])
        chosen = LAYERS[:-1] + np.diff(LAYERS) * random.random(len(LAYERS) - 1)
        points.append(drawn[order[np.searchsorted(worse, chosen * worse[-1])]])
    return np.concatenate(points), np.tile(np.diff(LAYERS), SAMPLES) / SAMPLES


def ranking_sample(book: Book) -> tuple[Book, FloatArray]:
    """Loans that stand for all, each for as much of what can be lost, and the shares of it that they stand for."""
    largest = book.loans.largest()
    reached = np.cumsum(largest)
    places = np.searchsorted(reached, (np.arange(RANKED_BY) + 0.5) / RANKED_BY * reached[-1])
    loans, counts = np.unique(np.minimum(places, len(largest) - 1), return_counts=True)
    return book.taking(loans), counts / np.maximum(largest[loans], np.finfo(float).tiny)


def candidates(book: Book, random: np.random.Generator, count: int) -> tuple[FloatArray, FloatArray]:
    """Independent samples of points, sample by point by factor, and the weights of each, which add to 1."""
    worst = bad_state(book, TOWARDS)
    length = np.sqrt(worst @ worst)
    direction = worst / length if length > 0 else np.eye(book.factors)[0]
    steps = np.sqrt(primes(book.factors + 1)) % 1
    even = (np.arange(1, count + 1)[:, None] * steps + random.random((SAMPLES, 1, len(steps)))) % 1
    centres, widths = np.array(PLACES)[(even[..., -1:] * len(PLACES)).astype(int)].transpose(3, 0, 1, 2)
    drawn = ndtri(np.clip(even[..., :-1], SMALLEST, 1 - SMALLEST)) * widths + centres * direction
    far, towards = (drawn**2).sum(axis=-1), drawn @ direction
    density = np.zeros_like(far)  # over that of the factors
    for centre, width in PLACES:
        away = far - 2 * centre * towards + centre**2
        density += np.exp((far - away / width**2) / 2) / width**book.factors
    return drawn, (1 / density) / (1 / density).sum(axis=1, keepdims=True)


def means_by_sample(book: Book) -> FloatArray:
    """Expected loss of each loan (column) on several factors, a row for each sample, as large as time allows."""
    count = CANDIDATES_TIMES_LOANS // (SAMPLES * len(book.offtaker))
    random = np.random.Generator(np.random.PCG64(SEED))
    drawn = candidates(book, random, int(np.clip(count, FEWEST_CANDIDATES, CANDIDATES)))
    return np.array([weight @ book.expected_given(points) for points, weight in zip(*drawn, strict=True)])

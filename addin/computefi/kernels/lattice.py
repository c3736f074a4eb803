"""Sums of independent amounts on a lattice: their distribution, and what each amount adds to a part of it.

An amount has probabilities of 0, 1, 2 … units. Two are added by the fast Fourier transform, the smallest first, so
that n amounts of N units together cost N·log N·log n. `pulled_back` walks the same tree downwards: the derivative of
any weighted sum of the total's probabilities by the probabilities of each amount, for about twice the price.

Source: the way back is the reverse mode of differentiation, A. Griewank and A. Walther, Evaluating Derivatives (2008).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from computefi.arrays import FloatArray


@dataclass(slots=True)
class Sum:
    """A distribution, a row per state of the world and a column per unit, and the two that it is the sum of."""

    probabilities: FloatArray
    parts: tuple[Sum, Sum] | None = None


def summed(amounts: Sequence[FloatArray]) -> Sum:
    """The distribution of the sum of amounts that are independent in each state of the world (row)."""
    waiting = [(amount.shape[1], number, Sum(amount)) for number, amount in enumerate(amounts)]
    heapq.heapify(waiting)
    number = len(waiting)
    while len(waiting) > 1:
        first, second = heapq.heappop(waiting)[2], heapq.heappop(waiting)[2]
        both = Sum(_convolved(first.probabilities, second.probabilities), (first, second))
        heapq.heappush(waiting, (both.probabilities.shape[1], number, both))
        number += 1
    return waiting[0][2]


def pulled_back(whole: Sum, weights: FloatArray) -> dict[int, FloatArray]:
    """By the identity of each amount's array: Σ weights·P(total) differentiated by the amount's probabilities."""
    found: dict[int, FloatArray] = {}
    waiting = [(whole, weights)]
    while waiting:
        node, slope = waiting.pop()
        if node.parts is None:
            found[id(node.probabilities)] = slope
            continue
        for one, other in (node.parts, node.parts[::-1]):
            waiting.append((one, _correlated(slope, other.probabilities, one.probabilities.shape[1])))
    return found


def _convolved(a: FloatArray, b: FloatArray) -> FloatArray:
    length = a.shape[1] + b.shape[1] - 1
    size = _fast(length)
    both: FloatArray = np.fft.irfft(np.fft.rfft(a, size) * np.fft.rfft(b, size), size)[:, :length]
    return both


def _correlated(slope: FloatArray, other: FloatArray, length: int) -> FloatArray:
    """Σ_j slope[k + j]·other[j] for k below length."""
    size = _fast(slope.shape[1])
    both: FloatArray = np.fft.irfft(np.fft.rfft(slope, size) * np.fft.rfft(other, size).conj(), size)[:, :length]
    return both


def _fast(length: int) -> int:
    """The next length that transforms fast."""
    power = 1 << (length - 1).bit_length()
    return power * 3 // 4 if power * 3 // 4 >= length else power

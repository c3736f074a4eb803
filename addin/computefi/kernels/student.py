"""Student's t variates by the normal score of their probability."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from computefi.arrays import FloatArray
from computefi.kernels.special import ndtr, stdtrit

# Variates beyond, which need nu below about 0.1, are held at LARGEST: their inverse overflows, and scipy before 1.15
# gives no larger one than BEYOND.
BEYOND, LARGEST = 1e100, 1e145


def student_of_score(score: ArrayLike, nu: ArrayLike) -> FloatArray:
    """The t variate with the probability of a normal variate, exact in both tails, held at ±LARGEST beyond ±BEYOND."""
    score = np.asarray(score, dtype=np.float64)
    tail = stdtrit(nu, ndtr(-np.abs(score)))
    size = np.where(tail > -BEYOND, -tail, LARGEST)
    return np.where(score < 0, -size, size)

"""Correlation matrices: symmetry, positive semidefiniteness, and the part that one variable leaves unexplained."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from computefi.arrays import FloatArray

ROUNDING = 1e-10  # a singular matrix typed with ten digits may have an eigenvalue this far below 0
SAFE = 1e-6  # an explained share this far below 1 needs no eigenvalue


def is_symmetric_with_unit_diagonal(matrix: FloatArray) -> bool:
    """True for a matrix that has the form of a correlation matrix."""
    return bool(
        np.allclose(matrix, matrix.T, rtol=0, atol=ROUNDING) and np.allclose(np.diag(matrix), 1, rtol=0, atol=ROUNDING)
    )


def bordered_smallest_eigenvalue(borders: FloatArray, matrix: FloatArray) -> FloatArray:
    """Smallest eigenvalue of [1 bᵀ; b matrix], one per row b of borders."""
    rows, size = borders.shape
    whole = np.empty((rows, size + 1, size + 1))
    whole[:, 0, 0] = 1.0
    whole[:, 0, 1:] = whole[:, 1:, 0] = borders
    whole[:, 1:, 1:] = matrix
    smallest: FloatArray = np.linalg.eigvalsh(whole)[:, 0]
    return smallest


def is_bordered_semidefinite(borders: FloatArray, matrix: FloatArray) -> NDArray[np.bool_]:
    """True where [1 bᵀ; b matrix] is positive semidefinite, one per row b of borders.

    It is where the matrix is and bᵀ·matrix⁻¹·b ≤ 1. Rows close to the edge are decided by their eigenvalue.
    """
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -ROUNDING:
        return np.zeros(len(borders), dtype=bool)
    explained = ((borders @ vectors) ** 2 / np.maximum(values, SAFE)).sum(axis=-1)
    answer: NDArray[np.bool_] = explained <= 1 - SAFE
    close = (~answer).nonzero()[0]
    if values[0] < 2 * SAFE:  # no inverse to go by
        close = np.arange(len(borders))
    answer[close] = bordered_smallest_eigenvalue(borders[close], matrix) >= -ROUNDING
    return answer


def triple_smallest_eigenvalue(r_ab: FloatArray, r_ac: FloatArray, r_bc: FloatArray) -> FloatArray:
    """Smallest eigenvalue of the correlation matrix of three variables, one per row."""
    whole: FloatArray = np.ones((len(r_ab), 3, 3))
    whole[:, 0, 1] = whole[:, 1, 0] = r_ab
    whole[:, 0, 2] = whole[:, 2, 0] = r_ac
    whole[:, 1, 2] = whole[:, 2, 1] = r_bc
    return np.linalg.eigvalsh(whole)[:, 0].astype(np.float64)


def is_triple_semidefinite(r_ab: FloatArray, r_ac: FloatArray, r_bc: FloatArray) -> NDArray[np.bool_]:
    """True where three variables can be so correlated, one per row. Only a determinant below 0 needs an eigenvalue."""
    answer: NDArray[np.bool_] = (1 - r_ab) * (1 + r_ab) * (1 - r_ac) * (1 + r_ac) >= np.square(r_bc - r_ab * r_ac)
    doubtful = (~answer).nonzero()[0]
    answer[doubtful] = triple_smallest_eigenvalue(r_ab[doubtful], r_ac[doubtful], r_bc[doubtful]) >= -ROUNDING
    return answer


def unexplained_root(border: FloatArray, matrix: FloatArray) -> FloatArray:
    """A with A·Aᵀ = matrix − b·bᵀ; rounding below 0 in a singular matrix is taken as 0."""
    values, vectors = np.linalg.eigh(matrix - np.outer(border, border))
    root: FloatArray = vectors * np.sqrt(np.maximum(values, 0.0))
    return root

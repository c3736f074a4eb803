"""CFI__PHI2 against 25-digit arithmetic: what its 48 nodes reach in which region.

For rho below 0 the answer begins with a difference of two probabilities, so small answers lose digits there.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from lambda_engines import Formulon

# Largest absolute error allowed, and largest relative error where the probability is at least the second number.
REGIONS = {
    "rho from 0 to 0.95": (lambda rho: 0 <= rho <= 0.95, 1e-14, 1e-13),
    "rho above 0.95": (lambda rho: rho > 0.95, 1e-14, 1e-13),
    "rho from -0.95 to 0": (lambda rho: -0.95 <= rho < 0, 1e-14, 1e-9),
    "rho below -0.95": (lambda rho: rho < -0.95, 1e-14, 1e-9),
}
FAINT = 1e-8


@pytest.mark.parametrize("region", REGIONS)
def test_the_bivariate_normal_is_accurate(region: str, formulon: Formulon, repository: Path) -> None:
    inside, absolute, relative = REGIONS[region]
    with (repository / "tests" / "oracle" / "bivariate_normal.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if inside(float(row["rho"]))]
    assert len(rows) > 30
    worst = worst_relative = 0.0
    for row in rows:
        right = float(row["cdf"])
        error = abs(formulon.call("CFI__PHI2", [float(row["h"]), float(row["k"]), float(row["rho"])])[0][0] - right)
        worst = max(worst, error)
        if right >= FAINT:
            worst_relative = max(worst_relative, error / right)
    print(f"{region}: {len(rows)} points, absolute {worst:.1e}, relative {worst_relative:.1e} down to {FAINT}")
    assert worst <= absolute
    assert worst_relative <= relative


@pytest.mark.parametrize(
    ("first", "second", "rho", "right"),
    [
        (0, 0, 0.5, 1 / 3), (0, 0, -0.5, 1 / 6), (-1, -1, 0.5, 0.0625140947097), (-2, 1, 0.9, 0.022750131948),
        (-3, -3, 0.95, 0.000809163346436), (0.5, 0.3, 1, 0.617911422189), (0.5, 0.3, -1, 0.309373883),
        (1e9, 0, 0.3, 0.5), (-1e9, 0, 0.3, 0.0), (0, 0, 0, 0.25),
    ],
)  # fmt: skip
def test_anchors_and_the_ends(first: float, second: float, rho: float, right: float, formulon: Formulon) -> None:
    assert formulon.call("CFI__PHI2", [first, second, rho])[0][0] == pytest.approx(right, abs=1e-9)

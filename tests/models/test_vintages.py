"""What machines of several ages have fetched, and how sure the curve through it is."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import ModelError

AGES, SHARES = [1.0, 2, 3, 4], [0.78, 0.55, 0.42, 0.35]


def test_machines_on_one_curve_give_its_decay_and_no_width() -> None:
    for floor in (0, 0.18):
        shares = computefi.gpu_residual(AGES, 0.3, floor)
        fit = computefi.residual_fit(AGES, shares, floor)
        assert [fit.decay, fit.low, fit.high] == pytest.approx([0.3] * 3)
        assert fit.deviation == pytest.approx(0, abs=1e-12)


def test_the_curve_is_gpu_residual_at_the_decay_that_fits() -> None:
    fit = computefi.residual_fit(AGES, SHARES, 0.1)
    band = computefi.residual_band([0, 2.5, 6], AGES, SHARES, 0.1)
    assert band.share_left == pytest.approx(computefi.gpu_residual([0, 2.5, 6], fit.decay, 0.1))
    assert band.low == pytest.approx(computefi.gpu_residual([0, 2.5, 6], fit.high, 0.1))
    assert band.high == pytest.approx(computefi.gpu_residual([0, 2.5, 6], fit.low, 0.1))


def test_a_band_of_90_percent_holds_nine_times_in_ten() -> None:
    random = np.random.default_rng(8)
    ages = np.linspace(0.5, 6, 8)
    samples = np.exp(-0.26 * ages + 0.15 * random.standard_normal((4000, 8)))
    fits = computefi.residual_fit(ages, samples)
    assert np.mean((fits.low <= 0.26) & (fits.high >= 0.26)) == pytest.approx(0.9, abs=0.02)
    bands = [computefi.residual_band(4, ages, shares) for shares in samples[:400]]
    next_price = np.exp(-0.26 * 4 + 0.15 * random.standard_normal(400))
    held = [band.low_of_one <= price <= band.high_of_one for band, price in zip(bands, next_price, strict=True)]
    assert np.mean(held) == pytest.approx(0.9, abs=0.05)


def test_one_machine_is_less_sure_than_the_curve() -> None:
    band = computefi.residual_band([1, 3, 8], AGES, SHARES)
    assert (band.low_of_one < band.low).all()
    assert (band.high_of_one > band.high).all()


REFUSED = [
    ((1, 0.5), "at least two observations"),
    (([1, 2], [0.5, 0.1], 0.15), "above floor"),
    (([0, 0], [1, 1]), "must not all be 0"),
    (([1, 2, 3], [0.5, 0.4]), "entries like"),
    (([1, -2], [0.5, 0.4]), "at least 0"),
    (([1, 2], [0.5, 0]), "above 0"),
    (([1, 2], [0.5, 0.4], 0, 1), "between 0 and 1"),
]


@pytest.mark.parametrize(("arguments", "reason"), REFUSED)
def test_observations_that_say_nothing_are_refused(arguments: tuple[object, ...], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        computefi.residual_fit(*arguments)
    with pytest.raises(ModelError, match=reason):
        computefi.residual_band([1], *arguments)

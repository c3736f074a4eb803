"""Loss given default with fat joint tails, with jumps, and by simulation."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.special import ndtr, ndtri, stdtr, stdtrit

import computefi
from computefi.errors import Code, DomainError, InputError
from computefi.spec import REGISTRY, call

A = (70, 100, 0.05, 0.5, 0.4, 1)
LGD_A = 0.173559111227
INTEGRAL = 1e-10
CORRELATION = ((1, 0.6, 0.2), (0.6, 1, 0.1), (0.2, 0.1, 1))
EXPECTED = np.array([60, 30, 10]) * np.exp([-0.26, -0.15, 0])
POOL = (70, EXPECTED, 0.05, (0.2, 0.15, 0.7), (0.3, 0.28, 0.6), 1, CORRELATION)


def t_loss(loan: float, value: float, pd: float, rho: float, volatility: float, horizon: float, nu: float) -> float:
    """The integral of docs/method/models.md §3.8 over the t variate instead of the normal one, in 20 digits."""
    with mpmath.workdps(20):
        rho, nu = mpmath.mpf(rho), mpmath.mpf(nu)
        a = volatility * mpmath.sqrt(horizon)
        strike = (mpmath.log(mpmath.mpf(loan) / value) + a * a / 2) / a

        def below(degrees: mpmath.mpf, x: mpmath.mpf) -> mpmath.mpf:
            tail = mpmath.betainc(degrees / 2, 0.5, 0, degrees / (degrees + x * x), regularized=True) / 2
            return tail if x < 0 else 1 - tail

        def score(p: mpmath.mpf) -> mpmath.mpf:
            return mpmath.findroot(lambda x: mpmath.log(mpmath.ncdf(x) / p), -mpmath.sqrt(-2 * mpmath.log(p)) + 0.5)

        def variate(p: mpmath.mpf) -> mpmath.mpf:
            low, high = mpmath.mpf(-1), mpmath.mpf(0)
            while below(nu, mpmath.sinh(low)) > p:
                low *= 2
            s = mpmath.findroot(lambda s: mpmath.log(below(nu, mpmath.sinh(s)) / p), (low, high), solver="anderson")
            return mpmath.sinh(s)

        threshold = variate(mpmath.mpf(pd))
        top = variate(mpmath.ncdf(strike)) if strike < 0 else -variate(mpmath.ncdf(-strike))
        constant = mpmath.gamma((nu + 1) / 2) / mpmath.sqrt(nu * mpmath.pi) / mpmath.gamma(nu / 2)

        def integrand(s: mpmath.mpf) -> mpmath.mpf:
            z = mpmath.sinh(s)
            w = score(below(nu, z)) if z < 0 else -score(below(nu, -z))
            density = constant * (1 + z * z / nu) ** (-(nu + 1) / 2) * mpmath.cosh(s)
            spread = mpmath.sqrt((nu + z * z) * (1 - rho**2) / (nu + 1))
            return -mpmath.expm1(a * (w - strike)) * density * below(nu + 1, (threshold - rho * z) / spread)

        low, end = mpmath.asinh(variate(mpmath.mpf(pd) * mpmath.mpf("1e-13"))), mpmath.asinh(top)
        turn = mpmath.asinh(threshold / rho)
        nodes = [low, *sorted(x for x in (turn - 1, turn, turn + 1, mpmath.mpf(0)) if low < x < end), end]
        return float(mpmath.quad(integrand, nodes) / pd)


@pytest.mark.parametrize(("rho", "loss"), [(0.5, 0.21245411), (0, 0.089023417)])
def test_t_copula_has_the_published_loss(rho: float, loss: float) -> None:
    assert computefi.corr_lgd_t(70, 100, 0.05, rho, 0.4, 1, 4) == pytest.approx(loss, abs=5e-9)


@pytest.mark.parametrize(
    "case",
    [
        (70, 100, 0.05, 0.5, 0.4, 1, 4),
        (70, 100, 0.01, 0.9, 0.3, 2, 2.5),
        (120, 100, 0.2, -0.6, 0.7, 0.5, 10),
        (40, 100, 0.001, 0.3, 0.8, 3, 1.5),
    ],
)
def test_t_copula_agrees_with_twenty_digits(case: tuple[float, ...]) -> None:
    assert computefi.corr_lgd_t(*case) == pytest.approx(t_loss(*case), abs=1e-12)


def test_t_copula_becomes_the_normal_one() -> None:
    losses = computefi.corr_lgd_t(*A, [4, 100, 1e4, 1e6, 1e12])
    assert (np.diff(losses) < 0).all()
    assert losses[-1] == pytest.approx(LGD_A, abs=1e-10)
    grid = np.linspace(-0.95, 0.95, 39)
    normal = computefi.corr_lgd(70, 100, 0.05, grid, 0.4, 1)
    assert computefi.corr_lgd_t(70, 100, 0.05, grid, 0.4, 1, 1e12) == pytest.approx(normal, abs=1e-11)


@pytest.mark.parametrize("rho", [-1, 1])
def test_at_rho_of_one_every_copula_is_the_same(rho: float) -> None:
    normal = computefi.corr_lgd(70, 100, 0.05, rho, 0.4, 1)
    assert computefi.corr_lgd_t(70, 100, 0.05, rho, 0.4, 1, 4) == normal
    gaps = [abs(computefi.corr_lgd_t(70, 100, 0.05, rho * (1 - gap), 0.4, 1, 4) - normal) for gap in (1e-3, 1e-6, 1e-9)]
    assert gaps[2] <= gaps[1] <= gaps[0] < 1e-3
    assert gaps[2] < 2e-9


def test_t_copula_without_randomness_is_certain() -> None:
    certain = 1 - 50 * np.exp(-0.26) * 0.9 / 70
    assert computefi.corr_lgd_t(70, 50, 0.05, 0.5, 0, 1, 4, -0.26, 0.1) == pytest.approx(certain, abs=1e-15)
    assert computefi.corr_lgd_t(70, 50, 0.05, 0.5, 0.4, 0, 4) == pytest.approx(2 / 7, abs=1e-15)


def test_t_copula_limits_of_loan_value_and_pd() -> None:
    assert computefi.corr_lgd_t(0, 100, 0.05, 0.5, 0.4, 1, 4) == 0
    assert computefi.corr_lgd_t(70, 0, 0.05, 0.5, 0.4, 1, 4) == 1
    assert computefi.corr_lgd_t(0, 0, 0.05, 0.5, 0.4, 1, 4) == 0
    assert computefi.corr_lgd_t(70, 100, 1, 0.5, 0.4, 1, 4) == pytest.approx(
        computefi.corr_lgd(70, 100, 1, 0.5, 0.4, 1), abs=1e-15
    )
    near = computefi.corr_lgd_t(70, 100, 1 - 1e-9, 0.5, 0.4, 1, 4)
    assert near == pytest.approx(computefi.corr_lgd(70, 100, 1, 0.5, 0.4, 1), abs=1e-8)


def test_t_copula_passes_drift_and_sale_cost_as_the_normal_one_does() -> None:
    case = (70, 100, 0.02, 0.3, 0.3, 2)
    assert computefi.corr_lgd_t(*case, 1e12, -0.26, 0.1) == pytest.approx(0.452489012628, abs=INTEGRAL)


@pytest.mark.parametrize(("pd", "nu"), [(0, 4), (0.05, 0), (0.05, -1), (0.05, 1e-4)])
def test_t_copula_refuses_pd_0_and_nu_0(pd: float, nu: float) -> None:
    with pytest.raises(DomainError):
        computefi.corr_lgd_t(70, 100, pd, 0.5, 0.4, 1, nu)


def test_a_scalar_is_the_element_of_the_vector() -> None:
    rng = np.random.default_rng(11)
    case = (
        rng.uniform(0, 150, 300),
        100,
        rng.uniform(0.001, 1, 300),
        rng.uniform(-1, 1, 300),
        rng.uniform(0, 1, 300),
        1,
    )
    t = computefi.corr_lgd_t(*case, 4)
    jump = computefi.corr_lgd_jump(*case, 0.5, 0.3)
    for i in (0, 17, 150, 299):
        one = [x if isinstance(x, int) else x[i] for x in case]
        assert computefi.corr_lgd_t(*one, 4) == pytest.approx(t[i], abs=1e-14)
        assert computefi.corr_lgd_jump(*one, 0.5, 0.3) == pytest.approx(jump[i], abs=1e-14)


def test_systematic_split_has_the_published_values_and_integrates_back() -> None:
    share, spread = 0.5, 0.4  # the common factor's share of driver and of collateral: rho = 0.5

    def given(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pd = ndtr((ndtri(0.05) - np.sqrt(share) * y) / np.sqrt(1 - share))
        value = 100 * np.exp(spread * np.sqrt(share) * y - spread**2 * share / 2)
        return pd, computefi.corr_lgd(70, value, 1, 0, spread * np.sqrt(1 - share), 1)

    pd, loss = given(ndtri(np.array([0.001])))
    assert [pd[0], loss[0], pd[0] * loss[0]] == pytest.approx(
        [0.777583659809, 0.429239660079, 0.333769745819], abs=1e-11
    )
    y, weights = np.polynomial.legendre.leggauss(200)
    pd, loss = given(10 * y)
    total = (weights * 10 * pd * loss * np.exp(-50 * y**2)).sum() / np.sqrt(2 * np.pi)
    assert total == pytest.approx(computefi.corr_el(*A), abs=1e-14)


def test_jumps_have_the_published_loss() -> None:
    assert computefi.corr_lgd_jump(*A, 0.25, 0.35) == pytest.approx(0.230475258117, abs=1e-10)


def test_jumps_are_a_sum_over_their_number() -> None:
    weights = [np.exp(-3.0) * 3.0**n / mpmath.factorial(n) for n in range(60)]
    losses = [computefi.corr_lgd(70, 100 * 0.9**n, 0.05, 0.5, 0.4, 1) for n in range(60)]
    expected = float(sum(w * x for w, x in zip(weights, losses, strict=True)))
    assert computefi.corr_lgd_jump(*A, 3, 0.1) == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize(("intensity", "jump"), [(0, 0.35), (0.25, 0), (1e9, 0)])
def test_without_jumps_the_loss_is_that_of_the_normal_model(intensity: float, jump: float) -> None:
    if intensity > 1e3:
        with pytest.raises(DomainError, match="intensity times horizon and lag"):
            computefi.corr_lgd_jump(*A, intensity, jump)
        return
    assert computefi.corr_lgd_jump(*A, intensity, jump) == pytest.approx(LGD_A, abs=1e-11)


def test_a_jump_of_everything_loses_all_unless_none_comes() -> None:
    none = np.exp(-0.25)
    assert computefi.corr_lgd_jump(*A, 0.25, 1) == pytest.approx(none * LGD_A + 1 - none, abs=1e-11)


def test_many_jumps_leave_nothing() -> None:
    assert computefi.corr_lgd_jump(*A, 900, 0.35) == pytest.approx(1, abs=1e-12)
    assert computefi.corr_lgd_jump(0, 100, 0.05, 0.5, 0.4, 1, 5, 0.3) == 0


def test_small_jumps_often_are_decay() -> None:
    often = computefi.corr_lgd_jump(*A, 1000, 0.26 / 1000)
    assert often == pytest.approx(computefi.corr_lgd(*A, -0.26), abs=2e-4)


@pytest.mark.parametrize("nu", [0, 1.5, 4, 30])
@pytest.mark.parametrize("rho", [-0.5, 0, 0.5, 0.9, 1])
def test_simulation_of_one_asset_lies_within_four_standard_errors(nu: float, rho: float) -> None:
    loss, error = computefi.corr_lgd_sim(70, 100, 0.05, rho, 0.4, 1, 1, nu)
    exact = (
        computefi.corr_lgd_t(70, 100, 0.05, rho, 0.4, 1, nu) if nu else computefi.corr_lgd(70, 100, 0.05, rho, 0.4, 1)
    )
    assert 0 < error < 1e-4
    assert abs(loss - exact) < 4 * error


def test_simulation_of_equal_comonotone_assets_is_one_asset() -> None:
    loss, error = computefi.corr_lgd_sim(70, (50, 30, 20), 0.05, 0.5, 0.4, 1, np.ones((3, 3)))
    assert abs(loss - LGD_A) < 4 * error


def test_simulation_of_the_pool_agrees_with_plain_simulation() -> None:
    loss, error = computefi.corr_lgd_sim(*POOL, 0, 400_000)
    assert loss == pytest.approx(0.10994, abs=1e-4)  # docs/method/models.md §3.7, 15 million paths of which 5% default
    plain = np.random.default_rng(1)
    matrix = np.block([[np.ones((1, 1)), np.array([POOL[3]])], [np.array([POOL[3]]).T, np.array(CORRELATION)]])
    draws = plain.standard_normal((1_000_000, 4)) @ np.linalg.cholesky(matrix).T
    a = np.array(POOL[4])
    failed = draws[draws[:, 0] < -1.6448536269514722, 1:]
    losses = np.maximum(0, 1 - (EXPECTED * np.exp(a * failed - a**2 / 2)).sum(axis=1) / 70)
    together = np.hypot(error, losses.std() / np.sqrt(len(losses)))
    assert abs(loss - losses.mean()) < 4 * together


def test_simulated_t_pool_agrees_with_plain_simulation() -> None:
    nu, correlation = 4, np.array([[1, 0.3, 0.5], [0.3, 1, 0.6], [0.5, 0.6, 1]])
    loss, error = computefi.corr_lgd_sim(70, (60, 40), 0.05, (0.3, 0.5), 0.4, 1, correlation[1:, 1:], nu)
    plain = np.random.default_rng(2)
    size = 1_000_000
    mixed = plain.standard_normal((size, 3)) @ np.linalg.cholesky(correlation).T
    mixed /= np.sqrt(plain.chisquare(nu, size) / nu)[:, None]
    failed = ndtri(stdtr(nu, mixed[mixed[:, 0] < stdtrit(nu, 0.05), 1:]))
    losses = np.maximum(0, 1 - (np.array([60, 40]) * np.exp(0.4 * failed - 0.08)).sum(axis=1) / 70)
    assert abs(loss - losses.mean()) < 4 * np.hypot(error, losses.std() / np.sqrt(len(losses)))


def test_the_same_seed_gives_the_same_answer_and_another_seed_another() -> None:
    first, again, other = (computefi.corr_lgd_sim(*POOL, 0, 10_000, seed) for seed in (5, 5, 6))
    assert first.tolist() == again.tolist()
    assert first[0] != other[0]
    assert abs(first[0] - other[0]) < 4 * np.hypot(first[1], other[1])


def test_more_paths_have_a_smaller_error() -> None:
    errors = [computefi.corr_lgd_sim(*POOL, 0, paths)[1] for paths in (1000, 100_000, 1_000_000)]
    assert errors[0] > 10 * errors[1] > 30 * errors[2]


def test_simulation_is_as_sharp_for_a_small_pd() -> None:
    loss, error = computefi.corr_lgd_sim(70, 100, 1e-9, 0.5, 0.4, 1, 1)
    assert abs(loss - computefi.corr_lgd(70, 100, 1e-9, 0.5, 0.4, 1)) < 4 * error
    assert error < 1e-4


def test_simulation_limits() -> None:
    assert computefi.corr_lgd_sim(0, 100, 0.05, 0.5, 0.4, 1, 1).tolist() == [0, 0]
    assert computefi.corr_lgd_sim(70, 0, 0.05, 0.5, 0.4, 1, 1).tolist() == [1, 0]
    assert computefi.corr_lgd_sim(70, 50, 0.05, 0.5, 0, 1, 1) == pytest.approx([2 / 7, 0], abs=1e-12)
    loss, error = computefi.corr_lgd_sim(70, 100, 1, 0.5, 0.4, 1, 1)
    assert abs(loss - computefi.corr_lgd(70, 100, 1, 0.5, 0.4, 1)) < 4 * error


def test_simulation_of_a_block_has_a_row_per_loan() -> None:
    block = computefi.corr_lgd_sim((70, 90), *POOL[1:], 0, 5000)
    assert block.shape == (2, 2)
    assert block[1].tolist() == computefi.corr_lgd_sim(90, *POOL[1:], 0, 5000).tolist()


def test_simulation_refuses_what_cannot_be_correlated() -> None:
    with pytest.raises(DomainError, match=r"smallest eigenvalue is -0\.7003"):
        computefi.corr_lgd_sim(*POOL[:3], (0.9, -0.9, 0.7), *POOL[4:])
    with pytest.raises(DomainError, match="symmetric"):
        computefi.corr_lgd_sim(*POOL[:6], ((1, 0.6, 0.2), (0.5, 1, 0.1), (0.2, 0.1, 1)))
    with pytest.raises(InputError, match="correlation must have 3 entries like values; got 2"):
        computefi.corr_lgd_sim(*POOL[:6], np.eye(2))


@pytest.mark.parametrize("paths", [0, 63, 1000.5])
def test_simulation_needs_a_whole_number_of_paths(paths: float) -> None:
    with pytest.raises(DomainError, match="paths"):
        computefi.corr_lgd_sim(*POOL, 0, paths)


def test_simulation_refuses_degrees_of_freedom_between_0_and_a_tenth() -> None:
    with pytest.raises(DomainError, match=r"nu must be 0 or at least 0\.1; got 0\.05"):
        computefi.corr_lgd_sim(*POOL, 0.05)
    assert computefi.corr_lgd_sim(*POOL, 0.1)[0] > 0


def test_a_block_with_one_impossible_row_simulates_the_other() -> None:
    rhos = np.array([POOL[3], (0.9, -0.9, 0.7)])
    rows = call(REGISTRY["CFI_CORR_LGD_SIM"], [*POOL[:3], rhos, *POOL[4:], 0, 5000]).cells()
    assert rows[0] == computefi.corr_lgd_sim(*POOL, 0, 5000).tolist()
    assert rows[1] == [Code.NUM, Code.NUM]


RARE = [
    ((15, 100, 0.05, 0.3, 0.4, 1, 1, 0, 1000), 1.79467218389e-6),
    ((10, 100, 0.05, 0.5, 0.4, 1, 1, 0, 1000), 1.63295920869e-8),
    ((10, 100, 0.05, 0.5, 0.4, 1, 1), 1.63295920869e-8),
    ((40, 100, 0.05, -0.5, 0.4, 1, 1, 0, 1000), float(computefi.corr_lgd(40, 100, 0.05, -0.5, 0.4, 1))),
]


@pytest.mark.parametrize(("case", "exact"), RARE)
def test_a_rare_loss_is_found_with_its_error(case: tuple[float, ...], exact: float) -> None:
    loss, error = computefi.corr_lgd_sim(*case)
    assert 0 < error < 0.2 * loss
    assert abs(loss - exact) < 4 * error


@pytest.mark.parametrize(
    "case",
    [
        (1e-6, 100, 0.05, 0.5, 0.4, 1, 1),
        (40, 100, 0.05, -1, 0.4, 1, 1),
        (15, 100, 0.05, 0.3, 0.4, 1, 1, 4, 1000),
        (5, (60, 40), 0.05, 0.3, 0.4, 1, ((1, 0), (0, 1)), 4, 1000),
    ],
)
def test_where_no_path_loses_the_error_is_the_most_that_the_loss_may_be(case: tuple[float, ...]) -> None:
    loss, most = computefi.corr_lgd_sim(*case)
    assert loss == 0
    assert most > 0
    assert most >= 1e-15
    if case[7:8] == (4,):
        alone = [computefi.corr_lgd_t(case[0], value, *case[2:6], 4) for value in np.ravel(case[1])]
        assert most == pytest.approx(min([*alone, 3 / 1024]), rel=1e-9)


def coverage(case: tuple[float, ...], exact: float, seeds: int) -> float:
    """Share of seeds for which two standard errors hold the exact loss."""
    together = computefi.corr_lgd_sim(*case, np.arange(seeds, dtype=float))
    return float((np.abs(together[:, 0] - exact) <= 2 * together[:, 1]).mean())


COVERED = [
    (15, 100, 0.05, 0.3, 0.4, 1, 1, 0, 1000),
    (10, 100, 0.05, 0.5, 0.4, 1, 1, 0, 1000),
    (70, 100, 0.05, 0.5, 0.4, 1, 1, 0, 1000),
    (70, 100, 0.05, 0, 0.4, 1, 1, 0, 1000),
    (70, 100, 0.05, 0.5, 0.4, 1, 1, 4, 1000),
    (40, 100, 0.05, 0.5, 0.4, 1, 1, 4, 1000),
    (25, 100, 0.05, 0.3, 0.4, 1, 1, 4, 1000),
    (15, 100, 0.05, 0.3, 0.4, 1, 1, 4, 1000),
]


def exact_loss(case: tuple[float, ...]) -> float:
    return float(computefi.corr_lgd_t(*case[:6], case[7]) if case[7] else computefi.corr_lgd(*case[:6]))


@pytest.mark.parametrize("case", COVERED[:5])
def test_two_standard_errors_hold_the_loss_for_most_seeds(case: tuple[float, ...]) -> None:
    assert coverage(case, exact_loss(case), 40) >= 0.85


@pytest.mark.nightly
@pytest.mark.parametrize("case", COVERED)
def test_two_standard_errors_hold_the_loss_for_nine_seeds_in_ten(case: tuple[float, ...]) -> None:
    assert coverage(case, exact_loss(case), 1000) >= 0.9


def test_simulation_refuses_more_work_than_some_seconds() -> None:
    with pytest.raises(DomainError, match="times assets and calls must be at most 10,000,000"):
        computefi.corr_lgd_sim(*POOL, 0, 4_000_000)
    with pytest.raises(DomainError, match="times assets and calls"):
        computefi.corr_lgd_sim(70, 100, 0.05, 0.5, 0.4, 1, 1, 0, 100_000, np.arange(101.0))

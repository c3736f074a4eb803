"""Values that were published, filed, or computed with 40-digit arithmetic, one line each."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

import computefi
from computefi.spec import REGISTRY, call

CLOSED = 1e-10  # printed digits of the reference: 10 to 12
A = (70, 100, 0.05, 0.5, 0.4, 1)

# 66.8/21.6 and the other filed figures: status and accession numbers stand in the workbook beside them.
BACKLOG = [
    ("backlog_coverage", (66.8, 21.6), 66.8 / 21.6),
    ("backlog_coverage", (99.4, 24.86), 3.99839098954143),
    ("backlog_coverage", (103.7, 35.55), 2.91701828410689),
    ("firm_share", (3, 36), 1 / 12),
    ("firm_share", (40, 36), 1.0),
    ("firm_share", (0, 36), 0.0),
    ("firm_share", (0, 36, 1), 1.0),
    ("hhi", ((0.36, 0.26, 0.10, *(0.028,) * 10),), 0.21504),
    ("effective_names", ((0.36, 0.26, 0.10, *(0.028,) * 10),), 4.65029761904762),
    ("effective_names", ((0.5, 0.3, 0.2), 0.4), 1.5923566878981),
    ("effective_names", ((0.5, 0.3, 0.2), 1), 1.0),
    ("contracted_share", (60, 100, 60), 0.0),
    ("tail_exposure", ((100, 80, 60, 40, 20, 0), 3), 0.4),
    ("tail_exposure", ((100, 80, 60, 40, 20, 0), 0), 1.0),
]
COVER = [
    ("sculpt_debt", ((100,) * 5, 1.25, 0.08), 319.416802966),
    ("sculpt_debt", ((80, 120, 110, 90, 60), 1.2, 0.08), 309.38663133),
    ("plcr", ((80, 120, 110, 90, 60, 40, 30), 309.386631330, 0.08), 1.33805217358),
    ("dscr", (60, 77.4878787733, 0), 0.774314653464),
    ("dscr", (2, 3, 4), 2 / 7),
]
HAIRCUT = [
    ("haircut_var", (0.40, 0.25, 0.99), 0.38446875732),
    ("haircut_es", (0.40, 0.25, 0.99), 0.423723539796),
    ("haircut_var", (0.40, 0.25, 0.95), 0.294586219319),
    ("haircut_es", (0.40, 0.25, 0.95), 0.349411660183),
    ("haircut_var", (0.30, 0.5, 0.99, -0.26), 0.47585814054),
    ("haircut_es", (0.30, 0.5, 0.99, -0.26), 0.511185367988),
    ("haircut_var", (0.90, 0.25, 0.99, -0.30), 0.705685555277),
    ("haircut_es", (0.90, 0.25, 0.99, -0.30), 0.744994143359),
    ("haircut_basel", (0.15, 10, 20), 0.212132034356),
    ("haircut_basel", (0.15, 10, 20, 5), 0.232379000772),
    ("haircut_basel", (0.04, 10, 5), 0.0282842712475),
    ("haircut_basel", (0.20, 10, 20, 63), 0.572712842531),
    ("haircut_basel", (0.8, 10, 20, 63), 1.0),
    ("haircut_liquidity", (0.25, 1, 1, 0.35), 0.175),
    ("haircut_liquidity", (0.25, 1, 0.768026963243, 0.35, 0.5, 0, 0.26), 0.299530515665),
    ("gpu_residual", (3, -math.log(0.74)), 0.405224),
    ("gpu_residual", (3, 0.26), 0.458406011305),
    ("gpu_residual", (3, -math.log(0.849)), 0.611960049),
    ("gpu_residual", (3, -math.log(0.849), 0, 2, 0.35), 0.397774031850),
    ("collateral_haircut", ((0.3, 0.2, 0.1),), 0.496),
]
CORRELATION = [
    ("value_in_default", (100, 0.05, 0.5, 0.4, 1), 65.0588339817),
    ("value_in_default", (100, 0.05, 0.9, 0.4, 1), 44.978697513),
    ("value_in_default", (100, 0.05, -0.5, 0.4, 1), 148.499004230),
    ("value_in_default", (100, 0.02, 0.3, 0.3, 2, -0.26), 43.3722594299),
    ("value_in_default", (100, 0.25, 0.85, 0.9, 0.75, -0.3), 28.9418854774),
    ("value_in_default", (100, 0.0005, 0.5, 0.4, 1), 48.2069383809),
    ("corr_ltv", A, 1.07594919423),
    ("corr_ltv", (70, 100, 0.05, 0, 0.4, 1), 0.7),
    ("corr_ltv", (70, 100, 0.05, 0.9, 0.4, 1), 1.55629228658),
    ("corr_ltv", (70, 100, 0.05, -0.5, 0.4, 1), 0.471383632254),
    ("corr_ltv", (70, 100, 0.02, 0.3, 0.3, 2, -0.26, 0.1), 1.79326091839),
    ("corr_ltv", (50, 100, 0.25, 0.85, 0.9, 0.75, -0.3, 0.2), 2.15949994166),
    ("corr_ltv", (70, 100, 0.999, 0.5, 0.4, 1), 0.700648598742),
    ("corr_ltv", (70, 100, 0.0005, 0.5, 0.4, 1), 1.45207313202),
    ("corr_lgd", A, 0.173559111227),
    ("corr_lgd", (70, 100, 0.05, 0, 0.4, 1), 0.0481593126482),
    ("corr_lgd", (70, 100, 0.05, 0.9, 0.4, 1), 0.358164131133),
    ("corr_lgd", (70, 100, 0.05, -0.5, 0.4, 1), 0.00302773681967),
    ("corr_lgd", (70, 100, 0.02, 0.3, 0.3, 2, -0.26, 0.1), 0.452489012628),
    ("corr_lgd", (50, 100, 0.25, 0.85, 0.9, 0.75, -0.3, 0.2), 0.543981573211),
    ("corr_lgd", (70, 100, 0.999, 0.5, 0.4, 1), 0.0482072020248),
    ("corr_lgd", (70, 100, 0.0005, 0.5, 0.4, 1), 0.332356039454),
    ("corr_lgd", (70, 100, 0.05, 1, 0.4, 1), 0.416152986883),
    ("corr_lgd", (70, 100, 0.05, 0.5, 0.4, 1, 0, 0, 0.25), 0.193088934107),
    ("corr_el", A, 0.00867795556137),
    ("stress_ltv", (70, 100, 0.5, 0.4, 1, 0.01), 1.13722903317),
    ("value_in_default_q", (0.10, 100, 0.05, 0.5, 0.4, 1), 38.7922625545),
]
DRIVER = [
    ("driver_rho", (0, 0.06, 0.75, 0.10, 0.2, 0.85, 0.3), 0.84254371558),
    ("driver_rho", (0, 0.06, 0.75, 0.10, 0.2, 0.85, 0.3, 1.6), 0.847063894508),
    ("driver_rho", (0.98, 0.06, 0.30, 0.05, 0.2, 0.7, 0.3), 0.202608562228),
    ("driver_rho", (0.25, 0.06, 0.30, 0.05, 0.2, 0.7, 0.3), 0.682053068508),
    ("driver_rho", (0.60, 0.10, 0.30, 0.05, 0.2, 0.7, 0.3), 0.609354951477),
    ("driver_pd", (2, 0, 0.06, 0.75, 0.10, 0.3), 0.254364326386),
    ("driver_pd", (2, 0, 0.06, 0.75, 0.10, 0.3, 1.6), 0.338987721455),
    ("driver_pd", (1.2, 0.98, 0.06, 0.30, 0.05, 0.3), 0.017181108599),
    ("driver_pd", (1.2, 0.25, 0.06, 0.30, 0.05, 0.3), 0.239392328889),
    ("driver_pd", (1.35, 0.60, 0.10, 0.30, 0.05, 0.3), 0.049919514421),
    ("driver_pd", (2, 0, 0.06, 0.75, 0.10, 0.3, 1, "lognormal"), 0.179810082276),
    ("driver_pd", (2, 0, 0.06, 0.75, 0.10, 0.3, 1.6, "lognormal"), 0.282433527615),
    ("driver_pd", (1.2, 0.98, 0.06, 0.30, 0.05, 0.3, 1, "lognormal"), 0.0103193171811),
    ("driver_pd", (1.2, 0.25, 0.06, 0.30, 0.05, 0.3, 1, "lognormal"), 0.219233385176),
    ("driver_pd", (1.35, 0.60, 0.10, 0.30, 0.05, 0.3, 1, "lognormal"), 0.0283966579458),
]
SUPPORT = [
    ("pd_both", (0.0021, 0.1288, 0.3), 0.000888699632083),
    ("pd_both", (0.0027, 0.1288, 0.3), 0.00111804459823),
    ("pd_both", (0.0021, 0.1288, 0), 0.00027048),
    ("pd_both", (0.0021, 0.1288, 1), 0.0021),
    ("pd_either", (0.0021, 0.1288, 0.3), 0.130011300368),
    ("pd_either", (0.0027, 0.1288, 0.3), 0.130381955402),
    ("pd_either", (0.0027, 0.1288, 0.3, 0.9), 0.0154681955402),
    ("pd_either", (0.0021, 0.1288, 0), 0.13062952),
    ("pd_either", (0.0021, 0.1288, 1), 0.1288),
    ("pd_either", (0.0021, 0.1288, 0.3, 1), 0.0021),
    ("pd_spread", (0.0881, 0.4, 5), 0.520094786601),
    ("pd_spread", (0.0452, 0.4, 5), 0.313855249302),
    ("pd_spread", (0.02, 0.4, 1), 1 - math.exp(-0.02 / 0.6)),
    ("pd_term", (0.02, 5), 1 - 0.98**5),
]
MINER = [
    ("hashprice", (84714, 3.125, 952), 40.0433823529),
    ("hashcost", (29.5, 0.0588), 41.6304),
    ("hashcost", (18, 0.05), 21.6),
    ("payback", (90, 200, 41.6), 568.181818182),
]


@pytest.mark.parametrize(
    ("name", "arguments", "expected"), BACKLOG + COVER + HAIRCUT + CORRELATION + DRIVER + SUPPORT + MINER
)
def test_a_published_value_is_met(name: str, arguments: tuple[object, ...], expected: float) -> None:
    assert getattr(computefi, name)(*arguments) == pytest.approx(expected, rel=CLOSED, abs=1e-14)


@pytest.mark.parametrize("name", list(REGISTRY))
def test_every_example_of_a_declaration_holds(name: str) -> None:
    for example in REGISTRY[name].examples:
        answer = call(REGISTRY[name], example.arguments)
        assert answer.first_error() is None
        if isinstance(example.result, str):
            assert answer.cells() == [[example.result]]
            continue
        expected = np.atleast_2d(np.array(example.result, dtype=object))
        for got, wanted in zip(np.ravel(np.array(answer.cells(), dtype=object)), expected.ravel(), strict=True):
            assert got == (
                wanted if isinstance(wanted, str) else pytest.approx(wanted, rel=example.tolerance, abs=1e-12)
            )


def test_eligible_backlog_of_two_contracts_and_its_coverage() -> None:
    two = ((10,) * 6, (6, 6, 6, 0, 0, 0))
    terms = ((1, 0.9), (0.0005, 0.03), (0.97, 0.9), 0.07, 5)
    assert computefi.eligible_backlog(two, *terms) == pytest.approx(51.7462741286, rel=CLOSED)
    assert computefi.risked_coverage(two, *terms, 40) == pytest.approx(1.29365685321, rel=CLOSED)
    assert computefi.backlog_coverage(78, 40) == pytest.approx(1.95, rel=CLOSED)


def test_debt_capacity_names_the_test_that_binds() -> None:
    flows = (20,) * 6
    assert tuple(computefi.debt_capacity(flows, 1.2, 0.059, 80, 0.9, 1.02)) == (72, 2)
    coverage, binds = computefi.debt_capacity(flows, 1.2, 0.059, 1000, 0.9, 1.02)
    assert coverage == pytest.approx(82.2135333339, rel=CLOSED)
    assert binds == 1
    amount, binds = computefi.debt_capacity(flows, 1.2, 0.059, 80, 1.2, 1.02)
    assert amount == pytest.approx(81.6, rel=CLOSED)
    assert binds == 3
    assert tuple(computefi.debt_capacity(flows, 1.2, 0.059, 0, 0.9)) == (0, 2), "a tie goes to the lowest number"


def test_ddtl_55_owes_45_per_cent_when_its_contracts_end() -> None:
    rate = 0.0917 / 12
    months = np.arange(61)
    balances = ((1 + rate) ** 60 - (1 + rate) ** months) / ((1 + rate) ** 60 - 1)
    assert computefi.tail_exposure(balances, 36) == pytest.approx(0.45541, abs=5e-6)


@pytest.mark.parametrize(
    ("quantile", "pd", "rho", "z"),
    [
        (0.10, 0.05, 0.5, -2.16737344486), (0.10, 0.05, 0.9, -2.56694580282), (0.10, 0.05, 0, -1.28155156554),
        (0.05, 0.02, 0.3, -2.30442956392), (0.05, 0.25, 0.85, -2.24000216184),
    ],
)  # fmt: skip
def test_conditional_quantiles(quantile: float, pd: float, rho: float, z: float) -> None:
    value = computefi.value_in_default_q(quantile, 1, pd, rho, 0.4, 1)
    assert (math.log(value) + 0.08) / 0.4 == pytest.approx(z, rel=CLOSED)


@pytest.mark.parametrize(
    ("target", "pd", "rho", "advance"),
    [
        (0.0025, 0.05, 0, 0.70650024), (0.0025, 0.05, 0.5, 0.49299255), (0.0025, 0.05, 0.9, 0.40902038),
        (0.001, 0.02, 0.2, 0.58703319), (0.001, 0.25, 0.85, 0.35501069),
    ],
)  # fmt: skip
def test_advance_rates(target: float, pd: float, rho: float, advance: float) -> None:
    answer = computefi.corr_advance(target, pd, rho, 0.4, 1)
    assert answer == pytest.approx(advance, abs=5e-9), "eight digits are printed"
    assert computefi.corr_el(answer, 1, pd, rho, 0.4, 1) == pytest.approx(target, rel=1e-11)


@pytest.mark.parametrize(
    ("loan", "pd", "rho", "volatility", "drift", "ltv", "lgd", "el"),
    [
        (60, 0.254364326386, 0.84254371558, 0.9, -0.3, 3.52459180006, 0.717328754095, 0.1825),
        (90, 0.017181108599, 0.202608562228, 0.3, -0.26, 1.81208785835, 0.449898449315, 0.00773),
        (71.42, 0.239392328889, 0.682053068508, 0.3, -0.26, 1.6365797, None, 0.0933943),
        (80, 0.049919514421, 0.609354951477, 0.3, -0.26, 2.0466743, None, 0.0255331),
    ],
)
def test_the_four_demonstration_deals(loan, pd, rho, volatility, drift, ltv, lgd, el) -> None:
    case = (loan, 100, pd, rho, volatility, 1, drift, 0.25)
    digits = 1e-9 if lgd else 5e-8
    assert computefi.corr_ltv(*case) == pytest.approx(ltv, rel=digits)
    if lgd:
        assert computefi.corr_lgd(*case) == pytest.approx(lgd, rel=digits)
    assert computefi.corr_el(*case) == pytest.approx(el, rel=1e-3 if lgd else 1e-6)


@pytest.mark.parametrize(
    ("hashprice", "life", "value", "elasticity"),
    [
        (200, 3.9255429982, 72.3575603273, 1.62257978774), (100, 2.1926750468, 18.1218840726, 2.56564346656),
        (60, 0.915610987387, 2.76350674742, 5.70061389733), (45, 0.196405806258, 0.119109440267, 25.6724735928),
    ],
)  # fmt: skip
def test_asic_values(hashprice: float, life: float, value: float, elasticity: float) -> None:
    answer = computefi.asic_value(hashprice, 41.6, 0.4, 0.15)
    assert tuple(answer) == pytest.approx((value, life, elasticity), rel=1e-9)


def test_project_finance_in_exact_fractions(vectors: Path) -> None:
    cases = json.loads((vectors / "project_finance_exact.json").read_text(encoding="utf-8"))["cases"]
    assert cases
    for case in cases:
        given, expected = case["inputs"], case["expected"]
        flows = given["cfads"]
        for row in expected["rows"]:
            start = row["period"] - 1
            assert computefi.dscr(row["cfads"], row["interest"], row["principal"]) == pytest.approx(
                row["dscr"], rel=1e-12
            )
            loan_life = flows[start : len(given["principal"])]
            answer = computefi.llcr(loan_life, row["opening_balance"], given["rate"])
            assert answer == pytest.approx(row["llcr_at_start"], rel=1e-12)
            answer = computefi.plcr(flows[start:], row["opening_balance"], given["rate"])
            assert answer == pytest.approx(row["plcr_at_start"], rel=1e-12)


def test_joint_default_meets_the_bivariate_normal_vectors(vectors: Path) -> None:
    from scipy.special import ndtr

    with (vectors / "bvn_mpmath.csv").open(encoding="utf-8") as file:
        rows = [
            {key: float(value) for key, value in row.items()}
            for row in csv.DictReader(file)
            if all(-5 <= float(row[key]) <= 1 for key in ("a", "b"))
        ]
    assert len(rows) > 100
    # Beyond these bounds the probability itself no longer determines its quantile to ten digits.
    for row in rows:
        pair = ndtr(row["a"]), ndtr(row["b"])
        again = ndtri(pair[0]), ndtri(pair[1])
        assert again == pytest.approx((row["a"], row["b"]), rel=1e-13, abs=1e-15)
        if row["cdf"] > 1e-12:
            assert computefi.pd_both(*pair, row["rho"]) == pytest.approx(row["cdf"], rel=1e-9)

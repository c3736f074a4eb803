"""Oracle of a guaranteed residual value: what is short and who then still stands, integrated over the chips' score."""

from __future__ import annotations

from typing import Any

import mpmath
from collateral import loss_given_default
from deal import Drivers, expected_shortfall, prepared, random_triple
from high_precision import Draw, Function, Number, amounts, floor, points, quantile, refuse_unless, write
from mpmath import mpf


def rv_guarantee(
    value: Number, floor: Number, years: Number, volatility: Number, guarantor_pd: Number, rho_guarantor: Number,
    loan: Number, pd: Number, rho: Number, drift: Number = mpf(0), rate: Number = mpf(0), sale_cost: Number = mpf(0),
    guarantor_recovery: Number = mpf(0), link: Number = None,
) -> list[Number]:  # fmt: skip
    amounts(value, floor, loan)
    refuse_unless(loan != 0)
    refuse_unless(0 < pd <= 1 and 0 <= guarantor_pd <= 1 and 0 <= sale_cost < 1 and 0 <= guarantor_recovery <= 1)
    refuse_unless(abs(rho) <= 1 and abs(rho_guarantor) <= 1)
    drivers, a = prepared(rho * rho_guarantor if link is None else link, rho, rho_guarantor, volatility, years, mpf(0))
    drivers = Drivers(-drivers.link, rho, -rho_guarantor)  # turned over, so that the guarantor fails above a bound
    mean = (1 - sale_cost) * value * mpmath.exp(drift * years)
    lost = 1 - guarantor_recovery
    discount = mpmath.exp(-rate * years)
    sound = floor * loss_given_default(floor, mean, mpf(1), mpf(0), a)
    unpaid = mpf(0)
    if guarantor_pd > 0:
        unpaid = lost * floor * guarantor_pd * loss_given_default(floor, mean, guarantor_pd, rho_guarantor, a)
    without = loss_given_default(loan, mean, pd, rho, a)
    claim = min(floor, loan)
    x, g = quantile(pd), quantile(guarantor_pd)
    failed = mpf(0)
    if guarantor_pd > 0 and claim > 0:
        state, steps = drivers.operator_alone_given(x, -g), drivers.steps((x, -g))
        failed = expected_shortfall(claim, mean, a, state, steps) / pd
    paid = (loss_given_default(claim, mean, pd, rho, a) if claim > 0 else mpf(0)) - lost * failed
    lgd = without - claim / loan * paid
    return [discount * (sound - unpaid), discount * sound, without, lgd, pd * without, pd * lgd]


FUNCTIONS: dict[str, Function] = {"CFI_RV_GUARANTEE": rv_guarantee}


def random_guarantee(d: Draw) -> list[Any]:
    rho, rho_guarantor, _ = (abs(each) if d.random() < 0.7 else each for each in random_triple(d))
    together = d.choice([None, round(rho * rho_guarantor, 5), None])
    return [
        100, d.even(20, 110), d.even(0.3, 4), d.even(0.1, 0.6), d.choice([0, 1, d.even(0.002, 0.3)]), rho_guarantor,
        d.even(40, 110), d.even(0.005, 0.4), rho, d.choice([None, d.even(-0.4, 0.1)]), d.choice([None, d.even(0, 0.1)]),
        d.choice([None, d.even(0, 0.3)]), d.choice([None, d.even(0, 0.6)]), together,
    ]  # fmt: skip


PLAIN = [100, 60, 2, 0.3, 0.02, 0.3, 70, 0.05, 0.5]
POINTS = {
    "CFI_RV_GUARANTEE": points(
        "CFI_RV_GUARANTEE",
        random_guarantee,
        [
            ([*PLAIN, 0.04, 0.04], "a plain floor"),
            ([100, 60, 2, 0.3, 0, 0, 70, 0.05, 0.5, 0.04, 0.04], "no default: the Black–Scholes put"),
            ([100, 60, 2, 0.3, 1, 0.3, 70, 0.05, 0.5], "certain default: nothing"),
            ([100, 70, 2, 0.3, 0, 0.3, 70, 0.05, 0.5], "the loan is guaranteed"),
            ([100, 90, 2, 0.3, 0.05, 0.6, 70, 0.05, 0.5], "a floor above the loan"),
            ([*PLAIN, 0, 0, 0.1, 0.4, 0.6], "linked drivers, cost and recovery"),
            ([100, 60, 2, 0.3, 0.02, 1, 70, 0.05, 0.5], "the guarantor is the market"),
            ([100, 0, 2, 0.3, 0.02, 0.3, 70, 0.05, 0.5], "no floor"),
            ([0, 60, 2, 0.3, 0.02, 0.3, 70, 0.05, 0.5], "worthless"),
            ([100, 60, 0, 0.3, 0.02, 0.3, 70, 0.05, 0.5], "today"),
            ([100, 60, 2, 0, 0.02, 0.3, 120, 0.05, 0.5], "certain"),
            ([100, 60, 2, 0.3, 0.02, 0.3, 0, 0.05, 0.5], "no loan"), ([*PLAIN, 0, 0, 0, 0, -0.9], "impossible link"),
            ([100, 60, 2, 0.3, 1.2, 0.3, 70, 0.05, 0.5], "pd above 1"),
            ([100, 60, 2, 0.3, 0.02, 0.3, 70, 0, 0.5], "no pd"),
        ],
        16,
    )
}  # fmt: skip

TOLERANCES: dict[str, Any] = {
    "CFI_RV_GUARANTEE": lambda value, floor_, *_: floor(
        1000 * max(value, floor_), "differences of bivariate and trivariate probabilities, in money", 1e-9
    )
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()

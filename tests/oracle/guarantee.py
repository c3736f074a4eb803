"""Oracle of a guaranteed residual value: what is short and who then still stands, integrated over the chips' score."""

from __future__ import annotations

from typing import Any

import mpmath
from collateral import loss_given_default, money_lost
from deal import (
    FAR,
    Drivers,
    State,
    both,
    expected_shortfall,
    over_score,
    prepared,
    random_loss,
    random_triple,
    standing,
)
from high_precision import (
    NUM,
    Draw,
    Function,
    Number,
    amounts,
    cdf,
    density,
    floor,
    points,
    quantile,
    refuse_unless,
    write,
)
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


def left_unpaid(
    owed: Number, floor_: Number, mean: Number, a: Number, state: State, fails: State, steps: list[Number]
) -> Number:
    """What is left of the claim after sale and guarantor, as a share of it, in a state: integrated, not subtracted.

    The guarantor who stands brings the sale up to the floor; the one who has failed leaves the sale alone.
    """
    if owed == 0:
        return mpf(0)

    def left(w: Number) -> Number:
        price = mean * mpmath.exp(a * w - a * a / 2)
        gone = fails(w)
        lost = max(owed - price, mpf(0)) * gone + max(owed - max(price, floor_), mpf(0)) * (1 - gone)
        return lost / owed * density(w) * state(w)

    kinks = [mpmath.log(at / mean) / a + a / 2 for at in (owed, floor_) if at > 0] if mean > 0 and a > 0 else []
    return over_score(left, min(kinks[0], mpf(FAR)) if kinks else mpf(FAR), [*steps, *kinks])


def deal_loss_guaranteed(
    loan: Number, value: Number, contract: Number, pd_operator: Number, pd_offtaker: Number, assignable: Number,
    link: Number, rho_operator: Number, rho_offtaker: Number, volatility: Number, horizon: Number, floor_: Number,
    guarantor_pd: Number, rho_guarantor: Number, drift: Number = mpf(0), sale_cost: Number = mpf(0),
    lag: Number = mpf(0), unsecured: Number = mpf(0), discount_rate: Number = mpf(0), workout_cost: Number = mpf(0),
    accrued_interest: Number = mpf(0),
) -> list[Any]:  # fmt: skip
    amounts(loan, value, contract, floor_, accrued_interest)
    refuse_unless(all(0 <= p <= 1 for p in (pd_operator, pd_offtaker, assignable, guarantor_pd)))
    refuse_unless(0 <= sale_cost < 1 and 0 <= unsecured < 1 and abs(rho_guarantor) <= 1)
    drivers, a = prepared(link, rho_operator, rho_offtaker, volatility, horizon, lag)
    d, e, g = quantile(pd_operator), quantile(pd_offtaker), quantile(guarantor_pd)
    alone = both(d, -e, -link)
    owed, mean = loan * (1 + accrued_interest), (1 - sale_cost) * value * mpmath.exp(drift * (horizon + lag))
    free_g, free_y = (mpmath.sqrt((1 - r) * (1 + r)) for r in (rho_guarantor, drivers.rho_y))
    steps = drivers.steps((d, e)) + Drivers(mpf(0), rho_guarantor, mpf(0)).steps((g, mpf(0)))

    def fails(w: Number) -> Number:
        return cdf(standing(g - rho_guarantor * w, free_g))

    def offtaker_fails(w: Number) -> Number:
        return cdf(standing(e - drivers.rho_y * w, free_y))

    law = owed, floor_, mean, a
    sold = left_unpaid(*law, drivers.operator_alone_given(d, e), fails, steps) if alone > 0 else mpf(0)
    failed = left_unpaid(*law, offtaker_fails, fails, steps) if pd_offtaker > 0 else mpf(0)
    short = max(mpf(0), 1 - contract / owed) if owed > 0 else mpf(0)
    costs = (discount_rate, workout_cost, accrued_interest)
    parts = [
        money_lost(loan, alone * assignable * short, mpf(0), unsecured, *costs, alone * assignable),
        money_lost(loan, (1 - assignable) * sold, lag, unsecured, *costs, (1 - assignable) * alone),
        money_lost(loan, failed, lag, unsecured, *costs, pd_offtaker),
    ]
    if loan == 0:
        return [mpf(0)] * 6
    event = alone + pd_offtaker
    return [sum(parts), event, sum(parts) / event if event > 0 else NUM, *parts]


FUNCTIONS: dict[str, Function] = {
    "CFI_RV_GUARANTEE": rv_guarantee,
    "CFI_DEAL_LOSS_GUARANTEED": deal_loss_guaranteed,
}


def random_guarantee(d: Draw) -> list[Any]:
    rho, rho_guarantor, _ = (abs(each) if d.random() < 0.7 else each for each in random_triple(d))
    together = d.choice([None, round(rho * rho_guarantor, 5), None])
    return [
        100, d.even(20, 110), d.even(0.3, 4), d.even(0.1, 0.6), d.choice([0, 1, d.even(0.002, 0.3)]), rho_guarantor,
        d.even(40, 110), d.even(0.005, 0.4), rho, d.choice([None, d.even(-0.4, 0.1)]), d.choice([None, d.even(0, 0.1)]),
        d.choice([None, d.even(0, 0.3)]), d.choice([None, d.even(0, 0.6)]), together,
    ]  # fmt: skip


def random_guaranteed(d: Draw) -> list[Any]:
    case = random_loss(d)
    rho = d.choice([d.even(0, 0.9), d.even(-0.6, 0.6)])
    return [*case[:11], d.even(10, 120), d.choice([d.even(0.002, 0.3), d.log_uniform(1e-5, 0.1)]), rho, *case[11:15],
            *case[16:19]]  # fmt: skip


DEAL = [70, 100, 50, 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1]
SOLD = [80, 100, 60, 0.05, 0.016, 0.7, 0.4, 0.6, 0.7, 0.3, 1]
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
    ),
    "CFI_DEAL_LOSS_GUARANTEED": points(
        "CFI_DEAL_LOSS_GUARANTEED",
        random_guaranteed,
        [
            ([*DEAL, 60, 0.02, 0.3], "a plain floor"),
            ([*SOLD, 50, 0.03, 0.5, -0.3, 0.1, 0.5, 0.1, 0.08, 0.02, 0.05], "with lag and costs"),
            ([*DEAL, 60, 0, 0.3], "no default of the guarantor: sales bring the floor"),
            ([*DEAL, 60, 1, 0.3], "certain default: the deal loss as it is"),
            ([*DEAL, 0, 0.02, 0.3], "no floor"),
            ([*DEAL, 90, 0.02, 0.3], "a floor above the claim"),
            ([*SOLD, 70, 0.05, 1], "the guarantor is the market"),
            ([*SOLD, 70, 0.05, -1], "the guarantor is the market turned over"),
            ([80, 100, 60, 0.05, 0.1, 0.7, 0.96, 0.8, 0.6, 0.3, 1, 50, 0.03, 0.5], "singular: the market ties both"),
            ([80, 100, 60, 0.05, 0.03, 0.2, 0.2, 1, 0.2, 0.3, 1, 70, 0.04, 1], "the operator is the market, too"),
            ([80, 100, 60, 0.05, 0.03, 0.2, 1, 0.4, 0.4, 0.3, 1, 70, 0.04, 0.2], "one driver of both"),
            ([80, 100, 60, 0.05, 0.03, 0.2, -1, 0.4, -0.4, 0.3, 1, 70, 0.04, 0.2], "one driver, turned over"),
            ([70, 100, 50, 0, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1, 60, 0.02, 0.3], "the offtaker alone can fail"),
            ([70, 100, 50, 0.05, 0, 0, 0, 0.5, 0, 0.4, 1, 60, 0.02, 0.3], "the operator alone can fail"),
            ([70, 100, 50, 0.05, 1, 0.5, 0.25, 0.5, 0.3, 0.4, 1, 60, 0.02, 0.3], "the offtaker certainly fails"),
            ([70, 0, 50, *DEAL[3:], 60, 0.02, 0.3], "worthless chips"),
            ([*DEAL[:9], 0, 1, 60, 0.02, 0.3, -0.5], "certain prices"),
            ([*DEAL[:10], 0, 60, 0.02, 0.3, 0, 0.1, 0.5], "today, sold after a lag"),
            ([0, *DEAL[1:], 60, 0.02, 0.3], "no loan"),
            ([70, 100, 50, 0, 0, *DEAL[5:], 60, 0.02, 0.3], "nobody can fail"),
            ([*DEAL[:6], 0.5, 0.9, -0.4, 0.4, 1, 60, 0.02, 0.3], "no such correlations"),
            ([*DEAL, 60, 1.2, 0.3], "pd above 1"), ([*DEAL, -1, 0.02, 0.3], "a floor below 0"),
            ([*DEAL, 60, 0.02, 1.1], "no correlation"),
        ],
        16,
    ),
}  # fmt: skip

TOLERANCES: dict[str, Any] = {
    "CFI_RV_GUARANTEE": lambda value, floor_, *_: floor(
        1000 * max(value, floor_), "differences of bivariate and trivariate probabilities, in money", 1e-9
    ),
    "CFI_DEAL_LOSS_GUARANTEED": lambda *_: floor(3, "differences of probabilities, and an integral", 1e-10),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()

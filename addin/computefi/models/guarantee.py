"""A floor under the fleet's value that somebody sells: a put whose writer may have gone when it is exercised."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError
from computefi.kernels.collateral import (
    delayed,
    diluted_spread,
    expected_shortfall_share,
    paid_in_both,
    shortfall_in_both,
    unconditional_shortfall_share,
)
from computefi.kernels.correlation import is_triple_semidefinite
from computefi.kernels.normal import bivariate_normal_cdf
from computefi.kernels.special import ndtri
from computefi.models.deal import (
    DEAL,
    Assignable,
    Contract,
    Link,
    PdOfftaker,
    PdOperator,
    RhoOfftaker,
    RhoOperator,
    deal_loss,
    states,
)
from computefi.models.wrongway import (
    AccruedInterest,
    DiscountRate,
    Drift,
    Horizon,
    Lag,
    Loan,
    Pd,
    Rho,
    SaleCost,
    Unsecured,
    Value,
    Volatility,
    WorkoutCost,
)
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import (
    CONTINUOUS,
    CORRELATION,
    MONEY,
    PROBABILITY,
    RECOMPUTED,
    SHARE,
    SHARE_OF_LOAN,
    YEARS,
    Annotated,
    BoolArray,
    FloatArray,
    X,
    optional,
)

SOURCE = (
    "Residual-value insurance pays a sale's shortfall below an insured amount. Black and Scholes (1973), put; "
    "wrong-way counterparty risk under a Gaussian copula as in Pykhtin (2003), Risk, “Unexpected recovery risk”"
)


RhoGuarantor = Annotated[X, CORRELATION, "Correlation of the guarantor's driver with the market for the chips"]


def _default_link(rho: FloatArray, rho_guarantor: FloatArray, link: FloatArray) -> FloatArray:
    """What the market alone makes of the two drivers, where no correlation of theirs is given."""
    return np.where(np.isinf(link), rho * rho_guarantor, link)


def _possible(rho: FloatArray, rho_guarantor: FloatArray, link: FloatArray) -> BoolArray:
    three = _default_link(rho, rho_guarantor, link), rho, rho_guarantor
    return is_triple_semidefinite(*(np.nan_to_num(each) for each in three))  # rules read refused cases too


def _law(
    value: FloatArray, years: FloatArray, volatility: FloatArray, drift: FloatArray, sale_cost: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Expected net price on the day of the floor, and its log standard deviation."""
    return (1 - sale_cost) * value * np.exp(drift * years), volatility * np.sqrt(years)


def _unpaid(
    floor: FloatArray, mean: FloatArray, spread: FloatArray, guarantor_pd: FloatArray, rho_guarantor: FloatArray,
    guarantor_recovery: FloatArray,
) -> FloatArray:  # fmt: skip
    """What the guarantor is expected not to pay of the shortfall below the floor."""
    given = expected_shortfall_share(floor, mean, guarantor_pd, rho_guarantor, spread)
    return (1 - guarantor_recovery) * floor * np.where(guarantor_pd > 0, guarantor_pd * given, 0.0)


def _guaranteed(
    value: FloatArray, floor: FloatArray, years: FloatArray, volatility: FloatArray, guarantor_pd: FloatArray,
    rho_guarantor: FloatArray, loan: FloatArray, pd: FloatArray, rho: FloatArray, drift: FloatArray,
    sale_cost: FloatArray, guarantor_recovery: FloatArray, link: FloatArray, **_: Any,
) -> Iterator[tuple[str, Any]]:  # fmt: skip
    mean, spread = _law(value, years, volatility, drift, sale_cost)
    x, g, together = ndtri(pd), ndtri(guarantor_pd), _default_link(rho, rho_guarantor, link)
    claim = np.minimum(floor, loan)
    yield "M = (1 − sale_cost)·value·e^{drift·years}", mean
    yield "a = volatility·√years", spread
    yield "link", together
    yield "shortfall below the floor", floor * unconditional_shortfall_share(floor, mean, spread)
    yield "of it not paid", _unpaid(floor, mean, spread, guarantor_pd, rho_guarantor, guarantor_recovery)
    yield "guarantor's pd given the borrower's default", bivariate_normal_cdf(x, g, together) / pd
    yield "claim = min(floor, loan)", claim
    yield "shortfall below the claim given default", claim * expected_shortfall_share(claim, mean, pd, rho, spread)


@declare(
    category=DEAL,
    questions=["Who else pays?", "What is it worth if they fail?"],
    source=SOURCE,
    examples=[
        Example(
            (100, 60, 2, 0.3, 0.02, 0.3, 70, 0.05, 0.5, 0.04, 0.04),
            (1.08229793286, 1.15826426972, 0.157623736819, 0.0798863875876, 0.00788118684097, 0.00399431937938),
            RECOMPUTED,
        ),
        Example(
            (100, 60, 2, 0.3, 0, 0, 70, 0.05, 0.5, 0.04, 0.04),
            (1.15826426972, 1.15826426972, 0.157623736819, 0.073685942274, 0.00788118684097, 0.0036842971137),
            RECOMPUTED,
        ),
    ],
    rules=[
        Rule("loan", "must not be 0: nothing can be lost of it", lambda loan: loan != 0, DomainError),
        Rule("link", "and rho and rho_guarantor must be positive semidefinite together", _possible, DomainError),
    ],
    steps=_guaranteed,
)
def rv_guarantee(
    value: Value,
    floor: Annotated[X, MONEY, "Net sale price that is guaranteed for the fleet on that day"],
    years: Annotated[X, YEARS, "Time to the day of the floor, on which the fleet is sold"],
    volatility: Volatility,
    guarantor_pd: Annotated[X, PROBABILITY, "Probability that the guarantor fails by that day"],
    rho_guarantor: RhoGuarantor,
    loan: Annotated[X, MONEY, "Loan outstanding on that day"],
    pd: Pd,
    rho: Rho,
    drift: Drift = optional(0.0),
    rate: Annotated[X, CONTINUOUS, "Rate at which the premium is discounted"] = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    guarantor_recovery: Annotated[X, SHARE, "Share of a claim that a failed guarantor still pays"] = optional(0.0),
    link: Annotated[X, CORRELATION, "Correlation of the drivers of borrower and guarantor; left out, rho·rho_guarantor"]
    = optional(np.inf),
) -> Annotated[
    FloatArray,
    Result((
        Column("premium", MONEY, "Fair premium today"),
        Column("sound premium", MONEY, "The same of a guarantor who cannot fail"),
        Column("lgd without", SHARE_OF_LOAN, "Loss given default without the guarantee"),
        Column("lgd with", SHARE_OF_LOAN, "Loss given default with it"),
        Column("loss without", SHARE_OF_LOAN, "Expected loss without the guarantee"),
        Column("loss with", SHARE_OF_LOAN, "Expected loss with it"),
    )),
]:  # fmt: skip
    """Residual-value guarantee: the fair premium of a floor under the fleet, and what it does to LGD and expected loss.

    M = (1 − sale_cost)·value·e^{drift·years}, a = volatility·√years, N lognormal of mean M: the net sale price
    sound premium = e^{−rate·years}·E[(floor − N)⁺], a put on the forward M
    premium = sound premium − e^{−rate·years}·(1 − guarantor_recovery)·E[(floor − N)⁺; guarantor fails]
    E[(K − N)⁺; X < x] = K·Φ₂(x, z; ρ) − M·Φ₂(x − ρ·a, z − a; ρ), z = (ln(K/M) + a²/2)/a, x = Φ⁻¹(pd)
    claim = min(floor, loan); lgd without = E[(loan − N)⁺ | borrower fails] / loan
    lgd with = lgd without − E[(claim − N)⁺ | borrower fails] / loan
             + (1 − guarantor_recovery)·E[(claim − N)⁺; guarantor fails | borrower fails] / loan
    loss = pd·lgd

    Steps: …
    Convention: all is on the day of the floor: pds cumulative to it, loan and sale on it. rho > 0 is wrong-way for the
    borrower, rho_guarantor > 0 for the guarantor: it fails when chips are cheap, which is when it must pay. A floor
    above the loan helps the lender up to the loan. In a deal with an offtaker: CFI_DEAL_LOSS_GUARANTEED.
    Limits: guarantor_pd 0: the Black–Scholes put where drift is rate, and at a floor of the loan no loss;
    guarantor_pd 1 without recovery: nothing, LGD as if there were none. Decreasing in rho_guarantor.
    Trap: the premium is what is lost on average: a seller adds capital and expenses, and drift must be the risk-neutral
    one for a price (rate less what the chips earn). A floor that every lender buys of one insurer is as good as that
    insurer on the worst day of the market.
    Errors: #NUM! where no matrix has the three correlations, loan is 0, or a number is outside its bounds.
    """
    mean, spread = _law(value, years, volatility, drift, sale_cost)
    x, g, together = ndtri(pd), ndtri(guarantor_pd), _default_link(rho, rho_guarantor, link)
    discount = np.exp(-rate * years)
    sound = floor * unconditional_shortfall_share(floor, mean, spread)
    unpaid = _unpaid(floor, mean, spread, guarantor_pd, rho_guarantor, guarantor_recovery)
    without = expected_shortfall_share(loan, mean, pd, rho, spread)
    claim = np.minimum(floor, loan)
    both = bivariate_normal_cdf(x, g, together)
    failed = shortfall_in_both(claim, mean, spread, x, g, together, rho, rho_guarantor, both) / pd
    above = without - claim / loan * expected_shortfall_share(claim, mean, pd, rho, spread)
    lgd = np.minimum(np.maximum(above, 0.0) + (1 - guarantor_recovery) * claim / loan * failed, without)
    premium = np.clip(sound - unpaid, 0.0, sound)
    return np.stack([discount * premium, discount * sound, without, lgd, pd * without, pd * lgd], axis=-1)


def _paid(
    loan: FloatArray, value: FloatArray, pd_operator: FloatArray, pd_offtaker: FloatArray, link: FloatArray,
    rho_operator: FloatArray, rho_offtaker: FloatArray, volatility: FloatArray, horizon: FloatArray,
    floor: FloatArray, guarantor_pd: FloatArray, rho_guarantor: FloatArray, drift: FloatArray, sale_cost: FloatArray,
    lag: FloatArray, accrued_interest: FloatArray, **_: Any,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """What the guarantor pays of the claim, where the operator fails alone and where the offtaker fails."""
    spread, to_operator = diluted_spread(rho_operator, volatility, horizon, lag)
    to_offtaker = diluted_spread(rho_offtaker, volatility, horizon, lag)[1]
    mean = (1 - sale_cost) * value * np.exp(drift * (horizon + lag))
    claim = loan * (1 + accrued_interest)
    cap = np.minimum(floor, claim)
    x, y, g = ndtri(pd_operator), ndtri(pd_offtaker), ndtri(guarantor_pd)
    zero, anything = np.zeros_like(x), np.full_like(x, np.inf)
    alone = paid_in_both(cap, mean, spread, x, -y, -link, to_operator, -to_offtaker, g, rho_guarantor)
    failed = paid_in_both(cap, mean, spread, y, anything, zero, to_offtaker, zero, g, rho_guarantor)
    share = np.where(claim > 0, cap / claim, 0.0)
    return share * alone, share * failed


def _floored(**given: Any) -> Iterator[tuple[str, Any]]:
    """What is lost without the guarantee, and what the guarantor pays of it."""
    yield from states(**given, contract_volatility=np.zeros_like(given["loan"]))
    g, claim = ndtri(given["guarantor_pd"]), given["loan"] * (1 + given["accrued_interest"])
    alone, failed = _paid(**{name: np.atleast_1d(each) for name, each in given.items()})
    yield "g = Φ⁻¹(guarantor_pd)", g
    yield "cap = min(floor, claim)", np.minimum(given["floor"], claim)
    yield "E[paid; X < x, Y ≥ y]/claim", alone[0]
    yield "E[paid; Y < y]/claim", failed[0]


@declare(
    category=DEAL,
    questions=["Who else pays?", "What is it worth if they fail?"],
    source=SOURCE,
    examples=[
        Example(
            (70, 100, 50, 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1, 60, 0.02, 0.3),
            (0.0100993588731, 0.0671527124414, 0.150393908242, 0.00673610177734, 0.00202324686477, 0.001340010231),
            RECOMPUTED,
        ),
        Example(
            (80, 100, 60, 0.05, 0.016, 0.7, 0.4, 0.6, 0.7, 0.3, 1, 50, 0.03, 0.5, -0.3, 0.1, 0.5, 0.1),
            (0.0176481508641, 0.062110096306, 0.284143028489, 0.00726234016819, 0.00459717217044, 0.00578863852548),
            RECOMPUTED,
        ),
    ],
    nan=("pd_operator and pd_offtaker must not both be 0: without a default there is no loss given it", DomainError),
    steps=_floored,
)
def deal_loss_guaranteed(
    loan: Loan,
    value: Value,
    contract: Contract,
    pd_operator: PdOperator,
    pd_offtaker: PdOfftaker,
    assignable: Assignable,
    link: Link,
    rho_operator: RhoOperator,
    rho_offtaker: RhoOfftaker,
    volatility: Volatility,
    horizon: Horizon,
    floor: Annotated[X, MONEY, "Net sale price that is guaranteed for the chips on the day of their sale"],
    guarantor_pd: Annotated[X, PROBABILITY, "Probability that the guarantor fails by that day"],
    rho_guarantor: RhoGuarantor,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("expected loss", SHARE_OF_LOAN, "Expected loss as a share of the loan"),
        Column("probability", PROBABILITY, "Probability of a loss event: operator or offtaker fails"),
        Column("loss given default", SHARE_OF_LOAN, "Expected loss over the probability of a loss event"),
        Column("contract assigned", SHARE_OF_LOAN, "Part lost where the operator fails and the contract is assigned"),
        Column("contract lost", SHARE_OF_LOAN, "Part lost where the operator fails and the contract is lost"),
        Column("offtaker failed", SHARE_OF_LOAN, "Part lost where the offtaker fails"),
    )),
]:  # fmt: skip
    """Deal loss with a residual-value guarantee: chips sold below the floor are made up by whoever sold the floor.

    N = (1 − sale_cost)·V, the net sale price; claim = loan·(1 + accrued_interest); cap = min(floor, claim)
    paid = (cap − N)⁺ where the guarantor stands, G ≥ g = Φ⁻¹(guarantor_pd), and nothing where it has failed
    saved(A) = (1 + accrued_interest)·v·(1 − unsecured_recovery)·E[paid; A]/claim, v = (1 + discount_rate)^−lag
    contract assigned = as CFI_DEAL_LOSS: the chips perform the contract and are not sold
    contract lost = CFI_DEAL_LOSS's − (1 − assignable)·saved(X < x, Y ≥ y)
    offtaker failed = CFI_DEAL_LOSS's − saved(Y < y)
    EL = contract assigned + contract lost + offtaker failed, LGD = EL / probability
    E[paid; A] = ∫ (cap − N(w))⁺·P(A | w)·P(G ≥ g | w)·φ(w) dw over the chips' score w

    Steps: …
    Convention: all as in CFI_DEAL_LOSS, without its contract_volatility, which moves the state that no guarantee
    reaches and nothing else. The floor is on the day of sale, horizon + lag, and guarantor_pd cumulative to
    it. rho_guarantor > 0 is wrong-way: it fails when chips are cheap, which is when it must pay; given the price of
    the chips it fails independently of operator and offtaker. A floor above the claim helps up to the claim. Where the
    contract is assigned a floor under the chips at its end belongs to the contract: add the premium of
    CFI_RV_GUARANTEE of that day to residual in CFI_CONTRACT_VALUE.
    Limits: CFI_DEAL_LOSS where guarantor_pd is 1 or floor 0; where guarantor_pd is 0 every sale
    brings the floor at least, and a floor of the claim leaves waiting and costs alone. A guarantor that pays
    the share r of a claim when it has failed: (1 − r) of this and r of the same at guarantor_pd 0. Accurate to 1e-12.
    Trap: a guarantor that depends on operator or offtaker beyond the market for chips, an affiliate or a common
    parent, is worth less than this: count what they guarantee themselves as nothing. A guarantee with conditions
    (maintenance, notice, a date that the sale misses) pays less often than it stands.
    Errors: #NUM! where no matrix has the three correlations, or a number is outside its bounds.
    """
    answer = deal_loss(
        loan, value, contract, pd_operator, pd_offtaker, assignable, link, rho_operator, rho_offtaker, volatility,
        horizon, drift, sale_cost, lag, unsecured_recovery, np.zeros_like(loan), discount_rate, workout_cost,
        accrued_interest,
    )  # fmt: skip
    alone, failed = _paid(
        loan, value, pd_operator, pd_offtaker, link, rho_operator, rho_offtaker, volatility, horizon, floor,
        guarantor_pd, rho_guarantor, drift, sale_cost, lag, accrued_interest,
    )  # fmt: skip
    worth = (1 + accrued_interest) * delayed(lag, discount_rate)[0] * (1 - unsecured_recovery)
    answer[:, 4] -= np.minimum(worth * (1 - assignable) * alone, answer[:, 4])
    answer[:, 5] -= np.minimum(worth * failed, answer[:, 5])
    answer[:, 0] = answer[:, 3:].sum(axis=-1)
    given = np.minimum(answer[:, 0] / answer[:, 1], 1 + accrued_interest + workout_cost)
    answer[:, 2] = np.where(loan == 0, answer[:, 2], given)
    return answer

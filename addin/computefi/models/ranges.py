"""Low, central and high: what a measure of loss may be where correlation and volatility are known as intervals only.

A loss rises with the correlation of each driver with the chips, whatever else holds (Slepian 1962), but it neither
rises nor falls with volatility throughout: the search is over volatility, at the lowest and at the highest correlations
that a matrix can have.
"""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from computefi.errors import DomainError
from computefi.kernels.correlation import is_triple_semidefinite, triple_smallest_eigenvalue
from computefi.kernels.extremes import Rows, highest, lowest
from computefi.models.copula import FEW_JUMPS, corr_lgd_jump, corr_lgd_t
from computefi.models.deal import (
    DEAL,
    Assignable,
    Contract,
    ContractVolatility,
    Link,
    PdOfftaker,
    PdOperator,
    deal_loss,
)
from computefi.models.wrongway import (
    WRONG_WAY,
    AccruedInterest,
    DiscountRate,
    Drift,
    Horizon,
    Lag,
    Loan,
    Pd,
    SaleCost,
    Unsecured,
    Value,
    WorkoutCost,
    corr_lgd,
)
from computefi.spec import Column, Example, Kind, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    CORRELATION,
    HAZARD,
    RECOMPUTED,
    SHARE,
    SHARE_OF_LOAN,
    VOLATILITY,
    Annotated,
    BoolArray,
    FloatArray,
    X,
    optional,
)

SLEPIAN = "Slepian (1962), The one-sided barrier problem for Gaussian noise, Bell System Technical Journal 41, 463–501"
NU_OR_NONE = Kind("degrees of freedom", "number, 0 for none", low=0)
RISING = "must be low, central and high in rising order, or one number"

Three = Annotated[FloatArray, Shape(("bound",), size=3)]
Volatilities = Annotated[
    Three, VOLATILITY, "Volatility of the collateral's value: low, central and high, or one number"
]
Measure = Callable[[Rows, FloatArray, FloatArray], FloatArray]  # of cases, by correlation and volatility


def _rises(three: FloatArray) -> BoolArray:
    return (three[..., 0] <= three[..., 1]) & (three[..., 1] <= three[..., 2])


def _laws(nu: FloatArray, intensity: FloatArray, jump: FloatArray, **common: FloatArray) -> dict[str, Measure]:
    """LGD of cases by correlation and volatility under each law; NaN for a case that leaves the law out."""
    with_t, with_jumps = nu > 0, intensity * jump > 0
    degrees = np.where(with_t, nu, 1.0)
    same_mean = common["drift"] + intensity * jump

    def of(rows: Rows) -> dict[str, FloatArray]:
        return {name: argument[rows] for name, argument in common.items()}

    def normal(rows: Rows, rho: FloatArray, volatility: FloatArray) -> FloatArray:
        return corr_lgd(rho=rho, volatility=volatility, **of(rows))

    def student(rows: Rows, rho: FloatArray, volatility: FloatArray) -> FloatArray:
        found = corr_lgd_t(rho=rho, volatility=volatility, nu=degrees[rows], **of(rows))
        return np.where(with_t[rows], found, np.nan)

    def jumps(rows: Rows, rho: FloatArray, volatility: FloatArray) -> FloatArray:
        given = of(rows) | {"drift": same_mean[rows]}
        found = corr_lgd_jump(rho=rho, volatility=volatility, intensity=intensity[rows], jump=jump[rows], **given)
        return np.where(with_jumps[rows], found, np.nan)

    laws: dict[str, Measure] = {"normal": normal}
    if with_t.any():
        laws["t copula"] = student
    if with_jumps.any():
        laws["jumps"] = jumps
    return laws


def _ends(measure: Measure, rho: FloatArray, volatility: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest of a measure that rises with the correlation, over the box of both intervals."""
    least, most = volatility[:, 0], volatility[:, 2]
    low = lowest(lambda x, rows: measure(rows, rho[rows, 0], x), least, most)
    return low, highest(lambda x, rows: measure(rows, rho[rows, 2], x), least, most)


def _ends_by_law(rho: FloatArray, volatility: FloatArray, **others: FloatArray) -> Iterator[tuple[str, Any]]:
    """Central, low and high under each law."""
    rho, volatility = np.broadcast_to(rho, (1, 3)), np.broadcast_to(volatility, (1, 3))
    for law, measure in _laws(**{name: np.atleast_1d(one) for name, one in others.items()}).items():
        low, high = _ends(measure, rho, volatility)
        yield f"{law}: lowest", low[0]
        yield f"{law}: at the central values", measure(np.arange(1), rho[:, 1], volatility[:, 1])[0]
        yield f"{law}: highest", high[0]


@declare(
    category=WRONG_WAY,
    questions=["What is it worth if they fail?", "How do I calibrate?"],
    source=SLEPIAN,
    examples=[
        Example(
            (90, 100, 0.017, -0.11, (0.1, 0.3, 0.6), 1.5, -0.3, 0.25),
            (0.421043982916, 0.4219671931592, 0.4506347441623),
            RECOMPUTED,
        ),
    ],
    rules=[
        Rule("rho", RISING, lambda rho: _rises(rho), DomainError),
        Rule("volatility", RISING, lambda volatility: _rises(volatility), DomainError),
        FEW_JUMPS,
    ],
    steps=_ends_by_law,
)  # fmt: skip
def corr_lgd_range(
    loan: Loan,
    value: Value,
    pd: Pd,
    rho: Annotated[Three, CORRELATION, "Correlation of driver and collateral: low, central and high, or one number"],
    volatility: Volatilities,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    nu: Annotated[X, NU_OR_NONE, "Degrees of freedom of a t copula to be looked at too; 0 for none"] = optional(0.0),
    intensity: Annotated[X, HAZARD, "Successor generations per year, for jumps to be looked at too"] = optional(0.0),
    jump: Annotated[X, SHARE, "Share of the value that each successor takes away"] = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("low", SHARE_OF_LOAN, "Lowest LGD over the intervals and laws"),
        Column("central", SHARE_OF_LOAN, "LGD at the central values under the normal law"),
        Column("high", SHARE_OF_LOAN, "Highest LGD over the intervals and laws"),
    )),
]:  # fmt: skip
    """Range of the loss given default: low, central and high over intervals of correlation and volatility, and laws.

    central = CFI_CORR_LGD at the central values
    low = min over volatility and laws of LGD at the low rho
    high = max over volatility and laws of LGD at the high rho
    laws: CFI_CORR_LGD; with nu, CFI_CORR_LGD_T; with intensity and jump, CFI_CORR_LGD_JUMP

    Steps: …
    Convention: the arguments of CFI_CORR_LGD in their order, rho and volatility as {low, central, high}. All laws have
    the same expected value: with jumps the growth between them is drift + intensity·jump. The lag delays and dilutes
    alike under each.
    Limits: CFI_CORR_LGD thrice where rho and volatility are one number and there is no other law. LGD rises with rho
    under each law, so its ends are looked at alone; volatility is searched inside, where LGD may dip: at (90, 100,
    0.017, -0.11, σ, 1.5, -0.3, 0.25) it is lowest near σ = 0.34.
    Trap: not a confidence interval: it has no probability, and all ends at once are less likely than each. pd and value
    are taken as known.
    Errors: #NUM! where three numbers do not rise, or one is outside its bounds; #VALUE! unless there are one or three.
    """
    measures = _laws(
        nu, intensity, jump, loan=loan, value=value, pd=pd, horizon=horizon, drift=drift, sale_cost=sale_cost, lag=lag,
        unsecured_recovery=unsecured_recovery, discount_rate=discount_rate, workout_cost=workout_cost,
        accrued_interest=accrued_interest,
    )  # fmt: skip
    ends = [_ends(measure, rho, volatility) for measure in measures.values()]
    low = np.fmin.reduce([low for low, _ in ends])
    high = np.fmax.reduce([high for _, high in ends])
    central = measures["normal"](np.arange(len(loan)), rho[:, 1], volatility[:, 1])
    return np.stack([low, central, high], axis=-1)


def _possible(link: FloatArray, rho: FloatArray, side: int) -> FloatArray:
    """The highest (side 1) or lowest (−1) correlation with one driver that a matrix has beside rho with the other."""
    root = np.sqrt(np.maximum((1 - link) * (1 + link) * (1 - rho) * (1 + rho), 0.0))
    return np.clip(link * rho + side * root, -1.0, 1.0)


def _end(loss: Callable[..., FloatArray], side: int, link: FloatArray, boxes: tuple[FloatArray, ...]) -> FloatArray:
    """The highest (side 1) or lowest (−1) loss over the intervals of both correlations and of volatility.

    Loss rises with both correlations, so it is sought at their corner; where no matrix has the corner, along the edge
    of what a matrix has.
    """
    operator, offtaker, volatility = boxes
    furthest, seek = (2, highest) if side > 0 else (0, lowest)

    def over_volatility(cases: Rows, rho_operator: FloatArray, rho_offtaker: FloatArray) -> FloatArray:
        return seek(
            lambda x, rows: loss(cases[rows], rho_operator[rows], rho_offtaker[rows], x),
            volatility[cases, 0],
            volatility[cases, 2],
        )

    def along(cases: Rows, rho: FloatArray) -> FloatArray:
        """At a correlation with the operator, and the furthest one with the offtaker that a matrix has beside it."""
        least, most = (_possible(link[cases], rho, end) for end in (-1, 1))
        return over_volatility(cases, rho, np.clip(offtaker[cases, furthest], least, most))

    possible = is_triple_semidefinite(link, operator[:, furthest], offtaker[:, furthest])
    answer = np.full(link.shape, np.nan)
    corner = possible.nonzero()[0]
    if corner.size:
        answer[corner] = over_volatility(corner, operator[corner, furthest], offtaker[corner, furthest])
    # Of the operator's interval, what some correlation of the offtaker's goes with.
    least = np.maximum(operator[:, 0], _possible(link, np.clip(-link, offtaker[:, 0], offtaker[:, 2]), -1))
    most = np.minimum(operator[:, 2], _possible(link, np.clip(link, offtaker[:, 0], offtaker[:, 2]), 1))
    edge = (~possible & (least <= most)).nonzero()[0]
    if edge.size:
        answer[edge] = seek(lambda rho, rows: along(edge[rows], rho), least[edge], most[edge])
    return answer


def _corners(**given: Any) -> Iterator[tuple[str, Any]]:
    """Whether matrices have the corners, and the loss at both ends of volatility where they do."""
    s = SimpleNamespace(**{name: np.atleast_1d(value) for name, value in given.items()})
    three = {n: np.broadcast_to(getattr(s, n), 3) for n in ("rho_operator", "rho_offtaker", "volatility")}
    others = {name: value for name, value in vars(s).items() if name not in three}
    for word, at in (("low", 0), ("central", 1), ("high", 2)):
        rhos = {name: three[name][at : at + 1] for name in ("rho_operator", "rho_offtaker")}
        eigenvalue = triple_smallest_eigenvalue(s.link, rhos["rho_operator"], rhos["rho_offtaker"])
        yield f"smallest eigenvalue at the {word} correlations", eigenvalue[0]
        if is_triple_semidefinite(s.link, rhos["rho_operator"], rhos["rho_offtaker"])[0]:
            for name, volatility in zip(("low", "central", "high"), three["volatility"], strict=True):
                loss = deal_loss(**others, **rhos, volatility=np.atleast_1d(volatility))[0, 0]
                yield f"loss at the {word} correlations and the {name} volatility", loss


@declare(
    category=DEAL,
    questions=["What is it worth if they fail?", "How do I calibrate?"],
    source=SLEPIAN,
    examples=[
        Example(
            (70, 100, 50, 0.05, 0.02, 0.5, 0.25, (0.2, 0.5, 0.7), (0.1, 0.3, 0.5), (0.3, 0.4, 0.6), 1),
            (0.008307463722771, 0.0132692117173, 0.02505808066535),
            RECOMPUTED,
        ),
    ],
    rules=[
        Rule("rho_operator", RISING, lambda rho_operator: _rises(rho_operator), DomainError),
        Rule("rho_offtaker", RISING, lambda rho_offtaker: _rises(rho_offtaker), DomainError),
        Rule("volatility", RISING, lambda volatility: _rises(volatility), DomainError),
    ],
    nan=("link and the correlations must be positive semidefinite together", DomainError),
    steps=_corners,
)  # fmt: skip
def deal_loss_range(
    loan: Loan,
    value: Value,
    contract: Contract,
    pd_operator: PdOperator,
    pd_offtaker: PdOfftaker,
    assignable: Assignable,
    link: Link,
    rho_operator: Annotated[
        Three, CORRELATION, "Correlation of the operator's driver with the chips: low, central and high, or one number"
    ],
    rho_offtaker: Annotated[
        Three, CORRELATION, "Correlation of the offtaker's driver with the chips: low, central and high, or one number"
    ],
    volatility: Volatilities,
    horizon: Horizon,
    drift: Drift = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    lag: Lag = optional(0.0),
    unsecured_recovery: Unsecured = optional(0.0),
    contract_volatility: ContractVolatility = optional(0.0),
    discount_rate: DiscountRate = optional(0.0),
    workout_cost: WorkoutCost = optional(0.0),
    accrued_interest: AccruedInterest = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("low", SHARE_OF_LOAN, "Lowest expected loss over the intervals, as a share of the loan"),
        Column("central", SHARE_OF_LOAN, "Expected loss at the central values"),
        Column("high", SHARE_OF_LOAN, "Highest expected loss over the intervals"),
    )),
]:  # fmt: skip
    """Range of the deal's expected loss: low, central and high over intervals of both correlations and volatility.

    central = the expected loss of CFI_DEAL_LOSS at the central values
    low = min over volatility at the low correlations
    high = max over volatility at the high correlations

    Steps: …
    Convention: the arguments of CFI_DEAL_LOSS in their order, both rhos and volatility as {low, central, high}; link,
    the pds and the contract are taken as known.
    Limits: CFI_DEAL_LOSS thrice where all three are one number. The loss rises with both rhos, so it is looked at in
    their corner; where no matrix has the corner with link, along the edge of what a matrix has. Volatility is searched
    inside.
    Trap: not a confidence interval: it has no probability, and all ends at once are less likely than each.
    Errors: #NUM! where no correlations of the intervals have a matrix with link (the central ones: in that cell only),
    three numbers do not rise, or one is outside its bounds; #VALUE! unless there are one or three.
    """

    def loss(rows: Rows, operator: FloatArray, offtaker: FloatArray, spread: FloatArray) -> FloatArray:
        return deal_loss(
            loan[rows], value[rows], contract[rows], pd_operator[rows], pd_offtaker[rows], assignable[rows], link[rows],
            operator, offtaker, spread, horizon[rows], drift[rows], sale_cost[rows], lag[rows],
            unsecured_recovery[rows], contract_volatility[rows], discount_rate[rows], workout_cost[rows],
            accrued_interest[rows],
        )[:, 0]  # fmt: skip

    boxes = (rho_operator, rho_offtaker, volatility)
    rows = is_triple_semidefinite(link, rho_operator[:, 1], rho_offtaker[:, 1]).nonzero()[0]
    central = np.full(link.shape, np.nan)
    central[rows] = loss(rows, *(box[rows, 1] for box in boxes)) if rows.size else np.nan
    low, high = (_end(loss, side, link, boxes) for side in (-1, 1))
    return np.stack([low, central, high], axis=-1)

"""How long a seller of machines should take."""

import numpy as np

from computefi.models.haircut import HAIRCUTS
from computefi.spec import Column, Example, Result, declare
from computefi.spec.kinds import HAZARD, NUMBER, RECOMPUTED, SHARE, YEARS, Annotated, FloatArray, X, optional


@declare(
    category=HAIRCUTS,
    questions=["How far may the collateral fall?"],
    source="First-order condition of the square-root impact law (Almgren, Thum, Hauptmann & Li, 2005, Risk) "
    "with decay while the sale runs",
    examples=[
        Example((25, 100, 0.35, 0.26), (0.768026963243, 0.299530515665), RECOMPUTED),
    ],
)
def liquidation_horizon(
    quantity: Annotated[X, NUMBER, "Units to be sold"],
    depth: Annotated[X, NUMBER.nonzero, "Units the market absorbs per year"],
    impact: Annotated[X, NUMBER, "Price impact of selling the depth of the whole horizon; about 0.35"],
    decay: Annotated[X, HAZARD.nonzero, "Loss of value while the sale runs; about 0.26 for GPUs"],
    exponent: Annotated[X, NUMBER.positive, "Power of the impact law"] = optional(0.5),
    base: Annotated[X, SHARE, "Cost of any sale, however small"] = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("horizon", YEARS, "Time over which the sale loses least"),
        Column("haircut", NUMBER, "Haircut of a sale over that time"),
    )),
]:  # fmt: skip
    """Best liquidation horizon: the time at which haste and decay together cost least, and the haircut there.

    horizon = (2·exponent·impact·(quantity/depth)^exponent / decay)^{1/(1 + exponent)}
    haircut = base + impact·(quantity/(depth·horizon))^exponent + decay·horizon/2, least over all horizons

    Steps: share of a year's depth = quantity/depth; impact of selling within a year = impact·share^exponent
    Convention: as CFI_HAIRCUT_LIQUIDITY, which gives this haircut at this horizon and a greater one at any other.
    Limits: horizon 0 and haircut base where quantity or impact is 0.
    Errors: #DIV/0! where depth is 0, or where decay is 0 and the seller may wait for ever; #NUM! outside the bounds.
    """
    haste = impact * (quantity / depth) ** exponent
    horizon = (2 * exponent * haste / decay) ** (1 / (1 + exponent))
    # At the optimum the impact is decay·horizon/(2·exponent), which holds at horizon 0 too.
    return np.stack([horizon, base + decay * horizon / 2 * (1 + 1 / exponent)], axis=-1)

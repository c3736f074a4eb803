"""What a GPU is worth as it ages."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from computefi.spec import Example, Shape, declare
from computefi.spec.kinds import CONTINUOUS, SHARE, YEARS, FloatArray, X, optional

GPU = "GPUs"
Shocks = Annotated[FloatArray, Shape(("shock",))]


@declare(
    category=GPU,
    source="Exponential age curve to a scrap floor with successor shocks; rent decay of 15–19% and ask decay of 26% a year "
    "across GPU generations (public listings, 2026)",
    examples=[
        Example((3, 0.301105092783922), 0.405224, "0.74³, an annual fall of 26%"),
        Example((3, 0.26), 0.458406011305224),
        Example((3, 0.163696092720405, 0, 2, 0.35), 0.39777403185, "0.849³ and one 35% step"),
    ],
)
def gpu_residual(
    age: Annotated[X, YEARS, "Age of the unit"],
    decay: Annotated[X, CONTINUOUS, "Continuous decay; for an annual fall of f use -LN(1-f)"],
    floor: Annotated[X, SHARE, "Scrap value as a share of cost"] = optional(0.0),
    shock_ages: Annotated[Shocks, YEARS, "Ages at which successors arrive"] = optional(np.inf),
    shocks: Annotated[Shocks, SHARE, "Loss of value at each arrival"] = optional(0.0),
) -> Annotated[X, SHARE, "Residual value as a share of cost"]:
    """Residual value of a GPU as a share of cost: exponential decay to a floor, times the steps of successors.

    residual = (floor + (1 − floor)·e^{−decay·age}) · Π over shock_ages ≤ age of (1 − shocks)

    Convention: decay is continuous; a shock at exactly the age counts; shocks apply to the floor as well.
    Limits: 1 at age 0; floor as age grows, before shocks.
    Errors: #VALUE! where shock_ages and shocks differ in length; #NUM! outside the bounds.
    """
    curve = floor + (1 - floor) * np.exp(-decay * age)
    steps = np.where(shock_ages <= age[:, None], 1 - shocks, 1.0)
    return curve * steps.prod(axis=-1)

"""What all workbooks share: the parameters of the two kinds of collateral, and the terms of the deals on record.

`parameters.csv` has a line for each parameter, with a value for GPUs and one for mining machines; `deals.csv` has a line
for each term, with a value for each deal. Both are written as all inputs are (`kit.inputs`), with unit, source, date
and status. A workbook takes its inputs from here and gives the same deal the same numbers as the others do:

    parameter("sale_cost")               the input, with both values
    of_collateral("sale_cost", "asic")   the input, with the value for mining machines
    value("sale_cost", "asic")           0.25
    term("commitment", "ddtl4")          8500.0

The drift has one meaning: continuous, the logarithm of the annual residual factor; likewise that of rents. Volatility
is the observed one, corrected for sticky prices where `sticky_on` is 1; operating leverage follows from the cost share:

    drift("gpu")                         ln 0.74 = −0.301
    volatility("gpu")                    0.27·√(1.45/0.55) = 0.438
    operating_leverage(0.36)             1/(1 − 0.36) = 1.5625
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import log, sqrt
from pathlib import Path

from workbooks.build.kit.inputs import Input, Value, read_inputs

HERE = Path(__file__).parent
COLLATERAL = ("gpu", "asic")
DEALS = ("ddtl4", "ddtl5", "ddtl55", "ondemand", "asic")


@cache
def _inputs(name: str) -> dict[str, Input]:
    return {item.key: item for item in read_inputs(HERE / f"{name}.csv") if isinstance(item, Input)}


def parameter(key: str) -> Input:
    """A shared parameter: one value for GPUs, one for mining machines."""
    return _inputs("parameters")[key]


def of_collateral(key: str, collateral: str = "gpu") -> Input:
    """A shared parameter as the input of a workbook that has one kind of collateral."""
    item, place = parameter(key), COLLATERAL.index(collateral)
    dates = item.as_of.split(" · ")
    as_of = dates[place] if len(dates) == len(COLLATERAL) else item.as_of
    status = item.status[place] if len(item.status) == len(COLLATERAL) else item.status
    return replace(item, values=(item.values[place],), as_of=as_of, status=status)


def value(key: str, collateral: str = "gpu") -> float:
    """The value of a shared parameter for GPUs or for mining machines."""
    return float(str(parameter(key).values[COLLATERAL.index(collateral)]))


def deal_term(key: str) -> Input:
    """A term of the deals on record: a value for each of them."""
    return _inputs("deals")[key]


def term(key: str, deal: str) -> Value:
    """The term of one deal."""
    return deal_term(key).values[DEALS.index(deal)]


def drift(collateral: str = "gpu") -> float:
    """Drift of the collateral's price a year, continuous."""
    return log(value("annual_residual", collateral))


def volatility(collateral: str = "gpu") -> float:
    """Volatility of the collateral's price, corrected for sticky prices if the switch says so."""
    stale = value("stale_share", collateral) * value("sticky_on", collateral)
    return value("observed_volatility", collateral) * sqrt((1 + stale) / (1 - stale))


def operating_leverage(cost_share: float) -> float:
    """Revenue over cash for debt service, where operating cost is fixed in money."""
    return 1 / (1 - cost_share)

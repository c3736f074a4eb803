"""What a miner earns, what it costs, and what its machines are therefore worth."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from computefi.errors import DomainError, NoSolution
from computefi.kernels.discount import annuity
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import CONTINUOUS, HASHPRICE, NUMBER, YEARS, FloatArray, Kind, X, optional

MINER = "Miners"
RECOMPUTED = "recomputed with 40-digit arithmetic"
BLOCKS_PER_DAY = 144
HOURS_PER_DAY = 24
DAYS_PER_YEAR = 365
TH_PER_PH = 1000
PH_PER_EH = 1000

BTC = Kind("price", "$ per BTC", low=0)
BTC_PER_BLOCK = Kind("subsidy", "BTC per block", low=0)
EXAHASH = Kind("hashrate", "EH/s", low=0)
JOULE_PER_TH = Kind("efficiency", "J/TH", low=0)
POWER_PRICE = Kind("price", "$/kWh", low=0)
PER_TH = Kind("price", "$/TH", low=0)
ELASTICITY = Kind("elasticity", "% per %", low=1)
DAYS_TO_PAY = Kind("time", "days", low=0)


@declare(
    category=MINER,
    source="Network revenue over network hashrate. BTC 84,714 and 952 EH/s, 2026-09-27/10-03 (hashrateindex.com)",
    examples=[Example((84714, 3.125, 952), 40.0433823529412)],
)
def hashprice(
    btc: Annotated[X, BTC, "Price of a bitcoin"],
    subsidy: Annotated[X, BTC_PER_BLOCK, "Block subsidy; 3.125 since April 2024"],
    network_eh: Annotated[X, EXAHASH.nonzero, "Hashrate of the whole network"],
    fee_share: Annotated[X, NUMBER, "Transaction fees as a share of the subsidy"] = optional(0.0),
) -> Annotated[X, HASHPRICE, "Revenue per petahash per day"]:
    """Hashprice: what one petahash per second earns in a day.

    hashprice = 144 · subsidy · btc · (1 + fee_share) / (1000 · network_eh)

    Convention: 144 blocks a day; $ per PH/s per day.
    Limits: proportional to the price of bitcoin, which is why a miner's revenue is its collateral's price.
    Errors: #DIV/0! where the network has no hashrate; #NUM! where a number is negative.
    """
    return BLOCKS_PER_DAY * subsidy * btc * (1 + fee_share) / (network_eh * PH_PER_EH)


@declare(
    category=MINER,
    source="Power arithmetic. Iris SPVs: 29.5 J/TH at C$0.08 ≈ $0.0588/kWh (SEC 6-K 2022-11-02)",
    examples=[Example((29.5, 0.0588), 41.6304), Example((18, 0.05), 21.6)],
)
def hashcost(
    efficiency: Annotated[X, JOULE_PER_TH, "Energy per terahash of the fleet"],
    power: Annotated[X, POWER_PRICE, "Price of power, hosting included if paid per kWh"],
    other: Annotated[X, HASHPRICE, "Other cost"] = optional(0.0),
) -> Annotated[X, HASHPRICE, "Cost per petahash per day"]:
    """Hashcost: what it costs to run one petahash per second for a day.

    hashcost = efficiency · 24 · power + other

    Convention: 1 J/TH is 1 kW per PH/s; $ per PH/s per day, the unit of CFI_HASHPRICE.
    Errors: #NUM! where a number is negative.
    """
    return efficiency * HOURS_PER_DAY * power + other


@declare(
    category=MINER,
    source="Simple payback",
    examples=[Example((90, 200, 41.6), 568.181818181818)],
    rules=[
        Rule("hashprice", "must exceed hashcost: nothing pays back", lambda hashprice, hashcost: hashprice > hashcost, NoSolution)
    ],
)
def payback(
    price_per_th: Annotated[X, PER_TH, "Price of the machine per terahash"],
    hashprice: Annotated[X, HASHPRICE, "Revenue per petahash per day"],
    hashcost: Annotated[X, HASHPRICE, "Cost per petahash per day"],
) -> Annotated[X, DAYS_TO_PAY, "Days until the margin has paid the price"]:
    """Days in which a machine's margin pays its price, at today's hashprice and cost.

    payback = 1000 · price_per_th / (hashprice − hashcost)

    Convention: no decay of hashprice, no discounting: the optimist's number.
    Errors: #NUM! where the margin is not positive.
    """
    return TH_PER_PH * price_per_th / (hashprice - hashcost)


@declare(
    category=MINER,
    source="Present value of a decaying margin until it is gone (strip without optionality)",
    examples=[
        Example((200, 41.6, 0.4, 0.15), (72.3575603273, 3.9255429982, 1.62257978774), RECOMPUTED),
        Example((45, 41.6, 0.4, 0.15), (0.119109440267, 0.196405806258, 25.6724735928), RECOMPUTED),
    ],
    nan=("a machine without margin has no elasticity", DomainError),
)
def asic_value(
    hashprice: Annotated[X, HASHPRICE, "Revenue per petahash per day today"],
    hashcost: Annotated[X, HASHPRICE, "Cost per petahash per day"],
    decay: Annotated[X, CONTINUOUS, "Decay of hashprice as the network grows"],
    rate: Annotated[X, CONTINUOUS, "Discount rate"],
    life: Annotated[X, YEARS, "Physical life, if shorter than the economic one"] = optional(np.inf),
) -> Annotated[
    FloatArray,
    Result((
        Column("value", PER_TH, "Value per terahash"),
        Column("life", YEARS, "Economic life"),
        Column("elasticity", ELASTICITY, "Elasticity of the value to hashprice"),
    )),
]:  # fmt: skip
    """Value of a mining machine per terahash: its margin, decaying until it is gone; its life; its elasticity.

    life t* = min(life, ln(hashprice/hashcost)/decay), A(x, t) = (1 − e^{−xt})/x
    value = 365/1000 · [hashprice·A(rate + decay, t*) − hashcost·A(rate, t*)]
    elasticity = hashprice·A(rate + decay, t*) / [hashprice·A(rate + decay, t*) − hashcost·A(rate, t*)]

    Convention: continuous decay and discounting, 365 days. A near-breakeven machine falls many times as fast as the coin.
    Limits: without margin the value and life are 0 and the elasticity is #NUM! in its own cell.
    Errors: #NUM! where a number is negative, or where neither decay, rate nor life ends the strip.
    """
    profitable = hashprice > hashcost
    with np.errstate(divide="ignore", invalid="ignore"):
        economic = np.where(decay > 0, np.log(hashprice / hashcost) / np.where(decay > 0, decay, 1.0), np.inf)
    end = np.where(profitable, np.minimum(life, economic), 0.0)
    revenue = hashprice * annuity(rate + decay, end)
    cost = np.where(hashcost == 0, 0.0, hashcost * annuity(rate, end))
    margin = revenue - cost
    value = np.where(profitable, DAYS_PER_YEAR / TH_PER_PH * margin, 0.0)
    elasticity = np.where(profitable & (margin > 0), revenue / np.where(margin > 0, margin, 1.0), np.nan)
    return np.stack([value, end, elasticity], axis=-1)

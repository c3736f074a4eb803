"""What a miner earns, what it costs, what its machines are therefore worth, and whether it lives to rent out GPUs."""

import numpy as np

from computefi.errors import DomainError, NoSolution
from computefi.kernels.discount import annuity
from computefi.models import step_rows
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    CONTINUOUS,
    FLOW,
    HASHPRICE,
    INDEX,
    MONEY,
    NUMBER,
    RECOMPUTED,
    SHARE,
    YEARS,
    Annotated,
    FloatArray,
    Kind,
    X,
    optional,
)

MINER = "Miners"
HYBRID = (5, 140, 0.85, 3, 12)
OUTLAYS = (12, 20, 25, 9)
BLOCKS_PER_DAY = 144
HOURS_PER_DAY = 24
DAYS_PER_YEAR = 365
TH_PER_PH = 1000
PH_PER_EH = 1000

BTC = Kind("price", "$ per BTC", low=0, usual_low=1000, usual_high=1e7)
BTC_PER_BLOCK = Kind("subsidy", "BTC per block", low=0, usual_high=50)
EXAHASH = Kind("hashrate", "EH/s", low=0, usual_low=1, usual_high=1e5)
JOULE_PER_TH = Kind("efficiency", "J/TH", low=0, usual_low=1, usual_high=500)
POWER_PRICE = Kind("price", "$/kWh", low=0, usual_high=1)
PER_TH = Kind("price", "$/TH", low=0, usual_high=1000)
ELASTICITY = Kind("elasticity", "% per %", low=1)
CHANGE = Kind("change", "relative, at least -1", low=-1, usual_high=5)
GROWTH = Kind("growth", "decimal, above -1", low=-1, low_open=True, usual_high=5)
DEMAND_ELASTICITY = Kind("elasticity", "% of demand per % of rent", low=0)
FACTOR = Kind("factor", "×", low=0)
PLAN_MONTHS = Kind("count", "months", low=1, high=1200, whole=True)
AIPlan = Annotated[FloatArray, Shape(("ai_entry",), size=5)]
Spending = Annotated[FloatArray, Shape(("spending_entry",), size=4)]
DAYS_TO_PAY = Kind("time", "days", low=0)


@declare(
    category=MINER,
    questions=["What do miners earn?"],
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
    questions=["What do miners earn?"],
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
    questions=["What do miners earn?"],
    source="Simple payback",
    examples=[Example((90, 200, 41.6), 568.181818181818)],
    rules=[
        Rule(
            "hashprice",
            "must exceed hashcost: nothing pays back",
            lambda hashprice, hashcost: hashprice > hashcost,
            NoSolution,
        )
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
    questions=["What is it worth if they fail?", "What do miners earn?"],
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

    t* = min(life, ln(hashprice/hashcost)/decay), A(x, t) = (1 − e^{−x·t})/x
    value = 365/1000 · [hashprice·A(rate + decay, t*) − hashcost·A(rate, t*)]
    elasticity = hashprice·A(rate + decay, t*) / [hashprice·A(rate + decay, t*) − hashcost·A(rate, t*)]

    Steps: t* = min(life, ln(hashprice/hashcost)/decay), life where decay = 0; hashprice·A(rate + decay, t*);
    hashcost·A(rate, t*)
    Convention: continuous decay and discounting, 365 days. Near breakeven it falls many times as fast as the coin.
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


@declare(
    category=MINER,
    questions=["Is the cash there?", "What do miners earn?"],
    source="Month-by-month cash of a miner that turns to AI hosting; the numbers of the examples are illustrative",
    examples=[
        Example((180, 60, 30, HYBRID, OUTLAYS, -0.5, 0.02), (4, 8, -98.5625), RECOMPUTED),
        Example((180, 60, 30, HYBRID, OUTLAYS, 0, 0.02), (0, 8, 83.1751096), RECOMPUTED),
    ],
    rules=[
        Rule("ai_plan", "must have a margin (third entry) up to 1", lambda ai_plan: ai_plan[:, 2] <= 1, DomainError),
    ],
    steps=step_rows.months_of_pivot,
)  # fmt: skip
def pivot_runway(
    cash: Annotated[X, MONEY, "Cash today"],
    btc_revenue: Annotated[X, MONEY, "Mining revenue a month, before shock"],
    mining_cost: Annotated[X, MONEY, "Cash cost of mining a month"],
    ai_plan: Annotated[AIPlan, NUMBER, "AI revenue today and at full ramp, margin, months of delay, months of ramp"],
    spending: Annotated[Spending, NUMBER, "Corporate cost, debt service and capex a month, months of capex"],
    shock: Annotated[X, CHANGE, "Change of mining revenue today; -0.5 for a halving of the coin"],
    decay: Annotated[X, SHARE, "Fall of mining revenue each month as the network grows"],
    months: Annotated[X, PLAN_MONTHS, "Months looked ahead"] = optional(120.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("first negative month", INDEX, "First month that ends with cash below 0, 0 for none"),
        Column("crossing month", INDEX, "First month in which AI revenue reaches btc_revenue, 0 for none"),
        Column("minimum cash", FLOW, "Least cash, today's included; if negative, the funding needed"),
    )),
]:  # fmt: skip
    """Runway of a miner turning to AI: when cash runs out, when AI has replaced mining, and the least cash on the way.

    btc[k] = btc_revenue · (1 + shock) · (1 − decay)^(k−1), k = 1 … months
    ai[k] = today + (full − today) · min(1, max(0, (k − delay)/ramp))
    cash[k] = cash[k−1] + max(0, btc[k] − mining_cost) + ai[k]·margin − corporate − debt − (capex while k ≤ its months)
    ai_plan = (today, full, margin, delay, ramp); spending = (corporate, debt, capex, months of capex)

    Steps: …
    Convention: monthly flows; the crossing is ai[k] ≥ btc_revenue; machines are switched off below cost.
    Limits: ramp 0 is a step after the delay. A month of 0 means not within `months`.
    Errors: #VALUE! unless ai_plan has five and spending four numbers; #NUM! outside the bounds.
    """
    today, full, margin, delay, ramp = ai_plan.T
    corporate, debt, capex, capex_months = spending.T
    balance, least = cash.astype(np.float64), cash.astype(np.float64)
    dry, crossed = np.zeros_like(balance), np.zeros_like(balance)
    for month in range(1, int(months.max()) + 1):  # cases side by side
        inside = month <= months
        mining = btc_revenue * (1 + shock) * (1 - decay) ** (month - 1)
        ramped = np.where(month >= delay + ramp, 1.0, (month - delay) / np.where(ramp > 0, ramp, 1.0))
        ai = today + (full - today) * np.where(month > delay, ramped, 0.0)
        spent = corporate + debt + np.where(month <= capex_months, capex, 0.0)
        balance = balance + np.maximum(mining - mining_cost, 0.0) + ai * margin - spent
        least = np.where(inside, np.minimum(least, balance), least)
        dry = np.where(inside & (dry == 0) & (balance < 0), month, dry)
        crossed = np.where(inside & (crossed == 0) & (ai >= btc_revenue), month, crossed)
    return np.stack([dry, crossed, least], axis=-1)


@declare(
    category=MINER,
    questions=["How far may the collateral fall?", "How do I calibrate?"],
    source="Constant-elasticity demand for compute",
    examples=[Example((0.2, 0.4, 1.5), 0.902337085379, RECOMPUTED), Example((0.4, 0.4, 1.5), 1)],
)
def supply_factor(
    demand_growth: Annotated[X, GROWTH, "Growth of demand at an unchanged rent; 0.2 for 20%"],
    supply_growth: Annotated[X, GROWTH, "Growth of supply; 0.4 for 40%"],
    elasticity: Annotated[X, DEMAND_ELASTICITY.nonzero, "Price elasticity of demand, as a positive number"],
) -> Annotated[X, FACTOR, "Factor on market rent"]:
    """Supply factor: what market rent is multiplied by when demand and supply grow at different speeds.

    factor = ((1 + demand_growth) / (1 + supply_growth))^(1/elasticity)

    Steps: (1 + demand_growth)/(1 + supply_growth); 1/elasticity
    Convention: growths over the same time, as decimals. Only the uncontracted share of revenue feels it.
    Limits: 1 where both grow alike; towards 1 as elasticity grows.
    Errors: #DIV/0! where elasticity is 0; #NUM! where a growth is not above −1.
    """
    return np.exp((np.log1p(demand_growth) - np.log1p(supply_growth)) / elasticity)


@declare(
    category=MINER,
    questions=["What do miners earn?"],
    source="Bitcoin's halving of the block subsidy, fees unchanged",
    examples=[Example((0.05,), 0.523809523809524), Example((0.02,), 0.509803921568627)],
)
def halving(
    fee_share: Annotated[X, NUMBER, "Transaction fees as a share of the subsidy before the halving"],
) -> Annotated[X, SHARE, "Factor on miners' revenue"]:
    """Halving factor: what a miner's revenue in bitcoin is multiplied by when the block subsidy is halved.

    factor = (1/2 + fee_share) / (1 + fee_share)

    Convention: fees in bitcoin and the network's hashrate stay; price does not respond.
    Limits: 1/2 without fees; towards 1 where fees are all.
    Errors: #NUM! where fee_share is negative.
    """
    return (0.5 + fee_share) / (1 + fee_share)

"""Regulatory capital of a loan: floors of the internal approach, slotting, standardised weights, output floor."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from computefi.models.provisions import EXACT, PROVISIONS
from computefi.models.support import MATURITY, irb_rw
from computefi.spec import Column, Example, Result, declare
from computefi.spec.kinds import (
    MONEY,
    PROBABILITY,
    RATIO,
    RECOMPUTED,
    SHARE,
    YEARS,
    Choice,
    FloatArray,
    Text,
    X,
    optional,
)

CAPITAL = 0.08  # of risk-weighted assets: Basel Framework RBC20.1
SHORT = 2.5  # years, below which slotting has its lower weights
# Category: risk weight and expected loss, from 2.5 years and below.
SLOTS = {
    "strong": (0.70, 0.004, 0.50, 0.0),
    "good": (0.90, 0.008, 0.70, 0.004),
    "satisfactory": (1.15, 0.028, 1.15, 0.028),
    "weak": (2.50, 0.08, 2.50, 0.08),
    "default": (0.0, 0.50, 0.0, 0.50),
}
WEIGHTS = {
    "AAA to AA-": 0.20, "A+ to A-": 0.50, "BBB+ to BBB-": 0.75, "BB+ to BB-": 1.0, "below BB-": 1.5, "unrated": 1.0,
    "object finance": 1.0, "project before operation": 1.3, "project in operation": 1.0, "project of high quality": 0.8,
    "US proposal, before operation": 1.3, "US proposal, in operation": 1.0,
}  # fmt: skip


@declare(
    category=PROVISIONS,
    questions=["How much can I lend?"],
    source="Basel Framework CRE31.5–31.6, CRE32.4 (pd floor 0.05%), CRE32.16–17 (lgd floors 25% unsecured, 15% other "
    "physical collateral), the same in Regulation (EU) 575/2013 articles 160 and 161 as of 2025-01-01",
    examples=[
        Example(
            (100, 0.0003, 0.1),
            (0.0005, 0.25, 0.109173146502259763, 10.9173146502259763, 0.0125, 0.873385172018078),
            RECOMPUTED,
        )
    ],
)
def irb_capital(
    exposure: Annotated[X, MONEY, "Exposure at default"],
    pd: Annotated[X, PROBABILITY, "One-year probability of default; 1 in default"],
    lgd: Annotated[X, SHARE, "Loss given default in a downturn"],
    maturity: Annotated[X, MATURITY, "Effective maturity, 1 to 5 years"] = optional(2.5),
    pd_floor: Annotated[X, PROBABILITY, "Floor of the pd: 0.0005 for corporates"] = optional(0.0005),
    lgd_floor: Annotated[X, SHARE, "Floor of the lgd: 0.25 unsecured, 0.15 other physical collateral"] = optional(0.25),
) -> Annotated[
    FloatArray,
    Result((
        Column("pd", PROBABILITY, "Probability of default, floored"),
        Column("lgd", SHARE, "Loss given default, floored"),
        Column("risk weight", RATIO, "Risk weight, 1 for 100%"),
        Column("risk-weighted assets", MONEY, "Exposure times risk weight"),
        Column("expected loss", MONEY, "Regulatory expected loss"),
        Column("capital", MONEY, "8% of the risk-weighted assets"),
    )),
]:  # fmt: skip
    """Capital of a corporate loan by the internal-ratings approach with its floors: weight, assets, expected loss.

    pd = max(pd, pd_floor), lgd = max(lgd, lgd_floor), risk weight = CFI_IRB_RW(pd, lgd, maturity)
    risk-weighted assets = exposure·risk weight, expected loss = exposure·pd·lgd, capital = 8% of the assets

    Steps: pd used = max(pd, pd_floor); lgd used = max(lgd, lgd_floor)
    Convention: final Basel III, no scaling by 1.06, no size adjustment. The floor of a loan that is partly secured is
    the average of 25% and 15% by its parts, the secured part after a haircut of 40%: CFI_FIRB_LGD with those figures.
    Limits: a loan in default, pd 1, has risk weight 0: its loss is in the expected loss.
    Trap: supervisors must grant the approach; object finance on chips is likelier slotted, CFI_SLOTTING.
    Errors: #NUM! where a number is outside its bounds, or pd and pd_floor are below about 3e-6.
    """
    floored, lost = np.maximum(pd, pd_floor), np.maximum(lgd, lgd_floor)
    weight = irb_rw(floored, lost, maturity, np.ones_like(pd))
    assets = exposure * weight
    return np.stack([floored, lost, weight, assets, exposure * floored * lost, CAPITAL * assets], axis=-1)


@declare(
    category=PROVISIONS,
    questions=["What is it worth if they fail?"],
    source="Basel Framework CRE32.6–32.7, CRE32.10–32.11: LGD 40% for corporates, 45% for financial institutions; "
    "other physical collateral 25% after a haircut of 40%; the same in Regulation (EU) 575/2013 article 230 as of "
    "2025-01-01",
    examples=[Example((100, 120), 0.292, EXACT), Example((100, 0), 0.4, EXACT)],
)
def firb_lgd(
    exposure: Annotated[X, MONEY.nonzero, "Exposure at default"],
    value: Annotated[X, MONEY, "Value of the collateral, where it is eligible"],
    haircut: Annotated[
        X, SHARE, "Haircut of the collateral: 0.4 for receivables, property and other physical"
    ] = optional(0.4),
    secured: Annotated[
        X, SHARE, "LGD of the secured part: 0.25 other physical, 0.2 receivables and property"
    ] = optional(0.25),
    unsecured: Annotated[X, SHARE, "LGD of the rest: 0.4 corporates, 0.45 financial, 0.75 subordinated"] = optional(
        0.4
    ),
) -> Annotated[X, SHARE, "Loss given default of the foundation approach"]:
    """Loss given default by Basel's foundation approach: the secured part after its haircut, and the rest.

    S = min(value·(1 − haircut), exposure), LGD = secured·S/exposure + unsecured·(1 − S/exposure)

    Steps: S; S/exposure
    Convention: final Basel III. Other physical collateral counts where markets are liquid, prices are to be seen and it
    is valued at least once a year, obsolescence included: used chips would struggle to qualify.
    Limits: `unsecured` without collateral, `secured` where the collateral after its haircut covers the exposure.
    Errors: #DIV/0! at exposure 0; #NUM! where a number is outside its bounds.
    """
    share = np.minimum(value * (1 - haircut) / exposure, 1.0)
    return secured * share + unsecured * (1 - share)


@declare(
    category=PROVISIONS,
    questions=["How much can I lend?"],
    source="Basel Framework CRE33.2, CRE33.4, CRE33.8–33.10; Regulation (EU) 575/2013 articles 153(5) and 158(6), "
    "whose weights below 2.5 years are those of Basel at national discretion",
    examples=[Example(("good", 5), (0.9, 0.008), EXACT), Example(("strong", 2), (0.5, 0), EXACT)],
)
def slotting(
    category: Annotated[Text, Choice(tuple(SLOTS)), "Supervisory category of the specialised loan"],
    maturity: Annotated[X, YEARS, "Remaining maturity"],
) -> Annotated[
    FloatArray,
    Result((
        Column("risk weight", RATIO, "Risk weight, 1 for 100%"),
        Column("expected loss", SHARE, "Regulatory expected loss as a share of the exposure"),
    )),
]:  # fmt: skip
    """Slotting of specialised lending: risk weight and expected loss of a supervisory category.

    from 2.5 years: strong 70% and .4%, good 90% and .8%, satisfactory 115% and 2.8%, weak 250% and 8%, default 0
    and 50%
    below 2.5 years: strong 50% and 0, good 70% and .4%, the others alike

    Convention: project, object and commodities finance; the lower weights below 2.5 years are law in the EU, and at
    national discretion elsewhere.
    Limits: the category is a judgement by financial strength, law, transaction, sponsor and security.
    Errors: #VALUE! where the category is none of the five; #NUM! where the maturity is negative.
    """
    long_weight, long_loss, short_weight, short_loss = SLOTS[category]
    short = maturity < SHORT
    return np.stack([np.where(short, short_weight, long_weight), np.where(short, short_loss, long_loss)], axis=-1)


@declare(
    category=PROVISIONS,
    questions=["How much can I lend?"],
    source="Basel Framework CRE20, corporates and specialised lending; Regulation (EU) 575/2013 articles 122 and 122a "
    "as of 2025-01-01; United States: proposed rule, 91 FR 14952 (2026-03-27), by a public summary that cites it",
    examples=[
        Example(("unrated", 100), (1, 100, 8), EXACT),
        Example(("BBB+ to BBB-", 100), (0.75, 75, 6), EXACT),
    ],
)
def sa_weight(
    grade: Annotated[Text, Choice(tuple(WEIGHTS)), "The loan's own rating, or the kind of an unrated specialised loan"],
    exposure: Annotated[X, MONEY, "Exposure after specific provisions"],
) -> Annotated[
    FloatArray,
    Result((
        Column("risk weight", RATIO, "Risk weight, 1 for 100%"),
        Column("risk-weighted assets", MONEY, "Exposure times risk weight"),
        Column("capital", MONEY, "8% of the risk-weighted assets"),
    )),
]:  # fmt: skip
    """Standardised risk weight of a corporate or specialised loan, its risk-weighted assets and capital.

    AAA to AA- 20%, A+ to A- 50%, BBB+ to BBB- 75%, BB+ to BB- 100%, below BB- 150%, unrated 100%
    unrated specialised: object finance 100%, project before operation 130%, in operation 100%, of high quality 80%
    United States, expanded risk-based approach as proposed: project before operation 130%, in operation 100%

    Convention: the rating is that of the issue, not of the sponsor or the offtaker. Chips as collateral take nothing
    off: they are no eligible financial collateral. The proposal of 2026-03-19 is no law, knows neither pd nor lgd, has
    no weight for high quality, and its text was not read, only a summary of it.
    Limits: what is past due by more than 90 days has other weights.
    Errors: #VALUE! where the grade is none of the list; #NUM! where the exposure is negative.
    """
    assets = WEIGHTS[grade] * exposure
    return np.stack([np.full_like(exposure, WEIGHTS[grade]), assets, CAPITAL * assets], axis=-1)


@declare(
    category=PROVISIONS,
    questions=["How much can I lend?"],
    source="Basel Framework RBC20.4–20.12; Regulation (EU) 575/2013 article 92(3), x = 72.5%",
    examples=[Example((60, 100), (72.5, 12.5), EXACT), Example((80, 100), (80, 0), EXACT)],
)
def output_floor(
    internal: Annotated[X, MONEY, "Risk-weighted assets of the whole bank with its internal models"],
    standardised: Annotated[X, MONEY, "Risk-weighted assets of the same by the standardised approaches"],
    floor: Annotated[X, SHARE, "Share that is the floor: 0.725 when phased in"] = optional(0.725),
) -> Annotated[
    FloatArray,
    Result((
        Column("risk-weighted assets", MONEY, "Risk-weighted assets that count"),
        Column("added", MONEY, "What the floor adds"),
    )),
]:  # fmt: skip
    """Basel's output floor: the risk-weighted assets that count, and what the floor adds to the internal models'.

    assets = max(internal, floor·standardised), added = assets − internal

    Steps: floor·standardised
    Convention: of the bank as a whole; of one loan it says what the floor would be worth if it binds.
    Limits: nothing is added where internal models are above the floor.
    Errors: #NUM! where a number is outside its bounds.
    """
    assets = np.maximum(internal, floor * standardised)
    return np.stack([assets, assets - internal], axis=-1)

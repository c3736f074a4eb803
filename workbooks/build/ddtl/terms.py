"""The tranches of the fleet and the contracts of every case of ddtl.xlsx, with their sources."""

from __future__ import annotations

from dataclasses import dataclass

from workbooks.build.kit.page import NUMBER, PERCENT, PERCENT_2, WHOLE


@dataclass(frozen=True)
class Term:
    """A column of the table of contracts or of tranches."""

    key: str
    label: str
    unit: str
    number_format: str
    low: float = 0.0
    high: float = 1.0


FLEET_TERMS = (
    Term("share", "Share of fleet cost", "share", PERCENT),
    Term("unit_cost", "Cost per GPU, all in", "US$ 000", "0.0", 1, 1000),
    Term("power", "IT load per GPU", "kW", NUMBER, 0.05, 20),
    Term("delivery", "Delivered", "month", WHOLE, 0, 84),
    Term("commissioning", "Commissioned", "month", WHOLE, 0, 84),
    Term("effective", "Contract effective", "month", WHOLE, 0, 84),
    Term("insured", "Insured, title and lien", "month", WHOLE, 0, 84),
    Term("hedge", "Rate hedged", "month", WHOLE, 0, 84),
    Term("acceptance", "Accepted, earning", "month", WHOLE, 0, 84),
)
# case, tranche, generation, terms in the order above
FLEET: tuple[tuple[int, str, tuple[float, ...]], ...] = (
    (1, "GB300 NVL72", (0.30, 65, 1.9, 1, 1, 0, 1, 1, 2)),
    (1, "GB300 NVL72", (0.30, 65, 1.9, 2, 3, 0, 3, 1, 4)),
    (1, "GB300 NVL72", (0.25, 65, 1.9, 3, 5, 0, 5, 1, 6)),
    (1, "GB300 NVL72", (0.15, 65, 1.9, 5, 7, 0, 6, 1, 8)),
    (2, "GB200 NVL72", (0.35, 55, 1.8, 0, 1, 0, 1, 1, 1)),
    (2, "GB200 NVL72", (0.35, 55, 1.8, 1, 2, 0, 2, 1, 3)),
    (2, "B200 HGX", (0.20, 45, 1.5, 2, 3, 0, 3, 1, 4)),
    (2, "B200 HGX", (0.10, 45, 1.5, 2, 4, 1, 3, 1, 5)),
    (3, "B200 HGX", (0.40, 40, 1.5, 0, 1, 0, 1, 1, 1)),
    (3, "B200 HGX", (0.30, 40, 1.5, 1, 2, 0, 2, 1, 2)),
    (3, "H200 HGX", (0.20, 32, 1.1, 1, 3, 0, 2, 1, 3)),
    (3, "H200 HGX", (0.10, 32, 1.1, 2, 4, 1, 3, 1, 4)),
)
FLEET_SOURCES = (
    (
        "V / P",
        "GB300 NVL72 in three states (rating release). Tranches, dates, cost and load per GPU: demonstration parameters, not filed.",
        "2026-03-31",
    ),
    ("P", "Tranches, generations, dates, cost and load per GPU: demonstration parameters, not filed.", "–"),
    ("P", "Tranches, generations, dates, cost and load per GPU: demonstration parameters, not filed.", "–"),
)

CONTRACT_TERMS = (
    Term("pd", "PD, one year", "probability", PERCENT_2),
    Term("share", "Share of the fleet", "share", PERCENT),
    Term("price", "Price", "US$ per GPU-hour", NUMBER, 0, 100),
    Term("take_or_pay", "Take or pay", "share", PERCENT),
    Term("start", "Starts after", "month", WHOLE, 0, 84),
    Term("tenor", "Tenor", "months", WHOLE, 1, 240),
    Term("ramp", "Ramp to full price", "months", WHOLE, 0, 60),
    Term("prepay", "Prepaid", "share", PERCENT, 0, 0.9),
    Term("credits", "Service credits", "share", PERCENT, 0, 0.9),
    Term("notice", "Notice to terminate (tenor: no right)", "months", WHOLE, 0, 240),
    Term("break_fee", "Break fee", "share of the rest", PERCENT),
    Term("arms_length", "Arm's length", "1 yes, 0 affiliate", WHOLE),
    Term("delivery", "Delivery probability", "probability", PERCENT),
    Term("assignable", "Assignable to a new operator", "1 yes, 0 no", WHOLE),
)
# case, counterparty, rating, terms in the order above
AGREEMENTS: tuple[tuple[int, str, str, tuple[float, ...]], ...] = (
    (1, "Meta", "Aa3", (0.0002, 1.0, 2.74, 1, 1, 72, 0, 0, 0.01, 72, 0, 1, 0.97, 1)),
    (1, "not used", "–", (0, 0, 0, 1, 0, 72, 0, 0, 0, 72, 0, 1, 1, 0)),
    (1, "not used", "–", (0, 0, 0, 1, 0, 72, 0, 0, 0, 72, 0, 1, 1, 0)),
    (2, "OpenAI", "not rated", (0.0183, 0.70, 2.05, 1, 0, 66, 2, 0, 0.02, 66, 0, 1, 0.97, 1)),
    (2, "Cohere", "not rated", (0.0183, 0.30, 2.15, 1, 0, 66, 2, 0, 0.02, 66, 0, 1, 0.97, 1)),
    (2, "not used", "–", (0, 0, 0, 1, 0, 72, 0, 0, 0, 72, 0, 1, 1, 0)),
    (3, "Anthropic", "not rated", (0.0183, 0.40, 1.95, 1, 0, 36, 2, 0, 0.02, 36, 0, 1, 0.95, 1)),
    (3, "Jane Street", "not rated", (0.0044, 0.30, 1.95, 1, 0, 36, 2, 0.05, 0.02, 36, 0, 1, 0.95, 1)),
    (3, "Midjourney, HRT, Anysphere", "not rated", (0.0269, 0.30, 1.95, 0.95, 0, 36, 2, 0, 0.02, 12, 0.5, 1, 0.95, 0)),
)
CONTRACT_SOURCES = (
    (
        "V / P",
        "Six-year usage-independent take-or-pay, no termination for convenience, service credits below 1% (rating release); PD of AA− in year one 0.02% (S&P 2024 "
        "study). Price set so that the contract pays the $19bn or so that stands behind the loan: demonstration parameter, not filed.",
        "2026-03-31",
    ),
    (
        "S / P",
        "Names from press; PD of B+ 1.83% (S&P 2024 study) and all terms: demonstration parameters, not filed. Full termination of either agreement is an event of default (filed).",
        "2026-05-15",
    ),
    (
        "S / P",
        "Names and contracts of about three years from press; PDs of B+, BB and B (S&P 2024 study) and all terms: demonstration parameters, not filed.",
        "2026-08-07",
    ),
)

"""The inputs of ddtl.xlsx: a column per case, each row with its unit, status, source and date.

Status of a figure, case by case: V read in a filing, S secondary, D derived by arithmetic from V or S, P demonstration
parameter (not filed), J judgement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kit import DATE, MONEY, NUMBER, PERCENT, PERCENT_2, TIMES, WHOLE

CASES = ("ddtl4", "ddtl5", "ddtl55")
CASE_NAMES = ("DDTL 4.0-like", "DDTL 5.0-like", "DDTL 5.5-like")
SOFR_YEARS = 7
TRANCHES, CONTRACTS = 4, 3

P = "Demonstration parameter, not filed"
PS = "Demonstration parameters, not filed"
SIGNED = "2026-03-30 · 2026-05-15 · 2026-08-07"
FILINGS = "SEC 0001769628-26-000129 · -26-000236 · -26-000357"


@dataclass(frozen=True)
class Section:
    title: str
    note: str = ""


@dataclass(frozen=True)
class Given:
    """An input: a value per case, or one for all."""

    key: str
    label: str
    unit: str
    values: tuple[float | date, ...]
    number_format: str
    status: str
    source: str
    as_of: str = "–"
    low: float = 0.0
    high: float = 1.0


EARLIEST, LATEST = 45658.0, 51135.0  # 2025-01-01 and 2039-12-31 as Excel counts days


def _date(key: str, label: str, values: tuple[date, ...], source: str) -> Given:
    return Given(key, label, "date", values, DATE, "VVV", source, SIGNED, EARLIEST, LATEST)


def _same(
    key: str,
    label: str,
    unit: str,
    value: float,
    number_format: str,
    source: str = P + ".",
    as_of: str = "–",
    low: float = 0.0,
    high: float = 1.0,
    status: str = "P",
) -> Given:
    return Given(key, label, unit, (value,), number_format, status, source, as_of, low, high)


INPUTS: tuple[Section | Given, ...] = (
    Section("1 · Facility"),
    _date(
        "signed",
        "Signed",
        (date(2026, 3, 30), date(2026, 5, 15), date(2026, 8, 7)),
        f"{FILINGS}. Month 1 is the first whole month after signing.",
    ),
    _date(
        "availability_end",
        "Availability ends",
        (date(2027, 6, 30), date(2026, 9, 30), date(2026, 12, 31)),
        f"{FILINGS}. DDTL 5.5: December 2026, read as its last day.",
    ),
    _date(
        "maturity",
        "Final maturity",
        (date(2032, 3, 31), date(2031, 11, 15), date(2031, 9, 1)),
        f"{FILINGS}. The last payment falls at the month end on or before it.",
    ),
    Given(
        "commitment",
        "Commitment, top-up included",
        "US$ m",
        (8500, 3100, 2600),
        MONEY,
        "VVV",
        f"{FILINGS}. DDTL 4.0: $7.5bn at first, up to $8.5bn once sites are stabilised.",
        SIGNED,
        1,
        1e6,
    ),
    Given(
        "initial",
        "Of it for first funding",
        "US$ m",
        (7500, 3100, 2600),
        MONEY,
        "VVV",
        f"{FILINGS}. DDTL 5.0 and 5.5 have no top-up.",
        SIGNED,
        1,
        1e6,
    ),
    Given(
        "advance",
        "Advance rate on funding-date cost",
        "share of cost",
        (0.90, 0.7142, 0.80),
        PERCENT_2,
        "VVP",
        "90% and 71.42% of funding-date capex (filed). DDTL 5.5: not stated in the filing, demonstration parameter, not filed.",
        "2026-03-30 · 2026-05-15 · –",
        0.01,
        2,
    ),
    Given(
        "ltc_cap",
        "Cap on the loan, after top-up",
        "share of cost",
        (1.02, 0.7142, 0.80),
        PERCENT_2,
        "DVP",
        "DDTL 4.0: 8.5 over 7.5/0.90 = 102.0%. DDTL 5.0: the advance rate (no top-up). DDTL 5.5: demonstration parameter, not filed.",
        "2026-03-30 · 2026-05-15 · –",
        0.01,
        2,
    ),
    Given(
        "top_up_dscr",
        "Projected DSCR that sizes the top-up",
        "×",
        (1.20, 1.35, 1.35),
        TIMES,
        "VVV",
        "DDTL 4.0: projected 1.20× at every monthly date. DDTL 5.0 and 5.5: the maintenance level 1.35×.",
        SIGNED,
        0.5,
        10,
    ),
    _same(
        "stabilised_months",
        "Months of earning before a site is stabilised",
        "months",
        3,
        WHOLE,
        f"{P}. The top-up waits for a stabilised site (filed); how long it waits is not public.",
        low=0,
        high=36,
    ),
    Section("2 · Price, hedge and fees"),
    Given(
        "margin",
        "Margin over SOFR",
        "per year",
        (0.0225, 0.0450, 0.0550),
        PERCENT_2,
        "VVV",
        FILINGS + ".",
        SIGNED,
        0,
        0.5,
    ),
    Given(
        "fixed_share",
        "Share of the loan at a fixed rate",
        "share",
        (0.475388, 0.0, 0.0),
        PERCENT_2,
        "DVV",
        "DDTL 4.0: fixed tranche $4,040.8m of $8,500m. DDTL 5.0 and 5.5: floating only.",
        SIGNED,
    ),
    Given(
        "fixed_rate",
        "Fixed rate",
        "per year",
        (0.059, 0.0, 0.0),
        PERCENT_2,
        "VVV",
        "DDTL 4.0: 2.00% over blended Treasuries, about 5.9%. Others: no fixed tranche.",
        SIGNED,
        0,
        0.5,
    ),
    Given(
        "hedged",
        "Share of the floating part that is swapped",
        "share",
        (0.95, 0.85, 0.85),
        PERCENT,
        "VPP",
        "DDTL 4.0: at least 95% (filed). DDTL 5.0 and 5.5: demonstration parameters, not filed.",
        "2026-03-30 · – · –",
    ),
    _same(
        "swap_rate",
        "Swap rate for SOFR",
        "per year",
        0.0367,
        PERCENT_2,
        f"{P}: set to the SOFR average of the third quarter of 2026, 3.67% (secondary).",
        "2026 Q3",
        0,
        0.3,
    ),
    *(
        _same(
            f"sofr_{year}",
            f"SOFR, loan year {year}",
            "per year",
            0.0367,
            PERCENT_2,
            f"{P}: flat at the average of the third quarter of 2026, 3.67% (secondary).",
            "2026 Q3",
            0,
            0.3,
        )
        for year in range(1, SOFR_YEARS + 1)
    ),
    Given(
        "upfront",
        "Upfront fee or discount, netted from each draw",
        "share",
        (0.0167, 0.02, 0.03),
        PERCENT_2,
        "DPS",
        "DDTL 4.0: $142m deferred cost over $8.5bn. DDTL 5.0: demonstration parameter, not filed. DDTL 5.5: OID 97 (press).",
        "2026-03-30 · – · 2026-08-07",
        0,
        0.3,
    ),
    Given(
        "undrawn_fee",
        "Fee on the undrawn commitment",
        "per year",
        (0.005, 0.005, 0.005),
        PERCENT_2,
        "VVV",
        FILINGS + ".",
        SIGNED,
        0,
        0.2,
    ),
    Section("3 · Repayment, reserve, sweep and trap"),
    Given(
        "style",
        "Amortisation",
        "1 annuity, 2 straight, 3 sculpted",
        (3, 1, 1),
        WHOLE,
        "JJJ",
        "DDTL 4.0: monthly, site-based, fully inside the contract, read as sculpted. DDTL 5.0: monthly. DDTL 5.5: read as a level annuity.",
        SIGNED,
        1,
        3,
    ),
    Given(
        "first_repayment",
        "First month with principal",
        "month",
        (9, 5, 5),
        WHOLE,
        "PPP",
        f"{PS}: after the last first-funding draw.",
        "–",
        1,
        84,
    ),
    Given(
        "balloon",
        "Balloon at maturity",
        "share of loan",
        (0.0, 0.02, 0.0),
        PERCENT,
        "VPS",
        "DDTL 4.0: fully amortising. DDTL 5.0: a small bullet (filed), its size a demonstration parameter, not filed. DDTL 5.5: to zero (press). Ignored where sculpted.",
        "2026-03-30 · – · 2026-08-07",
    ),
    Given(
        "reserve_interest",
        "Liquidity reserve: months of interest",
        "months",
        (3, 3, 0),
        WHOLE,
        "VVV",
        "DDTL 4.0: three months of interest, principal, swap and operating cost. DDTL 5.0: three of interest and one of principal. DDTL 5.5: a fixed amount.",
        SIGNED,
        0,
        24,
    ),
    Given(
        "reserve_principal",
        "Liquidity reserve: months of principal",
        "months",
        (3, 1, 0),
        WHOLE,
        "VVV",
        "As above.",
        SIGNED,
        0,
        24,
    ),
    Given(
        "reserve_opex",
        "Liquidity reserve: months of operating cost",
        "months",
        (3, 0, 0),
        WHOLE,
        "VVV",
        "As above.",
        SIGNED,
        0,
        24,
    ),
    Given(
        "reserve_amount",
        "Liquidity reserve: at least",
        "US$ m",
        (0, 0, 112.5),
        '#,##0.0"m"',
        "VVV",
        "DDTL 5.5: minimum liquidity $112.5m.",
        SIGNED,
        0,
        1e5,
    ),
    Given(
        "reserve_at_close",
        "Liquidity paid in by the sponsor at close",
        "US$ m",
        (690, 110, 112.5),
        '#,##0.0"m"',
        "PPP",
        PS + ".",
        "–",
        0,
        1e5,
    ),
    Given(
        "sweep",
        "Cash sweep: share of what is left after the reserve",
        "share",
        (0.0, 0.0, 0.5),
        PERCENT,
        "PPP",
        f"{PS}. DDTL 5.5: stands for its lockbox, which the press reports.",
        "–",
    ),
    Given(
        "lockbox",
        "Cash is trapped until this share is repaid",
        "share",
        (0.0, 0.0, 0.5),
        PERCENT,
        "PPS",
        "DDTL 5.5: lockbox until half is repaid (press). Others: demonstration parameters, not filed (none).",
        "– · – · 2026-08-07",
    ),
    Given(
        "lock_dscr",
        "Cash is trapped below this DSCR of three months",
        "×",
        (1.15, 1.35, 1.35),
        TIMES,
        "PPP",
        f"{PS}: set to the maintenance level.",
        "–",
        0.5,
        10,
    ),
    Section("4 · Contracted and market revenue", "Contract by contract on the sheet Contracts"),
    Given(
        "rent",
        "Market rent at close",
        "US$ per GPU-hour",
        (4.00, 3.20, 2.80),
        NUMBER,
        "PPP",
        f"{PS}. Beside them: H100 index 2.81, and 2.51 for two years committed, late 2026.",
        "2026-10",
        0.01,
        100,
    ),
    _same(
        "rent_decay",
        "Decay of market rent",
        "per year, continuous",
        0.15,
        PERCENT,
        f"{P}. Beside it: H100 posted rent fell 15.8% a year from its 2024 peak (CCIR gpu-age-curve).",
        "2026-08-22",
        -0.5,
        2,
    ),
    _same(
        "utilisation",
        "Utilisation of uncontracted GPUs",
        "share",
        0.80,
        PERCENT,
        f"{P}. Beside it: a rated GPU loan was run at 70%.",
        "2026-05",
    ),
    Section("5 · Operating cost"),
    _same("pue", "Power usage effectiveness", "×", 1.20, TIMES, f"{P}. Beside it: 1.20 in a rated GPU loan.", "2026-05", 1, 3),
    _same("power_price", "Power price", "US$ per kWh", 0.055, "0.000", P + ".", low=0, high=2),
    _same("power_inflation", "Its growth", "per year", 0.02, PERCENT, P + ".", low=-0.2, high=0.5),
    _same(
        "colocation",
        "Colocation, per MW of IT load",
        "US$ m per year",
        1.78,
        NUMBER,
        "Powered shell about $1.78m per MW-year (secondary, thediligencestack.com).",
        "2026-04-14",
        0,
        50,
        "S",
    ),
    _same("other_opex", "Staff, maintenance and the rest", "share of revenue", 0.03, PERCENT, P + "."),
    _same("insurance", "Insurance", "share of cost a year", 0.002, PERCENT_2, P + ".", high=0.2),
    Section("6 · Collateral"),
    _same(
        "book_life",
        "Straight-line life",
        "months",
        72,
        WHOLE,
        "Six years: CoreWeave's servers since 2023, and the borrowing bases of the earlier facilities (10-K).",
        "2026-03-02",
        1,
        240,
        "V",
    ),
    _same(
        "decay",
        "Decay of market value",
        "per year, continuous",
        0.26,
        PERCENT,
        f"{P}. Beside it: asks for GPUs fall 26% a year of age across generations (CCIR gpu-age-curve).",
        "2026-08-22",
        0,
        2,
    ),
    _same(
        "scrap_floor",
        "Scrap floor",
        "share of cost",
        0.10,
        PERCENT,
        f"{P}. Beside it: a base level of 0.18 is seen in asks (CCIR); less is careful.",
        "2026-08-22",
        0,
        0.9,
    ),
    _same(
        "base_advance",
        "Advance on book and on market value",
        "share",
        0.85,
        PERCENT,
        f"{P}. Borrowed from DDTL 3.0: 85% of net book value.",
        "2025-07-28",
        0.01,
        2,
    ),
    _same(
        "base_test",
        "Borrowing base that binds",
        "0 none, 1 cost, 2 book, 3 market",
        0,
        WHOLE,
        "None of the three: DDTL 4.0 drops the borrowing base after funding. Choose one to see the prepayment it would force.",
        "2026-03-30",
        0,
        3,
        "V",
    ),
    _same("sell_years", "Time to sell", "years", 0.5, NUMBER, P + ".", low=0.01, high=5),
    _same("haircut_confidence", "Confidence of the haircut", "probability", 0.95, PERCENT, P + ".", low=0.5, high=0.999),
    _same("market_share", "Fleet over a year's resale market", "share", 0.25, PERCENT, P + ".", low=0, high=10),
    _same("impact", "Price impact of selling a year's market", "share", 0.35, PERCENT, P + ".", low=0, high=1),
    Section("7 · Credit"),
    Given("vol_contract", "Volatility of contracted cash", "per year", (0.06, 0.10, 0.10), PERCENT, "PPP", PS + ".", "–", 0, 5),
    _same(
        "vol_market",
        "Volatility of market cash",
        "per year",
        0.30,
        PERCENT,
        f"{P}. Beside it: H100 posted rent 24–27% (sticky, so understated).",
        "2023–2026",
        0,
        5,
    ),
    _same("vol_other", "Volatility of the rest (power, delay, credits)", "per year", 0.05, PERCENT, P + ".", low=0.001, high=5),
    _same("corr_contract", "Correlation of contracted cash with collateral", "correlation", 0.2, NUMBER, P + ".", low=-1),
    _same("corr_market", "Correlation of market cash with collateral", "correlation", 0.7, NUMBER, P + ".", low=-1),
    _same("corr_both", "Correlation of contracted and market cash", "correlation", 0.3, NUMBER, P + ".", low=-1),
    _same("leverage", "Operating leverage", "×", 1.0, TIMES, P + ".", low=0, high=20),
    _same("dscr_floor", "Cover used for the PD, at least", "×", 0.05, NUMBER, P + ": the PD is not defined at a cover of 0.", low=0.001, high=1),
    Given(
        "offtaker_corr",
        "Correlation of offtaker and operator",
        "correlation",
        (0.3, 0.3, 0.3),
        NUMBER,
        "PPP",
        PS + ".",
        "–",
        -1,
        1,
    ),
    Given(
        "survival",
        "Chance that a contract outlives the borrower and is assigned",
        "probability",
        (0.70, 0.40, 0.40),
        PERCENT,
        "PPP",
        f"{PS}. DDTL 4.0 has a direct agreement (lender cure, assignment, replacement contract).",
        "2026-03-31 · – · –",
    ),
    _same("volatility", "Volatility of the collateral's price", "per year", 0.30, PERCENT, P + ".", low=0, high=5),
    _same("horizon", "Horizon of the monthly figures", "years", 1, NUMBER, P + ".", low=0.1, high=7),
    _same(
        "sale_cost",
        "Cost of a forced sale",
        "share",
        0.25,
        PERCENT,
        f"{P}. Beside it: executed H100 sales stood at about half the ask.",
        "2026-07-22",
        0,
        0.99,
    ),
    Section("8 · Covenants", "A level that is not filed is information, not a term of the loan"),
    Given(
        "cov_dscr",
        "DSCR of the last three months, at least",
        "×",
        (1.15, 1.35, 1.35),
        TIMES,
        "VVV",
        f"{FILINGS}: maintenance test, three months trailing.",
        SIGNED,
        0.1,
        10,
    ),
    Given("cov_forward", "DSCR of the next twelve months, at least", "×", (1.15, 1.20, 1.10), TIMES, "PPP", PS + ".", "–", 0.1, 10),
    Given("cov_llcr", "Loan life cover, at least", "×", (1.15, 1.25, 1.15), TIMES, "PPP", PS + ".", "–", 0.1, 10),
    Given("cov_ltv", "Loan to book value, at most", "×", (1.20, 0.90, 0.90), TIMES, "PPP", f"{PS}. Beside them: DDTL 3.0 lent up to 85% of net book value.", "–", 0.1, 10),
    Given(
        "cov_hedge",
        "Rates fixed or swapped, at least",
        "share",
        (0.95, 0.85, 0.85),
        PERCENT,
        "VPP",
        "DDTL 4.0: at least 95% (filed). Others: demonstration parameters, not filed.",
        "2026-03-30 · – · –",
        0.01,
        1,
    ),
    Section("9 · Levers for sensitivities", "Zero in the base case; the static copies were made by moving these"),
    _same("delay", "Delay of commissioning and acceptance", "months", 0, WHOLE, "Lever; 0 in the base case. Contracts still end on their date.", low=0, high=24, status="J"),
    _same("contract_shock", "Contracted revenue lost", "share", 0, PERCENT, "Lever; 0 in the base case.", low=-1, high=1, status="J"),
    _same("rent_shock", "Fall of market rent", "share", 0, PERCENT, "Lever; 0 in the base case. 0.40 is the supply shock of the essay.", low=-1, high=1, status="J"),
    _same("power_shock", "Rise of the power price", "share", 0, PERCENT, "Lever; 0 in the base case.", low=-1, high=10, status="J"),
    _same("sofr_shock", "Rise of SOFR", "per year", 0, PERCENT_2, "Lever; 0 in the base case.", low=-0.05, high=0.3, status="J"),
    Section("10 · Constants"),
    _same("hours", "Hours in a month", "hours", 730, WHOLE, "8,760 hours over twelve.", low=730, high=730, status="J"),
    _same("year_months", "Months in a year", "months", 12, WHOLE, "Definition.", low=12, high=12, status="J"),
    _same("million", "Dollars in a million", "US$", 1_000_000, "#,##0", "Definition.", low=1e6, high=1e6, status="J"),
    _same("untested", "Cover shown where nothing is tested", "×", 9.99, TIMES, "Convention of this workbook: such a month passes.", low=9.99, high=9.99, status="J"),
    _same("small", "Amounts below this are nothing", "US$ m", 0.00001, "0.00000", "Convention of this workbook: ten dollars.", low=0.00001, high=0.00001, status="J"),
)
GIVEN = tuple(item for item in INPUTS if isinstance(item, Given))


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

"""The rows of the Deals sheet: inputs with their sources, and one formula per row for all four deals.

In a formula `{key}` is the cell of that row in the deal's own column; `{year}` is the year in the unit column.
Status of a figure, deal by deal: V read in a filing, S secondary, D derived by arithmetic from V or S, P demonstration
parameter (not filed), J judgement.
"""

from __future__ import annotations

from dataclasses import dataclass

from kit import MONEY, NUMBER, NUMBER_4, PERCENT, PERCENT_2, TEXT, TIMES, WHOLE, YEARS

DEALS = ("ddtl4", "ddtl55", "ondemand", "asic")
DEAL_NAMES = (
    "CoreWeave DDTL 4.0-style",
    "CoreWeave DDTL 5.5-style",
    "On-demand GPU cloud",
    "ASIC-backed 2021-style",
)
SHORT_NAMES = ("DDTL 4.0-style", "DDTL 5.5-style", "GPU on demand", "ASIC 2021-style")
YEARS_SHOWN = 6
CONTRACTS = 6

PARAMETER = "Demonstration parameter, not filed"


@dataclass(frozen=True)
class Section:
    title: str
    note: str = ""


@dataclass(frozen=True)
class Given:
    """An input: four values, or one for all deals."""

    key: str
    label: str
    unit: str
    values: tuple[float | str, ...]
    number_format: str
    status: str
    source: str
    as_of: str
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Made:
    """A calculated row."""

    key: str
    label: str
    unit: str
    formula: str
    number_format: str
    how: str = ""
    result: bool = False
    year: int | None = None
    named: bool = True


INPUTS: tuple[Section | Given, ...] = (
    Section("1 · The loan", "inputs"),
    Given(
        "loan",
        "Loan at first funding",
        "US$ m",
        (7500, 2600, 1000, 104),
        MONEY,
        "VVPV",
        "DDTL 4.0: $7.5bn at first, SEC 0001769628-26-000129. DDTL 5.5: $2.6bn, SEC 0001769628-26-000357. On demand: a round "
        "demonstration parameter, not filed. ASIC: three IREN SPVs owed NYDIG 1 + 32 + 71, SEC 6-K 2022-11-02.",
        "2026-03-30 · 2026-08-07 · – · 2022-09-30",
        0.0,
        1e6,
    ),
    Given(
        "commitment",
        "Commitment, fully drawn",
        "US$ m",
        (8500, 2600, 1000, 104),
        MONEY,
        "VVPV",
        "DDTL 4.0: up to $8.5bn once sites are stabilised (the top-up is sized on projected DSCR). Others: no top-up assumed.",
        "2026-03-30 · 2026-08-07 · – · 2022-09-30",
        0.0,
        1e6,
    ),
    Given(
        "advance",
        "Advance rate on cost",
        "share",
        (0.90, 0.80, 0.7142, 0.60),
        PERCENT,
        "VPPP",
        "DDTL 4.0: 90% of funding-date capex (SEC 0001769628-26-000129). DDTL 5.5: not stated in the filing. On demand: the 71.42% of "
        "DDTL 5.0 borrowed as an example. Last three: demonstration parameters, not filed.",
        "2026-03-30 · – · – · –",
        0.01,
        2.0,
    ),
    Given(
        "rate",
        "Interest rate",
        "per year",
        (0.059, 0.0917, 0.10, 0.12),
        PERCENT_2,
        "VDPP",
        "DDTL 4.0: fixed tranche about 5.9%. DDTL 5.5: SOFR 3.67% + 5.50%. Last two: demonstration parameters, not filed.",
        "2026-03-30 · 2026-08-07 · – · –",
        0.0001,
        1.0,
    ),
    Given(
        "loan_years",
        "Loan life (whole years)",
        "years",
        (6, 5, 5, 2),
        YEARS,
        "VVPP",
        "DDTL 4.0: to 2032-03-31. DDTL 5.5: to 2031-09-01. Last two: demonstration parameters, not filed.",
        "2026-03-30 · 2026-08-07 · – · –",
        1.0,
        6.0,
    ),
    Given(
        "dscr",
        "Debt service cover",
        "×",
        (1.20, 1.35, 1.20, 2.00),
        TIMES,
        "VVPP",
        "DDTL 4.0: Moody's case and top-up test 1.20×. DDTL 5.5: maintenance test 1.35×. Last two: demonstration parameters, not filed "
        "(the IREN SPVs ran at 0.286× in November 2022: gross profit 2 over debt service 7, $m a month).",
        "2026-03-31 · 2026-08-07 · – · –",
        0.01,
        20.0,
    ),
    Given(
        "market_view",
        "What the market said",
        "words",
        (
            "A3 / A(low) / A-sf · S+225 bp",
            "Ba2 / BB+ · S+550 bp",
            "Not rated",
            "Accelerated in November 2022",
        ),
        TEXT,
        "VVPV",
        "Ratings by Moody's, DBRS, Fitch. ASIC: SEC 6-K 2022-11-21; settled for $20m on 2025-08-12 against claims of $107.8m.",
        "2026-03-31 · 2026-08-07 · – · 2022-11-21",
    ),
    Section("2 · Who pays: contracts and offtaker", "inputs"),
    Given(
        "contracted",
        "Contracted share of revenue over the loan's life (c)",
        "share",
        (0.98, 0.60, 0.25, 0.0),
        PERCENT,
        "PPPP",
        "Demonstration parameters, not filed: arm's-length take-or-pay only. CoreWeave reported more than 98% committed revenue for 2025 "
        "(10-K). DDTL 5.5: three contract years of five. ASIC: the lease was with the borrower's own parent (B.C. C.A. CA49297).",
        "2025-12-31 · 2026-08-07 · – · 2024-06-27",
    ),
    Given(
        "merchant",
        "Uncontracted revenue over the loan's life",
        "US$ m",
        (388, 2700, 1980, 0),
        MONEY,
        "PPPP",
        "Demonstration parameters, not filed; set so that the contracts on the next sheet give the contracted share above.",
        "–",
        0.0,
        1e6,
    ),
    Given(
        "contract_years",
        "Years until the last arm's-length contract ends",
        "years",
        (6, 3, 2, 0),
        YEARS,
        "VVPV",
        "DDTL 4.0: six-year take-or-pay with Meta. DDTL 5.5: contracts of about three years. On demand: demonstration parameter, not "
        "filed. ASIC: none at arm's length.",
        "2026-03-31 · 2026-08-07 · – · 2024-06-27",
        0.0,
        6.0,
    ),
    Given(
        "opex_share",
        "Operating cost",
        "share of revenue",
        (0.36, 0.35, 0.40, 0.83),
        PERCENT,
        "PPPD",
        "GPU deals: demonstration parameters, not filed. ASIC: cost about $41.4 of about $50 per PH a day.",
        "– · – · – · 2022-11-02",
    ),
    Given(
        "offtaker_pd",
        "One-year PD of the offtaker",
        "probability",
        (0.0002, 0.0183, 0.0, 0.0),
        PERCENT_2,
        "VPPP",
        "DDTL 4.0: Meta Aa3, read as S&P AA- (0.02% in year one, S&P 2024 default study, table 26). DDTL 5.5: customers not rated, S&P B+ "
        "(1.83%) as demonstration parameter, not filed. Last two: no single offtaker, its default is in the driver.",
        "2025-03-27",
    ),
    Given(
        "offtaker_corr",
        "Correlation of offtaker and operator",
        "correlation",
        (0.3, 0.3, 0.3, 0.3),
        NUMBER,
        "PPPP",
        PARAMETER + ".",
        "–",
        -1.0,
        1.0,
    ),
    Given(
        "survival",
        "Chance that the contract outlives the borrower and is assigned",
        "probability",
        (0.70, 0.40, 0.0, 0.0),
        PERCENT,
        "PPPP",
        "Demonstration parameters, not filed. DDTL 4.0 has a direct agreement (lender cure, assignment, replacement contract).",
        "2026-03-31 · – · – · –",
    ),
    Section("3 · What drives cash and collateral", "inputs"),
    Given(
        "vol_contract",
        "Volatility of contracted cash",
        "per year",
        (0.06, 0.10, 0.06, 0.06),
        PERCENT,
        "PPPP",
        PARAMETER + ".",
        "–",
        0.0,
        5.0,
    ),
    Given(
        "vol_market",
        "Volatility of market cash",
        "per year",
        (0.30, 0.30, 0.30, 0.75),
        PERCENT,
        "PPPP",
        "Demonstration parameters, not filed. Beside them: H100 posted rent 24–27% (sticky, so understated); hashprice 73–85%.",
        "2020–2026",
        0.0,
        5.0,
    ),
    Given(
        "vol_other",
        "Volatility of the rest (power, delay, service credits)",
        "per year",
        (0.05, 0.05, 0.05, 0.10),
        PERCENT,
        "PPPP",
        PARAMETER + ".",
        "–",
        0.0,
        5.0,
    ),
    Given(
        "corr_contract",
        "Correlation of contracted cash with collateral",
        "correlation",
        (0.2, 0.2, 0.2, 0.2),
        NUMBER,
        "PPPP",
        PARAMETER + ".",
        "–",
        -1.0,
        1.0,
    ),
    Given(
        "corr_market",
        "Correlation of market cash with collateral",
        "correlation",
        (0.7, 0.7, 0.7, 0.85),
        NUMBER,
        "PPPP",
        "Demonstration parameters, not filed. Beside them: hashprice with BTC 0.79 weekly (n = 257, 95% interval 0.74 to 0.83).",
        "2020–2024",
        -1.0,
        1.0,
    ),
    Given(
        "corr_contract_market",
        "Correlation of contracted and market cash",
        "correlation",
        (0.3, 0.3, 0.3, 0.3),
        NUMBER,
        "PPPP",
        PARAMETER + ".",
        "–",
        -1.0,
        1.0,
    ),
    Given(
        "leverage",
        "Operating leverage (revenue over cash for debt service)",
        "×",
        (1.0, 1.0, 1.0, 1.0),
        TIMES,
        "PPPP",
        PARAMETER + ".",
        "–",
        0.0,
        20.0,
    ),
    Given(
        "volatility",
        "Volatility of the collateral's price",
        "per year",
        (0.30, 0.30, 0.30, 0.90),
        PERCENT,
        "PPPP",
        "Demonstration parameters, not filed. ASIC: price elasticity 1.17–1.67 times the driver's volatility gives 85–120%.",
        "2021–2022",
        0.0,
        5.0,
    ),
    Given(
        "drift",
        "Drift of the collateral's price",
        "per year, continuous",
        (-0.26, -0.26, -0.26, -0.30),
        PERCENT,
        "PPPP",
        "Demonstration parameters, not filed. Beside them: asks for GPUs by generation fall 26% a year of age (CCIR gpu-age-curve).",
        "2026-08-22",
        -3.0,
        3.0,
    ),
    Given(
        "horizon", "Horizon", "years", (1.0, 1.0, 1.0, 1.0), YEARS, "PPPP", PARAMETER + ".", "–", 0.0, 30.0
    ),
    Given(
        "sale_cost",
        "Cost of a forced sale",
        "share",
        (0.25, 0.25, 0.25, 0.25),
        PERCENT,
        "PPPP",
        "Demonstration parameter, not filed. Beside it: rigs slip 10–15% in a quick sale; Celsius' second lot went 21% lower; executed H100 "
        "sales at about half the ask.",
        "2022-07 · 2026-07-22",
        0.0,
        0.99,
    ),
    Section("4 · Haircut stack", "inputs"),
    Given(
        "liquidation",
        "Time to sell",
        "years",
        (0.5, 0.5, 0.5, 0.5),
        NUMBER,
        "PPPP",
        PARAMETER + ".",
        "–",
        0.01,
        5.0,
    ),
    Given(
        "confidence",
        "Confidence",
        "probability",
        (0.95, 0.95, 0.95, 0.95),
        PERCENT,
        "PPPP",
        PARAMETER + ".",
        "–",
        0.5,
        0.999,
    ),
    Given(
        "residual_floor",
        "Scrap floor",
        "share of cost",
        (0.0, 0.0, 0.0, 0.0),
        PERCENT,
        "PPPP",
        "Demonstration parameter, not filed (0.15–0.20 is seen for GPUs; 0 is careful).",
        "–",
    ),
    Given(
        "units_sold",
        "Units sold",
        "units",
        (25, 25, 25, 25),
        WHOLE,
        "PPPP",
        PARAMETER + ": a quarter of a year's market.",
        "–",
        0.0,
        1e9,
    ),
    Given(
        "depth",
        "Market depth",
        "units per year",
        (100, 100, 100, 100),
        WHOLE,
        "PPPP",
        PARAMETER + ".",
        "–",
        1.0,
        1e9,
    ),
    Given(
        "impact",
        "Price impact of selling a year's market",
        "share",
        (0.35, 0.35, 0.35, 0.35),
        PERCENT,
        "PPPP",
        PARAMETER + ".",
        "–",
        0.0,
        5.0,
    ),
    Section("5 · Terms that the rebrand test asks for", "inputs"),
    Given(
        "investment_grade",
        "Investment-grade share of the offtakers",
        "share",
        (1.0, 0.0, 0.0, 0.0),
        PERCENT,
        "VSPV",
        "DDTL 4.0: Meta Aa3. DDTL 5.5: Anthropic, Jane Street, Midjourney, HRT, Anysphere, all non-investment grade. ASIC: none.",
        "2026-03-31 · 2026-08-07 · – · 2022-11-02",
    ),
    Given(
        "draw_gate",
        "Draw gate: commissioned before money is lent",
        "1 = yes, 0 = no",
        (1, 1, 1, 0),
        WHOLE,
        "VJPJ",
        "DDTL 4.0: level-3 commissioning before a draw; only the top-up waits for a stabilised site. DDTL 5.5: read like its sisters. "
        "ASIC: money at purchase order.",
        "2026-03-31 · 2026-08-07 · – · 2022-03",
    ),
    Given(
        "residual_reliance",
        "Reliance on residual value at maturity",
        "share",
        (0.0, 0.0, 0.30, 1.0),
        PERCENT,
        "VSPJ",
        "DDTL 4.0: fully amortising inside the contract. DDTL 5.5: to zero by maturity. On demand: demonstration parameter, not filed.",
        "2026-03-30 · 2026-08-07 · – · –",
    ),
    Given(
        "cash_dominion",
        "Cash dominion: waterfall and trap",
        "1 = yes, 0 = no",
        (1, 1, 1, 0),
        WHOLE,
        "VSPJ",
        "CoreWeave: customer cash to a depositary bank and through a waterfall; DDTL 5.5 lockbox until half repaid.",
        "2026-03-30 · 2026-08-07 · – · –",
    ),
    Given(
        "hedged",
        "Rates and power hedged",
        "share",
        (0.95, 0.85, 0.50, 0.0),
        PERCENT,
        "VPPJ",
        "DDTL 4.0: at least 95% of rates, power hedge and reserve. DDTL 5.5 and on demand: demonstration parameters, not filed.",
        "2026-03-30 · – · – · –",
    ),
    Given(
        "step_in",
        "Step-in or direct agreement, contract assignable",
        "1 = yes, 0 = no",
        (1, 0.5, 0, 0),
        NUMBER,
        "VPPJ",
        "DDTL 4.0: direct agreement. DDTL 5.5: not stated, half credit as demonstration parameter, not filed.",
        "2026-03-31 · – · – · –",
    ),
    Given(
        "same_driver",
        "Share of the lender's book on the same driver",
        "share",
        (0.10, 0.20, 0.40, 0.60),
        PERCENT,
        "PPPP",
        PARAMETER + ".",
        "–",
    ),
    Section("6 · Common to all deals", "inputs"),
    Given(
        "stress_quantile",
        "Quantile of the driver for the stress LTV",
        "probability",
        (0.01,),
        PERCENT,
        "P",
        PARAMETER + ": the worst year in a hundred.",
        "–",
        0.0001,
        0.9999,
    ),
    Given(
        "pass_score",
        "Rebrand score that passes",
        "0–100",
        (80,),
        WHOLE,
        "J",
        "Judgement of this workbook.",
        "–",
        0.0,
        100.0,
    ),
    Given(
        "contract_floor",
        "Contracted share below which a loan rests on its collateral",
        "share",
        (0.50,),
        PERCENT,
        "J",
        "Rebrand test 1: hard fail below 0.50.",
        "–",
    ),
)

_ALL_CONTRACTS = "Contracts!$N$9:$S$14,{counted_1}:{counted_6},Contracts!$F$9:$F$14,Contracts!$G$9:$G$14,{rate},{loan_years},{commitment}"
_TERMS = "Contracts!$H$9:$H$14,Contracts!$M$9:$M$14"
_DRIVER = "{vol_contract},{vol_market},{vol_other}"
_PRICE = "{volatility},{horizon}"
_SALE = "{drift},{sale_cost}"


def _contract_rows() -> list[Section | Made]:
    years = range(1, YEARS_SHOWN + 1)
    letters = dict(zip(years, "NOPQRS", strict=True))
    rows: list[Section | Made] = [
        Section("7 · Backlog: what is promised and what counts", "from the sheet Contracts")
    ]
    rows.append(
        Made(
            "backlog",
            "Gross backlog",
            "US$ m",
            "=SUMIF(Contracts!$C$9:$C$14,{deal},Contracts!$T$9:$T$14)",
            MONEY,
            "Sum of the deal's contracts, as signed",
        )
    )
    rows.append(
        Made(
            "affiliate",
            "of it with the borrower's own group",
            "US$ m",
            "=SUMIF(Contracts!$C$9:$C$14,{deal},Contracts!$U$9:$U$14)",
            MONEY,
            "Contracts not at arm's length",
        )
    )
    rows.append(
        Made(
            "implied_share",
            "Contracted share that the contracts imply",
            "share",
            "=CFI_CONTRACTED_SHARE({backlog},{backlog}+{merchant},{affiliate})",
            PERCENT,
            "Affiliates' contracts excluded; compare with the input",
        )
    )
    rows.append(
        Made(
            "gross_cover",
            "Gross backlog cover",
            "×",
            "=CFI_BACKLOG_COVERAGE({backlog},{commitment})",
            TIMES,
            "Backlog over commitment, the headline",
            True,
        )
    )
    for number in range(1, CONTRACTS + 1):
        row = 8 + number
        rows.append(
            Made(
                f"counted_{number}",
                f"Take-or-pay share counted, contract {number}",
                "share",
                f"=IF(Contracts!$C{row}={{deal}},Contracts!$E{row},0)",
                PERCENT,
                "Zero for the other deals' contracts, so that one formula serves all columns",
                named=False,
            )
        )
    for year in years:
        rows.append(
            Made(
                f"revenue_{year}",
                "Firm arm's-length revenue",
                "year",
                f"=SUMIF(Contracts!$C$9:$C$14,{{deal}},Contracts!${letters[year]}$19:${letters[year]}$24)",
                MONEY,
                "Take-or-pay × arm's length × firm after termination rights",
                year=year,
                named=False,
            )
        )
    for year in years:
        rows.append(
            Made(
                f"opex_{year}",
                "Operating cost of it",
                "year",
                f"={{revenue_{year}}}*{{opex_share}}",
                MONEY,
                "Revenue × operating cost share",
                year=year,
                named=False,
            )
        )
    rows.append(
        Made(
            "risked_revenue_cover",
            "Risked backlog cover, before operating cost",
            "×",
            f"=CFI_RISKED_COVERAGE({_ALL_CONTRACTS},0,{_TERMS})",
            TIMES,
            "Present value at the loan rate of firm, surviving, deliverable revenue inside the loan, over commitment",
        )
    )
    rows.append(
        Made(
            "risked_cover",
            "Risked backlog cover, after operating cost",
            "×",
            f"=CFI_RISKED_COVERAGE({_ALL_CONTRACTS},{{opex_1}}:{{opex_6}},{_TERMS})",
            TIMES,
            "The same less operating cost: what can service debt",
            True,
        )
    )
    for year in range(YEARS_SHOWN + 1):
        formula = (
            "=IF({year}>={loan_years},0,1-((1+{rate}/12)^(12*{year})-1)/((1+{rate}/12)^(12*{loan_years})-1))"
        )
        rows.append(
            Made(
                f"balance_{year}",
                "Balance of a level monthly annuity",
                "year",
                formula,
                PERCENT,
                "Share of the original loan",
                year=year,
                named=False,
            )
        )
    rows.append(
        Made(
            "tail",
            "Still owed when the last contract ends",
            "share",
            "=CFI_TAIL_EXPOSURE({balance_0}:{balance_6},{contract_years})",
            PERCENT,
            "The part that the market must repay",
            True,
        )
    )
    rows.append(
        Made(
            "debt_service",
            "Debt service a year, fully drawn",
            "US$ m",
            "={commitment}*{rate}/(1-(1+{rate}/12)^(-12*{loan_years}))",
            MONEY,
            "Level monthly annuity × 12",
        )
    )
    for year in years:
        formula = f'=IF({{year}}<=MAX(1,{{contract_years}}),({{revenue_{year}}}-{{opex_{year}}})/{{debt_service}},"")'
        rows.append(
            Made(
                f"contract_dscr_{year}",
                "DSCR on contract cash alone",
                "year",
                formula,
                TIMES,
                "While contracts run",
                year=year,
                named=False,
            )
        )
    rows.append(
        Made(
            "min_contract_dscr",
            "Lowest DSCR on contract cash alone",
            "×",
            "=MIN({contract_dscr_1}:{contract_dscr_6})",
            TIMES,
            "Smallest of the years above",
        )
    )
    rows.append(
        Made(
            "firm_share",
            "Firm share after termination rights",
            "share",
            "=IF({backlog}=0,0,SUMIF(Contracts!$C$9:$C$14,{deal},Contracts!$V$9:$V$14)/{backlog})",
            PERCENT,
            "Backlog-weighted CFI_FIRM_SHARE",
        )
    )
    return rows


CALCULATIONS: tuple[Section | Made, ...] = (
    *_contract_rows(),
    Section("8 · Driver: one formula, two kinds of lender"),
    Made(
        "pd",
        "PD of the driver, one year",
        "probability",
        f"=CFI_DRIVER_PD({{dscr}},{{contracted}},{_DRIVER},{{corr_contract_market}},{{leverage}})",
        PERCENT_2,
        "Cash falls below debt service; the offtaker's own default is not in it",
        True,
    ),
    Made(
        "rho",
        "Correlation of driver and collateral (ρ)",
        "correlation",
        f"=CFI_DRIVER_RHO({{contracted}},{_DRIVER},{{corr_contract}},{{corr_market}},{{corr_contract_market}},{{leverage}})",
        NUMBER,
        "Share of the cash that moves with the collateral's price",
        True,
    ),
    Section("9 · Offtake is not a guarantee", "Meta pays for capacity; it does not guarantee the loan"),
    Made(
        "pd_either",
        "Read as offtake: either failing stops the cash",
        "probability",
        "=CFI_PD_EITHER({offtaker_pd},{pd},{offtaker_corr})",
        PERCENT_2,
        "Series system: the right reading",
        True,
    ),
    Made(
        "pd_step_in",
        "Read as offtake, the operator can be replaced",
        "probability",
        "=CFI_PD_EITHER({offtaker_pd},{pd},{offtaker_corr},{survival})",
        PERCENT_2,
        "The same with the chance of step-in",
    ),
    Made(
        "pd_both",
        "Read as guarantee: both must fail",
        "probability",
        "=CFI_PD_BOTH({offtaker_pd},{pd},{offtaker_corr})",
        "0.0000%",
        "Parallel system: the wrong reading of the same customer",
    ),
    Made(
        "guarantee_error",
        "Understatement of PD by the wrong reading",
        "×",
        '=IF({pd_both}>0,{pd_either}/{pd_both},"no offtaker")',
        '#,##0"×"',
        "Offtake PD over guarantee PD",
    ),
    Section("10 · Haircut stack", "shares multiply, they do not add"),
    Made(
        "haircut_price",
        "Price risk while selling",
        "share",
        "=CFI_HAIRCUT_VAR({volatility},{liquidation},{confidence})",
        PERCENT,
        "Value at risk over the time to sell, no drift",
        named=True,
    ),
    Made(
        "haircut_technology",
        "Technology: the next generation",
        "share",
        "=1-CFI_GPU_RESIDUAL({horizon},-{drift},{residual_floor})",
        PERCENT,
        "Decay at the drift over the horizon",
    ),
    Made(
        "haircut_liquidity",
        "Liquidity: selling moves the price",
        "share",
        "=CFI_HAIRCUT_LIQUIDITY({units_sold},{depth},{liquidation},{impact})",
        PERCENT,
        "Square-root impact",
    ),
    Made(
        "haircut",
        "Combined haircut",
        "share",
        "=CFI_COLLATERAL_HAIRCUT({haircut_price}:{haircut_liquidity})",
        PERCENT,
        "1 − product of (1 − haircut)",
        True,
    ),
    Made(
        "lendable",
        "Lendable on collateral alone",
        "share of cost",
        "=1-{haircut}",
        PERCENT,
        "What a repo lender would advance",
    ),
    Made(
        "advance_excess",
        "Lent beyond it, on the strength of the contract",
        "share of cost",
        "={advance}-{lendable}",
        PERCENT,
        "Advance rate less lendable share",
    ),
    Section("11 · Loan to value"),
    Made("cost", "Cost of the collateral", "US$ m", "={loan}/{advance}", MONEY, "Loan over advance rate"),
    Made(
        "ltv_topped",
        "Loan to cost, fully drawn",
        "×",
        "=CFI_LTV({commitment},{cost})",
        PERCENT,
        "DDTL 4.0: more than cost is lent when the contract pays",
    ),
    Made("ltv_cost", "LTV at cost", "×", "=CFI_LTV({loan},{cost})", PERCENT, "", True),
    Made(
        "market_value",
        "Expected market value at the horizon",
        "US$ m",
        "={cost}*EXP({drift}*{horizon})",
        MONEY,
        "Cost × e^(drift × horizon)",
    ),
    Made(
        "ltv_market",
        "LTV at market",
        "×",
        "=CFI_LTV({loan},{market_value})",
        PERCENT,
        "After drift, before sale cost",
        True,
    ),
    Made(
        "ltv_sale",
        "LTV at market after sale cost",
        "×",
        "=CFI_LTV({loan},{market_value},{sale_cost})",
        PERCENT,
        "What correlation zero would give",
    ),
    Made(
        "value_in_default",
        "Expected value when the borrower fails",
        "US$ m",
        f"=CFI_VALUE_IN_DEFAULT({{cost}},{{pd}},{{rho}},{_PRICE},{{drift}})",
        MONEY,
        "Before sale cost",
    ),
    Made(
        "value_share",
        "the same, of cost",
        "share of cost",
        "={value_in_default}/{cost}",
        PERCENT,
        "The number to compare between deals",
    ),
    Made(
        "corr_ltv",
        "Correlation-adjusted LTV",
        "×",
        f"=CFI_CORR_LTV({{loan}},{{cost}},{{pd}},{{rho}},{_PRICE},{_SALE})",
        PERCENT,
        "Never rank by it alone: it worsens as PD falls to zero",
        True,
    ),
    Made(
        "stress_ltv",
        "Stress LTV, worst 1% of the driver",
        "×",
        f"=CFI_STRESS_LTV({{loan}},{{cost}},{{rho}},{_PRICE},{{stress_quantile}},{_SALE})",
        PERCENT,
        "Same bad year for all deals, so it ranks",
        True,
    ),
    Made(
        "bridge_drift",
        "Bridge: drift",
        "×",
        "={ltv_market}-{ltv_cost}",
        PERCENT,
        "LTV at market less LTV at cost",
    ),
    Made(
        "bridge_sale",
        "Bridge: sale cost",
        "×",
        "={ltv_sale}-{ltv_market}",
        PERCENT,
        "After sale cost less before",
    ),
    Made(
        "bridge_correlation",
        "Bridge: correlation",
        "×",
        f"=INDEX(CFI_WRONG_WAY({{loan}},{{cost}},{{pd}},{{rho}},{_PRICE},{_SALE}),1,1)",
        PERCENT,
        "LTV added by the correlation",
    ),
    Section("12 · Loss"),
    Made(
        "lgd_flat",
        "LGD without correlation",
        "share of loan",
        f"=CFI_CORR_LGD({{loan}},{{cost}},{{pd}},0,{_PRICE},{_SALE})",
        PERCENT,
        "ρ set to zero",
    ),
    Made(
        "lgd",
        "LGD with correlation",
        "share of loan",
        f"=CFI_CORR_LGD({{loan}},{{cost}},{{pd}},{{rho}},{_PRICE},{_SALE})",
        PERCENT,
        "Collateral sold in the market",
        True,
    ),
    Made(
        "wrong_way",
        "LGD added by the correlation",
        "share of loan",
        f"=INDEX(CFI_WRONG_WAY({{loan}},{{cost}},{{pd}},{{rho}},{_PRICE},{_SALE}),1,2)",
        PERCENT,
        "Wrong-way risk in points of LGD",
    ),
    Made(
        "contract_value",
        "Value of the contracts for this loan",
        "US$ m",
        "=MAX(0,{risked_cover})*{loan}",
        MONEY,
        "Risked cover × loan",
    ),
    Made(
        "lgd_step_in",
        "LGD if the contract may be assigned",
        "share of loan",
        f"=CFI_STEP_IN_LGD({{loan}},{{contract_value}},{{survival}},{{cost}},{{pd}},{{rho}},{_PRICE},{_SALE})",
        PERCENT,
        "Contract survives with its chance, else a market sale",
        True,
    ),
    Made(
        "el_flat",
        "Expected loss without correlation",
        "share a year",
        f"=CFI_CORR_EL({{loan}},{{cost}},{{pd}},0,{_PRICE},{_SALE})",
        PERCENT_2,
        "PD × LGD at ρ = 0",
    ),
    Made(
        "el",
        "Expected loss with correlation",
        "share a year",
        f"=CFI_CORR_EL({{loan}},{{cost}},{{pd}},{{rho}},{_PRICE},{_SALE})",
        PERCENT_2,
        "PD of the driver × LGD: the headline",
        True,
    ),
    Made(
        "el_either",
        "Expected loss, driver or offtaker",
        "share a year",
        f"=CFI_CORR_EL({{loan}},{{cost}},{{pd_either}},{{rho}},{_PRICE},{_SALE})",
        PERCENT_2,
        "The offtaker's default comes on top",
        True,
    ),
    Made(
        "el_step_in",
        "Expected loss if the contract may be assigned",
        "share a year",
        "={pd}*{lgd_step_in}",
        PERCENT_2,
        "PD of the driver × LGD with step-in",
    ),
    Made(
        "el_money",
        "Expected loss in money",
        "US$ m a year",
        "={el}*{loan}",
        '#,##0.0"m"',
        "Expected loss × loan at first funding",
        True,
    ),
)

# (key of the row that the measure shows, name of the test)
MEASURES = (
    ("contracted", "Arm's-length take-or-pay share"),
    ("investment_grade", "Offtaker investment-grade share"),
    ("tail", "Balance at last contract end"),
    ("draw_gate", "Draw gate"),
    ("min_contract_dscr", "Minimum DSCR on contract cash"),
    ("rho", "ρ of driver to collateral"),
    ("wrong_way", "Wrong-way LGD add-on"),
    ("residual_reliance", "Residual value reliance"),
    ("cash_dominion", "Cash dominion"),
    ("hedged", "Hedging of rates and power"),
    ("step_in", "Step-in, assignable contract"),
    ("firm_share", "Firm share"),
    ("same_driver", "Lender book on the same driver"),
)

JUDGEMENT: tuple[Section | Made, ...] = (
    Section("13 · Rebrand test: compute lender, or mining lender under a new name?"),
    *(
        Made(
            f"measure_{number}",
            f"{number} · {name}",
            "measure",
            f"={{{key}}}",
            NUMBER_4,
            "Carried from the row of that name",
            named=False,
        )
        for number, (key, name) in enumerate(MEASURES, 1)
    ),
    Made(
        "score",
        "Rebrand score",
        "0–100",
        "=INDEX(CFI_REBRAND_SCORE({measure_1}:{measure_13}),1,1)",
        "0.0",
        "100 = ComputeFi, 0 = MinerFi",
        True,
    ),
    Made(
        "hard_fails",
        "Hard fails",
        "count",
        "=INDEX(CFI_REBRAND_SCORE({measure_1}:{measure_13}),1,2)",
        WHOLE,
        "Of tests 1, 3, 4, 6 and 9",
        True,
    ),
    Made(
        "first_fail",
        "First hard fail",
        "test number",
        "=INDEX(CFI_REBRAND_SCORE({measure_1}:{measure_13}),1,3)",
        WHOLE,
        "0 = none",
    ),
    Made(
        "first_fail_name",
        "First hard fail, in words",
        "words",
        '=IF({hard_fails}=0,"none",INDEX({measure_names},{first_fail}))',
        TEXT,
        "",
    ),
    Made(
        "verdict",
        "Verdict",
        "words",
        '=IF(AND({hard_fails}=0,{score}>={pass_score}),"PASS · repaid by the contract",IF({contracted}>={contract_floor},'
        '"WATCH · contract first, then the market","FAIL · rests on its collateral"))',
        TEXT,
        "Pass: no hard fail and the score; fail: contracted share below the floor; else watch",
    ),
    Made(
        "rank",
        "Rank by expected loss",
        "1 = best",
        "=1+SUMPRODUCT(--({el_row}<{el}))",
        WHOLE,
        "Smaller loss, better rank",
    ),
)

ROWS: tuple[Section | Given | Made, ...] = (*INPUTS, *CALCULATIONS, *JUDGEMENT)

"""The rows of the Deals sheet that are calculated: one formula per row for all four deals.

In a formula `{key}` is the cell of that row in the deal's own column; `{year}` is the year in the unit column.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbooks.build.compare.inputs import CONTRACTS, INPUTS, YEARS_SHOWN, Given, Section
from workbooks.build.kit.page import MONEY, NUMBER, NUMBER_4, PERCENT, PERCENT_2, TEXT, TIMES, WHOLE


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


_ALL_CONTRACTS = "Contracts!$N$9:$S$14,{counted_1}:{counted_6},Contracts!$F$9:$F$14,Contracts!$G$9:$G$14,{rate},{loan_years},{commitment}"
_TERMS = "Contracts!$H$9:$H$14,Contracts!$M$9:$M$14"
_DRIVER = "{vol_contract},{vol_market},{vol_other}"
_PRICE = "{volatility},{horizon}"
_SALE = "{drift},{sale_cost}"


def _contract_rows() -> list[Section | Made]:
    years = range(1, YEARS_SHOWN + 1)
    letters = dict(zip(years, "NOPQRS", strict=True))
    rows: list[Section | Made] = [Section("7 · Backlog: what is promised and what counts", "from the sheet Contracts")]
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
        formula = "=IF({year}>={loan_years},0,1-((1+{rate}/12)^(12*{year})-1)/((1+{rate}/12)^(12*{loan_years})-1))"
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
        "loan / value",
        "=CFI_LTV({commitment},{cost})",
        PERCENT,
        "DDTL 4.0: more than cost is lent when the contract pays",
    ),
    Made("ltv_cost", "LTV at cost", "loan / value", "=CFI_LTV({loan},{cost})", PERCENT, "Loan over cost", True),
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
        "loan / value",
        "=CFI_LTV({loan},{market_value})",
        PERCENT,
        "After drift, before sale cost",
        True,
    ),
    Made(
        "ltv_sale",
        "LTV at market after sale cost",
        "loan / value",
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
        "loan / value",
        f"=CFI_CORR_LTV({{loan}},{{cost}},{{pd}},{{rho}},{_PRICE},{_SALE})",
        PERCENT,
        "Never rank by it alone: it worsens as PD falls to zero",
        True,
    ),
    Made(
        "stress_ltv",
        "Stress LTV, worst 1% of the driver",
        "loan / value",
        f"=CFI_STRESS_LTV({{loan}},{{cost}},{{rho}},{_PRICE},{{stress_quantile}},{_SALE})",
        PERCENT,
        "Same bad year for all deals, so it ranks",
        True,
    ),
    Made(
        "bridge_drift",
        "Bridge: drift",
        "loan / value",
        "={ltv_market}-{ltv_cost}",
        PERCENT,
        "LTV at market less LTV at cost",
    ),
    Made(
        "bridge_sale",
        "Bridge: sale cost",
        "loan / value",
        "={ltv_sale}-{ltv_market}",
        PERCENT,
        "After sale cost less before",
    ),
    Made(
        "bridge_correlation",
        "Bridge: correlation",
        "loan / value",
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

# (key of the row that the measure shows, name of the test, its levels)
MEASURES = (
    ("contracted", "Arm's-length take-or-pay share", "Full credit from 0.85, none at 0; hard fail below 0.50"),
    ("investment_grade", "Offtaker investment-grade share", "Full credit from 0.65, none at 0"),
    ("tail", "Balance at last contract end", "Full credit to 0.10, none at 1; hard fail above 0.50"),
    ("draw_gate", "Draw gate", "Full credit at 1; hard fail at 0"),
    ("min_contract_dscr", "Minimum DSCR on contract cash", "Full credit from 1.15, none at 1.00"),
    ("rho", "ρ of driver to collateral", "Full credit to 0.35, none at 0.60, which is a hard fail"),
    ("wrong_way", "Wrong-way LGD add-on", "Full credit to 0.10, none at 0.25"),
    ("residual_reliance", "Residual value reliance", "Full credit to 0.10, none at 1"),
    ("cash_dominion", "Cash dominion", "Full credit at 1; hard fail at 0"),
    ("hedged", "Hedging of rates and power", "Full credit from 0.85, none at 0"),
    ("step_in", "Step-in, assignable contract", "Full credit at 1, none at 0"),
    ("firm_share", "Firm share", "Full credit from 0.90, none at 0"),
    ("same_driver", "Lender book on the same driver", "Full credit to 0.20, none at 0.50"),
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
            levels,
            named=False,
        )
        for number, (key, name, levels) in enumerate(MEASURES, 1)
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

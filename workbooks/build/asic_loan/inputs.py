"""The sheet Inputs of asic_loan.xlsx: switches, the loan by deal, what all deals share, and what follows from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from workbooks.build.kit.holes import Block
from workbooks.build.kit.inputs import InputColumns, read_inputs, write_heads, write_inputs
from workbooks.build.kit.page import NUMBER, PERCENT, Book, Page
from workbooks.build.kit.parameters import of_collateral
from workbooks.build.kit.rows import Form, Row, Section, measured, write_rows
from workbooks.build.kit.text import LEGEND

MONTHS = 36
DEAL_NAMES = ("SPV of March 2022", "Loan of November 2026", "Your own loan")
PATH_NAMES = ("Base: growth of the network", "2022-like fall", "Your own path")
# What all workbooks share of mining machines, by key; unsecured recovery and the discount of recoveries are not used.
SHARED = (
    "observed_volatility", "stale_share", "sticky_on", "annual_residual", "time_to_sell", "vol_market", "vol_other",
    "corr_contract", "corr_market", "corr_contract_market", "corr_market_low", "corr_market_high", "volatility_low",
    "volatility_high", "pd_floor", "stress_quantile",
)  # fmt: skip
NARROWER: dict[str, Any] = {"time_to_sell": {"low": 0.003}}  # a day: in none no market takes anything
INPUTS = (
    *read_inputs(Path(__file__).with_name("inputs.csv")),
    Section("9 · Shared parameters", "one set for all workbooks, of mining machines"),
    *(replace(of_collateral(key, "asic"), **NARROWER.get(key, {})) for key in SHARED),
)
COLUMNS = InputColumns("D", ("E", "F", "G"), "H", "I", "J", "K", "L", "M")
WIDTHS = (
    {"A": 1.5, "B": 42, "C": 17} | dict.fromkeys("DEFG", 13) | {"H": 10, "I": 60, "J": 11, "K": 10, "L": 10, "M": 8}
)

DERIVED = (
    Section("10 · Derived", "formulas, nothing typed in"),
    Row("network_start", "Network at drawing", "EH/s", "=blocks_per_day*subsidy*btc_start*(1+fee_share)/(hashprice_start*ph_per_eh)", "#,##0.0", "The hashrate at which CFI_HASHPRICE gives the hashprice at drawing", "result"),
    Row("level_payment", "Level payment a month", "US$ m", "=-PMT(loan_rate/months_per_year,tenor,loan_amount)", NUMBER, "Annuity over the tenor", "result"),
    Row("ltv_call", "LTV at which margin is called", "loan / value", "=1/cover_call", PERCENT, "1 over the cover", "result"),
    Row("ltv_full", "LTV that a cure must restore", "loan / value", "=1/cover_full", PERCENT, "1 over the cover", "result"),
    Row("volatility_least", "Volatility of the machines' value, low end of the band", "a year, log", "=MIN(volatility_low,volatility)", NUMBER, "Of the shared parameters, not above the central one", "result"),
    Row("volatility", "Volatility of the machines' value", "a year, log", "=observed_volatility*IF(sticky_on=1,SQRT((1+stale_share)/(1-stale_share)),1)", NUMBER, "As observed, or corrected for sticky prices: the switch is above", "result"),
    Row("volatility_most", "Volatility of the machines' value, high end of the band", "a year, log", "=MAX(volatility_high,volatility)", NUMBER, "Of the shared parameters, not below the central one", "result"),
    Row("drift", "Drift of the machines' value", "a year, continuous", "=LN(annual_residual)", "0.000", "Logarithm of the annual residual factor", "result"),
    Row("sale_days", "Days allowed for the sale", "days", "=time_to_sell*days_per_year", "0.0", "Time to sell: the lag of all measures of a default", "result"),
    Row("cost_share", "Cost share of revenue at drawing", "share", "=(CFI_HASHCOST(efficiency,power_price,other_cost)+overhead*million*months_per_year/days_per_year/MAX(tolerance,fleet*uptime))/hashprice_start", PERCENT, "Hashcost and overhead over hashprice", "result"),
    Row("leverage", "Operating leverage", "×", "=1/(1-MIN(cost_share,cost_share_limit))", NUMBER, "1 over 1 less the cost share: cost is fixed in money", "result"),
    Row("rho_least", "ρ of driver and collateral, low end of the band", "correlation", "=MIN(driver_rho,CFI_DRIVER_RHO(contracted,vol_contract,vol_market,vol_other,corr_contract,corr_market_low,corr_contract_market,leverage))", NUMBER, "CFI_DRIVER_RHO with the low correlation", "result"),
    Row("driver_rho", "ρ of driver and collateral", "correlation", "=CFI_DRIVER_RHO(contracted,vol_contract,vol_market,vol_other,corr_contract,corr_market,corr_contract_market,leverage)", NUMBER, "CFI_DRIVER_RHO", "result"),
    Row("rho_most", "ρ of driver and collateral, high end of the band", "correlation", "=MAX(driver_rho,CFI_DRIVER_RHO(contracted,vol_contract,vol_market,vol_other,corr_contract,corr_market_high,corr_contract_market,leverage))", NUMBER, "CFI_DRIVER_RHO with the high correlation", "result"),
    Row("driver_variance", "Variance of debt-service cash", "a year", "=leverage^2*(contracted^2*vol_contract^2+(1-contracted)^2*vol_market^2+2*corr_contract_market*contracted*(1-contracted)*vol_contract*vol_market)+vol_other^2", "0.0000", "Contract, market and the rest", "result"),
    Row("driver_volatility", "Volatility of debt-service cash", "a year", "=SQRT(driver_variance)", NUMBER, "Root of the variance", "result"),
    Row("loan_per_th", "Loan per TH", "$/TH", "=loan_amount*million/(fleet*th_per_ph)", NUMBER, "Loan over fleet", "result"),
    Row("rule_payback", "Payback of the machines at drawing", "days", "=IF(hashprice_start>CFI_HASHCOST(efficiency,power_price,other_cost),CFI_PAYBACK(asic_price,hashprice_start,CFI_HASHCOST(efficiency,power_price,other_cost)),0)", '0;-0;"never"', "CFI_PAYBACK at today's margin: the optimist's number", "result"),
    Row("gap_at_trigger", "Gap risk of a call at the trigger", "probability", "=INDEX(CFI_GAP_RISK(ltv_call,volatility,cure_days,drift),1,1)", PERCENT, "CFI_GAP_RISK over the days from the call to the sale", "result"),
)  # fmt: skip

# Low, central and high below each other, as CFI_CORR_LGD_RANGE takes them.
BANDS = {"volatility_band": ("volatility_least", "volatility_most"), "rho_band": ("rho_least", "rho_most")}


def write_input_sheet(book: Book) -> None:
    page = book.page("Inputs", "Inputs", "Everything that is typed in: switches, the loan by deal, what all deals share.", WIDTHS)  # fmt: skip
    page.merge("B4:M4", LEGEND, "plain", 18, vertical="center")
    write_heads(page, 5, COLUMNS, "Live", DEAL_NAMES)
    page.row(5, 44)
    block = book.places.add(Block("Inputs", "D", 1))
    last = write_inputs(page, INPUTS, 6, COLUMNS, block, "deal")
    book.name("inputs_in_range", page, f"M6:M{last}")
    last = block.lay([item.key for item in DERIVED], last + 1)
    write_rows(page, DERIVED, block, Form("M", "I", bold=(), height=measured))
    for item in DERIVED[1:]:
        book.name(item.key, page, page.fill(f"{{{item.key}@D}}"))
    for band, (first, end) in BANDS.items():
        book.name(band, page, page.fill(f"{{{first}@D}}:{{{end}@D}}"))
    _name_of_live(page, last + 1, "deal", "Name of the live deal", DEAL_NAMES)
    _name_of_live(page, last + 2, "path", "Name of the live path", PATH_NAMES)
    page.freeze("D6")
    page.print_setup(f"B1:M{last + 2}", "5:5", [block.row_of["asic_life"], block.row_of["dscr_high"]])


def _name_of_live(page: Page, row: int, switch: str, label: str, names: tuple[str, ...]) -> None:
    listed = ",".join(f'"{name}"' for name in names)
    page.put(f"B{row}", label, "label")
    page.put(f"C{row}", "words", "unit")
    page.merge(f"D{row}:E{row}", f"=CHOOSE({switch},{listed})", "words")
    page.put(f"I{row}", "By the switch", "note")
    page.row(row, 30)
    page.book.name(f"{switch}_name", page, f"D{row}")

"""The rows of Cash in ddtl.xlsx: months and flags, the fleet, revenue and cost, and the projection that sized the loan.

A lever of the sheet Stress has two cells: `delay` of the world that is live, `delay_sized` of the one in which the loan
was sized. Without resizing the second is that of the plan, and what was drawn stays.
"""

from __future__ import annotations

from workbooks.build.ddtl.grid import AMOUNT, COUNT, FLAG, MONTHS, Line
from workbooks.build.kit.page import DATE, NUMBER, PERCENT, PERCENT_2, WHOLE
from workbooks.build.kit.rows import Row, Section

CONTRACTS = 6  # of one deal


def _billed(number: int) -> Line:
    """What one contract of the deal bills in a month."""
    c = f"c{number}_"
    live = f"IF(AND({{month}}>{{{c}start}},{{month}}<={{{c}end}}),MIN(1,({{month}}-{{{c}start}})/{{{c}ramp_months}}),0)"
    how = "GPUs × price × hours × take or pay × ramp" if number == 1 else ""
    return Line(f"billed_{number}", f"Billed, contract {number}", "US$ m", f"={{gpus}}*{{{c}full}}*(1-contract_shock)*{live}", AMOUNT, how, total="sum")  # fmt: skip


BASIS = 'CHOOSE(MAX(1,day_count),"act/360","act/365f","30/360","act/act")'
LET = "SUMPRODUCT({c_share},--({month}>{c_start}),--({month}<={c_end}))"
IDLE = "SUMPRODUCT({c_share},--({month}>{c_end}),--({month}<={c_end}+relet_months))"
RAMP = "({month}-{c_start}>={c_ramp_months})+({month}-{c_start}<{c_ramp_months})*({month}-{c_start})/{c_ramp_months}"
PLANNED = f"SUMPRODUCT({{c_full}},--({{month}}>{{c_start}}),--({{month}}<={{c_end_sized}}),{RAMP}"
LOAD = "pue*1000*hours*power_price*(1+power_inflation)^({month}/year_months)/million"

CASH: tuple[Section | Row, ...] = (
    Section("Months and flags", "1 = yes, 0 = no"),
    Line("month", "Month", "number", "={month@-1}+1", WHOLE, "Counts from the first whole month", start=0),
    Line("period_end", "Month ends", "date", "=EOMONTH(signed,{month})", DATE, "Month ends after signing", start="=EOMONTH(signed,0)"),
    Line("loan_year", "Loan year", "number", "=ROUNDUP({month}/year_months,0)", WHOLE, "Twelve months each"),
    Line("available", "Availability period", "flag", "=IF({period_end}<=EOMONTH(availability_end,0),1,0)", FLAG, "To the month in which it ends", total="sum"),
    Line("loan_life", "Loan life", "flag", "=IF(IF(loan_months=0,{period_end}<=maturity,{month}<=loan_months),1,0)", FLAG, "To final maturity, by date or months: 120 at most", total="sum"),
    Line("repaying", "Principal is due", "flag", "={loan_life}*IF({month}>=first_repayment,1,0)", FLAG, "From the first month with principal", total="sum"),
    Line("matures", "Final maturity", "flag", "={loan_life}-{loan_life@+1}", FLAG, "Last month of the loan's life", total="sum"),
    Line("payments_left", "Payments left, this one included", "number", "={repaying}*({loan_life$@D}-{month}+1)", FLAG, "For annuity and straight line"),
    Line("stable", "Fleet is stabilised", "flag", "=IF({month}>=last_acceptance+stabilised_months,1,0)", FLAG, "Last acceptance plus the months of earning", total="sum"),
    Line("topping_up", "Top-up date", "flag", "={available}*({stable}-{stable@-1})", FLAG, "First stabilised month, if still available", total="sum"),
    Section("Rates"),
    Line("pay_before", "Interest runs from", "date", f'=TRANSPOSE(CFI_SCHEDULE({{period_end$@F}},EOMONTH({{period_end$@F}},{MONTHS}),1,calendar,"modified following",{BASIS},"month end","short last"))', DATE, "CFI_SCHEDULE: month ends, moved to business days", array=True, answers=("pay_date", "pay_days", "counted")),
    Line("pay_date", "Payment date", "date", "", DATE, "The day to which it runs, and on which it is paid"),
    Line("pay_days", "Days between", "days", "", WHOLE, ""),
    Line("counted", "Years of interest by the day count", "years", "", "0.0000", "On act/360 where none is chosen"),
    Line("year_part", "Years of interest charged", "years", "=IF(day_count=0,1/year_months,{counted})", "0.0000", "A twelfth of a year where no day count is chosen", total="sum"),
    Line("curve_time", "Time from close to the payment date", "years", "=({pay_date}-{period_end$@F})/365", "0.000", "As CFI_FORWARD counts: years of 365 days", total="max"),
    Line("curve_discount", "Discount factor of the curve", "of 1", "=TRANSPOSE(CFI_FORWARD(curve_tenors,curve_rates,{curve_time:all},curve_quotes,curve_joined,365/360))", "0.0000", "CFI_FORWARD of the quotes on Inputs, as if of the day of close", array=True, answers=("curve_forward", "curve_zero")),
    Line("curve_forward", "Forward SOFR of the period", "per year", "", PERCENT_2, "What a swap locks in, no forecast"),
    Line("curve_zero", "Zero rate to the payment date", "per year", "", PERCENT_2, "Continuous"),
    Line("sofr", "SOFR", "per year", "=IF(curve_on=1,{curve_forward},base_rate+sofr_slope*({loan_year}-1))+sofr_shock", PERCENT_2, "Of the curve, or by loan year; with the shock of the world"),
    Line("coupon", "All-in coupon after hedge", "per year", "=fixed_share*fixed_rate+(1-fixed_share)*(margin+MAX(sofr_floor,{sofr})+hedged*(swap_rate-{sofr}))", PERCENT_2, "Fixed part; floating part with its floor, and the swap without it", look="result"),
    Line("rate", "Coupon per month", "per month", "={coupon}*{year_part}", "0.000%", "By the years of interest charged"),
    Line("rate_sized", "The same, when the loan was sized", "per month", "={rate}-(1-fixed_share)*(MAX(sofr_floor,{sofr})-MAX(sofr_floor,{sofr}-sofr_shock+sofr_shock_sized)-hedged*(sofr_shock-sofr_shock_sized))*{year_part}", "0.000%", "Without the shock of the world"),
    Section("The fleet, all tranches", "costs and dates on Fleet"),
    Line("capex", "Cost paid", "US$ m", "=SUMPRODUCT({t_cost},--({t_paid}={month}))", AMOUNT, "On delivery", total="sum"),
    Line("paid", "Cost paid so far", "US$ m", "={paid@-1}+{capex}", AMOUNT, "For insurance", total="max", start=0),
    Line("eligible_cost", "Cost of what has passed the draw gate", "US$ m", "=SUMPRODUCT({t_cost},--({t_ready}<={month}))", AMOUNT, "All five tests of the gate are met", total="max", look="result"),
    Line("book_value", "Book value of it", "US$ m", "=SUMPRODUCT({t_cost},--({t_ready}<={month}),--({month}-{t_delivery}<book_life),1-({month}-{t_delivery})/book_life)", AMOUNT, "Straight line from delivery", total="max"),
    Line("market_value", "Market value of it", "US$ m", "=SUMPRODUCT({t_cost},--({t_ready}<={month}),scrap_floor+(1-scrap_floor)*EXP(-decay*({month}-{t_delivery})/year_months))*(1-value_shock)", AMOUNT, "As CFI_GPU_RESIDUAL: decay to the scrap floor; before cost of sale", total="max", look="result"),
    Line("net_value", "Market value after haircut", "US$ m", "={market_value}*(1-haircut)", AMOUNT, "What a quick sale would fetch", total="max"),
    Line("gpus", "GPUs accepted, earning", "GPUs", "=SUMPRODUCT({t_gpus},--({t_acceptance}+delay<={month}))", COUNT, "With the delay of the world", total="max"),
    Line("load", "IT load accepted", "MW", "=SUMPRODUCT({t_mw},--({t_acceptance}+delay<={month}))", AMOUNT, "", total="max"),
    Section("Contracts", "terms on Contracts"),
    *(_billed(number) for number in range(1, CONTRACTS + 1)),
    Line("shares_let", "Share of the fleet under contract", "share", f"={LET}", PERCENT, "Start and tenor; a delay does not move them", total="max"),
    Line("billed", "Billed under contract", "US$ m", f"=SUM({{billed_1..billed_{CONTRACTS}}})", AMOUNT, "All contracts", total="sum", look="result"),
    Line("arms_length", "of which at arm's length", "US$ m", f"=SUMPRODUCT({{billed_1..billed_{CONTRACTS}}},{{c_arms_length}})", AMOUNT, "An affiliate's contract counts nothing", total="sum"),
    Line("prepaid", "Prepayments received", "US$ m", "=SUMPRODUCT({c_prepay},{c_billed},--({c_start}+1={month}))", AMOUNT, "At the start; they fund the fleet, not debt service", total="sum"),
    Line("contract_cash", "Cash from contracts", "US$ m", f"=SUMPRODUCT({{billed_1..billed_{CONTRACTS}}},{{c_keep}})", AMOUNT, "Billed less prepayments worked off and service credits", total="sum"),
    Line("firm_cash", "of which customers cannot leave", "US$ m", f"=SUMPRODUCT({{billed_1..billed_{CONTRACTS}}},{{c_keep}},{{c_arms_length}},--({{month}}<={{c_firm_end}}))", AMOUNT, "Arm's length, to the end of the notice period", total="sum", look="result"),
    Section("Market"),
    Line("spare", "GPUs to let at the market", "GPUs", f"={{gpus}}*MAX(0,1-{{shares_let}}-{IDLE})", COUNT, "In service, not under contract, not waiting to be re-let", total="max"),
    Line("market_rent", "Market rent", "$ per GPU-h", "=rent*EXP(-rent_decay*{month}/year_months)*(1-rent_shock)", NUMBER, "Decays from close; less the shock"),
    Line("merchant", "Market revenue", "US$ m", "={spare}*{market_rent}*utilisation*hours/million", AMOUNT, "GPUs × rent × utilisation × hours", total="sum", look="result"),
    Section("Operating cost and CFADS"),
    Line("power", "Power", "US$ m", f"={{load}}*{LOAD}*(1+power_shock)", AMOUNT, "MW × PUE × hours × price", total="sum"),
    Line("colo", "Colocation", "US$ m", "={load}*colocation/year_months", AMOUNT, "MW × price per MW-year", total="sum"),
    Line("other", "Staff, maintenance and the rest", "US$ m", "=other_opex*({billed}+{merchant})", AMOUNT, "Share of revenue", total="sum"),
    Line("insured", "Insurance", "US$ m", "=insurance*{paid}/year_months", AMOUNT, "Share of cost paid so far", total="sum"),
    Line("opex", "Operating cost", "US$ m", "={power}+{colo}+{other}+{insured}", AMOUNT, "", total="sum", look="result"),
    Line("cfads", "CFADS", "US$ m", "={contract_cash}+{merchant}-{opex}", AMOUNT, "Before tax", total="sum", look="result"),
    Section("The projection that sized the loan", "the same rows in the world of sizing: without resizing, the plan"),
    Line("gpus_sized", "GPUs accepted", "GPUs", "=SUMPRODUCT({t_gpus},--({t_accept_sized}<={month}))", COUNT, "", total="max"),
    Line("load_sized", "IT load accepted", "MW", "=SUMPRODUCT({t_mw},--({t_accept_sized}<={month}))", AMOUNT, "", total="max"),
    Line("billed_sized", "Billed under contract", "US$ m", f"={{gpus_sized}}*(1-contract_shock_sized)*{PLANNED})", AMOUNT, "", total="sum"),
    Line("kept_sized", "Cash from contracts", "US$ m", f"={{gpus_sized}}*(1-contract_shock_sized)*{PLANNED},{{c_keep}})", AMOUNT, "", total="sum"),
    Line("spare_sized", "GPUs to let at the market", "GPUs", "={gpus_sized}*MAX(0,1-SUMPRODUCT({c_share},--({month}>{c_start}),--({month}<={c_end_sized}+relet_months_sized)))", COUNT, "", total="max"),
    Line("merchant_sized", "Market revenue", "US$ m", "={spare_sized}*rent*EXP(-rent_decay*{month}/year_months)*(1-rent_shock_sized)*utilisation*hours/million", AMOUNT, "", total="sum"),
    Line("opex_sized", "Operating cost", "US$ m", f"={{load_sized}}*({LOAD}*(1+power_shock_sized)+colocation/year_months)+other_opex*({{billed_sized}}+{{merchant_sized}})+{{insured}}", AMOUNT, "", total="sum"),
    Line("contract_sized", "Contracts, after their share of cost", "US$ m", "={kept_sized}-{opex_sized}*MIN(1,SUMPRODUCT({c_share},--({month}>{c_start}),--({month}<={c_end_sized})))", AMOUNT, "Cost by share of the fleet; the rest of CFADS is the market's", total="sum"),
    Line("cfads_sized", "CFADS as projected", "US$ m", "={kept_sized}+{merchant_sized}-{opex_sized}", AMOUNT, "Sizes the top-up and the sculpted repayment", total="sum", look="result"),
)  # fmt: skip

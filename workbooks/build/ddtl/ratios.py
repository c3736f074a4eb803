"""The rows of Ratios in ddtl.xlsx: cover, what contracts repay, loan to value, and the driver of default."""

from __future__ import annotations

from workbooks.build.ddtl.cash import CONTRACTS
from workbooks.build.ddtl.grid import AMOUNT, FLAG, Line
from workbooks.build.kit.page import NUMBER, PERCENT, PERCENT_2, TIMES, WHOLE
from workbooks.build.kit.rows import Row, Section

CLOSED = "{closing}>small"
SERVICE_3M = "({service}+{service@-1}+{service@-2})"
BILLED = f"{{billed_1..billed_{CONTRACTS}}}"
DRIVER = "vol_contract,vol_market,vol_other"


def _ahead(row: str) -> str:
    """The sum of a row over the next twelve months."""
    return f'SUMIFS({{{row}:all}},{{month:all}},">"&{{month}},{{month:all}},"<="&{{month}}+year_months)'


def _last_three(row: str) -> str:
    return f"({{{row}}}+{{{row}@-1}}+{{{row}@-2}})"


def _rho(key: str, words: str, corr: str, how: str, look: str) -> Line:
    formula = f"=CFI_DRIVER_RHO({{contracted:all}},{DRIVER},corr_contract,{corr},corr_contract_market,leverage)"
    return Line(key, words, "correlation", formula, NUMBER, how, look, total="max", array=True)


RATIOS: tuple[Section | Row, ...] = (
    Section("Debt service cover"),
    Line("dscr", "DSCR of the month", "×", "=IF({service}*{repaying}>small,{cfads}/MAX(small,{service}),untested)", TIMES, "CFADS over interest and scheduled principal", total="min"),
    Line("tested", "Three months of principal are behind", "flag", f"=IF(AND({{repaying}}=1,{{month}}>=first_repayment+2),IF({SERVICE_3M}>small,1,0),0)", FLAG, "Only then is the history complete", total="sum"),
    Line("dscr_3m", "DSCR, last three months", "×", f"=IF({{tested}}=1,{_last_three('cfads')}/MAX(small,{SERVICE_3M}),untested)", TIMES, "The maintenance test of the filed loans", total="min", look="result"),
    Line("service_ahead", "Debt service of the next twelve months", "US$ m", f"={_ahead('service')}", AMOUNT, "To maturity at most"),
    Line("cash_next", "CFADS of the next twelve months", "US$ m", f"={_ahead('cfads_life')}", AMOUNT, "To maturity at most"),
    Line("cfads_life", "CFADS within the loan's life", "US$ m", "={cfads}*{loan_life}", AMOUNT, "", total="sum"),
    Line("dscr_forward", "DSCR, next twelve months", "×", f"=IF(AND({CLOSED},{{service_ahead}}>small),{{cash_next}}/MAX(small,{{service_ahead}}),untested)", TIMES, "To maturity at most", total="min", look="result"),
    Line("value_ahead", "Value of CFADS to maturity", "US$ m", "=({cfads_life@+1}+{value_ahead@+1})/(1+{rate})", AMOUNT, "At the end of the month"),
    Line("llcr", "Loan life cover (LLCR)", "×", f"=IF(AND({CLOSED},{{loan_life}}=1,{{matures}}=0),{{value_ahead}}/MAX(small,{{closing}}),untested)", TIMES, "Value of CFADS to maturity over the loan", total="min", look="result"),
    Line("llcr_cash", "Loan life cover with the reserve", "×", "=IF({llcr}<untested,({value_ahead}+{reserve})/MAX(small,{closing}),untested)", TIMES, "The reserve counts undiscounted; it pays the balloon", total="min"),
    Section("What the contracts repay"),
    Line("firm_net", "Cash that customers cannot leave, after its cost", "US$ m", "={firm_cash}-{opex}*SUMPRODUCT({c_share},{c_arms_length},--({month}>{c_start}),--({month}<={c_end}),--({month}<={c_firm_end}))", AMOUNT, "Cost by share of the fleet", total="sum"),
    Line("contract_dscr", "Cover by contracts that customers cannot leave", "×", f"=IF({{tested}}=1,{_last_three('firm_net')}/MAX(small,{SERVICE_3M}),untested)", TIMES, "Last three months, rights to leave used as soon as they arise", total="min", look="result"),
    Line("backlog", "Firm backlog", "US$ m", "={backlog@-1}-{firm_cash}", AMOUNT, "Arm's length, to the end of the notice period", total="max", start="={firm_cash$@D}"),
    Line("backlog_cover", "Firm backlog cover", "×", f"=IF(AND({CLOSED},{{loan_life}}=1,{{matures}}=0),{{backlog}}/MAX(small,{{closing}}),untested)", TIMES, "Before operating cost", total="min"),
    Line("risked", "Risked backlog cover, after operating cost", "×", "", TIMES, "CFI_RISKED_COVERAGE on the commitment", total="=CFI_RISKED_COVERAGE({billed_1..billed_6:all},1,{c_hazard},{c_delivery},{coupon@G},{loan_life$@D},commitment,{contract_cost:all},{c_arms_length},{c_cancellable},year_months)", look="result"),
    Line("contract_cost", "Operating cost of the contracted share", "US$ m", "={opex}*SUMPRODUCT({c_share},--({month}>{c_start}),--({month}<={c_end}))", AMOUNT, "For the line above", total="sum"),
    Line("assign_net", "Cash of contracts that can be assigned, after its cost", "US$ m", f"=SUMPRODUCT({BILLED},{{c_keep}},{{c_passes}})-{{opex}}*SUMPRODUCT({{c_share}},{{c_passes}},--({{month}}>{{c_start}}),--({{month}}<={{c_end}}))", AMOUNT, "Arm's length and assignable", total="sum"),
    Line("assign_value", "Value of it to a lender", "US$ m", "=({assign_net@+1}+{assign_value@+1})*(1-{pd_offtaker})^(1/year_months)/(1+{rate})", AMOUNT, "At the end of the month, while the customers stand", start="=({assign_net@+1}+{assign_value@+1})*(1-{pd_offtaker@+1})^(1/year_months)/(1+{rate@+1})", look="result"),
    Line("contract_month", "Last month of an arm's-length contract", "month", "=IF({arms_length}>0,{month},0)", WHOLE, "Month number", total="max"),
    Line("tail", "Discount to the end of the contracts, for the months after", "number", "={loan_life}*IF({month}>contract_end,(1+{rate$@G})^(contract_end-{month}),0)", "0.000", "For the break-even rent", total="sum"),
    Line("hhi", "Concentration of customers (HHI)", "index", "", NUMBER, "CFI_HHI on what each customer is billed", total="=IF({billed$@D}=0,1,CFI_HHI({c_customers}))"),
    Line("peak_ahead", "CFADS after the highest balance, to maturity", "US$ m", "=IF({month}+peak_month<={loan_life$@D},INDEX({cfads:all},1,MIN(120,{month}+peak_month)),0)", AMOUNT, "First column: the month after it; for CFI_BREAKEVEN_CFADS", total="sum"),
    Section("Loan to value"),
    Line("ltv_cost", "Loan to cost", "×", f"=IF(AND({CLOSED},{{eligible_cost}}>0),{{closing}}/MAX(small,{{eligible_cost}}),0)", PERCENT, "", total="max"),
    Line("ltv_book", "Loan to book value", "×", f"=IF(AND({CLOSED},{{loan_life}}=1),{{closing}}/MAX(small,{{book_value}}),0)", PERCENT, "Straight line", total="max"),
    Line("ltv_market", "Loan to market value", "×", f"=IF(AND({CLOSED},{{loan_life}}=1),{{closing}}/MAX(small,{{market_value}}),0)", PERCENT, "Before cost of sale", total="max", look="result"),
    Section("The driver of default"),
    Line("all_ahead", "All revenue, next twelve months", "US$ m", f"={_ahead('billed')}+{_ahead('merchant')}", AMOUNT),
    Line("contracted", "Contracted share, c", "share", f"=IF({{all_ahead}}<=small,0,MIN(1,{_ahead('arms_length')}/MAX(small,{{all_ahead}})))", PERCENT, "Arm's length, of the twelve months ahead", total="min"),
    Line("tested_month", "Month whose cover counts", "month", "=MAX(1,MIN(MAX({month},first_repayment),{loan_life$@D}-1))", WHOLE, "Before principal is due: the first year with it, so that no month looks safe because little is due yet"),
    Line("cover_used", "Cover for the PD", "×", "=MIN(cover_most,MAX(cover_least,INDEX({cash_next:all},1,{tested_month})/MAX(small,INDEX({service_ahead:all},1,{tested_month}))))", TIMES, "CFADS over debt service of that month's twelve", total="min"),
    Line("reserve_used", "Reserve over that CFADS", "×", "=MIN(reserve_most,INDEX({reserve:all},1,{tested_month})/MAX(small,{cover_used}*INDEX({service_ahead:all},1,{tested_month})))", TIMES, "Reserve account at the beginning of them", total="max"),
    _rho("rho", "Correlation of cash and chips, ρ", "corr_market", "CFI_DRIVER_RHO, one array formula", "result"),
    _rho("rho_low", "the same, low end", "corr_market_low", "CFI_DRIVER_RHO", "calc"),
    _rho("rho_high", "the same, high end", "corr_market_high", "CFI_DRIVER_RHO", "calc"),
    Line("pd_driver", "PD of the operator, one year, without a floor", "probability", f'=CFI_DRIVER_PD({{cover_used:all}},{{contracted:all}},{DRIVER},corr_contract_market,leverage,"additive",{{reserve_used:all}},1)', PERCENT_2, "CFI_DRIVER_PD with the reserve, one year; one array formula", total="max", array=True),
    Line("pd", "PD of the operator, one year", "probability", "=MAX(pd_floor,{pd_driver})", PERCENT_2, "Not below the floor", total="max", look="result"),
    Line("pd_offtaker", "PD of the offtakers, one year", "probability", f"=IF({{billed}}<=small,{{pd_offtaker@-1}},MAX(pd_floor,SUMPRODUCT({BILLED},{{c_pd}})/MAX(small,{{billed}})))", PERCENT_2, "Weighted by what they pay, not below the floor", total="max", start="=pd_floor"),
    Section("For the chart of cover", "untested months stand on the nearest tested one"),
    Line("chart_month", "A tested month", "month", "=MAX(1,MIN({month},{loan_life$@D}),MIN(first_repayment+2,{loan_life$@D}))", WHOLE),
    Line("chart_dscr", "DSCR, last three months, 5 at most", "×", "=MIN(5,INDEX({dscr_3m:all},1,{chart_month}))", TIMES),
    Line("chart_contract", "Cover by firm contracts, 5 at most", "×", "=MAX(-1,MIN(5,INDEX({contract_dscr:all},1,{chart_month})))", TIMES),
    Line("chart_level", "Covenant", "×", "=cov_dscr+0*{month}", TIMES),
)  # fmt: skip

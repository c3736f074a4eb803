"""The sheet Checks of ddtl.xlsx: inputs, integrity of the months, functions beside native Excel, findings, one flag."""

from __future__ import annotations

from workbooks.build.ddtl.accounts import ACCOUNTS
from workbooks.build.ddtl.cash import CASH, CONTRACTS
from workbooks.build.ddtl.grid import MONTHS
from workbooks.build.ddtl.loan import LOAN
from workbooks.build.ddtl.ratios import RATIOS
from workbooks.build.ddtl.stress import LEVERS
from workbooks.build.ddtl.tables import AGREEMENTS, CASES, FLEET
from workbooks.build.kit.checks import FINDINGS, TOP, Check, holds, write_checks
from workbooks.build.kit.page import WHOLE, Book, all_within
from workbooks.build.kit.rows import Row, Section
from workbooks.build.kit.text import sentence

PAID = "AND(loan_repaid=1,missed_months=0)"
QUESTION = "Inputs in range, months that add up, functions beside native Excel; one master flag."


def _months(sheet: str, rows: tuple[Section | Row, ...]) -> Check:
    """Every month of every row is a number."""
    keys = [item.key for item in rows if isinstance(item, Row)]
    filled = sum(1 + len(item.answers) for item in rows if isinstance(item, Row) and item.formula)
    return Check(
        "Every month of every row is a number", sheet, f"=COUNT({{{keys[0]}..{keys[-1]}:all}})", filled * MONTHS
    )


def _terms(case: str) -> tuple[Check, ...]:
    signed, available = f"signed_{case}", f"availability_end_{case}"
    matures = f"IF(loan_months_{case}=0,maturity_{case},EOMONTH({signed},loan_months_{case}))"
    return (
        holds(
            "Signed, then availability ends, then maturity", case, f"AND({signed}<{available},{available}<{matures})"
        ),
        holds("First funding is within the commitment", case, f"initial_{case}<=commitment_{case}"),
        holds("The cap on cost is not below the advance rate", case, f"ltc_cap_{case}>=advance_{case}-0.000000001"),
    )


INPUTS: tuple[Section | Check, ...] = (
    Section("Inputs", "Numbers within their range, and terms that can hold together"),
    holds("Every input is within its range", "Inputs", "AND(COUNT(inputs_in_range)>0,MIN(inputs_in_range)=1)"),
    holds("Every contract is blank, or whole and within range", "Contracts", "MIN(contracts_in_range)=1"),
    holds("Every tranche is blank, or whole and within range", "Fleet", "MIN(fleet_in_range)=1"),
    holds("The live deal is 1, 2, 3 or 4", "Summary", "AND(ISNUMBER(case),OR(case=1,case=2,case=3,case=4))"),
    holds("The live world is one of the list", "Stress", "AND(ISNUMBER(world),world>=1,world<=ROWS(worlds),world=INT(world))"),
    holds("To resize is 0 or 1", "Stress", "AND(ISNUMBER(resize),OR(resize=0,resize=1))"),
    *(holds("Settings of the worlds are within their range", lever.label, all_within(f"INDEX(settings,0,{number})", lever.low, lever.high)) for number, lever in enumerate(LEVERS, 1)),
    holds("Every world has a name", "Stress", 'COUNTIF(worlds,"?*")=ROWS(worlds)'),
    Check("Shares of the tranches add up to the fleet", "live deal", "=tranche_shares", 1, 1e-9),
    holds("Shares of the contracts let no GPU twice", "live deal", "MAX({shares_let:all})<=1.000000001"),
    holds("The live deal has no more contracts and tranches than are read", "live deal", f"AND(SUMPRODUCT(--(Contracts!$B${AGREEMENTS.first}:$B${AGREEMENTS.last}=case))<={CONTRACTS},SUMPRODUCT(--(Fleet!$B${FLEET.first}:$B${FLEET.last}=case))<=8)"),
    *(check for case in CASES for check in _terms(case)),
    holds("Final maturity lies within the model", "live deal", f"OR(loan_months>0,maturity<EOMONTH(signed,{MONTHS + 1}))"),
    holds("Principal is due before final maturity", "live deal", "{repaying$@D}>0"),
)  # fmt: skip
MODEL: tuple[Section | Check, ...] = (
    Section("The model, month by month", "Must hold whatever the inputs are"),
    _months("Cash", CASH),
    _months("Loan", LOAN),
    _months("Accounts", ACCOUNTS),
    _months("Ratios", RATIOS),
    holds("The loan is never below 0", "Loan", "MIN({closing:all})>=-small"),
    holds("Draws stay within the commitment", "Loan", "{drawn$@D}<=commitment+small"),
    holds("First funding stays within advance × eligible cost", "Loan", "SUMPRODUCT(--({first_drawn:all}>advance*{eligible_cost:all}+small))=0"),
    holds("A top-up stays within the cap × eligible cost of its month", "Loan", "SUMPRODUCT(--({top_up:all}>small),--({drawn:all}>ltc_cap*{eligible_cost:all}+small))=0"),
    holds("Nothing is drawn outside the availability period", "Loan", "SUMPRODUCT({draw:all}+{top_up:all},1-{available:all})<=small"),
    Check("Draws and unpaid less repaid = owed at the end", "Loan", "={lent$@D}+{unpaid$@D}-{repaid$@D}", f"=INDEX({{closing:all}},1,{MONTHS})", 1e-6),
    Check("The repayment as sized repays what is drawn", "Loan", "={scheduled$@D}", "={drawn$@D}", 1e-6),
    Check("As planned the loan is what was sized", "Loan", "=IF(AND(world=1,sweep=0,base_test=0,missed_months=0,accounts_on=0),SUMPRODUCT(ABS({closing:all}-{plan_closing:all})),0)", 0, 1e-6),
    Check("Sources = uses", "Loan", "={lent$@D}+{prepaid$@D}+{sponsor_in$@D}-{reimbursed$@D}", "={uses$@D}", 1e-6),
    Check("The fleet is paid in full", "Cash", "={capex$@D}", "=fleet_cost*tranche_shares", 1e-6),
    Check("The waterfall conserves cash over life", "Loan", "={cfads$@D}+reserve_at_close+{injected$@D}+{by_letter$@D}", f"={{paid_fee$@D}}+{{paid_interest$@D}}+{{paid_principal$@D}}+{{base_paid$@D}}+{{swept$@D}}+{{distributed$@D}}+INDEX({{reserve:all}},1,{MONTHS})+INDEX({{trap:all}},1,{MONTHS})", 1e-6),
    holds("Reserve, trap and distributions are never below 0", "Loan", "MIN({reserve:all},{trap:all},{distributed:all})>=-small"),
    Check("The accounts: sources = uses in every month", "Accounts", "=MAX({acc_balanced:all})-MIN({acc_balanced:all})", 0, 1e-6),
    Check("The accounts begin with the loan that is drawn", "Accounts", "={acc_balance@G}+{acc_paid@G}+{acc_sweep@G}", "={acc_loan$@D}", 1e-6),
    Check("The loan runs as the accounts have it", "Accounts", f"=IF(accounts_on=1,INDEX({{closing:all}},1,{MONTHS})-INDEX({{acc_balance:all}},1,{MONTHS}-{{acc_start$@D}})-INDEX({{acc_interest_owed:all}},1,{MONTHS}-{{acc_start$@D}}),0)", 0, 1e-6),
    holds("A borrowing base that binds belongs to the plain waterfall", "live deal", "OR(base_test=0,accounts_on=0)"),
    Check("CFADS = what contracts and market bring less cost", "Cash", "={cfads$@D}", "={contract_cash$@D}+{merchant$@D}-{opex$@D}", 1e-6),
    Check("CFADS as projected = CFADS, while both are of one world", "Cash", "=IF(OR(world=1,AND(resize=1,default_month=0,notice_used=0)),SUMPRODUCT(ABS({cfads:all}-{cfads_sized:all})),0)", 0, 1e-6),
    Check("Years add up to the months", "Years", "={year_cfads$@D}-{year_service$@D}", "={cfads$@D}-{service$@D}", 1e-6),
    holds("What is firm is part of what is paid", "Cash", "SUMPRODUCT(--({firm_cash:all}>{contract_cash:all}+small))=0"),
    holds("The loan falls due in full by maturity", "Loan", "OR(INDEX({closing:all},1,{loan_life$@D})<=small,{missed$@D}>0)"),
    holds("ρ lies between −1 and 1", "Ratios", "AND(MIN({rho:all},{rho_low:all},{rho_high:all})>=-1,MAX({rho:all},{rho_low:all},{rho_high:all})<=1)"),
    holds("No cover looks better because the loan was not yet drawn", "Ratios", "INDEX({cover_used:all},1,1)<=INDEX({cover_used:all},1,MIN(119,first_repayment))+0.000000001"),
    holds("PDs by year do not add up to more than 1", "Loss", "MAX({pd_marginal$@D},{off_marginal$@D},{rated_marginal$@D})<=1"),
    Check("The lines of Agreement lead from one loss to the other", "Agreement", "=el_total+agreement_changes", "=annual_total", 1e-9),
    Check("The lines of Agreement lead from one stress LGD to the other", "Agreement", "=stress_lgd+stress_bridge_changes", "=annual_stress", 1e-9),
    Check("The lines of Agreement lead from one package LTV to the other", "Agreement", "=package_ltv+package_bridge_changes", "=annual_package", 1e-9),
    holds("The date of the certificate lies within the loan's life", "Certificate", "AND(certificate_date>=signed,certificate_date<EOMONTH(signed,{loan_life$@D}+1))"),
    holds("The verdict follows the gates", "Summary", 'verdict=IF(drawn_total<=small,"NO LOAN",IF(hard_fails>1,"FAIL",IF(hard_fails+MAX(0,soft_fails-limit_soft)>0,"WATCH","PASS")))'),
)  # fmt: skip
NATIVE: tuple[Section | Check, ...] = (
    Section("Functions beside native Excel", "The same quantity in cells"),
    Check("CFI_GPU_RESIDUAL", "36 months", "=CFI_GPU_RESIDUAL(3,decay,scrap_floor)", "=scrap_floor+(1-scrap_floor)*EXP(-decay*3)", 1e-12),
    Check("CFI_BORROWING_BASE on book, first tranche", "36 months", "=CFI_BORROWING_BASE(INDEX(t_cost,1),36,book_life,base_advance,1)", "=base_advance*INDEX(t_cost,1)*MAX(0,1-36/book_life)", 1e-6),
    Check("CFI_DRAW, first month", "Loan", "=INDEX(CFI_DRAW(INDEX({available:all},1,1),initial,0,INDEX({eligible_cost:all},1,1),advance),1,1)", "=INDEX({draw:all},1,1)", 1e-9),
    Check("CFI_SCULPT_DEBT is value over cover", "Loan", "={cover_debt$@D}", "={ahead_value@G}", 1e-6),
    Check("CFI_WAL", "Loan", "=wal_years", "=IF({repaid$@D}>0,SUMPRODUCT({month:all},{repaid:all})/MAX(small,{repaid$@D})/year_months,0)", 1e-9),
    Check("CFI_HHI", "Contracts", "={hhi$@D}", "=IF({billed$@D}=0,1,SUMPRODUCT(c_customers,c_customers)/MAX(small,{billed$@D})^2)", 1e-9),
    Check("CFI_HAIRCUT_VAR", "Fleet", "=haircut_price", "=1-EXP(-(volatility^2)/2*time_to_sell-volatility*SQRT(time_to_sell)*NORMSINV(haircut_confidence))", 1e-9),
    Check("CFI_DRIVER_PD, month 36", "Ratios", "=INDEX({pd_driver:all},1,36)", "=NORMSDIST(-probe_cushion/SQRT((leverage*probe_share*vol_contract)^2+(leverage*(1-probe_share)*vol_market)^2+2*corr_contract_market*leverage^2*probe_share*vol_contract*(1-probe_share)*vol_market+vol_other^2))", 1e-9),
    Check("CFI_CONTRACT_VALUE at close, without delay or cost", "Ratios", "=CFI_CONTRACT_VALUE({assign_net:all},rate_year,0,0,0,1,,year_months)", "=SUMPRODUCT({assign_net:all},(1+rate_year)^(-{month:all}/year_months))", 1e-6),
    Check("CFI_DEAL_LOSS_PATH by Gauss–Legendre in cells, of the deal loss", "Shadow", "=shadow_total/MAX(small,el_total)", "=IF(el_total>small,1,0)", 1e-4),
    Check("CFI_SCHEDULE: years of interest, where they are days over 360", "Cash", "=IF(day_count<=1,{counted@AP},0)", "=IF(day_count<=1,({pay_date@AP}-{pay_date@AO})/360,0)", 1e-9),
    Check("CFI_SCHEDULE: payment dates, where only weekends are off", "Cash", '=IF(calendar="weekends",SUMPRODUCT({pay_date:all}),0)', '=IF(calendar="weekends",SUMPRODUCT({period_end:all}-(WEEKDAY({period_end:all},2)>5)*(WEEKDAY({period_end:all},2)-5)),0)'),
    Check("CFI_FORWARD: forwards and discount factors of one curve, month 36", "Cash", "={curve_forward@AP}", "=({curve_discount@AO}/{curve_discount@AP}-1)/(365/360*({curve_time@AP}-{curve_time@AO}))", 1e-9),
    Check("CFI_FORWARD: the first swap, of a year at most, is worth par", "Cash", '=IF(AND(curve_quotes="swap",tenor_1<=1),INDEX(CFI_FORWARD(curve_tenors,curve_rates,tenor_1,curve_quotes,curve_joined,365/360),1,1),0)', '=IF(AND(curve_quotes="swap",tenor_1<=1),1/(1+quote_1*tenor_1*365/360),0)', 1e-9),
    Check("CFI_FLOATING_RATE, month 36", "Cash", "=IF(fixed_share=1,0,INDEX(CFI_FLOATING_RATE({sofr:all},margin,sofr_floor,,hedged,swap_rate),36,4))", "=IF(fixed_share=1,0,({coupon@AP}-fixed_share*fixed_rate)/(1-MIN(fixed_share,1-room)))", 1e-9),
    Check("CFI_SWAP: its par rate", "Loan", "={swap_par$@D}", "=IF({hedge_notional$@D}>small,SUMPRODUCT({curve_forward:all},{curve_discount:all},{counted:all},{hedge_notional:all})/SUMPRODUCT({curve_discount:all},{counted:all},{hedge_notional:all}),0)", 1e-9),
    Check("CFI_ALL_IN_YIELD, where the loan is paid as due", "Loan", f"=IF({PAID},INDEX(CFI_ALL_IN_YIELD({{lent:all}},{{repaid:all}},0,upfront,0,year_months,,,,{{paid_fee:all}},{{year_part:later}},{{coupon:later}}),1,1),0)", f"=IF({PAID},yield_all,0)", 1e-6),
    Check("CFI_SCULPT_BLEND: its debt is what each month's blended cover carries", "Loan", "=IF(MIN({contract_ahead:all},{merchant_ahead:all})>=0,INDEX(CFI_SCULPT_BLEND({contract_ahead:all},{merchant_ahead:all},top_up_dscr,cover_market,{rate_ahead:all}),1,1),0)", "=IF(MIN({contract_ahead:all},{merchant_ahead:all})>=0,{cover_debt$@D},0)", 1e-6),
    Check("CFI_WATERFALL_PATH: the loan less principal and sweep", "Accounts", "=SUM({acc_balance:all})", "=SUM({acc_native:all})", 1e-6),
    Check("CFI_WATERFALL_PATH: interest that is owed", "Accounts", "=SUM({acc_interest_owed:all})", "=SUM({acc_due:all})", 1e-6),
    Check("CFI_WATERFALL_STEP: month 6 from the state of month 5", "Accounts", "={acc_step$@D}", "=IF({acc_balance@K}>small,{acc_balance@L},0)", 1e-6),
    Check("CFI_BORROWING_BASE_CERT, limit by limit", "Certificate", "=certificate_base", "=certificate_native", 1e-6),
    Check("CFI_BASE_AVAILABILITY: availability less shortfall", "Certificate", "=certificate_available-certificate_short", "=MIN(commitment,MAX(0,certificate_base-certificate_reserves))-certificate_drawn", 1e-6),
    Check("Its cure date, on weekends alone", "Certificate", '=IF(AND(calendar="weekends",certificate_short>0),certificate_cure,0)', '=IF(AND(calendar="weekends",certificate_short>0),WORKDAY(certificate_date,cure_days),0)'),
    Check("Deal loss of the three states", "Memo", "=states_loss", "=CFI_DEAL_LOSS_PATH(peak_balance,peak_chips*EXP(-decay*(1+time_to_sell)),peak_contract,peak_pd,peak_pd_off,survival,peak_link,peak_rho,rho_offtaker,volatility,0,sale_cost,time_to_sell,unsecured_recovery)", 1e-6),
    Check("CFI_BREAKEVEN_CFADS", "Stress", "=IF(ISNUMBER(even_cash),even_cash,0)", "=IF(ISNUMBER(even_cash),1-peak_balance/even_cfads,0)", 1e-9),
    Check("CFI_RESERVE_MONTHS", "Memo", "=IF(drawn_total>small,INDEX(CFI_RESERVE_MONTHS(reserve_at_close,{service:all},reserve_norm),1,1),0)", "=IF(drawn_total>small,reserve_at_close/MAX({service:all}),0)", 1e-9),
    Check("CFI_RELET_RATE, where rent pays cost to the end", "Stress", "=IF(relet_holds,relet_rate,0)", "=IF(relet_holds,relet_native,0)", 1e-9),
    Check("CFI_STRESS_LGD without correlation is a put", "Summary", "=CFI_STRESS_LGD(peak_balance,peak_chips,0,volatility,1,stress_quantile,-decay,sale_cost)", "=put_lgd", 1e-9),
)  # fmt: skip
SEEN: tuple[Section | Check, ...] = (
    FINDINGS,
    holds("Drawn to the cap on cost, as on record", "DDTL 4.0", "OR(case<>1,ABS(ltc_total-ltc_cap)<=tolerance_ltc)", counts=False),
    holds("Lowest DSCR is the borrower's base case, within its tolerance", "DDTL 4.0", "OR(agency_base=0,ABS(lowest_dscr-agency_base)<=tolerance_dscr)", counts=False),
    holds("The loan by years lives as long as by months, within a month", "Agreement", "ABS(annual_tenor-{loan_life$@D})<=1", counts=False),
    holds("A matrix has the correlation of operator and offtakers as given", "Loss", "SUMPRODUCT(ABS({link_year:all}-link))<=small", counts=False),
    holds("The day count is that of loans on SOFR", "Inputs", "day_count=1", counts=False),
    holds("The live world is the plan", "Stress", "world=1", counts=False),
    holds("Static copies belong to the inputs", "Stress", "static_current", counts=False),
    holds("No customer is above the limit", "Memo", "MAX(c_customers)<=limit_offtaker*MAX(small,{billed$@D})", counts=False),
    holds("The reserve is what lenders expect", "Memo", "reserve_at_close>=reserve_norm*MAX({service:all})", counts=False),
    holds("The model's PD is within three times the rating's", "Memo", "AND({pd_marginal$@D}<=3*{rated_marginal$@D},{rated_marginal$@D}<=3*{pd_marginal$@D})", counts=False),
)  # fmt: skip


def write_check_sheet(book: Book) -> None:
    write_checks(book, QUESTION, (), None, (*INPUTS, *MODEL, *NATIVE, *SEEN))
    page = book.pages["Checks"]
    last = page.sheet.max_row
    page.put("C7", "Findings, shown and not counted, that do not hold", "label")
    page.put("F7", f'=SUMPRODUCT((I{TOP}:I{last}=0)*(H{TOP}:H{last}="FAIL"))', "result", WHOLE)
    first = f'MATCH(1,INDEX((I{TOP}:I{last}=0)*(H{TOP}:H{last}="FAIL"),0),0)'
    page.put("G7", f'=IF(F7=0,"",INDEX(C{TOP}:C{last},{first}))', "note", wrap=False)
    book.name("checks_findings", page, "F7")
    book.name("first_finding", page, "G7")


def write_findings(book: Book) -> None:
    """Under the flag of each sheet: how many findings do not hold; on Summary the first of them as well."""
    count = '[IF(checks_findings=0,"Findings: none",checks_findings&" of ")][IF(checks_findings=0,"",COUNTED&" findings do not hold: see Checks")]'
    words = sentence(book, count.replace("COUNTED", str(len(SEEN) - 1)))
    for name, page in book.pages.items():
        if page.sheet["B4"].value is None and name != "Checks":  # which has them in a row of their own
            page.put("B4", f"={words}", "flag")
            page.paint("B4", {"checks_findings=0": "good", "checks_findings>0": "watch"})
        if name == "Summary":
            page.merge(
                "B10:P10",
                '=IF(checks_findings=0,"","The first finding that does not hold: "&first_finding&".")',
                "plain",
                16,
                vertical="center",
            )

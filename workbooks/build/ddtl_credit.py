"""The rows of Credit and Returns in ddtl.xlsx."""

from __future__ import annotations

from ddtl_grid import Line, Section
from kit import NUMBER, PERCENT, PERCENT_2, TIMES, WHOLE

DRIVER = "vol_contract,vol_market,vol_other"
PRICE = "volatility,horizon"
QUARTERS, MONTHS_55 = 23, 60


def _ahead(row: str) -> str:
    return f'SUMIFS({{{row}:all}},{{month:all}},">="&{{month}},{{month:all}},"<"&{{month}}+year_months,{{loan_life:all}},1)'


CREDIT = (
    Section("The driver: how much of the cash is contracted"),
    Line("arms_ahead", "Arm's-length contract revenue, twelve months", "US$ m", "=" + _ahead("arms_length"), how="This month and the next eleven, within the loan's life"),
    Line("all_ahead", "All revenue, twelve months", "US$ m", f"={_ahead('billed')}+{_ahead('merchant')}", how="The same months"),
    Line("contracted", "Contracted share, c", "share", "=IF({all_ahead}=0,0,{arms_ahead}/{all_ahead})", PERCENT, "min", "Of the twelve months ahead, within the loan's life", result=True),
    Line("dscr_used", "Cover used for the PD", "×", "=IF(AND({closing}>small,{dscr_forward}<untested),MAX(dscr_floor,{dscr_forward}),top_up_dscr)", TIMES, "min", "Twelve months ahead; the sizing cover where no loan is out"),
    Line("rho", "Correlation of cash and collateral, ρ", "correlation", f"=CFI_DRIVER_RHO({{contracted:all}},{DRIVER},corr_contract,corr_market,corr_both,leverage)", NUMBER, "max", "CFI_DRIVER_RHO, one array formula", array=True, result=True),
    Line("pd_driver", "PD of the driver, one year", "probability", f"=CFI_DRIVER_PD({{dscr_used:all}},{{contracted:all}},{DRIVER},corr_both,leverage)", PERCENT_2, "max", "CFI_DRIVER_PD, one array formula", array=True),
    Line("pd_offtaker", "PD of the offtakers, one year", "probability", "=IF({billed}=0,0,SUMPRODUCT({billed_1..billed_3},{c_pd})/MAX(small,{billed}))", PERCENT_2, "max", "Weighted by what they pay; 0 without contracts"),
    Line("pd", "PD, driver or offtaker", "probability", "=CFI_PD_EITHER({pd_offtaker:all},{pd_driver:all},offtaker_corr)", PERCENT_2, "max", "CFI_PD_EITHER: cash stops if either fails", array=True, result=True),
    Section("Loan to value and loss, one year ahead"),
    Line("corr_ltv", "Correlation-adjusted LTV", "×", f"=CFI_CORR_LTV({{closing:all}},{{on_market:all}},{{pd:all}},{{rho:all}},{PRICE},-decay,sale_cost)", PERCENT, "max", "CFI_CORR_LTV: worsens as the PD falls, never rank by it", array=True, result=True),
    Line("lgd_flat", "LGD without correlation", "of loan", f"=CFI_CORR_LGD({{closing:all}},{{on_market:all}},{{pd:all}},0,{PRICE},-decay,sale_cost)", PERCENT, "max", "CFI_CORR_LGD at ρ = 0", array=True),
    Line("lgd", "LGD with correlation", "of loan", f"=CFI_CORR_LGD({{closing:all}},{{on_market:all}},{{pd:all}},{{rho:all}},{PRICE},-decay,sale_cost)", PERCENT, "max", "CFI_CORR_LGD: collateral sold in the market", array=True, result=True),
    Line("contract_value", "Value of the contracts to a new operator", "US$ m", "=MAX(0,{pv_contract@+1})", how="Net of operating cost, to their end"),
    Line("assignable", "Share of contract revenue that may be assigned", "share", "=IF({billed}=0,0,SUMPRODUCT({billed_1..billed_3},{c_assignable})/MAX(small,{billed}))", PERCENT),
    Line("survives", "Chance that the contracts go on", "probability", "=IF({contract_value}>small,survival*{assignable},0)", PERCENT, "max", "0 once they have ended"),
    Line("lgd_step_in", "LGD with step-in", "of loan", f"=CFI_STEP_IN_LGD({{closing:all}},{{contract_value:all}},{{survives:all}},{{on_market:all}},{{pd:all}},{{rho:all}},{PRICE},-decay,sale_cost)", PERCENT, "max", "CFI_STEP_IN_LGD", array=True, result=True),
    Line("el", "Expected loss, share of the loan a year", "share", f"=CFI_CORR_EL({{closing:all}},{{on_market:all}},{{pd:all}},{{rho:all}},{PRICE},-decay,sale_cost)", PERCENT_2, "max", "CFI_CORR_EL", array=True),
    Line("el_step_in", "Expected loss with step-in", "share", "={pd}*{lgd_step_in}", PERCENT_2, "max", "PD × LGD with step-in"),
    Line("el_money", "Expected loss, a year's", "US$ m", "={el}*{closing}", "#,##0.00", "max", "On the loan at the end of the month", result=True),
)

FLOW = "{repaid}-{lent}*(1-upfront)"
REF4, REF55 = "{f_rate4}/{f_per4}", "{f_rate55}/{f_per55}"
RETURNS = (
    Section("The lender's cash flow"),
    Line("lent", "Lent", "US$ m", "={draw}+{top_up}", total="sum"),
    Line("repaid", "Principal repaid", "US$ m", "={paid_principal}+{base_paid}+{swept}", total="sum", how="Scheduled, borrowing base and sweep"),
    Line("lender", "Net cash flow of the lender", "US$ m", f"={FLOW}+{{paid_interest}}+{{paid_fee}}", total="sum", how="Principal, interest and fees less what was lent", result=True),
    Line("whole", "The loan is repaid in full, 1 = yes", "flag", "", "0", "=IF(AND({lent:total}>0,ABS({lent:total}-{repaid:total})<=small*{lent:total}),1,0)", "Else no yield is given"),
    Line("coupon_mean", "Coupon, weighted by balance", "per year", "", "0.000%", "=IF(SUM({opening:all})=0,0,SUMPRODUCT({opening:all},{coupon:all})/SUM({opening:all}))", "For the yield formula"),
    Line("yield", "All-in yield, nominal", "per year", "", "0.000%", '=IF({whole:total}=1,INDEX(CFI_ALL_IN_YIELD({lent:all},{repaid:all},{coupon_mean:total},upfront,undrawn_fee,year_months),1,1),"not repaid")', "CFI_ALL_IN_YIELD", result=True),
    Line("yield_effective", "All-in yield, effective", "per year", "", "0.000%", '=IF({whole:total}=1,INDEX(CFI_ALL_IN_YIELD({lent:all},{repaid:all},{coupon_mean:total},upfront,undrawn_fee,year_months),1,2),"not repaid")', "CFI_ALL_IN_YIELD"),
    Line("undrawn", "Undrawn of what will be drawn", "US$ m", "={lent:total}-{drawn}", how="For the shadow"),
    Line("shadow", "Shadow: the same flow in native Excel", "US$ m", f"={FLOW}+{{shadow_balance@-1}}*{{coupon_mean:total}}/year_months+{{undrawn@-1}}*undrawn_fee/year_months", total="sum", how="At the mean coupon"),
    Line("shadow_balance", "Balance of the shadow", "US$ m", "={shadow_balance@-1}+{lent}-{repaid}", how="Draws less repayments"),
    Line("shadow_yield", "Shadow yield, nominal", "per year", "", "0.000%", '=IF({whole:total}=1,IRR({shadow:all},{coupon_mean:total}/year_months)*year_months,"not repaid")', "IRR × 12"),
    Line("model_yield", "Yield of the modelled flow, nominal", "per year", "", "0.000%", '=IF({whole:total}=1,IRR({lender:all},{coupon_mean:total}/year_months)*year_months,"not repaid")', "IRR × 12 of the net cash flow: each month's own coupon, fee from close", result=True),
    Line("wal", "Weighted average life from close", "years", "", "0.00", '=IF({repaid:total}>0,CFI_WAL({repaid:all},year_months),"nothing repaid")', "CFI_WAL", result=True),
    Line("shadow_wal", "Shadow: the same in native Excel", "years", "", "0.00", '=IF({repaid:total}>0,SUMPRODUCT({month:all},{repaid:all})/{repaid:total}/year_months,"nothing repaid")', "Month × principal over principal"),
    Section("The sponsor's cash"),
    Line("sponsor", "Net cash flow of the sponsor", "US$ m", "={reimbursed}+{distributed}-{source_sponsor}-{injected}", total="sum0", how="Paid back and distributed less paid in", start="=-{source_sponsor}"),
    Line("sponsor_cum", "The same, cumulative", "US$ m", "={sponsor_cum@-1}+{sponsor}", total="min", how="Total: the deepest point", start="={sponsor}"),
    Section("Reference schedules that the public record gives", "columns are periods of the schedule, not months of the loan; terms on Checks"),
    Line(
        "ref4_interest",
        "DDTL 4.0: level quarterly annuity, interest",
        "US$ m",
        f"=TRANSPOSE(CFI_AMORTISE(initial_ddtl4,{REF4},{{f_n4}}))",
        how="CFI_AMORTISE, 23 quarters at the fixed rate",
        array=True,
        width=QUARTERS,
        also=(("ref4_principal", "principal", "US$ m", "#,##0.0"), ("ref4_closing", "closing balance", "US$ m", "#,##0.0")),
    ),
    Line("ref4_native", "The same principal in native Excel", "US$ m", f"=IF({{month}}<={{f_n4}},-PPMT({REF4},MIN({{f_n4}},{{month}}),{{f_n4}},initial_ddtl4),0)", total="sum", how="PPMT"),
    Line("ref4_wal", "DDTL 4.0: weighted average life", "years", "", "0.0000", "=CFI_WAL({ref4_native:all},{f_per4})", "CFI_WAL", result=True),
    Line(
        "ref55_interest",
        "DDTL 5.5: level monthly annuity, interest",
        "US$ m",
        f"=TRANSPOSE(CFI_AMORTISE(commitment_ddtl55,{REF55},{{f_n55}}))",
        how="CFI_AMORTISE, 60 months",
        array=True,
        width=MONTHS_55,
        also=(("ref55_principal", "principal", "US$ m", "#,##0.0"), ("ref55_closing", "closing balance", "US$ m", "#,##0.0")),
    ),
    Line("ref55_native", "The same balance in native Excel", "US$ m", f"=IF({{month}}<={{f_n55}},commitment_ddtl55*(1-((1+{REF55})^{{month}}-1)/((1+{REF55})^{{f_n55}}-1)),0)", how="Closed form", start="=commitment_ddtl55"),
    Line("ref55_tail", "DDTL 5.5: owed when the contracts end", "share", "", PERCENT_2, "=CFI_TAIL_EXPOSURE({ref55_native:from0},{f_contract55})", "CFI_TAIL_EXPOSURE at month 36", result=True),
    Line("ref55_draw", "DDTL 5.5: drawn in one amount", "US$ m", "=0*{month}", total="sum0", how="For the yield of the press", start="=commitment_ddtl55"),
    Line("ref55_repay", "DDTL 5.5: level principal", "US$ m", "=IF({month}<={f_n55},commitment_ddtl55/{f_n55},0)", total="sum0", how="60 equal parts", start=0),
    Line("ref55_yield", "DDTL 5.5: all-in yield at 97", "per year", "", "0.000%", "=INDEX(CFI_ALL_IN_YIELD({ref55_draw:from0},{ref55_repay:from0},{f_rate55},upfront_ddtl55,0,{f_per55}),1,1)", "CFI_ALL_IN_YIELD", result=True),
    Line("ref55_balance", "Balance of it", "US$ m", "={ref55_balance@-1}-{ref55_repay}", start="=commitment_ddtl55"),
    Line("ref55_flow", "The lender's flow of it", "US$ m", f"={{ref55_repay}}+{{ref55_balance@-1}}*{REF55}", start="=-commitment_ddtl55*(1-upfront_ddtl55)", how="Principal and interest"),
    Line("ref55_shadow", "Shadow of that yield in native Excel", "per year", "", "0.000%", f"=IRR({{ref55_flow:from0}},{REF55})*{{f_per55}}", "IRR × 12"),
)
__all__ = ["CREDIT", "MONTHS_55", "QUARTERS", "RETURNS", "WHOLE"]

"""The rows of the sheet Deals that are calculated: one formula per row for all deals."""

from __future__ import annotations

from workbooks.build.compare.contracts import OF_DEAL
from workbooks.build.compare.inputs import YEARS
from workbooks.build.compare.years import Rows, span, when_used
from workbooks.build.kit.page import DATE, MONEY, MONEY_1, NUMBER, PERCENT, PERCENT_2, TEXT, TIMES, WHOLE
from workbooks.build.kit.rows import Row, Section

# key on Parameters, label, unit, format
_CHOSEN = (
    ("drift", "Drift of the collateral's price, continuous", "a year, log", "0.000"),
    ("sale_cost", "Cost of a forced sale", "share", PERCENT),
    ("lag", "Time from default to sale", "years", NUMBER),
    ("unsecured", "Recovery on the shortfall", "share", PERCENT),
    ("annual_rent", "Annual rent factor", "factor", "0.000"),
    ("vol_market", "Volatility of market cash", "a year, log", NUMBER),
    ("vol_other", "Volatility of the rest", "a year, log", NUMBER),
    ("corr_contract", "Correlation of contracted cash with the collateral", "correlation", NUMBER),
    ("corr_market_low", "Correlation of market cash with the collateral, low", "correlation", NUMBER),
    ("corr_market", "the same, central", "correlation", NUMBER),
    ("corr_market_high", "the same, high", "correlation", NUMBER),
    ("corr_contract_market", "Correlation of contracted and market cash", "correlation", NUMBER),
    ("pd_floor", "Least PD, one year", "probability", PERCENT_2),
    ("replacement_delay", "Time until a replacement performs", "years", NUMBER),
    ("replacement_share", "Cost of stepping in", "share of loan", PERCENT),
    ("stress_quantile", "Quantile of the driver for stress LGD", "probability", PERCENT),
    ("link_given", "Correlation of operator and offtaker, as given", "correlation", NUMBER),
)  # fmt: skip
_ALIAS = {"drift": "annual_residual", "lag": "time_to_sell", "unsecured": "unsecured_recovery", "link_given": "link"}


def by_collateral(key: str) -> str:
    return f'IF({{collateral$}}="ASIC",{{Parameters!{key}$@E}},{{Parameters!{key}$@D}})'


def _chosen() -> Rows:
    rows = []
    for key, label, unit, number_format in _CHOSEN:
        value = by_collateral(_ALIAS.get(key, key))
        rows.append(
            Row(
                key,
                label,
                unit,
                f"=LN({value})" if key == "drift" else f"={value}",
                number_format,
                "By the collateral, from Parameters",
            )
        )
    return tuple(rows)


_CHANCES = "{rho},{rho_offtaker},{volatility},1,{drift},{sale_cost},{lag},{unsecured}"
_HELD = "{exposure},{cost},{worth_1}"
TERMS = f"{_HELD},{{pd_operator}},{{offtaker_used}},{{assignable}},{{link}},{_CHANCES}"
_PATH = f"{span('opening')},{span('value')},{span('worth')},{span('operator_year')},{span('offtaker_year')},{{assignable}},{{link}}"
_SALE = "{effective},{sale_cost},{lag},{unsecured}"
_PRICE = "{volatility},1,{drift},{sale_cost},{lag}"

EXPOSURE: Rows = (
    Section("6 · Exposure", "one for every measure of a deal; which one is said on Parameters"),
    Row("exposure", "Exposure", "US$ m", "=IF(exposure_basis=1,{commitment},{first_funding})", MONEY, "Commitment or first funding, by the switch on Parameters", "result"),
    Row("cost", "Cost of the collateral", "US$ m", "={first_funding}/{advance}", MONEY, "First funding over advance rate. Taken for value: an overrun is not collateral"),
    Row("ltv_cost", "LTV at cost", "loan / value", "=CFI_LTV({exposure},{cost})", PERCENT, "More than cost may be lent where the contract pays", "result"),
    Row("maturity", "Maturity", "date", "=EDATE({signed},{tenor_months})", DATE, "Signing and months"),
    Row("monthly", "Interest a month", "share", "={rate}/months_per_year", "0.0000%", "Rate over twelve"),
    Row("effective", "Interest, effective a year", "a year", "=(1+{monthly})^months_per_year-1", PERCENT_2, "Compounded monthly"),
    Row("payment", "Level payment a month", "share of loan", "=-PMT({monthly},{tenor_months},1)", "0.000%", "Annuity over the life"),
    Row("wal", "Average life", "years", "=((1-{bullet})*({tenor_months}*{payment}-1)+{bullet}*{monthly}*{tenor_months})/{rate}", NUMBER, "Interest paid over the life, over the rate. Filed for DDTL 4.0: 3.14"),
    Row("peak", "Highest balance", "US$ m", f"=MAX({span('opening')})", MONEY, "Opening balances of the years"),
)  # fmt: skip
PARAMETERS: Rows = (
    Section("7 · Parameters of this collateral", "from the sheet Parameters: one set for all workbooks"),
    *_chosen(),
    Row("vol_low", "Volatility of the price, low", "a year, log", f"=MIN({by_collateral('volatility_low')},{{volatility}})", NUMBER, "Low end of the band"),
    Row("volatility", "Volatility of the price", "a year, log", f"={by_collateral('observed_volatility')}*SQRT((1+{{stale}})/(1-{{stale}}))", NUMBER, "Observed × √((1 + stale)/(1 − stale))", "result"),
    Row("vol_high", "Volatility of the price, high", "a year, log", f"=MAX({by_collateral('volatility_high')},{{volatility}})", NUMBER, "High end of the band"),
    Row("stale", "Stale share that is corrected for", "share", f"={by_collateral('stale_share')}*{by_collateral('sticky_on')}", PERCENT, "0 where the correction is off"),
)  # fmt: skip
CONTRACTS: Rows = (
    Section("8 · Contracts and cover", "from the sheets Contracts and Years"),
    Row("contracts", "Contracts of this deal", "count", f"=SUMPRODUCT({OF_DEAL}*{{all_rows}})", WHOLE, "Rows of the sheet Contracts"),
    Row("backlog", "Gross backlog", "US$ m", f"=SUMPRODUCT({OF_DEAL}*{{all_revenue}})", MONEY, "As signed"),
    Row("affiliate", "of it with the borrower's own group", "US$ m", f"=SUMPRODUCT({OF_DEAL}*{{all_affiliate}})", MONEY, "Not at arm's length: counts 0"),
    Row("firm_share", "Firm share", "share", f"=IF({{backlog}}>0,SUMPRODUCT({OF_DEAL}*{{all_firm}})/{{backlog}},0)", PERCENT, "Take-or-pay, at arm's length, after termination rights"),
    Row("gross_cover", "Gross backlog cover", "×", "=CFI_BACKLOG_COVERAGE({backlog},{exposure})", TIMES, "Backlog over exposure, the headline"),
    Row("running_cost", "Operating cost", "US$ m a year", "={operating_cost}*(1+shock_cost)", MONEY_1, "Fixed in money"),
    Row("cost_share", "Operating cost over first-year revenue", "share", "=MIN(cost_share_limit,{operating_cost}/MAX(1,{contract_1}+{market_1}))", PERCENT, "The sheet's own cost share, at most the limit on Parameters"),
    Row("leverage", "Operating leverage", "×", "=1/(1-{cost_share})", TIMES, "1 over (1 − cost share): costs are fixed"),
    Row("own_contracted", "Contracted share over the life, own", "share", f"=SUMPRODUCT(--({span('service')}>0),{span('contract')})/MAX(1,SUMPRODUCT(--({span('service')}>0),{span('contract')}+{span('market')}/(1-shock_rent)))", PERCENT, "Firm contracted revenue over all revenue, years of the loan", "result"),
    Row("own_dscr", "DSCR in the first year, own", "×", "={dscr_1}", TIMES, "Beside the term sheet's", "result"),
    Row("min_dscr", "Lowest DSCR, all cash", "×", f"=MIN({span('dscr')})", TIMES, "Re-letting at the market where contracts have ended"),
    Row("min_contract_dscr", "Lowest cover by firm contracts to maturity", "×", f"=MIN({span('contract_dscr')})", TIMES, "In the year in which it is lowest; notice rights are used", "result"),
    Row("life_cover", "Life cover by all cash", "×", f"=CFI_LLCR({span('in_life')},{{exposure}},{{effective}})", TIMES, "CFI_LLCR: present value of cash over the exposure", "result"),
    Row("risked_cover", "Risked cover", "×", f"=CFI_LLCR({span('risked_life')},{{exposure}},{{effective}})", TIMES, "CFI_LLCR of firm, surviving, delivered contract cash after cost", "result"),
    Row("contract_end", "Years until the last firm contract ends", "years", f"=SUMPRODUCT(--({span('let')}>0))", "0.0", "Years with a share of the fleet under firm contract"),
    Row("tail", "Still owed when the last contract ends", "share", f"=IF({{contract_end}}>={YEARS},0,IF({{contract_end}}=0,1,INDEX({span('closing')},{{contract_end}})/{{exposure}}))", PERCENT, "The part that the market must repay", "result"),
    Row("missed", "Share of a year's contract cash that a replacement misses", "share", "={replacement_delay}*(1-{offtaker_pd})/(1+{effective})", PERCENT, "Delay, discounted as the cash is"),
    Row("chips_left", "Chips left when the contract ends", "US$ m", "=IF({contract_end}>0,{cost}*EXP({drift}*{contract_end})*(1-{sale_cost})/(1+{effective})^{contract_end},0)", MONEY, "Present value net of the cost of a sale"),
    Row("offtaker_weight", "Backlog with offtakers of one name", "US$ m", f"=SUMPRODUCT({OF_DEAL}*{{all_arms_length}}*{{all_one_name}}*{{all_revenue}})", MONEY, "Many small customers are in the driver, not here"),
    Row("offtaker_pd", "PD of the offtaker, one year", "probability", f"=IF({{offtaker_weight}}>0,SUMPRODUCT({OF_DEAL}*{{all_arms_length}}*{{all_one_name}}*{{all_revenue}}*{{all_pd}})/{{offtaker_weight}},0)", PERCENT_2, "Weighted by backlog: several names are taken for one", "result"),
    Row("offtaker_used", "the same while there is a contract", "probability", "={offtaker_year_1}", PERCENT_2, "0 where nothing is under firm contract"),
)  # fmt: skip
DRIVER: Rows = (
    Section("9 · Default", "where a rating is on record it leads; the model's PD stands beside it"),
    Row("rho_low", "ρ of driver and collateral, low", "correlation", "=MIN({rho},CFI_DRIVER_RHO({own_contracted},{vol_contract},{vol_market},{vol_other},{corr_contract},{corr_market_low},{corr_contract_market},{leverage}))", NUMBER, "Low end of the band"),
    Row("rho", "ρ of driver and collateral", "correlation", "=CFI_DRIVER_RHO({own_contracted},{vol_contract},{vol_market},{vol_other},{corr_contract},{corr_market},{corr_contract_market},{leverage})", NUMBER, "CFI_DRIVER_RHO at the own contracted share", "result"),
    Row("rho_high", "ρ of driver and collateral, high", "correlation", "=MAX({rho},CFI_DRIVER_RHO({own_contracted},{vol_contract},{vol_market},{vol_other},{corr_contract},{corr_market_high},{corr_contract_market},{leverage}))", NUMBER, "High end of the band"),
    Row("rho_offtaker_low", "ρ of offtaker and collateral, low", "correlation", f"=MIN({{rho_offtaker}},{by_collateral('rho_offtaker_low')})", NUMBER, "Low end of the band"),
    Row("rho_offtaker", "ρ of offtaker and collateral", "correlation", f"={by_collateral('rho_offtaker')}", NUMBER, "From Parameters"),
    Row("rho_offtaker_high", "ρ of offtaker and collateral, high", "correlation", f"=MAX({{rho_offtaker}},{by_collateral('rho_offtaker_high')})", NUMBER, "High end of the band"),
    *(
        Row(f"link_{end}", f"Correlation of operator and offtaker, {end} end", "correlation", f"=MAX({{rho_{end}}}*{{rho_offtaker_{end}}}-{{link_room_{end}}},MIN({{rho_{end}}}*{{rho_offtaker_{end}}}+{{link_room_{end}}},{{link_given}}))", NUMBER, "As given, as far as a matrix has it")
        for end in ("low", "high")
    ),
    *(
        Row(f"link_room_{end}", f"How far it may lie from ρ × ρ, {end} end", "correlation", f"=(1-room)*SQRT(MAX(0,(1-{{rho_{end}}}^2)*(1-{{rho_offtaker_{end}}}^2)))", NUMBER, "So that a matrix has the three")
        for end in ("low", "high")
    ),
    Row("link_room", "How far link may lie from ρ × ρ", "correlation", "=(1-room)*SQRT(MAX(0,(1-{rho}^2)*(1-{rho_offtaker}^2)))", NUMBER, "So that a matrix has the three"),
    Row("link", "Correlation of operator and offtaker", "correlation", "=MAX({rho}*{rho_offtaker}-{link_room},MIN({rho}*{rho_offtaker}+{link_room},{link_given}))", NUMBER, "As given, as far as a matrix has it; a finding says where it is not"),
    Row("pd_model", "PD of the operator by the model, one year", "probability", "={model_1}", PERCENT_2, "CFI_DRIVER_PD with reserve and floor"),
    Row("pd_rated", "PD that the rating implies, one year", "probability", '=IF({rating}="none","none",{rated_1})', PERCENT_2, "CFI_RATING_PD"),
    Row("rating_leads", "The rating speaks of this deal", "1 or 0", '=IF(AND({rating}<>"none",stress=1,{own_dscr}>={dscr}-tolerance_dscr,{own_contracted}>={contracted}-tolerance_share),1,0)', WHOLE, "Rated, no stress, own cover and contracted share not below the term sheet's"),
    Row("pd_operator", "PD of the operator used, one year", "probability", "={operator_1}", PERCENT_2, "The rating's, or the higher of the two", "result"),
    Row("pd_life", "PD of the operator used, over the life", "probability", f"={{operator_{YEARS}}}", PERCENT_2, "To maturity"),
)  # fmt: skip
LOSS: Rows = (
    Section("10 · Deal loss", "chips, contract and offtaker together"),
    Row("deal_loss", "Deal loss, one year", "share a year", f"=TRANSPOSE(CFI_DEAL_LOSS({TERMS}))", PERCENT_2, "CFI_DEAL_LOSS", "result", answers=("loss_event", "deal_lgd", "loss_assigned", "loss_lost", "loss_offtaker"), down=True),
    Row("loss_event", "Chance of a loss event", "probability", "", PERCENT_2, "Operator or offtaker fails"),
    Row("deal_lgd", "Loss given a loss event", "share of loan", "", PERCENT, "Deal loss over its chance"),
    Row("loss_assigned", "of deal loss: contract assigned", "share a year", "", "0.0000%", "Operator fails, a replacement performs"),
    Row("loss_lost", "of deal loss: contract lost", "share a year", "", "0.0000%", "Operator fails, the chips are sold"),
    Row("loss_offtaker", "of deal loss: offtaker failed", "share a year", "", "0.0000%", "Nothing to assign, the chips are sold"),
    *(
        Row(f"part_{state}", f"of the loss: {words}", "share", f"=IF({{deal_loss}}>0,{{loss_{state}}}/{{deal_loss}},0)", PERCENT, "Share of deal loss")
        for state, words in (("assigned", "contract assigned"), ("lost", "contract lost"), ("offtaker", "offtaker failed"))
    ),
    Row("label", "Name and deal loss", "words", '={name}&" · "&TEXT({deal_loss},"0.00%")', TEXT, "For the chart on Summary", "words"),
    Row("loss_low", "Deal loss, low end of the band", "share a year", f"=TRANSPOSE(CFI_DEAL_LOSS_RANGE({_HELD},{{pd_operator}},{{offtaker_used}},{{assignable}},{{link}},{{rho_low..rho_high}},{{rho_offtaker_low..rho_offtaker_high}},{{vol_low..vol_high}},1,{{drift}},{{sale_cost}},{{lag}},{{unsecured}}))", PERCENT_2, "CFI_DEAL_LOSS_RANGE over correlations and volatility", answers=("loss_central", "loss_high"), down=True),
    Row("loss_central", "the same, central", "share a year", "", PERCENT_2, "Equals deal loss"),
    Row("loss_high", "Deal loss, high end of the band", "share a year", "", PERCENT_2, "Not a confidence interval"),
    Row("loss_money", "Deal loss in money", "US$ m a year", "={deal_loss}*{exposure}", MONEY_1, "On the exposure", "result"),
    Row("band", "Band of deal loss", "share a year", '=TEXT({loss_low},"0.00%")&" – "&TEXT({loss_high},"0.00%")', TEXT, "Over intervals of correlation and volatility", "words"),
    Row("loss_model", "Deal loss by the model's PD", "share a year", f"=INDEX(CFI_DEAL_LOSS({_HELD},{{pd_model}},{{offtaker_used}},{{assignable}},{{link}},{_CHANCES}),1,1)", PERCENT_2, "Whatever the rating says"),
    Row("loss_rated", "Deal loss by the rating's PD", "share a year", f'=IF({{rating}}="none","none",INDEX(CFI_DEAL_LOSS({_HELD},MAX({{pd_floor}},{{rated_1}}),{{offtaker_used}},{{assignable}},{{link}},{_CHANCES}),1,1))', PERCENT_2, "none where there is no rating"),
    Row("life_money", "Deal loss over the life, in money", "US$ m", f"=INDEX(CFI_DEAL_LOSS_PATH({_PATH},{{rho}},{{rho_offtaker}},{{volatility}},{_SALE}),1,1)", MONEY_1, "CFI_DEAL_LOSS_PATH: present value"),
    Row("life_low", "the same, low end of the band", "US$ m", f"=MIN({{life_money}},INDEX(CFI_DEAL_LOSS_PATH({_PATH.replace('{link}', '{link_low}')},{{rho_low}},{{rho_offtaker_low}},{{vol_low}},{_SALE}),1,1))", MONEY_1, "All ends at once"),
    Row("life_high", "the same, high end of the band", "US$ m", f"=MAX({{life_money}},INDEX(CFI_DEAL_LOSS_PATH({_PATH.replace('{link}', '{link_high}')},{{rho_high}},{{rho_offtaker_high}},{{vol_high}},{_SALE}),1,1))", MONEY_1, "All ends at once"),
    Row("life_model", "Deal loss over the life by the model's PD", "US$ m", f"=INDEX(CFI_DEAL_LOSS_PATH({_PATH.replace('operator_year', 'model_year')},{{rho}},{{rho_offtaker}},{{volatility}},{_SALE}),1,1)", MONEY_1, "Whatever the rating says"),
    Row("life_share", "Deal loss over the life", "share of loan", "={life_money}/{exposure}", PERCENT_2, "Present value over the exposure", "result"),
    Row("rank", "Rank by deal loss", "1 = best", "=1+SUMPRODUCT({used:all}*({deal_loss:all}<{deal_loss}))", WHOLE, "Smaller loss, better rank"),
    Row("rank_model", "Rank by deal loss, model's PD", "1 = best", "=1+SUMPRODUCT({used:all}*({loss_model:all}<{loss_model}))", WHOLE, "A check compares the two ranks"),
)  # fmt: skip
LTV: Rows = (
    Section("11 · Loan to value, and what ranks", "stress LGD ranks; package LTV at a common PD is what the lender holds; what has the deal's own PD in it is a diagnostic"),
    Row("stress_lgd", "Stress LGD, worst year in a hundred", "share of loan", "=CFI_STRESS_LGD({exposure},{cost},{rho},{volatility},1,{stress_quantile},{drift},{sale_cost},{lag},{unsecured})", PERCENT, "CFI_STRESS_LGD: no PD in it, so it ranks", "result"),
    Row("package_common", "Package LTV at a common PD", "loan / value", f"=CFI_PACKAGE_LTV({TERMS.replace('{pd_operator}', 'common_pd')})", PERCENT, "CFI_PACKAGE_LTV: chips, contract and offtaker, given a loss event; operators of one PD, so that deals compare", "result"),
    Row("package_ltv", "Package LTV at the deal's own PD", "loan / value", f"=CFI_PACKAGE_LTV({TERMS})", PERCENT, "Diagnostic: it worsens as PD falls; never compare deals by it"),
    Row("corr_ltv", "Chip-only LTV in default", "loan / value", f"=CFI_CORR_LTV({{exposure}},{{cost}},{{pd_operator}},{{rho}},{_PRICE})", PERCENT, "CFI_CORR_LTV. Diagnostic: it worsens as PD falls; never rank by it"),
    Row("ltv_market", "LTV at market in one year", "loan / value", "={exposure}/({cost}*EXP({drift}))", PERCENT, "After the expected fall, before the cost of a sale"),
    Row("lgd", "LGD of a market sale", "share of loan", f"=CFI_CORR_LGD({{exposure}},{{cost}},{{pd_operator}},{{rho}},{_PRICE})", PERCENT, "CFI_CORR_LGD: chips alone"),
    Row("wrong_way", "LGD added by the correlation", "share of loan", f"=INDEX(CFI_WRONG_WAY({{exposure}},{{cost}},{{pd_operator}},{{rho}},{_PRICE}),1,2)", PERCENT, "CFI_WRONG_WAY"),
    Row("cover_low_year", "Lowest recovery cover through the life", "×", f"=INDEX(CFI_RECOVERY_COVER({_PATH},{{rho}},{{rho_offtaker}},{{volatility}},{{sale_cost}},{{lag}}),1,1)", TIMES, "CFI_RECOVERY_COVER"),
    Row("cover_low_month", "Month in which it is lowest", "month", f"=INDEX(CFI_RECOVERY_COVER({_PATH},{{rho}},{{rho_offtaker}},{{volatility}},{{sale_cost}},{{lag}}),1,2)", WHOLE, "The weakest moment of the loan"),
)  # fmt: skip
ROWS = tuple(when_used(item) for item in (*EXPOSURE, *PARAMETERS, *CONTRACTS, *DRIVER, *LOSS, *LTV))
# A parameter has its name on the sheet Parameters; workings and what only a chart reads need none.
SHARED = {key for key, *_ in _CHOSEN} | {"rho_offtaker", "rho_offtaker_low", "rho_offtaker_high", "link", "link_low", "link_high"}  # fmt: skip
# Of the rows that are no results, those that are asked for by name.
_ASKED = ("cost", "wal", "gross_cover", "leverage", "tail", "pd_rated", "pd_model", "rating_leads", "loss_event", "deal_lgd", "loss_assigned", "loss_lost", "loss_offtaker", "loss_low", "loss_high", "loss_model", "loss_rated", "life_money", "rank", "rank_model", "package_ltv", "corr_ltv", "lgd", "min_dscr", "contract_end")  # fmt: skip


def of_deals(formula: str) -> str:
    """The formula for another sheet: what stands on Parameters as well is read where it is chosen by the collateral."""
    for key in SHARED:
        formula = formula.replace(f"{{{key}}}", f"{{Deals!{key}}}")
    return formula


RESULTS = tuple(
    item
    for item in ROWS
    if isinstance(item, Row) and item.key not in SHARED and (item.look == "result" or item.key in _ASKED)
)
__all__ = ["RESULTS", "ROWS", "TEXT"]

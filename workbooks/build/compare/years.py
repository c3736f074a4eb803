"""The sheet Years of compare.xlsx: cash, debt, default and collateral of each deal, year by year, one column per deal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from workbooks.build.compare.contracts import OF_DEAL, WORDS, yearly
from workbooks.build.compare.inputs import COLUMNS, NAMES, YEARS, fold_own, lay
from workbooks.build.kit.page import A3, MONEY, MONEY_1, NUMBER, PERCENT, PERCENT_2, Book
from workbooks.build.kit.rows import Form, Row, Section, write_rows

Rows = tuple[Section | Row, ...]
PUBLISHED = 5  # years of the published default rates
MARKET = "{market_revenue}*(1-shock_rent)*{Deals!annual_rent}^({year}-mid_year)"


def when_used(item: Section | Row) -> Section | Row:
    """A row that stays empty in a column without a deal."""
    if isinstance(item, Section) or not isinstance(item.formula, str) or not item.formula:
        return item
    return replace(item, formula=f'=IF({{used$}}=1,{item.formula[1:]},"")')


def span(key: str) -> str:
    """The hole of a series: all its years in this column."""
    return f"{{{key}_1..{key}_{YEARS}}}"


def series(key: str, label: str, unit: str, formula: str, number_format: str, how: str, first: str = "") -> Rows:
    """A band and a row for each year. In the formula `#` is the year, `#-` the one before, `#+` the one after."""
    rows = []
    for year in range(1, YEARS + 1):
        text = first if first and year == 1 else formula
        text = text.replace("#-", str(year - 1)).replace("#+", str(year + 1)).replace("#", str(year))
        rows.append(Row(f"{key}_{year}", label, "", text.replace("{year}", "$C{row}"), number_format))
    return (Section(label, f"{unit} · {how}"), *rows)


def array(key: str, label: str, unit: str, formula: str, number_format: str, how: str) -> Rows:
    """A band and the years of one formula that answers for all of them at once; in it `#` is each year."""
    keys = [f"{key}_{year}" for year in range(1, YEARS + 1)]
    rows = [Row(one, label, "", "", number_format) for one in keys]
    formula = re.sub(r"\{(\w+)_#\}", lambda hole: span(hole[1]), formula)
    formula = formula.replace("{year}", f"$C{{row}}:$C{{row@+{YEARS - 1}}}")
    rows[0] = replace(rows[0], formula=formula, down=True, answers=tuple(keys[1:]))
    return (Section(label, f"{unit} · {how}"), *rows)


def of_contracts(key: str, label: str, unit: str, formula: str, number_format: str, how: str, late: str = "") -> Rows:
    """A series over the contracts of a deal; `[firm]` and `[revenue]` are their columns of the year, `late` of the first."""
    found = []
    for year, item in enumerate(series(key, label, unit, formula, number_format, how, formula + late)):
        if isinstance(item, Row):
            text = str(item.formula)
            for column in ("firm", "revenue"):
                text = text.replace(f"[{column}]", yearly(column, year))
            item = replace(item, formula=text)
        found.append(item)
    return tuple(found)


def rated() -> Rows:
    """What the letter implies: published to five years, its last rate a year kept after them."""
    label = "PD that the rating implies, cumulative"
    keys = [f"rated_{year}" for year in range(1, YEARS + 1)]
    rows = [Row(key, label, "", "", PERCENT_2) for key in keys]
    formula = f'=IF({{rating}}="none",0,CFI_RATING_PD({{rating}},$C{{row}}:$C{{row@+{PUBLISHED - 1}}}))'
    rows[0] = replace(rows[0], formula=formula, down=True, answers=tuple(keys[1:PUBLISHED]))
    last, before = f"{{rated_{PUBLISHED}}}", f"{{rated_{PUBLISHED - 1}}}"
    after = f"=1-(1-{last})*((1-{last})/(1-{before}))^($C{{row}}-{PUBLISHED})"
    rows[PUBLISHED:] = [replace(row, formula=after) for row in rows[PUBLISHED:]]
    return (
        Section(label, "probability · CFI_RATING_PD to five years, then its last rate; 0 where there is no rating"),
        *rows,
    )


CASH: Rows = (
    *series("paying", "The offtaker pays", "share of the year", "=IF(OR(shock_default=0,{offtaker_weight}=0),1,MAX(0,MIN(1,(shock_default-months_per_year*({year}-1))/months_per_year)))", PERCENT, "1 without a stress; many small customers do not stop together"),
    *of_contracts("contract", "Firm contracted revenue", "US$ m", f"=SUMPRODUCT({OF_DEAL}*[revenue])*(1-shock_revenue)*{{paying_#}}", MONEY, "the contracts of this deal, less what the stress on Parameters takes", "*(1-shock_delay/months_per_year)"),
    *of_contracts("let", "Share of the fleet under firm contract", "share", f"=MIN(1,SUMPRODUCT({OF_DEAL}*{{all_arms_length}}*{{all_fleet}}*[firm])/months_per_year)*{{paying_#}}", PERCENT, "months that are firm over twelve"),
    *array("market", "Market revenue of what is not under contract", "US$ m", f"={MARKET}*(1-{{let_#}})*(1-({{year}}=1)*shock_delay/months_per_year)", MONEY, "today's market × rent factor × share not under contract"),
    *array("cash", "Cash for debt service", "US$ m", "=({contract_#}+{market_#}>{running_cost})*({contract_#}+{market_#}-{running_cost})", MONEY, "contracted and market revenue less operating cost, not below 0"),
    *of_contracts("risked", "Risked contract cash after cost", "US$ m", f"=SUMPRODUCT({OF_DEAL}*[revenue]*{{all_delivery}}*(1-{{all_pd}})^{{year}})*(1-shock_revenue)*{{paying_#}}-{{running_cost}}*{{let_#}}", MONEY, "firm × surviving × delivered revenue less the cost of the share let"),
)  # fmt: skip
DEBT: Rows = (
    *array("alive", "The loan lives", "share of the year", "=IF({tenor_months}>=months_per_year*{year},1,IF({tenor_months}>months_per_year*({year}-1),{tenor_months}/months_per_year-({year}-1),0))", PERCENT, "months of the year before maturity"),
    *array("closing", "Closing balance", "US$ m", "=IF(months_per_year*{year}>={tenor_months},0,{exposure}*({bullet}+(1-{bullet})*(1-((1+{monthly})^(months_per_year*{year})-1)/((1+{monthly})^{tenor_months}-1))))", MONEY, "the deal's own repayment: level monthly payments, the bullet at the end"),
    *series("opening", "Opening balance", "US$ m", "={closing_#-}", MONEY, "the exposure, then last year's closing balance", "={exposure}"),
    *array("service", "Debt service", "US$ m", "={exposure}*months_per_year*{alive_#}*((1-{bullet})*{payment}+{bullet}*{monthly})", MONEY, "without the bullet, which is refinanced or repaid from a sale"),
    *array("contract_dscr", "Cover by firm contracts alone", "×", '=IF({service_#}>0,({contract_#}-{running_cost}*{let_#})/{service_#},"")', '0.00"×"', "contracted revenue less the cost of the share let, over debt service"),
    *array("dscr", "Cover by all cash", "×", '=IF({service_#}>0,{cash_#}/{service_#},"")', '0.00"×"', "cash over debt service"),
    *array("in_life", "Cash within the loan", "US$ m", "={cash_#}*{alive_#}", MONEY, "cash of the months in which the loan lives"),
    *array("risked_life", "Risked contract cash within the loan", "US$ m", "={risked_#}*{alive_#}", MONEY, "the same of risked contract cash"),
    *series("reserve", "Reserve and trapped cash, opening", "US$ m", "=MAX(0,{reserve_#-}+{trap}*MAX(0,{cash_#-}-{service_#-})-MAX(0,{service_#-}-{cash_#-}))", MONEY_1, "months of service at closing; then what is trapped, less what was short",
            "={reserve_months}/months_per_year*{service_1}"),
)  # fmt: skip
DEFAULT: Rows = (
    *array("share", "Contracted share of the year's revenue", "share", "=IF({contract_#}+{market_#}>0,{contract_#}/({contract_#}+{market_#}/(1-shock_rent)),0)", PERCENT, "firm contracted revenue over all revenue"),
    *series("cover", "Cover used for PD", "×", "=IF({service_#}>{reserve_#},MAX(cover_low,MIN(cover_high,{cash_#}/({service_#}-{reserve_#}))),cover_high)", '#,##0.00"×"', "cash over what the reserve does not pay"),
    *array("chance", "PD of the year by the driver", "probability", "=CFI_DRIVER_PD({cover_#},{share_#},{vol_contract},{Deals!vol_market},{Deals!vol_other},{Deals!corr_contract_market},{leverage})", PERCENT_2, "CFI_DRIVER_PD; the offtaker's own default is not in it"),
    *series("model", "PD of the operator by the model, cumulative", "probability", "=1-(1-{model_#-})*(1-IF({service_#}>0,MAX({Deals!pd_floor},{chance_#}),0))", PERCENT_2, "survival of the years multiplied, with the floor",
            "=MAX({Deals!pd_floor},{chance_1})"),
    *rated(),
    *series("operator", "PD of the operator used, cumulative", "probability", "=IF({service_#}>0,MAX({operator_#-},IF({rating_leads}=1,MAX({Deals!pd_floor},{rated_#}),MAX({model_#},{rated_#}))),{operator_#-})", PERCENT_2, "the rating's where it speaks of this deal, else the higher of the two",
            "=IF({rating_leads}=1,MAX({Deals!pd_floor},{rated_1}),MAX({model_1},{rated_1}))"),
    *series("operator_year", "PD of the operator in the year", "probability", "={operator_#}-{operator_#-}", PERCENT_2, "seen from today", "={operator_1}"),
    *series("model_year", "the same by the model", "probability", "={model_#}-{model_#-}", PERCENT_2, "seen from today", "={model_1}"),
    *array("offtaker_year", "PD of the offtaker in the year", "probability", "=IF(({service_#}>0)*({let_#}>0),(1-{offtaker_pd})^({year}-1)*{offtaker_pd},0)", PERCENT_2, "seen from today, while there is a contract"),
)  # fmt: skip
COLLATERAL: Rows = (
    *array("value", "Expected value at the sale", "US$ m", "={cost}*EXP({drift}*({year}+{lag}))", MONEY, "cost × e^(drift × (year + time to sell)), before the cost of the sale"),
    *array("held", "Value of the chips when the operator fails", "US$ m", "=CFI_VALUE_IN_DEFAULT({cost},{operator_#},{rho},{volatility},{year},{drift})", MONEY, "CFI_VALUE_IN_DEFAULT at the end of the year, before the cost of the sale"),
    *array("net", "Firm contract cash after cost", "US$ m", "=({contract_#}>{running_cost}*{let_#})*({contract_#}-{running_cost}*{let_#})", MONEY, "not below 0: a replacement would not perform at a loss"),
    *array("stands", "The offtaker still stands", "probability", "=(1-{offtaker_pd})^{year}", PERCENT_2, "survival at the end of the year"),
    *series("ahead", "Contract cash still ahead", "US$ m", "=(1-{offtaker_pd})/(1+{effective})*({net_#}+{ahead_#+})", MONEY, "opening of the year: present value after cost, the offtaker surviving"),
    *series("worth", "Worth of the assigned contract", "US$ m", "=MAX({held_#}*(1-{Deals!sale_cost}),IF({let_#}>0,{ahead_#}-{missed}*{net_#}-{Deals!replacement_share}*{opening_#}+{chips_left}*(1+{effective})^({year}-1),0))", MONEY, "cash ahead less delay and cost of a replacement, with the chips left at the end; never less than a sale"),
)  # fmt: skip


def _rows() -> Iterator[Section | Row]:
    for item in (*CASH, *DEBT, *DEFAULT, *COLLATERAL):
        if isinstance(item, Row) and item.key == f"ahead_{YEARS}":
            item = replace(item, formula=str(item.formula).replace(f"+{{ahead_{YEARS + 1}}}", ""))
        yield when_used(item)


ROWS = tuple(_rows())


def write_years(book: Book) -> None:
    widths = {"A": 1.5, "B": 40, "C": 9} | dict.fromkeys(COLUMNS, 17) | {"L": 16}
    question = "Cash, debt, default and collateral of each deal. A year is twelve months from signing."
    page = book.page("Years", "Year by year", question, widths)
    block = book.places.blocks["Years"]
    page.heads(5, {"B": "Series", "C": "Year"} | NAMES, 32)
    write_rows(page, ROWS, block, Form(COLUMNS[-1], "", height=lambda _: None))
    for key, row in block.row_of.items():
        page.put(f"C{row}", int(key.rpartition("_")[2]), "unit", '"year "0')
    fold_own(book, "Years")
    page.freeze("D6")
    starts = [
        row - 2 for key, row in block.row_of.items() if key.endswith("_1")
    ]  # four series on the first page, then five
    page.print_setup(
        f"B1:L{max(block.row_of.values())}",
        "5:5",
        starts[4::5],
        paper=A3,
    )


def lay_years(book: Book) -> None:
    """Give every row its number before other sheets refer to it."""
    block = lay(book, "Years", ROWS, 6)
    first, last = block.row_of["market_1"], block.row_of[f"market_{YEARS}"]
    book.places.words |= WORDS | {"years_down": f"Years!$C${first}:$C${last}"}


__all__ = ["NUMBER", "ROWS", "lay_years", "series", "span", "when_used", "write_years"]

"""The sheet Agreement of ddtl.xlsx: from the deal loss by months to that of compare.xlsx, one assumption a line.

The deal stands here a second time as compare.xlsx has it, by years: level payments, even income, fixed cost, the PD that
the rating implies. Each line of the table puts one of its assumptions in the place of the monthly one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbooks.build.ddtl.grid import AMOUNT, HEAD, YEARS
from workbooks.build.ddtl.years import link_within, yearly_page
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import A3, NUMBER, PERCENT, PERCENT_2, TIMES, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, write_row, write_rows
from workbooks.build.kit.text import lines_of, width_of

YEAR = f"{{column}}${HEAD}"
MONTHS_DONE = f"({YEAR}*year_months)"
MOST_COST = 0.95  # of revenue, as compare.xlsx counts it


@dataclass(frozen=True)
class LossPath:
    """What CFI_DEAL_LOSS_PATH is asked with, where the two workbooks differ."""

    balances: str = "{exposure:all}"
    values: str = "{chips:all}"
    contracts: str = "{contract:all}"
    operator: str = "{pd_marginal:all}"
    offtaker: str = "{off_marginal:all}"
    rho: str = "annual_rho"
    link: str = "annual_link"
    rate: str = "rate_year"
    middle: int = 1

    @property
    def formula(self) -> str:
        series = ",".join((self.balances, self.values, self.contracts, self.operator, self.offtaker))
        rest = f"survival,{self.link},{self.rho},rho_offtaker,volatility,{self.rate},sale_cost,time_to_sell,unsecured_recovery"
        return f"CFI_DEAL_LOSS_PATH({series},{rest},1,{self.middle})"


@dataclass(frozen=True)
class Switch:
    """One assumption: how each workbook has it, and why; `change` is what is put in the place of the monthly one."""

    label: str
    change: dict[str, str | int]
    by_months: str
    by_years: str
    why: str


SWITCHES = (
    Switch("ρ of the operator", {}, "of each year, by the months' contracted share", "one for the life, by the whole contracted share", "The months know when contracts run out"),
    Switch("PD of the operator", {"operator": "{rated_marginal:all}"}, "by cash over debt service", "that the rating implies", "Where a rating is on record it leads in compare.xlsx; here it stands beside"),
    Switch("A year that is begun", {"operator": "{annual_operator:all}"}, "its months count", "counts whole, with the floor", "Seen where the loan ends within a year"),
    Switch("PD of the offtakers", {"offtaker": "{annual_off:all}"}, "not below the floor, by month", "as on record, while there is a contract", "A floor on a customer of AA− is this workbook's caution"),
    Switch("Balance", {"balances": "{annual_opening:all}"}, "drawn in steps, repaid as sized", "the commitment, repaid level from signing", "A year sees no draws; nothing is left undrawn in it"),
    Switch("When in the year it fails", {"middle": 0}, "in the middle, on the mean balance", "at the end, on the opening balance", "Years are coarse; the end is the careful reading of the balance"),
    Switch("Price of the chips", {"values": "{annual_middle:all}"}, "by tranche from delivery, with a scrap floor", "one price path from close, without a floor", "Tranches delivered later are younger when sold"),
    Switch("When the chips are sold", {"values": "{annual_value:all}"}, "mid-year and the time to sell", "end of the year and the time to sell", "As the line on when it fails, for the price"),
    Switch("Contract, if assigned", {"contracts": "{annual_worth:all}"}, "by month: ramp, credits, prepayment, its cost", "even income less a fixed cost, never less than a sale", "Two projections of one contract's cash"),
    Switch("Rate of discount", {"rate": "annual_effective"}, "coupon of month 1, after hedge", "interest rate of the deal", "Fixed and floating tranches are one rate by years"),
)  # fmt: skip

FIGURES = (
    ("annual_monthly", "Interest a month", "share", "=annual_rate/year_months", "0.0000%"),
    ("annual_effective", "Interest, effective a year", "a year", "=(1+annual_monthly)^year_months-1", PERCENT_2),
    ("annual_share", "Contracted share over the life", "share", "=SUMPRODUCT({annual_lives:all},{annual_contracted:all})/MAX(1,SUMPRODUCT({annual_lives:all},{annual_contracted:all}+{annual_open:all}))", PERCENT),
    ("annual_leverage", "Operating leverage", "×", f"=1/(1-MIN({MOST_COST},annual_cost/MAX(1,{{annual_contracted@E}}+{{annual_open@E}})))", TIMES),
    ("annual_rho", "ρ of the operator", "correlation", "=CFI_DRIVER_RHO(annual_share,vol_contract,vol_market,vol_other,corr_contract,corr_market,corr_contract_market,annual_leverage)", NUMBER),
    ("annual_link", "Correlation of operator and offtaker", "correlation", f"={link_within('annual_rho')}", NUMBER),
    ("annual_end", "Years until the last contract ends", "years", "=SUMPRODUCT(--({annual_let:all}>0))", "0"),
    ("annual_missed", "Share of a year's cash that a replacement misses", "share", "=replacement_delay*(1-annual_offtaker)/(1+annual_effective)", PERCENT),
    ("annual_left", "Chips left when the contract ends", "US$ m", "=IF(annual_end>0,fleet_cost*EXP(-decay*annual_end)*(1-sale_cost)/(1+annual_effective)^annual_end,0)", AMOUNT),
)  # fmt: skip
LOSS = Row("annual_loss", "Deal loss by years", "US$ m", "", "#,##0.0000", "CFI_DEAL_LOSS_PATH, one array formula; the total is that of compare.xlsx", "result")  # fmt: skip
ROWS: tuple[Section | Row, ...] = (
    Section("The deal by years, as compare.xlsx has it", "level payments from signing, income spread evenly, cost fixed in money"),
    Row("annual_lives", "The loan lives at the beginning of the year", "1 = yes", f"=IF({MONTHS_DONE}-year_months<annual_tenor,1,0)", "0", ""),
    Row("annual_let", "Share of the year under contract", "share", f"=MAX(0,MIN({MONTHS_DONE},annual_contract)-({MONTHS_DONE}-year_months))/year_months", PERCENT, "Months that are firm over twelve"),
    Row("annual_contracted", "Contracted revenue", "US$ m", "=annual_revenue/annual_contract*year_months*{annual_let}", AMOUNT, "Spread evenly", total="sum"),
    Row("annual_open", "Market revenue", "US$ m", f"=annual_market*annual_rent^({YEAR}-0.5)*(1-{{annual_let}})", AMOUNT, "What is not under contract, at the market's rents", total="sum"),
    Row("annual_closing", "Loan at the end of the year", "US$ m", f"=IF({MONTHS_DONE}>=annual_tenor,0,commitment*(balloon+(1-balloon)*(1-((1+annual_monthly)^{MONTHS_DONE}-1)/((1+annual_monthly)^annual_tenor-1))))", AMOUNT, "Annuity on the whole commitment"),
    Row("annual_opening", "Loan at the beginning", "US$ m", f"=IF({YEAR}=1,commitment,N({{annual_closing@-1}}))", AMOUNT, "", "result"),
    Row("annual_cum", "PD of the operator, cumulative", "probability", f"=IF({{annual_lives}}=1,MAX(pd_floor,{{pd_rated}},IF({YEAR}=1,0,N({{annual_cum@-1}}))),N({{annual_cum@-1}}))", PERCENT_2, "That the rating implies, not below the floor"),
    Row("annual_operator", "PD of the operator in the year", "probability", f"={{annual_cum}}-IF({YEAR}=1,0,N({{annual_cum@-1}}))", PERCENT_2, "Seen from close", "result", total="sum"),
    Row("annual_off", "PD of the offtakers in the year", "probability", f"={{annual_lives}}*IF({{annual_let}}>0,(1-annual_offtaker)^({YEAR}-1)*annual_offtaker,0)", PERCENT_2, "While there is a contract", "result", total="sum"),
    Row("annual_middle", "Chips, one price path, sold after mid-year", "US$ m", f"=fleet_cost*EXP(-decay*({YEAR}-0.5+time_to_sell))", AMOUNT, "Before the cost of the sale"),
    Row("annual_value", "Chips, one price path, sold after the end of the year", "US$ m", f"=fleet_cost*EXP(-decay*({YEAR}+time_to_sell))", AMOUNT, "", "result"),
    Row("annual_held", "Chips when the operator has failed by then", "US$ m", f"=CFI_VALUE_IN_DEFAULT(fleet_cost,{{annual_cum:all}},annual_rho,volatility,$E${HEAD}:$N${HEAD},-decay)", AMOUNT, "CFI_VALUE_IN_DEFAULT, one array formula", array=True),
    Row("annual_net", "Contract cash after cost", "US$ m", "=MAX(0,{annual_contracted}-annual_cost*{annual_let})", AMOUNT, "Cost of the share that is let", total="sum"),
    Row("annual_ahead", "Contract cash still ahead", "US$ m", "=(1-annual_offtaker)/(1+annual_effective)*({annual_net}+N({annual_ahead@+1}))", AMOUNT, "Present value at the beginning, the offtaker surviving"),
    Row("annual_worth", "Assigned contract: what it is worth to the lender", "US$ m", f"=MAX({{annual_held}}*(1-sale_cost),IF({{annual_let}}>0,{{annual_ahead}}-annual_missed*{{annual_net}}-replacement_share*{{annual_opening}}+annual_left*(1+annual_effective)^({YEAR}-1),0))", AMOUNT, "Less delay and cost of a replacement, with the chips left; never less than a sale", "result"),
    LOSS,
)  # fmt: skip
TABLE_TOP = HEAD + 3
FIGURES_TOP = TABLE_TOP + len(SWITCHES) + 7
ROWS_TOP = FIGURES_TOP + len(FIGURES) + 2
SPANS = (("F:I", "Here, by months"), ("J:N", "In compare.xlsx, by years"), ("O", "Why"))


def write_agreement(book: Book) -> None:
    block = book.places.add(Block("Agreement", "E", YEARS))
    block.lay([item.key for item in ROWS], ROWS_TOP)
    page = yearly_page(book, "Agreement", "Agreement with compare.xlsx", "Why does the same deal lose another amount in compare.xlsx? One assumption a line.")  # fmt: skip
    _figures(page)
    form = Form("O", "O", total="D")
    write_rows(page, ROWS[:-1], block, form)
    write_row(page, LOSS, block, form, bare=True)
    row = block.row_of["annual_loss"]
    page.block(f"D{row}:N{row}", "=" + page.fill(all_switched().formula), "result", "#,##0.0000")
    book.name("annual_total", page, f"D{row}")
    _table(page)
    page.print_setup(f"B1:O{row}", f"{HEAD}:{HEAD}", breaks=(FIGURES_TOP - 2,), paper=A3)


def all_switched() -> LossPath:
    path = LossPath()
    for switch in SWITCHES:
        path = replace(path, **switch.change)  # type: ignore[arg-type]
    return path


def _table(page: Page) -> None:
    """The loss by months, then after each switch; what is left at the end."""
    book, top = page.book, TABLE_TOP
    page.section(
        top - 2,
        "From the loss by months to the loss by years",
        "B",
        "O",
        "each line switches one assumption and keeps those above it switched",
    )
    for letter, text in zip("BDE", ("Assumption", "Deal loss", "Change"), strict=True):
        page.put(f"{letter}{top - 1}", text, "head_left" if letter == "B" else "head")
    page.put(f"C{top - 1}", "Unit", "head")
    page.row(top - 1, 30)
    for span, text in SPANS:
        _words(page, span, top - 1, text, "head_left")
    page.put(f"B{top}", "As here, by months", "label_bold")
    page.put(f"C{top}", "US$ m", "unit")
    page.put(f"D{top}", "=el_total", "result", "#,##0.0000")
    path = LossPath()
    for row, switch in enumerate(SWITCHES, top + 1):
        path = replace(path, **switch.change)  # type: ignore[arg-type]
        page.put(f"B{row}", switch.label, "label")
        page.put(f"C{row}", "US$ m", "unit")
        page.put(f"D{row}", f"=INDEX({page.fill(path.formula)},1,1)", "calc", "#,##0.0000")
        page.put(f"E{row}", f"=D{row}-D{row - 1}", "result", "0.0000")
        texts = (switch.by_months, switch.by_years, switch.why)
        for (span, _), text in zip(SPANS, texts, strict=True):
            _words(page, span, row, text, "note")
        page.row(row, 7 + 12 * max(lines_of(book.say(text), width_of(page, span)) for (span, _), text in zip(SPANS, texts, strict=True)))  # fmt: skip
    last = top + len(SWITCHES)
    lines = (
        ("Sum of the changes", "", f"=SUM(E{top + 1}:E{last})"),
        ("As in compare.xlsx, by years", "=annual_total", ""),
        ("Left unexplained", "=agreement_end-el_total-agreement_changes", ""),
    )  # fmt: skip
    for row, (label, loss, change) in enumerate(lines, last + 1):
        page.put(f"B{row}", label, "label_bold")
        page.put(f"C{row}", "US$ m", "unit")
        page.put(f"D{row}", loss or None, "result", "#,##0.0000" if row < last + 3 else "0.0E+00")
        page.put(f"E{row}", change or None, "result", "0.0000")
    for name, cell in (("agreement_changes", f"E{last + 1}"), ("agreement_end", f"D{last + 2}"), ("agreement_left", f"D{last + 3}")):  # fmt: skip
        book.name(name, page, cell)


def _words(page: Page, span: str, row: int, text: str, look: str) -> None:
    first, _, last = span.partition(":")
    page.merge(f"{first}{row}:{last or first}{row}", text, look)


def _figures(page: Page) -> None:
    page.section(FIGURES_TOP - 1, "Figures of the deal by years", "B", "O")
    for row, (name, label, unit, formula, number_format) in enumerate(FIGURES, FIGURES_TOP):
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", page.fill(formula), "result", number_format)
        page.book.name(name, page, f"D{row}")

"""The sheet Agreement of ddtl.xlsx: from what it says by months to what compare.xlsx says, one assumption a line.

The deal stands here a second time as compare.xlsx has it, by years: level payments, even income, fixed cost, the PD that
the rating implies. Each line of the table puts one of its assumptions in the place of the monthly one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workbooks.build.ddtl.grid import AMOUNT, HEAD, YEARS
from workbooks.build.ddtl.years import link_within, yearly_page
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import A3, NUMBER, PERCENT, PERCENT_2, TIMES, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, write_row, write_rows
from workbooks.build.kit.text import lines_of, width_of

YEAR = f"{{column}}${HEAD}"
MONTHS_DONE = f"({YEAR}*year_months)"


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
    ("annual_leverage", "Operating leverage", "×", "=1/(1-MIN(annual_most_cost,annual_cost/MAX(1,{annual_contracted@E}+{annual_open@E})))", TIMES),
    ("annual_rho", "ρ of the operator", "correlation", "=CFI_DRIVER_RHO(annual_share,vol_contract,vol_market,vol_other,corr_contract,corr_market,corr_contract_market,annual_leverage)", NUMBER),
    ("annual_link", "Correlation of operator and offtaker", "correlation", f"={link_within('annual_rho')}", NUMBER),
    ("annual_end", "Years until the last contract ends", "years", "=SUMPRODUCT(--({annual_let:all}>0))", "0"),
    ("annual_missed", "Share of a year's cash that a replacement misses", "share", "=replacement_delay*(1-annual_offtaker)/(1+annual_effective)", PERCENT),
    ("annual_stress", "Stress LGD, as in compare.xlsx", "of loan", "=CFI_STRESS_LGD(commitment,fleet_cost,annual_rho,volatility,1,stress_quantile,-decay,sale_cost,time_to_sell,unsecured_recovery)", PERCENT_2),
    ("annual_package", "Package LTV, as in compare.xlsx", "×", "=CFI_PACKAGE_LTV(commitment,fleet_cost,{annual_worth@E},annual_common,annual_offtaker,survival,annual_link,annual_rho,rho_offtaker,volatility,1,-decay,sale_cost,time_to_sell)", PERCENT_2),
    ("annual_left", "Chips left when the contract ends", "US$ m", "=IF(annual_end>0,fleet_cost*EXP(-decay*annual_end)*(1-sale_cost)/(1+annual_effective)^annual_end,0)", AMOUNT),
)  # fmt: skip
LOSS = Row("annual_loss", "Deal loss by years", "US$ m", "", "#,##0.0000", "CFI_DEAL_LOSS_PATH, one array formula; the total is that of compare.xlsx", "result")  # fmt: skip
ROWS: tuple[Section | Row, ...] = (
    Section("The deal by years, as compare.xlsx has it", "level payments from signing, income spread evenly, cost fixed in money"),
    Row("annual_lives", "The loan lives at the beginning of the year", "1 = yes", f"=IF({MONTHS_DONE}-year_months<annual_tenor,1,0)", "0", ""),
    Row("annual_let", "Share of the year under contract", "share", f"=MAX(0,MIN({MONTHS_DONE},annual_contract)-({MONTHS_DONE}-year_months))/year_months", PERCENT, "Months that are firm over twelve"),
    Row("annual_contracted", "Contracted revenue", "US$ m", "=annual_revenue/annual_contract*year_months*{annual_let}", AMOUNT, "Spread evenly", total="sum"),
    Row("annual_open", "Market revenue", "US$ m", f"=annual_market*annual_rent^({YEAR}-mid_year)*(1-{{annual_let}})", AMOUNT, "What is not under contract, at the market's rents", total="sum"),
    Row("annual_closing", "Loan at the end of the year", "US$ m", f"=IF({MONTHS_DONE}>=annual_tenor,0,commitment*(balloon+(1-balloon)*(1-((1+annual_monthly)^{MONTHS_DONE}-1)/((1+annual_monthly)^annual_tenor-1))))", AMOUNT, "Annuity on the whole commitment"),
    Row("annual_opening", "Loan at the beginning", "US$ m", f"=IF({YEAR}=1,commitment,N({{annual_closing@-1}}))", AMOUNT, "", "result"),
    Row("annual_cum", "PD of the operator, cumulative", "probability", f"=IF({{annual_lives}}=1,MAX(pd_floor,{{pd_rated}},IF({YEAR}=1,0,N({{annual_cum@-1}}))),N({{annual_cum@-1}}))", PERCENT_2, "That the rating implies, not below the floor"),
    Row("annual_operator", "PD of the operator in the year", "probability", f"={{annual_cum}}-IF({YEAR}=1,0,N({{annual_cum@-1}}))", PERCENT_2, "Seen from close", "result", total="sum"),
    Row("annual_off", "PD of the offtakers in the year", "probability", f"={{annual_lives}}*IF({{annual_let}}>0,(1-annual_offtaker)^({YEAR}-1)*annual_offtaker,0)", PERCENT_2, "While there is a contract", "result", total="sum"),
    Row("annual_middle", "Chips, one price path, sold after mid-year", "US$ m", f"=fleet_cost*EXP(-decay*({YEAR}-mid_year+time_to_sell))", AMOUNT, "Before the cost of the sale"),
    Row("annual_value", "Chips, one price path, sold after the end of the year", "US$ m", f"=fleet_cost*EXP(-decay*({YEAR}+time_to_sell))", AMOUNT, "", "result"),
    Row("annual_held", "Chips when the operator has failed by then", "US$ m", f"=CFI_VALUE_IN_DEFAULT(fleet_cost,{{annual_cum:all}},annual_rho,volatility,$E${HEAD}:$N${HEAD},-decay)", AMOUNT, "CFI_VALUE_IN_DEFAULT, one array formula", array=True),
    Row("annual_net", "Contract cash after cost", "US$ m", "=MAX(0,{annual_contracted}-annual_cost*{annual_let})", AMOUNT, "Cost of the share that is let", total="sum"),
    Row("annual_ahead", "Contract cash still ahead", "US$ m", "=(1-annual_offtaker)/(1+annual_effective)*({annual_net}+N({annual_ahead@+1}))", AMOUNT, "Present value at the beginning, the offtaker surviving"),
    Row("annual_worth", "Assigned contract: what it is worth to the lender", "US$ m", f"=MAX({{annual_held}}*(1-sale_cost),IF({{annual_let}}>0,{{annual_ahead}}-annual_missed*{{annual_net}}-replacement_share*{{annual_opening}}+annual_left*(1+annual_effective)^({YEAR}-1),0))", AMOUNT, "Less delay and cost of a replacement, with the chips left; never less than a sale", "result"),
    LOSS,
)  # fmt: skip


@dataclass(frozen=True)
class Bridge:
    """A table of lines from what is said here to what compare.xlsx says; each line has a formula of its own."""

    key: str  # of the names of its results
    title: str
    head: str
    unit: str
    look: tuple[str, str]  # the formats of a figure and of what is left
    here: str
    lines: tuple[tuple[Switch, str], ...]
    there: str

    @property
    def height(self) -> int:
        """Its rows, with the band, the heads and two blank ones at the end."""
        return len(self.lines) + 8


def all_switched() -> LossPath:
    path = LossPath()
    for switch in SWITCHES:
        path = replace(path, **switch.change)  # type: ignore[arg-type]
    return path


def _loss_lines() -> Iterator[tuple[Switch, str]]:
    path = LossPath()
    for switch in SWITCHES:
        path = replace(path, **switch.change)  # type: ignore[arg-type]
        yield switch, f"=INDEX({path.formula},1,1)"


def _measure_lines(call: str, switches: Sequence[Switch]) -> Iterator[tuple[Switch, str]]:
    """Of a measure of one moment: each switch puts a figure of compare.xlsx in the place of one of the highest balance."""
    for switch in switches:
        for ours, theirs in switch.change.items():
            call = call.replace(ours, str(theirs))
        yield switch, f"={call}"


STRESS = "CFI_STRESS_LGD(peak_balance,peak_chips,peak_rho,volatility,1,stress_quantile,-decay,sale_cost,time_to_sell,unsecured_recovery)"
PACKAGE = "CFI_PACKAGE_LTV(peak_balance,peak_chips,peak_contract,peak_pd,peak_pd_off,survival,peak_link,peak_rho,rho_offtaker,volatility,1,-decay,sale_cost,time_to_sell)"
_BALANCE = Switch(
    "Balance",
    {"peak_balance": "commitment"},
    "the highest of the life",
    "the commitment, at signing",
    "A year sees no draws; nothing is left undrawn in it",
)
_CHIPS = Switch(
    "Price of the chips",
    {"peak_chips": "fleet_cost"},
    "market value in the month of the highest balance",
    "cost at signing",
    "At the peak the first tranches are months old",
)
_RHO = Switch(
    "ρ of the operator",
    {"peak_rho": "annual_rho"},
    "of that month, by the months' contracted share",
    "one for the life, by the whole contracted share",
    "The months know when contracts run out",
)
STRESS_SWITCHES = (_BALANCE, _CHIPS, _RHO)
PACKAGE_SWITCHES = (
    _BALANCE,
    _CHIPS,
    Switch("Contract, if assigned", {"peak_contract": "{annual_worth@E}"}, "by month: ramp, credits, prepayment, its cost", "even income less a fixed cost, never less than a sale", "Two projections of one contract's cash"),
    Switch("PD of the operator", {"peak_pd,": "annual_common,"}, "by cash over debt service", "one for all deals, so that they compare", "At its own PD package LTV worsens as PD falls"),
    Switch("PD of the offtakers", {"peak_pd_off": "annual_offtaker"}, "not below the floor, by month", "as on record, while there is a contract", "A floor on a customer of AA− is this workbook's caution"),
    Switch("Correlation of operator and offtaker", {"peak_link": "annual_link"}, "of that month, by the months' contracted share", "one for the life, by the whole contracted share", "Follows ρ, as far as a matrix has it"),
    _RHO,
)  # fmt: skip
BRIDGES = (
    Bridge("agreement", "From the loss by months to the loss by years", "Deal loss", "US$ m", ("#,##0.0000", "0.0E+00"), "=el_total", tuple(_loss_lines()), "=annual_total"),
    Bridge("stress_bridge", "From our stress LGD to theirs", "Stress LGD", "of loan", (PERCENT_2, "0.0E+00"), "=stress_lgd", tuple(_measure_lines(STRESS, STRESS_SWITCHES)), "=annual_stress"),
    Bridge("package_bridge", "From our package LTV to theirs", "Package LTV", "×", (PERCENT_2, "0.0E+00"), "=package_ltv", tuple(_measure_lines(PACKAGE, PACKAGE_SWITCHES)), "=annual_package"),
)  # fmt: skip
TABLE_TOP = HEAD + 3
FIGURES_TOP = TABLE_TOP + sum(bridge.height for bridge in BRIDGES) - 1
ROWS_TOP = FIGURES_TOP + len(FIGURES) + 2
SPANS = (("F:I", "Here, by months"), ("J:N", "In compare.xlsx, by years"), ("O", "Why"))


def write_agreement(book: Book) -> None:
    block = book.places.add(Block("Agreement", "E", YEARS))
    block.lay([item.key for item in ROWS], ROWS_TOP)
    page = yearly_page(book, "Agreement", "Agreement with compare.xlsx", "Why does compare.xlsx say another loss, stress LGD and package LTV of the same deal? One assumption a line.")  # fmt: skip
    _figures(page)
    form = Form("O", "O", total="D")
    write_rows(page, ROWS[:-1], block, form)
    write_row(page, LOSS, block, form, bare=True)
    row = block.row_of["annual_loss"]
    page.block(f"D{row}:N{row}", "=" + page.fill(all_switched().formula), "result", "#,##0.0000")
    book.name("annual_total", page, f"D{row}")
    top = TABLE_TOP
    for bridge in BRIDGES:
        _table(page, top, bridge)
        top += bridge.height
    page.print_setup(
        f"B1:O{row}",
        f"{HEAD}:{HEAD}",
        breaks=(TABLE_TOP + sum(bridge.height for bridge in BRIDGES[:2]) - 3, FIGURES_TOP - 2),
        paper=A3,
    )


def _table(page: Page, top: int, bridge: Bridge) -> None:
    """What is said here, then after each switch; what is left at the end."""
    book, (figure, left) = page.book, bridge.look
    note = "each line switches one assumption and keeps those above it switched"
    page.section(top - 2, bridge.title, "B", "O", note)
    for letter, text in zip("BCDE", ("Assumption", "Unit", bridge.head, "Change"), strict=True):
        page.put(f"{letter}{top - 1}", text, "head_left" if letter == "B" else "head")
    page.row(top - 1, 30)
    for span, text in SPANS:
        _words(page, span, top - 1, text, "head_left")
    _line(page, top, "As here, by months", bridge, bridge.here, "")
    for row, (switch, formula) in enumerate(bridge.lines, top + 1):
        page.put(f"B{row}", switch.label, "label")
        page.put(f"C{row}", bridge.unit, "unit")
        page.put(f"D{row}", page.fill(formula), "calc", figure)
        page.put(f"E{row}", f"=D{row}-D{row - 1}", "result", figure)
        texts = (switch.by_months, switch.by_years, switch.why)
        for (span, _), text in zip(SPANS, texts, strict=True):
            _words(page, span, row, text, "note")
        page.row(row, 7 + 12 * max(lines_of(book.say(text), width_of(page, span)) for (span, _), text in zip(SPANS, texts, strict=True)))  # fmt: skip
    last, key = top + len(bridge.lines), bridge.key
    _line(page, last + 1, "Sum of the changes", bridge, "", f"=SUM(E{top + 1}:E{last})")
    _line(page, last + 2, "As in compare.xlsx, by years", bridge, bridge.there, "")
    _line(page, last + 3, "Left unexplained", bridge, f"={key}_end-{bridge.here[1:]}-{key}_changes", "")
    page.sheet[f"D{last + 3}"].number_format = left
    for name, cell in (("changes", f"E{last + 1}"), ("end", f"D{last + 2}"), ("left", f"D{last + 3}")):
        book.name(f"{key}_{name}", page, cell)


def _line(page: Page, row: int, label: str, bridge: Bridge, figure: str, change: str) -> None:
    page.put(f"B{row}", label, "label_bold")
    page.put(f"C{row}", bridge.unit, "unit")
    for letter, formula in (("D", figure), ("E", change)):
        page.put(f"{letter}{row}", formula or None, "result", bridge.look[0])


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

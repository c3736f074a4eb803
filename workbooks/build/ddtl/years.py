"""The sheets Years and Loss of ddtl.xlsx: the months by loan year, and the deal's loss through its life."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from workbooks.build.ddtl.grid import AMOUNT, HEAD, YEARS
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import A3, NUMBER, PERCENT, PERCENT_2, WHOLE, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, write_rows

TOP = 7
WIDTHS = {"A": 1.5, "B": 42, "C": 10, "D": 9.5} | {get_column_letter(5 + year): 8 for year in range(YEARS)} | {"O": 42}
FORM = Form("O", "O", total="D")
LAST_YEAR = get_column_letter(5 + YEARS - 1)


def _sum(key: str) -> str:
    return f"=SUMIF({{loan_year:all}},{{column}}${HEAD},{{{key}:all}})"


def _end(key: str) -> str:
    return f"=INDEX({{{key}:all}},1,{{column}}${HEAD}*year_months)"


def _money(key: str, label: str, of: str, how: str = "", look: str = "calc") -> Row:
    return Row(key, label, "US$ m", _sum(of), AMOUNT, how, look, total="sum")


CASH_BY_YEAR: tuple[Section | Row, ...] = (
    Section("Revenue and cost"),
    _money("year_billed", "Billed under contract", "billed"),
    _money("year_firm", "Cash from contracts that customers cannot leave", "firm_cash", "Arm's length, to the end of the notice period"),
    _money("year_merchant", "Market revenue", "merchant", "After contracts end, once re-let"),
    _money("year_opex", "Operating cost", "opex", "Power, colocation, staff, insurance"),
    _money("year_cfads", "CFADS", "cfads", "Before tax", "result"),
    Section("The loan"),
    _money("year_lent", "Lent", "lent"),
    _money("year_interest", "Interest paid", "paid_interest"),
    _money("year_repaid", "Principal repaid", "repaid", "Scheduled, borrowing base and sweep"),
    _money("year_service", "Debt service due", "service", "Interest and scheduled principal, without a balloon", "result"),
    Row("year_closing", "Loan at the end of the year", "US$ m", _end("closing"), AMOUNT, "", "result"),
    _money("year_distributed", "Distributed to the sponsor", "distributed"),
    Section("Cover and value"),
    Row("year_dscr", "DSCR of the year", "×", "=IF({year_service}>small,SUMIFS({cfads_life:all},{loan_year:all},{column}$5,{repaying:all},1)/MAX(small,SUMIFS({service:all},{loan_year:all},{column}$5,{repaying:all},1)),0)", '0.00"×";;"–"', "Months in which principal is due", "result"),
    Row("year_firm_cover", "Cover by contracts that customers cannot leave", "×", "=IF({year_service}>small,SUMIFS({firm_net:all},{loan_year:all},{column}$5,{repaying:all},1)/MAX(small,SUMIFS({service:all},{loan_year:all},{column}$5,{repaying:all},1)),0)", '0.00"×";-0.00"×";"–"', "After their share of cost"),
    Row("year_value", "Market value of the fleet, end of the year", "US$ m", _end("market_value"), AMOUNT, "Before cost of sale"),
    Row("year_ltv", "Loan to market value, end of the year", "×", "=IF({year_value}>small,{year_closing}/MAX(small,{year_value}),0)", '0%;;"–"'),
    Row("year_rent", "Market rent, end of the year", "$ per GPU-h", _end("market_rent"), NUMBER, "What a GPU without a contract would earn"),
)  # fmt: skip

# The month in the middle of each year, where a default of that year is looked at.
MIDDLE = f"({{column}}${HEAD}*year_months-year_months/2)"


def _mean(key: str) -> str:
    return f"=SUMIFS({{{key}:all}},{{loan_year:all}},{{column}}${HEAD},{{loan_life:all}},1)/MAX(1,SUMIF({{loan_year:all}},{{column}}${HEAD},{{loan_life:all}}))"


def _in_life(key: str) -> str:
    return f"=SUMIFS({{{key}:all}},{{loan_year:all}},{{column}}${HEAD},{{loan_life:all}},1)/year_months"


def _diagonal(key: str) -> str:
    return f"=INDEX({{{key}_block}},{{column}}${HEAD},{{column}}${HEAD}+1)"


def link_within(rho: str) -> str:
    """The correlation of operator and offtaker as given, as far as a matrix has it with ρ and the offtaker's."""
    room = f"(1-room)*SQRT((1-{rho}^2)*(1-rho_offtaker^2))"
    return f"MAX({rho}*rho_offtaker-{room},MIN({rho}*rho_offtaker+{room},link))"


def _links() -> tuple[Row, ...]:
    ends = (
        ("", "Correlation of operator and offtakers"),
        ("_low", "the same, low end"),
        ("_high", "the same, high end"),
    )
    how = "As given, as far as a matrix has it beside ρ; a finding says where it is not"
    return tuple(Row(f"link_year{end}", words, "correlation", f"={link_within(f'{{rho_year{end}}}')}", NUMBER, "" if end else how) for end, words in ends)  # fmt: skip


LOSS: tuple[Section | Row, ...] = (
    Section("What is at stake, by loan year"),
    Row("exposure", "Loan at the beginning of the year", "US$ m", f"=IF({{column}}${HEAD}=1,MAX(INDEX({{closing:all}},1,1):INDEX({{closing:all}},1,12)),INDEX({{closing:all}},1,MAX(1,({{column}}${HEAD}-1)*year_months)))", AMOUNT, "Year 1: the highest balance of the year, so that a loan not yet drawn is not a small one", "result"),
    Row("chips", "Fleet, at the sale after a default in mid-year", "US$ m", f"=INDEX({{market_value:all}},1,{MIDDLE})*EXP(-decay*time_to_sell)", AMOUNT, "Market value then, fallen further until it is sold"),
    Row("residual", "of it, left when the contracts end", "US$ m", f"=IF(contract_end>{MIDDLE},INDEX({{market_value:all}},1,MAX(1,contract_end))*(1-sale_cost)*(1+rate_year)^(({MIDDLE}-contract_end)/year_months),{{chips}}*(1-sale_cost))", AMOUNT, "Net of the cost of sale, discounted to the default; sold at once where no contract is left"),
    Row("running", "Contracts that go on, after their cost", "US$ m", f"=INDEX({{assign_value:all}},1,MIN(120,{MIDDLE}+ROUND(replacement_delay*year_months,0)))*(1+rate_year)^-replacement_delay", AMOUNT, "From when a replacement performs; cash until then is lost"),
    Row("contract", "Assigned contract: what it is worth to the lender", "US$ m", "=MAX(0,{running}+{residual}-replacement_share*{exposure})", AMOUNT, "Contracts and what is left, less the cost of stepping in; as CFI_CONTRACT_VALUE", "result"),
    Section("How likely"),
    Row("share", "Contracted share, mean", "share", _mean("contracted"), PERCENT, "From Ratios, months of the loan's life"),
    Row("rho_year", "ρ of the operator, mean", "correlation", _mean("rho"), NUMBER, "Rises as contracts run out"),
    Row("rho_year_low", "the same, low end", "correlation", _mean("rho_low"), NUMBER),
    Row("rho_year_high", "the same, high end", "correlation", _mean("rho_high"), NUMBER),
    *_links(),
    Row("pd_year", "PD of the operator in the year", "probability", _in_life("pd"), PERCENT_2, "Months of the loan's life over twelve; each looks a year ahead"),
    Row("alive", "Operator alive at the beginning", "probability", f"=IF({{column}}${HEAD}=1,1,{{alive@-1}}*(1-{{pd_year@-1}}))", PERCENT),
    Row("pd_marginal", "PD of the operator, seen from close", "probability", "={alive}*{pd_year}", PERCENT_2, "Alive × PD", "result", total="sum"),
    Row("pd_off_year", "PD of the offtakers in the year", "probability", _in_life("pd_offtaker"), PERCENT_2),
    Row("alive_off", "Offtakers alive at the beginning", "probability", f"=IF({{column}}${HEAD}=1,1,{{alive_off@-1}}*(1-{{pd_off_year@-1}}))", PERCENT),
    Row("off_marginal", "PD of the offtakers, seen from close", "probability", "={alive_off}*{pd_off_year}", PERCENT_2, "", "result", total="sum"),
    Row("rated_years", "Years of the published table", "years", f"=MIN(5,{{column}}${HEAD})", WHOLE, "It ends at five; from there the rate of its last year goes on"),
    Row("rated_table", "PD that the rating implies, to that year", "probability", "=TRANSPOSE(CFI_RATING_PD(rating,TRANSPOSE({rated_years:all})))", PERCENT_2, "CFI_RATING_PD for the rating on Inputs", array=True),
    Row("pd_rated", "the same, cumulative", "probability", f"=1-(1-{{rated_table}})*((1-{{rated_table$@I}})/(1-{{rated_table$@H}}))^({{column}}${HEAD}-{{rated_years}})", PERCENT_2),
    Row("rated_marginal", "the same, in the year", "probability", f"=({{pd_rated}}-IF({{column}}${HEAD}=1,0,N({{pd_rated@-1}})))*MIN(1,SUMIF({{loan_year:all}},{{column}}${HEAD},{{loan_life:all}})/year_months)", PERCENT_2, "Within the loan's life", total="sum"),
    Section("Deal loss, present value", "operator fails and the contract is assigned, or is lost and chips are sold; or the offtaker fails"),
    Row("el", "Deal loss", "US$ m", _diagonal("el"), "#,##0.00", "CFI_DEAL_LOSS_PATH, each year at its ρ: diagonal of the block below", "result", total="sum"),
    Row("el_low", "Low end: ρ and volatility low", "US$ m", _diagonal("el_low"), "#,##0.00", "", total="sum"),
    Row("el_high", "High end: ρ and volatility high", "US$ m", _diagonal("el_high"), "#,##0.00", "", total="sum"),
    Row("el_rated", "Deal loss at the PD that the rating implies", "US$ m", _diagonal("el_rated"), "#,##0.00", "The agencies' view of the operator's default, our view of what is lost then", total="sum"),
    Row("el_chips", "The same loan with chips alone", "US$ m", _diagonal("el_chips"), "#,##0.00", "No contract is assigned: what the deal adds is the difference", total="sum"),
)  # fmt: skip
BLOCKS = (  # key, words, end of the band, volatility, PDs of the operator, chance of assignment
    ("el", "Deal loss: a row for the ρ of each year", "", "volatility", "pd_marginal", "survival"),
    ("el_low", "Low end", "_low", "volatility_low", "pd_marginal", "survival"),
    ("el_high", "High end", "_high", "volatility_high", "pd_marginal", "survival"),
    ("el_rated", "At the rating's PD", "", "volatility", "rated_marginal", "survival"),
    ("el_chips", "Chips alone", "", "volatility", "pd_marginal", "0"),
)


def yearly_page(book: Book, sheet: str, title: str, question: str) -> Page:
    page = book.page(sheet, title, question, WIDTHS)
    for letter, text in zip("BCDO", ("Loan year", "Unit", "Total", "How"), strict=True):
        page.put(f"{letter}{HEAD}", text, "head_left" if letter in "BO" else "head")
    for letter in book.places.blocks[sheet].letters:
        page.put(f"{letter}{HEAD}", f"=COLUMNS($E{HEAD}:{letter}{HEAD})", "head", WHOLE)
    page.freeze(f"E{HEAD + 1}")
    return page


def _lay(book: Book, sheet: str, items: tuple[Section | Row, ...]) -> int:
    return book.places.add(Block(sheet, "E", YEARS)).lay([item.key for item in items], TOP)


def write_years(book: Book) -> None:
    last = _lay(book, "Years", CASH_BY_YEAR)
    page = yearly_page(book, "Years", "By loan year", "The months summed: revenue, loan, cover and value.")
    write_rows(page, CASH_BY_YEAR, book.places.blocks["Years"], FORM)
    page.print_setup(f"B1:O{last}", f"{HEAD}:{HEAD}", pages_high=1, paper=A3)


def write_loss(book: Book) -> None:
    """The loss by year, and under it the whole path once for the ρ of each year."""
    last = _lay(book, "Loss", LOSS)
    top = last + 2
    for number, (key, *_) in enumerate(BLOCKS):
        row = top + 1 + number * (YEARS + 1)
        book.places.words[f"{key}_block"] = f"$D${row + 1}:$N${row + YEARS}"
    page = yearly_page(book, "Loss", "Loss through the loan's life", "What the lender expects to lose, by year, on the deal as it stands and at the ends of the band.")  # fmt: skip
    block = book.places.blocks["Loss"]
    write_rows(page, LOSS, block, FORM)
    page.section(
        top, "The whole path, once for the ρ of each year", "B", "O", "the diagonal is the path in which ρ moves"
    )
    for number, (key, words, end, sigma, pds, assign) in enumerate(BLOCKS):
        row = top + 1 + number * (YEARS + 1)
        page.put(f"B{row}", words, "label_bold")
        page.put(f"D{row}", "Total", "unit")
        for year, letter in enumerate(block.letters, 1):
            page.put(f"{letter}{row}", year, "unit")
        for year in range(1, YEARS + 1):
            page.put(f"B{row + year}", f"Year {year}", "label")
            page.put(f"C{row + year}", "US$ m", "unit")
        area = page.fill(f"{{{key}_block}}").replace("$", "")
        page.block(area, page.fill(_path(end, sigma, pds, assign)), "calc", "#,##0.00")
    page.print_setup(f"B1:O{last}", f"{HEAD}:{HEAD}", paper=A3)  # the block is looked up on the screen
    _totals(book)


def _path(end: str, sigma: str, pds: str, assign: str) -> str:
    """Parameters to the path: mid-year, one sale of the chips or one contract."""
    series = f"{{exposure:all}},{{chips:all}},{{contract:all}},{{{pds}:all}},{{off_marginal:all}}"
    rest = f"{assign},TRANSPOSE({{link_year{end}:all}}),TRANSPOSE({{rho_year{end}:all}}),rho_offtaker,{sigma},rate_year,sale_cost,time_to_sell,unsecured_recovery,1,1"
    return f"=CFI_DEAL_LOSS_PATH({series},{rest})"


def _totals(book: Book) -> None:
    """Names for what other sheets read of the loss."""
    page, block = book.pages["Loss"], book.places.blocks["Loss"]
    for name, key in (("el_total", "el"), ("el_total_low", "el_low"), ("el_total_high", "el_high"), ("el_total_rated", "el_rated"), ("el_total_chips", "el_chips")):  # fmt: skip
        book.name(name, page, f"D{block.row_of[key]}")

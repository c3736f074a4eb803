"""The sheet Memo of ddtl.xlsx: what a credit memo has beside the answer."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from workbooks.build.ddtl.cash import CONTRACTS
from workbooks.build.ddtl.grid import AMOUNT
from workbooks.build.ddtl.stress import CREDIT_TOP
from workbooks.build.kit.page import A3, DATE, PERCENT, PERCENT_2, TIMES, WHOLE, Book, Page
from workbooks.build.kit.rows import grown
from workbooks.build.kit.text import lines_of, width_of

WIDTHS = {"A": 1.5, "B": 52} | dict.fromkeys("CDEFGHIJKLMN", 12)
LAST = "M"
HELD = "CFI_RESERVE_MONTHS(reserve_at_close,{service:all},reserve_norm)"
DURATION = "SUMPRODUCT({opening:all},(1+{rate@G})^-{month:all})/year_months"
MONTHS_OF_SERVICE = "MAX(small,INDEX({service_ahead:all},1,MAX(1,MIN(first_repayment,120)))/year_months)"


@dataclass(frozen=True)
class Cells:
    """A line of a table: a label, then formulas or words in the columns from C, each with its number format."""

    label: str
    cells: tuple[tuple[str | float, str], ...]
    result: bool = False


def _money(formula: str) -> tuple[str, str]:
    return formula, AMOUNT


def _share(formula: str, number_format: str = PERCENT) -> tuple[str, str]:
    return formula, number_format


PRICING = (
    Cells("Fixed", (_money("=drawn_total*fixed_share"), _share("=fixed_share"), _share("=IF(fixed_share>0,fixed_rate,0)", PERCENT_2), _share("=IF(fixed_share>0,fixed_rate-base_rate,0)", PERCENT_2))),
    Cells("Floating, swapped", (_money("=drawn_total*(1-fixed_share)*hedged"), _share("=(1-fixed_share)*hedged"), _share("=margin+swap_rate", PERCENT_2), _share("=margin", PERCENT_2))),
    Cells("Floating, not hedged", (_money("=drawn_total*(1-fixed_share)*(1-hedged)"), _share("=(1-fixed_share)*(1-hedged)"), _share("=margin+base_rate", PERCENT_2), _share("=margin", PERCENT_2))),
    Cells("Together", (_money("=drawn_total"), _share("=1"), _share("={coupon@G}", PERCENT_2), _share("=spread_all-IF(wal_years>0,upfront/wal_years,0)", PERCENT_2)), True),
    Cells("of it first funding, and top-up", (_money("={draw$@D}"), _money("=top_up_total"), _share("=upfront", PERCENT_2), _share("=undrawn_fee", PERCENT_2))),
)  # fmt: skip
SOURCES = (
    Cells("Fleet", (_money("={capex$@D}"), ("Loan", "@"), _money("=drawn_total"))),
    Cells("Upfront fee or discount", (_money("={discount$@D}"), ("Customers' prepayments", "@"), _money("={prepaid$@D}"))),
    Cells("Liquidity reserve at close", (_money("=reserve_at_close"), ("Sponsor, net", "@"), _money("={sponsor_in$@D}-{reimbursed$@D}"))),
    Cells("Uses", (_money("={uses$@D}"), ("Sources", "@"), _money("=drawn_total+{prepaid$@D}+{sponsor_in$@D}-{reimbursed$@D}")), True),
    Cells("Sponsor's money at its deepest", (_money("={sponsor_net$@D}"), ("of uses", "@"), _share("=({sponsor_in$@D}-{reimbursed$@D})/MAX(small,{uses$@D})"))),
)  # fmt: skip
VIEWS = (
    Cells("Borrower's base case", (("=IF(agency_base>0,agency_base,\"none\")", TIMES), ("=lowest_dscr", TIMES), ("Lowest three-month DSCR, as planned", "@"))),
    Cells("Rating agency's case", (("=IF(agency_case>0,agency_case,\"none\")", TIMES), (f'=IF(static_current,Stress!D{CREDIT_TOP + 1},"stale")', TIMES), ("Contracts pay a tenth less (static copy)", "@"))),
    Cells("Rating agency's stress", (("=IF(agency_floor>0,agency_floor,\"none\")", TIMES), (f'=IF(static_current,Stress!D{CREDIT_TOP + 4},"stale")', TIMES), ("Power half as dear again (static copy)", "@"))),
    Cells("PD over the life", (("=SUM({rated_marginal:all})", PERCENT_2), ("=SUM({pd_marginal:all})", PERCENT_2), ("Implied by the rating; by the driver of cash", "@"))),
    Cells("Deal loss at that PD, US$ m", (("=el_total_rated", "#,##0.0"), ("=el_total", "#,##0.0"), ("Our view of what is lost, under either PD", "@"))),
)  # fmt: skip
PRICE = (
    Cells("Spread, fees included", (_share("=spread_all", PERCENT_2), ("Over SOFR of the first year", "@"))),
    Cells("less deal loss a year", (_share("=el_year", PERCENT_2), ("Present value over the weighted average life", "@"))),
    Cells("Risk-adjusted spread", (_share("=spread_all-el_year", PERCENT_2), ("Pays for capital, cost and error", "@")), True),
    Cells("over stress LGD", (_share("=IF(stress_lgd>room,(spread_all-el_year)/stress_lgd,0)", PERCENT_2), ("A year's earning on what a bad year may take", "@"))),
    Cells("All-in yield, nominal", (("=yield_all", PERCENT_2), ("IRR of the lender's cash flow × 12", "@"))),
)  # fmt: skip
STATES = (
    "Operator fails, contract assigned",
    "Operator fails, contract lost: chips sold",
    "Offtaker fails: chips sold",
)
ARGUMENTS = "peak_balance,peak_chips,peak_contract,peak_pd,peak_pd_off,survival,peak_link,peak_rho,rho_offtaker,volatility,1,-decay,sale_cost,time_to_sell,unsecured_recovery"


SIZES = "CFI_DEBT_LIMITS({cash_ahead:all},{cover_asked:all},{rate_ahead:all},{size_cost$@D},IF({top_up_month$@D}>0,1E12,advance),ltc_cap,0,0,IF(size_ltv=0,1E12,size_ltv),{size_value$@D},IF(size_leverage=0,1E12,size_leverage),MAX(0,{size_earnings$@D}))"
SIZE = tuple(
    Cells(words, ((f"=INDEX({SIZES},{number},2)", '[>=1000000000]"–";#,##0.0'), (f"=IF(INDEX({SIZES},{number},4)=1,\"binds\",\"–\")", "@"), (how, "@")))
    for number, (words, how) in enumerate((
        ("By cover, contracts and market each at their own", "CFI_DEBT_LIMITS; on a top-up date the advance rate no longer limits"),
        ("By the advance rate on cost", "First funding"),
        ("By the cap on cost", "After the top-up"),
        ("By market value", "Limit on Inputs, where there is one"),
        ("By leverage", "Limit on Inputs, where there is one"),
    ), 1)
)  # fmt: skip


def write_memo(book: Book) -> None:
    page = book.page("Memo", "Credit memo", "Tranches and price, sources and uses, other views, recovery, customers, reserve and covenants.", WIDTHS)  # fmt: skip
    row = _table(page, 5, "Tranches and price", ("Tranche", "US$ m", "Share", "Rate", "Spread"), PRICING, "last line: first funding, top-up, upfront fee, fee on what is not drawn")  # fmt: skip
    row = _table(page, row, "Sources and uses", ("Uses", "US$ m", "Sources", "", "US$ m"), SOURCES, "over the draw period; they balance, see Checks")  # fmt: skip
    row = _table(page, row, "What limits the size", ("Constraint", "US$ m", "", "How"), SIZE, "on projected cash after the top-up date")  # fmt: skip
    row = _table(page, row, "Other views beside ours", ("View", "On record", "Ours", "Which"), VIEWS, "Moody's through CCIR for DDTL 4.0; for the other deals nothing is on record")  # fmt: skip
    row = _table(page, row, "Loss against price", ("", "", "How"), PRICE)
    recovery = row
    for write in (_recovery, _customers, _reserve, _residual):
        row = write(page, row)
    covenants, row = row, _covenants(page, row)
    page.freeze("C5")
    page.print_setup(f"B1:{LAST}{row - 2}", "1:3", breaks=(recovery - 1, covenants - 1), paper=A3)


def _table(page: Page, top: int, title: str, heads: tuple[str, ...], lines: tuple[Cells, ...], note: str = "") -> int:
    page.section(top, title, "B", LAST, note)
    for letter, text in zip("BCDEFGHIJKL", heads, strict=False):
        page.put(f"{letter}{top + 1}", text, "head_left" if letter == "B" else "head")
    for row, line in enumerate(lines, top + 2):
        page.put(f"B{row}", line.label, "label_bold" if line.result else "label")
        page.row(row, grown(lines_of(page.book.say(line.label), width_of(page, "B"), 10)) or 15)
        at = 3
        for value, number_format in line.cells:
            letter = get_column_letter(at)
            if isinstance(value, str) and not value.startswith("="):  # words take two columns, the last ones all
                last = LAST if value == line.cells[-1][0] else get_column_letter(at + 1)
                page.merge(f"{letter}{row}:{last}{row}", value, "note")
                at += 1
            else:
                filled = page.fill(value, letter, row) if isinstance(value, str) else value
                page.put(f"{letter}{row}", filled, "result" if line.result else "calc", number_format)
            at += 1
    return top + 3 + len(lines)


def _heads(page: Page, row: int, texts: str) -> None:
    for letter, text in zip("BCDEFGHIJK", texts.split(" | "), strict=False):
        page.put(f"{letter}{row}", text, "head_left" if letter == "B" else "head", size=9)
    page.row(row, 30)


def _recovery(page: Page, top: int) -> int:
    """Claims, time and cost in each of the three states, at the highest balance and within a year."""
    book = page.book
    page.section(top, "Recovery, if it fails within a year of the highest balance", "B", LAST, "CFI_DEAL_LOSS; claims are the loan, what is lost is after cost and time")  # fmt: skip
    _heads(page, top + 1, "State | Probability | Claim, US$ m | What is sold | Gross, US$ m | Cost, US$ m | Months | Net, US$ m | Lost, of claim | Expected loss, US$ m")  # fmt: skip
    first = top + 2
    page.block(f"N{first}:S{first}", f"=CFI_DEAL_LOSS({ARGUMENTS})", "aside", "0.0000")
    page.put(f"N{first - 1}", "CFI_DEAL_LOSS: loss, probability, LGD, three states", "aside", horizontal="left")
    both = "CFI_PD_BOTH(peak_pd,peak_pd_off,peak_link)"
    operator = f"(peak_pd-{both})"
    rows = (
        (STATES[0], f"={operator}*survival", "contract", "=peak_contract+replacement_share*peak_balance", "=replacement_share*peak_balance", "=replacement_delay*12", f"=Q{first}*peak_balance"),
        (STATES[1], f"={operator}*(1-survival)", "chips", None, None, "=time_to_sell*12", f"=R{first}*peak_balance"),
        (STATES[2], "=peak_pd_off", "chips", None, None, "=time_to_sell*12", f"=S{first}*peak_balance"),
    )  # fmt: skip
    for row, (words, probability, sold, gross, cost, months, loss) in enumerate(rows, first):
        page.put(f"B{row}", words, "label")
        page.put(f"C{row}", probability, "calc", "0.000%")
        page.put(f"D{row}", "=peak_balance", "calc", AMOUNT)
        page.put(f"E{row}", sold, "words")
        page.put(f"J{row}", f"=IF(C{row}>0,K{row}/MAX(small*small,C{row}*D{row}),0)", "result", PERCENT)
        page.put(f"I{row}", f"=D{row}*(1-J{row})", "calc", AMOUNT)
        page.put(f"F{row}", gross or f"=I{row}/(1-sale_cost)", "calc", AMOUNT)
        page.put(f"G{row}", cost or f"=F{row}-I{row}", "calc", AMOUNT)
        page.put(f"H{row}", months, "calc", "0.0")
        page.put(f"K{row}", loss, "result", "#,##0.000")
    last = first + len(rows)
    page.put(f"B{last}", "Together", "label_bold")
    page.put(f"C{last}", f"=O{first}", "result", "0.000%")
    page.put(f"J{last}", f"=P{first}", "result", PERCENT)
    page.put(f"K{last}", f"=N{first}*peak_balance", "result", "#,##0.000")
    book.name("states_loss", page, f"K{last}")
    note = "The claim ranks first on all assets of a borrower that has no other creditor. A contract worth more than the claim is not the lender's to keep: net is at most the claim."
    page.merge(f"B{last + 1}:{LAST}{last + 1}", note, "plain", 15, vertical="center")
    return last + 3


def _customers(page: Page, top: int) -> int:
    page.section(top, "Customers against the limit", "B", LAST, "share of the customer, by all its contracts, in what is billed; the limit stands on Inputs")  # fmt: skip
    _heads(page, top + 1, "Customer | Rating | PD, one year | Billed, US$ m | Share | Limit | Cannot leave before | Ends | Finding")  # fmt: skip
    first = top + 2
    for row in range(first, first + CONTRACTS):
        at = row - first + 1
        cells = (("C", f"=INDEX(c_rating,{at})", "General"), ("D", f"=INDEX(c_pd,{at})", PERCENT_2), ("E", f"=INDEX(c_billed,{at})", AMOUNT),
                 ("F", f"=SUMIF(c_name,B{row},c_billed)/MAX(small,{{billed$@D}})", PERCENT), ("G", "=limit_offtaker", PERCENT), ("H", f"=INDEX(c_firm_end,{at})", WHOLE), ("I", f"=INDEX(c_end,{at})", WHOLE))  # fmt: skip
        page.put(f"B{row}", f"=INDEX(c_name,{at})", "label")
        for letter, formula, number_format in cells:
            page.put(f"{letter}{row}", page.fill(formula), "calc", number_format)
        page.put(f"J{row}", f'=IF(E{row}<=small,"–",IF(F{row}>G{row},"above","within"))', "verdict")
    last = first + CONTRACTS - 1
    page.paint(f"J{first}:J{last}", {f'J{first}="above"': "watch", f'J{first}="within"': "good"})
    page.hide(f"B{first}:J{last}", f'$B{first}="–"')
    page.put(f"B{last + 1}", "Concentration (HHI), and as a number of equal customers", "label")
    page.put(f"E{last + 1}", page.fill("={hhi$@D}"), "calc", "0.00")
    page.put(f"F{last + 1}", f"=1/MAX(room,E{last + 1})", "calc", "0.0")
    return last + 3


def _reserve(page: Page, top: int) -> int:
    lines = (
        Cells("Liquidity at close, US$ m", (_money("=MAX(reserve_at_close,0)"), ("Paid in by the sponsor", "@"))),
        Cells("Debt service of a month, once principal is due, US$ m", (_money(f"={MONTHS_OF_SERVICE}"), ("Mean of the first year with principal", "@"))),
        Cells("Reserve in months of the highest debt service", ((f"=IF(drawn_total>small,INDEX({HELD},1,1),0)", "0.0"), ("CFI_RESERVE_MONTHS; against the norm below", "@")), True),
        Cells("Missing to the norm, US$ m", (_money(f"=IF(drawn_total>small,INDEX({HELD},1,2),0)"), ("CFI_RESERVE_MONTHS", "@"))),
        Cells("Months that lenders expect", (("=reserve_norm", "0.0"), ("Project finance convention; Moody's calls less thin", "@"))),
        Cells("Rates fixed or swapped", (_share("=fixed_share+(1-fixed_share)*hedged"), ("DDTL 4.0 asks for at least 95%", "@"))),
        Cells("Owed to the hedge bank if SOFR falls, US$ m", (_money(f"=rate_shift*(1-fixed_share)*hedged*{DURATION}"), ("Mark of the swap at close; it ranks beside the loan in most agreements", "@"))),
        Cells("More interest in the first year with principal if SOFR rises, US$ m", (_money("=rate_shift*(1-fixed_share)*(1-hedged)*INDEX({opening:all},1,MIN(120,first_repayment))"), ("On what is not hedged, by the same shift", "@"))),
    )  # fmt: skip
    return _table(page, top, "Reserve and hedge", ("", "", "How"), lines)


def _residual(page: Page, top: int) -> int:
    """What the fleet may be worth: a band instead of a curve, with its denominator."""
    page.section(top, "What the fleet may be worth: a band", "B", LAST, "lognormal about the curve of market value; share of what the fleet cost")  # fmt: skip
    _heads(page, top + 1, "End of loan year | Years | P10, US$ m | P50, US$ m | P90, US$ m | P10, of cost | P50, of cost | P90, of cost | Fleet cost, US$ m | Loan then, US$ m")  # fmt: skip
    for year in range(1, 7):
        row = top + 1 + year
        page.put(f"B{row}", f"Year {year}", "label")
        page.put(f"C{row}", year, "aside")
        for letter, score in (("D", "-NORMSINV(band_quantile)"), ("E", "0"), ("F", "NORMSINV(band_quantile)")):
            spread = f"EXP(volatility*SQRT(C{row})*{score}-volatility^2*C{row}/2)"
            page.put(
                f"{letter}{row}",
                page.fill(f"=INDEX({{market_value:all}},1,C{row}*year_months)*{spread}"),
                "calc",
                AMOUNT,
            )
        for letter, source in zip("GHI", "DEF", strict=True):
            page.put(f"{letter}{row}", f"={source}{row}/MAX(small,J{row})", "calc", PERCENT)
        page.put(f"J{row}", "=fleet_cost", "calc", AMOUNT)
        page.put(f"K{row}", page.fill(f"=INDEX({{closing:all}},1,C{row}*year_months)"), "calc", AMOUNT)
    return top + 9


@dataclass(frozen=True)
class Covenant:
    label: str
    at_least: bool
    level: str
    figure: str
    number_format: str


COVENANTS = (
    Covenant("DSCR of the last three months", True, "cov_dscr", "dscr_3m", TIMES),
    Covenant("DSCR of the next twelve months", True, "cov_forward", "dscr_forward", TIMES),
    Covenant("Loan life cover with the reserve", True, "cov_llcr", "llcr_cash", TIMES),
    Covenant("Loan to book value", False, "cov_ltv", "ltv_book", PERCENT),
    Covenant("Something due was not paid", False, "0", "missed", WHOLE),
)  # fmt: skip


def _covenants(page: Page, top: int) -> int:
    """Level, headroom and first breach; a level counts as filed only for the deal that filed it."""
    page.section(top, "Covenants", "B", LAST, "a level that is not filed for the live deal is information, not a term of the loan")  # fmt: skip
    _heads(page, top + 1, "Covenant | Sense | Level | Level is | Worst figure | Headroom | First breach, month | First breach, date | Verdict")  # fmt: skip
    first = top + 2
    inputs = page.book.places.blocks["Inputs"]
    for row, item in enumerate(COVENANTS, first):
        page.put(f"B{row}", item.label, "label")
        page.put(f"C{row}", "at least" if item.at_least else "at most", "words")
        page.put(f"D{row}", f"={item.level}", "calc", item.number_format)
        status = f'MID(SUBSTITUTE(Inputs!$I${inputs.row_of[item.level]}," ",""),case,1)' if item.level != "0" else '"V"'
        page.put(f"E{row}", f'=IF({status}="V","filed","demonstration")', "words")
        page.put(f"F{row}", page.fill(f"={{{item.figure}$@D}}"), "result", item.number_format)
        sense = "min" if item.at_least else "max"
        area = page.fill(f"{{{item.figure}:all}}")
        if item.level == "0":
            page.put(f"G{row}", "–", "calc")
            page.put(f"H{row}", f"=IFERROR(MATCH(1,{area},0),0)", "result", '0;-0;"none"')
        else:
            page.block(f"G{row}:H{row}", f'=CFI_COVENANT({area},D{row},"{sense}")', "result", PERCENT)
            page.sheet[f"H{row}"].number_format = '0;-0;"none"'
        page.put(f"I{row}", page.fill(f'=IF(H{row}=0,"none",INDEX({{period_end:all}},1,MAX(1,H{row})))'), "calc", DATE)
        page.put(f"J{row}", f'=IF(H{row}=0,"PASS","BREACH")', "verdict")
    last = first + len(COVENANTS) - 1
    page.paint(f"J{first}:J{last}", {f'J{first}="PASS"': "good", f'J{first}="BREACH"': "bad"})
    page.put(f"B{last + 1}", "Covenants in breach", "label_bold")
    page.put(f"J{last + 1}", f'=SUMPRODUCT(--(J{first}:J{last}="BREACH"))', "result", WHOLE, horizontal="center")
    page.book.name("breaches", page, f"J{last + 1}")
    page.book.name("first_breach", page, f"H{first}")
    return last + 3

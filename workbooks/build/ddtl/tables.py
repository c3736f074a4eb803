"""The sheets Inputs, Contracts and Fleet of ddtl.xlsx: what is given, and the deal that is live.

Contracts and tranches stand in lists that grow: a row belongs to the deal whose number stands in its first column, and
rows may be left blank. Under each list are the rows of the live deal, which the months read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl.utils import get_column_letter

from workbooks.build.ddtl.cash import CONTRACTS
from workbooks.build.ddtl.grid import AMOUNT
from workbooks.build.kit.holes import Block
from workbooks.build.kit.inputs import InputColumns, read_inputs, read_table, value_of, write_heads, write_inputs
from workbooks.build.kit.page import A3, NUMBER, PERCENT, PERCENT_2, WHOLE, Book, Page
from workbooks.build.kit.parameters import parameter
from workbooks.build.kit.rows import Form, Row, Section, write_rows
from workbooks.build.kit.text import LEGEND

HERE = Path(__file__).parent
CASES = ("ddtl4", "ddtl5", "ddtl55", "own")
TRANCHES = 8  # of one deal
RANGES = (  # names of several inputs: the first and the last of them
    ("curve_tenors", "tenor_1", "tenor_7"),
    ("curve_rates", "quote_1", "quote_7"),
    ("sweep_shares", "sweep", "sweep_share_3"),
    ("sweep_covers", "sweep_cover_1", "sweep_cover_3"),
    ("class_advances", "class_advance_1", "class_advance_3"),
)
SHARED = (
    "base_rate", "pd_floor", "observed_volatility", "stale_share", "sticky_on", "volatility_low", "volatility_high",
    "annual_residual", "annual_rent", "sale_cost", "time_to_sell", "unsecured_recovery", "vol_market", "vol_other",
    "corr_contract", "corr_market", "corr_market_low", "corr_market_high", "corr_contract_market", "rho_offtaker", "link",
    "replacement_delay", "replacement_share", "stress_quantile", "reserve_norm",
)  # fmt: skip
GIVEN = read_inputs(HERE / "inputs.csv")
COLUMNS = InputColumns("D", ("E", "F", "G", "H"), "I", "J:M", "N", "O", "P", "Q", suffixes=CASES)
WIDTHS = {"A": 1.5, "B": 42, "C": 14} | dict.fromkeys("DEFGH", 13) | {"I": 8} | dict.fromkeys("JKLM", 14.5) | {"N": 16, "O": 10, "P": 10, "Q": 8}  # fmt: skip
HEAD, TOP = 6, 7

DERIVED: tuple[Section | Row, ...] = (
    Section("13 · Derived", "formulas, nothing typed in"),
    Row("volatility", "Volatility of the price of GPUs", "a year, log", ("=observed_volatility*SQRT((1+stale_share*sticky_on)/(1-stale_share*sticky_on))",), "0.000", "Corrected for months in which a posted price does not move, where the switch is on", "result"),
    Row("decay", "Fall of GPU prices", "a year, continuous", ("=-LN(annual_residual)",), "0.000", "Logarithm of the annual residual factor; the drift is its negative", "result"),
    Row("rent_decay", "Fall of market rents", "a year, continuous", ("=-LN(annual_rent)",), "0.000", "Logarithm of the annual rent factor", "result"),
    Row("leverage", "Operating leverage: revenue over CFADS", "×", ("=MAX(1,({billed$@D}+{merchant$@D})/MAX(small,{cfads$@D}))",), NUMBER, "Over the whole model: cost is fixed in money, so cash moves by more than revenue", "result"),
)  # fmt: skip


def write_input_sheet(book: Book) -> None:
    """Every input with its live cell, which bears its key as its name."""
    page = book.page("Inputs", "Inputs", "One column per deal; the live column is what the model reads.", WIDTHS)
    page.merge("B5:N5", LEGEND, "plain", 26, vertical="center")
    write_heads(page, HEAD, COLUMNS, "Live", ["=" + f"{letter}{TOP + 1}" for letter in COLUMNS.cases])
    page.row(HEAD, 32)
    shared = [parameter(key) for key in SHARED]
    items = (*GIVEN, Section("12 · Shared by all workbooks", "the same parameters as in compare.xlsx; another number here departs from it"),
             *(replace(item, values=item.values[:1], status=item.status[0]) for item in shared))  # fmt: skip
    block = book.places.add(Block("Inputs", "D", 1))
    last = write_inputs(page, items, TOP, COLUMNS, block, "case")
    for name, first, final in RANGES:
        book.name(name, page, f"D{block.row_of[first]}:D{block.row_of[final]}")
    book.name("inputs_in_range", page, f"Q{TOP}:Q{last}")
    top = last + 2
    block.lay([item.key for item in DERIVED if isinstance(item, Row)], top + 1)
    write_rows(page, DERIVED, block, Form("N", "J:M", bold=("result",)))
    for item in DERIVED[1:]:
        book.name(item.key, page, f"D{block.row_of[item.key]}")
    page.freeze(f"E{TOP}")
    page.print_setup(f"B1:Q{top + len(DERIVED)}", f"{HEAD}:{HEAD}", paper=A3)


@dataclass(frozen=True)
class Term:
    """A column of a list: of contracts or of tranches."""

    key: str
    label: str
    unit: str
    number_format: str
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Derived:
    """A column of the live rows that follows from others: `{start}` is that term in the same row."""

    key: str
    label: str
    unit: str
    number_format: str
    formula: str


CONTRACT_TERMS = (
    Term("pd", "PD, one year", "probability", PERCENT_2),
    Term("share", "Share of the fleet", "share", PERCENT),
    Term("price", "Price", "US$ per GPU-hour", NUMBER, 0, 100),
    Term("take_or_pay", "Take or pay", "share", PERCENT),
    Term("start", "Starts after", "month", WHOLE, 0, 120),
    Term("tenor", "Tenor", "months", WHOLE, 1, 240),
    Term("ramp", "Ramp to full price", "months", WHOLE, 0, 60),
    Term("prepay", "Prepaid", "share", PERCENT, 0, 0.9),
    Term("credits", "Service credits", "share", PERCENT, 0, 0.9),
    Term("notice", "Notice to terminate (tenor: no right)", "months", WHOLE, 0, 240),
    Term("break_fee", "Break fee", "share of the rest", PERCENT),
    Term("arms_length", "Arm's length", "1 yes, 0 affiliate", WHOLE),
    Term("delivery", "Delivery probability", "probability", PERCENT),
    Term("assignable", "Assignable to a new operator", "1 yes, 0 no", WHOLE),
    Term("investment_grade", "Of investment grade", "1 yes, 0 no", WHOLE),
)
FAILS = "IF(AND(default_month>0,OR(default_contract=0,default_contract={number})),default_month,1000)"
CONTRACT_DERIVED = (
    Derived("full", "Billed at full load for each GPU of the fleet", "US$ m", "0.000000", "{share}*{price}*{take_or_pay}*hours/million"),
    Derived("ramp_months", "Ramp, at least", "months", WHOLE, "MAX(1,{ramp})"),
    Derived("keep", "Kept of what is billed", "share", PERCENT, "1-{prepay}-{credits}"),
    Derived("firm_end", "Customer cannot leave before", "month", WHOLE, "{start}+MIN({tenor},{notice})"),
    Derived("end", "Ends, in the live world", "month", WHOLE, f"MIN({{start}}+{{tenor}},IF(notice_used=1,{{start}}+{{notice}},1000),{FAILS})"),
    Derived("end_sized", "Ends, as sized", "month", WHOLE, "{start}+{tenor}"),
    Derived("passes", "Arm's length and assignable", "1 yes", WHOLE, "{arms_length}*{assignable}"),
    Derived("hazard", "Hazard a year", "a year", "0.0000", "-LN(MAX(room,1-{pd}))"),
    Derived("cancellable", "Share that may be cancelled", "share", PERCENT, "1-CFI_FIRM_SHARE({notice},MAX(1,{tenor}),{break_fee})"),
)  # fmt: skip
FLEET_TERMS = (
    Term("share", "Share of fleet cost", "share", PERCENT),
    Term("unit_cost", "Cost per GPU, all in", "US$ 000", "0.0", 1, 1000),
    Term("power", "IT load per GPU", "kW", NUMBER, 0.05, 20),
    Term("delivery", "Delivered", "month", WHOLE, 0, 120),
    Term("commissioning", "Commissioned", "month", WHOLE, 0, 120),
    Term("effective", "Contract effective", "month", WHOLE, 0, 120),
    Term("insured", "Insured, title and lien", "month", WHOLE, 0, 120),
    Term("hedge", "Rate hedged", "month", WHOLE, 0, 120),
    Term("acceptance", "Accepted, earning", "month", WHOLE, 0, 120),
    Term("contract", "Let to contract", "number, 0 none", WHOLE, 0, CONTRACTS),
    Term("vendor", "Vendor", "number", WHOLE, 1, 99),
    Term("site", "Site", "number", WHOLE, 1, 99),
    Term("asset_class", "Class of advance", "1 to 3", WHOLE, 1, 3),
    Term("jurisdiction", "In an agreed jurisdiction", "1 yes, 0 no", WHOLE),
)
FLEET_DERIVED = (
    Derived("cost", "Cost", "US$ m", "#,##0.0", "{share}*fleet_cost"),
    Derived("gpus", "GPUs", "number", "#,##0", "{cost}*million/(1000*MAX(1,{unit_cost}))"),
    Derived("mw", "IT load", "MW", "#,##0.0", "{gpus}*{power}/1000"),
    Derived("paid", "Paid in", "month", WHOLE, "MAX(1,{delivery})"),
    Derived("ready", "Passes the draw gate", "month", WHOLE, "MAX({delivery},{commissioning}+delay_sized,{effective},{insured},{hedge})"),
    Derived("accept_sized", "Accepted, as sized", "month", WHOLE, "{acceptance}+delay_sized"),
)  # fmt: skip


Column = Term | Derived


@dataclass(frozen=True)
class Listing:
    """A list of one sheet: its terms, its room, and what the live deal has of it."""

    sheet: str
    stem: str  # of the names: c_share, t_cost
    file: str
    words: tuple[str, ...]  # the heads of its text columns, as the file has them
    terms: tuple[Term, ...]
    derived: tuple[Derived, ...]
    room: int
    live: int
    width: float = 10.5  # of its columns
    printed: int = 19  # the last column on the first page

    @property
    def first(self) -> int:
        """The first row of the list; above it heads, units, least, most and whether a whole number is meant."""
        return 11

    @property
    def last(self) -> int:
        return self.first + self.room - 1

    @property
    def live_first(self) -> int:
        return self.last + 4

    @property
    def columns(self) -> tuple[Column, ...]:
        """The terms, and in the live rows what follows from them."""
        return (*self.terms, *self.derived)

    def letter(self, key: str) -> str:
        """The column of a key, of the text columns too."""
        keys = ["case", *self.words, *(item.key for item in self.columns)]
        return get_column_letter(2 + keys.index(key))

    @property
    def source(self) -> str:
        """The column of the source, right of all others."""
        return self.after(len(self.derived) + 1)

    def after(self, places: int) -> str:
        """Columns right of the terms, in the list itself: key, range, status, date."""
        return get_column_letter(2 + len(self.words) + len(self.terms) + places)


AGREEMENTS = Listing("Contracts", "c", "contracts.csv", ("counterparty", "rating"), CONTRACT_TERMS, CONTRACT_DERIVED, 20, CONTRACTS)  # fmt: skip
FLEET = Listing("Fleet", "t", "fleet.csv", ("generation",), FLEET_TERMS, FLEET_DERIVED, 19, TRANCHES, 9.5, 23)
LABELS = {"counterparty": "Counterparty", "rating": "Rating", "generation": "Generation"}
RIGHT = ("Row", "In range", "Status", "As of")


def write_listing(book: Book, listing: Listing, title: str, question: str) -> Page:
    """The list, the rows of the live deal under it, and the names that the months read."""
    columns = len(listing.words) + len(listing.terms) + len(listing.derived)
    widths = {"A": 1.5, "B": 8} | {get_column_letter(3 + index): listing.width for index in range(columns)}
    widths |= {listing.letter(listing.words[0]): 24.0, listing.source: 60.0}
    widths |= {listing.letter(term.key): 12.0 for term in listing.terms if term.label == "Commissioned"}
    page = book.page(listing.sheet, title, question, widths)
    page.merge(f"B4:{listing.after(4)}4", "A row belongs to the deal whose number (1 to 4) stands in its first column; blank rows are free for more. Nothing has to be sorted.", "plain", 18, vertical="center")  # fmt: skip
    _heads(page, listing)
    lines = read_table(HERE / listing.file)
    for index in range(listing.room):
        _row(page, listing, listing.first + index, lines[index] if index < len(lines) else {})
    _validate(page, listing)
    _live(page, listing)
    page.freeze(f"{listing.letter(listing.terms[0].key)}{listing.first}")
    return page


def _heads(page: Page, listing: Listing) -> None:
    top = listing.first - 6
    page.put(f"B{top}", "Deal", "head")
    page.put(f"B{top + 1}", "1 to 4", "unit")
    for word in listing.words:
        page.put(f"{listing.letter(word)}{top}", LABELS[word], "head_left")
        page.put(f"{listing.letter(word)}{top + 1}", "words", "unit")
    for term in listing.terms:
        letter = listing.letter(term.key)
        page.put(f"{letter}{top}", term.label, "head", size=9)
        page.put(f"{letter}{top + 1}", term.unit, "unit", wrap=True)
        for offset, value in enumerate((term.low, term.high, 1 if term.number_format == WHOLE else 0), 2):
            page.put(f"{letter}{top + offset}", value, "aside")
    for offset, text in enumerate(("Least", "Most", "1: a whole number"), 2):
        page.put(f"{listing.letter(listing.words[0])}{top + offset}", text, "aside")
    for offset, value in enumerate((1, len(CASES), 1), 2):
        page.put(f"B{top + offset}", value, "aside")
    for offset, text in enumerate(RIGHT, 1):
        page.put(f"{listing.after(offset)}{top}", text, "head")
    page.put(f"{listing.source}{top}", "Source", "head_left")
    page.row(top, 58)
    page.row(top + 1, 26)


def _row(page: Page, listing: Listing, row: int, line: dict[str, str]) -> None:
    page.put(f"B{row}", float(line["case"]) if line else None, "input", WHOLE, horizontal="center")
    for word in listing.words:
        page.put(f"{listing.letter(word)}{row}", line.get(word), "input_text")
    for term in listing.terms:
        value = value_of(line[term.key]) if line else None
        page.put(f"{listing.letter(term.key)}{row}", value, "input", term.number_format)
    key, inside, status, as_of = (listing.after(offset) for offset in range(1, 5))
    page.put(
        f"{key}{row}", f'=IF(B{row}="",0,100*B{row}+SUMPRODUCT(--(B${listing.first}:B{row}=B{row})))', "aside", WHOLE
    )
    first, last, top = listing.letter(listing.terms[0].key), listing.letter(listing.terms[-1].key), listing.first - 4
    numbers, count = f"{first}{row}:{last}{row}", len(listing.terms)
    outside = f"SUMPRODUCT(--({numbers}<{first}${top}:{last}${top}))+SUMPRODUCT(--({numbers}>{first}${top + 1}:{last}${top + 1}))"
    uneven = f"SUMPRODUCT(({numbers}<>INT({numbers}))*{first}${top + 2}:{last}${top + 2})"
    whole = f"IF(COUNT(B{row},{numbers})<{count + 1},0,IF((B{row}<1)+(B{row}>{len(CASES)})+(B{row}<>INT(B{row}))+{outside}+{uneven}>0,0,1))"
    text = "+".join(f"--ISTEXT({listing.letter(word)}{row})" for word in listing.words)
    page.put(
        f"{inside}{row}",
        f"=IF(COUNTA(B{row}:{last}{row})=0,1,IF({text}={len(listing.words)},{whole},0))",
        "aside",
        WHOLE,
    )
    for letter, head in ((status, "status"), (as_of, "date"), (listing.source, "source")):
        page.put(f"{letter}{row}", line.get(head), "note", wrap=False)


def _validate(page: Page, listing: Listing) -> None:
    first, last = listing.first, listing.last
    page.validate(f"B{first}:B{last}", 1, len(CASES), "Deal", "The number of the deal that the row belongs to: 1 to 4")
    for term in listing.terms:
        letter = listing.letter(term.key)
        page.validate(f"{letter}{first}:{letter}{last}", term.low, term.high, term.label, f"{term.label}: {term.unit}")
    inside = listing.after(2)
    page.book.name(f"{listing.sheet.lower()}_in_range", page, f"{inside}{first}:{inside}{last}")
    terms = f"{listing.letter(listing.terms[0].key)}{first}:{listing.letter(listing.terms[-1].key)}{last}"
    page.book.name(f"{listing.sheet.lower()}_terms", page, terms)
    page.paint(f"{inside}{first}:{inside}{last}", {f"{inside}{first}=0": "bad"})


def _live(page: Page, listing: Listing) -> None:
    """The rows of the live deal; a row that it does not have is all zeros."""
    first, rows = listing.live_first, range(listing.live_first, listing.live_first + listing.live)
    page.section(
        first - 2, "The live deal", "B", listing.letter(listing.derived[-1].key), "what the months read; formulas"
    )
    page.put(f"B{first - 1}", "Row", "head")
    for word in listing.words:
        page.put(f"{listing.letter(word)}{first - 1}", LABELS[word], "head_left")
    for item in listing.columns:
        page.put(f"{listing.letter(item.key)}{first - 1}", item.label, "head", size=9)
    page.row(first - 1, 58)
    key = listing.after(1)
    for number, row in enumerate(rows, 1):
        found = f"MATCH(100*case+{number},${key}${listing.first}:${key}${listing.last},0)"
        page.put(f"B{row}", f"=IFERROR({found},0)", "aside", WHOLE)
        for word in (*listing.words, *(term.key for term in listing.terms)):
            letter = listing.letter(word)
            term = next((term for term in listing.terms if term.key == word), None)
            blank = '"–"' if term is None else "0"
            formula = f"=IF($B{row}=0,{blank},INDEX({letter}${listing.first}:{letter}${listing.last},MAX(1,$B{row})))"
            page.put(f"{letter}{row}", formula, "calc" if term else "words", term.number_format if term else "General")
        places = {term.key: f"{listing.letter(term.key)}{row}" for term in listing.columns}
        for item in listing.derived:
            formula = item.formula.format(number=number, **places)
            page.put(places[item.key], f"={formula}", "calc", item.number_format)
    page.hide(f"B{rows[0]}:{listing.letter(listing.derived[-1].key)}{rows[-1]}", f"$B{rows[0]}=0")
    for item in listing.columns:
        letter = listing.letter(item.key)
        name = f"{listing.stem}_{item.key}"
        page.book.name(name, page, f"{letter}{rows[0]}:{letter}{rows[-1]}")
        page.book.places.words[name] = name


def _print(page: Page, listing: Listing, last: int) -> None:
    """Terms on the first page as many as fit; the rest, and the sources, on the second."""
    page.print_wide(f"B1:{listing.source}{last}", "5:6", (listing.printed,), (), 88)
    page.sheet.page_setup.paperSize = A3


def write_contracts(book: Book) -> None:
    page = write_listing(book, AGREEMENTS, "Contracts", "Who pays, how much, for how long, and who may leave.")
    first, last = AGREEMENTS.live_first, AGREEMENTS.live_first + CONTRACTS - 1
    page.put(f"B{last + 2}", "Billed", "label_bold")
    page.put(f"E{last + 2}", "By customer", "label_bold", wrap=False)
    for number, row in enumerate(range(last + 3, last + 3 + CONTRACTS), 1):
        page.put(f"B{row}", number, "aside")
        page.put(f"C{row}", f"=C{first + number - 1}", "label")
        page.put(f"D{row}", page.fill(f"={{billed_{number}$@D}}"), "calc", "#,##0.0")
        page.put(f"E{row}", f"=IF(MATCH(C{row},c_name,0)<{number},0,SUMIF(c_name,C{row},c_billed))", "calc", AMOUNT)
    page.hide(f"B{last + 3}:E{last + 2 + CONTRACTS}", f'$C{last + 3}="–"')
    book.name("c_billed", page, f"D{last + 3}:D{last + 2 + CONTRACTS}")
    book.name("c_customers", page, f"E{last + 3}:E{last + 2 + CONTRACTS}")
    book.name("c_name", page, f"C{first}:C{last}")
    book.name("c_rating", page, f"D{first}:D{last}")
    book.places.words |= {name: name for name in ("c_billed", "c_customers")}
    for number in range(1, CONTRACTS + 1):
        for key in ("start", "full", "end", "ramp_months"):
            book.places.words[f"c{number}_{key}"] = f"INDEX(c_{key},{number})"
    _print(page, AGREEMENTS, last + 2 + CONTRACTS)


def write_fleet(book: Book) -> None:
    page = write_listing(book, FLEET, "GPU fleet by tranche", "When each tranche is delivered, covered by the tests of the draw gate, and earning.")  # fmt: skip
    first, last = FLEET.live_first, FLEET.live_first + TRANCHES - 1
    book.name("t_generation", page, f"C{first}:C{last}")
    lines = (
        ("fleet_cost", "Fleet cost = first funding over advance rate", "US$ m", "=initial/advance", "#,##0.0"),
        ("tranche_shares", "Shares of the tranches, together", "share", "=SUM(t_share)", PERCENT),
        ("last_acceptance", "Last tranche accepted, as sized", "month", "=MAX(t_accept_sized)", WHOLE),
        ("haircut_price", "Haircut: price risk while selling", "share", "=CFI_HAIRCUT_VAR(volatility,time_to_sell,haircut_confidence)", PERCENT),
        ("haircut_sale", "Haircut: selling moves the price", "share", "=CFI_HAIRCUT_LIQUIDITY(market_share,1,time_to_sell,impact)", PERCENT),
        ("haircut", "Combined haircut on market value (product rule)", "share", "=1-(1-haircut_price)*(1-haircut_sale)", PERCENT),
    )  # fmt: skip
    page.section(last + 2, "What follows", "B", FLEET.letter(FLEET.derived[-1].key))
    for row, (name, words, unit, formula, number_format) in enumerate(lines, last + 3):
        page.merge(f"B{row}:F{row}", words, "label")
        page.put(f"G{row}", unit, "unit")
        page.put(f"H{row}", formula, "result", number_format)
        book.name(name, page, f"H{row}")
    _print(page, FLEET, last + 2 + len(lines))

"""The sheets Deals and Contracts of compare.xlsx."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from workbooks.build.compare.inputs import CONTRACTS, DEAL_NAMES, DEALS, YEARS_SHOWN, Given, Section
from workbooks.build.compare.rows import MEASURES, ROWS, Made
from workbooks.build.kit.page import MONEY, MONEY_1, NUMBER, PERCENT, PERCENT_2, TEXT, WHOLE, Book, Page

COLUMNS = ("D", "E", "F", "G")
HEAD, NUMBERS, FIRST = 5, 6, 8
LEGEND = (
    "Blue on cream: input. Black: formula. Status by deal: V read in a filing · S secondary source · D derived by arithmetic · "
    "P demonstration parameter, not filed · J judgement."
)


@dataclass(frozen=True)
class Deals:
    """Where the rows of the sheet Deals are."""

    row_of: dict[str, int]

    def cell(self, key: str, deal: int) -> str:
        """The cell of a row in the column of a deal (0 to 3), as another sheet writes it."""
        return f"Deals!{COLUMNS[deal]}{self.row_of[key]}"

    def span(self, key: str) -> str:
        """The four cells of a row."""
        row = self.row_of[key]
        return f"Deals!$D${row}:$G${row}"


def lay_out() -> Deals:
    """Give every row its number."""
    row_of: dict[str, int] = {}
    number = FIRST
    for item in ROWS:
        if isinstance(item, Section):
            number += 1  # a blank row before each group
        else:
            row_of[item.key] = number
        number += 1
    return Deals(row_of)


def references(deals: Deals, column: str, year_row: int) -> dict[str, str]:
    """What `{key}` stands for in a formula of this column."""
    common = {item.key for item in ROWS if isinstance(item, Given) and len(item.values) == 1}
    words = {key: f"$D${row}" if key in common else f"{column}{row}" for key, row in deals.row_of.items()}
    first, last = deals.row_of["measure_1"], deals.row_of[f"measure_{len(MEASURES)}"]
    words |= {
        "deal": f"{column}${NUMBERS}",
        "year": f"$C{year_row}",
        "measure_names": f"$B${first}:$B${last}",
        "el_row": f"$D${deals.row_of['el']}:$G${deals.row_of['el']}",
    }
    return words


def write_deals(book: Book) -> Deals:
    deals = lay_out()
    widths = {
        "A": 1.5,
        "B": 50,
        "C": 18,
        "D": 24,
        "E": 24,
        "F": 24,
        "G": 24,
        "H": 13,
        "I": 80,
        "J": 37,
        "K": 8,
        "L": 10,
        "M": 6,
    }
    page = book.page(
        "Deals",
        "Deals side by side",
        "One formula per row, one column per deal: the parameters differ, the model does not.",
        widths,
    )
    page.merge("B4:J4", LEGEND, "plain", 18, vertical="center")
    heads = {
        "B": "",
        "C": "Unit",
        "H": "Status by deal",
        "I": "Source, or how it is calculated",
        "J": "As of",
        "K": "Least",
        "L": "Most",
        "M": "In range",
    }
    for letter, text in heads.items():
        page.put(f"{letter}{HEAD}", text, "head_left" if letter in "BI" else "head")
    for index, (letter, name) in enumerate(zip(COLUMNS, DEAL_NAMES, strict=True)):
        page.put(f"{letter}{HEAD}", name, "head")
        page.put(f"{letter}{NUMBERS}", index + 1, "aside")
    page.row(HEAD, 32)
    page.put(f"B{NUMBERS}", "Number of the deal, as used on the sheet Contracts", "note")
    sections: dict[int, int] = {}
    number = FIRST
    for item in ROWS:
        if isinstance(item, Section):
            number += 1
            sections[int(item.title.split()[0])] = number
            page.section(number, item.title, "B", "M", item.note)
        elif isinstance(item, Given):
            _write_input(page, item, number)
        else:
            _write_formula(page, deals, item, number)
        number += 1
    last = number - 1
    page.paint(
        f"D{deals.row_of['verdict']}:G{deals.row_of['verdict']}",
        verdict_colours(f"D{deals.row_of['verdict']}"),
    )
    page.paint(f"M{FIRST}:M{last}", {f'AND(M{FIRST}<>"",M{FIRST}=0)': "bad"})
    book.name("inputs_in_range", page, f"M{FIRST}:M{last}")
    page.freeze(f"D{NUMBERS + 1}")
    page.print_setup(f"B1:J{last}", f"{HEAD}:{NUMBERS}", breaks=[sections[group] - 1 for group in (4, 7, 8, 13)])
    return deals


def verdict_colours(cell: str) -> dict[str, str]:
    """Colours for a verdict by the word that it begins with."""
    meanings = {"PASS": "good", "WATCH": "watch", "FAIL": "bad"}
    return {f'LEFT({cell},LEN("{word}"))="{word}"': meaning for word, meaning in meanings.items()}


def _write_input(page: Page, item: Given, row: int) -> None:
    page.put(f"B{row}", item.label, "label")
    page.put(f"C{row}", item.unit, "unit")
    words = isinstance(item.values[0], str)
    for letter, value, deal in zip(COLUMNS, item.values, DEALS, strict=False):
        page.put(f"{letter}{row}", value, "input_text" if words else "input", item.number_format)
        page.book.name(item.key if len(item.values) == 1 else f"{item.key}_{deal}", page, f"{letter}{row}")
    page.put(f"H{row}", " · ".join(item.status), "unit")
    page.put(f"I{row}", item.source, "note")
    page.put(f"J{row}", item.as_of, "note", horizontal="center", indent=0)
    lines = max(ceil(len(item.source) / 88), ceil(len(item.as_of) / 42), 2 if words else 1)
    page.row(row, max(16, 12 * lines + 5))
    if not words:
        last = COLUMNS[len(item.values) - 1]
        span = f"D{row}:{last}{row}"
        page.put(f"K{row}", item.low, "aside")
        page.put(f"L{row}", item.high, "aside", "#,##0.####")
        page.put(
            f"M{row}",
            f"=IF(COUNT({span})=COLUMNS({span}),IF(AND(MIN({span})>=K{row},MAX({span})<=L{row}),1,0),0)",
            "aside",
        )
        page.validate(span, item.low, item.high, item.label, f"{item.unit}. {item.source}")


def _write_formula(page: Page, deals: Deals, item: Made, row: int) -> None:
    page.put(f"B{row}", item.label, "label_bold" if item.result else "label")
    if item.year is None:
        page.put(f"C{row}", item.unit, "unit")
    else:
        page.put(f"C{row}", item.year, "unit", '"end of year "0' if item.key.startswith("balance") else '"year "0')
    words = item.number_format == TEXT
    for letter, deal in zip(COLUMNS, DEALS, strict=True):
        formula = item.formula.format_map(references(deals, letter, row))
        look = ("verdict" if item.key == "verdict" else "words") if words else ("result" if item.result else "calc")
        page.put(f"{letter}{row}", formula, look, "General" if words else item.number_format)
        if item.named:
            page.book.name(f"{item.key}_{deal}", page, f"{letter}{row}")
    page.put(f"H{row}", "", "unit")
    page.put(f"I{row}", item.how, "note")
    page.put(f"J{row}", "", "note")
    page.row(row, 32 if words else 16)


# name, deal, counterparty, take-or-pay, hazard, delivery, arm's length, notice, remaining, break fee, revenue, status, source, as of
_AGREEMENTS: tuple[tuple[str, int, str, tuple[float, ...], tuple[float, ...], str, str, str], ...] = (
    (
        "Six-year capacity agreement",
        1,
        "Meta (Aa3)",
        (1, 0.0005, 0.97, 1, 72, 72, 0),
        (3167, 3167, 3167, 3167, 3166, 3166),
        "V / P",
        "About $19bn of Meta's commitment stands behind DDTL 4.0; usage-independent, no termination for convenience. Spread evenly over six "
        "years, hazard and delivery: demonstration parameters, not filed.",
        "2026-03-31",
    ),
    (
        "Three-year agreements, AI labs",
        2,
        "Anthropic, Midjourney, Anysphere",
        (1, 0.0183, 0.95, 1, 36, 36, 0),
        (900, 900, 900, 0, 0, 0),
        "S / P",
        "Names from press; amounts, hazard and delivery: demonstration parameters, not filed.",
        "2026-08-07",
    ),
    (
        "Three-year agreements, trading firms",
        2,
        "Jane Street, HRT",
        (1, 0.0183, 0.95, 1, 36, 36, 0),
        (450, 450, 450, 0, 0, 0),
        "S / P",
        "Names from press; amounts, hazard and delivery: demonstration parameters, not filed.",
        "2026-08-07",
    ),
    (
        "Reserved for one year",
        3,
        "Many small customers",
        (0.9, 0.05, 0.95, 1, 3, 12, 0),
        (400, 0, 0, 0, 0, 0),
        "P",
        "Demonstration parameters, not filed.",
        "–",
    ),
    (
        "Reserved for two years",
        3,
        "Many small customers",
        (0.9, 0.05, 0.95, 1, 6, 24, 0),
        (130, 130, 0, 0, 0, 0),
        "P",
        "Demonstration parameters, not filed.",
        "–",
    ),
    (
        "Hosting and hashpower lease",
        4,
        "The borrower's own parent",
        (1, 0.05, 1, 0, 1, 24, 0),
        (69.35, 69.35, 0, 0, 0, 0),
        "D / P",
        "3,800 PH × $50 per PH a day × 365 days. Arm's length 0: the court held that the lender knew (B.C. C.A. CA49297). Notice, hazard: "
        "demonstration parameters, not filed.",
        "2024-06-27",
    ),
)
_TERM_FIELDS = (
    ("take_or_pay", "Take-or-pay share", "share", PERCENT, 0.0, 1.0),
    ("hazard", "Hazard of the customer", "per year", PERCENT_2, 0.0, 10.0),
    ("delivery", "Delivered on time", "share", PERCENT, 0.0, 1.0),
    ("arms_length", "Arm's length", "1 or 0", WHOLE, 0.0, 1.0),
    ("notice", "Notice to terminate", "months", WHOLE, 0.0, 600.0),
    ("remaining", "Months left", "months", WHOLE, 1.0, 600.0),
    ("break_fee", "Break fee", "share", PERCENT, 0.0, 1.0),
)
_TERM_LETTERS = ("E", "F", "G", "H", "I", "J", "K")
_YEAR_LETTERS = ("N", "O", "P", "Q", "R", "S")
_TOP, _BELOW = 9, 19
_MOST_REVENUE = 1e7


def write_contracts(book: Book) -> None:
    widths = (
        {"A": 1.5, "B": 34, "C": 7, "D": 29}
        | dict.fromkeys("EFGHIJK", 10)
        | {"L": 9, "M": 10}
        | dict.fromkeys("NOPQRS", 9)
    )
    widths |= {"T": 10, "U": 10, "V": 10, "W": 8, "X": 56, "Y": 12, "Z": 9}
    page = book.page(
        "Contracts",
        "Contracts behind the loans",
        "A backlog counts for what is firm, at arm's length, delivered in time and inside the life of the loan.",
        widths,
    )
    page.section(5, "Contracts as signed", "B", "Z")
    heads = {
        "B": "Contract",
        "C": "Deal",
        "D": "Customer",
        "L": "Firm share",
        "M": "May be cancelled",
        "T": "Total",
        "U": "Affiliate",
        "V": "Firm",
        "W": "Status",
        "X": "Source",
        "Y": "As of",
        "Z": "In range",
    }
    heads |= {letter: field[1] for letter, field in zip(_TERM_LETTERS, _TERM_FIELDS, strict=True)}
    heads |= dict(
        zip(
            _YEAR_LETTERS,
            ("Revenue year 1", *(f"Year {year}" for year in range(2, YEARS_SHOWN + 1))),
            strict=True,
        )
    )
    units = {
        "C": "deal number",
        "L": "share",
        "M": "share",
        "T": "US$ m",
        "U": "US$ m",
        "V": "US$ m",
    } | dict.fromkeys(_YEAR_LETTERS, "US$ m")
    units |= {letter: field[2] for letter, field in zip(_TERM_LETTERS, _TERM_FIELDS, strict=True)}
    for letter in widths:
        if letter != "A":
            page.put(f"{letter}7", heads.get(letter, ""), "head_left" if letter in "BDX" else "head")
            page.put(f"{letter}8", units.get(letter, ""), "unit")
    page.row(7, 44)
    last = _TOP + CONTRACTS - 1
    for number, agreement in enumerate(_AGREEMENTS, 1):
        _write_agreement(page, number, agreement)
    page.block(
        f"L{_TOP}:L{last}",
        f"=CFI_FIRM_SHARE(I{_TOP}:I{last},J{_TOP}:J{last},K{_TOP}:K{last})",
        "calc",
        PERCENT,
    )
    for field, letter in zip(_TERM_FIELDS, _TERM_LETTERS, strict=True):
        page.validate(f"{letter}{_TOP}:{letter}{last}", field[4], field[5], field[1], field[2])
    page.validate(f"N{_TOP}:S{last}", 0.0, _MOST_REVENUE, "Revenue", "US$ m a year, as signed")
    page.validate(f"C{_TOP}:C{last}", 1.0, 4.0, "Deal", "Number of the deal on the sheet Deals")
    page.section(
        16,
        "Revenue that counts",
        "B",
        "Z",
        "take-or-pay × arm's length × firm after termination rights × revenue as signed",
    )
    for letter, text in {
        "B": "Contract",
        "C": "Deal",
        **{key: heads[key] for key in _YEAR_LETTERS},
        "T": "Total",
    }.items():
        page.put(f"{letter}17", text, "head_left" if letter == "B" else "head")
        page.put(f"{letter}18", units.get(letter, ""), "unit")
    page.row(17, 32)
    for number in range(CONTRACTS):
        above, row = _TOP + number, _BELOW + number
        page.put(f"B{row}", f"=B{above}", "label")
        page.put(f"C{row}", f"=C{above}", "unit")
        for letter in _YEAR_LETTERS:
            page.put(f"{letter}{row}", f"=$E{above}*$H{above}*$L{above}*{letter}{above}", "calc", MONEY_1)
        page.put(f"T{row}", f"=SUM(N{row}:S{row})", "result", MONEY_1)
    page.freeze("C9")
    page.print_setup(f"B1:Y{_BELOW + CONTRACTS}", None, pages_high=1)
    book.name("contracts_in_range", page, f"Z{_TOP}:Z{last}")


def _write_agreement(
    page: Page,
    number: int,
    agreement: tuple[str, int, str, tuple[float, ...], tuple[float, ...], str, str, str],
) -> None:
    name, deal, customer, terms, revenue, status, source, as_of = agreement
    row = _TOP + number - 1
    page.put(f"B{row}", name, "label")
    page.put(f"C{row}", deal, "input", WHOLE, horizontal="center")
    page.put(f"D{row}", customer, "note")
    tests = [f"C{row}>=1,C{row}<=4"]
    for (key, _, _, number_format, low, high), letter, value in zip(_TERM_FIELDS, _TERM_LETTERS, terms, strict=True):
        page.put(f"{letter}{row}", value, "input", number_format)
        page.book.name(f"{key}_contract_{number}", page, f"{letter}{row}")
        tests.append(f"{letter}{row}>={low:g},{letter}{row}<={high:g}")
    page.put(f"M{row}", f"=1-L{row}", "calc", PERCENT)
    for year, (letter, amount) in enumerate(zip(_YEAR_LETTERS, revenue, strict=True), 1):
        page.put(f"{letter}{row}", amount, "input", MONEY)
        page.book.name(f"revenue_{year}_contract_{number}", page, f"{letter}{row}")
    page.put(f"T{row}", f"=SUM(N{row}:S{row})", "result", MONEY)
    page.put(f"U{row}", f"=T{row}*(1-H{row})", "calc", MONEY)
    page.put(f"V{row}", f"=T{row}*L{row}", "calc", MONEY)
    page.put(f"W{row}", status, "unit")
    page.put(f"X{row}", source, "note")
    page.put(f"Y{row}", as_of, "note", horizontal="center", indent=0)
    page.put(
        f"Z{row}",
        f"=IF(AND(COUNT(C{row},E{row}:K{row},N{row}:S{row})=14,{','.join(tests)},MIN(N{row}:S{row})>=0,MAX(N{row}:S{row})<={_MOST_REVENUE:g}),1,0)",
        "aside",
    )
    page.row(row, 38)


__all__ = ["COLUMNS", "NUMBER", "Deals", "lay_out", "verdict_colours", "write_contracts", "write_deals"]

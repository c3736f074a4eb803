"""The sheet Contracts of compare.xlsx: what is signed, how much of it is firm, and the firm revenue of each year."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from workbooks.build.compare.inputs import DEALS, YEARS
from workbooks.build.kit.inputs import read_table, value_of
from workbooks.build.kit.page import A3, MONEY, MONEY_1, PERCENT, PERCENT_2, WHOLE, Book, Page
from workbooks.build.kit.text import lines_of, width_of

ROWS = 12
TOP = 9
LAST = TOP + ROWS - 1
FIRM_TOP, ALL_TOP, REVENUE_TOP = LAST + 5, LAST + 5 + (ROWS + 4), LAST + 5 + 2 * (ROWS + 4)
YEAR_LETTERS = tuple(get_column_letter(4 + year) for year in range(1, YEARS + 1))  # E to N
AGREEMENTS = read_table(Path(__file__).with_name("contracts.csv"))


@dataclass(frozen=True)
class Term:
    """A column of the table: a term of every contract."""

    key: str
    letter: str
    label: str
    unit: str
    number_format: str
    low: float
    high: float


TERMS = (
    Term("deal", "C", "Deal", "number", WHOLE, 1, len(DEALS)),
    Term("revenue", "E", "Revenue as signed", "US$ m", MONEY, 0, 1e7),
    Term("start", "F", "Starts after", "months", WHOLE, 0, 120),
    Term("months", "G", "Runs for", "months", WHOLE, 1, 240),
    Term("fleet", "H", "Share of the fleet", "share", PERCENT, 0, 1),
    Term("take_or_pay", "I", "Take-or-pay", "share", PERCENT, 0, 1),
    Term("arms_length", "J", "Arm's length", "1 or 0", WHOLE, 0, 1),
    Term("pd", "K", "PD of the customer", "one year", PERCENT_2, 0, 0.99),
    Term("delivery", "L", "Delivered on time", "share", PERCENT, 0, 1),
    Term("notice", "M", "Notice to terminate", "months", WHOLE, 0, 240),
    Term("break_fee", "N", "Break fee", "share of the rest", PERCENT, 0, 1),
    Term("one_name", "O", "One name", "1, or 0 for many", WHOLE, 0, 1),
)
HEADS = {
    "B": ("Contract", ""), "D": ("Customer", "words"), "P": ("Firm share", "share"), "Q": ("In use", "1 or 0"), "R": ("Affiliate", "US$ m"),
    "S": ("Firm", "US$ m"), "T": ("Status", ""), "U": ("Source", ""), "Y": ("As of", ""), "Z": ("In range", ""),
}  # fmt: skip
NOTE = "Notice equal to the months: no right to terminate. A blank row is a contract of yours; its deal number says whose. Revenue is spread evenly over the months. Before its start the fleet is let at the market: for chips that come late set the delay on Stress."
WIDTHS = {"A": 1.5, "B": 34, "C": 7, "D": 20} | dict.fromkeys("EFGHIJKLMNOPQRS", 8)
WIDTHS |= {"T": 7, "U": 8, "V": 8, "W": 8, "X": 8, "Y": 11, "Z": 9}
OF_DEAL = f"(Contracts!$C${TOP}:$C${LAST}={{number$}})"  # which of the contracts are those of a column
_LETTERS = {term.key: term.letter for term in TERMS} | {"rows": "Q", "affiliate": "R", "firm": "S"}
WORDS = {f"all_{key}": f"Contracts!${letter}${TOP}:${letter}${LAST}" for key, letter in _LETTERS.items()}


def yearly(key: str, year: int) -> str:
    """The column of one year over all contracts: months that are firm, or firm revenue."""
    top = {"firm": FIRM_TOP, "revenue": REVENUE_TOP}[key]
    letter = YEAR_LETTERS[year - 1]
    return f"Contracts!${letter}${top}:${letter}${top + ROWS - 1}"


def write_contracts(book: Book) -> None:
    question = "A backlog counts for what is firm, at arm's length, delivered in time and inside the life of the loan."
    page = book.page("Contracts", "Contracts behind the loans", question, WIDTHS)
    page.section(5, "Contracts as signed", "B", "Y")
    heads = HEADS | {term.letter: (term.label, term.unit) for term in TERMS}
    page.heads(7, {letter: text for letter, (text, _) in heads.items()}, left="BU", size=9)
    for letter, (_, unit) in heads.items():
        page.put(f"{letter}8", unit, "unit", wrap=True)
    page.merge("U7:X7", "Source", "head_left")
    page.row(7, 44)
    page.row(8, 26)
    for number in range(1, ROWS + 1):
        _write_agreement(page, number)
    for term in TERMS:
        page.validate(f"{term.letter}{TOP}:{term.letter}{LAST}", term.low, term.high, term.label, term.unit)
    book.name("contracts_in_range", page, f"Z{TOP}:Z{LAST}")
    page.merge(f"B{LAST + 1}:Y{LAST + 1}", NOTE, "plain", 18)
    _write_years(page)
    for row in range(TOP + len(AGREEMENTS) + 2, LAST + 1):
        page.sheet.row_dimensions[row].outlineLevel, page.sheet.row_dimensions[row].hidden = 1, True
    page.freeze("C9")
    page.print_setup(f"B1:Y{REVENUE_TOP + ROWS - 1}", "7:8", [FIRM_TOP - 4], paper=A3)


def _write_agreement(page: Page, number: int) -> None:
    row = TOP + number - 1
    given = AGREEMENTS[number - 1] if number <= len(AGREEMENTS) else {}
    page.put(f"B{row}", given.get("name"), "input_text", horizontal="left", indent=1)
    page.put(f"D{row}", given.get("customer"), "input_text", size=9)
    for term in TERMS:
        value = value_of(given[term.key]) if given else None
        page.put(f"{term.letter}{row}", value, "input", term.number_format)
        page.book.name(f"{term.key}_contract_{number}", page, f"{term.letter}{row}")
    page.put(f"P{row}", f'=IF(Q{row}=1,CFI_FIRM_SHARE(M{row},G{row},N{row}),"")', "calc", PERCENT)
    page.put(f"Q{row}", f"=IF(COUNTA(B{row}:O{row})>0,1,0)", "aside")
    page.put(f"R{row}", f"=IF(Q{row}=1,E{row}*(1-J{row}),0)", "calc", MONEY)
    page.put(f"S{row}", f"=IF(Q{row}=1,E{row}*I{row}*J{row}*P{row},0)", "calc", MONEY)
    page.put(f"T{row}", given.get("status"), "unit")
    page.merge(f"U{row}:X{row}", given.get("source"), "note")
    page.put(f"Y{row}", given.get("date"), "aside")
    bounds = [f"{term.letter}{row}>={term.low:g},{term.letter}{row}<={term.high:g}" for term in TERMS]
    tests, more = ",".join(bounds[:6]), ",".join(bounds[6:])
    given_all = f"COUNT(C{row},E{row}:O{row})={len(TERMS)}"
    page.put(f"Z{row}", f"=IF(Q{row}=0,1,IF({given_all},IF(AND({tests}),IF(AND({more}),1,0),0),0))", "aside")
    page.row(row, max(18, 6 + 12 * lines_of(page.book.say(given.get("source", "")), width_of(page, "U:X"))))


def _write_years(page: Page) -> None:
    """Three blocks by contract and year: months that are firm, all months, and the revenue that counts."""
    month = "months_per_year*COLUMNS($E$1:{letter}$1)"
    blocks = (
        (FIRM_TOP, "Months that are firm", "after notice", "0.0", "=MAX(0,MIN({end},$F{at}+MIN($M{at},$G{at}))-MAX({end}-months_per_year,$F{at}))"),
        (ALL_TOP, "Months as signed", "", "0.0", "=MAX(0,MIN({end},$F{at}+$G{at})-MAX({end}-months_per_year,$F{at}))"),
        (REVENUE_TOP, "Revenue that counts", "take-or-pay × arm's length × revenue a month × months that are firm, and the break fee on the others", MONEY_1,
         "=IF($Q{at}=1,$E{at}/$G{at}*$I{at}*$J{at}*({letter}{firm}+$N{at}*({letter}{all}-{letter}{firm})),0)"),
    )  # fmt: skip
    for top, title, note, number_format, formula in blocks:
        page.section(top - 3, title, "B", "Y", note)
        page.heads(top - 1, {"B": "Contract", "C": "Deal"})
        for year, letter in enumerate(YEAR_LETTERS, 1):
            page.put(f"{letter}{top - 1}", year, "head", '"year "0')
        for at in range(TOP, LAST + 1):
            row = top + at - TOP
            places = {"at": at, "firm": FIRM_TOP + at - TOP, "all": ALL_TOP + at - TOP}
            page.put(f"B{row}", f'=IF($Q{at}=1,B{at},"–")', "label")
            page.put(f"C{row}", f'=IF($Q{at}=1,C{at},"–")', "unit")
            for letter in YEAR_LETTERS:
                end = month.format(letter=letter)
                page.put(f"{letter}{row}", formula.format(letter=letter, end=end, **places), "calc", number_format)

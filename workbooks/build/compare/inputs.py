"""The inputs of compare.xlsx: the terms of the deals, one column each and four left blank, and the shared parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from workbooks.build.kit import parameters as shared
from workbooks.build.kit.holes import Block
from workbooks.build.kit.inputs import Input, InputColumns, read_inputs, write_heads, write_inputs
from workbooks.build.kit.page import Book
from workbooks.build.kit.rows import Row, Section
from workbooks.build.kit.text import LEGEND

HERE = Path(__file__).parent
FILED = ("ddtl4", "ddtl55", "ondemand", "asic")  # the columns that are filled in
DEALS = (*FILED, "own1", "own2", "own3", "own4")
COLUMNS = tuple("DEFGHIJK")
FIRST_OWN, LAST_OWN = COLUMNS[len(FILED)], COLUMNS[-1]
NAMES = {letter: f"=Deals!{letter}5" for letter in COLUMNS}  # the heads of the columns, on other sheets
USED = f"${COLUMNS[0]}$7:${COLUMNS[-1]}$7"
NUMBER_ROW, USED_ROW, TOP = 6, 7, 8
YEARS = 8
SUPPLY = ("demand_growth", "supply_growth", "demand_elasticity", "essay_fall")  # as in calibration.xlsx
COMMON = (
    *read_inputs(shared.HERE / "parameters.csv"),
    *read_inputs(HERE / "common.csv"),
    Section("Supply of GPUs", "as in calibration.xlsx; the sheet Peers reads it"),
    *(
        item
        for item in read_inputs(HERE.parent / "calibration" / "supply.csv")
        if isinstance(item, Input) and item.key in SUPPLY
    ),
)
TABLE = InputColumns("", COLUMNS, "L", "M", "N", "O", "P", "Q", suffixes=DEALS, used=USED)
PARAMETERS = InputColumns("", ("D", "E"), "F", "G", "H", "I", "J", "K", suffixes=shared.COLLATERAL)


def _of_columns(text: str, mark: str) -> str:
    """Of a text with a part for each deal on record, the parts of the deals that have a column here."""
    parts = text.split(mark) if mark else list(text)
    if len(parts) != len(shared.DEALS):
        return text
    return mark.join(parts[shared.DEALS.index(deal)] for deal in FILED)


def _term(key: str, new: str = "") -> Input:
    """A term of the block that all workbooks share, for the deals of this one."""
    item = shared.deal_term(key)
    values = tuple(item.values[shared.DEALS.index(deal)] for deal in FILED)
    high = YEARS * 12.0 if key == "tenor_months" else item.high
    status, as_of = _of_columns(item.status, ""), _of_columns(item.as_of, " · ")
    return replace(item, key=new or key, values=values, high=high, status=status, as_of=as_of)


RATINGS = ("AAA", "AA", "AA-", "A", "A-", "BBB", "BBB-", "BB+", "BB", "BB-", "B+", "B", "B-", "CCC", "none")  # fmt: skip
_LOAN = ("commitment", "first_funding", "advance", "rate", "spread", "upfront", "tenor_months", "bullet", "rating", "reserve_months")  # fmt: skip
_CASH = ("operating_cost", "assignable", "vol_contract")


def _inputs() -> tuple[Section | Input, ...]:
    own = read_inputs(HERE / "deals.csv")
    loan, cash = own.index(_band(own, "3")), own.index(_band(own, "5"))
    loan_terms: list[Section | Input] = [
        Section("2 · The loan", "the block of terms that all workbooks share"),
        *map(_term, _LOAN),
    ]
    dscr = _term("rated_dscr", "dscr")
    cash_terms: list[Section | Input] = [Section("4 · Cost, and what outlives the borrower"), *map(_term, _CASH)]
    return (*own[:loan], *loan_terms, *own[loan : loan + 2], dscr, *own[loan + 2 : cash], *cash_terms, *own[cash:])


def _band(items: tuple[Section | Input, ...], number: str) -> Section:
    return next(item for item in items if isinstance(item, Section) and item.title.startswith(number))


INPUTS = _inputs()


def write_parameters(book: Book) -> None:
    """The sheet Parameters: what all deals share, by kind of collateral; limits, stress, units."""
    widths = {"A": 1.5, "B": 38, "C": 19} | dict.fromkeys("DE", 11) | {"F": 10, "G": 60, "H": 20}
    widths |= dict.fromkeys("IJK", 9)
    question = "One set for all workbooks, with source and date; then the limits of the verdict and the stress."
    page = book.page("Parameters", "Parameters that all deals share", question, widths)
    write_heads(page, 5, PARAMETERS, "", ("GPUs", "Machines"))
    block = book.places.add(Block("Parameters", "D", 2))
    last = write_inputs(page, COMMON, 6, PARAMETERS, block)
    book.name("parameters_in_range", page, f"K6:K{last}")
    page.freeze("D6")
    page.print_setup(f"B1:H{last}", "5:5", [block.row_of["exposure_basis"] - 2])


def write_deal_inputs(book: Book) -> int:
    """The sheet Deals down to its last input; returns that row."""
    widths = {"A": 1.5, "B": 44, "C": 19} | dict.fromkeys(COLUMNS, 17) | {"L": 10}
    widths |= {"M": 56, "N": 25, "O": 10, "P": 10, "Q": 8}
    question = "One formula per row, one column per deal: the parameters differ, the model does not. Four columns wait for yours."
    page = book.page("Deals", "Deals side by side", question, widths)
    page.merge("M4:N4", LEGEND, "plain", 28, vertical="center")
    block = book.places.add(Block("Deals", COLUMNS[0], len(COLUMNS)))
    names = TOP + 1
    write_heads(page, 5, TABLE, "", ("",) * len(COLUMNS))
    page.row(5, 32)
    for row, key, label in (
        (NUMBER_ROW, "number", "Number of the deal"),
        (USED_ROW, "used", "In use: 1 where a name stands"),
    ):
        page.put(f"B{row}", label, "note")
        block.set(key, row)
    for letter in COLUMNS:
        page.put(f"{letter}5", f'=IF({letter}{names}="","",{letter}{names})', "head")
        page.put(f"{letter}{NUMBER_ROW}", f"=COLUMNS($D$1:{letter}$1)", "aside")
        page.put(f"{letter}{USED_ROW}", f'=IF(ISTEXT({letter}{names}),IF({letter}{names}="",0,1),0)', "aside")
    last = write_inputs(page, INPUTS, TOP, TABLE, block)
    page.choose(
        f"{COLUMNS[0]}{block.row_of['rating']}:{COLUMNS[-1]}{block.row_of['rating']}", RATINGS, "Rating of the loan"
    )
    book.name("inputs_in_range", page, f"Q{TOP}:Q{last}")
    return last


def lay(book: Book, sheet: str, rows: Sequence[Section | Row], top: int) -> Block:
    """Give every row of a sheet of deals its number, before other sheets refer to it."""
    block = book.places.add(Block(sheet, COLUMNS[0], len(COLUMNS)))
    block.lay([item.key for item in rows], top)
    return block


def name_row(book: Book, sheet: str, key: str, deals: Sequence[str] = DEALS) -> None:
    """The names of a row: its key and that of each deal."""
    page = book.pages[sheet]
    for letter, deal in zip(COLUMNS, deals, strict=False):
        book.name(f"{key}_{deal}", page, page.fill(f"{{{key}@{letter}}}"))


def fold_own(book: Book, sheet: str) -> None:
    """Fold away the columns of the user's own deals; the mark above them opens them."""
    for letter in COLUMNS[len(FILED) :]:
        column = book.pages[sheet].sheet.column_dimensions[letter]
        column.outlineLevel, column.hidden = 1, True

"""A book's table: read from .csv, .parquet or .xlsx, every row checked, and the book that the good rows make.

A row is a loan. What is wrong with one is said by its row, column and reason, and the others go on.

id,exposure,…,pd → 1.2,…   →   Problem(row=3, column="pd", reason="must be between 0 and 1; got 1.2")
"""

from __future__ import annotations

import csv
import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from computefi.errors import EngineMissing, InputRefused, LimitReached, did_you_mean, show
from computefi.models.book_terms import TERMS
from computefi.models.portfolio import NOBODY, Book, factor_root, make_book
from computefi.spec.kinds import FloatArray

REQUIRED = ("id", "exposure", "value", "pd", "volatility")
# Column: its default, its lowest and its highest number.
NUMBERS: dict[str, tuple[float | None, float, float]] = {
    "exposure": (None, 0, np.inf), "value": (None, 0, np.inf), "pd": (None, 0, 1), "volatility": (None, 0, np.inf),
    "contract": (0.0, 0, np.inf), "assignable": (0.0, 0, 1), "offtaker_pd": (0.0, 0, 1), "guarantor_pd": (0.0, 0, 1),
    "guaranteed": (1.0, 0, 1), "drift": (0.0, -np.inf, np.inf), "sale_cost": (0.0, 0, 1 - 1e-12),
    "lag": (0.0, 0, np.inf), "unsecured_recovery": (0.0, 0, 1), "gamma": (0.0, -1, 1),
    "contract_volatility": (0.0, 0, np.inf), "discount_rate": (0.0, 0, np.inf), "workout_cost": (0.0, 0, np.inf),
    "accrued_interest": (0.0, 0, np.inf),
}  # fmt: skip
BY_YEAR = ("exposure", "value", "contract", "pd", "offtaker_pd", "guarantor_pd")
TEXTS = ("id", "offtaker", "guarantor", "vendor", "currency", "serials")
LOADINGS = ("driver", "value", "offtaker", "guarantor")  # driver:btc, value:btc, …
MOST_YEARS = 40
MOST_LOANS = 1_000_000
LARGEST = 1e300
ROUNDING = 1e-9
BETWEEN_SERIALS = re.compile(r"[;,|\n]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}{f', {self.column}' if self.column else ''}: {self.reason}"


@dataclass(slots=True)
class LoanTable:
    """The good rows of a book, what is wrong with the others, and the book that they make."""

    ids: list[str]
    rows: list[int]  # where each loan stands in the file, the heading being row 1
    texts: dict[str, list[str]]
    numbers: dict[str, np.ndarray[Any, np.dtype[np.float64]]]  # by loan and year
    factors: list[str]
    names: list[str]
    book: Book
    problems: list[Problem] = field(default_factory=list)


def read_rows(path: Path) -> tuple[list[str], list[list[Any]]]:
    """Headings and rows of a table, by the file's ending."""
    suffix = path.suffix.casefold()
    if not path.is_file():
        raise InputRefused(f"there is no file {path}", name=str(path))
    if suffix == ".csv":
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                lines = list(csv.reader(file))
        except (UnicodeDecodeError, csv.Error) as error:
            raise InputRefused(f"{path} is no .csv in UTF-8: {error}", name=str(path)) from None
    elif suffix == ".parquet":
        lines = _parquet(path)
    elif suffix == ".xlsx":
        lines = _xlsx(path)
    else:
        raise InputRefused(f"{path} must end in .csv, .parquet or .xlsx", name=str(path))
    if len(lines) > MOST_LOANS:
        raise LimitReached(f"{path} has {len(lines):,} rows; a book may have {MOST_LOANS:,}", name=str(path))
    if not lines:
        raise InputRefused(f"{path} is empty", name=str(path))
    headings = [str(cell or "").strip().casefold() for cell in lines[0]]
    return headings, [list(line) for line in lines[1:]]


def _parquet(path: Path) -> list[list[Any]]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise EngineMissing("a .parquet file needs pyarrow: pip install 'computefi[parquet]'", name="pyarrow") from None
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputRefused(f"{path} is no .parquet file: {error}", name=str(path)) from None
    columns = [column.to_pylist() for column in table.columns]
    return [list(table.column_names), *(list(row) for row in zip(*columns, strict=True))]


def _xlsx(path: Path) -> list[list[Any]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises what its parsers raise
        raise InputRefused(f"{path} is no workbook that can be read: {error}", name=str(path)) from None
    lines = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    return [line for line in lines if any(cell is not None for cell in line)]


def read_book(path: Path, correlation: Path | None = None) -> LoanTable:
    """The book of a file; InputRefused where the table as a whole cannot be one."""
    headings, lines = read_rows(path)
    return book_of(headings, lines, matrix_of(correlation) if correlation else None)


def matrix_of(path: Path) -> tuple[list[str], np.ndarray[Any, np.dtype[np.float64]]]:
    """The factors' correlation matrix: a heading of factors, and a row for each."""
    headings, lines = read_rows(path)
    try:
        return headings, np.array([[float(cell) for cell in line] for line in lines])
    except (TypeError, ValueError) as error:
        raise InputRefused(f"{path} is no matrix of numbers under a heading of factors: {error}") from None


def book_of(
    headings: Sequence[str], lines: Sequence[Sequence[Any]],
    correlation: tuple[list[str], np.ndarray[Any, np.dtype[np.float64]]] | None = None,
) -> LoanTable:  # fmt: skip
    """The book of a table's rows."""
    years, factors = _columns(headings)
    matrix = _ordered(correlation, factors)
    problems: list[Problem] = []
    kept: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(lines, 2):
        if all(cell is None or str(cell).strip() == "" for cell in line):
            continue
        cells = dict(zip(headings, line, strict=False))
        found = list(_faults(number, cells, headings, years, factors, matrix))
        if any(cell is not None and str(cell).strip() for cell in line[len(headings) :]):
            found.append(
                Problem(number, "", f"has {len(line)} cells under {len(headings)} heads: is a comma too many?")
            )
        problems += found
        if not found:
            kept.append((number, cells))
    apart = list(_between(kept))
    problems += apart
    wrong = {problem.row for problem in apart}
    kept = [(number, cells) for number, cells in kept if number not in wrong]
    if not kept:
        raise InputRefused("the book has no loan that can be taken" + (f": {problems[0]}" if problems else ""))
    return _made(kept, years, factors, matrix, sorted(problems, key=lambda p: p.row))


def _ordered(
    correlation: tuple[list[str], np.ndarray[Any, np.dtype[np.float64]]] | None, factors: list[str]
) -> FloatArray:
    """The correlation matrix in the order of the table's factors, which must be one; without it none go together."""
    if correlation is None:
        return np.eye(len(factors))
    headings, given = correlation
    if sorted(headings) != sorted(factors) or given.shape != (len(factors),) * 2:
        raise InputRefused(f"the correlation must have the factors {', '.join(factors)}; got {', '.join(headings)}")
    order = [headings.index(factor) for factor in factors]
    matrix: FloatArray = given[np.ix_(order, order)]
    factor_root(matrix, len(factors))
    return matrix


def _columns(headings: Sequence[str]) -> tuple[int, list[str]]:
    """How many years the table has, and its factors; a column that is missing, doubled or unknown is refused."""
    doubled = [name for name, count in Counter(headings).items() if count > 1 and name]
    if doubled:
        raise InputRefused(f"the book has the column {doubled[0]} twice")
    factors = list(dict.fromkeys(h.partition(":")[2] for h in headings if h.partition(":")[0] in LOADINGS and ":" in h))
    years = 1
    while years < MOST_YEARS and f"pd_{years + 1}" in headings:
        years += 1
    known = {*NUMBERS, *TEXTS, *(f"{name}_{year}" for name in BY_YEAR for year in range(2, years + 1))}
    known |= {f"{kind}:{factor}" for kind in LOADINGS for factor in factors}
    unknown = [heading for heading in headings if heading and heading not in known]
    for name in REQUIRED:
        if name not in headings:
            near = difflib.get_close_matches(name, unknown, 2, 0.4)
            raise InputRefused(f"the book has no column {name}{did_you_mean(near)}", name=name)
    if unknown:
        near = difflib.get_close_matches(unknown[0], [*known, "driver:FACTOR", "value:FACTOR"], 2)
        raise InputRefused(f"the book's column {unknown[0]} is unknown{did_you_mean(near)}", name=unknown[0])
    if not factors:
        raise InputRefused("the book has no loading on any factor: a column driver:FACTOR, such as driver:btc")
    return years, factors


def _number(cell: Any, default: float | None, low: float, high: float) -> float | str:
    """The number of a cell, or what is wrong with it."""
    if cell is None or (isinstance(cell, str) and cell.strip() == ""):
        return "must be given, not blank" if default is None else default
    if isinstance(cell, bool):
        return f"must be a number; got {show(cell)}"
    try:
        number = float(cell)
    except (TypeError, ValueError, OverflowError):
        return f'must be a number; got "{show(str(cell))}"'
    if not abs(number) <= LARGEST:
        return f"must be a finite number; got {show(number)}"
    if not low <= number <= high:
        if np.isinf(high):
            return f"must be at least {low:g}; got {show(number)}"
        return f"must be between {low:g} and {high:g}; got {show(number)}"
    return number


def _faults(
    row: int, cells: dict[str, Any], headings: Sequence[str], years: int, factors: Sequence[str], matrix: FloatArray
) -> Iterator[Problem]:
    """What is wrong with one row by itself; its numbers take their cells' places."""
    given = {who: known_as(cells.get(f"{who}_pd")) != "" for who in ("offtaker", "guarantor")}
    if not str(cells.get("id") or "").strip():
        yield Problem(row, "id", "must be given, not blank")
    for name, (default, low, high) in NUMBERS.items():
        before = default
        for year in range(1, years + 1) if name in BY_YEAR else (1,):
            column = name if year == 1 else f"{name}_{year}"
            if column not in headings and year > 1 and before is not None:
                cells[column] = before
                continue
            number = _number(cells.get(column), default, low, high)
            if isinstance(number, str):
                yield Problem(row, column, number)
                continue
            if name.endswith("pd") and year > 1 and before is not None and number < before:
                yield Problem(row, column, f"must not fall from year to year; got {show(number)} after {show(before)}")
            cells[column] = before = number
    for kind in LOADINGS:
        loadings = np.zeros(len(factors))
        for place, factor in enumerate(factors):
            number = _number(cells.get(f"{kind}:{factor}"), 0.0, -1, 1)
            if isinstance(number, str):
                yield Problem(row, f"{kind}:{factor}", number)
                continue
            cells[f"{kind}:{factor}"] = number
            loadings[place] = number
        explained = float(loadings @ matrix @ loadings) if loadings.any() else 0.0
        if explained > 1 + ROUNDING:
            rule = "loadings' squares, with the factors' correlation, must add up to at most 1"
            yield Problem(row, f"{kind}:", f"{rule}; got {show(explained)}")
    for who in ("offtaker", "guarantor"):
        if known_as(cells.get(who)) and not given[who]:
            yield Problem(row, who, f"{show(str(cells[who]).strip())} has no {who}_pd: the name is unknown")


def known_as(cell: Any) -> str:
    """What an id or a name is compared by: without its case, or spaces beyond one."""
    return " ".join(str(cell or "").split()).casefold()


def serials_of(cell: Any) -> list[tuple[str, str]]:
    """The serial numbers of a cell as they stand there, each with what it is compared by: S 0A → s0a."""
    parts = (part.strip() for part in BETWEEN_SERIALS.split(str(cell or "")))
    return [(part, "".join(part.split()).casefold()) for part in parts if part]


def _between(kept: Sequence[tuple[int, dict[str, Any]]]) -> Iterator[Problem]:
    """What is wrong between rows: ids and serial numbers that come twice, other currencies, names of two minds."""
    ids: dict[str, int] = {}
    serials: dict[str, int] = {}
    names: dict[str, tuple[int, Any]] = {}
    currencies = Counter(str(cells.get("currency") or "").strip().upper() for _, cells in kept)
    currency = currencies.most_common(1)[0][0] if currencies else ""
    for row, cells in kept:
        key = known_as(cells["id"])
        if key in ids:
            yield Problem(row, "id", f"{show(str(cells['id']).strip())} is that of row {ids[key]} too")
        ids.setdefault(key, row)
        own = str(cells.get("currency") or "").strip().upper()
        if own != currency:
            yield Problem(row, "currency", f"must be {currency or 'blank'} like most of the book; got {own or 'blank'}")
        for said, serial in serials_of(cells.get("serials")):
            if serials.get(serial) == row:
                yield Problem(row, "serials", f"{show(said)} stands twice in the row")
            elif serial in serials:
                yield Problem(row, "serials", f"{show(said)} is pledged in row {serials[serial]} already")
            serials.setdefault(serial, row)
        for who in ("offtaker", "guarantor"):
            name = known_as(cells.get(who))
            if name:
                terms = tuple(cell for column, cell in cells.items() if column.startswith((f"{who}_pd", f"{who}:")))
                if name in names and names[name][1] != terms:
                    known = f"{show(str(cells[who]).strip())} has another pd or loading than in row {names[name][0]}"
                    yield Problem(row, who, known)
                names.setdefault(name, (row, terms))


def _made(
    kept: Sequence[tuple[int, dict[str, Any]]], years: int, factors: list[str], matrix: FloatArray,
    problems: list[Problem],
) -> LoanTable:  # fmt: skip
    rows = [cells for _, cells in kept]

    def by_year(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        columns = [name, *(f"{name}_{year}" for year in range(2, years + 1))]
        return np.array([[cells[column] for column in columns] for cells in rows], dtype=np.float64)

    def loadings(kind: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([[cells[f"{kind}:{factor}"] for factor in factors] for cells in rows], dtype=np.float64)

    texts = {name: [str(cells.get(name) or "").strip() for cells in rows] for name in TEXTS}
    numbers = {name: by_year(name) for name in BY_YEAR}
    single = {name: np.array([cells[name] for cells in rows]) for name in NUMBERS if name not in BY_YEAR}
    spelled: dict[str, str] = {}
    for who in ("offtaker", "guarantor"):
        texts[who] = [spelled.setdefault(known_as(name), name) for name in texts[who]]
    names = sorted({*texts["offtaker"], *texts["guarantor"]} - {""})
    places = {name: place for place, name in enumerate(names)}
    name_pd, name_loading = np.zeros((max(len(names), 1), years)), np.zeros((max(len(names), 1), len(factors)))
    for who in ("guarantor", "offtaker"):
        own = loadings(who)
        for loan, name in enumerate(texts[who]):
            if name:
                name_pd[places[name]], name_loading[places[name]] = numbers[f"{who}_pd"][loan], own[loan]
    book = make_book(
        exposure=numbers["exposure"], value=numbers["value"], contract=numbers["contract"], pd=numbers["pd"],
        offtaker=np.array([places.get(name, NOBODY) for name in texts["offtaker"]]),
        guarantor=np.array([places.get(name, NOBODY) for name in texts["guarantor"]]), name_pd=name_pd,
        assignable=single["assignable"], loading=loadings("driver"), collateral_loading=loadings("value"),
        name_loading=name_loading, volatility=single["volatility"], times=np.arange(1.0, years + 1),
        drift=single["drift"], sale_cost=single["sale_cost"], lag=single["lag"],
        unsecured=single["unsecured_recovery"], guaranteed=single["guaranteed"], correlation=matrix,
        **{name: single[name] for name in ("gamma", *TERMS)},
    )  # fmt: skip
    return LoanTable(texts["id"], [row for row, _ in kept], texts, numbers, factors, names, book, problems)

"""Deals of your own in compare.xlsx: the table to fill, and the blank columns of the workbook filled from it.

    key,label,unit,may be,deal 1,status 1,source 1
    rate,Interest rate,"a year, monthly",from 0.0001 to 1,9.17%,V,Term sheet of 2026-11-02
    contract_1_revenue,Revenue as signed,US$ m,from 0 to 10000000,2700,,

A deal has three columns; its contracts are rows, contract_1_…, contract_2_…, as many as are wanted.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from computefi.cli.common import cell_value
from computefi.dates import moment_of
from computefi.errors import InputRefused, did_you_mean
from computefi.recalc import Book
from computefi.recalc.describe.bounds import bounds_of
from computefi.recalc.describe.labels import Labels
from computefi.xlsx.cells import SHOWN_PLACES, CellAt, Value, address, quote_sheet
from computefi.xlsx.files import Claim, Identity, read_regular
from computefi.xlsx.folding import folded, hidden_columns
from computefi.xlsx.package import Package
from computefi.xlsx.sheet import open_sheet

HEAD = ("key", "label", "unit", "may be")
EXAMPLE_CONTRACTS, EXAMPLE_DEALS = 2, 2
MOST_BYTES = 2**22
STATUSES = "VSDPJC"
CONTRACT = re.compile(r"contract_([1-9][0-9]?)_([a-z_]+)")
DEAL_HEAD = re.compile(r"(deal|status|source)\s*([1-9])")
NUMBER_WITH_COMMA = re.compile(r"-?[0-9]+,[0-9]+%?")
WORDS = ("name", "customer")  # of a contract: the only terms without a name of their own
WHOSE, OF_FIRST = "deal_contract_", "_contract_1"
NO_STATUS = "?"


@dataclass(slots=True)
class Row:
    """A line of the table: what it is the value of, and value, status and source of each deal."""

    line: int
    key: str
    values: dict[int, str]
    statuses: dict[int, str]
    sources: dict[int, str]


@dataclass(slots=True)
class Filled:
    """What was filled in: the table, the names of the deals, and for how many of their inputs status or source are
    missing."""

    table: Identity
    deals: list[str]
    missing: dict[str, int] = field(default_factory=dict)


class Form:
    """The inputs of a deal in an open compare.xlsx, by the names of its cells."""

    def __init__(self, book: Book) -> None:
        self.book, self.labels = book, Labels(book)
        cells = {name: cell for cell, name in self.labels.named.items()}
        columns = {name.removeprefix("name_"): cell for name, cell in cells.items() if name.startswith("name_")}
        # The columns from left to right, by the ends of their names: ddtl4, …, own1, …
        self.columns = sorted(columns, key=lambda end: columns[end].column)
        self.column_of = {end: columns[end].column for end in self.columns}
        self.sheet = next(iter(columns.values())).sheet
        last = self.columns[-1]
        mine = {name.removesuffix(f"_{last}"): cell for name, cell in cells.items() if name.endswith(f"_{last}")}
        inputs = {key: cell for key, cell in mine.items() if cell.sheet == self.sheet and not self.is_formula(cell)}
        self.keys = sorted(inputs, key=lambda key: inputs[key].row)
        self.rows = {key: inputs[key].row for key in self.keys}
        # The rows of the contracts, by their numbers, and the columns of their terms.
        whose = {name.removeprefix(WHOSE): cell for name, cell in cells.items() if name.startswith(WHOSE)}
        self.contracts = {int(number): cell.row for number, cell in whose.items() if number.isdigit()}
        first = whose["1"]
        self.contract_sheet, self.deal_column = first.sheet, first.column
        self.terms = dict(zip(WORDS, (first.column - 1, first.column + 1), strict=True))
        terms = {name.removesuffix(OF_FIRST): cell for name, cell in cells.items() if name.endswith(OF_FIRST)}
        for term, cell in sorted(terms.items(), key=lambda pair: pair[1]):
            if cell != first:
                self.terms[term] = cell.column

    def is_formula(self, cell: CellAt) -> bool:
        return (cell.row, cell.column) in self.labels.content(cell.sheet).formulas

    def place(self, sheet: int, row: int, column: int) -> str:
        return f"{quote_sheet(self.book.plan.workbook.sheets[sheet])}!{address(row, column)}"

    def deal_cell(self, key: str, end: str) -> CellAt:
        return CellAt(self.sheet, self.rows[key], self.column_of[end])

    def contract_cell(self, term: str, number: int) -> CellAt:
        return CellAt(self.contract_sheet, self.contracts[number], self.terms[term])

    def used(self) -> list[str]:
        """The columns in which a deal stands."""
        return [end for end in self.columns if self.book.get(f"name_{end}") not in (None, "")]

    def column_headed(self, sheet: int, row: int, role: str) -> int | None:
        """The column of that role where a row stands."""
        roles = self.labels.roles(CellAt(sheet, row, 1))
        return next((column for column, known in sorted(roles.items()) if known == role), None)


def example(book: Book) -> bytes:
    """The table to fill, with one of the workbook's own deals as the example; status and source are empty."""
    form = Form(book)
    end = form.columns[1]
    number = float(form.columns.index(end) + 1)
    held = [at for at in sorted(form.contracts) if book.get(f"{WHOSE}{at}") == number]
    head = [*HEAD, *(f"{what} {deal}" for deal in range(1, EXAMPLE_DEALS + 1) for what in ("deal", "status", "source"))]
    rest = [""] * (3 * EXAMPLE_DEALS - 1)
    lines = [head]
    for key in form.keys:
        label, unit, bounds = described(form, form.deal_cell(key, form.columns[-1]))
        value = typed_text(book.get(f"{key}_{end}"), unit)
        lines.append([key, label, unit, bounds, f"Example: {value}" if key == "name" else value, *rest])
    top = min(form.contracts.values()) - 2
    for at in range(1, EXAMPLE_CONTRACTS + 1):
        for term in form.terms:
            cell = form.contract_cell(term, max(form.contracts))
            _, unit, bounds = described(form, cell)
            label = form.labels.text(CellAt(cell.sheet, top, cell.column)) or "Contract"
            there = book.get(form.place(*form.contract_cell(term, held[at - 1]))) if at <= len(held) else None
            told = [f"{label}, contract {at}", unit, bounds, typed_text(there, unit)]
            lines.append([f"contract_{at}_{term}", *told, *rest])
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    # With the mark at its beginning Excel reads a file as UTF-8.
    return out.getvalue().encode("utf-8-sig")


def described(form: Form, cell: CellAt) -> tuple[str, str, str]:
    """Label, unit and bounds of an input."""
    label, bounds = form.labels.of(cell), bounds_of(form.book, form.labels, cell)
    return label.text.partition(" · ")[0], label.unit, "" if bounds is None else str(bounds)


def typed_text(value: object, unit: str) -> str:
    """A value as a person types it."""
    if isinstance(value, float):
        return moment_of(value).date().isoformat() if unit == "date" else f"{value:.15g}"
    return "" if value is None else str(value)


def read_rows(path: Path) -> tuple[list[Row], list[int], Identity]:
    """The lines of a table, the numbers of the deals that it has, and which file it is; of Excel in any language."""
    data, identity = read_regular(path, MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    heads = [cell.strip().casefold() for cell in lines[0]] if lines else []
    places: dict[tuple[str, int], int] = {}
    for at, cell in enumerate(heads):
        if found := DEAL_HEAD.fullmatch(cell):
            places[found[1], int(found[2])] = at
    deals = sorted(number for what, number in places if what == "deal")
    if "key" not in heads or not deals:
        raise InputRefused(f"{path} is no table of deals, with the heads key and deal 1; `computefi deals` writes one")
    rows = []
    for line, cells in enumerate(lines[1:], start=2):
        padded = [cell.strip() for cell in cells] + [""] * (len(heads) - len(cells))
        key = padded[heads.index("key")].casefold()
        if mark == ";":
            padded = [cell.replace(",", ".") if NUMBER_WITH_COMMA.fullmatch(cell) else cell for cell in padded]
        values, statuses, sources = (
            {number: padded[at] for (kind, number), at in places.items() if kind == what}
            for what in ("deal", "status", "source")
        )
        if key or any(values.values()):
            rows.append(Row(line, key, values, statuses, sources))
    used = [deal for deal in deals if any(row.values.get(deal) for row in rows)]
    return rows, used, identity


def fill(book: Book, path: Path, alone: bool) -> Filled:
    """Set the deals of a table in an open compare.xlsx, beside its examples or alone; nothing where a row is bad."""
    form = Form(book)
    rows, deals, identity = read_rows(path)
    faults = [*misnamed(form, rows), *(fault for deal in deals for fault in incomplete(form, rows, deal))]
    ends = columns_for(form, len(deals), alone, path)
    numbers = rows_for(form, rows, deals, alone, path)
    values: dict[str, Value] = {}
    for deal, end in zip(deals, ends, strict=True):
        for row in rows:
            cell = cell_of(form, row.key, deal, end, numbers)
            if cell is None or not row.values.get(deal):
                continue
            reference = form.place(*cell)
            try:
                values[reference] = allowed(form, reference, row.values[deal])
            except InputRefused as error:
                faults.append(f"line {row.line}, {row.key} of deal {deal}: {error}")
    if faults:
        more = len(faults) - SHOWN_PLACES
        raise InputRefused(f"{path}: {'; '.join(faults[:SHOWN_PLACES])}" + (f"; and {more} more" if more > 0 else ""))
    if not deals:
        raise InputRefused(f"{path} holds no deal: every column of values is blank")
    if alone:
        book.set(cleared(form))
    book.set(values)
    columns = {deal: form.columns.index(end) + 1 for deal, end in zip(deals, ends, strict=True)}
    book.set({f"{WHOSE}{number}": float(columns[deal]) for (deal, _), number in numbers.items()})
    names = [str(book.get(f"name_{end}")) for end in ends]
    missing = document(form, rows, deals, names, numbers, alone)
    return Filled(identity, names, missing)


def allowed(form: Form, reference: str, text: str) -> Value:
    """What a text of the table means in a cell, within what the workbook allows there."""
    cell, value = form.book.input_cell(reference, cell_value(text))
    bounds = bounds_of(form.book, form.labels, cell)
    if bounds is not None and not bounds.allows(value):
        unit = form.labels.of(cell).unit
        raise InputRefused(f"may be {bounds}" + (f" ({unit})" if unit and unit != "date" else "") + f"; got {text!r}")
    return value


def misnamed(form: Form, rows: list[Row]) -> Iterator[str]:
    """The keys that the workbook does not have, and those that stand twice."""
    seen: dict[str, int] = {}
    for row in rows:
        found = CONTRACT.fullmatch(row.key)
        known = found[2] in form.terms if found else row.key in form.rows
        if not known:
            near = get_close_matches(row.key, [*form.keys, *(f"contract_1_{term}" for term in form.terms)], 2)
            yield f"line {row.line}: there is no input {row.key!r}{did_you_mean(near)}"
        elif row.key in seen:
            yield f"line {row.line}: {row.key} stands on line {seen[row.key]} already"
        seen.setdefault(row.key, row.line)


def incomplete(form: Form, rows: list[Row], deal: int) -> Iterator[str]:
    """What a deal lacks: every input, and every term of a contract that is begun."""
    given = {row.key for row in rows if row.values.get(deal)}
    lines = {row.key: row.line for row in rows}
    begun = {found[1] for key in given if (found := CONTRACT.fullmatch(key))}
    terms = [term for term in form.terms if term not in WORDS]
    for key in [*form.keys, *(f"contract_{at}_{term}" for at in sorted(begun) for term in terms)]:
        if key not in given:
            where = f"line {lines[key]}, " if key in lines else ""
            yield f"{where}{key} of deal {deal}: {'blank' if where else 'no such line'}"
    for row in rows:
        status = row.statuses.get(deal, "")
        if status and (len(status) > 1 or status.upper() not in STATUSES):
            yield f"line {row.line}, status of deal {deal}: one of {', '.join(STATUSES)}; got {status!r}"


def columns_for(form: Form, count: int, alone: bool, path: Path) -> list[str]:
    """The columns for so many deals: from the left, or those that are blank."""
    free = form.columns if alone else [end for end in form.columns if end not in form.used()]
    if count > len(free):
        more = "" if alone else f"; --alone leaves the examples out and has room for {len(form.columns)}"
        raise InputRefused(f"{path} holds {count} deals and there is room for {len(free)}{more}")
    return free[:count]


def rows_for(form: Form, rows: list[Row], deals: list[int], alone: bool, path: Path) -> dict[tuple[int, int], int]:
    """The rows of the sheet of contracts for each contract of each deal."""
    begun = sorted({
        (deal, int(found[1]))
        for row in rows if (found := CONTRACT.fullmatch(row.key))
        for deal in deals if row.values.get(deal)
    })  # fmt: skip
    free = [at for at in sorted(form.contracts) if alone or form.book.get(f"{WHOSE}{at}") is None]
    if len(begun) > len(free):
        raise InputRefused(f"{path} holds {len(begun)} contracts and there is room for {len(free)}")
    return dict(zip(begun, free, strict=False))


def cell_of(form: Form, key: str, deal: int, end: str, numbers: dict[tuple[int, int], int]) -> CellAt | None:
    """The cell of an input of a deal, or of a term of one of its contracts."""
    if found := CONTRACT.fullmatch(key):
        number = numbers.get((deal, int(found[1])))
        return form.contract_cell(found[2], number) if number and found[2] in form.terms else None
    return form.deal_cell(key, end) if key in form.rows else None


def cleared(form: Form) -> dict[str, Value]:
    """The examples, their contracts and what is said of both, blank."""
    cells = [form.deal_cell(key, end) for key in form.keys for end in form.columns]
    for number, row in form.contracts.items():
        cells += [form.contract_cell(term, number) for term in form.terms]
        cells.append(CellAt(form.contract_sheet, row, form.deal_column))
        said = (form.column_headed(form.contract_sheet, row, role) for role in ("aside", "source"))
        cells += [CellAt(form.contract_sheet, row, column) for column in said if column is not None]
    return {form.place(*cell): None for cell in cells}


def document(
    form: Form, rows: list[Row], deals: list[int], names: list[str], numbers: dict[tuple[int, int], int], alone: bool
) -> dict[str, int]:
    """Put the status and the source of each input beside it; how many of each deal's inputs lack one."""
    missing = dict.fromkeys(names, 0)
    by_key = {row.key: row for row in rows}
    texts: dict[str, Value] = {}
    for key in form.keys:
        row, at = by_key[key], form.rows[key]
        letters = [row.statuses.get(deal, "").upper() or NO_STATUS for deal in deals]
        given = [row.sources.get(deal, "") for deal in deals]
        told = [f"{name}: {source}" for name, source in zip(names, given, strict=True) if source]
        for letter, source, name in zip(letters, given, names, strict=True):
            missing[name] += letter == NO_STATUS or not source
        for role, parts in (("aside", letters), ("source", told)):
            column = form.column_headed(form.sheet, at, role)
            if column is not None and parts:
                cell = CellAt(form.sheet, at, column)
                before = [] if alone else [form.labels.text(cell)]
                texts[form.place(*cell)] = " ".join([*before, *parts])
            elif column is not None and alone:
                texts[form.place(form.sheet, at, column)] = None
    for (deal, contract), number in numbers.items():
        line = by_key[f"contract_{contract}_revenue"]
        for role, of_deal in (("aside", line.statuses), ("source", line.sources)):
            column = form.column_headed(form.contract_sheet, form.contracts[number], role)
            if column is not None:
                texts[form.place(form.contract_sheet, form.contracts[number], column)] = of_deal.get(deal) or None
    form.book.set(texts)
    return missing


def write_filled(book: Book, claim: Claim) -> None:
    """Write the workbook with the columns and rows of its deals shown and the others folded away."""
    form = Form(book)
    used = form.used()
    hidden = {form.column_of[end]: end not in used for end in form.columns}
    rows = {row for number, row in form.contracts.items() if book.get(f"{WHOSE}{number}") is not None}
    book.save_as_claimed(claim, charts=True)
    package = Package.open(claim.path)
    parts: dict[str, bytes] = {}
    for index, part in enumerate(book.plan.workbook.parts):
        sheet = open_sheet(package.read(part), part)
        by_deal = bool(hidden_columns(sheet) & hidden.keys())
        shown = rows if index == form.contract_sheet else set()
        if by_deal or shown:
            parts[part] = folded(sheet, hidden if by_deal else {}, shown)
    claim.write(package.replaced(parts), package.identity)

"""Workbooks of others, recalculated and compared with the values that Excel stored in them.

    python benchmarks/foreign.py FOLDER [--stripped] [--worst 10] [--list] [--reasons benchmarks/reasons.json]

Each folder directly below FOLDER is one source; every .xlsx and .xlsm in it is opened, and nothing is written. A
workbook counts where Excel saved it last. A cell is

    same     ours is the stored value, 1e-9 relative
    kept     nobody computed it, and the report names it: a macro, another workbook, a circle
    error    ours is an error that the report lists
    said     another value, and the report or lint names the cell or a cell that it reads
    reason   another value, and the file of reasons says why, of the cell or of a cell that it reads
    silent   another value, and nobody says so

Cells of NOW, TODAY, RAND and what reads them are left out. The table of functions counts the first differing cell of
a chain. With --stripped the stored values are taken away before, so that a kept cell is no longer right.

With --reasons it ends with 1 where the first differing cell of a chain has no reason, and where a cell that has one no
longer differs. IronCalc's own workbooks are such a suite: xlsx/tests of its repository at version 0.9.1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from computefi.errors import CODES, Code, WorkbookError
from computefi.formulas.functions import VOLATILE
from computefi.formulas.tree import Call, Expression, Group, Unreadable, parse, plain_name
from computefi.recalc import Book, Recalculated
from computefi.recalc.changes import formula_values
from computefi.recalc.compared import difference_of
from computefi.recalc.lint.claims import NOTE
from computefi.recalc.lint.formulas import formula_findings
from computefi.recalc.readers import areas_read, formulas, readers
from computefi.xlsx.cells import CellAt, Value
from computefi.xlsx.package import Package
from computefi.xlsx.sheet import decode
from computefi.xlsx.workbook import unescape

KINDS = ("same", "kept", "error", "said", "reason", "silent")
Reasons = dict[str, str]  # the cells of a workbook that differ, each with why
SECONDS = 180
LIBRARY = re.compile(rb'calcId="(?:0|124519|122211|145621)?"')
CHANGING = VOLATILE | {"CELL", "INFO"}


@dataclass(slots=True)
class Account:
    """What became of one workbook."""

    name: str
    refused: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    roots: Counter[tuple[str, str]] = field(default_factory=Counter)
    cells: list[str] = field(default_factory=list)
    # What differs first in its chain and has no reason, and what has a reason and does not differ.
    unexplained: list[str] = field(default_factory=list)
    outlived: list[str] = field(default_factory=list)

    @property
    def perfect(self) -> bool:
        """Whether every value came back."""
        return not self.refused and self.counts.total() == self.counts["same"]


def saved_by_excel(package: Package) -> bool:
    """Whether Excel saved the workbook last: a library leaves its own name, or asks Excel to compute everything."""
    if not package.has("docProps/app.xml") or b"Microsoft Excel" not in package.read("docProps/app.xml"):
        return False
    setting = re.search(rb"<(?:\w+:)?calcPr([^>]*)", package.read("xl/workbook.xml"))
    return setting is not None and not (b'fullCalcOnLoad="1"' in setting[1] and LIBRARY.search(setting[1]))


def stored_values(book: Book) -> dict[CellAt, Value]:
    """What the file shows in every cell."""
    found: dict[CellAt, Value] = {}
    strings = book.plan.workbook.shared_strings
    for index, sheet in enumerate(book.plan.sheets):
        for cell in sheet.cells():
            if cell.value is None or (not cell.value and cell.kind != b"str"):
                continue
            text = decode(cell.value)
            value: Value
            if cell.kind == b"s":
                value = strings[int(text)]
            elif cell.kind == b"str":
                value = unescape(text)
            elif cell.kind == b"b":
                value = text.strip() == "1"
            elif cell.kind == b"e":
                value = CODES.get(text.strip(), Code.VALUE)
            elif cell.kind in (b"", b"n"):
                value = float(text)
            else:
                continue
            found[CellAt(index, cell.row, cell.column)] = value
    return found


def functions_in(expression: Expression) -> Iterator[str]:
    """The functions that a formula calls, from outside in."""
    for node in expression:
        if isinstance(node, Call):
            yield plain_name(node.name)
        if isinstance(node, (Call, Group)):
            for part in node.arguments if isinstance(node, Call) else node.parts:
                yield from functions_in(part)


def called(text: str) -> list[str]:
    """The functions that a formula calls."""
    try:
        return list(functions_in(parse(text))) or ["(operators)"]
    except Unreadable:
        return ["(unreadable)"]


def without_values(package: Package, book: Book, path: Path) -> Path:
    """A copy of the workbook whose formula cells show nothing."""
    parts = {}
    for sheet in book.plan.sheets:
        parts[sheet.part] = sheet.patterns.row_or_cell.sub(
            lambda match, p=sheet.prefix: re.sub(rb"<%sv[ />].*|<%sv>.*" % (p, p), b"</%sc>" % p, match[0], flags=re.S)
            if match["content"] and b"<" + p + b"f" in match["content"] else match[0],
            sheet.data,
        )  # fmt: skip
    path.write_bytes(package.replaced(parts))
    return path


def wrong_cells(stored: dict[CellAt, Value], ours: dict[CellAt, Value], out: set[CellAt]) -> dict[CellAt, str]:
    """The cells with another value than the stored one: an error, or silent until somebody names them."""
    return {
        cell: "error" if isinstance(ours[cell], Code) and not isinstance(value, Code) else "silent"
        for cell, value in stored.items()
        if cell in ours and cell not in out and difference_of(value, ours[cell])
    }


def account_of(path: Path, stripped: bool, reasons: Reasons) -> Account | None:
    """One workbook; None where Excel did not save it last."""
    account = Account(path.name)
    try:
        package = Package.open(path)
        if not saved_by_excel(package):
            return None
        book = Book.open(path)
        if book.plan.workbook.date1904:
            return None
        stored = stored_values(book)
        if stripped:
            with tempfile.TemporaryDirectory() as folder:
                book = Book.open(without_values(package, book, Path(folder) / path.name))
        result = book.recalculate()
        ours = dict(formula_values(book.run))
    except WorkbookError as error:
        account.refused = str(error)
        return account
    take_account(account, book, result, stored, ours, reasons)
    return account


def take_account(
    account: Account,
    book: Book,
    result: Recalculated,
    stored: dict[CellAt, Value],
    ours: dict[CellAt, Value],
    reasons: Reasons,
) -> None:
    """Compare cell by cell."""
    cells = {book.plan.place(*cell): cell for cell in stored}
    text_of = book.dependencies.precedents.written_out
    texts = {cell: text_of(cell) for cell in formulas(book.dependencies) if cell not in book.dependencies.table_cells}
    volatile = {cell for cell, text in texts.items() if not CHANGING.isdisjoint(called(text))}
    changing = {shown for cell in volatile for shown in book.dependencies.cells_of(cell)}
    out = changing | readers(book.dependencies, changing)
    kept = {cells[place] for place in result.kept if place in cells}
    wrong = wrong_cells(stored, ours, out | kept)
    spoken = {f.cell for f in formula_findings(book.plan) if f.severity != NOTE} | set(result.readers_of_kept)
    named = {cell for cell in ours if book.plan.place(*cell) in spoken}
    named |= readers(book.dependencies, named) if wrong else set()
    known = {cells[place] for place in reasons if place in cells}
    excused = known | readers(book.dependencies, known)
    account.outlived = [place for place in reasons if place not in cells or cells[place] not in wrong]
    account.counts["kept"] = len(kept)
    account.counts["same"] = len([cell for cell in stored if cell in ours and cell not in out | kept]) - len(wrong)
    for cell, kind in wrong.items():
        kind = "reason" if cell in excused else "said" if kind == "silent" and cell in named else kind
        account.counts[kind] += 1
        anchor = book.dependencies.owner.get(cell, cell)
        read = dict.fromkeys(area for area in areas_read(book.dependencies, anchor)) if anchor in texts else {}
        if not any(
            other != cell and sheet == other.sheet and rect.holds(*other[1:]) for other in wrong for sheet, rect in read
        ):
            for function in dict.fromkeys(called(texts.get(anchor, ""))):
                account.roots[function, kind] += 1
            account.unexplained += [book.plan.place(*cell)] * (cell not in excused)
            account.cells.append(
                f"{kind:7} {book.plan.place(*cell)}  ={texts.get(anchor, '')[:90]}  {stored[cell]!r}  {ours[cell]!r}"
            )


def in_own_process(path: Path, stripped: bool, reasons: Reasons) -> Account | None:
    """The same in a process of its own: an engine can end it, or not end at all."""
    ours, theirs = get_context("fork").Pipe(duplex=False)
    child = get_context("fork").Process(target=work, args=(theirs, path, stripped, reasons))
    child.start()
    theirs.close()
    try:
        answer = ours.recv() if ours.poll(SECONDS) else f"not done in {SECONDS} seconds"
    except EOFError:
        answer = "the process was ended"
    child.kill()
    child.join()
    return Account(path.name, answer) if isinstance(answer, str) else answer


def work(pipe: Connection, path: Path, stripped: bool, reasons: Reasons) -> None:
    try:
        pipe.send(account_of(path, stripped, reasons))
    except Exception:
        pipe.send("TRACEBACK " + traceback.format_exc().strip().splitlines()[-1])


def line_of(name: str, accounts: list[Account]) -> str:
    counts: Counter[str] = sum((account.counts for account in accounts), Counter())
    computed = counts.total() - counts["kept"]
    share = counts["same"] / computed if computed else 1.0
    numbers = "".join(f"{counts[kind]:>9,}" for kind in KINDS)
    refused = sum(bool(account.refused) for account in accounts)
    perfect = sum(account.perfect for account in accounts)
    return f"{name[:40]:40}{len(accounts):>6}{refused:>8}{perfect:>8}{numbers}{share:>9.2%}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--stripped", action="store_true")
    options.add_argument("--worst", type=int, default=10)
    options.add_argument("--list", action="store_true", help="the first differing cells of every workbook")
    options.add_argument("--reasons", type=Path, help="a JSON file: workbook → cell → why it differs")
    given = options.parse_args()
    reasons: dict[str, Reasons] = json.loads(given.reasons.read_text(encoding="utf-8")) if given.reasons else {}
    print(
        f"{'folder':40}{'books':>6}{'refused':>8}{'perfect':>8}" + "".join(f"{kind:>9}" for kind in KINDS) + "    share"
    )
    everything: list[Account] = []
    for folder in sorted(path for path in given.folder.iterdir() if path.is_dir()):
        files = sorted(path for path in folder.rglob("*.xls[xm]") if not path.name.startswith("~$"))
        asked = [(path, reasons.get(path.name, {})) for path in files]
        accounts = [account for path, why in asked if (account := in_own_process(path, given.stripped, why))]
        if accounts:
            print(line_of(folder.name, accounts), flush=True)
        everything += accounts
    print(line_of("all", everything))
    roots: Counter[tuple[str, str]] = sum((account.roots for account in everything), Counter())
    for kind in ("silent", "reason", "said", "error"):
        found = [f"{function} {count}" for (function, k), count in roots.most_common() if k == kind]
        print(f"\n{kind} begins at: {', '.join(found[:40])}")
    print()
    bad = sorted(everything, key=lambda account: -account.counts["silent"] - account.counts["error"] / 1000)
    for account in bad[: given.worst]:
        print(account.name, account.refused or dict(account.counts))
        for cell in account.cells[: 40 if given.list else 3]:
            print("   ", cell)
    for account in everything:
        if account.refused:
            print(f"refused: {account.name}: {account.refused}")
    if given.reasons:
        for account in everything:
            for place in account.unexplained:
                print(f"no reason: {account.name}: {place}")
            for place in account.outlived:
                print(f"does not differ any more: {account.name}: {place}")
        sys.exit(any(account.unexplained or account.outlived for account in everything))


if __name__ == "__main__":
    main()

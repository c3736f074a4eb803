"""Rows that repeat the row above are read as cell by cell: the same copy, the same formulas, the same refusals."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from computefi.errors import WorkbookError
from computefi.recalc import Book, recalculate
from computefi.recalc.prepare.preparation import prepare
from computefi.recalc.prepare.repeated import Form, RepeatedRows
from computefi.xlsx.package import Package
from computefi.xlsx.workbook import open_workbook
from recalc_books import MAIN, OFFICE, PACKAGE, make, raw_book

Row = Callable[[int], str]
KINDS: dict[str, Row] = {
    "numbers": lambda r: f'<c r="A{r}"><v>{r / 7}</v></c><c r="B{r}" s="0"><v>{r}</v></c><c r="C{r}"/>',
    "formulas": lambda r: f'<c r="A{r}"><v>{r}</v></c><c r="B{r}"><f>A{r}*2+$A$1</f><v>{2 * r}</v></c>'
    f'<c r="D{r}"><f>SUM(A{max(r - 1, 1)}:B{r})&amp;"%b"</f></c>',
    "kinds": lambda r: f'<c r="A{r}" t="b"><v>{r % 2}</v></c>'
    f'<c r="B{r}" t="str"><f>"x"&amp;A{r}</f><v>x &lt;{r}</v></c>'
    f'<c r="C{r}" t="e"><f>1/A{r}</f><v>#DIV/0!</v></c><c r="D{r}" t="n"><f>A{r}+1</f><v></v></c>',
    "running": lambda r: f'<c r="A{r}"><v>{r}</v></c><c r="B{r}"><f>SUM(A$1:A{r})</f><v>1</v></c>'
    f'<c r="C{r}"><f>B{r}*{r}</f><v>1</v></c>',
    "shared": lambda r: f'<c r="A{r}"><v>{r}</v></c>' + "".join(
        f'<c r="{column}{r}" s="0"{kind}><f t="shared"'
        + (f' ref="{column}1:{column}40" si="{number}">{text}</f>' if r == 1 else f' si="{number}"/>')
        + f"<v>{r}</v></c>"
        for number, (column, kind, text) in enumerate([("B", "", "A1*2+$A$1"), ("D", ' t="str"', 'A1&amp;"%b"')])
    ),
    "shared without values": lambda r: f'<c r="A{r}"><v>{r}</v></c><c r="B{r}"><f t="shared"'
    + (' ref="B1:B40" si="0">A1*2</f></c>' if r == 1 else ' si="0"/></c>'),
    "texts": lambda r: f'<c r="A{r}" t="s"><v>{r % 3}</v></c><c r="B{r}"><f>LEN(A{r})</f><v/></c>',
    "inline": lambda r: f'<c r="A{r}" t="inlineStr"><is><t>{r}</t></is></c><c r="B{r}"><f>A{r}&amp;1</f></c>',
    "calls": lambda r: f'<c r="A{r}"><v>{50 + r}</v></c><c r="B{r}"><v>100</v></c>'
    f'<c r="C{r}"><f>CFI_LTV(A{r},B{r})</f></c>',
}  # fmt: skip
STRINGS = ("first", " second & more ", "_x0041_")


def sheet(kind: str, rows: int, attributes: Callable[[int], str] = lambda _: "") -> str:
    body = "".join(f'<row r="{r}"{attributes(r)}>{KINDS[kind](r)}</row>' for r in range(1, rows + 1))
    return f"<sheetData>{body}</sheetData>"


def book(path: Path, data: str) -> Path:
    strings = "".join(f'<si><t xml:space="preserve">{text.replace("&", "&amp;")}</t></si>' for text in STRINGS)
    parts = {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml"}
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="/xl/{part}"/>'
        for number, (kind, part) in enumerate(parts.items(), 1)
    )
    relationships = f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
    extra = {
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'.encode(),
        "xl/_rels/workbook.xml.rels": relationships.encode(),
    }
    return raw_book(path, data, extra=extra)


def known(path: Path) -> Any:
    """Everything that a preparation finds, or what it says of a damaged file."""
    try:
        plan = prepare(open_workbook(Package.open(path)), now=45_000.0)
    except WorkbookError as error:
        return str(error)
    columns = [(cells.rows, cells.columns, cells.ends, cells.groups, list(map(repr, cells))) for cells in plan.formulas]
    with zipfile.ZipFile(io.BytesIO(plan.copy)) as archive:
        copy = {name: archive.read(name) for name in archive.namelist()}
    return copy, columns, plan.extents, plan.apart, plan.children, plan.frozen, len(plan.calls)


@pytest.fixture
def cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Any]:
    def read(path: Path) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(RepeatedRows, "past", lambda _, start, row: (start, row))
            return known(path)

    return read


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "attributes",
    [lambda _: "", lambda _: ' spans="1:4"', lambda r: ' hidden="1"' * (r > 20), lambda r: f' ht="{r % 2}"'],
    ids=["plain", "spans", "hidden", "heights"],
)
def test_rows_are_read_as_cell_by_cell(
    tmp_path: Path, cell_by_cell: Callable[[Path], Any], kind: str, attributes: Row
) -> None:
    path = book(tmp_path / "book.xlsx", sheet(kind, 40, attributes))
    found = known(path)
    assert not isinstance(found, str)
    assert found == cell_by_cell(path)


def test_rows_are_taken_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    keep = RepeatedRows._keep
    monkeypatch.setattr(
        RepeatedRows, "_keep", lambda self, form, pieces, *rest: [taken.append(1), keep(self, form, pieces, *rest)]
    )
    for kind in ("numbers", "formulas", "kinds", "shared", "texts", "calls"):
        taken.clear()
        known(book(tmp_path / f"{kind}.xlsx", sheet(kind, 40)))
        assert bool(taken) == (kind != "calls"), kind


def test_where_few_rows_are_alike_it_is_seldom_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    form_of = Form.of
    monkeypatch.setattr(Form, "of", lambda *given: [tried.append(1), form_of(*given)][1])
    rows = [f'<row r="{r}">{KINDS["formulas" if r % 5 else "numbers"](r)}</row>' for r in range(1, 1001)]
    known(book(tmp_path / "book.xlsx", f"<sheetData>{''.join(rows)}</sheetData>"))
    assert 0 < len(tried) < 30


PIECES = (
    "<", ">", "/", '"', "<v>", "</v>", "</c>", "<c>", "_", " ", "9", "A", "e5", "nan", "inf", "&amp;", "<f>", "</f>",
    "-0", "<row>", "</row>", '<c r="A7"/>', 't="s"', "<!-- -->", "\x00", "#REF!", "$", "1048577", "<is><t>x</t></is>",
)  # fmt: skip


def mutant(data: str, dice: random.Random) -> str:
    """The sheet with another digit here and there, or with bytes left out, put in or written twice, below its start."""
    for _ in range(dice.randint(1, 3)):
        if dice.random() < 0.8:
            place = dice.choice([m.start() for m in re.finditer("[0-9]", data) if m.start() > len(data) // 4])
            data = data[:place] + dice.choice(("", "0", "7", "77", ".5", "B2", "_", "e3", "<x/>")) + data[place + 1 :]
            continue
        place = dice.randrange(len(data) // 4, len(data))
        length = dice.choice((0, 1, 2, 9, 60))
        data = data[:place] + dice.choice((*PIECES, data[place - length : place], "")) + data[place + length :]
    return data


def compare_mutants(folder: Path, cell_by_cell: Callable[[Path], Any], seeds: range) -> int:
    """How many of the mutants could be read at all; each is read alike in both ways."""
    sound = 0
    for seed in seeds:
        dice = random.Random(seed)
        kind = dice.choice(list(KINDS))
        path = book(folder / "mutant.xlsx", mutant(sheet(kind, dice.randint(6, 30)), dice))
        found = known(path)
        assert found == cell_by_cell(path), (kind, seed)
        sound += not isinstance(found, str)
    return sound


def test_mutants_are_read_as_cell_by_cell(tmp_path: Path, cell_by_cell: Callable[[Path], Any]) -> None:
    assert 10 < compare_mutants(tmp_path, cell_by_cell, range(200)) < 190


@pytest.mark.nightly
def test_many_mutants_are_read_as_cell_by_cell(tmp_path: Path, cell_by_cell: Callable[[Path], Any]) -> None:
    assert compare_mutants(tmp_path, cell_by_cell, range(200, 5000)) > 500


def test_values_of_repeated_rows_are_written_and_asked_for(tmp_path: Path) -> None:
    cells = {f"A{row}": row for row in range(1, 301)} | {f"B{row}": f"=A{row}*2" for row in range(1, 301)}
    path = make(
        tmp_path / "book.xlsx",
        cells | {f"C{row}": f"=B{row}+IF({row}=1,0,C{max(row - 1, 1)})" for row in range(2, 301)},
    )
    result = recalculate(path, path)
    assert result["Deal!C300"] == sum(2 * row for row in range(2, 301))
    assert not recalculate(path).changed
    book = Book.open(path)
    assert book.sweep({"Deal!A150": [150.0, 151.0]}, ["Deal!C300"]).rows[1][1] == result["Deal!C300"] + 2
    with pytest.raises(WorkbookError, match="holds a formula"):
        book.set("Deal!B200", 1)

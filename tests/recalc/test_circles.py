"""Circular references: gone through in rounds where the workbook asks for it, else kept with all that reads them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from subprocess import run
from typing import Any

import openpyxl
import pytest

import computefi
from computefi.recalc import Book, recalculate
from computefi.recalc.lint.api import lint
from recalc_books import MAIN, OFFICE, raw_book, values

CASES = Path(__file__).parent / "cases"
PERIODS = "CDEFGHIJKLMN"


def book(path: Path, cells: dict[str, Any], iterate: bool = True, count: int = 100, delta: float = 0.001) -> Path:
    """A workbook that asks for rounds, or does not."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Deal"
    for place, content in cells.items():
        sheet[place] = content
    made.calculation.iterate, made.calculation.iterateCount, made.calculation.iterateDelta = iterate, count, delta
    made.save(path)
    return path


def loan(rate: str = "$A$1") -> dict[str, Any]:
    """Interest on the average of a period's first and last balance; a tenth of what is due is paid."""
    cells: dict[str, Any] = {"A1": 0.06, "B6": 1000, "A10": "=SUM(C3:N3)"}
    for before, here in zip("B" + PERIODS, PERIODS, strict=False):
        cells |= {
            f"{here}2": f"={before}6",
            f"{here}3": f"=AVERAGE({here}2,{here}6)*{rate}",
            f"{here}4": f"=IFERROR(SUM({here}2:{here}3)*0.1,0)",
            f"{here}6": f"=SUM({here}2:{here}3)-{here}4",
        }
    return cells


def closing(opening: float, rate: float) -> float:
    """The last balance in closed form: c = 0.9·(o + (o + c)/2·r)."""
    return opening * 0.9 * (1 + rate / 2) / (1 - 0.45 * rate)


def test_interest_on_the_average_balance_settles_at_the_closed_form(tmp_path: Path) -> None:
    result = recalculate(book(tmp_path / "book.xlsx", loan(), delta=1e-10))
    balance = 1000.0
    for period in PERIODS:
        balance = closing(balance, 0.06)
        assert result[f"Deal!{period}6"] == pytest.approx(balance, rel=1e-11)
    assert result["Deal!A10"] == pytest.approx(sum(result[f"Deal!{p}3"] for p in PERIODS), rel=1e-14)
    assert result.warnings == []
    assert result.kept == {}


@pytest.mark.parametrize(
    ("cells", "count", "delta", "expected"),
    [
        # The rounds are counted, and end after the one that changes less than is said.
        ({"A1": "=A1+1"}, 7, 0.001, {"A1": 7.0}),
        ({"A1": "=A1/2+1"}, 100, 0.5, {"A1": 1.75}),
        ({"A1": "=A1/2+1"}, 3, 0.0, {"A1": 1.75}),
        # In a sheet from left to right and from top to bottom: C1 has the B1 of this round, B1 the C1 of the last.
        ({"B1": "=C1+1", "C1": "=B1*0.5"}, 2, 0.0, {"B1": 1.5, "C1": 0.75}),
        ({"C1": "=B2+1", "B2": "=C1*0.5"}, 2, 0.0, {"C1": 1.5, "B2": 0.75}),
        # What reads a circle gets the values of its last round; so does a second circle that follows from it.
        ({"B1": "=C1+1", "C1": "=B1*0.5", "A5": "=B1*10", "A6": '=IF(ISERROR(B1),"bad","good")'}, 2, 0.0,
         {"A5": 15.0, "A6": "good"}),
        ({"Z1": "=Y1+1", "Y1": "=Z1*0.5", "A1": "=Z1+A1*0"}, 60, 0.0, {"Z1": 2.0, "A1": 2.0}),
        # Through ranges, names and functions that are answered here.
        ({"A1": 1, "A2": "=SUM(A1:A5)/4", "A3": 2, "A5": "=A2"}, 100, 1e-13, {"A2": 1.5, "A5": 1.5}),
        ({"A1": "x", "A2": "y", "B1": 4, "B2": '=SUMIF(A1:A2,"<>q",B1:B2)/4'}, 100, 1e-13, {"B2": 4 / 3}),
        ({"A1": 1, "A2": 2, "B1": "=INDEX(B1:B2,2)*0.5", "B2": "=B1+1"}, 100, 1e-13, {"B1": 1.0, "B2": 2.0}),
    ],
)  # fmt: skip
def test_rounds_are_those_of_excel(
    tmp_path: Path, cells: dict[str, Any], count: int, delta: float, expected: dict[str, Any]
) -> None:
    result = recalculate(book(tmp_path / "book.xlsx", cells, count=count, delta=delta))
    found = {place: result[f"Deal!{place}"] for place in expected}
    assert found == pytest.approx(expected, rel=1e-12) if "A6" not in expected else found == expected


def test_what_has_not_settled_is_said(tmp_path: Path) -> None:
    result = recalculate(book(tmp_path / "book.xlsx", {"A1": "=A1+1"}, count=7))
    assert any("Deal!A1" in warning and "7 rounds" in warning for warning in result.warnings)


def test_a_cfi_call_in_the_circle(tmp_path: Path) -> None:
    cells = {"A1": 70, "A2": "=100-A3*10", "A3": "=CFI_LTV(A1,A2)", "A4": "=A3*2"}
    result = recalculate(book(tmp_path / "book.xlsx", cells, delta=1e-12))
    ltv = result["Deal!A3"]
    assert ltv == pytest.approx(float(computefi.ltv(70, 100 - ltv * 10)), rel=1e-10)
    assert result["Deal!A4"] == 2 * ltv


def test_rounds_begin_with_what_the_file_shows(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", loan())
    recalculate(path, path)
    for _ in range(4):
        before = values(path)
        recalculate(path, path)
    assert recalculate(path).timings.passes == 1
    after = values(path)
    assert after["N6"] == pytest.approx(before["N6"], abs=0.001)
    with_other_rate = recalculate(path, set={"Deal!A1": 0.08})
    assert with_other_rate["Deal!C6"] == pytest.approx(closing(1000, 0.08), abs=0.01)


def test_the_same_inputs_give_the_same_values_whatever_was_asked_before(tmp_path: Path) -> None:
    opened = Book.open(book(tmp_path / "book.xlsx", loan()))
    first = opened.get("Deal!N6")
    sweep = opened.sweep({"Deal!A1": [0.02, 0.1]}, ["Deal!C6"])
    assert [row[1] for row in sweep.rows] == pytest.approx([closing(1000, r) for r in (0.02, 0.1)], abs=0.01)
    assert opened.get("Deal!N6") == first
    opened.set("Deal!A1", 0.3)
    assert opened.get("Deal!N6") != first
    opened.set("Deal!A1", 0.06)
    assert opened.get("Deal!N6") == first


def test_without_rounds_the_circle_and_all_that_reads_it_are_kept_and_named(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    source = CASES / "circular_kept_but_dependents_change.xlsx"
    result = recalculate(source, out)
    assert set(result.kept) == {"S!A1", "S!B1", "S!C1", "S!D1", "S!E1"}
    assert result.kept["S!A1"] == result.kept["S!B1"] == "a circular reference"
    assert result.kept["S!C1"] == result.kept["S!E1"] == "reads a circular reference"
    assert values(out, "S") == values(source, "S")
    report = run([sys.executable, "-m", "computefi", "recalc", str(source), "--json"], capture_output=True, check=True)
    assert json.loads(report.stdout)["kept"] == result.kept


def test_what_does_not_read_the_circle_is_computed(tmp_path: Path) -> None:
    cells = '<c r="A1"><f>B1*0.1+100</f><v>111</v></c><c r="B1"><f>A1</f><v>111</v></c><c r="C1"><v>5</v></c>'
    readers = '<c r="D1"><f>COUNT(A1:C1)</f><v>3</v></c><c r="E1"><f>OFFSET(A1,0,0)</f><v>111</v></c>'
    others = '<c r="F1"><f>C1*2</f><v>0</v></c><c r="G1"><f>IF(D1=3,"ok","no")</f><v>0</v></c>'
    path = raw_book(tmp_path / "b.xlsx", f'<sheetData><row r="1">{cells}{readers}{others}</row></sheetData>')
    result = recalculate(path, set={"Deal!C1": 7})
    assert result["Deal!F1"] == 14.0
    assert [result[f"Deal!{c}1"] for c in "ABDE"] == [111.0, 111.0, 3.0, 111.0]
    assert set(result.kept) == {"Deal!A1", "Deal!B1", "Deal!D1", "Deal!E1", "Deal!G1"}


def test_a_circle_that_an_input_closes_is_kept_from_then_on(tmp_path: Path) -> None:
    cells = {"A1": 0, "B1": "=IF(A1=1,C1,5)", "C1": "=B1*2", "D1": "=IFERROR(C1,0)"}
    opened = Book.open(book(tmp_path / "book.xlsx", cells, iterate=False))
    assert opened.get("Deal!D1") == 10.0
    opened.set("Deal!A1", 1)
    assert set(opened.recalculate().kept) == {"Deal!B1", "Deal!C1", "Deal!D1"}
    assert opened.get("Deal!A1") == 1.0


def test_a_circle_through_a_function_that_is_answered_here_is_kept(tmp_path: Path) -> None:
    cells = {"A1": "x", "A2": "y", "B1": 4, "B2": '=SUMIF(A1:A2,"<>q",B1:B2)/4', "C1": "=B2+1", "C2": "=B1+1"}
    result = recalculate(book(tmp_path / "book.xlsx", cells, iterate=False))
    assert set(result.kept) == {"Deal!B2", "Deal!C1"}
    assert result["Deal!C2"] == 5.0


def test_lint_notes_rounds_where_there_are_some(tmp_path: Path) -> None:
    assert "iteration" in [finding.rule for finding in lint(book(tmp_path / "a.xlsx", {"A1": "=A1+1"}))]
    assert "iteration" not in [finding.rule for finding in lint(book(tmp_path / "b.xlsx", {"A1": "=B1+1"}))]


def test_nonsense_in_the_setting_is_the_default(tmp_path: Path) -> None:
    sheet = '<sheetData><row r="1"><c r="A1"><f>A1/2+1</f></c></row></sheetData>'
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Deal" sheetId="1" r:id="rId1"/></sheets>'
        '<calcPr iterate="1" iterateCount="many" iterateDelta=""/></workbook>'
    )
    path = raw_book(tmp_path / "book.xlsx", sheet, extra={"xl/workbook.xml": workbook.encode()})
    assert recalculate(path)["Deal!A1"] == pytest.approx(2.0, abs=0.001)

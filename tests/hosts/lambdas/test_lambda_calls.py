"""Each LAMBDA against the function it mirrors: the same numbers to 1e-9, the same error values.

4,000 calls in formulon with the arguments in cells; a share of them, and every function once, in CellRune; the
examples in IronCalc with the names exactly as Excel stores them. None of the three is Excel.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lambda_engines import Formulon, difference, letters, literal
from lambda_table import FULL, calls

import computefi
from computefi.errors import Code
from computefi.hosts.lambdas.export import with_names
from computefi.hosts.lambdas.forms import definition, needed
from computefi.hosts.lambdas.texts import FUNCTIONS
from computefi.spec import call
from computefi.xlsx.package import Package

CHECKED = [name for name in FUNCTIONS if FUNCTIONS[name].checked]
CELLRUNE_EVERY = 60  # all of the table takes CellRune three minutes

# IronCalc 0.9 has no ISNUMBER and ISERROR over an array, so whatever checks a range fails there.
IRONCALC_CANNOT = {
    "CFI_COLLATERAL_HAIRCUT",
    "CFI_EFFECTIVE_NAMES",
    "CFI_NEOCLOUD_SCORE",
    "CFI_REBRAND_SCORE",
    "CFI_RISKED_COVERAGE",
    "CFI_TAIL_EXPOSURE",
}


def right_answer(name: str, arguments: list[Any]) -> list[list[Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(computefi.REGISTRY[name], arguments).cells()


def test_the_table_has_every_function() -> None:
    assert sorted(FULL) == sorted(CHECKED)


@pytest.mark.parametrize("name", CHECKED)
def test_formulon_gives_the_same_numbers_and_errors(name: str, formulon: Formulon) -> None:
    wrong = []
    for arguments in calls(name):
        found = difference(formulon.call(name, arguments), right_answer(name, arguments))
        wrong += [f"{found}: {arguments}"] if found else []
    assert wrong == []


@pytest.mark.parametrize("name", CHECKED)
def test_formulon_gives_each_example_typed_with_constants(name: str, formulon: Formulon) -> None:
    spec = computefi.REGISTRY[name]
    for example in spec.examples:
        assert difference(formulon.evaluate(spec.formula(example)), right_answer(name, list(example.arguments))) == ""


@pytest.mark.parametrize("name", ["CFI_CORR_LGD", "CFI_CORR_LTV"])
def test_five_hundred_random_loans_agree(name: str, formulon: Formulon) -> None:
    """pd down to 1e-6: the bivariate normal is divided by it."""
    random = np.random.default_rng(7)

    def column(low: float, high: float) -> tuple[tuple[float], ...]:
        return tuple((float(number),) for number in random.uniform(low, high, 500))

    pds = tuple((10.0**exponent,) for (exponent,) in column(-6, 0))
    arguments: list[Any] = [column(1, 200), 100.0, pds, column(-1, 1), column(0.01, 1.5), column(0.01, 10)]
    arguments += [column(-0.5, 0.2), column(0, 0.5), column(0, 2)]
    got, wanted = formulon.call(name, arguments), right_answer(name, arguments)
    worst = max(abs(g - w) / max(1.0, abs(w)) for (g,), (w,) in zip(got, wanted, strict=True))
    print(f"{name}: largest difference {worst:.1e}")
    assert difference(got, wanted) == ""
    assert worst < 1e-9


def test_without_the_add_in_no_reason_is_known(formulon: Formulon) -> None:
    assert "add-in" in formulon.evaluate('=CFI_WHY("CFI_LTV",70,0)')[0][0]
    assert "add-in" in formulon.evaluate('=CFI_WHY("CFI_LTV",70,100)')[0][0]


def test_cellrune_agrees() -> None:
    """Optional parameters are given in every call: CellRune reads no stored form of them."""
    cellrune = pytest.importorskip("cellrune", reason="cellrune is not installed: it checks formulon")
    chosen = [(name, FULL[name]) for name in FULL]
    for name in FULL:
        whole = [
            a for a in calls(name) if len(a) == len(FULL[name]) and all(is_constant(cell) for cell in a)
        ]  # fmt: skip
        chosen += [(name, arguments) for arguments in whole[::CELLRUNE_EVERY]]
    answers = [right_answer(*one) for one in chosen]
    book = cellrune.Workbook.from_bytes(workbook_of(chosen, answers))
    book.calculate()
    wrong = []
    for number, ((name, arguments), wanted) in enumerate(zip(chosen, answers, strict=True)):
        row = number * 20 + 1
        last = f"{letters(len(wanted[0]) - 1)}{row + len(wanted) - 1}"
        got = [[cellrune_cell(cell) for cell in cells] for cells in book.read_values("Sheet", f"A{row}", last)]
        found = difference(got, wanted)
        wrong += [f"{name} {found}: {arguments}"] if found else []
    assert wrong == []


def is_constant(argument: Any) -> bool:
    """Whether the argument can be written as a constant: numbers and texts only."""
    cells = [cell for row in argument for cell in row] if isinstance(argument, tuple) else [argument]
    return all(type(cell) in (float, str) for cell in cells)


def workbook_of(chosen: list[tuple[str, list[Any]]], answers: list[list[list[Any]]]) -> bytes:
    """A workbook with the calls as array formulas, 20 rows apart."""
    from openpyxl import Workbook
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.formula import ArrayFormula

    book = Workbook()
    sheet = book.active
    for name in needed(set(FUNCTIONS)):
        book.defined_names[name] = DefinedName(name, attr_text=definition(name).replace("_xlop.", "_xlpm."))
    for number, ((name, arguments), wanted) in enumerate(zip(chosen, answers, strict=True)):
        row = number * 20 + 1
        area = f"A{row}:{letters(len(wanted[0]) - 1)}{row + len(wanted) - 1}"
        sheet[f"A{row}"] = ArrayFormula(area, f"={name}({','.join(map(literal, arguments))})")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cellrune_cell(cell: dict[str, Any]) -> Any:
    value = cell.get("value")
    return Code(value) if cell["kind"] == "error" else value


def test_ironcalc_agrees_with_the_names_as_excel_stores_them(tmp_path: Path) -> None:
    ironcalc = pytest.importorskip("ironcalc")
    book = Package.open(Path(__file__).with_name("four_loans.xlsx"))
    part = "xl/workbook.xml"
    path = tmp_path / "all.xlsx"
    path.write_bytes(book.replaced({part: with_names(book.read(part), needed(set(CHECKED)))}))
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.add_sheet("Calls")
    sheet = len(model.get_worksheets_properties()) - 1
    asked = [(name, example) for name in CHECKED for example in computefi.REGISTRY[name].examples]
    for number, (name, example) in enumerate(asked):
        model.set_user_input(sheet, number * 20 + 1, 1, computefi.REGISTRY[name].formula(example))
    model.evaluate()
    for number, (name, example) in enumerate(asked):
        wanted = right_answer(name, list(example.arguments))
        got = [
            [model.get_cell_value(sheet, number * 20 + 1 + i, 1 + j) for j in range(len(wanted[0]))]
            for i in range(len(wanted))
        ]
        found = difference(got, wanted)
        assert bool(found) == (name in IRONCALC_CANNOT), f"{name}: {found or 'can after all'}"

"""The functions in a real LibreOffice: values, errors, kinds of cells, names in files, the function wizard."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from calc_office import Cells, Office
from computefi.errors import CODES, Code
from computefi.hosts.libreoffice import extension as calc
from computefi.hosts.table import export
from computefi.hosts.wording import argument_help
from computefi.spec import MISSING, REGISTRY, Example, Spec, call
from computefi.spec.host_functions import with_host_functions
from computefi.xlsx.package import Package
from workbook_support import our_own_workbooks

TOLERANCE = 1e-9
EXAMPLES = [(spec, example) for spec in REGISTRY.values() for example in spec.examples]


def same(calculated: Any, ours: Any, tolerance: float = TOLERANCE) -> bool:
    """Equal to a relative 1e-9; a text of no letters and no cell are alike in a matrix."""
    if isinstance(ours, float) and isinstance(calculated, float):
        return abs(calculated - ours) <= tolerance * max(1.0, abs(ours))
    return bool(calculated == ours) or (ours == "" and calculated is None)


def address(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def put(sheet: Worksheet, row: int, formula: str, shape: tuple[int, int]) -> list[list[str]]:
    """A formula at the start of a row, as an array formula where it has several answers; its cells."""
    rows, columns = shape
    places = [[address(row + i, 1 + j) for j in range(columns)] for i in range(rows)]
    sheet[places[0][0]] = formula if shape == (1, 1) else ArrayFormula(f"{places[0][0]}:{places[-1][-1]}", formula)
    return places


def over_cells(sheet: Worksheet, row: int, spec: Spec, example: Example) -> str:
    """The example with its arguments in cells to the right; a matrix stands as it is, a series as a row."""
    column, references = 30, []
    for argument in example.arguments:
        if argument is None or isinstance(argument, Code):
            references.append("" if argument is None else argument.value)
            continue
        block = argument if isinstance(argument, (list, tuple)) else [argument]
        rows = block if isinstance(block[0], (list, tuple)) else [block]
        for i, line in enumerate(rows):
            for j, cell in enumerate(line):
                sheet.cell(row + i, column + j, cell)
        last = address(row + len(rows) - 1, column + len(rows[0]) - 1)
        first = address(row, column)
        references.append(first if first == last else f"{first}:{last}")
        column += len(rows[0])
    return f"={spec.name}({','.join(references)})"


@pytest.fixture(scope="module")
def examples(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Cells, list[Any]]]:
    """Every example of every function, with constants and with references, exported and calculated."""
    book = openpyxl.Workbook()
    sheets = {"Constants": book.active, "References": book.create_sheet("References")}
    sheets["Constants"].title = "Constants"
    expected: dict[str, list[Any]] = {title: [] for title in sheets}
    row = 1
    for spec, example in EXAMPLES:
        outcome = call(spec, example.arguments)
        for title, sheet in sheets.items():
            formula = spec.formula(example) if title == "Constants" else over_cells(sheet, row, spec, example)
            places = put(sheet, row, formula, outcome.shape)
            expected[title].append((formula, places, outcome.cells()))
        row += max(len(places), 8)
    path = tmp_path_factory.mktemp("examples") / "examples.xlsx"
    book.save(path)
    done = export(path, path)
    assert done.rewritten == 2 * len(EXAMPLES)
    values = office.values(path)
    return {title: (values[title], expected[title]) for title in sheets}


@pytest.mark.parametrize("sheet", ["Constants", "References"])
def test_every_example_of_every_function_has_our_value(
    examples: dict[str, tuple[Cells, list[Any]]], sheet: str
) -> None:
    shown, expected = examples[sheet]
    wrong = [
        f"{formula} {place}: {shown.get(place)!r}, not {ours!r}"
        for formula, places, cells in expected
        for line, our_line in zip(places, cells, strict=True)
        for place, ours in zip(line, our_line, strict=True)
        if not same(shown.get(place), ours)
    ]
    assert not wrong
    assert {formula.partition("(")[0][1:] for formula, *_ in expected} == set(REGISTRY)


# What stands in the sheet of the table below.
CELLS = {
    "A1": 70, "A2": 100, "A3": 0.05, "A4": 0.5, "A5": 0.4, "A6": 1,
    "B1": "70", "B2": "=NA()", "B3": "=TRUE()", "B4": '=""', "B5": "=1/0",
    "D1": 70, "D2": 80, "D4": 0, "D5": "x", "E1": "=DATE(2026;1;31)",
}  # fmt: skip
CONTENT = {
    "A1": 70.0, "A2": 100.0, "A3": 0.05, "A4": 0.5, "A5": 0.4, "A6": 1.0,
    "B1": "70", "B2": Code.NA, "B3": True, "B4": "", "B5": Code.DIV0,
    "D1": 70.0, "D2": 80.0, "D4": 0.0, "D5": "x", "E1": 46053.0,
}  # fmt: skip


class Fact(NamedTuple):
    """A call, where LibreOffice answers otherwise than we do, what it says and why it cannot be helped."""

    formula: str
    calc: Any = None
    reason: str = ""


ZERO = "LibreOffice passes a single blank cell as 0"
ONE = "LibreOffice passes a truth value as 1 or 0"
NOT_CALLED = "LibreOffice does not call a function with a range that holds an error: Err:504, in Excel's files #VALUE!"
COUNT = "LibreOffice itself refuses a wrong number of arguments: Err:504, in Excel's files #VALUE!"
OMITTED = "LibreOffice has no omitted argument where one is required: Err:502, in Excel's files #VALUE!"
ITSELF = "LibreOffice passes an error of a single cell on without calling the function"

FACTS = [
    Fact("LTV(A1;A2)"),
    Fact("LTV(70;100)"),
    Fact("LTV(70;0)"),
    Fact("LTV(70;D4)"),
    Fact("LTV(B1;A2)"),
    Fact('LTV("70";A2)'),
    Fact("LTV(A1;B4)"),
    Fact('LTV(A1;"")'),
    Fact("LTV(B2;A2)"),
    Fact("LTV(A1;B5)"),
    Fact("LTV(E1;A2)"),
    Fact("LTV(A1:A1;A2)"),
    Fact("LTV(C1:C2;A2)"),
    Fact("LTV(D1:D2;A2)"),
    Fact("LTV(D1:D5;A2)"),
    Fact("LTV({70;80};{100|200})"),
    Fact("LTV(D1:D2;A1:A3)"),
    Fact("CORR_LTV(A1;A2;A3;A4;A5;A6)"),
    Fact("CORR_LTV(A1;A2;A3;A4;A5;A6;-0.2)"),
    Fact("CORR_LTV(A1;A2;A3;A4;A5;A6;;0.1)"),
    Fact("CORR_LTV(A1;A2;2;A4;A5;A6)"),
    Fact("CORR_LTV(A1;A2;A3;A4;A5;A6;B2)"),
    Fact("CORR_LTV(A1;A2;A3;A4;A5;A6;C1:C1)"),
    Fact("HAIRCUT_LIQUIDITY(25;100;1;0.35;C1:C1)"),
    Fact("AMORTISE(100;0.1;2)"),
    Fact('AMORTISE(100;0.1;2;"Straight")'),
    Fact('AMORTISE(100;0.1;2;"curved")'),
    Fact("AMORTISE(100;0.1;2;D1)"),
    Fact("REALISATION({1};{1};3)"),
    Fact("HHI(D1:D2)"),
    Fact("HHI(D1:D3)"),
    Fact('WHY("CFI_LTV";70;0)'),
    Fact('WHY("CFI_LTV";70;100)'),
    Fact('WHY("CFI_LTV";;100)'),
    Fact('WHY("CFI_LTV";B1;100)'),
    Fact("LTV(A1;C1)", Code.DIV0, ZERO),
    Fact("LTV(C1;A2)", 0.0, ZERO),
    Fact("HAIRCUT_LIQUIDITY(25;100;1;0.35;C1)", 0.35, ZERO + ", not as the default"),
    Fact("LTV(B3;A2)", 0.01, ONE),
    Fact("LTV(TRUE();A2)", 0.01, ONE),
    Fact("LTV(B1:B2;A2)", "<Err:504>", NOT_CALLED),
    Fact("HHI(A1:B5)", "<Err:504>", NOT_CALLED),
    Fact("LTV(A1)", "<Err:504>", COUNT),
    Fact("BACKLOG_COVERAGE(A1;A2;3)", "<Err:504>", COUNT),
    Fact("LTV(A1;)", "<Err:502>", OMITTED),
    Fact('WHY("CFI_LTV";B2;100)', Code.NA, ITSELF),
]  # fmt: skip


def argument(text: str) -> Any:
    """An argument of the table as our own call path takes it."""
    if text == "":
        return MISSING
    if text.startswith('"'):
        return text[1:-1]
    if text == "TRUE()":
        return True
    if text.startswith("{"):
        return [[float(cell) for cell in line.split(";")] for line in text[1:-1].split("|")]
    if match := re.fullmatch(r"([A-Z])(\d):([A-Z])(\d)", text):
        columns = [chr(c) for c in range(ord(match[1]), ord(match[3]) + 1)]
        return [[CONTENT.get(f"{c}{r}") for c in columns] for r in range(int(match[2]), int(match[4]) + 1)]
    return CONTENT.get(text) if re.fullmatch(r"[A-Z]\d", text) else float(text)


def our_answer(formula: str) -> list[list[Any]]:
    name, _, rest = formula.removesuffix(")").partition("(")
    arguments = re.findall(r"(\{[^}]*\}|[^;]*)(?:;|$)", rest)[: rest.count(";") + 1 if "{" not in rest else None]
    if "{" in rest:
        arguments = [a for a in arguments if a]
    return call(REGISTRY[f"CFI_{name}"], [argument(a) for a in arguments]).cells()


@pytest.fixture(scope="module")
def facts(office: Office) -> dict[str, list[list[Any]]]:
    """What LibreOffice answers to each call of the table."""
    cells: dict[str, Any] = dict(CELLS)
    areas = {}
    for number, fact in enumerate(FACTS):
        ours = our_answer(fact.formula)
        places = [[address(20 + 6 * number + i, 1 + j) for j in range(len(ours[0]))] for i in range(len(ours))]
        areas[fact.formula] = places
        whole = places[0][0] if len(places) == len(places[0]) == 1 else f"{places[0][0]}:{places[-1][-1]}"
        cells[whole] = f"=CFI.{fact.formula}"
    shown = office.typed(cells)
    return {formula: [[shown.get(p) for p in line] for line in places] for formula, places in areas.items()}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.formula)
def test_cells_of_every_kind(facts: dict[str, list[list[Any]]], fact: Fact) -> None:
    shown, ours = facts[fact.formula], our_answer(fact.formula)
    alike = all(
        same(s, o) for line, our_line in zip(shown, ours, strict=True) for s, o in zip(line, our_line, strict=True)
    )
    if fact.reason:
        assert not alike, f"LibreOffice can do it after all, unlike: {fact.reason}"
        assert all(same(cell, fact.calc) for line in shown for cell in line), shown
    else:
        assert alike, f"{shown}, not {ours}"


ERRORS = {
    "A1": "=CFI.LTV(1;0)", "A2": "=CFI.REALISATION({1};{1};3)", "A3": "=CFI.CORR_LTV(1;1;2;0;1;1)",
    "B1": "=ERROR.TYPE(A1)", "B2": "=ISNA(A2)", "B3": "=ERROR.TYPE(A3)",
    "C1": "=ISERROR(CFI.LTV(1;0))", "C2": "=ISNA(CFI.REALISATION({1};{1};3))",
    "C3": "=IFERROR(CFI.LTV(1;0);-1)", "C4": "=SUM(A1:A3)", "C5": "=CFI.LTV(1;0)+1",
    "D1": "=ERROR.TYPE(CFI.LTV(1;0))", "D2": "=ERROR.TYPE({1;2}/0)",
}  # fmt: skip


def test_errors_are_true_errors(office: Office) -> None:
    shown = office.typed(ERRORS)
    assert (shown["A1"], shown["A2"], shown["A3"]) == (Code.DIV0, Code.NA, Code.NUM)
    assert (shown["B1"], shown["B2"], shown["B3"]) == (2, 1, 6)
    assert (shown["C1"], shown["C2"], shown["C3"], shown["C4"], shown["C5"]) == (1, 1, -1, Code.DIV0, Code.DIV0)
    # ERROR.TYPE does not see an error in a computed block, be it LibreOffice's own or ours; in a cell it does.
    assert shown["D1"] == shown["D2"] == Code.NA


BLOCKS = {
    "A1": 1, "A2": 2, "B1": "x", "B2": 3,
    "D1:E3": "=CFI.LTV(A1:A2;10)", "G1:H2": "=CFI.LTV(A1:B2;10)", "J1:K2": "=CFI.LTV(A1;10)",
    "M1": "=CFI.LTV(A1:A2;10)", "M2": "=INDEX(CFI.AMORTISE(100;0.1;2);2;3)", "M3": "=SUM(CFI.LTV(A1:A2;10))",
    "M4:M4": "=SUM(CFI.LTV(A1:A2*2;10))", "N2": "=CFI.LTV(A1:A2*2;10)", "M6": "=CFI.LTV(CFI.LTV(1;0);10)",
    "O1:O2": "=CFI.LTV(CFI.LTV(A1:A2;{0|1});10)",
}  # fmt: skip


def test_blocks(office: Office) -> None:
    shown = office.typed(BLOCKS)
    assert [shown[p] for p in ("D1", "D2", "E1", "E2", "D3")] == [0.1, 0.2, 0.1, 0.2, Code.NA]
    assert [shown[p] for p in ("G1", "H1", "G2", "H2")] == [0.1, Code.VALUE, 0.2, 0.3]
    assert {shown[p] for p in ("J1", "J2", "K1", "K2")} == {0.1}
    assert (shown["M1"], shown["M2"], shown["M6"]) == (0.1, 0.0, Code.DIV0)
    assert shown["M3"] == pytest.approx(0.3)
    assert shown["M4"] == pytest.approx(0.6)
    # In a normal cell a computed range is cut to the cell's own row; as a matrix formula it is whole.
    assert shown["N2"] == 0.4
    # An error in a computed block becomes the answer of the whole call.
    assert (shown["O1"], shown["O2"]) == (Code.DIV0, Code.DIV0)


TEXTS = {
    "A1": '=CFI.WHY("CFI_LTV";1;0)', "B1": '=A1="value must not be 0"', "C1": "=LEN(CFI.WHY(\"CFI_LTV\";1;1))",
    "A3:B4": '=CFI.STEPS("CFI_LTV";70;100;0.3)', "A5": "CFI_LTV", "C3": "=A4=A5", "C4": '=A4&""=A5',
}  # fmt: skip


def test_texts(office: Office) -> None:
    shown = office.typed(TEXTS)
    assert (shown["B1"], shown["C1"]) == (1, 0)
    assert (shown["A4"], shown["B4"]) == ("CFI_LTV", 1)
    # LibreOffice takes a text of a block for unequal to the same text typed, until it is joined with "".
    assert (shown["C3"], shown["C4"]) == (0, 1)


def test_names_as_they_are_typed(office: Office) -> None:
    shown = office.typed({"A1": "=cfi.ltv(70;100)", "A2": "=CFI_LTV(70;100)", "A3": "=CFI.NOSUCH(1)"})
    assert (shown["A1"], shown["A2"], shown["A3"]) == (0.7, 0.7, Code.NAME)
    assert shown["formulas"]["A1"] == shown["formulas"]["A2"] == "=CFI.LTV(70;100)"


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([70, 100, "=CFI.LTV(A1,B1)", "=CFI_LTV(A1,B1)", "=cfi.ltv(A1,B1)", "=CFI.LTV(A1,0)"])
    sheet["A2"] = ArrayFormula("A2:B2", "=CFI.LTV(A1:B1,100)")
    sheet["C2"] = "=SUM(A2:B2)"
    path = tmp_path / "small.xlsx"
    book.save(path)
    return path


def test_names_as_they_stand_in_files(office: Office, small_book: Path) -> None:
    shown = office.values(small_book)["Sheet"]
    assert (shown["C1"], shown["E1"], shown["F1"]) == (0.7, 0.7, Code.DIV0)
    # Why `export` exists: Excel's spelling is not found in a file.
    assert shown["D1"] == Code.NAME


def test_names_and_errors_as_they_are_saved(office: Office, small_book: Path) -> None:
    saved = office.saved(small_book, ".xlsx")
    sheet = Package.open(saved).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("CFI.LTV(") == 4
    assert 't="e"><f aca="false">CFI.LTV(A1,0)</f><v>#DIV/0!</v>' in sheet
    again = office.values(office.saved(small_book, ".ods"))["Sheet"]
    assert (again["C1"], again["A2"], again["B2"]) == (0.7, 0.7, 1.0)


def test_a_changed_file_is_wholly_recalculated(office: Office, small_book: Path, tmp_path: Path) -> None:
    """By default Calc would keep the stored sum beside the new block."""
    package = Package.open(office.saved(small_book, ".xlsx"))
    sheet = package.read("xl/worksheets/sheet1.xml")
    assert b"<v>70</v>" in sheet
    changed = tmp_path / "changed.xlsx"
    changed.write_bytes(package.replaced({"xl/worksheets/sheet1.xml": sheet.replace(b"<v>70</v>", b"<v>30</v>")}))
    shown = office.values(changed)["Sheet"]
    assert (shown["C1"], shown["A2"], shown["C2"]) == (0.3, 0.3, 1.3)


# checks.xlsx shows how far shadows through NORMSDIST are from ours, and the two engines' NORMSDIST differ by 1e-10.
TOLERANCES = {"checks": 1e-8}


@pytest.mark.parametrize("path", our_own_workbooks())
def test_a_workbook_shows_our_values(office: Office, tmp_path: Path, path: Path) -> None:
    """Every formula cell of a template, recalculated by LibreOffice, against the values stored by ours."""
    out = tmp_path / path.name
    assert not export(path, out).unknown
    shown = office.values(out)
    formulas, stored = (openpyxl.load_workbook(path, data_only=values) for values in (False, True))
    wrong = []
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                ours, theirs = stored[sheet.title][cell.coordinate].value, shown[sheet.title].get(cell.coordinate)
                ours = CODES.get(ours, ours) if isinstance(ours, str) else ours
                ours = to_excel(ours) if isinstance(ours, dt.datetime) else ours
                ours = float(ours) if isinstance(ours, (bool, int)) else ours
                if not same(theirs, ours, TOLERANCES.get(path.name.split(".")[0], TOLERANCE)):
                    wrong.append(f"{sheet.title}!{cell.coordinate}: {theirs!r}, not {ours!r}")
    assert not wrong


def test_the_function_wizard_knows_every_function(office: Office) -> None:
    known = {one["Name"]: one for one in office.ask("descriptions")}
    functions = with_host_functions().values()
    assert set(known) == {f"CFI.{calc.method_name(spec)}" for spec in functions}
    for spec in functions:
        one = known[f"CFI.{calc.method_name(spec)}"]
        assert spec.summary in one["Description"]
        assert spec.category in one["Description"]
        assert one["Category"] == 11  # Add-In; LibreOffice takes no headings of others
        wanted = [[p.name, argument_help(p), p.optional] for p in spec.parameters]
        assert one["Arguments"] == wanted


def test_without_numpy_the_reason_is_in_the_cells_and_in_the_status(as_user: Office) -> None:
    """Installed, asked, used and removed by one user, whose LibreOffice has no numpy."""
    if as_user.has_numpy():
        pytest.skip("LibreOffice's own Python has numpy")
    assert not calc.remove(as_user.profile)
    assert calc.status(as_user.profile) == calc.Status("", "the extension is not installed")
    installed = calc.install([], as_user.profile)
    assert installed.version
    assert "finds no numpy that works" in installed.problem
    assert "pip install --target" in installed.problem
    assert calc.remove(as_user.profile)
    assert calc.installed_version(as_user.profile) == ""

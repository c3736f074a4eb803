"""The exported workbook: only names are added, and with our functions off it computes what they compute."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lambda_engines import Formulon, for_formulon, formulon_cell
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from computefi.errors import Code, WorkbookError
from computefi.formulas.tree import cfi_name
from computefi.hosts.lambdas.export import export_lambda, squeezed, with_names
from computefi.hosts.lambdas.forms import definition
from computefi.hosts.lambdas.texts import FUNCTIONS
from computefi.recalc.api import recalculate
from computefi.xlsx.package import Package
from computefi.xlsx.workbook import open_workbook

PART = "xl/workbook.xml"
NAME = re.compile(rb'<definedName name="CFI_[^>]*>[^<]*</definedName>')
# A stressed case, and one in which an input is refused, so that errors run through the book.
CHANGES: dict[str, dict[str, float]] = {
    "as it stands": {},
    "stressed": {"Deals!D35": 0.55, "Deals!E31": -0.4, "Deals!F12": 0.95, "Deals!G15": 0.9, "Deals!E24": 1.0},
    "a volatility below 0": {"Deals!E35": -0.3, "Deals!G23": 1.5},
}


@pytest.fixture(scope="module")
def compare() -> Path:
    """Four loans side by side, by functions that all have a LAMBDA."""
    return Path(__file__).with_name("four_loans.xlsx")


@pytest.fixture(scope="module")
def exported(compare: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lambda") / "compare.xlsx"
    export_lambda(compare, path)
    return path


def test_every_function_of_the_template_has_a_lambda(compare: Path, exported: Path) -> None:
    called = set()
    for sheet in load_workbook(compare):
        for row in sheet.iter_rows():
            for cell in row:
                text = getattr(cell.value, "text", cell.value)
                if isinstance(text, str) and text.startswith("="):
                    called |= {cfi_name(name) for name in re.findall(r"CFI_[A-Z0-9_]+(?=\()", text)}
    assert called
    assert called <= set(FUNCTIONS)
    assert called <= {name.name for name in open_workbook(Package.open(exported)).names}


def test_nothing_else_in_the_file_changes(compare: Path, exported: Path) -> None:
    before, after = zipfile.ZipFile(compare), zipfile.ZipFile(exported)
    assert before.namelist() == after.namelist()
    for one, other in zip(before.infolist(), after.infolist(), strict=True):
        if one.filename != PART:
            assert packed(compare, one) == packed(exported, other), one.filename
    assert NAME.sub(b"", after.read(PART)) == before.read(PART)


def packed(path: Path, info: zipfile.ZipInfo) -> bytes:
    """The member as it lies in the file, its local header included."""
    with path.open("rb") as stream:
        stream.seek(info.header_offset)
        return stream.read(30 + len(info.filename) + info.compress_size)


def test_the_stored_names_are_the_definitions(exported: Path) -> None:
    stored = {name.name: name for name in open_workbook(Package.open(exported)).names if name.name.startswith("CFI_")}
    assert len(stored) > 30
    for name in stored.values():
        assert name.sheet is None
        assert squeezed(name.text) == squeezed(definition(name.name))
    raw = Package.open(exported).read(PART)
    assert b",\r\n" in raw
    assert b"\n" not in raw.replace(b"\r\n", b"").split(b"<definedNames>")[1]
    ours = [name for name in open_workbook(Package.open(exported)).names if name.name in stored]
    assert [n.name.casefold() for n in ours] == sorted(n.name.casefold() for n in ours)


def test_a_second_export_changes_nothing(exported: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    assert export_lambda(exported, again).added == ()
    assert again.read_bytes() == exported.read_bytes()
    assert export_lambda(exported, exported).calls > 100


def test_what_excel_writes_otherwise_is_the_same_definition() -> None:
    assert squeezed("IF(one>1E-12,\r\n  pd_1,0.5)") == squeezed("IF(one>0.000000000001,pd_1,0.50)")
    assert squeezed("IF(one>1E-12,pd_1,0.5)") != squeezed("IF(one>1E-12,pd_2,0.5)")


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.usefixtures("formulon")
def test_every_cell_computes_as_with_our_functions(case: str, compare: Path, exported: Path, tmp_path: Path) -> None:
    """To 1e-9 everywhere and 1e-12 in the cells that call a function from inputs: formulon against computefi."""
    import formulon

    right = tmp_path / "right.xlsx"
    recalculate(compare, right, set=CHANGES[case])
    package = Package.open(exported)
    text = for_formulon(package.read(PART).decode()).encode()
    book = formulon.Workbook.load(package.replaced({PART: text}))
    formulas, values = load_workbook(compare), load_workbook(right, data_only=True)
    for place, number in CHANGES[case].items():
        sheet, address = place.split("!")
        cell = formulas[sheet][address]
        assert not str(cell.value).startswith("="), f"{place} is no input"
        book.set_number(formulas.sheetnames.index(sheet), cell.row - 1, cell.column - 1, number)
    book.recalc()
    counted, worst, wrong = 0, 0.0, []
    for index, sheet in enumerate(formulas):
        for row, column in formula_cells(sheet):
            wanted = values[sheet.title].cell(row, column).value
            wanted = Code(wanted) if wanted in {code.value for code in Code} else wanted
            got = formulon_cell(book.get_value(index, row - 1, column - 1))
            counted += 1
            if isinstance(wanted, (int, float)) and isinstance(got, float) and not isinstance(wanted, bool):
                error = abs(got - wanted) / max(1.0, abs(wanted))
                worst = max(worst, error)
                wrong += [f"{sheet.title} {row},{column}: {got} for {wanted}"] if error > 1e-9 else []
            elif got != wanted and not (wanted is None and got == ""):
                wrong.append(f"{sheet.title} {row},{column}: {got} for {wanted}")
    print(f"{case}: {counted} formula cells, largest difference {worst:.1e}")
    assert counted > 1500
    assert wrong == []


def formula_cells(sheet: Any) -> list[tuple[int, int]]:
    """The cells that show a formula's value, those of array formulas included."""
    found = set()
    for row in sheet.iter_rows():
        for cell in row:
            area = getattr(cell.value, "ref", None)
            if area is not None:
                cells = sheet[area]
                rows = cells if isinstance(cells, tuple) else ((cells,),)
                found |= {(one.row, one.column) for line in rows for one in line}
            elif isinstance(cell.value, str) and cell.value.startswith("="):
                found.add((cell.row, cell.column))
    return sorted(found)


def saved(tmp_path: Path, change: Callable[[Workbook], None]) -> Path:
    """A small workbook that calls a function, changed."""
    book = Workbook()
    book.active.title = "Loans"
    book.active["A1"] = "=CFI_LTV(70,100)"
    change(book)
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def test_functions_without_a_lambda_are_refused_with_their_cells(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        for row in range(2, 10):
            book.active[f"A{row}"] = "=SUM(CFI_WAL(B1:B9),1)"
        book.active["C1"] = '=CFI_STEPS("CFI_LTV",70,100)'

    path = saved(tmp_path, change)
    with pytest.raises(WorkbookError) as told:
        export_lambda(path, tmp_path / "out.xlsx")
    assert str(told.value) == (
        "there is no LAMBDA for CFI_STEPS (Loans!C1); "
        "CFI_WAL (Loans!A2, Loans!A3, Loans!A4, Loans!A5, Loans!A6 and 3 more)"
    )
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("spelled", ["_xll.CFI_LTV", "CFI.LTV", "[1]!CFI_LTV", "_xldudf_CFI_LTV"])
def test_a_call_of_an_add_in_by_name_is_refused(spelled: str, tmp_path: Path) -> None:
    path = saved(tmp_path, lambda book: book.active.__setitem__("A2", f"={spelled}(70,100)"))
    with pytest.raises(WorkbookError, match=rf"the spelling {re.escape(spelled)} \(Loans!A2\)"):
        export_lambda(path, tmp_path / "out.xlsx")


def test_calls_outside_cells_count(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book.defined_names["cover"] = DefinedName("cover", attr_text="CFI_BACKLOG_COVERAGE(66.8,21.6)")
        rule = DataValidation(type="custom", formula1="CFI_FIRM_SHARE(A1,36)>0.5")
        rule.add("B1")
        book.active.add_data_validation(rule)
        book.active["A2"] = '=cfi_ltv(1,2)&"CFI_WAL(1)"'

    done = export_lambda(saved(tmp_path, change), tmp_path / "out.xlsx")
    assert done.functions == ("CFI_BACKLOG_COVERAGE", "CFI_FIRM_SHARE", "CFI_LTV")
    assert done.calls == 4
    assert set(done.added) == {*done.functions, "CFI__CHECK", "CFI__ERROR", "CFI__FIT"}


@pytest.mark.parametrize("scope", ["workbook", "sheet", "table"])
def test_names_in_the_way_are_refused(scope: str, tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        if scope == "workbook":
            book.defined_names["cfi_ltv"] = DefinedName("cfi_ltv", attr_text="Loans!$A$1")
        elif scope == "sheet":
            book.active.defined_names["CFI__CHECK"] = DefinedName("CFI__CHECK", attr_text="Loans!$A$1")
        else:
            book.active.append(["one", "two"])
            book.active.append([1, 2])
            book.active.add_table(Table(displayName="CFI_LTV", ref="A2:B3"))

    with pytest.raises(WorkbookError, match=r"(?i)cfi_(ltv|_check)"):
        export_lambda(saved(tmp_path, change), tmp_path / "out.xlsx")


def test_a_macro_workbook_keeps_its_ending(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"\.xlsx"):
        export_lambda(saved(tmp_path, lambda _: None), tmp_path / "out.xlsm")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<sheets></sheets><calcPr/>", b"<sheets></sheets><definedNames>*</definedNames><calcPr/>"),
        (
            b"<sheets></sheets><externalReferences><externalReference/></externalReferences><calcPr/>",
            b"<sheets></sheets><externalReferences><externalReference/></externalReferences>"
            b"<definedNames>*</definedNames><calcPr/>",
        ),
        (b"<sheets></sheets><functionGroups/>", b"<sheets></sheets><functionGroups/><definedNames>*</definedNames>"),
        (b"<sheets></sheets><definedNames/>", b"<sheets></sheets><definedNames>*</definedNames>"),
        (
            b"<sheets></sheets><!-- <definedNames/> --><definedNames>"
            b'<definedName name="area">A</definedName><definedName name="_xlnm.Print_Area">B</definedName>'
            b"</definedNames>",
            b"<sheets></sheets><!-- <definedNames/> --><definedNames>"
            b'<definedName name="area">A</definedName>*<definedName name="_xlnm.Print_Area">B</definedName>'
            b"</definedNames>",
        ),
    ],
)
def test_names_stand_where_the_schema_and_the_alphabet_want_them(before: bytes, after: bytes) -> None:
    got = with_names(b"<workbook>" + before + b"</workbook>", ["CFI__FIT"])
    assert NAME.sub(b"*", got) == b"<workbook>" + after + b"</workbook>"


def test_a_namespace_prefix_is_kept() -> None:
    got = with_names(b'<x:workbook xmlns:x="m"><x:sheets></x:sheets></x:workbook>', ["CFI__FIT"])
    assert got.startswith(b'<x:workbook xmlns:x="m"><x:sheets></x:sheets><x:definedNames><x:definedName name=')
    assert got.endswith(b"</x:definedName></x:definedNames></x:workbook>")


def test_formulon_is_the_judge(formulon: Formulon) -> None:
    """Without it the tests above are skipped, and say so."""
    assert formulon.evaluate("=1+1") == [[2.0]]

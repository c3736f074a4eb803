"""What a notebook shows of a recalculation, and the same as frames of pandas and polars."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from computefi.recalc import Book, InputRefused, MissingName, Solved, Sweep, recalculate

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")


@pytest.fixture(scope="module")
def loan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    cells = {"A1": 70, "A2": 100, "A3": "=CFI_LTV(A1,A2)", "A4": "<b>&", "B1": "=A1*2", "B2": "=A2*2"}
    for place, value in cells.items():
        sheet[place] = value
    names = {"Loan": "$A$1", "Value": "$A$2", "LTV": "$A$3", "Note": "$A$4", "Block": "$A$1:$B$2"}
    for name, place in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"Sheet!{place}")
    sheet.defined_names["Here"] = DefinedName("Here", attr_text="Sheet!$B$1")
    book.defined_names["Nothing"] = DefinedName("Nothing", attr_text="#REF!")
    path = tmp_path_factory.mktemp("loan") / "loan.xlsx"
    book.save(path)
    return path


def test_names_are_those_that_can_be_asked_for(loan: Path) -> None:
    book = Book.open(loan)
    assert book.names() == ["Loan", "Value", "LTV", "Note", "Block", "Sheet!Here"]
    assert all(book.get(name) is not None for name in book.names())
    assert book.recalculate().names() == book.names()


def test_a_missing_name_is_a_key_that_is_not_there(loan: Path) -> None:
    book = Book.open(loan)
    for name in ("Lone", "Shoot!A1"):
        with pytest.raises(KeyError) as caught:
            book[name]
        assert isinstance(caught.value, MissingName)
        assert isinstance(caught.value, InputRefused)
        assert str(caught.value).startswith("there is no ")
    with pytest.raises(KeyError, match="did you mean LTV"):
        recalculate(loan)["LTW"]


def test_a_recalculation_shows_its_names_and_its_errors(loan: Path) -> None:
    fine = recalculate(loan)
    shown = fine._repr_html_()
    assert "3 formula cells, 1 CFI calls, 0 errors" in shown
    assert "<td>LTV</td>" in shown
    assert "&lt;b&gt;&amp;" in shown
    assert "value must not be 0" in recalculate(loan, set={"Value": 0})._repr_html_()
    values = fine.to_pandas().set_index("name")["value"]
    assert values["LTV"] == 0.7
    assert "Block" not in values.index
    assert fine.to_pandas("Block").to_numpy().tolist() == [[70, 140], [100, 200]]
    assert fine.to_polars("Block").rows() == [(70, 140), (100, 200)]
    assert fine.to_polars()["name"].to_list() == ["Loan", "Value", "LTV", "Note", "Sheet!Here"]
    assert fine.to_pandas("LTV").shape == (1, 1)


def test_a_sweep_is_a_frame_with_a_row_per_scenario(loan: Path) -> None:
    sweep = Book.open(loan).sweep({"Value": [100, 0, 140]}, ["LTV"])
    frame = sweep.to_pandas()
    assert list(frame.columns) == ["Value", "LTV"]
    assert frame["LTV"].isna().tolist() == [False, True, False]
    assert frame["LTV"].dtype == float
    assert sweep.to_polars()["LTV"].to_list() == [0.7, None, 0.5]
    assert "3 scenarios, 1 with errors" in sweep._repr_html_()
    assert "#DIV/0!" in sweep._repr_html_()


def test_a_long_sweep_shows_its_first_rows_and_names_that_repeat_have_numbers() -> None:
    sweep = Sweep(["a", "a"], 1, [(float(row), "text" if row else 1.0) for row in range(50)])
    shown = sweep._repr_html_()
    assert shown.count("<tr>") == 21
    assert "30 more follow" in shown
    assert list(sweep.to_pandas().columns) == sweep.to_polars().columns == ["a", "a_2"]


def test_what_was_solved_is_one_row(loan: Path) -> None:
    solved = Book.open(loan).solve("LTV", 0.5, "Loan")
    assert isinstance(solved, Solved)
    assert solved.to_pandas()["by"].tolist() == solved.to_polars()["by"].to_list() == [pytest.approx(50)]
    assert "<th>scenarios</th>" in solved._repr_html_()

"""Sweeps, goal seek and the book that is opened once."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from whatif_books import LOAN, make, values

from computefi.errors import Code
from computefi.recalc import Book, Sweep, WorkbookError, recalculate
from computefi.recalc.whatif.scenarios import solve
from computefi.xlsx.table_files import write_table

NAMES = {"Loan": "Deal!$A$1", "Value": "Deal!$A$2", "LTV": "Deal!$B$1", "Stressed": "Deal!$B$2",
         "Both": "Deal!$A$1:$A$2"}  # fmt: skip
CELLS = {**LOAN, "B1": "=CFI_LTV(A1,A2)", "B2": "=CFI_CORR_LTV(A1,A2,A3,A4,A5,A6)", "B3": "=A1*A2", "B4": '="x"&A1',
         "B5": "=IF(A1<50,1,2)",
          "B6": "=1/0", "B7": "=A1^2", "B8": "=SQRT(A1-50)", "B9": "=5", "C1": "text"}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make(tmp_path / "book.xlsx", CELLS, NAMES)


@pytest.fixture
def book(path: Path) -> Book:
    return Book.open(path)


def test_a_book_answers_again_after_each_set(book: Book) -> None:
    assert book.get("LTV") == 0.7
    book.set("Loan", 80)
    assert book["LTV"] == 0.8
    book.set({"Loan": 90, "Deal!A2": 180})
    assert book.get("LTV") == 0.5
    assert book.get("Both") == ((90.0,), (180.0,))


def test_a_book_saves_what_was_set_and_what_follows(path: Path, book: Book, tmp_path: Path) -> None:
    before, out = path.read_bytes(), tmp_path / "out.xlsx"
    book.set("Loan", 80)
    assert book.save(out).changed
    assert values(out)["A1"] == 80
    assert values(out)["B1"] == 0.8
    assert path.read_bytes() == before
    book.set("Loan", 85)
    book.save(out)
    assert values(out)["B1"] == 0.85


def test_an_input_set_back_leaves_no_trace(path: Path, tmp_path: Path) -> None:
    settled = tmp_path / "settled.xlsx"
    recalculate(path, settled)
    book = Book.open(settled)
    book.set("Loan", 80)
    book.get("LTV")
    book.set("Loan", 70)
    out = tmp_path / "out.xlsx"
    assert not book.save(out).changed
    assert out.read_bytes() == settled.read_bytes()


def test_a_book_refuses_another_suffix(book: Book, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"must end in \.xlsx"):
        book.save(tmp_path / "out.xlsm")


def test_a_set_that_fails_changes_nothing(book: Book) -> None:
    with pytest.raises(WorkbookError):
        book.set({"Loan": 1, "Nothing": 2})
    assert book.get("Loan") == 70


def test_a_sweep_goes_through_all_combinations(book: Book) -> None:
    seen: list[tuple[int, int]] = []
    sweep = book.sweep({"Loan": [50, 60], "Value": [100, 200]}, ["LTV", "Deal!B3"], progress=lambda *c: seen.append(c))
    assert sweep.columns == ["Loan", "Value", "LTV", "Deal!B3"]
    assert sweep.rows == [(50, 100, 0.5, 5000), (50, 200, 0.25, 10000), (60, 100, 0.6, 6000), (60, 200, 0.3, 12000)]
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert book.get("LTV") == 0.7


def test_a_zipped_sweep_takes_values_together(book: Book) -> None:
    rows = book.sweep({"Loan": [50, 60], "Value": [100, 200]}, ["LTV"], zipped=True).rows
    assert rows == [(50, 100, 0.5), (60, 200, 0.3)]
    with pytest.raises(WorkbookError, match="Loan 2, Value 1"):
        book.sweep({"Loan": [50, 60], "Value": [100]}, ["LTV"], zipped=True)


def test_a_sweep_gives_what_single_recalculations_give(book: Book, path: Path) -> None:
    for loan, pd, stressed in book.sweep({"Loan": [50, 90], "Deal!A3": [0.01, 0.2]}, ["Stressed"]).rows:
        assert recalculate(path, set={"Loan": loan, "Deal!A3": pd})["Stressed"] == stressed


def test_blanks_texts_and_truth_values_can_be_gone_through(book: Book) -> None:
    rows = book.sweep({"Loan": [None, "x", True]}, ["Deal!B4", "LTV"]).rows
    assert rows == [(None, "x", Code.VALUE), ("x", "xx", Code.VALUE), (True, "xTRUE", Code.VALUE)]


@pytest.mark.parametrize(
    ("vary", "get", "words"),
    [
        ({}, ["LTV"], "nothing to vary"), ({"Loan": []}, ["LTV"], "no values"), ({"Loan": [1]}, [], "nothing to get"),
        ({"Lone": [1]}, ["LTV"], "did you mean Loan"), ({"LTV": [1]}, ["LTV"], "holds a formula"),
        ({"Loan": [1]}, ["Both"], "range"), ({"Both": [1]}, ["LTV"], "range"),
        ({"Loan": [1]}, ["LTW"], "did you mean LTV"),
        ({"Loan": [1], "Deal!A1": [2]}, ["LTV"], "one cell"), ({"Loan": [math.nan]}, ["LTV"], "cannot be set"),
        ({"Loan": range(5000), "Value": range(5000)}, ["LTV"], "25,000,000 combinations"),
    ],
)  # fmt: skip
def test_a_sweep_that_cannot_be_is_refused(book: Book, vary: Any, get: list[str], words: str) -> None:
    with pytest.raises(WorkbookError, match=words):
        book.sweep(vary, get)


ROWS = [(70.0, 0.1 + 0.2, "a,b", True), (80.5, Code.DIV0, None, False), (None, 1e-300, "=1+1", True)]
ANSWERS = Sweep(["Loan", "LTV", "word", "flag"], 1, list(ROWS))


def test_answers_as_csv(tmp_path: Path) -> None:
    write_table(tmp_path / "out.csv", ANSWERS.columns, ANSWERS.rows)
    assert (tmp_path / "out.csv").read_text() == (
        'Loan,LTV,word,flag\n70,0.30000000000000004,"a,b",TRUE\n80.5,#DIV/0!,,FALSE\n,1e-300,\'=1+1,TRUE\n'
    )


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", '=HYPERLINK("x")']
)
def test_a_text_that_begins_like_a_formula_is_made_harmless_in_csv(tmp_path: Path, text: str) -> None:
    for raw, wanted in ((False, f"'{text}"), (True, text)):
        write_table(tmp_path / "out.csv", [text, "n"], [(text, -1.5)], raw)
        with (tmp_path / "out.csv").open(newline="") as stream:
            assert list(csv.reader(stream)) == [[wanted, "n"], [wanted, "-1.5"]]


def test_answers_as_xlsx(tmp_path: Path) -> None:
    write_table(tmp_path / "out.xlsx", ANSWERS.columns, ANSWERS.rows)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    cells = list(sheet.iter_rows())
    assert [[cell.value for cell in row] for row in cells] == [
        ["Loan", "LTV", "word", "flag"], [70, 0.1 + 0.2, "a,b", True], [80.5, "#DIV/0!", None, False],
        [None, 1e-300, "=1+1", True],
    ]  # fmt: skip
    assert cells[2][1].data_type == "e"
    assert cells[3][2].data_type == "s"


def test_answers_as_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    write_table(tmp_path / "out.parquet", ANSWERS.columns, ANSWERS.rows)
    assert parquet.read_table(tmp_path / "out.parquet").to_pydict() == {
        "Loan": [70, 80.5, None], "LTV": [0.1 + 0.2, None, 1e-300], "LTV error": [None, "#DIV/0!", None],
        "word": ["a,b", None, "=1+1"], "flag": [True, False, True],
    }  # fmt: skip


def test_answers_in_another_format_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"\.csv, \.parquet, \.xlsx"):
        write_table(tmp_path / "out.txt", [], [])
    assert not list(tmp_path.iterdir())


def test_goal_seek_finds_the_input(book: Book) -> None:
    solved = book.solve("LTV", 0.55, "Loan")
    assert solved.by == pytest.approx(55, rel=1e-12)
    assert book.get("LTV") == pytest.approx(0.55, rel=1e-12)


def test_goal_seek_through_a_cfi_function_between_two_ends(book: Book) -> None:
    solved = book.solve("Stressed", 1.2, "Loan", (10, 1000), keep=False)
    assert book.get("Loan") == 70
    book.set("Loan", solved.by)
    assert book.get("Stressed") == pytest.approx(1.2, rel=1e-9)


def test_goal_seek_from_an_input_of_zero_or_blank(book: Book) -> None:
    for start in (0, None):
        book.set("Loan", start)
        assert book.solve("Deal!B3", 12345, "Loan").by == pytest.approx(123.45)


@pytest.mark.parametrize(
    ("target", "value", "by", "between", "words"),
    [
        ("Deal!B7", -1, "Loan", (1, 2), "no solution found between 1 and 2: the target is 1 and 4 there"),
        ("Deal!B9", 7, "Loan", None, "does not reach 7"),
        ("Deal!B4", 7, "Loan", None, "'x70', not a number"),
        ("Deal!B6", 7, "Loan", None, "#DIV/0!, not a number"),
        ("Deal!C1", 7, "Loan", None, "not a number"),
        ("Deal!B5", 1.5, "Loan", (1, 100), "jumps over 1.5 when the input is (50|49.99)"),
        ("LTV", 1, "Deal!B3", None, "holds a formula"),
        ("LTV", 1, "Deal!C1", None, "only a number can be moved"),
        ("LTV", 1, "Loan", (2, 1), "first end"),
        ("LTV", "x", "Loan", None, "only be brought to a number"),
        ("Both", 1, "Loan", None, "range"),
        ("Deal!B8", 1, "Loan", (0, 100), "#NUM!, not a number, when the input is 0"),
    ],
)
def test_a_goal_that_is_not_reached_says_why(
    book: Book, target: str, value: Any, by: str, between: tuple[float, float] | None, words: str
) -> None:
    with pytest.raises(WorkbookError, match=words) as caught:
        book.solve(target, value, by, between)
    assert "\n" not in str(caught.value)
    assert book.get("Loan") == 70


def test_the_search_goes_round_values_that_give_errors(book: Book) -> None:
    # Below 50 the root has no value; the search outwards from 70 goes on upwards.
    assert book.solve("Deal!B8", 20, "Loan").by == pytest.approx(450)


@pytest.mark.parametrize(
    ("function", "root"),
    [
        (lambda x: x**3 - 2, 2 ** (1 / 3)), (lambda x: math.exp(x / 20) - 50, 20 * math.log(50)),
        (lambda x: x - 1e-9, 1e-9),
        (lambda x: math.atan(x - 3), 3), (lambda x: (x - 1) ** 9, 1), (lambda x: -1 / x + 1e-3, 1000),
        (lambda x: x * 1e-6 - 5e-6, 5), (lambda x: math.copysign(abs(x - 2) ** 0.1, x - 2), 2),
    ],
)  # fmt: skip
def test_the_root_is_found_in_few_steps(function: Any, root: float) -> None:
    solved = solve(function, 0.0, 1.5, (1e-12, 1e4) if root < 2 else (0.5, 1e4))
    assert abs(function(solved.by)) <= 1e-9 or solved.by == pytest.approx(root, rel=1e-12)
    assert solved.scenarios < 120


def run(*arguments: str) -> Result:
    from computefi.cli.main import cli

    return CliRunner().invoke(cli, list(arguments))


def test_sweep_on_the_command_line(path: Path, tmp_path: Path) -> None:
    vary = ["--vary", "Loan=50:70:3", "--vary", "Value=100,50%"]
    done = run("sweep", str(path), *vary, "--get", "LTV", "--set", "Deal!A3=1%")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[:3] == ["Loan,Value,LTV", "50,100,0.5", "50,0.5,100"]
    out = tmp_path / "out.csv"
    done = run("sweep", str(path), "--vary", 'Loan=1,"a,b",', "--get", "LTV", "--strict", "-o", str(out))
    assert done.exit_code == 1
    assert out.read_text() == 'Loan,LTV\n1,0.01\n"a,b",#VALUE!\n,#VALUE!\n'


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--vary", "Loan", "--get", "LTV"], "NAME=v1"), (["--vary", "Loan=1:2:1", "--get", "LTV"], "whole number"),
        (["--vary", "Loan=1", "--vary", "Loan=2", "--get", "LTV"], "twice"),
        (["--vary", "Loan=1", "--get", "LTV", "-o", "x.doc"], "must end in"),
        (["--vary", "Loan=1", "--get", "LTV", "-o", "nowhere/x.csv"], "no folder"),
    ],
)  # fmt: skip
def test_a_bad_sweep_is_one_line_and_exit_code_2(path: Path, arguments: list[str], words: str) -> None:
    done = run("sweep", str(path), *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_solve_on_the_command_line(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    question = ["--target", "LTV=55%", "--by", "Loan", "--between", "1:100"]
    done = run("solve", str(path), *question, "-o", str(out), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["value"] == pytest.approx(55)
    assert values(out)["B1"] == pytest.approx(0.55)
    done = run("solve", str(path), "--target", "Deal!B9=6", "--by", "Loan")
    assert done.exit_code == 2
    assert "does not reach 6" in done.stderr
    assert "a:b" in run("solve", str(path), "--target", "LTV=1", "--by", "Loan", "--between", "7").stderr
    assert "NAME=NUMBER" in run("solve", str(path), "--target", "LTV=x", "--by", "Loan").stderr

"""Deals of your own: the table to fill, and compare.xlsx filled from it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from computefi.cli.deals import fill, read_rows
from computefi.cli.main import cli
from computefi.errors import InputRefused
from computefi.recalc import Book
from computefi.recalc.refresh import refresh

Table = list[list[str]]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("deals") / "example.csv"
    assert run("deals", path).exit_code == 0
    return path.read_bytes()


@pytest.fixture(scope="module")
def opened(repository: Path) -> Book:
    """Refusals leave it as it is."""
    return Book.open(repository / "workbooks" / "compare.xlsx")


def table(data: bytes) -> Table:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def written(path: Path, rows: Table, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def of(rows: Table, count: int) -> Table:
    """The example's deal so many times, one contract each, with status and source."""
    heads = [f"{what} {deal}" for deal in range(1, count + 1) for what in ("deal", "status", "source")]
    made = [[*rows[0][:4], *heads]]
    for key, *rest in rows[1:]:
        value = {"contract_1_fleet": "100%", "contract_1_revenue": "4050"}.get(key, rest[3])
        value = "" if key.startswith("contract_2") else value
        cells = [[f"Deal {deal}" if key == "name" else value, "v", "Term sheet"] for deal in range(1, count + 1)]
        made.append([key, *rest[:3], *(cell for three in cells for cell in three)])
    return made


def test_the_table_names_every_input_with_unit_and_bounds_and_asks_for_status_and_source(example: bytes) -> None:
    rows = table(example)
    assert rows[0] == [
        "key",
        "label",
        "unit",
        "may be",
        "deal 1",
        "status 1",
        "source 1",
        "deal 2",
        "status 2",
        "source 2",
    ]
    by_key = {row[0]: row for row in rows}
    assert by_key["rate"][:4] == ["rate", "Interest rate", "a year, monthly", "from 0.0001 to 1"]
    assert by_key["collateral"][3] == "one of GPU, ASIC"
    assert by_key["contract_2_revenue"][4] != ""
    assert {cell for row in rows[1:] for cell in row[5:]} == {""}


def test_the_example_goes_beside_the_four_and_the_checks_hold(example: bytes, tmp_path: Path) -> None:
    (tmp_path / "example.csv").write_bytes(example)
    done = run("new", "compare", tmp_path / "new", "--deals", tmp_path / "example.csv")
    assert done.exit_code == 0, done.output
    assert "32 inputs lack a status" in done.output
    assert "master_check is TRUE" in done.output
    book = openpyxl.load_workbook(tmp_path / "new" / "compare.xlsx", data_only=True)
    deals, contracts = book["Deals"], book["Contracts"]
    # The new column and the rows of its contracts are shown, the three that are still blank are not.
    assert [deals.column_dimensions[letter].hidden for letter in "GHIJK"] == [False, False, True, True, True]
    assert deals["H9"].value.startswith("Example")
    assert deals["L14"].value == "V V P V ?"
    assert not any(contracts.row_dimensions[row].hidden for row in range(9, 17))
    assert book["Summary"]["H8"].value == deals["H9"].value
    assert "2 watch" in book["Summary"]["B5"].value


@pytest.mark.nightly
@pytest.mark.parametrize("count", [4, 8])
def test_alone_they_fill_the_workbook_from_the_left(example: bytes, tmp_path: Path, count: int) -> None:
    path = written(tmp_path / "many.csv", of(table(example), count))
    done = run("new", "compare", tmp_path / "new", "--deals", path, "--alone", "--json")
    report = json.loads(done.stdout)
    assert report["master_check"] is True
    assert set(report["without_status_or_source"].values()) == {0}
    assert run("recalc", tmp_path / "new" / "compare.xlsx", "--check").exit_code == 0
    deals = openpyxl.load_workbook(tmp_path / "new" / "compare.xlsx", data_only=True)["Deals"]
    assert [deals.cell(9, column).value for column in range(4, 4 + count)] == [
        f"Deal {at}" for at in range(1, count + 1)
    ]
    assert [deals.column_dimensions[letter].hidden for letter in "DEFGHIJK"] == [False] * count + [True] * (8 - count)
    assert deals["L14"].value == " ".join("V" * count)


def faulty(path: Path) -> list[str]:
    """The cells of a workbook that show an error."""
    sheets = openpyxl.load_workbook(path, data_only=True)
    return [
        f"{sheet.title}!{cell.coordinate}" for sheet in sheets for row in sheet for cell in row if cell.data_type == "e"
    ]


@pytest.mark.parametrize(
    "count", [1, pytest.param(2, marks=pytest.mark.nightly), pytest.param(3, marks=pytest.mark.nightly)]
)
def test_a_few_alone_leave_no_error_and_the_checks_hold(example: bytes, tmp_path: Path, count: int) -> None:
    path = written(tmp_path / "few.csv", of(table(example), count))
    done = run("new", "compare", tmp_path / "new", "--deals", path, "--alone", "--json")
    assert json.loads(done.stdout)["master_check"] is True
    assert faulty(tmp_path / "new" / "compare.xlsx") == []


@pytest.mark.nightly
@pytest.mark.parametrize(("count", "first"), [(1, 0), (3, 0), (1, 3), (2, 2), (3, 1), (2, 4)])
def test_blank_columns_stay_blank_wherever_they_are(
    repository: Path, example: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, first: int
) -> None:
    monkeypatch.setattr("computefi.cli.deals.columns_for", lambda form, *_: form.columns[first : first + count])
    book = Book.open(repository / "workbooks" / "compare.xlsx")
    fill(book, written(tmp_path / "few.csv", of(table(example), count)), alone=True)
    assert book.get("master_check") is True
    refresh(book, dt.date(2026, 11, 28))
    assert book.get("static_gap") == pytest.approx(0, abs=1e-6)
    assert book.get("master_check") is True
    book.save(tmp_path / "few.xlsx")
    assert faulty(tmp_path / "few.xlsx") == []


def bad(rows: Table, key: str, column: int, text: str) -> Table:
    return [[*row[:column], text, *row[column + 1 :]] if row[0] == key else row for row in rows]


@pytest.mark.parametrize(
    ("key", "column", "text", "words"),
    [
        ("rate", 4, "7", "line 9, rate of deal 1: may be from 0.0001 to 1 (a year, monthly); got '7'"),
        ("rate", 4, "cheap", "may be from 0.0001 to 1"),
        ("rate", 4, "", "line 9, rate of deal 1: blank"),
        ("signed", 4, "30/03/2026", "holds a date"),
        ("collateral", 4, "TPU", "may be one of GPU, ASIC"),
        ("rate", 0, "ratte", "line 9: there is no input 'ratte'; did you mean rate"),
        ("rate", 0, "spread", "spread stands on line 9 already"),
        ("rate", 5, "X", "line 9, status of deal 1: one of V, S, D, P, J, C; got 'X'"),
        ("contract_1_notice", 4, "", "contract_1_notice of deal 1: blank"),
    ],
)
def test_bad_rows_are_named(
    opened: Book, example: bytes, tmp_path: Path, key: str, column: int, text: str, words: str
) -> None:
    path = written(tmp_path / "bad.csv", bad(table(example), key, column, text))
    with pytest.raises(InputRefused) as refused:
        fill(opened, path, alone=False)
    assert words in str(refused.value)


@pytest.mark.nightly
def test_all_bad_rows_are_in_one_line_and_nothing_is_written(example: bytes, tmp_path: Path) -> None:
    rows = bad(bad(table(example), "rate", 4, "7"), "spread", 4, "")
    done = run("new", "compare", tmp_path / "new", "--deals", written(tmp_path / "bad.csv", rows))
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "spread of deal 1: blank" in done.stderr
    assert "rate of deal 1: may be" in done.stderr
    assert not (tmp_path / "new" / "compare.xlsx").exists()


def test_a_table_as_excel_saves_it_elsewhere_is_read(example: bytes, tmp_path: Path) -> None:
    rows = bad(bad(table(example), "rate", 4, "0,0917"), "name", 4, "Müller & Söhne")
    got, deals, _ = read_rows(written(tmp_path / "german.csv", rows, ";", "cp1252"))
    by_key = {row.key: row.values[1] for row in got}
    assert deals == [1]
    assert (by_key["rate"], by_key["name"]) == ("0.0917", "Müller & Söhne")


@pytest.mark.parametrize(
    ("rows", "words"),
    [([], "no table of deals"), ([["a", "b"]], "no table of deals"), ([["key", "deal 1"]], "blank")],
)
def test_what_is_no_table_is_refused(opened: Book, tmp_path: Path, rows: Table, words: str) -> None:
    with pytest.raises(InputRefused, match=words):
        fill(opened, written(tmp_path / "no.csv", rows), alone=False)


def test_more_deals_than_columns_are_refused(opened: Book, example: bytes, tmp_path: Path) -> None:
    path = written(tmp_path / "five.csv", of(table(example), 5))
    with pytest.raises(InputRefused, match="5 deals and there is room for 4; --alone leaves the examples out"):
        fill(opened, path, alone=False)


def test_deals_go_with_compare_only(tmp_path: Path) -> None:
    assert "--deals goes with compare" in run("new", "ddtl", tmp_path, "--deals", "x.csv").stderr
    assert "--alone goes with --deals" in run("new", "compare", tmp_path, "--alone").stderr
    assert "already there" in run("deals", written(tmp_path / "d.csv", [])).stderr
    assert "must end in .csv" in run("deals", tmp_path / "d.xlsx").stderr

"""What-if on the command line: within bounds, with the master check, errors by their cause."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from computefi.cli.main import cli


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A loan with a bound on its rate, a master check that wants a rate below 50%, and two cells behind the rate."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Loan"
    sheet["A1"], sheet["B1"], sheet["C1"] = "Rate", 0.05, "a year"
    sheet["B2"], sheet["B3"], sheet["B4"] = "=1/B1", "=B2+1", "=B1<0.5"
    bound = DataValidation(type="decimal", operator="between", formula1="0", formula2="1")
    bound.add("B1")
    sheet.add_data_validation(bound)
    for name, cell in (("rate", "$B$1"), ("years", "$B$2"), ("after", "$B$3"), ("master_check", "$B$4")):
        book.defined_names[name] = DefinedName(name, attr_text=f"Loan!{cell}")
    made = tmp_path / "loan.xlsx"
    book.save(made)
    return made


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


SETTING = {
    "recalc": ["--set", "rate=2"],
    "sweep": ["--vary", "rate=0.1,2", "--get", "years"],
    "solve": ["--target", "years=0.5", "--by", "rate", "--between", "1:4"],
    "trace": ["years", "--set", "rate=2"],
}


@pytest.mark.parametrize("command", SETTING)
def test_a_value_beyond_the_validation_is_refused_with_bounds_and_unit(path: Path, command: str) -> None:
    before = path.read_bytes()
    done = run(command, path, *SETTING[command])
    assert done.exit_code == 2
    assert "rate (Loan!B1) may be from 0 to 1 (a year); got 2; --anyway sets it all the same" in done.stderr
    assert done.stdout == ""
    assert path.read_bytes() == before
    assert run(command, path, *SETTING[command], "--anyway").exit_code == 0


def test_a_batch_refuses_it_workbook_by_workbook(path: Path, tmp_path: Path) -> None:
    done = run("batch", path, "-o", tmp_path / "out", "--set", "rate=2", "--jobs", "1")
    assert done.exit_code == 1
    assert "may be from 0 to 1 (a year)" in done.stderr
    done = run(
        "batch", path, "-o", tmp_path / "out", "--set", "rate=2", "--anyway", "--jobs", "1", "--strict", "--json"
    )
    assert done.exit_code == 1
    assert json.loads(done.stdout)["workbooks"][0]["master_check"] is False
    assert "loan.xlsx  master_check is FALSE" in done.stderr


CHECKED = {
    "recalc": ["--dry-run"],
    "sweep": ["--vary", "rate=0.6,0.7", "--get", "years"],
    "solve": ["--target", "years=2", "--by", "rate"],
    "trace": ["years"],
    "inputs": [],
    "outputs": [],
    "lint": [],
    "export": ["--host", "values", "-o", "values.xlsx"],
}


@pytest.mark.parametrize("command", CHECKED)
def test_every_command_that_reads_a_workbook_tells_its_master_check(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("recalc", path, "--set", "rate=0.6").exit_code == 0
    more = ["--force"] if command == "export" else []
    done = run(command, path, *CHECKED[command], *more)
    assert done.exit_code == 0, done.output
    assert "master_check is FALSE" in done.stderr
    assert json.loads(run(command, path, *CHECKED[command], *more, "--json").stdout)["master_check"] is False
    assert run(command, path, *CHECKED[command], *more, "--strict").exit_code == 1
    assert run("recalc", path, "--set", "rate=0.4").exit_code == 0
    told = run(command, path, *CHECKED[command], *more)
    assert "master_check is TRUE" in told.output


def test_a_sweep_counts_the_scenarios_in_which_the_checks_fail(path: Path) -> None:
    done = run("sweep", path, "--vary", "rate=0.1,0.6,0.7", "--get", "years")
    assert done.stdout.splitlines()[0] == "rate,years"
    assert "master_check is FALSE in 2 of 3 scenarios" in done.stderr


def test_a_cascade_of_errors_is_told_by_its_cause(path: Path) -> None:
    done = run("recalc", path, "--set", "rate=0", "--dry-run")
    assert done.stderr.splitlines()[0] == "Loan!B2  #DIV/0!; 1 cell shows an error because of it"
    report = json.loads(run("recalc", path, "--set", "rate=0", "--dry-run", "--json").stdout)
    assert report["causes"] == [{"cell": "Loan!B2", "error": "#DIV/0!", "behind": 1}]


def test_a_trace_is_drawn_where_it_is_told_to_and_nowhere_else(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "trace.svg"
    assert run("trace", path, "after", "-o", out).exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("<svg ")
    assert run("trace", path, "after", "-o", tmp_path / "trace.png").exit_code == 2
    assert "did you mean after" in run("trace", path, "afters").stderr


def test_inputs_as_csv_are_a_table(path: Path) -> None:
    lines = run("inputs", path, "--csv").stdout.splitlines()
    assert lines[0] == "name,cell,label,unit,bounds,value,source,may be set"
    assert lines[1] == "rate,Loan!B1,Rate,a year,from 0 to 1,0.05,,yes"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ddtl.xlsx", "; computefi new ddtl puts"),
        ("book.zh.xlsx", "; computefi new book --lang zh puts"),
        ("own.xlsx", ""),
    ],
)
def test_a_template_that_is_not_here_is_told_with_the_command_that_brings_it(
    name: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("inputs", name)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"computefi: {name} does not exist{told}")
    assert ("template" in done.stderr) == bool(told)

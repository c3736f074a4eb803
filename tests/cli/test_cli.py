"""The command line, as a process and as a person would use it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from computefi.spec import REGISTRY


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", "computefi", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def refused(answer: subprocess.CompletedProcess[str]) -> str:
    """The one line on stderr of a call that exits with 2."""
    assert answer.returncode == 2, answer
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert answer.stderr.startswith("computefi: ")
    return answer.stderr


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Loan"
    sheet["A1"], sheet["A2"] = 70, 100
    sheet["A3"] = "=CFI_LTV(A1,A2)"
    sheet["A4"] = "=A3*2"
    book.defined_names["loan"] = openpyxl.workbook.defined_name.DefinedName("loan", attr_text="Loan!$A$1")
    book.defined_names["answer"] = openpyxl.workbook.defined_name.DefinedName("answer", attr_text="Loan!$A$3")
    path = tmp_path / "loan.xlsx"
    book.save(path)
    return path


def test_compare_puts_the_workbook_there_prints_the_table_and_says_where_it_is(tmp_path: Path) -> None:
    answer = run("compare", folder=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    assert "DDTL 4.0" in answer.stdout
    assert "ASIC" in answer.stdout
    assert str(tmp_path / "compare.xlsx") in answer.stdout
    assert (tmp_path / "compare.xlsx").is_file()


def test_compare_keeps_a_what_if_only_where_it_is_told_to(tmp_path: Path) -> None:
    first = json.loads(run("compare", "--json", folder=tmp_path).stdout)
    before = (tmp_path / "compare.xlsx").read_bytes()
    question = ("compare", "--json", "--set", "rate_asic=0.3")
    second = json.loads(run(*question, folder=tmp_path).stdout)
    assert first["table"] != second["table"]
    assert second["file"] is None
    assert (tmp_path / "compare.xlsx").read_bytes() == before
    assert "--force" in refused(run(*question, "-o", "compare.xlsx", folder=tmp_path))
    third = json.loads(run(*question, "-o", "kept.xlsx", folder=tmp_path).stdout)
    assert second["table"] == third["table"]
    assert (tmp_path / "kept.xlsx").is_file()


def test_compare_of_an_unknown_name_suggests_the_nearest_and_writes_nothing(tmp_path: Path) -> None:
    assert "dscr_asic" in refused(run("compare", "--set", "dscr_asik=1", folder=tmp_path))
    assert not (tmp_path / "compare.xlsx").exists()


def test_compare_refuses_a_workbook_that_is_not_its_own(tmp_path: Path, workbook: Path) -> None:
    before = workbook.read_bytes()
    (tmp_path / "compare.xlsx").write_bytes(before)
    assert "summary_table" in refused(run("compare", "compare.xlsx", folder=tmp_path))
    assert (tmp_path / "compare.xlsx").read_bytes() == before


def test_recalc_writes_the_values_into_the_file(workbook: Path) -> None:
    answer = run("recalc", workbook.name, "--set", "loan=50", folder=workbook.parent)
    assert answer.returncode == 0
    assert "2 formula cells, 1 CFI calls, 0 errors" in answer.stdout
    values = openpyxl.load_workbook(workbook, data_only=True)["Loan"]
    assert [values[f"A{i}"].value for i in (1, 3, 4)] == [50, 0.5, 1]


def test_recalc_to_another_file_leaves_the_first_alone(workbook: Path) -> None:
    before = workbook.read_bytes()
    answer = run(
        "recalc", workbook.name, "-o", "out.xlsx", "--set", "Loan!A2=140", "--get", "answer", folder=workbook.parent
    )
    assert answer.stdout == "answer = 0.5\n"
    assert workbook.read_bytes() == before
    assert openpyxl.load_workbook(workbook.parent / "out.xlsx", data_only=True)["Loan"]["A3"].value == 0.5


def test_a_dry_run_writes_nothing(workbook: Path) -> None:
    before = workbook.read_bytes()
    assert run("recalc", workbook.name, "--dry-run", folder=workbook.parent).returncode == 0
    assert workbook.read_bytes() == before


def test_json_is_the_only_thing_on_stdout(workbook: Path) -> None:
    answer = run("recalc", workbook.name, "--json", "--get", "answer", "--get", "Loan!A1:A2", folder=workbook.parent)
    report = json.loads(answer.stdout)
    assert report["values"] == {"answer": 0.7, "Loan!A1:A2": [[70], [100]]}
    assert report["cfi_calls"] == 1
    assert report["reasons"] == []


def test_a_failing_call_is_told_with_its_reason_and_strict_makes_it_exit_1(workbook: Path) -> None:
    arguments = ("recalc", workbook.name, "--set", "Loan!A2=0")
    answer = run(*arguments, folder=workbook.parent)
    assert answer.returncode == 0
    assert "Loan!A3  #DIV/0!  CFI_LTV: value must not be 0" in answer.stderr
    assert run(*arguments, "--strict", folder=workbook.parent).returncode == 1
    assert run("recalc", workbook.name, "--set", "Loan!A2=1", "--strict", folder=workbook.parent).returncode == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50", 0.5),
        ("50%", 0.005),
        ("-5", "#NUM!"),
        ("TRUE", "#VALUE!"),
        ("", "#VALUE!"),
        ('"50"', "#VALUE!"),
        ("x", "#VALUE!"),
    ],
)
def test_what_a_person_types_after_set(workbook: Path, text: str, value: object) -> None:
    answer = run(
        "recalc",
        workbook.name,
        "--dry-run",
        "--json",
        "--set",
        f"loan={text}",
        "--get",
        "answer",
        folder=workbook.parent,
    )
    assert json.loads(answer.stdout)["values"]["answer"] == value


def test_a_value_asked_for_that_is_not_there_is_refused_before_anything_is_written(workbook: Path) -> None:
    before = workbook.read_bytes()
    assert "answer" in refused(
        run("recalc", workbook.name, "--set", "loan=1", "--get", "answr", folder=workbook.parent)
    )
    assert workbook.read_bytes() == before


def test_bad_files_are_refused_in_one_line_and_nothing_is_written(tmp_path: Path) -> None:
    assert "nothing.xlsx" in refused(run("recalc", "nothing.xlsx", folder=tmp_path))
    (tmp_path / "text.xlsx").write_text("not a workbook", encoding="utf-8")
    assert "text.xlsx" in refused(run("recalc", "text.xlsx", "-o", "out.xlsx", folder=tmp_path))
    assert not (tmp_path / "out.xlsx").exists()
    refused(run("recalc", ".", folder=tmp_path))


def test_an_output_folder_that_is_not_there_is_refused_in_one_line(workbook: Path) -> None:
    refused(run("recalc", workbook.name, "-o", "nowhere/out.xlsx", folder=workbook.parent))


def test_set_without_a_value_is_refused_in_one_line(workbook: Path) -> None:
    assert "NAME=VALUE" in refused(run("recalc", workbook.name, "--set", "loan", folder=workbook.parent))


def test_new_copies_a_template_with_its_conf_and_never_overwrites(tmp_path: Path) -> None:
    answer = run("new", "compare", "deal", folder=tmp_path)
    assert answer.returncode == 0, answer.stderr
    conf = (tmp_path / "deal" / "xlwings.conf").read_text(encoding="utf-8")
    assert '"UDF MODULES","computefi.hosts.excel"' in conf
    assert "--force" in refused(run("new", "compare", "deal", folder=tmp_path))
    assert run("new", "compare", "deal", "--force", folder=tmp_path).returncode == 0
    assert "there are" in refused(run("new", "nothing", folder=tmp_path))
    second = run("new", "asic_loan", "deal", folder=tmp_path)
    assert (second.returncode, second.stderr) == (0, "")  # its conf is the same
    (tmp_path / "deal" / "xlwings.conf").write_text("mine")
    third = run("new", "calibration", "deal", folder=tmp_path)
    assert (third.returncode, (tmp_path / "deal" / "xlwings.conf").read_text()) == (0, "mine")
    assert "xlwings.conf stays as it was" in third.stdout


def test_what_a_command_reads_and_writes_stands_in_its_json_with_hashes(tmp_path: Path) -> None:
    report = json.loads(run("new", "asic_loan", "deals", "--json", folder=tmp_path).stdout)
    made = (tmp_path / "deals" / "asic_loan.xlsx").read_bytes()
    assert [file["sha256"] for file in report["read"]] == [hashlib.sha256(made).hexdigest()]
    assert [Path(file["file"]).name for file in report["written"]] == ["asic_loan.xlsx", "xlwings.conf"]
    report = json.loads(run("batch", "deals", "-o", "out", "--json", folder=tmp_path).stdout)
    again = (tmp_path / "out" / "asic_loan.xlsx").read_bytes()
    assert report["read"] == [{"file": "asic_loan.xlsx", "sha256": hashlib.sha256(made).hexdigest()}]
    assert report["written"] == [{"file": "out/asic_loan.xlsx", "sha256": hashlib.sha256(again).hexdigest()}]


def test_new_keeps_the_settings_that_lie_there(tmp_path: Path) -> None:
    conf = tmp_path / "xlwings.conf"
    own = b'"INTERPRETER_WIN","C:\\mine\\pythonw.exe"\r\n'
    conf.write_bytes(own)
    for force in ((), ("--force",)):
        answer = run("new", "functions", ".", *force, folder=tmp_path)
        assert answer.returncode == 0, answer.stderr
        assert "xlwings.conf stays as it was" in answer.stdout
    assert conf.read_bytes() == own


def test_vba_writes_a_module_with_every_function(tmp_path: Path) -> None:
    assert run("vba", folder=tmp_path).returncode == 0
    text = (tmp_path / "COMPUTEFI.bas").read_text(encoding="ascii")
    assert all(f"Function {name}(" in text for name in REGISTRY)
    assert "--force" in refused(run("vba", folder=tmp_path))


def test_functions_lists_all_and_explains_one(tmp_path: Path) -> None:
    listing = run("functions", folder=tmp_path).stdout
    assert all(name in listing for name in REGISTRY)
    page = run("functions", "corr_ltv", folder=tmp_path).stdout
    assert "CFI_CORR_LTV(loan, value, pd, rho, volatility, horizon, [drift], [sale_cost], [lag], [pd_floor])" in page
    assert "=CFI_CORR_LTV(70,100,0.05,0.5,0.4,1)" in page
    assert "CFI_CORR_LTV" in refused(run("functions", "corr_ltw", folder=tmp_path))


@pytest.mark.parametrize("command", ["", "compare", "recalc", "new", "vba", "functions"])
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    answer = run(*command.split(), "--help", folder=tmp_path)
    assert answer.returncode == 0
    assert "Usage: computefi" in answer.stdout

"""`computefi lint` and the options `--engine` and `--verify` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner

from computefi.cli import engines
from computefi.cli.lint import lint
from computefi.recalc import recalculate
from computefi.recalc.verify import Disagreement, Verification


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Deal"
    sheet["A1"], sheet["A2"], sheet["B1"], sheet["B2"] = 1, 2, "=IRR(A1:A2*2)", "=TODAY()"
    made.calculation.fullCalcOnLoad = False
    path = tmp_path / "book.xlsx"
    made.save(path)
    return path


def test_findings_are_printed_with_what_to_do_and_exit_is_1(book: Path) -> None:
    done = CliRunner().invoke(lint, [str(book)])
    assert done.exit_code == 1
    assert "wrong  Deal!B1  IRR of an expression over a range" in done.output
    assert "note   Deal!B2  TODAY has another value" in done.output
    assert "2 findings" in done.output


def test_findings_as_json(book: Path) -> None:
    done = CliRunner().invoke(lint, [str(book), "--json", "--no-notes"])
    [finding] = json.loads(done.output)["findings"]
    assert (finding["cell"], finding["rule"], finding["severity"]) == (
        "Deal!B1",
        "whole-range-in-plain-formula",
        "wrong",
    )


def test_a_sound_workbook_exits_0_and_a_missing_one_2(repository: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(lint, [str(repository / "workbooks" / "compare.xlsx")]).exit_code == 0
    done = CliRunner().invoke(lint, [str(tmp_path / "none.xlsx")])
    assert done.exit_code == 2
    assert "does not exist" in done.output


def test_the_options_of_recalc(book: Path) -> None:
    @click.command()
    @engines.engine_options
    def command(engine_name: str, verify_name: str | None) -> None:
        click.echo(f"{engine_name} {verify_name}")

    assert CliRunner().invoke(command, []).output == "ironcalc None\n"
    assert CliRunner().invoke(command, ["--engine", "cellrune", "--verify", "ironcalc"]).output == "cellrune ironcalc\n"
    assert CliRunner().invoke(command, ["--engine", "excel"]).exit_code == 2
    assert engines.engine_for("ironcalc") is None
    result = recalculate(book)
    assert engines.second_opinion(result, "ironcalc", None, {}) is None
    with pytest.raises(Exception, match="name another one"):
        engines.second_opinion(result, "ironcalc", "ironcalc", {})


def test_disagreements_are_reported_in_lines_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = Verification(("ironcalc", "cellrune"), 3, 1, [Disagreement("Deal!B1", 0.0, 5.5, "1.0e+00 of the value")])
    found.unavailable.append(("Deal!B2", "cellrune has no such function"))
    engines.report_verification(found)
    said = capsys.readouterr().err
    assert "Deal!B1: 0 and 5.5" in said
    assert "Deal!B2: not compared (cellrune has no such function)" in said
    assert "agree on 1 of 3" in said
    assert engines.verification_report(found)["disagreements"][0]["cellrune"] == 5.5

"""The validation says what holds here, and would say what does not."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from report_words import texts_of

from computefi.cli.main import cli
from computefi.errors import Code
from computefi.recalc import Book
from computefi.recalc.verify import Disagreement, Verification
from computefi.reports import machine, validation
from computefi.reports.identities import Identity, identities
from computefi.reports.reference import FILE, compared, compared_function, difference
from computefi.reports.validation import Agreement, Validation, agreement, book_check, last_digits, validate
from computefi.reports.validation_page import apart, tolerated, validation_page
from computefi.reports.words import CHINESE
from computefi.spec import REGISTRY
from tools.generated import ORACLES
from tools.references import LONGEST, MOST, references, thinned

ROOM = FILE.parent
WHEN = dt.datetime(2026, 11, 29, 3, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def quick() -> Validation:
    return validate(quick=True)


def test_the_reference_values_are_those_of_the_oracles() -> None:
    assert FILE.read_text(encoding="utf-8") == references(ORACLES), "run python -m tools regenerate"


def test_a_selection_has_edges_and_random_points() -> None:
    row = {"arguments": [1], "expected": "1", "tolerance": {"relative": 0, "absolute": 0}}
    rows = [row | {"note": note} for note in ["zero", *["random"] * 20, *["edge"] * 20]]
    kept = [one["note"] for one in thinned(rows)]
    assert (len(kept), kept.count("random"), "zero" in kept) == (MOST, MOST // 2, True)
    long = [row | {"note": "random", "arguments": ["x" * (LONGEST + n)]} for n in (5, 1, 9)]
    assert [len(one["arguments"][0]) - LONGEST for one in thinned(long)] == [1, 5]


def test_every_function_is_compared_and_holds(quick: Validation) -> None:
    assert [one.spec.name for one in quick.functions] == list(REGISTRY)
    assert all(one.all for one in quick.functions)
    assert quick.failures == []
    assert quick.values > 10 * len(REGISTRY)


def test_the_report_is_the_same_but_for_its_date(quick: Validation) -> None:
    one, other = (validation_page(quick, when, "en") for when in (WHEN, WHEN + dt.timedelta(days=400)))
    assert one != other
    dates = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")
    assert dates.sub("", one) == dates.sub("", other)
    assert list(identities()) == quick.identities
    assert (machine.code(), machine.dependencies(look=False)) == (quick.code, quick.dependencies)


def test_the_report_has_every_function_its_limits_and_the_hashes(quick: Validation) -> None:
    text = validation_page(quick, WHEN, "en")
    assert all(f"<h3>{name}</h3>" in text for name in REGISTRY)
    assert all(one.sha256 in text for one in (*quick.code, *quick.dependencies))
    assert "Microsoft Excel" in text
    assert not re.search(r"<(?:script|link|img|iframe)|url\(|@import", text), "it asks nothing of the network"


@pytest.mark.parametrize("name", ["CFI_CORR_LGD", "CFI_SCHEDULE", "CFI_COVENANT"])
def test_a_function_off_by_a_millionth_is_found(name: str) -> None:
    spec = REGISTRY[name]
    original = spec.function
    rows = json.loads(FILE.read_text(encoding="utf-8"))[name]
    object.__setattr__(spec, "function", lambda *a, **k: np.asarray(original(*a, **k)) * (1 + 1e-6))
    try:
        found = compared_function(spec, rows)
    finally:
        object.__setattr__(spec, "function", original)
    assert found.failing
    assert [one.spec.name for one in Validation(True, functions=[found]).functions] == [name]
    assert not Validation(True, functions=[found]).holds
    text = validation_page(Validation(True, [found], system=[("computefi", "0")]), WHEN, "en")
    assert "✗" in text
    assert "Everything that was run holds" not in text


@pytest.mark.parametrize(
    ("answer", "expected", "used"),
    [
        (1.0, "1.0", 0), (1.0, "1.1", 0.1 / 0.011), (Code.NUM, "#NUM!", 0), (Code.NUM, "1", math.inf),
        (1.0, "#NUM!", math.inf),
        ("PASS", "PASS", 0), ("PASS", "FAIL", math.inf), (0.0, "0", 0), (True, "TRUE", 0), (1e308, "1e308", 0),
    ],
)  # fmt: skip
def test_a_difference_is_measured_by_what_is_tolerated(answer: Any, expected: Any, used: float) -> None:
    assert difference("", "", answer, expected, 0.01, 0).used == pytest.approx(used)


def test_near_0_a_difference_is_told_as_it_is_judged() -> None:
    near, far = (
        difference("", "", answer, "1e-12", 1e-10, absolute) for answer, absolute in ((3e-12, 1e-9), (3e-12, 0))
    )
    assert (apart(near), tolerated(near), near.used) == ("2.0e-12 abs.", "1e-09 abs.", pytest.approx(0.002))
    assert (apart(far), tolerated(far)) == ("2.0e+00", "1e-10")
    assert far.used > 1


def test_what_rounding_leaves_is_no_finding() -> None:
    assert last_digits(8.7e-12, 3.1e-12)
    assert last_digits(0.0, 0)
    for first, second in ((1.0, 1.1), (0.0, ""), (None, 0.0), (1.0, Code.NUM), (True, 1.0)):
        assert not last_digits(first, second)


def test_a_workbook_that_is_not_as_stored_is_told_with_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = Workbook()
    book.active["A1"] = "=1/0"
    book.active["A2"] = "=1+1"
    book.save(path)
    (line,) = Validation(True, books=[book_check("book", Book.open(path).recalculate())]).failures
    assert line.startswith("book.xlsx: 1 errors; 2 cells not as stored; Sheet!A1: #DIV/0!; ")
    assert "Sheet!A2: 2.0, stored" in line


def test_an_answer_of_another_shape_fails() -> None:
    assert (
        compared_function(REGISTRY["CFI_LTV"], [["random", [70, 100], ["0.7", "0.7"], 0, 0]]).rows[0].used == math.inf
    )


def test_an_identity_that_fails_is_a_finding() -> None:
    broken = Identity("one is two", ("CFI_LTV",), 1, 1.0, 1e-9)
    assert Validation(True, identities=[broken]).failures == ["one is two: 1 > 1e-09"]


def test_the_referee_decides_and_last_digits_do_not() -> None:
    told = Verification(("ironcalc", "libreoffice"), 3, 1, [
        Disagreement("A1", 1e-9, 0.0, "all of it"), Disagreement("A2", 1.0, 2.0, "half of the value"),
    ])  # fmt: skip
    found = agreement("book", "libreoffice", told)
    assert (found.last_digits, len(found.beyond), found.holds) == (1, 1, False)
    assert Agreement("book", "cellrune", 3, 1, 0, 1, found.beyond).holds
    assert Validation(False, agreements=[found]).failures


class Altered(Distribution):
    """A package of one file whose content is not what RECORD says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read_text(self, filename: str) -> str | None:
        return {
            "RECORD": "one.py,sha256=AAAA,3\ngone.py,sha256=AAAA,3\n../../bin/x,sha256=AAAA,3\n",
            "METADATA": "Version: 1\n",
        }.get(filename)

    def locate_file(self, path: Any) -> Path:
        return self.folder / str(path)


def test_a_file_that_was_altered_or_is_gone_is_found(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("x=2")
    found = machine.described("it", Altered(tmp_path), look=True)
    assert found.altered == ("gone.py", "one.py")
    assert Validation(False, dependencies=[found]).failures == ["it 1: gone.py, one.py"]


def test_an_installed_package_is_as_its_record_says() -> None:
    found = machine.described("click", distribution("click"), look=True)
    assert found.altered == ()
    assert found.files > 5


def test_dependencies_are_those_that_are_needed() -> None:
    names = {one.name for one in machine.dependencies(look=False)}
    assert {"computefi", "click", "numpy", "scipy", "ironcalc", "openpyxl"} <= names
    assert "pytest" not in names


def test_every_text_has_its_chinese_and_none_is_left_over() -> None:
    asked = {"formula", "input", "range", "blank"}.union(*(texts_of(path) for path in ROOM.glob("*.py")))
    known = json.loads(CHINESE.read_text(encoding="utf-8"))
    assert asked == set(known)
    for english, chinese in known.items():
        assert set(re.findall(r"\{\w+", english)) == set(re.findall(r"\{\w+", chinese)), english


def test_the_command_writes_prints_and_tells_by_its_exit_code(
    quick: Validation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "validate", lambda *_: quick)
    target = tmp_path / "validation.html"
    done = CliRunner().invoke(cli, ["validate", "--quick", "-o", str(target), "--json", "--language", "zh"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["failures"], len(told["functions"]), told["written"][0]["file"]) == ([], len(REGISTRY), str(target))
    assert "验证报告" in target.read_text(encoding="utf-8")
    quick.identities.append(Identity("one is two", (), 1, 1.0, 0.0))
    try:
        done = CliRunner().invoke(cli, ["validate", "--quick"])
    finally:
        quick.identities.pop()
    assert done.exit_code == 1
    assert "does not hold: one is two" in done.stdout
    assert CliRunner().invoke(cli, ["validate", "-o", "x.pdf"]).exit_code == 2


@pytest.mark.nightly
def test_the_whole_validation_holds() -> None:
    found = validate()
    assert found.failures == []
    assert len(found.books) >= 12
    assert len(compared()) == len(REGISTRY)

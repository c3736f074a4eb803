"""What the agent of the loan of ddtl.xlsx runs: the certificate of its borrowing base."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.datetime import to_excel

from computefi.recalc import Book
from workbooks.build.ddtl.certificate import CERTIFIED, END, FAILS, STATEMENTS, TOP

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "ddtl.xlsx"
CERTIFICATE = (
    "certificate_eligible", "certificate_excess", "certificate_base", "certificate_native", "certificate_limit",
    "certificate_available", "certificate_short", "certificate_cure", "master_check",
)  # fmt: skip


def supposing(model: Book, changes: dict[str, Any], *names: str) -> list[Any]:
    """What the names are worth under the changes; the model is put back."""
    home = {name: model.get(name) for name in changes}
    model.set(changes)
    try:
        return [model.get(name) for name in names]
    finally:
        model.set(home)  # type: ignore[arg-type]


def day(year: int, month: int, number: int) -> float:
    return float(to_excel(date(year, month, number)))


# -- the certificate
def test_what_was_drawn_on_cost_is_what_the_certificate_allows(model: Book) -> None:
    eligible, excess, base, native, limit, available, short, cure, flag = supposing(model, {}, *CERTIFICATE)
    assert base == pytest.approx(0.9 * eligible) == pytest.approx(native)
    assert limit == pytest.approx(base)
    assert (excess, available, short, cure, flag) == (0, 0, 0, 0, True)


def test_an_asset_that_does_not_count_says_why(model: Book) -> None:
    reasons = [model.get(f"Certificate!R{row}") for row in range(TOP, TOP + 4)]
    assert reasons == ["–", "–", "–", FAILS[1]]
    changes = {"Fleet!Q11": 0, "certificate_age": 4, "certificate_date_ddtl4": day(2026, 12, 31)}
    names = [f"Certificate!R{row}" for row in range(TOP, TOP + 4)]
    assert supposing(model, changes, *names) == [FAILS[5], FAILS[6], FAILS[6], "–"]


def test_what_stands_above_a_limit_is_cut_and_a_shortfall_has_its_day(model: Book) -> None:
    # The first of two customers holds three fifths of the fleet; half of what is eligible may count.
    changes = {"case": 4, "certificate_offtaker_own": 0.5}
    held, eligible, excess, base, native, limit, available, short, cure, flag = supposing(
        model, changes, f"Certificate!O{TOP}", *CERTIFICATE
    )
    assert excess == pytest.approx(held - 0.5 * eligible)
    assert base == pytest.approx(native) == pytest.approx(0.85 * (eligible - excess))
    assert limit == pytest.approx(base - 5)
    assert available == 0
    assert short > 0
    assert cure == day(2027, 7, 8)  # five business days from Wednesday, 30 June, past Monday, 5 July
    assert flag is True


NONSENSE: dict[str, dict[str, Any]] = {
    "limits that leave no room for the fleet": {"case": 4, "certificate_offtaker_own": 0.3},
    "a date before signing": {"certificate_date_ddtl4": day(2026, 1, 31)},
    "a class without an advance": {"Fleet!P11": 4},
    "an asset let to a contract that there is not": {"Fleet!M11": 7},
}  # fmt: skip


@pytest.mark.parametrize("changes", NONSENSE.values(), ids=NONSENSE)
def test_a_certificate_that_cannot_be_is_not_to_be_signed(model: Book, changes: dict[str, Any]) -> None:
    flag, status = supposing(model, changes, "master_check", "Certificate!H6")
    assert flag is False
    assert str(status).startswith("NOT TO BE SIGNED")


def test_no_certificate_is_signed_of_another_world(model: Book) -> None:
    assert "not the plan" in supposing(model, {"world": 3}, "Certificate!H6")[0]
    assert supposing(model, {}, "Certificate!H6")[0].startswith("Ready")


@pytest.mark.parametrize("language", ["", ".zh"])
def test_an_officer_could_sign_it(language: str) -> None:
    from openpyxl import load_workbook

    sheet = load_workbook(BOOK.with_suffix(f"{language}.xlsx"), data_only=True).worksheets[9]
    words = [str(sheet[f"B{row}"].value) for row in range(CERTIFIED, CERTIFIED + len(STATEMENTS) + 9)]
    assert "2026-09-30" in words[1]
    assert len([text for text in words if text != "None"]) == 2 + len(STATEMENTS) + 5
    assert len(sheet.row_breaks.brk) == 1  # two pages
    assert sheet[f"C{END}"].value == "–"

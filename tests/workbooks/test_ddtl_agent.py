"""What the agent of the loan of ddtl.xlsx runs: certificate, days, curve, sizing, the waterfall of the accounts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import to_excel

from computefi.recalc import Book
from workbook_support import supposing
from workbooks.build.ddtl.certificate import CERTIFIED, END, FAILS, STATEMENTS, TOP
from workbooks.build.ddtl.grid import MONTHS

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbooks" / "ddtl.xlsx"
CERTIFICATE = (
    "certificate_eligible", "certificate_excess", "certificate_base", "certificate_native", "certificate_limit",
    "certificate_available", "certificate_short", "certificate_cure", "master_check",
)  # fmt: skip


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


def is_not_to_be_signed(model: Book, changes: dict[str, Any]) -> None:
    flag, status = supposing(model, changes, "master_check", "Certificate!H6")
    assert flag is False
    assert str(status).startswith("NOT TO BE SIGNED")


def test_a_certificate_that_cannot_be_is_not_to_be_signed(model: Book) -> None:
    is_not_to_be_signed(model, NONSENSE["limits that leave no room for the fleet"])


@pytest.mark.nightly
@pytest.mark.parametrize("changes", NONSENSE.values(), ids=NONSENSE)
def test_no_certificate_that_cannot_be_is_to_be_signed(model: Book, changes: dict[str, Any]) -> None:
    is_not_to_be_signed(model, changes)


def test_no_certificate_is_signed_of_another_world(model: Book) -> None:
    assert "not the plan" in supposing(model, {"world": 3}, "Certificate!H6")[0]
    assert supposing(model, {}, "Certificate!H6")[0].startswith("Ready")


@pytest.mark.parametrize("language", ["", ".zh"])
def test_an_officer_could_sign_it(language: str) -> None:
    sheet = load_workbook(BOOK.with_suffix(f"{language}.xlsx"), data_only=True)["Certificate"]
    words = [str(sheet[f"B{row}"].value) for row in range(CERTIFIED, CERTIFIED + len(STATEMENTS) + 10)]
    assert "2026-09-30" in words[1]
    assert len([text for text in words if text != "None"]) == 2 + len(STATEMENTS) + 6
    assert len(sheet.row_breaks.brk) == 1  # two pages


@pytest.mark.parametrize("language", ["", ".zh"])
def test_a_row_that_no_asset_takes_is_blank(language: str) -> None:
    book = load_workbook(BOOK.with_suffix(f"{language}.xlsx"), data_only=True)
    sheet = book["Certificate"]
    assert sheet[f"B{TOP + 3}"].value  # the fourth of four
    for row in range(TOP + 4, END + 1):
        assert not any(sheet[f"{letter}{row}"].value for letter in "BCDMNOPQR"), row
    hidden = {
        (name, str(area.sqref))
        for name in ("Certificate", "Contracts", "Fleet", "Memo")
        for area in book[name].conditional_formatting
        for rule in area.rules
        if rule.dxf and rule.dxf.numFmt and rule.dxf.numFmt.formatCode == ";;;"
    }
    assert ("Certificate", f"E{TOP}:L{END}") in hidden
    assert {name for name, _ in hidden} == {"Certificate", "Contracts", "Fleet", "Memo"}


# -- days, curve, sizing and accounts
CREDIT = ("yield_all", "wal_years", "el_total", "master_check")


def test_filed_deals_keep_the_plain_terms(model: Book) -> None:
    switches = ("day_count", "curve_on", "accounts_on", "size_tail", "size_ltv", "size_leverage", "account_letter")
    for deal in ("ddtl4", "ddtl5", "ddtl55"):
        assert [model.get(f"{switch}_{deal}") for switch in switches] == [0] * len(switches)
        assert model.get(f"cover_market_{deal}") == model.get(f"top_up_dscr_{deal}")
        assert model.get(f"ticking_fee_{deal}") == model.get(f"undrawn_fee_{deal}")


def test_one_s_own_deal_runs_by_its_accounts(model: Book) -> None:
    terms = {"case": 4}
    swept, life, _, flag = supposing(model, terms, *CREDIT)
    plain, longer, _, stands = supposing(model, terms | {"accounts_on_own": 0, "day_count_own": 0}, *CREDIT)
    assert flag is stands is True
    assert life < longer  # a sweep by table that shortens the loan from its end
    assert swept > plain  # on 360 days, and with the discount over a shorter life


@pytest.mark.nightly
def test_a_year_on_360_days_pays_five_days_more(model: Book) -> None:
    free = dict.fromkeys(("upfront_ddtl4", "undrawn_fee_ddtl4", "ticking_fee_ddtl4"), 0)
    (twelfths,) = supposing(model, free, "yield_all")
    (counted,) = supposing(model, free | {"day_count_ddtl4": 1}, "yield_all")
    assert counted / twelfths == pytest.approx(365.25 / 360, abs=5e-4)


@pytest.mark.nightly
def test_a_level_curve_is_a_level_rate(model: Book) -> None:
    level = {f"quote_{number}": 0.0367 for number in range(1, 8)} | {"curve_on_ddtl55": 1, "case": 3}
    curve, loan = supposing(model, level, "yield_all", "wal_years")
    plain, life = supposing(model, {"case": 3}, "yield_all", "wal_years")
    assert curve == pytest.approx(plain, abs=2e-4)
    assert loan == pytest.approx(life, abs=2e-3)


@pytest.mark.nightly
def test_accounts_that_sweep_nothing_repay_as_the_plain_waterfall_does(model: Book) -> None:
    plain = supposing(model, {"case": 1}, *CREDIT)
    accounts = supposing(model, {"case": 1, "accounts_on_ddtl4": 1}, *CREDIT)
    assert accounts[:2] == pytest.approx(plain[:2], rel=1e-9)
    assert accounts[3] is True


@pytest.mark.nightly
def test_market_cash_at_a_cover_of_its_own_carries_less(model: Book) -> None:
    part = {"case": 1, "Contracts!F11": 0.9, "ltc_cap_ddtl4": 2}  # the first funding is what it is
    alike, flag = supposing(model, part, "drawn_total", "master_check")
    apart, stands = supposing(model, part | {"cover_market_ddtl4": 3}, "drawn_total", "master_check")
    levered = supposing(model, part | {"size_leverage_ddtl4": 2}, "drawn_total")[0]
    assert apart < alike
    assert levered < alike
    assert flag is stands is True


WRONG: dict[str, dict[str, Any]] = {
    "a sweep that rises with the cover": {"case": 4, "sweep_share_3_own": 0.9},
    "bands that fall": {"case": 4, "sweep_cover_3": 1},
    "tenors that do not rise": {"tenor_3": 1},
    "a curve that ends before the loan": {"tenor_7": 7.5},
    "a reserve beyond the schedule": {"case": 4, "account_months_own": 61},
    "a borrowing base beside accounts": {"case": 4, "base_test": 2},
}  # fmt: skip


@pytest.mark.nightly
@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_terms_that_cannot_hold_together_fail_the_checks(model: Book, changes: dict[str, Any]) -> None:
    assert supposing(model, changes, "master_check") == [False]


@pytest.mark.nightly
@pytest.mark.parametrize("world", range(1, 12))
@pytest.mark.parametrize("case", [1, 4])
def test_cash_is_conserved_in_every_world(model: Book, case: int, world: int) -> None:
    accounts = {"case": case, "world": world, f"accounts_on_{'ddtl4' if case == 1 else 'own'}": 1}
    assert supposing(model, accounts, "master_check") == [True]


# -- how long a loan may be
LONGEST: tuple[dict[str, Any], ...] = ({"loan_months_own": MONTHS}, {"maturity_own": 50009}, {"maturity_own": 49400})


@pytest.mark.parametrize(
    "changes", [LONGEST[0], *(pytest.param(one, marks=pytest.mark.nightly) for one in LONGEST[1:])]
)
def test_a_loan_of_ten_years_fits(model: Book, changes: dict[str, Any]) -> None:
    terms = {"case": 4, "Contracts!J17": 120, **changes}
    flag, missed, repaid = supposing(model, terms, "master_check", "missed_months", "loan_repaid")
    assert flag is True
    assert missed == 0
    assert repaid == 1


@pytest.mark.nightly
@pytest.mark.parametrize("changes", [{"loan_months_own": 121}, {"maturity_own": 50040}, {"loan_months_own": 7}])
def test_a_loan_longer_than_the_model_or_than_its_draws_fails_the_checks(model: Book, changes: dict[str, Any]) -> None:
    assert supposing(model, {"case": 4, **changes}, "master_check") == [False]

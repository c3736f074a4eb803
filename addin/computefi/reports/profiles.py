"""What of our own workbooks belongs into a memo; any other workbook speaks through its outputs, inputs and checks.

A profile is known by names that only this workbook has. `{deal}` in a name is the live deal's part of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from computefi.errors import WorkbookError
from computefi.recalc import Book


@dataclass(frozen=True, slots=True)
class Profile:
    """Names that tell the workbook, sentences that answer first, the number that is examined, and sheets to show."""

    known_by: tuple[str, ...]
    sentences: tuple[str, ...] = ()
    target: str = ""
    # What the target is called in the report; else the label beside its cell.
    called: str = ""
    # The value of the target at which a lender would refuse, a name; else twice the target.
    limit: str = ""
    vary: tuple[str, ...] = ()
    # The name that chooses the live deal, and what its values are called in names.
    chosen_by: str = ""
    deals: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


PARAMETERS = (
    "vol_market", "corr_market", "rho_offtaker", "link", "sale_cost", "time_to_sell", "annual_residual", "pd_floor",
)  # fmt: skip
PROFILES = (
    Profile(
        known_by=("el_share", "live_case_name", "hard_fails"), sentences=("verdict", "reading", "finding_balance"),
        target="el_share", called="Deal loss through life, of all drawn", limit="limit_el",
        vary=("rent_{deal}", "margin_{deal}", "advance_{deal}", "vol_contract_{deal}", "survival_{deal}",
              "utilisation", "power_price", *PARAMETERS),
        chosen_by="case", deals=("ddtl4", "ddtl5", "ddtl55", "own"), sheets=("Summary", "Memo", "Stress"),
    ),
    Profile(
        known_by=("verdict_ddtl4", "deal_loss_ddtl55"), sentences=("reading",), target="deal_loss_ddtl55",
        called="Deal loss a year of DDTL 5.5-style, of the loan",
        vary=("contracted_ddtl55", "dscr_ddtl55", "advance_ddtl55", "rate_ddtl55", "assignable_ddtl55",
              "vol_contract_ddtl55", "sale_cost_gpu", "time_to_sell_gpu", *PARAMETERS),
        sheets=("Summary", "Verdict", "Memo", "Stress"),
    ),
    Profile(
        known_by=("o_lgd", "hashprice_start_1"), sentences=("reading",), target="o_el",
        called="Expected loss a year, of the loan, as said in month 1",
        vary=("btc_start_{deal}", "hashprice_start_{deal}", "efficiency_{deal}", "power_price_{deal}", "fleet_{deal}",
              "asic_price_{deal}", "loan_amount_{deal}", "loan_rate_{deal}", "observed_volatility", "corr_market",
              "vol_market", "time_to_sell", "network_growth", "degradation"),
        chosen_by="deal", deals=("1", "2", "3"), sheets=("Summary", "Replay"),
    ),
    Profile(
        known_by=("calibration_reading", "essay_reading"),
        sentences=("essay_reading", "supply_reading", "calibration_reading"), target="supply_needed",
        called="Growth of supply that brings the fall of the essay",
        sheets=("Summary",),
    ),
    Profile(
        known_by=("loss_whole", "worst_state"), sentences=("reading", "state_of_book", "why_so_much", "basis"),
        target="share_at_risk", called="VaR of the whole book, share of exposure",
        vary=("level", "horizon", "corr_ai_chips", "corr_ai_btc", "corr_ai_power", "corr_chips_btc",
              "corr_chips_power", "corr_btc_power"),
        sheets=("Summary", "Limits", "Stress"),
    ),
)  # fmt: skip
STRANGER = Profile(())


def profile_of(book: Book) -> Profile:
    """The profile whose names the workbook has; that of a stranger where none fits."""
    names = {name.casefold() for name in book.names()}
    return next((one for one in PROFILES if names.issuperset(one.known_by)), STRANGER)


def live_names(book: Book, profile: Profile) -> list[str]:
    """The inputs to vary that the workbook has, those of its live deal."""
    names = {name.casefold() for name in book.names()}
    deal = ""
    if profile.chosen_by.casefold() in names:
        number = book.get(profile.chosen_by)
        place = int(number) - 1 if isinstance(number, (int, float)) else -1
        deal = profile.deals[place] if 0 <= place < len(profile.deals) else ""
    wanted = (name.format(deal=deal) for name in profile.vary)
    return [name for name in dict.fromkeys(wanted) if name.casefold() in names]


def number_at(book: Book, name: str) -> float | None:
    """The number that a name has; None where there is none."""
    try:
        value = book.get(name) if name else None
    except WorkbookError:
        return None
    return None if isinstance(value, bool) or not isinstance(value, (int, float)) else float(value)

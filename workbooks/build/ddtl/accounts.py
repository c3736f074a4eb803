"""The rows of Accounts in ddtl.xlsx: the waterfall of the loan's accounts from the last draw on, as its agent runs it.

A column is a month after the last draw. CFI_WATERFALL_PATH fills the rows of flows and accounts; where the switch on
Inputs is on, they rule the loan from there, else the plain waterfall of the sheet Loan does.
"""

from __future__ import annotations

from workbooks.build.ddtl.grid import AMOUNT, COUNT, FLAG, Line
from workbooks.build.kit.page import DATE, TIMES, WHOLE, Book
from workbooks.build.kit.rows import Row, Section

TERMS = "account_letter,lock_dscr,account_lock_ends,account_passes,sweep_covers,sweep_shares,cure_cover,cure_count,cure_most,cure_row"
STATE = (
    ("acc_balance", "Loan", AMOUNT, "", "result"),
    ("acc_reserve", "Cash in the reserve", AMOUNT, "", "result"),
    ("acc_trapped", "Cash trapped", AMOUNT, "", "calc"),
    ("acc_letter_drawn", "Owed to the issuer of the letter", AMOUNT, "", "calc"),
    ("acc_interest_owed", "Interest in arrears", AMOUNT, "", "calc"),
    ("acc_principal_owed", "Principal in arrears", AMOUNT, "", "calc"),
    ("acc_locked", "Cash is trapped", FLAG, "Locked up, or in arrears", "calc"),
    ("acc_passes", "Months in a row at the release cover", COUNT, "", "calc"),
    ("acc_cures", "Cures so far", COUNT, "", "calc"),
    ("acc_in_row", "Cures in the months just before", COUNT, "", "calc"),
    ("acc_cured", "Amount of all cures", AMOUNT, "", "calc"),
)
FLOWS = (
    ("acc_cash", "Source: cash for debt service", "CFADS less the fee, where it is not negative"),
    ("acc_cure", "Source: cure by the sponsor", "Up to the cover on Inputs, within its limits"),
    ("acc_from_trap", "Source: trapped cash", "Drawn or released"),
    ("acc_from_reserve", "Source: reserve", "Drawn or released"),
    ("acc_from_letter", "Source: letter of credit", "Drawn when the reserve is empty"),
    ("acc_operations", "Use: operating shortfall", "Where CFADS is negative"),
    ("acc_interest", "Use: interest", "Arrears included"),
    ("acc_paid", "Use: principal", "Arrears included"),
    ("acc_letter_repaid", "Use: repaid to the issuer of the letter", ""),
    ("acc_to_reserve", "Use: paid into the reserve", "Up to its target"),
    ("acc_sweep", "Use: sweep", "Share of the cover's band of what is left"),
    ("acc_to_trap", "Use: trapped", "While locked up"),
    ("acc_distribution", "Use: distribution", "To the sponsor"),
)  # fmt: skip
KEYS = (*(key for key, *_ in FLOWS), *(key for key, *_ in STATE))
PATH = f"=IFERROR(TRANSPOSE(CFI_WATERFALL_PATH({{acc_in:all}},accounts_loan,{{acc_rate:all}},{{acc_principal:all}},account_months,accounts_held,{TERMS})),0)"
STEP = f"CFI_WATERFALL_STEP({{acc_balance..acc_cured@K}},{{acc_in@L}},{{acc_rate@L}},{{acc_principal@L}},{{acc_reserve@L}}+MAX(0,account_letter-{{acc_letter_drawn@L}}),{TERMS})"
SOURCES = "{acc_cash}+{acc_cure}+{acc_from_trap}+{acc_from_reserve}+{acc_from_letter}"
USES = "{acc_operations}-{acc_interest}-{acc_paid}-{acc_letter_repaid}-{acc_to_reserve}-{acc_sweep}-{acc_to_trap}-{acc_distribution}"


def _given(key: str) -> str:
    """What a month of another sheet has; nothing past the model's end."""
    return f"IF({{acc_month}}<=120,INDEX({{{key}:all}},1,MIN(120,{{acc_month}})),0)"


ACCOUNTS: tuple[Section | Row, ...] = (
    Section("Where they begin", "on the plain waterfall of the month of the last draw"),
    Line("acc_start", "Month of the last draw", "month", "", WHOLE, "The accounts rule after it", total="={draw_month$@D}"),
    Line("acc_loan", "Loan then", "US$ m", "", AMOUNT, "", total="=INDEX({closing_plain:all},1,MAX(1,{acc_start$@D}))"),
    Line("acc_held", "Reserve and trapped cash then", "US$ m", "", AMOUNT, "Paid into the reserve account", total="=INDEX({reserve_plain:all},1,MAX(1,{acc_start$@D}))+INDEX({trap_plain:all},1,MAX(1,{acc_start$@D}))"),
    Line("acc_scale", "Loan then over the loan as sized", "×", "", "0.0000", "Scales the scheduled principal", total="=IF({acc_loan$@D}>small,MIN(1,{acc_loan$@D}/MAX(small,INDEX({plan_closing:all},1,MAX(1,{acc_start$@D})))),1)"),
    Line("acc_lock_ends", "Cover from which on a lock-up ends", "×", "", TIMES, "Not below that at which it begins", total="=MAX(lock_dscr,account_release)"),
    Section("What comes in, and what is due"),
    Line("acc_month", "Month", "number", "={acc_month@-1}+1", WHOLE, "Counts from close, as on the other sheets", start="={acc_start$@D}"),
    Line("acc_end", "Payment date", "date", "=INDEX({pay_date:all},1,MIN(120,{acc_month}))", DATE, "From Cash"),
    Line("acc_in", "CFADS less the fee", "US$ m", f"={_given('cfads')}-{_given('fee')}", AMOUNT, "", total="sum"),
    Line("acc_rate", "Coupon per month", "per month", "=INDEX({rate:all},1,MIN(120,{acc_month}))", "0.000%", "From Cash, by the day count"),
    Line("acc_principal", "Principal scheduled", "US$ m", "=IF({acc_month}>={loan_life$@D},IF({acc_month}={loan_life$@D},{acc_left@-1},0),MIN({acc_left@-1},{acc_scale$@D}*INDEX({scheduled:all},1,MIN(120,{acc_month}))))", AMOUNT, "From Loan; at maturity the rest", total="sum"),
    Line("acc_left", "Left of the schedule", "US$ m", "={acc_left@-1}-{acc_principal}", AMOUNT, "", start="={acc_loan$@D}"),
    Section("The waterfall of the accounts", "CFI_WATERFALL_PATH; from Loan down it is the state that CFI_WATERFALL_STEP reads"),
    Line("acc_cover", "Debt service cover", "×", PATH, '0.00"×";-0.00"×";"–"', "Of the month; – where nothing is due", "result", array=True, answers=KEYS),
    *(Line(key, label, "US$ m", "", AMOUNT, how, total="sum") for key, label, how in FLOWS),
    *(Line(key, label, "US$ m" if look == AMOUNT else "number", "", look, how, style, total="max") for key, label, look, how, style in STATE),
    Section("What the loan reads, and shadows in native Excel"),
    Line("acc_paid_in", "Paid in by the sponsor", "US$ m", "={acc_cure}+MAX(0,-{acc_in})-{acc_operations}", AMOUNT, "Cures, and an operating shortfall that nothing covers", total="sum"),
    Line("acc_by_letter", "Drawn under the letter of credit, net of repaid", "US$ m", "={acc_from_letter}-{acc_letter_repaid}", AMOUNT, "", total="sum"),
    Line("acc_balanced", "Sources less uses", "US$ m", f"={SOURCES}-{USES}", "0.0E+00", "Cash is conserved", total="max"),
    Line("acc_native", "Loan less what was repaid of the one before", "US$ m", "={acc_native@-1}-{acc_paid}-{acc_sweep}", AMOUNT, "Native Excel", start="={acc_loan$@D}"),
    Line("acc_due", "Interest owed: what was owed, grown, less what is paid", "US$ m", "=({acc_native@-1}+{acc_due@-1})*{acc_rate}+{acc_due@-1}-{acc_interest}", AMOUNT, "Native Excel", start=0),
    Line("acc_step", "Loan after month 6 of the accounts, by CFI_WATERFALL_STEP", "US$ m", "", AMOUNT, "From the state of month 5", total=f"=IF({{acc_balance@K}}>small,INDEX({STEP},1,15),0)"),
)  # fmt: skip
QUESTION = (
    "Reserve, letter of credit, cash trap, sweep and cures from the last draw on, month by month: who is paid first."
)
HEADS = ("={acc_month}", "={acc_end}")


def name_accounts(book: Book) -> None:
    """Names for what formulas of the accounts and of the loan read."""
    page, block = book.pages["Accounts"], book.places.blocks["Accounts"]
    for name, key in (("accounts_start", "acc_start"), ("accounts_loan", "acc_loan"), ("accounts_held", "acc_held"), ("account_lock_ends", "acc_lock_ends")):  # fmt: skip
        book.name(name, page, f"D{block.row_of[key]}")

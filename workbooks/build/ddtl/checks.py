"""The sheet Checks of ddtl.xlsx: integrity, shadows, reconciliation with the filed figures, and one master flag."""

from __future__ import annotations

from workbooks.build.ddtl.credit import MONTHS_55, QUARTERS
from workbooks.build.ddtl.given import CASES
from workbooks.build.ddtl.grid import FIRST, LAST, Grid, Line, address
from workbooks.build.ddtl.sensitivities import AXES
from workbooks.build.ddtl.shadows import List, add_shadows
from workbooks.build.kit.page import NUMBER, PERCENT_2, WHOLE, Book, Page, all_within

# key, words, unit, value, number format, source, date
FILED: tuple[tuple[str, str, str, float, str, str, str], ...] = (
    ("f_initial4", "DDTL 4.0: first funding", "US$ m", 7500, "#,##0", "SEC 0001769628-26-000129", "2026-03-30"),
    ("f_commit4", "DDTL 4.0: commitment with top-up", "US$ m", 8500, "#,##0", "SEC 0001769628-26-000129", "2026-03-30"),
    ("f_advance4", "DDTL 4.0: advance rate", "share", 0.90, PERCENT_2, "SEC 0001769628-26-000129", "2026-03-30"),
    (
        "f_cost4",
        "DDTL 4.0: implied cost (7.5 / 0.90)",
        "US$ m",
        8333.33,
        "#,##0.00",
        "Derived from the filing",
        "2026-03-30",
    ),
    (
        "f_ltc4",
        "DDTL 4.0: loan to cost (8.5 / 8.333)",
        "share",
        1.020,
        PERCENT_2,
        "Derived from the filing",
        "2026-03-30",
    ),
    ("f_rate4", "DDTL 4.0: fixed rate", "per year", 0.059, PERCENT_2, "SEC 0001769628-26-000129", "2026-03-30"),
    (
        "f_n4",
        "DDTL 4.0: quarters of the reference schedule (5.75 years)",
        "quarters",
        QUARTERS,
        WHOLE,
        "Derived from the filing",
        "2026-03-30",
    ),
    ("f_per4", "its payments a year", "per year", 4, WHOLE, "Derived from the filing", "2026-03-30"),
    (
        "f_wal4",
        "DDTL 4.0: weighted average life as filed",
        "years",
        3.14,
        NUMBER,
        "SEC 0001769628-26-000129",
        "2026-03-30",
    ),
    ("f_commit5", "DDTL 5.0: commitment", "US$ m", 3100, "#,##0", "SEC 0001769628-26-000236", "2026-05-15"),
    ("f_advance5", "DDTL 5.0: advance rate", "share", 0.7142, PERCENT_2, "SEC 0001769628-26-000236", "2026-05-15"),
    ("f_contract5", "DDTL 5.0: cover whose inverse it is", "×", 1.40, NUMBER, "Derived: 1 / 0.7142", "2026-05-15"),
    ("f_capex5", "DDTL 5.0: capex (3.1 / 0.7142)", "US$ m", 4340, "#,##0", "Derived from the filing", "2026-05-15"),
    (
        "f_rate55",
        "DDTL 5.5: SOFR 3.67% + 5.50%",
        "per year",
        0.0917,
        PERCENT_2,
        "Derived: SEC 0001769628-26-000357; SOFR average of the third quarter of 2026",
        "2026-08-07",
    ),
    (
        "f_n55",
        "DDTL 5.5: months of the reference schedule",
        "months",
        MONTHS_55,
        WHOLE,
        "Derived from the filing",
        "2026-08-07",
    ),
    ("f_per55", "its payments a year", "per year", 12, WHOLE, "Derived from the filing", "2026-08-07"),
    (
        "f_contract55",
        "DDTL 5.5: months of its contracts",
        "months",
        36,
        WHOLE,
        "Fitch, rating case of 2026-07-16, via CCIR",
        "2026-07-16",
    ),
    (
        "f_tail55",
        "DDTL 5.5: owed at month 36 on the level annuity",
        "share",
        0.455,
        PERCENT_2,
        "Derived: level annuity at 9.17%",
        "2026-08-07",
    ),
    (
        "f_yield55",
        "DDTL 5.5: yield at 97, level principal",
        "per year",
        0.10574,
        "0.000%",
        "Derived: S+550, 3.67%, 97",
        "2026-08-07",
    ),
    ("f_press55", "DDTL 5.5: yield in the press", "per year", 0.1044, PERCENT_2, "Press", "2026-08"),
    ("f_upfront55", "DDTL 5.5: discount", "share", 0.03, PERCENT_2, "OID 97, press", "2026-08"),
)
FILED_TOP = 8


def filed_cells() -> dict[str, str]:
    """Where the filed figures stand, before the sheet is written."""
    return {item[0]: f"Checks!$V${FILED_TOP + index}" for index, item in enumerate(FILED)}


def write_checks(book: Book, grid: Grid, loss: dict[str, int], covenants: dict[str, int]) -> None:
    # The reason of a check stands over several columns, so that a link fits into each.
    widths = {"A": 1.5, "B": 6, "C": 54, "D": 18, "E": 16, "F": 16, "G": 10, "H": 10, "I": 9, "J": 9}
    widths |= dict.fromkeys("KLMNO", 8) | {
        "P": 9.5,
        "Q": 8.5,
        "R": 11,
        "S": 3,
        "T": 50,
        "U": 11,
        "V": 13,
        "W": 64,
        "X": 13,
    }
    page = book.page(
        "Checks",
        "Checks",
        "Integrity, shadows in native Excel, the filed figures; one master flag for the whole workbook.",
        widths,
    )
    _filed(page)
    heads = ("No.", "Check", "Which", "Got", "Should be", "Tolerance", "Result", "Counts", "Fails", "Why")
    for letter, text in zip("BCDEFGHIJK", heads, strict=True):
        page.merge(f"{letter}8:{'R' if letter == 'K' else letter}8", text, "head_left" if letter in "CK" else "head")
    page.row(8, 20)
    checks = List(page)
    _inputs(checks)
    _money(checks, grid)
    add_shadows(checks, grid, loss, covenants)
    _reconciliation(checks, grid)
    last = checks.close({'H9="differs"': "watch"})
    page.print_setup(f"B1:R{last}", "8:8", breaks=[row - 1 for row in checks.headings[1:4]])


def _filed(page: Page) -> None:
    page.section(FILED_TOP - 2, "Filed figures that the model is reconciled with", "T", "X", height=None)
    for letter, text in zip("TUVWX", ("Figure", "Unit", "Value", "Source", "As of"), strict=True):
        page.put(f"{letter}{FILED_TOP - 1}", text, "head_left" if letter in "TW" else "head")
    for row, (key, words, unit, value, number_format, source, date) in enumerate(FILED, FILED_TOP):
        page.put(f"T{row}", words, "label", wrap=False)
        page.put(f"U{row}", unit, "unit")
        page.put(f"V{row}", value, "input", number_format)
        page.put(f"W{row}", source, "note", wrap=False)
        page.put(f"X{row}", date, "unit")
        page.validate(f"V{row}", value, value, words, source)
        page.book.name(key, page, f"V{row}")


def _inputs(checks: List) -> None:
    checks.heading("Inputs", "Numbers within their range, and terms that can hold together")
    checks.holds("The case is 1, 2 or 3", "Cover", "AND(ISNUMBER(case),OR(case=1,case=2,case=3))")
    for words, name in (
        ("Every input is a number within its range", "inputs"),
        ("Every contract has names, and terms within their range", "contract"),
        ("Every tranche has a generation, and terms within their range", "tranche"),
    ):
        checks.holds(words, "all cases", f"AND(COUNT({name}_in_range)>0,MIN({name}_in_range)=1)")
    for axis in AXES:
        checks.holds(axis.words, "Sensitivities", all_within(f"Sensitivities!{axis.area}", axis.low, axis.high))
    checks.add("Shares of the tranches add up to the fleet", "live case", "=tranche_shares", 1, 1e-9)
    for case in CASES:
        at = {
            key: f"{key}_{case}"
            for key in ("signed", "availability_end", "maturity", "initial", "commitment", "advance", "ltc_cap")
        }
        checks.holds(
            "Signed, then availability ends, then maturity",
            case,
            f"AND({at['signed']}<{at['availability_end']},{at['availability_end']}<{at['maturity']})",
        )
        checks.holds("First funding is within the commitment", case, f"{at['initial']}<={at['commitment']}")
        checks.holds("The cap on cost is not below the advance rate", case, f"{at['ltc_cap']}>={at['advance']}-1E-9")


def _money(checks: List, grid: Grid) -> None:
    cell, row = grid.cell, grid.row
    first = f"{FIRST}${{}}:${LAST}${{}}"
    at = {name: address(checks.page.book, name) for name in ("advance", "small")}
    checks.heading("The model, month by month", "Must hold whatever the inputs are")
    for sheet, lines in grid.lines.items():
        count = 0
        rows = [grid.at[item.key][1] for item in lines if isinstance(item, Line)]
        for item in lines:
            if isinstance(item, Line) and item.formula:
                count += item.width * (1 + len(item.also))
        top, bottom = min(rows), max(rows[-1], max(rows)) + 4
        checks.add(
            "Every month of every row is a number", sheet, f"=COUNT({sheet}!${first.format(top, bottom)})", count, 0
        )
    checks.holds(
        "Months follow each other without a gap",
        "Timing",
        f"SUM({row('days')})={cell('period_end', LAST)}-{cell('period_end', 'F')}",
    )
    checks.holds("Final maturity lies within the model", "live case", f"maturity<{cell('period_end', LAST)}")
    checks.holds("Principal is due before final maturity", "live case", f"{cell('repaying')}>0")
    checks.add(
        "Shares of the contracts leave no GPU let twice", "live case", f"=IF(MIN({row('spare')})>=-small,1,0)", 1, 0
    )
    checks.holds("The loan is never below 0", "Debt", f"MIN({row('closing')})>=-small")
    checks.holds(
        "The loan ends at 0, or a payment default is shown",
        "Debt",
        f"OR(ABS({cell('closing', LAST)})<=small,{cell('owed_paid')}=0)",
    )
    checks.holds("Draws stay within the commitment", "Debt", f"{cell('drawn')}<=commitment+small")
    checks.holds(
        "First funding stays within advance × eligible cost",
        "Debt",
        f"SUMPRODUCT(--({row('first_drawn')}>{at['advance']}*{row('eligible_cost')}+{at['small']}))=0",
    )
    checks.holds(
        "Nothing is drawn outside the availability period",
        "Debt",
        f"SUMPRODUCT(({row('draw')}+{row('top_up')})*(1-{row('available')}))<=small",
    )
    checks.holds(
        "No draw before a tranche has passed the gate",
        "Debt",
        f"SUMPRODUCT({row('lent')}*({row('eligible_cost')}=0))<=small",
    )
    checks.add(
        "Opening + draws + unpaid − repaid = closing, over life",
        "Debt",
        f"={cell('lent')}+{cell('unpaid')}-{cell('repaid')}",
        f"={cell('closing', LAST)}",
        1e-6,
    )
    checks.add(
        "Sources = uses",
        "Debt",
        f"={cell('source_debt')}+{cell('source_prepaid')}+{cell('source_sponsor')}-{cell('reimbursed')}",
        f"={cell('uses')}",
        1e-6,
    )
    checks.add("The fleet is paid in full", "Debt", f"={cell('capex')}", "=fleet_cost*tranche_shares", 1e-6)
    checks.add(
        "The waterfall conserves cash over life",
        "Debt",
        f"={cell('cfads')}+reserve_at_close+{cell('injected')}",
        f"={cell('paid_fee')}+{cell('paid_interest')}+{cell('paid_principal')}+{cell('base_paid')}+{cell('swept')}+{cell('distributed')}+{cell('reserve', LAST)}+{cell('trap', LAST)}",
        1e-6,
    )
    checks.holds(
        "Reserve, trap and distributions are never below 0",
        "Debt",
        f"MIN({row('reserve')},{row('trap')},{row('distributed')})>=-small",
    )
    checks.holds(
        "Nothing is paid that is not due",
        "Debt",
        f"AND({cell('paid_interest')}<={cell('interest')}+small,{cell('paid_principal')}<={cell('scheduled')}+small)",
    )
    checks.add(
        "CFADS = revenue less credits, prepayments and cost",
        "Revenue",
        f"={cell('cfads')}",
        f"={cell('billed')}-{cell('worked_off')}-{cell('credits')}+{cell('merchant')}-{cell('opex')}",
        1e-6,
    )
    checks.add("Prepayments received are worked off", "Revenue", f"={cell('prepaid')}", f"={cell('worked_off')}", 1e-6)
    checks.holds("ρ lies between −1 and 1", "Credit", f"AND(MIN({row('rho')})>=-1,MAX({row('rho')})<=1)")
    checks.holds(
        "PD and LGD lie between 0 and 1",
        "Credit",
        f"AND(MIN({row('pd')},{row('lgd')},{row('lgd_step_in')})>=0,MAX({row('pd')},{row('lgd')},{row('lgd_step_in')})<=1)",
    )
    checks.holds(
        "PD of either is not below the larger one",
        "Credit",
        f"SUMPRODUCT(--({row('pd')}<{row('pd_driver')}-1E-12))+SUMPRODUCT(--({row('pd')}<{row('pd_offtaker')}-1E-12))=0",
    )


def _reconciliation(checks: List, grid: Grid) -> None:
    cell = grid.cell
    checks.heading("The filed figures among themselves", "Must hold whatever the inputs are")
    figures = f"V{FILED_TOP}:V{FILED_TOP + len(FILED) - 1}"
    checks.holds("Every filed figure is a number within its range", "on the right", all_within(figures, 0, 10000))
    checks.add("First funding over advance rate is the cost", "4.0", "=f_initial4/f_advance4", "=f_cost4", 0.01)
    checks.add("Commitment over cost is the loan to cost", "4.0", "=f_commit4/f_cost4", "=f_ltc4", 0.0005)
    checks.add("The advance rate is the inverse of the cover", "5.0", "=1/f_contract5", "=f_advance5", 0.0002)
    checks.add("Commitment over advance rate is the capex", "5.0", "=f_commit5/f_advance5", "=f_capex5", 1)
    month, months, rate, per_year, yearly = (
        grid.row("month"),
        *(grid.fixed[f"f_{key}55"] for key in ("n", "rate", "per", "yield")),
    )
    due = f"1/{months}+(1-({month}-1)/{months})*{rate}/{per_year}"
    checks.add(
        "Level principal, valued at its yield, is worth 1 less the discount",
        "5.5",
        f"=SUMPRODUCT(({month}<={months})*({due})/(1+{yearly}/{per_year})^{month})",
        "=1-f_upfront55",
        0.0001,
    )
    checks.heading(
        "The filed figures", "Counts while the inputs concerned are the filed ones, on the right of this sheet"
    )
    four = "initial_ddtl4=f_initial4,commitment_ddtl4=f_commit4,advance_ddtl4=f_advance4"
    counts = f"=IF(AND({four}),1,0)"
    checks.add("DDTL 4.0: implied cost 8.33bn", "4.0", "=initial_ddtl4/advance_ddtl4", "=f_cost4", 0.01, counts)
    checks.add(
        "DDTL 4.0: loan to cost 102.0%",
        "4.0",
        "=commitment_ddtl4*advance_ddtl4/initial_ddtl4",
        "=f_ltc4",
        0.0005,
        counts,
    )
    live = f"=IF(AND({four},case=1,delay=0,contract_shock=0,power_shock=0,sofr_shock=0),1,0)"
    checks.add(
        "The same, drawn month by month with the top-up", "4.0, if live", f"={cell('ltc')}", "=f_ltc4", 0.0005, live
    )
    checks.add(
        "DDTL 5.0: advance rate is 1 / 1.40",
        "5.0",
        "=advance_ddtl5",
        "=1/f_contract5",
        0.0002,
        "=IF(advance_ddtl5=f_advance5,1,0)",
    )
    checks.add(
        "DDTL 5.0: capex 4.34bn",
        "5.0",
        "=initial_ddtl5/advance_ddtl5",
        "=f_capex5",
        1,
        "=IF(AND(initial_ddtl5=f_commit5,advance_ddtl5=f_advance5),1,0)",
    )
    checks.add(
        "DDTL 5.5: 45.5% owed at month 36 on the level annuity", "5.5", f"={cell('ref55_tail')}", "=f_tail55", 0.0005
    )
    checks.add(
        "DDTL 5.5: margin and SOFR give the rate of that annuity",
        "5.5",
        "=margin_ddtl55+swap_rate",
        "=f_rate55",
        1e-9,
        "=IF(margin_ddtl55+swap_rate=f_rate55,1,0)",
    )
    checks.add(
        "DDTL 4.0: weighted average life 3.16 against 3.14 filed",
        "4.0",
        f"={cell('ref4_wal')}",
        "=f_wal4",
        0.05,
        counts,
    )
    discount = "=IF(upfront_ddtl55=f_upfront55,1,0)"
    checks.add("DDTL 5.5: yield 10.574% at 97", "5.5", f"={cell('ref55_yield')}", "=f_yield55", 0.00001, discount)
    checks.add(
        "DDTL 5.5: yield against the press, 10.44% ± 0.25",
        "5.5",
        f"={cell('ref55_yield')}",
        "=f_press55",
        0.0025,
        discount,
    )
    checks.heading("Findings: shown, not counted, because an input may change them", "True at the inputs delivered")
    checks.holds("No covenant is in breach", "live case", "breaches=0", 0)
    checks.holds("The loan ends at 0", "live case", f"ABS({cell('closing', LAST)})<=small", 0)
    checks.holds("Everything due is paid on time", "live case", f"{cell('owed_paid')}=1", 0)
    checks.holds("The static copies belong to the inputs", "Sensitivities", "static_current", 0)
    checks.holds("The top-up meets its cover at every later date", "live case", f"{cell('dscr')}>=top_up_dscr-small", 0)

"""The sheet Checks of asic_loan.xlsx: filed figures, native shadows, identities, bounds, one flag."""

from __future__ import annotations

from workbooks.build.asic_loan.inputs import MONTHS
from workbooks.build.asic_loan.paths import OWN_BOUNDS, READ_LAST, READ_TOP, READING_BOUNDS
from workbooks.build.asic_loan.replay import FACTS
from workbooks.build.asic_loan.rows import SHADOWS
from workbooks.build.kit.checks import FINDINGS, Check, holds, write_checks
from workbooks.build.kit.page import Book, all_within
from workbooks.build.kit.rows import Section

QUESTION = "Filed figures, shadows in native Excel, identities, bounds; one master flag."
FILED: tuple[Section | Check, ...] = (
    Section("Filed and reported figures", "Computed on Replay from Facts; what filings and press say"),
    Check("Cover at failure: about 2 over about 7", "IREN, three SPVs", "={Replay!dscr@D}", 0.285714285714, 1e-9),
    Check("LTV at default, at 70", "IREN, three SPVs", "={ltv_low@D}", 1.485714285714, 1e-9),
    Check("LTV at default, at 65", "IREN, three SPVs", "={ltv_high@D}", 1.6, 1e-9),
    Check("Lent per TH", "IREN, three SPVs", "={loan_th@D}", 27.368421052632, 1e-9),
    Check("Lent per TH", "IREN, third SPV", "={loan_th@E}", 35.5, 1e-9),
    Check("Hashcost", "IREN, three SPVs", "={Replay!hashcost@D}", 41.6304, 1e-9),
    Check("Settlement over claim", "IREN, three SPVs", "={Replay!share@D}", 0.185528756957, 1e-9),
    Check("Owed per TH", "Stronghold", "={owed_th@F}", 26.96, 1e-9),
    Check("Owed per machine", "Stronghold", "={machine@F}", 2572.519083969, 1e-6),
    Check("Owed per machine", "Core Scientific", "={machine@H}", 1408.604897274, 1e-6),
    Check("LTV at default", "Bitfarms", "={ltv_low@G}", 4.2, 1e-9),
    Check("Settlement over claim", "Bitfarms", "={Replay!share@G}", 0.369047619048, 1e-9),
    Check("Network at drawing, 2026", "EH/s", "=blocks_per_day*subsidy_2*btc_start_2*(1+fee_share_2)/(hashprice_start_2*ph_per_eh)", 952, 1.0,
          "964 EH/s reported in the week, 952 by the note's arithmetic; holds at the delivered start of the second loan"),
    Check("Elasticity of the index to hashprice", "2021–22", "=elasticity", 1.168, 0.05, "ln(119.25/15.71)/ln(340.7/60.1); an input, so not counted", counts=False),
)  # fmt: skip
RUNWAY = "CFI_PIVOT_RUNWAY against its month-by-month shadow"
NATIVE: tuple[Section | Check, ...] = (
    Section("Functions against native Excel, month by month", "Mean of the differences over all months; the shadows are the last rows of Loan"),
    *(Check(words, "37 months", f"=SUMPRODUCT(ABS({{Loan!{key}:all}}-{{{key}_native:all}}))/COLUMNS({{Loan!{key}:all}})", 0, 1e-8) for key, words in SHADOWS.items()),
    Check("First month below 0", "Pivot", "=pivot_dry", "={dry@D}", why=RUNWAY),
    Check("Crossing month", "Pivot", "=pivot_cross", "={crossed@D}", why=RUNWAY),
    Check("Least cash", "Pivot", "=pivot_least", "=MIN(pivot_cash,{counted@D})", 1e-8, RUNWAY),
)  # fmt: skip
IDENTITIES: tuple[Section | Check, ...] = (
    Section("Identities", "Must hold whatever the inputs are"),
    Check("Drawn + interest = paid + cured + recovered + lost + still owed", "Loan", "=SUM({drawn:all})+SUM({interest:all})",
          f"=SUM({{paid:all}})+SUM({{cure:all}})+SUM({{recovery:all}})+SUM({{loss:all}})+INDEX({{closing:all}},{MONTHS + 1})", 1e-8),
    Check("Debt service due = paid from cash, reserve, sponsor, or unpaid", "Loan", "=SUM({Loan!service:all})", "=SUM({paid:all})+SUM({unpaid:all})", 1e-9),
    Check("Hashprice in month 0 is the one on Inputs", "Loan", "=INDEX({Loan!hashprice:all},1)", "=hashprice_start", 1e-9),
    Check("Live index starts at 1", "Paths", "=INDEX({Loan!btc:all},1)/btc_start+INDEX({network:all},1)/network_start", 2, 1e-12),
    Check("Owed at default = recovered + lost", "Loan", "=SUM({exposure:all})", "=recovery_total+loss_total", 1e-9),
    Check("Nothing is owed after the last month of the tenor", "Loan", f"=INDEX({{closing:all}},{MONTHS + 1})", 0, 1e-6),
    Check("Proceeds = value × (1 − cost of sale)", "Loan", "=SUMPRODUCT({value:all},1-{sale_cost:all})", "=SUM({proceeds:all})", 1e-8),
)  # fmt: skip


def _own_path(key: str, words: str) -> tuple[Check, Check]:
    """Your own path has its numbers, and none is further from the one before than you believe."""
    later, earlier = f"{{{key}:later}}", f"{{{key}:earlier}}"
    steps = f"SUMPRODUCT(--({later}>{{path_step$@D}}*{earlier}))+SUMPRODUCT(--({earlier}>{{path_step$@D}}*{later}))=0"
    return (
        holds(f"{words}: 37 numbers within range", "Paths", all_within(f"{{{key}:all}}", *OWN_BOUNDS)),
        holds(f"{words}: no step larger than you believe", "Paths", steps),
    )


READ = tuple(
    holds(
        "Dated readings are numbers within range",
        f"Paths!{letter}",
        all_within(f"Paths!{letter}{READ_TOP}:{letter}{READ_LAST}", low, high),
    )
    for letter, (low, high) in READING_BOUNDS.items()
)
BOUNDS: tuple[Section | Check, ...] = (
    Section("Bounds and inputs", "Outside of them a number is wrong, whatever the inputs are"),
    holds("At most one default", "Loan", "SUM({default:all})<=1"),
    holds("No balance below 0", "Loan", "MIN({closing:all})>=-tolerance"),
    holds("No reserve, no sponsor's cash below 0", "Loan", "MIN({reserve:all},{support_left:all})>=-tolerance"),
    holds("The best time to sell loses no more than the days allowed", "Loan", "SUMPRODUCT(--({best_haircut:all}>{haircut:all}+{tolerance$@D}))=0"),
    holds("ρ lies between −1 and 1", "Inputs", "AND(driver_rho>=-1,driver_rho<=1)"),
    holds("A cure restores more than the trigger", "Inputs", "cover_full>=cover_call"),
    holds("Every input is a number within its range", "Inputs", "AND(COUNT(inputs_in_range)>0,MIN(inputs_in_range)=1)"),
    holds("Every input is a number within its range", "Replay", "AND(COUNT(replay_inputs_in_range)>0,MIN(replay_inputs_in_range)=1)"),
    holds("Every input is a number within its range", "Pivot", "AND(COUNT(pivot_inputs_in_range)>0,MIN(pivot_inputs_in_range)=1)"),
    holds("Halving after drawing", "Inputs", "halving_date>start_date"),
    *_own_path("own_btc_given", "Bitcoin, yours"),
    *_own_path("own_network_given", "Network, yours"),
    *READ,
    holds("Dated readings are in order of date", "Paths", f"SUMPRODUCT(--(Paths!D{READ_TOP + 1}:D{READ_LAST}<=Paths!D{READ_TOP}:D{READ_LAST - 1}))=0"),
    holds("Ramps of the grid are numbers between 0 and 10", "Pivot", all_within("ramp_factors", 0.0, 10.0)),
    Check("Facts are those delivered", "Facts", "=SUM(facts)", round(sum(float(line["value"]) for line in FACTS), 6), 1e-6,
          "A fact that was changed is no longer the one whose source stands beside it"),
    FINDINGS,
    holds("The loan fails on the 2022-like fall", "Loan", "defaulted=1", counts=False),
    holds("Every loan on record was larger than the functions would have advanced", "Replay", "MIN({excess:row})>1", counts=False),
)  # fmt: skip


def write_check_sheet(book: Book) -> None:
    write_checks(book, QUESTION, (), None, (*FILED, *NATIVE, *IDENTITIES, *BOUNDS))

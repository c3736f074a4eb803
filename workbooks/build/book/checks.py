"""The sheet Checks of book.xlsx: published values, shadows in native Excel, identities, inputs, and one master flag."""

from __future__ import annotations

from collections.abc import Iterator

from workbooks.build.book.curves import LEVELS, TABLE
from workbooks.build.book.stress import LAST, SHOCKS, TOP
from workbooks.build.kit.checks import FINDINGS, Beside, Check, Published, holds, write_checks
from workbooks.build.kit.page import A3, Book, all_within
from workbooks.build.kit.rows import Section

QUESTION = "Published values, shadows in native Excel, identities, inputs; one master flag."
BESIDE = Beside("OPQRSTUVWXYZ", "AA", "AB", 24, 9)
EXACT = "Example of the function, exact arithmetic"
DIGITS = "Example of the function, 40-digit arithmetic"
CASES = (
    Published("CFI_PIT_PD", (0.02, 0.2, -1), 1, 0.03623445077159586, 1e-12, DIGITS),
    Published("CFI_IFRS9_STAGE", (0.01, 0.025, 0, 2), 1, 2, 0, EXACT),
    Published("CFI_IFRS9_STAGE", (0.01, 0.015, 95, 2), 1, 3, 0, EXACT),
    Published("CFI_FIRB_LGD", (100, 120), 1, 0.292, 1e-12, EXACT),
    Published("CFI_OUTPUT_FLOOR", (60, 100), 1, 72.5, 1e-12, EXACT, True),
    Published("CFI_IRB_CAPITAL", (100, 0.0003, 0.1), 3, 0.109173146502259763, 1e-12, DIGITS, True),
    Published(
        "CFI_DEAL_LOSS", (70, 100, 50, 0.05, 0.02, 0.5, 0.25, 0.5, 0.3, 0.4, 1), 1, 0.0132692117173, 1e-12, DIGITS, True
    ),
)
LOSSES = ("loss_whole", "loss_gpu", "loss_asic")
WHO = ("Whole book", "ComputeFi", "MinerFi")


def _identities() -> Iterator[Section | Check]:
    yield Section("Identities", "Must hold whatever the inputs are")
    yield Check("Parts of the shortfall add up to it", "Losses", "=SUM(part)", "=INDEX(loss_whole,1,4)", 1e-6)
    yield Check("Parts of the expected loss add up to it", "Losses", "=SUM(part_el)", "=INDEX(loss_whole,1,1)", 1e-6)
    yield Check("Shares add up to 1", "Losses", "=SUM(part_share)", "=IF(total_exposure>0,1,0)", 1e-9)
    yield Check(
        "Factors add up to what the worst state adds",
        "Limits",
        "=SUM(INDEX(worst_state,0,3))",
        "=IF(total_exposure>0,1,0)",
        1e-6,
    )
    yield Check(
        "Reverse stress costs what was asked",
        "Stress",
        "=SUM(reverse_losses)+stress_middle",
        "=limit_loss*total_exposure",
        1e-4,
    )
    for name, who in zip(LOSSES, WHO, strict=True):
        yield Check(
            "VaR = expected + unexpected loss",
            who,
            f"=INDEX({name},1,1)+INDEX({name},1,2)",
            f"=INDEX({name},1,3)",
            1e-9,
        )
        yield holds(
            "Expected loss ≤ VaR ≤ shortfall ≤ exposure",
            who,
            f"AND(INDEX({name},1,1)<=INDEX({name},1,3)+0,INDEX({name},1,3)<=INDEX({name},1,4)+INDEX({name},1,7),INDEX({name},1,4)<=total_exposure)",
        )
    yield Check(
        "Exposure of the two books = that of the whole", "Rows", "=exposure_gpu+exposure_asic", "=total_exposure", 1e-6
    )
    yield holds("No scenario gains", "Stress", "MIN(stress_losses)>=0")
    yield holds(
        "Curves fall: a higher level has a higher loss",
        "Losses",
        f"SUMPRODUCT(--(Losses!D{TABLE + 2}:F{TABLE + len(LEVELS)}<Losses!D{TABLE + 1}:F{TABLE + len(LEVELS) - 1}))=0",
    )


def _shadows() -> Iterator[Section | Check]:
    yield Section("Shadows in native Excel", "The same by another way")
    yield Check(
        "Exposure of the offtakers = that of the loans with one",
        "Limits",
        "=SUM(offtaker_exposures)",
        "=SUMPRODUCT((b_offtaker>0)*b_exposure)",
        1e-6,
    )
    yield Check(
        "Stage 2 and 3 by hand",
        "Provisions",
        "=stage_2+stage_3",
        "=SUMPRODUCT(b_ok*(1-(1-(life_now>=stage_ratio*life_made)*(life_now>0))*(days_late<=backstop)*(days_late<=default_days)))",
        0,
    )
    yield Check(
        "PD in the bad state of the first name",
        "Names",
        "=INDEX(n_pd_bad,1,1)",
        "=IF(INDEX(n_pd,1,1)>0,NORMSDIST((NORMSINV(INDEX(n_pd,1,1))-SQRT(INDEX(n_explained,1,1))*state_bad)/SQRT(1-INDEX(n_explained,1,1))),0)",
        1e-9,
    )
    yield Check(
        "Output floor by hand", "Provisions", "=rwa_floored", "=MAX(rwa_internal,output_floor*rwa_standard)", 1e-6
    )
    yield Check(
        "Move of bitcoin by hand",
        "Stress",
        f"=INDEX(moves,{2},3)",
        f"=LN(1+Stress!C{TOP + 1})/vol_btc/SQRT(horizon)",
        1e-12,
    )
    yield Check(
        "Provision = twelve months or lifetime, by stage",
        "Provisions",
        "=provision",
        "=SUMPRODUCT((prov_stage=1)*prov_amount_12)+SUMPRODUCT((prov_stage>1)*prov_amount_life)",
        1e-6,
    )


def _inputs() -> Iterator[Section | Check]:
    yield Section("Inputs", "Outside of its bounds a number is wrong; a row that is wrong is left out and fails here")
    yield holds(
        "Every input is a number within its range", "Inputs", "AND(COUNT(inputs_in_range)>0,MIN(inputs_in_range)=1)"
    )
    yield Check("Every row that is used is taken", "Loans", "=SUM(b_ok)", "=SUM(b_used)")
    yield holds("There is a loan", "Loans", "SUM(b_ok)>0")
    yield Check("Every name that is used is taken", "Names", "=SUM(n_ok)", "=SUM(n_used)")
    yield holds(
        "Factors explain no more than all of an operator",
        "Inputs",
        "AND(MAX(segment_explained_driver)<1,MAX(segment_explained_value)<=1)",
    )
    yield holds("Factors explain no more than all of a name", "Names", "MAX(n_explained)<1")
    yield holds(
        "Weights of the scenarios add up to 1", "Inputs", "ABS(weight_middle+weight_good+weight_bad-1)<0.000000001"
    )
    yield holds(
        "A t copula has at least 0.1 degrees of freedom, and paths",
        "Inputs",
        "OR(nu=0,AND(COUNT(nu)=1,nu>=0.1,paths>0))",
    )
    for letter, head, _, _, low, high in SHOCKS:
        yield holds(
            f"Shocks are within their bounds: {head}",
            "Stress",
            all_within(f"Stress!{letter}{TOP}:{letter}{LAST}", low, high),
        )
    yield holds(
        "Levels of the curves are within their bounds",
        "Losses",
        all_within(f"Losses!B{TABLE + 1}:B{TABLE + len(LEVELS)}", 0.5, 0.9999),
    )


def _findings() -> Iterator[Section | Check]:
    yield FINDINGS
    yield holds(
        "The MinerFi book loses more in a bad year", "Summary", "INDEX(loss_asic,1,3)>INDEX(loss_gpu,1,3)", counts=False
    )
    yield holds(
        "All at once is the worst scenario",
        "Stress",
        f"INDEX(stress_losses,{LAST - TOP + 1},1)=MAX(stress_losses)",
        counts=False,
    )
    yield holds("Every limit holds", "Limits", "limits_broken=0", counts=False)


def write_check_sheet(book: Book) -> None:
    write_checks(book, QUESTION, CASES, BESIDE, (*_identities(), *_shadows(), *_inputs(), *_findings()))
    book.pages["Checks"].sheet.page_setup.paperSize = A3

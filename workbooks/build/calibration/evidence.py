"""Sections 6 and 7 of the sheet Calibration: what public data said, and what the uncertainty is worth to a lender."""

from __future__ import annotations

from pathlib import Path

from workbooks.build.calibration.pairs import HALF
from workbooks.build.kit.holes import Block
from workbooks.build.kit.inputs import read_table
from workbooks.build.kit.page import NUMBER, PERCENT, PERCENT_2, WHOLE, Page

FOUND = "Found in public data, log returns"
EVIDENCE = read_table(Path(__file__).with_name("evidence.csv"))
HEADS = dict.fromkeys("BCDEFGHIJKLMNOPQR", "") | {"B": "Pair", "C": "Status", "D": "ρ", "E": "Low", "F": "High", "G": "n", "M": "π", "N": "ρ for π", "R": "Source"}  # fmt: skip
# What a number typed in may be at all, and what is said where it is refused.
EVIDENCE_BOUNDS = {"D": (-0.999, 0.999), "G": (4.0, 1e5), "M": (0.0, 0.99)}
REFUSALS = {
    "D": ("Measured correlation", FOUND),
    "G": ("Number of returns", FOUND),
    "M": ("Unchanged prices", "45% of months unchanged for posted H100 rents"),
}
NOTE = "No evidence that GPU collateral moves with bitcoin; but seventeen or forty-one months are too few to exclude 0.7, and posted rents hide part of what there is."
READINGS = {
    "Low end of the interval": "={pair_3@E}",
    "As measured": "={pair_3@D}",
    "Corrected for prices that did not move": "={pair_3@N}",
    "High end of the interval": "={pair_3@F}",
    "High end, corrected": "=MIN(1,{pair_3@F}/(1-MIN({pair_3@M},1-unchanged_below)))",
}
LOAN_HEADS = ("Reading of ρ", "Unit", "ρ", "LTV", "Corr.-adj. LTV", "Stress LTV", "LGD", "Expected loss")
# One array formula a column; `{}` is the column of the correlations.
LOAN_CALLS = {
    "F": ("=CFI_CORR_LTV(try_ltv,1,try_pd,{},try_volatility,1,try_drift,sale_cost,time_to_sell)", PERCENT),
    "G": ("=CFI_STRESS_LTV(try_ltv,1,{},try_volatility,1,stress_quantile,try_drift,sale_cost)", PERCENT),
    "H": ("=CFI_CORR_LGD(try_ltv,1,try_pd,{},try_volatility,1,try_drift,sale_cost,time_to_sell)", PERCENT),
    "I": ("=CFI_CORR_EL(try_ltv,1,try_pd,{},try_volatility,1,try_drift,sale_cost,time_to_sell)", PERCENT_2),
}


def write_evidence(page: Page, block: Block, top: int) -> int:
    note = "three measured values, typed in; the interval is recomputed here"
    page.section(top - 1, "6 · What public data said", "B", "R", note)
    for letter, text in HEADS.items():
        page.put(f"{letter}{top}", text, "head_left" if letter in "BR" else "head")
    page.row(top, 30)
    last = block.lay([f"evidence_{number}" for number in range(1, len(EVIDENCE) + 1)], top + 1)
    for row, line in enumerate(EVIDENCE, top + 1):
        half = page.fill(HALF, row=row)
        page.put(f"B{row}", line["pair"], "label")
        page.put(f"C{row}", "D", "aside")
        page.put(f"D{row}", float(line["correlation"]), "input", NUMBER)
        page.put(f"E{row}", f"=FISHERINV(FISHER(D{row})-{half})", "result", NUMBER)
        page.put(f"F{row}", f"=FISHERINV(FISHER(D{row})+{half})", "result", NUMBER)
        page.put(f"G{row}", float(line["returns"]), "input", WHOLE)
        page.put(f"M{row}", float(line["unchanged"]), "input", PERCENT)
        page.put(f"N{row}", f"=D{row}/(1-M{row})", "result", NUMBER)
        page.put(f"R{row}", FOUND + "; the project's fact sheet §B4, 2026-11-22", "note")
        page.row(row, 28)
    for letter, (low, high) in EVIDENCE_BOUNDS.items():
        page.validate(f"{letter}{top + 1}:{letter}{last}", low, high, *REFUSALS[letter])
    page.book.name("evidence", page, f"D{top + 1}:G{last}")
    page.book.name("evidence_sticky", page, f"N{top + 1}:N{last}")
    page.merge(f"B{last + 1}:R{last + 1}", NOTE, "plain", 16)
    return last + 1


def write_loan(page: Page, block: Block, top: int) -> int:
    """What each reading of the correlation of GPU rent and bitcoin does to a loan."""
    note = "pair 3 of section 4 as the correlation of driver and collateral"
    page.section(top - 1, "7 · What the uncertainty is worth to a lender", "B", "R", note)
    for letter, text in zip("BCDEFGHI", LOAN_HEADS, strict=True):
        page.put(f"{letter}{top}", text, "head_left" if letter == "B" else "head")
    page.row(top, 30)
    last = block.lay([f"reading_{number}" for number in range(1, len(READINGS) + 1)], top + 1)
    for row, (label, formula) in enumerate(READINGS.items(), top + 1):
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", "correlation", "unit")
        page.row(row, 16)
        page.put(f"D{row}", page.fill(formula), "calc", NUMBER)
        page.put(f"E{row}", "=try_ltv", "calc", PERCENT)
    for letter, (call, number_format) in LOAN_CALLS.items():
        formula = call.format(f"D{top + 1}:D{last}")
        page.block(f"{letter}{top + 1}:{letter}{last}", formula, "result", number_format)
    page.book.name("loan_readings", page, f"D{top + 1}:I{last}")
    return last

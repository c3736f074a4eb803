"""The sheet Calibration of calibration.xlsx: its inputs, each series by itself, and what stands below them."""

from __future__ import annotations

from pathlib import Path

from workbooks.build.calibration.evidence import write_evidence, write_loan
from workbooks.build.calibration.pairs import write_matrix, write_pairs
from workbooks.build.calibration.pictures import write_pictures
from workbooks.build.calibration.prices import (
    COLUMNS,
    EWMA,
    LAST,
    SAME,
    TOP,
    TRUE_CORRELATION,
    TRUE_STICKY,
    TRUE_VOLATILITY,
)
from workbooks.build.calibration.vintages import write_vintages
from workbooks.build.kit.holes import Block
from workbooks.build.kit.inputs import InputColumns, read_inputs, write_heads, write_inputs
from workbooks.build.kit.page import NUMBER, PERCENT, WHOLE, Book, Page
from workbooks.build.kit.parameters import of_collateral
from workbooks.build.kit.rows import Form, Row, write_rows
from workbooks.build.kit.text import LEGEND

# What all workbooks share of GPUs, for the loan to try correlations on.
SHARED = (
    "observed_volatility", "stale_share", "sticky_on", "annual_residual", "sale_cost", "time_to_sell", "stress_quantile",
)  # fmt: skip
INPUTS = (*read_inputs(Path(__file__).with_name("inputs.csv")), *map(of_collateral, SHARED))
# What follows from them: name, label, unit, formula, format and how.
DERIVED = (
    ("try_volatility", "Volatility of the collateral", "a year, log", "=observed_volatility*IF(sticky_on=1,SQRT((1+stale_share)/(1-stale_share)),1)", NUMBER, "As observed, or corrected for sticky prices: the switch is above"),
    ("try_drift", "Drift of the collateral", "a year, continuous", "=LN(annual_residual)", "0.000", "Logarithm of the annual residual factor"),
)  # fmt: skip
INPUT_COLUMNS = InputColumns("D", (), "E", "F:L", "M", "N", "O", "P", band=18)
WIDTHS = {"A": 1.5, "B": 38, "C": 15} | dict.fromkeys("DEFG", 12) | dict.fromkeys("HIJKLMNOPQ", 10) | {"R": 33}
# What a number typed in below the inputs may be at all: validated in the cell, checked on Checks.
GENERATOR_BOUNDS = {"true_vol": (0.0, 5.0), "true_sticky": (0.0, 0.99), "true_rho": (-1.0, 1.0)}
RETURNS = f"INDEX(Returns!$D${TOP + 1}:$G${LAST},0,{{series$}})"
SERIES = (
    Row("prices", "Prices", "number", f"=COUNT(Prices!{{column}}${TOP}:{{column}}${LAST})", WHOLE, "Rows that are filled on Prices"),
    Row("count", "Log returns", "number", f"=COUNT({RETURNS})", WHOLE, "One fewer"),
    Row("mean", "Mean return", "a year", f"=AVERAGE({RETURNS})*per_year", PERCENT, "Mean × prices a year; says little over short samples"),
    Row("vol", "Volatility", "a year", f"=STDEV({RETURNS})*SQRT(per_year)", PERCENT, "STDEV × √prices a year", "result"),
    Row("ewma", "EWMA volatility, latest", "a year", f"=CFI_EWMA_VOL(Prices!{{column}}${TOP}:INDEX(Prices!{{column}}${TOP}:{{column}}${LAST},price_count),ewma_decay,per_year)", PERCENT, "CFI_EWMA_VOL: recent returns count most; seeded with the first squared return", "result"),
    Row("ewma_native", "The same, month by month in native Excel", "a year", [f"=SQRT(INDEX(Returns!{letter}${TOP}:{letter}${LAST},price_count)*per_year)" for letter in EWMA], PERCENT, "Last row of the recursion on Returns × prices a year, root"),
    Row("phi", "Autocorrelation of returns (φ)", "correlation", f"=CORREL(Returns!{{column}}${TOP + 2}:{{column}}${LAST},Returns!{{column}}${TOP + 1}:{{column}}${LAST - 1})", NUMBER, "CORREL of returns with those before them; above 0 where posted prices adjust late"),
    Row("sticky", "Share of prices that did not move (π)", "share", [f"=SUM(Returns!{letter}${TOP + 1}:{letter}${LAST})/{{count}}" for letter in SAME], PERCENT, "Posted, not traded: such a price measures nothing"),
    Row("vol_ar", "Volatility corrected for partial adjustment", "a year", "=CFI_UNSMOOTH_VOL({vol},{phi})", PERCENT, "CFI_UNSMOOTH_VOL: σ · √((1 + φ)/(1 − φ)): right where prices creep towards the market; below σ where φ is below 0"),
    Row("true_vol", "Volatility given to the generator", "a year", TRUE_VOLATILITY, PERCENT, "SYNTHETIC series only; replace or ignore with your own prices", "input"),
    Row("true_sticky", "Share without a new price given to the generator", "share", TRUE_STICKY, PERCENT, "SYNTHETIC series only", "input"),
    Row("true_rho", "Correlation with the first given to the generator", "correlation", TRUE_CORRELATION, NUMBER, "SYNTHETIC series only", "input"),
)  # fmt: skip
NAMED = ("vol", "vol_ar", "ewma", "ewma_native", "phi", "sticky", "true_vol", "true_sticky", "true_rho")


def write_calibration(book: Book) -> int:
    """Write the sheet but for its sentence; returns its last row."""
    question = "How much do they move, do they move together, and how sure is that?"
    page = book.page("Calibration", "Volatility and correlation", question, WIDTHS)
    page.merge("B4:R4", LEGEND, "plain", 18, vertical="center")
    block = book.places.add(Block("Calibration", "D", len(COLUMNS)))
    write_heads(page, 7, INPUT_COLUMNS, "Value", ())
    page.row(7, 18)
    last = write_inputs(page, INPUTS, 8, INPUT_COLUMNS, block)
    book.name("calibration_inputs_in_range", page, f"P8:P{last}")
    for row, (name, label, unit, formula, number_format, how) in enumerate(DERIVED, last + 1):
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", formula, "result", number_format)
        page.merge(f"F{row}:L{row}", how, "note")
        book.name(name, page, f"D{row}")
    last = _write_series(page, block, last + len(DERIVED) + 2)
    pairs = last + 3
    last = write_pairs(page, block, pairs)
    last = write_matrix(page, last + 3)
    last = write_evidence(page, block, last + 5)
    loan = write_loan(page, block, last + 3)
    vintages = write_pictures(page, block, loan + 4) + 4
    last = write_vintages(page, block, vintages)
    page.freeze("D4")
    page.print_setup(f"B1:R{last}", "1:3", [pairs - 2, loan + 2, vintages - 2])
    return last


def _write_series(page: Page, block: Block, top: int) -> int:
    page.section(top - 1, "3 · Series by series", "B", "R")
    page.put(f"B{top}", "Measure", "head_left")
    page.put(f"C{top}", "Unit", "head")
    page.merge(f"H{top}:R{top}", "How", "head_left")
    block.set("series", top + 1)
    for number, letter in enumerate(COLUMNS, 1):
        page.put(f"{letter}{top}", f"=INDEX(series_names,1,{letter}{top + 1})", "head")
        page.put(f"{letter}{top + 1}", number, "aside")
    page.row(top, 30)
    page.put(f"B{top + 1}", "Number of the series", "note")
    page.put(f"C{top + 1}", "", "unit")
    last = block.lay([item.key for item in SERIES], top + 2)
    write_rows(page, SERIES, block, Form("R", "H:R", height=lambda lines: 3 + 12 * lines))
    for key in NAMED:
        page.book.name(f"series_{key}", page, page.fill(f"{{{key}:row}}"))
    for key, (low, high) in GENERATOR_BOUNDS.items():
        words = "SYNTHETIC series only; ignore with your own prices"
        page.validate(page.fill(f"{{{key}:row}}"), low, high, "Generator", words)
    return last

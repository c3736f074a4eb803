"""Gauss–Legendre in cells: the whole deal loss as integrals over the drivers of operator and offtaker, on Curves.

The sale where the operator fails is an integral over its driver, that where the offtaker fails one over the other's,
and where both fail one over both; Φ₂ of the two, which tells how often a contract is left to assign, is one of them too.
"""

from __future__ import annotations

from dataclasses import replace

from numpy.polynomial.legendre import leggauss
from openpyxl.utils import get_column_letter

from workbooks.build.compare.inputs import COLUMNS, NAMES, lay
from workbooks.build.compare.rows import of_deals
from workbooks.build.compare.years import Rows, when_used
from workbooks.build.kit.page import Book, Page
from workbooks.build.kit.rows import Form, Row, write_rows

POINTS = 28  # nodes; deal loss then differs by less than 1e-7 from the function's, whatever the inputs
NODES = [
    (round((1 + float(node)) / 2, 12), round(float(weight) / 2, 12))
    for node, weight in zip(*leggauss(POINTS), strict=True)
]
WORKINGS_TOP = 58  # below the words of Summary
TOP = WORKINGS_TOP + 22  # of the operator's nodes, below each other
RESULTS = TOP + POINTS + 2
OTHER = RESULTS + 10  # of the offtaker's nodes, beside each other: a row for each deal
FIRST = 4  # the column of the first of them
LAST = OTHER + len(COLUMNS) - 1
ACROSS = [get_column_letter(FIRST + number) for number in range(POINTS)]
WORKINGS: Rows = (
    Row("shadow_spread", "Log value, spread to the sale", "log", "={volatility}*SQRT(1+{lag})", "0.0000", "Volatility × √(1 year + lag)"),
    Row("shadow_mean", "Log of expected proceeds over the loan", "log", "=LN({cost}*(1-{sale_cost})/{exposure})+{drift}*(1+{lag})", "0.0000", "Value at the sale less its cost, over the exposure"),
    Row("shadow_shift", "Log value that moves with the operator's driver", "log", "={rho}*{volatility}", "0.0000", "ρ × volatility × √1 year"),
    Row("shadow_other", "the same with the offtaker's", "log", "={rho_offtaker}*{volatility}", "0.0000", "ρ × volatility × √1 year"),
    Row("shadow_b", "Log value that does not move with the operator's", "log", "=SQRT(MAX(room^2,{shadow_spread}^2-{shadow_shift}^2))", "0.0000", "√(spread² − shift²)"),
    Row("shadow_m", "Proceeds over the loan in the bad year", "share", "=EXP({shadow_mean}+{shadow_shift}*NORMSINV({stress_quantile})-{shadow_shift}^2/2)", "0.0000", "Given the driver at its quantile"),
    Row("shadow_u", "Distance", "number", "=(-LN({shadow_m})+{shadow_b}^2/2)/{shadow_b}", "0.0000", "(ln(1/m) + b²/2)/b"),
    Row("shadow_o", "Log value that does not move with the offtaker's", "log", "=SQRT(MAX(room^2,{shadow_spread}^2-{shadow_other}^2))", "0.0000", "√(spread² − shift²)"),
    Row("shadow_x", "Threshold of the operator", "number", "=MIN(shadow_width,NORMSINV(MAX(tiny,MIN(1-tiny,{pd_operator}))))", "0.0000", "Φ⁻¹ of the PD"),
    Row("shadow_y", "Threshold of the offtaker", "number", "=MIN(shadow_width,NORMSINV(MAX(tiny,MIN(1-tiny,{offtaker_used}))))", "0.0000", "Φ⁻¹ of the PD"),
    Row("shadow_l", "Correlation of the two drivers", "correlation", "={link}", "0.0000", "From Deals"),
    Row("shadow_k", "Variance of one driver, the other held", "number", "=1-{shadow_l}^2", "0.0000", "1 − correlation²"),
    Row("shadow_p", "Log value by the operator's driver, the offtaker's held", "log", "=({shadow_shift}-{shadow_l}*{shadow_other})/{shadow_k}", "0.0000", "Regression on both drivers"),
    Row("shadow_q", "Log value by the offtaker's driver, the operator's held", "log", "=({shadow_other}-{shadow_l}*{shadow_shift})/{shadow_k}", "0.0000", "Regression on both drivers"),
    Row("shadow_r", "Variance that the two drivers explain", "log²", "={shadow_p}*{shadow_shift}+{shadow_q}*{shadow_other}", "0.0000", "Regression on both drivers"),
    Row("shadow_c", "Log of proceeds over the loan, both drivers at 0", "log", "={shadow_mean}-{shadow_r}/2", "0.0000", "Mean less half of the explained variance"),
    Row("shadow_s", "Log value that moves with neither", "log", "=SQRT(MAX(room^2,{shadow_spread}^2-{shadow_r}))", "0.0000", "√(spread² − explained)"),
)  # fmt: skip
_LOST = "(NORMSDIST({b}/2-({m})/{b})-EXP({m})*NORMSDIST(-{b}/2-({m})/{b}))"  # of a sale whose log over the claim is m
# key: label and formula; t are the operator's nodes, v the offtaker's, w and x their weights, W and X their widths
PARTS = {
    "sale": ("Operator fails: lost of a sale", "={W}*SUMPRODUCT({w}*EXP({t}^2/-2)*{lost})/SQRT(2*PI())"),
    "other": ("Offtaker fails: lost of a sale", "={X}*SUMPRODUCT({x}*EXP({v}^2/-2)*{lost})/SQRT(2*PI())"),
    "pd": ("Both fail: probability", "={W}*SUMPRODUCT({w}*EXP({t}^2/-2)*NORMSDIST(({shadow_y}-{shadow_l}*{t})/SQRT({shadow_k})))/SQRT(2*PI())"),
    "joint": ("Both fail: sum over the nodes", "=SUMPRODUCT({w}*{x}*EXP(({v}-{shadow_l}*{t})^2/-2/{shadow_k}-{t}^2/2)*{lost})"),
    "both": ("Both fail: lost of a sale", "={W}*{X}*{joint}/(2*PI()*SQRT({shadow_k}))"),
    "loss": ("Deal loss", "=(1-{unsecured})*({assignable}*({pd_operator}-{pd})*MAX(0,1-{worth_1}/{exposure})+(1-{assignable})*({sale}-{both})+{other})"),
}  # fmt: skip


def lay_shadows(book: Book) -> None:
    lay(book, "Curves", WORKINGS, WORKINGS_TOP)


def write_shadows(page: Page) -> None:
    native = "native Excel: each driver from far below its threshold up to it; Checks compares"
    page.section(WORKINGS_TOP - 2, "Deal loss by Gauss–Legendre", "B", ACROSS[-1], native)
    page.heads(WORKINGS_TOP - 1, NAMES, 32)
    rows = [when_used(replace(row, formula=of_deals(str(row.formula)))) for row in WORKINGS if isinstance(row, Row)]
    write_rows(page, rows, page.book.places.blocks["Curves"], Form("N", "L:N"))
    _operator(page)
    _offtaker(page)
    for row, (key, (label, _)) in enumerate(PARTS.items(), RESULTS):
        page.put(f"B{row}", label, "label_bold" if key == "loss" else "label")
        page.put(f"C{row}", "share" if key != "pd" else "probability", "unit")
    for number, letter in enumerate(COLUMNS):
        for row, formula in enumerate(_formulas(page, letter, OTHER + number), RESULTS):
            look = "result" if row == RESULTS + len(PARTS) - 1 else "calc"
            page.put(f"{letter}{row}", f'=IF({letter}{TOP - 2}="","",{formula[1:]})', look, "0.0000E+00")


def cell_of(key: str, letter: str) -> str:
    """Where a part of the integral stands for the deal of a column."""
    return f"{letter}{RESULTS + list(PARTS).index(key)}"


def _operator(page: Page) -> None:
    """The nodes of the operator's driver, a column for each deal."""
    page.heads(TOP - 1, {"B": "Operator's driver, node", "C": "Weight"} | NAMES, 32, "")
    for letter in COLUMNS:
        page.put(f"{letter}{TOP - 2}", _when_used(page, letter, page.fill("=MAX(shadow_width,{shadow_x}+shadow_width)", letter)), "aside", "0.0")  # fmt: skip
    page.put(f"B{TOP - 2}", "How far the driver is followed", "note")
    for row, (node, weight) in enumerate(NODES, TOP):
        page.put(f"B{row}", node, "aside", "0.000000")
        page.put(f"C{row}", weight, "aside", "0.000000")
    for letter in COLUMNS:
        formula = page.fill(f"={{shadow_x}}-{letter}{TOP - 2}*(1-$B{TOP}:$B{TOP + POINTS - 1})", letter)
        page.block(f"{letter}{TOP}:{letter}{TOP + POINTS - 1}", _when_used(page, letter, formula), "calc", "0.0000")


def _offtaker(page: Page) -> None:
    """The nodes of the offtaker's driver, a row for each deal."""
    page.heads(OTHER - 2, {"B": "Offtaker's driver, weight"})
    page.heads(OTHER - 1, {"B": "node", "C": "How far"})
    for letter, (node, weight) in zip(ACROSS, NODES, strict=True):
        page.put(f"{letter}{OTHER - 2}", weight, "aside", "0.000000")
        page.put(f"{letter}{OTHER - 1}", node, "aside", "0.000000")
    for row, letter in enumerate(COLUMNS, OTHER):
        page.put(f"B{row}", f"=Deals!{letter}5", "label")
        y = page.fill("{shadow_y$}", letter)
        page.put(f"C{row}", _when_used(page, letter, f"=MAX(shadow_width,{y}+shadow_width)"), "aside", "0.0")
        formula = f"={y}-$C{row}*(1-{ACROSS[0]}${OTHER - 1}:{ACROSS[-1]}${OTHER - 1})"
        page.block(f"{ACROSS[0]}{row}:{ACROSS[-1]}{row}", _when_used(page, letter, formula), "calc", "0.00")


def _formulas(page: Page, letter: str, row: int) -> list[str]:
    last = ACROSS[-1]
    places = {
        "W": f"{letter}{TOP - 2}",
        "X": f"C{row}",
        "t": f"{letter}{TOP}:{letter}{TOP + POINTS - 1}",
        "w": f"C{TOP}:C{TOP + POINTS - 1}",
        "v": f"D{row}:{last}{row}",
        "x": f"D{OTHER - 2}:{last}{OTHER - 2}",
    }
    logs = {
        "sale": ("{shadow_b}", "{shadow_mean}+{shadow_shift}*{t}-{shadow_shift}^2/2"),
        "other": ("{shadow_o}", "{shadow_mean}+{shadow_other}*{v}-{shadow_other}^2/2"),
        "joint": ("{shadow_s}", "{shadow_c}+{shadow_p}*{t}+{shadow_q}*{v}"),
    }
    formulas = []
    for key, (_, formula) in PARTS.items():
        if key in logs:
            spread, log = logs[key]
            formula = formula.replace("{lost}", _LOST.replace("{b}", spread).replace("{m}", log))
        for name, place in places.items():
            formula = formula.replace(f"{{{name}}}", place)
        for other in PARTS:
            formula = formula.replace(f"{{{other}}}", cell_of(other, letter))
        formulas.append(page.fill(of_deals(formula), letter))
    return formulas


def _when_used(page: Page, letter: str, formula: str) -> str:
    return f'=IF({page.fill("{used$}", letter)}=1,{formula[1:]},"")'

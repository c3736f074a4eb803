"""The sheet Inputs: what the desk decides, the segments, the parameters of collateral, and what follows from them."""

from __future__ import annotations

from pathlib import Path

from workbooks.build.book.rows import FACTOR_HEADS
from workbooks.build.kit.holes import Block
from workbooks.build.kit.inputs import Input, InputColumns, read_inputs, write_heads, write_inputs
from workbooks.build.kit.page import A3, MONEY, NUMBER, PERCENT, Book, Page
from workbooks.build.kit.parameters import COLLATERAL, parameter
from workbooks.build.kit.rows import Form, Row, Section, write_rows
from workbooks.build.kit.text import LEGEND

HERE = Path(__file__).parent
INPUTS, SEGMENTS = (read_inputs(HERE / f"{name}.csv") for name in ("inputs", "segments"))
SHARED = (
    "observed_volatility", "stale_share", "sticky_on", "annual_residual", "sale_cost", "time_to_sell",
    "unsecured_recovery",
)  # fmt: skip
WIDTHS = {"A": 1.5, "B": 44, "C": 17} | dict.fromkeys("DEFG", 15) | {"H": 8} | dict.fromkeys("IJKLMN", 10)
WIDTHS |= {"O": 11} | dict.fromkeys("PQR", 9)
SINGLE = InputColumns("D", (), "H", "I:N", "O", "P", "Q", "R")
CASES = InputColumns("", ("D", "E", "F", "G"), "H", "I:N", "O", "P", "Q", "R")
KINDS = InputColumns("", ("D", "E"), "H", "I:N", "O", "P", "Q", "R", suffixes=COLLATERAL)
QUESTION = "What does the desk decide, and what does it assume? Then what follows from it."


def _kind(key: str) -> str:
    return f"INDEX({{{key}$@D:E}},1,{{kind}})"


_PLACES = (1, 2, 3, 4)
OF_SEGMENT: tuple[Section | Row, ...] = (
    Section("7 · What follows for each segment", "volatility and drift as in every workbook; correlations from the loadings"),
    Row("stale", "Stale share that is corrected for", "share", f"={_kind('stale_share')}*{_kind('sticky_on')}", PERCENT, "0 where the correction is off"),
    Row("volatility", "Volatility of the collateral", "a year, log", f"={_kind('observed_volatility')}*SQRT((1+{{stale}})/(1-{{stale}}))", NUMBER, "Observed × √((1 + stale)/(1 − stale))", "result"),
    Row("drift", "Drift of the collateral", "a year, log", f"=LN({_kind('annual_residual')})", "0.000", "Logarithm of the annual residual factor", "result"),
    Row("cost_of_sale", "Cost of a forced sale", "share", f"={_kind('sale_cost')}", PERCENT, "By the collateral"),
    Row("lag", "Time from default to sale", "years", f"={_kind('time_to_sell')}", NUMBER, "By the collateral"),
    Row("unsecured", "Recovery on the shortfall", "share", f"={_kind('unsecured_recovery')}", PERCENT, "By the collateral"),
    *(Row(f"c_driver_{k}", f"Operator with factor {k}", "correlation", f"=SUMPRODUCT(INDEX(corrs,0,{k}),{{driver_ai..driver_power}})", NUMBER, "C · loadings of the operator") for k in _PLACES),
    *(Row(f"c_value_{k}", f"Collateral with factor {k}", "correlation", f"=SUMPRODUCT(INDEX(corrs,0,{k}),{{value_ai..value_power}})", NUMBER, "C · loadings of the collateral") for k in _PLACES),
    Row("explained_driver", "Share of the operator that factors explain", "share", "=SUMPRODUCT({c_driver_1..c_driver_4},{driver_ai..driver_power})", PERCENT, "Must not be above 1"),
    Row("explained_value", "Share of the collateral that factors explain", "share", "=SUMPRODUCT({c_value_1..c_value_4},{value_ai..value_power})", PERCENT, "Must not be above 1"),
    Row("rho_operator", "Correlation of operator and collateral", "correlation", "=SUMPRODUCT({c_value_1..c_value_4},{driver_ai..driver_power})+{gamma}*SQRT(MAX(0,1-{explained_driver})*MAX(0,1-{explained_value}))", NUMBER, "By the factors and by the rests: the wrong-way correlation of every workbook", "result"),
)  # fmt: skip
TOTALS = (
    ("total_exposure", "Exposure of the loans that are taken", "m", "=SUM(b_exposure)", MONEY, "Rows"),
    ("total_value", "Their collateral", "m", "=SUM(b_value)", MONEY, "Rows"),
    ("exposure_gpu", "Exposure: ComputeFi", "m", "=SUMPRODUCT(b_gpu,b_exposure)", MONEY, "Rows"),
    ("value_gpu", "Collateral: ComputeFi", "m", "=SUMPRODUCT(b_gpu,b_value)", MONEY, "Rows"),
    ("exposure_asic", "Exposure: MinerFi", "m", "=SUMPRODUCT(b_asic,b_exposure)", MONEY, "Rows"),
    ("value_asic", "Collateral: MinerFi", "m", "=SUMPRODUCT(b_asic,b_value)", MONEY, "Rows"),
    ("size_gpu", "Scale of exposure: ComputeFi", "×", "=IF(exposure_gpu>0,total_exposure/exposure_gpu,0)", NUMBER, "To the size of the whole book"),
    ("worth_gpu", "Scale of collateral: ComputeFi", "×", "=IF(value_gpu>0,total_value/value_gpu,0)", NUMBER, "To the LTV of the whole book"),
    ("size_asic", "Scale of exposure: MinerFi", "×", "=IF(exposure_asic>0,total_exposure/exposure_asic,0)", NUMBER, "To the size of the whole book"),
    ("worth_asic", "Scale of collateral: MinerFi", "×", "=IF(value_asic>0,total_value/value_asic,0)", NUMBER, "To the LTV of the whole book"),
)  # fmt: skip
CORRELATIONS = {
    (0, 1): "corr_ai_chips", (0, 2): "corr_ai_btc", (0, 3): "corr_ai_power", (1, 2): "corr_chips_btc",
    (1, 3): "corr_chips_power", (2, 3): "corr_btc_power",
}  # fmt: skip
# Names of the parameters of a segment, as Rows reads them.
OF_ROWS = {
    "volatility": "volatility",
    "drift": "drift",
    "sale_cost": "cost_of_sale",
    "lag": "lag",
    "unsecured": "unsecured",
    "gamma": "gamma",
    "contract_volatility": "contract_volatility",
    "discount_rate": "discount_rate",
    "workout_cost": "workout_cost",
    "accrued_interest": "accrued_interest",
}


def write_inputs_sheet(book: Book) -> None:
    page = book.page("Inputs", "Inputs and segments", QUESTION, WIDTHS)
    page.merge("B4:R4", LEGEND, "plain", 18, vertical="center")
    block = book.places.add(Block("Inputs", "D", 4))
    write_heads(page, 5, SINGLE, "Value", ())
    last = write_inputs(page, INPUTS, 6, SINGLE, block)
    segments = last + 1
    last = write_inputs(page, SEGMENTS, segments, CASES, block)
    shared: list[Section | Input] = [
        Section("6 · Collateral", "GPUs, then mining machines: one set for all workbooks"),
        *map(parameter, SHARED),
    ]
    last = write_inputs(page, shared, last + 1, KINDS, block)
    book.name("inputs_in_range", page, f"R6:R{last}")
    last = block.lay([item.key for item in OF_SEGMENT], last + 1)
    write_rows(page, OF_SEGMENT, block, Form("R", "I:N", bold=("result",)))
    for key in ("driver", "value"):
        for factor in ("ai", "chips", "btc", "power"):
            book.name(f"segment_{key}_{factor}", page, page.fill(f"{{{key}_{factor}:row}}"))
        book.name(f"segment_c_{key}s", page, page.fill(f"{{c_{key}_1..c_{key}_4@D:G}}"))
    for name, key in OF_ROWS.items():
        book.name(f"segment_{name}", page, page.fill(f"{{{key}:row}}"))
    for name, key in (("names", "segment"), ("kind", "kind"), ("slot", "slot"), ("rho", "rho_operator"),
                      ("explained_driver", "explained_driver"), ("explained_value", "explained_value")):  # fmt: skip
        book.name(f"segment_{name}", page, page.fill(f"{{{key}:row}}"))
    _write_matrix(page, last + 2)
    last = _write_totals(page, last + 9)
    page.freeze("D6")
    page.print_setup(f"B1:R{last}", "5:5", [segments - 1], paper=A3)


def _write_matrix(page: Page, top: int) -> None:
    """The factors' correlation matrix, below the segments."""
    page.section(top, "8 · Correlation of the factors", "B", "R")
    for at, head in zip("DEFG", FACTOR_HEADS, strict=True):
        page.put(f"{at}{top + 1}", head, "head")
    for row in range(4):
        page.put(f"B{top + 2 + row}", FACTOR_HEADS[row], "label")
        page.put(f"C{top + 2 + row}", "correlation", "unit")
        for column, letter in enumerate("DEFG"):
            key = CORRELATIONS.get((min(row, column), max(row, column)))
            page.put(f"{letter}{top + 2 + row}", f"={key}" if key else "=1", "calc", NUMBER)
    page.book.name("corrs", page, f"D{top + 2}:G{top + 5}")


def _write_totals(page: Page, top: int) -> int:
    page.section(
        top,
        "9 · The two books at one size and LTV",
        "B",
        "R",
        "each is scaled to the exposure and the collateral of the whole",
    )
    for row, (name, label, unit, formula, number_format, how) in enumerate(TOTALS, top + 1):
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", formula, "result", number_format)
        page.merge(f"I{row}:N{row}", how, "note")
        page.book.name(name, page, f"D{row}")
    return top + len(TOTALS)

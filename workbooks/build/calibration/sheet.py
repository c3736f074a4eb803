"""The sheet Calibration of calibration.xlsx: volatility, correlation with its interval, sticky prices, shrinkage."""

from __future__ import annotations

from openpyxl.chart.data_source import StrRef
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.series import SeriesLabel

from workbooks.build.asic_loan.parts import (
    LEGEND,
    PARAMETER,
    Given,
    Layout,
    Section,
    input_heads,
    lines_of,
    phrase,
    print_page,
    write_inputs,
)
from workbooks.build.calibration.prices import (
    COLUMNS,
    EWMA,
    LAST,
    NAMES,
    SAME,
    TOP,
    TRUE_CORRELATION,
    TRUE_STICKY,
    TRUE_VOLATILITY,
)
from workbooks.build.kit.charts import (
    Frame,
    Line,
    Reference,
    dress_axis,
    dress_chart,
    linked_title,
    place,
    plot_area,
    scatter,
)
from workbooks.build.kit.page import NAVY, NUMBER, PERCENT, SERIES, WHOLE, Book, Page

PAIRS = ((1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4))
LAYOUT = Layout("D", (), "E", "F", "M", "N", "O", "P")
FOUND = "Found in public data, log returns"
INPUTS: tuple[Section | Given, ...] = (
    Section("1 · Inputs", "the prices are on Prices"),
    Given("per_year", "Prices a year", "number", (52,), WHOLE, "J", "52 weekly, 12 monthly, 252 or 365 daily", "–", 1, 366),
    Given("ewma_decay", "Weight that the last variance keeps (λ)", "share", (0.94,), NUMBER, "S", "RiskMetrics (1996) for daily data", "1996", 0.0, 1.0),
    Given("confidence", "Confidence of the interval", "probability", (0.95,), PERCENT, "J", "Convention", "–", 0.01, 0.999),
    Given("published_confidence", "Level of the published intervals", "probability", (0.975,), PERCENT, "C", "97.5% on one side: the 95% interval of section 6's source; Checks compare with it", "–", 0.975, 0.975),
    Given("unchanged_below", "Returns smaller than this are no new price", "log return", (0.000001,), "0.0E+00", "J", "Rounding of posted prices", "–", 0.0, 0.01),
    Given("index_start", "Start of the index in the chart", "index", (100,), WHOLE, "C", "Convention", "–", 1, 1000),
    Given("price_step", "Largest step from one price to the next", "×", (10.0,), NUMBER, "J", "A larger step fails the checks: most often a slip of the comma", "–", 1.01, 1e6),
    Given("test_rho", "Correlation that a lender fears", "correlation", (0.7,), NUMBER, "J", "About where the driver of an on-demand GPU cloud stands; the question is whether the data exclude it", "–", -1.0, 1.0),
    Section("2 · A loan to try the correlations on", "against the GPU: on-demand terms"),
    Given("try_ltv", "LTV at cost", "loan / value", (0.7142,), PERCENT, "V", "CoreWeave DDTL 5.0's advance, SEC 0001769628-26-000236", "2026-05-15", 0.001, 10.0),
    Given("try_pd", "PD, one year", "probability", (0.05,), PERCENT, "P", PARAMETER, "–", 0.0001, 0.999),
    Given("try_volatility", "Volatility of the collateral", "a year", (0.30,), NUMBER, "P", PARAMETER, "–", 0.0, 5.0),
    Given("try_drift", "Drift of the collateral", "a year, continuous", (-0.26,), NUMBER, "D", "Age slope of asks across GPU generations, public listings (one value, quoted from the CCIR ledger)", "2026", -5.0, 5.0),
    Given("try_sale_cost", "Cost of sale", "share", (0.25,), PERCENT, "P", PARAMETER, "–", 0.0, 0.99),
    Given("try_quantile", "Quantile of the stress LTV", "probability", (0.01,), PERCENT, "P", PARAMETER, "–", 0.000001, 0.5),
)  # fmt: skip

# name, correlation measured, number of returns, share of unchanged prices
EVIDENCE = (
    ("Hashprice and bitcoin, weekly 2020–24", 0.79, 257, 0.0),
    ("H100 rent and bitcoin, monthly", 0.39, 17, 0.45),
    ("A100 rent and bitcoin, monthly", 0.07, 41, 0.45),
)


# What a number typed in below the inputs may be at all: validated in the cell, checked on Checks.
GENERATOR_BOUNDS = {"true_vol": (0.0, 5.0), "true_sticky": (0.0, 0.99), "true_rho": (-1.0, 1.0)}
EVIDENCE_BOUNDS = {"D": (-0.999, 0.999), "G": (4.0, 1e5), "M": (0.0, 0.99)}


def write_calibration(book: Book, titles: dict[str, str]) -> dict[str, int]:
    widths = {"A": 1.5, "B": 38, "C": 15} | dict.fromkeys("DEFG", 12) | dict.fromkeys("HIJKLMNOPQ", 10) | {"R": 36}
    page = book.page(
        "Calibration",
        "Volatility and correlation",
        "How much do they move, do they move together, and how sure is that?",
        widths,
    )
    page.merge("B4:R4", LEGEND, "plain", 18, vertical="center")
    input_heads(page, 7, LAYOUT, "Value", ())
    rows = write_inputs(page, INPUTS, 8, LAYOUT)
    for row in range(7, rows["last"] + 1):
        if page.sheet[f"F{row}"].fill.fgColor.rgb != "0017324D":
            page.merge(f"F{row}:L{row}", page.sheet[f"F{row}"].value, "head_left" if row == 7 else "note")
        label, source = (str(page.sheet[f"{letter}{row}"].value or "") for letter in "BF")
        page.row(row, 6 + 12 * max(lines_of(label, 38, 10), lines_of(source, 64)))
    book.name("calibration_inputs_in_range", page, f"P8:P{rows['last']}")
    at = {"series": rows["last"] + 2}
    at["pairs"] = at["series"] + 16
    at["matrix"] = at["pairs"] + len(PAIRS) + 5
    at["evidence"] = at["matrix"] + 15
    at["loan"] = at["evidence"] + 7
    _series(page, at["series"])
    _pairs(page, at["pairs"])
    _matrix(page, at["matrix"])
    _evidence(page, at["evidence"])
    _loan(page, at["loan"], at["pairs"])
    at["last"] = _charts(page, at, titles)
    page.freeze("D4")
    print_page(page, f"B1:R{at['last']}", "1:3", breaks=[at["pairs"] - 2, at["loan"] + 7])
    return at


def filled(letter: str) -> str:
    """The prices of a series without the empty rows below them."""
    return f"Prices!${letter}${TOP}:INDEX(Prices!${letter}${TOP}:${letter}${LAST},price_count)"


def _series(page: Page, top: int) -> None:
    book = page.book
    page.section(top - 1, "3 · Series by series", "B", "R")
    page.put(f"B{top}", "Measure", "head_left")
    page.put(f"C{top}", "Unit", "head")
    page.merge(f"H{top}:R{top}", "How", "head_left")
    for k, letter in enumerate(COLUMNS):
        page.put(f"{letter}{top}", f"=INDEX(series_names,1,{letter}{top + 1})", "head")
        page.put(f"{letter}{top + 1}", k + 1, "aside")
    page.row(top, 30)
    page.put(f"B{top + 1}", "Number of the series", "note")
    page.put(f"C{top + 1}", "", "unit")
    r = f"INDEX(Returns!$D${TOP + 1}:$G${LAST},0,{{c}}${top + 1})"
    lines = (
        ("prices", "Prices", "number", f"=COUNT(Prices!{{c}}${TOP}:{{c}}${LAST})", WHOLE, "calc", "Rows that are filled on Prices"),
        ("count", "Log returns", "number", f"=COUNT({r})", WHOLE, "calc", "One fewer"),
        ("mean", "Mean return", "a year", f"=AVERAGE({r})*per_year", PERCENT, "calc", "Mean × prices a year; says little over short samples"),
        ("vol", "Volatility", "a year", f"=STDEV({r})*SQRT(per_year)", PERCENT, "result", "STDEV × √prices a year"),
        ("ewma", "EWMA volatility, latest", "a year", None, PERCENT, "result", "CFI_EWMA_VOL: recent returns count most; seeded with the first squared return"),
        ("ewma_native", "The same, month by month in native Excel", "a year", None, PERCENT, "calc", "Last row of the recursion on Returns × prices a year, root"),
        ("phi", "Autocorrelation of returns (φ)", "correlation", None, NUMBER, "calc", "CORREL of returns with those before them; above 0 where posted prices adjust late"),
        ("sticky", "Share of prices that did not move (π)", "share", None, PERCENT, "calc", "Posted, not traded: such a price measures nothing"),
        ("vol_ar", "Volatility corrected for partial adjustment", "a year", "={c}{vol}*SQRT((1+{c}{phi})/(1-{c}{phi}))", PERCENT, "calc", "σ · √((1 + φ)/(1 − φ)): right where prices creep towards the market; below σ where φ is below 0"),
        ("true_vol", "Volatility given to the generator", "a year", TRUE_VOLATILITY, PERCENT, "input", "SYNTHETIC series only; replace or ignore with your own prices"),
        ("true_sticky", "Share without a new price given to the generator", "share", TRUE_STICKY, PERCENT, "input", "SYNTHETIC series only"),
        ("true_rho", "Correlation with the first given to the generator", "correlation", TRUE_CORRELATION, NUMBER, "input", "SYNTHETIC series only"),
    )  # fmt: skip
    row_of = {key: top + 2 + index for index, (key, *_) in enumerate(lines)}
    for index, (key, label, unit, formula, number_format, look, how) in enumerate(lines):
        row = top + 2 + index
        page.put(f"B{row}", label, "label_bold" if look == "result" else "label")
        page.put(f"C{row}", unit, "unit")
        page.row(row, 3 + 12 * lines_of(book.say(label), 38, 10))
        page.merge(f"H{row}:R{row}", how, "note")
        for k, letter in enumerate(COLUMNS):
            returns, before = (f"Returns!{letter}${a}:{letter}${b}" for a, b in ((TOP + 2, LAST), (TOP + 1, LAST - 1)))
            value: object
            if isinstance(formula, tuple):
                value = formula[k]
            elif key == "ewma":
                value = f"=CFI_EWMA_VOL(Prices!{letter}${TOP}:INDEX(Prices!{letter}${TOP}:{letter}${LAST},price_count),ewma_decay,per_year)"
            elif key == "ewma_native":
                value = f"=SQRT(INDEX(Returns!{EWMA[k]}${TOP}:{EWMA[k]}${LAST},price_count)*per_year)"
            elif key == "phi":
                value = f"=CORREL({returns},{before})"
            elif key == "sticky":
                value = f"=SUM(Returns!{SAME[k]}${TOP + 1}:{SAME[k]}${LAST})/{letter}{row_of['count']}"
            else:
                words = {"c": letter} | {name: str(number) for name, number in row_of.items()}
                value = str(formula).format_map(words)
            page.put(f"{letter}{row}", value, look, number_format)
    for key in ("vol", "ewma", "ewma_native", "phi", "sticky", "true_vol", "true_sticky", "true_rho"):
        book.name(f"series_{key}", page, f"D{row_of[key]}:G{row_of[key]}")
    for key, (low, high) in GENERATOR_BOUNDS.items():
        words = "SYNTHETIC series only; ignore with your own prices"
        page.validate(f"D{row_of[key]}:G{row_of[key]}", low, high, "Generator", words)


PAIR_COLUMNS = {
    "B": ("Pair", "words"),
    "C": ("Series", "two numbers"),
    "D": ("ρ", "correlation"),
    "E": ("Low", "correlation"),
    "F": ("High", "correlation"),
    "G": ("n", "returns"),
    "H": ("ρ, native", "CORREL"),
    "I": ("Low, native", "FISHER"),
    "J": ("High, native", "FISHERINV"),
    "K": ("φ used", "larger |φ|"),
    "L": ("ρ for φ", "ρ/√(1 − φ²)"),
    "M": ("π used", "larger share"),
    "N": ("ρ for π", "ρ/(1 − π)"),
    "O": ("Given", "generator"),
    "P": ("1st", "series"),
    "Q": ("2nd", "series"),
    "R": ("What can be said", "words"),
}


def _pairs(page: Page, top: int) -> None:
    """Correlation of each pair: D to G are one array formula a row."""
    book, head = page.book, top
    page.section(
        top - 1,
        "4 · Pair by pair",
        "B",
        "R",
        "CFI_CORRELATION with Fisher's interval and n; sticky prices understate it",
    )
    for letter, (text, unit) in PAIR_COLUMNS.items():
        page.put(f"{letter}{head}", text, "head_left" if letter in "BR" else "head")
        page.put(f"{letter}{head + 1}", unit, "unit")
    page.row(head, 30)
    block = f"Returns!$D${TOP + 1}:$G${LAST}"
    for index, (one, two) in enumerate(PAIRS):
        row = head + 2 + index
        first, second = f"INDEX({block},0,$P{row})", f"INDEX({block},0,$Q{row})"
        page.put(f"P{row}", one, "aside")
        page.put(f"Q{row}", two, "aside")
        page.put(f"B{row}", f'=INDEX(series_names,1,P{row})&" · "&INDEX(series_names,1,Q{row})', "label_bold")
        page.put(f"C{row}", f'=P{row}&" · "&Q{row}', "unit")
        page.block(
            f"D{row}:G{row}",
            f"=CFI_CORRELATION({filled(COLUMNS[one - 1])},{filled(COLUMNS[two - 1])},confidence)",
            "result",
            NUMBER,
        )
        page.sheet[f"G{row}"].number_format = WHOLE
        page.put(f"H{row}", f"=CORREL({first},{second})", "calc", NUMBER)
        half = f"NORMSINV((1+confidence)/2)/SQRT(G{row}-3)"
        page.put(f"I{row}", f"=FISHERINV(FISHER(H{row})-{half})", "calc", NUMBER)
        page.put(f"J{row}", f"=FISHERINV(FISHER(H{row})+{half})", "calc", NUMBER)
        phi = [f"INDEX(series_phi,1,{letter}{row})" for letter in "PQ"]
        page.put(f"K{row}", f"=IF(ABS({phi[0]})>ABS({phi[1]}),{phi[0]},{phi[1]})", "calc", NUMBER)
        page.put(
            f"L{row}",
            f'=IF(ABS(D{row})<=SQRT(1-K{row}^2),CFI_UNSMOOTH_CORR(D{row},K{row}),"{book.say("does not fit")}")',
            "calc",
            NUMBER,
        )
        page.put(f"M{row}", f"=MAX(INDEX(series_sticky,1,P{row}),INDEX(series_sticky,1,Q{row}))", "calc", PERCENT)
        page.put(f"N{row}", f"=IF(M{row}<1,MAX(-1,MIN(1,D{row}/(1-M{row}))),0)", "result", NUMBER)
        page.put(
            f"O{row}",
            f"=IF(P{row}=1,INDEX(series_true_rho,1,Q{row}),INDEX(series_true_rho,1,P{row})*INDEX(series_true_rho,1,Q{row}))",
            "aside",
            NUMBER,
        )
        zero = f'IF(E{row}>0,"{book.say("moves with it")}",IF(F{row}<0,"{book.say("moves against it")}","{book.say("cannot be told from 0")}"))'
        fear = f'IF(F{row}/(1-MIN(M{row},1-unchanged_below))>=test_rho,"{book.say("not excluded")}","{book.say("excluded")}")'
        page.put(f"R{row}", f'={zero}&"; "&TEXT(test_rho,"0.0")&" "&{fear}', "words", horizontal="left")
    top_row, last = head + 2, head + 1 + len(PAIRS)
    book.name("pair_rhos", page, f"D{top_row}:G{last}")
    for name, letter in (("pair_low", "E"), ("pair_high", "F"), ("pair_sticky", "N"), ("pair_true", "O")):
        book.name(name, page, f"{letter}{top_row}:{letter}{last}")
    page.merge(
        f"B{last + 1}:R{last + 1}",
        "φ: partial adjustment, Geltner (1993). π: no trade, no price: ρ over the share that trades, held within ±1. Use the one that fits how the price is made; a measured ρ with sticky prices is a lower bound.",
        "plain",
        16,
    )


def _matrix(page: Page, top: int) -> None:
    book = page.book
    page.section(
        top - 1,
        "5 · Shrinkage",
        "B",
        "R",
        "Ledoit and Wolf (2004) on scores: towards no correlation, by as much as the shortness of the series calls for",
    )
    groups = (("D", "Sample correlation, native"), ("I", "Shrunk, CFI_SHRINK_CORR: one array"), ("N", "Shrunk, native"))
    letters = {start: [chr(ord(start) + k) for k in range(4)] for start, _ in groups}
    for start, title in groups:
        page.merge(f"{letters[start][0]}{top}:{letters[start][-1]}{top}", title, "head")
        for k, letter in enumerate(letters[start]):
            page.put(f"{letter}{top + 1}", k + 1, "aside")
    first, last = top + 2, top + 5
    block = f"Returns!$P${TOP + 1}:$S${LAST}"
    page.block(
        f"I{first}:L{last}",
        f"=CFI_SHRINK_CORR(Returns!$P${TOP + 1}:INDEX(Returns!$S${TOP + 1}:$S${LAST},price_count-1))",
        "result",
        NUMBER,
    )
    for k in range(4):
        row = first + k
        page.put(f"B{row}", f"=INDEX(series_names,1,C{row})", "label")
        page.put(f"C{row}", k + 1, "aside")
        for letter in letters["D"]:
            page.put(
                f"{letter}{row}",
                f"=CORREL(INDEX({block},0,$C{row}),INDEX({block},0,{letter}${top + 1}))",
                "calc",
                NUMBER,
            )
        for letter in letters["N"]:
            sample = f"INDEX($D${first}:$G${last},$C{row},{letter}${top + 1})"
            page.put(
                f"{letter}{row}",
                f"=(1-shrink_weight)*{sample}+shrink_weight*IF($C{row}={letter}${top + 1},1,0)",
                "calc",
                NUMBER,
            )
    matrix = f"$D${first}:$G${last}"
    lines = (
        (
            "shrink_distance",
            "Distance of the sample from no correlation (d²)",
            f"=SUMSQ({matrix})-ROWS({matrix})",
            "‖S − I‖² of the scores, whose variances are 1",
        ),
        (
            "shrink_noise",
            "Noise of the sample (b²)",
            f"=MAX(0,(SUM(Returns!$T${TOP + 1}:$T${LAST})/(price_count-1)-SUMSQ({matrix}))/(price_count-1))",
            "Spread of the products about S, over n",
        ),
        (
            "shrink_weight",
            "Weight of no correlation",
            "=MIN(1,shrink_noise/shrink_distance)",
            "b²/d²: small for long series",
        ),
        (
            "shrink_change",
            "Largest change of a correlation",
            f"=SUMPRODUCT(MAX(ABS({matrix}-$I${first}:$L${last})))",
            "Sample less shrunk",
        ),
    )
    for row, (name, label, formula, how) in enumerate(lines, last + 2):
        page.put(f"B{row}", label, "label")
        page.row(row, 3 + 12 * lines_of(book.say(label), 38, 10))
        page.put(f"C{row}", "number", "unit")
        page.put(f"D{row}", formula, "calc", "0.0000")
        page.merge(f"E{row}:R{row}", how, "note")
        book.name(name, page, f"D{row}")
    book.name("shrunk", page, f"I{first}:L{last}")
    book.name("shrunk_native", page, f"N{first}:Q{last}")
    book.name("sampled", page, f"D{first}:G{last}")


def _evidence(page: Page, top: int) -> None:
    page.section(
        top - 1,
        "6 · What public data said",
        "B",
        "R",
        "three measured values, typed in; the interval is recomputed here",
    )
    heads = (
        ("B", "Pair"),
        ("C", "Status"),
        ("D", "ρ"),
        ("E", "Low"),
        ("F", "High"),
        ("G", "n"),
        ("M", "π"),
        ("N", "ρ for π"),
        ("R", "Source"),
    )
    for letter in "BCDEFGHIJKLMNOPQR":
        page.put(f"{letter}{top}", dict(heads).get(letter, ""), "head_left" if letter in "BR" else "head")
    page.row(top, 30)
    for row, (name, rho, count, sticky) in enumerate(EVIDENCE, top + 1):
        page.put(f"B{row}", name, "label")
        page.put(f"C{row}", "D", "aside")
        page.put(f"D{row}", rho, "input", NUMBER)
        half = f"NORMSINV((1+confidence)/2)/SQRT(G{row}-3)"
        page.put(f"E{row}", f"=FISHERINV(FISHER(D{row})-{half})", "result", NUMBER)
        page.put(f"F{row}", f"=FISHERINV(FISHER(D{row})+{half})", "result", NUMBER)
        page.put(f"G{row}", count, "input", WHOLE)
        page.put(f"M{row}", sticky, "input", PERCENT)
        page.put(f"N{row}", f"=D{row}/(1-M{row})", "result", NUMBER)
        page.put(f"R{row}", FOUND + "; the project's fact sheet §B4, 2026-11-22", "note")
        page.row(row, 28)
    last = top + len(EVIDENCE)
    notes = (
        ("Measured correlation", FOUND),
        ("Number of returns", FOUND),
        ("Unchanged prices", "45% of months unchanged for posted H100 rents"),
    )
    for (letter, (low, high)), (title, words) in zip(EVIDENCE_BOUNDS.items(), notes, strict=True):
        page.validate(f"{letter}{top + 1}:{letter}{last}", low, high, title, words)
    page.book.name("evidence", page, f"D{top + 1}:G{last}")
    page.book.name("evidence_sticky", page, f"N{top + 1}:N{last}")
    page.merge(
        f"B{last + 1}:R{last + 1}",
        "No evidence that GPU collateral moves with bitcoin; but seventeen or forty-one months are too few to exclude 0.7, and posted rents hide part of what there is.",
        "plain",
        16,
    )


def _loan(page: Page, top: int, pairs: int) -> None:
    """What each reading of the correlation of GPU rent and bitcoin does to a loan."""
    page.section(
        top - 1,
        "7 · What the uncertainty is worth to a lender",
        "B",
        "R",
        "pair 3 of section 4 as the correlation of driver and collateral",
    )
    heads = ("Reading of ρ", "Unit", "ρ", "LTV", "Corr.-adj. LTV", "Stress LTV", "LGD", "Expected loss")
    for letter, text in zip("BCDEFGHI", heads, strict=True):
        page.put(f"{letter}{top}", text, "head_left" if letter == "B" else "head")
    page.row(top, 30)
    row = pairs + 2 + 2
    readings = (
        ("Low end of the interval", f"=E{row}"),
        ("As measured", f"=D{row}"),
        ("Corrected for prices that did not move", f"=N{row}"),
        ("High end of the interval", f"=F{row}"),
        ("High end, corrected", f"=MIN(1,F{row}/(1-MIN(M{row},1-unchanged_below)))"),
    )
    first, last = top + 1, top + len(readings)
    terms = "try_volatility,1,try_drift,try_sale_cost"
    for at, (label, formula) in enumerate(readings, first):
        page.put(f"B{at}", label, "label")
        page.put(f"C{at}", "correlation", "unit")
        page.row(at, 16)
        page.put(f"D{at}", formula, "calc", NUMBER)
        page.put(f"E{at}", "=try_ltv", "calc", PERCENT)
    rho = f"D{first}:D{last}"
    blocks = (
        ("F", f"=CFI_CORR_LTV(try_ltv,1,try_pd,{rho},{terms})"),
        ("G", f"=CFI_STRESS_LTV(try_ltv,1,{rho},try_volatility,1,try_quantile,try_drift,try_sale_cost)"),
        ("H", f"=CFI_CORR_LGD(try_ltv,1,try_pd,{rho},{terms})"),
        ("I", f"=CFI_CORR_EL(try_ltv,1,try_pd,{rho},{terms})"),
    )
    for letter, formula in blocks:
        page.block(f"{letter}{first}:{letter}{last}", formula, "result", "0.00%" if letter == "I" else PERCENT)
    page.book.name("loan_readings", page, f"D{first}:I{last}")


def _charts(page: Page, at: dict[str, int], titles: dict[str, str]) -> int:
    book, say = page.book, page.book.say
    top = at["loan"] + 9
    page.section(top - 1, "8 · In pictures", "B", "R")
    first = at["pairs"] + 2
    last = first + len(PAIRS) - 1
    sure = f"SUMPRODUCT(--(E{first}:E{last}>0))"
    finding = phrase(
        book,
        f"={sure}",
        " of ",
        f"=ROWS(E{first}:E{last})",
        " pairs move together at ",
        '=TEXT(confidence,"0%")',
        "; GPU rent and bitcoin: ",
        f'=TEXT(D{first + 2},"0.00")',
        ", corrected ",
        f'=TEXT(N{first + 2},"0.00")',
    )
    prices = phrase(
        book,
        "SYNTHETIC or pasted: volatility ",
        '=TEXT(MIN(series_vol),"0%")',
        " to ",
        '=TEXT(MAX(series_vol),"0%")',
        " a year over ",
        "=price_count",
        " prices",
    )
    page.merge(f"B{top}:G{top}", "=" + prices, "plain", wrap=False)
    page.merge(f"H{top}:R{top}", "=" + finding, "plain", wrap=False)
    left, right = f"Calibration!$B${top}", f"Calibration!$H${top}"
    returns = book.pages["Returns"].sheet

    def span(sheet: str, letter: str, a: int, b: int) -> Reference:
        return Reference(returns, range_string=f"{sheet}!${letter}${a}:${letter}${b}")

    lines = [
        Line(
            say(name),
            span("Returns", "U", TOP, LAST),
            span("Returns", letter, TOP, LAST),
            colour,
            dash=dash,
            width=1.75,
        )
        for name, letter, colour, dash in zip(NAMES, "VWXY", SERIES, (None, "dash", None, None), strict=False)
    ]
    chart = scatter(lines)
    for k, series in enumerate(chart.series):
        series.tx = SeriesLabel(strRef=StrRef(f"Prices!${COLUMNS[k]}$10"))
    dress_chart(chart, linked_title(left, titles.get(left.replace("$", ""), "")))
    dress_axis(chart.x_axis, "b", say("Number of the price"), "0", 0)
    dress_axis(chart.y_axis, "l", say("Index, first price 100, logarithmic"), "#,##0")
    chart.y_axis.scaling.logBase = 10
    chart.x_axis.majorGridlines = None
    plot_area(chart, 0.09, 0.15, 0.87, 0.62)
    place(
        page,
        chart,
        Frame("B", "R", top + 1, top + 21, 0.0, 0.496),
        "Prices as an index",
        "Four lines of prices as an index on a logarithmic scale; synthetic as delivered, the posted GPU rent moves in steps.",
    )
    _interval_data(page, top + 22, first)
    data = top + 24
    end = data + len(PAIRS) - 1
    segments = [
        Line(
            f"{index}",
            span("Calibration", "C", data + 7 + 2 * index, data + 8 + 2 * index),
            span("Calibration", "D", data + 7 + 2 * index, data + 8 + 2 * index),
            NAVY,
            width=1.5,
        )
        for index in range(len(PAIRS))
    ]
    marks = [
        Line(
            say("Measured, with its interval"),
            span("Calibration", "C", data, end),
            span("Calibration", "D", data, end),
            NAVY,
            marker="circle",
        ),
        Line(
            say("Corrected for prices that did not move"),
            span("Calibration", "C", data, end),
            span("Calibration", "E", data, end),
            SERIES[2],
            marker="diamond",
        ),
        Line(
            say("Given to the generator (synthetic only)"),
            span("Calibration", "C", data, end),
            span("Calibration", "F", data, end),
            SERIES[3],
            marker="x",
        ),
    ]
    chart = scatter(segments + marks)
    dress_chart(chart, linked_title(right, titles.get(right.replace("$", ""), "")))
    chart.legend.legendEntry = [LegendEntry(idx=index, delete=True) for index in range(len(segments))]
    dress_axis(
        chart.x_axis,
        "b",
        say("Pair, in the order of section 4 (1 · 2, 1 · 3, 1 · 4, 2 · 3, 2 · 4, 3 · 4)"),
        "0",
        0,
        len(PAIRS) + 1,
        1,
    )
    dress_axis(chart.y_axis, "l", say("Correlation"), "0.0", -0.2, 1, 0.2)
    chart.x_axis.majorGridlines = None
    plot_area(chart, 0.09, 0.15, 0.87, 0.62)
    place(
        page,
        chart,
        Frame("B", "R", top + 1, top + 21, 0.504, 1.0),
        "Correlations with their intervals",
        "For each of six pairs a dot at the measured correlation on a bar of its interval, a diamond at the correlation corrected for sticky prices, a cross at what the generator was given.",
    )
    return data + 7 + 2 * len(PAIRS)


def _interval_data(page: Page, top: int, first: int) -> None:
    page.section(top, "Points of the chart on the right", "B", "R")
    for letter, text in zip("BCDEF", ("Pair", "Number", "Measured", "Corrected", "Given"), strict=True):
        page.put(f"{letter}{top + 1}", text, "head_left" if letter == "B" else "head")
    data = top + 2
    for index in range(len(PAIRS)):
        row, source = data + index, first + index
        page.put(f"B{row}", f"=B{source}", "label")
        page.put(f"C{row}", f"=ROWS(C${data}:C{row})", "calc", WHOLE)
        for letter, column in (("D", "D"), ("E", "N"), ("F", "O")):
            page.put(f"{letter}{row}", f"={column}{source}", "calc", NUMBER)
    page.put(f"B{data + 6}", "Ends of the intervals", "head_left")
    for index in range(len(PAIRS)):
        for step, column in enumerate("EF"):
            row = data + 7 + 2 * index + step
            page.put(f"B{row}", f"=B{first + index}", "label")
            page.put(f"C{row}", f"=C{data + index}", "calc", WHOLE)
            page.put(f"D{row}", f"={column}{first + index}", "calc", NUMBER)

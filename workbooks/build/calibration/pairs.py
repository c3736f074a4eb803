"""Sections 4 and 5 of the sheet Calibration: the correlation of each pair with its interval, and the matrix shrunk."""

from __future__ import annotations

from workbooks.build.calibration.prices import COLUMNS, LAST, TOP
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import NUMBER, PERCENT, WHOLE, Page
from workbooks.build.kit.text import lines_of

PAIRS = ((1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4))
RETURNS, SCORES = f"Returns!$D${TOP + 1}:$G${LAST}", f"Returns!$P${TOP + 1}:$S${LAST}"
HALF = "NORMSINV((1+confidence)/2)/SQRT(G{row}-3)"  # half the interval of a correlation, by Fisher
PAIR_HEADS = {
    "B": ("Pair", "words"), "C": ("Series", "two numbers"), "D": ("ρ", "correlation"), "E": ("Low", "correlation"),
    "F": ("High", "correlation"), "G": ("n", "returns"), "H": ("ρ, native", "CORREL"), "I": ("Low, native", "FISHER"),
    "J": ("High, native", "FISHERINV"), "K": ("φ used", "larger |φ|"), "L": ("ρ for φ", "ρ/√(1 − φ²)"),
    "M": ("π used", "larger share"), "N": ("ρ for π", "ρ/(1 − π)"), "O": ("Given", "generator"), "P": ("1st", "series"),
    "Q": ("2nd", "series"), "R": ("What can be said", "words"),
}  # fmt: skip
PHI = ("INDEX(series_phi,1,P{row})", "INDEX(series_phi,1,Q{row})")
# column: look, number format and formula
PAIR_COLUMNS = {
    "B": ("label_bold", "General", '=INDEX(series_names,1,P{row})&" · "&INDEX(series_names,1,Q{row})'),
    "C": ("unit", "General", '=P{row}&" · "&Q{row}'),
    "H": ("calc", NUMBER, f"=CORREL(INDEX({RETURNS},0,$P{{row}}),INDEX({RETURNS},0,$Q{{row}}))"),
    "I": ("calc", NUMBER, f"=FISHERINV(FISHER(H{{row}})-{HALF})"),
    "J": ("calc", NUMBER, f"=FISHERINV(FISHER(H{{row}})+{HALF})"),
    "K": ("calc", NUMBER, f"=IF(ABS({PHI[0]})>ABS({PHI[1]}),{PHI[0]},{PHI[1]})"),
    "L": ("calc", NUMBER, '=IF(ABS(D{row})<=SQRT(1-K{row}^2),CFI_UNSMOOTH_CORR(D{row},K{row}),"does not fit")'),
    "M": ("calc", PERCENT, "=MAX(INDEX(series_sticky,1,P{row}),INDEX(series_sticky,1,Q{row}))"),
    "N": ("result", NUMBER, "=IF(M{row}<1,MAX(-1,MIN(1,D{row}/(1-M{row}))),0)"),
    "O": ("aside", NUMBER, "=IF(P{row}=1,INDEX(series_true_rho,1,Q{row}),INDEX(series_true_rho,1,P{row})*INDEX(series_true_rho,1,Q{row}))"),
}  # fmt: skip
SAID = (
    '=IF(E{row}>0,"moves with it",IF(F{row}<0,"moves against it","cannot be told from 0"))&"; "&TEXT(test_rho,"0.0")&" "'
    '&IF(F{row}/(1-MIN(M{row},1-unchanged_below))>=test_rho,"not excluded","excluded")'
)
PAIR_NOTE = "φ: partial adjustment, Geltner (1993). π: no trade, no price: ρ over the share that trades, held within ±1. Use the one that fits how the price is made; a measured ρ with sticky prices is a lower bound."
SHRINKAGE = (
    "Ledoit and Wolf (2004) on scores: towards no correlation, by as much as the shortness of the series calls for"
)
SHRINK_CALL = f"=CFI_SHRINK_CORR(Returns!$P${TOP + 1}:INDEX(Returns!$S${TOP + 1}:$S${LAST},price_count-1))"
GROUPS = {"DEFG": "Sample correlation, native", "IJKL": "Shrunk, CFI_SHRINK_CORR: one array", "NOPQ": "Shrunk, native"}
# name, label, formula and how; `{matrix}` is the sample, `{shrunk}` what our function makes of it
SHRINK_LINES = (
    ("shrink_distance", "Distance of the sample from no correlation (d²)", "=SUMSQ({matrix})-ROWS({matrix})", "‖S − I‖² of the scores, whose variances are 1"),
    ("shrink_noise", "Noise of the sample (b²)", f"=MAX(0,(SUM(Returns!$T${TOP + 1}:$T${LAST})/(price_count-1)-SUMSQ({{matrix}}))/(price_count-1))", "Spread of the products about S, over n"),
    ("shrink_weight", "Weight of no correlation", "=MIN(1,shrink_noise/shrink_distance)", "b²/d²: small for long series"),
    ("shrink_change", "Largest change of a correlation", "=SUMPRODUCT(MAX(ABS({matrix}-{shrunk})))", "Sample less shrunk"),
)  # fmt: skip


def filled(number: int) -> str:
    """The prices of a series without the empty rows below them."""
    letter = COLUMNS[number - 1]
    return f"Prices!${letter}${TOP}:INDEX(Prices!${letter}${TOP}:${letter}${LAST},price_count)"


def write_pairs(page: Page, block: Block, top: int) -> int:
    """Correlation of each pair: D to G are one array formula a row."""
    note = "CFI_CORRELATION with Fisher's interval and n; sticky prices understate it"
    page.section(top - 1, "4 · Pair by pair", "B", "R", note)
    for letter, (text, unit) in PAIR_HEADS.items():
        page.put(f"{letter}{top}", text, "head_left" if letter in "BR" else "head")
        page.put(f"{letter}{top + 1}", unit, "unit")
    page.row(top, 30)
    last = block.lay([f"pair_{number}" for number in range(1, len(PAIRS) + 1)], top + 2)
    for row, (one, two) in enumerate(PAIRS, top + 2):
        page.put(f"P{row}", one, "aside")
        page.put(f"Q{row}", two, "aside")
        page.block(f"D{row}:G{row}", f"=CFI_CORRELATION({filled(one)},{filled(two)},confidence)", "result", NUMBER)
        page.sheet[f"G{row}"].number_format = WHOLE
        for letter, (look, number_format, formula) in PAIR_COLUMNS.items():
            page.put(f"{letter}{row}", page.fill(formula, letter, row), look, number_format)
        page.put(f"R{row}", page.fill(SAID, "R", row), "words", horizontal="left")
    page.book.name("pair_rhos", page, f"D{top + 2}:G{last}")
    for name, letter in (("pair_low", "E"), ("pair_high", "F"), ("pair_sticky", "N"), ("pair_true", "O")):
        page.book.name(name, page, f"{letter}{top + 2}:{letter}{last}")
    page.merge(f"B{last + 1}:R{last + 1}", PAIR_NOTE, "plain", 16)
    return last + 1


def write_matrix(page: Page, top: int) -> int:
    """The matrix of the sample, and what shrinkage makes of it, by our function and in native Excel."""
    book, first, last = page.book, top + 2, top + 1 + len(COLUMNS)
    page.section(top - 1, "5 · Shrinkage", "B", "R", SHRINKAGE)
    for letters, title in GROUPS.items():
        page.merge(f"{letters[0]}{top}:{letters[-1]}{top}", title, "head")
        for number, letter in enumerate(letters, 1):
            page.put(f"{letter}{top + 1}", number, "aside")
    page.block(f"I{first}:L{last}", SHRINK_CALL, "result", NUMBER)
    sample, shrunk, native = GROUPS
    matrix = f"$D${first}:$G${last}"
    for number, row in enumerate(range(first, last + 1), 1):
        page.put(f"B{row}", f"=INDEX(series_names,1,C{row})", "label")
        page.put(f"C{row}", number, "aside")
        for letter in sample:
            ours, theirs = f"INDEX({SCORES},0,$C{row})", f"INDEX({SCORES},0,{letter}${top + 1})"
            page.put(f"{letter}{row}", f"=CORREL({ours},{theirs})", "calc", NUMBER)
        for letter in native:
            measured = f"INDEX({matrix},$C{row},{letter}${top + 1})"
            mixed = f"=(1-shrink_weight)*{measured}+shrink_weight*IF($C{row}={letter}${top + 1},1,0)"
            page.put(f"{letter}{row}", mixed, "calc", NUMBER)
    for row, (name, label, formula, how) in enumerate(SHRINK_LINES, last + 2):
        page.put(f"B{row}", label, "label")
        page.row(row, 3 + 12 * lines_of(book.say(label), 38, 10))
        page.put(f"C{row}", "number", "unit")
        page.put(f"D{row}", formula.format(matrix=matrix, shrunk=f"$I${first}:$L${last}"), "calc", "0.0000")
        page.merge(f"E{row}:R{row}", how, "note")
        book.name(name, page, f"D{row}")
    for name, letters in (("shrunk", shrunk), ("shrunk_native", native), ("sampled", sample)):
        book.name(name, page, f"{letters[0]}{first}:{letters[-1]}{last}")
        book.places.words[name] = book.address(name)
    return last + 1 + len(SHRINK_LINES)

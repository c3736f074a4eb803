"""The sheet Summary of calibration.xlsx."""

from __future__ import annotations

from workbooks.build.calibration.evidence import READINGS
from workbooks.build.calibration.pairs import PAIRS
from workbooks.build.calibration.prices import SOURCE
from workbooks.build.calibration.supply import BOOKS, CHARTS, COLUMNS, VERDICTS, curves_chart
from workbooks.build.kit.charts import Frame, place
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import NUMBER, PERCENT, PERCENT_2, TIMES, Book, Page
from workbooks.build.kit.rows import Form, Row, write_rows
from workbooks.build.kit.text import write_words

WIDTHS = {"A": 1.5, "B": 44, "C": 13} | dict.fromkeys(COLUMNS, 19) | {"H": 50}
FALLEN, DEEPEST = "… when rents fall as the essay asks", "… at the deepest fall of the curves on Supply"
RENTS = (
    Row("verdict_essay", "Verdict when rents fall as the essay asks", "words", "={essay_verdict}", "@", "Least cover first, then loan life cover.", "verdict"),
    Row("value_essay", "Value of a GPU when rents fall as the essay asks", "US$", "={essay_value}", "#,##0", "The part under contract does not move.", "result"),
    Row("ltv_now", "LTV at today's rent", "loan / value", "={now_ltv}", PERCENT, "On income value, not on cost."),
    Row("ltv_essay", FALLEN, "loan / value", "={essay_ltv}", PERCENT, "Above 100% the machine no longer covers the loan.", "result"),
    Row("ltv_deep", DEEPEST, "loan / value", "={ltv_13}", PERCENT, "The other end of the band: today's rent is the first."),
    Row("least_now", "Least debt service cover at today's rent", "×", "={now_least}", TIMES, "The worst year of the loan."),
    Row("least_essay", FALLEN, "×", "={essay_least}", TIMES, "Below 1.00× someone else must pay.", "result"),
    Row("llcr_now", "Loan life cover at today's rent", "×", "={now_llcr}", TIMES, "CFI_LLCR."),
    Row("llcr_essay", FALLEN, "×", "={essay_llcr}", TIMES, "Below 1.00× cash does not repay the loan.", "result"),
)  # fmt: skip
MORE = (
    Row("value_now", "Value of a GPU at today's rent", "US$", "={now_value}", "#,##0", "Contract first, then the market."),
    Row("value_deep", DEEPEST, "US$", "={value_13}", "#,##0", "The other end of the band."),
    Row("ltv_supply", "LTV with supply as typed in", "loan / value", "={supply_ltv}", PERCENT, "CFI_SUPPLY_FACTOR to the end of 2027."),
    Row("least_deep", "Least debt service cover at the deepest fall", "×", "={least_13}", TIMES, "The other end of the band."),
)  # fmt: skip


def _of(name: str) -> str:
    return f"INDEX(series_{name},1,COLUMNS($D$1:{{column}}$1))"


QUANTILE = "NORMSINV((1+confidence)/2)"
# Wilson's interval of a share: its middle and its half, both still over 1 + z²/n.
MIDDLE = f"{{unmoved}}+{QUANTILE}^2/2/{{returns}}"
REACH = f"{QUANTILE}*SQRT({{unmoved}}*(1-{{unmoved}})/{{returns}}+({QUANTILE}/2/{{returns}})^2)"
LOW, HIGH = "… low end of its band", "… high end of its band"
SERIES = (
    Row("returns", "Returns", "number", "=price_count-1", "0", "As many for every series."),
    Row("volatility", "Volatility", "a year", f"={_of('vol')}", PERCENT, "STDEV of log returns.", "result"),
    Row("volatility_low", LOW, "a year", f"={{volatility}}*EXP(-{QUANTILE}/SQRT(2*({{returns}}-1)))", PERCENT, "Standard error of its logarithm: 1/√(2(n − 1))."),
    Row("volatility_high", HIGH, "a year", f"={{volatility}}*EXP({QUANTILE}/SQRT(2*({{returns}}-1)))", PERCENT, "What posted prices hide is not in it."),
    Row("latest", "EWMA volatility, latest", "a year", f"={_of('ewma')}", PERCENT, "Recent returns count most.", "result"),
    Row("counted", "… as good as that many returns", "number", "=1/(ewma_decay^(2*{returns}-2)+(1-ewma_decay)*(1-ewma_decay^(2*{returns}-2))/(1+ewma_decay))", "0.0", "1 over the sum of its squared weights."),
    Row("latest_low", LOW, "a year", f"={{latest}}*EXP(-{QUANTILE}/SQRT(2*{{counted}}))", PERCENT, "Standard error of its logarithm: 1/√(2 × as many)."),
    Row("latest_high", HIGH, "a year", f"={{latest}}*EXP({QUANTILE}/SQRT(2*{{counted}}))", PERCENT, "Wider than that of all returns: it forgets."),
    Row("unmoved", "Share of prices that did not move", "share", f"={_of('sticky')}", PERCENT, "Posted, not traded: hides volatility and correlation.", "result"),
    Row("unmoved_low", LOW, "share", f"=MAX(0,({MIDDLE}-{REACH})/(1+{QUANTILE}^2/{{returns}}))", PERCENT, "Wilson (1927)."),
    Row("unmoved_high", HIGH, "share", f"=({MIDDLE}+{REACH})/(1+{QUANTILE}^2/{{returns}})", PERCENT, "Wilson (1927)."),
)  # fmt: skip
# The readings of section 7 of Calibration, one a column.
READ = {"D": 1, "E": 2, "F": 3, "G": 5}
LOSS = tuple(
    Row(f"read_{key}", label, unit, [f"={{reading_{number}@{at}}}" for number in READ.values()], number_format, how, look)
    for key, label, unit, at, number_format, how, look in (
        ("rho", "ρ", "correlation", "D", NUMBER, "Pair 3 of Calibration: GPU rent and bitcoin as delivered.", "calc"),
        ("loss", "Expected loss", "a year", "I", PERCENT_2, "From left to right: the band of one correlation.", "result"),
        ("lgd", "Loss given default", "share of loan", "H", PERCENT, "CFI_CORR_LGD.", "result"),
        ("stress", "Stress LTV", "loan / value", "G", PERCENT, "CFI_STRESS_LTV.", "result"),
    )
)  # fmt: skip
BAND = (
    "Bands: where the true figure lies at [confidence|0%] confidence if returns are independent and close to normal. They say what [price_count-1] returns cannot tell, "
    "not what the next year brings; prices that do not move make them too narrow. The band of a fall of rents is a range of scenarios, with no probability."
)
# column: head, its column on Calibration, look, number format
PAIR_COLUMNS = {
    "C": ("n", "G", "calc", "0"),
    "D": ("ρ", "D", "result", NUMBER),
    "E": ("Low", "E", "calc", NUMBER),
    "F": ("High", "F", "calc", NUMBER),
    "G": ("Corrected for sticky prices", "N", "calc", NUMBER),
}
BASIS = (
    "Charts stand on Calibration and Supply. Demonstration parameters are marked P there. Not a rating and not advice."
)
RENTS_TOP = 9
CHART_ALT = "The first picture of Supply: loan to value against the fall of rents, steep for the merchant, level for six years of contract."
CHART, CHART_ROWS = RENTS_TOP + len(RENTS) + 1, 13
SAID = CHART + CHART_ROWS + 2  # the sentences of the second page
MORE_TOP = SAID + 5
SERIES_TOP = MORE_TOP + len(MORE) + 3
LOSS_TOP = SERIES_TOP + len(SERIES) + 3
PAIRS_TOP = LOSS_TOP + len(LOSS) + 2
BASIS_ROW = PAIRS_TOP + len(PAIRS)
FORM = Form("H", "H", horizontal="center", bold=("result", "verdict"), height=lambda _: 20)


def open_summary(book: Book) -> None:
    question = "What do prices say about a correlation, and what does new supply do to a loan?"
    book.page("Summary", "Calibration and supply", question, WIDTHS)


def write_summary(book: Book) -> None:
    page = book.pages["Summary"]
    page.merge("B5:H5", "=essay_reading", "reading", 62)
    block = book.places.add(Block("Summary", "D", len(COLUMNS)))
    page.section(RENTS_TOP - 2, "What a fall of rents does", "B", "H", "from Supply; contracted against merchant")
    _write_heads(page, RENTS_TOP - 1, dict(zip(COLUMNS, BOOKS, strict=True)))
    block.lay([item.key for item in RENTS], RENTS_TOP)
    write_rows(page, RENTS, block, FORM)
    page.row(RENTS_TOP, 32)
    verdict = {f'LEFT(D{RENTS_TOP},LEN("{word}"))="{word}"': meaning for word, meaning in VERDICTS.items()}
    page.paint(f"D{RENTS_TOP}:G{RENTS_TOP}", verdict)
    _write_chart(page)
    _write_said(page)
    _write_heads(page, MORE_TOP - 1, dict(zip(COLUMNS, BOOKS, strict=True)))
    block.lay([item.key for item in MORE], MORE_TOP)
    write_rows(page, MORE, block, FORM)
    page.section(SERIES_TOP - 2, "What the prices say", "B", "H", "from Calibration; SYNTHETIC series as delivered")
    names = {letter: f"=INDEX(series_names,1,COLUMNS($D$1:{letter}$1))" for letter in COLUMNS}
    _write_heads(page, SERIES_TOP - 1, names)
    block.lay([item.key for item in SERIES], SERIES_TOP)
    write_rows(page, SERIES, block, FORM)
    note = "section 7 of Calibration: one loan, each reading of one correlation"
    page.section(LOSS_TOP - 2, "What the uncertainty is worth", "B", "H", note)
    readings = list(READINGS)
    _write_heads(page, LOSS_TOP - 1, {letter: readings[number - 1] for letter, number in READ.items()})
    block.lay([item.key for item in LOSS], LOSS_TOP)
    write_rows(page, LOSS, block, FORM)
    _write_pairs(page)
    page.merge(f"B{BASIS_ROW}:H{BASIS_ROW}", BASIS, "plain", 16)
    page.freeze("A5")
    page.print_setup(f"B1:H{BASIS_ROW}", "1:3", [SAID - 2, LOSS_TOP - 3])


def _write_chart(page: Page) -> None:
    book = page.book
    chart = curves_chart(book.pages["Supply"], book.places.blocks["Supply"], 0)
    place(page, chart, Frame("B", "H", CHART, CHART + CHART_ROWS - 1), CHARTS[0][1], CHART_ALT)


def _write_said(page: Page) -> None:
    page.section(SAID - 1, "What else the sheets say", "B", "H")
    words = write_words(page, BASIS_ROW + 3, "H", {"Bands": BAND})
    page.merge(f"B{SAID}:H{SAID}", "=supply_reading", "reading", 34, size=10, ground=None)
    page.merge(f"B{SAID + 1}:H{SAID + 1}", "=calibration_reading", "reading", 34, size=10, ground=None)
    page.merge(f"B{SAID + 2}:H{SAID + 2}", SOURCE, "plain", 28)
    page.merge(f"B{SAID + 3}:H{SAID + 3}", f"={words['Bands']}", "reading", 34, size=10, ground=None)


def _write_heads(page: Page, row: int, names: dict[str, str]) -> None:
    page.put(f"B{row}", "Measure", "head_left")
    page.put(f"C{row}", "Unit", "head")
    page.put(f"H{row}", "How to read it", "head_left")
    for letter, name in names.items():
        page.put(f"{letter}{row}", name, "head")
    page.row(row, 32)


def _write_pairs(page: Page) -> None:
    heads = {"B": "Pair"} | {letter: head for letter, (head, *_) in PAIR_COLUMNS.items()} | {"H": "What can be said"}
    for letter, text in heads.items():
        page.put(f"{letter}{PAIRS_TOP - 1}", text, "head_left" if letter in "BH" else "head")
    page.row(PAIRS_TOP - 1, 32)
    for number in range(1, len(PAIRS) + 1):
        row = PAIRS_TOP + number - 1
        page.put(f"B{row}", page.fill(f"={{pair_{number}@B}}"), "label")
        for letter, (_, source, look, number_format) in PAIR_COLUMNS.items():
            cell = page.fill(f"={{pair_{number}@{source}}}")
            page.put(f"{letter}{row}", cell, look, number_format, horizontal="center")
        page.put(f"H{row}", page.fill(f"={{pair_{number}@R}}"), "note")
        page.row(row, 20)

"""The sheet Stress of compare.xlsx: the world moves after the money is lent; what may be drawn; what is left of a chip.

The row chosen on Parameters holds in the whole workbook. What each row does to each deal is a static table, which
`computefi refresh` makes anew by full recalculations, as the block *Refresh* says.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from openpyxl.utils import get_column_letter

from workbooks.build.compare.inputs import COLUMNS, FILED
from workbooks.build.kit.page import A3, DATE, GREY, MONEY, NUMBER, PERCENT, PERCENT_2, TIMES, WHOLE, Book, Page
from workbooks.build.kit.seal import STAMP
from workbooks.build.kit.text import sentence

# name, head, unit, format, most
SHOCKS = (
    ("shock_revenue", "Contracted revenue lost", "share", "0%", 1.0),
    ("shock_delay", "Delay", "months of the first year", "0", 12.0),
    ("shock_rent", "Fall of rents", "share", "0%", 0.95),
    ("shock_cost", "Rise of cost", "share", "0%", 5.0),
    ("shock_default", "Offtaker stops paying", "month, 0 never", "0", 120.0),
)
CASES: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("No stress", (0, 0, 0, 0, 0)),
    ("Contracted revenue −10%", (0.1, 0, 0, 0, 0)),
    ("Contracted revenue −25%", (0.25, 0, 0, 0, 0)),
    ("Sites six months late", (0, 6, 0, 0, 0)),
    ("Market rents −30%", (0, 0, 0.3, 0, 0)),
    ("Operating cost +50%", (0, 0, 0, 0.5, 0)),
    ("Offtaker stops paying after month 12", (0, 0, 0, 0, 12)),
    ("Revenue −10%, six months late, rents −30%, cost +50%", (0.1, 6, 0.3, 0.5, 0)),
)
READ = (
    ("life_cover", "life cover", TIMES),
    ("life_share", "loss over the life", PERCENT_2),
    ("verdict", "verdict", "@"),
)
OUTPUTS = tuple(f"{key}_{deal}" for deal in FILED for key, _, _ in READ)
SETTINGS, LETTERS = tuple("DEFGH"), tuple(get_column_letter(9 + at) for at in range(len(OUTPUTS)))  # I to T
TOP = 9
LAST = TOP + len(CASES) - 1
LIVE = TOP - 1  # the row that holds
SIZING, RESIDUAL, REFRESH = LAST + 6, LAST + 14, LAST + 25
NAMES_ROW = REFRESH + 3
TABLE = f"Stress!{LETTERS[0]}{TOP}:{LETTERS[-1]}{LAST}"
BLOCK = {
    "Table": "Credit",
    "Writes": TABLE,
    "Reads": f"Stress!{LETTERS[0]}{NAMES_ROW}:{LETTERS[-1]}{NAMES_ROW}",
    "Moves": "stress",
    "To": f"Stress!C{TOP}:C{LAST}",
    "Also moves": None,
    "and to": None,
}
Results = Sequence[Sequence[object]]  # the static table


def write_stress(book: Book, results: Results) -> None:
    widths = {"A": 1.5, "B": 36, "C": 11} | dict.fromkeys(SETTINGS, 10) | dict.fromkeys(LETTERS, 11.5)
    question = "The loan stays as it was drawn; then the world moves. No chance falls because a loan was not yet drawn."
    page = book.page("Stress", "Stress after the money is lent", question, widths)
    _worlds(page)
    _credit(page, results)
    _sizing(page)
    _residual(page)
    _refresh(page)
    page.freeze("C5")
    page.print_setup(f"B1:T{REFRESH - 4}", None, paper=A3)


def _worlds(page: Page) -> None:
    settings = "settings may be typed over: demonstration parameters, not filed (P, 2026-11); results are copies of full recalculations"
    page.section(TOP - 4, "1 · Credit: drawn amount frozen", "B", "T", settings)
    page.heads(TOP - 2, {"B": "World", "C": "Row"}, 44)
    page.heads(TOP - 3, {"B": "", "C": ""}, 26, left="")
    page.put(f"B{LIVE}", "The row that holds, by Parameters", "label_bold")
    page.put(f"C{LIVE}", "=stress", "result", WHOLE, horizontal="center")
    for letter, (name, head, unit, number_format, most) in zip(SETTINGS, SHOCKS, strict=True):
        page.put(f"{letter}{TOP - 3}", unit, "unit", wrap=True)
        page.put(f"{letter}{TOP - 2}", head, "head")
        page.put(f"{letter}{LIVE}", f"=INDEX({letter}{TOP}:{letter}{LAST},stress)", "result", number_format)
        page.book.name(name, page, f"{letter}{LIVE}")
        page.validate(f"{letter}{TOP}:{letter}{LAST}", 0.0, most, head, unit)
    for row, (words, values) in enumerate(CASES, TOP):
        page.put(f"B{row}", words, "input_text", horizontal="left", indent=1)
        page.put(f"C{row}", f"=ROWS(C${TOP}:C{row})", "aside")
        for letter, value, (_, _, _, number_format, _) in zip(SETTINGS, values, SHOCKS, strict=True):
            page.put(f"{letter}{row}", value, "input", number_format)
        page.row(row, 30)
    page.row(LIVE, 30)
    page.book.name("stress_settings", page, f"D{TOP}:H{LAST}")


def stress_holds() -> list[str]:
    """The conditions that the settings are numbers within their bounds, and that the first is none."""
    columns = zip((f"Stress!{letter}{TOP}:{letter}{LAST}" for letter in SETTINGS), SHOCKS, strict=True)
    bounds = [f"AND(COUNT({area})={len(CASES)},MIN({area})>=0,MAX({area})<={most:g})" for area, (*_, most) in columns]
    return [*bounds, f"SUM(Stress!D{TOP}:H{TOP})=0"]


def _credit(page: Page, results: Results) -> None:
    """The static table, and whether it is still that of these inputs."""
    for number, letter in enumerate(COLUMNS[: len(FILED)]):
        first, last = LETTERS[3 * number], LETTERS[3 * number + 2]
        page.merge(f"{first}{TOP - 3}:{last}{TOP - 3}", f"=Deals!{letter}$5", "head")
        for (key, words, number_format), at in zip(READ, LETTERS[3 * number : 3 * number + 3], strict=True):
            page.put(f"{at}{TOP - 2}", words, "head")
            look = "words" if number_format == "@" else "result"
            page.put(f"{at}{LIVE}", f"={key}_{FILED[number]}", look, number_format, size=8 if look == "words" else 10)
    formats = [number_format for _ in FILED for _, _, number_format in READ]
    for row, values in enumerate(results or [(0.0,) * len(OUTPUTS)] * len(CASES), TOP):
        for letter, value, number_format in zip(LETTERS, values, formats, strict=True):
            look, size = ("words", 8) if isinstance(value, str) else ("calc", 10)
            page.put(f"{letter}{row}", value, look, number_format, italic=True, colour=GREY, size=size)
    # N takes the words of a column without a deal for nothing, so copies that another deal left there are stale.
    covers = "+".join(f"ABS(N(INDEX({at}{TOP}:{at}{LAST},stress))-N({at}{LIVE}))" for at in LETTERS[::3])
    page.book.name("static_gap", page, f"C{LAST + 2}")
    page.put(f"C{LAST + 2}", f"={covers}", "aside", "0.0E+00")
    state = '[IF(static_gap<0.000001,"The copies are of these inputs, made on ","STALE: inputs have changed since ")][refreshed|yyyy-mm-dd]; run computefi refresh on this file to make them anew.'
    page.merge(f"D{LAST + 2}:T{LAST + 2}", f"={sentence(page.book, state)}", "plain", 18)
    page.paint(f"D{LAST + 2}", {"static_gap>=0.000001": "watch"})
    page.put(f"B{LAST + 2}", "Copies against live", "note")
    first = LETTERS[0]
    worst = f"MATCH(MIN({first}{TOP}:{first}{LAST}),{first}{TOP}:{first}{LAST},0)"
    template = f"[Deals!D$5]: hardest hit by “[INDEX(B{TOP}:B{LAST},{worst})]”; life cover [{first}{TOP}|0.00]× goes to [MIN({first}{TOP}:{first}{LAST})|0.00]×"
    hardest = (
        f'=IF(COUNT({first}{LIVE}:{first}{LAST})<ROWS({first}{LIVE}:{first}{LAST}),"",{sentence(page.book, template)})'
    )
    page.merge(f"B{LAST + 1}:T{LAST + 1}", hardest, "finding", 20, size=10)


def _deals(page: Page, row: int) -> list[tuple[str, str]]:
    """The heads of the deals on record in the columns D to G; their letters here and on Deals."""
    pairs = list(zip(SETTINGS, COLUMNS[: len(FILED)], strict=False))
    for at, letter in pairs:
        page.put(f"{at}{row}", f"=Deals!{letter}$5", "head")
    page.row(row, 30)
    return pairs


def _sizing(page: Page) -> None:
    page.section(SIZING - 2, "2 · Sizing: what may be drawn", "B", "T", "at the DSCR of the term sheet; live")
    page.heads(SIZING - 1, {"B": "Cash as on Years, and lower", "C": "Cash"})
    deals = _deals(page, SIZING - 1)
    for row in range(SIZING, SIZING + 4):
        page.put(f"B{row}", "May be drawn, US$ m", "label")
        page.put(f"C{row}", 1 - (row - SIZING) / 10, "unit", "0%")
        for at, letter in deals:
            drawn = page.fill(f'=IF({{Deals!used$@{letter}}}=1,$C{row}*{{Memo!sizing$@{letter}}},"")')
            page.put(f"{at}{row}", drawn, "calc", MONEY)
    row = SIZING + 4
    page.put(f"B{row}", "Exposure on Deals, US$ m", "label_bold")
    page.put(f"C{row}", "", "unit")
    for at, letter in deals:
        page.put(f"{at}{row}", f"={page.fill(f'{{Deals!exposure$@{letter}}}')}", "result", MONEY)


def _residual(page: Page) -> None:
    """The band of a chip's value: a lognormal of the expected value and the volatility on Parameters."""
    band = "share of cost, the denominator; lognormal, before the cost of a sale; by the kind of collateral, from Parameters"
    page.section(RESIDUAL - 2, "3 · Residual value as a band", "B", "T", band)
    page.heads(RESIDUAL - 1, {"B": "Collateral", "C": "Quantile", "J": "Drift", "K": "Volatility"})
    for year, letter in enumerate("DEFGHI", 1):
        page.put(f"{letter}{RESIDUAL - 1}", year, "head", '"Year "0')
    rows = product((("GPUs", "D"), ("Machines", "E")), ("P10", "mean", "P90"))
    for row, ((words, column), quantile) in enumerate(rows, RESIDUAL):
        stale = f"{{Parameters!stale_share$@{column}}}*{{Parameters!sticky_on$@{column}}}"
        seen = f"{{Parameters!observed_volatility$@{column}}}"
        page.put(f"J{row}", page.fill(f"=LN({{Parameters!annual_residual$@{column}}})"), "aside", "0.000")
        page.put(f"K{row}", page.fill(f"={seen}*SQRT((1+{stale})/(1-{stale}))"), "aside", NUMBER)
        drift, volatility = f"$J{row}", f"$K{row}"
        page.put(f"B{row}", words, "label")
        page.put(f"C{row}", quantile, "unit")
        for letter in "DEFGHI":
            after = f"{letter}${RESIDUAL - 1}"
            spread = {"P10": "-", "P90": "+"}.get(quantile)
            band = f"-{volatility}^2/2*{after}{spread}NORMSINV(band_quantile)*{volatility}*SQRT({after})"
            page.put(f"{letter}{row}", f"=EXP({drift}*{after}{band if spread else ''})", "calc", PERCENT)
    note = "Beside it: a used H100 was sold at 11.5 of 33.6 thousand (34%, 2026-07-22, CCIR); an A100 at 3.75 of 24.9 (15–17%) or, of another denominator, at 32% of launch (LEAPEF)."
    page.merge(f"B{RESIDUAL + 6}:T{RESIDUAL + 6}", note, "plain", 18)


def _refresh(page: Page) -> None:
    read = "read by `computefi refresh`: each cell that is written is one full recalculation"
    page.section(REFRESH - 2, "4 · Refresh", "B", "T", read)
    page.heads(REFRESH - 1, dict(zip("BCDEFGH", BLOCK, strict=True)), 30)
    for letter, what in zip("BCDEFGH", BLOCK.values(), strict=True):
        page.put(f"{letter}{REFRESH}", what, "note", size=8)
    page.book.name("refresh", page, f"B{REFRESH - 1}:H{REFRESH}")
    page.row(REFRESH, 26)
    page.put(f"B{REFRESH + 1}", "Made on", "label")
    page.put(f"C{REFRESH + 1}", STAMP.date(), "calc", DATE, colour=GREY)
    page.book.name("refreshed", page, f"C{REFRESH + 1}")
    page.put(f"B{NAMES_ROW}", "Names that are read, by column", "note")
    for letter, name in zip(LETTERS, OUTPUTS, strict=True):
        page.put(f"{letter}{NAMES_ROW}", name, "aside", wrap=True)
    page.row(NAMES_ROW, 26)

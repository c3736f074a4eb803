"""The sheet Sensitivities of ddtl.xlsx: a grid and a column that live, a tornado and a supply shock as static copies."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from computefi.recalc import Book as Model
from workbooks.build.ddtl import static as ddtl_static
from workbooks.build.ddtl.given import CASE_NAMES, CASES
from workbooks.build.ddtl.grid import Grid, address
from workbooks.build.kit.page import GREY, NAVY, NUMBER, PERCENT, PERCENT_2, TIMES, WHOLE, Book, Page


@dataclass(frozen=True)
class Lever:
    """An input that the tornado moves to a low and to a high setting."""

    key: str
    label: str
    low: float
    high: float
    number_format: str


LEVERS = (
    Lever("delay", "Delay of acceptance, months", 0, 3, WHOLE),
    Lever("contract_shock", "Contracted revenue lost", -0.05, 0.05, PERCENT),
    Lever("rent_shock", "Fall of market rent", -0.20, 0.40, PERCENT),
    Lever("power_shock", "Rise of the power price", -0.25, 0.50, PERCENT),
    Lever("sofr_shock", "Rise of SOFR", -0.01, 0.02, PERCENT_2),
    Lever("decay", "Decay of GPU prices, a year", 0.19, 0.36, PERCENT),
    Lever("volatility", "Volatility of GPU prices", 0.20, 0.50, PERCENT),
    Lever("corr_market", "Correlation, market cash", 0.40, 0.90, NUMBER),
    Lever("sale_cost", "Cost of a forced sale", 0.10, 0.40, PERCENT),
)
SHOCKS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
OUTPUTS = ("el_total", "lowest_dscr", "wal_years", "first_breach", "unpaid_at_end")
TORNADO_OUTPUTS = ("el_total", "lowest_dscr")


def sweep(path: str) -> str:
    """Recalculate the whole model for every lever, shock and case; the text of ddtl_static.py."""
    model = Model.open(path)

    def answers(changes: dict[str, float], names: tuple[str, ...], home: dict[str, float]) -> tuple[float, ...]:
        model.set({**changes})
        found = tuple(round(float(str(model.get(name))), 10) for name in names)
        model.set(home)
        return found

    base: dict[str, tuple[float, ...]] = {}
    tornado: dict[str, tuple[tuple[float, ...], ...]] = {}
    supply: dict[str, tuple[tuple[float, ...], ...]] = {}
    stamp = tuple(round(float(str(model.get(f"stamp_{key}"))), 6) for key, _ in STAMPS)
    home = {lever.key: float(str(model.get(lever.key))) for lever in LEVERS}
    for number, case in enumerate(CASES, 1):
        model.set({"case": number})
        rows = model.get(COVER_VALUES)
        assert isinstance(rows, tuple)
        base[case] = tuple(round(float(str(row[0])), 10) for row in rows)
        tornado[case] = tuple(
            answers({lever.key: lever.low}, TORNADO_OUTPUTS, home)
            + answers({lever.key: lever.high}, TORNADO_OUTPUTS, home)
            for lever in LEVERS
        )
        supply[case] = tuple(answers({"rent_shock": shock}, OUTPUTS, home) for shock in SHOCKS)
    head = '"""Static copies of full recalculations, made by `python -m workbooks.build ddtl --sweep`; do not edit by hand."""\n\n'
    text = head + f'DATE = "{ddtl_static.DATE}"\n'
    text += f"STAMP: tuple[float, ...] = {stamp!r}\n"
    text += f"BASE: dict[str, tuple[float, ...]] = {_lines(base)}\n"
    text += f"TORNADO: dict[str, tuple[tuple[float, ...], ...]] = {_lines(tornado)}\n"
    return text + f"SUPPLY: dict[str, tuple[tuple[float, ...], ...]] = {_lines(supply)}\n"


def _lines(table: dict[str, tuple[float, ...]] | dict[str, tuple[tuple[float, ...], ...]]) -> str:
    def value(entry: float | tuple[float, ...]) -> str:
        return repr(entry)

    rows = []
    for key, entries in table.items():
        parts = "".join(f"        {value(entry)},\n" for entry in entries)
        rows.append(f'    "{key}": (\n{parts}    ),\n')
    return "{\n" + "".join(rows) + "}"


WIDTH = 2 * len(TORNADO_OUTPUTS)
TORNADO_TOP = 37
ORDER_TOP = TORNADO_TOP + len(LEVERS) + 3
SUPPLY_TOP = ORDER_TOP + len(LEVERS) + 5
COPIES_TOP = SUPPLY_TOP + len(SHOCKS) + 3
COVER_VALUES = "Cover!D16:D33"  # the key results, copied for every case
EL_AT = 11  # which of them is the expected loss through life


@dataclass(frozen=True)
class Axis:
    """The settings along one side of a live table: their range, and the check of it."""

    area: str
    low: float
    high: float
    title: str
    unit: str
    words: str


DELAY_NOTE = (
    "A delay also shrinks the loan that is drawn, because a tranche that misses the availability period is not financed. "
    "So the expected loss in money may fall: a smaller loan, not a safer one."
)
AXES = (
    Axis(
        "$D$12:$I$12",
        0,
        0.99,
        "Fall of the fleet's value",
        "share",
        "Falls of value in the grid are within their range",
    ),
    Axis("$C$14:$C$19", -1, 1, "ρ", "correlation", "Correlations in the grid are within their range"),
    Axis("$C$23:$C$29", 0.1, 10, "DSCR", "×", "Covers that size the debt are within their range"),
)
# Of the inputs when the copies were made: the sum of each times its row and its column.
STAMPS = (
    ("by_case", "Inputs by case"),
    ("for_all", "Inputs for all cases"),
    ("contracts", "Terms of the contracts"),
    ("tranches", "Terms of the tranches"),
)


def write_sensitivities(book: Book, grid: Grid) -> None:
    widths = {"A": 1.5, "B": 42} | {get_column_letter(column): 9.7 for column in range(3, 22)}
    page = book.page("Sensitivities", "Sensitivities", "What moves the loss, and by how much.", widths)
    _live(page, grid)
    _tornado(page)
    _supply(page)
    last = _copies(page)
    for axis in AXES:
        page.validate(axis.area.replace("$", ""), axis.low, axis.high, axis.title, axis.unit)
    page.freeze("C5")
    page.print_setup(f"B1:U{last}", "1:3", breaks=(TORNADO_TOP - 7, SUPPLY_TOP - 5))


def _live(page: Page, grid: Grid) -> None:
    """One array formula over the grid, one over the column."""
    page.section(
        5, "Expected loss a year at the highest balance: correlation against a fall of the fleet's value", "B", "U"
    )
    closing = grid.row("closing")
    facts = (
        ("peak_month", "Month of the highest balance", "month", f"=MATCH(MAX({closing}),{closing},0)", WHOLE),
        ("peak_balance", "Loan then", "US$ m", f"=INDEX({closing},1,peak_month)", "#,##0.0"),
        (
            "peak_value",
            "Market value of the fleet then",
            "US$ m",
            f"=INDEX({grid.row('on_market')},1,peak_month)",
            "#,##0.0",
        ),
        ("peak_pd", "PD then, driver or offtaker", "probability", f"=INDEX({grid.row('pd')},1,peak_month)", PERCENT_2),
        ("peak_rho", "ρ then", "correlation", f"=INDEX({grid.row('rho')},1,peak_month)", NUMBER),
    )
    for row, (name, words, unit, formula, number_format) in enumerate(facts, 6):
        page.put(f"B{row}", words, "label")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", formula, "result", number_format)
        page.book.name(name, page, f"D{row}")
    page.put("B12", "ρ down, fall of the fleet's value across", "head_left")
    page.put("B13", "Market value after the fall, US$ m", "label")
    page.put("C12", "ρ", "head")
    page.put("C13", "", "unit")
    for index, fall in enumerate((0.0, 0.1, 0.2, 0.3, 0.4, 0.5)):
        letter = "DEFGHI"[index]
        page.put(f"{letter}12", fall, "input", PERCENT)
        page.put(f"{letter}13", f"=peak_value*(1-{letter}$12)", "calc", "#,##0.0")
    for index, rho in enumerate((-0.2, 0.0, 0.2, 0.4, 0.6, 0.8)):
        page.put(f"B{14 + index}", "Expected loss, share of the loan", "label")
        page.put(f"C{14 + index}", rho, "input", NUMBER)
    page.block(
        "D14:I19",
        "=CFI_CORR_EL(peak_balance,$D$13:$I$13,peak_pd,$C$14:$C$19,volatility,horizon,-decay,sale_cost)",
        "calc",
        PERCENT_2,
    )
    page.merge(
        "K12:S13",
        "One array formula fills the grid; settings in blue are demonstration parameters, not filed.",
        "plain",
    )
    page.section(
        21,
        "Debt and top-up against the cover that sizes them",
        "B",
        "U",
        "seen from the top-up date; from close where there is none",
    )
    for letter, text in zip("BCDE", ("", "DSCR", "Debt carried, US$ m", "Top-up, US$ m"), strict=True):
        page.put(f"{letter}22", text, "head_left" if letter == "B" else "head")
    page.row(22, 42)
    for index, cover in enumerate((1.10, 1.15, 1.20, 1.25, 1.30, 1.35, 1.40)):
        page.put(f"B{23 + index}", "Debt on projected CFADS", "label")
        page.put(f"C{23 + index}", cover, "input", TIMES)
    ahead, rate = grid.row("cash_ahead"), grid.cell("top_up_rate")
    page.block("D23:D29", f"=CFI_SCULPT_DEBT({ahead},$C$23:$C$29,{rate})", "calc", "#,##0.0")
    page.block(
        "E23:E29",
        f"=CFI_TOP_UP({ahead},$C$23:$C$29,{rate},{grid.cell('eligible_cost')},ltc_cap,{grid.cell('first_drawn')})",
        "calc",
        "#,##0.0",
    )


def copies_note(page: Page, reference: str, words: str, height: float) -> None:
    """When the copies were made, and whether the inputs are still those of the copies."""
    page.merge(
        reference,
        f'="{words}, made on {ddtl_static.DATE}. "&IF(static_current,"They belong to the inputs as they stand.","STALE: inputs have changed since the copies were made.")',
        "plain",
        height,
        vertical="center",
    )
    page.paint(reference, {"NOT(static_current)": "watch"})


def _stamp(page: Page, row: int) -> None:
    words = "Static copies of full recalculations; settings in black are not live"
    copies_note(page, f"B{row}:U{row}", words, 18)


def _groups(page: Page, row: int, first: int, width: int, names: tuple[str, ...]) -> None:
    """A row of headings, each over the columns of one case."""
    for number, name in enumerate(names):
        left, right = (get_column_letter(first + number * width + offset) for offset in (0, width - 1))
        page.merge(f"{left}{row}:{right}{row}", name, "head", above=NAVY)


def _tornado(page: Page) -> None:
    top = TORNADO_TOP
    page.section(top - 5, "Tornado: one lever at a time, the whole model each time", "B", "U")
    _stamp(page, top - 4)
    page.merge(f"B{top - 3}:U{top - 3}", DELAY_NOTE, "plain", 16, vertical="center")
    _groups(page, top - 2, 5, WIDTH, (*CASE_NAMES, "Live case"))
    heads = ["Lever", "Low setting", "High setting"]
    heads += ["Loss at low", "DSCR at low", "Loss at high", "DSCR at high"] * (1 + len(CASE_NAMES))
    letters = [get_column_letter(2 + index) for index in range(len(heads))]
    for letter, text in zip(letters, heads, strict=True):
        page.put(f"{letter}{top - 1}", text, "head_left" if letter == "B" else "head", size=8.5)
    page.row(top - 1, 32)
    for index, lever in enumerate(LEVERS):
        row = top + index
        page.put(f"B{row}", lever.label, "label")
        page.put(f"C{row}", lever.low, "calc", lever.number_format)
        page.put(f"D{row}", lever.high, "calc", lever.number_format)
        for number, case in enumerate(CASES):
            values = ddtl_static.TORNADO.get(case, ((0.0,) * WIDTH,) * len(LEVERS))[index]
            for offset, value in enumerate(values):
                page.put(
                    f"{letters[3 + number * WIDTH + offset]}{row}",
                    value,
                    "calc",
                    "#,##0.0" if offset % 2 == 0 else TIMES,
                    colour=GREY,
                )
        for offset in range(WIDTH):
            page.put(
                f"{letters[3 + 3 * WIDTH + offset]}{row}",
                f"=INDEX($E{row}:$P{row},1,(case-1)*{WIDTH}+{offset + 1})",
                "result",
                "#,##0.0" if offset % 2 == 0 else TIMES,
            )
    last = top + len(LEVERS) - 1
    page.put(f"U{top - 1}", "Spread of the loss", "head", size=8.5)
    for row in range(top, last + 1):
        # A ten-millionth per row keeps equal spreads apart.
        widest = f"MAX(ABS(Q{row}-static_base),ABS(S{row}-static_base),ABS(S{row}-Q{row}))"
        page.put(f"U{row}", f"={widest}+small*small*ROW()", "calc", "#,##0.0")
    order, spread = ORDER_TOP, f"$U${top}:$U${last}"
    page.section(
        order - 2,
        "The tornado of the live case, largest first",
        "B",
        "U",
        "expected loss through life, US$ m, against the base",
    )
    heads = ["Lever", "Spread", "Rank", "Base", "Less than base", "More than base", "Low to base", "High to base"]
    for letter, text in zip("BCDEFGHI", heads, strict=True):
        page.put(f"{letter}{order - 1}", text, "head_left" if letter == "B" else "head")
    page.row(order - 1, 30)
    signed = '+#,##0.0;-#,##0.0;"–"'
    for row in range(order, order + len(LEVERS)):
        found = f"MATCH(C{row},{spread},0)"
        page.put(f"D{row}", f"=ROWS($D${order}:D{row})", "calc", WHOLE)
        page.put(f"C{row}", f"=LARGE({spread},D{row})", "calc", "#,##0.0")
        page.put(f"B{row}", f"=INDEX($B${top}:$B${last},{found})", "label")
        page.put(f"E{row}", "=static_base", "calc", "#,##0.0")
        page.put(f"H{row}", f"=INDEX($Q${top}:$Q${last},{found})-E{row}", "calc", signed)
        page.put(f"I{row}", f"=INDEX($S${top}:$S${last},{found})-E{row}", "calc", signed)
        page.put(f"F{row}", f"=MIN(0,H{row},I{row})", "calc", signed)
        page.put(f"G{row}", f"=MAX(0,H{row},I{row})", "calc", signed)
    page.book.name("tornado_first", page, f"B{order}")


def _supply(page: Page) -> None:
    top = SUPPLY_TOP
    page.section(
        top - 4, "What if supply compresses market rents", "B", "U", "the essay's question, for all three cases"
    )
    _stamp(page, top - 3)
    _groups(page, top - 2, 4, len(OUTPUTS), CASE_NAMES)
    names = (
        "Loss through life, US$ m",
        "Lowest DSCR",
        "Average life, years",
        "First DSCR breach, month (0 = none)",
        "Unpaid at the end, US$ m",
    )
    page.put(f"B{top - 1}", "Fall of market rent", "head_left")
    page.put(f"C{top - 1}", "Shock", "head")
    letters = [get_column_letter(4 + index) for index in range(3 * len(OUTPUTS))]
    for letter, text in zip(letters, names * len(CASES), strict=True):
        page.put(f"{letter}{top - 1}", text, "head", size=8.5)
    page.row(top - 1, 60)
    formats = ("#,##0.0", TIMES, NUMBER, WHOLE, "#,##0.0")
    for index, shock in enumerate(SHOCKS):
        row = top + index
        page.put(f"B{row}", "Whole model, static copy", "label")
        page.put(f"C{row}", shock, "calc", PERCENT)
        for number, case in enumerate(CASES):
            values = ddtl_static.SUPPLY.get(case, ((0.0,) * len(OUTPUTS),) * len(SHOCKS))[index]
            for offset, value in enumerate(values):
                page.put(f"{letters[number * len(OUTPUTS) + offset]}{row}", value, "calc", formats[offset], colour=GREY)


def _copies(page: Page) -> int:
    """What the copies were made from, beside what stands there now."""
    book, top = page.book, COPIES_TOP
    page.section(top - 2, "Do the copies belong to the inputs as they stand?", "B", "U", "shown, not counted")
    page.put(f"B{top - 1}", "", "head_left")
    for reference, text in (
        (f"C{top - 1}:D{top - 1}", "When copied"),
        (f"E{top - 1}:F{top - 1}", "Now"),
        (f"G{top - 1}:G{top - 1}", "Same"),
    ):
        page.merge(reference, text, "head")
    live, by_case = address(book, "inputs_live"), address(book, "inputs_by_case")
    first = live.replace("$D", "$E")
    areas = (by_case, live, address(book, "contract_terms"), address(book, "tranche_terms"))
    row = top
    for (key, words), area, copied in zip(STAMPS, areas, ddtl_static.STAMP, strict=True):
        weights = f'ROW({area})*({first}="")' if key == "for_all" else f"ROW({area})*COLUMN({area})"
        _beside(page, row, words, copied, f"=SUMPRODUCT({area},{weights})", "#,##0.000000")
        book.name(f"stamp_{key}", page, f"E{row}")
        row += 1
    for letter, case, case_name in zip("IJK", CASES, CASE_NAMES, strict=True):
        page.put(f"{letter}{row - 1}", case_name, "head", size=8.5)
        page.put(f"{letter}{row}", ddtl_static.BASE[case][EL_AT], "calc", "#,##0.0000", colour=GREY)
    _beside(
        page,
        row,
        "Expected loss through life, live case",
        f"=INDEX($I{row}:$K{row},1,case)",
        "=el_total",
        "#,##0.000000",
    )
    page.row(row - 1, 27)
    page.row(row + 1, 27)
    book.name("static_base", page, f"C{row}")
    page.put(f"B{row + 1}", "The copies belong to the inputs as they stand", "label_bold")
    page.merge(f"C{row + 1}:D{row + 1}", f"=SUM(G{top}:G{row})={row + 1 - top}", "verdict")
    book.name("static_current", page, f"C{row + 1}")
    page.paint(f"C{row + 1}:D{row + 1}", {"static_current": "good", "NOT(static_current)": "watch"})
    page.merge(
        f"B{row + 2}:U{row + 2}",
        "An input is compared by a sum: each one times its row and its column. The last line compares the result of the live case.",
        "plain",
        16,
    )
    return row + 2


def _beside(page: Page, row: int, words: str, copied: float | str, now: str, number_format: str) -> None:
    """A line that compares what was copied with what stands there now."""
    page.put(f"B{row}", words, "label")
    page.merge(f"C{row}:D{row}", copied, "calc", colour=GREY)
    page.merge(f"E{row}:F{row}", now, "calc")
    for letter in "CE":
        page.sheet[f"{letter}{row}"].number_format = number_format
    page.put(
        f"G{row}",
        f"=IF(ISNUMBER(C{row}-E{row}),IF(ABS(C{row}-E{row})<=small,1,0),0)",
        "calc",
        WHOLE,
        horizontal="center",
    )

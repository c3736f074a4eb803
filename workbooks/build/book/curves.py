"""The sheet Losses: the loss distributions, each loan's part of the tail, and what stands behind the charts."""

from __future__ import annotations

from openpyxl.chart import BarChart, ScatterChart
from openpyxl.utils import get_column_letter

from workbooks.build.book.grid import LAST, TOP, Field, Grid, Grids
from workbooks.build.kit.charts import (
    Frame,
    Line,
    Reference,
    bars,
    dress_axis,
    dress_chart,
    finding,
    place,
    plot_area,
    scatter,
)
from workbooks.build.kit.page import A3, MONEY_1, NAVY, PERCENT, PERCENT_2, SERIES, WHOLE, Book, Page
from workbooks.build.kit.text import sentence

LEVELS = (0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.998, 0.999, 0.9995)
BOOKS = ("whole", "gpu", "asic")
HEADS = ("Whole book", "ComputeFi", "MinerFi")
LARGEST = 10
CHART_TOP, CHARTS = 7, 19
END = get_column_letter(7 + 3 * 8)
TABLE = CHART_TOP + CHARTS + 4  # first row of the distributions
PARTS = TABLE + len(LEVELS) + 5
MEASURES = ("Expected loss", "Unexpected loss", "VaR", "Expected shortfall", "Error of EL", "Error of VaR", "Error of ES",
            "Wrong-way share")  # fmt: skip
QUESTION = "How are losses spread, and on which loans do they fall in a bad year?"
LAW = "n_pd,b_assignable,b_drivers,b_values,n_loads,b_volatility,horizon"
SALE = "b_drift,b_sale_cost,b_lag,b_unsecured,b_guarantor,b_guaranteed,corrs"
SIMULATED = "paths,seed,nu"
TERMS = "b_gamma,b_terms"
SIZES = {"whole": "b_exposure,b_value,b_contract", "gpu": "b_gpu_exposure,b_gpu_value,b_gpu_contract",
         "asic": "b_asic_exposure,b_asic_value,b_asic_contract"}  # fmt: skip
SPREAD_SAID = (
    f"[level|0.0%] of years lose less than [E{TABLE}|0.0%] (ComputeFi) and "
    f"[F{TABLE}|0.0%] (MinerFi) at one size and LTV"
)
PARTS_SAID = "The ten largest parts make [SUM(largest_share)|0%] of the expected shortfall; [INDEX(largest_id,1,1)] alone [INDEX(largest_share,1,1)|0.0%]"
SPREAD_ALT = "Two lines of the loss exceeded with a falling probability, from one year in two to one in two thousand: the MinerFi book's lies far above the ComputeFi book's."
PARTS_ALT = "Columns of the ten loans with the largest parts of the expected shortfall, falling from left to right."


def loss_of(kind: str, level: str) -> str:
    return f"CFI_BOOK_LOSS({SIZES[kind]},b_pd,b_offtaker,{LAW},{SALE},{level},{SIMULATED},{TERMS})"


def write_losses(book: Book, grids: Grids) -> None:
    widths = (
        {"A": 1.5, "B": 22, "C": 12}
        | dict.fromkeys("DEFGHIJKLMNOPQRSTUVWXYZ", 11)
        | dict.fromkeys(("AA", "AB", "AC", "AD", "AE"), 11)
    )
    page = book.page("Losses", "Losses and who makes them", QUESTION, widths)
    _write_distributions(page)
    _write_parts(page, grids)
    spread, parts = (page.fill(sentence(book, said)) for said in (SPREAD_SAID, PARTS_SAID))
    page.merge("B5:I5", f"={spread}", "plain", wrap=False)
    page.merge("J5:R5", f"={parts}", "plain", wrap=False)
    charts = ((spread_chart(page, "B5"), 0.0, 0.496, "Loss distributions", SPREAD_ALT),
              (parts_chart(page, "J5"), 0.504, 1.0, "Largest parts of the tail", PARTS_ALT))  # fmt: skip
    for chart, left, right, name, alt in charts:
        plot_area(chart, 0.1, 0.14, 0.86, 0.62)
        place(page, chart, Frame("B", "R", CHART_TOP, CHART_TOP + CHARTS, left, right), name, alt)
    page.freeze("C4")
    page.print_setup(f"B1:R{PARTS + LAST - TOP}", "1:3", [PARTS - 4], paper=A3)


def _write_distributions(page: Page) -> None:
    book, last = page.book, TABLE + len(LEVELS)
    note = "each book at the size and LTV of the whole; the first row is the level of Inputs"
    page.section(TABLE - 3, "1 · Loss distributions", "B", END, note)
    for letter, text in zip("BCDEF", ("Level", "Chance of more", *HEADS), strict=True):
        page.put(f"{letter}{TABLE - 1}", text, "head")
    page.put(f"D{TABLE - 2}", "VaR, share of exposure", "head_left", wrap=False)
    page.row(TABLE - 1, 32)
    for row, level in enumerate(("=level", *LEVELS), TABLE):
        page.put(f"B{row}", level, "calc" if isinstance(level, str) else "input", PERCENT_2)
        page.put(f"C{row}", f"=1-B{row}", "calc", "0.000%")
    page.validate(f"B{TABLE + 1}:B{last}", 0.5, 0.9999, "Level", "Points of the curves; below 1")
    book.name("levels", page, f"B{TABLE}:B{last}")
    for at, (kind, head) in enumerate(zip(BOOKS, HEADS, strict=True)):
        start = 8 + at * len(MEASURES)
        first, final = get_column_letter(start), get_column_letter(start + len(MEASURES) - 1)
        page.put(f"{first}{TABLE - 2}", head, "head_left", wrap=False)
        for step, text in enumerate(MEASURES):
            page.put(f"{get_column_letter(start + step)}{TABLE - 1}", text, "head")
        page.block(f"{first}{TABLE}:{final}{last}", f"={loss_of(kind, 'levels')}", "calc", "#,##0.00")
        book.name(f"loss_{kind}", page, f"{first}{TABLE}:{final}{TABLE}")
        at_risk = get_column_letter(start + 2)
        for row in range(TABLE, last + 1):
            share = f"=IF(total_exposure>0,{at_risk}{row}/total_exposure,0)"
            page.put(f"{'DEF'[at]}{row}", share, "result" if row == TABLE else "calc", PERCENT_2)


def _write_parts(page: Page, grids: Grids) -> None:
    book = page.book
    grid = grids.add(Grid("Losses", PARTS, PARTS + LAST - TOP))
    page.section(PARTS - 3, "2 · Each loan's part of the expected shortfall", "B", END, "by Euler; the parts add up")
    law = f"{SIZES['whole']},b_pd,b_offtaker,{LAW},{SALE},level,{SIMULATED},{TERMS}"
    fields = (
        Field("id", "Id", "@", look="words"), Field("owed", "Exposure", MONEY_1),
        Field("part", "", "#,##0.000", f"=CFI_BOOK_CONTRIBUTION({law})", whole=True, spread=3,
              heads=("Expected loss", "Part of the shortfall", "Share")),
        Field("rank", "Rank", WHOLE),
    )  # fmt: skip
    grid.lay(fields, "B")
    grids.write(page, grid, [one for one in fields if one.formula])
    for letter, head in (("B", "Id"), ("C", "Exposure"), ("G", "Rank")):
        page.put(f"{letter}{PARTS - 1}", head, "head")
    page.row(PARTS - 1, 32)
    span = f"$E${PARTS}:$E${grid.last}"
    for step, row in enumerate(range(PARTS, grid.last + 1)):
        page.put(f"B{row}", f'=IF(Rows!C{TOP + step}=1,Loans!D{TOP + step},"")', "words")
        page.put(f"C{row}", f"=Rows!{grids.of['Rows'].letter_of['exposure']}{TOP + step}", "calc", MONEY_1)
        # Ranks are all different: of equal parts the upper row comes first. COUNTIF would compare by fifteen digits.
        page.put(f"G{row}", f"=SUMPRODUCT(--({span}>E{row}))+SUMPRODUCT(--(E${PARTS}:E{row}=E{row}))", "aside", WHOLE)
    for key, letter in (("part_el", "D"), ("part", "E"), ("part_share", "F"), ("part_rank", "G"), ("part_id", "B")):
        book.name(key, page, f"{letter}{PARTS}:{letter}{grid.last}")
    for letter, head in zip("IJKL", ("Rank", "Id", "Part", "Share"), strict=True):
        page.put(f"{letter}{PARTS - 1}", head, "head")
    for row in range(PARTS, PARTS + LARGEST):
        place_of = f"MATCH(I{row},part_rank,0)"
        page.put(f"I{row}", f"=ROWS(I${PARTS}:I{row})", "aside")
        page.put(f"J{row}", f"=INDEX(part_id,{place_of})", "words")
        page.put(f"K{row}", f"=INDEX(part,{place_of})", "calc", "#,##0.00")
        page.put(f"L{row}", f"=INDEX(part_share,{place_of})", "result", PERCENT)
    for key, letter in (("id", "J"), ("part", "K"), ("share", "L")):
        book.name(f"largest_{key}", page, f"{letter}{PARTS}:{letter}{PARTS + LARGEST - 1}")


def spread_chart(page: Page, title: str, sheet: str = "Losses") -> ScatterChart:
    """How much is lost with which chance, on a logarithmic scale of chances."""
    say = page.book.say
    source, last = page.book.pages["Losses"].sheet, TABLE + len(LEVELS)

    def span(letter: str) -> Reference:
        return Reference(source, range_string=f"Losses!${letter}${TABLE + 1}:${letter}${last}")

    dashes = {"ComputeFi": (NAVY, None), "MinerFi": (SERIES[3], "dash")}
    lines = [Line(say(head), span(letter), span("C"), *dashes[head])
             for head, letter in (("ComputeFi", "E"), ("MinerFi", "F"))]  # fmt: skip
    chart = scatter(lines)
    dress_chart(chart, finding(sheet, title))
    dress_axis(chart.x_axis, "b", say("Loss in a year, share of exposure"), "0%", 0)
    dress_axis(chart.y_axis, "l", say("Chance that it is more, logarithmic"), "0.00%")
    chart.y_axis.scaling.logBase = 10
    chart.x_axis.majorGridlines = None
    return chart


def parts_chart(page: Page, title: str, sheet: str = "Losses") -> BarChart:
    """The largest parts as columns."""
    source = page.book.pages["Losses"].sheet
    ids, shares = (
        Reference(source, range_string=f"Losses!${letter}${PARTS}:${letter}${PARTS + LARGEST - 1}") for letter in "JL"
    )
    chart = bars(ids, {page.book.say("Share"): (shares, NAVY)}, "0.0%")
    dress_chart(chart, finding(sheet, title), None)
    dress_axis(chart.x_axis, "b", page.book.say("Loan"), "General")
    dress_axis(chart.y_axis, "l", page.book.say("Share of the expected shortfall"), "0%", 0)
    return chart

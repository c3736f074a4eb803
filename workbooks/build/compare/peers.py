"""The sheet Peers of compare.xlsx: backlog with its date and definition, debt with its perimeter, value, and the score."""

from __future__ import annotations

from workbooks.build.compare.tables import HERE, Column, write_cell, write_table
from workbooks.build.kit.charts import Frame, Reference, bars, dress_axis, dress_chart, finding, place, plot_area
from workbooks.build.kit.inputs import read_table
from workbooks.build.kit.page import A3, BILLION, DATE, PERCENT, SERIES, TIMES, Book, Page, all_within
from workbooks.build.kit.text import sentence

PEERS = [line["name"] for line in read_table(HERE / "peers.csv")]
HISTORY, CHART, PEER, VALUE, SCORE = 7, 13, 33, 41, 49
AREAS = (
    f"C{HISTORY + 1}:F{HISTORY + 3}",
    f"C{PEER + 1}:E{PEER + 3}",
    f"C{VALUE + 1}:D{VALUE + 3}",
    f"C{SCORE + 1}:H{SCORE + 3}",
)


def peers_hold() -> list[str]:
    """The conditions that the figures of this sheet are numbers within their bounds."""
    return [all_within(f"Peers!{area}", 0.0, 10_000.0) for area in AREAS]


def write_peers(book: Book) -> None:
    widths = {"A": 1.5, "B": 26} | dict.fromkeys("CDEFGHIJKL", 13) | dict.fromkeys("MNOPQR", 15)
    question = (
        "A backlog needs its date, its definition, its conditions and the customer's name; a debt needs its perimeter."
    )
    page = book.page("Peers", "Peers: what a backlog figure is worth", question, widths)
    _history(page)
    _peers(page)
    _value(page)
    _score(page)
    page.freeze("C5")
    page.print_setup(f"B1:R{SCORE + 5}", None, [VALUE - 2], paper=A3)


def _history(page: Page) -> None:
    missing = "the third quarter of 2026 was not found in the sources given"
    page.section(HISTORY - 2, "1 · CoreWeave through three balance sheets", "B", "R", missing)
    last = write_table(page, "history", HISTORY, (
        Column("B", "date", "Date"), Column("C", "rpo", "RPO, US$ bn", BILLION), Column("D", "backlog", "Backlog used, US$ bn", BILLION),
        Column("E", "debt", "Total debt, US$ bn", '0.00"bn"'), Column("F", "soon", "RPO due in 24 months", PERCENT),
        Column("I:J", "definition", "Definition"), Column("K:R", "source", "Source"),
    ), "history")  # fmt: skip
    top = HISTORY + 1
    page.heads(HISTORY, {"G": "Cover", "H": "24-month cover"})
    for row in range(top, last + 1):
        page.put(f"H{row}", f"=F{row}*C{row}/E{row}", "calc", TIMES)
    page.block(f"G{top}:G{last}", f"=CFI_BACKLOG_COVERAGE(D{top}:D{last},E{top}:E{last})", "calc", TIMES)
    page.book.name("coreweave_cover", page, f"G{top}:G{last}")
    template = "CoreWeave: cover of [MIN(G8:G10)|0.0]–[MAX(G8:G10)|0.0]× shrinks to [MIN(H8:H10)|0.0]–[MAX(H8:H10)|0.0]× when only the next 24 months count, before operating cost"
    page.merge(f"B{last + 1}:R{last + 1}", f"={sentence(page.book, template)}", "finding", size=9)
    say = page.book.say
    shown = {
        say("Backlog or RPO over debt"): (_area("G", top, last, page), SERIES[0]),
        say("RPO due in 24 months over debt"): (_area("H", top, last, page), SERIES[2]),
    }
    chart = bars(_area("B", top, last, page), shown, '0.0"×"')
    dress_chart(chart, finding("Peers", f"B{last + 1}"))
    dress_axis(chart.x_axis, "b", "", DATE)
    dress_axis(chart.y_axis, "l", say("Cover of debt (×)"), '0.0"×"', 0, None, 1)
    plot_area(chart, 0.08, 0.16, 0.89, 0.60)
    told = "Columns: CoreWeave's backlog over debt at three dates, and the part of RPO due in 24 months over debt."
    place(page, chart, Frame("B", "R", CHART, PEER - 3), "CoreWeave cover", told)


def _area(letter: str, top: int, last: int, page: Page) -> Reference:
    return Reference(page.sheet, range_string=f"Peers!${letter}${top}:${letter}${last}")


def _peers(page: Page) -> None:
    beside = "each debt has the perimeter that stands beside it: read the cover with its words"
    page.section(PEER - 1, "2 · Headline and firm", "B", "R", beside)
    last = write_table(page, "peers", PEER, (
        Column("B", "name", "Name"), Column("C", "headline", "Headline, US$ bn", BILLION), Column("D", "firm", "Firm, US$ bn", '0.00"bn"'),
        Column("E", "debt", "Debt on record, US$ bn", '0.00"bn"'), Column("I", "date", "As of"), Column("J", "definition", "Definition"),
        Column("K:L", "firm words", "What is firm"), Column("M:N", "debt words", "Perimeter of the debt"), Column("O:R", "source", "Source"),
    ), "peer")  # fmt: skip
    page.heads(PEER, {"F": "Headline cover", "G": "Firm cover", "H": "Headline over firm"})
    top = PEER + 1
    for row in range(top, last + 1):
        page.put(f"H{row}", f"=C{row}/D{row}", "calc", '0.0"×"')
    page.block(f"F{top}:F{last}", f"=CFI_BACKLOG_COVERAGE(C{top}:C{last},E{top}:E{last})", "calc", '0.0"×"')
    page.block(f"G{top}:G{last}", f"=CFI_BACKLOG_COVERAGE(D{top}:D{last},E{top}:E{last})", "result", '0.0"×"')


# how rents may go, and the factor on them: the columns H, I and J
PATHS = (
    ("with supply as on Parameters", "=CFI_SUPPLY_FACTOR(demand_growth,supply_growth,demand_elasticity)"),
    ("with rents as the article asks", "=1-essay_fall"),
    ("after two years of rents", "=annual_rent_gpu^2"),
)


def _value(page: Page) -> None:
    told = "what of the value no contract carries, and enterprise value over firm backlog as supply comes"
    page.section(VALUE - 1, "3 · Value against firm contracts", "B", "R", told)
    write_table(page, "peers", VALUE, (
        Column("B", "name", "Name"), Column("C", "cap", "Market value, US$ bn", BILLION), Column("D", "margin", "Cash margin", PERCENT),
    ), "value")  # fmt: skip
    heads = {"E": "Enterprise value, US$ bn", "F": "over firm backlog", "G": "carried by firm contracts"}
    heads |= dict(zip("HIJ", (head for head, _ in PATHS), strict=True)) | {"K:R": "Source and method"}
    page.heads(VALUE, heads, 44, "K")
    note = "Market value on 2026-05-10 (toptierstrategy.com [S]) and the debt above, of another date. Cash margin: CoreWeave Q2 2026 adjusted EBITDA, Nebius Q2 2026, IREN's project. Carried: firm backlog × margin, not discounted. Rest × factor on rents, over firm backlog."
    rents = VALUE + len(PEERS) + 1
    for row, peer in zip(range(VALUE + 1, rents), range(PEER + 1, PEER + 4), strict=True):
        page.put(f"E{row}", f"=C{row}+E{peer}", "calc", BILLION)
        page.put(f"F{row}", f"=E{row}/D{peer}", "result", TIMES)
        page.put(f"G{row}", f"=MIN(1,D{peer}*D{row}/E{row})", "calc", PERCENT)
        for letter in "HIJ":
            page.put(f"{letter}{row}", f"=$F{row}*($G{row}+(1-$G{row})*{letter}${rents})", "result", TIMES)
        write_cell(page, "K:R", row, note if row == VALUE + 1 else "As above", "note")
        page.book.name(f"ev_over_firm_{PEERS[row - VALUE - 1].lower()}", page, f"F{row}")
        page.row(row, 32 if row == VALUE + 1 else 19)
    page.put(f"B{rents}", "Rents over today's", "label")
    for letter, (_, factor) in zip("HIJ", PATHS, strict=True):
        page.put(f"{letter}{rents}", factor, "calc", PERCENT)
    how = "CFI_SUPPLY_FACTOR with demand, supply and elasticity as in calibration.xlsx"
    write_cell(page, "K:R", rents, how, "note")
    page.book.name("value_supply", page, f"H{VALUE + 1}:H{rents - 1}")


def _score(page: Page) -> None:
    weighed = "equal weights; backlog and names relative to the largest peer; software depth is a judgement"
    page.section(SCORE - 1, "4 · The four dimensions of the neocloud score", "B", "R", weighed)
    last = write_table(page, "peers", SCORE, (
        Column("B", "name", "Name"), Column("C", "software", "Software depth (judgement)", "0.00", 0, 1), Column("D", "contracted", "Contracted share", PERCENT, 0, 1),
        Column("E", "first", "Customer 1", "0.00"), Column("F", "second", "Customer 2", "0.00"), Column("G", "third", "Customer 3", "0.00"), Column("H", "others", "Others, ten equal", "0.00"),
    ), "score")  # fmt: skip
    heads = {"I": "Effective names", "J": "Score, headline", "K": "Rank", "L": "Score, firm", "M": "Rank"}
    page.heads(SCORE, heads | {"N": "Score, firm over debt", "O": "Rank", "P:R": "How to read it"}, left="P")
    top = SCORE + 1
    for row in range(top, last + 1):
        others = f"1/((E{row}^2+F{row}^2+G{row}^2+H{row}^2/equal_others)/SUM(E{row}:H{row})^2)"
        page.put(f"I{row}", f"={others}", "calc", "0.00")
        how = "1 over the sum of squared shares; weights in US$ bn or shares of revenue"
        write_cell(page, "P:R", row, how if row == top else "As above", "note")
        page.row(row, 32)
    for letter, right, of in (("J", "K", "C"), ("L", "M", "D"), ("N", "O", "G")):
        block, values = f"{letter}{top}:{right}{last}", f"{of}{PEER + 1}:{of}{PEER + 3}"
        page.block(block, f"=CFI_NEOCLOUD_SCORE(C{top}:C{last},D{top}:D{last},{values},I{top}:I{last})", "result", "0")
    for number, peer in enumerate(PEERS):
        page.book.name(f"neocloud_score_{peer.lower()}", page, f"L{top + number}")
        page.book.name(f"neocloud_rank_{peer.lower()}", page, f"O{top + number}")
    page.book.name("neocloud_scores", page, f"J{top}:O{last}")

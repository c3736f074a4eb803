"""The sheet Summary of book.xlsx: the two books, the limits, the worst scenario, provisions, on one page."""

from __future__ import annotations

from workbooks.build.book.curves import PARTS_ALT, SPREAD_ALT, TABLE, parts_chart, spread_chart
from workbooks.build.book.provisions import write_totals
from workbooks.build.kit.charts import Frame, place, plot_area
from workbooks.build.kit.page import A3, MONEY_1, NUMBER, PERCENT, TIMES, WHOLE, Book, Page
from workbooks.build.kit.text import write_words

WIDTHS = {"A": 1.5, "B": 52} | dict.fromkeys("CDEF", 12) | {"G": 2, "H": 34} | dict.fromkeys("IJKL", 11)
QUESTION = "How much may the book lose, on whom, and is it within its limits?"
TOP = 10
# Words, unit, which answer of a book's measures, format; a share of the exposure where the format is one.
MEASURES = (
    ("Expected loss", 1, PERCENT),
    ("Loss that is not expected, at the level", 2, PERCENT),
    ("VaR at the level", 3, PERCENT),
    ("Expected shortfall beyond it", 4, PERCENT),
    ("Standard error of the VaR", 6, "0.00%"),
)
CHARTS = 30
WORDS = CHARTS + 22
END = "L"
AT_LEVEL = str(TABLE)  # the row of Losses that has the level of Inputs, its shares in E and F
READING = (
    "At one size and one LTV the ComputeFi book loses more than [Losses!E"
    + AT_LEVEL
    + "|0.0%] of its exposure in one year of [1/(1-level)|#,##0], the MinerFi book "
    "[Losses!F"
    + AT_LEVEL
    + "|0.0%], [IF(INDEX(loss_gpu,1,3)>0,INDEX(loss_asic,1,3)/INDEX(loss_gpu,1,3),0)|0.0] times as much: contracts pay on while the coin that repays a miner's loan takes its machines down with it."
)
STATE = (
    "The whole book of [SUM(b_ok)] loans and [total_exposure|#,##0]m expects to lose [INDEX(loss_whole,1,1)|#,##0.0]m a year; the worst scenario, "
    '“[INDEX(stress_names,MATCH(MAX(stress_losses),stress_losses,0),1)]”, costs [MAX(stress_shares)|0.0%]. [IF(limits_broken=0,"Every limit holds.","Limits broken:")] [IF(limits_broken=0,"",limits_broken)]'
)
WHY = (
    "MinerFi loans are [IF(total_exposure>0,exposure_asic/total_exposure,0)|0%] of the exposure and [IF(SUM(part)>0,SUMPRODUCT(b_asic,part)/SUM(part),0)|0%] of the loss in the worst years; of what the factors add there, "
    "“[INDEX(factor_heads,MATCH(MAX(factor_losses),factor_losses,0),1)]” adds [MAX(INDEX(worst_state,0,3))|0%]. The VaR of the whole, [share_at_risk|0.0%], is [IF(mixed_share>0,ABS(1-share_at_risk/mixed_share),0)|0%] "
    '[IF(share_at_risk>mixed_share,"above the average of the two books: few names, and one factor for all.","below the average of the two books, for they seldom fail in the same year.")]'
)
NO_ANSWER = (
    "No answer: the correlations of the factors, or the loadings of a segment, on Inputs are impossible together."
)
BASIS = "SYNTHETIC loans and names as delivered; demonstration parameters are marked P on Inputs. Not a rating and not advice."


def open_summary(book: Book) -> None:
    book.page("Summary", "A book of loans against computers", QUESTION, WIDTHS)


def write_summary(book: Book) -> None:
    page = book.pages["Summary"]
    words = write_words(page, WORDS + 2, END, {"Two books": READING, "The book": STATE, "Why": WHY, "Basis": BASIS})
    page.merge(f"B5:{END}5", f'=IFERROR({words["Two books"]},"{book.say(NO_ANSWER)}")', "reading", 36)
    page.merge(f"B6:{END}6", f'=IFERROR({words["The book"]},"")', "reading", 34, size=10, ground=None)
    page.merge(f"B7:{END}7", f'=IFERROR({words["Why"]},"")', "reading", 34, size=10, ground=None)
    for name, cell in (("reading", "B5"), ("state_of_book", "B6"), ("why_so_much", "B7")):
        book.name(name, page, cell)
    page.section(TOP - 2, "The two books", "B", "F")
    for letter, head in zip(
        "BCDEF", ("Measure", "Whole book", "ComputeFi", "MinerFi", "MinerFi over ComputeFi"), strict=True
    ):
        page.put(f"{letter}{TOP - 1}", head, "head_left" if letter == "B" else "head")
    page.row(TOP - 1, 32)
    _write_books(page)
    page.section(TOP - 2, "Limits, stress, provisions, capital", "H", END)
    _write_state(page)
    for chart, left, right, name, alt in (
        (spread_chart(page, "B5", "Losses"), 0.0, 0.496, "Loss distributions", SPREAD_ALT + " On the first page."),
        (parts_chart(page, "J5", "Losses"), 0.504, 1.0, "Largest parts of the tail", PARTS_ALT + " On the first page."),
    ):
        plot_area(chart, 0.11, 0.16, 0.85, 0.58)
        place(page, chart, Frame("B", END, CHARTS, WORDS - 1, left, right), name, alt)
    page.merge(f"B{WORDS}:{END}{WORDS}", f"={words['Basis']}", "plain", 16)
    book.name("basis", page, f"B{WORDS}")
    page.freeze("A5")
    page.print_setup(f"B1:{END}{WORDS}", "1:3", pages_high=1, paper=A3)


def _write_books(page: Page) -> None:
    rows = (
        ("Exposure, m", "#,##0", ("=total_exposure", "=size_gpu*exposure_gpu", "=size_asic*exposure_asic")),
        ("of it held, m", "#,##0", ("=total_exposure", "=exposure_gpu", "=exposure_asic")),
        ("LTV", PERCENT, ("=IF(total_value>0,total_exposure/total_value,0)", f"=IF(worth_gpu*value_gpu>0,D{TOP}/(worth_gpu*value_gpu),0)", f"=IF(worth_asic*value_asic>0,E{TOP}/(worth_asic*value_asic),0)")),
    )  # fmt: skip
    row = TOP
    for words, number_format, formulas in rows:
        page.put(f"B{row}", words, "label")
        for letter, formula in zip("CDE", formulas, strict=True):
            page.put(f"{letter}{row}", formula, "calc", number_format)
        row += 1
    for words, place_of, number_format in MEASURES:
        page.put(f"B{row}", f"{words}, share of exposure", "label_bold" if place_of in (3, 4) else "label")
        for letter, kind in zip("CDE", ("whole", "gpu", "asic"), strict=True):
            share = f"=IF(total_exposure>0,INDEX(loss_{kind},1,{place_of})/total_exposure,0)"
            page.put(f"{letter}{row}", share, "result" if place_of in (3, 4) else "calc", number_format)
        page.put(f"F{row}", f"=IF(D{row}>0,E{row}/D{row},0)", "calc", TIMES)
        if place_of == 3:
            page.book.name("share_at_risk", page, f"C{row}")
        row += 1
    page.put(f"B{row}", "Wrong-way share of the expected loss", "label")
    for letter, kind in zip("CDE", ("whole", "gpu", "asic"), strict=True):
        page.put(f"{letter}{row}", f"=INDEX(loss_{kind},1,8)", "calc", PERCENT)
    for words, formula, number_format in (
        ("Expected loss, m", "=INDEX(loss_whole,1,1)", MONEY_1), ("VaR, m", "=INDEX(loss_whole,1,3)", MONEY_1),
        ("Expected shortfall, m", "=INDEX(loss_whole,1,4)", MONEY_1),
        ("VaR, share: the two books' average by exposure", "=IF(total_exposure>0,(exposure_gpu*INDEX(loss_gpu,1,3)+exposure_asic*INDEX(loss_asic,1,3))/total_exposure^2,0)", PERCENT),
        ("Loans that would be as concentrated, if equal", "=IF(hhi_loans>0,1/hhi_loans,0)", NUMBER),
        ("Offtakers that would be, if equal", "=IF(hhi_offtakers>0,1/hhi_offtakers,0)", NUMBER),
    ):  # fmt: skip
        row += 1
        page.put(f"B{row}", words, "label")
        page.put(f"C{row}", formula, "calc", number_format)
    page.book.name("mixed_share", page, f"C{row - 2}")


def _write_state(page: Page) -> None:
    page.put(f"H{TOP - 1}", "What", "head_left")
    page.put(f"I{TOP - 1}", "Value", "head")
    for letter, head in zip("JKL", ("of exposure", "Limit", "Verdict"), strict=True):
        page.put(f"{letter}{TOP - 1}", head, "head")
    rows = (
        ("Largest loan", "=MAX(b_exposure)", "limit_loan"),
        ("Largest offtaker", "=MAX(offtaker_exposures)", "limit_offtaker"),
        ("Largest vendor", "=MAX(vendor_exposures)", "limit_vendor"),
        ("Factor that costs most", "=MAX(factor_losses)", "limit_factor"),
        ("Worst scenario", "=MAX(stress_losses)", "limit_stress"),
    )
    for row, (words, formula, limit) in enumerate(rows, TOP):
        page.put(f"H{row}", words, "label")
        page.put(f"I{row}", formula, "calc", MONEY_1)
        page.put(f"J{row}", f"=IF(total_exposure>0,I{row}/total_exposure,0)", "result", PERCENT)
        page.put(f"K{row}", f"={limit}", "calc", PERCENT)
        page.put(f"L{row}", f'=IF(J{row}<=K{row},"within","ABOVE")', "verdict")
    last = TOP + len(rows) - 1
    page.paint(f"L{TOP}:L{last}", {f'L{TOP}="within"': "good", f'L{TOP}="ABOVE"': "bad"})
    page.put(f"H{last + 1}", "Rows that are not taken", "label")
    page.put(f"I{last + 1}", "=SUM(b_used)-SUM(b_ok)", "result", WHOLE)
    page.book.name("rows_left_out", page, f"I{last + 1}")
    page.paint(f"I{last + 1}", {f"I{last + 1}=0": "good", f"I{last + 1}>0": "bad"})
    page.put(f"H{last + 2}", "Distance of the loss asked about", "label")
    page.put(f"I{last + 2}", "=reverse_distance", "calc", "0.0")
    page.merge(f"J{last + 2}:L{last + 2}", "standard deviations of all factors", "note")
    write_totals(page, last + 3, "H", "I")

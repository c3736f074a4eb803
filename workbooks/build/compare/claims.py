"""The sheet Claims of compare.xlsx: the article's claims one by one, with a live cell that answers each."""

from __future__ import annotations

from workbooks.build.compare import curves
from workbooks.build.compare.tables import HERE, write_cell
from workbooks.build.kit.charts import (
    Frame,
    Line,
    Reference,
    dress_axis,
    dress_chart,
    finding,
    place,
    plot_area,
    scatter,
    second_axis,
)
from workbooks.build.kit.inputs import read_table
from workbooks.build.kit.page import BAD, NAVY, Book, Page
from workbooks.build.kit.text import lines_of, width_of

TOP = 6
CLAIMS = read_table(HERE / "claims.csv")
# what the live cell shows, formula, format: in the order of the claims. Last the column of the deal that it is of.
LIVE = (
    ("Commitment, US$ m", "{Deals!commitment@D}", "#,##0", "D"),
    ("PD that either fails; two who sign would both have to", "CFI_PD_EITHER({Deals!offtaker_pd@D},{Deals!pd_operator@D},{Deals!link@D})", "0.00%", "D"),
    ("Lent before the top-up, of the commitment", "{Deals!first_funding@D}/{Deals!commitment@D}", "0%", "D"),
    ("Latest backlog or RPO, US$ bn", "peer_headline_1", "0.0", ""),
    ("Backlog over IREN's headline", "history_backlog_1/peer_headline_3", '0.00"×"', ""),
    ("Headline over RPO", "peer_headline_3/peer_firm_3", '0.0"×"', ""),
    ("Firm, US$ bn", "peer_firm_2", "0.0", ""),
    ("CoreWeave's rank, firm over debt", "neocloud_rank_coreweave", "0", ""),
    ("Deal loss that the contract takes away, share a year", f"Curves!H{curves.TOP}-Curves!H{curves.LAST}", "0.0%", "D"),
    ("AI share of revenue, Q2", "{second}/{second_all}", "0.0%", ""),
    ("CoreWeave's value over firm backlog, with supply", "INDEX(value_supply,1)", '0.00"×"', ""),
    ("Hard fails of the 2021-style loan", "{Verdict!hard_fails@G}", "0", "G"),
)  # fmt: skip
REVENUE = (("IREN's AI revenue, Q2 to 2025-12, US$ m", 17.3), ("IREN's revenue, Q2 to 2025-12, US$ m", 184.7))
GIVEN = TOP + len(CLAIMS) + 3
CHART = GIVEN + 4


def write_claims(book: Book) -> None:
    widths = {"A": 1.5, "B": 31} | dict.fromkeys("CDEF", 12.5) | {"G": 19, "H": 11} | dict.fromkeys("IJKLM", 10)
    question = "What was claimed, what the sources say, and a live cell that answers."
    page = book.page("Claims", "The article's claims, one by one", question, widths)
    heads = {"B": "Claim", "C:F": "What the sources say", "G": "What is shown", "H": "Answer", "I": "As of"}
    page.heads(TOP - 1, heads | {"J": "Status", "K:M": "Source"}, left="BCK")
    book.places.words |= {"second": f"$H${GIVEN}", "second_all": f"$H${GIVEN + 1}"}
    for row, (claim, (shown, formula, number_format, deal)) in enumerate(zip(CLAIMS, LIVE, strict=True), TOP):
        answer = f'=IF({{Deals!used$@{deal}}}=1,{formula},"")' if deal else f"={formula}"
        page.put(f"B{row}", claim["claim"], "label_bold")
        write_cell(page, "C:F", row, claim["finding"], "note")
        page.put(f"G{row}", shown, "note")
        page.put(f"H{row}", page.fill(answer), "result", number_format)
        page.put(f"I{row}", claim["date"], "aside")
        page.put(f"J{row}", claim["status"], "aside")
        write_cell(page, "K:M", row, claim["source"], "note")
        texts = ((claim["finding"], "C:F", 9), (claim["claim"], "B", 10), (shown, "G", 9))
        lines = (lines_of(book.say(text), width_of(page, columns), size) for text, columns, size in texts)
        page.row(row, 6 + 12 * max(2, *lines))
    book.name("claims_answers", page, f"H{TOP}:H{TOP + len(CLAIMS) - 1}")
    page.section(GIVEN - 1, "Figures that stand on no other sheet", "B", "M")
    for row, (words, value) in enumerate(REVENUE, GIVEN):
        page.put(f"B{row}", words, "label")
        page.put(f"H{row}", value, "input", "0.0")
        page.validate(f"H{row}", 0.001, 1e6, words, "IREN's reports [V]")
        page.row(row, 30)
        write_cell(page, "K:M", row, "IREN's reports to 2025-12-31 [V]", "note")
    _chart(page)
    page.freeze("C6")
    page.print_setup(f"B1:M{CHART + 20}", "5:5", [GIVEN - 2])


def answers_owed(page: Page) -> str:
    """How many claims have an answer: a column without a deal has none to give."""
    return "+".join(page.fill(f"{{Deals!used$@{deal}}}") if deal else "1" for *_, deal in LIVE)


def claims_hold() -> str:
    return f"AND(COUNT(Claims!H{GIVEN}:H{GIVEN + 1})=2,MIN(Claims!H{GIVEN}:H{GIVEN + 1})>=0.001,MAX(Claims!H{GIVEN}:H{GIVEN + 1})<=1000000)"


def _chart(page: Page) -> None:
    """The thesis: deal loss and stress LGD against the contracted share."""
    say = page.book.say

    def column(letter: str) -> Reference:
        return Reference(page.sheet, range_string=f"Curves!${letter}${curves.TOP}:${letter}${curves.LAST}")

    chart = scatter([Line(say("Deal loss (left)"), column("B"), column("H"), BAD, width=2.75)])
    other = scatter([Line(say("Stress LGD (right)"), column("B"), column("N"), NAVY, width=2.75)])
    dress_chart(chart, finding("Curves", "B6"))
    dress_axis(chart.x_axis, "b", say("Contracted share of revenue, c"), "0%", 0, 1, 0.2)
    dress_axis(chart.y_axis, "l", say("Deal loss (share of loan a year)"), "0%", 0)
    chart.x_axis.majorGridlines = None
    second_axis(chart, other, say("Stress LGD (share of loan)"), "0%", 0)
    plot_area(chart, 0.07, 0.14, 0.84, 0.62)
    told = (
        "Two lines against the contracted share from 0 to 1: deal loss a year falls steeply, stress LGD falls a little."
    )
    place(page, chart, Frame("B", "M", CHART, CHART + 19), "Loss against contracted share", told)

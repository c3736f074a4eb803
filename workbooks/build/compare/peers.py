"""The sheet Peers of compare.xlsx: backlog with its date and definition, debt, cover, and the neocloud score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbooks.build.kit.charts import Frame, Reference, bars, dress_axis, dress_chart, linked_title, place, plot_area
from workbooks.build.kit.page import BILLION, DATE, NUMBER, PERCENT, SERIES, TIMES, Book, Page, all_within

TEN_K, TEN_Q = "10-K, SEC 0001769628-26-000104", "10-Q, SEC 0001769628-26-000222"


@dataclass(frozen=True)
class Month:
    """One balance-sheet date of CoreWeave."""

    day: date
    rpo: float
    used: float
    definition: str
    debt: float
    soon: float
    source: str


HISTORY = (
    Month(date(2025, 12, 31), 60.7, 66.8, "Backlog", 21.6, 0.41, TEN_K + " [V]"),
    Month(date(2026, 3, 31), 98.8, 99.4, "Backlog; debt net", 24.86, 0.36, TEN_Q + " [V]"),
    Month(date(2026, 6, 30), 103.7, 103.7, "RPO", 35.55, 0.41, "Q2 2026 release and 10-Q extracts [V/S]"),
)


@dataclass(frozen=True)
class Peer:
    """A neocloud: what it calls backlog, what is firm, the debt on record."""

    name: str
    headline: float
    definition: str
    as_of: str
    firm: float
    firm_words: str
    debt: float
    debt_words: str
    source: str


PEERS = (
    Peer(
        "CoreWeave",
        103.7,
        "RPO",
        "2026-06-30",
        103.7,
        "RPO: all firm",
        35.55,
        "Whole company",
        "Q2 2026 release and 10-Q extracts [V/S]",
    ),
    Peer(
        "Nebius",
        47.0,
        "Contracts incl. flex",
        "2026-04-10 (article)",
        32.0,
        "$15bn of Meta's capacity is flex: Meta takes what is left",
        0.775,
        "One secured facility; converts not on record",
        "About 46–47 with the flex; SEC 0001104659-26-084452 [V/S]",
    ),
    Peer(
        "IREN",
        9.7,
        "Headline of one contract",
        "2026-03-31",
        0.7103,
        "Only RPO of 0.7103 is in the accounts",
        3.65,
        "One project: loan 1.55 + notes 2.10",
        "10-Q at 2026-03-31; SEC 0001140361-26-023427 [V]",
    ),
)
# Customers' weights in $bn or in shares of revenue; a customer who is not named is one of ten equal others.
WEIGHTS = (
    (
        (0.36, 0.26, 0.10, *(0.028,) * 10),
        "Shares of revenue Q2 2026: 36%, 26%, 10% [V]; the rest as ten equal others [D]",
    ),
    ((17.4, 15.0, 1.7, *(0.0,) * 10), "Microsoft 17.4, Meta 3 + 12 firm [V/S]; others 5% of the total [D]"),
    ((9.7, 3.4, *(0.0,) * 11), "Microsoft 9.7, NVIDIA 3.4 [V]"),
)
SOFTWARE = ((0.90, "judgement"), (0.80, "judgement"), (0.30, "judgement"))
CONTRACTED = (
    (0.98, "more than 98% committed in 2025, 10-K [V]"),
    (0.90, "judgement; not on record"),
    (0.18, "1 − 82% BTC share of FY26 revenue [D]"),
)

FINDING = "Curves!$O$44"  # the chart's title is computed beside the other titles
_HISTORY_TOP, _PEER_TOP, _WEIGHT_TOP, _SCORE_TOP, _WHY_TOP, _CLAIM_TOP = 8, 32, 40, 48, 56, 64


_SHARE, _BILLIONS = (0.0, 1.0), (0.001, 10_000.0)
_LAST_WEIGHT = _WEIGHT_TOP + len(PEERS) - 1
# area, bounds, title and unit: what the figures of this sheet may be
FIGURES: tuple[tuple[str, tuple[float, float], str, str], ...] = (
    (f"B{_HISTORY_TOP}:B{_HISTORY_TOP + len(HISTORY) - 1}", (43_831.0, 73_050.0), "Date", "2020 to 2099"),
    (f"C{_HISTORY_TOP}:E{_HISTORY_TOP + len(HISTORY) - 1}", _BILLIONS, "Backlog and debt", "US$ bn"),
    (f"H{_HISTORY_TOP}:H{_HISTORY_TOP + len(HISTORY) - 1}", _SHARE, "Share", "Between 0 and 1"),
    (f"C{_PEER_TOP}:D{_PEER_TOP + len(PEERS) - 1}", _BILLIONS, "Backlog and debt", "US$ bn"),
    (f"H{_PEER_TOP}:H{_PEER_TOP + len(PEERS) - 1}", _BILLIONS, "Backlog and debt", "US$ bn"),
    (f"C{_WEIGHT_TOP}:O{_LAST_WEIGHT}", (0.0, 10_000.0), "Weight", "US$ bn, or a share of revenue"),
    (f"C{_SCORE_TOP}:D{_SCORE_TOP + len(PEERS) - 1}", _SHARE, "Share", "Between 0 and 1"),
    (f"D{_CLAIM_TOP}:D{_CLAIM_TOP + 1}", (0.0, 1_000.0), "Claimed", "×"),
)


def peers_hold() -> list[str]:
    """The conditions that the figures are numbers within their bounds."""
    return [all_within(f"Peers!{area}", *bounds) for area, bounds, _, _ in FIGURES]


def write_peers(book: Book, titles: dict[str, str]) -> None:
    widths = {
        "A": 1.5,
        "B": 34,
        "C": 13,
        "D": 13,
        "E": 13,
        "F": 24,
        "G": 13,
        "H": 13,
        "I": 13,
        "J": 13,
        "K": 13,
        "L": 13,
        "M": 13,
        "N": 13,
        "O": 13,
        "P": 60,
    }
    page = book.page(
        "Peers",
        "Peers: what a backlog figure is worth",
        "A backlog needs its date, its definition, its firm share and the customer's name.",
        widths,
    )
    _history(page, titles)
    _peers(page)
    _weights(page)
    _scores(page)
    _why(page)
    _claims(page)
    for area, (low, high), title, unit in FIGURES:
        page.validate(area, low, high, title, unit)
    page.freeze("C4")
    page.print_setup(f"B1:P{_CLAIM_TOP + 3}", None, pages_high=1)


def _heads(page: Page, row: int, heads: dict[str, tuple[str, str]]) -> None:
    for letter, (text, unit) in heads.items():
        page.put(f"{letter}{row}", text, "head_left" if letter in "BP" else "head")
        page.put(f"{letter}{row + 1}", unit, "unit")
    page.row(row, 32)


def _source(page: Page, row: int, first: str, text: str, look: str = "note") -> None:
    """The last words of a row, from their first column to the edge of the page."""
    page.merge(f"{first}{row}:P{row}", text, look)


def _history(page: Page, titles: dict[str, str]) -> None:
    top, last = _HISTORY_TOP, _HISTORY_TOP + len(HISTORY) - 1
    page.section(5, "1 · CoreWeave through three balance sheets", "B", "P")
    _heads(
        page,
        6,
        {
            "B": ("Date", ""),
            "C": ("RPO", "US$ bn"),
            "D": ("Backlog used", "US$ bn"),
            "E": ("Total debt", "US$ bn"),
            "F": ("Definition", "words"),
            "G": ("Cover", "×"),
            "H": ("RPO due in 24 months", "share"),
            "I": ("24-month cover", "×"),
        },
    )
    _source(page, 6, "J", "Source", "head_left")
    _source(page, 7, "J", "", "unit")
    for row, month in enumerate(HISTORY, top):
        page.put(f"B{row}", month.day, "input", DATE, horizontal="left", indent=1)
        for letter, value, number_format in (
            ("C", month.rpo, BILLION),
            ("D", month.used, BILLION),
            ("E", month.debt, '0.00"bn"'),
            ("H", month.soon, PERCENT),
        ):
            page.put(f"{letter}{row}", value, "input", number_format)
        page.put(f"F{row}", month.definition, "words")
        page.put(f"I{row}", f"=H{row}*C{row}/E{row}", "calc", TIMES)
        _source(page, row, "J", month.source)
    page.block(f"G{top}:G{last}", f"=CFI_BACKLOG_COVERAGE(D{top}:D{last},E{top}:E{last})", "calc", TIMES)
    page.book.name("coreweave_cover", page, f"G{top}:G{last}")
    chart = bars(
        Reference(page.sheet, range_string=f"Peers!$B${top}:$B${last}"),
        {
            page.book.say("Backlog or RPO over debt"): (
                Reference(page.sheet, range_string=f"Peers!$G${top}:$G${last}"),
                SERIES[0],
            ),
            page.book.say("RPO due in 24 months over debt"): (
                Reference(page.sheet, range_string=f"Peers!$I${top}:$I${last}"),
                SERIES[2],
            ),
        },
        '0.0"×"',
    )
    dress_chart(chart, linked_title(FINDING, titles.get(FINDING.replace("$", ""), "")))
    dress_axis(chart.x_axis, "b", "", DATE)
    dress_axis(chart.y_axis, "l", page.book.say("Cover of debt (×)"), '0.0"×"', 0, None, 1)
    plot_area(chart, 0.08, 0.16, 0.89, 0.60)
    place(
        page,
        chart,
        Frame("B", "P", 12, 28),
        "CoreWeave cover",
        "Columns: CoreWeave's backlog over debt at three dates, and the part of RPO due in 24 months over debt.",
    )


def cover_finding() -> str:
    """The formula of the chart's title."""
    top, last = _HISTORY_TOP, _HISTORY_TOP + len(HISTORY) - 1
    gross, soon = f"Peers!G{top}:G{last}", f"Peers!I{top}:I{last}"
    return (
        f'="CoreWeave: cover of "&TEXT(MIN({gross}),"0.0")&"–"&TEXT(MAX({gross}),"0.0")&"× shrinks to "&'
        f'TEXT(MIN({soon}),"0.0")&"–"&TEXT(MAX({soon}),"0.0")&"× '
        f'when only the next 24 months count, before operating cost"'
    )


def _peers(page: Page) -> None:
    top, last = _PEER_TOP, _PEER_TOP + len(PEERS) - 1
    page.section(
        top - 3,
        "2 · Three peers, headline and firm",
        "B",
        "P",
        "debt on record has a different perimeter for each name: read the cover with its words",
    )
    _heads(
        page,
        top - 2,
        {
            "B": ("Name", ""),
            "C": ("Headline", "US$ bn"),
            "D": ("Firm", "US$ bn"),
            "E": ("Not firm", "US$ bn"),
            "F": ("Definition of the headline", "words"),
            "G": ("As of", ""),
            "H": ("Debt on record", "US$ bn"),
            "I": ("Headline cover", "×"),
            "J": ("Firm cover", "×"),
            "K": ("Headline / firm", "×"),
            "L": ("Perimeter of the debt", "words"),
            "M": ("", ""),
            "N": ("", ""),
            "O": ("", ""),
            "P": ("Source; what is not firm", ""),
        },
    )
    for row, peer in enumerate(PEERS, top):
        page.put(f"B{row}", peer.name, "label_bold")
        page.put(f"C{row}", peer.headline, "input", BILLION)
        page.put(f"D{row}", peer.firm, "input", '0.000"bn"')
        page.put(f"E{row}", f"=C{row}-D{row}", "calc", '0.000"bn"')
        page.put(f"F{row}", peer.definition, "words")
        page.put(f"G{row}", peer.as_of, "words", size=9)
        page.put(f"H{row}", peer.debt, "input", '0.000"bn"')
        page.put(f"K{row}", f"=C{row}/D{row}", "calc", '0.0"×"')
        page.merge(f"L{row}:O{row}", peer.debt_words, "words", size=9)
        page.put(f"P{row}", f"{peer.source}. {peer.firm_words}.", "note")
        page.row(row, 30)
    page.block(f"I{top}:I{last}", f"=CFI_BACKLOG_COVERAGE(C{top}:C{last},H{top}:H{last})", "calc", '0.0"×"')
    page.block(f"J{top}:J{last}", f"=CFI_BACKLOG_COVERAGE(D{top}:D{last},H{top}:H{last})", "calc", '0.0"×"')


def _weights(page: Page) -> None:
    top = _WEIGHT_TOP
    page.section(top - 3, "3 · Customers", "B", "P", "effective names = 1 over the sum of squared shares")
    _heads(
        page,
        top - 2,
        {
            "B": ("Name", ""),
            **{letter: (f"Customer {number}", "weight") for number, letter in enumerate("CDEFGHIJKLMNO", 1)},
            "P": ("Source", ""),
        },
    )
    for row, (peer, (weights, source)) in enumerate(zip(PEERS, WEIGHTS, strict=True), top):
        page.put(f"B{row}", peer.name, "label_bold")
        for letter, weight in zip("CDEFGHIJKLMNO", weights, strict=True):
            page.put(f"{letter}{row}", weight, "input", "0.000;-0.000;–")
        page.put(f"P{row}", source, "note")
        page.row(row, 18)


def _scores(page: Page) -> None:
    top, last = _SCORE_TOP, _SCORE_TOP + len(PEERS) - 1
    page.section(
        top - 3,
        "4 · The four dimensions of the neocloud score",
        "B",
        "P",
        "equal weights; backlog and names relative to the largest peer; software depth is a judgement",
    )
    _heads(
        page,
        top - 2,
        {
            "B": ("Name", ""),
            "C": ("Software depth (judgement)", "0–1"),
            "D": ("Contracted share", "share"),
            "E": ("Effective names", "count"),
            "F": ("", ""),
            "G": ("Score, headline backlog", "0–100"),
            "H": ("Rank", "1 = best"),
            "I": ("Score, firm backlog", "0–100"),
            "J": ("Rank", "1 = best"),
            "K": ("Score, firm over debt", "0–100"),
            "L": ("Rank", "1 = best"),
        },
    )
    page.row(top - 2, 44)
    _source(page, top - 2, "M", "Source", "head_left")
    _source(page, top - 1, "M", "", "unit")
    for row, (peer, software, contracted) in enumerate(zip(PEERS, SOFTWARE, CONTRACTED, strict=True), top):
        page.put(f"B{row}", peer.name, "label_bold")
        page.put(f"C{row}", software[0], "input", NUMBER)
        page.put(f"D{row}", contracted[0], "input", PERCENT)
        page.put(f"F{row}", "", "calc")
        _source(
            page,
            row,
            "M",
            f"Software: {software[1]}. Contracted share: {contracted[1]}.",
        )
        key = peer.name.lower()
        page.book.name(f"software_{key}", page, f"C{row}")
        page.book.name(f"neocloud_score_{key}", page, f"I{row}")
        page.row(row, 18)
    page.block(
        f"E{top}:E{last}",
        f"=CFI_EFFECTIVE_NAMES(C{_WEIGHT_TOP}:O{_WEIGHT_TOP + len(PEERS) - 1})",
        "calc",
        NUMBER,
    )
    page.book.name("neocloud_scores", page, f"G{top}:L{last}")
    backlogs = {"G": "C", "I": "D", "K": "J"}
    for letter, column in backlogs.items():
        values = f"{column}{_PEER_TOP}:{column}{_PEER_TOP + len(PEERS) - 1}"
        block = f"{letter}{top}:{chr(ord(letter) + 1)}{last}"
        page.block(
            block,
            f"=CFI_NEOCLOUD_SCORE(C{top}:C{last},D{top}:D{last},{values},E{top}:E{last})",
            "result",
            "0",
        )


DIMENSIONS = ("software depth", "contracted share", "firm backlog", "customers")


def _why(page: Page) -> None:
    """The points of each dimension, and what separates each name from the leader."""
    top, last = _WHY_TOP, _WHY_TOP + len(PEERS) - 1
    ranks = f"$J${_SCORE_TOP}:$J${_SCORE_TOP + len(PEERS) - 1}"
    page.section(
        top - 3,
        "5 · Which ranks where, and why",
        "B",
        "P",
        "points on firm backlog, 25 for each of the four dimensions",
    )
    heads = dict(zip("CDEF", DIMENSIONS, strict=True)) | {"G": "Score"}
    heads |= {letter: f"behind the leader: {name}" for letter, name in zip("HIJK", DIMENSIONS, strict=True)}
    _heads(page, top - 2, {"B": ("Name", ""), **{letter: (text, "points") for letter, text in heads.items()}})
    page.row(top - 2, 56)
    for row, reading in ((top - 2, "Reading"), (top - 1, "")):
        page.merge(f"L{row}:P{row}", reading, "head_left" if reading else "unit")
    peers, scores = _PEER_TOP, _SCORE_TOP
    for number, peer in enumerate(PEERS):
        row, scored = top + number, scores + number
        firm = f"D{peers}:D{peers + len(PEERS) - 1}".replace("D", "$D$")
        names = f"E{scores}:E{scores + len(PEERS) - 1}".replace("E", "$E$")
        page.put(f"B{row}", peer.name, "label_bold")
        for letter, credit in {
            "C": f"C{scored}",
            "D": f"D{scored}",
            "E": f"D{peers + number}/MAX({firm})",
            "F": f"E{scored}/MAX({names})",
        }.items():
            page.put(f"{letter}{row}", f"=100/COLUMNS($C{row}:$F{row})*{credit}", "calc", "0.0")
        page.put(f"G{row}", f"=SUM(C{row}:F{row})", "result", "0.0")
        for letter, own in zip("HIJK", "CDEF", strict=True):
            page.put(
                f"{letter}{row}",
                f"=INDEX({own}${top}:{own}${last},MATCH(1,{ranks},0))-{own}{row}",
                "calc",
                '0.0;"ahead "0.0;–',
            )
        gaps = f"H{row}:K{row}"
        reading = (
            f'=IF(J{scored}=1,B{row}&" leads on firm backlog with "&TEXT(G{row},"0")&" points",'
            f'B{row}&" ranks "&J{scored}&": "&TEXT(SUM({gaps}),"0")&" points behind, the largest part in "&'
            f'INDEX($C${top - 2}:$F${top - 2},MATCH(MAX({gaps}),{gaps},0))&" ("&TEXT(MAX({gaps}),"0")&")")'
        )
        page.merge(f"L{row}:P{row}", reading, "words", horizontal="left", indent=1)
        page.book.name(f"why_{peer.name.lower()}", page, f"L{row}")
        page.row(row, 20)


def why_shadow(number: int) -> tuple[str, str]:
    """The score of a peer by CFI_NEOCLOUD_SCORE, and as the sum of its points."""
    return f"Peers!I{_SCORE_TOP + number}", f"Peers!G{_WHY_TOP + number}"


def _claims(page: Page) -> None:
    top, first, iren = _CLAIM_TOP, _HISTORY_TOP, _PEER_TOP + 2
    page.section(top - 3, "6 · The article's figures, tested", "B", "P")
    _heads(
        page,
        top - 2,
        {
            "B": ("Claim", ""),
            "C": ("Figure", "×"),
            "D": ("Claimed", "×"),
            "E": ("Holds?", "words"),
            "F": ("", ""),
        },
    )
    _source(page, top - 2, "G", "Reading", "head_left")
    _source(page, top - 1, "G", "", "unit")
    rows = (
        (
            "CoreWeave's backlog is more than 7× IREN's",
            f"=D{first}/C{iren}",
            7.0,
            "66.8 over 9.7 is 6.89×, not more than 7×; rounded to 67 it is 6.91×.",
        ),
        (
            "IREN's headline over its RPO",
            f"=C{iren}/D{iren}",
            1.0,
            "9.7 over 0.7103: the headline is 13.7 times what the accounts call remaining performance obligations.",
        ),
    )
    for row, (claim, formula, claimed, reading) in enumerate(rows, top):
        page.put(f"B{row}", claim, "label")
        page.put(f"C{row}", formula, "result", TIMES)
        page.put(f"D{row}", claimed, "input", TIMES)
        _source(page, row, "G", reading)
        page.put(f"F{row}", "", "note")
        page.row(row, 30)
    page.put(f"E{top}", f'=IF(C{top}>D{top},"yes","no")', "verdict")
    page.put(
        f"E{top + 1}",
        f'=IF(C{top + 1}>D{top + 1},"headline exceeds RPO","equal")',
        "words",
        size=9,
    )
    page.book.name("backlog_multiple", page, f"C{top}")
    page.book.name("iren_headline_multiple", page, f"C{top + 1}")
    page.merge(
        f"B{top + 3}:P{top + 3}",
        "Status: [V] filing, [S] secondary source, [D] derived. Judgements are the authors' and meant to be overwritten.",
        "plain",
        16,
    )

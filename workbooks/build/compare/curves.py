"""The sheet Curves of compare.xlsx: the series behind the charts, each filled by one array formula."""

from __future__ import annotations

from dataclasses import dataclass

from workbooks.build.compare.deals import COLUMNS, Deals
from workbooks.build.compare.inputs import SHORT_NAMES
from workbooks.build.compare.peers import FINDING, cover_finding
from workbooks.build.compare.rebrand import FINDING as REBRAND_FINDING
from workbooks.build.compare.rebrand import score_finding
from workbooks.build.kit.page import NUMBER, PERCENT, PERCENT_2, TEXT, Book, Page

TOP, LAST = 9, 49
MARKS_TOP, BRIDGE_TOP = 9, 18
STEPS = ("At cost", "Drift", "Sale cost", "ρ", "In default")


@dataclass(frozen=True)
class Curves:
    """Cells of the findings that the charts show as titles."""

    thesis: str = "Curves!$B$6"
    value: str = "Curves!$I$6"
    bridges: tuple[str, ...] = tuple(f"Curves!$W${BRIDGE_TOP + 6 * index}" for index in range(4))
    trap: str = "Curves!$B$51"


def write_curves(book: Book, deals: Deals) -> Curves:
    widths = {"A": 1.5} | dict.fromkeys("BCDEFG", 13) | {"H": 3, "I": 13} | dict.fromkeys("JKLM", 15)
    widths |= {"N": 3, "O": 18, "P": 14} | dict.fromkeys("QRSTUV", 11) | {"W": 46, "X": 12}
    page = book.page(
        "Curves",
        "Curves behind the charts",
        "Each column is one array formula; nothing here is typed in.",
        widths,
    )
    curves = Curves()
    _thesis(page, deals)
    _value(page, deals)
    _marks(page, deals)
    _bridges(page, deals)
    page.section(42, "5 · Titles of the charts on Peers and Rebrand", "O", "X", height=None)
    for cell, formula in ((FINDING, cover_finding()), (REBRAND_FINDING, score_finding())):
        page.put(cell.split("!")[1].replace("$", ""), formula, "finding", size=9, wrap=False)
    page.freeze("A9")
    page.print_setup("B1:X52", "5:8", pages_high=1)
    return curves


def _heads(page: Page, row: int, heads: dict[str, tuple[str, str]]) -> None:
    for letter, (text, unit) in heads.items():
        page.put(f"{letter}{row}", text, "head")
        page.put(f"{letter}{row + 1}", unit, "unit")
    page.row(row, 44)


def _thesis(page: Page, deals: Deals) -> None:
    page.section(5, "1 · Against the contracted share, all else as in DDTL 4.0-style", "B", "G")
    _heads(
        page,
        7,
        {
            "B": ("Contracted share c", "share"),
            "C": ("ρ", "correlation"),
            "D": ("PD of the driver", "probability"),
            "E": ("Expected loss", "share a year"),
            "F": ("Stress LTV, worst 1%", "loan / value"),
            "G": ("Correlation-adjusted LTV", "loan / value"),
        },
    )
    given = {key: deals.cell(key, 0).replace("Deals!", "Deals!$").replace("$D", "$D$") for key in deals.row_of}
    driver = "{vol_contract},{vol_market},{vol_other}".format_map(given)
    price, sale = "{volatility},{horizon}".format_map(given), "{drift},{sale_cost}".format_map(given)
    grid = f"B{TOP}:B{LAST}"
    for row in range(TOP, LAST + 1):
        page.put(f"B{row}", f"=(ROWS(B${TOP}:B{row})-1)/(ROWS(B${TOP}:B${LAST})-1)", "calc", "0.000")
    columns = {
        "C": (
            f"=CFI_DRIVER_RHO({grid},{driver},{{corr_contract}},{{corr_market}},{{corr_contract_market}},{{leverage}})",
            NUMBER,
        ),
        "D": (f"=CFI_DRIVER_PD({{dscr}},{grid},{driver},{{corr_contract_market}},{{leverage}})", PERCENT_2),
        "E": (f"=CFI_CORR_EL({{loan}},{{cost}},D{TOP}:D{LAST},C{TOP}:C{LAST},{price},{sale})", PERCENT_2),
        "F": (
            f"=CFI_STRESS_LTV({{loan}},{{cost}},C{TOP}:C{LAST},{price},{{stress_quantile}},{sale})",
            PERCENT,
        ),
        "G": (f"=CFI_CORR_LTV({{loan}},{{cost}},D{TOP}:D{LAST},C{TOP}:C{LAST},{price},{sale})", PERCENT),
    }
    for letter, (formula, number_format) in columns.items():
        page.block(f"{letter}{TOP}:{letter}{LAST}", formula.format_map(given), "calc", number_format)
    page.put(
        "B52",
        f"=SUMPRODUCT(--(E{TOP + 1}:E{LAST}>E{TOP}:E{LAST - 1}))+SUMPRODUCT(--(F{TOP + 1}:F{LAST}>F{TOP}:F{LAST - 1}))",
        "calc",
        "0",
    )
    page.put("C52", "steps at which expected loss or stress LTV rises with c", "plain", wrap=False)
    page.book.name("thesis_breaks", page, "B52")
    finding = (
        f'=IF(B52=0,"More contract, less loss: expected loss "&TEXT(E{TOP},"0.0%")&" → "&TEXT(E{LAST},"0.0%")&'
        f'", stress LTV "&TEXT(F{TOP},"0%")&" → "&TEXT(F{LAST},"0%"),"At these inputs loss does not fall throughout as contracts grow")'
    )
    page.merge("B6:G6", finding, "finding", 48, size=9)
    peak = f"INDEX({grid},MATCH(MAX(G{TOP}:G{LAST}),G{TOP}:G{LAST},0))"
    trap = (
        f'="Read the amber line with care: correlation-adjusted LTV rises to c ≈ "&TEXT({peak},"0.000")&" ("&TEXT(MAX(G{TOP}:G{LAST}),"0%")&") '
        f'before it falls. As PD shrinks, the defaults that remain are the worst ones (the PD → 0 trap): never rank deals by it alone."'
    )
    page.merge("B51:G51", trap, "plain", 40)


def _value(page: Page, deals: Deals) -> None:
    page.section(5, "2 · Collateral value in default, share of cost", "I", "M")
    _heads(
        page,
        7,
        {
            "I": ("ρ", "correlation"),
            **{letter: (name, "share of cost") for letter, name in zip("JKLM", SHORT_NAMES, strict=True)},
        },
    )
    for row in range(TOP, LAST + 1):
        page.put(f"I{row}", f"=(ROWS(I${TOP}:I{row})-1)/(ROWS(I${TOP}:I${LAST})-1)", "calc", "0.000")
    spans = ",".join(deals.span(key) for key in ("volatility", "horizon", "drift"))
    page.block(
        f"J{TOP}:M{LAST}",
        f"=CFI_VALUE_IN_DEFAULT(1,{deals.span('pd')},I{TOP}:I{LAST},{spans})",
        "calc",
        PERCENT,
    )
    first, last = MARKS_TOP, MARKS_TOP + 3
    finding = (
        f'="On the day of default the collateral is worth "&TEXT(Q{first},"0%")&" of cost behind "&O{first}&" and "&TEXT(Q{last},"0%")&'
        f'" behind "&O{last}'
    )
    page.merge("I6:M6", finding, "finding", size=9)


def _marks(page: Page, deals: Deals) -> None:
    page.section(5, "3 · Where the deals stand", "O", "X")
    _heads(page, 7, {"O": ("Deal", ""), "P": ("ρ", "correlation"), "Q": ("Value in default", "share of cost")})
    for index, name in enumerate(SHORT_NAMES):
        row = MARKS_TOP + index
        page.put(f"O{row}", name, "label")
        page.put(f"P{row}", f"={deals.cell('rho', index)}", "calc", NUMBER)
        page.put(f"Q{row}", f"={deals.cell('value_share', index)}", "calc", PERCENT)


def _bridges(page: Page, deals: Deals) -> None:
    page.section(BRIDGE_TOP - 4, "4 · Bridges of loan to value", "O", "X", height=None)
    heads = {
        "O": ("Deal", ""),
        "P": ("Step", ""),
        "Q": ("From", "loan / value"),
        "R": ("To", "loan / value"),
        "S": ("Base", "loan / value"),
        "T": ("Level", "loan / value"),
        "U": ("Rise", "loan / value"),
        "V": ("Fall", "loan / value"),
        "W": ("Finding", ""),
        "X": ("Scale", "loan / value"),
    }
    for letter, (text, unit) in heads.items():
        page.put(f"{letter}{BRIDGE_TOP - 2}", text, "head")
        page.put(f"{letter}{BRIDGE_TOP - 1}", unit, "unit")
    for index, name in enumerate(SHORT_NAMES):
        top = BRIDGE_TOP + 6 * index
        levels = [deals.cell(key, index) for key in ("ltv_cost", "ltv_cost", "ltv_market", "ltv_sale", "corr_ltv")]
        ends = [deals.cell(key, index) for key in ("ltv_cost", "ltv_market", "ltv_sale", "corr_ltv", "corr_ltv")]
        for step, (words, start, end) in enumerate(zip(STEPS, levels, ends, strict=True)):
            row = top + step
            page.put(f"O{row}", name, "label")
            page.put(f"P{row}", words, "words", TEXT)
            page.put(f"Q{row}", f"={start}", "calc", PERCENT)
            page.put(f"R{row}", f"={end}", "calc", PERCENT)
            level = step in (0, len(STEPS) - 1)
            page.put(f"S{row}", 0 if level else f"=MIN(Q{row},R{row})", "calc", PERCENT)
            page.put(f"T{row}", f"=R{row}" if level else 0, "calc", PERCENT)
            page.put(f"U{row}", f"=MAX(R{row}-Q{row},0)" if not level else 0, "calc", PERCENT)
            page.put(f"V{row}", f"=MAX(Q{row}-R{row},0)" if not level else 0, "calc", PERCENT)
        for row in range(top, top + len(STEPS)):
            page.put(f"X{row}", f"=MAX(T${BRIDGE_TOP}:T${BRIDGE_TOP + 23})", "calc", PERCENT)
        finding = f'="{name}: "&TEXT(T{top},"0%")&" at cost → "&TEXT(T{top + 4},"0%")&" in default"'
        page.put(f"W{top}", finding, "finding", size=9)


__all__ = ["BRIDGE_TOP", "COLUMNS", "LAST", "MARKS_TOP", "STEPS", "TOP", "Curves", "write_curves"]

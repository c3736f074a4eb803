"""The sheet Limits: the largest loan, offtaker, vendor and factor against their limits, and how concentrated they are."""

from __future__ import annotations

from workbooks.build.book.curves import LAW, SALE, SIZES, TERMS
from workbooks.build.book.names import FIRST, NAMES, VENDOR_TOP, VENDORS
from workbooks.build.book.rows import FACTOR_HEADS
from workbooks.build.kit.page import MONEY_1, NUMBER, PERCENT, Book, Page

QUESTION = "How near is each limit, by loan, offtaker, vendor and factor?"
HEADS = ("Exposure", "Share", "Limit", "Headroom", "Share of shortfall", "Verdict")
TOP, LARGEST = 8, 5
FACTORS = TOP + LARGEST + 3
OFFTAKERS = FACTORS + 4 + 3
VENDORS_TOP = OFFTAKERS + NAMES + 3
CONCENTRATION = VENDORS_TOP + VENDORS + 3
END = "K"
MULTI = f"{SIZES['whole']},b_pd,b_offtaker,{LAW}"


def write_limits(book: Book) -> None:
    widths = {"A": 1.5, "B": 30} | dict.fromkeys("CDEFGHIJK", 13)
    page = book.page("Limits", "Limits and headroom", QUESTION, widths)
    _write_loans(page)
    _write_factors(page)
    _write_names(page, "3 · Offtakers", OFFTAKERS, NAMES, FIRST, "offtaker")
    _write_names(page, "4 · Vendors of machines", VENDORS_TOP, VENDORS, VENDOR_TOP, "vendor")
    _write_concentration(page)
    breaches = 'COUNTIF(stress_verdicts,"ABOVE")+' + "+".join(
        f'COUNTIF(H{top}:H{top + count - 1},"ABOVE")' for top, count in _tables()
    )
    book.name("limits_broken", page, "D5")
    page.put("B5", "Limits that are broken", "label_bold")
    page.put("D5", f"={breaches}", "result", "0")
    page.paint("D5", {"D5=0": "good", "D5>0": "bad"})
    for top, count in _tables():
        page.paint(f"H{top}:H{top + count - 1}", {f'H{top}="within"': "good", f'H{top}="ABOVE"': "bad"})
    page.freeze("C5")
    page.print_setup(f"B1:{END}{CONCENTRATION + 5}", "1:3", [VENDORS_TOP - 3])


def _tables() -> tuple[tuple[int, int], ...]:
    return (TOP, LARGEST), (FACTORS, 4), (OFFTAKERS, NAMES), (VENDORS_TOP, VENDORS)


def _heads(page: Page, row: int, title: str, first: str) -> None:
    page.section(row - 2, title, "B", END)
    for letter, head in zip("BCDEFGH", (first, *HEADS), strict=True):
        page.put(f"{letter}{row - 1}", head, "head_left" if letter == "B" else "head")
    page.row(row - 1, 32)


def _headroom(page: Page, row: int, limit: str, blank: str = "") -> None:
    page.put(f"E{row}", f"={limit}", "calc", PERCENT)
    room = f"E{row}*total_exposure-C{row}"
    page.put(f"F{row}", f'=IF({blank},"",{room})' if blank else f"={room}", "result", MONEY_1)
    verdict = f'IF(F{row}>=0,"within","ABOVE")'
    page.put(f"H{row}", f'=IF({blank},"",{verdict})' if blank else f"={verdict}", "verdict")


def _share(row: int) -> str:
    return f"=IF(total_exposure>0,C{row}/total_exposure,0)"


def _write_loans(page: Page) -> None:
    _heads(page, TOP, "1 · The largest loans", "Loan")
    for row in range(TOP, TOP + LARGEST):
        owed = f"LARGE(b_exposure,ROWS(C${TOP}:C{row}))"
        page.put(f"C{row}", f"={owed}", "calc", MONEY_1)
        # Of equal loans each is named once.
        there = f"MATCH(1,INDEX((b_exposure=C{row})*(COUNTIF(B${TOP - 1}:B{row - 1},part_id)=0),0),0)"
        page.put(f"B{row}", f'=IF(C{row}>0,INDEX(part_id,{there}),"")', "label")
        page.put(f"D{row}", _share(row), "calc", PERCENT)
        _headroom(page, row, "limit_loan", f"C{row}=0")
        page.put(f"G{row}", f"=IF(C{row}>0,INDEX(part_share,MATCH(B{row},part_id,0)),0)", "calc", PERCENT)


def _write_factors(page: Page) -> None:
    _heads(page, FACTORS, "2 · Factors: what each adds in the worst likely state", "Factor")
    page.put(f"C{FACTORS - 1}", "Loss that it adds", "head")
    page.put(f"G{FACTORS - 1}", "Share of all factors", "head")
    page.put(f"I{FACTORS - 1}", "Move", "head")
    page.put(f"J{FACTORS - 1}", "Loss", "head")
    page.put(f"K{FACTORS - 1}", "Share", "head")
    last = FACTORS + 3
    page.block(f"I{FACTORS}:K{last}", f"=CFI_BOOK_FACTOR_SHARE({MULTI},{SALE},level,{TERMS})", "calc", NUMBER)
    page.book.name("worst_state", page, f"I{FACTORS}:K{last}")
    page.book.name("factor_heads", page, f"B{FACTORS}:B{last}")
    page.book.name("factor_losses", page, f"J{FACTORS}:J{last}")
    for row, head in enumerate(FACTOR_HEADS, FACTORS):
        page.put(f"B{row}", head, "label")
        page.put(f"C{row}", f"=J{row}", "calc", MONEY_1)
        page.put(f"D{row}", _share(row), "calc", PERCENT)
        page.put(f"G{row}", f"=K{row}", "calc", PERCENT)
        _headroom(page, row, "limit_factor")


def _write_names(page: Page, title: str, top: int, count: int, first: int, key: str) -> None:
    _heads(page, top, title, "Name")
    for step, row in enumerate(range(top, top + count)):
        page.put(f"B{row}", f'=IF(LEN(Names!C{first + step})>0,Names!C{first + step},"")', "label")
        page.put(f"C{row}", f'=IF(B{row}="",0,SUMPRODUCT((loan_{key}=B{row})*b_exposure))', "calc", MONEY_1)
        page.put(f"D{row}", _share(row), "calc", PERCENT)
        _headroom(page, row, f"limit_{key}", f'B{row}=""')
        page.put(f"G{row}", f'=IF(B{row}="",0,SUMPRODUCT((loan_{key}=B{row})*part_share))', "calc", PERCENT)
    page.book.name(f"{key}_exposures", page, f"C{top}:C{top + count - 1}")
    page.book.name(f"{key}_shares", page, f"D{top}:D{top + count - 1}")


CONCENTRATIONS = (
    ("hhi_loans", "HHI of the loans", "=IF(total_exposure>0,SUMSQ(b_exposure)/total_exposure^2,0)", "1 over it is the number of equal loans"),
    ("hhi_offtakers", "HHI of the offtakers", "=IF(SUM(offtaker_exposures)>0,SUMSQ(offtaker_exposures)/SUM(offtaker_exposures)^2,0)", "Of the exposure that has an offtaker"),
    ("hhi_vendors", "HHI of the vendors", "=IF(SUM(vendor_exposures)>0,SUMSQ(vendor_exposures)/SUM(vendor_exposures)^2,0)", "Of the exposure that has a vendor"),
)  # fmt: skip


def _write_concentration(page: Page) -> None:
    page.section(CONCENTRATION - 1, "5 · Concentration", "B", END)
    for row, (name, label, formula, how) in enumerate(CONCENTRATIONS, CONCENTRATION):
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", formula, "result", "0.000")
        page.merge(f"D{row}:H{row}", how, "note")
        page.book.name(name, page, f"C{row}")
    row = CONCENTRATION + len(CONCENTRATIONS)
    page.put(f"B{row}", "Granularity adjustment", "label")
    page.put(
        f"C{row}",
        "=IF(total_exposure>0,INDEX(CFI_GRANULARITY(b_exposure,b_pd,b_lgd,b_loading,level),1,4)/total_exposure,0)",
        "calc",
        "0.0%",
    )
    page.merge(f"D{row}:H{row}", "What too few names add to the infinitely fine pool, share of exposure", "note")

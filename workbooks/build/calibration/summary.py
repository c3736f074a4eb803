"""The sheet Summary of calibration.xlsx."""

from __future__ import annotations

from workbooks.build.asic_loan.parts import print_page
from workbooks.build.calibration.prices import SOURCE
from workbooks.build.calibration.supply import BOOKS, COLUMNS
from workbooks.build.kit.page import NUMBER, PERCENT, TIMES, Book


def open_summary(book: Book) -> None:
    widths = {"A": 1.5, "B": 50, "C": 15} | dict.fromkeys(COLUMNS, 21) | {"H": 74}
    book.page(
        "Summary",
        "Calibration and supply",
        "What do prices say about a correlation, and what does new supply do to a loan?",
        widths,
    )


def write_summary(book: Book, at: dict[str, int], supply: dict[str, int]) -> None:
    page = book.pages["Summary"]
    page.merge("B5:H5", "=essay_reading", "reading", 62)
    page.merge("B6:H6", "=supply_reading", "reading", 34, size=10, ground=None)
    page.merge("B7:H7", "=calibration_reading", "reading", 48, size=10, ground=None)
    page.merge("B8:H8", SOURCE, "plain", 28)
    page.section(10, "What a fall of rents does", "B", "H", "from Supply; contracted against merchant")
    page.put("B11", "Measure", "head_left")
    page.put("C11", "Unit", "head")
    page.put("H11", "How to read it", "head_left")
    for letter, name in zip(COLUMNS, BOOKS, strict=True):
        page.put(f"{letter}11", name, "head")
    page.row(11, 32)
    lines = (
        ("Value of a GPU at today's rent", "US$", "now_value", "#,##0", "calc", "Contract first, then the market."),
        (
            "… when rents fall as the essay asks",
            "US$",
            "essay_value",
            "#,##0",
            "result",
            "The part under contract does not move.",
        ),
        ("LTV at today's rent", "loan / value", "now_ltv", PERCENT, "calc", "On income value, not on cost."),
        (
            "… with supply as typed in",
            "loan / value",
            "supply_ltv",
            PERCENT,
            "calc",
            "CFI_SUPPLY_FACTOR to the end of 2027.",
        ),
        (
            "… when rents fall as the essay asks",
            "loan / value",
            "essay_ltv",
            PERCENT,
            "result",
            "Above 100% the machine no longer covers the loan.",
        ),
        ("Least debt service cover at today's rent", "×", "now_least", TIMES, "calc", "The worst year of the loan."),
        (
            "… when rents fall as the essay asks",
            "×",
            "essay_least",
            TIMES,
            "result",
            "Below 1.00× someone else must pay.",
        ),
        ("Loan life cover at today's rent", "×", "now_llcr", TIMES, "calc", "CFI_LLCR."),
        (
            "… when rents fall as the essay asks",
            "×",
            "essay_llcr",
            TIMES,
            "result",
            "Below 1.00× cash does not repay the loan.",
        ),
        (
            "Verdict when rents fall as the essay asks",
            "words",
            "essay_verdict",
            "@",
            "verdict",
            "Least cover first, then loan life cover.",
        ),
    )
    for row, (label, unit, key, number_format, look, how) in enumerate(lines, 12):
        page.put(f"B{row}", label, "label_bold" if look != "calc" else "label")
        page.put(f"C{row}", unit, "unit")
        for letter in COLUMNS:
            page.put(f"{letter}{row}", f"=Supply!{letter}{supply[key]}", look, number_format, horizontal="center")
        page.put(f"H{row}", how, "note")
        page.row(row, 32 if look == "verdict" else 20)
    meanings = {"PASS": "good", "WATCH": "watch", "FAIL": "bad"}
    page.paint("D21:G21", {f'LEFT(D21,LEN("{word}"))="{word}"': meaning for word, meaning in meanings.items()})
    page.section(23, "What the prices say", "B", "H", "from Calibration; SYNTHETIC series as delivered")
    page.put("B24", "Measure", "head_left")
    page.put("C24", "Unit", "head")
    page.put("H24", "How to read it", "head_left")
    for letter in COLUMNS:
        page.put(f"{letter}24", f"=INDEX(series_names,1,COLUMNS($D$1:{letter}$1))", "head")
    page.row(24, 32)
    first = at["pairs"] + 2
    named = (
        ("Volatility", "a year", "series_vol", PERCENT, "STDEV of log returns."),
        ("EWMA volatility, latest", "a year", "series_ewma", PERCENT, "Recent returns count most."),
        (
            "Share of prices that did not move",
            "share",
            "series_sticky",
            PERCENT,
            "Posted, not traded: hides volatility and correlation.",
        ),
    )
    for row, (label, unit, name, number_format, how) in enumerate(named, 25):
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", unit, "unit")
        for letter in COLUMNS:
            page.put(
                f"{letter}{row}",
                f"=INDEX({name},1,COLUMNS($D$1:{letter}$1))",
                "calc",
                number_format,
                horizontal="center",
            )
        page.put(f"H{row}", how, "note")
        page.row(row, 20)
    page.put("B29", "Pair", "head_left")
    for letter, text in zip("CDEFG", ("n", "ρ", "Low", "High", "Corrected for sticky prices"), strict=True):
        page.put(f"{letter}29", text, "head")
    page.put("H29", "What can be said", "head_left")
    page.row(29, 32)
    for index in range(6):
        row, source = 30 + index, first + index
        page.put(f"B{row}", f"=Calibration!B{source}", "label")
        for letter, column, number_format in (
            ("C", "G", "0"),
            ("D", "D", NUMBER),
            ("E", "E", NUMBER),
            ("F", "F", NUMBER),
            ("G", "N", NUMBER),
        ):
            page.put(
                f"{letter}{row}",
                f"=Calibration!{column}{source}",
                "result" if letter == "D" else "calc",
                number_format,
                horizontal="center",
            )
        page.put(f"H{row}", f"=Calibration!R{source}", "note")
        page.row(row, 20)
    page.merge(
        "B36:H36",
        "Charts stand on Calibration and Supply. Demonstration parameters are marked P there. Not a rating and not advice.",
        "plain",
        16,
    )
    page.freeze("A5")
    print_page(page, "B1:H36", "1:3", pages_high=0)

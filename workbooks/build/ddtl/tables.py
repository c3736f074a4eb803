"""The sheets Inputs, Contracts and Fleet of ddtl.xlsx: what the user gives, and the live case that is computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break, ColBreak

from workbooks.build.ddtl.given import CASE_NAMES, CASES, CONTRACTS, SOFR_YEARS, TRANCHES, Given, Section
from workbooks.build.ddtl.grid import Grid
from workbooks.build.ddtl.inputs import INPUTS
from workbooks.build.ddtl.terms import (
    AGREEMENTS,
    CONTRACT_SOURCES,
    CONTRACT_TERMS,
    FLEET,
    FLEET_SOURCES,
    FLEET_TERMS,
    Term,
)
from workbooks.build.kit.page import PERCENT, TEXT, WHOLE, Book, Page

COLUMNS = ("E", "F", "G")
HEAD, FIRST = 5, 7
LEGEND = (
    "Blue on cream: input. Black: formula. The live column takes the case chosen on Cover. Status by case: V read in a filing · S secondary · "
    "D derived by arithmetic · P demonstration parameter, not filed · J judgement."
)


def write_inputs(book: Book) -> dict[str, int]:
    """The inputs; every row's live cell bears the row's key as its name. Returns the row of each key."""
    # The source and the date stand over several columns, so that a link fits into each.
    widths = {"A": 1.5, "B": 40, "C": 16} | dict.fromkeys("DEFG", 12) | {"H": 9} | dict.fromkeys("IJKLMNO", 10.5)
    widths |= {"P": 16.5, "Q": 16.5, "R": 11, "S": 11, "T": 9}
    page = book.page("Inputs", "Inputs", "One column per case; the live column is what the model reads.", widths)
    page.merge("B4:Q4", LEGEND, "plain", 26, vertical="center")
    heads = ("", "Unit", "Live", *CASE_NAMES, "Status by case", "Source", "As of", "Least", "Most", "In range")
    for letter, text in zip("BCDEFGHIPRST", heads, strict=True):
        reference = {"I": f"I{HEAD}:O{HEAD}", "P": f"P{HEAD}:Q{HEAD}"}.get(letter, f"{letter}{HEAD}:{letter}{HEAD}")
        page.merge(reference, text, "head_left" if letter in "BI" else "head")
    page.row(HEAD, 32)
    row_of: dict[str, int] = {}
    row = FIRST
    sections: list[int] = []
    for item in INPUTS:
        if isinstance(item, Section):
            row += 1 if row > FIRST else 0
            sections.append(row)
            page.section(row, item.title, "B", "T", item.note)
        else:
            row_of[item.key] = row
            _write_input(page, item, row)
        row += 1
    last = row - 1
    page.paint(f"T{FIRST}:T{last}", {f'AND(T{FIRST}<>"",T{FIRST}=0)': "bad"})
    book.name("inputs_in_range", page, f"T{FIRST}:T{last}")
    book.name("inputs_live", page, f"D{FIRST}:D{last}")
    book.name("inputs_by_case", page, f"E{FIRST}:G{last}")
    book.name("sofr_path", page, f"D{row_of['sofr_1']}:D{row_of[f'sofr_{SOFR_YEARS}']}")
    page.freeze(f"E{FIRST - 1}")
    page.print_setup(f"B1:Q{last}", f"{HEAD}:{HEAD}", breaks=[sections[index] - 1 for index in (2, 5, 7)])
    return row_of


def _write_input(page: Page, item: Given, row: int) -> None:
    page.put(f"B{row}", item.label, "label")
    page.put(f"C{row}", item.unit, "unit", wrap=True)
    if len(item.values) == 1:
        page.put(f"D{row}", item.values[0], "input", item.number_format)
        for letter in COLUMNS:
            page.put(f"{letter}{row}", "", "aside")
        span = f"D{row}:D{row}"
    else:
        page.put(f"D{row}", f"=INDEX(E{row}:G{row},1,case)", "result", item.number_format)
        for letter, value, case in zip(COLUMNS, item.values, CASES, strict=True):
            page.put(f"{letter}{row}", value, "input", item.number_format)
            page.book.name(f"{item.key}_{case}", page, f"{letter}{row}")
        span = f"E{row}:G{row}"
    page.book.name(item.key, page, f"D{row}")
    page.put(f"H{row}", " · ".join(item.status), "unit")
    page.merge(f"I{row}:O{row}", item.source, "note")
    page.merge(f"P{row}:Q{row}", item.as_of, "note", horizontal="center", indent=0)
    lines = max(
        ceil(len(item.source) / 94), ceil(len(item.label) / 46), ceil(len(item.unit) / 17), ceil(len(item.as_of) / 40)
    )
    page.row(row, max(16, 12 * lines + 5))
    look = item.number_format if isinstance(item.values[0], date) else "#,##0.####"
    page.put(f"R{row}", item.low, "aside", look)
    page.put(f"S{row}", item.high, "aside", look)
    cells = ("D",) if len(item.values) == 1 else COLUMNS
    whole = "".join(f",{letter}{row}=INT({letter}{row})" for letter in cells) if item.number_format == WHOLE else ""
    page.put(
        f"T{row}",
        f"=IF(COUNT({span})=COLUMNS({span}),IF(AND(MIN({span})>=R{row},MAX({span})<=S{row}{whole}),1,0),0)",
        "aside",
    )
    page.validate(span, item.low, item.high, item.label, f"{item.unit}. {item.source}")


def case_switch(page: Page, cell: str) -> None:
    """The index cell of the live case."""
    page.put(cell, 1, "input", WHOLE, horizontal="center", bold=True)
    rule = DataValidation(
        type="list", formula1='"1,2,3"', allow_blank=False, showErrorMessage=True, showInputMessage=True
    )
    say = page.book.say
    rule.promptTitle, rule.prompt = say("Live case"), say("1 DDTL 4.0-like, 2 DDTL 5.0-like, 3 DDTL 5.5-like")
    rule.errorTitle, rule.error = say("Outside the domain"), "1, 2, 3"
    rule.add(cell)
    page.sheet.add_data_validation(rule)
    page.book.name("case", page, cell)


def _table(
    page: Page,
    terms: tuple[Term, ...],
    names: tuple[str, ...],
    rows: Sequence[tuple[int, tuple[str, ...], tuple[float, ...], tuple[str, str, str]]],
    per_case: int,
    top: int,
    height: float,
) -> None:
    """The table of inputs, a row per item."""
    start = 5 + len(names) - 1  # B case, C number of the case, D number of the item, then names
    last, *tail = (get_column_letter(start + len(terms) + offset) for offset in range(-1, 4))
    for offset, text in enumerate(("Status", "As of", "In range", "Source")):
        page.put(f"{tail[offset]}{HEAD}", text, "head_left" if text == "Source" else "head")
        page.put(f"{tail[offset]}{HEAD + 1}", "", "unit")
    for index, (case, words, values, sources) in enumerate(rows):
        row = top + index
        page.put(f"B{row}", CASE_NAMES[case - 1], "label")
        page.put(f"C{row}", case, "aside", WHOLE)
        page.put(f"D{row}", index % per_case + 1, "aside", WHOLE)
        cells = []
        for offset, text in enumerate(words):
            letter = get_column_letter(5 + offset)
            page.put(f"{letter}{row}", text, "input_text")
            cells.append(f"ISTEXT({letter}{row}),LEN({letter}{row})>0")
        for offset, (term, value) in enumerate(zip(terms, values, strict=True)):
            letter = get_column_letter(5 + len(words) + offset)
            page.put(f"{letter}{row}", value, "input", term.number_format)
            page.book.name(f"{names[0]}_{term.key}_{CASES[case - 1]}_{index % per_case + 1}", page, f"{letter}{row}")
            whole = f",{letter}{row}=INT({letter}{row})" if term.number_format == WHOLE else ""
            cells.append(f"ISNUMBER({letter}{row}),{letter}{row}>={term.low:g},{letter}{row}<={term.high:g}{whole}")
        status, source, as_of = sources
        for letter, text in ((tail[0], status), (tail[1], as_of)):
            page.put(f"{letter}{row}", text, "unit", wrap=True)
        page.put(f"{tail[3]}{row}", source, "note")
        flags = "*".join(f"IF(AND({text}),1,0)" for text in cells)
        page.put(f"{tail[2]}{row}", f"={flags}", "aside", WHOLE)
        page.row(row, height)
    bottom = top + len(rows) - 1
    for offset, term in enumerate(terms):
        letter = get_column_letter(4 + len(names) + offset)
        page.validate(f"{letter}{top}:{letter}{bottom}", term.low, term.high, term.label, f"{term.label}: {term.unit}")
    page.book.name(f"{names[0]}_in_range", page, f"{tail[2]}{top}:{tail[2]}{bottom}")
    page.book.name(f"{names[0]}_terms", page, f"{get_column_letter(start)}{top}:{last}{bottom}")
    page.paint(f"{tail[2]}{top}:{tail[2]}{bottom}", {f"{tail[2]}{top}=0": "bad"})


def write_contracts(book: Book, grid: Grid) -> dict[str, str]:
    """The contracts of every case, and those of the live one; returns where the live terms are."""
    widths = {"A": 1.5, "B": 15, "C": 5, "D": 9, "E": 25, "F": 11} | dict.fromkeys("GHIJKLMNOPQRST", 11.5)
    widths |= {"U": 9, "V": 11, "W": 9, "X": 76}
    page = book.page("Contracts", "Contracts", "Who pays, how much, for how long, and who may leave.", widths)
    heads = ("Case", "No.", "Contract", "Counterparty", "Rating")
    for letter, text in zip("BCDEF", heads, strict=True):
        page.put(f"{letter}{HEAD}", text, "head_left" if letter in "BE" else "head")
        page.put(f"{letter}{HEAD + 1}", "", "unit")
    for offset, term in enumerate(CONTRACT_TERMS):
        letter = get_column_letter(7 + offset)
        page.put(f"{letter}{HEAD}", term.label, "head")
        page.put(f"{letter}{HEAD + 1}", term.unit, "unit", wrap=True)
    page.row(HEAD, 58)
    page.row(HEAD + 1, 26)
    top = 8
    rows = [(case, (who, rating), values, CONTRACT_SOURCES[case - 1]) for case, who, rating, values in AGREEMENTS]
    _table(page, CONTRACT_TERMS, ("contract", "who", "rating"), rows, CONTRACTS, top, 40)
    bottom = top + len(rows) - 1
    live = bottom + 3
    page.section(live - 1, "Live case", "B", "X", "what the model reads")
    fixed: dict[str, str] = {}
    for number in range(1, CONTRACTS + 1):
        row = live + number - 1
        page.put(f"B{row}", "=live_case_name", "label")
        page.put(f"C{row}", "=case", "aside", WHOLE)
        page.put(f"D{row}", number, "aside", WHOLE)
        for offset in range(2 + len(CONTRACT_TERMS)):
            letter = get_column_letter(5 + offset)
            number_format = TEXT if offset < 2 else CONTRACT_TERMS[offset - 2].number_format
            page.put(
                f"{letter}{row}",
                f"=INDEX({letter}${top}:{letter}${bottom},($C{row}-1)*{CONTRACTS}+$D{row})",
                "words" if offset < 2 else "calc",
                "General" if offset < 2 else number_format,
            )
            if offset > 1:
                fixed[f"c{number}_{CONTRACT_TERMS[offset - 2].key}"] = f"Contracts!${letter}${row}"
    last = live + CONTRACTS - 1
    for offset, term in enumerate(CONTRACT_TERMS):
        letter = get_column_letter(7 + offset)
        fixed[f"c_{term.key}"] = f"Contracts!${letter}${live}:${letter}${last}"
    extra = last + 2
    page.section(extra, "What a lender may count on", "B", "X")
    for letter, text in zip(
        "EGHIJ", ("Counterparty", "Firm share", "Cancellable", "Hazard a year", "Billed in all, US$ m"), strict=True
    ):
        page.put(f"{letter}{extra + 1}", text, "head_left" if letter == "E" else "head")
    page.row(extra + 1, 32)
    first, final = extra + 2, extra + 1 + CONTRACTS
    spans = {key: fixed[f"c_{key}"].removeprefix("Contracts!") for key in ("notice", "tenor", "break_fee")}
    for number in range(CONTRACTS):
        row = first + number
        page.put(f"E{row}", f"=E{live + number}", "label")
        page.put(f"H{row}", f"=1-G{row}", "calc", PERCENT)
        page.put(f"I{row}", f"=-LN(1-G{live + number})", "calc", "0.0000")
        page.put(f"J{row}", f"={grid.cell(f'billed_{number + 1}')}", "calc", "#,##0.0")
    page.block(
        f"G{first}:G{final}",
        f"=CFI_FIRM_SHARE({spans['notice']},{spans['tenor']},{spans['break_fee']})",
        "calc",
        PERCENT,
    )
    for key, letter in (("firm", "G"), ("cancellable", "H"), ("hazard", "I")):
        fixed[f"c_{key}"] = f"Contracts!${letter}${first}:${letter}${final}"
        for number in range(CONTRACTS):
            fixed[f"c{number + 1}_{key}"] = f"Contracts!${letter}${first + number}"
    page.freeze(f"F{HEAD + 2}")
    page.print_setup(f"B1:X{final}", f"{HEAD}:{HEAD + 1}")
    sheet = page.sheet
    sheet.print_title_cols = "B:E"
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale = 66
    sheet.col_breaks = ColBreak()
    sheet.col_breaks.append(Break(id=column_index_from_string("P")))
    fixed["contract_totals"] = f"Contracts!$J${first}:$J${final}"
    return fixed


def write_fleet(book: Book) -> dict[str, str]:
    """The tranches of every case, those of the live one with cost and size, and the haircut stack."""
    widths = {"A": 1.5, "B": 14, "C": 5, "D": 9, "E": 16} | dict.fromkeys("FGHIKLMN", 11.5) | {"J": 14}
    widths |= {"O": 12, "P": 12, "Q": 12, "R": 46}
    page = book.page(
        "Fleet",
        "GPU fleet by tranche",
        "When each tranche is delivered, commissioned, covered by the tests of the draw gate, and earning.",
        widths,
    )
    for letter, text in zip("BCDE", ("Case", "No.", "Tranche", "Generation"), strict=True):
        page.put(f"{letter}{HEAD}", text, "head_left" if letter in "BE" else "head")
        page.put(f"{letter}{HEAD + 1}", "", "unit")
    for offset, term in enumerate(FLEET_TERMS):
        letter = get_column_letter(6 + offset)
        page.put(f"{letter}{HEAD}", term.label, "head")
        page.put(f"{letter}{HEAD + 1}", term.unit, "unit")
    page.row(HEAD, 32)
    top = 8
    rows = [(case, (generation,), values, FLEET_SOURCES[case - 1]) for case, generation, values in FLEET]
    _table(page, FLEET_TERMS, ("tranche", "generation"), rows, TRANCHES, top, 40)
    bottom = top + len(rows) - 1
    live = bottom + 3
    page.section(
        live - 1,
        "Live case",
        "B",
        "R",
        "what the model reads; months count from the first whole month after signing, a delay is added to commissioning and acceptance",
    )
    for letter, text in zip("OPQ", ("Cost, US$ m", "GPUs", "IT load, MW"), strict=True):
        page.put(f"{letter}{live - 1}", text, "section", size=9, horizontal="center")
    fixed: dict[str, str] = {}
    for number in range(1, TRANCHES + 1):
        row = live + number - 1
        page.put(f"B{row}", "=live_case_name", "label")
        page.put(f"C{row}", "=case", "aside", WHOLE)
        page.put(f"D{row}", number, "aside", WHOLE)
        for offset in range(1 + len(FLEET_TERMS)):
            letter = get_column_letter(5 + offset)
            given = FLEET_TERMS[offset - 1] if offset else None
            shift = "+delay" if given is not None and given.key in ("commissioning", "acceptance") else ""
            page.put(
                f"{letter}{row}",
                f"=INDEX({letter}${top}:{letter}${bottom},($C{row}-1)*{TRANCHES}+$D{row}){shift}",
                "calc" if given else "words",
                given.number_format if given else "General",
            )
            if given:
                fixed[f"t{number}_{given.key}"] = f"Fleet!${letter}${row}"
        page.put(f"O{row}", f"=F{row}*fleet_cost", "calc", "#,##0.0")
        page.put(f"P{row}", f"=O{row}*million/(G{row}*1000)", "calc", "#,##0")
        page.put(f"Q{row}", f"=P{row}*H{row}/1000", "calc", "#,##0.0")
        for key, letter in (("cost", "O"), ("gpus", "P"), ("mw", "Q")):
            fixed[f"t{number}_{key}"] = f"Fleet!${letter}${row}"
    last = live + TRANCHES - 1
    total = last + 1
    page.put(f"B{total}", "Fleet", "label_bold")
    for letter, number_format in (("F", PERCENT), ("O", "#,##0.0"), ("P", "#,##0"), ("Q", "#,##0.0")):
        page.put(f"{letter}{total}", f"=SUM({letter}{live}:{letter}{last})", "result", number_format)
    page.put(f"N{total}", f"=MAX(N{live}:N{last})", "result", WHOLE)
    book.name("last_acceptance", page, f"N{total}")
    book.name("tranche_shares", page, f"F{total}")
    fixed["t_cost"] = f"Fleet!$O${live}:$O${last}"
    sizing = total + 2
    page.section(sizing, "Cost that the first funding implies, and the haircut stack", "B", "R")
    lines = (
        ("fleet_cost", "Fleet cost = first funding over advance rate", "US$ m", "=initial/advance", "#,##0.0"),
        (
            "haircut_price",
            "Haircut: price risk while selling",
            "share",
            "=CFI_HAIRCUT_VAR(volatility,sell_years,haircut_confidence)",
            PERCENT,
        ),
        (
            "haircut_sale",
            "Haircut: selling moves the price",
            "share",
            "=CFI_HAIRCUT_LIQUIDITY(market_share,1,sell_years,impact)",
            PERCENT,
        ),
        (
            "haircut",
            "Combined haircut on market value (product rule)",
            "share",
            f"=CFI_COLLATERAL_HAIRCUT(H{sizing + 2}:H{sizing + 3})",
            PERCENT,
        ),
    )
    for offset, (name, words, unit, formula, number_format) in enumerate(lines, 1):
        row = sizing + offset
        page.merge(f"B{row}:F{row}", words, "label")
        page.put(f"G{row}", unit, "unit")
        page.put(f"H{row}", formula, "result", number_format)
        book.name(name, page, f"H{row}")
    page.freeze(f"F{HEAD + 2}")
    page.print_setup(f"B1:R{sizing + 4}", f"{HEAD}:{HEAD + 1}", pages_high=1)
    return fixed

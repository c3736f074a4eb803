"""Sections 9 and 10 of the sheet Calibration: residual value by generation through time, and an index of your own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from workbooks.build.kit.checks import Check, holds
from workbooks.build.kit.holes import Block
from workbooks.build.kit.inputs import read_table
from workbooks.build.kit.page import DATE, NUMBER, PERCENT, WHOLE, Page, all_within
from workbooks.build.kit.rows import Section

OBSERVED = read_table(Path(__file__).with_name("vintages.csv"))
HEADS = {
    "B": "Machine and price", "C": "Unit", "D": "Observed", "E": "When new", "F": "Price", "G": "Price when new",
    "H": "Age, years", "I": "Share left", "R": "Source",
}  # fmt: skip
# What is fitted: the name, and the first and last of its observations.
GROUPS = {
    "H100 rents": ("H100 rents", "H100 rents"),
    "A100 rents": ("A100 rents", "A100 rents"),
    "All rents": ("H100 rents", "V100 rents"),
    "Used machines": ("Used machines", "Used machines"),
}
FIT_HEADS = ("Decay, continuous", "Low", "High", "Fall a year", "Deviation", "n")
BAND_HEADS = ("On the curve", "Low", "High", "Low of one", "High of one", "Supply's curve")
PRICES, DATES = (1e-6, 1e6), (date(2015, 1, 1), date(2099, 12, 31))
AGES, ROOM = 7, 36
# The index as delivered: posted H100 rents, value by value.
INDEX = {
    date(2023, 7, 1): 3.25, date(2024, 1, 1): 4.51, date(2024, 7, 1): 3.17, date(2025, 1, 1): 2.79,
    date(2025, 7, 1): 2.99, date(2026, 1, 1): 2.99, date(2026, 3, 1): 3.64,
}  # fmt: skip
NOTE = (
    "Each line is one dated price over that of the machine when new. Rents of one generation move together and posted ones are sticky, "
    "so the true interval is wider. Used machines are asks but for the H100: an ask is up to twice what is paid."
)
INDEX_NOTE = "Paste dates and levels over the blue cells, the oldest first; as delivered: H100, posted on demand, CCIR cohort (§B2). Delete what is left below your own."


def write_vintages(page: Page, block: Block, top: int) -> int:
    """Write both sections; returns the last row."""
    note = "dated prices over those when new, from the project's fact sheet"
    page.section(top - 1, "9 · Residual value through time, by generation", "B", "R", note)
    for letter, text in HEADS.items():
        page.put(f"{letter}{top}", text, "head_left" if letter in "BR" else "head")
    page.row(top, 30)
    last = block.lay([f"seen_{number}" for number in range(1, len(OBSERVED) + 1)], top + 1)
    for row, line in enumerate(OBSERVED, top + 1):
        page.put(f"B{row}", line["what"], "label")
        page.put(f"C{row}", line["unit"], "unit")
        for letter, key in (("D", "observed"), ("E", "new")):
            page.put(f"{letter}{row}", date.fromisoformat(line[key]), "input", DATE)
        for letter, key in (("F", "price"), ("G", "price when new")):
            page.put(f"{letter}{row}", float(line[key]), "input", "#,##0.00")
        page.put(f"H{row}", f"=(D{row}-E{row})/days_in_year", "calc", NUMBER)
        page.put(f"I{row}", f"=F{row}/G{row}", "result", PERCENT)
        page.put(f"R{row}", line["source"], "note")
        page.row(row, 28)
    page.validate(f"D{top + 1}:E{last}", *DATES, "Date", "Of the observation, and of the price when new")
    page.validate(f"F{top + 1}:G{last}", *PRICES, "Price", "Both in the same unit")
    page.merge(f"B{last + 1}:R{last + 1}", NOTE, "plain", 16)
    last = _write_fits(page, block, last + 3)
    last = _write_bands(page, block, last + 3)
    return _write_index(page, block, last + 3)


def _span(column: str, group: str) -> str:
    """The observations of a group."""
    first, last = GROUPS[group]
    names = [line["group"] for line in OBSERVED]
    start, end = names.index(first) + 1, len(names) - names[::-1].index(last)
    return f"{{seen_{start}..seen_{end}@{column}}}"


def _heads(page: Page, row: int, first: str, texts: tuple[str, ...]) -> None:
    page.put(f"B{row}", first, "head_left")
    page.put(f"C{row}", "Unit", "head")
    for letter, text in zip("DEFGHI", texts, strict=True):
        page.put(f"{letter}{row}", text, "head")
    page.row(row, 30)


def _write_fit(page: Page, row: int, ages: str, shares: str) -> None:
    """One decay with its interval, one array formula over the row."""
    page.put(f"C{row}", "a year", "unit")
    page.block(f"D{row}:I{row}", page.fill(f"=CFI_RESIDUAL_FIT({ages},{shares},0,confidence)"), "result", "0.000")
    page.put(f"R{row}", "CFI_RESIDUAL_FIT at the confidence above", "note")
    page.row(row, 16)


def _write_fits(page: Page, block: Block, top: int) -> int:
    _heads(page, top, "Decay that they imply", FIT_HEADS)
    last = block.lay([f"fit_{number}" for number in range(1, len(GROUPS) + 1)], top + 1)
    for row, group in enumerate(GROUPS, top + 1):
        page.put(f"B{row}", group, "label")
        _write_fit(page, row, _span("H", group), _span("I", group))
    page.book.name("vintage_decays", page, f"D{top + 1}:I{last}")
    return last


def _write_bands(page: Page, block: Block, top: int) -> int:
    """The curve of all rents by age with its band, beside the curve that Supply uses."""
    _heads(page, top, "All rents: share left by age", BAND_HEADS)
    last = block.lay([f"band_{age}" for age in range(AGES)], top + 1)
    for row in range(top + 1, last + 1):
        page.put(f"B{row}", f"=ROWS(B${top + 1}:B{row})-1", "label", WHOLE)
        page.put(f"C{row}", "years", "unit")
        page.put(f"R{row}", "CFI_RESIDUAL_BAND; CFI_GPU_RESIDUAL with Supply's decay of asks and floor", "note")
        page.row(row, 16)
    ages = f"B{top + 1}:B{last}"
    band = page.fill(f"=CFI_RESIDUAL_BAND({ages},{_span('H', 'All rents')},{_span('I', 'All rents')},0,confidence)")
    page.block(f"D{top + 1}:H{last}", band, "result", PERCENT)
    page.block(f"I{top + 1}:I{last}", f"=CFI_GPU_RESIDUAL({ages},ask_decay,ask_floor)", "calc", PERCENT)
    page.book.name("vintage_band", page, f"D{top + 1}:H{last}")
    return last


def _write_index(page: Page, block: Block, top: int) -> int:
    page.section(top - 1, "10 · A rental index of your own", "B", "R", "the decay that it implies, with its interval")
    _heads(page, top, "Decay of the index", FIT_HEADS)
    block.set("index_fit", top + 1)
    page.put(f"B{top + 1}", "Your index", "label")
    first = top + 5
    last = block.lay([f"index_{number}" for number in range(1, ROOM + 1)], first)
    filled = f"COUNT(E{first}:E{last})"
    ends = [f"{at}{first + 1}:INDEX({at}{first}:{at}{last},{filled})" for at in "FG"]
    _write_fit(page, top + 1, *ends)
    page.merge(f"B{top + 2}:R{top + 2}", INDEX_NOTE, "plain", 16)
    for letter, text in zip("BCDEFG", ("No.", "Unit", "Date", "Level", "Age, years", "Share left"), strict=True):
        page.put(f"{letter}{first - 1}", text, "head_left" if letter == "B" else "head")
    delivered: list[tuple[date, float] | tuple[None, None]] = [*INDEX.items(), *[(None, None)] * (ROOM - len(INDEX))]
    for row, (day, level) in enumerate(delivered, first):
        page.put(f"B{row}", f"=ROWS(B${first}:B{row})", "label", WHOLE)
        page.put(f"C{row}", "$/GPU-hour", "unit")
        page.put(f"D{row}", day, "input", DATE)
        page.put(f"E{row}", level, "input", "#,##0.00")
        page.put(f"F{row}", f'=IF(E{row}="","",(D{row}-D${first})/days_in_year)', "calc", NUMBER)
        page.put(f"G{row}", f'=IF(E{row}="","",E{row}/E${first})', "calc", PERCENT)
        page.put(f"R{row}", "H100, posted on demand, CCIR cohort; or yours" if day else "Yours", "note")
        page.row(row, 16)
    page.validate(f"D{first}:D{last}", *DATES, "Date", "The oldest first")
    page.validate(f"E{first}:E{last}", *PRICES, "Level", "A number above 0")
    page.book.name("index_dates", page, f"D{first}:D{last}")
    page.book.name("index_levels", page, f"E{first}:E{last}")
    page.book.name("index_decay", page, f"D{top + 1}:I{top + 1}")
    return last


def vintage_checks() -> Iterator[Section | Check]:
    yield Section("Residual value through time", "Least squares in native Excel, bounds of what is typed in")
    for number, group in enumerate(GROUPS, 1):
        ages, shares = _span("H", group), _span("I", group)
        squares = f"=-SUMPRODUCT({ages},LN({shares}))/SUMPRODUCT({ages},{ages})"
        yield Check("Decay by least squares", group, f"={{fit_{number}@D}}", squares, 1e-10)
    seen = f"{{seen_1..seen_{len(OBSERVED)}@{{}}}}"
    for letter, words in (("F", "Every observed price is within range"), ("G", "Every price when new is within range")):
        yield holds(words, "Calibration", all_within(seen.replace("{}", letter), *PRICES))
    ages = seen.replace("{}", "H")
    yield holds(
        "Every observation is later than the price when new",
        "Calibration",
        f"AND(COUNT({ages})=ROWS({ages}),MIN({ages})>0)",
    )
    rises = f"SUMPRODUCT(--({{index_2..index_{ROOM}@D}}<={{index_1..index_{ROOM - 1}@D}}))={ROOM}-COUNT(index_dates)"
    yield holds(
        "The index has a level for every date, the oldest first",
        "Calibration",
        f"AND(COUNT(index_dates)=COUNT(index_levels),COUNTA(index_levels)=COUNT(index_levels),{rises})",
    )
    yield holds(
        "The index has three levels or more, all within range",
        "Calibration",
        f"AND(COUNT(index_levels)>=3,MIN(index_levels)>={PRICES[0]!r},MAX(index_levels)<={PRICES[1]!r})",
    )
    yield holds(
        "The decay of used machines holds Supply's decay of asks",
        "Calibration",
        f"AND(ask_decay>={{fit_{len(GROUPS)}@E}},ask_decay<={{fit_{len(GROUPS)}@F}})",
        counts=False,
    )

"""The sheet Stress of compare.xlsx: the world moves after the money is lent; what may be drawn; what is left of a chip.

The table of credit stresses holds the results of full recalculations, each with the cells of Parameters that it sets. The
block *Refresh* names what such a run sets and reads, so that a program can make the table anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbooks.build.compare.inputs import COLUMNS, FILED
from workbooks.build.kit.page import A3, GREY, MONEY, PERCENT, PERCENT_2, TIMES, Book, Page
from workbooks.build.kit.text import sentence


@dataclass(frozen=True)
class Case:
    """A stress: the names that it sets; the loan stays as it was drawn."""

    words: str
    sets: Mapping[str, float]


ALONE = (
    Case("As on Parameters", {}),
    Case("Contracted revenue −10%", {"shock_revenue": 0.1}),
    Case("Contracted revenue −25%", {"shock_revenue": 0.25}),
    Case("Sites six months late", {"shock_delay": 6}),
    Case("Market rents −30%", {"shock_rent": 0.3}),
    Case("Operating cost +50%", {"shock_cost": 0.5}),
    Case("Offtaker stops paying after month 12", {"shock_default": 12}),
)
TOGETHER = Case("Revenue −10%, six months late, rents −30%, cost +50%", {"shock_revenue": 0.1, "shock_delay": 6, "shock_rent": 0.3, "shock_cost": 0.5})  # fmt: skip
CASES = (*ALONE, TOGETHER)
READ = (
    ("life_cover", "life cover", TIMES),
    ("life_share", "deal loss over the life", PERCENT_2),
    ("verdict", "verdict", "@"),
)
OUTPUTS = tuple(f"{key}_{deal}" for deal in FILED for key, _, _ in READ)
TOP, STAMP = 8, "2026-11-22"
LETTERS = tuple("DEFGHIJKLMNO")
LAST = TOP + len(CASES) - 1
SIZING, RESIDUAL, REFRESH = LAST + 5, LAST + 13, LAST + 24
# What a program sets, reads and writes to make the table anew.
BLOCK = {
    "Table": "credit_stresses",
    "Sets, row by row": " · ".join(
        ",".join(f"{name}={value:g}" for name, value in case.sets.items()) or "–" for case in CASES
    ),
    "Reads, column by column": " · ".join(OUTPUTS),
    "Stamp": f"Stress!C{TOP + 1}:C{LAST}",
}
Results = Mapping[int, tuple[float | str, ...]]  # by case: the outputs in their order


def write_stress(book: Book, results: Results) -> None:
    widths = {"A": 1.5, "B": 44, "C": 14} | dict.fromkeys(LETTERS, 12.5)
    question = "The loan stays as it was drawn; then the world moves. No chance falls because a loan was not yet drawn."
    page = book.page("Stress", "Stress after the money is lent", question, widths)
    _credit(page, results)
    _sizing(page)
    _residual(page)
    _refresh(page)
    page.freeze("C5")
    page.print_setup(f"B1:O{REFRESH + 6}", None, paper=A3)


def _credit(page: Page, results: Results) -> None:
    page.section(
        TOP - 3,
        "1 · Credit: drawn amount frozen",
        "B",
        "O",
        "copies of full recalculations; the first row is compared with the live deals",
    )
    page.put(f"B{TOP - 1}", "Stress", "head_left")
    page.put(f"C{TOP - 1}", "Copy", "head")
    page.put(f"B{TOP - 2}", "", "head_left")
    page.put(f"C{TOP - 2}", "", "head")
    for number, letter in enumerate(COLUMNS[: len(FILED)]):
        page.merge(f"{LETTERS[3 * number]}{TOP - 2}:{LETTERS[3 * number + 2]}{TOP - 2}", f"=Deals!{letter}$5", "head")
        for (_, words, _), at in zip(READ, LETTERS[3 * number :], strict=False):
            page.put(f"{at}{TOP - 1}", words, "head")
    page.row(TOP - 1, 30)
    for number, case in enumerate(CASES):
        row = TOP + number
        page.put(f"B{row}", case.words, "label")
        page.put(f"C{row}", STAMP if number else _holds(row), "aside")
        values = results.get(number, (0.0,) * len(OUTPUTS))
        formats = [number_format for _ in FILED for _, _, number_format in READ]
        for letter, value, number_format in zip(LETTERS, values, formats, strict=True):
            told = isinstance(value, str)
            page.put(
                f"{letter}{row}",
                value,
                "words" if told else "calc",
                number_format,
                italic=True,
                colour=GREY,
                size=8 if told else 10,
            )
        page.row(row, 30)
    page.book.name("credit_stresses", page, f"D{TOP}:O{LAST}")
    page.paint(f"C{TOP}", {f'LEFT(C{TOP},LEN("changed"))="changed"': "watch"})
    worst = f"MATCH(MIN(D{TOP + 1}:D{LAST}),D{TOP + 1}:D{LAST},0)"
    template = f"[Deals!D$5]: hardest hit by [INDEX(B{TOP + 1}:B{LAST},{worst})]; life cover [D{TOP}|0.00]× goes to [MIN(D{TOP + 1}:D{LAST})|0.00]×"
    page.merge(f"B{LAST + 1}:O{LAST + 1}", f"={sentence(page.book, template)}", "finding", 20, size=10)


def _holds(row: int) -> str:
    live = "+".join(
        f"ABS({letter}{row}-{key}_{deal})"
        for letter, deal in zip(LETTERS[::3], FILED, strict=True)
        for key in ("life_cover",)
    )
    return f'=IF({live}<=0.000001,"live: holds","changed since the copy")'


def _sizing(page: Page) -> None:
    page.section(SIZING - 2, "2 · Sizing: what may be drawn", "B", "O", "at the DSCR of the term sheet; live")
    for letters, head in (("B", "Cash as on Years, and lower"), ("C", "Cash")):
        page.put(f"{letters}{SIZING - 1}", head, "head_left" if letters == "B" else "head")
    for at, letter in zip(LETTERS, COLUMNS[: len(FILED)], strict=False):
        page.put(f"{at}{SIZING - 1}", f"=Deals!{letter}$5", "head")
    page.row(SIZING - 1, 30)
    for number in range(4):
        row = SIZING + number
        page.put(f"B{row}", "May be drawn, US$ m", "label")
        page.put(f"C{row}", 1 - number / 10, "unit", "0%")
        for at, letter in zip(LETTERS, COLUMNS[: len(FILED)], strict=False):
            page.put(f"{at}{row}", f"=$C{row}*{page.fill(f'{{Deals!sizing$@{letter}}}')}", "calc", MONEY)
    row = SIZING + 4
    page.put(f"B{row}", "Exposure on Deals, US$ m", "label_bold")
    page.put(f"C{row}", "", "unit")
    for at, letter in zip(LETTERS, COLUMNS[: len(FILED)], strict=False):
        page.put(f"{at}{row}", f"={page.fill(f'{{Deals!exposure$@{letter}}}')}", "result", MONEY)


def _residual(page: Page) -> None:
    """The band of a chip's value: a lognormal of the expected value and the volatility on Parameters."""
    page.section(
        RESIDUAL - 2,
        "3 · Residual value as a band",
        "B",
        "O",
        "share of cost, the denominator; lognormal, before the cost of a sale; from Parameters through the first and the last deal",
    )
    heads = {"B": "Collateral", "C": "Quantile"} | {
        letter: f"Year {year}" for year, letter in enumerate(LETTERS[:6], 1)
    }
    for letter, head in heads.items():
        page.put(f"{letter}{RESIDUAL - 1}", head, "head_left" if letter == "B" else "head")
    rows = [
        (words, column, quantile)
        for words, column in (("GPUs", "D"), ("Machines", "G"))
        for quantile in ("P10", "mean", "P90")
    ]
    for row, (words, column, quantile) in enumerate(rows, RESIDUAL):
        drift, volatility = (page.fill(f"{{Deals!{key}$@{column}}}") for key in ("drift", "volatility"))
        page.put(f"B{row}", words, "label")
        page.put(f"C{row}", quantile, "unit")
        for year, letter in enumerate(LETTERS[:6], 1):
            spread = {"P10": "-", "P90": "+"}.get(quantile)
            tail = f"-{volatility}^2/2*{year}{spread}NORMSINV(0.9)*{volatility}*SQRT({year})" if spread else ""
            page.put(f"{letter}{row}", f"=EXP({drift}*{year}{tail})", "calc", PERCENT)
    note = "Beside it: a used H100 was sold at 11.5 of 33.6 thousand (34%, 2026-07-22, CCIR); an A100 at 3.75 of 24.9 (15–17%) or, of another denominator, at 32% of launch (LEAPEF)."
    page.merge(f"B{RESIDUAL + 6}:O{RESIDUAL + 6}", note, "plain", 18)


def _refresh(page: Page) -> None:
    page.section(
        REFRESH - 2,
        "4 · Refresh",
        "B",
        "O",
        "what a program sets, reads and writes to make the table of part 1 anew; nothing else may be written",
    )
    for row, (words, what) in enumerate(BLOCK.items(), REFRESH - 1):
        page.put(f"B{row}", words, "label")
        page.merge(f"C{row}:O{row}", what, "note", 30 if len(what) > 120 else 18)
        page.book.name(f"refresh_{words.split()[0].strip(',').lower()}", page, f"C{row}")

"""The sheet Stress of ddtl.xlsx: worlds that may come, what they do to a loan already drawn, and to one yet to be sized.

A world is a row of levers. The live world moves what happens; only with `resize` does it move what is lent as well. The
tables of answers are static: `computefi refresh` makes them anew, one full recalculation a row, as the block at the end
says.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workbooks.build.ddtl.tables import CASES
from workbooks.build.kit.page import A3, DATE, GREY, NUMBER, PERCENT, PERCENT_2, TIMES, WHOLE, Book, Page
from workbooks.build.kit.text import sentence

STATIC = Path(__file__).with_name("static.csv")
WIDTHS = {"A": 1.5, "B": 58, "C": 12} | dict.fromkeys("DEFGHIJKLMN", 12.5)
WORLD_TOP, COLUMNS = 13, "DEFGHIJKLM"


@dataclass(frozen=True)
class Lever:
    key: str
    label: str
    unit: str
    low: float
    high: float
    number_format: str


LEVERS = (
    Lever("contract_shock", "Contracted revenue lost", "share", -1, 1, PERCENT),
    Lever("delay", "Delay of acceptance", "months", 0, 36, WHOLE),
    Lever("rent_shock", "Fall of market rent", "share", -1, 1, PERCENT),
    Lever("power_shock", "Rise of the power price", "share", -1, 10, PERCENT),
    Lever("sofr_shock", "Rise of SOFR", "per year", -0.05, 0.3, PERCENT_2),
    Lever("value_shock", "Fall of GPU prices", "share", -1, 0.99, PERCENT),
    Lever("default_month", "A customer fails in", "month, 0 = none", 0, 120, WHOLE),
    Lever("default_contract", "Which customer fails", "number, 0 = all", 0, 6, WHOLE),
    Lever("relet_months", "Months until it is let again", "months", 0, 36, WHOLE),
    Lever("notice_used", "Customers leave as soon as they may", "1 yes, 0 no", 0, 1, WHOLE),
)
WORLDS: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("As planned", (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    ("Contracts pay a tenth less", (0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    ("Acceptance half a year late", (0, 6, 0, 0, 0, 0, 0, 0, 0, 0)),
    ("Rents 40% lower: new supply comes", (0, 0, 0.4, 0, 0, 0, 0, 0, 3, 0)),
    ("Power half as dear again", (0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0)),
    ("SOFR two points higher", (0, 0, 0, 0, 0.02, 0, 0, 0, 0, 0)),
    ("GPU prices 40% lower", (0, 0, 0, 0, 0, 0.4, 0, 0, 0, 0)),
    ("First customer fails in month 24", (0, 0, 0, 0, 0, 0, 24, 1, 3, 0)),
    ("Customers leave as soon as they may", (0, 0, 0, 0, 0, 0, 0, 0, 3, 1)),
    ("All of it together, half as strong", (0.05, 3, 0.2, 0.25, 0.01, 0.2, 24, 1, 3, 0)),
    ("Your own", (0.05, 0, 0.2, 0.25, 0, 0.2, 0, 0, 0, 0)),
)  # fmt: skip
CREDIT = (
    ("lowest_dscr", "Lowest three-month DSCR", TIMES),
    ("missed_months", "Months with a missed payment", WHOLE),
    ("unpaid_share", "Owed after maturity, of all drawn", PERCENT),
    ("el_total", "Deal loss through life, US$ m", "#,##0.0"),
    ("el_share", "of all drawn", PERCENT_2),
    ("stress_lgd", "Stress LGD", PERCENT),
    ("verdict", "Verdict", "General"),
)
SIZING = (
    ("drawn_total", "Drawn, US$ m", "#,##0.0"),
    ("top_up_total", "of it top-up, US$ m", "#,##0.0"),
    ("ltc_total", "Loan to cost", PERCENT),
    ("lowest_dscr", "Lowest three-month DSCR", TIMES),
    ("el_share", "Deal loss, of all drawn", PERCENT_2),
    ("verdict", "Verdict", "General"),
)
DEALS = (
    ("drawn_total", "Drawn, US$ m", "#,##0.0"),
    ("lowest_dscr", "Lowest three-month DSCR", TIMES),
    ("lowest_contract", "Cover by firm contracts", TIMES),
    ("el_total", "Deal loss through life, US$ m", "#,##0.0"),
    ("el_share", "of all drawn", PERCENT_2),
    ("el_spread", "a year over the spread", PERCENT),
    ("stress_lgd", "Stress LGD", PERCENT),
    ("package_ltv", "Package LTV", PERCENT),
    ("yield_all", "All-in yield", PERCENT_2),
    ("verdict", "Verdict", "General"),
)
CREDIT_TOP = WORLD_TOP + len(WORLDS) + 7
SIZING_TOP = CREDIT_TOP + len(WORLDS) + 5
DEALS_TOP = SIZING_TOP + len(WORLDS) + 5
EVEN_TOP = DEALS_TOP + len(CASES) + 3
COPIES_TOP = EVEN_TOP + 20
BLOCK_TOP = COPIES_TOP + 6


def area(top: int, outputs: tuple[tuple[str, str, str], ...], rows: int) -> str:
    """Where the answers of a table stand."""
    return f"Stress!D{top}:{'DEFGHIJKLM'[len(outputs) - 1]}{top + rows - 1}"


def names(top: int, outputs: tuple[tuple[str, str, str], ...]) -> str:
    """Where the names of what a table reads stand: the line under its heads."""
    return f"Stress!D{top - 1}:{'DEFGHIJKLM'[len(outputs) - 1]}{top - 1}"


def numbers(top: int, rows: int) -> str:
    return f"Stress!C{top}:C{top + rows - 1}"


BLOCK = (
    ("Credit", area(CREDIT_TOP, CREDIT, len(WORLDS)), names(CREDIT_TOP, CREDIT), "world", numbers(CREDIT_TOP, len(WORLDS)), None, None),
    ("Sizing", area(SIZING_TOP, SIZING, len(WORLDS)), names(SIZING_TOP, SIZING), "world", numbers(SIZING_TOP, len(WORLDS)), "resize", f"Stress!C{SIZING_TOP - 1}"),
    ("Deals", area(DEALS_TOP, DEALS, len(CASES)), names(DEALS_TOP, DEALS), "case", numbers(DEALS_TOP, len(CASES)), None, None),
    ("Copy of the inputs", f"Stress!D{COPIES_TOP + 1}", "digest_now", None, None, None, None),
)  # fmt: skip


def static_values() -> dict[str, float | str]:
    """The static answers by their cells, as they were when the copies were made."""
    with STATIC.open(encoding="utf-8", newline="") as lines:
        return {cell: _value(text) for cell, text in csv.reader(lines)}


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def write_stress(book: Book) -> None:
    page = book.page("Stress", "Stress", "What may come, what it does to the loan, and what it would have done to its size.", WIDTHS)  # fmt: skip
    static = static_values()
    _switches(page)
    _worlds(page)
    _answers(page, static, CREDIT_TOP, "Credit: what was drawn stays, then the world moves", CREDIT, "One full recalculation a row. The repayment is the one fixed when the loan was drawn.")  # fmt: skip
    _answers(page, static, SIZING_TOP, "Sizing: what would have been lent, had that world been expected", SIZING, "A smaller loan is no safer loan: read it beside the table above.")  # fmt: skip
    page.put(f"C{SIZING_TOP - 1}", 1, "aside")
    _deals(page, static)
    _even(page)
    _copies(page, static)
    _block(page)
    page.freeze("C5")
    page.print_setup(f"B1:N{BLOCK_TOP + len(BLOCK) + 2}", "1:3", breaks=(SIZING_TOP - 4, EVEN_TOP - 2), paper=A3)


def _switches(page: Page) -> None:
    page.section(5, "Which world is live", "B", "M")
    for row, name, words, high, how in (
        (6, "world", "Live world, of the rows below", len(WORLDS), "1 is the plan. Every sheet follows; put it back to 1 when you have looked."),
        (7, "resize", "Size the loan in that world: 1 yes, 0 no", 1, "0: the loan is drawn on the plan and then the world moves. 1: the world was known before."),
    ):  # fmt: skip
        page.put(f"B{row}", words, "label_bold")
        page.put(f"C{row}", 1 if name == "world" else 0, "input", WHOLE, horizontal="center", bold=True)
        page.validate(f"C{row}", 1 if name == "world" else 0, high, words, how)
        page.merge(f"D{row}:M{row}", how, "note")
        page.book.name(name, page, f"C{row}")
    page.merge("D8:M8", '=INDEX(worlds,world)&IF(resize=1,"; the loan is sized in it","")', "words")
    page.put("B8", "Live world", "label")
    page.book.name("live_world", page, "D8")


def _worlds(page: Page) -> None:
    book, first = page.book, WORLD_TOP
    page.section(
        first - 3,
        "Worlds",
        "B",
        "M",
        "type over them; all settings are demonstration parameters, not filed (status P, 2026-11)",
    )
    page.put(f"B{first - 2}", "World", "head_left")
    page.put(f"C{first - 2}", "Number", "head")
    page.row(first - 2, 44)
    last = first + len(WORLDS) - 1
    for letter, lever in zip(COLUMNS, LEVERS, strict=True):
        page.put(f"{letter}{first - 2}", lever.label, "head", size=9)
        page.put(f"{letter}{first - 1}", lever.unit, "unit")
        page.validate(f"{letter}{first}:{letter}{last}", lever.low, lever.high, lever.label, lever.unit)
        for row, name, found in (
            (last + 1, lever.key, "world"),
            (last + 2, f"{lever.key}_sized", "IF(resize=1,world,1)"),
        ):
            page.put(
                f"{letter}{row}", f"=INDEX({letter}${first}:{letter}${last},{found})", "result", lever.number_format
            )
            book.name(name, page, f"{letter}{row}")
    for row, (name, settings) in enumerate(WORLDS, first):
        page.put(f"B{row}", name, "input_text", horizontal="left", indent=1)
        page.put(f"C{row}", row - first + 1, "aside")
        for letter, lever, value in zip(COLUMNS, LEVERS, settings, strict=True):
            page.put(f"{letter}{row}", value, "input", lever.number_format)
    page.put(f"B{last + 1}", "Live", "label_bold")
    page.put(f"B{last + 2}", "As sized", "label_bold")
    book.name("worlds", page, f"B{first}:B{last}")
    book.name("settings", page, f"D{first}:M{last}")


def _table(page: Page, top: int, outputs: tuple[tuple[str, str, str], ...], first: str) -> None:
    page.put(f"B{top - 2}", first, "head_left")
    page.put(f"C{top - 2}", "Number", "head")
    page.put(f"B{top - 1}", "read from", "aside", horizontal="left", indent=1)
    for letter, (name, words, _) in zip("DEFGHIJKLM", outputs, strict=False):
        page.put(f"{letter}{top - 2}", words, "head", size=9)
        page.put(f"{letter}{top - 1}", name, "aside")
    page.row(top - 2, 44)


def _static_band(page: Page, top: int, title: str) -> None:
    """The band of a table of copies says whether they belong to the inputs."""
    page.section(top - 3, title, "B", "M", "=copies_note")


def _static_row(page: Page, row: int, static: dict[str, float | str], outputs: tuple[tuple[str, str, str], ...]) -> None:  # fmt: skip
    for letter, (_, _, number_format) in zip("DEFGHIJKLM", outputs, strict=False):
        page.put(
            f"{letter}{row}",
            static.get(f"Stress!{letter}{row}", 0.0),
            "calc",
            number_format,
            colour=GREY,
            horizontal="center",
        )


def _answers(page: Page, static: dict[str, float | str], top: int, title: str, outputs: tuple[tuple[str, str, str], ...], note: str) -> None:  # fmt: skip
    _static_band(page, top, title)
    _table(page, top, outputs, "World")
    for number in range(1, len(WORLDS) + 1):
        row = top + number - 1
        page.put(f"B{row}", f"=INDEX(worlds,C{row})", "label")
        page.put(f"C{row}", number, "aside")
        _static_row(page, row, static, outputs)
    page.merge(f"B{top + len(WORLDS)}:M{top + len(WORLDS)}", note, "plain", 15, vertical="center")
    verdicts = f"{'DEFGHIJKLM'[len(outputs) - 1]}{top}:{'DEFGHIJKLM'[len(outputs) - 1]}{top + len(WORLDS) - 1}"
    _paint_verdicts(page, verdicts)


def _paint_verdicts(page: Page, cells: str) -> None:
    first = cells.split(":")[0]
    meanings = {"PASS": "good", "WATCH": "watch", "FAIL": "bad"}
    page.paint(cells, {f'AND(static_current,{first}="{word}")': meaning for word, meaning in meanings.items()})


def _deals(page: Page, static: dict[str, float | str]) -> None:
    top = DEALS_TOP
    _static_band(page, top, "The deals side by side, in the live world")
    _table(page, top, DEALS, "Deal")
    for number, case in enumerate(CASES, 1):
        row = top + number - 1
        page.put(f"B{row}", f"=deal_name_{case}", "label")
        page.put(f"C{row}", number, "aside")
        _static_row(page, row, static, DEALS)
    _paint_verdicts(page, f"M{top}:M{top + len(CASES) - 1}")


def _even(page: Page) -> None:
    """What it takes: the fall that loan life still bears, and the rent that the market must pay in the end."""
    top, lines = EVEN_TOP, (
        ("even_cash", "Fall of CFADS that the loan's life bears", "share", '=IF(even_cfads<=small,"no cash",CFI_BREAKEVEN_CFADS({peak_ahead:all},peak_balance,{rate@G}))', PERCENT, "CFI_BREAKEVEN_CFADS after the highest balance, at the coupon of month 1; DBRS saw a data-centre issuer bear about 17%"),
        ("even_contract", "Fall of contracted revenue that it bears", "share", '=IF(ISNUMBER(even_cash),even_cash*even_cfads/MAX(small,even_value*(1-other_opex)),"no cash")', PERCENT, "The same, all of it from contracts; above 100%: not from contracts alone"),
        ("even_cfads", "Value of CFADS after the highest balance", "US$ m", "=SUMPRODUCT({peak_ahead:all},(1+{rate@G})^-{month:all})", "#,##0.0", "For the lines above, at the coupon of month 1"),
        ("even_value", "Value of contract cash after the highest balance", "US$ m", "=SUMPRODUCT({contract_cash:all},{loan_life:all},--({month:all}>peak_month),(1+{rate@G})^(peak_month-{month:all}))", "#,##0.0", "At the same rate"),
        ("tail_month", "Contracts end in month", "month", "=contract_end", WHOLE, "Arm's length"),
        ("tail_balance", "Loan then", "US$ m", "=IF(contract_end=0,peak_balance,INDEX({closing:all},1,contract_end))", "#,##0.0", "What the market has to repay"),
        ("tail_years", "Years left then", "years", "=MAX(0,{loan_life$@D}-contract_end)/year_months", "0.00", "To final maturity"),
        ("tail_gpus", "GPUs then", "number", "=INDEX({gpus:all},1,MIN(120,contract_end+1))", "#,##0", "Accepted; all of them are to let"),
        ("tail_cost", "Cost of a GPU then, whether it is let or not", "$ per GPU-h", "=(INDEX({power:all},1,MIN(120,contract_end+1))+INDEX({colo:all},1,MIN(120,contract_end+1))+INDEX({insured:all},1,MIN(120,contract_end+1)))*million/MAX(1,tail_gpus)/hours", NUMBER, "Power, colocation and insurance; staff is a share of revenue"),
        ("relet_rate", "Rent that repays it: CFI_RELET_RATE", "$ per GPU-h", "=IF(MIN(tail_balance,tail_gpus,tail_years)<=small,0,INDEX(CFI_RELET_RATE(MAX(0,tail_balance)*million,MAX(1,tail_gpus),MAX(1,tail_years*year_months)/year_months,year_months*LN(1+{rate@G}),tail_cost,utilisation*(1-other_opex),rent_decay),1,1))", NUMBER, "At contract end, falling from there as market rents do; 0: nothing is left to repay"),
        ("relet_monthly", "the same month by month, with the months in which it is not let", "$ per GPU-h", "=IF(OR(tail_balance<=small,tail_let<=small),0,(tail_balance+SUMPRODUCT({power:all}+{colo:all}+{insured:all},{tail:all}))/MAX(small,tail_let*utilisation*hours/million*(1-other_opex)))", NUMBER, "One rent for all the months that are left"),
        ("tail_let", "GPU-months to let until maturity, discounted", "GPU-months", "=SUMPRODUCT({spare:all},{tail:all})", "#,##0", "For the line above"),
        ("relet_native", "Shadow of CFI_RELET_RATE", "$ per GPU-h", "=IF(relet_rate=0,0,(tail_balance*million/MAX(1,tail_gpus)/hours/year_months+tail_cost*relet_cost)/(utilisation*(1-other_opex)*relet_rent))", NUMBER, "Native Excel; against it on Checks"),
        ("relet_cost", "Shadow: an hour's cost to maturity", "years", "=(1-EXP(-tail_years*year_months*LN(1+{rate@G})))/(year_months*LN(1+{rate@G}))", NUMBER, "Annuity at the coupon"),
        ("relet_rent", "Shadow: an hour's rent to maturity", "years", "=(1-EXP(-tail_years*(rent_decay+year_months*LN(1+{rate@G}))))/(rent_decay+year_months*LN(1+{rate@G}))", NUMBER, "Annuity at the coupon and the fall of rents"),
        ("relet_holds", "Shadow: rent pays the cost to maturity", "true or false", "=relet_native*utilisation*(1-other_opex)*EXP(-rent_decay*tail_years)>=tail_cost", "General", "Else CFI_RELET_RATE lets the GPUs stop before"),
        ("rent_then", "Market rent expected then", "$ per GPU-h", "=IF(contract_end=0,rent,INDEX({market_rent:all},1,contract_end))", NUMBER, "Beside it: H100 2.81 on the index, 2.51 for two years committed (2026-10); contracts of 2026-06 at 3.39"),
    )  # fmt: skip
    page.section(top - 1, "Break-even", "B", "M", "live, of the deal and the world that are live")
    for row, (name, words, unit, formula, number_format, how) in enumerate(lines, top):
        page.put(f"B{row}", words, "label")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", page.fill(formula), "result", number_format)
        page.merge(f"E{row}:M{row}", how, "note")
        page.book.name(name, page, f"D{row}")


def _copies(page: Page, static: dict[str, float | str]) -> None:
    book, top = page.book, COPIES_TOP
    page.section(top - 1, "Do the static copies belong to the inputs as they stand?", "B", "M", "shown, not counted")
    inside = book.address("inputs_in_range")
    inputs, cases = inside.replace("$Q", "$D"), inside.replace("$Q", "$E", 1).replace("$Q", "$H")
    weighed = [f"SUMPRODUCT({one},ROW({one})*COLUMN({one}))" for one in (inputs, cases, book.address("settings"))]
    lists = [book.address(name) for name in ("contracts_terms", "fleet_terms")]
    for offset, (words, name, value) in enumerate((
        ("The inputs now: each times its row and column, summed", "digest_inputs", "=" + "+".join(weighed)),
        ("Contracts and tranches, likewise", "digest_lists", "=" + "+".join(f"SUMPRODUCT({one},ROW({one})*COLUMN({one}))" for one in lists)),
    )):  # fmt: skip
        page.put(f"B{top + 2 + offset}", words, "label")
        page.put(f"D{top + 2 + offset}", value, "calc", "0.0000E+00")
        book.name(name, page, f"D{top + 2 + offset}")
    page.put(f"B{top}", "Now, with the live world's number", "label")
    page.put(f"D{top}", "=digest_inputs+digest_lists+1000*world+resize", "calc", "0.0000E+00")
    page.put(f"B{top + 1}", "When copied", "label")
    page.put(f"D{top + 1}", static.get(f"Stress!D{top + 1}", 0.0), "calc", "0.0000E+00", colour=GREY)
    book.name("digest_now", page, f"D{top}")
    book.name("static_current", page, f"D{top + 4}")
    page.put(f"B{top + 4}", "The copies belong to the inputs as they stand", "label_bold")
    page.put(f"D{top + 4}", f"=ABS(digest_now-D{top + 1})<=digest_room", "verdict")
    note = sentence(book, '[IF(static_current,"Copies are of these inputs, made on ","STALE: inputs have changed since ")][refreshed|yyyy-mm-dd][IF(static_current,".","; run computefi refresh on this file.")]')  # fmt: skip
    page.merge(f"E{top + 4}:M{top + 4}", f"={note}", "note")
    book.name("copies_note", page, f"E{top + 4}")


def _block(page: Page) -> None:
    book, top = page.book, BLOCK_TOP
    page.section(
        top - 1, "Refresh", "B", "M", "read by `computefi refresh`: each cell that is written is one full recalculation"
    )
    for letter, text in zip("BCDEFGH", ("Table", "Writes", "Reads", "Moves", "To", "Also moves", "To"), strict=True):
        page.put(f"{letter}{top}", text, "head_left" if letter == "B" else "head", size=9)
    for row, line in enumerate(BLOCK, top + 1):
        page.put(f"B{row}", line[0], "label")
        for letter, reference in zip("CDEFGH", line[1:], strict=True):
            page.put(f"{letter}{row}", reference, "aside", wrap=True)
        page.row(row, 26)
    last = top + len(BLOCK)
    page.put(f"B{last + 1}", "Copies made on", "label")
    page.put(
        f"C{last + 1}",
        date.fromisoformat(str(static_values().get("refreshed", "2026-11-28"))),
        "calc",
        DATE,
        colour=GREY,
    )
    book.name("refresh", page, f"B{top}:H{last}")
    book.name("refreshed", page, f"C{last + 1}")

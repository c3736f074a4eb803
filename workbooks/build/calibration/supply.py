"""The sheet Supply of calibration.xlsx: what more GPUs do to rents, values, LTV and coverage, contracted against merchant."""

from __future__ import annotations

from workbooks.build.asic_loan.parts import (
    LEGEND,
    PARAMETER,
    Given,
    Layout,
    Section,
    input_heads,
    lines_of,
    phrase,
    print_page,
    write_inputs,
)
from workbooks.build.kit.charts import (
    Frame,
    Line,
    Reference,
    dress_axis,
    dress_chart,
    linked_title,
    place,
    plot_area,
    scatter,
)
from workbooks.build.kit.page import BAD, NAVY, NUMBER, PERCENT, SERIES, TIMES, WHOLE, Book, Page

BOOKS = ("Contracted six years", "Contracted four years", "Contracted three, then market", "Merchant")
COLUMNS, YEARS, STEPS = "DEFG", 6, 13
MONEY = "#,##0;-#,##0;–"
LAYOUT = Layout("", tuple(COLUMNS), "H", "I", "J", "K", "L", "M")
CCIR = "quoted from the CCIR ledger, one value [V]"
Four = tuple[float, float, float, float]

INPUTS: tuple[Section | Given, ...] = (
    Section("1 · Supply and rent"),
    Given("demand_growth", "Growth of demand at an unchanged rent", "share, to end 2027", (0.6,), PERCENT, "P", PARAMETER, "–", -0.99, 20.0),
    Given("supply_growth", "Growth of supply", "share, to end 2027", (1.4,), PERCENT, "P", PARAMETER + "; CoreWeave alone guides 35–39bn of capex in 2026 [V/S]", "–", -0.99, 20.0),
    Given("demand_elasticity", "Price elasticity of demand", "% per %", (1.5,), NUMBER, "P", PARAMETER, "–", 0.01, 100.0),
    Given("essay_fall", "The essay's question: rents fall by", "share", (0.4,), PERCENT, "J", "What if supply compresses rents by 40%?", "2026-04-10", 0.0, 0.99),
    Given("market_rent", "Market rent of an H100 today", "$/GPU-hour", (2.81,), NUMBER, "S", "Silicon Data; other sources in the same weeks say 2.69 to 3.28, levels differ 2–3× by tier", "2026-09/10", 0.01, 1e3),
    Given("rent_decay", "Decay of market rent with age", "a year, continuous", (0.1637,), "0.0000", "D", "−ln(1 − 0.151): pooled fall of 15.1% a year, " + CCIR, "2026", 0.0001, 5.0),
    Given("renegotiated", "Share of contracts repriced to market", "share", (0.0,), PERCENT, "P", PARAMETER + ": a take-or-pay contract that holds; raise it to test the customer", "–", 0.0, 1.0),
    Section("2 · The machine"),
    Given("gpu_opex", "Operating cost, whether rented or not", "$/GPU-hour", (0.60,), NUMBER, "P", PARAMETER, "–", 0.0, 1e3),
    Given("gpu_life", "Life", "years", (6,), NUMBER, "V", "CoreWeave's useful life since 2023-01-01", "2023-01-01", 0.1, 20.0),
    Given("gpu_rate", "Discount rate of the income value", "a year, continuous", (0.10,), PERCENT, "P", PARAMETER, "–", 0.0, 2.0),
    Given("gpu_cost", "All-in cost of a GPU, its share of server, network and site", "US$", (50000,), MONEY, "P", PARAMETER + "; an H100 alone listed at about 33,600 [V]", "–", 1.0, 1e7),
    Given("ask_decay", "Decay of asks across generations", "a year, continuous", (0.3011,), "0.0000", "D", "−ln(1 − 0.26): age slope of asks, " + CCIR, "2026", 0.0, 5.0),
    Given("ask_floor", "Scrap value", "share of cost", (0.18,), PERCENT, "D", "Base level of the age curve, " + CCIR, "2026", 0.0, 1.0),
    Given("shock_age", "Age at which a successor arrives", "years", (2.0,), NUMBER, "P", PARAMETER, "–", 0.0, 20.0),
    Given("shock_size", "Loss of value when it does", "share", (0.35,), PERCENT, "P", PARAMETER + "; Itel 1979: IBM's 4300 line, 3.2 times the performance at 30% less", "–", 0.0, 1.0),
    Given("hours", "Hours a year", "hours", (8760,), MONEY, "C", "Calendar", "–", 8760, 8784),
    Given("mid_year", "A year's rent is that of its middle", "years", (0.5,), NUMBER, "C", "Cash comes through the year", "–", 0.0, 1.0),
    Given("fall_step", "Step of the fall in the curves", "share", (0.05,), PERCENT, "C", "Twelve steps", "–", 0.001, 0.08),
    Section("3 · Four lenders on the same machine"),
    Given("contract_years", "Contract", "years", (6.0, 4.0, 3.0, 0.0), NUMBER, "P", "Six as behind DDTL 4.0, three as in DDTL 5.5; " + PARAMETER.lower(), "–", 0.0, 20.0),
    Given("contract_rent", "Rent under the contract", "$/GPU-hour", (2.37, 2.37, 2.37, 2.37), NUMBER, "V", "Three-year term, August 2026, " + CCIR + "; longer terms are not quoted", "2026-08", 0.0, 1e3),
    Given("utilisation", "Share of hours rented", "share", (0.95, 0.95, 0.95, 0.80), PERCENT, "P", PARAMETER, "–", 0.01, 1.0),
    Given("advance", "Loan over cost", "share", (0.90, 0.80, 0.80, 0.55), PERCENT, "VPPP", "0.90 DDTL 4.0, SEC 0001769628-26-000129 (DDTL 5.0 lends 0.7142 to customers without investment grade); others: " + PARAMETER.lower(), "2026", 0.01, 2.0),
    Given("gpu_loan_rate", "Interest", "a year", (0.059, 0.0917, 0.0917, 0.12), PERCENT, "VDDP", "DDTL 4.0's fixed tranche 5.9%; DDTL 5.5 S+550 with SOFR 3.67%; merchant: " + PARAMETER.lower(), "2026", 0.0001, 1.0),
    Given("gpu_tenor", "Tenor, level yearly payments", "years", (6, 5, 5, 5), WHOLE, "DPSP", "DDTL 5.5 about five years, DDTL 4.0 six; others: " + PARAMETER.lower(), "2026", 1, YEARS),
)  # fmt: skip

# key, title, factor on market rent
SCENARIOS = (
    ("now", "5 · Today's rent", "=1"),
    (
        "supply",
        "6 · Supply as typed in above, to end 2027",
        "=CFI_SUPPLY_FACTOR(demand_growth,supply_growth,demand_elasticity)",
    ),
    ("essay", "7 · Rents compressed as the essay asks", "=1-essay_fall"),
)


def write_supply(book: Book, titles: dict[str, str]) -> dict[str, int]:
    widths = (
        {"A": 1.5, "B": 42, "C": 17} | dict.fromkeys(COLUMNS, 16.5) | {"H": 8, "I": 54, "J": 11, "K": 8, "L": 8, "M": 8}
    )
    page = book.page(
        "Supply", "GPU supply 2026–27", "What if supply compresses rents by 40%: who is still repaid?", widths
    )
    page.merge("B4:M4", LEGEND, "plain", 18, vertical="center")
    input_heads(page, 9, LAYOUT, "", BOOKS)
    page.row(9, 32)
    rows = write_inputs(page, INPUTS, 10, LAYOUT)
    _lenders(page, rows["contract_years"] - 1)
    book.name("supply_inputs_in_range", page, f"M10:M{rows['last']}")
    at = {f"{key}_": row for key, row in rows.items()}
    top = rows["last"] + 2
    at |= _debt(page, top, rows)
    top = at["service"] + 3
    for key, title, factor in SCENARIOS:
        top = _scenario(page, key, title, factor, top, rows, at)
    top = _residual(page, top, at)
    top = _curve(page, top, rows, at)
    _findings(page, at)
    at["last"] = _charts(page, at, titles, top)
    page.freeze("D4")
    # Lenders and today's rent, the two falls, residual value and the first curve, the other curves, the charts.
    breaks = [rows["contract_years"] - 2, at["supply_top"] - 2, at["residual"] - 4, at["curve"] + STEPS + 2, top - 1]
    print_page(page, f"B1:M{at['last']}", "1:3", breaks=breaks)
    return at


def _line(
    page: Page, row: int, label: str, unit: str, formula: str, number_format: str, how: str, look: str = "calc"
) -> None:
    """A row of four books; `{c}` is the column."""
    page.put(f"B{row}", label, "label_bold" if look == "result" else "label")
    page.put(f"C{row}", unit, "unit")
    for letter in COLUMNS:
        page.put(f"{letter}{row}", formula.replace("{c}", letter), look, number_format, horizontal="center")
    page.put(f"I{row}", how, "note")
    wide = page.sheet.column_dimensions
    lines = max(lines_of(page.book.say(label), wide["B"].width, 10), lines_of(page.book.say(how), wide["I"].width))
    if lines > 1:
        page.row(row, 6 + 12 * lines)


def _lenders(page: Page, row: int) -> None:
    """The names of the lenders in the band of a section, so that every page says whose column is whose."""
    for letter, name in zip(COLUMNS, BOOKS, strict=True):
        page.put(f"{letter}{row}", name, "section", size=9, bold=False, horizontal="center", wrap=True)
    page.row(row, 28)


def _debt(page: Page, top: int, rows: dict[str, int]) -> dict[str, int]:
    page.section(top, "4 · Debt", "B", "M")
    _lenders(page, top)
    loan, service = top + 1, top + 2
    _line(page, loan, "Loan per GPU", "US$", f"=gpu_cost*{{c}}{rows['advance']}", MONEY, "Cost × advance")
    _line(
        page,
        service,
        "Debt service a year",
        "US$",
        f"=-PMT({{c}}{rows['gpu_loan_rate']},{{c}}{rows['gpu_tenor']},{{c}}{loan})",
        MONEY,
        "Level payments over the tenor",
    )
    return {"loan": loan, "service": service}


def _scenario(page: Page, key: str, title: str, factor: str, top: int, rows: dict[str, int], at: dict[str, int]) -> int:
    """One level of rent: value, LTV, cash and cover year by year."""
    page.section(top - 1, title, "B", "M")
    _lenders(page, top - 1)
    r = {
        name: f"{{c}}${rows[name]}"
        for name in ("contract_years", "contract_rent", "utilisation", "gpu_loan_rate", "gpu_tenor")
    }
    loan, service = f"{{c}}${at['loan']}", f"{{c}}${at['service']}"
    first = top + 6
    cash = f"{{c}}{first}:{{c}}{first + YEARS - 1}"
    call = f"CFI_GPU_VALUE({{c}}{top + 1},{r['contract_years']},{{c}}{top + 2},rent_decay,gpu_opex,{r['utilisation']},gpu_life,gpu_rate)"
    _line(
        page,
        top,
        "Factor on market rent",
        "×",
        factor,
        "0.000",
        "CFI_SUPPLY_FACTOR: ((1 + demand)/(1 + supply))^(1/elasticity)" if key == "supply" else "By definition",
    )
    _line(
        page,
        top + 1,
        "Rent under the contract",
        "$/GPU-hour",
        f"={r['contract_rent']}+renegotiated*MIN(0,{{c}}{top + 2}-{r['contract_rent']})",
        NUMBER,
        "As signed, but for the share that is repriced to a lower market",
    )
    _line(page, top + 2, "Market rent", "$/GPU-hour", f"=market_rent*{{c}}{top}", NUMBER, "Today's × factor")
    _line(
        page,
        top + 3,
        "Value of the GPU",
        "US$",
        f"=INDEX({call},1,1)",
        MONEY,
        "CFI_GPU_VALUE: contract first, market for as long as it pays",
        "result",
    )
    _line(
        page,
        top + 4,
        "Elasticity of it to market rent",
        "% per %",
        f"=INDEX({call},1,2)",
        NUMBER,
        "CFI_GPU_VALUE: 0 under a contract for life",
    )
    _line(
        page,
        top + 5,
        "LTV on that value",
        "loan / value",
        f"=CFI_LTV({loan},{{c}}{top + 3})",
        PERCENT,
        "CFI_LTV",
        "result",
    )
    for year in range(YEARS):
        row = first + year
        rent = f"IF({r['contract_years']}>=$H{row},{{c}}{top + 1},{{c}}{top + 2}*EXP(-rent_decay*($H{row}-mid_year)))"
        _line(
            page,
            row,
            f"Cash after operating cost, year {year + 1}",
            "US$ a year",
            f"=IF($H{row}<={r['gpu_tenor']},({rent}*{r['utilisation']}-gpu_opex)*hours,0)",
            MONEY,
            "Contract rent while it runs, then market rent at mid-year, less cost",
        )
        page.put(f"H{row}", f"=ROWS(H${first}:H{row})", "aside")
    last = first + YEARS
    _line(page, last, "Debt service cover in year 1", "×", f"={{c}}{first}/{service}", TIMES, "Cash over debt service")
    _line(
        page,
        last + 1,
        "Least debt service cover",
        "×",
        f"=MIN({{c}}{first},INDEX({cash},{r['gpu_tenor']}))/{service}",
        TIMES,
        "Of the first and the last year: within each, cash only falls",
        "result",
    )
    _line(
        page,
        last + 2,
        "Loan life cover",
        "×",
        f"=CFI_LLCR({cash},{loan},{r['gpu_loan_rate']})",
        TIMES,
        "CFI_LLCR at the loan's rate",
        "result",
    )
    say = page.book.say
    verdict = f'=IF({{c}}{last + 1}>=1,"{say("PASS · paid every year")}",IF({{c}}{last + 2}>=1,"{say("WATCH · paid over its life only")}","{say("FAIL · not repaid by cash")}"))'
    _line(
        page, last + 3, "Verdict", "words", verdict, "@", "Least cover, then loan life cover, against 1.00×", "verdict"
    )
    page.row(last + 3, 32)
    meanings = {"PASS": "good", "WATCH": "watch", "FAIL": "bad"}
    cell = f"D{last + 3}"
    page.paint(
        f"D{last + 3}:G{last + 3}",
        {f'LEFT({cell},LEN("{word}"))="{word}"': meaning for word, meaning in meanings.items()},
    )
    at |= {
        f"{key}_top": top,
        f"{key}_value": top + 3,
        f"{key}_omega": top + 4,
        f"{key}_ltv": top + 5,
        f"{key}_cash": first,
        f"{key}_first": last,
        f"{key}_least": last + 1,
        f"{key}_llcr": last + 2,
        f"{key}_verdict": last + 3,
    }
    for name in ("value", "ltv", "least", "llcr"):
        page.book.name(f"{name}_{key}", page, f"D{at[f'{key}_{name}']}:G{at[f'{key}_{name}']}")
    if key == "now":
        page.book.name("factor_now", page, f"D{top}")
    return last + 6


def _residual(page: Page, top: int, at: dict[str, int]) -> int:
    """Residual value by age, with and without a successor, against book and the merchant's balance."""
    page.section(top - 1, "8 · Residual value", "B", "M", "CFI_GPU_RESIDUAL: one array formula a column")
    heads = (
        ("C", "Age", "years"),
        ("D", "Asks by age", "share of cost"),
        ("E", "With a successor", "share of cost"),
        ("F", "Book, straight line", "share of cost"),
        ("G", "Merchant's balance", "share of cost"),
    )
    page.put(f"B{top}", "Year", "head_left")
    page.put(f"B{top + 1}", "", "unit")
    for letter, text, unit in heads:
        page.put(f"{letter}{top}", text, "head")
        page.put(f"{letter}{top + 1}", unit, "unit")
    page.row(top, 30)
    first, last = top + 2, top + 2 + YEARS
    ages = f"C{first}:C{last}"
    for row in range(first, last + 1):
        page.put(f"B{row}", "End of year", "label")
        page.row(row, 16)
        page.put(f"C{row}", f"=ROWS(C${first}:C{row})-1", "calc", WHOLE)
        page.put(f"H{row}", f"=ask_floor+(1-ask_floor)*EXP(-ask_decay*C{row})", "aside", NUMBER)
        page.put(f"F{row}", f"=MAX(0,1-C{row}/gpu_life)", "calc", PERCENT, horizontal="center")
        page.put(
            f"G{row}",
            f"=IF(C{row}>=$G${at['gpu_tenor_']},0,$G${at['loan']}*(1-((1+$G${at['gpu_loan_rate_']})^C{row}-1)/((1+$G${at['gpu_loan_rate_']})^$G${at['gpu_tenor_']}-1)))/gpu_cost",
            "calc",
            PERCENT,
            horizontal="center",
        )
    page.block(f"D{first}:D{last}", f"=CFI_GPU_RESIDUAL({ages},ask_decay,ask_floor)", "result", PERCENT)
    page.block(
        f"E{first}:E{last}", f"=CFI_GPU_RESIDUAL({ages},ask_decay,ask_floor,shock_age,shock_size)", "result", PERCENT
    )
    page.put(f"H{top}", "Native", "head")
    page.put(f"H{top + 1}", "of D", "unit")
    page.merge(
        f"I{first}:M{first + 1}",
        "A successor takes its share off the floor as well; no amortisation schedule of filed GPU loans gives credit to residual value",
        "note",
    )
    at |= {"residual": first, "residual_last": last}
    return last + 4


def _curve(page: Page, top: int, rows: dict[str, int], at: dict[str, int]) -> int:
    """LTV and least cover against the fall of rents: values by one array formula a book."""
    page.section(top - 1, "9 · Against the fall of rents", "B", "M", "values: one array formula for each lender")
    groups = (
        ("Value of the GPU", "value", MONEY),
        ("LTV on that value", "ltv", PERCENT),
        ("Least debt service cover", "least", TIMES),
    )
    at["curve"] = top
    for block, (title, key, number_format) in enumerate(groups):
        head = top + block * (STEPS + 3)
        page.put(f"B{head}", title, "head_left")
        page.put(f"C{head}", "Fall of rents", "head")
        for letter, name in zip(COLUMNS, BOOKS, strict=True):
            page.put(f"{letter}{head}", name, "head")
        page.row(head, 30)
        first, last = head + 1, head + STEPS
        at[f"curve_{key}"] = first
        for row in range(first, last + 1):
            page.put(f"B{row}", title, "label")
            page.row(row, 16)
            page.put(f"C{row}", f"=(ROWS(C${first}:C{row})-1)*fall_step", "calc", "0%")
            page.put(f"H{row}", f"=market_rent*(1-C{row})", "aside", NUMBER)
            for letter in COLUMNS:
                if key == "ltv":
                    page.put(
                        f"{letter}{row}",
                        f"={letter}${at['loan']}/{letter}{at['curve_value'] + row - first}",
                        "calc",
                        number_format,
                    )
                elif key == "least":
                    signed = f"({letter}${rows['contract_rent']}+renegotiated*MIN(0,$H{row}-{letter}${rows['contract_rent']}))"
                    start = f"IF({letter}${rows['contract_years']}>=1,{signed},$H{row}*EXP(-rent_decay*mid_year))"
                    end = f"IF({letter}${rows['contract_years']}>={letter}${rows['gpu_tenor']},{signed},$H{row}*EXP(-rent_decay*({letter}${rows['gpu_tenor']}-mid_year)))"
                    page.put(
                        f"{letter}{row}",
                        f"=(MIN({start},{end})*{letter}${rows['utilisation']}-gpu_opex)*hours/{letter}${at['service']}",
                        "calc",
                        number_format,
                    )
        if key == "value":
            for letter in COLUMNS:
                given = (
                    f"{letter}${rows['contract_rent']}+renegotiated*MIN(0,$H{first}-{letter}${rows['contract_rent']})"
                )
                call = f"CFI_GPU_VALUE({given},{letter}${rows['contract_years']},$H{first}:$H{last},rent_decay,gpu_opex,{letter}${rows['utilisation']},gpu_life,gpu_rate)"
                page.block(f"{letter}{first}:{letter}{last}", f"=INDEX({call},0,1)", "calc", MONEY)
        page.put(f"I{first}", "H: market rent after the fall", "note")
    head = top + 3 * (STEPS + 3)
    loss = head
    need = f"({{c}}${at['service']}/hours+gpu_opex)/({{c}}${rows['utilisation']}*market_rent*EXP(-rent_decay*({{c}}${rows['gpu_tenor']}-mid_year)))"
    say = page.book.say
    _line(
        page,
        loss,
        "Fall of rents at which the last year's cover is 1.00×",
        "share",
        f'=IF({{c}}${rows["contract_years"]}>={{c}}${rows["gpu_tenor"]},"{say("none: contracted")}",1-{need})',
        PERCENT,
        "Below 0: cash falls short in the last year even at today's rents",
        "result",
    )
    _line(
        page,
        loss + 1,
        "Growth of supply that brings the essay's fall",
        "share",
        "=(1+demand_growth)/(1-essay_fall)^demand_elasticity-1",
        PERCENT,
        "CFI_SUPPLY_FACTOR solved for supply",
    )
    at["breakeven"], at["needed"] = loss, loss + 1
    page.book.name("supply_needed", page, f"D{loss + 1}")
    return loss + 4


def _findings(page: Page, at: dict[str, int]) -> None:
    book = page.book

    def t(cell: str, form: str) -> str:
        return f'=TEXT({cell},"{form}")'

    def of(key: str, letter: str) -> str:
        return f"{letter}{at[key]}"

    repaid = f'=IF({of("essay_least", "G")}>=1,"{book.say("is still paid")}",IF({of("essay_llcr", "G")}>=1,"{book.say("is paid over its life only")}","{book.say("is not repaid by cash")}"))'
    essay = phrase(
        book, "What if supply compresses rents by ", t("essay_fall", "0%"), "? The merchant lender ", repaid, ": a GPU is worth ", t(f"1-{of('essay_value', 'G')}/{of('now_value', 'G')}", "0%"),
        " less, LTV goes from ", t(of("now_ltv", "G"), "0%"), " to ", t(of("essay_ltv", "G"), "0%"), ", loan life cover from ", t(of("now_llcr", "G"), "0.00"), "× to ", t(of("essay_llcr", "G"), "0.00"),
        "×. Contracted for six years: value ", t(f"1-{of('essay_value', 'D')}/{of('now_value', 'D')}", "0%"), " less, LTV ", t(of("now_ltv", "D"), "0%"), " to ", t(of("essay_ltv", "D"), "0%"),
        ", cover ", t(of("now_least", "D"), "0.00"), "× to ", t(of("essay_least", "D"), "0.00"), "×. With three years contracted on a five-year loan, loan life cover ", t(of("now_llcr", "F"), "0.00"), "× to ", t(of("essay_llcr", "F"), "0.00"), "×.",
    )  # fmt: skip
    supply = phrase(
        book, "Demand up ", t("demand_growth", "0%"), ", supply up ", t("supply_growth", "0%"), ": rents fall by ", t(f"1-D{at['supply_top']}", "0%"), ", merchant LTV is ", t(of("supply_ltv", "G"), "0%"), ", six years contracted ", t(of("supply_ltv", "D"), "0%"),
        ". A fall of ", t("essay_fall", "0%"), " takes supply growth of ", t("supply_needed", "0%"), " at this demand and elasticity.",
    )  # fmt: skip
    page.merge("B5:M5", "=" + essay, "reading", 46)
    page.merge("B6:M6", "=" + supply, "reading", 30, size=10, ground=None)
    book.name("essay_reading", page, "B5")
    book.name("supply_reading", page, "B6")
    fall = f"INDEX(C{at['curve_ltv']}:C{at['curve_ltv'] + STEPS - 1},9)"
    merchant, contracted = (
        f"INDEX({letter}{at['curve_ltv']}:{letter}{at['curve_ltv'] + STEPS - 1},9)" for letter in "GD"
    )
    page.merge(
        "B7:G7",
        "="
        + phrase(
            book,
            "At rents ",
            t(fall, "0%"),
            " lower LTV is ",
            t(merchant, "0%"),
            " for the merchant and ",
            t(contracted, "0%"),
            " for six years contracted",
        ),
        "plain",
        wrap=False,
    )
    least = tuple(f"INDEX({letter}{at['curve_least']}:{letter}{at['curve_least'] + STEPS - 1},9)" for letter in "DG")
    page.merge(
        "H7:M7",
        "="
        + phrase(
            book,
            "Least cover at rents ",
            t(fall, "0%"),
            " lower: ",
            t(least[0], "0.00"),
            "× contracted for six years, ",
            t(least[1], "0.00"),
            "× merchant",
        ),
        "plain",
        wrap=False,
    )
    shock = f"INDEX(E{at['residual']}:E{at['residual_last']},4)"
    page.merge(
        "B8:M8",
        "="
        + phrase(
            book,
            "After three years a machine keeps ",
            t(f"INDEX(D{at['residual']}:D{at['residual_last']},4)", "0%"),
            " of its cost by age, ",
            t(shock, "0%"),
            " with a successor; the merchant's balance is ",
            t(f"INDEX(G{at['residual']}:G{at['residual_last']},4)", "0%"),
        ),
        "plain",
        wrap=False,
    )


def _charts(page: Page, at: dict[str, int], titles: dict[str, str], top: int) -> int:
    say = page.book.say
    page.section(top, "10 · In pictures", "B", "M")

    def column(letter: str, key: str) -> Reference:
        return Reference(page.sheet, range_string=f"Supply!${letter}${at[key]}:${letter}${at[key] + STEPS - 1}")

    def ages(letter: str) -> Reference:
        return Reference(page.sheet, range_string=f"Supply!${letter}${at['residual']}:${letter}${at['residual_last']}")

    looks = list(zip(COLUMNS, BOOKS, (NAVY, SERIES[1], SERIES[2], BAD), (None, "dash", None, "dash"), strict=True))
    charts = (
        ("Supply!$B$7", "LTV against the fall of rents", [Line(say(name), column("C", "curve_ltv"), column(letter, "curve_ltv"), colour, dash=dash, width=2.5) for letter, name, colour, dash in looks], "Fall of market rents", "Loan to value", "0%", (0, 0.6, 0.1), "Four lines of loan to value against the fall of rents; the merchant's rises steeply, the one contracted for six years is level."),
        ("Supply!$H$7", "Cover against the fall of rents", [Line(say(name), column("C", "curve_least"), column(letter, "curve_least"), colour, dash=dash, width=2.5) for letter, name, colour, dash in looks], "Fall of market rents", "Least debt service cover, ×", "0.0", (0, 0.6, 0.1), "Four lines of least debt service cover against the fall of rents; contracted cover is level, merchant cover falls below zero."),
        ("Supply!$B$8", "Residual value and balance", [Line(say("Asks by age"), ages("C"), ages("D"), SERIES[1], width=2.5), Line(say("With a successor"), ages("C"), ages("E"), BAD, dash="dash", width=2.5), Line(say("Book, straight line"), ages("C"), ages("F"), SERIES[4], dash="sysDot", width=2.0), Line(say("Merchant's balance"), ages("C"), ages("G"), NAVY, width=2.5)], "Age in years", "Share of cost", "0%", (0, 6, 1), "Four lines against age: residual value by age, the same with a successor stepping down, book value, and the merchant's loan balance."),
    )  # fmt: skip
    for index, (cell, name, lines, across, up, number_format, (low, high, unit), alt) in enumerate(charts):
        chart = scatter(lines)
        dress_chart(chart, linked_title(cell, titles.get(cell.replace("$", ""), ""), 9.5))
        dress_axis(chart.x_axis, "b", say(across), "0%" if high < 1 else "0", low, high, unit)
        dress_axis(chart.y_axis, "l", say(up), number_format, 0 if index != 1 else None, 3 if index == 0 else None)
        chart.x_axis.majorGridlines = None
        plot_area(chart, 0.12, 0.17, 0.84, 0.56)
        place(
            page,
            chart,
            Frame(
                "B",
                "M",
                top + 1,
                top + 22,
                index / 3 + (0.004 if index else 0),
                (index + 1) / 3 - (0.004 if index < 2 else 0),
            ),
            name,
            alt,
        )
    return top + 22

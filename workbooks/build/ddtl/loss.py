"""The sheets Loss (year by year) and Covenants of ddtl.xlsx."""

from __future__ import annotations

from workbooks.build.ddtl.grid import Grid
from workbooks.build.kit.page import DATE, NUMBER, PERCENT, PERCENT_2, TIMES, WHOLE, Book

YEARS = "DEFGHIJ"
AMOUNT = "#,##0.0"
HEAD, TOP = 6, 8


def write_loss(book: Book, grid: Grid) -> dict[str, int]:
    """Loss through the loan's life; returns the row of each line."""
    widths = {"A": 1.5, "B": 46, "C": 12} | dict.fromkeys("DEFGHIJK", 11) | dict.fromkeys("LMNOPQ", 10)
    page = book.page(
        "Loss",
        "Loss through the loan's life",
        "Balance, value, correlation and PD move; so does the loss if the borrower fails in that year.",
        widths,
    )
    for letter, text in zip("BCKL", ("Loan year", "Unit", "Total", "How"), strict=True):
        page.merge(
            f"{letter}{HEAD}:{'Q' if letter == 'L' else letter}{HEAD}", text, "head_left" if letter in "BL" else "head"
        )
    for letter in YEARS:
        page.put(f"{letter}{HEAD}", f"=COLUMNS($D{HEAD}:{letter}{HEAD})", "head", WHOLE)
    year, month = grid.row("loan_year"), grid.row("month")

    def mean(key: str) -> str:
        return f"=SUMIF({year},@${HEAD},{grid.row(key)})/year_months"

    life = f"{year},@${HEAD},{grid.row('loan_life')},1"

    def in_life(key: str, months: str = "year_months") -> str:
        """The mean over the months of the loan's life; a PD counts for the months in which a loan is out."""
        return f"=SUMIFS({grid.row(key)},{life})/{months}"

    lived = f"MAX(1,SUMIF({year},@${HEAD},{grid.row('loan_life')}))"

    def at_end(key: str) -> str:
        return f"=SUMIFS({grid.row(key)},{month},@${HEAD}*year_months)"

    lines: list[tuple[str, str, str, str, str, str, str]] = [
        (
            "balance",
            "Loan, mean of the month ends",
            "US$ m",
            mean("closing"),
            AMOUNT,
            "",
            "Exposure if the borrower fails some time in the year",
        ),
        (
            "value",
            "Market value of the fleet at the year's end",
            "US$ m",
            at_end("market_value"),
            AMOUNT,
            "",
            "Expected value, decay included; before sale cost",
        ),
        (
            "c",
            "Contracted share, mean",
            "share",
            in_life("contracted", lived),
            PERCENT,
            "",
            "From Credit, months of the loan's life",
        ),
        ("rho", "ρ, mean", "correlation", in_life("rho", lived), NUMBER, "", "From Credit: rises as contracts run out"),
        (
            "pd",
            "PD in the year, driver or offtaker",
            "probability",
            in_life("pd"),
            PERCENT_2,
            "",
            "Months of the loan's life over twelve; each looks a year ahead",
        ),
        (
            "alive",
            "Alive at the beginning",
            "probability",
            f"=IF(@${HEAD}=1,1,<{{alive}}*(1-<{{pd}}))",
            PERCENT,
            "",
            "Product of survival",
        ),
        (
            "marginal",
            "PD of the year, seen from close",
            "probability",
            "=@{alive}*@{pd}",
            PERCENT_2,
            "sum",
            "Alive × PD",
        ),
        (
            "cumulative",
            "PD to the end of the year",
            "probability",
            "=1-@{alive}*(1-@{pd})",
            PERCENT_2,
            "",
            "1 − survival",
        ),
        (
            "discount",
            "Discount factor",
            "number",
            f"=(1+{grid.cell('coupon_at_close')})^-@${HEAD}",
            "0.0000",
            "",
            "At the coupon of month 1",
        ),
        (
            "el",
            "Expected loss, collateral sold in the market",
            "US$ m",
            f"=INDEX($D${{paths}}:$K${{paths_last}},@${HEAD},@${HEAD}+1)",
            "#,##0.00",
            "sum",
            "The year's own ρ: the diagonal of the block below",
        ),
        (
            "el_zero",
            "The same without correlation",
            "US$ m",
            f"=INDEX($D${{zero}}:$K${{zero}},1,@${HEAD}+1)",
            "#,##0.00",
            "sum",
            "CFI_EL_PATH at ρ = 0",
        ),
        (
            "lgd",
            "LGD, collateral sold in the market",
            "of loan",
            "=IF(@{discount}*@{marginal}*@{balance}>small,@{el}/(@{discount}*@{marginal}*@{balance}),0)",
            PERCENT,
            "",
            "Of who fails in the year: loss over PD × balance × discount",
        ),
        (
            "contract_value",
            "Value of the contracts to a new operator, mean",
            "US$ m",
            mean("contract_value"),
            AMOUNT,
            "",
            "From Credit",
        ),
        (
            "survives",
            "Chance that they go on, mean",
            "probability",
            mean("survives"),
            PERCENT,
            "",
            "0 once they have ended",
        ),
        (
            "lgd_step",
            "LGD with step-in",
            "of loan",
            "",
            PERCENT,
            "",
            "CFI_STEP_IN_LGD at the PD to the year's end, one array formula",
        ),
        (
            "el_step",
            "Expected loss with step-in",
            "US$ m",
            "=@{discount}*@{marginal}*@{balance}*@{lgd_step}",
            "#,##0.00",
            "sum",
            "Discount × PD × balance × LGD",
        ),
        ("half", "Shadow at ρ = 0: σ√t", "number", f"=volatility*SQRT(@${HEAD})", "0.0000", "", "Native Excel"),
        (
            "ratio",
            "Shadow: net value over loan",
            "×",
            "=IF(@{balance}>small,MAX(small,@{value})*(1-sale_cost)/@{balance},1)",
            "0.0000",
            "",
            "Native Excel",
        ),
        (
            "depth",
            "Shadow: distance",
            "number",
            "=IF(@{half}=0,0,LN(@{ratio})/@{half}-@{half}/2)",
            "0.0000",
            "",
            "Native Excel",
        ),
        (
            "put",
            "Shadow: expected loss at ρ = 0",
            "US$ m",
            "=IF(@{balance}>small,@{discount}*@{marginal}*@{balance}*IF(@{half}=0,MAX(0,1-@{ratio}),NORMSDIST(-@{depth})-@{ratio}*NORMSDIST(-@{depth}-@{half})),0)",
            "#,##0.00",
            "sum",
            "A Black–Scholes put over its strike",
        ),
    ]
    row_of = {line[0]: TOP + index for index, line in enumerate(lines)}
    paths = TOP + len(lines) + 3
    row_of |= {"paths": paths, "paths_last": paths + 6, "zero": paths + 7}
    for key, words, unit, formula, number_format, total, how in lines:
        row = row_of[key]
        strong = key in ("el", "el_step")
        page.put(f"B{row}", words, "label_bold" if strong else "label")
        page.put(f"C{row}", unit, "unit")
        page.merge(f"L{row}:Q{row}", how, "note")
        page.put(f"K{row}", f"=SUM(D{row}:J{row})" if total else "", "result", number_format)
        page.row(row, 16)
        for index, letter in enumerate(YEARS):
            before = "CDEFGHI"[index]
            text = formula.replace("@{", f"{letter}{{").replace("<{", f"{before}{{").replace("@$", f"{letter}$")
            for name, number in row_of.items():
                text = text.replace(f"{{{name}}}", str(number))
            page.put(f"{letter}{row}", text or None, "result" if strong else "calc", number_format)
    at = {key: f"$D${row}:$J${row}" for key, row in row_of.items()}
    page.block(
        at["lgd_step"].replace("$", ""),
        f"=CFI_STEP_IN_LGD({at['balance']},{at['contract_value']},{at['survives']},{at['value']},{at['cumulative']},{at['rho']},volatility,$D${HEAD}:$J${HEAD},0,sale_cost)",
        "calc",
        PERCENT,
    )
    page.section(
        paths - 2, "The whole path, once for the ρ of each year", "B", "Q", "the diagonal is the path in which ρ moves"
    )
    page.put(f"B{paths - 1}", "ρ of", "head_left")
    page.put(f"C{paths - 1}", "Unit", "head")
    for letter, text in zip("DEFGHIJK", ("Total", *(f"Year {number}" for number in range(1, 8))), strict=True):
        page.put(f"{letter}{paths - 1}", text, "head")
    page.merge(f"L{paths - 1}:Q{paths - 1}", "How", "head_left")
    for number in range(8):
        row = paths + number
        page.put(f"B{row}", f"Year {number + 1}" if number < 7 else "ρ = 0", "label")
        page.put(f"C{row}", "US$ m", "unit")
        page.merge(
            f"L{row}:Q{row}",
            ("CFI_EL_PATH, default in the year; a ρ per row, one array formula" if number == 0 else "As above")
            if number < 7
            else "CFI_EL_PATH at ρ = 0",
            "note",
        )
    common = f"{at['balance']},{at['marginal']},{at['value']}"
    rate = grid.cell("coupon_at_close")
    page.block(
        f"D{paths}:K{paths + 6}",
        f"=CFI_EL_PATH({common},TRANSPOSE({at['rho']}),volatility,{rate},sale_cost)",
        "calc",
        "#,##0.00",
    )
    page.block(
        f"D{paths + 7}:K{paths + 7}", f"=CFI_EL_PATH({common},0,volatility,{rate},sale_cost)", "calc", "#,##0.00"
    )
    after = paths + 9
    for offset, (name, words, unit, formula, number_format) in enumerate(
        (
            ("el_total", "Expected loss through life", "US$ m", f"=K{row_of['el']}", AMOUNT),
            (
                "el_share",
                "of what is drawn",
                "share",
                f"=IF({grid.cell('drawn')}=0,0,el_total/{grid.cell('drawn')})",
                PERCENT_2,
            ),
            ("el_step_total", "Expected loss with step-in", "US$ m", f"=K{row_of['el_step']}", AMOUNT),
            ("el_worst_year", "Year of the largest loss", "number", f"=MATCH(MAX({at['el']}),{at['el']},0)", WHOLE),
        )
    ):
        page.put(f"B{after + offset}", words, "label_bold")
        page.put(f"C{after + offset}", unit, "unit")
        page.put(f"D{after + offset}", formula, "result", number_format)
        book.name(name, page, f"D{after + offset}")
    page.freeze(f"D{HEAD + 1}")
    page.print_setup(f"B1:Q{after + 3}", f"{HEAD}:{HEAD}", pages_high=1)
    return row_of


# key, words, unit, sense, level, filed?, figure, cure, number format
COVENANTS = (
    ("dscr", "DSCR of the last three months", "×", "min", "cov_dscr", "filed", "dscr_3m", "cure_1", TIMES),
    (
        "forward",
        "DSCR of the next twelve months",
        "×",
        "min",
        "cov_forward",
        "demonstration",
        "dscr_forward",
        "cure_2",
        TIMES,
    ),
    ("llcr", "Loan life cover with the reserve", "×", "min", "cov_llcr", "demonstration", "llcr_cash", "cure_3", TIMES),
    ("liquidity", "Liquidity reserve over its target", "×", "min", "1", "filed", "liquidity_ratio", "cure_4", TIMES),
    ("ltv", "Loan to book value", "×", "max", "cov_ltv", "demonstration", "ltv_book", "cure_5", PERCENT),
    ("base", "Loan over the borrowing base that binds", "×", "max", "1", "none binds", "base_ratio", "cure_6", PERCENT),
    (
        "hedge",
        "Rates fixed or swapped",
        "share",
        "min",
        "cov_hedge",
        "filed / demonstration",
        "hedge_ratio",
        "cure_7",
        PERCENT,
    ),
    ("noi", "Revenue over operating cost", "×", "min", "1", "filed (negative income)", "noi_ratio", "cure_8", TIMES),
    ("paid", "Everything due is paid", "1 = yes", "min", "1", "any loan", "owed_paid", "unpaid", WHOLE),
)


def write_covenants(book: Book, grid: Grid) -> dict[str, int]:
    """The table of covenants: level, headroom, first breach and cure; returns the row of each."""
    widths = {
        "A": 1.5,
        "B": 42,
        "C": 9,
        "D": 10,
        "E": 11,
        "F": 21,
    }
    widths |= dict.fromkeys("GHIJKLM", 11.5) | dict.fromkeys("NOPQ", 14)
    page = book.page("Covenants", "Covenants", "Level, headroom, first breach, and what would cure it.", widths)
    heads = (
        "Covenant",
        "Unit",
        "Sense",
        "Level",
        "Level is",
        "Worst figure",
        "Worst headroom",
        "First breach, month",
        "First breach, date",
        "Cure then, US$ m",
        "Largest cure, US$ m",
        "Verdict",
        "How the cure is measured",
    )
    for letter, text in zip("BCDEFGHIJKLMN", heads, strict=True):
        page.merge(
            f"{letter}{HEAD}:{'Q' if letter == 'N' else letter}{HEAD}", text, "head_left" if letter in "BN" else "head"
        )
    page.row(HEAD, 32)
    cures = (
        "Cash that lifts cover of the three months to its level",
        "Cash over the next twelve months",
        "Prepayment that lifts cover to its level",
        "Cash to the reserve's target",
        "Prepayment to the level",
        "Prepayment to the base, beyond what cash allowed",
        "Notional to be hedged",
        "Operating shortfall of the month",
        "Interest and fee added to the loan",
    )
    row_of: dict[str, int] = {}
    for offset, (key, words, unit, sense, level, filed, figure, cure, number_format) in enumerate(COVENANTS):
        row = TOP + offset
        row_of[key] = row
        page.put(f"B{row}", words, "label_bold")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", "at least" if sense == "min" else "at most", "words")
        page.put(f"E{row}", f"={level}" if level != "1" else 1, "calc", number_format)
        page.put(f"F{row}", filed, "note", horizontal="center", indent=0)
        page.put(f"G{row}", f"={grid.cell(figure)}", "result", number_format)
        page.block(f"H{row}:I{row}", f'=CFI_COVENANT({grid.row(figure)},E{row},"{sense}")', "result", PERCENT)
        page.sheet[f"I{row}"].number_format = '0;-0;"none"'
        page.put(f"J{row}", f'=IF(I{row}=0,"none",INDEX({grid.row("period_end")},1,I{row}))', "result", DATE)
        page.put(f"K{row}", f"=IF(I{row}=0,0,INDEX({grid.row(cure)},1,I{row}))", "calc", '#,##0.0;-#,##0.0;"–"')
        page.put(f"L{row}", f"=MAX({grid.row(cure)})", "calc", '#,##0.0;-#,##0.0;"–"')
        page.put(f"M{row}", f'=IF(I{row}=0,"PASS","BREACH")', "verdict")
        page.merge(f"N{row}:Q{row}", cures[offset], "note")
        page.row(row, 18)
    last = TOP + len(COVENANTS) - 1
    page.paint(f"M{TOP}:M{last}", {f'M{TOP}="PASS"': "good", f'M{TOP}="BREACH"': "bad"})
    page.merge(
        f"B{last + 2}:Q{last + 2}",
        "Headroom: figure over level less 1 (at least), 1 less figure over level (at most). A month in which nothing is tested passes. Months and cures are on the sheet Ratios. "
        "No filed facility has a margin call on market value: loan to book and the borrowing base are shown for information unless a base is chosen on Inputs.",
        "plain",
        30,
    )
    book.name("breaches", page, f"M{last + 1}")
    page.put(f"B{last + 1}", "Covenants in breach", "label_bold")
    page.put(f"M{last + 1}", f'=SUMPRODUCT(--(M{TOP}:M{last}="BREACH"))', "result", WHOLE, horizontal="center")
    page.row(last + 1, 18)
    page.freeze(f"C{HEAD + 1}")
    page.print_setup(f"B1:Q{last + 2}", f"{HEAD}:{HEAD}", pages_high=1)
    return row_of

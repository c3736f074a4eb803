"""The sheet Certificate of ddtl.xlsx: the borrowing base on a date, as an officer certifies it to the agent.

The tranches of the live deal are the assets. Right of what is printed stand the numbers that the function reads, and
the base once more in native Excel, limit by limit.
"""

from __future__ import annotations

from workbooks.build.ddtl.cash import CONTRACTS
from workbooks.build.ddtl.tables import TRANCHES
from workbooks.build.kit.page import DATE, INK, PERCENT, WHOLE, Book, Page
from workbooks.build.kit.text import sentence

WIDTHS = {"A": 1.5, "B": 22, "C": 17, "D": 9.5, "E": 10, "F": 7.5, "G": 9, "H": 12, "I": 9, "J": 10, "K": 8.5,
          "L": 11, "M": 8, "N": 7, "O": 10, "P": 9, "Q": 10, "R": 17, "S": 3} | dict.fromkeys(
              ("T", "U", "V", "W", "X", "Y", "Z", "AA", "AB", "AC", "AD"), 9.0)  # fmt: skip
LAST = "R"
HEADS = ("Asset", "Customer", "Vendor · site · class", "Cost, US$ m", "Age, months", "Delivered", "Commissioned", "Accepted", "Contracted",
         "Insured", "Jurisdiction", "Eligible", "Test", "Value, US$ m", "Excess, US$ m", "Base, US$ m", "Why not")  # fmt: skip
ASIDE = ("Customer", "Graded", "Vendor", "Site", "Class", "Market", "Value", "customer", "graded", "vendor", "site")
ASIDE_LETTERS = ("T", "U", "V", "W", "X", "Y", "Z", "AA", "AB", "AC", "AD")
FAILS = ("not delivered", "not commissioned", "not accepted", "not contracted", "not insured", "jurisdiction", "over age")  # fmt: skip
PARTICULARS, ASSETS = 5, 11
TOP = ASSETS + 2
END = TOP + TRANCHES - 1
COMPUTED = END + 3
LIMITS = COMPUTED + 11
CERTIFIED = LIMITS + CONTRACTS + 6
MONEY = '#,##0.0;-#,##0.0;"–"'
STATEMENTS = (
    "(a) the borrower owns the assets listed, free of any lien but the agent's and those that the agreement permits;",
    "(b) each test marked 1 is met, and the documents that show it are open to the agent's inspection;",
    "(c) values, concentrations, reserves and availability are computed as the agreement asks, on balances of the date above;",
    "(d) no default has occurred and continues, or would follow from a draw on this certificate, but for what is stated below;",
    "(e) a shortfall shown above will be repaid, or covered by further eligible assets, on or before the cure date.",
)


def _span(letter: str) -> str:
    return f"{letter}{TOP}:{letter}{END}"


def write_certificate(book: Book) -> None:
    page = book.page("Certificate", "Borrowing base certificate", "What counts on a date and why the rest does not; what may be drawn, or must be cured.", WIDTHS)  # fmt: skip
    _particulars(page)
    _assets(page)
    _aside(page)
    _computation(page)
    _limits(page)
    _certification(page)
    page.freeze("C5")
    page.print_setup(f"B1:{LAST}{CERTIFIED + len(STATEMENTS) + 10}", "1:3", breaks=(LIMITS - 1,))


def _particulars(page: Page) -> None:
    book = page.book
    page.section(
        PARTICULARS, "Certificate", "B", LAST, "of the live deal; its terms stand on Inputs, its assets on Fleet"
    )
    lines = (
        ("Facility", "=live_case_name", "certificate_facility", "General"),
        ("As of", "=certificate_date", "certificate_as_of", DATE),
        ("Balances of the month end", "=IF(certificate_month=0,signed,INDEX({period_end:all},1,MAX(1,certificate_month)))", "certificate_balances", DATE),
        ("Number: months since signing", "=SUMPRODUCT(--({period_end:all}<=certificate_date))", "certificate_month", WHOLE),
    )  # fmt: skip
    for row, (words, formula, name, number_format) in enumerate(lines, PARTICULARS + 1):
        page.merge(f"B{row}:C{row}", words, "label")
        page.merge(f"D{row}:G{row}", page.fill(formula), "result", horizontal="left")
        page.sheet[f"D{row}"].number_format = number_format
        book.name(name, page, f"D{row}")
    status = sentence(book, '[IF(AND(master_check,world=1),"Ready to be read against the agreement and the documents","NOT TO BE SIGNED: ")][IF(AND(master_check,world=1),"",IF(master_check,"the live world is not the plan","checks fail"))].')  # fmt: skip
    page.merge(f"H{PARTICULARS + 1}:{LAST}{PARTICULARS + 1}", f"={status}", "finding")
    page.paint(f"H{PARTICULARS + 1}", {"AND(master_check,world=1)": "good", "NOT(AND(master_check,world=1))": "bad"})
    measure = '="Value: "&CHOOSE(certificate_value,"funding-date cost","book value, straight line from delivery","the lower of book value and market value after haircut")&"."'  # fmt: skip
    page.merge(f"H{PARTICULARS + 2}:{LAST}{PARTICULARS + 2}", measure, "note")
    note = "A form of this project: where the agreement has one, that is the form to sign."
    page.merge(f"H{PARTICULARS + 3}:{LAST}{PARTICULARS + 3}", note, "note")


def _assets(page: Page) -> None:
    """A row per tranche: tests with 1 and 0, then what CFI_BORROWING_BASE_CERT says of each."""
    page.section(ASSETS, "Assets", "B", LAST, "tests: 1 met, 0 not; the first that fails is the reason; CFI_BORROWING_BASE_CERT")  # fmt: skip
    letters = "BCDEFGHIJKLMNOPQR"
    for letter, text in zip(letters, HEADS, strict=True):
        page.put(f"{letter}{ASSETS + 1}", text, "head_left" if letter in "BCR" else "head", size=9)
    page.row(ASSETS + 1, 40)
    for row in range(TOP, END + 1):
        at = row - TOP + 1
        held = f"$E{row}>small"
        let = f"INDEX(t_contract,{at})"
        cells = {
            "B": (f'=IF({held},"{at} · "&INDEX(t_generation,{at}),"")', "General"),
            "C": (f'=IF({held},IF({let}>0,INDEX(c_name,MAX(1,{let})),"–"),"")', "General"),
            "D": (f'=IF({held},V{row}&" · "&W{row}&" · "&X{row},"")', "General"),
            "E": (f"=INDEX(t_cost,{at})", MONEY),
            "F": (f"=IF({held},MAX(0,certificate_month-INDEX(t_delivery,{at})),0)", WHOLE),
            "G": (f"=IF(AND({held},INDEX(t_delivery,{at})<=certificate_month),1,0)", WHOLE),
            "H": (f"=IF(AND({held},INDEX(t_commissioning,{at})+delay_sized<=certificate_month),1,0)", WHOLE),
            "I": (f"=IF(AND({held},INDEX(t_acceptance,{at})+delay<=certificate_month),1,0)", WHOLE),
            "J": (f"=IF(AND({let}>0,INDEX(t_effective,{at})<=certificate_month,certificate_month<INDEX(c_end,MAX(1,{let}))),1,0)", WHOLE),
            "K": (f"=IF(AND({held},INDEX(t_insured,{at})<=certificate_month),1,0)", WHOLE),
            "L": (f"=IF({held},INDEX(t_jurisdiction,{at}),0)", WHOLE),
            "R": (f'=IF({held},CHOOSE(N{row}+1,"–",{",".join(f"{chr(34)}{words}{chr(34)}" for words in FAILS)}),"")', "General"),
        }  # fmt: skip
        for letter, (formula, number_format) in cells.items():
            look = "label" if letter in "BCR" else "words" if letter == "D" else "calc"
            page.put(f"{letter}{row}", formula, look, number_format, size=9)
        page.row(row, 16)
    names = f"{_span('T')},{_span('U')},{_span('V')},{_span('W')}"
    limits = "certificate_offtaker,certificate_speculative,certificate_vendor,certificate_site,certificate_age"
    call = f"CFI_BORROWING_BASE_CERT({_span('E')},{_span('F')},cert_life,{_span('X')},G{TOP}:L{END},class_advances,{names},{limits},{_span('Y')},haircut)"  # fmt: skip
    page.block(f"M{TOP}:Q{END}", f'=IF({_span("E")}>small,{call},"")', "result", MONEY, size=9)
    page.hide(f"E{TOP}:L{END}", f"$E{TOP}<=small")
    for row in range(TOP, END + 1):
        for letter in "MN":
            page.sheet[f"{letter}{row}"].number_format = WHOLE
    page.paint(f"R{TOP}:R{END}", {f"AND($E{TOP}>small,$M{TOP}=0)": "watch"})
    page.put(f"B{END + 1}", "Together", "label_bold")
    for letter, name in (("E", "certificate_cost"), ("O", "certificate_eligible"), ("P", "certificate_excess"), ("Q", "certificate_base")):  # fmt: skip
        page.put(f"{letter}{END + 1}", f"=SUM({_span(letter)})", "result", MONEY, size=9)
        page.book.name(name, page, f"{letter}{END + 1}")


def _aside(page: Page) -> None:
    """The numbers that the function reads, and the base in native Excel: value, then what each limit leaves of it."""
    head = ASSETS + 1
    page.put(f"T{ASSETS}", "Numbers that the function reads; then its shadow in native Excel", "aside", horizontal="left")  # fmt: skip
    for letter, text in zip(ASIDE_LETTERS, ASIDE, strict=True):
        page.put(f"{letter}{head}", text, "aside")
    whole = f"SUM({_fixed('Z')})"
    for row in range(TOP, END + 1):
        at = row - TOP + 1
        let = f"INDEX(t_contract,{at})"
        older = f"EXP(-decay*F{row}/year_months)"
        book = f"E{row}*IF(certificate_value=1,1,MAX(0,1-F{row}/book_life))"
        cells = (
            (f"=IF({let}>0,MATCH(INDEX(c_name,MAX(1,{let})),c_name,0),1)", WHOLE),
            (f"=IF({let}>0,INDEX(c_investment_grade,MAX(1,{let})),1)", WHOLE),
            (f"=MAX(1,INDEX(t_vendor,{at}))", WHOLE),
            (f"=MAX(1,INDEX(t_site,{at}))", WHOLE),
            (f"=MAX(1,INDEX(t_asset_class,{at}))", WHOLE),
            (f"=E{row}*IF(certificate_value=3,(scrap_floor+(1-scrap_floor)*{older})*(1-value_shock),1/(1-haircut))", MONEY),
            (f"=PRODUCT(G{row}:L{row})*(F{row}<=certificate_age)*MIN({book},Y{row}*(1-haircut))", MONEY),
            (_left("Z", "T", row, "certificate_offtaker", whole), MONEY),
            (f"=IF(U{row}=1,AA{row},AA{row}*MIN(1,certificate_speculative*{whole}/MAX(small,SUMIF({_fixed('U')},0,{_fixed('AA')}))))", MONEY),
            (_left("AB", "V", row, "certificate_vendor", whole), MONEY),
            (_left("AC", "W", row, "certificate_site", whole), MONEY),
        )  # fmt: skip
        for letter, (formula, number_format) in zip(ASIDE_LETTERS, cells, strict=True):
            page.put(f"{letter}{row}", formula, "aside", number_format)
    by_class = "+".join(f"INDEX(class_advances,{number})*SUMIF({_span('X')},{number},{_span('AD')})" for number in (1, 2, 3))  # fmt: skip
    page.put(f"Y{END + 1}", "=IF(certificate_value=1,1E+15,book_life)", "aside", "0.0E+00")
    page.book.name("cert_life", page, f"Y{END + 1}")
    page.put(f"AD{END + 1}", f"={by_class}", "aside", MONEY)
    page.book.name("certificate_native", page, f"AD{END + 1}")


def _fixed(letter: str) -> str:
    return f"${letter}${TOP}:${letter}${END}"


def _left(value: str, name: str, row: int, limit: str, whole: str) -> str:
    """What a limit on names leaves of an asset's value."""
    held = f"SUMIF({_fixed(name)},{name}{row},{_fixed(value)})"
    return f"={value}{row}*MIN(1,{limit}*{whole}/MAX(small,{held}))"


def _computation(page: Page) -> None:
    book, top = page.book, COMPUTED
    page.section(top, "Computation", "B", LAST, "US$ m; the last four lines are CFI_BASE_AVAILABILITY, to the dollar")
    lines = (
        ("Cost of all assets", "=certificate_cost", "", MONEY, "Of the live deal, delivered or not"),
        ("Value of what is eligible", "=certificate_eligible", "", MONEY, "Every test is met, and not over age"),
        ("less excess above the limits", "=certificate_excess", "", MONEY, "One customer, customers not of investment grade, one vendor, one site, in this order"),
        ("Borrowing base: advance on what is left", "=certificate_base", "", MONEY, "By class of each asset"),
        ("less reserves", "=certificate_reserves", "", MONEY, "That the agent holds against the base"),
        ("Loan outstanding", "=IF(certificate_month=0,0,INDEX({closing:all},1,MAX(1,certificate_month)))", "certificate_drawn", MONEY, "At that month end, draws of the month included"),
        ("May be outstanding", "", "certificate_limit", MONEY, "The lesser of commitment and base less reserves"),
        ("Availability", "", "certificate_available", MONEY, "May still be drawn, while the availability period lasts"),
        ("Shortfall", "", "certificate_short", MONEY, "To be repaid, or covered by further assets at their advance rate"),
        ("Cure date", "", "certificate_cure", 'yyyy-mm-dd;;"–"', "Last business day to cure it"),
    )  # fmt: skip
    for row, (words, formula, name, number_format, how) in enumerate(lines, top + 1):
        page.merge(f"B{row}:D{row}", words, "label")
        page.put(f"E{row}", page.fill(formula) or None, "result", number_format)
        page.merge(f"F{row}:{LAST}{row}", how, "note")
        if name:
            book.name(name, page, f"E{row}")
    first = top + len(lines) - 3
    page.block(f"E{first}:E{first + 3}", "=TRANSPOSE(CFI_BASE_AVAILABILITY(ROUND(certificate_base,6),ROUND(certificate_drawn,6),certificate_reserves,commitment,certificate_date,cure_days,calendar))", "result", MONEY)  # fmt: skip
    page.sheet[f"E{first + 3}"].number_format = 'yyyy-mm-dd;;"–"'
    page.paint(f"E{first + 2}:E{first + 3}", {"certificate_short>small": "bad"})


def _limits(page: Page) -> None:
    """Each name against its limit: what is eligible of it, its share, what may count."""
    top = LIMITS
    page.section(top, "Concentrations", "B", LAST, "shares of what is eligible, before any excess")
    heads = (("B", "Name"), ("E", "Eligible, US$ m"), ("F", "Share"), ("G", "Limit"), ("H", "Finding"))
    page.merge(f"B{top + 1}:D{top + 1}", "Name", "head_left")
    for letter, text in heads[1:]:
        page.put(f"{letter}{top + 1}", text, "head", size=9)
    page.row(top + 1, 28)
    values = _span("O")
    name = "INDEX(c_name,{0})"  # once, however many contracts a customer has
    lines = [
        (f'=IF(OR({name}="–",MATCH({name},c_name,0)<{{0}}),"",{name})'.format(number), f"=SUMIF({_span('T')},{number},{values})", "certificate_offtaker")
        for number in range(1, CONTRACTS + 1)
    ]  # fmt: skip
    lines += [
        ("Customers not of investment grade", f"=SUMIF({_span('U')},0,{values})", "certificate_speculative"),
        ("The largest vendor", f"=SUMPRODUCT(MAX(SUMIF({_span('V')},{_span('V')},{values})))", "certificate_vendor"),
        ("The largest site", f"=SUMPRODUCT(MAX(SUMIF({_span('W')},{_span('W')},{values})))", "certificate_site"),
    ]
    for row, (name, held, limit) in enumerate(lines, top + 2):
        page.merge(f"B{row}:D{row}", name, "label")
        shown = f'=IF($B{row}="","",{{}})'.format
        page.put(f"E{row}", shown(held[1:]), "calc", MONEY)
        page.put(f"F{row}", shown(f"E{row}/MAX(small,certificate_eligible)"), "calc", PERCENT)
        page.put(f"G{row}", shown(limit), "calc", PERCENT)
        page.put(f"H{row}", shown(f'IF(F{row}>G{row}+room,"above","within")'), "verdict")
    last = top + 1 + len(lines)
    page.paint(f"H{top + 2}:H{last}", {f'H{top + 2}="above"': "watch", f'H{top + 2}="within"': "good"})


def _certification(page: Page) -> None:
    top = CERTIFIED
    page.section(top, "Certification", "B", LAST)
    opening = sentence(page.book, "The undersigned certifies to the administrative agent, for itself and the lenders, as an officer of the borrower and not in a personal capacity, that as of [certificate_as_of|yyyy-mm-dd]:")  # fmt: skip
    for row, text in enumerate((f"={opening}", *STATEMENTS), top + 1):
        page.merge(f"B{row}:{LAST}{row}", text, "plain", 16, vertical="center", size=10, colour=INK)
    row = top + len(STATEMENTS) + 2
    page.merge(f"B{row}:C{row}", "Exceptions to (d)", "label")
    page.merge(f"D{row}:{LAST}{row}", None, "label", 22)
    for offset, (ours, theirs) in enumerate((("Borrower", "Administrative agent"), ("Signature", "Received"), ("Name in print", "Name in print"), ("Title", "Title"), ("Date", "Date")), 2):  # fmt: skip
        page.merge(f"B{row + offset}:C{row + offset}", ours, "label", 24)
        page.merge(f"D{row + offset}:I{row + offset}", None, "label")
        page.merge(f"J{row + offset}:L{row + offset}", theirs, "label")
        page.merge(f"M{row + offset}:{LAST}{row + offset}", None, "label")

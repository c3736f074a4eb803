"""The sheet Curves of compare.xlsx: the series behind the chart of Claims, each one array formula over a grid."""

from __future__ import annotations

from workbooks.build.compare.shadows import ACROSS, WORKINGS_TOP, write_shadows
from workbooks.build.compare.shadows import LAST as LAST_SHADOW
from workbooks.build.kit.page import A3, NUMBER, PERCENT, PERCENT_2, Book, Page
from workbooks.build.kit.text import sentence

HEADS = {
    "B": ("Contracted share c", "share"), "C": ("ρ", "correlation"), "D": ("PD by the driver", "probability"), "E": ("PD with the floor", "probability"),
    "F": ("Contract at default", "US$ m"), "G": ("Correlation of the two", "correlation"), "H": ("Deal loss", "share a year"),
    "I": ("Chance of a loss event", "share"), "J": ("Loss given it", "share"), "K": ("assigned", "share"), "L": ("lost", "share"),
    "M": ("offtaker", "share"), "N": ("Stress LGD", "share of loan"),
}  # fmt: skip
TOP, STEPS = 9, 21
LAST = TOP + STEPS - 1


def grid(letter: str) -> str:
    return f"{letter}{TOP}:{letter}{LAST}"


def write_curves(book: Book) -> None:
    widths = {"A": 1.5, "B": 26} | dict.fromkeys("CDEFGHIJKLMN", 12) | dict.fromkeys(ACROSS[11:], 7.5)
    question = "Each column is one array formula; nothing here is typed in."
    page = book.page("Curves", "Curves behind the charts", question, widths)
    model = "the model's PD at the first year's cover: no rating knows another share"
    page.section(5, "Against the contracted share, all else as in the first deal", "B", "N", model)
    page.heads(7, {letter: head for letter, (head, _) in HEADS.items()}, 32, "")
    for letter, (_, unit) in HEADS.items():
        page.put(f"{letter}8", unit, "unit")

    def deal(key: str) -> str:
        return page.fill(f"{{{'' if key.endswith('_1') else 'Deals!'}{key}$@D}}")

    def when_used(formula: str) -> str:
        return f'=IF({deal("used")}=1,{formula},"")'

    driver = f"{deal('vol_contract')},{deal('vol_market')},{deal('vol_other')}"
    cash, rho = deal("corr_contract_market"), deal("rho_offtaker")
    edge = "(1-room)*SQRT(MAX(0,(1-C{row}^2)*(1-{rho}^2)))"
    sale = f"{deal('drift')},{deal('sale_cost')},{deal('lag')},{deal('unsecured')}"
    for row in range(TOP, LAST + 1):
        page.put(f"B{row}", f"=(ROWS(B${TOP}:B{row})-1)/(ROWS(B${TOP}:B${LAST})-1)", "calc", NUMBER)
        page.put(f"E{row}", when_used(f"MAX({deal('pd_floor')},D{row})"), "calc", PERCENT_2)
        page.put(f"F{row}", when_used(f"B{row}*{deal('worth_1')}"), "calc", "#,##0")
        room = edge.format(row=row, rho=rho)
        link = f"MAX(C{row}*{rho}-{room},MIN(C{row}*{rho}+{room},{deal('link_given')}))"
        page.put(f"G{row}", when_used(link), "calc", NUMBER)
    drivers = f"{driver},{deal('corr_contract')},{deal('corr_market')},{cash},{deal('leverage')}"
    page.block(grid("C"), when_used(f"CFI_DRIVER_RHO({grid('B')},{drivers})"), "calc", NUMBER)
    pds = f"CFI_DRIVER_PD({deal('cover_1')},{grid('B')},{driver},{cash},{deal('leverage')})"
    page.block(grid("D"), when_used(pds), "calc", PERCENT_2)
    held = f"{deal('exposure')},{deal('cost')},{grid('F')},{grid('E')},{deal('offtaker_pd')},{deal('assignable')},{grid('G')},{grid('C')},{rho}"
    lost = when_used(f"CFI_DEAL_LOSS({held},{deal('volatility')},1,{sale})")
    page.block(f"H{TOP}:M{LAST}", lost, "calc", PERCENT_2)
    held = f"{deal('exposure')},{deal('cost')},{grid('C')},{deal('volatility')},1,{deal('stress_quantile')}"
    page.block(grid("N"), when_used(f"CFI_STRESS_LGD({held},{sale})"), "calc", PERCENT)
    _finding(page)
    write_shadows(page)
    page.freeze("C9")
    page.print_setup(f"B1:{ACROSS[-1]}{LAST_SHADOW}", None, [WORKINGS_TOP - 3], paper=A3)


def _finding(page: Page) -> None:
    """What the curves say, as the title of the chart on Claims."""
    book = page.book
    breaks = f"SUMPRODUCT(--(H{TOP + 1}:H{LAST}>H{TOP}:H{LAST - 1}))"
    page.put(f"B{LAST + 2}", f"={breaks}", "calc", "0")
    page.put(f"C{LAST + 2}", "steps at which deal loss rises with the contracted share", "plain", wrap=False)
    book.name("thesis_breaks", page, f"B{LAST + 2}")
    template = f"More contract, less loss: deal loss [H{TOP}|0.0%] without, [H{LAST}|0.00%] with; stress LGD [N{TOP}|0%] and [N{LAST}|0%]"
    words = f'IF(thesis_breaks=0,{sentence(book, template)},"Deal loss does not fall throughout as contracts grow")'
    page.merge("B6:N6", page.fill(f'=IF({{Deals!used$@D}}=1,{words},"")'), "finding", 20)

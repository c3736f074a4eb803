"""The sheet Loan of asic_loan.xlsx: the loan month by month, and the findings that its charts show as titles."""

from __future__ import annotations

from workbooks.build.asic_loan.inputs import MONTHS
from workbooks.build.asic_loan.paths import HOW, MONTH_FORM, MONTH_WIDTHS
from workbooks.build.asic_loan.rows import ROWS
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import Book
from workbooks.build.kit.rows import Section, write_rows
from workbooks.build.kit.text import sentence

TOP = 6
# The finding of each chart, in the cell of the row that has the chart's name.
TITLES = {
    "Hashprice and hashcost": "Hashprice goes from [INDEX({hashprice:all},1)|0] to [INDEX({hashprice:all},last_month+1)|0] $/PH/day by month [last_month]; running the machines costs [INDEX({hashcost:all},last_month+1)|0]",
    "Loan to value": "LTV goes from [INDEX({ltv_line:all},1)|0%] to [INDEX({ltv_line:all},last_month+1)|0%]; correlation-adjusted in month 1: [corr_ltv_start|0%]",
    "Cash and debt service": '[IF(min_dscr>=1,"Cash covers debt service to the end; least cover ","Cash stops covering debt service; least cover ")][min_dscr|0.00]×',
    "Balance and sale": '[IF(loss_total>tolerance,"When the loan fails a sale leaves a loss of US$ ","No loss on this path; at the worst a sale would have left US$ ")][worst_loss|0.0]m[IF(loss_total>tolerance,""," uncovered")]',
}  # fmt: skip


def write_loan(book: Book) -> None:
    page = book.page("Loan", "The loan, month by month", "Margin, debt service, value, margin call, sale and loss.", MONTH_WIDTHS)  # fmt: skip
    heads = {"D": "Sum, least or most", "B": "One formula per row", "C": "Unit", HOW: "How"}
    for letter, text in heads.items():
        page.put(f"{letter}5", text, "head_left" if letter in ("B", HOW) else "head")
    live = sentence(book, "Live: [deal_name] · [path_name]")
    page.merge("E5:P5", f"={live}", "finding", size=10, wrap=False)
    page.row(5, 30)
    block = book.places.add(Block("Loan", "E", MONTHS + 1))
    last = block.lay([item.key for item in ROWS], TOP)
    write_rows(page, ROWS, block, MONTH_FORM)
    bands = [row for row, item in enumerate(ROWS, TOP) if isinstance(item, Section)]
    groups = [
        f"E{band + 1}:{block.letters[-1]}{end - 1}" for band, end in zip(bands, [*bands[1:], last + 1], strict=True)
    ]
    page.paint(" ".join(groups), {f"E${block.row_of['default']}=1": "bad"})
    book.name("months_of_default", page, page.fill("{default:row}"))
    page.freeze("E8")
    page.print_wide(f"B1:{HOW}{last}", "1:7", [18, 32], [bands[4] - 1, bands[8] - 1], 66)
    page.section(last + 1, "11 · Titles of the charts", "B", HOW, "computed, so they stay true")
    block.lay(TITLES, last + 2)
    for name, title in TITLES.items():
        row = block.row_of[name]
        page.put(f"B{row}", name, "label")
        page.merge(f"E{row}:P{row}", f"={page.fill(sentence(book, title))}", "finding", size=9, wrap=False)

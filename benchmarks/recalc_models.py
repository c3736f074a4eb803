"""The two workbooks that benchmarks/recalc.py measures, and a small one for the batch.

*base*: 7 sheets, about 3,400 formula cells and 670 CFI calls: a grid of 25 × 25 calls over three ranges of 84 months,
three spilled arrays, nested calls, two tables, charts. *big*: the same and 200 deals over 84 months, about 530,000
formula cells and 3,500 CFI calls.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from computefi.xlsx.package import Package

MONTHS = 84
GRID = 25
DEALS = 200
LOANS = 48
LAST = MONTHS + 1

INPUTS = {
    "loan": 900.0, "rate": 0.085, "tenor": 84, "equipment": 1200.0, "decay": 0.30, "gpus": 30000.0, "rent": 2.4,
    "utilisation": 0.92, "power": 0.18, "staff": 1.1, "tax": 0.21, "pd": 0.04, "rho": 0.45, "volatility": 0.35,
    "horizon": 1.0, "sale_cost": 0.08, "contracted": 0.9, "rent_decay": 0.12, "reserve_months": 6, "price_step": 0.01,
}  # fmt: skip

# One row per month: the column's name and its formula in row {r}; {p} is the row before.
MONTH_COLUMNS = {
    "month": ("1", "{p_month}+1"),
    "year": ("ROUNDUP({month}/12,0)",) * 2,
    "date": ("EDATE(DATE(2026,1,31),{month})",) * 2,
    "rent": ("rent*(1-rent_decay)^(({month}-1)/12)",) * 2,
    "hours": ("730*utilisation",) * 2,
    "contracted_revenue": ("gpus*{hours}*rent*contracted/1000000",) * 2,
    "market_revenue": ("gpus*{hours}*{rent}*(1-contracted)/1000000",) * 2,
    "revenue": ("{contracted_revenue}+{market_revenue}",) * 2,
    "power": ("-gpus*730*power*1.4/1000000",) * 2,
    "staff": ("-staff*(1.03)^({year}-1)/12",) * 2,
    "insurance": ("-equipment*0.004/12",) * 2,
    "opex": ("SUM({power},{staff},{insurance})",) * 2,
    "ebitda": ("{revenue}+{opex}",) * 2,
    "depreciation": ("-IF({month}<=72,equipment/72,0)",) * 2,
    "ebit": ("{ebitda}+{depreciation}",) * 2,
    "opening": ("loan", "{p_closing}"),
    "interest": ("{opening}*rate/12",) * 2,
    "principal": ("IF({month}>tenor,0,MIN({opening},-PPMT(rate/12,{month},tenor,loan)))",) * 2,
    "closing": ("{opening}-{principal}",) * 2,
    "taxable": ("{ebit}-{interest}",) * 2,
    "tax": ("-MAX(0,{taxable})*tax",) * 2,
    "cfads": ("{ebitda}+{tax}",) * 2,
    "service": ("{interest}+{principal}",) * 2,
    "dscr": ("IF({service}>0,{cfads}/{service},0)",) * 2,
    "reserve": ("{service}*reserve_months",) * 2,
    "free": ("{cfads}-{service}",) * 2,
    "cumulative": ("{free}", "{p_cumulative}+{free}"),
    "value": ("equipment*EXP(-decay*{month}/12)",) * 2,
    "ltv": ("{closing}/{value}",) * 2,
    "pd": ("1-(1-pd)^({month}/12)",) * 2,
    "marginal": ("{pd}", "{pd}-{p_pd}"),
    "eligible": ("IF({dscr}>1.2,1,0)",) * 2,
}


def base(path: Path) -> Path:
    """Write *base*."""
    base_book().save(path)
    return path


def base_book() -> openpyxl.Workbook:
    """*base* as openpyxl holds it."""
    book = openpyxl.Workbook()
    inputs = book.active
    assert inputs is not None
    inputs.title = "Inputs"
    for row, (name, value) in enumerate(INPUTS.items(), start=1):
        inputs.append([name, value])
        book.defined_names[name] = DefinedName(name, attr_text=f"Inputs!$B${row}")
    add_months(book)
    add_loans(book)
    add_assets(book)
    add_grid(book)
    add_arrays(book)
    add_summary(book)
    return book


def place_of(name: str, row: int) -> str:
    column = get_column_letter(1 + list(MONTH_COLUMNS).index(name))
    return f"{column}{row}"


def months(name: str) -> str:
    """The 84 months of a column, as other sheets read them."""
    column = get_column_letter(1 + list(MONTH_COLUMNS).index(name))
    return f"Months!${column}$2:${column}${LAST}"


def add_months(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("Months")
    sheet.append(list(MONTH_COLUMNS))
    for row in range(2, LAST + 1):
        places = {name: place_of(name, row) for name in MONTH_COLUMNS}
        places |= {f"p_{name}": place_of(name, row - 1) for name in MONTH_COLUMNS}
        sheet.append(["=" + pair[row > 2].format(**places) for pair in MONTH_COLUMNS.values()])
    chart = LineChart()
    for name in ("cfads", "service"):
        column = 1 + list(MONTH_COLUMNS).index(name)
        chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=LAST), titles_from_data=True)
    sheet.add_chart(chart, "AH2")


def add_loans(book: openpyxl.Workbook) -> None:
    """A table whose formulas name its columns; one CFI call a row, in the middle of other arithmetic."""
    sheet = book.create_sheet("Loans")
    sheet.append(["Loan", "Balance", "Value", "PD", "Spread", "LTV", "EL", "Charge"])
    for loan in range(LOANS):
        row = loan + 2
        sheet.append([f"L{loan:03}", 50 + 3 * loan, 90 + 2 * loan, 0.01 + loan / 2000, 0.03 + loan / 4000,
                      "=Loans[[#This Row],[Balance]]/Loans[[#This Row],[Value]]",
                      "=CFI_CORR_EL(Loans[[#This Row],[Balance]],Loans[[#This Row],[Value]],Loans[[#This Row],[PD]],"
                      "rho,volatility,horizon)*Loans[[#This Row],[Balance]]",
                      f"=G{row}-E{row}*B{row}"])  # fmt: skip
    sheet.add_table(Table(displayName="Loans", ref=f"A1:H{LOANS + 1}"))


def add_assets(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("Assets")
    sheet.append(["Asset", "Cost", "Age", "Life", "Book"])
    for asset in range(20):
        sheet.append(
            [
                f"Rack {asset}",
                20 + asset,
                1 + asset % 5,
                6,
                "=Assets[[#This Row],[Cost]]*MAX(0,1-Assets[[#This Row],[Age]]/Assets[[#This Row],[Life]])",
            ]
        )
    sheet.add_table(Table(displayName="Assets", ref="A1:E21"))


def add_grid(book: openpyxl.Workbook) -> None:
    """25 × 25 calls over three ranges of 84 months."""
    sheet = book.create_sheet("Grid")
    sheet.append([None, *(60 + 2 * step for step in range(GRID))])
    ranges = [months(name) for name in ("principal", "month", "eligible")]
    for step in range(GRID):
        row = step + 2
        calls = [
            f"=CFI_BORROWING_BASE({ranges[0]},{ranges[1]},{get_column_letter(c)}$1,$A{row},{ranges[2]})"
            for c in range(2, GRID + 2)
        ]
        sheet.append([0.4 + 0.02 * step, *calls])


def add_arrays(book: openpyxl.Workbook) -> None:
    """Three answers that fill blocks, and calls within calls."""
    sheet = book.create_sheet("Arrays")
    sheet["A1"] = ArrayFormula(f"A1:D{MONTHS}", f"=CFI_SCULPT_SCHEDULE({months('cfads')},1.3,rate/12)")
    sheet["G1"] = ArrayFormula("G1:G5", "=CFI_WATERFALL(SUM(" + months("cfads") + "),{300,20,180,350,100})")
    sheet["I1"] = ArrayFormula("I1:I4", "=CFI_AMORTISE(loan,rate,tenor/12)")
    sheet["K1"] = "=CFI_LLCR(" + months("cfads") + ",loan,rate/12)"
    sheet["K2"] = "=CFI_LTV(loan,CFI_VALUE_IN_DEFAULT(equipment,pd,rho,volatility,horizon))"
    sheet["K3"] = "=CFI_LTV(loan,CFI_VALUE_IN_DEFAULT(equipment,CFI_PD_TERM(pd,5),rho,volatility,5))"
    sheet["K4"] = "=CFI_HHI(Loans[Balance]/SUM(Loans[Balance]))"
    sheet["K5"] = "=IFERROR(CFI_CORR_ADVANCE(0.0025,pd,rho,volatility,horizon),0)*K2"


def add_summary(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("Summary")
    formulas = {
        "Least DSCR": f"=MIN({months('dscr')})",
        "Average DSCR": f"=AVERAGE({months('dscr')})",
        "Highest LTV": f"=MAX({months('ltv')})",
        "Equity NPV": f"=NPV(0.12/12,{months('free')})",
        "Pool loss": "=SUM(Loans[EL])",
        "Book value": "=SUM(Assets[Book])",
        "Grid mean": "=AVERAGE(Grid!B2:Z26)",
        "Base at the corner": "=Grid!Z26",
        "LTV in default": "=Arrays!K2",
        "Score": '=IF(AND(B2>1.2,B4<1),"lend","review")',
    }
    for row, (name, formula) in enumerate(formulas.items(), start=1):
        sheet.append([name, formula])
        key = name.lower().replace(" ", "_")
        book.defined_names[key] = DefinedName(key, attr_text=f"Summary!$B${row}")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=8))
    sheet.add_chart(chart, "E2")


# The ledger of *big*: {d} is the deal's row in Portfolio, {r} the row, {p} the row before.
LEDGER = (
    ("Portfolio!$C${d}", "T{p}"), "$C{r}*Portfolio!$D${d}/12", "MIN($C{r},Portfolio!$C${d}/Portfolio!$E${d})",
    "Portfolio!$F${d}*EXP(-decay*$B{r}/12)", "Portfolio!$G${d}*730*utilisation/1000", "G{r}*rent*contracted",
    "G{r}*rent*(1-contracted)*(1-rent_decay)^($B{r}/12)", "H{r}+I{r}", "-G{r}*power*1.4", "-J{r}*0.05",
    "-Portfolio!$F${d}*0.004/12", "SUM(K{r}:M{r})", "J{r}+N{r}", "-IF($B{r}<=72,Portfolio!$F${d}/72,0)", "O{r}+P{r}",
    "-MAX(0,Q{r}-D{r})*tax", "O{r}+R{r}", "$C{r}-E{r}", "D{r}+E{r}", "IF(U{r}>0,S{r}/U{r},0)", "S{r}-U{r}",
    ("W{r}", "X{p}+W{r}"), "T{r}/F{r}", "1-(1-Portfolio!$H${d})^($B{r}/12)", ("Z{r}", "Z{r}-Z{p}"), "AA{r}*T{r}*0.4",
    ("AB{r}", "AC{p}+AB{r}"), "IF(V{r}<1.1,1,0)", "ROUND(Y{r},4)", "MAX(0,T{r}-F{r}*0.6)", "AB{r}/(1+rate)^($B{r}/12)",
)  # fmt: skip

PORTFOLIO_CALLS = (
    "CFI_LTV(C{d},F{d})", "CFI_CORR_LTV(C{d},F{d},H{d},rho,volatility,1)",
    "CFI_CORR_LGD(C{d},F{d},H{d},rho,volatility,1)", "CFI_CORR_EL(C{d},F{d},H{d},rho,volatility,1)",
    "CFI_CORR_ADVANCE(0.0025,H{d},rho,volatility,1)", "CFI_STRESS_LTV(C{d},F{d},rho,volatility,1,0.01)",
    "CFI_VALUE_IN_DEFAULT(F{d},H{d},rho,volatility,1)", "CFI_PD_TERM(H{d},5)", "CFI_IRB_RW(H{d},0.45)",
    "CFI_LLCR({cfads},C{d},D{d}/12)", "CFI_EL_PATH({opening},{marginal},{value},rho,volatility,rate)",
    "CFI_WAL({principal},12)", "CFI_HAIRCUT_VAR(volatility,H{d},0.99)",
    "CFI_LTV(C{d},CFI_VALUE_IN_DEFAULT(F{d},CFI_PD_TERM(H{d},3),rho,volatility,3))",
)  # fmt: skip


def big(path: Path) -> Path:
    """Write *big*: *base*, a sheet with the deals and a ledger of their months, which is written as bytes."""
    book = base_book()
    sheet = book.create_sheet("Portfolio")
    sheet.append(["Deal", "Name", "Loan", "Rate", "Tenor", "Equipment", "GPUs", "PD"])
    for deal in range(DEALS):
        row, first = deal + 2, 2 + MONTHS * deal
        last = first + MONTHS - 1
        ranges = {name: f"Ledger!${c}${first}:${c}${last}"
                  for name, c in (("cfads", "S"), ("opening", "C"), ("marginal", "AA"), ("value", "F"),
                                  ("principal", "E"))}  # fmt: skip
        calls = ["=" + call.format(d=row, **ranges) for call in PORTFOLIO_CALLS]
        totals = [f"=SUM(Ledger!{c}{first}:{c}{last})" for c in ("D", "J", "N", "S", "W", "AB", "AD", "AG")]
        extremes = [f"=MIN(Ledger!V{first}:V{last})", f"=MAX(Ledger!Y{first}:Y{last})"]
        sheet.append([deal + 1, f"Deal {deal + 1}", 40.0 + deal, 0.08 + deal % 7 / 1000, 60 + deal % 24,
                      70.0 + 1.1 * deal, 1500 + 20 * deal, 0.01 + deal / 5000, *calls, *totals, *extremes])  # fmt: skip
    total = DEALS + 2
    columns = [get_column_letter(c) for c in range(3, 33)]
    sheet.append(["Total", None, *(f"=SUM({c}2:{c}{total - 1})" for c in columns)])
    book.create_sheet("Ledger")
    for name, cell in (("deal_1_loan", "C2"), ("deal_1_llcr", "R2"), ("deal_1_el", "S2"), ("total_el", f"S{total}")):
        book.defined_names[name] = DefinedName(name, attr_text=f"Portfolio!{absolute(cell)}")
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "big.xlsx"
        book.save(raw)
        package = Package.open(raw)
        part = f"xl/worksheets/sheet{len(book.sheetnames)}.xml"
        stored = package.read(part)
        match = re.search(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>", stored)
        assert match is not None
        path.write_bytes(package.replaced({part: stored[: match.start()] + ledger() + stored[match.end() :]}))
    return path


def absolute(cell: str) -> str:
    return re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", cell)


def ledger() -> bytes:
    """The ledger's rows as a file holds them."""
    out = ["<sheetData>"]
    letters = [get_column_letter(c) for c in range(3, 3 + len(LEDGER))]
    pairs: list[tuple[str, str]] = [(f, f) if isinstance(f, str) else f for f in LEDGER]
    texts = [(escape(first), escape(rest)) for first, rest in pairs]
    row = 1
    for deal in range(DEALS):
        for month in range(1, MONTHS + 1):
            row += 1
            out.append(f'<row r="{row}"><c r="A{row}"><v>{deal + 1}</v></c><c r="B{row}"><v>{month}</v></c>')
            for letter, pair in zip(letters, texts, strict=True):
                text = pair[month > 1].format(d=deal + 2, r=row, p=row - 1)
                out.append(f'<c r="{letter}{row}"><f>{text}</f><v></v></c>')
            out.append("</row>")
    out.append("</sheetData>")
    return "".join(out).encode()


def small(path: Path, number: int) -> Path:
    """One of a thousand: a loan, sixty months, a few calls."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Deal"
    values: dict[str, Any] = {"A1": 70 + number % 30, "A2": 120, "A3": 0.04, "A4": 0.5, "A5": 0.4, "A6": 1}
    for place, value in values.items():
        sheet[place] = value
    sheet["B1"] = "=CFI_CORR_LTV(A1,A2,A3,A4,A5,A6)"
    sheet["B2"] = "=CFI_CORR_EL(A1,A2,A3,A4,A5,A6)*A1"
    sheet["B3"] = "=CFI_LLCR(D1:D60,A1,0.01)"
    for row in range(1, 61):
        sheet[f"C{row}"] = f"=A$2*EXP(-0.3*{row}/12)"
        sheet[f"D{row}"] = f"=C{row}*0.03"
    book.save(path)
    return path

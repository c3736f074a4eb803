"""The workbooks of `benchmarks/scaling.py`: one kind of growth each, written as XML, which is quick."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from computefi.xlsx.cells import column_letters as letters
from computefi.xlsx.markup import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
Row = tuple[int, Sequence[str]]


def cell(row: int, column: int, value: object, style: int = 0) -> str:
    """A number, a formula that begins with =, or a text."""
    place = f'<c r="{letters(column)}{row}"' + (f' s="{style}"' if style else "")
    if isinstance(value, str):
        if value.startswith("="):
            return f"{place}><f>{escape(value[1:])}</f></c>"
        return f'{place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"{place}><v>{value}</v></c>"


def shared(row: int, column: int, number: int) -> str:
    return f'<c r="{letters(column)}{row}" t="s"><v>{number}</v></c>'


def styles_part(count: int) -> str:
    formats = "".join(f'<numFmt numFmtId="{200 + i}" formatCode="0.0&quot; u{i}&quot;"/>' for i in range(count - 1))
    own = "".join(f'<xf numFmtId="{200 + i}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
                  for i in range(count - 1))  # fmt: skip
    return (
        f'<styleSheet xmlns="{MAIN}">' + (f'<numFmts count="{count - 1}">{formats}</numFmts>' if formats else "")
        + '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{count}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>{own}</cellXfs>'
        "</styleSheet>"
    )  # fmt: skip


def write(
    path: Path,
    sheets: Sequence[Iterable[Row]],
    names: Sequence[tuple[str, str]] = (),
    styles: int = 1,
    strings: Sequence[str] = (),
    tables: Sequence[str] = (),
) -> Path:
    """A workbook of these sheets, S1, S2 and so on; `tables`: the part of each sheet's table, or nothing."""
    count = len(sheets)
    kinds = [(f"worksheets/sheet{i}.xml", "worksheet") for i in range(1, count + 1)] + [("styles.xml", "styles")]
    if strings:
        kinds.append(("sharedStrings.xml", "sharedStrings"))
    typed = [*kinds, *((f"tables/table{i}.xml", "table") for i, table in enumerate(tables, 1) if table)]
    listed = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="rId{i}"/>' for i in range(1, count + 1))
    defined = "".join(f'<definedName name="{name}">{escape(text)}</definedName>' for name, text in names)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        put = archive.writestr
        put("[Content_Types].xml", content_types([("workbook.xml", "sheet.main"), *typed]))
        put("_rels/.rels", links_part([("xl/workbook.xml", "officeDocument")]))
        put(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>'
            f"<definedNames>{defined}</definedNames></workbook>",
        )
        put("xl/_rels/workbook.xml.rels", links_part(kinds))
        put("xl/styles.xml", styles_part(styles))
        if strings:
            items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
            put("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}" count="{len(strings)}">{items}</sst>')
        for i, rows in enumerate(sheets, 1):
            table = tables[i - 1] if i <= len(tables) else ""
            put(f"xl/worksheets/sheet{i}.xml", sheet_part(rows, bool(table)))
            if table:
                put(f"xl/tables/table{i}.xml", table)
                put(f"xl/worksheets/_rels/sheet{i}.xml.rels", links_part([(f"../tables/table{i}.xml", "table")]))
    return path


def content_types(parts: Sequence[tuple[str, str]]) -> str:
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    listed = "".join(f'<Override PartName="/xl/{name}" ContentType="{SHEET_TYPE}.{kind}+xml"/>' for name, kind in parts)
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def links_part(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, (target, kind) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def sheet_part(rows: Iterable[Row], with_table: bool) -> str:
    end = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' if with_table else ""
    body = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows)
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData>{body}</sheetData>{end}</worksheet>'


def table_part(number: int, last: str, columns: Sequence[str]) -> str:
    listed = "".join(f'<tableColumn id="{i}" name="{name}"/>' for i, name in enumerate(columns, 1))
    return (
        f'<table xmlns="{MAIN}" id="{number}" name="T{number}" displayName="T{number}" ref="A1:{last}">'
        f'<autoFilter ref="A1:{last}"/><tableColumns count="{len(columns)}">{listed}</tableColumns></table>'
    )


def grid(count: int, columns: int = 20) -> Iterable[Row]:
    """Formulas over their neighbours, two shapes alternating."""
    for row in range(1, count // columns + 1):
        cells = [cell(row, 1, row)]
        for column in range(2, columns + 2):
            left = f"{letters(column - 1)}{row}"
            above = f"{letters(column - 1)}{max(row - 1, 1)}"
            cells.append(
                cell(row, column, f"={left}*1.01+$A{row}" if column % 2 else f"=IF({left}>5,{above},{left}/3)")
            )
        yield row, cells


def look_up(path: Path, formula: str, wanted: int, rows: int = 50_000) -> Path:
    """Exact look-ups of a column of numbers in a large range of constants, in no order."""
    keys = list(range(1, rows + 1))
    random.Random(1).shuffle(keys)
    large = [(row, [cell(row, 1, keys[row - 1]), cell(row, 2, row)]) for row in range(1, rows + 1)]
    seek = random.Random(2)
    asked = [(row, [cell(row, 1, seek.randint(1, rows)), cell(row, 2, formula.format(row=row, rows=rows))])
             for row in range(1, wanted + 1)]  # fmt: skip
    return write(path, [large, asked])


def wide_table(path: Path, rows: int = 2_000, columns: int = 40) -> Path:
    """A table whose last columns read the others by structured references."""
    names = [f"c{i}" for i in range(1, columns + 1)]
    head = (1, [cell(1, i, name) for i, name in enumerate(names, 1)])
    half = columns // 2
    body = [
        (row, [cell(row, i, row * i) if i <= half else cell(row, i, f"=T1[[#This Row],[c{i - half}]]*2") for i in
               range(1, columns + 1)])
        for row in range(2, rows + 2)
    ]  # fmt: skip
    return write(path, [[head, *body]], tables=[table_part(1, f"{letters(columns)}{rows + 1}", names)])


def sixty_sheets(path: Path) -> Path:
    """60 sheets with 5,000 INDEX/MATCH over the first one's 1,000 rows between them."""
    first = [(row, [cell(row, 1, row * 7), cell(row, 2, row)]) for row in range(1, 1001)]
    others = [
        [(row, [cell(row, 1, (row * 13 + sheet) % 1000 * 7 + 7),
                cell(row, 2, f"=INDEX(S1!$B$1:$B$1000,MATCH(A{row},S1!$A$1:$A$1000,0))")]) for row in range(1, 86)]
        for sheet in range(59)
    ]  # fmt: skip
    return write(path, [first, *others])


def names(path: Path, count: int) -> Path:
    rows = [
        (row, [cell(row, 1, row), cell(row, 2, f"=nm_{row}*2+nm_{count + 1 - row}")]) for row in range(1, count + 1)
    ]
    return write(path, [rows], names=[(f"nm_{row}", f"S1!$A${row}") for row in range(1, count + 1)])


def down(path: Path, count: int, line: Callable[[int], Sequence[str]], styles: int = 1) -> Path:
    """One sheet, row by row."""
    return write(path, [((row, line(row)) for row in range(1, count + 1))], styles=styles)


def shared_formulas(row: int, columns: int = 10, rows: int = 20_000) -> list[str]:
    """Formulas down the columns as Excel saves them: the text in the first row alone, a value in each."""
    cells = [cell(row, 1, row)]
    for column in range(2, columns + 2):
        here, left = letters(column), letters(column - 1)
        first = f' ref="{here}1:{here}{rows}" si="{column}">{left}1*2+$A1</f>' if row == 1 else f' si="{column}"/>'
        cells.append(f'<c r="{here}{row}"><f t="shared"{first}<v>0</v></c>')
    return cells


def ordinary(path: Path, *formulas: str) -> Path:
    """10,000 rows with these formulas of {r} beside the row's number."""
    return down(
        path, 10_000, lambda r: [cell(r, 1, r), *(cell(r, c, f.format(r=r)) for c, f in enumerate(formulas, 2))]
    )


def many_sheets(path: Path) -> Path:
    """200 sheets that read the one before."""
    return write(
        path,
        [
            [(r, [cell(r, 1, r), cell(r, 2, f"=A{r}*2+S{max(1, sheet - 1)}!A{r}")]) for r in range(1, 51)]
            for sheet in range(1, 201)
        ],
    )


def sumifs(path: Path, count: int, rows: int = 5_000) -> Path:
    seek = random.Random(3)
    large = [(row, [cell(row, 1, seek.randint(1, 500)), cell(row, 2, row)]) for row in range(1, rows + 1)]
    asked = [(row, [cell(row, 1, row), cell(row, 2, f"=SUMIFS(S1!$B$1:$B${rows},S1!$A$1:$A${rows},A{row})")])
             for row in range(1, count + 1)]  # fmt: skip
    return write(path, [large, asked])


def strings(path: Path, rows: int = 50_000) -> Path:
    body = (
        (row, [*(shared(row, c, (row - 1) * 10 + c - 1) for c in range(1, 11)), cell(row, 11, f"=LEN(A{row})")])
        for row in range(1, rows + 1)
    )
    return write(path, [body], strings=[f"text number {i}" for i in range(rows * 10)])


def loan(path: Path) -> Path:
    """A loan over 60 months: its rate in G1, the interest that it pays in G2."""

    def month(row: int) -> list[str]:
        before = f"E{row - 1}" if row > 1 else "100"
        line = [row, f"={before}", f"=B{row}*$G$1/12", "=100/60", f"=B{row}-D{row}"]
        cells = [cell(row, column, value) for column, value in enumerate(line, 1)]
        return cells + {1: [cell(1, 7, 0.1)], 2: [cell(2, 7, "=SUM(C1:C60)")]}.get(row, [])

    return down(path, 60, month)


SWEPT = ("G1", "0.01", "0.2", "10000", "G2")
"""The sweep over `loan`: the input, its values from, to and how many, and the answer."""

MODELS: dict[str, Callable[[Path], Path]] = {
    "10k formulas": lambda path: write(path, [grid(10_000)]),
    "50k formulas": lambda path: write(path, [grid(50_000)]),
    "100k formulas": lambda path: write(path, [grid(100_000)]),
    "500k formulas": lambda path: write(path, [grid(500_000)]),
    "1,000k formulas": lambda path: write(path, [grid(1_000_000)]),
    "chain of 10k": lambda path: down(path, 10_000, lambda r: [cell(r, 1, 1 if r == 1 else f"=A{r - 1}+1")]),
    "chain of 100k, upwards": lambda path: down(
        path, 100_000, lambda r: [cell(r, 1, 1 if r == 100_000 else f"=A{r + 1}+1")]
    ),
    "200k shared formulas": lambda path: down(path, 20_000, shared_formulas),
    "100k texts and truth values": lambda path: down(
        path, 50_000, lambda r: [cell(r, 1, r % 9), cell(r, 2, f'=IF(A{r}>5,"ok","low")'), cell(r, 3, f"=A{r}>3")]
    ),
    "100 SUMs of 100k cells": lambda path: down(
        path, 100_000, lambda r: [cell(r, 1, r), *([cell(r, 2, f"=SUM(A1:A100000)+{r}")] if r <= 100 else [])]
    ),
    "running SUM over 5k": lambda path: down(path, 5_000, lambda r: [cell(r, 1, r), cell(r, 2, f"=SUM($A$1:A{r})")]),
    "200 sheets": many_sheets,
    "1,000 names, two uses each": lambda path: names(path, 1_000),
    "5,000 names, two uses each": lambda path: names(path, 5_000),
    "5,000 styles": lambda path: down(
        path, 20_000, lambda r: [cell(r, 1, r, r % 5000), cell(r, 2, f"=A{r}*2", r % 5000)], styles=5000
    ),
    "500k shared strings": strings,
    "VLOOKUP exact, 500 on 50k rows": lambda path: look_up(path, "=VLOOKUP(A{row},S1!$A$1:$B${rows},2,FALSE)", 500),
    "VLOOKUP exact, 5k on 50k rows": lambda path: look_up(path, "=VLOOKUP(A{row},S1!$A$1:$B${rows},2,FALSE)", 5_000),
    "XLOOKUP exact, 5k on 50k rows": lambda path: look_up(
        path, "=_xlfn.XLOOKUP(A{row},S1!$A$1:$A${rows},S1!$B$1:$B${rows})", 5_000
    ),
    "INDEX/MATCH, 5k on 50k rows": lambda path: look_up(
        path, "=INDEX(S1!$B$1:$B${rows},MATCH(A{row},S1!$A$1:$A${rows},0))", 5_000
    ),
    "60 sheets, 5,000 INDEX/MATCH": sixty_sheets,
    "SUMIFS 5k x 5k": lambda path: sumifs(path, 5_000),
    "20,000 SUMIFS": lambda path: sumifs(path, 20_000),
    "table of 40 columns, structured": wide_table,
    "20,000 distinct formulas": lambda path: down(
        path, 20_000, lambda r: [cell(r, 1, r), cell(r, 2, f"=A{r}*{r}.5+{r * 7}")]
    ),
    "20,000 distinct comparisons": lambda path: down(
        path, 20_000, lambda r: [cell(r, 1, r), cell(r, 2, f"=IF(A{r}>{r}.5,A{r}*1.{r},ROUND(A{r},2)+{r})")]
    ),
    "10,000 CFI calls": lambda path: down(
        path, 10_000, lambda r: [cell(r, 1, 50 + r % 50), cell(r, 2, 100 + r % 7), cell(r, 3, f"=CFI_LTV(A{r},B{r})")]
    ),
    "10,000 IF, AND and VLOOKUP": lambda path: ordinary(
        path, "=IF(AND(A{r}>5,A{r}<100),MAX(A{r},3),IF(OR(A{r}=1,A{r}=2),VLOOKUP(A{r},$A$1:$B$5,1,FALSE),0))"
    ),
    "40,000 dates": lambda path: ordinary(
        path, "=EOMONTH(40000+A{r},1)", "=DATE(YEAR(B{r}),MONTH(B{r})+1,1)", "=YEARFRAC(B{r},C{r},1)",
        "=EDATE(B{r},$A$1)",
    ),
    "10,000 OFFSET": lambda path: ordinary(path, "=SUM(OFFSET($A$1,A{r}-1,0,3,1))"),
    "10,000 INDIRECT": lambda path: ordinary(path, '=INDIRECT("S1!A"&A{r})'),
    "10,000 TEXT": lambda path: ordinary(path, '=LEFT(TEXT(A{r},"0.00"),3)&"x"&MID("abc"&A{r},2,3)'),
    "10,000 sweep points": loan,
    "100,000 CFI calls": lambda path: down(
        path, 100_000, lambda r: [cell(r, 1, 50 + r % 50), cell(r, 2, 100 + r % 7), cell(r, 3, f"=CFI_LTV(A{r},B{r})")]
    ),
}  # fmt: skip

"""The bytes of the engine's copy: a minimal .xlsx with cells, names and a few sheets of our own.

A plain 2, a formula A1*2      →   <c r="A1"><v>2</v></c><c r="B1"><f>A1*2</f><v>0</v></c>
the formula, lifted            →   <c r="B1"><f t="array" ref="B1">A1*2</f><v>0</v></c>

It is a workbook as any: an engine that cannot read a part of it writes that anew for itself when it loads the copy.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from computefi.recalc.engines.base import Formula
from computefi.xlsx.cells import CellAt, Rect, column_letters, quote_sheet
from computefi.xlsx.markup import escape, quoteattr
from computefi.xlsx.workbook import DefinedName, escaped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# Where the numbers of our own groups begin: beyond those that a workbook gives to its shared formulas.
OWN = 1_000_000
OWN_NAMES = ("cfi results", "cfi areas", "cfi helpers", "cfi sizes", "cfi rounds")
CONTENT_TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Copy:
    """The copy while it is being put together. Every formula gets a `<v>`: the engine needs one."""

    def __init__(self, sheets: list[str]) -> None:
        taken = {sheet.casefold() for sheet in sheets}
        suffix = next(s for s in ("", *map(str, range(2, 10_000))) if not taken & {name + s for name in OWN_NAMES})
        self.own_sheets = tuple(name + suffix for name in OWN_NAMES)
        self._sheets = [*sheets, *self.own_sheets]
        self._rows: list[list[bytes]] = [[] for _ in self._sheets]
        self._heads: list[list[int]] = [[] for _ in self._sheets]
        self._open = [False for _ in self._sheets]
        self._late: dict[CellAt, int] = {}
        self._names: list[str] = []

    def row(self, sheet: int, row: int, hidden: bool = False) -> None:
        """Start a row."""
        self.end_rows(sheet)
        self._rows[sheet].append(b'<row r="%d"%s>' % (row, b' hidden="1"' if hidden else b""))
        self._open[sheet] = True

    def end_sheet(self, sheet: int, rows: int, columns: int) -> None:
        """End a sheet, its last row and column being known."""
        self.end_rows(sheet)
        last = b"%s%d" % (column_letters(columns).encode(), rows)
        for place in self._heads[sheet]:
            self._rows[sheet][place] %= last

    def end_rows(self, sheet: int) -> None:
        """End the row that is open."""
        if self._open[sheet]:
            self._rows[sheet].append(b"</row>")
            self._open[sheet] = False

    def raw(self, sheet: int, row: int, column: int, kind: bytes, value: bytes) -> None:
        """A number, truth value or error as it is stored."""
        kind_text = b' t="%s"' % kind if kind else b""
        place = column_letters(column).encode()
        self._rows[sheet].append(b'<c r="%s%d"%s><v>%s</v></c>' % (place, row, kind_text, value))

    def text(self, sheet: int, row: int, column: int, text: str) -> None:
        """A text."""
        self.raw(sheet, row, column, b"str", escaped(text).encode("utf-8", "replace"))

    def formula(self, sheet: int, row: int, column: int, text: bytes) -> None:
        """A formula, its text as it is stored."""
        place = column_letters(column).encode()
        self._rows[sheet].append(b'<c r="%s%d"><f>%s</f><v>0</v></c>' % (place, row, text))

    def shared_formula(self, sheet: int, row: int, column: int, text: bytes, group: str, ref: str) -> None:
        """A formula of a group, as it is stored."""
        place = column_letters(column).encode()
        attributes = f" si={quoteattr(group)}" + (f" ref={quoteattr(ref)}" if ref else "")
        self._rows[sheet].append(
            b'<c r="%s%d"><f t="shared"%s>%s</f><v>0</v></c>' % (place, row, attributes.encode(), text)
        )

    def head(self, sheet: int, row: int, column: int, text: bytes, group: int) -> None:
        """The first formula of a group of ours; how far the group reaches is put in when the sheet is read."""
        self._heads[sheet].append(len(self._rows[sheet]))
        self._rows[sheet].append(
            b'<c r="%s%d"><f t="shared" si="%d" ref="A%d:%%b">%s</f><v>0</v></c>'
            % (column_letters(column).encode(), row, OWN + group, row, text.replace(b"%", b"%%"))
        )

    def member(self, sheet: int, row: int, column: int, group: int) -> None:
        """A formula like the first one of its group."""
        self._rows[sheet].append(self.member_cell(b"%s%d" % (column_letters(column).encode(), row), group))

    @staticmethod
    def member_cell(place: bytes, group: int) -> bytes:
        """The cell of a formula like the first one of its group."""
        return b'<c r="%s"><f t="shared" si="%d"/><v>0</v></c>' % (place, OWN + group)

    def rows(
        self, sheet: int, pattern: bytes, mark: bytes, rows: Sequence[int], values: Sequence[tuple[bytes, ...]]
    ) -> None:
        """Rows of one pattern, with a mark for the row's number and %b for each of its values."""
        self.end_rows(sheet)
        made = [pattern.replace(mark, b"%d" % row) for row in rows]
        self._rows[sheet] += [row % of for row, of in zip(made, values, strict=True)] if values else made

    def array_formula(self, sheet: int, row: int, column: int, text: bytes) -> None:
        """A formula as an array formula of one cell: the engine puts no @ of its own into it."""
        self._rows[sheet].append(one_cell_array(row, column, text))

    def late_formula(self, sheet: int, row: int, column: int, formula: Formula) -> None:
        """A formula whose place was kept with `keep`."""
        place, stored = column_letters(column).encode(), escape(formula.text).encode()
        content = b'<c r="%s%d"><f>%s</f><v>0</v></c>' % (place, row, stored)
        at = self._late[CellAt(sheet, row, column)]
        self._rows[sheet][at] = one_cell_array(row, column, stored) if formula.kind == "lifted" else content

    def keep(self, sheet: int, row: int, column: int) -> None:
        """Keep the place of a formula whose text is not known yet."""
        self._late[CellAt(sheet, row, column)] = len(self._rows[sheet])
        self._rows[sheet].append(b"")

    def waits(self, sheet: int, row: int, column: int) -> bool:
        """Whether the place of a formula was kept."""
        return (sheet, row, column) in self._late

    def add_name(self, name: DefinedName, sheet: int, rect: Rect) -> None:
        """A name that stands for cells."""
        first = f"${column_letters(rect.left)}${rect.top}"
        last = f"${column_letters(rect.right)}${rect.bottom}"
        cells = first if rect.rows * rect.columns == 1 else f"{first}:{last}"
        scope = "" if name.sheet is None else f' localSheetId="{name.sheet}"'
        text = escape(f"{quote_sheet(self._sheets[sheet])}!{cells}")
        self._names.append(f"<definedName name={quoteattr(name.name)}{scope}>{text}</definedName>")

    def build(self, strings: Sequence[str] = ()) -> bytes:
        """The copy's bytes; cells name the texts among `strings` by their numbers."""
        out = io.BytesIO()
        count = len(self._sheets)
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(self._sheets, 1)
        )
        links = "".join(
            f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, count + 1)
        )
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            types = "".join(
                f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{WORKSHEET}"/>'
                for i in range(1, count + 1)
            )
            archive.writestr("[Content_Types].xml", f"{CONTENT_TYPES}{types}</Types>")
            archive.writestr(
                "_rels/.rels",
                f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
                f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            )
            archive.writestr(
                "xl/workbook.xml",
                f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>'
                f"<definedNames>{''.join(self._names)}</definedNames></workbook>",
            )
            archive.writestr(
                "xl/_rels/workbook.xml.rels",
                f'<Relationships xmlns="{PACKAGE}/relationships">{links}<Relationship Id="rId{count + 1}" '
                f'Type="{OFFICE}/styles" Target="styles.xml"/>'
                f'<Relationship Id="rId{count + 2}" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
                "</Relationships>",
            )
            texts = "".join([f'<si><t xml:space="preserve">{escaped(text)}</t></si>' for text in strings])
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>'.encode("utf-8", "replace"))
            archive.writestr("xl/styles.xml", STYLES)
            for i, rows in enumerate(self._rows, 1):
                head = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
                archive.writestr(f"xl/worksheets/sheet{i}.xml", head + b"".join(rows) + b"</sheetData></worksheet>")
        return out.getvalue()


def one_cell_array(row: int, column: int, text: bytes) -> bytes:
    """A cell with an array formula over itself, its text as it is stored."""
    place = b"%s%d" % (column_letters(column).encode(), row)
    return b'<c r="%s"><f t="array" ref="%s">%s</f><v>0</v></c>' % (place, place, text)

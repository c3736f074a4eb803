"""A table of answers as a file: .csv, .parquet (with pyarrow) or .xlsx."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from computefi.errors import Code, EngineMissing, InputRefused, LimitReached
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, Value
from computefi.xlsx.files import write_atomically

# With these a spreadsheet begins a formula, in the wide forms of East Asian keyboards too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

AnswerRows = Sequence[Sequence[Value]]


def write_table(path: Path, columns: Sequence[str], rows: AnswerRows, raw: bool = False) -> None:
    """Write rows under their headings, in the format that the file's name asks for; the file is there whole, or not."""
    write_atomically(path, table_bytes(path, columns, rows, raw))


def table_bytes(path: Path | None, columns: Sequence[str], rows: AnswerRows, raw: bool = False) -> bytes:
    """Rows under their headings in the format that a file's name asks for, as .csv for no file.

    `raw` leaves texts of a .csv as they are, which a spreadsheet may take for formulas.
    """
    writer = csv_bytes if path is None else writer_for(path)
    return csv_bytes(columns, rows, raw) if writer is csv_bytes else writer(columns, rows)


def writer_for(path: Path) -> Callable[[Sequence[str], AnswerRows], bytes]:
    """What makes the bytes of a file of this name; WorkbookError where nothing does."""
    suffix = path.suffix.casefold()
    if suffix not in WRITERS:
        raise InputRefused(f"{path} must end in {', '.join(WRITERS)}", name=str(path))
    if suffix == ".parquet":
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError:
            raise EngineMissing(
                "a .parquet file needs pyarrow: pip install 'computefi[parquet]'", name="pyarrow"
            ) from None
    if not path.parent.is_dir():
        raise InputRefused(f"{path} cannot be written: there is no folder {path.parent}", name=str(path))
    return WRITERS[suffix]


def as_text(value: Value) -> str:
    """A value as a .csv file has it: every digit of a number, TRUE, #N/A, nothing for a blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return repr(float(value)).removesuffix(".0")
    return value.value if isinstance(value, Code) else value


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula when it opens a .csv file.

    =HYPERLINK("…")   →   '=HYPERLINK("…"), which a spreadsheet shows as text
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def csv_bytes(columns: Sequence[str], rows: AnswerRows, raw: bool = False) -> bytes:
    """The table as .csv; texts that would be formulas are made harmless unless they are wanted raw."""
    made = str if raw else harmless
    texts = ([made(value) if isinstance(value, str) else as_text(value) for value in row] for row in (columns, *rows))
    return "".join(",".join(map(field, line)) + "\n" for line in texts).encode("utf-8", "replace")


def field(text: str) -> str:
    """A text between commas; the standard library leaves a lone carriage return unquoted, which ends the line."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


def xlsx_bytes(columns: Sequence[str], rows: AnswerRows) -> bytes:
    """One sheet with a heading row that stays in sight; errors are Excel's own."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    if len(rows) >= LAST_ROW or len(columns) > LAST_COLUMN:
        raise LimitReached(f"{len(rows):,} rows do not fit on a sheet; write .csv or .parquet")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    sheet.freeze_panes = "A2"

    def cell(value: Value) -> Any:
        if isinstance(value, Code):
            made = WriteOnlyCell(sheet, value.value)
            made.data_type = "e"
            return made
        if isinstance(value, str):
            made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
            # A text that begins with = is no formula.
            made.data_type = "s"
            return made
        if isinstance(value, float):
            # openpyxl would write sixteen digits, which are not always enough.
            made = WriteOnlyCell(sheet, repr(value))
            made.data_type = "n"
            return made
        return value

    headings = [cell(name) for name in columns]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    for row in rows:
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet_bytes(columns: Sequence[str], rows: AnswerRows) -> bytes:
    """Columns of numbers, truth values or texts; errors go into a column beside, so that a number stays a number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names: list[str] = []
    arrays: list[Any] = []
    for place, name in enumerate(columns):
        values = [row[place] for row in rows]
        plain = [None if isinstance(value, Code) else value for value in values]
        kinds = {type(value) for value in plain if value is not None}
        if kinds <= {float, int}:
            arrays.append(pa.array([None if value is None else float(value) for value in plain], pa.float64()))
        elif kinds == {bool}:
            arrays.append(pa.array(plain, pa.bool_()))
        else:
            arrays.append(pa.array([None if value is None else as_text(value) for value in plain], pa.string()))
        names.append(name)
        if any(isinstance(value, Code) for value in values):
            arrays.append(pa.array([v.value if isinstance(v, Code) else None for v in values], pa.string()))
            names.append(f"{name} error")
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names), out)
    return out.getvalue()


WRITERS: dict[str, Callable[[Sequence[str], AnswerRows], bytes]] = {
    ".csv": csv_bytes,
    ".parquet": parquet_bytes,
    ".xlsx": xlsx_bytes,
}

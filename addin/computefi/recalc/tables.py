"""Answers as tables: for a notebook, and as frames of pandas and polars. An error is a missing value there.

book.sweep({"rho": [0, 0.5]}, ["el"]).to_pandas()   →   a frame with the columns rho and el, a row per scenario
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from computefi.errors import Code, show
from computefi.xlsx.cells import Value

SHOWN_ROWS = 20

Table = tuple[Sequence[str], Sequence[Sequence[Value]]]


def html(table: Table, said: Sequence[str] = ()) -> str:
    """The first rows of a table with what is to be said of it above."""
    from html import escape

    columns, rows = table
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows[:SHOWN_ROWS])
    more = len(rows) - SHOWN_ROWS
    lines = [*said, *([f"The first {SHOWN_ROWS} rows; {more:,} more follow."] if more > 0 else [])]
    words = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f"{words}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Value) -> str:
    from html import escape

    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'<td style="text-align:right">{value:,.6g}</td>'
    return f"<td>{escape('' if value is None else show(value))}</td>"


def pandas_frame(table: Table) -> Any:
    """The table as a frame of pandas."""
    import pandas

    return pandas.DataFrame(columns_of(table))


def polars_frame(table: Table) -> Any:
    """The table as a frame of polars; a column of texts and numbers is one of objects."""
    import polars

    return polars.DataFrame(
        [
            polars.Series(
                name, cells, dtype=None if len({type(c) for c in cells} - {type(None)}) < 2 else polars.Object
            )
            for name, cells in columns_of(table).items()
        ]
    )


def columns_of(table: Table) -> dict[str, list[Any]]:
    """The columns by their names, errors as nothing; a name that repeats has its number: `el`, `el_2`."""
    columns, rows = table
    found: dict[str, list[Any]] = {}
    for place, column in enumerate(columns):
        name, number = column, 1
        while name in found:
            number += 1
            name = f"{column}_{number}"
        found[name] = [None if isinstance(row[place], Code) else row[place] for row in rows]
    return found

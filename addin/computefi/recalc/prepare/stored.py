"""A prepared workbook as bytes and back, for a cache: only the classes that are named here come out of it.

CellAt(0, 1, 2), b"x", [1.5, None]   →   ["CellAt", 0, 1, 2], ["bytes", "x"], ["list", 1.5, null]

The sheets themselves are not in it: they are cut out of the workbook's file again where somebody asks for them.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, overload

from computefi.errors import CODES, Code
from computefi.formulas.relative import Relative
from computefi.recalc.engines.base import Extent, Formula
from computefi.recalc.natives.table import NATIVES
from computefi.recalc.prepare.columns import FormulaCells
from computefi.recalc.prepare.extremes import Extremes
from computefi.recalc.prepare.groups import Groups, Head
from computefi.recalc.prepare.indirect import address_of
from computefi.recalc.prepare.operands import View, names_of
from computefi.recalc.prepare.plan import (
    Block,
    CallSite,
    Consumer,
    DataTable,
    FromCall,
    Helper,
    Hole,
    Plan,
    Reference,
    Rounds,
    StoredFormula,
)
from computefi.spec import MISSING
from computefi.xlsx.cells import CellAt, Rect
from computefi.xlsx.hidden import HiddenRows
from computefi.xlsx.sheet import Sheet, open_sheet, reopened
from computefi.xlsx.workbook import Workbook

TUPLES: dict[str, Any] = {
    kind.__name__: kind for kind in (CellAt, Rect, Extent, StoredFormula, Head, HiddenRows, Relative)
}
COLLECTIONS: dict[str, Any] = {"list": list, "tuple": tuple, "frozenset": frozenset}
RECORDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        Block, CallSite, Consumer, DataTable, Formula, FormulaCells, FromCall, Groups, Helper, Hole, Reference, Rounds
    )
}  # fmt: skip
# What a plan has beside the workbook, its sheets, and what is needed only until the engine has the copy.
KEPT = (
    "initial",
    "calls", "sources", "consumers", "consumers_of", "blocks", "formulas", "groups", "apart", "children", "frozen",
    "tables", "extents", "hidden", "named", "warnings", "own_sheets", "rounds", "size_rows",
    "in_lambdas", "joined_subtotals",
)  # fmt: skip
PARTS = {name: [part.name for part in fields(kind) if part.init] for name, kind in RECORDS.items()}
# Only the first formulas of groups, and how they read in each column, are asked for afterwards.
PARTS["Groups"] = ["heads", "_in_column"]
LENGTH = struct.Struct("<Q")


class NotStorable(Exception):
    """There is something in the plan that no file can hold."""


def plain(value: Any, arrays: list[bytes]) -> Any:
    """A value as JSON has it; columns of numbers go beside it, into `arrays`."""
    if value is None or value.__class__ in (bool, int, float, str):
        return value
    if isinstance(value, Code):
        return ["Code", value.value]
    if isinstance(value, bytes):
        return ["bytes", value.decode("latin-1")]
    if isinstance(value, array):
        arrays.append(value.tobytes())
        return ["array", value.typecode, len(arrays) - 1]
    if value is MISSING:
        return ["MISSING"]
    name = value.__class__.__name__
    if isinstance(value, dict):
        return ["dict", *(plain(part, arrays) for pair in value.items() for part in pair)]
    if name in TUPLES or value.__class__ in COLLECTIONS.values():
        return [name, *(plain(part, arrays) for part in value)]
    if name not in RECORDS:
        raise NotStorable(name)
    parts = {part: getattr(value, part) for part in PARTS[name]}
    if name == "CallSite":
        # One of Excel's functions is found again by its name, unless it looks at the plan itself.
        parts["native"] = value.native is not None
        if value.native not in (None, NATIVES.get(value.function)) and value.function != "INDIRECT":
            raise NotStorable(value.function)
    return [name, *(plain(part, arrays) for part in parts.values())]


def restored(value: Any, arrays: Sequence[bytes]) -> Any:
    """The value that JSON had so."""
    if value.__class__ is not list:
        return value
    kind = value[0]
    if kind == "bytes":
        return value[1].encode("latin-1")
    if kind == "array":
        column = array(value[1])
        column.frombytes(arrays[value[2]])
        return column
    parts = [restored(part, arrays) if part.__class__ is list else part for part in value[1:]]
    if kind in TUPLES:
        return TUPLES[kind](*parts)
    if kind in RECORDS:
        return RECORDS[kind](**dict(zip(PARTS[kind], parts, strict=True)))
    if kind == "dict":
        return dict(zip(parts[::2], parts[1::2], strict=True))
    if kind == "Code":
        return CODES[parts[0]]
    if kind == "MISSING":
        return MISSING
    return COLLECTIONS[kind](parts)


def packed(plan: Plan, engine: bytes) -> bytes:
    """A plan, and what an engine made of its copy, as bytes."""
    if plan.volatile or plan.kept_spills or any(site.native and site.native.draws for site in plan.calls):
        raise NotStorable("what is another one each time")
    arrays = [engine]
    known = {name: plain(getattr(plan, name), arrays) for name in KEPT}
    outlines = [[*sheet.outline] if sheet.outline else None for sheet in plan.sheets]
    near = [sorted(plan.extremes.rows), sorted(plan.extremes.columns), plan.extremes.huge]
    parts = [json.dumps([known, outlines, near]).encode(), *arrays]
    return b"".join(piece for part in parts for piece in (LENGTH.pack(len(part)), part))


def unpacked(data: bytes, workbook: Workbook) -> tuple[Plan, bytes]:
    """The plan of this workbook, and what the engine had made of its copy; the other way round."""
    parts, place = [], 0
    while place < len(data):
        (length,) = LENGTH.unpack_from(data, place)
        place += LENGTH.size
        parts.append(data[place : place + length])
        place += length
    known, outlines, (rows, columns, huge) = json.loads(parts[0])
    arrays = parts[1:]
    plan = Plan(
        workbook, sheets=LazySheets(workbook, outlines), extremes=Extremes(frozenset(rows), frozenset(columns), huge)
    )
    for name in KEPT:
        setattr(plan, name, restored(known[name], arrays))
    names = names_of(plan)
    for site in plan.calls:
        view = View(plan, names, site.sheet, site.row, site.column)
        site.native = (NATIVES.get(site.function) or address_of(view)) if site.native else None
    return plan, arrays[0]


class LazySheets(Sequence[Sheet]):
    """The worksheets of a workbook that was read before, each opened when it is asked for."""

    def __init__(self, workbook: Workbook, outlines: list[list[Any] | None]) -> None:
        self._workbook, self._outlines = workbook, outlines
        self._opened: dict[int, Sheet] = {}

    def __len__(self) -> int:
        return len(self._outlines)

    @overload
    def __getitem__(self, index: int) -> Sheet: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sheet]: ...
    def __getitem__(self, index: int | slice) -> Sheet | Sequence[Sheet]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        if index not in self._opened:
            part, outline = self._workbook.parts[index], self._outlines[index]
            data = self._workbook.package.read(part)
            self._opened[index] = open_sheet(data, part) if outline is None else reopened(data, part, *outline)
        return self._opened[index]

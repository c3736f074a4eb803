"""Calls that nobody here can answer: a formula with one keeps its stored value, and the report names it.

OurMacro(A1)*2             →   OurMacro is no function of Excel's: a macro's or an add-in's
GETPIVOTDATA("EAD",A1)     →   only Excel has what it asks for
CELL("filename",A1)        →   the same; CELL("row",A1) is computed
"""

from __future__ import annotations

from computefi.formulas.native import NATIVE
from computefi.formulas.tree import Call, cfi_name, literal, plain_name, trimmed

ONLY_IN_EXCEL = frozenset(
    "CALL COPILOT CUBEKPIMEMBER CUBEMEMBER CUBEMEMBERPROPERTY CUBERANKEDMEMBER CUBESET CUBESETCOUNT CUBEVALUE "
    "DETECTLANGUAGE EUROCONVERT FILTERXML GETPIVOTDATA IMAGE IMPORTCSV IMPORTTEXT INFO PHONETIC PY REGISTER.ID RTD "
    "SQL.REQUEST STOCKHISTORY TRANSLATE WEBSERVICE".split()
)
"""They ask other programs, services, or Excel about itself."""

NOBODY_HAS = frozenset(
    "AGGREGATE BAHTTEXT DBCS FORECAST.ETS FORECAST.ETS.CONFINT FORECAST.ETS.SEASONALITY FORECAST.ETS.STAT GROUPBY JIS "
    "PIVOTBY USDOLLAR".split()
)
"""They could be computed, but the default engine has no such function."""

KEPT = ONLY_IN_EXCEL | NOBODY_HAS | {"CELL"}

CELL_KNOWS = frozenset(("address", "col", "contents", "row", "type"))
"""What CELL tells of a cell's place and content; the rest is about formats, windows and files."""


class NotComputed(Exception):
    """A formula that cannot be computed here; the text says why."""


def why_kept(call: Call, named: bool) -> str:
    """Why a call cannot be answered; empty where it can. `named`: whether there is a LAMBDA of that name."""
    name = plain_name(call.name)
    if named or not name or cfi_name(call.name) is not None or ":" in name:
        return ""
    if name in ONLY_IN_EXCEL or (name == "CELL" and not asks_for_place(call)):
        return f"{name} asks what only Excel knows"
    if name in NOBODY_HAS:
        return f"{name} is not known to the engine"
    return "" if name in NATIVE else f"{call.name} is no function of Excel's: a macro's or an add-in's"


def asks_for_place(call: Call) -> bool:
    """Whether CELL is asked for what can be told without Excel."""
    known, asked = literal(trimmed(call.arguments[0]))
    return known and isinstance(asked, str) and asked.casefold() in CELL_KNOWS

"""The checks, out of checks.csv and workings.csv: to add a check is to add a line to checks.csv.

    function,case,arguments,answer,expected,tolerance,shadow,…
    CFI_LTV,after a haircut,"70, 100, 0.3",,1,exact,{loan}/({value}*(1-{haircut})),…

`arguments` are written as in Python: a series is `[16, 16, 10]`, a matrix `[[1, 0.2], [0.2, 1]]`, a word `'bullet'`; a
series made in cells is `'[1..6] = 0.98^(#-1)'`, or one formula for each entry, `['=100', '={prices[1]}*EXP(0.02)']`.
`answer` is the row and the column that are looked at of several numbers. A number is met within half a unit of its last
digit as printed, or within `tolerance`; `exact` is all that a computer holds. `workings` names sets of workings.csv, or
makes a number on the spot: `loan = 1-0.136; haircut target`.

    workings,for,name,formula,note
    runway,,balance[1],{cash}+{margin[1]}-{spent[1]},
    runway,,balance[2..24],{balance[<]}+{margin[#]}-{spent[#]},
    loss by jumps,0..8,x@,{loan}/({value}*(1-{jump})^@),

A row of a set makes a number, or entries of a series, with `#` for the number of the entry and `[<]` for the one
before. Rows with `0..8` under `for` are repeated, with `@` for the number: x0, x1, …
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from computefi.spec import REGISTRY
from workbooks.build.checks.case import STATUSES, Bivariate, Case, Group, Line, Listed, Making
from workbooks.build.kit.inputs import read_table

FOLDER = Path(__file__).parent
ENTRIES = re.compile(r"\w*\[\d+(?:\.\.(\d+))?\]")  # balance[1], balance[2..24]
Named = tuple[str, str]  # the name of a working and its formula


def read_groups() -> dict[str, tuple[Group, ...]]:
    """The checks of each function by category, both in the order of the registry; a function may have none yet."""
    cases = [case(row) for row in read_table(FOLDER / "checks.csv")]
    if unknown := {one.function for one in cases} - set(REGISTRY):
        raise ValueError(f"checks.csv has checks of {', '.join(sorted(unknown))}, which is no function")
    found: dict[str, tuple[Group, ...]] = {spec.category: () for spec in REGISTRY.values()}
    for name, spec in REGISTRY.items():
        if own := tuple(one for one in cases if one.function == name):
            found[spec.category] += (Group(name, own),)
    return {category: groups for category, groups in found.items() if groups}


def case(row: dict[str, str]) -> Case:
    if row["status"] not in STATUSES:
        raise ValueError(f"{row['function']}, {row['case']}: the status {row['status']!r} is none of {STATUSES}")
    line, _, column = row["answer"].partition(" ")
    return Case(
        row["function"],
        row["case"],
        tuple(argument(value) for value in literal_eval(f"({row['arguments']},)")),
        row["expected"],
        row["tolerance"],
        row["shadow"],
        row["shadow_tolerance"],
        row["status"],
        row["source"],
        (int(line), int(column)) if line else None,
        tuple(makings(row["workings"])),
    )


def argument(value: Any) -> Any:
    """A number, a word or a list as it is; `'[1..6] = …'` and a list of formulas are made in cells."""
    if isinstance(value, str) and value.startswith("["):
        entries, _, formula = value.partition(" = ")
        return series([(entries, formula)])
    if isinstance(value, list) and str(value[0]).startswith("="):
        return Listed(tuple(formula.removeprefix("=") for formula in value))
    return value


def makings(text: str) -> Iterator[tuple[str, Making]]:
    """What a check makes on its way: `loan = 1-0.136; haircut target` is a number, then a set of workings.csv."""
    for part in filter(None, text.split("; ")):
        name, given, formula = part.partition(" = ")
        if not given and part not in sets():
            raise ValueError(f"workings.csv has no set {part!r}")
        yield from [(name, formula)] if given else sets()[part]


@cache
def sets() -> dict[str, list[tuple[str, Making]]]:
    """The sets of workings.csv by name."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in read_table(FOLDER / "workings.csv"):
        rows.setdefault(row["workings"], []).append(row)
    return {name: list(made(repeated(members))) for name, members in rows.items()}


def repeated(rows: Iterable[dict[str, str]]) -> Iterator[Named]:
    """The rows of a set, those under `for` once for every number; `losses[@]` is repeated by itself."""
    for (span, _), block in groupby(rows, lambda row: (row["for"], "[@]" in row["name"])):
        lines = [(row["name"], row["formula"]) for row in block]
        first, _, last = span.partition("..")
        for at in map(str, range(int(first), int(last) + 1)) if span else [""]:
            yield from ((name.replace("@", at), formula.replace("@", at)) for name, formula in lines)


def made(rows: Iterable[Named]) -> Iterator[tuple[str, Making]]:
    """The workings that rows make: `a` a number, the rows `balance[1]` and `balance[2..24]` together a series."""
    for name, parts in groupby(rows, lambda row: row[0].partition("[")[0]):
        entries = list(parts)
        yield name, series(entries) if "[" in entries[0][0] else number(entries[0][1])


def number(formula: str) -> str | Bivariate:
    """A formula of native Excel, or `Φ₂(h, k, rho)`, which it has not."""
    if not formula.startswith("Φ₂("):
        return formula
    h, k, rho = formula[3:-1].split(", ")
    return Bivariate(h, k, rho)


def series(rows: list[Named]) -> Line | Listed:
    """`x[1..9]`, or `x[1]` and `x[2..9]`: one formula for all but the first; `x[1]`, `x[2]`, …: one for each entry."""
    found, formulas = ENTRIES.fullmatch(rows[-1][0]), [formula for _, formula in rows]
    if found is None:
        raise ValueError(f"{rows[-1][0]} names no entries of a series")
    if found[1] is None:
        return Listed(tuple(formulas))
    return Line(int(found[1]), formulas[-1], formulas[0] if len(rows) == 2 else "")


GROUPS = read_groups()

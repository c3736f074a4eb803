"""Formulas by chance: Excel's functions over blanks, texts, truth values, errors, dates and spills.

random_formulas(2026, 3)   →   ["SUMIF(A1:A8,\"<>x\",B1:B8)", "ROUND(C4,-1)", "MATCH(G3,E1:E8,1)"]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

SHEET: dict[str, Any] = {
    # Numbers and blanks; numbers, a text and a truth value; texts; dates; numbers that rise; a row; a spill.
    **{f"A{row}": value for row, value in enumerate([3, None, 7.5, -2, 0, 12, None, 3], 1)},
    **{f"B{row}": value for row, value in enumerate([1, "x", True, 4, None, "5", False, 2.5], 1)},
    **{f"C{row}": value for row, value in enumerate(["apple", "Bob", "", "x", None, "ape", "12", "apple"], 1)},
    **{f"D{row}": day for row, day in enumerate([44927, 45016, 45291.5, 45350, 45657, 36526, 45657, 40237], 1)},
    **{f"E{row}": value for row, value in enumerate([1, 2, 4, 8, 16, 32, 64, 128], 1)},
    **{f"F{row}": value for row, value in enumerate([-100, 20, 30, 40, 50, 10, 5, 5], 1)},
    "G1": {"error": "#N/A"}, "G2": {"error": "#DIV/0!"}, "G3": 0, "G4": "text", "G5": True, "G6": 2, "G8": "TRUE",
    "H1": {"formula": "=1/0"}, "H2": {"formula": '=""'}, "H3": {"formula": "=1=1"}, "H4": {"formula": "=A1*2"},
    "H5": {"formula": '="ap"&"ple"'}, "H6": {"formula": "=C5"}, "H7": {"formula": "=0.1+0.2"},
    "H8": {"formula": "=-A6"},
    "J1": {"formula": "=E1:E5*2-3", "array": True, "ref": "J1:J5"},
    "K1": {"formula": '=IF(E1:E5>3,E1:E5,"low")', "array": True, "ref": "K1:K5"},
    **{f"{column}10": value for column, value in zip("ABCDEF", [1, 2, 3, 5, 8, 13], strict=True)},
    **{f"{column}11": value for column, value in zip("ABCDEF", ["a", "b", "c", "d", "e", "f"], strict=True)},
}  # fmt: skip
CELLS = [f"{column}{row}" for column in "ABCDEFGH" for row in range(1, 9)] + ["J2", "K1", "K4"]
COLUMNS = [f"{column}{{0}}:{column}{{1}}" for column in "ABCDEFGH"]
NUMBERS = ["0", "1", "2", "3", "-1", "0.5", "2.5", "10", "100", "1E+10"]
CRITERIA = [
    '">2"', '"<>x"', '"<>"', '"="', '"a*"', '"?ob"', '">=b"', '"<=3"', '"x"', '"TRUE"', "TRUE", '""', '"12"', '"<>3"',
    '">1-Jan-2024"', "3", "C1", "B2", "A2", "G4", '">"&A1', '"<>"&C4', '"=apple"', '"~*"',
]  # fmt: skip
FORMATS = ['"0.00"', '"0.0%"', '"#,##0"', '"yyyy-mm-dd"', '"0"', '"0.00E+00"', '"#,##0.00;(#,##0.00)"', '"mmm yy"',
           '"hh:mm"', '"0.0x"', '"$#,##0"', '"@"', '"dd/mm/yyyy"', '"#.##"', '"000"', '"0,"', '"ddd"']  # fmt: skip

# A single cell, outside texts, in place of which something else may stand.
IN_PLACE = re.compile(r'"[^"]*"|(?<![A-Z0-9:!$.])([A-H][1-8]|K1|K4|J2)(?![0-9:(])')
LONGEST = 400

Make = Callable[[Random], str]


def number(random: Random) -> str:
    """A number, or a cell that may be anything."""
    return random.choice(NUMBERS) if random.random() < 0.5 else random.choice(CELLS)


def value(random: Random) -> str:
    """Anything that is one value."""
    written = [*NUMBERS, '"x"', '"5"', "TRUE", "FALSE", '""', '"apple"', "A1&B1", "A1+E2", "1/0"]
    return random.choice(written) if random.random() < 0.3 else random.choice(CELLS)


def text(random: Random) -> str:
    return random.choice(
        ["C1", "C2", "C4", "C6", "C7", "H5", "A3", "B3", "C5", "D1", '"Hello World"', '" a  b "', "G2"]
    )


def column(random: Random) -> str:
    """A range in one column."""
    first = random.choice([1, 1, 1, 2, 3])
    chosen = random.choice([*COLUMNS[:6], *COLUMNS])
    return random.choice([chosen.format(first, 8)] * 5 + ["J1:J5", "K1:K5", "A10:F10"])


def numbers(random: Random) -> str:
    """A range in which there are mostly numbers."""
    return random.choice(["A1:A8", "E1:E8", "F1:F8", "D1:D8", "J1:J5", "B1:B8", "A10:F10", "A1:B8"])


def date(random: Random) -> str:
    return random.choice(["D1", "D2", "D3", "D4", "D5", "D6", "D8", "A2", "A1", "45000", "DATE(2024,2,29)", "C1", "E8"])


def same(random: Random, count: int) -> list[str]:
    """Columns of one length."""
    return [random.choice(COLUMNS[:7]).format(1, 8) for _ in range(count)]


def call(name: str, *parts: Make) -> Make:
    return lambda random: f"{name}({','.join(part(random) for part in parts)})"


def each(names: str, *parts: Make) -> dict[str, Make]:
    return {name: call(name, *parts) for name in names.split()}


def one_of(*choices: str) -> Make:
    return lambda random: random.choice(choices)


def criterion(random: Random) -> str:
    return random.choice(CRITERIA)


def pairs(name: str, first: bool) -> Make:
    """A function of criteria over columns of one length."""

    def make(random: Random) -> str:
        areas = same(random, 3)
        tests = [part for area in areas[: random.choice([1, 2])] for part in (area, criterion(random))]
        return f"{name}({','.join(([areas[2]] if first else []) + tests)})"

    return make


def single_pair(name: str) -> Make:
    def make(random: Random) -> str:
        tested, summed = same(random, 2)
        return f"{name}({tested},{criterion(random)}{random.choice(['', ',' + summed])})"

    return make


def twins(name: str) -> Make:
    return lambda random: f"{name}({','.join(same(random, 2))})"


kind = one_of("0", "1", "-1", "0", "FALSE", "TRUE")
MAKERS: dict[str, Make] = {
    **each("SUM AVERAGE COUNT COUNTA MIN MAX MEDIAN PRODUCT SUMSQ STDEV VAR", column),
    **each("AVERAGEA MAXA MINA VARA", column),
    **each("GEOMEAN HARMEAN DEVSQ AVEDEV SKEW KURT STDEVP VARP MODE", numbers),
    **each("COUNTBLANK ROWS COLUMNS", column),
    **each("AND OR XOR", column, value),
    **each("LARGE SMALL", numbers, one_of("1", "2", "3", "A1", "B1", "9")),
    **each("PERCENTILE", numbers, one_of("0", "0.25", "0.5", "1", "1.1")),
    **each("QUARTILE", numbers, one_of("0", "1", "2", "4", "5")),
    **each("RANK", number, numbers, one_of("0", "1")),
    **each("NOT ISNUMBER ISTEXT ISBLANK ISERROR ISERR ISNA ISLOGICAL ISNONTEXT N T TYPE", value),
    **each("ABS INT SIGN SQRT EXP LN EVEN ODD TRUNC", number),
    **each("ROUND ROUNDUP ROUNDDOWN", number, one_of("0", "1", "2", "-1", "A1")),
    **each("MOD QUOTIENT POWER CEILING FLOOR MROUND", number, number),
    **each("LEN TRIM UPPER LOWER PROPER VALUE CLEAN", text),
    **each("LEFT RIGHT", text, one_of("0", "1", "3", "A1", "99")),
    **each("MID", text, one_of("1", "2", "A1"), one_of("0", "2", "9")),
    **each("FIND SEARCH", one_of('"a"', '"p"', '"o"', '"l*o"', '""', "B4"), text),
    **each("SUBSTITUTE", text, one_of('"p"', '"l"', '""'), one_of('"-"', '""')),
    **each("REPT", text, one_of("0", "2", "A1")),
    **each("EXACT", text, text),
    **each("TEXT", value, one_of(*FORMATS)),
    **each("YEAR MONTH DAY WEEKDAY HOUR", date),
    **each("EDATE EOMONTH", date, one_of("0", "1", "-1", "12", "A1", "2.7")),
    **each("DATE", one_of("2024", "1999", "1900"), one_of("1", "2", "13", "0", "-3", "A1"), one_of("1", "31", "0")),
    **each("DAYS360", date, date),
    **each("YEARFRAC", date, date, one_of("0", "1", "2", "3", "4")),
    **each("NETWORKDAYS", date, date),
    **each("DATEDIF", one_of("D1", "D2", "D6"), one_of("D3", "D5", "D4"), one_of('"d"', '"m"', '"y"', '"ym"')),
    **{name: single_pair(name) for name in ("COUNTIF", "SUMIF", "AVERAGEIF")},
    "COUNTIF": lambda random: f"COUNTIF({column(random)},{criterion(random)})",
    "COUNTIFS": pairs("COUNTIFS", False),
    **{name: pairs(name, True) for name in ("SUMIFS", "AVERAGEIFS", "MINIFS", "MAXIFS")},
    **{name: twins(name) for name in "SUMPRODUCT SUMX2MY2 SUMX2PY2 SUMXMY2 CORREL SLOPE RSQ COVAR".split()},
    **each("MATCH", value, column, kind),
    **each("LOOKUP", value, one_of("E1:E8", "A10:F10", "A1:A8", "C1:C8")),
    **each("VLOOKUP", value, one_of("A1:C8", "C1:E8", "E1:F8"), one_of("1", "2", "3"), one_of("FALSE", "TRUE", "0")),
    **each("HLOOKUP", value, one_of("A10:F11", "A1:E3"), one_of("1", "2"), one_of("FALSE", "TRUE")),
    **each("INDEX", one_of("A1:C8", "C1:D8"), one_of("1", "3", "8", "9", "B4"), one_of("1", "2", "3")),
    **each("CHOOSE", one_of("1", "2", "3", "B1", "A1"), value, value),
    **each("IF", value, value, value),
    **each("IFERROR", value, value),
    **each("NPV", one_of("0.1", "0", "B1"), numbers),
    **each("IRR", one_of("F1:F8", "F1:F5", "A1:A8")),
    **each("PMT PV FV", one_of("0.1", "0", "0.05/12"), one_of("10", "E3", "360"), number),
    **each("NPER", one_of("0.01", "0"), one_of("-50", "-20"), one_of("1000", "E8")),
    **each("SLN", number, number, one_of("5", "E2")),
    **each("SUBTOTAL", one_of("1", "2", "3", "4", "5", "9", "101", "109"), column),
    **each("MDETERM", one_of("E1:F2", "A10:B11", "E3:F4")),
    **each("SUM", lambda random: f"OFFSET({random.choice(CELLS)},{random.choice(['1', '0', '2'])},0,2,1)"),
    **each("FORECAST", one_of("5", "A1"), one_of("F1:F8", "E1:E8"), one_of("E1:E8", "F1:F8")),
}  # fmt: skip
OPERATORS = ["+", "-", "*", "/", "&", "=", "<", ">", "<>", "^"]


def random_formula(random: Random) -> str:
    """One function, sometimes with another beside it."""
    made = MAKERS[random.choice(sorted(MAKERS))](random)
    if random.random() < 0.15:
        made = f"{made}{random.choice(OPERATORS)}{value(random)}"
    return made


def nested(random: Random, depth: int) -> str:
    """A function in whose arguments other functions stand in place of cells."""
    formula = random_formula(random)

    def inside(match: re.Match[str]) -> str:
        if match[1] is None or random.random() > 0.55:
            return match[0]
        inner = nested(random, depth - 1)
        return f"({inner})" if random.random() < 0.3 else inner

    return IN_PLACE.sub(inside, formula) if depth else formula


def nested_formulas(seed: int, count: int) -> list[str]:
    """So many formulas of functions within functions, the same for the same seed."""
    random, made = Random(seed), list[str]()
    while len(made) < count:
        formula = nested(random, random.choice([1, 1, 2]))
        made += [formula] if len(formula) < LONGEST else []
    return made


def random_formulas(seed: int, count: int) -> list[str]:
    """So many formulas, the same for the same seed."""
    random = Random(seed)
    return [random_formula(random) for _ in range(count)]

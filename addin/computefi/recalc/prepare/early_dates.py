"""Days before March 1900 and blank cells as dates: the engine gives an error for 0, and counts January 1900 wrong.

YEAR(A1)        →   IF(A1<61,IF(A1<0,#NUM!,1900),YEAR(A1)); for a blank A1 that is 1900, as in Excel
DAY(B1-A1)      →   likewise of (B1-A1): the days between two dates are asked for so
EOMONTH(A1,0)   →   likewise, 31 for a blank A1
NETWORKDAYS(A1,B1), WORKDAY(A1,5)   →   NETWORKDAYS(IF(A1=0,1,A1),IF(B1=0,1,B1)): day 0 is a Saturday, day 1 a Sunday

DATE(YEAR(A1),2,1)   →   a day less before March 1900, which is where a blank A1 leads: 32, as Excel counts

A date stored in words, 2027-01-15T12:00   →   46402.5

MONTH(A1:A9) among arrays is written likewise by `lifted`.

Of single values only those of cells, and of sums of cells and numbers, are written anew: that a cell is still blank is
what happens. Excel counts a 29 February 1900, which there was not; so what the engine calls day 60 is day 59.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re

from computefi.dates import EPOCH, serial_of
from computefi.errors import DamagedFile
from computefi.formulas.functions import LET
from computefi.formulas.tree import Call, Group, Leaf, literal, parse, trimmed
from computefi.recalc.prepare.brackets import is_in_brackets

CELL = r"(?:\d+|(?:(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?\$?[A-Za-z]{1,3}\$?[0-9]{1,7})"
ADDED = rf"{CELL}(?:\s*[-+]\s*{CELL})*"
CALL = re.compile(
    r'"[^"]*"|(?<![\w.])(?:'
    rf"(?P<part>YEAR|MONTH|DAY)\(\s*(?P<of>{ADDED})\s*\)"
    rf"|(?P<moved>EDATE|EOMONTH)\(\s*(?P<start>{CELL})\s*,(?P<months>[^()\"',:{{}}]+)\)"
    rf"|(?P<working>NETWORKDAYS|WORKDAY)\(\s*(?P<first>{CELL})\s*,(?:\s*(?P<last>{CELL})\s*(?=[,)]))?"
    rf"|(?P<weekday>WEEKDAY)\(\s*(?P<day>{CELL})\s*(?=[,)]))",
    re.IGNORECASE,
)
EARLY = {
    "YEAR": "IF({x}<61,IF({x}<0,#NUM!,1900),YEAR({x}))",
    "MONTH": "IF({x}<61,IF({x}<0,#NUM!,IF({x}<32,1,2)),MONTH({x}))",
    "DAY": "IF({x}<61,IF({x}<0,#NUM!,IF({x}<32,INT({x}),INT({x})-31)),DAY({x}))",
    "EDATE": "IF({x}<60,IF({x}<0,#NUM!,IF({x}<1,DATE(((1900)),1+{m},1)-IF({m}<2,2,1),"
    "EDATE({x}+1,{m})-IF(EDATE({x}+1,{m})<61,1,0))),EDATE({x},{m}))",
    "EOMONTH": "IF({x}<61,IF(OR({x}<0,IF({x}<32,1,2)+{m}<1),#NUM!,"
    "DATE(((1900)),IF({x}<32,2,3)+{m},1)-IF(IF({x}<32,1,2)+{m}<3,2,1)),EOMONTH({x},{m}))",
}
EARLY_YEARS = (None, 0.0, 1.0, 1900.0, 1901.0)
"""Years of which a month may be one of the first in 1900; None where the year is computed."""

FIRST, DAYS = "_xlpm.first_day", "_xlpm.days"
DATES = re.compile(rb"(?i:YEAR|MONTH|DAYS?|EDATE)\b")
"""What a formula holds that may be written anew."""


WEEK = "IF({x}<1,IF({x}<0,#NUM!,{x}+7),{x})"
"""A day for WEEKDAY, of which day 0 is a Saturday."""


def with_early_dates(text: str) -> str:
    """A formula in which days before March 1900 are what they are in Excel."""
    return CALL.sub(early, text)


def early(match: re.Match[str]) -> str:
    """One function of a cell."""
    if match["part"]:
        of = match["of"]
        return EARLY[match["part"].upper()].format(x=of if re.fullmatch(CELL, of) else f"({of})")
    if match["moved"]:
        return EARLY[match["moved"].upper()].format(x=match["start"], m=f"({match['months'].strip()})")
    if match["working"]:
        first, last = match["first"], match["last"] or ""
        to = f"IF({last}=0,1,{last})" if last and match["working"].upper() == "NETWORKDAYS" else last
        return f"{match['working']}(IF({first}=0,1,{first}),{to}"
    if match["weekday"]:
        day = match["day"]
        return f"WEEKDAY(IF({day}<1,IF({day}<0,#NUM!,{day}+7),{day})"
    return match[0]


def early_date(call: Call) -> Call:
    """DATE of a year that is 1900 or computed, of which the engine counts January and February a day late."""
    year, month, day = call.arguments
    if is_in_brackets(year) or literal(trimmed(year))[1] not in EARLY_YEARS or not trimmed(year):
        return call
    year = [Group([[Group([year])]])]
    counted = parse(f"IF({FIRST}-2+{DAYS}<0,#NUM!,{FIRST}-2+{DAYS})")
    return Call(LET, [
        parse(FIRST), [Call(call.name, [year, month, [Leaf("1", "NUMBER")]])], parse(DAYS), [Call("TRUNC", [day])],
        [Call("IF", [parse(f"{FIRST}<61"), counted, [Call(call.name, [year, month, parse(DAYS)])]])],
    ])  # fmt: skip


def serial(text: str) -> float:
    """A stored ISO date as Excel's day number, a time alone as its part of a day."""
    text = text.replace("Z", "")
    with contextlib.suppress(ValueError):
        return serial_of(dt.datetime.fromisoformat(text))
    try:
        time = dt.time.fromisoformat(text)
    except ValueError:
        raise DamagedFile(f"a cell holds {text!r}, which is no date") from None
    return serial_of(dt.datetime.combine(EPOCH, time))

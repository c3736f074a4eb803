"""The values that charts carry with them, for viewers that draw from these and not from the cells.

Excel and LibreOffice redraw a chart from its cells; a previewer or a converter may draw the cached points
(`c:numCache`, `c:strCache`). Where they are refreshed, only the text of the points changes in the chart's bytes.

<c:f>Deal!$B$1</c:f>…<c:pt idx="0"><c:v>70</c:v></c:pt>, and B1 is 80   →   …<c:pt idx="0"><c:v>80</c:v></c:pt>
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from computefi.errors import Code
from computefi.recalc.engines.base import EngineFault
from computefi.recalc.run import Run
from computefi.xlsx.cells import Value, parse_rect, unquote_sheet
from computefi.xlsx.patch import number_text
from computefi.xlsx.sheet import decode
from computefi.xlsx.workbook import escaped, parse_safely, relationships, safe_parser

CACHE = re.compile(rb"<((?:[\w.-]+:)?)f>([^<]*)</\1f>\s*<\1(num|str)Cache>(.*?)</\1\3Cache>", re.S)
POINT = re.compile(rb"<((?:[\w.-]+:)?)pt\s([^<>]*)>\s*(?:<\1v\s*/>|<\1v>([^<]*)</\1v>)\s*</\1pt>", re.S)
INDEX = re.compile(rb"""idx\s*=\s*["'](\d+)["']""")
POINT_LIMIT = 100_000


def chart_parts(run: Run) -> dict[str, bytes]:
    """The chart parts whose points are not what the cells show, with new points."""
    package = run.plan.workbook.package
    changed = {}
    for part in charts(run):
        stored = package.read(part)
        parse_safely(safe_parser(), stored, part)
        fresh = CACHE.sub(lambda match: refreshed(run, match), stored)
        if fresh != stored:
            changed[part] = fresh
    return changed


def charts(run: Run) -> Iterator[str]:
    """The chart parts that the worksheets' drawings show."""
    package = run.plan.workbook.package
    for sheet in run.plan.workbook.parts:
        for drawing in relationships(package, sheet).values():
            if drawing.kind.endswith("/drawing") and package.has(drawing.target):
                for link in relationships(package, drawing.target).values():
                    if link.kind.endswith("/chart") and package.has(link.target):
                        yield link.target


def refreshed(run: Run, match: re.Match[bytes]) -> bytes:
    """One series' cells with their points; as it was where the reference is not a plain one."""
    values = cells_of(run, decode(match[2]))
    if values is None:
        return match[0]
    prefix, kind, cache = match[1], match[3], match[4]
    texts = {i: text for i, value in enumerate(values) if (text := point_text(value, kind)) is not None}
    if any(isinstance(value, EngineFault) for value in values):
        return match[0]
    stored = [(found, point[3]) for point in POINT.finditer(cache) if (found := INDEX.search(point[2]))]
    old = {int(found[1]): text for found, text in stored if text is not None}
    if kind == b"str":
        # A number among the categories is shown by its format, which is not computed here.
        texts |= {i: old[i] for i, v in enumerate(values) if i in old and not isinstance(v, str) and v is not None}
    if all_alike(old, texts):
        return match[0]
    start, end = match.start(4) - match.start(), match.end(4) - match.start()
    if old.keys() == texts.keys():
        cache = POINT.sub(lambda point: renewed(point, texts), cache)
    else:
        head = POINT.sub(b"", cache)
        points = (b'<%spt idx="%d"><%sv>%s</%sv></%spt>' % (prefix, i, prefix, texts[i], prefix, prefix) for i in texts)
        place = head.rfind(b"ptCount")
        place = head.index(b">", place) + 1 if place >= 0 else len(head)
        cache = head[:place] + b"".join(points) + head[place:]
    return match[0][:start] + cache + match[0][end:]


def renewed(point: re.Match[bytes], texts: dict[int, bytes]) -> bytes:
    """One point with its new text."""
    found = INDEX.search(point[2])
    if found is None or alike(point[3], texts[int(found[1])]):
        return point[0]
    start, end = point.start(3) - point.start(), point.end(3) - point.start()
    return point[0][:start] + texts[int(found[1])] + point[0][end:]


def all_alike(old: dict[int, bytes], new: dict[int, bytes]) -> bool:
    """Whether the points say the same already, perhaps in other digits."""
    return old.keys() == new.keys() and all(alike(old[i], new[i]) for i in new)


def alike(old: bytes, new: bytes) -> bool:
    if old == new:
        return True
    try:
        return float(old) == float(new)
    except ValueError:
        return False


def point_text(value: Value, kind: bytes) -> bytes | None:
    """A cell's value as a chart's point holds it; a blank cell has no point, and a text among numbers counts 0."""
    if value is None:
        return None
    if isinstance(value, Code):
        return value.value.encode()
    if isinstance(value, str):
        return escaped(value).encode("utf-8", "replace") if kind == b"str" else b"0"
    return number_text(float(value))


def cells_of(run: Run, text: str) -> list[Value] | None:
    """The cells of a series in their order; None where the reference is a name, a union or too large."""
    before, mark, rest = text.strip().rpartition("!")
    rect = parse_rect(rest)
    sheet = run.plan.workbook.sheet_index(unquote_sheet(before)) if mark else None
    if rect is None or sheet is None or rect.rows * rect.columns > POINT_LIMIT:
        return None
    return [value for row in run.engine.read(sheet, *rect) for value in row]

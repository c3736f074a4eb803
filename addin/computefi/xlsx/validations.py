"""Data validation: what a workbook says that may be typed into a cell.

<dataValidation type="decimal" sqref="D8:K8"><formula1>0</formula1><formula2>1</formula2></dataValidation>
    →   Validation(areas=(D8:K8,), kind="decimal", operator="between", first="0", second="1", …)
"""

from __future__ import annotations

from typing import NamedTuple

from computefi.xlsx.cells import Rect, parse_rect
from computefi.xlsx.sheet import Sheet
from computefi.xlsx.workbook import Walker, unescape


class Validation(NamedTuple):
    """One rule and the cells that it is for; `first` and `second` are its formulas as they stand in the file."""

    areas: tuple[Rect, ...]
    kind: str
    operator: str
    first: str
    second: str
    title: str
    prompt: str

    def holds_for(self, row: int, column: int) -> bool:
        """Whether the rule is for this cell."""
        return any(area.holds(row, column) for area in self.areas)


def validations(sheet: Sheet) -> list[Validation]:
    """The rules of a sheet that ask for something, those of Excel's extension among them."""
    found: list[Validation] = []
    rule: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if plain(tag) == "dataValidation":
            rule.clear()
            rule.update(attributes)

    def end(tag: str, text: str) -> None:
        name = plain(tag)
        if name in ("formula1", "formula2", "sqref"):
            # In the extension a formula stands in an element of its own: <x14:formula1><xm:f>…</xm:f></x14:formula1>.
            rule[name] = text or rule.pop("f", "")
        elif name == "f":
            rule["f"] = text
        elif name == "dataValidation" and rule.get("type", "none") != "none":
            rects = [parse_rect(area) for area in rule.get("sqref", "").split()]
            found.append(
                Validation(
                    tuple(rect for rect in rects if rect is not None),
                    rule["type"],
                    rule.get("operator", "between"),
                    rule.get("formula1", ""),
                    rule.get("formula2", ""),
                    unescape(rule.get("promptTitle", "")),
                    unescape(rule.get("prompt", "")),
                )
            )

    Walker(sheet.part, start, end).run(without_cells(sheet))
    return found


def without_cells(sheet: Sheet) -> bytes:
    """The part without what stands in its cells, which is nearly all of it."""
    return sheet.data[: sheet.start] + sheet.data[sheet.end :]


def plain(tag: str) -> str:
    """The name of an element of any namespace."""
    return tag.rpartition(" ")[2]

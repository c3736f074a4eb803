"""The memo of a workbook: all that its page says, found by one recalculation and the scenarios of a few inputs.

memo(Book.open("ddtl.xlsx")).sentences   →   ["PASS", "The lender expects to lose …"]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from computefi.errors import WorkbookError
from computefi.recalc import Book, Recalculated
from computefi.recalc.describe.checks import MASTER, Cause, causes
from computefi.recalc.describe.inputs import Answer, Description, Input
from computefi.recalc.describe.tracing import Step, trace
from computefi.reports.charts import Picture, pictures
from computefi.reports.profiles import STRANGER, Profile, live_names, number_at, profile_of
from computefi.reports.sensitivity import Examined, examine, inputs_behind, target_of
from computefi.reports.sheets import Block, Sheets
from computefi.xlsx.cells import Value
from computefi.xlsx.workbook import Walker

TRACED = 3
CHECKS = "Checks"
EXTERNAL = "xl/externalLinks/"


@dataclass(slots=True)
class Memo:
    """What the page tells, in its order."""

    book: Book
    result: Recalculated
    sheets: Sheets
    profile: Profile
    master: bool | None
    sentences: list[str] = field(default_factory=list)
    outputs: list[Answer] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    pages: list[tuple[str, list[Block]]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    examined: Examined | None = None
    not_examined: str = ""
    steps: Step | None = None
    checks: list[Block] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    differing: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    external: int = 0

    @property
    def ours(self) -> bool:
        return self.profile is not STRANGER


def memo(book: Book, wanted: str = "", step: Callable[[str], None] = lambda _: None) -> Memo:
    """Everything about an open workbook; `wanted` is the number to examine, else the workbook's own headline."""
    step("recalculation")
    result = book.recalculate()
    profile = profile_of(book)
    known = {name.casefold() for name in book.names()}
    sheets = Sheets(book)
    found = Memo(book, result, sheets, profile, result[MASTER] is True if MASTER in known else None)
    said = (sentence(book, name) for name in profile.sentences)
    found.sentences = [text for text in said if isinstance(text, str) and text]
    description = Description(book)
    found.outputs, found.inputs = description.outputs(), description.inputs()
    found.differing, found.causes = result.differing(), causes(book, result.error_cells)
    found.pages = [(name, [*sheets.blocks(name)]) for name in profile.sheets if name in sheets.names()]
    if CHECKS in sheets.names():
        found.checks = [*sheets.blocks(CHECKS)]
    found.hidden = hidden_sheets(book)
    found.external = sum(name.startswith(EXTERNAL) and name.endswith(".xml") and "/_rels/" not in name
                         for name in book.package.members)  # fmt: skip
    step("pictures")
    found.pictures = list(pictures(book))
    step("scenarios")
    sensitivities(found, description, wanted)
    return found


def sentence(book: Book, name: str) -> Value:
    try:
        value = book.get(name)
    except WorkbookError:
        return None
    return None if isinstance(value, tuple) else value


def sensitivities(found: Memo, description: Description, wanted: str) -> None:
    """The scenarios and the steps of the number that is examined."""
    book, profile = found.book, found.profile
    headline = profile.target if number_at(book, profile.target) is not None else ""
    target = target_of(book, description, wanted or headline)
    if target is None:
        found.not_examined = "The workbook has no number that rests on others."
        return
    found.steps = trace(book, target.cell, TRACED)
    names = live_names(book, profile) if not wanted else []
    limit = number_at(book, profile.limit) if not wanted else None
    try:
        found.examined = examine(book, target, inputs_behind(book, description, target, names), limit)
    except WorkbookError as error:
        found.not_examined = str(error)


def hidden_sheets(book: Book) -> list[str]:
    """The sheets that a user does not see."""
    found: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet" and attributes.get("state") in ("hidden", "veryHidden"):
            found.append(attributes.get("name", ""))

    workbook = book.plan.workbook
    Walker(workbook.part, start, lambda _tag, _text: None).run(workbook.package.read(workbook.part))
    return found


def language_of(found: Memo) -> str:
    """The language of a workbook's labels: Chinese where a tenth of them and more have Chinese characters."""
    texts = [one.label for one in found.inputs] + [one.label for one in found.outputs]
    chinese = sum(any("一" <= sign <= "鿿" for sign in text) for text in texts)
    return "zh" if chinese * 10 > len(texts) else "en"

"""The memo as a page: the answer first, then what it rests on, what moves it, what fails, and where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from computefi.errors import Code
from computefi.recalc.describe.inputs import Answer
from computefi.recalc.describe.tracing import Step
from computefi.reports import machine
from computefi.reports.drawings import Swing, tornado
from computefi.reports.inputs_page import inputs_table
from computefi.reports.memo import Memo
from computefi.reports.page import answer, bullets, heading, page, paragraph, table
from computefi.reports.plots import chart
from computefi.reports.sensitivity import Examined, said
from computefi.reports.sheets import Block
from computefi.reports.words import Words
from computefi.xlsx.cells import Value

MOST_LINES = 400
MOST_DIFFERING = 40
MOST_CAUSES = 20
INNER = ("Words", "Refresh", "措辞", "刷新")  # blocks that serve the workbook itself
WIDE, BROAD = 8, 12  # columns from which a table is set smaller, or has a page on its side
MANY = 6  # cells of the row that heads a sheet of checks
PASS = ("pass", "holds", "ok", "通过")


def memo_page(found: Memo, when: dt.datetime, language: str, paper: str = "") -> str:
    """The whole document; but for the date the same file and versions give the same bytes."""
    words = Words(language)
    name = found.book.package.identity.path.name if found.book.package.identity else ""
    title = words("Memo: {name}", name=name) if found.ours else words("Report: {name}", name=name)
    parts = [
        heading(title, 1), paragraph(words("Computed on {date}", date=f"{when:%Y-%m-%d %H:%M} UTC"), "under"),
        *headline(found, words), *sheets_shown(found, words), *charts_shown(found, words),
        *outputs_table(found, words), *moved(found, words), *checks_shown(found, words), *errors_shown(found, words),
        *differences(found, words),
        *inputs_table(found.inputs, lambda one: shown(found, one.cell, one.value), words),
        *steps_shown(found, words), *provenance(found, words),
    ]  # fmt: skip
    return page(title, parts, words, paper)


def headline(found: Memo, words: Words) -> Iterator[str]:
    """The answer, in the workbook's own words where it has some, and whether its checks hold."""
    lines = list(found.sentences)
    if not lines and found.examined is not None:
        target = found.examined.target
        lines.append(f"{called(found, target, words)}: {shown(found, target.cell, target.value)} {target.unit}".strip())
    state = {
        True: words("✓ The workbook's own checks hold"), False: words("✗ The workbook's own checks do not hold"),
        None: words("The workbook has no check of its own"),
    }  # fmt: skip
    lines.append(state[found.master])
    result = found.result
    if result.errors:
        lines.append(words("✗ {n} cells show an error", n=f"{result.errors:,}"))
    if found.differing:
        n = f"{len(found.differing):,}"
        lines.append(words("✗ {n} cells of the file store another value than is computed here", n=n))
    if result.kept:
        lines.append(words("✗ {n} cells could not be computed and keep their stored values", n=f"{len(result.kept):,}"))
    yield answer(lines)


def sheets_shown(found: Memo, words: Words) -> Iterator[str]:
    """The sheets that make the memo, block by block: answer with its band, sources and uses, stress, covenants.

    What the answer or a chart says already, and what stands under the title of every sheet, is said once.
    """
    told = {*found.sentences, *(one.title for one in found.pictures)}
    for name, blocks in found.pages:
        yield heading(words("Sheet {name}", name=name))
        for place, block in enumerate(blocks):
            if any(word in block.title for word in INNER) or (block.title in told and not block.rows):
                continue
            beside = [text for text in block.beside if text not in told]
            if beside or block.rows:
                yield from block_shown(replace(block, beside=beside))
            if place == 0:
                told |= {*beside}


def block_shown(block: Block) -> Iterator[str]:
    """A block as a table; one with many columns has a page on its side."""
    head = []
    if block.title:
        head.append(heading(block.title, 3) if block.rows else paragraph(block.title))
    if block.beside:
        head.append(paragraph(" · ".join(block.beside), "under"))
    last = max((len(row) for row in block.rows), default=0)
    used = [place for place in range(last) if any(place < len(row) and row[place] for row in block.rows)]
    if len(used) > BROAD:
        yield f'<section class="broad">{"".join(head)}{block_table(block, used)}</section>'
    else:
        yield from head
        yield block_table(block, used) if used else ""


def block_table(block: Block, used: Sequence[int]) -> str:
    """The rows of a block; those of a few words between full ones are headings within it.

    Below a row that says what it is, one of numbers alone is room that nobody has filled. Heads stand as their numbers.
    """
    full = max(sum(map(bool, row)) for row in block.rows)
    named = [
        number
        for number, row in enumerate(block.rows)
        if len(row) > used[0] and row[used[0]] and (number, used[0]) not in block.numbers
    ]
    figures = {place for _, place in block.numbers}
    top = min((number for number, _ in block.numbers), default=0)
    lines: list[str] = []
    for number, row in enumerate(block.rows):
        cells = [row[place] if place < len(row) else "" for place in used]
        told = [text for text in cells if text]
        if told[:1] and told[0] in INNER:
            break
        alone = not cells[0] and all(
            (number, place) in block.numbers for place in used if place < len(row) and row[place]
        )
        if alone and any(top <= other < number for other in named):
            continue
        if full > 3 and len(told) <= 2 and cells[0] and lines:
            lines.append(f'<tr><td class="t" colspan="{len(used)}"><b>{escape(told[0])}</b> '
                         f'<span class="under">{escape(" ".join(told[1:]))}</span></td></tr>')  # fmt: skip
        else:
            tag = "td" if lines else "th"
            sides = ["n" if (number, place) in block.numbers else "t" for place in used]
            if number < top:
                sides = ["" if place in figures else "t" for place in used]
            lines.append("<tr>" + "".join(
                f'<{tag} class="{side}">{escape(text)}</{tag}>' for side, text in zip(sides, cells, strict=True)
            ) + "</tr>")  # fmt: skip
    wide = " wide" if len(used) > WIDE else ""
    return f'<table class="sheet{wide}"><thead>{"".join(lines[:1])}</thead><tbody>{"".join(lines[1:])}</tbody></table>'


def charts_shown(found: Memo, words: Words) -> Iterator[str]:
    if found.pictures:
        yield heading(words("In pictures"))
    for one in found.pictures:
        title = heading(one.title, 3) if one.title else ""
        yield f"<figure>{title}{chart(one.title or words('In pictures'), one.series, one.frame)}</figure>"


def outputs_table(found: Memo, words: Words) -> Iterator[str]:
    if found.pages or not found.outputs:
        return
    yield heading(words("What it answers"))
    names = ("Name", "Cell", "Label", "Unit", "Value")
    rows = [[one.name, one.cell, one.label, one.unit, shown(found, one.cell, one.value)] for one in found.outputs]
    yield table([words(name) for name in names], rows[:MOST_LINES], (0, 1, 2, 3))
    yield from more(len(rows) - MOST_LINES, words)


def moved(found: Memo, words: Words) -> Iterator[str]:
    """Tornado, sensitivities and reverse stress."""
    examined = found.examined
    if examined is None or not examined.swings:
        if found.not_examined or examined is not None:
            yield heading(words("What moves the answer"))
            yield paragraph(words(found.not_examined or "No input that may be moved by a tenth changes it."))
        return
    target = examined.target

    def say(value: float | None) -> str:
        return "–" if value is None else shown(found, target.cell, value)

    yield heading(words("What moves the answer"))
    yield paragraph(words("{answer} is {value}. Each input goes a tenth down and a tenth up, within the workbook's own "
                          "bounds, and the workbook is computed anew.",
                          answer=called(found, target, words), value=say(examined.base)))  # fmt: skip
    swings = [
        Swing(said(one.input), one.at_low or 0.0, one.at_high or 0.0, shown(found, one.input.cell, one.low),
              shown(found, one.input.cell, one.high))
        for one in examined.swings
    ]  # fmt: skip
    yield tornado(examined.base, swings, say, words("What moves the answer"))
    names = ("Input", "Low", "Answer then", "High", "Answer then")
    rows = [[one.label, one.at_low, say(one.low), one.at_high, say(one.high)] for one in swings]
    yield table([words(name) for name in names], rows)
    if examined.still:
        yield paragraph(words("No change by a tenth of: {names}", names=", ".join(examined.still)), "small")
    if examined.failing:
        yield paragraph(
            words("An error or no number by a tenth of: {names}", names=", ".join(examined.failing)), "small"
        )
    yield from reversed_stress(found, examined, words)


def reversed_stress(found: Memo, examined: Examined, words: Words) -> Iterator[str]:
    yield heading(words("Reverse stress"), 3)
    limit = shown(found, examined.target.cell, examined.limit)
    sentence = (
        words("How far one input alone has to go until the answer is at its limit, {limit}.", limit=limit)
        if examined.limit_is_set
        else words("How far one input alone has to go until the answer is twice what it is, {limit}.", limit=limit)
    )
    yield paragraph(sentence)
    names = ("Input", "Now", "At the limit")
    rows = []
    for one in examined.reached:
        end = shown(found, one.input.cell, one.end)
        then = words("not as far as {end}", end=end) if one.value is None else shown(found, one.input.cell, one.value)
        rows.append([said(one.input), shown(found, one.input.cell, one.input.value), then])
    yield table([words(name) for name in names], rows)


def checks_shown(found: Memo, words: Words) -> Iterator[str]:
    """The sheet of checks in short: how many lines pass, and those that do not, under the heads of their block."""
    if not found.checks:
        return
    yield heading(words("Checks"))
    lines = [row for block in found.checks for row in block.rows]
    passing = sum(any(text.casefold() in PASS for text in row) for row in lines)
    yield paragraph(words("{n} lines pass.", n=passing))
    failing = [(block, number) for block in found.checks for number, row in enumerate(block.rows)
               if is_failing({text.casefold() for text in row})]  # fmt: skip
    if failing:
        yield paragraph(words("Those that do not:"))
        heads = next((row for row in lines if sum(map(bool, row)) > MANY), [])
        block = Block("", rows=[heads] if heads else [])
        for found_in, number in failing[:MOST_DIFFERING]:
            block.rows.append(found_in.rows[number])
        yield from block_shown(block)
        yield from more(len(failing) - MOST_DIFFERING, words)


def is_failing(marks: set[str]) -> bool:
    return bool(marks & {"fail", "does not hold", "不通过", "未通过", "失败", "不成立"})


def errors_shown(found: Memo, words: Words) -> Iterator[str]:
    if not (found.causes or found.result.reasons or found.result.warnings):
        return
    yield heading(words("Errors and warnings"))
    why = {f"{one.sheet}!{one.cell}": one.reason for one in found.result.reasons}
    rows = [
        [one.cell, one.code.value, str(one.behind), why.get(one.cell.replace("'", ""), "")]
        for one in found.causes[:MOST_CAUSES]
    ]
    if rows:
        names = ("Cell", "Error", "Cells behind it", "Reason")
        yield table([words(name) for name in names], rows, (0, 1, 3))
        yield from more(len(found.causes) - MOST_CAUSES, words)
    if found.result.warnings:
        yield bullets(found.result.warnings)


def differences(found: Memo, words: Words) -> Iterator[str]:
    yield heading(words("Differences from what the file stores"))
    if not found.differing:
        yield paragraph(words("None: every formula cell stores what is computed here, to a relative 1e-9."))
        return
    listed = list(found.differing.items())[:MOST_DIFFERING]
    rows = [[cell, told(stored), told(now)] for cell, (stored, now) in listed]
    names = ("Cell", "Stored", "Computed")
    yield table([words(name) for name in names], rows)
    yield from more(len(found.differing) - MOST_DIFFERING, words)


def steps_shown(found: Memo, words: Words) -> Iterator[str]:
    """The number that was examined, down to what it rests on."""
    if found.steps is None:
        return
    yield heading(words("Steps of the headline number"))
    names = ("Quantity", "Value", "Cell", "By")
    rows = [
        ["  " * level + (one.label or one.name or one.cell), shown(found, one.cell, one.value), one.cell,
         ", ".join(one.calls) or one.source or words(one.kind)]
        for level, one in walked(found.steps)
    ]  # fmt: skip
    yield table([words(name) for name in names], rows[:MOST_LINES], (0, 2, 3), kind="values")
    yield from more(len(rows) - MOST_LINES, words)


def walked(step: Step, level: int = 0) -> Iterator[tuple[int, Step]]:
    yield level, step
    for below in step.below:
        if not below.told_above:
            yield from walked(below, level + 1)


def provenance(found: Memo, words: Words) -> Iterator[str]:
    yield heading(words("Provenance"))
    file = found.book.package.identity
    result = found.result
    rows = [
        *([[words("File"), file.path.name], ["SHA-256", file.digest]] if file is not None else []),
        *[[words(name), value] for name, value in machine.system()],
        [words("Engine"), f"ironcalc {machine.version_of('ironcalc')}"],
        [words("Formula cells"), f"{result.formula_cells:,}"], [words("CFI calls"), f"{result.calls:,}"],
        [words("Errors"), f"{result.errors:,}"],
        [words("Hidden sheets"), ", ".join(found.hidden) or words("none")],
        [words("Links to other workbooks"), str(found.external) if found.external else words("none")],
    ]  # fmt: skip
    yield table([words("What"), words("Value")], rows, (0, 1))
    yield heading(words("Code"), 3)
    parts = [[one.name, str(one.files), one.sha256] for one in machine.code()]
    yield table([words("Part"), words("Files"), "SHA-256"], parts, (0, 2))


def called(found: Memo, target: Answer, words: Words) -> str:
    """The headline's own name in a workbook of ours; else the label beside the cell."""
    if found.profile.called and target.name == found.profile.target:
        return words(found.profile.called)
    return target.label or target.name or target.cell


def shown(found: Memo, cell: str, value: object) -> str:
    """A value by the format of its cell, a range by its size."""
    if isinstance(value, tuple):
        return f"{len(value)} × {len(value[0])}"
    return found.sheets.at(cell, value)  # type: ignore[arg-type]


def told(value: Value) -> str:
    """A stored or computed value with its digits."""
    if isinstance(value, Code):
        return value.value
    if isinstance(value, float):
        return f"{value:.12g}"
    return "" if value is None else str(value)


def more(number: int, words: Words) -> Iterator[str]:
    if number > 0:
        yield paragraph(words("and {n} more", n=f"{number:,}"), "small")

"""The validation as a page to file: what was run, each function with its values, what was not tested, hashes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from computefi.docstrings import said
from computefi.reports.machine import Dependency
from computefi.reports.page import answer, bullets, cards, heading, page, paragraph, table
from computefi.reports.reference import Compared, Difference
from computefi.reports.validation import SMALLEST, Validation
from computefi.reports.words import Words

LONGEST = 150  # signs of the arguments of a row; references.json has all of them
SHOWN_CELLS = 20


def validation_page(found: Validation, when: dt.datetime, language: str) -> str:
    """The whole report. But for the date the same machine gives the same bytes."""
    words = Words(language)
    title = words("Validation of computefi {version}", version=dict(found.system)["computefi"])
    parts = [
        heading(title, 1),
        paragraph(words("Computed on {date}", date=f"{when:%Y-%m-%d %H:%M} UTC"), "under"),
        *verdict(found, words), *scope(words), *functions_table(found, words),
        *identities_table(found, words), *books_table(found, words), *engines_table(found, words),
        *not_tested(found, words), *provenance(found, words), *annex(found, words),
    ]  # fmt: skip
    return page(title, parts, words)


def verdict(found: Validation, words: Words) -> Iterator[str]:
    failing = found.failures
    holds = words("✓ Everything that was run holds") if not failing else words("✗ {n} findings", n=len(failing))
    quick = words("A quick run: one workbook, no second engine, no look into the files of dependencies.")
    yield answer([holds, *([quick] if found.quick else [])])
    worst = max((d.used for one in found.functions for d in one.all), default=0.0)
    held = sum(one.holds for one in found.identities)
    agreed = sum(one.agreed for one in found.agreements)
    alike = (
        f"{agreed:,} / {sum(a.cells for a in found.agreements):,}",
        words("cells that a second engine gives alike"),
    )
    yield cards([
        (f"{len(found.functions)}", words("functions")),
        (f"{found.values:,}", words("values compared")),
        (f"{worst:.0%}", words("of its tolerance is the largest difference")),
        (f"{held} / {len(found.identities)}", words("identities hold")),
        (f"{sum(b.holds for b in found.books)} / {len(found.books)}", words("workbooks hold")),
        *([alike] if found.agreements else []),
    ])  # fmt: skip
    if failing:
        yield heading(words("What does not hold"))
        yield bullets(f"✗ {line}" for line in failing)


def scope(words: Words) -> Iterator[str]:
    yield heading(words("What was run"))
    yield bullets([
        words("Every function by the call path that a cell uses, against values in 40-digit arithmetic by programs "
              "that do not import the package, and against its declared examples, many of them published."),
        words("Identities between functions, which hold whatever the numbers."),
        words("The workbooks that come with the package, recalculated: their own checks, and that the numbers stored "
              "in their files are those computed here."),
        words("The same workbooks by a second engine, cell by cell. Here and there numbers are compared to a relative "
              "1e-9; differences below {least:g} are last digits.", least=SMALLEST),
        words("The files of the package and of what it needs, by their hashes."),
    ])  # fmt: skip


def functions_table(found: Validation, words: Words) -> Iterator[str]:
    yield heading(words("Functions"))
    yield paragraph(words(
        "The annex has every value. A difference is relative to its reference, absolute (abs.) where that is 0 or near "
        "it; the worst is the one nearest to its tolerance."
    ))  # fmt: skip
    names = ("Function", "Reference values", "Examples", "Worst difference", "Its tolerance", "Of it used", "")
    rows = []
    for one in found.functions:
        worst = one.worst
        told = ["", "", ""] if worst is None else [apart(worst), tolerated(worst), f"{worst.used:.2g}"]
        mark = f"✗ {len(one.failing)}" if one.failing else "✓"
        rows.append([one.spec.name, str(len(one.rows)), str(len(one.examples)), *told, mark])
    yield table([words(name) for name in names], rows, (0, 6))


def apart(one: Difference) -> str:
    """A difference as it is judged: relative, or absolute near 0."""
    if one.relative == 0 or math.isinf(one.absolute):
        return "0" if one.relative == 0 else "≠"
    return f"{one.absolute:.1e} abs." if one.absolutely else f"{one.relative:.1e}"


def tolerated(one: Difference) -> str:
    return f"{one.tolerance:.2g}{' abs.' * one.absolutely}"


def identities_table(found: Validation, words: Words) -> Iterator[str]:
    yield heading(words("Identities"))
    names = ("Identity", "Functions", "Points", "Largest difference", "Tolerance", "")
    rows = [
        [words(one.statement), ", ".join(one.functions), str(one.points), f"{one.worst:.2g}", f"{one.tolerance:g}",
         "✓" if one.holds else "✗"]
        for one in found.identities
    ]  # fmt: skip
    yield table([words(name) for name in names], rows, (0, 1, 5))


def books_table(found: Validation, words: Words) -> Iterator[str]:
    yield heading(words("Workbooks"))
    names = (
        "Workbook",
        "Formula cells",
        "CFI calls",
        "Errors",
        "Not computed",
        "Not as stored",
        "Own checks",
        "Of them fail",
        "",
    )
    rows = [
        [f"{one.name}.xlsx", f"{one.formula_cells:,}", f"{one.calls:,}", str(one.errors), str(one.kept),
         str(one.differing), count(one.checks), count(one.failed), "✓" if one.holds else "✗"]
        for one in found.books
    ]  # fmt: skip
    yield table([words(name) for name in names], rows, (0, 8))


def count(number: float | None) -> str:
    return "–" if number is None else f"{number:.0f}"


def engines_table(found: Validation, words: Words) -> Iterator[str]:
    if not found.agreements:
        return
    yield heading(words("Engines"))
    yield paragraph(words(
        "IronCalc, the default engine, against others. LibreOffice is the referee: where it differs by more than last "
        "digits, the validation fails. The others lack functions and array behaviour of Excel; what they give "
        "otherwise is told and settled by the referee."
    ))  # fmt: skip
    names = ("Workbook", "Engine", "Formula cells", "Alike", "Last digits", "Not computed there", "Other", "")
    rows = [
        [f"{one.book}.xlsx", one.engine, f"{one.cells:,}", f"{one.agreed:,}", str(one.last_digits),
         str(one.unavailable), str(len(one.beyond)), "✓" if one.holds else "✗"]
        for one in found.agreements
    ]  # fmt: skip
    yield table([words(name) for name in names], rows, (0, 1, 7))
    for one in found.agreements:
        if one.beyond:
            yield heading(f"{one.book}.xlsx, {one.engine}", 3)
            more = len(one.beyond) - SHOWN_CELLS
            listed = [cut(line) for line in one.beyond[:SHOWN_CELLS]]
            yield bullets([*listed, *([words("and {n} more", n=more)] if more > 0 else [])])


def not_tested(found: Validation, words: Words) -> Iterator[str]:
    yield heading(words("Limitations, and what was not tested"))
    alone = [one.spec.name for one in found.functions if not one.rows]
    yield bullets([
        words("Microsoft Excel, for Windows, Mac and the web, was not run. That a call in Excel reaches the same "
              "functions is tested with stand-ins where the package is made."),
        words("Functions without a reference value, for they simulate or speak about other calls: {names}. Their "
              "examples, identities and the workbooks' closed forms stand for them.", names=", ".join(alone)),
        *(words("The engine {name} is not here: {why}", name=name, why=why) for name, why in found.missing.items()),
        *([words("Quick: the other workbooks were not recalculated and no second engine was asked.")]
          if found.quick else []),
        *([words("The package runs from a working copy; no RECORD says what its files should be.")]
          if found.in_place else []),
        words("Reference values are a selection of those that the package is tested with; random points and edges of "
              "each function are among them."),
        words("A value that agrees shows that the formula is computed as written. Whether the model fits a loan, and "
              "whether its parameters do, is not shown by any of this: defaults of loans against computers are few, "
              "and recoveries fewer."),
        words("Workbooks of your own: computefi recalc --check, lint and report look at these."),
    ])  # fmt: skip


def provenance(found: Validation, words: Words) -> Iterator[str]:
    yield heading(words("Provenance"))
    yield table([words("What"), words("Version")], [[words(name), value] for name, value in found.system], (0, 1))
    yield heading(words("Code"), 3)
    yield table([words("Part"), words("Files"), "SHA-256"],
                [[one.name, str(one.files), one.sha256] for one in found.code], (0, 2))  # fmt: skip
    yield heading(words("Packages"), 3)
    yield paragraph(words("The hash is that of the files' hashes in RECORD: the same wheel has it on every machine."))
    rows = [
        [one.name, one.version, str(one.files), looked(one, words),
         one.sha256]
        for one in found.dependencies
    ]  # fmt: skip
    yield table(
        [words(n) for n in ("Package", "Version", "Files", "As RECORD says", "SHA-256 of RECORD")], rows, (0, 1, 3, 4)
    )


def looked(one: Dependency, words: Words) -> str:
    if one.altered is None:
        return words("not looked at")
    return f"✗ {cut(', '.join(one.altered))}" if one.altered else "✓"


def annex(found: Validation, words: Words) -> Iterator[str]:
    yield heading(words("Annex: every function with its values"))
    for one in found.functions:
        yield heading(one.spec.name, 3)
        yield paragraph(one.spec.summary)
        for label in ("Convention", "Limits", "Trap"):
            if text := said(one.spec, label):
                yield paragraph(f"{words(label)}: {text}", "small")
        yield paragraph(f"{words('Source')}: {one.spec.source}", "small")
        yield values_table(one, words)


def values_table(one: Compared, words: Words) -> str:
    names = ("Arguments, and what they are", "Reference", "Computed", "Difference", "Tolerance")
    rows = [
        [f"{cut(d.arguments)} · {d.note}", cut(d.reference, 21), cut(d.answer, 21), apart(d), tolerated(d)]
        for d in one.all
    ]
    return table([words(name) for name in names], rows, kind="values")


def cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"

"""The command that shows loans against computers side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from computefi.cli.books import master_of, set_inputs, stop_if_strict, tell_findings, tell_master
from computefi.cli.common import (
    anyway_option,
    assignments,
    busy,
    claimed_if,
    claimed_new,
    command,
    force_option,
    json_option,
    plain,
    print_json,
    refusing,
    set_option,
    shown,
    stamp_option,
    strict_option,
)
from computefi.cli.width import columns, paragraph, records, table

if TYPE_CHECKING:
    from computefi.recalc import Book, Recalculated
    from computefi.xlsx.files import Identity

# How the units of compare.xlsx and compare.zh.xlsx begin.
IN_PER_CENT = ("share", "probability", "loan / value", "占", "概率", "贷款/价值", "每年，占")
WITH_TWO_DIGITS = ("×", "correlation", "相关")
IN_WORDS = ("words", "文字")
NAMES = ("summary_table", "reading")

lang_option = click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the workbook."
)


def in_language(name: str, lang: str) -> str:
    """The template's name in a language: compare, compare.zh."""
    return name if lang == "en" else f"{name}.{lang}"


@command
@click.argument("file", required=False, type=click.Path(path_type=Path))
@set_option
@anyway_option
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Keep the workbook as computed.")
@stamp_option
@lang_option
@strict_option
@force_option
@json_option
def compare(
    file: Path | None,
    settings: tuple[str, ...],
    anyway: bool,
    output: Path | None,
    stamp: bool,
    lang: str,
    strict: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Compare loans against computers side by side.

    Without FILE it shows the template: two contracted GPU loans, an on-demand GPU cloud, an ASIC-backed loan; and puts
    it as compare.xlsx into the current folder if none is there. FILE is a workbook of yours that was made from it. A
    what-if is kept only where -o says so.

    \b
    Examples:
      computefi compare
      computefi compare --set notice_contract_1=3
      computefi compare deals/compare.xlsx --set stress=5 -o stressed.xlsx
    """
    from computefi import templates

    with refusing():
        values = assignments(settings)
        source = file or templates.template(in_language("compare", lang))
        copy = Path(source.name)
        target = output if output is not None else copy if not (file or values or copy.exists()) else None
        book, result, written = computed(source, target, values, anyway, force, stamp)
        table_of_deals, reading = (result[name] for name in NAMES)
        master = master_of(book.run)
    if as_json:
        facts = {"table": plain(table_of_deals), "reading": plain(reading), "set": values, "master_check": master}
        kept = {"file": str(written.path) if written else None}
        print_json(facts | kept, [book.package.identity], [written], "ironcalc")
    else:
        click.echo(side_by_side(table_of_deals))
        click.echo("\n" + paragraph(shown(reading)) + "\n")
        click.echo(paragraph(kept_words(source, copy, written, bool(values), file is None)))
        tell_findings(book, result)
        tell_master(master)
    stop_if_strict(strict, master, result.reasons, result.warnings, result.errors)


def computed(
    source: Path, target: Path | None, values: dict[str, Any], anyway: bool, force: bool, stamp: bool
) -> tuple[Book, Recalculated, Identity | None]:
    """The workbook under these inputs, written where a target is given."""
    from computefi.recalc import Book
    from computefi.recalc.places import find
    from computefi.xlsx.package import check_suffix

    if target is not None:
        check_suffix(source, target)
    same = target is not None and target.exists() and target.samefile(source)
    with claimed_if(target, force) if same or target is None else claimed_new([target], force) as claims:
        claim = claims[0] if isinstance(claims, list) else claims
        with busy(f"Recalculating {source.name}"):
            book = Book.open(source)
            for name in NAMES:
                find(book.plan, name)
            set_inputs(book, values, anyway)
            result = book.recalculate() if claim is None else book.save_as_claimed(claim, stamp=stamp)
        return book, result, None if claim is None else claim.before


def kept_words(source: Path, copy: Path, written: Identity | None, what_if: bool, is_template: bool) -> str:
    """Where the workbook is, or how to keep it."""
    if written is not None:
        return f"Workbook: {written.path}"
    if what_if:
        return f"Nothing was written; -o FILE keeps this what-if of {source.name if is_template else source}."
    if is_template:
        return (
            f"This is the template. {copy.resolve()} was neither read nor changed; `computefi compare {copy}` shows it."
        )
    return f"Workbook: {source.resolve()}, not changed"


def side_by_side(rectangle: Any) -> str:
    """A rectangle of a sheet: a row of headings, then rows that begin with their name and their unit.

    A column whose heading is blank waits for a deal of the user's own and is not shown. Where the columns do not fit,
    each deal is a record.
    """
    held = [at for at, head in enumerate(rectangle[0]) if head not in (None, "")]
    (name, unit, *deals), *rows = ([row[at] for at in held] for row in rectangle)
    head = [shown(name), *map(shown, deals)]
    texts = [[shown(row), *(in_unit(cell, str(measure)) for cell in cells)] for row, measure, *cells in rows]
    units = ["" if measure in IN_WORDS else shown(measure) for _, measure, *_ in rows]
    numbers, width = range(1, len(head)), columns()
    with_units = [[*row, measure] for row, measure in zip(texts, units, strict=True)]
    fitting = table([*head, shown(unit)], with_units, width, numbers) or table(head, texts, width, numbers)
    if fitting is not None:
        return fitting
    names = [f"{row[0]} ({measure})" if measure else row[0] for row, measure in zip(texts, units, strict=True)]
    by_deal = [[deal, *(row[at] for row in texts)] for at, deal in enumerate(head[1:], start=1)]
    return records([head[0], *names], by_deal, width)


def in_unit(value: Any, unit: str) -> str:
    """A number as its unit is read: shares and probabilities in per cent, ratios with two digits."""
    if not isinstance(value, float):
        return shown(value)
    if unit.startswith(IN_PER_CENT):
        return f"{value:.2%}" if 0 < abs(value) < 0.1 else f"{value:.1%}"
    if unit.startswith(WITH_TWO_DIGITS):
        return f"{value:.2f}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"

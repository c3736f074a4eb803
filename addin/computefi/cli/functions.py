"""The command that lists and explains the sheet functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from computefi.cli.common import Refusal, command, json_option, print_json
from computefi.cli.width import paragraph
from computefi.errors import did_you_mean

if TYPE_CHECKING:
    from computefi.spec import Spec


def names_like(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """The functions that begin so, for completion."""
    from computefi import REGISTRY

    names = [spec.python_name for spec in REGISTRY.values()] if incomplete.islower() or not incomplete else [*REGISTRY]
    return [name for name in names if name.startswith(incomplete)]


@command
@click.argument("name", required=False, shell_complete=names_like)
@json_option
def functions(name: str | None, as_json: bool) -> None:
    """List the sheet functions, or explain one.

    One is explained by its formula, its arguments with their units and bounds, its errors, an example and the source.

    \b
    Examples:
      computefi functions
      computefi functions corr_ltv
    """
    from computefi import REGISTRY
    from computefi.spec import UnknownFunction, find

    try:
        specs = list(REGISTRY.values()) if name is None else [find(name)]
    except UnknownFunction as error:
        raise Refusal(f"there is no function {name!r}" + did_you_mean(error.near)) from None
    if as_json:
        print_json({"functions": [described(spec) for spec in specs]})
    elif name is not None:
        explain(specs[0])
    else:
        category = ""
        for spec in specs:
            if spec.category != category:
                category = spec.category
                click.secho(f"\n{category}", bold=True)
            click.echo(paragraph(spec.summary, f"  {spec.name:<26}", " " * 28))


def explain(spec: Spec) -> None:
    """All about one function."""
    arguments = ", ".join(f"[{p.name}]" if p.optional else p.name for p in spec.parameters)
    click.secho(paragraph(f"{spec.name}({arguments})", later="    "), bold=True)
    click.echo(f"\n{paragraph(spec.summary)}\n")
    for line in spec.body.splitlines():
        # A line of the help is a line of the formula.
        click.echo(paragraph(line, later="    ") if line.strip() else "")
    click.echo()
    for parameter in spec.parameters:
        click.echo(paragraph(f"{parameter.help} [{parameter.kind.unit}]", f"  {parameter.name:<22}", " " * 24))
    click.echo("\n" + paragraph(f"Example: {spec.formula()} = {example(spec)}", later="  "))
    click.echo(paragraph(f"Source: {spec.source}", later="  "))


def described(spec: Spec) -> dict[str, Any]:
    """The same for --json."""
    return {
        "name": spec.name,
        "category": spec.category,
        "summary": spec.summary,
        "help": spec.body,
        "parameters": [
            {"name": p.name, "help": p.help, "unit": p.kind.unit, "optional": p.optional} for p in spec.parameters
        ],
        "example": {"formula": spec.formula(), "result": example(spec)},
        "source": spec.source,
    }


def example(spec: Spec) -> str:
    """The answer of the first example."""
    result = spec.examples[0].result
    rows = result if isinstance(result, (tuple, list)) else (result,)
    return "; ".join(str(tuple(row)) if isinstance(row, (tuple, list)) else str(row) for row in rows)

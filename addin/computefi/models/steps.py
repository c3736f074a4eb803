"""What an auditor would write down by hand: the intermediate quantities of a call, by name and value."""

from typing import Any

import numpy as np

from computefi.errors import Code, InputError
from computefi.models import lines
from computefi.models.judgement import JUDGEMENT
from computefi.spec import Column, Example, Outcome, Result, Shape, Spec, call, declare, find, model_arguments
from computefi.spec.kinds import ANY_NUMBER, Annotated, Cells, Text, Words

Row = tuple[str, Any]


@declare(
    category=JUDGEMENT,
    questions=["What is it worth if they fail?"],
    source="The call path of this project",
    examples=[
        Example(("CFI_LTV", 70, 100, 0.3), (("net value = value·(1 − haircut)", 70), ("CFI_LTV", 1))),
        Example(
            ("CFI_VALUE_IN_DEFAULT", 100, 0.05, 0.5, 0.4, 1),
            (
                ("T = horizon + lag", 1),
                ("a = volatility·√T", 0.4),
                ("rho' = rho·√(horizon/T)", 0.5),
                ("M = value·e^{drift·T}", 100),
                ("d = Φ⁻¹(pd)", -1.6448536269514722),
                ("m = Φ(d − rho'·a)/pd", 0.650588339817),
                ("CFI_VALUE_IN_DEFAULT", 65.0588339817),
            ),
        ),
    ],
)
def steps(
    name: Annotated[Text, Words(), "Name of a CFI function, as text"],
    *values: Annotated[Cells, "of that call"],
) -> Annotated[
    list[Row],
    Result(
        (
            Column("quantity", Words(), "Name of the quantity and how it comes about"),
            Column("value", ANY_NUMBER, "Its value"),
        ),
        rows="quantity",
    ),
]:
    """Steps of a call: its intermediate quantities by name and value, for an auditor; the last row is the answer.

    =CFI_STEPS("CFI_CORR_LTV", 70, 100, 0.05, 0.5, 0.4, 1) lists T, a, M, d, m, E[V|D] and the ratio

    Convention: for every function of more than one line. Of a table it works the first row. The last row, or rows where
    a function has several answers, are what the function itself gives, to the last bit.
    Limits: one case at a time. A quantity that is infinite is ∞, one that does not exist is "undefined".
    Errors: those of the call itself; #VALUE! where no function has that name or it has no steps.
    """
    spec = find(name)
    if not lines.items(spec):
        rule = "must be a function with steps, of more than one line and no table to look up"
        raise InputError("name", rule, name)
    outcome = call(spec, values)
    error = outcome.first_error()
    if error is not None and (error.code is not Code.NUM or not _answers(outcome)):
        raise error
    arguments = _plain(spec, model_arguments(spec, values))
    with np.errstate(all="ignore"):
        rows = [(label, _cell(value)) for label, value in lines.rows(spec, arguments)]
    return rows + _results(spec, outcome)


def _answers(outcome: Outcome) -> bool:
    """At least one number of the answer is there, as the value of a unit whose elasticity does not exist."""
    return outcome.codes is not None and not outcome.codes.all()


def _results(spec: Spec, outcome: Outcome) -> list[Row]:
    """The answer as last rows, of a table its first row; parts such as a value per year go before the total."""
    cells, result = outcome.cells()[0], spec.result
    if result.single:
        return [(spec.name, cells[0])]
    columns = len(result.columns)
    rest, own = cells[columns:], cells[:columns]
    if result.more_first:
        rest, own = cells[:-columns], cells[-columns:]
    parts = [(f"{result.more.name} {i}", cell) for i, cell in enumerate(rest, 1)] if result.more else []
    answers = [(f"{spec.name}, {column.name}", cell) for column, cell in zip(result.columns, own, strict=True)]
    if result.rows:
        return [(f"{label}, {result.rows} 1", cell) for label, cell in parts + answers]
    return parts + answers


def _plain(spec: Spec, arguments: dict[str, Any]) -> dict[str, Any]:
    """The one case of each argument without its axis for cases; a matrix and a word have none."""
    whole = {p.name for p in spec.parameters if isinstance(p.shape, Shape) and len(p.shape.axes) == 2}
    return {name: value if name in whole or isinstance(value, str) else value[0] for name, value in arguments.items()}


def _cell(value: Any) -> float | str:
    """A quantity as the content of a cell."""
    number = float(value)
    if np.isnan(number):
        return "undefined"
    if np.isinf(number):
        return "∞" if number > 0 else "−∞"
    return number

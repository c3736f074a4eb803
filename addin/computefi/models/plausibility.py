"""The function that asks whether the numbers of a call can be meant."""

from computefi.errors import InputError
from computefi.models.judgement import JUDGEMENT
from computefi.spec import Example, declare, find
from computefi.spec.kinds import Annotated, Cells, Text, Words
from computefi.spec.native import Native
from computefi.spec.plausible import implausible


@declare(
    category=JUDGEMENT,
    questions=["How do I calibrate?"],
    source="The usual ranges of this project, which stand beside the bounds on each function's page",
    examples=[
        Example(
            ("CFI_CORR_LGD", 70, 100, 0.05, 0.5, 30, 1),
            "volatility is usually between 0 and 2; got 30 (30% is 0.3)",
        ),
        Example(("CFI_CORR_LGD", 70, 100, 0.05, 0.5, 0.3, 1), ""),
    ],
    native=Native(
        '"Plausibility is known to the computefi add-in only; this workbook computes without it."',
        checked=False,
    ),
)
def check(
    name: Annotated[Text, Words(), "Name of a CFI function, as text"],
    *values: Annotated[Cells, "of that call"],
) -> Annotated[str, Words(), "What is unusual, in words, or an empty text where nothing is"]:
    """Plausibility of a call's numbers, in words: 30 typed for 30%, months for years. Empty where nothing is unusual.

    =CFI_CHECK("CFI_LLCR", {100,100}, 150, 8) answers: rate is usually between -0.05 and 0.5; got 8 (8% is 0.08)

    Convention: every argument is held against the usual range of its unit; a sentence for each that has a number
    outside it, with the first such number and the count of the others.
    Limits: a number beyond its bounds, which the call refuses, is named too; other reasons why a call fails are
    CFI_WHY's. Arguments left out, blanks, texts and errors are passed over.
    Trap: not a validation: numbers that are each usual may be wrong together, and an unusual one may be right.
    Errors: #VALUE! where no function has that name, or it takes calls and not numbers.
    """
    spec = find(name)
    if spec.raw:
        raise InputError("name", "must be a function of numbers", spec.name)
    return "; ".join(implausible(spec, values))

"""A declaration that a host would refuse fails when the module is imported, with all its faults."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pytest

from computefi.errors import DomainError
from computefi.spec import REGISTRY, Example, Rule, declare
from computefi.spec.declaration import is_cell_address
from computefi.spec.kinds import MONEY, RATIO, X, optional


@pytest.fixture(autouse=True)
def _registry_is_left_as_it_was():
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


def good(loan: Annotated[X, MONEY, "Loan"], value: Annotated[X, MONEY.nonzero, "Value"]) -> Annotated[X, RATIO, "LTV"]:
    """Loan over value.

    loan / value
    """
    return loan / value


def refusal(function, **changes) -> str:
    keywords = {"category": "Test", "source": "here", "examples": [Example((1, 2), 0.5)], **changes}
    with pytest.raises(TypeError) as caught:
        declare(**keywords)(function)
    return str(caught.value)


def test_the_function_comes_back_unchanged() -> None:
    assert declare(category="Test", source="here", examples=[Example((1, 2), 0.5)])(good) is good
    assert REGISTRY["CFI_GOOD"].summary == "Loan over value."
    assert REGISTRY["CFI_GOOD"].parameters[1].kind.zero_divides


def test_all_faults_are_named_at_once() -> None:
    def bad(next: Annotated[X, MONEY, "x" * 256], a1: Annotated[X, MONEY, ""]) -> float:
        """No formula."""
        return 0.0

    message = refusal(bad, source="", examples=[], category="")
    for fault in (
        "CFI_BAD:", "next is a word of VBA or Python", "a1 is a cell address", "help of next has 256 characters",
        "help of a1 has 0 characters", "no kind or no help", "no formula", "no source", "no example", "no category",
    ):  # fmt: skip
        assert fault in message


def test_a_parameter_without_unit_or_shape_is_refused() -> None:
    def bare(loan: float, value: Annotated[X, "help without a kind"]) -> Annotated[X, RATIO, "r"]:
        """Bare.

        loan
        """
        return value

    message = refusal(bare)
    assert "loan has no kind, so no unit" in message
    assert "loan has no shape" in message
    assert "value has no kind" in message


def test_a_name_declared_twice_is_refused() -> None:
    declare(category="Test", source="here", examples=[Example((1, 2), 0.5)])(good)
    assert "declared twice" in refusal(good)


def test_a_required_parameter_after_an_optional_one_is_refused() -> None:
    def late(a: Annotated[X, MONEY, "A"] = optional(1.0), *, b: Annotated[X, MONEY, "B"]) -> Annotated[X, RATIO, "r"]:
        """Late.

        a
        """
        return a

    message = refusal(late)
    assert "b must be a plain positional parameter" in message
    assert "b is required but follows the optional a" in message


def test_a_rule_about_an_unknown_parameter_is_refused() -> None:
    rule = Rule("loam", "must be", lambda loam: loam > 0, DomainError)
    assert "reads loam, not a parameter" in refusal(good, rules=[rule])


def test_parameter_names_longer_than_the_wizard_takes_are_refused() -> None:
    source = "def f(" + ", ".join(f"{'p' * 24}_{i}: Annotated[X, MONEY, 'P']" for i in range(10)) + ") -> R: ..."
    scope = {"Annotated": Annotated, "X": X, "MONEY": MONEY, "R": Annotated[X, RATIO, "r"]}
    exec(source, scope)
    scope["f"].__doc__ = "Long.\n\nlong"
    assert "join to more than 230" in refusal(scope["f"])


@pytest.mark.parametrize("name", ["LTV1", "PD1", "xfd1048576", "R1C1", "R", "C", "RC", "A1"])
def test_cell_addresses_are_known(name: str) -> None:
    assert is_cell_address(name)


@pytest.mark.parametrize("name", ["DSCR1", "XFE1", "A1048577", "CFI_LTV", "A0", "RATE", "LTV"])
def test_names_that_only_look_like_addresses_are_allowed(name: str) -> None:
    assert not is_cell_address(name)


def test_an_example_prints_as_a_formula() -> None:
    assert REGISTRY["CFI_CORR_LTV"].formula() == "=CFI_CORR_LTV(70,100,0.05,0.5,0.4,1)"
    assert REGISTRY["CFI_LLCR"].formula() == "=CFI_LLCR({100,100,100,100,100},350,0.06)"
    example = Example((np.array([[1.0, 2.0], [3.0, 4.0]]), True, 'a "word"', None, 0.5), 0)
    assert REGISTRY["CFI_LTV"].formula(example) == '=CFI_LTV({1,2;3,4},TRUE,"a ""word""",,0.5)'


def test_defaults_cannot_be_changed_by_a_model() -> None:
    for spec in REGISTRY.values():
        for parameter in spec.parameters:
            if isinstance(parameter.default, np.ndarray):
                assert not parameter.default.flags.writeable

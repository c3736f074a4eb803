"""What is said of numbers that are hardly meant, and that nothing is said of those which are."""

from __future__ import annotations

import numpy as np
import pytest

import computefi
from computefi.errors import Code, InputError
from computefi.spec import MISSING, REGISTRY, Kind, call
from computefi.spec.kinds import CONTINUOUS, HAIRCUT, PER_YEAR, QUANTILE, RATE, VOLATILITY, YEARS
from computefi.spec.plausible import implausible

CHECK = REGISTRY["CFI_CHECK"]
KINDS = {p.kind for spec in REGISTRY.values() for p in spec.parameters if isinstance(p.kind, Kind)}


def said(name: str, *arguments: object) -> object:
    return call(CHECK, [name, *arguments]).cells()[0][0]


def test_volatility_in_per_cent_is_asked_about() -> None:
    assert said("CFI_CORR_LGD", 70, 100, 0.05, 0.5, 30, 1) == (
        "volatility is usually between 0 and 2; got 30 (30% is 0.3)"
    )


def test_a_rate_of_8_is_asked_about() -> None:
    assert said("llcr", ((100, 100),), 150, 8) == "rate is usually between -0.05 and 0.5; got 8 (8% is 0.08)"


def test_months_typed_for_years_are_asked_about() -> None:
    assert said("CFI_CORR_LGD", 70, 100, 0.05, 0.5, 0.3, 36) == "horizon is usually between 0 and 30; got 36"


def test_the_other_tail_is_asked_about() -> None:
    assert said("CFI_STRESS_LGD", 70, 100, 0.5, 0.3, 1, 0.99) == "quantile is usually between 0 and 0.5; got 0.99"


def test_what_the_call_refuses_is_named_too() -> None:
    assert said("CFI_CORR_LGD", 70, 100, 5, 0.5, 0.3, 1) == "pd must be between 0 and 1, 0 excluded; got 5"


def test_each_argument_has_its_sentence_and_a_range_its_first_cell() -> None:
    assert said("CFI_CORR_LGD", 70, 100, 0.05, 0.5, ((0.3,), (30.0,), (40.0,)), 36) == (
        "volatility is usually between 0 and 2; got 30 at row 2 and 1 more (30% is 0.3); "
        "horizon is usually between 0 and 30; got 36"
    )


def test_blanks_texts_errors_and_what_is_left_out_are_passed_over() -> None:
    assert said("CFI_CORR_LGD", None, "x", Code.NA, MISSING, True, 1) == ""
    assert said("CFI_CORR_LGD", ((70.0,), (None,)), 100, 0.05, 0.5, ((Code.NA,), (30.0,)), 1).startswith("volatility")
    assert said("CFI_LTV", 70, 100, None) == ""
    assert said("CFI_LTV") == ""


def test_no_function_and_functions_of_calls_are_refused() -> None:
    for name in ("CFI_NO_SUCH", "CFI_WHY", "CFI_CHECK", "CFI_REVERSE"):
        with pytest.raises(InputError):
            computefi.check(name, 1)


@pytest.mark.parametrize("spec", [spec for spec in REGISTRY.values() if not spec.raw], ids=lambda spec: spec.name)
def test_nothing_is_said_of_an_example(spec: object) -> None:
    for example in spec.examples:  # type: ignore[attr-defined]
        assert list(implausible(spec, example.arguments)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", sorted(KINDS, key=repr), ids=lambda kind: f"{kind.name}, {kind.unit}")
def test_usual_ranges_lie_within_the_bounds_and_hold_0_or_1(kind: Kind) -> None:
    ends = np.array([end for end in (kind.usual_low, kind.usual_high) if np.isfinite(end)])
    assert not kind.outside(ends).any()
    assert kind.usual_low < kind.usual_high
    assert bool(kind.usual) == bool(len(ends))


def test_the_words_of_a_usual_range() -> None:
    assert VOLATILITY.usual == YEARS.usual.replace("30", "2") == "between 0 and 2"
    assert RATE.usual == "between -0.05 and 0.5"
    assert CONTINUOUS.usual == "between -2 and 2"
    assert PER_YEAR.usual == "between 1 and 366"
    assert HAIRCUT.usual == "at least -1"
    assert QUANTILE.usual == "between 0 and 0.5"
    assert Kind("x", "y", usual_high=3).usual == "at most 3"
    assert Kind("x", "y", low=0).usual == ""

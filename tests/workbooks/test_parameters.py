"""The parameters that all workbooks share, and the terms of the deals on record."""

from __future__ import annotations

import re
from math import exp, log

import pytest

from workbooks.build.kit.inputs import Input, read_inputs
from workbooks.build.kit.parameters import (
    COLLATERAL,
    DEALS,
    HERE,
    drift,
    operating_leverage,
    parameter,
    term,
    value,
    volatility,
)

SHARED = [
    (name, item)
    for name in ("parameters", "deals")
    for item in read_inputs(HERE / f"{name}.csv")
    if isinstance(item, Input)
]


@pytest.mark.parametrize(("file", "item"), SHARED, ids=lambda one: getattr(one, "key", one))
def test_an_input_has_a_value_with_status_and_date_for_each_and_lies_within_its_bounds(file: str, item: Input) -> None:
    cases = len(COLLATERAL if file == "parameters" else DEALS)
    assert len(item.values) == len(item.status) == cases
    assert item.unit
    assert item.source
    assert len(item.as_of.split(" · ")) in (1, cases)
    if not item.words:
        assert all(item.low <= given <= item.high for given in item.values)  # type: ignore[operator]


@pytest.mark.parametrize(("file", "item"), SHARED, ids=lambda one: getattr(one, "key", one))
def test_what_is_not_filed_says_so(file: str, item: Input) -> None:
    assert ("P" in item.status) == bool(re.search("emonstration parameters?, not filed", item.source)), file


def test_drift_is_the_logarithm_of_the_annual_factor() -> None:
    assert exp(drift()) == pytest.approx(value("annual_residual"))
    assert drift() == pytest.approx(log(0.74))


def test_sticky_prices_raise_volatility_and_an_index_of_sales_does_not() -> None:
    assert volatility() / value("observed_volatility") == pytest.approx(1.6237, abs=1e-4)
    assert volatility("asic") == value("observed_volatility", "asic")
    assert value("volatility_low") <= volatility() <= value("volatility_high")


def test_leverage_is_revenue_over_cash_where_cost_is_fixed() -> None:
    assert operating_leverage(1140 / (19000 / 6)) == pytest.approx(1.5625)
    assert operating_leverage(0) == 1


def test_terms_are_those_on_record() -> None:
    assert [term("commitment", deal) for deal in DEALS] == [8500, 3100, 2600, 1000, 104]
    assert float(str(term("first_funding", "ddtl4"))) / float(str(term("advance", "ddtl4"))) == pytest.approx(8333.3333)
    assert term("advance", "ddtl5") == pytest.approx(1 / 1.40, abs=1e-4)
    assert term("rate", "ddtl55") == pytest.approx(value("base_rate") + float(str(term("spread", "ddtl55"))))
    assert term("rating", "ddtl4") == "A-"
    assert parameter("pd_floor").values == (0.0005, 0.0005)

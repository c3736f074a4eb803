"""What a term sheet gets wrong, at every function that reads it: the row at fault, and what to do about it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import computefi
from computefi.errors import ModelError
from computefi.spec import REGISTRY
from computefi.spec.binding import axes_of
from computefi.spec.calls import model_arguments

QUOTES = [0.04, 0.04, 0.05]
PATH = ([20, 20, 20], 30, 0.01, [10, 10, 10])
STEP = ([100, 12, *[0] * 9], 20, 0.01, 10, 12, 0, 0, None, 1)
FLEET = ([100] * 4, [0] * 4, 60, 1, [[1]] * 4, 0.8, [1, 2, 3, 4], [1] * 4)
LOAN = ([100, 0], [0, 100], 0.08)

# function, arguments, named arguments, what is said
DATES = [
    ("schedule", (46300, 46200), {}, "end_date must be after start_date"),
    ("year_fraction", (46200, [46300, 46100]), {}, "end_date must not be before start_date; got 46100 at row 2"),
    ("forward", ([1, 3, 2], QUOTES, [1]), {}, "tenors must rise: sort the quotes.*got 2 at row 3"),
    ("forward", ([1, 1, 2], QUOTES, [1]), {}, "tenors must rise.*one for each; got 1 at row 2"),
    ("forward", ([1, 2, 3], QUOTES, [2, 1]), {}, "ends must rise; got 1 at row 2"),
    ("forward", ([1, 2, 3], QUOTES, [1, 4]), {}, "ends must not go past the last tenor: add a quote.*got 4 at row 2"),
    ("rate_option", ([0.04] * 2, [0.99] * 2, 0.25, 100, 0.03, 0.2, [0.5, 0.2]), {}, "fixings must not fall.*row 2"),
]
CURVES = [
    ("forward", ([1, 2, 3], [0.04, None, 0.05], [1]), {}, "rates must be given, not blank at row 2"),
    ("forward", ([1, None, 3], QUOTES, [1]), {}, "tenors must be given, not blank at row 2"),
    ("forward", ([1, 2, 3], [0.04, 3, 0.05], [1, 2]), {}, "rates must leave a discount factor above 0.*got 3 at row 2"),
    ("forward", ([1, 2], [0.04, -0.99], [1]), {"quotes": "futures"}, "factor above 0, and.*got -0.99 at row 2"),
    ("forward", ([1, 3], [0.04, 0.9], [1]), {"interpolation": "monotone"}, "factor above 0.*got 0.9 at row 2"),
    ("swap", ([0.04, 0.03], [0.99, -0.1], 0.25, 100, 0.03), {}, "discounts must be above 0; got -0.1 at row 2"),
    ("swap", ([0.04, None], [0.99, 0.98], 0.25, 100, 0.03), {}, "forwards must be given, not blank at row 2"),
    ("rate_option", ([0.04] * 2, [0.99, 0], 0.25, 100, 0.03, 0.2, 1), {}, "discounts must be above 0; got 0 at row 2"),
    ("floating_rate", ([0.04, None], 0.05), {}, "forwards must be given, not blank at row 2"),
    ("make_whole", ([20, 20, 20], 30, [0.04, None, 0.04]), {}, "treasury must be given, not blank at row 2"),
    ("llcr", ([20, 20], 30, [0.05, -1]), {}, "rate must be above -1; got -1 at row 2"),
]
FEES = [
    ("all_in_yield", LOAN, {"upfront": 1.2}, "upfront must be between 0 and 1, 1 excluded; got 1.2"),
    ("all_in_yield", LOAN, {"undrawn_fee": 1.2}, "undrawn_fee must be between 0 and 1, 1 excluded; got 1.2"),
    ("all_in_yield", LOAN, {"ticking_fee": 1.2}, "ticking_fee must be between 0 and 1, 1 excluded; got 1.2"),
    ("all_in_yield", ([90, 0, 10], [0, 95, 5], 0.1), {}, "repayments must never exceed what is drawn.*got 95 at row 2"),
    ("all_in_yield", ([9, 0, 0], [0, 4, 5], 0), {"index": [0, -0.9], "accruals": 2}, "index and rate.*-0.9 at row 2"),
    ("all_in_yield", LOAN, {"exit_fee": 1.0}, "exit_fee must be between 0 and 1, 1 excluded; got 1"),
]
RESERVES = [
    ("waterfall_path", (*PATH, 4), {}, "reserve_periods must not reach beyond the schedule: give fewer.*got 4"),
    ("waterfall_path", (*PATH, 1.5), {}, "reserve_periods must be a whole number"),
    ("reserve_months", (30, [8, 10, 9]), {}, "target must not reach beyond the schedule: give fewer months, or.*got 6"),
    ("reserve_months", (30, [8, 10], [6, 7], 4), {}, "target must not reach beyond the schedule.*got 7 at row 2"),
    ("waterfall_path", (*PATH[:3], [10, 10, 11]), {}, "principal must not repay more than the loan; got 11 at row 3"),
    ("cover_path", ([20, 20, 20], 20, [10, 11, 0], 0), {}, "principal must not repay more than the loan.*row 2"),
]
SWEEPS = [
    (name, arguments, {"sweep_covers": covers, "sweep_shares": shares}, reason)
    for name, arguments in (("waterfall_path", PATH), ("waterfall_step", STEP))
    for covers, shares, reason in (
        ([0, 1.5, 1.2], [1, 0.5, 0.2], "sweep_covers must rise from 0.*sort it; got 1.2 at row 3"),
        ([0.5, 1.2, 1.5], [1, 0.5, 0.2], "sweep_covers must rise from 0.*got 0.5 at row 1"),
        ([0, 1.2, 1.5], [0.1, 0.5, 0.2], "sweep_shares must not rise with the cover.*got 0.5 at row 2"),
        ([0, 1.2], [1.5, 0.2], "sweep_shares must be between 0 and 1; got 1.5 at row 1"),
        ([0, None, 1.5], [1, 0.5, 0.2], "sweep_covers must be given, not blank at row 2"),
    )
]
LIMITS = [
    ("borrowing_base_cert", FLEET, {"offtaker_limit": 0.2}, "offtaker_limit times the number.*larger limit.*got 0.2"),
    ("borrowing_base_cert", FLEET, {"vendor": [1, 2, 1, 2], "vendor_limit": 0.4}, "vendor_limit times the number"),
    ("borrowing_base_cert", FLEET, {"site": [1, 2, 3, 1], "site_limit": 0.3}, "site_limit times the number of sites"),
    ("borrowing_base_cert", (*FLEET[:3], [1, 1, 2, 1], *FLEET[4:]), {}, "asset_class must not be beyond.*at row 3"),
]


@pytest.mark.parametrize(
    ("name", "arguments", "named", "reason"), [*DATES, *CURVES, *FEES, *RESERVES, *SWEEPS, *LIMITS]
)
def test_bad_terms_are_told_with_row_and_cure(
    name: str, arguments: tuple[Any, ...], named: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ModelError, match=reason):
        getattr(computefi, name)(*arguments, **named)


def test_a_series_among_many_cases_is_told_by_its_case_and_entry() -> None:
    state = STEP[0]
    with pytest.raises(ModelError, match=r"got 1\.2 at row 2, column 3"):
        computefi.waterfall_step([state, state], *STEP[1:], [[0, 1.2, 1.5], [0, 1.5, 1.2]], [1, 0.5, 0.2])


OF_THE_WHOLE = re.compile(
    "sum to|throughout|at least (one|two|three)|not all be|vary|present value|more (than [0-9,]+ )?periods|one number"
    "|(third|sixth|seventh) entry|begin with|to the end|in a period by which"
)


@pytest.mark.parametrize("name", [name for name in REGISTRY if REGISTRY[name].rules])
def test_a_rule_of_a_series_names_its_entry_or_speaks_of_the_whole(name: str) -> None:
    spec = REGISTRY[name]
    kinds = {parameter.name: axes_of(parameter) for parameter in spec.parameters}
    examples = [model_arguments(spec, example.arguments) for example in spec.examples]
    for rule in spec.rules:
        if kinds[rule.parameter] == 1 and not OF_THE_WHOLE.search(rule.text):
            told = [np.shape(rule.holds(**{key: given[key] for key in rule.reads})) for given in examples]
            assert (1, examples[0][rule.parameter].shape[1]) in told, rule.text

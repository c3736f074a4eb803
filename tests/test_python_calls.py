"""The functions in a notebook: help, completion, pickling, names, one bad row, and the short way of plain calls."""

from __future__ import annotations

import copy
import datetime as dt
import inspect
import pickle
import pydoc
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import computefi
from computefi.answers import python_name
from computefi.errors import Code
from computefi.spec import MISSING, REGISTRY, Spec, call, call_many
from computefi.spec.kinds import Choice, Kind
from computefi.spec.plain import plain_call

CASE = (70, 100, 0.05, 0.5, 0.4, 1)
GPU = (2.5, 4, 2.5, 0.19, 0.6, 0.95, 6, 0.1)
SPECS = list(REGISTRY.values())
each_function = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.python_name)


def test_dir_lists_the_functions_alone() -> None:
    assert dir(computefi) == sorted(spec.python_name for spec in SPECS)


def test_a_wrong_name_is_told_what_is_like_it() -> None:
    with pytest.raises(AttributeError, match="no attribute 'corr_lvt'; did you mean corr_ltv"):
        computefi.corr_lvt  # noqa: B018
    assert not hasattr(computefi, "__wrapped__")


@each_function
def test_help_fits_a_screen_and_has_the_sections_of_numpydoc(spec: Spec) -> None:
    function = getattr(computefi, spec.python_name)
    shown = pydoc.plain(pydoc.render_doc(function, "%s"))
    assert len(shown.splitlines()) < 60
    headings = [
        line for line, below in zip(shown.splitlines(), shown.splitlines()[1:], strict=False) if "----" in below
    ]
    assert [h.strip() for h in headings] == "Parameters Returns Raises Notes Examples References".split()
    for parameter in spec.parameters[:2]:
        assert f"\n    {parameter.name}" in shown
    assert " ".join(spec.summary.split()) in " ".join(shown.split())


@each_function
def test_a_signature_has_plain_names_and_defaults(spec: Spec) -> None:
    signature = inspect.signature(getattr(computefi, spec.python_name))
    assert [*signature.parameters] == [*(p.name for p in spec.parameters), "errors"]
    assert "array(" not in str(signature)
    assert "Kind(" not in str(signature)


def test_a_signature_reads_as_a_line_of_python() -> None:
    wanted = "(loan, value, haircut=0.0, *, errors='raise') -> float | numpy.ndarray"
    assert str(inspect.signature(computefi.ltv)) == wanted


@each_function
def test_functions_are_pickled_and_copied_as_themselves(spec: Spec) -> None:
    function = getattr(computefi, spec.python_name)
    assert pickle.loads(pickle.dumps(function)) is function
    assert copy.deepcopy(function) is function
    assert (function.__module__, function.__qualname__) == ("computefi", spec.python_name)


# -- one bad row
def test_one_bad_row_need_not_spoil_a_column() -> None:
    found = computefi.corr_ltv(70, [100, 0, 100], [0.05, 0.05, 1.2], 0.5, 0.4, 1, errors="nan")
    assert found[0] == computefi.corr_ltv(*CASE)
    assert np.isnan(found[1:]).all()
    assert np.isnan(computefi.ltv(70, 0, errors="nan"))
    with pytest.raises(computefi.ModelError, match="value must not be 0 at row 2"):
        computefi.corr_ltv(70, [100, 0, 100], 0.05, 0.5, 0.4, 1)
    block = computefi.llcr([[20, 20], [20, None]], 30, 0.06, errors="nan")
    assert block[0] > 0
    assert np.isnan(block[1])


@pytest.mark.parametrize("arguments", [([70, 80], [1, 2, 3]), (70,), ("70", [[1, 2], [3]]), ((), 1)])
def test_a_call_that_is_none_fails_whatever_errors_says(arguments: Any) -> None:
    with pytest.raises(computefi.ModelError):
        computefi.ltv(*arguments, errors="nan")


def test_errors_is_one_of_two_words() -> None:
    with pytest.raises(ValueError, match='errors must be "raise" or "nan"; got \'ignore\''):
        computefi.ltv(70, 100, errors="ignore")  # type: ignore[call-overload]


def test_infinity_never_leaves() -> None:
    assert np.isnan(computefi.ltv([1e308, 1], [1e-300, 1], errors="nan")).tolist() == [True, False]


# -- names
def test_several_numbers_have_names() -> None:
    answer = computefi.gpu_value(*GPU)
    value, elasticity = answer
    assert (answer.value, answer.elasticity) == (value, elasticity) == (answer["value"], answer["elasticity"])
    assert type(answer.value) is float
    assert answer.names == ("value", "elasticity")
    assert "elasticity" in dir(answer)
    again = pickle.loads(pickle.dumps(answer))
    assert (again.names, again.elasticity) == (answer.names, answer.elasticity)


def test_names_of_many_cases_are_columns() -> None:
    answer = computefi.gpu_value([2.5, 3.0], *GPU[1:])
    np.testing.assert_array_equal(answer.value, answer[:, 0])
    assert answer.shape == (2, 2)
    waterfall = computefi.waterfall(100, [30, 2, 18])
    assert (waterfall.left, waterfall.paid.tolist()) == (50, [30, 2, 18])
    path = computefi.el_path([100, 80], [0.02, 0.02], [80, 60], 0.5, 0.3, 0.05)
    assert path.total == pytest.approx(path.period.sum())
    assert computefi.amortise(100, 0.1, 2).balance.tolist() == computefi.amortise(100, 0.1, 2)[:, 2].tolist()


def test_a_name_that_numpy_has_is_found_by_its_key() -> None:
    pool = computefi.pool_in_default(*REGISTRY["CFI_POOL_IN_DEFAULT"].examples[0].arguments)
    assert pool["mean"] == pool[0]
    assert pool.standard_deviation == pool[1]


def test_an_unknown_name_is_told_which_there_are() -> None:
    answer = computefi.gpu_value(*GPU)
    with pytest.raises(AttributeError, match="no number 'elastcity'; there are value, elasticity"):
        answer.elastcity  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(KeyError, match="there are value, elasticity"):
        answer["elastcity"]
    assert (answer * 2).names == ()


def test_one_of_several_numbers_may_be_missing() -> None:
    dead = computefi.gpu_value(0, 0, 0, 0.19, 0.6, 0.95, 6, 0.1)
    assert dead.value <= 0
    assert np.isnan(dead.elasticity)
    with pytest.raises(computefi.ModelError, match="must be at least 0"):
        computefi.gpu_value(-1, *GPU[1:])


REPAID_EARLY = [
    ("waterfall_path", ([200, 20, -5], 30, 0.01, [10, 10, 10], 0, 0, 0, 0, None, 1, 0, 1), {"cover"}),
    ("cover_path", ([20, 20, 20, 20], 20, [10, 10, 0, 0], 0.01), {"dscr", "llcr", "plcr"}),
    ("cover_path", ([20, 20], 20, [0, 10], 0), {"dscr"}),
    ("sculpt_schedule", ([80, 60, 0, 0], 1.2, 0.08), set()),
    ("el_path", ([100, 50, 0, 0], 0.01, 80, 0.5, 0.4, 0.05), set()),
    ("deal_loss_path", ([100, 50, 0], 80, 0, 0.01, 0.02, 0.5, 0.2, 0.3, 0.3, 0.4, 0.05), set()),
    ("all_in_yield", ([100, 0, 0], [0, 100, 0], 0.08), set()),
    ("reserve_months", (10, [5, 5, 0, 0, 0, 0]), set()),
]


@pytest.mark.parametrize(("name", "arguments", "missing"), REPAID_EARLY)
def test_periods_after_a_loan_is_repaid_lack_their_cover_and_nothing_else(
    name: str, arguments: tuple[Any, ...], missing: set[str]
) -> None:
    answer = getattr(computefi, name)(*arguments)
    assert {one for one in answer.names if np.isnan(answer[one]).any()} == missing
    columns = [[(item,) for item in one] if isinstance(one, list) else one for one in arguments]
    cells = call(REGISTRY[f"CFI_{name.upper()}"], columns).cells()
    numbers = [[np.nan if isinstance(cell, Code) else cell for cell in row] for row in cells]
    np.testing.assert_array_equal(np.atleast_2d(answer), numbers)


def test_a_row_of_a_table_that_has_no_number_at_all_is_an_error() -> None:
    with pytest.raises(computefi.ModelError, match="at row 2"):
        computefi.forward([1, 2], [0.04, 3], [1, 2])


# -- what goes in
def test_what_a_mask_hides_is_blank() -> None:
    loans = np.ma.array([70, 80, 90], mask=[False, True, False])
    with pytest.raises(computefi.ModelError, match="loan must be given, not blank at row 2"):
        computefi.ltv(loans, 100)
    assert np.isnan(computefi.ltv(loans, 100, errors="nan")).tolist() == [False, True, False]
    assert computefi.ltv(70, 100, np.ma.array([0.3, 0.9], mask=[False, True])).tolist() == [1.0, 0.7]
    assert computefi.ltv(np.ma.array([70.0, 80.0]), 100).tolist() == [0.7, 0.8]


@pytest.mark.parametrize("loan", [Decimal("70"), Fraction(70), np.float32(70), np.int8(70)])
def test_every_kind_of_number_is_taken(loan: Any) -> None:
    assert computefi.ltv(loan, 100) == 0.7
    assert computefi.ltv([loan, 35], 100).tolist() == [0.7, 0.35]


@pytest.mark.parametrize("loan", [Decimal("NaN"), Decimal("sNaN"), Decimal("1e999"), float("nan"), 10**400])
def test_what_is_no_finite_number_is_refused(loan: Any) -> None:
    with pytest.raises(computefi.ModelError, match="must be a finite number"):
        computefi.ltv(loan, 100)


@pytest.mark.parametrize("loan", [1 + 2j, np.complex64(1), "70", object(), True])
def test_what_is_no_number_is_refused(loan: Any) -> None:
    with pytest.raises(computefi.ModelError, match="loan must be a number"):
        computefi.ltv(loan, 100)


@pytest.mark.parametrize(
    "loan",
    [
        dt.date(2026, 7, 1), dt.datetime(2026, 7, 1), [70, dt.date(2026, 7, 1)], [[dt.date(2026, 7, 1)]],
        np.array(["2026-07-01"], "datetime64[D]"), np.datetime64("2026-07-01"), dt.timedelta(1),
        np.array([dt.date(2026, 7, 1)], object),
    ],
)  # fmt: skip
def test_a_date_is_no_money(loan: Any) -> None:
    with pytest.raises(computefi.ModelError, match="loan must be a number, not a date"):
        computefi.ltv(loan, 100)
    with pytest.raises(computefi.ModelError, match="loan must be a number, not a date"):
        computefi.ltv(loan=loan, value=100, errors="nan")


@pytest.mark.parametrize(
    "day",
    [
        dt.date(2026, 7, 1), dt.datetime(2026, 7, 1), np.datetime64("2026-07-01"), np.datetime64("2026-07-01", "ns"),
        np.array("2026-07-01", "datetime64[D]"),
    ],
)  # fmt: skip
def test_a_day_is_taken_where_one_is_asked_for(day: Any) -> None:
    wanted = computefi.year_fraction(46204, 46569)
    assert computefi.year_fraction(day, dt.date(2027, 7, 1)) == wanted
    days = np.array(["2026-07-01", "2026-07-01"], "datetime64[ns]")
    assert computefi.year_fraction(days, 46569).tolist() == [wanted, wanted]


# -- the short way of a call of plain numbers

# Functions that search take one form of so many.
SPARSE = {"CFI_BOOK_REVERSE": 16, "CFI_BOOK_FACTOR_SHARE": 16, "CFI_DEAL_LOSS_RANGE": 16, "CFI_CORR_LGD_RANGE": 16}


@each_function
def test_the_short_way_answers_what_the_long_way_answers(spec: Spec) -> None:
    nothing = (MISSING, None, "", True, 0, -1, 1.5, 1e308, float("nan"), 10**400, "no word")
    for example in spec.examples[:1]:
        calls = [example.arguments]
        for place, parameter in enumerate(spec.parameters):
            given = list(example.arguments) + [MISSING] * (place + 1 - len(example.arguments))
            others = [*nothing, *bounds_of(parameter.kind), *forms_of(given[place])]
            calls += [(*given[:place], other, *given[place + 1 :]) for other in others]
        calls = calls[:: SPARSE.get(spec.name, 1)]
        for arguments in calls:
            short = plain_call(spec, arguments)
            if short is not None:
                assert short.cells() == call_many(spec, [arguments])[0].cells()


def bounds_of(kind: Any) -> list[Any]:
    if isinstance(kind, Choice):
        return list(kind.words)
    return [kind.low, kind.high, int(kind.low) if np.isfinite(kind.low) else 0] if isinstance(kind, Kind) else []


def forms_of(argument: Any) -> list[Any]:
    """What may stand for an argument: a series or a matrix, turned, cut, spoilt, or of several cases."""
    if isinstance(argument, (str, type(MISSING), type(None))):
        return [[0.5, 1], (1,), ((2.0,),), ["no word"], [], ((),)]
    block = np.array(argument, dtype=np.float64)
    flat: list[Any] = block.ravel().tolist()
    spoilt = [[*flat[:-1], x] for x in (None, True, "", float("nan"), float("inf"), -1e9, 0, 0.5, 2, 10**400)]
    rows = [tuple(flat)], [(x,) for x in flat], (tuple(flat),) * 2, [flat, flat[1:]], [flat, 1.0]
    return [
        flat, flat[:1], flat[:-1], [*flat, 1], tuple(flat), *rows, *spoilt, block, block.T, block.astype(np.int64),
        np.array(flat), np.array([flat]), np.array([flat, flat]), np.array(flat).reshape(-1, 1), [flat[:1]], [],
    ]  # fmt: skip


def test_plain_calls_do_take_the_short_way() -> None:
    taken = [spec for spec in SPECS if plain_call(spec, spec.examples[0].arguments) is not None]
    long = {spec.name for spec in SPECS if spec not in taken}
    assert len(long) <= 10  # those that ask about calls, draw paths, or whose example leaves a cell blank
    assert plain_call(REGISTRY["CFI_LTV"], (70, 0)) is None
    assert call(REGISTRY["CFI_LTV"], (70, 100)).cells() == [[0.7]]


def test_each_number_of_an_answer_can_be_asked_for_by_name() -> None:
    for spec in REGISTRY.values():
        for column in (*spec.result.columns, *filter(None, [spec.result.more])):
            assert python_name(column.name).isidentifier(), f"{spec.name}: {column.name}"

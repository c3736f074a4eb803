"""The one call path: what each kind of cell means, which shapes fit, and how a failure is told."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import computefi
from computefi.errors import Code
from computefi.spec import MISSING, REGISTRY, UnknownFunction, call, call_many, find

LTV = REGISTRY["CFI_LTV"]
LLCR = REGISTRY["CFI_LLCR"]
CORR_LTV = REGISTRY["CFI_CORR_LTV"]
DEBT_CAPACITY = REGISTRY["CFI_DEBT_CAPACITY"]
ELIGIBLE = REGISTRY["CFI_ELIGIBLE_BACKLOG"]
CASE = (70, 100, 0.05, 0.5, 0.4, 1)


def cells(name: str, *arguments: object) -> list[list[object]]:
    return call(REGISTRY[name], arguments).cells()


def reason(name: str, *arguments: object) -> str:
    error = call(REGISTRY[name], arguments).first_error()
    assert error is not None
    assert len(str(error)) < 255
    return str(error)


# --- what a cell means ---------------------------------------------------------------------------


def test_missing_blank_empty_text_zero_and_error_are_five_different_things() -> None:
    assert cells("CFI_LTV", 70, MISSING) == [[Code.VALUE]]
    assert reason("CFI_LTV", 70, MISSING) == "value must be given"
    assert reason("CFI_LTV", 70, None) == "value must be given, not blank"
    assert reason("CFI_LTV", 70, "") == 'value must be a number; got the text ""'
    assert cells("CFI_LTV", 70, 0) == [[Code.DIV0]]
    assert cells("CFI_LTV", 70, Code.NA) == [[Code.NA]]


def test_a_blank_or_missing_optional_argument_is_its_default() -> None:
    plain = cells("CFI_LTV", 70, 100)
    assert cells("CFI_LTV", 70, 100, None) == plain == cells("CFI_LTV", 70, 100, MISSING)
    assert cells("CFI_LTV", 70, 100, ((None,), (0.5,))) == [[0.7], [1.4]]


def test_an_omitted_middle_argument_is_its_default() -> None:
    assert cells("CFI_CORR_LTV", *CASE, MISSING, 0.1) == cells("CFI_CORR_LTV", *CASE, 0, 0.1)


def test_an_optional_argument_of_empty_text_is_refused() -> None:
    assert cells("CFI_LTV", 70, 100, "") == [[Code.VALUE]]


def test_a_boolean_is_not_a_number_and_text_that_looks_like_one_is_refused() -> None:
    assert reason("CFI_LTV", True, 100) == "loan must be a number; got TRUE"
    assert reason("CFI_LTV", "70", 100) == 'loan must be a number; got the text "70"'


def test_a_date_is_its_serial_number() -> None:
    assert cells("CFI_LTV", dt.datetime(2026, 1, 1), 1) == [[46023.0]]
    assert cells("CFI_LTV", dt.date(2026, 1, 1), 1) == [[46023.0]]
    assert cells("CFI_LTV", dt.datetime(2026, 1, 1, 12), 1) == [[46023.5]]


@pytest.mark.parametrize("code", list(Code))
def test_an_incoming_error_goes_out_as_itself(code: Code) -> None:
    assert cells("CFI_LTV", code, 100) == [[code]]
    assert cells("CFI_LTV", 70, 0, code) == [[code]]  # before any other fault
    assert cells("CFI_LLCR", ((100.0, code, 100.0),), 350, 0.06) == [[code]]
    assert cells("CFI_DRIVER_PD", 1.2, 0.5, 0.1, 0.1, 0.1, 0, 1, code) == [[code]]


def test_of_two_incoming_errors_the_first_goes_out() -> None:
    assert cells("CFI_LTV", Code.REF, Code.NA) == [[Code.REF]]
    assert cells("CFI_LLCR", ((Code.NULL,), (Code.NA,)), Code.REF, 0.06) == [[Code.NULL]]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_a_number_that_is_not_finite_is_refused(number: float) -> None:
    assert cells("CFI_LTV", number, 100) == [[Code.NUM]]
    assert cells("CFI_LTV", np.array([number if number != 10**400 else np.nan]), 100) == [[Code.NUM]]


def test_nan_and_infinity_never_leave() -> None:
    assert cells("CFI_LTV", 1e308, 1e-308) == [[Code.NUM]]
    assert "not a finite number" in reason("CFI_LTV", 1e308, 1e-308)


def test_an_object_that_is_no_cell_is_refused() -> None:
    assert cells("CFI_LTV", object(), 100) == [[Code.VALUE]]
    assert cells("CFI_LTV", {"a": 1}, 100) == [[Code.VALUE]]
    assert cells("CFI_LTV", 1 + 2j, 100) == [[Code.VALUE]]


def test_a_bound_is_named_with_what_was_given_and_where() -> None:
    assert reason("CFI_CORR_LTV", 70, 100, 1.2, 0.5, 0.4, 1) == ("pd must be between 0 and 1; got 1.2")
    block = ((0.1, 0.1), (0.1, 1.2))
    assert reason("CFI_CORR_LTV", 70, 100, block, 0.5, 0.4, 1).endswith("got 1.2 at row 2, column 2")
    assert reason("CFI_LTV", ((1,), (-2,)), 100) == "loan must be at least 0; got -2 at row 2"
    assert reason("CFI_LTV", ((1, -2),), 100) == "loan must be at least 0; got -2 at column 2"


def test_a_reason_stays_below_255_characters() -> None:
    assert len(reason("CFI_LTV", "x" * 1000, 100)) < 255


def test_more_arguments_than_the_function_has_are_refused() -> None:
    assert reason("CFI_LTV", 1, 2, 0, 4) == "CFI_LTV takes at most 3 arguments; got 4"


def test_a_choice_is_taken_in_any_case_and_an_unknown_one_lists_the_words() -> None:
    arguments = (1.2, 0.98, 0.06, 0.3, 0.05, 0.3, 1)
    assert cells("CFI_DRIVER_PD", *arguments, "LogNormal") == cells("CFI_DRIVER_PD", *arguments, "lognormal")
    assert reason("CFI_DRIVER_PD", *arguments, "linear") == (
        'form must be "additive" or "lognormal"; got the text "linear"'
    )
    assert cells("CFI_DRIVER_PD", *arguments, 3) == [[Code.VALUE]]
    assert cells("CFI_DRIVER_PD", *arguments, (("additive", "additive"),)) == [[Code.VALUE]]
    assert cells("CFI_DRIVER_PD", *arguments, "") == [[Code.VALUE]]


# --- shapes: cell by cell ------------------------------------------------------------------------


def test_a_range_works_cell_by_cell_and_a_bad_cell_spoils_only_itself() -> None:
    loans = ((70,), (Code.NA,), ("x",), (-1,), (None,), (35,))
    assert cells("CFI_LTV", loans, 100) == [[0.7], [Code.NA], [Code.VALUE], [Code.NUM], [Code.VALUE], [0.35]]


def test_a_row_against_a_column_makes_the_grid() -> None:
    assert cells("CFI_LTV", ((50, 100),), ((100,), (200,), (0,))) == [[0.5, 1.0], [0.25, 0.5], [Code.DIV0, Code.DIV0]]


def test_each_failing_cell_of_a_grid_knows_its_reason() -> None:
    outcome = call(LTV, (((50, -1),), ((100,), (0,))))
    told = {place: str(error) for place, error in outcome.reasons()}
    assert told == {
        (0, 1): "loan must be at least 0; got -1 at column 2",
        (1, 0): "value must not be 0 at row 2",
        (1, 1): "loan must be at least 0; got -1 at column 2",
    }


def test_ranges_that_do_not_fit_are_named_with_their_sizes() -> None:
    assert reason("CFI_LTV", ((1,), (2,), (3,)), ((1,), (2,))) == (
        "the ranges must have shapes that fit: loan 3×1, value 2×1"
    )


def test_several_answers_come_as_one_row_per_case() -> None:
    one = call(REGISTRY["CFI_WRONG_WAY"], CASE)
    assert one.shape == (1, 2)
    column = call(REGISTRY["CFI_WRONG_WAY"], (((70,), (80,), (-1,)), *CASE[1:]))
    row = call(REGISTRY["CFI_WRONG_WAY"], (((70, 80, -1),), *CASE[1:]))
    assert column.shape == row.shape == (3, 2)
    assert column.cells() == row.cells()
    assert column.cells()[2] == [Code.NUM, Code.NUM]


def test_several_answers_of_a_grid_are_refused() -> None:
    assert "takes one row or one column of cases, not a grid" in reason(
        "CFI_WRONG_WAY", ((70, 80),), ((100,), (90,)), *CASE[2:]
    )


# --- shapes: series and matrices -----------------------------------------------------------------


def test_a_row_and_a_column_are_the_same_series() -> None:
    assert cells("CFI_LLCR", ((100, 90, 80),), 200, 0.06) == cells("CFI_LLCR", ((100,), (90,), (80,)), 200, 0.06)


def test_a_block_is_a_series_per_row_with_an_answer_per_row() -> None:
    block = ((100, 90, 80), (50, 45, Code.NA), (100, 90, 80))
    answer = cells("CFI_LLCR", block, ((200,), (100,), (100,)), 0.06)
    single = cells("CFI_LLCR", ((100, 90, 80),), 200, 0.06)[0][0]
    assert answer == [[single], [Code.NA], [2 * single]]


def test_a_number_given_for_a_series_is_repeated() -> None:
    assert cells("CFI_EFFECTIVE_NAMES", ((1, 1, 1, 1),)) == [[4.0]]
    two = ((10, 10), (6, 6))
    assert cells("CFI_ELIGIBLE_BACKLOG", two, 1, 0, 1, 0, 2) == [[32.0]]


def test_series_of_different_lengths_are_named_with_both() -> None:
    two = ((10, 10), (6, 6))
    assert reason("CFI_ELIGIBLE_BACKLOG", two, (1, 1, 1), 0, 1, 0, 2) == (
        "take_or_pay must have 2 entries like revenue; got 3"
    )


def test_a_row_of_numbers_beside_a_series_is_refused() -> None:
    assert "one column with a number per case" in reason("CFI_LLCR", ((100, 90),), ((1, 2, 3),), 0.06)


def test_as_many_series_as_numbers_or_one_of_them() -> None:
    assert "same number of rows" in reason("CFI_LLCR", ((1, 2), (3, 4)), ((1,), (2,), (3,)), 0.06)


def test_a_block_of_series_beside_a_matrix_is_refused() -> None:
    assert reason("CFI_ELIGIBLE_BACKLOG", ((1, 2), (3, 4)), ((1, 1), (1, 1)), 0, 1, 0, 2) == (
        "take_or_pay must be one row or one column; got a block of 2×2"
    )


def test_a_column_of_numbers_goes_with_one_matrix() -> None:
    revenue = ((10, 10, 10), (6, 6, 0))
    rates = ((0.0,), (0.07,), (-2,))
    answer = cells("CFI_ELIGIBLE_BACKLOG", revenue, 1, 0, 1, rates, 3)
    assert answer[0] == [42.0]
    assert answer[1] == cells("CFI_ELIGIBLE_BACKLOG", revenue, 1, 0, 1, 0.07, 3)[0]
    assert answer[2] == [Code.NUM]


def test_an_error_in_a_matrix_comes_out_as_itself() -> None:
    assert cells("CFI_ELIGIBLE_BACKLOG", ((1, Code.REF), (3, 4)), 1, 0, 1, 0, 2) == [[Code.REF]]
    assert reason("CFI_ELIGIBLE_BACKLOG", ((1, 2), (3, "x")), 1, 0, 1, 0, 2) == (
        'revenue must be a number; got the text "x" at row 2, column 2'
    )


def test_empty_and_ragged_ranges_are_refused() -> None:
    assert cells("CFI_HHI", []) == [[Code.VALUE]]
    assert reason("CFI_HHI", np.zeros((0, 3))) == "weights must not be empty"
    assert cells("CFI_HHI", [[1, 2], [3]]) == [[Code.VALUE]]
    assert cells("CFI_HHI", np.zeros((2, 2, 2))) == [[Code.VALUE]]


def test_a_whole_column_is_read_to_its_last_content() -> None:
    column = tuple((1.0,) if i < 4 else (None,) for i in range(1_048_576))
    assert cells("CFI_EFFECTIVE_NAMES", column) == [[4.0]]


# --- many calls at once --------------------------------------------------------------------------


def test_many_calls_answer_as_each_alone() -> None:
    flows, block = ((100, 90, 80),), ((100, 90), (80, 70))
    calls = [
        (flows, 200, 0.06), (flows, 0, 0.06), (block, 100, 0.06), (flows, ((200,), (100,)), 0.06), (flows, "x", 0.06),
        (((1.0,), (2.0,)), 1, 0.1), (flows, 200, 0.06, 10), (), (flows, Code.NA, 0.06), (flows, 200, ((0.06, 0.07),)),
    ]  # fmt: skip
    together = call_many(LLCR, calls)
    for arguments, outcome in zip(calls, together, strict=True):
        alone = call(LLCR, arguments)
        assert outcome.cells() == alone.cells()
        assert [str(e) for _, e in outcome.reasons()] == [str(e) for _, e in alone.reasons()]


def test_calls_of_plain_numbers_are_one_call_of_the_model_and_calls_of_ranges_another() -> None:
    import dataclasses

    sizes = []

    def counting(**arguments):
        sizes.append(arguments["loan"].size)
        return LTV.function(**arguments)

    spec = dataclasses.replace(LTV, function=counting)
    block = (((1,), (2,)), ((100, 50),))
    outcomes = call_many(spec, [(i, 100) for i in range(50)] + [block, (((7,),), 10)])
    assert sizes == [50, 5]
    assert outcomes[7].cells() == [[0.07]]
    assert outcomes[-2].cells() == [[0.01, 0.02], [0.02, 0.04]]
    assert outcomes[-1].cells() == [[0.7]]


def test_calls_of_series_of_one_length_are_one_call_of_the_model() -> None:
    import dataclasses

    shapes = []

    def counting(**arguments):
        shapes.append(arguments["cfads"].shape)
        return LLCR.function(**arguments)

    spec = dataclasses.replace(LLCR, function=counting)
    row, column, long = ((100, 90, 80),), ((100,), (90,), (80,)), ((1.0, 2.0, 3.0, 4.0),)
    calls = [
        (row, 200, 0.06), (column, 100, 0.07), (row, 200, row), (row, 50, column), (long, 1, 0.1), (long, 2, 0.1),
        (row, 0, 0.06), (row, 200, Code.NA), (((100, None, 80),), 1, 0.1), (((1, 10**400, 3),), 1, 0.1), (row, 7, 0.06),
        (row, 7, ((0.06,),)), (((9.0,),), 7, 0.1), (((9.0,),), 8, 0.1), (row, 200, ((0.06, 0.07),)), (row, 7, -2),
    ]  # fmt: skip
    outcomes = call_many(spec, calls)
    assert shapes[0] == (3, 3)  # of six calls, three of which are refused
    for arguments, outcome in zip(calls, outcomes, strict=True):
        alone = call(LLCR, arguments)
        assert outcome.cells() == alone.cells()
        assert [str(e) for _, e in outcome.reasons()] == [str(e) for _, e in alone.reasons()]


def test_calls_that_share_a_series_answer_as_each_alone() -> None:
    """As many calls as the series is long, so that a number for each call could be taken for the series."""
    base = REGISTRY["CFI_BORROWING_BASE"]
    column, flags = ((100.0,), (90.0,), (80.0,)), ((True,), (1,), (False,))
    blank, wrong = ((100.0,), (None,), (80.0,)), ((1,), (2,), (Code.NA,))
    sets = [
        (LLCR, [(column, 200, rate) for rate in (0.05, 0.06, 0.07)]),
        (LLCR, [(column, debt, column) for debt in (1, 2, 3)]),
        (LLCR, [(0.9, 200, rate) for rate in (0.05, 0.06, 0.07)]),
        (base, [(column, 12.0, life, 0.4, flags) for life in (60, 70, 80)]),
        (base, [(column, column, life, rate, flags) for life in (60, 70) for rate in (0.2, 0.4)]),
        (base, [(cost, 12.0, 60, 0.4, mask) for cost in (column, blank) for mask in (flags, wrong)] * 2),
        (base, [(column, months, 60, 0.4, MISSING) for months in (-1, 12, 24)]),
        (base, [(50.0, months, 60, 0.4) for months in (6, 12, 24)]),
    ]
    for spec, calls in sets:
        for arguments, outcome in zip(calls, call_many(spec, calls), strict=True):
            alone = call(spec, arguments)
            assert outcome.cells() == alone.cells()
            assert [str(e) for _, e in outcome.reasons()] == [str(e) for _, e in alone.reasons()]


def test_a_plain_call_among_many_knows_its_own_reason_and_its_defaults() -> None:
    outcomes = call_many(LTV, [(70, 100), (70, 0), (70, 100, 0.5), (-1, 100, MISSING), (10**400, 1), (1,)])
    assert [outcome.cells()[0][0] for outcome in outcomes] == [0.7, Code.DIV0, 1.4, Code.NUM, Code.NUM, Code.VALUE]
    assert str(outcomes[1].first_error()) == "value must not be 0"
    assert str(outcomes[3].first_error()) == "loan must be at least 0; got -1"


def test_calls_with_the_same_word_are_one_call_of_the_model() -> None:
    import dataclasses

    sizes = []
    rating_pd = REGISTRY["CFI_RATING_PD"]

    def counting(**arguments):
        sizes.append(next(np.size(a) for a in arguments.values() if not isinstance(a, str)))
        return rating_pd.function(**arguments)

    spec = dataclasses.replace(rating_pd, function=counting)
    outcomes = call_many(spec, [("B+", 5), ("BB", 1), ("B+", 3), ("BB", 2), ("B+", 1)])
    assert sizes == [3, 2]
    for outcome, arguments in zip(outcomes, [("B+", 5), ("BB", 1), ("B+", 3), ("BB", 2), ("B+", 1)], strict=True):
        assert outcome.cells()[0][0] == pytest.approx(call(rating_pd, arguments).cells()[0][0], rel=1e-12)


def test_what_leaves_is_plain_finite_and_final() -> None:
    import dataclasses

    spec = REGISTRY["CFI_WHY"]
    given = [("net", np.float64(0.7)), (np.int64(3), np.bool_(True)), (None, np.inf)]
    outcome = call(dataclasses.replace(spec, function=lambda *_: given), ("CFI_LTV",))
    assert outcome.cells() == [["net", 0.7], [3.0, True], ["", Code.NUM]]
    assert [type(cell) for row in outcome.cells() for cell in row] == [str, float, float, bool, str, Code]


def test_a_function_is_found_by_any_spelling_of_its_name() -> None:
    assert find("ltv") is find("CFI_LTV") is find(" CFI.Ltv ") is LTV
    with pytest.raises(UnknownFunction, match="must be a CFI function, such as ") as caught:
        find("corr_lvt")
    assert caught.value.near[0] == "CFI_CORR_LTV"


def test_no_calls_give_no_outcomes() -> None:
    assert call_many(LTV, []) == []


# --- for Python users ----------------------------------------------------------------------------


def test_python_and_cell_answer_alike() -> None:
    assert computefi.corr_ltv(*CASE) == cells("CFI_CORR_LTV", *CASE)[0][0]
    assert computefi.corr_ltv(loan=70, value=100, pd=0.05, rho=0.5, volatility=0.4, horizon=1) == computefi.corr_ltv(
        *CASE
    )


def test_python_gets_a_float_for_numbers_and_arrays_for_arrays() -> None:
    assert isinstance(computefi.ltv(70, 100), float)
    np.testing.assert_array_equal(computefi.ltv([70, 35], 100), [0.7, 0.35])
    np.testing.assert_array_equal(computefi.ltv(np.array([[70, 35]]), [100, 50]), [[0.7, 0.35], [1.4, 0.7]])
    assert isinstance(computefi.llcr([100, 100], 150, 0.05), float)
    assert computefi.llcr([[100, 100], [90, 90]], 150, 0.05).shape == (2,)
    assert computefi.wrong_way(*CASE).shape == (2,)
    assert computefi.wrong_way([70, 80], *CASE[1:]).shape == (2, 2)
    assert computefi.why("CFI_LTV", 70, 0) == "value must not be 0"


def test_python_gets_the_error_raised() -> None:
    with pytest.raises(computefi.ModelError, match=r"pd must be between 0 and 1; got 1\.2 at row 2") as caught:
        computefi.corr_ltv(70, 100, [0.1, 1.2], 0.5, 0.4, 1)
    assert caught.value.code is Code.NUM
    assert caught.value.parameter == "pd"


def test_python_is_told_of_a_wrong_or_repeated_name() -> None:
    with pytest.raises(TypeError, match="no parameter 'lone'; it takes loan, value, haircut"):
        computefi.ltv(lone=1, value=2)
    with pytest.raises(TypeError, match="twice"):
        computefi.ltv(1, 2, loan=1)


def test_a_frame_column_is_a_column() -> None:
    class Column:
        def __array__(self, dtype=None, copy=None):
            return np.array([70.0, 35.0])

    np.testing.assert_array_equal(computefi.ltv(Column(), 100), [0.7, 0.35])


def test_whole_numbers_arrays_and_object_arrays_are_read() -> None:
    np.testing.assert_array_equal(computefi.ltv(np.array([70, 35]), 100), [0.7, 0.35])
    np.testing.assert_array_equal(computefi.ltv(np.array([70, 35], dtype=object), 100), [0.7, 0.35])
    assert cells("CFI_LTV", np.array([True, False]), 100) == [[Code.VALUE], [Code.VALUE]]

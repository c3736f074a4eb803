"""What holds of every function of the registry, whatever it computes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import computefi  # noqa: F401  fills the registry
from computefi.errors import MESSAGE_LIMIT, Code
from computefi.spec import MISSING, REGISTRY, Kind, Outcome, Parameter, Shape, Spec, call, call_many
from computefi.spec.kinds import Choice, Words

FUNCTIONS = sorted(name for name, spec in REGISTRY.items() if not spec.raw)
SPOKEN = sorted(name for name, spec in REGISTRY.items() if spec.raw)
BY_CASE = [name for name in FUNCTIONS if not REGISTRY[name].result.rows]
NUMBERS = [name for name in BY_CASE if not REGISTRY[name].axes]
SERIES = [name for name in BY_CASE if REGISTRY[name].axes]

# Functions that search, integrate or simulate get fewer draws: a divisor of the number of examples.
DEAR = {
    "CFI_CORR_LGD_SIM": 6, "CFI_CORR_ADVANCE": 3, "CFI_HAIRCUT_TARGET": 3, "CFI_ALL_IN_YIELD": 2,
    "CFI_CORR_LGD_JUMP": 2, "CFI_BOOK_LOSS": 6, "CFI_BOOK_CONTRIBUTION": 6, "CFI_BOOK_MARGINAL": 6,
    "CFI_BOOK_FACTOR_SHARE": 6, "CFI_BOOK_REVERSE": 6, "CFI_BOOK_STRESS": 3,
}  # fmt: skip

# Counts that cost time or memory: kept small here, their limits are tested with the functions.
SMALL_COUNTS = {"paths": 256, "periods": 40, "months": 60}
NEARLY = 1e-14  # one call of many may run through another width of vector instruction than one alone


# --- arguments out of the declarations ------------------------------------------------------------


def tidy(number: float) -> float:
    return float(f"{number:.6g}")


def inside(kind: Kind, number: float) -> bool:
    return not bool(kind.outside(np.array([number]))[0]) and not (kind.zero_divides and number == 0)


def numbers(parameter: Parameter) -> st.SearchStrategy[float]:
    """Numbers that the declared kind allows, its closed ends among them."""
    kind = parameter.kind
    assert isinstance(kind, Kind)
    if kind.flag:
        return st.sampled_from([0.0, 1.0])
    if kind.whole:
        first = int(kind.low) if math.isfinite(kind.low) else 0
        high = min(kind.high, first + 12, SMALL_COUNTS.get(parameter.name, math.inf))
        return st.integers(first, int(max(first, high))).map(float)
    low = kind.low if math.isfinite(kind.low) else -1.0
    spans = [1.0, 10.0, 1e4] if "currency" in kind.unit or "$" in kind.unit else [1.0, 3.0]
    ends = [kind.high] if math.isfinite(kind.high) else [low + span for span in spans]
    ranges = [st.floats(low, end).map(tidy) for end in ends]
    edges = [edge for edge in (0.0, 1.0, kind.low, kind.high) if math.isfinite(edge) and inside(kind, edge)]
    return st.one_of(*ranges, st.sampled_from(edges)).filter(lambda x: inside(kind, x)) if edges else st.one_of(*ranges)


def shaken(draw: Any, parameter: Parameter, number: float) -> float:
    """A number of an example, moved a little where its kind allows."""
    kind = parameter.kind
    assert isinstance(kind, Kind)
    if parameter.name in SMALL_COUNTS:
        return float(min(number, SMALL_COUNTS[parameter.name]))
    if kind.flag or kind.whole or not math.isfinite(number):
        return float(number)
    moved = tidy(number * draw(st.sampled_from([0.9, 0.97, 1.0, 1.04, 1.1])))
    return moved if inside(kind, moved) else float(number)


Block = list[list[float]]
Argument = float | list[float] | Block | str | None


def axes_of(parameter: Parameter) -> tuple[str, ...]:
    return parameter.shape.axes if isinstance(parameter.shape, Shape) else ()


@st.composite
def from_example(draw: Any, spec: Spec) -> list[Any]:
    """The arguments of one of the declared examples, moved a little: almost always a call that has an answer."""
    example = draw(st.sampled_from(spec.examples))
    moved = draw(st.booleans())
    given_: list[Any] = []
    for parameter, argument in zip(spec.parameters, example.arguments, strict=False):
        if isinstance(argument, str) or argument is None:
            given_.append(argument)
        elif len(axes_of(parameter)) == 2:
            given_.append(argument if not isinstance(argument, tuple) else [list(map(float, row)) for row in argument])
        elif isinstance(argument, (tuple, list)):
            given_.append([shaken(draw, parameter, x) if moved else float(x) for x in argument])
        else:
            given_.append(shaken(draw, parameter, argument) if moved else float(argument))
    names = [parameter.name for parameter in spec.parameters]
    if "paths" in names:  # a simulation of the usual length would take all the time there is
        given_ += [MISSING] * (len(names) - len(given_))
        given_[names.index("paths")] = float(SMALL_COUNTS["paths"])
    return given_


@st.composite
def from_kinds(draw: Any, spec: Spec) -> list[Any]:
    """Arguments drawn from the declared kinds and shapes alone; rules between them may refuse the call."""
    lengths: dict[str, int] = {}
    given_: list[Any] = []
    for parameter in spec.parameters:
        if parameter.optional and parameter.name not in SMALL_COUNTS and draw(st.booleans()):
            given_.append(MISSING)
        elif isinstance(parameter.kind, Choice):
            given_.append(draw(st.sampled_from(parameter.kind.words)))
        elif isinstance(parameter.kind, Words):
            place = spec.parameters.index(parameter)
            shown = {e.arguments[place] for e in spec.examples if place < len(e.arguments)}
            given_.append(draw(st.sampled_from([*sorted(shown), "another", "one, another"])))
        else:
            axes = axes_of(parameter)
            sizes = []
            for axis in axes:
                fixed = parameter.shape.size if isinstance(parameter.shape, Shape) else 0
                sizes.append(lengths.setdefault(axis, fixed or draw(st.integers(2, 5))))
            one = numbers(parameter)
            if len(axes) == 2:
                block = [[draw(one) for _ in range(sizes[1])] for _ in range(sizes[0])]
                if axes[0] == axes[1]:  # a correlation matrix: one number off the diagonal
                    r = draw(st.sampled_from([0.0, 0.3, 0.6, 1.0]))
                    block = [[1.0 if i == j else r for j in range(sizes[1])] for i in range(sizes[0])]
                given_.append(block)
            elif axes and (sizes[0] > 1 or draw(st.booleans())):
                given_.append([draw(one) for _ in range(sizes[0])])
            else:
                given_.append(draw(one))
    while given_ and given_[-1] is MISSING:
        given_.pop()
    return given_


def calls_of(spec: Spec) -> st.SearchStrategy[list[Any]]:
    return st.one_of(from_example(spec), from_kinds(spec))


def as_range(argument: Any, *, column: bool = False) -> Any:
    """An argument as a host gives it: a series as a row or a column of cells, a matrix as its rows."""
    if not isinstance(argument, (list, tuple)):
        return argument
    if isinstance(argument[0], (list, tuple)):
        return tuple(tuple(row) for row in argument)
    return tuple((x,) for x in argument) if column else (tuple(argument),)


def as_ranges(arguments: Sequence[Any], *, column: bool = False) -> list[Any]:
    return [as_range(argument, column=column) for argument in arguments]


@dataclass(repr=False)
class Table:
    """Several cases of one function: as calls of their own, and as one call with a row per case."""

    spec: Spec
    cases: list[list[Any]]

    def __repr__(self) -> str:
        return f"{self.spec.name}: {self.cases}"

    def parameter(self, position: int) -> Parameter:
        return self.spec.parameters[position]

    def together(self, *, transpose: bool = False) -> list[Any]:
        arguments: list[Any] = []
        for position, first in enumerate(self.cases[0]):
            cells = [case[position] for case in self.cases]
            axes = axes_of(self.parameter(position))
            if isinstance(first, str) or first is MISSING or len(axes) == 2 or (axes and not isinstance(first, list)):
                arguments.append(as_range(first))
            elif isinstance(first, list):
                arguments.append(as_range(first) if self.shared(position) else tuple(tuple(series) for series in cells))
            else:
                arguments.append((tuple(cells),) if transpose else tuple((cell,) for cell in cells))
        return arguments

    def shared(self, position: int) -> bool:
        """Series of a function with a matrix belong to all its cases."""
        return bool(axes_of(self.parameter(position))) and self.spec.has_matrix and not self.spec.blocks

    def one(self, number: int) -> list[Any]:
        """One case as a call of its own."""
        case = list(self.cases[number])
        for position, argument in enumerate(self.cases[0]):
            whole = isinstance(argument, list) and self.shared(position)
            if whole or len(axes_of(self.parameter(position))) == 2:
                case[position] = argument
        return as_ranges(case)


@st.composite
def tables(draw: Any, spec: Spec, size: int = 4) -> Table:
    """Cases of one shape: the same series lengths, the same words, the same arguments left out."""
    source = from_example if draw(st.booleans()) else from_kinds
    first = draw(source(spec))
    cases = [first]
    for _ in range(size - 1):
        case: list[Any] = []
        for parameter, argument in zip(spec.parameters, first, strict=False):
            axes = axes_of(parameter)
            one_for_all = axes and not isinstance(argument, list)  # a column of such numbers would be a series
            if one_for_all or isinstance(argument, str) or argument is MISSING or len(axes) == 2:
                case.append(argument)
            elif isinstance(argument, list):
                case.append([shaken(draw, parameter, x) for x in argument])
            elif source is from_kinds and draw(st.booleans()):
                case.append(draw(numbers(parameter)))
            else:
                case.append(shaken(draw, parameter, argument))
        cases.append(case)
    table = Table(spec, cases)
    for position, parameter in enumerate(spec.parameters[: len(first)]):
        # In a function with a matrix a series given as one number is a single one for all cases.
        if axes_of(parameter) and table.shared(position):
            for case in cases[1:]:
                case[position] = first[position]
    return table


def same(one: Any, other: Any, nearly: float = NEARLY) -> bool:
    """The same cell: errors, words and blanks exactly, numbers but for the last bits."""
    if isinstance(one, float) and isinstance(other, float):
        # A difference may also come out as the rounding of what was subtracted, shares of about 1.
        floor = 1e-15 if nearly > NEARLY else 0.0
        return one == other or math.isclose(one, other, rel_tol=nearly, abs_tol=floor)
    return type(one) is type(other) and one == other


def same_rows(one: list[list[Any]], other: list[list[Any]], nearly: float = NEARLY) -> bool:
    return [len(r) for r in one] == [len(r) for r in other] and all(
        same(a, b, nearly) for r, s in zip(one, other, strict=True) for a, b in zip(r, s, strict=True)
    )


Check = Callable[[str, Any], None]


def holds_for(names: Sequence[str], examples: int) -> Callable[[Check], Callable[[str], None]]:
    """A property of each of these functions, tried on seeded random arguments."""

    def decorate(check: Check) -> Callable[[str], None]:
        @pytest.mark.parametrize("name", names)
        def test(name: str) -> None:
            @settings(
                max_examples=max(2, examples // DEAR.get(name, 1)), derandomize=True, deadline=None,
                suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
            )  # fmt: skip
            @given(data=st.data())
            def run(data: st.DataObject) -> None:
                check(name, data)

            run()

        test.__name__ = test.__qualname__ = check.__name__
        test.__doc__ = check.__doc__
        return test

    return decorate


# --- one call and many ----------------------------------------------------------------------------


@holds_for(BY_CASE, 6)
def test_a_case_alone_gives_its_row_of_the_vector_call(name: str, data: Any) -> None:
    table = data.draw(tables(REGISTRY[name]))
    together = call(table.spec, table.together()).cells()
    if len(together) == 1 < len(table.cases):  # every argument is shared: one case after all
        assert same_rows(call(table.spec, table.one(0)).cells(), together)
        return
    for number in range(len(table.cases)):
        alone = call(table.spec, table.one(number)).cells()
        if len(alone[0]) == 1 < len(together[number]):
            alone = [alone[0] * len(together[number])]
        assert same_rows(alone, [together[number]], closeness(name)), f"case {number + 1}: {table.one(number)}"


@holds_for(NUMBERS, 3)
def test_a_row_of_cases_gives_what_a_column_gives(name: str, data: Any) -> None:
    table = data.draw(tables(REGISTRY[name]))
    column = call(table.spec, table.together()).cells()
    row = call(table.spec, table.together(transpose=True)).cells()
    if table.spec.result.single and len(row) == 1:
        row = [[cell] for cell in row[0]]
    assert same_rows(column, row, 0.0)


@holds_for(FUNCTIONS, 4)
def test_row_column_single_cell_and_array_are_one_series(name: str, data: Any) -> None:
    """A series in a row, in a column or in an array, and a range of one cell, are the same argument."""
    spec = REGISTRY[name]
    drawn = data.draw(calls_of(spec))
    rows = as_ranges(drawn)
    wrapped = [((a,),) if isinstance(a, (float, str)) else a for a in rows]
    arrays = [np.array(a) if isinstance(a, tuple) else a for a in rows]
    plain = call(spec, rows).cells()
    for form in (as_ranges(drawn, column=True), wrapped, arrays):
        assert same_rows(plain, call(spec, form).cells(), 0.0)


@holds_for(FUNCTIONS, 3)
def test_many_calls_give_what_each_gives_alone(name: str, data: Any) -> None:
    spec = REGISTRY[name]
    calls = [as_ranges(data.draw(calls_of(spec))) for _ in range(4)]
    calls += [as_ranges(case) for case in data.draw(tables(spec)).cases]
    calls.append([Code.REF, *calls[0][1:]])
    calls.append(calls[0])
    for outcome, arguments in zip(call_many(spec, calls), calls, strict=True):
        alone = call(spec, arguments)
        assert same_rows(outcome.cells(), alone.cells(), closeness(name)), arguments
        assert [place for place, _ in outcome.reasons()] == [place for place, _ in alone.reasons()]


@holds_for(FUNCTIONS, 3)
def test_a_call_leaves_the_arrays_of_its_caller_as_they_were(name: str, data: Any) -> None:
    """Arguments are not written to, need not be writable, and neither they nor the defaults are in the answer."""
    spec = REGISTRY[name]
    arguments = [
        np.atleast_2d(np.array(a, dtype=np.float64)) if isinstance(a, (float, list)) else a
        for a in data.draw(calls_of(spec))
    ]
    arrays = [a for a in arguments if isinstance(a, np.ndarray)]
    before = [a.tobytes() for a in arrays]
    outcome = call(spec, arguments)
    assert [a.tobytes() for a in arrays] == before
    for array in [*arrays, *(p.default for p in spec.parameters if isinstance(p.default, np.ndarray))]:
        assert not np.shares_memory(outcome.values, array)
    for array in arrays:
        array.flags.writeable = False
    assert same_rows(outcome.cells(), call(spec, arguments).cells(), 0.0)


def closeness(name: str) -> float:
    """How nearly a case alone equals the same case among others; more than rounding needs its reason here."""
    return LOOSER.get(name, NEARLY)


# name: relative difference, because …
LOOSER: dict[str, float] = {
    "CFI_WRONG_WAY": 1e-11,  # a difference of two nearly equal ratios
    "CFI_RV_GUARANTEE": 1e-11,  # a difference of the shortfalls below loan and floor
    "CFI_DEAL_LOSS_GUARANTEED": 1e-11,  # a difference of the shortfalls below loan and floor
    "CFI_EL_PATH": 1e-11,  # a difference of the losses by the end and by the opening of a period
}


# --- units ----------------------------------------------------------------------------------------

# Functions whose money does not scale, each with its reason.
NOT_SCALED: dict[str, str] = {
    "CFI_PIVOT_RUNWAY": "its ranges mix amounts with a margin and with months",
}


def is_money(kind: Any) -> bool:
    return isinstance(kind, Kind) and ("currency" in kind.unit or "$" in kind.unit)


def scaled(argument: Any, factor: float) -> Any:
    if isinstance(argument, list):
        return [scaled(a, factor) for a in argument]
    return argument * factor if isinstance(argument, float) else argument


MONEY_FUNCTIONS = [
    name for name in FUNCTIONS if any(is_money(p.kind) for p in REGISTRY[name].parameters) and name not in NOT_SCALED
]


@holds_for(MONEY_FUNCTIONS, 6)
def test_money_scales_and_ratios_stay(name: str, data: Any) -> None:
    """All amounts twice as large (exact in binary): amounts double, shares and ratios and counts are unchanged."""
    spec = REGISTRY[name]
    arguments = data.draw(calls_of(spec))
    factor = data.draw(st.sampled_from([2.0, 0.25, 1024.0]))
    scaled_up = [
        scaled(argument, factor) if is_money(parameter.kind) else argument
        for parameter, argument in zip(spec.parameters, arguments, strict=False)
    ]
    plain = call(spec, as_ranges(arguments)).cells()
    larger = call(spec, as_ranges(scaled_up)).cells()
    columns = spec.result.columns
    assert [len(row) for row in plain] == [len(row) for row in larger]
    for row, other in zip(plain, larger, strict=True):
        for place, (cell, big) in enumerate(zip(row, other, strict=True)):
            column = columns[place] if place < len(columns) else spec.result.more
            assert column is not None
            expected = cell * factor if isinstance(cell, float) and is_money(column.kind) else cell
            assert same(expected, big, 1e-12), f"{column.name}: {cell} became {big}; {arguments}"


# --- bounds ---------------------------------------------------------------------------------------


@holds_for(FUNCTIONS, 8)
def test_an_answer_stays_within_the_bounds_of_its_kind(name: str, data: Any) -> None:
    spec = REGISTRY[name]
    arguments = data.draw(calls_of(spec))
    columns = spec.result.columns
    for row in call(spec, as_ranges(arguments)).cells():
        for place, cell in enumerate(row):
            column = columns[place] if place < len(columns) else spec.result.more
            if isinstance(cell, float) and column is not None and isinstance(column.kind, Kind):
                kind = column.kind
                assert kind.low <= cell <= kind.high, f"{column.name} {cell} of {arguments}"
                assert not kind.whole or cell == int(cell), f"{column.name} {cell} of {arguments}"
                assert not kind.flag or cell in (0, 1), f"{column.name} {cell} of {arguments}"


@holds_for(FUNCTIONS, 3)
def test_an_example_moved_a_little_still_has_an_answer(name: str, data: Any) -> None:
    """The other properties would be empty if every drawn call failed."""
    spec = REGISTRY[name]
    answers = 0
    for _ in range(6):
        outcome = call(spec, as_ranges(data.draw(from_example(spec))))
        answers += outcome.codes is None or not outcome.codes.all()
    assert answers


# --- bad cells ------------------------------------------------------------------------------------

BAD_CELLS = [None, "", "x", Code.NA, Code.DIV0, float("nan"), math.inf, -1.0, 1e308, -1e308, True, False, 10**400]


def spoiled(table: Table, position: int, row: int, cell: Any) -> list[Any]:
    """The vector call with one cell of one row replaced."""
    arguments = table.together()
    argument = [list(cells) for cells in arguments[position]]
    argument[row][0] = cell
    arguments[position] = tuple(tuple(cells) for cells in argument)
    return arguments


@holds_for(BY_CASE, 8)
def test_a_bad_row_spoils_only_itself(name: str, data: Any) -> None:
    table = data.draw(tables(REGISTRY[name]))
    arguments = table.together()
    places = [p for p, a in enumerate(arguments) if isinstance(a, tuple) and len(a) == len(table.cases)]
    places = [p for p in places if len(axes_of(table.parameter(p))) < 2]
    if not places:
        return
    position = data.draw(st.sampled_from(places))
    row = data.draw(st.integers(0, len(table.cases) - 1))
    cell = data.draw(st.sampled_from(BAD_CELLS))
    clean = call(table.spec, arguments).cells()
    if len(clean) != len(table.cases):  # the call fails as a whole, as where a shared matrix is impossible
        return
    outcome = call(table.spec, spoiled(table, position, row, cell))
    dirty = outcome.cells()
    assert len(dirty) == len(clean)
    for number in range(len(table.cases)):
        if number != row:
            assert same_rows([clean[number]], [dirty[number]], closeness(name)), f"{cell!r} in row {row + 1}"
    if isinstance(cell, Code):
        assert set(dirty[row]) == {cell}, "an error comes out as itself"
    elif isinstance(cell, str) or (isinstance(cell, bool) and not kind_of(table, position).flag):
        assert set(dirty[row]) == {Code.VALUE}
    elif isinstance(cell, int) or (isinstance(cell, float) and not math.isfinite(cell)):
        assert all(isinstance(c, Code) for c in dirty[row]) or isinstance(cell, bool)
    for place, error in outcome.reasons():
        assert len(str(error)) < MESSAGE_LIMIT
        assert dirty[place[0]][place[1]] is error.code


def kind_of(table: Table, position: int) -> Kind:
    kind = table.parameter(position).kind
    assert isinstance(kind, Kind)
    return kind


# --- anything at all ------------------------------------------------------------------------------


class Surprise:
    """An object that is no cell."""

    def __repr__(self) -> str:
        return "a surprise"


class Hostile:
    """An object whose comparisons and conversions fail."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("compared")

    __hash__ = None  # type: ignore[assignment]


EXTREMES = [
    0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 5e-324, -5e-324, 1e-308, 1e-16, 1 - 2**-53, 1 + 2**-52, 1e16, 1e154, 1e300, 1e308,
    -1e308, 1.7976931348623157e308, 3.0, 12.0, 0.05, 100.0, 0.999999, -0.999999,
]  # fmt: skip
CELLS = st.one_of(
    st.none(), st.sampled_from(EXTREMES), st.floats(), st.integers(-(10**6), 1000), st.just(10**400), st.booleans(),
    st.text(max_size=6), st.sampled_from(list(Code)), st.just(MISSING), st.just(dt.date(2026, 1, 1)),
    st.just(dt.datetime(2026, 1, 1, 12)), st.just(Surprise()), st.just(Hostile()), st.just(1 + 2j), st.just(b"x"),
    st.just(np.float32(0.1)), st.just(np.int64(3)), st.just(np.bool_(True)), st.just({"a": 1}), st.just({1, 2}),
    st.just(np.datetime64("2026-01-01")), st.just(dt.timedelta(days=1)), st.just(dt.time(1, 2)),
    st.sampled_from(["annuity", "bullet", "min", "exact", "CFI_LTV", "1", "=1+1", "#N/A", "TRUE"]),
)  # fmt: skip
ANYTHING = st.one_of(
    CELLS,
    st.lists(CELLS, max_size=4),
    st.lists(CELLS, max_size=4).map(tuple),
    st.lists(st.lists(CELLS, max_size=3), max_size=3),
    st.lists(st.lists(CELLS, min_size=2, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple),
    st.lists(st.lists(st.lists(CELLS, max_size=2), max_size=2), max_size=2),
    st.sampled_from([(), ((),), [], [[]], [1, [2, 3]], ((1.0,), (2.0, 3.0)), range(3)]),
    st.lists(st.floats(), max_size=4).map(np.array),
    st.lists(st.integers(-5, 5), min_size=4, max_size=4).map(lambda x: np.array(x).reshape(2, 2)),
    st.sampled_from([np.array(1.5), np.zeros((2, 2, 2)), np.array(["a", "b"]), np.array([None, 1.0], dtype=object)]),
    st.sampled_from([np.array([True, False]), np.array([1 + 1j]), np.zeros((0, 3)), np.array([1, 2], dtype=np.uint8)]),
    st.sampled_from([np.array(["2026-01-01"], dtype="datetime64[D]"), np.ma.array([1.0, 2.0], mask=[False, True])]),
)


def check_outcome(outcome: Outcome) -> None:
    """Cells are finite numbers, words, booleans or error values, and every error has its reason."""
    cells = outcome.cells()
    assert cells
    assert len({len(row) for row in cells}) == 1
    errors = set()
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            assert isinstance(cell, (float, int, str, bool, Code)), repr(cell)
            assert not isinstance(cell, float) or math.isfinite(cell)
            if isinstance(cell, Code):
                errors.add((i, j))
    reasons = dict(outcome.reasons())
    assert set(reasons) == errors
    for (i, j), error in reasons.items():
        assert 0 < len(str(error)) < MESSAGE_LIMIT
        assert cells[i][j] is error.code


@holds_for(sorted(REGISTRY), 16)
def test_no_input_of_any_type_makes_anything_but_a_value_or_an_error(name: str, data: Any) -> None:
    spec = REGISTRY[name]
    if spec.raw:
        arguments = [data.draw(st.one_of(st.sampled_from(sorted(REGISTRY)), ANYTHING))]
        arguments += data.draw(st.lists(ANYTHING, max_size=6))
    else:
        base = as_ranges(data.draw(from_example(spec)))
        base += [MISSING] * (len(spec.parameters) - len(base))
        arguments = [data.draw(ANYTHING) if data.draw(st.integers(0, 2)) == 0 else a for a in base]
        if data.draw(st.booleans()):
            arguments = arguments[: data.draw(st.integers(0, len(arguments)))]
    check_outcome(call(spec, arguments))


@holds_for(FUNCTIONS, 16)
def test_no_nan_and_no_infinity_leaves(name: str, data: Any) -> None:
    """Numbers at the edge of what a double holds, in any argument."""
    spec = REGISTRY[name]
    arguments = list(data.draw(calls_of(spec)))
    for position, parameter in enumerate(spec.parameters[: len(arguments)]):
        if isinstance(arguments[position], (float, list)) and parameter.name not in SMALL_COUNTS:
            arguments[position] = extreme(data, arguments[position])
    check_outcome(call(spec, as_ranges(arguments)))


def extreme(data: st.DataObject, argument: Any) -> Any:
    if isinstance(argument, list):
        return [extreme(data, a) for a in argument]
    return data.draw(st.sampled_from(EXTREMES)) if data.draw(st.integers(0, 2)) == 0 else argument


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_too_many_arguments_are_an_error_in_the_cell(name: str) -> None:
    outcome = call(REGISTRY[name], [1.0] * 60)
    assert outcome.cells() == [[Code.VALUE]]
    check_outcome(outcome)

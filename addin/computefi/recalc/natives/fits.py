"""Lines and curves fitted to numbers: LINEST, TREND, LOGEST, GROWTH, over columns and over rows.

LINEST(A1:C1,A2:C2)   →   one row of slopes, the last variable first, and the constant
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import Code
from computefi.recalc.natives.area import Area
from computefi.xlsx.cells import Rows, Value

Answer = Value | Rows
Given = Sequence[Area | None]
Floats = NDArray[np.float64]


class Unfit(Exception):
    """There is no answer; the code says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


def numbers(area: Area) -> Floats:
    """An area as numbers; Excel wants every cell to be one."""
    cells = [area.at(i, j) for i in range(area.height) for j in range(area.width)]
    fault = next((cell for cell in cells if isinstance(cell, Code)), None)
    if fault is not None:
        raise Unfit(fault)
    if not all(isinstance(cell, float) for cell in cells):
        raise Unfit(Code.VALUE)
    return np.array(cells, np.float64).reshape(area.height, area.width)


def switch(given: Given, place: int, absent: bool) -> bool:
    """A truth value among the arguments."""
    area = given[place] if place < len(given) else None
    return absent if area is None else bool(area.value) and not isinstance(area.value, (str, Code))


class Data:
    """What is explained, a column, and what explains it, a column for each variable."""

    def __init__(self, given: Given) -> None:
        y = numbers(given[0]) if given[0] is not None else np.empty((0, 0))
        x_area = given[1] if len(given) > 1 else None
        x = numbers(x_area) if x_area is not None else np.arange(1.0, y.size + 1).reshape(y.shape)
        self.lying = y.shape[0] == 1 and y.shape[1] > 1
        self.several = x.shape != y.shape
        if self.several and self.lying:
            x = x.T
        if self.several and (1 not in y.shape or x.shape[0] != y.size):
            raise Unfit(Code.REF)
        self.y = y.reshape(-1)
        self.x = x if self.several else x.reshape(-1, 1)

    def new(self, area: Area) -> tuple[Floats, tuple[int, int]]:
        """New values of the variables, a row for each answer, and the shape of the answers."""
        new = numbers(area)
        if not self.several:
            return new.reshape(-1, 1), (new.shape[0], new.shape[1])
        new = new.T if self.lying else new
        if new.shape[1] != self.x.shape[1]:
            raise Unfit(Code.REF)
        return new, (1, len(new)) if self.lying else (len(new), 1)


def fitted(x: Floats, y: Floats, constant: bool) -> tuple[Floats, float, list[int]]:
    """Slopes, constant, and the variables that count: one that the others explain gets the slope 0."""
    centre = (x.mean(axis=0), y.mean()) if constant else (np.zeros(x.shape[1]), 0.0)
    deviation, rest = x - centre[0], y - centre[1]
    kept: list[int] = []
    for variable in range(x.shape[1]):
        column = deviation[:, variable]
        others = deviation[:, kept]
        explained = others @ np.linalg.lstsq(others, column, rcond=None)[0] if kept else np.zeros_like(column)
        if np.linalg.norm(column - explained) > 1e-10 * max(np.linalg.norm(column), np.linalg.norm(x[:, variable])):
            kept.append(variable)
    slopes = np.zeros(x.shape[1])
    if kept:
        slopes[kept] = np.linalg.lstsq(deviation[:, kept], rest, rcond=None)[0]
    return slopes, float(centre[1] - centre[0] @ slopes) if constant else 0.0, kept


def linest(given: Given, logarithm: bool = False) -> Answer:
    """LINEST and LOGEST: slopes from the last variable to the first, and the constant; with statistics below."""
    data = Data(given)
    constant, statistics = switch(given, 2, True), switch(given, 3, False)
    y = logarithms(data.y) if logarithm else data.y
    slopes, level, kept = fitted(data.x, y, constant)
    first: list[Value] = [*map(float, slopes[::-1]), level]
    if logarithm:
        first = list(map(float, np.exp(np.array(first, np.float64))))
    if not statistics:
        return (tuple(first),)
    return (tuple(first), *statistics_of(data.x, y, constant, (slopes, level, kept)))


def statistics_of(x: Floats, y: Floats, constant: bool, fit: tuple[Floats, float, list[int]]) -> Rows:
    """The four rows below the coefficients: their errors; r² and the error of y; F and degrees of freedom; sums."""
    slopes, level, kept = fit
    residuals = y - x @ slopes - level
    left = float(residuals @ residuals)
    whole = y - y.mean() if constant else y
    total = float(whole @ whole)
    freedom = len(y) - len(kept) - constant
    design = np.column_stack([x[:, kept], np.ones(len(y))]) if constant else x[:, kept]
    error = float(np.sqrt(left / freedom)) if freedom else 0.0
    spread = np.sqrt(np.maximum(np.diag(np.linalg.pinv(design.T @ design)), 0.0)) * error
    errors: list[Value] = [0.0] * x.shape[1]
    for place, variable in enumerate(kept):
        errors[variable] = float(spread[place])
    width = x.shape[1] + 1
    explained = total - left
    ratio: Value = explained / len(kept) / (left / freedom) if freedom and left and kept else Code.NUM
    r2: Value = 1 - left / total if total else 1.0

    def line(*values: Value) -> tuple[Value, ...]:
        return (*values, *([Code.NA] * (width - len(values))))[:width]

    return (
        (*errors[::-1], float(spread[-1]) if constant else Code.NA),
        line(r2, error), line(ratio, float(freedom)), line(explained, left),
    )  # fmt: skip


def logarithms(y: Floats) -> Floats:
    """The logarithms of what grows, which must be above 0."""
    if (y <= 0).any():
        raise Unfit(Code.NUM)
    return np.asarray(np.log(y))


def trend(given: Given, logarithm: bool = False) -> Answer:
    """TREND and GROWTH: the fitted values, or those at new values of the variables."""
    data = Data(given)
    y = logarithms(data.y) if logarithm else data.y
    slopes, level, _ = fitted(data.x, y, switch(given, 3, True))
    asked = given[2] if len(given) > 2 else None
    if asked is None:
        new, shape = data.x, (1, len(y)) if data.lying else (len(y), 1)
        y_area = given[0]
        if y_area is not None and not data.several:
            shape = (y_area.height, y_area.width)
    else:
        new, shape = data.new(asked)
    values = new @ slopes + level
    values = (np.exp(values) if logarithm else values).reshape(shape)
    return tuple(tuple(map(float, row)) for row in values)


def careful(answer: Callable[..., Answer], **settings: Any) -> Callable[[Given], Answer]:
    """A function whose refusal is an error value."""

    def careful_answer(given: Given) -> Answer:
        try:
            with np.errstate(all="ignore"):
                return answer(given, **settings)
        except Unfit as error:
            return error.code
        except np.linalg.LinAlgError:
            return Code.NUM

    return careful_answer


FITS: dict[str, Callable[[Given], Answer]] = {
    "LINEST": careful(linest),
    "LOGEST": careful(linest, logarithm=True),
    "TREND": careful(trend),
    "GROWTH": careful(trend, logarithm=True),
}

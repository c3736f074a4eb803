"""The closed vocabulary of a sheet function: what a number means, its unit and its bounds, and its shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from computefi.arrays import BoolArray as BoolArray
from computefi.arrays import FloatArray as FloatArray
from computefi.errors import ModelError

if TYPE_CHECKING:
    from typing import Annotated as Annotated
else:

    class Annotated:
        """`typing.Annotated` with nothing but its parts: 500 of these take a tenth of the time to import."""

        __slots__ = ("__metadata__",)

        def __class_getitem__(cls, parts):
            annotated = object.__new__(cls)
            annotated.__metadata__ = (*getattr(parts[0], "__metadata__", ()), *parts[1:])
            return annotated


class Kind(NamedTuple):
    """What a number means: its unit, the bounds outside which it is refused, and whether it is whole.

    `usual_low` and `usual_high` are the range outside which a number is taken, but asked about: a volatility of 30 is
    possible and hardly ever meant.
    """

    name: str
    unit: str
    low: float = -np.inf
    high: float = np.inf
    low_open: bool = False
    high_open: bool = False
    whole: bool = False
    flag: bool = False
    zero_divides: bool = False
    usual_low: float = -np.inf
    usual_high: float = np.inf

    @property
    def nonzero(self) -> Kind:
        """The same kind as a denominator: zero is `#DIV/0!`."""
        return self._replace(zero_divides=True)

    @property
    def positive(self) -> Kind:
        """The same kind above zero only."""
        return self._replace(low=0.0, low_open=True)

    @property
    def bounds(self) -> str:
        """The rule in words, as an error message and a documentation page print it."""
        if self.flag:
            return "must be 0 or 1, TRUE or FALSE"
        whole = "a whole number " if self.whole else ""
        if np.isfinite(self.low) and np.isfinite(self.high):
            edges = [
                text
                for text, is_open in ((_plain(self.low), self.low_open), (_plain(self.high), self.high_open))
                if is_open
            ]
            excluded = f", {' and '.join(edges)} excluded" if edges else ""
            return f"must be {whole}between {_plain(self.low)} and {_plain(self.high)}{excluded}"
        if np.isfinite(self.low):
            return f"must be {whole}{'above' if self.low_open else 'at least'} {_plain(self.low)}"
        if np.isfinite(self.high):
            return f"must be {whole}{'below' if self.high_open else 'at most'} {_plain(self.high)}"
        return "must be a number"

    @property
    def usual(self) -> str:
        """The usual range in words, or nothing where every number within the bounds is usual."""
        low, high = max(self.usual_low, self.low), self.usual_high
        if not np.isfinite(high):
            return f"at least {_plain(low)}" if low > self.low else ""
        return f"between {_plain(low)} and {_plain(high)}" if np.isfinite(low) else f"at most {_plain(high)}"

    def unusual(self, values: FloatArray) -> BoolArray:
        """True where a number lies outside the usual range."""
        unusual: BoolArray = (values < self.usual_low) | (values > self.usual_high)
        return unusual

    def outside(self, values: FloatArray) -> BoolArray:
        """True where a number breaks the bounds."""
        low = values <= self.low if self.low_open else values < self.low
        high = values >= self.high if self.high_open else values > self.high
        bad: BoolArray = low | high
        if self.flag:
            bad = (values != 0) & (values != 1)
        elif self.whole:
            bad |= values != np.floor(values)
        return bad


def _plain(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1e6 else f"{number:g}"


class Choice(NamedTuple):
    """A word out of a short list, upper or lower case alike."""

    words: tuple[str, ...]
    unit: str = "text"

    @property
    def bounds(self) -> str:
        return "must be " + " or ".join(f'"{word}"' for word in self.words)


class Words(NamedTuple):
    """Free text, such as the name of a function."""

    unit: str = "text"
    bounds: str = "must be text"


HAIRCUT = Kind("haircut", "share of value, at most 1", high=1, usual_low=-1)
MONEY = Kind("money", "currency", low=0)
FLOW = Kind("cash flow", "currency, either sign")
RATIO = Kind("ratio", "×", low=0, usual_high=20)
SHARE = Kind("share", "0 to 1", low=0, high=1)
SHARE_OF_LOAN = Kind("share", "share of the loan, 0 or more", low=0, usual_high=1)
SHARE_BELOW_ONE = Kind("share", "0 to 1, below 1", low=0, high=1, high_open=True)
PROBABILITY = Kind("probability", "0 to 1", low=0, high=1)
DEFAULT_PROBABILITY = Kind("probability of default", "above 0, to 1", low=0, high=1, low_open=True)
QUANTILE = Kind("quantile", "between 0 and 1", low=0, high=1, low_open=True, high_open=True, usual_high=0.5)
CONFIDENCE = Kind("confidence", "0.5 to below 1", low=0.5, high=1, high_open=True)
CORRELATION = Kind("correlation", "-1 to 1", low=-1, high=1)
RATE = Kind("rate", "decimal per year, effective", low=-1, low_open=True, usual_low=-0.05, usual_high=0.5)
RATE_NOT_NEGATIVE = Kind("rate", "decimal per year, effective, 0 or more", low=0, usual_high=0.5)
RATE_PER_PERIOD = Kind("rate", "decimal per period", low=-1, low_open=True, usual_low=-0.05, usual_high=0.5)
NOMINAL_RATE = Kind("rate", "decimal per year, nominal", low=-1, low_open=True, usual_low=-0.05, usual_high=0.5)
CONTINUOUS = Kind("rate", "decimal per year, continuous", usual_low=-2, usual_high=2)
HAZARD = Kind("hazard", "decimal per year, continuous", low=0, usual_high=2)
SPREAD = Kind("spread", "decimal per year", low=0, usual_high=0.5)
VOLATILITY = Kind("volatility", "decimal per square root of a year", low=0, usual_high=2)
YEARS = Kind("time", "years", low=0, usual_high=30)
MONTHS = Kind("time", "months", low=0, usual_high=360)
DAYS = Kind("time", "days", low=0, usual_high=3650)
PERIODS = Kind("count", "periods", low=1, whole=True)
PER_YEAR = Kind("count", "periods per year", low=0, low_open=True, usual_low=1, usual_high=366)
NUMBER = Kind("number", "–", low=0)
ANY_NUMBER = Kind("number", "–")
INDEX = Kind("count", "position, 0 for none", low=0, whole=True)
FLAG = Kind("flag", "0/1 or TRUE/FALSE", low=0, high=1, flag=True)
HASHPRICE = Kind("hashprice", "$/PH/day", low=0, usual_high=1000)


class Shape(NamedTuple):
    """The axes of an argument: none for a number, one for a series, two for a matrix.

    Axes of one function that carry the same name have the same length; `size` fixes that of a series. With
    `number_too` a single number may stand for the whole matrix and reaches the model as one entry; for a series it is
    as usual as a series, so beside several cases a column of as many is a number per case.
    """

    axes: tuple[str, ...] = ()
    size: int = 0
    number_too: bool = False


class Raw:
    """An argument that reaches the model as the cells are: for functions that speak about calls."""


def optional(value: float | tuple[float, ...]) -> FloatArray:
    """The default of an optional argument, as the model sees it."""
    array = np.asarray(value, dtype=np.float64)
    array.flags.writeable = False
    return array


def parameter_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters in their order; inspect.signature takes twenty times as long."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


X = Annotated[FloatArray, Shape()]
V = Annotated[FloatArray, Shape(("period",))]
XV = Annotated[FloatArray, Shape(("period",), number_too=True)]
Text = Annotated[str, Shape()]
Cells = Annotated[Any, Raw()]


class Column(NamedTuple):
    """One number of an answer."""

    name: str
    kind: Kind | Words
    help: str


class Result(NamedTuple):
    """What a function gives back: the columns of one row, and what its rows are.

    `rows` is empty for a row per case; otherwise it says what each row stands for ("period", "asset")
    and the function takes one case. `more` is a column repeated for each entry of the series, such as a value per
    period; it stands to the right of the columns, or to their left with `more_first`.
    """

    columns: tuple[Column, ...] = ()
    more: Column | None = None
    rows: str = ""
    more_first: bool = False

    @property
    def single(self) -> bool:
        """One number per case."""
        return len(self.columns) == 1 and self.more is None and not self.rows


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition between arguments: `holds` names the arguments it reads and gives True where all is well.

    A rule of a series may tell it entry by entry: the error names the first that breaks it.
    """

    parameter: str
    text: str
    holds: Callable[..., Any]
    error: type[ModelError]
    reads: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", parameter_names(self.holds))


# The source of an example whose answer an oracle has.
RECOMPUTED = "recomputed with 40-digit arithmetic"


class Example(NamedTuple):
    """A call with its answer; every host must give the same."""

    arguments: tuple[Any, ...]
    result: Any
    source: str = ""
    tolerance: float = 1e-9

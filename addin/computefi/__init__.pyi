"""The functions as type checkers see them. Written by `python -m tools regenerate`: change the declarations.

Plain numbers give a float; a range of them an array; a column of pandas, polars, pyarrow or xarray one of its kind.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from computefi.errors import ModelError as ModelError
from computefi.spec import REGISTRY as REGISTRY

__version__: str
MODELS: tuple[str, ...]

def about() -> dict[str, str]: ...

class _Column(Protocol):
    def to_numpy(self) -> Any: ...

class _Answer(np.ndarray[Any, np.dtype[np.float64]]):
    @property
    def names(self) -> tuple[str, ...]: ...
    def __getitem__(self, key: Any, /) -> Any: ...

_T = TypeVar("_T")
_Array: TypeAlias = NDArray[np.float64]
_Number: TypeAlias = float | Decimal
_Series: TypeAlias = _Number | Sequence[_Number]
_Matrix: TypeAlias = _Number | Sequence[Sequence[_Number]]
_Range: TypeAlias = _Number | Sequence[_Number | None] | Sequence[Sequence[_Number | None]] | NDArray[Any]
_Errors: TypeAlias = Literal["raise", "nan"]

@overload
def backlog_coverage(backlog: _Number, debt: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def backlog_coverage(backlog: _Range, debt: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def backlog_coverage(backlog: _Range | _Column, debt: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...
@overload
def eligible_backlog(
    revenue: _Matrix,
    take_or_pay: _Series,
    hazard: _Series,
    delivery: _Series,
    rate: _Number,
    loan_periods: _Number,
    arms_length: _Series = 1.0,
    cancellable: _Series = 0.0,
    periods_per_year: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def eligible_backlog(
    revenue: _Range,
    take_or_pay: _Range,
    hazard: _Range,
    delivery: _Range,
    rate: _Range,
    loan_periods: _Range,
    arms_length: _Range = 1.0,
    cancellable: _Range = 0.0,
    periods_per_year: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def eligible_backlog(
    revenue: _Range | _Column,
    take_or_pay: _Range | _Column,
    hazard: _Range | _Column,
    delivery: _Range | _Column,
    rate: _Range | _Column,
    loan_periods: _Range | _Column,
    arms_length: _Range | _Column = 1.0,
    cancellable: _Range | _Column = 0.0,
    periods_per_year: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def risked_coverage(
    revenue: _Matrix,
    take_or_pay: _Series,
    hazard: _Series,
    delivery: _Series,
    rate: _Number,
    loan_periods: _Number,
    debt: _Number,
    opex: _Series = 0.0,
    arms_length: _Series = 1.0,
    cancellable: _Series = 0.0,
    periods_per_year: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def risked_coverage(
    revenue: _Range,
    take_or_pay: _Range,
    hazard: _Range,
    delivery: _Range,
    rate: _Range,
    loan_periods: _Range,
    debt: _Range,
    opex: _Range = 0.0,
    arms_length: _Range = 1.0,
    cancellable: _Range = 0.0,
    periods_per_year: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def risked_coverage(
    revenue: _Range | _Column,
    take_or_pay: _Range | _Column,
    hazard: _Range | _Column,
    delivery: _Range | _Column,
    rate: _Range | _Column,
    loan_periods: _Range | _Column,
    debt: _Range | _Column,
    opex: _Range | _Column = 0.0,
    arms_length: _Range | _Column = 1.0,
    cancellable: _Range | _Column = 0.0,
    periods_per_year: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def firm_share(
    notice_months: _Number,
    remaining_months: _Number,
    break_fee: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def firm_share(
    notice_months: _Range,
    remaining_months: _Range,
    break_fee: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def firm_share(
    notice_months: _Range | _Column,
    remaining_months: _Range | _Column,
    break_fee: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def tenor_overlap(revenue: _Series, loan_periods: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def tenor_overlap(revenue: _Range, loan_periods: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def tenor_overlap(revenue: _Range | _Column, loan_periods: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...
@overload
def tail_exposure(balances: _Series, contract_periods: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def tail_exposure(balances: _Range, contract_periods: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def tail_exposure(
    balances: _Range | _Column,
    contract_periods: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def contracted_share(
    contracted: _Number,
    total: _Number,
    affiliate: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def contracted_share(
    contracted: _Range,
    total: _Range,
    affiliate: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def contracted_share(
    contracted: _Range | _Column,
    total: _Range | _Column,
    affiliate: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def remaining_term(values: _Series, terms: _Series, *, errors: _Errors = "raise") -> float: ...
@overload
def remaining_term(values: _Range, terms: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def remaining_term(values: _Range | _Column, terms: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...
@overload
def hhi(weights: _Series, *, errors: _Errors = "raise") -> float: ...
@overload
def hhi(weights: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def hhi(weights: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...
@overload
def effective_names(weights: _Series, correlation: _Matrix = 0.0, *, errors: _Errors = "raise") -> float: ...
@overload
def effective_names(weights: _Range, correlation: _Range = 0.0, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def effective_names(
    weights: _Range | _Column,
    correlation: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BacklogRoll(_Answer, Generic[_T]):
    closing: _T
    book_to_bill: _T

@overload
def backlog_roll(
    opening: _Number,
    signed: _Number,
    recognised: _Number,
    cancelled: _Number = 0.0,
    repriced: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BacklogRoll[float]: ...
@overload
def backlog_roll(
    opening: _Range,
    signed: _Range,
    recognised: _Range,
    cancelled: _Range = 0.0,
    repriced: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BacklogRoll[Any]: ...
@overload
def backlog_roll(
    opening: _Range | _Column,
    signed: _Range | _Column,
    recognised: _Range | _Column,
    cancelled: _Range | _Column = 0.0,
    repriced: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def dscr(cfads: _Number, interest: _Number, principal: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def dscr(cfads: _Range, interest: _Range, principal: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def dscr(
    cfads: _Range | _Column,
    interest: _Range | _Column,
    principal: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def llcr(cfads: _Series, debt: _Number, rate: _Series, cash: _Number = 0.0, *, errors: _Errors = "raise") -> float: ...
@overload
def llcr(
    cfads: _Range,
    debt: _Range,
    rate: _Range,
    cash: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def llcr(
    cfads: _Range | _Column,
    debt: _Range | _Column,
    rate: _Range | _Column,
    cash: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def plcr(cfads: _Series, debt: _Number, rate: _Series, cash: _Number = 0.0, *, errors: _Errors = "raise") -> float: ...
@overload
def plcr(
    cfads: _Range,
    debt: _Range,
    rate: _Range,
    cash: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def plcr(
    cfads: _Range | _Column,
    debt: _Range | _Column,
    rate: _Range | _Column,
    cash: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def sculpt_debt(
    cfads: _Series,
    dscr: _Series,
    rate: _Series,
    balloon: _Number = 0.0,
    tail: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def sculpt_debt(
    cfads: _Range,
    dscr: _Range,
    rate: _Range,
    balloon: _Range = 0.0,
    tail: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def sculpt_debt(
    cfads: _Range | _Column,
    dscr: _Range | _Column,
    rate: _Range | _Column,
    balloon: _Range | _Column = 0.0,
    tail: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _SculptSchedule(_Answer, Generic[_T]):
    service: _T
    interest: _T
    principal: _T
    balance: _T

@overload
def sculpt_schedule(
    cfads: _Series,
    dscr: _Series,
    rate: _Series,
    balloon: _Number = 0.0,
    tail: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _SculptSchedule[_Array]: ...
@overload
def sculpt_schedule(
    cfads: _Range,
    dscr: _Range,
    rate: _Range,
    balloon: _Range = 0.0,
    tail: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _SculptSchedule[_Array]: ...
@overload
def sculpt_schedule(
    cfads: _Range | _Column,
    dscr: _Range | _Column,
    rate: _Range | _Column,
    balloon: _Range | _Column = 0.0,
    tail: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _DebtCapacity(_Answer, Generic[_T]):
    capacity: _T
    binding_test: _T

@overload
def debt_capacity(
    cfads: _Series,
    dscr: _Series,
    rate: _Series,
    capex: _Number,
    advance: _Number,
    cap: _Number = 1.0,
    balloon: _Number = 0.0,
    tail: _Number = 0.0,
    max_ltv: _Number = ...,
    value: _Number = ...,
    max_leverage: _Number = ...,
    earnings: _Number = ...,
    *,
    errors: _Errors = "raise",
) -> _DebtCapacity[float]: ...
@overload
def debt_capacity(
    cfads: _Range,
    dscr: _Range,
    rate: _Range,
    capex: _Range,
    advance: _Range,
    cap: _Range = 1.0,
    balloon: _Range = 0.0,
    tail: _Range = 0.0,
    max_ltv: _Range = ...,
    value: _Range = ...,
    max_leverage: _Range = ...,
    earnings: _Range = ...,
    *,
    errors: _Errors = "raise",
) -> _DebtCapacity[Any]: ...
@overload
def debt_capacity(
    cfads: _Range | _Column,
    dscr: _Range | _Column,
    rate: _Range | _Column,
    capex: _Range | _Column,
    advance: _Range | _Column,
    cap: _Range | _Column = 1.0,
    balloon: _Range | _Column = 0.0,
    tail: _Range | _Column = 0.0,
    max_ltv: _Range | _Column = ...,
    value: _Range | _Column = ...,
    max_leverage: _Range | _Column = ...,
    earnings: _Range | _Column = ...,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def top_up(
    cfads: _Series,
    dscr: _Series,
    rate: _Series,
    capex: _Number,
    cap: _Number,
    drawn: _Number,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def top_up(
    cfads: _Range,
    dscr: _Range,
    rate: _Range,
    capex: _Range,
    cap: _Range,
    drawn: _Range,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def top_up(
    cfads: _Range | _Column,
    dscr: _Range | _Column,
    rate: _Range | _Column,
    capex: _Range | _Column,
    cap: _Range | _Column,
    drawn: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def realisation(billed: _Series, projected: _Series, months: _Number = 3.0, *, errors: _Errors = "raise") -> float: ...
@overload
def realisation(
    billed: _Range,
    projected: _Range,
    months: _Range = 3.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def realisation(
    billed: _Range | _Column,
    projected: _Range | _Column,
    months: _Range | _Column = 3.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _SculptBlend(_Answer, Generic[_T]):
    debt: _T
    on_contracted: _T
    on_merchant: _T
    blended_cover: _T

@overload
def sculpt_blend(
    contracted: _Series,
    merchant: _Series,
    dscr_contracted: _Series,
    dscr_merchant: _Series,
    rate: _Series,
    balloon: _Number = 0.0,
    tail: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _SculptBlend[float]: ...
@overload
def sculpt_blend(
    contracted: _Range,
    merchant: _Range,
    dscr_contracted: _Range,
    dscr_merchant: _Range,
    rate: _Range,
    balloon: _Range = 0.0,
    tail: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _SculptBlend[Any]: ...
@overload
def sculpt_blend(
    contracted: _Range | _Column,
    merchant: _Range | _Column,
    dscr_contracted: _Range | _Column,
    dscr_merchant: _Range | _Column,
    rate: _Range | _Column,
    balloon: _Range | _Column = 0.0,
    tail: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _DebtLimits(_Answer, Generic[_T]):
    constraint: _T
    allows: _T
    headroom: _T
    binds: _T

@overload
def debt_limits(
    cfads: _Series,
    dscr: _Series,
    rate: _Series,
    capex: _Number,
    advance: _Number,
    cap: _Number = 1.0,
    balloon: _Number = 0.0,
    tail: _Number = 0.0,
    max_ltv: _Number = ...,
    value: _Number = ...,
    max_leverage: _Number = ...,
    earnings: _Number = ...,
    *,
    errors: _Errors = "raise",
) -> _DebtLimits[_Array]: ...
@overload
def debt_limits(
    cfads: _Range,
    dscr: _Range,
    rate: _Range,
    capex: _Range,
    advance: _Range,
    cap: _Range = 1.0,
    balloon: _Range = 0.0,
    tail: _Range = 0.0,
    max_ltv: _Range = ...,
    value: _Range = ...,
    max_leverage: _Range = ...,
    earnings: _Range = ...,
    *,
    errors: _Errors = "raise",
) -> _DebtLimits[_Array]: ...
@overload
def debt_limits(
    cfads: _Range | _Column,
    dscr: _Range | _Column,
    rate: _Range | _Column,
    capex: _Range | _Column,
    advance: _Range | _Column,
    cap: _Range | _Column = 1.0,
    balloon: _Range | _Column = 0.0,
    tail: _Range | _Column = 0.0,
    max_ltv: _Range | _Column = ...,
    value: _Range | _Column = ...,
    max_leverage: _Range | _Column = ...,
    earnings: _Range | _Column = ...,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _CoverPath(_Answer, Generic[_T]):
    balance: _T
    dscr: _T
    llcr: _T
    plcr: _T

@overload
def cover_path(
    cfads: _Series,
    loan: _Number,
    principal: _Series,
    rate: _Series,
    cash: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _CoverPath[_Array]: ...
@overload
def cover_path(
    cfads: _Range,
    loan: _Range,
    principal: _Range,
    rate: _Range,
    cash: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _CoverPath[_Array]: ...
@overload
def cover_path(
    cfads: _Range | _Column,
    loan: _Range | _Column,
    principal: _Range | _Column,
    rate: _Range | _Column,
    cash: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def year_fraction(
    start_date: _Number,
    end_date: _Number,
    basis: str = "act/360",
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def year_fraction(
    start_date: _Range,
    end_date: _Range,
    basis: str = "act/360",
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def year_fraction(
    start_date: _Range | _Column,
    end_date: _Range | _Column,
    basis: str = "act/360",
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def business_day(
    start_date: _Number,
    steps: _Number = 0.0,
    calendar: str = "weekends",
    convention: str = "following",
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def business_day(
    start_date: _Range,
    steps: _Range = 0.0,
    calendar: str = "weekends",
    convention: str = "following",
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def business_day(
    start_date: _Range | _Column,
    steps: _Range | _Column = 0.0,
    calendar: str = "weekends",
    convention: str = "following",
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Schedule(_Answer, Generic[_T]):
    start: _T
    end: _T
    days: _T
    year_fraction: _T

@overload
def schedule(
    start_date: _Number,
    end_date: _Number,
    months: _Number = 3.0,
    calendar: str = "us",
    convention: str = "modified following",
    basis: str = "act/360",
    day: str = "date",
    stub: str = "short first",
    *,
    errors: _Errors = "raise",
) -> _Schedule[_Array]: ...
@overload
def schedule(
    start_date: _Range,
    end_date: _Range,
    months: _Range = 3.0,
    calendar: str = "us",
    convention: str = "modified following",
    basis: str = "act/360",
    day: str = "date",
    stub: str = "short first",
    *,
    errors: _Errors = "raise",
) -> _Schedule[_Array]: ...
@overload
def schedule(
    start_date: _Range | _Column,
    end_date: _Range | _Column,
    months: _Range | _Column = 3.0,
    calendar: str = "us",
    convention: str = "modified following",
    basis: str = "act/360",
    day: str = "date",
    stub: str = "short first",
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Forward(_Answer, Generic[_T]):
    discount: _T
    forward: _T
    zero: _T

@overload
def forward(
    tenors: _Series,
    rates: _Series,
    ends: _Series,
    quotes: str = "swap",
    interpolation: str = "log-linear",
    basis: _Number = 1.0138888888888888,
    *,
    errors: _Errors = "raise",
) -> _Forward[_Array]: ...
@overload
def forward(
    tenors: _Range,
    rates: _Range,
    ends: _Range,
    quotes: str = "swap",
    interpolation: str = "log-linear",
    basis: _Range = 1.0138888888888888,
    *,
    errors: _Errors = "raise",
) -> _Forward[_Array]: ...
@overload
def forward(
    tenors: _Range | _Column,
    rates: _Range | _Column,
    ends: _Range | _Column,
    quotes: str = "swap",
    interpolation: str = "log-linear",
    basis: _Range | _Column = 1.0138888888888888,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _FloatingRate(_Answer, Generic[_T]):
    index: _T
    loan_rate: _T
    hedge: _T
    all_in: _T

@overload
def floating_rate(
    forwards: _Series,
    margin: _Number,
    floor: _Number = 0.0,
    cap: _Number = ...,
    hedged: _Series = 0.0,
    swap_rate: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _FloatingRate[_Array]: ...
@overload
def floating_rate(
    forwards: _Range,
    margin: _Range,
    floor: _Range = 0.0,
    cap: _Range = ...,
    hedged: _Range = 0.0,
    swap_rate: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _FloatingRate[_Array]: ...
@overload
def floating_rate(
    forwards: _Range | _Column,
    margin: _Range | _Column,
    floor: _Range | _Column = 0.0,
    cap: _Range | _Column = ...,
    hedged: _Range | _Column = 0.0,
    swap_rate: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Swap(_Answer, Generic[_T]):
    value: _T
    par: _T
    annuity: _T

@overload
def swap(
    forwards: _Series,
    discounts: _Series,
    accruals: _Series,
    notional: _Series,
    fixed: _Number,
    *,
    errors: _Errors = "raise",
) -> _Swap[float]: ...
@overload
def swap(
    forwards: _Range,
    discounts: _Range,
    accruals: _Range,
    notional: _Range,
    fixed: _Range,
    *,
    errors: _Errors = "raise",
) -> _Swap[Any]: ...
@overload
def swap(
    forwards: _Range | _Column,
    discounts: _Range | _Column,
    accruals: _Range | _Column,
    notional: _Range | _Column,
    fixed: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def rate_option(
    forwards: _Series,
    discounts: _Series,
    accruals: _Series,
    notional: _Series,
    strike: _Number,
    volatility: _Number,
    fixings: _Series,
    side: str = "cap",
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def rate_option(
    forwards: _Range,
    discounts: _Range,
    accruals: _Range,
    notional: _Range,
    strike: _Range,
    volatility: _Range,
    fixings: _Range,
    side: str = "cap",
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def rate_option(
    forwards: _Range | _Column,
    discounts: _Range | _Column,
    accruals: _Range | _Column,
    notional: _Range | _Column,
    strike: _Range | _Column,
    volatility: _Range | _Column,
    fixings: _Range | _Column,
    side: str = "cap",
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def make_whole(
    service: _Series,
    prepaid: _Number,
    treasury: _Number,
    spread: _Number = 0.005,
    per_year: _Number = 4.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def make_whole(
    service: _Range,
    prepaid: _Range,
    treasury: _Range,
    spread: _Range = 0.005,
    per_year: _Range = 4.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def make_whole(
    service: _Range | _Column,
    prepaid: _Range | _Column,
    treasury: _Range | _Column,
    spread: _Range | _Column = 0.005,
    per_year: _Range | _Column = 4.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _DrawGate(_Answer, Generic[_T]):
    eligible: _T
    first_failing_test: _T

@overload
def draw_gate(flags: _Matrix, *, errors: _Errors = "raise") -> _DrawGate[_Array]: ...
@overload
def draw_gate(flags: _Range, *, errors: _Errors = "raise") -> _DrawGate[_Array]: ...
@overload
def draw_gate(flags: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...
@overload
def borrowing_base(
    cost: _Series,
    age_months: _Series,
    life_months: _Series,
    advance: _Series,
    eligible: _Series,
    market: _Series = ...,
    haircut: _Series = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def borrowing_base(
    cost: _Range,
    age_months: _Range,
    life_months: _Range,
    advance: _Range,
    eligible: _Range,
    market: _Range = ...,
    haircut: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def borrowing_base(
    cost: _Range | _Column,
    age_months: _Range | _Column,
    life_months: _Range | _Column,
    advance: _Range | _Column,
    eligible: _Range | _Column,
    market: _Range | _Column = ...,
    haircut: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Draw(_Answer, Generic[_T]):
    draw: _T
    binding_test: _T

@overload
def draw(
    available: _Number,
    commitment: _Number,
    drawn: _Number,
    eligible_cost: _Number,
    advance: _Number,
    capacity: _Number = ...,
    *,
    errors: _Errors = "raise",
) -> _Draw[float]: ...
@overload
def draw(
    available: _Range,
    commitment: _Range,
    drawn: _Range,
    eligible_cost: _Range,
    advance: _Range,
    capacity: _Range = ...,
    *,
    errors: _Errors = "raise",
) -> _Draw[Any]: ...
@overload
def draw(
    available: _Range | _Column,
    commitment: _Range | _Column,
    drawn: _Range | _Column,
    eligible_cost: _Range | _Column,
    advance: _Range | _Column,
    capacity: _Range | _Column = ...,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Amortise(_Answer, Generic[_T]):
    interest: _T
    principal: _T
    balance: _T

@overload
def amortise(
    principal: _Number,
    rate: _Number,
    periods: _Number,
    style: str = "annuity",
    *,
    errors: _Errors = "raise",
) -> _Amortise[_Array]: ...
@overload
def amortise(
    principal: _Range,
    rate: _Range,
    periods: _Range,
    style: str = "annuity",
    *,
    errors: _Errors = "raise",
) -> _Amortise[_Array]: ...
@overload
def amortise(
    principal: _Range | _Column,
    rate: _Range | _Column,
    periods: _Range | _Column,
    style: str = "annuity",
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Waterfall(_Answer, Generic[_T]):
    left: _T
    paid: _Array

@overload
def waterfall(cash: _Number, dues: _Series, *, errors: _Errors = "raise") -> _Waterfall[float]: ...
@overload
def waterfall(cash: _Range, dues: _Range, *, errors: _Errors = "raise") -> _Waterfall[Any]: ...
@overload
def waterfall(cash: _Range | _Column, dues: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...

class _AllInYield(_Answer, Generic[_T]):
    nominal: _T
    effective: _T

@overload
def all_in_yield(
    draws: _Series,
    repayments: _Series,
    rate: _Number,
    upfront: _Number = 0.0,
    undrawn_fee: _Number = 0.0,
    per_year: _Number = 4.0,
    commitment: _Number = ...,
    ticking_fee: _Number = ...,
    exit_fee: _Number = 0.0,
    charges: _Series = 0.0,
    accruals: _Series = ...,
    index: _Series = 0.0,
    *,
    errors: _Errors = "raise",
) -> _AllInYield[float]: ...
@overload
def all_in_yield(
    draws: _Range,
    repayments: _Range,
    rate: _Range,
    upfront: _Range = 0.0,
    undrawn_fee: _Range = 0.0,
    per_year: _Range = 4.0,
    commitment: _Range = ...,
    ticking_fee: _Range = ...,
    exit_fee: _Range = 0.0,
    charges: _Range = 0.0,
    accruals: _Range = ...,
    index: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _AllInYield[Any]: ...
@overload
def all_in_yield(
    draws: _Range | _Column,
    repayments: _Range | _Column,
    rate: _Range | _Column,
    upfront: _Range | _Column = 0.0,
    undrawn_fee: _Range | _Column = 0.0,
    per_year: _Range | _Column = 4.0,
    commitment: _Range | _Column = ...,
    ticking_fee: _Range | _Column = ...,
    exit_fee: _Range | _Column = 0.0,
    charges: _Range | _Column = 0.0,
    accruals: _Range | _Column = ...,
    index: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def wal(principal: _Series, per_year: _Number = 1.0, *, errors: _Errors = "raise") -> float: ...
@overload
def wal(principal: _Range, per_year: _Range = 1.0, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def wal(principal: _Range | _Column, per_year: _Range | _Column = 1.0, *, errors: _Errors = "raise") -> Any: ...

class _Covenant(_Answer, Generic[_T]):
    headroom: _T
    first_breach: _T

@overload
def covenant(actual: _Series, limit: _Series, sense: str = "min", *, errors: _Errors = "raise") -> _Covenant[float]: ...
@overload
def covenant(actual: _Range, limit: _Range, sense: str = "min", *, errors: _Errors = "raise") -> _Covenant[Any]: ...
@overload
def covenant(
    actual: _Range | _Column,
    limit: _Range | _Column,
    sense: str = "min",
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _WaterfallStep(_Answer, Generic[_T]):
    cover: _T
    cash: _T
    cure: _T
    from_trap: _T
    from_reserve: _T
    from_letter: _T
    operations: _T
    interest: _T
    principal: _T
    letter_repaid: _T
    to_reserve: _T
    sweep: _T
    to_trap: _T
    distribution: _T
    balance: _T
    reserve: _T
    trapped: _T
    letter_drawn: _T
    interest_owed: _T
    principal_owed: _T
    locked: _T
    passes: _T
    cures: _T
    cures_in_row: _T
    cured: _T

@overload
def waterfall_step(
    state: _Series,
    cfads: _Number,
    rate: _Number,
    principal: _Number,
    reserve_target: _Number = 0.0,
    letter: _Number = 0.0,
    lockup: _Number = 0.0,
    release: _Number = ...,
    release_periods: _Number = 1.0,
    sweep_covers: _Series = 0.0,
    sweep_shares: _Series = 0.0,
    covenant: _Number = 0.0,
    cures: _Number = 0.0,
    cure_limit: _Number = ...,
    cures_in_row: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> _WaterfallStep[float]: ...
@overload
def waterfall_step(
    state: _Range,
    cfads: _Range,
    rate: _Range,
    principal: _Range,
    reserve_target: _Range = 0.0,
    letter: _Range = 0.0,
    lockup: _Range = 0.0,
    release: _Range = ...,
    release_periods: _Range = 1.0,
    sweep_covers: _Range = 0.0,
    sweep_shares: _Range = 0.0,
    covenant: _Range = 0.0,
    cures: _Range = 0.0,
    cure_limit: _Range = ...,
    cures_in_row: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> _WaterfallStep[Any]: ...
@overload
def waterfall_step(
    state: _Range | _Column,
    cfads: _Range | _Column,
    rate: _Range | _Column,
    principal: _Range | _Column,
    reserve_target: _Range | _Column = 0.0,
    letter: _Range | _Column = 0.0,
    lockup: _Range | _Column = 0.0,
    release: _Range | _Column = ...,
    release_periods: _Range | _Column = 1.0,
    sweep_covers: _Range | _Column = 0.0,
    sweep_shares: _Range | _Column = 0.0,
    covenant: _Range | _Column = 0.0,
    cures: _Range | _Column = 0.0,
    cure_limit: _Range | _Column = ...,
    cures_in_row: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _WaterfallPath(_Answer, Generic[_T]):
    cover: _T
    cash: _T
    cure: _T
    from_trap: _T
    from_reserve: _T
    from_letter: _T
    operations: _T
    interest: _T
    principal: _T
    letter_repaid: _T
    to_reserve: _T
    sweep: _T
    to_trap: _T
    distribution: _T
    balance: _T
    reserve: _T
    trapped: _T
    letter_drawn: _T
    interest_owed: _T
    principal_owed: _T
    locked: _T
    passes: _T
    cures: _T
    cures_in_row: _T
    cured: _T

@overload
def waterfall_path(
    cfads: _Series,
    loan: _Number,
    rate: _Series,
    principal: _Series,
    reserve_periods: _Number = 0.0,
    reserve: _Number = 0.0,
    letter: _Number = 0.0,
    lockup: _Number = 0.0,
    release: _Number = ...,
    release_periods: _Number = 1.0,
    sweep_covers: _Series = 0.0,
    sweep_shares: _Series = 0.0,
    covenant: _Number = 0.0,
    cures: _Number = 0.0,
    cure_limit: _Number = ...,
    cures_in_row: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> _WaterfallPath[_Array]: ...
@overload
def waterfall_path(
    cfads: _Range,
    loan: _Range,
    rate: _Range,
    principal: _Range,
    reserve_periods: _Range = 0.0,
    reserve: _Range = 0.0,
    letter: _Range = 0.0,
    lockup: _Range = 0.0,
    release: _Range = ...,
    release_periods: _Range = 1.0,
    sweep_covers: _Range = 0.0,
    sweep_shares: _Range = 0.0,
    covenant: _Range = 0.0,
    cures: _Range = 0.0,
    cure_limit: _Range = ...,
    cures_in_row: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> _WaterfallPath[_Array]: ...
@overload
def waterfall_path(
    cfads: _Range | _Column,
    loan: _Range | _Column,
    rate: _Range | _Column,
    principal: _Range | _Column,
    reserve_periods: _Range | _Column = 0.0,
    reserve: _Range | _Column = 0.0,
    letter: _Range | _Column = 0.0,
    lockup: _Range | _Column = 0.0,
    release: _Range | _Column = ...,
    release_periods: _Range | _Column = 1.0,
    sweep_covers: _Range | _Column = 0.0,
    sweep_shares: _Range | _Column = 0.0,
    covenant: _Range | _Column = 0.0,
    cures: _Range | _Column = 0.0,
    cure_limit: _Range | _Column = ...,
    cures_in_row: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BorrowingBaseCert(_Answer, Generic[_T]):
    eligible: _T
    reason: _T
    value: _T
    excess: _T
    borrowing_base: _T

@overload
def borrowing_base_cert(
    cost: _Series,
    age_months: _Series,
    life_months: _Series,
    asset_class: _Series,
    tests: _Matrix,
    advances: _Series,
    offtaker: _Series,
    investment_grade: _Series,
    vendor: _Series = 1.0,
    site: _Series = 1.0,
    offtaker_limit: _Number = 1.0,
    non_ig_limit: _Number = 0.35,
    vendor_limit: _Number = 1.0,
    site_limit: _Number = 1.0,
    max_age: _Number = ...,
    market: _Series = ...,
    haircut: _Series = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BorrowingBaseCert[_Array]: ...
@overload
def borrowing_base_cert(
    cost: _Range,
    age_months: _Range,
    life_months: _Range,
    asset_class: _Range,
    tests: _Range,
    advances: _Range,
    offtaker: _Range,
    investment_grade: _Range,
    vendor: _Range = 1.0,
    site: _Range = 1.0,
    offtaker_limit: _Range = 1.0,
    non_ig_limit: _Range = 0.35,
    vendor_limit: _Range = 1.0,
    site_limit: _Range = 1.0,
    max_age: _Range = ...,
    market: _Range = ...,
    haircut: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BorrowingBaseCert[_Array]: ...
@overload
def borrowing_base_cert(
    cost: _Range | _Column,
    age_months: _Range | _Column,
    life_months: _Range | _Column,
    asset_class: _Range | _Column,
    tests: _Range | _Column,
    advances: _Range | _Column,
    offtaker: _Range | _Column,
    investment_grade: _Range | _Column,
    vendor: _Range | _Column = 1.0,
    site: _Range | _Column = 1.0,
    offtaker_limit: _Range | _Column = 1.0,
    non_ig_limit: _Range | _Column = 0.35,
    vendor_limit: _Range | _Column = 1.0,
    site_limit: _Range | _Column = 1.0,
    max_age: _Range | _Column = ...,
    market: _Range | _Column = ...,
    haircut: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BaseAvailability(_Answer, Generic[_T]):
    limit: _T
    availability: _T
    shortfall: _T
    cure_date: _T

@overload
def base_availability(
    base: _Number,
    drawn: _Number,
    reserves: _Number = 0.0,
    commitment: _Number = ...,
    certificate_date: _Number = 0.0,
    cure_days: _Number = 5.0,
    calendar: str = "weekends",
    *,
    errors: _Errors = "raise",
) -> _BaseAvailability[float]: ...
@overload
def base_availability(
    base: _Range,
    drawn: _Range,
    reserves: _Range = 0.0,
    commitment: _Range = ...,
    certificate_date: _Range = 0.0,
    cure_days: _Range = 5.0,
    calendar: str = "weekends",
    *,
    errors: _Errors = "raise",
) -> _BaseAvailability[Any]: ...
@overload
def base_availability(
    base: _Range | _Column,
    drawn: _Range | _Column,
    reserves: _Range | _Column = 0.0,
    commitment: _Range | _Column = ...,
    certificate_date: _Range | _Column = 0.0,
    cure_days: _Range | _Column = 5.0,
    calendar: str = "weekends",
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def haircut_var(
    volatility: _Number,
    horizon: _Number,
    confidence: _Number,
    drift: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def haircut_var(
    volatility: _Range,
    horizon: _Range,
    confidence: _Range,
    drift: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def haircut_var(
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    confidence: _Range | _Column,
    drift: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def haircut_es(
    volatility: _Number,
    horizon: _Number,
    confidence: _Number,
    drift: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def haircut_es(
    volatility: _Range,
    horizon: _Range,
    confidence: _Range,
    drift: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def haircut_es(
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    confidence: _Range | _Column,
    drift: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def haircut_basel(
    haircut: _Number,
    from_days: _Number,
    to_days: _Number,
    revaluation_days: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def haircut_basel(
    haircut: _Range,
    from_days: _Range,
    to_days: _Range,
    revaluation_days: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def haircut_basel(
    haircut: _Range | _Column,
    from_days: _Range | _Column,
    to_days: _Range | _Column,
    revaluation_days: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def haircut_liquidity(
    quantity: _Number,
    depth: _Number,
    horizon: _Number,
    impact: _Number,
    exponent: _Number = 0.5,
    base: _Number = 0.0,
    decay: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def haircut_liquidity(
    quantity: _Range,
    depth: _Range,
    horizon: _Range,
    impact: _Range,
    exponent: _Range = 0.5,
    base: _Range = 0.0,
    decay: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def haircut_liquidity(
    quantity: _Range | _Column,
    depth: _Range | _Column,
    horizon: _Range | _Column,
    impact: _Range | _Column,
    exponent: _Range | _Column = 0.5,
    base: _Range | _Column = 0.0,
    decay: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def collateral_haircut(haircuts: _Series, *, errors: _Errors = "raise") -> float: ...
@overload
def collateral_haircut(haircuts: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def collateral_haircut(haircuts: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...
@overload
def haircut_target(
    pd: _Number,
    target_loss: _Number,
    volatility: _Number,
    horizon: _Number,
    rho: _Number = 0.0,
    drift: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def haircut_target(
    pd: _Range,
    target_loss: _Range,
    volatility: _Range,
    horizon: _Range,
    rho: _Range = 0.0,
    drift: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def haircut_target(
    pd: _Range | _Column,
    target_loss: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    rho: _Range | _Column = 0.0,
    drift: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _GapRisk(_Answer, Generic[_T]):
    probability: _T
    expected_loss: _T

@overload
def gap_risk(
    ltv: _Number,
    volatility: _Number,
    cure_days: _Number,
    drift: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _GapRisk[float]: ...
@overload
def gap_risk(
    ltv: _Range,
    volatility: _Range,
    cure_days: _Range,
    drift: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _GapRisk[Any]: ...
@overload
def gap_risk(
    ltv: _Range | _Column,
    volatility: _Range | _Column,
    cure_days: _Range | _Column,
    drift: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def gpu_residual(
    age: _Number,
    decay: _Number,
    floor: _Number = 0.0,
    shock_ages: _Series = ...,
    shocks: _Series = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def gpu_residual(
    age: _Range,
    decay: _Range,
    floor: _Range = 0.0,
    shock_ages: _Range = ...,
    shocks: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def gpu_residual(
    age: _Range | _Column,
    decay: _Range | _Column,
    floor: _Range | _Column = 0.0,
    shock_ages: _Range | _Column = ...,
    shocks: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _GpuValue(_Answer, Generic[_T]):
    value: _T
    elasticity: _T

@overload
def gpu_value(
    contract_rent: _Number,
    contract_years: _Number,
    market_rent: _Number,
    rent_decay: _Number,
    opex: _Number,
    utilisation: _Number,
    life: _Number,
    rate: _Number,
    *,
    errors: _Errors = "raise",
) -> _GpuValue[float]: ...
@overload
def gpu_value(
    contract_rent: _Range,
    contract_years: _Range,
    market_rent: _Range,
    rent_decay: _Range,
    opex: _Range,
    utilisation: _Range,
    life: _Range,
    rate: _Range,
    *,
    errors: _Errors = "raise",
) -> _GpuValue[Any]: ...
@overload
def gpu_value(
    contract_rent: _Range | _Column,
    contract_years: _Range | _Column,
    market_rent: _Range | _Column,
    rent_decay: _Range | _Column,
    opex: _Range | _Column,
    utilisation: _Range | _Column,
    life: _Range | _Column,
    rate: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def undeployed_value(
    live_value: _Number,
    probability: _Number,
    delay: _Number,
    rate: _Number,
    decay: _Number,
    cost: _Number,
    scrap: _Number,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def undeployed_value(
    live_value: _Range,
    probability: _Range,
    delay: _Range,
    rate: _Range,
    decay: _Range,
    cost: _Range,
    scrap: _Range,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def undeployed_value(
    live_value: _Range | _Column,
    probability: _Range | _Column,
    delay: _Range | _Column,
    rate: _Range | _Column,
    decay: _Range | _Column,
    cost: _Range | _Column,
    scrap: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BreakevenRent(_Answer, Generic[_T]):
    rent: _T
    economic_life: _T

@overload
def breakeven_rent(
    cost: _Number,
    opex: _Number,
    utilisation: _Number,
    life: _Number,
    rate: _Number,
    rent_decay: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BreakevenRent[float]: ...
@overload
def breakeven_rent(
    cost: _Range,
    opex: _Range,
    utilisation: _Range,
    life: _Range,
    rate: _Range,
    rent_decay: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BreakevenRent[Any]: ...
@overload
def breakeven_rent(
    cost: _Range | _Column,
    opex: _Range | _Column,
    utilisation: _Range | _Column,
    life: _Range | _Column,
    rate: _Range | _Column,
    rent_decay: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _LiquidationHorizon(_Answer, Generic[_T]):
    horizon: _T
    haircut: _T

@overload
def liquidation_horizon(
    quantity: _Number,
    depth: _Number,
    impact: _Number,
    decay: _Number,
    exponent: _Number = 0.5,
    base: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _LiquidationHorizon[float]: ...
@overload
def liquidation_horizon(
    quantity: _Range,
    depth: _Range,
    impact: _Range,
    decay: _Range,
    exponent: _Range = 0.5,
    base: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _LiquidationHorizon[Any]: ...
@overload
def liquidation_horizon(
    quantity: _Range | _Column,
    depth: _Range | _Column,
    impact: _Range | _Column,
    decay: _Range | _Column,
    exponent: _Range | _Column = 0.5,
    base: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def ltv(loan: _Number, value: _Number, haircut: _Number = 0.0, *, errors: _Errors = "raise") -> float: ...
@overload
def ltv(loan: _Range, value: _Range, haircut: _Range = 0.0, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def ltv(
    loan: _Range | _Column,
    value: _Range | _Column,
    haircut: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def corr_ltv(
    loan: _Number,
    value: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    pd_floor: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def corr_ltv(
    loan: _Range,
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    pd_floor: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def corr_ltv(
    loan: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    pd_floor: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def value_in_default(
    value: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    lag: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def value_in_default(
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    lag: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def value_in_default(
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def value_in_default_q(
    quantile: _Number,
    value: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def value_in_default_q(
    quantile: _Range,
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def value_in_default_q(
    quantile: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def corr_lgd(
    loan: _Number,
    value: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def corr_lgd(
    loan: _Range,
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def corr_lgd(
    loan: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def corr_el(
    loan: _Number,
    value: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def corr_el(
    loan: _Range,
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def corr_el(
    loan: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def corr_advance(
    target_loss: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def corr_advance(
    target_loss: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def corr_advance(
    target_loss: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def stress_ltv(
    loan: _Number,
    value: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    quantile: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def stress_ltv(
    loan: _Range,
    value: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    quantile: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def stress_ltv(
    loan: _Range | _Column,
    value: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    quantile: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def step_in_lgd(
    loan: _Number,
    contract_value: _Number,
    survival: _Number,
    value: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def step_in_lgd(
    loan: _Range,
    contract_value: _Range,
    survival: _Range,
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def step_in_lgd(
    loan: _Range | _Column,
    contract_value: _Range | _Column,
    survival: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _WrongWay(_Answer, Generic[_T]):
    ltv_added: _T
    lgd_added: _T

@overload
def wrong_way(
    loan: _Number,
    value: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _WrongWay[float]: ...
@overload
def wrong_way(
    loan: _Range,
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _WrongWay[Any]: ...
@overload
def wrong_way(
    loan: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def stress_lgd(
    loan: _Number,
    value: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    quantile: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def stress_lgd(
    loan: _Range,
    value: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    quantile: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def stress_lgd(
    loan: _Range | _Column,
    value: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    quantile: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _SystemicLoss(_Answer, Generic[_T]):
    probability_of_default: _T
    downturn_lgd: _T
    loss: _T

@overload
def systemic_loss(
    loan: _Number,
    value: _Number,
    pd: _Number,
    p: _Number,
    s: _Number,
    volatility: _Number,
    horizon: _Number,
    quantile: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _SystemicLoss[float]: ...
@overload
def systemic_loss(
    loan: _Range,
    value: _Range,
    pd: _Range,
    p: _Range,
    s: _Range,
    volatility: _Range,
    horizon: _Range,
    quantile: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _SystemicLoss[Any]: ...
@overload
def systemic_loss(
    loan: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    p: _Range | _Column,
    s: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    quantile: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _DealLoss(_Answer, Generic[_T]):
    expected_loss: _T
    probability: _T
    loss_given_default: _T
    contract_assigned: _T
    contract_lost: _T
    offtaker_failed: _T

@overload
def deal_loss(
    loan: _Number,
    value: _Number,
    contract: _Number,
    pd_operator: _Number,
    pd_offtaker: _Number,
    assignable: _Number,
    link: _Number,
    rho_operator: _Number,
    rho_offtaker: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    contract_volatility: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _DealLoss[float]: ...
@overload
def deal_loss(
    loan: _Range,
    value: _Range,
    contract: _Range,
    pd_operator: _Range,
    pd_offtaker: _Range,
    assignable: _Range,
    link: _Range,
    rho_operator: _Range,
    rho_offtaker: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    contract_volatility: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _DealLoss[Any]: ...
@overload
def deal_loss(
    loan: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd_operator: _Range | _Column,
    pd_offtaker: _Range | _Column,
    assignable: _Range | _Column,
    link: _Range | _Column,
    rho_operator: _Range | _Column,
    rho_offtaker: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    contract_volatility: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def package_ltv(
    loan: _Number,
    value: _Number,
    contract: _Number,
    pd_operator: _Number,
    pd_offtaker: _Number,
    assignable: _Number,
    link: _Number,
    rho_operator: _Number,
    rho_offtaker: _Number,
    volatility: _Number,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    contract_volatility: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def package_ltv(
    loan: _Range,
    value: _Range,
    contract: _Range,
    pd_operator: _Range,
    pd_offtaker: _Range,
    assignable: _Range,
    link: _Range,
    rho_operator: _Range,
    rho_offtaker: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    contract_volatility: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def package_ltv(
    loan: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd_operator: _Range | _Column,
    pd_offtaker: _Range | _Column,
    assignable: _Range | _Column,
    link: _Range | _Column,
    rho_operator: _Range | _Column,
    rho_offtaker: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    contract_volatility: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def contract_value(
    cash: _Series,
    rate: _Number,
    delay: _Number,
    replacement_cost: _Number,
    residual: _Number,
    survival: _Series = 1.0,
    notice: _Number = ...,
    periods_per_year: _Number = 1.0,
    sale_values: _Series = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def contract_value(
    cash: _Range,
    rate: _Range,
    delay: _Range,
    replacement_cost: _Range,
    residual: _Range,
    survival: _Range = 1.0,
    notice: _Range = ...,
    periods_per_year: _Range = 1.0,
    sale_values: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def contract_value(
    cash: _Range | _Column,
    rate: _Range | _Column,
    delay: _Range | _Column,
    replacement_cost: _Range | _Column,
    residual: _Range | _Column,
    survival: _Range | _Column = 1.0,
    notice: _Range | _Column = ...,
    periods_per_year: _Range | _Column = 1.0,
    sale_values: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _RvGuarantee(_Answer, Generic[_T]):
    premium: _T
    sound_premium: _T
    lgd_without: _T
    lgd_with: _T
    loss_without: _T
    loss_with: _T

@overload
def rv_guarantee(
    value: _Number,
    floor: _Number,
    years: _Number,
    volatility: _Number,
    guarantor_pd: _Number,
    rho_guarantor: _Number,
    loan: _Number,
    pd: _Number,
    rho: _Number,
    drift: _Number = 0.0,
    rate: _Number = 0.0,
    sale_cost: _Number = 0.0,
    guarantor_recovery: _Number = 0.0,
    link: _Number = ...,
    *,
    errors: _Errors = "raise",
) -> _RvGuarantee[float]: ...
@overload
def rv_guarantee(
    value: _Range,
    floor: _Range,
    years: _Range,
    volatility: _Range,
    guarantor_pd: _Range,
    rho_guarantor: _Range,
    loan: _Range,
    pd: _Range,
    rho: _Range,
    drift: _Range = 0.0,
    rate: _Range = 0.0,
    sale_cost: _Range = 0.0,
    guarantor_recovery: _Range = 0.0,
    link: _Range = ...,
    *,
    errors: _Errors = "raise",
) -> _RvGuarantee[Any]: ...
@overload
def rv_guarantee(
    value: _Range | _Column,
    floor: _Range | _Column,
    years: _Range | _Column,
    volatility: _Range | _Column,
    guarantor_pd: _Range | _Column,
    rho_guarantor: _Range | _Column,
    loan: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    drift: _Range | _Column = 0.0,
    rate: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    guarantor_recovery: _Range | _Column = 0.0,
    link: _Range | _Column = ...,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _DealLossGuaranteed(_Answer, Generic[_T]):
    expected_loss: _T
    probability: _T
    loss_given_default: _T
    contract_assigned: _T
    contract_lost: _T
    offtaker_failed: _T

@overload
def deal_loss_guaranteed(
    loan: _Number,
    value: _Number,
    contract: _Number,
    pd_operator: _Number,
    pd_offtaker: _Number,
    assignable: _Number,
    link: _Number,
    rho_operator: _Number,
    rho_offtaker: _Number,
    volatility: _Number,
    horizon: _Number,
    floor: _Number,
    guarantor_pd: _Number,
    rho_guarantor: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _DealLossGuaranteed[float]: ...
@overload
def deal_loss_guaranteed(
    loan: _Range,
    value: _Range,
    contract: _Range,
    pd_operator: _Range,
    pd_offtaker: _Range,
    assignable: _Range,
    link: _Range,
    rho_operator: _Range,
    rho_offtaker: _Range,
    volatility: _Range,
    horizon: _Range,
    floor: _Range,
    guarantor_pd: _Range,
    rho_guarantor: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _DealLossGuaranteed[Any]: ...
@overload
def deal_loss_guaranteed(
    loan: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd_operator: _Range | _Column,
    pd_offtaker: _Range | _Column,
    assignable: _Range | _Column,
    link: _Range | _Column,
    rho_operator: _Range | _Column,
    rho_offtaker: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    floor: _Range | _Column,
    guarantor_pd: _Range | _Column,
    rho_guarantor: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _PoolInDefault(_Answer, Generic[_T]):
    standard_deviation: _T
    matched_lgd: _T

@overload
def pool_in_default(
    values: _Series,
    drifts: _Series,
    volatilities: _Series,
    rhos: _Series,
    correlation: _Matrix,
    pd: _Number,
    horizon: _Number,
    loan: _Number = ...,
    *,
    errors: _Errors = "raise",
) -> _PoolInDefault[float]: ...
@overload
def pool_in_default(
    values: _Range,
    drifts: _Range,
    volatilities: _Range,
    rhos: _Range,
    correlation: _Range,
    pd: _Range,
    horizon: _Range,
    loan: _Range = ...,
    *,
    errors: _Errors = "raise",
) -> _PoolInDefault[Any]: ...
@overload
def pool_in_default(
    values: _Range | _Column,
    drifts: _Range | _Column,
    volatilities: _Range | _Column,
    rhos: _Range | _Column,
    correlation: _Range | _Column,
    pd: _Range | _Column,
    horizon: _Range | _Column,
    loan: _Range | _Column = ...,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BookLoss(_Answer, Generic[_T]):
    expected_loss: _T
    unexpected_loss: _T
    expected_shortfall: _T
    error_of_expected_loss: _T
    error_of_var: _T
    error_of_shortfall: _T
    wrong_way_share: _T

@overload
def book_loss(
    exposure: _Matrix,
    value: _Matrix,
    contract: _Matrix,
    pd: _Matrix,
    offtaker: _Series,
    name_pd: _Matrix,
    assignable: _Series,
    loading: _Matrix,
    value_loading: _Matrix,
    name_loading: _Matrix,
    volatility: _Series,
    horizon: _Series,
    drift: _Series = 0.0,
    sale_cost: _Series = 0.0,
    lag: _Series = 0.0,
    unsecured_recovery: _Series = 0.0,
    guarantor: _Series = 0.0,
    guaranteed: _Series = 1.0,
    correlation: _Matrix = 0.0,
    level: _Number = 0.999,
    paths: _Number = 0.0,
    seed: _Number = 1.0,
    nu: _Number = 0.0,
    gamma: _Series = 0.0,
    terms: _Matrix = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookLoss[float]: ...
@overload
def book_loss(
    exposure: _Range,
    value: _Range,
    contract: _Range,
    pd: _Range,
    offtaker: _Range,
    name_pd: _Range,
    assignable: _Range,
    loading: _Range,
    value_loading: _Range,
    name_loading: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    guarantor: _Range = 0.0,
    guaranteed: _Range = 1.0,
    correlation: _Range = 0.0,
    level: _Range = 0.999,
    paths: _Range = 0.0,
    seed: _Range = 1.0,
    nu: _Range = 0.0,
    gamma: _Range = 0.0,
    terms: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookLoss[Any]: ...
@overload
def book_loss(
    exposure: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd: _Range | _Column,
    offtaker: _Range | _Column,
    name_pd: _Range | _Column,
    assignable: _Range | _Column,
    loading: _Range | _Column,
    value_loading: _Range | _Column,
    name_loading: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    guarantor: _Range | _Column = 0.0,
    guaranteed: _Range | _Column = 1.0,
    correlation: _Range | _Column = 0.0,
    level: _Range | _Column = 0.999,
    paths: _Range | _Column = 0.0,
    seed: _Range | _Column = 1.0,
    nu: _Range | _Column = 0.0,
    gamma: _Range | _Column = 0.0,
    terms: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BookContribution(_Answer, Generic[_T]):
    expected_loss: _T
    contribution: _T
    share: _T

@overload
def book_contribution(
    exposure: _Matrix,
    value: _Matrix,
    contract: _Matrix,
    pd: _Matrix,
    offtaker: _Series,
    name_pd: _Matrix,
    assignable: _Series,
    loading: _Matrix,
    value_loading: _Matrix,
    name_loading: _Matrix,
    volatility: _Series,
    horizon: _Series,
    drift: _Series = 0.0,
    sale_cost: _Series = 0.0,
    lag: _Series = 0.0,
    unsecured_recovery: _Series = 0.0,
    guarantor: _Series = 0.0,
    guaranteed: _Series = 1.0,
    correlation: _Matrix = 0.0,
    level: _Number = 0.999,
    paths: _Number = 0.0,
    seed: _Number = 1.0,
    nu: _Number = 0.0,
    gamma: _Series = 0.0,
    terms: _Matrix = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookContribution[_Array]: ...
@overload
def book_contribution(
    exposure: _Range,
    value: _Range,
    contract: _Range,
    pd: _Range,
    offtaker: _Range,
    name_pd: _Range,
    assignable: _Range,
    loading: _Range,
    value_loading: _Range,
    name_loading: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    guarantor: _Range = 0.0,
    guaranteed: _Range = 1.0,
    correlation: _Range = 0.0,
    level: _Range = 0.999,
    paths: _Range = 0.0,
    seed: _Range = 1.0,
    nu: _Range = 0.0,
    gamma: _Range = 0.0,
    terms: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookContribution[_Array]: ...
@overload
def book_contribution(
    exposure: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd: _Range | _Column,
    offtaker: _Range | _Column,
    name_pd: _Range | _Column,
    assignable: _Range | _Column,
    loading: _Range | _Column,
    value_loading: _Range | _Column,
    name_loading: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    guarantor: _Range | _Column = 0.0,
    guaranteed: _Range | _Column = 1.0,
    correlation: _Range | _Column = 0.0,
    level: _Range | _Column = 0.999,
    paths: _Range | _Column = 0.0,
    seed: _Range | _Column = 1.0,
    nu: _Range | _Column = 0.0,
    gamma: _Range | _Column = 0.0,
    terms: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BookMarginal(_Answer, Generic[_T]):
    expected_loss: _T
    expected_shortfall: _T

@overload
def book_marginal(
    exposure: _Matrix,
    value: _Matrix,
    contract: _Matrix,
    pd: _Matrix,
    offtaker: _Series,
    name_pd: _Matrix,
    assignable: _Series,
    loading: _Matrix,
    value_loading: _Matrix,
    name_loading: _Matrix,
    volatility: _Series,
    horizon: _Series,
    position: _Number,
    drift: _Series = 0.0,
    sale_cost: _Series = 0.0,
    lag: _Series = 0.0,
    unsecured_recovery: _Series = 0.0,
    guarantor: _Series = 0.0,
    guaranteed: _Series = 1.0,
    correlation: _Matrix = 0.0,
    level: _Number = 0.999,
    paths: _Number = 0.0,
    seed: _Number = 1.0,
    nu: _Number = 0.0,
    gamma: _Series = 0.0,
    terms: _Matrix = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookMarginal[float]: ...
@overload
def book_marginal(
    exposure: _Range,
    value: _Range,
    contract: _Range,
    pd: _Range,
    offtaker: _Range,
    name_pd: _Range,
    assignable: _Range,
    loading: _Range,
    value_loading: _Range,
    name_loading: _Range,
    volatility: _Range,
    horizon: _Range,
    position: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    guarantor: _Range = 0.0,
    guaranteed: _Range = 1.0,
    correlation: _Range = 0.0,
    level: _Range = 0.999,
    paths: _Range = 0.0,
    seed: _Range = 1.0,
    nu: _Range = 0.0,
    gamma: _Range = 0.0,
    terms: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookMarginal[Any]: ...
@overload
def book_marginal(
    exposure: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd: _Range | _Column,
    offtaker: _Range | _Column,
    name_pd: _Range | _Column,
    assignable: _Range | _Column,
    loading: _Range | _Column,
    value_loading: _Range | _Column,
    name_loading: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    position: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    guarantor: _Range | _Column = 0.0,
    guaranteed: _Range | _Column = 1.0,
    correlation: _Range | _Column = 0.0,
    level: _Range | _Column = 0.999,
    paths: _Range | _Column = 0.0,
    seed: _Range | _Column = 1.0,
    nu: _Range | _Column = 0.0,
    gamma: _Range | _Column = 0.0,
    terms: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BookFactorShare(_Answer, Generic[_T]):
    move: _T
    loss: _T
    share: _T

@overload
def book_factor_share(
    exposure: _Matrix,
    value: _Matrix,
    contract: _Matrix,
    pd: _Matrix,
    offtaker: _Series,
    name_pd: _Matrix,
    assignable: _Series,
    loading: _Matrix,
    value_loading: _Matrix,
    name_loading: _Matrix,
    volatility: _Series,
    horizon: _Series,
    drift: _Series = 0.0,
    sale_cost: _Series = 0.0,
    lag: _Series = 0.0,
    unsecured_recovery: _Series = 0.0,
    guarantor: _Series = 0.0,
    guaranteed: _Series = 1.0,
    correlation: _Matrix = 0.0,
    level: _Number = 0.999,
    gamma: _Series = 0.0,
    terms: _Matrix = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookFactorShare[_Array]: ...
@overload
def book_factor_share(
    exposure: _Range,
    value: _Range,
    contract: _Range,
    pd: _Range,
    offtaker: _Range,
    name_pd: _Range,
    assignable: _Range,
    loading: _Range,
    value_loading: _Range,
    name_loading: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    guarantor: _Range = 0.0,
    guaranteed: _Range = 1.0,
    correlation: _Range = 0.0,
    level: _Range = 0.999,
    gamma: _Range = 0.0,
    terms: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookFactorShare[_Array]: ...
@overload
def book_factor_share(
    exposure: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd: _Range | _Column,
    offtaker: _Range | _Column,
    name_pd: _Range | _Column,
    assignable: _Range | _Column,
    loading: _Range | _Column,
    value_loading: _Range | _Column,
    name_loading: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    guarantor: _Range | _Column = 0.0,
    guaranteed: _Range | _Column = 1.0,
    correlation: _Range | _Column = 0.0,
    level: _Range | _Column = 0.999,
    gamma: _Range | _Column = 0.0,
    terms: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BookStress(_Answer, Generic[_T]):
    loss: _T
    share_of_exposure: _T
    multiple: _T

@overload
def book_stress(
    exposure: _Matrix,
    value: _Matrix,
    contract: _Matrix,
    pd: _Matrix,
    offtaker: _Series,
    name_pd: _Matrix,
    assignable: _Series,
    loading: _Matrix,
    value_loading: _Matrix,
    name_loading: _Matrix,
    volatility: _Series,
    horizon: _Series,
    moves: _Matrix,
    drift: _Series = 0.0,
    sale_cost: _Series = 0.0,
    lag: _Series = 0.0,
    unsecured_recovery: _Series = 0.0,
    guarantor: _Series = 0.0,
    guaranteed: _Series = 1.0,
    correlation: _Matrix = 0.0,
    failed: _Series = 0.0,
    gamma: _Series = 0.0,
    terms: _Matrix = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookStress[_Array]: ...
@overload
def book_stress(
    exposure: _Range,
    value: _Range,
    contract: _Range,
    pd: _Range,
    offtaker: _Range,
    name_pd: _Range,
    assignable: _Range,
    loading: _Range,
    value_loading: _Range,
    name_loading: _Range,
    volatility: _Range,
    horizon: _Range,
    moves: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    guarantor: _Range = 0.0,
    guaranteed: _Range = 1.0,
    correlation: _Range = 0.0,
    failed: _Range = 0.0,
    gamma: _Range = 0.0,
    terms: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookStress[_Array]: ...
@overload
def book_stress(
    exposure: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd: _Range | _Column,
    offtaker: _Range | _Column,
    name_pd: _Range | _Column,
    assignable: _Range | _Column,
    loading: _Range | _Column,
    value_loading: _Range | _Column,
    name_loading: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    moves: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    guarantor: _Range | _Column = 0.0,
    guaranteed: _Range | _Column = 1.0,
    correlation: _Range | _Column = 0.0,
    failed: _Range | _Column = 0.0,
    gamma: _Range | _Column = 0.0,
    terms: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _BookReverse(_Answer, Generic[_T]):
    move: _T
    loss: _T
    distance: _T

@overload
def book_reverse(
    exposure: _Matrix,
    value: _Matrix,
    contract: _Matrix,
    pd: _Matrix,
    offtaker: _Series,
    name_pd: _Matrix,
    assignable: _Series,
    loading: _Matrix,
    value_loading: _Matrix,
    name_loading: _Matrix,
    volatility: _Series,
    horizon: _Series,
    loss: _Number,
    drift: _Series = 0.0,
    sale_cost: _Series = 0.0,
    lag: _Series = 0.0,
    unsecured_recovery: _Series = 0.0,
    guarantor: _Series = 0.0,
    guaranteed: _Series = 1.0,
    correlation: _Matrix = 0.0,
    gamma: _Series = 0.0,
    terms: _Matrix = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookReverse[_Array]: ...
@overload
def book_reverse(
    exposure: _Range,
    value: _Range,
    contract: _Range,
    pd: _Range,
    offtaker: _Range,
    name_pd: _Range,
    assignable: _Range,
    loading: _Range,
    value_loading: _Range,
    name_loading: _Range,
    volatility: _Range,
    horizon: _Range,
    loss: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    guarantor: _Range = 0.0,
    guaranteed: _Range = 1.0,
    correlation: _Range = 0.0,
    gamma: _Range = 0.0,
    terms: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _BookReverse[_Array]: ...
@overload
def book_reverse(
    exposure: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd: _Range | _Column,
    offtaker: _Range | _Column,
    name_pd: _Range | _Column,
    assignable: _Range | _Column,
    loading: _Range | _Column,
    value_loading: _Range | _Column,
    name_loading: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    loss: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    guarantor: _Range | _Column = 0.0,
    guaranteed: _Range | _Column = 1.0,
    correlation: _Range | _Column = 0.0,
    gamma: _Range | _Column = 0.0,
    terms: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Granularity(_Answer, Generic[_T]):
    hhi: _T
    effective_number: _T
    infinite_pool: _T
    granularity: _T
    adjusted: _T

@overload
def granularity(
    exposure: _Series,
    pd: _Series,
    lgd: _Series,
    loading: _Series,
    level: _Number = 0.999,
    lgd_deviation: _Series = 0.0,
    *,
    errors: _Errors = "raise",
) -> _Granularity[float]: ...
@overload
def granularity(
    exposure: _Range,
    pd: _Range,
    lgd: _Range,
    loading: _Range,
    level: _Range = 0.999,
    lgd_deviation: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _Granularity[Any]: ...
@overload
def granularity(
    exposure: _Range | _Column,
    pd: _Range | _Column,
    lgd: _Range | _Column,
    loading: _Range | _Column,
    level: _Range | _Column = 0.999,
    lgd_deviation: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _ElPath(_Answer, Generic[_T]):
    total: _T
    period: _Array

@overload
def el_path(
    balances: _Series,
    pds: _Series,
    values: _Series,
    rho: _Number,
    volatility: _Number,
    rate: _Number,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    periods_per_year: _Number = 1.0,
    mid_period: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _ElPath[float]: ...
@overload
def el_path(
    balances: _Range,
    pds: _Range,
    values: _Range,
    rho: _Range,
    volatility: _Range,
    rate: _Range,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    periods_per_year: _Range = 1.0,
    mid_period: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _ElPath[Any]: ...
@overload
def el_path(
    balances: _Range | _Column,
    pds: _Range | _Column,
    values: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    rate: _Range | _Column,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    periods_per_year: _Range | _Column = 1.0,
    mid_period: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _DealLossPath(_Answer, Generic[_T]):
    total: _T
    period: _Array

@overload
def deal_loss_path(
    balances: _Series,
    values: _Series,
    contracts: _Series,
    pds_operator: _Series,
    pds_offtaker: _Series,
    assignable: _Number,
    link: _Number,
    rho_operator: _Number,
    rho_offtaker: _Number,
    volatility: _Number,
    rate: _Number,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    periods_per_year: _Number = 1.0,
    mid_period: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _DealLossPath[float]: ...
@overload
def deal_loss_path(
    balances: _Range,
    values: _Range,
    contracts: _Range,
    pds_operator: _Range,
    pds_offtaker: _Range,
    assignable: _Range,
    link: _Range,
    rho_operator: _Range,
    rho_offtaker: _Range,
    volatility: _Range,
    rate: _Range,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    periods_per_year: _Range = 1.0,
    mid_period: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _DealLossPath[Any]: ...
@overload
def deal_loss_path(
    balances: _Range | _Column,
    values: _Range | _Column,
    contracts: _Range | _Column,
    pds_operator: _Range | _Column,
    pds_offtaker: _Range | _Column,
    assignable: _Range | _Column,
    link: _Range | _Column,
    rho_operator: _Range | _Column,
    rho_offtaker: _Range | _Column,
    volatility: _Range | _Column,
    rate: _Range | _Column,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    periods_per_year: _Range | _Column = 1.0,
    mid_period: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _RecoveryCover(_Answer, Generic[_T]):
    minimum: _T
    month: _T
    period: _Array

@overload
def recovery_cover(
    balances: _Series,
    values: _Series,
    contracts: _Series,
    pds_operator: _Series,
    pds_offtaker: _Series,
    assignable: _Number,
    link: _Number,
    rho_operator: _Number,
    rho_offtaker: _Number,
    volatility: _Number,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    periods_per_year: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> _RecoveryCover[float]: ...
@overload
def recovery_cover(
    balances: _Range,
    values: _Range,
    contracts: _Range,
    pds_operator: _Range,
    pds_offtaker: _Range,
    assignable: _Range,
    link: _Range,
    rho_operator: _Range,
    rho_offtaker: _Range,
    volatility: _Range,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    periods_per_year: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> _RecoveryCover[Any]: ...
@overload
def recovery_cover(
    balances: _Range | _Column,
    values: _Range | _Column,
    contracts: _Range | _Column,
    pds_operator: _Range | _Column,
    pds_offtaker: _Range | _Column,
    assignable: _Range | _Column,
    link: _Range | _Column,
    rho_operator: _Range | _Column,
    rho_offtaker: _Range | _Column,
    volatility: _Range | _Column,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    periods_per_year: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def corr_lgd_t(
    loan: _Number,
    value: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    nu: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def corr_lgd_t(
    loan: _Range,
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    nu: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def corr_lgd_t(
    loan: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    nu: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def corr_lgd_jump(
    loan: _Number,
    value: _Number,
    pd: _Number,
    rho: _Number,
    volatility: _Number,
    horizon: _Number,
    intensity: _Number,
    jump: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def corr_lgd_jump(
    loan: _Range,
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    intensity: _Range,
    jump: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def corr_lgd_jump(
    loan: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    intensity: _Range | _Column,
    jump: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _CorrLgdSim(_Answer, Generic[_T]):
    lgd: _T
    standard_error: _T

@overload
def corr_lgd_sim(
    loan: _Number,
    values: _Series,
    pd: _Number,
    rhos: _Series,
    volatilities: _Series,
    horizon: _Number,
    correlation: _Matrix,
    nu: _Number = 0.0,
    paths: _Number = 100000.0,
    seed: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> _CorrLgdSim[float]: ...
@overload
def corr_lgd_sim(
    loan: _Range,
    values: _Range,
    pd: _Range,
    rhos: _Range,
    volatilities: _Range,
    horizon: _Range,
    correlation: _Range,
    nu: _Range = 0.0,
    paths: _Range = 100000.0,
    seed: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> _CorrLgdSim[Any]: ...
@overload
def corr_lgd_sim(
    loan: _Range | _Column,
    values: _Range | _Column,
    pd: _Range | _Column,
    rhos: _Range | _Column,
    volatilities: _Range | _Column,
    horizon: _Range | _Column,
    correlation: _Range | _Column,
    nu: _Range | _Column = 0.0,
    paths: _Range | _Column = 100000.0,
    seed: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _CorrLgdRange(_Answer, Generic[_T]):
    low: _T
    central: _T
    high: _T

@overload
def corr_lgd_range(
    loan: _Number,
    value: _Number,
    pd: _Number,
    rho: _Series,
    volatility: _Series,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    nu: _Number = 0.0,
    intensity: _Number = 0.0,
    jump: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _CorrLgdRange[float]: ...
@overload
def corr_lgd_range(
    loan: _Range,
    value: _Range,
    pd: _Range,
    rho: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    nu: _Range = 0.0,
    intensity: _Range = 0.0,
    jump: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _CorrLgdRange[Any]: ...
@overload
def corr_lgd_range(
    loan: _Range | _Column,
    value: _Range | _Column,
    pd: _Range | _Column,
    rho: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    nu: _Range | _Column = 0.0,
    intensity: _Range | _Column = 0.0,
    jump: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _DealLossRange(_Answer, Generic[_T]):
    low: _T
    central: _T
    high: _T

@overload
def deal_loss_range(
    loan: _Number,
    value: _Number,
    contract: _Number,
    pd_operator: _Number,
    pd_offtaker: _Number,
    assignable: _Number,
    link: _Number,
    rho_operator: _Series,
    rho_offtaker: _Series,
    volatility: _Series,
    horizon: _Number,
    drift: _Number = 0.0,
    sale_cost: _Number = 0.0,
    lag: _Number = 0.0,
    unsecured_recovery: _Number = 0.0,
    contract_volatility: _Number = 0.0,
    discount_rate: _Number = 0.0,
    workout_cost: _Number = 0.0,
    accrued_interest: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _DealLossRange[float]: ...
@overload
def deal_loss_range(
    loan: _Range,
    value: _Range,
    contract: _Range,
    pd_operator: _Range,
    pd_offtaker: _Range,
    assignable: _Range,
    link: _Range,
    rho_operator: _Range,
    rho_offtaker: _Range,
    volatility: _Range,
    horizon: _Range,
    drift: _Range = 0.0,
    sale_cost: _Range = 0.0,
    lag: _Range = 0.0,
    unsecured_recovery: _Range = 0.0,
    contract_volatility: _Range = 0.0,
    discount_rate: _Range = 0.0,
    workout_cost: _Range = 0.0,
    accrued_interest: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _DealLossRange[Any]: ...
@overload
def deal_loss_range(
    loan: _Range | _Column,
    value: _Range | _Column,
    contract: _Range | _Column,
    pd_operator: _Range | _Column,
    pd_offtaker: _Range | _Column,
    assignable: _Range | _Column,
    link: _Range | _Column,
    rho_operator: _Range | _Column,
    rho_offtaker: _Range | _Column,
    volatility: _Range | _Column,
    horizon: _Range | _Column,
    drift: _Range | _Column = 0.0,
    sale_cost: _Range | _Column = 0.0,
    lag: _Range | _Column = 0.0,
    unsecured_recovery: _Range | _Column = 0.0,
    contract_volatility: _Range | _Column = 0.0,
    discount_rate: _Range | _Column = 0.0,
    workout_cost: _Range | _Column = 0.0,
    accrued_interest: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def driver_rho(
    contracted: _Number,
    vol_contract: _Number,
    vol_market: _Number,
    vol_other: _Number,
    corr_contract: _Number,
    corr_market: _Number,
    corr_contract_market: _Number = 0.0,
    leverage: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def driver_rho(
    contracted: _Range,
    vol_contract: _Range,
    vol_market: _Range,
    vol_other: _Range,
    corr_contract: _Range,
    corr_market: _Range,
    corr_contract_market: _Range = 0.0,
    leverage: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def driver_rho(
    contracted: _Range | _Column,
    vol_contract: _Range | _Column,
    vol_market: _Range | _Column,
    vol_other: _Range | _Column,
    corr_contract: _Range | _Column,
    corr_market: _Range | _Column,
    corr_contract_market: _Range | _Column = 0.0,
    leverage: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def driver_pd(
    dscr: _Number,
    contracted: _Number,
    vol_contract: _Number,
    vol_market: _Number,
    vol_other: _Number,
    corr_contract_market: _Number = 0.0,
    leverage: _Number = 1.0,
    form: str = "additive",
    reserve: _Number = 0.0,
    horizon: _Number = 1.0,
    floor: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def driver_pd(
    dscr: _Range,
    contracted: _Range,
    vol_contract: _Range,
    vol_market: _Range,
    vol_other: _Range,
    corr_contract_market: _Range = 0.0,
    leverage: _Range = 1.0,
    form: str = "additive",
    reserve: _Range = 0.0,
    horizon: _Range = 1.0,
    floor: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def driver_pd(
    dscr: _Range | _Column,
    contracted: _Range | _Column,
    vol_contract: _Range | _Column,
    vol_market: _Range | _Column,
    vol_other: _Range | _Column,
    corr_contract_market: _Range | _Column = 0.0,
    leverage: _Range | _Column = 1.0,
    form: str = "additive",
    reserve: _Range | _Column = 0.0,
    horizon: _Range | _Column = 1.0,
    floor: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def pd_term(pd: _Number, years: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def pd_term(pd: _Range, years: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def pd_term(pd: _Range | _Column, years: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...
@overload
def pd_spread(spread: _Number, recovery: _Number, years: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def pd_spread(spread: _Range, recovery: _Range, years: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def pd_spread(
    spread: _Range | _Column,
    recovery: _Range | _Column,
    years: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def pd_both(pd_1: _Number, pd_2: _Number, rho: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def pd_both(pd_1: _Range, pd_2: _Range, rho: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def pd_both(
    pd_1: _Range | _Column,
    pd_2: _Range | _Column,
    rho: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def pd_either(
    pd_1: _Number,
    pd_2: _Number,
    rho: _Number,
    step_in: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def pd_either(
    pd_1: _Range,
    pd_2: _Range,
    rho: _Range,
    step_in: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def pd_either(
    pd_1: _Range | _Column,
    pd_2: _Range | _Column,
    rho: _Range | _Column,
    step_in: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def double_default(
    pd_obligor: _Number,
    pd_guarantor: _Number,
    lgd: _Number,
    method: str = "regulatory",
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def double_default(
    pd_obligor: _Range,
    pd_guarantor: _Range,
    lgd: _Range,
    method: str = "regulatory",
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def double_default(
    pd_obligor: _Range | _Column,
    pd_guarantor: _Range | _Column,
    lgd: _Range | _Column,
    method: str = "regulatory",
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def irb_rw(
    pd: _Number,
    lgd: _Number,
    maturity: _Number = 2.5,
    scaling: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def irb_rw(
    pd: _Range,
    lgd: _Range,
    maturity: _Range = 2.5,
    scaling: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def irb_rw(
    pd: _Range | _Column,
    lgd: _Range | _Column,
    maturity: _Range | _Column = 2.5,
    scaling: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def ifrs9_stage(
    pd_origination: _Number,
    pd_now: _Number,
    days_past_due: _Number,
    ratio: _Number,
    low_risk: _Number = 0.0,
    impaired: _Number = 0.0,
    backstop: _Number = 30.0,
    default_days: _Number = 90.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def ifrs9_stage(
    pd_origination: _Range,
    pd_now: _Range,
    days_past_due: _Range,
    ratio: _Range,
    low_risk: _Range = 0.0,
    impaired: _Range = 0.0,
    backstop: _Range = 30.0,
    default_days: _Range = 90.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def ifrs9_stage(
    pd_origination: _Range | _Column,
    pd_now: _Range | _Column,
    days_past_due: _Range | _Column,
    ratio: _Range | _Column,
    low_risk: _Range | _Column = 0.0,
    impaired: _Range | _Column = 0.0,
    backstop: _Range | _Column = 30.0,
    default_days: _Range | _Column = 90.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Ecl(_Answer, Generic[_T]):
    ecl_of_12_months: _T
    lifetime_ecl: _T
    cecl_undiscounted: _T
    provision: _T

@overload
def ecl(
    losses: _Matrix,
    weights: _Series,
    rate: _Number,
    periods_per_year: _Number = 1.0,
    stage: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> _Ecl[float]: ...
@overload
def ecl(
    losses: _Range,
    weights: _Range,
    rate: _Range,
    periods_per_year: _Range = 1.0,
    stage: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> _Ecl[Any]: ...
@overload
def ecl(
    losses: _Range | _Column,
    weights: _Range | _Column,
    rate: _Range | _Column,
    periods_per_year: _Range | _Column = 1.0,
    stage: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def pit_pd(pd: _Number, correlation: _Number, state: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def pit_pd(pd: _Range, correlation: _Range, state: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def pit_pd(
    pd: _Range | _Column,
    correlation: _Range | _Column,
    state: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _IrbCapital(_Answer, Generic[_T]):
    pd: _T
    lgd: _T
    risk_weight: _T
    risk_weighted_assets: _T
    expected_loss: _T
    capital: _T

@overload
def irb_capital(
    exposure: _Number,
    pd: _Number,
    lgd: _Number,
    maturity: _Number = 2.5,
    pd_floor: _Number = 0.0005,
    lgd_floor: _Number = 0.25,
    *,
    errors: _Errors = "raise",
) -> _IrbCapital[float]: ...
@overload
def irb_capital(
    exposure: _Range,
    pd: _Range,
    lgd: _Range,
    maturity: _Range = 2.5,
    pd_floor: _Range = 0.0005,
    lgd_floor: _Range = 0.25,
    *,
    errors: _Errors = "raise",
) -> _IrbCapital[Any]: ...
@overload
def irb_capital(
    exposure: _Range | _Column,
    pd: _Range | _Column,
    lgd: _Range | _Column,
    maturity: _Range | _Column = 2.5,
    pd_floor: _Range | _Column = 0.0005,
    lgd_floor: _Range | _Column = 0.25,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def firb_lgd(
    exposure: _Number,
    value: _Number,
    haircut: _Number = 0.4,
    secured: _Number = 0.25,
    unsecured: _Number = 0.4,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def firb_lgd(
    exposure: _Range,
    value: _Range,
    haircut: _Range = 0.4,
    secured: _Range = 0.25,
    unsecured: _Range = 0.4,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def firb_lgd(
    exposure: _Range | _Column,
    value: _Range | _Column,
    haircut: _Range | _Column = 0.4,
    secured: _Range | _Column = 0.25,
    unsecured: _Range | _Column = 0.4,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Slotting(_Answer, Generic[_T]):
    risk_weight: _T
    expected_loss: _T

@overload
def slotting(category: str, maturity: _Number, *, errors: _Errors = "raise") -> _Slotting[float]: ...
@overload
def slotting(category: str, maturity: _Range, *, errors: _Errors = "raise") -> _Slotting[Any]: ...
@overload
def slotting(category: str, maturity: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...

class _SaWeight(_Answer, Generic[_T]):
    risk_weight: _T
    risk_weighted_assets: _T
    capital: _T

@overload
def sa_weight(grade: str, exposure: _Number, *, errors: _Errors = "raise") -> _SaWeight[float]: ...
@overload
def sa_weight(grade: str, exposure: _Range, *, errors: _Errors = "raise") -> _SaWeight[Any]: ...
@overload
def sa_weight(grade: str, exposure: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...

class _OutputFloor(_Answer, Generic[_T]):
    risk_weighted_assets: _T
    added: _T

@overload
def output_floor(
    internal: _Number,
    standardised: _Number,
    floor: _Number = 0.725,
    *,
    errors: _Errors = "raise",
) -> _OutputFloor[float]: ...
@overload
def output_floor(
    internal: _Range,
    standardised: _Range,
    floor: _Range = 0.725,
    *,
    errors: _Errors = "raise",
) -> _OutputFloor[Any]: ...
@overload
def output_floor(
    internal: _Range | _Column,
    standardised: _Range | _Column,
    floor: _Range | _Column = 0.725,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def rating_pd(
    rating: str,
    years: _Number,
    table: _Matrix = ...,
    horizons: _Series = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def rating_pd(
    rating: str,
    years: _Range,
    table: _Range = ...,
    horizons: _Range = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def rating_pd(
    rating: str,
    years: _Range | _Column,
    table: _Range | _Column = ...,
    horizons: _Range | _Column = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def pd_rating(
    pd: _Number,
    years: _Number,
    table: _Matrix = ...,
    horizons: _Series = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
    *,
    errors: _Errors = "raise",
) -> str: ...
@overload
def pd_rating(
    pd: _Range,
    years: _Range,
    table: _Range = ...,
    horizons: _Range = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
    *,
    errors: _Errors = "raise",
) -> str | NDArray[np.object_]: ...
@overload
def pd_rating(
    pd: _Range | _Column,
    years: _Range | _Column,
    table: _Range | _Column = ...,
    horizons: _Range | _Column = ...,
    names: str = "AAA,AA,AA-,A,A-,BBB,BBB-,BB+,BB,BB-,B+,B,B-,CCC",
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def pd_bound(
    defaults: _Number,
    loan_years: _Number,
    confidence: _Number = 0.9,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def pd_bound(
    defaults: _Range,
    loan_years: _Range,
    confidence: _Range = 0.9,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def pd_bound(
    defaults: _Range | _Column,
    loan_years: _Range | _Column,
    confidence: _Range | _Column = 0.9,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def breakeven_cfads(
    cfads: _Series,
    debt: _Number,
    rate: _Series,
    cash: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def breakeven_cfads(
    cfads: _Range,
    debt: _Range,
    rate: _Range,
    cash: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def breakeven_cfads(
    cfads: _Range | _Column,
    debt: _Range | _Column,
    rate: _Range | _Column,
    cash: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _RefinanceDscr(_Answer, Generic[_T]):
    minimum: _T
    average: _T
    debt_service: _T

@overload
def refinance_dscr(
    balance: _Number,
    cfads: _Series,
    rate: _Number,
    periods: _Number,
    *,
    errors: _Errors = "raise",
) -> _RefinanceDscr[float]: ...
@overload
def refinance_dscr(
    balance: _Range,
    cfads: _Range,
    rate: _Range,
    periods: _Range,
    *,
    errors: _Errors = "raise",
) -> _RefinanceDscr[Any]: ...
@overload
def refinance_dscr(
    balance: _Range | _Column,
    cfads: _Range | _Column,
    rate: _Range | _Column,
    periods: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _ReletRate(_Answer, Generic[_T]):
    rate: _T
    years: _T

@overload
def relet_rate(
    balance: _Number,
    gpus: _Number,
    years: _Number,
    rate: _Number,
    opex: _Number,
    utilisation: _Number,
    rent_decay: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> _ReletRate[float]: ...
@overload
def relet_rate(
    balance: _Range,
    gpus: _Range,
    years: _Range,
    rate: _Range,
    opex: _Range,
    utilisation: _Range,
    rent_decay: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> _ReletRate[Any]: ...
@overload
def relet_rate(
    balance: _Range | _Column,
    gpus: _Range | _Column,
    years: _Range | _Column,
    rate: _Range | _Column,
    opex: _Range | _Column,
    utilisation: _Range | _Column,
    rent_decay: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _ReserveMonths(_Answer, Generic[_T]):
    months: _T
    shortfall: _T

@overload
def reserve_months(
    reserve: _Number,
    service: _Series,
    target: _Number = 6.0,
    periods_per_year: _Number = 12.0,
    *,
    errors: _Errors = "raise",
) -> _ReserveMonths[float]: ...
@overload
def reserve_months(
    reserve: _Range,
    service: _Range,
    target: _Range = 6.0,
    periods_per_year: _Range = 12.0,
    *,
    errors: _Errors = "raise",
) -> _ReserveMonths[Any]: ...
@overload
def reserve_months(
    reserve: _Range | _Column,
    service: _Range | _Column,
    target: _Range | _Column = 6.0,
    periods_per_year: _Range | _Column = 12.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _UsageCfads(_Answer, Generic[_T]):
    cfads: _T
    revenue: _T
    power: _T
    opex: _T

@overload
def usage_cfads(
    rent: _Number,
    gpus: _Number,
    usage: _Number,
    power: _Number,
    pue: _Number,
    power_price: _Number,
    idle: _Number = 0.0,
    opex: _Number = 0.0,
    take_or_pay: _Number = 1.0,
    *,
    errors: _Errors = "raise",
) -> _UsageCfads[float]: ...
@overload
def usage_cfads(
    rent: _Range,
    gpus: _Range,
    usage: _Range,
    power: _Range,
    pue: _Range,
    power_price: _Range,
    idle: _Range = 0.0,
    opex: _Range = 0.0,
    take_or_pay: _Range = 1.0,
    *,
    errors: _Errors = "raise",
) -> _UsageCfads[Any]: ...
@overload
def usage_cfads(
    rent: _Range | _Column,
    gpus: _Range | _Column,
    usage: _Range | _Column,
    power: _Range | _Column,
    pue: _Range | _Column,
    power_price: _Range | _Column,
    idle: _Range | _Column = 0.0,
    opex: _Range | _Column = 0.0,
    take_or_pay: _Range | _Column = 1.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def assignability(
    conditions: _Series,
    weights: _Series = ...,
    best: _Number = 0.9,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def assignability(
    conditions: _Range,
    weights: _Range = ...,
    best: _Range = 0.9,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def assignability(
    conditions: _Range | _Column,
    weights: _Range | _Column = ...,
    best: _Range | _Column = 0.9,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def hashprice(
    btc: _Number,
    subsidy: _Number,
    network_eh: _Number,
    fee_share: _Number = 0.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def hashprice(
    btc: _Range,
    subsidy: _Range,
    network_eh: _Range,
    fee_share: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def hashprice(
    btc: _Range | _Column,
    subsidy: _Range | _Column,
    network_eh: _Range | _Column,
    fee_share: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def hashcost(efficiency: _Number, power: _Number, other: _Number = 0.0, *, errors: _Errors = "raise") -> float: ...
@overload
def hashcost(
    efficiency: _Range,
    power: _Range,
    other: _Range = 0.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def hashcost(
    efficiency: _Range | _Column,
    power: _Range | _Column,
    other: _Range | _Column = 0.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def payback(price_per_th: _Number, hashprice: _Number, hashcost: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def payback(
    price_per_th: _Range,
    hashprice: _Range,
    hashcost: _Range,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def payback(
    price_per_th: _Range | _Column,
    hashprice: _Range | _Column,
    hashcost: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _AsicValue(_Answer, Generic[_T]):
    value: _T
    life: _T
    elasticity: _T

@overload
def asic_value(
    hashprice: _Number,
    hashcost: _Number,
    decay: _Number,
    rate: _Number,
    life: _Number = ...,
    *,
    errors: _Errors = "raise",
) -> _AsicValue[float]: ...
@overload
def asic_value(
    hashprice: _Range,
    hashcost: _Range,
    decay: _Range,
    rate: _Range,
    life: _Range = ...,
    *,
    errors: _Errors = "raise",
) -> _AsicValue[Any]: ...
@overload
def asic_value(
    hashprice: _Range | _Column,
    hashcost: _Range | _Column,
    decay: _Range | _Column,
    rate: _Range | _Column,
    life: _Range | _Column = ...,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _PivotRunway(_Answer, Generic[_T]):
    first_negative_month: _T
    crossing_month: _T
    minimum_cash: _T

@overload
def pivot_runway(
    cash: _Number,
    btc_revenue: _Number,
    mining_cost: _Number,
    ai_plan: _Series,
    spending: _Series,
    shock: _Number,
    decay: _Number,
    months: _Number = 120.0,
    *,
    errors: _Errors = "raise",
) -> _PivotRunway[float]: ...
@overload
def pivot_runway(
    cash: _Range,
    btc_revenue: _Range,
    mining_cost: _Range,
    ai_plan: _Range,
    spending: _Range,
    shock: _Range,
    decay: _Range,
    months: _Range = 120.0,
    *,
    errors: _Errors = "raise",
) -> _PivotRunway[Any]: ...
@overload
def pivot_runway(
    cash: _Range | _Column,
    btc_revenue: _Range | _Column,
    mining_cost: _Range | _Column,
    ai_plan: _Range | _Column,
    spending: _Range | _Column,
    shock: _Range | _Column,
    decay: _Range | _Column,
    months: _Range | _Column = 120.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def supply_factor(
    demand_growth: _Number,
    supply_growth: _Number,
    elasticity: _Number,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def supply_factor(
    demand_growth: _Range,
    supply_growth: _Range,
    elasticity: _Range,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def supply_factor(
    demand_growth: _Range | _Column,
    supply_growth: _Range | _Column,
    elasticity: _Range | _Column,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def halving(fee_share: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def halving(fee_share: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def halving(fee_share: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...
@overload
def ewma_vol(
    prices: _Series,
    decay: _Number = 0.94,
    per_year: _Number = 252.0,
    *,
    errors: _Errors = "raise",
) -> float: ...
@overload
def ewma_vol(
    prices: _Range,
    decay: _Range = 0.94,
    per_year: _Range = 252.0,
    *,
    errors: _Errors = "raise",
) -> float | _Array: ...
@overload
def ewma_vol(
    prices: _Range | _Column,
    decay: _Range | _Column = 0.94,
    per_year: _Range | _Column = 252.0,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _Correlation(_Answer, Generic[_T]):
    correlation: _T
    low: _T
    high: _T
    count: _T

@overload
def correlation(
    prices_1: _Series,
    prices_2: _Series,
    confidence: _Number = 0.95,
    *,
    errors: _Errors = "raise",
) -> _Correlation[float]: ...
@overload
def correlation(
    prices_1: _Range,
    prices_2: _Range,
    confidence: _Range = 0.95,
    *,
    errors: _Errors = "raise",
) -> _Correlation[Any]: ...
@overload
def correlation(
    prices_1: _Range | _Column,
    prices_2: _Range | _Column,
    confidence: _Range | _Column = 0.95,
    *,
    errors: _Errors = "raise",
) -> Any: ...
@overload
def unsmooth_corr(rho: _Number, phi: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def unsmooth_corr(rho: _Range, phi: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def unsmooth_corr(rho: _Range | _Column, phi: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...
@overload
def unsmooth_vol(volatility: _Number, phi: _Number, *, errors: _Errors = "raise") -> float: ...
@overload
def unsmooth_vol(volatility: _Range, phi: _Range, *, errors: _Errors = "raise") -> float | _Array: ...
@overload
def unsmooth_vol(volatility: _Range | _Column, phi: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...

class _ShrinkCorr(_Answer, Generic[_T]):
    correlation: _Array

@overload
def shrink_corr(returns: _Matrix, *, errors: _Errors = "raise") -> _ShrinkCorr[_Array]: ...
@overload
def shrink_corr(returns: _Range, *, errors: _Errors = "raise") -> _ShrinkCorr[_Array]: ...
@overload
def shrink_corr(returns: _Range | _Column, *, errors: _Errors = "raise") -> Any: ...

class _ResidualFit(_Answer, Generic[_T]):
    decay: _T
    low: _T
    high: _T
    annual_fall: _T
    deviation: _T
    observations: _T

@overload
def residual_fit(
    ages: _Series,
    shares: _Series,
    floor: _Number = 0.0,
    confidence: _Number = 0.9,
    *,
    errors: _Errors = "raise",
) -> _ResidualFit[float]: ...
@overload
def residual_fit(
    ages: _Range,
    shares: _Range,
    floor: _Range = 0.0,
    confidence: _Range = 0.9,
    *,
    errors: _Errors = "raise",
) -> _ResidualFit[Any]: ...
@overload
def residual_fit(
    ages: _Range | _Column,
    shares: _Range | _Column,
    floor: _Range | _Column = 0.0,
    confidence: _Range | _Column = 0.9,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _ResidualBand(_Answer, Generic[_T]):
    share_left: _T
    low: _T
    high: _T
    low_of_one: _T
    high_of_one: _T

@overload
def residual_band(
    at_ages: _Series,
    ages: _Series,
    shares: _Series,
    floor: _Number = 0.0,
    confidence: _Number = 0.9,
    *,
    errors: _Errors = "raise",
) -> _ResidualBand[_Array]: ...
@overload
def residual_band(
    at_ages: _Range,
    ages: _Range,
    shares: _Range,
    floor: _Range = 0.0,
    confidence: _Range = 0.9,
    *,
    errors: _Errors = "raise",
) -> _ResidualBand[_Array]: ...
@overload
def residual_band(
    at_ages: _Range | _Column,
    ages: _Range | _Column,
    shares: _Range | _Column,
    floor: _Range | _Column = 0.0,
    confidence: _Range | _Column = 0.9,
    *,
    errors: _Errors = "raise",
) -> Any: ...

class _RebrandScore(_Answer, Generic[_T]):
    score: _T
    hard_fails: _T
    first_hard_fail: _T

@overload
def rebrand_score(measures: _Series, weights: _Series = ..., *, errors: _Errors = "raise") -> _RebrandScore[float]: ...
@overload
def rebrand_score(measures: _Range, weights: _Range = ..., *, errors: _Errors = "raise") -> _RebrandScore[Any]: ...
@overload
def rebrand_score(measures: _Range | _Column, weights: _Range | _Column = ..., *, errors: _Errors = "raise") -> Any: ...

class _NeocloudScore(_Answer, Generic[_T]):
    score: _T
    rank: _T

@overload
def neocloud_score(
    software: _Series,
    contracted_share: _Series,
    backlog: _Series,
    customers: _Series,
    weights: _Series = ...,
    *,
    errors: _Errors = "raise",
) -> _NeocloudScore[_Array]: ...
@overload
def neocloud_score(
    software: _Range,
    contracted_share: _Range,
    backlog: _Range,
    customers: _Range,
    weights: _Range = ...,
    *,
    errors: _Errors = "raise",
) -> _NeocloudScore[_Array]: ...
@overload
def neocloud_score(
    software: _Range | _Column,
    contracted_share: _Range | _Column,
    backlog: _Range | _Column,
    customers: _Range | _Column,
    weights: _Range | _Column = ...,
    *,
    errors: _Errors = "raise",
) -> Any: ...
def why(
    name: str,
    value_1: Any = ...,
    value_2: Any = ...,
    value_3: Any = ...,
    value_4: Any = ...,
    value_5: Any = ...,
    value_6: Any = ...,
    value_7: Any = ...,
    value_8: Any = ...,
    value_9: Any = ...,
    value_10: Any = ...,
    value_11: Any = ...,
    value_12: Any = ...,
    value_13: Any = ...,
    value_14: Any = ...,
    value_15: Any = ...,
    value_16: Any = ...,
    value_17: Any = ...,
    value_18: Any = ...,
    value_19: Any = ...,
    value_20: Any = ...,
    value_21: Any = ...,
    value_22: Any = ...,
    value_23: Any = ...,
    value_24: Any = ...,
    value_25: Any = ...,
    value_26: Any = ...,
    *,
    errors: _Errors = "raise",
) -> str: ...
def steps(
    name: str,
    value_1: Any = ...,
    value_2: Any = ...,
    value_3: Any = ...,
    value_4: Any = ...,
    value_5: Any = ...,
    value_6: Any = ...,
    value_7: Any = ...,
    value_8: Any = ...,
    value_9: Any = ...,
    value_10: Any = ...,
    value_11: Any = ...,
    value_12: Any = ...,
    value_13: Any = ...,
    value_14: Any = ...,
    value_15: Any = ...,
    value_16: Any = ...,
    value_17: Any = ...,
    value_18: Any = ...,
    value_19: Any = ...,
    value_20: Any = ...,
    value_21: Any = ...,
    value_22: Any = ...,
    value_23: Any = ...,
    value_24: Any = ...,
    value_25: Any = ...,
    value_26: Any = ...,
    *,
    errors: _Errors = "raise",
) -> NDArray[np.object_]: ...
def check(
    name: str,
    value_1: Any = ...,
    value_2: Any = ...,
    value_3: Any = ...,
    value_4: Any = ...,
    value_5: Any = ...,
    value_6: Any = ...,
    value_7: Any = ...,
    value_8: Any = ...,
    value_9: Any = ...,
    value_10: Any = ...,
    value_11: Any = ...,
    value_12: Any = ...,
    value_13: Any = ...,
    value_14: Any = ...,
    value_15: Any = ...,
    value_16: Any = ...,
    value_17: Any = ...,
    value_18: Any = ...,
    value_19: Any = ...,
    value_20: Any = ...,
    value_21: Any = ...,
    value_22: Any = ...,
    value_23: Any = ...,
    value_24: Any = ...,
    value_25: Any = ...,
    value_26: Any = ...,
    *,
    errors: _Errors = "raise",
) -> str: ...
def reverse(
    name: str,
    which: str,
    target: Any,
    value_1: Any = ...,
    value_2: Any = ...,
    value_3: Any = ...,
    value_4: Any = ...,
    value_5: Any = ...,
    value_6: Any = ...,
    value_7: Any = ...,
    value_8: Any = ...,
    value_9: Any = ...,
    value_10: Any = ...,
    value_11: Any = ...,
    value_12: Any = ...,
    value_13: Any = ...,
    value_14: Any = ...,
    value_15: Any = ...,
    value_16: Any = ...,
    value_17: Any = ...,
    value_18: Any = ...,
    value_19: Any = ...,
    value_20: Any = ...,
    value_21: Any = ...,
    value_22: Any = ...,
    value_23: Any = ...,
    value_24: Any = ...,
    *,
    errors: _Errors = "raise",
) -> str: ...

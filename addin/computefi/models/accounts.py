"""The accounts of a loan at work: who is paid first, the reserve, the cash trap, the sweep, and the sponsor's cure.

One period takes the state of the accounts and what comes in, and gives what is paid and the state after it; the path
of the loan is that period again and again, so a sheet with a row per month computes what the path computes.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from computefi.errors import DomainError, ZeroDivisor
from computefi.models.drawdown import DRAWDOWN
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    FLAG,
    FLOW,
    MONEY,
    RATE_PER_PERIOD,
    RATIO,
    RECOMPUTED,
    SHARE,
    XV,
    Annotated,
    BoolArray,
    FloatArray,
    Kind,
    V,
    X,
    optional,
)

SOURCE = (
    "Accounts of depositary agreements of delayed-draw loans (CoreWeave DDTL 2.0, SEC 0001193125-25-227562 EX-10.1): "
    "operating cost, interest, principal, reserve, sweep, distribution; Yescombe, Principles of Project Finance: "
    "reserve accounts, lock-up, cash sweep, equity cure"
)
COUNT = Kind("count", "periods or times, 0 or more", low=0, whole=True)
ONCE = Kind("count", "periods, 1 or more", low=1, whole=True)
COVER = Kind("ratio", "×, negative where cash is negative")
LONGEST = 1_200  # periods: a century of months
ROUNDING = 1e-12  # of the loan: what is left by it of a repaid balance, or of arrears
FIRST_STATE = (100, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0)

Bands = Annotated[FloatArray, Shape(("band",))]
State = Annotated[
    FloatArray, Shape(("account",), size=11), MONEY,
    "State at the period's beginning, in the order of the answer's last eleven columns",
]  # fmt: skip
Rate = Annotated[X, RATE_PER_PERIOD, "Interest of the period"]
Letter = Annotated[X, MONEY, "Letter of credit that stands in for cash in the reserve"]
LockUp = Annotated[X, RATIO, "Cover below which cash is trapped and nothing distributed"]
Release = Annotated[X, RATIO, "Cover from which on a lock-up ends; left out, lockup"]
ReleasePeriods = Annotated[X, ONCE, "Periods in a row at that cover until it ends"]
SweepCovers = Annotated[Bands, RATIO, "Sweep table: lowest cover of each band, rising from 0"]
SweepShares = Annotated[Bands, SHARE, "Sweep table: share of excess cash that prepays the loan in each band"]
Covenant = Annotated[X, RATIO, "Cover to which the sponsor may cure; 0 for no cure"]
Cures = Annotated[X, COUNT, "Cures allowed over the loan's life"]
CureLimit = Annotated[X, MONEY, "Amount of all cures together"]
CuresInRow = Annotated[X, ONCE, "Cures allowed in periods that follow each other"]

FLOWS = (
    Column("cover", COVER, "Debt service cover: cfads over the interest and principal of the period"),
    Column("cash", MONEY, "Source: cfads, where it is not negative"),
    Column("cure", MONEY, "Source: paid in by the sponsor"),
    Column("from trap", MONEY, "Source: trapped cash, drawn or released"),
    Column("from reserve", MONEY, "Source: reserve, drawn or released"),
    Column("from letter", MONEY, "Source: drawn under the letter of credit"),
    Column("operations", MONEY, "Use: operating shortfall, where cfads is negative"),
    Column("interest", MONEY, "Use: interest paid, arrears included"),
    Column("principal", MONEY, "Use: principal paid as due, arrears included"),
    Column("letter repaid", MONEY, "Use: what was drawn under the letter, repaid to its issuer"),
    Column("to reserve", MONEY, "Use: paid into the reserve"),
    Column("sweep", MONEY, "Use: principal prepaid out of excess cash"),
    Column("to trap", MONEY, "Use: excess cash trapped"),
    Column("distribution", MONEY, "Use: what the sponsor receives"),
)
ACCOUNTS = (
    Column("balance", MONEY, "State: loan"),
    Column("reserve", MONEY, "State: cash in the reserve"),
    Column("trapped", MONEY, "State: cash trapped"),
    Column("letter drawn", MONEY, "State: owed to the issuer of the letter"),
    Column("interest owed", MONEY, "State: interest in arrears"),
    Column("principal owed", MONEY, "State: principal in arrears"),
    Column("locked", FLAG, "State: 1 while cash is trapped"),
    Column("passes", COUNT, "State: periods in a row at the release cover"),
    Column("cures", COUNT, "State: cures so far"),
    Column("cures in row", COUNT, "State: cures in the periods just before"),
    Column("cured", MONEY, "State: amount of all cures so far"),
)


class Terms(NamedTuple):
    """What the loan agreement says of the accounts, a number per case."""

    letter: FloatArray
    lockup: FloatArray
    release: FloatArray
    release_periods: FloatArray
    sweep_covers: FloatArray
    sweep_shares: FloatArray
    covenant: FloatArray
    cures: FloatArray
    cure_limit: FloatArray
    cures_in_row: FloatArray


def _covers_rise(sweep_covers: FloatArray) -> BoolArray:
    rise = np.diff(sweep_covers, axis=-1, prepend=-1.0) > 0
    rise[:, 0] = sweep_covers[:, 0] == 0
    return rise


def _shares_fall(sweep_shares: FloatArray) -> BoolArray:
    return np.diff(sweep_shares, axis=-1, prepend=np.inf) <= 0


TERMS = (
    Rule("release", "must not be below lockup: the lock-up would end where it begins",
         lambda release, lockup: release >= lockup, DomainError),
    Rule("sweep_covers", "must rise from 0, as LOOKUP reads a table: sort it", _covers_rise, DomainError),
    Rule("sweep_shares", "must not rise with the cover: a better loan is swept no more", _shares_fall, DomainError),
)  # fmt: skip
NOTHING_DUE = ("nothing is due in the period: it has no cover", ZeroDivisor)


def _cure(state: FloatArray, cfads: FloatArray, service: FloatArray, terms: Terms) -> FloatArray:
    """What the sponsor pays in: all that the covenant lacks or, past a limit, nothing."""
    cures, in_row, cured = state[:, 8], state[:, 9], state[:, 10]
    lacks = np.where(service > 0, np.maximum(0.0, terms.covenant * service - cfads), 0.0)
    allowed = (cures < terms.cures) & (in_row < terms.cures_in_row) & (cured + lacks <= terms.cure_limit)
    return np.where(allowed, lacks, 0.0)


def _in_turn(cash: FloatArray, *dues: FloatArray) -> tuple[list[FloatArray], FloatArray]:
    """What is paid on each due in its order, and the cash that is left."""
    paid = []
    for due in dues:
        paid.append(np.minimum(cash, due))
        cash = cash - paid[-1]
    return paid, cash


def _beyond_rounding(amount: FloatArray, state: FloatArray) -> FloatArray:
    return np.where(amount > ROUNDING * state[:, 0], amount, 0.0)


def _swept(cover: FloatArray, terms: Terms) -> FloatArray:
    """The share of the band in which the cover lies; the first one's below it."""
    band = np.maximum((cover[:, None] >= terms.sweep_covers).sum(axis=-1) - 1, 0)
    share: FloatArray = np.take_along_axis(terms.sweep_shares, band[:, None], axis=-1)[:, 0]
    return share


def _lock(state: FloatArray, cover: FloatArray, arrears: FloatArray, terms: Terms) -> tuple[FloatArray, FloatArray]:
    """Whether cash is trapped from now on, and the periods in a row at the release cover."""
    release = np.where(np.isinf(terms.release), terms.lockup, terms.release)
    passes = np.where((cover >= release) & (arrears == 0), state[:, 7] + 1, 0.0)
    stays = (state[:, 6] == 1) & (passes < terms.release_periods)
    return np.where((cover < terms.lockup) | (arrears > 0) | stays, 1.0, 0.0), passes


def settle(
    state: FloatArray, cfads: FloatArray, rate: FloatArray, principal: FloatArray, target: FloatArray, terms: Terms
) -> FloatArray:
    """One period of the accounts, a case per row: the flows and the state after them."""
    balance, reserve, trapped, drawn, interest_owed, principal_owed = state[:, :6].T
    service = rate * balance + np.minimum(balance, principal)
    cover = np.where(service > 0, cfads / np.where(service > 0, service, 1.0), np.inf)
    cash, cure = np.maximum(cfads, 0.0), _cure(state, cfads, service, terms)
    dues = [
        np.maximum(-cfads, 0.0),
        np.maximum(0.0, rate * (balance + interest_owed) + interest_owed),
        np.minimum(balance, principal + principal_owed),
    ]
    short = np.maximum(0.0, sum(dues) - cash - cure)
    (from_trap, from_reserve, from_letter), _ = _in_turn(short, trapped, reserve, np.maximum(0.0, terms.letter - drawn))
    paid, rest = _in_turn(cash + cure + from_trap + from_reserve + from_letter, *dues)
    interest_owed, balance = _beyond_rounding(dues[1] - paid[1], state), balance - paid[2]
    principal_owed = _beyond_rounding(np.minimum(balance, dues[2] - paid[2]), state)
    reserve, trapped, drawn = reserve - from_reserve, trapped - from_trap, drawn + from_letter

    target = np.where(balance > 0, target, 0.0)
    excess = np.maximum(0.0, reserve - np.maximum(0.0, target - np.maximum(0.0, terms.letter - drawn)))
    from_reserve, reserve, rest = from_reserve + excess, reserve - excess, rest + excess
    (repaid,), rest = _in_turn(rest, drawn)
    lacks = np.maximum(0.0, target - np.maximum(0.0, terms.letter - drawn + repaid) - reserve)
    (to_reserve,), rest = _in_turn(rest, lacks)
    sweep = np.minimum(balance, _swept(cover, terms) * rest)
    balance, rest = _beyond_rounding(balance - sweep, state), rest - sweep

    closed = (balance == 0) & (interest_owed == 0)
    locked, passes = _lock(state, cover, interest_owed + principal_owed, terms)
    locked = np.where(closed, 0.0, locked)
    freed, unlocked = np.where(closed, reserve + to_reserve, 0.0), np.where(locked == 0, trapped, 0.0)
    last = np.where(closed, np.minimum(drawn - repaid, freed + unlocked), 0.0)
    to_trap = np.where(locked == 1, rest, 0.0)
    flows = [
        np.where(np.isinf(cover), np.nan, cover), cash, cure, from_trap + unlocked, from_reserve + freed, from_letter,
        *paid, repaid + last, to_reserve, sweep, to_trap, rest - to_trap + freed + unlocked - last,
    ]  # fmt: skip
    cured = (cure > 0).astype(np.float64)
    after = [
        balance, reserve + to_reserve - freed, trapped - unlocked + to_trap, drawn - repaid - last, interest_owed,
        principal_owed, locked, passes, state[:, 8] + cured, (state[:, 9] + 1) * cured, state[:, 10] + cure,
    ]  # fmt: skip
    return np.stack([*flows, *after], axis=-1)


@declare(
    category=DRAWDOWN,
    questions=["Is the cash there?"],
    source=SOURCE,
    examples=[
        Example(
            (FIRST_STATE, 20, 0.01, 10, 12, 0, 1.15, 1.15, 1, (0, 1.2, 1.5), (1, 0.5, 0.25)),
            (1.81818181818182, 20, 0, 0, 0, 0, 0, 1, 10, 0, 0, 2.25, 0, 6.75, 87.75, 12, 0, 0, 0, 0, 0, 1, 0, 0, 0),
        ),
        Example(
            (FIRST_STATE, 8, 0.01, 10, 12, 0, 1.15),
            (0.727272727272727, 8, 0, 0, 3, 0, 0, 1, 10, 0, 0, 0, 0, 0, 90, 9, 0, 0, 0, 0, 1, 0, 0, 0, 0),
        ),
    ],
    rules=[
        *TERMS,
        Rule("state", "has a locked flag, its seventh entry, that must be 0 or 1",
             lambda state: (state[:, 6] == 0) | (state[:, 6] == 1), DomainError),
        Rule("state", "owes more principal, its sixth entry, than the loan",
             lambda state: state[:, 5] <= state[:, 0] * (1 + 1e-9), DomainError),
    ],
    nan=NOTHING_DUE,
)  # fmt: skip
def waterfall_step(
    state: State,
    cfads: Annotated[X, FLOW, "Cash flow available for debt service in the period"],
    rate: Rate,
    principal: Annotated[X, MONEY, "Principal scheduled for the period"],
    reserve_target: Annotated[X, MONEY, "What the reserve must hold after the period, letter of credit included"] = (
        optional(0.0)
    ),
    letter: Letter = optional(0.0),
    lockup: LockUp = optional(0.0),
    release: Release = optional(np.inf),
    release_periods: ReleasePeriods = optional(1.0),
    sweep_covers: SweepCovers = optional(0.0),
    sweep_shares: SweepShares = optional(0.0),
    covenant: Covenant = optional(0.0),
    cures: Cures = optional(0.0),
    cure_limit: CureLimit = optional(np.inf),
    cures_in_row: CuresInRow = optional(1.0),
) -> Annotated[FloatArray, Result((*FLOWS, *ACCOUNTS))]:
    """One period of a loan's accounts out of the state before it: each source, each use, and the state after it.

    cash + cure + from trap + from reserve + from letter = operations + interest + principal + letter repaid
              + to reserve + sweep + to trap + distribution
    cover = cfads / (rate·balance + min(balance, principal)); cure = max(0, covenant·service − cfads) within its limits
    dues in turn: operating shortfall; interest and its arrears; principal and its arrears
    a shortfall is met by trapped cash, then the reserve, then the letter of credit; then letter repaid, to reserve
    sweep = share of the cover's band · what is left; the rest is trapped while locked, else distributed

    Steps: debt service = rate·state[1] + min(state[1], principal); operating shortfall = max(0, −cfads); interest due =
    max(0, rate·(state[1] + state[5]) + state[5]); principal due = min(state[1], principal + state[6]); cure asked for =
    max(0, covenant·debt service − cfads); letter left = max(0, letter − state[4])
    Convention: the answer's last eleven columns are the next period's `state`, so a sheet has one row per month, each
    reading the row above; the first state is the loan, the reserve and nine zeros. A prepayment shortens the loan from
    its end: principal is what is scheduled, at most the balance. Arrears bear interest at the same rate. Reserve above
    its target is released; all is, when the loan is repaid. Locked below `lockup` or in arrears until `release` is met
    `release_periods` times in a row; what was trapped is then distributed.
    Limits: without reserve, lock-up and sweep it is CFI_WATERFALL of interest and principal.
    Trap: a cure is all or nothing: a sponsor whose limit is too small for it pays nothing. It counts for the covenant
    and not for the lock-up, which reads cfads alone. An operating shortfall that nothing covers is not carried on.
    Errors: #NUM! where release is below lockup, the sweep table not monotone, or a number outside its bounds; #VALUE!
    where a series has another length; #DIV/0! for the cover of a period in which nothing is due.
    """
    terms = Terms(
        letter, lockup, release, release_periods, sweep_covers, sweep_shares, covenant, cures, cure_limit,
        cures_in_row,
    )  # fmt: skip
    return settle(state, cfads, rate, principal, reserve_target, terms)


def _reserved(
    loan: float, rate: FloatArray, principal: FloatArray, reserve_periods: float = 0.0, **_: Any
) -> Iterator[tuple[str, Any]]:
    """What the first row is settled with."""
    owed = max(0.0, loan - principal[0])
    following = slice(1, 1 + int(reserve_periods))
    yield "owed once period 1 is paid = loan − principal[1]", owed
    yield "reserve_target[1]", _reserve_targets(owed, rate[following], principal[following])


def _reserve_targets(owed: float, rates: FloatArray, principal: FloatArray) -> float:
    """Interest and principal of the periods to come, of what is then owed."""
    repaid = np.minimum(owed, np.cumsum(principal))
    before = owed - np.pad(repaid, (1, 0))[:-1]
    return float((rates * before).sum() + (repaid[-1] if repaid.size else 0.0))


@declare(
    category=DRAWDOWN,
    questions=["Is the cash there?"],
    source=SOURCE,
    examples=[
        Example(
            ((20, 8, 30), 30, 0.01, (10, 10, 10), 1, 10, 0, 1.15, 1.15, 1, (0, 1.5), (0.5, 0.25)),
            (
                (1.94174757281553, 20, 0, 0, 0, 0, 0, 0.3, 10, 0, 0.2, 2.375, 0, 7.125,
                 17.625, 10.2, 0, 0, 0, 0, 0, 1, 0, 0, 0),
                (0.786144208327, 8, 0, 0, 2.49875, 0, 0, 0.17625, 10, 0, 0, 0.16125, 0.16125, 0,
                 7.46375, 7.70125, 0.16125, 0, 0, 0, 1, 0, 0, 0, 0),
                (3.97963091713, 30, 0, 0.16125, 7.70125, 0, 0, 0.0746375, 7.46375, 0, 0, 0, 0, 30.3241125,
                 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0),
            ),
            RECOMPUTED, 1e-8,
        )
    ],
    rules=[
        *TERMS,
        Rule("cfads", f"must not have more than {LONGEST:,} periods",
             lambda cfads: cfads.shape[1] <= LONGEST, DomainError),
        Rule("principal", "must not repay more than the loan",
             lambda loan, principal: np.cumsum(principal, axis=-1) <= loan[:, None] * (1 + 1e-9), DomainError),
        Rule("reserve_periods", "must not reach beyond the schedule: give fewer, or the schedule to its end",
             lambda reserve_periods, cfads: reserve_periods <= cfads.shape[1], DomainError),
    ],
    nan=NOTHING_DUE,
    steps=_reserved,
)  # fmt: skip
def waterfall_path(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each period"],
    loan: Annotated[X, MONEY, "Loan at the beginning"],
    rate: Annotated[XV, RATE_PER_PERIOD, "Interest per period: one rate, or one per period"],
    principal: Annotated[V, MONEY, "Principal scheduled in each period"],
    reserve_periods: Annotated[X, COUNT, "Periods of debt service to come that the reserve must hold"] = optional(0.0),
    reserve: Annotated[X, MONEY, "Cash in the reserve at the beginning"] = optional(0.0),
    letter: Letter = optional(0.0),
    lockup: LockUp = optional(0.0),
    release: Release = optional(np.inf),
    release_periods: ReleasePeriods = optional(1.0),
    sweep_covers: SweepCovers = optional(0.0),
    sweep_shares: SweepShares = optional(0.0),
    covenant: Covenant = optional(0.0),
    cures: Cures = optional(0.0),
    cure_limit: CureLimit = optional(np.inf),
    cures_in_row: CuresInRow = optional(1.0),
) -> Annotated[FloatArray, Result((*FLOWS, *ACCOUNTS), rows="period")]:
    """Accounts of a loan through its life, a row per period: each source, each use, and the state of every account.

    row t = CFI_WATERFALL_STEP of the state in row t − 1, with
    reserve_target[t] = Σ interest and principal of the next reserve_periods periods on what is owed once t is paid

    Steps: debt service = rate[1]·loan + principal[1]; cure asked for = max(0, covenant·debt service − cfads[1]); …
    Convention: flows at period ends; one case. The state before the first row is loan, reserve and zeros. The last
    eleven columns of a row are the state after it.
    Limits: sources equal uses in every row to the last digits; the reserve is released as the loan is repaid.
    Trap: a swept loan ends early and its scheduled principal with it; a hedge on the scheduled balance does not.
    Errors: #NUM! where principal repays more than the loan, the reserve reaches beyond the schedule, release is below
    lockup or the sweep table not monotone; #VALUE! for several cases or series of different lengths; #DIV/0! for the
    cover of a period in which nothing is due.
    """
    terms = Terms(
        letter, lockup, release, release_periods, sweep_covers, sweep_shares, covenant, cures, cure_limit,
        cures_in_row,
    )  # fmt: skip
    state = np.zeros((1, len(ACCOUNTS)))
    state[0, :2] = loan[0], reserve[0]
    ahead, rows = int(reserve_periods[0]), []
    for period in range(cfads.shape[1]):
        due = principal[:, period]
        owed = max(0.0, float(state[0, 0] - due[0] - state[0, 5]))
        following = slice(period + 1, period + 1 + ahead)
        target = np.array([_reserve_targets(owed, rate[0, following], principal[0, following])])
        rows.append(settle(state, cfads[:, period], rate[:, period], due, target, terms)[0])
        state = rows[-1][None, len(FLOWS) :]
    return np.array(rows)

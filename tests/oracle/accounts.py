"""Oracle of a loan's accounts: docs/functions/waterfall_step.md, coin by coin in exact fractions of the doubles."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from cover import exact, rounded
from high_precision import DIV0, VALUE, Draw, Function, Number, as_series, floor, points, refuse_unless, repeated, write
from mpmath import mpf

ZERO = Fraction(0)
NAMES = (
    "loan", "reserve", "trap", "letter", "interest", "principal", "locked", "passes", "cures", "row", "cured"
)  # fmt: skip


class Purse:
    """Cash in hand: it pays what is due as far as it goes."""

    def __init__(self, cash: Fraction) -> None:
        self.cash = cash

    def pay(self, due: Fraction) -> Fraction:
        paid = due if due <= self.cash else self.cash
        self.cash -= paid
        return paid


def refuse_bad_terms(
    letter: Number, lockup: Number, release: Number, release_periods: Number, covers: list[Number],
    shares: list[Number], covenant: Number, cures: Number, cure_limit: Number, cures_in_row: Number,
) -> None:  # fmt: skip
    for amount in (letter, lockup, covenant, cures, cure_limit, *([release] if release is not None else []), *covers):
        if amount is not None:
            refuse_unless(amount >= 0)
    for count, least in ((release_periods, 1), (cures, 0), (cures_in_row, 1)):
        refuse_unless(count >= least and count == int(count))
    refuse_unless(all(0 <= share <= 1 for share in shares))
    refuse_unless(len(covers) == len(shares) or 1 in (len(covers), len(shares)), VALUE)
    refuse_unless(release is None or release >= lockup)
    refuse_unless(covers[0] == 0 and all(a < b for a, b in pairwise(covers)))
    refuse_unless(all(a >= b for a, b in pairwise(shares)))


def one_period(
    was: dict[str, Fraction], cfads: Fraction, rate: Fraction, scheduled: Fraction, target: Fraction,
    terms: tuple[Any, ...],
) -> tuple[list[Any], dict[str, Fraction]]:  # fmt: skip
    letter, lockup, release, release_periods, covers, shares, covenant, cures, cure_limit, in_row = terms
    now = dict(was)
    service = rate * was["loan"] + min(was["loan"], scheduled)
    cover = cfads / service if service > 0 else None

    cure = ZERO
    if cover is not None and cfads < covenant * service and was["cures"] < cures and was["row"] < in_row:
        wanted = covenant * service - cfads
        if cure_limit is None or was["cured"] + wanted <= cure_limit:
            cure = wanted
    now["cures"], now["row"] = (was["cures"] + 1, was["row"] + 1) if cure else (was["cures"], ZERO)
    now["cured"] += cure

    owing = [
        -cfads if cfads < 0 else ZERO,
        max(ZERO, was["interest"] + rate * (was["loan"] + was["interest"])),
        min(was["loan"], scheduled + was["principal"]),
    ]
    purse = Purse(max(cfads, ZERO) + cure)
    missing = Purse(max(ZERO, sum(owing, ZERO) - purse.cash))
    drawn = {}
    for place, holds in (
        ("trap", was["trap"]),
        ("reserve", was["reserve"]),
        ("letter", max(ZERO, letter - was["letter"])),
    ):
        drawn[place] = missing.pay(holds)
        purse.cash += drawn[place]
    now["trap"] -= drawn["trap"]
    now["reserve"] -= drawn["reserve"]
    now["letter"] += drawn["letter"]
    operations, interest, principal = (purse.pay(due) for due in owing)
    now["interest"] = owing[1] - interest
    now["loan"] -= principal
    now["principal"] = min(now["loan"], owing[2] - principal)
    for arrears in ("interest", "principal"):  # a coin that doubles cannot see is none
        if now[arrears] <= was["loan"] / 10**12:
            now[arrears] = ZERO

    if now["loan"] == 0:
        target = ZERO
    must_hold = max(ZERO, target - max(ZERO, letter - now["letter"]))
    if now["reserve"] > must_hold:
        drawn["reserve"] += now["reserve"] - must_hold
        purse.cash += now["reserve"] - must_hold
        now["reserve"] = must_hold
    repaid = purse.pay(now["letter"])
    now["letter"] -= repaid
    must_hold = max(ZERO, target - max(ZERO, letter - now["letter"]))
    to_reserve = purse.pay(max(ZERO, must_hold - now["reserve"]))
    now["reserve"] += to_reserve

    band = 0
    for place, lowest in enumerate(covers):
        if cover is None or cover >= lowest:
            band = place
    sweep = min(now["loan"], purse.cash * shares[band])
    purse.cash -= sweep
    now["loan"] -= sweep
    if now["loan"] <= was["loan"] / 10**12:
        now["loan"] = ZERO

    behind = now["interest"] + now["principal"] > 0
    good = not behind and (cover is None or cover >= (lockup if release is None else release))
    now["passes"] = was["passes"] + 1 if good else ZERO
    low = behind or (cover is not None and cover < lockup)
    held = was["locked"] == 1 and now["passes"] < release_periods
    over = now["loan"] == 0 and now["interest"] == 0
    now["locked"] = Fraction(1 if (low or held) and not over else 0)
    to_trap = ZERO
    if now["locked"]:
        to_trap = purse.cash
        purse.cash = ZERO
        now["trap"] += to_trap
    else:
        drawn["trap"] += now["trap"]
        purse.cash += now["trap"]
        now["trap"] = ZERO
    if over:
        drawn["reserve"] += now["reserve"]
        purse.cash += now["reserve"]
        now["reserve"] = ZERO
        last = purse.pay(now["letter"])
        repaid += last
        now["letter"] -= last
    sources = [max(cfads, ZERO), cure, drawn["trap"], drawn["reserve"], drawn["letter"]]
    uses = [operations, interest, principal, repaid, to_reserve, sweep, to_trap, purse.cash]
    assert abs(sum(sources) - sum(uses)) <= was["loan"] / 10**11
    return [cover, *sources, *uses], now


def shown(flows: list[Any], state: dict[str, Fraction]) -> list[Any]:
    return [DIV0 if each is None else rounded(each) for each in [*flows, *(state[name] for name in NAMES)]]


def agreed(
    letter: Number, lockup: Number, release: Number, release_periods: Number, sweep_covers: Number,
    sweep_shares: Number, covenant: Number, cures: Number, cure_limit: Number, cures_in_row: Number,
) -> tuple[Any, ...]:  # fmt: skip
    covers, shares = as_series(sweep_covers), as_series(sweep_shares)
    refuse_bad_terms(
        letter, lockup, release, release_periods, covers, shares, covenant, cures, cure_limit, cures_in_row
    )
    count = max(len(covers), len(shares))
    covers, shares = covers * count if len(covers) == 1 else covers, shares * count if len(shares) == 1 else shares
    refuse_unless(all(a < b for a, b in pairwise(covers)))
    return (
        exact(letter), exact(lockup), None if release is None else exact(release), release_periods,
        [exact(each) for each in covers], [exact(each) for each in shares], exact(covenant), cures,
        None if cure_limit is None else exact(cure_limit), cures_in_row,
    )  # fmt: skip


def waterfall_step(
    state: Number, cfads: Number, rate: Number, principal: Number, reserve_target: Number = mpf(0),
    letter: Number = mpf(0), lockup: Number = mpf(0), release: Number = None, release_periods: Number = mpf(1),
    sweep_covers: Number = mpf(0), sweep_shares: Number = mpf(0), covenant: Number = mpf(0), cures: Number = mpf(0),
    cure_limit: Number = None, cures_in_row: Number = mpf(1),
) -> list[Any]:  # fmt: skip
    refuse_unless(len(state) == 11, VALUE)
    refuse_unless(all(each >= 0 for each in [*state, principal, reserve_target]) and rate > -1)
    terms = agreed(
        letter, lockup, release, release_periods, sweep_covers, sweep_shares, covenant, cures, cure_limit,
        cures_in_row,
    )  # fmt: skip
    refuse_unless(state[6] in (0, 1) and state[5] <= state[0])
    was = dict(zip(NAMES, map(exact, state), strict=True))
    return shown(*one_period(was, exact(cfads), exact(rate), exact(principal), exact(reserve_target), terms))


def waterfall_path(
    cfads: Number, loan: Number, rate: Number, principal: Number, reserve_periods: Number = mpf(0),
    reserve: Number = mpf(0), letter: Number = mpf(0), lockup: Number = mpf(0), release: Number = None,
    release_periods: Number = mpf(1), sweep_covers: Number = mpf(0), sweep_shares: Number = mpf(0),
    covenant: Number = mpf(0), cures: Number = mpf(0), cure_limit: Number = None, cures_in_row: Number = mpf(1),
) -> list[list[Any]]:  # fmt: skip
    count = max(len(as_series(each)) for each in (cfads, rate, principal))
    refuse_unless(all(len(as_series(each)) in (1, count) for each in (cfads, rate, principal)), VALUE)
    flows, rates, scheduled = ([exact(each) for each in repeated(series, count)] for series in (cfads, rate, principal))
    refuse_unless(loan >= 0 and reserve >= 0 and all(each > -1 for each in rates))
    refuse_unless(all(each >= 0 for each in scheduled))
    refuse_unless(reserve_periods >= 0 and reserve_periods == int(reserve_periods))
    terms = agreed(
        letter, lockup, release, release_periods, sweep_covers, sweep_shares, covenant, cures, cure_limit,
        cures_in_row,
    )  # fmt: skip
    refuse_unless(sum(scheduled) <= exact(loan) * (1 + Fraction(1, 10**9)))
    refuse_unless(reserve_periods <= count)
    state = dict.fromkeys(NAMES, ZERO) | {"loan": exact(loan), "reserve": exact(reserve)}
    rows = []
    for period in range(count):
        owed = max(ZERO, state["loan"] - scheduled[period] - state["principal"])
        target = ZERO
        for later in range(period + 1, min(count, period + 1 + int(reserve_periods))):
            target += rates[later] * owed + min(owed, scheduled[later])
            owed -= min(owed, scheduled[later])
        row, state = one_period(state, flows[period], rates[period], scheduled[period], target, terms)
        rows.append(shown(row, state))
    return rows


FUNCTIONS: dict[str, Function] = {"CFI_WATERFALL_STEP": waterfall_step, "CFI_WATERFALL_PATH": waterfall_path}


def random_terms(d: Draw, service: float) -> list[Any]:
    lockup = d.choice([None, d.even(1, 1.4)])
    release = d.choice([None, d.even(1.4, 1.7)]) if lockup else None
    covers, shares = d.choice(
        [(None, None), (0, d.even(0, 1)), ([0, 1.2, 1.5], [1, 0.5, 0.25]), ([0, 1.1, 1.3, 1.6], [0.8, 0.4, 0.4, 0])]
    )
    return [
        d.choice([None, 0, d.even(0.5, 4) * service]), lockup, release, d.choice([None, 1, 2, 3]), covers, shares,
        d.choice([None, 1.05, 1.15]), d.choice([None, 1, 3]), d.choice([None, service * d.even(0.3, 3)]),
        d.choice([None, 1, 2]),
    ]  # fmt: skip


def random_step(d: Draw) -> list[Any]:
    loan = d.even(20, 200)
    owed = d.choice([0, 0, d.even(0, 5)])
    state = [
        loan, d.choice([0, d.even(0, 20)]), d.choice([0, d.even(0, 10)]), d.choice([0, d.even(0, 5)]),
        d.choice([0, 0, d.even(0, 2)]), owed, d.choice([0, 1]), d.randint(0, 3), d.randint(0, 2), d.randint(0, 1),
        d.even(0, 4),
    ]  # fmt: skip
    return [
        state, d.even(-5, 40), d.even(0, 0.03), d.even(0, 15), d.choice([None, d.even(0, 30)]), *random_terms(d, 12)
    ]  # fmt: skip


def random_path(d: Draw) -> list[Any]:
    count = d.randint(3, 9)
    principal = d.series(count, 2, 12)
    rate = d.choice([d.even(0, 0.03), d.series(count, 0.002, 0.03)])
    low = d.choice([-5, 4, 9])
    return [
        d.series(count, low, d.choice([12, 25])), sum(principal) * d.choice([1, 1, 1.2]), rate, principal,
        d.choice([None, 0, 1, 2, count]), d.choice([None, 0, 12]), *random_terms(d, 9),
    ]  # fmt: skip


STATE = [100, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0]
BEHIND = [100, 0, 3, 2, 1, 4, 1, 0, 1, 1, 5]
TABLE = [[0, 1.2, 1.5], [1, 0.5, 0.25]]
LOAN = [[20, 8, 30, 14], 40, 0.01, [10, 10, 10, 10]]
POINTS = {
    "CFI_WATERFALL_STEP": points(
        "CFI_WATERFALL_STEP",
        random_step,
        [
            ([STATE, 20, 0.01, 10, 12, 0, 1.15, None, 1, *TABLE], "a good month"),
            ([STATE, 8, 0.01, 10, 12, 0, 1.15], "the reserve pays"), ([STATE, -3, 0.01, 10, 12], "cash is negative"),
            ([STATE, 5, 0.01, 10, 12, 20], "reserve in excess, letter untouched"),
            ([[100, 0, *STATE[2:]], 5, 0.01, 10, 12, 4], "the letter pays"),
            ([BEHIND, 30, 0.01, 10, 12, 4, 1.15, 1.3, 2], "arrears are paid"),
            ([STATE, 10, 0.01, 10, 12, 0, 1.15, None, 1, 0, 0, 1.15, 1, 5], "cured"),
            ([STATE, 10, 0.01, 10, 12, 0, 1.15, None, 1, 0, 0, 1.15, 1, 1], "a cure above its limit"),
            ([BEHIND, 10, 0.01, 10, 12, 0, 1.15, None, 1, 0, 0, 1.15, 9, 99, 1], "two cures in a row"),
            ([[5, 12, 3, 2, *STATE[4:]], 20, 0.01, 10], "the last payment"), ([STATE, 20, 0, 0], "nothing due"),
            ([STATE[:9], 20, 0.01, 10], "nine accounts"), ([STATE, 20, 0.01, -1], "negative principal"),
            ([STATE, 20, 0.01, 10, 12, 0, 1.2, 1.1], "released below lock-up"),
            ([STATE, 20, 0.01, 10, 12, 0, 0, None, 1, [0, 1.5, 1.2], [1, 0.5, 0.25]], "covers fall"),
            ([STATE, 20, 0.01, 10, 12, 0, 0, None, 1, [0, 1.2, 1.5], [0, 0.5, 1]], "shares rise"),
            ([STATE, 20, 0.01, 10, 12, 0, 0, None, 1, [1.1, 1.2], [1, 0.5]], "no band from 0"),
            ([STATE, 20, 0.01, 10, 12, 0, 0, None, 1, [0, 1.2], [1.5, 0.5]], "a share above 1"),
            ([[*STATE[:6], 0.5, *STATE[7:]], 20, 0.01, 10], "half locked"),
            ([[*STATE[:5], 101, *STATE[6:]], 20, 0.01, 10], "owes more than the loan"),
        ],
        40,
    ),
    "CFI_WATERFALL_PATH": points(
        "CFI_WATERFALL_PATH",
        random_path,
        [
            ([*LOAN, 1, 10, 0, 1.15, None, 1, [0, 1.5], [0.5, 0.25]], "reserve, trap and sweep"),
            ([*LOAN, 2, 0, 20], "a letter of credit"), ([*LOAN, 4, 10], "all periods reserved"),
            ([*LOAN, 5, 10], "beyond the schedule"), ([*LOAN, 1.5], "half a period"),
            ([[20, 8], 15, 0.01, [10, 10]], "more than the loan"), ([[20, 8], 0, 0.01, [0, 0]], "no loan"),
            ([[20, 8, 4], 30, [0.01, 0.02], [10, 10, 10]], "two rates"),
            ([[2, 2, 2, 60], 40, 0.01, [10, 10, 10, 10], 1, 5, 0, 1.15, 1.3, 2, 0, 0, 1.05, 2, 30, 2], "cured twice"),
            ([*LOAN, 1, 10, 0, 1.15, 1.1], "released below lock-up"),
        ],
        25,
    ),
}  # fmt: skip


def scale(*arguments: Any) -> Any:
    """Accounts are sums and differences of money; their scale is the loan and the cash."""
    money = [abs(each) for argument in arguments[:2] for each in as_series(argument)]
    return floor(1000 * max(*money, mpf(1)), "sums and differences of the loan and the cash")


TOLERANCES: dict[str, Any] = {"CFI_WATERFALL_STEP": scale, "CFI_WATERFALL_PATH": scale}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()

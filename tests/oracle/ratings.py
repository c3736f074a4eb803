"""Oracle of letter ratings: the published rates as per cent, survival as a power between two horizons.

Source of the rates: S&P Global Ratings, 2024 Annual Global Corporate Default And Rating Transition Study (2025-03-27),
Table 26, average 1981–2024, years 1 to 5.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import mpmath
from high_precision import NA, VALUE, Draw, Function, Number, points, refuse_unless, repeated, root, write
from mpmath import mpf

PER_CENT = """
AAA 0 .03 .13 .23 .34
AA .02 .03 .08 .20 .33
AA- .02 .07 .15 .21 .27
A .05 .12 .19 .28 .39
A- .05 .14 .22 .30 .42
BBB .13 .33 .51 .80 1.09
BBB- .21 .63 1.17 1.76 2.40
BB+ .27 .83 1.50 2.21 2.90
BB .44 1.38 2.67 3.84 5.05
BB- .87 2.71 4.62 6.57 8.28
B+ 1.83 4.97 8.05 10.72 12.88
B 2.69 6.36 9.68 12.44 14.69
B- 5.16 11.20 15.94 19.35 22.03
CCC 26.12 35.92 41.32 44.35 46.53
"""
LINES = [line.split() for line in PER_CENT.strip().splitlines()]
NAMES = ",".join(line[0] for line in LINES)
ABSENT = {"AA+", "A+", "BBB+"}


def rows(table: Any, horizons: Any, names: str) -> dict[str, list[tuple[Number, Number]]]:
    """For each rating its horizons and PDs, from time 0 on."""
    if table is None:
        refuse_unless(horizons is None and names == NAMES, VALUE)
        pds = [[mpf(cell) / 100 for cell in line[1:]] for line in LINES]
    else:
        pds = table
        for line in pds:
            refuse_unless(all(0 <= pd <= 1 for pd in line))
    times = [mpf(k + 1) for k in range(len(pds[0]))] if horizons is None else repeated(horizons, len(pds[0]))
    refuse_unless(len(times) == len(pds[0]), VALUE)
    refuse_unless(all(time > 0 for time in times))
    words = [word.strip().upper() for word in names.split(",")]
    refuse_unless(len(words) == len(pds) == len(set(words)), VALUE)
    refuse_unless(all(a < b for a, b in pairwise(times)))
    for line in pds:
        refuse_unless(all(a <= b for a, b in pairwise(line)))
    return {word: [(mpf(0), mpf(0)), *zip(times, line, strict=True)] for word, line in zip(words, pds, strict=True)}


def at(line: list[tuple[Number, Number]], years: Number) -> Number:
    """1 − S(t₁)·(S(t₂)/S(t₁))^((t − t₁)/(t₂ − t₁))."""
    refuse_unless(years >= 0)
    refuse_unless(years <= line[-1][0], NA)
    for (before, first), (after, second) in pairwise(line):
        if years in (before, after):
            return first if years == before else second
        if before < years < after:
            if second == 1:
                return mpf(1)
            return 1 - (1 - first) * ((1 - second) / (1 - first)) ** ((years - before) / (after - before))
    raise AssertionError(years)


def rating_pd(rating: str, years: Number, table: Any = None, horizons: Any = None, names: str = NAMES) -> Number:
    lines = rows(table, horizons, names)
    some = next(iter(lines.values()))
    refuse_unless(years >= 0)
    refuse_unless(years <= some[-1][0], NA)
    word = rating.strip().upper()
    refuse_unless(word in lines, NA if table is None and word in ABSENT else VALUE)
    return at(lines[word], years)


def pd_rating(pd: Number, years: Number, table: Any = None, horizons: Any = None, names: str = NAMES) -> str:
    """Every rating is asked; the last that defaults no more often is the answer."""
    lines = rows(table, horizons, names)
    refuse_unless(0 <= pd <= 1)
    allowed = [
        word
        for word, line in zip(names.split(","), lines.values(), strict=True)
        if at(line, years) <= pd * (1 + mpf("1e-12"))
    ]
    refuse_unless(bool(allowed), NA)
    return allowed[-1].strip()


def pd_bound(defaults: Number, loan_years: Number, confidence: Number = mpf("0.9")) -> Number:
    """Σ_{i≤k} C(n,i)·p^i·(1−p)^{n−i} = 1 − confidence; for parts of a loan-year by the incomplete beta function."""
    refuse_unless(0 < confidence < 1 and 0 <= loan_years <= mpf("1e12"))
    refuse_unless(defaults >= 0 and defaults == int(defaults))
    refuse_unless(loan_years > 0, NA)
    refuse_unless(defaults <= loan_years)
    k, n = int(defaults), loan_years
    if k == n:
        return mpf(1)
    if k == 0:
        return 1 - (1 - confidence) ** (1 / n)

    def excess(odds: Number) -> Number:
        p = odds / (1 + odds)
        if n == int(n) and k < 60:
            seen = sum(mpmath.binomial(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))
        else:
            seen = 1 - mpmath.betainc(k + 1, n - k, 0, p, regularized=True)
        return seen - (1 - confidence)

    low, high = mpf(k + 1) / n, mpf(k + 1) / n
    while excess(low) < 0:
        low /= 2
    while excess(high) > 0:
        high *= 2
    odds = root(excess, low, high)
    return odds / (1 + odds)


FUNCTIONS: dict[str, Function] = {"CFI_RATING_PD": rating_pd, "CFI_PD_RATING": pd_rating, "CFI_PD_BOUND": pd_bound}

OWN = [[[0.004, 0.011, 0.02], [0.03, 0.07, 0.11], [0.2, 0.35, 1]], [0.5, 3, 7], "1,2,3"]


def own_table(d: Draw) -> list[Any]:
    """A random table whose rates rise along each row, its horizons and its names."""
    ratings, columns = d.randint(1, 6), d.randint(2, 7)
    table = [sorted(d.series(columns, 0.0001, 0.6)) for _ in range(ratings)]
    horizons = sorted(d.series(columns, 0.2, 12))
    return [table, horizons, ",".join(f"Grade {k + 1}" for k in range(ratings))]


def random_rating(d: Draw) -> list[Any]:
    if d.random() < 0.6:
        return [d.choice([line[0] for line in LINES]), d.choice([d.even(0.05, 5), d.randint(1, 5)])]
    own = own_table(d)
    return [d.choice(own[2].split(",")), d.even(0, own[1][-1]), *own]


def random_pd(d: Draw) -> list[Any]:
    if d.random() < 0.6:
        return [d.log_uniform(0.0005, 0.6), d.even(0.5, 5)]
    own = own_table(d)
    return [d.even(0.1, 0.8), d.even(0.1, own[1][-1]), *own]


POINTS = {
    "CFI_RATING_PD": points(
        "CFI_RATING_PD",
        random_rating,
        [
            (["BBB", 1], "as published"), (["A-", 5], "as published"), (["B+", 2], "as published"),
            (["B+", 3], "as published"), (["B+", 5], "as published"), (["CCC", 5], "as published"),
            (["AAA", 1], "never"), (["ccc ", 3], "small letters"), (["B-", 2.5], "between"),
            (["BB", 0.25], "a quarter"),
            (["A", 0], "no time"), (["A", -1], "negative time"), (["AAA", 30], "beyond the table"),
            (["AA+", 30], "beyond the table"), (["B", 5.0001], "just beyond"), (["AA+", 1], "not in the extract"),
            (["BBB+", 3], "not in the extract"), (["Baa2", 1], "no such rating"), (["1", 3, *OWN], "an own table"),
            (["2", 0.25, *OWN], "before its first horizon"), (["3", 3.1, *OWN], "nobody survives year 7"),
            (["3", 7, *OWN], "nobody survives"), (["4", 1, *OWN], "not in the own table"),
            (["1", 7.5, *OWN], "beyond the own table"), (["1", 2, [[0.1, 0.05]], [1, 2], "1"], "a table that falls"),
            (["1", 2, [[0.1, 0.2]], [2, 1], "1"], "horizons that fall"),
            (["1", 2, [[0.1, 0.2]], None, "1"], "1, 2, 3 …"),
            (["1", 2, [[0.1, 0.2]], [1, 2], "1,2"], "a name too many"), (["BBB", 1, None, [1, 2, 3]], "no table"),
            (["1", 2, [[0.1, 1.2]], [1, 2], "1"], "above 1"),
        ],
        16,
    ),
    "CFI_PD_RATING": points(
        "CFI_PD_RATING",
        random_pd,
        [
            ([0.0172, 1], "one year of a driver"), ([0.003, 5], "AA and AA- cross"), ([0.0033, 5], "AA and AA- cross"),
            ([0.00335, 5], "AAA and AA cross"), ([0.0109, 5], "as published"), ([0.01089999, 5], "just below"),
            ([0.0002, 1], "AA- as good as AA"), ([0, 1], "AAA never"), ([0, 5], "below all"), ([1, 3], "certain"),
            ([0.4653, 5], "the weakest"), ([0.1, 5.5], "beyond the table"), ([1.1, 1], "above 1"),
            ([0.1, -1], "negative time"), ([0.05, 3, *OWN], "an own table"), ([1, 6.9, *OWN], "nobody survives"),
            ([0.0001, 7, *OWN], "below all"), ([0.05, 3, OWN[0], OWN[1], "a,b"], "too few names"),
        ],
        14,
    ),
    "CFI_PD_BOUND": points(
        "CFI_PD_BOUND",
        lambda d: [d.randint(0, 12), d.choice([d.randint(15, 400), d.even(15, 400)]), d.choice([0.5, 0.9, 0.999])],
        [
            ([0, 17, 0.9], "no default among 17"), ([0, 17], "the default confidence"), ([1, 17, 0.9], "one among 17"),
            ([2, 150, 0.95], "two of 150"), ([16, 17, 0.9], "all but one"), ([3, 3], "all"), ([0, 1e12], "the longest"),
            ([5, 1e6, 0.95], "a million"), ([0, 0.5, 0.9], "half a year"), ([1, 1.5, 0.9], "one in a year and a half"),
            ([0, 0], "nothing seen"), ([1, 0], "nothing seen"), ([4, 3], "more than were seen"),
            ([0.5, 3], "half a default"),
            ([-1, 3], "negative"), ([0, 17, 1], "certain"), ([0, 17, 0], "no confidence"), ([1, 2, 1e-6], "hardly any"),
            ([0, 2e12], "too many"),
        ],
        20,
    ),
}  # fmt: skip


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, {})


if __name__ == "__main__":
    main()

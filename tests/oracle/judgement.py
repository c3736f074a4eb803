"""Oracle of the scores: docs/method/catalogue.md “The rebrand test” and “Judgement”, in fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from high_precision import (
    DIV0,
    Draw,
    Function,
    Number,
    amounts,
    as_series,
    floor,
    points,
    refuse_unless,
    repeated,
    write,
)
from mpmath import mpf

# full level, zero level, weight
LEVELS = [
    (".85", "0", 15), (".65", "0", 10), (".10", "1", 15), ("1", "0", 10), ("1.15", "1", 10), (".35", ".60", 10),
    (".10", ".25", 5), (".10", "1", 5), ("1", "0", 5), (".85", "0", 5), ("1", "0", 5), (".90", "0", 3),
    (".20", ".50", 2),
]  # fmt: skip
SHARES = {1, 2, 4, 8, 9, 10, 11, 12, 13}  # between 0 and 1; 3 is not negative, 6 a correlation


def rebrand_score(measures: list[Number], weights: Any = None) -> list[Number]:
    # credit linear between the levels, held in [0,1]; 100·Σwc/Σw
    # hard fails 1 < .50 · 3 > .50 · 4 = 0 · 6 ≥ .60 · 9 = 0
    given = [mpf(w) for _, _, w in LEVELS] if weights is None else repeated(weights, 13)
    amounts(*given)
    for number, value in enumerate(measures, start=1):
        refuse_unless(number not in SHARES or 0 <= value <= 1)
    refuse_unless(measures[2] >= 0 and -1 <= measures[5] <= 1)
    refuse_unless(sum(given) != 0, DIV0)
    total = mpf(0)
    for value, weight, (full, zero, _) in zip(measures, given, LEVELS, strict=True):
        top, bottom = Fraction(full), Fraction(zero)
        low, high = mpf(bottom.numerator) / bottom.denominator, mpf(top.numerator) / top.denominator
        total += weight * min(mpf(1), max(mpf(0), (value - low) / (high - low)))
    sixty = mpf(0.60)  # the level as a cell holds it
    failing = [
        number
        for number, fails in [
            (1, measures[0] < mpf("0.5")), (3, measures[2] > mpf("0.5")), (4, measures[3] == 0),
            (6, measures[5] >= sixty), (9, measures[8] == 0),
        ]
        if fails
    ]  # fmt: skip
    return [100 * total / sum(given), mpf(len(failing)), mpf(failing[0] if failing else 0)]


def neocloud_score(
    software: Number, contracted: Number, backlog: Number, customers: Number, weights: Any = None
) -> list[list[Number]]:
    # 100·Σwᵢsᵢ/Σwᵢ, backlog and customers over the largest peer's; rank 1 + number of better peers
    peers = max(len(as_series(v)) for v in (software, contracted, backlog, customers))
    marks = [repeated(v, peers) for v in (software, contracted, backlog, customers)]
    given = [mpf(1)] * 4 if weights is None else repeated(weights, 4)
    amounts(*marks[2], *marks[3], *given)
    refuse_unless(all(0 <= v <= 1 for v in marks[0] + marks[1]))
    refuse_unless(max(marks[2]) > 0 and max(marks[3]) > 0 and sum(given) > 0, DIV0)
    marks[2:] = [[v / max(mark) for v in mark] for mark in marks[2:]]
    scores = [100 * sum(w * mark[i] for w, mark in zip(given, marks, strict=True)) / sum(given) for i in range(peers)]
    return [[score, mpf(1 + sum(other > score for other in scores))] for score in scores]


FUNCTIONS: dict[str, Function] = {"CFI_REBRAND_SCORE": rebrand_score, "CFI_NEOCLOUD_SCORE": neocloud_score}


def random_measures(d: Draw) -> list[Any]:
    share = [d.even(0, 1) for _ in range(13)]
    share[2], share[3], share[8] = d.even(0, 1.2), d.choice([0, 1, 0.5]), d.choice([0, 1])
    share[4], share[5], share[6] = d.even(0.5, 1.5), d.even(-0.2, 1), d.even(-0.1, 0.4)
    return [share, d.series(13, 0, 20)] if d.random() < 0.4 else [share]


def random_peers(d: Draw) -> list[Any]:
    count = d.randint(2, 7)
    case = [d.series(count, 0, 1), d.series(count, 0, 1), d.series(count, 0, 8), d.series(count, 1, 30)]
    return [*case, d.series(4, 0, 5)] if d.random() < 0.5 else case


FULL = [0.85, 0.65, 0.10, 1, 1.15, 0.35, 0.10, 0.10, 1, 0.85, 1, 0.90, 0.20]
NONE = [0, 0, 1, 0, 1.00, 0.60, 0.25, 1, 0, 0, 0, 0, 0.50]
HALFWAY = [(a + b) / 2 for a, b in zip(FULL, NONE, strict=True)]


def but(place: int, value: float) -> list[float]:
    """The full levels with one measure changed, counted from 1."""
    return [value if number == place else level for number, level in enumerate(FULL, start=1)]


POINTS = {
    "CFI_REBRAND_SCORE": points(
        "CFI_REBRAND_SCORE",
        random_measures,
        [
            ([FULL], "full levels"),
            ([NONE], "zero levels"),
            ([HALFWAY], "halfway"),
            ([but(1, 0.5)], "1 at its limit"),
            ([but(1, 0.499)], "1 fails"),
            ([but(3, 0.5)], "3 at its limit"),
            ([but(3, 0.501)], "3 fails"),
            ([but(4, 0)], "4 fails"),
            ([but(6, 0.6)], "6 fails at its limit"),
            ([but(6, 0.599)], "6 passes"),
            ([but(9, 0)], "9 fails"),
            ([but(5, 3)], "more than full"),
            ([but(7, -0.1)], "right-way"),
            ([but(1, 1.1)], "share above 1"),
            ([but(6, 1.1)], "correlation above 1"),
            ([FULL, [0] * 13], "no weight"),
            ([FULL, 1], "equal weights"),
            ([HALFWAY, [*[0] * 12, 1]], "the last alone"),
        ],
    ),
    "CFI_NEOCLOUD_SCORE": points(
        "CFI_NEOCLOUD_SCORE",
        random_peers,
        [
            ([[1, 0.5, 0.2], [0.98, 0.9, 0.6], [3, 6, 1.5], [4, 2, 1]], "plain"),
            ([[1, 0.5, 1], [1, 0.5, 1], [4, 2, 4], [3, 6, 3]], "a tie shares the better rank"),
            ([[1, 0.5], [0, 1], [1, 2], [1, 2], [1, 0, 0, 0]], "software alone"),
            ([[1, 1], [1, 1], [0, 0], [1, 1]], "no backlog"),
            ([[1, 1], [1, 1], [1, 1], [0, 0]], "no customers"),
            ([[1, 1], [1, 1], [1, 1], [1, 1], [0, 0, 0, 0]], "no weight"),
            ([0.5, 0.5, 2, 3], "one peer"),
            ([[1, 1.1], [1, 1], [1, 1], [1, 1]], "share above 1"),
            ([[1, 1], 0.5, 2, [3, 4]], "a number for all"),
        ],
    ),
}

TOLERANCES: dict[str, Any] = {
    "CFI_REBRAND_SCORE": floor(100, "credits are differences of levels; scale is a score of 100"),
    "CFI_NEOCLOUD_SCORE": floor(100, "scale is a score of 100"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()

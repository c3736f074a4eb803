"""Scores that put a judgement into numbers, and the function that says why a call fails."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError, ZeroDivisor
from computefi.models import step_rows
from computefi.spec import Column, Example, Result, Rule, Shape, call, declare, find
from computefi.spec.kinds import (
    ANY_NUMBER,
    INDEX,
    NUMBER,
    SHARE,
    Annotated,
    BoolArray,
    Cells,
    FloatArray,
    Kind,
    Text,
    Words,
    optional,
)
from computefi.spec.native import Native, array

JUDGEMENT = "Judgement"
SCORE = Kind("score", "0 to 100", low=0, high=100)
RANK = Kind("count", "1 is best", low=1, whole=True)
COUNT = Kind("count", "number", low=0, whole=True)
PEER_BACKLOG = Kind("ratio", "×", low=0)  # a peer without debt to speak of has any multiple of it

# test: (name, level of full credit, level of no credit, weight, hard fail or None)
REBRAND_TESTS: tuple[tuple[str, float, float, float, str], ...] = (
    ("Arm's-length take-or-pay share over the loan's life", 0.85, 0.0, 15, "< 0.50"),
    ("Offtaker investment-grade share", 0.65, 0.0, 10, ""),
    ("Balance at last contract end over loan", 0.10, 1.0, 15, "> 0.50"),
    ("Draw gate: commissioned before funding", 1.0, 0.0, 10, "= 0"),
    ("Minimum DSCR on contract cash alone", 1.15, 1.00, 10, ""),
    ("Correlation of driver to collateral", 0.35, 0.60, 10, ">= 0.60"),
    ("Wrong-way add-on to LGD", 0.10, 0.25, 5, ""),
    ("Reliance on residual value at maturity", 0.10, 1.0, 5, ""),
    ("Cash dominion: waterfall and trap", 1.0, 0.0, 5, "= 0"),
    ("Hedging of rates and power", 0.85, 0.0, 5, ""),
    ("Step-in right or direct agreement", 1.0, 0.0, 5, ""),
    ("Firm share after termination rights", 0.90, 0.0, 3, ""),
    ("Share of the lender's book on the same driver", 0.20, 0.50, 2, ""),
)
# Shares and flags must lie within 0 and 1, the correlation within −1 and 1; cover and add-on are free.
LOWEST = np.array([0, 0, 0, 0, -np.inf, -1, -np.inf, 0, 0, 0, 0, 0, 0])
HIGHEST = np.array([1, 1, np.inf, 1, np.inf, 1, np.inf, 1, 1, 1, 1, 1, 1])

Tests = Annotated[FloatArray, Shape(("test",), size=len(REBRAND_TESTS))]
Peers = Annotated[FloatArray, Shape(("peer",))]
Dimensions = Annotated[FloatArray, Shape(("dimension",), size=4)]


def _hard_fails(measures: FloatArray) -> BoolArray:
    """True per test that alone condemns the loan."""
    fails = np.zeros(measures.shape, dtype=bool)
    fails[:, 0] = measures[:, 0] < 0.50
    fails[:, 2] = measures[:, 2] > 0.50
    fails[:, 3] = measures[:, 3] == 0
    fails[:, 5] = measures[:, 5] >= 0.60
    fails[:, 8] = measures[:, 8] == 0
    return fails


def _credit(measures: FloatArray) -> FloatArray:
    """From 0 at a test's zero level to 1 at its full level."""
    full = np.array([test[1] for test in REBRAND_TESTS])
    zero = np.array([test[2] for test in REBRAND_TESTS])
    credit: FloatArray = np.clip((measures - zero) / (full - zero), 0.0, 1.0)
    return credit


def _credits(measures: FloatArray, weights: FloatArray, **_: Any) -> Iterator[tuple[str, Any]]:
    credit = _credit(measures)
    yield from step_rows.each("credit[{}]", credit)
    yield "Σ weights·credit", (weights * credit).sum()
    yield "Σ weights", np.broadcast_to(weights, credit.shape).sum()


@declare(
    category=JUDGEMENT,
    questions=["Is this lender what it says?"],
    source="The rebrand test of this project; levels from filed DDTL terms and the ASIC-backed loans of 2021–22",
    examples=[
        Example(((0.98, 1, 0, 1, 1.2, 0.2, 0.085, 0, 1, 0.95, 1, 1, 0.1),), (100, 0, 0)),
        Example(((0, 0, 1, 0, 0.5, 0.84, 0.345, 1, 0, 0, 0, 0, 0.6),), (0, 5, 1)),
    ],
    rules=[
        Rule(
            "measures",
            "must be shares and flags from 0 to 1 and a correlation from -1 to 1, in the order of the thirteen tests",
            lambda measures: (measures >= LOWEST) & (measures <= HIGHEST),
            DomainError,
        ),
        Rule("weights", "must not sum to 0", lambda weights: weights.sum(axis=-1) != 0, ZeroDivisor),
    ],
    native=Native(
        f"""LET(
            all,measures+0*SEQUENCE(1,{len(REBRAND_TESTS)}),
            full,{array(test[1] for test in REBRAND_TESTS)},
            nil,{array(test[2] for test in REBRAND_TESTS)},
            credit,CFI__CLIP((all-nil)/(full-nil),0,1),
            score,100*CFI__TOTALS(weights*credit)/CFI__TOTALS(weights+0*full),
            hard,1*HSTACK(CHOOSECOLS(all,1)<0.5,CHOOSECOLS(all,3)>0.5,CHOOSECOLS(all,4)=0,
                CHOOSECOLS(all,6)>=0.6,CHOOSECOLS(all,9)=0),
            fails,CFI__TOTALS(hard),
            first,BYROW(IF(hard=1,{{1,3,4,6,9}},99),LAMBDA(one,IF(MIN(one)=99,0,MIN(one)))),
            HSTACK(score,fails+0*score,first+0*score))""",
        rules=(
            f"CFI__TOTALS((measures<{array(LOWEST)})+(measures>{array(HIGHEST)}))=0",
            "CFI__TOTALS(weights)<>0",
        ),
    ),
    steps=_credits,
)
def rebrand_score(
    measures: Annotated[Tests, ANY_NUMBER, "The thirteen measures in the order of the test's table"],
    weights: Annotated[Tests, NUMBER, "Weight of each test"] = optional(tuple(test[3] for test in REBRAND_TESTS)),
) -> Annotated[
    FloatArray,
    Result((
        Column("score", SCORE, "Score"),
        Column("hard fails", COUNT, "Number of hard fails"),
        Column("first hard fail", INDEX, "Number of the first hard fail, 0 for none"),
    )),
]:  # fmt: skip
    """Rebrand test: is a compute lender a ComputeFi lender, or a mining lender under a new name? Thirteen tests.

    credit[i] is linear from 0 at a test's zero level to 1 at its full level, held within 0 and 1
    score = 100 · Σ weights[i]·credit[i] / Σ weights[i]
    Full/zero level: 1 .85/0 · 2 .65/0 · 3 .10/1 · 4 1/0 · 5 1.15/1.00 · 6 .35/.60 · 7 .10/.25 · 8 .10/1 · 9 1/0 ·
    10 .85/0 · 11 1/0 · 12 .90/0 · 13 .20/.50
    Hard fail: 1 below .50 · 3 above .50 · 4 at 0 · 6 from .60 · 9 at 0

    Steps: …
    Convention: 1 take-or-pay share, 2 investment-grade share, 3 balance at contract end, 4 draw gate,
    5 DSCR on contract cash, 6 correlation, 7 wrong-way add-on, 8 residual reliance, 9 cash dominion,
    10 hedging, 11 step-in, 12 firm share, 13 lender's book on the same driver.
    Limits: a single hard fail condemns a loan whatever its score.
    Errors: #VALUE! unless there are thirteen; #NUM! where a share lies outside 0 and 1; #DIV/0! for weights of 0.
    """
    credit = _credit(measures)
    score = 100 * (weights * credit).sum(axis=-1) / weights.sum(axis=-1)
    fails = _hard_fails(measures)
    first = np.where(fails.any(axis=-1), fails.argmax(axis=-1) + 1.0, 0.0)
    return np.stack([score, fails.sum(axis=-1).astype(np.float64), first], axis=-1)


def _any(values: FloatArray) -> BoolArray:
    return values.max(axis=-1) > 0


def _relative(values: FloatArray) -> FloatArray:
    return values / values.max(axis=-1, keepdims=True)


def _marks(
    software: FloatArray, contracted_share: FloatArray, backlog: FloatArray, customers: FloatArray, weights: FloatArray
) -> Iterator[tuple[str, Any]]:
    """What the first peer has of each dimension."""
    yield "max(backlog)", backlog.max()
    yield "max(customers)", customers.max()
    marks = software[0], contracted_share[0], backlog[0] / backlog.max(), customers[0] / customers.max()
    yield from step_rows.each("w[{0}]·mark[{0}]", weights * marks)
    yield "Σw", weights.sum()


@declare(
    category=JUDGEMENT,
    questions=["Is this lender what it says?"],
    source="Bernstein's four dimensions as reported by the press on 2026-04-10; the report was not read",
    examples=[
        Example(
            ((1, 0.5, 0.2), (0.98, 0.9, 0.6), (3, 6, 1.5), (4, 2, 1)),
            ((87, 1), (72.5, 2), (32.5, 3)),
        )
    ],
    rules=[
        Rule("backlog", "must be above 0 for at least one peer", lambda backlog: _any(backlog), ZeroDivisor),
        Rule("customers", "must be above 0 for at least one peer", lambda customers: _any(customers), ZeroDivisor),
        Rule("weights", "must not sum to 0", lambda weights: weights.sum(axis=-1) != 0, ZeroDivisor),
    ],
    native=Native(
        """LET(
            all,weights+0*SEQUENCE(1,4),
            judged,INDEX(all,1)*software+INDEX(all,2)*contracted_share,
            relative,INDEX(all,3)*backlog/MAX(backlog)+INDEX(all,4)*customers/MAX(customers),
            score,TRANSPOSE(100*(judged+relative)/SUM(all)),
            rank,MAP(score,LAMBDA(one,1+SUM(1*(score>one)))),
            HSTACK(score,rank))""",
        rules=("MAX(backlog)>0", "MAX(customers)>0", "SUM(weights)<>0"),
    ),
    steps=_marks,
)  # fmt: skip
def neocloud_score(
    software: Annotated[Peers, SHARE, "Depth of the software stack, a judgement, a value per peer"],
    contracted_share: Annotated[Peers, SHARE, "Contracted share of revenue"],
    backlog: Annotated[Peers, PEER_BACKLOG, "Backlog over debt"],
    customers: Annotated[Peers, NUMBER, "Effective number of customers"],
    weights: Annotated[Dimensions, NUMBER, "Weights of the four, equal if left out"] = optional((1.0, 1.0, 1.0, 1.0)),
) -> Annotated[
    FloatArray,
    Result((Column("score", SCORE, "Score"), Column("rank", RANK, "Rank, ties share the better")), rows="peer"),
]:  # fmt: skip
    """Neocloud score on software, contracted mix, backlog and customers, a row per peer: score and rank.

    score = 100 · (w₁·software + w₂·contracted_share + w₃·backlog/max(backlog) + w₄·customers/max(customers)) / Σw

    Steps: …
    Convention: backlog and customers are measured against the largest peer's; rank 1 is best, ties share the better.
    Limits: a ranking among the peers given, not an absolute mark.
    Errors: #VALUE! where the lists differ in length; #NUM! outside the bounds; #DIV/0! where a maximum is 0.
    """
    marks = np.stack([software, contracted_share, _relative(backlog), _relative(customers)], axis=-1)[0]
    score = 100 * marks @ weights[0] / weights[0].sum()
    rank = (score[:, None] < score).sum(axis=1) + 1.0
    return np.stack([score, rank], axis=-1)


@declare(
    category=JUDGEMENT,
    questions=["What is it worth if they fail?"],
    source="The call path of this project",
    examples=[Example(("CFI_LTV", 70, 0), "value must not be 0"), Example(("CFI_LTV", 70, 100), "")],
    native=Native(
        '"The reason is known to the computefi add-in only; this workbook computes without it."',
        checked=False,
    ),
)
def why(
    name: Annotated[Text, Words(), "Name of a CFI function, as text"],
    *values: Annotated[Cells, "of that call, as it stands in the failing cell"],
) -> Annotated[str, Words(), "The reason in words, or an empty text where the call is in order"]:
    """Why a call fails, in words: the same name and arguments give the reason, or an empty text where all is well.

    =CFI_WHY("CFI_LTV", 70, 0) answers: value must not be 0

    Convention: give the arguments as they stand in the failing cell; errors among them are named, not passed on.
    Limits: of several failing cells the first is explained, row by row.
    Errors: #VALUE! where no function has that name.
    """
    error = call(find(name), values).first_error()
    return "" if error is None else str(error)

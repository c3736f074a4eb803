"""What a borrower's contracts are worth to a lender: gross, eligible, firm, and how concentrated."""

import numpy as np

from computefi.errors import DomainError, ZeroDivisor
from computefi.kernels.correlation import ROUNDING
from computefi.kernels.discount import discount_factors
from computefi.models import step_rows
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    CORRELATION,
    FLOW,
    HAZARD,
    MONEY,
    MONTHS,
    NUMBER,
    PER_YEAR,
    PERIODS,
    RATE,
    RATIO,
    SHARE,
    YEARS,
    Annotated,
    BoolArray,
    FloatArray,
    Kind,
    V,
    X,
    optional,
)
from computefi.spec.native import Native

BACKLOG = "Backlog"
Contracts = Annotated[FloatArray, Shape(("contract", "period"))]
PerContract = Annotated[FloatArray, Shape(("contract",))]
NameMatrix = Annotated[FloatArray, Shape(("name", "name"), number_too=True)]
PerName = Annotated[FloatArray, Shape(("name",))]
BOOK_TO_BILL = Kind("ratio", "×, negative where more is cancelled than signed")
WHOLE_PERIODS = Kind("count", "periods, 0 for today", low=0, whole=True)

TWO_CONTRACTS = ((10, 10, 10, 10, 10, 10), (6, 6, 6, 0, 0, 0))
MODELS_1_3 = "worked example with exact annual discounting, recomputed with 40-digit arithmetic"


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?"],
    source="Definition. CoreWeave Form 10-K of 2026-03-02 (SEC 0001769628-26-000104): backlog 66.8bn, debt 21.6bn",
    examples=[Example((66.8, 21.6), 3.09259259259259)],
    native=Native("backlog/debt"),
)
def backlog_coverage(
    backlog: Annotated[X, MONEY, "Contracted revenue still to come, undiscounted; say which: backlog, RPO or headline"],
    debt: Annotated[X, MONEY.nonzero, "Debt outstanding on the same date"],
) -> Annotated[X, RATIO, "Gross backlog over debt"]:
    """Gross backlog coverage: contracted revenue still to come over debt outstanding.

    coverage = backlog / debt

    Convention: both at one date and in one currency; nothing is discounted, risked or netted of opex.
    Limits: backlog 0 gives 0. A headline number flatters: see CFI_RISKED_COVERAGE.
    Errors: #DIV/0! where debt is 0; #NUM! where an amount is negative.
    """
    return backlog / debt


def _eligible_flows(
    revenue: FloatArray,
    take_or_pay: FloatArray,
    hazard: FloatArray,
    delivery: FloatArray,
    arms_length: FloatArray,
    cancellable: FloatArray,
    periods_per_year: FloatArray,
) -> FloatArray:
    """Expected firm revenue of each period, a row per case: Σ over contracts of R·y·w·(1−x)·S(t)·g."""
    weights = take_or_pay * arms_length * (1 - cancellable) * delivery
    times = np.arange(1, revenue.shape[1] + 1) / periods_per_year[:, None]
    flows = np.zeros_like(times)
    for contract, flow in enumerate(revenue):  # a portfolio has few contracts; cases and periods stay in numpy
        survival = np.exp(-hazard[:, contract, None] * times)
        flows += weights[:, contract, None] * flow * survival
    return flows


def _window(periods: int, loan_periods: FloatArray) -> FloatArray:
    """1 for the periods inside the loan, 0 after it."""
    window: FloatArray = (np.arange(1, periods + 1) <= loan_periods[:, None]).astype(np.float64)
    return window


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?"],
    source="Discounted expected revenue within the loan; structure of CoreWeave DDTL eligibility tests "
    "(SEC 0001193125-25-227562 EX-10.1)",
    examples=[
        Example(
            (TWO_CONTRACTS, (1, 0.9), (0.0005, 0.03), (0.97, 0.9), 0.07, 5), 51.7462741286, MODELS_1_3, 1e-10
        )
    ],
    steps=step_rows.eligible,
)  # fmt: skip
def eligible_backlog(
    revenue: Annotated[Contracts, MONEY, "Contracted revenue: a row per contract, a column per period"],
    take_or_pay: Annotated[PerContract, SHARE, "Share of each contract's revenue owed whether used or not"],
    hazard: Annotated[PerContract, HAZARD, "Default intensity of each counterparty"],
    delivery: Annotated[PerContract, SHARE, "Probability that each contract's capacity is delivered and accepted"],
    rate: Annotated[X, RATE, "Discount rate, effective per year"],
    loan_periods: Annotated[X, PERIODS, "Periods of the loan; later columns do not count"],
    arms_length: Annotated[PerContract, SHARE, "1 for an arm's-length customer, 0 for an affiliate"] = optional(1.0),
    cancellable: Annotated[PerContract, SHARE, "Share of each contract that the customer may cancel"] = optional(0.0),
    periods_per_year: Annotated[X, PER_YEAR, "Columns per year: 1, 4 or 12"] = optional(1.0),
) -> Annotated[X, MONEY, "Present value of firm, surviving, deliverable contract revenue within the loan"]:
    """Eligible backlog: present value of contract revenue that is firm, survives, is delivered, and within the loan.

    B* = Σᵢ Σₖ revenue[i,k] · take_or_pay[i] · arms_length[i] · (1 − cancellable[i]) · S[i](t) · delivery[i] · v(t)
    t = k / periods_per_year, S[i](t) = e^{−hazard[i]·t}, v(t) = (1 + rate)^{−t}, k = 1 … min(loan_periods, columns)

    Steps: …
    Convention: flows at period ends; rate and hazard per year; a contract's shares are constant in time.
    Limits: hazard 0, shares 1, cancellable 0, rate 0 give gross backlog within the loan window.
    Errors: #VALUE! where a series has not one entry per contract; #NUM! outside the bounds.
    """
    flows = _eligible_flows(revenue, take_or_pay, hazard, delivery, arms_length, cancellable, periods_per_year)
    factors = discount_factors(rate, revenue.shape[1], periods_per_year)
    value: FloatArray = (flows * factors * _window(revenue.shape[1], loan_periods)).sum(axis=-1)
    return value


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?"],
    source="Eligible backlog net of operating cost over debt; equals LLCR where contract cash is all the cash "
    "(Yescombe, Principles of Project Finance)",
    examples=[
        Example(
            (TWO_CONTRACTS, (1, 0.9), (0.0005, 0.03), (0.97, 0.9), 0.07, 5, 40), 1.293656853215, MODELS_1_3, 1e-10
        )
    ],
    native=Native(
        """LET(
            firm,TRANSPOSE(take_or_pay*arms_length*(1-cancellable)*delivery),
            hazards,TRANSPOSE(hazard),
            periods,SEQUENCE(1,COLUMNS(revenue)),
            MAP(rate+clear,loan_periods+clear,debt+clear,periods_per_year+clear,
                LAMBDA(discount,last,owed,per_year,LET(
                    years,periods/per_year,
                    factors,(1+discount)^(-years)*(periods<=last),
                    earned,SUM(firm*revenue*EXP(-hazards*years)*factors),
                    (earned-SUM(opex*factors))/owed))))""",
    ),
    steps=step_rows.risked,
)  # fmt: skip
def risked_coverage(
    revenue: Annotated[Contracts, MONEY, "Contracted revenue: a row per contract, a column per period"],
    take_or_pay: Annotated[PerContract, SHARE, "Share of each contract's revenue owed whether used or not"],
    hazard: Annotated[PerContract, HAZARD, "Default intensity of each counterparty"],
    delivery: Annotated[PerContract, SHARE, "Probability that each contract's capacity is delivered and accepted"],
    rate: Annotated[X, RATE, "Discount rate, effective per year"],
    loan_periods: Annotated[X, PERIODS, "Periods of the loan; later columns do not count"],
    debt: Annotated[X, MONEY.nonzero, "Debt outstanding today"],
    opex: Annotated[V, MONEY, "Operating cost of each period; owed whether or not customers pay"] = optional(0.0),
    arms_length: Annotated[PerContract, SHARE, "1 for an arm's-length customer, 0 for an affiliate"] = optional(1.0),
    cancellable: Annotated[PerContract, SHARE, "Share of each contract that the customer may cancel"] = optional(0.0),
    periods_per_year: Annotated[X, PER_YEAR, "Columns per year: 1, 4 or 12"] = optional(1.0),
) -> Annotated[X, Kind("ratio", "×"), "Eligible backlog net of operating cost, over debt"]:
    """Risked backlog coverage: eligible backlog net of operating cost, over debt.

    coverage = (B* − Σₖ opex[k] · v(t)) / debt, with B*, t and v as in CFI_ELIGIBLE_BACKLOG

    Steps: …
    Convention: opex is discounted but not survival-weighted: the plant runs on when a customer fails.
    Limits: equals LLCR where contract cash is all the cash; negative where opex exceeds eligible revenue.
    Errors: #DIV/0! where debt is 0; #VALUE! where lengths differ; #NUM! outside the bounds.
    """
    flows = _eligible_flows(revenue, take_or_pay, hazard, delivery, arms_length, cancellable, periods_per_year) - opex
    factors = discount_factors(rate, revenue.shape[1], periods_per_year)
    value: FloatArray = (flows * factors * _window(revenue.shape[1], loan_periods)).sum(axis=-1)
    return value / debt


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?"],
    source="Termination-right arithmetic; 90 days of a 36-month capacity contract (SpaceX–Anthropic, press 2026)",
    examples=[Example((3, 36), 0.0833333333333333), Example((3, 36, 0.1), 0.175)],
    native=Native(
        """LET(
            noticed,IF(notice_months<remaining_months,notice_months,remaining_months)/remaining_months,
            noticed+break_fee*(1-noticed))""",
    ),
)
def firm_share(
    notice_months: Annotated[X, MONTHS, "Months of notice the customer must give to terminate"],
    remaining_months: Annotated[X, MONTHS.nonzero, "Months of the contract that remain"],
    break_fee: Annotated[X, SHARE, "Fee on termination, as a share of the cancelled value"] = optional(0.0),
) -> Annotated[X, SHARE, "Share of the remaining value that is firm"]:
    """Firm share of a contract that the customer may end: the notice period, and the fee on the rest.

    n = min(notice_months, remaining_months) / remaining_months
    firm = n + break_fee · (1 − n)

    Steps: n
    Limits: no notice and no fee give 0; notice to the end, or a full fee, gives 1.
    Errors: #DIV/0! where nothing remains; #NUM! outside the bounds.
    """
    noticed = np.minimum(notice_months, remaining_months) / remaining_months
    return noticed + break_fee * (1 - noticed)


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?"],
    source="Definition: revenue that falls within the loan over all revenue of the contracts",
    examples=[
        Example(((10, 10, 10, 10, 10, 10), 5), 0.833333333333333),
        Example(((16, 16, 16, 10, 10, 10), 3), 0.615384615384615),
    ],
    rules=[Rule("revenue", "must not sum to 0", lambda revenue: revenue.sum(axis=-1) != 0, ZeroDivisor)],
    steps=step_rows.overlap,
)  # fmt: skip
def tenor_overlap(
    revenue: Annotated[V, MONEY, "Contracted revenue of each period, to the end of the contracts"],
    loan_periods: Annotated[X, PERIODS, "Periods of the loan"],
) -> Annotated[X, SHARE, "Share of the contracted revenue that falls within the loan"]:
    """Tenor overlap: the share of contracted revenue that falls within the loan's life.

    overlap = Σₖ revenue[k] for k = 1 … min(loan_periods, n) / Σₖ revenue[k] for k = 1 … n

    Steps: …
    Convention: undiscounted; the first entry is the period that begins today.
    Limits: 1 where the loan outlives the contracts. A high share says nothing of the debt then still owed:
    see CFI_TAIL_EXPOSURE.
    Errors: #DIV/0! where there is no revenue; #NUM! where one is negative or loan_periods is not whole.
    """
    within: FloatArray = (revenue * _window(revenue.shape[1], loan_periods)).sum(axis=-1)
    return within / revenue.sum(axis=-1)


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?", "Is this lender what it says?"],
    source="Balance at contract end over the original loan; a 5-year monthly annuity at 9.17% owes 45.5% at month 36",
    examples=[Example(((100, 80, 60, 40, 20, 0), 3), 0.4)],
    rules=[
        Rule("balances", "must not begin with 0", lambda balances: balances[:, 0] != 0, ZeroDivisor),
        Rule(
            "contract_periods",
            "must not lie beyond the last balance",
            lambda balances, contract_periods: contract_periods < balances.shape[1],
            DomainError,
        ),
    ],
    native=Native(
        """LET(
            periods,SEQUENCE(1,COLUMNS(balances),0),
            CFI__TOTALS(balances*(periods=contract_periods))/CHOOSECOLS(balances,1))""",
        rules=("CHOOSECOLS(balances,1)<>0", "contract_periods<COLUMNS(balances)"),
    ),
)
def tail_exposure(
    balances: Annotated[V, MONEY, "Loan balances, the opening balance first, then after each period"],
    contract_periods: Annotated[X, WHOLE_PERIODS, "Periods until the contract ends"],
) -> Annotated[X, RATIO, "Share of the original loan still owed when the contract ends"]:
    """Tail exposure: the share of the original loan still owed when the contract ends.

    tail = balances[contract_periods] / balances[0], counted from 0

    Limits: 0 where the loan amortises inside the contract; 1 where nothing is repaid by then.
    Errors: #DIV/0! where the opening balance is 0; #NUM! where the contract ends beyond the series.
    """
    at_end = np.take_along_axis(balances, contract_periods.astype(np.int64)[:, None], axis=1)[:, 0]
    return at_end / balances[:, 0]


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?", "Is this lender what it says?"],
    source="Arm's-length contracted share; B.C. Court of Appeal CA49297 (2024-06-27) on the Iris SPVs' own contracts",
    examples=[Example((98, 100), 0.98), Example((60, 100, 60), 0.0)],
    rules=[
        Rule(
            "affiliate",
            "must not exceed contracted",
            lambda affiliate, contracted: affiliate <= contracted,
            DomainError,
        ),
        Rule("contracted", "must not exceed total", lambda contracted, total: contracted <= total, DomainError),
    ],
    native=Native("(contracted-affiliate)/total", rules=("affiliate<=contracted", "contracted<=total")),
)
def contracted_share(
    contracted: Annotated[X, MONEY, "Contracted revenue over the loan's life, affiliates' included"],
    total: Annotated[X, MONEY.nonzero, "All revenue over the loan's life, contracted and merchant"],
    affiliate: Annotated[X, MONEY, "The part of contracted that the borrower's own group has promised"] = optional(0.0),
) -> Annotated[X, SHARE, "Arm's-length contracted share of revenue"]:
    """Contracted share of revenue at arm's length, the c of the driver formula.

    c = (contracted − affiliate) / total

    Convention: over the loan's life, not at signing. A contract with one's own parent is no contract.
    Errors: #DIV/0! where total is 0; #NUM! where a part exceeds the whole or an amount is negative.
    """
    return (contracted - affiliate) / total


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?"],
    source="Definition: mean of the remaining terms, weighted by contract value",
    examples=[Example(((60, 18), (6, 3)), 5.30769230769231)],
    rules=[Rule("values", "must not sum to 0", lambda values: values.sum(axis=-1) != 0, ZeroDivisor)],
    steps=step_rows.remaining,
)
def remaining_term(
    values: Annotated[PerContract, MONEY, "Remaining value of each contract"],
    terms: Annotated[PerContract, YEARS, "Remaining term of each contract"],
) -> Annotated[X, YEARS, "Value-weighted remaining term"]:
    """Remaining term of a book of contracts: the mean of the terms weighted by the contracts' values.

    term = Σᵢ values[i] · terms[i] / Σᵢ values[i]

    Steps: …
    Limits: the common term where all are equal. A mean hides a short contract behind a long one.
    Errors: #DIV/0! where the values sum to 0; #NUM! where a number is negative; #VALUE! where lengths differ.
    """
    weighted: FloatArray = (values * terms).sum(axis=-1)
    return weighted / values.sum(axis=-1)


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?"],
    source="Herfindahl–Hirschman index; CoreWeave Q2 2026 customer shares (Form 10-Q) for the order of magnitude",
    examples=[Example(((0.36, 0.26, 0.10, *(0.028,) * 10),), 0.21504)],
    rules=[Rule("weights", "must not sum to 0", lambda weights: weights.sum(axis=-1) != 0, ZeroDivisor)],
    steps=step_rows.shares,
)
def hhi(
    weights: Annotated[PerName, MONEY, "Revenue or exposure by name, in any unit; normalised to sum to 1"],
) -> Annotated[X, SHARE, "Concentration index"]:
    """Herfindahl–Hirschman index of the normalised weights.

    HHI = Σ sᵢ², sᵢ = weightsᵢ / Σ weights

    Steps: …
    Limits: 1 for one name; 1/n for n equal names. Names left out make the index a lower bound only if small.
    Errors: #DIV/0! where the weights sum to 0; #NUM! where one is negative.
    """
    shares = weights / weights.sum(axis=-1, keepdims=True)
    index: FloatArray = (shares**2).sum(axis=-1)
    return index


def _possible_for_pairs(weights: FloatArray, correlation: FloatArray) -> BoolArray:
    """True per case whose names can have the first correlation pair by pair; a weight of 0 is no name."""
    pairs = np.maximum((weights > 0).sum(axis=-1) - 1, 1)
    possible: BoolArray = correlation.flat[0] * pairs >= -1 - ROUNDING
    return possible


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?"],
    source="Effective number of names, 1/HHI, with the pairwise correlation of the names' failures",
    examples=[
        Example(((0.5, 0.3, 0.2), 0.4), 1.5923566879),
        Example(((0.36, 0.26, 0.10, *(0.028,) * 10),), 4.65029761905),
    ],
    rules=[
        Rule("weights", "must not sum to 0", lambda weights: weights.sum(axis=-1) != 0, ZeroDivisor),
        Rule(
            "correlation",
            "must be symmetric with ones on its diagonal",
            lambda correlation: (
                correlation.size == 1
                or (np.allclose(correlation, correlation.T) and np.allclose(np.diag(correlation), 1))
            ),
            DomainError,
        ),
        Rule(
            "correlation",
            "of every pair must be at least −1/(n − 1) for n names",
            lambda weights, correlation: (correlation.size > 1) | _possible_for_pairs(weights, correlation),
            DomainError,
        ),
    ],
    native=Native(
        """LET(
            names,MAX(COLUMNS(weights),ROWS(correlation)),
            known,IF(ISNUMBER(weights),weights,0),
            all,known+0*SEQUENCE(1,names),
            shares,all/CFI__TOTALS(all),
            single,ROWS(correlation)*COLUMNS(correlation)=1,
            matrix,IF(single,IF(MUNIT(names)=1,1,correlation),correlation),
            spread,CFI__TOTALS(MMULT(shares,matrix)*shares),
            IF(spread>1E-10,1/spread,#NUM!))""",
        rules=(
            "CFI__TOTALS(weights)<>0",
            """IF(ROWS(correlation)*COLUMNS(correlation)=1,TRUE,LET(
                mirror,TRANSPOSE(correlation),
                unequal,SUM(1*(ABS(correlation-mirror)>1E-8+1E-5*ABS(mirror))),
                diagonal,SUM(MUNIT(ROWS(correlation))*(ABS(correlation-1)>1.001E-5)),
                unequal+diagonal=0))""",
            """IF(ROWS(correlation)*COLUMNS(correlation)>1,TRUE,LET(
                pairs,CFI__TOTALS(1*(weights>0))-1,
                correlation*IF(pairs<1,1,pairs)>=-1-1E-10))""",
        ),
    ),
    steps=step_rows.effective,
)
def effective_names(
    weights: Annotated[PerName, MONEY, "Revenue or exposure by name, in any unit; normalised to sum to 1"],
    correlation: Annotated[NameMatrix, CORRELATION, "One number for every pair, or the matrix"] = optional(0.0),
) -> Annotated[X, NUMBER, "Effective number of names"]:
    """Effective number of names: how many equal, independent names the portfolio is worth.

    N = 1 / Σᵢ Σⱼ sᵢ sⱼ rᵢⱼ, sᵢ = weightsᵢ / Σ weights

    Steps: …
    Limits: 1/HHI at correlation 0; 1 at correlation 1. AI labs' demand is one factor: 0.4–0.6 is a fair stress.
    Trap: three names cannot all be correlated by less than −1/2, n names not by less than −1/(n − 1): such numbers are
    refused, where they would make a portfolio of endless diversification.
    Errors: #DIV/0! where the weights sum to 0; #NUM! where no names can be so correlated, or the weighted correlation
    is 0.
    """
    shares = weights / weights.sum(axis=-1, keepdims=True)
    if correlation.size == 1:
        own = (shares**2).sum(axis=-1)
        spread = own + correlation.flat[0] * (1 - own)
        return np.where(spread > ROUNDING, 1 / spread, np.nan)
    smallest = float(np.linalg.eigvalsh(correlation)[0])
    if smallest < -ROUNDING:
        raise DomainError("correlation", f"must be positive semidefinite; the smallest eigenvalue is {smallest:.6g}")
    spread = np.einsum("ni,ij,nj->n", shares, correlation, shares)
    return np.where(spread > ROUNDING, 1 / spread, np.nan)


@declare(
    category=BACKLOG,
    questions=["What are the contracts worth?"],
    source="Roll-forward identity of remaining performance obligations (ASC 606-10-50-13)",
    examples=[Example((100, 40, 20, 5, 3), (118, 1.9)), Example((100, 40, 20), (120, 2))],
    rules=[
        Rule(
            "recognised",
            "and cancelled must not exceed what was opened, signed and repriced",
            lambda opening, signed, recognised, cancelled, repriced: (
                opening + signed - recognised - cancelled + repriced >= 0
            ),
            DomainError,
        ),
    ],
    nan=("a period without recognised revenue has no book-to-bill", ZeroDivisor),
)
def backlog_roll(
    opening: Annotated[X, MONEY, "Backlog at the beginning of the period"],
    signed: Annotated[X, MONEY, "Contracts signed in the period"],
    recognised: Annotated[X, MONEY, "Revenue recognised out of backlog in the period"],
    cancelled: Annotated[X, MONEY, "Contracts cancelled, terminated or lost in the period"] = optional(0.0),
    repriced: Annotated[X, FLOW, "Repricing and currency; negative where it lowers backlog"] = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("closing", MONEY, "Backlog at the end of the period"),
        Column("book-to-bill", BOOK_TO_BILL, "Net orders over revenue recognised"),
    )),
]:  # fmt: skip
    """Backlog roll-forward over a period: the closing backlog, and the orders won per unit of revenue used up.

    closing = opening + signed − recognised − cancelled + repriced
    book_to_bill = (signed − cancelled + repriced) / recognised

    Convention: one definition of backlog throughout; a contract announced is not signed until it binds.
    Limits: backlog grows where book-to-bill is above 1; closing equals opening at 1 exactly.
    Errors: #DIV/0! in the second number where nothing was recognised; #NUM! where an amount is negative or
    more leaves the backlog than was in it.
    """
    orders = signed - cancelled + repriced
    closing = opening + orders - recognised
    with np.errstate(divide="ignore", invalid="ignore"):
        book_to_bill = np.where(recognised > 0, orders / recognised, np.nan)
    return np.stack([closing, book_to_bill], axis=-1)

"""The borrowing-base certificate: asset by asset what counts and why the rest does not, and what may be drawn."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError
from computefi.kernels import days as calendar_days
from computefi.models.days import CALENDAR, CALENDAR_DATE
from computefi.models.drawdown import DDTL, DRAWDOWN, Gates, PerAsset, lower_value
from computefi.models.step_rows import as_case
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    FLAG,
    HAIRCUT,
    INDEX,
    MONEY,
    MONTHS,
    SHARE,
    Annotated,
    BoolArray,
    FloatArray,
    Kind,
    Text,
    X,
    optional,
)

NUMBER_OF = Kind("number", "number of the name in its list, from 1", low=1, whole=True)
LIFE = MONTHS.nonzero._replace(usual_high=np.inf)  # one without end writes nothing down
BUSINESS_DAYS = Kind("count", "business days", low=0, high=1000, whole=True)
DAY_OR_NONE = Kind("date", "date, as Excel's day number; 0 for none", low=0, whole=True)
NO_LIMIT = optional(1.0)

PerClass = Annotated[FloatArray, Shape(("class",))]
Named = Annotated[PerAsset, NUMBER_OF]
Limit = Annotated[X, SHARE]


def _reaches_the_whole(limit: FloatArray, names: FloatArray) -> bool:
    return bool(limit[0] * np.unique(names[0]).size >= 1 - 1e-12)


def _enough(name: str, holds: Callable[..., bool]) -> Rule:
    """A limit with which no fleet of these names could count as a whole is a slip, not a limit."""
    text = (
        f"times the number of {name} must reach 1: what they may count for falls short of the whole fleet; "
        "give a larger limit, or 1 for none"
    )
    return Rule(holds.__code__.co_varnames[0], text, holds, DomainError)


def _within(value: FloatArray, limit: FloatArray, names: FloatArray, whole: float) -> FloatArray:
    """Each asset's value, cut in proportion where its name holds more than the limit allows of the whole."""
    _, place = np.unique(names, return_inverse=True)
    held = np.bincount(place, value)
    allowed = np.minimum(1.0, limit * whole / np.where(held > 0, held, np.inf)) if whole > 0 else np.ones_like(held)
    kept: FloatArray = value * np.where(held > 0, allowed, 1.0)[place]
    return kept


def _counted(
    value: FloatArray, offtaker: FloatArray, investment_grade: FloatArray, vendor: FloatArray, site: FloatArray,
    offtaker_limit: FloatArray, non_ig_limit: FloatArray, vendor_limit: FloatArray, site_limit: FloatArray,
) -> Iterator[FloatArray]:  # fmt: skip
    """What still counts of each asset's value after each limit: offtakers, not investment grade, vendors, sites."""
    whole = float(value.sum())
    yield (counted := _within(value, offtaker_limit, offtaker[0], whole))
    speculative = _within(counted, non_ig_limit, investment_grade[0], whole)
    yield (counted := np.where(investment_grade[0] == 1, counted, speculative))
    yield (counted := _within(counted, vendor_limit, vendor[0], whole))
    yield _within(counted, site_limit, site[0], whole)


def _cut_down(**given: Any) -> Iterator[tuple[str, Any]]:
    """The first asset on its way into the base."""
    case = as_case(given)
    value = borrowing_base_cert(**case)[:, 2]
    book = case["cost"] * np.maximum(0.0, 1 - case["age_months"] / case["life_months"])
    yield "book[1] = cost[1]·max(0, 1 − age_months[1]/life_months[1])", book[0, 0]
    if np.isfinite(market := case["market"][0, 0]):
        yield "market[1]·(1 − haircut[1])", market * (1 - case["haircut"][0, 0])
    yield "Σ value", value.sum()
    names = "offtaker", "investment_grade", "vendor", "site"
    limits = "offtaker_limit", "non_ig_limit", "vendor_limit", "site_limit"
    stages = _counted(value, *(case[name] for name in (*names, *limits)))
    for limit, counted in zip(limits, stages, strict=True):
        yield f"{limit}·Σ value", case[limit][0] * value.sum()
        yield f"what counts of asset 1 after {limit}", counted[0]


@declare(
    category=DRAWDOWN,
    questions=["How much can I lend?"],
    source=f"{DDTL}: at most 35% of customers that are not investment grade; eligibility, concentration limits and "
    "reserves as in borrowing-base certificates of asset-based loans (OCC, Asset-Based Lending, 2014)",
    examples=[
        Example(
            (
                (1000, 1000, 500, 400), (0, 12, 0, 0), 72, (1, 1, 2, 1), ((1, 1), (1, 1), (1, 1), (1, 0)), (0.9, 0.6),
                (1, 2, 3, 1), (1, 0, 0, 1), 1, 1, 1, 0.35,
            ),
            (
                (1, 0, 1000, 0, 900),
                (1, 0, 833.333333333333, 322.916666666667, 459.375),
                (1, 0, 500, 193.75, 183.75),
                (0, 2, 0, 0, 0),
            ),
            "816.7 of what is not investment grade is allowed, 1333.3 is held",
        )
    ],
    rules=[
        Rule("asset_class", "must not be beyond the list of advances",
             lambda asset_class, advances: asset_class <= advances.shape[1], DomainError),
        _enough("offtakers", lambda offtaker_limit, offtaker: _reaches_the_whole(offtaker_limit, offtaker)),
        _enough("vendors", lambda vendor_limit, vendor: _reaches_the_whole(vendor_limit, vendor)),
        _enough("sites", lambda site_limit, site: _reaches_the_whole(site_limit, site)),
    ],
    steps=_cut_down,
)  # fmt: skip
def borrowing_base_cert(
    cost: Annotated[PerAsset, MONEY, "Cost of each asset or group"],
    age_months: Annotated[PerAsset, MONTHS, "Age of each"],
    life_months: Annotated[PerAsset, LIFE, "Straight-line life of each; 72 in the filed loans"],
    asset_class: Annotated[PerAsset, NUMBER_OF, "Class of each: its place in advances"],
    tests: Annotated[
        Gates, FLAG, "A row per asset: delivered, commissioned, accepted, contracted, insured, jurisdiction; 1 if met"
    ],
    advances: Annotated[PerClass, SHARE, "Advance rate of each class"],
    offtaker: Annotated[PerAsset, NUMBER_OF, "Offtaker of each, by number"],
    investment_grade: Annotated[PerAsset, FLAG, "1 where its offtaker is investment grade"],
    vendor: Annotated[PerAsset, NUMBER_OF, "Vendor of each, by number"] = NO_LIMIT,
    site: Annotated[PerAsset, NUMBER_OF, "Site of each, by number"] = NO_LIMIT,
    offtaker_limit: Annotated[Limit, "Largest share of one offtaker"] = NO_LIMIT,
    non_ig_limit: Annotated[Limit, "Largest share of offtakers that are not investment grade"] = optional(0.35),
    vendor_limit: Annotated[Limit, "Largest share of one vendor"] = NO_LIMIT,
    site_limit: Annotated[Limit, "Largest share of one site"] = NO_LIMIT,
    max_age: Annotated[X, MONTHS, "Age beyond which an asset is not eligible"] = optional(np.inf),
    market: Annotated[PerAsset, MONEY, "Market value of each; left out, book value alone counts"] = optional(np.inf),
    haircut: Annotated[PerAsset, HAIRCUT, "Haircut on market value"] = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("eligible", FLAG, "1 where every test is met and the asset is not over age"),
        Column("reason", INDEX, "Number of the first test that fails, 0 for none; over age comes after the last"),
        Column("value", MONEY, "Eligible value: book, or market after haircut where that is less"),
        Column("excess", MONEY, "Of it above the concentration limits, not counted"),
        Column("borrowing base", MONEY, "Its part of the borrowing base: advance rate on what counts"),
    ), rows="asset"),
]:  # fmt: skip
    """Borrowing-base certificate, a row per asset: eligible or why not, its value, the excess over limits, its base.

    eligible = Π tests · (age_months ≤ max_age); value = eligible·min(cost·max(0, 1 − age/life), market·(1 − haircut))
    allowed of a name = limit·Σ value; excess is cut from its assets in proportion, offtakers first, then what is not
    investment grade, vendors, sites, each on what the one before left
    borrowing base = advances[asset_class]·(value − excess); its sum less reserves is what CFI_BASE_AVAILABILITY reads

    Steps: …
    Convention: all limits are shares of the eligible value before any excess. Names are numbers: MATCH finds them in a
    list. The tests' order is the user's; put the one that comes first in time first.
    Limits: without limits the sum is CFI_BORROWING_BASE. Counted value never exceeds any limit.
    Trap: an agreement that measures limits on what is left after the excess is stricter. One customer behind several
    names is one offtaker: number the group, not the contract. A test ticked is not a test seen.
    Errors: #NUM! where limits of all names together fall short of the whole, or a class has no advance rate; #VALUE!
    where lists differ in length or a flag is blank; #DIV/0! where a life is 0.
    """
    met = np.column_stack([tests == 1, age_months[0] <= max_age[0]])
    eligible = met.all(axis=1)
    reason = np.where(eligible, 0, met.argmin(axis=1) + 1)
    value = np.where(eligible, lower_value(cost, age_months, life_months, market, haircut)[0], 0.0)
    *_, counted = _counted(
        value, offtaker, investment_grade, vendor, site, offtaker_limit, non_ig_limit, vendor_limit, site_limit
    )
    rate = advances[0][asset_class[0].astype(np.int64) - 1]
    return np.stack([eligible, reason, value, value - counted, rate * counted], axis=-1)


def _has_a_date(base: FloatArray, drawn: FloatArray, reserves: FloatArray, commitment: FloatArray,
                certificate_date: FloatArray) -> BoolArray:  # fmt: skip
    return np.asarray((drawn <= np.minimum(commitment, np.maximum(0.0, base - reserves))) | (certificate_date > 0))


@declare(
    category=DRAWDOWN,
    questions=["How much can I lend?"],
    source=f"Availability, deficiency and its cure in business days; {DDTL}",
    examples=[
        Example((1543.125, 1400, 50), (1493.125, 93.125, 0, 0)),
        Example((1543.125, 1600, 50, 2000, 46234, 5, "us"), (1493.125, 0, 106.875, 46241)),
    ],
    rules=[
        Rule("certificate_date", "must be given where more is drawn than the base supports", _has_a_date, DomainError)
    ],
    nan=("the days lead out of the calendar", DomainError),
)
def base_availability(
    base: Annotated[X, MONEY, "Borrowing base before reserves: the sum of CFI_BORROWING_BASE_CERT"],
    drawn: Annotated[X, MONEY, "Loan outstanding"],
    reserves: Annotated[X, MONEY, "Reserves that the agent holds against the base"] = optional(0.0),
    commitment: Annotated[X, MONEY, "Commitment of the facility"] = optional(np.inf),
    certificate_date: Annotated[X, CALENDAR_DATE, "Date of the certificate"] = optional(0.0),
    cure_days: Annotated[X, BUSINESS_DAYS, "Business days in which a shortfall is to be cured"] = optional(5.0),
    calendar: Annotated[Text, CALENDAR, "weekends, us, sofr, uk, hk, or joined: us+uk"] = "weekends",
) -> Annotated[
    FloatArray,
    Result((
        Column("limit", MONEY, "What may be outstanding"),
        Column("availability", MONEY, "What may still be drawn"),
        Column("shortfall", MONEY, "What must be repaid or covered by further assets"),
        Column("cure date", DAY_OR_NONE, "Last day to cure it; 0 without a shortfall"),
    )),
]:  # fmt: skip
    """Availability under a borrowing base: what may be outstanding, what may be drawn, the shortfall and its cure date.

    limit = min(commitment, max(0, base − reserves)); availability = max(0, limit − drawn)
    shortfall = max(0, drawn − limit); cure date = certificate_date and cure_days business days more

    Convention: reserves come off the base, not off the commitment. Days as in CFI_BUSINESS_DAY.
    Limits: one of availability and shortfall is always 0.
    Trap: a shortfall cured by further assets is cured by their base, not by their cost: shortfall over the advance
    rate, and more where their customer is at his limit already.
    Errors: #NUM! where there is a shortfall and no certificate_date, or a number is outside its bounds; #VALUE! for
    another calendar.
    """
    limit = np.minimum(commitment, np.maximum(0.0, base - reserves))
    shortfall = np.maximum(0.0, drawn - limit)
    short = shortfall > 0
    day = np.zeros_like(shortfall)
    if short.any():
        start = calendar_days.to_days(certificate_date[short])
        moved = calendar_days.moved(start, cure_days[short].astype(np.int64), calendar, "following")
        serials = calendar_days.to_serials(moved)
        day[short] = np.where(CALENDAR_DATE.outside(serials), np.nan, serials)
    return np.stack([limit, np.maximum(0.0, limit - drawn), shortfall, day], axis=-1)

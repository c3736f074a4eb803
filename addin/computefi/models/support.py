"""Default probabilities, and what a second name adds: a guarantor who also must fail, an offtaker who may."""

import numpy as np

from computefi.errors import DomainError, ZeroDivisor
from computefi.kernels.normal import bivariate_normal_cdf
from computefi.kernels.special import ndtr, ndtri
from computefi.spec import Example, Rule, declare
from computefi.spec.kinds import (
    CORRELATION,
    DEFAULT_PROBABILITY,
    PROBABILITY,
    RATIO,
    RECOMPUTED,
    SHARE,
    SPREAD,
    YEARS,
    Annotated,
    Choice,
    FloatArray,
    Kind,
    Text,
    X,
    optional,
)
from computefi.spec.native import Native

SUPPORT = "Credit and support"
MATURITY = Kind("time", "years, 1 to 5", low=1, high=5)
METHOD = Choice(("regulatory", "exact"))
SYSTEMIC = ndtri(0.999)  # the Basel Framework's bad state of the economy
GUARANTOR_CORRELATION, PAIR_CORRELATION = 0.7, 0.5  # Basel II §284 and the 2005 paper behind it


@declare(
    category=SUPPORT,
    questions=["Is the cash there?", "Who else pays?"],
    source="Constant hazard; Hull, Options, Futures and Other Derivatives, credit risk chapter",
    examples=[Example((0.02, 5), 0.0960792032), Example((0.05, 1), 0.05)],
)
def pd_term(
    pd: Annotated[X, PROBABILITY, "One-year probability of default"],
    years: Annotated[X, YEARS, "Horizon"],
) -> Annotated[X, PROBABILITY, "Cumulative probability of default"]:
    """Cumulative probability of default over a horizon, from a one-year probability at constant hazard.

    PD(T) = 1 − (1 − pd)^years

    Limits: 0 at years 0; pd at one year; 1 where pd is 1 and years above 0.
    Errors: #NUM! outside the bounds.
    """
    return np.where(years == 0, 0.0, -np.expm1(years * np.log1p(-pd)))


@declare(
    category=SUPPORT,
    questions=["Who else pays?", "How do I calibrate?"],
    source="Hull, Options, Futures and Other Derivatives: hazard = spread/(1 − recovery). CoreWeave 5-year CDS 881bp "
    "(press, 2025-12)",
    examples=[
        Example((0.0881, 0.4, 5), 0.520094786601, RECOMPUTED),
        Example((0.0452, 0.4, 5), 0.313855249302, RECOMPUTED),
    ],
    rules=[Rule("recovery", "must not be 1", lambda recovery: recovery != 1, ZeroDivisor)],
)
def pd_spread(
    spread: Annotated[X, SPREAD, "Credit spread, as a decimal: 200bp is 0.02"],
    recovery: Annotated[X, SHARE, "Recovery rate the spread assumes; usually 0.4"],
    years: Annotated[X, YEARS, "Horizon"],
) -> Annotated[X, PROBABILITY, "Risk-neutral cumulative probability of default"]:
    """Cumulative probability of default implied by a credit spread at constant hazard. Risk-neutral, not historical.

    PD(T) = 1 − e^{−hazard·years}, hazard = spread / (1 − recovery)

    Steps: hazard
    Convention: spread per year, continuous. Never mix it unlabelled with rating-agency averages, which are lower.
    Limits: 0 at spread 0 and at years 0.
    Errors: #DIV/0! where recovery is 1; #NUM! outside the bounds.
    """
    return -np.expm1(-spread / (1 - recovery) * years)


def _joint(pd_1: FloatArray, pd_2: FloatArray, rho: FloatArray) -> FloatArray:
    return bivariate_normal_cdf(ndtri(pd_1), ndtri(pd_2), rho)


@declare(
    category=SUPPORT,
    questions=["Who else pays?"],
    source="Gaussian copula of two defaults; Basel II double-default paper (BCBS, 2005) for the guarantee reading",
    examples=[Example((0.0021, 0.1288, 0.3), 0.000888699632083, RECOMPUTED), Example((0.0021, 0.1288, 1), 0.0021)],
    native=Native(
        """MAP(CFI__SCORE(pd_1)+clear,CFI__SCORE(pd_2)+clear,rho+clear,
            LAMBDA(first,second,slope,CFI__PHI2(first,second,slope)))""",
    ),
)
def pd_both(
    pd_1: Annotated[X, PROBABILITY, "Probability of default of the first name"],
    pd_2: Annotated[X, PROBABILITY, "Probability of default of the second name, over the same horizon"],
    rho: Annotated[X, CORRELATION, "Correlation of the two names' latent variables"],
) -> Annotated[X, PROBABILITY, "Probability that both default"]:
    """Probability that both names default: a true guarantee, under which a loss needs both to fail.

    PD = Φ₂(Φ⁻¹(pd_1), Φ⁻¹(pd_2); rho)

    Steps: Φ⁻¹(pd_1); Φ⁻¹(pd_2)
    Convention: a parallel system, both over one horizon. An offtaker is not a guarantor: see CFI_PD_EITHER.
    Limits: pd_1·pd_2 at rho 0; the smaller at rho 1; (pd_1 + pd_2 − 1)⁺ at rho −1.
    Errors: #NUM! outside the bounds.
    """
    return _joint(pd_1, pd_2, rho)


@declare(
    category=SUPPORT,
    questions=["Who else pays?"],
    source="Gaussian copula of two defaults, series system with a replaceable operator",
    examples=[
        Example((0.0021, 0.1288, 0.3), 0.130011300368, RECOMPUTED),
        Example((0.0027, 0.1288, 0.3, 0.9), 0.0154681955402, RECOMPUTED),
    ],
    native=Native("pd_1+(1-step_in)*(pd_2-CFI_PD_BOTH(pd_1,pd_2,rho))"),
)
def pd_either(
    pd_1: Annotated[X, PROBABILITY, "Probability of default of the offtaker"],
    pd_2: Annotated[X, PROBABILITY, "Probability of default of the operator, over the same horizon"],
    rho: Annotated[X, CORRELATION, "Correlation of the two names' latent variables"],
    step_in: Annotated[
        X, PROBABILITY, "Probability that a failed operator is replaced and the contract goes on"
    ] = optional(0.0),
) -> Annotated[X, PROBABILITY, "Probability that the contract's cash stops"]:
    """Probability that the cash stops because either name fails: an offtake, a series system of customer and operator.

    PD = pd_1 + (1 − step_in)·(pd_2 − both), both = CFI_PD_BOTH(pd_1, pd_2, rho)

    Steps: both = Φ₂(Φ⁻¹(pd_1), Φ⁻¹(pd_2); rho)
    Convention: one horizon for both. The offtaker's failure always stops the cash; the operator's only if not replaced.
    Limits: the union at step_in 0; pd_1 at step_in 1; the larger at rho 1 and step_in 0.
    Errors: #NUM! outside the bounds.
    """
    return pd_1 + (1 - step_in) * (pd_2 - _joint(pd_1, pd_2, rho))


def _corporate_correlation(pd: FloatArray) -> FloatArray:
    """Asset correlation of the Basel corporate formula: .24 for the best credits, .12 for the worst."""
    weight: FloatArray = np.expm1(-50 * pd) / np.expm1(-50.0)
    return 0.12 * weight + 0.24 * (1 - weight)


def _unexpected_loss(pd: FloatArray, lgd: FloatArray) -> FloatArray:
    """lgd · (WCDR − pd) at 99.9% with the corporate correlation, before any maturity adjustment."""
    correlation = _corporate_correlation(pd)
    worst = ndtr((ndtri(pd) + np.sqrt(correlation) * SYSTEMIC) / np.sqrt(1 - correlation))
    return lgd * np.maximum(worst - pd, 0.0)  # rounding where pd is next to 1


@declare(
    category=SUPPORT,
    questions=["Who else pays?"],
    source="Basel II (BCBS 128, 2006) §284, removed in final Basel III; exact: The Application of Basel II to Trading "
    "Activities and the Treatment of Double Default Effects (BCBS 116, 2005)",
    examples=[
        Example((0.01, 0.0003, 0.45), 0.0116072956505, RECOMPUTED),
        Example((0.01, 0.001, 0.45, "exact"), 0.0192807837416, RECOMPUTED),
    ],
)
def double_default(
    pd_obligor: Annotated[X, PROBABILITY, "One-year probability of default of the obligor"],
    pd_guarantor: Annotated[X, PROBABILITY, "One-year probability of default of the guarantor"],
    lgd: Annotated[X, SHARE, "Loss given default of both together"],
    method: Annotated[Text, METHOD, "regulatory or exact"] = "regulatory",
) -> Annotated[X, SHARE, "Capital as a share of the exposure"]:
    """Capital of a guaranteed loan, where a loss needs both obligor and guarantor to fail.

    regulatory: K = K_o · min(1, 0.15 + 160·pd_guarantor)
    K_o = lgd·(WCDR − pd_obligor), WCDR = Φ((Φ⁻¹(pd_obligor) + √R·G)/√(1 − R)), G = Φ⁻¹(0.999)
    R = 0.12·w + 0.24·(1 − w), w = (1 − e^{−50·pd_obligor})/(1 − e^{−50})
    exact: K = lgd·Φ₂(h, k; r), h = (Φ⁻¹(pd_obligor) + √R·G)/√(1 − R), k = (Φ⁻¹(pd_guarantor) + √.7·G)/√.3
    r = (.5 − √(.7·R))/√(.3·(1 − R))

    Steps: w; R; G; WCDR; K_o; h = (Φ⁻¹(pd_obligor) + √R·G)/√(1 − R); k = (Φ⁻¹(pd_guarantor) + √0.7·G)/√0.3; r = (0.5 −
    √(0.7·R))/√(0.3·(1 − R))
    Convention: 99.9%, one year, no maturity adjustment; the exact form is not reduced by the expected loss.
    Limits: the factor is held at 1, so a weak guarantor never costs capital; 0 at pd_obligor 0.
    Trap: an offtaker is no guarantor: see CFI_PD_EITHER.
    Errors: #NUM! outside the bounds; #VALUE! where method is neither word.
    """
    if method == "regulatory":
        return _unexpected_loss(pd_obligor, lgd) * np.minimum(1.0, 0.15 + 160 * pd_guarantor)
    own = _corporate_correlation(pd_obligor)
    obligor = (ndtri(pd_obligor) + np.sqrt(own) * SYSTEMIC) / np.sqrt(1 - own)
    other = GUARANTOR_CORRELATION
    guarantor = (ndtri(pd_guarantor) + np.sqrt(other) * SYSTEMIC) / np.sqrt(1 - other)
    remaining = (PAIR_CORRELATION - np.sqrt(other * own)) / np.sqrt((1 - other) * (1 - own))
    return lgd * bivariate_normal_cdf(obligor, guarantor, remaining)


@declare(
    category=SUPPORT,
    questions=["Who else pays?"],
    source="Basel Framework CRE31.5–31.6 (corporate risk-weight function); Basel II Annex 5 for the published weights",
    examples=[
        Example((0.01, 0.45), 0.92316801392051388874, "Basel II Annex 5: 92.32%, recomputed with 40-digit arithmetic"),
        Example((0.0003, 0.25, 1), 0.042106880297394468527, RECOMPUTED),
    ],
    nan=("pd is too small for the maturity adjustment; the Basel Framework floors it at 0.0005", DomainError),
)
def irb_rw(
    pd: Annotated[X, DEFAULT_PROBABILITY, "One-year probability of default"],
    lgd: Annotated[X, SHARE, "Loss given default"],
    maturity: Annotated[X, MATURITY, "Effective maturity, 1 to 5 years"] = optional(2.5),
    scaling: Annotated[X, RATIO, "Scaling factor: 1 in final Basel III, 1.06 in Basel II"] = optional(1.0),
) -> Annotated[X, RATIO, "Risk weight, 1 for 100%"]:
    """Risk weight of a corporate exposure by the Basel internal-ratings formula.

    K = lgd·(WCDR − pd)·(1 + (maturity − 2.5)·b)/(1 − 1.5·b), b = (0.11852 − 0.05478·ln pd)²
    RW = 12.5 · K · scaling, WCDR and R as in CFI_DOUBLE_DEFAULT

    Steps: w = (1 − e^{−50·pd})/(1 − e^{−50}); R = 0.12·w + 0.24·(1 − w); G = Φ⁻¹(0.999); WCDR = Φ((Φ⁻¹(pd) + √R·G)/√(1
    − R)); b = (0.11852 − 0.05478·ln(pd))²; K
    Convention: corporates without size adjustment. Regulatory floors on pd and lgd are not applied: apply them first.
    Limits: 0 at lgd 0 and at pd 1 (a defaulted loan has its own rule); the maturity factor is 1 at maturity 1.
    Errors: #NUM! where pd is 0 or below about 3e-6, maturity not within 1 and 5, or a number outside its bounds.
    """
    slope = (0.11852 - 0.05478 * np.log(pd)) ** 2
    adjustment = np.where(1.5 * slope < 1, (1 + (maturity - 2.5) * slope) / (1 - 1.5 * slope), np.nan)
    return 12.5 * scaling * _unexpected_loss(pd, lgd) * adjustment

"""Checks of correlation-adjusted LTV, the driver, and credit and support."""

from __future__ import annotations

from workbooks.build.checks.case import (
    DERIVED,
    EXACT,
    HIGH,
    PUBLISHED,
    Bivariate,
    Case,
    Group,
    Line,
    Listed,
    Making,
    case,
    group,
)

WRONGWAY = "40-digit arithmetic without the add-in: tests/oracle/wrongway.py"
COPULA = "40-digit arithmetic without the add-in: tests/oracle/copula.py"
POOL = "40-digit arithmetic without the add-in: tests/oracle/pool.py"
DRIVER = "40-digit arithmetic without the add-in: tests/oracle/driver.py"
SUPPORT = "40-digit arithmetic without the add-in: tests/oracle/support.py"
ARITHMETIC = "Exact arithmetic"
Made = tuple[tuple[str, Making], ...]

A = (70, 100, 0.05, 0.5, 0.4, 1)
B = (70, 100, 0.05, 0, 0.4, 1)
D = (70, 100, 0.05, -0.5, 0.4, 1)
E = (70, 100, 0.02, 0.3, 0.3, 2, -0.26, 0.1)
F = (50, 100, 0.25, 0.85, 0.9, 0.75, -0.3, 0.2)
LAG = (*A, 0, 0, 0.25)

SIGMA = "{volatility}*SQRT({horizon})"
FACTOR = f"NORMSDIST(NORMSINV({{pd}})-{{rho}}*{SIGMA})/{{pd}}"
CORR_LTV = f"{{loan}}/({{value}}*{FACTOR})"
CORR_LTV_NET = f"{{loan}}/((1-{{sale_cost}})*{{value}}*EXP({{drift}}*{{horizon}})*{FACTOR})"


def losses(
    loan: str = "{loan}",
    value: str = "{value}",
    pd: str = "{pd}",
    horizon: str = "{horizon}",
    rho: str = "{rho}",
    tag: str = "",
) -> Made:
    """Break-even value over mean value, and the two bivariate probabilities of the loss given default."""
    return (
        (f"a{tag}", f"{{volatility}}*SQRT({horizon})"),
        (f"d{tag}", f"NORMSINV({pd})"),
        (f"x{tag}", f"{loan}/({value})" if any(sign in value for sign in "*/") else f"{loan}/{value}"),
        (f"z{tag}", f"LN({{x{tag}}})/{{a{tag}}}+{{a{tag}}}/2"),
        (f"p{tag}", Bivariate(f"{{d{tag}}}", f"{{z{tag}}}", rho)),
        (f"q{tag}", Bivariate(f"{{d{tag}}}-({rho})*{{a{tag}}}", f"{{z{tag}}}-{{a{tag}}}", rho)),
    )


PLAIN = losses()
NET = losses("{loan}/(1-{sale_cost})", "{value}*EXP({drift}*{horizon})")
LAGGED = losses(horizon="({horizon}+{lag})", rho="{rho}*SQRT({horizon}/({horizon}+{lag}))")
LGD = "({p}-{q}/{x})/{pd}"
PUT: Made = (("a", SIGMA), ("z", "LN({loan}/{value})/{a}+{a}/2"))
PUT_LGD = "NORMSDIST({z})-{value}/{loan}*NORMSDIST({z}-{a})"
COMONOTONE = "(NORMSDIST(MIN(NORMSINV({pd}),{z}))-{value}/{loan}*NORMSDIST(MIN(NORMSINV({pd}),{z})-{a}))/{pd}"


def advance(guess: str, rho: str = "{rho}") -> Made:
    """One step of Newton's method from the printed advance rate."""
    return ("start", guess), *losses("{start}", "1", rho=rho)


NEWTON = "{start}-({p}-{q}/{start}-{target_loss})/({q}/{start}^2)"
QUANTILE: Made = (
    ("a", SIGMA),
    ("d", "NORMSINV({pd})"),
    ("z", "-2.16737344"),
    ("p", Bivariate("{d}", "{z}", "{rho}")),
    ("slope", "EXP(-({z}^2)/2)/SQRT(2*PI())*NORMSDIST(({d}-{rho}*{z})/SQRT(1-{rho}^2))"),
)
YEARS = 5
PATH: Made = sum(
    (
        losses(f"{{balances[{t}]}}/(1-{{sale_cost}})", f"{{values[{t}]}}", f"SUM({{pds[1:{t}]}})", str(t), tag=str(t))
        for t in range(1, YEARS + 1)
    ),
    (),
)
PATH_LOSS = (
    "losses",
    Listed(tuple(f"(1+{{rate}})^-{t}*{{pds[{t}]}}*{{balances[{t}]}}*({{p{t}}}-{{q{t}}}/{{x{t}}})/SUM({{pds[1:{t}]}})" for t in range(1, YEARS + 1))),
)  # fmt: skip
EL_PATH = (
    (100, 80, 60, 40, 20),
    Line(YEARS, "0.98^(#-1)-0.98^#"),
    Line(YEARS, "1000/9*EXP(-0.26*#)"),
    0.2,
    0.3,
    0.06,
    0.25,
)
JUMPS = 9
JUMP: Made = sum(
    (losses("{loan}", f"{{value}}*(1-{{jump}})^{n}", tag=str(n)) for n in range(JUMPS)),
    (),
)
JUMP_TERMS = (
    "terms",
    Listed(tuple(f"POISSON({n},{{intensity}}*{{horizon}},FALSE)*({{p{n}}}-{{q{n}}}/{{x{n}}})/{{pd}}" for n in range(JUMPS))),
)  # fmt: skip

# t copula with 4 degrees of freedom: the quantile of 4 and the distribution of 5 are elementary functions.
T_QUANTILE = "-2*SQRT(COS(ACOS({root})/3)/{root}-1)"


def segment(tag: str, low: str, high: str) -> Made:
    """24 Gauss-Legendre nodes between two points of the collateral's normal score, all of it left of zero."""
    n = 24
    return (
        (f"w{tag}", Line(n, f"({low})+(({high})-({low}))*(1+{{node[#]}})/2")),
        (f"root{tag}", Line(n, f"SQRT(4*NORMSDIST({{w{tag}[#]}})*(1-NORMSDIST({{w{tag}[#]}})))")),
        (f"z{tag}", Line(n, T_QUANTILE.replace("{root}", f"{{root{tag}[#]}}"))),
        (f"g{tag}", Line(n, f"({{dt}}-{{rho}}*{{z{tag}[#]}})/SQRT((4+{{z{tag}[#]}}^2)*(1-{{rho}}^2)/5)/SQRT(5)")),
        (f"t{tag}", Line(n, f"0.5+(ATAN({{g{tag}[#]}})+{{g{tag}[#]}}/(1+{{g{tag}[#]}}^2)*(1+2/(3*(1+{{g{tag}[#]}}^2))))/PI()")),
        (f"term{tag}", Line(n, f"{{weight[#]}}*(({high})-({low}))/2*(1-EXP({{a}}*({{w{tag}[#]}}-{{zk}})))*EXP(-({{w{tag}[#]}}^2)/2)/SQRT(2*PI())*{{t{tag}[#]}}")),
    )  # fmt: skip


T_COPULA: Made = (
    ("a", SIGMA),
    ("zk", "LN({loan}/{value})/{a}+{a}/2"),
    ("root", "SQRT(4*{pd}*(1-{pd}))"),
    ("dt", T_QUANTILE),
    *segment("1", "-7", "-3"),
    *segment("2", "-3", "{zk}"),
)
T_LGD = "(SUM({term1})+SUM({term2}))/{pd}"

MATRIX = ((1, 0.6, 0.2), (0.6, 1, 0.1), (0.2, 0.1, 1))
ASSETS = ((60, 30, 10), (-0.26, -0.15, 0), (0.3, 0.28, 0.6), (0.2, 0.15, 0.7), MATRIX, 0.05, 1, 70)


def moment(i: int, j: int) -> str:
    return (
        f"{'2*' if i != j else ''}{{mean[{i}]}}*{{mean[{j}]}}*EXP({{correlation[r{i}:{j}]}}*{{a[{i}]}}*{{a[{j}]}})"
        f"*NORMSDIST(NORMSINV({{pd}})-{{rhos[{i}]}}*{{a[{i}]}}-{{rhos[{j}]}}*{{a[{j}]}})/{{pd}}"
    )


POOLED: Made = (
    ("a", Line(3, "{volatilities[#]}*SQRT({horizon})")),
    ("mean", Line(3, "{values[#]}*EXP({drifts[#]}*{horizon})")),
    ("given", Line(3, "{mean[#]}*NORMSDIST(NORMSINV({pd})-{rhos[#]}*{a[#]})/{pd}")),
    ("second", Listed(tuple(moment(i, j) for i in range(1, 4) for j in range(i, 4)))),
    ("sd", "SQRT(SUM({second})-SUM({given})^2)"),
    ("s", "SQRT(LN(1+{sd}^2/SUM({given})^2))"),
    ("z", "(LN({loan}/SUM({given}))+{s}^2/2)/{s}"),
)
STEP = "{survival}*MAX(0,1-{contract_value}/{loan})+(1-{survival})*" + LGD

CORRELATION_GROUPS = (
    group(
        "LTV",
        [
            case("Iris SPVs at default", (104, 65), 1.6, "{loan}/{value}", status=DERIVED,
                 source="104m of loans against rigs of 65m to 70m (SEC 6-K 2022-11-02)"),
            case("after a haircut", (70, 100, 0.3), 1, "{loan}/({value}*(1-{haircut}))", status=EXACT, source=ARITHMETIC),
        ],
        ARITHMETIC,
    ),
    group(
        "CORR_LTV",
        [
            case("case A", A, "1.07594919423", CORR_LTV),
            case("case B: no correlation", B, 0.7, CORR_LTV, status=EXACT, source=ARITHMETIC),
            case("case D: right-way", D, "0.471383632254", CORR_LTV),
            case("case E: GPU", E, "1.79326091839", CORR_LTV_NET),
            case("case F: ASIC", F, "2.15949994166", CORR_LTV_NET),
        ],
        WRONGWAY,
    ),
    group(
        "VALUE_IN_DEFAULT",
        [
            case("case A", A[1:], "65.0588339817", f"{{value}}*{FACTOR}"),
            case("case E", E[1:-1], "43.3722594299", f"{{value}}*EXP({{drift}}*{{horizon}})*{FACTOR}"),
            case("case F", F[1:-1], "28.9418854774", f"{{value}}*EXP({{drift}}*{{horizon}})*{FACTOR}"),
        ],
        WRONGWAY,
    ),
    group(
        "VALUE_IN_DEFAULT_Q",
        [
            case("case A at 10%", (0.1, *A[1:]), "38.7922625545",
                 "{value}*EXP({a}*({z}-({p}-{quantile}*{pd})/{slope})-{a}^2/2)", made=QUANTILE),
            case("no correlation", (0.1, *B[1:]), "55.287650192888879858", "{value}*EXP({a}*NORMSINV({quantile})-{a}^2/2)", made=(("a", SIGMA),)),
        ],
        WRONGWAY,
    ),
    group(
        "CORR_LGD",
        [
            case("case A", A, "0.173559111227", LGD, made=PLAIN),
            case("case B: a Black–Scholes put", B, "0.0481593126482", PUT_LGD, made=PUT),
            case("ρ = 1", (70, 100, 0.05, 1, 0.4, 1), "0.416152986883", COMONOTONE, made=PUT),
            case("case D: right-way", D, "0.00302773681967", LGD, made=PLAIN, shadow_tolerance=1e-10),
            case("case E: GPU", E, "0.452489012628", LGD, made=NET),
            case("case F: ASIC", F, "0.543981573211", LGD, made=NET),
            case("sold three months late", LAG, "0.193088934107", LGD, made=LAGGED),
            case("no volatility", (70, 50, 0.05, 0.5, 0, 1), "0.285714285714286", "MAX(0,1-{value}/{loan})", status=EXACT, source=ARITHMETIC),
        ],
        WRONGWAY,
    ),
    group(
        "CORR_EL",
        [
            case("case A", A, "0.00867795556137", "{p}-{q}/{x}", made=PLAIN),
            case("case B: no correlation", B, "0.0024079656324110993996", f"{{pd}}*({PUT_LGD})", made=PUT),
        ],
        WRONGWAY,
    ),
    group(
        "CORR_ADVANCE",
        [
            case("25bp of loss, ρ = 0.5", (0.0025, *A[2:]), "0.4929925476873721989", NEWTON, made=advance("0.49299255")),
            case("25bp of loss, ρ = 0", (0.0025, *B[2:]), "0.70650024356012573569", NEWTON, made=advance("0.70650024")),
            case("10bp of loss, ρ = 0.85", (0.001, 0.25, 0.85, 0.4, 1), "0.35501068903508279663", NEWTON, made=advance("0.35501069")),
        ],
        WRONGWAY,
    ),
    group(
        "STRESS_LTV",
        [case("driver at its 1% quantile", (70, 100, 0.5, 0.4, 1, 0.01), "1.13722903317",
              f"{{loan}}/({{value}}*EXP({{rho}}*{SIGMA}*NORMSINV({{quantile}})-({{rho}}*{SIGMA})^2/2))")],
        WRONGWAY,
    ),
    group(
        "STEP_IN_LGD",
        [case("contract survives in 70%", (70, 60, 0.7, *A[1:]), "0.15206773336824861967", STEP, made=PLAIN, tolerance=1e-12)],
        WRONGWAY,
    ),
    group(
        "WRONG_WAY",
        [
            case("case A: LTV added", A, "0.37594919422725448672", f"{CORR_LTV}-{{loan}}/{{value}}", output=(1, 1)),
            case("case A: LGD added", A, "0.12539979857927340905", f"{LGD}-(NORMSDIST({{z}})-{{value}}/{{loan}}*NORMSDIST({{z}}-{{a}}))",
                 output=(1, 2), made=PLAIN),
        ],
        WRONGWAY,
    ),
    group(
        "POOL_IN_DEFAULT",
        [
            case("mean", ASSETS, "68.3681757663", "SUM({given})", output=(1, 1), made=POOLED),
            case("standard deviation", ASSETS, "17.3042474891", "{sd}", output=(1, 2), made=POOLED),
            case("matched LGD", ASSETS, "0.110090489322", "NORMSDIST({z})-SUM({given})/{loan}*NORMSDIST({z}-{s})", output=(1, 3), made=POOLED),
        ],
        POOL,
    ),
    group(
        "EL_PATH",
        [
            case("total", EL_PATH, "2.373512388927888193", "SUM({losses})", output=(1, 1), made=(*PATH, PATH_LOSS)),
            case("third year", EL_PATH, "0.48499672767621376035", "{losses[3]}", output=(1, 4), made=(*PATH, PATH_LOSS)),
        ],
        POOL,
    ),
    group(
        "CORR_LGD_T",
        [
            case("case A, 4 degrees", (*A, 4), "0.21245411084172622749", T_LGD, made=T_COPULA),
            case("ρ = 0, 4 degrees", (*B, 4), "0.089023416524869486114", T_LGD, made=T_COPULA),
            case("ρ = 1: as the normal copula", (70, 100, 0.05, 1, 0.4, 1, 4), "0.416152986883", COMONOTONE, made=PUT),
        ],
        COPULA,
    ),
    group(
        "CORR_LGD_JUMP",
        [case("case A, a successor in four years", (*A, 0.25, 0.35), "0.230475258117", "SUM({terms})", made=(*JUMP, JUMP_TERMS))],
        COPULA,
    ),
    group(
        "CORR_LGD_SIM",
        [
            case("one asset: case A", (70, (100,), 0.05, (0.5,), (0.4,), 1, ((1,),)), "0.173559111227", LGD.replace("{x}", "({loan}/{values})"),
                 output=(1, 1), made=(
                     ("a", "{volatilities}*SQRT({horizon})"), ("d", "NORMSINV({pd})"), ("z", "LN({loan}/{values})/{a}+{a}/2"),
                     ("p", Bivariate("{d}", "{z}", "{rhos}")), ("q", Bivariate("{d}-{rhos}*{a}", "{z}-{a}", "{rhos}")),
                 ),
                 tolerance=5.8e-5, shadow_tolerance=5.8e-5, source=f"{WRONGWAY}; within four standard errors"),
            case("three assets", (70, (46.26309514821398, 25.821239292751734, 10), 0.05, (0.2, 0.15, 0.7), (0.3, 0.28, 0.6), 1, MATRIX),
                 "0.1099617", "", output=(1, 1), tolerance=2.6e-4, source="Ten million paths (standard error 8e-7); within four standard errors"),
        ],
        WRONGWAY,
    ),
)  # fmt: skip

# The deals of the project's note on models: demonstration parameters, not filed.
DEALS = (
    ("MinerFi", 2.0, (0, 0.06, 0.75, 0.1), 0.85, 1, "0.84254371558", "0.254364326386"),
    ("MinerFi, levered", 2.0, (0, 0.06, 0.75, 0.1), 0.85, 1.6, "0.847063894508", "0.338987721455"),
    ("ComputeFi", 1.2, (0.98, 0.06, 0.3, 0.05), 0.7, 1, "0.202608562228", "0.017181108599"),
    ("GPU on demand", 1.2, (0.25, 0.06, 0.3, 0.05), 0.7, 1, "0.682053068508", "0.239392328889"),
    ("Mixed", 1.35, (0.6, 0.1, 0.3, 0.05), 0.7, 1, "0.609354951477", "0.049919514421"),
)
SPREAD: Made = (
    (
        "s",
        "SQRT({leverage}^2*(({contracted}*{vol_contract})^2+((1-{contracted})*{vol_market})^2"
        "+2*{contracted}*(1-{contracted})*{corr_contract_market}*{vol_contract}*{vol_market})+{vol_other}^2)",
    ),
)
DRIVER_RHO = "{leverage}*({contracted}*{vol_contract}*{corr_contract}+(1-{contracted})*{vol_market}*{corr_market})/{s}"
DRIVER_GROUPS = (
    group(
        "DRIVER_RHO",
        [case(name, (*cash, 0.2, market, 0.3, leverage), rho, DRIVER_RHO, made=SPREAD) for name, _, cash, market, leverage, rho, _ in DEALS],
        DRIVER,
    ),
    group(
        "DRIVER_PD",
        [
            *(case(name, (dscr, *cash, 0.3, leverage), pd, "NORMSDIST(-(1-1/{dscr})/{s})", made=SPREAD) for name, dscr, cash, _, leverage, _, pd in DEALS),
            case("ComputeFi, lognormal", (1.2, 0.98, 0.06, 0.3, 0.05, 0.3, 1, "lognormal"), "0.0103193171811", "NORMSDIST(-LN({dscr})/{s})", made=SPREAD),
        ],
        DRIVER,
    ),
)  # fmt: skip

JOINT: Made = (("p", Bivariate("NORMSINV({pd_1})", "NORMSINV({pd_2})", "{rho}")),)


def basel(pd: str) -> Made:
    """The worst-case default rate of the Basel corporate formula."""
    return (
        ("w", f"(1-EXP(-50*{{{pd}}}))/(1-EXP(-50))"),
        ("r", "0.12*{w}+0.24*(1-{w})"),
        ("h", f"(NORMSINV({{{pd}}})+SQRT({{r}})*NORMSINV(0.999))/SQRT(1-{{r}})"),
    )


OBLIGOR = basel("pd_obligor")
BOTH_DEFAULT: Made = (
    *OBLIGOR,
    ("g", "(NORMSINV({pd_guarantor})+SQRT(0.7)*NORMSINV(0.999))/SQRT(0.3)"),
    ("joint", "(0.5-SQRT(0.7*{r}))/SQRT(0.3*(1-{r}))"),
    ("p", Bivariate("{h}", "{g}", "{joint}")),
)
WEIGHT: Made = (*basel("pd"), ("b", "(0.11852-0.05478*LN({pd}))^2"))
RISK_WEIGHT = "12.5*{scaling}*{lgd}*(NORMSDIST({h})-{pd})*(1+({maturity}-2.5)*{b})/(1-1.5*{b})"
REGULATORY = "{lgd}*(NORMSDIST({h})-{pd_obligor})*MIN(1,0.15+160*{pd_guarantor})"
ANNEX_5 = "Basel II (BCBS 128, 2006), Annex 5: LGD 45%, 2.5 years"
PRINTED = (
    (0.0003, "0.1444"), (0.0005, "0.1965"), (0.001, "0.2965"), (0.0025, "0.4947"), (0.005, "0.6961"), (0.01, "0.9232"),
    (0.02, "1.1486"), (0.05, "1.4986"), (0.1, "1.9309"), (0.2, "2.3823"),
)  # fmt: skip


def weights() -> list[Case]:
    made = [
        case(f"PD {pd:.2%}", (pd, 0.45, 2.5, 1), weight, RISK_WEIGHT, made=WEIGHT, status=PUBLISHED, source=ANNEX_5)
        for pd, weight in PRINTED
    ]
    # Two printed weights are one unit of the last place above what full precision gives.
    return [
        Case(**{**c.__dict__, "tolerance": 1e-4, "source": f"{ANNEX_5}; printed one unit high"})
        if c.expected in ("1.1486", "1.4986")
        else c
        for c in made
    ]


def fit(notch: int) -> str:
    return f"1-EXP(-EXP(-9.5+0.1777*{notch}+0.01515*{notch}^2+(2.066-0.0682*{notch})*LN({{years}})))"


STUDY = (
    "S&P Global 2024 Annual Corporate Default Study (2025-03-27), Table 26; the fit's typical error is a factor of 1.27"
)
SUPPORT_GROUPS = (
    group("PD_TERM", [case("2% a year, five years", (0.02, 5), "0.0960792032", "1-(1-{pd})^{years}", status=EXACT, source=ARITHMETIC)], SUPPORT),
    group(
        "PD_SPREAD",
        [
            case("CoreWeave CDS 881bp", (0.0881, 0.4, 5), "0.520094786601", "1-EXP(-{spread}/(1-{recovery})*{years})"),
            case("452bp", (0.0452, 0.4, 5), "0.313855249302", "1-EXP(-{spread}/(1-{recovery})*{years})"),
        ],
        SUPPORT,
    ),
    group(
        "PD_BOTH",
        [
            case("offtaker and operator", (0.0021, 0.1288, 0.3), "0.000888699632083", "{p}", made=JOINT),
            case("both at five years", (0.0027, 0.1288, 0.3), "0.00111804459823", "{p}", made=JOINT),
            case("independent", (0.0021, 0.1288, 0), 0.00027048, "{pd_1}*{pd_2}", status=EXACT, source=ARITHMETIC),
            case("ρ = 1", (0.0021, 0.1288, 1), 0.0021, "MIN({pd_1},{pd_2})", status=EXACT, source=ARITHMETIC),
        ],
        SUPPORT,
    ),
    group(
        "PD_EITHER",
        [
            case("offtaker or operator", (0.0021, 0.1288, 0.3), "0.130011300368", "{pd_1}+{pd_2}-{p}", made=JOINT),
            case("step-in of 90%", (0.0027, 0.1288, 0.3, 0.9), "0.0154681955402", "{pd_1}+(1-{step_in})*({pd_2}-{p})", made=JOINT),
            case("ρ = 1", (0.0021, 0.1288, 1), 0.1288, "MAX({pd_1},{pd_2})", status=EXACT, source=ARITHMETIC),
        ],
        SUPPORT,
    ),
    group(
        "DOUBLE_DEFAULT",
        [
            case("regulatory, 1% and 0.03%", (0.01, 0.0003, 0.45), "0.0116072956505", REGULATORY, made=OBLIGOR),
            case("regulatory, 2% and 0.05%", (0.02, 0.0005, 0.45), "0.017621808667", REGULATORY, made=OBLIGOR),
            case("exact, 1% and 0.10%", (0.01, 0.001, 0.45, "exact"), "0.0192807837416", "{lgd}*{p}", made=BOTH_DEFAULT),
            case("exact, 5% and 0.10%", (0.05, 0.001, 0.45, "exact"), "0.0400460259555", "{lgd}*{p}", made=BOTH_DEFAULT),
        ],
        SUPPORT,
    ),
    group(
        "IRB_RW",
        [
            *weights(),
            case("in high precision", (0.01, 0.45, 2.5, 1), "0.92316801392051391841", RISK_WEIGHT, made=WEIGHT, status=HIGH),
        ],
        SUPPORT,
    ),
    group(
        "RATING_PD",
        [
            case("BBB, one year: the fit", ("BBB", 1), "0.0012631055283300468873", fit(9)),
            case("B+, five years: the fit", ("B+", 5), "0.099618993015105585839", fit(14)),
            case("BBB, one year: the study", ("BBB", 1), "0.0013", fit(9), status=PUBLISHED, source=STUDY, tolerance=0.00035),
            case("B+, five years: the study", ("B+", 5), "0.1288", fit(14), status=PUBLISHED, source=STUDY, tolerance=0.035),
        ],
        SUPPORT,
    ),
)  # fmt: skip

GROUPS: dict[str, tuple[Group, ...]] = {
    "Correlation-adjusted LTV": CORRELATION_GROUPS,
    "Driver": DRIVER_GROUPS,
    "Credit and support": SUPPORT_GROUPS,
}

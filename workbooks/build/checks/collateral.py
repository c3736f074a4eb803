"""Checks of haircuts, GPUs, miners, calibration and judgement."""

from __future__ import annotations

from workbooks.build.checks.case import DERIVED, EXACT, Bivariate, Case, Group, Line, Listed, Making, case, group

HAIRCUT = "40-digit arithmetic without the add-in: tests/oracle/haircut.py"
GPU = "40-digit arithmetic without the add-in: tests/oracle/gpu.py"
MINER = "40-digit arithmetic without the add-in: tests/oracle/miner.py"
CALIBRATION = "40-digit arithmetic without the add-in: tests/oracle/calibration.py"
ARITHMETIC = "Exact arithmetic"
OWN = "A judgement of this project; the value follows from the levels"


def annuity(rate: str, years: str) -> str:
    """Continuous annuity factor."""
    return f"((1-EXP(-({rate})*{years}))/({rate}))"


VAR = "1-EXP(({drift}-{volatility}^2/2)*{horizon}-{volatility}*SQRT({horizon})*NORMSINV({confidence}))"
SHORTFALL = "1-EXP({drift}*{horizon})*NORMSDIST(-NORMSINV({confidence})-{volatility}*SQRT({horizon}))/(1-{confidence})"
BASEL = "MIN(1,{haircut}*SQRT({to_days}/{from_days})*SQRT(({revaluation_days}+{to_days}-1)/{to_days}))"
LOGNORMAL = (
    ("tau", "{cure_days}/365"),
    ("z", "(LN({ltv})-({drift}-{volatility}^2/2)*{tau})/({volatility}*SQRT({tau}))"),
)
GAP_LOSS = "NORMSDIST({z})-EXP({drift}*{tau})/{ltv}*NORMSDIST({z}-{volatility}*SQRT({tau}))"
SLOW_SALE = "(2*0.5*{impact}*SQRT({quantity}/{depth})/{decay})^(1/1.5)"


def target_haircut(guess: str) -> tuple[tuple[str, Making], ...]:
    """One step of Newton's method from the printed haircut, on the loss with a loan of 1 − H against a value of 1."""
    return (
        ("loan", f"1-{guess}"),
        ("a", "{volatility}*SQRT({horizon})"),
        ("z", "LN({loan})/{a}+{a}/2"),
        ("p1", Bivariate("NORMSINV({pd})", "{z}", "0")),
        ("p2", Bivariate("NORMSINV({pd})", "{z}-{a}", "0")),
    )


NEWTON = "1-({loan}-({p1}-{p2}/{loan}-{target_loss})/({p2}/{loan}^2))"
HAIRCUT_CASES = (
    ("GPU-like, 99%", (0.4, 0.25, 0.99, 0), "0.38446875732", "0.423723539796"),
    ("GPU-like, 95%", (0.4, 0.25, 0.95, 0), "0.294586219319", "0.349411660183"),
    ("GPU", (0.3, 0.5, 0.99, -0.26), "0.47585814054", "0.511185367988"),
    ("ASIC", (0.9, 0.25, 0.99, -0.3), "0.705685555277", "0.744994143359"),
)

HAIRCUT_GROUPS = (
    group("HAIRCUT_VAR", [case(name, given, var, VAR) for name, given, var, _ in HAIRCUT_CASES], HAIRCUT),
    group("HAIRCUT_ES", [case(name, given, es, SHORTFALL) for name, given, _, es in HAIRCUT_CASES], HAIRCUT),
    group(
        "HAIRCUT_BASEL",
        [
            case("10 to 20 days", (0.15, 10, 20, 1), "0.212132034356", BASEL),
            case("revalued every 5 days", (0.15, 10, 20, 5), "0.232379000772", BASEL),
            case("10 to 5 days", (0.04, 10, 5, 1), "0.0282842712475", BASEL),
            case("revalued quarterly", (0.2, 10, 20, 63), "0.572712842531", BASEL),
            case("held at 1", (0.8, 10, 20, 63), 1, BASEL, status=EXACT, source="Basel Framework CRE22.59; the cap is the add-in's"),
        ],
        HAIRCUT,
    ),
    group(
        "HAIRCUT_LIQUIDITY",
        [
            case("square root", (25, 100, 1, 0.35), 0.175, "{impact}*SQRT({quantity}/({depth}*{horizon}))", status=EXACT, source=ARITHMETIC),
            case("with decay", (0.25, 1, 0.768026963243, 0.35, 0.5, 0, 0.26), "0.299530515665",
                 "{base}+{impact}*({quantity}/({depth}*{horizon}))^{exponent}+{decay}*{horizon}/2"),
        ],
        HAIRCUT,
    ),
    group(
        "COLLATERAL_HAIRCUT",
        [case("30%, 20% and 10%", ((0.3, 0.2, 0.1),), 0.496, "1-(1-{haircuts[1]})*(1-{haircuts[2]})*(1-{haircuts[3]})", status=EXACT)],
        ARITHMETIC,
    ),
    group(
        "HAIRCUT_TARGET",
        [
            case("10 days", (0.03, 0.0001, 0.6, 10 / 365), "0.13600875996721280578", NEWTON, made=target_haircut("0.13600876")),
            case("90 days", (0.03, 0.0001, 0.6, 90 / 365), "0.44978456805971964409", NEWTON, made=target_haircut("0.449784568")),
            case("no volatility", (0.05, 0.01, 0, 1, 0.5, -0.26), "0.036185517745542162349",
                 "1-EXP({drift}*{horizon})/(1-{target_loss}/{pd})", source="Closed form of the limit"),
        ],
        HAIRCUT,
    ),
    group(
        "GAP_RISK",
        [
            case("coin, 10 days: probability", (0.75, 0.75, 10, 0), "0.0120568332163", "NORMSDIST({z})", output=(1, 1), made=LOGNORMAL),
            case("coin, 10 days: loss", (0.75, 0.75, 10, 0), "0.000497969692121", GAP_LOSS, output=(1, 2), made=LOGNORMAL),
            case("GPU, 90 days: probability", (0.75, 0.3, 90, -0.26), "0.0768889234111", "NORMSDIST({z})", output=(1, 1), made=LOGNORMAL),
        ],
        HAIRCUT,
    ),
    group(
        "LIQUIDATION_HORIZON",
        [
            case("horizon", (25, 100, 0.35, 0.26), "0.768026963243", SLOW_SALE, output=(1, 1)),
            case("haircut", (25, 100, 0.35, 0.26), "0.299530515665", "{impact}*SQRT({quantity}/({depth}*{h}))+{decay}*{h}/2",
                 output=(1, 2), made=(("h", SLOW_SALE),)),
        ],
        HAIRCUT,
    ),
)  # fmt: skip

GPU_MADE = (
    ("tc", "MIN({contract_years},{life})"),
    ("ts", "MAX({tc},MIN({life},LN({market_rent}*{utilisation}/{opex})/{rent_decay}))"),
    ("fixed", "({contract_rent}*{utilisation}-{opex})*" + annuity("{rate}", "{tc}")),
    ("rents", "{market_rent}*{utilisation}*(" + annuity("{rate}+{rent_decay}", "{ts}") + "-" + annuity("{rate}+{rent_decay}", "{tc}") + ")"),
    ("costs", "{opex}*(" + annuity("{rate}", "{ts}") + "-" + annuity("{rate}", "{tc}") + ")"),
)  # fmt: skip
GPU_VALUE, GPU_ELASTICITY = "8760*({fixed}+{rents}-{costs})", "{rents}/({fixed}+{rents}-{costs})"


def gpu(years: float) -> tuple[float, ...]:
    return (2.5, years, 2.5, 0.19, 0.6, 0.95, 6, 0.1)


GPU_GROUPS = (
    group(
        "GPU_RESIDUAL",
        [
            case("three years at 0.26", (3, 0.26), "0.458406011305", "EXP(-{decay}*{age})"),
            case("15.1% a year and a step", (3, 0.163696092720405, 0, 2, 0.35), "0.3977740317907930217",
                 "({floor}+(1-{floor})*EXP(-{decay}*{age}))*IF({shock_ages}<={age},1-{shocks},1)"),
        ],
        GPU,
    ),
    group(
        "GPU_VALUE",
        [
            case("no contract: value", gpu(0), "35434.843266079199474", GPU_VALUE, output=(1, 1), made=GPU_MADE),
            case("no contract: elasticity", gpu(0), "1.6692412953212966501", GPU_ELASTICITY, output=(1, 2), made=GPU_MADE),
            case("two years: value", gpu(2), "41574.411868871243463", GPU_VALUE, output=(1, 1), made=GPU_MADE),
            case("four years: value", gpu(4), "54773.309389270", GPU_VALUE, output=(1, 1), made=GPU_MADE),
            case("four years: elasticity", gpu(4), "0.18070581245218094024", GPU_ELASTICITY, output=(1, 2), made=GPU_MADE),
            case("for life: value", gpu(6), "70155.278703739825428", GPU_VALUE, output=(1, 1), made=GPU_MADE),
        ],
        GPU,
    ),
    group(
        "UNDEPLOYED_VALUE",
        [case("nine months to power", (100, 0.8, 0.75, 0.1, 0.26, 8, 20), "58.6703595469",
              "{probability}*({live_value}*EXP(-({rate}+{decay})*{delay})-{cost})+(1-{probability})*{scrap}")],
        GPU,
    ),
    group(
        "BREAKEVEN_RENT",
        [
            case("rent without decay", (30000, 0.6, 0.9, 5, 0.1), "1.6337496508892",
                 "({cost}/8760/" + annuity("{rate}", "{life}") + "+{opex})/{utilisation}", output=(1, 1)),
            case("inverse of the value", (35434.843266, 0.6, 0.95, 6, 0.1, 0.19), "2.4999999999966527088",
                 "({cost}/8760+{opex}*" + annuity("{rate}", "{life}") + ")/({utilisation}*" + annuity("{rate}+{rent_decay}", "{life}") + ")",
                 output=(1, 1)),
            case("life", (35434.843266, 0.6, 0.95, 6, 0.1, 0.19), 6, "MIN({life},LN(2.5*{utilisation}/{opex})/{rent_decay})", output=(1, 2)),
        ],
        GPU,
    ),
)  # fmt: skip

STRIP = (
    ("years", "LN({hashprice}/{hashcost})/{decay}"),
    ("income", "{hashprice}*" + annuity("{rate}+{decay}", "{years}")),
    ("cost", "{hashcost}*" + annuity("{rate}", "{years}")),
)
PLAN, SPENDING = (5, 140, 0.85, 3, 12), (12, 20, 25, 9)
RUNWAY: tuple[tuple[str, Making], ...] = (
    ("ai", Line(24, "{ai_plan[1]}+({ai_plan[2]}-{ai_plan[1]})*MIN(1,MAX(0,(#-{ai_plan[4]})/{ai_plan[5]}))")),
    ("margin", Line(24, "MAX(0,{btc_revenue}*(1+{shock})*(1-{decay})^(#-1)-{mining_cost})+{ai[#]}*{ai_plan[3]}")),
    ("spent", Line(24, "{spending[1]}+{spending[2]}+IF(#<={spending[4]},{spending[3]},0)")),
    ("balance", Line(24, "{balance[<]}+{margin[#]}-{spent[#]}", "{cash}+{margin[1]}-{spent[1]}")),
    ("dry", Line(24, "IF({dry[<]}>0,{dry[<]},IF({balance[#]}<0,#,0))", "IF({balance[1]}<0,1,0)")),
    ("crossed", Line(24, "IF({crossed[<]}>0,{crossed[<]},IF({ai[#]}>={btc_revenue},#,0))", "IF({ai[1]}>={btc_revenue},1,0)")),
)  # fmt: skip


def runway(name: str, shock: float, output: int, expected: str | float, shadow: str) -> Case:
    given = (180, 60, 30, PLAN, SPENDING, shock, 0.02, 24)
    return case(name, given, expected, shadow, output=(1, output), made=RUNWAY)


MINER_GROUPS = (
    group(
        "HASHPRICE",
        [case("week to 2026-10-03", (84714, 3.125, 952), "40.04338", "144*{subsidy}*{btc}/(1000*{network_eh})", status=DERIVED,
              source="450 BTC a day at 84,714 over 952 EH/s (hashrateindex.com, 2026-09-27 to 10-03)")],
        MINER,
    ),
    group(
        "HASHCOST",
        [
            case("Iris SPVs 2022", (29.5, 0.0588), "41.6304", "{efficiency}*24*{power}", status=DERIVED,
                 source="29.5 J/TH at C$0.08, about $0.0588 a kWh (SEC 6-K 2022-11-02)"),
            case("with other cost", (18, 0.05, 2), 23.6, "{efficiency}*24*{power}+{other}", status=EXACT, source=ARITHMETIC),
        ],
        MINER,
    ),
    group("PAYBACK", [case("early 2022 prices", (90, 200, 41.6), "568.181818182", "1000*{price_per_th}/({hashprice}-{hashcost})")], MINER),
    group(
        "ASIC_VALUE",
        [
            case("value", (200, 41.6, 0.4, 0.15), "72.3575603273", "365/1000*({income}-{cost})", output=(1, 1), made=STRIP),
            case("life", (200, 41.6, 0.4, 0.15), "3.9255429982", "{years}", output=(1, 2), made=STRIP),
            case("elasticity", (200, 41.6, 0.4, 0.15), "1.62257978774", "{income}/({income}-{cost})", output=(1, 3), made=STRIP),
            case("near breakeven: value", (45, 41.6, 0.4, 0.15), "0.119109440267", "365/1000*({income}-{cost})", output=(1, 1), made=STRIP),
            case("near breakeven: elasticity", (45, 41.6, 0.4, 0.15), "25.6724735928", "{income}/({income}-{cost})", output=(1, 3), made=STRIP),
        ],
        MINER,
    ),
    group(
        "PIVOT_RUNWAY",
        [
            runway("half the revenue: dry in month", -0.5, 1, 4, "{dry[24]}"),
            runway("half the revenue: crosses in", -0.5, 2, 8, "{crossed[24]}"),
            runway("half the revenue: least cash", -0.5, 3, -98.5625, "MIN({cash},{balance})"),
            runway("no shock: never dry", 0, 1, 0, "{dry[24]}"),
            runway("no shock: least cash", 0, 3, "83.17510960000000", "MIN({cash},{balance})"),
        ],
        MINER,
    ),
    group(
        "SUPPLY_FACTOR",
        [case("supply outgrows demand", (0.2, 0.4, 1.5), "0.902337085379", "((1+{demand_growth})/(1+{supply_growth}))^(1/{elasticity})")],
        MINER,
    ),
    group("HALVING", [case("fees of 5%", (0.05,), "0.52380952381", "(0.5+{fee_share})/(1+{fee_share})"),
                      case("fees of 2%", (0.02,), "0.509803921569", "(0.5+{fee_share})/(1+{fee_share})")], MINER),
)  # fmt: skip

RETURNS = (0.02, -0.01, 0.03, -0.04, 0.01)
PATH = Listed(("100", *(f"{{prices[{k}]}}*EXP({move})" for k, move in enumerate(RETURNS, 1))))
FIRST, SECOND = (100, 104, 101, 108, 107, 112), (50, 51, 50.5, 53, 52, 55)
RETURN_LINES = (
    ("r1", Line(5, "LN({prices_1[>]}/{prices_1[#]})")),
    ("r2", Line(5, "LN({prices_2[>]}/{prices_2[#]})")),
)
SHRINK: tuple[tuple[str, Making], ...] = (
    ("x1", Line(4, "{returns[r#:1]}-AVERAGE({returns[c1]})")),
    ("x2", Line(4, "{returns[r#:2]}-AVERAGE({returns[c2]})")),
    ("fourth", Line(4, "({x1[#]}^2+{x2[#]}^2)^2")),
    ("s11", "SUMSQ({x1})/4"),
    ("s22", "SUMSQ({x2})/4"),
    ("s12", "SUMPRODUCT({x1},{x2})/4"),
    ("mean", "({s11}+{s22})/2"),
    ("distance", "({s11}-{mean})^2+({s22}-{mean})^2+2*{s12}^2"),
    ("noise", "SUM({fourth})/16-({s11}^2+{s22}^2+2*{s12}^2)/4"),
    ("weight_of_target", "MIN(1,{noise}/{distance})"),
)
SHRUNK = (
    "(1-{weight_of_target})*{s12}/SQRT(({weight_of_target}*{mean}+(1-{weight_of_target})*{s11})"
    "*({weight_of_target}*{mean}+(1-{weight_of_target})*{s22}))"
)
FISHER = "FISHERINV(FISHER(CORREL({{r1}},{{r2}})){}NORMSINV(0.975)/SQRT(COUNT({{r1}})-3))"


def correlation(name: str, output: int, expected: str | float, shadow: str) -> Case:
    return case(name, (FIRST, SECOND), expected, shadow, output=(1, output), made=RETURN_LINES)


CALIBRATION_GROUPS = (
    group(
        "EWMA_VOL",
        [case("five returns", (PATH,), "0.340927920499", "SQRT(252*{variance[5]})",
              made=(("r", Line(5, "LN({prices[>]}/{prices[#]})")),
                    ("variance", Line(5, "0.94*{variance[<]}+0.06*{r[#]}^2", "{r[1]}^2"))))],
        CALIBRATION,
    ),
    group(
        "CORRELATION",
        [
            correlation("correlation", 1, "0.901742307558309", "CORREL({r1},{r2})"),
            correlation("low", 2, "0.0952724413541439", FISHER.format("-")),
            correlation("high", 3, "0.993557374831109", FISHER.format("+")),
            correlation("count", 4, 5, "COUNT({r1})"),
        ],
        CALIBRATION,
    ),
    group("UNSMOOTH_CORR", [case("H100 and bitcoin", (0.39, 0.45), "0.436716158545546", "{rho}/SQRT(1-{phi}^2)")], CALIBRATION),
    group(
        "SHRINK_CORR",
        [
            case("off the diagonal", (((1, 2), (2, 1), (3, 5), (6, 4)),), "0.212260333399", SHRUNK, output=(1, 2), made=SHRINK),
        ],
        CALIBRATION,
    ),
)  # fmt: skip

FULL = (0.85, 0.65, 0.1, 1, 1.15, 0.35, 0.1, 0.1, 1, 0.85, 1, 0.9, 0.2)
ZERO = (0, 0, 1, 0, 1.0, 0.6, 0.25, 1, 0, 0, 0, 0, 0.5)
WEIGHTS = (15, 10, 15, 10, 10, 10, 5, 5, 5, 5, 5, 3, 2)
HALFWAY = (0.425, 0.325, 0.55, 0.5, 1.075, 0.475, 0.175, 0.55, 0.5, 0.425, 0.5, 0.45, 0.35)
MINER_LENDER = (0, 0, 1, 0, 0.5, 0.84, 0.345, 1, 0, 0, 0, 0, 0.6)
CREDITS: tuple[tuple[str, Making], ...] = (
    ("full", Listed(tuple(str(level) for level in FULL))),
    ("zero", Listed(tuple(str(level) for level in ZERO))),
    ("credit", Line(13, "MAX(0,MIN(1,({measures[#]}-{zero[#]})/({full[#]}-{zero[#]})))")),
)
SCORE = "100*SUMPRODUCT({weights},{credit})/SUM({weights})"
FAILS = "IF({measures[1]}<0.5,1,0)+IF({measures[3]}>0.5,1,0)+IF({measures[4]}=0,1,0)+IF({measures[6]}>=0.6,1,0)+IF({measures[9]}=0,1,0)"
FIRST_FAIL = "IF({measures[1]}<0.5,1,IF({measures[3]}>0.5,3,IF({measures[4]}=0,4,IF({measures[6]}>=0.6,6,IF({measures[9]}=0,9,0)))))"
PEERS = ((1, 0.5, 0.2), (0.98, 0.9, 0.6), (3, 6, 1.5), (4, 2, 1))
PEER_SCORES = ((
    "score",
    Line(3, "25*({software[#]}+{contracted_share[#]}+{backlog[#]}/MAX({backlog})+{customers[#]}/MAX({customers}))"),
),)  # fmt: skip
A_NAMES = ("CFI_VALUE_IN_DEFAULT", 100, 0.05, 0.5, 0.4, 1)

JUDGEMENT_GROUPS = (
    group(
        "REBRAND_SCORE",
        [
            case("halfway everywhere", (HALFWAY, WEIGHTS), 50, SCORE, output=(1, 1), made=CREDITS, tolerance=1e-11),
            case("halfway: hard fails", (HALFWAY, WEIGHTS), 2, FAILS, output=(1, 2)),
            case("mining lender: score", (MINER_LENDER, WEIGHTS), 0, SCORE, output=(1, 1), made=CREDITS),
            case("mining lender: first fail", (MINER_LENDER, WEIGHTS), 1, FIRST_FAIL, output=(1, 3)),
        ],
        OWN,
    ),
    group(
        "NEOCLOUD_SCORE",
        [
            case("first peer: score", PEERS, 87, "{score[1]}", output=(1, 1), made=PEER_SCORES),
            case("second peer: score", PEERS, 72.5, "{score[2]}", output=(2, 1), made=PEER_SCORES),
            case("third peer: rank", PEERS, 3, "RANK({score[3]},{score})", output=(3, 2), made=PEER_SCORES),
        ],
        ARITHMETIC,
    ),
    group(
        "WHY",
        [
            case("no value", ("CFI_LTV", 70, 0), "value must not be 0", words=True, status=EXACT),
            case("beyond its bounds", ("CFI_PD_TERM", 1.2, 5), "pd must be between 0 and 1; got 1.2", words=True, status=EXACT),
        ],
        "The rule of the declaration",
        "answers in words",
    ),
    group(
        "STEPS",
        [
            case("m of the value in default", A_NAMES, "0.650588339817",
                 "NORMSDIST(NORMSINV({value_2})-{value_3}*{value_4}*SQRT({value_5}))/{value_2}", output=(6, 2)),
            case("its last row is the answer", A_NAMES, "65.0588339817",
                 "{value_1}*NORMSDIST(NORMSINV({value_2})-{value_3}*{value_4}*SQRT({value_5}))/{value_2}", output=(7, 2)),
        ],
        "40-digit arithmetic without the add-in: tests/oracle/wrongway.py",
    ),
)  # fmt: skip

GROUPS: dict[str, tuple[Group, ...]] = {
    "Collateral haircut": HAIRCUT_GROUPS,
    "GPUs": GPU_GROUPS,
    "Miners": MINER_GROUPS,
    "Calibration": CALIBRATION_GROUPS,
    "Judgement": JUDGEMENT_GROUPS,
}

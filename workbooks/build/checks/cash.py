"""Checks of backlog, cover and sizing, and delayed-draw mechanics."""

from __future__ import annotations

from workbooks.build.checks.case import DERIVED, EXACT, FILED, PUBLISHED, Case, Group, Line, Listed, case, group

BACKLOG = "40-digit arithmetic without the add-in: tests/oracle/backlog.py"
COVER = "40-digit arithmetic without the add-in: tests/oracle/cover.py"
DRAWDOWN = "40-digit arithmetic without the add-in: tests/oracle/drawdown.py"
ARITHMETIC = "Exact arithmetic"
DDTL_4 = "CoreWeave DDTL 4.0 (SEC 0001769628-26-000129)"
TWO = ((10, 10, 10, 10, 10, 10), (6, 6, 6, 0, 0, 0))
TERMS = ((1, 0.9), (0.0005, 0.03), (0.97, 0.9), 0.07, 5)
# A hazard and a discount rate together are one rate, so a contract's present value is an NPV.
FIRST = "{take_or_pay[1]}*{delivery[1]}*NPV((1+{rate})*EXP({hazard[1]})-1,{revenue[r1:1:5]})"
SECOND = "{take_or_pay[2]}*{delivery[2]}*NPV((1+{rate})*EXP({hazard[2]})-1,{revenue[r2:1:5]})"
NAMES = (0.36, 0.26, 0.10, *(0.028,) * 10)
FLOWS = (80, 120, 110, 90, 60)
PV = "NPV({rate},{cfads})/{dscr}"

BACKLOG_GROUPS = (
    group(
        "BACKLOG_COVERAGE",
        [
            case("CoreWeave 2025-12", (66.8, 21.6), "3.09259259", "{backlog}/{debt}", status=DERIVED,
                 source="Form 10-K of 2026-03-02 (SEC 0001769628-26-000104): 66.8bn over 21.6bn"),
            case("CoreWeave 2026-03", (99.4, 24.86), "3.99839099", "{backlog}/{debt}", status=DERIVED,
                 source="Filed backlog over filed debt, 2026-03"),
            case("CoreWeave 2026-06", (103.7, 35.55), "2.91701828", "{backlog}/{debt}", status=DERIVED,
                 source="Filed backlog over filed debt, 2026-06"),
        ],
        ARITHMETIC,
    ),
    group(
        "ELIGIBLE_BACKLOG",
        [
            case("two contracts, five years", (TWO, *TERMS), "51.7462741286", f"{FIRST}+{SECOND}"),
            case("gross: no risk, no rate", (TWO, 1, 0, 1, 0, 99), 78, "SUM({revenue})", status=EXACT, source=ARITHMETIC),
        ],
        BACKLOG,
    ),
    group(
        "RISKED_COVERAGE",
        [
            case("two contracts", (TWO, *TERMS, 40), "1.29365685321", f"({FIRST}+{SECOND})/{{debt}}"),
            case("with operating cost", (TWO, *TERMS, 40, (1, 2, 3, 4, 5, 6)), "0.99998529641223612673",
                 f"({FIRST}+{SECOND}-NPV({{rate}},{{opex[1:5]}}))/{{debt}}"),
        ],
        BACKLOG,
    ),
    group(
        "FIRM_SHARE",
        [
            case("90 days of 36 months", (3, 36), "0.083333333333", "MIN({notice_months},{remaining_months})/{remaining_months}"),
            case("with a fee of 10%", (3, 36, 0.1), 0.175,
                 "MIN({notice_months},{remaining_months})/{remaining_months}+{break_fee}*(1-MIN({notice_months},{remaining_months})/{remaining_months})",
                 status=EXACT, source=ARITHMETIC),
        ],
        BACKLOG,
    ),
    group(
        "TENOR_OVERLAP",
        [
            case("three years of six", ((16, 16, 16, 10, 10, 10), 3), "0.615384615384615", "SUM({revenue[1:3]})/SUM({revenue})"),
            case("loan outlives the contract", ((10, 10, 10), 99), 1, "SUM({revenue[1:3]})/SUM({revenue})", status=EXACT, source=ARITHMETIC),
        ],
        BACKLOG,
    ),
    group(
        "TAIL_EXPOSURE",
        [
            case("straight line", ((100, 80, 60, 40, 20, 0), 3), 0.4, "INDEX({balances},1,{contract_periods}+1)/{balances[1]}", status=EXACT, source=ARITHMETIC),
            case("DDTL 5.5-style, month 36 of 60", (Line(6, "MAX(0,FV(0.0917/12,12*(#-1),PMT(0.0917/12,60,-100),-100))"), 3), "0.45541",
                 "INDEX({balances},1,{contract_periods}+1)/{balances[1]}", status=DERIVED, source="Level monthly payments at 9.17% over five years, yearly balances"),
        ],
        BACKLOG,
    ),
    group(
        "CONTRACTED_SHARE",
        [
            case("arm's length", (98, 100), 0.98, "{contracted}/{total}"),
            case("all of it the parent's", (60, 100, 60), 0, "({contracted}-{affiliate})/{total}"),
        ],
        ARITHMETIC,
    ),
    group(
        "REMAINING_TERM",
        [case("two contracts", ((60, 18), (6, 3)), "5.3076923077", "SUMPRODUCT({values},{terms})/SUM({values})")],
        BACKLOG,
    ),
    group(
        "HHI",
        [
            case("three large, ten small", (NAMES,), "0.2150400000000", "SUMSQ({weights})/SUM({weights})^2"),
            case("eight equal", ((1,) * 8,), 0.125, "SUMSQ({weights})/SUM({weights})^2", status=EXACT, source=ARITHMETIC),
        ],
        BACKLOG,
    ),
    group(
        "EFFECTIVE_NAMES",
        [
            case("correlation 0.4", ((0.5, 0.3, 0.2), 0.4), "1.5923566879",
                 "1/((1-{correlation})*SUMSQ({weights})/SUM({weights})^2+{correlation})"),
            case("three large, ten small", (NAMES,), "4.65029761905", "SUM({weights})^2/SUMSQ({weights})"),
            case("one factor", ((0.5, 0.3, 0.2), 1), 1, "1/((1-{correlation})*SUMSQ({weights})/SUM({weights})^2+{correlation})",
                 status=EXACT, source=ARITHMETIC),
        ],
        BACKLOG,
    ),
    group(
        "BACKLOG_ROLL",
        [
            case("closing", (100, 40, 20, 5, 3), 118, "{opening}+{signed}-{recognised}-{cancelled}+{repriced}", output=(1, 1)),
            case("book-to-bill", (100, 40, 20, 5, 3), 1.9, "({signed}-{cancelled}+{repriced})/{recognised}", output=(1, 2)),
        ],
        "Exact arithmetic on the roll-forward of ASC 606-10-50-13",
    ),
)  # fmt: skip

COVER_GROUPS = (
    group(
        "DSCR",
        [
            case("Iris SPVs 2022", (2, 3, 4), "0.285714", "{cfads}/({interest}+{principal})", status=DERIVED,
                 source="2m of gross profit against 7m of debt service (SEC 6-K 2022-11-02)"),
            case("least of a level annuity", (60, 77.4878787733, 0), "0.774314653464", "{cfads}/({interest}+{principal})"),
        ],
        COVER,
    ),
    group(
        "LLCR",
        [
            case("level cash", ((100,) * 5, 350, 0.06), "1.20353251016163", "PV({rate},5,-100)/{debt}"),
            case("sculpted debt has its target", (FLOWS, 309.38663133, 0.08), "1.2000000000006875772", "NPV({rate},{cfads})/{debt}"),
        ],
        COVER,
    ),
    group(
        "PLCR",
        [case("two years of tail", ((*FLOWS, 40, 30), 309.38663133, 0.08), "1.33805217358", "NPV({rate},{cfads})/{debt}")],
        COVER,
    ),
    group(
        "SCULPT_DEBT",
        [
            case("level cash", ((100,) * 5, 1.25, 0.08), "319.416802966", "PV({rate},5,-100/{dscr})"),
            case("uneven cash", (FLOWS, 1.2, 0.08), "309.38663133", PV),
        ],
        COVER,
    ),
    group(
        "SCULPT_SCHEDULE",
        [
            case("interest of year 1", (FLOWS, 1.2, 0.08), "24.7509305064", f"{{rate}}*{PV}", output=(1, 2)),
            case("balance after year 2", (FLOWS, 1.2, 0.08), "188.868566784", "NPV({rate},{cfads[3:5]})/{dscr}", output=(2, 4)),
            case("principal of year 3", (FLOWS, 1.2, 0.08), "76.557181324",
                 "{cfads[3]}/{dscr}-{rate}*NPV({rate},{cfads[3:5]})/{dscr}", output=(3, 3)),
            case("service of year 3", (FLOWS, 1.2, 0.08), "91.6666666666667", "{cfads[3]}/{dscr}", output=(3, 1)),
        ],
        COVER,
    ),
    group(
        "DEBT_CAPACITY",
        [
            case("the advance binds: amount", ((20,) * 6, 1.2, 0.059, 80, 0.9, 1.02), 72,
                 f"MIN({PV},{{advance}}*{{capex}},{{cap}}*{{capex}})", output=(1, 1)),
            case("the advance binds: test", ((20,) * 6, 1.2, 0.059, 80, 0.9, 1.02), 2,
                 f"IF({PV}<={{advance}}*{{capex}},IF({PV}<={{cap}}*{{capex}},1,3),IF({{advance}}<={{cap}},2,3))", output=(1, 2)),
            case("coverage binds", ((20,) * 6, 1.2, 0.059, 1000, 0.9, 1.02), "82.2135333339",
                 f"MIN({PV},{{advance}}*{{capex}},{{cap}}*{{capex}})", output=(1, 1)),
        ],
        COVER,
    ),
    group(
        "TOP_UP",
        [
            case("the cap binds", ((20,) * 6, 1.2, 0.059, 80, 1.02, 72), 9.6, f"MAX(0,MIN({PV},{{cap}}*{{capex}})-{{drawn}})"),
            case("coverage binds", ((20,) * 6, 1.2, 0.059, 80, 1.1, 72), "10.2135333339", f"MAX(0,MIN({PV},{{cap}}*{{capex}})-{{drawn}})"),
        ],
        COVER,
    ),
    group(
        "REALISATION",
        [case("three months of four", ((90, 80, 85, 88), (100, 100, 100, 100)), "0.843333333333", "SUM({billed[2:4]})/SUM({projected[2:4]})")],
        COVER,
    ),
)  # fmt: skip

FLAGS = ((1, 1, 1), (1, 0, 0), (0, 1, 1))
ASSETS = ((1000, 1000, 500, 400), (0, 12, 0, 0), 72, (0.9, 0.9, 0.6, 0.9), (1, 1, 1, 0))
YIELD = ((40, 0, 60), (0, 0, 0, *(5,) * 20), 0.08, 0.015, 0.005)
LOAN_55 = ((100,), (0, *(5,) * 20), 0.0917, 0.03)


def lender(draws: int, periods: int, fee: str) -> tuple[tuple[str, Line | Listed], ...]:
    """The lender's cash flow: interest and undrawn fee on opening balances, the upfront fee netted from each draw."""
    drawn = Listed(tuple(f"{{draws[{k}]}}" if k <= draws else "0" for k in range(1, periods + 1)))
    return (
        ("draw", drawn),
        ("balance", Line(periods, "{balance[<]}+{draw[#]}-{repayments[#]}", "{draw[1]}-{repayments[1]}")),
        ("undrawn", Line(periods, "{undrawn[<]}-{draw[#]}", "SUM({draws})-{draw[1]}")),
        (
            "flow",
            Line(
                periods,
                f"{{repayments[#]}}-{{draw[#]}}*(1-{{upfront}})+({{balance[<]}}*{{rate}}+{{undrawn[<]}}*{fee})/4",
                "{repayments[1]}-{draw[1]}*(1-{upfront})",
            ),
        ),
    )


def covenant(formula: str) -> tuple[tuple[str, Line], ...]:
    return ("headroom", Line(4, formula)), ("breach", Line(4, "IF({headroom[#]}<0,#,0)"))


ACTUAL = (1.4, 1.2, 1.1, 1.3)
LEVEL = covenant("{actual[#]}/{limit}-1")
MOST = covenant("1-{actual[#]}/{limit[#]}")
FIRST_BREACH = "IF({breach[1]}>0,1,IF({breach[2]}>0,2,IF({breach[3]}>0,3,{breach[4]})))"
QUARTERLY = Line(23, "PPMT(0.059/4,#,23,-90)")
DRAW_TESTS = "MIN({commitment},{advance}*{eligible_cost},{capacity})"


def amortise(
    name: str, arguments: tuple[object, ...], output: tuple[int, int], expected: str | float, shadow: str
) -> Case:
    return case(name, arguments, expected, shadow, output=output)


DRAWDOWN_GROUPS = (
    group(
        "DRAW_GATE",
        [
            case("all tests met", (FLAGS,), 1, "MIN({flags[r1]})", output=(1, 1)),
            case("two tests failed", (FLAGS,), 0, "MIN({flags[r2]})", output=(2, 1)),
            case("the first failed", (FLAGS,), 2, "MATCH(0,{flags[r2]},0)", output=(2, 2)),
        ],
        ARITHMETIC,
    ),
    group(
        "BORROWING_BASE",
        [
            case("four assets", ASSETS, 1950, "SUM({lendable})",
                 made=(("lendable", Line(4, "{eligible[#]}*{advance[#]}*{cost[#]}*MAX(0,1-{age_months[#]}/{life_months})")),)),
            case("at market value", ((1000, 500), (12, 0), 72, 0.9, 1, (900, 500), (0.4, 0)), 936, "SUM({lendable})",
                 made=(("lendable", Line(2, "{eligible}*{advance}*MIN({cost[#]}*MAX(0,1-{age_months[#]}/{life_months}),{market[#]}*(1-{haircut[#]}))")),)),
        ],
        ARITHMETIC,
    ),
    group(
        "DRAW",
        [
            case("the advance binds: amount", (1, 100, 40, 90, 0.9, 85), 41, f"{{available}}*MAX(0,{DRAW_TESTS}-{{drawn}})", output=(1, 1)),
            case("the advance binds: test", (1, 100, 40, 90, 0.9, 85), 2, f"IF({{commitment}}={DRAW_TESTS},1,IF({{advance}}*{{eligible_cost}}={DRAW_TESTS},2,3))", output=(1, 2)),
            case("the capacity binds", (1, 100, 40, 200, 0.9, 70), 30, f"{{available}}*MAX(0,{DRAW_TESTS}-{{drawn}})", output=(1, 1)),
        ],
        ARITHMETIC,
    ),
    group(
        "AMORTISE",
        [
            amortise("annuity: interest 2", (100, 0.1, 2), (2, 1), "5.23809523809524", "IPMT({rate},2,{periods},-{principal})"),
            amortise("annuity: principal 1", (100, 0.1, 2), (1, 2), "47.6190476190476", "PPMT({rate},1,{periods},-{principal})"),
            amortise("annuity: balance 1", (100, 0.1, 2), (1, 3), "52.3809523809524",
                     "FV({rate},1,PMT({rate},{periods},-{principal}),-{principal})"),
            amortise("straight: interest 2", (100, 0.1, 2, "straight"), (2, 1), 5, "{rate}*({principal}-SLN({principal},0,{periods}))"),
            amortise("bullet: principal 2", (100, 0.1, 2, "bullet"), (2, 2), 100, "{principal}"),
        ],
        DRAWDOWN,
    ),
    group(
        "WATERFALL",
        [
            case("enough: what is left", (100, (30, 2, 18, 35, 10)), 5, "{cash}-SUM({dues})", output=(1, 6)),
            case("short: the fourth due", (60, (30, 2, 18, 35, 10)), 10, "MIN({dues[4]},MAX(0,{cash}-SUM({dues[1:3]})))", output=(1, 4)),
        ],
        ARITHMETIC,
    ),
    group(
        "ALL_IN_YIELD",
        [
            case("nominal", YIELD, "0.08683076039", "4*IRR({flow})", output=(1, 1), made=lender(3, 23, "{undrawn_fee}")),
            case("effective", YIELD, "0.08969924202", "(1+IRR({flow}))^4-1", output=(1, 2), made=lender(3, 23, "{undrawn_fee}")),
            case("20 quarters at 97", LOAN_55, "0.105425102119", "4*IRR({flow})", output=(1, 1), made=lender(1, 21, "0")),
            case("DDTL 5.5, press yield", LOAN_55, "0.1044", "4*IRR({flow})", output=(1, 1), made=lender(1, 21, "0"), tolerance=0.0025,
                 status=PUBLISHED, source="Press 2026-08: S+550 at 97 yields 10.44%; here quarterly, so ±0.25 points"),
        ],
        DRAWDOWN,
    ),
    group(
        "WAL",
        [
            case("five level years", ((20,) * 5,), 3, "SUMPRODUCT({k[1:5]},{principal})/SUM({principal})", status=EXACT, source=ARITHMETIC),
            case("DDTL 4.0, level payments", (QUARTERLY, 4), "3.160760835", "SUMPRODUCT({k[1:23]},{principal})/SUM({principal})/{per_year}"),
            case("DDTL 4.0 as filed", (QUARTERLY, 4), "3.14", "SUMPRODUCT({k[1:23]},{principal})/SUM({principal})/{per_year}", tolerance=0.05,
                 status=FILED, source=f"{DDTL_4}; the filed schedule differs a little from level payments"),
        ],
        DRAWDOWN,
    ),
    group(
        "COVENANT",
        [
            case("DSCR floor: worst headroom", (ACTUAL, 1.15), "-0.0434782608695652", "MIN({headroom})", output=(1, 1), made=LEVEL),
            case("DSCR floor: first breach", (ACTUAL, 1.15), 3, FIRST_BREACH, output=(1, 2), made=LEVEL),
            case("LTV cap: equality passes", ((0.5, 0.6, 0.8, 0.7), (0.8,) * 4, "max"), 0, FIRST_BREACH, output=(1, 2), made=MOST),
        ],
        DRAWDOWN,
    ),
)  # fmt: skip

GROUPS: dict[str, tuple[Group, ...]] = {
    "Backlog": BACKLOG_GROUPS,
    "Cover and sizing": COVER_GROUPS,
    "Delayed-draw mechanics": DRAWDOWN_GROUPS,
}

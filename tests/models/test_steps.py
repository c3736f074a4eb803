"""The steps of a call add up to the call."""

from __future__ import annotations

import math

import numpy as np
import pytest

import computefi
from computefi.answers import places_of
from computefi.errors import Code, DomainError, InputError, ZeroDivisor
from computefi.models import lines
from computefi.spec import REGISTRY, call, model_arguments

STEPS = REGISTRY["CFI_STEPS"]
# A single line: one formula of the arguments, or one for each answer; a day is looked up in a calendar.
ONE_LINE = {
    "CFI_BACKLOG_COVERAGE", "CFI_CONTRACTED_SHARE", "CFI_TAIL_EXPOSURE", "CFI_BACKLOG_ROLL", "CFI_PD_TERM",
    "CFI_HASHPRICE", "CFI_HASHCOST", "CFI_PAYBACK", "CFI_HALVING", "CFI_BASE_AVAILABILITY", "CFI_DRAW_GATE",
    "CFI_BUSINESS_DAY",
}  # fmt: skip
# Tables by the word that is given.
TABLES = {"CFI_SLOTTING", "CFI_SA_WEIGHT"}
CASES = [(name, example.arguments) for name, spec in REGISTRY.items() if lines.items(spec) for example in spec.examples]


def listed(name: str, *arguments: object) -> dict[str, object]:
    return dict(computefi.steps(name, *arguments))


def test_what_explains_a_call_takes_the_longest() -> None:
    longest = max(len(spec.parameters) for spec in REGISTRY.values() if not spec.raw)
    of_one_answer = max(len(spec.parameters) for spec in REGISTRY.values() if spec.result.single and not spec.raw)
    for name in ("CFI_WHY", "CFI_STEPS", "CFI_CHECK"):
        assert len(REGISTRY[name].parameters) == 1 + longest
    assert len(REGISTRY["CFI_REVERSE"].parameters) >= 3 + of_one_answer


def test_every_function_of_more_than_one_line_has_steps() -> None:
    assert {name for name, spec in REGISTRY.items() if not (spec.raw or lines.items(spec))} == ONE_LINE | TABLES


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_the_last_rows_are_the_answer_to_the_last_bit(name: str, arguments: tuple[object, ...]) -> None:
    outcome = call(STEPS, [name, *arguments])
    assert outcome.first_error() is None
    rows = outcome.cells()
    spec, own = REGISTRY[name], np.array(call(REGISTRY[name], arguments).cells()[0], dtype=object)
    places = places_of(spec).values()
    parts = [own[place] for place in places if isinstance(place, slice)]
    expected = [*(parts[0] if parts else []), *(own[place] for place in places if isinstance(place, int))]
    assert [value for _, value in rows[-len(own) :]] == expected
    assert all(label.startswith(name) for label, _ in rows[len(rows) - len(spec.result.columns) :])
    assert len(rows) > len(own)


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_names_are_distinct_and_values_are_plain_cells(name: str, arguments: tuple[object, ...]) -> None:
    rows = call(STEPS, [name, *arguments]).cells()
    labels = [label for label, _ in rows]
    assert len(set(labels)) == len(labels)
    for _, value in rows:
        assert isinstance(value, (float, str))
        assert isinstance(value, str) or math.isfinite(value)


# Formula lines that say in words what no line computes: a search, a sum or an integral, another function's answer, or
# one of two forms.
IN_WORDS = {
    "CFI_HAIRCUT_TARGET", "CFI_CORR_ADVANCE", "CFI_VALUE_IN_DEFAULT_Q",
    "CFI_YEAR_FRACTION", "CFI_BUSINESS_DAY", "CFI_IFRS9_STAGE",
    "CFI_CORR_LGD_T", "CFI_CORR_LGD_JUMP", "CFI_IRB_RW", "CFI_PD_BOUND",
    "CFI_CORR_EL", "CFI_STEP_IN_LGD", "CFI_PD_EITHER", "CFI_DRIVER_RHO", "CFI_DRIVER_PD", "CFI_DOUBLE_DEFAULT",
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [n for n, spec in REGISTRY.items() if spec.result.single and not (spec.axes or spec.raw) and n not in IN_WORDS],
)
def test_the_formula_lines_give_the_declared_answer(name: str) -> None:
    spec = REGISTRY[name]
    formulas = lines.clauses(spec)
    for example in spec.examples:
        given = model_arguments(spec, example.arguments)
        arguments = {name: value if isinstance(value, str) else value[0] for name, value in given.items()}
        sheet = lines.Sheet(arguments, formulas)
        found = [value for quantity in formulas if (value := evaluated(sheet, quantity)) is not None]
        assert any(value == pytest.approx(example.result, rel=1e-8, abs=1e-12) for value in found), found


def evaluated(sheet: lines.Sheet, quantity: str) -> float | None:
    """The value of a formula line, none where it holds words."""
    try:
        return float(sheet.named(quantity))
    except (lines.UnreadableLine, TypeError):
        return None


def test_a_line_is_read_as_mathematics_writes_it() -> None:
    numbers = {"x": 2.0, "rate": 0.5, "rho": 3.0, "rho'": 4.0}
    sheet = lines.Sheet({name: np.float64(value) for name, value in numbers.items()}, {})
    told = {
        "−x² + 1": -3.0, "2·(x + 1)^x": 18.0, "(1 + x)(1 − x)": -3.0, "x/2·3": 3.0, "(1 − x)⁺": 0.0,
        "e^{ln(x)·rate}": math.sqrt(2), "√(x/8)": 0.5, "rho'·rho": 12.0, "Φ(Φ⁻¹(rate/2))": 0.25,
        "min(x, rate, 1)": 0.5, "Φ₂(0, 0; 0)": 0.25, "[x − {1}]/4": 0.25,
    }  # fmt: skip
    for line, value in told.items():
        assert sheet.evaluate(line) == pytest.approx(value), line


@pytest.mark.parametrize("line", ["x +", "(x", "x y", "unknown·x", "x = 2", "ln x", "x ⊕ x"])
def test_a_line_that_is_no_formula_is_refused(line: str) -> None:
    with pytest.raises(lines.UnreadableLine):
        lines.Sheet({"x": np.float64(2)}, {}).evaluate(line)


def test_every_row_that_no_line_gives_has_its_place_and_its_maker() -> None:
    for name, spec in REGISTRY.items():
        assert (lines.ROWS in lines.items(spec)) == (spec.steps is not None), name


def test_an_auditor_gets_corr_ltv_by_hand() -> None:
    s = listed("CFI_CORR_LTV", 70, 100, 0.02, 0.3, 0.3, 2, -0.26, 0.1)
    assert s["a = volatility·√T"] == pytest.approx(0.3 * math.sqrt(2))
    assert s["M = value·e^{drift·T}"] == pytest.approx(100 * math.exp(-0.52))
    assert s["m = Φ(d − rho'·a)/p"] == pytest.approx(0.72953339591, abs=1e-10)
    assert s["E[V|D] = M·m"] == pytest.approx(43.3722594299, abs=1e-9)
    assert s["CFI_CORR_LTV"] == pytest.approx(70 / s["net value = (1 − sale_cost)·E[V|D]"], abs=1e-14)


def test_an_auditor_gets_corr_lgd_by_hand() -> None:
    s = listed("corr_lgd", 70, 100, 0.05, 0.5, 0.4, 1, 0, 0, 0.25, 0.1)
    alone = (s["Φ₂(d, z; rho')"] - s["M/K"] * s["Φ₂(d − rho'·a, z − a; rho')"]) / 0.05
    assert s["LGD from the collateral alone"] == pytest.approx(alone, abs=1e-14)
    assert s["CFI_CORR_LGD"] == pytest.approx(0.9 * alone, abs=1e-14)


def test_an_auditor_gets_the_driver_by_hand() -> None:
    s = listed("driver_rho", 0.98, 0.06, 0.3, 0.05, 0.2, 0.7, 0.3)
    assert s["s"] == pytest.approx(0.0787725840632, abs=1e-12)
    assert s["CFI_DRIVER_RHO"] == pytest.approx((s["contract·corr_contract"] + s["market·corr_market"]) / s["s"])
    lognormal = listed("driver_pd", 2, 0, 0.06, 0.75, 0.1, 0.3, 1, "lognormal")
    assert lognormal["cushion = ln(dscr/(1 − reserve·dscr))"] == pytest.approx(math.log(2))


def test_an_auditor_gets_debt_capacity_by_hand() -> None:
    s = listed("debt_capacity", (20,) * 6, 1.2, 0.059, 80, 0.9, 1.02)
    tests = [s["1 coverage = PV/dscr"], s["2 advance = advance·capex"], s["3 cap = cap·capex"]]
    assert tests == pytest.approx([82.2135333339, 72, 81.6])
    assert s["CFI_DEBT_CAPACITY, capacity"] == min(tests)
    assert s["PV = Σ cfads[t]·v(t)"] == pytest.approx(sum(s[f"cfads[{t}]·v({t})"] for t in range(1, 7)))


def test_an_auditor_gets_haircuts_by_hand() -> None:
    var = listed("haircut_var", 0.4, 0.25, 0.99)
    assert var["CFI_HAIRCUT_VAR"] == pytest.approx(1 - var["share of value left = e^exponent"], abs=1e-15)
    target = listed("haircut_target", 0.03, 0.0001, 0.6, 90 / 365)
    assert target["LGD at that K/M"] == pytest.approx(target["LGD wanted = target_loss/pd"], abs=1e-14)
    assert target["CFI_HAIRCUT_TARGET"] == pytest.approx(1 - target["K/M found by search"], abs=1e-14)
    gpu = listed("gpu_value", 2.5, 4, 2.5, 0.19, 0.6, 0.95, 6, 0.1)
    rents = gpu["market rents = 8760·income·[A(rate + rent_decay, t*) − A(rate + rent_decay, t_c)]"]
    opex = gpu["opex meanwhile = 8760·opex·[A(rate, t*) − A(rate, t_c)]"]
    assert gpu["CFI_GPU_VALUE, value"] == pytest.approx(
        gpu["contract part = 8760·margin·A(rate, t_c)"] + rents - opex, rel=1e-14
    )


@pytest.mark.parametrize(
    ("nu", "rho", "dependence"),
    [(4, 0.5, 0.2531699951), (4, 0.8, 0.489589744564), (10, 0.5, 0.0818642311657), (3, 0, 0.116116523517)],
)
def test_steps_of_the_t_copula_show_its_tail_dependence(nu: float, rho: float, dependence: float) -> None:
    s = listed("corr_lgd_t", 70, 100, 0.05, rho, 0.4, 1, nu)
    assert s["tail dependence = 2·T_{ν+1}(−√((ν+1)(1−rho')/(1+rho')))"] == pytest.approx(dependence, abs=1e-10)


def test_steps_of_jumps_add_up() -> None:
    s = listed("corr_lgd_jump", 70, 100, 0.05, 0.5, 0.4, 1, 0.25, 0.35)
    total = sum(s[f"probability of {n} jumps"] * s[f"LGD after {n} jumps"] for n in range(6))
    assert s["CFI_CORR_LGD_JUMP"] == pytest.approx(total, abs=1e-6)


def test_steps_of_a_waterfall_pay_each_due_and_end_with_what_is_left() -> None:
    s = listed("waterfall", 100, (30, 2, 18, 35, 10))
    assert [s[f"paid {number}"] for number in range(1, 6)] == [30, 2, 18, 35, 10]
    assert s["CFI_WATERFALL, left"] == 5


def test_an_auditor_works_the_first_row_of_a_table() -> None:
    s = listed("sculpt_schedule", (80, 120, 110, 90, 60), 1.2, 0.08)
    opening = s["balance[0] = PV/dscr"]
    assert s["CFI_SCULPT_SCHEDULE, interest, period 1"] == pytest.approx(s["rate[1]·balance[0]"])
    assert s["CFI_SCULPT_SCHEDULE, balance, period 1"] == pytest.approx(opening * 1.08 - s["cfads[1]/dscr[1]"])
    path = listed("cover_path", (80, 120, 110), 200, (60, 100), 0.08, 5)
    present = path["PV = Σ cfads[t]·v(t), t = 1 … end of loan"]
    assert path["CFI_COVER_PATH, dscr, period 1"] == pytest.approx(
        80 / path["debt service = rate[1]·loan + principal[1]"]
    )
    assert path["CFI_COVER_PATH, llcr, period 1"] == pytest.approx((present + 5) / 200)


def test_flows_of_a_loan_are_worth_nothing_at_its_yield() -> None:
    fees = {"ticking_fee": 0.01, "exit_fee": 0.02, "commitment": 120, "undrawn_fee": 0.005}
    s = listed("all_in_yield", (0, 60, 40), (0, 0, 0, 50, 50), 0.08, 0.015, *(
        fees.get(p.name) for p in REGISTRY["CFI_ALL_IN_YIELD"].parameters[4:9]
    ))  # fmt: skip
    y = s["y found by search"]
    assert sum(s[f"flow[{t}]"] / (1 + y) ** t for t in range(5)) == pytest.approx(0, abs=1e-10)
    assert s["flow[1]"] == pytest.approx(-60 * (1 - 0.015) + 120 * 0.01 / 4)
    assert s["CFI_ALL_IN_YIELD, nominal"] == pytest.approx(4 * y)


def test_years_of_interest_are_days_over_days_of_a_year() -> None:
    assert listed("year_fraction", 46053, 46112, "30/360")["days"] == pytest.approx(60)
    s = listed("year_fraction", 46204, 46935, "act/act")
    parts = [s[f"days in {year}"] / s[f"days of {year}"] for year in (2026, 2027, 2028)]
    assert s["CFI_YEAR_FRACTION"] == pytest.approx(sum(parts))


def test_steps_of_a_book_add_up_by_loan() -> None:
    arguments = REGISTRY["CFI_BOOK_REVERSE"].examples[0].arguments
    s = listed("book_reverse", *arguments)
    assert s["Σ E[L[i] | F*]"] == pytest.approx(50)
    assert s["Σ E[L[i] | F*]"] == pytest.approx(sum(s[f"E[L[{loan}] | F*]"] for loan in range(1, 5)))
    lost = listed("book_loss", *REGISTRY["CFI_BOOK_LOSS"].examples[0].arguments)
    assert lost["CFI_BOOK_LOSS, expected loss"] == pytest.approx(lost["Σ E[L[i]]"])
    blind = lost["EL(value_loading 0, gamma 0)"]
    assert lost["CFI_BOOK_LOSS, wrong-way share"] == pytest.approx(1 - blind / lost["Σ E[L[i]]"])


def test_steps_of_a_loss_path_end_with_the_years_and_the_total() -> None:
    rows = computefi.steps("EL_PATH", (100, 80), (0.02, 0.0196), (85, 66), 0.2, 0.3, 0.06, 0.25)
    assert rows[-3:, 0].tolist() == ["period 1", "period 2", "CFI_EL_PATH, total"]
    assert rows[-1, 1] == pytest.approx(rows[-3, 1] + rows[-2, 1])


def test_what_is_infinite_or_undefined_is_said_in_words() -> None:
    s = listed("corr_lgd", 70, 100, 1, 0.5, 0, 1)
    assert s["d = Φ⁻¹(pd)"] == "∞"
    assert s["z = (ln(K/M) + a²/2)/a"] == "−∞"
    assert s["CFI_CORR_LGD"] == 0


def test_a_part_of_the_answer_that_fails_is_an_error_in_its_own_row() -> None:
    rows = call(STEPS, ["GPU_VALUE", 0.1, 4, 0.1, 0.19, 0.6, 0.95, 6, 0.1]).cells()
    assert isinstance(rows[-2][1], float)
    assert rows[-1][1] is Code.NUM


def test_the_name_goes_without_prefix_and_in_any_case() -> None:
    assert np.array_equal(computefi.steps("ltv", 70, 100), computefi.steps("CFI_LTV", 70, 100))


def test_a_function_without_steps_is_refused_with_the_reason() -> None:
    with pytest.raises(InputError, match="must be a function with steps, of more than one line"):
        computefi.steps("CFI_PD_TERM", 0.02, 5)


def test_an_unknown_function_is_named() -> None:
    with pytest.raises(InputError, match="must be a CFI function"):
        computefi.steps("CFI_NOTHING", 1)


def test_errors_of_the_call_come_out_as_they_are() -> None:
    with pytest.raises(ZeroDivisor, match="value must not be 0"):
        computefi.steps("CFI_LTV", 70, 0)
    with pytest.raises(DomainError, match="pd"):
        computefi.steps("CFI_CORR_LTV", 70, 100, 0, 0.5, 0.4, 1)
    assert call(STEPS, ["CFI_LTV", Code.NA, 100]).cells() == [[Code.NA]]


def test_steps_are_asked_about_one_case() -> None:
    with pytest.raises(InputError, match="one case; got 2 cases"):
        computefi.steps("CFI_LTV", (70, 80), 100)

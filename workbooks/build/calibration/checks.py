"""The sheet Checks of calibration.xlsx: native shadows, bounds, and one master flag."""

from __future__ import annotations

from collections.abc import Iterator

from workbooks.build.calibration.evidence import EVIDENCE, EVIDENCE_BOUNDS, READINGS
from workbooks.build.calibration.prices import DATE_BOUNDS, LAST, PRICE_BOUNDS, TOP
from workbooks.build.calibration.sheet import GENERATOR_BOUNDS
from workbooks.build.calibration.supply import BOOKS, COLUMNS, SCENARIOS
from workbooks.build.calibration.vintages import vintage_checks
from workbooks.build.kit.checks import FINDINGS, Check, holds, write_checks
from workbooks.build.kit.page import Book, all_within, serial
from workbooks.build.kit.rows import Section

QUESTION = "Shadows in native Excel, bounds and inputs; one master flag."
RETURNS = f"Returns!D{TOP + 1}:G{LAST}"
NATIVE: tuple[Section | Check, ...] = (
    Section("Functions against native Excel, on the prices pasted in", "STDEV, CORREL, FISHER, COVAR in place of the functions"),
    Check("Volatility corrected for φ = σ·√((1 + φ)/(1 − φ))", "4 series", "=SUMPRODUCT(ABS({vol_ar:all}-{vol:all}*SQRT((1+{phi:all})/(1-{phi:all}))))", 0, 1e-12),
    Check("EWMA volatility = its recursion", "4 series", "=SUMPRODUCT(ABS({ewma:all}-{ewma_native:all}))", 0, 1e-10),
    Check("Correlation = CORREL", "6 pairs", "=SUMPRODUCT(ABS({pair_1..pair_6@D}-{pair_1..pair_6@H}))", 0, 1e-9),
    Check("Low end = FISHERINV", "6 pairs", "=SUMPRODUCT(ABS({pair_1..pair_6@E}-{pair_1..pair_6@I}))", 0, 1e-9),
    Check("High end = FISHERINV", "6 pairs", "=SUMPRODUCT(ABS({pair_1..pair_6@F}-{pair_1..pair_6@J}))", 0, 1e-9),
    Check("n = filled rows less 1", "6 pairs", "=SUM({pair_1..pair_6@G})/ROWS({pair_1..pair_6@G})", "=price_count-1", 1e-9),
    Check("Shrunk matrix = native Ledoit and Wolf", "16 cells", "=SUMPRODUCT(ABS({shrunk}-{shrunk_native}))", 0, 1e-9),
    Check("Correction for φ = ρ/√(1 − φ²)", "pair 3", "={pair_3@L}", "={pair_3@D}/SQRT(1-{pair_3@K}^2)", 1e-12),
)  # fmt: skip
BOUNDS: tuple[Section | Check, ...] = (
    Section("Bounds and inputs", "Outside of them a number is wrong, whatever the inputs are"),
    holds("Every series is complete: as many prices, no gap, all above 0", "Prices", "prices_complete=1"),
    holds("Every price is within range", "Prices", f"AND(MIN(prices)>={PRICE_BOUNDS[0]!r},MAX(prices)<={PRICE_BOUNDS[1]!r})"),
    holds("No price steps further than you believe", "Prices", f"AND(MAX({RETURNS})<=LN(price_step),MIN({RETURNS})>=-LN(price_step))"),
    holds("Every price has a date, and nothing else stands there", "Prices",
          f"AND(COUNT(dates)=price_count,COUNTA(dates)=price_count,MIN(dates)>={serial(DATE_BOUNDS[0])!r},MAX(dates)<={serial(DATE_BOUNDS[1])!r})"),
    # Below the last date every empty row counts once; a date that is not later than the one above adds another.
    holds("Every date is later than the one above", "Prices",
          f"SUMPRODUCT(--(Prices!C{TOP + 1}:C{LAST}<=Prices!C{TOP}:C{LAST - 1}))={LAST - TOP + 1}-price_count"),
    Check("Years by the dates over years by prices a year", "Prices", "=(MAX(dates)-MIN(dates))/days_in_year/((price_count-1)/per_year)", 1, 0.1),
    holds("At least thirty prices", "Prices", "price_count>=30"),
    holds("Correlations lie between −1 and 1", "6 pairs", "AND(MIN({pair_1..pair_6@D:F})>=-1,MAX({pair_1..pair_6@D:F})<=1)"),
    holds("The interval holds the correlation", "6 pairs",
          "SUMPRODUCT(--({pair_1..pair_6@E}>{pair_1..pair_6@D}))+SUMPRODUCT(--({pair_1..pair_6@F}<{pair_1..pair_6@D}))=0"),
    holds("Shrinkage takes no correlation away from 0", "matrix", "SUMPRODUCT(--({shrunk}^2-{sampled}^2>{unchanged_below@D}))=0"),
    holds("Every input is a number within its range", "Calibration", "AND(COUNT(calibration_inputs_in_range)>0,MIN(calibration_inputs_in_range)=1)"),
    holds("Every input is a number within its range", "Supply", "AND(COUNT(supply_inputs_in_range)>0,MIN(supply_inputs_in_range)=1)"),
    *(holds("What the generator was given is within range", "Calibration", all_within(f"series_{key}", *bounds)) for key, bounds in GENERATOR_BOUNDS.items()),
    *(holds("What public data said is within range", "Calibration", all_within(f"{{evidence_1..evidence_3@{letter}}}", *bounds)) for letter, bounds in EVIDENCE_BOUNDS.items()),
    FINDINGS,
    Check("Correction for sticky prices comes back to what the generator was given", "pair 3", "={pair_3@N}", "={pair_3@O}", 0.15,
          "SYNTHETIC series only: the true correlation is known", counts=False),
    holds("The merchant loan is not repaid when rents fall as the essay asks", "Supply", "INDEX(llcr_essay,1,4)<1", counts=False),
    holds("The loan contracted for six years is", "Supply", "INDEX(least_essay,1,1)>=1", counts=False),
)  # fmt: skip
SUPPLY = (
    Check("Residual value by age", "7 ages", "=SUM({age_0..age_6@D})", "=SUM({age_0..age_6@H})", 1e-9),
    Check("Residual value with a successor", "7 ages", "=SUM({age_0..age_6@E})",
          '=SUM({age_0..age_6@H})-shock_size*SUMIF({age_0..age_6@C},">="&shock_age,{age_0..age_6@H})', 1e-9),
    Check("The curve at no fall is today's value", "4 lenders", "=SUM({value_1:row})", "=SUM({now_value:row})", 1e-6),
    Check("The curve at no fall is today's cover", "4 lenders", "=SUM({least_1:row})", "=SUM({now_least:row})", 1e-9),
)  # fmt: skip
STRESS = "try_ltv/((1-sale_cost)*EXP(try_drift+{0}*try_volatility*NORMSINV(stress_quantile)-({0}*try_volatility)^2/2))"
ADJUSTED = (
    "try_ltv/((1-sale_cost)*EXP(try_drift*(1+time_to_sell))*NORMSDIST(NORMSINV(try_pd)-{0}*try_volatility)/try_pd)"
)


def _readings() -> Iterator[Check]:
    """The loan at each reading of the correlation, in native Excel."""
    for number in range(1, len(READINGS) + 1):
        ltv, stress, lgd, loss = (f"={{reading_{number}@{letter}}}" for letter in "FGHI")
        rho = f"{{reading_{number}@D}}"
        yield Check("Stress LTV of a reading", "native", stress, "=" + STRESS.format(rho), 1e-8)
        yield Check("Correlation-adjusted LTV of a reading", "native", ltv, "=" + ADJUSTED.format(rho), 1e-8)
        yield Check("Expected loss = PD × LGD", "identity", loss, f"=try_pd*{lgd[1:]}", 1e-12)


def _scenario(key: str, section: str, column: str, lender: str) -> Iterator[Check]:
    """The value of the GPU and the cover of one lender at one level of rent, in EXP and LN."""

    def at(row: str) -> str:
        return f"{{{row}@{column}}}"

    signed = f"({at(f'{key}_contract')}*{at('utilisation')}-gpu_opex)*{at(f'{key}_native_signed')}"
    rents = f"{at(f'{key}_market')}*{at('utilisation')}*{at(f'{key}_native_rents')}"
    shadow = f"=hours*({signed}+{rents}-gpu_opex*{at(f'{key}_native_open')})"
    yield Check(f"Value of the GPU, section {section}", lender, "=" + at(f"{key}_value"), shadow, 1e-5)
    paid = f"SUMPRODUCT({{{key}_cash_1..{key}_cash_6@{column}}},(1+{at('gpu_loan_rate')})^-ROW($A$1:$A$6))"
    cover = f"={paid}/{at('loan')}"
    yield Check(f"Loan life cover, section {section}", lender, "=" + at(f"{key}_llcr"), cover, 1e-9)


def _supply() -> Iterator[Section | Check]:
    yield Section("Supply: functions against native Excel", "The same value in EXP and LN")
    factor = "=((1+demand_growth)/(1+supply_growth))^(1/demand_elasticity)"
    yield Check("Supply factor", "Supply", "={supply_factor@D}", factor, 1e-10)
    for key, (title, *_) in SCENARIOS.items():
        for column, lender in zip(COLUMNS, BOOKS, strict=True):
            yield from _scenario(key, title.split(" ")[0], column, lender)
    yield from SUPPLY


def _found() -> Iterator[Section | Check]:
    yield Section("What public data said", "Interval and correction as published with the measurement")
    for number, line in enumerate(EVIDENCE, 1):
        row, pair, sticky = f"evidence_{number}", line["pair"], float(line["unchanged"])
        for words, sign, end in (("Low", "-", "interval low"), ("High", "+", "interval high")):
            got = f"=FISHERINV(FISHER({{{row}@D}}){sign}NORMSINV(published_confidence)/SQRT({{{row}@G}}-3))"
            yield Check(f"{words} end of the interval at 95%", pair, got, float(line[end]), 1e-9)
        if sticky:
            corrected = float(line["correlation"]) / (1 - sticky)
            yield Check("Correction for prices that did not move", pair, f"={{{row}@N}}", corrected, 1e-12)


def write_check_sheet(book: Book) -> None:
    write_checks(book, QUESTION, (), None, (*NATIVE, *_readings(), *_supply(), *_found(), *vintage_checks(), *BOUNDS))

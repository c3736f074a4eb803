"""The list of checks of ddtl.xlsx, and our functions beside native Excel."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbooks.build.ddtl.given import CONTRACTS, TRANCHES
from workbooks.build.ddtl.grid import Grid, address
from workbooks.build.kit.checks import CheckList


@dataclass
class List(CheckList):
    """The list of checks, some counted only while a condition holds; it remembers where its groups begin."""

    headings: list[int] = field(default_factory=list)

    def heading(self, text: str, basis: str) -> None:
        self.basis = basis
        self.headings.append(self.row)
        self.page.section(self.row, text, "B", "R")
        self.row += 1

    def add(self, words: str, who: str, got: str, should: str | float, tolerance: float, counts: str | int = 1) -> None:
        """One check: passes where got and should differ by no more than the tolerance."""
        row, page = self.row, self.page
        self.compared(words, who, got, should, tolerance, "0.00000000")
        test = f'IF(ISNUMBER(E{row}-F{row}),IF(ABS(E{row}-F{row})<=G{row},"{{0}}","{{1}}"),"{{1}}")'
        if counts == 0:
            verdict = test.format("holds", "differs")
        elif counts == 1:
            verdict = test.format("pass", "FAIL")
        else:
            verdict = f'IF(I{row}=0,"not tested",{test.format("pass", "FAIL")})'
        page.put(f"H{row}", f"={verdict}", "verdict")
        # A condition that cannot be read is counted, so that nonsense fails the check and not the flag.
        page.put(f"I{row}", f"=IFERROR({counts.removeprefix('=')},1)" if isinstance(counts, str) else counts, "aside")
        page.put(f"J{row}", f'=IF(H{row}="FAIL",I{row},0)', "aside")
        page.merge(f"K{row}:R{row}", self.basis, "note")
        page.row(row, 15)
        self.row += 1

    def holds(self, words: str, who: str, condition: str, counts: str | int = 1) -> None:
        """A check that a condition is true."""
        self.add(words, who, f"=IF({condition},1,0)", 1, 0, counts)


def _squares(ours: str, theirs: str) -> str:
    """The sum of the squared differences of two rows."""
    return f"=SUMPRODUCT(({ours}-{theirs})*({ours}-{theirs}))"


def add_shadows(checks: List, grid: Grid, loss: dict[str, int], covenants: dict[str, int]) -> None:
    cell, row = grid.cell, grid.row
    probe = "AP"  # month 36
    checks.heading(
        "Our functions against native Excel", "The same quantity in native Excel, over all months or in month 36"
    )
    for number in range(1, TRANCHES + 1):
        flags = ",".join(
            row(f"{key}_{number}") for key in ("delivered", "commissioned", "effective", "insured", "hedge")
        )
        checks.add(
            "CFI_DRAW_GATE is the product of the flags",
            f"tranche {number}",
            f"=SUM({row(f'gate_{number}')})",
            f"=SUMPRODUCT({flags})",
            0,
        )
    checks.add(
        "CFI_GPU_RESIDUAL",
        "tranche 1",
        f"={cell('residual_1', probe)}",
        f"=scrap_floor+(1-scrap_floor)*EXP(-decay*{cell('age_1', probe)}/year_months)",
        1e-12,
    )
    checks.add(
        "CFI_BORROWING_BASE on book",
        "all months",
        _squares(row("base_book"), f"{address(checks.page.book, 'base_advance')}*{row('book_value')}"),
        0,
        1e-9,
    )
    lower = "+".join(
        f"{cell(f'eligible_{n}', probe)}*MIN({cell(f'book_{n}', probe)},{cell(f'worth_{n}', probe)}*(1-haircut))"
        for n in range(1, TRANCHES + 1)
    )
    checks.add(
        "CFI_BORROWING_BASE on market", "month 36", f"={cell('base_market', probe)}", f"=base_advance*({lower})", 1e-7
    )
    checks.add(
        "CFI_HAIRCUT_VAR",
        "Fleet",
        "=haircut_price",
        "=1-EXP(-(volatility^2)/2*sell_years-volatility*SQRT(sell_years)*NORMSINV(haircut_confidence))",
        1e-9,
    )
    checks.add(
        "CFI_HAIRCUT_LIQUIDITY is the square-root law",
        "Fleet",
        "=haircut_sale",
        "=impact*SQRT(market_share/sell_years)",
        1e-12,
    )
    checks.add(
        "CFI_COLLATERAL_HAIRCUT is the product rule",
        "Fleet",
        "=haircut",
        "=1-(1-haircut_price)*(1-haircut_sale)",
        1e-12,
    )
    for number in range(1, CONTRACTS + 1):
        terms = {key: grid.fixed[f"c{number}_{key}"] for key in ("firm", "notice", "tenor", "break_fee")}
        share = f"MIN({terms['notice']},{terms['tenor']})/{terms['tenor']}"
        checks.add(
            "CFI_FIRM_SHARE",
            f"contract {number}",
            f"={terms['firm']}",
            f"={share}+{terms['break_fee']}*(1-{share})",
            1e-12,
        )
    checks.add(
        "CFI_DRAW gives the draws of the model", "while available", _squares(row("draw_shadow"), row("draw")), 0, 1e-9
    )
    for number in (1, 2, 3):
        paid = ("paid_fee", "paid_interest", "paid_principal")[number - 1]
        checks.add(
            "CFI_WATERFALL pays what the model pays",
            f"due {number}",
            _squares(row(f"fall_{number}"), row(paid)),
            0,
            1e-9,
        )
    checks.add(
        "CFI_WATERFALL leaves what the model leaves",
        "left",
        f"=SUM({row('fall_left')})",
        f"=SUM({row('left_1')})-{cell('injected')}",
        1e-6,
    )
    ahead, rate = row("cash_ahead"), cell("top_up_rate")
    carried = f"1/top_up_dscr*SUMPRODUCT({ahead}/(1+{rate})^{row('month')})"
    checks.add("CFI_SCULPT_DEBT", "top-up date", f"={cell('cover_debt')}", f"={carried}", 1e-6)
    checks.add(
        "CFI_TOP_UP",
        "top-up date",
        f"={cell('top_up_size')}",
        f"=MAX(0,MIN({carried},ltc_cap*{cell('eligible_cost')})-{cell('first_drawn')})",
        1e-6,
    )
    checks.add(
        "CFI_DEBT_CAPACITY names the test that binds",
        "top-up date",
        f"={cell('binding')}",
        f"=IF(ltc_cap*{cell('eligible_cost')}>={carried},1,2)",
        0,
    )
    flat = f"IF(AND(MAX({row('coupon')})-MIN({row('coupon')})<1E-12,{cell('top_up_month')}>0),1,0)"
    at_top_up = f"MAX(1,{cell('top_up_month')})"
    checks.add(
        "CFI_LLCR on the top-up date",
        "counts if rates are flat",
        f"=CFI_LLCR({ahead},MAX(small,INDEX({row('closing')},1,{at_top_up})),{rate})",
        f"=INDEX({row('llcr')},1,{at_top_up})",
        1e-8,
        "=" + flat,
    )
    checks.add(
        "CFI_LLCR with the reserve",
        "counts if rates are flat",
        f"=CFI_LLCR({ahead},MAX(small,INDEX({row('closing')},1,{at_top_up})),{rate},INDEX({row('reserve')},1,{at_top_up}))",
        f"=INDEX({row('llcr_cash')},1,{at_top_up})",
        1e-8,
        "=" + flat,
    )
    checks.holds(
        "PLCR is not below LLCR while CFADS is not negative",
        "Ratios",
        f"IF(MIN({row('cfads')})>=-small,SUMPRODUCT(--({row('plcr')}<{row('llcr')}-1E-9))=0,TRUE)",
    )
    for key, base in (("ltv_cost", "on_cost"), ("ltv_book", "on_book"), ("ltv_market", "on_market")):
        checks.add(
            "CFI_LTV",
            key.replace("ltv_", "on "),
            f"=SUMPRODUCT({row(key)},{row(base)})",
            f"=SUM({row('closing')})",
            1e-5,
        )
    checks.add("CFI_BACKLOG_COVERAGE", "Ratios", f"={cell('gross_backlog')}", f"={cell('billed')}/commitment", 1e-12)
    checks.holds(
        "CFI_RISKED_COVERAGE is not above gross backlog cover",
        "Ratios",
        f"AND({cell('risked_net')}<={cell('risked_revenue')}+1E-12,{cell('risked_revenue')}<={cell('gross_backlog')}+1E-12)",
    )
    checks.add(
        "CFI_TENOR_OVERLAP",
        "Ratios",
        f"={cell('overlap')}",
        f"=IF({cell('billed')}=0,0,SUMPRODUCT({row('billed')},{row('loan_life')})/{cell('billed')})",
        1e-12,
    )
    billed = grid.fixed["contract_totals"]
    checks.add(
        "CFI_HHI",
        "Ratios",
        f"={cell('hhi')}",
        f"=IF({cell('billed')}=0,1,SUMPRODUCT({billed},{billed})/{cell('billed')}^2)",
        1e-12,
    )
    share = cell("contracted", probe)
    variance = f"(leverage^2*({share}^2*vol_contract^2+(1-{share})^2*vol_market^2+2*{share}*(1-{share})*corr_both*vol_contract*vol_market)+vol_other^2)"
    checks.add(
        "CFI_DRIVER_PD",
        "month 36",
        f"={cell('pd_driver', probe)}",
        f"=NORMSDIST(-(1-1/{cell('dscr_used', probe)})/SQRT({variance}))",
        1e-9,
    )
    checks.add(
        "CFI_DRIVER_RHO",
        "month 36",
        f"={cell('rho', probe)}",
        f"=leverage*({share}*vol_contract*corr_contract+(1-{share})*vol_market*corr_market)/SQRT({variance})",
        1e-9,
    )
    checks.add("CFI_CORR_EL = PD × LGD", "all months", _squares(row("el"), f"{row('pd')}*{row('lgd')}"), 0, 1e-18)
    covered = f"(1-MIN(1,{cell('contract_value', probe)}/MAX(small,{cell('closing', probe)})))"
    checks.add(
        "CFI_STEP_IN_LGD weighs by the chance of survival",
        "month 36",
        f"={cell('lgd_step_in', probe)}",
        f"=IF({cell('closing', probe)}>small,{cell('survives', probe)}*{covered}+(1-{cell('survives', probe)})*{cell('lgd', probe)},0)",
        1e-9,
    )
    checks.holds(
        "LGD with correlation is not below the flat one where ρ > 0",
        "Credit",
        f"SUMPRODUCT(--({row('rho')}>0),--({row('lgd')}<{row('lgd_flat')}-1E-12))=0",
    )
    checks.add(
        "CFI_EL_PATH at ρ = 0 is a sum of Black–Scholes puts",
        "Loss",
        f"=Loss!K{loss['el_zero']}",
        f"=Loss!K{loss['put']}",
        1e-6,
    )
    checks.add(
        "CFI_EL_PATH: the years add up to the total",
        "ρ of year 1",
        f"=Loss!D{loss['paths']}",
        f"=SUM(Loss!E{loss['paths']}:K{loss['paths']})",
        1e-8,
    )
    at = covenants["dscr"]
    checks.add("CFI_COVENANT: headroom", "DSCR", f"=Covenants!H{at}", f"=MIN({row('dscr_3m')})/cov_dscr-1", 1e-12)
    checks.add(
        "CFI_COVENANT: a breach is where a month is below",
        "DSCR",
        f"=IF(Covenants!I{at}>0,1,0)",
        f"=IF(SUMPRODUCT(--({row('dscr_3m')}<{address(checks.page.book, 'cov_dscr')}))>0,1,0)",
        0,
    )
    whole = f"={cell('whole')}"
    checks.add(
        "CFI_ALL_IN_YIELD against IRR", "counts if repaid", f"={cell('yield')}", f"={cell('shadow_yield')}", 1e-8, whole
    )
    checks.add(
        "CFI_WAL", "counts if repaid", f"={cell('wal')}", f"={cell('shadow_wal')}", 1e-9, f"=IF({cell('repaid')}>0,1,0)"
    )
    checks.add(
        "CFI_AMORTISE against PPMT",
        "DDTL 4.0",
        f"=SUM({row('ref4_principal')})-INDEX({row('ref4_principal')},1,1)",
        f"=SUM({row('ref4_native')})-INDEX({row('ref4_native')},1,1)",
        1e-6,
    )
    checks.add(
        "CFI_AMORTISE against the closed form",
        "DDTL 5.5",
        f"=INDEX({row('ref55_closing')},1,f_contract55)",
        f"=INDEX({row('ref55_native')},1,f_contract55)",
        1e-6,
    )
    checks.add(
        "CFI_ALL_IN_YIELD against IRR", "DDTL 5.5 at 97", f"={cell('ref55_yield')}", f"={cell('ref55_shadow')}", 1e-8
    )

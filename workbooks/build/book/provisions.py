"""The sheet Provisions: stage, expected credit losses from the exact path of each loan, and regulatory capital."""

from __future__ import annotations

from openpyxl.utils import column_index_from_string, get_column_letter

from workbooks.build.book.grid import LAST, TOP, Field, Grid, Grids
from workbooks.build.book.names import STATES
from workbooks.build.kit.page import A3, MONEY_1, NUMBER, PERCENT, PERCENT_2, WHOLE, Book, Page

YEARS = 5
QUESTION = "Which stage is each loan in, what must be provided, and what capital does it bind?"
NOTE = (
    "Losses by year are shares of the exposure of today, from CFI_DEAL_LOSS_PATH in each of three states of the factors; the state holds for the life. "
    "A guarantor's failure is taken as independent of the loan's here; on Losses it is not. A contract's own volatility counts on Losses alone."
)


def _by_year(key: str, head: str, formula: str, number_format: str = "0.000") -> list[Field]:
    """A column for each year; `{t}` is its number and `{b}` the one before."""
    return [
        Field(f"{key}_{t}", f"{head}, year {t}", number_format, formula.replace("{t}", str(t)).replace("{b}", str(t - 1)), width=8)
        for t in range(1, YEARS + 1)
    ]  # fmt: skip


def _span(key: str) -> str:
    return f"{{{key}_1}}:{{{key}_{YEARS}}}"


def _scenario(state: str) -> list[Field]:
    at = "{Rows!offtaker_row}"
    lived = "({ok}*(1-{q})^{b})".replace("{q}", f"{{pd_{state}}}")
    off = f"{{off_{state}}}"
    path = (
        f"=CFI_DEAL_LOSS_PATH({_span('balance')},{_span('worth')},{_span('contract')},{_span(f'p_{state}')},"
        f"{_span(f'o_{state}')},{{assignable}},{{link}},{{rho_operator}},{{rho_offtaker}},{{volatility}},0,{{sale_cost}},{{lag}},{{unsecured}},1,0,{{discount_rate}},{{workout_cost}},{{accrued_interest}})"
    )
    return [
        Field(f"pd_{state}", f"PD, {state}", PERCENT_2, f"=CFI_PIT_PD({{Rows!pd:all}},{{explained:all}},state_{state})", whole=True),
        Field(f"off_{state}", f"Offtaker's PD, {state}", PERCENT_2, f"=IF({at}>0,INDEX(n_pd_{state},{at},1),0)"),
        *_by_year(f"p_{state}", f"Fails, {state}", f"=IF({{term}}>={{t}},{lived}*{{pd_{state}}},0)", "0.00%"),
        *_by_year(f"o_{state}", f"Offtaker fails, {state}", f"=IF({{term}}>={{t}},(1-{off})^{{b}}*{off},0)", "0.00%"),
        Field(f"path_{state}", "", "0.000%", path, spread=YEARS + 1, width=8,
              heads=(f"Loss, {state}", *(f"year {t}" for t in range(1, YEARS + 1)))),
    ]  # fmt: skip


def _fields() -> list[Field]:
    at, seg = "{Rows!offtaker_row}", "{Rows!segment}"
    left = "IF({term}>={t},{bullet}+(1-{bullet})*(1-{b}/{term}),0)"
    return [
        Field("id", "Id", "@", '=IF({ok}=1,{Loans!id},"")', "words", 8),
        Field("ok", "Taken", WHOLE, "={Rows!ok}", width=7),
        Field("term", "Years left", WHOLE, "=IF({ok}=1,{Loans!term},1)", width=8),
        Field("bullet", "Paid at the end", PERCENT, "=IF({ok}=1,{Loans!bullet},1)", width=8),
        Field("rate", "Rate", PERCENT, "=IF({ok}=1,{Loans!rate},0)", width=8),
        Field("life_made", "Lifetime PD when made", PERCENT, "=IF({ok}=1,1-(1-{Loans!pd_origination})^{term},0)", width=9),
        Field("life_now", "Lifetime PD now", PERCENT, "=IF({ok}=1,1-(1-{Loans!pd})^{term},0)", width=9),
        Field("days", "Days past due", WHOLE, "=IF({ok}=1,{Loans!days},0)", width=8),
        Field("stage", "Stage", WHOLE,
              "=CFI_IFRS9_STAGE({life_made:all},{life_now:all},{days:all},stage_ratio,0,0,backstop,default_days)",
              "result", 7, whole=True),
        Field("ecl", "", "0.00%", "=CFI_ECL(" + _span("mean") + ",1,{rate},1,{stage})", width=9, spread=4,
              heads=("12-month ECL", "Lifetime ECL", "CECL, undiscounted", "Provision, share")),
        Field("amount_12", "12-month ECL, m", "#,##0.00", "={ecl}*{held}", width=9),
        Field("amount_life", "Lifetime ECL, m", "#,##0.00", "=INDEX({ecl}:{provided},1,2)*{held}", width=9),
        Field("amount_cecl", "CECL, m", "#,##0.00", "=INDEX({ecl}:{provided},1,3)*{held}", width=9),
        Field("amount", "Provision, m", "#,##0.00", "={provided}*{held}", "result", 9),
        Field("held", "Exposure less what is guaranteed", MONEY_1, "={Rows!exposure}*{ok}*(1-{Rows!guaranteed}*(1-{guarantor_pd}))", width=9),
        Field("guarantor_pd", "Guarantor's PD", PERCENT_2,
              "=IF({Rows!guarantor_row}>0,INDEX(n_pd,{Rows!guarantor_row},1),1)", width=9),
        Field("lgd", "Loss over PD, at most 1", PERCENT,
              "=IF({Rows!exposure}*{Rows!pd}>0,MIN(1,INDEX(part_el,{at},1)/({Rows!exposure}*{Rows!pd})),0)", width=9),
        Field("loading", "Loading, all factors", NUMBER, "=SQRT({explained})", width=9),
        Field("firb", "LGD, foundation approach", PERCENT,
              "=CFI_FIRB_LGD({owed:all},0)", width=9, whole=True),
        Field("irb", "", "#,##0.0", "=CFI_IRB_CAPITAL({Rows!exposure:all},{Rows!pd:all},{firb:all},{term:all},pd_floor,lgd_floor)",
              width=9, spread=6, whole=True,
              heads=("PD floored", "LGD floored", "Risk weight", "RWA, internal", "Regulatory EL", "Capital")),
        Field("slotted", "Slotting weight", PERCENT, f"=INDEX(CFI_SLOTTING(INDEX(segment_slot,1,{seg}),{{term}}),1,1)", width=9),
        Field("standard", "Standardised weight", PERCENT, '=INDEX(CFI_SA_WEIGHT("object finance",{Rows!exposure}),1,1)', width=9),
        Field("owed", "Exposure, for weights", MONEY_1, "=IF({ok}=1,{Rows!exposure},1)", width=9),
        Field("at", "No.", WHOLE, "={Loans!number}", "aside", 6),
        Field("assignable", "Contract passes on", PERCENT, "={Rows!assignable}", width=8),
        Field("explained", "Explained by factors", PERCENT, f"=INDEX(segment_explained_driver,1,{seg})", width=9),
        Field("link", "Operator with offtaker", NUMBER, f"=IF({at}>0,INDEX(n_links,{at},{seg}),0)", width=8),
        Field("rho_operator", "Operator with collateral", NUMBER, f"=INDEX(segment_rho,1,{seg})", width=8),
        Field("rho_offtaker", "Offtaker with collateral", NUMBER, f"=IF({at}>0,INDEX(n_rhos,{at},{seg}),0)", width=8),
        *(Field(key, head, NUMBER, f"={{Rows!{key}}}", width=8) for key, head in (
            ("volatility", "Volatility"), ("drift", "Drift"), ("sale_cost", "Cost of sale"), ("lag", "Lag"),
            ("unsecured", "Unsecured"), ("discount_rate", "Discount rate"), ("workout_cost", "Work-out cost"),
            ("accrued_interest", "Accrued interest"))),
        Field("start_value", "Collateral over exposure", NUMBER, "=IF({ok}=1,{Rows!value}/{Rows!exposure},1)", width=9),
        Field("start_contract", "Contract over exposure", NUMBER, "=IF({ok}=1,{Rows!contract}/{Rows!exposure},0)", width=9),
        *_by_year("balance", "Owed", f"={left}"),
        *_by_year("worth", "Collateral", "={start_value}*EXP({drift}*({t}+{lag}))"),
        *_by_year("contract", "Contract", "={start_contract}*{balance_{t}}"),
        *(one for state in STATES for one in _scenario(state)),
        *_by_year("mean", "Loss, weighted",
                  "=({ok}*(weight_middle*{m{t}_middle}+weight_good*{m{t}_good}+weight_bad*{m{t}_bad}))/(weight_middle+weight_good+weight_bad)",
                  "0.00%"),
    ]  # fmt: skip


def write_provisions(book: Book, grids: Grids) -> None:
    page = book.page("Provisions", "Stages, provisions, capital", QUESTION, {"A": 1.5})
    grid = grids.add(Grid("Provisions", TOP, LAST))
    fields = _fields()
    grid.lay(fields, "B")
    for state in STATES:
        start = column_index_from_string(grid.letter_of[f"path_{state}"])
        grid.letter_of |= {f"m{t}_{state}": get_column_letter(start + t) for t in range(1, YEARS + 1)}
    grid.letter_of["provided"] = get_column_letter(column_index_from_string(grid.letter_of["ecl"]) + 3)
    grids.write(page, grid, fields)
    page.row(TOP - 1, 46)
    page.merge(f"B5:{grid.letter_of['loading']}5", NOTE, "plain", 30)
    page.row(TOP - 2, 6)
    for key in ("stage", "amount", "amount_12", "amount_life", "amount_cecl", "slotted", "standard"):
        grids.name("prov", grid, key)
    for name, key in (("life_made", "life_made"), ("life_now", "life_now"), ("days_late", "days")):
        book.name(name, page, grid.span(key).replace("$", ""))
    for key in ("lgd", "loading"):
        grids.name("b", grid, key)
    for name, step in (("irb_rwa", 3), ("irb_el", 4)):
        letter = get_column_letter(column_index_from_string(grid.letter_of["irb"]) + step)
        book.name(name, page, f"{letter}{TOP}:{letter}{LAST}")
    page.paint(f"{grid.letter_of['stage']}{TOP}:{grid.letter_of['stage']}{LAST}",
               {f"AND({grid.letter_of['stage']}{TOP}=2,$C{TOP}=1)": "watch", f"AND({grid.letter_of['stage']}{TOP}=3,$C{TOP}=1)": "bad"})  # fmt: skip
    page.freeze(f"C{TOP}")
    page.print_wide(f"B1:{grid.letter_of['standard']}{LAST}", f"{TOP - 1}:{TOP - 1}", [16], [], 90)
    page.sheet.page_setup.paperSize = A3


# Name, words, formula, format: what Summary shows.
TOTALS = (
    ("stage_1", "Loans in stage 1", "=SUMPRODUCT(b_ok*(prov_stage=1))", WHOLE),
    ("stage_2", "Loans in stage 2", "=SUMPRODUCT(b_ok*(prov_stage=2))", WHOLE),
    ("stage_3", "Loans in stage 3", "=SUMPRODUCT(b_ok*(prov_stage=3))", WHOLE),
    ("provision", "Provision, IFRS 9", "=SUM(prov_amount)", MONEY_1),
    ("ecl_12", "Twelve months, all loans", "=SUM(prov_amount_12)", MONEY_1),
    ("ecl_life", "Lifetime, all loans", "=SUM(prov_amount_life)", MONEY_1),
    ("ecl_cecl", "CECL, not discounted", "=SUM(prov_amount_cecl)", MONEY_1),
    ("rwa_internal", "Risk-weighted assets, internal", "=SUMPRODUCT(b_ok,irb_rwa)", MONEY_1),
    ("rwa_slotting", "Risk-weighted assets, slotting", "=SUMPRODUCT(b_exposure,prov_slotted)", MONEY_1),
    ("rwa_standard", "Risk-weighted assets, standardised", "=SUMPRODUCT(b_exposure,prov_standard)", MONEY_1),
    ("rwa_floored", "Internal after the output floor", "=INDEX(CFI_OUTPUT_FLOOR(rwa_internal,rwa_standard,output_floor),1,1)", MONEY_1),
)  # fmt: skip


def write_totals(page: Page, top: int, label: str, value: str) -> int:
    """Totals of stages, provisions and capital on another sheet; returns the last row."""
    for row, (name, words, formula, number_format) in enumerate(TOTALS, top):
        page.put(f"{label}{row}", words, "label")
        page.put(f"{value}{row}", formula, "result" if name in ("provision", "rwa_floored") else "calc", number_format)
        page.book.name(name, page, f"{value}{row}")
    return top + len(TOTALS) - 1

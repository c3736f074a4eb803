"""The sheet Memo of compare.xlsx: what a credit memo has beside the loss, one column per deal; then limits by offtaker."""

from __future__ import annotations

from dataclasses import replace

from workbooks.build.compare.contracts import AGREEMENTS, OF_DEAL
from workbooks.build.compare.contracts import ROWS as CONTRACTS
from workbooks.build.compare.contracts import TOP as FIRST
from workbooks.build.compare.inputs import COLUMNS, NAMES, fold_own, lay, name_row
from workbooks.build.compare.rows import TERMS, by_collateral, of_deals
from workbooks.build.compare.years import Rows, span, when_used
from workbooks.build.kit.page import A3, MONEY, MONEY_1, NUMBER, PERCENT, PERCENT_2, TIMES, WHOLE, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, measured, write_rows


def _elsewhere(item: Section | Row) -> Section | Row:
    return replace(item, formula=of_deals(str(item.formula))) if isinstance(item, Row) else item


_NONE = '"none"'

CLOSE: Rows = (
    Section("1 · Sources and uses at close", "before any top-up; what the loan does not pay is the sponsor's and its customers'"),
    Row("use_machines", "Uses: machines, network, site", "US$ m", "={cost}", MONEY, "First funding over advance rate"),
    Row("use_fees", "Uses: fees and discount", "US$ m", "={upfront}*{commitment}", MONEY_1, "On the commitment"),
    Row("use_reserve", "Uses: reserve", "US$ m", "={reserve_1}", MONEY_1, "Months of service, as on Deals"),
    Row("uses", "Uses", "US$ m", "={use_machines}+{use_fees}+{use_reserve}", MONEY, "Sum", "result"),
    Row("source_loan", "Sources: first funding", "US$ m", "={first_funding}", MONEY, "As on Deals"),
    Row("source_sponsor", "Sources: sponsor and prepayments of customers", "US$ m", "={uses}-{source_loan}", MONEY, "The rest; no split is on record"),
    Row("sponsor_share", "of the uses", "share", "={source_sponsor}/{uses}", PERCENT, "Below 0: the loan pays for more than the uses", "result"),
    Row("later", "Top-up after close", "US$ m", "={commitment}-{first_funding}", MONEY, "Commitment less first funding"),
)  # fmt: skip
HEDGE: Rows = (
    Section("2 · Hedge of the interest rate", "supposes that the loan floats; the shift of rates is on Parameters"),
    Row("hedge_years", "Balance over its life, discounted", "years of exposure", f"=SUMPRODUCT({span('alive')},{span('opening')}+{span('closing')},(1+{{effective}})^-{{years_down}})/2/{{exposure}}", NUMBER, "Mean balances at the deal's rate"),
    Row("hedge_mark", "Owed to the hedge bank if rates fall", "US$ m", "={hedged}*{exposure}*rate_shift*{hedge_years}", MONEY_1, "Mark of the swap: it ranks beside the loan in most agreements", "result"),
    Row("hedge_share", "of the exposure", "share", "={hedge_mark}/{exposure}", PERCENT, "Adds to what is claimed when the borrower fails"),
    Row("open_interest", "More interest in a year if rates rise", "US$ m", "=(1-{hedged})*{exposure}*rate_shift", MONEY_1, "On what is not hedged"),
    Row("dscr_rise", "DSCR in the first year if rates rise", "×", "={cash_1}/({service_1}+{open_interest})", TIMES, "Own cash, over service and that interest", "result"),
)  # fmt: skip
FAILURE: Rows = (
    Section("3 · If the operator fails in the first year", "claim, time and cost: what comes back, in expectation"),
    Row("claim", "Claim", "US$ m", "={exposure}*(1+{monthly})^(months_per_year*{lag})", MONEY, "Exposure and interest until the sale"),
    Row("chips_gross", "Chips, expected in default", "US$ m", "={held_1}", MONEY, "Before the cost of the sale"),
    Row("sale_paid", "Cost of the sale", "US$ m", "=-{held_1}*{sale_cost}", MONEY, "Share of the price"),
    Row("chips_net", "Chips, net", "US$ m", "={chips_gross}+{sale_paid}", MONEY, "After the time to sell"),
    Row("contract_net", "Contract, if assigned", "US$ m", "={worth_1}", MONEY, "After delay and cost of a replacement"),
    Row("back_sale", "Recovered by a sale", "share of claim", "=MIN(1,{chips_net}/{claim})", PERCENT, "At the expected price: the LGD above counts its spread"),
    Row("back_contract", "Recovered by the contract", "share of claim", "=MIN(1,{contract_net}/{claim})", PERCENT, "Where it can be assigned"),
)  # fmt: skip
PRICE: Rows = (
    Section("4 · Loss against price"),
    Row("loss_yearly", "Deal loss a year of average life", "share a year", "={life_share}/{wal}", PERCENT_2, "Loss over the life, over the average life"),
    Row("margin_all", "Spread with fees", "share a year", "={spread}+{upfront}/{wal}", PERCENT_2, "Fees over the average life"),
    Row("margin_left", "Left after expected loss", "share a year", "={margin_all}-{loss_yearly}", PERCENT_2, "Before cost of capital and running cost", "result"),
    Row("loss_of_margin", "Expected loss over spread", "share", "=IF({margin_all}>0,{loss_yearly}/{margin_all},0)", PERCENT, "Below a third is usual for paper that is well priced"),
    Section("5 · What would have to happen", "reverse stress on this sheet's own cash"),
    Row("fall_contract", "Contract cash may fall before firm contracts no longer pay", "share", '=IF({min_contract_dscr}>0,1-limit_contract_dscr/{min_contract_dscr},"none")', PERCENT, "Below 0: they do not pay as it is. none: there is a year without any"),
    Row("fall_cash", "All cash may fall before the life cover breaks", "share", "=IF({life_cover}>0,1-limit_life_cover/{life_cover},-1)", PERCENT, "Break-even fall in cash for debt service", "result"),
    Row("pv_market", "Present value of market revenue", "US$ m", f"=SUMPRODUCT({span('market')}*--({span('service')}>0)/(1+{{effective}})^{{years_down}})", MONEY, "Within the loan"),
    Row("relet", "Re-let price needed, of the one assumed", "share", '=IF({pv_market}>0,MAX(0,1-({life_cover}-limit_life_cover)*{exposure}/{pv_market}),"none")', PERCENT, "Below 100%: room. none: nothing is re-let", "result"),
    Row("pd_at_limit", "PD of the operator at which deal loss meets its limit", "probability", '=IF(AND({deal_loss}>{loss_offtaker},limit_deal_loss>={loss_offtaker}),(limit_deal_loss-{loss_offtaker})*{pd_operator}/({deal_loss}-{loss_offtaker}),"none")', PERCENT_2, "In proportion. none: the offtaker alone exceeds it"),
    Row("reserve_gap", "Reserve against what lenders expect", "months of service", f"={{reserve_months}}-{by_collateral('reserve_norm')}", "0.0;-0.0;0.0", "Below 0: less than six months"),
    Row("sizing", "What may be drawn at the term sheet's DSCR", "US$ m", f"=CFI_LLCR({span('in_life')},1,{{effective}})/{{dscr}}", MONEY, "Sizing: present value of cash over the DSCR", "result"),
)  # fmt: skip

ENDING: Rows = (
    Section("6 · Re-letting when the last contract ends", "CFI_RELET_RATE; rents on record stand on Terms"),
    Row("gpus", "GPUs behind the loan", "number", '=IF({collateral}="GPU",{cost}*million/{unit_cost},0)', "#,##0", "Cost over the all-in cost of one"),
    Row("relet_owed", "Owed when the last contract ends", "US$ m", "={tail}*{exposure}", MONEY, "The part that the market must repay"),
    Row("relet_years", "Years left to repay it", "years", "={tenor_months}/months_per_year-{contract_end}", "0.0", "To maturity"),
    Row("relet_rate", "Re-let rate needed then", "US$ per GPU-hour", f"=IF(AND({{gpus}}>0,{{relet_owed}}>room,{{relet_years}}>0),INDEX(CFI_RELET_RATE({{relet_owed}}*million,{{gpus}},{{relet_years}},LN(1+{{effective}}),{{running_cost}}*million/{{gpus}}/hours,utilisation,-LN({{annual_rent}})),1,1),{_NONE})", NUMBER, "Cost paid whether let or not; rents go on falling. none: nothing is owed then", "result"),
    Row("relet_market", "Rent that the sheet assumes then", "US$ per GPU-hour", f"=IF({{gpus}}>0,{{market_revenue}}*(1-shock_rent)*{{annual_rent}}^{{contract_end}}*million/{{gpus}}/hours/utilisation,{_NONE})", NUMBER, "Market revenue of the fleet, by GPU and hour let, at the rent factor"),
    Row("relet_over", "Needed over assumed", "share", f"=IF(ISNUMBER({{relet_rate}}),{{relet_rate}}/{{relet_market}},{_NONE})", PERCENT, "Above 100%: the market that is assumed does not repay the tail", "result"),
    Section("7 · Assignability", "what the verdict owes to a contract that passes to another operator"),
    Row("assign_terms", "Chance of assignment by its conditions", "probability", "=IF({offtaker_weight}>0,CFI_ASSIGNABILITY({direct_agreement..no_set_off}),0)", PERCENT, "CFI_ASSIGNABILITY; a check sets it against the chance on Deals"),
    Row("loss_never", "Deal loss if the contract never passes", "share a year", f"=INDEX(CFI_DEAL_LOSS({TERMS.replace('{assignable}', '0')}),1,1)", PERCENT_2, "Chance 0"),
    Row("loss_surely", "Deal loss if it surely passes", "share a year", f"=INDEX(CFI_DEAL_LOSS({TERMS.replace('{assignable}', '1')}),1,1)", PERCENT_2, "Chance 1"),
    Row("assign_decides", "Does it decide the gate of deal loss?", "words", '=IF(({loss_never}<=limit_deal_loss)=({loss_surely}<=limit_deal_loss),"no","yes")', "@", "yes: within the limit at one end only", "words"),
)  # fmt: skip
OFFTAKERS: Rows = (
    Section("8 · Limits by offtaker", "of the contracted revenue by deal; name by name below"),
    Row("grade_pd", "One-year PD of BBB−, the last investment grade", "probability", '=CFI_RATING_PD("BBB-",1)', PERCENT_2, "CFI_RATING_PD; a name of a higher PD is below"),
    Row("below_share", "Contracted with names below investment grade", "share", f"=IF({{backlog}}>0,SUMPRODUCT({OF_DEAL}*{{all_arms_length}}*{{all_revenue}}*({{all_pd}}>{{grade_pd}}))/{{backlog}},0)", PERCENT, "One-year PD above that of BBB−", "result"),
    Row("below_word", "against the limit on Parameters", "words", '=IF({below_share}<=limit_below_share,"within","over")', "@", "DDTL 2.0 allows 35%", "words"),
)  # fmt: skip
ROWS = tuple(when_used(_elsewhere(item)) for item in (*CLOSE, *HEDGE, *FAILURE, *PRICE, *ENDING, *OFFTAKERS))

TOP = 6
NAMES_TOP = TOP + len(ROWS) + 3  # of the table of offtakers
# the names of offtakers: head, unit, formula where the contract is in row {at}, look, number format
OFFTAKER = {
    "C": ("Deal", "number", "=IF(Contracts!Q{at}=1,Contracts!C{at},\"\")", "unit", WHOLE),
    "D": ("Share of what is firm", "share", "=IF(C{row}=\"\",\"\",Contracts!S{at}/MAX(room,SUMIF({all_deal},C{row},{all_firm})))", "calc", PERCENT),
    "E": ("Rests on the name", "US$ m held", "=IF(C{row}=\"\",\"\",D{row}*hold_share*INDEX({Deals!exposure:all},C{row}))", "result", MONEY_1),
    "F": ("Limit of the name", "US$ m held", "=IF(C{row}=\"\",\"\",IF(Contracts!K{at}>INDEX({grade_pd:all},C{row}),limit_below_name,limit_grade_name))", "calc", MONEY_1),
    "G": ("Within the limit?", "words", "=IF(C{row}=\"\",\"\",IF(E{row}<=F{row},\"within\",\"over\"))", "words", "@"),
}  # fmt: skip


def lay_memo(book: Book) -> None:
    lay(book, "Memo", ROWS, TOP)


def write_memo(book: Book) -> None:
    widths = {"A": 1.5, "B": 44, "C": 17} | dict.fromkeys(COLUMNS, 17) | dict.fromkeys("LM", 31)
    question = "Money in and out at close, hedge, what comes back, what it pays, what breaks it, who must not fail."
    page = book.page("Memo", "What a credit memo asks for", question, widths)
    block = book.places.blocks["Memo"]
    page.heads(5, {"B": "Item", "C": "Unit"} | NAMES | {"L": "How it is read", "M": ""}, 32, "BL")
    write_rows(page, ROWS, block, Form("M", "L:M", height=measured))
    for item in ROWS:
        if isinstance(item, Row) and item.look == "result":
            name_row(book, "Memo", item.key)
    page.paint(page.fill("{below_word:row}"), within_colours(page.fill("{below_word@D}")))
    _names(page)
    fold_own(book, "Memo")
    page.freeze("D6")
    starts = [block.row_of["fall_contract"] - 2]
    page.print_setup(f"B1:M{NAMES_TOP + CONTRACTS}", "5:5", starts, paper=A3)


def within_colours(cell: str) -> dict[str, str]:
    return {f'{cell}="within"': "good", f'{cell}="over"': "bad"}


def _names(page: Page) -> None:
    """Each contract's customer: what of the lender's share rests on it, against the limit of one name."""
    top = NAMES_TOP
    held = "of the share of each loan that is held, by Parameters; several customers of one contract count as one name"
    page.section(top - 2, "9 · Limits by offtaker, name by name", "B", "M", held)
    page.heads(top - 1, {"B": "Customer"} | {letter: head for letter, (head, *_) in OFFTAKER.items()}, 32)
    for letter in ("B", *OFFTAKER):
        page.put(f"{letter}{top}", OFFTAKER[letter][1] if letter in OFFTAKER else "", "unit")
    for number in range(CONTRACTS):
        row, at = top + 1 + number, FIRST + number
        page.put(f"B{row}", f'=IF(Contracts!Q{at}=1,Contracts!D{at},"–")', "label")
        for letter, (_, _, formula, look, number_format) in OFFTAKER.items():
            text = page.fill(formula.replace("{at}", str(at)), letter, row)
            page.put(f"{letter}{row}", text, look, number_format)
        if number > len(AGREEMENTS):
            page.sheet.row_dimensions[row].outlineLevel, page.sheet.row_dimensions[row].hidden = 1, True
    area = f"G{top + 1}:G{top + CONTRACTS}"
    page.paint(area, within_colours(f"G{top + 1}"))
    page.book.name("offtaker_words", page, area)

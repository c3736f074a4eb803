"""The sheet Summary of compare.xlsx: the answer and one picture; then why, how sure, what would change it, diagnostics."""

from __future__ import annotations

from openpyxl.styles import Alignment

from workbooks.build.compare.inputs import COLUMNS, fold_own
from workbooks.build.compare.verdict import verdict_colours
from workbooks.build.kit.charts import Frame, Reference, dress_axis, dress_chart, finding, place, plot_area, stacked
from workbooks.build.kit.page import MONEY, MONEY_1, NAVY, PERCENT, PERCENT_2, SERIES, TIMES, WHOLE, Book, Page
from workbooks.build.kit.text import lines_of, sentence, width_of

# key, label, unit, number format, look, how to read it
Line = tuple[str, str, str, str, str, str]
ANSWER: tuple[Line, ...] = (
    ("verdict", "Verdict", "words", "General", "verdict", "By the gates of the sheet Verdict."),
    ("first_fail_name", "First gate or test that fails", "words", "General", "words", "Hard fails first."),
    ("deal_loss", "Deal loss, one year", "share a year", PERCENT_2, "result", "Expected loss: chips, contract and offtaker together."),
    ("band", "its band", "share a year", "General", "calc", "Over intervals of correlation and volatility."),
    ("life_share", "Deal loss over the life", "share of loan", PERCENT_2, "result", "Present value to maturity, over the exposure."),
    ("stress_lgd", "Stress LGD", "share of loan", PERCENT, "result", "Worst year in a hundred, chips alone; no PD, so it ranks."),
    ("package_common", "Package LTV at a common PD", "loan / value", PERCENT, "calc", "Loan over chips, contract, offtaker, given a loss event; operators of one PD."),
    ("min_contract_dscr", "Cover by firm contracts, least of the life", "×", TIMES, "calc", "Notice rights used. 0: a year without a firm contract."),
    ("peak", "Exposure, at its highest", "US$ m", MONEY, "calc", "Commitment or first funding: the switch on Parameters."),
)  # fmt: skip
MORE: tuple[tuple[str, tuple[Line, ...]], ...] = (
    ("Why: what has to fail, and what is lost then", (
        ("risked_cover", "Risked cover", "×", TIMES, "calc", "Firm, surviving, delivered contract cash over exposure."),
        ("loss_event", "Chance of a loss event, one year", "probability", PERCENT_2, "calc", "Operator or offtaker fails."),
        ("deal_lgd", "Loss given a loss event", "share of loan", PERCENT, "calc", "Deal loss over its chance."),
        ("loss_assigned", "Lost where the contract is assigned", "share a year", "0.000%", "calc", "0: what passes is worth more than the loan, or nothing passes."),
        ("loss_lost", "Lost where the contract is lost", "share a year", "0.000%", "calc", "The operator fails and the chips are sold."),
        ("loss_offtaker", "Lost where the offtaker fails", "share a year", "0.000%", "calc", "Nothing to assign: the chips are sold in a market that has lost a buyer."),
        ("pd_operator", "PD of the operator used, one year", "probability", PERCENT_2, "result", "The rating's where it speaks of this deal, else the higher of the two."),
        ("pd_rated", "that the rating implies", "probability", PERCENT_2, "calc", "Published averages of the letter; none: not rated."),
        ("pd_model", "of the model", "probability", PERCENT_2, "calc", "Cash against debt service, with reserve and floor."),
        ("offtaker_pd", "PD of the offtaker, one year", "probability", PERCENT_2, "calc", "Several names are taken for one; many small customers are in the driver."),
        ("own_contracted", "Contracted share of revenue, own", "share", PERCENT, "calc", "From the contracts, over the life."),
        ("contracted", "of the term sheet", "share", PERCENT, "calc", "Typed; a counted check compares."),
        ("own_dscr", "DSCR in the first year, own", "×", TIMES, "calc", "From contracts, market and cost."),
        ("dscr", "of the term sheet", "×", TIMES, "calc", "Typed; a counted check compares."),
        ("market_view", "What the market said", "words", "General", "words", "Rating and spread at signing; for the ASIC loan, what happened."),
    )),
    ("How sure: bands, and the choice of PD", (
        ("loss_low", "Deal loss, low end", "share a year", PERCENT_2, "calc", "Lowest over the intervals."),
        ("loss_high", "Deal loss, high end", "share a year", PERCENT_2, "calc", "Highest over the intervals."),
        ("life_money", "Deal loss over the life", "US$ m", MONEY_1, "calc", "Present value."),
        ("life_low", "low end", "US$ m", MONEY_1, "calc", "All ends at once."),
        ("life_high", "high end", "US$ m", MONEY_1, "calc", "All ends at once."),
        ("loss_rated", "Deal loss by the rating's PD", "share a year", PERCENT_2, "calc", "none: not rated."),
        ("loss_model", "Deal loss by the model's PD", "share a year", PERCENT_2, "calc", "A finding on Checks says whether the ranks agree."),
        ("rank", "Rank by deal loss", "1 = best", WHOLE, "calc", "With the PD used."),
        ("rank_model", "Rank, model's PD", "1 = best", WHOLE, "calc", "Beside it."),
    )),
    ("What would have to happen, and what is paid for it", (
        ("fall_contract", "Contract cash may fall by", "share", "0.0%;-0.0%;0.0%", "calc", "Before firm contracts no longer pay the debt service. Below 0: they do not as it is. none: a year without any."),
        ("fall_cash", "All cash may fall by", "share", "0.0%;-0.0%;0.0%", "calc", "Before the loan is not repaid over its life. Below 0: it is not as it stands."),
        ("relet", "Re-let price needed over the life, of the one assumed", "share", "0%", "calc", "Break-even of all market revenue. none: nothing is re-let within the loan."),
        ("relet_rate", "Re-let rate needed at the contract's end", "US$/GPU-hour", "0.00", "calc", "See Terms for rents on record. none: nothing is owed then, or no GPUs."),
        ("assign_decides", "Does assignability decide the gate of deal loss?", "words", "General", "calc", "yes: within its limit only if the contract passes, or only if it does not."),
        ("hedge_mark", "Owed to the hedge bank if rates fall by the shift", "US$ m", MONEY_1, "calc", "Ranks beside the loan in most agreements; shift on Parameters."),
        ("below_word", "Names below investment grade, against their limit", "words", "General", "calc", "Name by name on Memo."),
        ("pd_at_limit", "PD of the operator that meets the limit of deal loss", "probability", "0.00%;-0.00%;0.00%", "calc", "none: the offtaker alone exceeds it."),
        ("cover_low_year", "Recovery cover at the weakest moment", "×", TIMES, "calc", "Chips and contract over the balance, given a failure."),
        ("cover_low_month", "which is month", "month", WHOLE, "calc", "By year ends."),
        ("reserve_gap", "Reserve against six months", "months", "0.0;-0.0;0.0", "calc", "Below 0: thinner than lenders expect."),
        ("margin_all", "Spread with fees", "share a year", PERCENT_2, "calc", "Fees over the average life."),
        ("margin_left", "left after expected loss", "share a year", "0.00%;-0.00%;0.00%", "calc", "Before capital and running cost."),
    )),
    ("Diagnostics", (
        ("ltv_cost", "LTV at cost", "loan / value", PERCENT, "calc", "What the term sheet shows."),
        ("ltv_market", "LTV at market in one year", "loan / value", PERCENT, "calc", "After the expected fall in price, before the cost of a sale."),
        ("package_ltv", "Package LTV at the deal's own PD", "loan / value", PERCENT, "calc", "Its trap: the rarer a failure, the worse the world in which it comes. Never compare deals by it."),
        ("corr_ltv", "Chip-only LTV in default", "loan / value", PERCENT, "calc", "The same trap, and the contract is left out. Never rank by it."),
        ("lgd", "LGD of a market sale", "share of loan", PERCENT, "calc", "Chips alone."),
        ("rho", "ρ of cash and collateral", "correlation", "0.00", "calc", "Near 0: collateral holds when cash fails. Near 1: both fall together."),
        ("score", "Rebrand score", "0–100", "0", "calc", "100: compute lender. 0: mining lender under a new name."),
    )),
)  # fmt: skip
HEAD, TOP = 8, 9
WORDS = 32  # of the sheet Curves: where the parts of the sentences stand
CHART = TOP + len(ANSWER) + 1
CHART_ROWS = 11


def open_summary(book: Book) -> None:
    """The first sheet, empty: the others are written before it is filled."""
    widths = {"A": 1.5, "B": 36, "C": 12} | dict.fromkeys(COLUMNS, 19) | {"L": 46}
    book.page(
        "Summary",
        "Loans against computers",
        "What does the lender expect to lose when borrower or customer fails?",
        widths,
    )


def write_summary(book: Book) -> None:
    page = book.pages["Summary"]
    _words(book)
    page.merge(
        "B5:L5", "=IF(inputs_given=1,word_best&word_worst&word_why&word_falls&word_verdicts,word_given)", "reading", 74
    )
    book.name("reading", page, "B5")
    page.merge("B6:L6", "=word_findings", "plain", 16, vertical="center")
    page.paint("B6", {"checks_findings>0": "watch"})
    page.put(f"B{HEAD}", "Deal", "head_left")
    page.put(f"C{HEAD}", "Unit", "head")
    page.put(f"L{HEAD}", "How to read it", "head_left", indent=1)
    for letter in COLUMNS:
        page.put(f"{letter}{HEAD}", f"=Deals!{letter}5", "head")
    page.row(HEAD, 22)
    last = _lines(page, TOP, ANSWER)
    book.name("summary_table", page, f"B{HEAD}:K{last}")
    page.paint(f"D{TOP}:K{TOP}", verdict_colours(f"D{TOP}"))
    _chart(page)
    page.row(CHART, 12)  # what stands above the break fits on one page
    row = first_page = CHART + CHART_ROWS
    page.merge(
        f"B{row}:L{row}",
        "Facts are filed or attributed on Deals and Contracts; parameters marked P are demonstration parameters, not filed. Not a rating and not advice. What each measure means: sheet Method.",
        "plain",
        16,
    )
    starts = []
    for title, lines in MORE:
        row += 2
        starts.append(row - 1)
        page.section(row, title, "B", "L")
        row = _lines(page, row + 1, lines)
    fold_own(book, "Summary")
    page.freeze(f"C{TOP}")
    page.print_setup(f"B1:L{row}", f"{HEAD}:{HEAD}", breaks=(first_page, starts[2]))


def _lines(page: Page, top: int, lines: tuple[Line, ...]) -> int:
    """A row for each measure; returns the last."""
    for row, (key, label, unit, number_format, look, how) in enumerate(lines, top):
        page.put(f"B{row}", label, "label_bold" if look in ("result", "verdict") else "label")
        page.put(f"C{row}", unit, "unit")
        for letter in COLUMNS:
            cell = page.put(
                f"{letter}{row}", f"={page.fill(f'{{{key}@{letter}}}')}", look, number_format, horizontal="center"
            )
            if look == "words":
                cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.put(f"L{row}", how, "note")
        long = max(
            lines_of(page.book.say(text), width_of(page, letter), size)
            for letter, text, size in (("B", label, 10), ("L", how, 9))
        )
        page.row(row, 38 if key == "first_fail_name" else 28 if look in ("verdict", "words") else 5 + 12 * long)
    return top + len(lines) - 1


def _chart(page: Page) -> None:
    deals = page.book.places.blocks["Deals"]
    say = page.book.say

    def row(key: str) -> Reference:
        return Reference(page.sheet, range_string=deals.span(key))

    parts = {
        say("Operator fails, contract assigned"): (row("part_assigned"), SERIES[1]),
        say("Operator fails, contract lost"): (row("part_lost"), NAVY),
        say("Offtaker fails"): (row("part_offtaker"), SERIES[2]),
    }
    chart = stacked(Reference(page.sheet, range_string=deals.span("label")), parts, "0%;;")
    dress_chart(chart, finding("Curves", f"B{WORDS + 3}"))
    dress_axis(chart.x_axis, "b", "", "General")
    dress_axis(chart.y_axis, "l", say("Share of deal loss"), "0%", 0, 1, 0.25)
    plot_area(chart, 0.06, 0.15, 0.92, 0.56)
    place(
        page,
        chart,
        Frame("B", "L", CHART, CHART + CHART_ROWS - 1),
        "Where the loss comes from",
        "Stacked columns, one for each deal: the share of deal loss where the contract is assigned, where it is lost, and where the offtaker fails.",
    )


def _word_cells(page: Page) -> dict[str, str]:
    """What the sentences name: who is safest and weakest, by how much."""

    def at(key: str, where: str) -> str:
        return f"INDEX({page.fill(f'{{{key}:all}}')},{where})"

    def told(key: str, where: str) -> str:
        value = at(key, where)
        # By its sign: the engine takes 1E-16 > 0 for false, Excel for true.
        return f'=IF(ROUND({value},4)>0,TEXT({value},"0.00%"),IF(SIGN({value})>0,"less than 0.01%","nothing"))'

    losses, lives = page.fill("{deal_loss:all}"), page.fill("{life_share:all}")
    return {
        "best_at": f"=MATCH(MIN({losses}),{losses},0)",
        "worst_at": f"=MATCH(MAX({losses}),{losses},0)",
        "best_share": f"=ROUND({at('own_contracted', 'best_at')},2)",
        "worst_share": f"=ROUND({at('own_contracted', 'worst_at')},2)",
        "passes": '=SUMPRODUCT(--(LEFT(verdicts,LEN("PASS"))="PASS"))',
        "watched": '=SUMPRODUCT(--(LEFT(verdicts,LEN("WATCH"))="WATCH"))',
        "failed": '=SUMPRODUCT(--(LEFT(verdicts,LEN("FAIL"))="FAIL"))',
        "best_falls": f"=IF(ISNUMBER({at('fall_contract', 'best_at')}),{at('fall_contract', 'best_at')},-1)",
        "best_name": f"={at('name', 'best_at')}",
        "worst_name": f"={at('name', 'worst_at')}",
        "best_loss": told("deal_loss", "best_at"),
        "worst_loss": told("deal_loss", "worst_at"),
        "best_life": told("life_share", "best_at"),
        "worst_life": told("life_share", "worst_at"),
        "least_at": f"=MATCH(MIN({lives}),{lives},0)",
        "most_at": f"=MATCH(MAX({lives}),{lives},0)",
        "least_name": f"={at('name', 'least_at')}",
        "most_name": f"={at('name', 'most_at')}",
        "least_life": told("life_share", "least_at"),
        "most_life": told("life_share", "most_at"),
        "inputs_given": "=MIN(inputs_in_range,contracts_in_range,parameters_in_range)",
    }


def _word_sentences(book: Book, page: Page) -> dict[str, str]:
    """The sentences in parts, each of which says when it stands."""
    band = f"INDEX({page.fill('{band:all}')},best_at)"
    one = sentence(book, "[best_name]: the lender expects to lose [best_loss] of the loan in a year")
    first = sentence(book, "[best_name] is the safest: the lender expects to lose [best_loss] of the loan in a year")
    early = sentence(book, "[best_name] loses least at first: the lender expects to lose [best_loss] of the loan in a year")  # fmt: skip
    life = sentence(book, f" (band [{band}]), [best_life] over its life. ")
    least = sentence(book, "Over the life [least_name] loses least: [least_life]. ")
    worst = sentence(book, "[worst_name] is the weakest: [worst_loss] in a year, [worst_life] over its life. ")
    late = sentence(book, "[worst_name] loses most at first: [worst_loss] in a year, [worst_life] over its life. ")
    most = sentence(book, "Over the life [most_name] loses most: [most_life]. ")
    shares = "[best_name] has [best_share|0%] of its revenue under firm contract, [worst_name] [worst_share|0%]"
    more = sentence(book, f"{shares}. ")
    less = sentence(book, f"{shares}; what sets them apart is elsewhere. ")
    same = sentence(book, "Both have [best_share|0%] of their revenue under firm contract; what sets them apart is elsewhere. ")  # fmt: skip
    by_life = f"INDEX({page.fill('{life_share:all}')},{{at}})=INDEX({page.fill('{life_share:all}')},{{end}})"
    room = sentence(book, "Contract cash of [best_name] may fall by [best_falls|0%] before it no longer pays the debt service. ")  # fmt: skip
    none = sentence(book, "Firm contracts of [best_name] alone do not pay the debt service in every year. ")
    given = sentence(book, "No answer: an input is missing or outside its range. Checks says on which sheet; the column In range there says which.")  # fmt: skip
    return {
        "word_given": f"={given}",
        "word_one": f"={one}",
        "word_first": f"={first}",
        "word_early": f"={early}",
        "word_life": f"={life}",
        "safest": f"={by_life.format(at='best_at', end='least_at')}",
        "word_least": f'=IF(safest,"",{least})',
        "word_best": "=IF(best_at=worst_at,word_one,IF(safest,word_first,word_early))&word_life&word_least",
        "weakest": f"={by_life.format(at='worst_at', end='most_at')}",
        "word_late": f"={late}&{most}",
        "word_worst": f'=IF(best_at=worst_at,"",IF(weakest,{worst},word_late))',
        "word_more": f"={more}",
        "word_less": f"={less}",
        "word_same": f"={same}",
        "word_why": '=IF(best_at=worst_at,"",IF(best_share>worst_share,word_more,IF(best_share<worst_share,word_less,word_same)))',
        "word_falls": f"=IF(best_falls>=0,{room},{none})",
        "word_verdicts": f'={sentence(book, "Verdicts: [passes] pass, [watched] watch, [failed] fail.")}',
        "word_findings": f'={sentence(book, "Economic findings on Checks that do not hold at these inputs: [checks_findings]")}',
    }  # fmt: skip


def _words(book: Book) -> None:
    """The parts of the sentences, on the sheet Curves: each short enough to be read."""
    page = book.pages["Curves"]
    page.section(WORDS, "Words: the parts of the sentences on Summary", "B", "N")
    cells = _word_cells(page)
    words = _word_sentences(book, page)
    title = sentence(book, "Where the loss of a year comes from: [best_name] [best_loss], [worst_name] [worst_loss] of the loan")  # fmt: skip
    for letter, (name, formula) in zip("BCDEFGHIJKLMNOPQRSTUV", cells.items(), strict=True):
        page.put(f"{letter}{WORDS + 1}", formula, "calc", "0.0000")
        book.name(name, page, f"{letter}{WORDS + 1}")
    page.put(f"B{WORDS + 3}", f"={title}", "finding", size=9, wrap=False)
    for row, (name, formula) in enumerate(words.items(), WORDS + 4):
        page.put(f"B{row}", formula, "plain", wrap=False)
        book.name(name, page, f"B{row}")

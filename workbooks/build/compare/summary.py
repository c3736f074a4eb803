"""The sheet Summary of compare.xlsx: the answer and one picture; then why, how sure, what would change it, diagnostics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from workbooks.build.compare.inputs import COLUMNS, NAMES, fold_own
from workbooks.build.compare.verdict import verdict_colours
from workbooks.build.kit.charts import Frame, Reference, dress_axis, dress_chart, finding, place, plot_area, stacked
from workbooks.build.kit.inputs import read_table
from workbooks.build.kit.page import NAVY, SERIES, Book, Page
from workbooks.build.kit.text import lines_of, sentence, width_of

# A line for each measure; a line without a key opens a section, but for the first: the answer.
LINES: dict[str, list[dict[str, str]]] = {"": []}
for _line in read_table(Path(__file__).with_name("summary.csv")):
    if _line["key"]:
        LINES[list(LINES)[-1]].append(_line)
    else:
        LINES[_line["label"]] = []
ANSWER = LINES.pop("")
HEAD, TOP = 8, 9
WORDS = 32  # of the sheet Curves: where the parts of the sentences stand
RESERVATION = "Facts are filed or attributed on Deals and Contracts; parameters marked P are demonstration parameters, not filed. Not a rating and not advice. What each measure means: sheet Method."
CHART = TOP + len(ANSWER) + 1
CHART_ROWS = 11


def open_summary(book: Book) -> None:
    """The first sheet, empty: the others are written before it is filled."""
    widths = {"A": 1.5, "B": 36, "C": 12} | dict.fromkeys(COLUMNS, 19) | {"L": 46}
    question = "What does the lender expect to lose when borrower or customer fails?"
    book.page("Summary", "Loans against computers", question, widths)


def write_summary(book: Book) -> None:
    page = book.pages["Summary"]
    _words(book)
    reading = "=IF(inputs_given=1,word_best&word_worst&word_why&word_falls&word_verdicts,word_given)"
    page.merge("B5:L5", reading, "reading", 60)
    book.name("reading", page, "B5")
    page.merge("B6:L6", "=word_findings", "plain", 16, vertical="center")
    page.paint("B6", {"checks_findings>0": "watch"})
    page.heads(HEAD, {"B": "Deal", "C": "Unit"} | NAMES | {"L": "How to read it"}, 22, "BL")
    last = _lines(page, TOP, ANSWER)
    book.name("summary_table", page, f"B{HEAD}:K{last}")
    page.paint(f"D{TOP}:K{TOP}", verdict_colours(f"D{TOP}"))
    _chart(page)
    page.row(CHART, 12)  # what stands above the break fits on one page
    row = first_page = CHART + CHART_ROWS
    page.merge(f"B{row}:L{row}", RESERVATION, "plain", 16)
    starts = []
    for title, lines in LINES.items():
        row += 2
        starts.append(row - 1)
        page.section(row, title, "B", "L")
        row = _lines(page, row + 1, lines)
    fold_own(book, "Summary")
    page.freeze(f"C{TOP}")
    page.print_setup(f"B1:L{row}", f"{HEAD}:{HEAD}", breaks=(first_page, starts[2]))


def _lines(page: Page, top: int, lines: Sequence[Mapping[str, str]]) -> int:
    """A row for each measure; returns the last."""
    for row, line in enumerate(lines, top):
        key, look = line["key"], line["look"]
        page.put(f"B{row}", line["label"], "label_bold" if look in ("result", "verdict") else "label")
        page.put(f"C{row}", line["unit"], "unit")
        for letter in COLUMNS:
            page.put(
                f"{letter}{row}", f"={page.fill(f'{{{key}@{letter}}}')}", look, line["format"], horizontal="center"
            )
        page.put(f"L{row}", line["how"], "note")
        said = (("B", line["label"], 10), ("L", line["how"], 9))
        long = max(lines_of(page.book.say(text), width_of(page, letter), size) for letter, text, size in said)
        page.row(row, 37 if key == "first_fail_name" else 28 if look in ("verdict", "words") else 5 + 12 * long)
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
    told = "Stacked columns, one for each deal: the share of deal loss where the contract is assigned, where it is lost, and where the offtaker fails."
    place(page, chart, Frame("B", "L", CHART, CHART + CHART_ROWS - 1), "Where the loss comes from", told)


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
    shares = "[best_name] has [best_share|0%] of its revenue under firm contract; [worst_name]: [worst_share|0%]"
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

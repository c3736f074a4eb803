"""The sheet Verdict of compare.xlsx: the gates with their limits, the thirteen tests behind the last of them, the word."""

from __future__ import annotations

from dataclasses import dataclass

from workbooks.build.compare.inputs import COLUMNS, NAMES, fold_own, lay, name_row
from workbooks.build.compare.years import when_used
from workbooks.build.kit.page import A3, NUMBER, NUMBER_4, PERCENT, PERCENT_2, TIMES, WHOLE, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, measured, write_rows


@dataclass(frozen=True)
class Gate:
    """A measure of the sheet Deals against a limit of the sheet Parameters; `hard` gates are never above WATCH."""

    key: str
    label: str
    limit: str
    number_format: str
    passes: str  # how the measure must stand to the limit
    hard: bool
    why: str


SIGNED = "0.00%;-0.00%;0.00%"
GATES = (
    Gate("min_contract_dscr", "Firm contracts alone pay the debt service, every year to maturity", "limit_contract_dscr", TIMES, ">=", True, "Notice rights used: what may be cancelled does not count"),
    Gate("life_cover", "All cash, re-letting included, repays the loan", "limit_life_cover", TIMES, ">=", True, "Present value over exposure"),
    Gate("deal_loss", "Deal loss a year, far over its limit", "limit_no_price", PERCENT_2, "<=", True, "A loss that no price makes good"),
    Gate("margin_left", "The spread pays for the expected loss", "limit_margin_left", SIGNED, ">=", True, "Spread with fees less deal loss a year of average life, as on Memo"),
    Gate("risked_cover", "Risked contract cash repays the loan", "limit_risked", TIMES, ">=", False, "Surviving, delivered, after cost"),
    Gate("deal_loss", "Deal loss a year", "limit_deal_loss", PERCENT_2, "<=", False, "Chips, contract and offtaker together"),
    Gate("stress_lgd", "Stress LGD", "limit_stress_lgd", PERCENT, "<=", False, "The same bad year for all"),
    Gate("score", "Rebrand score", "pass_score", "0", ">=", False, "Thirteen tests below; their hard fails count as hard"),
)  # fmt: skip


@dataclass(frozen=True)
class Test:
    """One of the thirteen: its measure, levels of full and of no credit, weight, level of a hard fail and its rule."""

    key: str
    label: str
    full: float
    zero: float
    weight: float
    hard: float | None = None
    rule: str = ""


TESTS = (
    Test("own_contracted", "Arm's-length take-or-pay share", 0.85, 0.0, 15, 0.50, "<"),
    Test("investment_grade", "Offtaker investment-grade share", 0.65, 0.0, 10),
    Test("tail", "Balance at last contract end", 0.10, 1.0, 15, 0.50, ">"),
    Test("draw_gate", "Draw gate", 1.0, 0.0, 10, 0.0, "<="),
    Test("min_contract_dscr", "Minimum DSCR on contract cash", 1.15, 1.0, 10),
    Test("rho", "ρ of driver to collateral", 0.35, 0.60, 10, 0.60, ">="),
    Test("wrong_way", "Wrong-way LGD add-on", 0.10, 0.25, 5),
    Test("residual_reliance", "Residual value reliance", 0.10, 1.0, 5),
    Test("cash_dominion", "Cash dominion", 1.0, 0.0, 5, 0.0, "<="),
    Test("hedged", "Hedging of rates and power", 0.85, 0.0, 5),
    Test("direct_agreement", "Step-in, assignable contract", 1.0, 0.0, 5),
    Test("firm_share", "Firm share", 0.90, 0.0, 3),
    Test("same_driver", "Lender book on the same driver", 0.20, 0.50, 2),
)
MANY = len(TESTS)
LEVELS = {"L": "Full credit", "M": "No credit", "N": "Weight", "O": "Hard fail", "P": "where the measure is"}


def _count(first: str, last: str, word: str) -> str:
    return f'SUMPRODUCT(--({{{first}..{last}}}="{word}"))'


_HARD = f"{_count('gate_1', f'gate_{len(GATES)}', 'HARD FAIL')}+{_count('test_1', f'test_{MANY}', 'HARD FAIL')}"
_SOFT = _count("gate_1", f"gate_{len(GATES)}", "FAIL")
_WORD = (
    'IF({hard}>=hard_for_fail,"FAIL · "&{hard}&" hard fails",IF({hard}>0,"WATCH · a hard fail",'
    'IF({soft}>0,"WATCH · a limit is exceeded","PASS · the contract repays it")))'
)
_WHICH = (
    f'IF({{hard}}+{{soft}}=0,"none",IF({{hard}}=0,INDEX($B${{top}}:$B${{bottom}},MATCH("FAIL",{{gate_1..gate_{len(GATES)}}},0)),'
    f'INDEX($B${{top}}:$B${{last}},MATCH("HARD FAIL",{{gate_1..test_{MANY}}},0))))'
)


def _gate(number: int, gate: Gate) -> Row:
    failed = "HARD FAIL" if gate.hard else "FAIL"
    formula = f'=IF({{{gate.key}}}{gate.passes}{gate.limit},"pass","{failed}")'
    return Row(f"gate_{number}", gate.label, "", formula, "@", gate.why, "verdict")


def _test(number: int, test: Test) -> Row:
    word = f'IF({{credit_{number}}}>=1,"pass",IF({{credit_{number}}}>0,"weak","no credit"))'
    if test.rule:
        word = f'IF({{measure_{number}}}{test.rule}$O{{row}},"HARD FAIL",{word})'
    return Row(f"test_{number}", f"{number} · {test.label}", "", f"={word}", "@", "", "verdict")


def _rows() -> tuple[Section | Row, ...]:
    measures = f"{{measure_1..measure_{MANY}}}"
    numbers = range(1, MANY + 1)
    return (
        Section("1 · Verdict"),
        Row("verdict", "Verdict", "words", f"={_WORD}", "@", "Two hard fails: FAIL. One, or a limit exceeded: WATCH. None: PASS", "verdict"),
        Row("first_fail_name", "First gate or test that fails", "words", f"={_WHICH}", "@", "Hard fails first", "words"),
        Row("hard", "Hard fails", "count", f"={_HARD}", WHOLE, "Gates and tests", "result"),
        Row("soft", "Limits exceeded", "count", f"={_SOFT}", WHOLE, "Gates that are not hard", "result"),
        Section("2 · Gates", "the limit stands in the unit column; change it on Parameters"),
        *(_gate(number, gate) for number, gate in enumerate(GATES, 1)),
        Section("3 · Rebrand test: compute lender, or mining lender under a new name?"),
        *(_test(number, test) for number, test in enumerate(TESTS, 1)),
        Row("score", "Rebrand score", "0–100", f"=INDEX(CFI_REBRAND_SCORE({measures}),1,1)", "0.0", "CFI_REBRAND_SCORE: 100 = ComputeFi, 0 = MinerFi", "result"),
        Row("hard_fails", "Hard fails of the thirteen", "count", f"=INDEX(CFI_REBRAND_SCORE({measures}),1,2)", WHOLE, "Of tests 1, 3, 4, 6 and 9", "result"),
        Section("4 · What is measured"),
        *(Row(f"level_{number}", gate.label, "", f"={{{gate.key}}}", gate.number_format) for number, gate in enumerate(GATES, 1)),
        *(Row(f"measure_{number}", f"{number} · {test.label}", "measure", f"={{{test.key}}}", NUMBER_4) for number, test in enumerate(TESTS, 1)),
        Section("5 · Credit of each test", "linear between the levels; the score again, in native Excel"),
        *(Row(f"credit_{n}", f"{n} · {test.label}", "0–1", f"=MAX(0,MIN(1,({{measure_{n}}}-$M{{test_row_{n}}})/($L{{test_row_{n}}}-$M{{test_row_{n}}})))", NUMBER_4) for n, test in enumerate(TESTS, 1)),
        Row("shadow_score", "Score", "0–100", f"=SUMPRODUCT({{weights}},{{credit_1..credit_{numbers[-1]}}})/SUM({{weights}})*100", "0.0000", "Σ weight × credit / Σ weight", "result"),
    )  # fmt: skip


ROWS = tuple(when_used(item) for item in _rows())


def lay_verdict(book: Book) -> None:
    at = lay(book, "Verdict", ROWS, 6).row_of
    book.places.words |= {f"test_row_{number}": f"${at[f'test_{number}']}" for number in range(1, MANY + 1)}
    ends = {"top": "gate_1", "bottom": f"gate_{len(GATES)}", "last": f"test_{MANY}"}
    book.places.words |= {end: str(at[key]) for end, key in ends.items()}
    book.places.words["weights"] = f"$N${at['test_1']}:$N${at[f'test_{MANY}']}"


def verdict_colours(cell: str) -> dict[str, str]:
    """Colours for a verdict by the word that it begins with."""
    meanings = {"PASS": "good", "WATCH": "watch", "FAIL": "bad", "HARD FAIL": "bad", "pass": "good", "weak": "watch"}
    return {f'LEFT({cell},LEN("{word}"))="{word}"': meaning for word, meaning in meanings.items()}


def write_verdict(book: Book) -> None:
    widths = {"A": 1.5, "B": 52, "C": 12} | dict.fromkeys(COLUMNS, 17) | dict.fromkeys("LMNO", 10)
    widths |= {"P": 12, "Q": 25, "R": 25}
    question = (
        "Gates on the deal's own contracts and losses; a verdict that follows them, and says which one fails first."
    )
    page = book.page("Verdict", "Verdict: the gates, one by one", question, widths)
    block = book.places.blocks["Verdict"]
    heads = {"B": "Gate or test", "C": "Limit"} | NAMES | LEVELS | {"Q": "How it is read", "R": ""}
    page.heads(5, heads, 32, "BQ")
    write_rows(page, ROWS, block, Form("R", "Q:R", height=measured))
    for number, gate in enumerate(GATES, 1):
        for key in (f"gate_{number}", f"level_{number}"):
            page.put(f"C{block.row_of[key]}", f"={gate.limit}", "unit", gate.number_format)
    for number, test in enumerate(TESTS, 1):
        _write_levels(page, block.row_of[f"test_{number}"], test)
    page.row(block.row_of["verdict"], 32)
    page.row(block.row_of["first_fail_name"], 48)
    for first, last in (("verdict", "verdict"), ("gate_1", f"test_{MANY}")):
        area = f"{COLUMNS[0]}{block.row_of[first]}:{COLUMNS[-1]}{block.row_of[last]}"
        page.paint(area, verdict_colours(area.partition(":")[0]))
    for key in ("verdict", "first_fail_name", "hard", "soft", "score", "hard_fails"):
        name_row(book, "Verdict", key)
    book.name("verdicts", page, page.fill("{verdict:all}").replace("$", ""))
    fold_own(book, "Verdict")
    page.freeze("D6")
    page.print_setup(f"B1:R{max(block.row_of.values())}", "5:5", [block.row_of["level_1"] - 2], paper=A3)


def _write_levels(page: Page, row: int, test: Test) -> None:
    """The levels of CFI_REBRAND_SCORE beside the test: constants of the function, not inputs."""
    for letter, value in zip("LMN", (test.full, test.zero, test.weight), strict=True):
        page.put(f"{letter}{row}", value, "calc", WHOLE if letter == "N" else NUMBER, horizontal="center")
    page.put(f"O{row}", "–" if test.hard is None else test.hard, "calc", NUMBER, horizontal="center")
    words = {"<": "below", ">": "above", "<=": "at or below", ">=": "at or above"}
    page.put(f"P{row}", words.get(test.rule, "–"), "aside")

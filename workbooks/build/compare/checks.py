"""The sheet Checks of compare.xlsx: shadows in native Excel, identities, term sheet against own figures, bounds, findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workbooks.build.compare.claims import answers_owed, claims_hold
from workbooks.build.compare.contracts import LAST, TOP
from workbooks.build.compare.inputs import COLUMNS, YEARS
from workbooks.build.compare.peers import peers_hold
from workbooks.build.compare.rows import of_deals
from workbooks.build.compare.shadows import PARTS, cell_of
from workbooks.build.compare.stress import stress_holds
from workbooks.build.compare.terms import terms_hold
from workbooks.build.kit.checks import FINDINGS, Check, holds, write_checks
from workbooks.build.kit.page import A3, Book
from workbooks.build.kit.parameters import COLLATERAL
from workbooks.build.kit.rows import Section

QUESTION = "Shadows in native Excel, identities, term sheet against own figures, bounds; one master flag."
# of each deal: words, what is got, what it should be, tolerance; {key} is the deal's own cell
EQUAL = (
    ("Deal loss is the sum of its three states", "{deal_loss}", "{loss_assigned}+{loss_lost}+{loss_offtaker}", 1e-12),
    ("The centre of the band is deal loss", "{loss_central}", "{deal_loss}", 1e-10),
    ("Stress LGD in native Excel", "{stress_lgd}", "(1-{unsecured})*(NORMSDIST({shadow_u})-{shadow_m}*NORMSDIST({shadow_u}-{shadow_b}))", 1e-9),
    ("Deal loss by Gauss–Legendre over both drivers", "{deal_loss}", "{integral_loss}", 1e-7),
    ("Rebrand score from its credits", "{score}", "{shadow_score}", 1e-9),
    ("Hard fails of the thirteen: words and function", "{hard_fails}", "SUMPRODUCT(--({test_1}:{test_13}=\"HARD FAIL\"))", 0),
    ("The loan is repaid by its last year", f"{{closing_{YEARS}}}", "0", 1e-6),
    ("Worth of the contract in the first year by CFI_CONTRACT_VALUE", "{worth_1}", f"MAX({{held_1}}*(1-{{sale_cost}}),IF({{let_1}}>0,CFI_CONTRACT_VALUE({{net_1}}:{{net_{YEARS}}},{{effective}},0,{{replacement_share}}*{{exposure}}+{{missed}}*{{net_1}},{{chips_left}},{{stands_1}}:{{stands_{YEARS}}}),0))", 1e-6),
)  # fmt: skip
TRUE = (
    ("The rating is a letter on record, or none", 'OR({rating}="none",AND({rated_1}>=0,{rated_1}<1))'),
    ("Contracted share: own and term sheet agree", "ABS({own_contracted}-{contracted})<=tolerance_share"),
    ("Chance of assignment: conditions and typed figure agree", "OR({offtaker_weight}=0,ABS({assign_terms}-{assignable})<=tolerance_assign)"),
    ("DSCR: own first year and term sheet agree", "ABS({own_dscr}-{dscr})<=tolerance_dscr"),
    ("First funding is not above the commitment", "{first_funding}<={commitment}"),
    ("ρ lies between −1 and 1", "AND({rho}>=-1,{rho}<=1)"),
    ("PD either ≥ each PD, and not above their sum", "AND({loss_event}>=MAX({pd_operator},{offtaker_used})-tiny,{loss_event}<={pd_operator}+{offtaker_used}+tiny)"),
    ("Low ≤ deal loss ≤ high", "AND({loss_low}<={deal_loss}+tiny,{deal_loss}<={loss_high}+tiny)"),
    ("Risked cover is not above gross cover", "{risked_cover}<={gross_cover}+room"),
    ("Lost over the life: not more than is lent", "AND({life_share}>=0,{life_share}<=1)"),
    ("A deal of its contracts: what counts is not above what is signed", f"SUMPRODUCT(--({{let_1}}:{{let_{YEARS}}}>1))=0"),
)  # fmt: skip
FOUND = (
    ("The ranks by the rating's and by the model's PD agree", "{rank}={rank_model}"),
    ("Link is as given: a matrix has the three correlations", "ABS({link}-{link_given})<room"),
    ("Names below investment grade within their limit", '{below_word}="within"'),
    ("Expected loss is below half of the spread", "{loss_of_margin}<limit_of_margin"),
)  # fmt: skip


def _each(book: Book) -> Callable[[str, str], str]:
    """The formula of a check for the deal of a column, on the sheet Checks."""

    def fill(formula: str, letter: str) -> str:
        for key in PARTS:
            formula = formula.replace(f"{{integral_{key}}}", f"Curves!{cell_of(key, letter)}")
        homes = book.places.blocks
        text = book.places.fill(of_deals(formula), "Checks", letter)
        for sheet in homes:  # a range from a cell to a cell has its sheet once
            text = text.replace(f":{sheet}!", ":")
        return text

    return fill


def _deals(book: Book) -> Iterator[Section | Check]:
    fill = _each(book)
    must = "Must hold whatever the inputs are; a column without a deal passes"
    yield Section("Of each deal: native shadows and identities", must)
    columns = [(letter, f"=Deals!{letter}5") for letter in COLUMNS]
    for words, got, should, tolerance in EQUAL:
        for letter, deal in columns:
            used = fill("{used}", letter)
            here, there = (f"=IF({used}=1,{fill(formula, letter)},0)" for formula in (got, should))
            yield Check(words, deal, here, there, tolerance)
    typed = "A typed figure that its own contracts and costs do not bear out fails"
    yield Section("Of each deal: term sheet against own figures, and bounds", typed)
    for words, condition in TRUE:
        for letter, deal in columns:
            yield holds(words, deal, f"IF({fill('{used}', letter)}=1,{fill(condition, letter)},TRUE)")


def _sheets(book: Book) -> Iterator[Section | Check]:
    yield Section("Of the sheets", "Outside of its bounds a number is wrong, whatever the inputs are")
    yield Check(
        "Every contract belongs to a deal in use",
        "Contracts",
        f"=SUM({book.places.blocks['Deals'].span('contracts')})",
        f"=SUM(Contracts!Q{TOP}:Q{LAST})",
    )
    yield Check(
        "Backlogs of the deals add up to the contracts",
        "Deals",
        f"=SUM({book.places.blocks['Deals'].span('backlog')})",
        f"=SUM(Contracts!E{TOP}:E{LAST})",
        1e-6,
    )
    for sheet in ("Deals", "Contracts", "Parameters"):
        name = f"{'inputs' if sheet == 'Deals' else sheet.lower()}_in_range"
        yield holds("Every input is a number within its range", sheet, f"AND(COUNT({name})>0,MIN({name})=1)")
    for condition in (*peers_hold(), *terms_hold(), *stress_holds()):
        yield holds("Every figure is a number within its range", "Peers, Terms, Stress", condition)
    yield holds("Every figure is a number within its range", "Claims", claims_hold())
    answers = f"COUNT(claims_answers)={answers_owed(book.pages['Claims'])}"
    yield holds("Every claim has its answer", "Claims", answers)
    centre = ",".join(
        f"corr_market_low_{kind}<=corr_market_{kind},corr_market_{kind}<=corr_market_high_{kind}" for kind in COLLATERAL
    )
    yield holds("The band of parameters holds its centre", "Parameters", f"AND({centre})")
    scores = "AND(MIN(neocloud_scores)>=0,MAX(neocloud_scores)<=100)"
    yield holds("Scores of peers lie between 0 and 100", "Peers", scores)


def _findings(book: Book) -> Iterator[Section | Check]:
    fill = _each(book)
    yield FINDINGS
    for words, condition in FOUND:
        for letter in COLUMNS:
            held = f"IF({fill('{used}', letter)}=1,{fill(condition, letter)},TRUE)"
            yield holds(words, f"=Deals!{letter}5", held, counts=False)
    yield holds("Deal loss falls throughout as contracts grow", "Curves", "thesis_breaks=0", counts=False)


def write_check_sheet(book: Book) -> None:
    write_checks(book, QUESTION, (), None, (*_deals(book), *_sheets(book), *_findings(book)))
    page = book.pages["Checks"]
    last = page.sheet.max_row
    page.sheet.page_setup.paperSize = A3
    page.put("C7", "Findings, shown and not counted, that do not hold", "label")
    page.put("F7", f'=SUMPRODUCT((I9:I{last}=0)*(H9:H{last}="FAIL"))', "result", "0")
    book.name("checks_findings", page, "F7")

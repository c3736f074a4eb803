"""The sheet Rows: each loan checked, cleaned and given the parameters of its segment; nothing is typed here."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from workbooks.build.book.grid import LAST, TOP, Field, Grid, Grids
from workbooks.build.book.loans import COLUMNS, LEAST, MOST
from workbooks.build.kit.page import A3, MONEY_1, PERCENT, PERCENT_2, WHOLE, Book

FACTORS = ("ai", "chips", "btc", "power")
FACTOR_HEADS = ("Demand for AI", "Chip market", "Bitcoin", "Cheap power")
QUESTION = "What does each row bring into the calculation? A row that is blank or wrong brings nothing."


def _unknown(key: str, words: str) -> Field:
    among = f"ISNA(MATCH({{Loans!{key}}},{key}_names,0))"
    return Field(f"bad_{key}", words, WHOLE, f"=IF(LEN({{Loans!{key}}})>0,IF({among},1,0),0)")


def _twice(key: str, words: str) -> Field:
    return Field(f"twice_{key}", words, WHOLE,
                 f"=IF(LEN({{Loans!{key}}})>0,IF(SUMPRODUCT(--({{Loans!{key}:all}}={{Loans!{key}}}))>1,1,0),0)")  # fmt: skip


def _bounds(key: str, head: str, letter: str) -> Field:
    cell, whole = f"{{Loans!{key}}}", f",{{Loans!{key}}}=INT({{Loans!{key}}})" if key == "term" else ""
    inside = f"AND({cell}>=Loans!{letter}${LEAST},{cell}<=Loans!{letter}${MOST}{whole})"
    return Field(f"bad_{key}", f"{head} is no number within its bounds", WHOLE,
                 f"=IF(ISNUMBER({cell}),IF({inside},0,1),1)")  # fmt: skip


def _problems(loans: Grid) -> list[Field]:
    """What may be wrong with a row, the first being told; 1 where it is."""
    # Case and spaces do not tell serial numbers apart; commas and semicolons stand between them.
    own, every = (f'";"&SUBSTITUTE(SUBSTITUTE(UPPER({{Loans!{key}}})," ",""),",",";")&";"'
                  for key in ("serials", "serials:all"))  # fmt: skip
    twice = f"SUMPRODUCT(--ISNUMBER(FIND({own},{every})))>1"
    found = [
        Field("no_id", "Id is missing", WHOLE, "=IF(LEN({Loans!id})=0,1,0)"),
        _twice("id", "Id stands in another row too"),
        Field("bad_segment", "Segment is none of Inputs", WHOLE, "=IF(ISNA(MATCH({Loans!segment},segment_names,0)),1,0)"),
        _unknown("offtaker", "Offtaker is none of Names"),
        _unknown("guarantor", "Guarantor is none of Names"),
        _unknown("vendor", "Vendor is none of Names"),
        Field("pledged_twice", "A serial number is pledged in another row too", WHOLE,
              f"=IF(LEN({{Loans!serials}})>0,IF({twice},1,0),0)"),
        Field("bad_currency", "Currency is not that of the book", WHOLE, "=IF({Loans!currency}=currency,0,1)"),
    ]  # fmt: skip
    found += [_bounds(one.key, one.head, loans.letter_of[one.key]) for one in COLUMNS if not one.words]
    return found


def _of_segment(key: str, head: str, number_format: str = "0.00") -> Field:
    return Field(key, head, number_format, f"=INDEX(segment_{key},1,{{segment}})")


def _cleaned() -> list[Field]:
    def taken(key: str, head: str, number_format: str) -> Field:
        return Field(key, head, number_format, f"=IF({{ok}}=1,{{Loans!{key}}},0)")

    def placed(key: str, head: str) -> Field:
        there = f"IF(LEN({{Loans!{key}}})>0,MATCH({{Loans!{key}}},{key}_names,0),0)"
        return Field(f"{key}_row", head, WHOLE, f"=IF({{ok}}=1,{there},0)")

    loads = [
        Field(f"{kind}_{factor}", f"{head} on {of}", "0.00", f"={{ok}}*INDEX(segment_{kind}_{factor},1,{{segment}})")
        for kind, head in (("driver", "Operator"), ("value", "Collateral"))
        for factor, of in zip(FACTORS, ("demand for AI", "the chip market", "bitcoin", "cheap power"), strict=True)
    ]
    return [
        taken("exposure", "Exposure", MONEY_1), taken("value", "Collateral", MONEY_1),
        taken("contract", "Worth of contract", MONEY_1), taken("pd", "PD, one year", PERCENT_2),
        taken("assignable", "Contract passes on", PERCENT), taken("guaranteed", "Guaranteed", PERCENT),
        Field("segment", "Number of the segment", WHOLE, "=IF({ok}=1,MATCH({Loans!segment},segment_names,0),1)"),
        placed("offtaker", "Row of the offtaker"), placed("guarantor", "Row of the guarantor"),
        *loads,
        _of_segment("volatility", "Volatility"), _of_segment("drift", "Drift", "0.000"),
        _of_segment("sale_cost", "Cost of sale"), _of_segment("lag", "Lag"), _of_segment("unsecured", "Unsecured"),
        _of_segment("gamma", "Rest with rest"), _of_segment("contract_volatility", "Volatility of contract"),
        _of_segment("discount_rate", "Discount rate", PERCENT), _of_segment("workout_cost", "Work-out cost", PERCENT),
        _of_segment("accrued_interest", "Accrued interest", PERCENT),
        Field("gpu", "ComputeFi: 1", WHOLE, "=IF({ok}=1,IF(INDEX(segment_kind,1,{segment})=1,1,0),0)"),
        Field("asic", "MinerFi: 1", WHOLE, "={ok}-{gpu}"),
        *(Field(f"{kind}_{key}", f"{kind_head}: {head}", MONEY_1, f"={{{key}}}*{{{kind}}}*{scale}_{kind}")
          for kind, kind_head in (("gpu", "ComputeFi"), ("asic", "MinerFi"))
          for key, head, scale in (("exposure", "exposure", "size"), ("value", "collateral", "worth"),
                                   ("contract", "contract", "size"))),
    ]  # fmt: skip


NAMED = (
    "ok", "used", "exposure", "value", "contract", "pd", "assignable", "guaranteed", "segment", "volatility", "drift",
    "sale_cost", "lag", "unsecured", "gamma", "gpu", "asic",
    *(f"{kind}_{key}" for kind in ("gpu", "asic") for key in ("exposure", "value", "contract")),
)  # fmt: skip


def write_rows_sheet(book: Book, grids: Grids) -> None:
    page = book.page("Rows", "Each row checked and cleaned", QUESTION, {"A": 1.5, "B": 8, "C": 8})
    loans = grids.of["Loans"]
    grid = grids.add(Grid("Rows", TOP, LAST))
    problems, cleaned = _problems(loans), _cleaned()
    problem_keys = problems[0].key, problems[-1].key
    first = {"used": "B", "ok": "C"}
    grid.lay(problems, "D")
    grid.letter_of |= first
    end = grid.lay(cleaned, get_column_letter(4 + len(problems)))
    grid.letter_of |= first
    span = f"{{{problem_keys[0]}}}:{{{problem_keys[1]}}}"
    ids = f"Loans!{loans.letter_of['id']}{{row}}:{loans.letter_of['guaranteed']}{{row}}"
    for row in range(TOP, LAST + 1):
        page.put(f"B{row}", f"=IF(COUNTA({ids.format(row=row)})>0,1,0)", "calc", WHOLE)
        page.put(f"C{row}", grids.fill(f"=IF({{used}}=1,IF(SUM({span})=0,1,0),0)", "Rows", row), "result", WHOLE)
    page.put(f"B{TOP - 1}", "Used", "head")
    page.put(f"C{TOP - 1}", "Taken", "head")
    for text, one in (("Is it wrong? 1 where it is", "no_id"), ("What is taken", "exposure")):
        page.put(f"{grid.letter_of[one]}{TOP - 2}", text, "head_left", wrap=False)
    grids.write(page, grid, [*problems, *cleaned])
    page.row(TOP - 1, 62)
    for key in NAMED:
        grids.name("b", grid, key)
    for key in ("offtaker", "guarantor"):
        book.name(f"b_{key}", page, grid.span(f"{key}_row").replace("$", ""))
    for kind in ("driver", "value"):
        grids.book.name(f"b_{kind}s", page, grid.span(f"{kind}_ai", len(FACTORS)).replace("$", ""))
    book.name("b_terms", page, grid.span("contract_volatility", 4).replace("$", ""))
    page.freeze(f"D{TOP}")
    page.print_wide(f"B1:{end}{LAST}", f"{TOP - 1}:{TOP - 1}", [22, 42], [], 90)
    page.sheet.page_setup.paperSize = A3

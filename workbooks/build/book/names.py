"""The sheet Names: offtakers and guarantors that loans share, with their loadings, and the vendors of machines."""

from __future__ import annotations

from dataclasses import replace

from workbooks.build.book.grid import Field, Grid, Grids
from workbooks.build.book.rows import FACTOR_HEADS, FACTORS
from workbooks.build.kit.page import A3, NUMBER, PERCENT_2, WHOLE, Book

NAMES, VENDORS = 12, 8
FIRST, END = 8, 8 + NAMES - 1
VENDOR_TOP = END + 4
SYNTHETIC = (
    "SYNTHETIC: invented names. A name that is blank is nobody; one that is wrong is flagged, and its loans with it."
)
_LOADS = {
    "lab": (0.6, 0.2, 0, 0),
    "cloud": (0.35, 0.15, 0, 0),
    "start-up": (0.65, 0.25, 0, 0.1),
    "parent": (0.3, 0.2, 0.3, 0.1),
}
DELIVERED = (
    ("Lab A", 0.02, "lab"), ("Lab B", 0.025, "lab"), ("Lab C", 0.03, "lab"), ("Cloud D", 0.001, "cloud"),
    ("Cloud E", 0.001, "cloud"), ("Start-up F", 0.06, "start-up"), ("Parent G", 0.01, "parent"),
)  # fmt: skip
VENDOR_NAMES = ("Vendor N", "Vendor A", "Vendor B", "Vendor M")
STATES = ("middle", "good", "bad")
PLACES = (1, 2, 3, 4)
QUESTION = "Who pays under the contracts, who guarantees, who built the machines?"


def _of_segments(what: str) -> tuple[str, ...]:
    return tuple(f"With {what} of segment {place}" for place in PLACES)


def _fields() -> list[Field]:
    bounds = ",".join(f"{{load_{factor}}}>=-1,{{load_{factor}}}<=1" for factor in FACTORS)
    count = f"COUNT({{pd}}:{{load_{FACTORS[-1]}}})={len(FACTORS) + 1}"
    alone = "SUMPRODUCT(--({name:all}={name}))=1"
    clean = f"{{clean_{FACTORS[0]}}}:{{clean_{FACTORS[-1]}}}"
    return [
        Field("used", "Used", WHOLE, f"=IF(COUNTA({{name}}:{{load_{FACTORS[-1]}}})>0,1,0)", width=8),
        Field("ok", "Taken", WHOLE,
              f"=IF({{used}}=1,IF(AND(ISTEXT({{name}}),{count}),IF(AND({alone},{{pd}}>=0,{{pd}}<=0.99,{bounds}),1,0),0),0)",
              "result", 8),
        Field("clean_pd", "PD taken", PERCENT_2, "=IF({ok}=1,{pd},0)"),
        *(Field(f"clean_{factor}", f"{head}, taken", NUMBER, f"=IF({{ok}}=1,{{load_{factor}}},0)")
          for factor, head in zip(FACTORS, FACTOR_HEADS, strict=True)),
        Field("explained", "Explained by factors", "0%", f"=SUMPRODUCT(MMULT({clean},corrs),{clean})"),
        Field("links", "", NUMBER, f"=MMULT({clean},segment_c_drivers)", spread=4, heads=_of_segments("operators")),
        Field("rhos", "", NUMBER, f"=MMULT({clean},segment_c_values)", spread=4, heads=_of_segments("collateral")),
        *(Field(f"pd_{state}", f"PD in the {state} scenario", PERCENT_2,
                f"=CFI_PIT_PD({{clean_pd:all}},{{explained:all}},state_{state})", whole=True) for state in STATES),
    ]  # fmt: skip


def write_names(book: Book, grids: Grids) -> None:
    page = book.page("Names", "Offtakers, guarantors, vendors", QUESTION, {"A": 1.5, "B": 6, "C": 18})
    grid = grids.add(Grid("Names", FIRST, END))
    grid.letter_of |= {"number": "B", "name": "C", "pd": "D"}
    grid.lay([Field(f"load_{factor}", "") for factor in FACTORS], "E")
    fields = [replace(one, width=min(one.width, 8)) for one in _fields()]
    end = grid.lay(fields, "I")
    page.merge(f"B5:{end}5", SYNTHETIC, "reading", 20, size=10)
    heads = {"B": "No.", "C": "Name", "D": "PD, one year"} | dict(zip("EFGH", FACTOR_HEADS, strict=True))
    for letter, head in heads.items():
        page.put(f"{letter}{FIRST - 1}", head, "head")
        if letter in "DEFGH":
            page.sheet.column_dimensions[letter].width = 9
    page.put(f"E{FIRST - 2}", "Loadings", "head_left", wrap=False)
    page.put(f"D{FIRST - 2}", "-1 to 1", "unit")
    rows = [*DELIVERED, *[(None, None, "")] * (NAMES - len(DELIVERED))]
    for row, (name, pd, kind) in enumerate(rows, FIRST):
        page.put(f"B{row}", f"=ROWS(B${FIRST}:B{row})", "aside")
        page.put(f"C{row}", name, "input_text")
        page.put(f"D{row}", pd, "input", PERCENT_2)
        for letter, load in zip("EFGH", _LOADS.get(str(kind), (None,) * 4), strict=True):
            page.put(f"{letter}{row}", load, "input", NUMBER)
    page.validate(f"D{FIRST}:D{END}", 0.0, 0.99, "PD, one year", "SYNTHETIC as delivered")
    page.validate(f"E{FIRST}:H{END}", -1.0, 1.0, "Loadings", "SYNTHETIC as delivered")
    grids.write(page, grid, fields)
    page.row(FIRST - 1, 46)
    page.paint(f"B{FIRST}:J{END}", {f"AND($I{FIRST}=1,$J{FIRST}=0)": "bad"})
    book.name("offtaker_names", page, f"C{FIRST}:C{END}")
    book.name("guarantor_names", page, f"C{FIRST + 0}:C{END}")
    book.name("n_pd", page, grid.span("clean_pd").replace("$", ""))
    for key in ("used", "ok", "explained", *(f"pd_{state}" for state in STATES)):
        grids.name("n", grid, key)
    for key, spread in ((f"clean_{FACTORS[0]}", 4), ("links", 4), ("rhos", 4)):
        book.name(f"n_{'loads' if spread and key.startswith('clean') else key}", page,
                  grid.span(key, spread).replace("$", ""))  # fmt: skip
    _write_vendors(book)
    page.freeze(f"D{FIRST}")
    page.print_setup(f"B1:{end}{VENDOR_TOP + VENDORS - 1}", f"{FIRST - 1}:{FIRST - 1}", paper=A3)


def _write_vendors(book: Book) -> None:
    page = book.pages["Names"]
    page.put(f"C{VENDOR_TOP - 1}", "Vendors", "head")
    for row in range(VENDORS):
        name = VENDOR_NAMES[row] if row < len(VENDOR_NAMES) else None
        page.put(f"C{VENDOR_TOP + row}", name, "input_text")
    book.name("vendor_names", page, f"C{VENDOR_TOP}:C{VENDOR_TOP + VENDORS - 1}")

"""The sheet Shadow of ddtl.xlsx: the deal loss of every year once more in native Excel, by Gauss–Legendre in cells.

The operator's driver x and the offtaker's y are normal with correlation `link`, and each moves the price of the chips.
A year's loss has two parts: the operator fails in it, x between the thresholds of this year and of the one before,
while the offtaker has not failed by its end; or the offtaker fails in it while the operator had not failed before. Each
is an integral over the one driver, less where the other has failed as well: an integral over both.
"""

from __future__ import annotations

from numpy.polynomial.legendre import leggauss

from workbooks.build.ddtl.grid import HEAD, YEARS
from workbooks.build.ddtl.years import TOP, yearly_page
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import A3, NUMBER_4, PERCENT, PERCENT_2, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, write_rows

POINTS = 12  # nodes of each integral: the loss then differs by less than a millionth, where link is extreme by ten
REACH = 36  # a driver is followed to −√(threshold² + 36), where its density is a 65-millionth of that at the threshold
ROUNDING = 1e-9  # a probability is not taken nearer to 0 or 1
NODES = [((1 + float(node)) / 2, float(weight) / 2) for node, weight in zip(*leggauss(POINTS), strict=True)]
YEAR = f"{{column}}${HEAD}"
LOST = "(NORMSDIST(-({m})/{s})-EXP({m}+{s}^2/2)*NORMSDIST(-({m})/{s}-{s}))"  # of a sale: log of proceeds over loan
NODE, WEIGHT = "$C{row}", "$D{row}"
ACROSS, ACROSS_WEIGHT = f"$E${TOP}:$P${TOP}", f"$E${TOP + 1}:$P${TOP + 1}"


def _band(key: str, label: str, formula: str, number_format: str = "0.0000E+00") -> tuple[Section | Row, ...]:
    """A row for each node."""
    rows = (Row(f"{key}_{number}", label if number == 1 else "", "", formula.replace("#", str(number)), number_format) for number in range(1, POINTS + 1))  # fmt: skip
    return (Section(label), *rows)


def _threshold(pd: str) -> str:
    return f"=NORMSINV(MAX({ROUNDING},MIN(1-{ROUNDING},{{{pd}}})))"


def _before(own: str) -> str:
    """The threshold of the year before; in the first year as far as the driver is followed."""
    return f"=IF({YEAR}=1,-SQRT(MIN(0,{{{own}}})^2+{REACH}),N({{{own}@-1}}))"


def _driver(own: str, other: str, edge: str, shift: str, spread: str) -> tuple[Section | Row, ...]:
    """The integrals over one driver, `own`, between its thresholds, and over both; `edge` is where the other fails."""
    node, width = f"{{{own}_node_#}}", f"({{{own}$}}-{{{own}_before$}})*{WEIGHT}"
    density = f"EXP(-({node}^2)/2)/SQRT(2*PI())"
    single = LOST.replace("{m}", f"{{mean$}}+{shift}*{node}").replace("{s}", spread)
    fell = f"({{{edge}$}}+{{{edge}_reach$}}*{ACROSS})"
    both = LOST.replace("{m}", f"{{{own}_mid_#}}+{{{other}_pull$}}*{ACROSS}").replace("{s}", "{rest$}")
    joint = f"EXP(-((({node}-{{tie$}}*{fell})/{{apart$}})^2+{fell}^2)/2)"
    return (
        *_band(f"{own}_node", f"Driver of the {NAMES[own]}: nodes between its thresholds", f"={{{own}_before$}}+({{{own}$}}-{{{own}_before$}})*{NODE}", NUMBER_4),
        *_band(f"{own}_lost", f"The {NAMES[own]} fails: lost of a sale", f"={width}*{density}*{single}"),
        *_band(f"{own}_mid", "Log of proceeds over loan, the other driver at its threshold", f"={{mean$}}+{{{own}_push$}}*{node}+{{{other}_push$}}*{{{edge}$}}", NUMBER_4),
        *_band(f"{own}_both", f"of it where the {NAMES[other]} has failed", f"={width}*{{{edge}_scale$}}*SUMPRODUCT({ACROSS_WEIGHT},{joint},{both})"),
    )  # fmt: skip


NAMES = {"op": "operator", "off": "offtaker"}
SETTING: tuple[Section | Row, ...] = (
    Section("Thresholds and the price of the chips"),
    Row("op_by", "PD of the operator by the end of the year", "probability", f"={{pd_marginal}}+IF({YEAR}=1,0,N({{op_by@-1}}))", PERCENT_2),
    Row("off_by", "PD of the offtakers by the end of the year", "probability", f"={{off_marginal}}+IF({YEAR}=1,0,N({{off_by@-1}}))", PERCENT_2),
    Row("op", "Threshold of the operator", "number", _threshold("op_by"), NUMBER_4, "Φ⁻¹ of the PD"),
    Row("off", "Threshold of the offtakers", "number", _threshold("off_by"), NUMBER_4, "Φ⁻¹ of the PD"),
    Row("op_before", "the operator's of the year before", "number", _before("op"), NUMBER_4),
    Row("off_before", "the offtakers' of the year before", "number", _before("off"), NUMBER_4),
    Row("tie", "Correlation of operator and offtakers", "correlation", "={link_year}", NUMBER_4, "From Loss"),
    Row("apart", "What one driver does not tell of the other", "share", "=SQRT(1-{tie}^2)", NUMBER_4, "√(1 − correlation²)"),
    Row("off_reach", "How far below its threshold the offtakers' driver is followed", "number", f"={{off}}+SQRT(MIN(0,{{off}})^2+{REACH})", NUMBER_4),
    Row("op_before_reach", "the same of the operator's, of the year before", "number", f"=IF({YEAR}=1,0,{{op_before}}+SQRT(MIN(0,{{op_before}})^2+{REACH}))", NUMBER_4, "In the first year nobody has failed before"),
    Row("off_scale", "Reach over the scale of two normal densities, offtakers", "number", "={off_reach}/(2*PI()*{apart})", NUMBER_4),
    Row("op_before_scale", "the same, operator", "number", "={op_before_reach}/(2*PI()*{apart})", NUMBER_4),
    Row("owed", "Mean balance of the year", "US$ m", f"=MAX(small,({{exposure}}+IF({YEAR}={YEARS},0,N({{exposure@+1}})))/2)", "#,##0.0"),
    Row("spread", "Spread of the log price to the sale", "log", f"=volatility*SQRT({YEAR}+time_to_sell)", NUMBER_4, "Volatility × √(years and time to sell)"),
    Row("op_shift", "of it with the operator's driver", "log", f"={{rho_year}}*volatility*SQRT({YEAR})", NUMBER_4),
    Row("off_shift", "of it with the offtakers' driver", "log", f"=rho_offtaker*volatility*SQRT({YEAR})", NUMBER_4),
    Row("mean", "Log of proceeds over loan, on average", "log", "=LN(MAX(small,{chips})*(1-sale_cost)/{owed})-{spread}^2/2", NUMBER_4, "Proceeds after the cost of the sale"),
    Row("op_spread", "Spread that is left beside the operator's driver", "log", "=SQRT(MAX(small^2,{spread}^2-{op_shift}^2))", NUMBER_4),
    Row("off_spread", "Spread that is left beside the offtakers' driver", "log", "=SQRT(MAX(small^2,{spread}^2-{off_shift}^2))", NUMBER_4),
    Row("op_push", "Log price by the operator's driver, the other held", "log", "=({op_shift}-{tie}*{off_shift})/{apart}^2", NUMBER_4, "Regression on both drivers"),
    Row("off_push", "Log price by the offtakers' driver, the other held", "log", "=({off_shift}-{tie}*{op_shift})/{apart}^2", NUMBER_4, "Regression on both drivers"),
    Row("rest", "Spread that is left beside both", "log", "=SQRT(MAX(small^2,{spread}^2-{op_push}*{op_shift}-{off_push}*{off_shift}))", NUMBER_4),
    Row("off_pull", "Log price from the offtakers' threshold to the end of the reach", "log", "={off_push}*{off_reach}", NUMBER_4),
    Row("op_pull", "the same of the operator's, of the year before", "log", "={op_push}*{op_before_reach}", NUMBER_4),
)  # fmt: skip
ALONE = (
    "=({op$}-{op_before$})*$D{row}*EXP(-({op_node_#}^2)/2)/SQRT(2*PI())*NORMSDIST(({tie$}*{op_node_#}-{off$})/{apart$})"
)


def _sum(key: str) -> str:
    return f"SUM({{{key}_1..{key}_{POINTS}}})"


RESULT: tuple[Section | Row, ...] = (
    Section("Deal loss in native Excel", "beside what CFI_DEAL_LOSS_PATH gives on the sheet Loss"),
    Row("alone", "Operator fails, offtakers have not", "probability", f"={_sum('op_alone')}", PERCENT_2, "Integral over the operator's driver", total="sum"),
    Row("op_sale", "Operator fails, chips sold: lost", "share", f"={_sum('op_lost')}-{_sum('op_both')}", PERCENT_2, "Where the offtakers have failed as well it is theirs", total="sum"),
    Row("off_sale", "Offtakers fail, chips sold: lost", "share", f"={_sum('off_lost')}-IF({YEAR}=1,0,{_sum('off_both')})", PERCENT_2, "Where the operator had failed before it is no second loss", total="sum"),
    Row("assigned_short", "Contract assigned: lost", "share", "=MAX(0,1-{contract}/{owed})", PERCENT, "Of the mean balance"),
    Row("shadow", "Deal loss", "US$ m", f"=IF({{owed}}<=small,0,(1+rate_year)^(mid_year-{YEAR})*{{owed}}*(1-unsecured_recovery)*(survival*{{alone}}*{{assigned_short}}+(1-survival)*{{op_sale}}+{{off_sale}}))", "#,##0.0000", "Present value from mid-year", "result", total="sum"),
    Row("shadow_path", "Deal loss by CFI_DEAL_LOSS_PATH", "US$ m", "={el}", "#,##0.0000", "From Loss", "result", total="sum"),
)  # fmt: skip


def _rows() -> tuple[Section | Row, ...]:
    return (
        *RESULT,
        *SETTING,
        *_driver("op", "off", "off", "{op_shift$}", "{op_spread$}"),
        *_band("op_alone", "Operator fails, offtakers have not: probability", ALONE, "0.0000E+00"),
        *_driver("off", "op", "op_before", "{off_shift$}", "{off_spread$}"),
    )


ROWS = _rows()


def write_shadow(book: Book) -> None:
    block = book.places.add(Block("Shadow", "E", YEARS))
    block.lay([item.key for item in ROWS], TOP + 4)
    page = yearly_page(book, "Shadow", "Shadow of the deal loss", "The headline once more in native Excel: integrals in cells over the drivers of operator and offtakers.")  # fmt: skip
    _across(page)
    write_rows(page, ROWS, block, Form("O", "O", total="D"))
    for key, row in block.row_of.items():
        number = key.rpartition("_")[2]
        if number.isdigit():
            node, weight = NODES[int(number) - 1]
            page.put(f"C{row}", node, "aside", "0.000000")
            page.put(f"D{row}", weight, "aside", "0.000000")
    book.name("shadow_total", page, f"D{block.row_of['shadow']}")
    page.print_setup(f"B1:O{block.row_of['op_pull']}", f"{HEAD}:{HEAD}", paper=A3)


def _across(page: Page) -> None:
    """The nodes of the second integral, beside each other: from the threshold, 0, down to the end of the reach, −1."""
    page.section(
        TOP - 1,
        "Nodes of the integral over both drivers",
        "B",
        "O",
        "share of the reach below the threshold; weights under it",
    )
    for row, label in ((TOP, "Node"), (TOP + 1, "Weight")):
        page.put(f"B{row}", label, "label")
    for letter, (node, weight) in zip("EFGHIJKLMNOP", NODES, strict=True):
        page.put(f"{letter}{TOP}", node - 1, "aside", "0.0000")
        page.put(f"{letter}{TOP + 1}", weight, "aside", "0.0000")

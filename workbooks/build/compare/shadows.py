"""Gauss–Legendre in cells: the LGD of a market sale as an integral over the driver below its threshold, on Curves."""

from __future__ import annotations

from numpy.polynomial.legendre import leggauss

from workbooks.build.compare.inputs import COLUMNS
from workbooks.build.kit.page import Page

POINTS, WIDTH = 10, 6  # nodes, and how far below the threshold the driver is followed
NODES = [((1 + float(node)) / 2, float(weight) / 2) for node, weight in zip(*leggauss(POINTS), strict=True)]
RATIOS = 50
PARTS = RATIOS + POINTS + 3


def write_shadows(page: Page) -> None:
    """By node and deal: proceeds over the loan there, and the part of the integral."""
    page.section(
        RATIOS - 2,
        "LGD of a market sale by Gauss–Legendre",
        "B",
        "N",
        "the driver from 6 below its threshold up to it; columns are the deals",
    )
    for top, title in ((RATIOS, "Proceeds over the loan"), (PARTS, "Part of the integral")):
        page.put(f"B{top - 1}", title, "head")
        page.put(f"C{top - 1}", "Weight", "head")
        for letter in COLUMNS:
            page.put(f"{letter}{top - 1}", f"=Deals!{letter}5", "head")
    for number, (node, weight) in enumerate(NODES):
        ratio, part = RATIOS + number, PARTS + number
        page.put(f"B{ratio}", node, "aside", "0.000000")
        page.put(f"C{ratio}", weight, "aside", "0.000000")
        page.put(f"B{part}", f"=B{ratio}", "aside", "0.000000")
        page.put(f"C{part}", f"=C{ratio}", "aside", "0.000000")
        for letter in COLUMNS:
            at = f"({{shadow_x}}-{WIDTH}*(1-$B{ratio}))"
            scaled = f"={{shadow_scale}}*EXP({{shadow_shift}}*{at}-{{shadow_shift}}^2/2)"
            distance = f"((-LN({letter}{ratio})+{{shadow_b}}^2/2)/{{shadow_b}})"
            lost = f"NORMSDIST({distance})-{letter}{ratio}*NORMSDIST({distance}-{{shadow_b}})"
            density = f"EXP(-({at}^2)/2)/SQRT(2*PI())"
            for row, formula in ((ratio, scaled), (part, f"={WIDTH}*$C{ratio}*{density}*({lost})")):
                text = page.fill(formula, letter)
                page.put(f"{letter}{row}", f'=IF({page.fill("{used$}", letter)}=1,{text[1:]},"")', "calc", "0.0000E+00")

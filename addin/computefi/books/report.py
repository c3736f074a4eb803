"""A book's report: one page of HTML with its plots, which prints on paper and asks nothing of the network."""

from __future__ import annotations

from collections import defaultdict
from html import escape

import numpy as np

from computefi.books.run import Answer
from computefi.books.table import LoanTable
from computefi.spec.kinds import FloatArray
from computefi.version import __version__

STYLE = """body{font:14px/1.45 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{padding:.25rem .5rem;border-bottom:1px solid #d5dbe1;text-align:right}
th:first-child,td:first-child,.words th,.words td{text-align:left}
svg{width:100%;height:auto}.bad{color:#a3261b}@media print{body{margin:0;max-width:none}h2{break-after:avoid}
svg,table{break-inside:avoid}}"""
WIDTH, HEIGHT, FOOT, BARS, LISTED = 800, 260, 30, 60, 15
NO_NAME = "none"
FAINTEST, NAMED = 1e-7, 1e-5  # shares of paths that are drawn, and that the scale names


def money(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:,.4g}"


def table(headings: list[str], rows: list[list[str]], kind: str = "numbers") -> str:
    head = "".join(f"<th>{escape(h)}</th>" for h in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table class='{kind}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def round_step(top: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that goes at most six times into a number."""
    power = 10.0 ** np.floor(np.log10(top / 6))
    return float(next(step for step in (power, 2 * power, 5 * power, 10 * power) if step * 6 >= top * (1 - 1e-12)))


def histogram(losses: FloatArray, weights: FloatArray, marks: dict[str, float]) -> str:
    """Shares of paths by loss on a logarithmic scale, so that the tail is seen, with lines at the levels."""
    top = float(losses.max()) or 1.0
    counts, _ = np.histogram(losses, bins=BARS, range=(0, top), weights=weights)
    share = counts / weights.sum()
    least = max(float(share[share > 0].min()) / 2, FAINTEST)
    scale = np.log(share.max() / least)

    def height(value: float) -> float:
        return float((HEIGHT - FOOT - 20) * np.log(value / least) / scale)

    bars = []
    for place, value in enumerate(share):
        if value > least:
            high = height(value)
            bars.append(
                f'<rect x="{place * WIDTH / BARS:.1f}" y="{HEIGHT - FOOT - high:.1f}" '
                f'width="{WIDTH / BARS - 1:.1f}" height="{high:.1f}" fill="#3d6b99"/>'
            )
    for power in range(int(np.ceil(np.log10(max(least, NAMED)))), int(np.floor(np.log10(share.max()))) + 1):
        y = HEIGHT - FOOT - height(10.0**power)
        bars.append(f'<line x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d5dbe1" stroke-dasharray="2 3"/>')
        bars.append(
            f'<text x="{WIDTH}" y="{y - 3:.1f}" text-anchor="end" font-size="12">{100.0 * 10.0**power:g}%</text>'
        )
    for step, (label, loss) in enumerate(marks.items()):
        x = loss / top * WIDTH
        bars.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT - FOOT}" stroke="#a3261b"/>')
        anchor = "end" if x > WIDTH / 2 else "start"
        bars.append(f'<text x="{x:.1f}" y="{12 + 14 * step}" text-anchor="{anchor}" font-size="12"> {label} </text>')
    for loss in np.arange(0, top, round_step(top)).tolist():
        x = loss / top * WIDTH
        anchor = "start" if loss == 0 else "end" if x > WIDTH - 40 else "middle"
        bars.append(f'<text x="{x:.1f}" y="{HEIGHT - 10}" text-anchor="{anchor}" font-size="12">{money(loss)}</text>')
    picture = "".join(bars)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Loss distribution">{picture}</svg>'


def bars_of(names: list[str], values: FloatArray) -> str:
    """The largest parts as bars with their names."""
    order = np.argsort(values, kind="stable")[::-1][:LISTED]
    most, line = float(values.max()) or 1.0, 20
    drawn = []
    for place, index in enumerate(order):
        y, width = place * line, max(float(values[index]) / most, 0.0) * (WIDTH - 320)
        drawn.append(f'<text x="0" y="{y + 14}" font-size="12">{escape(names[index][:28])}</text>')
        drawn.append(f'<rect x="200" y="{y + 3}" width="{width:.1f}" height="14" fill="#3d6b99"/>')
        drawn.append(f'<text x="{206 + width:.1f}" y="{y + 14}" font-size="12">{money(float(values[index]))}</text>')
    picture = "".join(drawn)
    return f'<svg viewBox="0 0 {WIDTH} {len(order) * line}" role="img" aria-label="Contributions">{picture}</svg>'


def concentrations(loans: LoanTable, parts: FloatArray) -> str:
    """Exposure and part of the shortfall by offtaker and vendor; the concentration is that of what has a name."""
    texts = []
    exposure = loans.numbers["exposure"][:, 0]
    for kind in ("offtaker", "vendor"):
        sums: dict[str, FloatArray] = defaultdict(lambda: np.zeros(2))
        for name, owed, part in zip(loans.texts[kind], exposure, parts, strict=True):
            sums[name or NO_NAME] = sums[name or NO_NAME] + np.array([owed, part])
        total = np.sum(list(sums.values()), axis=0)
        named = np.array([row[0] for name, row in sums.items() if name != NO_NAME])
        concentration = float(((named / named.sum()) ** 2).sum()) if named.sum() > 0 else 0.0
        ordered = sorted(sums.items(), key=lambda item: -item[1][0])[:LISTED]
        rows = [
            [
                name,
                money(owed),
                f"{owed / total[0] if total[0] else 0:.1%}",
                f"{part / total[1] if total[1] else 0:.1%}",
            ]
            for name, (owed, part) in ordered
        ]
        texts.append(f"<h2>By {kind}: HHI {concentration:.3f} of the exposure that has one</h2>")
        texts.append(table([kind, "exposure", "share", "share of shortfall"], rows))
    return "".join(texts)


def html(loans: LoanTable, answer: Answer, settings: dict[str, str], scenarios: list[tuple[str, float]]) -> str:
    """The whole page."""
    expected = answer.losses.expected
    owed = float(loans.numbers["exposure"][:, 0].sum())
    whole = owed or 1.0
    rows = [["expected loss", money(expected.value), money(expected.error), f"{expected.value / whole:.2%}"]]
    marks = {}
    for tail in answer.tails:
        for words, found in (("VaR", tail.at_risk), ("expected shortfall", tail.shortfall)):
            rows.append(
                [f"{words} {tail.level:.2%}", money(found.value), money(found.error), f"{found.value / whole:.2%}"]
            )
        marks[f"VaR {tail.level:.2%}"] = tail.at_risk.value
    worst = max(answer.tails, key=lambda tail: tail.level)
    years, currency = loans.book.loans.years, loans.texts["currency"][0].upper()
    rare = f"{1 / (1 - worst.level):,.0f}"
    reading = (
        f"{f'In one year of {rare}' if years == 1 else f'Over {years} years, in one case of {rare},'} the book loses "
        f"more than {money(worst.at_risk.value)}, {worst.at_risk.value / whole:.1%} of its exposure"
        f"{'' if years == 1 else ' today'}, and then {money(worst.shortfall.value)} on average; it expects to lose "
        f"{money(expected.value)}, {expected.value / whole:.2%}."
    )
    basis = (
        f"Simulated on the factors {', '.join(loans.factors)}. Probabilities of default, loadings, volatilities and "
        f"values are those of the table and are not judged here. computefi {__version__}."
    )
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Book of loans</title>",
        f"<style>{STYLE}</style><h1>Book of {len(loans.ids):,} loans, exposure {escape(currency)} {money(owed)}</h1>",
        f"<p><b>{escape(reading)}</b></p>",
        f"<p>{escape('; '.join(f'{name} {value}' for name, value in settings.items()))}</p>",
        f"<p>{escape(basis)}</p>",
        "<h2>Losses</h2>", table(["", "amount", "standard error", "of exposure"], rows),
        "<h2>Losses of the paths: share of the paths, logarithmic</h2>",
        histogram(answer.losses.losses.ravel(), answer.losses.weights.ravel(), marks),
        f"<h2>Largest parts of the expected shortfall at {max(t.level for t in answer.tails):.2%}</h2>",
        bars_of(loans.ids, answer.parts), concentrations(loans, answer.parts),
    ]  # fmt: skip
    if scenarios:
        parts += ["<h2>Scenarios</h2>", table(["scenario", "expected loss", "of exposure"],
                  [[name, money(loss), f"{loss / whole:.2%}"] for name, loss in scenarios])]  # fmt: skip
    if loans.problems:
        parts.append(f"<h2 class='bad'>{len(loans.problems):,} problems; their rows are left out</h2>")
        parts.append(
            table(["row", "column", "reason"], [[str(p.row), p.column, p.reason] for p in loans.problems], "words")
        )
    return "".join(parts) + "</html>"

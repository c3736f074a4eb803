"""Five pictures, each one call, with its finding for a title; saved as HTML, SVG or PNG without a network.

from computefi import plot
plot.tornado(Book.open("ddtl.xlsx"), "el", {"rho": (0.1, 0.6), "cost": (0.1, 0.2)})
plot.contracted_share(loan=70, value=100, …)     EL against the share of the cost that is contracted
plot.collateral_in_default(70, 100, 0.05, 0.4, 1)   what the collateral is worth in default against rho
plot.loss_distribution(70, 100, 0.05, 0.5, 0.4, 1)   how the loss is spread where the borrower fails
plot.balance_and_cover(balance, cover)            a loan's balance and cover through time

Each gives a chart of altair, to be changed as altair is; `plot.save(chart, "tornado.svg")` writes it as it stands.
`pip install 'computefi[plot]'` brings what they need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import computefi
from computefi.errors import InputRefused

if TYPE_CHECKING:
    from computefi.recalc import Book

INK, LOW, HIGH, GREY = "#1f3a5f", "#5b9bd5", "#c0504d", "#8c8c8c"
WIDTH, HEIGHT = 560, 320
POINTS = 101
NOTHING_DUE = 99  # workbooks show 99.99 as the cover of a month in which no debt service falls due


def tornado(book: Book, output: str, swings: Mapping[str, tuple[float, float]]) -> Any:
    """How far an output of a workbook moves when one input after another goes from its low to its high value."""
    base = _number(book.get(output), output)
    moved = [(name, [_number(row[1], output) for row in book.sweep({name: ends}, [output]).rows])
             for name, ends in swings.items()]  # fmt: skip
    if not moved:
        raise InputRefused("nothing to vary: name at least one input with its low and high value")
    moved.sort(key=lambda one: -abs(one[1][1] - one[1][0]))
    rows = [
        {"input": name, "end": f"{end} value", "from": base, "to": value, "at": swings[name][place]}
        for name, values in moved
        for place, (end, value) in enumerate(zip(("low", "high"), values, strict=True))
    ]
    alt = _altair()
    first, (low, high) = moved[0]
    title = f"{output} is most sensitive to {first}: {_say(low)} to {_say(high)}, from {_say(base)}"
    bars = alt.Chart(alt.Data(values=rows)).mark_bar().encode(
        y=alt.Y("input:N", sort=[name for name, _ in moved], title=None),
        x=alt.X("from:Q", title=output, scale=alt.Scale(zero=False)),
        x2="to:Q",
        color=alt.Color("end:N", title=None, sort=["low value", "high value"], scale=_scale("low value", "high value")),
        tooltip=["input:N", "at:Q", "to:Q"],
    )  # fmt: skip
    line = alt.Chart(alt.Data(values=[{"base": base}])).mark_rule(color=INK).encode(x="base:Q")
    return _titled(bars + line, title)


def contracted_share(
    loan: float, value: float, contract: float, pd_operator: float, pd_offtaker: float, assignable: float,
    link: float, rho_operator: float, rho_offtaker: float, volatility: float, horizon: float, **others: Any,
) -> Any:  # fmt: skip
    """Expected loss against the contracted share: the same deal with 0 to all of the given contract."""
    shares = np.linspace(0, 1, POINTS)
    losses = computefi.deal_loss(
        loan, value, contract * shares, pd_operator, pd_offtaker, assignable, link, rho_operator, rho_offtaker,
        volatility, horizon, **others,
    )["expected_loss"]  # fmt: skip
    fall = f"Contracting all of it takes the expected loss from {losses[0]:.2%} of the loan to {losses[-1]:.2%}"
    title = fall if losses[0] > losses[-1] else f"The contract does not lower the expected loss: {losses[-1]:.2%}"
    return _line(shares, losses, "contracted share", "expected loss, share of the loan", title)


def collateral_in_default(
    loan: float, value: float, pd: float, volatility: float, horizon: float, **others: Any
) -> Any:
    """The collateral's expected value on the day the borrower fails, against rho."""
    rho = np.linspace(-0.99, 0.99, POINTS)
    worth = computefi.value_in_default(value, pd, rho, volatility, horizon, **others)
    short = np.flatnonzero(worth < loan)
    if not short.size:
        title = f"At every correlation the collateral is expected to cover the loan of {_say(loan)}"
    elif short.size == rho.size:
        title = f"At no correlation is the collateral expected to cover the loan of {_say(loan)}"
    else:
        limit = float(np.interp(-loan, -worth, rho))
        title = f"Above a correlation of {limit:.2f} the collateral no longer covers the loan of {_say(loan)}"
    curve = _line(rho, worth, "rho, above 0 is wrong-way", "expected value in default", title)
    return _titled(curve + _level("loan", loan), title)


def loss_distribution(
    loan: float, value: float, pd: float, rho: float, volatility: float, horizon: float, drift: float = 0.0,
    sale_cost: float = 0.0,
) -> Any:  # fmt: skip
    """The loss given default, its quantiles from the best tenth of a per cent to the worst."""
    mean = computefi.corr_lgd(loan, value, pd, rho, volatility, horizon, drift, sale_cost)
    worse = np.linspace(0.001, 0.999, POINTS * 4)
    worth = computefi.value_in_default_q(1 - worse, value, pd, rho, volatility, horizon, drift)
    losses = np.clip(1 - (1 - sale_cost) * worth / loan, 0, 1) if loan else np.zeros(worse.shape)
    none = float(np.mean(losses == 0))
    worst = float(losses[np.searchsorted(worse, 0.95)])
    title = f"Mean loss {mean:.0%} of the loan; nothing in {none:.0%} of defaults, over {worst:.0%} in the worst 5%"
    chart = _line(worse, losses, "share of defaults with a smaller loss", "loss, share of the loan", title)
    return _titled(chart + _level("mean", mean), title)


def balance_and_cover(
    balance: Sequence[Any], cover: Sequence[Any], periods: Sequence[Any] | None = None, least: float = 1.0
) -> Any:
    """A loan's balance as an area and its cover as a line, period by period; `least` is the cover that is wanted.

    A range of a workbook will do: `balance_and_cover(book["Loan!N9:N128"], book["Ratios!F9:F128"])`; blanks and errors
    are no cover.
    """
    balances, covers = _series(balance), _series(cover)
    covers[covers >= NOTHING_DUE] = np.nan
    if balances.shape != covers.shape or not balances.size:
        raise InputRefused(f"balance and cover must be as long as each other; got {balances.size} and {covers.size}")
    labels = list(periods) if periods is not None else list(range(1, balances.size + 1))
    if len(labels) != balances.size:
        raise InputRefused(f"there must be as many periods as balances; got {len(labels)} and {balances.size}")
    labels = [label.isoformat() if hasattr(label, "isoformat") else label for label in labels]
    alt = _altair()
    rows = [
        {"period": label, "balance": float(b), "cover": float(c) if np.isfinite(c) else None}
        for label, b, c in zip(labels, balances, covers, strict=True)
    ]
    title = "There is no cover in any period"
    if np.isfinite(covers).any():
        worst = int(np.nanargmin(np.where(np.isfinite(covers), covers, np.nan)))
        below = int((covers < least).sum())
        title = f"Cover is lowest in {'period ' * (periods is None)}{labels[worst]}, at {covers[worst]:.2f}×"
        title += f"; below {least:g}× in {below} of {covers.size} periods" if below else f", never below {least:g}×"
    kind = "T" if isinstance(labels[0], str) else "Q"
    x = alt.X(f"period:{kind}", title=None if kind == "T" else "period")
    data = alt.Chart(alt.Data(values=rows))
    area = data.mark_area(color=LOW, opacity=0.45).encode(x=x, y=alt.Y("balance:Q", title="balance"))
    line = data.mark_line(color=INK).encode(x=x, y=alt.Y("cover:Q", title="cover, ×", scale=alt.Scale(zero=False)))
    # A line shows no period whose neighbours have no cover.
    known = np.isfinite(covers)
    beside = np.pad(known, 1)
    lone = [row for row, alone in zip(rows, known & ~(beside[:-2] | beside[2:]), strict=True) if alone]
    dots = alt.Chart(alt.Data(values=lone)).mark_circle(color=INK, opacity=1).encode(x=x, y="cover:Q")
    cover = line + dots + _level("cover", least)
    return _titled(alt.layer(area, cover).resolve_scale(y="independent"), title)


def save(chart: Any, path: str) -> None:
    """Save a chart as .html, .svg or .png, with all that it needs inside: no network, now or when it is looked at."""
    chart.save(path, **({"inline": True} if path.lower().endswith(".html") else {}))


def _line(x: Any, y: Any, across: str, up: str, title: str) -> Any:
    alt = _altair()
    rows = [{"x": float(a), "y": float(b)} for a, b in zip(x, y, strict=True)]
    share = "share" in up
    chart = alt.Chart(alt.Data(values=rows)).mark_line(color=INK, strokeWidth=2.5).encode(
        x=alt.X("x:Q", title=across, axis=alt.Axis(format="%") if "share" in across else alt.Axis()),
        y=alt.Y("y:Q", title=up, axis=alt.Axis(format=".1%") if share else alt.Axis()),
        tooltip=["x:Q", "y:Q"],
    )  # fmt: skip
    return _titled(chart, title)


def _level(name: str, value: float) -> Any:
    """A broken line across the picture at a value."""
    alt = _altair()
    return alt.Chart(alt.Data(values=[{name: value}])).mark_rule(color=HIGH, strokeDash=[5, 4]).encode(y=f"{name}:Q")


def _titled(chart: Any, title: str) -> Any:
    alt = _altair()
    return chart.properties(title=alt.TitleParams(title, anchor="start", fontSize=14), width=WIDTH, height=HEIGHT)


def _scale(*names: str) -> Any:
    return _altair().Scale(domain=names, range=[LOW, HIGH])


def _altair() -> Any:
    try:
        import altair
    except ImportError:
        raise InputRefused("pictures need altair: pip install 'computefi[plot]'") from None
    return altair


def _series(cells: Sequence[Any]) -> Any:
    """A range or a list as numbers, NaN where there is none."""
    flat = np.array(cells, dtype=object).ravel()
    return np.array([float(c) if isinstance(c, (int, float)) and not isinstance(c, bool) else np.nan for c in flat])


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputRefused(f"{name} is {value}, not a number", name=name)
    return float(value)


def _say(number: float) -> str:
    return f"{number:,.4g}"

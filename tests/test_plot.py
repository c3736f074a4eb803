"""Each picture is one call, says what it finds, and is saved without a network."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

import computefi
from computefi import plot
from computefi.errors import Code, InputRefused
from computefi.recalc import Book

pytest.importorskip("altair")

DEAL = (90, 100, 95, 0.02, 0.0005, 0.9, 0.3, 0.2, 0.5, 0.3, 1)


def title(chart: Any) -> str:
    return str(chart.to_dict()["title"]["text"])


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = openpyxl.Workbook()
    for place, value in {"A1": 70, "A2": 100, "A3": 0.1, "A4": "=A1/A2+A3/100", "A5": "=1/0"}.items():
        made.active[place] = value
    for row, name in enumerate(("loan", "value", "cost", "ltv", "failed"), start=1):
        made.defined_names[name] = DefinedName(name, attr_text=f"Sheet!$A${row}")
    made.save(tmp_path / "book.xlsx")
    return Book.open(tmp_path / "book.xlsx")


def test_a_tornado_has_the_widest_bar_on_top_and_leaves_the_workbook_as_it_was(book: Book) -> None:
    chart = plot.tornado(book, "ltv", {"cost": (0.0, 1.0), "loan": (50, 90)})
    assert title(chart) == "ltv is most sensitive to loan: 0.501 to 0.901, from 0.701"
    assert chart.to_dict()["layer"][0]["encoding"]["y"]["sort"] == ["loan", "cost"]
    assert book["loan"] == 70
    with pytest.raises(InputRefused, match="failed is #DIV/0!, not a number"):
        plot.tornado(book, "failed", {"loan": (50, 90)})
    with pytest.raises(InputRefused, match="nothing to vary"):
        plot.tornado(book, "ltv", {})


def test_the_contract_lowers_the_loss_or_the_title_says_so() -> None:
    chart = plot.contracted_share(*DEAL, lag=0.25)
    rows = chart.to_dict()["data"]["values"]
    assert rows[-1]["y"] == pytest.approx(computefi.deal_loss(*DEAL, lag=0.25).expected_loss)
    assert title(chart).startswith("Contracting all of it takes the expected loss from ")
    assert "does not lower" in title(plot.contracted_share(*DEAL[:5], 0, *DEAL[6:]))


def test_rho_at_which_the_loan_is_no_longer_covered_is_found() -> None:
    found = title(plot.collateral_in_default(70, 100, 0.05, 0.4, 1))
    rho = float(found.split()[4])
    assert computefi.value_in_default(100, 0.05, rho, 0.4, 1) == pytest.approx(70, rel=0.01)
    assert title(plot.collateral_in_default(1, 100, 0.05, 0.4, 1)).startswith("At every correlation")
    assert title(plot.collateral_in_default(900, 100, 0.05, 0.4, 1)).startswith("At no correlation")


def test_the_losses_of_a_distribution_have_the_mean_of_its_title() -> None:
    chart = plot.loss_distribution(70, 100, 0.05, 0.5, 0.4, 1, sale_cost=0.1)
    losses = [row["y"] for row in chart.to_dict()["layer"][0]["data"]["values"]]
    mean = computefi.corr_lgd(70, 100, 0.05, 0.5, 0.4, 1, 0, 0.1)
    assert np.mean(losses) == pytest.approx(mean, abs=0.002)
    assert title(chart).startswith(f"Mean loss {mean:.0%} of the loan; nothing in ")


def test_cover_is_named_where_it_is_lowest_and_months_without_service_have_none() -> None:
    chart = plot.balance_and_cover(((100.0, 90.0, 80.0, 70.0),), ((99.99, 1.3, 1.1, Code.NA),), least=1.2)
    assert title(chart) == "Cover is lowest in period 3, at 1.10×; below 1.2× in 1 of 4 periods"
    assert "never below 1×" in title(plot.balance_and_cover([5, 4], [2, 1.5]))
    assert title(plot.balance_and_cover([5, 4], [99.99, None])) == "There is no cover in any period"
    for balance, cover, periods in (([1], [1, 2], None), ([], [], None), ([1], [1], [1, 2])):
        with pytest.raises(InputRefused, match="must be as"):
            plot.balance_and_cover(balance, cover, periods)


def test_a_lone_period_with_cover_is_a_dot() -> None:
    chart = plot.balance_and_cover([30, 20, 10, 0], [1.3, 1.2, None, 1.1]).to_dict()
    dots = next(layer for layer in chart["layer"][1]["layer"] if layer["mark"]["type"] == "circle")
    assert dots["data"]["values"] == [{"period": 4, "balance": 0.0, "cover": 1.1}]


def test_a_bad_number_is_refused_as_a_function_refuses_it() -> None:
    with pytest.raises(computefi.ModelError, match="pd must be between 0 and 1"):
        plot.loss_distribution(70, 100, 1.2, 0.5, 0.4, 1)


def test_pictures_are_saved_with_all_they_need_inside(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    chart = plot.balance_and_cover([100, 90, 80], [1.5, 1.4, 1.3])
    for name, head in (("a.svg", b"<svg"), ("a.png", b"\x89PNG"), ("a.html", b"<!DOCTYPE html>")):
        plot.save(chart, str(tmp_path / name))
        content = (tmp_path / name).read_bytes()
        assert content.lstrip().startswith(head)
        assert b"https://cdn" not in content


def test_who_lacks_altair_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "altair":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputRefused, match=r"pip install 'computefi\[plot\]'"):
        plot.balance_and_cover([100], [1.5])

"""Columns of pandas, polars, pyarrow and xarray: they go in as they are and come back as one of their kind."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import computefi

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")
xr = pytest.importorskip("xarray")
pytest.importorskip("narwhals")

LOANS, VALUES = [70.0, 80.0, 90.0], [100.0, 100.0, 120.0]
WANTED = [0.7, 0.8, 0.75]
GPU = (4, 2.5, 0.19, 0.6, 0.95, 6, 0.1)


def of_kind(kind: str, cells: list[Any]) -> Any:
    if kind == "pandas":
        return pd.Series(cells, index=["a", "b", "c"], name="loan")
    return {"polars": lambda: pl.Series("loan", cells), "pyarrow": lambda: pa.chunked_array([cells])}[kind]()


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_a_column_comes_back_as_one_of_its_kind(kind: str) -> None:
    loans, values = of_kind(kind, LOANS), of_kind(kind, VALUES)
    ratio = computefi.ltv(loans, values)
    assert type(ratio) is type(loans)
    assert ratio.to_numpy() == pytest.approx(WANTED)
    if kind != "pyarrow":
        assert ratio.name == "ltv"
    several = computefi.gpu_value(of_kind(kind, [2.5, 3.0, 2.0]), *GPU)
    names = several.column_names if kind == "pyarrow" else list(several.columns)
    assert names == ["value", "elasticity"]
    assert several["value"].to_numpy() == pytest.approx(computefi.gpu_value([2.5, 3.0, 2.0], *GPU).value)


def test_pandas_keeps_its_index_and_refuses_another() -> None:
    loans, values = of_kind("pandas", LOANS), of_kind("pandas", VALUES)
    assert list(computefi.ltv(loans, values).index) == ["a", "b", "c"]
    assert list(computefi.gpu_value(loans, *GPU).index) == ["a", "b", "c"]
    with pytest.raises(computefi.ModelError, match="value must have the index of loan"):
        computefi.ltv(loans, values[::-1])
    with pytest.raises(computefi.ModelError, match="must have shapes that fit"):
        computefi.ltv(loans, values[:2])
    assert computefi.ltv(loans, np.array(VALUES)).to_numpy() == pytest.approx(WANTED)


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_a_null_is_a_blank_and_one_bad_row_spoils_no_column(kind: str) -> None:
    loans = of_kind(kind, [70.0, None, 90.0])
    with pytest.raises(computefi.ModelError, match=r"loan must be .* at row 2"):
        computefi.ltv(loans, 100)
    found = computefi.ltv(loans, 100, errors="nan").to_numpy()
    assert found[[0, 2]].tolist() == [0.7, 0.9]
    assert np.isnan(found[1])
    haircuts = pd.array([0.3, None, 0.3], "Float64") if kind == "pandas" else [0.3, None, 0.3]
    optional = pd.Series(haircuts) if kind == "pandas" else of_kind(kind, haircuts)
    assert computefi.ltv(70, 100, optional).to_numpy().astype(float) == pytest.approx([1.0, 0.7, 1.0])


@pytest.mark.parametrize(
    "dates",
    [
        pd.Series(pd.to_datetime(["2026-07-01"])), pl.Series([0]).cast(pl.Date), pa.chunked_array([[0]], pa.date32()),
        pa.array([0], pa.timestamp("s")), pd.Timestamp("2026-07-01"), pd.to_datetime(["2026-07-01"]),
        pd.DataFrame({"day": pd.to_datetime(["2026-07-01"])}), xr.DataArray(pd.to_datetime(["2026-07-01"])),
    ],
    ids=lambda dates: type(dates).__module__ + "." + type(dates).__name__,
)  # fmt: skip
def test_a_column_of_dates_is_no_money(dates: Any) -> None:
    with pytest.raises(computefi.ModelError, match="loan must be a number, not a date"):
        computefi.ltv(dates, 100)


def test_a_column_of_dates_is_days_where_days_are_asked_for() -> None:
    wanted = computefi.year_fraction(46204, 46569)
    for days in (pd.Series(pd.to_datetime(["2026-07-01"])), pl.Series([20635]).cast(pl.Date)):
        assert computefi.year_fraction(days, 46569).to_numpy().tolist() == [wanted]


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_columns_of_whole_numbers_and_of_decimals_are_taken_and_texts_refused(kind: str) -> None:
    assert computefi.ltv(of_kind(kind, [70, 80, 90]), 100).to_numpy() == pytest.approx([0.7, 0.8, 0.9])
    decimals = of_kind(kind, [Decimal("70.5"), Decimal(80), Decimal(90)])
    assert computefi.ltv(decimals, 100).to_numpy() == pytest.approx([0.705, 0.8, 0.9])
    for others in (["70", "80", "90"], [True, False, True]):
        with pytest.raises(computefi.ModelError, match="loan must be a number"):
            computefi.ltv(of_kind(kind, others), 100)


def test_a_frame_is_a_series_per_row() -> None:
    flows = pd.DataFrame([[20.0, 20, 20], [10, 20, 20]], index=["x", "y"])
    cover = computefi.llcr(flows, [50, 40], 0.06)
    assert cover.to_dict() == {
        "x": computefi.llcr([20, 20, 20], 50, 0.06),
        "y": computefi.llcr([10, 20, 20], 40, 0.06),
    }
    assert computefi.llcr(pl.DataFrame(flows.to_numpy()), 50, 0.06).name == "llcr"
    assert computefi.llcr(flows.loc["x"], 50, 0.06) == computefi.llcr([20, 20, 20], 50, 0.06)
    path = computefi.el_path(flows, [0.1] * 3, [50, 40, 30], 0.5, 0.3, 0.05)
    assert list(path.columns) == ["total", "period_1", "period_2", "period_3"]


def test_an_empty_column_is_refused() -> None:
    for empty in (
        pd.Series([], dtype=float),
        pl.Series([], dtype=pl.Float64),
        pd.DataFrame(),
        pa.array([], pa.float64()),
    ):
        with pytest.raises(computefi.ModelError, match="loan must not be empty"):
            computefi.ltv(empty, 100)


def test_a_lone_array_of_pyarrow_is_a_column() -> None:
    found = computefi.ltv(pa.array(LOANS), 100)
    assert isinstance(found, pa.DoubleArray)
    assert found.to_pylist() == pytest.approx([0.7, 0.8, 0.9])


@pytest.mark.parametrize(
    ("dtype", "wanted"),
    [("Float64", "Float64"), ("Int64", "Float64"), ("UInt8", "Float64"), ("double[pyarrow]", "double[pyarrow]"),
     ("int64[pyarrow]", "double[pyarrow]"), ("float32", "float64"), ("category", "float64")],
)  # fmt: skip
def test_a_column_that_tells_nulls_from_numbers_comes_back_as_one(dtype: str, wanted: str) -> None:
    loans = pd.Series([70, 80, 90], index=["a", "b", "c"], dtype=dtype)
    for answer in (computefi.ltv(loans, 100), computefi.ltv(loans.to_frame(), 100)):
        assert str(answer.dtype) == wanted
        assert list(answer.index) == ["a", "b", "c"]
    assert {str(kind) for kind in computefi.gpu_value(loans, *GPU).dtypes} == {wanted}
    if wanted != "float64":
        loans["b"] = None
        assert computefi.ltv(loans, 100, errors="nan").isna().tolist() == [False, True, False]


def test_dimensions_of_one_name_go_together_and_others_make_a_grid() -> None:
    loan = xr.DataArray([70.0, 90.0], dims="deal", coords={"deal": ["x", "y"]})
    rho = xr.DataArray([0.0, 0.5, 0.9], dims="rho")
    grid = computefi.corr_ltv(loan, 100, 0.05, rho, 0.4, 1)
    assert (grid.dims, grid.shape, grid.name) == (("deal", "rho"), (2, 3), "corr_ltv")
    assert list(grid.deal) == ["x", "y"]
    assert float(grid.sel(deal="y")[1]) == pytest.approx(computefi.corr_ltv(90, 100, 0.05, 0.5, 0.4, 1), rel=1e-14)
    value = xr.DataArray([100.0, 120.0], dims="deal", coords={"deal": ["x", "y"]})
    assert computefi.ltv(loan, value).to_numpy() == pytest.approx([0.7, 0.75])
    assert list(computefi.wrong_way(loan, 100, 0.05, rho, 0.4, 1)) == ["ltv_added", "lgd_added"]
    with pytest.raises(computefi.ModelError, match="same labels"):
        computefi.ltv(loan, value.assign_coords(deal=["x", "z"]))
    with pytest.raises(computefi.ModelError, match="value must be one number or an array with named"):
        computefi.ltv(loan, [1, 2])
    with pytest.raises(computefi.ModelError, match="loan must be one array"):
        computefi.ltv(xr.Dataset({"a": loan}), 100)


def test_the_last_dimension_of_a_series_is_along_it() -> None:
    flows = xr.DataArray([[20.0, 20, 20], [10, 20, 20]], dims=("deal", "year"))
    debt = xr.DataArray([50.0, 40.0], dims="deal")
    cover = computefi.llcr(flows, debt, 0.06)
    assert cover.dims == ("deal",)
    assert cover.to_numpy() == pytest.approx(computefi.llcr(flows.to_numpy(), debt.to_numpy(), 0.06))
    assert computefi.llcr(flows[0], 50, 0.06) == computefi.llcr([20, 20, 20], 50, 0.06)
    assert computefi.llcr(flows[0], debt, 0.06).shape == (2,)


def test_frames_are_loaded_only_when_they_are_given() -> None:
    program = "import computefi, sys; computefi.ltv([70, 80], 100); print('narwhals' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

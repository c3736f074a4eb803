"""Columns of random books of loans."""

from __future__ import annotations

from typing import Any

import numpy as np

from computefi.models.portfolio import Book, make_book

# What CFI_DEAL_LOSS takes besides, from and to; gamma couples collateral and operator.
TERMS = (
    ("gamma", -0.5, 0.9), ("contract_volatility", 0.05, 0.5), ("discount_rate", 0.02, 0.2), ("workout_cost", 0.01, 0.1),
    ("accrued_interest", 0.0, 0.1),
)  # fmt: skip


def random_columns(
    seed: int,
    loans: int,
    *,
    years: int = 1,
    names: int = 3,
    factors: int = 1,
    guarantors: bool = False,
    terms: bool = False,
) -> dict[str, Any]:
    """The arguments of make_book for loans that share a few names."""
    random = np.random.default_rng(seed)
    scale = np.sqrt(factors)
    exposure = random.uniform(10, 100, loans)[:, None] * np.linspace(1, 0.5, years)
    offtaker = random.integers(-1, names, loans)
    columns = {
        "exposure": exposure,
        "value": exposure * random.uniform(0.8, 1.6, loans)[:, None],
        "contract": exposure * random.uniform(0.3, 1, loans)[:, None],
        "pd": np.sort(random.uniform(0.005, 0.12, (loans, years)), axis=1),
        "offtaker": offtaker,
        "guarantor": np.where(np.arange(loans) % 3 == 0, 1, -1) if guarantors else np.full(loans, -1),
        "name_pd": np.sort(random.uniform(0.001, 0.04, (names, years)), axis=1),
        "assignable": random.uniform(0, 1, loans) * (offtaker >= 0),
        "loading": random.uniform(0.2, 0.8, (loans, factors)) / scale,
        "collateral_loading": random.uniform(0.1, 0.8, (loans, factors)) / scale,
        "name_loading": random.uniform(0.2, 0.7, (names, factors)) / scale,
        "volatility": random.uniform(0.2, 0.9, loans),
        "times": np.arange(1.0, years + 1),
        "drift": random.uniform(-0.4, 0.1, loans),
        "sale_cost": random.uniform(0, 0.2, loans),
        "lag": random.uniform(0, 0.5, loans),
        "unsecured": random.uniform(0, 0.3, loans),
        "guaranteed": random.uniform(0.2, 1, loans),
        "correlation": np.eye(factors),
    }
    # By another generator, so that the other columns are the same with and without.
    more = np.random.default_rng(seed + 1000)
    for name, low, high in TERMS:
        columns[name] = more.uniform(low, high, loans) * terms
    return columns


def random_book(seed: int, loans: int, **options: Any) -> Book:
    return make_book(**random_columns(seed, loans, **options))


def simple_book(loans: int, *, pd: float = 0.05, loading: float = 0.5, lost: float = 1.0, **changes: Any) -> Book:
    """Equal loans that lose a certain share of 1, without names."""
    columns: dict[str, Any] = {
        "exposure": np.ones((loans, 1)), "value": np.full((loans, 1), 1 - lost), "contract": np.zeros((loans, 1)),
        "pd": np.full((loans, 1), pd), "offtaker": np.full(loans, -1), "guarantor": np.full(loans, -1),
        "name_pd": np.full((1, 1), 0.02), "assignable": np.zeros(loans), "loading": np.full((loans, 1), loading),
        "collateral_loading": np.zeros((loans, 1)), "name_loading": np.full((1, 1), 0.4),
        "volatility": np.zeros(loans), "times": np.ones(1), "drift": np.zeros(loans), "sale_cost": np.zeros(loans),
        "lag": np.zeros(loans), "unsecured": np.zeros(loans), "guaranteed": np.zeros(loans),
        "correlation": np.eye(1), **{name: np.zeros(loans) for name, *_ in TERMS},
    }  # fmt: skip
    return make_book(**columns | changes)

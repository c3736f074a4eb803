"""What an input of ddtl.xlsx is: a column per case, each row with its unit, status, source and date.

Status of a figure, case by case: V read in a filing, S secondary, D derived by arithmetic from V or S, P demonstration
parameter (not filed), J judgement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbooks.build.kit.page import DATE

CASES = ("ddtl4", "ddtl5", "ddtl55")
CASE_NAMES = ("DDTL 4.0-like", "DDTL 5.0-like", "DDTL 5.5-like")
SOFR_YEARS = 7
TRANCHES, CONTRACTS = 4, 3

P = "Demonstration parameter, not filed"
PS = "Demonstration parameters, not filed"
SIGNED = "2026-03-30 · 2026-05-15 · 2026-08-07"
FILINGS = "SEC 0001769628-26-000129 · -26-000236 · -26-000357"


@dataclass(frozen=True)
class Section:
    title: str
    note: str = ""


@dataclass(frozen=True)
class Given:
    """An input: a value per case, or one for all."""

    key: str
    label: str
    unit: str
    values: tuple[float | date, ...]
    number_format: str
    status: str
    source: str
    as_of: str = "–"
    low: float = 0.0
    high: float = 1.0


EARLIEST, LATEST = 45658.0, 51135.0  # 2025-01-01 and 2039-12-31 as Excel counts days


def dated(key: str, label: str, values: tuple[date, ...], source: str) -> Given:
    return Given(key, label, "date", values, DATE, "VVV", source, SIGNED, EARLIEST, LATEST)


def same(
    key: str,
    label: str,
    unit: str,
    value: float,
    number_format: str,
    source: str = P + ".",
    as_of: str = "–",
    low: float = 0.0,
    high: float = 1.0,
    status: str = "P",
) -> Given:
    return Given(key, label, unit, (value,), number_format, status, source, as_of, low, high)

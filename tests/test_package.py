"""What the wheel carries."""

from __future__ import annotations

import tomllib
from pathlib import Path

from computefi import templates

ROOT = Path(__file__).resolve().parents[1]
WHEEL = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
    "wheel"
]


def test_the_wheel_carries_every_template_and_the_conf() -> None:
    templates_there = set((ROOT / "workbooks").glob("*.xlsx"))
    assert len(templates_there) >= 12
    taken = {path for pattern in WHEEL["include"] for path in ROOT.glob(pattern.lstrip("/")) if path.suffix == ".xlsx"}
    assert taken == templates_there
    assert WHEEL["sources"] == {"addin": "", "workbooks": "computefi/workbooks"}
    assert WHEEL["force-include"] == {"xlwings.conf": "computefi/workbooks/xlwings.conf"}


def test_templates_are_found_by_name() -> None:
    assert {"compare", "ddtl", "asic_loan", "calibration", "functions", "checks", "compare.zh"} <= set(
        templates.names()
    )
    assert templates.template("compare").is_file()
    assert templates.template("compare.xlsx") == templates.template("compare")

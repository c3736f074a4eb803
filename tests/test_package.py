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
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "workbooks").glob("*.xlsx")} | {"xlwings.conf"}
    carried = WHEEL["force-include"]
    assert set(carried) == sources
    assert all(target == f"computefi/workbooks/{Path(source).name}" for source, target in carried.items())


def test_templates_are_found_by_name() -> None:
    assert {"compare", "ddtl", "asic_loan", "calibration", "functions", "checks", "compare.zh"} <= set(
        templates.names()
    )
    assert templates.template("compare").is_file()
    assert templates.template("compare.xlsx") == templates.template("compare")

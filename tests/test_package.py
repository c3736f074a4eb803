"""What the wheel carries."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(["uv", "build", "--quiet", "--out-dir", folder, ROOT], check=True, timeout=600)
    return folder


# Ten seconds of downloads where nothing is kept of them yet.
@pytest.mark.nightly
@pytest.mark.skipif(not shutil.which("uv"), reason="uv is not installed")
@pytest.mark.parametrize("ending", ["whl", "tar.gz"])
def test_a_distribution_installs_alone_and_does_the_main_job(ending: str, distributions: Path, tmp_path: Path) -> None:
    """In an environment that has nothing else, far from the repository, as `uvx --from FILE computefi` does it."""
    [file] = distributions.glob(f"*.{ending}")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}

    def said(*words: str) -> str:
        command = ["uvx", "--isolated", "--from", file, "computefi", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=bare, capture_output=True, text=True, timeout=600, check=True
        ).stdout

    assert said("--version").startswith("computefi, version ")
    assert "master_check is TRUE" in said("compare")
    assert (tmp_path / "compare.xlsx").read_bytes() == (ROOT / "workbooks" / "compare.xlsx").read_bytes()


@pytest.mark.nightly
@pytest.mark.skipif(not shutil.which("uv"), reason="uv is not installed")
def test_the_distributions_are_of_a_size_to_send(distributions: Path) -> None:
    sizes = {path.suffix: path.stat().st_size for path in distributions.glob("computefi-*")}
    assert sizes[".whl"] < 6_000_000
    assert sizes[".gz"] < 12_000_000

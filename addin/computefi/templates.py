"""Where the template workbooks are: inside the installed package, or in the repository it was installed from."""

from __future__ import annotations

from pathlib import Path

INSTALLED = Path(__file__).resolve().parent / "workbooks"
REPOSITORY = Path(__file__).resolve().parents[2] / "workbooks"


def folder() -> Path:
    """The folder that holds the template workbooks."""
    return INSTALLED if INSTALLED.is_dir() else REPOSITORY


def names() -> list[str]:
    """The templates there are, without their ending."""
    return sorted(path.stem for path in folder().glob("*.xlsx") if not path.name.startswith("~$"))


def template(name: str) -> Path:
    """The template of that name; FileNotFoundError lists the names there are."""
    path = folder() / f"{name.removesuffix('.xlsx')}.xlsx"
    if not path.is_file():
        raise FileNotFoundError(f"there is no template {name!r}; there are {', '.join(names())}")
    return path

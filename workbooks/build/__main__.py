"""Make the template workbooks: `python -m workbooks.build [NAME ...]`, all of them without a name.

`python -m workbooks.build compare --to target.xlsx` writes elsewhere; `python -m workbooks.build ddtl --sweep` makes the
static copies of ddtl.xlsx anew.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from workbooks.build import NAMES
from workbooks.build.kit.words import build_editions


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m workbooks.build", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--to", type=Path, help="write here instead of into workbooks/")
    parser.add_argument("--sweep", action="store_true", help="ddtl: make the static copies of full recalculations anew")
    given = parser.parse_args()
    for name in given.names or NAMES:
        if name not in NAMES:
            parser.error(f"there is no workbook {name!r}; there are {', '.join(NAMES)}")
        book = import_module(f"workbooks.build.{name}.book")
        if given.sweep:
            book.renew_static()
        else:
            build_editions(book.build, given.to or book.TARGET)


main()

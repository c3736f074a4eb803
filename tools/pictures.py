"""The pages of the workbooks: a picture of every sheet, what it is for, and the facts that the workbooks stand on.

`python -m tools pictures` makes them from the committed workbooks, with LibreOffice, pdftoppm, pdfinfo and Pillow.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

from tools.markdown import boosted, table

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = "<!-- Written by `python -m tools pictures` from the workbooks. Change those, not this page. -->\n\n"
PAGES = ROOT / "docs" / "workbooks"
IMAGES = PAGES / "images"
BOOKS = {
    "compare": "Four loans side by side, thirteen tests, and blank columns for your own.",
    "ddtl": "A delayed-draw GPU loan month by month for ten years.",
    "asic_loan": "A loan on mining machines through a fall of bitcoin; the loans of 2022 replayed.",
    "calibration": "Volatility and correlation from pasted prices; what new supply does to rents and loans.",
    "book": "A book of loans on common factors.",
    "functions": "Every function with its arguments, errors, source and a live example.",
    "checks": "Every function beside published values and native Excel formulas.",
}
ALIKE = {"functions": 3, "checks": 2}  # books whose sheets look alike: so many pictures
WIDTH, HEIGHT, COLOURS, LEGIBLE = 960, 620, 24, 60
FACTS = {"asic_loan": ["Facts", "Inputs"], "compare": ["Claims", "Peers", "Terms", "Deals", "Parameters"],
         "ddtl": ["Inputs"]}  # fmt: skip
HEADS = ("Source", "Source, or why", "Term")
INPUTS = ("Deals", "Inputs", "Parameters")
EXPORT = 'pdf:calc_pdf_Export:{"SinglePageSheets":{"type":"boolean","value":"true"}}'


def made(names: Iterable[str] = ()) -> Iterator[str]:
    """Pictures and pages of these workbooks, or of all; the names of the pages written."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in names or there():
        photograph(name)
        yield write(PAGES / f"{name}.md", page(name))
    yield write(PAGES / "index.md", index())
    yield write(ROOT / "docs" / "facts.md", facts())


def there() -> list[str]:
    return [name for name in BOOKS if (ROOT / "workbooks" / f"{name}.xlsx").exists()]


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path.relative_to(ROOT).as_posix()


def sheets(name: str) -> list[str]:
    book = openpyxl.load_workbook(ROOT / "workbooks" / f"{name}.xlsx", read_only=True)
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def picture(name: str, sheet: str) -> str:
    return f"{name}-{re.sub(r'[^a-z0-9]+', '-', sheet.lower())}.png"


def photograph(name: str) -> None:
    """The upper left of every sheet as LibreOffice draws it, in few colours."""
    from PIL import Image

    shown = sheets(name)[: ALIKE.get(name)]
    for old in IMAGES.glob(f"{name}-*.png"):
        old.unlink()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        # Values alone: LibreOffice computes array formulas anew and has no CFI functions.
        values: list[str | Path] = [
            sys.executable,
            "-m",
            "computefi",
            "export",
            ROOT / "workbooks" / f"{name}.xlsx",
            "--host",
            "values",
            "-o",
            place / f"{name}.xlsx",
        ]
        subprocess.run(values, check=True, capture_output=True, timeout=600)
        office = [f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", EXPORT]
        convert: list[str | Path] = ["soffice", *office, "--outdir", folder, place / f"{name}.xlsx"]
        subprocess.run(convert, check=True, capture_output=True, timeout=600)
        pdf = place / f"{name}.pdf"
        for number, sheet in enumerate(shown, 1):
            size = ["-r", f"{resolution(pdf, number):.1f}", *f"-W {WIDTH} -H {HEIGHT} -f {number} -l {number}".split()]
            drawn: list[str | Path] = ["pdftoppm", "-png", "-singlefile", *size, pdf, place / "sheet"]
            subprocess.run(drawn, check=True, timeout=600)
            with Image.open(place / "sheet.png") as top:
                few = top.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(IMAGES / picture(name, sheet), optimize=True)
    if name == "compare":
        shutil.copy(IMAGES / picture(name, "Summary"), ROOT / "docs" / "images" / "compare.png")


def resolution(pdf: Path, number: int) -> float:
    """Dots an inch, so that a sheet's width is the picture's, and of a sheet of months the left part can be read."""
    asked = ["pdfinfo", "-f", str(number), "-l", str(number), str(pdf)]
    said = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=60).stdout
    size = re.search(r"size:\s+([\d.]+) x", said)
    assert size, said
    return max(LEGIBLE, WIDTH * 72 / float(size[1]))


# -- pages
def index() -> str:
    rows = [[f"[`{name}`]({name}.md)", text] for name, text in BOOKS.items() if name in there()]
    return (
        f"{WRITTEN}# The workbooks\n\n`computefi new NAME` copies one, `computefi new NAME --lang zh` the Chinese "
        "edition. Inputs are blue on cream and carry unit, status and source; every sheet shows if all checks pass. "
        "The pictures are drawn by LibreOffice.\n\n" + table(["Workbook", "For"], rows)
    )


def page(name: str) -> str:
    """A workbook sheet by sheet: its title, its question, its picture."""
    book = openpyxl.load_workbook(ROOT / "workbooks" / f"{name}.xlsx", read_only=True, data_only=True)
    parts = [f"{boosted(2)}{WRITTEN}# {name}.xlsx\n\n{BOOKS[name]} `computefi new {name}` copies it.\n"]
    for number, sheet in enumerate(sheets(name)):
        title, question = head(book[sheet])
        lead = f"**{title}.** {question}" if title != sheet else question
        parts.append(f"## {sheet}\n\n{lead}\n")
        if number < ALIKE.get(name, number + 1):
            parts.append(f"![Sheet {sheet} of {name}.xlsx: {title}](images/{picture(name, sheet)})\n")
    return "\n".join(parts)


def head(sheet: Any) -> tuple[str, str]:
    """The title of a sheet and the sentence below it."""
    rows = sheet.iter_rows(min_row=1, max_row=4, max_col=4, values_only=True)
    texts = [cell.strip() for row in rows for cell in row if isinstance(cell, str) and cell.strip()]
    title, question = (*texts, "", "")[:2]
    return title, question if len(question) > 12 else ""


def facts() -> str:
    """The figures of the world that the workbooks use, each with the source that stands beside it."""
    parts = [
        f"{WRITTEN}# Facts and their sources\n\nWhat the workbooks take from the world, as it stands in their sheets. "
        "Status: V read in a filing or a ledger that cites it, S secondary, D derived by arithmetic, P a parameter of "
        "demonstration, J judgement. What is a demonstration alone is left out. CCIR is a public ledger of compute "
        "credit (github.com/ccir-index/ccir-site), quoted value by value.\n"
    ]
    for name, titles in FACTS.items():
        book = openpyxl.load_workbook(ROOT / "workbooks" / f"{name}.xlsx", read_only=True, data_only=True)
        for title in titles:
            parts.append(f"## {name}: {title}\n")
            for rows in blocks(book[title]):
                parts.append(sourced(rows) if title in INPUTS else table(rows[0], rows[1:]))
    return "\n".join(part for part in parts if part)


def blocks(sheet: Any) -> Iterator[list[list[str]]]:
    """The tables of a sheet that say where they come from: under a head with Source or Term, as far as that column is
    filled; columns without content are left out.
    """
    found: list[list[str]] = []
    at = 0
    for row in sheet.iter_rows(values_only=True):
        cells = [said(cell) for cell in row]
        heads = [place for place, cell in enumerate(cells) if cell in HEADS]
        again = found and next(filter(None, cells), "") == next(filter(None, found[0]))
        if (heads and sum(map(bool, cells)) > 2) or again:
            if len(found) > 1:
                yield filled(found)
            at, found = (*heads, at)[0], [cells]
        elif found and at < len(cells) and cells[at]:
            found.append(cells)
    if len(found) > 1:
        yield filled(found)


def filled(rows: list[list[str]]) -> list[list[str]]:
    """The columns of a table that have a head and more."""
    width = max(map(len, rows))
    even = [row + [""] * (width - len(row)) for row in rows]
    kept = [at for at in range(width) if even[0][at] and any(row[at] for row in even[1:])]
    first = next((at for at in range(width) if any(row[at] for row in even[1:])), 0)
    return [[row[at] for at in ([first] if first not in kept else []) + kept] for row in even]


def sourced(rows: list[list[str]]) -> str:
    """A table of inputs as label, status, source and day, without what is a demonstration or a judgement alone."""
    places = [rows[0].index(head) for head in ("Status", "Source, or why", "As of")]
    kept = [[row[0], *(row[place] for place in places)] for row in rows[1:] if set(row[places[0]]) & set("VSD")]
    return table(["What", "Status", "Source", "As of"], kept) if kept else ""


def said(cell: Any) -> str:
    """A cell as text: no more than six digits, a day without its hour."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return re.sub(r"([*_<])", r"\\\1", str(cell)).strip()

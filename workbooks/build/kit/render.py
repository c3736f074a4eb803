"""Make pictures of a built workbook, page by page, to look at it.

    python -m workbooks.build.kit.render workbooks/compare.xlsx pictures/ [dots per inch]

LibreOffice has no CFI functions and always recalculates array formulas, so a copy without formulas is printed: the
values that our engine wrote stay, the `<f>` elements go.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

FORMULA = re.compile(rb"<f\b[^>]*/>|<f\b[^>]*>.*?</f>", re.DOTALL)
# The Chinese workbooks ask for a font of Windows; without this LibreOffice takes Japanese forms for it.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include>/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family"><string>Microsoft YaHei</string></test>
<edit name="family" mode="assign" binding="strong"><string>Noto Sans CJK SC</string></edit></match></fontconfig>"""


def freeze(source: Path, target: Path, only: bytes = b"") -> None:
    """Copy a workbook with its values and without its formulas, or without those that contain `only`."""
    with zipfile.ZipFile(source) as book, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for member in book.infolist():
            content = book.read(member)
            if member.filename.startswith("xl/worksheets/sheet"):
                content = FORMULA.sub(lambda found: b"" if only in found[0] else found[0], content)
            copy.writestr(member.filename, content)


def print_pdf(source: Path, folder: Path) -> Path:
    """Print the workbook to a PDF in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        frozen = Path(scratch) / source.name
        freeze(source, frozen)
        profile = (Path(scratch) / "profile").as_uri()
        fonts = Path(scratch) / "fonts.conf"
        fonts.write_text(FONTS)
        command = [
            "soffice",
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(frozen),
        ]
        environment = os.environ | {"FONTCONFIG_FILE": str(fonts)}
        subprocess.run(command, check=True, capture_output=True, timeout=180, env=environment)
    return folder / f"{source.stem}.pdf"


def render(source: Path, folder: Path, dots: int = 80) -> list[Path]:
    """Print the workbook to PDF and each page to PNG; returns the pictures in page order."""
    pdf = print_pdf(source, folder)
    for old in folder.glob(f"{source.stem}-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(dots), "-png", str(pdf), str(folder / source.stem)], check=True)
    return sorted(folder.glob(f"{source.stem}-*.png"))


if __name__ == "__main__":
    for picture in render(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 80):
        print(picture)

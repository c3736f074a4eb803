"""A page as PDF, printed by a browser without a window, else by LibreOffice; a clear reason where neither is there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from computefi.errors import EngineFailed, EngineMissing
from computefi.limits import without_limits

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
OFFICES = ("soffice", "libreoffice")
INSTALLED = (
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
SECONDS = 180
STYLE = re.compile(r"<style>.*?</style>", re.S)
PICTURE = re.compile(r'<svg( viewBox="0 0 (\d+) (\d+)".*?</svg>)', re.S)
SIZE = re.compile(r"@page\{size:\w+\}")
# LibreOffice reads a little of CSS.
OFFICE_STYLE = "body,td,th,p{font-family:sans-serif;font-size:8pt}p{margin:2pt 0}td p,th p{margin:0}"
OFFICE_WIDTH = 640
UNREAD = "source file could not be loaded"


class Printer(NamedTuple):
    """A program that prints: its command for a page and the PDF to write, and what it is to make of the page first."""

    name: str
    command: Callable[[Path, Path], list[str]]
    simplified: Callable[[str, Path], str] = lambda html, _folder: html


def printers() -> list[Printer]:
    """The programs that are here, browsers first: LibreOffice lays a page out in its own way."""
    found = [path for name in (*BROWSERS, *OFFICES) if (path := shutil.which(name))]
    found += [path for path in INSTALLED if Path(path).is_file()]
    offices = [path for path in found if Path(path).stem.casefold() in OFFICES]
    browsers = [path for path in found if path not in offices]
    return [*(by_browser(path) for path in browsers), *(by_office(path) for path in offices)]


def by_browser(program: str) -> Printer:
    def command(page: Path, pdf: Path) -> list[str]:
        profile = f"--user-data-dir={page.parent / 'profile'}"
        # It opens this one page, which has no script, and nothing else; root has no sandbox.
        options = ["--headless", "--disable-gpu", "--no-first-run", "--no-sandbox", profile, "--no-pdf-header-footer"]
        return [program, *options, f"--print-to-pdf={pdf}", page.as_uri()]

    return Printer(Path(program).stem, command)


def by_office(program: str) -> Printer:
    def command(page: Path, pdf: Path) -> list[str]:
        profile = f"-env:UserInstallation={(page.parent / 'office').as_uri()}"
        kind = "pdf:writer_web_pdf_Export"
        return [
            program,
            profile,
            "--headless",
            "--norestore",
            "--convert-to",
            kind,
            "--outdir",
            str(pdf.parent),
            str(page),
        ]

    return Printer(Path(program).stem, command, for_office)


def for_office(html: str, folder: Path) -> str:
    """The page as LibreOffice can lay it out: its pictures in files, a style that it knows."""

    def in_file(match: re.Match[str]) -> str:
        width, height = int(match[2]), int(match[3])
        place = folder / f"{len(list(folder.glob('*.svg')))}.svg"
        opened = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-size="12"'
        place.write_bytes(f'{opened} font-family="sans-serif"{match[1]}'.encode())
        return f'<img src="{place.name}" width="{OFFICE_WIDTH}" height="{OFFICE_WIDTH * height // width}">'

    size = SIZE.search(html)
    html = html.replace("<h1>", "<p>&nbsp;</p><h1>", 1)  # it leaves out a heading that stands first
    plain = STYLE.sub(lambda _: f"<style>{OFFICE_STYLE}{size[0] if size else ''}</style>", html, count=1)
    return PICTURE.sub(in_file, plain)


def pdf_of(html: str) -> bytes:
    """The page as PDF, by the first program that can."""
    found = printers()
    if not found:
        words = "a PDF needs Chromium, Chrome, Edge or LibreOffice, and none is here; write .html and print it"
        raise EngineMissing(words, name="chromium")
    failed = []
    for printer in found:
        with tempfile.TemporaryDirectory(prefix="computefi-", ignore_cleanup_errors=True) as folder:
            page, pdf = Path(folder) / "report.html", Path(folder) / "report.pdf"
            page.write_bytes(printer.simplified(html, Path(folder)).encode("utf-8"))
            why = printed(printer.command(page, pdf))
            if pdf.is_file() and (content := pdf.read_bytes()).startswith(b"%PDF"):
                return content
            failed.append(f"{printer.name}: {why}")
    raise EngineFailed(f"no program could print the page; {'; '.join(failed)}", name=found[0].name)


def printed(command: list[str]) -> str:
    """Run a program; what it said last, where it is to be asked why there is no PDF."""
    before = None if sys.platform == "win32" else without_limits
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS, preexec_fn=before)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error).partition("\n")[0][:200]
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    last = said[-1] if said else f"it ended with {done.returncode}"
    return f"{last} (is LibreOffice's Writer installed?)" if UNREAD in last else last[:200]

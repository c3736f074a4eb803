"""A page as PDF, printed by a browser without a window, else by LibreOffice; a clear reason where neither is there."""

from __future__ import annotations

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


class Printer(NamedTuple):
    """A program that prints, and how it is asked: its command for a page and the PDF to write."""

    name: str
    command: Callable[[Path, Path], list[str]]


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

    return Printer(Path(program).stem, command)


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
            page.write_bytes(html.encode("utf-8"))
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
    return (said[-1] if said else f"it ended with {done.returncode}")[:200]

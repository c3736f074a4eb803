"""Everything that is made from the declarations and committed: pages, navigation, type stub, the two workbooks
that list the functions, and the values of the oracles.

`python -m tools regenerate` writes what has changed; with `--check` it only names it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from tools import commands, errors_page, index, method, navigation, pages, python_pages, references, stub
from tools.same import difference

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
FOLDERS = {name: DOCS / name for name in ("functions", "commands", "api")}
BOOKS = ("functions", "checks")
LANGUAGES = ("en", "zh")
ORACLES = ROOT / "tests" / "oracle"
REFERENCES = ROOT / "addin" / "computefi" / "reports" / "references.json"
LISTING = """
import json, sys
program = __import__(sys.argv[1])
print(json.dumps([[name, *point] for name in program.FUNCTIONS for point in program.POINTS[name]]))
"""


def regenerate(check: bool) -> list[str]:
    """Bring every generated file up to date, or only look; the names of those that had changed."""
    return [*texts(check), *oracles(check), *reference_values(check), *books(check)]


def documents() -> dict[Path, str]:
    """Every generated text by its place."""
    folders = {FOLDERS["functions"]: pages, FOLDERS["commands"]: commands, FOLDERS["api"]: python_pages}
    found = {folder / name: text for folder, made in folders.items() for name, text in made.pages().items()}
    found |= {DOCS / "method" / name: text for name, text in method.pages().items()}
    single = {
        index.INDEX: index.index(), stub.STUB: stub.stub(), DOCS / "errors.md": errors_page.page(),
        navigation.CONFIGURATION: navigation.configuration(),
    }  # fmt: skip
    return found | single


def texts(check: bool) -> Iterator[str]:
    """The index, the stub and the pages; a page whose function is gone goes as well."""
    fresh = documents()
    for path, text in fresh.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield path.relative_to(ROOT).as_posix()
            if not check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
    for path in sorted({path for folder in FOLDERS.values() for path in folder.glob("*.md")} - fresh.keys()):
        yield path.relative_to(ROOT).as_posix()
        if not check:
            path.unlink()


def oracles(check: bool) -> Iterator[str]:
    """The values of each oracle whose points are no longer those in its file."""
    for program in sorted(ORACLES.glob("*.py")):
        if "\nPOINTS" not in program.read_text(encoding="utf-8"):
            continue
        command = [sys.executable, "-c", LISTING, program.stem]
        wanted = json.loads(subprocess.run(command, cwd=ORACLES, capture_output=True, text=True, check=True).stdout)
        kept = program.with_suffix(".json")
        rows = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
        if wanted != [[row["function"], row["arguments"], row["note"]] for row in rows]:
            yield kept.relative_to(ROOT).as_posix()
            if not check:
                subprocess.run([sys.executable, program], check=True)


def reference_values(check: bool) -> Iterator[str]:
    """The values of the oracles that travel in the package."""
    text = references.references(ORACLES)
    if not REFERENCES.exists() or REFERENCES.read_text(encoding="utf-8") != text:
        yield REFERENCES.relative_to(ROOT).as_posix()
        if not check:
            REFERENCES.write_text(text, encoding="utf-8", newline="\n")


def books(check: bool) -> Iterator[str]:
    """The workbooks that list every function, in both languages; one that differs in last digits only stays."""
    with TemporaryDirectory() as folder, ProcessPoolExecutor(2) as pool:
        jobs = [(name, language, Path(folder)) for name in BOOKS for language in LANGUAGES]
        for built in pool.map(build, jobs):
            committed = ROOT / "workbooks" / built.name
            if not committed.exists() or difference(committed, built):
                yield committed.relative_to(ROOT).as_posix()
                if not check:
                    committed.write_bytes(built.read_bytes())


def build(job: tuple[str, str, Path]) -> Path:
    """One workbook in one language, built into a folder."""
    name, language, folder = job
    target = folder / (f"{name}.xlsx" if language == "en" else f"{name}.{language}.xlsx")
    import_module(f"workbooks.build.{name}.book").build(target, language)
    return target

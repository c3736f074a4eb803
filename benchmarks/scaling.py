"""How recalculation grows with what a workbook has, ours against LibreOffice's, in one run.

    python benchmarks/scaling.py [--only TEXT] [--limit 240]

Whole processes, CPU seconds of the process and its children, and seconds of wall time: `computefi recalc BOOK -o OUT`
against `soffice --convert-to xlsx` with recalculation on load switched on; a sweep is `computefi sweep` against a loop
through UNO. CFI calls are ours alone: LibreOffice has them by the extension, which `benchmarks/recalc.py` measures. The
last line says which ratio is the worst.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from from_tests import SUPPORT
from scaling_models import MODELS, SWEPT

import computefi

# LibreOffice's Python finds the client of the tests there.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SUPPORT), os.environ.get("PYTHONPATH", "")])}
HERE = Path(__file__).resolve().parent
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def used(command: list[str], limit: float) -> tuple[float, float, str]:
    """CPU seconds, seconds of wall time, and what went wrong."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    problem = ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, env=ENVIRONMENT)
        if done.returncode:
            problem = (done.stderr.strip().splitlines() or ["failed"])[-1]
    except subprocess.TimeoutExpired:
        problem = f"more than {limit:.0f} s"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - start, problem


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    parser.add_argument("--limit", type=float, default=240, help="seconds for one process")
    options = parser.parse_args()
    # As pip leaves it: else where Python may not write, every process would compile the package again.
    compileall.compile_dir(Path(computefi.__file__).parent, quiet=1)
    office = shutil.which("soffice")
    ratios: dict[str, float] = {}
    print(f"{'':34}{'ours, CPU s':>12}{'LibreOffice':>13}{'ratio':>8}{'wall':>8}{'wall':>8}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(PROFILE, "utf-8")
        for label, make in MODELS.items():
            if options.only not in label:
                continue
            book = make(folder / "book.xlsx")
            profile = (folder / "profile").as_uri()
            command = ["recalc", str(book), "-o", str(folder / "out.xlsx")]
            convert = [str(office), "--headless", "--norestore", f"-env:UserInstallation={profile}", "--convert-to",
                       "xlsx", "--outdir", str(folder / "theirs"), str(book)]  # fmt: skip
            if "sweep" in label:
                given, *values, asked = SWEPT
                command = ["sweep", str(book), "--vary", f"S1!{given}={':'.join(values)}", "--get", f"S1!{asked}"]
                convert = ["/usr/bin/python3", str(HERE / "scaling_office.py"), str(office), profile, str(book), *SWEPT]
            mine = used([sys.executable, "-m", "computefi", *command], options.limit)
            theirs = (0.0, 0.0, "not asked")
            if office and "CFI" not in label:
                theirs = used(convert, options.limit)
            if not mine[2] and not theirs[2]:
                ratios[label] = theirs[0] / mine[0]
            ratio = f"{ratios[label]:8.2f}" if label in ratios else f"{'–':>8}"
            print(
                f"{label:34}{mine[0]:12.2f}{theirs[0]:13.2f}{ratio}{mine[1]:8.1f}{theirs[1]:8.1f}  {mine[2]}",
                flush=True,
            )
            (folder / "out.xlsx").unlink(missing_ok=True)
    if ratios:
        worst = min(ratios, key=ratios.__getitem__)
        print(f"worst ratio: {ratios[worst]:.2f}, {worst}")


if __name__ == "__main__":
    main()

"""Run by LibreOffice's own Python: how long it takes over one workbook. benchmarks/recalc.py starts it."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from uno_client import Client, properties


def processor_seconds(profile: str) -> float:
    """The processor time that LibreOffice has used."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if b"soffice.bin" in command.split(b"\0")[0] and profile.encode() in command:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            continue
    return float("nan")


def timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def measure(client: Client, path: str, sheet: str, given: str, asked: list[str], target: str) -> dict[str, Any]:
    """Seconds to load, to recalculate everything, for one input to reach one output, and to save."""
    used = [processor_seconds(sys.argv[2])]
    load, document = timed(lambda: client.open(path))
    used.append(processor_seconds(sys.argv[2]))
    recalculations = [timed(document.calculateAll)[0] for _ in range(3)]
    used.append(processor_seconds(sys.argv[2]))
    inputs = document.Sheets.getByName(sheet)
    cell = inputs.getCellRangeByName(given)
    asked_sheet = document.Sheets.getByName(asked[0])
    output = asked_sheet.getCellRangeByName(asked[1])
    what_ifs, values = [], []
    for step in range(5):

        def once(value: float = cell.Value * (1.01 + step / 1000)) -> float:
            cell.Value = value
            return float(output.Value)

        seconds, value = timed(once)
        what_ifs.append(seconds)
        values.append(value)
    used.append(processor_seconds(sys.argv[2]))
    save = timed(lambda: document.storeToURL("file://" + target, properties(FilterName="Calc MS Excel 2007 XML")))[0]
    used.append(processor_seconds(sys.argv[2]))
    document.close(True)
    return {
        "cpu": [used[1] - used[0], (used[2] - used[1]) / 3, used[4] - used[3]],
        "load": load,
        "recalculate": recalculations,
        "what-if": what_ifs,
        "values": values,
        "save": save,
    }


def main() -> None:
    start, client = timed(lambda: Client(*sys.argv[1:]))
    print(json.dumps({"start": start}), flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        if name == "close":
            client.close()
            return
        print(json.dumps(measure(client, *arguments)), flush=True)


if __name__ == "__main__":
    main()

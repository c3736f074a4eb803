"""Run by LibreOffice's own Python: an answer for each of many values of a cell. benchmarks/scaling.py starts it."""

from __future__ import annotations

import sys

from uno_client import Client


def main() -> None:
    soffice, profile, path, given, least, most, count, asked = sys.argv[1:]
    client = Client(soffice, profile)
    document = client.open(path)
    sheet = document.Sheets.getByIndex(0)
    cell, output = sheet.getCellRangeByName(given), sheet.getCellRangeByName(asked)
    step = (float(most) - float(least)) / (int(count) - 1)
    for place in range(int(count)):
        cell.Value = float(least) + place * step
        print(output.Value)
    document.close(True)
    client.close()
    client.process.wait()


if __name__ == "__main__":
    main()

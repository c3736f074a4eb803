"""LibreOffice Calc as a host."""

from __future__ import annotations

from pathlib import Path

from computefi.hosts.base import ExportReport, Host

BLANK_IS_ZERO = "LibreOffice passes a single blank cell as 0"
TRUTH_IS_NUMBER = "LibreOffice passes a truth value as 1 or 0"
RANGE_WITH_ERROR = "LibreOffice does not call a function with a range that holds an error: Err:504, in files #VALUE!"
WRONG_COUNT = "LibreOffice itself refuses a wrong number of arguments: Err:504, in files #VALUE!"
NOTHING_GIVEN = "LibreOffice has no omitted argument where one is required: Err:502, in files #VALUE!"
LAST_ERROR_FIRST = "LibreOffice reads the arguments from the last, so of two errors it passes on the last"
ERROR_PASSED_ON = "LibreOffice passes an error of a single cell on without calling the function"
EMPTY_IS_BLANK_IN_RANGE = "LibreOffice passes a blank cell and an empty text of a range alike, so both are blank"
NO_SUCH_ERROR = "LibreOffice has no such error value"
NO_AREAS = "LibreOffice does not call a function with several areas: Err:504, in files #VALUE!"


def export(source: Path, target: Path, force: bool) -> ExportReport:
    """The workbook with its calls as CFI.NAME, for the extension."""
    from computefi.hosts.spelling import respell

    return respell(source, target, ".", force)


LIBREOFFICE = Host(
    name="libreoffice",
    title="LibreOffice Calc",
    needs="LibreOffice 7.4 or later; numpy and scipy for its Python",
    spelling="CFI.LTV",
    export=export,
    export_help="CFI.NAME for the extension.",
    never=(
        BLANK_IS_ZERO, TRUTH_IS_NUMBER, RANGE_WITH_ERROR, WRONG_COUNT, NOTHING_GIVEN, LAST_ERROR_FIRST, ERROR_PASSED_ON,
        EMPTY_IS_BLANK_IN_RANGE, NO_SUCH_ERROR, NO_AREAS,
    ),
)  # fmt: skip

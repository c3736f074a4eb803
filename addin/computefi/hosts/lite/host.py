"""xlwings Lite as a host. The module that it calls is `computefi.hosts.excel`, as under Windows."""

from __future__ import annotations

from computefi.hosts.base import Host
from computefi.hosts.server.host import EMPTY_IS_BLANK

LITE_BLANK_IS_MISSING = "xlwings Lite passes a lone blank cell as an argument left out"
LITE_TEXT_IS_ERROR = "xlwings Lite passes an error as its text, so a text that spells an error is one"
LITE_NO_SUCH_ERROR = "xlwings Lite has no name for this error when it answers"

LITE = Host(
    name="lite",
    title="Excel on a Mac, on the web, on Windows",
    needs="the free add-in from Office's store, a network at the start",
    spelling="CFI_LTV",
    never=(EMPTY_IS_BLANK, LITE_BLANK_IS_MISSING, LITE_TEXT_IS_ERROR, LITE_NO_SUCH_ERROR),
)

"""Python first, Excel second: a Python that waits, to which xlwings' VBA attaches where its settings say so.

"DEBUG UDFS","True" in the settings has xlwings' DLL ask Windows for the object that `xlwings.serve` offers under a
fixed number, instead of starting a Python. Excel then has no child process, and one Python serves all workbooks.

Not tried in Excel: xlwings' own server was driven with pywin32 stood in.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

from computefi.errors import EngineMissing
from computefi.hosts.vba.module import UDF_MODULE
from computefi.hosts.windows.doctor_machine import WINDOWS

# The number that xlwings' VBA asks for where it attaches; a test reads it there.
CLASS_ID = "{506e67c3-55b5-48c3-a035-eed5deea7d6d}"


def serve(system: str) -> None:
    """Load the functions and answer Excel until the process is ended."""
    if system != WINDOWS:
        raise EngineMissing(f"Excel attaches to a Python on Windows only, not on {system}", name=system)
    try:
        from xlwings import com_server
    except ImportError:
        raise EngineMissing("this Python has no pywin32: python -m pip install pywin32", name="pywin32") from None
    importlib.import_module(UDF_MODULE)  # so that the first call does not wait for it
    answer: Callable[[str], None] = com_server.serve
    answer(CLASS_ID)

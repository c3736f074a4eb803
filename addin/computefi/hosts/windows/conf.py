"""xlwings.conf: how the xlwings add-in finds this package's Python and its functions.

The keys are spelled as xlwings' VBA reads them, with blanks ("UDF MODULES"). Line ends are CR LF, because VBA's
`Input #` on Windows knows no other; write the text with `newline=""`, in the code page of Windows ("mbcs").
What Excel does with the file could not be run here.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from computefi.hosts.vba.module import UDF_MODULE

# Where the instructions for Windows put the virtual environment. xlwings' VBA expands the variable.
ATTACH = "DEBUG UDFS"
DEFAULT_INTERPRETER = r"%LOCALAPPDATA%\computefi\venv\Scripts\pythonw.exe"


def conf_text(interpreter: str = DEFAULT_INTERPRETER, attach: bool = False) -> str:
    """The file for one Python; with `attach` Excel starts none and uses one that runs (`computefi excel serve`).

    A path that is not of Windows fills the Mac's key and leaves the default for Windows.
    """
    if '"' in interpreter or "\n" in interpreter or "\r" in interpreter:
        raise ValueError(f"an interpreter path cannot hold quotes or line ends: {interpreter!r}")
    windows = bool(re.match(r"[A-Za-z]:|%|\\\\", interpreter))
    entries = {
        "INTERPRETER_WIN": interpreter if windows else DEFAULT_INTERPRETER,
        "INTERPRETER_MAC": "" if windows else interpreter,
        "PYTHONPATH": "",
        # True would put the workbook's folder first on sys.path, where a stray computefi.py hides the package.
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        "UDF MODULES": UDF_MODULE,
        # Given although empty: an entry here goes before one in the user's own xlwings.conf.
        "CONDA PATH": "",
        "CONDA ENV": "",
        "USE UDF SERVER": "True",
        # True: VBA attaches to the object that a running Python offers, and starts none.
        ATTACH: str(attach),
        "SHOW CONSOLE": "False",
    }
    return "".join(f'"{key}","{value}"\r\n' for key, value in entries.items())


def this_interpreter() -> str:
    """The Python that runs now; on Windows the one beside it that opens no console."""
    windowless = Path(sys.executable).with_name("pythonw.exe")
    return str(windowless) if windowless.exists() else sys.executable

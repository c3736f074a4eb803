"""One thread for the linear algebra of the command line, said before numpy is imported.

OpenBLAS, which comes with numpy, starts a thread for each core, and each of them waits busily for 25 ms: more than the
import itself. The matrices of the command line are small; a program that imports computefi decides for itself.
"""

from __future__ import annotations

import os
import sys

VARIABLE = "OPENBLAS_NUM_THREADS"


def is_command() -> bool:
    """Whether this process is the command line: `computefi` or `python -m computefi`, whose name is not known yet."""
    name = os.path.basename(sys.argv[0]) if sys.argv else ""
    return os.path.splitext(name)[0] == "computefi" or (name == "-m" and "computefi" in sys.orig_argv)


if is_command():
    os.environ.setdefault(VARIABLE, "1")

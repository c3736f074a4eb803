"""Quiet around the engine, in a process whose memory is limited.

An engine of native code that runs out of memory says so at length on stderr and ends its process; the process around
it says the same in one line (`computefi.limits`).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from computefi.limits import limited


@contextlib.contextmanager
def engine_quiet() -> Iterator[None]:
    """Around the engine's work, in a limited process: no words of the engine's own on stderr."""
    if not limited():
        yield
        return
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)

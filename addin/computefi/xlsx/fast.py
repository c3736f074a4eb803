"""What two compiled packages do more quickly where they are installed (`pip install 'computefi[fast]'`).

Without them the standard library does it: the same cells and the same texts of numbers, packed in other bytes. They are
imported for much content only, since that takes longer than a small workbook does.
"""

from __future__ import annotations

import json
import zlib

MUCH = 2**14
LEAST_ALIKE = 1e-4
"""Numbers below this are spelled in two ways, 1e-05 and 0.00001."""


def in_json(numbers: list[float]) -> str:
    """Numbers as a list of JSON without spaces; those below `LEAST_ALIKE`, and what is no number, in any spelling."""
    if len(numbers) >= MUCH:
        try:
            import orjson

            return orjson.dumps(numbers).decode()
        except ImportError:
            pass
    return json.dumps(numbers, separators=(",", ":"))


def deflated(content: bytes) -> bytes:
    """Much content, packed."""
    try:
        from isal import isal_zlib
    except ImportError:
        # Level 1 is three times as quick as 6 and costs a fifth more bytes; Excel itself saves so.
        plain = zlib.compressobj(1, zlib.DEFLATED, -15)
        return plain.compress(content) + plain.flush()
    packer = isal_zlib.compressobj(2, zlib.DEFLATED, -15)
    return bytes(packer.compress(content) + packer.flush())

"""What is printed where a stream cannot hold every sign: never an error, and a file's name can still be told.

"ρ ≤ 0.9 → 3 × 5 …" on a terminal of cp437   →   "rho <= 0.9 -> 3 x 5 ..."
"Φ⁻¹(p)" there                               →   "Φ^-1(p)"
"表.xlsx" there                               →   "\\u8868.xlsx"
"""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from typing import TextIO

HANDLER = "computefi"
# ASCII under another name: click takes a stream of that name for one that means UTF-8.
PLAIN = "computefi-ascii"
FORCED = "PYTHONIOENCODING"
SIGNS = {
    "–": "-", "—": "-", "−": "-", "…": "...", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~",
    "×": "x", "÷": "/", "·": "-", "•": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "„": '"', "«": '"', "»": '"',
    "€": "EUR", "£": "GBP", "¥": "JPY", "√": "sqrt ", "∞": "inf", "Σ": "sum", "Φ": "Phi", "φ": "phi", "ρ": "rho",
    "σ": "sigma", "μ": "mu", "α": "alpha", "β": "beta", "λ": "lambda", "τ": "tau", "Δ": "Delta", "δ": "delta",
    "─": "-", "│": "|", "├": "|", "└": "`", "₀": "0", "₁": "1", "₂": "2", "▸": ">", "✓": "ok", "✗": "x",
}  # fmt: skip
RAISED = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True))


def replaced(error: UnicodeError) -> tuple[str, int]:
    """Signs in letters that the stream holds, accents left off; what nothing stands for as its escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object
    told = [
        f"^{stand_in(text[at])}" if text[at] in RAISED and text[at - 1 : at] not in RAISED else stand_in(text[at])
        for at in range(error.start, error.end)
    ]
    return "".join(told), error.end


def as_printed(text: str) -> str:
    """A text with the stand-ins that it has on the output, which may take more room."""
    if text.isascii() or sys.stdout.errors != HANDLER:
        return text
    return text.encode(sys.stdout.encoding, HANDLER).decode(sys.stdout.encoding)


def stand_in(sign: str) -> str:
    """A sign in ASCII."""
    if found := SIGNS.get(sign) or RAISED.get(sign):
        return found
    if unicodedata.category(sign)[0] in "PSZ":
        plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode("ascii")
        if plain:
            return plain
    return sign.encode("ascii", "backslashreplace").decode("ascii")


def prepare(stream: TextIO) -> None:
    """Have a stream take every sign: as UTF-8 where nobody asked for another encoding and no terminal shows it."""
    if not hasattr(stream, "reconfigure"):
        return
    codecs.register_error(HANDLER, replaced)
    codecs.register(plain_ascii)
    if os.environ.get(FORCED) or stream.isatty():
        is_ascii = codecs.lookup(stream.encoding).name == "ascii"
        stream.reconfigure(encoding=PLAIN if is_ascii else None, errors=HANDLER)
    else:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def plain_ascii(name: str) -> codecs.CodecInfo | None:
    """The codec of that name."""
    if name.replace("_", "-") != PLAIN:
        return None
    ascii_codec = codecs.lookup("ascii")
    return codecs.CodecInfo(
        ascii_codec.encode, ascii_codec.decode, ascii_codec.streamreader, ascii_codec.streamwriter,
        ascii_codec.incrementalencoder, ascii_codec.incrementaldecoder, name=PLAIN,
    )  # fmt: skip


def holds_every_sign() -> bool:
    """Whether what is printed comes out as it is."""
    return (sys.stdout.encoding or "").replace("-", "").casefold() in ("utf8", "utf16", "utf32", "utf8sig")

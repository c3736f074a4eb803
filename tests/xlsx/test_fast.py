"""A large sheet is written in the same words whether or not what is quicker is installed."""

from __future__ import annotations

import random
import sys
import zipfile
import zlib
from importlib.util import find_spec

import pytest

from computefi.xlsx.fast import MUCH
from computefi.xlsx.package import pack
from computefi.xlsx.patch import number_text, number_texts

NEITHER = {"isal": None, "orjson": None}
INSTALLED = [name for name in NEITHER if find_spec(name)]
quicker = pytest.mark.skipif(len(INSTALLED) < len(NEITHER), reason="pip install 'computefi[fast]'")


def numbers() -> list[float]:
    """Numbers of every size, and those at which spellings change."""
    draw = random.Random(7)
    edges = [
        0.0,
        -0.0,
        1e-4,
        9.999999999999999e-05,
        1e-5,
        1e-7,
        5e-324,
        0.1,
        1.0,
        1e15,
        1e16,
        123456789012345.6,
        1e22,
        1e308,
    ]
    found = [sign * edge for edge in edges for sign in (1, -1)]
    found += [float(draw.randrange(10**6)) for _ in range(1000)]
    return found + [draw.gauss(0, 1) * 10 ** draw.randint(-20, 25) for _ in range(MUCH)]


@quicker
def test_numbers_have_the_same_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    many = numbers()
    quick = number_texts(many)
    for name in NEITHER:
        monkeypatch.setitem(sys.modules, name, None)
    assert number_texts(many) == quick == [number_text(number + 0.0) for number in many]


@pytest.mark.parametrize("hidden", [(), tuple(NEITHER)], ids=["as installed", "plain"])
def test_what_is_no_number_is_refused(hidden: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in hidden:
        monkeypatch.setitem(sys.modules, name, None)
    for wrong in (float("nan"), float("inf"), -float("inf")):
        with pytest.raises(ValueError, match="not finite"):
            number_texts([1.0] * MUCH + [wrong])


@pytest.mark.parametrize("hidden", [(), tuple(NEITHER)], ids=["as installed", "plain"])
def test_much_content_is_what_it_was(hidden: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in hidden:
        monkeypatch.setitem(sys.modules, name, None)
    content = b",".join(number_texts(numbers())) * 20
    packed, (checksum, size, whole) = pack(content, zipfile.ZIP_DEFLATED)
    assert zlib.decompress(packed, -15) == content
    assert (checksum, size, whole) == (zlib.crc32(content), len(packed), len(content))
    assert size < whole

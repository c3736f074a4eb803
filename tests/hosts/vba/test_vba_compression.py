"""The compression of VBA projects: what goes in comes out, as others read it too, and damage is said."""

from __future__ import annotations

import contextlib
import random
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefi.hosts.vba.compression import ALWAYS_FITS, CHUNK, BadCompression, compress, decompress
from computefi.hosts.vba.project import Module


def noise(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


def read_by_olevba(packed: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        olevba = pytest.importorskip("oletools.olevba", reason="oletools is not installed (extra test)")
    return bytes(olevba.decompress_stream(bytearray(packed)))


def test_a_run_is_one_letter_and_one_copy_as_in_the_specification() -> None:
    assert compress(b"a" * 73).hex().upper() == "0103B002614500"


def test_the_specifications_example_without_repetition() -> None:
    packed = bytes.fromhex("0119B000616263646566676800696A6B6C6D6E6F70007172737475762E")
    assert compress(b"abcdefghijklmnopqrstuv.") == packed
    assert decompress(packed) == b"abcdefghijklmnopqrstuv."


def test_the_specifications_example_with_repetition() -> None:
    plain = b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
    packed = bytes.fromhex(
        "012FB000236161616263646582660070616768696A013808616B6C00306D6E6F700671027004107273747576107778797A003C"
    )
    assert decompress(packed) == plain
    assert len(compress(plain)) <= len(packed)


@given(st.one_of(st.binary(max_size=300), st.text("ab", max_size=5000).map(str.encode)))
@settings(max_examples=80, deadline=None)
def test_what_is_compressed_comes_back(plain: bytes) -> None:
    assert decompress(compress(plain)) == plain


@given(st.integers(0, 100_000), st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_noise_of_any_size_comes_back_and_hardly_grows(size: int, seed: int) -> None:
    packed = compress(noise(size, seed))
    assert decompress(packed) == noise(size, seed)
    assert len(packed) <= 1 + size * 1.002 + CHUNK / 8 + 4


@given(st.integers(0, 100_000), st.sampled_from([b"a", b"ab", b"    Dim value As Variant\r\n", bytes(range(256))]))
@settings(max_examples=20, deadline=None)
def test_repetition_of_any_size_comes_back_smaller(size: int, pattern: bytes) -> None:
    plain = (pattern * (size // len(pattern) + 1))[:size]
    assert decompress(compress(plain)) == plain
    assert len(compress(plain)) <= size / 5 + 600


@pytest.mark.parametrize("size", [0, 1, 2, 3, ALWAYS_FITS, ALWAYS_FITS + 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK - 7])
def test_sizes_around_the_limits_come_back_and_olevba_reads_them(size: int) -> None:
    for plain in (noise(size), b"x" * size, b"xyz" * (size // 3)):
        assert decompress(compress(plain)) == plain
        assert read_by_olevba(compress(plain)) == plain


def test_a_whole_chunk_of_noise_is_stored_as_it_is() -> None:
    assert compress(noise(CHUNK)) == bytes([1]) + (0x3FFF).to_bytes(2, "little") + noise(CHUNK)


def test_the_text_of_a_real_module_shrinks_to_a_third(shipped: dict[str, Module]) -> None:
    source = shipped["xlwings"].source.encode("cp1252")
    assert decompress(compress(source)) == read_by_olevba(compress(source)) == source
    assert len(compress(source)) < len(source) / 2


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_damage_is_said_and_nothing_else_happens(damaged: bytes) -> None:
    for data in (damaged, b"\x01" + damaged, b"\x01\x20\xb0" + damaged):
        with contextlib.suppress(BadCompression):
            decompress(data)


@pytest.mark.parametrize(
    "damaged",
    [b"", b"\x02\x00\xb0\x00", b"\x01\x00\xc0", b"\x01\xff\xbf\x00", b"\x01\x02\xb0\x01\x00\x00", b"\x01\x00"],
)
def test_these_are_no_containers(damaged: bytes) -> None:
    with pytest.raises(BadCompression):
        decompress(damaged)

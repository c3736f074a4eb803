"""Compound files: what is written is read back, by olefile too, in a directory that is the tree it should be."""

from __future__ import annotations

import contextlib
import io
import random
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computefi.hosts.vba import container as vba_container
from computefi.hosts.vba.container import ENTRY, NONE, RED, BadContainer, read_container, write_container

names = st.text("abcXYZ019_", min_size=1, max_size=31)
sizes = st.one_of(st.integers(0, 200), st.sampled_from([63, 64, 65, 512, 4095, 4096, 4097, 9000, 70_000]))


def streams_of(lengths: dict[str, int], folder: str = "") -> dict[str, bytes]:
    return {folder + name: random.Random(name).randbytes(size) for name, size in lengths.items()}


@given(st.dictionaries(names, sizes, max_size=12), st.dictionaries(names, sizes, max_size=6))
@settings(max_examples=60, deadline=None)
def test_streams_come_back(top: dict[str, int], below: dict[str, int]) -> None:
    if len({name.upper() for name in top}) < len(top) or "VBA" in top:
        return
    streams = streams_of(top) | streams_of(below, "VBA/")
    assert read_container(write_container(streams)) == streams


@pytest.mark.parametrize("count", range(1, 20))
def test_olefile_finds_no_fault_and_the_same_streams(count: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        olefile = pytest.importorskip("olefile", reason="olefile is not installed (extra test)")
    streams = streams_of({f"Stream{n}": n * n * 37 for n in range(count)}, "VBA/") | {"PROJECT": b"text"}
    file = olefile.OleFileIO(io.BytesIO(write_container(streams)), raise_defects=olefile.DEFECT_UNSURE)
    assert not file.parsing_issues
    assert {"/".join(path): file.openstream(path).read() for path in file.listdir()} == streams
    file.close()


@pytest.mark.parametrize("count", range(40))
def test_a_storage_is_an_ordered_red_black_tree(count: int) -> None:
    stored = write_container({f"name{'x' * (n % 4)}{n}": b"" for n in range(count)})
    sector = int.from_bytes(stored[48:52], "little")
    directory = stored[(sector + 1) * 512 :]
    entries = [ENTRY.unpack_from(directory, n * ENTRY.size) for n in range(count + 1)]

    def walk(number: int, above_is_red: bool) -> tuple[list[str], int]:
        """The names in order, and how many black entries lie on every way down."""
        if number == NONE:
            return [], 1
        raw, length, _, colour, left, right, *_ = entries[number]
        assert not (above_is_red and colour == RED)
        before, black_left = walk(left, colour == RED)
        after, black_right = walk(right, colour == RED)
        assert black_left == black_right
        name = raw[: length - 2].decode("utf-16-le")
        return [*before, name, *after], black_left + (colour != RED)

    in_order, _ = walk(entries[0][6], False)
    assert len(in_order) == count
    assert in_order == sorted(in_order, key=lambda name: (len(name), name.upper()))
    assert count == 0 or entries[entries[0][6]][3] != RED


def test_the_same_streams_give_the_same_bytes_without_a_date() -> None:
    streams = {"b": b"2", "VBA/a": b"1" * 5000}
    assert write_container(streams) == write_container(dict(streams))


def test_a_project_of_megabytes_is_written_and_one_beyond_the_format_refused() -> None:
    streams = {"big": bytes(3 * 2**20), "other": b"x" * 5000}
    assert read_container(write_container(streams)) == streams
    with pytest.raises(ValueError, match="larger than a compound file"):
        write_container({"big": bytes(8 * 2**20)})


def test_a_name_of_32_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 31"):
        write_container({"x" * 32: b""})


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damage_is_said_or_harmless_and_never_runs_on(data: st.DataObject) -> None:
    stored = bytearray(write_container({"PROJECT": b"x" * 700, "VBA/dir": b"y" * 5000, "VBA/m": b""}))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(stored) - 1))
        stored[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(stored)))
    for damaged in (bytes(stored), bytes(stored[:cut])):
        with contextlib.suppress(BadContainer):
            read_container(damaged)


def test_a_chain_in_a_circle_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vba_container, "_chain", lambda table, count: table.extend([0] * count) or 0)
    with pytest.raises(BadContainer):
        read_container(write_container({"a": b"x" * 5000}))

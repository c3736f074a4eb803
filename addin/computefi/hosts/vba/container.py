"""Compound files (MS-CFB), the container of a VBA project: written from nothing, and read within limits.

Written is version 3, with sectors of 512 bytes, and no date or other trace of when and where; the same streams give
the same bytes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = struct.Struct("<8s16s6H10L")
ENTRY = struct.Struct("<64sHBB3L16sL8s8sLLL")
SECTOR, MINI_SECTOR = 512, 64
MINI_LIMIT = 4096  # a stream of this length or longer stands in sectors of its own
FREE, END, FAT_SECTOR, DIFAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC, 0xFFFFFFFF
IN_HEADER = 109  # sectors of the allocation table that the header can name
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1
SIZE_LIMIT = 64 * 2**20


class BadContainer(ValueError):
    """The bytes are not a compound file, or not a sound one."""


@dataclass(slots=True)
class _Node:
    """One directory entry to be written."""

    name: str
    kind: int
    content: bytes = b""
    children: list[_Node] = field(default_factory=list)
    number: int = 0
    colour: int = BLACK
    left: int = NONE
    right: int = NONE
    child: int = NONE
    start: int = END


def write_container(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with these streams; a path such as "VBA/dir" puts one into a storage."""
    root = _Node("Root Entry", ROOT)
    for path, content in streams.items():
        *storages, name = path.split("/")
        place = root
        for storage in storages:
            found = next((child for child in place.children if child.name == storage), None)
            if found is None:
                found = _Node(storage, STORAGE)
                place.children.append(found)
            place = found
        place.children.append(_Node(name, STREAM, content))
    nodes = list(_numbered(root))
    return _laid_out(root, nodes)


def _numbered(root: _Node) -> Iterator[_Node]:
    """Every entry, with its number and its place in the tree of its storage."""
    nodes = [root]
    for node in nodes:
        nodes += node.children
    for number, node in enumerate(nodes):
        node.number = number
    for node in nodes:
        # The order of a storage: by length of the name, then by its capitals.
        children = sorted(node.children, key=lambda child: (len(child.name), child.name.upper()))
        deepest = len(children).bit_length() - 1
        full = len(children) & (len(children) + 1) == 0
        node.child = _tree(children, 0, NONE if full else deepest)
    yield from nodes


def _tree(children: list[_Node], depth: int, red: int) -> int:
    """The children as a balanced tree; its last level, where not full, is red, which makes a red-black tree of it."""
    if not children:
        return NONE
    middle = len(children) // 2
    node = children[middle]
    node.colour = RED if depth == red else BLACK
    node.left = _tree(children[:middle], depth + 1, red)
    node.right = _tree(children[middle + 1 :], depth + 1, red)
    return node.number


def _laid_out(root: _Node, nodes: list[_Node]) -> bytes:
    table: list[int] = []
    mini_table: list[int] = []
    mini = bytearray()
    body = bytearray()

    def place(content: bytes) -> int:
        """Put content into whole sectors and give the first."""
        start = _chain(table, math.ceil(len(content) / SECTOR))
        body.extend(_filled(content, SECTOR))
        return start

    for node in nodes:
        if len(node.content) >= MINI_LIMIT:
            node.start = place(node.content)
        elif node.content:
            node.start = _chain(mini_table, math.ceil(len(node.content) / MINI_SECTOR))
            mini += _filled(node.content, MINI_SECTOR)
    root.content = bytes(mini)
    root.start = place(root.content)
    packed = struct.pack(f"<{len(mini_table)}L", *mini_table)
    mini_sectors = math.ceil(len(packed) / SECTOR)
    mini_start = place(packed + b"\xff" * (-len(packed) % SECTOR))
    # Entries that stand for nothing fill the last sector of the directory.
    nothing = ENTRY.pack(b"", 0, 0, 0, NONE, NONE, NONE, b"", 0, b"", b"", 0, 0, 0)
    entries = b"".join(map(_entry, nodes)) + nothing * (-len(nodes) % (SECTOR // ENTRY.size))
    directory = place(entries)
    used, count = len(table), 0
    while count * (SECTOR // 4) < used + count:
        count += 1
    if count > IN_HEADER:
        raise ValueError("the project is larger than a compound file of this kind can be")
    allocated = [*table, *[FAT_SECTOR] * count]
    allocated += [FREE] * (-len(allocated) % (SECTOR // 4))
    header = HEADER.pack(
        SIGNATURE,
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        0,
        0,
        count,
        directory,
        0,
        MINI_LIMIT,
        mini_start,
        mini_sectors,
        END,
        0,
    )
    named = [*range(used, used + count), *[FREE] * (IN_HEADER - count)]
    return (
        header
        + struct.pack(f"<{IN_HEADER}L", *named)
        + bytes(body)
        + struct.pack(f"<{len(allocated)}L", *allocated)
    )  # fmt: skip


def _chain(table: list[int], count: int) -> int:
    """Take the next sectors of a table as one chain and give the first."""
    if not count:
        return END
    start = len(table)
    table.extend([*range(start + 1, start + count), END])
    return start


def _filled(content: bytes, size: int) -> bytes:
    return content + b"\0" * (-len(content) % size)


def _entry(node: _Node) -> bytes:
    name = node.name.encode("utf-16-le") + b"\0\0"
    if len(name) > 64:
        raise ValueError(f"a name in a compound file has at most 31 characters; {node.name!r} is longer")
    tree = node.left, node.right, node.child
    start = 0 if node.kind == STORAGE else node.start
    return ENTRY.pack(name, len(name), node.kind, node.colour, *tree, b"", 0, b"", b"", start, len(node.content), 0)


def read_container(data: bytes) -> dict[str, bytes]:
    """The streams of a compound file by their paths; BadContainer where it is damaged."""
    try:
        return _Reader(data).streams()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise BadContainer(f"damaged: {error}") from None


class _Reader:
    """One compound file. Every chain is followed at most once around, so that no loop can hold it."""

    def __init__(self, data: bytes) -> None:
        if len(data) > SIZE_LIMIT or data[:8] != SIGNATURE:
            raise BadContainer("not a compound file")
        header = HEADER.unpack_from(data)
        self.data = data
        self.size, self.mini_size = 1 << header[5], 1 << header[6]
        if self.size not in (512, 4096) or self.mini_size != MINI_SECTOR:
            raise BadContainer("sectors of an unknown size")
        _, self.directory, _, self.mini_limit, mini_start, _, difat, difat_count = header[10:18]
        named = list(struct.unpack_from(f"<{IN_HEADER}L", data, HEADER.size))
        for _ in range(min(difat_count, len(data) // self.size)):
            *more, difat = self._numbers(difat)
            named += more
        self.table = [number for sector in named if sector != FREE for number in self._numbers(sector)]
        self.mini_table = [n for sector in self._chain(mini_start, self.table) for n in self._numbers(sector)]
        self.mini = b""

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        return self.data[start : start + self.size]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        return struct.unpack(f"<{self.size // 4}L", self._sector(sector))

    def _chain(self, start: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table)):
            if start >= FAT_SECTOR:
                return
            yield start
            start = table[start]
        if start < FAT_SECTOR:
            raise BadContainer("a chain of sectors without an end")

    def _content(self, start: int, length: int, in_mini: bool) -> bytes:
        if length > len(self.data):
            raise BadContainer("a stream longer than the file")
        if in_mini:
            pieces = [self.mini[n * MINI_SECTOR : (n + 1) * MINI_SECTOR] for n in self._chain(start, self.mini_table)]
        else:
            pieces = [self._sector(n) for n in self._chain(start, self.table)]
        content = b"".join(pieces)[:length]
        if len(content) != length:
            raise BadContainer("a stream shorter than it says")
        return content

    def streams(self) -> dict[str, bytes]:
        stored = b"".join(self._sector(n) for n in self._chain(self.directory, self.table))
        entries = [ENTRY.unpack_from(stored, place) for place in range(0, len(stored) - ENTRY.size + 1, ENTRY.size)]
        self.mini = self._content(entries[0][11], entries[0][12], in_mini=False)
        found: dict[str, bytes] = {}
        waiting, seen = [("", entries[0][6])], set[int]()
        while waiting:
            folder, number = waiting.pop()
            if number == NONE:
                continue
            if number in seen:
                raise BadContainer("a directory that goes in circles")
            seen.add(number)
            raw, length, kind, _, left, right, child, _, _, _, _, start, size, _ = entries[number]
            name = folder + raw[: max(length - 2, 0)].decode("utf-16-le")
            waiting += [(folder, left), (folder, right)]
            if kind == STORAGE:
                waiting.append((f"{name}/", child))
            elif kind == STREAM:
                found[name] = self._content(start, size, in_mini=size < self.mini_limit)
        return found

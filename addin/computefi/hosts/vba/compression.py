"""The compression of VBA projects (MS-OVBA 2.4.1): LZ77 in chunks of 4,096 bytes.

A chunk is a header of two bytes and then flag bytes, each before eight tokens: a literal byte, or a copy of two
bytes whose split into offset and length depends on how far into the chunk it stands.
"""

from __future__ import annotations

from collections import defaultdict

CHUNK = 4096
SIGNATURE = 0x01
# A chunk that holds this many bytes or fewer is always shorter packed, eight bytes to nine, than the limit.
ALWAYS_FITS = 3640
SHORTEST_COPY = 3


class BadCompression(ValueError):
    """The bytes are not what MS-OVBA describes."""


def compress(data: bytes) -> bytes:
    """The bytes as a compressed container. Greedy: at each place the longest copy, the nearest of equals."""
    out = bytearray([SIGNATURE])
    for start in range(0, len(data), CHUNK):
        out += _chunk(data[start : start + CHUNK])
    return bytes(out)


def _chunk(plain: bytes) -> bytes:
    packed = _tokens(plain)
    if len(packed) <= CHUNK:
        return (0xB000 | (len(packed) - 1)).to_bytes(2, "little") + packed
    if len(plain) == CHUNK:  # as it is; only a whole chunk has this form
        return (0x3000 | (CHUNK - 1)).to_bytes(2, "little") + plain
    # A last chunk of noise fits no form. Two short ones decode alike; text, which compresses, never gets here.
    return _chunk(plain[:ALWAYS_FITS]) + _chunk(plain[ALWAYS_FITS:])


def _split(position: int) -> tuple[int, int]:
    """How many bits of a copy are its length, and the longest length, at a place in the chunk."""
    offset_bits = max((position - 1).bit_length(), 4)
    return 16 - offset_bits, (0xFFFF >> offset_bits) + SHORTEST_COPY


def _tokens(plain: bytes) -> bytes:
    out = bytearray()
    seen: defaultdict[bytes, list[int]] = defaultdict(list)
    position = flag_place = 0
    count = 8
    while position < len(plain):
        if count == 8:
            flag_place, count = len(out), 0
            out.append(0)
        length_bits, longest = _split(position)
        offset, length = _match(plain, position, longest, seen)
        if length:
            out[flag_place] |= 1 << count
            out += ((offset - 1) << length_bits | (length - SHORTEST_COPY)).to_bytes(2, "little")
        else:
            out.append(plain[position])
            length = 1
        for place in range(position, position + length):
            seen[plain[place : place + SHORTEST_COPY]].append(place)
        position += length
        count += 1
    return bytes(out)


def _match(plain: bytes, position: int, longest: int, seen: defaultdict[bytes, list[int]]) -> tuple[int, int]:
    """The longest earlier occurrence of what comes next, as (offset, length); (0, 0) where there is none."""
    best = (0, 0)
    limit = min(longest, len(plain) - position)
    if limit < SHORTEST_COPY:
        return best
    for start in reversed(seen.get(plain[position : position + SHORTEST_COPY], ())):
        if best[1] and plain[start + best[1]] != plain[position + best[1]]:
            continue
        length = SHORTEST_COPY
        while length < limit and plain[start + length] == plain[position + length]:
            length += 1
        if length > best[1]:
            best = (position - start, length)
            if length == limit:
                break
    return best


def decompress(data: bytes) -> bytes:
    """The bytes of a compressed container; BadCompression where it is damaged."""
    if not data or data[0] != SIGNATURE:
        raise BadCompression("the container does not begin with its signature")
    out = bytearray()
    position = 1
    while position < len(data):
        header = int.from_bytes(data[position : position + 2], "little")
        end = position + (header & 0xFFF) + 3
        if header & 0x7000 != 0x3000 or end > len(data):
            raise BadCompression(f"damaged chunk at byte {position}")
        chunk = data[position + 2 : end]
        out += _plain(chunk) if header & 0x8000 else chunk
        position = end
    return bytes(out)


def _plain(chunk: bytes) -> bytes:
    out = bytearray()
    position = 0
    while position < len(chunk):
        flags = chunk[position]
        position += 1
        for bit in range(8):
            if position >= len(chunk):
                break
            if not flags >> bit & 1:
                out.append(chunk[position])
                position += 1
                continue
            token = int.from_bytes(chunk[position : position + 2], "little")
            length_bits, _ = _split(len(out))
            offset = (token >> length_bits) + 1
            length = (token & ((1 << length_bits) - 1)) + SHORTEST_COPY
            if position + 2 > len(chunk) or offset > len(out) or len(out) + length > CHUNK:
                raise BadCompression("a copy that reaches beyond its chunk")
            for _ in range(length):  # byte by byte: a copy may overlap itself
                out.append(out[-offset])
            position += 2
    return bytes(out)

"""An .xlsx or .xlsm file as a zip of members: read within limits, written back with only chosen members changed.

A member that does not change is copied as it lies in the file, local header, compressed bytes and date
included, so that what the recalculation did not touch cannot differ.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from computefi.errors import DamagedFile, InputRefused, LimitReached
from computefi.xlsx.fast import deflated
from computefi.xlsx.files import Identity, read_regular

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")
FILE_LIMIT = 512 * 2**20
MEMBER_LIMIT = 1024 * 2**20
TOTAL_LIMIT = 2048 * 2**20
MEMBER_COUNT_LIMIT = 20_000
# Deflate cannot exceed 1032:1; sheets of a real workbook reach 50:1.
SUSPECT_SIZE = 64 * 2**20
SUSPECT_RATIO = 250

CENTRAL = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
END = struct.Struct("<4s4H2LH")
DATA_DESCRIPTOR = 0x8
ENCRYPTED = 0x1
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Package:
    """The members of one workbook file."""

    def __init__(self, data: bytes, name: str) -> None:
        """`name` is what messages call the file."""
        self.data = data
        self.name = name
        self.identity: Identity | None = None
        refuse_other_formats(data, name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise DamagedFile(f"{name} is not a workbook: the file is damaged ({error})", name=name) from None
        self._check_limits()
        self.members = {folded(info.filename): info for info in self._zip.infolist()}
        if len(self.members) != len(self._zip.infolist()):
            raise DamagedFile(f"{name} holds two members of the same name; it will not be touched", name=name)

    @classmethod
    def open(cls, path: Path) -> Package:
        """The file at `path`, read whole."""
        data, identity = read_regular(path, FILE_LIMIT)
        package = cls(data, str(path))
        package.identity = identity
        return package

    def _check_limits(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MEMBER_COUNT_LIMIT:
            raise LimitReached(f"{self.name} has {len(infos)} members, more than {MEMBER_COUNT_LIMIT}", name=self.name)
        total = packed = 0
        for info in infos:
            total += info.file_size
            parts = info.filename.replace("\\", "/").split("/")
            if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in parts[0]:
                raise DamagedFile(
                    f"{self.name} has a member outside its own folder: {info.filename!r}",
                    name=self.name,
                    part=info.filename,
                )
            if info.flag_bits & ENCRYPTED:
                raise DamagedFile(f"{self.name} is encrypted; save it without a password first", name=self.name)
            packed += info.compress_size
            sizes = ((info.file_size, info.compress_size), (total, packed))  # of this member, and of all so far
            bomb = any(size > SUSPECT_SIZE and size > SUSPECT_RATIO * max(small, 1) for size, small in sizes)
            if info.file_size > MEMBER_LIMIT or total > TOTAL_LIMIT or bomb:
                raise LimitReached(
                    f"{self.name} would unpack to an unreasonable size ({info.filename})",
                    name=self.name,
                    part=info.filename,
                )

    def has(self, member: str) -> bool:
        """Whether the package has this member; case does not matter, as in Excel."""
        return folded(member) in self.members

    def read(self, member: str) -> bytes:
        """The unpacked bytes of one member."""
        try:
            info = self.members[folded(member)]
            with self._zip.open(info) as stream:
                content = stream.read(info.file_size + 1)
        except KeyError:
            raise DamagedFile(f"{self.name} is damaged: it has no {member}", name=self.name, part=member) from None
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            RuntimeError,
            ValueError,
            struct.error,
        ) as error:
            raise DamagedFile(
                f"{self.name} is damaged: {member} cannot be unpacked ({error})", name=self.name, part=member
            ) from None
        if len(content) != info.file_size:
            raise DamagedFile(
                f"{self.name} is damaged: {member} is not as long as it says", name=self.name, part=member
            )
        return content

    def replaced(self, changes: Mapping[str, bytes]) -> bytes:
        """The file with the named members' content replaced and every other byte of a member as it was."""
        changes = {folded(name): content for name, content in changes.items()}
        if not changes:
            return self.data
        infos = sorted(self._zip.infolist(), key=lambda info: info.header_offset)
        start = self._zip.start_dir
        ends = [info.header_offset for info in infos[1:]] + [start]
        out = bytearray()
        moved: dict[int, tuple[int, tuple[int, int, int] | None]] = {}
        for info, end in zip(infos, ends, strict=True):
            new = changes.get(folded(info.filename))
            moved[info.header_offset] = (len(out), None)
            if new is None:
                out += self.data[info.header_offset : end]
            else:
                packed, sizes = pack(new, info.compress_type)
                moved[info.header_offset] = (len(out), sizes)
                out += self._local_header(info.header_offset, sizes) + packed
        directory = self._directory(start, moved)
        tail = bytearray(self.data[self._end_offset() :])
        struct.pack_into("<LL", tail, 12, len(directory), len(out))
        return bytes(out + directory + tail)

    def _local_header(self, offset: int, sizes: tuple[int, int, int]) -> bytes:
        fields = list(LOCAL.unpack_from(self.data, offset))
        fields[2] &= ~DATA_DESCRIPTOR
        fields[6:9] = sizes
        length = LOCAL.size + fields[9]
        # The extra field is dropped: it could hold sizes of its own.
        fields[10] = 0
        return LOCAL.pack(*fields) + self.data[offset + LOCAL.size : offset + length]

    def _directory(self, start: int, moved: Mapping[int, tuple[int, tuple[int, int, int] | None]]) -> bytes:
        """The central directory with the members' new places and sizes."""
        out = bytearray()
        position = start
        for _ in range(len(self._zip.infolist())):
            fields = list(CENTRAL.unpack_from(self.data, position))
            length = CENTRAL.size + fields[10] + fields[11] + fields[12]
            if fields[16] not in moved:
                raise DamagedFile(
                    f"{self.name} is a zip file of a kind that cannot be rewritten (zip64)", name=self.name
                )
            place, sizes = moved[fields[16]]
            if sizes is not None:
                fields[3] &= ~DATA_DESCRIPTOR
                fields[7:10] = sizes
            fields[16] = place
            out += CENTRAL.pack(*fields) + self.data[position + CENTRAL.size : position + length]
            position += length
        return bytes(out)

    def _end_offset(self) -> int:
        offset = self.data.rfind(b"PK\x05\x06")
        fields = END.unpack_from(self.data, offset)
        if offset < 0 or fields[6] != self._zip.start_dir:
            raise DamagedFile(
                f"{self.name} is a zip file of a kind that cannot be rewritten (zip64 or a prefix)", name=self.name
            )
        return offset


def folded(member: str) -> str:
    """A member's name as it is looked up: in one case, and with the slashes that some writers turn round."""
    return member.replace("\\", "/").lower()


def pack(content: bytes, method: int) -> tuple[bytes, tuple[int, int, int]]:
    """The content as the zip stores it, with its checksum and its two sizes."""
    packed = content
    if method == zipfile.ZIP_DEFLATED:
        if len(content) > 2**22:
            packed = deflated(content)
        else:
            packer = zlib.compressobj(6, zlib.DEFLATED, -15)
            packed = packer.compress(content) + packer.flush()
    elif method != zipfile.ZIP_STORED:
        raise DamagedFile(f"a member is packed with method {method}, which is not one of Excel's")
    return packed, (zlib.crc32(content), len(packed), len(content))


def refuse_other_formats(data: bytes, name: str) -> None:
    """Say what the file is when it is not a zip."""
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DamagedFile(f"{name} is encrypted; save it without a password first", name=name)
        raise DamagedFile(f"{name} is an old .xls workbook; save it as .xlsx first", name=name)
    if not data:
        raise DamagedFile(f"{name} is empty", name=name)
    if not data.startswith(b"PK"):
        raise DamagedFile(f"{name} is not a workbook (.xlsx or .xlsm)", name=name)


def check_suffix(source: Path, target: Path) -> None:
    """A workbook with macros saved as .xlsx, or the other way round, is a file that Excel refuses."""
    suffix = source.suffix.casefold()
    if target.suffix.casefold() != suffix and suffix in SUFFIXES:
        raise InputRefused(f"{target} must end in {suffix} as {source.name} does", name=str(target))

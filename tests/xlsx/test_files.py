"""Nobody's work is lost: files are claimed, compared before they are replaced, and keep what is theirs."""

from __future__ import annotations

import errno
import os
import socket
import stat
import struct
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from computefi.hosts.table import WRITERS as EXPORTS
from computefi.hosts.table import export
from computefi.recalc import WorkbookError, recalculate
from computefi.recalc.book import Book
from computefi.xlsx import files, owners, temporary
from computefi.xlsx.files import claimed, read_regular, write_atomically
from computefi.xlsx.package import Package
from recalc_books import make
from save_attack import edits_at_once, saves_meanwhile

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other locks, permissions and links")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "loan.xlsx"
    make(path, {"A1": 70, "A2": 100, "B1": "=CFI_LTV(A1,A2)"}, {"Loan": "Deal!$A$1", "LTV": "Deal!$B$1"})
    recalculate(path, path)
    return path


def loan_in(path: Path) -> object:
    return openpyxl.load_workbook(path)["Deal"]["A1"].value


def save_in_place(path: Path) -> None:
    """As a program that writes into the file itself; with the same length and the same times."""
    found = path.stat()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    with path.open("r+b") as stream:
        stream.write(content)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def save_anew(path: Path) -> None:
    """As Excel does: another file in its place."""
    other = path.with_name("saved.tmp")
    other.write_bytes(path.read_bytes() + b"more")
    os.replace(other, path)


def touch(path: Path) -> None:
    os.utime(path, (1, 1))


SAVES: tuple[Callable[[Path], None], ...] = (save_in_place, save_anew, touch, Path.unlink)


# Every way of writing a workbook, from the workbook that it reads.
def recalculate_to(source: Path, target: Path) -> None:
    recalculate(source, target, set={"Loan": 80})


def save_to(source: Path, target: Path) -> None:
    opened = Book.open(source)
    opened.set("Loan", 80)
    opened.save(target)


def export_by(name: str) -> Callable[[Path, Path], None]:
    def write(source: Path, target: Path) -> None:
        export(source, target, name)

    return write


WRITERS = {"recalculate": recalculate_to, "Book.save": save_to, **{name: export_by(name) for name in EXPORTS}}


PLACES = ("in place", "over another", "the source of another")
# A Book claims the file when it is saved, not before.
CASES = [(name, place) for name in WRITERS for place in PLACES if (name, place) != ("Book.save", "over another")]


@pytest.mark.parametrize(("name", "place"), CASES)
@pytest.mark.parametrize("save", SAVES)
def test_what_someone_else_saves_meanwhile_is_never_written_over(
    book: Path, monkeypatch: pytest.MonkeyPatch, name: str, save: Callable[[Path], None], place: str
) -> None:
    other = book.with_name("out.xlsx")
    target = book if place == "in place" else other
    if place == "over another":
        other.write_bytes(b"another workbook")
    saved = other if place == "over another" else book
    opened = Package.open

    def open_and_save(path: Path) -> Package:
        package = opened(path)
        save(saved)
        return package

    monkeypatch.setattr(Package, "open", open_and_save)
    with pytest.raises(WorkbookError, match="by someone else while this ran; nothing was written"):
        WRITERS[name](book, target)
    monkeypatch.undo()
    left = [path.name for path in book.parent.iterdir()]
    assert set(left) <= {"loan.xlsx", "out.xlsx"}
    if place == "the source of another":
        assert "out.xlsx" not in left
    if save is save_anew:
        assert saved.read_bytes().endswith(b"more")


@pytest.mark.parametrize("nameless", [True, False])
def test_a_file_that_someone_else_makes_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    if not nameless:
        monkeypatch.setattr(temporary, "nameless", lambda _: None)
    path = tmp_path / "new.xlsx"
    with claimed(path) as claim:
        path.write_bytes(b"theirs")
        with pytest.raises(WorkbookError, match="by someone else"):
            claim.write(b"ours")
    assert path.read_bytes() == b"theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["new.xlsx"]


def test_a_file_system_without_second_names_gets_new_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(temporary, "nameless", lambda _: None)
    monkeypatch.setattr(temporary.os, "link", no_links)
    write_atomically(tmp_path / "new.xlsx", b"ours")
    assert (tmp_path / "new.xlsx").read_bytes() == b"ours"
    assert [path.name for path in tmp_path.iterdir()] == ["new.xlsx"]


def test_a_book_is_saved_again_and_again_over_itself(book: Path) -> None:
    opened = Book.open(book)
    for loan in (80, 90):
        opened.set("Loan", loan)
        opened.save(book)
        assert loan_in(book) == loan


@posix
def test_eight_edits_at_once_are_all_there(tmp_path: Path) -> None:
    assert edits_at_once(tmp_path, rounds=1) == {"there": 8}
    assert [path.name for path in tmp_path.iterdir()] == ["at_once.xlsx"]


@posix
def test_what_somebody_saves_at_any_moment_is_there_afterwards(tmp_path: Path) -> None:
    outcomes = saves_meanwhile(tmp_path, count=6)
    assert outcomes["lost"] == 0
    assert outcomes.total() == 6


@posix
def test_a_run_waits_for_another_or_is_refused_with_the_time(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(files.WAIT_VARIABLE, "0")
    done = threading.Event()
    with claimed(book):
        with pytest.raises(WorkbookError, match="another run, which did not end within 0 seconds"), claimed(book):
            done.set()
        monkeypatch.setenv(files.WAIT_VARIABLE, "60")
        waiting = threading.Thread(target=lambda: (write_atomically(book, b"second"), done.set()))
        waiting.start()
        assert not done.wait(0.2)
        os.replace(made_beside(book), book)
    waiting.join()
    assert book.read_bytes() == b"second"


def made_beside(path: Path) -> Path:
    other = path.with_name("other")
    other.write_bytes(b"first")
    return other


EXCEL = b"\x04Anna" + b" " * 50 + struct.pack("<H", 11) + "Anna Müller".encode("utf-16-le") + b" \0" * 43
OWNERS = {
    "~$loan.xlsx": (EXCEL, r"Anna Müller, in Excel \(~\$loan.xlsx\)"),
    ".~lock.loan.xlsx#": (b",anna,pc\\,17,28.11.2026 09:30,file:///home/anna;", "anna on pc,17, in LibreOffice"),
}


@pytest.mark.parametrize("name", OWNERS)
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_what_somebody_has_open_is_not_written_and_says_who(
    book: Path, name: str, write: Callable[[Path, Path], None]
) -> None:
    content, words = OWNERS[name]
    book.with_name(name).write_bytes(content)
    before = book.read_bytes()
    with pytest.raises(WorkbookError, match=words):
        write(book, book)
    assert book.read_bytes() == before
    write(book, book.with_name("out.xlsx"))
    recalculate(book, book, set={"Loan": 80}, force=True)
    assert loan_in(book) == 80


def test_what_somebody_opens_meanwhile_is_not_written(book: Path) -> None:
    before = book.read_bytes()
    with claimed(book) as claim:
        book.with_name("~$loan.xlsx").write_bytes(EXCEL)
        with pytest.raises(WorkbookError, match="Anna Müller, in Excel"):
            claim.write(b"new")
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 4096, b"\x30", b"\x05a\nb\x1b[", b"," * 4096, b"\\" * 4096, b"\0" * 165]
)
def test_an_owner_file_of_any_content_gives_one_printable_line(tmp_path: Path, content: bytes) -> None:
    for name in OWNERS:
        (tmp_path / name).write_bytes(content)
        said = owners.opened_by(tmp_path / "loan.xlsx")
        assert said
        assert said.isprintable()
        assert len(said) < 255
        (tmp_path / name).unlink()


@posix
def test_an_owner_file_that_is_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "~$loan.xlsx")
    assert owners.opened_by(tmp_path / "loan.xlsx") == "someone, in Excel (~$loan.xlsx)"


@posix
def test_a_read_only_file_is_written_by_force_only(book: Path) -> None:
    book.chmod(0o444)
    with pytest.raises(WorkbookError, match="read-only; --force"):
        recalculate(book, book, set={"Loan": 80})
    recalculate(book, book, set={"Loan": 80}, force=True)
    assert loan_in(book) == 80
    assert stat.S_IMODE(book.stat().st_mode) == 0o444


@posix
def test_hard_links_part_by_force_only(book: Path) -> None:
    other = book.with_name("other.xlsx")
    os.link(book, other)
    with pytest.raises(WorkbookError, match="one of 2 names"):
        recalculate(book, book, set={"Loan": 80})
    recalculate(book, book, set={"Loan": 80}, force=True)
    assert (loan_in(book), loan_in(other)) == (80, 70)


@posix
def test_a_link_stays_a_link_and_its_file_is_written(book: Path) -> None:
    link = book.with_name("link.xlsx")
    link.symlink_to(book.name)
    recalculate(link, link, set={"Loan": 80})
    assert link.is_symlink()
    assert loan_in(book) == 80


def acl_of(user: int) -> bytes:
    """An access list as Linux keeps it: a user of that number may read and write."""
    entries = ((1, 6, 2**32 - 1), (2, 6, user), (4, 4, 2**32 - 1), (16, 6, 2**32 - 1), (32, 0, 2**32 - 1))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes that Python knows")
@pytest.mark.parametrize("nameless", [True, False])
def test_in_place_keeps_owner_group_mode_access_list_and_attributes(
    book: Path, monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    attributes = {"user.department": b"credit", "system.posix_acl_access": acl_of(1234)}
    try:
        for name, value in attributes.items():
            os.setxattr(book, name, value)
    except OSError as error:
        pytest.skip(f"this file system has no extended attributes: {error}")
    if os.geteuid() == 0:
        os.chown(book, 1234, 2345)
    if not nameless:
        monkeypatch.setattr(temporary, "nameless", lambda _: None)
    os.utime(book, (1, 1))
    before = book.stat()
    recalculate(book, book, set={"Loan": 80})
    after = book.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    assert {name: os.getxattr(book, name) for name in attributes} == attributes
    assert after.st_mtime > before.st_mtime
    assert loan_in(book) == 80


@posix
def test_another_owner_s_file_stays_theirs_or_is_refused(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    found = book.stat()
    monkeypatch.setattr(files.os, "chown", refused)
    stated = os.stat

    def theirs(path: object, **options: object) -> object:
        answer = stated(path, **options)  # type: ignore[call-overload]
        if Path(str(path)) == book:
            values = list(answer)
            values[stat.ST_UID] = found.st_uid + 1
            return os.stat_result(values, {"st_mtime_ns": answer.st_mtime_ns})
        return answer

    with claimed(book) as claim:
        monkeypatch.setattr(files.os, "stat", theirs)
        with pytest.raises(WorkbookError, match="belongs to another user"):
            claim.write(b"")


def special(tmp_path: Path) -> dict[str, Path]:
    """Things that have a name and are no files."""
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "a.xlsx").symlink_to("b.xlsx")
    (tmp_path / "b.xlsx").symlink_to("a.xlsx")
    (tmp_path / "to_pipe.xlsx").symlink_to("pipe.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "socket.xlsx"))
    listening.close()
    (tmp_path / "device.xlsx").symlink_to("/dev/zero")
    return {path.name: path for path in tmp_path.iterdir()}


@posix
def test_what_is_no_file_is_neither_read_nor_written_over(tmp_path: Path) -> None:
    things = special(tmp_path)
    for path in things.values():
        before = os.lstat(path)
        for attempt in (lambda path=path: read_regular(path, 100), lambda path=path: write_atomically(path, b"", True)):
            with pytest.raises(WorkbookError, match=r"not a file|cannot be"):
                attempt()
        assert os.lstat(path).st_ino == before.st_ino
    assert len(list(tmp_path.iterdir())) == len(things)


def test_a_file_larger_than_allowed_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 11)
    assert read_regular(tmp_path / "a", 11)[0] == b"x" * 11
    with pytest.raises(WorkbookError, match="larger than 10 bytes"):
        read_regular(tmp_path / "a", 10)


def test_a_private_copy_is_gone_with_its_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for _ in range(2):
        with temporary.private_copy(b"a bank's data") as name:
            assert Path(name).read_bytes() == b"a bank's data"
        assert not list(tmp_path.iterdir())
        monkeypatch.delattr(temporary.os, "memfd_create", raising=False)


@posix
@pytest.mark.nightly
def test_a_thousand_saves_and_four_hundred_edits_are_there_afterwards(tmp_path: Path) -> None:
    assert saves_meanwhile(tmp_path, count=1000)["lost"] == 0
    assert edits_at_once(tmp_path, rounds=50) == {"there": 400}

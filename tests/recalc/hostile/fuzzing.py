"""Real workbooks, spoiled by a seeded mutator, and what must hold for each of them.

    python tests/recalc/hostile/fuzzing.py SECONDS FOLDER FIRST_SEED

runs on its own and keeps in FOLDER every file that broke a promise; a worker that dies or hangs is a finding too.
"""

from __future__ import annotations

import io
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve()
EXCEL_SAVED = HERE.parents[2] / "vectors" / "excel_saved"
OWN = HERE.parents[3] / "workbooks"
CASE_SECONDS, CPU_SECONDS, MEMORY = 60, 6, 3 * 2**10
STOPPED = (signal.SIGXCPU, signal.SIGABRT, signal.SIGSEGV)
BATCH = 40
# A larger file takes too long to be spoiled often.
SIZE_LIMIT = 150_000

FORMULAS = r"""
SUM(A1:XFD1048576) SUM(A:A) SUM(1:9) SEQUENCE(1048576,16384) SEQUENCE(1E9) REPT("a",1E9) A1 #REF! 1/0 CFI_LTV(A1,A2)
CFI_HHI(A:A) CFI_HHI(A:XFD) CFI_LTV(CFI_LTV(A1,1),SEQUENCE(1E4)) CFI_NOTHING(1) _xll.CFI.LTV(1,2) [1]Sheet1!A1
'C:\[x.xlsx]S'!A1 A1# SUM(A1#) OFFSET(A1,-1,-1) OFFSET(A1,0,0,1E6,1E4) INDIRECT("A"&1E6) INDIRECT("A1:XFD9")
LET(x,1,x) LAMBDA(x,x)(1) LAMBDA(f,f(f))(LAMBDA(f,f(f))) MAP(A1:A3,LAMBDA(x,CFI_LTV(x,1)))
MAKEARRAY(1E4,1E4,LAMBDA(r,c,r)) Table1[x] [@x] Deals[[#This] Sheet1:Sheet9!A1 {1,2;3} {1,2;3,4} "a"" @A1:A3
A1:A3*B1:D1 TRUE -----1 1%%%% 1E308*10 =1 + FACT(170)^9 COMBIN(1E9,5E8) MMULT(A1:A9,B1:Z1) BASE(1E15,2,255)
FILTER(A1:A9,A1:A9>1E9) XLOOKUP(1,A:A,B:B) ROW(A1:A9) (((1)
""".split()
TEXTS = [
    '', '-1', '0', '1e999', 'NaN', '99999999999999999999', 'A0', 'XFE1', 'A1:A', '\x00', 'é', '&amp;', '<', "'",
    '%s', '_x0000_', '#N/A', 'TRUE', '../../x', "A" * 300, "1" * 5000, 's', 'str', 'b', 'e', 'array', 'shared',
    'dataTable', 'inlineStr', 'xl/worksheets/sheet1.xml', 'A1:XFD1048576', 'A1048576', 'XFD1', 'rId1', 'B2:A1',
    'true',
]  # fmt: skip
CHUNKS = [
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b'<![CDATA[x]]>', b"<!-- <c r='A1'/> -->", b'<?pi x?>', b'&a;', b'&#0;',
    b'&#x41;', b'<c/>', b'<row/>', b"<row r='1'/>", b'<c r="A1"><f/></c>', b'<v>1</v>',
    b"<f t='array' ref='A1:C9'>A1</f>", b'<sheetData/>', b'</sheetData>', b'\xff\xfe', b'\x00', b'<f>1</f>',
    b'<c r="A1" t="s"><v>0</v></c>',
]  # fmt: skip
TAG = re.compile(rb"<[^<>]+>")
ATTRIBUTE = re.compile(rb'="[^"]*"')
CONTENT = re.compile(rb">[^<>]+<")
FORMULA = re.compile(rb"(<f[^>/]*>)([^<]*)(</f>)")


def sources() -> list[Path]:
    """The files to spoil: those saved by Excel where they are, and ours."""
    return [
        *sorted(EXCEL_SAVED.glob("*.xlsx")),
        *sorted(OWN.glob("*.xlsx")),
        *sorted((HERE.parent / "seeds").glob("*")),
    ]


def mutant(source: bytes, chance: random.Random) -> bytes:
    """One spoiled file."""
    if chance.random() < 0.12:
        return bytes_spoiled(source, chance)
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        names = [n for n in parts if n.startswith("xl/worksheets/sheet")] if chance.random() < 0.6 else list(parts)
        name = chance.choice(names or list(parts))
        parts[name] = part_spoiled(parts[name], chance)
    if chance.random() < 0.06:
        name = chance.choice(list(parts))
        content = parts.pop(name)
        if chance.random() < 0.5:
            parts[chance.choice(("x.xml", name.upper(), f"{name}/x", "xl/workbook.bin"))] = content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def bytes_spoiled(data: bytes, chance: random.Random) -> bytes:
    """Bytes of the zip itself changed, cut or repeated; mostly near its end, where the directory is."""
    if not data:
        return data
    out = bytearray(data)
    for _ in range(chance.choice((1, 2, 5, 20))):
        place = (
            chance.randrange(len(out)) if chance.random() < 0.5 else len(out) - 1 - chance.randrange(min(len(out), 900))
        )
        kind = chance.random()
        if kind < 0.7:
            out[place] = chance.choice((0, 255, out[place] ^ (1 << chance.randrange(8))))
        elif kind < 0.85:
            del out[place : place + chance.choice((1, 7, 300))]
        else:
            out[place:place] = out[place : place + chance.choice((1, 46, 300))]
        if not out:
            break
    return bytes(out)


def part_spoiled(content: bytes, chance: random.Random) -> bytes:
    """One part with one thing changed in it."""
    kind = chance.randrange(9)
    if kind <= 2 and (found := list(FORMULA.finditer(content))):
        match = chance.choice(found)
        text = chance.choice(FORMULAS)
        if chance.random() < 0.1:
            text = chance.choice(("(", "-", "1+", "IF(", "CFI_LTV(")) * chance.choice((60, 500, 3000)) + "1"
        new = text.replace("&", "&amp;").replace("<", "&lt;").encode()
        return content[: match.start()] + match[1] + new + match[3] + content[match.end() :]
    pattern = {3: ATTRIBUTE, 4: CONTENT, 5: TAG, 6: TAG}.get(kind)
    if pattern is not None and (found := list(pattern.finditer(content))):
        match = chance.choice(found)
        text = chance.choice(TEXTS).encode()
        new = {3: b'="' + text + b'"', 4: b">" + text + b"<", 5: b"", 6: match[0] * 2}[kind]
        return content[: match.start()] + new + content[match.end() :]
    place = chance.randrange(len(content) + 1)
    if kind == 7:
        return content[:place] + chance.choice(CHUNKS) + content[place:]
    other = chance.randrange(len(content) + 1)
    first, second = min(place, other), min(max(place, other), min(place, other) + chance.choice((1, 20, 4000)))
    return content[:first] + (content[second:] if chance.random() < 0.6 else content[first:second] + content[first:])


def check(data: bytes, folder: Path) -> str:
    """What a spoiled file breaks; nothing for most. One line or a result, and the target whole or not there."""
    from computefi.recalc import WorkbookError, recalculate

    path, out = folder / "book.xlsx", folder / "out.xlsx"
    path.write_bytes(data)
    out.unlink(missing_ok=True)
    try:
        result = recalculate(path, out)
    except WorkbookError as error:
        if "\n" in str(error) or not str(error) or len(str(error)) > 1000:
            return f"message {str(error)[:80]!r}"
        return "a file was written all the same" if out.exists() else ""
    except Exception:
        lines = traceback.format_exc().strip().splitlines()
        frames = [line.strip() for line in lines if "computefi" in line and "line" in line]
        return f"{lines[-1][:120]} @ {frames[-1].rpartition('/')[2] if frames else ''}"
    if any("\n" in warning for warning in result.warnings):
        return "a warning of several lines"
    try:
        again = recalculate(out)
    except WorkbookError as error:
        return f"our own file is refused: {str(error)[-80:]}"
    volatile = re.search(rb"RAND|NOW|TODAY", b"".join(sheet.data for sheet in result._run.plan.sheets))
    return "" if volatile or not again.changed else "a second recalculation changes the file"


def case(seed: int, files: list[bytes]) -> bytes:
    """The spoiled file of one seed."""
    chance = random.Random(seed)
    return mutant(chance.choice(files), chance)


def worker(seeds: range, files: list[bytes], kept: Path, until: float) -> None:
    """A few seeds in a process of its own with limits; where it stands is written down, in case it dies."""
    from computefi import limits

    limits.limit_process(MEMORY * limits.MEGABYTE, CPU_SECONDS)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    stdout = os.open(kept / "stdout", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(stdout, 1)
    with tempfile.TemporaryDirectory() as scratch:
        for seed in seeds:
            if time.monotonic() > until:
                break
            (kept / "now").write_text(str(seed))
            limits.allow_seconds(CPU_SECONDS)
            problem = check(case(seed, files), Path(scratch))
            if not problem and os.fstat(stdout).st_size:
                problem = "something was printed"
                os.ftruncate(stdout, 0)
            if problem:
                with (kept / "problems").open("a") as stream:
                    stream.write(f"{seed}\t{problem}\n")


def waited(child: int, now: Path) -> int:
    """The status with which a worker ends; one that only waits, without the processor, is killed."""
    last, since = "", time.monotonic()
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        seed = now.read_text() if now.exists() else ""
        if seed != last:
            last, since = seed, time.monotonic()
        elif time.monotonic() - since > CASE_SECONDS:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.02)


def run(seconds: float, kept: Path, seed: int) -> tuple[int, int]:
    """Spoil files until the time is over: how many, and for how many the engine had to be stopped."""
    kept.mkdir(parents=True, exist_ok=True)
    files = [path.read_bytes() for path in sources()]
    until, first, stopped = time.monotonic() + seconds, seed, 0
    while time.monotonic() < until:
        end = seed + BATCH
        child = os.fork()
        if child == 0:
            try:
                worker(range(seed, end), files, kept, until)
            finally:
                os._exit(0)
        status = waited(child, kept / "now")
        end = min(end, int((kept / "now").read_text()) + 1)
        if os.WIFSIGNALED(status):
            sign = os.WTERMSIG(status)
            stopped += sign in STOPPED
            with (kept / ("stopped" if sign in STOPPED else "problems")).open("a") as stream:
                stream.write(f"{end - 1}\tkilled by {signal.Signals(sign).name}\n")
        seed = end
    return seed - first, stopped


if __name__ == "__main__":
    print(
        "{} files, {} times the engine was stopped".format(
            *run(float(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
        )
    )

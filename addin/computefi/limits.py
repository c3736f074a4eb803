"""How much a process may take, for workbooks that nobody vouches for: memory, and time of the processor.

Memory is the smaller of what the machine's group of processes may have (cgroup) and half of what is installed, beyond
what is loaded already; time is that of the processor, so that a busy machine makes nobody late.

limit_process(memory_budget(), cpu_budget())   →   more memory: MemoryError or SIGABRT; more time: SIGXCPU
COMPUTEFI_MEMORY_MB=abc                        →   InputRefused: COMPUTEFI_MEMORY_MB must be a whole number from …
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path

from computefi.errors import InputRefused
from computefi.xlsx.cells import whole_number

CPU_SECONDS = 120
CPU_VARIABLE, MEMORY_VARIABLE = "COMPUTEFI_CPU_SECONDS", "COMPUTEFI_MEMORY_MB"
LEAST_MEMORY_MB, MOST_MEMORY_MB, MOST_SECONDS = 64, 2**24, 10**8
MEGABYTE = 2**20
RESERVED = 4 * 2**30  # where the system does not say
CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
# cgroup 2 says "max" where there is no limit, cgroup 1 a number near 2⁶³.
NO_LIMIT = 2**60
PARENT_DEATH_SIGNAL = 1
POLL_SECONDS = 0.5
_limited: list[int] = []


def from_environment(name: str, default: int, least: int, most: int) -> int:
    """A whole number that a variable of the environment gives, or the default; InputRefused for anything else."""
    text = os.environ.get(name)
    if not text:
        return default
    number = whole_number(text, most)
    if number is None or number < least:
        raise InputRefused(f"{name} must be a whole number from {least:,} to {most:,}; got {text[:40]!r}", name=name)
    return number


def cpu_budget() -> int:
    """Seconds of the processor that a command may take."""
    return from_environment(CPU_VARIABLE, CPU_SECONDS, 1, MOST_SECONDS)


def memory_budget() -> int:
    """Bytes that a command and all its processes may take together."""
    megabytes = from_environment(MEMORY_VARIABLE, 0, LEAST_MEMORY_MB, MOST_MEMORY_MB)
    return megabytes * MEGABYTE if megabytes else min([installed_memory() // 2, *cgroup_limits()])


def installed_memory() -> int:
    """Bytes of memory in this machine; on Windows, where nothing is limited, as many as there could be."""
    if not hasattr(os, "sysconf"):
        return NO_LIMIT
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def cgroup_limits() -> list[int]:
    """What the groups of processes that this one is in may have, its own and all above it."""
    limits: list[int] = []
    with contextlib.suppress(OSError):
        for line in MEMBERSHIP.read_text(encoding="utf-8", errors="replace").splitlines():
            number, controllers, place = (*line.split(":", 2), "", "")[:3]
            if number == "0":
                limits += limits_above(CGROUPS, place, "memory.max")
            elif "memory" in controllers.split(","):
                limits += limits_above(CGROUPS / "memory", place, "memory.limit_in_bytes")
    return limits


def limits_above(root: Path, place: str, name: str) -> list[int]:
    """The limits in a group's folder and in those around it; within a container the root is the group itself."""
    folder = root / place.strip("/")
    found: list[int] = []
    for group in (folder, *folder.parents):
        if not group.is_relative_to(root):
            break
        with contextlib.suppress(OSError):
            limit = whole_number((group / name).read_text(encoding="ascii", errors="replace").strip(), NO_LIMIT)
            if limit:
                found.append(limit)
    return found


def limit_process(memory: int, seconds: int) -> None:
    """Limit this process, beyond what it has taken so far; where the system cannot, nothing happens."""
    if sys.platform == "win32":
        return
    import resource

    addresses, resident = memory_taken()
    lower(resource.RLIMIT_AS, addresses + max(memory - resident, LEAST_MEMORY_MB * MEGABYTE))
    lower(resource.RLIMIT_CORE, 0)
    _limited.append(memory)
    allow_seconds(seconds)


def limited() -> bool:
    """Whether this process was limited."""
    return bool(_limited)


def allow_seconds(seconds: int) -> None:
    """In a limited process: so many seconds of the processor from now on, then the end, native code or not."""
    if sys.platform == "win32" or not limited():
        return
    import resource

    taken = resource.getrusage(resource.RUSAGE_SELF)
    lower(resource.RLIMIT_CPU, int(taken.ru_utime + taken.ru_stime) + seconds)


def lower(kind: int, limit: int) -> None:
    """A soft limit; a harder one that stands already is kept."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(kind)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def without_limits() -> None:
    """In a child that runs another program: its own limits are not those of this process."""
    if sys.platform != "win32":
        import resource

        lift(resource.RLIMIT_AS)
        lift(resource.RLIMIT_CPU)


def without_time_limit() -> None:
    """In a child that is ended by the clock: its time of the processor is not this process's."""
    if sys.platform != "win32":
        import resource

        lift(resource.RLIMIT_CPU)


def lift(kind: int) -> None:
    """As much as the system allows."""
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (hard, hard))


def memory_taken() -> tuple[int, int]:
    """Bytes of addresses that this process has, and how much of them it uses: numpy alone reserves far more."""
    try:
        addresses, resident = map(int, Path("/proc/self/statm").read_text(encoding="ascii").split()[:2])
    except (OSError, ValueError):
        return RESERVED, 0
    page = os.sysconf("SC_PAGE_SIZE")
    return addresses * page, resident * page


def die_with(parent: int) -> None:
    """End this process when that one, its parent, ends: by the kernel on Linux, else by looking twice a second."""
    if sys.platform == "win32":
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=end_without, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        # It ended before the kernel was told.
        os._exit(1)


def end_without(parent: int) -> None:
    """Wait for the parent's end, and end."""
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os._exit(1)

"""xlwings as it runs inside Excel on Windows, with pywin32 stood in, in a process of its own.

`Excel` starts the process and calls functions the way Excel does: VBA sends `XLPy.CallUDF(module, name, Array(...))`
and xlwings' own com_server, udfs, _xlwindows and conversion modules do the rest; only pywin32 and three names of ctypes
are stood in. What a cell reference sends is a `Range`, whose Value is what pywin32 makes of Excel's VARIANTs:
a bare value for one cell, else rows as nested tuples; float, str, bool, None, a datetime with a time zone, Decimal
for currency, and for an error the integer of its SCODE.
"""

from __future__ import annotations

import datetime as dt
import os
import pickle
import subprocess
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LEFT_OUT = -2147352572  # DISP_E_PARAMNOTFOUND, what an omitted Optional argument of VBA arrives as
DIV0, NA, NAME, NULL, NUM, REF, VALUE = (
    -2146826281, -2146826246, -2146826259, -2146826288, -2146826252, -2146826265, -2146826273,
)  # fmt: skip
SPILL, GETTING_DATA = -2146826243, -2146826245
RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
MODULE = "computefi.hosts.excel"


@dataclass(frozen=True)
class Range:
    """A cell reference in a formula, with the values of its cells."""

    rows: tuple[tuple[Any, ...], ...]


def cell(value: Any) -> Range:
    return Range(((value,),))


def column(*values: Any) -> Range:
    return Range(tuple((value,) for value in values))


def row(*values: Any) -> Range:
    return Range((values,))


class Excel:
    """The process, seen from a test."""

    def __init__(self) -> None:
        here = Path(__file__).parent
        paths = [str(here), str(here.parents[1] / "addin"), os.environ.get("PYTHONPATH", "")]
        self.process = subprocess.Popen(
            [sys.executable, "-c", "import com_standin; com_standin.serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )

    def ask(self, *request: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        pickle.dump(request, self.process.stdin)
        self.process.stdin.flush()
        ok, reply = pickle.load(self.process.stdout)
        assert ok, reply
        return reply

    def call(self, name: str, *arguments: Any) -> Any:
        """What VBA gets back from CallUDF, before our module makes errors of codes."""
        return self.ask("call", name, arguments)

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


# ---- inside the process ------------------------------------------------------------------------------------------


class Time(dt.datetime):
    """pywintypes' time type."""


class Dispatched:
    """An IDispatch pointer as pywin32 hands it to a server, here always one of an Excel Range."""

    def __init__(self, rows: tuple[tuple[Any, ...], ...]) -> None:
        self.rows = rows

    def GetTypeInfo(self) -> Any:  # noqa: N802
        return types.SimpleNamespace(
            GetDocumentation=lambda _: ("Range",), GetTypeAttr=lambda: types.SimpleNamespace(iid=RANGE_IID)
        )


class CDispatch:
    """The object around such a pointer."""

    def __init__(self, pointer: Dispatched, **_: Any) -> None:
        from unittest.mock import MagicMock

        self._oleobj_ = pointer
        self.Worksheet = MagicMock()
        self.Worksheets = MagicMock(Count=0)  # of the workbook: no embedded code
        self.Row = self.Column = 1
        self.Rows = types.SimpleNamespace(Count=len(pointer.rows))
        self.Columns = types.SimpleNamespace(Count=len(pointer.rows[0]))

    @property
    def Value(self) -> Any:  # noqa: N802
        rows = tuple(tuple(_sent(value) for value in row) for row in self._oleobj_.rows)
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


def _sent(argument: Any) -> Any:
    """An argument as pywin32 gives it to xlwings."""
    if isinstance(argument, Range):
        return Dispatched(argument.rows)
    if isinstance(argument, dt.datetime):
        return Time(*argument.timetuple()[:6], argument.microsecond, tzinfo=dt.UTC)
    if isinstance(argument, tuple):
        return tuple(_sent(part) for part in argument)
    return argument


class _StandIn(types.ModuleType):
    """A module in which every name exists."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        from unittest.mock import MagicMock

        value = MagicMock(name=f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value


def install() -> None:
    """Make `import xlwings` take its branch for Windows with pywin32."""
    import asyncio  # noqa: F401  whatever asks for the platform when imported comes before
    import concurrent.futures  # noqa: F401
    import ctypes
    import multiprocessing  # noqa: F401
    import unittest.mock

    import numpy  # noqa: F401
    import scipy.optimize
    import scipy.special  # noqa: F401

    class ComError(Exception):
        hresult = 0

    names = (
        "pythoncom", "pywintypes", "win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone",
        "win32com", "win32com.client", "win32com.server", "win32com.server.util", "win32com.server.policy",
        "win32com.server.dispatcher",
    )  # fmt: skip
    modules: dict[str, Any] = {name: _StandIn(name) for name in names}
    sys.modules.update(modules)
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(modules[parent], child, module)
    modules["win32com"].__path__ = []
    modules["win32com.server"].__path__ = []

    pythoncom, pywintypes = modules["pythoncom"], modules["pywintypes"]
    pythoncom.IID_IDispatch = "IDispatch"
    pythoncom.TypeIIDs = {"IDispatch": Dispatched}
    pythoncom.ole_error = pywintypes.com_error = pywintypes.error = ComError
    pythoncom.__file__ = "pythoncom"
    pywintypes.TimeType = Time
    pywintypes.IID = str
    client = modules["win32com.client"]
    client.CDispatch = client.Dispatch = CDispatch
    client.CoClassBaseClass = client.DispatchBaseClass = type("DispatchBaseClass", (), {})

    def unwrap(value: Any) -> Any:
        raise ComError("not one of our objects")

    modules["win32com.server.util"].unwrap = unwrap
    for name in ("windll", "oledll", "PyDLL"):
        setattr(ctypes, name, unittest.mock.MagicMock())

    platform = sys.platform
    sys.platform = "win32"
    try:
        import xlwings
    finally:
        sys.platform = platform
    assert xlwings.func.__module__ == "xlwings.udfs"


def _vba_of_xlwings() -> str:
    """The wrapper module that xlwings itself would generate."""
    import importlib
    import io

    from xlwings.udfs import generate_vba_wrapper

    text = io.StringIO()
    module = importlib.import_module(MODULE)
    generate: Any = generate_vba_wrapper
    generate(MODULE, module, text, types.SimpleNamespace(Name="book.xlsm"))
    return text.getvalue()


def _about() -> dict[str, Any]:
    """What xlwings knows of every function it finds in the module."""
    import importlib

    module = importlib.import_module(MODULE)
    found = {}
    for value in (getattr(module, name) for name in dir(module)):
        if hasattr(value, "__xlfunc__"):
            info = value.__xlfunc__
            arguments = [{**a, "options": {k: str(v) for k, v in a["options"].items()}} for a in info["args"]]
            found[info["name"]] = {**info, "args": arguments, "argmap": None}
    return found


def _broken_model() -> Any:
    """A call of a function whose model has a bug."""
    import dataclasses
    import logging
    from typing import NoReturn

    import computefi.hosts.excel as excel
    from computefi import REGISTRY

    def broken(**arguments: Any) -> NoReturn:
        raise RuntimeError("a bug")

    records: list[logging.LogRecord] = []
    handler: Any = logging.Handler()
    handler.emit = records.append
    excel.logger.addHandler(handler)
    excel.logger.propagate = False
    reply = excel.answer(dataclasses.replace(REGISTRY["CFI_LTV"], function=broken), [70.0, 100.0])
    return reply, [(record.name, record.getMessage(), str(record.exc_info[1])) for record in records if record.exc_info]


def serve() -> None:
    """Answer requests on the standard streams until they close."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints must not get between the replies
    install()
    from xlwings.com_server import XLPython

    server: Any = XLPython()
    this_workbook, caller = Dispatched(((None,),)), Dispatched(((None,),))
    while True:
        try:
            what, *rest = pickle.load(requests)
        except EOFError:
            return
        try:
            if what == "call":
                name, arguments = rest
                reply = server.CallUDF(MODULE, name, [_sent(a) for a in arguments], this_workbook, caller)
            else:
                reply = {"vba": _vba_of_xlwings, "about": _about, "broken": _broken_model}[what]()
            pickle.dump((True, reply), replies)
        except Exception:
            import traceback

            pickle.dump((False, traceback.format_exc()), replies)
        replies.flush()

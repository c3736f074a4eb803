"""Excel on Windows as far as it can be had elsewhere, in a process of its own.

`Excel` starts the process and calls functions the way a formula does. Arguments are put into the cells of a sheet
that pyopenvba keeps in memory, and COMPUTEFI.bas, the very text, runs over them in its VBA interpreter. What our VBA
sends to `XLPy.CallUDF` goes to xlwings' own com_server, udfs, _xlwindows and conversion modules; only pywin32 and three
names of ctypes are stood in. A `Range` behaves as badly as the real one: its Value cuts currency to four decimals,
makes dates of serial numbers, and is the first of several areas. Where VBA sends the reference itself, Python reads
that Value from it.
"""

from __future__ import annotations

import datetime as dt
import os
import pickle
import subprocess
import sys
import types
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

LEFT_OUT = -2147352572  # DISP_E_PARAMNOTFOUND, what an omitted Optional argument of VBA arrives as
DIV0, NA, NAME, NULL, NUM, REF, VALUE = (
    -2146826281, -2146826246, -2146826259, -2146826288, -2146826252, -2146826265, -2146826273,
)  # fmt: skip
SPILL, GETTING_DATA = -2146826243, -2146826245
SCODES = -2146828288  # 0x800A0000, before the number of an error
ERROR_TEXTS = {
    2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A",
    2045: "#SPILL!", 2050: "#CALC!",
}  # fmt: skip
RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
MODULE = "computefi.hosts.excel"


@dataclass(frozen=True)
class Range:
    """A cell reference in a formula, with the values of its cells. A Decimal is a number in currency format.

    `form` is empty, or what is special: "columns" and "rows" for whole ones, "filtered" where every second row is
    hidden, "merged" where all is one cell.
    """

    rows: tuple[tuple[Any, ...], ...]
    form: str = ""


@dataclass(frozen=True)
class Areas:
    """A reference to several areas."""

    ranges: tuple[Range, ...]


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
        """What the function leaves in its cells: a value, a row as a list, or a block; an error as its code."""
        return self.ask("call", name, arguments)

    def load(self, source: str) -> None:
        """Another text in the place of COMPUTEFI.bas."""
        self.ask("load", source)

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

    def __init__(self, reference: Any) -> None:
        self.reference = reference

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
        self.Rows = types.SimpleNamespace(Count=self.count("Rows"))
        self.Columns = types.SimpleNamespace(Count=self.count("Columns"))

    def count(self, what: str) -> Any:
        reference = self._oleobj_.reference
        return reference.vba_get(what).vba_get("Count") if reference.vba_type_name == "Range" else 0  # or the workbook

    @property
    def Value(self) -> Any:  # noqa: N802
        return sent(self._oleobj_.reference.vba_get("Value"))


def sent(value: Any) -> Any:
    """A value of VBA as pywin32 gives it to Python."""
    from pyopenvba import interpreter as vba

    if isinstance(value, vba.VBAArray):
        if value.dimensions == 1:
            return tuple(map(sent, value.items))
        (_, rows), (_, columns) = value.bounds
        return tuple(tuple(sent(value.get([r, c])) for c in range(1, columns + 1)) for r in range(1, rows + 1))
    if isinstance(value, vba.VBADate):
        day = vba.VBADate.EPOCH + dt.timedelta(days=value.serial)
        return Time(*day.timetuple()[:6], day.microsecond, tzinfo=dt.UTC)
    if isinstance(value, vba.VBAErrorValue):
        return SCODES + value.number
    if isinstance(value, vba.VBACurrency):
        return Decimal(value)
    if value is vba.EMPTY:
        return None
    return LEFT_OUT if value is vba.MISSING else Dispatched(value) if isinstance(value, vba.VBAObject) else value


def received(value: Any) -> Any:
    """An answer of Python as pywin32 gives it to VBA."""
    from pyopenvba.interpreter import EMPTY, VBAArray

    if isinstance(value, list):
        if not isinstance(value[0], list):
            return VBAArray([(0, len(value) - 1)], items=list(map(received, value)))
        columns = [received(row[j]) for j in range(len(value[0])) for row in value]
        return VBAArray([(0, len(value) - 1), (0, len(value[0]) - 1)], items=columns)
    return EMPTY if value is None else value


class Sheet:
    """A workbook of pyopenvba with our VBA in it, whose XLPy is xlwings' server in this process."""

    def __init__(self, server: Any, source: str) -> None:
        from pyopenvba import interpreter as vba
        from pyopenvba.apps.excel import Application, ExcelApplication
        from pyopenvba.interpreter._objects import MemberSpec  # the one way to give Excel a member that it lacks there

        class Python(vba.VBAObject):
            """What `XLPy` gives."""

            vba_type_name = "XLPython"

            @vba.method(name="CallUDF")
            def call(self, module: str, name: str, given: Any, book: Any, caller: Any) -> Any:
                return received(server.CallUDF(module, name, list(sent(given)), sent(book), sent(caller)))

        self.app = ExcelApplication()
        self.app.add_workbook()
        self.sheet = self.app.sheet(1).sheet
        # Attributes of a procedure stand in a module's file and not in its code window.
        code = [line for line in source.splitlines() if not line.startswith("Attribute CFI_")]
        self.app.add_module("\n".join(code), name="COMPUTEFI")
        self.given: dict[str, Any] = {"xlpy": Python()}
        Application.vba_add_member(MemberSpec(name="Caller", kind="property", getter=lambda _: self.range("Z1")))
        known = self.app.interpreter.host.global_object
        self.app.interpreter.host.global_object = lambda name: self.given[name] if name in self.given else known(name)

    def range(self, reference: str) -> Any:
        return self.sheet.vba_get("Range", [reference])

    def call(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """A formula with one call. What VBA raises Excel shows as #VALUE!."""
        from pyopenvba.interpreter import VBARuntimeError

        self.range("A:XFD").vba_get("Clear")
        self.range("A:XFD").vba_get("EntireRow").vba_set("Hidden", False)
        self.put(400, 400, 1.0)  # the interpreter gives no cell beyond the used range, which Excel gives as empty
        texts = []
        top = left = 3
        for number, argument in enumerate(arguments):
            ranges = argument.ranges if isinstance(argument, Areas) else (argument,)
            references = []
            for one in ranges:
                if isinstance(one, Range):
                    references.append(self.placed(one, top, left))
                    top, left = top + len(one.rows) + 1, left + len(one.rows[0]) + 1
            if references:
                self.given[f"given{number}"] = self.range(",".join(references))
            else:
                self.given[f"given{number}"] = self.value(argument)
            texts.append("" if type(argument) is int and argument == LEFT_OUT else f"given{number}")
        while texts and not texts[-1]:
            texts.pop()
        try:
            return shown(self.app.interpreter.evaluate(*self.expression(f"{name}({', '.join(texts)})")))
        except VBARuntimeError:
            return "#VALUE!"

    def expression(self, text: str) -> tuple[Any, Any]:
        from pyopenvba.apps.excel import _bare_frame
        from pyopenvba.interpreter import parse_expression

        self.app.interpreter.initialise()
        return parse_expression(text), _bare_frame(self.app.interpreter)

    def placed(self, given: Range, top: int, left: int) -> str:
        """Put a range's values into cells; its reference."""
        from openpyxl.utils import get_column_letter

        whole = given.form in ("columns", "rows")
        top, left = (1 if given.form == "columns" else top), (1 if given.form == "rows" else left)
        bottom, right = top + len(given.rows) - 1, left + len(given.rows[0]) - 1
        for i, row in enumerate(given.rows, top):
            for j, value in enumerate(row, left):
                self.put(i, j, value)
            if given.form == "filtered" and (i - top) % 2:
                self.range(f"{i}:{i}").vba_set("Hidden", True)
        first, last = get_column_letter(left), get_column_letter(right)
        if whole:
            self.put(bottom + 6, right + 6, 1.0)  # the sheet is used beyond the range's own last content
            return f"{first}:{last}" if given.form == "columns" else f"{top}:{bottom}"
        reference = f"{first}{top}:{last}{bottom}" if (top, left) != (bottom, right) else f"{first}{top}"
        if given.form == "merged":
            self.range(reference).vba_get("Merge")
        return reference

    def put(self, row: int, column: int, value: Any) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.utils.datetime import to_excel

        if value is None:
            return
        style = "$#,##0.00" if isinstance(value, Decimal) else "yyyy-mm-dd" if isinstance(value, dt.datetime) else ""
        if style:
            self.range(f"{get_column_letter(column)}{row}").vba_set("NumberFormat", style)
            value = float(value) if isinstance(value, Decimal) else float(to_excel(value))
        cell = self.sheet.cell(row, column, create=True)
        assert cell is not None
        cell.value = self.value(value)

    def value(self, given: Any) -> Any:
        """A value typed into a formula as VBA gets it."""
        from openpyxl.utils.datetime import to_excel
        from pyopenvba.interpreter import EMPTY, VBAArray, VBADate, VBAErrorValue

        if type(given) is int and given in range(SCODES, SCODES + 10_000):
            return VBAErrorValue(given - SCODES)
        if isinstance(given, dt.datetime):
            return VBADate(float(to_excel(given)))
        if isinstance(given, tuple):
            rows = given if isinstance(given[0], tuple) else None
            if rows is None:
                return VBAArray([(1, len(given))], items=list(map(self.value, given)))
            columns = [self.value(row[j]) for j in range(len(rows[0])) for row in rows]
            return VBAArray([(1, len(rows)), (1, len(rows[0]))], items=columns)
        return EMPTY if given is None else given


def shown(value: Any) -> Any:
    """What Excel shows of an answer of VBA. The text of an error is no error."""
    from pyopenvba.interpreter import VBAArray, VBAErrorValue

    if isinstance(value, VBAArray):
        if value.dimensions == 1:
            return list(map(shown, value.items))
        (low, high), (left, right) = value.bounds
        return [[shown(value.get([r, c])) for c in range(left, right + 1)] for r in range(low, high + 1)]
    if isinstance(value, VBAErrorValue):
        return ERROR_TEXTS[value.number]
    assert value not in ERROR_TEXTS.values(), f"the text {value}"
    return value


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


def _attached() -> Any:
    """What a VBA that attaches gets from `computefi excel serve`: the number, and the answer to one call."""
    from unittest.mock import MagicMock

    from computefi.hosts.windows.serve import serve as wait_for_excel

    modules: dict[str, Any] = dict(sys.modules)
    policies, event, pythoncom = (modules[n] for n in ("win32com.server.policy", "win32event", "pythoncom"))
    policies.DefaultPolicy = type("DefaultPolicy", (), {})
    modules["win32com.server.util"].wrap = lambda made, _: made
    event.WAIT_OBJECT_0, event.MsgWaitForMultipleObjects = 0, lambda *_: 0
    pythoncom.PumpWaitingMessages = lambda: True  # the message to quit
    pythoncom.MakePyFactory = lambda number: number
    pythoncom.CoRegisterClassObject = registered = MagicMock(return_value=1)
    wait_for_excel("Windows")
    number = registered.call_args.args[0]
    server = policies.DefaultPolicy()._CreateInstance_(number, "IDispatch")
    book = caller = Dispatched(MagicMock(vba_type_name="Workbook"))
    return number, server.CallUDF(MODULE, "CFI_LTV", [((70.0,),), ((100.0,),)], book, caller)


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


ASKED = {"vba": _vba_of_xlwings, "about": _about, "broken": _broken_model, "attached": _attached}


def serve() -> None:
    """Answer requests on the standard streams until they close."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints must not get between the replies
    install()
    from xlwings.com_server import XLPython

    from computefi.hosts.vba.module import wrapper_module
    from computefi.spec.host_functions import with_host_functions

    sheet: Sheet | None = None
    while True:
        try:
            what, *rest = pickle.load(requests)
        except EOFError:
            return
        try:
            if what == "load":
                sheet, reply = Sheet(XLPython(), *rest), None
            elif what == "call":
                sheet = sheet or Sheet(XLPython(), wrapper_module(with_host_functions()))
                reply = sheet.call(*rest)
            else:
                reply = ASKED[what]()
            pickle.dump((True, reply), replies)
        except Exception:
            import traceback

            pickle.dump((False, traceback.format_exc()), replies)
        replies.flush()

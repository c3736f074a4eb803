"""The LibreOffice side of computefi: a UNO component that answers the cells of Calc.

`hosts.calc` copies this file into computefi.oxt; LibreOffice's own Python loads it there, and nothing else imports
it. Beside it lie settings.json (the names of the functions, and the folders in which numpy and scipy were when the
extension was built) and pythonpath/computefi. Where the package cannot be loaded every function answers #VALUE!,
and CFI.WHY answers with the reason; the text below is readable for older Pythons too, to be able to say so.

What a cell means is decided by computefi.spec, as in every host. What LibreOffice does before it calls:
- A required argument is declared as a block, an optional one as `any`, the one kind that may be left out (None).
- In a range a blank cell comes as "". A single blank cell comes as 0, whatever the declaration.
- A single error is passed on without a call. So is #VALUE! for a range that holds an error.
- A truth value comes as 1 or 0, a date as its serial number.
"""

from __future__ import annotations

import json
import os
import re
import struct
import sys
from collections.abc import Callable
from typing import Any

import uno  # type: ignore[import-not-found, unused-ignore]
import unohelper  # type: ignore[import-not-found, unused-ignore]

SERVICE = "CFI"
IMPLEMENTATION = "computefi.calc.Functions"
INTERFACE = "computefi.XFunctions"
HERE = os.path.dirname(os.path.abspath(__file__))

# LibreOffice keeps an error in a cell as a NaN whose low bits are its own error number.
NUMBERS = {
    "#NULL!": 521,
    "#DIV/0!": 532,
    "#VALUE!": 519,
    "#REF!": 524,
    "#NAME?": 525,
    "#NUM!": 503,
    "#N/A": 32767,
}
NAN_BITS = 0x7FF8000000000000


def error_value(number: int) -> float:
    """The NaN that LibreOffice shows as its error `number`."""
    value: float = struct.unpack("<d", struct.pack("<Q", NAN_BITS | number))[0]
    return value


def number_of(nan: float) -> int:
    """LibreOffice's error number in a NaN."""
    bits: int = struct.unpack("<Q", struct.pack("<d", nan))[0]
    return bits & 0xFFFF


ERRORS = {text: error_value(number) for text, number in NUMBERS.items()}


class Unusable(Exception):
    """The functions cannot be loaded; the text says why and what helps."""


def read_settings() -> dict[str, Any]:
    """What was written down when the extension was built."""
    with open(os.path.join(HERE, "settings.json"), encoding="utf-8") as file:
        settings: dict[str, Any] = json.load(file)
    return settings


def first_two(version: str) -> list[int]:
    """The leading numbers of a version: "1.15.0rc1" gives 1 and 15."""
    return [int(part) for part in re.findall(r"\d+", version)[:2]]


def prepare_libraries(settings: dict[str, Any]) -> None:
    """Find numpy and scipy, where they were when the extension was built or in LibreOffice's own Python."""
    least, built, mine = settings["python"], settings["libraries_python"], list(sys.version_info[:2])
    if mine < least:
        raise Unusable(f"computefi needs Python {least[0]}.{least[1]}; this LibreOffice brings {mine[0]}.{mine[1]}")
    # The package of this extension goes before one that stands beside numpy.
    folders = [os.path.join(HERE, "pythonpath"), *(settings["libraries"] if mine == built else [])]
    sys.path[:] = folders + [folder for folder in sys.path if folder not in folders]
    cure = (
        f"give a Python {mine[0]}.{mine[1]} this command: -m pip install --target FOLDER numpy scipy; "
        "then: computefi calc install --libraries FOLDER"
    )
    for name, version in sorted(settings["needs"].items()):
        try:
            found = __import__(name).__version__
        except Exception as error:
            raise Unusable(f"LibreOffice's Python finds no {name} that works ({error}); {cure}") from None
        if first_two(found) < version:
            wanted = ".".join(map(str, version))
            raise Unusable(f"computefi needs {name} {wanted}, LibreOffice's Python finds {found}; {cure}")


def product_name() -> str:
    """LibreOffice with its version, where it tells."""
    if not hasattr(uno, "getComponentContext"):
        return "LibreOffice"
    context = uno.getComponentContext()
    provider = context.ServiceManager.createInstance("com.sun.star.configuration.ConfigurationProvider")
    asked = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    asked.Name, asked.Value = "nodepath", "/org.openoffice.Setup/Product"
    product = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (asked,))
    return f"{product.getByName('ooName')} {product.getByName('ooSetupVersion')}"


class Package:
    """The package as LibreOffice calls it, loaded at the first call."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.problem = ""
        try:
            prepare_libraries(settings)
            import computefi  # noqa: F401 - declares the functions
            from computefi.errors import Code
            from computefi.spec import MISSING, call
            from computefi.spec.host_functions import Identity, with_host_functions
        except Exception as error:
            self.problem = str(error) if isinstance(error, Unusable) else f"computefi cannot be loaded: {error!r}"
            sys.stderr.write(f"computefi: {self.problem}\n")
            return
        self.registry = with_host_functions(Identity("LibreOffice", product_name()))
        self.missing, self.call, self.code = MISSING, call, Code
        self.received = {number: Code(text) for text, number in NUMBERS.items()}
        self.sent = {code: ERRORS.get(code.value, ERRORS["#VALUE!"]) for code in Code}

    def read(self, argument: Any) -> Any:
        """One argument as `spec.call` takes it."""
        if type(argument) is tuple:
            if len(argument) > 1 or len(argument[0]) > 1:
                return tuple([tuple([self.cell(cell) for cell in row]) for row in argument])
            argument = argument[0][0]
        elif argument is None:
            return self.missing
        elif argument == "":
            return argument
        return self.cell(argument)

    def cell(self, value: Any) -> Any:
        """One cell: an empty cell of a block comes as an empty text, an error in a computed block as a NaN."""
        if value == "":
            return None
        if value != value:
            return self.received.get(number_of(value), self.code.VALUE)
        return value

    def write(self, cell: Any) -> Any:
        """One cell of an answer. A truth value would come out wrong, so it goes as 1 or 0."""
        if isinstance(cell, self.code):
            return self.sent[cell]
        return float(cell) if type(cell) is bool else cell

    def answer(self, name: str, arguments: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
        """What a call leaves in its cells, in rows."""
        if self.problem:
            return ((self.problem if name == "WHY" else ERRORS["#VALUE!"],),)
        try:
            given = [self.read(argument) for argument in arguments]
            while given and given[-1] is self.missing:
                given.pop()
            rows = self.call(self.registry["CFI_" + name], given).cells()
            return tuple([tuple([self.write(cell) for cell in row]) for row in rows])
        except Exception as error:
            sys.stderr.write(f"computefi: CFI.{name} failed: {error!r}\n")
            return ((ERRORS["#VALUE!"],),)


SETTINGS = read_settings()
packages: list[Package] = []


def method(name: str) -> Callable[..., Any]:
    """The method of the component behind one sheet function. One that gives a text gives it alone, not in rows."""
    alone = name in SETTINGS["texts"]

    def function(_self: Any, *arguments: Any) -> Any:
        if not packages:
            packages.append(Package(SETTINGS))
        rows = packages[0].answer(name, arguments)
        return rows[0][0] if alone else rows

    return function


class Service:
    """What LibreOffice asks of a service."""

    def __init__(self, _context: Any) -> None:
        pass

    def getImplementationName(self) -> str:  # noqa: N802 - UNO's names
        return IMPLEMENTATION

    def supportsService(self, name: str) -> bool:  # noqa: N802
        return name == SERVICE

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
        return (SERVICE,)


bases = Service, unohelper.Base, uno.getClass(INTERFACE), uno.getClass("com.sun.star.lang.XServiceInfo")
component = type("Functions", bases, {name: method(name) for name in SETTINGS["functions"]})

# Only under its own service name: as a com.sun.star.sheet.AddIn LibreOffice would load it at every start, and not
# read the texts of the function wizard.
g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the loader looks for this name
g_ImplementationHelper.addImplementation(component, IMPLEMENTATION, (SERVICE,))

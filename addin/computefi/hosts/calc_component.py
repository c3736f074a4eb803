"""The LibreOffice side of computefi: a UNO component that answers the cells of Calc.

`hosts.calc` copies this file into computefi.oxt; LibreOffice's own Python loads it there, and nothing else imports
it. Beside it lie settings.json (the names of the functions, the folder in which numpy and scipy were found when the
extension was built) and pythonpath/computefi. Where the package cannot be loaded every function answers #VALUE!, and
CFI.WHY answers with the reason. The text is read by any Python 3.6 or later, because LibreOffice brings its own.

What a cell is, is decided by computefi.spec as in every host. What LibreOffice does before it calls us:
- A required argument is declared as a block, so that a blank cell comes as "" and not as 0. A block that holds an
  error is never passed: LibreOffice answers #VALUE! itself.
- An optional argument is declared as `any`, the one kind that may be left out (None). A single blank cell comes as 0.
- A truth value comes as 1 or 0, a date as its serial number.
"""

import json
import math
import os
import re
import struct
import sys

import uno
import unohelper

SERVICE = "CFI"
IMPLEMENTATION = "computefi.calc.Functions"
INTERFACE = "computefi.XFunctions"
BLOCK = "[][]any"

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
TEXTS = {number: text for text, number in NUMBERS.items()}
NAN_BITS = 0x7FF8000000000000


def error_number(number):
    """The NaN that LibreOffice shows as its error `number`."""
    return struct.unpack("<d", struct.pack("<Q", NAN_BITS | number))[0]


def number_of(nan):
    """LibreOffice's error number in a NaN."""
    return struct.unpack("<Q", struct.pack("<d", nan))[0] & 0xFFFF


ERRORS = {text: error_number(number) for text, number in NUMBERS.items()}
VALUE_ERROR = ERRORS["#VALUE!"]


class Unusable(Exception):
    """The functions cannot be loaded; the text says why and what helps."""


def read_settings():
    """What was written down when the extension was built."""
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "settings.json"), encoding="utf-8") as file:
        return json.load(file)


def version_numbers(text):
    """The leading numbers of a version: "1.15.0rc1" gives [1, 15]."""
    return [int(part) for part in re.findall(r"\d+", text)[:2]]


def load(settings):
    """The package's registry, call path and error codes, or Unusable."""
    needed, mine = settings["python"], list(sys.version_info[:2])
    if mine < needed:
        raise Unusable(
            "computefi needs Python {}.{} or later; this LibreOffice brings {}.{}".format(*(needed + mine))
        )
    built = settings["libraries_python"]
    if mine == built:
        sys.path[:0] = [folder for folder in settings["libraries"] if folder not in sys.path]
    for name, least in sorted(settings["needs"].items()):
        try:
            found = __import__(name).__version__
        except ImportError as error:
            hint = "install it with: {} -m pip install --target FOLDER numpy scipy, then: "
            hint += "computefi calc install --libraries FOLDER"
            if settings["libraries"] and mine != built:
                hint = "the extension was installed from Python {}.{}, ".format(*built) + hint
            python = "a Python {}.{}".format(*mine)
            raise Unusable("LibreOffice's Python has no usable {} ({}); {}".format(name, error, hint.format(python)))
        if version_numbers(found) < least:
            raise Unusable("computefi needs {} {}.{} or later; LibreOffice's Python has {}".format(name, *least, found))
    try:
        from computefi import REGISTRY
        from computefi.errors import Code
        from computefi.spec import MISSING, call
    except Exception as error:
        raise Unusable("computefi cannot be loaded: {!r}".format(error))
    return REGISTRY, Code, MISSING, call


class Door:
    """The package as LibreOffice calls it, loaded at the first call."""

    def __init__(self, settings):
        try:
            self.registry, codes, self.missing, self.call = load(settings)
        except Unusable as error:
            self.problem = str(error)
            sys.stderr.write("computefi: " + self.problem + "\n")
            return
        self.problem = ""
        self.codes = {number: codes(text) for number, text in TEXTS.items()}
        self.value_code = codes("#VALUE!")
        self.num_code = codes("#NUM!")
        self.sent = {code: ERRORS.get(code.value, VALUE_ERROR) for code in codes}

    def read(self, argument):
        """One argument as `spec.call` takes it."""
        if type(argument) is tuple:
            if len(argument) == 1 and len(argument[0]) == 1:
                return self.cell(argument[0][0])
            return tuple([tuple([self.cell(cell) for cell in row]) for row in argument])
        if argument is None:
            return self.missing
        return argument if argument == "" else self.cell(argument)

    def cell(self, value):
        """One cell: an empty cell of a block comes as an empty text, an error in a computed block as a NaN."""
        if value == "" or value is None:
            return None
        if value != value:
            return self.codes.get(number_of(value), self.num_code)
        return value

    def write(self, cell):
        """One cell of an answer. A truth value would come out wrong, so it goes as 1 or 0."""
        if type(cell) is float:
            return cell if math.isfinite(cell) else ERRORS["#NUM!"]
        if cell is None:
            return ""
        if cell.__class__ is self.value_code.__class__:
            return self.sent[cell]
        return float(cell) if isinstance(cell, (bool, int)) else cell

    def answer(self, name, arguments):
        """What a call leaves in its cells: one value, or a block of them."""
        if self.problem:
            return self.problem if name == "WHY" else VALUE_ERROR
        try:
            spec = self.registry["CFI_" + name]
            given = [self.read(argument) for argument in arguments]
            while given and given[-1] is self.missing:
                given.pop()
            rows = self.call(spec, given).cells()
            if len(rows) == 1 and len(rows[0]) == 1:
                return self.write(rows[0][0])
            return uno.Any(BLOCK, tuple([tuple([self.write(cell) for cell in row]) for row in rows]))
        except Exception as error:
            sys.stderr.write("computefi: CFI.{} failed: {!r}\n".format(name, error))
            return VALUE_ERROR


SETTINGS = read_settings()
DOORS = []


def door():
    """The one door of this process."""
    if not DOORS:
        DOORS.append(Door(SETTINGS))
    return DOORS[0]


def method(name):
    """The method of the component behind one sheet function."""

    def function(self, *arguments):
        return door().answer(name, arguments)

    function.__name__ = name
    return function


class Functions(unohelper.Base, uno.getClass(INTERFACE), uno.getClass("com.sun.star.lang.XServiceInfo")):
    """The UNO object: a method per sheet function."""

    def __init__(self, context):
        self.context = context

    def getImplementationName(self):  # noqa: N802 - UNO's name
        return IMPLEMENTATION

    def supportsService(self, name):  # noqa: N802 - UNO's name
        return name == SERVICE

    def getSupportedServiceNames(self):  # noqa: N802 - UNO's name
        return (SERVICE,)


for _name in SETTINGS["functions"]:
    setattr(Functions, _name, method(_name))

# Only under its own service name: as com.sun.star.sheet.AddIn, LibreOffice would load it at every start and not
# read the texts of the function wizard.
g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the name that LibreOffice's loader looks for
g_ImplementationHelper.addImplementation(Functions, IMPLEMENTATION, (SERVICE,))

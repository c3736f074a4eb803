"""computefi.oxt: the extension that brings the functions to LibreOffice Calc as `CFI.NAME(…)`.

The extension is a zip of text: an interface with a method per function (LibreOffice reads the .idl itself, no SDK is
needed), the texts of the function wizard, `component.py` and the package. It needs numpy and scipy, which LibreOffice
does not bring: `install` finds out which Python LibreOffice has, uses the folders of this one where the versions are
one, and else has pip fetch the wheels for the other into a folder of the user's (`libraries.py`).

While installed, it has Calc recalculate every file it loads: by default Calc trusts the values in a file, but
computes its array formulas, so that a book could show old and new numbers together.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import computefi
from computefi.errors import EngineMissing, InputRefused, LimitReached
from computefi.hosts.libreoffice import libraries as found_libraries
from computefi.hosts.packing import PACKAGE, carried, zipped
from computefi.hosts.wording import argument_help
from computefi.spec import PREFIX, Spec
from computefi.spec.host_functions import with_host_functions
from computefi.spec.kinds import Words
from computefi.xlsx.files import write_atomically

IDENTIFIER = "computefi.calc"
SERVICE = "CFI"
# What pyproject.toml asks for, since no pip looks after the Python of LibreOffice.
PYTHON = (3, 11)
NEEDS = {"numpy": (1, 26), "scipy": (1, 14)}
BLOCK = "sequence< sequence< any > >"
SECONDS = 120
# Where LibreOffice's own installers put its programs, under the root of the disk.
FOLDERS = (
    "opt/libreoffice*/program",
    "usr/lib*/libreoffice/program",
    "Applications/LibreOffice.app/Contents/MacOS",
    "Program Files/LibreOffice/program",
)

NAMESPACES = (
    'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

MANIFEST = f"""{HEAD}\
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
 <manifest:file-entry manifest:media-type="application/vnd.sun.star.uno-typelibrary;type=RDB"
  manifest:full-path="functions.idl"/>
 <manifest:file-entry manifest:media-type="application/vnd.sun.star.uno-component;type=Python"
  manifest:full-path="calc_component.py"/>
 <manifest:file-entry manifest:media-type="application/vnd.sun.star.configuration-data"
  manifest:full-path="functions.xcu"/>
 <manifest:file-entry manifest:media-type="application/vnd.sun.star.configuration-data"
  manifest:full-path="recalculation.xcu"/>
</manifest:manifest>
"""

DESCRIPTION = f"""{HEAD}\
<description xmlns="http://openoffice.org/extensions/description/2006"
 xmlns:d="http://openoffice.org/extensions/description/2006"
 xmlns:l="http://libreoffice.org/extensions/description/2011">
 <identifier value="{IDENTIFIER}"/>
 <version value="{computefi.__version__}"/>
 <dependencies>
  <l:LibreOffice-minimal-version d:name="LibreOffice 7.4" value="7.4"/>
 </dependencies>
 <display-name><name lang="en">computefi</name></display-name>
 <publisher><name xlink:href="" xmlns:xlink="http://www.w3.org/1999/xlink" lang="en">The computefi authors</name>\
</publisher>
</description>
"""

# 0 stands for "always".
RECALCULATION = f"""{HEAD}\
<oor:component-data {NAMESPACES} oor:name="Calc" oor:package="org.openoffice.Office">
 <node oor:name="Formula"><node oor:name="Load">
  <prop oor:name="OOXMLRecalcMode"><value>0</value></prop>
  <prop oor:name="ODFRecalcMode"><value>0</value></prop>
 </node></node>
</oor:component-data>
"""


def build(path: Path, libraries: Iterable[Path] = (), version: found_libraries.Version = found_libraries.HERE) -> None:
    """Write the extension. `libraries` are folders with numpy and scipy for a Python of this version; with none
    named, the bytes are the same on every machine."""
    write_atomically(path, extension(libraries, version))


def extension(libraries: Iterable[Path] = (), version: found_libraries.Version = found_libraries.HERE) -> bytes:
    """The bytes of the extension."""
    parts = {
        "META-INF/manifest.xml": MANIFEST.encode(),
        "description.xml": DESCRIPTION.encode(),
        "functions.idl": interface(with_host_functions()).encode(),
        "functions.xcu": wizard(with_host_functions()).encode(),
        "recalculation.xcu": RECALCULATION.encode(),
        "settings.json": settings(libraries, version).encode(),
        "calc_component.py": (PACKAGE / "hosts" / "libreoffice" / "component.py").read_bytes(),
    }
    return zipped(parts | {f"pythonpath/{place}": content for place, content in carried().items()})


def libraries_here() -> list[Path]:
    """The folders in which this Python finds numpy and scipy."""
    return found_libraries.here([*NEEDS])


def settings(libraries: Iterable[Path], version: found_libraries.Version = found_libraries.HERE) -> str:
    """What the component must know: its methods, the versions it needs, where numpy and scipy are."""
    folders = [str(Path(folder).resolve()) for folder in libraries]
    return json.dumps(
        {
            "functions": [method_name(spec) for spec in with_host_functions().values()],
            "texts": [method_name(spec) for spec in with_host_functions().values() if gives_text(spec)],
            "python": PYTHON,
            "needs": NEEDS,
            "libraries": folders,
            "libraries_python": list(version) if folders else None,
        },
        indent=1,
        ensure_ascii=False,
    )


def method_name(spec: Spec) -> str:
    """CFI_CORR_LTV is method CORR_LTV of service CFI, in a formula CFI.CORR_LTV."""
    return spec.name.removeprefix(PREFIX)


def gives_text(spec: Spec) -> bool:
    """One text comes as `any`: LibreOffice takes a text of a block for unequal to the same text typed."""
    return spec.result.single and isinstance(spec.result.columns[0].kind, Words)


def interface(registry: Mapping[str, Spec]) -> str:
    """The UNO interface: a block where an argument is required, which the wizard then says and LibreOffice enforces;
    `any` where it is optional, the one kind that may be left out. Argument names may not have underscores; the
    wizard shows the declared ones.
    """
    lines = ["module computefi {", "interface XFunctions {"]
    for spec in registry.values():
        arguments = ", ".join(
            f"[in] {'any' if p.optional else BLOCK} a{place}" for place, p in enumerate(spec.parameters, start=1)
        )
        lines.append(f"  {'any' if gives_text(spec) else BLOCK} {method_name(spec)}({arguments});")
    return "\n".join([*lines, "};", "};", ""])


def wizard(registry: Mapping[str, Spec]) -> str:
    """The texts of the function wizard. Its categories are fixed, so ours stands before the description."""
    return "\n".join(
        [
            f'{HEAD}<oor:component-data {NAMESPACES} oor:name="CalcAddIns" oor:package="org.openoffice.Office">',
            f'<node oor:name="AddInInfo"><node oor:name="{SERVICE}" oor:op="replace"><node oor:name="AddInFunctions">',
            *(line for spec in registry.values() for line in _wizard_texts(spec)),
            "</node></node></node>",
            "</oor:component-data>",
            "",
        ]
    )


def _wizard_texts(spec: Spec) -> Iterator[str]:
    yield f'<node oor:name={quoteattr(method_name(spec))} oor:op="replace">'
    yield _text("DisplayName", f"{SERVICE}.{method_name(spec)}")
    yield _text("Description", f"{spec.category}: {spec.summary}")
    yield '<prop oor:name="Category"><value>Add-In</value></prop>'
    yield _text("CompatibilityName", spec.name)
    yield '<node oor:name="Parameters">'
    for place, parameter in enumerate(spec.parameters, start=1):
        yield f'<node oor:name="a{place}" oor:op="replace">'
        yield _text("DisplayName", parameter.name)
        yield _text("Description", argument_help(parameter))
        yield "</node>"
    yield "</node></node>"


def _text(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en">{escape(text)}</value></prop>'


@dataclass(frozen=True, slots=True)
class Status:
    """What a user's LibreOffice makes of the extension."""

    version: str
    """The installed version; empty where none is installed."""
    problem: str
    """Why the functions do not answer; empty where they do."""


def install(libraries: Iterable[Path] | None = None, profile: Path | None = None) -> Status:
    """Install the extension for this user, in place of an older one, and try it.

    `libraries` are the folders with numpy and scipy for LibreOffice's Python. Without them they are those of this
    Python, where the versions are one, and else fetched by pip. `profile` is the folder of another user profile.
    """
    version = found_libraries.version_of(program("soffice"), _run)
    if libraries is None:
        wanted = [*(f"{name}>={'.'.join(map(str, least))}" for name, least in NEEDS.items()), "holidays"]
        here = version == found_libraries.HERE
        libraries = libraries_here() if here else [found_libraries.fetched(version, wanted, _run)]
    with tempfile.TemporaryDirectory(prefix="computefi-") as folder:
        path = Path(folder) / "computefi.oxt"
        build(path, libraries, version)
        _unopkg(["add", "-f", "-s", str(path)], profile)
    return status(profile)


def remove(profile: Path | None = None) -> bool:
    """Take the extension out of this user's LibreOffice; False where it was not in."""
    if not installed_version(profile):
        return False
    _unopkg(["remove", IDENTIFIER], profile)
    return True


def status(profile: Path | None = None) -> Status:
    """What is installed, and whether LibreOffice computes with it."""
    version = installed_version(profile)
    return Status(version, _trial(profile) if version else "the extension is not installed")


def installed_version(profile: Path | None = None) -> str:
    """The version that unopkg lists, or nothing."""
    block: list[str] = []
    for line in _unopkg(["list"], profile).splitlines():
        if line.startswith("Identifier:"):
            block = []
        block.append(line.strip())
        if line.strip().startswith("Version:") and block[0] == f"Identifier: {IDENTIFIER}":
            return line.split(":", 1)[1].strip()
    return ""


# Two formulas in a sheet that LibreOffice reads as plain text. The second says what is wrong, if anything is.
TRIAL = f"""{HEAD}\
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>
<table:table table:name="Trial"><table:table-row><table:table-cell table:formula="of:={SERVICE}.LTV(70;100)"/>\
<table:table-cell table:formula="of:={SERVICE}.WHY(&quot;CFI_LTV&quot;;70;0)"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document>
"""


def _trial(profile: Path | None) -> str:
    """Have LibreOffice compute two formulas; what is wrong with the answers, or nothing."""
    with tempfile.TemporaryDirectory(prefix="computefi-") as folder:
        source = Path(folder) / "trial.fods"
        source.write_text(TRIAL, encoding="utf-8")
        command = [program("soffice"), "--headless", "--norestore", "--convert-to", "csv", "--outdir", folder]
        said = _run([*command, str(source), *_profile(profile)]).stderr.strip()
        answer = source.with_suffix(".csv")
        if not answer.exists():
            return f"LibreOffice did not open a sheet with the functions; {said or 'close it and try again'}"
        (ltv, why, *_), *_ = csv.reader(answer.read_text(encoding="utf-8").splitlines())
    if ltv.replace(",", ".") == "0.7":
        return ""
    return why if why and not why.startswith(("#", "Err:")) else f"CFI.LTV(70,100) shows {ltv}, CFI.WHY shows {why}"


def _unopkg(arguments: Sequence[str], profile: Path | None) -> str:
    """What LibreOffice's package manager says; WorkbookError where it fails."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        raise InputRefused(
            "LibreOffice's unopkg does not run as root, and the extension belongs to one user: run this as the user "
            "who opens Calc, for example with sudo -u USER"
        )
    done = _run([program("unopkg"), *arguments, *_profile(profile)])
    if done.returncode == 0:
        return done.stdout
    if "already running" in done.stderr:
        raise InputRefused("LibreOffice is running; close it and try again")
    said = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    raise EngineMissing(
        f"unopkg {arguments[0]} failed: {said[0] if said else done.stderr.strip() or done.returncode}", name="unopkg"
    )


def _profile(profile: Path | None) -> list[str]:
    return [] if profile is None else [f"-env:UserInstallation={profile.resolve().as_uri()}"]


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """A program of LibreOffice, run to its end."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise LimitReached(
            f"{Path(command[0]).name} did not answer within {SECONDS} seconds", name=command[0]
        ) from None
    except OSError as error:
        raise EngineMissing(f"{command[0]} cannot be started: {error.strerror or error}", name=command[0]) from None


def program(name: str) -> str:
    """Where a program of LibreOffice is; on Windows the form that waits and speaks."""
    found = shutil.which(name)
    if os.name == "nt" or not found:
        suffix = ".com" if os.name == "nt" else ""
        places = [folder / f"{name}{suffix}" for pattern in FOLDERS for folder in sorted(Path("/").glob(pattern))]
        found = next((str(place) for place in places if place.exists()), found)
    if not found:
        raise EngineMissing(f"LibreOffice is not found: there is no {name} on the PATH", name=name)
    return found

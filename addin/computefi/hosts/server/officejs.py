"""The files of the Office.js add-in, made from the registry: metadata, script, page, manifest, icons.

Excel's functions are `CFI.CORR_LTV` and so on: the namespace comes from the manifest, the names from functions.json.
Every argument is declared `any` and `matrix`, with errors and data types let through, so that our call path and not
Excel decides what a cell means. The page of the functions is also the pane (a shared runtime): one page, one token,
requests of the same origin. The script, the page and the manifest are plain files in `officejs_files`, in which a few
words in capitals are replaced; none of them holds a secret.

Excel takes add-ins over https only. Nothing here was run in Excel itself; the script is tested in Chromium with
Excel's objects stood in.
"""

from __future__ import annotations

import json
import struct
import uuid
import zipfile
import zlib
from collections.abc import Mapping
from importlib.resources import files as package_files
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import computefi
from computefi.hosts.wording import argument_help
from computefi.spec import PREFIX, Spec
from computefi.spec.host_functions import with_host_functions

NAMESPACE = PREFIX.rstrip("_")
OFFICE_JS = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
ICON_SIZES = (16, 32, 64, 80)
DATE = (2020, 1, 1, 0, 0, 0)  # the same address gives the same bytes

JSON, JAVASCRIPT, HTML, XML, PNG, ZIP = (
    "application/json",
    "text/javascript; charset=utf-8",
    "text/html; charset=utf-8",
    "application/xml",
    "image/png",
    "application/zip",
)
UNIFIED_ICONS = {"color.png": 192, "outline.png": 32}

INK, PAPER = bytes((23, 62, 92)), bytes((255, 255, 255))
BARS = ((3, 9), (7, 6), (11, 3))  # left edge and top of each bar of the icon, on a grid of 16


def short_name(spec: Spec) -> str:
    """The name behind the namespace: CORR_LTV."""
    return spec.name.removeprefix(PREFIX)


def metadata() -> dict[str, Any]:
    """functions.json: what Excel's wizard knows of every function."""
    return {
        "allowCustomDataForDataTypeAny": True,
        "allowErrorForDataTypeAny": True,
        "functions": [_function(spec) for spec in with_host_functions().values()],
    }


def _function(spec: Spec) -> dict[str, Any]:
    parameters = []
    for parameter in spec.parameters:
        about: dict[str, Any] = {
            "name": parameter.name,
            "description": argument_help(parameter),
            "type": "any",
            "dimensionality": "matrix",
        }
        if parameter.optional:
            about["optional"] = True
        parameters.append(about)
    return {
        "id": short_name(spec),
        "name": short_name(spec),
        "description": spec.summary,
        "result": {"type": "any", "dimensionality": "matrix"},
        "parameters": parameters,
    }


def files(public_url: str, office_js: str, limits: Mapping[str, float]) -> dict[str, tuple[bytes, str]]:
    """Every file of the add-in by its name: content and media type. No manifest where Excel would refuse it.

    `limits` are those that the script keeps: mostCalls, mostBytes, requestSeconds, patienceSeconds.
    """
    counts = {short_name(spec): len(spec.parameters) for spec in with_host_functions().values()}
    setup = {"functions": counts, **limits}
    made = {
        "functions.json": (json.dumps(metadata(), ensure_ascii=False, indent=1).encode(), JSON),
        "functions.js": (_filled("functions.js", SETUP=json.dumps(setup)), JAVASCRIPT),
        "pane.js": (_filled("pane.js"), JAVASCRIPT),
        "functions.html": (_filled("functions.html", OFFICE_JS=_attribute(office_js)), HTML),
    }
    for size in ICON_SIZES:
        made[f"icon-{size}.png"] = (icon(size), PNG)
    if public_url.startswith("https://"):
        made["manifest.xml"] = (manifest(public_url).encode(), XML)
        made["manifest.zip"] = (unified_package(public_url), ZIP)
    return made


def manifest(public_url: str, unified: bool = False) -> str:
    """The add-in only manifest for a server that is reached under this address, or the unified one."""
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(
            f"Excel takes add-ins over https only, such as https://computefi.bank.example; got {public_url!r}"
        )
    url = public_url.rstrip("/")
    return _filled(
        "manifest.json" if unified else "manifest.xml",
        URL=json.dumps(url)[1:-1] if unified else _attribute(url),
        ORIGIN=_attribute(f"{parts.scheme}://{parts.netloc}"),
        DOMAIN=json.dumps(parts.netloc)[1:-1],
        # The same server is the same add-in: Excel then updates what is installed.
        ID=str(uuid.uuid5(uuid.NAMESPACE_URL, url)),
        # Four numbers, and Office wants the first to be at least 1.
        VERSION=f"1.{computefi.__version__}",
        NAMESPACE=NAMESPACE,
    ).decode()


def unified_package(public_url: str) -> bytes:
    """What an administrator uploads in Microsoft's newer format: the unified manifest and its icons, in a zip."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        parts = {"manifest.json": manifest(public_url, unified=True).encode()}
        parts |= {name: icon(size) for name, size in UNIFIED_ICONS.items()}
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), content)
    return out.getvalue()


def icon(size: int) -> bytes:
    """A PNG of three rising bars."""
    rows = b""
    for y in range(size):
        rows += b"\0"  # no filter
        for x in range(size):
            column, row = x * 16 // size, y * 16 // size
            drawn = any(left <= column < left + 3 and top <= row < 13 for left, top in BARS)
            rows += PAPER if drawn else INK
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def _filled(name: str, **words: str) -> bytes:
    """A file of the package with its words in capitals replaced."""
    text = package_files("computefi.hosts.server").joinpath("officejs_files", name).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"__{word}__", value)
    return text.encode()


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})

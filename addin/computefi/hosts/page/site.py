"""The files of the static page: our wheel, Pyodide with numpy and scipy, the page, and what it shows.

Pyodide's files come from a folder of the user's; each package there must be the one that Pyodide's lock file means, and
the files of Pyodide itself, which the lock does not list, are known for the version that was tested. The page asks
nobody else for anything, which its content security policy holds it to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import computefi
from computefi.errors import InputRefused
from computefi.hosts.packing import carried, libraries, zipped

LOCK = "pyodide-lock.json"
TESTED = "0.27.7"
CORE = {
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
    LOCK: "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
}
PACKAGES = ("numpy", "scipy")
IN_BROWSER = (
    "hosts/__init__.py", "hosts/page/__init__.py", "hosts/page/deals.py", "hosts/page/desk.py", "hosts/page/sheet.py",
    "hosts/page/typed.py",
)  # fmt: skip
OF_PAGE = ("index.html", "page.css", "page.js", "charts.js", "worker.js", "icon.svg")
OFFLINE = "offline.js"
POLICY = {
    "default-src": "'none'", "script-src": "'self' 'wasm-unsafe-eval'", "style-src": "'self'", "img-src": "'self'",
    "connect-src": "'self'", "worker-src": "'self'", "base-uri": "'none'", "form-action": "'none'",
}  # fmt: skip
CONTENT_POLICY = "; ".join(f"{name} {value}" for name, value in POLICY.items())
# What a meta element cannot say.
HEADERS = {
    "Content-Security-Policy": f"{CONTENT_POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KINDS = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".json": "application/json", ".svg": "image/svg+xml", ".wasm": "application/wasm", ".zip": "application/zip",
    ".whl": "application/octet-stream",
}  # fmt: skip


def site(pyodide: Path, deals: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, bytes]:
    """Every file by its place in the folder. `deals` is the comparison by language, `words` Chinese by English."""
    wheel_name = f"computefi-{computefi.__version__}-py3-none-any.whl"
    parts = {f"pyodide/{name}": content for name, content in pyodide_files(pyodide)}
    parts |= {wheel_name: wheel(), "libraries.zip": zipped(libraries())}
    parts |= {f"deals.{language}.json": compact(data) for language, data in deals.items()}
    known = json.loads(own_file("words.json"))
    parts["words.json"] = compact({**known, "texts": {**words, **known["texts"]}})
    filled = {"CONTENT_POLICY": CONTENT_POLICY, "WHEEL_NAME": wheel_name}
    for name in OF_PAGE:
        parts[name] = replaced(own_file(name), filled).encode()
    names = ["./", *sorted(parts)]
    state = hashlib.sha256(b"".join(hashlib.sha256(parts[name]).digest() for name in sorted(parts))).hexdigest()[:16]
    offline = replaced(own_file(OFFLINE), {"STATE": state, "FILE_LIST": json.dumps(names)})
    return parts | {OFFLINE: offline.encode(), "web.config": iis().encode()}


def compact(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def own_file(name: str) -> str:
    return package_files("computefi.hosts.page").joinpath("files", name).read_text(encoding="utf-8")


def replaced(text: str, words: Mapping[str, str]) -> str:
    """A text with the words in capitals filled in."""
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def wheel() -> bytes:
    """The functions and what the page asks of them, as a wheel for every platform."""
    version = computefi.__version__
    folder = f"computefi-{version}.dist-info"
    parts = carried(*IN_BROWSER) | {
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: computefi\nVersion: {version}\nLicense: MIT\n".encode(),
        f"{folder}/WHEEL": b"Wheel-Version: 1.0\nGenerator: computefi\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*parts, f"{folder}/RECORD"])
    return zipped(parts | {f"{folder}/RECORD": record.encode()})


def pyodide_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Pyodide with numpy and scipy, each file held to its sum."""
    lock = lock_of(folder)
    wanted: dict[str, str | None] = dict(CORE) if lock["info"]["version"] == TESTED else dict.fromkeys(CORE)
    ahead = list(PACKAGES)
    while ahead:
        package = lock["packages"].get(ahead.pop())
        if package is None:
            raise InputRefused(f"{folder / LOCK} lists no {' and no '.join(PACKAGES)}")
        wanted[package["file_name"]] = package["sha256"]
        ahead += package["depends"]
    for name, sum_ in wanted.items():
        content = content_of(folder, name)
        found = hashlib.sha256(content).hexdigest()
        if sum_ is not None and found != sum_:
            raise InputRefused(f"{folder / name} is not the file that Pyodide means: sha256 {found}, not {sum_}")
        yield name, content


def lock_of(folder: Path) -> dict[str, Any]:
    """Pyodide's lock file."""
    try:
        lock: dict[str, Any] = json.loads(content_of(folder, LOCK))
        lock["info"]["version"], lock["packages"].keys()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputRefused(f"{folder / LOCK} is no lock file of Pyodide") from None
    return lock


def content_of(folder: Path, name: str) -> bytes:
    if name != Path(name).name:
        raise InputRefused(f"{folder / LOCK} names a file elsewhere: {name}")
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise InputRefused(f"{folder} lacks {name}; docs/page.md says where Pyodide's files come from") from None


def iis() -> str:
    """web.config: what Microsoft's web server needs to be told."""
    kinds = "".join(
        f'<remove fileExtension="{ending}" /><mimeMap fileExtension="{ending}" mimeType="{KINDS[ending]}" />'
        for ending in (".json", ".wasm", ".whl", ".zip")
    )
    headers = "".join(f'<add name="{name}" value="{value}" />' for name, value in HEADERS.items())
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<configuration><system.webServer>\n'
        f"<staticContent>{kinds}</staticContent>\n"
        f"<httpProtocol><customHeaders>{headers}</customHeaders></httpProtocol>\n"
        "</system.webServer></configuration>\n"
    )

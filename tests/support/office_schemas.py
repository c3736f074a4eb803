"""Microsoft's schemas of the XML manifest, and a validator, fetched into the cache of the tests.

They lay in the repository of the documentation of Office add-ins (text CC BY 4.0, code MIT) until it began to point to
[MS-OWEMXML], whose pages have the same text in pieces; no package of npm carries them. Mended here is what no validator
reads: an address of W3C that an edit of all links changed, a lazy quantifier, two schemas that never were there.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from pyodide_files import NotToBeHad, kept, last_words, run

COMMIT = "c8048fa03f052013a298f919ff218b9a3d5c5ad0"
PLACE = f"https://raw.githubusercontent.com/OfficeDev/office-js-docs-pr/{COMMIT}/docs/overview/schemas/taskpane"
SCHEMAS = {
    "OfficeAppBasicTypesV1_0.xsd": "e3bd9a8cb810cda2f2aceac186a367f0d59ca6a98d480fa3941debbd2f11f392",
    "OfficeAppManifestV1_1.xsd": "e09384eae7d5cbc3c4596fe42a47f71d2dff1bcf84ce8bb803632de1b3b14e25",
    "TaskPaneAppVersionOverridesV1_0.xsd": "e51d547366c9edc0be3bfe3f8d31db566fc7507ec22a7059833542e696224ae1",
    "MailAppVersionOverridesV1_0.xsd": "79a38809cda2aee8a109ec493a8ba80f009591d32d5e3319e58abe86f0710b45",
}
NEVER_THERE = {
    "ContentAppVersionOverridesV1_0.xsd": "contentappversionoverrides",
    "MailAppVersionOverridesV1_1.xsd": "mailappversionoverrides/1.1",
}
MENDED = (("https://www.w3.org/2001", "http://www.w3.org/2001"), ("{0,3}?", "{0,3}"))
EMPTY = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://schemas.microsoft.com/office/{}">'
    '<xs:element name="VersionOverrides"/></xs:schema>'
)
VALIDATOR = ["xmlschema>=4", "elementpath>=5"]
VALIDATE = """
import json, sys, xmlschema
schema = xmlschema.XMLSchema("OfficeAppManifestV1_1.xsd")
print(json.dumps([f"{e.path}: {e.reason}" for e in schema.iter_errors(sys.stdin.read())]))
"""
SECONDS = 60


def complaints(manifest: str) -> list[str]:
    """What the schemas do not allow in a manifest, with its place."""
    folder = kept(f"office-schemas-{COMMIT[:12]}", _fill)
    done = subprocess.run(
        [sys.executable, "-c", VALIDATE], cwd=folder, input=manifest, capture_output=True, encoding="utf-8",
        timeout=SECONDS, check=True, env={**os.environ, "PYTHONPATH": "packages", "PYTHONUTF8": "1"},
    )  # fmt: skip
    said: list[str] = json.loads(done.stdout)
    return said


def _fill(folder: Path) -> None:
    for name, digest in SCHEMAS.items():
        try:
            with urllib.request.urlopen(f"{PLACE}/{name}", timeout=SECONDS) as answer:
                content: bytes = answer.read()
        except OSError as error:
            raise NotToBeHad(f"Microsoft's schemas cannot be fetched ({error})") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotToBeHad(f"{name} is not the one that is meant")
        text = content.decode("utf-8-sig")
        for old, new in MENDED:
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    for name, place in NEVER_THERE.items():
        (folder / name).write_text(EMPTY.format(place), encoding="utf-8")
    done = run([sys.executable, "-m", "pip", "install", "--quiet", "--target", "packages", *VALIDATOR], folder)
    if done.returncode:
        raise NotToBeHad(f"pip cannot install xmlschema: {last_words(done)}")

"""The generated files of the add-in."""

from __future__ import annotations

import io
import json
import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

import pytest

import computefi
import office_schemas
from computefi.hosts.server import officejs
from computefi.spec.host_functions import with_host_functions
from pyodide_files import NotToBeHad
from serve_client import Client

FUNCTIONS = with_host_functions()

TOKEN = "another-token-for-tests"
URL = "https://sheets.bank.example/cfi"


@pytest.fixture(scope="module")
def public() -> Client:
    """What anybody sees of a server with a public address."""
    return Client({}, token=TOKEN, public_url=URL)


def test_metadata_tells_excel_all_it_may_know(public: Client) -> None:
    metadata = public.get("/functions.json").json()
    assert metadata["allowErrorForDataTypeAny"] is metadata["allowCustomDataForDataTypeAny"] is True
    assert len(metadata["functions"]) == len(FUNCTIONS)
    for function, spec in zip(metadata["functions"], FUNCTIONS.values(), strict=True):
        assert function["id"] == function["name"] == spec.name.removeprefix("CFI_")
        assert re.fullmatch(r"[A-Z][A-Z0-9_]{0,127}", function["id"])
        assert function["description"] == spec.summary
        assert function["result"] == {"type": "any", "dimensionality": "matrix"}
        for about, parameter in zip(function["parameters"], spec.parameters, strict=True):
            assert about["name"] == parameter.name
            assert 0 < len(about["description"]) <= 255
            assert (about["type"], about["dimensionality"]) == ("any", "matrix")
            assert about.get("optional", False) == parameter.optional


def test_metadata_may_be_read_by_excel_on_the_web(public: Client) -> None:
    assert public.get("/functions.json").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in public.get("/functions.html").headers


def test_the_script_knows_every_function_and_the_limits(public: Client) -> None:
    script = public.get("/functions.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    setup = json.loads(re.search(r"const SETUP = (\{.*\});", script.text)[1])  # type: ignore[index]
    assert setup["functions"]["WHY"] == len(FUNCTIONS["CFI_WHY"].parameters)
    assert len(setup["functions"]) == len(FUNCTIONS)
    assert (setup["mostCalls"], setup["mostBytes"]) == (1_000, 8 * 1024 * 1024)


def test_no_file_holds_the_token_or_an_unfilled_word(public: Client) -> None:
    names = ["functions.json", "functions.js", "functions.html", "pane.js", "manifest.xml"]
    for name in names:
        text = public.get(f"/{name}").text
        assert TOKEN not in text
        assert not re.search(r"__[A-Z_]+__", text), name


def test_the_manifest_is_well_formed_and_every_resource_in_it_exists(public: Client) -> None:
    tree = ElementTree.fromstring(public.get("/manifest.xml").content)
    texts = {element.tag.rpartition("}")[2]: element for element in tree.iter()}
    assert texts["Version"].text == f"1.{computefi.__version__}"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", texts["Id"].text or "")
    defined = {e.get("id"): e.get("DefaultValue") for e in tree.iter() if e.get("id") and e.get("DefaultValue")}
    wanted = {element.get("resid") for element in tree.iter() if element.get("resid")}
    assert wanted == set(defined)
    assert defined["Namespace"] == "CFI"
    addresses = [e.get("DefaultValue", "") for e in tree.iter() if e.get("DefaultValue", "").startswith("http")]
    assert len(addresses) == 10
    for address in addresses:
        assert address.startswith(URL + "/")
        assert public.get(address.removeprefix(URL)).status_code == 200


def test_the_unified_manifest_says_the_same_as_the_other(public: Client) -> None:
    with zipfile.ZipFile(io.BytesIO(public.get("/manifest.zip").content)) as archive:
        unified = json.loads(archive.read("manifest.json"))
        for name in unified["icons"].values():
            size = officejs.UNIFIED_ICONS[name]
            assert struct.unpack(">II", archive.read(name)[16:24]) == (size, size)
    tree = ElementTree.fromstring(public.get("/manifest.xml").content)
    texts = {element.tag.rpartition("}")[2]: element.text for element in tree.iter()}
    assert (unified["id"], unified["version"]) == (texts["Id"], texts["Version"])
    (extension,) = unified["extensions"]
    (runtime,) = extension["runtimes"]
    assert runtime["customFunctions"]["namespace"] == {"id": "CFI", "name": "CFI"}
    addresses = set(re.findall(r'"(https://[^"]+)"', json.dumps([unified["developer"], extension])))
    assert addresses > {f"{URL}/functions.html", f"{URL}/functions.js", f"{URL}/functions.json"}
    for address in addresses:
        assert public.get(address.removeprefix(URL)).status_code == 200
    assert officejs.unified_package(URL) == officejs.unified_package(URL)


VALIDATE = """
const { AppManifestUtils } = require("@microsoft/app-manifest");
const manifest = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
AppManifestUtils.validateAgainstSchema(manifest).then((found) => console.log(JSON.stringify(found)));
"""


@pytest.mark.nightly
def test_the_unified_manifest_holds_to_the_schema_that_microsofts_package_carries(tmp_path: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("Node.js is not installed (npm)")
    packages = ["@microsoft/app-manifest@^1", "fs-extra", "node-fetch@2"]  # it needs the others and does not say so
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *packages]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot install Microsoft's schemas: {done.stderr.strip()[-200:]}")
    (tmp_path / "validate.js").write_text(VALIDATE)

    def found(text: str) -> list[str]:
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        program = ["node", "validate.js", "manifest.json"]
        said = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
        errors: list[str] = json.loads(said.stdout)
        return errors

    good = officejs.manifest(URL, unified=True)
    assert found(good) == []
    assert found(good.replace('"type": "general"', '"type": "special"')) != []


@pytest.mark.nightly
def test_the_xml_manifest_holds_to_microsofts_schemas() -> None:
    """But for Runtimes, which these schemas are too old to know: one page for functions and pane came later."""

    def found(text: str) -> list[str]:
        try:
            return office_schemas.complaints(text)
        except NotToBeHad as reason:
            pytest.skip(str(reason))

    good = officejs.manifest(URL)
    (later,) = found(good)
    assert "Unexpected child with tag 'ov:Runtimes'" in later
    known = re.sub(r"<Runtimes>.*?</Runtimes>", "", good, flags=re.DOTALL)
    assert found(known) == []
    for old, new in (("<Version>1.", "<Version>x."), ("ReadWriteDocument", "Everything"), ("<Page>", "<Page><x/>")):
        assert found(known.replace(old, new, 1)) != [], new


def test_the_same_address_is_the_same_add_in_and_another_is_not() -> None:
    assert officejs.manifest(URL) == officejs.manifest(URL + "/")
    assert officejs.manifest(URL).split("</Id>")[0] != officejs.manifest("https://other.example").split("</Id>")[0]


@pytest.mark.parametrize("url", ["http://bank.example", "https://", "bank.example", "https://bank.example/?a=1"])
def test_a_manifest_that_excel_would_refuse_is_not_made(url: str) -> None:
    with pytest.raises(ValueError, match="over https only"):
        officejs.manifest(url)


def test_without_https_the_manifest_is_refused_with_the_reason() -> None:
    for name in ("manifest.xml", "manifest.zip"):
        answer = Client().get(f"/{name}")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "needs_https"


def test_addresses_are_escaped() -> None:
    text = officejs.manifest('https://bank.example/"><Evil a="')
    assert "<Evil" not in text
    ElementTree.fromstring(text)


@pytest.mark.parametrize("size", officejs.ICON_SIZES)
def test_icons_are_images_of_their_size(public: Client, size: int) -> None:
    content = public.get(f"/icon-{size}.png").content
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", content[16:24]) == (size, size)
    length = struct.unpack(">I", content[33:37])[0]
    assert len(zlib.decompress(content[41 : 41 + length])) == size * (3 * size + 1)


def test_the_page_may_load_its_own_files_and_office_only(public: Client) -> None:
    policy = public.get("/functions.html").headers["content-security-policy"]
    assert "script-src 'self' https://appsforoffice.microsoft.com;" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy

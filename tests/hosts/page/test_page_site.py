"""The files of the page: what they are made of, what is refused, and that they ask nobody else for anything."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import zipfile
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from computefi.cli.main import cli
from computefi.errors import InputRefused
from computefi.hosts.page import site as pages
from computefi.hosts.page.serve import server

LOCKED = {
    "numpy": {"file_name": "numpy.whl", "depends": []},
    "scipy": {"file_name": "scipy.whl", "depends": ["numpy", "blas"]},
    "blas": {"file_name": "blas.zip", "depends": []},
}


@pytest.fixture
def pyodide(tmp_path: Path) -> Path:
    """A folder as one of another version of Pyodide would be."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    packages = {}
    for name, entry in LOCKED.items():
        content = name.encode() * 100
        (folder / entry["file_name"]).write_bytes(content)
        packages[name] = {**entry, "sha256": hashlib.sha256(content).hexdigest()}
    for name in pages.CORE:
        (folder / name).write_bytes(b"core of " + name.encode())
    (folder / pages.LOCK).write_text(json.dumps({"info": {"version": "0.0.1"}, "packages": packages}))
    return folder


@pytest.fixture
def parts(pyodide: Path) -> dict[str, bytes]:
    return pages.site(pyodide, {"en": {}, "zh": {}}, {"word": "词"})


def test_the_folder_holds_pyodide_our_wheel_and_the_page(parts: dict[str, bytes]) -> None:
    assert {f"pyodide/{name}" for name in (*pages.CORE, "numpy.whl", "scipy.whl", "blas.zip")} <= set(parts)
    assert {"index.html", "page.js", "worker.js", "offline.js", "web.config", "deals.en.json", "deals.zh.json"} <= set(
        parts
    )
    (wheel,) = [name for name in parts if name.endswith("none-any.whl")]
    with zipfile.ZipFile(BytesIO(parts[wheel])) as archive:
        names = set(archive.namelist())
        assert archive.testzip() is None
    assert {"computefi/models/deal.py", "computefi/hosts/page/desk.py"} <= names
    assert not any(name.startswith(("computefi/recalc", "computefi/cli", "computefi/xlsx")) for name in names)
    assert json.loads(parts["words.json"])["texts"]["word"] == "词"


def test_the_service_worker_knows_every_file_and_every_change(pyodide: Path, parts: dict[str, bytes]) -> None:
    text = parts["offline.js"].decode()
    (listed,) = re.findall(r"const FILES = (\[.*?\]);", text)
    assert {"./", *parts} - {"offline.js", "web.config"} == set(json.loads(listed))
    assert pages.site(pyodide, {"en": {}, "zh": {}}, {"word": "词"})["offline.js"] == parts["offline.js"]
    assert pages.site(pyodide, {"en": {}, "zh": {}}, {"word": "字"})["offline.js"] != parts["offline.js"]


def test_nothing_of_ours_names_another_site(parts: dict[str, bytes]) -> None:
    ours = [name for name in parts if not name.startswith("pyodide/") and not name.endswith((".whl", ".zip"))]
    for name in ours:
        found = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", parts[name].decode()))
        assert found <= {"http://www.w3.org"}, name
    html = parts["index.html"].decode()
    assert "unsafe-inline" not in html
    assert "'unsafe-eval'" not in html
    assert not re.search(r"\son\w+=|style=|<script>", html)
    assert "default-src 'none'" in html


def test_both_languages_have_every_word(parts: dict[str, bytes]) -> None:
    words = json.loads(parts["words.json"])
    assert set(words["en"]) == set(words["zh"])
    used = set(re.findall(r'data-word="(\w+)"|data-label="(\w+)"', parts["index.html"].decode()))
    used |= {
        (word, "") for word in re.findall(r'word\("(\w+)"\)', parts["page.js"].decode() + parts["charts.js"].decode())
    }
    assert {first or second for first, second in used} <= set(words["en"])
    for name in pages_sliders():
        assert {f"slider_{name}", f"about_{name}"} <= set(words["en"])


def pages_sliders() -> Any:
    from computefi.hosts.page.deals import BOUNDS

    return BOUNDS


def test_the_file_for_the_web_server_is_sound(parts: dict[str, bytes]) -> None:
    tree = ElementTree.fromstring(parts["web.config"])
    headers = {one.get("name"): one.get("value") for one in tree.iter("add")}
    assert headers == pages.HEADERS
    assert {one.get("fileExtension") for one in tree.iter("mimeMap")} == {".json", ".wasm", ".whl", ".zip"}


def test_a_changed_package_is_refused(pyodide: Path) -> None:
    (pyodide / "scipy.whl").write_bytes(b"other")
    with pytest.raises(InputRefused, match=r"scipy\.whl is not the file that Pyodide means"):
        dict(pages.pyodide_files(pyodide))


def test_a_changed_core_of_the_tested_version_is_refused(pyodide: Path) -> None:
    lock = json.loads((pyodide / pages.LOCK).read_text())
    lock["info"]["version"] = pages.TESTED
    (pyodide / pages.LOCK).write_text(json.dumps(lock))
    with pytest.raises(InputRefused, match="is not the file that Pyodide means"):
        dict(pages.pyodide_files(pyodide))


@pytest.mark.parametrize("name", ["numpy.whl", "pyodide.asm.wasm", "pyodide-lock.json"])
def test_a_missing_file_is_named(pyodide: Path, name: str) -> None:
    (pyodide / name).unlink()
    with pytest.raises(InputRefused, match=re.escape(name)):
        dict(pages.pyodide_files(pyodide))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"info": 3}', '{"info": {"version": "1"}, "packages": []}', "\x00"])
def test_what_is_no_lock_file_is_refused(pyodide: Path, text: str) -> None:
    (pyodide / pages.LOCK).write_text(text)
    with pytest.raises(InputRefused, match="no lock file of Pyodide"):
        dict(pages.pyodide_files(pyodide))


def test_a_lock_without_scipy_is_refused(pyodide: Path) -> None:
    (pyodide / pages.LOCK).write_text(json.dumps({"info": {"version": "1"}, "packages": {}}))
    with pytest.raises(InputRefused, match="lists no"):
        dict(pages.pyodide_files(pyodide))


def test_a_lock_cannot_name_a_file_elsewhere(pyodide: Path) -> None:
    lock = json.loads((pyodide / pages.LOCK).read_text())
    lock["packages"]["numpy"]["file_name"] = "../../etc/passwd"
    (pyodide / pages.LOCK).write_text(json.dumps(lock))
    with pytest.raises(InputRefused, match="elsewhere"):
        dict(pages.pyodide_files(pyodide))


# ---- the command ----------------------------------------------------------------------------------------------------


def run(*arguments: object) -> Any:
    return CliRunner().invoke(cli, ["page", *map(str, arguments)])


def test_without_pyodide_there_is_nothing_to_write(tmp_path: Path) -> None:
    done = run("-o", tmp_path / "site")
    assert (done.exit_code, "--pyodide" in done.stderr) == (2, True)
    assert not (tmp_path / "site").exists()


def test_a_folder_without_a_page_is_not_served(tmp_path: Path) -> None:
    done = run("-o", tmp_path, "--open")
    assert done.exit_code == 2
    assert "holds no page" in done.stderr


def test_an_empty_folder_is_no_pyodide(tmp_path: Path) -> None:
    done = run("-o", tmp_path / "site", "--pyodide", tmp_path)
    assert done.exit_code == 2
    assert "lacks pyodide-lock.json" in done.stderr


def test_the_server_shows_the_page_to_this_machine_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("the page")
    (tmp_path / "x.wasm").write_bytes(b"\0asm")
    with server(tmp_path, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        assert running.server_address[0] == "127.0.0.1"
        for path, host, status, kind in [
            ("/", None, 200, "text/html; charset=utf-8"), ("/x.wasm", None, 200, "application/wasm"),
            ("/", "evil.example:80", 421, None), ("/../../etc/passwd", None, 404, None),
        ]:  # fmt: skip
            asked = HTTPConnection("127.0.0.1", running.server_port, timeout=20)
            asked.request("GET", path, headers={"Host": host} if host else {})
            answer = asked.getresponse()
            answer.read()
            assert answer.status == status, path
            if kind:
                assert answer.headers["Content-Type"] == kind
            assert answer.headers["Content-Security-Policy"] == pages.HEADERS["Content-Security-Policy"]
            asked.close()
        running.shutdown()

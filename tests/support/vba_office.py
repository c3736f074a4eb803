"""A LibreOffice that opens workbooks with their macros on; and oletools, where it is installed."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import Any

import pytest


def macros_read_by_olevba(path: Path) -> dict[str, str]:
    """The modules as olevba lists and decompresses them, without the ending that it gives their names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of oletools and what it needs
        olevba = pytest.importorskip("oletools.olevba", reason="oletools is not installed (extra test)")
        parser = olevba.VBA_Parser(str(path))
        try:
            assert parser.detect_vba_macros()
            return {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
        finally:
            parser.close()


@functools.cache
def python_with_uno(soffice: str) -> str | None:
    """LibreOffice's own Python, or the system's if that has UNO."""
    for python in (Path(soffice).resolve().parent / "python", Path("/usr/bin/python3")):
        if python.exists() and not subprocess.run([python, "-c", "import uno"], capture_output=True).returncode:
            return str(python)
    return None


def opened_with_macros(*workbooks: Path) -> list[dict[str, Any]]:
    """For each workbook what its formula cells show, and its modules as LibreOffice has them."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed (soffice)")
    python = python_with_uno(soffice)
    if python is None:
        pytest.skip("LibreOffice's Python is not installed (python3-uno)")
    with tempfile.TemporaryDirectory(prefix="computefi-vba-") as folder:
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8"}
        client = Path(__file__).with_name("vba_client.py")
        command = [python, str(client), soffice, Path(folder, "profile").as_uri(), *map(str, workbooks)]
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)

"""Sites of versions beside each other."""

from __future__ import annotations

import re
from pathlib import Path

from tools.site import listing


def test_the_page_of_versions_lists_what_is_there_the_newest_first(tmp_path: Path) -> None:
    for version in ("0.9.0", "0.10.0", "0.10.1"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "index.html").touch()
    (tmp_path / "unfinished").mkdir()
    assert re.findall(r'href="([^"]+)"', listing(tmp_path)) == [
        "0.10.1/index.html", "0.10.0/index.html", "0.9.0/index.html",
    ]  # fmt: skip

"""The site of one version in a folder of its own, beside those of earlier versions.

python -m tools site public   →   public/0.1.0/index.html, and public/index.html, which lists what is there
"""

from __future__ import annotations

import re
import subprocess
import sys
from html import escape
from pathlib import Path

import computefi

ROOT = Path(__file__).resolve().parents[1]
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>computefi, by version</title>
<h1>computefi</h1>
<ul>
{lines}
</ul>
</html>
"""


def build(folder: Path) -> Path:
    """Build this version's site; the page of versions is made anew from the folders that are there."""
    place = folder.resolve() / computefi.__version__
    command: list[str | Path] = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", place]
    subprocess.run(command, cwd=ROOT, check=True)
    (folder / "index.html").write_text(listing(folder), encoding="utf-8")
    return place


def listing(folder: Path) -> str:
    """The versions of a folder, the newest first."""
    there = [path.parent.name for path in folder.glob("*/index.html")]
    newest_first = sorted(there, key=lambda name: [int(number) for number in re.findall(r"\d+", name)], reverse=True)
    lines = [f'<li><a href="{escape(name)}/index.html">{escape(name)}</a></li>' for name in newest_first]
    return PAGE.format(lines="\n".join(lines))

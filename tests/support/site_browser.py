"""What a headless Chromium makes of a page of the site, opened from disk."""

from __future__ import annotations

import html
import json
import re
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from serve_browser import FLAGS, chromium

RESULT = "result-of-the-test"
REPORT = f"""
function report(found) {{
  const place = document.createElement("pre");
  place.id = "{RESULT}";
  place.textContent = JSON.stringify(found);
  document.body.append(place);
}}
"""
AXE = """
addEventListener("load", () => axe.run({runOnly: ["wcag2a", "wcag2aa"]}).then(({violations}) =>
  report(violations.map(({id, impact, nodes}) => [id, impact, nodes.map((node) => node.html.slice(0, 200))]))));
"""
SEARCH = """
addEventListener("load", () => setTimeout(() => {
  document.querySelector("#__search").click();
  const field = document.querySelector("[data-md-component=search-query]");
  field.focus();
  field.value = %s;
  field.dispatchEvent(new Event("keyup", {bubbles: true}));
  const seen = setInterval(() => {
    const links = [...document.querySelectorAll("a.md-search-result__link")];
    if (links.length) { clearInterval(seen); report(links.map((link) => link.getAttribute("href"))); }
  }, 200);
}, 1000));
"""


def axe_script() -> Path | None:
    """axe as the package axe-core-python brings it; the package itself is not imported, it wants a driver."""
    spec = find_spec("axe_core_python")
    return Path(spec.origin).with_name("axe.min.js") if spec and spec.origin else None


def faults_by_axe(page: Path) -> list[tuple[str, str, list[str]]]:
    """The faults that axe finds on a page: rule, impact, places."""
    script = axe_script()
    assert script
    found: list[tuple[str, str, list[str]]] = asked(page, script.read_text(encoding="utf-8") + AXE)
    return found


def searched(page: Path, query: str) -> list[str]:
    """The links that a search on a page shows, in order."""
    found: list[str] = asked(page, SEARCH % json.dumps(query))
    return found


def asked(page: Path, script: str) -> Any:
    """What a script reports from within a page; it is put beside the page and taken away again."""
    program = chromium()
    assert program
    beside = page.with_name(f"asked-{page.name}")
    text = page.read_text(encoding="utf-8")
    beside.write_text(text.replace("</body>", f"<script>{REPORT}{script}</script></body>"), encoding="utf-8")
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            options = [*FLAGS, f"--user-data-dir={profile}", "--timeout=60000",
                       "--virtual-time-budget=30000", "--window-size=1280,900", "--dump-dom"]  # fmt: skip
            command = [program, *options, beside.as_uri()]
            said = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True).stdout
    finally:
        beside.unlink()
    found = re.search(rf'<pre id="{RESULT}">(.*?)</pre>', said, re.DOTALL)
    assert found, f"{page.name} gave no answer"
    return json.loads(html.unescape(found[1]))

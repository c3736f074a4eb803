"""The documentation pages: written from the declarations."""

from __future__ import annotations

import importlib.util
import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import numpy as np
import pytest

import computefi
from computefi import recalc
from computefi.errors import Code, MissingName, ModelError, WorkbookError
from computefi.spec import REGISTRY, Spec
from computefi.spec.host_functions import with_host_functions
from serve_browser import chromium
from shell_lines import COMMANDS
from site_browser import axe_script, faults_by_axe, searched
from tools import commands, errors_page, navigation, pages, python_pages

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"

SPECS = [pytest.param(spec, id=name) for name, spec in REGISTRY.items()]
MISSING_TOOLS = [tool for tool in ("mkdocs", "material") if importlib.util.find_spec(tool) is None]


# -- the pages
def test_the_committed_pages_are_what_they_are_made_from() -> None:
    # In a process of its own: other tests leave the commands as they were last asked for help.
    code = "from tools import generated; print(*generated.texts(check=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    differ = done.stdout.split()
    assert not differ, f"run python -m tools regenerate; these differ: {', '.join(differ)}"


@pytest.mark.parametrize("path", [path for path in COMMANDS if path], ids=" ".join)
def test_a_command_has_its_options_examples_and_exit_codes_in_the_reference(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    text = commands.pages()[f"{path[0]}.md"]
    section = re.split(rf"^#+ computefi {' '.join(path)}$", text, flags=re.MULTILINE)[1]
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert f"`{option.opts[0]}`" in section
    for line in re.findall(r"^ *(computefi .*)$", command.help or "", re.MULTILINE):
        assert f"\n{line.strip()}\n" in section
    if not isinstance(command, click.Group):
        assert "| 128 + signal |" in section
        if "FINDINGS" in inspect.getsource(inspect.unwrap(command.callback)):
            assert "| 1 |" in section, "its help does not say when it exits 1"


def test_the_python_reference_has_every_function_and_all_that_the_modules_offer() -> None:
    made = python_pages.pages()
    for spec in REGISTRY.values():
        assert f"[`{spec.python_name}(" in made["index.md"]
    assert all(f"\n## {name}\n" in made["recalc.md"] for name in recalc.__all__)


def test_the_page_of_errors_knows_every_error_that_can_be_raised() -> None:
    def below(base: type[Exception]) -> set[type[Exception]]:
        return {kind for child in base.__subclasses__() for kind in {child, *below(child)}}

    ours = {kind for kind in below(ModelError) | below(WorkbookError) if kind.__module__ == "computefi.errors"}
    assert ours - errors_page.FAMILIES.keys() <= {MissingName}
    text = errors_page.page()
    for spec in REGISTRY.values():
        for _, said in pages.errors_of(spec):
            assert pages.prose(re.sub(errors_page.ARGUMENTS, "·", said)).replace("|", "\\|") in text


def test_the_navigation_needs_no_hook_and_leaves_no_page_out() -> None:
    configuration = navigation.CONFIGURATION.read_text(encoding="utf-8")
    assert "hooks:" not in configuration
    listed = re.findall(r"(\S+\.md)$", configuration, re.MULTILINE)
    assert sorted(listed) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def test_a_page_without_a_name_in_the_navigation_begins_with_its_heading() -> None:
    """MkDocs reads a title off the first line alone; behind a comment a page is called by its file, “Index”."""
    for name in re.findall(r"^ *- (\S+\.md)$", navigation.CONFIGURATION.read_text(encoding="utf-8"), re.MULTILINE):
        assert (DOCS / name).read_text(encoding="utf-8").startswith("# "), name


@pytest.mark.parametrize("spec", SPECS)
def test_a_page_shows_the_declared_examples_and_no_others(spec: Spec) -> None:
    text = pages.page(spec)
    assert re.findall(r"^```excel\n(.*?)\n```$", text, re.MULTILINE) == [spec.formula(e) for e in spec.examples]
    shown = text.partition("## Example\n")[2].partition("\n## Errors\n")[0]
    calls = shown.split("```text\n")[1:]
    for example, part in zip(spec.examples, calls, strict=True):
        call, _, answer = part.partition("\n```\n")
        assert close(eval(call, {"computefi": computefi, "Code": Code}), example.result, example.tolerance)
        table = [line.strip("|").split("|") for line in answer.splitlines() if line.startswith("|")][2:]
        single = re.search(r"^gives `(.*?)`", answer, re.MULTILINE)
        values = [[single[1]]] if single else [[c.strip() for c in row] for row in table]
        assert close(values, example.result, 0.0)


def close(found: Any, declared: Any, tolerance: float) -> bool:
    """Whether two answers of any shape agree, text to the letter and numbers to the tolerance."""
    pairs = list(zip(flat(found), flat(declared), strict=True))
    return bool(pairs) and all(
        a == b
        if not isinstance(b, float)
        else bool(np.isclose(float(a), b, rtol=tolerance, atol=max(tolerance, 1e-15)))
        for a, b in pairs
    )


def flat(answer: Any) -> list[Any]:
    if isinstance(answer, (list, tuple, np.ndarray)):
        return [cell for part in answer for cell in flat(part)]
    return [answer if isinstance(answer, (str, Code)) else float(answer)]


@pytest.mark.parametrize("spec", SPECS)
def test_every_argument_has_its_unit_on_the_page(spec: Spec) -> None:
    rows = pages.arguments_part(spec).splitlines()[2:]
    if not spec.raw:
        assert [row.split("`")[1] for row in rows] == [p.name for p in spec.parameters]
        assert all(p.kind.unit in row for p, row in zip(spec.parameters, rows, strict=True))


def test_every_function_answers_a_question_and_no_question_names_another() -> None:
    named = [name for names in pages.questions().values() for name in names]
    assert not set(named) - REGISTRY.keys(), "these are no functions"
    assert not REGISTRY.keys() - set(named), "these answer no question: name one in their declaration"


def test_every_trap_concerns_a_function() -> None:
    for title, names in pages.traps().items():
        assert names, f"“{title}” concerns nothing"
        assert set(names) <= REGISTRY.keys(), title


def test_the_docs_name_only_functions_that_exist() -> None:
    for path in DOCS.rglob("*.md"):
        named = set(re.findall(r"\bCFI_[A-Z0-9_]*[A-Z0-9]\b", path.read_text(encoding="utf-8")))
        unknown = named - with_host_functions().keys()
        assert not unknown, f"{path.name} names {', '.join(sorted(unknown))}"


@pytest.mark.parametrize("spec", SPECS)
def test_a_page_shows_the_formula_lines_as_the_docstring_has_them(spec: Spec) -> None:
    block = pages.page(spec).partition("## Formula\n\n```text\n")[2].partition("\n```\n")[0]
    assert inspect.cleandoc(spec.function.__doc__ or "").split("\n\n")[1] == block


# -- the site
@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if MISSING_TOOLS:
        pytest.skip(f"needs the extra docs: {', '.join(MISSING_TOOLS)} not installed")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    built = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert built.returncode == 0, built.stderr
    return folder


def test_the_site_asks_nothing_of_the_network(site: Path) -> None:
    found = list(site.rglob("*.html"))
    assert len(found) > len(REGISTRY)
    for path in found:
        html = path.read_text(encoding="utf-8")
        fetched = re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"?(?:https?:)?//[^>]*>", html)
        assert not fetched, f"{path.name} fetches {fetched[0]}"
        assert "```" not in html, f"{path.name} shows a fence"
    assert "e^{drift·T}" in (site / "functions" / "corr_lgd.html").read_text(encoding="utf-8")


def test_every_link_and_picture_of_the_site_is_there(site: Path) -> None:
    """MkDocs looks at Markdown links; this looks at what a browser follows, anchors included."""
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    anchors = {path: set(re.findall(r'\bid="?([^"\s>]+)', text)) for path, text in texts.items()}
    for path, text in texts.items():
        if path.name == "404.html":
            continue  # its links begin at the root of a server
        for target in set(re.findall(r'<(?:a|img)\b[^>]*?\b(?:href|src)="([^"]+)"', text)):
            place, _, anchor = unquote(target).partition("#")
            if re.match(r"[a-z]+:", place):
                continue
            leads_to = (path.parent / place).resolve() if place else path
            assert leads_to.exists(), f"{path.relative_to(site)} leads to {target}"
            assert not anchor or leads_to.suffix != ".html" or anchor in anchors[leads_to], f"{path.name}: {target}"


FIRST = {
    "haircut": "functions/collateral_haircut.html",
    "wrong-way": "functions/wrong_way.html",
    "wrong way": "functions/wrong_way.html",
    "#NUM!": "errors.html",
    "errors": "errors.html",
    "ddtl": "workbooks/ddtl.html",
    "asic_loan": "workbooks/asic_loan.html",
    "glossary": "glossary.html",
    "tutorial": "tutorials/index.html",
    "model document": "method/index.html",
    "sensitivity": "method/sensitivity.html",
    "add a function": "add-a-function.html",
    "mac": "excel-mac-and-web.html",
    "install": "index.html",
    "uninstall": "excel-windows.html",
    "SR 26-2": "method/index.html",
    "SR 11-7": "method/index.html",
    "pandas": "api/recalc.html",
    "安装": "index.zh.html",
    "教程": "tutorials/index.zh.html",
    "折扣率": "glossary.html",
    "提款": "tutorials/delayed-draw.zh.html",
}
# Words within sentences: Chinese has no spaces.
FOUND = ("违约损失率", "违约概率", "相关系数", "错向风险", "压力测试", "报告", "工作簿", "比特币", "质押率")
NAMES = {name: f"functions/{pages.file_of(spec)[:-3]}.html" for name, spec in REGISTRY.items()}
TYPED = {f"computefi {name}": f"commands/{name}.html" for name in commands.names()}


@pytest.mark.skipif(not shutil.which("node"), reason="Node runs the search")
def test_search_gives_first_what_is_meant(site: Path) -> None:
    wanted = FIRST | NAMES | TYPED
    program = REPOSITORY / "tests" / "support" / "search_site.js"
    said = subprocess.run(
        ["node", program, site, *wanted, *FOUND], capture_output=True, text=True, timeout=120, check=True
    )
    found = [json.loads(line) for line in said.stdout.splitlines()]
    firsts = [places[0].partition("#")[0] if places else "" for places in found]

    def words(place: str) -> list[str]:
        """CFI_PD_RATING and CFI_RATING_PD are one search."""
        return sorted(re.split(r"[/_.]", place))

    wrong = {q: got for q, got in zip(wanted, firsts, strict=False) if words(got) != words(wanted[q])}
    assert not wrong
    assert all(1 <= len(places) <= 20 for places in found[len(wanted) :])


WINDOWS_BLOCK = re.compile(r"^ *```bat\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "name", ["README.md", *(f"docs/{path.name}" for path in sorted((REPOSITORY / "docs").glob("*.md")))]
)
def test_windows_blocks_are_written_as_cmd_reads_them(name: str) -> None:
    """cmd.exe knows no single quotes, no #, no $ and no backslash at the end of a line."""
    for block in WINDOWS_BLOCK.findall((REPOSITORY / name).read_text(encoding="utf-8")):
        for line in block.splitlines():
            assert not re.search(r"['#$`;]|\\\s*$|\bexport \b(?!.*--host)|\bsource\b|~/", line), line
            assert line.count('"') % 2 == 0, line
            assert "/" not in re.sub(r"https?://\S+", "", line) or "pip" in line, line


def test_a_page_for_windows_shows_no_other_shell() -> None:
    for name in ("excel-windows.md", "windows-checklist.md"):
        text = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        assert set(re.findall(r"^ *```(\w*)$", text, re.MULTILINE)) <= {"bat", ""}, name


# Pages of every kind.
LOOKED_AT = """index index.zh tutorials/compare tutorials/compare.zh functions/corr_lgd functions/index commands/batch
api/recalc method/index method/sensitivity workbooks/compare facts errors glossary hosts""".split()


@pytest.mark.nightly
@pytest.mark.skipif(not chromium(), reason="no Chromium")
@pytest.mark.skipif(not axe_script(), reason="needs the extra docs: axe-core-python is not installed")
def test_axe_finds_nothing_serious_on_pages_of_every_kind(site: Path) -> None:
    found = {name: faults_by_axe(site / f"{name}.html") for name in LOOKED_AT}
    assert not {name: f for name, faults in found.items() for f in faults if f[1] in ("serious", "critical")}


@pytest.mark.nightly
@pytest.mark.skipif(not chromium(), reason="no Chromium")
@pytest.mark.parametrize("query", ["haircut", "wrong-way", "computefi batch"])
def test_a_page_opened_from_disk_searches(site: Path, query: str) -> None:
    assert (FIRST | TYPED)[query] in searched(site / "index.html", query)[0]


@pytest.mark.nightly
@pytest.mark.skipif(importlib.util.find_spec("zensical") is None, reason="Zensical is not installed")
def test_zensical_builds_the_same_pages(site: Path, tmp_path: Path) -> None:
    """Material's successor reads mkdocs.yml as it is; it has no hooks."""
    for name in ("mkdocs.yml", "CHANGELOG.md"):
        shutil.copy(REPOSITORY / name, tmp_path)
    shutil.copytree(DOCS, tmp_path / "docs")
    built = subprocess.run([sys.executable, "-m", "zensical", "build"], cwd=tmp_path, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    made = {path.relative_to(tmp_path / "site") for path in (tmp_path / "site").rglob("*.html")}
    assert made == {path.relative_to(site) for path in site.rglob("*.html")}
    page = (tmp_path / "site" / "functions" / "corr_lgd.html").read_text(encoding="utf-8")
    assert "e^{drift·T}" in page
    assert 'href="deal_loss.html"' in page.replace("../functions/", "")

"""What is cited of the method stands in the repository, in docs/method/."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
METHOD = REPOSITORY / "docs" / "method"
DOCUMENTS = {path.stem: path.read_text(encoding="utf-8") for path in METHOD.glob("*.md")}
TITLES = {name: re.findall(r"^#+ (.*)$", text, re.MULTILINE) for name, text in DOCUMENTS.items()}
ROOMS = ("addin", "workbooks", "tests", "tools", "benchmarks")
SOURCES = [
    path
    for room in ROOMS
    for ending in ("*.py", "*.json")
    for path in (REPOSITORY / room).rglob(ending)
    if path != Path(__file__)
]
# docs/method/models.md §3.2 (4), §3.8 and §5, or docs/method/catalogue.md “Backlog” and “Edges”
PLACE = r"(?:§[\d.]*\d(?: \(\w\))*(?:, \(\w\))*|“[^”]*”)"
CITATION = re.compile(rf"\b(models|catalogue)\.md(?: ({PLACE}(?:(?:,| and) {PLACE})*))?")


def citations(text: str) -> list[tuple[str, str, str]]:
    """What stands before each citation, up to a blank; its document; its places."""
    found = []
    for citation in CITATION.finditer(text):
        before = text[max(0, citation.start() - 80) : citation.start()]
        found.append((re.split(r"\s", before)[-1], citation[1], citation[2] or ""))
    return found


def faults(text: str) -> list[str]:
    """The citations of a text that lead nowhere."""
    wrong = []
    for folder, name, places in citations(text):
        if folder.endswith("]("):
            continue  # a link of a page beside it, which the site's own test follows
        titles = TITLES[name]
        if not folder.endswith("docs/method/"):
            wrong.append(f"{folder}{name}.md is docs/method/{name}.md")
        for section in re.findall(r"§([\d.]*\d)", places):
            if not any(re.match(rf"{re.escape(section)}\.? ", title) for title in titles):
                wrong.append(f"{name}.md has no §{section}")
        for title in re.findall("“(.*?)”", places):
            if not any(one.startswith(title) for one in titles):
                wrong.append(f"{name}.md has no “{title}”")
    return wrong


def test_every_citation_of_the_method_leads_to_a_section() -> None:
    cited = 0
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        cited += len(citations(text))
        assert not faults(text), f"{path.relative_to(REPOSITORY)}: {'; '.join(faults(text))}"
    assert cited > 150


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("models.md §3.4", "is docs/method/models.md"),
        ("docs/method/models.md §3.4 and §9.1", "has no §9.1"),
        ("docs/method/models.md §3.2 (4), §3.88", "has no §3.88"),
        ("docs/method/catalogue.md “Edges” and “Corners”", "has no “Corners”"),
    ],
)
def test_a_citation_that_leads_nowhere_would_be_caught(text: str, words: str) -> None:
    assert [fault for fault in faults(text) if words in fault]
    assert len(faults(text)) == 1


GUIDES = [REPOSITORY / name for name in ("CONTRIBUTING.md", "docs/glossary.md", "docs/decisions")]
PAGES = [page for guide in GUIDES for page in (guide.glob("*.md") if guide.is_dir() else [guide])]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_file_that_a_guide_names_is_there(page: Path) -> None:
    """`NAME` and `…` stand for what is not yet there: the folder above is asked for."""
    for place in re.findall(r"`((?:addin|tests|workbooks|docs|tools|\.ci)/[^`\s]*)`", page.read_text(encoding="utf-8")):
        known = re.split(r"NAME|…", place)[0].rpartition("/")[0] if "NAME" in place or "…" in place else place
        assert (REPOSITORY / known).exists(), f"{page.name} names {place}"
    for link in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), f"{page.name} links to {link}"

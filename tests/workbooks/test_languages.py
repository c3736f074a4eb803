"""The workbooks in their second language: other words, the same arithmetic."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from computefi.recalc import recalculate

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "workbooks" / "build"
sys.path.insert(0, str(BUILD))

import words  # noqa: E402
from kit import Book  # noqa: E402

# The module that builds each workbook with two languages.
BUILDERS = {"compare": "compare", "functions": "functions_book", "checks": "checks_book"}
# Words of the trade that Chinese lenders use in Latin letters beside or instead of their own.
TRADE = re.compile(r"\b(hashprice|hashcost|backlog|haircut)\b", re.IGNORECASE)
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!(][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?!\d)")


@dataclass
class Pair:
    """A workbook in English and in Chinese."""

    name: str
    fresh: Path
    words: words.Words

    @property
    def english(self) -> Path:
        return ROOT / "workbooks" / f"{self.name}.xlsx"

    @property
    def chinese(self) -> Path:
        return ROOT / "workbooks" / f"{self.name}.zh.xlsx"

    @cached_property
    def formulas(self) -> tuple[Any, Any]:
        return load_workbook(self.english), load_workbook(self.chinese)

    @cached_property
    def values(self) -> tuple[Any, Any]:
        return load_workbook(self.english, data_only=True), load_workbook(self.chinese, data_only=True)


@pytest.fixture(scope="module", params=BUILDERS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    builder, words_for, used = import_module(BUILDERS[request.param]), words.words_for, []
    target = tmp_path_factory.mktemp("zh") / f"{request.param}.zh.xlsx"

    def watched(*arguments: Any) -> Any:
        used.append(words_for(*arguments))
        return used[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builder, "words_for", watched)
        builder.build(target, "zh")
    return Pair(request.param, target, used[0])


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def cells(books: tuple[Any, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The cells of both books, side by side."""
    for ours, theirs in zip(*books, strict=True):
        for row, other in zip_longest(ours.iter_rows(), theirs.iter_rows()):
            for one, two in zip_longest(row, other):
                yield f"{ours.title}!{one.coordinate}", one.value, two.value


def bare(formula: str) -> str:
    """A formula without its quoted texts."""
    return re.sub(r'"[^"]*"', '""', formula)


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Everything a reader can see in the file: cells, quoted texts, headers, messages, charts, alt texts, formats."""
    for name, content in members(path).items():
        text = content.decode() if name.endswith(".xml") else ""
        found: list[str] = []
        if name == "xl/sharedStrings.xml":
            found = re.findall(r"<t[^>]*>([^<]*)</t>", text)
        elif name.startswith("xl/worksheets/sheet"):
            for formula in re.findall(r"<(?:f|formula)\b[^>]*>([^<]*)<", text):
                if "CFI_" not in formula:  # a word among the arguments of a function is a code
                    found += re.findall(r'"([^"]*)"', unescape(formula))
            found += re.split(r'&(?:[LCR]|"[^"]*"&8|[PNA])', unescape("".join(re.findall(r"<odd\w+>([^<]*)<", text))))
            found += re.findall(r'(?:promptTitle|prompt|errorTitle|error|tooltip)="([^"]*)"', text)
        elif name.startswith("xl/charts/chart"):
            found = re.findall(r"<(?:a:t|v)>([^<]*)<", text)
        elif name.startswith("xl/drawings/drawing"):
            found = re.findall(r'(?:name|descr)="([^"]*)"', text)
        elif name == "xl/styles.xml":
            for code in re.findall(r'formatCode="([^"]*)"', text):
                found += re.findall(r'"([^"]*)"', unescape(code))
        elif name == "docProps/core.xml":
            found = re.findall(r"<dc:title>([^<]*)<", text)
        yield from ((name, unescape(one)) for one in found)


def test_the_delivered_chinese_file_is_a_fresh_build(pair: Pair) -> None:
    assert members(pair.chinese) == members(pair.fresh)


def test_formulas_differ_in_quoted_words_only(pair: Pair) -> None:
    said = 0
    for address, ours, theirs in cells(pair.formulas):
        if isinstance(ours, ArrayFormula):
            assert (ours.ref, ours.text) == (theirs.ref, theirs.text), address
        elif isinstance(ours, str) and ours.startswith("="):
            assert bare(ours) == bare(theirs), address
            said += ours != theirs
    assert said > 0


def test_every_number_is_the_same_and_no_cell_is_an_error(pair: Pair) -> None:
    for address, ours, theirs in cells(pair.values):
        if isinstance(ours, str):
            assert isinstance(theirs, str), address
            assert not re.fullmatch(r"#[A-Z/0!?]+", theirs) or theirs == ours, address
        else:
            assert theirs == ours, address
            assert type(theirs) is type(ours), address


def test_names_sheets_links_and_colour_rules_are_the_same(pair: Pair) -> None:
    english, chinese = pair.formulas
    assert english.sheetnames == chinese.sheetnames
    assert {n: d.attr_text for n, d in english.defined_names.items()} == {
        n: d.attr_text for n, d in chinese.defined_names.items()
    }
    for ours, theirs in zip(english, chinese, strict=True):
        assert [link.location for link in ours._hyperlinks] == [link.location for link in theirs._hyperlinks]
        assert [
            (str(one.sqref), [bare(f) for rule in one.rules for f in rule.formula])
            for one in ours.conditional_formatting
        ] == [
            (str(one.sqref), [bare(f) for rule in one.rules for f in rule.formula])
            for one in theirs.conditional_formatting
        ]
        assert ours.print_area == theirs.print_area


def test_a_recalculation_changes_nothing_and_the_checks_pass(pair: Pair) -> None:
    result = recalculate(pair.chinese)
    assert not result.changed
    assert result.errors == 0, result.reasons
    assert result["master_check"] is True


def test_no_english_is_left(pair: Pair) -> None:
    sheets = re.compile("|".join(pair.formulas[1].sheetnames))  # formulas and the command line use their names
    for name, text in texts(pair.chinese):
        rest = pair.words.codes.sub(" ", sheets.sub(" ", TRADE.sub(" ", text)))
        assert text in pair.words.kept or not words.leftover(rest), f"{name}: {text}"


def test_chinese_text_has_chinese_punctuation(pair: Pair) -> None:
    for name, text in texts(pair.chinese):
        assert not HALF_WIDTH.search(text), f"{name}: {text}"
        assert "。。" not in text, f"{name}: {text}"


def test_every_font_has_chinese_letters(pair: Pair) -> None:
    for name, content in members(pair.chinese).items():
        if re.match(r"xl/(styles|worksheets|charts)", name):
            assert b"Arial" not in content, name
        if name.startswith("xl/charts/chart"):
            assert content.count(b"<a:latin") == content.count(b"<a:ea") > 0, name


def test_no_translation_is_unused(pair: Pair) -> None:
    own = words.table(f"words_zh_{pair.name}.json")
    unused = set(own) - pair.words.used
    assert not unused


def test_no_shared_translation_is_given_again() -> None:
    shared = words.table("words_zh_kit.json")
    for name in BUILDERS:
        own = words.table(f"words_zh_{name}.json")
        assert not [key for key in own if shared.get(key) == own[key]], name


def test_a_missing_translation_fails_the_build_and_is_named(tmp_path: Path) -> None:
    from seal import save

    book = Book("A title", "zh", words.Words({"Unit": "单位"}))
    book.page("Sheet", "Unit", "Nobody translated this", {"B": 10})
    with pytest.raises(words.MissingWords, match="Nobody translated this") as refusal:
        save(book, tmp_path / "book.xlsx")
    assert "'Unit'" not in str(refusal.value)


def test_a_pattern_says_its_parts_and_asks_for_those_it_does_not_know() -> None:
    spoken = words.Words({"Bridge of {}": "{} 分解图", "the loan": "贷款"})
    assert spoken.get("Bridge of the loan", "") == "贷款 分解图"
    assert spoken.get("Bridge of DDTL 4", "") == "DDTL 4 分解图"
    spoken.get("Bridge of sighs", "")
    assert list(spoken.missing) == ["Bridge of sighs"]


def test_the_verdict_colours_follow_the_words() -> None:
    book = ROOT / "workbooks" / "compare.zh.xlsx"
    assert recalculate(book, set={"contracted_ddtl4": 0.3})["verdict_ddtl4"].startswith("不通过")
    delivered = recalculate(book)
    assert delivered["verdict_ddtl4"].startswith("通过")
    assert "DDTL 4.0 型 每年预期损失为贷款的 0.77%" in delivered["reading"]
    rules = [
        formula
        for one in load_workbook(book)["Summary"].conditional_formatting
        for rule in one.rules
        for formula in rule.formula
    ]
    assert [word for word in ("通过", "关注", "不通过") if any(f'="{word}"' in formula for formula in rules)] == [
        "通过",
        "关注",
        "不通过",
    ]

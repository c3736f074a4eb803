"""The workbooks in their second language: other words, the same arithmetic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from computefi.recalc import recalculate
from workbook_support import members, same_but_for_last_digits
from workbooks.build import NAMES
from workbooks.build.kit import words
from workbooks.build.kit.page import Book

ROOT = Path(__file__).parents[2]


# Two English words in a row, outside quotation marks and titles, are a sentence that nobody translated.
ENGLISH, QUOTED = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b"), re.compile(r"“[^”]*”|《[^》]*》")
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
    def sheets(self) -> list[tuple[str, str, str]]:
        """Name and XML of every sheet, in English and in Chinese."""
        english, chinese = (members(path) for path in (self.english, self.chinese))
        names = re.findall(r'<sheet [^>]*name="([^"]*)"', english["xl/workbook.xml"].decode())
        parts = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(names) + 1)]
        return [
            (unescape(name), english[part].decode(), chinese[part].decode())
            for name, part in zip(names, parts, strict=True)
        ]


# A build of the book of loans takes half a minute: it is compared at night.
LONG = {"book"}
EDITIONS = [pytest.param(name, marks=pytest.mark.nightly) if name in LONG else name for name in NAMES]


@pytest.fixture(scope="module", params=EDITIONS)
def pair(request: pytest.FixtureRequest, built: Callable[[str, str], Any]) -> Pair:
    chinese = built(request.param, "zh")
    return Pair(request.param, chinese.path, chinese.words)


CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
FORMULA = re.compile(r"<f([^>]*?)(?:/>|>([^<]*)</f>)")


def cells(pair: Pair) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Each cell in both languages: its type, the attributes and the text of its formula, its value."""
    for name, *both in pair.sheets:
        for found in zip(*(CELL.finditer(text) for text in both), strict=True):
            read = []
            for _, attributes, inside in (one.groups(default="") for one in found):
                kind = re.search(r't="(\w+)"', attributes)
                formula, value = FORMULA.search(inside), re.search(r"<v>([^<]*)</v>", inside)
                read.append(
                    (
                        kind[1] if kind else "n",
                        formula[1] if formula else "",
                        unescape(formula[2] or "") if formula else "",
                        unescape(value[1]) if value else "",
                    )
                )
            assert found[0][1] == found[1][1]
            yield f"{name}!{found[0][1]}", read


def bare(formula: str) -> str:
    """A formula without its quoted texts."""
    return re.sub(r'"[^"]*"', '""', formula)


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Everything a reader can see in the file: cells, quoted texts, headers, messages, charts, alt texts, formats."""
    for name, content in members(path).items():
        text = content.decode() if name.endswith(".xml") else ""
        found: list[str] = []
        if name.startswith("xl/worksheets/sheet"):
            found = re.findall(r"<t[^>]*>([^<]*)</t>", text)
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
    same_but_for_last_digits(pair.chinese, pair.fresh)


def test_formulas_differ_in_quoted_words_only(pair: Pair) -> None:
    said = 0
    for address, ((_, kind, ours, _), (_, other_kind, theirs, _)) in cells(pair):
        assert kind == other_kind, address
        assert bare(ours) == bare(theirs), address
        assert "CFI_" not in ours or "IF(" in ours or ours == theirs, address
        said += ours != theirs
    assert said > 0


def test_every_number_is_the_same_and_no_cell_is_an_error(pair: Pair) -> None:
    for address, ((kind, _, _, ours), (other_kind, _, _, theirs)) in cells(pair):
        assert kind == other_kind, address
        if kind not in ("s", "str"):  # texts are said; numbers, flags and the errors of examples are the same
            assert theirs == ours, address


def test_names_sheets_links_and_colour_rules_are_the_same(pair: Pair) -> None:
    english, chinese = (members(path)["xl/workbook.xml"].decode() for path in (pair.english, pair.chinese))
    assert english == chinese
    for name, ours, theirs in pair.sheets:
        for pattern in (r'location="([^"]*)"', r"<(mergeCell|pane|col|brk) ([^>]*)>", r"<sqref>[^<]*|sqref=\"[^\"]*\""):
            assert re.findall(pattern, ours) == re.findall(pattern, theirs), name
        rules = [[bare(unescape(f)) for f in re.findall(r"<formula>([^<]*)<", text)] for text in (ours, theirs)]
        assert rules[0] == rules[1], name


def test_a_recalculation_changes_nothing_and_the_checks_pass(pair: Pair, tmp_path: Path) -> None:
    result = recalculate(pair.chinese, tmp_path / "again.xlsx")
    same_but_for_last_digits(pair.chinese, tmp_path / "again.xlsx")
    assert result.errors == 0, result.reasons
    assert result["master_check"] is True


def test_no_english_is_left(pair: Pair) -> None:
    given = words.table("kit") | words.table(pair.name)
    for name, shown in texts(pair.chinese):
        text = re.sub(r'&"[^"]*"|&[0-9]+', "", shown)  # the font and the size of a header
        # Formulas, titles of works, and the texts of a new function that are owed their words stay as they are.
        if text not in pair.words.kept and given.get(text) != text and text not in pair.words.missing:
            rest = pair.words.codes.sub("·", words.NAMES.sub("·", QUOTED.sub("·", text)))
            assert not ENGLISH.search(rest), f"{name}: {text}"
            assert words.CHINESE.search(text) or not pair.words.leftover(text), f"{name}: {text}"


def test_chinese_text_has_chinese_punctuation(pair: Pair) -> None:
    for name, text in texts(pair.chinese):
        assert not HALF_WIDTH.search(text), f"{name}: {text}"
        assert "。。" not in text, f"{name}: {text}"


def test_every_font_has_chinese_letters(pair: Pair) -> None:
    for name, content in members(pair.chinese).items():
        if name == "xl/styles.xml":
            # That of no cell: the widths of columns are counted in its digits, as in the other edition.
            content = content.replace(b'<font><name val="Arial" /><sz val="10" /></font>', b"", 1)
        if re.match(r"xl/(styles|worksheets|charts)", name):
            assert b"Arial" not in content, name
        if name.startswith("xl/charts/chart"):
            assert content.count(b"<a:latin") == content.count(b"<a:ea") > 0, name


def test_no_translation_is_unused(pair: Pair) -> None:
    own = words.table(pair.name)
    unused = set(own) - pair.words.used
    assert not unused


def test_no_shared_translation_is_given_again() -> None:
    shared = words.table("kit")
    for name in NAMES:
        own = words.table(name)
        assert not [key for key in own if shared.get(key) == own[key]], name


def test_a_missing_translation_fails_the_build_and_is_named(tmp_path: Path) -> None:
    from workbooks.build.kit.seal import save

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
    assert recalculate(book, set={"notice_contract_1": 3})["verdict_ddtl4"].startswith("不通过")
    delivered = recalculate(book)
    assert delivered["verdict_ddtl4"].startswith("通过")
    assert "贷款人预期损失贷款的 0.03%" in delivered["reading"]
    rules = unescape(members(book)["xl/worksheets/sheet1.xml"].decode())
    assert all(f'="{word}"</formula>' in rules for word in ("通过", "关注", "不通过"))

"""A second language for the workbooks: tables of words, and what is said when a book is saved.

A table `NAME/words_zh.json` gives every text of a workbook in Chinese. The build fails with the list of texts that have
none. A key with `{}` is a pattern: `"Bridge of {}"` says what stands in the braces as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from html import unescape
from pathlib import Path
from xml.sax.saxutils import escape

from workbooks.build.kit.page import FONT, HEADER, Book

FOLDER = Path(__file__).parents[1]
LANGUAGES = ("en", "zh")
# Windows has it, and Office brings it to the Mac; its digits are as wide as those of Arial.
FONTS = {"en": FONT, "zh": "Microsoft YaHei"}
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# Names, forms, ratings, abbreviations and codes that stay as they are in every language.
NAMES = re.compile(
    r"(?<![A-Za-z])(?:https?://\S+|CFI_[A-Z_]+|computefi(?:\.[a-z_]+)*|ComputeFi|MinerFi|xlwings|Excel|LibreOffice|Python|"
    r"CoreWeave|Core Scientific|Meta|Nebius|IREN|NYDIG|NVIDIA|Microsoft|OpenAI|Anthropic|Midjourney|Anysphere|Jane Street|"
    r"HRT|Moody's|DBRS|Fitch|S&P|Celsius|Stronghold|Bitfarms|Bernstein|Black–Scholes|Monte Carlo|Newton|CCIR|"
    r"SEC|SOFR|BTC|GPU|ASIC|DDTL|SPV|RPO|LTV|LLCR|PLCR|DSCR|CFADS|PD|LGD|EL|EAD|WAL|VaR|ES|EWMA|HHI|IRB|Basel|CCF|SKU|CDS|"
    r"B\.C\. C\.A\. [A-Z0-9]+|CA\d+|[HAB]\d{2,3}s?|GB\d+|Aa\d|Baa?\d|BBB?[+-]?|AA[A-]?[+-]?|A[ab]?\(low\)|A-sf|\d+-[KQ]|"
    r"bp|PH|TH|EH|kWh|kW|MWh?|NVL72|HGX|GW|ln|exp|gpu-age-curve|yyyy(?:-mm)?(?:-dd)?|General|"
    r"tests/\S+\.py|[A-Z]{1,2}\d+(?::[A-Z]{1,2}\d+)?|#VALUE!|#NUM!|#DIV/0!|#N/A|#NAME\?|TRUE|FALSE)(?![A-Za-z])"
)
BLANKS = re.compile(r" *([，。；：？！、（）]) *")  # a full-width mark carries its own blank
# A builder that joins two texts writes an English mark between them.
HALF_WIDTH, FULL_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff）])([,;:]) "), {",": "，", ";": "；", ":": "："}
CALL = re.compile(r"\b[A-Z][A-Z.]+\(")
NEVER = "(?!)"


class MissingWords(Exception):
    """Texts of a workbook that the table of its language does not give."""


class Words(Mapping[str, str]):
    """A table of words that remembers what was asked for and what it could not say."""

    def __init__(self, table: Mapping[str, str], kept: Iterable[str] = (), codes: Collection[str] = ()) -> None:
        self.table = table
        self.kept = frozenset(kept)  # whole texts that stay: signatures, formulas
        # Codes that stand within sentences: the names of arguments.
        self.codes = re.compile(rf"\b({'|'.join(map(re.escape, codes))})\b" if codes else NEVER)
        self.used: set[str] = set()
        self.missing: dict[str, None] = {}
        patterns = sorted((key for key in table if "{}" in key), key=lambda key: (-len(key.replace("{}", "")), key))
        self.patterns = {key: re.compile("(.+?)".join(map(re.escape, key.split("{}"))), re.DOTALL) for key in patterns}

    def __getitem__(self, text: str) -> str:
        return self.table[text]

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def __len__(self) -> int:
        return len(self.table)

    def get(self, text: str, default: str | None = None) -> str:  # type: ignore[override]
        said = self.find(text)
        if said is None:
            self.missing[text] = None
            return text if default is None else default
        return said

    def find(self, text: str) -> str | None:
        """The text in this language, or None."""
        if text in self.table:
            self.used.add(text)
            return self.table[text]
        if CHINESE.search(text):
            return BLANKS.sub(r"\1", HALF_WIDTH.sub(lambda mark: FULL_WIDTH[mark[1]], text))
        if text in self.kept or not self.leftover(text):
            return text
        for key, pattern in self.patterns.items():
            if found := pattern.fullmatch(text):
                parts = [self.find(part) for part in found.groups()]
                if None not in parts:
                    self.used.add(key)
                    return self.table[key].format(*parts)
        return None

    def leftover(self, text: str) -> list[str]:
        """The words in Latin letters that are neither names nor codes; with codes, a formula is made of calls."""
        rest = NAMES.sub(" ", text)
        return leftover(self.codes.sub(" ", CALL.sub("(", rest)) if self.codes.pattern != NEVER else rest)

    def complete(self) -> None:
        if self.missing:
            raise MissingWords("no translation for:\n" + "\n".join(f"{text!r}" for text in self.missing))


def leftover(text: str) -> list[str]:
    """The words in Latin letters that are not names."""
    return re.findall(r"[A-Za-z]{2,}", NAMES.sub(" ", text))


def words_for(name: str, language: str, kept: Iterable[str] = (), codes: Collection[str] = ()) -> Mapping[str, str]:
    """The words of one workbook: those that all workbooks share, then its own."""
    if language == "en":
        return {}
    return Words(table("kit", language) | table(name, language), kept, codes)


def table(name: str, language: str = "zh") -> dict[str, str]:
    """The words of one workbook, or of the kit; a key that stands in it twice is refused."""
    pairs: list[tuple[str, str]] = json.loads(
        (FOLDER / name / f"words_{language}.json").read_text("utf-8"), object_pairs_hook=list
    )
    if len(dict(pairs)) < len(pairs):
        raise ValueError(f"{name}/words_{language}.json has a key twice")
    return dict(pairs)


def edition(target: Path, language: str) -> Path:
    """The file of a language: compare.xlsx, compare.zh.xlsx."""
    return target if language == "en" else target.with_suffix(f".{language}.xlsx")


def build_editions(build: Callable[[Path, str], list[str] | None], target: Path) -> None:
    """Build a workbook in every language: into `target`; a builder may return the texts that are owed their words."""
    for language in LANGUAGES:
        owed = build(edition(target, language), language) or []
        print(f"{edition(target, language)} built" + f", {len(owed)} texts without words:" * bool(owed))
        for text in owed:
            print(f"  {text!r}")


def say_sheets(book: Book) -> None:
    """Say what a builder wrote past its page: plain cells, headers and footers, validations, tips of links."""
    if book.language == "en":
        return
    for sheet in book.workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    if "\n" in cell.value:  # Chinese lines are higher
                        above = sheet.row_dimensions[cell.row]
                        above.height = max(above.height or 15, 15 * cell.value.count("\n") + 20)
                    cell.value = (book.say_in if cell.value.startswith("=") else book.say)(cell.value)
                if cell.hyperlink and cell.hyperlink.tooltip:
                    cell.hyperlink.tooltip = book.say(cell.hyperlink.tooltip)
        for part in (sheet.oddHeader.left, sheet.oddHeader.right, sheet.oddFooter.left, sheet.oddFooter.center):
            text = (part.text or "").removeprefix(HEADER)
            part.text = HEADER + book.say(sheet.title if text == "&A" else text)
        for rule in sheet.data_validations.dataValidation:
            for field in ("promptTitle", "prompt", "errorTitle", "error"):
                if text := getattr(rule, field):
                    setattr(rule, field, book.say(text))
            if rule.type == "list" and rule.formula1.startswith('"'):
                rule.formula1 = book.say_in(rule.formula1)


def say_format(book: Book, code: str) -> str:
    """A number format with its quoted texts said; one whose words stand in another order has a line of its own."""
    return book.say(code) if code in book.words else book.say_in(code).replace('""', "")


def say_part(book: Book, name: str, content: bytes) -> bytes:
    """Fonts, number formats and chart texts of one member of the file."""
    if book.language == "en" or not re.match(r"xl/(styles|worksheets|charts)", name):
        return content
    font = FONTS[book.language]

    def said(found: re.Match[str]) -> str:
        text = unescape(found[2])
        spoken = say_format(book, text) if "formatCode" in found[1] else book.say(text)
        return found[1] + escape(spoken, {'"': "&quot;"})

    text = content.decode()
    if not name.startswith("xl/worksheets"):
        text = re.sub(r'(formatCode=")([^"]*)', said, text)
        text = re.sub(r"(<(?:a:t|(?:c:)?v|(?:c:)?formatCode)>)([^<]+)", said, text)
        text = text.replace(f'<a:latin typeface="{FONT}"/>', f'<a:latin typeface="{font}"/><a:ea typeface="{font}"/>')
        text = text.replace(f'<a:latin typeface="{FONT}" />', f'<a:latin typeface="{font}"/><a:ea typeface="{font}"/>')
    text = text.replace(FONT, font)
    # The first font is that of the style Normal, in whose digits columns are measured: as wide in every language.
    return (text.replace(font, FONT, 1) if name == "xl/styles.xml" else text).encode()


def unsaid(book: Book) -> list[str]:
    """The texts of a written book that its language has no words for."""
    return list(book.words.missing) if isinstance(book.words, Words) else []


def complete(book: Book) -> None:
    """Refuse a book that could not say all its texts."""
    if isinstance(book.words, Words):
        book.words.complete()

"""The files of a new function or a new workbook, with everything in them that can be known beforehand."""

from __future__ import annotations

import json
import re

from computefi.spec import PREFIX, REGISTRY
from tools.generated import ROOT
from workbooks.build.kit.words import table

MODEL = '''"""{title}: what it is, in one line."""

from computefi.spec import Example, declare
from computefi.spec.kinds import MONEY, RATIO, Annotated, X


@declare(
    category="Correlation-adjusted LTV",
    questions=["How much can I lend?"],
    source="Author (year), Journal volume, pages; or the article of the rule",
    examples=[Example((70, 100), 0.7, "a printed value, or by hand")],
)
def {name}(
    loan: Annotated[X, MONEY, "Loan outstanding"],
    value: Annotated[X, MONEY.nonzero, "Value of the collateral today"],
) -> Annotated[X, RATIO, "Loan over value"]:
    """{title}: one sentence that says what it gives.

    ratio = loan / value

    Steps: ratio
    Convention: timing, sign and compounding.
    Limits: 0 where there is no loan.
    Errors: #DIV/0! where the value is 0; #NUM! where an amount is negative.
    """
    return loan / value
'''
TEST = '''"""What only {formula} promises; what every function promises is tested of it already."""

from __future__ import annotations

import pytest

import computefi


def test_a_loan_of_nothing_gives_nothing() -> None:
    assert computefi.{name}(0, 100) == 0


def test_a_published_value_is_met() -> None:
    assert computefi.{name}(70, 100) == pytest.approx(0.7)
'''
BOOK = '''"""Build workbooks/{name}.xlsx: what it answers.

python -m workbooks.build {name} [--to target.xlsx]
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from computefi.recalc import recalculate
from workbooks.build.kit.page import Book
from workbooks.build.kit.seal import save
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "{name}.xlsx"
TITLE = "{title}"


def compose(language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values."""
    book = Book(TITLE, language, words or {{}})
    page = book.page("Summary", TITLE, "What the workbook answers, in one line.", {{"A": 1.5, "B": 40, "C": 14}})
    page.section(5, "Loan to value", "B", "C")
    for row, (label, value, look) in enumerate(
        (("Loan", 70, "input"), ("Value", 100, "input"), ("LTV", "=CFI_LTV(C6,C7)", "result")), 6
    ):
        page.put(f"B{{row}}", label, "label")
        page.put(f"C{{row}}", value, look)
    page.put("B9", "It is loan over value", "label")
    page.put("C9", "=ABS(C8-C6/C7)<=1E-12", "verdict")
    book.name("master_check", page, "C9")
    page.merge("B3:B3", '=IF(master_check,"Checks: all pass","CHECKS FAIL")', "flag")
    page.paint("B3", {{"master_check": "good", "NOT(master_check)": "bad"}})
    page.freeze("A5")
    page.print_setup("B1:C9", "1:3")
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("{name}", language)
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        save(compose(language, words), draft)
        recalculate(draft, target, calc="trust")
'''


class Refused(Exception):
    """A name that cannot be taken."""


def new_function(name: str) -> list[str]:
    """A model of its own with one function, registered before the functions that speak of calls; the files to edit."""
    sheet_name = PREFIX + name.upper()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise Refused(f"{name!r} must be small letters, digits and underscores")
    model, test = ROOT / f"addin/computefi/models/{name}.py", ROOT / f"tests/models/test_{name}.py"
    if sheet_name in REGISTRY or model.exists() or test.exists():
        raise Refused(f"{sheet_name} or a model of that name exists")
    title = name.replace("_", " ").capitalize()
    model.write_text(MODEL.format(name=name, title=title), encoding="utf-8")
    test.write_text(TEST.format(name=name, formula=sheet_name), encoding="utf-8")
    package = ROOT / "addin/computefi/__init__.py"
    listed = package.read_text(encoding="utf-8")
    # Behind all models, before the functions that speak of other functions.
    package.write_text(listed.replace('    "judgement",\n', f'    "{name}",\n    "judgement",\n'), encoding="utf-8")
    return [path.relative_to(ROOT).as_posix() for path in (model, test)]


def new_workbook(name: str) -> list[str]:
    """A builder that works, listed where builders and the wheel's files are; the files to edit."""
    folder = ROOT / "workbooks/build" / name
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or folder.exists():
        raise Refused(f"{name!r} must be small letters, digits and underscores, and a new name")
    folder.mkdir()
    title = name.replace("_", " ").capitalize()
    words = {
        title: "…",
        "Summary": "摘要",
        "What the workbook answers, in one line.": "…",
        "Loan": "贷款",
        "It is loan over value": "即贷款除以价值",
        "Checks: all pass": "检查：全部通过",
        "CHECKS FAIL": "检查未通过",
    }
    listed_words = {text: said for text, said in words.items() if text not in table("kit")}
    files = {
        "__init__.py": "",
        "book.py": BOOK.format(name=name, title=title),
        "words_zh.json": json.dumps(listed_words, ensure_ascii=False, indent=2) + "\n",
    }
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    builders = ROOT / "workbooks/build/__init__.py"
    listed = builders.read_text(encoding="utf-8")
    builders.write_text(listed.replace('"functions", "checks")', f'"{name}", "functions", "checks")'), encoding="utf-8")
    project = ROOT / "pyproject.toml"
    carried = "".join(
        f'"workbooks/{file}" = "computefi/workbooks/{file}"\n' for file in (f"{name}.xlsx", f"{name}.zh.xlsx")
    )
    conf = '"xlwings.conf" = '
    project.write_text(project.read_text(encoding="utf-8").replace(conf, carried + conf), encoding="utf-8")
    return [f"workbooks/build/{name}/book.py", f"workbooks/build/{name}/words_zh.json"]

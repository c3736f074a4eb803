"""A stamp says what computed a file, and leaves every other byte."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.packaging.custom import IntProperty, StringProperty

from computefi import __version__, recalc
from computefi.cli.main import cli
from computefi.errors import WorkbookError
from computefi.recalc.batch.api import recalculate_many
from computefi.xlsx.package import Package
from computefi.xlsx.stamp import EMPTY, stamped, with_properties
from recalc_books import make, members

NAMES = ["version", "engine", "input SHA-256", "time", "inputs set"]
PART = "docProps/custom.xml"


def properties(path: Path) -> dict[str, object]:
    return {one.name: one.value for one in openpyxl.load_workbook(path).custom_doc_props.props}


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return make(tmp_path / "plain.xlsx", {"A1": 70, "A2": 100, "A3": "=A1/A2"})


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A workbook that has properties of its own."""
    workbook = openpyxl.Workbook()
    workbook.active["A1"], workbook.active["A2"] = 2, "=A1*2"
    workbook.custom_doc_props.append(StringProperty(name='Deal <4.0> & "so" on', value="a < b"))
    workbook.custom_doc_props.append(IntProperty(name="Number", value=7))
    workbook.save(tmp_path / "own.xlsx")
    return tmp_path / "own.xlsx"


def test_a_stamp_says_what_computed_the_file(plain: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    recalc.recalculate(plain, target, set={"Deal!A1": 80}, stamp=True)
    told = properties(target)
    assert list(told) == [f"computefi {name}" for name in NAMES]
    assert told["computefi version"] == __version__
    assert told["computefi input SHA-256"] == hashlib.sha256(plain.read_bytes()).hexdigest()
    assert told["computefi inputs set"] == "Deal!A1=80.0"
    assert openpyxl.load_workbook(target, data_only=True)["Deal"]["A3"].value == 0.8


def test_only_what_the_stamp_needs_changes(plain: Path, tmp_path: Path) -> None:
    with_stamp, without = tmp_path / "with.xlsx", tmp_path / "without.xlsx"
    recalc.recalculate(plain, with_stamp, stamp=True)
    recalc.recalculate(plain, without)
    one, other = members(with_stamp), members(without)
    assert set(one) - set(other) == {PART}
    assert {name for name in other if one[name] != other[name]} == {"[Content_Types].xml", "_rels/.rels"}
    assert zipfile.ZipFile(with_stamp).testzip() is None


def test_properties_that_are_there_stay_byte_by_byte(own: Path) -> None:
    before = members(own)
    recalc.recalculate(own, own, stamp=True)
    assert list(properties(own))[:2] == ['Deal <4.0> & "so" on', "Number"]
    assert len(properties(own)) == 2 + len(NAMES)
    after = members(own)
    assert {name for name in after if after[name] != before.get(name)} == {PART, "xl/worksheets/sheet1.xml"}
    end = before[PART].rindex(b"</")
    assert after[PART].startswith(before[PART][:end])


def test_a_second_stamp_replaces_the_first(own: Path) -> None:
    recalc.recalculate(own, own, stamp=True)
    first = properties(own)
    recalc.recalculate(own, own, set={"Sheet!A1": 3}, stamp=True)
    second = properties(own)
    assert list(second) == list(first)
    assert second["computefi inputs set"] == "Sheet!A1=3.0"
    assert second["computefi input SHA-256"] != first["computefi input SHA-256"]
    numbers = [part.split(b'"')[0] for part in members(own)[PART].split(b'pid="')[1:]]
    assert len(numbers) == len(set(numbers)) == 2 + len(NAMES)


def test_without_being_asked_there_is_no_stamp(plain: Path) -> None:
    recalc.recalculate(plain, plain)
    assert PART not in members(plain)


@pytest.mark.parametrize(
    "stored",
    [
        EMPTY, EMPTY.replace(b"></Properties>", b"/>"), EMPTY.replace(b"<Properties xmlns=", b"<p:Properties xmlns:p=")
        .replace(b"</Properties>", b"</p:Properties>"),
        EMPTY.replace(b"</Properties>", b"<!-- <property/> --></Properties>"),
        b"\xef\xbb\xbf" + EMPTY.replace(b' standalone="yes"', b""),
    ],
)  # fmt: skip
def test_every_form_of_the_part_takes_a_stamp(stored: bytes) -> None:
    from xml.etree import ElementTree

    once = with_properties(stored, PART, {"a": "x<&>", "b": "1"})
    twice = with_properties(once, PART, {"B": "2"})
    found = [(one.get("name"), one.get("pid"), one[0].text) for one in ElementTree.fromstring(twice)]
    assert found == [("a", "2", "x<&>"), ("B", "3", "2")]


@pytest.mark.parametrize("damaged", [b"", b"<Nothing/>", b"<Properties>", b"\x00\xff"])
def test_a_damaged_part_is_refused(damaged: bytes) -> None:
    with pytest.raises(WorkbookError, match=r"custom\.xml"):
        with_properties(damaged, PART, {"a": "x"})


def test_a_part_that_nobody_links_to_is_left_alone(plain: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(plain, "a") as opened:
        opened.writestr(PART, "not ours")
    content = stamped(Package.open(plain), {}, {"a": "x"})
    target = tmp_path / "out.xlsx"
    target.write_bytes(content)
    assert members(target)[PART] == b"not ours"
    assert b">x<" in members(target)["docProps/custom1.xml"]


def test_the_commands_stamp_if_asked(plain: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert CliRunner().invoke(cli, ["recalc", str(plain), "-o", str(target), "--stamp"]).exit_code == 0
    assert "computefi time" in properties(target)
    (tmp_path / "many").mkdir()
    plain.rename(tmp_path / "many" / "one.xlsx")
    for stamp in (False, True):
        recalculate_many(tmp_path / "many", tmp_path / "done", jobs=1, stamp=stamp)
        assert ("computefi time" in properties(tmp_path / "done" / "one.xlsx")) == stamp, "a stamp is asked for anew"

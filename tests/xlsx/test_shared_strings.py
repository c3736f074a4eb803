"""Shared strings in the usual form are read at once, and come out as those that are walked through."""

from __future__ import annotations

import random

import pytest

from computefi.errors import WorkbookError
from computefi.xlsx import workbook
from computefi.xlsx.workbook import MAIN_NAMESPACES, read_shared_strings, walked_strings

MAIN = MAIN_NAMESPACES[0]
HEADS = (
    f'<sst xmlns="{MAIN}">',
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{MAIN}" count="9" uniqueCount="3">',
    f"<?xml version='1.0' encoding='utf-8'?><sst uniqueCount='3' xmlns='{MAIN}'>",
    f'<sst xmlns="{MAIN_NAMESPACES[1]}">',
    f'<!DOCTYPE x><sst xmlns="{MAIN}">',
    f'<?xml version="1.0" encoding="latin-1"?><sst xmlns="{MAIN}">',
    f'<sst xmlns="{MAIN}" xmlns="{MAIN}">',
    '<sst xmlns="urn:other">',
    "<sst>",
)
ITEMS = (
    "<si><t>one</t></si>", '<si><t xml:space="preserve"> a &amp; b\r\nc </t></si>', "<si><t>_x0041_贷款&#10;</t></si>",
    "<si><t></t></si>", "<si><t/></si>", "<si/>", "\n  ", "<si><r><t>80</t></r><r><t>%</t></r></si>", "<!-- x -->",
    '<si><rPh sb="0" eb="1"><t>x</t></rPh><t>y</t></si>', "<si><t><![CDATA[<si>]]></t></si>", "text", "<si><t>",
    "<si><t>a</t><t>b</t></si>", "&nbsp;", "<t>alone</t>", "<si><t>&lt;si></t></si>", "]]>", "\x01",
)  # fmt: skip


def read(text: str, walked: bool) -> list[str] | None:
    """The texts; None where the part is refused."""
    try:
        return (walked_strings if walked else read_shared_strings)(text.encode(), "strings.xml")
    except WorkbookError:
        return None


@pytest.mark.parametrize("seed", range(40))
def test_they_come_out_as_walked_through(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(50):
        items = dice.choices(ITEMS[: dice.choice((4, 5, 7, len(ITEMS)))], k=dice.randint(0, 6))
        text = dice.choice(HEADS if dice.random() < 0.3 else HEADS[:4]) + "".join(items)
        text += dice.choice(("</sst>",) * 9 + ("", "</sst>\n", "</sst><sst/>"))
        assert read(text, False) == read(text, True), text


def test_the_usual_form_is_not_walked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "walked_strings", lambda *_: pytest.fail("walked through"))
    for head in (HEADS[0], HEADS[1], HEADS[3]):
        assert len(read_shared_strings((head + "".join(ITEMS[:4]) + "\n</sst>\n").encode(), "strings.xml")) == 4
